"""Tests of the bridge without a device: host messages to requests, outputs to messages."""

import uuid

import pytest
from bridge_messages import (
    BASIC,
    INDICATION_REQUIRED,
    VENDOR,
    answer,
    ask,
    command,
    completion,
    context_state,
    error_of,
    indication,
    opened,
    subscription,
    wire,
)
from groups import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind
from wwanreplay.errors import UsageError
from wwanreplay.mbim import messages
from wwanreplay.mbim.bridge import Bridge
from wwanreplay.mbim.commands import SERVED, TIES
from wwanreplay.mbim.fragments import FRAGMENT_TIMEOUT_NS, split
from wwanreplay.mbim.messages import ERRORS, STATUS, Message, parse_message
from wwanreplay.mbim.tables import BASIC_CONNECT, DSS, EXTENSIONS, SERVICES
from wwanreplay.mbim.transactions import OUTSTANDING_MAX
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol import codec as ndis

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
@settings(max_examples=examples(300), deadline=None, derandomize=True)
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
