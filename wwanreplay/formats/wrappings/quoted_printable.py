"""Quoted-printable text of a mail without its headers: `=3D`, and lines ended by `=`."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from typing import Final

from wwanreplay.formats.wrappings.base import LINE_SIZE_MAX, Line, Wrapping

_JOINT: Final = re.compile(rb"(?<![= \t])=\r?\n")
_EQUALS: Final = re.compile(rb"=(?!\r?\n|[0-9A-F]{2})")

#: Lines that go on, where nothing else shows what it is.
JOINTS_MIN: Final = 2


def _detect(head: bytes) -> bool:
    """An equals sign is always coded in such text: one that is not shows other text."""
    if b"=3D" not in head and len(_JOINT.findall(head)) < JOINTS_MIN:
        return False
    whole = head[: head.rfind(b"\n") + 1] if len(head) > 1 << 15 else head.rstrip(b"=")
    return _EQUALS.search(whole) is None


class QuotedPrintable:
    """Joins and decodes lines."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self._number = 0

    def feed(self, number: int, line: bytes) -> Iterator[Line]:
        """The line that ends here, if one does."""
        if not self._parts:
            self._number = number
        line = line.rstrip(b" \t")
        goes_on = line.endswith(b"=") and self._size < LINE_SIZE_MAX
        self._parts.append(line[:-1] if line.endswith(b"=") else line)
        self._size += len(line)
        if not goes_on:
            yield from self.flush()

    def flush(self) -> Iterator[Line]:
        """The line that has begun."""
        if self._parts:
            text = quopri.decodestring(b"".join(self._parts))
            self._parts, self._size = [], 0
            for each in text.split(b"\n"):
                yield self._number, each


WRAPPING: Final = Wrapping("quoted-printable", 20, _detect, QuotedPrintable)
