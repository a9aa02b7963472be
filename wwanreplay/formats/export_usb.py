"""USB around MBIM messages: the requests of a bus capture, and the descriptors in front.

Layouts: Linux' `Documentation/usb/usbmon.rst` (the 64-byte header of link type 220), USB 2.0
chapter 9, CDC 1.2, and USB-IF's MBIM 1.0 section 6. The modem that the descriptors describe is
ours: identifiers for testing, no serial number.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from wwanreplay.mbim.fragments import CONTROL_MESSAGE_MAX

BUS: Final = 1
DEVICE: Final = 2
VENDOR_ID: Final = 0x1209  # pid.codes, whose product 1 is for tests
PRODUCT_ID: Final = 0x0001
MTU: Final = 1500

_HEADER = struct.Struct("<QBBBBHBBqiiII8siiII")
_SETUP = struct.Struct("<BBHHH")
_INTERRUPT, _CONTROL = 1, 2
_NOTIFICATIONS = 0x81  # the interrupt endpoint
_IN = 0x80
_PENDING = -115  # EINPROGRESS, of a request that was handed over
_NO_SETUP = ord("-")
_SEND_ENCAPSULATED = (0x21, 0x00)
_GET_ENCAPSULATED = (0xA1, 0x01)
_RESPONSE_AVAILABLE = _SETUP.pack(0xA1, 0x01, 0, 0, 0)

DEVICE_DESCRIPTOR: Final = struct.pack(
    "<BBHBBBBHHHBBBB", 18, 1, 0x0200, 0xEF, 2, 1, 64, VENDOR_ID, PRODUCT_ID, 0x0100, 0, 0, 0, 1
)


def _configuration() -> bytes:
    parts = (
        bytes((8, 11, 0, 2, 0x02, 0x0E, 0x00, 0)),  # both interfaces belong together
        bytes((9, 4, 0, 0, 1, 0x02, 0x0E, 0x00, 0)),  # communication interface of MBIM
        struct.pack("<BBBH", 5, 0x24, 0x00, 0x0110),  # CDC header
        bytes((5, 0x24, 0x06, 0, 1)),  # union
        struct.pack("<BBBHHBBHB", 12, 0x24, 0x1B, 0x0100, CONTROL_MESSAGE_MAX, 16, 128, MTU, 0x20),
        struct.pack("<BBBHBH", 8, 0x24, 0x1C, 0x0100, 16, MTU),  # MBIM extended
        struct.pack("<BBBBHB", 7, 5, _NOTIFICATIONS, 3, 16, 9),
        bytes((9, 4, 1, 0, 0, 0x0A, 0x00, 0x02, 0)),  # data interface, closed
        bytes((9, 4, 1, 1, 2, 0x0A, 0x00, 0x02, 0)),  # and with its pipes
        struct.pack("<BBBBHB", 7, 5, 0x82, 2, 512, 0),
        struct.pack("<BBBBHB", 7, 5, 0x01, 2, 512, 0),
    )
    body = b"".join(parts)
    return struct.pack("<BBHBBBBB", 9, 2, 9 + len(body), 2, 1, 0, 0x80, 250) + body


CONFIGURATION_DESCRIPTOR: Final = _configuration()


class Bus:
    """Makes the packets of a capture with link type 220 (Linux usbmon, 64-byte header)."""

    def __init__(self) -> None:
        self._number = 0

    def enumeration(self, time_ns: int) -> Iterator[bytes]:
        """The host reads the descriptors and chooses the configuration."""
        for value, descriptor in ((0x0100, DEVICE_DESCRIPTOR), (0x0200, CONFIGURATION_DESCRIPTOR)):
            setup = _SETUP.pack(0x80, 6, value, 0, len(descriptor))
            yield from self._control_in(setup, descriptor, time_ns)
        yield from self._control_out(_SETUP.pack(0x00, 9, 1, 0, 0), b"", time_ns)

    def to_device(self, data: bytes, time_ns: int) -> list[bytes]:
        """SEND_ENCAPSULATED_COMMAND; the first packet has the bytes."""
        setup = _SETUP.pack(*_SEND_ENCAPSULATED, 0, 0, min(len(data), 0xFFFF))
        return self._control_out(setup, data, time_ns)

    def to_host(self, data: bytes, time_ns: int) -> list[bytes]:
        """RESPONSE_AVAILABLE, then GET_ENCAPSULATED_RESPONSE; the last packet has the bytes."""
        self._number += 1
        waiting = self._packet("S", _INTERRUPT, _NOTIFICATIONS, time_ns, 16, status=_PENDING)
        available = self._packet("C", _INTERRUPT, _NOTIFICATIONS, time_ns, 8, _RESPONSE_AVAILABLE)
        room = min(max(len(data), CONTROL_MESSAGE_MAX), 0xFFFF)
        setup = _SETUP.pack(*_GET_ENCAPSULATED, 0, 0, room)
        return [waiting, available, *self._control_in(setup, data, time_ns)]

    def _control_out(self, setup: bytes, data: bytes, time_ns: int) -> list[bytes]:
        self._number += 1
        return [
            self._packet("S", _CONTROL, 0, time_ns, len(data), data, setup, _PENDING),
            self._packet("C", _CONTROL, 0, time_ns, len(data)),
        ]

    def _control_in(self, setup: bytes, data: bytes, time_ns: int) -> list[bytes]:
        self._number += 1
        room = _SETUP.unpack(setup)[4]
        return [
            self._packet("S", _CONTROL, _IN, time_ns, room, b"", setup, _PENDING),
            self._packet("C", _CONTROL, _IN, time_ns, len(data), data),
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
        no_data = 0 if data else ord("<" if endpoint & _IN else ">")
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
