"""The command line: verbs, exit codes and the text of errors."""

import ast
import os
import pty
import subprocess
import sys
import tomllib

import click
import pytest
from checkout import ROOT, TRACES
from replay_samples import sample_trace
from verbs import ENVIRONMENT, run

from wwanreplay import __version__
from wwanreplay.cli import VERBS
from wwanreplay.errors import DeviceError, LimitError, TraceError, UsageError
from wwanreplay.trace import TraceReader
from wwanreplay.trace.reading import NO_TRACE


def program(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "wwanreplay", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        check=False,
        timeout=60,
        **options,
    )


@pytest.fixture
def failing(monkeypatch):
    """A verb that raises the given error."""

    def make(error):
        @click.command("info")
        def command():
            raise error

        monkeypatch.setattr("wwanreplay.cli.info.command", command)

    return make


def test_help_lists_the_verbs_and_the_exit_codes():
    result = run("--help")
    assert result.exit_code == 0
    for verb in VERBS:
        assert f"  {verb} " in result.stdout
    assert "Exit codes:\n  0 " in result.stdout


@pytest.mark.parametrize("columns", ["60", "80", "200"])
def test_help_stays_within_the_width(columns):
    for words in ([], *([verb] for verb in VERBS), ["protocol", "list"]):
        text = run(*words, "--help", env={"COLUMNS": columns}).stdout
        assert [line for line in text.splitlines() if len(line) > int(columns)] == [], words


def test_the_verbs_and_exit_codes_fit_a_narrow_terminal():
    lines = run("--help", env={"COLUMNS": "40"}).stdout.splitlines()
    assert [line for line in lines[1:] if len(line) > 40] == []


def test_every_verb_has_help():
    for verb in VERBS:
        result = run(verb, "--help")
        assert result.exit_code == 0, result.output
        assert "Usage: wwanreplay " + verb in result.stdout


def test_help_imports_neither_the_engine_nor_the_tables():
    code = (
        "import sys\n"
        "from wwanreplay.cli import root\n"
        "try:\n    root.main(['--help'])\nexcept SystemExit: pass\n"
        "ours = sorted(m for m in sys.modules if m.startswith('wwanreplay'))\n"
        "print(ours, file=sys.stderr)\n"
        "heavy = {'msgpack', 'zstandard', 'json', 'tomllib', 'decimal'} & set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=ENVIRONMENT, check=True
    )
    assert result.stderr.splitlines() == [
        "['wwanreplay', 'wwanreplay.cli', 'wwanreplay.cli.signals', 'wwanreplay.errors',"
        " 'wwanreplay.verdict']",
        "[]",
    ]


def test_an_equal_replay_imports_neither_the_tables_nor_the_search_nor_what_writes():
    code = (
        "import sys\n"
        "from wwanreplay.cli import root\n"
        f"try:\n    root.main(['replay', {str(TRACES / 'demo.wwtrace')!r}])\n"
        "except SystemExit as end: print(end.code, file=sys.stderr)\n"
        "print(list(sys.modules), file=sys.stderr)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=ENVIRONMENT, check=True
    )
    assert result.stdout.startswith(str(TRACES / "demo.wwtrace") + ": equal")
    ended, modules = result.stderr.splitlines()
    assert ended == "0"
    imported = set(ast.literal_eval(modules))
    assert "wwanreplay.replay.exact" in imported
    assert not imported & {
        "wwanreplay.analysis.check",
        "wwanreplay.analysis.report",
        "wwanreplay.devices.toml",
        "wwanreplay.fleet.checked",
        "wwanreplay.fleet.cluster",
        "wwanreplay.mbim.tables",
        "wwanreplay.outputs",
        "wwanreplay.protocol.structs",
        "wwanreplay.protocol.tables",
        "wwanreplay.replay.passed",
        "wwanreplay.replay.search",
        "wwanreplay.trace.summary",
        *("hashlib", "json", "logging", "pathlib", "pickle", "tempfile", "urllib.parse"),
    }


def test_the_version_is_printed():
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"wwanreplay {__version__}\n")


def test_the_version_is_the_package_s():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["project"]["version"] == __version__


def test_without_a_verb_the_help_is_shown_as_an_error():
    result = program()
    assert result.returncode == 2
    assert "Verbs:" in result.stderr
    assert result.stdout == ""


def test_a_misspelt_verb_is_answered_with_the_near_one():
    result = run("recrd")
    assert result.exit_code == 2
    assert result.stderr == (
        "wwanreplay: error: there is no verb 'recrd'; did you mean record?\n"
        "Try 'wwanreplay --help'.\n"
    )


def test_a_wrong_option_is_a_usage_error():
    result = run("record", "--sed", "1")
    assert result.exit_code == 2
    assert result.stderr.startswith("wwanreplay: error: No such option")
    assert "Try 'wwanreplay record --help'." in result.stderr


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (UsageError("say it right"), 2, "say it right"),
        (TraceError("cut off", path="x", offset=7), 3, "x: cut off (at byte 7)"),
        (LimitError("records", 9, 8), 3, "records: 9 exceeds the limit of 8"),
        (DeviceError("gone"), 3, "gone"),
        (FileNotFoundError(2, "No such file or directory", "x"), 3, "x: No such file or directory"),
        (OSError("strange"), 3, "strange"),
        (MemoryError(), 3, "out of memory: this needs more than the process may have"),
        (click.Abort(), 130, "interrupted"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (
            ZeroDivisionError("by\nzero"),
            70,
            "internal error: ZeroDivisionError: by zero "
            "(wwanreplay --debug VERB … shows where; please report it)",
        ),
    ],
)
def test_every_error_is_one_line_with_its_exit_code(failing, error, code, line):
    failing(error)
    result = run("info")
    assert result.exit_code == code
    assert result.stderr.strip() == f"wwanreplay: error: {line}"
    assert result.stdout == ""


def test_debug_shows_the_traceback_as_well(failing):
    failing(UsageError("say it right"))
    result = run("--debug", "info")
    assert result.exit_code == 2
    assert result.stderr.startswith("Traceback (most recent call last):")
    assert result.stderr.endswith("wwanreplay: error: say it right\n")


def test_a_reader_that_goes_away_is_no_traceback(demo_trace):
    read_end, write_end = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "wwanreplay", "protocol", "list"],
        stdout=write_end,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
    )
    os.close(write_end)
    os.read(read_end, 1)
    os.close(read_end)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 141
    assert errors == b""


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["record"], 2, "-o FILE is needed: the trace to write"),
        (["record", "mbim:/nowhere", "-o", "x"], 3, "/nowhere: cannot be opened: No such file"),
        (["record", "--script", "dmo", "-o", "x"], 2, "there is no script 'dmo'; near: demo"),
        (["record", "trace:none.wwtrace", "-o", "x"], 3, "none.wwtrace: "),
        (["record", "--fault", "none.toml", "-o", "x"], 2, "none.toml: No such file or directory"),
        (["record", "-o", "none/x"], 3, "none/x: cannot be written: No such file or directory"),
        (["record", "--chunk-size", "0", "-o", "x"], 2, "Invalid value for '--chunk-size'"),
        (["record", "--seed", "-1", "-o", "x"], 2, "Invalid value for '--seed'"),
        (["serve"], 2, "say how to serve: --pty, or --pty LINK"),
        (["serve", "--pty", "none/link"], 2, "none/link: the folder none does not exist"),
        (["serve", "--pty", "--profile", "lte"], 2, "there is no profile 'lte'"),
        (["info", "none.wwtrace"], 3, "none.wwtrace: "),
        (["replay", "none.wwtrace"], 3, "none.wwtrace: "),
    ],
)
def test_what_cannot_be_done_is_reported(tmp_path, monkeypatch, arguments, code, line):
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == code, result.output
    assert result.stderr.startswith(f"wwanreplay: error: {line}"), result.stderr
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


def test_the_demo_ends_well_and_keeps_its_files(tmp_path):
    result = run("demo", tmp_path / "kept")
    assert result.exit_code == 0, result.output
    assert "equal" in result.stdout
    assert "differs in ContextState.ActivationState" in result.stdout
    kept = sorted(path.name for path in (tmp_path / "kept").iterdir())
    assert kept == ["demo.wwtrace", "fault.toml", "faulty.wwtrace"]
    assert run("demo", tmp_path / "kept").exit_code == 0


def test_help_on_a_terminal_is_the_same():
    """A pty is a terminal: no colour or pager gets between."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "wwanreplay", "--version"], stdout=slave, env=ENVIRONMENT
    )
    os.close(slave)
    assert process.wait(timeout=60) == 0
    assert os.read(master, 1000).decode().strip() == f"wwanreplay {__version__}"
    os.close(master)


def test_every_verb_reads_a_torn_trace_and_says_the_same_of_it(chunks, tmp_path):
    path, entries = chunks
    path.write_bytes(path.read_bytes()[: entries[2].offset + 200])
    with TraceReader(path) as reader:
        kept = len(list(reader))
        words = reader.cut_text
    assert f"inside a chunk (byte {entries[2].offset}), " in words
    assert kept > entries[2].first_index
    for done in (run("info", path), run("show", path), run("replay", path)):
        assert done.exit_code == 0
        assert words in done.stdout
        assert not done.stderr
    done = run("show", "--json", path)
    assert done.stdout.count("\n") == kept
    assert done.stderr == f"wwanreplay: warning: {words}\n"
    out = tmp_path / "out.wwtrace"
    done = run("recover", path, "-o", out)
    assert done.exit_code == 1
    assert f"{kept} records kept" in done.stdout
    assert words in done.stdout
    assert f"an unknown number of records lost: {words}" in run("show", out).stdout
    assert words in run("replay", out).stdout


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"no trace" * 10, NO_TRACE),
        (sample_trace()[:100], "the trace is cut off or damaged inside its header"),
    ],
    ids=["empty", "other", "header"],
)
def test_every_verb_has_the_same_words_for_what_is_no_trace(data, words, tmp_path):
    path, out = tmp_path / "a.wwtrace", tmp_path / "out.wwtrace"
    path.write_bytes(data)
    for verb in ("info", "show", "replay", "recover"):
        done = run(verb, path, *(("-o", out) if verb == "recover" else ()))
        assert done.exit_code == 3
        assert f"{path}: {words} (at byte 0)\n" in done.stderr
        assert not out.exists()
