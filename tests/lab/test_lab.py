"""The lab: exit codes, what can be reached from it, and that nothing of it is left."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_host import TIMEOUT_S, bare_lab, needs_machine, needs_modem_manager, run_lab
from running import running_verb

from wwanreplay.replay import replay

# Each takes a second and more; tests/lab/test_fixture.py has one for `make test`.
pytestmark = pytest.mark.long


@needs_machine
def test_a_session_is_recorded_and_stimulated_from_inside(tmp_path: Path) -> None:
    stimulate = f"{sys.executable} -m wwanreplay stimulate signal Rssi=7"
    done = bare_lab("--record", "t.wwtrace", "--json", "--", "sh", "-c", stimulate, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "SignalState.Rssi = 7" in done.stdout
    summary = json.loads(done.stderr.splitlines()[-1])
    assert os.listdir(tmp_path) == ["t.wwtrace"]
    result = replay(str(tmp_path / "t.wwtrace"))
    assert result.equal
    assert result.digest == summary["digest"]
    again = bare_lab("--record", "t.wwtrace", "--", "true", cwd=tmp_path)
    assert again.returncode == 2
    assert "exists already" in again.stderr


# ------------------------------------------------------------------------------ nothing is left


def processes() -> set[str]:
    """The command lines of all processes here that have to do with a lab."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            found |= {f"{entry.name} {' '.join(words)}"} if MARK in words else set()
    return found


MARK = str(31_536_000 + os.getpid())  # seconds that nothing else sleeps for
MOUNTS = Path("/proc/self/mountinfo")


@pytest.fixture
def left() -> Iterator[None]:
    """Nothing is left of what happens meanwhile: no process, no mount, no file."""
    mounts = MOUNTS.read_text()
    files = set(os.listdir("/tmp")) | set(os.listdir("/dev")) | set(os.listdir("/run"))
    yield
    deadline = time.monotonic() + 20
    while processes():
        assert time.monotonic() < deadline, processes()
        time.sleep(0.05)
    assert MOUNTS.read_text() == mounts
    now = set(os.listdir("/tmp")) | set(os.listdir("/dev")) | set(os.listdir("/run"))
    # Other verbs that run on this machine just now have folders of their own.
    left = [name for name in now - files if not name.startswith("wwanreplay-")]
    assert not [name for name in left if "lab" in name or "wwan" in name or "cdc" in name]


def children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def descendants(pid: int) -> list[int]:
    found = children(pid)
    return found + [each for child in found for each in descendants(child)]


@needs_machine
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, None])
def test_nothing_is_left_however_it_ends(left: None, ending: signal.Signals | None) -> None:
    script = f"sleep {MARK} & setsid sleep {MARK} & " + ("wait" if ending else "true")
    command = ["lab", "--no-modem-manager", "--", "sh", "-c", script]
    with running_verb(*command, stdout=subprocess.DEVNULL) as process:
        if ending is not None:
            deadline = time.monotonic() + TIMEOUT_S
            while len(processes()) < 2:
                assert time.monotonic() < deadline, processes()
                time.sleep(0.05)
            inside = descendants(process.pid)
            process.send_signal(ending)
        process.wait(TIMEOUT_S)
    if ending is None:
        assert process.returncode == 0
    else:
        expected = -9 if ending is signal.SIGKILL else 128 + ending
        assert process.returncode == expected
        deadline = time.monotonic() + 20
        while alive := [pid for pid in inside if Path(f"/proc/{pid}").exists()]:
            assert time.monotonic() < deadline, alive
            time.sleep(0.05)


@needs_machine
def test_a_recording_is_complete_after_sigterm(tmp_path: Path) -> None:
    trace = tmp_path / "t.wwtrace"
    command = ["lab", "--no-modem-manager", "--record", str(trace), "--", "sleep", MARK]
    with running_verb(*command, stdout=None, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + TIMEOUT_S
        while len(processes()) < 3:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.terminate()
        process.wait(TIMEOUT_S)
    assert os.listdir(tmp_path) == ["t.wwtrace"]
    assert replay(str(trace)).equal


# ------------------------------------------------------------------------------ ModemManager


@needs_modem_manager
def test_mmcli_finds_the_modem_and_the_logs_are_kept(tmp_path: Path) -> None:
    done = run_lab("--logs", "logs", "--", "mmcli", "-m", "any", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "primary port: cdc-wdm0" in done.stdout
    assert "cdc-wdm0" in (tmp_path / "logs/ModemManager.log").read_text()


@needs_modem_manager
def test_a_modem_that_is_not_found_is_an_error_unless_it_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "silent.toml").write_text(
        '[[fault]]\nwhen = { operation = "OID_WWAN_DEVICE_CAPS", kind = "indication" }\n'
        "drop = true\n"
    )
    words = ["--fault", "silent.toml"]
    done = run_lab(*words, "--wait", "4", "--", "true", cwd=tmp_path)
    assert done.returncode == 125, done.stderr
    assert "ModemManager found no modem in 4 s" in done.stderr
    done = run_lab(*words, "--no-wait", "--", "mmcli", "-L", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
