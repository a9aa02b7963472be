"""The DHCP server of the small network (RFC 2131, 2132): it gives what the context was given."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from enum import IntEnum
from ipaddress import IPv4Address
from typing import Final

from wwanreplay.errors import DecodeError
from wwanreplay.serve.data.configuration import Configuration
from wwanreplay.serve.data.packets import Packet, Udp, udp_packet

SERVER_PORT: Final = 67
CLIENT_PORT: Final = 68
LEASE_S: Final = 3600
BROADCAST: Final = IPv4Address("255.255.255.255")
NOBODY: Final = IPv4Address(0)

_HEAD: Final = struct.Struct(">BBBBIHH4s4s4s4s16s64s128s4s")
_COOKIE: Final = bytes((99, 130, 83, 99))
_REQUEST, _REPLY = 1, 2
_BROADCAST_FLAG = 0x8000
#: The least size of a message that clients take.
_SIZE_MIN = 300


class Option(IntEnum):
    """Options that are read or given."""

    PAD = 0
    MASK = 1
    ROUTER = 3
    DNS = 6
    MTU = 26
    REQUESTED = 50
    LEASE = 51
    KIND = 53
    SERVER = 54
    END = 255


class MessageType(IntEnum):
    """Messages."""

    DISCOVER = 1
    OFFER = 2
    REQUEST = 3
    ACK = 5
    NAK = 6
    INFORM = 8


def server_of(configuration: Configuration) -> IPv4Address | None:
    """Who the server is: the gateway, else a name server."""
    if configuration.ipv4_gateway is not None:
        return configuration.ipv4_gateway
    return next(iter(configuration.ipv4_dns), None)


def answer(request: bytes, configuration: Configuration) -> Packet | None:
    """The packet that answers a message of a client, or None; DecodeError for a wrong one."""
    if len(request) < _HEAD.size:
        raise DecodeError("is cut off", structure="DHCP", needed=_HEAD.size, had=len(request))
    operation, kind, size, _, number, _, flags, client, *_, cookie = _HEAD.unpack_from(request)
    hardware = _HEAD.unpack_from(request)[11]
    if operation != _REQUEST or cookie != _COOKIE or size > 16:
        raise DecodeError("is no request", structure="DHCP", field="op", offset=0)
    options = dict(_options(request))
    server = server_of(configuration)
    reply = _reply(options, IPv4Address(client), configuration)
    if reply is None or server is None or configuration.ipv4 is None:
        return None
    is_given = reply in (MessageType.OFFER, MessageType.ACK)
    has_address = options.get(Option.KIND) == bytes((MessageType.INFORM,))
    yours = configuration.ipv4.ip if is_given and not has_address else NOBODY
    given = list(_given(configuration, has_lease=not has_address)) if is_given else []
    head = _HEAD.pack(
        _REPLY,
        kind,
        size,
        0,
        number,
        0,
        flags & _BROADCAST_FLAG,
        client,
        yours.packed,
        NOBODY.packed,
        NOBODY.packed,
        hardware,
        b"",
        b"",
        _COOKIE,
    )
    written = [(Option.KIND, bytes((reply,))), (Option.SERVER, server.packed), *given]
    body = head + b"".join(bytes((each, len(data))) + data for each, data in written)
    body = (body + bytes((Option.END,))).ljust(_SIZE_MIN, b"\0")
    # A client that has an address yet is answered there; others have none to be answered at.
    to = IPv4Address(client)
    return udp_packet(
        server, to if to != NOBODY else BROADCAST, Udp(SERVER_PORT, CLIENT_PORT, body)
    )


def _options(request: bytes) -> Iterator[tuple[int, bytes]]:
    at = _HEAD.size
    while at < len(request) and request[at] != Option.END:
        if request[at] == Option.PAD:
            at += 1
            continue
        if at + 2 > len(request) or at + 2 + request[at + 1] > len(request):
            raise DecodeError("runs past the end", structure="DHCP", field="option", offset=at)
        yield request[at], request[at + 2 : at + 2 + request[at + 1]]
        at += 2 + request[at + 1]


def _reply(
    options: dict[int, bytes], client: IPv4Address, configuration: Configuration
) -> MessageType | None:
    """Which message answers, None for none."""
    server = server_of(configuration)
    if configuration.ipv4 is None or server is None:
        return None
    if options.get(Option.SERVER, server.packed) != server.packed:
        return None  # meant for another server
    ours = configuration.ipv4.ip
    match options.get(Option.KIND):
        case b"\x01":
            return MessageType.OFFER
        case b"\x03":
            wanted = options.get(Option.REQUESTED, client.packed)
            return MessageType.ACK if wanted == ours.packed else MessageType.NAK
        case b"\x08":
            return MessageType.ACK if client == ours else None
    return None


def _given(configuration: Configuration, *, has_lease: bool) -> Iterator[tuple[Option, bytes]]:
    assert configuration.ipv4 is not None
    if has_lease:
        yield Option.LEASE, LEASE_S.to_bytes(4, "big")
    yield Option.MASK, configuration.ipv4.netmask.packed
    if configuration.ipv4_gateway is not None:
        yield Option.ROUTER, configuration.ipv4_gateway.packed
    if configuration.ipv4_dns:
        yield Option.DNS, b"".join(each.packed for each in configuration.ipv4_dns)
    yield Option.MTU, configuration.ipv4_mtu.to_bytes(2, "big")
