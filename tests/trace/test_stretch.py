"""From one place of a trace to another."""

import pytest
from checkout import ROOT
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.errors import UsageError
from wwanreplay.trace import TraceReader
from wwanreplay.trace.stretch import WHOLE, Stretch, StretchReader

DEMO = str(ROOT / "traces" / "demo.wwtrace")
with TraceReader(DEMO) as reader:
    EVENTS = list(reader.events())
SECOND = 10**9


def test_all_of_it_is_a_stretch_too():
    assert WHOLE.is_whole
    assert Stretch.of((None, None), (None, None)) == WHOLE
    with StretchReader(DEMO, WHOLE) as whole:
        assert [event.index for event in whole.events()] == list(range(len(EVENTS)))


def test_a_stop_before_the_start_is_refused():
    for places in (((9, None), (8, None)), ((None, 9), (None, 8))):
        with pytest.raises(UsageError, match="stands before the start"):
            Stretch.of(*places)
    assert Stretch.of((9, None), (None, 8)).start == (9, None)


def test_a_stretch_is_named_without_the_record_that_it_ends_before():
    assert str(Stretch.of((5, None), (20, None))) == "record 5 to before record 20"
    assert str(Stretch.of((None, 2 * SECOND), (None, 3 * SECOND))) == "2.000 s to 3.000 s"
    assert str(WHOLE) == "the beginning to the end"


places = st.one_of(
    st.just((None, None)),
    st.tuples(st.integers(0, len(EVENTS) + 5), st.none()),
    st.tuples(st.none(), st.integers(0, 70 * SECOND)),
)


@given(places, places)
def test_events_keep_their_numbers(start, stop):
    stretch = Stretch(*start, *stop)
    with StretchReader(DEMO, stretch) as part:
        found = [event.index for event in part.events()]
    first = 0 if start[0] is None else start[0]
    last = len(EVENTS) if stop[0] is None else stop[0]
    assert found == [
        event.index
        for event in EVENTS
        if first <= event.index < last
        and (start[1] is None or event.time_ns >= start[1])
        and (stop[1] is None or event.time_ns <= stop[1])
    ]
