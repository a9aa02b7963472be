"""The tap: the place of the system's mbim-proxy, taken; every client goes through it, recorded."""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import Final

from wwanreplay._relay import Relay, Route, Way
from wwanreplay.devices.listing import list_modems
from wwanreplay.devices.mbim.channel import Channel, open_channel
from wwanreplay.devices.mbim.clock import SessionClock
from wwanreplay.errors import DeviceError
from wwanreplay.mbim.proxy_messages import configuration_of
from wwanreplay.serve.clients import (
    PROXY_ADDRESS,
    Clients,
    Departed,
    Happening,
    Joined,
    Received,
    credentials_of,
    program_of,
)
from wwanreplay.serve.listening import NameTakenError
from wwanreplay.serve.loop import stopped_by_signals
from wwanreplay.tap.items import Happened
from wwanreplay.tap.line import Line
from wwanreplay.tap.recorder import BACKLOG_NS, Recorder

#: How often the name is tried for that another program has.
NAME_S: Final = 0.5
TICK_S: Final = 1.0
#: Messages that are passed on before they are recorded, about: that takes longer than an exchange,
#: and holds up fewer than one in a hundred of them.
NOTES_MAX: Final = 1024
#: Items that are written for each one that came while they are urgent: more than came, so that
#: what waits gets less however long this goes on.
ITEMS_PER_EVENT: Final = 4


@dataclass(frozen=True)
class Tapped:
    """What a tap did: clients, transfers both ways, seconds."""

    clients: int
    transfers: int
    duration_ns: int


class Tap:
    """Serves the clients at `clients` with the modem at `path`; `run` returns after `stop`.

    Other modems that clients name are served as well, and not recorded. `on_signal` is called in
    the loop after SIGUSR1.
    """

    def __init__(
        self,
        path: str,
        clients: Clients,
        recorder: Recorder,
        clock: SessionClock,
        *,
        channel: Channel | None = None,
        on_signal: Callable[[int], None] | None = None,
    ) -> None:
        self.path = path
        self.clients = clients
        self.recorder = recorder
        self.clock = clock
        self.joined = 0
        self._on_signal = on_signal
        self._signals = 0
        self._running = True
        self._line = Line(path, lambda: open_channel(path), clients, recorder, channel)
        self._lines: dict[str, Line] = {os.path.realpath(path): self._line}
        self._of_client: dict[int, Line] = {}
        self._unnamed: dict[int, Joined] = {}  # clients that have sent nothing yet
        # One wait for all: those of the clients stand in it already.
        self._poller = clients.poller
        self._relay = Relay(
            clients.descriptor,
            clock.start_ns,
            self._found_at,
            self._route_of,
            notes_max=NOTES_MAX,
        )
        self._wake_read, self._wake_write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._poller.register(self._wake_read, select.EPOLLIN)
        self._tick_ns = 0
        self._by_descriptor: dict[int, tuple[Line, Channel]] = {}
        self._watch()

    # ------------------------------------------------------------------ life

    def stop(self) -> None:
        """Let `run` return soon; may be called from a signal handler or another thread."""
        self._running = False
        self._wake()

    def signalled(self) -> None:
        """Note a signal; may be called from its handler."""
        self._signals += 1
        self._wake()

    def _wake(self) -> None:
        with suppress(BlockingIOError, OSError):
            os.write(self._wake_write, b"\0")

    def close(self) -> None:
        """Give modem, clients and names back; what happened until now is recorded."""
        self._record()  # an error may have come between
        time_ns = self.clock.now_ns()
        for line in self._lines.values():
            line.close(time_ns)
        self.clients.close()
        os.close(self._wake_read)
        os.close(self._wake_write)

    # ------------------------------------------------------------------ loop

    def run(self) -> None:
        """Forward and record until `stop`."""
        due_ns = self.clock.now_ns()
        grace_ns = round(self.recorder.grace_s * 1e9)
        pause_ns = grace_ns
        while self._running:
            urgent_ns = self.recorder.due_ns
            events = self._relay.run(
                due_ns if urgent_ns is None else min(due_ns, urgent_ns),
                pause_ns,
                BACKLOG_NS,
                has_backlog=self.recorder.waiting > 0,
            )
            time_ns = self.clock.now_ns()
            count = self._record() + len(events)
            if events:
                self._handle(events, time_ns)
            if count:
                self._read_ahead(time_ns)
                self._watch_if_changed()
                self.clients.settle()
            pause_ns = grace_ns
            if not self._relay.is_idle:
                self.recorder.catch_up(ITEMS_PER_EVENT * count, time_ns)
            else:
                self.recorder.work()
                self.recorder.catch_up(0, time_ns)  # it waits for what is late
                if self.recorder.waiting and not self.recorder.is_blocked:
                    pause_ns = 0
            is_tick = bool(self._signals) or time_ns >= due_ns
            if is_tick:
                self._tick_ns = time_ns + round(self._tick() * 1e9)
            if is_tick or count:
                due_ns = self._due_ns()

    def _due_ns(self) -> int:
        """When something is due by time."""
        due = [line.next_due_ns for line in self._lines.values()]
        due.append(self.clients.next_due_ns)
        return min((self._tick_ns, *(each for each in due if each is not None)))

    def _record(self) -> int:
        """Record what went the quick way; how much that was."""
        notes = self._relay.take()
        for kind, time_ns, client, line, transfer, rest in notes:
            line.relayed(kind, time_ns, client, transfer, rest)
        return len(notes)

    def _found_at(self, descriptor: int) -> Way | Route | None:
        """Who is at a descriptor, if all is as usual there."""
        found = self._by_descriptor.get(descriptor)
        if found is not None and found[0].channel is found[1]:
            return found[0].way()
        client = self.clients.number_at(descriptor)
        return None if client is None else self._route_of(client)

    def _route_of(self, client: int) -> Route | None:
        """The quick way of a client, if all is as usual there."""
        line = self._of_client.get(client)
        way = None if line is None else line.way()
        if line is None or way is None or not line.proxy.relays(client):
            return None
        place = self.clients.place_of(client)
        return None if place is None else Route(place[0], client, way, has_unread=place[1])

    def _read_ahead(self, time_ns: int) -> None:
        """Take what came from a modem while it took no more: nothing wakes one for that."""
        for line in list(self._lines.values()):
            while line.channel is not None and line.channel.has_read_ahead:
                line.read(time_ns)

    def _tick(self) -> float:
        """Do what is due by time; seconds until there is something again at the latest."""
        time_ns = self.clock.now_ns()
        for happening in self.clients.overdue(time_ns):
            self._take(happening, time_ns)
        for line in list(self._lines.values()):
            due_ns = line.next_due_ns
            if due_ns is not None and due_ns <= time_ns:
                line.advance(time_ns)
        self._read_ahead(time_ns)
        jump = self.clock.jump(time_ns)
        if jump is not None:
            self.recorder.add(Happened(time_ns, jump))
        while self._signals:
            self._signals -= 1
            self.recorder.finish()
            if self._on_signal is not None:
                self._on_signal(time_ns)
        self._watch_if_changed()
        if len(self._of_client) > len(self.clients.numbers):
            there = set(self.clients.numbers)
            self._of_client = {n: line for n, line in self._of_client.items() if n in there}
        wait_s = self.recorder.sink.poll(time_ns)
        return TICK_S if wait_s is None else min(max(wait_s, 0.0), TICK_S)

    def _watch_if_changed(self) -> None:
        if any(line.was_changed for line in self._lines.values()):
            self._watch()

    def _watch(self) -> None:
        """Wait for what the modems send, also for those that have come back or gone."""
        # A channel that was closed is waited for no more, and its number may be a client's by now.
        self._by_descriptor = {
            descriptor: (line, channel)
            for descriptor, (line, channel) in self._by_descriptor.items()
            if line.channel is channel
        }
        for line in self._lines.values():
            line.was_changed = False
            channel = line.channel
            if channel is not None and channel.descriptor not in self._by_descriptor:
                self._by_descriptor[channel.descriptor] = line, channel
                self._poller.register(channel.descriptor, select.EPOLLIN)

    def _handle(self, events: list[tuple[int, int, bytes | None, int]], time_ns: int) -> None:
        """Take what is not for the quick way: of the modems, and of the clients."""
        # Whose they are is looked up first: what is done about one may give a descriptor away.
        owners = [
            (self._by_descriptor.get(descriptor), self.clients.number_at(descriptor))
            for descriptor, *_ in events
        ]
        others: list[tuple[int, int]] = []
        for (descriptor, kinds, data, problem), (modem, client) in zip(events, owners, strict=True):
            if modem is not None and modem[0].channel is modem[1]:
                modem[0].read(time_ns, data, problem)
            elif client is None or data is None:
                if client is not None and problem:
                    self.clients.fail(client, problem)
                others.append((descriptor, kinds))
            else:
                for happening in self.clients.frame(client, data, time_ns):
                    self._take(happening, time_ns)
        if others:
            self._handle_others(others, time_ns)

    def _handle_others(self, events: list[tuple[int, int]], time_ns: int) -> None:
        for descriptor, _ in events:
            if descriptor == self._wake_read:
                with suppress(BlockingIOError):
                    os.read(self._wake_read, 4096)
        for happening in self.clients.handle(events, time_ns):
            self._take(happening, time_ns)

    # ------------------------------------------------------------------ clients

    def _take(self, happening: Happening, time_ns: int) -> None:
        if isinstance(happening, Received):
            line = self._of_client.get(happening.client)
            if line is None and happening.client not in self._unnamed:
                return  # it was let go
            if line is None:
                line = self._assign(happening, time_ns)
            line.client_transfer(happening.client, happening.data, time_ns)
        elif isinstance(happening, Joined):
            self.joined += 1
            self._unnamed[happening.client] = happening
        elif isinstance(happening, Departed):
            self._unnamed.pop(happening.client, None)
            line = self._of_client.pop(happening.client, self._line)
            line.leave(happening, time_ns)
        else:
            self._line.note(time_ns, happening.reason)

    def _assign(self, first: Received, time_ns: int) -> Line:
        """The modem that a client means, by its first message."""
        found = configuration_of(first.data)
        line = self._line if found is None else self._line_for(found[0])
        self._of_client[first.client] = line
        line.join(self._unnamed.pop(first.client), time_ns)
        return line

    def _line_for(self, path: str) -> Line:
        """The line of a path; what is no modem of its own is the one that is tapped."""
        real = os.path.realpath(path)
        line = self._lines.get(real)
        if line is not None:
            return line
        if all(real != modem.path for modem in list_modems()):
            return self._line
        try:
            line = Line(real, lambda: open_channel(real), self.clients, None)
        except DeviceError:
            return self._line
        self._lines[real] = line
        self._watch()
        return line


def wait_for_name(
    address: str, is_over: Callable[[], bool], on_wait: Callable[[str], None]
) -> Clients | None:
    """The clients at an address, once no other program listens there; None when it is over.

    `on_wait` is called once with who has the name.
    """
    has_reported = False
    while not is_over():
        try:
            return Clients(address)
        except NameTakenError:
            if not has_reported:
                on_wait(listener_text(address))
                has_reported = True
        time.sleep(NAME_S)
    return None


def listener_text(address: str) -> str:
    """Who listens at an address, in words."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
        try:
            peer.connect(f"\0{address[1:]}" if address.startswith("@") else address)
            pid, _ = credentials_of(peer)
        except OSError:
            return "another program"
    return f"{program_of(pid) or 'another program'} (process {pid})"


@contextmanager
def signalled(tap: Tap) -> Iterator[None]:
    """Let SIGUSR1 reach a tap; main thread only."""

    def handler(_number: int, _frame: FrameType | None) -> None:
        tap.signalled()

    before = signal.signal(signal.SIGUSR1, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGUSR1, before)


def _opened(path: str) -> Channel:
    """The channel of a modem; DeviceError for a file that nobody can wait for."""
    channel = open_channel(path)
    with select.epoll() as poller:
        try:
            poller.register(channel.descriptor, select.EPOLLIN)
        except OSError as error:
            channel.close()
            raise DeviceError(f"{path}: is no modem: {error.strerror}") from error
    return channel


def run_tap(
    path: str,
    make_recorder: Callable[[SessionClock], Recorder],
    *,
    address: str = PROXY_ADDRESS,
    on_wait: Callable[[str], None] | None = None,
    on_ready: Callable[[str], None] | None = None,
    on_signal: Callable[[int], None] | None = None,
) -> Tapped:
    """Tap the modem at a path until SIGINT, SIGTERM or SIGHUP.

    `on_wait` is called with who listens at the address, if somebody does; the tap waits until it
    is gone.
    `make_recorder` makes the recordings, with the clock whose times they are given.
    """
    with stopped_by_signals() as request:
        is_over = False

        def end() -> None:
            nonlocal is_over
            is_over = True

        request.deliver_to(end)
        clients = wait_for_name(address, lambda: is_over, on_wait or (lambda _text: None))
        if clients is None:
            return Tapped(0, 0, 0)
        try:
            clock = SessionClock()
            channel = _opened(path)
            recorder = make_recorder(clock)
        except BaseException:
            clients.close()
            raise
        try:
            tap = Tap(path, clients, recorder, clock, channel=channel, on_signal=on_signal)
        except BaseException as error:
            clients.close()
            recorder.sink.end_early(error)
            raise
        try:
            try:
                with signalled(tap):
                    request.deliver_to(tap.stop)
                    if on_ready is not None:
                        on_ready(address)
                    # What is loaded by now stays; to look through it again and again takes longer
                    # than many messages.
                    gc.collect()
                    gc.freeze()
                    tap.run()
            finally:
                tap.close()
            recorder.finish()
            recorder.sink.close(clock.now_ns())
        except BaseException as error:
            recorder.sink.end_early(error)
            raise
        return Tapped(tap.joined, recorder.serial, clock.now_ns())
