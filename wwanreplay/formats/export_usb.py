"""USB around MBIM messages: the requests of a bus capture, and the descriptors in front.

Layout: Linux' `Documentation/usb/usbmon.rst` (the 64-byte header of link type 220).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from wwanreplay.mbim.fragments import CONTROL_MESSAGE_MAX
from wwanreplay.mbim.usb.descriptors import (
    COMMUNICATION_INTERFACE,
    CONFIGURATION,
    IN,
    NOTIFICATIONS,
    Descriptors,
)
from wwanreplay.mbim.usb.requests import (
    CLASS_IN,
    CLASS_OUT,
    Request,
    Setup,
    Standard,
    response_available,
)

BUS: Final = 1
DEVICE: Final = 2

_HEADER = struct.Struct("<QBBBBHBBqiiII8siiII")
_INTERRUPT, _CONTROL = 1, 2
_PENDING = -115  # EINPROGRESS, of a request that was handed over
_NO_SETUP = ord("-")
_RESPONSE_AVAILABLE = response_available(COMMUNICATION_INTERFACE)

_DESCRIPTORS = Descriptors()
DEVICE_DESCRIPTOR: Final = _DESCRIPTORS.device
CONFIGURATION_DESCRIPTOR: Final = _DESCRIPTORS.configuration


class Bus:
    """Makes the packets of a capture with link type 220 (Linux usbmon, 64-byte header)."""

    def __init__(self) -> None:
        self._number = 0

    def enumeration(self, time_ns: int) -> Iterator[bytes]:
        """The host reads the descriptors and chooses the configuration."""
        for value, descriptor in ((0x0100, DEVICE_DESCRIPTOR), (0x0200, CONFIGURATION_DESCRIPTOR)):
            setup = Setup(IN, Standard.GET_DESCRIPTOR, value, 0, len(descriptor)).to_bytes()
            yield from self._control_in(setup, descriptor, time_ns)
        setup = Setup(0, Standard.SET_CONFIGURATION, CONFIGURATION).to_bytes()
        yield from self._control_out(setup, b"", time_ns)

    def to_device(self, data: bytes, time_ns: int) -> list[bytes]:
        """SEND_ENCAPSULATED_COMMAND; the first packet has the bytes."""
        command = Request.SEND_ENCAPSULATED_COMMAND
        setup = Setup(CLASS_OUT, command, length=min(len(data), 0xFFFF))
        return self._control_out(setup.to_bytes(), data, time_ns)

    def to_host(self, data: bytes, time_ns: int) -> list[bytes]:
        """RESPONSE_AVAILABLE, then GET_ENCAPSULATED_RESPONSE; the last packet has the bytes."""
        self._number += 1
        waiting = self._packet("S", _INTERRUPT, NOTIFICATIONS, time_ns, 16, status=_PENDING)
        available = self._packet("C", _INTERRUPT, NOTIFICATIONS, time_ns, 8, _RESPONSE_AVAILABLE)
        room = min(max(len(data), CONTROL_MESSAGE_MAX), 0xFFFF)
        setup = Setup(CLASS_IN, Request.GET_ENCAPSULATED_RESPONSE, length=room).to_bytes()
        return [waiting, available, *self._control_in(setup, data, time_ns)]

    def _control_out(self, setup: bytes, data: bytes, time_ns: int) -> list[bytes]:
        self._number += 1
        return [
            self._packet("S", _CONTROL, 0, time_ns, len(data), data, setup, _PENDING),
            self._packet("C", _CONTROL, 0, time_ns, len(data)),
        ]

    def _control_in(self, setup: bytes, data: bytes, time_ns: int) -> list[bytes]:
        self._number += 1
        room = Setup.from_bytes(setup).length
        return [
            self._packet("S", _CONTROL, IN, time_ns, room, b"", setup, _PENDING),
            self._packet("C", _CONTROL, IN, time_ns, len(data), data),
        ]

    def _packet(
        self,
        kind: str,
        transfer: int,
        endpoint: int,
        time_ns: int,
        length: int,
        data: bytes = b"",
        setup: bytes | None = None,
        status: int = 0,
    ) -> bytes:
        seconds, rest_ns = divmod(time_ns, 10**9)
        no_data = 0 if data else ord("<" if endpoint & IN else ">")
        header = _HEADER.pack(
            0xFFFF_8880_0000_0000 + 0x100 * self._number,
            ord(kind),
            transfer,
            endpoint,
            DEVICE,
            BUS,
            _NO_SETUP if setup is None else 0,
            no_data,
            seconds,
            rest_ns // 1000,
            status,
            length,
            len(data),
            bytes(8) if setup is None else setup,
            9 if transfer == _INTERRUPT else 0,
            0,
            0,
            0,
        )
        return header + data
