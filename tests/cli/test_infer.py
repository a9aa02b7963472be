"""The verb infer, and what info and show say of inferred stimuli."""

import io
import json
from dataclasses import replace
from functools import cache
from itertools import accumulate
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from stimulus_samples import alone, events_of, recording, stimuli_of

from wwanreplay._core import Kind
from wwanreplay.analysis.infer import Inferred, infer, without_stimuli
from wwanreplay.analysis.infer.stimulus_file import (
    Entry,
    is_inferred,
    parse_stimuli,
    stimuli_text,
    write_with_stimuli,
)
from wwanreplay.cli import root
from wwanreplay.errors import UsageError, WwanReplayError
from wwanreplay.replay import replay
from wwanreplay.replay.align import exact_key
from wwanreplay.trace import TraceReader
from wwanreplay.trace.edit import rewrite


def run(*arguments: object) -> Result:
    return CliRunner().invoke(root, [str(argument) for argument in arguments])


def with_stimuli(trace: bytes, text: str) -> bytes:
    """A trace with the stimuli of a file's text."""
    out = io.BytesIO()
    write_with_stimuli(trace, parse_stimuli(text, "s.toml"), out, "s.toml")
    return out.getvalue()


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@cache
def inferred(data: bytes) -> Inferred:
    """What is inferred of a trace, once for all tests that print it."""
    return infer(data)


@pytest.fixture(autouse=True)
def each_trace_is_inferred_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def remembered(source: str) -> Inferred:
        try:
            return inferred(Path(source).read_bytes())
        except WwanReplayError:
            return infer(source)  # whose error names the file

    monkeypatch.setattr("wwanreplay.analysis.infer.infer", remembered)


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """The script contexts without its stimuli."""
    return written(tmp_path / "bare.wwtrace", without_stimuli(recording("contexts")))


def keys(trace: Path) -> list[tuple[object, ...]]:
    return [(*exact_key(event), event.flags) for event in events_of(trace.read_bytes())]


def test_what_is_found_is_printed_with_its_fields_and_its_witness(tmp_path):
    trace = written(tmp_path / "a.wwtrace", without_stimuli(alone("coverage")))
    result = run("infer", trace)
    assert (result.exit_code, result.output) == (
        0,
        f"""\
{trace}: 1 stimulus inferred; equal, 8 outputs compared
      6       8.010000000  ~ stimulus coverage  [inferred]
                             Available = 0
                             ProviderIndex = 4294967295
                             because of record 6: indication NDIS_STATUS_WWAN_REGISTER_STATE event
""",
    )


@pytest.mark.long
def test_the_record_numbers_are_those_that_show_prints(bare):
    values = json.loads(run("infer", bare, "--json").output)[0]
    shown = [json.loads(line) for line in run("show", bare, "--json").output.splitlines()]
    assert len(values["stimuli"]) == 8
    for found in values["stimuli"]:
        assert shown[found["before"]]["time_ns"] >= found["time_ns"]
        assert shown[found["witness"]]["name"] in found["witness_name"]


@pytest.mark.long
def test_an_absent_output_is_named_as_the_reason(tmp_path):
    trace = written(tmp_path / "p.wwtrace", without_stimuli(recording("power")))
    result = run("infer", trace)
    assert result.exit_code == 0
    reason = "because before record 33 there is no indication NDIS_STATUS_WWAN_READY_INFO"
    assert reason in " ".join(result.output.split())
    absent = [
        found["absent"]["name"]
        for found in json.loads(run("infer", trace, "--json").output)[0]["stimuli"]
        if "absent" in found
    ]
    assert absent == ["NDIS_STATUS_WWAN_READY_INFO", "NDIS_STATUS_WWAN_REGISTER_STATE"]


def test_what_stays_unexplained_is_printed_and_ends_with_1(tmp_path):
    events = events_of(recording("queries"))
    lost = next(event for event in reversed(events) if event.kind == Kind.KIND_INDICATION)
    left = [event for event in events if event is not lost]
    trace = written(tmp_path / "q.wwtrace", rewrite(recording("queries"), lambda _: left))
    result = run("infer", trace, "-o", tmp_path / "out.wwtrace")
    assert result.exit_code == 1
    assert "0 stimuli inferred; diverged: 1 root cause; " in result.output
    assert "unexplained: the device says it before this record" in result.output
    assert len(replay(tmp_path / "out.wwtrace").divergences) == 1
    values = json.loads(run("infer", trace, "--json").output)[0]
    assert [fault["kind"] for fault in values["unexplained"]] == ["missing"]


@pytest.mark.long
def test_the_trace_is_written_and_replays_equal(bare, tmp_path):
    out = tmp_path / "out.wwtrace"
    assert run("infer", bare, "-o", out).exit_code == 0
    assert replay(out).equal
    assert out.read_bytes() == infer(bare).to_bytes()
    assert "(8 inferred)" in run("info", out).output
    assert json.loads(run("info", out, "--json").output)[0]["inferred"] == {"stimulus": 8}
    assert "inferred" not in run("info", bare).output


@pytest.mark.long
def test_inferred_stimuli_that_are_there_already_are_reported_and_kept(bare, tmp_path):
    out = tmp_path / "out.wwtrace"
    run("infer", bare, "-o", out)
    result = run("infer", out)
    assert result.exit_code == 0
    assert "0 stimuli inferred; equal, " in result.output
    assert "8 inferred stimuli in it already" in result.output
    assert result.output.count("~ stimulus") == 8


def test_recorded_stimuli_are_reported(tmp_path):
    trace = written(tmp_path / "c.wwtrace", recording("contexts"))
    result = run("infer", trace)
    assert "11 recorded stimuli in it already; only what they lack is inferred" in result.output


@pytest.mark.long
def test_personal_values_are_masked_unless_they_are_requested(bare):
    assert "IPv4Address = *** (4 bytes)" in run("infer", bare).output
    assert "IPv4Address = c0000201" in run("infer", bare, "--show-personal").output
    assert "c0000201" not in run("infer", bare, "--json").output


@pytest.mark.parametrize(("which", "left"), [("all", 0), ("inferred", 11)])
def test_stimuli_are_stripped(tmp_path, which, left):
    full = recording("contexts")
    last = stimuli_of(full)[-1].index
    lacking = rewrite(full, lambda events: [event for event in events if event.index != last])
    trace = written(tmp_path / "in.wwtrace", infer(lacking).to_bytes())
    assert len(stimuli_of(trace.read_bytes())) == 11
    out = tmp_path / "out.wwtrace"
    result = run("infer", trace, "--strip", which, "-o", out)
    expected = 0 if which == "all" else 10
    assert result.output == f"{out}: {11 - expected} stimuli removed\n"
    assert len(stimuli_of(out.read_bytes())) == expected


# Saving and editing.


@pytest.mark.parametrize(
    "script",
    [
        "contexts",
        pytest.param("registration", marks=pytest.mark.long),
        "device-services",
        "two-ports",
    ],
)
def test_saved_stimuli_put_in_again_give_the_same_trace(script, tmp_path):
    bare = written(tmp_path / "bare.wwtrace", without_stimuli(recording(script)))
    saved, one, two = tmp_path / "s.toml", tmp_path / "one.wwtrace", tmp_path / "two.wwtrace"
    assert run("infer", bare, "-o", one, "--save", saved).exit_code == 0
    result = run("infer", bare, "--stimuli", saved, "-o", two)
    assert (result.exit_code, "stimuli put in; equal, " in result.output) == (0, True)
    assert keys(one) == keys(two)
    again = tmp_path / "again.toml"
    assert run("infer", one, "--save", again).exit_code == 0
    assert again.read_text().splitlines()[2:] == saved.read_text().splitlines()[2:]
    assert run("infer", one, "--stimuli", saved, "-o", two, "--force").exit_code == 0
    assert keys(one) == keys(two)


def test_the_saved_file_is_steps_of_a_script(tmp_path):
    bare = written(tmp_path / "a.wwtrace", without_stimuli(alone("ip_address")))
    run("infer", bare, "--save", tmp_path / "s.toml")
    assert (tmp_path / "s.toml").read_text() == (
        "# Inferred stimuli of a.wwtrace. They may be edited and put in again:\n"
        "#   wwanreplay infer a.wwtrace --stimuli FILE -o OUT\n"
        "step = [\n"
        '  { at = "16.02s", stimulus = "ip_address", values = { ConnectionId = 1, IPv4Address ='
        ' "192.0.2.65", IPv4Gateway = "192.0.2.66", IPv4Dns = "192.0.2.53", IPv4PrefixLength ='
        " 30, Mtu = 1400 }, port = 1 },\n"
        "]\n"
    )


@pytest.mark.parametrize("script", ["contexts", "registration", "failures", "sim", "cdma"])
def test_every_recorded_stimulus_comes_back_from_the_file(script):
    from wwanreplay._core import RecordFlag

    def flagged(events):
        is_stimulus = {True: RecordFlag.FLAG_INFERRED, False: 0}
        return [
            event.replace(flags=is_stimulus[event.kind == Kind.KIND_STIMULUS]) for event in events
        ]

    trace = rewrite(recording(script), flagged)
    events = events_of(trace)
    kept = [event for event in events if not is_inferred(event)]
    places = accumulate((not is_inferred(event) for event in events), initial=0)
    entries = [
        Entry(event, place)
        for event, place in zip(events, places, strict=False)
        if is_inferred(event)
    ]
    text = stimuli_text(entries, kept)
    made = with_stimuli(without_stimuli(trace), text)
    assert [exact_key(event) for event in events_of(made)] == [exact_key(event) for event in events]
    assert "payload_hex" not in text


def test_an_edited_value_is_put_in_and_its_divergence_reported(tmp_path):
    bare = written(tmp_path / "a.wwtrace", without_stimuli(alone("signal")))
    out, saved = tmp_path / "out.wwtrace", tmp_path / "s.toml"
    run("infer", bare, "--save", saved)
    saved.write_text(saved.read_text().replace("Rssi = 3", "Rssi = 4"))
    result = run("infer", bare, "--stimuli", saved, "-o", out)
    assert result.exit_code == 1
    assert result.output == (
        f"{out}: 1 stimuli put in; diverged: 1 root cause; 7 outputs compared\n"
        f"`wwanreplay replay {out}` says where\n"
    )
    assert not replay(out).equal
    values = json.loads(run("infer", bare, "--stimuli", saved, "--json").output)
    assert values == [{"file": str(bare), "stimuli": 1, "verdict": "diverged", "divergences": 1}]


def test_the_time_decides_the_place(tmp_path):
    text = 'step = [{ at = "2s", stimulus = "signal", values = { Rssi = 7 } },]'
    trace = with_stimuli(without_stimuli(alone("signal")), text)
    times_ns = [event.time_ns for event in events_of(trace)]
    assert times_ns == sorted(times_ns)
    assert [event.time_ns for event in stimuli_of(trace)] == [2 * 10**9]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("step = [{ at = '1s', query = 'OID_WWAN_PIN' }]", "s.toml: step 1: is a query; only"),
        ("step = [{ stimulus = 'signal' }]", 's.toml: step 1: needs at = "TIME"'),
        ("step = [{ at = '1s', stimulus = 'signul' }]", "s.toml: step 1 stimulus: "),
        (
            "step = [{ at = '1s', stimulus = 'signal', before = 1000 }]",
            "s.toml: step 1: there is no record 1000: the trace has",
        ),
        (
            "step = [{ at = '1s', stimulus = 'signal', before = 3 }]",
            "s.toml: step 1: a record before record 3 is of a later time",
        ),
        (
            "step = [{ at = '100s', stimulus = 'signal', before = 3 }]",
            "s.toml: step 1: record 3 is of an earlier time",
        ),
        ("[[steps]]", "s.toml: no key 'steps' here; near: step"),
        ("step = ", "s.toml: not TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(text, expected):
    trace = without_stimuli(alone("signal"))
    with pytest.raises(UsageError) as caught:
        with_stimuli(trace, text)
    assert str(caught.value).startswith(expected)


@pytest.mark.parametrize(
    ("options", "code", "expected"),
    [
        (("--strip", "all"), 2, "--strip needs -o OUT"),
        (("--strip", "all", "--save", "x", "-o", "y"), 2, "give one of them"),
        (("--save", "x", "--stimuli", "y"), 2, "give one of them"),
        (("--save", "x", "-o", "x"), 2, "name one file"),
        (("/nowhere.wwtrace", "-o", "x"), 2, "take one TRACE"),
        (("--stimuli", "/nowhere.toml"), 2, "No such file"),
    ],
)
def test_wrong_usage_is_refused(bare, options, code, expected):
    result = run("infer", bare, *options)
    assert (result.exit_code, expected in result.output) == (code, True), result.output


def test_an_existing_file_is_left_alone(bare, tmp_path):
    out = written(tmp_path / "out", b"mine")
    for options in (("-o", out), ("--save", out), ("--strip", "all", "-o", out)):
        result = run("infer", bare, *options)
        assert (result.exit_code, "exists already" in result.output) == (2, True)
    assert out.read_bytes() == b"mine"
    assert run("infer", bare, "-o", out, "--force").exit_code == 0
    assert replay(out).equal


def test_several_traces_are_gone_through_and_the_worst_code_returned(bare, tmp_path):
    bad = written(tmp_path / "bad.wwtrace", b"something else")
    result = run("infer", bad, bare)
    assert result.exit_code == 3
    assert f"{bare}: 8 stimuli inferred" in result.output
    listed = json.loads(CliRunner().invoke(root, ["infer", str(tmp_path), "--json"]).stdout)
    assert sorted(row["file"] for row in listed) == sorted([str(bad), str(bare)])
    assert run("infer", tmp_path, "-o", tmp_path / "x").exit_code == 2


def test_what_is_no_trace_is_refused_in_one_line(tmp_path):
    bad = written(tmp_path / "bad.wwtrace", b"something else")
    result = run("infer", bad)
    assert result.exit_code == 3
    assert len(result.output.splitlines()) == 1


@pytest.mark.long
def test_a_field_trace_takes_saved_stimuli_with_its_inferred_profile(tmp_path):
    bare = without_stimuli(recording("pin"))
    with TraceReader(bare) as reader:
        header = replace(reader.header, comparison="field", profile_mapping={}, profile_text="")
    field = written(tmp_path / "f.wwtrace", rewrite(bare, lambda events: events, header=header))
    saved, one, two = tmp_path / "s.toml", tmp_path / "one.wwtrace", tmp_path / "two.wwtrace"
    found = run("infer", field, "--save", saved, "-o", one)
    put_in = run("infer", field, "--stimuli", saved, "-o", two)
    assert (found.exit_code, put_in.exit_code) == (0, 0), found.output + put_in.output
    assert stimuli_of(one.read_bytes()) != []
    assert keys(one) == keys(two)
