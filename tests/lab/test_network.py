"""The other end of a lab's network: it answers ping and nothing else."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.lab.network import _checksum, echo_reply

SOURCE, TARGET = bytes((192, 0, 2, 17)), bytes((192, 0, 2, 18))
SOURCE_6 = bytes.fromhex("20010db8000000170000000000000001")
TARGET_6 = bytes.fromhex("20010db80000001700000000000000fe")


def ipv4(data: bytes, *, kind: int = 8, protocol: int = 1, fragment: int = 0) -> bytes:
    body = struct.pack(">BBHHH", kind, 0, 0, 7, 1) + data
    body = body[:2] + _checksum(body) + body[4:]
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(body), 5, fragment, 64, protocol, 0)
    head += SOURCE + TARGET
    return head[:10] + _checksum(head) + head[12:] + body


def ipv6(data: bytes, kind: int = 128) -> bytes:
    body = struct.pack(">BBHHH", kind, 0, 0, 7, 1) + data
    pseudo = SOURCE_6 + TARGET_6 + struct.pack(">II", len(body), 58)
    body = body[:2] + _checksum(pseudo + body) + body[4:]
    return struct.pack(">IHBB", 6 << 28, len(body), 58, 64) + SOURCE_6 + TARGET_6 + body


@given(st.binary(max_size=200))
def test_an_echo_is_answered_from_where_it_went_with_its_data(data: bytes) -> None:
    reply = echo_reply(ipv4(data))
    assert reply[12:20] == TARGET + SOURCE
    assert (reply[20], reply[28:]) == (0, data)
    assert _checksum(reply[:20]) == _checksum(reply[20:]) == b"\0\0"  # of one that is right
    reply = echo_reply(ipv6(data))
    assert reply[8:40] == TARGET_6 + SOURCE_6
    assert (reply[40], reply[48:]) == (129, data)
    pseudo = TARGET_6 + SOURCE_6 + struct.pack(">II", len(reply) - 40, 58)
    assert _checksum(pseudo + reply[40:]) == b"\0\0"


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        ipv4(b"", kind=0),
        ipv4(b"x", protocol=17),
        ipv4(b"x", fragment=0x2000),
        ipv6(b"", kind=129),
        ipv4(b"")[:24],
        ipv6(b"")[:45],
    ],
)
def test_nothing_else_is_answered(packet: bytes) -> None:
    assert echo_reply(packet) == b""


@given(st.binary(max_size=80))
def test_any_bytes_are_answered_or_ignored(packet: bytes) -> None:
    for first in (b"", b"\x45", b"\x60", b"\x4f"):
        assert isinstance(echo_reply(first + packet), bytes)
