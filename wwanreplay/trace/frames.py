"""Frames, the parts of the file: packed, checked and taken apart.

Nothing here reads or writes files. docs/trace-format.md sections 2, 3 and 6.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgpack  # type: ignore[import-untyped]

from wwanreplay._core import (
    CHUNK_SIZE_MAX,
    check_value,
    crc32c,
    frame_crc_is_right,
    plain_chunk,
)
from wwanreplay.errors import TraceError, UsageError

VERSION: Final = 1
OPENING: Final = b"\x96\x01\xa9wwantrace"

FRAME_HEADER: Final = 1
FRAME_CHUNK: Final = 2
FRAME_CHECKPOINT: Final = 3
FRAME_ATTACHMENT: Final = 4
FRAME_FOOTER: Final = 5
FRAME_END: Final = 6
FRAME_NAMES: Final = {
    FRAME_HEADER: "header",
    FRAME_CHUNK: "chunk",
    FRAME_CHECKPOINT: "checkpoint",
    FRAME_ATTACHMENT: "attachment",
    FRAME_FOOTER: "footer",
    FRAME_END: "end",
}

CRC_SIZE: Final = 5
PREFIX_SIZE: Final = 7  # array head, type, size
HEADER_PREFIX_SIZE: Final = 18  # array head, type, name, version, size
FRAME_SIZE_MIN: Final = PREFIX_SIZE + CRC_SIZE
END_SIZE: Final = 21
#: Bytes from which a digest goes on.
DIGEST_STATE_SIZE: Final = 40
FRAME_SIZE_MAX: Final = 65 << 20
HEADER_SIZE_MAX: Final = 4 << 20
HEADER_VALUES_MAX: Final = 1 << 16
FOOTER_SIZE_MAX: Final = 16 << 20
FOOTER_VALUES_MAX: Final = 1 << 20
ATTACHMENT_SIZE_MAX: Final = 64 << 20
ELEMENTS_MAX: Final = 15
RECORD_SIZE_MIN: Final = 3  # of a record of unknown kind: array head, kind, time

_SIZE_LIMITS: Final = {
    FRAME_HEADER: HEADER_SIZE_MAX,
    FRAME_FOOTER: FOOTER_SIZE_MAX,
    FRAME_END: END_SIZE,
}

COMPRESSION_NONE: Final = 0
COMPRESSION_ZSTD: Final = 1
COMPRESSIONS: Final = {"none": COMPRESSION_NONE, "zstd": COMPRESSION_ZSTD}
COMPRESSION_NAMES: Final = {number: name for name, number in COMPRESSIONS.items()}

# Each frame type: elements between size and CRC.
_ELEMENTS: Final = {
    FRAME_HEADER: 1,
    FRAME_CHUNK: 6,
    FRAME_CHECKPOINT: 4,
    FRAME_ATTACHMENT: 5,
    FRAME_FOOTER: 1,
    FRAME_END: 1,
}


class Prefix(NamedTuple):
    """The beginning of a frame: `size` of the whole frame, `body` where its elements begin."""

    type: int
    elements: int
    body: int
    size: int
    version: int = VERSION


class Frame(NamedTuple):
    """A frame whose CRC is right. `offset` is that of its first byte in the file."""

    prefix: Prefix
    offset: int
    data: bytes | memoryview


class Chunk(NamedTuple):
    """Records as they stand in the file, uncompressed and checked by their CRC.

    `records` is read-only memory; `records_offset` is the place of its first byte in the file, None
    when it was compressed there. `is_torn`: the file ends inside the chunk's frame; these
    are the records before the cut, not checked by a CRC, and `size` is what is there of the frame.
    """

    first_index: int
    record_count: int
    base_time_ns: int
    records: memoryview
    offset: int
    size: int
    compression: str = "none"
    records_offset: int | None = None
    is_torn: bool = False

    @property
    def next_index(self) -> int:
        """Index of the record behind this chunk."""
        return self.first_index + self.record_count


class Checkpoint(NamedTuple):
    """The engine's state before the record `record_index`, and the digest's state there."""

    record_index: int
    time_ns: int
    snapshot: bytes
    digest_state: bytes
    offset: int = 0


class Attachment(NamedTuple):
    """A file that belongs to the session."""

    name: str
    media_type: str
    data: bytes
    offset: int = 0


class ChunkEntry(NamedTuple):
    """One line of the chunk index; bit i of `code_bits` stands for `Footer.codes[i]`."""

    offset: int
    first_index: int
    record_count: int
    time_min_ns: int
    time_max_ns: int
    code_bits: bytes


@dataclass(slots=True)
class Footer:
    """Counts and digest of the file up to here, and the index of one segment.

    `chunks` and `codes` are None when the writer left the index out.
    """

    records: int = 0
    next_index: int = 0
    kinds: dict[int, int] = field(default_factory=dict)
    digest: bytes = b""
    digest_state: bytes = b""
    time_min_ns: int | None = None
    time_max_ns: int | None = None
    segment: int = 0
    cut_segments: int = 0
    previous_footer: int | None = None
    codes: list[tuple[int, int]] | None = None
    chunks: list[ChunkEntry] | None = None
    checkpoints: list[tuple[int, int, int]] = field(default_factory=list)
    attachments: list[tuple[int, str]] = field(default_factory=list)
    extra: dict[Any, Any] = field(default_factory=dict)
    offset: int = 0


# Packing.


def pack(value: Any) -> bytes:
    """One MessagePack value."""
    packed: bytes = msgpack.packb(value)
    return packed


def pack_frame(frame_type: int, elements: int, *parts: bytes | memoryview) -> bytes:
    """A whole frame: `parts` are its packed elements, of which there are so many."""
    size = sum(map(len, parts)) + CRC_SIZE
    if frame_type == FRAME_HEADER:
        prefix = OPENING + struct.pack(">BBI", VERSION, 0xCE, size)
    else:
        prefix = struct.pack(">BBBI", 0x90 | (elements + 3), frame_type, 0xCE, size)
    if len(prefix) + size > FRAME_SIZE_MAX:
        raise TraceError(
            f"the {FRAME_NAMES[frame_type]} of {size} bytes is larger than a frame may be"
        )
    crc = crc32c(prefix)
    for part in parts:
        crc = crc32c(part, crc)
    return b"".join((prefix, *parts, struct.pack(">BI", 0xCE, crc)))


def pack_header(values: dict[str, Any]) -> bytes:
    """The header frame of a map; UsageError for values that MessagePack does not have."""
    try:
        packed = pack(values)
    except (TypeError, ValueError, OverflowError) as error:
        raise UsageError(f"the header holds what a trace cannot: {error}") from None
    if len(packed) + HEADER_PREFIX_SIZE + CRC_SIZE > HEADER_SIZE_MAX:
        raise TraceError(f"the header of {len(packed)} bytes is larger than {HEADER_SIZE_MAX}")
    reason = check_value(packed, HEADER_VALUES_MAX)
    if reason is not None:
        raise TraceError(f"the header cannot be written: {reason}")
    return pack_frame(FRAME_HEADER, 1, packed)


def _compress(data: bytes, compression: int, level: int) -> bytes:
    if compression == COMPRESSION_NONE:
        return data
    import zstandard  # as few traces are packed, those who read the others start sooner

    return zstandard.ZstdCompressor(level=level, write_content_size=True).compress(data)


def _bin_head(size: int) -> bytes:
    if size < 1 << 8:
        return struct.pack(">BB", 0xC4, size)
    if size < 1 << 16:
        return struct.pack(">BH", 0xC5, size)
    return struct.pack(">BI", 0xC6, size)


def pack_chunk(
    records: bytes,
    first_index: int,
    record_count: int,
    base_time_ns: int,
    compression: int = COMPRESSION_NONE,
    level: int = 3,
) -> bytes:
    """A chunk frame."""
    stored = _compress(records, compression, level)
    numbers = (first_index, record_count, base_time_ns, compression, len(records))
    return pack_frame(FRAME_CHUNK, 6, b"".join(map(pack, numbers)), _bin_head(len(stored)), stored)


def pack_checkpoint(checkpoint: Checkpoint) -> bytes:
    """A checkpoint frame."""
    return pack_frame(
        FRAME_CHECKPOINT,
        4,
        pack(checkpoint.record_index),
        pack(checkpoint.time_ns),
        pack(checkpoint.snapshot),
        pack(checkpoint.digest_state),
    )


def pack_attachment(attachment: Attachment, compression: int, level: int = 3) -> bytes:
    """An attachment frame."""
    stored = _compress(attachment.data, compression, level)
    head = (attachment.name, attachment.media_type, compression, len(attachment.data))
    return pack_frame(
        FRAME_ATTACHMENT, 5, b"".join(map(pack, head)), _bin_head(len(stored)), stored
    )


def pack_footer(footer: Footer) -> bytes:
    """A footer frame; the index is left out when it would exceed the limits."""
    values: dict[str, Any] = {
        "records": footer.records,
        "next_index": footer.next_index,
        "kinds": list(footer.kinds.items()),
        "digest": footer.digest,
        "digest_state": footer.digest_state,
        "time_min_ns": footer.time_min_ns,
        "time_max_ns": footer.time_max_ns,
        "segment": footer.segment,
        "cut_segments": footer.cut_segments,
        "previous_footer": footer.previous_footer,
        "checkpoints": footer.checkpoints,
        "attachments": footer.attachments,
    }
    index: dict[str, Any] = {}
    if footer.chunks is not None and footer.codes is not None:
        index["codes"] = footer.codes
        index["chunks"] = footer.chunks
    for candidate in (values | index, values, values | {"checkpoints": [], "attachments": []}):
        packed = pack(candidate)
        fits = len(packed) + FRAME_SIZE_MIN <= FOOTER_SIZE_MAX
        if fits and check_value(packed, FOOTER_VALUES_MAX) is None:
            break
    return pack_frame(FRAME_FOOTER, 1, packed)


def pack_end(footer_offset: int) -> bytes:
    """The end frame, always END_SIZE bytes."""
    return pack_frame(FRAME_END, 1, struct.pack(">BQ", 0xCF, footer_offset))


# Checking.


def parse_prefix(data: bytes | memoryview) -> Prefix | None:
    """The prefix of a frame of any version, or None when no frame can begin so."""
    if len(data) < PREFIX_SIZE or not 0x93 <= data[0] <= 0x9F or not 1 <= data[1] <= 0x7F:
        return None
    frame_type, elements, version, body = data[1], data[0] & 15, VERSION, PREFIX_SIZE
    if frame_type == FRAME_HEADER:
        if len(data) < HEADER_PREFIX_SIZE or bytes(data[:12]) != OPENING or data[12] > 0x7F:
            return None
        version, body = data[12], HEADER_PREFIX_SIZE
    if data[body - 5] != 0xCE:
        return None
    size = body + int.from_bytes(data[body - 4 : body], "big")
    if not body + CRC_SIZE <= size <= _SIZE_LIMITS.get(frame_type, FRAME_SIZE_MAX):
        return None
    return Prefix(frame_type, elements, body, size, version)


def may_begin_frame(data: bytes) -> bool:
    """Whether bytes behind which the input ends can be the beginning of a frame."""
    if len(data) < 2:
        return bool(data) and 0x93 <= data[0] <= 0x9F
    size = b"\0\0\0\5"
    whole = bytes((data[0], data[1], 0xCE)) + size
    if data[1] == FRAME_HEADER:
        whole = OPENING + bytes((VERSION, 0xCE)) + size
    return parse_prefix(data + whole[len(data) :]) is not None


def crc_is_right(data: bytes | memoryview) -> bool:
    """Whether a whole frame ends with the CRC of what stands before."""
    return frame_crc_is_right(data)


# Taking apart.


def extra_elements(prefix: Prefix) -> int:
    """How many elements of a frame of known type this version does not know."""
    fixed = 5 if prefix.type == FRAME_HEADER else 3
    return prefix.elements - _ELEMENTS[prefix.type] - fixed


class Elements:
    """Walk over the elements of a frame; every read is checked against the frame's end."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.view = memoryview(frame.data)
        self.at = frame.prefix.body
        self.end = min(frame.prefix.size - CRC_SIZE, len(frame.data))  # less of a torn frame
        self.extra = extra_elements(frame.prefix)
        if self.extra < 0:
            raise self.error("too few elements")

    def error(self, reason: str) -> TraceError:
        """The error of this frame at this place."""
        name = FRAME_NAMES[self.frame.prefix.type]
        return TraceError(f"{name} frame: {reason}", offset=self.frame.offset + self.at)

    def _take(self, size: int) -> memoryview:
        if self.end - self.at < size:
            raise self.error("an element ends behind its frame")
        taken = self.view[self.at : self.at + size]
        self.at += size
        return taken

    def integer(self) -> int:
        """An integer of 64 bits."""
        head = self._take(1)[0]
        if head < 0x80:
            return head
        if head >= 0xE0:
            return head - 0x100
        if 0xCC <= head <= 0xD3:
            return int.from_bytes(self._take(1 << (head & 3)), "big", signed=head >= 0xD0)
        self.at -= 1
        raise self.error("an element is not an integer")

    def count(self, limit: int = (1 << 63) - 1) -> int:
        """An integer from 0 to `limit`."""
        start = self.at
        value = self.integer()
        if not 0 <= value <= limit:
            self.at = start
            raise self.error(f"the number {value} is not between 0 and {limit}")
        return value

    def time(self) -> int:
        """A signed time of 64 bits."""
        start = self.at
        value = self.integer()
        if value >= 1 << 63:
            self.at = start
            raise self.error("the time leaves the range of 64 bits")
        return value

    def binary(self) -> memoryview:
        """Binary data, in place."""
        head = self._take(1)[0]
        if not 0xC4 <= head <= 0xC6:
            self.at -= 1
            raise self.error("an element is not binary data")
        return self._take(int.from_bytes(self._take(1 << (head - 0xC4)), "big"))

    def torn_binary(self) -> tuple[memoryview, int]:
        """Binary data as far as it is there, and the size it should have."""
        head = self._take(1)[0]
        if not 0xC4 <= head <= 0xC6:
            raise self.error("an element is not binary data")
        size = int.from_bytes(self._take(1 << (head - 0xC4)), "big")
        return self._take(min(size, self.end - self.at)), size

    def text(self) -> str:
        """UTF-8 text."""
        head = self._take(1)[0]
        if 0xA0 <= head <= 0xBF:
            size = head & 31
        elif 0xD9 <= head <= 0xDB:
            size = int.from_bytes(self._take(1 << (head - 0xD9)), "big")
        else:
            self.at -= 1
            raise self.error("an element is not text")
        try:
            return str(self._take(size), "utf-8")
        except UnicodeDecodeError:
            raise self.error("a text is not UTF-8") from None

    def map(self, values_max: int) -> dict[Any, Any]:
        """A map that fills the frame, of at most so many values."""
        body = self.view[self.at : self.end]
        reason = None if self.extra else check_value(body, values_max)
        if reason is not None:
            raise self.error(reason)
        try:
            if self.extra:
                unpacker = msgpack.Unpacker(
                    strict_map_key=False, max_buffer_size=FOOTER_SIZE_MAX, ext_hook=_no_extension
                )
                unpacker.feed(body)
                values = unpacker.unpack()
            else:
                values = msgpack.unpackb(body, strict_map_key=False, ext_hook=_no_extension)
        except (ValueError, TypeError, msgpack.UnpackException) as error:
            raise self.error(f"the map cannot be read: {error}") from None
        if not isinstance(values, dict):
            raise self.error("its element is not a map")
        self.at = self.end
        return values

    def close(self) -> None:
        """All known elements are read: nothing may follow that is not counted as an element."""
        if not self.extra and self.at != self.end:
            raise self.error("there are bytes behind the last element")


def _no_extension(code: int, data: bytes) -> msgpack.ExtType:
    return msgpack.ExtType(code, data)


def _inflate(elements: Elements, stored: memoryview, compression: int, size: int) -> memoryview:
    """The uncompressed bytes; memory is reserved only for the size that was checked."""
    if compression == COMPRESSION_NONE:
        if len(stored) != size:
            raise elements.error(f"it says {size} bytes and has {len(stored)}")
        return stored
    if compression != COMPRESSION_ZSTD:
        raise elements.error(f"compression {compression} is unknown")
    import zstandard

    try:
        stated = zstandard.frame_content_size(stored)
        if stated != size:
            raise elements.error(f"it says {size} bytes and its zstd frame {stated}")
        inflated = zstandard.ZstdDecompressor(max_window_size=2 * CHUNK_SIZE_MAX).decompress(
            stored, max_output_size=size, allow_extra_data=False
        )
    except (zstandard.ZstdError, ValueError, MemoryError) as error:
        raise elements.error(f"its zstd data cannot be read: {error}") from None
    if len(inflated) != size:
        raise elements.error(f"it says {size} bytes and inflates to {len(inflated)}")
    return memoryview(inflated)


def unpack_header(frame: Frame) -> dict[Any, Any]:
    """The map of a header frame; raises TraceError for another version."""
    if frame.prefix.version != VERSION:
        raise TraceError(
            f"trace format version {frame.prefix.version}; this program reads version {VERSION}",
            offset=frame.offset,
        )
    return Elements(frame).map(HEADER_VALUES_MAX)


class ChunkHead(NamedTuple):
    """The numbers of a chunk in front of its records; `size` is uncompressed."""

    first_index: int
    record_count: int
    base_time_ns: int
    compression: int
    size: int


def read_chunk_head(elements: Elements) -> ChunkHead:
    """The numbers of a chunk, each in its range."""
    head = ChunkHead(
        elements.count(),
        elements.count(),
        elements.time(),
        elements.count(255),
        elements.count(CHUNK_SIZE_MAX),
    )
    if head.record_count < 1 or head.record_count * RECORD_SIZE_MIN > head.size:
        raise elements.error(f"{head.record_count} records cannot be in {head.size} bytes")
    if head.first_index + head.record_count > (1 << 63) - 1:
        raise elements.error("the index leaves the range of 64 bits")
    return head


def unpack_chunk(frame: Frame, *, inflate: bool = True) -> Chunk:
    """A chunk; without `inflate`, compressed records stay out (empty)."""
    plain_numbers = plain_chunk(frame.data)
    if plain_numbers is not None:
        first_index, record_count, base_time_ns, start, size = plain_numbers
        return Chunk(
            first_index,
            record_count,
            base_time_ns,
            memoryview(frame.data)[start : start + size].toreadonly(),
            frame.offset,
            frame.prefix.size,
            records_offset=frame.offset + start,
        )
    elements = Elements(frame)
    first_index, record_count, base_time_ns, compression, size = read_chunk_head(elements)
    stored = elements.binary()
    stored_at = elements.at - len(stored)
    elements.close()
    plain = compression == COMPRESSION_NONE
    records = memoryview(b"")
    if plain or inflate:
        records = _inflate(elements, stored, compression, size)
    return Chunk(
        first_index,
        record_count,
        base_time_ns,
        records.toreadonly(),
        frame.offset,
        frame.prefix.size,
        COMPRESSION_NAMES.get(compression, str(compression)),
        frame.offset + stored_at if plain else None,
    )


def unpack_checkpoint(frame: Frame) -> Checkpoint:
    """A checkpoint."""
    elements = Elements(frame)
    record_index = elements.count()
    time_ns = elements.time()
    snapshot = bytes(elements.binary())
    digest_state = bytes(elements.binary())
    if len(digest_state) != DIGEST_STATE_SIZE:
        raise elements.error(
            f"its digest_state has {len(digest_state)} bytes, not {DIGEST_STATE_SIZE}"
        )
    elements.close()
    return Checkpoint(record_index, time_ns, snapshot, digest_state, frame.offset)


def unpack_attachment(frame: Frame) -> Attachment:
    """An attachment."""
    elements = Elements(frame)
    name = elements.text()
    media_type = elements.text()
    compression = elements.count(255)
    size = elements.count(ATTACHMENT_SIZE_MAX)
    stored = elements.binary()
    elements.close()
    data = bytes(_inflate(elements, stored, compression, size))
    return Attachment(name, media_type, data, frame.offset)


def unpack_end(frame: Frame) -> int:
    """The footer's offset."""
    elements = Elements(frame)
    footer_offset = elements.count()
    elements.close()
    return footer_offset
