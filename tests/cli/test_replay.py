"""`replay`: files and folders, exit codes, places, processes."""

import json

import pytest
from explained_sessions import session_log
from field_behaviours import begun
from replay_samples import sample_trace
from verbs import run

from wwanreplay.analysis.batch import ReplayOptions, find_traces, replay_file
from wwanreplay.errors import UsageError
from wwanreplay.trace.edit import rewrite


@pytest.fixture
def folder(tmp_path):
    """An equal trace, a diverging one and one that cannot be read, with what is no trace."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "a.wwtrace").write_bytes(sample_trace())
    bad = rewrite(sample_trace(), lambda events: [*events[:2], *events[3:]])
    (tmp_path / "b.wwtrace").write_bytes(bad)
    (tmp_path / "inner" / "c.wwtrace").write_bytes(b"no trace at all")
    (tmp_path / "readme.txt").write_text("no trace")
    return tmp_path


def test_the_verb_prints_each_file_and_totals_and_ends_with_the_worst(folder):
    done = run("replay", folder)
    assert done.exit_code == 3
    assert f"{folder}/a.wwtrace: equal, 42 outputs compared\n" in done.stdout
    assert f"{folder}/b.wwtrace: diverged: 1 root cause; 41 outputs compared\n" in done.stdout
    assert f"{folder}/inner/c.wwtrace: unreadable\n" in done.stdout
    assert "not a wwanreplay trace" in done.stderr
    assert done.stderr.count("\n") == 1
    totals = dict(line.split(maxsplit=1) for line in done.stdout.splitlines()[-11:] if line)
    assert (totals["files"], totals["equal"], totals["diverged"], totals["unreadable"]) == (
        "3",
        "1",
        "1",
        "1",
    )


def test_exit_codes(folder):
    assert run("replay", folder / "a.wwtrace").exit_code == 0
    assert run("replay", folder / "b.wwtrace").exit_code == 1
    assert run("replay", folder / "inner" / "c.wwtrace").exit_code == 3
    assert run("replay", folder / "nothing.wwtrace").exit_code == 3
    assert run("replay", folder / "a.wwtrace", "--start", "5", "--stop", "4").exit_code == 2
    assert run("replay", folder / "a.wwtrace", "--profile", "no-such").exit_code == 2
    assert run("replay", folder / "a.wwtrace", "--start", "soon").exit_code == 2
    assert run("replay", folder / "a.wwtrace", "-j", "0").exit_code == 2
    assert run("replay").exit_code == 2


def test_a_single_file_has_its_digest_in_the_totals(folder):
    report = replay_file(str(folder / "a.wwtrace"), ReplayOptions())
    assert f"digest           {report.digest}" in run("replay", folder / "a.wwtrace").stdout


@pytest.mark.long
def test_processes_give_the_same_reports_in_the_same_order(folder):
    one = json.loads(run("replay", folder, "--json").stdout)
    two = json.loads(run("replay", folder, "--json", "-j", "2").stdout)
    assert set(one.pop("measured")) == set(two.pop("measured"))
    assert one == two
    verdicts = [values["verdict"] for values in one["files"]]
    assert verdicts == ["equal", "diverged", "unreadable"]


def test_fail_fast_ends_with_the_first_file_that_is_not_equal(folder):
    done = run("replay", "--fail-fast", folder)
    assert done.exit_code == 1
    assert "c.wwtrace" not in done.stdout


def test_start_and_stop_take_records_and_times(folder):
    file = folder / "b.wwtrace"
    assert run("replay", file, "--start", "3").exit_code == 0
    assert run("replay", file, "--stop", "2").exit_code == 0
    assert run("replay", file, "--start", "2.6s").exit_code == 1
    assert run("replay", file, "--start", "3s").exit_code == 0
    assert run("replay", file, "--stop", "2s").exit_code == 0


def test_another_profile_is_replayed_against(folder):
    assert run("replay", folder / "a.wwtrace", "--profile", "cdma").exit_code == 1
    assert run("replay", folder / "a.wwtrace", "--profile", "lte-home").exit_code == 0
    assert run("replay", folder / "a.wwtrace", "--seed", "1").exit_code == 1


def test_further_divergences_are_counted(folder):
    done = run("replay", folder / "a.wwtrace", "--seed", "1", "--max-divergences", "2")
    assert "further divergences not listed" in done.stdout


def test_folders_are_searched_and_a_file_named_twice_is_taken_once(folder):
    found = find_traces([str(folder), str(folder / "a.wwtrace")])
    assert [path.rpartition("/")[2] for path in found] == ["a.wwtrace", "b.wwtrace", "c.wwtrace"]
    (folder / "empty").mkdir()
    with pytest.raises(UsageError, match=r"has no \.wwtrace file"):
        find_traces([str(folder / "empty")])


def test_what_is_accepted_passes_from_then_on(folder):
    bad = folder / "b.wwtrace"
    assert run("replay", bad).exit_code == 1
    done = run("replay", bad, "--accept", "--reason", "a known bug", "--expires", "2999-12-31")
    assert done.exit_code == 0
    assert f"written: 1 expected divergence in {bad}.accepted.toml" in done.stdout
    text = (folder / "b.wwtrace.accepted.toml").read_text()
    assert 'reason = "a known bug"\nexpires = 2999-12-31\n' in text
    again = run("replay", bad)
    assert again.exit_code == 0
    assert "equal, 41 outputs compared, 1 divergence accepted\n" in again.stdout
    bad.write_bytes(sample_trace())
    gone = run("replay", bad)
    assert (gone.exit_code, "  warning: gone: layer model" in gone.stdout) == (0, True)
    assert run("replay", bad, "--strict").exit_code == 1


@pytest.mark.parametrize(
    "messages", ["> open 4096\n< error 8\n", "> open 4096\n@ 5\n> open 4096\n@ 60\n> open 4096\n"]
)
def test_a_log_of_nothing_but_an_open_that_fails_can_be_kept(tmp_path, messages):
    log, trace = tmp_path / "bug.log", tmp_path / "bug.wwtrace"
    log.write_text(session_log(messages))
    run("import", log, "-o", trace)
    assert run("replay", trace).exit_code == 1
    run("replay", trace, "--accept")
    kept = run("replay", trace)
    assert (kept.exit_code, "no fault, 0 of 0 outputs compared, 0 notes, " in kept.stdout) == (
        0,
        True,
    )
    (tmp_path / "bug.wwtrace.accepted.toml").unlink()
    assert run("replay", trace).exit_code == 1


def test_what_is_accepted_can_stand_in_the_trace(folder):
    bad = folder / "b.wwtrace"
    assert run("replay", bad, "--accept", "--into-trace").exit_code == 0
    assert not (folder / "b.wwtrace.accepted.toml").exists()
    assert run("replay", bad).exit_code == 0
    assert "accepted.toml" in run("info", bad).stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--reason", "x"], "--reason is for --accept"),
        (["--into-trace"], "--into-trace is for --accept"),
        (["--accept", "--reason", " "], "--reason: is empty"),
        (["--accept", "--start", "3"], "--accept is of a whole trace"),
        (["--accept", "--seed", "3"], "--accept is of a whole trace"),
        (["--accept", "--device", "mbim:/nowhere"], "--accept is of a whole trace"),
    ],
)
def test_an_acceptance_that_means_nothing_is_refused(folder, options, message):
    done = run("replay", folder / "b.wwtrace", *options)
    assert done.exit_code == 2
    assert message in done.stderr
    assert not (folder / "b.wwtrace.accepted.toml").exists()


def test_a_trace_without_a_profile_is_not_compared_and_says_what_to_run(tmp_path):
    log = tmp_path / "bug.log"
    log.write_text(begun().text)
    raw = tmp_path / "raw.wwtrace"
    assert run("import", "--no-infer", log, "-o", raw).exit_code == 0
    done = run("replay", raw)
    assert done.exit_code == 1
    assert "raw.wwtrace: nothing compared" in done.stdout
    assert "was read from a log and carries no profile" in done.stderr
    assert done.stderr.count("\n") == 1
    assert run("infer", raw, "-o", tmp_path / "found.wwtrace").exit_code == 0
    assert run("replay", tmp_path / "found.wwtrace").exit_code == 0
