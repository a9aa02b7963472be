"""Histograms of durations: what percentiles may be off, and what is exact."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.analysis.histogram import RELATIVE_ERROR, Histogram

DURATIONS = st.lists(st.integers(0, 2**63 - 1) | st.integers(0, 2000), min_size=1, max_size=60)


def histogram(durations):
    found = Histogram()
    for each in durations:
        found.add(each)
    return found


@given(DURATIONS, st.integers(0, 100))
def test_a_percentile_is_within_the_error_of_the_exact_one(durations, percent):
    rank = max(1, -(-percent * len(durations) // 100))
    exact = sorted(durations)[rank - 1]
    found = histogram(durations).percentile(percent)
    assert abs(found - exact) <= exact * RELATIVE_ERROR
    if exact < 128:
        assert found == exact


@given(DURATIONS)
def test_the_ends_are_exact_and_nothing_is_lost(durations):
    found = histogram(durations)
    assert (found.percentile(0), found.percentile(100)) == (min(durations), max(durations))
    assert sum(span.total for span in found.spans()) == len(durations)
    assert sum(span.total for span in found.rows()) == len(durations)


@given(DURATIONS)
def test_rows_join_and_hold_what_is_in_them(durations):
    rows = histogram(durations).rows()
    assert all(one.high_ns == other.low_ns for one, other in pairwise(rows))
    assert rows[0].low_ns <= min(durations) * (1 + RELATIVE_ERROR)
    assert max(durations) <= rows[-1].high_ns * (1 + RELATIVE_ERROR)


def test_rows_are_ranges_that_a_person_reads():
    rows = histogram([3, 10, 19, 450]).rows()
    assert rows == [(2, 5, 1), (5, 10, 0), (10, 20, 2), (20, 50, 0), (50, 100, 0), (100, 200, 0),
                    (200, 500, 1)]  # fmt: skip


def test_buckets_do_not_grow_with_the_number_of_durations():
    found = histogram(range(0, 2_000_000_000, 40_000))
    assert len(list(found.spans())) < 64 * 32


def test_no_durations_have_no_percentiles():
    assert Histogram().percentile(50) is None
    assert Histogram().rows() == []
