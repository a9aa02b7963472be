"""How reports are compared with what a log shows of them: the marks of the rows, read.

A log shows some members of a report and not others; the rows say which of those are compared
(`schema.COMPARISONS`), and whether a device owes an event (`schema.EVENT_COMPARISONS`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.schema import BytesTail, Field, ListTail, Struct

#: What the variable parts of a structure are called in a path.
_TAIL_NAMES: Final = {ListTail: "Elements", BytesTail: "Data"}
_STATUSES: Final = "WWAN_STATUS"
_ACTIVATION: Final = "WWAN_ACTIVATION_STATE"
_DEACTIVATED: Final = PROTOCOL.number_of(_ACTIVATION, "WwanActivationStateDeactivated")

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
