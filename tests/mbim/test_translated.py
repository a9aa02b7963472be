"""Members out of the text that libmbim prints, and the class driver's partial events of them."""

import io
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from libmbim import load, printable
from mbim_samples import sample_values

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.formats.reading import LogReading
from wwanreplay.formats.transfers import head_of
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.class_driver import ClassDriver
from wwanreplay.mbim.commands import ties_by_command
from wwanreplay.mbim.known import known_of, unindexed
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.schema import Layout
from wwanreplay.mbim.tables import ENUMS, EXTENSIONS, SERVICES, STRUCTS, find_cid
from wwanreplay.mbim.translated import values_of
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event

BASIC = 1


@dataclass(frozen=True)
class Head:
    type: int | None = None
    length: int | None = None
    transaction_id: int | None = None
    service: bytes | None = None
    cid: int | None = None
    value: int | None = None


def wire(service: int) -> bytes:
    return uuid.UUID(SERVICES[service].uuid).bytes


def fields(**members: str) -> list[tuple[str, str]]:
    return [("Header.type", "command-done (0x80000003)")] + [
        (f"Fields.{name}", value) for name, value in members.items()
    ]


def only(events: list[Event]) -> Event:
    (event,) = events
    return event


def test_names_of_enumerations_and_flags_become_numbers() -> None:
    assert values_of(BASIC, 3, "response", fields(HwRadioState="on", SwRadioState="off"), 256) == {
        "HwRadioState": 1,
        "SwRadioState": 0,
    }
    reported = fields(
        CellularClass="gsm",
        DataClass="gprs, edge, umts, hsdpa, hsupa, lte, 5g-nsa",
        ControlCaps="reg-manual, esim",
        MaxSessions="8",
        DeviceId="###",
        HardwareInfo="(null)",
    )
    assert values_of(BASIC, 1, "response", reported, 256) == {
        "CellularClass": 1,
        "DataClass": 0x7F,
        "ControlCaps": 0x21,
        "MaxSessions": 8,
        "HardwareInfo": "",
    }


def test_lists_and_structures_are_nested() -> None:
    reported = [
        ("Fields.ProvidersCount", "2"),
        ("Fields.Providers[0].ProviderId", "00101"),
        ("Fields.Providers[0].ProviderState", "home, registered"),
        ("Fields.Providers[1].ProviderId", "00102"),
    ]
    found = values_of(BASIC, 7, "response", reported, 256)
    assert found["Providers"] == [
        {"ProviderId": "00101", "ProviderState": 17},
        {"ProviderId": "00102"},
    ]
    pins = values_of(BASIC, 5, "response", [("Fields.PinDescPin1.PinMode", "enabled")], 256)
    assert pins == {"PinDescPin1": {"PinMode": 1}}


def test_members_of_a_later_version_find_their_layout() -> None:
    reported = fields(
        PacketServiceState="attached", FrequencyRange="range1", CurrentDataClass="lte"
    )
    found = values_of(BASIC, 10, "notification", reported, 0x0100)
    assert found == {"PacketServiceState": 2, "FrequencyRange": 1, "CurrentDataClass": 32}


def test_what_cannot_be_read_is_left_out() -> None:
    reported = fields(HwRadioState="sideways", SwRadioState="###", Nothing="1")
    assert values_of(BASIC, 3, "response", reported, 256) == {}
    assert values_of(BASIC, 999, "response", fields(A="1"), 256) == {}


def test_an_answer_of_which_only_members_were_printed_has_fields() -> None:
    driver = ClassDriver()
    query = Head(messages.MBIM_COMMAND_MSG, 48, 39, wire(BASIC), 3, 0)
    request, completion = driver.partial(query, (), 5, from_host=True)
    # The length says that there is no information buffer: nothing is missing.
    assert (request.kind, request.flags, request.fields) == (Kind.KIND_QUERY, 0, None)
    assert completion.flags == RecordFlag.FLAG_INFERRED
    answer = Head(messages.MBIM_COMMAND_DONE, 56, 39, wire(BASIC), 3, 0)
    reported = fields(HwRadioState="on", SwRadioState="off")
    event = only(driver.partial(answer, reported, 9, from_host=False))
    assert event.code == PROTOCOL.indication("NDIS_STATUS_WWAN_RADIO_STATE").number
    assert (event.request_id, event.payload) == (39, b"")
    assert event.flags == RecordFlag.FLAG_INCOMPLETE
    assert event.fields == {
        "RadioState.HwRadioState": 1,
        "RadioState.SwRadioState": 0,
        "uStatus": 0,
    }
    assert known_of(event) == set(event.fields)
    assert driver.problems == []


def test_an_answer_cut_off_in_its_header_still_ends_its_request() -> None:
    driver = ClassDriver()
    query = Head(messages.MBIM_COMMAND_MSG, 48, 7, wire(BASIC), 9, 0)
    driver.partial(query, (), 0, from_host=True)
    event = only(driver.partial(Head(messages.MBIM_COMMAND_DONE, 120, 7), (), 1, from_host=False))
    assert event.code == PROTOCOL.indication("NDIS_STATUS_WWAN_REGISTER_STATE").number
    assert (event.request_id, event.fields) == (7, {})
    assert driver.unanswered == []
    assert driver.problems == ["transaction 7: the answer's status is not known"]


def test_a_failure_needs_no_members() -> None:
    driver = ClassDriver()
    query = Head(messages.MBIM_COMMAND_MSG, 48, 7, wire(BASIC), 5, 0)
    driver.partial(query, (), 0, from_host=True)
    failed = Head(messages.MBIM_COMMAND_DONE, 48, 7, wire(BASIC), 5, 3)
    event = only(driver.partial(failed, (), 1, from_host=False))
    assert event.payload != b""
    assert event.flags == 0
    assert known_of(event) == {"uStatus"}


def test_an_indication_of_registration_as_a_modem_reported_it() -> None:
    driver = ClassDriver()
    head = Head(messages.MBIM_INDICATE_STATUS_MSG, 120, 0, wire(BASIC), 9)
    reported = fields(
        NwError="unknown",
        RegisterState="home",
        RegisterMode="automatic",
        AvailableDataClasses="lte",
        CurrentCellularClass="gsm",
        ProviderId="00101",
        ProviderName="Test",
        RoamingText="(null)",
        RegistrationFlag="packet-service-automatic-attach",
    )
    event = only(driver.partial(head, reported, 3, from_host=False))
    assert (event.request_id, event.time_ns) == (0, 3)
    assert event.fields == {
        "RegistrationState.uNwError": 0,
        "RegistrationState.RegisterState": 3,
        "RegistrationState.RegisterMode": 1,
        "RegistrationState.CurrentCellularClass": 1,
        "RegistrationState.ProviderId": "00101",
        "RegistrationState.ProviderName": "Test",
        "RegistrationState.RoamingText": "",
        "RegistrationState.WwanRegFlags": 2,
    }


def test_a_printed_version_is_followed() -> None:
    driver = ClassDriver()
    driver.partial(Head(messages.MBIM_OPEN_MSG, 16, 1, value=4096), (), 0, from_host=True)
    query = Head(messages.MBIM_COMMAND_MSG, 52, 2, wire(EXTENSIONS), 15, 0)
    requested = fields(MbimVersion="256", MbimExtendedVersion="768")
    driver.partial(query, requested, 0, from_host=True)
    answer = Head(messages.MBIM_COMMAND_DONE, 52, 2, wire(EXTENSIONS), 15, 0)
    driver.partial(answer, requested, 0, from_host=False)
    assert driver.mbimex == 0x0300


def test_members_without_an_oid_keep_their_names() -> None:
    driver = ClassDriver()
    head = Head(messages.MBIM_INDICATE_STATUS_MSG, 64, 0, wire(4), 1)
    reported = fields(State="initialized", TotalNbrOfEntries="500", MaxNameLength="###")
    event = only(driver.partial(head, reported, 0, from_host=False))
    assert event.fields == {"State": "initialized", "TotalNbrOfEntries": "500"}
    assert event.flags == RecordFlag.FLAG_INCOMPLETE


@pytest.mark.parametrize(
    "head",
    [
        Head(),
        Head(messages.MBIM_COMMAND_MSG, 48, 3),
        Head(messages.MBIM_INDICATE_STATUS_MSG, 48, 3),
        Head(messages.MBIM_COMMAND_DONE, 48),
        Head(messages.MBIM_COMMAND_DONE, 48, 99),
    ],
)
def test_a_header_with_too_few_members_is_a_problem(head: Head) -> None:
    driver = ClassDriver()
    assert driver.partial(head, (), 0, from_host=head.type == messages.MBIM_COMMAND_MSG) == []
    assert len(driver.problems) == 1


NAMES = st.sampled_from(
    sorted(
        {
            field.name
            for cid in (1, 2, 5, 7, 9, 10, 12, 13, 15, 16)
            for _, layout in find_cid(BASIC, cid).layouts()  # type: ignore[union-attr]
            for field in layout.fields
        }
    )
)
PATHS = st.builds(
    lambda name, position, inner: f"Fields.{name}{position}{inner}",
    NAMES,
    st.sampled_from(["", "[0]", "[1]", "[99999]"]),
    st.sampled_from(["", ".ProviderId", ".ContextType", ".IPv4Address", ".Cids", ".PinMode"]),
)
PRINTED = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["on", "1", "-1", "0xffffffffffffffff", "1,2,3", "###", "192.0.2.1", "aa:bb"]),
)
HEADS = st.builds(
    Head,
    st.sampled_from([0x3, 0x80000003, 0x80000007]),
    st.sampled_from([None, 44, 48, 500]),
    st.sampled_from([None, 0, 1]),
    st.sampled_from([None, wire(BASIC), bytes(16), b"\1"]),
    st.sampled_from([None, 1, 2, 5, 7, 9, 10, 12, 13, 15, 16, 19, 99]),
    st.sampled_from([None, 0, 1, 9]),
)


@settings(deadline=None)
@given(st.lists(st.tuples(HEADS, st.lists(st.tuples(PATHS, PRINTED), max_size=8)), max_size=5))
def test_no_text_raises(reported: list[tuple[Head, list[tuple[str, str]]]]) -> None:
    driver = ClassDriver()
    for head, members in reported:
        for event in driver.partial(head, members, 0, from_host=head.type == 3):
            assert event.payload or event.fields is not None or event.code


# ------------------------------------------------------------------ what libmbim prints

needs_libmbim = pytest.mark.skipif(load() is None, reason="libmbim is not installed")
#: Notifications that libmbim does not print.
NOT_PRINTED = {
    "MBIM_CID_MODEM_LOGGING_CONFIG",
    "MBIM_CID_MS_NETWORK_BLACKLIST",
    "MBIM_CID_MS_NETWORK_PARAMS",
    "MBIM_CID_SMS_CONFIGURATION",
}
#: Paths of structures in bytes, and of TLVs that are printed without the name of their member.
NOT_TOLD = ("Header", "Elements[].Data", "PacketService.Rel3GppVer")


def sensible(layout: Layout, values: dict[str, Any]) -> dict[str, Any]:
    """The values with members of enumerations in their place, so that they have names."""
    for field in layout.fields:
        value = values.get(field.name)
        if field.type in ENUMS and isinstance(value, int):
            members = [number for _, number in ENUMS[field.type].members if number < 1 << 31]
            values[field.name] = members[value % len(members)]
        elif field.type == "bool":
            values[field.name] = 1
        elif field.struct is not None and value is not None:
            inner = STRUCTS[field.struct].layout
            for each in value if isinstance(value, list) else [value]:
                sensible(inner, each)
    for name, value in (
        ("ContextType", "7e5e2a7e-4e6f-7272-736b-656e7e5e2a7e"),
        ("NetworkName", "network"),
    ):
        if name in values:
            values[name] = value
    return values


def printed_messages() -> list[Any]:
    found = []
    for (service, cid), row in ties_by_command().items():
        command = find_cid(service, cid)
        if command is None or command.name in NOT_PRINTED or row.event is None:
            continue
        for layout in command.notification:
            if layout.mbimex < 0x0400:
                name = f"{command.name}-{layout.mbimex:#x}"
                found.append(pytest.param(service, cid, layout, id=name))
    return found


@needs_libmbim
@pytest.mark.parametrize(("service", "cid", "layout"), printed_messages())
def test_what_libmbim_prints_is_what_the_bytes_say(service: int, cid: int, layout: Layout) -> None:
    values = sensible(layout, sample_values(layout))
    buffer = codec.encode(service, cid, "notification", values, mbimex=layout.mbimex)
    kind = messages.MBIM_INDICATE_STATUS_MSG
    data = Message(kind, 0, 0, wire(service), cid, buffer).to_bytes()
    version = max(layout.mbimex, 0x0101)
    (whole,) = ClassDriver(mbimex=version).message(data, 0, from_host=False)
    log = "[15 Apr 2024, 04:17:16] [Debug] [/dev/cdc-wdm0] received message (translated)...\n"
    log += "".join(f">>>>>> {line}\n" for line in printable(data, layout.mbimex).splitlines())
    (message,) = LogReading([io.BytesIO(log.encode())], "libmbim")
    driver = ClassDriver(mbimex=version)
    (event,) = driver.partial(head_of(message), message.fields, 0, from_host=False)
    assert event.code == whole.code
    decoded = decode_event(whole)
    assert decoded is not None
    reported = {leaf.path: leaf.value for leaf in decoded.leaves()}
    assert event.fields is not None
    for path, value in event.fields.items():
        if path in reported and not isinstance(value, bytes | list):
            assert reported[path] == value, path
    reported = {unindexed(path) for path in event.fields}
    missing = {
        unindexed(path)
        for path in reported
        if unindexed(path) in known_of(whole) - reported
        and not path.endswith(("Count", "Size", "Length"))
    }
    assert {path for path in missing if not path.startswith(NOT_TOLD)} == set()
