"""A USB device over its two ways to hosts: usbredir and USB/IP, with the same tests for both."""

import socket
import time
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

import pytest
from data_path import echo_request
from usb_hosts import IpHost, RedirHost, ServedUsb, UsbHost, exchange, fetch, send, served_usb

from wwanreplay._core import Event, Kind, Lifecycle, WireDirection
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.commands import CONNECT
from wwanreplay.mbim.fragments import Joiner, split
from wwanreplay.mbim.messages import Message, parse_header, parse_message
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES
from wwanreplay.mbim.usb import ntb
from wwanreplay.mbim.usb.descriptors import Descriptors
from wwanreplay.mbim.usb.ntb import Datagram, Format, Stream
from wwanreplay.mbim.usb.requests import CLASS_IN, Request, Setup
from wwanreplay.trace.notes import NoteCode

BASIC = bytes.fromhex(SERVICES[BASIC_CONNECT].uuid.replace("-", ""))
CAPS = Message(messages.MBIM_COMMAND_MSG, 2, 0, BASIC, 1).to_bytes()
TO_HOST, TO_DEVICE = WireDirection.WIRE_DEVICE_TO_HOST, WireDirection.WIRE_HOST_TO_DEVICE
KINDS = ["usbredir", "usbip"]
WAIT_S = 10.0


def opened(size: int = 4096) -> bytes:
    return Message(messages.MBIM_OPEN_MSG, 1, size).to_bytes()


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline, "did not happen"
        time.sleep(0.005)


def notes(server: ServedUsb, code: NoteCode) -> list[str]:
    return [
        event.payload.decode()
        for event in server.recording.events
        if event.kind == Kind.KIND_NOTE and event.code == code
    ]


def is_idle(server: ServedUsb) -> bool:
    """Whether no host has the device."""
    return server.transport.refusal(1) == "no client"


def activate(host: UsbHost, session: int, number: int) -> None:
    values = {
        "SessionId": session,
        "ActivationCommand": 1,
        "AccessString": "internet.example",
        "UserName": "",
        "Password": "",
        "Compression": 0,
        "AuthProtocol": 0,
        "IpType": 1,
        "ContextType": "7e5e2a7e-4e6f-7272-736b-656e7e5e2a7e",
    }
    buffer = codec.encode(*CONNECT, "set", values)
    send(host, Message(messages.MBIM_COMMAND_MSG, number, 1, BASIC, 12, buffer).to_bytes())
    while True:
        answer = parse_message(fetch(host))
        if answer.type == messages.MBIM_COMMAND_DONE:
            assert (answer.transaction_id, answer.value) == (number, 0)
            return


@pytest.mark.parametrize("kind", KINDS)
def test_a_host_reads_the_descriptors_that_the_device_has(kind: str, tmp_path: Path) -> None:
    with served_usb(kind, tmp_path, control_message_max=512) as server:
        host = server.connect()
        made = Descriptors(512)
        assert host.control(Setup(0x80, 6, 0x0100, 0, 64)) == made.device
        assert host.control(Setup(0x80, 6, 0x0200, 0, 9)) == made.configuration[:9]
        assert host.control(Setup(0x80, 6, 0x0200, 0, 512)) == made.configuration
        assert host.control(Setup(0x80, 6, 0x0F00, 0, 512)) is None
        host.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [64, 4096])
def test_what_is_recorded_is_what_the_host_fetched(kind: str, size: int, tmp_path: Path) -> None:
    with served_usb(kind, tmp_path, control_message_max=size) as server:
        host = server.connect()
        send(host, opened(size))
        fetched = [fetch(host)]
        for part in split(CAPS, size):
            send(host, part)
        joiner, whole = Joiner(), None
        while whole is None:
            fetched.append(fetch(host))
            joined = joiner.feed(parse_header(fetched[-1]), fetched[-1], 0)
            assert not joined.errors
            whole = joined.message
        assert max(map(len, fetched)) <= size
        done = parse_message(whole)
        assert (done.transaction_id, done.value) == (2, 0)
        empty = host.control(Setup(CLASS_IN, Request.GET_ENCAPSULATED_RESPONSE, length=size))
        assert empty == b""
        host.close()
        wait_for(lambda: is_idle(server))
    assert server.recording.wire(TO_HOST) == fetched
    assert server.recording.wire(TO_DEVICE) == [opened(size), *split(CAPS, size)]
    assert notes(server, NoteCode.UNREAD) == []
    assert len(fetched) > 5 if size == 64 else len(fetched) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_two_sessions_answer_pings_and_a_third_does_not(kind: str, tmp_path: Path) -> None:
    with served_usb(kind, tmp_path, profile="two-ports") as server:
        host = server.connect()
        send(host, opened())
        fetch(host)
        activate(host, 0, 2)
        activate(host, 1, 3)
        places = {0: ("192.0.2.33", "192.0.2.34"), 1: ("198.51.100.5", "198.51.100.6")}
        for session, (ours, gateway) in places.items():
            request = echo_request(ip_address(ours), ip_address(gateway))
            (answer,) = exchange(host, Datagram(Stream.IP, session, request))
            assert (answer.stream, answer.session) == (Stream.IP, session)
            assert answer.data[12:20] == request[16:20] + request[12:16]
            lost = ntb.build([Datagram(Stream.IP, 2, request)], Format.NTB16)
            assert host.write(lost)
        number = host.begin_read()
        if isinstance(host, IpHost):
            assert host.unlink(number) == -104
        else:
            host.number = number - 1
            host.send(21)
            assert host.end_read(number) == (1, b"")
        assert server.function.dropped == 0
        host.close()


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_host_did_not_fetch_when_it_goes_is_noted(kind: str, tmp_path: Path) -> None:
    with served_usb(kind, tmp_path) as server:
        host = server.connect()
        send(host, opened())
        fetch(host)
        send(host, CAPS)
        wait_for(lambda: len(server.recording.wire(TO_HOST)) == 2)
        host.close()
        wait_for(lambda: is_idle(server))
        again = server.connect()  # as a device that is plugged in anew
        send(again, opened())
        done = parse_message(fetch(again))
        assert done.type == messages.MBIM_OPEN_DONE
        again.close()
    size = len(server.recording.wire(TO_HOST)[1])
    assert notes(server, NoteCode.UNREAD) == [f"not read by the client: {size} of {size} bytes"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_removal_unplugs_and_an_arrival_plugs_in(kind: str, tmp_path: Path) -> None:
    with served_usb(kind, tmp_path) as server:
        host = server.connect()
        send(host, opened())
        fetch(host)
        send(host, CAPS)
        removal = Event(Kind.KIND_LIFECYCLE, 0, code=Lifecycle.LIFECYCLE_SURPRISE_REMOVAL)
        server.loop.submit(removal)
        if isinstance(host, RedirHost):
            host.packet(2)
        else:
            assert host.ends()
            host.close()
        arrival = Event(Kind.KIND_LIFECYCLE, 0, code=Lifecycle.LIFECYCLE_ARRIVAL)
        if isinstance(host, IpHost):
            with IpHost(server.transport.address) as refused:
                assert refused.operation(0x8003, b"1-1".ljust(32, b"\0")) == (3, 1)
        server.loop.submit(arrival)
        if isinstance(host, RedirHost):
            again: UsbHost = host.attach()
        else:
            wait_for(lambda: server.transport.is_plugged)
            again = server.connect()
        send(again, opened())
        assert parse_message(fetch(again)).type == messages.MBIM_OPEN_DONE
        again.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("data", [b"\xff" * 64, bytes(64), b"GET / HTTP/1.1\r\n\r\n" + bytes(60)])
def test_a_peer_that_speaks_something_else_is_let_go(
    kind: str, data: bytes, tmp_path: Path
) -> None:
    with served_usb(kind, tmp_path) as server:
        family = socket.AF_UNIX if kind == "usbredir" else socket.AF_INET
        with socket.socket(family) as peer:
            peer.settimeout(WAIT_S)
            host, _, port = server.transport.address.rpartition(":")
            peer.connect(server.transport.address if kind == "usbredir" else (host, int(port)))
            peer.sendall(data)
            try:
                while peer.recv(4096):
                    pass
            except ConnectionResetError:
                pass
        wait_for(lambda: notes(server, NoteCode.TEXT))
        (note,) = notes(server, NoteCode.TEXT)
        assert "the connection is closed" in note
        host_after = server.connect()
        send(host_after, opened())
        fetch(host_after)
        host_after.close()


@pytest.mark.parametrize("kind", KINDS)
def test_one_host_at_a_time_has_the_device(kind: str, tmp_path: Path) -> None:
    with served_usb(kind, tmp_path) as server:
        host = server.connect()
        if kind == "usbredir":
            with socket.socket(socket.AF_UNIX) as second:
                second.settimeout(WAIT_S)
                second.connect(server.transport.address)
                second.sendall(bytes(80))
                assert second.recv(100) == b""
        else:
            with IpHost(server.transport.address) as other:
                assert other.operation(0x8005) == (5, 0)
                assert other.take(4) == bytes(4)  # it lists no device
        send(host, opened())
        fetch(host)
        host.close()


# ------------------------------------------------------------------ of usbredir alone


def test_a_guest_with_narrow_ids_has_the_device_too(tmp_path: Path) -> None:
    with served_usb("usbredir", tmp_path, profile="two-ports") as server:
        host = RedirHost(server.transport.address, wide=False).attach()
        assert host.device is not None
        assert len(host.device) == 8
        send(host, opened())
        fetch(host)
        host.close()


def test_a_guest_resets_and_asks_for_its_settings(tmp_path: Path) -> None:
    with served_usb("usbredir", tmp_path) as server:
        host = server.connect()
        assert isinstance(host, RedirHost)
        assert host.command(7, b"", 8) == b"\0\x01"
        assert host.command(10, b"\x01", 11) == b"\0\x01\x01"
        assert host.command(9, b"\x01\x07", 11) == b"\x04\x01\x07"
        assert host.command(16, b"\x81", 17) == b"\0\x81"
        host.send(3)
        assert host.command(7, b"", 8) == b"\0\x00"
        assert host.command(15, b"\x81", 17) == b"\x02\x81"  # not configured
        host.close()


def test_a_packet_cut_short_ends_the_connection(tmp_path: Path) -> None:
    with served_usb("usbredir", tmp_path) as server:
        host = server.connect()
        assert isinstance(host, RedirHost)
        host.send(100, b"\x80\x06")
        assert host.ends()
        host.close()
        wait_for(lambda: notes(server, NoteCode.TEXT))
        (note,) = notes(server, NoteCode.TEXT)
        assert "CONTROL packet: of 2 bytes is too short" in note
