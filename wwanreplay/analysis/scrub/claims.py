"""Which pieces of a log's text hold the bytes of transfers."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from wwanreplay.analysis.scrub.texts import Span
from wwanreplay.analysis.scrub.transfers import Transfer
from wwanreplay.formats.declaration import EscapedBytes


class Claim(NamedTuple):
    """A piece of the text that holds bytes of a transfer."""

    start: int
    end: int
    transfer: Transfer
    first_digit: int


class Stream:
    """The bytes that the operations of one direction hold, and where in the text each stands."""

    def __init__(self, escaped: EscapedBytes) -> None:
        self.data = bytearray()
        self._escaped = escaped
        self.searched = 0
        self._starts = array("q")
        self._ends = array("q")

    def add(self, text: str, start: int, end: int) -> None:
        """Add the data of one operation."""
        self.data += self._escaped.unescape(text[start:end])
        for byte in self._escaped.byte.finditer(text, start, end):
            self._starts.append(byte.start())
            self._ends.append(byte.end())

    def claims(self, transfer: Transfer, at: int) -> Iterator[Claim]:
        """The pieces of text that hold a transfer: one for each operation it is part of."""
        first = at
        for place in range(at, at + len(transfer.data)):
            last = place + 1 == at + len(transfer.data)
            if last or self._ends[place] != self._starts[place + 1]:
                yield Claim(self._starts[first], self._ends[place], transfer, first - at)
                first = place + 1


class Taken:
    """Spans of the text that are claimed."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def add(self, start: int, end: int) -> None:
        """Claim one; they do not overlap."""
        at = bisect_left(self._starts, start)
        self._starts.insert(at, start)
        self._ends.insert(at, end)

    def overlaps(self, start: int, end: int) -> bool:
        """Whether a part is claimed."""
        at = bisect_left(self._starts, end)
        return at > 0 and self._ends[at - 1] > start


def around(spans: list[Span], first: int, low: int, high: int) -> tuple[bool, int]:
    """Whether a span holds another one whole; and the first span that ends behind its start."""
    at = first
    while at < len(spans) and spans[at].end <= low:
        at += 1
    inside = at < len(spans) and spans[at].start <= low and spans[at].end >= high
    return inside, at
