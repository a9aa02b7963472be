"""The statistics of many traces: whatever is wrong with one is in what comes of it."""

from checkout import TRACES

from wwanreplay.analysis.show import Filter
from wwanreplay.fleet.counted import StatsWork


def test_a_trace_is_counted_and_one_that_cannot_be_read_is_reported(tmp_path):
    work = StatsWork(Filter())
    counted = work(str(TRACES / "demo.wwtrace"))
    assert counted.stats is not None
    assert counted.error == ""
    missing = work(str(tmp_path / "none.wwtrace"))
    assert missing.stats is None
    assert "No such file" in missing.error
