"""The transactions of a trace, as a live replay takes them."""

from __future__ import annotations

from wwanreplay._core import Event, Kind
from wwanreplay.protocol.kinds import INDICATION_REQUIRED
from wwanreplay.replay.live_records import read_recorded

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


def test_another_turn_begins_with_nothing_given():
    found = read_recorded([request(1), indication(1), request(2)])
    found.exchanges[0].take(indication(77))
    again = found.again()
    assert [exchange.given for exchange in again.exchanges] == [[], []]
    assert again.steps == again.exchanges
    assert [each.recorded for each in again.exchanges] == [
        each.recorded for each in found.exchanges
    ]


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
