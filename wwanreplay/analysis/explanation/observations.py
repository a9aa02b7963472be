"""What stands out in a session, without a verdict: each with its places.

An observation says what is there, in words, and nothing of why.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from wwanreplay.analysis.explanation import words
from wwanreplay.analysis.explanation.steps import Step, StepKind, StepPlace, Story
from wwanreplay.analysis.explanation.undone import RSSI_UNKNOWN, WEAK_RSSI, undone_later
from wwanreplay.trace.stretch import WHOLE, Stretch

#: A command whose answer took longer is named, s; scans and sets of the network take their time.
SLOW_S = 10.0
#: Later commands that were answered before an unanswered one counts as such.
LATER_ANSWERS = 1
#: RegisterState: the network refuses.
DENIED: Final = 6
#: Kinds of what may be undone later; the others are of a moment.
STATES = frozenset({"failed", "error", "network", "radio", "pin", "sim", "signal", "detached"})


@dataclass(slots=True)
class Observation:
    """`text` is what stands out, `places` where, in order; `kind` is for programs.

    `undone` is what became of it later, in words and with its place; None where it lasts.
    """

    kind: str
    text: str
    places: list[StepPlace] = field(default_factory=list)
    undone: tuple[str, StepPlace] | None = None


def observations(story: Story, stretch: Stretch = WHOLE) -> list[Observation]:
    """All that stands out in a stretch, identical ones counted, by their first places."""
    found: OrderedDict[tuple[str, str], Observation] = OrderedDict()
    last: dict[tuple[str, str], Step] = {}
    for kind, text, step in _all(story):
        if not stretch.has_place(*step.place.where):
            continue
        seen = found.setdefault((kind, text), Observation(kind, text))
        seen.places.append(step.place)
        last[kind, text] = step
    for key, seen in found.items():
        undone = undone_later(story, last[key]) if seen.kind in STATES else None
        seen.undone = None if undone is None else (undone[0], undone[1].place)
    return sorted(found.values(), key=lambda each: each.places[0].record)


def _all(story: Story) -> Iterator[tuple[str, str, Step]]:
    for finder in (
        _failures,
        _errors,
        _opening,
        _unanswered,
        _unasked,
        _doubled,
        _slow,
        _repeated,
        _fragments,
        _malformed,
        _network,
        _detached,
        _radio,
        _pin,
        _sim,
        _signal,
    ):
        yield from finder(story)


def _failures(story: Story) -> Iterator[tuple[str, str, Step]]:
    for step in story.failed():
        what = (step.request or step).label
        text = f"{what} was answered {words.failure_text(story, step)}"
        yield "failed", text, step
    for step in story.of(StepKind.ANSWER):
        if step.qmi is not None and step.qmi.result:
            text = f"{step.qmi.name} was answered {step.qmi.error_name} ({step.qmi.error})"
            yield "failed", text, step
    for step in story.of(StepKind.OPENED, StepKind.CLOSED):
        if step.value:
            what = "OPEN" if step.kind is StepKind.OPENED else "CLOSE"
            yield "failed", f"{what} was answered {words.status_text(step.value)}", step


def _errors(story: Story) -> Iterator[tuple[str, str, Step]]:
    for step in story.of(StepKind.FUNCTION_ERROR, StepKind.HOST_ERROR):
        who = "the modem" if step.kind is StepKind.FUNCTION_ERROR else "the host"
        about = f" to {_untitled(step.request)}" if step.request is not None else ""
        meaning = words.error_meaning(step.value)
        text = f"{who} sent the error {words.error_text(step.value)}{about}"
        yield "error", text + (f": {meaning}" if meaning else ""), step


def unanswered(story: Story) -> list[Step]:
    """Messages of the host without an answer, of which the log shows that none came.

    The end of a log may cut an answer off: something of the modem, or a further message of the host
    a second later, has to follow. A log that shows nothing of the modem shows no answers.
    """
    sent = list(story.of(StepKind.OPEN, StepKind.CLOSE, StepKind.COMMAND))
    nameless = _nameless(story)
    found = [
        step
        for step in sent
        if step.answer is None and step.place.record > nameless.get(step.transaction, -1)
    ]
    if not found:
        return []
    if not any(not step.is_command_of_host for step in story.steps) and len(sent) < 2:
        return []
    last = story.steps[-1]
    return [
        step
        for step in found
        if step is not sent[-1] or (story.has_times and story.seconds(step, last) >= SLOW_S)
    ]


def _nameless(story: Story) -> dict[int, int]:
    """The last record of answers that name neither command nor request, by transaction.

    They may answer what stands before them: of such an answer the log holds the header alone.
    """
    return {
        step.transaction: step.place.record
        for step in story.of(StepKind.ANSWER)
        if step.request is None and step.key is None
    }


def _unanswered(story: Story) -> Iterator[tuple[str, str, Step]]:
    for step in unanswered(story):
        yield "unanswered", f"no answer to {_untitled(step)}", step


def _untitled(step: Step) -> str:
    """A message without its transaction, so that identical ones are counted."""
    if step.kind is StepKind.COMMAND:
        return step.label
    return words.title(step).replace(f" (transaction {step.transaction})", "")


def _opening(story: Story) -> Iterator[tuple[str, str, Step]]:
    opens = list(story.of(StepKind.OPEN))
    ways = story.of(StepKind.OPEN, StepKind.CLOSE, StepKind.OPENED, StepKind.FUNCTION_ERROR)
    for first, second in pairwise(ways):
        if first.kind is second.kind is StepKind.OPEN:
            yield "open", "OPEN was sent again before it was answered", second
    sizes = {step.value for step in opens if step.value}
    if len(sizes) > 1:
        text = f"OPEN with different sizes: {', '.join(map(str, sorted(sizes)))} bytes"
        yield "open", text, opens[0]


def unasked(story: Story) -> list[Step]:
    """Answers to transactions that the host is not shown to have sent, though its messages are
    shown.

    What stands before the first message of the host may answer what was sent before the log.
    """
    found: list[Step] = []
    sent: set[int] = set()
    for step in story.steps:
        if step.kind in (StepKind.OPEN, StepKind.CLOSE, StepKind.COMMAND):
            sent.add(step.transaction)
        elif step.kind is StepKind.ANSWER and step.request is None and sent:
            # An answer to a transaction that was sent came twice, or in parts.
            found += [] if step.transaction in sent else [step]
    return found


def _doubled(story: Story) -> Iterator[tuple[str, str, Step]]:
    """A second answer; of one that is cut it may be a further fragment."""
    answered: set[tuple[int, str]] = set()
    for step in story.steps:
        if step.kind in (StepKind.OPEN, StepKind.CLOSE):
            answered.clear()
        if step.kind is not StepKind.ANSWER or step.is_partial:
            continue
        key = step.transaction, step.name
        if step.request is not None:
            answered.add(key)
        elif key in answered:
            yield "doubled", f"{step.name or 'a command'} was answered a second time", step


def _unasked(story: Story) -> Iterator[tuple[str, str, Step]]:
    for step in unasked(story):
        text = f"an answer to {step.name or 'a command'} that is not in the log as sent"
        yield "unasked", text, step


def _slow(story: Story) -> Iterator[tuple[str, str, Step]]:
    if not story.has_times:
        return
    for step in story.of(StepKind.ANSWER, StepKind.OPENED):
        request = step.request
        if request is None:
            continue
        delay_s = story.seconds(request, step)
        if delay_s > SLOW_S:
            yield "slow", f"{_untitled(request)} was answered after {delay_s:.0f} s", request


def _repeated(story: Story) -> Iterator[tuple[str, str, Step]]:
    """The same set again and again, each refused."""
    runs: dict[tuple[str, int], list[Step]] = {}
    for step in story.failed(operation="set"):
        runs.setdefault((step.name, step.value or 0), []).append(step)
    for (name, value), steps in runs.items():
        if len(steps) >= 3:
            text = (
                f"set {name} was sent {len(steps)} times, each answered {words.status_text(value)}"
            )
            yield "repeated", text, steps[0]


def _fragments(story: Story) -> Iterator[tuple[str, str, Step]]:
    for step in story.of(StepKind.FRAGMENT):
        yield "fragments", "a message is not whole: fragments are missing or out of order", step


def _malformed(story: Story) -> Iterator[tuple[str, str, Step]]:
    for step in story.of(StepKind.MALFORMED):
        yield "malformed", f"a message of the modem is malformed: {step.text}", step
    for step in story.of(StepKind.ANSWER):
        request = step.request
        if request is not None and request.key and step.key and request.key != step.key:
            text = f"{_untitled(request)} was answered by {step.name}, another command"
            yield "malformed", text, step
    for step in story.of(StepKind.EVENT):
        if step.transaction and story.has_wire:
            text = f"an event of {step.name} has transaction {step.transaction}, where 0 belongs"
            yield "malformed", text, step


def _network(story: Story) -> Iterator[tuple[str, str, Step]]:
    """Causes in reports that did not fail, and registrations denied without one."""
    for step in story.of(StepKind.ANSWER, StepKind.EVENT):
        if step.has_failed or step.name not in ("REGISTER_STATE", "PACKET_SERVICE", "CONNECT"):
            continue
        cause = words.network_text(story, step)
        if cause:
            yield "network", f"{step.name} names {cause}", step
        elif step.name == "REGISTER_STATE" and step.values.get("RegisterState") == DENIED:
            yield "network", "the network denies the registration, and no cause is named", step


def _radio(story: Story) -> Iterator[tuple[str, str, Step]]:
    for step in story.reports("RADIO_STATE", "HwRadioState"):
        hardware, software = step.values["HwRadioState"], step.values.get("SwRadioState")
        if hardware == 0:
            yield "radio", "the radio is off by hardware (HwRadioState)", step
        elif software == 0:
            yield "radio", "the radio is off by software (SwRadioState)", step


def _detached(story: Story) -> Iterator[tuple[str, str, Step]]:
    """A packet service that was attached and ends by an event, without an order of the host."""
    is_attached = False
    for step in story.steps:
        if step.name != "PACKET_SERVICE":
            continue
        if step.kind is StepKind.COMMAND and step.values.get("PacketServiceAction") == 1:
            is_attached = False
        state = step.values.get("PacketServiceState")
        if step.kind not in (StepKind.ANSWER, StepKind.EVENT) or state is None:
            continue
        if is_attached and state == 4 and step.kind is StepKind.EVENT:
            yield "detached", "the packet service was detached without an order of the host", step
        is_attached = state == 2


def _pin(story: Story) -> Iterator[tuple[str, str, Step]]:
    for step in story.reports("PIN", "PinState"):
        kind = step.values.get("PinType")
        if not isinstance(kind, int) or not kind or step.values["PinState"] != 1:
            continue
        wanted = f"{words.pin_name(kind)} is wanted{words.attempts_text(step.values)}"
        yield "pin", wanted, step


def _sim(story: Story) -> Iterator[tuple[str, str, Step]]:
    for step in story.reports("SUBSCRIBER_READY_STATUS", "ReadyState"):
        state = step.values["ReadyState"]
        if state != 1:
            yield "sim", f"the SIM is reported as: {words.named(words.READY, state)}", step


def _signal(story: Story) -> Iterator[tuple[str, str, Step]]:
    is_registered: bool | None = None
    for step in story.of(StepKind.ANSWER, StepKind.EVENT):
        if step.name == "REGISTER_STATE" and isinstance(step.values.get("RegisterState"), int):
            is_registered = step.values["RegisterState"] in (3, 4, 5)
        rssi = step.values.get("Rssi") if step.name == "SIGNAL_STATE" else None
        if isinstance(rssi, int) and rssi <= WEAK_RSSI and not step.has_failed:
            yield "signal", f"the signal is at the lower end (Rssi {rssi} of 31)", step
        elif rssi == RSSI_UNKNOWN and not is_registered and not step.values.get("RsrpSnr"):
            while_what = "" if is_registered is None else " while not registered"
            yield "signal", f"no signal is measured (Rssi 99){while_what}", step
