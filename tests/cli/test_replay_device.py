"""`replay --device`: what it prints, and its exit codes."""

import json

import pytest
from click.testing import CliRunner
from live_modem import live_modem

from wwanreplay.cli import root
from wwanreplay.record import record
from wwanreplay.script import parse_script

SCRIPT = """
profile = "lte-home"
linger = 0
pace = "1ms"
step = [
    { at = "5s", query = "OID_WWAN_DEVICE_CAPS" },
    { query = "OID_WWAN_HOME_PROVIDER" },
    { stimulus = "coverage", values = { Available = 0 } },
]
"""
PIN = 'step = [ { set = "OID_WWAN_PIN_EX", values = { PinType = 2, Pin = "4711" } } ]\n'
LIE = """
[[fault]]
when = { operation = "OID_WWAN_HOME_PROVIDER", kind = "indication", nth = 1 }
alter = { ProviderId = "99999" }
"""
POLICY = """
[[member]]
code = "NDIS_STATUS_WWAN_HOME_PROVIDER"
path = "Provider.Provider.ProviderId"
compare = "free"
"""


def run(*arguments, stdin=None):
    """(exit code, output) of the verb; an error is one line."""
    result = CliRunner().invoke(root, ["replay", *arguments], input=stdin)
    assert "Traceback" not in result.output
    return result.exit_code, result.output


@pytest.fixture
def trace_of(tmp_path):
    def write(text, name="recorded.wwtrace"):
        path = tmp_path / name
        record("emulated:lte-home", parse_script(text, "script.toml"), path)
        return str(path)

    return write


@pytest.mark.long
def test_a_modem_without_fault_is_exit_code_0_and_its_session_is_kept(trace_of, tmp_path):
    new = str(tmp_path / "new.wwtrace")
    with live_modem() as modem:
        code, output = run(
            *(trace_of(SCRIPT), "--device", f"mbim:{modem.path}", "--speed", "full", "-o", new)
        )
    assert code == 0, output
    assert "recorded.wwtrace: no fault, 2 of 9 outputs compared, 2 notes" in output
    assert "note: 7 events of the recording did not come: NDIS_STATUS_WWAN_READY_INFO" in output
    assert "note: 1 left out, left to the operator: stimulus coverage" in output
    assert CliRunner().invoke(root, ["info", new]).exit_code == 0


@pytest.mark.long
def test_a_modem_that_lies_is_exit_code_1_and_a_policy_lets_it_pass(trace_of, tmp_path):
    trace, policy = trace_of(SCRIPT), tmp_path / "policy.toml"
    policy.write_text(POLICY)
    with live_modem(LIE) as modem:
        code, output = run(trace, "--device", f"mbim:{modem.path}", "--speed", "full")
    assert code == 1
    assert "diverged: 1 root cause; 2 of 9 outputs compared" in output
    assert "differs in Provider.Provider.ProviderId" in output
    assert "device:" in output
    with live_modem(LIE) as modem:
        code, output = run(
            *(trace, "--device", f"mbim:{modem.path}", "--speed", "full"),
            *("--policy", str(policy)),
        )
    assert code == 0, output


@pytest.mark.long
def test_notes_count_with_strict(trace_of):
    with live_modem() as modem:
        code, output = run(
            *(trace_of(SCRIPT), "--device", f"mbim:{modem.path}", "--speed", "full", "--strict")
        )
    assert code == 1
    assert "notes and warnings count (--strict)" in output


@pytest.mark.long
def test_json_has_each_turn(trace_of):
    with live_modem() as modem:
        code, output = run(
            *(trace_of(SCRIPT), "--device", f"mbim:{modem.path}", "--speed", "full"),
            *("--loop", "2", "--json"),
        )
    assert code == 0
    values = json.loads(output)
    assert [(each["turn"], each["verdict"]) for each in values["files"]] == [
        (1, "no fault"),
        (2, "no fault"),
    ]
    assert values["totals"]["verdicts"]["no fault"] == 2
    assert values["missed"] == []


@pytest.mark.long
def test_what_an_operator_is_waited_for_in_vain_is_listed(trace_of):
    with live_modem() as modem:
        code, output = run(
            *(trace_of(SCRIPT), "--device", f"mbim:{modem.path}", "--speed", "full"),
            *("--wait-for", "coverage-lost", "--wait-limit", "0.05"),
        )
    assert code == 1
    assert "please take the network away from the modem" in output
    assert "missed: coverage-lost did not come" in output


@pytest.mark.long
def test_a_step_waits_for_a_line_and_the_end_of_the_input_ends_it(trace_of):
    with live_modem() as modem:
        code, output = run(
            *(trace_of(SCRIPT), "--device", f"mbim:{modem.path}", "--speed", "step"), stdin="\n"
        )
    assert code == 0
    assert output.count("Enter sends it") == 2
    assert "1 of 6 outputs compared" in output


def test_a_dry_run_prints_what_would_be_sent_and_touches_nothing(trace_of):
    code, output = run(trace_of(SCRIPT), "--device", "mbim:/nowhere", "--dry-run")
    assert code == 0
    assert "query OID_WWAN_DEVICE_CAPS: query MBIM_CID_DEVICE_CAPS" in output
    assert "stimulus coverage: not sent: left to the operator, --wait-for coverage-lost" in output
    assert "at the end: query OID_WWAN_HOME_PROVIDER" in output
    code, output = run(
        trace_of(PIN, "pin.wwtrace"), "--device", "mbim:/nowhere", "--dry-run", "--json"
    )
    assert code == 1
    assert json.loads(output)[0]["guard"] == "pin"
    assert "4711" not in output


def test_a_guarded_trace_is_refused_before_anything_is_opened(trace_of):
    code, output = run(trace_of(PIN), "--device", "mbim:/nowhere")
    assert code == 2
    assert "without --allow-send pin (it enters, changes" in output
    assert "4711" not in output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--device", "emulated:lte-home"), "name a real device"),
        (("--device", "mbim:/x", "-j", "2"), "-j is for the emulated device"),
        (("--device", "mbim:/x", "--profile", "lte-home"), "--profile is for the emulated"),
        (("--device", "mbim:/x", "--fail-fast"), "--fail-fast is for the emulated"),
        (("--device", "mbim:/x", "--speed", "fast"), "no pace; use recorded, full, step"),
        (("--device", "mbim:/x", "--wait-for", "rain"), "there is no such name"),
        (("--device", "mbim:/x", "--policy", "none.toml"), "none.toml: No such file"),
        (("--speed", "full"), "--speed is for a real device: give --device"),
        (("--allow-send", "pin"), "--allow-send is for a real device"),
        (("--no-ask-back",), "--no-ask-back is for a real device"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_one_line(trace_of, options, message):
    code, output = run(trace_of(SCRIPT), *options)
    assert code == 2
    assert message in output


def test_two_traces_for_one_device_are_wrong_usage(trace_of):
    code, output = run(trace_of(SCRIPT), trace_of(SCRIPT, "b.wwtrace"), "--device", "mbim:/x")
    assert code == 2
    assert "--device takes one trace" in output


def test_a_modem_or_a_trace_that_is_not_there_is_exit_code_3(trace_of, tmp_path):
    code, output = run(trace_of(SCRIPT), "--device", "mbim:/nowhere")
    assert code == 3
    assert "/nowhere: cannot be opened: No such file or directory" in output
    code, output = run(str(tmp_path / "none.wwtrace"), "--device", "mbim:/nowhere")
    assert code == 3


def test_a_trace_with_nothing_to_send_compares_nothing(trace_of):
    text = 'profile = "lte-home"\nstep = [ { query = "OID_GEN_SUPPORTED_LIST" } ]\nlinger = 0\n'
    trace = trace_of(text)
    code, output = run(trace, "--device", "mbim:/nowhere")
    assert code == 1
    assert "nothing compared: the trace has no request that a device could be sent" in output
    assert run(trace, "--device", "mbim:/nowhere", "--allow-empty")[0] == 0
