"""Chains that many explanations share: adding one item does not copy the others."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")


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
