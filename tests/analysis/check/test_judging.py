"""What rules come to: kept, broken, not decided, not exercised."""

import pytest
from rule_contexts import CONTEXT, on_and_off
from rule_faults import drop
from rule_scenarios import run

from wwanreplay._core import RecordFlag
from wwanreplay.analysis.check import Undecided, check, coverage, judge
from wwanreplay.analysis.check.registry import _RULES, rule

SOUND = run(on_and_off)
FAULTY = run(on_and_off, faults=[drop("NDIS_STATUS_LINK_STATE", 1), drop(CONTEXT, 2)])


@pytest.fixture
def halves():
    """A rule that holds at queries, is broken at sets and cannot be decided at indications."""

    @rule("test.halves")
    def halves(session):
        for item in session.items:
            words = {"KIND_QUERY": "", "KIND_SET": "a set", "KIND_INDICATION": Undecided("no list")}
            if item.event.kind.name in words:
                yield item, words[item.event.kind.name]

    yield "test.halves"
    del _RULES["test.halves"]


def counts(events, kind):
    return sum(event.kind.name == f"KIND_{kind}" for event in events)


def test_each_judgement_is_counted_as_what_it_is(halves):
    tally = judge(SOUND, [halves])[halves]
    assert tally.kept == counts(SOUND, "QUERY") == 3
    assert tally.broken_count == len(tally.places) == counts(SOUND, "SET") == 2
    assert tally.undecided == {"no list": counts(SOUND, "INDICATION")}
    assert tally.judged == coverage(SOUND, [halves])[halves] == 5
    assert len(check(SOUND, [halves])) == 2


def test_places_have_the_events_before_them_and_are_as_many_as_wanted(halves):
    (place,) = judge(SOUND, [halves], places_max=1)[halves].places
    assert place.item.event.kind.name == "KIND_SET"
    assert [item.number for item in place.before] == list(
        range(max(place.item.number - 4, 0), place.item.number)
    )
    tally = judge(SOUND, [halves], places_max=0)[halves]
    assert (tally.places, tally.broken_count) == ([], 2)


def test_what_was_made_up_is_never_judged(halves):
    made_up = [event.replace(flags=RecordFlag.FLAG_INFERRED) for event in SOUND]
    tally = judge(made_up, [halves])[halves]
    assert (tally.judged, tally.undecided) == (0, {})


def test_a_rule_that_nothing_exercised_came_to_nothing():
    tallies = judge(SOUND)
    assert tallies["connect.link-state"].kept >= 2
    assert tallies["connect.voice-start"].judged == 0
    assert all(tally.broken_count == 0 for tally in tallies.values())
    broken = {name for name, tally in judge(FAULTY).items() if tally.broken_count}
    assert broken == {each.rule for each in check(FAULTY)}
