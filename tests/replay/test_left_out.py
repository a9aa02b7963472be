"""What was left out of a trace, in its place: records are counted there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind, RecordWriter
from wwanreplay.errors import InputError
from wwanreplay.replay.left_out import LeftOut, mark_of
from wwanreplay.replay.result import Options


def packed(events):
    writer = RecordWriter()
    writer.append(Event(Kind.KIND_CLOCK, 0, cause=0))
    for event in events:
        writer.append(event)
    return writer.take()[0]


def inputs(befores):
    return [Event(Kind.KIND_QUERY, 0, request_id=900 + n, cause=b) for n, b in enumerate(befores)]


PLACES = st.lists(st.integers(0, 12), max_size=12).map(sorted)


@given(PLACES)
def test_records_are_counted_there_and_back(befores):
    left_out = LeftOut(packed(inputs(befores)))
    kept = [Event(Kind.KIND_NOTE, 0, index=index) for index in range(12)]
    merged = list(left_out.events(kept))
    assert len(merged) == len(kept) + len(befores)
    for place, event in enumerate(merged):
        if event.kind == Kind.KIND_NOTE:
            assert left_out.shown(place) == event.index
            assert left_out.counted(event.index) == place
        else:
            assert left_out.shown(place) == befores[event.request_id - 900]


@given(PLACES, st.integers(0, 11))
def test_a_part_is_by_the_records_of_the_trace(befores, start):
    left_out = LeftOut(packed(inputs(befores)))
    options = left_out.options(Options(start_record=start, stop_record=12))
    assert left_out.shown(options.start_record) == start
    assert LeftOut(packed(inputs(befores))).options(Options()) == Options()


def test_a_mark_has_a_hash_in_the_place_of_what_an_output_holds():
    event = Event(Kind.KIND_INDICATION, 7, code=1, payload=b"a subscriber", source="line 3")
    mark = mark_of(event)
    assert len(mark.payload) == 8
    assert mark.source is None
    assert mark.replace(payload=b"") == event.replace(payload=b"", source=None)
    assert mark != mark_of(event.replace(payload=b"another"))


@pytest.mark.parametrize("befores", [[5, 3], [0, 4, 2]])
def test_places_in_no_order_are_refused(befores):
    with pytest.raises(InputError, match="no order"):
        LeftOut(packed(inputs(befores)))


def test_records_without_a_place_are_refused():
    with pytest.raises(InputError, match="no order"):
        LeftOut(packed([Event(Kind.KIND_QUERY, 0)]))
