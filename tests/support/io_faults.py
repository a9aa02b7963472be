"""Fault injection: the calls to the system that a block makes are counted, and one of them fails.

What goes through `os` and `open` is counted, reads and writes of files opened so included. A write
that fails has written half, a close that fails has closed.
"""

import builtins
import fcntl
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

OS_CALLS = (
    "open", "write", "close", "fsync", "lseek", "ftruncate", "chmod", "chown", "mkdir", "rmdir",
    "link", "unlink", "rename", "replace",
)  # fmt: skip


class Faults:
    """Counts calls; call number `number` raises what `error` makes, once `before` was called."""

    def __init__(
        self,
        number: int | None = None,
        error: Callable[[], BaseException] = KeyboardInterrupt,
        before: Callable[[str], None] | None = None,
    ) -> None:
        self.calls: list[str] = []
        self._number = number
        self._error = error
        self._before = before

    def strikes(self, name: str) -> bool:
        """Count a call; whether it is the one that fails."""
        self.calls.append(name)
        if self._number is None or len(self.calls) != self._number + 1:
            return False
        if self._before is not None:
            self._before(name)
        return True

    def call(self, name: str, real: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Make a call, or let it fail."""
        if not self.strikes(name):
            return real(*arguments, **options)
        if name == "close":
            real(*arguments, **options)
        elif name == "write":
            real(arguments[0], memoryview(arguments[1])[: len(arguments[1]) // 2])
        error = self._error()
        if isinstance(error, OSError) and arguments and isinstance(arguments[0], str | os.PathLike):
            error.filename = arguments[0]  # as the system's own errors have it
        raise error


@contextmanager
def injected(faults: Faults) -> Iterator[None]:
    """Let the calls of a block be counted and fail."""

    class File(io.FileIO):
        """A file whose reads and writes are counted."""

        def read(self, size: int | None = -1, /) -> Any:
            return faults.call("read", super().read, size)

        def readinto(self, buffer: Any, /) -> Any:
            return faults.call("read", super().readinto, buffer)

        def readall(self) -> Any:
            return faults.call("read", super().readall)

        def write(self, data: Any, /) -> Any:
            return faults.call("file write", super().write, data)

    real_open = builtins.open

    def counting_open(
        file: Any, mode: str = "r", buffering: int = -1, *texts: Any, **options: Any
    ) -> Any:
        if isinstance(file, int) or "opener" in options:  # an opener makes its own call
            return real_open(file, mode, buffering, *texts, **options)
        raw = faults.call("open", File, file, mode.replace("b", "").replace("t", ""))
        if buffering == 0:
            return raw
        buffered: Any = io.BufferedReader(raw) if "r" in mode else io.BufferedWriter(raw)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, *texts, **options)

    def wrapped(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arguments, **options: faults.call(name, real, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        for name in OS_CALLS:
            patch.setattr(os, name, wrapped(name, getattr(os, name)))
        patch.setattr(fcntl, "flock", wrapped("flock", fcntl.flock))
        patch.setattr(builtins, "open", counting_open)
        patch.setattr(io, "open", counting_open)
        yield
