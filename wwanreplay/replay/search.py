"""What may have happened: a search over explanations of a recording.

Several hypotheses go through a recording side by side. Each has a device, the outputs that it has
emitted and the recording has not shown yet, and a cost: the stimuli that it assumes and the faults
that stay. Where recording and device differ, the hypothesis splits: the device deviated (and is
where the model has it, or where the output shows it), or the environment changed before. What
follows decides; hypotheses that come to the same state are one.

What a step is, when device and recording agree on it and how the device may have deviated is the
matcher's part. Which changes of the environment may explain a mismatch is the proposer's.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterator
from heapq import heapify, heappop, heappush
from typing import Any, Final, Generic, Protocol, TypeVar

from wwanreplay._core import Engine, Event
from wwanreplay.errors import LimitError
from wwanreplay.replay.hypothesis import Hypothesis
from wwanreplay.replay.proposer import Mismatch, Propose
from wwanreplay.replay.recording import Recording
from wwanreplay.replay.trials import Trials

#: A device that has changed for good without a cause is less likely than one that emitted something
#: wrong.
ADOPTION_COST: Final = 1
#: Hypotheses that are followed, how much dearer than the best one they may be, and how many are
#: tried at one step.
BEAM_MAX: Final = 24
COST_MARGIN: Final = 16
EXPANSIONS_MAX: Final = 48

#: Goes over the records from a position on that a hypothesis agrees with; the position behind them.
PassOver = Callable[[Hypothesis, int], int]

Step = TypeVar("Step")
StepIn = TypeVar("StepIn", contravariant=True)
#: A way on from a mismatch, and whether it is already behind the step.
Way = tuple[Hypothesis, bool]


class Matcher(Protocol[StepIn]):
    """When a device agrees with a step of a recording, and how it may have deviated."""

    beam_max: int = BEAM_MAX
    cost_margin: int = COST_MARGIN
    first_memory: Any = None  # of a hypothesis at the beginning

    def take(self, hypothesis: Hypothesis, step: StepIn, position: int) -> bool:
        """Go over a step; False when the device emits something else."""

    def agrees_in_effect(self, hypothesis: Hypothesis, step: StepIn) -> bool:  # noqa: ARG002
        """Whether a step that the device does not take is as good as what it emits."""
        return False

    def deviations(
        self, hypothesis: Hypothesis, step: StepIn, position: int, *, wide: bool
    ) -> Iterator[Way]:
        """How the device may have deviated; only what the model makes of it unless `wide`."""

    def order(self, hypothesis: Hypothesis) -> Any:
        """By which hypotheses behind one step are sorted, the best first."""
        return hypothesis.cost

    def is_same(self, one: Hypothesis, other: Hypothesis) -> bool:
        """Whether two hypotheses go on alike."""
        return one.pending == other.pending and one.engine.same_state(other.engine)

    def settle(self, beam: list[Hypothesis]) -> list[Hypothesis]:
        """Give up hypotheses behind a step, the best of which stands first."""
        return beam


class RecordMatcher(Matcher[Event], Protocol):
    """A matcher whose steps are single records, among which proposals can be tried."""

    faults_passed_max: int  # passed again on the way from an earlier stimulus to its witness
    trial_records_max: int  # gone over again to try proposals for one record
    history_max: int  # states kept to go back to

    def mismatches(
        self, hypothesis: Hypothesis, record: Event, position: int
    ) -> Iterator[Mismatch]:
        """What may show why the device does not emit what was recorded."""

    def is_emitted_as(self, emitted: Event, witness: Event) -> bool:
        """Whether an output of the device is a witness, at whatever time."""

    def take_behind_missing(self, hypothesis: Hypothesis, record: Event, position: int) -> bool:  # noqa: ARG002
        """Take a record that the device emits behind others, which are then missing."""
        return False

    def finish(self, hypothesis: Hypothesis) -> None:  # noqa: ARG002
        """Count what is open at the end; not what is pending, before which the recording ends."""
        return


class Beam(Generic[Step]):
    """The hypotheses that are followed, and how they come over a step: best first."""

    def __init__(
        self,
        hypotheses: list[Hypothesis],
        matcher: Matcher[Step],
        trials: Trials | None = None,
    ) -> None:
        self.hypotheses = hypotheses
        self.matcher = matcher
        self.trials = trials

    def take(self, step: Step, position: int) -> None:
        """Go over a step with the best hypotheses."""
        if self.trials is not None:
            self.trials.begin(self.hypotheses, position)
        self.hypotheses = self.matcher.settle(self._best(self._behind(step, position)))

    def _behind(self, step: Step, position: int) -> list[Hypothesis]:
        """The hypotheses behind a step, cheapest first, as far as they are worth trying."""
        done: list[Hypothesis] = []
        heap = [(found.cost, number, found) for number, found in enumerate(self.hypotheses)]
        heapify(heap)
        number = len(heap)
        tried = 0
        while heap:
            cost, _, hypothesis = heappop(heap)
            if done and cost > done[0].cost + self.matcher.cost_margin:
                break
            if self.matcher.take(hypothesis, step, position):
                insort(done, hypothesis, key=_cost)
                continue
            tried += 1
            if tried > EXPANSIONS_MAX and done:
                break
            wide = tried <= EXPANSIONS_MAX
            for child, is_behind in self._ways(hypothesis, step, position, wide=wide):
                if is_behind:
                    insort(done, child, key=_cost)
                    continue
                number += 1
                heappush(heap, (child.cost, number, child))
        return done

    def _ways(
        self, hypothesis: Hypothesis, step: Step, position: int, *, wide: bool
    ) -> Iterator[Way]:
        """The ways out of a mismatch: all of them when it is `wide`."""
        if self.matcher.agrees_in_effect(hypothesis, step):
            yield hypothesis.child(), True
            return
        if wide and self.trials is not None:
            for each in self.trials.explained(hypothesis, position):
                yield each, True
        yield from self.matcher.deviations(hypothesis, step, position, wide=wide)

    def _best(self, found: list[Hypothesis]) -> list[Hypothesis]:
        """The hypotheses to go on with: the best ones that differ."""
        found.sort(key=self.matcher.order)
        kept: list[Hypothesis] = []
        for each in found:
            if (
                each.cost > found[0].cost + self.matcher.cost_margin
                or len(kept) == self.matcher.beam_max
            ):
                break
            if not any(self.matcher.is_same(each, other) for other in kept):
                kept.append(each)
        return kept


class Search:
    """Follow a recording record by record with an engine, which is used up.

    `propose` knows the environment.
    """

    def __init__(
        self,
        recording: Recording,
        engine: Engine,
        matcher: RecordMatcher,
        propose: Propose | None = None,
    ) -> None:
        self.recording = recording
        self.matcher = matcher
        trials = None if propose is None else Trials(recording, matcher, propose)
        self.beam = Beam([Hypothesis(engine, memory=matcher.first_memory)], matcher, trials)

    def run(
        self,
        watch: Callable[[int, Event], None] | None = None,
        pass_over: PassOver | None = None,
    ) -> Hypothesis:
        """The cheapest explanation of the whole recording.

        `watch` is called with the position of each record and the record, behind it. While there is
        one hypothesis, `pass_over` takes the records that it can, of which `watch` sees nothing.
        """
        position = 0
        while True:
            if pass_over is not None and len(self.beam.hypotheses) == 1:
                position = pass_over(self.beam.hypotheses[0], position)
            record = self.recording.reach(position)
            if record is None:
                break
            try:
                self.beam.take(record, position)
            except LimitError as error:
                raise error.at(place_of(record)) from None
            if watch is not None:
                watch(position, record)
            position += 1
        for hypothesis in self.beam.hypotheses:
            self.matcher.finish(hypothesis)
        return min(self.beam.hypotheses, key=_cost)


def place_of(record: Event) -> str:
    """A record as the place of an error."""
    return f"record {record.index} ({record.kind.name.removeprefix('KIND_').lower()})"


def _cost(hypothesis: Hypothesis) -> int:
    return hypothesis.cost
