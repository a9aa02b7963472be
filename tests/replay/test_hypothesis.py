"""One explanation: its copies go their own ways, and it may follow the recorded device."""

from replay_samples import SECOND, sample_events

from wwanreplay._core import Event, Kind
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import ADAPTER_REMOVED
from wwanreplay.replay.consequence import FAULT_COST
from wwanreplay.replay.fault import DivergenceKind, Fault
from wwanreplay.replay.hypothesis import Hypothesis, adopt, drop_transaction

EVENTS, NEW_ENGINE = sample_events()
READY_INFO = PROTOCOL.oid("OID_WWAN_READY_INFO").number
QUERY = next(event for event in EVENTS if event.code == READY_INFO)


def queried() -> Hypothesis:
    hypothesis = Hypothesis(NEW_ENGINE())
    for event in EVENTS[: EVENTS.index(QUERY) + 1]:
        if event.kind in (Kind.KIND_LIFECYCLE, Kind.KIND_QUERY, Kind.KIND_SET):
            hypothesis.submit(event)
    return hypothesis


def outputs_of(hypothesis: Hypothesis) -> list[Event]:
    return [event for event in hypothesis.pending if event.request_id == QUERY.request_id]


def test_a_child_goes_its_own_way():
    parent = queried()
    child = parent.child(3)
    child.advance(QUERY.time_ns + 9 * SECOND)
    assert outputs_of(child)
    assert not outputs_of(parent)
    assert (parent.cost, child.cost) == (0, 3)


def test_a_mark_is_the_state_as_it_was():
    hypothesis = queried()
    mark = hypothesis.marked(4)
    before = hypothesis.engine.copy()
    hypothesis.advance(QUERY.time_ns + 9 * SECOND)
    assert mark.position == 4
    assert mark.engine.copy().same_state(before)
    assert len(mark.pending) < len(hypothesis.pending)


def test_time_that_is_past_does_not_go_back():
    hypothesis = queried()
    hypothesis.advance(0)
    hypothesis.submit(Event(Kind.KIND_QUERY, 0, code=QUERY.code, request_id=999))
    assert hypothesis.engine.now_ns >= QUERY.time_ns


def test_a_fault_that_is_passed_over_has_a_cost_and_takes_its_output():
    hypothesis = queried()
    hypothesis.advance(QUERY.time_ns + 9 * SECOND)
    expected, count = hypothesis.first, len(hypothesis.pending)
    fault = Fault(DivergenceKind.MISSING, 4, None, expected)
    hypothesis.count(fault)
    hypothesis.pass_over(fault)
    assert (hypothesis.cost, hypothesis.is_silent) == (FAULT_COST, True)
    assert len(hypothesis.pending) == count - 1
    assert [fault.expected for fault in hypothesis.faults] == [expected]


def test_an_output_that_is_taken_leaves_the_others_in_order_and_what_was_looked_at():
    hypothesis = Hypothesis(NEW_ENGINE(), tuple(EVENTS[:4]), seen_count=2)
    child = hypothesis.child()
    assert (child.take(3), child.seen_count) == (EVENTS[3], 2)
    assert (child.take(), child.seen_count) == (EVENTS[0], 1)
    assert (child.pending, child.first) == (tuple(EVENTS[1:3]), EVENTS[1])
    assert hypothesis.pending == tuple(EVENTS[:4])


def test_a_transaction_that_is_dropped_ends_without_an_output():
    hypothesis = queried()
    completion = Event(Kind.KIND_COMPLETION, 1, code=QUERY.code, request_id=QUERY.request_id)
    drop_transaction(hypothesis.engine, completion)
    hypothesis.advance(QUERY.time_ns + 9 * SECOND)
    assert outputs_of(hypothesis) == []


def test_a_completion_that_shows_a_removal_removes_the_device():
    engine = queried().engine
    gone = Event(Kind.KIND_COMPLETION, 1, code=QUERY.code, request_id=5, status=ADAPTER_REMOVED)
    adopt(engine, gone)
    engine.submit(QUERY.replace(time_ns=engine.now_ns, request_id=77))
    engine.advance(engine.now_ns + SECOND)
    answers = [event for event in engine.drain() if event.request_id == 77]
    assert [event.status for event in answers] == [ADAPTER_REMOVED]
