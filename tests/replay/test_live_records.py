"""The transactions of a trace, as a live replay takes them."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind
from wwanreplay.protocol.kinds import INDICATION_REQUIRED
from wwanreplay.protocol.timing import UNANSWERED_NS
from wwanreplay.replay import live_records
from wwanreplay.replay.live_records import read_recorded, recorded_parts

SECOND_NS = 1_000_000_000


def request(request_id: int, time_ns: int = 0) -> Event:
    return Event(Kind.KIND_QUERY, time_ns, code=5, request_id=request_id)


def provisional(request_id: int) -> Event:
    status = INDICATION_REQUIRED
    return Event(Kind.KIND_COMPLETION, 0, code=5, request_id=request_id, status=status)


def indication(request_id: int, time_ns: int = 0) -> Event:
    return Event(Kind.KIND_INDICATION, time_ns, code=9, request_id=request_id)


def test_outputs_belong_to_the_last_request_with_their_id():
    events = [request(1), provisional(1), indication(1), request(1), indication(1), indication(0)]
    found = read_recorded(events)
    assert [[each.index for each in exchange.recorded] for exchange in found.exchanges] == [
        [1, 2],
        [4],
    ]
    assert [exchange.place for exchange in found.exchanges] == [2, 4]
    assert [report.place for report in found.events] == [5]
    assert (found.end, found.unrequested) == (6, 0)


def test_an_answer_to_nothing_is_counted():
    assert read_recorded([indication(3)]).unrequested == 1


def test_a_request_is_unanswered_when_the_trace_goes_on_for_a_minute():
    def is_open(end_s: int, **options: bool) -> bool:
        events = [request(1), indication(0, end_s * SECOND_NS)]
        return read_recorded(events, **options).exchanges[0].is_open

    assert is_open(10)
    assert not is_open(61)
    assert is_open(61, is_cut=True)


def test_a_cancel_a_gap_or_a_removal_leaves_open_what_is_not_answered():
    cancel = Event(Kind.KIND_CANCEL, 0, request_id=1)
    late = indication(0, 100 * SECOND_NS)
    for end in (cancel, Event(Kind.KIND_GAP, 0), Event(Kind.KIND_LIFECYCLE, 0, code=5)):
        (first,) = read_recorded([request(1), end, late]).exchanges
        assert first.is_open
        (first,) = read_recorded([request(1), indication(1), end, late]).exchanges
        assert not first.is_open


@given(
    st.lists(
        st.tuples(st.sampled_from("qqqaaaiicg"), st.integers(1, 5), st.integers(0, 20)), max_size=60
    ),
    st.integers(1, 10),
)
def test_parts_are_the_whole_and_end_where_no_answer_is_waited_for(steps, size):
    events, time_ns = [], 0
    for what, request_id, step_s in steps:
        time_ns += step_s * SECOND_NS
        made = {
            "q": request(request_id, time_ns),
            "a": indication(request_id, time_ns),
            "i": indication(0, time_ns),
            "c": Event(Kind.KIND_CANCEL, time_ns, request_id=request_id),
            "g": Event(Kind.KIND_GAP, time_ns),
        }
        events.append(made[what])
    whole = read_recorded(events)
    with patch.object(live_records, "PART_RECORDS", size):
        parts = list(recorded_parts(events))
    assert [each for part in parts for each in part.records] == whole.records
    assert [part.is_last for part in parts] == [False] * (len(parts) - 1) + [True]
    assert {part.begin_ns for part in parts if part.steps} <= {whole.begin_ns, None}
    assert (parts[-1].end, parts[-1].end_ns) == (whole.end, whole.end_ns)
    made = [each for part in parts for each in part.exchanges]
    late = sum(part.unrequested for part in parts) - whole.unrequested
    assert sum(part.unfinished for part in parts) == 0
    assert late >= 0
    answered = sum(len(each.recorded) for each in made) + late
    assert answered == sum(len(each.recorded) for each in whole.exchanges)
    for one, other in zip(made, whole.exchanges, strict=True):
        assert one.request == other.request
        assert one.recorded == other.recorded[: len(one.recorded)]
        # What comes later comes after a minute.
        for event in other.recorded[len(one.recorded) :]:
            if not one.recorded:
                assert event.time_ns - one.request.time_ns >= UNANSWERED_NS or one.is_open


def test_a_part_ends_at_last_and_counts_what_it_leaves_unfinished():
    events = [request(1), *(request(number) for number in range(2, 9))]
    with patch.multiple(live_records, PART_RECORDS=1, PART_RECORDS_MAX=3):
        parts = list(recorded_parts(events))
    assert [len(part.records) for part in parts] == [3, 3, 2]
    assert [part.unfinished for part in parts] == [3, 3, 0]
    assert all(each.is_open for part in parts for each in part.exchanges)


def test_what_a_device_gives_has_the_numbers_of_the_trace():
    (exchange,) = read_recorded([request(7).replace(port=2, handle=5)]).exchanges
    made = exchange.take(indication(1234).replace(handle=9))
    assert (made.request_id, made.port, made.handle, made.cause) == (7, 2, 5, 0)


def test_a_trace_that_is_cut_has_nothing_behind():
    found = read_recorded([request(1), indication(1), indication(0), request(2), indication(2)])
    found.cut(2)
    assert found.events == []
    assert [len(exchange.recorded) for exchange in found.exchanges] == [1, 0]
    assert found.exchanges[1].is_open
