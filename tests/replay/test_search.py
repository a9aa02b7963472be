"""The search over explanations: what it follows, what it assumes, and that it ends."""

import io

import pytest
from groups import sampled
from stimulus_samples import alone, events_of, hostile, recording

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.infer import without_stimuli
from wwanreplay.analysis.infer.evidence import stimulus
from wwanreplay.analysis.infer.registry import Environment
from wwanreplay.protocol import PROTOCOL
from wwanreplay.record import record
from wwanreplay.replay import trials
from wwanreplay.replay.api import engine_of
from wwanreplay.replay.consequence import CONSEQUENCE_COST, FAULT_COST
from wwanreplay.replay.fault import DivergenceKind
from wwanreplay.replay.matchers import exact, exact_search
from wwanreplay.replay.matchers.exact import HISTORY_MAX
from wwanreplay.replay.proposer import STIMULUS_COST, Proposal
from wwanreplay.replay.search import BEAM_MAX, Beam
from wwanreplay.script import parse_script
from wwanreplay.trace import TraceReader


def search_of(trace, propose=None, events=None):
    with TraceReader(trace) as reader:
        engine, _ = engine_of(reader.header)
        return exact_search(events or list(reader.events()), engine, propose)


def environment(trace):
    with TraceReader(trace) as reader:
        return Environment(reader.header.profile_mapping).propose


def test_a_recording_of_the_device_costs_nothing():
    found = search_of(recording("contexts")).run()
    assert (found.cost, found.stimuli, found.faults, len(found.pending)) == (0, (), (), 0)


def test_without_proposals_a_lacking_stimulus_is_a_fault():
    found = search_of(without_stimuli(alone("signal"))).run()
    assert found.stimuli == ()
    assert [fault.kind for fault in found.faults] == [DivergenceKind.EXTRA]
    assert found.cost == FAULT_COST


def test_a_proposal_is_believed_when_the_device_says_the_witness():
    trace = without_stimuli(alone("signal"))
    asked = []

    def propose(mismatch):
        asked.append(mismatch.witness)
        yield Proposal((stimulus("signal", Rssi=3, ErrorRate=4),))

    found = search_of(trace, propose).run()
    (placed,) = found.stimuli
    assert (found.cost, found.faults) == (STIMULUS_COST, ())
    assert (placed.event.time_ns, placed.absent) == (asked[0].time_ns, None)
    assert placed.witness == placed.position


def test_a_proposal_of_another_value_is_not_believed():
    def propose(mismatch):
        yield Proposal((stimulus("signal", Rssi=4, ErrorRate=4),), ("witness", "before", "earlier"))

    found = search_of(without_stimuli(alone("signal")), propose).run()
    assert (found.stimuli, len(found.faults)) == ((), 1)


def test_the_search_asks_only_where_the_device_says_something_else():
    asked = []
    search_of(recording("sim"), lambda mismatch: asked.append(mismatch) or ()).run()
    assert asked == []


def test_an_output_that_is_not_recorded_is_proposed_for_as_absent():
    trace = recording("demo")
    events = events_of(trace)
    emitted = next(
        event for event in events if event.kind == Kind.KIND_INDICATION and not event.request_id
    )
    events = [event for event in events if event.index < emitted.index]
    events.append(Event(Kind.KIND_CLOCK, emitted.time_ns + 1, code=3))
    absent = []

    def propose(mismatch):
        if mismatch.absent:
            absent.append(mismatch.witness)
        return ()

    found = search_of(trace, propose, events).run()
    assert [event.code for event in absent] == [fault.expected.code for fault in found.faults]
    assert absent[0].code == emitted.code
    assert {fault.kind for fault in found.faults} == {DivergenceKind.MISSING}


def test_a_stimulus_that_an_absence_shows_names_what_is_absent():
    text = """step = [
      { at = "0.5s", stimulus = "coverage", values = { Available = 0 } },
      { at = "20s", query = "OID_WWAN_REGISTER_STATE" },
    ]"""
    out = io.BytesIO()
    record("lte-home", parse_script(text, "away"), out)
    trace = without_stimuli(out.getvalue())
    found = search_of(trace, environment(trace)).run()
    assert found.faults == ()
    (placed,) = found.stimuli
    assert placed.absent.code == PROTOCOL.indication("NDIS_STATUS_WWAN_REGISTER_STATE").number
    assert placed.position <= placed.witness


def test_a_displaced_output_is_one_fault_and_its_consequence():
    events = events_of(recording("queries"))
    moved = next(
        event
        for event in events
        if event.kind == Kind.KIND_INDICATION and event.request_id and event.index > 20
    )
    later = moved.replace(time_ns=moved.time_ns + 1_000)
    changed = [later if event is moved else event for event in events]
    found = search_of(recording("queries"), None, changed).run()
    assert {fault.kind for fault in found.faults} == {
        DivergenceKind.MISSING,
        DivergenceKind.EXTRA,
    }
    assert found.cost == FAULT_COST + CONSEQUENCE_COST


def test_silence_costs_no_more_than_its_first_missing_output():
    events = events_of(recording("queries"))
    cut = [event for event in events if event.index < 30]
    observed = [event for event in events if event.index >= 30 and event.kind == Kind.KIND_QUERY]
    found = search_of(recording("queries"), None, [*cut, *observed]).run()
    assert len(found.faults) > 3
    assert found.cost == FAULT_COST


def test_an_input_that_a_trace_has_too_late_does_not_stop_the_search():
    events = events_of(recording("queries"))
    asked = next(event for event in events if event.kind == Kind.KIND_QUERY and event.index > 20)
    changed = [
        event.replace(time_ns=asked.time_ns - 10**9) if event is asked else event
        for event in events
    ]
    assert search_of(recording("queries"), None, changed).run().faults != ()


@pytest.mark.parametrize("script", sampled(["demo", "contexts", "registration"], 1))
@pytest.mark.parametrize("limit", [0, 300])
def test_hostile_outputs_end_within_the_bound_on_trial_records(script, limit, monkeypatch):
    trace = hostile(without_stimuli(recording(script)), 4)
    monkeypatch.setattr(trials, "TRIAL_RECORDS_TOTAL_MAX", limit)
    search = search_of(trace, environment(trace))
    found = search.run()
    assert found.faults != ()
    # One proposal that was begun below the bound is gone through: all its places, each of them
    # from the oldest device that is kept at the most.
    spots = 2 * trials.EARLIER_INPUTS_MAX
    assert search.beam.trials.tried_count <= limit + spots * HISTORY_MAX


@pytest.mark.long
def test_one_record_takes_no_more_trial_records_than_its_bound(monkeypatch):
    trace = hostile(without_stimuli(recording("registration")), 5)
    monkeypatch.setattr(exact.ExactMatcher, "trial_records_max", 50)
    search = search_of(trace, environment(trace))
    search.run()
    spots = 2 * trials.EARLIER_INPUTS_MAX
    assert search.beam.trials.tried_count <= search.recording.end * (50 + spots * HISTORY_MAX)


@pytest.mark.long
def test_the_beam_is_bounded(monkeypatch):
    trace = hostile(without_stimuli(recording("demo")), 6)
    widths = []
    take = Beam.take

    def watched(self, step, position):
        take(self, step, position)
        widths.append(len(self.hypotheses))

    monkeypatch.setattr(Beam, "take", watched)
    search = search_of(trace, environment(trace))
    search.run()
    assert len(widths) == search.recording.end
    assert min(widths) >= 1
    assert max(widths) <= BEAM_MAX
