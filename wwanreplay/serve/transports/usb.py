"""What the USB transports have in common: a function, its host among the connections, messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from wwanreplay.serve.transports.base import Departure
from wwanreplay.serve.transports.sockets import Peer, Sockets
from wwanreplay.serve.usb.function import UsbFunction


class Host(Protocol):
    """The host of a function, over one connection."""

    peer: Peer

    def serve(self) -> None:
        """Notify it, and answer the reads that wait."""


H = TypeVar("H", bound=Host)


class UsbTransport(Generic[H]):
    """Connections, of which one is the function's host."""

    def __init__(self, function: UsbFunction, sockets: Sockets) -> None:
        self.function = function
        self.is_plugged = True
        self._sockets = sockets
        self._host: H | None = None

    @property
    def descriptors(self) -> Sequence[int]:
        """The one of all sockets."""
        return (self._sockets.fileno(),)

    @property
    def next_due_ns(self) -> int | None:
        """Never: USB gives whole messages."""
        return None

    def overdue(self, time_ns: int) -> bytes:  # noqa: ARG002 - a stream needs the time
        """Nothing: USB gives whole messages."""
        return b""

    def refusal(self, size: int) -> str | None:
        """Why a message of `size` bytes cannot be sent now, or None."""
        return "no client" if self._host is None else self.function.refusal(size)

    def send(self, transfer: bytes, index: int) -> None:
        """Queue a transfer."""
        self.function.send(transfer, index)

    def flush(self) -> None:
        """Notify the host, answer its reads, and write what clients take."""
        if self._host is not None:
            self._host.serve()
        self._sockets.flush()

    def is_read(self) -> bool:
        """Whether the host has fetched all that was sent."""
        return self._host is None or (self.function.is_fetched and not self._host.peer.size)

    def hang_up(self) -> Departure | None:
        """End the connection of the host, which is pulling the device out; None without one."""
        if self._host is None:
            return None
        peer, self._host = self._host.peer, None
        unread = peer.unwritten() + self.function.unfetched()
        self.function.reset()
        self._sockets.drop(peer)
        return Departure(unread=unread)
