"""The records that a search follows, and which of them belong together."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Final

from wwanreplay._core import Event, Kind
from wwanreplay.protocol.kinds import INPUTS, OUTPUTS, REQUESTS

FOLLOWED: Final = INPUTS | OUTPUTS | {Kind.KIND_CLOCK}

#: RequestId and port of a transaction.
Transaction = tuple[int, int]


def transaction_of(event: Event) -> Transaction:
    """What requests and outputs of one transaction have in common."""
    return event.request_id, event.port


class Recording:
    """The followed records of a trace, by position.

    RequestIds may be used again: `request_at` knows the last request of a transaction among those
    that were reached.
    """

    def __init__(self, events: Iterable[Event]) -> None:
        self.records = [event for event in events if event.kind in FOLLOWED]
        self._requests: dict[Transaction, int] = {}
        self._outputs: dict[Transaction, list[int]] = {}
        for position, event in enumerate(self.records):
            if event.kind in OUTPUTS and event.request_id:
                self._outputs.setdefault(transaction_of(event), []).append(position)

    def reach(self, position: int) -> Event:
        """The record at a position, which the search has come to."""
        record = self.records[position]
        if record.kind in REQUESTS:
            self._requests[transaction_of(record)] = position
        return record

    def request_at(self, event: Event) -> int | None:
        """The position of the request that an output answers, or None."""
        return self._requests.get(transaction_of(event))

    def request_of(self, event: Event) -> Event | None:
        """The request that an output answers; None for an event of the device's own."""
        position = self.request_at(event)
        return self.records[position] if event.request_id and position is not None else None

    def outputs_behind(self, event: Event, position: int, count: int) -> list[int]:
        """The positions of up to `count` outputs of an event's transaction behind a position."""
        places = self._outputs.get(transaction_of(event), [])
        behind = bisect_right(places, position)
        return places[behind : behind + count]
