"""Where output goes: every file that is written here appears whole or not at all.

    with whole("shareable.log", force=True) as output:   # beside it, then renamed
        output.write(data)
    part = PartFile("session.wwtrace")                   # session.wwtrace.part, locked
    part.write(frame, 0)
    part.finish()                                        # renamed to session.wwtrace

What a name leads to decides how it is written. A file, also one that a symbolic link leads to, is
replaced when the new one is complete, and keeps its mode; a new one is private to its owner unless
`shared`. FIFOs, character devices and the standard output (`-`) are written to as they are, and
never removed. All else is refused.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from wwanreplay.errors import OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import ReadableBuffer

PRIVATE_MODE: Final = 0o600
SHARED_MODE: Final = 0o666  # less what the umask takes
PART_SUFFIX: Final = ".part"
BUFFER_SIZE: Final = 1 << 20
STANDARD_OUTPUT: Final = "-"

_NAME_SIZE_MAX: Final = 200
_CLAIMS_MAX: Final = 16
_OF_PROCESS: Final = re.compile(r"/proc/(?:self|[0-9]+)(?:/task/[0-9]+)?/fd|/dev/fd")
# What a file system answers that has no hard links, or no locks.
_UNSUPPORTED: Final = frozenset(
    {errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EMLINK, errno.ENOLCK}
)

OutputPath = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Target:
    """What the name of an output leads to.

    `name` is the name as it was given and `path` the file at the end of its symbolic links. A
    stream is written to as it is; `descriptor` is that of an open one, 1 for the standard output.
    """

    name: str
    path: str
    is_stream: bool = False
    descriptor: int | None = None

    def failure(self, error: OSError | ValueError) -> OutputError:
        """The error of this output for what the system said."""
        reason = getattr(error, "strerror", None) or str(error)
        return OutputError(reason, path=self.name, errno=getattr(error, "errno", None))


def find_target(out: OutputPath, *, force: bool = False, is_binary: bool = True) -> Target:
    """What a name leads to, when it can be written to.

    UsageError for a file that exists, without `force`, and for a terminal if what is written
    `is_binary`; OutputError for what cannot be written.
    """
    name = os.fspath(out)
    descriptor = _descriptor_of(name)
    if descriptor is not None:
        target = Target(name, name, True, descriptor)
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
        raise _exists(target)
    if not os.access(target.path, os.W_OK):
        raise target.failure(OSError(errno.EACCES, os.strerror(errno.EACCES)))


def _exists(target: Target) -> UsageError:
    return UsageError(f"{target.name}: exists already; --force overwrites it")


# ---------------------------------------------------------------- bytes that reach a descriptor


class OutputFile(RawIOBase):
    """The bytes on their way to an output, gathered into large writes; errors name the output."""

    def __init__(
        self, target: Target, descriptor: int, name: str = "", *, standard: BinaryIO | None = None
    ) -> None:
        super().__init__()
        self.target = target
        self.name = name or target.name
        self._descriptor = descriptor
        self._standard = standard
        self._waiting = bytearray()
        self._size = 0

    def writable(self) -> bool:
        """Yes."""
        return True

    def fileno(self) -> int:
        """The descriptor."""
        return self._descriptor

    def tell(self) -> int:
        """How many bytes were taken."""
        return self._size

    def write(self, data: ReadableBuffer, /) -> int:
        """Take bytes; OutputError when they, or those before, cannot be written."""
        view = memoryview(data).cast("B")
        self._waiting += view
        self._size += len(view)
        if len(self._waiting) >= BUFFER_SIZE:
            self.flush()
        return len(view)

    def flush(self) -> None:
        """Write what waits."""
        if self.closed:
            return
        waiting, self._waiting = self._waiting, bytearray()
        with _named(self.target):
            if self._standard is None:
                _write_all(self._descriptor, waiting)
            else:
                self._standard.write(waiting)
                self._standard.flush()

    def close(self) -> None:
        """Close the descriptor; what waits is dropped, so that a failure does not fail again."""
        if self.closed:
            return
        self._waiting = bytearray()
        super().close()
        if self._standard is None:
            with suppress(OSError):
                os.close(self._descriptor)


@contextmanager
def _named(target: Target) -> Iterator[None]:
    """Let errors of the system name the output; a reader that went away stays what it is."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise target.failure(error) from None


def _write_all(descriptor: int, data: ReadableBuffer) -> None:
    with memoryview(data) as whole, whole.cast("B") as left:
        place = 0
        while place < len(left):
            place += os.write(descriptor, left[place:])


def _open_stream(target: Target, is_binary: bool) -> OutputFile:
    """A FIFO, a character device, or a descriptor that is open; never created nor cut to size."""
    with _named(target):
        if target.descriptor == 1:
            return _open_standard_output(target)
        if target.descriptor is not None:
            return OutputFile(target, os.dup(target.descriptor))
        descriptor = os.open(target.path, os.O_WRONLY | os.O_NOCTTY)
    if is_binary and os.isatty(descriptor):
        os.close(descriptor)
        raise UsageError(f"{target.name}: is a terminal, and what is written is not text")
    return OutputFile(target, descriptor)


def _open_standard_output(target: Target) -> OutputFile:
    if sys.stdout is None:
        raise OutputError("the standard output is closed", path=target.name)
    # Behind what was printed already, and where the interpreter has it.
    sys.stdout.flush()
    return OutputFile(target, 1, standard=sys.stdout.buffer)


# ---------------------------------------------------------------- whole files


@contextmanager
def whole(
    out: OutputPath,
    *,
    force: bool = False,
    shared: bool = False,
    sync: bool = False,
    is_binary: bool = True,
    staged: bool = True,
) -> Iterator[OutputFile]:
    """A file to write to, which takes the place of `out` when the block ends well.

    Until then it has another name beside it, which is `name` of the file given; when the block or
    the writing fails it is removed, and what was at `out` stays. A stream gets the bytes at the
    end, or as they come when they are not `staged`. UsageError for an existing file without
    `force`, OutputError for what cannot be written.
    """
    target = find_target(out, force=force, is_binary=is_binary)
    if target.is_stream and not staged:
        with _open_stream(target, is_binary) as file:
            yield file
            file.flush()
        return
    with _staged(target, shared) as (file, temporary):
        yield file
        file.flush()
        if target.is_stream:
            _copy(temporary, target, is_binary)
        else:
            _place(temporary, target, file.fileno(), force=force, sync=sync)


@contextmanager
def _staged(target: Target, shared: bool) -> Iterator[tuple[OutputFile, str]]:
    """A file beside the target, or in the folder for such for a stream, removed at the end."""
    folder, base = os.path.split(target.path)
    if target.is_stream:
        folder, base = tempfile.gettempdir(), "wwanreplay"
    temporary = _temporary_name(folder, base)
    file = None
    try:
        with _named(target):
            mode = SHARED_MODE if shared and not target.is_stream else PRIVATE_MODE
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
            file = OutputFile(target, os.open(temporary, flags, mode), temporary)
        yield file, temporary
    finally:
        try:
            if file is not None:
                file.close()
        finally:
            _tidy(os.unlink, temporary)


def _tidy(remove: Callable[[str], object], path: str) -> None:
    """Remove what is temporary, also when it is interrupted once; nothing is wrong if it stays."""
    interruption: BaseException | None = None
    for _ in range(2):
        try:
            remove(path)
        except FileNotFoundError:
            break
        except OSError:
            continue
        except BaseException as error:
            interruption = error
            continue
        break
    if interruption is not None:
        raise interruption


def _temporary_name(folder: str, base: str) -> str:
    """A name beside a file that nobody looks for, not longer than names may be."""
    short = os.fsencode(base)[:_NAME_SIZE_MAX].decode("utf-8", "ignore")
    return os.path.join(folder, f".{short}.{secrets.token_hex(4)}")


def write_whole(
    out: OutputPath,
    data: ReadableBuffer,
    *,
    force: bool = False,
    shared: bool = False,
    is_binary: bool = True,
) -> None:
    """Write a file that is there as a whole or not at all; errors are those of `whole`."""
    with whole(out, force=force, shared=shared, is_binary=is_binary) as file:
        file.write(data)


@contextmanager
def folder_for(out: OutputPath) -> Iterator[Path]:
    """A private folder beside an output, from which `put` can move files; removed at the end.

    What cannot be written in it names the output.
    """
    target = find_target(out, force=True)
    folder, base = os.path.split(target.path)
    if target.is_stream:
        folder, base = tempfile.gettempdir(), "wwanreplay"
    path = _temporary_name(folder, base)
    with _named(target):
        os.mkdir(path, 0o700)
    try:
        yield Path(path)
    except OutputError as error:
        if error.path is None or os.path.dirname(error.path) == path:
            raise OutputError(error.reason, path=target.name, errno=error.errno) from None
        raise
    except OSError as error:
        if isinstance(error.filename, str) and os.path.dirname(error.filename) == path:
            raise target.failure(error) from None
        raise
    finally:
        _tidy(shutil.rmtree, path)


def put(
    temporary: OutputPath, out: OutputPath, *, force: bool = False, shared: bool = False
) -> None:
    """Move a finished file from such a folder to its place; errors as of `whole`."""
    target = find_target(out, force=force)
    if target.is_stream:
        _copy(os.fspath(temporary), target, True)
        os.unlink(temporary)
        return
    with _named(target):
        descriptor = os.open(temporary, os.O_RDWR)
    try:
        if shared:
            _share(temporary)
        _place(os.fspath(temporary), target, descriptor, force=force)
    finally:
        with suppress(OSError):
            os.close(descriptor)


def _share(path: OutputPath) -> None:
    """Give a private file the mode that a new one has by default."""
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(path, SHARED_MODE & ~mask)


def _copy(temporary: str, target: Target, is_binary: bool) -> None:
    with _open_stream(target, is_binary) as stream:
        with open(temporary, "rb") as source:
            shutil.copyfileobj(source, cast(BinaryIO, stream), BUFFER_SIZE)
        stream.flush()


def _place(
    source: str, target: Target, descriptor: int, *, force: bool, sync: bool = False
) -> None:
    """Rename a finished file to its target; what is there keeps its mode and is never half there.

    UsageError when the target has appeared meanwhile and `force` is not given.
    """
    with _named(target):
        # Otherwise a power cut could leave the name with nothing behind it.
        os.fsync(descriptor)
        if force:
            _keep_mode(source, target.path)
            os.replace(source, target.path)
        else:
            try:
                _rename_new(source, target.path)
            except FileExistsError:
                raise _exists(target) from None
        if sync:
            sync_folder(target.path)


def _keep_mode(source: str, path: str) -> None:
    """Give a file the owner, as far as that is allowed, and the mode of the one it replaces."""
    try:
        before = os.stat(path)
    except FileNotFoundError:
        return
    own = os.stat(source)
    if (own.st_uid, own.st_gid) != (before.st_uid, before.st_gid):
        with suppress(PermissionError):
            os.chown(source, before.st_uid, before.st_gid)
    os.chmod(source, stat.S_IMODE(before.st_mode))


def _rename_new(source: str, path: str) -> None:
    """Rename to a name that nobody has, FileExistsError otherwise."""
    try:
        os.link(source, path, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
    else:
        os.unlink(source)
        return
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)
    os.rename(source, path)


def sync_folder(path: str) -> None:
    """Let the name of a file survive a power cut."""
    folder = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY)
    try:
        _sync(folder)
    finally:
        os.close(folder)


def _sync(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EROFS):
            raise  # the others say that there is nothing to be written: a pipe, a device


# ---------------------------------------------------------------- recordings in progress


@contextmanager
def reserved(
    out: OutputPath, *, force: bool = False, shared: bool = False, sync: bool = False
) -> Iterator[PartFile]:
    """The place of a recording that is held in memory: nobody else records to it meanwhile.

    What is not finished or kept when the block ends is removed.
    """
    part = PartFile(out, force=force, shared=shared, sync=sync)
    try:
        yield part
    finally:
        part.remove()


class PartFile:
    """A recording in progress: PATH.part, which becomes PATH when it is whole.

    `name` is its name for messages, `path` the whole one. It is locked as long as the recorder
    lives. One of a recorder that is alive is never touched (OutputError); a recording that did not
    end is refused (UsageError), or with `force` renamed to `set_aside`. With `sync` each write
    survives a power cut. A stream has no such file: `path` is None, and the bytes go where they are
    to go; with `append` they go to the end of the file itself, which is locked.
    """

    def __init__(
        self,
        out: OutputPath,
        *,
        force: bool = False,
        shared: bool = False,
        sync: bool = False,
        append: bool = False,
    ) -> None:
        self.target = find_target(out, force=force or append)
        self.is_appended = append
        self.path: str | None = None
        self.name = ""
        self.set_aside: str | None = None
        self._force = force
        self._sync = sync
        self._stream: OutputFile | None = None
        self._descriptor = -1
        if self.target.is_stream:
            self._stream = _open_stream(self.target, True)
            return
        if append:
            self._open_appended()
            return
        self.path = f"{self.target.path}{PART_SUFFIX}"
        if not os.path.islink(self.target.name):
            self.name = f"{self.target.name}{PART_SUFFIX}"
        else:
            self.name = self.path
        self._part = Target(self.name, self.path)
        with _named(self._part):
            self._descriptor = self._claim(self.path, SHARED_MODE if shared else PRIVATE_MODE)
        try:
            if sync:
                with _named(self._part):
                    sync_folder(self.path)
        except BaseException:
            self.remove()
            raise

    def _open_appended(self) -> None:
        with _named(self.target):
            self._descriptor = os.open(self.target.path, os.O_RDWR)
        if _lock(self._descriptor, self.target.name) is False:
            self._close()
            raise _busy(self.target.name)

    def write(self, data: ReadableBuffer, offset: int) -> None:
        """Write bytes at a place of the file; a stream takes them in their order.

        OutputError when they cannot be written; bytes behind `offset` are then undefined.
        """
        if self._stream is not None:
            self._stream.write(data)
            self._stream.flush()
            if self._sync:
                with _named(self.target):
                    _sync(self._stream.fileno())
            return
        with _named(self.target):
            os.lseek(self._descriptor, offset, os.SEEK_SET)
            _write_all(self._descriptor, data)
            if self._sync:
                os.fsync(self._descriptor)

    def size(self) -> int:
        """Bytes in the file; 0 for a stream."""
        return 0 if self._descriptor < 0 else os.fstat(self._descriptor).st_size

    def cut(self, size: int) -> None:
        """Drop what is behind so many bytes."""
        if self._descriptor >= 0:
            with _named(self.target):
                os.ftruncate(self._descriptor, size)

    def finish(self) -> None:
        """Rename the file to the name it was made for, and close it."""
        if self._stream is not None:
            self._stream.close()
            return
        if self.path is None:
            with _named(self.target):
                os.fsync(self._descriptor)
            self._close()
            return
        _place(self.path, self.target, self._descriptor, force=self._force, sync=self._sync)
        self._close()

    def fill(self, data: ReadableBuffer, records: int) -> None:
        """Write a trace of so many records, and finish; what fails keeps what was written."""
        try:
            self.write(data, 0)
        except OutputError as error:
            size = self.size()
            if size:
                self.keep(error, f"{size} of {len(memoryview(data))} bytes")
            raise
        except BaseException as error:
            self.write(data, 0)
            self.keep(error, counted(records))
            raise
        try:
            self.finish()
        except BaseException as error:
            self.keep(error, counted(records))
            raise

    def keep(self, error: BaseException | None = None, what: str = "") -> None:
        """Close the file and leave it under its own name; a note in `error` says what is kept."""
        if self._stream is None and self._descriptor < 0:
            return
        try:
            if self.path is not None and self._is_in_place():
                _tidy(os.unlink, self.path)  # the other name of what is complete
            elif self.path is not None and error is not None:
                error.add_note(f"{what} kept in {self.name}")
            if self._stream is None:
                with suppress(OSError):
                    os.fsync(self._descriptor)
        finally:
            self._close()

    def _is_in_place(self) -> bool:
        """Whether the file has its final name already."""
        try:
            return os.path.samestat(os.stat(self.target.path), os.fstat(self._descriptor))
        except OSError:
            return False

    def remove(self) -> None:
        """Close the file and remove it, unless it was finished or kept."""
        try:
            if (
                self.path is not None
                and self._descriptor >= 0
                and _is_at(self.path, self._descriptor)
            ):
                _tidy(os.unlink, self.path)
        finally:
            self._close()

    def _close(self) -> None:
        # The lock goes with it.
        if self._stream is not None:
            self._stream.close()
        elif self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            with suppress(OSError):
                os.close(descriptor)

    def _claim(self, part: str, mode: int) -> int:
        """Create the file and lock it."""
        for _ in range(_CLAIMS_MAX):
            is_new = True
            try:
                descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
            except FileExistsError:
                opened = _open_existing(part)
                if opened is None:
                    continue
                is_new, descriptor = False, opened
            try:
                if self._is_claimed(part, descriptor):
                    return descriptor
            except BaseException as error:
                os.close(descriptor)
                # Somebody else may have taken it between its creation and the lock.
                if is_new and getattr(error, "errno", None) != errno.EBUSY:
                    _tidy(os.unlink, part)
                raise
            os.close(descriptor)
        raise _busy(self.name)

    def _is_claimed(self, part: str, descriptor: int) -> bool:
        """Whether the open file is ours now; False: it has another name meanwhile."""
        locked = _lock(descriptor, part)
        # Without locks a file with content may be anybody's.
        if locked is False or (locked is None and os.fstat(descriptor).st_size):
            raise _busy(self.name)
        if not _is_at(part, descriptor):
            return False
        if os.fstat(descriptor).st_size == 0:
            return True
        if not self._force:
            raise UsageError(
                f"{self.name}: a recording that did not end is there; `wwanreplay recover` makes a"
                " trace of it. Remove it, or --force sets it aside"
            )
        for number in range(1, 1 << 16):
            self.set_aside = f"{part}.{number}"
            with suppress(FileExistsError):
                _rename_new(part, self.set_aside)
                return False
        raise _busy(self.name)


def counted(records: int) -> str:
    """A number of records in words."""
    return f"{records} record{'' if records == 1 else 's'}"


def _busy(part: str) -> OutputError:
    return OutputError("another recorder is writing it", path=part, errno=errno.EBUSY)


def _open_existing(part: str) -> int | None:
    """Open what is there under the name of a recording in progress; None when it has gone."""
    try:
        status = os.lstat(part)
        if not stat.S_ISREG(status.st_mode):
            raise OutputError("something that is no recording is in the way", path=part)
        return os.open(part, os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None


def _is_at(part: str, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.lstat(part), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _lock(descriptor: int, name: str) -> bool | None:
    """Lock a file for as long as it is open; False when somebody else has, None: cannot tell."""
    for pause_s in (0.01, 0.01, None):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if pause_s is None:
                return False
            # Who looks whether a recorder is there has it for a moment.
            time.sleep(pause_s)
        except OSError as error:
            if error.errno not in _UNSUPPORTED:
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
        if stat.S_ISREG(os.fstat(descriptor).st_mode) and _lock(descriptor, part) is False:
            raise _busy(part)
    finally:
        os.close(descriptor)
