"""Many clients on one function: each gets its own answers and what it has asked for, once."""

from __future__ import annotations

import struct
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.commands import PROXY_CONFIGURATION, PROXY_VERSION, SUBSCRIBE_LIST
from wwanreplay.mbim.fragments import FRAGMENT_TIMEOUT_NS, Joiner, split
from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import ERRORS, STATUS, Message, parse_header, parse_message
from wwanreplay.mbim.proxy import (
    ANSWER_NS,
    HELD_MAX,
    OPEN_REFUSALS_MAX,
    OPEN_TRY_NS,
    OUTSTANDING_MAX,
    Multiplexer,
    State,
)
from wwanreplay.mbim.proxy_effects import HangUp, Remark, ToClient, ToDevice, Undelivered
from wwanreplay.mbim.proxy_messages import configuration_of
from wwanreplay.mbim.subscriptions import STANDARD, list_bytes, read_list
from wwanreplay.mbim.tables import BASIC_CONNECT, EXTENSIONS, SERVICES
from wwanreplay.mbim.versions import VERSION

BASIC = uuid.UUID(SERVICES[BASIC_CONNECT].uuid).bytes
EXT = uuid.UUID(SERVICES[EXTENSIONS].uuid).bytes
PROXY = uuid.UUID(SERVICES[PROXY_CONFIGURATION[0]].uuid).bytes
DONE = messages.MBIM_COMMAND_DONE


def configuration(transaction_id=1, path="/dev/null", timeout=30) -> bytes:
    buffer = codec.encode(*PROXY_CONFIGURATION, "set", {"DevicePath": path, "Timeout": timeout})
    kind = messages.MBIM_COMMAND_MSG
    return Message(kind, transaction_id, 1, PROXY, PROXY_CONFIGURATION[1], buffer).to_bytes()


def command(transaction_id, cid=3, buffer=b"", *, service=BASIC, is_set=0) -> bytes:
    kind = messages.MBIM_COMMAND_MSG
    return Message(kind, transaction_id, is_set, service, cid, buffer).to_bytes()


def subscription(transaction_id, events) -> bytes:
    return command(transaction_id, SUBSCRIBE_LIST[1], list_bytes(events), is_set=1)


def event(cid, service=BASIC, buffer=b"\1\0\0\0") -> bytes:
    kind = messages.MBIM_INDICATE_STATUS_MSG
    return Message(kind, 0, 0, service, cid, buffer).to_bytes()


class Bench:
    """A multiplexer with what went to the function and to each client."""

    def __init__(self, clients=1, *, opened=True, size_max=4096):
        self.proxy = Multiplexer(size_max)
        self.now_ns = 0
        self.to_device: list[bytes] = []
        self.to_client: dict[int, list[bytes]] = {}
        self.others: list[object] = []
        for number in range(1, clients + 1):
            self.join(number)
            if opened:
                self.client(number, configuration(1))
                if number == 1:
                    self.open_done()
        if opened:
            self.forget()

    def join(self, number):
        self.proxy.join(number)
        self.to_client.setdefault(number, [])

    def take(self):
        for effect in self.proxy.take():
            if isinstance(effect, ToDevice):
                self.to_device += effect.transfers
            elif isinstance(effect, ToClient):
                self.to_client[effect.client].append(effect.message)
            else:
                self.others.append(effect)

    def client(self, number, data):
        self.proxy.client_transfer(number, data, self.now_ns)
        self.take()

    def device(self, data):
        for part in split(data, 4096):
            self.proxy.device_transfer(part, self.now_ns)
        self.take()

    def open_done(self, status=0):
        key = look(self.to_device[-1]).transaction_id
        self.device(Message(messages.MBIM_OPEN_DONE, key, status).to_bytes())

    def answer(self, transfer, buffer=b"", status=0):
        head = look(transfer)
        message = Message(DONE, head.transaction_id, status, head.service, head.cid, buffer)
        self.device(message.to_bytes())

    def wait(self, time_ns):
        self.now_ns += time_ns
        self.proxy.advance(self.now_ns)
        self.take()

    def forget(self):
        self.to_device.clear()
        self.others.clear()
        for each in self.to_client.values():
            each.clear()

    def of(self, kind):
        return [each for each in self.others if isinstance(each, kind)]


def ids(transfers):
    return [look(each).transaction_id for each in transfers]


# ------------------------------------------------------------------------------ opening


def test_one_open_goes_to_the_function_and_every_client_is_answered_here():
    bench = Bench(2, opened=False)
    bench.client(1, configuration(7))
    bench.client(2, configuration(9))
    assert [look(each).type for each in bench.to_device] == [messages.MBIM_OPEN_MSG]
    assert bench.to_client == {1: [], 2: []}
    bench.open_done()
    for number, transaction_id in ((1, 7), (2, 9)):
        answer = parse_message(bench.to_client[number][0])
        assert (answer.type, answer.transaction_id, answer.value) == (DONE, transaction_id, 0)
        assert (answer.service, answer.cid, answer.buffer) == (PROXY, 1, b"")
    bench.forget()
    for number in (1, 2):
        bench.client(number, Message(messages.MBIM_OPEN_MSG, 11, 64).to_bytes())
        bench.client(number, Message(messages.MBIM_CLOSE_MSG, 12).to_bytes())
        kinds = [(*look(each)[:3:2], look(each).value) for each in bench.to_client[number]]
        assert kinds == [
            (messages.MBIM_OPEN_DONE, 11, 0),
            (messages.MBIM_CLOSE_DONE, 12, 0),
        ]
    assert bench.to_device == []


def test_what_is_sent_before_the_function_is_open_waits_for_it():
    bench = Bench(opened=False)
    for data in (configuration(1), Message(messages.MBIM_OPEN_MSG, 2, 4096).to_bytes(), command(3)):
        bench.client(1, data)
    assert len(bench.to_device) == 1
    bench.open_done()
    assert ids(bench.to_client[1]) == [1, 2]
    assert look(bench.to_device[-1]).cid == 3


def test_more_than_a_client_may_send_before_that_ends_its_connection():
    bench = Bench(opened=False)
    bench.client(1, configuration(1))
    for transaction_id in range(2, HELD_MAX + 2):
        bench.client(1, command(transaction_id))
    assert [each.client for each in bench.of(HangUp)] == [1]


def test_a_client_that_has_named_no_device_is_refused():
    bench = Bench(opened=False)
    bench.client(1, Message(messages.MBIM_OPEN_MSG, 2, 4096).to_bytes())
    bench.client(1, command(3))
    opened, refused = bench.to_client[1]
    assert look(opened).value == STATUS["MBIM_STATUS_FAILURE"]
    assert look(refused).type == messages.MBIM_FUNCTION_ERROR_MSG
    assert bench.to_device == []


@pytest.mark.parametrize(
    "data",
    [
        command(4, PROXY_CONFIGURATION[1], b"\1\2", service=PROXY, is_set=1),
        command(4, PROXY_CONFIGURATION[1], b"", service=PROXY),
        configuration(4, ""),
    ],
)
def test_a_configuration_that_is_none_is_answered_so(data):
    bench = Bench(opened=False)
    bench.client(1, data)
    assert configuration_of(data) is None
    assert look(bench.to_client[1][0]).value == STATUS["MBIM_STATUS_INVALID_PARAMETERS"]
    assert bench.to_device == []


def test_an_open_that_is_not_answered_is_sent_again_until_the_client_has_waited_long_enough():
    bench = Bench(opened=False)
    bench.client(1, configuration(1, timeout=12))
    bench.wait(OPEN_TRY_NS)
    bench.wait(OPEN_TRY_NS)
    assert [look(each).type for each in bench.to_device] == [messages.MBIM_OPEN_MSG] * 3
    assert len(set(ids(bench.to_device))) == 3
    bench.wait(2_000_000_000)
    assert [each.client for each in bench.of(HangUp)] == [1]
    assert bench.proxy.state is State.CLOSED


def test_a_function_that_refuses_to_open_is_closed_and_opened_again():
    bench = Bench(opened=False)
    bench.client(1, configuration(1))
    for _ in range(OPEN_REFUSALS_MAX - 1):
        bench.open_done(status=1)
        assert look(bench.to_device[-1]).type == messages.MBIM_CLOSE_MSG
        key = look(bench.to_device[-1]).transaction_id
        bench.device(Message(messages.MBIM_CLOSE_DONE, key).to_bytes())
        assert look(bench.to_device[-1]).type == messages.MBIM_OPEN_MSG
    bench.open_done(status=1)
    assert [each.client for each in bench.of(HangUp)] == [1]


def test_a_function_that_is_not_open_any_more_is_opened_for_the_next_open():
    bench = Bench(2)
    bench.client(1, command(5))
    key = look(bench.to_device[-1]).transaction_id
    bench.device(messages.function_error(key, "MBIM_ERROR_NOT_OPENED"))
    assert ids(bench.to_client[1]) == [5]
    bench.client(2, command(6))
    assert look(bench.to_client[2][0]).value == ERRORS["MBIM_ERROR_NOT_OPENED"]
    bench.forget()
    bench.client(2, Message(messages.MBIM_OPEN_MSG, 7, 4096).to_bytes())
    bench.open_done()
    assert ids(bench.to_client[2]) == [7]
    bench.client(1, command(8))
    assert look(bench.to_device[-1]).cid == 3


# ------------------------------------------------------------------------------ commands


def test_equal_transactions_of_two_clients_are_two_at_the_function():
    bench = Bench(2)
    for number in (1, 2):
        bench.client(number, command(5))
    first, second = bench.to_device
    assert look(first).transaction_id != look(second).transaction_id
    bench.answer(second, b"\2\0\0\0")
    bench.answer(first, b"\1\0\0\0")
    for number in (1, 2):
        (answer,) = map(parse_message, bench.to_client[number])
        assert (answer.transaction_id, answer.buffer[0]) == (5, number)


def test_commands_keep_everything_but_their_transaction():
    bench = Bench(size_max=64)
    sent = command(5, 12, bytes(range(200)), is_set=1)
    for part in split(sent, 100):
        bench.client(1, part)
    joiner, whole = Joiner(), None
    assert all(len(each) <= 64 for each in bench.to_device)
    for part in bench.to_device:
        whole = joiner.feed(parse_header(part), part, 0).message
    assert whole is not None
    assert whole[:8] + whole[12:] == sent[:8] + sent[12:]


def test_fragments_of_two_clients_side_by_side_do_not_mix():
    bench = Bench(2)
    parts = {n: split(command(5, 12, bytes([n]) * 200, is_set=1), 100) for n in (1, 2)}
    for one, other in zip(*parts.values(), strict=True):
        bench.client(1, one)
        bench.client(2, other)
    buffers = [parse_message(each).buffer for each in bench.to_device]
    assert buffers == [b"\1" * 200, b"\2" * 200]


def test_an_answer_in_fragments_reaches_its_client_in_one_piece():
    bench = Bench()
    bench.client(1, command(5))
    bench.answer(bench.to_device[0], bytes(9000))
    (answer,) = bench.to_client[1]
    assert (look(answer).transaction_id, len(answer)) == (5, 9048)


def test_a_client_that_has_gone_gets_nothing_and_its_answer_is_reported_as_lost():
    bench = Bench(2)
    bench.client(1, command(5))
    bench.proxy.leave(1)
    bench.join(3)
    bench.answer(bench.to_device[0])
    assert bench.to_client[2] == bench.to_client[3] == []
    assert [each.reason for each in bench.of(Undelivered)] == ["its client has gone"]
    assert bench.proxy.outstanding == []


def test_half_a_message_of_a_client_that_has_gone_is_nothing():
    bench = Bench(2)
    bench.client(1, split(command(5, 12, bytes(200)), 100)[0])
    bench.proxy.leave(1)
    bench.take()
    bench.client(2, command(6))
    assert len(bench.to_device) == 1
    assert bench.proxy.next_due_ns is not None
    bench.answer(bench.to_device[0])
    assert bench.proxy.next_due_ns is None


def test_a_message_that_is_not_finished_is_given_up():
    bench = Bench()
    bench.client(1, split(command(5, 12, bytes(200)), 100)[0])
    assert bench.proxy.next_due_ns == FRAGMENT_TIMEOUT_NS
    bench.wait(FRAGMENT_TIMEOUT_NS)
    assert look(bench.to_client[1][0]).value == ERRORS["MBIM_ERROR_TIMEOUT_FRAGMENT"]
    assert bench.proxy.next_due_ns is None


def test_an_answer_twice_or_without_a_question_goes_to_nobody():
    bench = Bench()
    bench.client(1, command(5))
    bench.answer(bench.to_device[0])
    bench.answer(bench.to_device[0])
    bench.answer(command(77))
    assert len(bench.to_client[1]) == 1
    assert len(bench.of(Undelivered)) == 2
    assert all(each.is_fault for each in bench.of(Remark)[-2:])


def test_a_host_error_of_a_client_is_that_of_its_own_command():
    bench = Bench(2)
    for number in (1, 2):
        bench.client(number, command(5))
    error = Message(messages.MBIM_HOST_ERROR_MSG, 5, ERRORS["MBIM_ERROR_CANCEL"]).to_bytes()
    bench.client(2, error)
    assert look(bench.to_device[-1]).type == messages.MBIM_HOST_ERROR_MSG
    assert ids(bench.to_device)[-1] == ids(bench.to_device)[1]
    count = len(bench.to_device)
    bench.client(2, Message(messages.MBIM_HOST_ERROR_MSG, 99, 3).to_bytes())
    assert len(bench.to_device) == count


def test_one_client_cannot_take_all_the_room():
    bench = Bench(2)
    for transaction_id in range(1, OUTSTANDING_MAX + 2):
        bench.client(1, command(transaction_id))
    assert len(bench.to_device) == OUTSTANDING_MAX
    (busy,) = bench.to_client[1]
    assert look(busy)[2:8:5] == (OUTSTANDING_MAX + 1, STATUS["MBIM_STATUS_BUSY"])
    bench.client(2, command(1))
    assert len(bench.to_device) == OUTSTANDING_MAX + 1


def test_a_command_without_an_answer_is_given_up():
    bench = Bench()
    bench.client(1, command(5))
    assert bench.proxy.next_due_ns == ANSWER_NS
    bench.wait(ANSWER_NS)
    assert bench.proxy.outstanding == []
    assert "no answer within 300 s" in bench.of(Remark)[-1].text


def test_transactions_of_the_function_are_never_zero_nor_in_use():
    bench = Bench()
    bench.client(1, command(5))
    used = ids(bench.to_device)[0]
    bench.proxy.transactions.last_id = 0xFFFFFFFF
    bench.client(1, command(6))
    assert ids(bench.to_device)[1] == 1 if used != 1 else 2
    bench.proxy.transactions.last_id = used - 1
    bench.client(1, command(7))
    assert len(set(ids(bench.to_device))) == 3


@pytest.mark.parametrize("data", [b"\xff" * 40, command(5)[:-1], b"", event(3)])
def test_bytes_that_no_host_sends_are_noted_and_go_nowhere(data):
    bench = Bench()
    bench.client(1, data)
    assert bench.to_device == []
    assert bench.of(Remark)[-1].is_fault
    bench.client(1, command(6))
    assert len(bench.to_device) == 1


# ------------------------------------------------------------------------------ events


def got(bench, data):
    """The clients that an event went to."""
    bench.forget()
    bench.device(data)
    return [number for number, each in bench.to_client.items() if each == [data]]


def test_clients_without_a_list_get_the_standard_events():
    bench = Bench(2)
    assert got(bench, event(3)) == [1, 2]
    assert got(bench, event(5, EXT)) == []
    assert bench.of(Undelivered)


def test_lists_are_merged_at_the_function_and_each_client_gets_its_own():
    bench = Bench(2)
    bench.client(1, subscription(5, {BASIC: (11,)}))
    assert bench.to_device == []  # the function reports that already
    (answer,) = map(parse_message, bench.to_client[1])
    assert (answer.value, answer.buffer) == (0, list_bytes({BASIC: (11,)}))
    bench.client(2, subscription(6, {EXT: (5,)}))
    merged = read_list(parse_message(bench.to_device[0]).buffer)
    assert merged == {**STANDARD, EXT: (5,)}
    assert bench.to_client[2] == []
    bench.answer(bench.to_device[0], list_bytes(merged))
    (answer,) = map(parse_message, bench.to_client[2])
    assert (answer.transaction_id, answer.buffer) == (6, list_bytes({EXT: (5,)}))
    assert got(bench, event(11)) == [1]
    assert got(bench, event(5, EXT)) == [2]
    assert got(bench, event(3)) == []
    bench.client(2, subscription(7, {EXT: (5,)}))
    assert bench.to_device == []


def test_a_list_with_all_events_of_a_service_is_passed_on_as_such():
    bench = Bench()
    bench.client(1, subscription(5, {EXT: (), BASIC: ()}))
    merged = read_list(parse_message(bench.to_device[0]).buffer)
    assert merged[EXT] == merged[BASIC] == ()
    assert got(bench, event(99, EXT)) == [1]


def test_the_status_of_a_refused_list_reaches_its_client():
    bench = Bench()
    bench.client(1, subscription(5, {EXT: (5,)}))
    bench.answer(bench.to_device[0], status=2)
    assert look(bench.to_client[1][0]).value == 2


def test_a_list_that_is_none_goes_nowhere():
    bench = Bench()
    bench.client(1, command(5, SUBSCRIBE_LIST[1], b"\xff\xff\xff\xff", is_set=1))
    assert look(bench.to_client[1][0]).value == STATUS["MBIM_STATUS_INVALID_PARAMETERS"]
    assert bench.to_device == []


def test_what_a_client_requested_is_dropped_from_the_next_list_when_it_has_gone():
    bench = Bench(2)
    bench.client(1, subscription(5, {EXT: (5,)}))
    bench.proxy.leave(1)
    bench.client(2, subscription(6, {EXT: (6,)}))
    assert read_list(parse_message(bench.to_device[-1]).buffer)[EXT] == (6,)


def test_a_function_that_is_opened_again_is_given_the_lists_again():
    bench = Bench()
    bench.client(1, subscription(5, {EXT: (5,)}))
    bench.answer(bench.to_device[0])
    bench.device(messages.function_error(0, "MBIM_ERROR_NOT_OPENED"))
    bench.forget()
    bench.client(1, Message(messages.MBIM_OPEN_MSG, 7, 4096).to_bytes())
    bench.open_done()
    assert read_list(parse_message(bench.to_device[-1]).buffer)[EXT] == (5,)
    bench.answer(bench.to_device[-1])
    assert ids(bench.to_client[1]) == [7]


def test_the_version_that_one_client_agrees_on_is_reported_to_all():
    bench = Bench(2)
    bench.client(1, command(5, VERSION[1], struct.pack("<HH", 0x100, 0x300), service=EXT))
    bench.answer(bench.to_device[0], struct.pack("<HH", 0x100, 0x200))
    received = [parse_message(each) for each in bench.to_client[2]]
    assert [(each.service, each.cid, each.buffer) for each in received] == [
        (PROXY, PROXY_VERSION[1], struct.pack("<HH", 0x100, 0x200))
    ]
    assert [look(each).type for each in bench.to_client[1]] == [
        messages.MBIM_INDICATE_STATUS_MSG,
        DONE,
    ]
    bench.join(3)
    bench.client(3, configuration(1))
    assert [look(each).cid for each in bench.to_client[3]] == [PROXY_VERSION[1], 1]


# ------------------------------------------------------------------------------ the device goes


def test_when_the_function_goes_its_clients_are_let_go_and_what_it_had_is_lost():
    bench = Bench(2)
    bench.client(1, command(5))
    bench.proxy.join(3)
    bench.proxy.device_gone("it is gone")
    bench.take()
    assert [each.client for each in bench.of(HangUp)] == [1, 2]  # 3 has named no device
    assert "1 commands are not answered" in bench.of(Remark)[-1].text
    for client in (1, 2):
        bench.proxy.leave(client)
    bench.to_device.clear()
    bench.to_client[3] = []
    bench.client(3, configuration(1))
    bench.open_done()
    assert ids(bench.to_client[3]) == [1]


# ------------------------------------------------------------------------------ any order


STEPS = st.lists(
    st.tuples(st.sampled_from("cceeaxl"), st.integers(0, 5), st.integers(0, 3000)), max_size=60
)


@given(STEPS)
def test_in_any_order_each_command_is_answered_once_to_its_own_client(steps):
    """c: a client sends a part of its next command, a: one is answered, e: an event, l: leaves."""
    bench = Bench(3)
    parts: dict[int, list[bytes]] = {}
    asked: dict[int, list[int]] = {}
    answered = set()
    joiner, known, last, cut = Joiner(), [], 10, 0
    for step, which, size in steps:
        client = which % 3 + 1
        is_there = client in bench.proxy.clients
        if step == "c" and is_there:
            if not parts.get(client):
                last += 1
                buffer = struct.pack("<II", client, last) + bytes(size)
                parts[client] = split(command(last % 4, 12, buffer, is_set=1), 1024)
                asked.setdefault(client, []).append(last)
            bench.client(client, parts[client].pop(0))
        elif step == "a" and known:
            message = known.pop(which % len(known))
            answered.add(message.buffer[:8])
            bench.answer(message.to_bytes(), message.buffer)
        elif step == "e":
            bench.device(event(3, buffer=bytes(size)))
        elif step == "l" and is_there and len(bench.proxy.clients) > 1:
            bench.proxy.leave(client)
        for transfer in bench.to_device[cut:]:
            whole = joiner.feed(parse_header(transfer), transfer, 0).message
            if whole is not None:
                known.append(parse_message(whole))
        cut = len(bench.to_device)
    assert len({each.transaction_id for each in known}) == len(known)
    for client, sent in bench.to_client.items():
        seen = [parse_message(each) for each in sent]
        answers = [each for each in seen if each.type == DONE]
        buffers = [struct.unpack_from("<II", each.buffer) for each in answers]
        assert len(set(buffers)) == len(buffers)
        assert {owner for owner, _ in buffers} <= {client}
        assert all(
            each.transaction_id == number % 4
            for each, (_, number) in zip(answers, buffers, strict=True)
        )
        if client in bench.proxy.clients:
            mine = {each for each in answered if struct.unpack("<II", each)[0] == client}
            assert mine == {each.buffer[:8] for each in answers}
