"""One modem behind a tap: what is forwarded and in which order it is recorded, also as it goes."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from proxy_client import configuration, query
from scripted_modem import done
from tapped import Kept

from wwanreplay._core import Lifecycle
from wwanreplay.devices.mbim.channel import DEVICE_TYPES, open_channel
from wwanreplay.errors import DeviceError
from wwanreplay.mbim import messages
from wwanreplay.mbim.fragments import StreamFramer
from wwanreplay.mbim.header import HOST_TYPES, look
from wwanreplay.mbim.messages import Message, parse_message
from wwanreplay.serve.clients import Clients, Departed, Joined, Received
from wwanreplay.tap.items import Happened, Item, Note, Transfer
from wwanreplay.tap.line import LOOK_NS, Line
from wwanreplay.tap.recorder import Recorder

RADIO = 3
WAIT_S = 20


class Bench:
    """A line with its modem and one client, all moved by the test: nothing runs by itself."""

    def __init__(self, folder: Path, *, is_recorded: bool = True) -> None:
        self.path = str(folder / "modem")
        self.sink = Kept()
        self.recorder = Recorder(self.sink) if is_recorded else None
        self.clients = Clients(str(folder / "clients"))
        self.plug()
        self.line = Line(self.path, lambda: open_channel(self.path), self.clients, self.recorder)
        self.accept()
        self.client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.client.settimeout(WAIT_S)
        self.client.connect(self.clients.address)
        self.read = StreamFramer(DEVICE_TYPES, 1 << 20)
        self.time_ns = 0

    def plug(self) -> None:
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(self.path)
        self.listener.listen(1)

    def accept(self) -> None:
        self.modem, _ = self.listener.accept()
        self.modem.settimeout(WAIT_S)
        self.sent = StreamFramer(HOST_TYPES, 1 << 20)

    def unplug(self) -> None:
        os.unlink(self.path)
        self.listener.close()
        self.modem.close()

    def close(self) -> None:
        self.line.close(self.time_ns)
        self.clients.close()
        for each in (self.client, self.modem, self.listener):
            each.close()

    def say(self, *transfers: bytes) -> None:
        """The client sends; the line takes it."""
        if transfers:
            self.client.sendall(b"".join(transfers))
        for happening in self.clients.poll(WAIT_S, self.time_ns):
            if isinstance(happening, Joined):
                self.line.join(happening, self.time_ns)
            elif isinstance(happening, Received):
                self.line.client_transfer(happening.client, happening.data, self.time_ns)
            elif isinstance(happening, Departed):
                self.line.leave(happening, self.time_ns)

    def answer(self, *transfers: bytes) -> None:
        """The modem sends; the line takes it."""
        self.modem.sendall(b"".join(transfers))
        self.line.read(self.time_ns)

    def taken(self) -> list[bytes]:
        """What the modem was sent."""
        return self.sent.feed(self.modem.recv(65536))

    def given(self) -> list[bytes]:
        """What the client was sent."""
        return self.read.feed(self.client.recv(65536))

    def open(self) -> None:
        self.say()
        self.say(configuration(1))
        (opening,) = self.taken()
        number = look(opening).transaction_id or 0
        self.answer(Message(messages.MBIM_OPEN_DONE, number).to_bytes())
        assert look(self.given()[0]).transaction_id == 1

    def items(self) -> list[Item]:
        assert self.recorder is not None
        self.recorder.finish()
        return self.sink.items

    def notes(self) -> list[str]:
        return [item.text for item in self.items() if isinstance(item, Note)]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.close()


def test_a_command_and_its_answer_are_recorded_as_the_modem_has_them(bench: Bench) -> None:
    bench.open()
    before = len(bench.items())
    bench.time_ns = 7
    bench.say(query(2, RADIO))
    (command,) = bench.taken()
    bench.time_ns = 9
    bench.answer(done(parse_message(command)))
    (answer,) = bench.given()
    sent, received = bench.items()[before:]
    assert isinstance(sent, Transfer)
    assert isinstance(received, Transfer)
    assert (sent.data, sent.whole, sent.client, sent.time_ns) == (command, command, 1, 7)
    assert (received.client, received.time_ns, received.from_host) == (1, 9, False)
    assert received.serial == sent.serial + 1
    # The client has its own transaction; the modem, and the recording, that of the tap.
    assert look(answer).transaction_id == 2
    assert look(received.data).transaction_id == look(command).transaction_id
    assert answer[12:] == received.data[12:]


def test_a_line_without_a_recorder_forwards_all_the_same(tmp_path: Path) -> None:
    bench = Bench(tmp_path, is_recorded=False)
    bench.open()
    bench.say(query(2, RADIO))
    (command,) = bench.taken()
    bench.answer(done(parse_message(command)))
    assert [look(each).transaction_id for each in bench.given()] == [2]
    bench.close()


def test_a_modem_that_goes_takes_its_clients_and_is_looked_for(bench: Bench) -> None:
    bench.open()
    bench.say(query(2, RADIO))
    bench.unplug()
    bench.time_ns = 1000
    bench.line.read(bench.time_ns)
    assert bench.line.is_away
    assert bench.line.next_due_ns == 1000 + LOOK_NS
    bench.line.was_changed = False
    bench.line.advance(1000 + LOOK_NS)
    assert bench.line.is_away
    assert bench.client.recv(1) == b""
    faults = [item.text for item in bench.items() if isinstance(item, Note) and item.is_fault]
    assert any("the device is gone" in text for text in faults)
    assert "1 commands are not answered: the device is gone" in bench.notes()
    bench.plug()
    bench.line.advance(1000 + 2 * LOOK_NS)
    assert not bench.line.is_away
    assert bench.line.was_changed
    bench.accept()
    events = [item.event.code for item in bench.items() if isinstance(item, Happened)]
    assert events == [Lifecycle.LIFECYCLE_SURPRISE_REMOVAL, Lifecycle.LIFECYCLE_ARRIVAL]
    assert bench.notes()[-1] == f"{bench.path} is back"


def test_the_clients_of_a_modem_go_with_it_however_soon_it_is_back(bench: Bench) -> None:
    bench.open()
    bench.unplug()
    bench.plug()  # there before anybody has looked
    bench.line.read(1000)
    assert bench.client.recv(1) == b""
    bench.line.advance(1000 + LOOK_NS)
    bench.accept()
    recorded = [
        item.event.code if isinstance(item, Happened) else item.text
        for item in bench.items()
        if not isinstance(item, Transfer)
    ]
    order = [
        recorded.index(Lifecycle.LIFECYCLE_SURPRISE_REMOVAL),
        recorded.index("client 1: let go: the device is gone"),
        recorded.index("client 1 has gone"),
        recorded.index(Lifecycle.LIFECYCLE_ARRIVAL),
        recorded.index(f"{bench.path} is back"),
    ]
    assert order == sorted(order)


def test_what_the_modem_was_not_given_is_not_recorded_as_sent(bench: Bench) -> None:
    bench.open()
    before = len(bench.items())
    bench.unplug()
    bench.say(query(2, RADIO))
    assert bench.line.is_away
    assert not any(isinstance(item, Transfer) for item in bench.items()[before:])


def test_an_answer_that_nobody_reads_any_more_is_noted_at_its_transfer(bench: Bench) -> None:
    bench.open()
    bench.say(query(2, RADIO))
    (command,) = bench.taken()
    bench.client.close()
    bench.say()
    bench.answer(done(parse_message(command)))
    (received,) = [
        item
        for item in bench.items()
        if isinstance(item, Transfer)
        and look(item.data).type == messages.MBIM_COMMAND_DONE
        and look(item.data).cid == RADIO
    ]
    (note,) = [item for item in bench.items() if isinstance(item, Note) and item.serial is not None]
    assert note.serial == received.serial
    size = len(received.data)
    assert note.text.startswith(f"not read by the client: {size} of {size} bytes: ")


def test_what_waits_for_an_answer_when_the_tap_ends_is_counted(bench: Bench) -> None:
    bench.open()
    bench.say(query(2, RADIO))
    bench.line.close(5)
    assert bench.notes()[-1] == "1 commands were not answered when the tap ended"
    assert bench.line.channel is None
    assert bench.clients.numbers == []


def test_a_modem_that_is_not_there_at_first_is_an_error(tmp_path: Path) -> None:
    clients = Clients(str(tmp_path / "clients"))
    path = str(tmp_path / "none")
    with pytest.raises(DeviceError, match=r"none: cannot be opened"):
        Line(path, lambda: open_channel(path), clients, None)
    clients.close()
