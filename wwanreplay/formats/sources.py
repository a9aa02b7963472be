"""Where logs come from: files, standard input, what packs them, in any encoding.

Unpacked are gz, xz, bz2, zstd and zip. Every source is a stream of bytes read forward in flat
memory. Text in UTF-16 is passed on as UTF-8, byte order marks are removed. What is packed is
unpacked within limits of size and ratio; damage in it ends the log early and is counted as dropped;
what was read before is kept.
"""

from __future__ import annotations

import bz2
import codecs
import io
import lzma
import os
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePath
from typing import IO, Final, Protocol, cast

import zstandard

from wwanreplay.errors import InputError, LimitError
from wwanreplay.formats.expansion import Expansion

HEAD_SIZE: Final = 1 << 16
PIECE_SIZE: Final = 1 << 18
DIRECTORY_SIZE_MAX: Final = 1 << 20
#: Bytes of a packed archive that is not a file by itself: it is put into a temporary one.
SPOOL_SIZE_MAX: Final = 1 << 32
XZ_MEMORY_MAX: Final = 1 << 28

_GZIP, _XZ, _ZSTD, _ZIP = b"\x1f\x8b", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"
_ZIP_METHODS: Final = {9: "deflate64", 12: "bzip2", 14: "lzma", 93: "zstd", 95: "xz"}
_BZIP2: Final = b"BZh"
_ENDINGS = {".gz", ".xz", ".bz2", ".zst", ".zip"}


class Input(Protocol):
    """Anything with `read(size)` that gives bytes, and none at its end."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        ...


class Stage(Protocol):
    """What a log has come through; `damage` is why it ended early, or empty."""

    damage: str


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


class _Recoded:
    """UTF-16 passed on as UTF-8; what is no UTF-16 becomes replacement characters."""

    def __init__(self, raw: Input, encoding: str) -> None:
        self._raw = raw
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._done = False

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002 - pieces come as they come
        while not self._done:
            data = self._raw.read(PIECE_SIZE)
            self._done = not data
            text = self._decoder.decode(data, final=self._done)
            if text:
                return text.encode("utf-8", "replace")
        return b""


class _Rewound:
    """A stream with bytes put back in front."""

    def __init__(self, head: bytes, raw: Input) -> None:
        self._head = head
        self._raw = raw

    def read(self, size: int = -1) -> bytes:
        if self._head:
            size = len(self._head) if size < 0 else size
            data, self._head = self._head[:size], self._head[size:]
            return data
        return self._raw.read(size)


class LogSource:
    """One log: its name for places, and its bytes, read forward.

    `head` is the beginning, up to 64 KiB, for finding out what the log is; reading starts there.
    """

    def __init__(
        self,
        name: str,
        raw: Input,
        guards: tuple[Stage, ...] = (),
        *,
        line_of: Callable[[int], int] = int,
    ) -> None:
        self.name = name
        #: Lines that were passed over before the part that is read.
        self.lines_passed = 0
        #: The number of a line in the file that the user has.
        self.line_of = line_of
        self.guards = guards
        self._raw = raw
        self.head = _recoded_head(self)
        self._pending = self.head

    def take_raw(self, raw: Input) -> None:
        """Read from another stream from now on (used while the encoding is found out)."""
        self._raw = raw

    @property
    def raw(self) -> Input:
        """The stream below."""
        return self._raw

    @property
    def damage(self) -> str:
        """Why the log ended early, or empty."""
        return next((guard.damage for guard in self.guards if guard.damage), "")

    def read(self, size: int) -> bytes:
        """Up to `size` bytes, fewer when fewer are at hand, none at the end."""
        if self._pending:
            data, self._pending = self._pending[:size], self._pending[size:]
            return data
        data = self._raw.read(size)
        if len(data) > size:
            data, self._pending = data[:size], data[size:]
        return data

    def put_back(self, data: bytes) -> None:
        """Give bytes to the next `read`."""
        self._pending = data + self._pending

    def read_exactly(self, size: int) -> bytes:
        """`size` bytes, fewer only at the end of the log."""
        parts = []
        while size > 0:
            data = self.read(min(size, PIECE_SIZE))
            if not data:
                break
            parts.append(data)
            size -= len(data)
        return parts[0] if len(parts) == 1 else b"".join(parts)


def _fill(raw: Input, size: int) -> bytes:
    parts: list[bytes] = []
    have = 0
    while have < size:
        data = raw.read(size - have)
        if not data:
            break
        parts.append(data)
        have += len(data)
    return b"".join(parts)


def _recoded_head(source: LogSource) -> bytes:
    """The first bytes of a source; sets it up to pass UTF-16 on as UTF-8."""
    head = _fill(source.raw, HEAD_SIZE)
    encoding = encoding_of(head)
    if encoding == "utf-8-sig":
        return head[3:]
    if encoding is None:
        return head
    source.take_raw(_Recoded(_Rewound(head, source.raw), encoding))
    text = _fill(source.raw, HEAD_SIZE // 2)
    return text[3:] if text.startswith(codecs.BOM_UTF8) else text


def encoding_of(head: bytes) -> str | None:
    """The encoding to take away: UTF-8 with a mark, UTF-16 with or without one, or None."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    sample = head[:2048]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        # UTF-16 has line ends and digits, so zero bytes; a mark before other text is damage.
        return "utf-16" if 0 in sample or len(sample) < 16 else None
    if len(sample) < 16 or sample[0:1] == b"\x00" == sample[1:2]:
        return None
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    printable = sum(9 <= byte < 127 for byte in sample)
    if printable < half * 0.9:
        return None
    if odd > half * 0.9 and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.9 and odd == 0 else None


def open_sources(
    path: str | os.PathLike[str] | Input, *, expanded_size_max: int | None = None
) -> Iterator[LogSource]:
    """Yield the logs in a file: one, or one for each member of a zip archive.

    `-` is standard input; a binary stream is read as it is. Raises InputError for what cannot be
    opened, LimitError for what unpacks beyond the limits, or beyond `expanded_size_max` bytes.
    """
    expansion = Expansion(expanded_size_max)
    if not isinstance(path, str | os.PathLike):
        yield from _unpacked(str(getattr(path, "name", "<stream>")), path, (), 0, expansion)
        return
    name = os.fspath(path)
    if name == "-":
        yield from _unpacked("<stdin>", sys.stdin.buffer, (), 0, expansion)
        return
    try:
        file = open(name, "rb")  # noqa: SIM115 - closed below, also when the caller stops early
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{name}: cannot be read: {reason}") from None
    with file:
        yield from _unpacked(name, file, (), 0, expansion)


def _inner_name(name: str) -> str:
    """A name without the ending of its packing, for what is inside."""
    path = PurePath(name)
    return name[: -len(path.suffix)] if path.suffix.lower() in _ENDINGS else name


def _unpacked(
    name: str,
    raw: Input,
    guards: tuple[Stage, ...],
    layer: int,
    expansion: Expansion,
) -> Iterator[LogSource]:
    guarded = Guarded(name, raw, None if layer else expansion.take)
    start = _fill(guarded, 6)
    if guarded.damage and not start:
        raise InputError(f"{name}: cannot be read: {guarded.damage}")
    stream: Input = _Rewound(start, guarded)
    guards = (*guards, guarded)
    make = next((each for mark, each in _UNPACKERS.items() if start.startswith(mark)), None)
    if make is not None or start.startswith((_ZSTD, _ZIP)):
        expansion.enter(name, layer)
    if make is not None:
        packed = Packed(name, stream, make, expansion)
        yield from _unpacked(_inner_name(name), packed, (*guards, packed), layer + 1, expansion)
    elif start.startswith(_ZSTD):
        engine = zstandard.ZstdDecompressor(max_window_size=XZ_MEMORY_MAX)
        reader = engine.stream_reader(_as_file(stream), read_across_frames=True)
        inner = Guarded(name, reader, partial(expansion.add, name))
        yield from _unpacked(_inner_name(name), inner, (*guards, inner), layer + 1, expansion)
    elif start.startswith(_ZIP):
        yield from _members(name, raw if layer == 0 else None, stream, guards, layer, expansion)
    else:
        yield LogSource(name, stream, guards)


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


class _SmallReads:
    """A zip file whose directory, which is read at once, is no larger than our limits need."""

    def __init__(self, file: IO[bytes]) -> None:
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable
        self._file = file

    def read(self, size: int = -1) -> bytes:
        if size > DIRECTORY_SIZE_MAX:
            raise zipfile.BadZipFile(f"its directory is larger than {DIRECTORY_SIZE_MAX} bytes")
        return self._file.read(size)


def _members(
    name: str,
    file: Input | None,
    stream: Input,
    guards: tuple[Stage, ...],
    layer: int,
    expansion: Expansion,
) -> Iterator[LogSource]:
    """The logs in a zip archive, which is read where it is or from a temporary file."""
    with tempfile.TemporaryFile() as spool:
        seekable = getattr(file, "seekable", lambda: False)()
        if not seekable:
            size = 0
            while data := stream.read(PIECE_SIZE):
                size += len(data)
                if size > SPOOL_SIZE_MAX:
                    raise LimitError(f"{name}: bytes of the archive", size, SPOOL_SIZE_MAX)
                spool.write(data)
        try:
            inside = _SmallReads(cast("IO[bytes]", file) if seekable else spool)
            archive = zipfile.ZipFile(cast("IO[bytes]", inside))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise InputError(f"{name}: cannot be read as a zip archive: {error}") from None
        members = [info for info in archive.infolist() if not info.filename.endswith("/")]
        expansion.add_members(name, len(members))
        for info in members:
            label = f"{name}/{info.filename}"
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                # The others are unpacked without a limit to what comes out at once.
                kind = _ZIP_METHODS.get(info.compress_type, f"method {info.compress_type}")
                raise InputError(f"{label}: cannot be unpacked: {kind} in zip; unpack it first")
            expansion.expect(label, info.file_size, info.compress_size if seekable else 0)
            if seekable:
                expansion.take(info.compress_size)
            try:
                member = archive.open(info)
            except (
                zipfile.BadZipFile,
                OSError,
                ValueError,
                RuntimeError,
                NotImplementedError,
            ) as error:
                raise InputError(f"{label}: cannot be unpacked: {error}") from None
            with member:
                inner = Guarded(label, member, partial(expansion.add, label))
                yield from _unpacked(label, inner, (*guards, inner), layer + 1, expansion)
