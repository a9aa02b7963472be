"""Chunks of records as a replay reads them, and the records before a place in them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from wwanreplay._core import Event, RecordReader, RecordWriter

CHUNK_SIZE = 256 << 10


class ChunkLike(NamedTuple):
    """The records of a chunk, as the replay reads them."""

    records: bytes | memoryview
    first_index: int
    base_time_ns: int
    record_count: int
    offset: int | None = None

    @property
    def next_index(self) -> int:
        """Index behind the last record."""
        return self.first_index + self.record_count


def pack(events: Iterable[Event], chunk_size: int = CHUNK_SIZE) -> Iterator[ChunkLike]:
    """Events as chunks in memory, numbered from 0."""
    writer = RecordWriter()
    for event in events:
        writer.append(event)
        if writer.size >= chunk_size:
            yield _taken(writer)
    if writer.record_count:
        yield _taken(writer)


def _taken(writer: RecordWriter) -> ChunkLike:
    taken = writer.take()
    assert taken is not None
    records, first_index, record_count, base_time_ns = taken[:4]
    return ChunkLike(records, first_index, base_time_ns, record_count)


class EventsBefore:
    """The records just before a place, from the chunks that are at hand."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._events: deque[Event] = deque(maxlen=max(count, 1))
        self._chunks: deque[ChunkLike] = deque()
        self._reader: Iterator[Event] | None = None
        self._ahead: Event | None = None

    def add(self, chunk: ChunkLike) -> None:
        """Have a further chunk at hand; the last two stay."""
        self._chunks.append(chunk)
        if len(self._chunks) > 2:
            self._chunks.popleft()
            self._events.clear()
            self._reader = self._ahead = None

    def get(self, index: int) -> tuple[Event, ...]:
        """The records before `index`, which never goes back."""
        while True:
            event = self._next()
            if event is None:
                break
            if event.index is not None and event.index >= index:
                self._ahead = event
                break
            self._events.append(event)
        before = [event for event in self._events if event.index is None or event.index < index]
        return tuple(before[-self.count :]) if self.count else ()

    def _next(self) -> Event | None:
        if self._ahead is not None:
            event, self._ahead = self._ahead, None
            return event
        while True:
            if self._reader is not None:
                found = next(self._reader, None)
                if found is not None:
                    return found
                self._reader = None
            if not self._chunks:
                return None
            chunk = self._chunks.popleft()
            self._reader = iter(RecordReader(chunk.records, chunk.first_index, chunk.base_time_ns))
