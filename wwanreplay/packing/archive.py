"""Bundles: zip archives of a trace with what belongs to it, and their manifest.

    manifest.json    what the bundle is, and size and SHA-256 of every other member
    trace.wwtrace    the trace
    …                whatever else, for people

Reading takes nothing for granted: names, sizes, methods and hashes are checked, and each fault is
one clause.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final

from wwanreplay.errors import InputError
from wwanreplay.packing.expansion import Expansion
from wwanreplay.packing.streams import PIECE_SIZE, SmallReads

FORMAT: Final = "wwanreplay bundle"
VERSION: Final = 1
MANIFEST, TRACE = "manifest.json", "trace.wwtrace"
MANIFEST_SIZE_MAX: Final = 1 << 20
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: Members bear the earliest time of zip, so that a bundle does not depend on when it was made.
_TIME: Final = (1980, 1, 1, 0, 0, 0)
_MODE: Final = 0o100644 << 16
_ENCRYPTED: Final = 0x1


def write_archive(
    file: IO[bytes], about: Mapping[str, Any], members: Mapping[str, bytes | Path]
) -> None:
    """Write a bundle: the manifest with `about` in it, then the members in their order.

    A member is bytes or a file. The same members give the same bytes.
    """
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        **about,
        "members": [{"name": name, **_size_and_hash(data)} for name, data in members.items()],
    }
    text = json.dumps(manifest, indent=1).encode() + b"\n"
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in {MANIFEST: text, **members}.items():
            entry = zipfile.ZipInfo(name, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, _MODE
            entry.file_size = 1 << 32  # whether it is written as a large one does not vary
            with archive.open(entry, "w") as out:
                for piece in _pieces(data):
                    out.write(piece)


def _pieces(data: bytes | Path) -> Iterator[bytes]:
    if isinstance(data, bytes):
        yield data
        return
    with data.open("rb") as file:
        while piece := file.read(PIECE_SIZE):
            yield piece


def _size_and_hash(data: bytes | Path) -> dict[str, Any]:
    size, digest = 0, hashlib.sha256()
    for piece in _pieces(data):
        size += len(piece)
        digest.update(piece)
    return {"size": size, "sha256": digest.hexdigest()}


def is_bundle(file: IO[bytes]) -> bool:
    """Whether a zip archive is a bundle, sound or not."""
    try:
        with _opened("", file) as archive:
            return bool(
                _manifest("", archive, {each.filename: each for each in archive.infolist()})
            )
    except InputError:
        return False


def trace_of(name: str, file: IO[bytes], expansion: Expansion) -> Iterator[bytes]:
    """The bytes of the trace in a bundle, piece by piece.

    Raises InputError for an archive that is none or is damaged, LimitError beyond the expansion.
    """
    with _opened(name, file) as archive:
        members = _members(name, archive, expansion)
        manifest = _manifest(name, archive, members)
        wanted = _entry(name, manifest, TRACE)
        if TRACE not in members:
            raise InputError(f"{name}: the bundle has no {TRACE}")
        info = members[TRACE]
        expansion.expect(f"{name}/{TRACE}", info.file_size, info.compress_size)
        digest = hashlib.sha256()
        for piece in _read(name, archive, info):
            expansion.add(f"{name}/{TRACE}", len(piece))
            digest.update(piece)
            yield piece
        if digest.hexdigest() != wanted:
            raise InputError(f"{name}: {TRACE} is not the one that {MANIFEST} names")


def _opened(name: str, file: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(SmallReads(file))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError(f"{name}: cannot be read as a zip archive: {error}") from None


def _members(
    name: str, archive: zipfile.ZipFile, expansion: Expansion
) -> dict[str, zipfile.ZipInfo]:
    """The members by name, none of which could stand for another or outside of the bundle."""
    infos = archive.infolist()
    expansion.add_members(name, len(infos))
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        member = info.orig_filename
        parts = member.rstrip("/").split("/")
        is_odd = "\\" in member or "\0" in member or ":" in member or not member.isprintable()
        if is_odd or any(part in ("", ".", "..") for part in parts):
            raise InputError(f"{name}: a member has a name that leads elsewhere: {member!r:.80}")
        if member in members:
            raise InputError(f"{name}: has two members {member!r:.80}")
        if info.flag_bits & _ENCRYPTED:
            raise InputError(f"{name}: {member!r:.80} is encrypted")
        if info.compress_type not in _METHODS:
            raise InputError(f"{name}: {member!r:.80} is packed by another method than deflate")
        members[member] = info
    return members


def _read(name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(info) as member:
            while piece := member.read(PIECE_SIZE):
                yield piece
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        RuntimeError,
        NotImplementedError,
    ) as error:
        reason = str(error) or "it ends early"
        raise InputError(f"{name}: {info.filename} cannot be unpacked: {reason}") from None


def _manifest(
    name: str, archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo]
) -> dict[str, Any]:
    wrong = InputError(f"{name}: a zip archive, but no bundle of wwanreplay; unpack it first")
    info = members.get(MANIFEST)
    if info is None:
        raise wrong
    if info.file_size > MANIFEST_SIZE_MAX:
        raise InputError(f"{name}: {MANIFEST} is larger than {MANIFEST_SIZE_MAX} bytes")
    data = b""
    for piece in _read(name, archive, info):
        data += piece
        if len(data) > MANIFEST_SIZE_MAX:
            raise InputError(f"{name}: {MANIFEST} is larger than {MANIFEST_SIZE_MAX} bytes")
    try:
        manifest = json.loads(data)
    except (ValueError, RecursionError):
        raise InputError(f"{name}: {MANIFEST} is not JSON") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise wrong
    version = manifest.get("version")
    if version != VERSION:
        raise InputError(f"{name}: a bundle of version {version!r:.20}; this reads {VERSION}")
    return manifest


def _entry(name: str, manifest: Mapping[str, Any], member: str) -> str:
    """The SHA-256 that the manifest gives for a member."""
    listed = manifest.get("members")
    for entry in listed if isinstance(listed, list) else []:
        if isinstance(entry, dict) and entry.get("name") == member:
            digest = entry.get("sha256")
            if isinstance(digest, str):
                return digest
    raise InputError(f"{name}: {MANIFEST} does not name {member}")
