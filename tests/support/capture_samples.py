"""Captures built byte by byte, for the tests of the capture readers."""

import struct
import uuid

USER0, USB_LINUX, USB_MMAPPED, USBPCAP, ETW, ETHERNET = 147, 189, 220, 249, 290, 1
CONTROL, INTERRUPT, BULK = 2, 1, 3
TIME_NS = 1_700_000_000_123_456_000


def pcap(link: int, *packets: bytes, order: str = "<", nano: bool = False, cut: int = 0) -> bytes:
    """A pcap file; `cut` is how many bytes of each packet were not captured."""
    out = struct.pack(
        f"{order}IHHiIII", 0xA1B23C4D if nano else 0xA1B2C3D4, 2, 4, 0, 0, 65535, link
    )
    for number, data in enumerate(packets):
        time_ns = TIME_NS + number * 1_000_000
        fraction = time_ns % 10**9 // (1 if nano else 1000)
        kept = data[: len(data) - cut]
        out += struct.pack(f"{order}IIII", time_ns // 10**9, fraction, len(kept), len(data)) + kept
    return out


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += bytes(-len(body) % 4)
    return (
        struct.pack(f"{order}II", kind, len(body) + 12)
        + body
        + struct.pack(f"{order}I", len(body) + 12)
    )


def section(order: str = "<") -> bytes:
    return block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def option(code: int, value: bytes, order: str = "<") -> bytes:
    return struct.pack(f"{order}HH", code, len(value)) + value + bytes(-len(value) % 4)


def interface(link: int, order: str = "<", name: str = "", resolution: int | None = None) -> bytes:
    options = option(2, name.encode(), order) if name else b""
    if resolution is not None:
        options += option(9, bytes((resolution,)), order)
    options += option(0, b"", order) if options else b""
    return block(1, struct.pack(f"{order}HHI", link, 0, 0) + options, order)


def packet(
    data: bytes, number: int = 0, ticks: int = TIME_NS // 1000, order: str = "<", cut: int = 0
) -> bytes:
    kept = data[: len(data) - cut]
    head = struct.pack(
        f"{order}IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(kept), len(data)
    )
    return block(6, head + kept + bytes(-len(kept) % 4), order)


def pcapng(link: int, *packets: bytes, order: str = "<") -> bytes:
    return (
        section(order)
        + interface(link, order)
        + b"".join(packet(each, order=order) for each in packets)
    )


def usbmon(
    kind: str,
    transfer: int,
    endpoint: int,
    data: bytes = b"",
    setup: bytes | None = None,
    *,
    key: int = 7,
    length: int | None = None,
    status: int = 0,
    size: int = 64,
    order: str = "<",
) -> bytes:
    """A packet of link type 220, or of 189 with `size` 48."""
    head = struct.pack(
        f"{order}QBBBBHBBqiiII",
        key,
        ord(kind),
        transfer,
        endpoint,
        5,
        2,
        0 if setup else ord("-"),
        0 if data else ord("<"),
        1_700_000_000,
        0,
        status,
        len(data) if length is None else length,
        len(data),
    )
    return (head + (setup or bytes(8))).ljust(size, b"\0") + data


def usbpcap(
    info: int,
    transfer: int,
    endpoint: int,
    data: bytes = b"",
    stage: int | None = None,
    *,
    key: int = 7,
    status: int = 0,
) -> bytes:
    """A packet of link type 249."""
    size = 27 + (stage is not None)
    head = struct.pack(
        "<HQIHBHHBBI", size, key, status, 8, info, 2, 5, endpoint, transfer, len(data)
    )
    return head + (b"" if stage is None else bytes((stage,))) + data


def send_setup(size: int, interface: int = 0) -> bytes:
    return struct.pack("<BBHHH", 0x21, 0, 0, interface, size)


GET_SETUP = struct.pack("<BBHHH", 0xA1, 1, 0, 0, 4096)
AVAILABLE = bytes.fromhex("a101000000000000")


def usbmon_session(*messages: bytes, **form: object) -> list[bytes]:
    """Packets of messages to and from the device, as usbmon has them."""
    packets = []
    for key, data in enumerate(messages):
        if not data[3] & 0x80:
            packets.append(usbmon("S", CONTROL, 0, data, send_setup(len(data)), key=key, **form))  # type: ignore[arg-type]
            packets.append(usbmon("C", CONTROL, 0, length=len(data), key=key, **form))  # type: ignore[arg-type]
        else:
            packets.append(usbmon("C", INTERRUPT, 0x81, AVAILABLE, key=99, **form))  # type: ignore[arg-type]
            packets.append(usbmon("S", CONTROL, 0x80, b"", GET_SETUP, length=4096, key=key, **form))  # type: ignore[arg-type]
            packets.append(usbmon("C", CONTROL, 0x80, data, key=key, **form))  # type: ignore[arg-type]
    return packets


def usbpcap_session(*messages: bytes, old: bool = False) -> list[bytes]:
    """The same as USBPcap has them; older versions have the data in a packet of their own."""
    packets = []
    for key, data in enumerate(messages):
        if not data[3] & 0x80:
            setup = send_setup(len(data))
            if old:
                packets.append(usbpcap(0, CONTROL, 0, setup, 0, key=key))
                packets.append(usbpcap(0, CONTROL, 0, data, 1, key=key))
            else:
                packets.append(usbpcap(0, CONTROL, 0, setup + data, 0, key=key))
            packets.append(usbpcap(1, CONTROL, 0, b"", 3, key=key))
        else:
            packets.append(usbpcap(1, INTERRUPT, 0x81, AVAILABLE, key=99))
            packets.append(usbpcap(0, CONTROL, 0x80, GET_SETUP, 0, key=key))
            packets.append(usbpcap(1, CONTROL, 0x80, data, 3, key=key))
    return packets


OPN = uuid.UUID("a42fe227-a7bf-4483-a502-6bcda428cd96")


def etw(provider: uuid.UUID, user: bytes = b"", message: str = "", name: str = "") -> bytes:
    """A record of link type 290."""
    file_time = TIME_NS // 100 + 116_444_736_000_000_000
    head = struct.pack("<HHHHIIq", 0x60, 0, 0, 0, 44, 4, file_time) + provider.bytes_le + bytes(40)
    texts = [text.encode("utf-16-le") + b"\0\0" if text else b"" for text in (message, name)]
    out = head + bytes(4) + struct.pack("<III", len(user), len(texts[0]), len(texts[1]))
    for part in (user, *texts):
        out += part + bytes(-len(part) % 4)
    return out
