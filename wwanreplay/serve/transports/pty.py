"""A raw pty: the master is ours, a client opens the slave, or a symlink to it.

A client is anything that speaks MBIM over a character device, such as mbimcli or ModemManager.
Nobody at the slave reads as EIO; what was not read is then taken away, so that the next client does
not get it.
"""

from __future__ import annotations

import errno
import os
import select
import termios
import tty
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from wwanreplay.errors import DeviceError, UsageError
from wwanreplay.mbim.fragments import CONTROL_MESSAGE_MAX, FRAGMENT_TIMEOUT_NS, StreamFramer
from wwanreplay.mbim.header import HOST_TYPES
from wwanreplay.serve.transports.base import Departure, Outbox

READ_SIZE = 65536
#: A read that gives less has taken all: the kernel holds 4096 bytes at a time, and more when those
#: are read.
_EMPTIED_SIZE = 2048


class PtyTransport:
    """One pty, and the client at its other end.

    `link` is a path that becomes a symlink to the slave until `close`; an existing symlink there is
    replaced, anything else refused with UsageError. `path` is that of the slave.
    """

    def __init__(self, link: str | os.PathLike[str] | None = None) -> None:
        self.link = None if link is None else Path(link)
        self._check_link()
        self.has_client = False
        self.is_emptied = False
        self._framer = StreamFramer(HOST_TYPES, CONTROL_MESSAGE_MAX)
        self._outbox = Outbox()
        self._partial_due_ns: int | None = None
        self._master = -1
        self.plug()

    @property
    def address(self) -> str:
        """The path of the slave."""
        return self.path

    # ------------------------------------------------------------------ plug

    def plug(self) -> None:
        """Open a pty, unless one is open, and let the symlink lead to it."""
        if self._master >= 0:
            return
        try:
            self._master, slave = os.openpty()
        except OSError as error:
            raise DeviceError(f"no pty: {error.strerror}") from error
        self.path = os.ttyname(slave)
        tty.setraw(slave)
        os.close(slave)
        os.set_blocking(self._master, False)
        self._make_link()

    def unplug(self) -> Departure | None:
        """Remove the symlink and close the pty: a client reads the end."""
        departure = self.hang_up()
        self.close()
        return departure

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
        os.close(self._master)
        self._master = -1

    @property
    def descriptors(self) -> Sequence[int]:
        """The master, while it is open."""
        return (self._master,) if self._master >= 0 else ()

    # ------------------------------------------------------------------ from the client

    @property
    def next_due_ns(self) -> int | None:
        """When an unfinished message is given up, or None."""
        return self._partial_due_ns

    def overdue(self, time_ns: int) -> bytes:
        """An unfinished message whose rest did not come in time; empty without one."""
        if self._partial_due_ns is None or time_ns < self._partial_due_ns:
            return b""
        self._partial_due_ns = None
        return self._framer.flush()

    def receive(self, time_ns: int) -> list[bytes | Departure] | None:
        """Read once; None when there is nothing, or nobody."""
        self.is_emptied = False
        if self._master < 0:
            return None
        try:
            data = os.read(self._master, READ_SIZE)
        except BlockingIOError:
            return None
        except OSError as error:
            self._check_gone(error)
            data = b""
        if not data:
            departure = self.hang_up()
            return None if departure is None else [departure]
        self.has_client = True
        self.is_emptied = len(data) < _EMPTIED_SIZE
        transfers: list[bytes | Departure] = [*self._framer.feed(data)]
        waiting = self._framer.waiting > 0
        self._partial_due_ns = time_ns + FRAGMENT_TIMEOUT_NS if waiting else None
        return transfers

    def _check_gone(self, error: OSError) -> None:
        """Find out whether the client has gone, or the pty itself."""
        if error.errno != errno.EIO:
            raise DeviceError(f"{self.path}: {error.strerror}") from error

    # ------------------------------------------------------------------ to the client

    def refusal(self, size: int) -> str | None:
        """Why a message of `size` bytes cannot be sent now, or None."""
        if not self.has_client:
            return "no client"
        if self._outbox.refusal(size) is not None:
            self.flush()
        return self._outbox.refusal(size)

    def send(self, transfer: bytes, index: int) -> None:
        """Queue a transfer."""
        self._outbox.add(transfer, index)

    @property
    def waits_for_room(self) -> bool:
        """Whether something could not be written yet."""
        return self._outbox.size > 0

    def flush(self) -> None:
        """Write what the pty takes; a client that has gone is seen by the next `receive`."""
        if not self._outbox.size:
            return
        try:
            self._outbox.write(self._write)
        except BlockingIOError:
            return
        except OSError as error:
            self._check_gone(error)

    def _write(self, data: bytes) -> int:
        return os.write(self._master, data)

    def is_read(self) -> bool:
        """Whether the client has read all that was sent."""
        if self._outbox.size:
            return False
        if not self.has_client:
            return True
        with self._slave() as slave:
            # Polling also brings in what is still on its way through the kernel.
            return not select.select([slave], [], [], 0)[0]

    def hang_up(self) -> Departure | None:
        """Forget the client, with its half message and all that it did not read."""
        if not self.has_client:
            return None
        self.has_client = False
        self._partial_due_ns = None
        return Departure(self._framer.flush(), self._outbox.end(self._take_unread()))

    def _take_unread(self) -> int:
        """Read what the client did not, and count it."""
        size = 0
        with self._slave() as slave:
            tty.setraw(slave, termios.TCSANOW)  # not as the client may have left it
            try:
                while data := os.read(slave, READ_SIZE):
                    size += len(data)
            except BlockingIOError:
                pass
            termios.tcflush(slave, termios.TCIFLUSH)
        return size

    @contextmanager
    def _slave(self) -> Iterator[int]:
        flags = os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC | os.O_NONBLOCK
        slave = os.open(self.path, flags)
        try:
            yield slave
        finally:
            os.close(slave)
