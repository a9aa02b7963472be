"""One large trace gone over by several threads, each from a checkpoint to the next one.

A part is believed when the part before it ends in the very state, with the very digest, that its
checkpoint holds, and nothing in either of them differs: what follows is then what one thread would
have found. From the first part of which that is not so the replay goes on as ever.
"""

from __future__ import annotations

import threading
from typing import Final

from wwanreplay._core import Engine, Replayer
from wwanreplay.errors import WwanReplayError
from wwanreplay.replay.compiled_run import CompiledRun
from wwanreplay.trace import Checkpoint, TraceReader
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


class Part(threading.Thread):
    """The chunks from a checkpoint to the next cut, or to the last one."""

    def __init__(self, chunks: PlainChunks, like: Engine, stop_offset: int | None) -> None:
        super().__init__(daemon=True, name="replay from a checkpoint")
        self.chunks = chunks
        self.checkpoint: Checkpoint | None = None
        self.run_of: CompiledRun | None = None  # as it stands at the end
        self.sizes: list[int] = []
        self._stop_offset = stop_offset
        self._engine = like.copy()
        self._is_given_up = False

    @property
    def has_backwards(self) -> bool:
        """Whether an input of the part is earlier than the time that its device had reached."""
        return self.run_of is None or self.run_of.replayer.counts["backwards"] > 0

    def give_up(self) -> None:
        """Let the thread end soon; nobody wants its part any more."""
        self._is_given_up = True

    def run(self) -> None:
        """Go over the part; without `run_of` at its end something in it differs or is unusual."""
        try:
            checkpoint = self.chunks.take_checkpoint()
            if checkpoint is None:
                return
            self._engine.restore(checkpoint.snapshot)
            replayer = Replayer(self._engine, digest_state=checkpoint.digest_state)
            replayer.open_chunk(b"", checkpoint.record_index, checkpoint.time_ns)
            if self._is_passed(replayer):
                self.checkpoint = checkpoint
                self.run_of = CompiledRun(replayer, self._engine)
        except WwanReplayError:
            pass  # whoever goes over it in order finds and reports it
        except MemoryError:
            pass

    def _is_passed(self, replayer: Replayer) -> bool:
        while not self._is_given_up:
            frames = self.chunks.window(self._stop_offset)
            if frames is None:
                return self._stop_offset in (None, self.chunks.offset)
            taken = replayer.run_frames(frames)
            if taken is None or not taken[0]:
                return taken is not None and self._stop_offset is None
            size, record_count, records_size, last_size = taken
            self.chunks.passed(size, record_count, last_size)
            self.sizes.append(records_size)
        return False


def ends_at(run: CompiledRun, part: Part, checkpoint: Checkpoint) -> bool:
    """Whether a run stands where a part began: with its record, its state and its digest.

    A recorder takes the state when a while has passed since the last record. Nothing may have been
    emitted meanwhile, and no input of the part be earlier: the run would have come to it too.
    """
    replayer, engine = run.replayer, run.engine.copy()
    if (
        replayer.next_index != checkpoint.record_index
        or replayer.digest_state() != checkpoint.digest_state
        or replayer.pending()
    ):
        return False
    other = engine.copy()
    other.restore(checkpoint.snapshot)
    if other.now_ns > engine.now_ns:
        if part.has_backwards:
            return False
        try:
            engine.advance(other.now_ns)
        except WwanReplayError:
            return False
        if engine.drain():
            return False
    return engine.same_state(other)
