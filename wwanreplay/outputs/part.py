"""Recordings in progress: PATH.part, locked, which becomes PATH when it is whole."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from wwanreplay.errors import OutputError, UsageError
from wwanreplay.outputs.target import (
    PART_SUFFIX,
    OutputPath,
    Target,
    busy_error,
    find_target,
    lock,
    named,
)
from wwanreplay.outputs.whole import (
    PRIVATE_MODE,
    SHARED_MODE,
    OutputFile,
    open_stream,
    place,
    put_new,
    rename_new,
    sync_file,
    sync_folder,
    tidy,
    write_all,
)

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_CLAIMS_MAX: Final = 16


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
    to go; with `append` they go to the end of the file itself, which is locked. That of a file in a
    store grows in the present folder, and is put into the store when it is whole.
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
        if append and self.target.location is not None:
            raise OutputError("a trace in a store stays as it is", path=self.target.name)
        self.is_appended = append
        self.path: str | None = None
        self.name = ""
        self.set_aside: str | None = None
        self._force = force
        self._sync = sync
        self._stream: OutputFile | None = None
        self._descriptor = -1
        if self.target.is_stream:
            self._stream = open_stream(self.target, True)
            return
        if append:
            self._open_appended()
            return
        self.path = f"{self.target.path}{PART_SUFFIX}"
        if self.target.location is not None:
            self.name = f"{self.target.location.base_name}{PART_SUFFIX}"
            self.path = os.path.abspath(self.name)
        elif not os.path.islink(self.target.name):
            self.name = f"{self.target.name}{PART_SUFFIX}"
        else:
            self.name = self.path
        self._part = Target(self.name, self.path)
        with named(self._part):
            self._descriptor = self._claim(self.path, SHARED_MODE if shared else PRIVATE_MODE)
        try:
            if sync:
                with named(self._part):
                    sync_folder(self.path)
        except BaseException:
            self.remove()
            raise

    def _open_appended(self) -> None:
        with named(self.target):
            self._descriptor = os.open(self.target.path, os.O_RDWR)
        if lock(self._descriptor, self.target.name) is False:
            self._close()
            raise busy_error(self.target.name)

    def write(self, data: ReadableBuffer, offset: int) -> None:
        """Write bytes at a place of the file; a stream takes them in their order.

        OutputError when they cannot be written; bytes behind `offset` are then undefined.
        """
        if self._stream is not None:
            self._stream.write(data)
            self._stream.flush()
            if self._sync:
                with named(self.target):
                    sync_file(self._stream.fileno())
            return
        with named(self.target):
            os.lseek(self._descriptor, offset, os.SEEK_SET)
            write_all(self._descriptor, data)
            if self._sync:
                os.fsync(self._descriptor)

    def size(self) -> int:
        """Bytes in the file; 0 for a stream."""
        return 0 if self._descriptor < 0 else os.fstat(self._descriptor).st_size

    def cut(self, size: int) -> None:
        """Drop what is behind so many bytes."""
        if self._descriptor >= 0:
            with named(self.target):
                os.ftruncate(self._descriptor, size)

    def finish(self) -> None:
        """Rename the file to the name it was made for, and close it."""
        if self._stream is not None:
            self._stream.close()
            return
        if self.path is None:
            with named(self.target):
                os.fsync(self._descriptor)
            self._close()
            return
        if self.target.location is not None:
            with named(self.target):
                os.fsync(self._descriptor)
            put_new(self.path, self.target, force=self._force)
            tidy(os.unlink, self.path)
        else:
            place(self.path, self.target, self._descriptor, force=self._force, sync=self._sync)
        self._close()

    def fill(self, data: ReadableBuffer, records: int) -> None:
        """Write a trace of so many records, and finish; a failure keeps what was written."""
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
                tidy(os.unlink, self.path)  # the other name of what is complete
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
                tidy(os.unlink, self.path)
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
                    tidy(os.unlink, part)
                raise
            os.close(descriptor)
        raise busy_error(self.name)

    def _is_claimed(self, part: str, descriptor: int) -> bool:
        """Whether the open file is ours now; False: it has another name meanwhile."""
        locked = lock(descriptor, part)
        # Without locks a file with content may belong to a live recorder.
        if locked is False or (locked is None and os.fstat(descriptor).st_size):
            raise busy_error(self.name)
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
                rename_new(part, self.set_aside)
                return False
        raise busy_error(self.name)


def counted(records: int) -> str:
    """A number of records in words."""
    return f"{records} record{'' if records == 1 else 's'}"


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
