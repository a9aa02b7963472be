"""Several logs become one in the order of time, on the clock of the first."""

import pytest
from field_samples import CLOSE, OPEN, RADIO_DONE, RADIO_QUERY, SIGNAL
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.errors import UsageError
from wwanreplay.formats.base import Clock, Direction, LogMessage, LogPlace, MessageKind, Unit
from wwanreplay.formats.merge import merge

SECOND = 10**9


def message(source, time_ns, data=OPEN, clock=Clock.UTC, number=1):
    way = Direction.DEVICE_TO_HOST if data[3] & 0x80 else Direction.HOST_TO_DEVICE
    place = LogPlace(source, Unit.LINE, number)
    timeless = time_ns is None
    return LogMessage(
        MessageKind.MBIM,
        place,
        way,
        time_ns,
        Clock.NONE if timeless else clock,
        0 if timeless else 1,
        data=data,
        length=len(data),
    )


@given(st.lists(st.lists(st.integers(-(10**6), 10**6), max_size=8).map(sorted), max_size=4))
def test_all_messages_come_out_in_the_order_of_time(logs):
    made = [
        [message(f"log {number}", time_ns) for time_ns in times]
        for number, times in enumerate(logs)
    ]
    merged = list(merge(made))
    assert [each.time_ns for each in merged] == sorted(ns for times in logs for ns in times)
    for number, log in enumerate(made):
        assert [each for each in merged if each.place.source == f"log {number}"] == log


def test_equal_times_keep_the_order_of_the_logs():
    logs = [[message("a", 5)], [message("b", 5)], [message("c", 4)]]
    assert [each.place.source for each in merge(logs)] == ["c", "a", "b"]


def test_a_message_without_a_time_stays_behind_the_one_before_it():
    first = [message("a", 1), message("a", None, SIGNAL), message("a", 9)]
    merged = list(merge([first, [message("b", 5)]]))
    assert [(each.place.source, each.time_ns) for each in merged] == [
        ("a", 1), ("a", None), ("b", 5), ("a", 9)
    ]  # fmt: skip


def test_a_clock_that_is_set_back_changes_no_order_within_its_log():
    log = [message("a", 9, OPEN), message("a", 3, CLOSE)]
    merged = list(merge([log, [message("b", 5, SIGNAL)]]))
    assert [each.data for each in merged] == [SIGNAL, OPEN, CLOSE]


def test_another_clock_is_moved_by_what_both_logs_have():
    shift = 1_700_000_000 * SECOND
    wall = [message("wall", shift + at, data) for at, data in ((0, RADIO_QUERY), (50, RADIO_DONE))]
    bus = [
        message("bus", at, data, Clock.RELATIVE)
        for at, data in ((1, RADIO_QUERY), (51, RADIO_DONE), (70, SIGNAL))
    ]
    merged = list(merge([wall, bus]))
    assert {each.clock for each in merged} == {Clock.UTC}
    assert merged[-1].data == SIGNAL
    assert merged[-1].time_ns == shift + 69


def test_clocks_that_have_nothing_in_common_are_refused_by_name():
    logs = [[message("one.log", 1)], [message("two.log", 2, SIGNAL, Clock.RELATIVE)]]
    with pytest.raises(UsageError, match=r"one\.log and two\.log: their clocks"):
        list(merge(logs))


def test_a_log_without_times_is_refused_by_name():
    with pytest.raises(UsageError, match=r"two\.log: has no times"):
        list(merge([[message("one.log", 1)], [message("two.log", None)]]))


def test_nothing_and_one_log_alone_pass():
    assert list(merge([])) == list(merge([[], []])) == []
    log = [message("a", None), message("a", 3)]
    assert list(merge([log, []])) == log
