"""Which numbers of enumerations a command may carry: those that the rows name.

WWAN has numbers that MBIM lacks, and would let them through where the two pass unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from wwanreplay.mbim import statuses
from wwanreplay.mbim.schema import Field, Layout
from wwanreplay.mbim.tables import DSS, ENUMS, STRUCTS, find_layout
from wwanreplay.mbim.transactions import Refusal


def refuse_unnamed(
    code: tuple[int, int], operation: str, values: Mapping[str, Any], mbimex: int
) -> None:
    """Refusal for a command with a number that its enumeration does not name."""
    layout = find_layout(*code, operation, mbimex)
    if layout is not None and not _is_named(layout, values):
        raise Refusal(_STATUSES.get(code[0], statuses.INVALID_PARAMETERS))


def _is_named(layout: Layout, values: Mapping[str, Any]) -> bool:
    return all(_is_member(field, values.get(field.name)) for field in layout.fields)


def _is_member(field: Field, value: Any) -> bool:
    if field.struct is not None:
        found = value if isinstance(value, list) else [value]
        inner = STRUCTS[field.struct].layout
        return all(_is_named(inner, each) for each in found if isinstance(each, dict))
    numbers = None if field.type is None else _numbers(field.type)
    return value is None or numbers is None or value in numbers


@cache
def _numbers(enumeration: str) -> frozenset[int] | None:
    """The numbers of an enumeration; None for flags, and for one that may have others."""
    row = ENUMS.get(enumeration)
    if row is None or row.flags or row.unverified:
        return None
    return frozenset(number for _, number in row.members)


#: A state of a stream that is neither open nor closed is an operation that is not supported.
_STATUSES: Final = {DSS: statuses.NO_DEVICE_SUPPORT}
