"""Reports of a device, and which of them reach the host as notifications."""

import uuid
from typing import Any

import pytest
from bridge_messages import COMMANDS, VENDOR, answer, ask, indication, opened, subscription, wire

from wwanreplay._core import Event
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.bridge import Bridge
from wwanreplay.mbim.messages import Message, parse_message
from wwanreplay.mbim.tables import BASIC_CONNECT
from wwanreplay.protocol import codec as ndis


def service_event(event_id: int = 1) -> Event:
    return indication(
        None,
        "NDIS_STATUS_WWAN_DEVICE_SERVICE_EVENT",
        "NDIS_WWAN_DEVICE_SERVICE_EVENT",
        {"Event": {"DeviceServiceGuid": VENDOR, "EventID": event_id}, "Data": b"event"},
    )


def radio_event() -> Event:
    return indication(None, "NDIS_STATUS_WWAN_RADIO_STATE", "NDIS_WWAN_RADIO_STATE", {})


def test_the_subscription_decides_which_indications_are_sent() -> None:
    bridge = opened(services={VENDOR: [1, 2]})
    assert len(bridge.device_output(radio_event())) == 1
    assert len(bridge.device_output(service_event())) == 1
    requested = {"Events": [{"DeviceServiceId": VENDOR, "Cids": [1]}]}
    request = ask(bridge, 19, requested, is_set=True)[0]
    sent = ndis.decode("NDIS_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS", request.payload)
    assert list(sent["Elements"]) == [VENDOR]
    _, values = answer(bridge.device_output(subscription(request)))
    assert values["Events"][0]["DeviceServiceId"] == VENDOR
    assert bridge.device_output(radio_event()) == []
    assert bridge.device_output(service_event(2)) == []
    message = parse_message(bridge.device_output(service_event(1))[0])
    assert message == Message(
        messages.MBIM_INDICATE_STATUS_MSG, 0, 0, uuid.UUID(VENDOR).bytes, 1, b"event"
    )


@pytest.mark.parametrize(
    "row", [row for row in COMMANDS if row.serves("n") and row.cid != 22], ids=lambda row: row.cid
)
def test_unsolicited_indications_reach_an_open_host_only(row: Any) -> None:
    event = indication(None, row.indication, row.answer.structure, {})
    assert Bridge().device_output(event) == []
    sent = [parse_message(data) for data in opened().device_output(event)]
    assert all(each.type == messages.MBIM_INDICATE_STATUS_MSG for each in sent)
    assert all(each.transaction_id == 0 for each in sent)
    mine = next(each for each in sent if (each.service, each.cid) == (wire(row.service), row.cid))
    assert codec.decode(row.service, row.cid, "notification", mine.buffer)


def test_emergency_mode_is_indicated_when_it_changes() -> None:
    bridge = opened()
    cids = []
    for mode in (0, 0, 1, 1, 0):
        reported = {"ReadyInfo": {"EmergencyMode": mode}}
        event = indication(None, "NDIS_STATUS_WWAN_READY_INFO", "NDIS_WWAN_READY_INFO", reported)
        cids.append([parse_message(data).cid for data in bridge.device_output(event)])
    assert cids == [[2], [2], [2, 22], [2], [2, 22]]


def test_an_address_change_is_indicated_as_ip_configuration() -> None:
    v4 = {"IsIpv6": 0, "Ipv4": {"OnLinkPrefixLength": 24, "IPV4Address": bytes([192, 0, 2, 9])}}
    gateway = {"IsIpv6": 0, "Ipv4": {"IPV4Address": bytes([192, 0, 2, 1])}}
    event = indication(
        None,
        "NDIS_STATUS_WWAN_IP_ADDRESS_STATE",
        "NDIS_WWAN_IP_ADDRESS_STATE",
        {
            "WwanIpAddressState": {"IPv4Flags": {"Value": 3}, "IPv4MTU": 1500},
            "IpEntries": [v4],
            "GatewayEntries": [gateway],
        },
        port=0,
    )
    message = parse_message(opened().device_output(event)[0])
    values = codec.decode(BASIC_CONNECT, 15, "notification", message.buffer)
    assert values["IPv4Address"] == [{"OnLinkPrefixLength": 24, "IPv4Address": "192.0.2.9"}]
    assert (values["IPv4Gateway"], values["IPv4Mtu"]) == ("192.0.2.1", 1500)
    assert values["IPv4ConfigurationAvailable"] == 3
