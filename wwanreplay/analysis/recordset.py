"""Some of the records of a trace, by their numbers: a bit for each."""

from __future__ import annotations

from typing import Final

#: What is added at once, so that a trace of many records does not grow it by the byte.
_STEP: Final = 1 << 12


class RecordSet:
    """Numbers of records, which need not be in order; ten million take little more than 1 MB."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __contains__(self, number: int | None) -> bool:
        """Whether a number is one of them; None, and what is no record's, is not."""
        if number is None or number < 0:
            return False
        at = number >> 3
        return at < len(self._bits) and bool(self._bits[at] & (1 << (number & 7)))

    def add(self, number: int) -> bool:
        """Add a number; whether it was not there."""
        at, bit = number >> 3, 1 << (number & 7)
        if at >= len(self._bits):
            self._bits.extend(bytes(at + _STEP - len(self._bits)))
        if self._bits[at] & bit:
            return False
        self._bits[at] |= bit
        self._count += 1
        return True
