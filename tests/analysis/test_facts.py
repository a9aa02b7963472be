"""Refused requests as facts: by what they say, counted, with their first places."""

from class_driver_host import BASIC, command, done

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.analysis.facts import PLACES_MAX, facts_of
from wwanreplay.replay.result import Options

HOST, DEVICE = WireDirection.WIRE_HOST_TO_DEVICE, WireDirection.WIRE_DEVICE_TO_HOST


def facts(*messages, options=None):
    events = [
        Event(Kind.KIND_WIRE, at * 1000, code=side, payload=data, index=at)
        for at, (side, data) in enumerate(messages)
    ]
    return facts_of(iter(events), options or Options())


def refused(number, cid=3, status=2, is_set=0):
    return [
        (HOST, command(number, BASIC, cid, is_set)),
        (DEVICE, done(number, BASIC, cid, b"", status)),
    ]


def test_an_answer_with_success_is_none():
    assert facts(*refused(1, status=0)) == []


def test_identical_refusals_are_counted():
    (fact,) = facts(*refused(1), *refused(2), *refused(3))
    assert fact.text == "query MBIM_CID_RADIO_STATE was refused: MBIM_STATUS_FAILURE"
    assert (fact.count, fact.records) == (3, [1, 3, 5])


def test_query_and_set_and_statuses_are_distinguished():
    found = facts(*refused(1), *refused(2, is_set=1), *refused(3, status=9))
    assert [fact.text for fact in found] == [
        "query MBIM_CID_RADIO_STATE was refused: MBIM_STATUS_FAILURE",
        "set MBIM_CID_RADIO_STATE was refused: MBIM_STATUS_FAILURE",
        "query MBIM_CID_RADIO_STATE was refused: MBIM_STATUS_NO_DEVICE_SUPPORT",
    ]


def test_of_an_answer_alone_neither_query_nor_set_is_claimed():
    (fact,) = facts((DEVICE, done(7, BASIC, 12, b"", 2)))
    assert fact.text == "MBIM_CID_CONNECT was refused: MBIM_STATUS_FAILURE"


def test_a_status_without_a_name_is_a_number():
    (fact,) = facts(*refused(1, status=0x87654321))
    assert fact.text.endswith(f"status {0x87654321}")


def test_places_are_limited_and_the_count_is_not():
    (fact,) = facts(*(each for number in range(1, 31) for each in refused(number)))
    assert (fact.count, len(fact.records)) == (30, PLACES_MAX)


def test_what_stands_before_the_start_is_left_out():
    assert facts(*refused(1), options=Options(start_record=2)) == []
