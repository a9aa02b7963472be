"""What expressions read of events: attributes, decoded fields, and the names of their values."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any, Final, NamedTuple

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.errors import DecodeError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.events import decode_event
from wwanreplay.protocol.schema import (
    SCALARS,
    BytesTail,
    Field,
    FlagSet,
    ItemsTail,
    ListTail,
    PairsTail,
    Struct,
    TablesTail,
    TlvTail,
)
from wwanreplay.protocol.tables import CODE_TABLES, full_name

_HEX: Final = re.compile(r"(?:0x)?((?:[0-9a-f]{2}[ :-]?)*)", re.I)


class Sort(Enum):
    """What the values of a field are, in words."""

    NUMBER = "a number"
    NAMED = "one of the names of its table"
    TRUTH = "true or false"
    TEXT = "a text"
    OCTETS = "bytes"
    GUID = "a GUID"


class Value(NamedTuple):
    """One value of an event, with the table that names it (empty without one).

    A truth is a bool, bytes are bytes, a GUID is a UUID. `is_element`: it stands in an array.
    """

    value: Any
    values: str
    is_element: bool = False


#: The values of one name in an event: none where it has no such field.
Read = Callable[["DecodedEvent"], Iterator[Value]]


class DecodedEvent:
    """An event that an expression looks at; decoded when a field is first wanted."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self._leaves: list[tuple[str, Value]] | None = None

    def leaves(self) -> list[tuple[str, Value]]:
        """(path in small letters, value) of each field, of an array of each element."""
        if self._leaves is None:
            self._leaves = list(_leaves(self.event))
        return self._leaves


# What fields there are


@dataclass
class Named:
    """All fields whose paths end alike: their sorts, the tables of their values.

    `sizes` are the bytes that they have; none where one of them may have any number. `least` and
    `most` are the ends of what numbers have room for; None where there are none.
    """

    sorts: set[Sort] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)
    sizes: set[int] = field(default_factory=set)
    has_any_size: bool = False
    least: int | None = None
    most: int | None = None

    def take(self, row: Field, *, is_whole: bool = True) -> None:
        """Take a field; of a variable part its elements (`is_whole` is false)."""
        if row.kind in ("struct", "union"):
            return
        sort = _sort_of(row)
        self.sorts.add(sort)
        self.tables.update({row.values} - {""})
        if sort is Sort.OCTETS:
            self.sizes.add(row.count)
            self.has_any_size |= not is_whole
        elif sort in (Sort.NUMBER, Sort.NAMED):
            least, most = _room_of(row)
            self.least = least if self.least is None else min(self.least, least)
            self.most = most if self.most is None else max(self.most, most)


def _room_of(row: Field) -> tuple[int, int]:
    """The smallest and the largest number that a field has room for."""
    width = 8 * SCALARS[row.kind][0] if row.bits is None else row.bits[1]
    if row.kind.startswith("i"):
        return -(1 << width - 1), (1 << width - 1) - 1
    return 0, (1 << width) - 1


def _sort_of(row: Field) -> Sort:
    if row.kind == "bool8" and not row.count:
        return Sort.TRUTH
    if row.bits is not None and row.bits[1] == 1:
        return Sort.TRUTH
    if row.kind == "guid":
        return Sort.GUID
    if row.count and row.kind in ("wchar16", "char8"):
        return Sort.TEXT
    if row.count and row.kind in ("u8", "bool8"):
        return Sort.OCTETS
    return Sort.NAMED if row.values else Sort.NUMBER


# Attributes of events

_STATUS_TABLE: Final = "NDIS_STATUS"
_INDICATION_TABLE: Final = "indication"
_STIMULUS_TABLE: Final = "stimulus"
_KIND_TABLE: Final = "kind"


class Attribute(NamedTuple):
    """What every event has, or those of some kinds."""

    read: Read
    about: Named


def _attribute(get: Callable[[Event], Any], table: str = "") -> Attribute:
    def read(seen: DecodedEvent) -> Iterator[Value]:
        value = get(seen.event)
        if value is not None:
            yield Value(value, table)

    return Attribute(read, Named({Sort.NAMED}, {table}) if table else Named({Sort.NUMBER}))


def _code_in(namespace: Namespace) -> Callable[[Event], int | None]:
    return lambda event: event.code if event.namespace == namespace else None


ATTRIBUTES: Final[dict[str, Attribute]] = {
    "kind": _attribute(lambda event: int(event.kind), _KIND_TABLE),
    "record": _attribute(lambda event: event.index),
    "time": _attribute(lambda event: event.time_ns),
    "port": _attribute(lambda event: event.port),
    "request": _attribute(lambda event: event.request_id),
    "code": _attribute(lambda event: event.code),
    "client": _attribute(lambda event: event.client),
    "cause": _attribute(lambda event: event.cause),
    "size": _attribute(lambda event: len(event.payload)),
    "oid": _attribute(_code_in(Namespace.NAMESPACE_OID), "OID"),
    "indication": _attribute(_code_in(Namespace.NAMESPACE_NDIS_STATUS), _INDICATION_TABLE),
    "stimulus": _attribute(_code_in(Namespace.NAMESPACE_STIMULUS), _STIMULUS_TABLE),
    "status": _attribute(
        lambda event: event.status if event.kind == Kind.KIND_COMPLETION else None, _STATUS_TABLE
    ),
}


def field_reader(path: str) -> Read:
    """Reads the fields whose path is this one, or ends with it; indexes may be left out."""
    wanted = path.lower()
    ending = f".{wanted}"
    has_index = "[" in wanted

    def read(seen: DecodedEvent) -> Iterator[Value]:
        for name, value in seen.leaves():
            plain = name if has_index else without_indexes(name)
            if plain == wanted or plain.endswith(ending):
                yield value

    return read


def without_indexes(path: str) -> str:
    """A path as it is in every element of its lists."""
    if "[" not in path:
        return path
    first, *others = path.split("[")
    return first + "".join(part.partition("]")[2] for part in others)


def _leaves(event: Event) -> Iterator[tuple[str, Value]]:
    for name, value in (event.fields or {}).items():
        path = str(name).lower()
        about = fields_named(without_indexes(path).rpartition(".")[2]) or Named()
        sort = next(iter(about.sorts)) if len(about.sorts) == 1 else None
        yield from _values_of(path, value, min(about.tables, default=""), sort)
    try:
        decoded = decode_event(event)
    except DecodeError:
        return
    if decoded is not None:
        for leaf in decoded.leaves():
            sort = _sort_of(leaf.field)
            yield from _values_of(leaf.path.lower(), leaf.value, leaf.field.values, sort)


def _values_of(path: str, value: Any, table: str, sort: Sort | None) -> Iterator[tuple[str, Value]]:
    """The values of a field as they are compared, each with its path."""
    if isinstance(value, list | tuple):
        for at, element in enumerate(value):
            yield f"{path}[{at}]", Value(_compared(element, sort), table, is_element=True)
        return
    yield path, Value(_compared(value, sort), table)


def _compared(value: Any, sort: Sort | None) -> Any:
    """A value as one of its sort is compared."""
    if sort is Sort.TRUTH and isinstance(value, int):
        return bool(value)
    if sort is Sort.GUID and isinstance(value, str):
        return guid_of(value) or value
    if sort is Sort.OCTETS and isinstance(value, str):
        found = octets_of(value)
        return value if found is None else found
    return value


def octets_of(text: str) -> bytes | None:
    """The bytes that a text stands for: hexadecimal, or an IP address; None for neither."""
    found = _HEX.fullmatch(text.strip())
    if found is not None:
        return bytes.fromhex(re.sub("[ :-]", "", found[1]))
    from ipaddress import ip_address  # it takes a while to load

    try:
        return ip_address(text).packed
    except ValueError:
        return None


def guid_of(text: str) -> uuid.UUID | None:
    """The GUID that a text is, in braces or not; None for another text."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@cache
def _all_fields() -> dict[str, Named]:
    """The last part of each path in small letters → what is known of such fields."""
    octets = {Sort.OCTETS}
    found = {name: Named(set(octets), has_any_size=True) for name in ("data", "raw", "rest")}
    for name, struct in PROTOCOL.structs.items():
        for layout in struct.layouts:
            for leaf in PROTOCOL.flat(name, layout.id).leaves:
                last = without_indexes(leaf.path.lower()).rpartition(".")[2]
                found.setdefault(last, Named()).take(leaf.field)
        for part, rows in _tails(struct):
            named = found.setdefault(part.lower(), Named())
            for row in rows:
                named.take(row, is_whole=False)
            if not rows:
                named.sorts.add(Sort.OCTETS)
                named.has_any_size = True
    return found


def fields_named(last: str) -> Named | None:
    """What is known of the fields whose paths end so, in small letters; None where none does."""
    return _all_fields().get(last)


def _tails(struct: Struct) -> Iterator[tuple[str, Iterable[Field]]]:
    """(name, its elements; none are bytes) of each variable part of a structure."""
    tail = struct.tail
    if isinstance(tail, TlvTail):
        yield "Tlvs", ()
        tail = tail.pairs
    if isinstance(tail, ListTail):
        yield "Elements", [item for _, choices in tail.elements for item in choices]
    elif isinstance(tail, ItemsTail):
        yield "Elements", [tail.item]
    elif isinstance(tail, TablesTail):
        yield from ((name, [tail.item]) for name, _, _ in tail.tables)
    elif isinstance(tail, PairsTail):
        yield from ((name, ()) for name, _, _ in tail.pairs)
    elif isinstance(tail, BytesTail):
        yield "Data", ()


@cache
def known_names() -> tuple[str, ...]:
    """The names of all fields and attributes, for what is like a wrong one."""
    names = {
        without_indexes(leaf.path).rpartition(".")[2]
        for name, struct in PROTOCOL.structs.items()
        for layout in struct.layouts
        for leaf in PROTOCOL.flat(name, layout.id).leaves
    }
    return (*sorted(names), *ATTRIBUTES)


@cache
def _names_of(table: str) -> dict[str, int]:
    """name → number of a table of values."""
    if table == _KIND_TABLE:
        return {kind.name.removeprefix("KIND_").lower(): int(kind) for kind in Kind}
    rows: dict[str, Any]
    if table == "OID":
        rows = PROTOCOL.oid_by_name
    elif table == _INDICATION_TABLE:
        rows = PROTOCOL.indication_by_name
    elif table == _STIMULUS_TABLE:
        rows = PROTOCOL.stimulus_by_name
    elif table == _STATUS_TABLE:
        rows = PROTOCOL.ndis_status_by_name
    elif table == "WWAN_STATUS":
        rows = PROTOCOL.wwan_status_by_name
    else:
        return {member.name: member.number for member in PROTOCOL.enum(table).members}
    return {name: row.number for name, row in rows.items() if row.number is not None}


def short_names(table: str) -> list[str]:
    """The names of a table without what all of them begin with."""
    names = list(_names_of(table))
    common = 0
    while len({name[: common + 1] for name in names}) == 1 and common < len(names[0]):
        common += 1
    while common and not all(
        name[common - 1] == "_" or name[common:][:1].isupper() for name in names
    ):
        common -= 1
    return [name[common:] or name for name in names]


@cache
def numbers_meant(table: str, word: str) -> frozenset[int]:
    """The numbers that a word stands for: a name in any case, its short form, or its last words."""
    if not table:
        return frozenset()
    names = _names_of(table)
    if table in (*CODE_TABLES, _INDICATION_TABLE, _STIMULUS_TABLE, _STATUS_TABLE, _KIND_TABLE):
        meant = full_name(word, names)
        return frozenset() if meant is None else frozenset({names[meant]})
    parts = word.split("|")
    if len(parts) > 1 and isinstance(PROTOCOL.enum_by_name.get(table), FlagSet):
        numbers = [numbers_meant(table, part.strip()) for part in parts]
        if all(len(each) == 1 for each in numbers):
            total = 0
            for each in numbers:
                total |= next(iter(each))
            return frozenset({total})
    exact = [number for name, number in names.items() if name.lower() == word.lower()]
    return frozenset(exact or (number for name, number in names.items() if ends_as(name, word)))


def ends_as(name: str, word: str) -> bool:
    """Whether a name ends with a word, at the beginning of a word of its own."""
    at = len(name) - len(word)
    if at <= 0 or name[at:].lower() != word.lower():
        return False
    return name[at].isupper() or name[at].isdigit() or name[at - 1] == "_"
