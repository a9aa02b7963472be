"""Serve an MBIM function to the hosts that come by a transport.

The loop has the clock, the function, and what it records; the transport has the client. Clients
come and go: the function stays as it was, as hardware would. Virtual time is the machine's clock
since the start, suspend included. An output has the time at which it was due, not that of the
write.

A recording has a wire record for every transfer that was given to the transport. A message for
which there is no client, or no room, is a note instead; what a client had not read when it went
away is noted then, transfer by transfer.
"""

from __future__ import annotations

import errno
import os
import select
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from types import FrameType, TracebackType
from typing import Protocol, Self

from wwanreplay._core import Event
from wwanreplay.errors import WwanReplayError
from wwanreplay.mbim.function import Outlet, is_arrival, is_removal
from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import type_name
from wwanreplay.serve.data.interface import NetInterface
from wwanreplay.serve.transports.base import (
    Arrival,
    Comment,
    Departure,
    FromClient,
    Pluggable,
    Selective,
    Transport,
)
from wwanreplay.trace.notes import NoteCode

TICK_S = 1.0
#: How long a client may go on reading after the end.
LINGER_S = 0.25
_LINGER_STEP_S = 0.005
_WATCHED = select.EPOLLIN | select.EPOLLET
_ENDING = select.EPOLLHUP | select.EPOLLERR | select.EPOLLRDHUP
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class Served(Protocol):
    """A function as the loop drives it; see `wwanreplay.mbim.function.Function`."""

    outlet: Outlet | None
    listeners: list[Callable[[Event], None]]
    transfers: int
    messages: int
    undelivered: int

    @property
    def next_due_ns(self) -> int | None:
        """When `advance` has something to do, or None."""

    def advance(self, time_ns: int) -> list[bytes]:
        """Let time reach `time_ns`."""

    def host_transfer(self, data: bytes, time_ns: int, client: int | None = None) -> list[bytes]:
        """Take one transfer of the host."""

    def submit(self, event: Event) -> list[bytes]:
        """Take an input that no host sent."""

    def note(self, time_ns: int, text: str, code: NoteCode, cause: int | None = None) -> None:
        """Record a note behind all that is due until `time_ns`."""

    def close(self, time_ns: int) -> list[bytes]:
        """End the session."""


class Loop:
    """Serves one function; `run` returns after `stop`, from a signal or another thread.

    `start_ns` is the virtual time at which serving begins. `on_tick` is called after everything
    that was done, at least every second, and when the seconds that it returned are over; for
    instance to let a recorder write in time.
    """

    def __init__(
        self,
        function: Served,
        transport: Transport,
        *,
        start_ns: int = 0,
        on_tick: Callable[[], float | None] | None = None,
        interfaces: Sequence[NetInterface] = (),
    ) -> None:
        self.function = function
        self.transport = transport
        self.start_ns = start_ns
        self.on_tick = on_tick
        self.interfaces = {each.descriptor: each for each in interfaces}
        self.unread = 0
        self._tick_s: float | None = None
        self._inputs: deque[tuple[Event, Future[int]]] = deque()
        self._timed: deque[tuple[int, Event]] = deque()
        self._poller: select.epoll | None = None
        self._selective = transport if isinstance(transport, Selective) else None
        self._watches_room = True
        self._running = True
        self._closed = False
        self._wake_read, self._wake_write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._started_ns = time.clock_gettime_ns(_CLOCK)
        function.outlet = transport

    # ------------------------------------------------------------------ life

    def close(self) -> None:
        """Close the transport."""
        if self._closed:
            return
        self._closed = True
        self.transport.close()
        for descriptor in (self._wake_read, self._wake_write):
            os.close(descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def stop(self) -> None:
        """Let `run` return soon; may be called from a signal handler or another thread."""
        self._running = False
        self._wake()

    def submit(self, event: Event) -> Future[int]:
        """Give the device a stimulus or lifecycle event, at the present time; from any thread.

        The result is that time, in ns, when the device has taken it. Listeners of the function have
        been given by then what it emitted at once. A loop that has ended cancels.
        """
        taken: Future[int] = Future()
        self._inputs.append((event, taken))
        self._wake()
        if self._closed:
            taken.cancel()
        return taken

    def schedule(self, events: Sequence[tuple[int, Event]]) -> None:
        """Give the device these inputs when it is their time, in ns; before `run`, in order."""
        self._timed.extend(events)

    def _wake(self) -> None:
        try:
            os.write(self._wake_write, b"\0")
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EBADF):
                raise

    @property
    def now_ns(self) -> int:
        """Virtual time."""
        return self.start_ns + time.clock_gettime_ns(_CLOCK) - self._started_ns

    # ------------------------------------------------------------------ loop

    def run(self) -> None:
        """Serve until `stop`; what was sent by then may still be read for a moment."""
        # Edge-triggered: while nobody holds a pty a level-triggered wait would never sleep.
        with select.epoll() as poller:
            self._poller = poller
            self._watch()
            for descriptor in (self._wake_read, *self.interfaces):
                poller.register(descriptor, select.EPOLLIN)
            while self._running:
                for descriptor, events in poller.poll(self._wait_s()):
                    if descriptor == self._wake_read:
                        self._take_inputs()
                    elif descriptor in self.interfaces:
                        self.interfaces[descriptor].exchange()
                    else:
                        self._receive(is_ending=bool(events & _ENDING))
                self._work(self.now_ns)
                self.transport.flush()
                if self._selective is not None:
                    self._watch_room(self._selective)
                if self.on_tick is not None:
                    self._tick_s = self.on_tick()
        self._poller = None
        self._finish()

    def _watch(self) -> None:
        """Wait for the descriptors of the transport from now on; closed ones need no care."""
        assert self._poller is not None
        for descriptor in self.transport.descriptors:
            with suppress(FileExistsError):
                self._poller.register(descriptor, _WATCHED | select.EPOLLOUT)
                self._watches_room = True

    def _watch_room(self, selective: Selective) -> None:
        """Wait for room only while something waits for it: each answer makes room again."""
        if selective.waits_for_room == self._watches_room:
            return
        assert self._poller is not None
        self._watches_room = not self._watches_room
        events = _WATCHED | (select.EPOLLOUT if self._watches_room else 0)
        for descriptor in self.transport.descriptors:
            self._poller.modify(descriptor, events)

    def _wait_s(self) -> float | None:
        """Return how long to sleep at most, in seconds; None without anything due."""
        nearest = self.function.next_due_ns
        due_ns = self.transport.next_due_ns
        if due_ns is not None and (nearest is None or due_ns < nearest):
            nearest = due_ns
        if self._timed and (nearest is None or self._timed[0][0] < nearest):
            nearest = self._timed[0][0]
        if nearest is None and self.on_tick is None:
            return None
        idle_s = None
        if self.on_tick is not None:
            idle_s = TICK_S if self._tick_s is None else min(TICK_S, max(self._tick_s, 0.0))
        if nearest is None:
            return idle_s
        # Rounded up: a wait that ends too early would only be repeated.
        wait_s = max(nearest - self.now_ns + 999_999, 0) / 1e9
        return wait_s if idle_s is None else min(wait_s, idle_s)

    def _take_inputs(self) -> None:
        """Empty the pipe that woke us, and give the device what waits."""
        with suppress(BlockingIOError):
            os.read(self._wake_read, 4096)
        while self._inputs and self._running:
            event, taken = self._inputs.popleft()
            if not taken.set_running_or_notify_cancel():
                continue
            time_ns = self.now_ns
            try:
                self._submit(event.replace(time_ns=time_ns))
            except WwanReplayError as error:
                taken.set_exception(error)
            else:
                taken.set_result(time_ns)

    def _submit(self, event: Event) -> None:
        """Give the device an input; when it is pulled out, or put in, so is its transport."""
        if is_arrival(event):
            self.move_device(event)
        self.function.submit(event)
        if is_removal(event):
            self.move_device(event)

    def move_device(self, event: Event) -> None:
        """Pull the transport out, or put it in; of one that cannot the clients are sent away."""
        transport = self.transport
        if is_arrival(event) and isinstance(transport, Pluggable):
            transport.plug()
            if self._poller is not None:
                self._watch()
        if is_removal(event):
            transport.flush()
            if isinstance(transport, Pluggable):
                self._note_departure(transport.unplug() or Departure(), event.time_ns)
                return
            while (departure := transport.hang_up()) is not None:
                self._note_departure(departure, event.time_ns)

    def _work(self, time_ns: int) -> None:
        """Do what is due: in the device, in the bridge, and for a message that never ended."""
        while self._timed and self._timed[0][0] <= time_ns and self._running:
            self._submit(self._timed.popleft()[1].replace(time_ns=time_ns))
        unfinished = self.transport.overdue(time_ns)
        if unfinished:
            self.function.host_transfer(unfinished, time_ns)
        due_ns = self.function.next_due_ns
        if due_ns is not None and due_ns <= time_ns:
            self.function.advance(time_ns)

    def _receive(self, *, is_ending: bool) -> None:
        """Read all there is; the end of a client, where there may be one, comes behind that."""
        selective = None if is_ending else self._selective
        while self._running:
            time_ns = self.now_ns
            arrivals = self.transport.receive(time_ns)
            if arrivals is None:
                return
            for arrival in arrivals:
                self._take(arrival, time_ns)
            self.transport.flush()
            if selective is not None and selective.is_emptied:
                return

    def _take(self, arrival: Arrival, time_ns: int) -> None:
        if isinstance(arrival, bytes):
            self.function.host_transfer(arrival, time_ns)
        elif isinstance(arrival, FromClient):
            self.function.host_transfer(arrival.data, time_ns, arrival.client)
        elif isinstance(arrival, Departure):
            self._note_departure(arrival, time_ns)
        else:
            self._note_comment(arrival, time_ns)

    def _note_comment(self, comment: Comment, time_ns: int) -> None:
        self.function.note(time_ns, comment.text, comment.code, comment.cause)
        self.unread += comment.code == NoteCode.UNREAD

    def _note_departure(self, departure: Departure, time_ns: int) -> None:
        for comment in departure_comments(departure):
            self._note_comment(comment, time_ns)

    def _finish(self) -> None:
        """Let the client read what was sent, note what it did not, and end the session."""
        self.function.advance(self.now_ns)
        deadline = time.monotonic() + LINGER_S
        self.transport.flush()
        while not self.transport.is_read() and time.monotonic() < deadline:
            time.sleep(_LINGER_STEP_S)
            self.transport.flush()
        while (departure := self.transport.hang_up()) is not None:
            self._note_departure(departure, self.now_ns)
        self.function.close(self.now_ns)
        while self._inputs:
            self._inputs.popleft()[1].cancel()


def departure_comments(departure: Departure) -> Iterator[Comment]:
    """What a recording says of a client that has gone."""
    yield from departure.comments
    who = "the client" if departure.client is None else f"client {departure.client}"
    if departure.half:
        yield Comment(f"{_half_text(departure.half)} was left unfinished by {who} that went away")
    read = "not read" if departure.is_exact else "perhaps not read"
    for lost in departure.unread:
        text = f"{read} by {who}: {lost.unread} of {lost.size} bytes"
        yield Comment(text, NoteCode.UNREAD, lost.index)


def _half_text(half: bytes) -> str:
    """Describe a message that is not complete by its header, as far as that is there."""
    head = look(half)
    if head.type is None or head.length is None or head.transaction_id is None:
        return f"message: {len(half)} bytes, less than a header; it"
    return f"{type_name(head.type)} {head.transaction_id}: {len(half)} of {head.length} bytes; it"


class StopRequest:
    """That an end is requested, also before there is something to stop.

    `is_over`: there is nothing to stop any more, only what was recorded to be finished.
    """

    def __init__(self) -> None:
        self.is_over = False
        self._requested = False
        self._stop: Callable[[], None] | None = None

    @property
    def is_requested(self) -> bool:
        """Whether the end was requested."""
        return self._requested

    def send(self) -> None:
        """Request the end; may be called from a signal handler."""
        self._requested = True
        if self._stop is not None:
            self._stop()

    def deliver_to(self, stop: Callable[[], None]) -> None:
        """Call `stop` when the end is requested, at once if it was."""
        self._stop = stop
        if self._requested:
            stop()


@contextmanager
def stopped_by_signals() -> Iterator[StopRequest]:
    """Let SIGINT, SIGTERM and SIGHUP request an end and not end the process; main thread only.

    A signal behind the end of what ends by itself changes nothing. But who sends a second one while
    a recording is finished does not want to wait for that. A SIGHUP that is ignored, as
    by nohup, stays so.
    """
    request = StopRequest()

    def handler(number: int, _frame: FrameType | None) -> None:
        if request.is_over and request.is_requested:
            put_back()
            signal.raise_signal(number)
        else:
            request.send()

    ends = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        ends.append(signal.SIGHUP)
    before = {each: signal.signal(each, handler) for each in ends}

    def put_back() -> None:
        for each, previous in before.items():
            signal.signal(each, previous)

    try:
        yield request
    finally:
        put_back()


def serve(
    function: Served,
    open_transport: Callable[[], Transport],
    *,
    start_ns: int = 0,
    on_ready: Callable[[str], None] | None = None,
    on_tick: Callable[[], float | None] | None = None,
    interfaces: Sequence[NetInterface] = (),
    stop: StopRequest | None = None,
    beside: Callable[[Loop], AbstractContextManager[object]] | None = None,
) -> int:
    """Serve a function until SIGINT, SIGTERM or SIGHUP; `on_ready` gets the transport's address.

    With `stop` signals are left alone, and it requests the end: for threads other than the main
    one. `beside` makes what is entered before the loop runs and left behind it, such as a control
    socket. Returns how many transfers were sent to clients that did not read them.
    """
    # Who sees the address may send a signal, so the signals come first.
    with (
        stopped_by_signals() if stop is None else nullcontext(stop) as request,
        Loop(
            function, open_transport(), start_ns=start_ns, on_tick=on_tick, interfaces=interfaces
        ) as loop,
        nullcontext() if beside is None else beside(loop),
    ):
        request.deliver_to(loop.stop)
        if on_ready is not None:
            on_ready(loop.transport.address)
        loop.run()
        request.is_over = True
        return loop.unread
