"""Explaining a window: the fewest faults, and ways on that differ."""

from replay_samples import SECOND, sample_events

from wwanreplay._core import Event, Kind
from wwanreplay.replay.fault import DivergenceKind
from wwanreplay.replay.hypothesis import Hypothesis
from wwanreplay.replay.matchers.window import (
    HYPOTHESES_MAX,
    OUTPUTS_TRIED_MAX,
    Window,
    WindowMatcher,
)
from wwanreplay.replay.search import Beam

EVENTS, NEW_ENGINE = sample_events()
INPUTS = (Kind.KIND_LIFECYCLE, Kind.KIND_QUERY, Kind.KIND_SET, Kind.KIND_STIMULUS)
OUTPUTS = (Kind.KIND_COMPLETION, Kind.KIND_INDICATION)


def window_with_outputs():
    """(hypothesis before, recorded outputs, end) of the first inputs with several outputs."""
    hypothesis = Hypothesis(NEW_ENGINE(), memory=0)
    recorded: list[Event] = []
    for place, event in enumerate(EVENTS):
        if event.kind in OUTPUTS:
            recorded.append(event)
        elif event.kind in INPUTS:
            if len(recorded) > 2 and event.time_ns > recorded[-1].time_ns:
                return hypothesis, recorded, place, event.time_ns
            recorded = []
            hypothesis = Hypothesis(hypothesis.engine, memory=0)
            hypothesis.advance(event.time_ns)
            hypothesis = Hypothesis(hypothesis.engine, memory=0)
            hypothesis.submit(event)
    raise AssertionError("no such window")


def explained(change, *, is_open_ended=False, trials_max=8):
    hypothesis, recorded, end, end_ns = window_with_outputs()
    beam = Beam([hypothesis], WindowMatcher(lambda _: None, trials_max))
    beam.take(Window(change(recorded), end, end_ns, is_open_ended), end)
    return beam.hypotheses


def kinds(hypothesis):
    return [fault.kind for fault in hypothesis.faults]


def test_an_equal_window_has_no_fault():
    best = explained(lambda recorded: recorded)[0]
    assert (best.cost, best.faults) == (0, ())


def test_a_changed_output_is_one_fault_and_the_model_goes_on_first():
    def change(recorded):
        return [recorded[0].replace(handle=77), *recorded[1:]]

    ways = explained(change)
    assert kinds(ways[0]) == [DivergenceKind.CHANGED]
    assert ways[0].memory.decisions == ()
    assert {way.cost for way in ways} == {1}


def test_ways_that_come_to_one_state_are_one_and_few_go_on():
    ways = explained(lambda recorded: recorded[1:])
    assert 1 <= len(ways) <= HYPOTHESES_MAX
    for place, way in enumerate(ways):
        assert not any(way.engine.same_state(other.engine) for other in ways[:place])


def test_a_missing_end_is_none_where_the_recording_is_cut():
    assert kinds(explained(lambda recorded: recorded[:-1])[0]) == [DivergenceKind.MISSING]
    assert explained(lambda recorded: recorded[:-1], is_open_ended=True)[0].faults == ()


def test_an_output_in_another_place_is_one_fault():
    def late(recorded):
        last = recorded[-1]
        return [*recorded[1:], recorded[0].replace(time_ns=last.time_ns)]

    assert kinds(explained(late)[0]) == [DivergenceKind.TIME]


def test_where_the_device_emits_very_much_only_its_own_way_is_tried():
    hypothesis, recorded, end, end_ns = window_with_outputs()
    flood = [recorded[0].replace(time_ns=SECOND + at) for at in range(OUTPUTS_TRIED_MAX + 1)]
    hypothesis.pending += tuple(flood)
    beam = Beam([hypothesis], WindowMatcher(lambda _: None))
    beam.take(Window(recorded, end, end_ns), end)
    assert [way.memory.decisions for way in beam.hypotheses] == [()]
    assert beam.hypotheses[0].cost >= OUTPUTS_TRIED_MAX
