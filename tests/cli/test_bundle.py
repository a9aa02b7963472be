"""`bundle`: one file of a log or a trace, with what was done."""

import json

from checkout import LOGS
from verbs import run


def test_the_verb_says_what_is_in_the_file(tmp_path):
    out = tmp_path / "x.wwbundle"
    done = run("bundle", LOGS / "mbimcli-fault-late.log", "-o", out, "--key", "k", "--json")
    assert done.exit_code == 0, done.output
    values = json.loads(done.stdout)
    assert list(values["members"]) == [
        "trace.wwtrace",
        "explain.txt",
        "report.txt",
        "log/log.log",
    ]
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


def test_explain_writes_the_same_bundle_and_prints_its_page(tmp_path):
    log = LOGS / "mbimcli-fault-late.log"
    one, other = tmp_path / "one.wwbundle", tmp_path / "other.wwbundle"
    plain = run("explain", log)
    done = run("explain", log, "--bundle", one, "--key", "k")
    assert done.stdout == plain.stdout
    assert done.exit_code == plain.exit_code
    assert "explain.txt" in done.stderr
    assert run("bundle", log, "-o", other, "--key", "k").exit_code == 0
    assert one.read_bytes() == other.read_bytes()
    assert run("explain", log, "--bundle", one).exit_code == 2
    assert one.read_bytes() == other.read_bytes()


def test_a_bundle_of_several_logs_or_of_what_cannot_be_explained_is_not_written(tmp_path):
    log, out = LOGS / "mbimcli-fault-late.log", tmp_path / "x.wwbundle"
    assert run("explain", log, log, "--bundle", out).exit_code == 2
    assert run("explain", log, "--bundle", "-").exit_code == 2
    nothing = tmp_path / "nothing.txt"
    nothing.write_text("nothing of the kind\n")
    assert run("explain", nothing, "--bundle", out).exit_code == 3
    assert not out.exists()
