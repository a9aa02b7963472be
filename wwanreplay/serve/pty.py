"""Serve an MBIM function to a live host on a raw pty.

The master is ours; a client (mbimcli, ModemManager, anything that speaks MBIM over a character
device) opens the slave, or a symlink to it. Clients come and go: nobody at the slave reads as EIO,
what was not read is thrown away, and the function stays as it was, as hardware would.

Virtual time is the machine's clock since the start, suspend included. What the device says carries
the time it was due, not the time of the write.
"""

import errno
import os
import select
import signal
import termios
import time
import tty
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from wwanreplay.errors import DeviceError, UsageError
from wwanreplay.mbim.fragments import FRAGMENT_TIMEOUT_NS, StreamFramer
from wwanreplay.mbim.function import Function
from wwanreplay.mbim.header import HOST_TYPES

#: Largest message or fragment of a host, as wMaxControlMessage of the USB descriptor would say.
CONTROL_MESSAGE_MAX = 4096
#: Bytes that may wait for a client that does not read; further messages are dropped.
UNSENT_SIZE_MAX = 1 << 20
READ_SIZE = 65536
TICK_S = 1.0
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class PtyServer:
    """Serves one function; `run` returns after `stop`, from a signal or another thread.

    `link` is a path that becomes a symlink to the slave while the server lives; an existing symlink
    there is replaced, anything else refused with UsageError. `start_ns` is the virtual time at
    which serving begins. `on_tick` is called after everything that was done, at least every second,
    and when the seconds that it answered are over; for instance to let a recorder write in time.
    """

    def __init__(
        self,
        function: Function,
        link: str | os.PathLike[str] | None = None,
        *,
        start_ns: int = 0,
        on_tick: Callable[[], float | None] | None = None,
    ) -> None:
        self.function = function
        self.start_ns = start_ns
        self.on_tick = on_tick
        self._tick_s: float | None = None
        self.link = None if link is None else Path(link)
        self._check_link()
        self._framer = StreamFramer(HOST_TYPES, CONTROL_MESSAGE_MAX)
        self._unsent: deque[bytes] = deque()
        self._unsent_size = 0
        self._partial_due_ns: int | None = None
        self.has_client = False
        self._running = True
        try:
            self._master, slave = os.openpty()
        except OSError as error:
            raise DeviceError(f"no pty: {error.strerror}") from error
        self.path = os.ttyname(slave)
        tty.setraw(slave)
        os.close(slave)
        os.set_blocking(self._master, False)
        self._wake_read, self._wake_write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._started_ns = time.clock_gettime_ns(_CLOCK)
        self._make_link()

    # ------------------------------------------------------------------ life

    def _check_link(self) -> None:
        if self.link is None:
            return
        if os.path.lexists(self.link) and not self.link.is_symlink():
            raise UsageError(f"{self.link}: is not a symlink; it is not replaced")
        if not self.link.parent.is_dir():
            raise UsageError(f"{self.link}: the folder {self.link.parent} does not exist")

    def _make_link(self) -> None:
        if self.link is None:
            return
        fresh = self.link.with_name(f".{self.link.name}.{os.getpid()}")
        try:
            fresh.symlink_to(self.path)
            fresh.replace(self.link)
        except OSError as error:
            fresh.unlink(missing_ok=True)
            self.close()
            raise UsageError(f"{self.link}: cannot be made: {error.strerror}") from error

    def close(self) -> None:
        """Remove the symlink, if it is still ours, and close the pty."""
        if self._master < 0:
            return
        if self.link is not None and self.link.is_symlink() and os.readlink(self.link) == self.path:
            self.link.unlink(missing_ok=True)
        for descriptor in (self._master, self._wake_read, self._wake_write):
            os.close(descriptor)
        self._master = -1

    def __enter__(self) -> "PtyServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def stop(self) -> None:
        """Let `run` return soon; may be called from a signal handler or another thread."""
        self._running = False
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
        """Serve until `stop`."""
        # Edge-triggered: while nobody holds the slave a level-triggered wait would never sleep.
        with select.epoll() as poller:
            poller.register(self._master, select.EPOLLIN | select.EPOLLOUT | select.EPOLLET)
            poller.register(self._wake_read, select.EPOLLIN)
            while self._running:
                for descriptor, _ in poller.poll(self._wait_s()):
                    if descriptor == self._master:
                        self._read()
                self._work(self.now_ns)
                self._write()
                if self.on_tick is not None:
                    self._tick_s = self.on_tick()
        self.function.close(self.now_ns)

    def _wait_s(self) -> float | None:
        """Return how long to sleep at most, in seconds; None without anything due."""
        due = [self.function.next_due_ns, self._partial_due_ns]
        nearest = min((time_ns for time_ns in due if time_ns is not None), default=None)
        idle_s = None
        if self.on_tick is not None:
            idle_s = TICK_S if self._tick_s is None else min(TICK_S, max(self._tick_s, 0.0))
        if nearest is None:
            return idle_s
        # Rounded up: a wait that ends too early would only be repeated.
        wait_s = max(nearest - self.now_ns + 999_999, 0) / 1e9
        return wait_s if idle_s is None else min(wait_s, idle_s)

    def _work(self, time_ns: int) -> None:
        """Do what is due: in the device, in the bridge, and for a message that never ended."""
        if self._partial_due_ns is not None and self._partial_due_ns <= time_ns:
            self._partial_due_ns = None
            self._queue(self.function.host_transfer(self._framer.flush(), time_ns))
        due_ns = self.function.next_due_ns
        if due_ns is not None and due_ns <= time_ns:
            self._queue(self.function.advance(time_ns))

    def _read(self) -> None:
        while self._running:
            try:
                data = os.read(self._master, READ_SIZE)
            except BlockingIOError:
                return
            except OSError as error:
                self._failed(error)
                return
            if not data:
                self._client_gone()
                return
            self.has_client = True
            time_ns = self.now_ns
            for transfer in self._framer.feed(data):
                self._queue(self.function.host_transfer(transfer, time_ns))
            waiting = self._framer.waiting > 0
            self._partial_due_ns = time_ns + FRAGMENT_TIMEOUT_NS if waiting else None
            self._write()

    def _failed(self, error: OSError) -> None:
        """Tell a client that has gone from a pty that has."""
        if error.errno != errno.EIO:
            raise DeviceError(f"{self.path}: {error.strerror}") from error
        self._client_gone()

    def _client_gone(self) -> None:
        """Throw away what the client did not read, so that the next one does not get it."""
        if not self.has_client:
            return
        self.has_client = False
        self._unsent.clear()
        self._unsent_size = 0
        slave = os.open(self.path, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        try:
            termios.tcflush(slave, termios.TCIFLUSH)
        finally:
            os.close(slave)

    def _queue(self, replies: list[bytes]) -> None:
        if not self.has_client:
            return
        for data in replies:
            if self._unsent_size + len(data) > UNSENT_SIZE_MAX:
                return
            self._unsent.append(data)
            self._unsent_size += len(data)

    def _write(self) -> None:
        while self._unsent:
            data = self._unsent[0]
            try:
                written = os.write(self._master, data)
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno != errno.EIO:
                    raise DeviceError(
                        f"{self.path}: cannot be written: {error.strerror}"
                    ) from error
                self._client_gone()
                return
            self._unsent_size -= written
            if written == len(data):
                self._unsent.popleft()
            else:
                self._unsent[0] = data[written:]


@contextmanager
def stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Let SIGINT, SIGTERM and SIGHUP call `stop` instead of ending the process; main thread only.

    A SIGHUP that is ignored, as by nohup, stays so.
    """

    def handler(_signal: int, _frame: FrameType | None) -> None:
        stop()

    ends = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        ends.append(signal.SIGHUP)
    before = {each: signal.signal(each, handler) for each in ends}
    try:
        yield
    finally:
        for each, previous in before.items():
            signal.signal(each, previous)


def serve_pty(
    function: Function,
    link: str | os.PathLike[str] | None = None,
    *,
    start_ns: int = 0,
    on_ready: Callable[[str], None] | None = None,
    on_tick: Callable[[], float | None] | None = None,
) -> None:
    """Serve a function until SIGINT, SIGTERM or SIGHUP; `on_ready` gets the path of the slave."""
    with (
        PtyServer(function, link, start_ns=start_ns, on_tick=on_tick) as server,
        stopped_by_signals(server.stop),
    ):
        if on_ready is not None:
            on_ready(server.path)
        server.run()
