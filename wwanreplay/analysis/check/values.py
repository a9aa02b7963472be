"""Values of reports by the tables: enumerations, strings, reserved members."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from wwanreplay._sessions import by_buffers
from wwanreplay.analysis.check.fields import Fields, flat_layout
from wwanreplay.analysis.check.registry import Judgement, rule
from wwanreplay.analysis.check.session import Session
from wwanreplay.protocol import enums, general
from wwanreplay.protocol.schema import FlagSet, ListTail

_ENUMERATIONS = {
    row.name: frozenset(
        number
        for member in row.members
        if not member.bound
        for number in (member.number, *member.earlier)
    )
    for row in (*enums.ROWS, *general.ENUM_ROWS)
    if not isinstance(row, FlagSet)
}


@dataclass(frozen=True, slots=True)
class _Places:
    """Where in a layout the members are that the tables say something of: (path, offset, size)."""

    enumerations: tuple[tuple[str, int, int, frozenset[int]], ...]
    strings: tuple[tuple[str, int, int], ...]
    reserved: tuple[tuple[str, int, int], ...]


@cache
def _places(struct: str, layout: str) -> _Places:
    enumerations, strings, reserved = [], [], []
    for leaf in flat_layout(struct, layout).leaves:
        field, where = leaf.field, (leaf.path, leaf.offset, leaf.size)
        if leaf.case or field.bits is not None:
            continue
        if field.values in _ENUMERATIONS and not field.count:
            enumerations.append((*where, _ENUMERATIONS[field.values]))
        elif field.kind == "wchar16" and field.count:
            strings.append(where)
        elif leaf.path.rpartition(".")[2].startswith("Reserved"):
            reserved.append(where)
    return _Places(tuple(enumerations), tuple(strings), tuple(reserved))


def _judged(
    session: Session, wrong: Callable[[Fields, _Places], str | None]
) -> Iterable[Judgement]:
    """Successful reports whose structure has such members, with what is wrong there."""

    def judged(fields: Fields) -> str | None:
        is_readable = fields.known and not fields["uStatus"] and len(fields.data) >= fields.size
        return wrong(fields, _places(*fields.layout)) if is_readable else None

    lists = session.indications.values()
    return by_buffers(session, lists, wrong.__name__, judged, whole=True)


@rule("value.enumeration")
def enumeration(session: Session) -> Iterable[Judgement]:
    """Numbers are members of their enumerations, and lists have elements of a type of theirs."""
    return _judged(session, _no_member)


def _no_member(fields: Fields, places: _Places) -> str | None:
    for path, offset, size, known in places.enumerations:
        value = int.from_bytes(fields.data[offset : offset + size], "little")
        if value not in known:
            return f"{path} is {value}, which its enumeration does not have"
    tail = fields.struct.tail
    if isinstance(tail, ListTail) and tail.elements and fields.element_count():
        if fields.element_size() is None:
            path = f"{tail.header}.ElementType"
            return f"{path} is {fields[path]}, whose elements the list does not have"
        return ""
    return "" if places.enumerations else None


@rule("value.terminated")
def terminated(session: Session) -> Iterable[Judgement]:
    """Strings end within their arrays."""
    return _judged(session, _endless)


def _endless(fields: Fields, places: _Places) -> str | None:
    for path, offset, size in places.strings:
        text = fields.data[offset : offset + size]
        if not any(text[at : at + 2] == b"\0\0" for at in range(0, size - 1, 2)):
            return f"{path} has no NUL in its {size // 2} characters"
    return "" if places.strings else None


@rule("value.reserved-zero")
def reserved_zero(session: Session) -> Iterable[Judgement]:
    """Reserved members are zero."""
    return _judged(session, _not_zero)


def _not_zero(fields: Fields, places: _Places) -> str | None:
    for path, offset, size in places.reserved:
        if any(fields.data[offset : offset + size]):
            return f"{path} is not zero"
    return "" if places.reserved else None
