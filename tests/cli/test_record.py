"""`record`: what it prints and its exit codes, on emulated devices and real modems."""

import json

import pytest
from mbim_host import served
from verbs import printed, run

from wwanreplay.trace import TraceReader

PIN = 'step = [ { set = "OID_WWAN_PIN_EX", values = { PinType = 2, Pin = "4711" } } ]\n'
QUERY = 'step = [ { query = "OID_WWAN_RADIO_STATE" } ]\nlinger = 0\n'
STIMULUS = 'step = [ { stimulus = "coverage", values = { Available = 0 } } ]\nlinger = 0\n'


@pytest.fixture
def script(tmp_path):
    def write(text):
        path = tmp_path / "script.toml"
        path.write_text(text)
        return str(path)

    return write


def test_a_dry_run_prints_the_commands_and_touches_nothing(script):
    code, output = printed("record", "mbim:/nowhere", "--script", script(QUERY), "--dry-run")
    assert code == 0
    assert "step 1: query OID_WWAN_RADIO_STATE: query MBIM_CID_RADIO_STATE" in output
    assert "1 commands would be sent, 0 need --allow-send, 0 left out" in output


def test_a_dry_run_names_the_word_that_is_missing_and_no_pin(script):
    code, output = printed("record", "mbim:/nowhere", "--script", script(PIN), "--dry-run")
    assert code == 1
    assert "not sent without --allow-send pin" in output
    assert "4711" not in output
    code, output = printed(
        "record", "mbim:/x", "--script", script(PIN), "--dry-run", "--allow-send", "pin", "--json"
    )
    assert code == 0
    (step,) = json.loads(output)
    assert (step["guard"], step["left_out"]) == ("pin", None)
    assert "4711" not in output


def test_a_guarded_script_is_refused_before_anything_is_opened(script, tmp_path):
    trace = tmp_path / "x.wwtrace"
    code, output = printed("record", "mbim:/nowhere", "--script", script(PIN), "-o", str(trace))
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
    code, output = printed(
        "record", "mbim:/nowhere", "--script", script(STIMULUS), "-o", trace, *options
    )
    assert code == 2
    assert message in output


def test_a_modem_that_is_not_there_is_exit_code_3(script, tmp_path):
    trace = tmp_path / "x.wwtrace"
    code, output = printed("record", "mbim:/nowhere", "--script", script(QUERY), "-o", str(trace))
    assert code == 3
    assert "/nowhere: cannot be opened: No such file or directory" in output
    assert list(tmp_path.glob("x.*")) == []


def test_a_recording_lists_what_was_left_out_and_what_was_missed(script, tmp_path):
    trace = str(tmp_path / "x.wwtrace")
    with served("lte-home") as modem:
        code, output = printed(
            *("record", f"mbim:{modem.path}", "--script", script(STIMULUS), "-o", trace),
            *("--wait-for", "coverage-lost", "--wait-limit", "0.05"),
        )
    assert code == 1
    assert "please take the network away from the modem" in output
    assert "step 1: stimulus coverage: left to the operator" in output
    assert "missed: " in output
    assert printed("info", trace)[0] == 0


def test_a_recording_can_be_scrubbed_as_it_is_made(script, tmp_path):
    trace = str(tmp_path / "x.wwtrace")
    identity = 'step = [ { query = "OID_WWAN_READY_INFO" } ]\nlinger = 0\n'
    with served("lte-home") as modem:
        code, _ = printed(
            "record", f"mbim:{modem.path}", "--script", script(identity), "-o", trace, "--scrub"
        )
        subscriber = modem.profile.mapping["subscriber_id"]
    assert code == 0
    assert subscriber not in printed("show", trace, "--show-personal")[1]


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
