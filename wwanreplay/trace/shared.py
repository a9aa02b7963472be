"""A file that several readers go over at once, each at its own place."""

from __future__ import annotations

import io
import os
from typing import Any


class SharedFile(io.RawIOBase):
    """A reader's own place in a file that is open already, and stays open when this one closes."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._place = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """The place of the next byte."""
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a place, and return it."""
        if whence == os.SEEK_END:
            offset += os.fstat(self._descriptor).st_size
        elif whence == os.SEEK_CUR:
            offset += self._place
        self._place = max(0, offset)
        return self._place

    def readinto(self, buffer: Any, /) -> int:
        """Read to memory; how many bytes, 0 at the end."""
        count = os.preadv(self._descriptor, [buffer], self._place)
        self._place += count
        return count
