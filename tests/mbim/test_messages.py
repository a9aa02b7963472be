"""Tests of the framing of MBIM control messages."""

import contextlib

import pytest
from groups import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from wwanreplay.errors import DecodeError
from wwanreplay.mbim import messages
from wwanreplay.mbim.messages import Message, parse_header, parse_message
from wwanreplay.mbim.rows.framing import MESSAGE_SIZES, MessageType

SERVICE = bytes.fromhex("a289cc33bcbb8b4fb6b0133ec2aae6df")


@pytest.mark.parametrize("kind", list(MessageType))
@pytest.mark.parametrize("buffer", [b"", b"1234", bytes(100)])
def test_round_trip_of_every_message_type(kind: MessageType, buffer: bytes) -> None:
    long = kind in messages.FRAGMENTED_TYPES
    message = Message(
        kind,
        0x01020304,
        0 if kind in (messages.MBIM_CLOSE_MSG, messages.MBIM_INDICATE_STATUS_MSG) else 7,
        SERVICE if long else b"",
        12 if long else 0,
        buffer if long else b"",
    )
    data = message.to_bytes()
    assert parse_message(data) == message
    assert len(data) == MESSAGE_SIZES[kind.name] + len(message.buffer)
    for size in range(len(data)):
        with pytest.raises(DecodeError):
            parse_message(data[:size])
    with pytest.raises(DecodeError, match="MessageLength"):
        parse_message(data + b"\0")


def test_open_of_real_bytes() -> None:
    data = bytes.fromhex("01000000100000000100000000100000")
    assert parse_message(data) == Message(messages.MBIM_OPEN_MSG, 1, 4096)


def test_command_of_real_bytes() -> None:
    data = bytes.fromhex(
        "03000000 30000000 02000000 01000000 00000000"
        "a289cc33bcbb8b4fb6b0133ec2aae6df 01000000 00000000 00000000"
    )
    assert parse_message(data) == Message(messages.MBIM_COMMAND_MSG, 2, 0, SERVICE, 1)


def test_indication_begins_its_buffer_four_bytes_earlier() -> None:
    data = Message(messages.MBIM_INDICATE_STATUS_MSG, 0, 0, SERVICE, 3, b"abcd").to_bytes()
    assert data[44:] == b"abcd"
    data = Message(messages.MBIM_COMMAND_DONE, 1, 0, SERVICE, 3, b"abcd").to_bytes()
    assert data[48:] == b"abcd"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ((0, 99), "is not known"),
        ((4, 11), "MessageLength"),
        ((12, 2), "fragment 0 of 2"),
        ((16, 1), "fragment 1 of 1"),
        ((44, 5), "InformationBufferLength"),
        ((44, 0xFFFFFFFF), "InformationBufferLength"),
    ],
)
def test_wrong_field_is_named(change: tuple[int, int], reason: str) -> None:
    data = bytearray(Message(messages.MBIM_COMMAND_MSG, 1, 0, SERVICE, 1, b"1234").to_bytes())
    data[change[0] : change[0] + 4] = change[1].to_bytes(4, "little")
    with pytest.raises(DecodeError, match=reason):
        parse_message(bytes(data))


@pytest.mark.parametrize("kind", list(MessageType))
def test_a_type_of_the_other_side_is_named(kind: MessageType) -> None:
    data = Message(kind, 1, 0, SERVICE, 1).to_bytes()
    side = kind in messages.HOST_TYPES
    assert parse_message(data, from_host=side) == parse_message(data)
    sender = "function" if side else "host"
    with pytest.raises(DecodeError, match=f"is never sent by the {sender}") as caught:
        parse_message(data, from_host=not side)
    error = caught.value
    assert (error.structure, error.field, error.offset) == (kind.name, "MessageType", 0)


def test_a_command_that_is_neither_query_nor_set_is_named() -> None:
    data = Message(messages.MBIM_COMMAND_MSG, 1, 2, SERVICE, 1).to_bytes()
    assert parse_message(data).value == 2
    with pytest.raises(DecodeError, match="is 2, neither query nor set") as caught:
        parse_message(data, from_host=True)
    assert (caught.value.field, caught.value.offset) == ("CommandType", 40)


@settings(max_examples=examples(300), deadline=None, derandomize=True)
@given(data=st.binary(max_size=80))
def test_any_bytes_parse_or_raise_decode_error(data: bytes) -> None:
    with contextlib.suppress(DecodeError):
        assert parse_header(data).length == len(data)
    with contextlib.suppress(DecodeError):
        assert len(parse_message(data).to_bytes()) == len(data)


COMMAND = Message(messages.MBIM_COMMAND_MSG, 9, 1, SERVICE, 3, bytes(range(8))).to_bytes()


@given(st.integers(0, len(COMMAND) - 1), st.integers(0, 255), st.integers(-5, 5))
def test_the_quick_way_takes_a_command_only_as_the_careful_one_does(
    at: int, octet: int, more: int
) -> None:
    changed = bytearray(COMMAND)
    changed[at] = octet
    data = bytes(changed[:more] if more < 0 else changed + bytes(more))
    plain = messages.plain_command(data)
    if plain is None:
        with contextlib.suppress(DecodeError):
            assert parse_message(data).type != messages.MBIM_COMMAND_MSG
    else:
        assert parse_message(data) == plain


def test_the_quick_way_is_the_usual_one() -> None:
    assert messages.plain_command(COMMAND) == parse_message(COMMAND)
    assert messages.plain_command(COMMAND[:47]) is None
    done = Message(messages.MBIM_COMMAND_DONE, 9, 1, SERVICE, 3).to_bytes()
    assert messages.plain_command(done) is None
