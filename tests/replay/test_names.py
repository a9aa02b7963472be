"""Names of what events are about; numbers where no table has one."""

import pytest

from wwanreplay._core import Event, Kind, Namespace, WireDirection
from wwanreplay.protocol import PROTOCOL
from wwanreplay.replay.names import code_name, kind_name, status_name

RADIO = PROTOCOL.oid("OID_WWAN_RADIO_STATE").number


def of(kind, code, namespace=None):
    fields = {} if namespace is None else {"namespace": namespace}
    return code_name(Event(kind, 0, code=code, **fields))


@pytest.mark.parametrize("code", [0, 3, 0xFFFFFFFF])
@pytest.mark.parametrize("namespace", list(Namespace))
def test_any_code_has_a_text(namespace, code):
    assert isinstance(of(Kind.KIND_QUERY, code, namespace), str)


def test_codes_of_the_tables_have_their_names():
    assert of(Kind.KIND_QUERY, RADIO) == "OID_WWAN_RADIO_STATE"
    assert of(Kind.KIND_QUERY, 0x0E0101FF) == "OID 0x0e0101ff"
    assert of(Kind.KIND_WIRE, WireDirection.WIRE_HOST_TO_DEVICE) == "host to device"
    assert of(Kind.KIND_WIRE, 9) == "9"


def test_kinds_and_statuses_have_names_or_numbers():
    assert kind_name(Event(Kind.KIND_LIFECYCLE, 0)) == "lifecycle"
    assert status_name(0) == "NDIS_STATUS_SUCCESS"
    assert status_name(0x12345678) == "0x12345678"
