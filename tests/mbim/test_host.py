"""The commands of a host made from OID requests: the bridge makes the same requests of them."""

import uuid

import pytest
from mbim_samples import sample_values

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.bridge import Bridge
from wwanreplay.mbim.commands import PASSED_THROUGH, SUBSCRIBE_LIST, TIES, ties_of_oid
from wwanreplay.mbim.host import command_of
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES, command_code, find_layout
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol import codec as ndis

SERVICE = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
# Values of members that may not be any number or text.
FITTING = {
    "ContextType": "7e5e2a7e-4e6f-7272-736b-656e7e5e2a7e",
    "SessionId": 1,
    "RegisterAction": 1,
    "ActivationCommand": 1,
    "Compression": 1,
    "AuthProtocol": 2,
    "IpType": 3,
    "DssLinkState": 1,
    "ProviderId": "00101",
    "Configurations": [
        {
            "IpType": 3,
            "Roaming": roaming,
            "Source": source,
            "AccessString": "x.example",
            "UserName": "u",
            "Password": "p",
            "Compression": 1,
            "AuthProtocol": 2,
        }
        for roaming, source in enumerate((0, 1, 3))
    ],
}


def opened(driver_model=2):
    bridge = Bridge({SERVICE: (1, 2)}, driver_model=driver_model)
    bridge.host_message(Message(messages.MBIM_OPEN_MSG, 1, 4096).to_bytes(), 0)
    return bridge


def asked_again(bridge, request, transaction_id=50, session=0):
    message = command_of(request, transaction_id, session)
    assert message is not None
    assert message.transaction_id == transaction_id
    made, replies = bridge.host_message(message.to_bytes(), 1)
    assert replies == []
    return made[0]


def same(one, other):
    return (one.kind, one.code, one.payload, one.namespace, one.port) == (
        other.kind,
        other.code,
        other.payload,
        other.namespace,
        other.port,
    )


ROWS = [row for row in TIES if row.served and ties_of_oid(row.oid_name)[0] is row]
SETS = [row for row in ROWS if row.serves("s") and row.key != SUBSCRIBE_LIST]
QUERIES = [row for row in ROWS if row.serves("q")]


@pytest.mark.parametrize("row", SETS, ids=lambda row: row.oid_name)
def test_set_comes_back_by_its_command(row):
    layout = find_layout(row.service, row.cid, "set")
    values = sample_values(layout)
    values |= {name: value for name, value in FITTING.items() if name in values}
    bridge = opened(row.driver_model or 2)
    buffer = codec.encode(row.service, row.cid, "set", values)
    service = uuid.UUID(SERVICES[row.service].uuid).bytes
    message = Message(messages.MBIM_COMMAND_MSG, 7, messages.COMMAND_SET, service, row.cid, buffer)
    made, replies = bridge.host_message(message.to_bytes(), 0)
    assert replies == []
    request = made[0]
    assert request.kind == Kind.KIND_SET
    assert same(asked_again(bridge, request), request)


@pytest.mark.parametrize("row", QUERIES, ids=lambda row: row.oid_name)
def test_query_comes_back_by_its_command(row):
    payload = b""
    if row.oid_name == "OID_WWAN_VISIBLE_PROVIDERS":
        payload = ndis.encode(row.query.structure, {"VisibleProviders.Action": 1})
    request = Event(Kind.KIND_QUERY, 0, code=row.code, payload=payload)
    assert same(asked_again(opened(row.driver_model or 2), request), request)


def test_a_set_that_no_served_command_makes_has_no_command():
    payload = ndis.encode("NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2", {})
    code = PROTOCOL.oid("OID_WWAN_PROVISIONED_CONTEXTS").number
    assert command_of(Event(Kind.KIND_SET, 0, code=code, payload=payload), 1) is None


@pytest.mark.parametrize("is_set", [False, True])
def test_command_of_a_service_goes_as_it_is(is_set):
    fields = {
        "Command": {"DeviceServiceGuid": SERVICE, "CommandID": 2, "uDataSize": 5},
        "Data": b"hello",
    }
    request = Event(
        Kind.KIND_SET if is_set else Kind.KIND_QUERY,
        0,
        code=PROTOCOL.oid("OID_WWAN_DEVICE_SERVICE_COMMAND").number,
        payload=ndis.encode("NDIS_WWAN_DEVICE_SERVICE_COMMAND", fields),
    )
    message = command_of(request, 3)
    assert message == Message(
        messages.MBIM_COMMAND_MSG, 3, int(is_set), uuid.UUID(SERVICE).bytes, 2, b"hello"
    )
    assert same(asked_again(opened(), request), request)


def test_subscription_names_the_services():
    payload = ndis.encode("NDIS_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS", {"Elements": [SERVICE]})
    code = PROTOCOL.oid("OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS").number
    request = Event(Kind.KIND_SET, 0, code=code, payload=payload)
    assert same(asked_again(opened(), request), request)


def test_queries_of_the_mbim_namespace_go_as_they_are():
    for service, cid in PASSED_THROUGH:
        values = {"SessionId": 0} if cid == 15 else {}
        request = Event(
            Kind.KIND_QUERY,
            0,
            code=command_code(service, cid),
            namespace=Namespace.NAMESPACE_MBIM,
            payload=codec.encode(service, cid, "query", values),
        )
        assert same(asked_again(opened(), request), request)


def test_query_of_a_context_names_the_session():
    request = Event(Kind.KIND_QUERY, 0, code=PROTOCOL.oid("OID_WWAN_CONNECT").number)
    message = command_of(request, 2, 6)
    assert message is not None
    assert codec.decode(BASIC_CONNECT, 12, "query", message.buffer)["SessionId"] == 6


def test_providers_of_either_form_are_sent():
    plain = {"ProviderId": "00101", "ProviderState": 1, "ProviderName": "One"}
    code = PROTOCOL.oid("OID_WWAN_PREFERRED_PROVIDERS").number
    found = []
    for element, item in (
        ("WwanStructProvider", plain),
        ("WwanStructProvider2", {"Provider": plain, "WwanCellularClass": 2, "Rssi": 9}),
    ):
        values = {"PreferredListHeader.ElementType": element, "Elements": [item]}
        payload = ndis.encode("NDIS_WWAN_SET_PREFERRED_PROVIDERS", values)
        message = command_of(Event(Kind.KIND_SET, 0, code=code, payload=payload), 2)
        assert message is not None
        reported = codec.decode(BASIC_CONNECT, 7, "set", message.buffer)["Providers"][0]
        found.append((reported["ProviderId"], reported["CellularClass"], reported["Rssi"]))
    assert found == [("00101", 1, 99), ("00101", 2, 9)]


@pytest.mark.parametrize(
    "event",
    [
        Event(Kind.KIND_METHOD, 0, code=PROTOCOL.oid("OID_WWAN_CONNECT").number),
        Event(Kind.KIND_INDICATION, 0, code=1),
        Event(Kind.KIND_QUERY, 0, code=PROTOCOL.oid("OID_GEN_LINK_STATE").number),
        Event(Kind.KIND_QUERY, 0, code=0xFF123456),
        Event(Kind.KIND_SET, 0, code=PROTOCOL.oid("OID_WWAN_DEVICE_CAPS").number, payload=b"abcd"),
        Event(Kind.KIND_SET, 0, code=PROTOCOL.oid("OID_WWAN_CONNECT").number, payload=b"abcd"),
        Event(Kind.KIND_SET, 0, code=PROTOCOL.oid("OID_WWAN_CONNECT").number),
        Event(Kind.KIND_QUERY, 0, code=PROTOCOL.oid("OID_WWAN_SERVICE_ACTIVATION").number),
        Event(Kind.KIND_QUERY, 0, code=99 << 32, namespace=Namespace.NAMESPACE_MBIM),
    ],
)
def test_what_mbim_has_no_command_for(event):
    assert command_of(event, 2) is None
