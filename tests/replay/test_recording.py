"""The followed records near a place, and the transactions among them."""

import pytest

from wwanreplay._core import Event, Kind
from wwanreplay.replay import recording as module
from wwanreplay.replay.recording import Recording, records_at

QUERY, DONE, END = Kind.KIND_QUERY, Kind.KIND_COMPLETION, Kind.KIND_INDICATION
RECORDS = [
    Event(QUERY, 1, code=1, request_id=5),
    Event(DONE, 2, code=1, request_id=5),
    Event(END, 3, code=1, request_id=5),
    Event(QUERY, 4, code=1, request_id=5),
    Event(END, 5, code=1, request_id=5),
    Event(END, 6, code=1),
]
ANSWER, EVENT = RECORDS[2], RECORDS[5]


@pytest.fixture
def read():
    found = Recording(RECORDS)
    found.reach(0)
    return found


def test_notes_are_not_followed():
    found = Recording([RECORDS[0], Event(Kind.KIND_NOTE, 1, payload=b"left out"), *RECORDS[1:]])
    found.reach(0)
    assert [record.time_ns for record in found[0:]] == [1, 2, 3, 4, 5, 6]
    assert (found.end, found.is_read, found.latest_ns) == (6, True, 6)


def test_behind_the_last_record_there_is_none(read):
    assert read.reach(5) == EVENT
    assert read.reach(6) is None


def test_a_request_that_was_not_reached_is_not_known_and_of_two_the_last_is():
    recording = Recording(RECORDS)
    assert recording.request_of(ANSWER) is None
    recording.reach(0)
    assert recording.request_at(ANSWER) == 0
    recording.reach(3)
    assert recording.request_at(ANSWER) == 3
    assert recording.request_of(ANSWER) == RECORDS[3]


def test_an_event_of_the_device_answers_no_request():
    recording = Recording([Event(QUERY, 1, code=1), EVENT])
    recording.reach(0)
    assert recording.request_of(EVENT) is None


def test_outputs_of_a_transaction_are_found_behind_a_place(read):
    assert read.outputs_behind(ANSWER, 0, 9) == [1, 2, 4]
    assert read.outputs_behind(ANSWER, 1, 1) == [2]
    assert read.outputs_behind(EVENT, 0, 9) == []


def long(count):
    """Queries with an answer each, whose records are counted as they are read."""
    for number in range(count):
        kind = END if number % 2 else QUERY
        yield Event(kind, number, code=1, request_id=1 + number // 2)


def test_no_more_is_held_than_is_looked_back_at_and_ahead(monkeypatch):
    monkeypatch.setattr(module, "BEHIND_MAX", 10)
    monkeypatch.setattr(module, "AHEAD_MAX", 7)
    recording = Recording(long(200))
    for position in range(200):
        assert recording.reach(position).time_ns == position
        begin, end = recording.begin, recording.end
        assert min(position, 10) <= position - begin <= 21
        assert end == min(position + 8, 200)
        assert [each.time_ns for each in recording[0:]] == list(range(begin, end))
        assert [each.time_ns for each in recording[position:]] == list(range(position, end))
        assert recording[begin].time_ns == begin
        for place in (begin - 1, end):
            with pytest.raises(IndexError):
                recording[place]


def test_outputs_are_found_among_those_that_are_held_only(monkeypatch):
    monkeypatch.setattr(module, "BEHIND_MAX", 4)
    monkeypatch.setattr(module, "AHEAD_MAX", 4)
    recording = Recording(long(100))
    for position in range(60):
        recording.reach(position)
    held = {each.request_id for each in recording[0:] if each.kind == END}
    found = {number for number in range(60) if recording.outputs_behind(request(number), 0, 1)}
    assert found == held
    assert max(held) == 32


def request(number):
    return Event(QUERY, 1, code=1, request_id=number)


def test_of_many_requests_the_last_are_remembered(monkeypatch):
    monkeypatch.setattr(module, "REQUESTS_MAX", 3)
    recording = Recording(long(40))
    for position in range(40):
        recording.reach(position)
    known = [number for number in range(21) if recording.request_at(request(number)) is not None]
    assert known == [18, 19, 20]


def test_records_are_found_by_their_positions_and_no_more_is_read():
    source = iter(RECORDS)
    assert records_at(source, {1, 3}) == {1: RECORDS[1], 3: RECORDS[3]}
    assert next(source) == RECORDS[4]
    assert records_at(RECORDS, {5, 6}) == {5: EVENT}
    assert records_at(RECORDS, set()) == {}


def test_what_stands_around_a_position_is_held_on_either_side():
    found = Recording(RECORDS)
    for position in range(len(RECORDS)):
        found.reach(position)
        around = RECORDS[max(position - 2, 0) : position + 2]
        assert found[position - 2 : position + 2] == around
