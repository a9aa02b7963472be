"""What a script or a recording would send to a real device, before anything is sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from wwanreplay._core import Event, Kind, Namespace, RecordFlag
from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.mbim.class_events import name_of
from wwanreplay.mbim.guards import guard_of
from wwanreplay.mbim.host import command_of
from wwanreplay.mbim.messages import COMMAND_SET, Message
from wwanreplay.mbim.presentation import describe
from wwanreplay.mbim.rows.guards import MEANINGS
from wwanreplay.mbim.tables import command_name, split_code
from wwanreplay.mbim.versions import VERSION
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import REQUESTS
from wwanreplay.protocol.shorthands import Shorthand, find_shorthand
from wwanreplay.script import LIFECYCLES, Script, Step, step_payload
from wwanreplay.script import REQUESTS as REQUEST_ACTIONS

OPERATOR: Final = "left to the operator"
NO_COMMAND: Final = "MBIM has no command for it"
NO_BUFFER: Final = "its buffer is not in the log"
OWN: Final = "each session agrees on its version itself"
#: Guarded commands that one error names.
NAMED_MAX: Final = 8

LIFECYCLE_NAMES: Final = {number: name for name, number in LIFECYCLES.items()}
_KINDS: Final = {"query": Kind.KIND_QUERY, "set": Kind.KIND_SET, "method": Kind.KIND_METHOD}


@dataclass(frozen=True, slots=True)
class Planned:
    """One step: where it stands, what it is, and the command that is sent for it.

    Without a `message` it is not sent, and `reason` says why. `guard` is the word that it needs,
    `shorthand` what an operator can be waited for by.
    """

    place: str
    what: str
    message: Message | None = None
    reason: str = ""
    guard: str | None = None
    shorthand: str | None = None

    @property
    def command(self) -> str:
        """The command in words, empty without one."""
        if self.message is None:
            return ""
        return f"{'set' if self.message.value == COMMAND_SET else 'query'} {name_of(self.message)}"

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The members of the command, names and values, what is personal masked."""
        return [] if self.message is None else describe(self.message.to_bytes())[1]

    def as_json(self) -> dict[str, Any]:
        """The step as plain values."""
        return {
            "place": self.place,
            "what": self.what,
            "command": self.command or None,
            "fields": dict(self.fields),
            "guard": self.guard,
            "left_out": self.reason or None,
            "wait_for": self.shorthand,
        }


def reason_left_out(event: Event) -> str:
    """Why a real device is not given an input; empty when it is given."""
    if event.kind in REQUESTS:
        if event.namespace == Namespace.NAMESPACE_MBIM and split_code(event.code) == VERSION:
            return OWN
        if is_without_buffer(event):
            return NO_BUFFER
        return "" if command_of(event, 1, event.port, served_only=False) else NO_COMMAND
    return "" if event.kind == Kind.KIND_CANCEL else OPERATOR


def is_without_buffer(event: Event) -> bool:
    """Whether a log shows that there was a request, and not what it asked for or ordered."""
    is_cut = event.flags & RecordFlag.FLAG_INCOMPLETE and not event.payload
    is_mbim = event.namespace == Namespace.NAMESPACE_MBIM
    return bool(is_cut) and (event.kind == Kind.KIND_SET or is_mbim or bool(event.fields))


def plan_script(script: Script, structures: int) -> list[Planned]:
    """What the steps of a script come to, in order; notes and waits are left away."""
    return list(_steps(script, structures))


def _steps(script: Script, structures: int) -> Iterator[Planned]:
    for step in script.steps:
        place = f"{step.place.file}: {step.place.where}"
        if step.action in REQUEST_ACTIONS:
            port = step.options.get("port", 0)
            payload = step_payload(step, structures)
            kind = _KINDS[step.action]
            yield planned(Event(kind, 0, port=port, code=step.subject, payload=payload), place)
        elif step.action == "stimulus":
            shorthand = find_shorthand(step.subject, stimulus_values(step, structures))
            name = None if shorthand is None else shorthand.name
            what = f"stimulus {step.subject}"
            yield Planned(place, what, reason=OPERATOR, shorthand=name)
        elif step.action == "power":
            yield Planned(place, f"set power {step.subject}", reason=NO_COMMAND)
        elif step.action == "lifecycle":
            yield Planned(place, f"lifecycle {step.subject}", reason=OPERATOR)


def stimulus_values(step: Step, structures: int) -> dict[str, Any]:
    """The fields of a step's stimulus by name."""
    from wwanreplay.protocol.codec import decode

    decoded = decode(PROTOCOL.stimulus(step.subject).struct, step_payload(step, structures))
    return {leaf.path: leaf.value for leaf in decoded.leaves()}


def planned(event: Event, place: str) -> Planned:
    """What a request comes to."""
    row = PROTOCOL.oid_by_number.get(event.code)
    operation = event.kind.name.removeprefix("KIND_").lower()
    name = row.name if row else hex(event.code)
    is_mbim = event.namespace == Namespace.NAMESPACE_MBIM
    what = f"{operation} {command_name(*split_code(event.code)) if is_mbim else name}"
    reason = reason_left_out(event)
    message = None if reason else command_of(event, 1, event.port, served_only=False)
    if message is None:
        return Planned(place, what, reason=reason)
    return Planned(place, what, message, guard=guard_of(message))


def plan_events(events: Iterable[Event]) -> Iterator[Planned]:
    """What the requests of a recording come to, in order, and what it leaves to an operator."""
    for event in events:
        if event.kind in REQUESTS or is_for_operator(event):
            yield planned_event(event)


def is_for_operator(event: Event) -> bool:
    """Whether an input is one that only an operator can bring about; not what was inferred."""
    is_inferred = event.kind == Kind.KIND_STIMULUS and event.flags & RecordFlag.FLAG_INFERRED
    return event.kind in (Kind.KIND_STIMULUS, Kind.KIND_LIFECYCLE) and not is_inferred


def planned_event(event: Event) -> Planned:
    """What an input of a recording comes to."""
    place = f"record {event.index}"
    if event.kind in REQUESTS:
        return planned(event, place)
    if event.kind == Kind.KIND_LIFECYCLE:
        name = LIFECYCLE_NAMES.get(event.code, str(event.code))
        return Planned(place, f"lifecycle {name}", reason=OPERATOR)
    shorthand = shorthand_of(event)
    row = PROTOCOL.stimulus_by_number.get(event.code)
    what = f"stimulus {hex(event.code) if row is None else row.name}"
    waited = None if shorthand is None else shorthand.name
    return Planned(place, what, reason=OPERATOR, shorthand=waited)


def shorthand_of(event: Event) -> Shorthand | None:
    """The shorthand that a recorded stimulus stands for, or None."""
    from wwanreplay.protocol.codec import decode_event

    row = PROTOCOL.stimulus_by_number.get(event.code)
    try:
        decoded = decode_event(event)
    except DecodeError:
        return None
    if row is None or decoded is None or decoded.raw is not None:
        return None
    return find_shorthand(row.name, {leaf.path: leaf.value for leaf in decoded.leaves()})


def check_plan(plan: Iterable[Planned], allowed: Collection[str]) -> None:
    """UsageError that names every step with a command that needs a word it has not got."""
    refused = [each for each in plan if each.guard is not None and each.guard not in allowed]
    if not refused:
        return
    named = "; ".join(f"{each.place}: {each.command}" for each in refused[:NAMED_MAX])
    more = f"; and {len(refused) - NAMED_MAX} more" if len(refused) > NAMED_MAX else ""
    words = sorted({str(each.guard) for each in refused})
    needed = ", ".join(f"--allow-send {word} (it {MEANINGS[word]})" for word in words)
    raise UsageError(f"a real device is not sent this without {needed}: {named}{more}")


def check_words(words: Collection[str]) -> None:
    """UsageError for a word that allows nothing."""
    for word in words:
        if word not in MEANINGS:
            raise UsageError(f"--allow-send {word}: there is no such word; {', '.join(MEANINGS)}")
