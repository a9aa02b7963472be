"""The hosts of a context's small network: the gateway and the name servers that it was given.

They answer echo requests, names, DHCP and neighbour discovery. Whatever else is sent to them is
refused, and nothing is reachable behind them, which the sender learns by ICMP at once. Packets from
other addresses than the context's own are lost, as in a network that checks them.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from typing import Final

from wwanreplay.errors import DecodeError
from wwanreplay.serve.data import dhcp, dns, neighbours
from wwanreplay.serve.data.configuration import Configuration
from wwanreplay.serve.data.packets import (
    ICMP,
    ICMPV6,
    IPV4_MTU_MIN,
    IPV6_MTU_MIN,
    UDP,
    Address,
    Packet,
    Udp,
    check,
    icmp_packet,
    parse,
    parse_udp,
    udp_packet,
)

_ECHO: Final = {4: (8, 0), 6: (128, 129)}  # request and reply
#: Types and codes of errors: no way to a network, no such port, packet too big.
_UNREACHABLE: Final = {4: (3, 0), 6: (1, 0)}
_PORT_UNREACHABLE: Final = {4: (3, 3), 6: (1, 4)}
_TOO_BIG: Final = {4: (3, 4), 6: (2, 0)}
#: Types of ICMP that are no errors, and so may be answered by one.
_HARMLESS: Final = {4: (0, 8, 13, 14), 6: range(128, 256)}


def respond(
    data: bytes, configuration: Configuration, link_address: bytes | None = None
) -> list[bytes]:
    """What comes back for one packet of the host; nothing for one that is wrong.

    `link_address` is that of the hosts on an Ethernet.
    """
    try:
        packet = parse(data)
        answer = _answer(packet, data, configuration, link_address)
    except DecodeError:
        return []
    return [] if answer is None else [answer.to_bytes()]


def _answer(
    packet: Packet, data: bytes, configuration: Configuration, link_address: bytes | None
) -> Packet | None:
    if neighbours.is_discovery(packet):
        return neighbours.answer(packet, configuration, link_address)
    if packet.protocol == UDP and not packet.is_fragment and packet.version == 4:
        datagram = parse_udp(packet)
        if datagram.destination_port == dhcp.SERVER_PORT:
            return dhcp.answer(datagram.data, configuration)
    if not _is_own(packet.source, configuration) or packet.destination.is_multicast:
        return None
    hosts = hosts_of(packet.version, configuration)
    if not hosts or packet.destination == dhcp.BROADCAST:
        return None
    mtu = configuration.ipv4_mtu if packet.version == 4 else configuration.ipv6_mtu
    if len(data) > mtu:
        return _error(packet, data, hosts, _TOO_BIG, mtu)
    if packet.destination not in hosts:
        return _error(packet, data, hosts, _UNREACHABLE)
    if packet.is_fragment:
        return None  # fragments are not put together here
    return _served(packet, data, hosts, configuration)


def _served(
    packet: Packet, data: bytes, hosts: list[Address], configuration: Configuration
) -> Packet | None:
    """Answer a packet to one of the hosts."""
    if packet.protocol == (ICMP if packet.version == 4 else ICMPV6):
        return _echo(packet)
    if packet.protocol == UDP:
        datagram = parse_udp(packet)
        servers = configuration.ipv4_dns if packet.version == 4 else configuration.ipv6_dns
        if datagram.destination_port == dns.PORT and packet.destination in servers:
            answer = dns.answer(datagram.data, _names(configuration))
            if answer is None:
                return None
            back = Udp(datagram.destination_port, datagram.source_port, answer)
            return udp_packet(packet.destination, packet.source, back)
    return _error(packet, data, hosts, _PORT_UNREACHABLE)


def _echo(packet: Packet) -> Packet | None:
    check(packet, 2, "ICMP")
    request, reply = _ECHO[packet.version]
    if packet.payload[0] != request or len(packet.payload) < 8:
        return None
    body = bytes((reply, 0, 0, 0)) + packet.payload[4:]
    return icmp_packet(packet.destination, packet.source, body)


def _is_own(source: Address, configuration: Configuration) -> bool:
    """Whether a packet comes from the context's address, or one that it may choose."""
    if isinstance(source, IPv4Address):
        return configuration.ipv4 is not None and source == configuration.ipv4.ip
    if configuration.ipv6 is None:
        return False
    return source in configuration.ipv6.network or source in neighbours.LINK


def hosts_of(version: int, configuration: Configuration) -> list[Address]:
    """The hosts of one version, the one that reports errors first."""
    if version == 4:
        if configuration.ipv4 is None:
            return []
        gateway = configuration.ipv4_gateway
        return [*([] if gateway is None else [gateway]), *configuration.ipv4_dns]
    found: set[IPv6Address] = neighbours.hosts_of(configuration)
    router = configuration.ipv6_gateway or neighbours.router_of(configuration)
    return [] if not found else [router, *sorted(found - {router})]


def _names(configuration: Configuration) -> list[Address]:
    """The addresses of every name."""
    gateways = (configuration.ipv4_gateway, configuration.ipv6_gateway)
    return [each for each in gateways if each is not None]


def _error(
    packet: Packet,
    data: bytes,
    hosts: list[Address],
    kinds: dict[int, tuple[int, int]],
    value: int = 0,
) -> Packet | None:
    """Report why a packet goes nowhere; never about an error or a part of a packet."""
    protocol = ICMP if packet.version == 4 else ICMPV6
    is_error = packet.protocol == protocol and packet.payload[:1] not in [
        bytes((each,)) for each in _HARMLESS[packet.version]
    ]
    if is_error or packet.is_fragment:
        return None
    kind, code = kinds[packet.version]
    size_max = (IPV4_MTU_MIN if packet.version == 4 else IPV6_MTU_MIN) - 48
    body = bytes((kind, code, 0, 0)) + value.to_bytes(4, "big") + data[:size_max]
    source = packet.destination if packet.destination in hosts else hosts[0]
    return icmp_packet(source, packet.source, body)
