"""The records that a search follows: those near the place that it has come to.

A recording is read once, from its beginning, as the search goes on. Of what is behind it holds as
much as explanations go back to, and of what is ahead as much as they look at.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable
from itertools import islice
from typing import Final, overload

from wwanreplay._core import Event, Kind, Recent
from wwanreplay.protocol.kinds import INPUTS, OUTPUTS, REQUESTS

FOLLOWED: Final = INPUTS | OUTPUTS | {Kind.KIND_CLOCK}

#: Records that are held behind the one that was reached, and at most twice as many: more than
#: there are states to go back to.
BEHIND_MAX: Final = 1024
#: Records read ahead of the search; no explanation rests on anything later.
AHEAD_MAX: Final = 16_384
#: Requests that are remembered for their answers.
REQUESTS_MAX: Final = 4096
#: Transactions of which something is remembered that was read ahead.
TRANSACTIONS_MAX: Final = 2 * AHEAD_MAX

#: RequestId and port of a transaction.
Transaction = tuple[int, int]


def transaction_of(event: Event) -> Transaction:
    """What requests and outputs of one transaction have in common."""
    return event.request_id, event.port


class Recording:
    """The followed records of a trace near a place, by position among all of them.

    RequestIds may be used again: `request_at` knows the last request of a transaction among those
    that were reached.
    """

    def __init__(self, events: Iterable[Event]) -> None:
        self.begin = 0  # the position of the first record that is held
        self.is_read = False  # whether the last record is among them
        self.first_ns = 0  # the time of the first of all
        self.latest_ns = 0  # the latest time of those that were read
        self._unread = (event for event in events if event.kind in FOLLOWED)
        self._held: list[Event] = []
        self._requests: Recent[Transaction, tuple[int, Event]] = Recent(REQUESTS_MAX)
        self._outputs: dict[Transaction, list[int]] = {}

    @property
    def end(self) -> int:
        """The position behind the last record that was read."""
        return self.begin + len(self._held)

    @overload
    def __getitem__(self, place: int) -> Event: ...

    @overload
    def __getitem__(self, place: slice) -> list[Event]: ...

    def __getitem__(self, place: int | slice) -> Event | list[Event]:
        """The record at a position, or those of a part that are held."""
        if isinstance(place, int):
            at = place - self.begin
            if 0 <= at < len(self._held):
                return self._held[at]
            raise IndexError(place)
        start, stop = place.start or 0, self.end if place.stop is None else place.stop
        return self._held[max(start - self.begin, 0) : max(stop - self.begin, 0)]

    def reach(self, position: int) -> Event | None:
        """The record at a position, which the search has come to; None behind the last."""
        if not self.is_read:
            self._read(position + AHEAD_MAX)
        at = position - self.begin
        if at >= len(self._held):
            return None
        record = self._held[at]
        if record.kind in REQUESTS:
            self._requests[transaction_of(record)] = position, record
        if position - self.begin > 2 * BEHIND_MAX:
            self._let_go(position - BEHIND_MAX)
        return record

    def _read(self, position: int) -> None:
        """Read the records up to a position, if there are so many."""
        end = self.end
        if position < end or self.is_read:
            return
        held, outputs = self._held, self._outputs
        for event in islice(self._unread, position + 1 - end):
            time_ns = event.time_ns
            if end == 0:
                self.first_ns = time_ns
            if event.request_id and event.kind in OUTPUTS:
                key = event.request_id, event.port
                places = outputs.get(key)
                if places is None:
                    outputs[key] = [end]
                else:
                    places.append(end)
            held.append(event)
            if time_ns > self.latest_ns:
                self.latest_ns = time_ns
            end += 1
        self.is_read = end <= position

    def _let_go(self, position: int) -> None:
        """Let the records before a position go."""
        count = position - self.begin
        for event in self._held[:count]:
            if not event.request_id or event.kind not in OUTPUTS:
                continue
            places = self._outputs.get(transaction_of(event))
            if places is not None:
                del places[0]
                if not places:
                    del self._outputs[transaction_of(event)]
        del self._held[:count]
        self.begin = position

    def request_at(self, event: Event) -> int | None:
        """The position of the request that an output answers, or None."""
        found = self._requests.get(transaction_of(event))
        return None if found is None else found[0]

    def request_of(self, event: Event) -> Event | None:
        """The request that an output answers; None for an event of the device's own."""
        found = self._requests.get(transaction_of(event)) if event.request_id else None
        return None if found is None else found[1]

    def outputs_behind(self, event: Event, position: int, count: int) -> list[int]:
        """The positions of up to `count` outputs of an event's transaction behind a position."""
        places = self._outputs.get(transaction_of(event), [])
        behind = bisect_right(places, position)
        return places[behind : behind + count]


def records_at(records: Iterable[Event], positions: Collection[int]) -> dict[int, Event]:
    """The records at positions, as far as there are any; no more is read than it takes."""
    end = max(positions, default=-1) + 1
    return {at: record for at, record in enumerate(islice(records, end)) if at in positions}
