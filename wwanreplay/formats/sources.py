"""Where logs come from: files, standard input, what packs them, in any encoding.

Unpacked are gz, xz, bz2, zstd and zip. Every source is a stream of bytes read forward in flat
memory. Text in UTF-16 is passed on as UTF-8, byte order marks are removed. What is packed is
unpacked within limits of size and ratio; damage in it ends the log early and is counted as dropped;
what was read before is kept.
"""

from __future__ import annotations

import codecs
import os
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import PurePath
from typing import IO, Final, Protocol, cast

from wwanreplay.errors import InputError, LimitError
from wwanreplay.packing.expansion import Expansion
from wwanreplay.packing.streams import (
    MARK_SIZE,
    PIECE_SIZE,
    ZIP_MARK,
    Guarded,
    Input,
    Rewound,
    SmallReads,
    fill,
    is_packed,
    unpacking,
)
from wwanreplay.progress import begin
from wwanreplay.stores import STANDARD_INPUT_FILE, named, open_input

HEAD_SIZE: Final = 1 << 16
#: Bytes of a packed archive that is not a file by itself: it is put into a temporary one.
SPOOL_SIZE_MAX: Final = 1 << 32

_ZIP_METHODS: Final = {9: "deflate64", 12: "bzip2", 14: "lzma", 93: "zstd", 95: "xz"}
_ENDINGS = {".gz", ".xz", ".bz2", ".zst", ".zip"}


class Stage(Protocol):
    """What a log has come through; `damage` is why it ended early, or empty."""

    damage: str


class Watch(Protocol):
    """Looks in what a reader passes over for what another one reads."""

    #: Whether lines go to others that know them, though the reader wants them as well.
    is_yielding: bool
    #: Whether the first line is the reader's for sure.
    holds_first: bool

    def begins(self, block: bytes, start: int, end: int, number: int, *, bare: bool = True) -> int:
        """Where in a part of a block the first line of another format begins, or -1.

        `number` is that of the line at `start`. Without `bare` only formats count that are known by
        their words.
        """


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
        #: Lines in front of the part that is read.
        self.lines_passed = 0
        #: The number of a line in the file that the user has.
        self.line_of = line_of
        self.guards = guards
        #: Who looks for lines of other formats, and ends the reading in front of them.
        self.watch: Watch | None = None
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


def _recoded_head(source: LogSource) -> bytes:
    """The first bytes of a source; sets it up to pass UTF-16 on as UTF-8."""
    head = fill(source.raw, HEAD_SIZE)
    encoding = encoding_of(head)
    if encoding == "utf-8-sig":
        return head[3:]
    if encoding is None:
        return head
    source.take_raw(_Recoded(Rewound(head, source.raw), encoding))
    text = fill(source.raw, HEAD_SIZE // 2)
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


class _Watched:
    """A stream whose reading is shown; where one can go to places in it, so one can here."""

    def __init__(self, name: str, stream: Input) -> None:
        self._stream = stream
        self._done = 0
        size = None
        if getattr(stream, "seekable", lambda: False)():
            file = cast("IO[bytes]", stream)
            self.seekable, self.seek, self.tell = file.seekable, file.seek, file.tell
            with suppress(OSError, ValueError):  # whoever reads meets it again
                here = file.tell()
                size = file.seek(0, os.SEEK_END) - here
                file.seek(here)
        self._work = begin(name, size)

    def read(self, size: int = -1) -> bytes:
        """Read as the stream does."""
        data = self._stream.read(size)
        self._done += len(data)
        self._work.reach(self._done)
        return data

    def close(self) -> None:
        """The work ends; the stream stays open."""
        self._work.end()


def open_sources(
    path: str | os.PathLike[str] | Input, *, expanded_size_max: int | None = None
) -> Iterator[LogSource]:
    """Yield the logs in a file: one, or one for each member of a zip archive.

    `-` is standard input; a binary stream is read as it is. Raises InputError for what cannot be
    opened, LimitError for what unpacks beyond the limits, or beyond `expanded_size_max` bytes.
    """
    expansion = Expansion(expanded_size_max)
    if not isinstance(path, str | os.PathLike):
        yield from _watched(str(getattr(path, "name", "<stream>")), path, expansion)
        return
    name = named(path)
    if name == "-":
        yield from _watched(STANDARD_INPUT_FILE, sys.stdin.buffer, expansion)
        return
    try:
        file = open_input(name)  # closed below, also when the caller stops early
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{name}: cannot be read: {reason}") from None
    with file:
        yield from _watched(name, file, expansion)


def _watched(name: str, stream: Input, expansion: Expansion) -> Iterator[LogSource]:
    with closing(_Watched(name, stream)) as watched:
        yield from _unpacked(name, watched, (), 0, expansion)


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
    start = fill(guarded, MARK_SIZE)
    if guarded.damage and not start:
        raise InputError(f"{name}: cannot be read: {guarded.damage}")
    stream: Input = Rewound(start, guarded)
    guards = (*guards, guarded)
    is_zip = start.startswith(ZIP_MARK)
    if is_zip or is_packed(start):
        expansion.enter(name, layer)
    if is_packed(start):
        inner = unpacking(name, start, guarded, expansion)
        yield from _unpacked(_inner_name(name), inner, (*guards, inner), layer + 1, expansion)
    elif is_zip:
        yield from _members(name, raw if layer == 0 else None, stream, guards, layer, expansion)
    else:
        yield LogSource(name, stream, guards)


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
            inside = SmallReads(cast("IO[bytes]", file) if seekable else spool)
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
