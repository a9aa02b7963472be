"""Batches go by bytes: small traces many to one, a large one alone."""

from wwanreplay.fleet.batches import BATCH_COUNT, BATCH_SIZE, batches
from wwanreplay.stores import Location


def traces(*sizes):
    return [Location(f"s3://lab/{number}", size) for number, size in enumerate(sizes)]


def test_small_traces_share_a_batch_and_large_ones_have_their_own():
    found = traces(*[1000] * 3000, BATCH_SIZE * 3, *[1000] * 3000)
    made = list(batches(found, 2))
    assert [path for batch in made for path in batch] == found
    assert max(map(len, made)) == BATCH_COUNT
    large = next(batch for batch in made if found[3000] in batch)
    assert large == [found[3000]]


def test_a_few_traces_are_spread_over_all_workers():
    assert [len(batch) for batch in batches(traces(*[1000] * 8), 2)] == [1] * 8
    assert list(batches([], 2)) == []


def test_a_size_that_nobody_knows_counts_something():
    unknown = [Location(f"http://host/{number}") for number in range(1000)]
    assert max(map(len, batches(unknown, 2))) == 32
