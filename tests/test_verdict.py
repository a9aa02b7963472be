"""Verdicts: earned by what was compared, in the same words and exit codes everywhere."""

import json

import pytest
from click.testing import CliRunner
from field_sessions import Player, as_capture, query
from hypothesis import given
from hypothesis import strategies as st
from replay_samples import changed_octet, sample_events, sample_trace
from wire_samples import events_and_header, replayed, served_trace

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.analysis.infer import infer, infer_file
from wwanreplay.cli import root
from wwanreplay.formats.importer import import_logs
from wwanreplay.mbim import messages
from wwanreplay.replay import replay
from wwanreplay.trace import TraceReader, recover
from wwanreplay.trace.edit import rewrite
from wwanreplay.verdict import EXIT_CODES, Verdict

OUTPUTS = (Kind.KIND_COMPLETION, Kind.KIND_INDICATION)
EVENTS, _ = sample_events()
#: The same with its first and a later output altered.
ALTERED = rewrite(
    sample_trace(),
    lambda events: [
        changed_octet(event, 0)
        if event.kind in OUTPUTS and n in (2, 30) and event.payload
        else event
        for n, event in enumerate(events)
    ],
)
places = st.integers(0, len(EVENTS) + 3)
times_ns = st.sampled_from(sorted({event.time_ns + by for event in EVENTS for by in (-1, 0, 1)}))


def run(*arguments):
    return CliRunner().invoke(root, [str(argument) for argument in arguments])


def without_outputs():
    return rewrite(sample_trace(), lambda events: [])


def lost_entirely(tmp_path):
    """A recovery of a trace whose only chunk is damaged."""
    data = bytearray(sample_trace())
    with TraceReader(bytes(data)) as reader:
        (chunk,) = reader.chunks()
    at = data.index(bytes(chunk.records[:64]))
    data[at + 20] ^= 0xFF
    path = tmp_path / "lost.wwtrace"
    assert recover(bytes(data), path).records_kept == 0
    return path


def field_trace(tmp_path, transfers):
    log, out = tmp_path / "log.pcapng", tmp_path / "field.wwtrace"
    log.write_bytes(as_capture(transfers))
    import_logs([log], out, after=infer_file)
    return out


def an_answer_alone(tmp_path):
    """A log of one answer, to a request that is not in it."""
    made = Player("lte-home").play([("open",), *QUERY])
    done = messages.MBIM_COMMAND_DONE.to_bytes(4, "little")
    return field_trace(tmp_path, [each for each in made if each.data[:4] == done][-1:])


QUERY = [query(3)]


# What was compared.


@given(start=places, count=places, trace=st.sampled_from([sample_trace(), ALTERED]))
def test_the_outputs_is_whole_to_stop_are_those_compared(start, count, trace):
    result = replay(trace, start_record=start, stop_record=start + count)
    expected = sum(event.kind in OUTPUTS for event in EVENTS[start : start + count])
    assert result.counts["compared"] == expected
    assert (result.verdict is Verdict.NOTHING_COMPARED) == (
        expected == 0 and not result.divergence_count
    )


@given(start_ns=times_ns, trace=st.sampled_from([sample_trace(), ALTERED]))
def test_the_outputs_from_a_time_on_are_those_compared(start_ns, trace):
    result = replay(trace, start_time_ns=start_ns)
    expected = sum(event.kind in OUTPUTS and event.time_ns >= start_ns for event in EVENTS)
    assert result.counts["compared"] == expected


@given(start=st.integers(0, 60))
def test_messages_are_counted_in_the_part_that_is_compared(start):
    events, _ = events_and_header()
    result = replay(served_trace(), start_record=start)
    expected = sum(
        event.kind == Kind.KIND_WIRE and event.code == WireDirection.WIRE_DEVICE_TO_HOST
        for event in events[start:]
    )
    assert result.counts["messages"] == expected


def test_messages_that_are_not_compared_are_not_claimed():
    result = replay(served_trace(), profile="lte-home", seed=5)
    assert result.equal
    assert result.counts["messages"] == 0
    assert any("messages are not compared" in note for note in result.notes)


@pytest.mark.parametrize("code", [0, 3, 7, 0xFFFFFFFF])
def test_a_message_of_unknown_direction_is_a_divergence(code):
    events, _ = events_and_header()
    at = next(n for n, event in enumerate(events) if event.kind == Kind.KIND_WIRE)
    extra = Event(Kind.KIND_WIRE, events[at].time_ns, code=code, payload=b"anything")
    result = replayed([*events[:at], extra, *events[at:]])
    assert result.verdict is Verdict.DIVERGED
    assert "unknown direction" in result.divergences[0].note


# Nothing compared.


@pytest.mark.parametrize("options", [["--start", "99999"], ["--stop", "0"], ["--start", "9999s"]])
def test_a_part_without_outputs_is_no_pass(options, tmp_path):
    path = tmp_path / "a.wwtrace"
    path.write_bytes(sample_trace())
    done = run("replay", path, *options)
    assert done.exit_code == 1
    assert f"{path}: nothing compared" in done.stdout
    assert run("replay", path, *options, "--allow-empty").exit_code == 0


def test_a_trace_without_outputs_and_a_lost_one_are_no_pass(tmp_path):
    empty = tmp_path / "empty.wwtrace"
    empty.write_bytes(without_outputs())
    for path in (empty, lost_entirely(tmp_path)):
        result = replay(path)
        assert (result.verdict, result.equal, result.agrees) == ("nothing compared", False, False)
        assert run("replay", path).exit_code == 1
        assert json.loads(run("replay", path, "--json").stdout)["files"][0]["verdict"] == (
            "nothing compared"
        )


def test_a_log_that_says_too_little_is_neither_without_fault_nor_explained(tmp_path):
    path = an_answer_alone(tmp_path)
    result = replay(path)
    assert result.verdict is Verdict.NOTHING_COMPARED
    assert result.counts["outputs"] == 1
    assert infer(path).judge().verdict is Verdict.NOTHING_COMPARED
    for verb in ("replay", "infer"):
        done = run(verb, path)
        assert done.exit_code == 1
        assert "nothing compared" in done.stdout
        assert run(verb, path, "--allow-empty").exit_code == 0


def test_a_log_has_no_fault_and_is_never_equal(tmp_path):
    path = field_trace(tmp_path, Player("lte-home").play([("open",), *QUERY, ("close",)]))
    result = replay(path)
    assert (result.verdict, result.equal, result.agrees) == ("no fault", False, True)
    done = run("replay", path)
    assert done.exit_code == 0
    assert ": no fault, 1 of 1 output compared, 0 notes\n" in done.stdout


# Words and exit codes.


def test_each_verdict_has_its_exit_code():
    codes = {str(verdict): verdict.exit_code() for verdict in Verdict}
    assert codes == {
        "equal": 0,
        "no fault": 0,
        "diverged": 1,
        "nothing compared": 1,
        "broken": 1,
        "nothing judged": 1,
        "unreadable": 3,
    }
    assert Verdict.EQUAL.exit_code(remarks=1) == 1
    assert Verdict.NOTHING_COMPARED.exit_code(allow_empty=True) == 0
    assert Verdict.DIVERGED.exit_code(allow_empty=True) == 1


def test_the_help_has_every_exit_code():
    words = " ".join(run("--help").output.split())
    for code, meaning in EXIT_CODES.items():
        assert f"{code} {meaning}" in words


def test_the_totals_of_a_folder_count_each_word(tmp_path):
    (tmp_path / "a.wwtrace").write_bytes(sample_trace())
    (tmp_path / "b.wwtrace").write_bytes(ALTERED)
    (tmp_path / "c.wwtrace").write_bytes(without_outputs())
    (tmp_path / "d.wwtrace").write_bytes(b"nothing")
    field_trace(tmp_path, Player("lte-home").play([("open",), *QUERY, ("close",)]))
    done = run("replay", tmp_path)
    assert done.exit_code == 3
    counts = {"equal": 1, "no fault": 1, "diverged": 1, "nothing compared": 1, "unreadable": 1}
    for word, count in counts.items():
        assert f"\n{word:<16} {count:>14}\n" in done.stdout
    totals = json.loads(run("replay", tmp_path, "--json").stdout)["totals"]
    assert totals["verdicts"] == counts


def test_strict_lets_notes_and_warnings_count(tmp_path):
    path = tmp_path / "gap.wwtrace"
    gap = Event(Kind.KIND_GAP, EVENTS[-1].time_ns, code=3, payload=b"lost")
    path.write_bytes(rewrite(sample_trace(), lambda events: [*events, gap]))
    assert run("replay", path).exit_code == 0
    done = run("replay", path, "--strict")
    assert done.exit_code == 1
    assert "equal, 42 outputs compared; notes and warnings count (--strict)" in done.stdout
    path.write_bytes(sample_trace())
    assert run("replay", path, "--strict").exit_code == 0


def test_an_input_at_a_time_that_was_past_is_a_warning():
    def late(events):
        at = max(n for n, event in enumerate(events) if event.kind == Kind.KIND_CLOCK)
        return [*events[:at], events[at].replace(time_ns=0), *events[at + 1 :]]

    (warning,) = replay(rewrite(sample_trace(), late)).warnings
    assert "time runs backwards at 1 inputs" in warning


# Usage, once; and nothing measured among the values.


@pytest.mark.parametrize(
    "options",
    [
        ["--profile", "nope"],
        ["--start", "5s", "--stop", "2s"],
        ["--start", "5", "--stop", "2"],
        ["--start", "99999999999999999999999"],
        ["--start", "9" * 5000],
        ["--stop", "soon"],
        ["--start", "1e400s"],
    ],
)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_wrong_option_is_reported_once_and_nothing_is_replayed(tmp_path, options, jobs):
    for name in "abc":
        (tmp_path / f"{name}.wwtrace").write_bytes(sample_trace())
    done = run("replay", tmp_path, "-j", jobs, *options)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1


@pytest.mark.long
def test_the_json_is_the_same_each_time_but_for_what_is_measured(tmp_path):
    (tmp_path / "a.wwtrace").write_bytes(sample_trace())
    (tmp_path / "b.wwtrace").write_bytes(ALTERED)
    texts = set()
    for jobs in ("1", "1", "2"):
        values = json.loads(run("replay", tmp_path, "--json", "-j", jobs).stdout)
        assert set(values.pop("measured")) == {"records_per_second", "elapsed_s"}
        texts.add(json.dumps(values))
    assert len(texts) == 1


# What `show` finds.


def test_show_says_that_nothing_matched(tmp_path):
    path = tmp_path / "a.wwtrace"
    path.write_bytes(sample_trace())
    for options in (["--start", "100s"], ["--start", "99999"], ["--port", "7"]):
        done = run("show", path, *options)
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr == f"nothing matched: none of {len(EVENTS)} records\n"
        assert run("show", path, "--json", *options).exit_code == 1


def test_show_takes_the_places_of_replay(tmp_path):
    path = tmp_path / "a.wwtrace"
    path.write_bytes(sample_trace())

    def shown(*options):
        lines = run("show", path, "--json", *options).stdout.splitlines()
        return [json.loads(line)["index"] for line in lines]

    assert shown("--start", "10", "--stop", "13") == [10, 11, 12]
    assert shown("--start", "3s", "--stop", "3s") == shown("--from", "3s", "--to", "3s") != []
    assert run("show", path, "--start", "5s", "--stop", "2s").exit_code == 2
    assert run("show", path, "--start", "5s", "--from", "2s").exit_code == 2
    assert "--from" not in run("show", "--help").stdout
