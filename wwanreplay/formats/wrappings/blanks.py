"""Blanks of web pages and word processors, which no program prints: taken for plain ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wwanreplay.formats.wrappings.base import EachLine, Wrapping

#: No-break, narrow and figure spaces.
_BLANKS: Final = tuple(each.encode() for each in "\u00a0\u202f\u2007")
#: What has no width at all: zero-width spaces and joiners, marks of byte order.
_NOTHING: Final = tuple(each.encode() for each in "\u200b\u200c\u200d\u2060\ufeff")


def _detect(head: bytes) -> bool:
    return any(each in head for each in (*_BLANKS, *_NOTHING))


def _lines(line: bytes) -> Iterator[bytes]:
    for each in _BLANKS:
        line = line.replace(each, b" ")
    for each in _NOTHING:
        line = line.replace(each, b"")
    yield line


WRAPPING: Final = Wrapping("blanks", 60, _detect, lambda: EachLine(_lines))
