"""Traces put into batches by their bytes and by what batches before took: a worker takes one.

A batch costs some 10 ms of client, scheduler and worker, whatever is in it. So batches grow until
one takes long beside that, and shrink where a trace takes long; those at the end are smaller.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final, NamedTuple

from wwanreplay.stores import size_of

#: As long as nobody knows what a trace takes, a batch ends with so many bytes, or so many traces.
BATCH_SIZE: Final = 8 << 20
BATCH_COUNT: Final = 256
#: So long a batch is to take. It is what is lost with a worker, and what Ctrl-C may wait for.
BATCH_S: Final = 0.5
#: The least and the most that those limits become by what batches take.
COUNTS: Final = 16, 4096
SIZES: Final = 1 << 19, 1 << 31
#: A batch of fewer bytes says nothing of how fast they go.
SIZE_MIN: Final = 1 << 20
#: What a trace counts for whose size nobody knows without asking its store.
UNKNOWN_SIZE: Final = 1 << 18
#: At least so many batches for each worker, so that none waits long for the last one.
BATCHES_EACH: Final = 4


class Batch(NamedTuple):
    """Some traces in their order, and their bytes together."""

    paths: list[str]
    size: int


class Batches:
    """Batches of traces in their order: a large one alone, small ones many to a batch."""

    def __init__(self, paths: Sequence[str], workers: int) -> None:
        self._paths = paths
        self._shares = BATCHES_EACH * workers
        self._count_max = BATCH_COUNT
        self._size_max = BATCH_SIZE
        self._next = 0
        #: How many traces a batch has at most where there are few for all workers.
        self._few = max(1, len(paths) // self._shares)

    def take(self, count: int) -> list[Batch]:
        """So many batches more, fewer at the end."""
        return list(islice(iter(self._take_one, None), max(0, count)))

    def learn(self, batch: Batch, spent_s: float) -> None:
        """Take to heart what a batch took; that of one trace says nothing of small ones."""
        growth = BATCH_S / max(spent_s, 0.001)
        if len(batch.paths) > 1:
            self._count_max = _within(COUNTS, len(batch.paths) * growth)
        if batch.size >= SIZE_MIN:
            self._size_max = _within(SIZES, batch.size * growth)

    def _take_one(self) -> Batch | None:
        left = len(self._paths) - self._next
        if not left:
            return None
        # Those that have grown leave some for each worker.
        few = max(min(self._few, BATCH_COUNT), left // self._shares)
        count_max = min(few, self._count_max)
        paths: list[str] = []
        size = 0
        for path in islice(self._paths, self._next, self._next + count_max):
            known = size_of(path)
            own = UNKNOWN_SIZE if known is None else known
            if paths and size + own > self._size_max:
                break
            paths.append(path)
            size += own
        self._next += len(paths)
        return Batch(paths, size)


def _within(limits: tuple[int, int], wanted: float) -> int:
    low, high = limits
    return int(min(high, max(low, wanted)))
