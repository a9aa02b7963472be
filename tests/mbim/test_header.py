"""One look at a header: what the bytes hold, and the version that messages agree on."""

import uuid

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wwanreplay.errors import DecodeError
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.header import (
    COMMAND_SIZE,
    FRAGMENTED_TYPES,
    HEADER_SIZE,
    TYPES,
    beside_transaction,
    fragment_header,
    header_bytes,
    kind_of,
    look,
    stated_length,
    with_transaction,
)
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import BASIC_CONNECT, MBIMEX_NEWEST, SERVICES
from wwanreplay.mbim.versions import VERSION, VersionInForce

NUMBERS = st.integers(0, 0xFFFFFFFF)
MESSAGES = st.builds(
    lambda kind, tid, value, service, cid, buffer: Message(
        kind,
        tid,
        0 if kind in (messages.MBIM_CLOSE_MSG, messages.MBIM_INDICATE_STATUS_MSG) else value,
        *((service, cid, buffer) if kind in FRAGMENTED_TYPES else ()),
    ),
    st.sampled_from(sorted(TYPES)),
    NUMBERS,
    NUMBERS,
    st.binary(min_size=16, max_size=16),
    NUMBERS,
    st.binary(max_size=20),
)


@given(MESSAGES)
def test_a_look_at_a_message_says_what_it_was_made_of(message: Message):
    data = message.to_bytes()
    head = look(data)
    assert (head.type, head.length, head.transaction_id) == (
        message.type,
        len(data),
        message.transaction_id,
    )
    assert (head.value or 0) == message.value
    assert (head.service or b"", head.cid or 0) == (message.service, message.cid)
    assert data[head.buffer_at :] == message.buffer
    assert messages.parse_message(data) == message


@given(MESSAGES, st.integers(0, 2**32 - 1))
def test_under_another_transaction_a_message_is_the_same_beside_it(message: Message, number: int):
    data = message.to_bytes()
    other = with_transaction(data, number)
    assert look(other) == look(data)._replace(transaction_id=number)
    assert beside_transaction(other) == beside_transaction(data)
    assert with_transaction(other, look(data).transaction_id or 0) == data


@given(st.binary(max_size=60))
def test_the_type_alone_is_that_of_the_header(data: bytes):
    assert kind_of(data) == look(data).type == look(bytearray(data)).type
    assert look(data) == look(bytearray(data))


@given(st.binary(min_size=HEADER_SIZE, max_size=60))
def test_the_length_alone_is_that_of_the_header(data: bytes):
    assert stated_length(data) == look(data).length == stated_length(bytearray(data))


@given(MESSAGES, st.integers(0, COMMAND_SIZE))
def test_a_look_at_a_part_says_nothing_that_is_not_there(message: Message, size: int):
    data = message.to_bytes()
    whole, part = look(data), look(data[:size])
    for mine, all_of_it in zip(part, whole, strict=True):
        assert mine in (None, all_of_it)
    assert (part.transaction_id is None) == (size < HEADER_SIZE)


@given(st.binary(max_size=60))
@example(b"")
@example(fragment_header(0x80000003, 24, 7, 3, 1) + b"abcd")
def test_a_header_is_written_as_it_was_read(data: bytes):
    octets = header_bytes(look(data))
    if octets is not None:
        assert data.startswith(octets)


@pytest.mark.parametrize("cut", [0, 3, HEADER_SIZE - 1])
def test_what_is_too_short_for_a_header_is_no_message(cut: int):
    with pytest.raises(DecodeError):
        messages.parse_header(Message(messages.MBIM_CLOSE_MSG, 1).to_bytes()[:cut])


def test_a_number_too_large_for_a_message_is_named():
    with pytest.raises(ValueError, match="does not fit 32 bits"):
        Message(messages.MBIM_OPEN_MSG, 1, 1 << 32).to_bytes()


def version(kind: int, reported: int, status: int = 0, service: int = VERSION[0]) -> bytes:
    operation = "query" if kind == messages.MBIM_COMMAND_MSG else "response"
    values = {"MbimVersion": 0x0100, "MbimExtendedVersion": reported}
    buffer = codec.encode(*VERSION, operation, values, mbimex=MBIMEX_NEWEST)
    wire = uuid.UUID(SERVICES[service].uuid).bytes
    return Message(kind, 5, status, wire, VERSION[1], buffer).to_bytes()


def follow(*transfers: bytes) -> int:
    found = VersionInForce()
    for data in transfers:
        head = look(data)
        found.take(head, data[head.buffer_at :])
    return found.mbimex


def test_the_lower_version_of_both_sides_is_in_force_until_the_next_open():
    requested = version(messages.MBIM_COMMAND_MSG, 0x0300)
    reported = version(messages.MBIM_COMMAND_DONE, 0x0400)
    assert follow(requested, reported) == 0x0300
    assert follow(reported) == 0x0400
    assert follow(requested) == 0x0100
    assert follow(requested, version(messages.MBIM_COMMAND_DONE, 0x0400, status=2)) == 0x0100
    assert follow(reported, Message(messages.MBIM_OPEN_MSG, 6, 4096).to_bytes()) == 0x0100
    assert follow(version(messages.MBIM_COMMAND_DONE, 0x0400, service=BASIC_CONNECT)) == 0x0100
    assert follow(reported[:-1]) == 0x0100
