"""Bytes that stand encoded in a text: base64 over lines, as in mails, and strings of C, as strace
prints them.

What is text inside is scrubbed as text; other bytes become others as a whole, as nothing tells what
they are.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_BASE64: Final = re.compile(
    r"^[ \t>]{0,8}(?P<first>[A-Za-z0-9+/]{40,})(?P<more>(?:\r?\n[ \t>]{0,8}[A-Za-z0-9+/]{4,})*)"
    r"(?P<end>={0,2})[ \t]*\r?$",
    re.M,
)
_STRING: Final = re.compile(r"\"((?:[^\"\\\n]|\\.){8,})\"")
_ESCAPE: Final = re.compile(r"\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|(.))")
_NAMES: Final = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
#: Escapes of bytes that are no text.
_ESCAPES_MIN: Final = 4
_CONTROLS: Final = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CHARACTER: Final = re.compile(r"[A-Za-z0-9+/]")


class Block(NamedTuple):
    """Encoded bytes and where they stand; `is_string` for a string of C, else base64."""

    start: int
    end: int
    octets: bytes
    is_string: bool

    @property
    def text(self) -> str | None:
        """The text that they are, None for others."""
        try:
            text = self.octets.decode()
        except UnicodeDecodeError:
            return None
        return None if _CONTROLS.search(text) else text

    def written(self, printed: str, octets: bytes) -> str:
        """Other bytes in the form in which these are printed."""
        if self.is_string:
            return "".join(f"\\x{octet:02x}" for octet in octets)
        left = iter(base64.b64encode(octets).decode().rstrip("="))
        out = _CHARACTER.sub(lambda _: next(left, ""), printed.rstrip("="))
        rest = "".join(left)
        return out + rest + "=" * (-len(_CHARACTER.findall(out + rest)) % 4)


def blocks(text: str) -> Iterator[Block]:
    """The encoded bytes in a text, in order and apart."""
    found = [*_base64_blocks(text), *_strings(text)]
    found.sort()
    end = 0
    for block in found:
        if block.start >= end:
            yield block
            end = block.end


def _base64_blocks(text: str) -> Iterator[Block]:
    for found in _BASE64.finditer(text):
        start, end = found.start("first"), found.end("end")
        digits = "".join(_CHARACTER.findall(text[start:end]))
        if not found["more"] and not found["end"] and len(digits) < 60:
            continue
        if re.fullmatch(r"[0-9a-f]+|[0-9A-F]+|[A-Za-z]+|[0-9]+", digits):
            continue
        try:
            octets = base64.b64decode(digits + "=" * (-len(digits) % 4))
        except (binascii.Error, ValueError):
            continue
        yield Block(start, end, octets, False)


def _strings(text: str) -> Iterator[Block]:
    if "\\" not in text:
        return
    for found in _STRING.finditer(text):
        escapes = _ESCAPE.findall(found[1])
        if sum(bool(each[0] or each[1]) for each in escapes) >= _ESCAPES_MIN:
            yield Block(*found.span(1), _unescaped(found[1]), True)


def _unescaped(text: str) -> bytes:
    out = bytearray()
    at = 0
    for found in _ESCAPE.finditer(text):
        out += text[at : found.start()].encode("utf-8", "surrogateescape")
        if found[1]:
            out.append(int(found[1], 16))
        elif found[2]:
            out.append(int(found[2], 8) & 0xFF)
        else:
            out += bytes([_NAMES[found[3]]]) if found[3] in _NAMES else found[3].encode()
        at = found.end()
    return bytes(out + text[at:].encode("utf-8", "surrogateescape"))
