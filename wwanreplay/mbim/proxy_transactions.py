"""The commands that a function has of several clients, and the quick way of an ordinary one.

A command goes to the function under an id of the table's own; its answer gets the client's id
again. Most messages need no more than that: `sent` and `answered` do it with one look at the bytes,
and leave everything else to the multiplexer (None).
"""

from __future__ import annotations

import struct
import uuid
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wwanreplay.mbim import messages
from wwanreplay.mbim.commands import PROXY_CONFIGURATION, SUBSCRIBE_LIST
from wwanreplay.mbim.header import COMMAND_SIZE, FRAGMENT_HEADER_SIZE, U32_MAX
from wwanreplay.mbim.tables import SERVICES
from wwanreplay.mbim.versions import VERSION

#: Type, MessageLength, TransactionId, TotalFragments, CurrentFragment, service and CID.
_HEAD: Final = struct.Struct("<5I20s")
_ID: Final = struct.Struct("<I")
_COMMAND_END: Final = _HEAD.size
_COMMAND, _COMMAND_DONE = int(messages.MBIM_COMMAND_MSG), int(messages.MBIM_COMMAND_DONE)


def _named(service: int, cid: int) -> bytes:
    return uuid.UUID(SERVICES[service].uuid).bytes + cid.to_bytes(4, "little")


#: Commands, as the 20 bytes of service and CID, that are more to the multiplexer than a number.
CONFIGURATION: Final = _named(*PROXY_CONFIGURATION)
SUBSCRIPTION: Final = _named(*SUBSCRIBE_LIST)
AGREEMENT: Final = _named(*VERSION)
_ANSWERED_HERE: Final = frozenset({CONFIGURATION, SUBSCRIPTION})


def command_name(message: bytes) -> bytes:
    """The service and CID of a command or its answer, 20 bytes."""
    return message[FRAGMENT_HEADER_SIZE:_COMMAND_END]


def with_id(message: bytes, transaction_id: int) -> bytes:
    """A message under another transaction id."""
    return b"".join((message[:8], _ID.pack(transaction_id), message[12:]))


@dataclass(slots=True)
class Transaction:
    """A command that the function has: whose it is, and under which id; None: nobody's any more."""

    client: int | None
    transaction_id: int
    command: bytes
    sent_ns: int
    buffer: bytes | None = None  # of a list of events, which answers it
    is_ours: bool = False

    @property
    def cid(self) -> int:
        """The number of the command within its service."""
        return int.from_bytes(self.command[16:], "little")


class Transactions:
    """What the function has, by the id it has it under; the oldest first."""

    def __init__(self) -> None:
        self._table: OrderedDict[int, Transaction] = OrderedDict()
        self._last_id = 0

    def __len__(self) -> int:
        return len(self._table)

    def __getitem__(self, key: int) -> Transaction:
        return self._table[key]

    def items(self) -> Iterator[tuple[int, Transaction]]:
        """The ids and what they stand for."""
        return iter(self._table.items())

    def get(self, key: int) -> Transaction | None:
        """What an id stands for, or None."""
        return self._table.get(key)

    @property
    def oldest(self) -> tuple[int, Transaction] | None:
        """The one that was sent first, or None."""
        return next(iter(self._table.items()), None)

    def take_id(self) -> int:
        """An id that no transaction has; never 0."""
        while True:
            self._last_id = self._last_id % U32_MAX + 1
            if self._last_id not in self._table:
                return self._last_id

    def add(self, transaction: Transaction) -> int:
        """Remember what is sent, and return its id."""
        key = self.take_id()
        self._table[key] = transaction
        return key

    def pop(self, key: int) -> Transaction | None:
        """Forget a transaction; None when there is none."""
        return self._table.pop(key, None)

    def clear(self) -> None:
        """Forget all."""
        self._table.clear()

    # ------------------------------------------------------------------ the quick way

    def sent(
        self, client: int, message: bytes, time_ns: int, size_max: int
    ) -> tuple[int, bytes] | None:
        """The id and the message for the function, of an ordinary command in one piece."""
        size = len(message)
        if not COMMAND_SIZE <= size <= size_max:
            return None
        kind, length, transaction_id, total, current, command = _HEAD.unpack_from(message)
        is_whole = kind == _COMMAND and length == size and total == 1 and not current
        if not is_whole or command in _ANSWERED_HERE:
            return None
        key = self._last_id + 1
        if key in self._table or key > U32_MAX:
            key = self.take_id()
        self._last_id = key
        self._table[key] = Transaction(client, transaction_id, command, time_ns)
        return key, message[:8] + _ID.pack(key) + message[12:]

    def answered(self, message: bytes) -> tuple[int, int, bytes] | None:
        """The id, the client and the message for it, of an ordinary answer in one piece."""
        size = len(message)
        if size < COMMAND_SIZE:
            return None
        kind, length, key, total, current, command = _HEAD.unpack_from(message)
        if kind != _COMMAND_DONE or length != size or total != 1 or current:
            return None
        found = self._table.get(key)
        if found is None or found.client is None or found.command != command:
            return None
        if found.buffer is not None or command == AGREEMENT:
            return None
        del self._table[key]
        number = _ID.pack(found.transaction_id)
        return key, found.client, message[:8] + number + message[12:]
