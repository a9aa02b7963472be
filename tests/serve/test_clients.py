"""Clients at a local socket: how they are numbered, what each has read, and what is in the way."""

import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from proxy_client import query

from wwanreplay.errors import UsageError
from wwanreplay.mbim.fragments import FRAGMENT_TIMEOUT_NS
from wwanreplay.serve.clients import (
    NO_RECORD,
    Clients,
    Departed,
    Joined,
    Received,
    credentials_of,
    program_of,
)
from wwanreplay.serve.listening import NameTakenError


def test_what_is_no_socket_is_left_alone(tmp_path):
    path = tmp_path / "file"
    path.write_text("mine")
    with pytest.raises(UsageError, match="is not a socket"):
        Clients(str(path))
    assert path.read_text() == "mine"
    for bad in (str(tmp_path / "none" / "proxy"), "@" + "x" * 200, "a\0b"):
        with pytest.raises(UsageError):
            Clients(bad)


def test_a_name_in_the_abstract_namespace_is_taken_once():
    address = f"@wwanreplay-test-{os.getpid()}"
    clients = Clients(address)
    with pytest.raises(NameTakenError):
        Clients(address)
    clients.close()
    Clients(address).close()


def connected(address: str) -> socket.socket:
    peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    peer.settimeout(20)
    peer.connect(address)
    return peer


@pytest.fixture
def clients(tmp_path: Path) -> Iterator[Clients]:
    made = Clients(str(tmp_path / "proxy"), clients_max=2)
    yield made
    made.close()


def joined(clients: Clients) -> socket.socket:
    peer = connected(clients.address)
    (happening,) = clients.poll(5, 0)
    assert isinstance(happening, Joined)
    return peer


def left(clients: Clients) -> Departed:
    (happening,) = clients.poll(5, 0)
    assert isinstance(happening, Departed)
    return happening


def test_a_client_is_known_by_its_process_and_a_number_that_is_never_used_again(clients) -> None:
    peer = connected(clients.address)
    program = program_of(os.getpid())
    assert program
    assert clients.poll(5, 0) == [Joined(1, os.getpid(), os.getuid(), program)]
    assert credentials_of(peer) == (os.getpid(), os.getuid())
    peer.close()
    assert left(clients) == Departed(1, b"", [])
    again = joined(clients)
    assert clients.numbers == [2]
    again.close()


def test_a_process_that_has_gone_has_no_name() -> None:
    assert program_of(2**22 + 1) == ""  # beyond the greatest process id


def test_what_a_client_sends_arrives_as_whole_transfers_however_it_is_cut(clients) -> None:
    peer, transfers = joined(clients), [query(1, 1), query(2, 3, bytes(30))]
    data = b"".join(transfers)
    found = []
    for part in (data[:5], data[5:60], data[60:]):
        peer.sendall(part)
        found += clients.poll(5, 0)
    assert found == [Received(1, each) for each in transfers]
    peer.close()


def test_half_a_message_is_given_up_when_its_rest_does_not_come(clients) -> None:
    peer, half = joined(clients), query(1, 1)[:20]
    peer.sendall(half)
    assert clients.poll(5, 1000) == []
    due_ns = 1000 + FRAGMENT_TIMEOUT_NS
    assert clients.next_due_ns == due_ns
    assert clients.overdue(due_ns - 1) == []
    assert clients.overdue(due_ns) == [Received(1, half)]
    assert (clients.next_due_ns, clients.overdue(due_ns)) == (None, [])
    peer.close()


def test_half_a_message_of_a_client_that_goes_is_kept(clients) -> None:
    peer, half = joined(clients), query(1, 1)[:20]
    peer.sendall(half)
    clients.poll(5, 0)
    peer.close()
    assert left(clients) == Departed(1, half, [])


def test_what_was_read_is_not_among_what_a_client_left(clients) -> None:
    peer = joined(clients)
    clients.send(1, b"first", 7)
    assert not clients.is_read()
    assert peer.recv(5) == b"first"
    assert clients.is_read()
    peer.sendall(query(1, 1))  # the kernel is asked as the client is heard of
    clients.poll(5, 0)
    clients.send(1, b"the second", 8)
    clients.send(1, b"of the multiplexer", NO_RECORD)
    peer.close()
    gone = left(clients)
    assert [(each.index, each.size) for each in gone.unread] == [(8, 10)]
    assert not gone.is_exact


def test_a_client_that_sends_and_closes_has_not_read_what_was_on_its_way(clients) -> None:
    peer = joined(clients)
    clients.send(1, b"an answer", 7)
    peer.sendall(query(1, 1))
    peer.close()  # what was not read is gone, and the kernel holds nothing of it any more
    received, *_ = clients.poll(5, 0)
    assert isinstance(received, Received)
    gone = left(clients)
    assert [(each.index, each.size) for each in gone.unread] == [(7, 9)]
    assert not gone.is_exact


def test_a_client_that_closed_before_it_was_hung_up_on_has_not_read_either(clients) -> None:
    peer = joined(clients)
    clients.send(1, b"an answer", 7)
    peer.close()
    gone = clients.hang_up(1)
    assert gone is not None
    assert [(each.index, each.size) for each in gone.unread] == [(7, 9)]


def test_what_somebody_else_has_sent_counts_as_sent(clients) -> None:
    peer = joined(clients)
    place = clients.place_of(1)
    assert place is not None
    descriptor, has_unread = place
    assert clients.number_at(descriptor) == 1
    assert not has_unread
    for index, message in enumerate((b"read", b"not read")):
        os.write(descriptor, message)
        clients.has_sent(1, message, index, len(message))
        assert clients.place_of(1) == (descriptor, True)
        if not index:
            assert peer.recv(100) == message
            clients.has_read(1)
            assert clients.place_of(1) == (descriptor, False)
    peer.close()
    assert [(each.index, each.size) for each in left(clients).unread] == [(1, 8)]
    assert clients.number_at(descriptor) is None
    assert clients.place_of(1) is None
    clients.has_sent(1, b"nobody", 2, 6)
    clients.has_read(1)
    clients.fail(1, errno.ECONNRESET)
    assert clients.frame(1, query(1, 1), 0) == []


def test_what_somebody_else_has_sent_in_part_is_sent_to_its_end(clients) -> None:
    peer = joined(clients)
    (descriptor, _) = clients.place_of(1) or (0, False)
    os.write(descriptor, b"some")
    clients.has_sent(1, b"some and the rest", 3, 4)
    assert peer.recv(100) == b"some and the rest"
    peer.close()


def test_what_somebody_else_has_read_is_framed_with_what_came_before(clients) -> None:
    peer, message = joined(clients), query(1, 1)
    assert clients.frame(1, message[:5], 7) == []
    assert clients.place_of(1) is None
    assert clients.next_due_ns == 7 + FRAGMENT_TIMEOUT_NS
    assert clients.frame(1, message[5:] + message, 8) == [Received(1, message)] * 2
    assert clients.place_of(1) is not None
    peer.close()


def test_a_reset_that_somebody_else_knows_of_leaves_what_was_sent_unread(clients) -> None:
    peer = joined(clients)
    clients.send(1, b"an answer", 7)
    assert peer.recv(100) == b"an answer"
    clients.fail(1, errno.ECONNRESET)
    peer.close()
    gone = left(clients)
    assert [each.index for each in gone.unread] == [7]
    assert not gone.is_exact


def test_there_is_no_room_for_a_client_that_does_not_read(clients) -> None:
    clients.unsent_size_max = 1000
    peer = joined(clients)
    while clients.refusal(1, 4096) is None:
        clients.send(1, bytes(4096), 0)
    assert "does not read" in (clients.refusal(1, 4096) or "")
    while clients.refusal(1, 4096) is not None:
        peer.recv(65536)
    assert clients.refusal(9, 1) == "it has gone"
    assert clients.hang_up(9) is None
    peer.close()


def test_one_more_than_there_is_room_for_waits_until_one_has_gone(clients) -> None:
    first, second = joined(clients), joined(clients)
    third = connected(clients.address)
    assert clients.poll(0, 0) == []
    assert clients.hang_up(1) == Departed(1, b"", [])
    assert first.recv(1) == b""
    (happening,) = clients.poll(5, 0)
    assert isinstance(happening, Joined)
    assert clients.numbers == [2, 3]
    for each in (first, second, third):
        each.close()


def test_a_socket_that_is_somebody_elses_by_now_stays(tmp_path: Path) -> None:
    path = tmp_path / "proxy"
    clients = Clients(str(path))
    path.unlink()
    path.write_text("theirs")
    clients.close()
    assert path.read_text() == "theirs"
