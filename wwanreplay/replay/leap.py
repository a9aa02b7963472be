"""Chunks of a file gone over at full speed, where nothing in them differs or is unusual."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from wwanreplay._core import FrameWindow
from wwanreplay.replay.ahead import Ahead, PartsAhead
from wwanreplay.replay.compiled_run import CompiledRun
from wwanreplay.trace import Chunk
from wwanreplay.trace.plain import PlainChunks

#: Bytes of a stretch; what is found at its end costs going over it once more.
STRETCH_BYTES: Final = 4 << 20
#: Chunks that must have agreed behind a difference before the next try: twice as many each time.
PAUSE_MAX: Final = 64


class Leap:
    """Takes stretches of whole chunks that agree; at anything else it stands before the stretch.

    It reads each chunk into the same memory, checks its frame and runs the compiled loop over it in
    one call, and makes no report: what it cannot pass is gone over again record by record, by
    whoever is here to explain it.
    """

    def __init__(
        self,
        chunks: PlainChunks,
        on_progress: Callable[[int], None] | None,
        ahead: Ahead | None = None,
    ) -> None:
        self._chunks = chunks
        self._parts = PartsAhead(ahead)
        self._on_progress = on_progress
        self._pause = 1
        self._chunks_left = 0  # to be seen agreeing before the next try

    def is_due(self) -> bool:
        """Whether to try, at the end of a chunk that agreed."""
        self._chunks_left -= 1
        return self._chunks_left < 0

    def differs(self) -> None:
        """A difference was met: let some chunks pass before the next try."""
        self._parts.end()
        self._chunks_left = self._pause
        self._pause = min(2 * self._pause, PAUSE_MAX)

    def run(self, run: CompiledRun) -> bool:
        """Go as far as possible; whether there was a chunk to try, and so a new anchor."""
        self._chunks.resume()
        self._parts.begin(self._chunks.offset, run.engine)
        is_tried = self._run(run)
        while (passed := self._parts.take(self._chunks.offset, run)) is not None:
            self._chunks.go_on_at(passed.place)
            self._report(passed.sizes)
            is_tried = True
        return is_tried

    def end(self) -> None:
        """Give up what others go over: the replay has ended."""
        self._parts.end()

    def _run(self, run: CompiledRun) -> bool:
        frames = self._chunks.window(self._parts.stop_offset)
        if frames is None:
            return False
        while frames is not None:
            run.drop_anchor()
            frames = self._stretch(run, frames)
        run.drop_anchor()  # what follows is gone over again from here
        return True

    def chunk_before(self) -> Chunk | None:
        """The chunk that was passed last, for what a report shows of it."""
        return self._chunks.chunk_before()

    def _stretch(self, run: CompiledRun, frames: FrameWindow | None) -> FrameWindow | None:
        """One stretch from these frames on; those at the beginning of the next one, or None."""
        sizes: list[int] = []
        left = STRETCH_BYTES
        self._chunks.mark()
        while frames is not None and left > 0:
            taken = run.replayer.run_frames(frames, left, self._parts.stop_offset)
            if taken is None:
                self._chunks.back()
                run.go_back()
                self.differs()
                return None
            size, record_count, records_size, last_size = taken
            if not size:
                self._chunks.leave()
                frames = None
                break
            self._chunks.passed(record_count, last_size)
            left -= size
            sizes.append(records_size)
            frames = self._chunks.window(self._parts.stop_offset)
        self._report(sizes)
        return frames

    def _report(self, sizes: Iterable[int]) -> None:
        if self._on_progress is not None:
            for size in sizes:
                self._on_progress(size)
