"""The index of a trace: found from the end of the file, believed only where it is whole."""

import io
from typing import Any

from wwanreplay._core import Event, Kind
from wwanreplay.trace import Chunk, TraceHeader, TraceReader, TraceWriter
from wwanreplay.trace.index import TraceIndex, read_index
from wwanreplay.trace.source import FrameSource


def segment(count: int = 6, **options: Any) -> bytes:
    out = io.BytesIO()
    with TraceWriter(out, TraceHeader(producer="test"), chunk_size=40, **options) as writer:
        for at in range(count):
            writer.write(Event(Kind.KIND_QUERY, at, code=at, request_id=at + 1, payload=b"1234567"))
            if at == 3:
                writer.checkpoint(b"snapshot", at)
                writer.attach("note.txt", b"attached", "text/plain")
    return out.getvalue()


def index_of(data: bytes) -> TraceIndex:
    return read_index(FrameSource(data), strict=True)


def test_the_index_names_every_chunk_checkpoint_and_attachment() -> None:
    data = segment()
    index = index_of(data)
    with TraceReader(data) as reader:
        items = list(reader.objects())
        assert index.chunks is not None
        chunks = [item.offset for item in items if isinstance(item, Chunk)]
        assert [entry.offset for entry in index.chunks] == chunks
        assert len(chunks) > 1
        assert len(reader.checkpoints()) == len(index.checkpoint_offsets()) == 1
        assert len(reader.attachments()) == len(index.attachment_offsets()) == 1
        assert reader.footer == index.footers[-1]


def test_a_file_without_end_frame_has_no_index() -> None:
    data = segment()
    for cut in range(1, 40):
        assert index_of(data[:-cut]).footers == []


def test_places_where_reading_can_go_on_are_inside_the_file_and_in_order() -> None:
    data = segment()
    places = index_of(data).known_offsets
    assert places == sorted(set(places))
    assert all(0 < place < len(data) for place in places)
    assert {entry.offset for entry in index_of(data).chunks or []} <= set(places)


def test_an_index_behind_inserted_bytes_is_not_believed() -> None:
    data = segment()
    shifted = data[:1] + b"\x00" + data[1:]
    assert index_of(shifted).footers == []
