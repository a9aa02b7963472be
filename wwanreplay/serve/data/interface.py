"""A network interface of this machine for packets, where the transport has no data path.

A TUN has the packets of one IP session. A TAP is an Ethernet with all of them, as the network
device of Linux' cdc_mbim, with ARP besides.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
from pathlib import Path
from typing import Final, Protocol

from wwanreplay.errors import DeviceError, UsageError
from wwanreplay.mbim.usb.ntb import Datagram, Stream
from wwanreplay.serve.data import ethernet
from wwanreplay.serve.data.network import DataPath

_TUN: Final = Path("/dev/net/tun")
_TUNSETIFF: Final = 0x400454CA
_IFF_TUN, _IFF_TAP, _IFF_NO_PACKET_INFORMATION = 0x0001, 0x0002, 0x1000
#: In front of the name of a TAP.
TAP: Final = "tap:"
_NAME_SIZE: Final = 16
PACKET_MAX: Final = 65535
#: Packets that are read at a time, so that others have their turn.
_BURST: Final = 64


class Network(Protocol):
    """What is behind an interface: a `DataPath`, where the device is emulated."""

    def receive(self, datagram: Datagram) -> list[Datagram]:
        """Take a datagram of the host; return those that it leads to."""


class Networked(Protocol):
    """What is given the network of the served device."""

    network: Network | None


class NetInterface:
    """An interface in the network namespace of this process: `tap:NAME` is a TAP, NAME a TUN for
    one IP session.

    Its addresses are for the host to set, as on the interface of a modem. UsageError for a name
    that is none, DeviceError when it cannot be made.
    """

    def __init__(self, text: str, session: int = 0) -> None:
        self.is_ethernet = text.startswith(TAP)
        self.name = text.removeprefix(TAP)
        size = len(os.fsencode(self.name))
        if not 0 < size < _NAME_SIZE or any(each in "/:" or each.isspace() for each in self.name):
            raise UsageError(f"--net {text}: is no name of an interface (1 to 15 characters)")
        self.session = session
        self.network: Network | None = None
        self.descriptor = self._opened()

    def _opened(self) -> int:
        descriptor = -1
        try:
            descriptor = os.open(_TUN, os.O_RDWR | os.O_CLOEXEC | os.O_NONBLOCK)
            flags = _IFF_TAP if self.is_ethernet else _IFF_TUN
            flags |= _IFF_NO_PACKET_INFORMATION
            fcntl.ioctl(descriptor, _TUNSETIFF, struct.pack("16sH22x", self.name.encode(), flags))
        except OSError as error:
            if descriptor >= 0:
                os.close(descriptor)
            raise DeviceError(f"--net {self.name}: {_reason(error)}") from error
        return descriptor

    def exchange(self) -> None:
        """Take the packets that the host sent, and give it what they lead to."""
        for _ in range(_BURST):
            try:
                packet = os.read(self.descriptor, PACKET_MAX)
            except OSError as error:
                if error.errno in (errno.EAGAIN, errno.EIO):  # EIO: it is down
                    return
                raise DeviceError(f"{self.name}: {error.strerror}") from error
            for answer in self._answers(packet):
                self._write(answer)

    def _answers(self, packet: bytes) -> list[bytes]:
        if self.network is None:
            return []
        if self.is_ethernet:
            path = self.network
            return ethernet.respond(packet, path) if isinstance(path, DataPath) else []
        datagram = Datagram(Stream.IP, self.session, packet)
        return [each.data for each in self.network.receive(datagram)]

    def _write(self, packet: bytes) -> None:
        try:
            os.write(self.descriptor, packet)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EIO, errno.ENOBUFS, errno.EINVAL):
                raise DeviceError(f"{self.name}: {error.strerror}") from error

    def close(self) -> None:
        """Let the interface go."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


def _reason(error: OSError) -> str:
    if error.errno in (errno.EPERM, errno.EACCES):
        return (
            "a network interface needs CAP_NET_ADMIN: run as root, or in a namespace of your own "
            "(unshare -rn)"
        )
    if error.errno in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
        return f"{_TUN} is not there (modprobe tun)"
    if error.errno == errno.EBUSY:
        return "another process has an interface of that name"
    return f"{error.strerror or error}"
