"""The compiled look at a chunk frame finds what reading it element by element finds, or nothing."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import crc32c, frame_crc_is_right, plain_chunk
from wwanreplay.errors import TraceError
from wwanreplay.trace import frames
from wwanreplay.trace.frames import Chunk, Frame, pack_chunk, parse_prefix

NUMBERS = st.one_of(
    st.integers(0, 300), st.integers(0, 2**63 - 1), st.sampled_from([2**32, 2**63 - 1])
)


def by_elements(data: bytes) -> Chunk | None:
    """The chunk that the walk over single elements finds."""
    prefix = parse_prefix(data[:18])
    if prefix is None or prefix.size != len(data) or prefix.type != frames.FRAME_CHUNK:
        return None
    kept, frames.plain_chunk = frames.plain_chunk, lambda _: None
    try:
        return frames.unpack_chunk(Frame(prefix, 0, data))
    except TraceError:
        return None
    finally:
        frames.plain_chunk = kept


def assert_agrees(data: bytes) -> bool:
    """The compiled look finds the same or nothing; whether it found something."""
    found, chunk = plain_chunk(data), by_elements(data)
    if found is None:
        return False
    assert chunk is not None
    first_index, record_count, base_time_ns, start, size = found
    assert (chunk.first_index, chunk.record_count) == (first_index, record_count)
    assert chunk.base_time_ns == base_time_ns
    assert bytes(chunk.records) == data[start : start + size]
    assert chunk.records_offset == start
    assert chunk.compression == "none"
    return True


@given(st.binary(min_size=3, max_size=900), NUMBERS, NUMBERS, st.integers(-(2**63), 2**63 - 1))
def test_usual_frames_are_taken(records: bytes, first: int, count: int, time_ns: int) -> None:
    data = pack_chunk(records, first, count, time_ns)
    chunk = by_elements(data)
    assert assert_agrees(data) == (chunk is not None)
    assert frame_crc_is_right(data)
    assert plain_chunk(pack_chunk(records, first, count, time_ns, frames.COMPRESSION_ZSTD)) is None


@given(
    st.binary(min_size=3, max_size=300),
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 255)), min_size=1, max_size=4),
    st.integers(-20, 20),
)
def test_changed_frames_are_the_same_or_nothing(
    records: bytes, changes: list[tuple[int, int]], more: int
) -> None:
    data = bytearray(pack_chunk(records, 5, 1, 77))
    for place, octet in changes:
        data[place % len(data)] = octet
    size = len(data)
    changed = bytes(data[: max(0, size + more)]) + bytes(max(0, more))
    assert_agrees(changed)
    body = changed[:-5]
    whole = body + struct.pack(">BI", 0xCE, crc32c(body) if body else 0)
    assert_agrees(whole)
    assert frame_crc_is_right(whole) or len(whole) < 5
    assert not frame_crc_is_right(whole[:-1] + bytes([whole[-1] ^ 1]))


def test_an_empty_or_short_frame_is_none() -> None:
    for data in (b"", b"\x99", bytes((0x99, 2, 0xCE, 0, 0, 0, 0)), bytes(12)):
        assert plain_chunk(data) is None
    assert not frame_crc_is_right(b"")
    assert not frame_crc_is_right(b"\xce\0\0\0")
