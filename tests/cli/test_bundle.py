"""`bundle`: one file of a log or a trace, with what was done."""

import json

from checkout import LOGS
from verbs import run


def test_the_verb_says_what_is_in_the_file(tmp_path):
    out = tmp_path / "x.wwbundle"
    done = run("bundle", LOGS / "mbimcli-fault-late.log", "-o", out, "--key", "k", "--json")
    assert done.exit_code == 0, done.output
    values = json.loads(done.stdout)
    assert list(values["members"]) == ["trace.wwtrace", "report.txt", "log/log.log"]
    assert run("bundle", LOGS / "mbimcli-fault-late.log", "-o", out).exit_code == 2
    done = run("bundle", LOGS / "mbimcli-fault-late.log", "-o", out, "--force")
    assert done.exit_code == 0
    assert "trace.wwtrace" in done.stdout


def test_a_device_that_is_not_in_the_log_is_named(tmp_path):
    log = LOGS / "mbimcli-fault-late.log"
    done = run("bundle", log, "-o", tmp_path / "x.wwbundle", "--device", "nowhere")
    assert done.exit_code in (2, 3)
    assert "nowhere" in done.stderr
    assert not (tmp_path / "x.wwbundle").exists()
