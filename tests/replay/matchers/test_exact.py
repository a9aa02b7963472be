"""Exact agreement, record by record, and the ways out of a mismatch."""

from replay_samples import SECOND, sample_events

from wwanreplay._core import Event, Kind
from wwanreplay.replay.fault import DivergenceKind
from wwanreplay.replay.hypothesis import Hypothesis
from wwanreplay.replay.matchers.exact import WITNESSES_LOST_MAX, ExactMatcher
from wwanreplay.replay.recording import FOLLOWED, Recording

EVENTS, NEW_ENGINE = sample_events()
RECORDS = [event for event in EVENTS if event.kind in FOLLOWED]
PLACE = next(
    place
    for place, record in enumerate(RECORDS)
    if record.kind == Kind.KIND_INDICATION and record.request_id
)


def before_output():
    """(matcher, hypothesis in front of an output that the device emits there, the record)."""
    matcher = ExactMatcher(Recording(EVENTS))
    hypothesis = Hypothesis(NEW_ENGINE())
    for position, record in enumerate(RECORDS[:PLACE]):
        assert matcher.take(hypothesis, record, position)
    return matcher, hypothesis, RECORDS[PLACE]


def test_the_next_output_is_taken_only_when_all_of_it_is_the_same():
    for change in ({"payload": b"other"}, {"time_ns": RECORDS[PLACE].time_ns + 1}, {"handle": 9}):
        matcher, hypothesis, record = before_output()
        assert not matcher.take(hypothesis, record.replace(**change), PLACE)
    matcher, hypothesis, record = before_output()
    assert matcher.take(hypothesis, record, PLACE)


def test_an_input_is_not_taken_while_an_output_waits():
    matcher, hypothesis, record = before_output()
    later = Event(Kind.KIND_QUERY, record.time_ns + SECOND, code=1, request_id=99)
    assert not matcher.take(hypothesis, later, PLACE)


def test_another_content_is_changed_and_may_be_followed():
    matcher, hypothesis, record = before_output()
    other = record.replace(status=5)
    assert not matcher.take(hypothesis, other, PLACE)
    ways = list(matcher.deviations(hypothesis, other, PLACE, wide=True))
    found = [(way.faults[-1].kind, way.faults[-1].is_followed, behind) for way, behind in ways]
    assert found == [(DivergenceKind.CHANGED, False, True), (DivergenceKind.CHANGED, True, True)]
    assert ways[0][0].cost < ways[1][0].cost


def test_another_output_is_missing_or_extra():
    matcher, hypothesis, record = before_output()
    other = record.replace(code=record.code + 1)
    assert not matcher.take(hypothesis, other, PLACE)
    ways = list(matcher.deviations(hypothesis, other, PLACE, wide=False))
    found = [(way.faults[-1].kind, behind) for way, behind in ways]
    assert found == [(DivergenceKind.MISSING, False), (DivergenceKind.EXTRA, True)]


def test_few_outputs_may_be_lost_before_a_witness():
    for lost in (WITNESSES_LOST_MAX, WITNESSES_LOST_MAX + 1):
        matcher, hypothesis, record = before_output()
        hypothesis.advance(record.time_ns)
        others = [record.replace(code=7 + at, request_id=100 + at) for at in range(lost)]
        hypothesis.pending = type(hypothesis.pending)([*others, record])
        taken = matcher.take_behind_missing(hypothesis, record, PLACE)
        assert taken == (lost <= WITNESSES_LOST_MAX)
        assert len(hypothesis.faults) == (lost if taken else 0)
