"""Whatever is wrong with a trace is in what comes of it."""

from checkout import TRACES

from wwanreplay.analysis.batch import ReplayOptions
from wwanreplay.analysis.judged import CheckOptions
from wwanreplay.analysis.show import Filter
from wwanreplay.errors import EXIT_INTERNAL
from wwanreplay.fleet import ReplayWork
from wwanreplay.fleet.checked import CheckWork
from wwanreplay.fleet.counted import StatsWork
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


def test_a_trace_that_cannot_be_read_is_reported(tmp_path):
    missing = str(tmp_path / "none.wwtrace")
    assert "No such file" in CheckWork(CheckOptions())(missing).report.error
    assert "No such file" in StatsWork(Filter())(missing).error
