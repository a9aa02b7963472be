"""Which members a record of a log holds, and how they are compared."""

from wwanreplay._core import Event, Kind
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.replay.observed import observed, observed_differences, same_value

CONTEXT_STATE = PROTOCOL.indication("NDIS_STATUS_WWAN_CONTEXT_STATE").number
RADIO_STATE = PROTOCOL.indication("NDIS_STATUS_WWAN_RADIO_STATE").number
BUSY = PROTOCOL.status("WWAN_STATUS_BUSY").number
RADIO_ON, RADIO_OFF = 1, 0


def radio(hardware: int, software: int, status: int = 0) -> Event:
    """A whole report of the radio."""
    values = {"HwRadioState": hardware, "SwRadioState": software}
    payload = encode("NDIS_WWAN_RADIO_STATE", {"uStatus": status, "RadioState": values})
    return Event(Kind.KIND_INDICATION, 0, code=RADIO_STATE, request_id=3, payload=payload)


def text(**fields: object) -> Event:
    """A report of which a log prints some members."""
    values = {path.replace("__", "."): value for path, value in fields.items()}
    return Event(Kind.KIND_INDICATION, 0, code=RADIO_STATE, request_id=3, fields=values)


def context(state: str, ip_type: int) -> Event:
    values = {
        "ConnectionId": 0,
        "ActivationState": f"WwanActivationState{state}",
        "IPType": ip_type,
        "ConnectionMedia": 1,
    }
    payload = encode("NDIS_WWAN_CONTEXT_STATE", {"ContextState": values}, revision=3)
    return Event(Kind.KIND_INDICATION, 0, code=CONTEXT_STATE, request_id=3, payload=payload)


def test_members_that_mbim_carries_are_observed():
    assert observed(radio(RADIO_ON, RADIO_OFF)) == {
        "uStatus": 0,
        "RadioState.HwRadioState": RADIO_ON,
        "RadioState.SwRadioState": RADIO_OFF,
    }


def test_of_a_failure_its_status_is_observed_only():
    assert observed(radio(RADIO_ON, RADIO_OFF, BUSY)) == {"uStatus": BUSY}


def test_members_in_text_are_observed_and_notes_are_not():
    event = text(RadioState__HwRadioState=1, text__Status="0", mbim__status=0)
    assert observed(event) == {"RadioState.HwRadioState": 1}


def test_where_a_context_stands_is_passed_over():
    assert "ContextState.ConnectionMedia" not in observed(context("Activated", 3))


def test_the_ip_type_is_observed_of_an_active_context_only():
    assert observed(context("Activated", 3))["ContextState.IPType"] == 3
    assert "ContextState.IPType" not in observed(context("Deactivated", 3))


def test_of_bytes_that_are_no_structure_nothing_is_observed():
    event = Event(Kind.KIND_INDICATION, 0, code=RADIO_STATE, payload=b"\x01\x02")
    assert observed(event) == {}


def test_only_what_is_observed_is_compared():
    emitted = radio(RADIO_ON, RADIO_OFF)
    assert observed_differences(text(RadioState__HwRadioState=RADIO_ON), emitted) == []
    (found,) = observed_differences(text(RadioState__HwRadioState=RADIO_OFF), emitted)
    assert (found.path, found.recorded, found.expected) == ("RadioState.HwRadioState", 0, 1)


def test_of_a_device_that_fails_only_the_status_differs():
    (found,) = observed_differences(radio(RADIO_OFF, RADIO_OFF), radio(RADIO_ON, RADIO_ON, BUSY))
    assert found.path == "uStatus"
    assert found.expected_text == "WWAN_STATUS_BUSY"


def test_completions_differ_by_their_status():
    done = Event(Kind.KIND_COMPLETION, 0, code=1, request_id=3)
    assert observed_differences(done, done) == []
    (found,) = observed_differences(done, done.replace(status=0xC00000BB))
    assert found.path == "status"


def test_a_text_ends_at_its_first_nul():
    assert same_value("00101\0rest", "00101")
    assert not same_value("00101", "00102")


def test_bytes_may_be_followed_by_zeros():
    assert same_value(b"\x01\x02", b"\x01\x02\0\0")
    assert not same_value(b"\x01\x02", b"\x01\x02\x03")


def test_who_changes_what_was_observed_changes_nothing_for_others():
    event = radio(RADIO_ON, RADIO_OFF)
    first = observed(event)
    first.clear()
    assert observed(event)
    differences = observed_differences(event, radio(RADIO_OFF, RADIO_OFF))
    differences.clear()
    assert len(observed_differences(event, radio(RADIO_OFF, RADIO_OFF))) == 1


def test_an_answer_and_an_event_of_the_same_bytes_are_not_taken_for_each_other():
    answer = radio(RADIO_ON, RADIO_OFF)
    event = answer.replace(request_id=0)
    assert set(observed(answer)) - set(observed(event)) == {"uStatus"}
