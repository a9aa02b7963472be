"""A torn last chunk: what is kept of it, and the words for what is missing."""

import random

import msgpack  # type: ignore[import-untyped]
import pytest
from trace_samples import EVENTS, RECORD, SMALL, chunk, written

from wwanreplay._core import Event, Kind
from wwanreplay.trace import Chunk, TraceReader
from wwanreplay.trace.frames import pack_chunk, parse_prefix
from wwanreplay.trace.torn import Torn, unpack_torn_chunk


def test_the_whole_records_of_a_torn_chunk_are_read() -> None:
    torn = list(TraceReader(SMALL).chunks())[1]
    ends = record_ends(bytes(torn.records))
    assert torn.records_offset is not None
    for size in range(torn.offset, torn.offset + torn.size):
        reader = TraceReader(SMALL[:size])
        events = list(reader)
        kept = sum(torn.records_offset + end <= size for end in ends)
        assert events == EVENTS[: torn.first_index + kept]
        assert not reader.has_end
        if size == torn.offset:
            assert reader.torn is None
            continue
        assert reader.torn is not None
        assert (reader.torn.start, reader.torn.end) == (torn.offset, size)
        assert reader.torn.records_kept == kept


def record_ends(records: bytes) -> list[int]:
    """Where each record ends, counted with nothing but MessagePack."""
    unpacker = msgpack.Unpacker(strict_map_key=False)
    unpacker.feed(records)
    return [unpacker.tell() for _ in unpacker]


def test_of_a_torn_zstd_chunk_whole_blocks_are_read() -> None:
    payloads = random.Random(2).randbytes(300_000)
    events = [
        Event(Kind.KIND_SET, i, payload=payloads[i * 1000 : i * 1000 + 1000]) for i in range(300)
    ]
    data = written(events, compression="zstd", chunk_size=1 << 20)
    torn = list(TraceReader(data).chunks())[-1]
    counts = set()
    for part in range(1, 40):
        reader = TraceReader(data[: torn.offset + torn.size * part // 40])
        read = list(reader)
        assert read == events[: len(read)]
        counts.add(len(read))
    assert len(counts) > 2
    assert list(TraceReader(data[: torn.offset + torn.size - 1])) == events


@pytest.mark.parametrize(
    "at", ["record", "index", "count", "size", "crc"], ids=lambda at: f"damaged-{at}"
)
def test_of_a_torn_chunk_that_shows_damage_nothing_is_read(at: str) -> None:
    torn = list(TraceReader(SMALL).chunks())[1]
    assert torn.records_offset is not None
    data = bytearray(SMALL[: torn.offset + torn.size - 2])
    place = {
        "record": torn.records_offset,  # no array any more
        "index": torn.offset + 7,
        "count": torn.offset + 8,
        "size": torn.offset + 11,
        "crc": len(data) - 1,
    }[at]
    data[place] ^= 0x21
    reader = TraceReader(bytes(data))
    assert list(reader) == EVENTS[: torn.first_index]
    assert reader.torn is not None
    assert reader.torn.records_kept == 0


@pytest.mark.parametrize(
    ("torn", "words"),
    [
        (Torn(20, 24, None), "inside a frame (byte 20):"),
        (Torn(20, 24, 1), "inside a header (byte 20):"),
        (Torn(20, 24, 4), "inside an attachment (byte 20):"),
        (Torn(20, 24, 99), "inside a frame (byte 20):"),
        (Torn(20, 24, 2), "inside a chunk (byte 20), no record of it is whole:"),
        (Torn(20, 24, 2, 1), "a chunk (byte 20), 1 whole record of it kept, unchecked by its CRC:"),
        (Torn(20, 24, 2, 7), "a chunk (byte 20), 7 whole records of it kept, unchecked by its"),
    ],
)
def test_a_cut_is_stated_in_one_line_with_its_place(torn: Torn, words: str) -> None:
    assert words in str(torn)
    assert str(torn).endswith(": what followed is not known")
    assert "\n" not in str(torn)


def torn_chunk(data: bytes) -> Chunk | None:
    """What is kept of a chunk frame that ends early."""
    prefix = parse_prefix(data)
    assert prefix is not None
    return unpack_torn_chunk(prefix, 100, data)


def test_places_of_a_torn_chunk_are_those_in_the_file() -> None:
    data = pack_chunk(RECORD * 2, 5, 2, 70)
    whole = torn_chunk(data[:-5])
    assert whole is not None
    assert (whole.first_index, whole.record_count, whole.base_time_ns) == (5, 2, 70)
    assert (whole.offset, whole.size, whole.is_torn) == (100, len(data) - 5, True)
    assert whole.records_offset is not None
    assert data[whole.records_offset - 100 :].startswith(bytes(whole.records))
    half = torn_chunk(data[:-6])
    assert half is not None
    assert (bytes(half.records), half.record_count) == (RECORD, 1)


def test_a_chunk_that_is_torn_in_its_numbers_or_its_first_record_has_nothing() -> None:
    data = pack_chunk(RECORD, 5, 1, 70)
    for size in range(18, len(data) - 5):
        assert torn_chunk(data[:size]) is None
    assert torn_chunk(data[:-1]) is not None


def test_more_records_than_a_chunk_counts_are_not_believed() -> None:
    assert torn_chunk(pack_chunk(RECORD * 2, 0, 1, 0)[:-1]) is None
    assert torn_chunk(pack_chunk(RECORD, 0, 1, 0, 1)[:-1]) is not None
    assert torn_chunk(chunk(0, 1, 0, 7, len(RECORD), RECORD)[:-1]) is None  # compression 7
