"""Tests of the class driver: transactions, versions, statuses, what no OID carries, bad bytes."""

from dataclasses import dataclass

import pytest
from class_driver_host import (
    BASIC,
    CONNECTED_3,
    OPEN,
    OWN,
    PHONEBOOK,
    RADIO_ON,
    command,
    done,
    from_device,
    from_host,
    indicate,
    oid,
    only,
    status_code,
    values,
)
from groups import examples, sampled
from hypothesis import given, settings
from hypothesis import strategies as st
from mbim_samples import sample_values

from wwanreplay._core import Kind, Namespace, RecordFlag
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.class_driver import ClassDriver
from wwanreplay.mbim.commands import ties_by_command
from wwanreplay.mbim.known import known_of
from wwanreplay.mbim.messages import STATUS, Message
from wwanreplay.mbim.outstanding import OUTSTANDING_MAX
from wwanreplay.mbim.structures import flattened
from wwanreplay.mbim.tables import EXTENSIONS, command_code, find_cid, find_layout
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event

INDICATION_REQUIRED = PROTOCOL.status("NDIS_STATUS_INDICATION_REQUIRED").number


# ------------------------------------------------------------------ transactions


def test_answers_find_their_requests_across_interleaving() -> None:
    driver = ClassDriver()
    from_host(driver, command(2, BASIC, 3), 10)
    from_host(driver, command(3, BASIC, 5), 20)
    pins = from_device(driver, done(3, BASIC, 5, bytes(160)), 30)
    radio = from_device(driver, done(2, BASIC, 3, RADIO_ON), 40)
    assert (only(pins).request_id, only(pins).code) == (
        3,
        status_code("NDIS_STATUS_WWAN_PIN_LIST"),
    )
    assert (only(radio).request_id, only(radio).time_ns) == (2, 40)
    assert only(radio).handle == 2
    assert values(only(radio))["RadioState.HwRadioState"] == 1
    assert driver.unanswered == []
    assert driver.problem_count == 0


def test_a_transaction_id_that_comes_again_is_another_request() -> None:
    driver = ClassDriver()
    ids = []
    for _ in range(3):
        from_host(driver, OPEN)
        ids.append(from_host(driver, command(2, BASIC, 3))[0].request_id)
        from_device(driver, done(2, BASIC, 3, RADIO_ON))
    assert ids == [2, 2 + (1 << 32), 2 + (2 << 32)]
    assert driver.problem_count == 0


def test_an_answer_of_before_a_reopen_belongs_to_the_old_request() -> None:
    driver = ClassDriver()
    from_host(driver, OPEN)
    from_host(driver, command(2, BASIC, 3))
    from_host(driver, OPEN)
    late = only(from_device(driver, done(2, BASIC, 3, RADIO_ON)))
    assert (late.kind, late.request_id) == (Kind.KIND_INDICATION, 2)
    assert driver.problems == ["transaction 2: answered after the function was opened again"]


def test_an_answer_of_before_a_reopen_is_distinguished_from_the_new_one_by_its_command() -> None:
    driver = ClassDriver()
    from_host(driver, OPEN)
    from_host(driver, command(2, BASIC, 3))
    from_host(driver, OPEN)
    from_host(driver, command(2, BASIC, 5))
    assert driver.problems == ["transaction 2 comes again before its answer"]
    assert only(from_device(driver, done(2, BASIC, 3, RADIO_ON))).request_id == 2
    assert only(from_device(driver, done(2, BASIC, 5, bytes(160)))).request_id == 2 + (1 << 32)


def test_a_second_answer_is_given_again() -> None:
    driver = ClassDriver()
    from_host(driver, command(2, BASIC, 3))
    first = only(from_device(driver, done(2, BASIC, 3, RADIO_ON), 5))
    second = only(from_device(driver, done(2, BASIC, 3, RADIO_ON), 9))
    assert driver.problems == ["transaction 2: answered again"]
    assert second == first.replace(time_ns=9)


def test_an_answer_without_its_request_is_an_answer_all_the_same() -> None:
    driver = ClassDriver()
    answer = only(from_device(driver, done(77, BASIC, 3, RADIO_ON)))
    assert (answer.request_id, answer.code) == (77, status_code("NDIS_STATUS_WWAN_RADIO_STATE"))
    assert driver.problems == [
        "transaction 77: the answer of MBIM_CID_RADIO_STATE without its request"
    ]
    assert from_host(driver, command(77, BASIC, 3))[0].request_id == 77 + (1 << 32)


def test_an_answer_to_another_command_leaves_the_request_open() -> None:
    driver = ClassDriver()
    from_host(driver, command(4, BASIC, 3))
    from_device(driver, done(4, BASIC, 5, bytes(160)))
    assert driver.problems == [
        "transaction 4: the answer of MBIM_CID_PIN_LIST, which was not asked"
    ]
    assert driver.unanswered == [4]
    assert only(from_device(driver, done(4, BASIC, 3, RADIO_ON))).request_id == 4


def test_too_many_transactions_are_forgotten_and_counted() -> None:
    driver = ClassDriver()
    for number in range(1, OUTSTANDING_MAX + 11):
        from_host(driver, command(number, BASIC, 3))
    assert driver.forgotten == 10
    assert len(driver.unanswered) == OUTSTANDING_MAX


def test_messages_without_commands_make_no_events() -> None:
    driver = ClassDriver()
    assert from_host(driver, OPEN) == []
    assert from_device(driver, Message(messages.MBIM_OPEN_DONE, 1).to_bytes()) == []
    assert from_host(driver, Message(messages.MBIM_CLOSE_MSG, 2).to_bytes()) == []
    assert from_device(driver, Message(messages.MBIM_FUNCTION_ERROR_MSG, 2, 1).to_bytes()) == []
    assert driver.generation == 1
    assert driver.problem_count == 0


# ------------------------------------------------------------------ statuses


def test_a_failure_without_a_body_knows_its_status_only() -> None:
    driver = ClassDriver()
    from_host(driver, command(2, BASIC, 5))
    event = only(
        from_device(driver, done(2, BASIC, 5, status=STATUS["MBIM_STATUS_SIM_NOT_INSERTED"]))
    )
    found = values(event)
    assert found["uStatus"] == PROTOCOL.status("WWAN_STATUS_SIM_NOT_INSERTED").number
    assert found["PinList.WwanPinDescPin1.PinMode"] == 0
    assert known_of(event) == {"uStatus"}


def test_a_failure_with_a_body_keeps_it() -> None:
    driver = ClassDriver()
    body = codec.encode(
        BASIC, 9, "response", {"NwError": 11, "RegisterState": 5, "ProviderId": "00101"}
    )
    from_host(driver, command(2, BASIC, 9))
    event = only(from_device(driver, done(2, BASIC, 9, body, STATUS["MBIM_STATUS_FAILURE"])))
    found = values(event)
    assert found["uStatus"] == PROTOCOL.status("WWAN_STATUS_FAILURE").number
    assert found["RegistrationState.uNwError"] == 11
    assert found["RegistrationState.ProviderId"] == "00101"
    assert "RegistrationState.uNwError" in known_of(event)


def test_a_structure_without_a_status_reports_it_in_fields() -> None:
    driver = ClassDriver()
    from_host(driver, command(2, BASIC, 2))
    status = STATUS["MBIM_STATUS_NOT_INITIALIZED"]
    event = only(from_device(driver, done(2, BASIC, 2, status=status)))
    assert event.payload == b""
    assert event.flags == RecordFlag.FLAG_INCOMPLETE
    assert event.fields == {"uStatus": PROTOCOL.status("WWAN_STATUS_NOT_INITIALIZED").number}
    assert known_of(event) == {"uStatus"}


def test_a_success_without_its_answer_is_incomplete() -> None:
    driver = ClassDriver()
    from_host(driver, command(2, BASIC, 3))
    event = only(from_device(driver, done(2, BASIC, 3)))
    assert event.flags == RecordFlag.FLAG_INCOMPLETE
    assert event.fields == {"uStatus": 0}
    assert "MBIM_CID_RADIO_STATE response" in driver.problems[0]


# ------------------------------------------------------------------ what no OID carries


def test_a_command_without_an_oid_is_one_request_and_one_completion() -> None:
    driver = ClassDriver()
    request = only(from_host(driver, command(6, PHONEBOOK, 1)))
    assert (request.kind, request.namespace) == (Kind.KIND_QUERY, Namespace.NAMESPACE_MBIM)
    assert request.code == command_code(PHONEBOOK, 1)
    completion = only(
        from_device(driver, done(6, PHONEBOOK, 1, b"abcd", STATUS["MBIM_STATUS_BUSY"]))
    )
    assert completion.kind == Kind.KIND_COMPLETION
    assert (completion.request_id, completion.payload, completion.bytes) == (6, b"abcd", 4)
    assert completion.status == STATUS["MBIM_STATUS_BUSY"]
    assert completion.fields == {"Status": STATUS["MBIM_STATUS_BUSY"]}
    assert driver.unmapped == {"MBIM_CID_PHONEBOOK_CONFIGURATION": 1}


def test_an_indication_without_an_oid_keeps_its_buffer() -> None:
    driver = ClassDriver()
    event = only(from_device(driver, indicate(PHONEBOOK, 1, b"\1\2\3\4")))
    assert (event.kind, event.request_id) == (Kind.KIND_INDICATION, 0)
    assert (event.namespace, event.code) == (
        Namespace.NAMESPACE_MBIM,
        command_code(PHONEBOOK, 1),
    )
    assert event.payload == b"\1\2\3\4"
    assert event.flags == 0


def test_services_of_the_device_pass_through() -> None:
    driver = ClassDriver()
    request, completion = from_host(driver, command(3, 0, 9, 1, b"hello", own=OWN.bytes))
    assert (request.kind, request.code) == (Kind.KIND_SET, oid("OID_WWAN_DEVICE_SERVICE_COMMAND"))
    found = values(request)
    assert found["Command.DeviceServiceGuid"] == str(OWN)
    assert (found["Command.CommandID"], found["Data"]) == (9, b"hello")
    assert (completion.status, completion.flags) == (
        INDICATION_REQUIRED,
        RecordFlag.FLAG_INFERRED,
    )
    answer = only(from_device(driver, done(3, 0, 9, b"back", own=OWN.bytes)))
    assert answer.code == status_code("NDIS_STATUS_WWAN_DEVICE_SERVICE_RESPONSE")
    assert (answer.request_id, values(answer)["Data"]) == (3, b"back")
    assert values(answer)["Response.ResponseID"] == 9
    event = only(from_device(driver, indicate(0, 4, b"news", own=OWN.bytes)))
    assert event.code == status_code("NDIS_STATUS_WWAN_DEVICE_SERVICE_EVENT")
    assert (values(event)["Event.EventID"], values(event)["Data"]) == (4, b"news")
    assert driver.unmapped == {}


def test_addresses_become_the_event_of_ndis() -> None:
    driver = ClassDriver()
    members = {
        "SessionId": 0,
        "IPv4ConfigurationAvailable": 0xF,
        "IPv4Address": [{"OnLinkPrefixLength": 29, "IPv4Address": "192.0.2.9"}],
        "IPv4Gateway": "192.0.2.1",
        "IPv6DnsServer": ["2001:db8::53"],
        "IPv4Mtu": 1430,
    }
    event = only(
        from_device(driver, indicate(BASIC, 15, codec.encode(BASIC, 15, "notification", members)))
    )
    assert event.code == status_code("NDIS_STATUS_WWAN_IP_ADDRESS_STATE")
    found = values(event)
    assert found["IpEntries[0].Ipv4.IPV4Address"] == bytes([192, 0, 2, 9])
    assert found["IpEntries[0].Ipv4.OnLinkPrefixLength"] == 29
    assert found["GatewayEntries[0].Ipv4.IPV4Address"] == bytes([192, 0, 2, 1])
    assert found["DnsEntries[0].IsIpv6"] == 1
    assert found["WwanIpAddressState.IPv4MTU"] == 1430


def status_code_of_ndis(name: str) -> int:
    return PROTOCOL.status(name).number


def test_a_hint_without_an_indication_ends_with_its_completion() -> None:
    driver = ClassDriver()
    request, provisional = from_host(driver, command(5, BASIC, 21, 1, b"\1\0\0\0"))
    assert provisional.status == status_code_of_ndis("NDIS_STATUS_INDICATION_REQUIRED")
    assert request.code == oid("OID_WWAN_NETWORK_IDLE_HINT")
    assert values(request)["IdleHint.IsEnabled"] == 1
    completion = only(from_device(driver, done(5, BASIC, 21, b"\1\0\0\0")))
    assert (completion.kind, completion.status) == (Kind.KIND_COMPLETION, 0)


def test_emergency_mode_is_requested_as_ready_info() -> None:
    driver = ClassDriver()
    request = from_host(driver, command(5, BASIC, 22))[0]
    assert request.code == oid("OID_WWAN_READY_INFO")
    answer = only(from_device(driver, done(5, BASIC, 22, b"\1\0\0\0")))
    assert answer.fields == {"ReadyInfo.EmergencyMode": 1}
    assert answer.flags == RecordFlag.FLAG_INCOMPLETE


# ------------------------------------------------------------------ versions


def version(number: int, operation: str) -> bytes:
    members = {"MbimVersion": 0x0100, "MbimExtendedVersion": number}
    return codec.encode(EXTENSIONS, 15, operation, members, mbimex=0x0200)


@pytest.mark.parametrize(
    ("host", "device", "agreed"),
    [(0x0300, 0x0300, 0x0300), (0x0400, 0x0300, 0x0300), (0x0200, 0x0300, 0x0200)],
)
def test_the_lower_version_is_in_force_once_the_device_answered(
    host: int, device: int, agreed: int
) -> None:
    driver = ClassDriver()
    from_host(driver, OPEN)
    from_host(driver, command(2, EXTENSIONS, 15, 0, version(host, "query")))
    assert driver.mbimex == 0x0100
    from_device(driver, done(2, EXTENSIONS, 15, version(device, "response")))
    assert driver.mbimex == agreed
    from_host(driver, OPEN)
    assert driver.mbimex == 0x0100


def test_a_refused_version_changes_nothing() -> None:
    driver = ClassDriver()
    from_host(driver, OPEN)
    from_host(driver, command(2, EXTENSIONS, 15, 0, version(0x0300, "query")))
    from_device(driver, done(2, EXTENSIONS, 15, b"", STATUS["MBIM_STATUS_NO_DEVICE_SUPPORT"]))
    assert driver.mbimex == 0x0100


def test_members_of_the_version_in_force_are_known() -> None:
    driver = ClassDriver(mbimex=0x0300)
    event = only(from_device(driver, indicate(BASIC, 12, CONNECTED_3)))
    assert driver.problems == []
    found = values(event)
    assert found["ContextState.AccessString"] == "internet"
    assert found["ContextState.ConnectionMedia"] == 3
    assert {"ContextState.AccessString", "ContextState.ConnectionMedia"} <= known_of(event)


def test_capabilities_of_a_5g_modem_as_a_router_logged_them() -> None:
    """MBIMEx 3.0, from a session that began before the log; the identity is another."""
    buffer = bytes.fromhex(
        "03000000 01000000 01000000 02000000 7c000080 03000000 a1000000 03000000"
        "00000000 0f000000 00000000 00000000 0b000000 00000000 0b000000 00000000"
        "0a000002 02000000 20000000 0a000002 1e000000 31003200 33003400 35003600"
        "37003800 39003000 31003200 33003400 35000000 0a000000 00000000 0a000002"
        "12000000 52004700 35003000 32005100 2d004500 41000000"
    )
    driver = ClassDriver()
    event = only(from_device(driver, done(8, EXTENSIONS, 6, buffer)))
    assert event.code == status_code("NDIS_STATUS_WWAN_DEVICE_CAPS_EX")
    found = values(event)
    assert found["DeviceCaps.Model"] == "RG502Q-EA"
    assert found["DeviceCaps.DeviceId"] == "123456789012345"
    assert found["DeviceCaps.MaxActivatedContexts"] == 15
    # Manual registration, eSIM and hot swap stand at other bits on the NDIS side.
    assert found["DeviceCaps.WwanControlCaps"] == 0x1 | 0x100 | 0x400
    assert found["DeviceCaps.WwanDataClass"] == 0x8000007C
    assert driver.mbimex == 0x0300


# ------------------------------------------------------------------ every command


@dataclass(frozen=True)
class Case:
    service: int
    cid: int
    operation: str
    mbimex: int

    def __str__(self) -> str:
        row = find_cid(self.service, self.cid)
        assert row is not None
        return f"{row.name}-{self.operation}-{self.mbimex:#x}"


CASES = [
    Case(service, cid, operation, layout.mbimex)
    for (service, cid), row in ties_by_command().items()
    if (found := find_cid(service, cid)) is not None
    for operation, layout in found.layouts()
    if operation in ("response", "notification") or row.has(operation)
]


def sample_of(case: Case) -> bytes:
    layout = find_layout(case.service, case.cid, case.operation, case.mbimex)
    assert layout is not None
    members = sample_values(layout)
    for name, value in (
        ("ContextType", "7e5e2a7e-4e6f-7272-736b-656e7e5e2a7e"),
        ("ProviderId", "00101"),
        ("NetworkName", "network"),
    ):
        if name in members:
            members[name] = value
    return codec.encode(case.service, case.cid, case.operation, members, mbimex=case.mbimex)


@pytest.mark.parametrize("case", sampled(CASES, 30, ids=str))
def test_every_tied_message_becomes_an_event_of_its_oid(case: Case) -> None:
    driver = ClassDriver(mbimex=max(case.mbimex, 0x0101))
    buffer = sample_of(case)
    row = ties_by_command()[case.service, case.cid]
    if case.operation in ("query", "set"):
        is_set = case.operation == "set"
        event = from_host(driver, command(2, case.service, case.cid, is_set, buffer))[0]
        assert event.code == row.code
        shape = row.set if is_set else row.query
    elif case.operation == "response":
        operation = "query" if row.has("query") else "set"
        layouts = getattr(find_cid(case.service, case.cid), operation)
        fitting = [layout.mbimex for layout in layouts if layout.mbimex <= case.mbimex]
        request = sample_of(Case(case.service, case.cid, operation, fitting[-1]))
        from_host(driver, command(2, case.service, case.cid, operation == "set", request))
        event = only(from_device(driver, done(2, case.service, case.cid, buffer)))
        shape = row.answer
        if row.indication is None:
            assert event.kind == Kind.KIND_COMPLETION
            return
        assert event.code == status_code(row.indication)
    else:
        event = only(from_device(driver, indicate(case.service, case.cid, buffer)))
        if row.event is None:
            assert event.namespace == Namespace.NAMESPACE_MBIM
            return
        shape = row.answer
        assert event.code == status_code(row.event)
    assert [text for text in driver.problems if " cut to " not in text] == []
    assert event.namespace != Namespace.NAMESPACE_MBIM
    if event.payload:
        assert shape is not None
        decoded = decode_event(event)
        assert decoded is not None
        assert decoded.name == shape.structure
        found = values(event)
        understood = codec.decode(*case_key(case), buffer, mbimex=case.mbimex)
        members = flattened(shape.tree(understood))
        assert [
            path for path in members if path in found and not same(members[path], found[path])
        ] == []
        if members:
            assert any(path in found for path in members)


def case_key(case: Case) -> tuple[int, int, str]:
    return case.service, case.cid, case.operation


def same(sent: object, found: object) -> bool:
    """Whether a field holds what was sent, as far as it has room."""
    if isinstance(sent, int) and isinstance(found, int):
        return (sent - found) % (1 << 32) == 0
    if isinstance(sent, str) and isinstance(found, bytes):
        return found.rstrip(b"\0") == sent.encode("latin-1", "replace")[: len(found)].rstrip(b"\0")
    if isinstance(sent, bytes) and isinstance(found, bytes):
        return found.startswith(sent[: len(found)])
    if isinstance(sent, list) and isinstance(found, tuple):
        return list(found[: len(sent)]) == sent[: len(found)]
    if isinstance(sent, str) and isinstance(found, str):
        return sent.startswith(found) and bool(found) == bool(sent)
    return sent == found or not isinstance(found, str | bytes)


# ------------------------------------------------------------------ bad bytes


def test_a_buffer_without_sense_stays_raw_and_incomplete() -> None:
    driver = ClassDriver()
    event = only(from_device(driver, indicate(BASIC, 3, b"\1\2\3")))
    assert event.namespace == Namespace.NAMESPACE_MBIM
    assert (event.code, event.payload) == (command_code(BASIC, 3), b"\1\2\3")
    assert event.flags == RecordFlag.FLAG_INCOMPLETE
    from_host(driver, command(2, BASIC, 3))
    answer = only(from_device(driver, done(2, BASIC, 3, b"\1\2\3")))
    assert (answer.namespace, answer.request_id) == (Namespace.NAMESPACE_MBIM, 2)
    assert answer.flags == RecordFlag.FLAG_INCOMPLETE
    request = only(from_host(driver, command(3, BASIC, 3, 1, b"\1")))
    assert (request.namespace, request.flags) == (
        Namespace.NAMESPACE_MBIM,
        RecordFlag.FLAG_INCOMPLETE,
    )


@st.composite
def hostile(draw: st.DrawFn) -> bytes:
    """Bytes that begin as a message of a known command, or do not."""
    service, cid = draw(st.sampled_from(sorted(ties_by_command())))
    buffer = draw(st.binary(max_size=120))
    if draw(st.booleans()):
        operation = draw(st.sampled_from(["query", "set", "response", "notification"]))
        layouts = getattr(find_cid(service, cid), operation)
        if layouts:
            case = Case(service, cid, operation, draw(st.sampled_from(layouts)).mbimex)
            whole = bytearray(sample_of(case))
            for _ in range(draw(st.integers(0, 6))):
                if whole:
                    place = draw(st.integers(0, len(whole) - 1))
                    whole[place] = draw(st.sampled_from([0, 1, 2, 4, 8, 0x7F, 0xFF]))
            buffer = bytes(whole[: draw(st.integers(0, len(whole)))]) if whole else b""
    number = draw(st.integers(0, 3))
    kind = draw(st.integers(0, 3))
    if kind == 0:
        data = command(number, service, cid, draw(st.integers(0, 2)), buffer)
    elif kind == 1:
        data = done(number, service, cid, buffer, draw(st.sampled_from([0, 2, 9, 0x87430001])))
    elif kind == 2:
        data = indicate(service, cid, buffer)
    else:
        data = draw(st.binary(max_size=90))
    return data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data


@pytest.mark.long
@settings(max_examples=examples(400), deadline=None)
@given(st.lists(hostile(), max_size=6))
def test_no_bytes_raise_and_every_readable_message_is_an_event(transfers: list[bytes]) -> None:
    driver = ClassDriver()
    for data in transfers:
        from_host = data[3:4] != b"\x80"
        events = driver.message(data, 1, from_host=from_host)
        try:
            message = messages.parse_message(data)
        except messages.DecodeError:
            continue
        assert bool(events) == (message.type in messages.FRAGMENTED_TYPES)
        for event in events:
            known_of(event)


def test_a_pin_set_on_a_device_that_is_not_ready_as_a_router_logged_it() -> None:
    """OPEN, PIN, an unasked phonebook indication, NOT_INITIALIZED, a CLOSE of a wrong length."""
    basic = "a289cc33bcbb8b4fb6b0133ec2aae6df"
    session = (
        (True, "01000000 10000000 01000000 00040000"),
        (False, "01000080 10000000 01000000 00000000"),
        (
            True,
            f"03000000 50000000 02000000 01000000 00000000 {basic} 04000000 01000000 20000000"
            "02000000 00000000 18000000 08000000 00000000 00000000 3100310031003100",
        ),
        (
            False,
            "07000080 40000000 00000000 01000000 00000000 4bf384761e6a41dbb1d8bed289c25bdb"
            "01000000 14000000 01000000 f4010000 0a000000 50000000 12000000",
        ),
        (
            False,
            f"03000080 30000000 02000000 01000000 00000000 {basic} 04000000 0e000000 00000000",
        ),
        (True, "02000000 10000000 03000000 01000000"),
    )
    driver = ClassDriver()
    events = [
        event
        for at, (from_host, text) in enumerate(session)
        for event in driver.message(bytes.fromhex(text), at, from_host=from_host)
    ]
    request, completion, phonebook, answer = events
    assert (request.kind, request.code, request.request_id) == (
        Kind.KIND_SET,
        oid("OID_WWAN_PIN_EX"),
        2,
    )
    pin = PROTOCOL.number_of("WWAN_PIN_TYPE", "WwanPinTypePin1")
    assert values(request)["PinAction.PinType"] == pin
    assert values(request)["PinAction.Pin"] == "1111"
    assert completion.status == INDICATION_REQUIRED
    assert phonebook.code == command_code(PHONEBOOK, 1)
    assert (answer.code, answer.request_id) == (status_code("NDIS_STATUS_WWAN_PIN_INFO"), 2)
    assert values(answer)["uStatus"] == PROTOCOL.status("WWAN_STATUS_NOT_INITIALIZED").number
    assert driver.problem_count == 1
    assert driver.problems == [
        "MBIM_CLOSE_MSG: has bytes left over at offset 12: needs 12 bytes, has 16"
    ]


class Forgetful(ClassDriver):
    """A driver that makes every structure anew."""

    def __init__(self) -> None:
        super().__init__()
        self._session.recall = lambda key: None  # type: ignore[method-assign]


@settings(deadline=None)
@given(st.lists(st.one_of(hostile(), st.just(messages.Message(1, 1, 4096).to_bytes())), max_size=4))
def test_a_message_that_comes_again_means_what_it_meant(transfers: list[bytes]) -> None:
    driver, other = ClassDriver(), Forgetful()
    for at, data in enumerate([*transfers, *transfers, *transfers]):
        from_host = data[3:4] != b"\x80"
        assert driver.message(data, at, from_host=from_host) == other.message(
            data, at, from_host=from_host
        )
        assert (driver.problems, driver.malformed) == (other.problems, other.malformed)
        assert (driver.mbimex, driver.problem_count) == (other.mbimex, other.problem_count)
