"""Chunks of a file gone over at full speed, where nothing in them differs or is unusual."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from wwanreplay.replay.compiled_run import CompiledRun
from wwanreplay.replay.cores import Divided, Part, ends_at
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
        divided: Divided | None = None,
    ) -> None:
        self._chunks = chunks
        self._divided = divided
        self._stop_offset: int | None = None  # where another thread has begun
        self._on_progress = on_progress
        self._pause = 1
        self._chunks_left = 0  # to be seen agreeing before the next try

    def is_due(self) -> bool:
        """Whether to try, at the end of a chunk that agreed."""
        self._chunks_left -= 1
        return self._chunks_left < 0

    def differs(self) -> None:
        """A difference was met: let some chunks pass before the next try."""
        self._chunks_left = self._pause
        self._pause = min(2 * self._pause, PAUSE_MAX)

    def run(self, run: CompiledRun) -> bool:
        """Go as far as possible; whether there was a chunk to try, and so a new anchor."""
        parts = self._begin_parts(run)
        try:
            is_tried = self._run(run)
            for part in parts:
                if not self._take(part, run):
                    break
                is_tried = True
        finally:
            self._stop_offset = None
            for part in parts:
                part.give_up()
            for part in parts:
                part.join()
                part.chunks.close()
        return is_tried

    def _begin_parts(self, run: CompiledRun) -> list[Part]:
        """Threads for the parts of the file behind the first cut, the first time that this runs."""
        if self._divided is None:
            return []
        divided, self._divided = self._divided, None
        parts: list[Part] = []
        cuts = divided.cuts(self._chunks.offset)
        for at, offset in enumerate(cuts):
            chunks = divided.chunks_from(offset)
            if chunks is None:
                return []
            stop_offset = cuts[at + 1] if at + 1 < len(cuts) else None
            parts.append(Part(chunks, run.engine, stop_offset))
        for part in parts:
            part.start()
        self._stop_offset = cuts[0] if parts else None
        return parts

    def _take(self, part: Part, run: CompiledRun) -> bool:
        """Stand at the end of a part, if it follows on where the run stands."""
        part.join()
        behind, checkpoint = part.run_of, part.checkpoint
        if behind is None or checkpoint is None or not ends_at(run, part, checkpoint):
            return False
        behind.replayer.add_counts(run.replayer)
        run.replayer, run.engine = behind.replayer, behind.engine
        run.drop_anchor()
        self._chunks.go_on_behind(part.chunks)
        self._report(part.sizes)
        return True

    def _run(self, run: CompiledRun) -> bool:
        self._chunks.resume()
        frames = self._chunks.window(self._stop_offset)
        if frames is None:
            return False
        while frames is not None:
            run.drop_anchor()
            frames = self._stretch(run, frames)
        return True

    def chunk_before(self) -> Chunk | None:
        """The chunk that was passed last, for what a report shows of it."""
        return self._chunks.chunk_before()

    def _stretch(self, run: CompiledRun, frames: memoryview | None) -> memoryview | None:
        """One stretch from these frames on; those at the beginning of the next one, or None."""
        sizes: list[int] = []
        left = STRETCH_BYTES
        self._chunks.mark()
        while frames is not None and left > 0:
            taken = run.replayer.run_frames(frames)
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
            self._chunks.passed(size, record_count, last_size)
            left -= size
            sizes.append(records_size)
            frames = self._chunks.window(self._stop_offset)
        self._report(sizes)
        return frames

    def _report(self, sizes: list[int]) -> None:
        if self._on_progress is not None:
            for size in sizes:
                self._on_progress(size)
