"""Tests of cutting and joining fragments, and of finding messages in a stream."""

import struct

import pytest
from groups import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from wwanreplay.errors import UsageError
from wwanreplay.mbim import messages
from wwanreplay.mbim.fragments import (
    FRAGMENT_TIMEOUT_NS,
    MESSAGE_SIZE_MAX,
    Joined,
    Joiner,
    StreamFramer,
    split,
    whole_messages,
)
from wwanreplay.mbim.header import fragment_header
from wwanreplay.mbim.messages import Message, parse_header
from wwanreplay.mbim.rows.framing import MessageType

SERVICE = bytes(range(16))
OUT_OF_SEQUENCE = "MBIM_ERROR_FRAGMENT_OUT_OF_SEQUENCE"
LENGTH_MISMATCH = "MBIM_ERROR_LENGTH_MISMATCH"
TIMEOUT = "MBIM_ERROR_TIMEOUT_FRAGMENT"


def command(transaction_id: int, size: int) -> bytes:
    buffer = bytes(at % 251 for at in range(size))
    return Message(messages.MBIM_COMMAND_MSG, transaction_id, 1, SERVICE, 2, buffer).to_bytes()


def feed(joiner: Joiner, data: bytes, time_ns: int = 0) -> Joined:
    return joiner.feed(parse_header(data), data, time_ns)


@settings(max_examples=examples(200), deadline=None, derandomize=True)
@given(size=st.integers(0, 3000), size_max=st.integers(64, 4096))
def test_split_and_join_give_the_message_back(size: int, size_max: int) -> None:
    whole = command(7, size)
    parts = split(whole, size_max)
    assert all(len(part) <= size_max for part in parts)
    assert all(len(part) == size_max for part in parts[:-1])
    joiner = Joiner()
    results = [feed(joiner, part) for part in parts]
    assert all(not result.errors for result in results)
    assert [result.message for result in results] == [None] * (len(parts) - 1) + [whole]


def test_fragments_have_the_headers_of_the_standard() -> None:
    parts = split(command(7, 100), 64)
    assert [struct.unpack_from("<5I", part) for part in parts] == [
        (3, 64, 7, 3, 0),
        (3, 64, 7, 3, 1),
        (3, 60, 7, 3, 2),
    ]
    assert struct.unpack_from("<I", parts[0], 44) == (100,)


def test_messages_that_are_never_cut_stay_whole() -> None:
    done = Message(messages.MBIM_OPEN_DONE, 1, 0).to_bytes()
    assert split(done, 12) == [done]
    with pytest.raises(UsageError, match="below 64"):
        split(command(1, 100), 48)


def test_a_missing_fragment_is_out_of_sequence_and_so_is_every_further_one() -> None:
    joiner = Joiner()
    parts = split(command(7, 300), 64)
    assert feed(joiner, parts[0]).errors == []
    for part in parts[2:]:
        assert feed(joiner, part) == Joined(None, [(7, OUT_OF_SEQUENCE)])
    assert joiner.next_due_ns is None


def test_a_duplicated_fragment_is_out_of_sequence() -> None:
    joiner = Joiner()
    parts = split(command(7, 300), 64)
    feed(joiner, parts[0])
    feed(joiner, parts[1])
    assert feed(joiner, parts[1]).errors == [(7, OUT_OF_SEQUENCE)]


def test_a_new_message_ends_the_unfinished_one_and_goes_on() -> None:
    joiner = Joiner()
    old, new = split(command(7, 300), 64), split(command(8, 60), 64)
    feed(joiner, old[0])
    assert feed(joiner, new[0]) == Joined(None, [(7, OUT_OF_SEQUENCE)])
    assert feed(joiner, new[1]).message == command(8, 60)


def test_a_fragment_of_another_transaction_leaves_the_unfinished_one_alone() -> None:
    joiner = Joiner()
    first, second = split(command(7, 60), 64), split(command(8, 60), 64)
    feed(joiner, first[0])
    assert feed(joiner, second[1]).errors == [(8, OUT_OF_SEQUENCE)]
    assert feed(joiner, first[1]).message == command(7, 60)


@pytest.mark.parametrize(("total", "current"), [(0, 0), (1, 1), (3, 3), (0, 5)])
def test_impossible_fragment_numbers_are_out_of_sequence(total: int, current: int) -> None:
    data = bytearray(command(7, 8))
    struct.pack_into("<II", data, 12, total, current)
    assert feed(Joiner(), bytes(data)) == Joined(None, [(7, OUT_OF_SEQUENCE)])


def test_a_change_of_totals_is_out_of_sequence() -> None:
    joiner = Joiner()
    parts = [bytearray(part) for part in split(command(7, 300), 64)]
    struct.pack_into("<I", parts[1], 12, 99)
    feed(joiner, bytes(parts[0]))
    assert feed(joiner, bytes(parts[1])).errors == [(7, OUT_OF_SEQUENCE)]


@pytest.mark.parametrize(
    ("place", "value", "field", "reason"),
    [
        (0, messages.MBIM_COMMAND_DONE, "MessageType", "continues a MBIM_COMMAND_MSG"),
        (8, 9, "MessageTransactionId", "is 9, the unfinished message has 7"),
        (12, 99, "TotalFragments", "is 99, the first fragment has 8"),
        (16, 2, "CurrentFragment", "is 2, 1 is missing"),
        (16, 8, "CurrentFragment", "is fragment 8 of 8"),
        (16, 0, "CurrentFragment", "begins a message, fragment 1 of another is missing"),
    ],
)
def test_what_is_wrong_with_a_fragment_is_named(
    place: int, value: int, field: str, reason: str
) -> None:
    joiner = Joiner()
    parts = [bytearray(part) for part in split(command(7, 300), 64)]
    struct.pack_into("<I", parts[1], place, value)
    assert feed(joiner, bytes(parts[0])).problems == []
    (problem,) = feed(joiner, bytes(parts[1])).problems[:1]
    assert (problem.field, problem.offset) == (field, place)
    assert reason in str(problem)
    (orphan,) = feed(Joiner(), bytes(parts[2])).problems
    assert str(orphan) == (
        "MBIM_COMMAND_MSG.CurrentFragment: is fragment 2, the ones before it are missing"
        " at offset 16"
    )


def test_a_late_fragment_ends_in_a_timeout() -> None:
    joiner = Joiner()
    parts = split(command(7, 300), 64)
    feed(joiner, parts[0], 1000)
    assert joiner.next_due_ns == 1000 + FRAGMENT_TIMEOUT_NS
    assert joiner.expire(1000 + FRAGMENT_TIMEOUT_NS - 1) == []
    assert joiner.expire(1000 + FRAGMENT_TIMEOUT_NS) == [(7, TIMEOUT)]
    assert joiner.expire(1 << 60) == []
    assert feed(joiner, parts[1], 1 << 60).errors == [(7, OUT_OF_SEQUENCE)]


def test_each_fragment_in_time_starts_the_clock_anew() -> None:
    joiner = Joiner()
    for index, part in enumerate(split(command(7, 300), 64)):
        result = feed(joiner, part, index * (FRAGMENT_TIMEOUT_NS - 1))
        assert result.errors == []
    assert result.message == command(7, 300)


@pytest.mark.parametrize("length", [0, 299, 301, MESSAGE_SIZE_MAX + 1, 0xFFFFFFFF])
def test_a_wrong_buffer_length_is_a_mismatch(length: int) -> None:
    joiner = Joiner()
    parts = [bytearray(part) for part in split(command(7, 300), 64)]
    struct.pack_into("<I", parts[0], 44, length)
    results = [feed(joiner, bytes(part)) for part in parts]
    assert (7, LENGTH_MISMATCH) in [error for result in results for error in result.errors]
    problems = [problem for result in results for problem in result.problems]
    assert (problems[0].field, problems[0].offset) == ("InformationBufferLength", 44)
    assert joiner.next_due_ns is None


def test_a_first_fragment_without_the_fixed_part_is_a_mismatch() -> None:
    data = struct.pack("<5I", 3, 24, 7, 2, 0) + b"abcd"
    result = feed(Joiner(), data)
    assert result.errors == [(7, LENGTH_MISMATCH)]
    assert [problem.field for problem in result.problems] == ["MessageLength"]


@settings(max_examples=examples(100), deadline=None, derandomize=True)
@given(cuts=st.lists(st.integers(1, 400), max_size=20))
def test_a_stream_cut_anywhere_gives_the_same_messages(cuts: list[int]) -> None:
    sent = [Message(messages.MBIM_OPEN_MSG, 1, 4096).to_bytes(), command(2, 100), command(3, 0)]
    stream = b"".join(sent)
    framer = StreamFramer(messages.HOST_TYPES, 4096)
    received: list[bytes] = []
    position = 0
    for cut in [*cuts, len(stream)]:
        received += framer.feed(stream[position : position + cut])
        position += cut
    assert received == sent
    assert framer.waiting == 0


def test_a_stream_goes_on_after_junk() -> None:
    framer = StreamFramer(messages.HOST_TYPES, 4096)
    good = command(2, 10)
    assert framer.feed(b"AT+CGMI\r" + good) == [b"AT+CGMI\r", good]
    assert framer.feed(struct.pack("<III", 3, 5000, 9) + good)[-1] == good
    assert framer.feed(struct.pack("<III", 3, 3, 9) + good)[-1] == good
    assert framer.feed(good[:20]) == []
    assert framer.flush() == good[:20]
    assert framer.feed(good) == [good]


@settings(max_examples=examples(200), deadline=None, derandomize=True)
@given(data=st.binary(max_size=300))
def test_a_stream_loses_no_byte(data: bytes) -> None:
    framer = StreamFramer(messages.HOST_TYPES, 4096)
    assert b"".join(framer.feed(data)) + framer.flush() == data


@pytest.mark.parametrize("size_max", [64, 100, 4096])
def test_cut_messages_are_found_whole_again(size_max: int) -> None:
    opening = Message(messages.MBIM_OPEN_MSG, 1, 65536).to_bytes()
    cut = [opening, *2 * split(command(3, 300), size_max), opening]
    sizes = [len(each) for each in whole_messages(cut)]
    assert sizes == [1, (len(cut) - 2) // 2, (len(cut) - 2) // 2, 1]


@given(st.integers(0, 3), st.integers(0, 3), st.sampled_from([20, 47, 48, 60]), st.booleans())
def test_a_message_that_is_alone_is_given_back_as_it_is(
    total: int, current: int, length: int, busy: bool
) -> None:
    joiner = Joiner()
    if busy:
        first = split(command(5, 100), 64)[0]
        joiner.feed(parse_header(first), first, 0)
    head = fragment_header(MessageType.MBIM_COMMAND_MSG, length, 77, total, current)
    data = head + bytes(length - len(head))
    header = parse_header(data)
    is_alone = joiner.is_alone(header)
    joined = joiner.feed(header, data, 0)
    assert is_alone == (joined.message == data and not joined.errors)
