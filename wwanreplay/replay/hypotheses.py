"""What the recorded device may have done: engines that go on from a divergence in several ways.

After a divergence the model's own continuation is one hypothesis; a device that adopted the
recorded output is another, and a device that dropped a transaction a third. Later recorded outputs
decide: the hypotheses that agree farthest are kept, so that a fault shows once and what follows
from it does not show at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from wwanreplay._core import Engine, Event, Kind, Lifecycle, Replayer, ReplayStop
from wwanreplay.protocol.kinds import ADAPTER_NOT_READY, ADAPTER_REMOVED, INDICATION_REQUIRED
from wwanreplay.replay.align import Difference, DivergenceKind, align

HYPOTHESES_MAX = 4
# Ways tried in one window, per hypothesis; fewer once divergences are only counted.
TRIALS_MAX = 8
TRIALS_MAX_COUNTING = 2
# Where the device alone says so many outputs between two inputs, nothing else is tried: each way
# holds all of them.
OUTPUTS_TRIED_MAX = 4096

# What the status of a completion tells of the miniport, as the lifecycle event that leads there.
WITNESSED = {
    ADAPTER_REMOVED: Lifecycle.LIFECYCLE_SURPRISE_REMOVAL,
    ADAPTER_NOT_READY: Lifecycle.LIFECYCLE_HALT,
}


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


class Hypothesis:
    """An engine with its place in the recording, and the way back to the last anchor.

    The fast loop fires what is due before it finds that the recording differs; `rerun` gives the
    state in front of that.
    """

    def __init__(self, replayer: Replayer, engine: Engine) -> None:
        self.replayer = replayer
        self.engine = engine
        self.stop = ReplayStop.STOP_CHUNK_END
        self.drop_anchor()

    def drop_anchor(self) -> None:
        """Remember this state and place."""
        self._anchor_engine = self.engine.copy(outputs=True)
        self._anchor = self.replayer.fork(self._anchor_engine)

    def open(self, chunk: ChunkLike) -> None:
        """Go to the beginning of a chunk."""
        open_chunk(self.replayer, chunk)

    def run(self, stop_index: int | None, stop_time_ns: int | None) -> None:
        """Run as far as engine and recording agree."""
        self.stop = self.replayer.run(stop_index=stop_index, stop_time_ns=stop_time_ns)

    def rerun(self, index: int, chunks: Sequence[ChunkLike]) -> None:
        """Go to the state in front of record `index`, by way of the chunks since the anchor."""
        replayer = self._anchor
        _run_to(replayer, index)
        for chunk in chunks:
            open_chunk(replayer, chunk)
            _run_to(replayer, index)
        self.replayer, self.engine = replayer, self._anchor_engine


def open_chunk(replayer: Replayer, chunk: ChunkLike) -> None:
    """Stand before the first record of a chunk."""
    replayer.open_chunk(chunk.records, chunk.first_index, chunk.base_time_ns, offset=chunk.offset)


def _run_to(replayer: Replayer, index: int) -> None:
    while replayer.run(stop_index=index) is ReplayStop.STOP_GAP:
        replayer.skip()


class Decision(NamedTuple):
    """A recorded output that the device adopts, or an expected one whose transaction it drops."""

    difference: Difference
    is_adoption: bool


@dataclass(slots=True)
class Trial:
    """One way through a window: what was decided, the engine behind it, and what differs."""

    parent: Hypothesis
    rank: int  # of the parent
    decisions: tuple[Decision, ...]
    engine: Engine
    expected: list[Event]
    differences: list[Difference]
    new_count: int  # of the differences, those that are not the other end of one told before
    declined: set[int] = field(default_factory=set)

    @property
    def order(self) -> tuple[int, bool, int, int]:
        """Fewest new differences first; then the model's own way, then the most adopted."""
        decided = len(self.decisions)
        return (self.new_count, decided > 0, -decided, self.rank)


class Window:
    """The outputs between two inputs, recorded and expected, and the ways to explain them.

    One that `is_open_ended` ends where the recording is cut off or records are lost: an output
    that is not recorded behind the last one is not missing.
    """

    def __init__(
        self,
        recorded: list[Event],
        end_index: int,
        end_time_ns: int,
        is_other_end: Callable[[Difference], bool],
        is_open_ended: bool = False,
    ) -> None:
        self._is_open_ended = is_open_ended
        self.recorded = recorded
        self.end_index = end_index
        self.end_time_ns = end_time_ns
        self._is_other_end = is_other_end

    def explain(self, hypotheses: Sequence[Hypothesis], trials_max: int) -> list[Trial]:
        """The best explanations, best first: all have the same number of new differences.

        Takes the undrained outputs of the hypotheses' engines.
        """
        trials: list[Trial] = []
        for rank, hypothesis in enumerate(hypotheses):
            said = hypothesis.engine.drain()
            trials += self._explain_one(hypothesis, rank, said, trials_max)
        trials.sort(key=lambda trial: trial.order)
        fewest = trials[0].new_count
        best: list[Trial] = []
        for trial in trials:
            if trial.new_count > fewest or len(best) == HYPOTHESES_MAX:
                break
            if not any(trial.engine.same_state(other.engine) for other in best):
                best.append(trial)
        return best

    def _explain_one(
        self, parent: Hypothesis, rank: int, said: list[Event], trials_max: int
    ) -> list[Trial]:
        """Try the model's own way, then everything adopted, then one difference after another."""
        own = self._try(parent, rank, said, ())
        trials = [own]
        if len(own.expected) > OUTPUTS_TRIED_MAX:
            return trials
        if trials_max > 1 and own.differences:
            every = tuple(made for found in own.differences for made in _decisions(found))
            if every:
                trials.append(self._try(parent, rank, said, every))
        while len(trials) < trials_max:
            open_ones = [
                (trial.order, place)
                for place, trial in enumerate(trials)
                if len(trial.declined) < len(trial.differences)
            ]
            if not open_ones:
                break
            trials += self._children(trials[min(open_ones)[1]], said)
        return trials

    def _children(self, trial: Trial, said: list[Event]) -> list[Trial]:
        """Decide on the next difference of a trial."""
        place = next(at for at in range(len(trial.differences)) if at not in trial.declined)
        trial.declined.add(place)
        difference = trial.differences[place]
        decided = {id(made.difference.event) for made in trial.decisions}
        children = []
        if id(difference.event) not in decided:
            for decision in _decisions(difference):
                made = (*trial.decisions, decision)
                child = self._try(trial.parent, trial.rank, said, made)
                child.declined.update(range(min(place + 1, len(child.differences))))
                children.append(child)
        return children

    def _try(
        self, parent: Hypothesis, rank: int, said: list[Event], decisions: tuple[Decision, ...]
    ) -> Trial:
        engine = parent.engine.copy()
        expected = list(said)
        forgotten = []
        for decision in decisions:
            if not decision.is_adoption:
                drop_transaction(engine, decision.difference)
                forgotten.append(decision.difference)
        for decision in decisions:
            if decision.is_adoption and decision.difference.recorded is not None:
                event = decision.difference.recorded
                self._advance(engine, event.time_ns)
                expected += engine.drain()
                adopt(engine, event)
        self._advance(engine, self.end_time_ns)
        expected += engine.drain()
        differences = align(self.recorded, expected, self.end_index)
        if self._is_open_ended:
            differences = [found for found in differences if not self._is_behind_end(found)]
        if forgotten:
            differences = sorted([*forgotten, *differences], key=lambda found: found.index)
        new_count = sum(not self._is_other_end(found) for found in differences)
        return Trial(parent, rank, decisions, engine, expected, differences, new_count)

    def _is_behind_end(self, found: Difference) -> bool:
        return found.kind is DivergenceKind.MISSING and found.index >= self.end_index

    def _advance(self, engine: Engine, time_ns: int) -> None:
        engine.advance(max(engine.now_ns, min(time_ns, self.end_time_ns)))


def _decisions(difference: Difference) -> list[Decision]:
    """What the device may have done otherwise at a difference."""
    if difference.recorded is not None:
        return [Decision(difference, True)]
    if difference.event.request_id:
        return [Decision(difference, False)]
    return []


def adopt(engine: Engine, event: Event) -> None:
    """Let the device be where a recorded output says it is, and say nothing more of it itself."""
    engine.adopt(event)
    if event.kind == Kind.KIND_COMPLETION and event.status in WITNESSED:
        lifecycle = WITNESSED[event.status]
        engine.submit(Event(Kind.KIND_LIFECYCLE, engine.now_ns, code=lifecycle))
        engine.drain()
    if not event.request_id:
        return
    provisional = event.kind == Kind.KIND_COMPLETION and event.status == INDICATION_REQUIRED
    if not provisional:
        engine.forget_transaction(event.request_id, event.port)


def drop_transaction(engine: Engine, difference: Difference) -> None:
    """Let the device never have taken a request whose output the recording lacks.

    A request that is not completed is taken back as by a cancel, without a word.
    """
    drop_transaction_of(engine, difference.event)


def drop_transaction_of(engine: Engine, event: Event) -> None:
    """The same for the transaction of an output."""
    engine.submit(
        Event(
            Kind.KIND_CANCEL,
            engine.now_ns,
            request_id=event.request_id,
            port=event.port,
            code=event.code if event.kind == Kind.KIND_COMPLETION else 0,
        )
    )
    engine.drain()
    engine.forget_transaction(event.request_id, event.port)


__all__ = [
    "HYPOTHESES_MAX",
    "ChunkLike",
    "DivergenceKind",
    "Hypothesis",
    "Trial",
    "Window",
    "adopt",
    "open_chunk",
]
