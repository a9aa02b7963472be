"""The flight recorder: what it keeps is bounded, and written when something happens."""

from __future__ import annotations

import os

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from proxy_client import BASIC, ProxyClient, query
from scripted_modem import ScriptedModem, done, silent
from tapped import tapped, wait_for

from wwanreplay._core import Kind
from wwanreplay.cli import root
from wwanreplay.devices.mbim.clock import SessionClock
from wwanreplay.errors import UsageError
from wwanreplay.mbim import messages
from wwanreplay.mbim.messages import STATUS, Message, function_error
from wwanreplay.tap.items import Note, Transfer
from wwanreplay.tap.keeper import FILES_MAX, TRIGGERS, Keeper, Keeping
from wwanreplay.tap.recorder import Opener
from wwanreplay.trace import TraceReader

SECOND = 1_000_000_000
RADIO = 3
STATE = bytes.fromhex("0100000001000000")


class Flight:
    """A keeper that is given messages of a session."""

    def __init__(self, folder, keep_s=60, **options):
        keeping = Keeping(keep_s * SECOND, **options)
        opener = Opener({"way": "tap"}, SessionClock())
        self.keeper = Keeper(str(folder / "flight.wwtrace"), keeping, opener)
        self.serial = 0

    def put(self, time_ns, data, *, from_host=False):
        self.keeper.put(Transfer(time_ns, self.serial, data, from_host, 1, data))
        self.serial += 1

    def ask(self, time_ns, transaction_id):
        self.put(time_ns, query(transaction_id, RADIO), from_host=True)

    def answer(self, time_ns, transaction_id, status=0):
        kind = messages.MBIM_COMMAND_DONE
        buffer = b"" if status else STATE
        message = Message(kind, transaction_id, status, BASIC, RADIO, buffer)
        self.put(time_ns, message.to_bytes())

    def exchange(self, time_ns, transaction_id, status=0):
        self.ask(time_ns, transaction_id)
        self.answer(time_ns + 1000, transaction_id, status)


def events_of(path):
    with TraceReader(path) as reader:
        assert reader.cut_text == ""
        return list(reader.events())


def wire(path):
    return [event for event in events_of(path) if event.kind == Kind.KIND_WIRE]


def trigger_of(path):
    with TraceReader(path) as reader:
        return reader.header.notes[0]


def test_nothing_is_written_while_nothing_happens(tmp_path):
    flight = Flight(tmp_path)
    for number in range(100):
        flight.exchange(number * SECOND, number)
    flight.keeper.close(200 * SECOND)
    assert list(tmp_path.iterdir()) == []


def test_a_trigger_writes_the_last_minutes_and_what_follows(tmp_path):
    flight = Flight(tmp_path, keep_s=60, after_ns=5 * SECOND)
    for number in range(100):
        flight.exchange(number * SECOND, number)
    flight.exchange(100 * SECOND, 100, STATUS["MBIM_STATUS_FAILURE"])
    for number in range(101, 200):
        flight.exchange(number * SECOND, number)
    (path,) = flight.keeper.files
    assert os.path.basename(path) == "flight.0001.wwtrace"
    assert "error-status" in trigger_of(path)
    assert "MBIM_STATUS_FAILURE" in trigger_of(path)
    times = [event.time_ns for event in wire(path)]
    assert times[0] == 0  # the file's own beginning
    assert 64 * SECOND <= times[-1] <= 66 * SECOND
    assert len(times) == 1 + 2 * 60 + 2 * 4 + 1  # from an answer on, to the command 5 s later
    assert any(b"trigger: error-status" in event.payload for event in events_of(path))


def test_files_do_not_overlap(tmp_path):
    flight = Flight(tmp_path, keep_s=60, after_ns=5 * SECOND)
    for number in range(60):
        bad = STATUS["MBIM_STATUS_BUSY"] if number in (10, 11, 20, 50) else 0
        flight.exchange(number * SECOND, number + 1, bad)
    flight.keeper.close(60 * SECOND)
    assert len(flight.keeper.files) == 3
    seen = [event.payload for path in flight.keeper.files for event in wire(path)]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(
    ("data", "trigger"),
    [
        (
            function_error(7, "MBIM_ERROR_UNKNOWN"),
            "error-status: FUNCTION_ERROR MBIM_ERROR_UNKNOWN",
        ),
        (Message(messages.MBIM_OPEN_DONE, 7, 2).to_bytes(), "error-status: MBIM_OPEN_DONE"),
        (
            Message(messages.MBIM_INDICATE_STATUS_MSG, 0, 0, BASIC, RADIO, b"\1").to_bytes(),
            "fault: ",
        ),
    ],
)
def test_what_a_modem_says_wrong_is_a_trigger(tmp_path, data, trigger):
    flight = Flight(tmp_path)
    flight.put(0, data)
    flight.keeper.close(SECOND)
    assert trigger in trigger_of(flight.keeper.files[0])
    others = frozenset(TRIGGERS) - {trigger.partition(":")[0]}
    flight = Flight(tmp_path, triggers=others)
    flight.put(0, data)
    assert flight.keeper.files == []


def test_a_note_of_a_fault_is_a_trigger_and_another_is_not(tmp_path):
    flight = Flight(tmp_path)
    flight.keeper.put(Note(0, "client 1 opens"))
    assert flight.keeper.files == []
    flight.keeper.put(Note(1, "the device is gone", is_fault=True))
    flight.keeper.close(SECOND)
    assert "the device is gone" in trigger_of(flight.keeper.files[0])


def test_a_command_without_an_answer_is_a_trigger(tmp_path):
    flight = Flight(tmp_path, silent_ns=30 * SECOND)
    flight.ask(0, 1)
    flight.ask(SECOND, 2)
    flight.answer(2 * SECOND, 2)
    assert flight.keeper.poll(29 * SECOND) is not None
    assert flight.keeper.files == []
    flight.keeper.poll(30 * SECOND)
    flight.keeper.poll(100 * SECOND)
    (path,) = flight.keeper.files
    assert "silent: no answer to" in trigger_of(path)
    assert "30.000 s" in trigger_of(path)


@given(
    st.lists(
        st.tuples(st.integers(0, 5 * SECOND), st.integers(0, 3000), st.sampled_from("aaaaan")),
        max_size=80,
    ),
    st.integers(1, 20),
    st.integers(2000, 40_000),
)
def test_what_is_kept_is_bounded_whatever_comes(tmp_path_factory, steps, keep_s, size_max):
    flight = Flight(tmp_path_factory.mktemp("kept"), keep_s=keep_s, size_max=size_max)
    time_ns = 0
    for step_ns, size, kind in steps:
        time_ns += step_ns
        flight.put(time_ns, query(1, RADIO, bytes(size)), from_host=True)
        if kind == "n":
            flight.keeper.signalled(time_ns)
        flight.keeper.poll(time_ns)
        kept = flight.keeper._kept
        assert flight.keeper.size <= size_max
        assert all(time_ns - item.time_ns <= keep_s * SECOND for item, _ in kept)
        assert flight.keeper.count == len(kept)
    flight.keeper.close(time_ns)


def test_there_is_an_end_of_files(tmp_path):
    flight = Flight(tmp_path, keep_s=1, after_ns=1)
    for number in range(FILES_MAX + 5):
        flight.exchange(number * SECOND, number, STATUS["MBIM_STATUS_BUSY"])
    flight.keeper.close(FILES_MAX * 2 * SECOND)
    assert len(flight.keeper.files) == len(list(tmp_path.iterdir())) == FILES_MAX


def test_a_word_that_is_no_trigger_is_refused():
    with pytest.raises(UsageError, match="sometimes is none of"):
        Keeping(SECOND, frozenset({"sometimes"}))


@pytest.mark.long
def test_before_a_modem_that_refuses(tmp_path):
    def answer(message):
        return [done(message, 9, b"")] if message.cid == RADIO else silent(message)

    modem = ScriptedModem(str(tmp_path / "modem"), answer)
    keeping = Keeping(60 * SECOND, after_ns=SECOND // 10)

    def make(trace, opener):
        return Keeper(trace, keeping, opener)

    with tapped(modem.path, tmp_path, make_sink=make) as tap:
        client = ProxyClient(tap.address)
        client.ask(RADIO)
        wait_for(lambda: (tmp_path / "tap.0001.wwtrace").exists())
        client.send(query(client.take_id(), 1))
        tap.tap.signalled()
        wait_for(lambda: len(tap.sink.files) == 2)
        client.close()
    modem.close()
    first, second = tap.sink.files
    assert "error-status" in trigger_of(first)
    assert "signal" in trigger_of(second)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--trigger", "signal"], "--trigger is for --keep"),
        (["--keep", "1m", "--trigger", "sometimes"], "sometimes is none of"),
        (["--keep", "1m", "--trigger", "fault=3s"], "only silent has a time"),
        (["--keep", "1m", "--rotate-age", "1h"], "give one of them"),
        (["--keep", "0s"], "is no time"),
    ],
)
def test_wrong_usage_is_one_line(arguments, reason, tmp_path):
    out = str(tmp_path / "x.wwtrace")
    result = CliRunner().invoke(root, ["record", "--tap", "/dev/null", "-o", out, *arguments])
    assert result.exit_code == 2, result.output
    assert reason in result.output
