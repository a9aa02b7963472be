"""Results are tables that are the same however they came to be, and a run goes on with them."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys

import pytest
from checkout import TRACES
from fleet_results import lab_folder, results_of
from store_servers import nginx
from verbs import ENVIRONMENT, run

from wwanreplay.analysis.batch import ReplayOptions
from wwanreplay.errors import InputError, UsageError
from wwanreplay.fleet import ReplayWork, results
from wwanreplay.fleet.names import keys_of
from wwanreplay.fleet.results import Results, read_dataset, read_rows, read_table
from wwanreplay.fleet.rows import Identities, unpacked_report
from wwanreplay.fleet.tables import TABLES
from wwanreplay.stores import Location, access
from wwanreplay.stores.access import tried
from wwanreplay.stores.reading import StoreFile

pytest.importorskip("pyarrow")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return lab_folder(tmp_path_factory.mktemp("lab") / "traces")


@pytest.fixture(scope="module")
def whole(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("results") / "whole"
    return out, results_of(folder, out)


def tables(out):
    return {name: read_table(str(out), name).to_pylist() for name in TABLES}


def without_rate(text):
    return [line for line in text.splitlines() if not line.startswith("rate ")]


def test_every_table_has_its_columns_and_rows(whole):
    out, _ = whole
    assert read_dataset(str(out))["complete"] is True
    for name, columns in TABLES.items():
        table = read_table(str(out), name)
        assert table.column_names == [column.name for column in columns]
        assert table.num_rows > 0, name
    rows = {row["key"]: row for row in tables(out)["traces"]}
    assert [rows[key]["verdict"] for key in sorted(rows)] == [
        "equal",
        "diverged",
        "equal",
        "equal",
    ]
    assert rows["demo.wwtrace"]["firmware"] == "EM10.01.00"
    assert rows["demo.wwtrace"]["operator"] == "***"


def test_results_of_two_processes_are_those_of_one(whole, folder, tmp_path):
    out, one = whole
    two = results_of(folder, tmp_path / "two", "-j", "2")
    assert without_rate(two.stdout) == without_rate(one.stdout)
    assert tables(tmp_path / "two") == tables(out)


def test_a_run_that_ended_early_goes_on_without_repeating(whole, folder, tmp_path, monkeypatch):
    out, one = whole
    paths = sorted(str(path) for path in folder.iterdir())
    before = json.loads((out / "dataset.json").read_text())["settings"]
    part = tmp_path / "part"
    work = ReplayWork(ReplayOptions(), Identities())
    with Results(str(part), keys_of(paths), before, unpacked_report) as kept:
        for path in paths[:2]:
            kept.add(work(path))
    assert read_dataset(str(part))["complete"] is False
    replayed = []
    call = ReplayWork.__call__

    def counted(self, path):
        replayed.append(path)
        return call(self, path)

    monkeypatch.setattr(ReplayWork, "__call__", counted)
    again = run("replay", folder, "--resume", part)
    assert again.exit_code == 1, again.output
    assert replayed == paths[2:]
    assert without_rate(again.stdout) == without_rate(one.stdout)
    assert tables(part) == tables(out)
    assert read_dataset(str(part))["complete"] is True


@pytest.mark.long
def test_what_was_written_without_its_traces_is_written_again(whole, folder, tmp_path):
    """A kill between the parts of one flush leaves tables without their row of the trace."""
    out, _ = whole
    part = tmp_path / "part"
    results_of(folder, part)
    for file in (part / "traces").iterdir():
        file.unlink()
    assert run("replay", folder, "--resume", part).exit_code == 1
    assert tables(part) == tables(out)


def test_mistakes_are_one_line(whole, folder, tmp_path):
    out, _ = whole
    for options, code, text in (
        (["--results", out], 2, "has results already; --resume goes on with them"),
        (["--resume", tmp_path / "none"], 3, "holds no results: dataset.json"),
        (["--resume", out, "--seed", "5"], 2, "the results were made with other options"),
        (["--results", tmp_path / "a", "--resume", out], 2, "give one of them"),
        (["--results", tmp_path / "a", "--fail-fast"], 2, "are not for --accept and --fail-fast"),
        (["--key", "abc"], 2, "--key and --key-file are for --results"),
        (["--results", "/proc/none/a"], 3, "cannot be written"),
    ):
        done = run("replay", folder, *options)
        assert (done.exit_code, "Traceback" in done.output) == (code, False), done.output
        assert text in done.output


@pytest.mark.long
def test_a_trace_that_changed_is_not_taken_for_done(folder, tmp_path):
    out, copies = tmp_path / "out", lab_folder(tmp_path / "copies")
    results_of(copies, out)
    with (copies / "demo.wwtrace").open("ab") as file:
        file.write(b"more")
    done = run("replay", copies, "--resume", out)
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert "has changed since; begin new results" in done.output


@pytest.mark.long
@pytest.mark.parametrize("verb", ["replay", "check"])
def test_nor_is_one_that_changed_and_kept_its_size(verb, folder, tmp_path):
    out, copies = tmp_path / "out", lab_folder(tmp_path / "copies")
    assert run(verb, copies, "--results", out).exit_code == 1
    assert run(verb, copies, "--resume", out).exit_code == 1
    data = bytearray((copies / "demo.wwtrace").read_bytes())
    data[-500] ^= 1
    (copies / "demo.wwtrace").write_bytes(data)
    done = run(verb, copies, "--resume", out)
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert f"{copies}/demo.wwtrace: has changed since; begin new results" in done.output


def test_a_second_run_does_not_write_into_results_of_one_that_goes_on(whole, folder, tmp_path):
    out, _ = whole
    paths = sorted(str(path) for path in folder.iterdir())
    before = json.loads((out / "dataset.json").read_text())["settings"]
    with Results(str(tmp_path / "part"), keys_of(paths), before, unpacked_report):
        for option in ("--results", "--resume"):
            done = run("replay", folder, option, tmp_path / "part")
            assert (done.exit_code, done.output.count("\n")) == (2, 1)
            assert "another run writes these results now" in done.output
    assert run("replay", folder, "--resume", tmp_path / "part").exit_code == 1
    assert tables(tmp_path / "part") == tables(out)


@pytest.mark.parametrize("bound", ["PART_SIZE", "ROWS_MAX"])
def test_what_waits_is_bounded_by_bytes_and_rows_and_comes_to_the_same(
    bound, whole, folder, tmp_path, monkeypatch
):
    out, _ = whole
    monkeypatch.setattr(results, "ROWS_MAX", 1)
    monkeypatch.setattr(results, "PART_SIZE", 1 if bound == "PART_SIZE" else 1 << 30)
    results_of(folder, tmp_path / "parts")
    parts = len(list((tmp_path / "parts" / "traces").iterdir()))
    assert parts == (len(list(folder.iterdir())) if bound == "PART_SIZE" else 1)
    assert tables(tmp_path / "parts") == tables(out)


def test_parts_of_an_earlier_version_may_lack_a_column(whole, folder, tmp_path):
    import pyarrow.parquet

    shutil.copytree(whole[0], tmp_path / "old")
    (part,) = (tmp_path / "old" / "traces").iterdir()
    pyarrow.parquet.write_table(pyarrow.parquet.read_table(part).drop(["version"]), part)
    assert run("replay", folder, "--resume", tmp_path / "old").exit_code == 1
    assert run("corpus", tmp_path / "old").exit_code == 0


@pytest.mark.long
def test_results_go_to_a_store_too(whole, folder, tmp_path):
    pytest.importorskip("fsspec")
    out, _ = whole
    url = f"file://{tmp_path}/stored"
    results_of(folder, url)
    assert tables(tmp_path / "stored") == tables(out)
    assert run("replay", folder, "--resume", url).exit_code == 1
    assert tables(tmp_path / "stored") == tables(out)


def test_results_of_another_schema_are_refused(whole, tmp_path):
    (tmp_path / "dataset.json").write_text('{"schema": 99}')
    with pytest.raises(InputError, match="results of schema 99"):
        read_dataset(str(tmp_path))
    (tmp_path / "dataset.json").write_text("{")
    with pytest.raises(InputError, match=r"dataset\.json is damaged"):
        read_dataset(str(tmp_path))


def test_without_pyarrow_the_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"wwanreplay\[fleet\]"):
        Results(str(tmp_path), {}, {}, unpacked_report)


def test_keys_are_names_below_what_all_are_in():
    assert keys_of(["a/b/c", "a/b/d/e"]) == {"a/b/c": "c", "a/b/d/e": "d/e"}
    assert keys_of(["s3://l/a/b", "s3://l/c"]) == {"s3://l/a/b": "a/b", "s3://l/c": "c"}
    assert keys_of(["a", "/b/c"]) == {"a": "a", "/b/c": "/b/c"}
    assert keys_of([]) == {}


def test_traces_that_only_a_query_tells_apart_are_not_kept_under_one_name():
    urls = [Location(f"https://host/get?id={number}") for number in (1, 2)]
    with pytest.raises(UsageError, match=r"https://host/get\?…: two traces are named so"):
        Results("none", keys_of(urls), {}, unpacked_report)


def test_what_an_earlier_run_found_is_read_a_part_at_a_time(folder, tmp_path, monkeypatch):
    out = str(tmp_path / "out")
    monkeypatch.setattr(results, "PART_TRACES", 1)
    results_of(folder, out)
    paths = [row["trace"] for row in read_rows(out, "traces", ["trace"])]
    settings = read_dataset(out)["settings"]
    with Results(out, keys_of(paths), settings, unpacked_report, resume=True) as kept:
        opened, read = [], results.open_input
        monkeypatch.setattr(results, "open_input", lambda name: opened.append(name) or read(name))
        for number, path in enumerate(paths, 1):
            assert kept.is_done(path)
            assert kept.report_of(path).path == path
            assert len(opened) == number
    with Results(out, keys_of(paths), settings, unpacked_report, resume=True) as kept:
        backwards = [kept.report_of(path).path for path in reversed(paths)]
        assert backwards == paths[::-1]


def test_names_of_any_bytes_are_kept_as_they_are_printed_on_one_line(tmp_path):
    """Also where nobody can read them, and a link among them that leads nowhere."""
    names = [
        b"a b",
        "\u00fc\u65e5".encode(),
        b"new\nline",
        b"per%20cent",
        b"[x]*?",
        b"quote'\"",
        b"\xe9",
    ]
    folder = tmp_path / "a [folder]*"
    folder.mkdir()
    for name in names:
        shutil.copy(TRACES / "demo.wwtrace", os.path.join(os.fsencode(folder), name + b".wwtrace"))
    (folder / "gone.wwtrace").symlink_to("nowhere")
    (folder / "bad\nname.wwtrace").write_bytes(b"none")
    out = tmp_path / "out [1]*"
    one = run("replay", folder, "--results", out)
    assert (one.exit_code, one.stderr.count("\n")) == (3, 2), one.output
    lines = [line for line in one.stdout.splitlines() if ".wwtrace: " in line]
    assert len(lines) == len(names) + 2
    assert all(line.startswith(str(folder)) for line in lines)
    assert lines[0] == f"{folder}/[x]*?.wwtrace: equal, 69 outputs compared"
    assert f"{folder}/new\\nline.wwtrace: equal, 69 outputs compared" in lines
    assert f"{folder}/\\udce9.wwtrace" in {row["trace"] for row in tables(out)["traces"]}
    again = run("replay", folder, "--resume", out)
    assert without_rate(again.output) == without_rate(one.output)
    done = run("corpus", out, "--json")
    assert done.exit_code == 0, done.output
    verdicts = json.loads(done.stdout)["tables"][0]["rows"]
    assert sum(row["traces"] for row in verdicts) == len(names) + 2


@pytest.mark.long
def test_traces_of_a_store_that_went_away_are_not_taken_for_done(tmp_path, monkeypatch):
    """Whoever goes on has them tried again, and comes to what one run would have come to."""
    pytest.importorskip("aiohttp")
    monkeypatch.setattr(access, "PAUSE_S", 0.0)
    monkeypatch.setattr(access._Reached, "is_gone", False)
    files, room = lab_folder(tmp_path / "files"), tmp_path / "nginx"
    room.mkdir()
    with nginx(files, room) as server:
        urls = [f"{server.url}/{path.name}" for path in sorted(files.iterdir())]
        one = run("replay", *urls, "--results", tmp_path / "one")
        reached = StoreFile._range

        def until_it_goes(self, start, end):
            if "late" in self.name or "queries" in self.name:
                tried(lambda: (_ for _ in ()).throw(ConnectionResetError("gone")))
            return reached(self, start, end)

        with monkeypatch.context() as patch:
            patch.setattr(StoreFile, "_range", until_it_goes)
            done = run("replay", *urls, "--results", tmp_path / "out")
        assert done.exit_code == 3, done.output
        assert f"{server.url}/late.wwtrace: cannot be read: gone (" in done.stderr, done.stderr
        assert read_dataset(str(tmp_path / "out"))["complete"] is False
        assert len(tables(tmp_path / "out")["traces"]) == 2
        again = run("replay", *urls, "--resume", tmp_path / "out")
    assert without_rate(again.output) == without_rate(one.output)
    assert read_dataset(str(tmp_path / "out"))["complete"] is True
    found, wanted = (tables(tmp_path / name)["traces"] for name in ("out", "one"))
    assert sorted(found, key=lambda row: row["number"]) == wanted


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_a_run_that_is_killed_at_any_time_goes_on_to_what_one_run_gives(seed, tmp_path):
    """Byte for byte, what is printed and every table, with as many processes as there are."""
    drawn = random.Random(seed)
    folder = lab_folder(tmp_path / "traces")
    kinds = sorted(folder.iterdir())
    for number in range(60):
        os.link(kinds[number % len(kinds)], folder / f"{number:03}.wwtrace")
    one = run("replay", folder, "--results", tmp_path / "one")
    small = f"import wwanreplay.fleet.results as made; made.PART_TRACES = {drawn.randint(1, 9)};"
    command = [sys.executable, "-c", f"{small} from wwanreplay.cli import main; main()"]
    out = tmp_path / "out"
    for left in range(4, -1, -1):
        option = "--resume" if (out / "dataset.json").exists() else "--results"
        jobs = ["-j", str(drawn.randint(1, 2))]
        process = subprocess.Popen(
            [*command, "replay", str(folder), option, str(out), *jobs],
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            printed, errors = process.communicate(timeout=drawn.uniform(0.3, 1.5) if left else 120)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        else:
            break
    assert (process.returncode, errors) == (one.exit_code, "")
    assert without_rate(printed) == without_rate(one.stdout)
    assert tables(out) == tables(tmp_path / "one")
