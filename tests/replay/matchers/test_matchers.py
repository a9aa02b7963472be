"""The two searches: one compares a recording exactly, the other what a log shows."""

from functools import cache

import pytest
from field_matrix import replayed
from field_sessions import STATUS, Player, as_capture, change, wait
from stimulus_samples import events_of, recording

from wwanreplay._core import Engine, Kind
from wwanreplay.devices.profile import load_profile
from wwanreplay.replay.api import engine_of
from wwanreplay.replay.field_records import choose
from wwanreplay.replay.matchers import exact_search, field_search
from wwanreplay.replay.proposer import Proposal
from wwanreplay.trace import TraceReader

COVERAGE_LOST = change("coverage", Available=0)


def exactly(events, propose=None):
    with TraceReader(recording("demo")) as reader:
        engine, _ = engine_of(reader.header)
    return exact_search(events, engine, propose).run()


def as_logged(events, propose=None):
    engine = Engine(load_profile("lte-home").compile(), 0)
    return field_search(choose(events, engine), engine, propose).run()


def demo():
    return events_of(recording("demo"))


@cache
def log():
    """A session from the device's beginning on, as a log has it; its stimuli are inferred."""
    steps = (("at", 0.2), ("open",), *STATUS, wait(20), *STATUS, COVERAGE_LOST, wait(20), *STATUS)
    return replayed(as_capture(Player("lte-home").play(steps))).events


BOTH = pytest.mark.parametrize(
    ("search", "events"), [(exactly, demo), (as_logged, log)], ids=["exact", "field"]
)


@BOTH
def test_what_the_device_emitted_costs_nothing(search, events):
    best = search(events())
    assert (best.cost, best.faults, best.stimuli) == (0, (), ())


@BOTH
def test_events_are_gone_through_once_as_they_come(search, events):
    waiting = iter(events())
    assert search(waiting).cost == 0
    assert next(waiting, None) is None


@BOTH
def test_without_a_proposer_a_lacking_stimulus_is_a_fault_of_the_device(search, events):
    lacking = [each for each in events() if each.kind != Kind.KIND_STIMULUS]
    best = search(lacking)
    assert best.stimuli == ()
    assert best.faults


@BOTH
def test_a_proposer_is_heard_by_either_search(search, events):
    stimuli = [each for each in events() if each.kind == Kind.KIND_STIMULUS]
    lacking = [each for each in events() if each.kind != Kind.KIND_STIMULUS]

    def propose(mismatch):
        return [Proposal((each,), ("witness", "before", "delayed")) for each in stimuli]

    best = search(lacking, propose)
    assert best.stimuli
    assert {each.event.payload for each in best.stimuli} <= {each.payload for each in stimuli}
    assert best.cost < search(lacking).cost


def test_a_log_agrees_as_a_log_and_not_as_a_recording():
    """The times in a log are not those of the device to the nanosecond."""
    assert as_logged(log()).faults == ()
    assert exactly(log()).faults
