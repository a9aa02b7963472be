"""What a replay came to, and which part of a recording it is of."""

import pytest

from wwanreplay.replay.result import Gap, Options, ReplayResult
from wwanreplay.verdict import Verdict


def result(compared=1, **options):
    return ReplayResult(counts={"compared": compared, "records": 10}, **options)


def test_nothing_compared_is_neither_equal_nor_without_fault():
    assert result(0).verdict is Verdict.NOTHING_COMPARED
    assert result(0, is_field=True).verdict is Verdict.NOTHING_COMPARED
    assert not result(0).agrees


def test_the_best_verdict_of_a_field_trace_is_no_fault():
    assert result().equal
    found = result(is_field=True)
    assert (found.verdict, found.equal, found.agrees) == (Verdict.NO_FAULT, False, True)


def test_a_divergence_is_never_equal():
    assert result(divergence_count=1).verdict is Verdict.DIVERGED


def test_messages_alone_are_a_comparison():
    assert ReplayResult(counts={"messages": 1}).equal


def test_what_differs_behind_gaps_is_counted_together():
    gaps = [Gap(1, 0, "lost", 2), Gap(9, 3, "lost", 5)]
    assert result(gaps=gaps).unjudged_count == 7


@pytest.mark.parametrize(
    ("options", "before", "behind"),
    [
        (Options(), False, False),
        (Options(start_record=6), True, False),
        (Options(start_record=5), False, False),
        (Options(start_time_ns=51), True, False),
        (Options(stop_record=5), False, True),
        (Options(stop_record=6), False, False),
        (Options(stop_time_ns=49), False, True),
        (Options(stop_time_ns=50), False, False),
    ],
)
def test_a_record_stands_before_in_or_behind_the_part(options, before, behind):
    """Record 5 at 50 ns: the start is in the part, the stop record is not, the stop time is."""
    assert (options.is_before_start(5, 50), options.is_behind_stop(5, 50)) == (before, behind)
    assert options.is_part == (options != Options())
