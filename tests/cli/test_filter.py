"""`filter`: what it prints, writes and refuses."""

import json

from verbs import run


def test_a_filtered_trace_replays_and_says_what_is_not_compared(file, tmp_path):
    out = tmp_path / "some.wwtrace"
    done = run("filter", file, "--oid", "connect", "-o", out)
    assert done.exit_code == 0
    assert done.stdout.startswith(f"{out}: ")
    assert "were filtered out" in done.stdout
    replayed = run("replay", out)
    assert replayed.exit_code == 0
    assert ": equal" in replayed.stdout
    assert "records were filtered out, not compared" in replayed.stdout
    shown = run("show", out, "--kind", "set").stdout
    assert "OID_WWAN_CONNECT" in shown
    assert "OID_WWAN_RADIO_STATE" not in shown


def test_a_stretch_is_a_filter_too(file, tmp_path):
    out = tmp_path / "some.wwtrace"
    done = run("filter", file, "--start", 20, "--stop", 40, "-o", out, "--json")
    values = json.loads(done.stdout)
    assert values["chosen"] == 20
    assert values["kept"] >= 20
    assert run("replay", out).exit_code == 0


def test_info_counts_what_was_filtered_out(file, tmp_path):
    out = tmp_path / "some.wwtrace"
    done = run("filter", file, "--oid", "connect", "-o", out, "--json")
    left_out = json.loads(done.stdout)["left_out"]
    assert f"filtered out   {left_out}\n" in run("info", out).stdout
    assert "filtered out" not in run("info", file).stdout


def test_json_has_the_counts(file, tmp_path):
    out = tmp_path / "some.wwtrace"
    done = run("filter", file, "--where", "kind == indication", "-o", out, "--json")
    values = json.loads(done.stdout)
    assert values["kept"] > values["chosen"] > 0
    assert values["is_comparable"]


def test_a_log_says_that_it_is_not_compared(tmp_path):
    log, out = tmp_path / "log.wwtrace", tmp_path / "some.wwtrace"
    assert run("import", "logs/mbimcli-fault-contexts.log", "-o", log).exit_code == 0
    done = run("filter", log, "--where", "kind == query", "-o", out)
    assert done.exit_code == 0
    assert "not compared" in done.stderr
    replayed = run("replay", out)
    assert replayed.exit_code == 1
    assert "nothing compared" in replayed.stdout


def test_wrong_uses_are_one_line(file, tmp_path):
    out = tmp_path / "some.wwtrace"
    for arguments in ([], ["--where", "Rssi =="], ["--oid", "nothing"]):
        done = run("filter", file, *arguments, "-o", out)
        assert done.exit_code == 2, arguments
        assert done.stderr.startswith("wwanreplay: error: ")
        assert not out.exists()
    assert run("filter", tmp_path / "none.wwtrace", "--oid", "connect", "-o", out).exit_code == 3


def test_a_filter_that_nothing_matches_is_the_answer_no(file, tmp_path):
    out = tmp_path / "some.wwtrace"
    done = run("filter", file, "--where", "False", "-o", out)
    assert done.exit_code == 1
    assert done.stderr.startswith("wwanreplay: error: nothing matched: ")
    assert not out.exists()


def test_rules_are_not_judged_by_what_is_left(file, tmp_path):
    out = tmp_path / "some.wwtrace"
    assert run("filter", file, "--oid", "connect", "-o", out).exit_code == 0
    done = run("check", out)
    assert done.exit_code == 2
    assert "records were filtered out" in done.stderr
