"""The judge of root and consequence, relation by relation."""

import pytest

from wwanreplay._core import Event, Kind
from wwanreplay.protocol.kinds import ADAPTER_REMOVED
from wwanreplay.replay.consequence import (
    CONSEQUENCE_COST,
    EVENT_SHIFT_MAX,
    FAULT_COST,
    Judge,
    Silence,
    cost_of,
    is_gone,
    message_roots,
)
from wwanreplay.replay.fault import DivergenceKind, Fault

KIND = DivergenceKind
SECOND = 10**9


def output(time_ns=1, *, code=1, request_id=0, payload=b"ab", status=None, cause=None):
    kind = Kind.KIND_INDICATION if status is None else Kind.KIND_COMPLETION
    return Event(
        kind,
        time_ns,
        code=code,
        request_id=request_id,
        payload=payload,
        status=status or 0,
        cause=cause,
    )


def missing(position, event):
    return Fault(KIND.MISSING, position, None, event)


def extra(position, event):
    return Fault(KIND.EXTRA, position, event, None)


def changed(position, recorded, expected):
    return Fault(KIND.CHANGED, position, recorded, expected)


GONE = output(status=ADAPTER_REMOVED, code=9, request_id=9)


def root_behind(first, second, *, agreed=False):
    """The root of the second fault when the first one, at record 10, is a root."""
    judge = Judge()
    assert judge.root_of(first) is None
    judge.remember(first, 10, None)
    if agreed:
        judge.agreed()
    return judge.root_of(second)


# ------------------------------------------------------------------------------- for a report


def test_a_second_fault_of_a_transaction_follows_from_the_first():
    first = changed(10, output(request_id=3, payload=b"x"), output(request_id=3))
    assert root_behind(first, extra(12, output(5, code=7, request_id=3)), agreed=True) == 10
    assert root_behind(first, extra(12, output(5, code=7, request_id=4)), agreed=True) is None


def test_the_same_wrong_value_again_follows_from_the_first():
    first = changed(10, output(payload=b"ax"), output(payload=b"ab"))
    again = changed(20, output(9, payload=b"ax"), output(9, payload=b"ab"))
    other = changed(20, output(9, payload=b"ay"), output(9, payload=b"ab"))
    assert root_behind(first, again, agreed=True) == 10
    assert root_behind(first, other, agreed=True) is None


def test_what_shows_two_wrong_values_again_follows_from_that_of_the_first_field():
    judge = Judge()
    for root, change in ((10, {"handle": 9}), (20, {"port": 7}), (30, {"status": 5})):
        judge.remember(changed(root, output().replace(**change), output()), root, None)
        judge.agreed()
    both = output().replace(handle=9, port=7, status=5)
    assert judge.root_of(changed(40, both, output())) == 20
    assert judge.root_of(changed(40, both.replace(port=0), output())) == 30


def test_silence_follows_until_both_agree_again():
    first = missing(10, output(1, request_id=1))
    second = missing(12, output(2, code=2, request_id=2))
    assert root_behind(first, second) == 10
    assert root_behind(first, second, agreed=True) is None


def test_a_device_that_fell_silent_and_is_gone_has_one_root():
    assert is_gone(GONE)
    assert not is_gone(output(status=0))
    assert root_behind(missing(10, output(request_id=1)), extra(12, GONE)) == 10


def test_the_same_refusal_again_follows_from_the_first():
    again = output(7, status=ADAPTER_REMOVED, code=4, request_id=44)
    assert root_behind(extra(10, GONE), extra(12, again), agreed=True) == 10


def test_a_burst_of_extra_events_has_one_root():
    first = extra(10, output(5, code=1))
    assert root_behind(first, extra(11, output(5, code=2))) == 10
    assert root_behind(first, extra(11, output(6, code=2))) is None
    assert root_behind(first, extra(11, output(5, code=2)), agreed=True) is None


def test_the_other_end_of_a_late_output_is_taken_once():
    judge = Judge()
    lacking = missing(10, output(1, request_id=3))
    judge.remember(lacking, 10, "reported")
    late = extra(400, output(9, request_id=3))
    assert judge.other_end(late)
    assert judge.take_other_end(late) == (lacking, "reported")
    assert judge.take_other_end(late) is None


def test_an_event_that_comes_very_much_later_is_another_one():
    judge = Judge()
    judge.remember(missing(10, output(1)), 10, None)
    assert judge.other_end(extra(10 + EVENT_SHIFT_MAX, output(9)))
    assert not judge.other_end(extra(11 + EVENT_SHIFT_MAX, output(9)))


# ------------------------------------------------------------------------------- for a search


def cost(fault, *recent, is_silent=False):
    return cost_of(fault, recent, is_silent=is_silent)


def test_a_fault_without_another_is_a_root_for_a_search():
    assert cost(missing(1, output())) == FAULT_COST
    assert cost(extra(1, GONE)) == FAULT_COST


def test_a_search_knows_silence_and_refusals():
    assert cost(missing(1, output()), is_silent=True) == 0
    assert cost(extra(1, GONE), is_silent=True) == CONSEQUENCE_COST
    assert cost(extra(1, output()), is_silent=True) == FAULT_COST


def test_a_search_knows_transactions():
    first = missing(1, output(1, request_id=3))
    assert cost(extra(2, output(2, code=8, request_id=3)), first) == CONSEQUENCE_COST
    assert cost(extra(2, output(2, code=8)), first) == FAULT_COST


@pytest.mark.parametrize(("first", "second"), [(missing, extra), (extra, missing)])
def test_a_search_knows_both_ends_of_a_displaced_output(first, second):
    one, other = first(1, output(1)), second(2, output(2 * SECOND))
    assert cost(other, one) == CONSEQUENCE_COST
    assert cost(other, one, other) == FAULT_COST, "each has its other end"
    assert cost(second(2, output(9 * SECOND)), one) == FAULT_COST, "it is another output"
    assert cost(first(2, output(2)), one) == FAULT_COST, "both are the same end"


# ------------------------------------------------------------- of a field trace and its messages


def observed_at(*places):
    return lambda index: max((place for place in places if place <= index), default=None)


def test_an_output_that_a_wrong_message_brought_follows_from_it():
    silence = Silence(observed_at(3, 7), {7: 5})
    assert silence.root_of(extra(8, output(cause=7)), 8, is_refusal=False) == 5
    assert silence.root_of(extra(8, output(cause=3)), 8, is_refusal=False) is None


def test_what_is_missing_while_the_function_is_silent_follows_from_its_fault():
    silence = Silence(observed_at(3, 20), {})
    assert silence.begin_function(10) is None
    assert silence.root_of(missing(12, output()), 12, is_refusal=False) == 10
    assert silence.root_of(missing(21, output()), 21, is_refusal=False) is None
    assert silence.end(21)
    assert silence.since is None


def test_a_function_that_falls_silent_behind_its_device_follows_from_it():
    silence = Silence(observed_at(3), {})
    silence.begin(5)
    assert silence.begin_function(9) == 5
    assert silence.since == 5


def test_a_refusal_follows_only_while_nothing_else_is_observed():
    silence = Silence(observed_at(3, 20), {})
    silence.begin(10)
    refusal = extra(12, output())
    assert silence.root_of(refusal, 12, is_refusal=True) == 10
    assert silence.root_of(refusal, 12, is_refusal=False) is None
    assert silence.root_of(refusal, 21, is_refusal=True) is None


def test_messages_follow_from_the_last_root_of_the_device_before_them():
    messages = [(2, False, 3), (6, False, 7), (20, False, 21)]
    assert list(message_roots(messages, [5, 10])) == [None, 5, 10]


def test_messages_behind_a_request_that_does_not_fit_follow_from_it():
    messages = [(2, False, 3), (4, True, 5), (6, False, 7), (8, True, 9)]
    assert list(message_roots(messages, [])) == [None, None, 4, 4]
