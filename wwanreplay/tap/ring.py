"""Bytes from a process to its child, in memory of both: they outlive the one that wrote them.

One process writes and one reads. What is written is there for the reader at once, also when the
writer is killed; what has been read makes room.
"""

from __future__ import annotations

import mmap
import struct
from typing import Final

_COUNT: Final = struct.Struct("@Q")
# Each count has a line of the processor's cache to itself.
_WRITTEN_AT, _READ_AT, _DATA_AT = 0, 64, 128


class Ring:
    """`size` bytes of memory, shared with processes that are forked after it was made."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._memory = mmap.mmap(-1, _DATA_AT + size)

    @property
    def written(self) -> int:
        """Bytes that were ever written."""
        return int(_COUNT.unpack_from(self._memory, _WRITTEN_AT)[0])

    @property
    def read_count(self) -> int:
        """Bytes that were ever read."""
        return int(_COUNT.unpack_from(self._memory, _READ_AT)[0])

    def write(self, data: memoryview) -> int:
        """Write as much as there is room for; how many bytes."""
        written = self.written
        taken = min(len(data), self._size - (written - self.read_count))
        at = written % self._size
        first = min(taken, self._size - at)
        self._memory[_DATA_AT + at : _DATA_AT + at + first] = data[:first]
        self._memory[_DATA_AT : _DATA_AT + taken - first] = data[first:taken]
        # Only now: the reader takes nothing that is not whole.
        _COUNT.pack_into(self._memory, _WRITTEN_AT, written + taken)
        return taken

    def read(self, most: int) -> bytes:
        """Take up to so many of the bytes that are there."""
        count = self.read_count
        taken = min(most, self.written - count)
        at = count % self._size
        first = min(taken, self._size - at)
        data = self._memory[_DATA_AT + at : _DATA_AT + at + first]
        data += self._memory[_DATA_AT : _DATA_AT + taken - first]
        _COUNT.pack_into(self._memory, _READ_AT, count + taken)
        return data
