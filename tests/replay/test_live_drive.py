"""What a live replay sends, and how what the device gives is sorted to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind, Lifecycle, WireDirection
from wwanreplay.devices.mbim.session import What
from wwanreplay.mbim import messages
from wwanreplay.mbim.guards import guard_of
from wwanreplay.mbim.host import command_of
from wwanreplay.mbim.messages import Message
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.comparison import NETWORK_SEARCHES, queries_of
from wwanreplay.replay.live_drive import (
    ASKED_BACK_MAX,
    ReportedOnce,
    Turn,
    Watch,
    asked_back,
    back_queries,
)
from wwanreplay.replay.live_records import Exchange, Given, Recorded, Report

RADIO = PROTOCOL.indication("NDIS_STATUS_WWAN_RADIO_STATE").number
SIGNAL = PROTOCOL.indication("NDIS_STATUS_WWAN_SIGNAL_STATE").number
RADIO_OID = PROTOCOL.oid("OID_WWAN_RADIO_STATE").number
CODES = sorted(PROTOCOL.indication_by_number)


def indication(code: int = RADIO, request_id: int = 0, port: int = 0) -> Event:
    return Event(Kind.KIND_INDICATION, 0, code=code, request_id=request_id, port=port)


def request(index: int = 0, request_id: int = 1) -> Event:
    return Event(Kind.KIND_QUERY, 0, code=RADIO_OID, request_id=request_id, index=index)


def wire(transaction_id: int) -> Event:
    data = Message(messages.MBIM_COMMAND_DONE, transaction_id, 0, bytes(16), 1).to_bytes()
    return Event(Kind.KIND_WIRE, 0, code=WireDirection.WIRE_DEVICE_TO_HOST, payload=data)


# ------------------------------------------------------------------ what is asked back


@given(st.lists(st.tuples(st.sampled_from(CODES), st.integers(0, 3)), max_size=200))
def test_each_state_that_is_reported_is_requested_once(reports: list[tuple[int, int]]) -> None:
    found = back_queries([indication(code, port=port) for code, port in reports])
    asked = [(query.code, query.port) for query in found]
    assert len(asked) == len(set(asked)) <= ASKED_BACK_MAX
    for query in found:
        assert query.kind == Kind.KIND_QUERY
        assert query.code not in NETWORK_SEARCHES
        assert any(query.code in queries_of(code) for code, port in reports if port == query.port)
        message = command_of(query, 1, query.port, served_only=False)
        assert message is not None
        assert guard_of(message) is None  # nothing that a device should not be asked unbidden


def test_what_is_no_report_is_not_requested() -> None:
    completion = Event(Kind.KIND_COMPLETION, 0, code=RADIO, request_id=1)
    assert back_queries([completion]) == []
    (query,) = back_queries([indication(), completion, indication()])
    assert query.code == RADIO_OID


def test_more_states_than_there_may_be_are_not_requested() -> None:
    found = back_queries([indication(port=port) for port in range(ASKED_BACK_MAX + 20)])
    assert [query.port for query in found] == list(range(ASKED_BACK_MAX))


def test_the_states_of_both_sides_are_requested() -> None:
    recorded = Recorded(
        exchanges=[Exchange(request(), recorded=[indication(RADIO, 1)])],
        events=[Report(indication(SIGNAL), 3)],
    )
    given_ = Given(reports=[Report(indication(RADIO, port=2), 5)])
    assert len(asked_back([recorded])) == len(asked_back([recorded, recorded])) == 2
    reported = ReportedOnce()
    reported.take(Turn(recorded, given_))
    assert {query.port for query in reported.queries()} == {0, 2}
    assert asked_back([Recorded()]) == []


# ------------------------------------------------------------------ what the device gives


def watching() -> tuple[Watch, Turn]:
    watch, turn = Watch(), Turn(Recorded())
    watch.begin(turn)
    return watch, turn


def test_before_a_turn_nothing_is_taken() -> None:
    watch = Watch()
    watch.record(indication())
    watch.problem(What.OTHER, "wrong")
    assert watch.turn is None


def test_an_answer_belongs_to_its_exchange_with_the_numbers_of_the_trace() -> None:
    watch, turn = watching()
    exchange = Exchange(request(index=7, request_id=3))
    watch.ask(900, exchange)
    watch.at(5)
    watch.record(indication(RADIO, 900))
    (report,) = turn.given.reports
    assert report.exchange is exchange
    assert (report.event.request_id, report.event.cause) == (3, 7)
    assert exchange.is_answered


def test_an_event_of_the_devices_own_stands_where_the_trace_is_by_then() -> None:
    watch, turn = watching()
    watch.at(11)
    watch.record(indication())
    watch.at(12)
    watch.record(indication())
    assert [(each.place, each.exchange) for each in turn.given.reports] == [(11, None), (12, None)]


def test_an_answer_of_an_earlier_turn_is_nobodys() -> None:
    watch, turn = watching()
    exchange = Exchange(request())
    watch.ask(900, exchange)
    later = Turn(Recorded())
    watch.begin(later)
    watch.record(indication(RADIO, 900))
    assert not exchange.is_answered
    assert turn.given.reports == later.given.reports == []


def test_a_removal_loses_what_is_not_answered_and_begins_another_generation() -> None:
    watch, turn = watching()
    answered, waiting = Exchange(request()), Exchange(request())
    watch.ask(1, answered)
    watch.ask(2, waiting)
    watch.record(indication(RADIO, 1))
    removal = Event(Kind.KIND_LIFECYCLE, 0, code=Lifecycle.LIFECYCLE_SURPRISE_REMOVAL)
    watch.record(removal)
    watch.record(indication())
    assert (answered.is_lost, waiting.is_lost) == (False, True)
    assert [report.generation for report in turn.given.reports] == [0, 1]


@pytest.mark.parametrize(
    ("what", "counts", "is_lost"),
    [
        (What.OTHER, True, False),
        (What.ANSWER, True, False),
        (What.REFUSAL, True, True),
        (What.TIMEOUT, False, False),
        (What.LATE, False, False),
        (What.UNASKED, False, False),
    ],
)
def test_what_is_wrong_with_a_message_stands_where_its_request_does(
    what: What, counts: bool, is_lost: bool
) -> None:
    watch, turn = watching()
    exchange = Exchange(request(), place=33)
    watch.ask(900, exchange)
    watch.at(5)
    watch.record(wire(900))
    watch.problem(what, "the padding is not 0")
    watch.record(wire(901))
    watch.problem(what, "of nobody's")
    found = [(place, text) for place, _, text in turn.given.problems]
    assert found == ([(33, "the padding is not 0"), (5, "of nobody's")] if counts else [])
    assert exchange.is_lost is is_lost
    assert len(turn.given.wires) == 2
