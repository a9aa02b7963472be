"""Chunks of records as a replay reads them, and the records before a place in them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from wwanreplay._core import Event, RecordReader, RecordWriter
from wwanreplay.trace import Chunk

CHUNK_SIZE = 256 << 10


def pack(events: Iterable[Event], chunk_size: int = CHUNK_SIZE) -> Iterator[Chunk]:
    """Events as chunks in memory, numbered from 0."""
    writer = RecordWriter()
    for event in events:
        writer.append(event)
        if writer.size >= chunk_size:
            yield _taken(writer)
    if writer.record_count:
        yield _taken(writer)


def _taken(writer: RecordWriter) -> Chunk:
    taken = writer.take()
    assert taken is not None
    records, first_index, record_count, base_time_ns = taken[:4]
    view = memoryview(records)
    return Chunk(first_index, record_count, base_time_ns, view, offset=0, size=len(view))


class EventsBefore:
    """The records just before a place, to which records are read on; None stands for no more."""

    def __init__(self, count: int, unread: Iterator[Event | None]) -> None:
        self.count = count
        self._recent: deque[Event] = deque(maxlen=count + 1)  # the last one may stand behind
        self._unread = unread

    def reach(self, index: int) -> None:
        """Read on to the record `index`, which never goes back."""
        recent = self._recent
        if recent and (recent[-1].index or 0) >= index:
            return
        for event in self._unread:
            if event is None:
                return
            recent.append(event)
            if (event.index or 0) >= index:
                return

    def get(self, index: int) -> tuple[Event, ...]:
        """The records before `index`."""
        self.reach(index)
        before = [event for event in self._recent if (event.index or 0) < index]
        return tuple(before[-self.count :]) if self.count else ()


class ChunksBefore(EventsBefore):
    """The same, from the chunks that are at hand."""

    def __init__(self, count: int) -> None:
        super().__init__(count, iter(()))
        self._is_begun = False  # else most would be a circle of a replay and its memory
        self._chunks: deque[Chunk] = deque()

    def add(self, chunk: Chunk) -> None:
        """Have a further chunk at hand; the last two stay."""
        self._chunks.append(chunk)
        if len(self._chunks) > 2:
            self._chunks.popleft()
            self._recent.clear()
            self._is_begun = False

    def reach(self, index: int) -> None:
        """Read on to the record `index`, which never goes back."""
        if not self._is_begun:
            self._is_begun, self._unread = True, self._read()
        super().reach(index)

    def _read(self) -> Iterator[Event | None]:
        while True:
            while self._chunks:
                chunk = self._chunks.popleft()
                yield from RecordReader(chunk.records, chunk.first_index, chunk.base_time_ns)
            yield None  # until there is a further chunk
