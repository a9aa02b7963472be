"""usbredir: the served modem as a USB device of a virtual machine, such as QEMU's `usb-redir`.

We are what the protocol calls the usb-host; the virtual machine connects to a Unix socket. Packets
have a header (type, length, id) and a body; numbers are little-endian. The protocol is described in
`usb-redirection-protocol.md` of the usbredir project, version 0.7.
"""

from __future__ import annotations

import os
import socket
import struct
from collections import deque
from collections.abc import Callable
from enum import IntEnum
from typing import Final

from wwanreplay import __version__
from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.mbim.usb import descriptors
from wwanreplay.mbim.usb.requests import INTERFACE, TO_HOST, Setup, Standard
from wwanreplay.serve.listening import NameTakenError, PathListener
from wwanreplay.serve.transports.base import Arrival, Comment, Departure
from wwanreplay.serve.transports.sockets import Peer, Sockets
from wwanreplay.serve.transports.usb import UsbTransport
from wwanreplay.serve.usb.function import UsbFunction


class Packet(IntEnum):
    """Types of packets that one of us sends."""

    HELLO = 0
    DEVICE_CONNECT = 1
    DEVICE_DISCONNECT = 2
    RESET = 3
    INTERFACE_INFO = 4
    EP_INFO = 5
    SET_CONFIGURATION = 6
    GET_CONFIGURATION = 7
    CONFIGURATION_STATUS = 8
    SET_ALT_SETTING = 9
    GET_ALT_SETTING = 10
    ALT_SETTING_STATUS = 11
    START_INTERRUPT_RECEIVING = 15
    STOP_INTERRUPT_RECEIVING = 16
    INTERRUPT_RECEIVING_STATUS = 17
    CANCEL_DATA_PACKET = 21
    FILTER_REJECT = 22
    FILTER_FILTER = 23
    DEVICE_DISCONNECT_ACK = 24
    CONTROL = 100
    BULK = 101
    INTERRUPT = 103


class Status(IntEnum):
    """How a transfer ended."""

    SUCCESS = 0
    CANCELLED = 1
    INVALID = 2
    IO_ERROR = 3
    STALL = 4


#: Capabilities by bit; these are the ones without which QEMU takes no device on xHCI.
CAP_CONNECT_DEVICE_VERSION, CAP_FILTER, CAP_PACKET_SIZE, CAP_WIDE_IDS, CAP_WIDE_BULK = 1, 2, 4, 5, 6
OUR_CAPABILITIES: Final = (
    1 << CAP_CONNECT_DEVICE_VERSION
    | 1 << CAP_FILTER
    | 1 << CAP_PACKET_SIZE
    | 1 << CAP_WIDE_IDS
    | 1 << CAP_WIDE_BULK
)
#: A body is no longer than this: the longest bulk transfer and its header.
BODY_SIZE_MAX: Final = (1 << 20) + 64
#: Reads that may wait for data.
READS_MAX: Final = 1024
VERSION_SIZE: Final = 64

_NARROW, _WIDE = struct.Struct("<III"), struct.Struct("<IIQ")
_CONTROL, _INTERRUPT = struct.Struct("<BBBBHHH"), struct.Struct("<BBH")
_NARROW_BULK, _WIDE_BULK = struct.Struct("<BBHI"), struct.Struct("<BBHIH")
_SPEED_HIGH, _NO_ENDPOINT = 2, 255
_ENDPOINTS = 32


def _place(address: int) -> int:
    """Where an endpoint stands in the table of all: the inward ones behind the outward ones."""
    return (address & 0x80) >> 3 | address & 0x0F


class UsbRedirTransport(UsbTransport["_Guest"]):
    """A Unix socket, and the one virtual machine that has the device.

    Another one that connects meanwhile is let go.
    """

    def __init__(self, path: str | os.PathLike[str], function: UsbFunction) -> None:
        self.path = os.fspath(path)
        try:
            self._place = PathListener(path, backlog=socket.SOMAXCONN)
        except NameTakenError:
            reason = "another server listens there; name another path"
            raise UsageError(f"{self.path}: {reason}") from None
        super().__init__(function, Sockets(self._place.socket))

    @property
    def address(self) -> str:
        """The path of the socket."""
        return self.path

    def receive(self, time_ns: int) -> list[Arrival] | None:  # noqa: ARG002 - a stream needs it
        """Take what the guest sent; None when there was nothing."""
        peers = list(self._sockets.read())
        arrivals: list[Arrival] = []
        for peer in peers:
            if self._host is None and not peer.is_closing:
                self._host = _Guest(peer, self.function, is_plugged=self.is_plugged)
            if self._host is None or peer is not self._host.peer:
                self._sockets.drop(peer)
                continue
            try:
                self._host.take()
            except DecodeError as error:
                arrivals.append(Comment(f"usbredir: {error}; the connection is closed"))
                peer.is_closing = True
            arrivals += self.function.take_arrivals()
            if peer.is_closing:
                departure = self.hang_up()
                arrivals += [] if departure is None else [departure]
        return arrivals if peers else None

    def unplug(self) -> Departure | None:
        """Take the device from the guest, whose connection stays."""
        self.is_plugged = False
        if self._host is None:
            return None
        unread = self.function.unfetched()
        self.function.reset()
        self._host.disconnect()
        self.flush()
        return Departure(unread=unread)

    def plug(self) -> None:
        """Give the device back."""
        self.is_plugged = True
        if self._host is not None:
            self._host.connect()
            self.flush()

    def close(self) -> None:
        """Close all sockets, and remove the path."""
        self._sockets.close()
        self._place.close()


class _Guest:
    """One connection: the protocol's side of a virtual machine."""

    def __init__(self, peer: Peer, function: UsbFunction, *, is_plugged: bool) -> None:
        self.peer = peer
        self.function = function
        self.capabilities: int | None = None  # of both, known from its HELLO on
        self.is_plugged = is_plugged
        self.is_receiving = False
        self._reads: deque[tuple[int, int]] = deque()  # id and length, of the inward endpoint
        self._handlers: dict[int, Callable[[int, bytes], None]] = {
            Packet.RESET: self._reset,
            Packet.SET_CONFIGURATION: self._set_configuration,
            Packet.GET_CONFIGURATION: self._get_configuration,
            Packet.SET_ALT_SETTING: self._set_alt_setting,
            Packet.GET_ALT_SETTING: self._get_alt_setting,
            Packet.START_INTERRUPT_RECEIVING: self._start_receiving,
            Packet.STOP_INTERRUPT_RECEIVING: self._stop_receiving,
            Packet.CANCEL_DATA_PACKET: self._cancel,
            Packet.CONTROL: self._control,
            Packet.BULK: self._bulk,
            Packet.FILTER_FILTER: self._ignore,
            Packet.FILTER_REJECT: self._ignore,
            Packet.DEVICE_DISCONNECT_ACK: self._ignore,
        }
        name = f"wwanreplay {__version__}".encode()[: VERSION_SIZE - 1].ljust(VERSION_SIZE, b"\0")
        self._send(Packet.HELLO, 0, name + struct.pack("<I", OUR_CAPABILITIES))

    # ------------------------------------------------------------------ packets

    def _has(self, capability: int) -> bool:
        return bool((self.capabilities or 0) >> capability & 1)

    @property
    def _head(self) -> struct.Struct:
        return _WIDE if self._has(CAP_WIDE_IDS) else _NARROW

    def _send(
        self,
        kind: Packet,
        number: int,
        head: bytes = b"",
        data: bytes = b"",
        record: int | None = None,
    ) -> None:
        size = len(head) + len(data)
        self.peer.send(self._head.pack(kind, size, number) + head, data, record)

    def take(self) -> None:
        """Take the packets that are whole; DecodeError for what is none."""
        incoming = self.peer.incoming
        while len(incoming) >= self._head.size:
            kind, size, number = self._head.unpack_from(incoming)
            if size > BODY_SIZE_MAX:
                raise DecodeError(
                    f"is {size}, more than {BODY_SIZE_MAX}",
                    structure=f"packet of type {kind}",
                    field="length",
                    offset=4,
                )
            end = self._head.size + size
            if len(incoming) < end:
                return
            body = bytes(incoming[self._head.size : end])
            del incoming[:end]
            self._take(kind, number, body)

    def _take(self, kind: int, number: int, body: bytes) -> None:
        if self.capabilities is None:
            if kind != Packet.HELLO:
                raise DecodeError("comes before HELLO", structure=f"packet of type {kind}")
            self._hello(body)
            return
        handler = self._handlers.get(kind)
        if handler is not None and not self.is_plugged:
            return  # sent before it heard of that
        if handler is None:
            raise DecodeError("is none that a guest sends", structure=f"packet of type {kind}")
        try:
            handler(number, body)
        except (struct.error, IndexError) as error:
            raise DecodeError(
                f"of {len(body)} bytes is too short", structure=f"{Packet(kind).name} packet"
            ) from error

    def _hello(self, body: bytes) -> None:
        if len(body) < VERSION_SIZE:
            raise DecodeError(
                "is too short", structure="HELLO packet", needed=VERSION_SIZE, had=len(body)
            )
        theirs = int.from_bytes(body[VERSION_SIZE : VERSION_SIZE + 4], "little")
        self.capabilities = theirs & OUR_CAPABILITIES
        if self.is_plugged:
            self.connect()

    def _ignore(self, number: int, body: bytes) -> None:
        """Take a packet that changes nothing."""

    # ------------------------------------------------------------------ the device

    def connect(self) -> None:
        """Plug the device in."""
        self.is_plugged = True
        if self.capabilities is None:
            return
        self._describe()
        body = struct.pack(
            "<BBBBHHH",
            _SPEED_HIGH,
            *self.function.descriptors.device[4:7],
            descriptors.VENDOR_ID,
            descriptors.PRODUCT_ID,
            descriptors.DEVICE_VERSION,
        )
        self._send(
            Packet.DEVICE_CONNECT, 0, body if self._has(CAP_CONNECT_DEVICE_VERSION) else body[:-2]
        )

    def disconnect(self) -> None:
        """Pull the device out."""
        self.is_plugged = self.is_receiving = False
        self._reads.clear()
        if self.capabilities is not None:
            self._send(Packet.DEVICE_DISCONNECT, 0)

    def _describe(self) -> None:
        """Send the interfaces, and the endpoints of their present settings."""
        classes = [descriptors.COMMUNICATION_CLASS, descriptors.DATA_CLASS]
        columns = [bytes((0, 1)), *(bytes(column) for column in zip(*classes, strict=True))]
        padded = b"".join(column.ljust(_ENDPOINTS, b"\0") for column in columns)
        self._send(Packet.INTERFACE_INFO, 0, struct.pack("<I", len(classes)) + padded)
        kinds, intervals = bytearray([_NO_ENDPOINT] * _ENDPOINTS), bytearray(_ENDPOINTS)
        interfaces, sizes = bytearray(_ENDPOINTS), [0] * _ENDPOINTS
        for address, kind, interface, size, interval in self._endpoints():
            at = _place(address)
            kinds[at], intervals[at], interfaces[at], sizes[at] = kind, interval, interface, size
        body = bytes(kinds + intervals + interfaces)
        if self._has(CAP_PACKET_SIZE):
            body += struct.pack(f"<{_ENDPOINTS}H", *sizes)
        self._send(Packet.EP_INFO, 0, body)

    def _endpoints(self) -> list[tuple[int, int, int, int, int]]:
        """Address, kind, interface, packet size and interval of each endpoint there is."""
        control, data = descriptors.COMMUNICATION_INTERFACE, descriptors.DATA_INTERFACE
        size = descriptors.CONTROL_PACKET_SIZE
        found = [
            (0, 0, 0, size, 0),
            (descriptors.IN, 0, 0, size, 0),
            (
                descriptors.NOTIFICATIONS,
                descriptors.INTERRUPT,
                control,
                descriptors.INTERRUPT_PACKET_SIZE,
                descriptors.INTERRUPT_INTERVAL,
            ),
        ]
        if self.function.alternate:
            size = descriptors.BULK_PACKET_SIZE
            pipes = (descriptors.BULK_IN, descriptors.BULK_OUT)
            found += [(address, descriptors.BULK, data, size, 0) for address in pipes]
        return found

    def serve(self) -> None:
        """Send the notifications and data that are there."""
        while self.is_receiving and (notification := self.function.interrupt_in()) is not None:
            head = _INTERRUPT.pack(descriptors.NOTIFICATIONS, Status.SUCCESS, len(notification))
            self._send(Packet.INTERRUPT, 0, head + notification)
        while self._reads:
            number, length = self._reads[0]
            data = self.function.bulk_in(length)
            if data is None:
                return
            self._reads.popleft()
            self._answer_bulk(number, descriptors.BULK_IN, Status.SUCCESS, len(data), data)

    # ------------------------------------------------------------------ from the guest

    def _reset(self, _number: int, _body: bytes) -> None:
        self.function.reset()
        self._reads.clear()

    def _set_configuration(self, number: int, body: bytes) -> None:
        answer = self.function.control(Setup(0, Standard.SET_CONFIGURATION, body[0]))
        self.is_receiving = False
        self._reads.clear()
        self._configuration_status(number, Status.STALL if answer is None else Status.SUCCESS)

    def _get_configuration(self, number: int, _body: bytes) -> None:
        self._configuration_status(number, Status.SUCCESS)

    def _configuration_status(self, number: int, status: Status) -> None:
        self._describe()
        body = bytes((status, self.function.configuration))
        self._send(Packet.CONFIGURATION_STATUS, number, body)

    def _set_alt_setting(self, number: int, body: bytes) -> None:
        interface, alternate = body[0], body[1]
        setup = Setup(INTERFACE, Standard.SET_INTERFACE, alternate, interface)
        answer = self.function.control(setup)
        self._reads.clear()
        status = Status.STALL if answer is None else Status.SUCCESS
        self._describe()
        self._send(Packet.ALT_SETTING_STATUS, number, bytes((status, interface, alternate)))

    def _get_alt_setting(self, number: int, body: bytes) -> None:
        interface = body[0]
        setup = Setup(TO_HOST | INTERFACE, Standard.GET_INTERFACE, 0, interface, 1)
        answer = self.function.control(setup)
        status = Status.STALL if answer is None else Status.SUCCESS
        alternate = 0 if answer is None else answer.data[0]
        self._send(Packet.ALT_SETTING_STATUS, number, bytes((status, interface, alternate)))

    def _start_receiving(self, number: int, body: bytes) -> None:
        is_ours = body[0] == descriptors.NOTIFICATIONS and bool(self.function.configuration)
        self.is_receiving = self.is_receiving or is_ours
        self._receiving_status(number, Status.SUCCESS if is_ours else Status.INVALID, body[0])

    def _stop_receiving(self, number: int, body: bytes) -> None:
        if body[0] == descriptors.NOTIFICATIONS:
            self.is_receiving = False
        self._receiving_status(number, Status.SUCCESS, body[0])

    def _receiving_status(self, number: int, status: Status, endpoint: int) -> None:
        self._send(Packet.INTERRUPT_RECEIVING_STATUS, number, bytes((status, endpoint)))

    def _control(self, number: int, body: bytes) -> None:
        endpoint, request, request_type, _, value, index, length = _CONTROL.unpack_from(body)
        setup = Setup(request_type, request, value, index, length)
        answer = self.function.control(setup, body[_CONTROL.size :])
        status = Status.STALL if answer is None else Status.SUCCESS
        data, record = (b"", None) if answer is None else (answer.data, answer.record)
        size = len(data) if setup.is_to_host else length
        head = _CONTROL.pack(endpoint, request, request_type, status, value, index, size)
        self._send(Packet.CONTROL, number, head, data, record)

    def _bulk(self, number: int, body: bytes) -> None:
        bulk = _WIDE_BULK if self._has(CAP_WIDE_BULK) else _NARROW_BULK
        endpoint, _, low, _, *high = bulk.unpack_from(body)
        length = low | (high[0] << 16 if high else 0)
        data = body[bulk.size :]
        if endpoint == descriptors.BULK_OUT and len(data) == length:
            taken = self.function.bulk_out(data)
            status = Status.SUCCESS if taken else Status.STALL
            self._answer_bulk(number, endpoint, status, length)
        elif endpoint == descriptors.BULK_IN and self.function.alternate and not data:
            if len(self._reads) < READS_MAX:
                self._reads.append((number, length))
            else:
                self._answer_bulk(number, endpoint, Status.IO_ERROR, 0)
        else:
            self._answer_bulk(number, endpoint, Status.INVALID, 0)

    def _answer_bulk(
        self, number: int, endpoint: int, status: Status, length: int, data: bytes = b""
    ) -> None:
        if self._has(CAP_WIDE_BULK):
            head = _WIDE_BULK.pack(endpoint, status, length & 0xFFFF, 0, length >> 16)
        else:
            head = _NARROW_BULK.pack(endpoint, status, length & 0xFFFF, 0)
        self._send(Packet.BULK, number, head + data)

    def _cancel(self, number: int, _body: bytes) -> None:
        """End a read that waits; what was answered already stays so."""
        for read in self._reads:
            if read[0] == number:
                self._reads.remove(read)
                self._answer_bulk(number, descriptors.BULK_IN, Status.CANCELLED, 0)
                return
