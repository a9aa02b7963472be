"""Memory for what is read of a file, used again when nobody looks at it any more."""

from __future__ import annotations

from collections import deque
from typing import Final

#: What is larger is not kept.
KEPT_SIZE_MAX: Final = 1 << 20
#: So many are kept; an exact replay holds the chunks of 4 MB.
KEPT_COUNT_MAX: Final = 24
_STEP: Final = 1 << 16


class Buffers:
    """Views of memory that is given out again once no view of it, nor of a part of it, is left."""

    def __init__(self) -> None:
        self._kept: deque[bytearray] = deque()  # what was given out last is the last

    def take(self, size: int) -> memoryview:
        """So many bytes to write to, whatever is in them."""
        buffer = self._kept.popleft() if self._kept else bytearray()
        if not _is_free(buffer):
            self._keep(buffer)
            buffer = bytearray()
        if len(buffer) < size:
            buffer = bytearray(-(-size // _STEP) * _STEP)
        self._keep(buffer)
        return memoryview(buffer)[:size]

    def _keep(self, buffer: bytearray) -> None:
        if len(self._kept) < KEPT_COUNT_MAX and len(buffer) <= KEPT_SIZE_MAX:
            self._kept.append(buffer)


def _is_free(buffer: bytearray) -> bool:
    """Whether no view of it is left: only then Python lets its size change."""
    try:
        buffer.append(0)
    except BufferError:
        return False
    buffer.pop()
    return True
