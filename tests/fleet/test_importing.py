"""Many logs become traces, each by itself: what one is wrong with does not stop the others."""

import json
import shutil
import zipfile

import pytest
from checkout import LOGS
from groups import sampled
from verbs import run

from wwanreplay.fleet.importing import ImportWork
from wwanreplay.stores import Location
from wwanreplay.trace import TraceReader

NAMES = ("mbimcli-fault-late", "mbimcli-fault-contexts", "mbimcli-fault-registration")


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many") / "logs"
    (folder / "week").mkdir(parents=True)
    for name in NAMES[:2]:
        shutil.copy(LOGS / f"{name}.log", folder)
    shutil.copy(LOGS / f"{NAMES[2]}.log", folder / "week")
    (folder / "notes.log").write_text("no log\n")
    return folder


def traces_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.wwtrace")}


@pytest.mark.parametrize("options", sampled([["-j", "2"], []], 1))
def test_each_log_becomes_a_trace_with_its_name_and_the_rest_is_named(options, logs, tmp_path):
    out = tmp_path / "traces"
    done = run("import", "--each", f"{logs}/**/*.log", "-o", out, *options)
    assert done.exit_code == 3
    assert done.stderr.count("\n") == 1
    assert f"{logs}/notes.log: is no log of a known format" in done.stderr
    assert done.stdout.endswith("\n3 logs imported, 0 passed over, 1 not\n")
    made = traces_of(out)
    assert set(made) == {
        f"{NAMES[0]}.log.wwtrace",
        f"{NAMES[1]}.log.wwtrace",
        f"week/{NAMES[2]}.log.wwtrace",
    }
    alone = tmp_path / "alone.wwtrace"
    assert run("import", logs / f"{NAMES[0]}.log", "-o", alone).exit_code == 0
    with TraceReader(str(alone)) as one, TraceReader(str(out / f"{NAMES[0]}.log.wwtrace")) as other:
        assert list(map(repr, one.events())) == list(map(repr, other.events()))


def test_what_is_there_is_refused_or_passed_over(logs, tmp_path):
    out = tmp_path / "traces"
    some = [logs / f"{name}.log" for name in NAMES[:2]]
    assert run("import", "--each", some[0], "-o", out, "--no-infer").exit_code == 0
    again = run("import", "--each", *some, "-o", out, "--no-infer")
    assert again.exit_code == 2
    assert "mbimcli-fault-late.log.wwtrace: exists already" in again.stderr
    assert "1 logs imported, 0 passed over, 1 not" in again.stdout
    before = traces_of(out)
    done = run("import", "--each", *some, "-o", out, "--only-new", "--json")
    assert done.exit_code == 0
    values = json.loads(done.stdout)
    assert [each.get("skipped") for each in values] == ["its trace is there already"] * 2
    assert traces_of(out) == before
    assert run("import", "--each", *some, "-o", out, "--no-infer", "--force").exit_code == 0


def test_traces_go_to_a_store_and_are_scrubbed_with_one_key(logs, tmp_path):
    pytest.importorskip("fsspec")
    url = f"file://{tmp_path}/store"
    done = run("import", "--each", f"{logs}/*late.log", "-o", url, "--scrub", "--key", "k")
    assert done.exit_code == 0, done.output
    name = "mbimcli-fault-late.log.wwtrace"
    alone = tmp_path / name
    source = logs / "mbimcli-fault-late.log"
    assert run("import", source, "-o", alone, "--scrub", "--key", "k").exit_code == 0
    with TraceReader(str(alone)) as one, TraceReader(f"{tmp_path}/store/{name}") as other:
        assert list(map(repr, one.events())) == list(map(repr, other.events()))


def test_a_trace_has_the_name_of_its_log_below_the_folder_of_all():
    work = ImportWork(Location("s3://lab/out"), 4)
    assert work.target("s3://logs/a/b.log.gz") == "s3://lab/out/b.log.gz.wwtrace"
    assert work.died("a.log").error.startswith("a.log: the process that had it was killed")


def test_options_for_many_are_for_each(logs, tmp_path):
    log, out = logs / "notes.log", tmp_path / "out"
    for options, text in (
        (["-j", "2"], "-j is for --each"),
        (["--cluster", "local"], "--cluster is for --each"),
        (["--only-new"], "--only-new is for --each"),
        (["--each", "--only-new", "--force"], "give one of them"),
    ):
        done = run("import", log, "-o", out, *options)
        assert (done.exit_code, text in done.output) == (2, True), done.output
    done = run("import", "--each", "-", "-o", out)
    assert (done.exit_code, "not the standard input" in done.output) == (2, True)


def test_a_trace_is_in_the_folder_whatever_a_log_is_called(logs, tmp_path, monkeypatch):
    log = logs / f"{NAMES[0]}.log"
    with zipfile.ZipFile(tmp_path / "logs.zip", "w") as archive:
        archive.write(log, "../../up.log")
        archive.write(log, "b/own.log")
    out = tmp_path / "a" / "b" / "out"
    done = run("import", "--each", f"zip://**/*.log::{tmp_path}/logs.zip", "-o", out)
    assert done.exit_code == 0, done.output
    assert set(traces_of(tmp_path)) == {"a/b/out/up.log.wwtrace", "a/b/out/b/own.log.wwtrace"}
    monkeypatch.chdir(logs)
    out = tmp_path / "c" / "out"
    done = run("import", "--each", f"{NAMES[0]}.log", f"../logs/{NAMES[1]}.log", "-o", out)
    assert done.exit_code == 0, done.output
    assert len(traces_of(out)) == 2


def test_two_logs_that_would_be_one_trace_are_refused_before_any_is_made(logs, tmp_path):
    name = f"{logs}/{NAMES[0]}.log"
    done = run("import", "--each", name, name, "-o", tmp_path / "out")
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert f"{name} and {name} would both be {tmp_path}/out/" in done.output
    assert not (tmp_path / "out").exists()
