"""The quick way of an ordinary command and its answer: the same as the long one, or none."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.mbim import messages
from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.proxy import Multiplexer
from wwanreplay.mbim.proxy_effects import ToClient, ToDevice
from wwanreplay.mbim.proxy_transactions import (
    AGREEMENT,
    CONFIGURATION,
    SUBSCRIPTION,
    Transaction,
    Transactions,
    command_name,
    with_id,
)

OTHER = bytes(range(16)) + (7).to_bytes(4, "little")
NAMES = st.sampled_from([OTHER, OTHER[:16] + bytes(4), AGREEMENT, CONFIGURATION, SUBSCRIPTION])
IDS = st.integers(0, 6)
KINDS = st.sampled_from(
    [
        messages.MBIM_COMMAND_MSG,
        messages.MBIM_COMMAND_DONE,
        messages.MBIM_HOST_ERROR_MSG,
        messages.MBIM_OPEN_MSG,
        messages.MBIM_INDICATE_STATUS_MSG,
    ]
)


@st.composite
def transfers(draw) -> bytes:
    """Messages, some with a word of the header that is another, some cut short."""
    kind, name = draw(KINDS), draw(NAMES)
    buffer = draw(st.sampled_from([b"", b"abcd", bytes(5000)]))
    cid = int.from_bytes(name[16:], "little")
    data = Message(kind, draw(IDS), draw(st.integers(0, 1)), name[:16], cid, buffer).to_bytes()
    if draw(st.integers(0, 3)) == 0:
        at = draw(st.sampled_from([0, 4, 12, 16]))
        if at + 4 <= len(data):
            data = data[:at] + struct.pack("<I", draw(IDS)) + data[at + 4 :]
    return data[: draw(st.sampled_from([len(data)] * 5 + [47, 12]))]


class Way:
    """A multiplexer that is open and has two clients."""

    def __init__(self) -> None:
        self.proxy = Multiplexer()
        self.proxy.join(1)
        self.proxy.join(2)
        path = "/dev/x".encode("utf-16-le")
        buffer = struct.pack("<III", 12, len(path), 30) + path
        for client in (1, 2):
            kind = messages.MBIM_COMMAND_MSG
            data = Message(kind, 1, 1, CONFIGURATION[:16], 1, buffer).to_bytes()
            self.proxy.client_transfer(client, data, 0)
        opened = next(each for each in self.proxy.take() if isinstance(each, ToDevice))
        number = look(opened.message).transaction_id
        self.proxy.device_transfer(Message(messages.MBIM_OPEN_DONE, number).to_bytes(), 0)
        self.proxy.take()


@given(st.lists(st.tuples(st.sampled_from([0, 1, 2]), transfers()), max_size=25))
def test_what_the_quick_way_does_the_long_one_does_too(steps) -> None:
    quick, long = Way().proxy, Way().proxy
    for time_ns, (client, data) in enumerate(steps):
        if client:
            long.client_transfer(client, data, time_ns)
            message = quick.relay_command(client, data, time_ns)
            if message is None:
                quick.client_transfer(client, data, time_ns)
                assert quick.take() == long.take()
            else:
                assert long.take() == [ToDevice(message, [message], client)]
        else:
            long.device_transfer(data, time_ns)
            answer = quick.relay_answer(data)
            if answer is None:
                quick.device_transfer(data, time_ns)
                assert quick.take() == long.take()
            else:
                assert long.take() == [ToClient(*answer, True)]
        assert quick.outstanding == long.outstanding
        assert quick.next_due_ns == long.next_due_ns


def test_an_ordinary_command_and_its_answer_take_the_quick_way() -> None:
    proxy = Way().proxy
    command = Message(messages.MBIM_COMMAND_MSG, 9, 0, OTHER[:16], 7, b"abcd").to_bytes()
    sent = proxy.relay_command(2, command, 5)
    assert sent is not None
    assert with_id(sent, 9) == command
    number = look(sent).transaction_id
    answer = Message(messages.MBIM_COMMAND_DONE, number, 0, OTHER[:16], 7, b"efgh").to_bytes()
    assert proxy.relay_answer(answer) == (2, with_id(answer, 9))
    assert proxy.relay_answer(answer) is None
    assert proxy.outstanding == proxy.take() == []


@given(st.lists(st.sampled_from(["add", "pop"]), max_size=40))
def test_the_oldest_is_the_one_that_was_added_first(steps: list[str]) -> None:
    table = Transactions()
    there: list[int] = []
    for time_ns, step in enumerate(steps):
        if step == "add":
            there.append(table.add(Transaction(1, 5, OTHER, time_ns)))
        elif there:
            key = there.pop(len(there) // 2)
            assert table.pop(key) is not None
            assert table.pop(key) is None
        assert [key for key, _ in table.items()] == there
        assert len(table) == len(there)
        assert (table.oldest is None) == (not there)
        assert table.oldest is None or table.oldest[0] == there[0]
    assert 0 not in there


def test_a_name_is_service_and_number() -> None:
    message = Message(messages.MBIM_COMMAND_MSG, 9, 0, OTHER[:16], 7, b"abcd").to_bytes()
    assert command_name(message) == OTHER
    assert Transaction(None, 9, command_name(message), 0).cid == 7
    assert look(with_id(message, 77)) == look(message)._replace(transaction_id=77)
