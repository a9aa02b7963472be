"""The network behind a lab's modem: a TUN, as long as the modem is plugged in.

Behind an emulated modem is its data path, which answers as the network of its contexts. Behind a
recorded one nobody knows contexts: ping is answered from any address, and nothing else.
"""

from __future__ import annotations

import select
import struct
from collections.abc import Sequence
from typing import Final

from wwanreplay.lab.machine import NETWORK_DEVICE
from wwanreplay.mbim.usb.ntb import Datagram
from wwanreplay.serve.data import interface
from wwanreplay.serve.data.interface import NetInterface

_BURSTS_MAX: Final = 1000
_ICMP, _ICMPV6 = 1, 58
_ECHO, _ECHO_REPLY = 8, 0
_ECHO_V6, _ECHO_REPLY_V6 = 128, 129


class Echo:
    """Answers ping, whatever address it goes to."""

    def receive(self, datagram: Datagram) -> list[Datagram]:
        """Take a datagram; return the answer, if it is an echo request."""
        reply = echo_reply(datagram.data)
        return [datagram._replace(data=reply)] if reply else []


class LabNetwork:
    """The network device, from `plug` to `unplug`, again and again."""

    def __init__(self) -> None:
        self.network: interface.Network | None = None
        self._tun: NetInterface | None = None

    def plug(self) -> None:
        """Make the network device."""
        self._tun = NetInterface(NETWORK_DEVICE)

    def unplug(self) -> None:
        """Take the network device away: with its last descriptor it is gone."""
        if self._tun is not None:
            self._tun.close()
            self._tun = None

    @property
    def descriptors(self) -> Sequence[int]:
        """What becomes readable with packets."""
        return () if self._tun is None else (self._tun.descriptor,)

    def exchange(self) -> None:
        """Answer the packets that wait."""
        if self._tun is None:
            return
        self._tun.network = self.network or Echo()
        for _ in range(_BURSTS_MAX):
            if not select.select([self._tun.descriptor], [], [], 0)[0]:
                return
            self._tun.exchange()


def echo_reply(packet: bytes) -> bytes:
    """The answer to an ICMP echo request of IPv4 or IPv6; empty to any other packet."""
    version = packet[0] >> 4 if packet else 0
    if version == 4 and len(packet) >= 20 and packet[9] == _ICMP:
        start = (packet[0] & 15) * 4
        is_fragment = int.from_bytes(packet[6:8], "big") & 0x3FFF
        if is_fragment or start < 20 or len(packet) < start + 8 or packet[start] != _ECHO:
            return b""
        body = _with_checksum(bytes((_ECHO_REPLY, *packet[start + 1 :])), b"")
        head = bytearray(packet[:12] + packet[16:20] + packet[12:16] + packet[20:start])
        head[10:12] = b"\0\0"
        head[10:12] = _checksum(bytes(head))
        return bytes(head) + body
    if version == 6 and len(packet) >= 48 and packet[6] == _ICMPV6 and packet[40] == _ECHO_V6:
        source, target = packet[8:24], packet[24:40]
        length = (len(packet) - 40).to_bytes(4, "big")
        pseudo = target + source + length + bytes((0, 0, 0, _ICMPV6))
        body = _with_checksum(bytes((_ECHO_REPLY_V6, *packet[41:])), pseudo)
        return packet[:8] + target + source + body
    return b""


def _with_checksum(message: bytes, pseudo: bytes) -> bytes:
    blank = message[:2] + b"\0\0" + message[4:]
    return message[:2] + _checksum(pseudo + blank) + message[4:]


def _checksum(data: bytes) -> bytes:
    """The checksum of the internet protocols (RFC 1071)."""
    padded = data + b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f">{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return (~total & 0xFFFF).to_bytes(2, "big")
