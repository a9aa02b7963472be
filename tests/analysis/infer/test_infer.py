"""Inference of a whole trace: what is found, the trace with it, and the trace without."""

import io

import pytest
from stimulus_samples import alone, events_of, hostile, recording, stimuli_of

from wwanreplay._core import RecordFlag
from wwanreplay.analysis.infer import (
    infer,
    infer_file,
    without_stimuli,
    write_without_stimuli,
)
from wwanreplay.errors import InputError, TraceError
from wwanreplay.replay import replay
from wwanreplay.trace import TraceHeader, TraceWriter
from wwanreplay.trace.edit import rewrite

LACKING = without_stimuli(alone("signal"))


def test_recorded_stimuli_stay_and_only_the_lacking_are_inferred():
    full = recording("sim")
    truth = stimuli_of(full)
    last = truth[-1]

    def without_last(events):
        return [event for event in events if event.index != last.index]

    inferred = infer(rewrite(full, without_last))
    assert [each.event.payload for each in inferred.stimuli] == [last.payload]
    flags = [event.flags for event in stimuli_of(inferred.to_bytes())]
    assert flags == [0] * (len(truth) - 1) + [RecordFlag.FLAG_INFERRED]
    stripped = without_stimuli(inferred.to_bytes(), inferred_only=True)
    assert len(stimuli_of(stripped)) == len(truth) - 1


def test_a_trace_without_a_profile_is_refused(tmp_path):
    path = tmp_path / "bare.wwtrace"
    TraceWriter(path, TraceHeader()).close()
    with pytest.raises(InputError, match="no profile"):
        infer(path)


def plain(trace):
    """The events of a trace, without what an index or a flag adds."""
    return [event.replace(index=None, cause=None, flags=0) for event in events_of(trace)]


def test_the_result_replays_equal_and_has_nothing_but_what_was_found():
    inferred = infer(LACKING)
    (found,) = inferred.stimuli
    assert str(inferred.judge().verdict) == "equal"
    assert replay(inferred.to_bytes()).equal
    assert found.event.flags == RecordFlag.FLAG_INFERRED
    at = found.before
    assert plain(inferred.to_bytes()) == [
        *plain(LACKING)[:at],
        found.event.replace(flags=0),
        *plain(LACKING)[at:],
    ]


def test_what_was_written_is_what_was_found_each_time():
    inferred = infer(LACKING)
    out = io.BytesIO()
    inferred.write(out)
    assert out.getvalue() == inferred.to_bytes() == infer(LACKING).to_bytes()
    assert infer(inferred.to_bytes()).stimuli == []


def test_without_its_stimuli_a_trace_is_what_it_was():
    assert without_stimuli(infer(LACKING).to_bytes(), inferred_only=True) == LACKING
    assert without_stimuli(LACKING) == LACKING
    out = io.BytesIO()
    assert write_without_stimuli(recording("sim"), out) == len(stimuli_of(recording("sim"))) > 0
    assert stimuli_of(out.getvalue()) == []
    again = io.BytesIO()
    assert write_without_stimuli(recording("sim"), again, inferred_only=True) == 0
    assert plain(again.getvalue()) == plain(recording("sim"))


def test_the_verdict_is_that_of_a_replay_of_the_result():
    assert str(infer(LACKING).judge().verdict) == "equal"
    broken = infer(hostile(without_stimuli(recording("demo")), 1))
    assert broken.unexplained
    assert str(broken.judge().verdict) == "diverged"


def test_a_file_is_rewritten_in_place_and_counted(tmp_path):
    path = tmp_path / "a.wwtrace"
    path.write_bytes(LACKING)
    found = infer_file(path)
    assert (found["profile"], found["stimuli"], found["unexplained"]) == ("lte-home", 1, 0)
    assert found["compared"] > 0
    assert found["verdict"] == "equal"
    assert found["headline"].startswith("equal, ")
    assert path.read_bytes() == infer(LACKING).to_bytes()
    assert [each.name for each in tmp_path.iterdir()] == ["a.wwtrace"]


def test_a_damaged_trace_is_refused_and_left(tmp_path):
    path = tmp_path / "a.wwtrace"
    damaged = bytearray(LACKING)
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(TraceError, match=r"a\.wwtrace: "):
        infer_file(path)
    assert path.read_bytes() == damaged
