"""What the rules came to goes between processes whole and small."""

import json
import pickle

from checkout import LOGS
from verbs import run

from wwanreplay.analysis.judged import (
    CheckOptions,
    junit_text,
    report_json,
    report_lines,
    sarif_text,
)
from wwanreplay.fleet.checked import checked_of
from wwanreplay.fleet.checking import CheckForm, CheckWork


def test_what_is_printed_and_what_other_programs_are_given_comes_back(tmp_path):
    trace = tmp_path / "late.wwtrace"
    assert run("import", LOGS / "mbimcli-fault-late.log", "-o", trace).exit_code == 0
    path = str(trace)
    for form in (CheckForm(), CheckForm(all_rules=True), CheckForm(as_json=True)):
        checked = CheckWork(CheckOptions(), form=form)(path)
        data = pickle.dumps(checked)
        assert len(data) < 100_000
        of_json = checked_of(json.loads(json.dumps(checked.plain())))
        for again in (pickle.loads(data), of_json):
            assert (again.path, again.lines, again.values) == (path, checked.lines, checked.values)
            assert again.report.verdict is checked.report.verdict
            assert junit_text([again.report]) == junit_text([checked.report])
            assert sarif_text([again.report]) == sarif_text([checked.report])
        if form.as_json:
            assert checked.values == report_json(checked.report)
        else:
            lines = report_lines(checked.report, all_rules=form.all_rules)
            assert checked.lines == list(lines)
