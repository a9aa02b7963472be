"""Streams that are packed: gz, xz, bz2 and zstd, unpacked piece by piece within limits."""

from __future__ import annotations

import bz2
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from typing import IO, Final, Protocol, cast

import zstandard

from wwanreplay.packing.expansion import Expansion

PIECE_SIZE: Final = 1 << 18
XZ_MEMORY_MAX: Final = 1 << 28
#: So many bytes show whether something is packed, and how.
MARK_SIZE: Final = 6

_GZIP, _XZ, _ZSTD = b"\x1f\x8b", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"
_BZIP2: Final = b"BZh"
ZIP_MARK: Final = b"PK\x03\x04"
DIRECTORY_SIZE_MAX: Final = 1 << 20


class Input(Protocol):
    """Anything with `read(size)` that gives bytes, and none at its end."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        ...


class _Gzip:
    def __init__(self) -> None:
        self._engine = zlib.decompressobj(wbits=31)

    def unpack(self, data: bytes) -> bytes:
        return self._engine.decompress(self._engine.unconsumed_tail + data, PIECE_SIZE)

    @property
    def hungry(self) -> bool:
        return not self._engine.unconsumed_tail

    @property
    def over(self) -> bool:
        return self._engine.eof

    @property
    def rest(self) -> bytes:
        return self._engine.unused_data


class _Standard:
    """The decompressors of xz and bz2, which have one form."""

    def __init__(self, engine: lzma.LZMADecompressor | bz2.BZ2Decompressor) -> None:
        self._engine = engine

    def unpack(self, data: bytes) -> bytes:
        return self._engine.decompress(data, PIECE_SIZE)

    @property
    def hungry(self) -> bool:
        return self._engine.needs_input

    @property
    def over(self) -> bool:
        return self._engine.eof

    @property
    def rest(self) -> bytes:
        return self._engine.unused_data


def _xz() -> _Standard:
    return _Standard(lzma.LZMADecompressor(memlimit=XZ_MEMORY_MAX))


def _bzip2() -> _Standard:
    return _Standard(bz2.BZ2Decompressor())


_Unpacker = _Gzip | _Standard
#: By the first bytes; those of bz2 have the size of a block and the mark of the first one too.
_UNPACKERS: Final[dict[bytes, Callable[[], _Unpacker]]] = {
    _GZIP: _Gzip,
    _XZ: _xz,
    **{_BZIP2 + bytes((48 + size,)) + b"1A": _bzip2 for size in range(1, 10)},
}


class Packed:
    """A gz, xz or bz2 stream, possibly of several members, unpacked piece by piece."""

    def __init__(
        self, name: str, raw: Input, make: Callable[[], _Unpacker], expansion: Expansion
    ) -> None:
        self.name = name
        self.damage = ""
        self._expansion = expansion
        self._raw = raw
        self._make = make
        self._engine = make()
        self._next = b""
        self._done = False

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002 - pieces come as they come
        """The next unpacked bytes, at most `PIECE_SIZE`."""
        while not self._done:
            data = b""
            if self._engine.hungry:
                data = self._next or self._raw.read(PIECE_SIZE)
                self._next = b""
                if not data:
                    self._end("the packed data end early")
                    break
            try:
                piece = self._engine.unpack(data)
            except (zlib.error, lzma.LZMAError, EOFError, OSError) as error:
                self._end(f"the packed data are damaged: {error}")
                break
            if self._engine.over:
                self._follow(self._engine.rest)
            if piece:
                self._expansion.add(self.name, len(piece))
                return piece
        return b""

    def _follow(self, rest: bytes) -> None:
        """Go on to a further member, past padding."""
        rest = rest.lstrip(b"\x00")
        while not rest:
            more = self._raw.read(PIECE_SIZE)
            if not more:
                self._done = True
                return
            rest = more.lstrip(b"\x00")
        self._next = rest
        self._engine = self._make()

    def _end(self, damage: str) -> None:
        self.damage = damage
        self._done = True


class Guarded:
    """A stream whose own errors become damage, and whose bytes are counted by `count`."""

    def __init__(self, name: str, raw: Input, count: Callable[[int], None] | None = None) -> None:
        self.name = name
        self.damage = ""
        self._raw = raw
        self._count = count

    def read(self, size: int = -1) -> bytes:
        """The next bytes, none after damage."""
        if self.damage:
            return b""
        try:
            data = self._raw.read(size)
        except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as error:
            reason = getattr(error, "strerror", None)  # the system could not read; else it is data
            self.damage = reason or f"the data are damaged: {error}"
            return b""
        except (zipfile.BadZipFile, zstandard.ZstdError, NotImplementedError) as error:
            self.damage = f"the packed data are damaged: {error}"
            return b""
        if self._count is not None:
            self._count(len(data))
        return data


class Rewound:
    """A stream with bytes put back in front."""

    def __init__(self, head: bytes, raw: Input) -> None:
        self._head = head
        self._raw = raw

    def read(self, size: int = -1) -> bytes:
        """Up to so many bytes."""
        if self._head:
            size = len(self._head) if size < 0 else size
            data, self._head = self._head[:size], self._head[size:]
            return data
        return self._raw.read(size)


def _as_file(raw: Input) -> IO[bytes]:
    return cast("IO[bytes]", _AsFile(raw))


class _AsFile(io.RawIOBase):
    """A stream in the form that zstandard wants."""

    def __init__(self, raw: Input) -> None:
        self._input = raw

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._input.read(size)


class SmallReads:
    """A zip file whose directory, which is read at once, is no larger than our limits need."""

    def __init__(self, file: IO[bytes]) -> None:
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """So many bytes; BadZipFile for more than our limits need at once."""
        if size > DIRECTORY_SIZE_MAX:
            raise zipfile.BadZipFile(f"its directory is larger than {DIRECTORY_SIZE_MAX} bytes")
        return self._file.read(size)


def is_packed(start: bytes) -> bool:
    """Whether bytes begin what `unpacking` unpacks."""
    return start.startswith((*_UNPACKERS, _ZSTD))


def unpacking(name: str, start: bytes, rest: Input, expansion: Expansion) -> Packed | Guarded:
    """What a packed stream holds, of which `start` was read already and says how it is packed.

    Its `damage` is why it ended early, if it did. Reading raises LimitError beyond the expansion.
    """
    stream = Rewound(start, rest)
    make = next((each for mark, each in _UNPACKERS.items() if start.startswith(mark)), None)
    if make is not None:
        return Packed(name, stream, make, expansion)
    engine = zstandard.ZstdDecompressor(max_window_size=XZ_MEMORY_MAX)
    reader = engine.stream_reader(_as_file(stream), read_across_frames=True)
    return Guarded(name, reader, partial(expansion.add, name))


def fill(raw: Input, size: int) -> bytes:
    """So many bytes of a stream, fewer only at its end."""
    parts: list[bytes] = []
    have = 0
    while have < size:
        data = raw.read(size - have)
        if not data:
            break
        parts.append(data)
        have += len(data)
    return b"".join(parts)
