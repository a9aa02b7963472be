"""A part of a trace gone over by itself, from a checkpoint on: by a thread, or a worker elsewhere.

A part is believed when the part before it ends in the very state, with the very digest, that its
checkpoint holds, and nothing in either of them differs: what follows is then what one thread would
have found.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Final

from wwanreplay._core import Engine, Replayer, ReplayStop
from wwanreplay.errors import WwanReplayError
from wwanreplay.replay.compiled_run import CompiledRun, open_chunk
from wwanreplay.trace import Checkpoint
from wwanreplay.trace.plain import Place, PlainChunks

#: Bytes of chunks after which it is asked whether a part is still wanted.
TURN_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Passed:
    """What came of a part in which nothing differs: the checkpoint before it, and where it ends.

    `place` is that of what comes next in the file. `tallies` are those of `Replayer`, `sizes` the
    bytes of the records of the chunks, for whoever shows progress.
    """

    offset: int
    checkpoint: Checkpoint
    place: Place
    snapshot: bytes
    digest_state: bytes
    next_index: int
    time_ns: int
    tallies: tuple[int, ...]
    sizes: tuple[int, ...]

    @property
    def has_backwards(self) -> bool:
        """Whether an input of the part is earlier than the time that its device had reached."""
        return self.tallies[-1] > 0

    def __reduce__(self) -> tuple[Any, ...]:
        """States are mostly zeros; they go between processes packed."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        values["snapshot"] = zlib.compress(self.snapshot, 1)
        found = self.checkpoint
        packed = zlib.compress(found.snapshot, 1)
        values["checkpoint"] = (found.record_index, found.time_ns, packed, found.digest_state)
        return _passed, (values,)


def _passed(values: dict[str, Any]) -> Passed:
    index, time_ns, packed, digest_state = values["checkpoint"]
    checkpoint = Checkpoint(index, time_ns, zlib.decompress(packed), digest_state)
    snapshot = zlib.decompress(values["snapshot"])
    return Passed(**{**values, "checkpoint": checkpoint, "snapshot": snapshot})


def pass_over(
    chunks: PlainChunks,
    engine: Engine,
    stop_offset: int | None,
    is_given_up: Callable[[], bool] = lambda: False,
) -> Passed | None:
    """Go over the chunks from the checkpoint that comes next to a place, or to the last one.

    `engine` is used up. None when anything differs or is unusual.
    """
    offset = chunks.offset
    try:
        checkpoint = chunks.take_checkpoint()
        if checkpoint is None:
            return None
        engine.restore(checkpoint.snapshot)
        replayer = Replayer(engine, digest_state=checkpoint.digest_state)
        replayer.open_chunk(b"", checkpoint.record_index, checkpoint.time_ns)
        sizes: list[int] = []
        if not _agrees(chunks, replayer, stop_offset, sizes, is_given_up) or replayer.pending():
            return None
        return Passed(
            offset,
            checkpoint,
            chunks.place,
            engine.snapshot(),
            replayer.digest_state(),
            replayer.next_index,
            engine.now_ns,
            replayer.tallies(),
            tuple(sizes),
        )
    except WwanReplayError:
        return None  # whoever goes over it in order finds and reports it
    except MemoryError:
        return None


def _agrees(
    chunks: PlainChunks,
    replayer: Replayer,
    stop_offset: int | None,
    sizes: list[int],
    is_given_up: Callable[[], bool],
) -> bool:
    """Whether all chunks of a part agree; the bytes of the records of each are noted."""
    while not is_given_up():
        frames = chunks.window(stop_offset)
        if frames is not None:
            taken = replayer.run_frames(frames, TURN_BYTES, stop_offset)
            if taken is None:
                return False
            size, record_count, records_size, last_size = taken
            if size:
                chunks.passed(record_count, last_size)
                sizes.append(records_size)
                continue
        if stop_offset is not None and chunks.offset >= stop_offset:
            return chunks.offset == stop_offset
        chunk = chunks.take_chunk()  # one that is packed, or large
        if chunk is None:
            return stop_offset is None
        open_chunk(replayer, chunk)
        is_taken = replayer.run() is ReplayStop.STOP_CHUNK_END
        if not is_taken or replayer.next_index != chunk.next_index:
            return False
        sizes.append(len(chunk.records))
    return False


def follows(run: CompiledRun, passed: Passed) -> bool:
    """Whether a run stands where a part began: with its record, its state and its digest.

    A recorder takes the state when a while has passed since the last record. Nothing may have been
    emitted meanwhile, and no input of the part be earlier: the run would have come to it too.
    """
    replayer, engine, checkpoint = run.replayer, run.engine.copy(), passed.checkpoint
    if (
        replayer.next_index != checkpoint.record_index
        or replayer.digest_state() != checkpoint.digest_state
        or replayer.pending()
    ):
        return False
    other = engine.copy()
    other.restore(checkpoint.snapshot)
    if other.now_ns > engine.now_ns:
        if passed.has_backwards:
            return False
        try:
            engine.advance(other.now_ns)
        except WwanReplayError:
            return False
        if engine.drain():
            return False
    return engine.same_state(other)


def go_behind(run: CompiledRun, passed: Passed) -> None:
    """Let a run stand at the end of a part that follows on it."""
    engine = run.engine.copy()
    engine.restore(passed.snapshot)
    replayer = run.replayer.fork(engine, digest_state=passed.digest_state)
    replayer.open_chunk(b"", passed.next_index, passed.time_ns)
    replayer.add_tallies(passed.tallies)
    run.replayer, run.engine = replayer, engine
    run.drop_anchor()
