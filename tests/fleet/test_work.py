"""Whatever is wrong with a trace is in what comes of it."""

from checkout import TRACES

from wwanreplay.analysis.batch import ReplayOptions
from wwanreplay.analysis.judged import CheckOptions
from wwanreplay.analysis.show import Filter
from wwanreplay.errors import EXIT_INTERNAL, TraceError, UsageError
from wwanreplay.fleet import ReplayWork
from wwanreplay.fleet.checking import CheckWork
from wwanreplay.fleet.counted import StatsWork
from wwanreplay.fleet.work import failure_of
from wwanreplay.verdict import Verdict

DEMO = str(TRACES / "demo.wwtrace")


def test_what_died_has_its_name_in_every_kind_of_work():
    replayed = ReplayWork(ReplayOptions()).died("a")
    checked = CheckWork(CheckOptions()).died("a").report
    counted = StatsWork(Filter()).died("a")
    assert replayed.verdict is checked.verdict is Verdict.UNREADABLE
    assert {replayed.exit_code, checked.error_code, counted.exit_code} == {EXIT_INTERNAL}
    assert {replayed.error, checked.error, counted.error} == {
        "a: the process that had it was killed, or ran out of memory"
    }


def test_an_error_is_one_line_with_the_name_and_an_exit_code():
    cases = [
        (TraceError("is cut", path="1.wwtrace"), ("1.wwtrace: is cut", 3)),
        (UsageError("no such place"), ("1.wwtrace: no such place", 2)),
        (FileNotFoundError(2, "No such file"), ("1.wwtrace: No such file", 3)),
        (MemoryError(), ("1.wwtrace: out of memory: this needs more than the process may have", 3)),
    ]
    for error, expected in cases:
        assert failure_of("1.wwtrace", error) == expected
    text, code = failure_of("1.wwtrace", ZeroDivisionError("x"))
    assert text.startswith("1.wwtrace: internal error: ZeroDivisionError")
    assert code == EXIT_INTERNAL


def test_a_trace_that_cannot_be_read_is_reported(tmp_path):
    missing = str(tmp_path / "none.wwtrace")
    assert "No such file" in CheckWork(CheckOptions())(missing).report.error
    assert "No such file" in StatsWork(Filter())(missing).error
