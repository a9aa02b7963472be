"""USB/IP: addresses, and the words of the protocol that usbredir has no counterpart for."""

import shutil
import socket
import struct
import subprocess
from pathlib import Path

import pytest
from usb_hosts import IpHost, served_usb

from wwanreplay.errors import DeviceError, UsageError
from wwanreplay.serve.transports.usbip import PORT, UsbIpTransport, address_of
from wwanreplay.serve.usb.function import UsbFunction


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1", ("127.0.0.1", PORT)),
        ("127.0.0.1:0", ("127.0.0.1", 0)),
        ("127.1.2.3:9", ("127.1.2.3", 9)),
        ("localhost:1", ("localhost", 1)),
        ("::1", ("::1", PORT)),
        ("[::1]", ("::1", PORT)),
        ("[::1]:77", ("::1", 77)),
    ],
)
def test_addresses_of_this_machine(text: str, address: tuple[str, int]) -> None:
    assert address_of(text) == address


@pytest.mark.parametrize("text", ["192.0.2.1", "0.0.0.0:3240", "[::]:1", "example.org:1", "::"])
def test_others_reach_an_address_only_when_that_is_wanted(text: str) -> None:
    with pytest.raises(UsageError, match="--usbip-remote allows it"):
        address_of(text)
    assert address_of(text, is_remote_allowed=True)[0] in text


@pytest.mark.parametrize("text", ["", ":", ":3240", "localhost:", "localhost:x", "localhost:65536"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="give HOST:PORT"):
        address_of(text, is_remote_allowed=True)


def test_a_port_that_is_taken_is_one_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(DeviceError, match=f"127.0.0.1:{port}: cannot listen"):
            UsbIpTransport("127.0.0.1", port, UsbFunction())


def test_the_device_is_listed_with_its_interfaces(tmp_path: Path) -> None:
    with served_usb("usbip", tmp_path) as server, IpHost(server.transport.address) as client:
        assert client.operation(0x8005) == (5, 0)
        assert client.take(4) == b"\0\0\0\1"
        row = client.take(312)
        assert row[256:288].rstrip(b"\0") == b"1-1"
        assert struct.unpack(">HHH", row[300:306]) == (0x1209, 0x0001, 0x0100)
        assert client.take(8) == bytes((2, 0x0E, 0, 0, 0x0A, 0, 2, 0))
        assert client.ends()


@pytest.mark.skipif(shutil.which("usbip") is None, reason="usbip is not installed")
def test_the_usbip_program_lists_the_device(tmp_path: Path) -> None:
    with served_usb("usbip", tmp_path) as server:
        port = server.transport.address.rpartition(":")[2]
        run = subprocess.run(
            ["usbip", "--tcp-port", port, "list", "-r", "127.0.0.1"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert "1-1:" in run.stdout
        assert "(1209:0001)" in run.stdout


def test_another_name_of_the_device_is_none(tmp_path: Path) -> None:
    with served_usb("usbip", tmp_path) as server, IpHost(server.transport.address) as client:
        assert client.operation(0x8003, b"1-2".ljust(32, b"\0")) == (3, 1)


def test_what_was_answered_cannot_be_unlinked(tmp_path: Path) -> None:
    with served_usb("usbip", tmp_path) as server:
        client = server.connect()
        assert isinstance(client, IpHost)
        assert client.notified is not None
        assert client.unlink(client.notified) == -104
        assert client.unlink(client.notified) == 0
        for endpoint in (1, 2, 3):
            number = client.submit(endpoint, inward=endpoint == 3, length=0)
            assert client.result(number)[1] == (0 if endpoint == 1 else -32)
        client.close()


@pytest.mark.parametrize("length", [-1, 1 << 21, 0x7FFFFFFF])
def test_a_length_that_cannot_be_ends_the_connection(length: int, tmp_path: Path) -> None:
    with served_usb("usbip", tmp_path) as server:
        client = server.connect()
        assert isinstance(client, IpHost)
        client.submit(1, inward=False, length=length)
        assert client.ends()
        client.close()
