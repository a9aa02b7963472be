"""When requests of a field trace are answered."""

import pytest

from wwanreplay._core import Event, Kind
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event
from wwanreplay.protocol.timing import (
    EARLY_NS,
    LOCAL_ANSWER_NS,
    OPERATIONS,
    SECOND_NS,
    UNANSWERED_NS,
)
from wwanreplay.replay.answer_times import (
    NEVER_NS,
    OVERTAKEN_MAX,
    AnswerTimes,
    is_local,
    latency,
)
from wwanreplay.replay.field_records import FieldRecords
from wwanreplay.replay.recording import Recording

RADIO = PROTOCOL.oid("OID_WWAN_RADIO_STATE").number
SEARCH = PROTOCOL.oid("OID_WWAN_VISIBLE_PROVIDERS").number
QUERY, SET = Kind.KIND_QUERY, Kind.KIND_SET


def request(at_s, number, kind=QUERY, code=RADIO):
    return Event(kind, int(at_s * SECOND_NS), code=code, request_id=number)


def answer(at_s, number):
    return Event(Kind.KIND_INDICATION, int(at_s * SECOND_NS), code=RADIO, request_id=number)


def clock(at_s):
    return Event(Kind.KIND_CLOCK, int(at_s * SECOND_NS), code=3)


def times(*events, forgotten=None):
    recording = Recording(events)
    found = AnswerTimes(recording, FieldRecords(forgotten_ns=forgotten or {}))
    for position in range(len(events)):
        recording.reach(position)
        found.reach(position)
    return found


def delay_ns(found, position):
    decoded = decode_event(found.latencies[position])
    return decoded.get("DelayNs")


def test_an_answered_request_takes_as_long_as_the_recording_shows():
    found = times(request(1, 5), answer(3, 5))
    assert delay_ns(found, 0) == 2 * SECOND_NS
    assert found.answer_ns == {(5, 0): 3 * SECOND_NS}


def test_of_a_request_id_that_is_used_again_each_has_its_own_answer():
    found = times(request(1, 5), answer(2, 5), request(10, 5), answer(14, 5))
    assert [delay_ns(found, at) for at in (0, 2)] == [SECOND_NS, 4 * SECOND_NS]


def test_a_set_ends_before_a_later_one_that_is_answered_earlier():
    found = times(request(1, 5, SET), request(2, 6, SET), answer(3, 6), answer(9, 5))
    assert delay_ns(found, 0) == SECOND_NS - 1


def test_a_query_for_what_the_modem_knows_is_missed_soon_and_a_search_late():
    assert is_local(request(1, 5))
    assert not is_local(request(1, 5, code=SEARCH))
    assert not is_local(request(1, 5, SET))
    soon = LOCAL_ANSWER_NS / SECOND_NS + 1
    late = max(UNANSWERED_NS, *(limit.worst_ns for limit in OPERATIONS)) / SECOND_NS + 1
    assert times(request(1, 5), clock(soon)).unanswered == {(5, 0): None}
    assert times(request(1, 5, code=SEARCH), clock(soon)).unanswered == {}
    assert times(request(1, 5, code=SEARCH), clock(late)).unanswered == {(5, 0): None}


def test_a_query_that_enough_later_ones_overtake_is_missed():
    def overtaken(count):
        later = [
            event
            for number in range(count)
            for event in (request(1, 10 + number), answer(1, 10 + number))
        ]
        return times(request(1, 5), *later).unanswered

    assert overtaken(OVERTAKEN_MAX - 1) == {}
    assert overtaken(OVERTAKEN_MAX) == {(5, 0): None}


def test_queries_that_wait_together_overtake_once():
    numbers = range(10, 10 + OVERTAKEN_MAX)
    later = [request(1, number) for number in numbers] + [answer(1, number) for number in numbers]
    assert times(request(1, 5), *later).unanswered == {}


def test_what_the_log_is_too_short_for_is_not_missed():
    found = times(request(1, 5), clock(2))
    assert (found.unanswered, found.forgotten) == ({}, {})
    assert delay_ns(found, 0) == NEVER_NS


def test_nobody_waits_for_what_an_open_forgot():
    found = times(request(1, 5), clock(90), forgotten={(5, 0): 2 * SECOND_NS})
    assert (found.forgotten, delay_ns(found, 0)) == ({(5, 0): None}, 0)


def test_an_operation_is_under_way_until_its_answer():
    found = times(request(1, 5, SET), clock(2), answer(3, 5), clock(4), request(6, 6, SET))
    ends = [3 * SECOND_NS] * 3 + [None, 6 * SECOND_NS + EARLY_NS]
    assert list(found.under_way.values()) == ends


@pytest.mark.parametrize("delay", [0, 1, 2 * SECOND_NS, NEVER_NS, 2**63 - 1, -1])
@pytest.mark.parametrize("operation", [RADIO, SEARCH, 0])
def test_a_latency_is_of_its_operation_and_its_delay(operation, delay):
    decoded = decode_event(latency(operation, 7, delay))
    values = [decoded.get(name) for name in ("Operation", "Count", "DelayNs", "CompletionDelayNs")]
    assert values == [operation, 1, max(delay, 0), 0]


def test_a_latency_of_more_than_64_bits_is_an_error_that_names_it():
    with pytest.raises(UsageError, match=str(2**63)):
        latency(RADIO, 7, 2**63)
