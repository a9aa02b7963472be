"""The marks of the rows: what of a report is compared with a log."""

import pytest

from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.comparison import (
    NETWORK_SEARCHES,
    comparison_of,
    is_event_compared,
    is_event_owed,
    is_in_failures,
)
from wwanreplay.protocol.row_forms import nested, number
from wwanreplay.protocol.schema import Indication, RowError, marked


def code(name):
    return PROTOCOL.indication(f"NDIS_STATUS_WWAN_{name}").number


def test_members_of_the_place_and_moment_are_passed_over():
    passed_over = comparison_of(code("PACKET_SERVICE")).passed_over({})
    assert "PacketService.CurrentTai" in passed_over
    assert "PacketService.PacketServiceState" not in passed_over


def test_a_list_or_data_that_is_never_compared_is_passed_over_as_a_whole():
    assert "Elements" in comparison_of(code("SIGNAL_STATE")).never
    assert "Data" in comparison_of(code("SERVICE_ACTIVATION")).never


def test_the_ip_type_is_compared_of_an_active_context_only():
    comparison = comparison_of(code("CONTEXT_STATE"))
    off = PROTOCOL.number_of("WWAN_ACTIVATION_STATE", "WwanActivationStateDeactivated")
    path = "ContextState.ActivationState"
    assert "ContextState.IPType" in comparison.passed_over({path: off})
    assert "ContextState.IPType" not in comparison.passed_over({path: off + 1})
    assert "ContextState.IPType" not in comparison.passed_over({})


def test_of_a_failure_status_and_cause_are_compared():
    assert is_in_failures("uStatus")
    assert is_in_failures("RegistrationState.uNwError")
    assert not is_in_failures("RegistrationState.RegisterState")


def test_a_code_without_a_row_is_compared_as_it_is():
    assert comparison_of(0x12345678).passed_over({}) == ()


def test_events_are_owed_free_or_hidden():
    assert is_event_compared(code("REGISTER_STATE"))
    assert is_event_owed(code("REGISTER_STATE"))
    assert is_event_compared(code("SIGNAL_STATE"))
    assert not is_event_owed(code("SIGNAL_STATE"))
    link = PROTOCOL.indication("NDIS_STATUS_LINK_STATE").number
    assert not is_event_compared(link)
    assert not is_event_owed(link)


def test_an_event_that_the_device_emits_without_a_mark_is_owed():
    assert not is_event_compared(code("PIN_INFO"))
    assert is_event_owed(code("PIN_INFO"))


def test_a_search_for_networks_is_marked():
    assert PROTOCOL.oid("OID_WWAN_VISIBLE_PROVIDERS").number in NETWORK_SEARCHES
    assert PROTOCOL.oid("OID_WWAN_REGISTER_STATE").number not in NETWORK_SEARCHES


def test_a_mark_of_a_structure_reaches_its_members():
    member = number("u32", "Mcc", origin="environment")
    outer = nested("Tai", "WWAN_SINGLE_TAI", origin="environment", comparison="never")
    inner = marked(member, outer.personal, outer.origin, outer.comparison)
    assert inner.comparison == "never"
    path = "PacketService.CurrentTai.Mcc"
    leaf = PROTOCOL.flat("NDIS_WWAN_PACKET_SERVICE_STATE", "L4").by_path[path]
    assert leaf.field.comparison == "never"


def test_a_wrong_mark_is_refused():
    with pytest.raises(RowError, match="unknown comparison 'sometimes'"):
        number("u32", "Member", origin="model", comparison="sometimes")
    with pytest.raises(RowError, match="compared from no known origin"):
        number("u32", "Member", comparison="never")
    with pytest.raises(RowError, match="owes events, and none is unsolicited"):
        Indication("NDIS_STATUS_X", 1, unsolicited="no", comparison="owed")
    with pytest.raises(RowError, match="unknown comparison 'seldom'"):
        Indication("NDIS_STATUS_X", 1, comparison="seldom")
