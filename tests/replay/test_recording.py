"""The followed records, and the transactions among them."""

from wwanreplay._core import Event, Kind
from wwanreplay.replay.recording import Recording

QUERY, DONE, END = Kind.KIND_QUERY, Kind.KIND_COMPLETION, Kind.KIND_INDICATION
RECORDING = Recording(
    [
        Event(QUERY, 1, code=1, request_id=5),
        Event(Kind.KIND_NOTE, 1, payload=b"left out"),
        Event(DONE, 2, code=1, request_id=5),
        Event(END, 3, code=1, request_id=5),
        Event(QUERY, 4, code=1, request_id=5),
        Event(END, 5, code=1, request_id=5),
        Event(END, 6, code=1),
    ]
)
ANSWER, EVENT = RECORDING.records[2], RECORDING.records[5]


def test_notes_are_not_followed():
    assert [record.time_ns for record in RECORDING.records] == [1, 2, 3, 4, 5, 6]


def test_a_request_that_was_not_reached_is_not_known_and_of_two_the_last_is():
    recording = Recording(RECORDING.records)
    assert recording.request_of(ANSWER) is None
    recording.reach(0)
    assert recording.request_at(ANSWER) == 0
    recording.reach(3)
    assert recording.request_at(ANSWER) == 3


def test_an_event_of_the_device_answers_no_request():
    recording = Recording([Event(QUERY, 1, code=1), EVENT])
    recording.reach(0)
    assert recording.request_of(EVENT) is None


def test_outputs_of_a_transaction_are_found_behind_a_place():
    assert RECORDING.outputs_behind(ANSWER, 0, 9) == [1, 2, 4]
    assert RECORDING.outputs_behind(ANSWER, 1, 1) == [2]
    assert RECORDING.outputs_behind(EVENT, 0, 9) == []
