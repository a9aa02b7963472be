"""Sequences that many explanations share: adding or taking one item does not copy the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Generic, TypeVar

from wwanreplay._core import Event, Recent

__all__ = ["Chain", "Queue", "Recent"]

T = TypeVar("T")

#: Events in front of a queue that are let go when it grows; so that each is copied few times.
_TAKEN_MAX = 64


class Chain(Generic[T]):
    """Items in order, to which one is added at the end; the chain it is added to stays as it is."""

    __slots__ = ("_before", "_count", "_last")

    def __init__(self) -> None:
        self._before: Chain[T] | None = None
        self._last: T | None = None
        self._count = 0

    def add(self, item: T) -> Chain[T]:
        """This chain and one item more."""
        longer: Chain[T] = Chain()
        longer._before, longer._last, longer._count = self, item, self._count + 1
        return longer

    def newest_first(self) -> Iterator[T]:
        """The items from the last to the first."""
        node = self
        while node._before is not None:
            yield node._last  # type: ignore[misc]  # only the empty chain has none
            node = node._before

    def without_last(self, count: int) -> Chain[T]:
        """The chain before the last `count` items."""
        node = self
        for _ in range(count):
            if node._before is None:
                break
            node = node._before
        return node

    def parting(self, other: Chain[T]) -> list[T]:
        """Where two chains part: of each the first item that it does not share, if it has one."""
        shorter = min(len(self), len(other))
        one, two = self.without_last(len(self) - shorter), other.without_last(len(other) - shorter)
        while one is not two and one._before is not None and two._before is not None:
            one, two = one._before, two._before
        return [
            next(islice(chain.newest_first(), len(chain) - len(one) - 1, None))
            for chain in (self, other)
            if len(chain) > len(one)
        ]

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T]:
        return reversed(list(self.newest_first()))


class Queue:
    """Outputs that wait for their record; taking or adding one gives another queue.

    Queues that come from each other share one list of events, of which each sees a part. The first
    `seen_count` events were looked at before (`seen`), the others were added since.
    """

    __slots__ = ("_events", "_start", "_stop", "seen_count")

    def __init__(self, events: Iterable[Event] = (), seen_count: int = 0) -> None:
        self._events = list(events)
        self._start = 0
        self._stop = len(self._events)
        self.seen_count = seen_count

    def _part(self, start: int, stop: int, seen_count: int) -> Queue:
        part = Queue.__new__(Queue)
        part._events, part._start, part._stop = self._events, start, stop
        part.seen_count = seen_count
        return part

    @property
    def first(self) -> Event | None:
        """The event that has waited longest, or None."""
        return self._events[self._start] if self._start < self._stop else None

    def add(self, events: list[Event]) -> Queue:
        """The queue with further events behind."""
        if not events:
            return self
        # Another queue may have added to the shared list; and what is taken is let go in time.
        taken = self._start
        is_shared = self._stop != len(self._events)
        if is_shared or (taken > _TAKEN_MAX and taken > self._stop - taken):
            return Queue([*self, *events], self.seen_count)
        self._events += events
        return self._part(self._start, len(self._events), self.seen_count)

    def without_first(self, count: int = 1) -> Queue:
        """The queue behind its first events."""
        start = min(self._start + count, self._stop)
        return self._part(start, self._stop, max(self.seen_count - count, 0))

    def without(self, place: int) -> Queue:
        """The queue without the event at a place."""
        if place == 0:
            return self.without_first()
        events = list(self)
        del events[place]
        return Queue(events, self.seen_count - (place < self.seen_count))

    def replaced(self, place: int, event: Event) -> Queue:
        """The queue with another event at a place."""
        events = list(self)
        events[place] = event
        return Queue(events, self.seen_count)

    def seen(self) -> Queue:
        """The queue, all events of which were looked at."""
        return self._part(self._start, self._stop, len(self))

    def holds(self, event: Event) -> bool:
        """Whether an event is among them; quick for one that was added of late."""
        return any(self._events[at] == event for at in range(self._stop - 1, self._start - 1, -1))

    def __len__(self) -> int:
        return self._stop - self._start

    def __getitem__(self, place: int) -> Event:
        if not 0 <= place < len(self):
            raise IndexError(place)
        return self._events[self._start + place]

    def __iter__(self) -> Iterator[Event]:
        for at in range(self._start, self._stop):
            yield self._events[at]

    def __eq__(self, other: object) -> bool:
        """Whether both hold the same events."""
        if not isinstance(other, Queue):
            return NotImplemented
        if self._events is other._events and self._start == other._start:
            return self._stop == other._stop
        return len(self) == len(other) and list(self) == list(other)

    def __hash__(self) -> int:
        raise TypeError("queues are compared, and keys of nothing")
