"""Device services: lists, commands, subscriptions, events and sessions."""

import struct

import pytest
from device_host import PLAIN_SERVICE, SERVICE, WRITE_ONLY_SERVICE, Host, member, names, status

from wwanreplay._core import Kind
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event

SESSION = "OID_WWAN_DEVICE_SERVICE_SESSION"
WRITE = "OID_WWAN_DEVICE_SERVICE_SESSION_WRITE"
COMMAND = "OID_WWAN_DEVICE_SERVICE_COMMAND"
COMMANDS = "OID_WWAN_ENUMERATE_DEVICE_SERVICE_COMMANDS"
SUBSCRIBE = "OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS"
UNKNOWN = b"\xee" * 16
NOT_SUPPORTED = status("NDIS_STATUS_NOT_SUPPORTED")
OPEN, CLOSED = 1, 2


def header(size):
    return struct.pack("<BBH", 0x80, 1, size)


def session_order(session_id=1, state=OPEN, guid=SERVICE):
    return header(28) + guid + struct.pack("<II", state, session_id)


def write_order(data=b"data", session_id=1, size=None):
    return header(12) + struct.pack("<II", session_id, len(data) if size is None else size) + data


def command_order(data=b"", command=7, guid=SERVICE, size=None):
    return (
        header(28) + guid + struct.pack("<II", command, len(data) if size is None else size) + data
    )


def subscription(*guids, kind=11, count=None):
    number = len(guids) if count is None else count
    return header(12) + struct.pack("<II", kind, number) + b"".join(guids)


def session(host, *args, **options):
    """(uStatus, State) of an order; the answer must name the session of the order."""
    order = session_order(*args, **options)
    answer, events = host.set(SESSION, order)
    assert events == []
    payload = bytes(answer)
    assert len(payload) == 32
    assert payload[8:24] == order[4:20]
    assert payload[28:32] == order[24:28]
    return answer.number("uStatus"), answer.number("Session.State")


def read_parts(events):
    assert all(name == "WWAN_DEVICE_SERVICE_SESSION_READ" for name, _ in names(events))
    assert all(
        event.payload[8:12] == struct.pack("<I", len(event.payload) - 12) for event in events
    )
    return [(event.payload[4], event.payload[12:]) for event in events]


def service_data(host, data, session_id=1, size=None):
    payload = struct.pack("<II", session_id, len(data) if size is None else size) + data
    return host.stimulus("device_service_data", payload)


def service_event(host, guid=SERVICE, data=b"told", size=None):
    payload = guid + struct.pack("<II", 9, len(data) if size is None else size) + data
    return host.stimulus("device_service_event", payload)


def test_services_are_listed_with_their_limits():
    payload = bytes(Host().query("OID_WWAN_ENUMERATE_DEVICE_SERVICES"))
    assert struct.unpack_from("<BBH6I", payload) == (0x80, 1, 28, 0, 32, 8, 2, 9, 3)
    assert payload[28:52] == SERVICE + struct.pack("<II", 3, 2)
    assert payload[52:76] == WRITE_ONLY_SERVICE + struct.pack("<II", 1, 1)
    assert payload[76:] == PLAIN_SERVICE + struct.pack("<II", 0, 0)


def test_commands_of_a_service_are_listed():
    payload = bytes(Host().query(COMMANDS, header(20) + SERVICE))
    assert payload[4:8] == bytes(4)
    assert payload[8:24] == SERVICE
    assert struct.unpack("<4I", payload[24:]) == (12, 2, 1, 7)


def test_a_query_command_is_answered_with_its_data_and_a_set_with_none():
    host = Host()
    payload = bytes(host.query(COMMAND, command_order(b"question")))
    assert payload == header(32) + bytes(4) + SERVICE + struct.pack("<II", 7, 8) + b"question"
    answer, events = host.set(COMMAND, command_order(b"order", command=1))
    assert bytes(answer) == header(32) + bytes(4) + SERVICE + struct.pack("<II", 1, 0)
    assert events == []


@pytest.mark.parametrize(
    ("kind", "name", "payload", "expected"),
    [
        (Kind.KIND_QUERY, COMMANDS, header(20) + UNKNOWN, "NOT_SUPPORTED"),
        (Kind.KIND_QUERY, COMMAND, command_order(guid=UNKNOWN), "NOT_SUPPORTED"),
        (Kind.KIND_SET, COMMAND, command_order(command=2), "NOT_SUPPORTED"),
        (Kind.KIND_SET, COMMAND, command_order(b"abc", size=4), "INVALID_LENGTH"),
        (Kind.KIND_SET, COMMAND, command_order(size=0xFFFFFFFF), "INVALID_LENGTH"),
        (Kind.KIND_QUERY, COMMAND, command_order(bytes(33)), "INVALID_DATA"),
        (Kind.KIND_QUERY, COMMAND, b"", "INVALID_LENGTH"),
        (Kind.KIND_SET, SUBSCRIBE, subscription(UNKNOWN), "NOT_SUPPORTED"),
        (Kind.KIND_SET, SUBSCRIBE, subscription(SERVICE, kind=9), "INVALID_DATA"),
        (Kind.KIND_SET, SUBSCRIBE, subscription(SERVICE, count=2), "INVALID_LENGTH"),
        (Kind.KIND_SET, SUBSCRIBE, subscription(count=0x10000001), "INVALID_LENGTH"),
        (Kind.KIND_QUERY, SUBSCRIBE, b"", "NOT_SUPPORTED"),
        (Kind.KIND_QUERY, SESSION, b"", "NOT_SUPPORTED"),
        (Kind.KIND_QUERY, WRITE, b"", "NOT_SUPPORTED"),
        (Kind.KIND_SET, SESSION, session_order(guid=UNKNOWN), "NOT_SUPPORTED"),
        (Kind.KIND_SET, SESSION, session_order(guid=PLAIN_SERVICE), "NOT_SUPPORTED"),
        (Kind.KIND_SET, SESSION, session_order(state=3), "NOT_SUPPORTED"),
        (Kind.KIND_SET, SESSION, session_order(state=0), "NOT_SUPPORTED"),
        (Kind.KIND_SET, WRITE, write_order(), "ADAPTER_NOT_OPEN"),
    ],
)
def test_what_cannot_be_is_refused_at_once(kind, name, payload, expected):
    assert Host().refused(kind, name, payload) == status(f"NDIS_STATUS_{expected}")


def test_events_come_from_subscribed_services_only():
    host = Host()
    assert service_event(host) == []
    answer, _ = host.set(SUBSCRIBE, subscription(SERVICE, WRITE_ONLY_SERVICE))
    assert bytes(answer)[4:] == struct.pack("<III", 0, 11, 2) + SERVICE + WRITE_ONLY_SERVICE
    (event,) = service_event(host)
    assert names([event]) == [("WWAN_DEVICE_SERVICE_EVENT", 0)]
    assert event.payload == header(28) + SERVICE + struct.pack("<II", 9, 4) + b"told"
    assert service_event(host, WRITE_ONLY_SERVICE) == [], "it has no events"
    assert service_event(host, UNKNOWN) == []
    assert service_event(host, size=5) == [], "fewer data than stated"
    assert service_event(host, data=bytes(33)) == [], "more than a command may carry"
    answer, _ = host.set(SUBSCRIBE, subscription())
    assert bytes(answer)[4:] == struct.pack("<III", 0, 11, 0)
    assert service_event(host) == []


def test_a_session_opens_and_closes():
    host = Host()
    assert session(host, 5, OPEN) == (0, OPEN)
    assert host.engine.state()["sessions_open"] == [5]
    assert session(host, 5, CLOSED) == (0, CLOSED)
    assert host.engine.state()["sessions_open"] == []


def test_sessions_are_limited_by_device_and_service():
    host = Host()
    assert session(host, 1, guid=WRITE_ONLY_SERVICE) == (0, OPEN)
    failure = (status("WWAN_STATUS_FAILURE"), CLOSED)
    assert session(host, 2, guid=WRITE_ONLY_SERVICE) == failure, "one instance of this service"
    assert session(host, 2) == (0, OPEN)
    assert session(host, 3) == failure, "two sessions of this device"
    session(host, 2, CLOSED)
    assert session(host, 3) == (0, OPEN)


def test_orders_that_do_not_fit_the_session_are_invalid():
    host = Host()
    invalid = status("WWAN_STATUS_INVALID_DEVICE_SERVICE_OPERATION")
    assert session(host, 1, CLOSED) == (invalid, CLOSED)
    session(host, 1, OPEN)
    assert session(host, 1, OPEN) == (invalid, OPEN)
    assert session(host, 1, CLOSED, guid=WRITE_ONLY_SERVICE) == (invalid, CLOSED)
    assert host.engine.state()["sessions_open"] == [1]


def test_a_write_is_completed():
    host = Host()
    session(host)
    answer, events = host.set(WRITE, write_order())
    assert bytes(answer) == header(8) + bytes(4)
    assert events == []


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (write_order(bytes(9)), "INVALID_DATA"),
        (write_order(b"abc", size=4), "INVALID_LENGTH"),
        (write_order(session_id=2), "ADAPTER_NOT_OPEN"),
    ],
)
def test_a_write_that_cannot_be_is_refused_at_once(payload, expected):
    host = Host()
    session(host)
    assert host.refused(Kind.KIND_SET, WRITE, payload) == status(f"NDIS_STATUS_{expected}")


def test_a_service_without_the_capability_takes_and_gives_no_data():
    read_only = {"guid": SERVICE, "session_capability": 2, "session_instances_max": 1}
    host = Host(services=[read_only])
    session(host)
    assert host.refused(Kind.KIND_SET, WRITE, write_order()) == NOT_SUPPORTED
    assert read_parts(service_data(host, b"x")) == [(1, b"x")]
    host = Host()
    session(host, guid=WRITE_ONLY_SERVICE)
    assert service_data(host, b"x") == []


def test_data_of_a_service_come_in_parts_of_the_limit():
    host = Host()
    session(host)
    assert read_parts(service_data(host, b"0123456789abcdefghi")) == [
        (1, b"01234567"),
        (1, b"89abcdef"),
        (1, b"ghi"),
    ]
    assert service_data(host, b"") == []
    assert service_data(host, b"abc", size=4) == []
    assert service_data(host, b"abc", session_id=2) == []


def test_a_session_that_the_device_ends_is_found_closed():
    host = Host()
    session(host)
    assert host.stimulus("device_service_session_closed", SessionId=2) == []
    assert host.stimulus("device_service_session_closed", SessionId=1) == []
    assert service_data(host, b"x") == []
    refusal = host.refused(Kind.KIND_SET, WRITE, write_order())
    assert refusal == status("NDIS_STATUS_ADAPTER_NOT_OPEN")


def test_a_write_whose_session_ends_meanwhile_fails():
    host = Host()
    session(host)
    host.send(Kind.KIND_SET, WRITE, write_order())
    outputs = host.stimulus("device_service_session_closed", SessionId=1)
    assert [event.status for event in outputs[:1]] == [status("NDIS_STATUS_INDICATION_REQUIRED")]
    assert decode_event(outputs[1]).number("uStatus") == status("WWAN_STATUS_WRITE_FAILURE")


@pytest.mark.parametrize(
    ("name", "kind", "payload"),
    [
        ("OID_WWAN_ENUMERATE_DEVICE_SERVICES", Kind.KIND_QUERY, b""),
        (COMMANDS, Kind.KIND_QUERY, header(20) + SERVICE),
        (COMMAND, Kind.KIND_QUERY, command_order(b"data")),
        (SUBSCRIBE, Kind.KIND_SET, subscription(SERVICE)),
        (SESSION, Kind.KIND_SET, session_order()),
    ],
)
def test_an_ordered_failure_is_reported_and_changes_nothing(name, kind, payload):
    host = Host()
    failure = status("WWAN_STATUS_FAILURE")
    operation = PROTOCOL.oid(name).number
    host.stimulus("outcome", Operation=operation, uStatus=failure, NwError=0, Count=1)
    host.send(kind, name, payload)
    answer = decode_event(host.run()[1])
    assert answer.number("uStatus") == failure
    assert host.engine.state()["sessions_open"] == []
    assert service_event(host) == []


def test_recorded_subscriptions_and_sessions_are_adopted():
    first, second = Host(), Host()
    first.send(Kind.KIND_SET, SUBSCRIBE, subscription(SERVICE))
    subscribed = first.run()[1]
    first.send(Kind.KIND_SET, SESSION, session_order(6))
    opened = first.run()[1]
    first.send(Kind.KIND_SET, SESSION, session_order(6, CLOSED))
    closed = first.run()[1]
    assert second.engine.adopt(subscribed)
    assert second.engine.adopt(opened)
    assert len(service_event(second)) == 1
    assert second.engine.state()["sessions_open"] == [6]
    assert second.engine.adopt(closed)
    assert second.engine.state()["sessions_open"] == []
    third = Host()
    assert third.engine.adopt(service_event(second)[0])
    assert len(service_event(third)) == 1
    for event in (subscribed, opened, closed):
        for size in range(len(event.payload)):
            second.engine.adopt(event.replace(payload=event.payload[:size]))


def test_capability_members_are_the_bits_of_the_model():
    assert member("WwanDeviceServiceSessionWriteSupported") == 1
    assert member("WwanDeviceServiceSessionReadSupported") == 2
