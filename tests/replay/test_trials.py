"""Where a proposal is tried: at its witness, before it, before its request, or earlier."""

from stimulus_samples import alone, events_of

from wwanreplay._core import Kind
from wwanreplay.analysis.infer import without_stimuli
from wwanreplay.analysis.infer.evidence import stimulus
from wwanreplay.replay import trials
from wwanreplay.replay.api import engine_of
from wwanreplay.replay.matchers import exact_search
from wwanreplay.replay.proposer import Proposal
from wwanreplay.trace import TraceReader

RECORDED = alone("signal")
LACKING = without_stimuli(RECORDED)
VALUES = {"Rssi": 3, "ErrorRate": 4}


def found(*places, values=None, cost=4):
    made = stimulus("signal", **(values or VALUES))
    with TraceReader(LACKING) as reader:
        engine, _ = engine_of(reader.header)
    search = exact_search(
        events_of(LACKING), engine, lambda mismatch: [Proposal((made,), places, cost)]
    )
    return search, search.run()


def test_a_proposal_is_placed_at_its_witness():
    _, best = found("witness")
    (placed,) = best.stimuli
    recorded = next(each for each in events_of(RECORDED) if each.kind == Kind.KIND_STIMULUS)
    assert (placed.event.time_ns, placed.event.payload) == (recorded.time_ns, recorded.payload)
    assert (best.cost, best.faults) == (4, ())


def test_the_first_place_that_explains_is_taken():
    _, late = found("earlier", "witness")
    _, best = found("witness", "earlier")
    assert len(late.stimuli) == len(best.stimuli) == 1
    assert best.stimuli[0].event.time_ns >= late.stimuli[0].event.time_ns


def test_a_place_that_a_witness_does_not_have_is_passed_over():
    _, best = found("request")
    assert (best.stimuli, len(best.faults)) == ((), 1)


def test_nothing_is_tried_beyond_the_bound(monkeypatch):
    monkeypatch.setattr(trials, "TRIAL_RECORDS_TOTAL_MAX", -1)
    search, best = found("witness")
    assert (search.beam.trials.tried_count, best.stimuli) == (0, ())
