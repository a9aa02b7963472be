"""Clients at a local stream socket: connections, their numbers, and what each has read.

A name that begins with `@` is in the abstract namespace, as that of libmbim's mbim-proxy is; any
other is a path. Numbers count up from 1 and are never used again. As with mbim-proxy a client is
root, or whoever runs this.
"""

from __future__ import annotations

import errno
import fcntl
import os
import select
import socket
import struct
import termios
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from wwanreplay.errors import UsageError
from wwanreplay.mbim.fragments import FRAGMENT_TIMEOUT_NS, MESSAGE_SIZE_MAX, StreamFramer
from wwanreplay.mbim.header import HOST_TYPES
from wwanreplay.serve.listening import NameTakenError, PathListener
from wwanreplay.serve.transports.base import UNSENT_SIZE_MAX, Outbox, Unread

#: Where libmbim's clients look for the proxy.
PROXY_ADDRESS: Final = "@mbim-proxy"
#: Clients at once; a further one is let in when one has gone.
CLIENTS_MAX: Final = 256
READ_SIZE: Final = 16384
_BACKLOG: Final = 128
_RESET: Final = (errno.ECONNRESET, errno.EPIPE)
#: Index of a message that is no record.
NO_RECORD: Final = -1


@dataclass(frozen=True, slots=True)
class Joined:
    """A client has connected: its process, as the kernel knows it."""

    client: int
    pid: int
    uid: int
    program: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody was not let in."""

    reason: str


@dataclass(slots=True)  # not frozen: made for each message, and that takes half the time
class Received:
    """A transfer of a client."""

    client: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Departed:
    """A client has gone: what it left of a message, and what it has not, or perhaps not, read."""

    client: int
    half: bytes = b""
    unread: Sequence[Unread] = ()
    is_exact: bool = True


Happening = Joined | Refused | Received | Departed


@dataclass(slots=True)
class _Peer:
    """One connection."""

    number: int
    socket: socket.socket
    framer: StreamFramer
    outbox: Outbox
    unconfirmed: int = 0  # bytes written since all was known to be read
    half_due_ns: int | None = None
    is_reset: bool = False
    waits_for_room: bool = False


class Clients:
    """The connections at one address.

    `descriptor`, that of `poller`, is readable when `poll` has something. NameTakenError when
    another program listens there, UsageError when something else is in the way.
    """

    def __init__(self, address: str = PROXY_ADDRESS, *, clients_max: int = CLIENTS_MAX) -> None:
        self.address = address
        self.clients_max = clients_max
        self.unsent_size_max = UNSENT_SIZE_MAX
        self._peers: dict[int, _Peer] = {}
        self._by_descriptor: dict[int, _Peer] = {}
        self._unsettled: list[_Peer] = []
        self._last_number = 0
        self._is_listening = True
        self._place: PathListener | None = None
        if address.startswith("@"):
            self._listener = _listening(address)
        else:
            self._place = PathListener(address, backlog=_BACKLOG)
            self._listener = self._place.socket
        self._listener.setblocking(False)
        self.poller = select.epoll()
        self.poller.register(self._listener, select.EPOLLIN)

    @property
    def descriptor(self) -> int:
        """What to wait for."""
        return self.poller.fileno()

    @property
    def numbers(self) -> list[int]:
        """The clients that are connected."""
        return list(self._peers)

    def close(self) -> None:
        """Let all clients go and give the address back."""
        for peer in list(self._peers.values()):
            self._forget(peer)
        self.poller.close()
        if self._place is not None:
            self._place.remove()
        self._listener.close()

    # ------------------------------------------------------------------ arrivals

    def poll(self, timeout_s: float, time_ns: int) -> list[Happening]:
        """What has happened; waits for it so long at most."""
        found = self.handle(self.poller.poll(timeout_s), time_ns)
        self.settle()
        return found

    def handle(self, ready: Iterable[tuple[int, int]], time_ns: int) -> list[Happening]:
        """What has happened at descriptors of `poller`; others are passed over."""
        found: list[Happening] = []
        for descriptor, events in ready:
            if descriptor == self._listener.fileno():
                found += self._accept()
                continue
            peer = self._by_descriptor.get(descriptor)
            if peer is None:
                continue
            if events & select.EPOLLOUT:
                self._flush(peer)
            if events & ~select.EPOLLOUT:
                found += self._receive(peer, time_ns)
        return found

    def settle(self) -> None:
        """Find out what those have read that have sent something since.

        Apart from `handle`, so that a message is on its way before.
        """
        while self._unsettled:
            peer = self._unsettled.pop()
            if self._peers.get(peer.number) is peer:
                self._confirm(peer)

    def overdue(self, time_ns: int) -> list[Happening]:
        """The beginnings of messages whose rest did not come in time."""
        found: list[Happening] = []
        for peer in self._peers.values():
            if peer.half_due_ns is not None and time_ns >= peer.half_due_ns:
                peer.half_due_ns = None
                found.append(Received(peer.number, peer.framer.flush()))
        return found

    @property
    def next_due_ns(self) -> int | None:
        """When `overdue` has something, or None."""
        due = [peer.half_due_ns for peer in self._peers.values() if peer.half_due_ns is not None]
        return min(due, default=None)

    def _accept(self) -> Iterator[Happening]:
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError as error:
            if error.errno not in (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS):
                raise
            # It goes on waiting; without a pause this would be asked again and again.
            self._listen(False)
            yield Refused(f"a client cannot be let in: {error.strerror}")
            return
        pid, uid = credentials_of(connection)
        if uid not in (0, os.geteuid()):
            connection.close()
            yield Refused(f"process {pid} of user {uid} is refused: a client is root or this user")
            return
        connection.setblocking(False)
        self._last_number += 1
        framer = StreamFramer(HOST_TYPES, MESSAGE_SIZE_MAX)
        outbox = Outbox(self.unsent_size_max)
        peer = _Peer(self._last_number, connection, framer, outbox)
        self._peers[peer.number] = self._by_descriptor[connection.fileno()] = peer
        self.poller.register(connection, select.EPOLLIN)
        if len(self._peers) >= self.clients_max:
            self._listen(False)
        yield Joined(peer.number, pid, uid, program_of(pid))

    def _listen(self, on: bool) -> None:
        """Let clients in, or let them wait until one has gone."""
        if on != self._is_listening:
            self._is_listening = on
            self.poller.modify(self._listener, select.EPOLLIN if on else 0)

    def number_at(self, descriptor: int) -> int | None:
        """The client at a descriptor, or None."""
        peer = self._by_descriptor.get(descriptor)
        return None if peer is None else peer.number

    def place_of(self, client: int) -> tuple[int, bool] | None:
        """The descriptor of a client, and whether it may have something unread.

        None for one that has gone, is in the middle of a message or does not take its own.
        """
        peer = self._peers.get(client)
        if peer is None or peer.framer.waiting or peer.outbox.size:
            return None
        return peer.socket.fileno(), peer.unconfirmed > 0

    def frame(self, client: int, data: bytes, time_ns: int) -> list[Happening]:
        """The transfers that have become whole with what somebody else has read."""
        peer = self._peers.get(client)
        if peer is None:
            return []
        if peer.unconfirmed:
            self._unsettled.append(peer)
        return self._framed(peer, data, time_ns)

    def _receive(self, peer: _Peer, time_ns: int) -> list[Happening]:
        try:
            data = peer.socket.recv(READ_SIZE)
        except BlockingIOError:
            return []
        except OSError as error:
            peer.is_reset = peer.is_reset or error.errno in _RESET
            data = b""
        if not data:
            return [self._left(peer)]
        if peer.unconfirmed:
            self._unsettled.append(peer)
        return self._framed(peer, data, time_ns)

    def _framed(self, peer: _Peer, data: bytes, time_ns: int) -> list[Happening]:
        transfers = peer.framer.feed(data)
        peer.half_due_ns = time_ns + FRAGMENT_TIMEOUT_NS if peer.framer.waiting else None
        return [Received(peer.number, transfer) for transfer in transfers]

    def _confirm(self, peer: _Peer) -> None:
        """Find out whether all that was written has been read."""
        if peer.unconfirmed and not _bytes_held(peer.socket) and not _has_hung_up(peer.socket):
            self.has_read(peer.number)

    def _left(self, peer: _Peer) -> Departed:
        # The kernel says whether a client left anything unread, not how much.
        held = peer.unconfirmed if peer.is_reset else 0
        unread = [each for each in peer.outbox.end(held) if each.index != NO_RECORD]
        half = peer.framer.flush()
        self._forget(peer)
        return Departed(peer.number, half, unread, is_exact=not held)

    def _forget(self, peer: _Peer) -> None:
        del self._peers[peer.number]
        del self._by_descriptor[peer.socket.fileno()]
        self.poller.unregister(peer.socket)
        peer.socket.close()
        self._listen(True)

    # ------------------------------------------------------------------ to clients

    def refusal(self, client: int, size: int) -> str | None:
        """Why a message of `size` bytes cannot be sent to a client now, or None."""
        peer = self._peers.get(client)
        if peer is None:
            return "it has gone"
        if peer.outbox.refusal(size) is not None:
            self._flush(peer)
        return peer.outbox.refusal(size)

    def has_sent(self, client: int, message: bytes, index: int, taken: int) -> None:
        """Somebody else has sent the first `taken` bytes of a message, while nothing waited."""
        peer = self._peers.get(client)
        if peer is None:
            return
        peer.unconfirmed += taken
        if taken == len(message):
            peer.outbox.has_sent(index, taken)
        else:
            peer.outbox.add(message, index, taken)
            self._flush(peer)

    def has_read(self, client: int) -> None:
        """A client has read all that was sent, as somebody else has found out."""
        peer = self._peers.get(client)
        if peer is not None:
            peer.unconfirmed = 0
            peer.outbox.confirm()

    def fail(self, client: int, problem: int) -> None:
        """Take the errno of somebody else's read or write; the kernel says only once what it was.

        That the client has gone is seen when it is read.
        """
        peer = self._peers.get(client)
        if peer is not None:
            peer.is_reset = peer.is_reset or problem in _RESET

    def send(self, client: int, message: bytes, index: int) -> None:
        """Send a message, which is record `index` or NO_RECORD, as far as there is room."""
        peer = self._peers[client]
        peer.outbox.add(message, index)
        if not peer.waits_for_room:
            self._flush(peer)

    def _flush(self, peer: _Peer) -> None:
        try:
            peer.outbox.write(lambda data: self._write(peer, data))
        except BlockingIOError:
            pass
        except OSError as error:
            # That it has gone is seen when it is read.
            peer.is_reset = peer.is_reset or error.errno == errno.ECONNRESET
            return
        if peer.waits_for_room != bool(peer.outbox.size):
            peer.waits_for_room = bool(peer.outbox.size)
            events = select.EPOLLIN | (select.EPOLLOUT if peer.waits_for_room else 0)
            self.poller.modify(peer.socket, events)

    def _write(self, peer: _Peer, data: bytes) -> int:
        taken = peer.socket.send(data, socket.MSG_NOSIGNAL)
        peer.unconfirmed += taken
        return taken

    def is_read(self) -> bool:
        """Whether the clients have read all that was sent."""
        return all(
            not peer.outbox.size and not (peer.unconfirmed and _bytes_held(peer.socket))
            for peer in self._peers.values()
        )

    def hang_up(self, client: int) -> Departed | None:
        """End the connection of a client; None when it has gone."""
        peer = self._peers.get(client)
        if peer is None:
            return None
        self._flush(peer)
        held = _bytes_held(peer.socket)  # before the error, which one that closes leaves first
        error = peer.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        peer.is_reset = peer.is_reset or held > 0 or error in _RESET
        return self._left(peer)


def _listening(address: str) -> socket.socket:
    """A socket that listens at a name of the abstract namespace."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(f"\0{address[1:]}")
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            reason = "another program listens there, such as mbim-proxy"
            raise NameTakenError(f"{address}: {reason}") from error
        reason = error.strerror or str(error)
        raise UsageError(f"{address}: cannot be listened at: {reason}") from error
    return listener


def credentials_of(connection: socket.socket) -> tuple[int, int]:
    """The process and the user at the other end."""
    size = struct.calcsize("3i")
    data = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    pid, uid, _ = struct.unpack("3i", data)
    return pid, uid & 0xFFFFFFFF


def program_of(pid: int) -> str:
    """The name of a process, empty when it cannot be read."""
    try:
        with open(f"/proc/{pid}/comm", "rb") as file:
            return file.read(64).decode("utf-8", "replace").strip()
    except OSError:
        return ""


def _bytes_held(connection: socket.socket) -> int:
    """What the kernel holds of the bytes that were written; 0 is exact, another is not.

    Of a client that has closed it holds nothing, whatever that had read.
    """
    data = fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4))
    return int.from_bytes(data, "little")


def _has_hung_up(connection: socket.socket) -> bool:
    """Whether the other end is closed."""
    poller = select.poll()
    poller.register(connection, 0)  # that it has hung up is reported without being asked for
    return bool(poller.poll(0))
