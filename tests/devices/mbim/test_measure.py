"""Measuring a modem: each answer is held against its question, and nothing is left uncounted."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.devices.mbim.measure import (
    CONCURRENCY_MAX,
    PERCENTILES,
    USUAL,
    Exchanges,
    Measured,
    Measurement,
    percentile_ns,
    queries_of,
)
from wwanreplay.devices.mbim.session import HostSession
from wwanreplay.errors import UsageError
from wwanreplay.mbim import messages
from wwanreplay.mbim.guards import guard_of
from wwanreplay.mbim.messages import COMMAND_QUERY

from .conftest import done, indication, radio_state, usual


@given(st.lists(st.integers(0, 10**9), min_size=1), st.integers(1, 100))
def test_a_percentile_is_a_value_that_so_many_percent_are_not_above(values, percent):
    ordered = sorted(values)
    found = percentile_ns(ordered, percent)
    assert found in ordered
    assert sum(value <= found for value in ordered) * 100 >= percent * len(ordered)
    assert sum(value < found for value in ordered) * 100 < percent * len(ordered)


def test_percentiles_of_nothing_are_0():
    assert percentile_ns([], 50) == 0
    row = Measured().as_row()
    assert {row[f"p{percent}_ms"] for percent in PERCENTILES} == {row["max_ms"]} == {0.0}
    assert (row["exchanges"], row["errors"]) == (0, 0)


def test_only_queries_that_change_nothing_are_sent_unless_named():
    usual_ones = queries_of(())
    assert len(usual_ones) == len(USUAL)
    assert {message.value for message in usual_ones} == {COMMAND_QUERY}
    assert {guard_of(message) for message in usual_ones} == {None}


def test_a_command_is_found_by_either_of_its_names():
    short, *others = queries_of(
        ("signal-state", "MBIM_CID_SIGNAL_STATE", "Signal_State", "mbim-cid-signal-state")
    )
    assert all(other == short for other in others)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("rain", "there is no such command"),
        ("signal-stat", "there is no such command; near: signal-state"),
        ("", "there is no such command"),
        ("service-activation", "has no query"),
        ("aka", "is not sent to be measured"),
    ],
)
def test_a_command_that_cannot_be_measured_is_one_line_with_its_name(name, reason):
    with pytest.raises(UsageError, match=rf"^{name}: {reason}") as caught:
        queries_of((name,))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "clean"),
    [
        ({}, True),
        ({"events": 4}, True),
        ({"lost": 1}, False),
        ({"refused": 1}, False),
        ({"stray": 1}, False),
    ],
)
def test_a_measurement_is_clean_when_every_question_had_its_one_answer(wrong, clean):
    commands = {"A": Measured([5, 7], 1), "B": Measured([9])}
    measurement = Measurement(elapsed_ns=10**9, commands=commands, **wrong)
    assert measurement.is_clean is clean
    assert (measurement.exchanges, measurement.as_json()["exchanges_per_second"]) == (3, 3.0)


def test_a_measurement_of_nothing_is_not_clean():
    assert not Measurement().is_clean
    assert Measurement().as_json()["exchanges_per_second"] == 0.0


@pytest.fixture
def measured(modem_of):
    channels = []

    def make(answer, count, concurrency=1):
        channel, _ = modem_of(answer)
        channels.append(channel)
        session = HostSession(channel, time.monotonic_ns, lambda *_: None)
        session.open(lambda _: None, open_s=5.0, try_s=5.0)
        exchanges = Exchanges(session, queries_of(("radio-state",)), concurrency)
        return exchanges.run(count)

    yield make
    for channel in channels:
        channel.close()


@pytest.mark.parametrize("concurrency", [1, 5])
def test_each_answer_is_counted_with_its_command(measured, concurrency):
    found = measured(usual, 12, concurrency)
    assert found.is_clean
    (row,) = found.as_json()["commands"].values()
    assert (row["exchanges"], row["errors"]) == (12, 0)
    assert 0 < row["p50_ms"] <= row["max_ms"] <= found.elapsed_ns / 1e6


def test_errors_are_answers_and_a_refusal_is_none(measured):
    def failing(message):
        if message.type != messages.MBIM_COMMAND_MSG:
            return usual(message)
        if message.transaction_id % 2:
            return [done(message, messages.STATUS["MBIM_STATUS_BUSY"])]
        return [messages.function_error(message.transaction_id, "MBIM_ERROR_UNKNOWN")]

    found = measured(failing, 4)
    assert (found.exchanges, found.refused, found.lost, found.stray) == (2, 2, 0, 0)
    assert [each.errors for each in found.commands.values()] == [2]
    assert not found.is_clean


def test_a_second_answer_is_stray_and_an_event_is_none(measured):
    def talking(message):
        again = 2 if message.type == messages.MBIM_COMMAND_MSG else 1
        return usual(message) * again + [indication(3, radio_state())] * (again - 1)

    found = measured(talking, 5)
    assert found.exchanges == 5
    assert found.stray >= 4  # what comes behind the last answer is not waited for
    assert found.events >= 4


@pytest.mark.parametrize("concurrency", [0, -1, CONCURRENCY_MAX + 1])
def test_a_concurrency_out_of_range_is_refused(concurrency):
    with pytest.raises(UsageError, match=f"from 1 to {CONCURRENCY_MAX}"):
        Exchanges(None, queries_of(()), concurrency)
