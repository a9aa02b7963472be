"""What is printed beside the bytes of a message, or once more: columns of characters, echoes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from wwanreplay.analysis.scrub.transfers import Transfer

#: Transfers around a place whose bytes may be printed there again.
NEAR_MAX: Final = 16
_ECHO_SIZE_MIN: Final = 4


class Row:
    """The bytes of the row of a dump that is being written, before and after."""

    def __init__(self) -> None:
        self._digits = ""
        self._images = ""

    def add(self, digits: str, images: str) -> None:
        """Add printed bytes."""
        self._digits += digits
        self._images += images

    def words(self, text: str) -> None:
        """A row ends with its line."""
        if "\n" in text:
            self._digits = self._images = ""

    def is_column(self, text: str) -> bool:
        """Whether a text is no longer than the bytes that it would show."""
        return len(text) <= max(len(self._digits) // 2, 1) + 2

    def column(self, text: str) -> str:
        """The characters beside the row; dots where they are not those of its bytes."""
        before, after = _characters(self._digits), _characters(self._images)
        self._digits = self._images = ""
        at = before.find(text)
        if at >= 0:
            return after[at : at + len(text)]
        at = text.find(before)
        if before and at >= 0:
            dots = re.sub(r"\S", ".", text)
            return dots[:at] + after + dots[at + len(before) :]
        return re.sub(r"\S", ".", text)


def _characters(digits: str) -> str:
    octets = bytes.fromhex(digits[: len(digits) & ~1])
    return "".join(chr(octet) if 32 <= octet < 127 else "." for octet in octets)


class Echoes:
    """Transfers whose bytes are printed again."""

    def __init__(self, transfers: Sequence[Transfer]) -> None:
        self._transfers = sorted(transfers, key=lambda transfer: transfer.number)
        self._numbers = [transfer.number for transfer in self._transfers]
        self._going: tuple[Transfer, int] | None = None

    def image(self, octets: bytes, line: int) -> bytes | None:
        """The image of bytes at a line that are those of a transfer nearby."""
        if self._going is not None:
            transfer, at = self._going
            if transfer.data[at : at + len(octets)] == octets:
                return self._take(transfer, at, len(octets))
        if len(octets) < _ECHO_SIZE_MIN:
            return None
        middle = bisect_right(self._numbers, line)
        near = self._transfers[max(middle - NEAR_MAX, 0) : middle + NEAR_MAX]
        before = min(NEAR_MAX, middle)
        for transfer in [*reversed(near[:before]), *near[before:]]:
            at = transfer.data.find(octets)
            if at >= 0:
                return self._take(transfer, at, len(octets))
        return None

    def _take(self, transfer: Transfer, at: int, size: int) -> bytes:
        self._going = (transfer, at + size)
        return transfer.image[at : at + size]
