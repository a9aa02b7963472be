"""A trace without its end: what a torn last chunk still holds, and words for what is missing."""

from __future__ import annotations

import io
from typing import Final, NamedTuple

from wwanreplay._core import CHUNK_SIZE_MAX, RecordWriter, check_value, crc32c
from wwanreplay.errors import TraceError
from wwanreplay.trace.frames import (
    COMPRESSION_NAMES,
    COMPRESSION_NONE,
    COMPRESSION_ZSTD,
    CRC_SIZE,
    FRAME_NAMES,
    Chunk,
    Elements,
    Frame,
    Prefix,
    read_chunk_head,
)

CUT_OFF: Final = "the trace is cut off: what followed its last record is not known"
CUT_BEFORE: Final = "the trace was cut off and then appended to: what came between is not known"
CUT_BEHIND_FOOTER: Final = "the trace is cut off behind its footer: no record is missing"

# The reason why records end that are whole as far as they go.
_SHORT: Final = check_value(b"", 1)


class Torn(NamedTuple):
    """The frame inside which the file ends: where it begins and ends there, and its type.

    `records_kept` are the whole records of a chunk that were read from it, unchecked.
    """

    start: int
    end: int
    frame_type: int | None
    records_kept: int = 0

    def __str__(self) -> str:
        name = FRAME_NAMES.get(self.frame_type or 0, "frame")
        kept = "no record of it is whole"
        if self.records_kept:
            word = "record" if self.records_kept == 1 else "records"
            kept = f"{self.records_kept} whole {word} of it kept, unchecked by its CRC"
        of_chunk = f", {kept}" if name == "chunk" else ""
        article = "an" if name[0] in "aeiou" else "a"
        return (
            f"the trace is cut off inside {article} {name} (byte {self.start}){of_chunk}:"
            " what followed is not known"
        )


def unpack_torn_chunk(prefix: Prefix, offset: int, data: bytes) -> Chunk | None:
    """The whole records of a chunk inside whose frame the file ends; None when it has none.

    The CRC is cut off with the rest. So nothing is kept of a chunk that shows more than a cut: a
    number out of range, a record that is malformed before the end, a CRC that begins otherwise.
    """
    elements = Elements(Frame(prefix, offset, data))
    try:
        head = read_chunk_head(elements)
        stored, stored_size = elements.torn_binary()
    except TraceError:
        return None
    stored_at = elements.at - len(stored)
    records = _inflated_so_far(stored, stored_size, head.compression, head.size)
    crc_begins = data[prefix.size - CRC_SIZE :]
    if records is None or not _crc_begins_so(data[: prefix.size - CRC_SIZE], crc_begins):
        return None
    writer = RecordWriter(head.first_index)
    copied, reason = writer.adopt(records, head.first_index, head.base_time_ns)
    ended = copied == head.record_count and reason is None and len(records) == head.size
    cut = copied < head.record_count and reason in (None, _SHORT) and len(records) < head.size
    taken = writer.take()
    if taken is None or not (ended or cut):
        return None
    return Chunk(
        head.first_index,
        copied,
        head.base_time_ns,
        memoryview(taken[0]),
        offset,
        len(data),
        COMPRESSION_NAMES[head.compression],
        offset + stored_at if head.compression == COMPRESSION_NONE else None,
        is_torn=True,
    )


def _crc_begins_so(body: bytes, begin: bytes) -> bool:
    """Whether the bytes of the CRC element that are there are the right ones."""
    return not begin or (b"\xce" + crc32c(body).to_bytes(4, "big")).startswith(begin)


def _inflated_so_far(
    stored: memoryview, stored_size: int, compression: int, size: int
) -> bytes | None:
    """The uncompressed bytes as far as they are there; None when they are not what they should be.

    Of zstd data these are its whole blocks.
    """
    if compression == COMPRESSION_NONE:
        return bytes(stored) if stored_size == size else None
    if compression != COMPRESSION_ZSTD:
        return None
    import zstandard

    try:
        if zstandard.frame_content_size(stored) != size:
            return None
        decompressor = zstandard.ZstdDecompressor(max_window_size=2 * CHUNK_SIZE_MAX)
        with decompressor.stream_reader(io.BytesIO(stored)) as reader:
            return bytes(reader.read(size))
    except (zstandard.ZstdError, ValueError, MemoryError):
        return None
