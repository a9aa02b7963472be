"""Packets of IP, as far as a small network needs them: IPv4, IPv6, UDP, ICMP.

Reading is strict: what is wrong is a DecodeError. RFC 791, 768, 792, 8200, 4443, 1071.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NamedTuple

from wwanreplay.errors import DecodeError

Address = IPv4Address | IPv6Address

ICMP: Final = 1
TCP: Final = 6
UDP: Final = 17
ICMPV6: Final = 58
HOP_LIMIT: Final = 64
#: What a host accepts at least (RFC 791), and what IPv6 carries at least (RFC 8200).
IPV4_MTU_MIN: Final = 576
IPV6_MTU_MIN: Final = 1280

_IPV4 = struct.Struct(">BBHHHBBH4s4s")
_IPV6 = struct.Struct(">IHBB16s16s")
_UDP = struct.Struct(">HHHH")
_MORE_FRAGMENTS, _FRAGMENT_OFFSET = 0x2000, 0x1FFF
#: IPv6 headers that may stand before the payload: hop-by-hop and destination options.
_OPTIONS = (0, 60)
_FRAGMENT = 44


def checksum(data: bytes) -> int:
    """The internet checksum: 0 over data that hold their own."""
    if len(data) % 2:
        data += b"\0"
    total = int.from_bytes(data, "big") % 0xFFFF
    # One's complement has two zeros; only bytes that are all 0 sum up to the positive one.
    if total == 0 and any(data):
        total = 0xFFFF
    return 0xFFFF - total


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet of either version; `is_fragment` means that `payload` is only a part."""

    source: Address
    destination: Address
    protocol: int
    payload: bytes
    hop_limit: int = HOP_LIMIT
    is_fragment: bool = False

    @property
    def version(self) -> int:
        """4 or 6."""
        return self.source.version

    def to_bytes(self) -> bytes:
        """The packet, without options."""
        if self.version == 4:
            head = _IPV4.pack(
                0x45,
                0,
                _IPV4.size + len(self.payload),
                0,
                0x4000,  # must not be cut, so it needs no identification
                self.hop_limit,
                self.protocol,
                0,
                self.source.packed,
                self.destination.packed,
            )
            return head[:10] + checksum(head).to_bytes(2, "big") + head[12:] + self.payload
        head = _IPV6.pack(
            6 << 28,
            len(self.payload),
            self.protocol,
            self.hop_limit,
            self.source.packed,
            self.destination.packed,
        )
        return head + self.payload

    def pseudo_header(self) -> bytes:
        """What checksums of the payload count besides it."""
        addresses = self.source.packed + self.destination.packed
        if self.version == 4:
            return addresses + struct.pack(">BBH", 0, self.protocol, len(self.payload))
        return addresses + struct.pack(">II", len(self.payload), self.protocol)

    def answered(self, protocol: int, payload: bytes, hop_limit: int = HOP_LIMIT) -> Packet:
        """A packet back to the sender."""
        return Packet(self.destination, self.source, protocol, payload, hop_limit)


def parse(data: bytes) -> Packet:
    """The packet in some bytes, which may be longer; DecodeError for one that is wrong."""
    version = data[0] >> 4 if data else 0
    if version == 4:
        return _parse_ipv4(data)
    if version == 6:
        return _parse_ipv6(data)
    raise DecodeError(f"is {version}", structure="IP packet", field="version", offset=0)


def _cut(structure: str, needed: int, data: bytes) -> DecodeError:
    return DecodeError("is cut off", structure=structure, needed=needed, had=len(data))


def _parse_ipv4(data: bytes) -> Packet:
    if len(data) < _IPV4.size:
        raise _cut("IPv4", _IPV4.size, data)
    first, _, total, _, fragment, hop_limit, protocol, _, source, destination = _IPV4.unpack_from(
        data
    )
    size = (first & 15) * 4
    if not _IPV4.size <= size <= total:
        raise DecodeError(f"is {size}, total {total}", structure="IPv4", field="IHL", offset=0)
    if total > len(data):
        raise _cut("IPv4", total, data)
    if checksum(data[:size]):
        raise DecodeError("does not hold", structure="IPv4", field="checksum", offset=10)
    return Packet(
        IPv4Address(source),
        IPv4Address(destination),
        protocol,
        data[size:total],
        hop_limit,
        is_fragment=bool(fragment & (_MORE_FRAGMENTS | _FRAGMENT_OFFSET)),
    )


def _parse_ipv6(data: bytes) -> Packet:
    if len(data) < _IPV6.size:
        raise _cut("IPv6", _IPV6.size, data)
    _, length, protocol, hop_limit, source, destination = _IPV6.unpack_from(data)
    end = _IPV6.size + length
    if end > len(data):
        raise _cut("IPv6", end, data)
    at = _IPV6.size
    while protocol in _OPTIONS:
        if at + 8 > end:
            raise _cut("IPv6 options", at + 8, data[:end])
        protocol, units = data[at], data[at + 1]
        at += 8 * (units + 1)
    if at > end:
        raise _cut("IPv6 options", at, data[:end])
    return Packet(
        IPv6Address(source),
        IPv6Address(destination),
        protocol,
        data[at:end],
        hop_limit,
        is_fragment=protocol == _FRAGMENT,
    )


def with_checksum(packet: Packet, at: int) -> Packet:
    """The same with the checksum of the payload, which is 0, filled in at a place."""
    counted = packet.payload
    if packet.protocol != ICMP:
        counted = packet.pseudo_header() + counted
    total = checksum(counted)
    if packet.protocol == UDP and total == 0:
        total = 0xFFFF  # 0 would say that there is none
    payload = packet.payload[:at] + total.to_bytes(2, "big") + packet.payload[at + 2 :]
    return Packet(packet.source, packet.destination, packet.protocol, payload, packet.hop_limit)


def check(packet: Packet, at: int, structure: str) -> None:
    """DecodeError when the checksum of the payload, at a place, does not hold."""
    if len(packet.payload) < at + 2:
        raise _cut(structure, at + 2, packet.payload)
    counted = packet.payload
    if packet.protocol == UDP and counted[at : at + 2] == b"\0\0" and packet.version == 4:
        return
    if packet.protocol != ICMP:
        counted = packet.pseudo_header() + counted
    if checksum(counted):
        raise DecodeError("does not hold", structure=structure, field="checksum", offset=at)


class Udp(NamedTuple):
    """A datagram of UDP."""

    source_port: int
    destination_port: int
    data: bytes


def parse_udp(packet: Packet) -> Udp:
    """The datagram in a packet; DecodeError for one that is wrong."""
    check(packet, 6, "UDP")
    if len(packet.payload) < _UDP.size:
        raise _cut("UDP", _UDP.size, packet.payload)
    source, destination, length, _ = _UDP.unpack_from(packet.payload)
    if not _UDP.size <= length <= len(packet.payload):
        raise DecodeError(f"is {length}", structure="UDP", field="length", offset=4)
    return Udp(source, destination, packet.payload[_UDP.size : length])


def udp_packet(source: Address, destination: Address, datagram: Udp) -> Packet:
    """The packet of a datagram."""
    head = _UDP.pack(*datagram[:2], _UDP.size + len(datagram.data), 0)
    return with_checksum(Packet(source, destination, UDP, head + datagram.data), 6)


def icmp_packet(
    source: Address, destination: Address, body: bytes, hop_limit: int = HOP_LIMIT
) -> Packet:
    """The packet of a message of ICMP whose checksum, 0, is filled in."""
    protocol = ICMP if source.version == 4 else ICMPV6
    return with_checksum(Packet(source, destination, protocol, body, hop_limit), 2)
