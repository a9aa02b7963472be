"""`wwanreplay stimulate`: what it gives a served modem, what it prints, and what it asks for."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from mbim_host import TIMEOUT_S, served
from running import running_verb

from wwanreplay._core import Kind
from wwanreplay.cli import root
from wwanreplay.replay import replay
from wwanreplay.serve.control import control_socket, default_path
from wwanreplay.serve.stimulation import names
from wwanreplay.trace import TraceReader


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(root, ["stimulate", *arguments])
    return done.exit_code, done.output


def test_a_served_session_with_stimuli_replays_equal(tmp_path: Path) -> None:
    link, trace = tmp_path / "modem", tmp_path / "t.wwtrace"
    script = tmp_path / "later.toml"
    script.write_text('step = [{ at = "20ms", stimulus = "signal", values = { Rssi = 2 } }]')
    options = ["--pty", str(link), "--control", "--record", str(trace), "--json"]
    with running_verb("serve", *options, "--stimuli", str(script), stderr=None) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        control = ready["control"]
        assert control == str(default_path(link))
        given = (
            ["signal", "Rssi=5"],
            ["radio-switch-off"],
            ["radio-switch-on"],
            ["power", "State=D3"],
            ["power", "State=D0"],
            ["surprise_removal"],
            ["arrival"],
            ["--script", str(script)],
        )
        for words in given:
            code, output = run("--control", control, *words)
            assert code == 0, output
        code, output = run("--control", control, "coverage-lost", "--json")
        answer = json.loads(output)
        assert (code, answer["name"]) == (0, "coverage-lost")
        assert answer["time_ns"] > 10**10
        code, output = run("--control", control, "signal", "Rssi=200")
        assert code == 2
        assert "Rssi: 200 is not from 0 to 31 or 99" in output
        process.terminate()
        process.wait(TIMEOUT_S)
    assert process.returncode == 0
    assert sorted(os.listdir(tmp_path)) == ["later.toml", "t.wwtrace"]
    with TraceReader(trace) as reader:
        inputs = [e for e in reader.events() if e.kind in (Kind.KIND_STIMULUS, Kind.KIND_LIFECYCLE)]
    assert len(inputs) == 8  # each once: two of them by scripts
    result = replay(str(trace))
    assert result.equal, result.divergences


def test_the_verb_says_what_is_missing(tmp_path: Path) -> None:
    assert run("signal")[0] == 2
    assert "WWANREPLAY_CONTROL" in run("signal")[1]
    assert run()[0] == 2
    code, output = run("--control", str(tmp_path / "none"), "signal")
    assert (code, "no modem is served there" in output) == (3, True)
    code, output = run("--list")
    assert code == 0
    assert "coverage-lost: coverage Available=0" in output


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["signal", "--script", "x.toml"], "give a NAME (--list has them), or --script SCRIPT"),
        (["--script", "x.toml", "--wait", "soon"], "--wait"),
        (["signal", "Rssi"], "stimulate: "),
        (["signal", "Rssi=1", "Rssi=2"], "stimulate: "),
        (["signal", "--port", "256"], "256 is not in the range"),
    ],
)
def test_wrong_usage_is_found_before_the_modem_is_looked_for(tmp_path, arguments, reason) -> None:
    code, output = run("--control", str(tmp_path / "none"), *arguments)
    assert (code, reason in output) == (2, True), output


def test_the_list_has_every_name_and_is_the_same_as_json() -> None:
    code, output = run("--list", "--json")
    described = json.loads(output)
    assert (code, tuple(described)) == (0, names())
    lines = run("--list")[1].splitlines()
    assert lines == [f"{name}: {text}" for name, text in described.items()]


def test_what_the_device_reported_is_printed_or_that_it_was_nothing(tmp_path: Path) -> None:
    path = tmp_path / "control"
    with served(link=tmp_path / "modem") as server, control_socket(path, server.server, 2):
        code, output = run("--control", str(path), "coverage-lost")
        assert (code, "outputs " in output) == (0, True)
        assert "NDIS_STATUS_WWAN_REGISTER_STATE" in output
        code, output = run("--control", str(path), "latency", "DelayNs=1ms")
        assert code == 0
        assert "the device emitted nothing" in output
