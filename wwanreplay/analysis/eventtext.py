"""One event as people and programs read it: a line, its fields, JSON. Personal values are masked.

Wire messages and payloads that no table describes may hold anything, so that they are masked whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from wwanreplay._core import Event, Kind, Namespace, RecordFlag, WireDirection
from wwanreplay.analysis.decodedonly import decoded_only
from wwanreplay.errors import DecodeError
from wwanreplay.mbim.header import U32_MAX
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import Decoded, DecodedLeaf, decode_event, leaf_text, plain
from wwanreplay.protocol.kinds import HOST_INPUTS, OUTPUTS, TEXTS
from wwanreplay.protocol.presentation import time_text
from wwanreplay.protocol.remembered import Remembered
from wwanreplay.protocol.schema import FlagSet
from wwanreplay.replay.names import code_name, kind_name, status_name
from wwanreplay.trace.notes import NoteCode
from wwanreplay.words import printable

_MARKS = ((RecordFlag.FLAG_INCOMPLETE, "incomplete"), (RecordFlag.FLAG_INFERRED, "inferred"))


def shown_time(event: Event) -> str:
    """The time of an event in seconds; behind `~` where what was recorded does not have it."""
    about = "~" if event.flags & RecordFlag.FLAG_TIME_INEXACT else ""
    return about + time_text(event.time_ns)


def place_texts(event: Event) -> Iterator[str]:
    """Where an event stands, for reports: its time where that is known, its place in the log."""
    if not event.flags & RecordFlag.FLAG_TIME_INEXACT:
        yield f"{time_text(event.time_ns)} s"
    log = log_place(event.source)
    if log:
        yield log


def arrow(event: Event) -> str:
    """Which way an event goes: → to the device, ← from it, ~ the environment, blank neither."""
    if event.kind in HOST_INPUTS:
        return "→"
    if event.kind in OUTPUTS:
        return "←"
    if event.kind in (Kind.KIND_STIMULUS, Kind.KIND_LIFECYCLE):
        return "~"
    if event.kind == Kind.KIND_WIRE:
        return "⇒" if event.code == WireDirection.WIRE_HOST_TO_DEVICE else "⇐"
    return {Kind.KIND_GAP: "!", Kind.KIND_NOTE: "#"}.get(event.kind, " ")


def transaction_text(event: Event, *, of_messages: bool = False) -> str:
    """`request 7`, or of a trace whose requests were messages (`of_messages`) `transaction 7`.

    An imported log numbers its requests by session and transaction.
    """
    if of_messages:
        return f"transaction {(event.request_id or 0) & U32_MAX}"
    return f"request {event.request_id}"


def title(event: Event, *, of_messages: bool = False) -> str:
    """What an event is, without its time: kind, name, transaction, status."""
    if event.kind in TEXTS:
        return _text_title(event)
    if event.kind == Kind.KIND_CLOCK:
        return _clock_title(event)
    if event.kind == Kind.KIND_WIRE:
        from wwanreplay.mbim.presentation import title_of_transfer

        message = title_of_transfer(event.payload)
        if message.startswith("no MBIM message"):
            return _cut_title(event)
        return f"wire {message}, {len(event.payload)} bytes{_client_text(event)}"
    before, after = _around_transaction(event)
    if not _has_transaction(event):
        return before + after
    return f"{before} {transaction_text(event, of_messages=of_messages)}{after}"


def _has_transaction(event: Event) -> bool:
    """Whether the title of an event names its transaction."""
    return event.kind in HOST_INPUTS or (
        event.kind in OUTPUTS and bool(event.request_id or event.kind != Kind.KIND_INDICATION)
    )


def _around_transaction(event: Event) -> tuple[str, str]:
    """What a title has before its transaction and behind it."""
    before = f"{kind_name(event)} {code_name(event)}"
    words = [""]
    if event.kind == Kind.KIND_INDICATION and not event.request_id:
        words.append("event")
    if event.port:
        words.append(f"port {event.port}")
    if event.client is not None:
        words.append(f"client {event.client}")
    if event.kind == Kind.KIND_COMPLETION:
        words.append(status_name(event.status))
        if event.bytes:
            words.append(f"{event.bytes} bytes")
    return before, " ".join(words)


def _client_text(event: Event) -> str:
    return "" if event.client is None else f", client {event.client}"


def _cut_title(event: Event) -> str:
    """The title of a message that is not whole: the members of its header that are there."""
    from wwanreplay.mbim.header import TYPES, look
    from wwanreplay.mbim.presentation import title_of

    what, size = code_name(event), f"{len(event.payload)} bytes"
    head = look(event.payload)
    if head.transaction_id is not None and head.type in TYPES:
        what = title_of(head)
        if (head.length or 0) > len(event.payload):
            size = f"{len(event.payload)} of {head.length} bytes"
    return f"wire {what}, {size}{_client_text(event)}"


def _text_title(event: Event) -> str:
    text = event.payload.decode("utf-8", "replace")
    text = printable(text)
    if event.kind == Kind.KIND_GAP:
        lost = f"{event.code} records lost" if event.code else "an unknown number of records lost"
        return f"gap: {lost}: {text}"
    if event.code == NoteCode.FAULT:
        where = "" if event.cause is None else f" at record {event.cause}"
        return f"fault{where}: {text}"
    return f"note: {text}"


def _clock_title(event: Event) -> str:
    if event.code == 1 and len(event.payload) >= 8:
        return f"clock: wall time {int.from_bytes(event.payload[:8], 'little', signed=True)} ns"
    if event.code == 2 and len(event.payload) >= 16:
        jump_ns = int.from_bytes(event.payload[8:16], "little", signed=True)
        return f"clock: the wall clock jumped {jump_ns:+d} ns"
    return "clock: the session went on until here"


def decoded_of(event: Event) -> Decoded | str | None:
    """The payload decoded; the reason when it is malformed; None when no table describes it."""
    if not event.payload or event.kind in TEXTS or event.kind == Kind.KIND_WIRE:
        return None
    if event.namespace == Namespace.NAMESPACE_MBIM:
        return None
    try:
        return decode_event(event)
    except DecodeError as error:
        return str(error)


def matters(leaf: DecodedLeaf) -> bool:
    """Whether a field is worth a line: it is no header, and neither zero nor empty."""
    value = leaf.value
    if leaf.path == "uStatus":
        return bool(value)
    if _is_header(leaf.path):
        return False
    empty = not any(value) if isinstance(value, bytes | tuple) else not value
    if isinstance(value, str) and not value.strip("{}-0"):
        empty = True
    return not empty or _names_its_zero(leaf.field.values)


@lru_cache(maxsize=8192)
def _is_header(path: str) -> bool:
    """Whether a field belongs to the header of a structure or of a list."""
    return any(part == "Header" or part.endswith("ListHeader") for part in path.split("."))


@lru_cache(maxsize=1024)
def _names_its_zero(values: str) -> bool:
    """Whether zero is a member of an enumeration, which says something."""
    row = PROTOCOL.enum_by_name.get(values) if values else None
    return row is not None and not isinstance(row, FlagSet)


def fields(
    event: Event, *, show_personal: bool = False, all_fields: bool = False
) -> Iterator[tuple[str, str]]:
    """(path, text) of the payload's fields that matter, or of all."""
    yield from decoded_only(event, show_personal=show_personal)
    if event.kind == Kind.KIND_WIRE or event.namespace == Namespace.NAMESPACE_MBIM:
        yield from _mbim_fields(event, show_personal, all_fields)
        return
    decoded = decoded_of(event)
    if isinstance(decoded, str):
        yield "malformed", decoded
    elif decoded is not None:
        for leaf in decoded.leaves():
            if all_fields or matters(leaf):
                yield leaf.path, leaf_text(leaf, show_personal=show_personal)
    elif event.payload and event.kind not in TEXTS | {Kind.KIND_CLOCK}:
        yield "payload", octets_text(event.payload, show_personal=show_personal)


def _mbim_fields(event: Event, show_personal: bool, all_fields: bool) -> Iterator[tuple[str, str]]:
    """Fields of an MBIM message or buffer; of a message only with all fields: the events made of it
    show those that matter.
    """
    from wwanreplay.mbim.presentation import describe, describe_buffer

    if event.kind == Kind.KIND_WIRE:
        if all_fields:
            yield from describe(event.payload, show_personal=show_personal)[1]
        return
    operation = {Kind.KIND_QUERY: "query", Kind.KIND_SET: "set"}.get(event.kind, "response")
    if event.payload:
        yield from describe_buffer(
            event.code, operation, event.payload, show_personal=show_personal
        )


def octets_text(data: bytes, *, show_personal: bool) -> str:
    """Bytes that no table describes."""
    if not show_personal:
        return f"*** ({len(data)} bytes)"
    return data.hex() if len(data) <= 64 else f"{data[:64].hex()}… ({len(data) - 64} more bytes)"


def raw_lines(event: Event, *, show_personal: bool = False) -> Iterator[str]:
    """The payload in hexadecimal, 16 bytes a line; what is personal as dots."""
    hidden = hidden_octets(event) if not show_personal else set()
    for start in range(0, len(event.payload), 16):
        row = event.payload[start : start + 16]
        cells = ["··" if start + at in hidden else f"{octet:02x}" for at, octet in enumerate(row)]
        yield f"{start:04x}  {' '.join(cells)}"


def hidden_octets(event: Event) -> set[int]:
    """Places of the payload that may be personal."""
    if event.kind in TEXTS | {Kind.KIND_CLOCK}:
        return set()
    decoded = decoded_of(event)
    if not isinstance(decoded, Decoded):
        return set(range(len(event.payload)))
    known: set[int] = set()
    hidden: set[int] = set()
    for leaf in decoded.leaves():
        places = range(leaf.offset, leaf.offset + leaf.size)
        (hidden if leaf.personal else known).update(places)
    # Padding and trailing bytes belong to no field and may hold what a buffer held before.
    return hidden | (set(range(len(event.payload))) - known)


class EventPrinter:
    """Prints events: each on one line, its fields indented below.

    What equal events have in common is made once. `of_messages`: requests are named by the
    transactions of their messages; `has_times`: of a log that has them.
    """

    def __init__(
        self,
        *,
        show_personal: bool = False,
        all_fields: bool = False,
        raw: bool = False,
        of_messages: bool = False,
        has_times: bool = True,
    ) -> None:
        self._show_personal = show_personal
        self._all_fields = all_fields
        self._raw = raw
        self._of_messages = of_messages
        self._has_times = has_times
        self._heads: Remembered[tuple[str, bool, str]] = Remembered(HEADS_SIZE_MAX)
        self._bodies: Remembered[list[str]] = Remembered()

    def lines(self, event: Event) -> list[str]:
        """The lines of an event."""
        return [self.head(event), *self.body(event)]

    def head(self, event: Event) -> str:
        """The first line: index, time, direction, title, marks."""
        index = "" if event.index is None else event.index
        time = shown_time(event) if self._has_times else ""
        kind = event.kind
        if kind in _UNLIKE_OTHERS:
            what = title(event, of_messages=self._of_messages)
            return f"{index:>7}  {time:>16}  {arrow(event)} {what}{_mark(event)}"
        request_id = event.request_id
        key = (
            *(kind, event.namespace, event.code, event.port, event.client, event.flags),
            *(event.status, event.bytes, bool(request_id)),
        )
        around = self._heads.get(key)
        if around is None:
            around = self._around(event)
            self._heads.keep(key, around, len(around[0]) + len(around[2]))
        before, has_transaction, after = around
        if not has_transaction:
            return f"{index:>7}  {time:>16}  {before}{after}"
        what = transaction_text(event, of_messages=self._of_messages)
        return f"{index:>7}  {time:>16}  {before} {what}{after}"

    def _around(self, event: Event) -> tuple[str, bool, str]:
        """What the first line has before its transaction, whether it has one, what is behind."""
        before, after = _around_transaction(event)
        return f"{arrow(event)} {before}", _has_transaction(event), after + _mark(event)

    def body(self, event: Event) -> list[str]:
        """The lines below the first."""
        if event.kind == Kind.KIND_WIRE and not self._raw:
            return []
        if event.fields:
            return self._made_body(event)
        key = event.kind, event.namespace, event.code, event.payload
        known = self._bodies.get(key)
        if known is not None:
            return known
        made = self._made_body(event)
        # A character takes a byte and each line what a text takes.
        size = len(event.payload) + sum(map(len, made)) + _LINE_SIZE * len(made)
        return self._bodies.keep(key, made, size)

    def _made_body(self, event: Event) -> list[str]:
        found = fields(event, show_personal=self._show_personal, all_fields=self._all_fields)
        made = [f"{_ROOM}{path} = {text}" for path, text in found]
        if self._raw:
            made += [f"{_ROOM}{row}" for row in raw_lines(event, show_personal=self._show_personal)]
        return made


_ROOM: Final = " " * 29
#: Bytes of first lines that are kept, and what a line takes besides its characters.
HEADS_SIZE_MAX: Final = 1 << 20
_LINE_SIZE: Final = 64
#: Kinds whose titles say what their payloads do.
_UNLIKE_OTHERS: Final = TEXTS | {Kind.KIND_CLOCK, Kind.KIND_WIRE}


def _mark(event: Event) -> str:
    marks = [name for flag, name in _MARKS if event.flags & flag]
    return f"  [{', '.join(marks)}]" if marks else ""


def event_lines(
    event: Event,
    *,
    show_personal: bool = False,
    all_fields: bool = False,
    raw: bool = False,
    of_messages: bool = False,
    has_times: bool = True,
) -> list[str]:
    """The lines of one event, as an `EventPrinter` with these options prints it."""
    printer = EventPrinter(
        show_personal=show_personal,
        all_fields=all_fields,
        raw=raw,
        of_messages=of_messages,
        has_times=has_times,
    )
    return printer.lines(event)


def log_place(source: Any) -> str:
    """A place in the log that a record came from; empty when it came from none."""
    if isinstance(source, dict) and {"log", "unit", "number"} <= set(source):
        return printable(f"{source['log']} {source['unit']} {source['number']}")
    return "" if source is None else printable(str(source))


def plain_source(source: Any) -> Any:
    """A record's place in the log as JSON can have it: the map of an import, a text, a number."""
    if isinstance(source, dict):
        return {str(name): plain_source(value) for name, value in source.items()}
    return source if isinstance(source, str | int) else None


def event_json(event: Event, *, show_personal: bool = False) -> dict[str, Any]:
    """The event as plain values for JSON; absent attributes are left out."""
    values = {**_attributes(event), **_contents(event, show_personal)}
    if event.fields:
        values["decoded_only"] = dict(decoded_only(event, show_personal=show_personal))
    return values


def _attributes(event: Event) -> dict[str, Any]:
    """What JSON has of an event besides its payload."""
    values: dict[str, Any] = {
        "index": event.index,
        "time_ns": event.time_ns,
        "kind": kind_name(event),
        "name": code_name(event) or None,
        "namespace": int(event.namespace),
        "code": event.code,
        "port": event.port,
        "request_id": event.request_id,
        "handle": event.handle,
        "capacity": event.capacity,
        "bytes": event.bytes,
        "client": event.client,
        "cause": event.cause,
        "flags": event.flags or None,
        "source": plain_source(event.source),
        "payload_size": len(event.payload),
    }
    if event.kind == Kind.KIND_COMPLETION:
        values["status"] = event.status
        values["status_name"] = status_name(event.status)
    return {name: value for name, value in values.items() if value is not None}


def _contents(event: Event, show_personal: bool) -> dict[str, Any]:
    """What JSON has of the payload of an event."""
    values: dict[str, Any] = {}
    if event.kind in TEXTS:
        values["text"] = event.payload.decode("utf-8", "replace")
    decoded = decoded_of(event)
    if isinstance(decoded, str):
        values["malformed"] = decoded
    elif decoded is not None:
        values["structure"] = decoded.name
        values["fields"] = plain(decoded, show_personal=show_personal)
    if show_personal and event.kind not in TEXTS:
        values["payload"] = event.payload.hex()
    return values


class JsonPrinter:
    """Prints events as JSON, one line each, which is that of `event_json`.

    What equal payloads hold is made once.
    """

    def __init__(self, *, show_personal: bool = False) -> None:
        self._show_personal = show_personal
        self._contents: Remembered[str] = Remembered()

    def line(self, event: Event) -> str:
        """The line of an event."""
        if event.fields:
            return json.dumps(event_json(event, show_personal=self._show_personal))
        key = event.kind, event.namespace, event.code, event.payload
        contents = self._contents.get(key)
        if contents is None:
            made = json.dumps(_contents(event, self._show_personal))[1:]
            contents = made if made == "}" else f", {made}"
            self._contents.keep(key, contents, len(event.payload) + len(contents))
        return json.dumps(_attributes(event))[:-1] + contents
