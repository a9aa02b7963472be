"""Every verb that judges keeps tables by the same options, and goes on with them."""

import json
import re

import pytest
from fleet_results import lab_folder
from verbs import run

from wwanreplay.fleet.checking import CheckWork
from wwanreplay.fleet.results import read_dataset, read_table

pytest.importorskip("pyarrow")

FORMS = ([], ["--all"], ["--json"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = lab_folder(tmp_path_factory.mktemp("lab") / "traces")
    (made / "bad.wwtrace").write_bytes(b"no trace")
    return made


def rows_of(out):
    names = ("traces", "rules", "facts", "operations", "latencies", "divergences")
    return {name: read_table(str(out), name).to_pylist() for name in names}


@pytest.fixture(scope="module")
def checked(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("checked") / "out"
    return out, run("check", folder, "--results", out)


def test_check_prints_the_same_with_results_and_keeps_what_it_judged(checked, folder):
    out, done = checked
    plain = run("check", folder)
    assert (done.exit_code, done.stdout, done.stderr) == (3, plain.stdout, plain.stderr)
    assert read_dataset(str(out))["settings"]["verb"] == "check"
    rows = rows_of(out)
    verdicts = {row["key"]: row["verdict"] for row in rows["traces"]}
    assert verdicts == {
        "bad.wwtrace": "unreadable",
        "demo.wwtrace": "no fault",
        "late.wwtrace": "broken",
        "queries.wwtrace": "no fault",
        "sim.wwtrace": "no fault",
    }
    broken = [row for row in rows["rules"] if row["outcome"] == "broken"]
    assert {row["trace"].rpartition("/")[2] for row in broken} >= {"late.wwtrace"}
    assert not rows["divergences"]
    assert rows["facts"]
    assert rows["latencies"]


def test_replay_and_check_keep_the_same_of_rules_facts_and_latencies(checked, folder, tmp_path):
    run("replay", folder, "--results", tmp_path / "out")
    own, others = rows_of(checked[0]), rows_of(tmp_path / "out")
    for name in ("rules", "facts", "operations", "latencies"):
        assert own[name] == others[name], name


def test_processes_keep_and_print_what_one_does(checked, folder, tmp_path):
    out, one = checked
    two = run("check", folder, "--results", tmp_path / "two", "-j", "2")
    assert (two.exit_code, two.stdout, two.stderr) == (one.exit_code, one.stdout, one.stderr)
    assert rows_of(tmp_path / "two") == rows_of(out)


@pytest.mark.parametrize("form", FORMS)
def test_check_goes_on_without_repeating_and_writes_the_same_files(
    form, folder, tmp_path, monkeypatch
):
    files = ["--junit", tmp_path / "j.xml", "--sarif", tmp_path / "s.sarif", "--force"]
    whole = run("check", folder, *form, *files)
    texts = [(tmp_path / name).read_text() for name in ("j.xml", "s.sarif")]
    call, count = CheckWork.__call__, 0

    def interrupted(self, path):
        nonlocal count
        count += 1
        if count > 3:
            raise KeyboardInterrupt
        return call(self, path)

    monkeypatch.setattr(CheckWork, "__call__", interrupted)
    out = tmp_path / "out"
    assert run("check", folder, *form, *files, "--results", out).exit_code == 130
    assert read_dataset(str(out))["complete"] is False
    judged = []
    monkeypatch.setattr(
        CheckWork, "__call__", lambda self, path: judged.append(path) or call(self, path)
    )
    again = run("check", folder, *form, *files, "--resume", out)
    assert [path.rpartition("/")[2] for path in judged] == ["queries.wwtrace", "sim.wwtrace"]
    assert (again.exit_code, again.stdout, again.stderr) == (3, whole.stdout, whole.stderr)
    assert [(tmp_path / name).read_text() for name in ("j.xml", "s.sarif")] == texts
    assert read_dataset(str(out))["complete"] is True


def test_what_was_accepted_is_so_in_what_goes_on(folder, tmp_path):
    waivers = tmp_path / "waivers.toml"
    waivers.write_text(
        '[[accept]]\nrule = "*"\nreason = "known"\nexpires = 2099-01-01\n', encoding="utf-8"
    )
    whole = run("check", folder, "--waivers", waivers)
    out = tmp_path / "out"
    assert run("check", folder, "--waivers", waivers, "--results", out).stdout == whole.stdout
    again = run("check", folder, "--waivers", waivers, "--resume", out)
    assert (again.exit_code, again.stdout, again.stderr) == (3, whole.stdout, whole.stderr)


def test_results_hold_no_identity_unless_requested(checked, folder, tmp_path):
    shown = run("show", folder / "demo.wwtrace", "--show-personal").stdout
    identity = re.search(r"SubscriberId = (\d{15})", shown)[1]
    for row in rows_of(checked[0])["traces"]:
        assert identity not in json.dumps(row)
        assert '"payload"' not in row["report"]


def test_results_of_one_verb_are_not_those_of_another(checked, folder, tmp_path):
    out, _ = checked
    done = run("replay", folder, "--resume", out)
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert f"{out}: the results are of check, not of replay" in done.output
    done = run("check", folder, "--resume", out, "--rule", "pin.*")
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert "the results were made with other options" in done.output
    for verb in ("check", "replay"):
        done = run(verb, folder, "--key", "abc")
        assert (done.exit_code, "are for --results" in done.output) == (2, True)
        done = run(verb, folder, "--results", tmp_path / "a", "--resume", tmp_path / "b")
        assert (done.exit_code, "give one of them" in done.output) == (2, True)


def test_corpus_asks_what_check_kept(checked):
    done = run("corpus", checked[0], "--json")
    assert done.exit_code == 0, done.output
    tables = {each["name"]: each["rows"] for each in json.loads(done.stdout)["tables"]}
    assert {row["verdict"] for row in tables["verdicts"]} == {"broken", "no fault", "unreadable"}
    assert tables["rules"]
    assert any(row["fault"].startswith("rule ") for row in tables["rarest"])
