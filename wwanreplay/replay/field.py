"""Field traces against the emulated device: what a log can tell is compared, and no more.

A log does not have the completions that a driver gives at once, nor the latency of an operation,
and a modem tells the consequences of a change when it gets to it. So, other than in an exact
replay:

- an answer comes when the recording has it: the device is given the latency that the record shows;
- an answer to a query may tell what the device said before an event that the recording does not
  have yet, or what it will say when the orders that are under way have ended;
- OPEN and CLOSE end the contexts of the host, and forget what was asked;
- an event of the device's own may come up to `LATE_NS` later than the model says it, and up to
  `EARLY_NS` earlier while an order is under way;
- members are compared that the record tells (`wwanreplay.replay.told`);
- what the emulated device does not model is not driven, and counted.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from wwanreplay._core import Engine, Event, Kind, Namespace, WireDirection
from wwanreplay.errors import UsageError, WwanReplayError
from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import (
    ERRORS,
    MBIM_CLOSE_MSG,
    MBIM_FUNCTION_ERROR_MSG,
    MBIM_OPEN_MSG,
)
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.protocol.kinds import HOST_INPUTS, INDICATION_REQUIRED, INPUTS, OUTPUTS, REQUESTS
from wwanreplay.replay.align import DivergenceKind
from wwanreplay.replay.contexts import (
    CONNECT,
    RESET_ID,
    SESSION,
    HostContexts,
    is_reset,
    of_session,
    session_of,
)
from wwanreplay.replay.hypotheses import adopt
from wwanreplay.replay.search import (
    ADOPTION_COST,
    FOLLOWED,
    STIMULUS_COST,
    Fault,
    Hypothesis,
    Older,
    Propose,
    Search,
    Situation,
    cost_of,
)
from wwanreplay.replay.told import told, told_differences

SECOND_NS: Final = 1_000_000_000
#: How long after the model an event may be told, and how long before.
LATE_NS: Final = 15 * SECOND_NS
EARLY_NS: Final = 15 * SECOND_NS
#: How much sooner than another event of the same cause one may be told.
SWAPPED_NS: Final = SECOND_NS
#: A request that is not answered for so long is not answered.
UNANSWERED_NS: Final = 60 * SECOND_NS
#: A modem that is asked what it knows by itself answers within this time.
LOCAL_ANSWER_NS: Final = 10 * SECOND_NS
#: Queries for which the air is asked.
ASKED_OF_THE_AIR: Final = frozenset({PROTOCOL.oid("OID_WWAN_VISIBLE_PROVIDERS").number})
#: A query is not answered either when so many later ones are, one after the other.
OVERTAKEN_MAX: Final = 4
#: Records in which these are looked for.
OVERTAKEN_AHEAD_MAX: Final = 4096
#: A latency that no log is long enough for.
NEVER_NS: Final = 10**17
#: Devices kept to go back to.
HISTORY_MAX: Final = 128
#: Records after which an explanation that is still not cheaper than another is given up, and how
#: often that is looked at.
SETTLED_AFTER: Final = 256
SETTLED_EVERY: Final = 32
#: Records that may be gone over again to try proposals for one record.
TRIAL_RECORDS_MAX: Final = 2_000
#: Records among which the next order of the same kind is looked for.
LOOKED_AHEAD_MAX: Final = 256
#: Devices of before events that the recording does not have yet.
OLDER_MAX: Final = 4
NOT_OPENED: Final = ERRORS["MBIM_ERROR_NOT_OPENED"]
PCO_STATUS: Final = PROTOCOL.indication("NDIS_STATUS_WWAN_PCO_STATUS").number
_SIGNAL_STATE: Final = PROTOCOL.indication("NDIS_STATUS_WWAN_SIGNAL_STATE").number
_EVENTS_OF_MODEL: Final = frozenset(
    PROTOCOL.indication(f"NDIS_STATUS_WWAN_{name}").number
    for name in (
        "CONTEXT_STATE",
        "DEVICE_SERVICE_EVENT",
        "PACKET_SERVICE",
        "PCO_STATUS",
        "RADIO_STATE",
        "READY_INFO",
        "REGISTER_STATE",
        "SIGNAL_STATE",
    )
)
#: Events whose absence says nothing: a modem tells them as often as it likes, or the log's
#: interface has no message for them.
_NEED_NOT_BE_TOLD: Final = frozenset(
    {
        PROTOCOL.indication("NDIS_STATUS_LINK_STATE").number,
        PROTOCOL.indication("NDIS_STATUS_WWAN_IP_ADDRESS_STATE").number,
        PROTOCOL.indication("NDIS_STATUS_WWAN_PCO_STATUS").number,
        PROTOCOL.indication("NDIS_STATUS_WWAN_SIGNAL_STATE").number,
    }
)


@dataclass(slots=True)
class Driven:
    """The records of a field trace that take part, and how many of the others there are.

    `unmodelled` are of OIDs, events and namespaces that the emulated device does not have,
    `undriven` requests whose buffer the log does not hold, `unasked` answers to nobody's request.
    `forgotten_ns` says when an OPEN or CLOSE came before a request was answered.
    """

    records: list[Event] = field(default_factory=list)
    forgotten_ns: dict[tuple[int, int], int] = field(default_factory=dict)
    unmodelled: int = 0
    undriven: int = 0
    unasked: int = 0


def driven(events: Sequence[Event], engine: Engine) -> Driven:
    """Choose what of a field trace is driven and compared."""
    supported = frozenset(engine.profile.supported_oids)
    found = Driven()
    open_requests: dict[tuple[int, int], bool] = {}
    waiting: set[tuple[int, int]] = set()
    contexts = HostContexts()
    for event in events:
        key = (event.request_id, event.port)
        if event.kind == Kind.KIND_WIRE:
            if _begins_or_ends(event):
                found.records += contexts.ended(event)
                found.forgotten_ns |= dict.fromkeys(waiting, event.time_ns)
                waiting.clear()
            elif _is_error(event):
                _forget_refused(event, waiting, found)
            continue
        if event.kind not in FOLLOWED:
            continue
        if event.kind in HOST_INPUTS:
            made = _request(event, supported, found)
            if event.kind in REQUESTS:
                open_requests[key] = made is not None
                waiting.add(key)
            if made is not None:
                contexts.note(made)
                found.records.append(_with_session(made, event, events))
        elif event.kind in OUTPUTS:
            if event.kind == Kind.KIND_INDICATION:
                waiting.discard(key)
            if event.code == PCO_STATUS and not contexts.is_known:
                found.unmodelled += 1  # of a context of before the log
            elif _takes_part(event, open_requests, found):
                found.records.append(event)
        else:
            found.records.append(event)
    return found


def _begins_or_ends(wire: Event) -> bool:
    """Whether a transfer is an OPEN or CLOSE."""
    begins_or_ends = look(wire.payload).type in (MBIM_OPEN_MSG, MBIM_CLOSE_MSG)
    return begins_or_ends and wire.code == WireDirection.WIRE_HOST_TO_DEVICE


def _is_error(wire: Event) -> bool:
    """Whether a transfer is a FUNCTION_ERROR."""
    is_error = look(wire.payload).type == MBIM_FUNCTION_ERROR_MSG
    return is_error and wire.code == WireDirection.WIRE_DEVICE_TO_HOST


def _forget_refused(wire: Event, waiting: set[tuple[int, int]], found: Driven) -> None:
    """Nobody waits for the answer to a transaction that was refused, or of a lost session."""
    head = look(wire.payload)
    for key in list(waiting):
        if head.value == NOT_OPENED or key[0] & 0xFFFFFFFF == head.transaction_id:
            found.forgotten_ns[key] = wire.time_ns
            waiting.discard(key)


def _with_session(request: Event, event: Event, events: Sequence[Event]) -> Event:
    """A query for a context, with the context that is asked for, which the OID does not say."""
    if request.kind != Kind.KIND_QUERY or request.code != CONNECT:
        return request
    session = session_of(event, events)
    return request if session is None else request.replace(fields={SESSION: session})


def _request(event: Event, supported: frozenset[int], found: Driven) -> Event | None:
    """The request that is driven, or None."""
    if event.namespace == Namespace.NAMESPACE_MBIM or event.code not in supported:
        found.unmodelled += 1
        return None
    if event.payload or not event.fields:
        if event.kind == Kind.KIND_SET and not event.payload and event.flags:
            found.undriven += 1
            return None
        return event
    try:
        return event.replace(payload=_rebuilt(event), fields=None)
    except WwanReplayError:
        found.undriven += 1
        return None


def _rebuilt(event: Event) -> bytes:
    """The buffer of a request of which a log has members only."""
    row = PROTOCOL.oid_by_number[event.code]
    fields = {
        path: value
        for path, value in (event.fields or {}).items()
        if not path.startswith(("text.", "mbim."))
    }
    names = row.query_input if event.kind == Kind.KIND_QUERY else row.set_input
    for name in names:
        try:
            return encode(name, fields)
        except UsageError:
            continue
    if event.kind == Kind.KIND_QUERY:
        return b""
    raise UsageError(f"{row.name}: its buffer is not in the log")


def _takes_part(event: Event, open_requests: dict[tuple[int, int], bool], found: Driven) -> bool:
    if event.namespace == Namespace.NAMESPACE_MBIM:
        found.unmodelled += 1
        return False
    if event.request_id or event.kind == Kind.KIND_COMPLETION:
        is_driven = open_requests.get((event.request_id, event.port))
        if is_driven is None:
            found.unasked += 1
        elif not is_driven:
            found.unmodelled += 1
        return bool(is_driven)
    if event.code not in _EVENTS_OF_MODEL:
        found.unmodelled += 1
        return False
    return True


class FieldSearch(Search):
    """Follow a field trace with an engine, which is used up."""

    faults_passed_max = 0  # events may move: a fault found once need not be found again
    trial_records_max = TRIAL_RECORDS_MAX
    history_max = HISTORY_MAX

    def __init__(self, chosen: Driven, engine: Engine, propose: Propose | None = None) -> None:
        super().__init__(chosen.records, engine, propose)
        self._steps = 0
        self._forgotten_ns = chosen.forgotten_ns
        self._unanswered: set[tuple[int, int]] = set()
        self._forgotten: set[tuple[int, int]] = set()
        self._answer_ns: dict[tuple[int, int], int] = {}
        self._end_ns = max((event.time_ns for event in self.records), default=0)
        self.latencies = dict(self._latency_orders())
        self._in_flight = self._orders_in_flight()

    # --------------------------------------------------------------------- before the search

    def _latency_orders(self) -> Iterator[tuple[int, Event]]:
        """For each request the order that lets its answer come when the record has it."""
        for position, record in enumerate(self.records):
            if record.kind not in REQUESTS:
                continue
            answered = self._answered_at(position)
            key = (record.request_id, record.port)
            if answered is not None:
                self._answer_ns[key] = self.records[answered].time_ns
                delay_ns = self._shown_latency(position, answered)
            elif is_reset(record) or self._is_unanswered(position):
                delay_ns = 0
            else:
                delay_ns = self._unknown_latency(position)
            yield position, _latency(record.code, record.time_ns, delay_ns)

    def _shown_latency(self, position: int, answered: int) -> int:
        """How long a request takes; the emulated device does orders one after the other."""
        record = self.records[position]
        end_ns = self.records[answered].time_ns
        forgotten_ns = self._forgotten_ns.get((record.request_id, record.port))
        if forgotten_ns is not None:
            end_ns = min(end_ns, forgotten_ns)
        if record.kind == Kind.KIND_SET:
            for at in range(position + 1, min(answered, position + LOOKED_AHEAD_MAX)):
                if self.records[at].kind == Kind.KIND_SET:
                    other = self._answered_at(at)
                    if other is not None and other < answered:
                        end_ns = min(end_ns, self.records[at].time_ns - 1)
                        break
        return max(end_ns - record.time_ns, 0)

    def _unknown_latency(self, position: int) -> int:
        """How long a request takes whose answer the log is too short for."""
        record = self.records[position]
        key = (record.request_id, record.port)
        if key in self._forgotten_ns:
            self._forgotten.add(key)
            return 0
        for later in self.records[position + 1 : position + LOOKED_AHEAD_MAX]:
            if later.kind == Kind.KIND_SET and later.code == record.code:
                self._forgotten.add(key)
                return max(later.time_ns - record.time_ns - 1, 0)  # one after the other
        return NEVER_NS

    def _is_unanswered(self, position: int) -> bool:
        """Whether the answer to a request is missing; remembers it."""
        record = self.records[position]
        key = (record.request_id, record.port)
        is_local = record.kind == Kind.KIND_QUERY and record.code not in ASKED_OF_THE_AIR
        limit_ns = LOCAL_ANSWER_NS if is_local else UNANSWERED_NS
        end_ns = min(self._forgotten_ns.get(key, self._end_ns), self._end_ns)
        missing = end_ns - record.time_ns >= limit_ns
        if not missing and is_local:
            overtaken, free_at = 0, position
            for at in range(position + 1, min(position + OVERTAKEN_AHEAD_MAX, len(self.records))):
                later = self.records[at]
                if later.time_ns > end_ns or overtaken == OVERTAKEN_MAX:
                    break
                answered = self._answered_at(at) if later.kind == Kind.KIND_QUERY else None
                if answered is not None and at > free_at:
                    overtaken, free_at = overtaken + 1, answered
            missing = overtaken == OVERTAKEN_MAX
        if missing:
            self._unanswered.add(key)
        return missing

    def _answered_at(self, position: int) -> int | None:
        """Where a request is answered, before its RequestId is used again."""
        record = self.records[position]
        answers = self._answers.get((record.request_id, record.port), ())
        behind = bisect_right(answers, position)
        for at in answers[behind : behind + LOOKED_AHEAD_MAX]:
            if self.records[at].kind == Kind.KIND_INDICATION:
                return at
        return None

    def _orders_in_flight(self) -> list[int | None]:
        """For each record, when the last order of the host that is under way ends, or None."""
        ends: list[tuple[int, int]] = []
        for position, record in enumerate(self.records):
            if record.kind == Kind.KIND_SET and not is_reset(record):
                answered = self._answered_at(position)
                end_ns = record.time_ns + EARLY_NS
                if answered is not None:
                    end_ns = self.records[answered].time_ns
                ends.append((record.time_ns, end_ns))
        found: list[int | None] = []
        begun = 0
        for record in self.records:
            while begun < len(ends) and ends[begun][0] <= record.time_ns:
                begun += 1
            under_way = [
                end for start, end in ends[max(begun - 64, 0) : begun] if end >= record.time_ns
            ]
            found.append(max(under_way, default=None))
        return found

    # ---------------------------------------------------------------------------- one record

    def _take(self, hypothesis: Hypothesis, record: Event, position: int) -> bool:
        self._advance(hypothesis, record.time_ns)
        self._settle(hypothesis, record.time_ns, position)
        if record.kind in OUTPUTS:
            return self._find(hypothesis, record, position)
        if record.kind in INPUTS:
            order = self.latencies.get(position)
            if order is not None:
                hypothesis.submit(order)
            hypothesis.submit(record)
            hypothesis.advance(record.time_ns)
        return True

    def _best(self, found: list[Hypothesis]) -> list[Hypothesis]:
        """The hypotheses to follow; those that parted from the best long ago are given up."""
        kept = super()._best(found)
        self._steps += 1
        if self._steps % SETTLED_EVERY or len(kept) == 1:
            return kept
        settled = self._steps - SETTLED_AFTER
        return [each for each in kept if each is kept[0] or _parted_at(each, kept[0]) >= settled]

    def _advance(self, hypothesis: Hypothesis, time_ns: int) -> None:
        """Let time pass, and remember the device as it was before events of its own."""
        due_ns = hypothesis.engine.next_due_ns
        if due_ns is None or due_ns > time_ns:
            hypothesis.advance(time_ns)
            return
        before = hypothesis.engine.save()
        known = len(hypothesis.pending)
        hypothesis.advance(time_ns)
        news = [said for said in hypothesis.pending[known:] if not said.request_id]
        if news:
            hypothesis.older = (*hypothesis.older, Older(before, tuple(news)))[-OLDER_MAX:]

    def _settle(self, hypothesis: Hypothesis, time_ns: int, position: int) -> None:
        """Join what was told early with what is said now; what is too late is missing."""
        kept = []
        for deadline_ns, early, paid in hypothesis.early:
            place = _place_of(hypothesis.pending, early)
            if place is not None:
                hypothesis.pending.pop(place)
                hypothesis.cost -= paid
            elif deadline_ns < time_ns:
                hypothesis.cost -= paid
                self._count(hypothesis, Fault(DivergenceKind.EXTRA, position, early, None))
            else:
                kept.append((deadline_ns, early, paid))
        hypothesis.early = tuple(kept)
        waiting = []
        for said in hypothesis.pending:
            key = (said.request_id, said.port)
            if said.request_id >= RESET_ID or key in self._forgotten:
                continue  # nobody asked for it, or waits for it any more
            if key in self._unanswered:
                if _must_be_told(said):
                    self._count(hypothesis, Fault(DivergenceKind.MISSING, position, None, said))
            elif max(said.time_ns + LATE_NS, self._answer_ns.get(key, 0)) >= time_ns:
                waiting.append(said)
            elif _must_be_told(said):
                self._count(hypothesis, Fault(DivergenceKind.MISSING, position, None, said))
        hypothesis.pending = waiting
        if hypothesis.older:
            hypothesis.older = tuple(
                older for older in hypothesis.older if any(said in waiting for said in older.events)
            )

    def _count(self, hypothesis: Hypothesis, fault: Fault) -> None:
        hypothesis.cost += cost_of(hypothesis, fault)
        hypothesis.faults += (fault,)

    def _find(self, hypothesis: Hypothesis, record: Event, position: int) -> bool:
        """Find a recorded output among those that the device has said."""
        if record.kind == Kind.KIND_COMPLETION:
            return self._find_completion(hypothesis, record)
        if record.request_id:
            self._answer_for_session(hypothesis, record)
        place = _place_of(hypothesis.pending, record)
        if place is None and record.request_id:
            self._wait_for(hypothesis, record)
            place = _place_of(hypothesis.pending, record)
        if place is None and record.request_id:
            place = self._place_otherwise(hypothesis, record, position)
        if place is None:
            return _is_known_signal(hypothesis.engine, record)
        said = hypothesis.pending.pop(place)
        hypothesis.silent = False
        self._judge_time(hypothesis, record, said, position)
        return True

    def _answer_for_session(self, hypothesis: Hypothesis, record: Event) -> None:
        """Let a device that answers for its port answer for the context that is asked for."""
        request_at = self._requests.get((record.request_id, record.port))
        if request_at is None:
            return
        session = (self.records[request_at].fields or {}).get(SESSION)
        partner = _partner_of(hypothesis.pending, record)
        if session is not None and partner is not None:
            said = hypothesis.pending[partner]
            hypothesis.pending[partner] = of_session(said, hypothesis.engine, session)

    def _place_otherwise(self, hypothesis: Hypothesis, record: Event, position: int) -> int | None:
        """Where the device answers a query that is told as of a little earlier or later."""
        request_at = self._requests.get((record.request_id, record.port))
        partner = _partner_of(hypothesis.pending, record)
        if partner is None or request_at is None:
            return None
        request = self.records[request_at]
        if request.kind != Kind.KIND_QUERY:
            return None
        for engine in self._other_moments(hypothesis, position):
            answer = _answered_by(engine, request, record)
            if answer is not None and not told_differences(record, answer):
                return partner
        return None

    def _other_moments(self, hypothesis: Hypothesis, position: int) -> Iterator[Engine]:
        """The device before events that are not told yet, and behind orders that are under way."""
        for older in reversed(hypothesis.older):
            yield older.engine.copy()
        end_ns = self._in_flight[position]
        if end_ns is not None:
            later = hypothesis.engine.copy()
            later.advance(max(end_ns, later.now_ns))
            yield later

    def _judge_time(
        self, hypothesis: Hypothesis, record: Event, said: Event, position: int
    ) -> None:
        """An answer that takes long although nobody else has to be asked is a divergence."""
        request_at = self._requests.get((record.request_id, record.port))
        if not record.request_id or request_at is None:
            return
        request = self.records[request_at]
        if request.kind != Kind.KIND_QUERY or request.code in ASKED_OF_THE_AIR:
            return
        if record.time_ns - request.time_ns > LOCAL_ANSWER_NS:
            expected = said.replace(time_ns=request.time_ns)
            fault = Fault(
                DivergenceKind.TIME, position, record, expected, hypothesis.engine.state()
            )
            self._count(hypothesis, fault)

    def _find_completion(self, hypothesis: Hypothesis, record: Event) -> bool:
        place = _partner_of(hypothesis.pending, record)
        if place is None:
            # The log does not have it: it was put in for completeness.
            return bool(record.flags) or record.status == INDICATION_REQUIRED
        expected = hypothesis.pending[place]
        if record.status == expected.status:
            hypothesis.pending.pop(place)
            return True
        if record.status == INDICATION_REQUIRED and record.flags:
            hypothesis.pending.pop(place)
            hypothesis.refused += (expected,)
            return True
        return False

    def _wait_for(self, hypothesis: Hypothesis, record: Event) -> None:
        """Let a device that orders its operations otherwise come to an answer."""
        if _partner_of(hypothesis.pending, record) is not None:
            return
        trial = hypothesis.engine.copy()
        for _ in range(16):
            due_ns = trial.next_due_ns
            if due_ns is None or due_ns > record.time_ns + LATE_NS:
                return
            trial.advance(due_ns)
            said = trial.drain()
            if _partner_of(said, record) is not None:
                hypothesis.engine = trial
                hypothesis.pending += said
                return

    def _expected(self, hypothesis: Hypothesis, record: Event) -> Event | None:
        """What the device says in place of a record that differs."""
        place = _partner_of(hypothesis.pending, record)
        if place is not None:
            return hypothesis.pending[place]
        for refusal in reversed(hypothesis.refused):
            if (refusal.request_id, refusal.port) == (record.request_id, record.port):
                return refusal
        return None

    # --------------------------------------------------------------------------- explanations

    def _children(
        self, hypothesis: Hypothesis, position: int, record: Event, wide: bool
    ) -> Iterator[tuple[Hypothesis, bool]]:
        expected = self._expected(hypothesis, record)
        if _is_same_refusal(record, expected):
            child = hypothesis.child(0)
            yield child, True
            return
        if wide:
            yield from ((each, True) for each in self._explained(hypothesis, position, record))
        if not record.request_id:
            under_way = self._in_flight[position] is not None
            # What nobody has ordered is paid for until the device says it as well.
            early_ns, paid = (EARLY_NS, 0) if under_way else (SWAPPED_NS, STIMULUS_COST)
            child = hypothesis.child(paid)
            child.early += ((record.time_ns + early_ns, record, paid),)
            yield child, True
        for adopts in (False, True) if wide else (False,):
            if adopts and not record.payload:
                continue
            kind = DivergenceKind.EXTRA if expected is None else DivergenceKind.CHANGED
            child = hypothesis.child(0)
            self._count(child, Fault(kind, position, record, expected, child.engine.state()))
            child.silent = False
            if expected in child.pending:
                child.pending.remove(expected)
            if adopts:
                child.cost += ADOPTION_COST
                adopt(child.engine, record)
            yield child, True

    def _situations(
        self, hypothesis: Hypothesis, position: int, record: Event
    ) -> Iterator[Situation]:
        request_at = self._requests.get((record.request_id, record.port))
        asked = bool(record.request_id) and request_at is not None
        request = self.records[request_at or 0] if asked else None
        expected = self._expected(hypothesis, record)
        yield Situation(
            record, position, expected, request, hypothesis, self.records, values=told(record)
        )

    def _says(self, said: Event, witness: Event) -> bool:
        return _same_kind(said, witness) and not told_differences(witness, said)

    def _found_behind(
        self,
        hypothesis: Hypothesis,  # noqa: ARG002
        record: Event,  # noqa: ARG002
        position: int,  # noqa: ARG002
    ) -> bool:
        return False  # whatever comes behind others is found wherever it stands

    def run(self) -> Hypothesis:
        """The cheapest explanation; what is still owed at the end is not held against anybody."""
        super().run()
        for hypothesis in self._beam:
            for _, early, paid in hypothesis.early:
                hypothesis.cost -= paid
                fault = Fault(DivergenceKind.EXTRA, len(self.records), early, None)
                self._count(hypothesis, fault)
        return min(self._beam, key=lambda hypothesis: hypothesis.cost)


def _parted_at(one: Hypothesis, other: Hypothesis) -> int:
    """The record from which on two hypotheses explain differently; far ahead when they do not."""
    places = [2**62]
    for mine, theirs in ((one.stimuli, other.stimuli), (one.faults, other.faults)):
        pairs = zip(reversed(mine), reversed(theirs), strict=False)
        if len(mine) == len(theirs) and all(left is right for left, right in pairs):
            continue
        shared = next(
            (
                at
                for at, (left, right) in enumerate(zip(mine, theirs, strict=False))
                if left is not right
            ),
            min(len(mine), len(theirs)),
        )
        places += [each[shared].position for each in (mine, theirs) if shared < len(each)]
    return min(places)


def _answered_by(engine: Engine, request: Event, record: Event) -> Event | None:
    """What a device, which is used up, answers to a query at its time."""
    engine.drain()
    engine.submit(_latency(request.code, engine.now_ns, 0))
    engine.submit(request.replace(time_ns=engine.now_ns))
    engine.advance(engine.now_ns)
    said = engine.drain()
    place = _partner_of(said, record)
    if place is None:
        return None
    session = (request.fields or {}).get(SESSION)
    return said[place] if session is None else of_session(said[place], engine, session)


def _latency(operation: int, time_ns: int, delay_ns: int) -> Event:
    """The order that lets the next operation take so long."""
    row = PROTOCOL.stimulus("latency")
    values = {
        "Operation": operation,
        "Count": 1,
        "DelayNs": max(delay_ns, 0),
        "CompletionDelayNs": 0,
    }
    payload = encode(row.struct, values)
    return Event(Kind.KIND_STIMULUS, time_ns, code=row.number, payload=payload)


def _is_known_signal(engine: Engine, record: Event) -> bool:
    """Whether an event tells the signal as it is; a modem tells it as often as it likes."""
    if record.request_id or record.code != _SIGNAL_STATE:
        return False
    rssi = told(record).get("SignalState.Rssi")
    return rssi is None or bool(rssi == engine.state()["rssi"])


def _place_of(said: Sequence[Event], record: Event) -> int | None:
    """Where the device says what a record tells."""
    for place, event in enumerate(said):
        if _same_kind(event, record) and not told_differences(record, event):
            return place
    return None


def _partner_of(said: Sequence[Event], record: Event) -> int | None:
    """Where the device says something of the same kind, the same transaction or port."""
    for place, event in enumerate(said):
        if _same_kind(event, record):
            return place
    return None


def _same_kind(event: Event, record: Event) -> bool:
    if event.kind != record.kind or event.port != record.port:
        return False
    if event.request_id != record.request_id:
        return False
    return record.kind == Kind.KIND_COMPLETION or event.code == record.code


def _must_be_told(said: Event) -> bool:
    """Whether a modem owes its host what the model says."""
    if said.kind == Kind.KIND_COMPLETION:
        return False
    return bool(said.request_id) or said.code not in _NEED_NOT_BE_TOLD


def _is_same_refusal(record: Event, expected: Event | None) -> bool:
    """Whether the device refuses at once what the recorded one answered with a failure."""
    if expected is None or expected.kind != Kind.KIND_COMPLETION:
        return False
    return bool(told(record).get("uStatus", 0)) and expected.status != 0


__all__ = ["Driven", "FieldSearch", "driven"]
