"""Refusals that the modem's own reports contradict, before and behind."""

import pytest

from wwanreplay._core import Event, Kind, Lifecycle
from wwanreplay.analysis.contradictions import NEAR_NS, OPPOSITES, contradictions
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode

READY, RADIO = "NDIS_STATUS_WWAN_READY_INFO", "NDIS_STATUS_WWAN_RADIO_STATE"
PIN = "NDIS_STATUS_WWAN_PIN_INFO"


def report(name, request_id=0, status="WWAN_STATUS_SUCCESS", **members):
    row = PROTOCOL.indication(name)
    number = PROTOCOL.status(status).number
    values = {"uStatus": number} if number else {}
    values |= {path.replace("__", "."): value for path, value in members.items()}
    payload = encode(row.structs[-1], values)
    return Event(Kind.KIND_INDICATION, 0, code=row.number, request_id=request_id, payload=payload)


def ready(state="WwanReadyStateInitialized"):
    return report(READY, ReadyInfo__ReadyState=PROTOCOL.number_of("WWAN_READY_STATE", state))


def radio(is_on):
    state = PROTOCOL.number_of("WWAN_RADIO", "WwanRadioOn" if is_on else "WwanRadioOff")
    return report(RADIO, RadioState__HwRadioState=1, RadioState__SwRadioState=state)


def refusal(status):
    return report(PIN, 7, f"WWAN_STATUS_{status}")


def found(*events, step_ns=1_000_000_000):
    numbered = [event.replace(index=at, time_ns=at * step_ns) for at, event in enumerate(events)]
    return [(each.index, each.note) for each in contradictions(numbered)]


def test_a_ready_sim_that_is_stated_to_be_absent_is_a_contradiction():
    ((index, note),) = found(ready(), refusal("SIM_NOT_INSERTED"), ready())
    assert index == 1
    assert "record 0" in note
    assert "record 2" in note


@pytest.mark.parametrize(
    "events",
    [
        (ready(), refusal("SIM_NOT_INSERTED")),  # nothing behind it
        (refusal("SIM_NOT_INSERTED"), ready()),  # nothing before it
        (ready(), refusal("BUSY"), ready()),  # no state is named
        (ready(), refusal("SIM_NOT_INSERTED"), ready("WwanReadyStateSimNotInserted")),
        (ready("WwanReadyStateOff"), refusal("NOT_INITIALIZED"), ready()),
        (radio(False), refusal("RADIO_POWER_OFF"), radio(True)),
    ],
)
def test_what_may_be_true_is_none(events):
    assert found(*events) == []


def test_a_removal_between_ends_what_was_known():
    gone = Event(Kind.KIND_LIFECYCLE, 0, code=Lifecycle.LIFECYCLE_SURPRISE_REMOVAL)
    assert found(ready(), refusal("BAD_SIM"), gone, ready()) == []


def test_reports_that_are_far_apart_contradict_nothing():
    assert found(radio(True), refusal("RADIO_POWER_OFF"), radio(True))
    assert found(radio(True), refusal("RADIO_POWER_OFF"), radio(True), step_ns=2 * NEAR_NS) == []


def test_each_row_names_what_is_in_the_tables():
    for row in OPPOSITES:
        assert PROTOCOL.status(row.status)
        assert PROTOCOL.indication(row.report)
        assert all(PROTOCOL.number_of(*value) is not None for value in row.values)
