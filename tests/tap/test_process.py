"""The recordings in a process of their own: what is handed over arrives, failures are heard."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proxy_client import query
from tapped import wait_for

from wwanreplay._core import Event, Kind, Lifecycle
from wwanreplay.devices.mbim.clock import SessionClock
from wwanreplay.errors import EXIT_INTERNAL, EXIT_UNREADABLE, OutputError
from wwanreplay.tap.items import Happened, Item, Note, Transfer
from wwanreplay.tap.process import (
    LATE_NS,
    WAITING_SIZE_MAX,
    RecorderProcess,
    RecordingError,
    packed,
    unpacked,
)
from wwanreplay.tap.recorder import BACKLOG_NS, FileSink, Opener, Rotation, Sink
from wwanreplay.trace import TraceReader
from wwanreplay.trace.notes import NoteCode

SECOND = 1_000_000_000
TIMES = st.integers(0, 1 << 60)
ITEMS = st.one_of(
    st.builds(
        Transfer,
        TIMES,
        st.integers(0, 1 << 40),
        st.binary(max_size=60),
        st.booleans(),
        st.none() | st.integers(1, 9),
        st.none() | st.binary(max_size=60),
    ),
    st.builds(
        Note,
        TIMES,
        st.text(),
        st.sampled_from(NoteCode),
        st.none() | st.integers(0, 1 << 40),
        st.booleans(),
    ),
    st.builds(
        lambda time_ns, code: Happened(time_ns, Event(Kind.KIND_LIFECYCLE, time_ns, code=code)),
        TIMES,
        st.sampled_from(Lifecycle),
    ),
)


@given(ITEMS)
def test_an_item_is_the_same_on_the_other_side(item: Item) -> None:
    assert unpacked(list(packed(item))) == item


class Lines:
    """A sink that writes a line for each item to a file; fails where it should."""

    def __init__(self, path: Path, fails_at: str = "") -> None:
        self.path = path
        self.fails_at = fails_at
        self.records = 0
        self.files = [str(path)]
        self.write("begins")

    def write(self, text: str) -> None:
        with open(self.path, "a") as file:
            file.write(f"{text}\n")
        self.records += 1
        if self.fails_at and self.fails_at in text:
            raise OutputError("the disk is full", path=str(self.path))

    def put(self, item: Item) -> None:
        self.write(item.text if isinstance(item, Note) else type(item).__name__)

    def signalled(self, time_ns: int) -> None:
        self.write(f"signal {time_ns}")

    def poll(self, time_ns: int) -> float | None:
        return None

    def close(self, time_ns: int) -> None:
        self.write(f"ends {time_ns}")

    def end_early(self, error: BaseException) -> None:
        error.add_note("kept")
        with open(self.path, "a") as file:
            file.write(f"ends early: {error}\n")


def poll_for_ever(recorder: RecorderProcess) -> None:
    while True:
        recorder.sink.poll(0)


def lines_of(path: Path) -> list[str]:
    return path.read_text().splitlines()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "lines"


def test_what_is_handed_over_is_written_in_order(out: Path) -> None:
    recorder = RecorderProcess(lambda: Lines(out), SessionClock())
    for number in range(1000):
        recorder.add(Note(number, str(number)))
        if number == 500:
            recorder.signalled(7)
    recorder.finish()
    assert recorder.waiting == 0
    recorder.sink.close(9)
    expected = [str(number) for number in range(1000)]
    expected.insert(501, "signal 7")
    assert lines_of(out) == ["begins", *expected, "ends 9"]
    assert (recorder.sink.records, recorder.sink.files) == (1003, [str(out)])


def test_an_item_is_handed_over_when_it_has_waited_long_enough(out: Path) -> None:
    recorder = RecorderProcess(lambda: Lines(out), SessionClock())
    recorder.add(Note(SECOND, "first"))
    assert recorder.due_ns == SECOND + BACKLOG_NS
    recorder.catch_up(0, SECOND + BACKLOG_NS)
    assert recorder.waiting == 1
    recorder.catch_up(0, SECOND + BACKLOG_NS + 1)
    assert recorder.waiting == 0
    wait_for(lambda: "first" in lines_of(out))
    recorder.sink.close(0)


def test_forwarding_waits_for_a_recording_that_is_late(out: Path, tmp_path: Path) -> None:
    """The other process stands still; what it has no room for is given it before more is taken."""
    gate = tmp_path / "gate"

    class Slow(Lines):
        def put(self, item: Item) -> None:
            while not gate.exists():
                time.sleep(0.01)

    clock = SessionClock()
    recorder = RecorderProcess(lambda: Slow(out), clock)
    begun_ns, size = clock.now_ns(), 100_000
    for number in range(2 * WAITING_SIZE_MAX // size):
        recorder.add(Transfer(begun_ns, number, bytes(size), True, 1, None))
        recorder.work()
    assert recorder.is_blocked
    assert recorder.due_ns == begun_ns + LATE_NS
    recorder.catch_up(0, begun_ns + 1)
    assert recorder.is_blocked
    time.sleep(LATE_NS / SECOND)
    gate.touch()
    recorder.catch_up(0, clock.now_ns())
    assert recorder.waiting == 0
    recorder.sink.close(0)


@pytest.mark.parametrize(
    ("error", "text", "exit_code"),
    [
        (OutputError("no room", path="x"), "x: cannot be written: no room", EXIT_UNREADABLE),
        (PermissionError(13, "Permission denied", "x"), "x: Permission denied", EXIT_UNREADABLE),
        (ValueError("a bug"), "internal error: ValueError: a bug", EXIT_INTERNAL),
    ],
)
def test_a_sink_that_cannot_be_made_is_an_error_here(error, text, exit_code) -> None:
    def fails() -> Sink:
        raise error

    with pytest.raises(RecordingError) as raised:
        RecorderProcess(fails, SessionClock())
    assert str(raised.value).startswith(text)
    assert raised.value.exit_code == exit_code


def test_a_sink_that_fails_is_heard_and_what_there_is_is_kept(out: Path) -> None:
    recorder = RecorderProcess(lambda: Lines(out, "bad"), SessionClock())
    recorder.add(Note(0, "bad"))
    recorder.work()
    with pytest.raises(RecordingError, match="the disk is full") as raised:
        poll_for_ever(recorder)
    assert raised.value.__notes__ == ["kept"]
    recorder.sink.end_early(raised.value)
    assert lines_of(out)[:2] == ["begins", "bad"]
    assert lines_of(out)[2].startswith("ends early: ")


def test_a_tap_that_fails_lets_what_there_is_be_kept(out: Path) -> None:
    recorder = RecorderProcess(lambda: Lines(out), SessionClock())
    recorder.add(Note(0, "last"))
    error = OSError("the tap's own")
    recorder.sink.end_early(error)
    assert lines_of(out) == ["begins", "last", "ends early: the tap's own"]
    assert error.__notes__ == ["kept"]


def test_a_process_that_is_killed_is_an_error_here(out: Path) -> None:
    recorder = RecorderProcess(lambda: Lines(out), SessionClock())
    os.kill(recorder._pid, signal.SIGKILL)
    with pytest.raises(RecordingError, match="the process that records is gone"):
        poll_for_ever(recorder)
    recorder.sink.end_early(OSError())


def test_what_was_handed_over_outlives_the_tap_however_late_the_recording_is(
    out: Path, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"

    class Slow(Lines):
        def put(self, item: Item) -> None:
            while not gate.exists():
                time.sleep(0.01)
            super().put(item)

    recorder = RecorderProcess(lambda: Slow(out), SessionClock())
    texts = [f"{number} {'x' * 10_000}" for number in range(WAITING_SIZE_MAX // 20_000)]
    for text in texts:
        recorder.add(Note(0, text))
    recorder.work()
    assert not recorder.is_blocked
    pid = recorder._pid
    recorder._socket.close()  # as the kernel does it for a process that is killed
    gate.touch()
    os.waitpid(pid, 0)
    assert lines_of(out) == ["begins", *texts, "ends early: the tap was killed"]


def test_signals_are_the_taps_and_files_but_its_own_are_closed(out: Path, tmp_path: Path) -> None:
    (tmp_path / "open").touch()
    with open(tmp_path / "open") as file:
        recorder = RecorderProcess(lambda: Lines(out), SessionClock())
        folder = f"/proc/{recorder._pid}/fd"
        names = [os.readlink(f"{folder}/{each}") for each in os.listdir(folder)]
        assert file.name not in names
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1):
        os.kill(recorder._pid, number)
    recorder.sink.close(3)
    assert lines_of(out) == ["begins", "ends 3"]


def test_when_the_tap_is_killed_all_that_was_handed_over_is_kept_as_a_cut_file(
    tmp_path: Path,
) -> None:
    clock = SessionClock()

    def make() -> Sink:
        opener = Opener({"way": "tap"}, clock)
        return FileSink(str(tmp_path / "t.wwtrace"), Rotation(), opener)

    recorder = RecorderProcess(make, clock)
    command = query(1, 3)
    recorder.add(Transfer(0, 0, command, True, 1, command))
    recorder.finish()
    pid = recorder._pid
    recorder._socket.close()  # as the kernel does it for a process that is killed
    os.waitpid(pid, 0)
    with TraceReader(tmp_path / "t.wwtrace.part") as reader:
        assert [each.payload for each in reader.events() if each.kind == Kind.KIND_WIRE] == [
            command
        ]
        assert reader.footer is None
