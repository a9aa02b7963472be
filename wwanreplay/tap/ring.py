"""Bytes from a process to its child, in memory of both: they outlive the one that wrote them.

One process writes and one reads. What is written is there for the reader at once, also when the
writer is killed; what has been read makes room.
"""

from __future__ import annotations

import mmap
from typing import Final

# Two counts of eight bytes, each with a line of the processor's cache to itself.
_WRITTEN, _READ, _DATA_AT = 0, 8, 128
_HEAD_FORMAT: Final = "Q"


class Ring:
    """`size` bytes of memory, shared with processes that are forked after it was made."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._memory = memoryview(mmap.mmap(-1, _DATA_AT + size))
        # A count is stored and loaded as one number: struct would clear its bytes first, which the
        # other process sees.
        self._counts = self._memory[:_DATA_AT].cast(_HEAD_FORMAT)

    @property
    def written(self) -> int:
        """Bytes that were ever written."""
        return self._counts[_WRITTEN]

    @property
    def read_count(self) -> int:
        """Bytes that were ever read."""
        return self._counts[_READ]

    def write(self, data: memoryview) -> int:
        """Write as much as there is room for; how many bytes."""
        written = self.written
        taken = min(len(data), self._size - (written - self.read_count))
        at = written % self._size
        first = min(taken, self._size - at)
        self._memory[_DATA_AT + at : _DATA_AT + at + first] = data[:first]
        self._memory[_DATA_AT : _DATA_AT + taken - first] = data[first:taken]
        # Only now: the reader takes nothing that is not whole.
        self._counts[_WRITTEN] = written + taken
        return taken

    def read(self, most: int) -> bytes:
        """Take up to so many of the bytes that are there."""
        count = self.read_count
        taken = min(most, self.written - count)
        at = count % self._size
        first = min(taken, self._size - at)
        data = bytes(self._memory[_DATA_AT + at : _DATA_AT + at + first])
        data += self._memory[_DATA_AT : _DATA_AT + taken - first]
        self._counts[_READ] = count + taken
        return data
