"""Packets: written as they are read, checked, and every cut refused."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from data_path import GATEWAY, OURS, echo_request, udp
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.errors import DecodeError
from wwanreplay.serve.data.packets import (
    UDP,
    Packet,
    Udp,
    check,
    checksum,
    parse,
    parse_udp,
    udp_packet,
)

addresses = st.one_of(
    st.tuples(st.ip_addresses(v=4), st.ip_addresses(v=4)),
    st.tuples(st.ip_addresses(v=6), st.ip_addresses(v=6)),
)


@given(addresses, st.sampled_from([1, 6, 17, 58, 200]), st.binary(max_size=200))
def test_a_packet_is_read_as_it_was_written(
    ends: tuple[IPv4Address | IPv6Address, IPv4Address | IPv6Address], protocol: int, data: bytes
) -> None:
    packet = Packet(*ends, protocol, data)
    assert parse(packet.to_bytes()) == packet
    assert parse(packet.to_bytes() + b"padding") == packet


@given(addresses, st.integers(0, 65535), st.integers(0, 65535), st.binary(max_size=200))
def test_a_datagram_is_read_as_it_was_written(
    ends: tuple[IPv4Address | IPv6Address, IPv4Address | IPv6Address],
    source: int,
    destination: int,
    data: bytes,
) -> None:
    datagram = Udp(source, destination, data)
    packet = udp_packet(*ends, datagram)
    assert parse_udp(parse(packet.to_bytes())) == datagram


@given(st.binary(max_size=300))
def test_the_checksum_over_data_with_their_own_is_zero(data: bytes) -> None:
    even = data + b"\0" * (len(data) % 2)
    total = checksum(even).to_bytes(2, "big")
    assert checksum(even + total) == 0
    words = [int.from_bytes(even[at : at + 2], "big") for at in range(0, len(even), 2)]
    slow = 0
    for word in words:
        slow = (slow + word) & 0xFFFF if slow + word <= 0xFFFF else (slow + word) - 0xFFFF
    assert checksum(even) == 0xFFFF - slow


@pytest.mark.parametrize("version", [4, 6])
def test_a_packet_that_is_cut_is_refused_at_every_length(version: int) -> None:
    for whole in (
        echo_request(OURS[version], GATEWAY[version]),
        udp(OURS[version], GATEWAY[version], 53, b"data"),
    ):
        for size in range(len(whole)):
            with pytest.raises(DecodeError):
                parse(whole[:size])


@pytest.mark.parametrize("version", [4, 6])
def test_a_flipped_bit_of_what_a_checksum_covers_is_found(version: int) -> None:
    whole = udp(OURS[version], GATEWAY[version], 53, b"data")
    begin = 20 if version == 4 else 40
    for bit in range(8 * begin, 8 * len(whole)):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 0x80 >> bit % 8
        with pytest.raises(DecodeError):
            parse_udp(parse(bytes(damaged)))


def test_options_and_fragments_are_seen() -> None:
    with_options = Packet(OURS[6], GATEWAY[6], 0, bytes((58, 0, 5, 2, 0, 0, 1, 0)) + b"icmp")
    assert parse(with_options.to_bytes()).protocol == 58
    assert parse(with_options.to_bytes()).payload == b"icmp"
    endless = Packet(OURS[6], GATEWAY[6], 0, bytes((0, 9, 0, 0, 0, 0, 0, 0)))
    with pytest.raises(DecodeError, match="is cut off"):
        parse(endless.to_bytes())
    assert parse(Packet(OURS[6], GATEWAY[6], 44, bytes(16)).to_bytes()).is_fragment
    first = bytearray(Packet(OURS[4], GATEWAY[4], UDP, bytes(16)).to_bytes())
    first[6] = 0x20  # more of it follows
    first[10:12] = bytes(2)
    first[10:12] = checksum(bytes(first[:20])).to_bytes(2, "big")
    assert parse(bytes(first)).is_fragment


def test_a_payload_too_short_for_its_checksum_is_refused() -> None:
    with pytest.raises(DecodeError, match="is cut off"):
        check(Packet(OURS[4], GATEWAY[4], UDP, b"12345"), 6, "UDP")
