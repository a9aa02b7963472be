"""Events as rows: the columns of every table format, and the decoded leaf fields with them.

Personal values are masked by default. What no table describes, and fields of which
only names and values are known, may hold anything: they are masked whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
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


class Row(NamedTuple):
    """One event: its columns by name, absent ones None, and its fields."""

    columns: dict[str, Any]
    leaves: list[Leaf]

    @property
    def fields(self) -> dict[str, Any]:
        """The fields by path."""
        return {leaf.path: leaf.value for leaf in self.leaves}


def utc_text(wall_ns: int) -> str | None:
    """RFC 3339 with nine decimals; None outside the years that a calendar has."""
    seconds, rest = divmod(wall_ns, 10**9)
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"


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

    def row(self, event: Event) -> Row:
        """The row of the next event."""
        columns = self.columns(event)
        return Row(columns, list(self._leaves(event, columns)))

    def columns(self, event: Event) -> dict[str, Any]:
        """The columns of an event, without what its payload shows when it is decoded."""
        columns: dict[str, Any] = dict.fromkeys(COLUMNS)
        columns |= {
            "index": event.index,
            "time_ns": event.time_ns,
            "time_utc": self._utc(event.time_ns),
            "kind": kind_name(event),
            "direction": direction(event),
            "name": code_name(event) or None,
            "namespace": _NAMESPACE_NAMES.get(event.namespace, str(event.namespace)),
            "code": event.code,
            "port": event.port,
            "request_id": event.request_id,
            "handle": event.handle,
            "capacity": event.capacity,
            "bytes": event.bytes,
            "client": event.client,
            "cause": event.cause,
            "source": None if event.source is None else json_value(event.source),
            "flags": flags_text(event.flags) or None,
            "payload_size": len(event.payload),
        }
        if event.kind == Kind.KIND_COMPLETION:
            columns["status"] = event.status
            columns["status_name"] = status_name(event.status)
        if event.kind in TEXTS:
            columns["text"] = event.payload.decode("utf-8", "replace")
        elif self.show_personal and event.payload:
            columns["payload"] = event.payload.hex()
        return columns

    def _utc(self, time_ns: int) -> str | None:
        return None if self.epoch_ns is None else utc_text(self.epoch_ns + time_ns)

    def _leaves(self, event: Event, columns: dict[str, Any]) -> Iterator[Leaf]:
        if event.fields:
            for name, value in event.fields.items():
                yield Leaf(
                    str(name), json_value(value) if self.show_personal else mask_value(value)
                )
        if event.kind in TEXTS:
            return
        if event.kind == Kind.KIND_WIRE:
            columns["name"], lines = self._wire(event.payload)
            yield from (Leaf(path, text) for path, text in lines)
            return
        if event.namespace == Namespace.NAMESPACE_MBIM:
            columns["name"] = command_name(*split_code(event.code))
            operation = _OPERATIONS.get(Kind(event.kind))
            if operation is not None and event.payload:
                lines = describe_buffer(
                    event.code, operation, event.payload, show_personal=self.show_personal
                )
                yield from (Leaf(path, text) for path, text in lines)
            return
        if not event.payload:
            return
        try:
            decoded = decode_event(event)
        except DecodeError as error:
            columns["problem"] = str(error)
            return
        if decoded is not None:
            columns["structure"] = decoded.name
            yield from self._decoded(decoded)

    def _decoded(self, decoded: Decoded) -> Iterator[Leaf]:
        for leaf in decoded.leaves():
            if leaf.personal and not self.show_personal:
                yield Leaf(leaf.path, mask_value(leaf.value))
            else:
                number = leaf.value if isinstance(leaf.value, int) else None
                yield Leaf(leaf.path, _leaf_value(leaf), number)

    def _wire(self, data: bytes) -> tuple[str, list[tuple[str, str]]]:
        """The fields of a message, by the version in force, which a message may change."""
        described = describe(data, mbimex=self._version.mbimex, show_personal=self.show_personal)
        head = look(data)
        self._version.take(head, data[head.buffer_at :])
        return described


def direction(event: Event) -> str | None:
    """`to device`, `from device`, or None for what goes neither way."""
    if event.kind in HOST_INPUTS:
        return "to device"
    if event.kind in OUTPUTS:
        return "from device"
    if event.kind == Kind.KIND_WIRE:
        return "to device" if event.code == WireDirection.WIRE_HOST_TO_DEVICE else "from device"
    return None


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
