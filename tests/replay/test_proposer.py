"""What a search gives a proposer, and what its proposals cost beside a fault of the device."""

from stimulus_samples import alone, events_of, recording

from wwanreplay._core import Kind
from wwanreplay.analysis.infer import without_stimuli
from wwanreplay.analysis.infer.evidence import stimulus
from wwanreplay.replay.api import engine_of
from wwanreplay.replay.consequence import FAULT_COST
from wwanreplay.replay.matchers import exact_search
from wwanreplay.replay.proposer import ASSIGNMENT_COST, STIMULUS_COST, Proposal
from wwanreplay.replay.recording import FOLLOWED
from wwanreplay.trace import TraceReader

LACKING = without_stimuli(alone("signal"))
DEMO = recording("demo")


def mismatches(trace, events):
    """(mismatch, the records in front of it and itself) of a search that proposes nothing."""
    with TraceReader(trace) as reader:
        engine, _ = engine_of(reader.header)
    found = []

    def look(mismatch):
        found.append((mismatch, mismatch.records[mismatch.position - 1 : mismatch.position + 1]))
        return []

    exact_search(events, engine, look).run()
    return found


def test_one_change_costs_less_than_a_fault_and_two_cost_more():
    assert 0 < ASSIGNMENT_COST < STIMULUS_COST < FAULT_COST < 2 * STIMULUS_COST


def test_a_proposal_is_a_stimulus_at_the_time_of_its_witness_unless_it_says_otherwise():
    proposal = Proposal((stimulus("signal", Rssi=3, ErrorRate=4),))
    assert (proposal.places, proposal.cost) == (("witness",), STIMULUS_COST)


def test_an_output_that_the_device_does_not_emit_is_given_with_the_records_before_it():
    followed = [event for event in events_of(LACKING) if event.kind in FOLLOWED]
    (mismatch, records), *_ = mismatches(LACKING, events_of(LACKING))
    assert (mismatch.expected, mismatch.absent, mismatch.values) == (None, False, None)
    at = mismatch.position
    assert mismatch.witness.replace(index=None) == followed[at].replace(index=None)
    times = [each.time_ns for each in followed[at - 1 : at + 1]]
    assert [each.time_ns for each in records] == times
    assert mismatch.hypothesis.cost == 0


def test_an_answer_is_given_with_its_request_and_what_the_device_answers():
    answers = [
        each
        for each in events_of(DEMO)
        if each.kind == Kind.KIND_INDICATION and each.request_id and any(each.payload)
    ]
    answer = answers[0]
    other = [
        each.replace(payload=bytes(len(each.payload))) if each.index == answer.index else each
        for each in events_of(DEMO)
    ]
    found = [each for each, _ in mismatches(DEMO, other) if each.witness.index == answer.index]
    assert found
    for mismatch in found:
        assert mismatch.request is not None
        assert mismatch.request.request_id == answer.request_id
        assert mismatch.expected is not None
        assert mismatch.expected.payload == answer.payload
        assert not any(mismatch.witness.payload)


def test_an_output_that_the_recording_lacks_is_given_as_absent():
    events = events_of(LACKING)
    lost = next(e for e in events if e.kind == Kind.KIND_INDICATION and not e.request_id)
    found = [each for each, _ in mismatches(LACKING, [e for e in events if e.index != lost.index])]
    absent = [each for each in found if each.absent]
    assert absent
    assert absent[0].witness.code == lost.code
    assert absent[0].witness.time_ns == lost.time_ns
