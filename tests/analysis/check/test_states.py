"""What a session says about a device at a position."""

import re

from rule_sessions import Builder

from wwanreplay._core import Lifecycle
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.session import Session
from wwanreplay.analysis.check.states import (
    asleep,
    at_start,
    capability,
    change_is_sent,
    deregistered,
    deregistered_throughout,
    family,
    follows,
    power_ups,
    radio_off_throughout,
    radio_on_throughout,
    registered,
    sim_changed,
    supported_oids,
    was_ordered,
)

READY = number.NDIS_STATUS_WWAN_READY_INFO
STATE = "ReadyInfo.ReadyState"
END = 1 << 62


def session(text: str, *, is_whole: bool = True) -> Session:
    return Session(Builder().build(re.split(r" / ", text)), is_whole=is_whole)


def texts(text: str) -> list[str]:
    return [
        wrong
        for _, wrong in change_is_sent(session(text), READY, lambda item: item[STATE], "a state")
    ]


def test_registration_is_what_was_reported_last_and_unknown_after_a_sleep():
    assert registered(session("event RADIO_STATE"), END) is None
    assert registered(session("event REGISTER_STATE"), END) is True
    gone = session("event REGISTER_STATE / event REGISTER_STATE RegisterState=deregistered")
    assert registered(gone, END) is False
    assert deregistered(gone, END)
    asleep = session("event REGISTER_STATE / lifecycle halt")
    assert registered(asleep, END) is None
    assert not deregistered(asleep, END)


def test_capabilities_are_known_wherever_they_were_reported():
    late = session("event RADIO_STATE / query DEVICE_CAPS =")
    assert capability(late, "MaxActivatedContexts") == 1
    assert capability(late, "MaxActivatedContexts", 0) is None
    assert family(late) == "GSM"
    assert family(session("event RADIO_STATE")) == ""
    assert family(session("query DEVICE_CAPS = WwanControlCaps=multi_mode")) == ""


def test_the_supported_list_is_unknown_until_it_was_queried():
    assert supported_oids(session("event RADIO_STATE")) is None
    queried = session("query OID_GEN_SUPPORTED_LIST : raw=0101010e0201010e")
    assert supported_oids(queried) == {0x0E010101, 0x0E010102}


def test_the_radio_is_off_throughout_only_without_a_change_on_the_way():
    ask = "query SIGNAL_STATE ~"
    for text, off, on in (
        (f"event RADIO_STATE SwRadioState=off / {ask} / ends SIGNAL_STATE", True, False),
        (f"event RADIO_STATE / {ask} / ends SIGNAL_STATE", False, True),
        (
            f"event RADIO_STATE SwRadioState=off / {ask} / event RADIO_STATE / ends SIGNAL_STATE",
            False,
            False,
        ),
        (f"{ask} / ends SIGNAL_STATE", False, False),
    ):
        found = session(text)
        transaction = next(found.of(number.OID_WWAN_SIGNAL_STATE))
        assert radio_off_throughout(found, transaction) is off
        assert radio_on_throughout(found, transaction) is on


def test_deregistered_throughout_needs_every_report_to_say_so():
    lost = "event REGISTER_STATE RegisterState=deregistered"
    steady = session(f"{lost} / query SIGNAL_STATE ~ / {lost} / ends SIGNAL_STATE")
    found = session(f"{lost} / query SIGNAL_STATE ~ / event REGISTER_STATE / ends SIGNAL_STATE")
    assert deregistered_throughout(steady, next(steady.of(number.OID_WWAN_SIGNAL_STATE)))
    assert not deregistered_throughout(found, next(found.of(number.OID_WWAN_SIGNAL_STATE)))


def test_another_sim_shows_in_the_environment_and_in_ready_states():
    assert not sim_changed(session("event READY_INFO / event READY_INFO"), 0, END)
    assert sim_changed(session("event READY_INFO / stimulus sim State=removed"), 0, END)
    for other in ("ReadyState=simnotinserted", "SimIccId=8949000000000000099"):
        assert sim_changed(session(f"event READY_INFO / event READY_INFO {other}"), 0, END)


def test_a_change_is_reported_by_an_event_before_or_soon_after_a_query_shows_it():
    failed = "ReadyState=failure"
    assert texts(f"event READY_INFO / event READY_INFO {failed}") == [""]
    asked = f"event READY_INFO / query READY_INFO = {failed}"
    assert texts(f"{asked} / wait 2 / event READY_INFO {failed} / wait 20") == [""]
    assert texts(f"{asked} / wait 20") == ["a query shows a state that no event reported"]
    assert texts(f"{asked} / wait 2") == []
    assert texts(f"event READY_INFO / lifecycle halt / query READY_INFO = {failed} / wait 20") == []


def test_what_follows_is_unknown_when_the_session_ends_before():
    for rest, expected in (("wait 2", None), ("wait 20", False), ("event READY_INFO", True)):
        found = session(f"event RADIO_STATE / {rest}")
        first = found.items[0]
        assert follows(found, READY, lambda item: item.is_event, first, first) is expected


def test_the_beginning_is_there_in_a_whole_session_that_starts_the_driver():
    text = "lifecycle initialize / event READY_INFO"
    assert at_start(session(text), session(text).items[1])
    assert not at_start(session(text, is_whole=False), session(text).items[1])
    assert not at_start(session("event READY_INFO"), session("event READY_INFO").items[0])


def test_an_end_is_ordered_when_the_environment_requested_its_status():
    order = "stimulus outcome Operation=0x0E01010A uStatus=failure Count=1"
    ask = "query PACKET_SERVICE = uStatus"
    for text, ordered in (
        (f"{order} / {ask}=failure", True),
        (f"{order} / {ask}=busy", False),
        (f"{ask}=failure / {order}", False),
    ):
        found = session(text)
        closing = next(found.of(number.OID_WWAN_PACKET_SERVICE)).closing
        assert closing is not None
        assert was_ordered(found, closing) is ordered


def test_a_device_sleeps_only_when_it_took_the_order():
    slept = session("set OID_PNP_SET_POWER raw=04000000 ! SUCCESS / query READY_INFO")
    assert asleep(slept, len(slept.items))
    awake = session(
        "lifecycle halt / set OID_PNP_SET_POWER raw=04000000 ! ADAPTER_NOT_READY / "
        "lifecycle initialize / set OID_PNP_SET_POWER raw=01000000 ! SUCCESS"
    )
    (back,) = (item.at for item in awake.lifecycle if item.code == Lifecycle.LIFECYCLE_INITIALIZE)
    assert power_ups(awake) == [-1, back]
    assert not asleep(awake, len(awake.items))
