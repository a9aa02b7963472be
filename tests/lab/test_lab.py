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
from click.testing import CliRunner
from lab_host import needs_machine, needs_modem_manager

from wwanreplay.cli import root
from wwanreplay.errors import UsageError
from wwanreplay.lab import Lab, LabError
from wwanreplay.lab.config import LabConfig
from wwanreplay.lab.programs import BASE_PROGRAMS, HOST_PROGRAMS, PACKAGES, check_here, missing
from wwanreplay.replay import replay

ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
TIMEOUT_S = 60


def run(*words: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "wwanreplay", "lab", *words],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        env=ENVIRONMENT,
        cwd=cwd,
        check=False,
    )


def bare(*words: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """A lab without ModemManager, which is quick."""
    return run("--no-modem-manager", *words, cwd=cwd)


# ------------------------------------------------------------------------------ what is missing


def test_programs_that_are_missing_are_named_with_their_packages(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert all(name in PACKAGES for name in (*BASE_PROGRAMS, *HOST_PROGRAMS))
    monkeypatch.setattr("wwanreplay.lab.programs.find_program", lambda name: None)
    text = missing(["ModemManager", "mmcli", "ip"])
    assert text == "ModemManager, mmcli, ip are not installed (Debian: modemmanager iproute2)"
    assert missing(["ip"]) == "ip is not installed (Debian: iproute2)"
    result = CliRunner().invoke(root, ["lab", "--", "true"])
    assert result.exit_code == 125
    assert "are not installed (Debian: " in result.output
    assert "Traceback" not in result.output


def test_without_root_a_lab_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wwanreplay.lab.programs.missing", lambda programs: "")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(LabError, match="a lab needs root") as raised:
        check_here(BASE_PROGRAMS)
    assert raised.value.exit_code == 125


def test_a_configuration_is_the_same_on_the_other_side() -> None:
    config = LabConfig("5g", fault="/x", played={"match": "best"}, wait_s=None)
    assert LabConfig.from_line(config.to_line()) == config


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "Missing argument"),
        (["--match", "command", "--", "true"], "--match is for the recorded device"),
        (["--trace", "t", "--fault", "f", "--", "true"], "--fault is for an emulated device"),
    ],
)
def test_wrong_usage_is_one_line(words: list[str], reason: str) -> None:
    result = CliRunner().invoke(root, ["lab", *words])
    assert result.exit_code == 2
    assert reason in result.output


# ------------------------------------------------------------------------------ with namespaces


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
    done = bare("--", *command)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


@needs_machine
def test_a_command_sees_one_modem_its_own_folder_and_no_other_device(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("here")
    script = "pwd; cat mine; ls /sys/class/net /sys/class/usbmisc /dev/pts; ip -br link; ls /dev"
    done = bare("--", "sh", "-c", script, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.split()
    assert lines[0] == str(tmp_path)
    assert lines[1].startswith("here")
    assert "cdc-wdm0" in lines
    assert "wwan0" in lines
    assert not {"sda", "vda", "mem", "kmsg", "eth0"} & set(lines)


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
def test_a_session_is_recorded_and_stimulated_from_inside(tmp_path: Path) -> None:
    stimulate = f"{sys.executable} -m wwanreplay stimulate signal Rssi=7"
    done = bare("--record", "t.wwtrace", "--json", "--", "sh", "-c", stimulate, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "SignalState.Rssi = 7" in done.stdout
    summary = json.loads(done.stderr.splitlines()[-1])
    assert os.listdir(tmp_path) == ["t.wwtrace"]
    result = replay(str(tmp_path / "t.wwtrace"))
    assert result.equal
    assert result.digest == summary["digest"]
    again = bare("--record", "t.wwtrace", "--", "true", cwd=tmp_path)
    assert again.returncode == 2
    assert "exists already" in again.stderr


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
    done = bare(*options, "--", "true", cwd=tmp_path)
    assert done.returncode == code
    (line,) = done.stderr.splitlines()
    assert reason in line


@needs_machine
def test_a_fault_that_changed_nothing_counts_where_it_is_to(tmp_path: Path) -> None:
    (tmp_path / "f.toml").write_text(
        '[[fault]]\nwhen = { operation = "OID_WWAN_PIN" }\nstatus = "WWAN_STATUS_FAILURE"\n'
    )
    words = ["--fault", "f.toml", "--", "true"]
    assert bare(*words, cwd=tmp_path).returncode == 0
    done = bare("--strict", *words, cwd=tmp_path)
    assert done.returncode == 1
    assert "f.toml" in done.stderr


@needs_machine
def test_a_modem_is_pulled_out_and_put_in() -> None:
    with Lab(modem_manager=False) as lab:
        listing = ["ls", "/sys/class/net", "/sys/class/usbmisc", "/dev"]
        before = lab.output(*listing)
        for _ in range(3):
            lab.stimulate("surprise_removal")
            gone = lab.output(*listing)
            assert "wwan0" not in gone + lab.output("ip", "-br", "link")
            assert "cdc-wdm0" not in gone
            lab.stimulate("arrival")
            assert lab.output(*listing) == before
            assert "wwan0" in lab.output("ip", "-br", "link")
        with pytest.raises(UsageError, match="near: arrival"):
            lab.stimulate("arrivel")


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
    assert not [name for name in now - files if "lab" in name or "wwan" in name or "cdc" in name]


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
    with subprocess.Popen(
        [sys.executable, "-m", "wwanreplay", "lab", "--no-modem-manager", "--", "sh", "-c", script],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
    ) as process:
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
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "wwanreplay",
            "lab",
            "--no-modem-manager",
            "--record",
            str(trace),
            "--",
            "sleep",
            MARK,
        ],
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
    ) as process:
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
    done = run("--logs", "logs", "--", "mmcli", "-m", "any", cwd=tmp_path)
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
    done = run(*words, "--wait", "4", "--", "true", cwd=tmp_path)
    assert done.returncode == 125, done.stderr
    assert "ModemManager found no modem in 4 s" in done.stderr
    done = run(*words, "--no-wait", "--", "mmcli", "-L", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
