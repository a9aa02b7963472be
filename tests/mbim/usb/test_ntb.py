"""Transfer blocks: what is built is read again, and nothing else is believed."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.mbim.usb.ntb import (
    LAYOUTS,
    SESSION_MAX,
    Datagram,
    Format,
    Parameters,
    Stream,
    block_length,
    build,
    header_size,
    parse,
    room,
)

formats = st.sampled_from(Format)
datagrams = st.lists(
    st.builds(
        Datagram,
        st.sampled_from(Stream),
        st.integers(0, SESSION_MAX),
        st.binary(min_size=1, max_size=60),
    ),
    min_size=1,
    max_size=12,
)
PING = bytes.fromhex("4500001c00014000400100000a0000010a0000020800f7ff00000000")


@given(datagrams, formats, st.integers(0, 0xFFFF))
def test_a_block_is_read_as_it_was_built(
    sent: list[Datagram], ntb_format: Format, sequence: int
) -> None:
    block = build(sent, ntb_format, sequence)
    assert parse(block, ntb_format) == sent
    assert block_length(block, ntb_format) == len(block)
    assert len(block) <= header_size(ntb_format) + sum(room(each.data, ntb_format) for each in sent)


@pytest.mark.parametrize("ntb_format", Format)
def test_a_block_that_is_cut_is_refused_at_every_length(ntb_format: Format) -> None:
    sent = [Datagram(Stream.IP, 0, PING), Datagram(Stream.DEVICE_SERVICE, 3, b"stream")]
    block = build(sent, ntb_format)
    for size in range(len(block)):
        with pytest.raises(DecodeError, match=ntb_format.name):
            parse(block[:size], ntb_format)


@pytest.mark.parametrize("ntb_format", Format)
def test_a_block_with_a_flipped_bit_is_refused_or_read_within_its_bounds(
    ntb_format: Format,
) -> None:
    sent = [Datagram(Stream.IP, 0, PING), Datagram(Stream.IP, 7, PING[:21])]
    block = build(sent, ntb_format)
    refused = 0
    for bit in range(8 * len(block)):
        damaged = bytearray(block)
        damaged[bit // 8] ^= 1 << bit % 8
        try:
            found = parse(bytes(damaged), ntb_format)
        except DecodeError:
            refused += 1
            continue
        assert all(each.data in bytes(damaged) and each.data for each in found)
        assert sum(len(each.data) for each in found) <= 2 * len(block)
    assert refused > 8 * header_size(ntb_format) // 2


@given(st.binary(max_size=80), formats)
def test_bytes_that_are_no_block_are_a_decode_error(data: bytes, ntb_format: Format) -> None:
    layout = LAYOUTS[ntb_format]
    for hostile in (data, layout.signature + data):
        with contextlib.suppress(DecodeError):
            parse(hostile, ntb_format)
        length = block_length(hostile, ntb_format)
        assert (length is None) == (len(hostile) < layout.header.size)


#: Written by hand from the documents: the table behind its datagram.
WRITTEN_16 = bytes.fromhex(
    "4e434d48 0c00 0000 3800 1c00"  # NCMH, its length, sequence, block, first table
    "4500000c 11223344 55667788 00000000"  # a datagram of 12 bytes
    "49505301 1000 0000 0c00 0c00 0000 0000"  # IPS 1, its length, the next table, a place
    "000000000000000000000000"
)
WRITTEN_32 = bytes.fromhex(
    "6e636d68 1000 0500 40000000 20000000"  # ncmh, its length, sequence, block, first table
    "4500000c 11223344 55667788 00000000"
    "64737309 2000 0000 00000000 00000000"  # dss 9
    "10000000 0c000000 00000000 00000000"
)


def test_blocks_written_by_hand_are_read() -> None:
    data = bytes.fromhex("4500000c1122334455667788")
    assert parse(WRITTEN_16, Format.NTB16) == [Datagram(Stream.IP, 1, data)]
    assert parse(WRITTEN_32, Format.NTB32) == [Datagram(Stream.DEVICE_SERVICE, 9, data)]


@pytest.mark.parametrize(
    ("at", "value", "field"),
    [
        (0, b"ncmh", "dwSignature"),
        (4, b"\x10\x00", "wHeaderLength"),
        (8, b"\x39\x00", "BlockLength"),
        (10, b"\x00\x00", "NdpIndex"),
        (10, b"\x08\x00", "NdpIndex"),
        (10, b"\x1e\x00", "NdpIndex"),
        (10, b"\xf0\x00", "NdpIndex"),
        (28, b"IPT\x01", "dwSignature"),
        (28, b"ips\x01", "dwSignature"),
        (32, b"\x0c\x00", "wLength"),
        (32, b"\x12\x00", "wLength"),
        (32, b"\x20\x00", "wLength"),
        (34, b"\x1c\x00", "NdpIndex"),  # itself
        (34, b"\x34\x00", "NdpIndex"),
        (36, b"\x04\x00", "DatagramIndex"),
        (38, b"\xff\x00", "DatagramLength"),
        (40, b"\x0c\x00\x01\x00", "NDP"),  # nothing ends it
    ],
)
def test_what_does_not_hold_is_named(at: int, value: bytes, field: str) -> None:
    damaged = WRITTEN_16[:at] + value + WRITTEN_16[at + len(value) :]
    with pytest.raises(DecodeError) as caught:
        parse(damaged, Format.NTB16)
    assert caught.value.field == field


def test_a_chain_of_two_tables_that_goes_in_circles_ends() -> None:
    block = bytearray(
        build([Datagram(Stream.IP, 0, PING), Datagram(Stream.IP, 1, PING)], Format.NTB32)
    )
    layout = LAYOUTS[Format.NTB32]
    first = int.from_bytes(block[12:16], "little")
    second = int.from_bytes(block[first + 8 : first + 12], "little")
    block[second + 8 : second + 12] = first.to_bytes(4, "little")
    with pytest.raises(DecodeError, match=f"leads back to the table at {first}"):
        parse(bytes(block), Format.NTB32)
    assert layout.table.size == 16


@pytest.mark.parametrize("ntb_format", Format)
def test_datagrams_that_lie_in_one_another_are_refused(ntb_format: Format) -> None:
    """Otherwise a block of 16 KiB would make 30 MiB of datagrams."""
    layout = LAYOUTS[ntb_format]
    sent = [Datagram(Stream.IP, 0, bytes([number]) * 200) for number in range(3)]
    block = bytearray(build(sent, ntb_format))
    at = block.index(b"IPS\0" if ntb_format is Format.NTB16 else b"ips\0") + layout.table.size
    for entry in range(2):
        place = at + entry * layout.entry.size
        block[place : place + layout.entry.size] = layout.entry.pack(layout.header.size, 400)
    with pytest.raises(DecodeError, match="lie in one another"):
        parse(bytes(block), ntb_format)


def test_a_block_length_of_zero_ends_with_the_transfer() -> None:
    open_ended = WRITTEN_16[:8] + b"\0\0" + WRITTEN_16[10:]
    assert parse(open_ended, Format.NTB16) == parse(WRITTEN_16, Format.NTB16)


def test_a_block_is_bounded_both_ways() -> None:
    with pytest.raises(DecodeError, match="longer than 40 bytes"):
        parse(WRITTEN_16, Format.NTB16, 40)
    many = [Datagram(Stream.IP, 0, bytes(1500))] * 50
    with pytest.raises(UsageError, match=r"NTB16: .* are more than 65535"):
        build(many, Format.NTB16)
    assert parse(build(many, Format.NTB32), Format.NTB32) == many
    with pytest.raises(UsageError, match="needs a datagram"):
        build([], Format.NTB16)


def test_the_parameters_have_their_form() -> None:
    data = Parameters().to_bytes()
    assert data[:2] == (28).to_bytes(2, "little")
    assert len(data) == 28
    assert data[2:4] == b"\x03\x00"
    assert int.from_bytes(data[4:8], "little") == Parameters().in_size_max
    assert int.from_bytes(data[16:20], "little") == Parameters().out_size_max
