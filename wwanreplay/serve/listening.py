"""Listening at a UNIX socket with a path: for its owner alone, and removed only by who made it."""

from __future__ import annotations

import errno
import itertools
import os
import socket
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from wwanreplay.errors import DeviceError, UsageError

_MODE: Final = 0o600
#: Longest path that a client can name, in bytes (sun_path of unix(7), without its end).
PATH_SIZE_MAX: Final = 107
_ordinals = itertools.count()


class NameTakenError(DeviceError):
    """Another program listens under the name."""


class PathListener:
    """`socket` listens at `path`, with mode 0600 from the first moment on.

    A socket there that nobody listens at is replaced. NameTakenError when somebody does, UsageError
    for anything else that is there, and for a path at which nothing can be made.
    """

    def __init__(self, path: str | os.PathLike[str], *, backlog: int) -> None:
        self.path = Path(path)
        size = len(os.fsencode(self.path))
        if size > PATH_SIZE_MAX:
            reason = f"of {size} bytes is too long for a socket; {PATH_SIZE_MAX} at most"
            raise UsageError(f"{self.path}: a path {reason}")
        _make_way(self.path)
        if not self.path.parent.is_dir():
            raise UsageError(f"{self.path}: the folder {self.path.parent} does not exist")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._identity = self._bind(backlog)
        except (OSError, ValueError) as error:
            self.socket.close()
            if isinstance(error, OSError) and error.errno in (errno.EADDRINUSE, errno.EEXIST):
                raise _taken(self.path) from error
            raise UsageError(
                f"{self.path}: no socket can be made there: {_reason(error)}"
            ) from error

    def _bind(self, backlog: int) -> os.stat_result:
        """Make it under another name, so that it is complete when it has its own."""
        fresh = self.path.with_name(f".{os.getpid()}-{next(_ordinals)}")
        try:
            self.socket.bind(os.fspath(fresh))
            fresh.chmod(_MODE)
            self.socket.listen(backlog)
            os.link(fresh, self.path)
            return fresh.lstat()
        finally:
            with suppress(OSError, ValueError):
                fresh.unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove the path, if it is still ours; who is connected stays so."""
        with suppress(OSError):
            if os.path.samestat(self.path.lstat(), self._identity):
                self.path.unlink()

    def close(self) -> None:
        """Remove the path, and listen no more."""
        self.remove()
        self.socket.close()


def _make_way(path: Path) -> None:
    """Remove a socket at which nobody listens any more."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: {_reason(error)}") from error
    if not stat.S_ISSOCK(mode):
        raise UsageError(f"{path}: is not a socket; it is not replaced")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(os.fspath(path))
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
            return
        except OSError as error:
            raise UsageError(f"{path}: {_reason(error)}") from error
    raise _taken(path)


def _taken(path: Path) -> NameTakenError:
    return NameTakenError(f"{path}: another program listens there")


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
