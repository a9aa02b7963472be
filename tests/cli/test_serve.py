"""`serve`: its options, its recording, and how it ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from mbim_host import wait_for
from verbs import ENVIRONMENT, run

from wwanreplay.cli import root
from wwanreplay.trace import TraceReader


def test_a_recording_to_the_standard_output_is_refused() -> None:
    result = CliRunner().invoke(root, ["serve", "--pty", "--record", "-"])
    assert result.exit_code == 2
    assert "the path of the pty is written there" in result.output


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ([], "say how to serve"),
        (["--pty", "--profile", "nothing"], "nothing"),
        (["--pty", "{folder}/file"], "is not a symlink"),
        (["--pty", "{folder}/no/link"], "does not exist"),
        (["--pty", "--record", "{folder}/file"], "exists already"),
    ],
)
def test_bad_options_are_one_line(tmp_path: Path, options: list[str], reason: str) -> None:
    (tmp_path / "file").write_text("mine")
    arguments = [option.format(folder=tmp_path) for option in options]
    result = CliRunner().invoke(root, ["serve", *arguments])
    assert result.exit_code == 2
    assert reason in result.output
    assert "Traceback" not in result.output
    assert (tmp_path / "file").read_text() == "mine"


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
        wait_for(link.is_symlink)
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=60)
    assert process.returncode == code, errors
    assert errors.count(f"error: {plan}: fault 1: matched no output") == code
    with TraceReader(path) as reader:
        assert reader.verify().sound


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
        wait_for(link.is_symlink)
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
