"""As a log shows it: what a field trace holds of an output is compared, and no more.

A log does not have the completions that a driver makes at once, nor the latency of an operation,
and a modem reports the consequences of a change when it gets to it. So:

- an answer comes when the recording has it (`wwanreplay.replay.answer_times`);
- an answer to a query may report the device as it was before an event that the recording does not
  have yet, or as it will be when the operations that are under way have ended;
- an event of the device's own may come up to `LATE_NS` later than the model emits it, and up to
  `EARLY_NS` earlier while an operation is under way;
- members are compared that the record holds (`wwanreplay.replay.observed`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from wwanreplay._core import Engine, Event, SavedEngine
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.comparison import is_event_owed
from wwanreplay.protocol.kinds import (
    INDICATION_REQUIRED,
    INPUTS,
    KIND_COMPLETION,
    KIND_QUERY,
    OUTPUTS,
)
from wwanreplay.protocol.timing import EARLY_NS, LOCAL_ANSWER_NS, SECOND_NS
from wwanreplay.replay.answer_times import AnswerTimes, is_local, latency
from wwanreplay.replay.contexts import SESSION, of_session
from wwanreplay.replay.fault import DivergenceKind, Fault
from wwanreplay.replay.field_records import FieldRecords
from wwanreplay.replay.hypothesis import Hypothesis, Placed, adopt
from wwanreplay.replay.observed import observed, observed_differences
from wwanreplay.replay.proposer import STIMULUS_COST, Mismatch
from wwanreplay.replay.recording import Recording, transaction_of
from wwanreplay.replay.search import ADOPTION_COST, RecordMatcher, Way

#: How long after the model an event may be recorded.
LATE_NS: Final = 15 * SECOND_NS
#: Later than any record.
NEVER_NS: Final = 2**63 - 1
#: How much sooner than another event of the same cause one may be recorded.
SWAPPED_NS: Final = SECOND_NS
#: Records after which an explanation that is still not cheaper than another is given up, and how
#: often that is looked at.
SETTLED_AFTER: Final = 256
SETTLED_EVERY: Final = 32
#: Devices of before events that the recording does not have yet.
OLDER_MAX: Final = 4
#: Requests that the device did not accept and the recording may still answer.
REFUSED_MAX: Final = 32
#: Times at which a device that does its operations in another order may come to an answer.
WAITS_MAX: Final = 16
#: Of a refusal with a reason of the network that is taken for the device's own doing.
NETWORK_COST: Final = 4
_SIGNAL_STATE: Final = PROTOCOL.indication("NDIS_STATUS_WWAN_SIGNAL_STATE").number


class Early(NamedTuple):
    """An event that was recorded and is not emitted yet: until when it may be, and what it cost.

    The cost is given back when the device emits the event, or when it is found to be a fault.
    """

    deadline_ns: int
    event: Event
    cost: int


class Older(NamedTuple):
    """A device as it was before it emitted these events."""

    engine: SavedEngine
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """What the matcher remembers of a hypothesis.

    `refused` are the last completions of requests that the device did not accept; `older` are
    devices of before events that are still pending. All of `pending` that was looked at may be
    recorded until `deadline_ns`.
    """

    early: tuple[Early, ...] = ()
    refused: tuple[Event, ...] = ()
    older: tuple[Older, ...] = ()
    deadline_ns: int = NEVER_NS


class FieldMatcher(RecordMatcher):
    """Agrees where the device has emitted, or will soon emit, what a record of a log shows."""

    first_memory = Memory()
    faults_passed_max = 0  # events may move: a fault found once need not be found again
    trial_records_max = 2_000
    history_max = 128

    def __init__(self, recording: Recording, chosen: FieldRecords) -> None:
        self.times = AnswerTimes(recording, chosen)
        self.resets = chosen.resets
        self._recording = recording
        self._steps = 0

    # ---------------------------------------------------------------------------- one record

    def take(self, hypothesis: Hypothesis, step: Event, position: int) -> bool:
        """Go over a record; False when the device emits something else."""
        self.times.reach(position)
        _advance(hypothesis, step.time_ns)
        self._join_early(hypothesis, step.time_ns, position)
        self._expire(hypothesis, step.time_ns, position)
        if step.kind in OUTPUTS:
            return self._find(hypothesis, step, position)
        if step.kind in INPUTS:
            delay = self.times.latencies.get(position)
            if delay is not None:
                hypothesis.submit(delay)
            hypothesis.submit(step)
            hypothesis.advance(step.time_ns)
        return True

    def _join_early(self, hypothesis: Hypothesis, time_ns: int, position: int) -> None:
        """Join what was recorded early with what is emitted now."""
        memory: Memory = hypothesis.memory
        if not memory.early:
            return
        kept = []
        for early in memory.early:
            place = _place_of(hypothesis.pending, early.event)
            if place is not None:
                hypothesis.take(place)
                hypothesis.cost -= early.cost
            elif early.deadline_ns < time_ns:
                _count_extra(hypothesis, early, position)
            else:
                kept.append(early)
        hypothesis.memory = replace(memory, early=tuple(kept))

    def _expire(self, hypothesis: Hypothesis, time_ns: int, position: int) -> None:
        """Let what was emitted and is not recorded in time be missing."""
        deadline_ns, seen_count = hypothesis.memory.deadline_ns, hypothesis.seen_count
        if deadline_ns < time_ns:
            self._look_at(hypothesis, 0, NEVER_NS, time_ns, position)
        elif seen_count < len(hypothesis.pending):
            self._look_at(hypothesis, seen_count, deadline_ns, time_ns, position)
        memory: Memory = hypothesis.memory
        if memory.older:
            holds = hypothesis.pending.__contains__
            older = tuple(each for each in memory.older if any(map(holds, each.events)))
            hypothesis.memory = replace(memory, older=older)

    def _look_at(
        self, hypothesis: Hypothesis, begin: int, deadline_ns: int, time_ns: int, position: int
    ) -> None:
        """Keep of what is pending, from a place on, what may still be recorded.

        `deadline_ns` is until when all before the place may be.
        """
        waiting = []
        for emitted in hypothesis.pending[begin:]:
            key = transaction_of(emitted)
            if key in self.resets or key in self.times.forgotten:
                continue  # no host waits for it
            last_ns = max(emitted.time_ns + LATE_NS, self.times.answer_ns.get(key, 0))
            if last_ns >= time_ns and key not in self.times.unanswered:
                waiting.append(emitted)
                deadline_ns = min(deadline_ns, last_ns)
            elif _must_be_recorded(emitted):
                index = self._recording[position].index
                fault = Fault(DivergenceKind.MISSING, position, None, emitted, record_index=index)
                hypothesis.count(fault)
        hypothesis.pending = (*hypothesis.pending[:begin], *waiting)
        hypothesis.seen_count = len(hypothesis.pending)
        hypothesis.memory = replace(hypothesis.memory, deadline_ns=deadline_ns)

    def _find(self, hypothesis: Hypothesis, record: Event, position: int) -> bool:
        """Find a recorded output among those that the device has emitted."""
        if record.kind == KIND_COMPLETION:
            return _find_completion(hypothesis, record)
        if record.request_id:
            self._answer_for_session(hypothesis, record)
        place = _place_of(hypothesis.pending, record)
        if place is None and record.request_id:
            _wait_for(hypothesis, record)
            place = _place_of(hypothesis.pending, record)
            if place is None:
                place = self._place_otherwise(hypothesis, record, position)
        if place is None:
            return _is_known_signal(hypothesis.engine, record)
        emitted = hypothesis.take(place)
        hypothesis.is_silent = False
        self._judge_time(hypothesis, record, emitted, position)
        return True

    def _answer_for_session(self, hypothesis: Hypothesis, record: Event) -> None:
        """Let a device that answers for its port answer for the context that the query is for."""
        request = self._recording.request_of(record)
        session = None if request is None else (request.fields or {}).get(SESSION)
        partner = _partner_of(hypothesis.pending, record)
        if session is not None and partner is not None:
            pending = list(hypothesis.pending)
            pending[partner] = of_session(pending[partner], hypothesis.engine, session, record)
            hypothesis.pending = tuple(pending)

    def _place_otherwise(self, hypothesis: Hypothesis, record: Event, position: int) -> int | None:
        """Where the device answers a query whose answer is of a little earlier or later."""
        request = self._recording.request_of(record)
        partner = _partner_of(hypothesis.pending, record)
        if partner is None or request is None or request.kind != KIND_QUERY:
            return None
        for engine in self._other_moments(hypothesis, position):
            answer = _answered_by(engine, request, record)
            if answer is not None and not observed_differences(record, answer):
                return partner
        return None

    def _other_moments(self, hypothesis: Hypothesis, position: int) -> Iterator[Engine]:
        """The device before events that are not recorded yet, and behind what is under way."""
        for older in reversed(hypothesis.memory.older):
            yield older.engine.copy()
        end_ns = self.times.under_way[position]
        if end_ns is not None:
            later = hypothesis.engine.copy()
            later.advance(max(end_ns, later.now_ns))
            yield later

    def _judge_time(
        self, hypothesis: Hypothesis, record: Event, emitted: Event, position: int
    ) -> None:
        """An answer that takes long although the network is not searched is a fault."""
        request = self._recording.request_of(record)
        if request is None or not is_local(request):
            return
        if record.time_ns - request.time_ns > LOCAL_ANSWER_NS:
            expected = emitted.replace(time_ns=request.time_ns)
            state = hypothesis.engine.state()
            hypothesis.count(Fault(DivergenceKind.TIME, position, record, expected, state))

    def pass_steps(self, count: int) -> None:
        """Records were gone over that left one hypothesis."""
        self._steps += count

    # ---------------------------------------------------------------------------- mismatches

    def agrees_in_effect(self, hypothesis: Hypothesis, step: Event) -> bool:
        """Whether the device refuses at once what the recorded one answered with a failure."""
        expected = _expected(hypothesis, step)
        if expected is None or expected.kind != KIND_COMPLETION:
            return False
        return bool(observed(step).get("uStatus", 0)) and expected.status != 0

    def deviations(
        self, hypothesis: Hypothesis, step: Event, position: int, *, wide: bool
    ) -> Iterator[Way]:
        """An event that comes early, or a fault, from which the device may go on."""
        if not step.request_id:
            under_way = self.times.under_way[position] is not None
            # Without an operation that may bring it about, an early event has a cost.
            early_ns, cost = (EARLY_NS, 0) if under_way else (SWAPPED_NS, STIMULUS_COST)
            child = hypothesis.child(cost)
            early = Early(step.time_ns + early_ns, step, cost)
            child.memory = replace(child.memory, early=(*child.memory.early, early))
            yield child, True
        expected = _expected(hypothesis, step)
        for follows in (False, True) if wide and step.payload else (False,):
            child = _deviating(hypothesis, step, expected, position, follows=follows)
            child.cost += NETWORK_COST if _has_network_cause(step) else 0
            yield child, True

    def mismatches(
        self, hypothesis: Hypothesis, record: Event, position: int
    ) -> Iterator[Mismatch]:
        """The record, with the members that it holds."""
        yield Mismatch(
            record,
            position,
            _expected(hypothesis, record),
            self._recording.request_of(record),
            hypothesis,
            self._recording,
            values=observed(record),
        )

    def is_emitted_as(self, emitted: Event, witness: Event) -> bool:
        """Whether an output of the device is a witness, at whatever time."""
        return _is_same_kind(emitted, witness) and not observed_differences(witness, emitted)

    # ------------------------------------------------------------------------------ the beam

    def is_same(self, one: Hypothesis, other: Hypothesis) -> bool:
        """Whether two hypotheses go on alike."""
        mine: Memory = one.memory
        theirs: Memory = other.memory
        same = mine.early == theirs.early and mine.refused == theirs.refused
        return same and super().is_same(one, other)

    def settle(self, beam: list[Hypothesis]) -> list[Hypothesis]:
        """Give up the hypotheses that parted from the best one long ago."""
        self._steps += 1
        if self._steps % SETTLED_EVERY or len(beam) == 1:
            return beam
        settled = self._steps - SETTLED_AFTER
        return [each for each in beam if each is beam[0] or _parted_at(each, beam[0]) >= settled]

    def finish(self, hypothesis: Hypothesis) -> None:
        """Count what came early and was never emitted; what is still pending may yet come."""
        for early in hypothesis.memory.early:
            _count_extra(hypothesis, early, self._recording.end)


def _count_extra(hypothesis: Hypothesis, early: Early, position: int) -> None:
    """Have what came early and was not emitted as a fault."""
    hypothesis.cost -= early.cost
    fault = Fault(DivergenceKind.EXTRA, position, early.event, None)
    hypothesis.count(fault)


def _advance(hypothesis: Hypothesis, time_ns: int) -> None:
    """Let time pass, and remember the device as it was before events of its own."""
    due_ns = hypothesis.engine.next_due_ns
    if due_ns is None or due_ns > time_ns:
        hypothesis.advance(time_ns)
        return
    before = hypothesis.engine.save()
    known = len(hypothesis.pending)
    hypothesis.advance(time_ns)
    events = tuple(event for event in hypothesis.pending[known:] if not event.request_id)
    if events:
        older = (*hypothesis.memory.older, Older(before, events))[-OLDER_MAX:]
        hypothesis.memory = replace(hypothesis.memory, older=older)


def _find_completion(hypothesis: Hypothesis, record: Event) -> bool:
    place = _partner_of(hypothesis.pending, record)
    if place is None:
        # The log does not have it: it was put in for completeness.
        return bool(record.flags) or record.status == INDICATION_REQUIRED
    expected = hypothesis.pending[place]
    is_same = record.status == expected.status
    if not is_same and not (record.status == INDICATION_REQUIRED and record.flags):
        return False
    hypothesis.take(place)
    if not is_same:
        refused = (*hypothesis.memory.refused, expected)[-REFUSED_MAX:]
        hypothesis.memory = replace(hypothesis.memory, refused=refused)
    return True


def _wait_for(hypothesis: Hypothesis, record: Event) -> None:
    """Let a device that does its operations in another order come to an answer."""
    if _partner_of(hypothesis.pending, record) is not None:
        return
    trial = hypothesis.engine.copy()
    for _ in range(WAITS_MAX):
        due_ns = trial.next_due_ns
        if due_ns is None or due_ns > record.time_ns + LATE_NS:
            return
        trial.advance(due_ns)
        emitted = trial.drain()
        if _partner_of(emitted, record) is not None:
            hypothesis.engine = trial
            hypothesis.pending += tuple(emitted)
            return


def _expected(hypothesis: Hypothesis, record: Event) -> Event | None:
    """What the device emits in place of a record that differs."""
    place = _partner_of(hypothesis.pending, record)
    if place is not None:
        return hypothesis.pending[place]
    key, refused = transaction_of(record), reversed(hypothesis.memory.refused)
    return next((refusal for refusal in refused if transaction_of(refusal) == key), None)


def _deviating(
    hypothesis: Hypothesis, record: Event, expected: Event | None, position: int, *, follows: bool
) -> Hypothesis:
    """The hypothesis behind a record that is a fault."""
    kind = DivergenceKind.EXTRA if expected is None else DivergenceKind.CHANGED
    child = hypothesis.child()
    child.count(Fault(kind, position, record, expected, child.engine.state()))
    child.is_silent = False
    place = _partner_of(child.pending, record)
    if place is not None:
        child.take(place)
    if follows:
        child.cost += ADOPTION_COST
        adopt(child.engine, record)
    return child


def _parted_at(one: Hypothesis, other: Hypothesis) -> int:
    """The record from which on two hypotheses explain differently; far ahead when they do not."""
    first: list[Placed | Fault] = [
        *one.stimulus_chain.parting(other.stimulus_chain),
        *one.fault_chain.parting(other.fault_chain),
    ]
    return min((each.position for each in first), default=2**62)


def _answered_by(engine: Engine, request: Event, record: Event) -> Event | None:
    """What a device, which is used up, answers to a query at its time."""
    engine.drain()
    engine.submit(latency(request.code, engine.now_ns, 0))
    engine.submit(request.replace(time_ns=engine.now_ns))
    engine.advance(engine.now_ns)
    emitted = engine.drain()
    place = _partner_of(emitted, record)
    if place is None:
        return None
    return of_session(emitted[place], engine, (request.fields or {}).get(SESSION), record)


def _has_network_cause(record: Event) -> bool:
    """Whether a record is an answer that tells why the network refused."""
    if not record.request_id:
        return False
    values = observed(record)
    causes = (value for path, value in values.items() if path.endswith("uNwError"))
    return bool(values.get("uStatus")) and any(causes)


def _is_known_signal(engine: Engine, record: Event) -> bool:
    """Whether an event reports the signal as it is; a modem repeats it as often as it likes."""
    if record.request_id or record.code != _SIGNAL_STATE:
        return False
    rssi = observed(record).get("SignalState.Rssi")
    return rssi is None or bool(rssi == engine.state()["rssi"])


def _place_of(emitted: Sequence[Event], record: Event) -> int | None:
    """Where the device emits what a record holds."""
    for place, event in enumerate(emitted):
        if _is_same_kind(event, record) and not observed_differences(record, event):
            return place
    return None


def _partner_of(emitted: Sequence[Event], record: Event) -> int | None:
    """Where the device emits something of the same kind, the same transaction or port."""
    alike = (place for place, event in enumerate(emitted) if _is_same_kind(event, record))
    return next(alike, None)


def _is_same_kind(event: Event, record: Event) -> bool:
    return (
        event.kind == record.kind
        and event.port == record.port
        and event.request_id == record.request_id
        and (record.kind == KIND_COMPLETION or event.code == record.code)
    )


def _must_be_recorded(emitted: Event) -> bool:
    """Whether a modem owes its host what the model emits."""
    is_owed = bool(emitted.request_id) or is_event_owed(emitted.code)
    return is_owed and emitted.kind != KIND_COMPLETION
