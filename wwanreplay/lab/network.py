"""The network behind a lab's modem: a TUN device, and somebody there who answers ping.

What is sent to any address is answered as if from there. `Network` is all that a lab knows of it.
"""

from __future__ import annotations

import fcntl
import os
import select
import struct
import threading
from typing import Final

from wwanreplay.lab.errors import LabError
from wwanreplay.lab.machine import NETWORK_DEVICE, TUN

_TUNSETIFF: Final = 0x400454CA
_TUN_NO_PACKET_INFORMATION: Final = 0x1001
_PACKET_SIZE_MAX: Final = 65536
_ICMP, _ICMPV6 = 1, 58
_ECHO, _ECHO_REPLY = 8, 0
_ECHO_V6, _ECHO_REPLY_V6 = 128, 129


class Network:
    """The network device and its other end, from `plug` to `unplug`, again and again."""

    def __init__(self) -> None:
        self._tun = -1
        self._wake = -1
        self._thread: threading.Thread | None = None

    def plug(self) -> None:
        """Make the network device."""
        try:
            self._tun = os.open(TUN, os.O_RDWR | os.O_CLOEXEC | os.O_NONBLOCK)
            name = struct.pack("16sH22x", NETWORK_DEVICE.encode(), _TUN_NO_PACKET_INFORMATION)
            fcntl.ioctl(self._tun, _TUNSETIFF, name)
        except OSError as error:
            raise LabError(f"{TUN}: no network device: {error.strerror}") from error
        woken, self._wake = os.pipe2(os.O_CLOEXEC)
        self._thread = threading.Thread(target=_answer, args=(self._tun, woken), daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Take the network device away."""
        if self._thread is None:
            return
        os.close(self._wake)
        self._thread.join()
        self._thread = None
        os.close(self._tun)  # with its last descriptor it is gone


def _answer(tun: int, woken: int) -> None:
    """Answer packets until the other end of `woken` is closed."""
    try:
        while True:
            ready, _, _ = select.select([tun, woken], [], [])
            if woken in ready:
                return
            try:
                reply = echo_reply(os.read(tun, _PACKET_SIZE_MAX))
                if reply:
                    os.write(tun, reply)
            except OSError:  # the device is down, or full: the packet is lost, as on any network
                continue
    finally:
        os.close(woken)


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
