"""The command line: verbs, exit codes and the text of errors."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
import tomllib

import click
import pytest
from checkout import ROOT
from click.testing import CliRunner

from wwanreplay import __version__
from wwanreplay.cli import EPILOG, VERBS, root
from wwanreplay.errors import DeviceError, LimitError, TraceError, UsageError
from wwanreplay.trace import TraceReader

ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def run(*arguments, **options):
    return CliRunner().invoke(root, [str(argument) for argument in arguments], **options)


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


@pytest.fixture(scope="module")
def demo_trace(tmp_path_factory):
    path = tmp_path_factory.mktemp("cli") / "demo.wwtrace"
    assert run("record", "-o", path).exit_code == 0
    return path


def test_help_lists_the_verbs_and_the_exit_codes():
    result = run("--help")
    assert result.exit_code == 0
    for verb in VERBS:
        assert f"  {verb} " in result.stdout
    for line in EPILOG.splitlines()[1:]:
        assert line in result.stdout


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


def test_record_writes_a_trace_and_says_what_is_in_it(tmp_path):
    path = tmp_path / "x.wwtrace"
    result = run("record", "emulated:two-ports", "--script", "two-ports", "-o", path)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{path}: 66 records, 16 requests, 16 completions, ")
    with TraceReader(path) as reader:
        assert reader.verify().digest.hex() in result.stdout


def test_record_prints_json(tmp_path):
    path = tmp_path / "x.wwtrace"
    result = run("record", "-o", path, "--json", "--zstd", "--chunk-size", "1000", "--seed", "4")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert list(found) == [
        "file",
        "records",
        "requests",
        "completions",
        "indications",
        "stimuli",
        "faults",
        "duration_ns",
        "digest",
        "unanswered",
        "unused_faults",
        "left_out",
        "missed",
    ]
    with TraceReader(path) as reader:
        assert reader.header.seed == 4
        summary = reader.verify()
    assert (summary.records, summary.digest.hex()) == (found["records"], found["digest"])


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


def test_record_overwrites_only_when_forced(demo_trace):
    result = run("record", "-o", demo_trace)
    assert result.exit_code == 2
    assert result.stderr == (
        f"wwanreplay: error: {demo_trace}: exists already; --force overwrites it\n"
    )
    assert run("record", "-o", demo_trace, "--force").exit_code == 0


def test_faults_are_counted_and_noted(tmp_path):
    plan = tmp_path / "fault.toml"
    plan.write_text('[[fault]]\nwhen = { code = "NDIS_STATUS_LINK_STATE" }\ndrop = true\n')
    path = tmp_path / "x.wwtrace"
    result = run("record", "--fault", plan, "-o", path)
    assert result.exit_code == 0
    assert "faults applied: " in result.stdout
    shown = run("show", path).stdout
    assert "fault: dropped NDIS_STATUS_LINK_STATE" in shown


def test_a_fault_that_changed_nothing_ends_the_verb_and_the_recording_stays(tmp_path):
    plan, path = tmp_path / "fault.toml", tmp_path / "x.wwtrace"
    used = "[[fault]]\nwhen = { event = 32 }\ndrop = true\n"
    plan.write_text(used + "[[fault]]\nwhen = { event = 99999 }\ndrop = true\n")
    result = run("record", "--fault", plan, "-o", path)
    assert result.exit_code == 1
    assert result.stderr == (
        f"{path}: until it is complete it is {path}.part\n"
        f"wwanreplay: error: {plan}: fault 2: matched no output"
        " (--allow-unused-fault lets it pass)\n"
    )
    with TraceReader(path) as reader:
        assert reader.verify().sound
    result = run("record", "--fault", plan, "-o", path, "--force", "--allow-unused-fault")
    assert (result.exit_code, "error" in result.stderr) == (0, False)
    result = run("record", "--fault", plan, "-o", path, "--force", "--json")
    assert json.loads(result.stdout)["unused_faults"] == [f"{plan}: fault 2: matched no output"]


@pytest.mark.parametrize(("options", "code"), [((), 1), (("--allow-unused-fault",), 0)])
def test_serve_names_a_fault_that_changed_nothing_at_its_end(tmp_path, options, code):
    plan, link, path = tmp_path / "fault.toml", tmp_path / "modem", tmp_path / "x.wwtrace"
    plan.write_text("[[fault]]\nwhen = { event = 99999 }\ndrop = true\n")
    command = ["serve", "--pty", link, "--record", path, "--fault", plan, *options]
    process = subprocess.Popen(
        [sys.executable, "-m", "wwanreplay", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
    try:
        assert wait_for(link.is_symlink)
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=60)
    assert process.returncode == code, errors
    assert errors.count(f"error: {plan}: fault 1: matched no output") == code
    with TraceReader(path) as reader:
        assert reader.verify().sound


def test_a_recording_with_a_fault_diverges(demo_trace, tmp_path):
    plan = tmp_path / "fault.toml"
    plan.write_text("[[fault]]\nwhen = { event = 32 }\ndrop = true\n")
    path = tmp_path / "x.wwtrace"
    run("record", "--fault", plan, "-o", path)
    assert run("replay", demo_trace).exit_code == 0
    assert run("replay", path).exit_code == 1


def test_profiles_and_scripts_are_listed():
    result = run("record", "--list-profiles", "--list-scripts")
    assert result.exit_code == 0
    assert "lte-roaming-partner" in result.stdout
    assert "device-services" in result.stdout
    found = json.loads(run("record", "--list-profiles", "--list-scripts", "--json").stdout)
    assert found["scripts"]["pin"]["profile"] == "pin-locked"
    assert found["profiles"]["5g"]["description"]


def test_the_demo_ends_well_and_keeps_its_files(tmp_path):
    result = run("demo", tmp_path / "kept")
    assert result.exit_code == 0, result.output
    assert "equal" in result.stdout
    assert "differs in ContextState.ActivationState" in result.stdout
    kept = sorted(path.name for path in (tmp_path / "kept").iterdir())
    assert kept == ["demo.wwtrace", "fault.toml", "faulty.wwtrace"]
    assert run("demo", tmp_path / "kept").exit_code == 0


def wait_for(condition):
    for _ in range(3000):  # a minute: the machine may be busy
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_serve_records_until_it_is_interrupted_and_the_recording_replays(tmp_path):
    link, path = tmp_path / "modem", tmp_path / "x.wwtrace"
    process = subprocess.Popen(
        [sys.executable, "-m", "wwanreplay", "serve", "--pty", link, "--record", path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
    try:
        assert wait_for(link.is_symlink)
        descriptor = os.open(link, os.O_RDWR | os.O_NOCTTY)
        opened = bytes.fromhex("01000000 10000000 01000000 00100000")
        os.write(descriptor, opened)
        assert os.read(descriptor, 4096).hex() == "01000080100000000100000000000000"
        os.close(descriptor)
    finally:
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert output.startswith("/dev/pts/")
    assert not link.exists()
    assert f"{path}: " in errors
    result = run("replay", path)
    assert result.exit_code == 0, result.output
    with TraceReader(path) as reader:
        assert reader.verify().sound


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
