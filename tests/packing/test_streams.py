"""Packed streams come out whole, in pieces, within limits."""

import bz2
import gzip
import io
import lzma

import pytest
import zstandard
from groups import sampled

from wwanreplay.errors import LimitError
from wwanreplay.packing.expansion import Expansion
from wwanreplay.packing.streams import MARK_SIZE, PIECE_SIZE, fill, is_packed, unpacking

DATA = bytes(range(256)) * 9000
PACKINGS = {
    "gz": gzip.compress,
    "xz": lzma.compress,
    "bz2": bz2.compress,
    "zst": zstandard.ZstdCompressor().compress,
}


def opened(data, expansion=None):
    stream = io.BytesIO(data)
    start = stream.read(MARK_SIZE)
    assert is_packed(start)
    return unpacking("x", start, stream, expansion or Expansion())


@pytest.mark.parametrize("packing", sampled(PACKINGS, 2))
def test_all_comes_out_in_pieces(packing):
    stream = opened(PACKINGS[packing](DATA) + PACKINGS[packing](b"and more"))
    pieces = list(iter(lambda: stream.read(PIECE_SIZE), b""))
    assert b"".join(pieces) == DATA + b"and more"
    assert max(map(len, pieces)) <= PIECE_SIZE
    assert stream.damage == ""


@pytest.mark.parametrize("packing", sampled(PACKINGS, 2))
def test_what_is_cut_off_or_too_much_is_known(packing):
    packed = PACKINGS[packing](DATA)
    with pytest.raises(LimitError, match="bytes unpacked"):
        fill(opened(packed, Expansion(1000)), len(DATA))
    if packing == "zst":
        return  # its reader takes a cut for the end
    stream = opened(packed[: len(packed) // 2])
    fill(stream, len(DATA))
    assert stream.damage


def test_other_bytes_are_not_packed():
    assert not is_packed(b"PK\x03\x04aa")
    assert not is_packed(b"\x96\x01\xa9wwa")
