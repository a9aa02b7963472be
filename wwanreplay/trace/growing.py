"""A recording in progress, read while it grows: a pipe whose other end is its recorder."""

from __future__ import annotations

import fcntl
import io
import os
import time
from collections.abc import Iterator
from typing import Final

from wwanreplay.errors import TraceError
from wwanreplay.outputs.target import PART_SUFFIX
from wwanreplay.trace.numbered import FileNames

#: How often one looks for more.
LOOK_S: Final = 0.1
#: How long one waits for the file that follows another.
NEXT_S: Final = 1.0


class GrowingFile(io.RawIOBase):
    """The bytes of a recording as they are written, until its recorder has ended.

    `path` is that of the trace or of its part; the part is followed when it is there. A recording
    that is complete is read to its end. TraceError when neither can be read.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        super().__init__()
        name = os.fspath(path)
        part = f"{name}{PART_SUFFIX}"
        self.name = part if os.path.lexists(part) else name
        try:
            self._descriptor = os.open(self.name, os.O_RDONLY | os.O_CLOEXEC)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise TraceError(f"cannot be read: {reason}", path=name) from None

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """No: its end is not known."""
        return False

    def read(self, size: int = -1, /) -> bytes:
        """Bytes that are there, or will be; none when the recorder has ended."""
        wanted = size if size >= 0 else 1 << 16
        while True:
            # Looked at before the read, so that what is written in between is not missed.
            has_ended = self._has_ended()
            data = os.read(self._descriptor, wanted)
            if data or has_ended or not wanted:
                return data
            time.sleep(LOOK_S)

    def _has_ended(self) -> bool:
        """Whether nobody holds the lock that a recorder has on its file."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return False  # it is held, or this file system knows no locks
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        return True

    def close(self) -> None:
        """Close the file."""
        if not self.closed:
            super().close()
            os.close(self._descriptor)


def growing_files(path: str | os.PathLike[str]) -> Iterator[GrowingFile]:
    """The recording at a path; where there are numbered ones, the last and those that follow it."""
    name = os.fspath(path)
    names = FileNames(name)
    if names.last is None or _is_there(name):
        yield GrowingFile(name)
        return
    following: str | None = names.last
    while following is not None:
        yield GrowingFile(following)
        following = _awaited(names.next())


def _is_there(name: str) -> bool:
    return os.path.lexists(name) or os.path.lexists(f"{name}{PART_SUFFIX}")


def _awaited(name: str) -> str | None:
    """A name that is there, or will be in a moment."""
    deadline = time.monotonic() + NEXT_S
    while not _is_there(name):
        if time.monotonic() >= deadline:
            return None
        time.sleep(LOOK_S)
    return name
