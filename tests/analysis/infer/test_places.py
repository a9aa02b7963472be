"""Where stimuli stand in a trace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.infer import places
from wwanreplay.analysis.infer.places import merged, places_of


def wire(time_ns, index):
    return Event(Kind.KIND_WIRE, time_ns, index=index)


def query(time_ns, index, cause=None):
    return Event(Kind.KIND_QUERY, time_ns, index=index, cause=cause)


def stimulus(time_ns, number=0):
    return Event(Kind.KIND_STIMULUS, time_ns, code=number)


EVENTS = [query(1, 0), wire(5, 1), query(5, 2, cause=1), query(9, 3, cause=2)]


@pytest.mark.parametrize(
    ("time_ns", "before", "place"),
    [
        (9, None, 4),  # the end of the trace
        (5, EVENTS[2], 1),  # before the message that the record was made of
        (9, EVENTS[3], 3),  # whose cause is no message
        (2, EVENTS[3], 1),  # what is later than it stands behind it
    ],
)
def test_a_stimulus_stands_before_its_record_and_what_is_later(time_ns, before, place):
    assert places_of([(stimulus(time_ns), before)], lambda: EVENTS) == [place]


@given(st.lists(st.integers(0, 9), max_size=12), st.integers(0, 9), st.integers(0, 12))
def test_a_place_is_the_same_however_little_is_looked_at_again(times_ns, time_ns, before):
    events = [query(each, index) for index, each in enumerate(times_ns)]
    record = events[before] if before < len(events) else None
    wanted = [(stimulus(time_ns), record)]
    expected = places_of(wanted, lambda: events)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "RECENT_MAX", 1)
        assert places_of(wanted, lambda: events) == expected


@given(st.lists(st.integers(0, 9), max_size=9), st.integers(0, 8))
def test_merging_keeps_events_and_puts_each_stimulus_before_its_place(at, count):
    events = [query(number, number) for number in range(count)]
    wanted = [(place, stimulus(0, number)) for number, place in enumerate(sorted(at))]
    found = list(merged(events, wanted))
    assert [each for each in found if each.kind == Kind.KIND_QUERY] == events
    put_in = [each for each in found if each.kind == Kind.KIND_STIMULUS]
    assert put_in == [event for _, event in wanted]
    for place, event in wanted:
        number = next(at for at, each in enumerate(found) if each is event)
        earlier = sum(each.kind == Kind.KIND_QUERY for each in found[:number])
        assert earlier == min(place, count)
