"""One large trace gone over by several threads, each from a checkpoint to the next one.

From the first part that is not believed (`passed.py`) the replay goes on as ever.
"""

from __future__ import annotations

import threading
from typing import Final

from wwanreplay._core import Engine
from wwanreplay.replay.passed import Passed, pass_over
from wwanreplay.trace import TraceReader
from wwanreplay.trace.plain import PlainChunks

#: Bytes of a part at least: below, to start a thread costs more than it saves.
PART_BYTES_MIN: Final = 4 << 20


class Divided:
    """A trace that can be read from its checkpoints, and the cores that may be at it."""

    def __init__(self, reader: TraceReader, cores: int) -> None:
        self._reader = reader
        self._cores = cores

    def cuts(self, start: int) -> list[int]:
        """The offsets of the checkpoints behind `start` that leave as many parts as cores."""
        end = self._reader.size or 0
        places = [offset for offset in self._reader.checkpoint_offsets() if start < offset < end]
        parts = min(self._cores, (end - start) // PART_BYTES_MIN)
        found: list[int] = []
        for number in range(1, parts):
            wanted = start + (end - start) * number // parts
            left = [offset for offset in places if not found or offset > found[-1]]
            if not left:
                break
            found.append(min(left, key=lambda offset: abs(offset - wanted)))
        return found

    def chunks_from(self, offset: int) -> PlainChunks | None:
        """The chunks behind the checkpoint at an offset, with a place of their own."""
        return self._reader.later_chunks(offset)

    def parts(self, start: int, engine: Engine) -> list[Part]:
        """Threads for the parts of the file behind the first cut."""
        parts: list[Part] = []
        cuts = self.cuts(start)
        for at, offset in enumerate(cuts):
            chunks = self.chunks_from(offset)
            if chunks is None:
                return []
            stop_offset = cuts[at + 1] if at + 1 < len(cuts) else None
            parts.append(Part(chunks, engine, stop_offset))
        for part in parts:
            part.start()
        return parts


class Part(threading.Thread):
    """The chunks from a checkpoint to the next cut, or to the last one."""

    def __init__(self, chunks: PlainChunks, like: Engine, stop_offset: int | None) -> None:
        super().__init__(daemon=True, name="replay from a checkpoint")
        self.offset = chunks.offset
        self._chunks = chunks
        self._stop_offset = stop_offset
        self._engine = like.copy()
        self._is_given_up = False
        self._passed: Passed | None = None

    def run(self) -> None:
        """Go over the part."""
        self._passed = pass_over(
            self._chunks, self._engine, self._stop_offset, lambda: self._is_given_up
        )

    def passed(self) -> Passed | None:
        """What came of it, once the thread has ended."""
        self.join()
        self._chunks.close()
        return self._passed

    def give_up(self) -> None:
        """Have the thread end."""
        self._is_given_up = True
        self.passed()
