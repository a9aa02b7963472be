"""What is wrong with one trace does not stop the judging of others."""

import pytest
from checkout import TRACES

from wwanreplay.analysis.judged import CheckOptions
from wwanreplay.errors import EXIT_INTERNAL, EXIT_UNREADABLE
from wwanreplay.fleet.checking import CheckForm, CheckWork


@pytest.mark.parametrize("as_json", [False, True])
def test_a_trace_that_cannot_be_read_is_reported_in_its_place(as_json, tmp_path):
    work = CheckWork(CheckOptions(), form=CheckForm(as_json))
    missing = str(tmp_path / "missing.wwtrace")
    checked = work(missing)
    assert checked.path == missing
    assert (checked.report.error_code, checked.report.outcomes) == (EXIT_UNREADABLE, [])
    assert missing in checked.report.error
    assert bool(checked.values) is as_json


def test_a_trace_whose_worker_died_is_reported_so():
    checked = CheckWork(CheckOptions()).died("a.wwtrace")
    assert checked.report.error_code == EXIT_INTERNAL
    assert checked.report.error.startswith("a.wwtrace: ")


def test_our_own_fault_is_raised_where_it_is_looked_for(monkeypatch):
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("wwanreplay.analysis.judged.check_file", fails)
    path = str(TRACES / "demo.wwtrace")
    assert CheckWork(CheckOptions())(path).report.error_code == EXIT_INTERNAL
    with pytest.raises(ZeroDivisionError):
        CheckWork(CheckOptions(), debug=True)(path)
