"""Stimuli in a file: where they stand, and that they come back as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.infer.stimulus_file import Entry, Places, duration_text
from wwanreplay.devices.toml import ValuePlace, as_duration

NOTE = Kind.KIND_NOTE
EVENTS = [
    Event(Kind.KIND_QUERY, 2),
    Event(NOTE, 9),
    Event(Kind.KIND_INDICATION, 4),
    Event(NOTE, 4),
    Event(Kind.KIND_INDICATION, 7),
]


def entry(time_ns, before=None):
    return Entry(Event(Kind.KIND_STIMULUS, time_ns), before)


@pytest.mark.parametrize(("time_ns", "place"), [(0, 0), (2, 0), (3, 2), (4, 2), (5, 4), (8, 5)])
def test_the_time_leads_to_the_first_followed_event_of_it_or_later(time_ns, place):
    assert Places(EVENTS, [entry(time_ns)]).of_time(time_ns) == place


@pytest.mark.parametrize(
    ("before", "time_ns", "wrong"),
    [
        (2, 3, ""),
        (3, 5, ""),
        (5, 8, ""),
        (0, 1, ""),
        (6, 8, "no record 6: the trace has 5 records"),
        (4, 3, "a record before record 4 is of a later time"),
        (2, 5, "record 2 is of an earlier time"),
        (1, 5, "record 1 is of an earlier time"),
    ],
)
def test_a_place_that_does_not_fit_the_time_is_refused(before, time_ns, wrong):
    found = Places(EVENTS, [entry(time_ns, before)]).check(before, time_ns)
    assert bool(found) == bool(wrong)
    assert wrong in found


@given(st.lists(st.integers(0, 9), max_size=9), st.lists(st.integers(0, 10), max_size=5))
def test_many_entries_find_what_each_finds_alone(times_ns, wanted_ns):
    events = [Event(Kind.KIND_QUERY, time_ns) for time_ns in times_ns]
    entries = [entry(time_ns, time_ns) for time_ns in wanted_ns]
    together = Places(iter(events), entries)
    for each in entries:
        alone = Places(events, [each])
        assert together.of_time(each.event.time_ns) == alone.of_time(each.event.time_ns)
        assert together.check(each.before, each.before) == alone.check(each.before, each.before)


@given(st.integers(0, 10**15))
def test_a_time_is_written_exactly(time_ns):
    assert as_duration(duration_text(time_ns), ValuePlace("test")) == time_ns
