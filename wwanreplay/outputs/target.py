"""The target of an output's name: a file, a stream, or nothing that can be written."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from wwanreplay.errors import OutputError, UsageError
from wwanreplay.stores import Location, StoreError, is_url, store_has

PART_SUFFIX: Final = ".part"
STANDARD_OUTPUT: Final = "-"
# Errors of a file system without hard links, or without locks.
UNSUPPORTED: Final = frozenset(
    {errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EMLINK, errno.ENOLCK}
)

_OF_PROCESS: Final = re.compile(r"/proc/(?:self|[0-9]+)(?:/task/[0-9]+)?/fd|/dev/fd")

OutputPath = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Target:
    """What the name of an output leads to.

    `name` is the name as it was given, in words for `-`, and `path` the file at the end of its
    symbolic links. A stream is written to as it is; `descriptor` is that of an open one, 1 for the
    standard output. `location` is that of a file in a store.
    """

    name: str
    path: str
    is_stream: bool = False
    descriptor: int | None = None
    location: Location | None = None

    def failure(self, error: OSError | ValueError) -> OutputError:
        """The error of this output for an error of the system."""
        reason = getattr(error, "strerror", None) or str(error)
        return OutputError(reason, path=self.name, errno=getattr(error, "errno", None))


def find_target(out: OutputPath, *, force: bool = False, is_binary: bool = True) -> Target:
    """What a name leads to, when it can be written to.

    UsageError for a file that exists, without `force`, and for a terminal if what is written
    `is_binary`; OutputError for what cannot be written.
    """
    name = os.fspath(out)
    if is_url(name):
        return _in_store(name, force)
    descriptor = _descriptor_of(name)
    if descriptor is not None:
        shown_name = "standard output" if name == STANDARD_OUTPUT else name
        target = Target(shown_name, name, True, descriptor)
        if is_binary and _is_terminal(descriptor):
            raise UsageError(f"{name}: is a terminal, and what is written is not text")
        return target
    target = Target(name, name)
    try:
        status: os.stat_result | None = os.stat(name)
    except FileNotFoundError:
        status = None
    except (OSError, ValueError) as error:
        raise target.failure(error) from None
    if status is not None and (stat.S_ISFIFO(status.st_mode) or stat.S_ISCHR(status.st_mode)):
        return Target(name, name, True)
    target = Target(name, os.path.realpath(name))
    _check_file(target, status, force)
    _check_not_recorded(target)
    return target


def _in_store(name: str, force: bool) -> Target:
    location = name if isinstance(name, Location) else Location(name)
    target = Target(str(location), str(location), location=location)
    if not location.base_name:
        raise OutputError("no file is named", path=target.name)
    try:
        if not force and store_has(location):
            raise exists_error(target)
    except StoreError as error:
        raise target.failure(error) from None
    return target


def is_same_file(one: OutputPath, other: OutputPath) -> bool:
    """Whether two names lead to one file that is there; never true of pipes and devices."""
    try:
        status = os.stat(one)
        return stat.S_ISREG(status.st_mode) and os.path.samestat(status, os.stat(other))
    except (OSError, ValueError):
        return False


def is_standard_output(out: OutputPath) -> bool:
    """Whether a name is that of the standard output, so that a summary has to go elsewhere."""
    return _descriptor_of(os.fspath(out)) == 1


def _descriptor_of(name: str) -> int | None:
    """The open descriptor that a name stands for: `-`, /dev/stdout, /dev/fd/3; else None."""
    if name == STANDARD_OUTPUT:
        return 1
    for _ in range(8):
        folder, base = os.path.split(name)
        if base.isascii() and base.isdigit() and _OF_PROCESS.fullmatch(os.path.realpath(folder)):
            own = os.path.realpath(folder).split("/")[2] in ("fd", str(os.getpid()))
            return int(base) if own else None
        try:
            name = os.path.join(folder, os.readlink(name))
        except (OSError, ValueError):
            return None
    return None


def _is_terminal(descriptor: int) -> bool:
    if descriptor == 1:
        return bool(sys.stdout is not None and sys.stdout.isatty())
    return os.isatty(descriptor)


def _check_file(target: Target, status: os.stat_result | None, force: bool) -> None:
    if not target.name or target.name.endswith("/"):
        raise OutputError("no file is named", path=target.name)
    if status is None:
        if not os.path.isdir(os.path.dirname(target.path)):
            raise target.failure(OSError(errno.ENOENT, os.strerror(errno.ENOENT)))
        return
    if stat.S_ISDIR(status.st_mode):
        raise target.failure(OSError(errno.EISDIR, os.strerror(errno.EISDIR)))
    if not stat.S_ISREG(status.st_mode):
        raise OutputError("is neither a file nor a pipe nor a character device", path=target.name)
    if not force:
        raise exists_error(target)
    if not os.access(target.path, os.W_OK):
        raise target.failure(OSError(errno.EACCES, os.strerror(errno.EACCES)))


def exists_error(target: Target) -> UsageError:
    """The error of a file that is there and may not be replaced."""
    return UsageError(f"{target.name}: exists already; --force overwrites it")


def busy_error(part: str) -> OutputError:
    """The error of a recording that has a recorder already."""
    return OutputError("another recorder is writing it", path=part, errno=errno.EBUSY)


@contextmanager
def named(target: Target) -> Iterator[None]:
    """Let errors of the system name the output; a closed pipe stays BrokenPipeError."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise target.failure(error) from None


def lock(descriptor: int, name: str) -> bool | None:
    """Lock a file for as long as it is open; False when it is taken, None when unknown."""
    for pause_s in (0.01, 0.01, None):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if pause_s is None:
                return False
            # A process that checks for a recorder holds the lock for a moment.
            time.sleep(pause_s)
        except OSError as error:
            if error.errno not in UNSUPPORTED:
                raise Target(name, name).failure(error) from None
            return None
        else:
            return True
    return False


def _check_not_recorded(target: Target) -> None:
    """Refuse a file that a recorder is about to write."""
    part = f"{target.path}{PART_SUFFIX}"
    try:
        descriptor = os.open(part, os.O_RDONLY | os.O_NONBLOCK)
    except (OSError, ValueError):
        return
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode) and lock(descriptor, part) is False:
            raise busy_error(part)
    finally:
        os.close(descriptor)
