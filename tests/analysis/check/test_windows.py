"""A session in windows: rules find in them what they find in the whole; memory does not grow."""

from collections import Counter

import pytest
from groups import sampled
from hypothesis import given, settings
from hypothesis import strategies as st
from rule_contexts import CONTEXT, on_and_off
from rule_faults import alter, drop, duplicate
from rule_scenarios import SECOND, Host, pack, run
from rule_walks import DEVICES, walked

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.check import check, coverage
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.session import Session
from wwanreplay.analysis.check.windows import Sizes, windows

SMALL = Sizes(judged=40, behind=8)
PCO = number.OID_WWAN_PCO


def event(at: int, **values) -> Event:
    fields = {"code": number.OID_WWAN_RADIO_STATE, "request_id": at + 1, "index": at, **values}
    return Event(fields.pop("kind", Kind.KIND_QUERY), at * SECOND, **fields)


@given(st.integers(0, 200), st.integers(1, 50), st.integers(0, 30), st.integers(0, 30))
def test_the_judged_parts_are_the_session_each_event_once_and_in_order(count, judged, behind, s):
    sizes = Sizes(judged=judged, behind=behind, ahead_ns=s * SECOND, ahead_max=20)
    found = [
        item.number
        for window in windows((event(at) for at in range(count)), sizes)
        for item in window.items[window.judged.start : window.judged.stop]
    ]
    assert found == list(range(count))


@given(st.integers(1, 200), st.integers(1, 50), st.integers(0, 30))
def test_behind_the_judged_part_is_as_much_time_as_rules_may_wait(count, judged, ahead_s):
    sizes = Sizes(judged=judged, behind=5, ahead_ns=ahead_s * SECOND)
    *before, _ = windows((event(at) for at in range(count)), sizes)
    for window in before:
        last = window.items[window.judged.stop - 1]
        assert window.end_ns > last.event.time_ns + ahead_s * SECOND


def test_a_window_is_bounded_however_long_the_session():
    sizes = Sizes(judged=40, behind=8, ahead_max=50, contents_max=3, open_max=4)
    most = [len(w.items) for w in windows((event(at) for at in range(3000)), sizes)]
    assert len(most) > 50
    assert max(most[2:]) <= 40 + 8 + 256 + 40 + 2 * (3 + 4) + 4


def test_a_request_stays_until_it_has_ended():
    def late(host: Host) -> None:
        host.wait(3)
        host.query("OID_WWAN_VISIBLE_PROVIDERS", pack("NDIS_WWAN_GET_VISIBLE_PROVIDERS"), wait_s=0)
        for _ in range(60):
            host.query("OID_WWAN_RADIO_STATE", wait_s=0.001)
        host.wait(30)

    events = run(late)
    whole = coverage(Session(events))
    assert whole["async.indication-matches-oid"] >= 60
    assert coverage(events, sizes=Sizes(judged=10, behind=0, ahead_ns=0)) == whole


@pytest.mark.parametrize("name", sampled(["lte", "two-ports", "voice", "cdma", "locked"], 1))
def test_windows_judge_a_walk_as_the_whole_is_judged(name):
    for seed in (11, 12):
        print(f"device {name}, seed {seed}")
        events = walked(DEVICES[name], seed)
        whole = Session(events)
        assert coverage(events, sizes=SMALL) == coverage(whole)
        assert check(events, sizes=SMALL) == check(whole) == []


FAULTS = {
    "link": drop("NDIS_STATUS_LINK_STATE", 1),
    "context": drop(CONTEXT, 2),
    "twice": duplicate(CONTEXT, 1),
    "status": alter(CONTEXT, 2, fields={"ContextState.uNwError": 33}),
}


@settings(max_examples=20)
@given(st.sampled_from(sorted(FAULTS)), st.integers(1, 60), st.integers(0, 40))
def test_windows_find_what_is_broken_in_the_whole(fault, judged, behind):
    events = run(on_and_off, faults=[FAULTS[fault]])
    whole = check(Session(events))
    assert whole
    assert Counter(check(events, sizes=Sizes(judged=judged, behind=behind))) == Counter(whole)


def test_what_rules_give_to_the_next_window_comes_there():
    for place, window in enumerate(windows((event(at) for at in range(500)), SMALL)):
        assert window.carried.get("windows before", 0) == place
        window.carried_on["windows before"] = place + 1
    assert place > 3
