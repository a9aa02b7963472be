"""One reading in order: what it counts, and which holes are explained."""

import io

import pytest

from wwanreplay._core import Event, Kind
from wwanreplay.errors import TraceError
from wwanreplay.trace import Chunk, TraceHeader, TraceReader, TraceWriter
from wwanreplay.trace.frames import OPENING
from wwanreplay.trace.reading import HEADER_CUT, NO_TRACE, chunk_events, explains_hole, no_trace


def chunk_of(*events: Event) -> Chunk:
    out = io.BytesIO()
    with TraceWriter(out, TraceHeader(producer="test")) as writer:
        for event in events:
            writer.write(event)
    with TraceReader(out.getvalue()) as reader:
        return next(item for item in reader.objects() if isinstance(item, Chunk))


def query(at: int) -> Event:
    return Event(Kind.KIND_QUERY, at, code=1, request_id=at + 1)


def test_a_gap_record_explains_a_hole_of_its_size_and_no_other() -> None:
    chunk = chunk_of(query(0), Event(Kind.KIND_GAP, 1, code=5))
    assert explains_hole(chunk, 4)
    assert not explains_hole(chunk, 5)
    assert not explains_hole(chunk_of(Event(Kind.KIND_GAP, 0, code=5), query(1)), 4)
    assert not explains_hole(chunk_of(query(0)), 1)


def test_records_that_cannot_be_read_explain_nothing() -> None:
    chunk = chunk_of(query(0), Event(Kind.KIND_GAP, 1, code=5))
    chunk = chunk._replace(records=b"\xc1" + chunk.records[1:])
    assert not explains_hole(chunk, 4)


def test_an_error_in_a_chunk_names_the_file_and_the_place() -> None:
    chunk = chunk_of(query(0))
    chunk = chunk._replace(records=b"\xc1" + chunk.records[1:])
    with pytest.raises(TraceError, match=r"^a\.wwantrace: ") as error:
        list(chunk_events(chunk, "a.wwantrace"))
    assert error.value.offset is not None


@pytest.mark.parametrize("size", range(len(OPENING) + 1))
def test_a_file_cut_in_its_opening_is_called_a_trace_that_is_cut(size: int) -> None:
    assert no_trace(OPENING[:size], None).reason == HEADER_CUT
    assert no_trace(OPENING[:size] + b"?", None).reason == NO_TRACE


def test_each_reading_counts_anew() -> None:
    out = io.BytesIO()
    with TraceWriter(out, TraceHeader(producer="test")) as writer:
        writer.write(query(0))
    data = bytearray(out.getvalue())
    data[-len(data) // 3] ^= 1
    with TraceReader(bytes(data), strict=False) as reader:
        first = list(reader.objects()), reader.segments, len(reader.losses)
        again = list(reader.objects()), reader.segments, len(reader.losses)
    assert first == again
    assert first[2] > 0
