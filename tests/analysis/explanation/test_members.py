"""Members that an event carries, and none that it lacks."""

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.analysis.explanation.members import members_of
from wwanreplay.protocol import PROTOCOL

RADIO = (1, 3)
READY = PROTOCOL.indication("NDIS_STATUS_WWAN_READY_INFO").number


def indication(code, fields, namespace=Namespace.NAMESPACE_NDIS_STATUS):
    return Event(Kind.KIND_INDICATION, 0, namespace=namespace, code=code, fields=fields)


def test_printed_fields_are_members_and_nothing_is_filled_in():
    event = indication(READY, {"ReadyInfo.ReadyState": 2})
    assert members_of((1, 2), "response", event) == {"ReadyState": 2}


def test_enumerations_by_name_are_numbers():
    event = indication(READY, {"ReadyInfo.ReadyState": "WwanReadyStateSimNotInserted"})
    assert members_of((1, 2), "response", event) == {"ReadyState": 2}


def test_a_name_that_nobody_knows_is_no_value():
    event = indication(READY, {"ReadyInfo.ReadyState": "WwanReadyStateOfTomorrow"})
    assert members_of((1, 2), "response", event) == {}


def test_members_of_an_mbim_event_are_read_from_its_text():
    code = 1 << 32 | 3
    event = indication(
        code, {"HwRadioState": "on", "SwRadioState": "off"}, Namespace.NAMESPACE_MBIM
    )
    assert members_of(RADIO, "response", event) == {"HwRadioState": 1, "SwRadioState": 0}


def test_what_no_tie_knows_and_what_is_malformed_has_no_members():
    assert members_of(None, "response", indication(READY, {})) == {}
    assert members_of((1, 99), "response", indication(READY, {})) == {}
    damaged = Event(
        Kind.KIND_INDICATION,
        0,
        namespace=Namespace.NAMESPACE_NDIS_STATUS,
        code=READY,
        payload=b"\1",
    )
    assert members_of((1, 2), "response", damaged) == {}
