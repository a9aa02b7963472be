"""Batches go by bytes and by what they take: small traces many to one, a large one alone."""

import random

import pytest

from wwanreplay.fleet.batches import (
    BATCH_COUNT,
    BATCH_S,
    BATCH_SIZE,
    BATCHES_EACH,
    COUNTS,
    SIZES,
    Batch,
    Batches,
)
from wwanreplay.stores import Location


def traces(*sizes):
    return [Location(f"s3://lab/{number}", size) for number, size in enumerate(sizes)]


def made(found, workers=2, spent_s=None):
    """The paths of all batches, each of which takes so long a trace, or as long as one is to."""
    batches, all_of = Batches(found, workers), []
    while taken := batches.take(1):
        all_of.append(taken[0].paths)
        size = len(taken[0].paths)
        batches.learn(taken[0], BATCH_S if spent_s is None else size * spent_s)
    return all_of


def test_small_traces_share_a_batch_and_large_ones_have_their_own():
    found = traces(*[1000] * 3000, BATCH_SIZE * 3, *[1000] * 3000)
    all_of = made(found)
    assert [path for batch in all_of for path in batch] == found
    assert max(map(len, all_of)) == BATCH_COUNT
    large = next(batch for batch in all_of if found[3000] in batch)
    assert large == [found[3000]]


def test_a_few_traces_are_spread_over_all_workers():
    assert [len(batch) for batch in made(traces(*[1000] * 8))] == [1] * 8
    assert made([]) == []


def test_a_size_that_nobody_knows_counts_something():
    unknown = [Location(f"http://host/{number}") for number in range(1000)]
    assert max(map(len, made(unknown))) == 32


def test_batches_of_quick_traces_take_half_a_second_and_leave_some_for_all_at_the_end():
    found = traces(*[1000] * 100_000)
    all_of = made(found, spent_s=BATCH_S / 2000)
    sizes = [len(batch) for batch in all_of]
    assert sizes[0] == BATCH_COUNT
    assert max(sizes) == 2000
    left = len(found)
    for size in sizes:
        assert size <= max(BATCH_COUNT, left // (2 * BATCHES_EACH))
        left -= size
    assert [path for batch in all_of for path in batch] == found


def test_batches_of_slow_traces_shrink_and_one_of_one_trace_says_nothing():
    sizes = [len(batch) for batch in made(traces(*[1000] * 3000), spent_s=BATCH_S / 50)]
    assert sizes[0] == BATCH_COUNT
    assert 45 <= max(sizes[1:]) <= 50
    batches = Batches(traces(*[1000] * 3000), 2)
    batches.learn(Batch(["large"], 1000), 100.0)
    assert [len(batch.paths) for batch in batches.take(1)] == [BATCH_COUNT]


def test_large_traces_that_go_fast_share_a_batch_too():
    found = traces(*[250 << 20] * 100)
    sizes = [len(batch) for batch in made(found, spent_s=BATCH_S / 5)]
    assert sizes[0] == 1
    assert max(sizes) == 5
    assert sum(sizes) == len(found)


@pytest.mark.parametrize("seed", range(5))
def test_each_trace_is_in_one_batch_in_order_whatever_batches_took(seed):
    drawn = random.Random(seed)
    found = traces(*(drawn.choice([0, 10, 1 << 20, 1 << 30]) for _ in range(4000)))
    batches, taken = Batches(found, drawn.randint(1, 9)), []
    while some := batches.take(drawn.randint(1, 5)):
        taken += some
        batches.learn(drawn.choice(taken), drawn.choice([0.0, 1e-6, 0.1, 1.0, 3600.0]))
    assert [path for batch in taken for path in batch.paths] == found
    assert all(batch.paths for batch in taken)
    assert max(len(batch.paths) for batch in taken) <= COUNTS[1]
    for batch in taken:
        assert batch.size == sum(path.size for path in batch.paths)
        assert len(batch.paths) == 1 or batch.size <= SIZES[1]
