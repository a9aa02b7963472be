"""Headers out of bytes and text, messages out of fragments and printed members."""

from dataclasses import replace

import field_samples as samples
import pytest

from wwanreplay.formats.base import Direction, LogMessage, LogPlace, MessageKind, Unit
from wwanreplay.formats.transfers import (
    Framer,
    direction_of,
    head_of_fields,
    join_fragments,
    plausible,
    rebuild,
)
from wwanreplay.mbim.fragments import split
from wwanreplay.mbim.header import Head, look


def transfer(data: bytes, number: int = 1, device: str = "a") -> LogMessage:
    place = LogPlace("x", Unit.LINE, number)
    return LogMessage(MessageKind.MBIM, place, direction_of(data), device=device, data=data)


@pytest.mark.parametrize("size", range(49))
def test_a_header_says_what_its_bytes_hold(size: int):
    head = look(samples.RADIO_DONE[:size])
    assert head.type == (0x80000003 if size >= 4 else None)
    assert head.length == (56 if size >= 8 else None)
    assert head.transaction_id == (2 if size >= 12 else None)
    assert head.total == (1 if size >= 16 else None)
    assert head.service == (samples.BASIC_CONNECT if size >= 40 else None)
    assert head.buffer_length == (8 if size >= 48 else None)


@pytest.mark.parametrize(
    "data", [samples.OPEN, samples.OPEN_DONE, samples.CLOSE, samples.RADIO_QUERY, samples.SIGNAL]
)
def test_a_message_is_rebuilt_from_its_members(data: bytes):
    head = look(data)
    buffer = data[len(data) - (head.buffer_length or 0) :] if head.buffer_length else b""
    assert rebuild(head, buffer) == data
    assert rebuild(head._replace(length=len(data) + 1), buffer) is None
    assert rebuild(head._replace(transaction_id=None), buffer) is None
    assert rebuild(head._replace(transaction_id=1 << 32), buffer) is None


def test_a_fragment_behind_the_first_has_no_service():
    pieces = split(samples.LONG_DONE, 64)
    assert rebuild(look(pieces[1]), pieces[1][20:]) == pieces[1]


def test_a_header_in_words():
    fields = [
        ("Header.type", "command-done (0x80000003)"),
        ("Header.length", "56"),
        ("Header.transaction", "7"),
        ("Fragment header.total", "99999999999"),
        ("Contents.cid", "'radio-state' (0x00000003)"),
        ("Contents.status error", "'Busy' (0x00000001)"),
    ]
    assert head_of_fields(fields) == Head(0x80000003, 56, 7, cid=3, value=1)


def test_fragments_of_two_devices_do_not_mix():
    pieces = split(samples.LONG_DONE, 100)
    mixed = [
        transfer(piece, 10 * index + device, name)
        for index, piece in enumerate(pieces)
        for device, name in enumerate("ab")
    ]
    joined = list(join_fragments(mixed))
    assert [message.data for message in joined] == [samples.LONG_DONE] * 2
    assert [message.device for message in joined] == ["a", "b"]


def test_fragments_that_stay_alone_come_out_incomplete_and_in_order():
    first, second, third = split(samples.LONG_DONE, 104)
    log = [transfer(first, 1), transfer(second, 2), transfer(first, 3), transfer(third, 4)]
    joined = list(join_fragments(log))
    assert [message.place.number for message in joined] == [1, 2, 3, 4]
    assert all(message.incomplete for message in joined)
    assert joined[0].reason == "only 2 of 3 fragments"
    assert joined[3].reason == "fragment 3 of 3 without those before it"


def test_fragments_whose_sum_is_wrong_are_incomplete():
    pieces = split(samples.LONG_DONE, 104)
    short = pieces[-1][:-4]
    short = short[:4] + len(short).to_bytes(4, "little") + short[8:]
    (message,) = join_fragments([*map(transfer, pieces[:-1]), transfer(short)])
    assert message.incomplete
    assert message.reason == "the fragments hold 196 of 200 bytes of information"
    assert message.length == len(samples.LONG_DONE)


def test_words_of_fragments_that_cannot_be_are_passed_on():
    fields = (("Header.type", "x (0x12345678)"), ("Fragment header.total", "3"))
    odd = replace(transfer(b""), fields=(*fields, ("Fragment header.current", "0")))
    assert list(join_fragments([odd])) == [odd]


def test_a_stream_is_cut_into_messages():
    framer = Framer()
    stream = b"\xff\xff" + samples.OPEN + samples.LONG_DONE + samples.CLOSE[:9]
    found = [message for at in range(len(stream)) for message in framer.feed(stream[at : at + 1])]
    assert found == [samples.OPEN, samples.LONG_DONE]
    assert framer.dropped == 2
    assert framer.flush() == samples.CLOSE[:9]


def test_only_known_types_of_sane_length_begin_a_message():
    assert plausible(samples.OPEN[:4])
    assert plausible(samples.OPEN)
    assert not plausible(b"")
    assert not plausible(bytes.fromhex("0500000010000000"))
    assert not plausible(bytes.fromhex("0100000004000000"))
    assert not plausible(bytes.fromhex("01000000ffffff00"))
    assert direction_of(b"\x05\0\0\0") is Direction.UNKNOWN
