"""`wwanreplay lab`: exit codes and streams are the command's, and each error is one line."""

import subprocess
import sys
from pathlib import Path

import pytest
from lab_host import TIMEOUT_S, bare_lab, needs_machine
from verbs import ENVIRONMENT, run

# Each takes a second and more; tests/lab/test_fixture.py has one for `make test`.
pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "Missing argument"),
        (["--match", "command", "--", "true"], "--match is for the recorded device"),
        (["--trace", "t", "--fault", "f", "--", "true"], "--fault is for an emulated device"),
    ],
)
def test_wrong_usage_is_one_line(words: list[str], reason: str) -> None:
    result = run("lab", *words)
    assert result.exit_code == 2
    assert reason in result.output


@needs_machine
@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["true"], 0),
        (["false"], 1),
        (["sh", "-c", "exit 37"], 37),
        (["sh", "-c", "kill -TERM $$"], 143),
        (["no-such-command"], 127),
        (["/etc/passwd"], 126),
    ],
)
def test_the_exit_code_is_the_commands(command: list[str], code: int) -> None:
    done = bare_lab("--", *command)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


@needs_machine
def test_the_streams_are_the_commands() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "wwanreplay", "lab", "--no-modem-manager", "--", "cat"],
        input="through",
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        env=ENVIRONMENT,
        check=False,
    )
    assert done.stdout == "through"


@needs_machine
@pytest.mark.parametrize(
    ("options", "code", "reason"),
    [
        (["--profile", "no-such-profile"], 2, "no-such-profile"),
        (["--trace", "no.wwtrace"], 3, "no.wwtrace"),
        (["--fault", "no.toml"], 2, "no.toml"),
    ],
)
def test_a_wrong_modem_is_one_line(tmp_path: Path, options, code, reason) -> None:
    done = bare_lab(*options, "--", "true", cwd=tmp_path)
    assert done.returncode == code
    (line,) = done.stderr.splitlines()
    assert reason in line


@needs_machine
def test_a_fault_that_changed_nothing_counts_where_it_is_to(tmp_path: Path) -> None:
    (tmp_path / "f.toml").write_text(
        '[[fault]]\nwhen = { operation = "OID_WWAN_PIN" }\nstatus = "WWAN_STATUS_FAILURE"\n'
    )
    words = ["--fault", "f.toml", "--", "true"]
    assert bare_lab(*words, cwd=tmp_path).returncode == 0
    done = bare_lab("--strict", *words, cwd=tmp_path)
    assert done.returncode == 1
    assert "f.toml" in done.stderr


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--no-modem-manager", "--network-manager", "--", "x"], "--network-manager needs Modem"),
        (["--no-modem-manager", "--tap", "t", "--", "x"], "--tap needs ModemManager"),
        (["--trace", "t", "--speed", "step", "--", "x"], "--speed step is for replays"),
        (["--wait", "0", "--", "x"], "--wait"),
    ],
)
def test_options_that_do_not_go_together_are_refused_before_a_host_is_made(words, reason) -> None:
    result = run("lab", *words)
    assert result.exit_code == 2, result.output
    assert reason in result.output
