"""The pty with clients of our own: life, symlink, hostile bytes."""

import os
import select
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mbim_host import TIMEOUT_S, Served, idle_function, served, wait_for

from wwanreplay._core import WireDirection
from wwanreplay.errors import UsageError
from wwanreplay.mbim import messages
from wwanreplay.mbim.fragments import FRAGMENT_TIMEOUT_NS, StreamFramer, split
from wwanreplay.mbim.messages import ERRORS, Message, parse_message
from wwanreplay.mbim.rows.framing import MessageType
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES
from wwanreplay.serve.loop import Loop
from wwanreplay.serve.transports.base import Departure
from wwanreplay.serve.transports.pty import PtyTransport

OPEN = Message(messages.MBIM_OPEN_MSG, 1, 4096).to_bytes()
CLOSE = Message(messages.MBIM_CLOSE_MSG, 9).to_bytes()
BASIC = bytes.fromhex(SERVICES[BASIC_CONNECT].uuid.replace("-", ""))
RADIO = Message(messages.MBIM_COMMAND_MSG, 2, 0, BASIC, 3).to_bytes()


class Client:
    """A client that writes and reads whole messages."""

    def __init__(self, server: Served) -> None:
        self.descriptor = server.opened()
        self.framer = StreamFramer(frozenset(MessageType), 65536)
        self.received: list[Message] = []

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.descriptor)

    def send(self, data: bytes) -> None:
        os.write(self.descriptor, data)

    def receive(self) -> Message:
        """Return the next message that is no indication."""
        deadline = time.monotonic() + TIMEOUT_S
        while True:
            while self.received:
                message = self.received.pop(0)
                if message.type != messages.MBIM_INDICATE_STATUS_MSG:
                    return message
            left = deadline - time.monotonic()
            assert left > 0, "no answer"
            if select.select([self.descriptor], [], [], left)[0]:
                transfers = self.framer.feed(os.read(self.descriptor, 65536))
                self.received += [parse_message(data) for data in transfers]

    def ask(self, data: bytes) -> Message:
        self.send(data)
        return self.receive()


def test_two_clients_in_turn_find_the_same_function(tmp_path: Path) -> None:
    with served(link=tmp_path / "modem") as server:
        for _ in range(2):
            with Client(server) as client:
                assert client.ask(OPEN).type == messages.MBIM_OPEN_DONE
                assert client.ask(RADIO).buffer == b"\1\0\0\0\1\0\0\0"
                assert client.ask(CLOSE).type == messages.MBIM_CLOSE_DONE


def test_what_a_client_did_not_read_is_not_for_the_next() -> None:
    with served() as server:
        first = Client(server)
        first.ask(OPEN)
        first.send(RADIO)
        wait_for(lambda: len(server.recording.wire(WireDirection.WIRE_DEVICE_TO_HOST)) >= 2)
        os.close(first.descriptor)
        wait_for(lambda: not server.transport.has_client)
        with Client(server) as second:
            assert second.ask(OPEN).type == messages.MBIM_OPEN_DONE


@pytest.mark.parametrize("piece", [1, 7, 16, 61])
def test_messages_in_pieces_and_joined_are_the_same(piece: int) -> None:
    stream = OPEN + RADIO + CLOSE
    with served() as server, Client(server) as client:
        for at in range(0, len(stream), piece):
            client.send(stream[at : at + piece])
        kinds = [client.receive().type for _ in range(2)]
        assert kinds[0] == messages.MBIM_OPEN_DONE
        assert kinds[1] in (messages.MBIM_CLOSE_DONE, messages.MBIM_COMMAND_DONE)


def test_junk_is_answered_and_the_function_goes_on() -> None:
    with served() as server, Client(server) as client:
        client.ask(OPEN)
        error = client.ask(b"AT+CGMI\r\n" + b"\xff" * 40)
        assert error.type == messages.MBIM_FUNCTION_ERROR_MSG
        assert error.value == ERRORS["MBIM_ERROR_UNKNOWN"]
        too_long = b"\3\0\0\0\xff\xff\xff\x7f\5\0\0\0"
        assert client.ask(too_long).type == messages.MBIM_FUNCTION_ERROR_MSG
        done = client.ask(RADIO)
        while done.type == messages.MBIM_FUNCTION_ERROR_MSG:
            done = client.receive()
        assert done.type == messages.MBIM_COMMAND_DONE


@pytest.mark.long
def test_a_message_that_never_ends_is_given_up() -> None:
    with served() as server, Client(server) as client:
        client.ask(OPEN)
        error = client.ask(RADIO[:30])
        assert (error.transaction_id, error.value) == (2, ERRORS["MBIM_ERROR_LENGTH_MISMATCH"])
        assert client.ask(RADIO).type == messages.MBIM_COMMAND_DONE


def test_fragments_of_a_host_are_joined_and_a_missing_one_is_an_error() -> None:
    activation = Message(messages.MBIM_COMMAND_MSG, 3, 1, BASIC, 14, bytes(300)).to_bytes()
    with served() as server, Client(server) as client:
        client.ask(OPEN)
        parts = split(activation, 64)
        for part in parts:
            client.send(part)
        assert client.receive().type == messages.MBIM_COMMAND_DONE
        client.send(parts[0])
        error = client.ask(parts[2])
        assert error.value == ERRORS["MBIM_ERROR_FRAGMENT_OUT_OF_SEQUENCE"]


def test_long_answers_are_cut_to_what_the_host_takes() -> None:
    query = Message(messages.MBIM_COMMAND_MSG, 2, 0, BASIC, 1).to_bytes()
    with served() as server:
        descriptor = server.opened()
        os.write(descriptor, Message(messages.MBIM_OPEN_MSG, 1, 64).to_bytes() + query)
        wait_for(lambda: len(server.recording.wire(WireDirection.WIRE_DEVICE_TO_HOST)) >= 4)
        os.close(descriptor)
        sent = server.recording.wire(WireDirection.WIRE_DEVICE_TO_HOST)[1:]
        assert [len(part) for part in sent[:-1]] == [64] * (len(sent) - 1)
        assert len(sent[-1]) <= 64


# ------------------------------------------------------------------------------ life


def test_the_symlink_lives_with_the_server(tmp_path: Path) -> None:
    link = tmp_path / "modem"
    with Loop(idle_function(), PtyTransport(link)) as server:
        assert os.readlink(link) == server.transport.address
    assert not os.path.lexists(link)


def test_an_existing_symlink_is_replaced_and_another_file_is_not(tmp_path: Path) -> None:
    link = tmp_path / "modem"
    link.symlink_to("/nowhere")
    with Loop(idle_function(), PtyTransport(link)) as server:
        assert os.readlink(link) == server.transport.address
    link.write_text("mine")
    with pytest.raises(UsageError, match="is not a symlink"):
        Loop(idle_function(), PtyTransport(link))
    assert link.read_text() == "mine"
    with pytest.raises(UsageError, match="does not exist"):
        Loop(idle_function(), PtyTransport(tmp_path / "no" / "modem"))


def test_a_symlink_that_is_somebody_elses_by_now_stays(tmp_path: Path) -> None:
    link = tmp_path / "modem"
    with Loop(idle_function(), PtyTransport(link)):
        link.unlink()
        link.symlink_to("/elsewhere")
    assert os.readlink(link) == "/elsewhere"


# ------------------------------------------------------------------------------ one at a time


@pytest.fixture
def pty() -> Iterator[PtyTransport]:
    transport = PtyTransport()
    yield transport
    transport.close()


def client(transport: PtyTransport) -> int:
    return os.open(transport.address, os.O_RDWR | os.O_NOCTTY)


def test_without_a_client_nothing_comes_nothing_goes_and_nothing_is_left(pty: PtyTransport) -> None:
    assert pty.receive(0) is None
    assert pty.refusal(1) == "no client"
    assert pty.is_read()
    assert pty.hang_up() is None
    assert pty.next_due_ns is None


def test_a_client_is_there_from_its_first_byte_to_its_leaving(pty: PtyTransport) -> None:
    slave = client(pty)
    assert pty.receive(0) is None
    assert not pty.has_client
    os.write(slave, OPEN + RADIO)
    assert received(pty, 5) == [OPEN, RADIO]
    assert pty.has_client
    assert pty.refusal(100) is None
    os.close(slave)
    assert received(pty, 9) == [Departure(b"", [])]
    assert not pty.has_client
    assert pty.receive(9) is None


def received(pty: PtyTransport, time_ns: int) -> list[bytes | Departure]:
    """What comes next."""
    assert select.select(pty.descriptors, [], [], TIMEOUT_S)[0]
    arrivals = pty.receive(time_ns)
    assert arrivals is not None
    return arrivals


def test_the_rest_of_a_message_has_time_since_its_last_piece(pty: PtyTransport) -> None:
    slave = client(pty)
    for at, time_ns in ((0, 1000), (5, 2000)):
        os.write(slave, RADIO[at : at + 5])
        assert received(pty, time_ns) == []
        assert pty.next_due_ns == time_ns + FRAGMENT_TIMEOUT_NS
    assert pty.overdue(2000 + FRAGMENT_TIMEOUT_NS - 1) == b""
    assert pty.overdue(2000 + FRAGMENT_TIMEOUT_NS) == RADIO[:10]
    assert pty.overdue(2000 + FRAGMENT_TIMEOUT_NS) == b""
    os.write(slave, OPEN)
    assert received(pty, 3000) == [OPEN]
    assert pty.next_due_ns is None
    os.close(slave)


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=8), st.integers(0, 200))
@settings(max_examples=30)
def test_a_departure_has_what_was_left_on_both_ways(transfers: list[bytes], read: int) -> None:
    pty = PtyTransport()
    try:
        slave = client(pty)
        os.write(slave, OPEN + RADIO[:20])
        assert received(pty, 0) == [OPEN]
        for index, transfer in enumerate(transfers):
            pty.send(transfer, index)
        pty.flush()
        sent = b"".join(transfers)
        got = os.read(slave, read) if sent and read else b""
        assert sent.startswith(got)
        assert pty.is_read() is (got == sent)
        os.close(slave)
        (departure,) = received(pty, 0)
        assert isinstance(departure, Departure)
        assert departure.half == RADIO[:20]
        assert sum(each.unread for each in departure.unread) == len(sent) - len(got)
        assert pty.is_read()
    finally:
        pty.close()


def test_closing_twice_and_after_the_folder_has_gone_is_no_error(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    transport = PtyTransport(folder / "modem")
    shutil.rmtree(folder)
    transport.close()
    transport.close()
    with pytest.raises(UsageError, match=r"the folder .*folder does not exist"):
        PtyTransport(folder / "modem")
