"""Chains and queues: as good as lists, and what is made of one leaves it as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind
from wwanreplay.replay.sequences import Chain, Queue, Recent


def event(number: int) -> Event:
    return Event(Kind.KIND_INDICATION, number, code=number)


def chain_of(items):
    chain = Chain()
    for item in items:
        chain = chain.add(item)
    return chain


@given(st.lists(st.integers()), st.integers(0, 5))
def test_a_chain_holds_its_items_in_order(items, count):
    chain = chain_of(items)
    assert list(chain) == items
    assert list(chain.newest_first()) == items[::-1]
    assert len(chain) == len(items)
    assert list(chain.without_last(count)) == items[: max(len(items) - count, 0)]


@given(st.lists(st.integers()), st.lists(st.integers()), st.lists(st.integers()))
def test_chains_share_what_they_were_made_from(shared, one, other):
    begin = chain_of(shared)
    left, right = begin, begin
    for item in one:
        left = left.add(item)
    for item in other:
        right = right.add(item)
    assert left.parting(right) == [*one[:1], *other[:1]]
    assert left.parting(left) == []


def test_a_long_chain_is_let_go_without_recursion():
    assert len(chain_of(range(200_000))) == 200_000


def step(queue: Queue, model: list[Event], choice: int, place: int) -> tuple[Queue, list[Event]]:
    """One change of a queue, and the same of a list."""
    if choice == 0:
        made = [event(place), event(place + 1)]
        return queue.add(made), model + made
    if choice == 1:
        return queue.without_first(place % 3), model[place % 3 :]
    if not model:
        return queue.seen(), model
    at = place % len(model)
    if choice == 2:
        return queue.without(at), model[:at] + model[at + 1 :]
    return queue.replaced(at, event(99)), [*model[:at], event(99), *model[at + 1 :]]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(0, 20)), max_size=60))
def test_queues_that_come_from_each_other_are_as_good_as_lists(changes):
    """Any earlier queue may be gone on from, as hypotheses do that split."""
    made = [(Queue(), [])]
    for choice, place, origin in changes:
        made.append(step(*made[origin % len(made)], choice, place))
    for queue, model in made:
        assert list(queue) == model
        assert len(queue) == len(model)
        assert queue.first == (model[0] if model else None)
        assert all(queue.holds(each) for each in model)
        assert queue == Queue(model)


def test_a_queue_that_is_emptied_and_filled_holds_no_more_than_what_waits():
    queue = Queue()
    for number in range(10_000):
        queue = queue.add([event(number)]).without_first()
    assert len(queue._events) < 300


def test_a_queue_knows_how_many_of_its_events_were_looked_at():
    queue = Queue([event(1), event(2)]).seen().add([event(3)])
    assert queue.seen_count == 2
    assert queue.without_first().seen_count == 1
    assert queue.without(2).seen_count == 2
    assert queue.without(1).seen_count == 1
    assert queue.replaced(0, event(4)).seen_count == 2


def test_a_place_outside_of_a_queue_is_an_error():
    with pytest.raises(IndexError):
        Queue([event(1)])[1]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), max_size=400), st.integers(1, 20))
def test_of_recent_values_the_last_that_were_set_stay(changes, count):
    """Also where some are taken, and all forgotten, between."""
    recent, model = Recent(count), {}
    for value, (key, choice) in enumerate(changes):
        if choice == 0:
            assert recent.pop(key, None) == model.pop(key, None)
        elif choice == 1 and key == 0:
            recent.clear()
            model.clear()
        else:
            recent[key] = value
            model.pop(key, None)
            model[key] = value
            if len(model) > count:
                del model[next(iter(model))]
        assert list(recent.items()) == list(model.items())


def test_of_many_values_the_last_stay_while_the_table_grows_and_shrinks():
    recent = Recent(1000)
    for number in range(10_000):
        recent[number] = None
        if number % 3 == 0:
            recent.pop(number - 500, None)
    assert list(recent)[-3:] == [9997, 9998, 9999]
    assert len(recent) <= 1000
