"""Many clients on one served modem: each has its answers, and the recording says who read what."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from host import Recording
from mbim_host import SEED, START_NS, assert_replays, needs_mbimcli
from private_net import needs_namespaces, run_private
from proxy_client import BASIC, ProxyClient, query

from wwanreplay._core import Event, Kind, Lifecycle, WireDirection
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.profile import load_profile
from wwanreplay.mbim.function import Function
from wwanreplay.mbim.header import look
from wwanreplay.mbim.profile_bridge import bridge_of
from wwanreplay.replay import replay
from wwanreplay.serve.clients import Clients
from wwanreplay.serve.listening import NameTakenError
from wwanreplay.serve.loop import Loop
from wwanreplay.serve.modem import serve_modem
from wwanreplay.serve.transports.mbim_proxy import MbimProxyTransport
from wwanreplay.trace.notes import NoteCode

TO_HOST, TO_DEVICE = WireDirection.WIRE_DEVICE_TO_HOST, WireDirection.WIRE_HOST_TO_DEVICE
CAPS, RADIO, SIGNAL = 1, 3, 11
WAIT_S = 20.0


@dataclass
class Modem:
    address: str
    recording: Recording
    loop: Loop
    transport: MbimProxyTransport


@contextmanager
def proxy_modem(address: str, **options: int) -> Iterator[Modem]:
    """Serve in a thread; check on the way out that the recording replays."""
    profile = load_profile("lte-home")
    recording = Recording()
    function = Function(EmulatedDevice(profile, SEED), bridge_of(profile.mapping), recording)
    function.advance(START_NS)
    transport = MbimProxyTransport(address)
    for name, value in options.items():
        setattr(transport.clients, name, value)
    with Loop(function, transport, start_ns=START_NS) as loop:
        thread = threading.Thread(target=loop.run)
        thread.start()
        try:
            yield Modem(address, recording, loop, transport)
        finally:
            loop.stop()
            thread.join()
    assert_replays(recording.events, profile, bridge_of(profile.mapping))


@pytest.fixture
def modem(tmp_path: Path) -> Iterator[Modem]:
    with proxy_modem(str(tmp_path / "proxy")) as served:
        yield served


def notes(modem: Modem) -> list[str]:
    return [each.payload.decode() for each in modem.recording.events if each.kind == Kind.KIND_NOTE]


def wait_for(condition) -> None:
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline, "does not happen"
        time.sleep(0.005)


def delivered(recording: Recording) -> dict[int, bytes]:
    """What the recording is certain that each client has read of the function's answers."""
    commands, lost, found = {}, {}, {}
    for event in recording.events:
        if event.kind == Kind.KIND_NOTE and event.code == NoteCode.UNREAD:
            lost[event.cause] = re.search(rb"(\d+) of (\d+) bytes", event.payload)
    for event in recording.events:
        if event.kind != Kind.KIND_WIRE:
            continue
        key = look(event.payload).transaction_id
        if event.code == TO_DEVICE:
            commands[key] = event.client
        elif key and commands.get(key) is not None and event.index not in lost:
            client = commands[key]
            found[client] = found.get(client, b"") + event.payload[12:]
    return found


def answers(client: ProxyClient) -> bytes:
    """What a client has read of the function's answers, without their transaction ids."""
    return b"".join(each[12:] for each in client.received if look(each).service == BASIC)


def test_clients_side_by_side_have_their_own_answers(modem):
    clients = [ProxyClient(modem.address) for _ in range(8)]
    for client in clients:
        for cid in (CAPS, RADIO) * 3:
            client.send(query(client.take_id(), cid))
    for client in clients:
        for transaction_id in range(2, 8):
            client.answer(transaction_id)
        found = {look(each).transaction_id: look(each).cid for each in client.received}
        assert [found[key] for key in range(2, 8)] == [CAPS, RADIO] * 3
    for client in clients:
        client.close()
    wait_for(lambda: sum("has gone" in each for each in notes(modem)) == 8)
    opens = [each for each in modem.recording.wire(TO_DEVICE) if look(each).type == 1]
    assert len(opens) == 1
    assert delivered(modem.recording) == {n: answers(c) for n, c in enumerate(clients, 1)}


def test_a_wire_record_of_a_host_says_which_client_it_was(modem):
    one, other = ProxyClient(modem.address), ProxyClient(modem.address)
    other.ask(RADIO)
    one.ask(CAPS)
    wire = [e for e in modem.recording.events if e.kind == Kind.KIND_WIRE and e.code == TO_DEVICE]
    assert [(each.client, look(each.payload).cid) for each in wire] == [
        (None, None),  # OPEN is the multiplexer's
        (2, RADIO),
        (1, CAPS),
    ]
    assert f"process {os.getpid()} of user {os.getuid()}" in notes(modem)[0]


def test_what_a_client_that_has_gone_did_not_read_is_noted(modem):
    one, other = ProxyClient(modem.address), ProxyClient(modem.address)
    one.ask(RADIO)
    read = answers(one)
    for _ in range(3):
        one.send(query(one.take_id(), CAPS))
    wait_for(lambda: len(modem.recording.wire(TO_HOST)) == 5)
    one.close()
    wait_for(lambda: any("client 1 has gone" in each for each in notes(modem)))
    assert sum("perhaps not read by client 1" in each for each in notes(modem)) == 3
    other.ask(RADIO)
    assert delivered(modem.recording)[1] == read
    assert delivered(modem.recording)[2] == answers(other)


def test_a_client_that_has_gone_before_its_answer_leaves_a_note(modem):
    one, other = ProxyClient(modem.address), ProxyClient(modem.address)
    one.send(query(one.take_id(), 8, bytes(4)))  # a scan takes half a minute; it is not waited for
    other.ask(RADIO)
    one.close()
    wait_for(lambda: "client 1: has gone with 1 commands that are not answered" in notes(modem))


@pytest.mark.long
def test_a_client_that_does_not_read_holds_nobody_up(tmp_path):
    with proxy_modem(str(tmp_path / "proxy"), unsent_size_max=20_000) as modem:
        deaf, other = ProxyClient(modem.address), ProxyClient(modem.address)
        deaf.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        for _ in range(100):
            for _ in range(20):
                deaf.send(query(deaf.take_id(), CAPS))
            assert look(other.ask(RADIO)).value == 0
        wait_for(
            lambda: any("bytes wait for a client that does not read" in n for n in notes(modem))
        )
        deaf.close()
        wait_for(lambda: any("client 1 has gone" in each for each in notes(modem)))
        assert delivered(modem.recording)[2] == answers(other)


def test_half_a_message_of_one_client_is_not_the_beginning_of_anothers(modem):
    one, other = ProxyClient(modem.address), ProxyClient(modem.address)
    one.send(query(2, RADIO)[:20])
    assert look(other.ask(RADIO)).value == 0
    one.close()
    wait_for(lambda: any("20 of 48 bytes" in each and "client 1" in each for each in notes(modem)))


def test_more_clients_than_there_is_room_for_wait(tmp_path):
    with proxy_modem(str(tmp_path / "proxy"), clients_max=2) as modem:
        first = [ProxyClient(modem.address) for _ in range(2)]
        third = ProxyClient(modem.address, configured=False)
        third.send(query(1, RADIO))
        time.sleep(0.05)
        assert len(modem.transport.clients.numbers) == 2
        first[0].close()
        third.answer(1)
        assert 3 in modem.transport.clients.numbers


def test_a_modem_that_is_pulled_out_sends_all_clients_away(modem):
    clients = [ProxyClient(modem.address) for _ in range(3)]
    for client in clients:
        client.ask(CAPS)
    removal = Event(Kind.KIND_LIFECYCLE, 0, code=Lifecycle.LIFECYCLE_SURPRISE_REMOVAL)
    modem.loop.submit(removal).result(WAIT_S)
    for client in clients:
        while client.read():
            pass
        client.close()


def test_the_address_is_given_back(tmp_path):
    path = str(tmp_path / "proxy")
    with proxy_modem(path), pytest.raises(NameTakenError, match="another program listens"):
        Clients(path)
    assert not os.path.lexists(path)
    abandoned = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    abandoned.bind(path)
    abandoned.close()
    Clients(path).close()
    assert not os.path.lexists(path)


@pytest.mark.long
@needs_mbimcli
@needs_namespaces
def test_mbimcli_finds_it_where_it_looks_for_the_proxy(tmp_path):
    trace = tmp_path / "session.wwtrace"
    output = run_private(Path(__file__).with_name("proxy_session.py"), trace)
    assert "Device type: 'embedded'" in output
    assert output.count("radio state: 'on'") >= 4
    assert "Successfully connected" in output
    assert "MBIM extended version : 3.00" in output
    result = replay(trace)
    assert str(result.verdict) == "equal"


def test_it_is_recorded_by_serve_modem(tmp_path):
    path, trace = str(tmp_path / "proxy"), tmp_path / "session.wwtrace"

    def ready(address: str) -> None:
        assert address == path
        threading.Thread(target=talk).start()

    def talk() -> None:
        client = ProxyClient(path)
        client.ask(CAPS)
        client.close()
        os.kill(os.getpid(), 15)

    serve_modem(transport=lambda: MbimProxyTransport(path), record=trace, on_ready=ready)
    assert str(replay(trace).verdict) == "equal"
