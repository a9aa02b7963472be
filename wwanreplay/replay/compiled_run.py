"""A run of the compiled loop: an engine with its place in the recording, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wwanreplay._core import Engine, Replayer, ReplayStop
from wwanreplay.trace import Chunk


class CompiledRun:
    """Goes through a recording as long as engine and recording agree.

    The loop lets happen what is due before it finds that the recording differs; `rerun` comes to
    the state in front of that, from the last anchor.
    """

    def __init__(
        self,
        replayer: Replayer,
        engine: Engine,
        remake: Callable[[], tuple[Replayer, Engine]] | None = None,
    ) -> None:
        self.replayer = replayer
        self.engine = engine
        self.stop = ReplayStop.STOP_CHUNK_END
        self._remake = remake  # of this state and place, instead of copies
        if remake is None:
            self.drop_anchor()

    def drop_anchor(self) -> None:
        """Remember this state and place."""
        self._remake = None
        self._anchor_engine = self.engine.copy(outputs=True)
        self._anchor = self.replayer.fork(self._anchor_engine)

    def go_back(self) -> None:
        """Have the state and place of the anchor, which is used up."""
        self.replayer, self.engine = self._at_anchor()
        self.drop_anchor()

    def run(self, stop_index: int | None, stop_time_ns: int | None) -> None:
        """Run as far as engine and recording agree."""
        self.stop = self.replayer.run(stop_index=stop_index, stop_time_ns=stop_time_ns)

    def rerun(self, index: int, chunks: Sequence[Chunk]) -> None:
        """Go to the state in front of record `index`, by way of the chunks since the anchor."""
        replayer, engine = self._at_anchor()
        _run_to(replayer, index)
        for chunk in chunks:
            open_chunk(replayer, chunk)
            _run_to(replayer, index)
        self.replayer, self.engine = replayer, engine

    def _at_anchor(self) -> tuple[Replayer, Engine]:
        return (self._anchor, self._anchor_engine) if self._remake is None else self._remake()


def open_chunk(replayer: Replayer, chunk: Chunk) -> None:
    """Stand before the first record of a chunk."""
    offset = chunk.records_offset
    replayer.open_chunk(chunk.records, chunk.first_index, chunk.base_time_ns, offset=offset)


def _run_to(replayer: Replayer, index: int) -> None:
    while replayer.run(stop_index=index) is ReplayStop.STOP_GAP:
        replayer.skip()
