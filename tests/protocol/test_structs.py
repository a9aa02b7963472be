"""Rows of structures: their revisions, and the marks of origin and of what identifies somebody."""

import re

import pytest

from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.plan import plan_of
from wwanreplay.protocol.schema import RowError
from wwanreplay.protocol.structs import STRUCTS, index


def test_layouts_of_one_revision_differ_in_size_or_the_newest_is_taken():
    for struct in PROTOCOL.structs.values():
        for row in struct.revisions:
            sizes = [struct.layout(name).size for name in row.layouts]
            numbers = [int(name[1:]) for name in row.layouts]
            assert numbers == sorted(numbers), f"{struct.name}: {sizes}"


@pytest.mark.parametrize(
    ("name", "path", "origin", "personal"),
    [
        ("NDIS_WWAN_CONTEXT_STATE", "ContextState.ConnectionId", "echo", ""),
        ("NDIS_WWAN_CONTEXT_STATE", "ContextState.ActivationState", "model", ""),
        ("NDIS_WWAN_CONTEXT_STATE", "ContextState.uNwError", "environment", ""),
        ("NDIS_WWAN_READY_INFO", "ReadyInfo.SubscriberId", "environment", "subscriber"),
        ("NDIS_WWAN_READY_INFO", "ReadyInfo.SimIccId", "environment", "subscriber"),
        ("NDIS_WWAN_DEVICE_CAPS", "DeviceCaps.DeviceId", "model", "device"),
        ("NDIS_WWAN_SET_HOME_PROVIDER", "HomeProvider.Provider.ProviderId", "echo", ""),
        ("NDIS_WWAN_SET_CONTEXT_STATE", "SetContextState.Password", "", "secret"),
        ("NDIS_WWAN_SET_CONTEXT_STATE", "SetContextState.AccessString", "", "subscriber"),
        ("NDIS_WWAN_SET_PIN_EX", "PinAction.Pin", "", "secret"),
        ("NDIS_WWAN_PCO_STATUS", "PcoValue.PcoData", "environment", "content"),
        ("NDIS_WWAN_PACKET_SERVICE_STATE", "PacketService.CurrentTai.Tac", "environment", "place"),
        ("NDIS_WWAN_LOCATION_STATE_INFO", "LocationStateInfo.CellId", "", "place"),
        ("NDIS_WWAN_USSD_EVENT", "UssdEvent.UssdString.String", "", "content"),
        ("NDIS_WWAN_AUTH_RESPONSE", "AuthResponse.u.AuthSim.Kc1", "", "secret"),
    ],
)
def test_field_is_marked(name, path, origin, personal):
    struct = PROTOCOL.structure(name)
    leaf = PROTOCOL.flat(name, struct.layouts[-1].id).by_path[path]
    assert (leaf.field.origin, leaf.field.personal) == (origin, personal)


def test_no_text_of_a_person_is_left_unmarked():
    known = re.compile(r"Subscriber|IccId|Password|UserName|AccessString|Pin$|DeviceId|PduData")
    for struct in PROTOCOL.structs.values():
        for layout in struct.layouts:
            for leaf in plan_of(struct.name, layout.id).flat.leaves:
                last = leaf.path.split(".")[-1]
                if known.search(last) and leaf.field.kind in ("wchar16", "char8"):
                    assert leaf.field.personal, f"{struct.name} {leaf.path}"


def test_a_structure_that_occurs_in_two_tables_is_refused_by_name():
    row = PROTOCOL.structure("WWAN_PROVIDER")
    assert index((row,), ()) == {"WWAN_PROVIDER": row}
    with pytest.raises(RowError, match="WWAN_PROVIDER: two structures have this name"):
        index((row,), (row,))


def test_every_structure_is_under_its_name_and_of_a_header():
    assert all(name == row.name for name, row in STRUCTS.items())
    assert [name for name, row in STRUCTS.items() if not row.header] == []
