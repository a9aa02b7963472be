"""The loop: what its recording says was sent is what clients could read, and how it ends."""

import os
import re
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
from groups import sampled
from mbim_host import TIMEOUT_S, Recording, Served, idle_function, latency, wait_for
from mbim_host import served as served_by
from running import running
from transports import PLAIN

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.devices.buffers import encode_stimulus
from wwanreplay.devices.toml import ValuePlace
from wwanreplay.mbim import messages
from wwanreplay.mbim.fragments import StreamFramer, whole_messages
from wwanreplay.mbim.messages import Message, parse_header
from wwanreplay.mbim.rows.framing import MessageType
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES
from wwanreplay.protocol import PROTOCOL
from wwanreplay.serve.loop import Loop, StopRequest, serve, stopped_by_signals
from wwanreplay.serve.transports.pty import PtyTransport
from wwanreplay.trace.notes import NoteCode

BASIC = bytes.fromhex(SERVICES[BASIC_CONNECT].uuid.replace("-", ""))
OPEN = Message(messages.MBIM_OPEN_MSG, 1, 65536).to_bytes()
CAPS = Message(messages.MBIM_COMMAND_MSG, 2, 0, BASIC, 1).to_bytes()
#: An answer to it is 200 bytes; one that there are too many before is 48.
CAPS_SIZE, BUSY_SIZE = 200, 48


@pytest.fixture(params=PLAIN)
def served(request: pytest.FixtureRequest) -> Callable[..., AbstractContextManager[Served]]:
    """A modem served by one transport."""
    return partial(served_by, transport_name=request.param)


TO_HOST = WireDirection.WIRE_DEVICE_TO_HOST


def notes(recording: Recording, code: NoteCode) -> list[Event]:
    return [
        event for event in recording.events if event.kind == Kind.KIND_NOTE and event.code == code
    ]


def readable(recording: Recording) -> bytes:
    """What the recording says that clients could read, and did."""
    unread = {}
    for note in notes(recording, NoteCode.UNREAD):
        found = re.search(rb"(\d+) of (\d+) bytes", note.payload)
        assert found is not None
        count, size = map(int, found.groups())
        assert size == len(recording.events[note.cause].payload)
        assert 0 < count <= size
        assert unread.setdefault(note.cause, count) == count
    return b"".join(
        event.payload[: len(event.payload) - unread.get(event.index, 0)]
        for event in recording.events
        if event.kind == Kind.KIND_WIRE and event.code == TO_HOST
    )


def sent(server: Served) -> int:
    return len(b"".join(server.recording.wire(TO_HOST)))


def settled(server: Served, transfers: int) -> None:
    """Wait until the server has taken so many transfers of clients."""
    wait_for(lambda: server.server.function.transfers >= transfers)


def read_all(descriptor: int, size: int, piece: int = 65536) -> bytes:
    """Read `size` bytes, so many at a time at most."""
    data = b""
    while len(data) < size:
        assert select.select([descriptor], [], [], TIMEOUT_S)[0], "nothing to read"
        data += os.read(descriptor, min(piece, size - len(data)))
    return data


def flood(server: Served, descriptor: int, count: int) -> None:
    """Open, and send so many commands without reading."""
    os.write(descriptor, OPEN)
    for number in range(2, count + 2):
        os.write(descriptor, Message(messages.MBIM_COMMAND_MSG, number, 0, BASIC, 1).to_bytes())
    settled(server, count + 1)


def leave(server: Served, descriptor: int) -> None:
    os.close(descriptor)
    wait_for(lambda: not server.transport.has_client)


@pytest.mark.parametrize("size_max", [64, 65536])
@pytest.mark.parametrize("piece", [1, 13, 65536])
def test_a_client_that_reads_gets_what_is_recorded(served, piece: int, size_max: int) -> None:
    with served(bridge_options={"control_transfer_max": size_max}) as server:
        descriptor = server.opened()
        flood(server, descriptor, 8)
        wait_for(lambda: sent(server) >= 8 * CAPS_SIZE)
        got = read_all(descriptor, sent(server), piece)
        leave(server, descriptor)
    assert got == readable(server.recording)
    assert len(got) >= 8 * CAPS_SIZE


@pytest.mark.parametrize("size_max", sampled([64, 65536], [64]))
def test_a_client_that_reads_late_lacks_whole_messages_that_are_noted(
    served, size_max: int
) -> None:
    with served(bridge_options={"control_transfer_max": size_max}) as server:
        descriptor = server.opened()
        server.transport._outbox.size_max = 8192
        flood(server, descriptor, 2000)
        wait_for(lambda: notes(server.recording, NoteCode.UNDELIVERED))
        got = read_all(descriptor, sent(server))
        leave(server, descriptor)
    assert got == readable(server.recording)
    transfers = StreamFramer(frozenset(MessageType), 65536).feed(got)
    for message in whole_messages(transfers):
        headers = [parse_header(data) for data in message]
        assert [header.current for header in headers] == list(range(headers[0].total))
    assert len(list(whole_messages(transfers))) < 2001
    undelivered = notes(server.recording, NoteCode.UNDELIVERED)
    assert all(b"wait for a client that does not read" in note.payload for note in undelivered)
    assert len(undelivered) == server.server.function.undelivered


def test_what_a_client_that_never_reads_was_sent_is_noted_as_unread(served) -> None:
    with served() as server:
        descriptor = server.opened()
        flood(server, descriptor, 400)
        wait_for(lambda: sent(server) > 400 * BUSY_SIZE)
        leave(server, descriptor)
    assert len(server.recording.wire(TO_HOST)) > 300
    assert readable(server.recording) == b""
    assert len(notes(server.recording, NoteCode.UNREAD)) == server.server.unread


@pytest.mark.parametrize("count", sampled([1, 15, 16, 17, 100, 1000, 19_000], [1, 17]))
def test_a_client_that_goes_in_mid_message_read_what_is_recorded(served, count: int) -> None:
    with served(bridge_options={"control_transfer_max": 100}) as server:
        descriptor = server.opened()
        flood(server, descriptor, 400)
        wait_for(lambda: sent(server) > count)
        got = read_all(descriptor, count)
        leave(server, descriptor)
        with_next = server.opened()
        os.write(with_next, OPEN)
        settled(server, 402)
        got += read_all(with_next, 16)
        os.close(with_next)
        wait_for(lambda: not server.transport.has_client)
    assert len(got) == count + 16
    assert got == readable(server.recording)


def test_what_is_unread_when_the_server_ends_is_noted(served) -> None:
    with served() as server:
        descriptor = server.opened()
        flood(server, descriptor, 400)
    os.close(descriptor)
    assert server.recording.wire(TO_HOST)
    assert readable(server.recording) == b""


def test_without_a_client_nothing_is_recorded_as_sent(served) -> None:
    with served() as server:
        descriptor = server.opened()
        os.write(descriptor, OPEN)
        got = read_all(descriptor, 16)
        leave(server, descriptor)
        coverage = PROTOCOL.stimulus("coverage")
        lost = encode_stimulus(coverage.name, {"Available": 0}, ValuePlace("test"))
        server.server.submit(Event(Kind.KIND_STIMULUS, 0, code=coverage.number, payload=lost))
        wait_for(lambda: notes(server.recording, NoteCode.UNDELIVERED))
    assert got == readable(server.recording)
    assert b"no client" in notes(server.recording, NoteCode.UNDELIVERED)[0].payload


@pytest.mark.parametrize("size", [1, 4, 11, 12, 30, 47])
def test_half_a_message_is_not_the_beginning_of_the_next_clients(served, size: int) -> None:
    with served() as server:
        first = server.opened()
        os.write(first, OPEN)
        got = read_all(first, 16)
        os.write(first, CAPS[:size])
        leave(server, first)
        second = server.opened()
        os.write(second, OPEN)
        got += read_all(second, 16)
        leave(server, second)
    done = [parse_header(got[at : at + 16]).type for at in (0, 16)]
    assert done == [messages.MBIM_OPEN_DONE] * 2
    assert server.recording.wire(WireDirection.WIRE_HOST_TO_DEVICE) == [OPEN, OPEN]
    assert got == readable(server.recording)
    (note,) = notes(server.recording, NoteCode.TEXT)
    assert note.payload.startswith(
        b"message: " if size < 12 else b"MBIM_COMMAND_MSG 2: %d of 48 bytes" % size
    )


SERVE = """
from mbim_host import idle_function
from wwanreplay.serve.loop import serve
from wwanreplay.serve.transports.pty import PtyTransport
serve(idle_function(), lambda: PtyTransport({link!r}), on_ready=lambda at: print(at, flush=True))
print("ended")
"""


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_the_server_cleanly(tmp_path: Path, signal_number: int) -> None:
    link = tmp_path / "modem"
    script = SERVE.format(link=str(link))
    with running([sys.executable, "-c", script]) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == os.readlink(link)
        process.send_signal(signal_number)
        out, err = process.communicate(timeout=TIMEOUT_S)
    assert (process.returncode, out.strip(), err) == (0, "ended", "")
    assert not os.path.lexists(link)


def test_a_signal_as_soon_as_the_link_is_there_ends_the_server_cleanly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = tmp_path / "modem"
    make_link = Path.symlink_to

    def linked(path: Path, target: str) -> None:
        make_link(path, target)
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(Path, "symlink_to", linked)
    before = signal.getsignal(signal.SIGTERM)
    seen: list[str] = []
    assert serve(idle_function(), lambda: PtyTransport(link), on_ready=seen.append) == 0
    assert signal.getsignal(signal.SIGTERM) == before
    assert len(seen) == 1
    assert not os.path.lexists(link)


@pytest.mark.parametrize(("answer", "wait_s"), [(None, 1.0), (0.25, 0.25), (7.0, 1.0), (-1.0, 0.0)])
def test_the_server_wakes_when_its_recorder_is_due(answer: float | None, wait_s: float) -> None:
    """What `on_tick` asks for bounds the sleep, so that a record is not older than promised."""

    def tick() -> float | None:
        server.stop()
        return answer

    with Loop(idle_function(), PtyTransport(), on_tick=tick) as server:
        assert server._wait_s() == 1.0
        server.run()
        assert server._wait_s() == wait_s


@pytest.mark.parametrize("is_early", [True, False])
def test_an_end_that_is_requested_before_there_is_something_to_stop_is_delivered(
    is_early: bool,
) -> None:
    request, stops = StopRequest(), []
    if is_early:
        request.send()
        assert stops == []
    request.deliver_to(lambda: stops.append("stopped"))
    if not is_early:
        assert stops == []
        request.send()
    assert stops == ["stopped"]


def test_a_hangup_that_was_ignored_stays_so_and_handlers_come_back() -> None:
    ends = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    first = [signal.getsignal(each) for each in ends]
    for before in (signal.SIG_DFL, signal.SIG_IGN):
        old = signal.signal(signal.SIGHUP, before)
        try:
            with stopped_by_signals() as request:
                assert (signal.getsignal(signal.SIGHUP) == before) is (before == signal.SIG_IGN)
                stops: list[str] = []
                request.deliver_to(lambda: stops.append("stopped"))  # noqa: B023 (called here)
                os.kill(os.getpid(), signal.SIGTERM)
                wait_for(lambda: stops)  # noqa: B023 (called here)
            assert signal.getsignal(signal.SIGHUP) == before
        finally:
            signal.signal(signal.SIGHUP, old)
    assert [signal.getsignal(each) for each in ends] == first


def test_of_two_signals_behind_the_end_the_second_one_counts() -> None:
    """A signal to what ends by itself changes nothing; a second one ends it at once."""
    taken: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: taken.append(number))
    try:
        with stopped_by_signals() as request:
            for _ in range(2):  # as long as it serves each is no more than the request
                signal.raise_signal(signal.SIGTERM)
            assert request.is_requested
        with stopped_by_signals() as request:
            request.is_over = True
            signal.raise_signal(signal.SIGTERM)
            assert taken == []
            signal.raise_signal(signal.SIGTERM)
            assert taken == [signal.SIGTERM]
    finally:
        signal.signal(signal.SIGTERM, before)


def test_inputs_from_another_thread_get_the_present_time_in_their_order(served) -> None:
    with served() as server:
        before_ns = server.server.now_ns
        for delay_ns in (1_000_000, 2_000_000):
            server.server.submit(latency(delay_ns))
        wait_for(lambda: len(stimuli(server.recording)) == 3)  # the first is of the server itself
        after_ns = server.server.now_ns
    _, first, second = stimuli(server.recording)
    assert [first.payload, second.payload] == [latency(ns).payload for ns in (10**6, 2 * 10**6)]
    assert before_ns <= first.time_ns <= second.time_ns <= after_ns


def stimuli(recording: Recording) -> list[Event]:
    return [event for event in recording.events if event.kind == Kind.KIND_STIMULUS]


def test_time_begins_where_it_is_stated_and_stop_is_heard_before_run() -> None:
    with Loop(idle_function(), PtyTransport(), start_ns=5_000_000_000) as loop:
        first = loop.now_ns
        assert first >= 5_000_000_000
        assert loop.now_ns >= first
        loop.stop()
        loop.run()
    loop.stop()  # and after its end
    loop.close()


def test_an_exchange_wakes_the_loop_once_and_not_for_room_that_nothing_waits_for() -> None:
    function, ticks = idle_function(), 0

    def tick() -> None:
        nonlocal ticks
        ticks += 1

    with Loop(function, PtyTransport(), on_tick=tick) as loop:
        thread = threading.Thread(target=loop.run)
        thread.start()
        descriptor = os.open(loop.transport.address, os.O_RDWR | os.O_NOCTTY)
        try:
            os.write(descriptor, OPEN)
            read_all(descriptor, 16)
            before = ticks
            for number in range(100):
                close = Message(messages.MBIM_CLOSE_MSG, number + 2).to_bytes()
                os.write(descriptor, close)
                read_all(descriptor, 16)
                time.sleep(0.001)  # so that the loop can be woken again
            woken = ticks - before
        finally:
            os.close(descriptor)
            loop.stop()
            thread.join()
    # Twice where a message arrives in two pieces, and once for two that are there together.
    assert 0 < woken <= 110


def test_every_client_that_goes_is_seen_whatever_it_left() -> None:
    open_and_ask = OPEN + b"".join(
        Message(messages.MBIM_CLOSE_MSG, number).to_bytes() for number in range(2, 300)
    )
    with Loop(idle_function(), PtyTransport()) as loop:
        thread = threading.Thread(target=loop.run)
        thread.start()
        try:
            for number in range(200):
                size = (16, 100, 2048, 2047, len(open_and_ask))[number % 5]
                descriptor = os.open(loop.transport.address, os.O_RDWR | os.O_NOCTTY)
                os.set_blocking(descriptor, False)
                os.write(descriptor, open_and_ask[:size])
                if number % 3:
                    time.sleep(0.0003 * (number % 7))
                if number % 2:
                    wait_for(lambda: loop.transport.has_client)
                os.close(descriptor)
                wait_for(lambda: not loop.transport.has_client)
        finally:
            loop.stop()
            thread.join()
