"""Exact, window by window: all outputs between two inputs at once.

This is how exact replay explains what its compiled loop stopped at. Both sides of a window are
known whole, so that an output that is late, early or in another order is one fault. The device may
have gone on from a fault in several ways: as the model does, or from where the recorded output
shows it (it adopts the output), or without the transaction of an output that is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from wwanreplay._core import Engine, Event
from wwanreplay.replay.align import align
from wwanreplay.replay.fault import DivergenceKind, Fault
from wwanreplay.replay.hypothesis import Hypothesis, adopt, drop_transaction
from wwanreplay.replay.search import Limits, Way
from wwanreplay.replay.sequences import Chain, Queue

#: Hypotheses that go on behind a window.
HYPOTHESES_MAX: Final = 4
#: Ways tried in one window, per hypothesis; fewer once divergences are only counted.
TRIALS_MAX: Final = 8
TRIALS_MAX_COUNTING: Final = 2
#: Where the device alone emits so many outputs between two inputs, nothing else is tried: each way
#: holds all of them.
OUTPUTS_TRIED_MAX: Final = 4096


@dataclass(frozen=True, slots=True)
class Window:
    """The recorded outputs between two inputs, and the record and time at which it ends.

    One that `is_open_ended` ends where the recording is cut off or records are lost: an output
    that is not recorded behind the last one is not missing.
    """

    recorded: list[Event]
    end_index: int
    end_time_ns: int
    is_open_ended: bool = False


class Decision(NamedTuple):
    """A recorded output that the device adopts, or an expected one whose transaction it drops."""

    fault: Fault
    is_adoption: bool


class Passed(NamedTuple):
    """What the matcher remembers of a hypothesis: how it came over the window.

    `parent` is the place of the hypothesis before the window, `expected` what its device emitted.
    """

    parent: int
    decision_count: int
    expected: list[Event]


@dataclass(slots=True)
class _Trial:
    """One way through a window: what was decided, the engine behind it, and what differs."""

    decisions: tuple[Decision, ...]
    engine: Engine
    expected: list[Event]
    faults: list[Fault]
    new_count: int  # of the faults, those that are not the other end of an earlier one
    declined: set[int] = field(default_factory=set)

    @property
    def order(self) -> tuple[int, bool, int]:
        """Fewest new faults first; then the model's own way, then the most decided."""
        decided = len(self.decisions)
        return (self.new_count, decided > 0, -decided)


class WindowMatcher:
    """Explains whole windows; `is_other_end` knows the ends of outputs that were late or early."""

    def __init__(self, is_other_end: Callable[[Fault], bool], trials_max: int = TRIALS_MAX) -> None:
        # All that go on have the same number of new faults.
        self.limits = Limits(beam_max=HYPOTHESES_MAX, cost_margin=0)
        self._is_other_end = is_other_end
        self._trials_max = trials_max

    def take(self, hypothesis: Hypothesis, step: Window, position: int) -> bool:  # noqa: ARG002
        """Nothing agrees: the compiled loop comes here at a difference only."""
        return False

    def agrees_in_effect(self, hypothesis: Hypothesis, step: Window) -> bool:  # noqa: ARG002
        """Nothing but the same is as good."""
        return False

    def deviations(
        self,
        hypothesis: Hypothesis,
        step: Window,
        position: int,  # noqa: ARG002 - a window has its own
        *,
        wide: bool,  # noqa: ARG002 - the trials are bounded
    ) -> Iterator[Way]:
        """The ways through the window: the model's own, all adopted, one fault after the other."""
        for trial in _Ways(hypothesis, step, self._is_other_end).tried(self._trials_max):
            chain: Chain[Fault] = Chain()
            for fault in trial.faults:
                chain = chain.add(fault)
            memory = Passed(hypothesis.memory, len(trial.decisions), trial.expected)
            cost = hypothesis.cost + trial.new_count
            yield Hypothesis(trial.engine, Queue(), cost, fault_chain=chain, memory=memory), True

    def order(self, hypothesis: Hypothesis) -> tuple[int, bool, int, int]:
        """The cheapest first; then the model's own way, then the most decided."""
        passed = hypothesis.memory
        assert isinstance(passed, Passed)
        decided = passed.decision_count
        return (hypothesis.cost, decided > 0, -decided, passed.parent)

    def is_same(self, one: Hypothesis, other: Hypothesis) -> bool:
        """Whether two hypotheses go on alike; behind a window nothing is pending."""
        return one.engine.same_state(other.engine)

    def settle(self, beam: list[Hypothesis]) -> list[Hypothesis]:
        """All of them go on."""
        return beam


class _Ways:
    """The ways of one hypothesis through a window."""

    def __init__(
        self, parent: Hypothesis, window: Window, is_other_end: Callable[[Fault], bool]
    ) -> None:
        self._parent = parent
        self._pending = list(parent.pending)
        self._window = window
        self._is_other_end = is_other_end

    def tried(self, trials_max: int) -> list[_Trial]:
        """The model's own way, then everything decided, then one fault after another."""
        own = self._try(())
        trials = [own]
        if len(own.expected) > OUTPUTS_TRIED_MAX:
            return trials
        if trials_max > 1 and own.faults:
            every = tuple(made for fault in own.faults if (made := _decision_on(fault)) is not None)
            if every:
                trials.append(self._try(every))
        while len(trials) < trials_max:
            open_ones = [
                (trial.order, place)
                for place, trial in enumerate(trials)
                if len(trial.declined) < len(trial.faults)
            ]
            if not open_ones:
                break
            child = self._child(trials[min(open_ones)[1]])
            if child is not None:
                trials.append(child)
        return trials

    def _child(self, trial: _Trial) -> _Trial | None:
        """The trial in which the next fault is decided as well, if it can be."""
        place = next(at for at in range(len(trial.faults)) if at not in trial.declined)
        trial.declined.add(place)
        fault = trial.faults[place]
        decided = {id(made.fault.event) for made in trial.decisions}
        decision = _decision_on(fault)
        if decision is None or id(fault.event) in decided:
            return None
        child = self._try((*trial.decisions, decision))
        child.declined.update(range(min(place + 1, len(child.faults))))
        return child

    def _try(self, decisions: tuple[Decision, ...]) -> _Trial:
        window = self._window
        engine = self._parent.engine.copy()
        expected = list(self._pending)
        dropped = [decision.fault for decision in decisions if not decision.is_adoption]
        for fault in dropped:
            drop_transaction(engine, fault.event)
        for decision in decisions:
            if decision.is_adoption and decision.fault.recorded is not None:
                event = decision.fault.recorded
                self._advance(engine, event.time_ns)
                expected += engine.drain()
                adopt(engine, event)
        self._advance(engine, window.end_time_ns)
        expected += engine.drain()
        faults = align(window.recorded, expected, window.end_index)
        if window.is_open_ended:
            faults = [fault for fault in faults if not self._is_behind_end(fault)]
        if dropped:
            faults = sorted([*dropped, *faults], key=lambda fault: fault.position)
        new_count = sum(not self._is_other_end(fault) for fault in faults)
        return _Trial(decisions, engine, expected, faults, new_count)

    def _is_behind_end(self, fault: Fault) -> bool:
        return fault.kind is DivergenceKind.MISSING and fault.position >= self._window.end_index

    def _advance(self, engine: Engine, time_ns: int) -> None:
        engine.advance(max(engine.now_ns, min(time_ns, self._window.end_time_ns)))


def _decision_on(fault: Fault) -> Decision | None:
    """What the device may have done otherwise at a fault."""
    if fault.recorded is not None:
        return Decision(fault, True)
    return Decision(fault, False) if fault.event.request_id else None
