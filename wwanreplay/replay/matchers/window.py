"""Exact, window by window: all outputs between two inputs at once.

This is how exact replay explains what its compiled loop stopped at. Both sides of a window are
known whole, so that an output that is late, early or in another order is one fault. The device may
have gone on from a fault in several ways: as the model does, or from where the recorded output
shows it (it adopts the output), or without the transaction of an output that is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from wwanreplay._core import Engine, Event
from wwanreplay.replay.align import align
from wwanreplay.replay.chain import Chain
from wwanreplay.replay.fault import DivergenceKind, Fault
from wwanreplay.replay.hypothesis import Hypothesis, adopt, drop_transaction
from wwanreplay.replay.search import Matcher, Way

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


@dataclass(slots=True)
class Passed:
    """One way through a window: what was decided, the engine behind it, and what differs.

    A decision is a fault whose recorded output the device adopts, or whose expected one's
    transaction it drops. `parent` is the place of the hypothesis before the window, `expected` what
    its device emitted. The matcher remembers of a hypothesis how it came over the last window.
    """

    parent: int
    decisions: tuple[Fault, ...]
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


class WindowMatcher(Matcher[Window]):
    """Explains whole windows; `other_end` finds the end of an output that was late or early."""

    beam_max = HYPOTHESES_MAX
    cost_margin = 0  # all that go on have the same number of new faults

    def __init__(self, other_end: Callable[[Fault], object], trials_max: int = TRIALS_MAX) -> None:
        self._other_end = other_end
        self._trials_max = trials_max

    def take(self, hypothesis: Hypothesis, step: Window, position: int) -> bool:  # noqa: ARG002
        """Nothing agrees: the compiled loop comes here at a difference only."""
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
        for trial in _Ways(hypothesis, step, self._other_end).tried(self._trials_max):
            chain: Chain[Fault] = Chain()
            for fault in trial.faults:
                chain = chain.add(fault)
            cost = hypothesis.cost + trial.new_count
            yield Hypothesis(trial.engine, cost=cost, fault_chain=chain, memory=trial), True

    def order(self, hypothesis: Hypothesis) -> tuple[int, bool, int, int]:
        """The cheapest first; then the model's own way, then the most decided."""
        passed: Passed = hypothesis.memory
        return (*passed.order, passed.parent)


class _Ways:
    """The ways of one hypothesis through a window."""

    def __init__(
        self, parent: Hypothesis, window: Window, other_end: Callable[[Fault], object]
    ) -> None:
        self._parent = parent
        self._window = window
        self._other_end = other_end

    def tried(self, trials_max: int) -> list[Passed]:
        """The model's own way, then everything decided, then one fault after another."""
        own = self._try(())
        trials = [own]
        if len(own.expected) > OUTPUTS_TRIED_MAX:
            return trials
        if trials_max > 1 and own.faults:
            every = tuple(filter(_can_decide, own.faults))
            if every:
                trials.append(self._try(every))
        while len(trials) < trials_max:
            open_ones = [each for each in trials if len(each.declined) < len(each.faults)]
            if not open_ones:
                break
            child = self._child(min(open_ones, key=lambda each: each.order))
            if child is not None:
                trials.append(child)
        return trials

    def _child(self, trial: Passed) -> Passed | None:
        """The trial in which the next fault is decided as well, if it can be."""
        place = next(at for at in range(len(trial.faults)) if at not in trial.declined)
        trial.declined.add(place)
        fault = trial.faults[place]
        decided = {id(made.event) for made in trial.decisions}
        if not _can_decide(fault) or id(fault.event) in decided:
            return None
        child = self._try((*trial.decisions, fault))
        child.declined.update(range(min(place + 1, len(child.faults))))
        return child

    def _try(self, decisions: tuple[Fault, ...]) -> Passed:
        window = self._window
        engine = self._parent.engine.copy()
        expected = list(self._parent.pending)
        dropped = [fault for fault in decisions if fault.recorded is None]
        for fault in dropped:
            drop_transaction(engine, fault.event)
        for event in (fault.recorded for fault in decisions):
            if event is not None:
                self._advance(engine, event.time_ns)
                expected += engine.drain()
                adopt(engine, event)
        self._advance(engine, window.end_time_ns)
        expected += engine.drain()
        faults = align(window.recorded, expected, window.end_index)
        if window.is_open_ended:
            faults = [
                fault
                for fault in faults
                if fault.kind is not DivergenceKind.MISSING or fault.position < window.end_index
            ]
        if dropped:
            faults = sorted([*dropped, *faults], key=lambda fault: fault.position)
        new_count = sum(not self._other_end(fault) for fault in faults)
        return Passed(self._parent.memory, decisions, engine, expected, faults, new_count)

    def _advance(self, engine: Engine, time_ns: int) -> None:
        engine.advance(max(engine.now_ns, min(time_ns, self._window.end_time_ns)))


def _can_decide(fault: Fault) -> bool:
    """Whether the device may have done otherwise at a fault."""
    return fault.recorded is not None or bool(fault.event.request_id)
