"""Chunks read one after another into the same memory, as long as nothing about them is unusual."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from wwanreplay._core import FrameWindow, Scanner
from wwanreplay.errors import TraceError
from wwanreplay.trace.frames import (
    FRAME_CHECKPOINT,
    FRAME_CHUNK,
    Checkpoint,
    Chunk,
    extra_elements,
    unpack_checkpoint,
    unpack_chunk,
)
from wwanreplay.trace.reading import Reading
from wwanreplay.trace.source import FrameSource

#: So much of a file is at hand at most. A larger frame is none for here.
WINDOW_SIZE: Final = 1 << 20
#: So much is read at once, or one frame: it stays in the processor's cache until it is gone over.
READ_SIZE: Final = 320 << 10
#: Bytes of chunks between two reports of how far a scan is.
SCAN_BYTES: Final = 16 << 20


class Place(NamedTuple):
    """Where a reading stands: the place in the file, the record, and where the last frame began."""

    offset: int
    next_index: int
    last_offset: int | None


class Scanned(NamedTuple):
    """Chunks that were scanned: what is wrong with the last of them, and what comes behind it."""

    chunk_count: int
    error: TraceError | None
    end_offset: int
    next_index: int


class PlainChunks:
    """The frames of the chunks that come next in a reading, unchecked, and the way back.

    Whoever takes frames of a window checks all of them and says `passed`. What he cannot pass he
    leaves to the reading, which goes on where this stands once `window` has given None, or behind
    `back`.
    """

    def __init__(self, source: FrameSource, reading: Reading) -> None:
        self._source = source
        self._reading = reading
        self._window = FrameWindow(source.read_at, WINDOW_SIZE, READ_SIZE)
        self._window.go_to(source.offset)
        self._last: int | None = None  # where the last frame stands that was passed
        self.mark()

    @property
    def offset(self) -> int:
        """The place in the file of what comes next."""
        return self._window.offset

    def close(self) -> None:
        """Close what was opened for these chunks alone."""
        self._source.close()

    def resume(self) -> None:
        """Stand where the reading has come to meanwhile."""
        self._window.go_to(self._source.offset)
        self.mark()

    @property
    def place(self) -> Place:
        """Where this stands, for `go_on_at`."""
        return Place(self.offset, self._reading.expected_index, self._last)

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
        self._source.reached(self.offset)
        self._marked = self.place

    def window(
        self, stop_offset: int | None = None, *, checkpoints: bool = True
    ) -> FrameWindow | None:
        """What is at hand, before a whole frame that may be a plain chunk of this segment.

        None at `stop_offset` and before anything else; `checkpoints` are checked and passed.
        """
        while self._reading.is_plain:
            frame_type = self._window.next_type(stop_offset)
            if frame_type == FRAME_CHUNK:
                return self._window
            if frame_type != FRAME_CHECKPOINT or not checkpoints or not self._pass_checkpoint():
                break
        self.leave()
        return None

    def scan(self, scanner: Scanner) -> Iterator[Scanned]:
        """Scan the chunks up to anything else, many at once."""
        self.resume()
        begun, path = self.offset, self._source.path
        while (window := self.window(checkpoints=False)) is not None:
            first_index = self._reading.expected_index
            taken = scanner.scan_frames(window, first_index, SCAN_BYTES, path=path)
            count, record_count, last_size, error = taken
            if not count:
                break
            self.passed(record_count, last_size)
            self.mark()
            yield Scanned(count, error, self.offset, self._reading.expected_index)
        if self.offset != begun:
            # Its last record may be a gap's, which explains what is missing behind.
            self._reading.remember(self.chunk_before())
        self.leave()

    def leave(self) -> None:
        """Let the reading go on from here."""
        self._source.seek(self.offset)

    def _pass_checkpoint(self) -> bool:
        """Check the checkpoint that comes next; False for one that is damaged."""
        self.leave()
        try:
            frame = self._source.next_frame()
            if frame is None:
                return False
            self._reading.pass_checkpoint(frame)
        except TraceError:
            return False
        self._window.skip(self._source.offset - self.offset)
        return True

    def passed(self, record_count: int, last_size: int) -> None:
        """The frames before this place are right and were taken, with so many records."""
        self._reading.pass_chunks(record_count)
        self._last = self.offset - last_size

    def back(self) -> None:
        """Go back to the place that was marked."""
        offset, expected_index, self._last = self._marked
        self._reading.go_back(offset, expected_index)
        self._window.go_to(offset)

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
            self.leave()
