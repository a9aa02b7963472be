"""What a later message undid: a radio that is on again, a SIM that became ready, a retry that went.

A fact that no longer holds at the end of a log is no less a fact, but it misleads where it stands
by itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Final

from wwanreplay.analysis.explanation import words
from wwanreplay.analysis.explanation.steps import Step, StepKind, Story

#: RSSI in MBIM's coding: below about -109 dBm nothing registers well.
WEAK_RSSI: Final = 2
RSSI_UNKNOWN: Final = 99
#: PINs without which a SIM is not ready.
_OF_SIM: Final = (words.PIN1, words.PUK1)


def undone_later(story: Story, step: Step) -> tuple[str, Step] | None:
    """What became of it, in words, and the message that shows so; None where it lasts."""
    if step.kind in (StepKind.OPENED, StepKind.FUNCTION_ERROR):
        return _opened(story, step)
    if step.kind not in (StepKind.ANSWER, StepKind.EVENT):
        return None
    find = None if step.has_failed and step.operation == "query" else _FINDERS.get(step.name)
    found = None if find is None else find(story, step)
    return _answered(story, step) if found is None and step.has_failed else found


def _behind(story: Story, step: Step, name: str, member: str) -> Iterator[Step]:
    """Later reports of a command that have a member."""
    reported = story.reported(name)
    start = bisect_right(reported, step.place.record, key=lambda each: each.place.record)
    for place in range(start, len(reported)):
        if reported[place].values.get(member) is not None:
            yield reported[place]


def _opened(story: Story, step: Step) -> tuple[str, Step] | None:
    request = step.request
    failed = bool(step.value) if step.kind is StepKind.OPENED else request is not None
    if not failed or (request is not None and request.kind is not StepKind.OPEN):
        return None
    for later in story.of(StepKind.OPENED):
        if later.place.record > step.place.record and later.value == 0:
            return "OPEN succeeds", later
    return None


def _answered(story: Story, step: Step) -> tuple[str, Step] | None:
    """The same command with success."""
    if not step.name or not step.operation:
        return None
    reported = story.reported(step.name)
    start = bisect_right(reported, step.place.record, key=lambda each: each.place.record)
    for later in reported[start:]:
        if later.kind is StepKind.ANSWER and later.operation == step.operation and later.value == 0:
            return "it succeeds", later
    return None


def _radio(story: Story, step: Step) -> tuple[str, Step] | None:
    for later in _behind(story, step, "RADIO_STATE", "SwRadioState"):
        if later.values["SwRadioState"] and later.values.get("HwRadioState"):
            return "the radio is on", later
    return None


def _ready(story: Story, step: Step) -> tuple[str, Step] | None:
    for later in _behind(story, step, "SUBSCRIBER_READY_STATUS", "ReadyState"):
        if later.values["ReadyState"] == 1:
            return "the SIM is ready", later
    return None


def _pin(story: Story, step: Step) -> tuple[str, Step] | None:
    kind = step.values.get("PinType")
    for later in _behind(story, step, "PIN", "PinState"):
        wanted = later.values.get("PinType")
        if kind == words.PIN1 and wanted == words.PUK1 and later.values["PinState"] == 1:
            return f"PUK1 is wanted{words.attempts_text(later.values)}", later
        if wanted != kind or later.values["PinState"] != 1:
            return f"{words.pin_name(kind) if isinstance(kind, int) else 'it'} is not wanted", later
    return _ready(story, step) if kind in _OF_SIM else None


def _registered(story: Story, step: Step) -> tuple[str, Step] | None:
    for later in _behind(story, step, "REGISTER_STATE", "RegisterState"):
        if later.values["RegisterState"] in (3, 4, 5):
            return words.named(words.REGISTERED, later.values["RegisterState"]), later
    return None


def _attached(story: Story, step: Step) -> tuple[str, Step] | None:
    for later in _behind(story, step, "PACKET_SERVICE", "PacketServiceState"):
        if later.values["PacketServiceState"] == 2:
            return "attached", later
    return None


def _active(story: Story, step: Step) -> tuple[str, Step] | None:
    session = step.values.get("SessionId", 0)
    for later in _behind(story, step, "CONNECT", "ActivationState"):
        if later.values["ActivationState"] == 1 and later.values.get("SessionId", 0) == session:
            return f"context {session} is active", later
    return None


def _measured(story: Story, step: Step) -> tuple[str, Step] | None:
    for later in _behind(story, step, "SIGNAL_STATE", "Rssi"):
        rssi = later.values["Rssi"]
        if (WEAK_RSSI < rssi < RSSI_UNKNOWN) or later.values.get("RsrpSnr"):
            return f"Rssi {rssi}", later
    return None


_FINDERS: Final[dict[str, Callable[[Story, Step], tuple[str, Step] | None]]] = {
    "RADIO_STATE": _radio,
    "SUBSCRIBER_READY_STATUS": _ready,
    "PIN": _pin,
    "REGISTER_STATE": _registered,
    "PACKET_SERVICE": _attached,
    "CONNECT": _active,
    "SIGNAL_STATE": _measured,
}
