"""Items on their way into files: in order, urgent when they are old or many, and when files end."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proxy_client import query
from scripted_modem import done
from tapped import Kept

from wwanreplay._core import Kind
from wwanreplay.devices.mbim.clock import SessionClock
from wwanreplay.mbim.messages import parse_message
from wwanreplay.tap.items import Note, Transfer
from wwanreplay.tap.recorder import (
    BACKLOG_MAX,
    BACKLOG_NS,
    QUIET_NS,
    FileSink,
    Opener,
    Recorder,
    Rotation,
)
from wwanreplay.trace import TraceReader

SECOND = 1_000_000_000


@given(st.lists(st.sampled_from("awcf"), max_size=60))
def test_items_are_written_in_order_whenever_there_is_time(steps: list[str]) -> None:
    sink = Kept()
    recorder = Recorder(sink)
    added = []
    for time_ns, step in enumerate(steps):
        if step == "a":
            added.append(Note(time_ns, str(time_ns)))
            recorder.add(added[-1])
        elif step == "w":
            recorder.work()
        elif step == "c":
            recorder.catch_up(2, time_ns)
        else:
            recorder.finish()
        assert sink.items == added[: len(sink.items)]
        assert recorder.waiting == len(added) - len(sink.items)
    recorder.finish()
    assert sink.items == added


def test_an_item_is_urgent_when_it_has_waited_long_enough() -> None:
    recorder = Recorder(Kept())
    assert not recorder.is_urgent(SECOND)
    assert recorder.due_ns is None
    recorder.add(Note(SECOND, "a"))
    assert recorder.due_ns == SECOND + BACKLOG_NS
    assert not recorder.is_urgent(SECOND + BACKLOG_NS)
    assert recorder.is_urgent(SECOND + BACKLOG_NS + 1)
    recorder.catch_up(1, SECOND)
    assert recorder.waiting == 1
    recorder.catch_up(1, 2 * SECOND)
    assert recorder.waiting == 0


def test_items_that_are_too_many_are_written_whatever_the_time() -> None:
    recorder = Recorder(Kept())
    for _ in range(BACKLOG_MAX + 10):
        recorder.add(Note(0, "a"))
    recorder.catch_up(0, 0)
    assert recorder.waiting == BACKLOG_MAX
    recorder.catch_up(1000, 0)  # they are not urgent any more
    assert recorder.waiting == BACKLOG_MAX


def test_transfers_are_numbered_from_0() -> None:
    recorder = Recorder(Kept())
    assert [recorder.take_serial() for _ in range(3)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("rotation", "is_on"),
    [(Rotation(), False), (Rotation(size_max=1), True), (Rotation(age_max_ns=1), True)],
)
def test_with_a_size_or_an_age_there_is_more_than_one_file(rotation, is_on) -> None:
    assert rotation.is_on is is_on


def test_a_file_that_is_to_end_waits_a_while_for_its_last_answers() -> None:
    by_age = Rotation(age_max_ns=SECOND)
    assert by_age.is_due(0, SECOND, is_quiet=True)
    assert not by_age.is_due(0, SECOND + QUIET_NS - 1, is_quiet=False)
    assert by_age.is_due(0, SECOND + QUIET_NS, is_quiet=False)
    by_size = Rotation(size_max=1000)
    assert not by_size.is_due(1499, 10**15, is_quiet=False)
    assert by_size.is_due(1500, 0, is_quiet=False)


def sink_in(folder: Path, rotation: Rotation) -> FileSink:
    opener = Opener({"way": "tap"}, SessionClock())
    return FileSink(str(folder / "t.wwtrace"), rotation, opener)


def commands_of(path: Path) -> list[bytes]:
    with TraceReader(path) as reader:
        assert reader.footer is not None
        return [event.payload for event in reader.events() if event.kind == Kind.KIND_WIRE]


def test_a_file_does_not_end_while_a_command_waits_for_its_answer(tmp_path: Path) -> None:
    sink = sink_in(tmp_path, Rotation(age_max_ns=SECOND))
    command = query(1, 3)
    answer = done(parse_message(command))
    sink.put(Transfer(0, 0, command, from_host=True, client=1, whole=command))
    sink.put(Note(10 * SECOND, "it waits"))
    assert len(list(tmp_path.iterdir())) == 1
    sink.put(Transfer(11 * SECOND, 1, answer, from_host=False, client=1, whole=answer))
    sink.put(Note(12 * SECOND, "the next file"))
    sink.close(13 * SECOND)
    assert sorted(os.listdir(tmp_path)) == ["t.0001.wwtrace", "t.0002.wwtrace"]
    assert commands_of(tmp_path / "t.0001.wwtrace") == [command, answer]
    assert commands_of(tmp_path / "t.0002.wwtrace") == []


def test_a_file_without_a_rotation_goes_on_for_ever(tmp_path: Path) -> None:
    sink = sink_in(tmp_path, Rotation())
    for number in range(5):
        sink.put(Note(number * 10**15, "later"))
    sink.close(10**16)
    assert os.listdir(tmp_path) == ["t.wwtrace"]


def test_numbers_go_on_behind_the_files_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "t.0041.wwtrace").write_text("of an earlier run")
    sink = sink_in(tmp_path, Rotation(size_max=1))
    for number in range(1, 4):
        sink.put(Note(number, "x"))
    sink.close(9)
    assert sorted(os.listdir(tmp_path)) == [f"t.{n:04}.wwtrace" for n in (41, 42, 43, 44)]
    assert (tmp_path / "t.0041.wwtrace").read_text() == "of an earlier run"
    with TraceReader(tmp_path / "t.0043.wwtrace") as reader:
        assert reader.header.notes == ["goes on from t.0042.wwtrace"]


def test_what_there_is_of_a_file_that_cannot_be_ended_is_kept(tmp_path: Path) -> None:
    sink = sink_in(tmp_path, Rotation())
    sink.put(Note(0, "kept"))
    sink.end_early(OSError("the disk"))
    assert os.listdir(tmp_path) == ["t.wwtrace.part"]
    assert sink.records == 2  # with the clock's
