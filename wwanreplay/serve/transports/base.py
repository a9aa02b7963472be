"""What a transport offers the loop, and the queue of what waits for its client."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from wwanreplay.trace.notes import NoteCode

#: Bytes that may wait for a client that does not read; further messages are not sent.
UNSENT_SIZE_MAX = 1 << 20
#: Bytes that were written lately, among which those are that a client left unread. More than a
#: kernel holds for a pty.
WRITTEN_SIZE_MAX = 1 << 20


@dataclass(frozen=True, slots=True)
class Unread:
    """A transfer, record `index`, of whose `size` bytes the last `unread` were not read."""

    index: int
    size: int
    unread: int


@dataclass(frozen=True, slots=True)
class FromClient:
    """A transfer of one client of several, which is a number from 1 on; None is no client's."""

    data: bytes
    client: int | None


@dataclass(frozen=True, slots=True)
class Comment:
    """What a recording should say and no transfer shows; `cause` is the record it is about."""

    text: str
    code: NoteCode = NoteCode.TEXT
    cause: int | None = None


@dataclass(frozen=True, slots=True)
class Departure:
    """A client has gone: the beginning of a message that it left, and what it did not read.

    `client` is its number where there are several. What is not `is_exact` it may have read; its
    bytes are still on the way when it goes. `comments` come before.
    """

    half: bytes = b""
    unread: Sequence[Unread] = field(default_factory=tuple)
    client: int | None = None
    is_exact: bool = True
    comments: Sequence[Comment] = field(default_factory=tuple)


Arrival = bytes | FromClient | Departure | Comment


class Transport(Protocol):
    """Bytes to and from clients.

    It is also the outlet of the function: `refusal` and `send`. Times are virtual, in ns.
    """

    @property
    def address(self) -> str:
        """Where a client finds it, for the one who starts clients."""

    @property
    def descriptors(self) -> Sequence[int]:
        """What to wait for, edge-triggered: readable, and writable again."""

    @property
    def next_due_ns(self) -> int | None:
        """When `overdue` has something, or None."""

    def receive(self, time_ns: int) -> Sequence[Arrival] | None:
        """Read once: whole transfers of the host, in order; None when there is nothing."""

    def overdue(self, time_ns: int) -> bytes:
        """An unfinished message whose rest did not come in time; empty without one."""

    def refusal(self, size: int) -> str | None:
        """Why a message of `size` bytes cannot be sent now, or None."""

    def send(self, transfer: bytes, index: int) -> None:
        """Queue a transfer, which is record `index`."""

    def flush(self) -> None:
        """Write what the client takes."""

    def is_read(self) -> bool:
        """Whether the client has read all that was sent."""

    def hang_up(self) -> Departure | None:
        """End the connection of a client; None without one."""

    def close(self) -> None:
        """Give back what is held."""


@runtime_checkable
class Pluggable(Protocol):
    """A transport that can be pulled out, as USB can: its place goes away, and comes back.

    Of one that cannot the client is sent away when the device is pulled out.
    """

    def unplug(self) -> Departure | None:
        """Take the place away, with the client; None without one."""

    def plug(self) -> None:
        """Give the place back, if it is away; `descriptors` and `address` may be others."""


@runtime_checkable
class Selective(Protocol):
    """A transport that knows when it waits for room, and when there is nothing more to read.

    Of another it is always watched for room, and read until there is nothing.
    """

    @property
    def waits_for_room(self) -> bool:
        """Whether something could not be written yet."""

    @property
    def is_emptied(self) -> bool:
        """Whether the last `receive` took all there was; what comes behind wakes the wait again."""


class Outbox:
    """Transfers that wait for a client, and which of them it did not read in the end."""

    def __init__(self, size_max: int = UNSENT_SIZE_MAX) -> None:
        self.size_max = size_max
        self.size = 0  # bytes that wait
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._begun = 0  # bytes of the first one that are written
        self._written: deque[tuple[int, int]] = deque()  # (record, size), the oldest first
        self._written_size = 0

    def refusal(self, size: int) -> str | None:
        """Why a message of `size` bytes has no room, or None."""
        if self.size and self.size + size > self.size_max:
            return f"{self.size} bytes wait for a client that does not read"
        return None

    def add(self, transfer: bytes, index: int, begun: int = 0) -> None:
        """Append a transfer; of one that is the first, `begun` bytes may be written already."""
        if begun:
            assert not self._waiting
            self._begun = begun
        self._waiting.append((index, transfer))
        self.size += len(transfer) - begun

    def has_sent(self, index: int, size: int) -> None:
        """A transfer was written whole."""
        self._written.append((index, size))
        self._written_size += size
        if self._written_size > WRITTEN_SIZE_MAX:
            self._trim()

    def write(self, write: Callable[[bytes], int]) -> None:
        """Give all that waits to `write`, which returns how many bytes it took, or raises."""
        while self._waiting:
            index, transfer = self._waiting[0]
            taken = write(transfer[self._begun :])
            self._begun += taken
            self.size -= taken
            if self._begun == len(transfer):
                self._waiting.popleft()
                self._begun = 0
                self.has_sent(index, len(transfer))

    def _trim(self) -> None:
        while self._written_size - self._written[0][1] > WRITTEN_SIZE_MAX:
            self._written_size -= self._written.popleft()[1]

    def confirm(self) -> None:
        """Forget what was written: it has been read."""
        self._written.clear()
        self._written_size = 0

    def end(self, held: int) -> list[Unread]:
        """Forget everything; which transfers were not wholly read, in order.

        `held` is how many of the bytes that were written nobody had read.
        """
        sizes = [*self._written, *((index, len(transfer)) for index, transfer in self._waiting)]
        left, found = self.size + held, []
        for index, size in reversed(sizes):
            if left <= 0:
                break
            found.append(Unread(index, size, min(left, size)))
            left -= size
        self._waiting.clear()
        self._written.clear()
        self.size = self._begun = self._written_size = 0
        return found[::-1]
