"""Frames: packed, checked and taken apart; whatever they claim."""

import struct

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from trace_samples import HEADER, RECORD, chunk, frame

from wwanreplay._core import crc32c
from wwanreplay.errors import TraceError, UsageError
from wwanreplay.trace import Attachment, Checkpoint, TraceReader, frames
from wwanreplay.trace.frames import (
    DIGEST_STATE_SIZE,
    Frame,
    crc_is_right,
    may_begin_frame,
    pack_attachment,
    pack_checkpoint,
    pack_chunk,
    pack_end,
    pack_header,
    parse_prefix,
    unpack_attachment,
    unpack_checkpoint,
    unpack_chunk,
)


def test_bombs_are_refused_before_they_inflate() -> None:
    zeros = bytes(200 << 20)
    bomb = zstandard.ZstdCompressor().compress(zeros)
    with pytest.raises(TraceError, match="its zstd frame 209715200"):
        list(TraceReader(HEADER + chunk(0, 1, 0, 1, 100, bomb)))
    with pytest.raises(TraceError, match="between 0 and 67108864"):
        list(TraceReader(HEADER + chunk(0, 1, 0, 1, len(zeros), bomb)))
    sizeless = zstandard.ZstdCompressor(write_content_size=False).compress(zeros)
    with pytest.raises(TraceError, match="zstd"):
        list(TraceReader(HEADER + chunk(0, 1, 0, 1, 100, sizeless)))
    small = zstandard.ZstdCompressor().compress(RECORD)
    with pytest.raises(TraceError, match="zstd"):
        list(TraceReader(HEADER + chunk(0, 1, 0, 1, len(RECORD), small + small)))
    assert len(list(TraceReader(HEADER + chunk(0, 1, 0, 1, len(RECORD), small)))) == 1


def test_the_end_frame_has_a_fixed_size() -> None:
    for offset in (0, 1 << 20, (1 << 63) - 1):
        assert len(frames.pack_end(offset)) == frames.END_SIZE
    assert struct.unpack(">Q", frames.pack_end(7)[8:16])[0] == 7


def read(data: bytes, offset: int = 100) -> Frame:
    """The frame that bytes are, at a place of the file."""
    prefix = parse_prefix(data)
    assert prefix is not None
    assert prefix.size == len(data)
    assert crc_is_right(data)
    return Frame(prefix, offset, data)


counts = st.integers(0, (1 << 63) - 1)
times = st.integers(-(1 << 63), (1 << 63) - 1)
compressions = st.sampled_from(sorted(frames.COMPRESSIONS))


@given(st.binary(min_size=3, max_size=80), st.integers(0, (1 << 63) - 2), times, compressions)
def test_a_chunk_comes_back_whole(
    records: bytes, first_index: int, time_ns: int, compression: str
) -> None:
    data = pack_chunk(records, first_index, 1, time_ns, frames.COMPRESSIONS[compression])
    chunk = unpack_chunk(read(data))
    assert bytes(chunk.records) == records
    assert chunk.records.readonly
    assert (chunk.first_index, chunk.next_index) == (first_index, first_index + 1)
    assert (chunk.base_time_ns, chunk.compression) == (time_ns, compression)
    assert (chunk.offset, chunk.size) == (100, len(data))
    if compression == "none":
        assert chunk.records_offset is not None
        assert data[chunk.records_offset - 100 :].startswith(records)
    else:
        assert chunk.records_offset is None
        assert bytes(unpack_chunk(read(data), inflate=False).records) == b""


@given(counts, times, st.binary(max_size=40))
def test_a_checkpoint_comes_back_whole(record_index: int, time_ns: int, snapshot: bytes) -> None:
    checkpoint = Checkpoint(record_index, time_ns, snapshot, bytes(DIGEST_STATE_SIZE), 100)
    assert unpack_checkpoint(read(pack_checkpoint(checkpoint))) == checkpoint


def test_a_checkpoint_without_a_whole_digest_is_refused() -> None:
    data = pack_checkpoint(Checkpoint(0, 0, b"", b"short"))
    with pytest.raises(TraceError, match="digest_state has 5 bytes, not 40"):
        unpack_checkpoint(read(data))


@given(st.text(max_size=40), st.text(max_size=8), st.binary(max_size=300), compressions)
def test_an_attachment_comes_back_whole(
    name: str, media_type: str, data: bytes, compression: str
) -> None:
    attachment = Attachment(name, media_type, data, 100)
    packed = pack_attachment(attachment, frames.COMPRESSIONS[compression])
    assert unpack_attachment(read(packed)) == attachment


@pytest.mark.parametrize("size", [0, 31, 32, 255, 256, 65535, 65536])
def test_binary_data_and_texts_of_every_size_class_come_back(size: int) -> None:
    attachment = Attachment("x" * size, "", bytes(size), 100)
    assert unpack_attachment(read(pack_attachment(attachment, 0))) == attachment


def test_a_bit_of_the_frame_that_is_altered_is_noticed() -> None:
    data = pack_end(7)
    for at in range(len(data)):
        for bit in range(8):
            altered = bytearray(data)
            altered[at] ^= 1 << bit
            assert not crc_is_right(altered)


def test_the_beginning_of_a_frame_is_known_as_such_at_every_length() -> None:
    for data in (pack_end(7), pack_header({"seed": 1}), pack_chunk(RECORD, 0, 1, 0)):
        prefix = parse_prefix(data)
        assert prefix is not None
        assert parse_prefix(data[: prefix.body - 1]) is None
        assert not may_begin_frame(b"")
        assert all(may_begin_frame(data[:size]) for size in range(1, prefix.body))
        for at in range(prefix.body - 4):  # what stands before its size
            assert not may_begin_frame(data[:at] + b"\xc1")


@pytest.mark.parametrize(
    ("number", "value"),
    [
        (0, -1), (0, "1"), (0, None), (0, 1 << 63), (1, 0), (1, 99), (2, 1 << 63), (2, b""),
        (3, 256), (4, (64 << 20) + 1), (5, "text"), (5, 3),
    ],
)  # fmt: skip
def test_a_number_of_a_chunk_out_of_range_is_an_error_at_its_place(
    number: int, value: object
) -> None:
    elements: list[object] = [0, 1, 0, 0, len(RECORD), RECORD]
    good = unpack_chunk(read(frame(2, *elements)))
    assert good.record_count == 1
    elements[number] = value
    with pytest.raises(TraceError, match=r"^chunk frame: ") as caught:
        unpack_chunk(read(frame(2, *elements)))
    assert caught.value.offset is not None
    assert 107 <= caught.value.offset < 130


def test_bytes_that_no_element_holds_are_an_error_and_further_elements_none() -> None:
    good = [0, 1, 0, 0, len(RECORD), RECORD]
    assert unpack_chunk(read(frame(2, *good, "later"))).record_count == 1
    hidden = bytearray(frame(2, *good, "later"))
    hidden[0] -= 1  # one element fewer
    hidden[-4:] = crc32c(hidden[:-5]).to_bytes(4, "big")
    with pytest.raises(TraceError, match="bytes behind the last element"):
        unpack_chunk(read(bytes(hidden)))
    with pytest.raises(TraceError, match="too few elements"):
        unpack_chunk(read(frame(2, *good[:-1])))


@pytest.mark.parametrize(
    ("values", "error", "reason"),
    [
        ({"x": object()}, UsageError, "holds what a trace cannot"),
        ({"x": 1 << 64}, UsageError, "holds what a trace cannot"),
        ({"x": bytes(4 << 20)}, TraceError, "is larger than 4194304"),
        ({"x": [0] * 65_537}, TraceError, "cannot be written: .*more values"),
    ],
)
def test_a_header_that_could_not_be_read_is_not_written(
    values: dict[str, object], error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        pack_header(values)


def test_a_frame_over_the_limit_is_not_written() -> None:
    with pytest.raises(
        TraceError, match=r"the attachment of \d+ bytes is larger than a frame may be"
    ):
        pack_attachment(Attachment("", "", bytes(frames.FRAME_SIZE_MAX)), 0)
