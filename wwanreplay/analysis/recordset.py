"""Some of the records of a trace, by their numbers: a bit for each."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from itertools import accumulate
from typing import Final

#: Bytes of which it is known how many numbers stand before them.
_BLOCK: Final = 64
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

    def ranks(self) -> Callable[[int], int]:
        """A function that counts the numbers before one, as they are now."""
        bits = bytes(self._bits)
        counts = (
            int.from_bytes(bits[at : at + _BLOCK], "little").bit_count()
            for at in range(0, len(bits), _BLOCK)
        )
        before = array("Q", accumulate(counts, initial=0))

        def rank(number: int) -> int:
            block, bit = divmod(number, 8 * _BLOCK)
            if block >= len(before) - 1:
                return before[-1]
            word = int.from_bytes(bits[block * _BLOCK : (block + 1) * _BLOCK], "little")
            return before[block] + (word & ((1 << bit) - 1)).bit_count()

        return rank
