"""Many durations in little memory: counts in buckets of a stated width, the ends exact."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

#: Bits of a duration that its bucket keeps: 64 buckets between a power of two and the next.
_BITS: Final = 7
#: What a percentile may be off, at most, as a part of it: half a bucket.
RELATIVE_ERROR: Final = 2**-_BITS


class Span(NamedTuple):
    """`total` durations from `low_ns` up to, not including, `high_ns`."""

    low_ns: int
    high_ns: int
    total: int


class Histogram:
    """Durations in nanoseconds, none of them negative.

    Buckets are 1/64 of a power of two wide, so that there are at most some thousands, however many
    durations there are; those below 128 ns are exact.
    """

    def __init__(self) -> None:
        self.count = 0
        self.min_ns = 0
        self.max_ns = 0
        self._buckets: dict[int, int] = {}

    def add(self, duration_ns: int) -> None:
        """Count one."""
        if not self.count or duration_ns < self.min_ns:
            self.min_ns = duration_ns
        self.max_ns = max(self.max_ns, duration_ns)
        self.count += 1
        low_ns, _ = _bucket(duration_ns)
        self._buckets[low_ns] = self._buckets.get(low_ns, 0) + 1

    def percentile(self, percent: int) -> int | None:
        """The smallest duration that so many percent of all do not exceed, in ns.

        None of no durations. It is off by RELATIVE_ERROR at most, 0 and 100 not at all.
        """
        if not self.count:
            return None
        rank = max(1, -(-percent * self.count // 100))
        if rank == self.count:
            return self.max_ns
        if rank == 1:
            return self.min_ns
        for low_ns, high_ns, count in self.spans():
            rank -= count
            if rank <= 0:
                middle = (low_ns + high_ns - 1) // 2
                return min(max(middle, self.min_ns), self.max_ns)
        raise AssertionError("the buckets hold all durations")

    def spans(self) -> Iterator[Span]:
        """The buckets that hold something, in order."""
        for low_ns, count in sorted(self._buckets.items()):
            yield Span(*_bucket(low_ns), count)

    def rows(self) -> list[Span]:
        """The durations in ranges that a person reads: 1, 2, 5, 10 and so on, without holes.

        A duration within RELATIVE_ERROR of a bound may stand on its other side.
        """
        if not self.count:
            return []
        bounds = [0, 1]
        while bounds[-1] <= self.max_ns:
            unit = 10 ** ((len(bounds) - 1) // 3)
            bounds.append(unit * (1, 2, 5)[(len(bounds) - 1) % 3])
        counts = [0] * (len(bounds) - 1)
        at = 0
        for low_ns, high_ns, count in self.spans():
            middle = min((low_ns + high_ns - 1) // 2, self.max_ns)
            while middle >= bounds[at + 1]:
                at += 1
            counts[at] += count
        filled = [place for place, count in enumerate(counts) if count]
        return [
            Span(bounds[place], bounds[place + 1], counts[place])
            for place in range(filled[0], filled[-1] + 1)
        ]


def _bucket(duration_ns: int) -> tuple[int, int]:
    """The first duration of a bucket, and the first behind it."""
    shift = max(0, duration_ns.bit_length() - _BITS)
    low_ns = duration_ns >> shift << shift
    return low_ns, low_ns + (1 << shift)
