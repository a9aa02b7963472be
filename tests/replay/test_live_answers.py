"""One transaction on both sides: which output is which, and when two agree."""

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.protocol.kinds import INDICATION_REQUIRED
from wwanreplay.replay.live_answers import comparable, differences_of, paired
from wwanreplay.replay.live_records import Exchange

RADIO = PROTOCOL.indication("NDIS_STATUS_WWAN_RADIO_STATE").number
STATUSES = [row.number for row in PROTOCOL.tables.wwan_statuses]


def answer(status: int, index: int = 0) -> Event:
    """An indication that answers a request, with a status that tells it from others."""
    payload = encode("NDIS_WWAN_RADIO_STATE", {"uStatus": status})
    return Event(Kind.KIND_INDICATION, 0, request_id=1, code=RADIO, payload=payload, index=index)


def completion(status: int, flags: int = 0) -> Event:
    return Event(Kind.KIND_COMPLETION, 0, request_id=1, code=1, status=status, flags=flags)


ANSWERS = st.lists(st.sampled_from(STATUSES), unique=True, min_size=1, max_size=5)


def is_clean(pairs) -> bool:
    """Whether both sides are the same, in the same order."""
    return all(
        one is not None
        and other is not None
        and not is_moved
        and not list(differences_of(one, other))
        for one, other, is_moved in pairs
    )


@given(ANSWERS)
def test_the_same_outputs_in_the_same_order_are_no_difference(statuses):
    side = [answer(status) for status in statuses]
    assert is_clean(paired(side, side))


@given(ANSWERS.flatmap(lambda side: st.tuples(st.just(side), st.permutations(side))))
def test_a_swapped_order_within_a_transaction_always_is_a_difference(sides):
    recorded, given_ = ([answer(status) for status in side] for side in sides)
    assert is_clean(paired(recorded, given_)) == (sides[0] == sides[1])


@given(ANSWERS, st.data())
def test_a_dropped_output_is_missing_and_nothing_else(statuses, data):
    recorded = [answer(status) for status in statuses]
    dropped = data.draw(st.integers(0, len(recorded) - 1))
    pairs = list(paired(recorded, [*recorded[:dropped], *recorded[dropped + 1 :]]))
    assert [one for one, other, _ in pairs if other is None] == [recorded[dropped]]
    assert is_clean(pair for pair in pairs if pair[1] is not None)


@given(ANSWERS, st.sampled_from(STATUSES), st.data())
def test_an_output_more_is_extra_and_nothing_else(statuses, status, data):
    recorded = [answer(each) for each in statuses]
    at = data.draw(st.integers(0, len(recorded)))
    more = answer(status)
    pairs = list(paired(recorded, [*recorded[:at], more, *recorded[at:]]))
    extra = [other for one, other, _ in pairs if one is None]
    assert extra == [more]
    assert is_clean(pair for pair in pairs if pair[0] is not None)


@given(st.permutations(range(3)), st.permutations(range(3)))
def test_every_output_of_both_sides_stands_in_one_pair(one, other):
    recorded, given_ = ([answer(STATUSES[at], at) for at in side] for side in (one, other))
    pairs = list(paired(recorded, given_))
    assert sorted(each.index for each, _, _ in pairs if each) == [0, 1, 2]
    assert sorted(each.index for _, each, _ in pairs if each) == [0, 1, 2]


def test_a_refusal_at_once_is_the_failure_that_a_modem_answers_with():
    refused = completion(PROTOCOL.status("NDIS_STATUS_NOT_SUPPORTED").number)
    failed, done = answer(STATUSES[1]), answer(0)
    assert not list(differences_of(refused, failed))
    (difference,) = differences_of(refused, done)
    assert (difference.path, difference.recorded_text) == ("status", "success")


def test_provisional_completions_count_where_both_sides_show_them():
    provisional, made = completion(INDICATION_REQUIRED), RecordFlag.FLAG_INFERRED
    exchange = Exchange(Event(Kind.KIND_QUERY, 0), [provisional, answer(0)], [answer(0)])
    assert [len(side) for side in comparable(exchange)] == [1, 1]
    exchange.given.insert(0, completion(INDICATION_REQUIRED, made))
    assert [len(side) for side in comparable(exchange)] == [1, 1]
    exchange.given[0] = provisional
    assert [len(side) for side in comparable(exchange)] == [2, 2]
