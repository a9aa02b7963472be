"""Packings of a log: opened in memory within limits, and packed again."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import zstandard

from wwanreplay.errors import InputError
from wwanreplay.packing.expansion import Expansion

#: Bytes of a log, and of all that is unpacked of one file: it is held in memory.
LOG_SIZE_MAX: Final = 256 << 20
_PIECE_SIZE: Final = 1 << 20
_XZ_MEMORY_MAX: Final = 1 << 28
ZIP: Final = b"PK\x03\x04"
#: Opening bytes of containers that are not opened here.
CLOSED: Final = {b"7z\xbc\xaf\x27\x1c": "a 7z archive", b"MSCF": "a Windows cabinet"}


class _Unpacker(Protocol):
    def decompress(self, data: bytes, max_length: int) -> bytes: ...

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    @property
    def needs_input(self) -> bool: ...


class _Inflate:
    """zlib's unpacker under the interface of the others."""

    def __init__(self) -> None:
        self._engine = zlib.decompressobj(16 + zlib.MAX_WBITS)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._engine.decompress(self._engine.unconsumed_tail + data, max_length)

    @property
    def eof(self) -> bool:
        return self._engine.eof

    @property
    def unused_data(self) -> bytes:
        return self._engine.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._engine.unconsumed_tail


@dataclass(frozen=True, slots=True)
class Packing:
    """One way to pack: its opening bytes, and both directions."""

    name: str
    magic: bytes
    unpack: Callable[[bytes, str, Expansion], bytes]
    pack: Callable[[bytes], bytes]


def _unpacked_by(make: Callable[[], _Unpacker]) -> Callable[[bytes, str, Expansion], bytes]:
    def unpack(data: bytes, name: str, expansion: Expansion) -> bytes:
        return _unpacked(data, name, make, expansion)

    return unpack


def _unpacked(data: bytes, name: str, make: Callable[[], _Unpacker], expansion: Expansion) -> bytes:
    """All members of a packed file; what comes before damage counts, as for the readers."""
    parts: list[bytes] = []
    size = 0
    engine = make()
    try:
        while data or not engine.needs_input:
            piece = engine.decompress(data, _PIECE_SIZE)
            data = b""
            size += len(piece)
            expansion.add(name, len(piece))
            parts.append(piece)
            if engine.eof:
                data = engine.unused_data.lstrip(b"\0")
                if not data:
                    break
                engine = make()
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
        if not size:
            raise InputError(f"{name}: the packed data are damaged: {error}") from None
    return b"".join(parts)


def _unzstd(data: bytes, name: str, expansion: Expansion) -> bytes:
    engine = zstandard.ZstdDecompressor(max_window_size=_XZ_MEMORY_MAX)
    out = bytearray()
    try:
        with engine.stream_reader(io.BytesIO(data), read_across_frames=True) as reader:
            while piece := reader.read(_PIECE_SIZE):
                out += piece
                expansion.add(name, len(piece))
    except zstandard.ZstdError as error:
        if not out:
            raise InputError(f"{name}: the packed data are damaged: {error}") from None
    return bytes(out)


PACKINGS: Final = (
    Packing(
        "gzip",
        b"\x1f\x8b",
        _unpacked_by(_Inflate),
        lambda data: gzip.compress(data, mtime=0),
    ),
    Packing(
        "xz",
        b"\xfd7zXZ\0",
        _unpacked_by(lambda: lzma.LZMADecompressor(memlimit=_XZ_MEMORY_MAX)),
        lzma.compress,
    ),
    Packing("bzip2", b"BZh", _unpacked_by(bz2.BZ2Decompressor), bz2.compress),
    Packing(
        "zstd",
        b"\x28\xb5\x2f\xfd",
        _unzstd,
        lambda data: zstandard.ZstdCompressor().compress(data),
    ),
)


def packing_of(data: bytes) -> Packing | None:
    """How data are packed, None when they are not (or as a zip archive)."""
    return next((packing for packing in PACKINGS if data.startswith(packing.magic)), None)


def members_of(
    data: bytes, name: str, expansion: Expansion
) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    """The members of a zip archive. Raises InputError for one that cannot be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            expansion.add_members(name, len(infos))
            for info in infos:
                label = f"{name}/{info.filename}"
                expansion.expect(label, info.file_size, 0)
                parts = []
                with archive.open(info) as member:
                    while piece := member.read(_PIECE_SIZE):
                        expansion.add(label, len(piece))
                        parts.append(piece)
                yield info, b"".join(parts)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError, zlib.error) as error:
        raise InputError(
            f"{name}: cannot be read as a zip archive ({error}); unpack it first"
        ) from None


def zipped(members: list[tuple[str, tuple[int, int, int, int, int, int], bytes]]) -> bytes:
    """A zip archive of (name, date, content)."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, date, content in members:
            archive.writestr(zipfile.ZipInfo(name, date), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()
