"""Tests of how MBIM messages are shown: names, and personal values masked by default."""

from dataclasses import replace

import pytest
from groups import examples, sampled
from hypothesis import given, settings
from hypothesis import strategies as st
from mbim_samples import sample_values
from mbim_tlvs import sample_tlv, sample_tlvs

from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.fragments import split
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.presentation import _lines, describe, describe_buffer, is_personal
from wwanreplay.mbim.schema import Cid, Format, Layout, Service
from wwanreplay.mbim.tables import (
    BASIC_CONNECT,
    EXTENSIONS,
    SERVICES,
    all_layouts,
    command_code,
    find_layout,
)

BASIC = bytes.fromhex(SERVICES[BASIC_CONNECT].uuid.replace("-", ""))
CONNECT = {
    "SessionId": 1,
    "ActivationCommand": 1,
    "AccessString": "internet",
    "UserName": "someone",
    "Password": "secret",
    "AuthProtocol": 2,
}


def connect() -> bytes:
    buffer = codec.encode(BASIC_CONNECT, 12, "set", CONNECT)
    return Message(messages.MBIM_COMMAND_MSG, 5, 1, BASIC, 12, buffer).to_bytes()


def test_a_command_is_shown_by_name_and_without_secrets() -> None:
    title, lines = describe(connect())
    assert title == "MBIM_COMMAND_MSG 5 set MBIM_CID_CONNECT"
    shown = dict(lines)
    assert shown["ActivationCommand"] == "MBIM_ACTIVATION_COMMAND_ACTIVATE"
    assert shown["AuthProtocol"] == "MBIM_AUTH_PROTOCOL_CHAP"
    assert shown["AccessString"] == "*** (8 characters)"
    assert shown["UserName"] == "*** (7 characters)"
    assert shown["Password"] == "*** (6 characters)"
    assert dict(describe(connect(), show_personal=True)[1])["Password"] == "secret"


def test_short_messages_show_their_number() -> None:
    done = Message(messages.MBIM_OPEN_DONE, 1, 0).to_bytes()
    assert describe(done) == (
        "MBIM_OPEN_DONE 1 MBIM_STATUS_SUCCESS",
        [("Status", "MBIM_STATUS_SUCCESS")],
    )
    opened = Message(messages.MBIM_OPEN_MSG, 1, 4096).to_bytes()
    assert describe(opened) == (
        "MBIM_OPEN_MSG 1 MaxControlTransfer 4096",
        [("MaxControlTransfer", "4096")],
    )
    error = Message(messages.MBIM_FUNCTION_ERROR_MSG, 3, 5).to_bytes()
    assert describe(error)[1] == [("ErrorStatusCode", "MBIM_ERROR_NOT_OPENED")]


def test_answers_name_their_status_and_flags() -> None:
    buffer = codec.encode(BASIC_CONNECT, 1, "response", {"DataClass": 0x24, "SimClass": 2})
    data = Message(messages.MBIM_COMMAND_DONE, 5, 0, BASIC, 1, buffer).to_bytes()
    title, lines = describe(data)
    assert title == "MBIM_COMMAND_DONE 5 MBIM_CID_DEVICE_CAPS MBIM_STATUS_SUCCESS"
    assert dict(lines)["DataClass"] == "MBIM_DATA_CLASS_UMTS|MBIM_DATA_CLASS_LTE"


@pytest.mark.parametrize("data", [b"", b"junk", connect()[:-1], b"\3\0\0\0" + b"secret" * 4])
def test_what_is_no_message_shows_no_bytes(data: bytes) -> None:
    title, lines = describe(data)
    assert title.startswith("no MBIM message: ")
    assert [name for name, _ in lines] == ["bytes"]
    assert data.hex() not in lines[0][1] or not data


def test_fragments_and_unknown_services_show_no_bytes() -> None:
    title, lines = describe(split(connect(), 64)[1])
    assert title == "MBIM_COMMAND_MSG 5 fragment 2 of 3"
    assert lines == [("bytes", "*** (44 bytes)")]
    vendor = Message(messages.MBIM_COMMAND_MSG, 5, 1, bytes(range(16)), 1, b"secret").to_bytes()
    title, lines = describe(vendor)
    assert title.endswith("00010203-0405-0607-0809-0a0b0c0d0e0f CID 1")
    assert lines == [("bytes", "*** (6 bytes)")]


def test_buffers_without_an_oid_are_shown_by_their_code() -> None:
    values = {"SessionId": 1, "IPv4Address": [{"IPv4Address": "192.0.2.1"}]}
    buffer = codec.encode(BASIC_CONNECT, 15, "response", values)
    lines = dict(describe_buffer(command_code(BASIC_CONNECT, 15), "response", buffer))
    assert lines["SessionId"] == "1"
    assert "192.0.2.1" not in "".join(lines.values())


def network_params(show_personal: bool) -> dict[str, str]:
    buffer = codec.encode(EXTENSIONS, 18, "response", {"UnnamedIes": sample_tlvs()}, mbimex=0x0300)
    service = bytes.fromhex(SERVICES[EXTENSIONS].uuid.replace("-", ""))
    data = Message(messages.MBIM_COMMAND_DONE, 5, 0, service, 18, buffer).to_bytes()
    return dict(describe(data, mbimex=0x0300, show_personal=show_personal)[1])


def test_of_a_cut_buffer_is_shown_what_it_has() -> None:
    data = codec.encode(1, 9, "response", {"RegisterState": 3, "ProviderId": "00101"})
    cut = dict(describe_buffer(command_code(1, 9), "response", data[:50]))
    assert cut["RegisterState"] == "MBIM_REGISTER_STATE_HOME"
    assert "RegistrationFlag" in cut
    assert "ProviderId" not in cut
    assert "runs past the end" in cut["error"]


def test_contents_of_tlvs_are_shown_by_name() -> None:
    shown = network_params(show_personal=True)
    assert shown["UnnamedIes[1].Type"] == "MBIM_TLV_TYPE_SINGLE_NSSAI"
    assert shown["UnnamedIes[1].SD"] == "abcdef"
    assert shown["UnnamedIes[5][0].AccessType"] == "3GPP"
    assert shown["UnnamedIes[5][0].Nssai[0].SST"] == "1"
    assert shown["UnnamedIes[7][0].TaiLists[1].Tais[1].Tac"] == "6"
    assert shown["UnnamedIes[8].Tacs"] == "1, 131072"
    assert shown["UnnamedIes[14].Components[3].Ipv6Address"] == "2001:db8::1"
    assert shown["UnnamedIes[18].Data"] == "Release16"
    assert shown["UnnamedIes[21].Type"] == "TLV type 99"
    assert shown["UnnamedIes[21].Data"] == "3f"


def test_contents_of_personal_tlvs_show_how_they_are_read_and_nothing_else() -> None:
    shown = network_params(show_personal=False)
    masked = {path: text for path, text in shown.items() if path.startswith("UnnamedIes")}
    assert masked["UnnamedIes[8].TypeOfList"] == "NonConsecutiveTac"
    assert masked["UnnamedIes[8].TacCount"] == "2"
    for path, text in masked.items():
        plain = path.endswith(("Type", "Length", "Count", "TypeOfList", "Source", "Cause"))
        assert plain or not text or text.startswith("***"), path
    # A mark of the content counts where the field itself has none.
    row = find_layout(EXTENSIONS, 19, "response", 0x0300)
    assert row is not None
    unmarked = replace(row, fields=tuple(replace(each, personal=None) for each in row.fields))
    values = {"WakeTlv": sample_tlv("WAKE_PACKET")}
    lines = dict(_lines("", unmarked, values, None, False))
    assert lines["WakeTlv.FilterId"] == "2"
    assert lines["WakeTlv.SavedPacket"] == "*** (2 bytes)"


SHOWN = [row for row in all_layouts() if row[3].fields and row[3].mbimex == 0x0100]


@pytest.mark.parametrize(
    "row",
    sampled([pytest.param(row, id=f"{row[0].nick}-{row[1].nick}-{row[2]}") for row in SHOWN], 30),
)
def test_no_personal_text_of_any_layout_is_shown(row: tuple[Service, Cid, str, Layout]) -> None:
    service, cid, operation, layout = row
    values = sample_values(layout, 7, 2)
    for field in layout.fields:
        if field.personal and field.format is Format.STRING and field.name in values:
            values[field.name] = "PERSONAL"
    buffer = codec.encode_layout(cid.name, layout, values)
    lines = describe_buffer(command_code(service.number, cid.cid), operation, buffer)
    assert lines
    assert "PERSONAL" not in "".join(text for _, text in lines)


@settings(max_examples=examples(200), deadline=None, derandomize=True)
@given(data=st.binary(max_size=100), show_personal=st.booleans())
def test_anything_can_be_described(data: bytes, show_personal: bool) -> None:
    title, lines = describe(data, show_personal=show_personal)
    assert title
    assert all(isinstance(text, str) for line in lines for text in line)


def test_the_number_of_a_short_message_is_in_its_title() -> None:
    titles = [
        describe(Message(kind, 4, value).to_bytes())[0]
        for kind, value in (
            (messages.MBIM_OPEN_MSG, 4096),
            (messages.MBIM_OPEN_DONE, 2),
            (messages.MBIM_CLOSE_DONE, 0),
            (messages.MBIM_FUNCTION_ERROR_MSG, 8),
        )
    ]
    assert titles == [
        "MBIM_OPEN_MSG 4 MaxControlTransfer 4096",
        "MBIM_OPEN_DONE 4 MBIM_STATUS_FAILURE",
        "MBIM_CLOSE_DONE 4 MBIM_STATUS_SUCCESS",
        "MBIM_FUNCTION_ERROR_MSG 4 MBIM_ERROR_MAX_TRANSFER",
    ]


def test_printed_members_are_masked_where_the_tables_say_so_and_where_they_say_nothing() -> None:
    statistics = command_code(BASIC_CONNECT, 20)
    subscriber = command_code(BASIC_CONNECT, 2)
    assert not is_personal(statistics, "Status")
    assert not is_personal(statistics, "InErrors")
    assert is_personal(statistics, "Unheard")
    assert not is_personal(subscriber, "ReadyState")
    assert is_personal(subscriber, "SubscriberId")
    assert is_personal(subscriber, "TelephoneNumbers[0]")
    assert is_personal(0xFFFF, "ReadyState")
