"""Traces put into batches by their bytes: a worker takes one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from wwanreplay.stores import size_of

#: A batch ends with so many bytes, or so many traces.
BATCH_SIZE: Final = 8 << 20
BATCH_COUNT: Final = 256
#: What a trace counts for whose size nobody knows without asking its store.
UNKNOWN_SIZE: Final = 1 << 18
#: At least so many batches for each worker, so that none waits long for the last one.
BATCHES_EACH: Final = 4


def batches(paths: Sequence[str], workers: int) -> Iterator[list[str]]:
    """The traces in their order: a large one alone, small ones many to a batch."""
    count_max = max(1, min(BATCH_COUNT, len(paths) // (BATCHES_EACH * workers)))
    batch: list[str] = []
    size = 0
    for path in paths:
        known = size_of(path)
        own = UNKNOWN_SIZE if known is None else known
        if batch and (len(batch) >= count_max or size + own > BATCH_SIZE):
            yield batch
            batch, size = [], 0
        batch.append(path)
        size += own
    if batch:
        yield batch
