"""What was made of equal things, kept for a while: the records of a session repeat each other."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final, Generic, TypeVar

Made = TypeVar("Made")

#: Bytes, about, that are kept at once.
KEPT_SIZE_MAX: Final = 4 << 20
#: What an entry takes besides its contents.
_ENTRY_SIZE: Final = 200


class Remembered(Generic[Made]):
    """Things by key, of `size_max` bytes at most: what does not fit begins anew.

    *Why not the oldest alone:* a look-up then costs no more than one of a dictionary, and what is
    forgotten is made again at once.
    """

    def __init__(self, size_max: int = KEPT_SIZE_MAX) -> None:
        self._made: dict[Hashable, Made] = {}
        self._size = 0
        self._size_max = size_max
        #: What was made of this key, None when nothing is kept of it.
        self.get = self._made.get

    def __len__(self) -> int:
        return len(self._made)

    def keep(self, key: Hashable, made: Made, size: int) -> Made:
        """Keep what was made; `size` is that of key and contents, in bytes. Returns it."""
        size += _ENTRY_SIZE
        if self._size + size > self._size_max:
            self._made.clear()
            self._size = 0
        if size <= self._size_max:
            self._made[key] = made
            self._size += size
        return made
