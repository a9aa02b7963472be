"""What happened: the session as changes of state, one line a change, and the requests that failed.

A lane is one thing that has a state: the session, the SIM, its PIN, the radio, the registration,
the packet service, a context, the function's power.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from wwanreplay.analysis.explanation import words
from wwanreplay.analysis.explanation.steps import (
    REPORTED_BY_REFUSALS,
    Step,
    StepKind,
    StepPlace,
    Story,
)
from wwanreplay.mbim.qmi import QmiMessage, qmi_members

#: Lanes of what is of a moment, and no state.
_MOMENTS = ("failed", "host", "QMI")
#: Lanes of states that QMI reports, by member.
_QMI_STATES = {"OperatingMode": "radio (QMI)", "RegistrationState": "registration (QMI)"}
#: Commands that are listed where no state is reported.
SENT_MAX = 5


@dataclass(slots=True)
class Change:
    """A line: where, what of, and its state; `count` of identical ones in a row, up to `last`."""

    place: StepPlace
    lane: str
    text: str
    count: int = 1
    last: StepPlace | None = None


def changes(story: Story) -> list[Change]:
    """The changes of a session in their order."""
    known: dict[str, str] = {}
    found: list[Change] = []
    for step in story.steps:
        for lane, text in _of_step(story, step):
            is_state = lane not in _MOMENTS
            if is_state and known.get(lane) == text:
                continue
            known[lane] = text
            previous = found[-1] if found else None
            if lane == "session" and _is_reopening(previous, text):
                assert previous is not None
                previous.text = _REOPENED
                _join_reopenings(found, step.place)
                continue
            if (
                not is_state
                and previous is not None
                and (previous.lane, previous.text) == (lane, text)
            ):
                previous.count += 1
                previous.last = step.place
                continue
            found.append(Change(step.place, lane, text))
    if any(change.lane != "host" for change in found):
        return found
    return sorted([*sent(story, SENT_MAX), *found], key=lambda each: each.place.record)


def _is_reopening(previous: Change | None, text: str) -> bool:
    """Whether this opens a session that was just closed, as each run of mbimcli does."""
    is_open = text in ("open", "opened")
    return (
        is_open
        and previous is not None
        and (previous.lane, previous.text)
        == (
            "session",
            "closed",
        )
    )


def _join_reopenings(found: list[Change], place: StepPlace) -> None:
    """Count the last change with the one before it, where both are reopenings."""
    if len(found) < 2 or found[-2].text != _REOPENED:
        return
    found.pop()
    found[-1].count += 1
    found[-1].last = place


def _of_step(story: Story, step: Step) -> Iterator[tuple[str, str]]:
    if step.kind in _SHORT:
        text = _SHORT[step.kind](step)
        if text:
            yield "session", text
        return
    if step.kind is StepKind.LIFECYCLE:
        yield "device", step.text.replace("_", " ")
        return
    if step.kind is StepKind.NOTE:
        if not _PASSED_OVER.search(step.text):
            yield "host", step.text
        return
    if step.kind not in (StepKind.ANSWER, StepKind.EVENT):
        return
    if step.has_failed:
        yield "failed", _failure(story, step)
        if step.name not in REPORTED_BY_REFUSALS:
            return
    if step.qmi is not None:
        yield from _qmi(step.qmi)
    reader = _READERS.get(step.name)
    if reader is not None:
        yield from reader(story, step)


def _qmi(message: QmiMessage) -> Iterator[tuple[str, str]]:
    """A message of QMI that failed, that changed something, or that reports a state."""
    for name, text in qmi_members(message):
        if name in _QMI_STATES and message.kind != "request":
            yield _QMI_STATES[name], text
    if message.result:
        yield "failed", f"{message.name}: {message.error_name} ({message.error})"
    elif message.result == 0 and message.changes_modem:
        yield "QMI", f"{message.name.removeprefix('QMI ')} succeeded"


def _failure(story: Story, step: Step) -> str:
    assert step.value is not None
    cause = words.network_text(story, step)
    what = (step.request or step).label
    return f"{what}: {words.status_text(step.value)}{', ' + cause if cause else ''}"


def sent(story: Story, most: int) -> list[Change]:
    """The first commands of the host, where the log shows nothing else."""
    found = []
    for step in story.of(StepKind.COMMAND):
        text = f"{step.label} (transaction {step.transaction})"
        found.append(Change(step.place, "sent", text))
    return found[:most]


def _opened(step: Step) -> str:
    if step.value is None:
        return "opened"
    return "open" if not step.value else f"OPEN failed: {words.status_text(step.value)}"


def _closed(step: Step) -> str:
    if not step.value:
        return "closed"
    return f"CLOSE failed: {words.status_text(step.value)}"


#: Notes of the host or bus that tell a reader nothing.
_PASSED_OVER = re.compile(
    r"^RESPONSE_AVAILABLE|^no transaction matched|^(?:opening|closing) device|^channel destroyed"
    r"|max control message size"
)
_REOPENED = "closed, and open again"

_SHORT: dict[StepKind, Callable[[Step], str]] = {
    StepKind.OPENED: _opened,
    StepKind.CLOSED: _closed,
    StepKind.FUNCTION_ERROR: lambda step: f"error of the modem: {words.error_text(step.value)}",
    StepKind.HOST_ERROR: lambda step: f"error of the host: {words.error_text(step.value)}",
    StepKind.FRAGMENT: lambda _step: "a message came in part: fragments are missing",
    StepKind.MALFORMED: lambda _step: "a malformed message of the modem",
}


def _ready(_story: Story, step: Step) -> Iterator[tuple[str, str]]:
    if "ReadyState" in step.values:
        yield "SIM", words.named(words.READY, step.values["ReadyState"])


def _pin(_story: Story, step: Step) -> Iterator[tuple[str, str]]:
    values = step.values
    if not isinstance(values.get("PinType"), int) or not isinstance(values.get("PinState"), int):
        return
    name = words.pin_name(values["PinType"])
    if not values["PinType"] or not values["PinState"]:
        yield "PIN", "none is wanted"
        return
    yield "PIN", f"{name} is wanted{words.attempts_text(values)}"


def _radio(_story: Story, step: Step) -> Iterator[tuple[str, str]]:
    hardware, software = step.values.get("HwRadioState"), step.values.get("SwRadioState")
    if hardware is None or software is None:
        return
    if hardware and software:
        yield "radio", "on"
    elif not hardware and not software:
        yield "radio", "off, by hardware and by software"
    else:
        yield "radio", f"off, by {'software' if hardware else 'hardware'}"


def _register(story: Story, step: Step) -> Iterator[tuple[str, str]]:
    state = step.values.get("RegisterState")
    if state is None:
        return
    provider = " ".join(
        text
        for text in (words.masked(step, "ProviderName"), words.masked(step, "ProviderId"))
        if text
    )
    cause = words.network_text(story, step)
    text = words.named(words.REGISTERED, state)
    at = f" ({provider})" if provider and state in (3, 4, 5) else ""
    yield "registration", text + at + (f", {cause}" if cause else "")


def _packets(story: Story, step: Step) -> Iterator[tuple[str, str]]:
    if "PacketServiceState" in step.values:
        cause = words.network_text(story, step)
        text = words.named(words.ATTACHED, step.values["PacketServiceState"])
        yield "packet service", text + (f", {cause}" if cause else "")


def _connect(story: Story, step: Step) -> Iterator[tuple[str, str]]:
    if "ActivationState" not in step.values:
        return
    session = step.values.get("SessionId", 0)
    state = step.values["ActivationState"]
    text = words.named(words.ACTIVATED, state)
    family = step.values.get("IpType")
    if state == 1 and family:
        text += f", {words.named(words.IP_TYPES, family)}"
    cause = words.network_text(story, step)
    yield f"context {session}", text + (f", {cause}" if cause else "")


_READERS: dict[str, Callable[[Story, Step], Iterator[tuple[str, str]]]] = {
    "SUBSCRIBER_READY_STATUS": _ready,
    "PIN": _pin,
    "RADIO_STATE": _radio,
    "REGISTER_STATE": _register,
    "PACKET_SERVICE": _packets,
    "CONNECT": _connect,
}
