"""Personal places of MBIM information buffers, messages and fragments."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from wwanreplay._core import Event
from wwanreplay.analysis.scrub.identities import KEPT_NAMES, plain_name
from wwanreplay.analysis.scrub.places import PersonalSpan, unknown
from wwanreplay.errors import DecodeError
from wwanreplay.mbim import messages
from wwanreplay.mbim.contents import Leaf, leaves_of
from wwanreplay.mbim.forms import IN_PLACE, SCALARS, TLV_HEADER_SIZE
from wwanreplay.mbim.header import FRAGMENT_HEADER_SIZE, FRAGMENTED_TYPES, look
from wwanreplay.mbim.reader import Reader, Scope
from wwanreplay.mbim.rows.framing import MessageType
from wwanreplay.mbim.schema import FIXED_SIZES, Field, Format, Layout, PartForm
from wwanreplay.mbim.tables import (
    MBIMEX_1_0,
    SERVICES_BY_UUID,
    STRUCTS,
    TLV_TYPES,
    command_name,
    find_cid,
)
from wwanreplay.mbim.versions import VersionInForce

_STRUCTURED = frozenset(
    {
        Format.STRUCT,
        Format.STRUCT_REF,
        Format.STRUCT_ARRAY,
        Format.STRUCT_REF_ARRAY,
        Format.STRUCT_LIST_REF,
    }
)
_TEXTS = frozenset({Format.STRING, Format.STRING_ARRAY})
_ADDRESSES = {
    Format.IPV4_REF: 4,
    Format.IPV4_ARRAY: 4,
    Format.IPV6_REF: 16,
    Format.IPV6_ARRAY: 16,
    Format.IPV4: 4,
    Format.IPV6: 16,
}
# Numbers in network order are octets here: a number's image is little endian.
_PART_FORMS = {
    PartForm.U8: "number",
    PartForm.U16: "number",
    PartForm.U32: "number",
    PartForm.U8_ARRAY: "number",
    PartForm.U32_ARRAY: "number",
    PartForm.UUID: "guid",
    PartForm.IPV4: "address",
    PartForm.IPV6: "address",
}
_TYPES = frozenset(MessageType)
_OPERATIONS: dict[int, str] = {
    messages.MBIM_COMMAND_DONE: "response",
    messages.MBIM_INDICATE_STATUS_MSG: "notification",
}


class Locator(Reader):
    """Reads a structure and remembers where its personal values are, and which bytes it knows."""

    def __init__(self, data: bytes, strict: bool) -> None:
        super().__init__(data, strict)
        self.places: list[PersonalSpan] = []
        self.known = bytearray(len(data))
        self._mark = ""

    def take(self, name: str, field: Any, position: int, size: int, end: int) -> bytes:
        """Remember what was read."""
        raw = super().take(name, field, position, size, end)
        self.known[position : position + size] = b"\1" * size
        return raw

    def field(self, scope: Scope, position: int) -> tuple[Any, int, int]:
        """Read one field under its own mark or that of the field around it."""
        row = scope.field
        before, self._mark = self._mark, row.personal or self._mark
        if row.type is not None or plain_name(row.name) in KEPT_NAMES or _has_own_marks(row):
            self._mark = ""
        try:
            value, following, reach = super().field(scope, position)
            if self._mark and row.format in SCALARS:
                self._found(row.name, position, FIXED_SIZES[row.format], "number")
            elif self._mark and row.format in IN_PLACE and row.format is not Format.STRUCT:
                self._in_place(scope, position, value)
        finally:
            self._mark = before
        return value, following, reach

    def _in_place(self, scope: Scope, position: int, value: Any) -> None:
        kind, name = scope.field.format, scope.field.name
        if kind is Format.BYTES_COUNTED:
            self._found(name, position + 4, len(value), "octets")
        elif kind is Format.UUID:
            self._found(name, position, 16, "guid")
        elif kind in _ADDRESSES:
            self._found(name, position, _ADDRESSES[kind], "address")
        elif kind is Format.U32_ARRAY:
            for index in range(len(value)):
                self._found(name, position + 4 * index, 4, "number")
        else:
            self._found(name, position, len(value), "octets")

    def reference(self, scope: Scope, start: int, size: int) -> bytes:
        """Remember what a reference leads to."""
        raw = super().reference(scope, start, size)
        row = scope.field
        if row.format in _STRUCTURED:
            # Its parts are read by themselves; the bytes between them are undescribed.
            at = scope.base + start
            self.known[at : at + size] = bytes(size)
        elif self._mark and row.format in _ADDRESSES:
            step = _ADDRESSES[row.format]
            for at in range(0, size, step):
                self._found(row.name, scope.base + start + at, step, "address")
        elif self._mark:
            form = "octets"
            if row.format in _TEXTS:
                form = "utf-8" if row.encoding == "utf-8" else "utf-16"
            self._found(row.name, scope.base + start, size, form)
        return raw

    def tlv(self, scope: Scope, position: int) -> tuple[Any, int]:
        """Remember the values inside one TLV; structural numbers stay."""
        item, following = super().tlv(scope, position)
        if self._mark:
            row = scope.field
            start = position + TLV_HEADER_SIZE
            for leaf in leaves_of(item["Type"], item["Data"]):
                if leaf.part is None or not leaf.part.is_structural:
                    name = leaf.path or row.name
                    self._found(name, start + leaf.offset, leaf.size, _tlv_form(item, leaf))
        return item, following

    def _found(self, name: str, offset: int, size: int, form: str) -> None:
        if size:
            self.places.append(PersonalSpan(offset, size, form, name, self._mark))

    def undescribed(self) -> list[PersonalSpan]:
        """The spans that were not read and are not zero."""
        places = []
        start = None
        for at, known in enumerate([*self.known, 1]):
            if not known and start is None:
                start = at
            elif known and start is not None:
                if any(self.data[start:at]):
                    places.append(
                        PersonalSpan(start, at - start, "octets", "undescribed bytes", "content")
                    )
                start = None
        return places


def _tlv_form(item: dict[str, Any], leaf: Leaf) -> str:
    """The form of a value inside a TLV."""
    if leaf.part is None:
        return "utf-16" if item["Type"] == TLV_TYPES["WCHAR_STR"] else "octets"
    if leaf.part.form is PartForm.NAME and isinstance(item["Content"], list):
        index = int(leaf.path[1 : leaf.path.index("]")])
        return "utf-16" if isinstance(item["Content"][index]["Dnn"], str) else "octets"
    return _PART_FORMS.get(leaf.part.form, "octets")


def _has_own_marks(row: Field) -> bool:
    """Whether the structure of a field marks its own fields."""
    if row.struct is None:
        return False
    return any(part.personal for part in STRUCTS[row.struct].layout.fields)


def buffer_places(
    service: int, cid: int, operation: str, data: bytes, mbimex: int = MBIMEX_1_0
) -> list[PersonalSpan]:
    """The personal places of an information buffer.

    The layout in force is tried first, then those of other versions; of a buffer that none fits,
    what could be read is read and the rest is undescribed.
    """
    row = find_cid(service, cid)
    layouts: list[Layout] = [] if row is None else list(getattr(row, operation))
    if not layouts:
        return [unknown(data)] if any(data) else []
    layouts.sort(key=lambda layout: (layout.mbimex > mbimex, -layout.mbimex))
    name = command_name(service, cid)
    for strict in (True, False):
        for layout in layouts:
            locator = Locator(data, strict)
            try:
                _, extent = locator.read(name, layout, 0, len(data))
            except DecodeError:
                continue
            if not strict or len(data) <= extent + 3:
                return locator.places + locator.undescribed()
    locator = Locator(data, False)
    with suppress(DecodeError):
        locator.read(name, layouts[0], 0, len(data))
    return locator.places + locator.undescribed()


def moved(places: list[PersonalSpan], by: int) -> list[PersonalSpan]:
    """The places in a larger buffer."""
    return [place._replace(offset=place.offset + by) for place in places]


@dataclass(slots=True)
class _Unfinished:
    """A fragmented message of which pieces have come."""

    header: messages.Header
    data: bytearray
    pieces: list[tuple[int, int]]  # (record, size of its piece)


@dataclass(slots=True)
class Piece:
    """One whole message: where each of its bytes was recorded, as (record, first byte, size)."""

    data: bytes
    records: list[tuple[int, int, int]]


@dataclass(slots=True)
class MessageReader:
    """Joins the wire records of a session to messages, as far as they are there.

    Unlike the function's own joiner it gives out incomplete messages too, so that all bytes are
    scrubbed.
    """

    _version: VersionInForce = field(default_factory=lambda: VersionInForce(strict=False))
    _unfinished: dict[int, _Unfinished] = field(default_factory=dict)

    @property
    def mbimex(self) -> int:
        """The MBIMEx version in force."""
        return self._version.mbimex

    def take(self, event: Event, record: int) -> list[Piece]:
        """Take a wire record; the messages that end with it or were given up."""
        data = event.payload
        direction = event.code
        try:
            header = messages.parse_header(data)
        except DecodeError:
            return [Piece(data, [(record, 0, len(data))])]
        if header.total <= 1 or header.type not in FRAGMENTED_TYPES:
            return [Piece(data, [(record, 0, len(data))])]
        given: list[Piece] = []
        before = self._unfinished.get(direction)
        if before is not None and not _continues(before, header):
            given.append(_piece(self._unfinished.pop(direction)))
            before = None
        if before is None:
            if header.current:
                return [*given, Piece(data, [(record, 0, len(data))])]
            pieces = [(record, len(data))]
            self._unfinished[direction] = _Unfinished(header, bytearray(data), pieces)
            return given
        before.data += data[FRAGMENT_HEADER_SIZE:]
        before.pieces.append((record, len(data) - FRAGMENT_HEADER_SIZE))
        if header.current + 1 == header.total:
            given.append(_piece(self._unfinished.pop(direction)))
        return given

    def finish(self) -> list[Piece]:
        """The messages that were never completed."""
        given = [_piece(unfinished) for unfinished in self._unfinished.values()]
        self._unfinished.clear()
        return given

    def places(self, data: bytes) -> list[PersonalSpan]:
        """The personal places of a message, a lone fragment, or bytes that are neither."""
        head = look(data)
        if head.transaction_id is None:
            # The beginning of a header, or what is none at all; three bytes say nothing.
            is_header = head.type is None or head.type in _TYPES
            return [unknown(data)] if any(data) and not is_header else []
        at = head.buffer_at
        buffer = data[at:]
        self._version.take(head, buffer)
        if not any(buffer):
            return []
        service = SERVICES_BY_UUID.get(head.service or b"")
        if service is None or head.cid is None:
            return [unknown(data, at)]
        is_set = head.value == messages.COMMAND_SET
        operation = _OPERATIONS.get(head.type or 0, "set" if is_set else "query")
        return moved(buffer_places(service.number, head.cid, operation, buffer, self.mbimex), at)


def _continues(before: _Unfinished, header: messages.Header) -> bool:
    first = before.header
    return (
        header.type == first.type
        and header.transaction_id == first.transaction_id
        and header.total == first.total
        and header.current == len(before.pieces)
    )


def _piece(unfinished: _Unfinished) -> Piece:
    records = []
    at = 0
    for record, size in unfinished.pieces:
        records.append((record, at, size))
        at += size
    return Piece(bytes(unfinished.data), records)
