"""How reports are compared with what a log shows of them: the marks of the rows, read.

A log shows some members of a report and not others; the rows say which of those are compared
(`schema.COMPARISONS`), and whether a device owes an event (`schema.EVENT_COMPARISONS`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final

from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.schema import BytesTail, Field, ListTail, Struct

#: What the variable parts of a structure are called in a path.
_TAIL_NAMES: Final = {ListTail: "Elements", BytesTail: "Data"}
_STATUSES: Final = "WWAN_STATUS"
_ACTIVATION: Final = "WWAN_ACTIVATION_STATE"
_DEACTIVATED: Final = PROTOCOL.number_of(_ACTIVATION, "WwanActivationStateDeactivated")

_ACTIVATION_MEMBER: Final = "ActivationState"
#: States of a context between two orders.
_ON_THE_WAY: Final = frozenset(
    PROTOCOL.number_of(_ACTIVATION, f"WwanActivationState{name}")
    for name in ("Activating", "Deactivating")
)

NETWORK_SEARCHES: Final = frozenset(
    row.number for row in PROTOCOL.tables.oids if row.searches and row.number is not None
)


@dataclass(frozen=True, slots=True)
class ReportComparison:
    """The beginnings of paths of one indication that are passed over.

    `never` always, `inactive` unless the activation state at one of the paths `activation` is
    another than deactivated.
    """

    never: tuple[str, ...]
    inactive: tuple[str, ...]
    activation: tuple[str, ...]

    def passed_over(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        """The beginnings of paths that are not compared in a report with these members."""
        if any(values.get(path) == _DEACTIVATED for path in self.activation):
            return self.never + self.inactive
        return self.never


@cache
def comparison_of(code: int) -> ReportComparison:
    """How reports of an indication are compared; as they are for a code without a row."""
    row = PROTOCOL.indication_by_number.get(code)
    never: dict[str, None] = {}
    inactive: dict[str, None] = {}
    activation: dict[str, None] = {}
    for name in () if row is None else row.structs:
        struct = PROTOCOL.structure(name)
        tail = struct.tail
        if isinstance(tail, ListTail | BytesTail) and tail.comparison == "never":
            never[_TAIL_NAMES[type(tail)]] = None
        for path, field in _members(struct):
            if field.comparison == "never":
                never[path] = None
            elif field.comparison == "active":
                inactive[path] = None
            elif field.values == _ACTIVATION:
                activation[path] = None
    return ReportComparison(tuple(never), tuple(inactive), tuple(activation))


@cache
def names_in_failures() -> frozenset[str]:
    """The names of members that mean something in a failed report."""
    return frozenset(
        field.name
        for struct in PROTOCOL.structs.values()
        for layout in struct.layouts
        for field in layout.fields
        if field.comparison == "always" or (field.values == _STATUSES and not field.of)
    )


def is_in_failures(path: str) -> bool:
    """Whether a member means something in a failed report."""
    return path.rpartition(".")[2] in names_in_failures()


def is_event_compared(code: int) -> bool:
    """Whether events of an indication are compared where a log has them."""
    return _event_comparison(code) in ("owed", "free")


def is_event_owed(code: int) -> bool:
    """Whether an event that the device emits is missed where a log does not have it."""
    return _event_comparison(code) not in ("free", "hidden")


def _event_comparison(code: int) -> str:
    row = PROTOCOL.indication_by_number.get(code)
    return "" if row is None else row.comparison


def _members(struct: Struct, prefix: str = "") -> Iterator[tuple[str, Field]]:
    """The members of all layouts by path, those of nested structures behind the structure."""
    for layout in struct.layouts:
        for field in layout.fields:
            yield f"{prefix}{field.name}", field
            if field.kind == "struct":
                yield from _members(PROTOCOL.structure(field.of), f"{prefix}{field.name}.")


class Live(StrEnum):
    """How a member of a present device's answer is compared with the recorded one."""

    BOUND = "bound"  # it must be the recorded one
    ORDERED = "ordered"  # the same in the answer to a set, else steady
    PROPERTY = "property"  # the same while modem and SIM are the recorded ones
    STEADY = "steady"  # whatever it is, the device may not contradict itself
    IDENTITY = "identity"  # another one is another SIM or modem
    FREE = "free"  # not compared


def live_mark_of(field: Field, code: int) -> Live:
    """How a member of an indication is compared live: by its own mark, else by its others.

    What no log is held against is free, and so is what is of no known origin, or of the place or a
    secret; a status is bound, and so is what echoes the request; what identifies subscriber or
    modem is an identity; the environment's is steady. The state machine's is ordered where the
    device reports it by events, and a property where it only answers.
    """
    if field.live:
        return Live(field.live)
    if field.comparison == "never" or code in _FOUND_BY_SEARCHES:
        return Live.BOUND if field.values == _STATUSES else Live.FREE
    if field.values == _STATUSES:
        return Live.BOUND
    if field.personal:
        is_identity = field.personal in ("subscriber", "device") and field.origin != "echo"
        return Live.IDENTITY if is_identity else Live.FREE
    if field.origin == "model":
        return Live.ORDERED if _event_comparison(code) else Live.PROPERTY
    return {"echo": Live.BOUND, "environment": Live.STEADY}.get(field.origin, Live.FREE)


#: Indications with what a search of the networks found.
_FOUND_BY_SEARCHES: Final = frozenset(
    row.number
    for row in PROTOCOL.tables.indications
    if any(PROTOCOL.oid(name).number in NETWORK_SEARCHES for name, _ in row.solicited_by)
)


@cache
def live_marks(code: int) -> Mapping[str, Live]:
    """The marks of the fixed members of an indication, by path."""
    row = PROTOCOL.indication_by_number.get(code)
    return {
        path: live_mark_of(field, code)
        for name in (() if row is None else row.structs)
        for path, field in _members(PROTOCOL.structure(name))
        if field.kind != "struct"
    }


@cache
def _fixing_rules(code: int) -> Mapping[str, str]:
    row = PROTOCOL.indication_by_number.get(code)
    return {
        path: field.fixed_by
        for name in (() if row is None else row.structs)
        for path, field in _members(PROTOCOL.structure(name))
        if field.fixed_by
    }


def fixing_rule(code: int, path: str, value: Any) -> str | None:
    """The rule that fixes a member in the answer to a set; None without, or for a state on the way.

    A modem may answer an order that it has taken before it is carried out.
    """
    rule = _fixing_rules(code).get(path)
    is_on_the_way = path.endswith(_ACTIVATION_MEMBER) and value in _ON_THE_WAY
    return None if is_on_the_way else rule


@cache
def is_status(code: int, path: str) -> bool:
    """Whether a member is the status with which an answer or event reports failure."""
    row = PROTOCOL.indication_by_number.get(code)
    return any(
        member == path and field.values == _STATUSES
        for name in (() if row is None else row.structs)
        for member, field in _members(PROTOCOL.structure(name))
    )


def queries_of(code: int) -> tuple[int, ...]:
    """The OIDs whose query an indication answers."""
    row = PROTOCOL.indication_by_number.get(code)
    names = () if row is None else tuple(name for name, how in row.solicited_by if "query" in how)
    numbers = (PROTOCOL.oid(name).number for name in names)
    return tuple(number for number in numbers if number is not None)
