"""Answers of a device as messages to the host: values, statuses, and what a set has chosen."""

from typing import Any

import pytest
from bridge_messages import (
    COMMANDS,
    INTERNET,
    VENDOR,
    answer,
    ask,
    completion,
    context_state,
    indication,
    opened,
)

from wwanreplay._core import Kind, Namespace
from wwanreplay.mbim import codec
from wwanreplay.mbim.messages import STATUS
from wwanreplay.mbim.rows import framing
from wwanreplay.mbim.tables import BASIC_CONNECT, DSS, EXTENSIONS
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol import codec as ndis


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: f"{row.service}-{row.cid}")
def test_every_served_command_answers_an_empty_structure(row: Any) -> None:
    """Each row can turn the zeroed structure of its indication into its MBIM answer."""
    for structure in PROTOCOL.indication(row.indication).structs:
        bridge = opened()
        is_set = not row.serves("q")
        values = {"DeviceServiceId": VENDOR} if row.service == DSS else {}
        requests = ask(bridge, row.cid, values, is_set=is_set, service=row.service)
        assert requests[0].code == row.code
        assert requests[0].kind == (Kind.KIND_SET if is_set else Kind.KIND_QUERY)
        for further in requests[1:]:
            failed = PROTOCOL.status("NDIS_STATUS_NOT_SUPPORTED").number
            assert bridge.device_output(completion(further, failed)) == []
        replies = bridge.device_output(indication(requests[0], row.indication, structure, {}))
        assert answer(replies)[0].value == 0


def test_device_caps_are_translated() -> None:
    bridge = opened()
    caps = {
        "WwanDeviceType": 1,
        "WwanCellularClass": 1,
        "WwanSimClass": 2,
        "WwanDataClass": 0x20 | 0x40 | 0x1000,
        "WwanControlCaps": 0x1 | 0x10 | 0x80 | 0x100 | 0x400,
        "MaxActivatedContexts": 4,
        "DeviceId": "359550000000001",
        "Model": "M1",
        "FirmwareInfo": "FW 7",
        "CustomDataClass": "",
    }
    event = indication(
        ask(bridge, 1)[0],
        "NDIS_STATUS_WWAN_DEVICE_CAPS",
        "NDIS_WWAN_DEVICE_CAPS",
        {"DeviceCaps": caps, "Elements": [1, 2]},
        revision=2,
    )
    _, values = answer(bridge.device_output(event))
    assert values["CellularClass"] == 3
    assert values["DataClass"] == 0x20, "5G has no bit before MBIMEx 2.0"
    assert values["ControlCaps"] == 0x1 | 0x20 | 0x80
    assert (values["MaxSessions"], values["HardwareInfo"]) == (4, "M1")
    assert values["DeviceId"] == "359550000000001"
    ready = indication(
        ask(bridge, 2)[0],
        "NDIS_STATUS_WWAN_READY_INFO",
        "NDIS_WWAN_READY_INFO",
        {
            "ReadyInfo": {"ReadyState": 1, "SubscriberId": "001010000000001", "SimIccId": "8988"},
            "Elements": ["+15550100", "+15550101"],
        },
    )
    _, values = answer(bridge.device_output(ready))
    assert values["ReadyInfo"] == 1  # the unique id is protected, as the capabilities state
    assert values["TelephoneNumbers"] == ["+15550100", "+15550101"]
    assert values["SubscriberId"] == "001010000000001"


def test_register_state_waits_for_the_data_classes() -> None:
    bridge = opened()
    main, further = ask(bridge, 9)
    assert PROTOCOL.oid(further.code).name == "OID_WWAN_PACKET_SERVICE"
    registration = {
        "RegisterState": 3,
        "RegisterMode": 1,
        "ProviderId": "00101",
        "ProviderName": "Home",
        "WwanRegFlags": 2,
        "CurrentCellularClass": 1,
    }
    event = indication(
        main,
        "NDIS_STATUS_WWAN_REGISTER_STATE",
        "NDIS_WWAN_REGISTRATION_STATE",
        {"RegistrationState": registration},
    )
    assert bridge.device_output(event) == []
    packet = indication(
        further,
        "NDIS_STATUS_WWAN_PACKET_SERVICE",
        "NDIS_WWAN_PACKET_SERVICE_STATE",
        {"PacketService": {"AvailableDataClass": 0x20, "CurrentDataClass": 0x20}},
    )
    _, values = answer(bridge.device_output(packet))
    assert values["AvailableDataClasses"] == 0x20
    assert (values["ProviderId"], values["RegisterState"]) == ("00101", 3)
    assert values["RegistrationFlag"] == 2


@pytest.mark.parametrize(
    ("cid", "values", "name", "structure", "reported", "has_body"),
    [
        (
            9,
            {"RegisterAction": 0},
            "NDIS_STATUS_WWAN_REGISTER_STATE",
            "NDIS_WWAN_REGISTRATION_STATE",
            {"RegistrationState": {"uNwError": 11, "RegisterState": 6}},
            True,
        ),
        (
            10,
            {"PacketServiceAction": 0},
            "NDIS_STATUS_WWAN_PACKET_SERVICE",
            "NDIS_WWAN_PACKET_SERVICE_STATE",
            {"PacketService": {"uNwError": 7, "PacketServiceState": 4}},
            True,
        ),
        (
            12,
            {"ActivationCommand": 1, "AccessString": "wrong"},
            "NDIS_STATUS_WWAN_CONTEXT_STATE",
            "NDIS_WWAN_CONTEXT_STATE",
            {"ContextState": {"uNwError": 27, "ActivationState": 3}},
            True,
        ),
        (
            3,
            {"RadioState": 1},
            "NDIS_STATUS_WWAN_RADIO_STATE",
            "NDIS_WWAN_RADIO_STATE",
            {"RadioState": {"SwRadioState": 1}},
            False,
        ),
    ],
)
def test_a_failed_answer_has_a_body_where_the_standard_wants_it(
    cid: int,
    values: dict[str, Any],
    name: str,
    structure: str,
    reported: dict[str, Any],
    has_body: bool,
) -> None:
    bridge = opened()
    request = ask(bridge, cid, values, is_set=True)[0]
    failed = PROTOCOL.status("WWAN_STATUS_FAILURE").number
    message, decoded = answer(
        bridge.device_output(indication(request, name, structure, {"uStatus": failed, **reported}))
    )
    assert message.value == STATUS["MBIM_STATUS_FAILURE"]
    assert bool(message.buffer) == has_body
    if has_body:
        assert decoded["NwError"] in (7, 11, 27)


def test_connect_keeps_what_ndis_does_not_say() -> None:
    bridge = opened()
    mms = framing.CONTEXT_TYPES["MBIM_CONTEXT_TYPE_MMS"][0]
    requested = {
        "SessionId": 1,
        "ActivationCommand": 1,
        "AccessString": "mms\0",
        "UserName": "u",
        "Password": "p",
        "AuthProtocol": 2,
        "IpType": 4,
        "ContextType": mms,
    }
    request = ask(bridge, 12, requested, is_set=True)[0]
    sent = ndis.decode("NDIS_WWAN_SET_CONTEXT_STATE", request.payload)
    assert sent["SetContextState.ConnectionId"] == 1
    assert sent["SetContextState.AccessString"] == "mms"
    assert sent["SetContextState.AuthType"] == 2
    assert sent["SetContextState.IPType"] == 3
    reported = {"ContextState": {"ConnectionId": 1, "ActivationState": 1, "VoiceCallState": 0}}
    _, values = answer(bridge.device_output(context_state(request, reported, revision=1)))
    assert (values["SessionId"], values["ActivationState"], values["IpType"]) == (1, 1, 4)
    assert values["ContextType"] == mms


def test_a_session_the_device_does_not_speak_of_is_deactivated() -> None:
    bridge = opened()
    request = ask(bridge, 12, {"SessionId": 3})[0]
    reported = {"ContextState": {"ConnectionId": 0, "ActivationState": 1}}
    _, values = answer(bridge.device_output(context_state(request, reported)))
    assert (values["SessionId"], values["ActivationState"]) == (3, 3)
    assert values["ContextType"] == INTERNET


def test_sessions_have_the_port_of_their_number() -> None:
    bridge = opened(port_count=2)
    assert ask(bridge, 12, {"SessionId": 1}, tid=2)[0].port == 1
    assert ask(bridge, 12, {"SessionId": 2}, tid=3)[0].port == 0
    assert ask(bridge, 15, {"SessionId": 1}, tid=4)[0].port == 1
    pco = {"PcoValue": {"SessionId": 1}}
    assert ask(bridge, 9, pco, tid=5, service=EXTENSIONS)[0].port == 1


def test_providers_of_both_forms_are_read() -> None:
    bridge = opened()
    plain = {"ProviderId": "00101", "ProviderState": 1, "ProviderName": "Home"}
    for elements, expected in (
        ([plain], (1, 99, 99)),
        ([{"Provider": plain, "WwanCellularClass": 2, "Rssi": 20, "ErrorRate": 1}], (2, 20, 1)),
    ):
        request = ask(bridge, 8, {"Action": 0})[0]
        requested = ndis.decode("NDIS_WWAN_GET_VISIBLE_PROVIDERS", request.payload)
        assert requested["VisibleProviders.Action"] == 0
        kind = "WwanStructProvider" if "ProviderId" in elements[0] else "WwanStructProvider2"
        event = indication(
            request,
            "NDIS_STATUS_WWAN_VISIBLE_PROVIDERS",
            "NDIS_WWAN_VISIBLE_PROVIDERS",
            {"VisibleListHeader": {"ElementType": kind}, "Elements": elements},
        )
        _, values = answer(bridge.device_output(event))
        provider = values["Providers"][0]
        assert (provider["ProviderId"], provider["ProviderName"]) == ("00101", "Home")
        assert (provider["CellularClass"], provider["Rssi"], provider["ErrorRate"]) == expected


def test_pco_is_cut_to_its_size_and_may_be_empty() -> None:
    bridge = opened()
    for data in (b"\x27\x08\x80", b""):
        request = ask(bridge, 9, {"PcoValue": {"SessionId": 0}}, service=EXTENSIONS)[0]
        event = indication(
            request,
            "NDIS_STATUS_WWAN_PCO_STATUS",
            "NDIS_WWAN_PCO_STATUS",
            {"PcoValue": {"Size": len(data), "Type": 1, "PcoData": data.ljust(256, b"\0")}},
        )
        _, values = answer(bridge.device_output(event))
        assert values["PcoValue"]["PcoDataBuffer"] == data
        assert values["PcoValue"]["PcoDataType"] == 1


@pytest.mark.parametrize(
    ("driver_model", "oid", "structure"),
    [(1, "OID_WWAN_PIN", "NDIS_WWAN_SET_PIN"), (2, "OID_WWAN_PIN_EX", "NDIS_WWAN_SET_PIN_EX")],
)
def test_a_pin_goes_by_the_oid_of_the_driver_model(
    driver_model: int, oid: str, structure: str
) -> None:
    bridge = opened(driver_model=driver_model)
    requested = {"PinType": 2, "PinOperation": 3, "Pin": "1234", "NewPin": "4321"}
    request = ask(bridge, 4, requested, is_set=True)[0]
    assert PROTOCOL.oid(request.code).name == oid
    sent = ndis.decode(structure, request.payload)
    assert (sent["PinAction.Pin"], sent["PinAction.NewPin"]) == ("1234", "4321")
    assert (sent["PinAction.PinType"], sent["PinAction.PinOperation"]) == (2, 3)
    event = indication(
        request,
        "NDIS_STATUS_WWAN_PIN_INFO",
        "NDIS_WWAN_PIN_INFO",
        {"PinInfo": {"PinType": 2, "PinState": 1, "AttemptsRemaining": 3}},
    )
    _, values = answer(bridge.device_output(event))
    assert values == {"PinType": 2, "PinState": 1, "RemainingAttempts": 3}


def test_signal_thresholds_go_both_ways() -> None:
    bridge = opened()
    requested = {"SignalStrengthInterval": 5, "RssiThreshold": 2, "ErrorRateThreshold": 3}
    request = ask(bridge, 11, requested, is_set=True)[0]
    sent = ndis.decode("NDIS_WWAN_SET_SIGNAL_INDICATION", request.payload)
    assert sent["SignalIndication.RssiInterval"] == 5
    reported = {"SignalState": {"Rssi": 17, "ErrorRate": 99, "RssiInterval": 5, "RssiThreshold": 2}}
    event = indication(
        request, "NDIS_STATUS_WWAN_SIGNAL_STATE", "NDIS_WWAN_SIGNAL_STATE", reported, revision=1
    )
    _, values = answer(bridge.device_output(event))
    assert values == {**requested, "Rssi": 17, "ErrorRate": 99}


def test_speeds_come_from_the_link_state() -> None:
    bridge = opened()
    link = {"MediaConnectState": 1, "XmitLinkSpeed": 50_000_000, "RcvLinkSpeed": 100_000_000}
    event = indication(None, "NDIS_STATUS_LINK_STATE", "NDIS_LINK_STATE", link)
    assert bridge.device_output(event) == []
    packet = indication(
        ask(bridge, 10)[0],
        "NDIS_STATUS_WWAN_PACKET_SERVICE",
        "NDIS_WWAN_PACKET_SERVICE_STATE",
        {"PacketService": {"PacketServiceState": 2, "CurrentDataClass": 0x20}},
    )
    _, values = answer(bridge.device_output(packet))
    assert (values["UplinkSpeed"], values["DownlinkSpeed"]) == (50_000_000, 100_000_000)
    assert values["HighestAvailableDataClass"] == 0x20


def test_commands_without_an_oid_go_to_the_device_as_they_are() -> None:
    bridge = opened()
    request = ask(bridge, 20)[0]
    assert (request.kind, request.namespace) == (Kind.KIND_QUERY, Namespace.NAMESPACE_MBIM)
    assert request.code == BASIC_CONNECT << 32 | 20
    buffer = codec.encode(BASIC_CONNECT, 20, "response", {"InOctets": 7})
    message, values = answer(bridge.device_output(completion(request, 0, payload=buffer)))
    assert (message.value, values["InOctets"]) == (0, 7)
    request = ask(bridge, 15, {"SessionId": 0})[0]
    refused = STATUS["MBIM_STATUS_CONTEXT_NOT_ACTIVATED"]
    message, _ = answer(bridge.device_output(completion(request, refused)))
    assert (message.value, message.buffer) == (refused, b"")
