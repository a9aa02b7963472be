"""Commands of the host that wait for the device, and the requests that they wait for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from wwanreplay._core import Event, Kind
from wwanreplay.mbim import codec
from wwanreplay.mbim.ties import Tie
from wwanreplay.protocol import codec as ndis

#: Commands that may wait for the device at once; more are answered BUSY.
OUTSTANDING_MAX: Final = 64


class Refusal(Exception):  # noqa: N818 - not an error: the answer to a command
    """Ends the handling of a command with a status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(slots=True)
class Transaction:
    """One COMMAND that waits for the device."""

    transaction_id: int
    service: bytes
    cid: int
    main: int = 0
    waiting: set[int] = field(default_factory=set)
    indication: int = 0
    tie: Tie | None = None
    is_set: bool = False
    values: codec.Values = field(default_factory=dict)
    port: int = 0
    session: int | None = None
    answer: ndis.Decoded | None = None


class Transactions:
    """The commands that wait, by their transaction ids and by the requests made for them.

    A request stays uncompleted until the device completes it, which ends no command by itself.
    """

    def __init__(self) -> None:
        self._waiting: dict[int, Transaction] = {}
        self._by_request: dict[int, Transaction] = {}
        self._uncompleted: dict[int, Event] = {}

    @property
    def is_full(self) -> bool:
        """Whether one more command would be too many."""
        return len(self._waiting) >= OUTSTANDING_MAX

    def __contains__(self, transaction_id: int) -> bool:
        """Whether a command of this transaction waits."""
        return transaction_id in self._waiting

    def __iter__(self) -> Iterator[Transaction]:
        """Return the waiting commands in the order of their arrival."""
        return iter(self._waiting.values())

    def begin(self, transaction: Transaction, requests: Sequence[Event]) -> None:
        """Let a command wait for its requests, the first of which is its main one."""
        self._waiting[transaction.transaction_id] = transaction
        transaction.main = requests[0].request_id
        for request in requests:
            transaction.waiting.add(request.request_id)
            self._by_request[request.request_id] = transaction
            self._uncompleted[request.request_id] = request

    def of_request(self, request_id: int) -> Transaction | None:
        """Return the command that waits for a request, None where none does."""
        return self._by_request.get(request_id)

    def complete(self, request_id: int) -> Transaction | None:
        """Take note that the device completed a request; return the command that waits for it."""
        self._uncompleted.pop(request_id, None)
        return self._by_request.get(request_id)

    def answer(self, request_id: int, transaction: Transaction) -> bool:
        """Take the answer of a request; return whether the command waits for no other."""
        transaction.waiting.discard(request_id)
        self._by_request.pop(request_id, None)
        # A device may answer without having completed.
        self._uncompleted.pop(request_id, None)
        return not transaction.waiting

    def end(self, transaction: Transaction) -> None:
        """Forget a command and its requests."""
        self._waiting.pop(transaction.transaction_id, None)
        for request_id in transaction.waiting:
            self._by_request.pop(request_id, None)
            self._uncompleted.pop(request_id, None)

    def give_up(self, transaction_id: int, time_ns: int) -> list[Event]:
        """Forget a command that the host gave up; return the cancels of what is not completed."""
        transaction = self._waiting.pop(transaction_id, None)
        cancels: list[Event] = []
        for request_id in sorted(transaction.waiting if transaction is not None else ()):
            self._by_request.pop(request_id, None)
            request = self._uncompleted.pop(request_id, None)
            if request is not None:
                cancels.append(_cancel(request, time_ns))
        return cancels

    def clear(self) -> None:
        """Forget all."""
        self._waiting.clear()
        self._by_request.clear()
        self._uncompleted.clear()


def _cancel(request: Event, time_ns: int) -> Event:
    return Event(
        Kind.KIND_CANCEL,
        time_ns,
        port=request.port,
        request_id=request.request_id,
        code=request.code,
        namespace=request.namespace,
        handle=request.handle,
    )
