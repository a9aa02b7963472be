"""MBIM's own rules, on the messages of a recording."""

import pytest
from rule_events import message, numbered

from wwanreplay.analysis.check import judge
from wwanreplay.analysis.check.windows import Sizes
from wwanreplay.mbim.rows.framing import MessageType

COMMAND, DONE = MessageType.MBIM_COMMAND_MSG, MessageType.MBIM_COMMAND_DONE
EVENT = MessageType.MBIM_INDICATE_STATUS_MSG
SIZES = Sizes(judged=3, behind=0, ahead_ns=0)


def tally(rule_id, *events, **options):
    return judge(numbered(*events), [rule_id], **options)[rule_id]


def wrong(rule_id, *events, **options):
    return [place.text for place in tally(rule_id, *events, **options).places]


@pytest.mark.rule("wire.length")
def test_a_message_is_as_long_as_it_says():
    assert tally("wire.length", message(0, EVENT, 0)).kept == 1
    assert wrong("wire.length", message(0, EVENT, 0, length=99)) == [
        "MessageLength is 99, the message has 20"
    ]
    assert tally("wire.length", message(0, COMMAND, 1, by_device=False, length=99)).judged == 0


def answer_of(stated, data=b"data"):
    numbers = (DONE, 48 + len(data), 5, 1, 0)
    head = b"".join(n.to_bytes(4, "little") for n in numbers)
    tail = b"".join(n.to_bytes(4, "little") for n in (9, 0, stated))
    return message(0, DONE, 5).replace(payload=head + bytes(16) + tail + data)


def test_a_buffer_is_as_long_as_its_message_says():
    assert tally("wire.length", answer_of(4)).kept == 1
    for stated in (0, 3, 8):
        assert wrong("wire.length", answer_of(stated)) == [
            f"InformationBufferLength is {stated}, the buffer has 4"
        ]
    # that of several fragments is of all of them
    first = message(0, DONE, 5, total=2, current=0)
    assert tally("wire.length", first).kept == 1


@pytest.mark.rule("wire.fragments")
def test_fragments_are_in_order():
    whole = [message(at, DONE, 5, total=3, current=at) for at in range(3)]
    assert tally("wire.fragments", *whole, *whole).kept == 6
    assert tally("wire.fragments", *whole, *whole, sizes=SIZES).kept == 6
    assert wrong("wire.fragments", whole[0], whole[2]) == ["fragment 2 of 3, where 1 is due"]
    assert wrong("wire.fragments", whole[1]) == ["fragment 1 of 3, where 0 is due"]
    assert tally("wire.fragments", whole[1], is_whole=False).undecided
    assert wrong("wire.fragments", message(0, DONE, 5, total=0, current=0)) == [
        "fragment 0 of 0, where 0 is due"
    ]


@pytest.mark.rule("wire.answer-known")
def test_an_answer_is_that_of_a_message_that_waits():
    ask = message(0, COMMAND, 5, by_device=False)
    answer = message(1, DONE, 5)
    assert tally("wire.answer-known", ask, answer).kept == 1
    text = "no message with TransactionId 5 waits for it"
    assert wrong("wire.answer-known", ask, answer, answer) == [text]
    assert wrong("wire.answer-known", answer) == [text]
    assert tally("wire.answer-known", answer, is_whole=False).undecided
    filling = [message(1, EVENT, 0) for _ in range(10)]
    many = (ask, *filling, answer, *filling, answer)
    assert wrong("wire.answer-known", *many, sizes=SIZES) == [text]


@pytest.mark.rule("wire.event-id-zero")
def test_a_notification_has_no_transaction():
    assert tally("wire.event-id-zero", message(0, EVENT, 0)).kept == 1
    assert wrong("wire.event-id-zero", message(0, EVENT, 7)) == [
        "a notification with TransactionId 7"
    ]
