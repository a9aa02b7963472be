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
from contextlib import contextmanager, suppress
from types import FrameType, TracebackType
from typing import Self

from wwanreplay._core import Event, Kind, Lifecycle
from wwanreplay.mbim.function import Function
from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import type_name
from wwanreplay.serve.data.interface import NetInterface
from wwanreplay.serve.transports.base import Departure, Pluggable, Remark, Transport
from wwanreplay.trace.notes import NoteCode

TICK_S = 1.0
#: How long a client may go on reading after the end.
LINGER_S = 0.25
_LINGER_STEP_S = 0.005
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class Loop:
    """Serves one function; `run` returns after `stop`, from a signal or another thread.

    `start_ns` is the virtual time at which serving begins. `on_tick` is called after everything
    that was done, at least every second, and when the seconds that it returned are over; for
    instance to let a recorder write in time.
    """

    def __init__(
        self,
        function: Function,
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
        self._inputs: deque[Event] = deque()
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

    def submit(self, event: Event) -> None:
        """Give the device a stimulus or lifecycle event, at the present time; from any thread."""
        self._inputs.append(event)
        self._wake()

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
            for descriptor in self.transport.descriptors:
                poller.register(descriptor, select.EPOLLIN | select.EPOLLOUT | select.EPOLLET)
            for descriptor in (self._wake_read, *self.interfaces):
                poller.register(descriptor, select.EPOLLIN)
            while self._running:
                for descriptor, _ in poller.poll(self._wait_s()):
                    if descriptor == self._wake_read:
                        self._take_inputs()
                    elif descriptor in self.interfaces:
                        self.interfaces[descriptor].exchange()
                    else:
                        self._receive()
                self._work(self.now_ns)
                self.transport.flush()
                if self.on_tick is not None:
                    self._tick_s = self.on_tick()
        self._finish()

    def _wait_s(self) -> float | None:
        """Return how long to sleep at most, in seconds; None without anything due."""
        due = [self.function.next_due_ns, self.transport.next_due_ns]
        nearest = min((time_ns for time_ns in due if time_ns is not None), default=None)
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
            event = self._inputs.popleft().replace(time_ns=self.now_ns)
            self.function.submit(event)
            self._move_device(event)

    def _move_device(self, event: Event) -> None:
        """Pull the device out or plug it in, where hosts can see that."""
        if event.kind != Kind.KIND_LIFECYCLE or not isinstance(self.transport, Pluggable):
            return
        if event.code == Lifecycle.LIFECYCLE_SURPRISE_REMOVAL:
            departure = self.transport.unplug()
            if departure is not None:
                self._note_departure(departure, event.time_ns)
        elif event.code == Lifecycle.LIFECYCLE_ARRIVAL:
            self.transport.plug()

    def _work(self, time_ns: int) -> None:
        """Do what is due: in the device, in the bridge, and for a message that never ended."""
        unfinished = self.transport.overdue(time_ns)
        if unfinished:
            self.function.host_transfer(unfinished, time_ns)
        due_ns = self.function.next_due_ns
        if due_ns is not None and due_ns <= time_ns:
            self.function.advance(time_ns)

    def _receive(self) -> None:
        while self._running:
            time_ns = self.now_ns
            arrivals = self.transport.receive(time_ns)
            if arrivals is None:
                return
            for arrival in arrivals:
                if isinstance(arrival, Departure):
                    self._note_departure(arrival, time_ns)
                elif isinstance(arrival, Remark):
                    self.function.note(time_ns, arrival.text, NoteCode.TEXT)
                else:
                    self.function.host_transfer(arrival, time_ns)
            self.transport.flush()

    def _note_departure(self, departure: Departure, time_ns: int) -> None:
        if departure.half:
            text = f"{_half_text(departure.half)} was left unfinished by the client that went away"
            self.function.note(time_ns, text, NoteCode.TEXT)
        for lost in departure.unread:
            text = f"not read by the client: {lost.unread} of {lost.size} bytes"
            self.function.note(time_ns, text, NoteCode.UNREAD, lost.index)
        self.unread += len(departure.unread)

    def _finish(self) -> None:
        """Let the client read what was sent, note what it did not, and end the session."""
        self.function.advance(self.now_ns)
        deadline = time.monotonic() + LINGER_S
        self.transport.flush()
        while not self.transport.is_read() and time.monotonic() < deadline:
            time.sleep(_LINGER_STEP_S)
            self.transport.flush()
        departure = self.transport.hang_up()
        if departure is not None:
            self._note_departure(departure, self.now_ns)
        self.function.close(self.now_ns)


def _half_text(half: bytes) -> str:
    """Describe a message that is not complete by its header, as far as that is there."""
    head = look(half)
    if head.type is None or head.length is None or head.transaction_id is None:
        return f"message: {len(half)} bytes, less than a header; it"
    return f"{type_name(head.type)} {head.transaction_id}: {len(half)} of {head.length} bytes; it"


class StopRequest:
    """That an end is requested, also before there is something to stop."""

    def __init__(self) -> None:
        self._requested = False
        self._stop: Callable[[], None] | None = None

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

    A SIGHUP that is ignored, as by nohup, stays so.
    """
    request = StopRequest()

    def handler(_signal: int, _frame: FrameType | None) -> None:
        request.send()

    ends = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        ends.append(signal.SIGHUP)
    before = {each: signal.signal(each, handler) for each in ends}
    try:
        yield request
    finally:
        for each, previous in before.items():
            signal.signal(each, previous)


def serve(
    function: Function,
    open_transport: Callable[[], Transport],
    *,
    start_ns: int = 0,
    on_ready: Callable[[str], None] | None = None,
    on_tick: Callable[[], float | None] | None = None,
    interfaces: Sequence[NetInterface] = (),
) -> int:
    """Serve a function until SIGINT, SIGTERM or SIGHUP; `on_ready` gets the transport's address.

    Returns how many transfers were sent to clients that did not read them.
    """
    # Who sees the address may send a signal, so the signals come first.
    with (
        stopped_by_signals() as request,
        Loop(
            function, open_transport(), start_ns=start_ns, on_tick=on_tick, interfaces=interfaces
        ) as loop,
    ):
        request.deliver_to(loop.stop)
        if on_ready is not None:
            on_ready(loop.transport.address)
        loop.run()
        return loop.unread
