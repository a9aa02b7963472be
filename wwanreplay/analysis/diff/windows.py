"""Two sessions taken apart into pieces that belong together, of which a few are held at a time.

A session that fits a window is one piece. Of a longer one a piece ends where both sides have been
equal for a while. Where that is not within a window, one side has something long that the other has
not, which landmarks show; or the two have nothing in common there, and go on side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from wwanreplay.analysis.diff import landmarks as marks
from wwanreplay.analysis.diff.alignment import RUN, Pairs, align
from wwanreplay.analysis.diff.landmarks import Landmarks
from wwanreplay.analysis.diff.session import Step

#: Records of each session that are held and compared at once.
WINDOW_RECORDS: Final = 6_144
#: How many pairs in a row have to be equal around the end of a piece: rather the first.
EQUAL_RUNS: Final = (160, 64, 16)
#: Of a block that one side alone has, how many steps more may belong to what both have before it,
#: and how many equal pairs in a row show that they do.
HEAD: Final = 64
HEAD_RUN: Final = 3


@dataclass(slots=True)
class Piece:
    """Steps of both sessions that are compared with each other, and which belong together.

    `bases` are the numbers of their first steps in the sessions. `ends` are the places of the
    records behind them, None where there is none. `is_windowed`: nothing shows that what was held
    of both sides at once belongs together.
    """

    a: list[Step]
    b: list[Step]
    bases: tuple[int, int]
    pairs: Pairs
    is_windowed: bool = False
    ends: tuple[int | None, int | None] = (None, None)


@dataclass(slots=True)
class _Side:
    """The steps of a session that are held, and those to come."""

    steps_to_come: Iterator[Step]
    steps: list[Step] = field(default_factory=list)
    base: int = 0
    is_ended: bool = False
    _records: int = 0

    def fill(self, records: int) -> None:
        """Hold so many records, as far as there are any."""
        while self._records < records and not self.is_ended:
            step = next(self.steps_to_come, None)
            if step is None:
                self.is_ended = True
                return
            self.steps.append(step)
            self._records += 1 + len(step.outputs)

    def take(self, count: int) -> list[Step]:
        """The first steps, which are held no longer."""
        taken, self.steps = self.steps[:count], self.steps[count:]
        self.base += count
        self._records -= sum(1 + len(step.outputs) for step in taken)
        return taken

    def last_places(self) -> list[int]:
        """The last place of a record up to each step."""
        return list(accumulate((step.last_place for step in self.steps), max))


class Pieces:
    """The pieces of two sessions, in order.

    `landmarks` reads both sessions once more; it is called when they first differ at length.
    """

    def __init__(
        self, a: Iterator[Step], b: Iterator[Step], landmarks: Callable[[], Landmarks]
    ) -> None:
        self._sides = _Side(a), _Side(b)
        self._find_landmarks = landmarks
        self._landmarks: Landmarks | None = None
        self._is_swapped: bool | None = None
        self._equal = 0  # steps at the beginning that are known to be equal

    def __iter__(self) -> Iterator[Piece]:
        a, b = self._sides
        while True:
            a.fill(WINDOW_RECORDS)
            b.fill(WINDOW_RECORDS)
            if not (a.steps or b.steps):
                return
            if a.is_ended and b.is_ended:
                pairs, is_windowed = self._aligned(len(a.steps), len(b.steps))
                yield self._piece(len(a.steps), len(b.steps), pairs, is_windowed=is_windowed)
            elif not (a.steps and b.steps):
                yield self._piece(len(a.steps), len(b.steps), [])
            else:
                yield from self._next()

    def _next(self) -> Iterator[Piece]:
        a, b = self._sides
        both = min(len(a.steps), len(b.steps))
        while self._equal < both and a.steps[self._equal].full == b.steps[self._equal].full:
            self._equal += 1
        if self._equal >= max(both // 2, 1):
            # Equal from the beginning on: no alignment is needed to say so.
            at = self._quiet([(n, n) for n in range(self._equal)], 1)
            count = self._equal if at is None else at
            yield self._piece(count, count, [(n, n) for n in range(count)])
            return
        pairs, is_windowed = self._aligned(len(a.steps), len(b.steps))
        cut = self._cut(pairs, EQUAL_RUNS[:1])
        if cut is None:
            mark = self._mark()
            if mark is not None and self._is_block(mark):
                yield from self._block(mark)
                return
            cut = self._cut(pairs, EQUAL_RUNS[1:])
        if cut is not None:
            kept = pairs[: cut + 1]
            one, two = kept[-1]
            yield self._piece(one + 1, two + 1, kept, is_windowed=is_windowed)
        else:
            yield self._forced(pairs)

    def _aligned(self, left: int, right: int) -> tuple[Pairs, bool]:
        """The alignment of the first steps; whichever session is called left, all along."""
        a, b = (side.steps[:count] for side, count in zip(self._sides, (left, right), strict=True))
        if self._is_swapped is None:
            for one, two in zip(a, b, strict=False):
                if one.full != two.full:
                    self._is_swapped = one.full > two.full
                    break
        # What comes once in a window may come again outside it; of longer runs that is no chance.
        is_all = all(side.is_ended and not side.base for side in self._sides)
        run = RUN if is_all else marks.RUN
        found = align(a, b, is_swapped=self._is_swapped, run=run)
        return found.pairs, found.is_windowed

    def _cut(self, pairs: Pairs, runs: Sequence[int]) -> int | None:
        """The last pair of a piece: within a run of equal ones, not near the end of the window."""
        a, b = self._sides
        reach = [len(side.steps) * 3 // 4 for side in self._sides]
        equal_run = _equal_runs(a.steps, b.steps, pairs)
        for run in runs:
            inside = [
                at
                for at in range(run, len(pairs) - run // 2)
                if equal_run[at] >= run and equal_run[at + run // 2] >= run
            ]
            inside = [at for at in inside if pairs[at][0] < reach[0] and pairs[at][1] < reach[1]]
            if inside:
                found = self._quiet_of(pairs, inside)
                return inside[-1] if found is None else found
        return None

    def _quiet_of(self, pairs: Pairs, chosen: Sequence[int]) -> int | None:
        """The last of some pairs behind which nothing comes that belongs before it."""
        a, b = self._sides
        last = a.last_places(), b.last_places()
        for at in reversed(chosen):
            one, two = pairs[at]
            if (
                one + 1 < len(a.steps)
                and two + 1 < len(b.steps)
                and last[0][one] < a.steps[one + 1].place
                and last[1][two] < b.steps[two + 1].place
            ):
                return at
        return None

    def _quiet(self, pairs: Pairs, least: int) -> int | None:
        """How many of the first pairs make a piece behind which nothing comes of it."""
        found = self._quiet_of(pairs, range(least - 1, len(pairs)))
        return None if found is None else found + 1

    def _mark(self) -> tuple[int, int] | None:
        a, b = self._sides
        if self._landmarks is None:
            self._landmarks = self._find_landmarks()
        return self._landmarks.after(a.base, b.base)

    def _is_block(self, mark: tuple[int, int]) -> bool:
        """Whether one side has more before a landmark than fits beside the other."""
        a, b = self._sides
        ahead = mark[0] - a.base, mark[1] - b.base
        held = min(len(a.steps), len(b.steps))
        return abs(ahead[0] - ahead[1]) > held // 4 and min(ahead) <= held // 2

    def _block(self, mark: tuple[int, int]) -> Iterator[Piece]:
        """What one side alone has before a landmark, and then what both have up to it."""
        ahead = mark[0] - self._sides[0].base, mark[1] - self._sides[1].base
        is_first = ahead[0] > ahead[1]
        side, other = self._sides if is_first else self._sides[::-1]
        end, other_end = mark if is_first else mark[::-1]
        # What both have before the block, and then what both have behind it.
        heads = min(ahead[0], 2 * ahead[1] + HEAD), min(ahead[1], 2 * ahead[0] + HEAD)
        pairs, is_windowed = self._aligned(*heads)
        runs = _equal_runs(self._sides[0].steps, self._sides[1].steps, pairs)
        # What is equal from the beginning on follows what was equal before.
        begun = sum(run == at + 1 and pairs[at] == (at, at) for at, run in enumerate(runs))
        last = max((at for at, run in enumerate(runs) if run >= HEAD_RUN), default=-1)
        last = max(last, begun - 1)
        if last >= 0:
            one, two = pairs[last]
            yield self._piece(one + 1, two + 1, pairs[: last + 1], is_windowed=is_windowed)
        beside = other_end - other.base
        while end - side.base > max(2 * beside, len(other.steps) // 2):
            side.fill(WINDOW_RECORDS)
            count = min(len(side.steps), end - side.base - 2 * beside)
            if count <= 0:
                break
            yield self._piece(*((count, 0) if is_first else (0, count)), [])
        side.fill(WINDOW_RECORDS)
        counts = min(end - side.base, len(side.steps)), min(beside, len(other.steps))
        one, two = counts if is_first else counts[::-1]
        if one or two:
            pairs, is_windowed = self._aligned(one, two)
            yield self._piece(one, two, pairs, is_windowed=is_windowed)

    def _forced(self, pairs: Pairs) -> Piece:
        """A piece of what is not known to belong together."""
        reach = [len(side.steps) * 3 // 4 for side in self._sides]
        kept = [pair for pair in pairs if pair[0] < reach[0] and pair[1] < reach[1]]
        one, two = (kept[-1][0] + 1, kept[-1][1] + 1) if kept else (reach[0], reach[1])
        return self._piece(max(one, 1), max(two, 1), kept, is_windowed=True)

    def _piece(
        self,
        one: int,
        two: int,
        pairs: Pairs,
        *,
        is_windowed: bool = False,
    ) -> Piece:
        a, b = self._sides
        bases = a.base, b.base
        self._equal = max(self._equal - one, 0) if one == two else 0
        steps = a.take(one), b.take(two)
        ends = [side.steps[0].place if side.steps else None for side in self._sides]
        return Piece(*steps, bases, pairs, is_windowed, (ends[0], ends[1]))


def _equal_runs(a: Sequence[Step], b: Sequence[Step], pairs: Pairs) -> list[int]:
    """How many pairs up to each are equal and follow each other on both sides."""
    runs: list[int] = []
    run, before = 0, (-1, -1)
    for one, two in pairs:
        follows = (one - 1, two - 1) == before
        run = (run + 1 if follows else 1) if a[one].full == b[two].full else 0
        runs.append(run)
        before = one, two
    return runs
