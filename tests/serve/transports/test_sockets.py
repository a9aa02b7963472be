"""Stream sockets of transports: where they listen, who is let in, and what waits for a peer."""

import os
import select
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.errors import DeviceError, UsageError
from wwanreplay.serve.transports.base import UNSENT_SIZE_MAX, Unread
from wwanreplay.serve.transports.sockets import (
    PEERS_MAX,
    Peer,
    Sockets,
    listen_on,
)
from wwanreplay.serve.transports.usbredir import UsbRedirTransport
from wwanreplay.serve.usb.function import UsbFunction


def test_the_socket_is_private_and_replaces_only_one_that_nobody_serves(tmp_path: Path) -> None:
    path = tmp_path / "usb"
    transport = UsbRedirTransport(path, UsbFunction())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(UsageError, match="another server listens there"):
        UsbRedirTransport(path, UsbFunction())
    transport.close()
    assert not path.exists()
    assert os.listdir(tmp_path) == []


def test_the_socket_of_another_server_stays_when_this_one_ends(tmp_path: Path) -> None:
    path = tmp_path / "usb"
    first = UsbRedirTransport(path, UsbFunction())
    path.unlink()
    second = UsbRedirTransport(path, UsbFunction())
    first.close()
    assert path.is_socket()
    second.close()
    assert not path.exists()


@given(
    st.lists(st.tuples(st.binary(max_size=30), st.binary(max_size=30), st.booleans()), max_size=12)
)
def test_what_waits_for_a_peer_arrives_in_order_and_nothing_of_it_is_left(packets) -> None:
    here, there = socket.socketpair()
    with here, there:
        peer = Peer(here)
        for number, (head, message, is_record) in enumerate(packets):
            peer.send(head, message, number if is_record else None)
        whole = b"".join(head + message for head, message, _ in packets)
        assert peer.size == len(whole)
        recorded = [number for number, (_, _, is_record) in enumerate(packets) if is_record]
        assert [each.index for each in peer.unwritten()] == recorded
        peer.flush()
        assert (peer.size, peer.unwritten()) == (0, [])
        assert (there.recv(len(whole)) if whole else b"") == whole


def test_the_end_that_a_peer_did_not_take_is_known_without_the_packets_head() -> None:
    here, there = socket.socketpair()
    with here, there:
        here.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        peer = Peer(here)
        message = bytes(1 << 20)
        peer.send(b"head", message, 5)
        peer.send(b"head", b"next", 6)
        peer.flush()
        taken = len(message) + 12 - peer.size
        assert 4 < taken < len(message)
        assert peer.unwritten() == [Unread(5, 1 << 20, (1 << 20) - taken + 4), Unread(6, 4, 4)]


@pytest.fixture
def sockets() -> Iterator[Sockets]:
    made = Sockets(listen_on("127.0.0.1", 0))
    yield made
    made.close()


def connected(sockets: Sockets) -> socket.socket:
    client = socket.create_connection(sockets.listener.getsockname(), 20)
    count = len(sockets.peers)
    while len(sockets.peers) == count:
        assert list(sockets.read()) == []
    return client


def test_peers_that_sent_something_or_have_gone_are_read(sockets) -> None:
    one, other = connected(sockets), connected(sockets)
    one.sendall(b"hello")
    select.select([sockets], [], [], 20)
    (peer,) = sockets.read()
    assert (bytes(peer.incoming), peer.is_closing) == (b"hello", False)
    other.close()
    select.select([sockets], [], [], 20)
    (gone,) = sockets.read()
    assert gone.is_closing
    assert gone is not peer
    sockets.flush()
    assert list(sockets.peers.values()) == [peer]
    one.close()


def test_a_peer_is_let_go_when_what_waits_for_it_is_written(sockets) -> None:
    with connected(sockets) as client:
        (peer,) = sockets.peers.values()
        peer.send(b"last words")
        peer.is_closing = True
        sockets.flush()
        assert sockets.peers == {}
        assert (client.recv(100), client.recv(100)) == (b"last words", b"")


def test_who_does_not_read_what_is_written_is_not_read_either(sockets) -> None:
    with connected(sockets) as client:
        (peer,) = sockets.peers.values()
        while peer.size <= UNSENT_SIZE_MAX:
            peer.send(bytes(1 << 20))
            sockets.flush()
        client.sendall(b"and more")
        assert not select.select([sockets], [], [], 0.02)[0]
        while peer.size:
            client.recv(1 << 20)
            sockets.flush()
        select.select([sockets], [], [], 20)
        assert [bytes(each.incoming) for each in sockets.read()] == [b"and more"]


def test_one_more_peer_than_there_may_be_is_let_go(sockets) -> None:
    clients = [connected(sockets) for _ in range(PEERS_MAX)]
    with socket.create_connection(sockets.listener.getsockname(), 20) as further:
        select.select([sockets], [], [], 20)
        assert list(sockets.read()) == []
        assert further.recv(1) == b""
    assert len(sockets.peers) == PEERS_MAX
    for client in clients:
        client.close()


def test_a_port_that_is_taken_and_a_host_that_is_unknown_are_one_line(sockets) -> None:
    _, port = sockets.listener.getsockname()
    with pytest.raises(DeviceError, match=rf"^127\.0\.0\.1:{port}: cannot listen: "):
        listen_on("127.0.0.1", port)
    with pytest.raises(DeviceError, match=r"^no host:1: "):
        listen_on("no host", 1)
