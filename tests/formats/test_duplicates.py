"""The second report of a message in another log is left out; the fuller one stays."""

from dataclasses import replace

import pytest
from field_samples import LONG_DONE, OPEN, RADIO_DONE, RADIO_QUERY, SIGNAL

from wwanreplay.formats.base import Clock, Direction, LogMessage, LogPlace, MessageKind, Unit
from wwanreplay.formats.duplicates import TOLERANCE_NS, WAITING_MAX, Duplicates, aliases_in, better

SECOND = 10**9


def message(source, time_ns, data=RADIO_DONE, *, held=None, device=None, step_ns=1, fields=()):
    """A report of `data`, of which the log holds `held` bytes."""
    way = Direction.DEVICE_TO_HOST if data[3] & 0x80 else Direction.HOST_TO_DEVICE
    part = data if held is None else data[:held]
    return LogMessage(
        MessageKind.MBIM,
        LogPlace(source, Unit.LINE, 1),
        way,
        time_ns,
        Clock.UTC,
        step_ns,
        device=device,
        data=part,
        length=len(data),
        incomplete=len(part) < len(data),
        fields=fields,
    )


def left(*messages, logs=2):
    duplicates = Duplicates(messages, logs)
    found = list(duplicates)
    return found, duplicates.taken()


def test_a_message_of_two_logs_is_one():
    found, second = left(message("a", 0), message("b", SECOND))
    assert [each.place.source for each in found] == ["a"]
    assert second == 1


@pytest.mark.parametrize(
    "other",
    [
        message("a", 1),
        message("b", TOLERANCE_NS + 2),
        message("b", 1, RADIO_QUERY),
        message("b", 1, RADIO_DONE[:-1] + b"\xff"),
        replace(message("b", 1), direction=Direction.UNKNOWN),
    ],
    ids=["the same log", "too late", "another message", "other bytes", "another direction"],
)
def test_what_differs_is_no_second_report(other: LogMessage):
    found, second = left(message("a", 0), other)
    assert len(found) == 2
    assert second == 0


def test_two_messages_alike_in_each_log_stay_two():
    found, second = left(message("a", 0), message("b", 1), message("a", 2), message("b", 3))
    assert len(found) == 2
    assert second == 2


def test_the_fuller_report_stays_at_the_place_of_the_first_and_with_the_finer_time():
    short = message("a", 5, LONG_DONE, held=48, step_ns=1)
    whole = message("b", SECOND // 2, LONG_DONE, step_ns=SECOND)
    found, _ = left(short, message("a", 6, SIGNAL), whole)
    assert [each.data for each in found] == [LONG_DONE, SIGNAL]
    assert (found[0].time_ns, found[0].step_ns) == (5, 1)
    assert not found[0].incomplete


def test_of_two_incomplete_reports_all_fields_are_kept():
    one = message("a", 0, held=48, fields=(("x", "1"), ("y", "2")))
    other = message("b", 0, held=50, fields=(("y", "3"), ("z", "4")))
    assert dict(better(one, other).fields) == {"x": "1", "y": "3", "z": "4"}


def test_names_of_one_device_are_learned_from_messages_that_are_in_both():
    logs = [
        message("a", 0, RADIO_QUERY, device="/dev/cdc-wdm0"),
        message("b", 1, RADIO_QUERY, device="usb:2:5"),
        message("b", 2, RADIO_DONE, device="usb:2:5"),
    ]
    assert aliases_in(logs) == {"usb:2:5": "/dev/cdc-wdm0"}
    found, _ = left(*logs)
    assert [each.device for each in found] == ["/dev/cdc-wdm0", "/dev/cdc-wdm0"]


def test_a_message_that_is_twice_in_a_log_names_no_device():
    logs = [
        message("a", 0, RADIO_QUERY, device="one"),
        message("a", 1, RADIO_QUERY, device="two"),
        message("b", 1, RADIO_QUERY, device="bus"),
    ]
    assert aliases_in(logs) == {}


def test_what_waits_is_bounded_and_nothing_is_lost():
    many = [message("a", None, OPEN) for _ in range(WAITING_MAX + 50)]
    running = iter(Duplicates(iter(many), 2))
    next(running)
    assert 1 + sum(1 for _ in running) == len(many)


def test_notes_are_never_second_reports():
    note = LogMessage(MessageKind.NOTE, LogPlace("a", Unit.LINE, 1), text="opened")
    found, second = left(note, replace(note, place=LogPlace("b", Unit.LINE, 1)))
    assert (len(found), second) == (2, 0)
