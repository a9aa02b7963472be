"""The verbs on a real modem: what they print, and their exit codes."""

import json

import pytest
from click.testing import CliRunner
from mbim_host import served

from wwanreplay.cli import root

PIN = 'step = [ { set = "OID_WWAN_PIN_EX", values = { PinType = 2, Pin = "4711" } } ]\n'
QUERY = 'step = [ { query = "OID_WWAN_RADIO_STATE" } ]\nlinger = 0\n'
STIMULUS = 'step = [ { stimulus = "coverage", values = { Available = 0 } } ]\nlinger = 0\n'


def run(*arguments):
    """(exit code, output) of the verb; an error is one line."""
    result = CliRunner().invoke(root, list(arguments))
    assert "Traceback" not in result.output
    return result.exit_code, result.output


@pytest.fixture
def script(tmp_path):
    def write(text):
        path = tmp_path / "script.toml"
        path.write_text(text)
        return str(path)

    return write


def test_a_dry_run_prints_the_commands_and_touches_nothing(script):
    code, output = run("record", "mbim:/nowhere", "--script", script(QUERY), "--dry-run")
    assert code == 0
    assert "step 1: query OID_WWAN_RADIO_STATE: query MBIM_CID_RADIO_STATE" in output
    assert "1 commands would be sent, 0 need --allow-send, 0 left out" in output


def test_a_dry_run_names_the_word_that_is_missing_and_no_pin(script):
    code, output = run("record", "mbim:/nowhere", "--script", script(PIN), "--dry-run")
    assert code == 1
    assert "not sent without --allow-send pin" in output
    assert "4711" not in output
    code, output = run(
        "record", "mbim:/x", "--script", script(PIN), "--dry-run", "--allow-send", "pin", "--json"
    )
    assert code == 0
    (step,) = json.loads(output)
    assert (step["guard"], step["left_out"]) == ("pin", None)
    assert "4711" not in output


def test_a_guarded_script_is_refused_before_anything_is_opened(script, tmp_path):
    trace = tmp_path / "x.wwtrace"
    code, output = run("record", "mbim:/nowhere", "--script", script(PIN), "-o", str(trace))
    assert code == 2
    assert "without --allow-send pin (it enters, changes" in output
    assert "4711" not in output
    assert not trace.exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--wait-for", "rain"), "--wait-for rain: there is no such name"),
        (("--wait-for", "sim-removed"), "no step of the script is that; it has coverage-lost"),
        (("--allow-send", "all"), "--allow-send all: there is no such word"),
    ],
)
def test_wrong_names_are_one_line(script, tmp_path, options, message):
    trace = str(tmp_path / "x.wwtrace")
    code, output = run(
        "record", "mbim:/nowhere", "--script", script(STIMULUS), "-o", trace, *options
    )
    assert code == 2
    assert message in output


@pytest.mark.parametrize(
    "options", [("--wait-for", "coverage-lost"), ("--allow-send", "pin"), ("--mbimex", "2.0")]
)
def test_options_of_real_devices_are_refused_for_others(options, tmp_path):
    trace = str(tmp_path / "x.wwtrace")
    code, output = run("record", "emulated:lte-home", "-o", trace, *options)
    assert code == 2
    assert f"{options[0]} is for a real device" in output


def test_a_modem_that_is_not_there_is_exit_code_3(script, tmp_path):
    trace = tmp_path / "x.wwtrace"
    code, output = run("record", "mbim:/nowhere", "--script", script(QUERY), "-o", str(trace))
    assert code == 3
    assert "/nowhere: cannot be opened: No such file or directory" in output
    assert list(tmp_path.glob("x.*")) == []


def test_a_recording_lists_what_was_left_out_and_what_was_missed(script, tmp_path):
    trace = str(tmp_path / "x.wwtrace")
    with served("lte-home") as modem:
        code, output = run(
            *("record", f"mbim:{modem.path}", "--script", script(STIMULUS), "-o", trace),
            *("--wait-for", "coverage-lost", "--wait-limit", "0.05"),
        )
    assert code == 1
    assert "please take the network away from the modem" in output
    assert "step 1: stimulus coverage: left to the operator" in output
    assert "missed: " in output
    assert run("info", trace)[0] == 0


def test_a_recording_can_be_scrubbed_as_it_is_made(script, tmp_path):
    trace = str(tmp_path / "x.wwtrace")
    identity = 'step = [ { query = "OID_WWAN_READY_INFO" } ]\nlinger = 0\n'
    with served("lte-home") as modem:
        code, _ = run(
            "record", f"mbim:{modem.path}", "--script", script(identity), "-o", trace, "--scrub"
        )
        subscriber = modem.profile.mapping["subscriber_id"]
    assert code == 0
    assert subscriber not in run("show", trace, "--show-personal")[1]


def test_a_bench_of_what_is_no_real_device_is_refused():
    code, output = run("bench", "--device", "emulated:lte-home")
    assert code == 2
    assert "only a real device is measured" in output


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("rain", "there is no such command"),
        ("service-activation", "has no query"),
        ("aka", "is not sent to be measured"),
    ],
)
def test_a_bench_sends_harmless_queries_only(name, message):
    code, output = run("bench", "--device", "mbim:/nowhere", "--command", name)
    assert code == 2
    assert message in output


def test_a_bench_says_what_each_command_took():
    with served("lte-home") as modem:
        code, output = run(
            *("bench", "--device", f"mbim:{modem.path}", "--command", "signal-state"),
            *("--count", "20", "--concurrency", "4", "--json"),
        )
    assert code == 0
    found = json.loads(output)
    row = found["commands"]["MBIM_CID_SIGNAL_STATE"]
    assert (found["exchanges"], row["exchanges"], row["errors"]) == (20, 20, 0)
    assert 0 < row["p50_ms"] <= row["p90_ms"] <= row["p99_ms"] <= row["max_ms"]
