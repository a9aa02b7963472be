"""The compiled walk over the leaves of one layout."""

import random
import struct

import pytest
from groups import together
from hypothesis import given, settings
from hypothesis import strategies as st

from wwanreplay._core import Layout
from wwanreplay.errors import DecodeError

ROWS = [
    ("Small", "u8", 0, 0, None),
    ("Flag", "bool8", 1, 0, None),
    ("Short", "u16", 2, 0, None),
    ("Long", "u32", 4, 0, None),
    ("Signed", "i32", 8, 0, None),
    ("Low", "u32", 12, 0, (0, 1)),
    ("High", "u32", 12, 0, (1, 31)),
    ("Huge", "u64", 16, 0, None),
    ("Below", "i64", 24, 0, None),
    ("Name", "wchar16", 32, 4, None),
    ("Letters", "char8", 40, 4, None),
    ("Octets", "u8", 44, 4, None),
    ("Guid", "guid", 48, 0, None),
    ("Pair", "u16", 64, 2, None),
    ("SignedPair", "i32", 68, 2, None),
    ("Guids", "guid", 76, 2, None),
]
GUID = "00112233-4455-6677-8899-aabbccddeeff"
VALUES = (
    1, 255, 65535, 0xFFFFFFFF, -5, 1, 0x7FFFFFFF, 1 << 63, -(1 << 63),
    "Ünü", "abc", b"\x01\x02\x03\x04", GUID, (1, 2), (-1, 2), (GUID, GUID[::-1].replace("-", "")),
)  # fmt: skip


def layout():
    return Layout("TEST", 108, ROWS)


def test_values_are_packed_little_endian_at_their_offsets():
    values = (*VALUES[:-1], (GUID, GUID))
    packed = layout().pack(values)
    assert len(packed) == 108
    assert packed[:12] == struct.pack("<BBHIi", 1, 255, 65535, 0xFFFFFFFF, -5)
    assert packed[12:16] == b"\xff\xff\xff\xff"
    assert packed[16:32] == struct.pack("<Qq", 1 << 63, -(1 << 63))
    assert packed[32:40] == "Ünü".encode("utf-16-le") + b"\0\0"
    assert packed[48:64] == bytes.fromhex("33221100554477668899aabbccddeeff")
    assert packed[68:76] == struct.pack("<ii", -1, 2)
    assert layout().unpack(packed) == values


def test_none_leaves_zeros_and_short_text_is_padded():
    packed = layout().pack([None] * 9 + ["A"] + [None] * 6)
    assert packed == bytes(32) + b"A" + bytes(75)


def test_bit_fields_share_their_number():
    made = layout()
    data = bytearray(108)
    made.store(data, 0, 6, 3)
    made.store(data, 0, 5, 1)
    assert data[12:16] == struct.pack("<I", 7)
    assert (made.load(data, 0, 5), made.load(data, 0, 6)) == (1, 3)


@together(range(108))
def test_cut_buffer_names_the_first_leaf_that_is_cut(length):
    made = layout()
    with pytest.raises(DecodeError) as caught:
        made.unpack(bytes(length))
    error = caught.value
    index = made.paths.index(error.field)
    _, _, offset, _, _ = ROWS[index]
    assert error.structure == "TEST"
    assert error.offset == offset
    assert error.had == max(0, length - offset) < error.needed
    with pytest.raises(DecodeError):
        made.check(bytes(length))


def test_structure_may_start_inside_the_buffer():
    made = layout()
    data = b"\xee" * 5 + bytes(108)
    assert made.unpack(data, 5) == made.unpack(bytes(108))
    with pytest.raises(DecodeError) as caught:
        made.check(data, 6)
    assert caught.value.offset == 6 + 76
    with pytest.raises(ValueError, match="before the buffer"):
        made.check(data, -1)


def test_cut_padding_is_an_error_without_a_field():
    made = Layout("PADDED", 4, [("Only", "u8", 0, 0, None)])
    with pytest.raises(DecodeError, match="PADDED: the buffer ends in the structure's padding"):
        made.check(b"\0")


def test_empty_layout_reads_nothing():
    assert Layout("EMPTY", 0, []).unpack(b"") == ()


@pytest.mark.parametrize(
    ("index", "value"),
    [
        (0, 256), (0, -1), (1, "1"), (2, 1 << 16), (3, 1 << 32), (4, 1 << 31), (4, -(1 << 31) - 1),
        (5, 2), (6, 1 << 31), (7, 1 << 64), (8, 1 << 63), (9, "12345"), (10, "12345"),
        (10, "\u0100"), (11, b"12345"), (11, 1.5), (12, "no guid"), (12, GUID + "00"),
        (13, (1, 2, 3)), (13, (1, 1 << 16)), (3, 1.5), (3, None), (15, (GUID, GUID, GUID)),
    ],
)  # fmt: skip
def test_value_that_does_not_fit_is_refused_and_nothing_is_written_outside(index, value):
    made = layout()
    data = bytearray(b"\x5a" * 120)
    with pytest.raises((TypeError, ValueError)):
        made.store(data, 6, index, value)
    assert data[:6] == b"\x5a" * 6
    assert data[114:] == b"\x5a" * 6


@pytest.mark.parametrize(
    ("size", "row", "reason"),
    [
        (4, ("Bad", "u9", 0, 0, None), "unknown kind"),
        (4, ("Bad", "u32", 1, 0, None), "outside the structure"),
        (4, ("Bad", "u32", -1, 0, None), "outside the structure"),
        (4, ("Bad", "u8", 0, 5, None), "outside the structure"),
        (4, ("Bad", "u8", 0, -1, None), "-1 elements"),
        (4, ("Bad", "u32", 0, 0, (20, 13)), "bits outside"),
        (65536, ("Bad", "u32", 0, 0, None), "0 to 65535 bytes"),
    ],
)
def test_bad_row_is_refused_by_name(size, row, reason):
    with pytest.raises(ValueError, match=reason):
        Layout("TEST", size, [row])


def test_leaf_that_does_not_exist_is_refused():
    with pytest.raises(IndexError, match="no leaf 16"):
        layout().load(bytes(108), 0, 16)
    with pytest.raises(IndexError, match="no leaf -1"):
        layout().store(bytearray(108), 0, -1, 0)
    with pytest.raises(ValueError, match="16 leaves, 1 values"):
        layout().pack([1])
    with pytest.raises(ValueError, match=r"TEST\.Small: 300 does not fit"):
        layout().pack([300] + [None] * 15)


@settings(deadline=None)
@given(st.binary(min_size=108, max_size=108), st.integers(0, 1 << 32))
def test_any_bytes_are_read_and_written_back(data, seed):
    made = layout()
    values = made.unpack(data)
    packed = made.pack(values)
    for name, kind, offset, count, _ in ROWS:
        if kind not in ("wchar16", "char8"):
            width = {"u8": 1, "bool8": 1, "u16": 2, "guid": 16}.get(kind, 4)
            end = offset + width * max(count, 1)
            assert packed[offset:end] == data[offset:end], name
    assert made.unpack(packed) == values
    index = random.Random(seed).randrange(made.count)
    assert made.load(data, 0, index) == values[index]
