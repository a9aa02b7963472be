"""A bad value in a header, script or fault file: done, or one line that names file and field."""

import shutil

import pytest
from checkout import ROOT
from click.testing import CliRunner
from groups import sampled
from hostile_values import ADDED, IN_FILES, IN_TABLES, REMOVED, changed, listed, places, refusal
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from wwanreplay.cli import root
from wwanreplay.devices.fault_plan import parse_faults
from wwanreplay.devices.toml import ValuePlace, parse
from wwanreplay.errors import EXIT_INTERNAL, UsageError
from wwanreplay.record import Session
from wwanreplay.replay import replay
from wwanreplay.script import parse_script, read_step, shipped_scripts, step_payload
from wwanreplay.trace import TraceReader, TraceWriter

TRACES = sorted((ROOT / "traces").glob("*.wwtrace"))
RECORDS = 40  # of each sample: enough for every verb to look at the header


class RawHeader:
    """A header that is written as it is."""

    def __init__(self, values):
        self.values = values

    def to_map(self):
        return self.values


def sample(path):
    with TraceReader(path) as reader:
        events = [event for event, _ in zip(reader.events(), range(RECORDS), strict=False)]
        return listed(reader.header.to_map()), events


SAMPLES = {path.stem: sample(path) for path in TRACES}


def run(*arguments):
    """(exit code, standard error) of a verb; what no error of ours ends fails the test."""
    result = CliRunner().invoke(root, [str(each) for each in arguments])
    assert result.exit_code != EXIT_INTERNAL, (arguments, result.output)
    assert "internal error" not in result.output, (arguments, result.output)
    assert result.exit_code in (0, 1, 2, 3), (arguments, result.output, result.exception)
    return result.exit_code, result.stderr + (result.stdout if result.exit_code == 3 else "")


VERBS = {
    "replay": ("replay", "IN"),
    "replay --json": ("replay", "--json", "IN"),
    "check": ("check", "IN"),
    "diff": ("diff", "IN", "IN"),
    "show": ("show", "IN"),
    "view": ("view", "IN", "-o", "OUT", "--check"),
    "info": ("info", "IN"),
    "infer": ("infer", "IN"),
    "scrub": ("scrub", "IN", "-o", "OUT", "--key", "k"),
    "recover": ("recover", "IN", "-o", "OUT"),
    "record": ("record", "trace:IN", "-o", "OUT", "--script", "queries"),
    **{
        name: ("export", "IN", "--to", name, "-o", "OUT", "--show-personal")
        for name in ("csv", "jsonl", "pcapng", "perfetto", "hex")
    },
}


@pytest.mark.parametrize("verb", sampled(VERBS, 5))
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # nothing is to be shrunk
)
@given(data=st.data())
def test_a_bad_header_is_one_line_in_every_verb(verb, data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    name = data.draw(st.sampled_from(sorted(SAMPLES)))
    header, events = SAMPLES[name]
    path = data.draw(st.sampled_from(list(places(header))))
    hostile = data.draw(st.sampled_from((*IN_FILES, REMOVED, ADDED)))
    file, out = folder / "bad.wwtrace", folder / "out"
    with TraceWriter(file, RawHeader(changed(header, path, hostile))) as writer:
        for event in events:
            writer.write(event)
    words = {"IN": str(file), "OUT": str(out), "trace:IN": f"trace:{file}"}
    code, error = run(*(words.get(word, word) for word in VERBS[verb]))
    if code in (2, 3):
        lines = [line for line in error.splitlines() if line.startswith("wwanreplay: error")]
        assert len(lines) <= 1, error
        assert str(file) in (lines or [error])[0], (path, hostile, error)
        assert all(len(line) < 700 for line in error.splitlines())
    shutil.rmtree(folder)


def test_every_place_of_a_header_is_replayed_or_refused(tmp_path):
    header, events = SAMPLES["mbimcli-queries"]
    chosen = [path for path in places(header) if path[0] != "profile" or len(path) < 4]
    file = tmp_path / "bad.wwtrace"
    for number, path in enumerate(chosen):
        hostile = (*IN_FILES, REMOVED, ADDED)[number % (len(IN_FILES) + 2)]
        with TraceWriter(file, RawHeader(changed(header, path, hostile))) as writer:
            for event in events[:10]:
                writer.write(event)
        code, error = run("replay", file)
        assert code in (0, 1) or str(file) in error


SCRIPTS = {
    name: (ROOT / "wwanreplay" / "scripts" / f"{name}.toml").read_text(encoding="utf-8")
    for name in shipped_scripts()
}


@pytest.mark.parametrize("name", sampled(sorted(SCRIPTS), 4))
def test_every_value_of_a_script_is_taken_or_named(name):
    tables = parse(SCRIPTS[name], "own.toml")
    seen = set()
    refused = 0
    for number, entry in enumerate(tables["step"], 1):
        if "repeat" in entry:
            continue
        for path in places(entry):
            kind = (*(key for key in ("query", "set", "stimulus") if key in entry), *path)
            if (kind, entry.get(kind[0])) in seen:
                continue
            seen.add((kind, entry.get(kind[0])))
            for hostile in (*IN_TABLES, REMOVED, ADDED):
                where = ValuePlace("own.toml", f"step {number}")
                made = changed(entry, path, hostile)
                text = refusal(lambda made=made, where=where: payload_of(read_step(made, where)))
                if text is not None:
                    refused += 1
                    assert text.startswith(f"own.toml: step {number}"), text
                    assert "\n" not in text
                    assert len(text) < 1200
    assert refused > 20


def payload_of(step):
    if step.action in ("query", "set", "method", "stimulus", "power"):
        step_payload(step, 2)


FAULTS = """
description = "all kinds"
[[fault]]
when = { code = "NDIS_STATUS_LINK_STATE", nth = 1, kind = "indication", port = 0, event = 4 }
duplicate = 3
[[fault]]
when = { operation = "OID_WWAN_CONNECT", request_id = 4, status = "NDIS_STATUS_SUCCESS" }
alter = { RegisterState = "WwanRegisterStateRoaming", ProviderId = "00102" }
[[fault]]
when = { from = "5s", until = "9s", transactional = true }
alter_bytes = { 4 = "01000000", -1 = "ff" }
[[fault]]
alter_event = { port = 1, request_id = 9, handle = 5, bytes = 4, status = 7, payload_hex = "00" }
[[fault]]
status = "WWAN_STATUS_BUSY"
[[fault]]
delay = "1s"
[[fault]]
insert = { code = "NDIS_STATUS_WWAN_SIGNAL_STATE", after = "5ms", values = { Rssi = 1 } }
"""


def test_every_value_of_a_fault_file_is_taken_or_named():
    from wwanreplay.devices import fault_plan

    tables = parse(FAULTS, "own.toml")
    refused = 0
    for path in places(tables):
        for hostile in (*IN_TABLES, REMOVED, ADDED):
            made = changed(tables, path, hostile)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(fault_plan, "parse", lambda *_, made=made: made)
                text = refusal(lambda: parse_faults("", "own.toml"))
            if text is not None:
                refused += 1
                assert text.startswith("own.toml: "), (path, hostile, text)
                assert "\n" not in text
    assert refused > 500


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (
            '{ stimulus = "signal", values = { Rssi = 99999 } }',
            "step 1 Rssi: 99999 is not from 0 to 31 or 99; raw bytes may hold any value",
        ),
        (
            '{ stimulus = "sim", values = { State = 9 } }',
            "step 1 State: 9 is not a number of WWANREPLAY_SIM_STATE, from 0 to 5; "
            "raw bytes may hold any value",
        ),
        (
            '{ set = "OID_WWAN_DEVICE_SERVICE_SESSION_WRITE", values = { uSessionID = 5, '
            "Data = 18446744073709551616 } }",
            "step 1: NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE.Data: 18446744073709551616 is neither "
            "bytes nor their hexadecimal form",
        ),
        (
            '{ set = "OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS", values = { Elements = 0 } }',
            "step 1: NDIS_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS.Elements: 0 is no list of elements",
        ),
        (
            '{ set = "OID_WWAN_CONNECT", values = { AccessString = 5 } }',
            "step 1: NDIS_WWAN_SET_CONTEXT_STATE.SetContextState.AccessString: must be text, not 5",
        ),
    ],
)
def test_a_value_that_cannot_be_is_named(step, message):
    with pytest.raises(UsageError) as caught:
        parse_script(f"step = [ {step} ]", "own")
    assert str(caught.value) == f"own.toml: {message}"


def test_wrong_requests_and_raw_stimuli_stay_possible():
    script = parse_script(
        """
        step = [
            { set = "OID_WWAN_RADIO_STATE", values = { RadioAction = 77 } },
            { stimulus = "signal", payload_hex = "9f860100 00000000" },
        ]
        """,
        "own",
    )
    assert step_payload(script.steps[0], 2)[4:8] == (77).to_bytes(4, "little")
    assert step_payload(script.steps[1], 2)[:4] == (99999).to_bytes(4, "little")


# Every option of the command line that takes a number or a time.
OPTIONS = [
    ("replay", "IN", "--seed"),
    ("replay", "IN", "--start"),
    ("replay", "IN", "--stop"),
    ("replay", "IN", "--max-divergences"),
    ("replay", "IN", "-j"),
    ("show", "IN", "--from"),
    ("show", "IN", "--to"),
    ("record", "-o", "OUT", "--seed"),
    ("record", "-o", "OUT", "--chunk-size"),
    ("record", "-o", "OUT", "--checkpoints"),
    ("serve", "--pty", "LINK", "--seed"),
]


@pytest.mark.parametrize("option", OPTIONS, ids=" ".join)
@pytest.mark.parametrize(
    "value",
    ["-1", "1" + "0" * 30, "9" * 5000, "1e400s", "99999999999999d", "nan", "", "9" * 40 + "s"],
)
def test_a_number_beyond_its_option_is_wrong_usage(option, value, tmp_path):
    words = {"IN": str(TRACES[0]), "OUT": str(tmp_path / "out"), "LINK": str(tmp_path / "link")}
    code, error = run(*(words.get(word, word) for word in option), value)
    assert code == 2
    assert "error" in error
    assert not (tmp_path / "out").exists()


BEYOND = (2**63, 2**64, 10**30, -(10**30), -1)


@pytest.mark.parametrize("value", BEYOND)
@pytest.mark.parametrize("name", ["start_record", "stop_record", "start_time_ns", "stop_time_ns"])
def test_a_place_beyond_64_bits_is_wrong_usage_from_python(name, value):
    with pytest.raises(UsageError, match=f"{name} is {value}, but must be from 0 to"):
        replay(TRACES[0], **{name: value})


@pytest.mark.parametrize("value", BEYOND)
def test_numbers_beyond_64_bits_are_wrong_usage_of_a_session(value):
    with Session("lte-home") as session:
        for call in (
            session.run,
            session.run_until,
            lambda number: session.query("OID_WWAN_SIGNAL_STATE", port=number),
            lambda number: session.stimulus("signal", {"Rssi": number}),
            lambda number: session.set("OID_WWAN_CONNECT", {"ConnectionId": number}),
            session.power,
        ):
            with pytest.raises(UsageError):
                call(value)
