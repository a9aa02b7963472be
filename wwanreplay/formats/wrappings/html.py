"""A page or a part of one: tags around and between lines, and characters by their names."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

from wwanreplay.formats.wrappings.base import EachLine, Wrapping

_BLOCKS = (
    b"address|article|blockquote|body|br|dd|details|div|dl|dt|figure|footer|h[1-6]|head|header|"
    b"hr|html|li|main|ol|p|pre|section|summary|table|tbody|td|th|thead|title|tr|ul|wbr"
)
_INLINES = (
    b"a|abbr|b|cite|clipboard-copy|code|em|font|g-emoji|i|img|kbd|link|meta|q|s|samp|small|span|"
    b"strong|sub|sup|tt|u|var"
)
_REST = rb"(?:\s[^<>]{0,2000})?/?>"
BLOCK: Final = re.compile(rb"</?(?:" + _BLOCKS + rb")" + _REST, re.IGNORECASE)
INLINE: Final = re.compile(
    rb"</?(?:" + _INLINES + rb")" + _REST + rb"|<!--[^>]{0,2000}-->|<!doctype[^>]{0,200}>",
    re.IGNORECASE,
)
_PAGE: Final = re.compile(
    rb"<(?:!doctype\s+html|html|br|pre|p|div|blockquote|td|li|code|span)" + _REST, re.IGNORECASE
)
NAMED: Final = re.compile(rb"&(?:lt|gt|amp|quot|apos|nbsp|#\d{1,7}|#x[0-9a-f]{1,6});", re.I)
#: Text may hold one name by chance, as in a URL.
NAMED_MIN: Final = 2


def _detect(head: bytes) -> bool:
    if _PAGE.search(head) is not None:
        return True
    return sum(1 for _ in NAMED.finditer(head)) >= NAMED_MIN


def _lines(line: bytes) -> Iterator[bytes]:
    parts = BLOCK.split(line)
    # A tag at either end is no empty line of the text.
    while len(parts) > 1 and not parts[0].strip():
        del parts[0]
    while len(parts) > 1 and not parts[-1].strip():
        del parts[-1]
    for part in parts:
        text = INLINE.sub(b"", part)
        if b"&" in text:
            named = html.unescape(text.decode("utf-8", "surrogateescape"))
            text = named.replace("\xa0", " ").encode("utf-8", "surrogateescape")
            yield from text.split(b"\n")
        else:
            yield text


WRAPPING: Final = Wrapping("html", 30, _detect, lambda: EachLine(_lines))
