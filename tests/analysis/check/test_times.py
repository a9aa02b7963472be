"""Times by the one table of limits."""

import pytest
from rule_contexts import CONTEXT, LINK, on_and_off
from rule_events import end, exchange, numbered, report
from rule_scenarios import pack, run
from rule_sessions import Builder, keeps, leaves_open, passes_over
from rule_sessions import tally as tally_of

from wwanreplay._core import RecordFlag
from wwanreplay.analysis.check import check, judge
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.session import Session
from wwanreplay.analysis.check.times import given_up_ns, limit_of
from wwanreplay.protocol import timing
from wwanreplay.protocol.oids import ROWS

ROUGH = RecordFlag.FLAG_TIME_INEXACT


def tally(rule_id, took_s, flags=0):
    events = [event.replace(flags=flags) for event in exchange(0, took_s)]
    return judge(numbered(*events, end(400)), [rule_id])[rule_id]


@pytest.mark.rule("timing.worst")
def test_an_operation_ends_within_its_worst_time():
    assert tally("timing.worst", 15).kept == 1
    late = tally("timing.worst", 15.5)
    assert [place.text for place in late.places] == ["any other OID took 15.500 s, more than 15 s"]
    assert tally("timing.worst", 15.5, ROUGH).undecided
    assert tally("timing.worst", 16.5, ROUGH).broken_count == 1


@pytest.mark.rule("timing.best")
def test_what_takes_more_than_the_best_time_is_a_note():
    assert tally("timing.best", 1).kept == 1
    late = tally("timing.best", 1.5)
    assert [place.text for place in late.places] == ["any other OID took 1.500 s, more than 1 s"]
    assert tally("timing.best", 1.5, ROUGH).undecided
    events = numbered(*exchange(0, 1.5), end(9))
    assert check(events) == []
    assert len(check(events, ["timing.best"])) == 1


def test_a_command_of_a_vendor_has_no_limit():
    events = numbered(*exchange(0, 100, "OID_WWAN_VENDOR_SPECIFIC"), end(400))
    rules = ["timing.worst", "time.best-worst", "timing.best", "async.indication-follows"]
    assert check(events, rules) == []


@pytest.mark.rule("timing.link-state")
def test_the_link_follows_its_context():
    sound = judge(run(on_and_off), ["timing.link-state"])["timing.link-state"]
    assert (sound.kept, sound.broken_count) == (1, 0)


@pytest.mark.rule("timing.follows-best")
def test_what_follows_after_more_than_the_best_time_is_a_note():
    rule_id = "timing.follows-best"
    assert judge(run(on_and_off), [rule_id])[rule_id].kept == 1
    keeps(rule_id, "event READY_INFO / wait 0.9 / event SMS_CONFIGURATION ulMaxMessageIndex=20")
    late = judge(Builder().build(["set CONNECT =", "wait 3", "event LINK_STATE"]), [rule_id])
    texts = [place.text for place in late[rule_id].places]
    assert texts == ["link state after activation took 3.001 s, more than 2 s"]


UP = "lifecycle initialize / event READY_INFO ReadyState=simnotinserted / wait 1"
IN = "stimulus sim State=inserted"


@pytest.mark.rule("timing.ready")
def test_a_device_is_ready_soon_behind_its_insertion_and_that_of_its_sim():
    rule_id = "timing.ready"
    keeps(rule_id, "lifecycle initialize / wait 4.9 / event READY_INFO")
    keeps(rule_id, "lifecycle arrival / event READY_INFO ReadyState=off / event READY_INFO")
    keeps(rule_id, f"{UP} / {IN} / wait 4.9 / event READY_INFO")
    # What is ready already has its SIM.
    keeps(rule_id, f"lifecycle initialize / event READY_INFO / {IN} / wait 9 / event READY_INFO")
    late = tally_of(rule_id, f"{UP} / {IN} / wait 5.5 / event READY_INFO")
    assert [place.text for place in late.places] == [
        "ready after insertion took 5.501 s, more than 5 s"
    ]


@pytest.mark.parametrize(
    "session",
    [
        f"{UP} / stimulus sim State=locked / wait 9 / event READY_INFO",
        f"{UP} / {IN} / event READY_INFO ReadyState=devicelocked / wait 9 / event READY_INFO",
        f"{UP} / {IN} / wait 9 / stimulus sim State=removed / event READY_INFO",
        f"{UP} / {IN} / wait 9 / lifecycle surprise_removal / event READY_INFO",
        f"{UP} / {IN} / wait 9 / query READY_INFO =",
    ],
)
def test_a_device_that_is_not_about_to_be_ready_is_not_late(session):
    passes_over("timing.ready", session)


SMS = "event SMS_CONFIGURATION ulMaxMessageIndex=2"


@pytest.mark.rule("timing.sms-ready")
def test_sms_is_ready_soon_behind_the_sim():
    rule_id = "timing.sms-ready"
    keeps(rule_id, f"event READY_INFO / wait 59 / {SMS} / wait 99 / {SMS}")
    late = tally_of(rule_id, f"event READY_INFO / wait 61 / {SMS}")
    assert [place.text for place in late.places] == [
        "SMS ready after the SIM took 61.001 s, more than 60 s"
    ]
    # The same report again, and a SIM that was not ready in between.
    again = tally_of(rule_id, f"event READY_INFO / wait 50 / event READY_INFO / wait 50 / {SMS}")
    assert again.broken_count == 1
    off = "event READY_INFO ReadyState=off / event READY_INFO"
    keeps(rule_id, f"event READY_INFO / wait 61 / {off} / wait 50 / {SMS}")
    leaves_open(rule_id, f"event READY_INFO / wait 61 / {SMS}", is_whole=False)
    passes_over(rule_id, f"query READY_INFO = / wait 61 / {SMS}")


@pytest.mark.parametrize(("after_s", "is_broken"), [(9.9, False), (10.1, True)])
def test_a_link_that_comes_late_breaks_its_rule(after_s, is_broken):
    active = pack("NDIS_WWAN_CONTEXT_STATE", ContextState__ConnectionId=1,
                  ContextState__ActivationState=number.WwanActivationStateActivated)  # fmt: skip
    up = pack("NDIS_LINK_STATE", MediaConnectState=number.MediaConnectStateConnected)
    events = [report(0, 0, CONTEXT, active), report(after_s, 0, LINK, up)]
    tally = judge(numbered(*events), ["timing.link-state"])["timing.link-state"]
    assert (tally.kept, tally.broken_count) == (not is_broken, is_broken)


@pytest.mark.parametrize(
    ("oid", "took_s"),
    [("OID_WWAN_READY_INFO", 5), ("OID_WWAN_VISIBLE_PROVIDERS", 200), ("OID_WWAN_PIN_EX", 4)],
)
def test_each_operation_has_the_limit_of_the_table(oid, took_s):
    (transaction,) = Session(exchange(0, 1, oid)).transactions
    limit = limit_of(transaction)
    assert limit in timing.limits_of(oid)
    assert limit.worst_s == took_s
    assert given_up_ns(transaction) >= limit.worst_ns


def test_every_oid_of_the_tables_has_a_limit():
    for row in ROWS:
        assert timing.limits_of(row.name)
