"""Which items of two sequences belong together, in order: the alignment of most in common.

Two items count by how alike they are: of equal content, the same without their outputs, or about
the same thing. Short sequences are aligned at best, by dynamic programming. Long ones are first cut
at runs that stand once in both; what is still too long goes by windows. The result does not depend
on which sequence is called left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, Protocol

#: Pairs of items that are looked at for one best alignment.
CELLS_MAX: Final = 400_000
#: Items of each side in a window; a longer stretch that one side alone has may be taken apart.
WINDOW: Final = 600
#: Items in a row by which places of long sequences are recognised.
RUN: Final = 8

Pairs = list[tuple[int, int]]
#: What a pair counts that is equal, the same, alike: of events less, since they move.
_SCORES: Final = (6, 5, 2)
_EVENT_SCORES: Final = (3, 1, 1)


class Item(Protocol):
    """What is aligned: its content, its content without outputs, what it is about."""

    @property
    def full(self) -> bytes:
        """All of its content."""

    @property
    def same(self) -> bytes:
        """Its own content."""

    @property
    def like(self) -> bytes:
        """What it is about."""

    @property
    def is_event(self) -> bool:
        """Whether it may stand elsewhere."""


class Alignment(NamedTuple):
    """Pairs of places, rising on both sides; whether some were found window by window."""

    pairs: Pairs
    is_windowed: bool


def align(
    left: Sequence[Item],
    right: Sequence[Item],
    *,
    is_swapped: bool | None = None,
    run: int = RUN,
) -> Alignment:
    """The alignment of two sequences.

    `is_swapped` is whether the second is taken as the left one, where they are parts of longer
    sequences; else their contents decide. Long ones are cut at runs of `run` items.
    """
    if is_swapped is None:
        is_swapped = [item.full for item in left] > [item.full for item in right]
    if not is_swapped:
        return _Aligning(left, right, run).run()
    pairs, is_windowed = _Aligning(right, left, run).run()
    return Alignment([(second, first) for first, second in pairs], is_windowed)


class _Aligning:
    """One run of align()."""

    def __init__(self, left: Sequence[Item], right: Sequence[Item], length: int) -> None:
        self.length = length
        numbers: dict[bytes, int] = {}

        def numbered(keys: Iterable[bytes]) -> list[int]:
            return [numbers.setdefault(key, len(numbers)) for key in keys]

        self.full = [numbered(item.full for item in side) for side in (left, right)]
        self.same = [numbered(item.same for item in side) for side in (left, right)]
        self.like = [numbered(item.like for item in side) for side in (left, right)]
        self.scores = [_EVENT_SCORES if item.is_event else _SCORES for item in left]
        self.is_windowed = False

    def run(self) -> Alignment:
        """Align all."""
        left, right = self.full
        start, ends = self._trimmed(0, len(left), 0, len(right))
        pairs = [(at, at) for at in range(start)]
        pairs += self._between(start, ends[0], start, ends[1])
        tail = len(left) - ends[0]
        pairs += [(ends[0] + at, ends[1] + at) for at in range(tail)]
        return Alignment(pairs, self.is_windowed)

    def _trimmed(self, at: int, end: int, other: int, other_end: int) -> tuple[int, Sequence[int]]:
        """How many items are equal at the beginning, and where the equal ones at the end begin."""
        left, right = self.full
        start = 0
        while at + start < end and other + start < other_end:
            if left[at + start] != right[other + start]:
                break
            start += 1
        while end > at + start and other_end > other + start:
            if left[end - 1] != right[other_end - 1]:
                break
            end, other_end = end - 1, other_end - 1
        return start, (end, other_end)

    def _between(self, at: int, end: int, other: int, other_end: int) -> Pairs:
        if (end - at) * (other_end - other) <= CELLS_MAX:
            return self._best(at, end, other, other_end)
        pairs: Pairs = []
        for anchor in [*self._anchors(at, end, other, other_end), (end, other_end)]:
            pairs += self._short_or_windows(at, anchor[0], other, anchor[1])
            if anchor != (end, other_end):
                pairs.append(anchor)
            at, other = anchor[0] + 1, anchor[1] + 1
        return pairs

    def _anchors(self, at: int, end: int, other: int, other_end: int) -> Pairs:
        """Where a run that stands once on each side begins, as far as they are in one order.

        One item alone may be rare on both sides and belong to different places.
        """
        left, right = (
            [tuple(side[n : n + self.length]) for n in range(first, last - self.length + 1)]
            for side, first, last in zip(self.full, (at, other), (end, other_end), strict=True)
        )
        once = [{key for key, n in Counter(side).items() if n == 1} for side in (left, right)]
        places = {key: number for number, key in enumerate(right) if key in once[1]}
        pairs = [(n, places[key]) for n, key in enumerate(left) if key in once[0] and key in places]
        return [(at + pairs[n][0], other + pairs[n][1]) for n in rising([b for _, b in pairs])]

    def _short_or_windows(self, at: int, end: int, other: int, other_end: int) -> Pairs:
        pairs: Pairs = []
        while at < end and other < other_end:
            equal, _ = self._trimmed(at, end, other, other_end)
            pairs += [(at + number, other + number) for number in range(equal)]
            at, other = at + equal, other + equal
            if (end - at) * (other_end - other) <= CELLS_MAX:
                return pairs + self._best(at, end, other, other_end)
            self.is_windowed = True
            found = self._best(at, min(at + WINDOW, end), other, min(other + WINDOW, other_end))
            reach = WINDOW * 3 // 4
            kept = [pair for pair in found if pair[0] - at < reach and pair[1] - other < reach]
            pairs += kept
            if kept:
                at, other = kept[-1][0] + 1, kept[-1][1] + 1
            else:
                at, other = at + WINDOW // 2, other + WINDOW // 2
        return pairs

    def _best(self, at: int, end: int, other: int, other_end: int) -> Pairs:
        """The pairs that count most (Needleman and Wunsch)."""
        width = other_end - other
        full, same, like = (side[1][other:other_end] for side in (self.full, self.same, self.like))
        rows = [[0] * (width + 1)]
        for place in range(at, end):
            above, row, best = rows[-1], [0], 0
            mine, own, about = self.full[0][place], self.same[0][place], self.like[0][place]
            equal, alike, near = self.scores[place]
            for number in range(width):
                if like[number] == about:
                    value = above[number]
                    value += (
                        equal if full[number] == mine else alike if same[number] == own else near
                    )
                    best = max(best, value)
                best = max(best, above[number + 1])
                row.append(best)
            rows.append(row)
        return self._traced(rows, at, other)

    def _traced(self, rows: list[list[int]], at: int, other: int) -> Pairs:
        """The pairs of a table, from its end."""
        pairs: Pairs = []
        one, two = len(rows) - 1, len(rows[0]) - 1
        while one and two:
            if rows[one][two] == rows[one - 1][two]:
                one -= 1
            elif rows[one][two] == rows[one][two - 1]:
                two -= 1
            else:
                one, two = one - 1, two - 1
                pairs.append((at + one, other + two))
        return pairs[::-1]


def rising(numbers: Sequence[int], weights: Sequence[int] | None = None) -> list[int]:
    """The places of a rising part of different numbers that weighs most; else the longest.

    Of equally heavy ones the one that is found first.
    """
    ranks = {number: rank for rank, number in enumerate(sorted(numbers), 1)}
    # Of each rank range the heaviest end: (weight, -place), in a Fenwick tree of maxima.
    tree: list[tuple[int, int]] = [(0, 0)] * (len(numbers) + 1)
    before: list[int] = []
    heaviest = (0, 0)
    for place, number in enumerate(numbers):
        best, rank = (0, 0), ranks[number] - 1
        while rank:
            best, rank = max(best, tree[rank]), rank & (rank - 1)
        before.append(-best[1])  # 1 more than its place, 0 for none
        end = best[0] + (1 if weights is None else weights[place]), -(place + 1)
        heaviest = max(heaviest, end)
        rank = ranks[number]
        while rank < len(tree):
            tree[rank], rank = max(tree[rank], end), rank + (rank & -rank)
    found = []
    at = -heaviest[1]
    while at:
        found.append(at - 1)
        at = before[at - 1]
    return found[::-1]


def moved(
    left: Sequence[tuple[int, bytes]], right: Sequence[tuple[int, bytes]], distance: int
) -> Pairs:
    """Pairs of places of equal keys among what is left over, at most so far apart.

    The first on one side goes with the first on the other.
    """
    places: dict[bytes, tuple[list[int], list[int]]] = {}
    for number, side in enumerate((left, right)):
        for place, key in side:
            places.setdefault(key, ([], []))[number].append(place)
    pairs: Pairs = []
    for ones, others in places.values():
        at = other = 0
        while at < len(ones) and other < len(others):
            apart = ones[at] - others[other]
            if abs(apart) <= distance:
                pairs.append((ones[at], others[other]))
            at, other = at + (apart <= distance), other + (apart >= -distance)
    return sorted(pairs)
