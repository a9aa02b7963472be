"""The programs of a lab: which are missing, how one is started and ended, and what its log says."""

import os
from pathlib import Path

import pytest
from tapped import wait_for
from verbs import run

from wwanreplay.lab import LabError
from wwanreplay.lab.programs import (
    BASE_PROGRAMS,
    HOST_PROGRAMS,
    NETWORK_PROGRAMS,
    PACKAGES,
    PROXY_PROGRAMS,
    check_here,
    find_program,
    missing,
    started,
    tail,
)


def test_programs_that_are_missing_are_named_with_their_packages(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert all(name in PACKAGES for name in (*BASE_PROGRAMS, *HOST_PROGRAMS))
    monkeypatch.setattr("wwanreplay.lab.programs.find_program", lambda name: None)
    text = missing(["ModemManager", "mmcli", "ip"])
    assert text == "ModemManager, mmcli, ip are not installed (Debian: modemmanager iproute2)"
    assert missing(["ip"]) == "ip is not installed (Debian: iproute2)"
    result = run("lab", "--", "true")
    assert result.exit_code == 125
    assert "are not installed (Debian: " in result.output
    assert "Traceback" not in result.output


def test_without_root_a_lab_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wwanreplay.lab.programs.missing", lambda programs: "")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(LabError, match="a lab needs root") as raised:
        check_here(BASE_PROGRAMS)
    assert raised.value.exit_code == 125


def test_each_program_of_a_lab_has_a_package_to_name() -> None:
    every = {*BASE_PROGRAMS, *PROXY_PROGRAMS, *HOST_PROGRAMS, *NETWORK_PROGRAMS}
    assert every <= PACKAGES.keys()
    assert set(PROXY_PROGRAMS) <= set(HOST_PROGRAMS)


def test_a_program_is_found_also_where_the_path_does_not_lead(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_program("sh") in ("/bin/sh", "/usr/bin/sh")
    own = tmp_path / "sh"
    own.write_text("")
    own.chmod(0o755)
    assert find_program("sh") == str(own)
    assert find_program("no-such-program-anywhere") is None


def test_nothing_is_stated_of_programs_that_are_all_there() -> None:
    assert missing([]) == ""


def test_a_program_runs_meanwhile_and_its_output_is_in_its_log(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    script = "echo more $WORD >&2; echo first; exec sleep 100"
    environment = {**os.environ, "WORD": "and more"}
    with started(["sh", "-c", script], log, environment, first_line=True) as line:
        assert line == "first"
    assert log.read_text().split() == ["more", "and", "more"]
    with started(["sh", "-c", "echo one; echo two >&2"], log, environment) as line:
        assert line == ""
        wait_for(lambda: "two" in log.read_text())
    assert tail(log).endswith("one two")  # behind what was there


def test_a_program_that_does_not_start_is_one_line_with_the_end_of_its_log(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    failing = ["sh", "-c", "echo 'no  such'; echo bus; exit 1"]
    with pytest.raises(LabError, match=r"^sh did not start: no such bus$"):
        started([*failing[:2], f"({failing[2]}) >&2"], log, os.environ, first_line=True).__enter__()
    with pytest.raises(LabError, match=r"^sh did not start: it says nothing$"):
        started(["sh", "-c", ""], tmp_path / "y", os.environ, first_line=True).__enter__()
    with pytest.raises(LabError, match=r"^none: No such file or directory$"):
        started([str(tmp_path / "none")], log, os.environ).__enter__()


def test_the_end_of_a_log_is_one_line_whatever_it_holds(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    log.write_bytes(b"x" * 100_000 + b"\n \xff\n the end\n")
    assert tail(log).endswith("x \N{REPLACEMENT CHARACTER} the end")
    assert len(tail(log)) < 1000
