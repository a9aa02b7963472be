"""Events as rows: the columns of every table format, and the decoded leaf fields with them.

Personal values are masked by default. What no table describes, and fields of which
only names and values are known, may hold anything: they are masked whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple

from wwanreplay._core import Event, Kind, Namespace, RecordFlag, WireDirection
from wwanreplay.errors import DecodeError
from wwanreplay.mbim.header import look
from wwanreplay.mbim.presentation import describe, describe_buffer
from wwanreplay.mbim.tables import (
    command_name,
    split_code,
)
from wwanreplay.mbim.versions import VersionInForce
from wwanreplay.protocol.codec import Decoded, DecodedLeaf, decode_event, format_value, mask_value
from wwanreplay.protocol.kinds import HOST_INPUTS, OUTPUTS, TEXTS
from wwanreplay.protocol.presentation import json_value
from wwanreplay.protocol.remembered import Remembered
from wwanreplay.replay.names import code_name, kind_name, status_name
from wwanreplay.trace import TraceHeader

#: Columns of an event, in this order; `fields` comes last.
COLUMNS: Final = (
    "index",
    "time_ns",
    "time_utc",
    "kind",
    "direction",
    "name",
    "namespace",
    "code",
    "port",
    "request_id",
    "status",
    "status_name",
    "handle",
    "capacity",
    "bytes",
    "client",
    "cause",
    "source",
    "flags",
    "payload_size",
    "structure",
    "problem",
    "text",
    "payload",
)
_NO_COLUMNS: Final[dict[str, Any]] = dict.fromkeys(COLUMNS)
#: Columns of a field's row.
FIELD_COLUMNS: Final = (
    "index",
    "time_ns",
    "time_utc",
    "kind",
    "name",
    "port",
    "request_id",
    "structure",
    "path",
    "value",
    "number",
)

# Low bytes of the types that change the version: OPEN, COMMAND and COMMAND_DONE.
_FLAG_NAMES = {flag: flag.name.removeprefix("FLAG_").lower() for flag in RecordFlag}
_NAMESPACE_NAMES = {
    member.value: member.name.removeprefix("NAMESPACE_").lower() for member in Namespace
}
_OPERATIONS = {
    Kind.KIND_QUERY: "query",
    Kind.KIND_SET: "set",
    Kind.KIND_COMPLETION: "response",
    Kind.KIND_INDICATION: "notification",
}


class Leaf(NamedTuple):
    """One decoded field: the value as people read it, and its number where it has one."""

    path: str
    value: Any
    number: int | None = None

    @property
    def text(self) -> str:
        """The value as text."""
        return self.value if isinstance(self.value, str) else json.dumps(self.value)


#: A value as compact as `json.dumps` gives it, in the characters of the value.
json_text: Final = json.JSONEncoder(ensure_ascii=False).encode


class Contents:
    """What the payload of an event shows; of equal payloads it is the same object.

    `name` and `problem` are those of the columns, None where the event's own stand.
    """

    def __init__(
        self,
        leaves: Iterable[Leaf] = (),
        *,
        name: str | None = None,
        structure: str | None = None,
        problem: str | None = None,
    ) -> None:
        self.leaves = list(leaves)
        self.name = name
        self.structure = structure
        self.problem = problem
        #: What an export has made of the fields for its table.
        self.cells: list[Any] | None = None

    @property
    def size(self) -> int:
        """Bytes in memory, about, with what is made of it."""
        return sum(_LEAF_SIZE + 2 * len(leaf.path) for leaf in self.leaves)

    @cached_property
    def fields(self) -> dict[str, Any]:
        """The fields by path."""
        return {leaf.path: leaf.value for leaf in self.leaves}

    @cached_property
    def json(self) -> str:
        """The fields by path, as JSON."""
        return json_text(self.fields)


class Row(NamedTuple):
    """One event: its columns by name, absent ones None, and what its payload shows."""

    columns: dict[str, Any]
    contents: Contents

    @property
    def leaves(self) -> list[Leaf]:
        """The fields."""
        return self.contents.leaves

    @property
    def fields(self) -> dict[str, Any]:
        """The fields by path."""
        return self.contents.fields


#: Bytes that a field takes in memory, about.
_LEAF_SIZE: Final = 250


def utc_text(wall_ns: int) -> str | None:
    """RFC 3339 with nine decimals; None outside the years that a calendar has."""
    seconds, rest = divmod(wall_ns, 10**9)
    whole = _second_text(seconds)
    return None if whole is None else f"{whole}.{rest:09d}Z"


@lru_cache(maxsize=256)
def _second_text(seconds: int) -> str | None:
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return f"{moment:%Y-%m-%dT%H:%M:%S}"


def encoded(text: str) -> bytes:
    """UTF-8; half of a surrogate pair, which no UTF-8 has, as its escape."""
    return text.encode("utf-8", "backslashreplace")


class RowMaker:
    """Makes rows of the events of one trace, which must come in order."""

    def __init__(self, header: TraceHeader, *, show_personal: bool = False) -> None:
        self.show_personal = show_personal
        value = header.clock.get("epoch_ns")
        known = isinstance(value, int) and not isinstance(value, bool)
        self.epoch_ns: int | None = value if known else None
        self._version = VersionInForce()
        self._known: Remembered[Contents] = Remembered()
        self._nothing = Contents()

    def row(self, event: Event) -> Row:
        """The row of the next event."""
        columns = self.columns(event)
        contents = self._contents(event)
        if contents.name is not None:
            columns["name"] = contents.name
        columns["structure"] = contents.structure
        columns["problem"] = contents.problem
        return Row(columns, contents)

    def columns(self, event: Event) -> dict[str, Any]:
        """The columns of an event, without what its payload shows when it is decoded."""
        kind, payload = event.kind, event.payload
        columns = _NO_COLUMNS.copy()
        columns["index"] = event.index
        columns["time_ns"] = event.time_ns
        columns["time_utc"] = self._utc(event.time_ns)
        columns["kind"] = kind_name(event)
        columns["direction"] = direction(event)
        columns["name"] = code_name(event) or None
        namespace = event.namespace
        columns["namespace"] = _NAMESPACE_NAMES.get(namespace) or str(namespace)
        columns["code"] = event.code
        columns["port"] = event.port
        columns["request_id"] = event.request_id
        columns["handle"] = event.handle
        columns["capacity"] = event.capacity
        columns["bytes"] = event.bytes
        columns["client"] = event.client
        columns["cause"] = event.cause
        source = event.source
        columns["source"] = None if source is None else json_value(source)
        columns["flags"] = flags_text(event.flags) or None if event.flags else None
        columns["payload_size"] = len(payload)
        if kind == Kind.KIND_COMPLETION:
            columns["status"] = event.status
            columns["status_name"] = status_name(event.status)
        if kind in TEXTS:
            columns["text"] = payload.decode("utf-8", "replace")
        elif self.show_personal and payload:
            columns["payload"] = payload.hex()
        return columns

    def _utc(self, time_ns: int) -> str | None:
        return None if self.epoch_ns is None else utc_text(self.epoch_ns + time_ns)

    def _contents(self, event: Event) -> Contents:
        """What the payload of an event shows, and what its log says of one that has none."""
        kind = event.kind
        printed = event.fields
        if kind == Kind.KIND_WIRE:
            name, lines = self._wire(event.payload)
            leaves = [*self._printed(printed), *(Leaf(path, text) for path, text in lines)]
            return Contents(leaves, name=name)
        if printed:
            made = self._made(event)
            return Contents(
                [*self._printed(printed), *made.leaves],
                name=made.name,
                structure=made.structure,
                problem=made.problem,
            )
        key = kind, event.namespace, event.code, event.payload
        known = self._known.get(key)
        if known is not None:
            return known
        made = self._made(event)
        return self._known.keep(key, made, 3 * len(event.payload) + made.size)

    def _printed(self, fields: dict[Any, Any] | None) -> Iterator[Leaf]:
        """The fields of an event that never had a buffer."""
        for name, value in (fields or {}).items():
            yield Leaf(str(name), json_value(value) if self.show_personal else mask_value(value))

    def _made(self, event: Event) -> Contents:
        """What the payload of an event shows."""
        if event.kind in TEXTS:
            return self._nothing
        if event.namespace == Namespace.NAMESPACE_MBIM:
            name = command_name(*split_code(event.code))
            operation = _OPERATIONS.get(event.kind)
            if operation is None or not event.payload:
                return Contents(name=name)
            lines = describe_buffer(
                event.code, operation, event.payload, show_personal=self.show_personal
            )
            return Contents((Leaf(path, text) for path, text in lines), name=name)
        if not event.payload:
            return self._nothing
        try:
            decoded = decode_event(event)
        except DecodeError as error:
            return Contents(problem=str(error))
        if decoded is None:
            return self._nothing
        return Contents(self._decoded(decoded), structure=decoded.name)

    def _decoded(self, decoded: Decoded) -> list[Leaf]:
        """The fields of a structure. What most of them are, a number, is asked first."""
        shows_all = self.show_personal
        made: list[Leaf] = []
        for leaf in decoded.leaves():
            path, _, _, value, field = leaf
            if field.personal and not shows_all:
                made.append(Leaf(path, mask_value(value)))
            elif not isinstance(value, int):
                made.append(Leaf(path, _leaf_value(leaf)))
            elif field.values:
                made.append(Leaf(path, format_value(field, value), value))
            else:
                made.append(Leaf(path, value, value))
        return made

    def _wire(self, data: bytes) -> tuple[str, list[tuple[str, str]]]:
        """The fields of a message, by the version in force, which a message may change."""
        described = describe(data, mbimex=self._version.mbimex, show_personal=self.show_personal)
        head = look(data)
        self._version.take(head, data[head.buffer_at :])
        return described


def direction(event: Event) -> str | None:
    """`to device`, `from device`, or None for what goes neither way."""
    if event.kind == Kind.KIND_WIRE:
        return "to device" if event.code == WireDirection.WIRE_HOST_TO_DEVICE else "from device"
    return _DIRECTIONS.get(event.kind)


_DIRECTIONS: Final = {
    **dict.fromkeys(HOST_INPUTS, "to device"),
    **dict.fromkeys(OUTPUTS, "from device"),
}


def flags_text(flags: int) -> str:
    """The names of a record's flags, joined by `|`."""
    names = [name for flag, name in _FLAG_NAMES.items() if flags & flag]
    unknown = flags & ~sum(_FLAG_NAMES)
    return "|".join([*names, *([f"{unknown:#x}"] if unknown else [])])


def _leaf_value(leaf: DecodedLeaf) -> Any:
    value = leaf.value
    if isinstance(value, bytes):
        return value.hex()
    if leaf.field.values:
        return format_value(leaf.field, value)
    return list(value) if isinstance(value, tuple) else value
