"""Places that two long sessions have in common: runs of equal steps that each of them has once.

Of a long session only some runs are kept, chosen by their content, so that they are the same ones
on both sides; what is kept is bounded, however long the sessions are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable
from typing import Final

from wwanreplay.analysis.diff.alignment import Pairs, rising
from wwanreplay.analysis.diff.session import Step

#: Steps in a row that make a landmark. Shorter runs come once on both sides by chance, where two
#: sessions that repeat themselves differ much.
RUN: Final = 32
#: Runs of a session that are kept; where there are more, every second one goes.
RUNS_MAX: Final = 16_384
_FACTOR: Final = 0x9E3779B97F4A7C15
_MASK: Final = (1 << 64) - 1
_SEVERAL: Final = -1


class Landmarks:
    """The landmarks of two sessions in order, as pairs of numbers of steps."""

    def __init__(self, left: Iterable[Step], right: Iterable[Step]) -> None:
        sides = _Runs(left), _Runs(right)
        share = max(side.share for side in sides)
        ones, others = (side.once(share) for side in sides)
        pairs = sorted((at, others[run]) for run, at in ones.items() if run in others)
        chain = rising([second for _, second in pairs])
        self._pairs: Pairs = [pairs[n] for n in chain]

    def after(self, left: int, right: int) -> tuple[int, int] | None:
        """The first one that stands at or behind two steps, on both sides."""
        at = bisect_left(self._pairs, (left, right))
        while at < len(self._pairs) and self._pairs[at][1] < right:
            at += 1
        return self._pairs[at] if at < len(self._pairs) else None


class _Runs:
    """The runs of one session that are kept, with the number of their first step."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self.share = 1  # every so manieth run is kept
        self._places: dict[int, int] = {}
        recent: deque[int] = deque()
        oldest = pow(_FACTOR, RUN, 1 << 64)
        value = 0
        for number, step in enumerate(steps):
            new = int.from_bytes(step.full[:8], "little")
            recent.append(new)
            value = (value * _FACTOR + new) & _MASK
            if len(recent) > RUN:
                value = (value - recent.popleft() * oldest) & _MASK
            if len(recent) == RUN:
                self._take(value, number - RUN + 1)

    def _take(self, run: int, place: int) -> None:
        if (run >> 20) % self.share:
            return
        self._places[run] = _SEVERAL if run in self._places else place
        while len(self._places) > RUNS_MAX:
            self.share *= 2
            self._places = self._kept(self.share)

    def _kept(self, share: int) -> dict[int, int]:
        return {run: at for run, at in self._places.items() if not (run >> 20) % share}

    def once(self, share: int) -> dict[int, int]:
        """Those of a share that come once."""
        return {run: at for run, at in self._kept(share).items() if at != _SEVERAL}
