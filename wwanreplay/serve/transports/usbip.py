"""USB/IP: the served modem for `usbip attach` on any Linux, over TCP.

Numbers are big-endian. The protocol is described in Linux' `Documentation/usb/usbip_protocol.rst`,
version 1.1.1. It knows neither users nor secrets: who reaches the port has the device.
"""

from __future__ import annotations

import errno
import ipaddress
import struct
from collections import OrderedDict
from enum import IntEnum
from typing import Final

from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.mbim.usb import descriptors
from wwanreplay.mbim.usb.requests import SETUP_SIZE, Setup
from wwanreplay.serve.transports.base import Arrival, Comment, Departure
from wwanreplay.serve.transports.sockets import Peer, Sockets, listen_on
from wwanreplay.serve.transports.usb import UsbTransport
from wwanreplay.serve.usb.function import UsbFunction

#: The registered port.
PORT: Final = 3240
VERSION: Final = 0x0111
BUS_ID: Final = "1-1"
_BUS, _DEVICE, _SPEED_HIGH = 1, 2, 3
_PATH = "/sys/devices/platform/wwanreplay/usb1/1-1"


class Operation(IntEnum):
    """What a client asks before it has the device; answers lack the high bit."""

    LIST = 0x8005
    IMPORT = 0x8003


class Command(IntEnum):
    """Packets of a client that has the device, and their answers."""

    SUBMIT = 1
    UNLINK = 2
    RETURNED = 3
    UNLINKED = 4


_OK, _UNAVAILABLE = 0, 1
_OPERATION = struct.Struct(">HHI")
_DEVICE_ROW = struct.Struct(">256s32sIIIHHHBBBBBB")
_HEAD = struct.Struct(">IIIII")  # command, number, device, direction, endpoint
_SUBMIT = struct.Struct(">IiiiI8s")  # flags, length, frame, packets, interval, setup
_RETURNED = struct.Struct(">iiiiI8x")  # status, length, frame, packets, errors
_UNLINK = struct.Struct(">I24x")
_UNLINKED = struct.Struct(">i24x")
_PACKET_SIZE: Final = _HEAD.size + _SUBMIT.size
_IN = 1
#: The longest transfer that is taken.
TRANSFER_MAX: Final = 1 << 20
#: Reads that may wait for data.
READS_MAX: Final = 1024


def address_of(text: str, *, is_remote_allowed: bool = False) -> tuple[str, int]:
    """Host and port of `HOST`, `HOST:PORT` or `[IPv6]:PORT`; the registered port without one.

    UsageError for one that is none, and for a host that others reach unless that is allowed.
    """
    host, separator, port = text.rpartition(":")
    if not separator or (":" in host and not host.startswith("[")) or text.endswith("]"):
        host, port = text, str(PORT)
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isdecimal() or int(port) > 0xFFFF:
        raise UsageError(f"--usbip {text}: give HOST:PORT, such as 127.0.0.1:{PORT}")
    if not is_remote_allowed and not _is_loopback(host):
        raise UsageError(
            f"--usbip {text}: others reach that address, and USB/IP asks nobody who they are; "
            "--usbip-remote allows it"
        )
    return host, int(port)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class UsbIpTransport(UsbTransport["_Importer"]):
    """A TCP port, and the one client that has the device; others may list it meanwhile."""

    def __init__(self, host: str, port: int, function: UsbFunction) -> None:
        super().__init__(function, Sockets(listen_on(host, port)))

    @property
    def address(self) -> str:
        """Host and port."""
        host, port = self._sockets.listener.getsockname()[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def receive(self, time_ns: int) -> list[Arrival] | None:  # noqa: ARG002 - a stream needs it
        """Take what clients sent; None when there was nothing."""
        peers = list(self._sockets.read())
        arrivals: list[Arrival] = []
        for peer in peers:
            try:
                self._take(peer)
            except DecodeError as error:
                arrivals.append(Comment(f"USB/IP: {error}; the connection is closed"))
                peer.is_closing = True
            arrivals += self.function.take_arrivals()
            if peer.is_closing and self._host is not None and peer is self._host.peer:
                departure = self.hang_up()
                arrivals += [] if departure is None else [departure]
        return arrivals if peers else None

    def _take(self, peer: Peer) -> None:
        if self._host is not None and peer is self._host.peer:
            self._host.take()
            return
        while not peer.is_closing and len(peer.incoming) >= _OPERATION.size:
            version, operation, _ = _OPERATION.unpack_from(peer.incoming)
            if version != VERSION:
                raise DecodeError(
                    f"is {version:#06x}, not {VERSION:#06x}", structure="operation", field="version"
                )
            if operation == Operation.LIST:
                peer.send(self._list())
                peer.is_closing = True
                return
            if operation != Operation.IMPORT:
                raise DecodeError(f"is {operation:#06x}", structure="operation", field="code")
            if len(peer.incoming) < _OPERATION.size + 32:
                return
            wanted = bytes(peer.incoming[_OPERATION.size : _OPERATION.size + 32]).split(b"\0")[0]
            del peer.incoming[: _OPERATION.size + 32]
            self._import(peer, wanted)
            return

    def _row(self) -> bytes:
        device = self.function.descriptors.device
        return _DEVICE_ROW.pack(
            _PATH.encode(),
            BUS_ID.encode(),
            _BUS,
            _DEVICE,
            _SPEED_HIGH,
            descriptors.VENDOR_ID,
            descriptors.PRODUCT_ID,
            descriptors.DEVICE_VERSION,
            *device[4:7],
            self.function.configuration,
            1,
            2,
        )

    def _list(self) -> bytes:
        """The devices that a client may have: ours, while nobody has it."""
        head = _OPERATION.pack(VERSION, Operation.LIST & 0x7FFF, _OK)
        if self._host is not None or not self.is_plugged:
            return head + struct.pack(">I", 0)
        classes = (descriptors.COMMUNICATION_CLASS, descriptors.DATA_CLASS)
        rows = b"".join(bytes((*each, 0)) for each in classes)
        return head + struct.pack(">I", 1) + self._row() + rows

    def _import(self, peer: Peer, wanted: bytes) -> None:
        code = Operation.IMPORT & 0x7FFF
        if self._host is not None or not self.is_plugged or wanted != BUS_ID.encode():
            peer.send(_OPERATION.pack(VERSION, code, _UNAVAILABLE))
            peer.is_closing = True
            return
        peer.send(_OPERATION.pack(VERSION, code, _OK) + self._row())
        self._host = _Importer(peer, self.function)
        self._host.take()

    def unplug(self) -> Departure | None:
        """Take the device from its client: the protocol ends the connection for that."""
        self.is_plugged = False
        return self.hang_up()

    def plug(self) -> None:
        """Let clients have the device again; they attach anew."""
        self.is_plugged = True

    def close(self) -> None:
        """Close all sockets."""
        self._sockets.close()


class _Importer:
    """The client that has the device."""

    def __init__(self, peer: Peer, function: UsbFunction) -> None:
        self.peer = peer
        self.function = function
        self._notifications: OrderedDict[int, int] = OrderedDict()  # number, length
        self._reads: OrderedDict[int, int] = OrderedDict()

    def take(self) -> None:
        """Take the packets that are whole; DecodeError for what is none."""
        incoming = self.peer.incoming
        while len(incoming) >= _PACKET_SIZE:
            command, number, _, direction, endpoint = _HEAD.unpack_from(incoming)
            body = bytes(incoming[_HEAD.size : _PACKET_SIZE])
            if command == Command.UNLINK:
                del incoming[:_PACKET_SIZE]
                self._unlink(number, _UNLINK.unpack(body)[0])
                continue
            if command != Command.SUBMIT:
                raise DecodeError(f"is {command}", structure="packet", field="command")
            _, length, _, _, _, setup = _SUBMIT.unpack(body)
            if not 0 <= length <= TRANSFER_MAX:
                raise DecodeError(
                    f"is {length}, not from 0 to {TRANSFER_MAX}",
                    structure="CMD_SUBMIT",
                    field="transfer_buffer_length",
                )
            end = _PACKET_SIZE + (0 if direction == _IN else length)
            if len(incoming) < end:
                return
            data = bytes(incoming[_PACKET_SIZE:end])
            del incoming[:end]
            self._submit(number, direction, endpoint, length, setup, data)

    def _submit(
        self, number: int, direction: int, endpoint: int, length: int, setup: bytes, data: bytes
    ) -> None:
        address = endpoint | (descriptors.IN if direction == _IN else 0)
        if endpoint == 0:
            self._control(number, length, setup, data)
        elif address == descriptors.BULK_OUT:
            taken = self.function.bulk_out(data)
            self._return(number, 0 if taken else -errno.EPIPE, b"", length if taken else 0)
        elif address in (descriptors.BULK_IN, descriptors.NOTIFICATIONS):
            waiting = self._reads if address == descriptors.BULK_IN else self._notifications
            if len(waiting) < READS_MAX and self.function.configuration:
                waiting[number] = length
            else:
                self._return(number, -errno.EPIPE, b"")
        else:
            self._return(number, -errno.EPIPE, b"")

    def _control(self, number: int, length: int, setup: bytes, data: bytes) -> None:
        assert len(setup) == SETUP_SIZE
        request = Setup.from_bytes(setup)
        answer = self.function.control(request, data)
        if answer is None:
            self._return(number, -errno.EPIPE, b"")
        elif request.is_to_host:
            self._return(number, 0, answer.data[:length], record=answer.record)
        else:
            self._return(number, 0, b"", length)

    def serve(self) -> None:
        """Answer the reads for which there is something."""
        while self._notifications and (data := self.function.interrupt_in()) is not None:
            number, length = self._notifications.popitem(last=False)
            self._return(number, 0, data[:length])
        while self._reads:
            number, length = next(iter(self._reads.items()))
            block = self.function.bulk_in(length)
            if block is None:
                return
            del self._reads[number]
            self._return(number, 0, block)

    def _return(
        self,
        number: int,
        status: int,
        data: bytes,
        length: int | None = None,
        record: int | None = None,
    ) -> None:
        """Answer a SUBMIT; `length` is that of what the client wrote."""
        head = _HEAD.pack(Command.RETURNED, number, 0, 0, 0)
        size = len(data) if length is None else length
        self.peer.send(head + _RETURNED.pack(status, size, 0, 0, 0), data, record)

    def _unlink(self, number: int, unlinked: int) -> None:
        """End a read that waits; 0 says that it was answered already."""
        found = [each.pop(unlinked, None) for each in (self._reads, self._notifications)]
        status = 0 if found == [None, None] else -errno.ECONNRESET
        head = _HEAD.pack(Command.UNLINKED, number, 0, 0, 0)
        self.peer.send(head + _UNLINKED.pack(status))
