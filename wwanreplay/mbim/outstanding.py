"""Transactions of one session: which request an answer belongs to, across everything that happens.

Transaction ids come again after a re-open and after a wrap; RequestIds do not. Both tables are
bounded: what is forgotten is counted.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Final

from wwanreplay.mbim.ties import Tie

OUTSTANDING_MAX: Final = 4096
_BLOCK_BITS: Final = 1024
_MASKS_MAX: Final = 65536
_LAPS_MAX: Final = 1024


class RequestIds:
    """RequestIds of transaction ids: the id itself at first, 1 << 32 more with each re-use.

    Ids are remembered as bits of blocks. When that becomes too much, or one id came more than a
    thousand times, all is forgotten and counting goes on above everything given so far.
    """

    def __init__(self) -> None:
        self._base = 0
        self._highest = 0
        self._masks = 0
        self._blocks: dict[int, list[int]] = {}

    def take(self, transaction_id: int) -> int:
        """Return a RequestId that was never given before."""
        block, bit = transaction_id // _BLOCK_BITS, 1 << transaction_id % _BLOCK_BITS
        laps = self._blocks.setdefault(block, [])
        lap = next((lap for lap, mask in enumerate(laps) if not mask & bit), len(laps))
        if lap == len(laps):
            if lap >= _LAPS_MAX or self._masks >= _MASKS_MAX:
                self._base = self._highest + 1
                self._masks = lap = 0
                self._blocks = {block: (laps := [])}
            laps.append(0)
            self._masks += 1
        laps[lap] |= bit
        self._highest = max(self._highest, self._base + lap)
        return transaction_id | (self._base + lap) << 32


@dataclass(slots=True)
class Transaction:
    """One COMMAND: its members, the request it became, and whether it was answered.

    `tie` is None for a request in the MBIM namespace and for the device's own services;
    `own_service` is the UUID of the latter. `values` are the members of the command.
    """

    transaction_id: int
    request_id: int
    service: bytes
    cid: int
    is_set: bool
    generation: int
    port: int = 0
    tie: Tie | None = None
    own_service: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    answered: bool = False
    previous: Transaction | None = None


class Outstanding:
    """The transactions that an answer may still come for, answered ones included."""

    def __init__(self, limit: int = OUTSTANDING_MAX) -> None:
        self.limit = limit
        self.forgotten = 0
        self._by_id: OrderedDict[int, Transaction] = OrderedDict()

    def __len__(self) -> int:
        return len(self._by_id)

    @property
    def unanswered(self) -> list[Transaction]:
        """Those that no answer has come for, in the order they were sent."""
        return [each for each in self._by_id.values() if not each.answered]

    def add(self, transaction: Transaction) -> Transaction | None:
        """Keep a transaction; return the one of the same id that it replaces."""
        replaced = self._by_id.pop(transaction.transaction_id, None)
        if replaced is not None:
            replaced.previous = None
            transaction.previous = replaced
        self._by_id[transaction.transaction_id] = transaction
        while len(self._by_id) > self.limit:
            _, oldest = self._by_id.popitem(last=False)
            self.forgotten += not oldest.answered
        return replaced

    def find(
        self, transaction_id: int, service: bytes | None, cid: int | None
    ) -> Transaction | None:
        """Return the transaction that an answer belongs to: newest first, same command."""
        found = self._by_id.get(transaction_id)
        while found is not None:
            same_service = service is None or found.service == service
            if same_service and (cid is None or found.cid == cid):
                return found
            found = found.previous
        return None
