"""Files attached to a trace: texts are read, other files searched, packed ones unpacked first."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from wwanreplay.analysis.scrub.identities import Identities
from wwanreplay.analysis.scrub.speller import Speller
from wwanreplay.analysis.scrub.texts import learn_text, replace_text

UNPACKED_SIZE_MAX = 64 << 20
# Opening bytes of containers that are not opened here, so that their content is not known.
_CLOSED = (b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf\x27\x1c", b"\x96\x01\xa9wwantrace")
_TAR_AT, _TAR = 257, b"ustar"
_UNICODE_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


@dataclass(frozen=True, slots=True)
class _Packing:
    magic: bytes
    unpack: Callable[[bytes], bytes]
    pack: Callable[[bytes], bytes]


def _inflated(data: bytes) -> bytes:
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    return _bounded(unpacker.decompress(data, UNPACKED_SIZE_MAX + 1), bool(unpacker.unused_data))


def _bounded(data: bytes, more: bool) -> bytes:
    if len(data) > UNPACKED_SIZE_MAX or more:
        raise ValueError("too large, or several files in one")
    return data


def _unxz(data: bytes) -> bytes:
    unpacker = lzma.LZMADecompressor()
    return _bounded(unpacker.decompress(data, UNPACKED_SIZE_MAX + 1), bool(unpacker.unused_data))


def _unbzip2(data: bytes) -> bytes:
    unpacker = bz2.BZ2Decompressor()
    return _bounded(unpacker.decompress(data, UNPACKED_SIZE_MAX + 1), bool(unpacker.unused_data))


_PACKINGS = (
    _Packing(b"\x1f\x8b", _inflated, lambda data: gzip.compress(data, mtime=0)),
    _Packing(b"\xfd7zXZ\0", _unxz, lzma.compress),
    _Packing(b"BZh", _unbzip2, bz2.compress),
)


def unpacked(data: bytes) -> tuple[bytes, _Packing | None] | None:
    """The content and how it was packed; None when it cannot be opened here."""
    if data.startswith(_CLOSED) or data[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR:
        return None
    for packing in _PACKINGS:
        if data.startswith(packing.magic):
            try:
                inner = packing.unpack(data)
            except (ValueError, EOFError, OSError, zlib.error, lzma.LZMAError):
                return None
            nested = inner.startswith((*_CLOSED, *(each.magic for each in _PACKINGS)))
            nested = nested or inner[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR
            return None if nested else (inner, packing)
    return data, None


def _text_of(data: bytes) -> tuple[str, str, bytes] | None:
    """(text, its encoding, its byte order mark), None when it is no text."""
    for mark, encoding in _UNICODE_MARKS:
        if data.startswith(mark):
            try:
                return data[2:].decode(encoding), encoding, mark
            except UnicodeDecodeError:
                return None
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8"), "utf-8", b""
    except UnicodeDecodeError:
        return None


def learn_bytes(data: bytes, identities: Identities) -> None:
    """Register the personal values of a text file."""
    opened = unpacked(data)
    if opened is None:
        return
    text = _text_of(opened[0])
    if text is not None:
        learn_text(text[0], identities)


def replace_bytes(data: bytes, identities: Identities, speller: Speller) -> bytes | None:
    """The file with everything known replaced; None when it cannot be opened here."""
    opened = unpacked(data)
    if opened is None:
        return None
    content, packing = opened
    text = _text_of(content)
    if text is None:
        replaced = speller.replaced(content)
    else:
        written, encoding, mark = text
        replaced = mark + replace_text(written, identities, speller).encode(encoding)
    return replaced if packing is None else packing.pack(replaced)
