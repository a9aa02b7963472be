"""Inference: the stimuli that a recording lacks are found again."""

import pytest
from checkout import LOGS, TRACES
from groups import sampled
from hypothesis import given, settings
from hypothesis import strategies as st
from stimulus_samples import (
    ALONE,
    alone,
    events_of,
    hostile,
    recording,
    stimuli_of,
    walk_trace,
)

from wwanreplay._core import Kind, RecordFlag
from wwanreplay.analysis.infer import Inferred, infer, loop, without_stimuli
from wwanreplay.devices.profile import shipped_profiles
from wwanreplay.formats.importer import import_logs
from wwanreplay.protocol import PROTOCOL
from wwanreplay.replay import replay
from wwanreplay.replay.align import exact_key
from wwanreplay.replay.fault import DivergenceKind
from wwanreplay.replay.names import code_name

SAMPLES = sorted(TRACES.glob("*.wwtrace"))
QUICK = ("demo", "pin")
any_profile = st.sampled_from(sorted(shipped_profiles()))
any_seed = st.integers(0, 10_000)


def checked(stripped: bytes) -> Inferred:
    """What is inferred; the result keeps every record, and says what a replay reports."""
    inferred = infer(stripped)
    result = inferred.to_bytes()
    replayed = replay(result)
    # Nothing follows what a device emits in the last moment, so inference does not look for it.
    last = max((event.index or 0 for event in events_of(result)), default=0)
    others = [
        found
        for found in replayed.divergences
        if found.root and not (found.kind is DivergenceKind.MISSING and found.index > last)
    ]
    assert bool(others) is bool(inferred.unexplained)
    kept = [exact_key(event) for event in events_of(stripped)]
    again = events_of(without_stimuli(result, inferred_only=True))
    assert [exact_key(event) for event in again] == kept
    assert [event.time_ns for event in stimuli_of(result)] == [
        each.event.time_ns for each in inferred.stimuli
    ]
    return inferred


@pytest.mark.parametrize(
    "path",
    sampled(SAMPLES, [TRACES / f"{name}.wwtrace" for name in QUICK], ids=lambda path: path.stem),
)
def test_a_sample_trace_without_its_stimuli_infers_and_replays_equal(path):
    stripped = without_stimuli(path)
    assert stimuli_of(stripped) == []
    assert checked(stripped).unexplained == ()


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_trace_lacks_nothing(path):
    inferred = infer(path)
    assert (inferred.stimuli, inferred.unexplained) == ([], ())


def test_there_is_a_session_for_every_stimulus():
    missing = {row.name for row in PROTOCOL.tables.stimuli} - set(ALONE)
    assert missing == set(), "each has a session in ALONE of tests/support/stimulus_samples.py"


@pytest.mark.parametrize("name", ALONE)
def test_a_stimulus_is_found_again_with_its_values(name):
    (truth,) = stimuli_of(alone(name))
    inferred = checked(without_stimuli(alone(name)))
    assert [code_name(found.event) for found in inferred.stimuli] == [name]
    (found,) = inferred.stimuli
    assert (found.event.payload, found.event.port) == (truth.payload, truth.port)
    assert found.event.flags == RecordFlag.FLAG_INFERRED
    assert inferred.unexplained == ()


# Where nothing is reported at once, the stimulus may have come at any time before its witness.
LATER = {"outcome", "latency", "provider_change", "traffic", "device_service_session_closed"}


@pytest.mark.parametrize("name", ALONE)
def test_a_stimulus_stands_where_it_was_when_the_device_speaks_at_once(name):
    (truth,) = stimuli_of(alone(name))
    (found,) = infer(without_stimuli(alone(name))).stimuli
    late_ns = found.event.time_ns - truth.time_ns
    assert (0 <= late_ns < 20_000_000) if name in LATER else late_ns == 0


@pytest.mark.parametrize("name", ALONE)
def test_a_stimulus_names_the_output_that_made_it_necessary(name):
    stripped = without_stimuli(alone(name))
    (found,) = infer(stripped).stimuli
    witness = events_of(stripped)[found.witness]
    assert found.before <= found.witness
    assert witness.kind in (Kind.KIND_COMPLETION, Kind.KIND_INDICATION)
    assert found.absent is None


# Random sessions.


@pytest.mark.long
@settings(max_examples=25, deadline=None)
@given(any_profile, any_seed, st.integers(1, 14))
def test_what_stays_unexplained_of_a_random_session_is_what_a_replay_reports(profile, seed, count):
    checked(without_stimuli(walk_trace(profile, seed, count)))


@settings(max_examples=15, deadline=None)
@given(any_profile, any_seed)
def test_a_random_session_without_stimuli_needs_none(profile, seed):
    trace = walk_trace(profile, seed, 20, stimuli=False)
    assert checked(trace).stimuli == []


@pytest.mark.long
def test_most_random_sessions_infer_and_replay_equal():
    cases = [(profile, seed) for profile in shipped_profiles() for seed in range(3)]
    equal = sum(
        not checked(without_stimuli(walk_trace(profile, seed, 10))).unexplained
        for profile, seed in cases
    )
    assert len(cases) >= 33
    assert equal >= len(cases) * 11 // 12


@pytest.mark.long
@settings(max_examples=8, deadline=None)
@given(st.sampled_from(["demo", "contexts", "queries", "sim", "two-ports"]), any_seed)
def test_hostile_outputs_are_reported_and_never_raise(script, seed):
    assert checked(hostile(without_stimuli(recording(script)), seed)).unexplained != ()


def test_no_profile_and_start_are_searched_twice(monkeypatch, tmp_path):
    searched = []

    def watched(header, read):
        searched.append((header.profile_mapping, header.start))
        return one_search(header, read)

    one_search = loop._searched
    monkeypatch.setattr(loop, "_searched", watched)
    import_logs([LOGS / "mbimcli-fault-contexts.log"], tmp_path / "t.wwtrace")
    explained = infer(tmp_path / "t.wwtrace")
    assert explained.unexplained
    assert searched
    assert all(each not in searched[:at] for at, each in enumerate(searched))
