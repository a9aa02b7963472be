"""Hosts of a USB device for the tests: one by usbredir, one by USB/IP, with the same verbs."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from host import Recording
from mbim_host import SEED, START_NS, assert_replays, latency

from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.profile import load_profile
from wwanreplay.mbim.function import Function
from wwanreplay.mbim.profile_bridge import bridge_of
from wwanreplay.mbim.usb import ntb
from wwanreplay.mbim.usb.descriptors import Descriptors
from wwanreplay.mbim.usb.ntb import Datagram, Format
from wwanreplay.mbim.usb.requests import CLASS_IN, CLASS_OUT, Request, Setup, Standard
from wwanreplay.serve.data.configuration import EmulatedContexts
from wwanreplay.serve.data.network import DataPath
from wwanreplay.serve.loop import Loop
from wwanreplay.serve.transports.usbip import UsbIpTransport
from wwanreplay.serve.transports.usbredir import UsbRedirTransport
from wwanreplay.serve.usb.function import UsbFunction

TIMEOUT_S = 20.0


class Host(Protocol):
    """A host controller, as far as a driver needs one."""

    def control(self, setup: Setup, data: bytes = b"") -> bytes | None:
        """A control request; None for a stall."""

    def notification(self) -> bytes:
        """Wait for the next notification."""

    def write(self, data: bytes) -> bool:
        """Write to the outward pipe; whether it was taken."""

    def read(self, length: int = 16384) -> bytes:
        """Wait for data of the inward pipe."""

    def close(self) -> None:
        """Go away."""


class Wire:
    """A connected socket, read in whole parts."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        connected.settimeout(TIMEOUT_S)

    def take(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self.socket.recv(size - len(data))
            if not part:
                raise EOFError(f"{len(data)} of {size} bytes")
            data += part
        return data

    def ends(self) -> bool:
        """Read until the other side ends the connection."""
        try:
            while True:
                self.take(1)
        except (EOFError, ConnectionResetError):
            return True

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class RedirHost(Wire):
    """A virtual machine; `wide` is whether it has the capabilities that xHCI needs."""

    def __init__(self, path: str, *, wide: bool = True) -> None:
        connected = socket.socket(socket.AF_UNIX)
        connected.connect(path)
        super().__init__(connected)
        self.wide = False
        self.number = 0
        self.seen: list[tuple[int, int, bytes]] = []
        capabilities = 0xF2 if wide else 0
        self.send(0, bytes(64) + capabilities.to_bytes(4, "little"))
        self.wide = False
        assert self.packet(0)[1][:10] == b"wwanreplay"
        self.wide = wide
        self.device: bytes | None = None

    def attach(self) -> Self:
        """Wait for the device, and configure it as a driver does."""
        self.device = self.packet(1)[1]
        assert self.command(6, b"\x01", 8) == b"\0\x01"
        assert self.command(9, b"\x01\x01", 11) == b"\0\x01\x01"
        assert self.command(15, b"\x81", 17) == b"\0\x81"
        return self

    def send(self, kind: int, body: bytes = b"") -> int:
        self.number += 1
        form = "<IIQ" if self.wide else "<III"
        self.socket.sendall(struct.pack(form, kind, len(body), self.number) + body)
        return self.number

    def packet(self, kind: int, number: int | None = None) -> tuple[int, bytes]:
        """Wait for a packet of a type, and of an id; others are kept."""
        while True:
            for at, (found, found_number, body) in enumerate(self.seen):
                if found == kind and number in (None, found_number):
                    del self.seen[at]
                    return found_number, body
            form = "<IIQ" if self.wide else "<III"
            found, size, found_number = struct.unpack(form, self.take(struct.calcsize(form)))
            self.seen.append((found, found_number, self.take(size)))

    def command(self, kind: int, body: bytes, answer: int) -> bytes:
        return self.packet(answer, self.send(kind, body))[1]

    def control(self, setup: Setup, data: bytes = b"") -> bytes | None:
        endpoint = 0x80 if setup.is_to_host else 0
        head = struct.pack(
            "<BBBBHHH",
            *(endpoint, setup.request, setup.request_type, 0),
            *(setup.value, setup.index, setup.length),
        )
        answer = self.command(100, head + data, 100)
        assert answer[3] in (0, 4)
        return None if answer[3] else answer[10:]

    def notification(self) -> bytes:
        body = self.packet(103)[1]
        assert body[:4] == b"\x81\0\x08\0"
        return body[4:]

    def _bulk(self, endpoint: int, length: int, data: bytes = b"") -> int:
        head = struct.pack("<BBHI", endpoint, 0, length & 0xFFFF, 0)
        if self.wide:
            head += struct.pack("<H", length >> 16)
        return self.send(101, head + data)

    def write(self, data: bytes) -> bool:
        return self.packet(101, self._bulk(1, len(data), data))[1][1] == 0

    def begin_read(self, length: int = 16384) -> int:
        return self._bulk(0x82, length)

    def end_read(self, number: int) -> tuple[int, bytes]:
        body = self.packet(101, number)[1]
        return body[1], body[10 if self.wide else 8 :]

    def read(self, length: int = 16384) -> bytes:
        return self.end_read(self.begin_read(length))[1]


class IpHost(Wire):
    """A client of USB/IP that has the device."""

    def __init__(self, address: str) -> None:
        host, port = address.rsplit(":", 1)
        super().__init__(socket.create_connection((host, int(port)), TIMEOUT_S))
        self.number = 0
        self.seen: dict[int, tuple[int, int, bytes]] = {}
        self.waiting: dict[int, bool] = {}  # whether data come with the answer
        self.notified: int | None = None

    def operation(self, code: int, body: bytes = b"") -> tuple[int, int]:
        """Code and status of what answers."""
        self.socket.sendall(struct.pack(">HHI", 0x0111, code, 0) + body)
        version, answer, status = struct.unpack(">HHI", self.take(8))
        assert version == 0x0111
        return answer, status

    def attach(self) -> Self:
        assert self.operation(0x8003, b"1-1".ljust(32, b"\0")) == (3, 0)
        row = self.take(312)
        assert row[256:260] == b"1-1\0"
        assert self.control(Setup(0, Standard.SET_CONFIGURATION, 1)) == b""
        assert self.control(Setup(1, Standard.SET_INTERFACE, 1, 1)) == b""
        self.notified = self.submit(1, inward=True, length=16)
        return self

    def submit(
        self,
        endpoint: int,
        *,
        inward: bool,
        length: int,
        setup: bytes = bytes(8),
        data: bytes = b"",
    ) -> int:
        self.number += 1
        head = struct.pack(">IIIII", 1, self.number, 0x10002, int(inward), endpoint)
        body = struct.pack(">IiiiI8s", 0, length, 0, 0, 0, setup)
        self.socket.sendall(head + body + data)
        self.waiting[self.number] = inward
        return self.number

    def unlink(self, unlinked: int) -> int:
        """The status of an unlink."""
        self.number += 1
        head = struct.pack(">IIIII", 4 - 2, self.number, 0x10002, 0, 0)
        self.socket.sendall(head + struct.pack(">I24x", unlinked))
        return self.result(self.number)[1]

    def result(self, number: int) -> tuple[int, int, bytes]:
        """Length, status and data of an answer; others are kept."""
        while number not in self.seen:
            command, found, _, _, _ = struct.unpack(">IIIII", self.take(20))
            status, length = struct.unpack(">ii20x", self.take(28))
            assert command in (3, 4)
            if command == 4:
                length = 0
            inward = self.waiting.pop(found, False)
            data = self.take(length) if inward and command == 3 else b""
            self.seen[found] = (length, status, data)
        return self.seen.pop(number)

    def control(self, setup: Setup, data: bytes = b"") -> bytes | None:
        number = self.submit(
            0, inward=setup.is_to_host, length=setup.length, setup=setup.to_bytes(), data=data
        )
        length, status, answer = self.result(number)
        assert status in (0, -32)
        assert status or setup.is_to_host or length == len(data)
        return None if status else answer

    def notification(self) -> bytes:
        assert self.notified is not None
        _, status, data = self.result(self.notified)
        assert status == 0
        self.notified = self.submit(1, inward=True, length=16)
        return data

    def write(self, data: bytes) -> bool:
        number = self.submit(1, inward=False, length=len(data), data=data)
        return self.result(number)[1] == 0

    def begin_read(self, length: int = 16384) -> int:
        return self.submit(2, inward=True, length=length)

    def end_read(self, number: int) -> tuple[int, bytes]:
        _, status, data = self.result(number)
        return status, data

    def read(self, length: int = 16384) -> bytes:
        return self.end_read(self.begin_read(length))[1]


UsbTransport = UsbRedirTransport | UsbIpTransport
UsbHost = RedirHost | IpHost


@dataclass
class ServedUsb:
    """A served USB device; `connect` is a host that has configured it."""

    loop: Loop
    transport: UsbTransport
    recording: Recording
    function: UsbFunction
    connect: Callable[[], UsbHost]


@contextmanager
def served_usb(
    kind: str,
    folder: Path,
    *,
    profile: str = "lte-home",
    control_message_max: int = 4096,
    is_quick: bool = True,
) -> Iterator[ServedUsb]:
    """Serve a device in a thread; check on the way out that its recording replays.

    With `is_quick` its operations take 2 ms, without it the times of the profile.
    """
    loaded = load_profile(profile)
    recording, device = Recording(), EmulatedDevice(loaded, SEED)
    if is_quick:
        quick = latency(2_000_000)
        recording.write(quick)
        device.submit(quick)
    function = Function(device, bridge_of(loaded.mapping), recording)
    function.advance(START_NS)
    path = DataPath(EmulatedContexts(device, function.bridge))
    usb = UsbFunction(Descriptors(control_message_max), path)
    transport: UsbTransport
    if kind == "usbredir":
        transport = UsbRedirTransport(folder / "usb", usb)
    else:
        transport = UsbIpTransport("127.0.0.1", 0, usb)

    def connect() -> UsbHost:
        made = RedirHost if kind == "usbredir" else IpHost
        return made(transport.address).attach()

    with Loop(function, transport, start_ns=START_NS) as loop:
        thread = threading.Thread(target=loop.run)
        thread.start()
        try:
            yield ServedUsb(loop, transport, recording, usb, connect)
        finally:
            loop.stop()
            thread.join()
    assert_replays(recording.events, loaded, bridge_of(loaded.mapping))


def send(host: Host, message: bytes) -> None:
    """Send an encapsulated command."""
    setup = Setup(CLASS_OUT, Request.SEND_ENCAPSULATED_COMMAND, length=len(message))
    assert host.control(setup, message) == b""


def fetch(host: Host, length: int = 4096) -> bytes:
    """Wait for a notification, and fetch its response."""
    assert host.notification() == bytes.fromhex("a101000000000000")
    setup = Setup(CLASS_IN, Request.GET_ENCAPSULATED_RESPONSE, length=length)
    response = host.control(setup)
    assert response is not None
    return response


def exchange(host: Host, datagram: Datagram) -> list[Datagram]:
    """Send a datagram, and wait for the block that comes back."""
    assert host.write(ntb.build([datagram], Format.NTB16))
    return ntb.parse(host.read(), Format.NTB16)
