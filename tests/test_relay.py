"""The quick way of ordinary messages: the same as the long one, or handed back untouched."""

from __future__ import annotations

import errno
import select
import socket
import struct
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wwanreplay._relay import (
    ANSWER,
    COMMAND,
    CONFIRMED,
    REFUSED,
    RESET,
    Relay,
    Route,
    Transaction,
    Transactions,
    Way,
)
from wwanreplay.devices.mbim.channel import DEVICE_TYPES
from wwanreplay.mbim import messages
from wwanreplay.mbim.fragments import StreamFramer
from wwanreplay.mbim.header import HOST_TYPES, look, with_transaction
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.proxy import Multiplexer
from wwanreplay.mbim.proxy_effects import ToClient, ToDevice
from wwanreplay.mbim.proxy_transactions import AGREEMENT, CONFIGURATION, SUBSCRIPTION

pytestmark = pytest.mark.skipif(not hasattr(select, "epoll"), reason="a tap needs Linux")

FAR_NS = 1 << 62
OTHER = bytes(range(16)) + (7).to_bytes(4, "little")
NAMES = st.sampled_from([OTHER, OTHER[:16] + bytes(4), AGREEMENT, CONFIGURATION, SUBSCRIPTION])
KINDS = st.sampled_from(
    [
        messages.MBIM_COMMAND_MSG,
        messages.MBIM_COMMAND_DONE,
        messages.MBIM_HOST_ERROR_MSG,
        messages.MBIM_OPEN_MSG,
        messages.MBIM_INDICATE_STATUS_MSG,
    ]
)
#: Ids that the clients choose, those that the table gives, and some of nobody.
IDS = st.integers(0, 6)


def command(number: int, name: bytes = OTHER, buffer: bytes = b"abcd") -> bytes:
    cid = int.from_bytes(name[16:], "little")
    return Message(messages.MBIM_COMMAND_MSG, number, 0, name[:16], cid, buffer).to_bytes()


def done(number: int, name: bytes = OTHER, buffer: bytes = b"efgh") -> bytes:
    cid = int.from_bytes(name[16:], "little")
    return Message(messages.MBIM_COMMAND_DONE, number, 0, name[:16], cid, buffer).to_bytes()


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


def opened() -> Multiplexer:
    """A multiplexer that is open and has two clients."""
    proxy = Multiplexer()
    path = "/dev/x".encode("utf-16-le")
    buffer = struct.pack("<III", 12, len(path), 30) + path
    for client in (1, 2):
        proxy.join(client)
        kind = messages.MBIM_COMMAND_MSG
        data = Message(kind, 1, 1, CONFIGURATION[:16], 1, buffer).to_bytes()
        proxy.client_transfer(client, data, 0)
    opening = next(each for each in proxy.take() if isinstance(each, ToDevice))
    number = look(opening.message).transaction_id or 0
    proxy.device_transfer(Message(messages.MBIM_OPEN_DONE, number).to_bytes(), 0)
    proxy.take()
    return proxy


class Bench:
    """A relay between sockets of two clients and a modem; `ends` are those of the others, 0 is the
    modem's. `hear` is what each has been sent."""

    def __init__(self, *, is_stream: bool = True) -> None:
        self.proxy = opened()
        kinds = [socket.SOCK_STREAM if is_stream else socket.SOCK_SEQPACKET, *[1] * 2]
        pairs = [socket.socketpair(socket.AF_UNIX, kind) for kind in kinds]
        self.own = [own for own, _ in pairs]
        self.ends = [other for _, other in pairs]
        self.framers = [
            StreamFramer(HOST_TYPES if place else DEVICE_TYPES, 1 << 20) for place in range(3)
        ]
        self.poller = select.epoll()
        for each in (*self.own, *self.ends):
            each.setblocking(False)
        for each in self.own:
            self.poller.register(each, select.EPOLLIN)
        self.places = {each.fileno(): place for place, each in enumerate(self.own)}
        self.is_stream = is_stream
        self.way = self.new_way()
        self.relay = Relay(self.poller.fileno(), 0, self.find, self.route_of, notes_max=1000)

    def new_way(self, size_max: int = 4096) -> Way:
        table = self.proxy.transactions
        return Way(
            self.own[0].fileno(), table, size_max, is_stream=self.is_stream, owner="the owner"
        )

    def find(self, descriptor: int) -> Way | Route | None:
        place = self.places[descriptor]
        if place:
            return self.route_of(place)
        is_usual = self.proxy.is_relaying and not self.framers[0].waiting
        return self.way if is_usual else None

    def route_of(self, client: int) -> Route | None:
        is_usual = self.proxy.is_relaying and not self.framers[0].waiting
        if not is_usual or not self.proxy.relays(client) or self.framers[client].waiting:
            return None
        return Route(self.own[client].fileno(), client, self.way, has_unread=False)

    def run(self) -> list[tuple[int, int, bytes | None, int]]:
        """What the relay makes of all that is there; what it hands back."""
        return self.relay.run(0, 0, FAR_NS, has_backlog=False)

    def hear(self) -> list[bytes]:
        """What modem and clients have been sent since."""
        heard = []
        for each in self.ends:
            try:
                heard.append(each.recv(1 << 20))
            except BlockingIOError:
                heard.append(b"")
        return heard

    def fill(self, place: int, room: int = 0) -> int:
        """Let one take no more than about so many bytes; how many it was sent for that."""
        own = self.own[place]
        own.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        size = 0
        while True:
            try:
                size += own.send(bytes(1000))
            except BlockingIOError:
                break
        return size

    def close(self) -> None:
        self.poller.close()
        for each in (*self.own, *self.ends):
            each.close()


@pytest.fixture
def bench():
    made = Bench()
    yield made
    made.close()


def sent_by(effects, heard: list[bytes]) -> None:
    """Add what effects send to what was heard."""
    for effect in effects:
        if isinstance(effect, ToDevice):
            heard[0] += b"".join(effect.transfers)
        elif isinstance(effect, ToClient):
            heard[effect.client] += effect.message


def feed(proxy: Multiplexer, framer: StreamFramer, place: int, data: bytes, time_ns: int) -> None:
    for transfer in framer.feed(data):
        if place:
            proxy.client_transfer(place, transfer, time_ns)
        else:
            proxy.device_transfer(transfer, time_ns)


STEPS = st.lists(
    st.tuples(st.sampled_from([0, 1, 2]), st.lists(transfers(), min_size=1, max_size=2)),
    max_size=8,
)


@given(STEPS)
@settings(max_examples=25, deadline=None)
def test_what_the_quick_way_does_the_long_one_does_too(steps) -> None:
    bench, long = Bench(), opened()
    framers = [StreamFramer(HOST_TYPES if place else DEVICE_TYPES, 1 << 20) for place in range(3)]
    try:
        for place, parts in steps:
            data = b"".join(parts)[:16000]
            if not data:
                continue
            bench.ends[place].send(data)
            events = bench.run()
            time_ns = bench.relay.time_ns
            heard = bench.hear()
            passed = b"".join(
                with_transaction(note[4], look(note[4]).transaction_id or 0)
                for note in bench.relay.take()
                if note[4] is not None
            )
            back = b"".join(
                bench.own[place].recv(1 << 20) if event[2] is None else event[2] for event in events
            )
            assert len(passed) + len(back) == len(data)
            feed(bench.proxy, bench.framers[place], place, back, time_ns)
            sent_by(bench.proxy.take(), heard)
            feed(long, framers[place], place, data, time_ns)
            wanted = [b"", b"", b""]
            sent_by(long.take(), wanted)
            assert heard == wanted
            assert bench.proxy.outstanding == long.outstanding
            assert bench.proxy.next_due_ns == long.next_due_ns
    finally:
        bench.close()


@pytest.mark.parametrize("is_stream", [True, False])
def test_an_ordinary_command_and_its_answer_take_the_quick_way(is_stream) -> None:
    bench = Bench(is_stream=is_stream)
    sent = command(9)
    bench.ends[2].send(sent)
    assert bench.run() == []
    (given_command, *nothing) = bench.hear()
    assert nothing == [b"", b""]
    number = look(given_command).transaction_id or 0
    assert with_transaction(given_command, 9) == sent
    bench.ends[0].send(done(number))
    assert bench.run() == []
    assert bench.hear() == [b"", b"", done(9)]
    first, second = bench.relay.take()
    assert (first[0], *first[2:]) == (COMMAND, 2, "the owner", given_command, None)
    assert (second[0], *second[2:]) == (ANSWER, 2, "the owner", done(number), None)
    assert first[1] <= second[1] == bench.relay.time_ns
    assert bench.relay.take() == []
    assert bench.proxy.outstanding == bench.proxy.take() == []
    bench.close()


def test_one_answer_is_given_once(bench) -> None:
    bench.ends[1].send(command(9))
    bench.run()
    number = look(bench.hear()[0]).transaction_id or 0
    bench.ends[0].send(done(number) * 2)
    assert [event[2] for event in bench.run()] == [done(number)]
    assert bench.hear()[1] == done(9)


def test_that_a_client_has_read_all_is_seen_when_it_sends_again(bench) -> None:
    bench.ends[1].send(command(9))
    bench.run()
    number = look(bench.hear()[0]).transaction_id or 0
    bench.relay.take()
    bench.ends[0].send(done(number))
    bench.ends[1].send(command(10))
    bench.run()  # one after the other, in one wait: the answer is not read
    notes = [note[0] for note in bench.relay.take()]
    assert sorted(notes) == [COMMAND, ANSWER]
    bench.hear()

    def unread(client: int) -> Route:
        return Route(bench.own[client].fileno(), client, bench.way, has_unread=True)

    bench.route_of = unread
    bench.relay = Relay(bench.poller.fileno(), 0, lambda _: unread(1), unread, notes_max=9)
    bench.ends[1].send(command(11))
    bench.run()
    assert [note[0] for note in bench.relay.take()] == [COMMAND, CONFIRMED]


def test_a_modem_without_room_gets_nothing_more_until_that_is_seen_to(bench) -> None:
    bench.fill(0)
    bench.ends[1].send(command(9) + command(10))
    bench.ends[2].send(command(11))
    events = bench.run()
    (note,) = bench.relay.take()
    left = sorted((bench.places[at], data) for at, _, data, _ in events)
    if note[2] == 1:
        assert left == [(1, command(10)), (2, command(11))]
    else:
        assert left == [(1, command(9) + command(10))]
    kind, _, client, _, transfer, taken = note
    assert kind == COMMAND
    assert 0 <= taken < len(transfer)
    assert len(bench.proxy.transactions.of_client(client)) == 1


def test_a_modem_that_refuses_is_named_by_its_errno(bench) -> None:
    bench.ends[0].close()
    bench.poller.unregister(bench.own[0])
    bench.ends[1].send(command(9))
    assert bench.run() == []
    (note,) = bench.relay.take()
    assert (note[0], note[2], note[5]) == (REFUSED, 1, errno.EPIPE)


def test_an_answer_that_its_client_does_not_take_is_handed_back_whole(bench) -> None:
    bench.ends[1].send(command(9))
    bench.run()
    number = look(bench.hear()[0]).transaction_id or 0
    bench.relay.take()
    bench.ends[1].close()
    bench.ends[0].send(done(number))
    events = bench.run()
    data = [event[2] for event in events if event[0] == bench.own[0].fileno()]
    assert data == [done(number)]
    assert bench.proxy.transactions.get(number) is not None
    assert {note[0] for note in bench.relay.take()} <= {RESET}


def test_an_answer_that_is_taken_in_part_says_how_much(bench) -> None:
    large = done(1, buffer=bytes(60000))
    bench.own[1].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    bench.ends[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    bench.ends[1].send(command(9))
    bench.run()
    number = look(bench.hear()[0]).transaction_id or 0
    bench.relay.take()
    bench.ends[0].send(with_transaction(large, number))
    events = bench.run()
    notes = bench.relay.take()
    if notes:  # how a kernel cuts is its own affair
        ((kind, _, client, _, transfer, (message, taken)),) = notes
        assert (kind, client, transfer) == (ANSWER, 1, with_transaction(large, number))
        assert message == with_transaction(large, 9)
        assert bench.hear()[1] == message[:taken]
        assert 0 < taken < len(message)
    else:
        assert [event[2] for event in events] == [with_transaction(large, number)]


@pytest.mark.parametrize("place", [0, 1])
def test_an_end_is_handed_back(bench, place) -> None:
    bench.ends[place].close()
    ((descriptor, kinds, data, problem),) = bench.run()
    assert descriptor == bench.own[place].fileno()
    assert kinds & select.EPOLLHUP
    assert (data, problem) == (None, 0)
    assert bench.relay.take() == []


def test_the_end_of_what_a_client_sends_leaves_its_answers_to_it(bench) -> None:
    bench.ends[1].send(command(9))
    bench.ends[1].shutdown(socket.SHUT_WR)
    assert bench.run() == []
    ((_, kinds, data, problem),) = bench.run()
    assert (kinds, data, problem) == (select.EPOLLIN, None, 0)


def test_a_client_has_no_more_under_way_than_it_may(bench) -> None:
    bench.proxy.transactions = Transactions((CONFIGURATION,), (), 2)
    bench.way = bench.new_way()
    bench.ends[1].send(command(1) + command(2) + command(3))
    bench.ends[2].send(command(4))
    assert [event[2] for event in bench.run()] == [command(3)]
    assert bench.proxy.transactions.count_of(1) == 2
    assert bench.proxy.transactions.count_of(2) == 1


def test_a_command_that_is_longer_than_a_transfer_is_handed_back(bench) -> None:
    bench.way = bench.new_way(size_max=64)
    for data, is_passed in (
        (command(1, buffer=bytes(16)), True),
        (command(2, buffer=bytes(17)), False),
    ):
        bench.ends[1].send(data)
        assert [event[2] for event in bench.run()] == ([] if is_passed else [data])


def test_waiting_ends_when_something_is_due_or_nothing_has_come(bench) -> None:
    now_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    assert bench.relay.run(now_ns + 2_000_000, FAR_NS, FAR_NS, has_backlog=False) == []
    assert bench.relay.is_idle
    assert bench.relay.time_ns >= now_ns + 2_000_000
    assert bench.relay.run(FAR_NS, 1_000_000, FAR_NS, has_backlog=True) == []
    assert bench.relay.is_idle
    bench.ends[1].send(command(9))
    assert bench.relay.run(FAR_NS, FAR_NS, 0, has_backlog=False) == []  # its note is old at once
    assert not bench.relay.is_idle
    assert len(bench.relay.take()) == 1


@pytest.mark.parametrize(("waits", "expected"), [(False, 8), (True, 10)])
def test_many_notes_are_given_when_no_answer_is_on_its_way_or_a_little_later(
    bench, waits, expected
) -> None:
    bench.relay = Relay(bench.poller.fileno(), 0, bench.find, bench.route_of, notes_max=8)
    if waits:
        bench.ends[2].send(command(7))
        bench.run()
        bench.hear()
        bench.relay.take()

    def exchange() -> None:
        """One behind the other: two notes of the first, three of each that shows it was read."""
        for number in range(1, 6):
            bench.ends[1].send(command(number))
            asked = bench.ends[0].recv(4096)
            bench.ends[0].send(done(look(asked).transaction_id or 0))
            bench.ends[1].recv(4096)

    for each in bench.ends:
        each.settimeout(20)
    thread = threading.Thread(target=exchange)
    thread.start()
    bench.relay.run(FAR_NS, FAR_NS, FAR_NS, has_backlog=False)
    assert len(bench.relay.take()) == expected
    while thread.is_alive():
        bench.relay.run(0, 0, FAR_NS, has_backlog=False)
    thread.join()


def test_an_error_of_who_is_called_ends_the_run(bench) -> None:
    def fails(_number: int) -> None:
        raise LookupError("nobody")

    relay = Relay(bench.poller.fileno(), 0, fails, fails, notes_max=9)
    bench.ends[1].send(command(9))
    with pytest.raises(LookupError, match="nobody"):
        relay.run(0, 0, FAR_NS, has_backlog=False)


def test_what_cannot_be_waited_for_is_an_error(bench) -> None:
    relay = Relay(bench.own[0].fileno(), 0, bench.find, bench.route_of, notes_max=9)
    with pytest.raises(OSError, match="cannot wait for modem and clients"):
        relay.run(0, 0, 0, has_backlog=False)


# ------------------------------------------------------------------------------ the table


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
        assert len(table) == table.count_of(1) == len(there)
        assert table.of_client(1) == set(there)
        assert (table.oldest is None) == (not there)
        assert table.oldest is None or table.oldest[0] == there[0]
    assert 0 not in there


def test_what_a_client_leaves_is_nobodys() -> None:
    table = Transactions()
    keys = [table.add(Transaction(client, 5, OTHER, 0)) for client in (1, 2, 1, None)]
    assert table.release(1) == 2
    assert table.release(1) == 0
    assert [each.client for _, each in table.items()] == [None, 2, None, None]
    assert [table.pop(key) is None for key in keys] == [False] * 4
    assert table.of_client(2) == frozenset()
    table.clear()
    assert len(table) == 0


@pytest.mark.parametrize("name", [b"", bytes(19), bytes(21)])
def test_a_command_is_named_by_twenty_bytes(name) -> None:
    with pytest.raises(ValueError, match="20 bytes"):
        Transaction(1, 5, name, 0)
    with pytest.raises(ValueError, match="20 bytes"):
        Transactions((name,))
