"""Files that take the place of others when they are complete, and streams."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from wwanreplay.errors import OutputError, UsageError
from wwanreplay.outputs.target import (
    UNSUPPORTED,
    OutputPath,
    Target,
    exists_error,
    find_target,
    named,
)
from wwanreplay.stores import put_file, store_has

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import ReadableBuffer

PRIVATE_MODE: Final = 0o600
SHARED_MODE: Final = 0o666  # less what the umask takes
BUFFER_SIZE: Final = 1 << 20
_NAME_SIZE_MAX: Final = 200


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
        with named(self.target):
            if self._standard is None:
                write_all(self._descriptor, waiting)
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


def write_all(descriptor: int, data: ReadableBuffer) -> None:
    """Write bytes, in as many pieces as it takes."""
    with memoryview(data) as whole, whole.cast("B") as left:
        written = 0
        while written < len(left):
            written += os.write(descriptor, left[written:])


def open_stream(target: Target, is_binary: bool) -> OutputFile:
    """A FIFO, a character device, or a descriptor that is open; never created nor cut to size."""
    with named(target):
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
    # Flush first, so that the bytes come behind the printed text.
    sys.stdout.flush()
    return OutputFile(target, 1, standard=sys.stdout.buffer)


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
        with open_stream(target, is_binary) as file:
            yield file
            file.flush()
        return
    with _staged(target, shared) as (file, temporary):
        yield file
        file.flush()
        if target.is_stream:
            _copy(temporary, target, is_binary)
        elif target.location is not None:
            _store(temporary, target)
        else:
            place(temporary, target, file.fileno(), force=force, sync=sync)


@contextmanager
def _staged(target: Target, shared: bool) -> Iterator[tuple[OutputFile, str]]:
    """A file beside the target, or in the folder for such for a stream, removed at the end."""
    folder, base = _folder_of(target)
    temporary = _temporary_name(folder, base)
    file = None
    try:
        with named(target):
            is_beside = not target.is_stream and target.location is None
            mode = SHARED_MODE if shared and is_beside else PRIVATE_MODE
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
            file = OutputFile(target, os.open(temporary, flags, mode), temporary)
        yield file, temporary
    finally:
        try:
            if file is not None:
                file.close()
        finally:
            tidy(os.unlink, temporary)


def _folder_of(target: Target) -> tuple[str, str]:
    """Where the file of a target is made, and what its name begins with."""
    if target.is_stream or target.location is not None:
        return tempfile.gettempdir(), "wwanreplay"
    return os.path.split(target.path)


def _store(temporary: str, target: Target) -> None:
    """Put a finished file into a store."""
    assert target.location is not None
    try:
        put_file(temporary, target.location)
    except OSError as error:
        raise target.failure(error) from None


def put_new(path: str, target: Target, *, force: bool) -> None:
    """Put a finished file into a store; UsageError when one has appeared there meanwhile."""
    assert target.location is not None
    if not force:
        try:
            is_there = store_has(target.location)
        except OSError as error:
            raise target.failure(error) from None
        if is_there:
            raise exists_error(target)
    _store(path, target)


def tidy(remove: Callable[[str], object], path: str) -> None:
    """Remove the temporary file, also when interrupted once; it does no harm if it stays."""
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
    """A hidden name beside a file, within the length limit of names."""
    short = os.fsencode(base)[:_NAME_SIZE_MAX].decode("utf-8", "ignore")
    return os.path.join(folder, f".{short}.{os.urandom(4).hex()}")


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
    folder, base = _folder_of(target)
    path = _temporary_name(folder, base)
    with named(target):
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
        tidy(shutil.rmtree, path)


def put(
    temporary: OutputPath, out: OutputPath, *, force: bool = False, shared: bool = False
) -> None:
    """Move a finished file from such a folder to its place; errors as of `whole`."""
    target = find_target(out, force=force)
    if target.is_stream:
        _copy(os.fspath(temporary), target, True)
        os.unlink(temporary)
        return
    if target.location is not None:
        _store(os.fspath(temporary), target)
        os.unlink(temporary)
        return
    with named(target):
        descriptor = os.open(temporary, os.O_RDWR)
    try:
        if shared:
            _share(temporary)
        place(os.fspath(temporary), target, descriptor, force=force)
    finally:
        with suppress(OSError):
            os.close(descriptor)


def _share(path: OutputPath) -> None:
    """Give a private file the mode that a new one has by default."""
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(path, SHARED_MODE & ~mask)


def _copy(temporary: str, target: Target, is_binary: bool) -> None:
    with open_stream(target, is_binary) as stream:
        with open(temporary, "rb") as source:
            shutil.copyfileobj(source, cast(BinaryIO, stream), BUFFER_SIZE)
        stream.flush()


def place(source: str, target: Target, descriptor: int, *, force: bool, sync: bool = False) -> None:
    """Rename a finished file to its target; what is there keeps its mode and is never half there.

    UsageError when the target has appeared meanwhile and `force` is not given.
    """
    with named(target):
        # Otherwise a power cut could leave the name with nothing behind it.
        os.fsync(descriptor)
        if force:
            _keep_mode(source, target.path)
            os.replace(source, target.path)
        else:
            try:
                rename_new(source, target.path)
            except FileExistsError:
                raise exists_error(target) from None
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


def rename_new(source: str, path: str) -> None:
    """Rename to a name that nobody has, FileExistsError otherwise."""
    try:
        os.link(source, path, follow_symlinks=False)
    except OSError as error:
        if error.errno not in UNSUPPORTED:
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
        sync_file(folder)
    finally:
        os.close(folder)


def sync_file(descriptor: int) -> None:
    """Let what was written survive a power cut, where it is a file."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EROFS):
            raise  # the others say that there is nothing to be written: a pipe, a device
