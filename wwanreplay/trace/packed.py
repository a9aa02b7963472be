"""Traces that are packed, or in a bundle: unpacked into a temporary file, within limits.

A trace is read by offsets, so that it cannot be read through a packing; what comes out of one is
bounded as that of a packed log is (`packing/expansion.py`).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing
from typing import IO, BinaryIO, Final, cast

from wwanreplay.errors import InputError, LimitError, OutputError, TraceError
from wwanreplay.packing.archive import is_bundle, trace_of
from wwanreplay.packing.expansion import Expansion
from wwanreplay.packing.streams import (
    MARK_SIZE,
    PIECE_SIZE,
    ZIP_MARK,
    Guarded,
    Input,
    Packed,
    fill,
    is_packed,
    unpacking,
)
from wwanreplay.stores import named, open_input
from wwanreplay.trace.frames import OPENING

#: A trace of up to so many bytes is kept in memory.
MEMORY_SIZE_MAX: Final = 1 << 24
_HINT: Final = "unpack it first"


def may_be_packed(start: bytes) -> bool:
    """Whether a file that begins so is a packed trace, or a bundle, rather than a trace."""
    return is_packed(start) or start.startswith(ZIP_MARK)


def holds_trace(source: str | os.PathLike[str]) -> bool:
    """Whether a file is a packed trace or a bundle, as far as its beginning and names show."""
    name = named(source)
    expansion = Expansion(hint=_HINT)
    try:
        with open_input(name) as file:
            stream: Input = cast(Input, file)
            start = fill(stream, MARK_SIZE)
            if start.startswith(ZIP_MARK):
                return is_bundle(file)
            layer = 0
            while is_packed(start):
                expansion.enter(name, layer)
                stream = unpacking(name, start, stream, expansion)
                start, layer = fill(stream, MARK_SIZE), layer + 1
            return bool(layer) and start[:MARK_SIZE] == OPENING[:MARK_SIZE]
    except (OSError, LimitError):
        return False


def unpacked(name: str, start: bytes, rest: BinaryIO) -> BinaryIO:
    """The trace in what is packed, of which `start` was read already, as a file of its own.

    It may be packed several times, and be that of a bundle. TraceError for what is damaged, holds
    no trace or too much, OutputError where it cannot be kept.
    """
    kept = cast(BinaryIO, tempfile.SpooledTemporaryFile(MEMORY_SIZE_MAX))  # noqa: SIM115
    try:
        for piece in _pieces(name, start, rest):
            _keep(kept, piece)
        kept.seek(0)
    except LimitError as error:
        kept.close()
        raise TraceError(str(error), path=None if str(error).startswith(name) else name) from None
    except BaseException:
        kept.close()
        raise
    return kept


def _pieces(name: str, start: bytes, rest: BinaryIO) -> Iterator[bytes]:
    expansion = Expansion(hint=_HINT)
    expansion.take(len(start))
    stream: Input = Guarded(name, cast(Input, rest), expansion.take)
    stages: list[Packed | Guarded] = [cast(Guarded, stream)]
    layer = 0
    while is_packed(start):
        expansion.enter(name, layer)
        stream = unpacking(name, start, stream, expansion)
        stages.append(stream)
        start, layer = fill(stream, MARK_SIZE), layer + 1
        _check(name, stages)
    if start.startswith(ZIP_MARK):
        yield from _of_bundle(name, start, stream, expansion, stages)
        return
    yield start
    while piece := stream.read(PIECE_SIZE):
        yield piece
    _check(name, stages)


def _keep(file: IO[bytes], data: bytes) -> None:
    try:
        file.write(data)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            f"a packed trace cannot be kept in a temporary file: {reason}; {_HINT}, or set TMPDIR"
        ) from None


def _check(name: str, stages: list[Packed | Guarded]) -> None:
    for stage in stages:
        if stage.damage:
            raise TraceError(f"{stage.damage}; {_HINT} to read what is there", path=name)


def _of_bundle(
    name: str,
    start: bytes,
    stream: Input,
    expansion: Expansion,
    stages: list[Packed | Guarded],
) -> Iterator[bytes]:
    """The trace of a bundle, which is read by offsets, and so kept in a file as well."""
    with closing(cast(IO[bytes], tempfile.SpooledTemporaryFile(MEMORY_SIZE_MAX))) as archive:
        _keep(archive, start)
        size = len(start)
        while piece := stream.read(PIECE_SIZE):
            size += len(piece)
            if size > expansion.size_max:
                raise LimitError(f"{name}: bytes of the bundle", size, expansion.size_max)
            _keep(archive, piece)
        _check(name, stages)
        try:
            yield from trace_of(name, archive, expansion)
        except InputError as error:
            raise TraceError(str(error).removeprefix(f"{name}: "), path=name) from None
