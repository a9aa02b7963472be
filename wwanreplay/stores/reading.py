"""A file in a store as a binary file: read by ranges, each as large as the way it is read wants.

Opening a trace takes its beginning and its end, one range each. What is read on from there comes in
ranges that grow, so that a replay streams; nothing is downloaded that nobody reads.
"""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from wwanreplay.stores.access import StoreError, file_system, tried
from wwanreplay.stores.names import Location, named

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: The first range, and the last one, of which a trace has its index.
HEAD_SIZE: Final = 1 << 16
TAIL_SIZE: Final = 1 << 18
#: What is read on comes in ranges of up to so many bytes.
RANGE_SIZE_MAX: Final = 1 << 22
#: What comes from a store without ranges is kept in memory up to so many bytes, else in a file.
MEMORY_SIZE_MAX: Final = 1 << 24


def open_input(name: str | os.PathLike[str]) -> BinaryIO:
    """Open a file of the disk or a store, unbuffered, to read; OSError or ValueError."""
    place = named(name)
    if isinstance(place, Location):
        return cast(BinaryIO, StoreFile(place))
    return cast(BinaryIO, open(place, "rb", buffering=0))


class StoreFile(io.RawIOBase):
    """One file of a store. The ranges of the one that was opened last are kept for the next time.

    StoreError for what cannot be read, after some attempts.
    """

    _last: tuple[str, int, list[tuple[int, bytes]]] | None = None

    def __init__(self, location: Location) -> None:
        super().__init__()
        self.name = str(location)
        self.size = 0
        self._url = location.url
        self._store: Any = None
        self._path = ""
        self._here = 0
        self._range_size = HEAD_SIZE
        self._window: tuple[int, bytes] = (0, b"")
        self._kept: list[tuple[int, bytes]] = []
        self._whole: BinaryIO | None = None
        last = StoreFile._last
        if last is not None and last[0] == self._url:
            self.size, self._kept = last[1], last[2]
            return
        size = location.size
        if size is None:
            self._reach()
            details = tried(lambda: self._store.info(self._path))
            if details.get("type") == "directory":
                raise StoreError("is a folder")
            size = details.get("size")
            if size is None or details.get("partial") is False:
                size = self._take_whole()
        self.size = size
        StoreFile._last = (self._url, self.size, self._kept)

    def _reach(self) -> None:
        if self._store is None:
            self._store, self._path = file_system(self._url)

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """The place of the next byte."""
        return self._here

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a place; nothing is read."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._here, os.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("a place before the beginning")
        self._here = base + offset
        return self._here

    def read(self, size: int | None = -1, /) -> bytes:
        """So many bytes, fewer only at the end."""
        left = max(0, self.size - self._here)
        wanted = left if size is None or size < 0 else min(size, left)
        parts = []
        while wanted > 0:
            piece = self._piece(wanted)
            parts.append(piece)
            self._here += len(piece)
            wanted -= len(piece)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read into memory."""
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Drop what is held."""
        self._window = (0, b"")
        if self._whole is not None:
            self._whole.close()
            self._forget()
        super().close()

    def _forget(self) -> None:
        if StoreFile._last is not None and StoreFile._last[0] == self._url:
            StoreFile._last = None

    def _piece(self, wanted: int) -> bytes:
        """Bytes from here on, at least one, of what is held or of a range that is fetched."""
        if self._whole is not None:
            self._whole.seek(self._here)
            piece = self._whole.read(wanted)
            if not piece:
                raise StoreError("the file became shorter while it was read")
            return piece
        for start, data in (self._window, *self._kept):
            if start <= self._here < start + len(data):
                at = self._here - start
                return data[at : at + wanted]
        self._fetch(wanted)
        return self._piece(wanted)

    def _fetch(self, wanted: int) -> None:
        """Have the range at hand in which the next byte is."""
        here, size = self._here, self.size
        tail = size - TAIL_SIZE
        is_whole = size <= HEAD_SIZE + TAIL_SIZE
        if is_whole or here >= tail:
            start = 0 if is_whole else tail
            self._keep(start, self._range(start, size))
            return
        if here == 0 and not self._window[1]:
            self._keep(0, self._range(0, HEAD_SIZE))
            return
        follows = here == self._window[0] + len(self._window[1]) or here == HEAD_SIZE
        self._range_size = min(self._range_size * 2, RANGE_SIZE_MAX) if follows else HEAD_SIZE
        end = here + max(self._range_size, min(wanted, RANGE_SIZE_MAX))
        self._window = (here, self._range(here, min(end, size)))

    def _keep(self, start: int, data: bytes) -> None:
        if self._whole is None:
            self._kept.append((start, data))

    def _range(self, start: int, end: int) -> bytes:
        self._reach()

        def fetched() -> bytes:
            data: bytes = self._store.cat_file(self._path, start=start, end=end)
            if len(data) < end - start:
                raise OSError(f"{len(data)} of {end - start} bytes came")
            return data

        data = tried(fetched)
        if len(data) > end - start:  # it gives no ranges
            del data
            self._take_whole()
            return b""
        return data

    def _take_whole(self) -> int:
        """Have all of the file in the place of ranges, for a store that gives none; its size."""
        self._reach()

        import shutil
        import tempfile

        def taken() -> BinaryIO:
            kept = tempfile.SpooledTemporaryFile(MEMORY_SIZE_MAX)  # noqa: SIM115 (closed by close)
            try:
                with self._store.open(self._path, "rb") as file:
                    shutil.copyfileobj(file, kept, 1 << 20)
            except BaseException:
                kept.close()
                raise
            return cast(BinaryIO, kept)

        self._whole = tried(taken)
        self._forget()
        return self._whole.seek(0, os.SEEK_END)
