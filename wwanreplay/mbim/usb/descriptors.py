"""The USB descriptors of a modem, from rows of named members.

Layouts: USB 2.0 chapter 9, the interface association of its ECN, USB CDC 1.2 and USB-IF's MBIM 1.0
section 6. The modem that they describe is ours: identifiers for testing, no serial number.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from wwanreplay.errors import UsageError
from wwanreplay.mbim.fragments import CONTROL_MESSAGE_MAX, CONTROL_TRANSFER_MIN

VENDOR_ID: Final = 0x1209  # pid.codes, whose product 1 is for tests
PRODUCT_ID: Final = 0x0001
DEVICE_VERSION: Final = 0x0100
MANUFACTURER: Final = "wwanreplay"
PRODUCT: Final = "Emulated MBIM modem"
#: The longest datagram, bytes: wMaxSegmentSize.
MTU: Final = 1500

COMMUNICATION_INTERFACE: Final = 0
DATA_INTERFACE: Final = 1
CONFIGURATION: Final = 1
#: The endpoints: notifications, and data both ways.
NOTIFICATIONS: Final = 0x81
BULK_IN: Final = 0x82
BULK_OUT: Final = 0x01
IN: Final = 0x80
INTERRUPT_PACKET_SIZE: Final = 16
INTERRUPT_INTERVAL: Final = 9
BULK_PACKET_SIZE: Final = 512
CONTROL_PACKET_SIZE: Final = 64

DEVICE, CONFIGURED, STRING = 1, 2, 3
#: Members: name, and size in bytes; bLength and bDescriptorType are put in front.
_LAYOUTS: Final = {
    "device": (
        DEVICE,
        "bcdUSB:2 bDeviceClass:1 bDeviceSubClass:1 bDeviceProtocol:1 bMaxPacketSize0:1 idVendor:2"
        " idProduct:2 bcdDevice:2 iManufacturer:1 iProduct:1 iSerialNumber:1 bNumConfigurations:1",
    ),
    "configuration": (
        CONFIGURED,
        "wTotalLength:2 bNumInterfaces:1 bConfigurationValue:1 iConfiguration:1 bmAttributes:1"
        " bMaxPower:1",
    ),
    "association": (
        11,
        "bFirstInterface:1 bInterfaceCount:1 bFunctionClass:1 bFunctionSubClass:1"
        " bFunctionProtocol:1 iFunction:1",
    ),
    "interface": (
        4,
        "bInterfaceNumber:1 bAlternateSetting:1 bNumEndpoints:1 bInterfaceClass:1"
        " bInterfaceSubClass:1 bInterfaceProtocol:1 iInterface:1",
    ),
    "endpoint": (5, "bEndpointAddress:1 bmAttributes:1 wMaxPacketSize:2 bInterval:1"),
    "cdc header": (0x24, "bDescriptorSubtype:1 bcdCDC:2"),
    "union": (0x24, "bDescriptorSubtype:1 bControlInterface:1 bSubordinateInterface0:1"),
    "mbim": (
        0x24,
        "bDescriptorSubtype:1 bcdMBIMVersion:2 wMaxControlMessage:2 bNumberFilters:1"
        " bMaxFilterSize:1 wMaxSegmentSize:2 bmNetworkCapabilities:1",
    ),
    "mbim extended": (
        0x24,
        "bDescriptorSubtype:1 bcdMBIMExtendedVersion:2 bMaxOutstandingCommandMessages:1 wMTU:2",
    ),
}


def _members(names: str) -> list[tuple[str, int]]:
    """Names and sizes of a row."""
    return [(name, int(size)) for name, _, size in (each.partition(":") for each in names.split())]


def descriptor(kind: str, **values: int) -> bytes:
    """One descriptor; members that are not given are 0, and others than its own are an error."""
    number, names = _LAYOUTS[kind]
    members = _members(names)
    if unknown := values.keys() - {name for name, _ in members}:
        raise KeyError(f"{kind} descriptor has no {', '.join(sorted(unknown))}")
    body = b"".join(values.get(name, 0).to_bytes(size, "little") for name, size in members)
    return bytes((2 + len(body), number)) + body


def _interface(number: int, alternate: int, endpoints: int, kind: tuple[int, int, int]) -> bytes:
    return descriptor(
        "interface",
        bInterfaceNumber=number,
        bAlternateSetting=alternate,
        bNumEndpoints=endpoints,
        bInterfaceClass=kind[0],
        bInterfaceSubClass=kind[1],
        bInterfaceProtocol=kind[2],
    )


def _endpoint(address: int, attributes: int, packet_size: int, interval: int = 0) -> bytes:
    return descriptor(
        "endpoint",
        bEndpointAddress=address,
        bmAttributes=attributes,
        wMaxPacketSize=packet_size,
        bInterval=interval,
    )


#: bmAttributes of endpoints.
BULK, INTERRUPT = 2, 3
#: Class, subclass and protocol of both interfaces.
COMMUNICATION_CLASS: Final = (0x02, 0x0E, 0x00)
DATA_CLASS: Final = (0x0A, 0x00, 0x02)
#: bmNetworkCapabilities: GET and SET_MAX_DATAGRAM_SIZE, and the input size of 8 bytes.
_CAPABILITIES: Final = 0x08 | 0x20


@dataclass(frozen=True, slots=True)
class Descriptors:
    """The descriptors of one modem, and how it names itself.

    `control_message_max` is wMaxControlMessage, from 64 to 65535 bytes.
    """

    control_message_max: int = CONTROL_MESSAGE_MAX
    manufacturer: str = MANUFACTURER
    product: str = PRODUCT

    def __post_init__(self) -> None:
        if not CONTROL_TRANSFER_MIN <= self.control_message_max <= 0xFFFF:
            raise UsageError(
                f"wMaxControlMessage {self.control_message_max} is not from "
                f"{CONTROL_TRANSFER_MIN} to 65535"
            )

    @property
    def device(self) -> bytes:
        """The device descriptor: a high-speed device of interfaces that belong together."""
        return descriptor(
            "device",
            bcdUSB=0x0200,
            bDeviceClass=0xEF,
            bDeviceSubClass=2,
            bDeviceProtocol=1,
            bMaxPacketSize0=CONTROL_PACKET_SIZE,
            idVendor=VENDOR_ID,
            idProduct=PRODUCT_ID,
            bcdDevice=DEVICE_VERSION,
            iManufacturer=1,
            iProduct=2,
            bNumConfigurations=1,
        )

    @property
    def configuration(self) -> bytes:
        """The configuration descriptor with all that belongs to it."""
        parts = (
            descriptor(
                "association",
                bFirstInterface=COMMUNICATION_INTERFACE,
                bInterfaceCount=2,
                bFunctionClass=COMMUNICATION_CLASS[0],
                bFunctionSubClass=COMMUNICATION_CLASS[1],
                bFunctionProtocol=COMMUNICATION_CLASS[2],
            ),
            _interface(COMMUNICATION_INTERFACE, 0, 1, COMMUNICATION_CLASS),
            descriptor("cdc header", bDescriptorSubtype=0x00, bcdCDC=0x0110),
            descriptor(
                "union",
                bDescriptorSubtype=0x06,
                bControlInterface=COMMUNICATION_INTERFACE,
                bSubordinateInterface0=DATA_INTERFACE,
            ),
            descriptor(
                "mbim",
                bDescriptorSubtype=0x1B,
                bcdMBIMVersion=0x0100,
                wMaxControlMessage=self.control_message_max,
                bNumberFilters=16,
                bMaxFilterSize=128,
                wMaxSegmentSize=MTU,
                bmNetworkCapabilities=_CAPABILITIES,
            ),
            descriptor(
                "mbim extended",
                bDescriptorSubtype=0x1C,
                bcdMBIMExtendedVersion=0x0100,
                bMaxOutstandingCommandMessages=16,
                wMTU=MTU,
            ),
            _endpoint(NOTIFICATIONS, INTERRUPT, INTERRUPT_PACKET_SIZE, INTERRUPT_INTERVAL),
            _interface(DATA_INTERFACE, 0, 0, DATA_CLASS),  # closed
            _interface(DATA_INTERFACE, 1, 2, DATA_CLASS),  # and with its pipes
            _endpoint(BULK_IN, BULK, BULK_PACKET_SIZE),
            _endpoint(BULK_OUT, BULK, BULK_PACKET_SIZE),
        )
        body = b"".join(parts)
        head = descriptor(
            "configuration",
            wTotalLength=9 + len(body),
            bNumInterfaces=2,
            bConfigurationValue=CONFIGURATION,
            bmAttributes=0x80,
            bMaxPower=250,
        )
        return head + body

    def string(self, index: int) -> bytes | None:
        """A string descriptor, None for one that there is not; 0 lists the languages."""
        if index == 0:
            return struct.pack("<BBH", 4, STRING, 0x0409)
        texts = {1: self.manufacturer, 2: self.product}
        if index not in texts:
            return None
        data = texts[index].encode("utf-16-le")[:252]
        return bytes((2 + len(data), STRING)) + data

    def find(self, kind: int, index: int) -> bytes | None:
        """The descriptor that GET_DESCRIPTOR names, None for one that there is not."""
        if kind == DEVICE and index == 0:
            return self.device
        if kind == CONFIGURED and index == 0:
            return self.configuration
        return self.string(index) if kind == STRING else None
