"""What a recording says was sent is what clients could read, byte for byte, on each transport."""

import os
import re
import select
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mbim_host import Recording, Served
from mbim_host import served as served_by
from transports import PLAIN

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.devices.buffers import encode_stimulus
from wwanreplay.devices.toml import ValuePlace
from wwanreplay.mbim import messages
from wwanreplay.mbim.fragments import StreamFramer, split, whole_messages
from wwanreplay.mbim.messages import Message, parse_header
from wwanreplay.mbim.rows.framing import MessageType
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES
from wwanreplay.protocol import PROTOCOL
from wwanreplay.serve.transports.base import Outbox
from wwanreplay.trace.notes import NoteCode

BASIC = bytes.fromhex(SERVICES[BASIC_CONNECT].uuid.replace("-", ""))
OPEN = Message(messages.MBIM_OPEN_MSG, 1, 65536).to_bytes()
CAPS = Message(messages.MBIM_COMMAND_MSG, 2, 0, BASIC, 1).to_bytes()
#: An answer to it is 200 bytes; one that there are too many before is 48.
CAPS_SIZE, BUSY_SIZE = 200, 48
WAIT_S = 10.0


@pytest.fixture(params=PLAIN)
def served(request: pytest.FixtureRequest) -> Callable[..., AbstractContextManager[Served]]:
    """A modem served by one transport."""
    return partial(served_by, transport_name=request.param)


TO_HOST = WireDirection.WIRE_DEVICE_TO_HOST


def notes(recording: Recording, code: NoteCode) -> list[Event]:
    return [
        event for event in recording.events if event.kind == Kind.KIND_NOTE and event.code == code
    ]


def readable(recording: Recording) -> bytes:
    """What the recording says that clients could read, and did."""
    unread = {}
    for note in notes(recording, NoteCode.UNREAD):
        found = re.search(rb"(\d+) of (\d+) bytes", note.payload)
        assert found is not None
        count, size = map(int, found.groups())
        assert size == len(recording.events[note.cause].payload)
        assert 0 < count <= size
        assert unread.setdefault(note.cause, count) == count
    return b"".join(
        event.payload[: len(event.payload) - unread.get(event.index, 0)]
        for event in recording.events
        if event.kind == Kind.KIND_WIRE and event.code == TO_HOST
    )


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline, "did not happen"
        time.sleep(0.005)


def sent(server: Served) -> int:
    return len(b"".join(server.recording.wire(TO_HOST)))


def settled(server: Served, transfers: int) -> None:
    """Wait until the server has taken so many transfers of clients."""
    wait_for(lambda: server.server.function.transfers >= transfers)


def read_all(descriptor: int, size: int, piece: int = 65536) -> bytes:
    """Read `size` bytes, so many at a time at most."""
    data = b""
    while len(data) < size:
        assert select.select([descriptor], [], [], WAIT_S)[0], "nothing to read"
        data += os.read(descriptor, min(piece, size - len(data)))
    return data


def flood(server: Served, descriptor: int, count: int) -> None:
    """Open, and send so many commands without reading."""
    os.write(descriptor, OPEN)
    for number in range(2, count + 2):
        os.write(descriptor, Message(messages.MBIM_COMMAND_MSG, number, 0, BASIC, 1).to_bytes())
    settled(server, count + 1)


def leave(server: Served, descriptor: int) -> None:
    os.close(descriptor)
    wait_for(lambda: not server.transport.has_client)


@pytest.mark.parametrize("size_max", [64, 65536])
@pytest.mark.parametrize("piece", [1, 13, 65536])
def test_a_client_that_reads_gets_what_is_recorded(served, piece: int, size_max: int) -> None:
    with served(bridge_options={"control_transfer_max": size_max}) as server:
        descriptor = server.opened()
        flood(server, descriptor, 8)
        wait_for(lambda: sent(server) >= 8 * CAPS_SIZE)
        got = read_all(descriptor, sent(server), piece)
        leave(server, descriptor)
    assert got == readable(server.recording)
    assert len(got) >= 8 * CAPS_SIZE


@pytest.mark.parametrize("size_max", [64, 65536])
def test_a_client_that_reads_late_lacks_whole_messages_that_are_noted(
    served, size_max: int
) -> None:
    with served(bridge_options={"control_transfer_max": size_max}) as server:
        descriptor = server.opened()
        server.transport._outbox.size_max = 8192
        flood(server, descriptor, 2000)
        wait_for(lambda: notes(server.recording, NoteCode.UNDELIVERED))
        got = read_all(descriptor, sent(server))
        leave(server, descriptor)
    assert got == readable(server.recording)
    transfers = StreamFramer(frozenset(MessageType), 65536).feed(got)
    for message in whole_messages(transfers):
        headers = [parse_header(data) for data in message]
        assert [header.current for header in headers] == list(range(headers[0].total))
    assert len(list(whole_messages(transfers))) < 2001
    undelivered = notes(server.recording, NoteCode.UNDELIVERED)
    assert all(b"wait for a client that does not read" in note.payload for note in undelivered)
    assert len(undelivered) == server.server.function.undelivered


def test_what_a_client_that_never_reads_was_sent_is_noted_as_unread(served) -> None:
    with served() as server:
        descriptor = server.opened()
        flood(server, descriptor, 400)
        wait_for(lambda: sent(server) > 400 * BUSY_SIZE)
        leave(server, descriptor)
    assert len(server.recording.wire(TO_HOST)) > 300
    assert readable(server.recording) == b""
    assert len(notes(server.recording, NoteCode.UNREAD)) == server.server.unread


@pytest.mark.parametrize("count", [1, 15, 16, 17, 100, 1000, 19_000])
def test_a_client_that_goes_in_mid_message_read_what_is_recorded(served, count: int) -> None:
    with served(bridge_options={"control_transfer_max": 100}) as server:
        descriptor = server.opened()
        flood(server, descriptor, 400)
        wait_for(lambda: sent(server) > count)
        got = read_all(descriptor, count)
        leave(server, descriptor)
        with_next = server.opened()
        os.write(with_next, OPEN)
        settled(server, 402)
        got += read_all(with_next, 16)
        os.close(with_next)
        wait_for(lambda: not server.transport.has_client)
    assert len(got) == count + 16
    assert got == readable(server.recording)


def test_what_is_unread_when_the_server_ends_is_noted(served) -> None:
    with served() as server:
        descriptor = server.opened()
        flood(server, descriptor, 400)
    os.close(descriptor)
    assert server.recording.wire(TO_HOST)
    assert readable(server.recording) == b""


def test_without_a_client_nothing_is_recorded_as_sent(served) -> None:
    with served() as server:
        descriptor = server.opened()
        os.write(descriptor, OPEN)
        got = read_all(descriptor, 16)
        leave(server, descriptor)
        coverage = PROTOCOL.stimulus("coverage")
        lost = encode_stimulus(coverage.name, {"Available": 0}, ValuePlace("test"))
        server.server.submit(Event(Kind.KIND_STIMULUS, 0, code=coverage.number, payload=lost))
        wait_for(lambda: notes(server.recording, NoteCode.UNDELIVERED))
    assert got == readable(server.recording)
    assert b"no client" in notes(server.recording, NoteCode.UNDELIVERED)[0].payload


@pytest.mark.parametrize("size", [1, 4, 11, 12, 30, 47])
def test_half_a_message_is_not_the_beginning_of_the_next_clients(served, size: int) -> None:
    with served() as server:
        first = server.opened()
        os.write(first, OPEN)
        got = read_all(first, 16)
        os.write(first, CAPS[:size])
        leave(server, first)
        second = server.opened()
        os.write(second, OPEN)
        got += read_all(second, 16)
        leave(server, second)
    done = [parse_header(got[at : at + 16]).type for at in (0, 16)]
    assert done == [messages.MBIM_OPEN_DONE] * 2
    assert server.recording.wire(WireDirection.WIRE_HOST_TO_DEVICE) == [OPEN, OPEN]
    assert got == readable(server.recording)
    (note,) = notes(server.recording, NoteCode.TEXT)
    assert note.payload.startswith(
        b"message: " if size < 12 else b"MBIM_COMMAND_MSG 2: %d of 48 bytes" % size
    )


@given(
    st.lists(st.binary(min_size=1, max_size=40), max_size=20),
    st.integers(0, 200),
    st.integers(0, 200),
)
def test_the_outbox_knows_the_end_that_was_not_read(
    transfers: list[bytes], capacity: int, read: int
) -> None:
    """A pipe takes `capacity` bytes; of these so many are read."""
    outbox, piped = Outbox(), bytearray()

    def write(data: bytes) -> int:
        taken = data[: capacity - len(piped)]
        if not taken:
            raise BlockingIOError
        piped.extend(taken)
        return len(taken)

    for index, transfer in enumerate(transfers):
        outbox.add(transfer, index)
    try:
        outbox.write(write)
    except BlockingIOError:
        assert len(piped) == capacity
    assert outbox.size == len(b"".join(transfers)) - len(piped)
    got = bytes(piped[:read])
    unread = {each.index: each for each in outbox.end(len(piped) - len(got))}
    kept = [
        transfer[: len(transfer) - (unread[index].unread if index in unread else 0)]
        for index, transfer in enumerate(transfers)
    ]
    assert b"".join(kept) == got
    assert outbox.size == 0


def test_a_message_longer_than_the_outbox_goes_when_nothing_waits() -> None:
    outbox = Outbox(100)
    assert outbox.refusal(1000) is None
    outbox.add(bytes(1000), 0)
    assert outbox.refusal(1) == "1000 bytes wait for a client that does not read"


@pytest.mark.parametrize("size_max", [64, 100, 4096])
def test_cut_messages_are_found_whole_again(size_max: int) -> None:
    command = Message(messages.MBIM_COMMAND_MSG, 3, 1, BASIC, 14, bytes(300)).to_bytes()
    cut = [OPEN, *split(command, size_max), *split(command, size_max), OPEN]
    sizes = [len(each) for each in whole_messages(cut)]
    assert sizes == [1, (len(cut) - 2) // 2, (len(cut) - 2) // 2, 1]
