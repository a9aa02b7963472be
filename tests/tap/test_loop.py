"""The tap's loop: what is due by time, what signals do, and who has the name."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import pytest
from proxy_client import configuration

from wwanreplay._core import Kind
from wwanreplay.devices.mbim.clock import SessionClock
from wwanreplay.serve.clients import Clients, program_of
from wwanreplay.tap.items import Note
from wwanreplay.tap.loop import Tap, listener_text, run_tap, signalled, wait_for_name
from wwanreplay.tap.recorder import BACKLOG_NS, FileSink, Opener, Recorder, Rotation
from wwanreplay.trace import TraceReader


class Bench:
    """A tap before a modem that says nothing; it runs until its signal comes."""

    def __init__(self, folder: Path) -> None:
        self.path = str(folder / "modem")
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(self.path)
        self.listener.listen(4)
        self.clock = SessionClock()
        self.trace = folder / "t.wwtrace"
        opener = Opener({"way": "tap"}, self.clock)
        self.recorder = Recorder(FileSink(str(self.trace), Rotation(), opener))
        self.clients = Clients(str(folder / "clients"))
        self.signals: list[int] = []
        self.waiting: list[int] = []
        self.tap = Tap(self.path, self.clients, self.recorder, self.clock, on_signal=self.ended)
        self.peers: list[socket.socket] = []

    def ended(self, time_ns: int) -> None:
        self.signals.append(time_ns)
        self.waiting.append(self.recorder.waiting)
        self.tap.stop()

    def connect(self, *transfers: bytes) -> socket.socket:
        peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        peer.settimeout(20)
        peer.connect(self.clients.address)
        peer.sendall(b"".join(transfers))
        self.peers.append(peer)
        return peer

    def close(self) -> list[str]:
        """End it; the notes of its recording."""
        self.tap.close()
        self.recorder.finish()
        self.recorder.sink.close(self.clock.now_ns())
        for each in (self.listener, *self.peers):
            each.close()
        with TraceReader(self.trace) as reader:
            events = list(reader.events())
        return [event.payload.decode() for event in events if event.kind == Kind.KIND_NOTE]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_signal_lets_all_that_waits_be_recorded_first(bench: Bench) -> None:
    for _ in range(5):
        bench.recorder.add(Note(0, "it waits"))
    bench.tap.signalled()
    bench.tap.run()
    assert bench.waiting == [0]
    assert [text for text in bench.close() if text == "it waits"] == ["it waits"] * 5


def test_what_waits_to_be_recorded_is_not_forgotten_behind_what_is_passed_on(bench: Bench) -> None:
    """The relay is given a time at which it returns, however much goes through it."""
    due_ns: list[int] = []

    class Watched:
        is_idle = False

        def run(self, due: int, *_: int, has_backlog: bool) -> list[tuple[int, int, None, int]]:
            due_ns.append(due)
            if len(due_ns) == 2:
                bench.tap.stop()
            assert has_backlog
            return []

        def take(self) -> list[tuple[int, ...]]:
            return []

    time_ns = bench.clock.now_ns() + 100_000_000  # not urgent yet, and before the next tick
    bench.recorder.add(Note(time_ns, "it waits"))
    bench.tap._relay = Watched()  # type: ignore[assignment]
    bench.tap.run()
    assert due_ns[1:] == [time_ns + BACKLOG_NS]
    bench.close()


def test_each_signal_counts(bench: Bench) -> None:
    for _ in range(3):
        bench.tap.signalled()
    bench.tap.run()
    assert len(bench.signals) == 3
    bench.close()


def test_sigusr1_reaches_it_and_what_was_there_before_is_put_back(bench: Bench) -> None:
    before = signal.getsignal(signal.SIGUSR1)
    with signalled(bench.tap):
        os.kill(os.getpid(), signal.SIGUSR1)
        bench.tap.run()
    assert len(bench.signals) == 1
    assert signal.getsignal(signal.SIGUSR1) is before
    bench.close()


def test_after_stop_it_runs_no_more(bench: Bench) -> None:
    bench.tap.stop()
    bench.tap.run()
    assert bench.signals == []
    bench.close()


@pytest.mark.parametrize("named", ["itself", "another name of it", "no modem at all"])
def test_a_client_gets_the_tapped_modem_whatever_it_names_that_is_none(
    tmp_path: Path, bench: Bench, named: str
) -> None:
    link = tmp_path / "link"
    link.symlink_to(bench.path)
    paths = {"itself": bench.path, "another name of it": str(link), "no modem at all": "/dev/null"}
    bench.connect(configuration(1, paths[named]))
    modem, _ = bench.listener.accept()
    modem.settimeout(20)
    bench.peers.append(modem)
    for _ in range(2):  # the client is let in, then heard
        events = bench.clients.poller.poll(20)
        bench.tap._handle([(*event, None, 0) for event in events], bench.clock.now_ns())
    assert modem.recv(4) == b"\1\0\0\0"  # OPEN
    assert bench.tap.joined == 1
    assert f"process {os.getpid()} of user {os.getuid()}" in " ".join(bench.close())


def test_closing_gives_the_address_back_and_lets_the_clients_go(bench: Bench) -> None:
    peer = bench.connect()
    bench.tap.signalled()
    bench.tap.run()
    bench.close()
    assert peer.fileno() == -1
    assert not os.path.lexists(bench.clients.address)


def test_who_listens_is_named_by_its_process(tmp_path: Path) -> None:
    clients = Clients(str(tmp_path / "clients"))
    expected = f"{program_of(os.getpid())} (process {os.getpid()})"
    assert listener_text(clients.address) == expected
    clients.close()
    assert listener_text(clients.address) == "another program"


def test_a_name_that_is_free_is_taken_at_once_without_a_report(tmp_path: Path) -> None:
    reported: list[str] = []
    clients = wait_for_name(str(tmp_path / "clients"), lambda: False, reported.append)
    assert clients is not None
    clients.close()
    assert reported == []


def test_a_recording_that_cannot_be_made_leaves_neither_name_nor_signals(
    tmp_path: Path, bench: Bench
) -> None:
    def fails(_clock: SessionClock) -> Recorder:
        raise OSError("the disk is full")

    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    address = str(tmp_path / "other")
    with pytest.raises(OSError, match="the disk is full"):
        run_tap(bench.path, fails, address=address)
    assert not os.path.lexists(address)
    after = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    assert after == before
    bench.close()
