"""Tests of how MBIM messages are shown: names, and nothing personal unless asked for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mbim_samples import sample_values

from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.fragments import split
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.presentation import describe, describe_buffer
from wwanreplay.mbim.schema import Cid, Format, Layout, Service
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES, all_layouts, command_code

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
    assert describe(done) == ("MBIM_OPEN_DONE 1", [("Status", "MBIM_STATUS_SUCCESS")])
    opened = Message(messages.MBIM_OPEN_MSG, 1, 4096).to_bytes()
    assert describe(opened) == ("MBIM_OPEN_MSG 1", [("MaxControlTransfer", "4096")])
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


SHOWN = [row for row in all_layouts() if row[3].fields and row[3].mbimex == 0x0100]


@pytest.mark.parametrize("row", SHOWN, ids=lambda row: f"{row[0].nick}-{row[1].nick}-{row[2]}")
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


@settings(max_examples=200, deadline=None, derandomize=True)
@given(data=st.binary(max_size=100), show_personal=st.booleans())
def test_anything_can_be_described(data: bytes, show_personal: bool) -> None:
    title, lines = describe(data, show_personal=show_personal)
    assert title
    assert all(isinstance(text, str) for line in lines for text in line)
