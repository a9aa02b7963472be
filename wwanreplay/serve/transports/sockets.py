"""Stream sockets of transports: a listening one, its peers, and what waits for each.

`Sockets` has one descriptor for all of them, as the loop wants it: an epoll that is itself waited
for.
"""

from __future__ import annotations

import select
import socket
from collections import deque
from collections.abc import Iterator
from typing import Final

from wwanreplay.errors import DeviceError
from wwanreplay.serve.transports.base import UNSENT_SIZE_MAX, Unread

READ_SIZE: Final = 65536
#: Peers at a time; further ones are let go.
PEERS_MAX: Final = 16


class Peer:
    """One connected socket. Records that are written with the bytes are known until these are."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.incoming = bytearray()
        self.is_closing = False  # after what waits is written
        self.size = 0  # bytes that wait
        self._waiting: deque[tuple[bytes, int | None, int]] = deque()
        connection.setblocking(False)

    def send(self, head: bytes, message: bytes = b"", record: int | None = None) -> None:
        """Queue a packet; `record` is the record of the message that it carries."""
        self._waiting.append((head + message, record, len(message)))
        self.size += len(head) + len(message)

    def flush(self) -> None:
        """Write what the peer takes; OSError when it has gone."""
        while self._waiting:
            data, record, size = self._waiting[0]
            try:
                taken = self.socket.send(data)
            except BlockingIOError:
                return
            self.size -= taken
            if taken == len(data):
                self._waiting.popleft()
            else:
                self._waiting[0] = (data[taken:], record, size)

    def unwritten(self) -> list[Unread]:
        """The transfers that the peer did not take wholly."""
        return [
            Unread(record, size, min(len(data), size))
            for data, record, size in self._waiting
            if record is not None
        ]


class Sockets:
    """A listening socket and its peers."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        listener.setblocking(False)
        self.peers: dict[int, Peer] = {}
        self._poller = select.epoll()
        self._poller.register(listener, select.EPOLLIN)

    def fileno(self) -> int:
        """What is readable when there is something to do."""
        return self._poller.fileno()

    def read(self) -> Iterator[Peer]:
        """The peers that sent something, which is in `incoming`, or have gone (`is_closing`)."""
        for descriptor, event in self._poller.poll(0):
            peer = self.peers.get(descriptor)
            if peer is None:
                self._accept()
                continue
            if event & select.EPOLLOUT:
                self._flush(peer)
            if event & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                self._read(peer)
                yield peer

    def _accept(self) -> None:
        try:
            connection, _ = self.listener.accept()
        except (BlockingIOError, ConnectionError):
            return
        if len(self.peers) >= PEERS_MAX:
            connection.close()
            return
        self.peers[connection.fileno()] = Peer(connection)
        self._poller.register(connection, select.EPOLLIN)

    @staticmethod
    def _read(peer: Peer) -> None:
        try:
            data = peer.socket.recv(READ_SIZE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            peer.incoming += data
        else:
            peer.is_closing = True

    @staticmethod
    def _flush(peer: Peer) -> None:
        try:
            peer.flush()
        except OSError:
            peer.is_closing = True

    def flush(self) -> None:
        """Write what peers take, and wait for those that take no more; let go who is done."""
        for peer in list(self.peers.values()):
            self._flush(peer)
            if peer.is_closing and not peer.size:
                self.drop(peer)
                continue
            # Who does not read what is written is not read either.
            wanted = 0 if peer.size > UNSENT_SIZE_MAX else select.EPOLLIN
            wanted |= select.EPOLLOUT if peer.size else 0
            self._poller.modify(peer.socket, wanted)

    def drop(self, peer: Peer) -> None:
        """Close a peer."""
        if self.peers.pop(peer.socket.fileno(), None) is not None:
            self._poller.unregister(peer.socket)
            peer.socket.close()

    def close(self) -> None:
        """Close all."""
        for peer in list(self.peers.values()):
            self.drop(peer)
        self.listener.close()
        self._poller.close()


def listen_on(host: str, port: int) -> socket.socket:
    """Listen on a TCP port; DeviceError when it is taken or the host unknown."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise DeviceError(f"{host}:{port}: {error.strerror or error}") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError as error:
        listener.close()
        raise DeviceError(f"{host}:{port}: cannot listen: {error.strerror or error}") from error
    return listener
