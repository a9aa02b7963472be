"""Neighbours and routers of IPv6 on the link of a context (RFC 4861, 8106).

The link has two ends, so that no link-layer addresses are needed; an Ethernet that needs one gets
it (`link_address`).
"""

from __future__ import annotations

import struct
from ipaddress import IPv6Address, IPv6Network
from typing import Final

from wwanreplay.errors import DecodeError
from wwanreplay.serve.data.configuration import Configuration
from wwanreplay.serve.data.packets import HOP_LIMIT, ICMPV6, Packet, check, icmp_packet

ROUTER_SOLICITATION: Final = 133
ROUTER_ADVERTISEMENT: Final = 134
NEIGHBOUR_SOLICITATION: Final = 135
NEIGHBOUR_ADVERTISEMENT: Final = 136
#: Messages with another hop limit have come from elsewhere.
ND_HOP_LIMIT: Final = 255
ROUTER_LIFETIME_S: Final = 1800
VALID_S: Final = 7200
PREFERRED_S: Final = 3600
LINK: Final = IPv6Network("fe80::/10")
ALL_NODES: Final = IPv6Address("ff02::1")
UNSPECIFIED: Final = IPv6Address(0)
_ROUTER_ON_LINK: Final = IPv6Address("fe80::1")
_PREFIX, _MTU, _RDNSS, _TARGET_LINK, _SOURCE_LINK = 3, 5, 25, 2, 1
_AUTONOMOUS = 0x40
_ROUTER, _SOLICITED, _OVERRIDE = 0x80, 0x40, 0x20


def router_of(configuration: Configuration) -> IPv6Address:
    """The router's address on the link."""
    gateway = configuration.ipv6_gateway
    return gateway if gateway is not None and gateway in LINK else _ROUTER_ON_LINK


def hosts_of(configuration: Configuration) -> set[IPv6Address]:
    """All addresses that answer."""
    if configuration.ipv6 is None:
        return set()
    found = {*configuration.ipv6_dns, router_of(configuration)}
    return found if configuration.ipv6_gateway is None else found | {configuration.ipv6_gateway}


def answer(
    packet: Packet, configuration: Configuration, link_address: bytes | None = None
) -> Packet | None:
    """The advertisement that a solicitation asks for, or None; DecodeError for a wrong one."""
    if configuration.ipv6 is None or packet.hop_limit != ND_HOP_LIMIT:
        return None
    check(packet, 2, "ICMPv6")
    assert isinstance(packet.source, IPv6Address)
    if packet.payload[0] == ROUTER_SOLICITATION:
        return _router(packet.source, configuration, link_address)
    if packet.payload[0] != NEIGHBOUR_SOLICITATION:
        return None
    if len(packet.payload) < 24:
        raise DecodeError(
            "is cut off", structure="neighbour solicitation", needed=24, had=len(packet.payload)
        )
    target = IPv6Address(packet.payload[8:24])
    if target not in hosts_of(configuration):
        return None
    flags = _ROUTER | _OVERRIDE | (_SOLICITED if packet.source != UNSPECIFIED else 0)
    body = struct.pack(">BBHB3x", NEIGHBOUR_ADVERTISEMENT, 0, 0, flags) + target.packed
    body += _link_option(_TARGET_LINK, link_address)
    return icmp_packet(target, _to(packet.source), body, ND_HOP_LIMIT)


def _to(source: IPv6Address) -> IPv6Address:
    return ALL_NODES if source == UNSPECIFIED else source


def _link_option(kind: int, link_address: bytes | None) -> bytes:
    return b"" if link_address is None else bytes((kind, 1)) + link_address


def _router(
    source: IPv6Address, configuration: Configuration, link_address: bytes | None
) -> Packet:
    assert configuration.ipv6 is not None
    network = configuration.ipv6.network
    lifetime = 0 if configuration.ipv6_gateway is None else ROUTER_LIFETIME_S
    body = struct.pack(">BBHBBHII", ROUTER_ADVERTISEMENT, 0, 0, HOP_LIMIT, 0, lifetime, 0, 0)
    # Addresses of one's own choice need a prefix of 64 bits.
    flags = _AUTONOMOUS if network.prefixlen == 64 else 0
    body += struct.pack(">BBBBIII", _PREFIX, 4, network.prefixlen, flags, VALID_S, PREFERRED_S, 0)
    body += network.network_address.packed
    body += struct.pack(">BBHI", _MTU, 1, 0, configuration.ipv6_mtu)
    if configuration.ipv6_dns:
        size = 1 + 2 * len(configuration.ipv6_dns)
        body += struct.pack(">BBHI", _RDNSS, size, 0, VALID_S)
        body += b"".join(each.packed for each in configuration.ipv6_dns)
    body += _link_option(_SOURCE_LINK, link_address)
    return icmp_packet(router_of(configuration), _to(source), body, ND_HOP_LIMIT)


def is_discovery(packet: Packet) -> bool:
    """Whether a packet is one of these messages."""
    kinds = range(ROUTER_SOLICITATION, NEIGHBOUR_ADVERTISEMENT + 1)
    return packet.protocol == ICMPV6 and bool(packet.payload) and packet.payload[0] in kinds
