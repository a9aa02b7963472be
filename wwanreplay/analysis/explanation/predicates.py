"""The tests that rows of causes name: each finds its evidence in a session, or nothing.

Here are those about the modem itself (transport, radio, SIM); those about the network are in
network_predicates.py.
A predicate takes the session and its parameters and gives steps with what they show; what is not
in the log is no evidence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from wwanreplay.analysis.explanation import words
from wwanreplay.analysis.explanation.observations import unanswered, unasked
from wwanreplay.analysis.explanation.steps import Step, StepKind, Story
from wwanreplay.mbim.tables import SERVICES_BY_NAME


@dataclass(frozen=True, slots=True)
class Evidence:
    """A step, and what it shows."""

    step: Step
    text: str


Finder = Callable[..., Iterator[Evidence]]
PREDICATES: Final[dict[str, Finder]] = {}

#: How long after OPEN answers of an earlier session come, s.
STALE_S: Final = 5.0
#: A host that stays opens a modem once, or once more after a probe.
OPENS_MAX: Final = 2
_BASIC: Final = SERVICES_BY_NAME["Basic Connect"].number


def predicate(function: Finder) -> Finder:
    """Make a function known under its name."""
    PREDICATES[function.__name__] = function
    return function


# ------------------------------------------------------------------ transport


@predicate
def error_of_modem(story: Story, *, code: int, to: str) -> Iterator[Evidence]:
    """FUNCTION_ERROR with a code, to OPEN (`to` open), or to a command of an open session.

    One of transaction 0 answers nothing: the session was open, though the log begins behind that.
    """
    is_open = False
    for step in story.steps:
        is_open |= step.kind in (StepKind.OPENED, StepKind.ANSWER) and not step.value
        if step.kind is not StepKind.FUNCTION_ERROR or step.value != code:
            continue
        request = step.request
        if to == "open" and request is not None and request.kind is StepKind.OPEN:
            yield Evidence(step, f"{words.title(request)} was answered by {words.error_text(code)}")
        elif to == "command" and request is None and not step.transaction:
            yield Evidence(step, f"the modem sent {words.error_text(code)} unasked")
        elif to == "command" and is_open and (request is None or request.kind is StepKind.COMMAND):
            what = "a command" if request is None else words.title(request)
            yield Evidence(step, f"{what} was answered by {words.error_text(code)}")


@predicate
def opens_unanswered(story: Story, *, at_least: int, mark: str = "") -> Iterator[Evidence]:
    """OPEN sent and never answered; with a mark, only where the log's text shows it."""
    opens = list(story.of(StepKind.OPEN))
    if any(story.of(StepKind.OPENED, StepKind.ANSWER)) or any(step.answer for step in opens):
        return
    missing = set(map(id, unanswered(story)))
    lost = [step for step in opens if id(step) in missing or step is opens[-1]]
    if len(lost) < at_least or (mark and mark not in story.marks):
        return
    if mark:
        yield Evidence(lost[0], "OPEN is not answered, and the log shows answers over QMI")
        return
    yield Evidence(lost[0], f"OPEN was sent {len(lost)} times, and no OPEN_DONE came")


@predicate
def answers_of_others(story: Story, *, at_least: int) -> Iterator[Evidence]:
    """Answers to transactions that this host did not send, among its own or in their place."""
    found: list[Step] = []
    foreign = set(map(id, unasked(story)))
    has_own = False
    for step in story.of(StepKind.ANSWER):
        has_own |= step.request is not None
        if has_own and id(step) in foreign:
            found.append(step)
    own = [step for step in story.of(StepKind.ANSWER) if step.request is not None]
    last_own = own[-1].place.record if own else 0
    among = [step for step in found if step.place.record < last_own]
    lost = [step for step in unanswered(story) if step.kind is StepKind.COMMAND]
    if not own and len(lost) >= at_least:
        # Each takes the other's answers, so that this host has none.
        found = among = [
            step for step in unasked(story) if step.place.record > lost[0].place.record
        ]
    if len(found) >= at_least and among:
        yield Evidence(found[0], f"{len(found)} answers to transactions that this host never sent")


@predicate
def answers_of_before(story: Story) -> Iterator[Evidence]:
    """Answers behind OPEN to transactions that were not sent since, before any own answer.

    Only right behind it: not once the host has sent a second command, nor long after OPEN.
    """
    opened: Step | None = None
    is_answered, own = False, 0
    for step in story.steps:
        if step.kind is StepKind.OPEN:
            opened, is_answered, own = step, False, 0
        elif opened is None or is_answered:
            continue
        elif step.kind is StepKind.COMMAND:
            own += 1
        elif step.kind is StepKind.ANSWER:
            is_answered = _is_since(step.request, opened)
            is_late = own > 1 or (story.has_times and story.seconds(opened, step) > STALE_S)
            if not is_answered and not is_late:
                what = step.name or "a command"
                text = f"an answer to {what} (transaction {step.transaction}) right after OPEN"
                yield Evidence(step, text)


def _is_since(request: Step | None, opened: Step) -> bool:
    return request is not None and request.place.record > opened.place.record


@predicate
def silence_then_trouble(story: Story, *, minutes: float) -> Iterator[Evidence]:
    """A long gap in the times, then no answer, NOT_OPENED or a new OPEN."""
    if not story.has_times:
        return
    missing = set(map(id, unanswered(story)))
    steps = story.steps
    for place, (first, second) in enumerate(pairwise(steps)):
        gap_s = story.seconds(first, second)
        if gap_s < minutes * 60 or second.request is first:
            continue
        after = steps[place + 1 : place + 5]
        for step in after:
            is_error = step.kind is StepKind.FUNCTION_ERROR and step.value == 5
            if is_error or id(step) in missing:
                what = "NOT_OPENED" if is_error else f"no answer to {words.title(step)}"
                yield Evidence(step, f"{gap_s / 60:.0f} minutes without a message, then {what}")
                break


@predicate
def gone_at_load(story: Story, *, within_s: float) -> Iterator[Evidence]:
    """The port goes away shortly after what makes the modem transmit.

    Of an emulated device that is scripted, and behind CLOSE the host lets go of it.
    """
    if _is_emulated(story):
        return
    last: Step | None = None
    for step in story.steps:
        if step.kind is StepKind.COMMAND and step.operation == "set" and _loads(step):
            last = step
        elif step.kind is StepKind.CLOSE:
            last = None
        elif _is_departure(step) and last is not None:
            if not story.has_times or story.seconds(last, step) <= within_s:
                yield Evidence(step, f"the port goes away right after {words.title(last)}")
            last = None


def _is_emulated(story: Story) -> bool:
    """Whether the trace was recorded here, of an emulated device."""
    return story.header.comparison != "field" and not story.header.is_of_recorded_device


def _loads(step: Step) -> bool:
    values = step.values
    return (
        (step.name == "RADIO_STATE" and values.get("RadioState") == 1)
        or (step.name == "PIN" and values.get("PinOperation") == 0)
        or (step.name == "CONNECT" and values.get("ActivationCommand") == 1)
        or step.name == "REGISTER_STATE"
    )


def _is_departure(step: Step) -> bool:
    if step.kind is StepKind.LIFECYCLE:
        return step.text == "surprise_removal"
    return step.kind is StepKind.NOTE and bool(
        re.search(
            r"hangup|device (?:was )?(?:removed|disconnected|gone)|USB disconnect", step.text, re.I
        )
    )


@predicate
def given_up(story: Story, *, in_a_row: int) -> Iterator[Evidence]:
    """So many commands in a row without an answer, and then nothing more."""
    for step in story.of(StepKind.NOTE):
        counted = re.search(r"consecutive timeouts: (\d{1,9})", step.text)
        if counted and int(counted[1]) >= in_a_row:
            yield Evidence(step, f"the host counts {counted[1]} time-outs in a row")
            return
    run = _unanswered_at_the_end(story)
    if len(run) >= in_a_row:
        yield Evidence(run[0], f"{len(run)} messages in a row without an answer, then none is sent")


@predicate
def silent_from(story: Story, *, at_least: int, below: int) -> Iterator[Evidence]:
    """A modem that had answered, and then answers none of some commands to the log's end."""
    run = _unanswered_at_the_end(story)
    if not at_least <= len(run) < below:
        return
    answered = [step.request for step in story.of(StepKind.ANSWER) if step.request is not None]
    if answered:
        text = f"no answer to the last {len(run)} commands; the last one answered was"
        yield Evidence(run[0], f"{text} {words.title(answered[-1])}")


def _unanswered_at_the_end(story: Story) -> list[Step]:
    missing = set(map(id, unanswered(story)))
    run: list[Step] = []
    for step in story.of(StepKind.OPEN, StepKind.COMMAND, StepKind.ANSWER, StepKind.OPENED):
        if step.kind in (StepKind.ANSWER, StepKind.OPENED):
            run = []
        elif id(step) in missing or step.answer is None:
            run.append(step)
    return run


# ------------------------------------------------------------------ radio


@predicate
def radio_refused(story: Story, *, service: str = "") -> Iterator[Evidence]:
    """The radio set on and refused, or accepted and still off by software."""
    if service and not _has_service(story, service):
        return
    for step in story.of(StepKind.ANSWER, name="RADIO_STATE", operation="set"):
        request = step.request
        if request is not None and request.values.get("RadioState", 1) != 1:
            continue
        if step.value == 28:
            yield Evidence(step, "setting the radio on was answered OPERATION_NOT_ALLOWED (28)")
        elif not step.has_failed and (
            step.values.get("SwRadioState") == 0 and step.values.get("HwRadioState") == 1
        ):
            yield Evidence(step, "setting the radio on succeeded, and SwRadioState is still off")


def _has_service(story: Story, name: str) -> bool:
    """Whether DEVICE_SERVICES lists a service, or a command of it was answered with success."""
    row = SERVICES_BY_NAME[name]
    for step in story.of(StepKind.ANSWER):
        if step.key is not None and step.key[0] == row.number and step.value == 0:
            return True
        listed = step.values.get("DeviceServices") if step.name == "DEVICE_SERVICES" else None
        for element in listed if isinstance(listed, list) else ():
            if isinstance(element, dict) and element.get("DeviceServiceId") == row.uuid:
                return True
    return False


@predicate
def hardware_off(story: Story) -> Iterator[Evidence]:
    """HwRadioState off at the end of the log."""
    step = story.last("RADIO_STATE", "HwRadioState")
    if step is not None and step.values["HwRadioState"] == 0:
        yield Evidence(step, "HwRadioState is off, and no later report says on")


@predicate
def radio_never_set(story: Story) -> Iterator[Evidence]:
    """Off by software in the first report, never set, and not registered at the end."""
    first = next(story.reports("RADIO_STATE", "SwRadioState"), None)
    if first is None or first.values["SwRadioState"] != 0 or first.values.get("HwRadioState") == 0:
        return
    if any(story.of(StepKind.COMMAND, name="RADIO_STATE", operation="set")):
        return
    last = story.last("RADIO_STATE", "SwRadioState")
    if last is None or last.values["SwRadioState"] != 0:
        return
    registration = story.last("REGISTER_STATE", "RegisterState")
    if registration is not None and registration.values["RegisterState"] > 1:
        return
    if not story.commands:
        return
    yield Evidence(first, "SwRadioState is off, and the log has no set of RADIO_STATE")


# ------------------------------------------------------------------ SIM


@predicate
def sim_starting(story: Story) -> Iterator[Evidence]:
    """ReadyState 0 at the end, or NOT_INITIALIZED to a command about SIM or network."""
    last = story.last("SUBSCRIBER_READY_STATUS", "ReadyState")
    if last is not None and last.values["ReadyState"] == 0:
        yield Evidence(last, "ReadyState is 0, not initialised, and no later report says more")
    for step in story.failed(14):
        if step.key is not None and step.key[0] == _BASIC:
            yield Evidence(step, f"{step.operation} {step.name} was answered NOT_INITIALIZED (14)")


@predicate
def ready_state(
    story: Story, *, states: tuple[int, ...], statuses: tuple[int, ...] = (), lasting: bool = False
) -> Iterator[Evidence]:
    """A state of the SIM, at the end with `lasting`, or a status that means it."""
    last = story.last("SUBSCRIBER_READY_STATUS", "ReadyState")
    for step in story.reports("SUBSCRIBER_READY_STATUS", "ReadyState"):
        state = step.values["ReadyState"]
        if state in states and (not lasting or last is None or last.values["ReadyState"] in states):
            yield Evidence(step, f"ReadyState is {state}, {words.named(words.READY, state)}")
    recovered = lasting and last is not None and last.values["ReadyState"] not in states
    for step in story.failed(*statuses) if statuses else ():
        if not recovered:
            assert step.value is not None
            text = f"{step.operation} {step.name} was answered {words.status_text(step.value)}"
            yield Evidence(step, text)


@predicate
def sim_hidden(story: Story) -> Iterator[Evidence]:
    """No SIM at the end, on a modem whose radio cannot be set on."""
    locked = list(radio_refused(story))
    absent = list(ready_state(story, states=(2,), statuses=(3,), lasting=True))
    if locked and absent:
        yield absent[0]
        yield locked[0]


@predicate
def pin_wanted(
    story: Story, *, types: tuple[int, ...], ready: bool | None = None
) -> Iterator[Evidence]:
    """A PIN of these types is locked; with `ready` only where the SIM is ready, or is not."""
    for step in story.reports("PIN", "PinState"):
        kind = step.values.get("PinType")
        if kind not in types or step.values["PinState"] != 1:
            continue
        around = story.before(step, "SUBSCRIBER_READY_STATUS", "ReadyState")
        around = around or story.last("SUBSCRIBER_READY_STATUS", "ReadyState")
        is_ready = None if around is None else around.values["ReadyState"] == 1
        if ready is not None and is_ready is not ready:
            continue
        locked = f"{words.pin_name(kind)} is locked{words.attempts_text(step.values)}"
        yield Evidence(step, locked)


@predicate
def sim_locked(story: Story) -> Iterator[Evidence]:
    """PIN1 locked at the last look at it; or ReadyState 6, where no PUK was seen to be wanted."""
    last = _pin_wanted_last(story)
    if last is None or last.values.get("PinType") != words.PUK1:
        yield from ready_state(story, states=(6,), lasting=True)
    if last is not None and last.values.get("PinType") == words.PIN1:
        yield Evidence(last, f"PIN1 is locked{words.attempts_text(last.values)}")


@predicate
def pin_refused(story: Story) -> Iterator[Evidence]:
    """PIN1 entered, refused with a failure, and wanted still with the attempts that are left."""
    for step in story.of(StepKind.ANSWER, name="PIN", operation="set"):
        operation = 0 if step.request is None else step.request.values.get("PinOperation", 0)
        is_wanted = step.values.get("PinType") == words.PIN1 and step.values.get("PinState") == 1
        if step.value in (2, 40) and operation == 0 and is_wanted:
            yield Evidence(step, f"the PIN was refused{words.attempts_text(step.values)}")


@predicate
def sim_blocked(story: Story) -> Iterator[Evidence]:
    """PUK1 wanted at the last look at it."""
    last = _pin_wanted_last(story)
    if last is not None and last.values.get("PinType") == words.PUK1:
        yield Evidence(last, f"PUK1 is wanted{words.attempts_text(last.values)}")


def _pin_wanted_last(story: Story) -> Step | None:
    last = story.last("PIN", "PinState")
    return last if last is not None and last.values["PinState"] == 1 else None


@predicate
def esim_empty(story: Story) -> Iterator[Evidence]:
    """ReadyState 7, or a slot with an active eSIM without profiles."""
    yield from ready_state(story, states=(7,))
    for step in story.reports("MS_SLOT_INFO_STATUS", "State"):
        if step.values["State"] == 8:
            yield Evidence(
                step, f"slot {step.values.get('SlotIndex', '?')} is an eSIM without profile"
            )
