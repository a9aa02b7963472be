"""What may have happened: a search over explanations of a recording whose environment is unknown.

Several hypotheses go through the records side by side. Each has a device, what it has said and the
recording has not shown yet, and a cost: how many stimuli it assumes and how many outputs it leaves
unexplained. Where a recorded output is not what a device says, the hypothesis splits: the device
deviated (and is where the model has it, or where the output says), or the environment changed
before. Later records decide; hypotheses that come to the same state are one.

A stimulus is believed when the device, driven by it, says what was recorded. It may stand earlier
than its witness: the last devices are kept, so that a proposal is tried from there.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush
from typing import Any, Final, NamedTuple

from wwanreplay._core import Engine, Event, Kind, SavedEngine
from wwanreplay.errors import LimitError
from wwanreplay.protocol.kinds import GONE, INPUTS, OUTPUTS, REQUESTS
from wwanreplay.replay.align import DivergenceKind, content_key, exact_key, identity_key
from wwanreplay.replay.hypotheses import adopt, drop_transaction_of

#: A deviation of the device costs more than one change of the environment and less than two; what
#: the network chooses anew each time costs less.
FAULT_COST: Final = 6
STIMULUS_COST: Final = 4
ASSIGNMENT_COST: Final = 2
CONSEQUENCE_COST: Final = 1
#: A device that has changed for good without a cause is less likely than one that said it wrong.
ADOPTION_COST: Final = 1
#: Hypotheses that are followed, those tried at one record, and how much dearer one may be.
BEAM_MAX: Final = 24
EXPANSIONS_MAX: Final = 48
COST_MARGIN: Final = 16
#: Records that may be gone over again to try proposals, for one record and in all.
TRIAL_RECORDS_MAX: Final = 12_000
TRIAL_RECORDS_TOTAL_MAX: Final = 3_000_000
#: How far back a cause without a witness of its own is looked for: records, and inputs.
EARLIER_MAX: Final = 64
EARLIER_INPUTS_MAX: Final = 6
#: How far from where it belongs an output is still the same one; beyond, an output is missing and
#: the environment made the device say it again.
DISPLACED_NS_MAX: Final = 3_000_000_000
#: Faults that a later one may follow from.
FAULTS_REMEMBERED_MAX: Final = 32
#: Outputs of a stimulus that a recording may lack before the one that witnesses it.
WITNESSES_LOST_MAX: Final = 3
#: Faults that are passed again on the way from an earlier stimulus to its witness.
FAULTS_PASSED_MAX: Final = 3
#: Devices kept to go back to.
HISTORY_MAX: Final = 512

FOLLOWED: Final = INPUTS | OUTPUTS | {Kind.KIND_CLOCK}


class Placed(NamedTuple):
    """A stimulus that stands before the record at `position` of the followed ones.

    `witness` is the position of the output that made it necessary. When that is an output which
    the device would have said and the recording lacks, it is `absent`, and `witness` the record
    before which it is missed.
    """

    position: int
    event: Event
    witness: int = 0
    absent: Event | None = None


class Fault(NamedTuple):
    """An output that nothing explains: recorded, expected, or both.

    `is_followed` says that the device was put where the recording has it.
    """

    kind: DivergenceKind
    position: int
    recorded: Event | None
    expected: Event | None
    state: Mapping[str, Any] | None = None  # of the device
    cost: int = 0
    is_followed: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """Stimuli that would explain a witness, and where to try them.

    Each is an event whose time is set where it is placed. `place` is `witness` (at its time),
    `before` (just before it), `request` (before the request it answers), or `delayed` (as long
    before as the device takes to say it), or `earlier` (before one of the last inputs).
    """

    stimuli: tuple[Event, ...]
    places: tuple[str, ...] = ("witness",)
    cost: int = STIMULUS_COST


@dataclass(slots=True)
class Hypothesis:
    """One explanation of everything so far.

    `pending` was said and is not found yet; `early` was recorded and is not said yet: until when
    it may be, and what was paid for it. `refused`
    are requests that the device did not accept, with what it completed them with. `older` are
    devices of before events that are still pending.
    """

    engine: Engine
    pending: list[Event] = field(default_factory=list)
    cost: int = 0
    stimuli: tuple[Placed, ...] = ()
    faults: tuple[Fault, ...] = ()
    silent: bool = False  # nothing was recorded since an output was found missing
    early: tuple[tuple[int, Event, int], ...] = ()
    refused: tuple[Event, ...] = ()
    older: tuple[Older, ...] = ()
    marks: tuple[Mark, ...] = ()

    def child(self, cost: int) -> Hypothesis:
        """A copy that goes its own way."""
        return replace(
            self,
            engine=self.engine.copy(),
            pending=list(self.pending),
            cost=self.cost + cost,
        )

    def marked(self, position: int) -> Mark:
        """The hypothesis as it is before the record at `position`."""
        saved = Saved(
            self.engine.save(),
            tuple(self.pending),
            self.early,
            self.refused,
            self.older,
        )
        return Mark(position, saved)

    def same(self, other: Hypothesis) -> bool:
        """Whether both go on alike."""
        return (
            self.pending == other.pending
            and self.early == other.early
            and self.refused == other.refused
            and self.engine.same_state(other.engine)
        )

    def advance(self, time_ns: int) -> None:
        """Let time reach an event; what is said waits to be found in the recording."""
        self.engine.advance(max(time_ns, self.engine.now_ns))
        self.pending += self.engine.drain()

    def submit(self, event: Event) -> None:
        """Give the device an input; one that a trace has too late comes when the device is."""
        now_ns = self.engine.now_ns
        self.engine.submit(event if event.time_ns >= now_ns else event.replace(time_ns=now_ns))
        self.pending += self.engine.drain()

    def err(self, fault: Fault) -> None:
        """Go over an output that nothing explains."""
        self.cost += fault.cost
        self.faults += (fault,)
        self.silent = fault.kind is DivergenceKind.MISSING
        if fault.expected is not None:
            self.pending.pop(0)
        if not fault.is_followed:
            return
        if fault.recorded is not None:
            adopt(self.engine, fault.recorded)
        elif fault.expected is not None:
            drop_transaction_of(self.engine, fault.expected)


class Older(NamedTuple):
    """A device as it was before it said these events."""

    engine: SavedEngine
    events: tuple[Event, ...]


class Saved(NamedTuple):
    """What it takes to go on from an earlier place of a hypothesis; see there."""

    engine: SavedEngine
    pending: tuple[Event, ...]
    early: tuple[tuple[int, Event, int], ...]
    refused: tuple[Event, ...]
    older: tuple[Older, ...]


class Mark(NamedTuple):
    """A hypothesis as it was before the record at `position`."""

    position: int
    saved: Saved


class Situation(NamedTuple):
    """What a proposer is asked about: a witness, and what the device says in its place.

    `absent` says that the witness is an output of the device that the recording lacks.
    """

    witness: Event
    position: int
    expected: Event | None
    request: Event | None
    hypothesis: Hypothesis
    records: Sequence[Event]
    absent: bool = False
    values: Mapping[str, Any] | None = None  # the members that the record tells, if not all


Propose = Callable[[Situation], Iterable[Proposal]]


class Search:
    """Follow a recording with an engine, which is used up; `propose` knows the environment."""

    #: Faults that a stimulus may stand before.
    faults_passed_max = FAULTS_PASSED_MAX
    trial_records_max = TRIAL_RECORDS_MAX
    history_max = HISTORY_MAX

    def __init__(
        self, records: Iterable[Event], engine: Engine, propose: Propose | None = None
    ) -> None:
        self.records = [event for event in records if event.kind in FOLLOWED]
        self._propose = propose
        self._beam = [Hypothesis(engine)]
        self._requests: dict[tuple[int, int], int] = {}
        self._trial_records = 0
        self._trial_records_total = 0
        self._answers: dict[tuple[int, int], list[int]] = {}
        for position, event in enumerate(self.records):
            if event.kind in OUTPUTS and event.request_id:
                key = (event.request_id, event.port)
                self._answers.setdefault(key, []).append(position)

    def run(self) -> Hypothesis:
        """The cheapest explanation of the whole recording."""
        for position, record in enumerate(self.records):
            if record.kind in REQUESTS:
                self._requests[(record.request_id, record.port)] = position
            try:
                self._beam = self._best(self._step(position, record))
            except LimitError as error:
                name = record.kind.name.removeprefix("KIND_").lower()
                raise error.at(f"record {record.index} ({name})") from None
        return self._beam[0]

    # ------------------------------------------------------------------ one record

    def _step(self, position: int, record: Event) -> list[Hypothesis]:
        """All hypotheses behind a record."""
        done: list[Hypothesis] = []
        waiting: list[Hypothesis] = []
        for hypothesis in self._beam:
            if self._propose is not None:
                mark = hypothesis.marked(position)
                hypothesis.marks = (*hypothesis.marks[-self.history_max :], mark)
            waiting.append(hypothesis)
        self._trial_records = 0
        heap = [(found.cost, number, found) for number, found in enumerate(waiting)]
        heapify(heap)
        number = len(heap)
        tried = 0
        while heap:
            cost, _, hypothesis = heappop(heap)
            if done and cost > done[0].cost + COST_MARGIN:
                break
            if self._take(hypothesis, record, position):
                insort(done, hypothesis, key=lambda found: found.cost)
                continue
            tried += 1
            if tried > EXPANSIONS_MAX and done:
                break
            wide = tried <= EXPANSIONS_MAX
            for child, is_behind in self._children(hypothesis, position, record, wide):
                if is_behind:
                    insort(done, child, key=lambda found: found.cost)
                    continue
                number += 1
                heappush(heap, (child.cost, number, child))
        return done

    def _take(
        self,
        hypothesis: Hypothesis,
        record: Event,
        position: int,  # noqa: ARG002 - for searches that look ahead
    ) -> bool:
        """Go over a record; False when the device says something else."""
        hypothesis.advance(record.time_ns)
        if record.kind in OUTPUTS:
            if hypothesis.pending and exact_key(hypothesis.pending[0]) == exact_key(record):
                hypothesis.pending.pop(0)
                hypothesis.silent = False
                return True
            return False
        if hypothesis.pending:
            return False
        if record.kind != Kind.KIND_CLOCK:
            hypothesis.submit(record)
        return True

    def _best(self, found: list[Hypothesis]) -> list[Hypothesis]:
        found.sort(key=lambda each: each.cost)
        kept: list[Hypothesis] = []
        for each in found:
            if each.cost > found[0].cost + COST_MARGIN or len(kept) == BEAM_MAX:
                break
            if not any(each.same(other) for other in kept):
                kept.append(each)
        return kept

    # ------------------------------------------------------------------ explanations

    def _children(
        self, hypothesis: Hypothesis, position: int, record: Event, wide: bool
    ) -> Iterator[tuple[Hypothesis, bool]]:
        """The ways out of a difference, and whether each is already behind the record.

        All of them when it is `wide`, else only what the model itself makes of it.
        """
        choices = (False, True) if wide else (False,)
        if wide:
            yield from ((each, True) for each in self._explained(hypothesis, position, record))
        expected = hypothesis.pending[0] if hypothesis.pending else None
        is_output = record.kind in OUTPUTS
        if expected is not None and is_output and _same_identity(expected, record):
            for adopts in choices:
                yield self._fault(hypothesis, position, record, expected, adopts=adopts), True
            return
        if expected is not None:
            for drops in choices:
                if not drops or expected.request_id:
                    yield self._missing(hypothesis, position, expected, drops=drops), False
        if is_output and (expected is None or expected.time_ns >= record.time_ns):
            for adopts in choices:
                yield self._fault(hypothesis, position, record, None, adopts=adopts), True

    def _fault(
        self,
        hypothesis: Hypothesis,
        position: int,
        record: Event,
        expected: Event | None,
        *,
        adopts: bool,
    ) -> Hypothesis:
        kind = DivergenceKind.EXTRA if expected is None else DivergenceKind.CHANGED
        fault = Fault(kind, position, record, expected, is_followed=adopts)
        child = hypothesis.child(0)
        child.err(fault._replace(cost=cost_of(hypothesis, fault) + adopts * ADOPTION_COST))
        return child

    def _missing(
        self, hypothesis: Hypothesis, position: int, expected: Event, *, drops: bool
    ) -> Hypothesis:
        fault = Fault(DivergenceKind.MISSING, position, None, expected, is_followed=drops)
        child = hypothesis.child(0)
        child.err(fault._replace(cost=cost_of(hypothesis, fault)))
        return child

    def _explained(
        self, hypothesis: Hypothesis, position: int, record: Event
    ) -> Iterator[Hypothesis]:
        """The stimuli that make the device say what was recorded."""
        for situation in self._situations(hypothesis, position, record):
            for proposal in self._propose(situation) if self._propose else ():
                if self._is_spent():
                    return
                for place in proposal.places:
                    child = self._tried(hypothesis, position, situation, proposal, place)
                    if child is not None:
                        yield child
                        break

    def _situations(
        self, hypothesis: Hypothesis, position: int, record: Event
    ) -> Iterator[Situation]:
        """What may tell why the device does not say what was recorded."""
        expected = hypothesis.pending[0] if hypothesis.pending else None

        def situation(at: int) -> Situation:
            witness = self.records[at]
            request_at = self._requests.get((witness.request_id, witness.port))
            asked = bool(witness.request_id) and request_at is not None
            request = self.records[request_at or 0] if asked else None
            return Situation(witness, at, expected, request, hypothesis, self.records)

        if record.kind in OUTPUTS:
            yield situation(position)
        if expected is None:
            return
        later = self._answers.get((expected.request_id, expected.port), ())
        behind = bisect_right(later, position)
        if behind < len(later):
            yield situation(later[behind])
        if not expected.request_id and expected.time_ns <= record.time_ns:
            yield Situation(
                expected, position, expected, None, hypothesis, self.records, absent=True
            )

    def _found_behind(self, hypothesis: Hypothesis, record: Event, position: int) -> bool:
        """Take a record of which the device says the same behind others, which are missing."""
        if record.kind not in OUTPUTS:
            return False
        wanted = exact_key(record)
        for place, said in enumerate(hypothesis.pending[: WITNESSES_LOST_MAX + 1]):
            if exact_key(said) == wanted:
                for missing in hypothesis.pending[:place]:
                    fault = Fault(DivergenceKind.MISSING, position, None, missing)
                    fault = fault._replace(cost=cost_of(hypothesis, fault))
                    hypothesis.cost += fault.cost
                    hypothesis.faults += (fault,)
                del hypothesis.pending[: place + 1]
                hypothesis.silent = False
                return True
        return False

    def _is_spent(self) -> bool:
        """Whether enough was tried."""
        return (
            self._trial_records > self.trial_records_max
            or self._trial_records_total > TRIAL_RECORDS_TOTAL_MAX
        )

    def _tried(
        self,
        hypothesis: Hypothesis,
        position: int,
        situation: Situation,
        proposal: Proposal,
        place: str,
    ) -> Hypothesis | None:
        """The hypothesis with the stimuli of a proposal, behind the record, or None."""
        for at, time_ns in self._spots(hypothesis, position, situation, proposal, place):
            child = self._with(hypothesis, position, situation, proposal, at, time_ns)
            if child is not None:
                return child
        return None

    def _spots(
        self,
        hypothesis: Hypothesis,
        position: int,
        situation: Situation,
        proposal: Proposal,
        place: str,
    ) -> Iterator[tuple[int, int]]:
        """Positions and times at which a place may be."""
        witness = situation.witness
        if place == "witness":
            yield position, witness.time_ns
        elif place == "before":
            at = position
            while at and self.records[at - 1].time_ns == witness.time_ns:
                if self.records[at - 1].kind not in OUTPUTS:
                    return
                at -= 1
            yield at, self.records[at - 1].time_ns if at else witness.time_ns - 1
        elif place in ("request", "burst") and situation.request is not None:
            at = self._requests[(witness.request_id, witness.port)]
            while place == "burst" and at and self._together(at - 1, at):
                at -= 1
            yield at, situation.request.time_ns
        elif place == "earlier":
            inputs = 0
            for at in range(position - 1, max(position - EARLIER_MAX, 0) - 1, -1):
                if self.records[at].kind in INPUTS and inputs < EARLIER_INPUTS_MAX:
                    inputs += 1
                    yield at, self.records[at].time_ns
        elif place == "delayed":
            time_ns = self._probed(hypothesis, witness, proposal)
            if time_ns is not None:
                at = position
                while at and self.records[at - 1].time_ns > time_ns:
                    at -= 1
                yield at, time_ns

    def _together(self, first: int, second: int) -> bool:
        """Whether two neighbours are inputs of one moment."""
        left, right = self.records[first], self.records[second]
        return left.kind in INPUTS and left.time_ns == right.time_ns

    def _probed(self, hypothesis: Hypothesis, witness: Event, proposal: Proposal) -> int | None:
        """When the stimuli came if the device takes as long as it does to say the witness."""
        self._trial_records += 4
        engine = hypothesis.marks[-1].saved.engine.copy()
        begun_ns = engine.now_ns
        for stimulus in proposal.stimuli:
            engine.submit(stimulus.replace(time_ns=begun_ns))
        for _ in range(64):
            for said in engine.drain():
                if self._says(said, witness):
                    return witness.time_ns - (said.time_ns - begun_ns)
            due_ns = engine.next_due_ns
            if due_ns is None:
                return None
            engine.advance(due_ns)
        return None

    def _says(self, said: Event, witness: Event) -> bool:
        """Whether the device says a witness, at whatever time."""
        return content_key(said) == content_key(witness)

    def _with(
        self,
        hypothesis: Hypothesis,
        position: int,
        situation: Situation,
        proposal: Proposal,
        at: int,
        time_ns: int,
    ) -> Hypothesis | None:
        """Go back to the record at `at`, give the stimuli, and come behind `position` again."""
        place = next(
            (number for number, mark in enumerate(hypothesis.marks) if mark.position == at), None
        )
        if place is None:
            return None
        # The last device of this position: other stimuli may stand before the same record.
        while place + 1 < len(hypothesis.marks) and hypothesis.marks[place + 1].position == at:
            place += 1
        mark = hypothesis.marks[place]
        saved = mark.saved
        if saved.engine.now_ns > time_ns:
            return None
        passed = [fault for fault in hypothesis.faults if fault.position >= at]
        if len(passed) > self.faults_passed_max:
            return None
        self._trial_records += 1
        child = replace(
            hypothesis,
            engine=saved.engine.copy(),
            pending=list(saved.pending),
            early=saved.early,
            refused=saved.refused,
            older=saved.older,
            cost=hypothesis.cost + proposal.cost - sum(fault.cost for fault in passed),
            stimuli=hypothesis.stimuli,
            faults=hypothesis.faults[: len(hypothesis.faults) - len(passed)],
            silent=hypothesis.silent and not passed,
            marks=hypothesis.marks[: place + 1],
        )
        child.advance(time_ns)
        absent = situation.witness if situation.absent else None
        for stimulus in proposal.stimuli:
            made = stimulus.replace(time_ns=time_ns)
            child.submit(made)
            child.stimuli += (Placed(at, made, situation.position, absent),)
        again = [placed for placed in hypothesis.stimuli if placed.position > at]
        marks = list(child.marks)
        marks.append(child.marked(at))
        for number in range(at, position + 1):
            self._trial_records += 1
            self._trial_records_total += 1
            if number > at:
                marks.append(child.marked(number))
            for placed in again:
                if placed.position == number:
                    if child.engine.now_ns > placed.event.time_ns:
                        return None
                    child.advance(placed.event.time_ns)
                    child.submit(placed.event)
            if not self._take_again(child, number, passed) and not (
                number == position and self._found_behind(child, self.records[number], number)
            ):
                return None
        child.marks = tuple(marks[-self.history_max :])
        return child

    def _take_again(self, child: Hypothesis, number: int, passed: list[Fault]) -> bool:
        """Go over a record and the faults found there before, which are taken off the list."""
        record = self.records[number]
        while passed and passed[0].position < number:
            passed.pop(0)
        while not self._take(child, record, number):
            if not passed or passed[0].position != number:
                return False
            expected = child.pending[0] if child.pending else None
            fault = passed.pop(0)
            if not _recurs(fault, record, expected):
                return False
            child.err(fault if fault.expected is None else fault._replace(expected=expected))
            if fault.recorded is not None:
                return True
        return True


def _recurs(fault: Fault, record: Event, expected: Event | None) -> bool:
    """Whether the device errs in the same way again where it says `expected`."""
    if fault.recorded is None:
        assert fault.expected is not None
        return expected is not None and exact_key(expected) == exact_key(fault.expected)
    if fault.expected is not None:
        return expected is not None and _same_identity(expected, record)
    return expected is None or expected.time_ns >= record.time_ns


def _same_identity(left: Event, right: Event) -> bool:
    return left.time_ns == right.time_ns and identity_key(left) == identity_key(right)


def cost_of(hypothesis: Hypothesis, fault: Fault) -> int:
    """What a fault costs: little when it follows from one before.

    It does when it is the other end of an output at another time, of the same transaction, or one
    more that is missing while nothing was recorded at all; and when a device that fell silent says
    that it is gone.
    """
    if fault.kind is DivergenceKind.MISSING and hypothesis.silent:
        return 0
    event = fault.recorded if fault.recorded is not None else fault.expected
    assert event is not None
    if event.kind == Kind.KIND_COMPLETION and event.status in GONE and hypothesis.silent:
        return CONSEQUENCE_COST
    key, transaction = content_key(event), (event.request_id, event.port)
    ends = {DivergenceKind.MISSING: 0, DivergenceKind.EXTRA: 0}
    for found in hypothesis.faults[-FAULTS_REMEMBERED_MAX:]:
        side = found.recorded if found.recorded is not None else found.expected
        if side is None:
            continue
        if event.request_id and (side.request_id, side.port) == transaction:
            return CONSEQUENCE_COST
        near = abs(side.time_ns - event.time_ns) <= DISPLACED_NS_MAX
        if near and found.kind in ends and content_key(side) == key:
            ends[found.kind] += 1
    missing, extra = ends.values()
    if missing == extra:
        return FAULT_COST  # each has its other end
    other_end = DivergenceKind.EXTRA if missing > extra else DivergenceKind.MISSING
    return CONSEQUENCE_COST if fault.kind is other_end else FAULT_COST
