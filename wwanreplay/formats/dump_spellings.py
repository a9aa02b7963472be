"""Other spellings of bytes in a line, each made plain hexadecimal, which the reader of dumps knows.

Words of 32 bits as a program prints them (`0x00000003`) or a kernel in groups of four bytes
(`00000003 00000010`), words of 16 bits as `hexdump` and `od -x`
do (`0003 0000` behind an offset), decimal numbers of a list (`[3, 0, 0, 0]`), string literals of C
and Python (`b'\\x03\\x00'`), and arrays with one digit or a capital X (`0x3, 0X0`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import Final

from wwanreplay.formats.transfers import plausible
from wwanreplay.mbim.header import HEADER_SIZE, TYPES, look

#: Takes a line and whether it is a dump's first; the line in plain hexadecimal, None for another.
Spelling = Callable[[str, bool], str | None]

# No pattern goes back, and none is tried again in what it has passed, whatever the line holds.
_WORD: Final = re.compile(r"\b0[xX]([0-9A-Fa-f]{8})\b")
_HALF_WORDS: Final = re.compile(
    r"\W{0,16}(?P<offset>[0-9A-Fa-f]{6,8}+):?+\s{1,8}"
    r"(?P<words>(?:[0-9A-Fa-f]{4}+(?:\s{1,4}[0-9A-Fa-f]{4}+)*+)?+)"
    r"(?: {3}(?P<part>[0-9A-Fa-f]{2}))?+(?=\s*+$|\s{2})"
)
#: Words without a mark, up to the end of a row or its column of characters.
_BARE_WORDS: Final = re.compile(
    r"(?<![0-9A-Za-z.])(?:[0-9A-Fa-f]{8}+(?:[ \t][0-9A-Fa-f]{8}+)*+|(?<=:)(?= {3}))"
    # Of the last word bytes may be missing; blanks stand for those.
    r"(?: {3}(?P<three>[0-9A-Fa-f]{6})| {5}(?P<two>[0-9A-Fa-f]{4})| {7}(?P<one>[0-9A-Fa-f]{2}))?+"
    r"(?=\s*+$|[ \t]{2})"
)
_DECIMAL: Final = re.compile(r"\d{1,3}+(?:\s{0,8}+,\s{0,8}+\d{1,3}+)*+")
#: A literal that begins with the type of a message, and how many of a line are looked at.
_BEGINS: Final = re.compile(r"""["'](?=\\(?:x0[12347]|0{0,2}[12347a]))""")
_QUOTE: Final = re.compile("[\"']")
_LITERALS_MAX: Final = 8
_LITERAL: Final = re.compile(
    r"""(?P<quote>["'])(?P<body>(?:\\.|(?!(?P=quote))[^\\])*+)(?P=quote)"""
)
_ESCAPE: Final = re.compile(r"\\x([0-9A-Fa-f]{2})|\\([0-7]{1,3})|\\(.)|([^\\])", re.S)
_NAMED: Final = {"n": 10, "r": 13, "t": 9, "a": 7, "b": 8, "f": 12, "v": 11}
_ITEM: Final = re.compile(r"\b0[xX]([0-9A-Fa-f]{1,2})\b")


def _words(text: str, is_first: bool) -> str | None:
    """Numbers of 32 bits; words that are bytes in their order as they stand are left alone."""
    first = _WORD.search(text)
    if first is None or (is_first and look(bytes.fromhex(first[1])).type in TYPES):
        return None
    return _WORD.sub(lambda word: bytes.fromhex(word[1])[::-1].hex(" "), text)


def _bare_words(text: str, is_first: bool) -> str | None:
    """Numbers of 32 bits without a mark, unless they are bytes in their order as they stand."""
    row = _BARE_WORDS.search(text)
    if row is None:
        return None
    data = bytes.fromhex(row[0])
    swapped = _swapped(data, 4)
    is_header = len(data) >= HEADER_SIZE and plausible(swapped)
    if is_first and (plausible(data) or not is_header):
        return None
    return text[: row.start()] + swapped.hex(" ")


def _swapped(data: bytes, size: int) -> bytes:
    """Words of so many bytes in the other order; of the last one some may be missing."""
    return b"".join(data[at : at + size][::-1] for at in range(0, len(data), size))


def _half_words(text: str, is_first: bool) -> str | None:
    """Numbers of 16 bits behind an offset, unless they are bytes in their order as they stand."""
    row = _HALF_WORDS.match(text)
    if row is None:
        return None
    data = bytes.fromhex(row["words"] + (row["part"] or ""))
    swapped = _swapped(data, 2)
    if not data:
        return None
    if is_first and (plausible(data) or not plausible(swapped)):
        return None
    return f"{row['offset']} {swapped.hex(' ')}"


def _decimal(text: str, is_first: bool) -> str | None:
    """A list of decimal numbers; a first one holds a header."""
    for found in _DECIMAL.finditer(text):
        around = text[found.start() - 1 : found.start()] + text[found.end() : found.end() + 1]
        if any(each.isalnum() or each in "._" for each in around):
            continue
        numbers = [int(each) for each in found[0].split(",")]
        if max(numbers) > 255 or (is_first and len(numbers) < HEADER_SIZE):
            continue
        data = bytes(numbers)
        if not is_first or plausible(data):
            return data.hex(" ")
    return None


def _escaped(text: str, is_first: bool) -> str | None:
    """String literals with escapes."""
    starts = (_BEGINS if is_first else _QUOTE).finditer(text)
    for start in islice(starts, _LITERALS_MAX if is_first else 1):
        found = _LITERAL.match(text, start.start())
        data = None if found is None else _unescaped(found["body"])
        if data is not None and (not is_first or (len(data) >= HEADER_SIZE and plausible(data))):
            return data.hex(" ")
    return None


def _unescaped(body: str) -> bytes | None:
    """The bytes of a literal; None where a character is none."""
    data = bytearray()
    for pair, octal, other, plain in _ESCAPE.findall(body):
        if pair:
            number = int(pair, 16)
        elif octal:
            number = int(octal, 8)
        else:
            number = _NAMED.get(other, ord(other)) if other else ord(plain)
        if number > 255:
            return None
        data.append(number)
    return bytes(data)


def _items(text: str, is_first: bool) -> str | None:
    """Numbers of an array of which some have one digit or a capital X."""
    items = _ITEM.findall(text)
    if is_first and len(items) < HEADER_SIZE:
        return None
    if not items or not (any(len(each) == 1 for each in items) or "0X" in text):
        return None if is_first or not items else text
    return " ".join(each.zfill(2) for each in items)


SPELLINGS: Final[tuple[Spelling, ...]] = (
    _words,
    _bare_words,
    _half_words,
    _items,
    _escaped,
    _decimal,
)

#: What a first line of these spellings holds, beside zeros in hexadecimal.
TRIGGERS: Final = (
    b"0x0, 0x0, 0x0",
    b"0x0,0x0,0x0",
    b"0X00, 0X00",
    b"0X00,0X00",
    b"0X0, 0X0",
    b"\\x00\\x00\\x00",
    b"\\0\\0\\0",
    b"\\000\\000\\000",
    b"0, 0, 0,",
    b"0,0,0,",
    *(f" {kind & 0xFFFF:04x} {kind >> 16:04x}".encode() for kind in sorted(TYPES)),
)


def spelled(text: str) -> tuple[str, Spelling | None]:
    """A first line in plain hexadecimal, and its spelling; the line as it is where it has none."""
    for spelling in SPELLINGS:
        made = spelling(text, True)
        if made is not None:
            return made, spelling
    return text, None
