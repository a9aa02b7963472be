"""Control requests of USB 2.0 (9.4), CDC 1.2 (6.2), NCM 1.0 (6.2) and MBIM 1.0 (section 6)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Self

_SETUP: Final = struct.Struct("<BBHHH")
SETUP_SIZE: Final = _SETUP.size

#: bmRequestType: where to, what kind, and for whom.
TO_HOST: Final = 0x80
CLASS: Final = 0x20
INTERFACE: Final = 0x01
CLASS_OUT: Final = CLASS | INTERFACE
CLASS_IN: Final = TO_HOST | CLASS | INTERFACE


class Standard(IntEnum):
    """Requests that every device has."""

    GET_STATUS = 0
    CLEAR_FEATURE = 1
    SET_FEATURE = 3
    SET_ADDRESS = 5
    GET_DESCRIPTOR = 6
    SET_DESCRIPTOR = 7
    GET_CONFIGURATION = 8
    SET_CONFIGURATION = 9
    GET_INTERFACE = 10
    SET_INTERFACE = 11


class Request(IntEnum):
    """Requests of the class, to the communication interface."""

    SEND_ENCAPSULATED_COMMAND = 0x00
    GET_ENCAPSULATED_RESPONSE = 0x01
    RESET_FUNCTION = 0x05
    GET_NTB_PARAMETERS = 0x80
    GET_NTB_FORMAT = 0x83
    SET_NTB_FORMAT = 0x84
    GET_NTB_INPUT_SIZE = 0x85
    SET_NTB_INPUT_SIZE = 0x86
    GET_MAX_DATAGRAM_SIZE = 0x87
    SET_MAX_DATAGRAM_SIZE = 0x88
    GET_CRC_MODE = 0x89
    SET_CRC_MODE = 0x8A

    @property
    def is_to_host(self) -> bool:
        """Whether the function answers with data."""
        return self.name.startswith("GET")


@dataclass(frozen=True, slots=True)
class Setup:
    """A setup packet; `length` is how many bytes follow, or how many the host takes at most."""

    request_type: int
    request: int
    value: int = 0
    index: int = 0
    length: int = 0

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The setup packet in 8 bytes."""
        return cls(*_SETUP.unpack(data))

    def to_bytes(self) -> bytes:
        """The 8 bytes."""
        return _SETUP.pack(self.request_type, self.request, self.value, self.index, self.length)

    @property
    def is_to_host(self) -> bool:
        """Whether the device answers with data."""
        return bool(self.request_type & TO_HOST)


def response_available(interface: int) -> bytes:
    """The notification that one response waits (CDC 1.2, 6.3.1)."""
    return Setup(CLASS_IN, 0x01, 0, interface).to_bytes()
