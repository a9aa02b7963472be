"""The script of the sample logs: what it takes out of a log, and what it says when it cannot."""

import os
import socket
import subprocess
import sys
from datetime import timedelta

import pytest
from checkout import ROOT


@pytest.fixture
def log_text(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "tools")
    import log_text

    return log_text


def test_times_are_moved_and_keep_their_distances(log_text):
    text = (
        "[31 Dec 2025, 23:59:58] [Debug] [/tmp/x1/modem] opening device...\n"
        "(mbimcli:77): GLib-WARNING **: 23:59:59.123: odd\n"
        "[01 Jan 2026, 00:00:03] [Debug] [/tmp/x1/modem] sent message...\n"
    )
    assert log_text.cleaned(text, [("/tmp/x1/modem", "/dev/cdc-wdm0")]) == (
        "[02 Mar 2026, 09:00:00] [Debug] [/dev/cdc-wdm0] opening device...\n"
        "(mbimcli:612): GLib-WARNING **: 09:00:01.123: odd\n"
        "[02 Mar 2026, 09:00:05] [Debug] [/dev/cdc-wdm0] sent message...\n"
    )


def test_stamps_of_modem_manager_keep_their_microseconds(log_text):
    text = (
        "ModemManager[18]: <info>  [1795342756.047413] ModemManager (version 1.20.4) starting\n"
        "ModemManager[18]: <debug> [1795342766.000001] [modem0] done [1795342766.000001]\n"
    )
    assert log_text.cleaned(text) == (
        "ModemManager[612]: <info>  [1772442000.047413] ModemManager (version 1.20.4) starting\n"
        "ModemManager[612]: <debug> [1772442010.000001] [modem0] done [1772442010.000001]\n"
    )


def test_hex_and_relative_stamps_are_left_alone(log_text):
    text = "[000001.524428] <<<<<<   data   = 01:00:00:00:10:00:00:00:17:95:34:27:56\n"
    assert log_text.cleaned(text) == text
    assert log_text.moved(text, timedelta(days=1)) == text


@pytest.mark.parametrize("path", ["/home/someone/modem", "/tmp/tmpab/modem", "/root/x"])
def test_what_still_identifies_the_machine_is_found(log_text, path):
    assert log_text.telling(f"[Debug] [{path}] opening", ()) == [path]
    assert log_text.telling("[Debug] [/dev/cdc-wdm0] opening", ()) == []


def test_the_name_of_the_host_is_found(log_text, monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "bigbox.example")
    assert log_text.telling("seen by bigbox today", ()) == ["bigbox"]


def run_script(*arguments):
    return subprocess.run(
        [sys.executable, ROOT / "tools/make_logs.py", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_unknown_session_is_named():
    run = run_script("--only", "no-such-session")
    assert run.returncode == 2
    assert "no session or capture named no-such-session; see --list" in run.stderr


def test_a_capture_without_its_recording_says_what_to_make(tmp_path):
    run = run_script(str(tmp_path), "--only", "modem-manager-usb")
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert "modem-manager-usb: not made:" in run.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_installed_is_named(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "tools")
    import make_logs

    from wwanreplay.lab import programs

    session = {each.name: each for each in make_logs.SESSIONS}["modem-manager"]
    monkeypatch.setattr(programs, "find_program", lambda name: name != "mmcli" or None)
    with pytest.raises(make_logs.CannotMakeError, match=r"mmcli is not installed .*modemmanager"):
        make_logs.check(session)
    monkeypatch.setattr(programs, "find_program", lambda name: name)
    monkeypatch.setattr(programs.os, "geteuid", lambda: 1000)
    with pytest.raises(make_logs.CannotMakeError, match="needs root"):
        make_logs.check(session)
