"""Tests of the bridge without a device: host messages to requests, outputs to messages."""

import uuid
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.errors import UsageError
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.bridge import Bridge
from wwanreplay.mbim.commands import DEVICE_SERVICES, SERVED, SUBSCRIBE_LIST, TIES
from wwanreplay.mbim.fragments import FRAGMENT_TIMEOUT_NS, split
from wwanreplay.mbim.messages import ERRORS, STATUS, Message, parse_message
from wwanreplay.mbim.rows import framing
from wwanreplay.mbim.tables import BASIC_CONNECT, DSS, EXTENSIONS, SERVICES, find_layout
from wwanreplay.mbim.transactions import OUTSTANDING_MAX
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol import codec as ndis

BASIC = uuid.UUID(SERVICES[BASIC_CONNECT].uuid).bytes
VENDOR = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
INDICATION_REQUIRED = PROTOCOL.status("NDIS_STATUS_INDICATION_REQUIRED").number
INTERNET = framing.CONTEXT_TYPES["MBIM_CONTEXT_TYPE_INTERNET"][0]


def wire(service: int) -> bytes:
    return uuid.UUID(SERVICES[service].uuid).bytes


def opened(**options: Any) -> Bridge:
    bridge = Bridge(**options)
    message = Message(messages.MBIM_OPEN_MSG, 1, 4096).to_bytes()
    assert bridge.host_message(message, 0) == (
        [],
        [Message(messages.MBIM_OPEN_DONE, 1, 0).to_bytes()],
    )
    return bridge


def command(
    cid: int,
    values: dict[str, Any] | None = None,
    *,
    is_set: bool = False,
    tid: int = 2,
    service: int = BASIC_CONNECT,
) -> bytes:
    operation = "set" if is_set else "query"
    buffer = codec.encode(service, cid, operation, values or {})
    return Message(
        messages.MBIM_COMMAND_MSG, tid, int(is_set), wire(service), cid, buffer
    ).to_bytes()


def ask(bridge: Bridge, *args: Any, **options: Any) -> list[Event]:
    requests, replies = bridge.host_message(command(*args, **options), 1000)
    assert replies == []
    return requests


def indication(
    request: Event | None, name: str, structure: str, values: dict[str, Any], **options: Any
) -> Event:
    return Event(
        Kind.KIND_INDICATION,
        2000,
        code=PROTOCOL.indication(name).number,
        request_id=0 if request is None else request.request_id,
        port=options.pop("port", 0 if request is None else request.port),
        payload=ndis.encode(structure, values, **options),
    )


def completion(request: Event, status: int, **changes: Any) -> Event:
    return Event(
        Kind.KIND_COMPLETION,
        1500,
        code=request.code,
        request_id=request.request_id,
        status=status,
        namespace=request.namespace,
        **changes,
    )


def answer(replies: list[bytes], operation: str = "response") -> tuple[Message, dict[str, Any]]:
    """Return the one message in `replies` and its decoded buffer."""
    assert len(replies) == 1
    message = parse_message(replies[0])
    number = next(row.number for row in SERVICES.values() if wire(row.number) == message.service)
    if not message.buffer and find_layout(number, message.cid, operation).size:  # type: ignore[union-attr]
        return message, {}
    return message, codec.decode(number, message.cid, operation, message.buffer)


def error_of(replies: list[bytes]) -> tuple[int, str]:
    assert len(replies) == 1
    message = parse_message(replies[0])
    assert message.type == messages.MBIM_FUNCTION_ERROR_MSG
    names = {value: name for name, value in ERRORS.items()}
    return message.transaction_id, names[message.value]


# ------------------------------------------------------------------------------ open and close


def test_a_command_before_open_is_not_opened() -> None:
    bridge = Bridge()
    requests, replies = bridge.host_message(command(1), 0)
    assert requests == []
    assert error_of(replies) == (2, "MBIM_ERROR_NOT_OPENED")
    close = Message(messages.MBIM_CLOSE_MSG, 7).to_bytes()
    assert error_of(bridge.host_message(close, 0)[1]) == (7, "MBIM_ERROR_NOT_OPENED")


def test_close_is_done_and_then_nothing_is_open() -> None:
    bridge = opened()
    requests, replies = bridge.host_message(Message(messages.MBIM_CLOSE_MSG, 9).to_bytes(), 5)
    assert requests == []
    assert replies == [Message(messages.MBIM_CLOSE_DONE, 9, 0).to_bytes()]
    assert error_of(bridge.host_message(command(1), 6)[1]) == (2, "MBIM_ERROR_NOT_OPENED")
    assert error_of(bridge.host_message(b"junk", 7)[1]) == (0, "MBIM_ERROR_NOT_OPENED")


def test_a_control_transfer_that_is_too_small_is_refused() -> None:
    bridge = Bridge()
    message = Message(messages.MBIM_OPEN_MSG, 1, 63).to_bytes()
    assert error_of(bridge.host_message(message, 0)[1]) == (1, "MBIM_ERROR_MAX_TRANSFER")
    assert not bridge.is_open


def test_open_again_ends_what_waits_without_a_close_done() -> None:
    bridge = opened()
    request = ask(bridge, 3)[0]
    message = Message(messages.MBIM_OPEN_MSG, 4, 4096).to_bytes()
    assert bridge.host_message(message, 0) == (
        [],
        [Message(messages.MBIM_OPEN_DONE, 4, 0).to_bytes()],
    )
    late = indication(request, "NDIS_STATUS_WWAN_RADIO_STATE", "NDIS_WWAN_RADIO_STATE", {})
    assert bridge.device_output(late) == []


def test_close_ends_contexts_streams_and_vendor_events() -> None:
    bridge = opened(services={VENDOR: [1]})
    connect = {"SessionId": 2, "ActivationCommand": 1, "AccessString": "internet"}
    request = ask(bridge, 12, connect, is_set=True)[0]
    state = {"ContextState": {"ConnectionId": 2, "ActivationState": 1}}
    bridge.device_output(context_state(request, state))
    stream = {"DeviceServiceId": VENDOR, "DssSessionId": 5, "DssLinkState": 1}
    request = ask(bridge, 1, stream, is_set=True, service=DSS)[0]
    opened_stream = indication(
        request,
        "NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION",
        "NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO",
        {},
    )
    assert answer(bridge.device_output(opened_stream))[0].value == 0
    events = {"Events": [{"DeviceServiceId": VENDOR, "Cids": [1]}]}
    request = ask(bridge, 19, events, is_set=True)[0]
    bridge.device_output(subscription(request))
    requests, _ = bridge.host_message(Message(messages.MBIM_CLOSE_MSG, 9).to_bytes(), 5000)
    assert [(event.kind, PROTOCOL.oid(event.code).name) for event in requests] == [
        (Kind.KIND_SET, "OID_WWAN_CONNECT"),
        (Kind.KIND_SET, "OID_WWAN_DEVICE_SERVICE_SESSION"),
        (Kind.KIND_SET, "OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS"),
    ]
    ended = ndis.decode("NDIS_WWAN_SET_CONTEXT_STATE", requests[0].payload)
    assert ended["SetContextState.ConnectionId"] == 2
    assert ended["SetContextState.ActivationCommand"] == 0
    assert bridge.device_output(context_state(requests[0], state)) == []


def test_close_ends_a_context_that_is_being_activated() -> None:
    bridge = opened(port_count=2)
    connect = {"SessionId": 1, "ActivationCommand": 1, "AccessString": "internet"}
    ask(bridge, 12, connect, is_set=True)
    requests, _ = bridge.host_message(Message(messages.MBIM_CLOSE_MSG, 9).to_bytes(), 5000)
    assert [(event.port, PROTOCOL.oid(event.code).name) for event in requests] == [
        (1, "OID_WWAN_CONNECT")
    ]
    sent = ndis.decode("NDIS_WWAN_SET_CONTEXT_STATE", requests[0].payload)
    assert sent["SetContextState.ActivationCommand"] == 0


def context_state(request: Event | None, values: dict[str, Any], **options: Any) -> Event:
    return indication(
        request,
        "NDIS_STATUS_WWAN_CONTEXT_STATE",
        "NDIS_WWAN_CONTEXT_STATE",
        values,
        revision=options.pop("revision", 2),
        **options,
    )


def subscription(request: Event) -> Event:
    return indication(
        request,
        "NDIS_STATUS_WWAN_DEVICE_SERVICE_SUBSCRIPTION",
        "NDIS_WWAN_DEVICE_SERVICE_SUBSCRIPTION",
        {"Elements": [VENDOR]},
    )


# ------------------------------------------------------------------------------ transactions


def test_request_ids_are_unique_and_never_zero_whatever_the_transaction_ids() -> None:
    bridge = opened()
    seen: set[int] = set()
    for round_ in range(3):
        for tid in (2, 3, 4):
            seen.update(event.request_id for event in ask(bridge, 9, tid=tid))
        bridge.host_message(Message(messages.MBIM_OPEN_MSG, 1 + round_, 4096).to_bytes(), 2000)
    assert len(seen) == 3 * 3 * 2
    assert 0 not in seen


def test_a_transaction_id_in_use_is_a_duplicate() -> None:
    bridge = opened()
    ask(bridge, 3)
    requests, replies = bridge.host_message(command(3), 5)
    assert requests == []
    assert error_of(replies) == (2, "MBIM_ERROR_DUPLICATED_TID")


def test_transaction_id_zero_is_an_error() -> None:
    assert error_of(opened().host_message(command(3, tid=0), 5)[1]) == (0, "MBIM_ERROR_UNKNOWN")


@pytest.mark.parametrize(
    ("service", "cid"),
    [(bytes(range(16)), 1), (BASIC, 17), (BASIC, 24), (wire(2), 1), (wire(EXTENSIONS), 15)],
)
def test_unknown_commands_have_no_device_support(service: bytes, cid: int) -> None:
    data = Message(messages.MBIM_COMMAND_MSG, 2, 0, service, cid).to_bytes()
    requests, replies = opened().host_message(data, 0)
    assert requests == []
    done = parse_message(replies[0])
    assert (done.type, done.value) == (
        messages.MBIM_COMMAND_DONE,
        STATUS["MBIM_STATUS_NO_DEVICE_SUPPORT"],
    )
    assert (done.service, done.cid, done.buffer) == (service, cid, b"")


@pytest.mark.parametrize(
    ("is_set", "cid", "buffer"),
    [
        (False, 1, b"\0"),
        (True, 3, b""),
        (True, 3, bytes(8)),
        (True, 12, bytes(59)),
        (True, 12, bytes(8) + b"\x3c\0\0\0\x10\0\0\0" + bytes(44)),
        (False, 12, b"\0\1\0\0" + bytes(32)),
    ],
)
def test_wrong_buffers_are_invalid_parameters(is_set: bool, cid: int, buffer: bytes) -> None:
    data = Message(messages.MBIM_COMMAND_MSG, 2, int(is_set), BASIC, cid, buffer).to_bytes()
    requests, replies = opened().host_message(data, 0)
    assert requests == []
    assert parse_message(replies[0]).value == STATUS["MBIM_STATUS_INVALID_PARAMETERS"]


def test_text_that_ndis_cannot_hold_is_an_invalid_parameter() -> None:
    data = command(12, {"ActivationCommand": 1, "AccessString": "x" * 101}, is_set=True)
    requests, replies = opened().host_message(data, 0)
    assert requests == []
    assert parse_message(replies[0]).value == STATUS["MBIM_STATUS_INVALID_PARAMETERS"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("NDIS_STATUS_NOT_SUPPORTED", "MBIM_STATUS_NO_DEVICE_SUPPORT"),
        ("NDIS_STATUS_INVALID_LENGTH", "MBIM_STATUS_INVALID_PARAMETERS"),
        ("NDIS_STATUS_LOW_POWER_STATE", "MBIM_STATUS_NOT_INITIALIZED"),
        ("NDIS_STATUS_RESOURCES", "MBIM_STATUS_BUSY"),
        ("NDIS_STATUS_FAILURE", "MBIM_STATUS_FAILURE"),
    ],
)
def test_a_request_that_fails_at_once_ends_the_command(status: str, expected: str) -> None:
    bridge = opened()
    request = ask(bridge, 9)[0]
    done = bridge.device_output(completion(request, PROTOCOL.status(status).number))
    message, values = answer(done)
    assert (message.value, values) == (STATUS[expected], {})
    assert bridge.device_output(completion(request, PROTOCOL.status(status).number)) == []


def test_a_provisional_completion_says_nothing_and_a_second_answer_is_ignored() -> None:
    bridge = opened()
    request = ask(bridge, 3)[0]
    assert bridge.device_output(completion(request, INDICATION_REQUIRED)) == []
    event = indication(
        request,
        "NDIS_STATUS_WWAN_RADIO_STATE",
        "NDIS_WWAN_RADIO_STATE",
        {"RadioState": {"HwRadioState": 1, "SwRadioState": 0}},
    )
    message, values = answer(bridge.device_output(event))
    assert (message.type, message.transaction_id) == (messages.MBIM_COMMAND_DONE, 2)
    assert values == {"HwRadioState": 1, "SwRadioState": 0}
    assert bridge.device_output(event) == []


def test_the_host_may_give_a_command_up() -> None:
    bridge = opened()
    request = ask(bridge, 3)[0]
    give_up = Message(messages.MBIM_HOST_ERROR_MSG, 2, ERRORS["MBIM_ERROR_CANCEL"]).to_bytes()
    cancels, replies = bridge.host_message(give_up, 3000)
    assert replies == []
    assert [(event.kind, event.request_id) for event in cancels] == [
        (Kind.KIND_CANCEL, request.request_id)
    ]
    aborted = PROTOCOL.status("NDIS_STATUS_REQUEST_ABORTED").number
    assert bridge.device_output(completion(request, aborted)) == []
    request = ask(bridge, 3)[0]
    bridge.device_output(completion(request, INDICATION_REQUIRED))
    assert bridge.host_message(give_up, 3000) == ([], [])


def test_too_many_commands_at_once_are_busy() -> None:
    bridge = opened()
    for tid in range(2, 2 + OUTSTANDING_MAX):
        ask(bridge, 3, tid=tid)
    requests, replies = bridge.host_message(command(3, tid=1000), 5)
    assert requests == []
    assert parse_message(replies[0]).value == STATUS["MBIM_STATUS_BUSY"]


def test_an_answer_nobody_can_read_is_a_failure() -> None:
    bridge = opened()
    request = ask(bridge, 3)[0]
    code = PROTOCOL.indication("NDIS_STATUS_WWAN_RADIO_STATE").number
    event = Event(
        Kind.KIND_INDICATION, 2, code=code, request_id=request.request_id, payload=b"\x80\1\x10\0"
    )
    assert parse_message(bridge.device_output(event)[0]).value == STATUS["MBIM_STATUS_FAILURE"]


# ------------------------------------------------------------------------------ commands


COMMANDS = [
    tie
    for tie in TIES
    if tie.served
    and tie.indication is not None
    and tie.key not in (DEVICE_SERVICES, SUBSCRIBE_LIST)
    and tie.driver_model != 1
]


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


# ------------------------------------------------------------------------------ services


def test_device_services_lists_standard_and_own_services() -> None:
    bridge = opened(services={VENDOR: [1, 2]})
    request = ask(bridge, 16)[0]
    event = indication(
        request,
        "NDIS_STATUS_WWAN_SUPPORTED_DEVICE_SERVICES",
        "NDIS_WWAN_SUPPORTED_DEVICE_SERVICES",
        {
            "DeviceServices": {"uMaxSessionCount": 4},
            "Elements": [
                {"DeviceServiceGuid": VENDOR, "SessionCapability": 3, "uMaxSessionInstances": 2}
            ],
        },
    )
    _, values = answer(bridge.device_output(event))
    assert values["MaxDssSessions"] == 4
    listed = {entry["DeviceServiceId"]: entry for entry in values["DeviceServices"]}
    assert listed[SERVICES[BASIC_CONNECT].uuid]["Cids"] == list(SERVED[BASIC_CONNECT])
    assert listed[VENDOR]["Cids"] == [1, 2]
    assert (listed[VENDOR]["DssPayload"], listed[VENDOR]["MaxDssInstances"]) == (3, 2)


def vendor_command(is_set: bool, cid: int, buffer: bytes) -> bytes:
    service = uuid.UUID(VENDOR).bytes
    return Message(messages.MBIM_COMMAND_MSG, 2, int(is_set), service, cid, buffer).to_bytes()


@pytest.mark.parametrize("is_set", [False, True])
def test_commands_of_the_devices_own_services_pass_through(is_set: bool) -> None:
    bridge = opened(services={VENDOR: [1]})
    requests, _ = bridge.host_message(vendor_command(is_set, 7, b"abc"), 0)
    assert requests[0].kind == (Kind.KIND_SET if is_set else Kind.KIND_QUERY)
    sent = ndis.decode("NDIS_WWAN_DEVICE_SERVICE_COMMAND", requests[0].payload)
    assert sent["Command.DeviceServiceGuid"] == VENDOR
    assert (sent["Command.CommandID"], bytes(sent["Data"])) == (7, b"abc")
    event = indication(
        requests[0],
        "NDIS_STATUS_WWAN_DEVICE_SERVICE_RESPONSE",
        "NDIS_WWAN_DEVICE_SERVICE_RESPONSE",
        {"Response": {"DeviceServiceGuid": VENDOR, "ResponseID": 7}, "Data": b"answer"},
    )
    done = parse_message(bridge.device_output(event)[0])
    assert (done.service, done.cid, done.buffer) == (uuid.UUID(VENDOR).bytes, 7, b"answer")


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


# ------------------------------------------------------------------------------ indications


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


# ------------------------------------------------------------------------------ fragments


def test_fragments_in_and_out() -> None:
    bridge = Bridge()
    bridge.host_message(Message(messages.MBIM_OPEN_MSG, 1, 64).to_bytes(), 0)
    whole = command(12, {"ActivationCommand": 1, "AccessString": "internet"}, is_set=True)
    parts = split(whole, 64)
    assert len(parts) == 3
    for part in parts[:-1]:
        assert bridge.host_message(part, 5) == ([], [])
    requests, replies = bridge.host_message(parts[-1], 5)
    assert (len(requests), replies) == (1, [])
    done = bridge.device_output(context_state(requests[0], {}))
    assert len(done) == 2
    assert max(map(len, done)) <= 64


def test_a_fragment_that_does_not_come_is_a_timeout() -> None:
    bridge = opened()
    whole = command(12, {"AccessString": "internet"}, is_set=True)
    bridge.host_message(split(whole, 64)[0], 100)
    assert bridge.next_due_ns == 100 + FRAGMENT_TIMEOUT_NS
    late = bridge.advance(100 + FRAGMENT_TIMEOUT_NS)
    assert error_of(late) == (2, "MBIM_ERROR_TIMEOUT_FRAGMENT")
    assert bridge.next_due_ns is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", (0, "MBIM_ERROR_UNKNOWN")),
        (b"AT\r", (0, "MBIM_ERROR_UNKNOWN")),
        (b"AT+CGMI;+CGMM;+CGMR\r", (0, "MBIM_ERROR_UNKNOWN")),
        (command(3)[:-1], (2, "MBIM_ERROR_LENGTH_MISMATCH")),
        (command(3) + b"\0", (2, "MBIM_ERROR_LENGTH_MISMATCH")),
        (Message(messages.MBIM_OPEN_DONE, 6, 0).to_bytes(), (6, "MBIM_ERROR_UNKNOWN")),
    ],
)
def test_what_is_no_message_is_an_error(data: bytes, expected: tuple[int, str]) -> None:
    requests, replies = opened().host_message(data, 0)
    assert requests == []
    assert error_of(replies) == expected


@pytest.mark.long
@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    chunks=st.lists(
        st.one_of(
            st.binary(max_size=60),
            st.builds(
                lambda kind, tid, value, cid, buffer: Message(
                    kind, tid, value, BASIC, cid, buffer
                ).to_bytes(),
                st.sampled_from(list(messages.HOST_TYPES)),
                st.integers(0, 3),
                st.integers(0, 100),
                st.integers(0, 25),
                st.binary(max_size=80),
            ),
        ),
        max_size=12,
    )
)
def test_any_host_is_survived_and_answered_alike_twice(chunks: list[bytes]) -> None:
    first, second = opened(), opened()
    for time_ns, data in enumerate(chunks):
        answered = first.host_message(data, time_ns)
        assert answered == second.host_message(data, time_ns)
        for reply in answered[1]:
            parse_message(reply)


def devices_services(bridge: Bridge) -> dict[str, list[int]]:
    """The commands that DEVICE_SERVICES lists, by service."""
    event = indication(
        ask(bridge, 16, tid=3)[0],
        "NDIS_STATUS_WWAN_SUPPORTED_DEVICE_SERVICES",
        "NDIS_WWAN_SUPPORTED_DEVICE_SERVICES",
        {"DeviceServices": {"uMaxSessionCount": 0}, "Elements": []},
    )
    _, values = answer(bridge.device_output(event))
    return {entry["DeviceServiceId"]: entry["Cids"] for entry in values["DeviceServices"]}


@pytest.mark.parametrize(
    ("oid", "cid"), [("OID_WWAN_PREFERRED_PROVIDERS", 7), ("OID_WWAN_PIN_LIST", 5)]
)
def test_commands_of_oids_that_the_device_lacks_are_neither_listed_nor_taken(
    oid: str, cid: int
) -> None:
    everything = {row.number or 0 for row in PROTOCOL.oid_by_name.values()}
    bridge = opened(oids=everything - {PROTOCOL.oid(oid).number})
    requests, replies = bridge.host_message(command(cid), 0)
    assert requests == []
    assert answer(replies)[0].value == STATUS["MBIM_STATUS_NO_DEVICE_SUPPORT"]
    without = [each for each in SERVED[BASIC_CONNECT] if each != cid]
    uuid_text = SERVICES[BASIC_CONNECT].uuid
    assert devices_services(bridge)[uuid_text] == without
    assert devices_services(opened(oids=everything))[uuid_text] == list(SERVED[BASIC_CONNECT])


@pytest.mark.parametrize("count", [0, 2, 4])
def test_a_list_that_does_not_fit_its_array_is_an_invalid_parameter(count: int) -> None:
    tie = next(row for row in TIES if row.key == (EXTENSIONS, 3))
    assert tie.set is not None
    values = {"Operation": 0, "Configurations": [{"AccessString": "x"}] * count}
    with pytest.raises(UsageError, match=f"Configurations: {count} entries, must be 3"):
        tie.set.tree(values)
