"""Parts of one session as one trace: cuts put together again, the files of one tap."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, BinaryIO, Final, cast

from wwanreplay._core import Event, Kind
from wwanreplay.errors import TraceError, UsageError
from wwanreplay.outputs import is_same_file, whole
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

#: What all parts of a session have in common, with the words for it.
_COMMON: Final = {
    "comparison": "the way of comparison",
    "profile_mapping": "the profile",
    "seed": "the seed",
    "model_version": "the device model",
}


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What was written: records and parts; `lost` are known to be missing between parts.

    `is_whole`: the parts were cut of one trace, and are all of it.
    """

    records: int
    parts: int
    lost: int
    is_whole: bool
    digest: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """A trace with where it stands: the records of its session, or nanoseconds behind the first."""

    reader: TraceReader
    first: int
    stop: int
    shift_ns: int = 0


def merge_traces(
    sources: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    *,
    compression: str = "none",
    force: bool = False,
    shared: bool = False,
) -> MergeReport:
    """Write the parts of one session as one trace, in their order, whatever order they come in.

    Parts are cuts of one trace, whose records say where they stand (what two of them have is
    written once, what none has is a gap), or field traces with a wall clock that do not overlap.
    UsageError for traces that are no parts of one session.
    """
    if len(sources) < 2:
        raise UsageError("name two traces or more")
    for source in sources:
        if is_same_file(os.fspath(source), out):
            raise UsageError(f"{os.fspath(out)}: is one of the traces; name another file with -o")
    with ExitStack() as stack:
        readers = [stack.enter_context(TraceReader(source)) for source in sources]
        _check(readers)
        is_cut = all(reader.header.cut for reader in readers)
        pieces = _cuts(readers) if is_cut else _by_clock(readers)
        header = _header(pieces, is_cut=is_cut)
        file = stack.enter_context(whole(out, force=force, shared=shared))
        writer = stack.enter_context(
            TraceWriter(cast(BinaryIO, file), header, compression=compression)
        )
        _attach(readers, writer)
        lost = _Merging(writer, pieces[0].first).take(pieces)
        writer.flush()
        return MergeReport(
            writer.next_index,
            len(pieces),
            lost,
            is_cut and not header.cut and not lost,
            writer.digest().hex(),
        )


def _check(readers: Sequence[TraceReader]) -> None:
    first = readers[0]
    for reader in readers:
        if reader.size is None:
            raise UsageError("a pipe cannot be merged; name files")
        reader.header.refuse_filtered(reader.path, "merge the traces first, and filter the whole")
        for name, words in _COMMON.items():
            if getattr(reader.header, name) != getattr(first.header, name):
                text = f"{reader.path}: {words} is another than that of {first.path}"
                raise UsageError(f"{text}: they are no parts of one session")
    cuts = [bool(reader.header.cut) for reader in readers]
    if any(cuts) and not all(cuts):
        whole_trace = readers[cuts.index(False)].path
        raise UsageError(f"{whole_trace}: is a whole session, and the others are parts of one")
    if all(cuts) and len({reader.header.cut.get("of") for reader in readers}) > 1:
        raise UsageError("the traces are cuts of different sessions")


def _cuts(readers: Sequence[TraceReader]) -> list[_Piece]:
    pieces = []
    for reader in readers:
        cut = reader.header.cut
        first, stop = cut.get("first_record"), cut.get("stop_record")
        if type(first) is not int or type(stop) is not int or not 0 <= first < stop:
            raise TraceError("the header does not say which part it is", path=reader.path)
        if cut.get("gap"):
            raise UsageError(
                f"{reader.path}: records are lost before this part, so that it cannot be merged"
            )
        pieces.append(_Piece(reader, first, stop))
    return sorted(pieces, key=lambda piece: (piece.first, piece.stop))


def _by_clock(readers: Sequence[TraceReader]) -> list[_Piece]:
    pieces: list[tuple[int, int, TraceReader]] = []
    for reader in readers:
        header, footer = reader.header, reader.footer
        epoch_ns = header.clock.get("epoch_ns")
        if header.comparison != "field" or type(epoch_ns) is not int:
            raise UsageError(
                f"{reader.path}: is neither a cut nor a field trace with a wall clock: it is a"
                " session of its own"
            )
        if footer is None:
            raise TraceError(
                f"{reader.cut_text}; wwanreplay recover makes it whole", path=reader.path
            )
        pieces.append((epoch_ns, epoch_ns + (footer.time_max_ns or 0), reader))
    pieces.sort(key=lambda piece: piece[:2])
    for (_, end_ns, one), (begin_ns, _, other) in pairwise(pieces):
        if begin_ns < end_ns:
            raise UsageError(f"{other.path}: begins before {one.path} ends; parts do not overlap")
    begin_ns = pieces[0][0]
    return [_Piece(reader, 0, 0, epoch_ns - begin_ns) for epoch_ns, _, reader in pieces]


def _header(pieces: Sequence[_Piece], *, is_cut: bool) -> TraceHeader:
    """The header of the first part, with which part of the session all of them are."""
    header = pieces[0].reader.header
    if not is_cut:
        return header
    stop = max(piece.stop for piece in pieces)
    cut: dict[str, Any] = {**header.cut, "stop_record": stop}
    if cut["first_record"] == 0 and stop == cut.get("records"):
        cut = {}
    return replace(header, cut=cut)


def _attach(readers: Sequence[TraceReader], writer: TraceWriter) -> None:
    seen: set[tuple[str, bytes]] = set()
    for reader in readers:
        for attachment in reader.attachments():
            if (attachment.name, attachment.data) not in seen:
                seen.add((attachment.name, attachment.data))
                writer.attach(attachment.name, attachment.data, attachment.media_type)


def _causes(cut: dict[str, Any]) -> dict[int, int]:
    """Place in a part → number in the session, of causes that stand before the part."""
    listed = cut.get("causes", [])
    pairs = listed if isinstance(listed, list) else []
    return {
        pair[0]: pair[1]
        for pair in pairs
        if isinstance(pair, list) and len(pair) == 2 and all(type(each) is int for each in pair)
    }


class _Merging:
    """Writes parts one behind the other; `first` is where the first stands in its session."""

    def __init__(self, writer: TraceWriter, first: int) -> None:
        self._writer = writer
        self._first = first
        self._last_ns = 0

    def take(self, pieces: Sequence[_Piece]) -> int:
        """Write the parts; how many records are missing between them."""
        lost = 0
        for piece in pieces:
            if piece.stop:
                lost += self._fill(piece)
                self._write_cut(piece)
            else:
                self._write_shifted(piece)
        return lost

    def _fill(self, piece: _Piece) -> int:
        """Write a gap in the place of the records before a part that no part has."""
        missing = piece.first - self._first - self._writer.next_index
        if missing <= 0:
            return 0
        text = f"records {piece.first - missing} to {piece.first - 1} are in none of the parts"
        gap = Event(Kind.KIND_GAP, self._last_ns, code=missing, payload=text.encode())
        self._writer.gap(gap, missing - 1)
        return missing

    def _write_cut(self, piece: _Piece) -> None:
        cut = piece.reader.header.cut
        shift = piece.first - self._first
        causes = _causes(cut)
        for event in piece.reader.events():
            index = event.index or 0
            if index + shift < self._writer.next_index:
                continue  # an earlier part has it
            cause = causes.get(index)
            if cause is not None:
                cause -= self._first
            elif event.cause is not None:
                cause = event.cause + shift
            self._put(event, cause if cause is None or cause >= 0 else None, 0)

    def _write_shifted(self, piece: _Piece) -> None:
        shift = self._writer.next_index
        for event in piece.reader.events():
            cause = None if event.cause is None else event.cause + shift
            self._put(event, cause, piece.shift_ns)

    def _put(self, event: Event, cause: int | None, shift_ns: int) -> None:
        if cause != event.cause or shift_ns:
            event = event.replace(cause=cause, time_ns=event.time_ns + shift_ns)
        self._last_ns = event.time_ns
        self._writer.write(event)
