"""Requests that a bridge makes: their ids, their ports, and inputs that the device can take."""

import pytest

from wwanreplay._core import Kind, Namespace
from wwanreplay.mbim import codec, messages, statuses
from wwanreplay.mbim.commands import CONNECT, PASSED_THROUGH, SESSION_ID_MAX, ties_by_command
from wwanreplay.mbim.device_requests import DeviceRequests
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import command_code
from wwanreplay.mbim.transactions import Refusal
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol import codec as ndis
from wwanreplay.protocol.releases import DEFAULT

VENDOR = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"


def made(port_count: int = 2) -> DeviceRequests:
    return DeviceRequests(DEFAULT, port_count)


def test_request_ids_count_up_whatever_the_request() -> None:
    requests = made()
    code = next(iter(PASSED_THROUGH))
    buffer = codec.encode(*code, "query", {PASSED_THROUGH[code]: 0} if PASSED_THROUGH[code] else {})
    message = Message(messages.MBIM_COMMAND_MSG, 9, 0, bytes(16), code[1], buffer)
    events = [
        requests.oid(1, False, "OID_WWAN_DEVICE_CAPS"),
        requests.passed_through(code, message, 2),
        requests.subscription(3, [VENDOR]),
        requests.service_command(message, VENDOR, True, 4),
        requests.context_end(5, 0, 0),
        requests.stream_end(6, 1, VENDOR),
    ]
    assert [event.request_id for event in events] == [1, 2, 3, 4, 5, 6]
    assert all(event.handle == event.request_id for event in events)
    assert [event.time_ns for event in events] == [1, 2, 3, 4, 5, 6]
    assert events[1].namespace == Namespace.NAMESPACE_MBIM
    assert events[1].code == command_code(*code)


def test_sessions_beyond_the_ports_have_port_zero_and_impossible_ones_none() -> None:
    requests = made(port_count=2)
    assert [requests.port(session) for session in (0, 1, 2, SESSION_ID_MAX)] == [0, 1, 0, 0]
    with pytest.raises(Refusal) as refusal:
        requests.port(SESSION_ID_MAX + 1)
    assert refusal.value.status == statuses.INVALID_PARAMETERS


def test_an_ended_context_is_deactivated_on_its_port() -> None:
    event = made().context_end(7, 1, 1)
    decoded = ndis.decode("NDIS_WWAN_SET_CONTEXT_STATE", event.payload)
    assert (event.kind, event.port) == (Kind.KIND_SET, 1)
    assert event.code == PROTOCOL.oid("OID_WWAN_CONNECT").number
    assert decoded["SetContextState.ConnectionId"] == 1
    assert decoded["SetContextState.ActivationCommand"] == 0


def test_a_subscription_names_each_service_once() -> None:
    event = made().subscription(1, [VENDOR, VENDOR])
    decoded = ndis.decode("NDIS_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS", event.payload)
    assert [leaf.value for leaf in decoded if leaf.field.kind == "guid"] == [VENDOR]


@pytest.mark.parametrize(("length", "fits"), [(100, True), (101, False)])
def test_text_needs_room_for_its_terminator(length: int, fits: bool) -> None:
    tie = ties_by_command(2)[CONNECT]
    values = codec.decode(*CONNECT, "set", codec.encode(*CONNECT, "set", {}))
    values["AccessString"] = "a" * length
    if fits:
        assert made().input_of(tie.set, values)
    else:
        with pytest.raises(Refusal):
            made().input_of(tie.set, values)
