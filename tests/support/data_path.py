"""Packets of a host for the tests of the data path, and what reads the answers."""

import struct
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface
from pathlib import Path

from wwanreplay.serve.data.configuration import Configuration
from wwanreplay.serve.data.packets import (
    Address,
    Packet,
    Udp,
    icmp_packet,
    parse,
    udp_packet,
)
from wwanreplay.serve.data.responder import respond

CONFIGURATION = Configuration(
    IPv4Interface("192.0.2.17/30"),
    IPv4Address("192.0.2.18"),
    (IPv4Address("192.0.2.53"),),
    IPv6Interface("2001:db8:0:17::1/64"),
    IPv6Address("2001:db8:0:17::fe"),
    (IPv6Address("2001:db8::53"),),
    1428,
    1428,
)
OURS: dict[int, Address] = {4: IPv4Address("192.0.2.17"), 6: IPv6Address("2001:db8:0:17::1")}
GATEWAY: dict[int, Address] = {4: IPv4Address("192.0.2.18"), 6: IPv6Address("2001:db8:0:17::fe")}
DNS: dict[int, Address] = {4: IPv4Address("192.0.2.53"), 6: IPv6Address("2001:db8::53")}
NOBODY, BROADCAST = IPv4Address(0), IPv4Address("255.255.255.255")
ON_LINK = IPv6Address("fe80::1234")
ELSEWHERE: dict[int, Address] = {4: IPv4Address("198.51.100.1"), 6: IPv6Address("2001:db8:f::1")}


def one(data: bytes, configuration: Configuration = CONFIGURATION) -> Packet:
    """The one packet that comes back."""
    (answer,) = respond(data, configuration)
    return parse(answer)


def echo_request(source: Address, destination: Address, data: bytes = b"ping data") -> bytes:
    kind = 8 if source.version == 4 else 128
    body = bytes((kind, 0, 0, 0)) + struct.pack(">HH", 0x1234, 7) + data
    return icmp_packet(source, destination, body).to_bytes()


def udp(
    source: Address, destination: Address, port: int, data: bytes, source_port: int = 40000
) -> bytes:
    return udp_packet(source, destination, Udp(source_port, port, data)).to_bytes()


def dns_query(name: str, kind: int, number: int = 77) -> bytes:
    labels = b"".join(bytes((len(each),)) + each.encode() for each in name.split("."))
    return (
        struct.pack(">HHHHHH", number, 0x0100, 1, 0, 0, 0)
        + labels
        + b"\0"
        + struct.pack(">HH", kind, 1)
    )


def dhcp_message(kind: int, options: bytes = b"", client: str = "0.0.0.0") -> bytes:
    head = struct.pack(
        ">BBBBIHH4s4s4s4s16s64s128s4s",
        *(1, 1, 6, 0, 0xCAFE, 3, 0x8000, IPv4Address(client).packed),
        *(bytes(4), bytes(4), bytes(4), b"\x02\x00\x00\x00\x00\x01", b"", b""),
        bytes((99, 130, 83, 99)),
    )
    return head + bytes((53, 1, kind)) + options + b"\xff"


def solicitation(kind: int, source: Address, destination: str, body: bytes) -> Packet:
    return icmp_packet(source, IPv6Address(destination), bytes((kind, 0, 0, 0)) + body, 255)


def write_capture(path: Path, packets: list[bytes]) -> None:
    """A pcap file of raw IP (link type 101)."""
    parts = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)]
    for number, packet in enumerate(packets):
        parts.append(struct.pack("<IIII", number, 0, len(packet), len(packet)) + packet)
    path.write_bytes(b"".join(parts))
