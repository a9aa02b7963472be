"""Several processes give what one gives, in its order, also where they die."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from checkout import TRACES
from fleet_work import DeadlyPiecesWork, DeadlyWork, comparable, large_traces
from groups import sampled
from verbs import ENVIRONMENT
from verbs import run as run_verb

from wwanreplay.analysis.batch import ReplayOptions
from wwanreplay.errors import EXIT_INTERNAL
from wwanreplay.fleet import ReplayWork, Where, run

NAMES = ("sim", "queries", "pin", "cdma", "demo", "sim", "queries", "pin")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("many")
    for number, name in enumerate(NAMES):
        (made / f"{number}-{name}.wwtrace").write_bytes((TRACES / f"{name}.wwtrace").read_bytes())
    (made / "8-bad.wwtrace").write_bytes(b"no trace")
    return made


@pytest.fixture(scope="module")
def paths(folder):
    return sorted(str(path) for path in folder.iterdir())


def test_processes_and_one_of_which_dies_once_give_what_one_process_gives(paths, tmp_path):
    one = comparable(run(paths, ReplayWork(ReplayOptions()), Where()))
    (tmp_path / "life").touch()
    work = DeadlyWork(ReplayOptions(), deadly="3-cdma", lives=str(tmp_path))
    assert comparable(run(paths, work, Where(2))) == one
    assert not list(tmp_path.iterdir())


@pytest.mark.long
def test_a_trace_that_kills_its_workers_is_named_and_the_rest_goes_on(paths):
    reports = list(run(paths, DeadlyWork(ReplayOptions(), deadly="3-cdma"), Where(2)))
    one = comparable(run(paths, ReplayWork(ReplayOptions()), Where()))
    assert [each.path for each in reports] == paths
    del one[3]
    dead = reports.pop(3)
    assert comparable(reports) == one
    assert dead.exit_code == EXIT_INTERNAL
    assert dead.error == (f"{paths[3]}: the process that had it was killed, or ran out of memory")


def test_totals_and_results_of_a_folder_are_the_same_in_processes(folder):
    values = []
    for options in ([], ["-j", "2"]):
        done = run_verb("replay", folder, "--json", *options)
        assert done.exit_code == 3
        values.append(json.loads(done.stdout))
        del values[-1]["measured"]
    assert values[0] == values[1]
    assert len(values[0]["totals"]["results_digest"]) == 32


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    return large_traces(tmp_path_factory.mktemp("large") / "traces")


@pytest.fixture
def pieces(monkeypatch):
    """How many pieces each trace was cut in; small ones are."""
    monkeypatch.setattr("wwanreplay.replay.pieces.PIECE_BYTES_MIN", 50_000)
    counts = {}
    kept = ReplayWork.pieces

    def counted(self, path, count):
        found = kept(self, path, count)
        counts[os.path.basename(path).partition(".")[0]] = len(found)
        return found

    monkeypatch.setattr(ReplayWork, "pieces", counted)
    return counts


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_pieces_of_large_traces_go_to_all_processes_with_the_same_report(form, large, pieces):
    one, two = (run_verb("replay", large, *form, *more) for more in ([], ["-j", "3"]))
    assert one.exit_code == two.exit_code == 3
    assert min(pieces.values()) > 2
    assert len(pieces) == 6
    without = "elapsed_s", "records_per_second", "rate "
    texts = [
        [line for line in done.stdout.splitlines() if not line.strip(' "').startswith(without)]
        for done in (one, two)
    ]
    assert texts[0] == texts[1]
    assert one.stderr == two.stderr


@pytest.mark.long
def test_a_process_that_dies_of_a_piece_costs_another_try(large, pieces, tmp_path):
    paths = sorted(str(path) for path in large.iterdir())
    one = comparable(run(paths, ReplayWork(ReplayOptions()), Where()))
    for number in range(3):
        (tmp_path / f"life-{number}").touch()
    work = DeadlyPiecesWork(ReplayOptions(), lives=str(tmp_path))
    assert comparable(run(paths, work, Where(2))) == one
    assert not list(tmp_path.iterdir())
    assert pieces


@pytest.mark.long
def test_a_piece_of_which_every_process_dies_is_left_to_whoever_has_the_trace(large, pieces):
    paths = [str(large / "equal.wwtrace"), str(large / "diverged-1.wwtrace")]
    one = comparable(run(paths, ReplayWork(ReplayOptions()), Where()))
    assert comparable(run(paths, DeadlyPiecesWork(ReplayOptions()), Where(2))) == one
    assert pieces


@pytest.mark.parametrize("verb", sampled(["stats", "check", "check --json"], 1))
def test_check_and_stats_print_the_same_from_processes(verb, folder):
    one, two = (run_verb(*verb.split(), folder, *options) for options in ([], ["-j", "2"]))
    assert one.exit_code == 3
    assert (one.exit_code, one.stdout, one.stderr) == (two.exit_code, two.stdout, two.stderr)


@pytest.fixture
def many(tmp_path):
    """A function that makes a folder of so many traces."""

    def made(count):
        folder = tmp_path / "many"
        folder.mkdir()
        for number in range(count):
            (folder / f"{number}.wwtrace").symlink_to(TRACES / "demo.wwtrace")
        return folder

    return made


def _begun(folder, options, printed, errors):
    """A replay of a folder that has printed something, in a session of its own."""
    with printed.open("wb") as output, errors.open("wb") as error_output:
        process = subprocess.Popen(
            [sys.executable, "-m", "wwanreplay", "replay", str(folder), *options],
            env={**ENVIRONMENT, "PYTHONUNBUFFERED": "1"},
            stdout=output,
            stderr=error_output,
            start_new_session=True,
        )
    while not printed.stat().st_size and process.poll() is None:
        time.sleep(0.01)
    return process


def _no_process_is_left(session):
    for _ in range(100):
        if subprocess.run(["pgrep", "-s", str(session)], stdout=subprocess.DEVNULL).returncode:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    "options",
    [["-j", "2"], pytest.param(["-j", "2", "--cluster", "local"], marks=pytest.mark.long)],
)
def test_ctrl_c_prints_what_is_done_and_leaves_no_process(options, many, tmp_path):
    count = 4000 if "--cluster" in options else 400
    printed, errors = tmp_path / "printed", tmp_path / "errors"
    process = _begun(many(count), options, printed, errors)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(60) == 130
    text = printed.read_text()
    done = text.count(": equal,")
    assert 0 < done < count
    assert f"interrupted: {done} of {count} files are done" in errors.read_text()
    assert f"equal            {done:>14}" in text
    assert "Traceback" not in errors.read_text()
    assert _no_process_is_left(process.pid)


def test_who_is_killed_leaves_no_process(many, tmp_path):
    process = _begun(many(4000), ["-j", "2"], tmp_path / "printed", tmp_path / "errors")
    process.kill()
    assert process.wait(60) == -signal.SIGKILL
    assert _no_process_is_left(process.pid)
