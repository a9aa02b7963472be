"""Encodings in encodings: what is encoded once more than a search sees through, layer by layer.

A search finds a value in base64, in hexadecimal, or printed by a URL. In base64 of base64, in a
packed text in base64, or in what was encoded twice for a URL it finds nothing: such a layer is
recognised, since what it holds is text or packed, decoded, searched, and encoded again.
"""

from __future__ import annotations

import base64
import binascii
import bz2
import gzip
import html
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import Final, NamedTuple, Protocol

from wwanreplay.analysis.scrub.wrapped import QUOTED, Coding, Mark, Unwrapped

#: Layers inside each other that are taken away; the search sees through one more.
DEPTH_MAX: Final = 4
#: Bytes that come out of a packed layer.
UNPACKED_SIZE_MAX: Final = 16 << 20

# Fewer bytes encode nothing that is encoded again.
_SIZE_MIN: Final = 10

Change = Callable[[bytes], bytes]


class Layer(NamedTuple):
    """Encoded bytes, what they hold, and how other bytes are encoded so; None where they cannot."""

    start: int
    end: int
    octets: bytes
    write: Callable[[bytes], bytes | None]


def layers_of(data: bytes, *, inside: bool = False, tokens: bool = True) -> list[Layer]:
    """The layers in some bytes, in order and apart. `inside` another, all of them may be packed;
    without `tokens`, those that `tokens_of` gives are left out.
    """
    if len(data) < _SIZE_MIN:
        return []
    packed = _packed(data) if inside else None
    if packed is not None:
        return [packed]
    marked = list(_base85(data))
    found = [
        layer
        for layer in (*_printed_lines(data, inside), *_apart_bytes(data), *_escaped_bytes(data))
        # The characters of base85 look like any of these.
        if not any(layer.start < each.end and each.start < layer.end for each in marked)
    ]
    if tokens:
        found += [*_tokens(data), *marked]
    return _in_order(found)


def tokens_of(text: str) -> list[Layer]:
    """The layers in a text that are a word or lines of their own; not those in hexadecimal, which
    may be anything. Their places are those of the text.
    """
    data = text.encode("utf-8", "surrogateescape")
    found = [
        layer for layer in _tokens(data) if not _HEXADECIMAL.fullmatch(data, layer.start, layer.end)
    ]
    layers = _in_order([*found, *_base85(data)])
    if len(data) == len(text):
        return layers
    moved = []
    at = place = 0
    for layer in layers:
        place += len(data[at : layer.start].decode("utf-8", "surrogateescape"))
        at = layer.end
        size = layer.end - layer.start  # all of it is ASCII
        moved.append(layer._replace(start=place, end=place + size))
        place += size
    return moved


def _in_order(found: list[Layer]) -> list[Layer]:
    if len(found) < 2:
        return found
    found.sort(key=lambda layer: (layer.start, -layer.end))
    kept = found[:1]
    kept += [after for before, after in pairwise(found) if after.start >= before.end]
    return kept


def rewritten(
    data: bytes,
    change: Change,
    *,
    inside: bool = False,
    tokens: bool = True,
) -> bytes:
    """The bytes with the content of each layer changed, where it can be encoded again."""
    layers = layers_of(data, inside=inside, tokens=tokens)
    if not layers:
        return data
    parts = []
    end = 0
    for layer in layers:
        other = change(layer.octets)
        if other == layer.octets:
            continue
        written = layer.write(other)
        if written is None:
            continue
        parts += [data[end : layer.start], written]
        end = layer.end
    return b"".join([*parts, data[end:]])


def is_packed(data: bytes) -> bool:
    """Whether bytes begin as what is packed does."""
    return data.startswith(_MAGICS)


def contents(
    data: bytes, depth: int = DEPTH_MAX, *, inside: bool = False, tokens: bool = True
) -> Iterator[bytes]:
    """What is in the layers of some bytes, and in those inside."""
    for layer in layers_of(data, inside=inside, tokens=tokens):
        yield layer.octets
        if depth > 1:
            yield from contents(layer.octets, depth - 1, inside=True)


# What a layer may hold

_PRINTABLE: Final = bytes([9, 10, 13, *range(0x20, 0x7F)])
_MAGICS: Final = (b"\x1f\x8b\x08", b"x\x01", b"x\x5e", b"x\x9c", b"x\xda", b"BZh", b"\xfd7zXZ\0")


def _is_text(data: bytes) -> bool:
    return not data.translate(None, _PRINTABLE)


def _holds_more(data: bytes) -> bool:
    """Whether it is text, or packed."""
    return _is_text(data) or data.startswith(_MAGICS)


def _narrowed(data: bytes) -> tuple[bytes, str] | None:
    """Text in UTF-16 and its encoding."""
    if len(data) % 2 or len(data) < 4:
        return None
    for encoding, zeros, text in (
        ("utf-16-le", data[1::2], data[::2]),
        ("utf-16-be", data[::2], data[1::2]),
    ):
        if not zeros.strip(b"\0") and _is_text(text):
            return text, encoding
    return None


def _layer(start: int, end: int, octets: bytes, write: Callable[[bytes], bytes]) -> Iterator[Layer]:
    """The layer of decoded bytes, where they hold something more."""
    if _holds_more(octets):
        yield Layer(start, end, octets, write)
        return
    narrow = _narrowed(octets)
    if narrow is not None:
        text, encoding = narrow
        yield Layer(start, end, text, lambda data: write(data.decode("latin-1").encode(encoding)))


class _Unpacker(Protocol):
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...


_UNPACKERS: Final[tuple[tuple[bytes, Callable[[], _Unpacker], Change], ...]] = (
    (
        b"\x1f\x8b\x08",
        lambda: zlib.decompressobj(16 + zlib.MAX_WBITS),
        lambda data: gzip.compress(data, mtime=0),
    ),
    (b"x", zlib.decompressobj, zlib.compress),
    (b"BZh", bz2.BZ2Decompressor, bz2.compress),
    (b"\xfd7zXZ\0", lzma.LZMADecompressor, lzma.compress),
)


def _packed(data: bytes) -> Layer | None:
    """What is packed, as far as it goes; only what is whole is packed again."""
    if not data.startswith(_MAGICS):
        return None
    make, pack = next((make, pack) for magic, make, pack in _UNPACKERS if data.startswith(magic))
    unpacker = make()
    try:
        out = unpacker.decompress(data, UNPACKED_SIZE_MAX)
    except (OSError, ValueError, EOFError, zlib.error, lzma.LZMAError):
        return None
    is_whole = unpacker.eof and not unpacker.unused_data
    return Layer(0, len(data), out, pack if is_whole else lambda _: None) if out else None


# base64, base32 and hexadecimal in a word

_WORD: Final = re.compile(rb"[A-Za-z0-9+/_-]{11,}={0,6}")
_HEXADECIMAL: Final = re.compile(rb"(?:[0-9a-f]{2}){8,}|(?:[0-9A-F]{2}){8,}")
_BASE32: Final = re.compile(rb"[A-P][A-Z2-7]{10,}={0,6}")
# The bits of text in three bytes: none has its highest.
_SIGNS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_URL_SIGNS: Final = bytes.maketrans(b"-_", b"+/")


def _class(mask: int) -> bytes:
    """The signs whose bits of a mask are zero, those for URLs too."""
    signs = bytes(sign for value, sign in enumerate(_SIGNS) if not value & mask)
    return (
        b"["
        + re.escape(signs + (b"-" if not 62 & mask else b""))
        + (b"_]" if not 63 & mask else b"]")
    )


_GROUP: Final = _class(0x20) + _class(0x08) + _class(0x02) + _class(0)
_TAIL: Final = _class(0x20) + _class(0x08) + b"(?:==|" + _class(0x02) + b"=?)?"
_OF_TEXT: Final = re.compile(b"(?:" + _GROUP + b"){2,}(?:" + _TAIL + b")?")


def _tokens(data: bytes) -> Iterator[Layer]:
    end = 0
    for word in _WORD.finditer(data):
        if word.start() < end:
            continue
        text = word[0]
        if _HEXADECIMAL.fullmatch(text):
            yield from _layer(*word.span(), bytes.fromhex(text.decode()), _hexadecimal(text))
            continue
        if _BASE32.fullmatch(text):
            yield from _base32(word.start(), text)
        start = word.start()
        while start < word.end():
            # A path or a name may stand before it.
            layer = _base64_at(data, start, word.end())
            if layer is not None:
                yield layer
                end = layer.end
                break
            cut = _CUT.search(data, start, word.end())
            start = word.end() if cut is None else cut.end()


def _base64_at(data: bytes, start: int, end: int) -> Layer | None:
    """Base64 from a place to the end of its word, or over lines."""
    if data.startswith(_PACKED_STARTS, start):
        found = _PACKED_BASE64.match(data, start)
        for layer in () if found is None else _base64(start, found[0]):
            if _packed(layer.octets) is not None:
                return layer
    found = None
    if end - start >= _LINE_MIN and data[end : end + 1] in _LINE_ENDS:
        found = _TEXT_LINES.match(data, start)
    if found is None:
        found = _OF_TEXT.fullmatch(data, start, end)
    return None if found is None else next(_base64(start, found[0]), None)


def _hexadecimal(text: bytes) -> Callable[[bytes], bytes]:
    is_capital = text != text.lower()

    def write(data: bytes) -> bytes:
        printed = data.hex()
        return (printed.upper() if is_capital else printed).encode()

    return write


def _base32(start: int, text: bytes) -> Iterator[Layer]:
    digits = text.rstrip(b"=")
    try:
        octets = base64.b32decode(digits + b"=" * (-len(digits) % 8))
    except (binascii.Error, ValueError):
        return

    def write(data: bytes) -> bytes:
        printed = base64.b32encode(data)
        return printed if text.endswith(b"=") else printed.rstrip(b"=")

    yield from _layer(start, start + len(text), octets, write)


def _base64(start: int, text: bytes) -> Iterator[Layer]:
    joined = text.replace(b"\\r", b"").replace(b"\\n", b"")
    digits = b"".join(_SIGN.findall(joined)).translate(_URL_SIGNS)
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    try:
        octets = base64.b64decode(digits + b"=" * (-len(digits) % 4))
    except (binascii.Error, ValueError):
        return
    yield from _layer(start, start + len(text), octets, _base64_writer(text))


def _base64_writer(text: bytes) -> Callable[[bytes], bytes]:
    is_of_urls = b"-" in text or b"_" in text

    def write(data: bytes) -> bytes:
        printed = (base64.urlsafe_b64encode if is_of_urls else base64.b64encode)(data)
        pad = printed[len(printed.rstrip(b"=")) :] if text.endswith(b"=") else b""
        left = iter(printed.rstrip(b"=").decode())
        shown = _SIGN.sub(lambda _: next(left, "").encode(), text.rstrip(b"="))
        return shown + "".join(left).encode() + pad

    return write


_SIGN: Final = re.compile(rb"[A-Za-z0-9+/_-]")
_CUT: Final = re.compile(rb"[/_-]")
# It may go on over lines, which are longer than this.
_LINE_MIN: Final = 40
_LINE_ENDS: Final = (b"\r", b"\n", b"\\")
_MORE: Final = rb"(?:\r?\n|\\r\\n|\\n)[ \t>|]{0,8}"
# How what is packed begins in base64.
_PACKED_STARTS: Final = (b"H4sI", b"eJ", b"eN", b"eA", b"eF", b"QlpoO", b"/Td6WFo")
_PACKED_BASE64: Final = re.compile(
    rb"[A-Za-z0-9+/_-]{11,}(?:" + _MORE + rb"[A-Za-z0-9+/_-]{4,})*={0,2}"
)
_TEXT_LINES: Final = re.compile(
    b"(?:" + _GROUP + b"){10,}"
    b"(?:" + _MORE + b"(?:" + _GROUP + b"){1,}(?:" + _TAIL + b")?|" + _MORE + _TAIL + b")+"
)


# Bytes printed one by one

_APART: Final = re.compile(
    rb"(?<![0-9A-Fa-f])[2-7][0-9A-Fa-f]([ :;,.|_-]{1,2}(?:0x)?)[2-7][0-9A-Fa-f]"
    rb"(?:\1[2-7][0-9A-Fa-f]|\1[0][9AaDd]){6,}(?![0-9A-Fa-f])"
)
# How each is printed, and its pattern: that begins with what is found quickly.
_ESCAPED: Final = {
    b"\\x%02x": re.compile(rb"\\x[0-9A-Fa-f]{2}(?:\\x[0-9A-Fa-f]{2}){5,}"),
    b"\\u00%02x": re.compile(rb"\\u00[0-9A-Fa-f]{2}(?:\\u00[0-9A-Fa-f]{2}){5,}"),
    b"\\%03o": re.compile(rb"\\[0-3][0-7]{2}(?:\\[0-3][0-7]{2}){5,}"),
    b"&#x%02x;": re.compile(rb"&#x[0-9A-Fa-f]{2};(?:&#x[0-9A-Fa-f]{2};){5,}"),
    b"&#%d;": re.compile(rb"&#\d{2,3};(?:&#\d{2,3};){5,}"),
}
_ONE: Final = re.compile(rb"\\x(..)|\\u00(..)|\\([0-7]{3})|&#x(..);|&#(\d+);")


def _apart_bytes(data: bytes) -> Iterator[Layer]:
    for found in _APART.finditer(data):
        text, joint = found[0], found[1]
        octets = bytes.fromhex(b"".join(text.split(joint)).decode())
        form = b"%02x" if text == text.lower() else b"%02X"
        yield from _layer(*found.span(), octets, partial(_put_apart, form, joint))


def _put_apart(form: bytes, joint: bytes, octets: bytes) -> bytes:
    return joint.join(form % octet for octet in octets)


def _escaped_bytes(data: bytes) -> Iterator[Layer]:
    for form, pattern in _ESCAPED.items():
        if form[: form.index(b"%")] in data:
            for found in pattern.finditer(data):
                octets = bytes(_value(each) for each in _ONE.finditer(found[0]))
                yield from _layer(*found.span(), octets, partial(_formed, form))


def _formed(form: bytes, octets: bytes) -> bytes:
    return b"".join(form % octet for octet in octets)


def _value(found: re.Match[bytes]) -> int:
    for group, base in ((1, 16), (2, 16), (3, 8), (4, 16), (5, 10)):
        if found[group]:
            return int(found[group], base) & 0xFF
    return 0


# Lines for URLs and in mails

_PERCENT: Final = re.compile(rb"%([0-9A-Fa-f]{2})")
# Coded once more, or bytes that are no text.
_TWICE: Final = re.compile(
    rb"%(?:25[0-9A-Fa-f]{2}|[0189A-Fa-f][0-9A-Fa-f]|[0-9A-Fa-f]{2}(?:%[0-9A-Fa-f]{2}){5})"
)
_MAILED: Final = re.compile(rb"=(?:3D|[ \t]*\r?\n|[0-9A-F]{2}(?:=[0-9A-F]{2}){3})")
_NAMED_TWICE: Final = re.compile(rb"&amp;(?:#x?[0-9A-Fa-f]{2,4}|quot|amp|lt|gt|apos);")
_NAMED: Final = re.compile(rb"&(?:lt|gt|amp|quot|apos);")


def _percent_marks(data: bytes) -> Iterator[Mark]:
    for found in _PERCENT.finditer(data):
        yield Mark(*found.span(), bytes.fromhex(found[1].decode()))


def _named_marks(data: bytes) -> Iterator[Mark]:
    for found in _NAMED.finditer(data):
        yield Mark(*found.span(), html.unescape(found[0].decode()).encode())


def _percent(octet: int, is_coded: bool) -> bytes:
    is_kept = not is_coded and 0x20 < octet < 0x7F and octet != 0x25
    return bytes((octet,)) if is_kept else b"%%%02X" % octet


_PRINTED: Final = (
    (b"%", _TWICE, Coding(_percent_marks, _percent)),
    (b"=", _MAILED, QUOTED),
    (b"&amp;", _NAMED_TWICE, Coding(_named_marks, lambda octet, _: bytes((octet,)))),
)


def _printed_lines(data: bytes, inside: bool) -> Iterator[Layer]:
    for sign, trigger, coding in _PRINTED:
        if sign in data:
            is_percent = inside and sign == b"%"
            for start, end in _lines_with(data, _PERCENT if is_percent else trigger):
                unwrapped = Unwrapped(data[start:end], coding)
                yield Layer(start, end, unwrapped.octets, unwrapped.wrapped)


def _lines_with(data: bytes, trigger: re.Pattern[bytes]) -> Iterator[tuple[int, int]]:
    """Lines that hold something, those that go on together."""
    start = end = 0
    for found in trigger.finditer(data):
        low = data.rfind(b"\n", 0, found.start()) + 1
        high = data.find(b"\n", found.end())
        high = len(data) if high < 0 else high
        if low > end or not end:
            if end:
                yield start, end
            start = low
        end = max(end, high)
    if end:
        yield start, end


# base85 with its marks

_ADOBE: Final = re.compile(rb"<~[!-uz\s]{5,}~>")


def _base85(data: bytes) -> Iterator[Layer]:
    if b"<~" not in data:
        return
    for found in _ADOBE.finditer(data):
        try:
            octets = base64.a85decode(found[0], adobe=True)
        except ValueError:
            continue
        yield from _layer(*found.span(), octets, lambda other: base64.a85encode(other, adobe=True))
