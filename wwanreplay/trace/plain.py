"""Chunks read one after another into the same memory, as long as nothing about them is unusual."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from wwanreplay._core import frame_crc_is_right, plain_chunk
from wwanreplay.errors import TraceError
from wwanreplay.trace.frames import (
    FRAME_CHECKPOINT,
    FRAME_CHUNK,
    PREFIX_SIZE,
    Checkpoint,
    Chunk,
    extra_elements,
    unpack_checkpoint,
    unpack_chunk,
)
from wwanreplay.trace.reading import Reading
from wwanreplay.trace.source import FrameSource

#: So much of a file is at hand. A larger frame is none for here.
WINDOW_SIZE: Final = 1 << 20
_CHUNK_START: Final = bytes((FRAME_CHUNK, 0xCE))


def _frame_at(window: memoryview, at: int) -> memoryview | None:
    """The chunk frame at a place of a window, if it is whole there."""
    if window[at + 1 : at + 3] != _CHUNK_START:
        return None
    end = at + PREFIX_SIZE + int.from_bytes(window[at + 3 : at + PREFIX_SIZE], "big")
    return window[at:end] if end <= len(window) else None


class Place(NamedTuple):
    """Where a reading stands: the place in the file, the record, and where the last frame began."""

    offset: int
    next_index: int
    last_offset: int | None


class PlainChunks:
    """The frames of the chunks that come next in a reading, unchecked, and the way back.

    Whoever takes frames of a window checks all of them and says `passed`. What he cannot pass he
    leaves to the reading, which goes on where this stands once `window` has given None, or behind
    `back`.
    """

    def __init__(self, source: FrameSource, reading: Reading) -> None:
        self._source = source
        self._reading = reading
        self._buffer = bytearray()
        self._start = self._end = 0  # of what is at hand
        self._offset = source.offset  # of what comes next
        self._last: int | None = None  # where the last frame stands that was passed
        self.mark()

    @property
    def offset(self) -> int:
        """The place in the file of what comes next."""
        return self._offset

    def close(self) -> None:
        """Close what was opened for these chunks alone."""
        self._source.close()

    def resume(self) -> None:
        """Stand where the reading has come to meanwhile."""
        self._start = self._end = 0
        self._offset = self._source.offset
        self.mark()

    @property
    def place(self) -> Place:
        """Where this stands, for `go_on_at`."""
        return Place(self._offset, self._reading.expected_index, self._last)

    def go_on_at(self, place: Place) -> None:
        """Stand where a reading of a later part of the file has come to."""
        self._reading.go_back(place.offset, place.next_index)
        self._last = place.last_offset
        self.resume()

    def take_checkpoint(self) -> Checkpoint | None:
        """Read the checkpoint that comes next, and go on from its record; None if none does."""
        frame = self._source.next_frame()
        if frame is None or frame.prefix.type != FRAME_CHECKPOINT:
            return None
        checkpoint = unpack_checkpoint(frame)
        self._reading.begin_at(checkpoint.record_index)
        self.resume()
        return None if extra_elements(frame.prefix) else checkpoint

    def take_chunk(self) -> Chunk | None:
        """Read the chunk that comes next by itself; None if none does that follows on."""
        self.leave()
        frame = self._source.next_frame()
        chunk = None
        if frame is not None and frame.prefix.type == FRAME_CHUNK:
            chunk = unpack_chunk(frame)
        is_next = chunk is not None and chunk.first_index == self._reading.expected_index
        if frame is None or chunk is None or not is_next or extra_elements(frame.prefix):
            self.leave()
            return None
        self._reading.pass_chunks(chunk.record_count)
        self._last = frame.offset
        self.resume()
        return chunk

    def mark(self) -> None:
        """Remember this place as the one to go back to."""
        self._source.reached(self._offset)
        self._marked = self.place

    def window(
        self, stop_offset: int | None = None, *, checkpoints: bool = True
    ) -> memoryview | None:
        """What is at hand, a whole frame at least that may be a plain chunk of this segment.

        It is to be used before the next one is asked for. None at `stop_offset` and before
        anything else; `checkpoints` are checked and passed.
        """
        while self._reading.is_plain and (stop_offset is None or self._offset < stop_offset):
            head = self._buffer[self._start : self._start + PREFIX_SIZE]
            size = PREFIX_SIZE + int.from_bytes(head[3:PREFIX_SIZE], "big")
            if self._start + min(size, PREFIX_SIZE) > self._end or len(head) < PREFIX_SIZE:
                size = PREFIX_SIZE + 1  # not at hand
            elif head[1] == FRAME_CHECKPOINT:
                if not checkpoints or not self._pass_checkpoint():
                    break
                continue
            elif head[1:3] != _CHUNK_START:
                break
            if self._start + size <= self._end:
                left = (
                    self._end if stop_offset is None else self._start + stop_offset - self._offset
                )
                return memoryview(self._buffer)[self._start : min(self._end, left)]
            if size > WINDOW_SIZE or not self._fill(size):
                break
        self.leave()
        return None

    def each(self) -> Iterator[Chunk]:
        """The chunks up to anything else one by one, their frames checked.

        Each is to be used before the next one is asked for.
        """
        self.resume()
        begun = self._offset
        while (window := self.window(checkpoints=False)) is not None:
            at = 0
            while (frame := _frame_at(window, at)) is not None:
                numbers = plain_chunk(frame)
                if (
                    numbers is None
                    or numbers[0] != self._reading.expected_index
                    or not frame_crc_is_right(frame)
                ):
                    break
                first_index, record_count, base_time_ns, start, size = numbers
                offset = self._offset
                self.passed(len(frame), record_count, len(frame))
                at += len(frame)
                yield Chunk(
                    first_index,
                    record_count,
                    base_time_ns,
                    frame[start : start + size].toreadonly(),
                    offset,
                    len(frame),
                    records_offset=offset + start,
                )
            if not at:
                break
        if self._offset != begun:
            # Its last record may be a gap's, which explains what is missing behind.
            self._reading.remember(self.chunk_before())
        self.leave()

    def leave(self) -> None:
        """Let the reading go on from here."""
        self._source.seek(self._offset)

    def _fill(self, size: int) -> bool:
        """Have more at hand; False when it is not as much as is wanted."""
        if not self._buffer:
            self._buffer = bytearray(WINDOW_SIZE)
        kept = self._end - self._start
        view = memoryview(self._buffer)
        view[:kept] = view[self._start : self._end]
        self._start, self._end = 0, kept
        self._end += self._source.read_at(self._offset + kept, view[kept:])
        return self._end >= size

    def _pass_checkpoint(self) -> bool:
        """Check the checkpoint that comes next; False for one that is damaged."""
        self._source.seek(self._offset)
        try:
            frame = self._source.next_frame()
            if frame is None:
                return False
            self._reading.pass_checkpoint(frame)
        except TraceError:
            return False
        self._forget(self._source.offset - self._offset)
        return True

    def _forget(self, size: int) -> None:
        """Stand so many bytes further."""
        self._offset += size
        self._start = min(self._end, self._start + size)

    def passed(self, size: int, record_count: int, last_size: int) -> None:
        """So many bytes are right and were taken, with so many records; the last frame's size."""
        self._reading.pass_chunks(record_count)
        self._forget(size)
        self._last = self._offset - last_size

    def back(self) -> None:
        """Go back to the place that was marked."""
        self._offset, expected_index, self._last = self._marked
        self._reading.go_back(self._offset, expected_index)
        self._start = self._end = 0

    def chunk_before(self) -> Chunk | None:
        """The chunk that was passed last, read anew; None where it cannot be any more."""
        if self._last is None:
            return None
        try:
            self._source.seek(self._last)
            frame = self._source.next_frame()
            return None if frame is None else unpack_chunk(frame)
        except TraceError:
            return None
        finally:
            self._source.seek(self._offset)
