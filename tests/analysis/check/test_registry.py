"""Rules by id: chosen, judged and counted."""

from dataclasses import asdict

import pytest
from rule_contexts import CONTEXT, on_and_off
from rule_faults import drop
from rule_scenarios import run

from wwanreplay.analysis.check import check, coverage, rules
from wwanreplay.analysis.check.registry import evidence, rule
from wwanreplay.analysis.check.session import Session
from wwanreplay.errors import UsageError

SOUND = run(on_and_off)
FAULTY = run(on_and_off, faults=[drop("NDIS_STATUS_LINK_STATE", 1), drop(CONTEXT, 2)])


def test_a_file_of_predicates_may_be_read_again():
    known, marks = rules()["connect.link-state"], asdict(evidence("connect.link-state"))
    again = type(known)(known.__code__, known.__globals__, known.__name__)
    again.__qualname__, again.__module__ = known.__qualname__, known.__module__
    try:
        assert rule("connect.link-state", **marks)(again) is again
        assert rules()["connect.link-state"] is again
    finally:
        rule("connect.link-state", **marks)(known)


def test_a_rule_has_one_predicate():
    for known in ("connect.link-state", "async.provisional-first"):
        before = rules()[known]
        with pytest.raises(UsageError, match=f"rule {known} has two predicates"):
            rule(known)(lambda _: iter(()))
        assert rules()[known] is before


@pytest.mark.parametrize("act", [check, coverage])
def test_a_rule_that_is_not_there_is_refused_by_name(act):
    with pytest.raises(UsageError, match=r"no rule connect\.rain is implemented"):
        act(SOUND, ["connect.link-state", "connect.rain"])


def test_violations_come_in_the_order_of_events_with_their_record_and_time():
    found = check(FAULTY)
    assert found
    assert found == sorted(found, key=lambda each: (each.index, each.rule))
    by_index = {event.index: event for event in FAULTY}
    assert all(by_index[each.index].time_ns == each.time_ns for each in found)
    assert all(each.text and "\n" not in each.text for each in found)
    assert check(SOUND) == []


def test_all_rules_find_what_each_of_them_finds():
    one_by_one = [each for known in rules() for each in check(FAULTY, [known])]
    assert sorted(one_by_one, key=lambda each: (each.index, each.rule)) == check(FAULTY)
    assert check(FAULTY, []) == []


def test_a_session_may_be_given_as_events_or_as_what_rules_see():
    assert check(Session(FAULTY)) == check(iter(FAULTY)) == check(FAULTY)


def test_a_rule_that_was_not_judged_has_no_count():
    judged = coverage(SOUND)
    assert judged.keys() == rules().keys()
    assert judged["connect.link-state"] >= 2
    assert judged["connect.voice-start"] == 0
    assert set(coverage([]).values()) == {0}
    assert coverage(SOUND, ["connect.link-state"]) == {
        "connect.link-state": judged["connect.link-state"]
    }
