"""Some events of a session as a trace of its own, in which what was left out is not compared."""

from __future__ import annotations

import os
import tempfile
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, Final, cast

from wwanreplay._core import Event, Kind, RecordWriter
from wwanreplay.analysis.edit.convert import convert_trace
from wwanreplay.analysis.edit.keeping import Keeping
from wwanreplay.analysis.show import Filter
from wwanreplay.errors import LimitError, UsageError
from wwanreplay.outputs import is_same_file, whole
from wwanreplay.protocol.kinds import INPUTS, OUTPUTS
from wwanreplay.replay.align import Key, exact_key
from wwanreplay.replay.api import engine_of, replay
from wwanreplay.replay.divergence import Divergence
from wwanreplay.replay.exact import ExactReplay
from wwanreplay.replay.left_out import mark_of
from wwanreplay.replay.result import Options, ReplayResult
from wwanreplay.trace import Chunk, TraceReader, TraceWriter

#: Bytes of what a replay needs of the records left out; the header has room for these.
LEFT_OUT_SIZE_MAX: Final = 3 << 20
#: Divergences of the trace that are kept.
DIVERGENCES_MAX: Final = 100_000

_DRIVING: Final = INPUTS | {Kind.KIND_CLOCK}


@dataclass(frozen=True, slots=True)
class FilterReport:
    """How many records are kept, and how many were left out.

    `chosen` were meant by the filter; `diverging` are kept because they stand around divergences.
    `is_comparable` is False of a log, of a trace without a profile, and where a replay needs more
    of what is left out than the header has room for (`is_too_large`): what is left of them is not
    compared.
    """

    kept: int
    left_out: int
    chosen: int
    diverging: int
    is_comparable: bool
    is_too_large: bool = False


def filter_trace(
    source: str | os.PathLike[str],
    out: str | os.PathLike[str],
    chosen: Filter,
    *,
    compression: str = "none",
    force: bool = False,
    shared: bool = False,
) -> FilterReport:
    """Write the events that a filter means, with what belongs to them.

    A transaction is kept whole, and so are the messages that kept events were made of or became.
    Outputs where the trace diverges are kept too, since the device adopts them. UsageError
    when nothing is meant, for the trace itself as `out`, for a pipe and for a trace that is
    filtered already. A bit is held for each record, however long the trace is.
    """
    if is_same_file(os.fspath(source), out):
        raise UsageError(f"{os.fspath(out)}: is the trace itself; name another file with -o")
    with TraceReader(source) as reader:
        if reader.size is None:
            raise UsageError("a pipe cannot be filtered: it is read several times; name a file")
        header = reader.header
        header.refuse_filtered(reader.path, "filter the trace that it was made of")
        is_comparable = header.comparison != "field" and bool(header.profile_mapping)
        keeping = Keeping(reader, chosen)
        if keeping.is_whole:
            options: dict[str, Any] = {"force": force, "shared": shared}
            convert_trace(source, out, compression=compression, **options)
            return FilterReport(keeping.records, 0, keeping.chosen, 0, is_comparable)
        diverging = _keep_diverging(reader, keeping) if is_comparable else 0
        left_out = _left_out(reader, keeping) if is_comparable else None
        with whole(out, force=force, shared=shared) as file:
            _write(reader, keeping, cast(BinaryIO, file), compression, left_out)
        return FilterReport(
            keeping.records - keeping.left_out,
            keeping.left_out,
            keeping.chosen,
            diverging,
            left_out is not None,
            is_comparable and left_out is None,
        )


def _write(
    reader: TraceReader,
    keeping: Keeping,
    file: BinaryIO,
    compression: str,
    left_out: bytes | None,
) -> None:
    filtered: dict[str, Any] = {"count": keeping.left_out} if keeping.left_out else {}
    if filtered and left_out is not None:
        filtered["records"] = left_out
    header = replace(reader.header, filtered=filtered)
    with TraceWriter(file, header, compression=compression) as writer:
        for attachment in reader.attachments():
            writer.attach(attachment.name, attachment.data, attachment.media_type)
        for event in keeping.events(reader):
            writer.write(event)


def _keep_diverging(reader: TraceReader, keeping: Keeping) -> int:
    """Keep the outputs without which the trace would not diverge just as it does; how many.

    Those are the outputs around the divergences; where that is not enough, which takes several
    faults that bear on each other, all of them.
    """
    engine, _ = engine_of(reader.header)
    pieces = (piece for piece in reader.pieces(0) if isinstance(piece, Chunk))
    options = Options(divergences_max=DIVERGENCES_MAX)
    result = ExactReplay(engine, options, path=reader.path).run(pieces)
    if result.divergence_count > DIVERGENCES_MAX:
        thing = "divergences, all of which would be kept"
        raise LimitError(thing, result.divergence_count, DIVERGENCES_MAX)
    if not result.divergences:
        return 0
    count = keeping.keep(_around(reader, result.divergences))
    left_out = _left_out(reader, keeping)
    if left_out is None:
        return count  # it is not compared, whatever is kept
    with tempfile.NamedTemporaryFile(suffix=".wwtrace") as file:
        _write(reader, keeping, cast(BinaryIO, file), "none", left_out)
        file.flush()
        again = replay(file.name, divergences_max=DIVERGENCES_MAX)
    if _found(again) != _found(result):
        count += keeping.keep(
            event.index or 0 for event in reader.events() if event.kind in OUTPUTS
        )
    return count


def _found(result: ReplayResult) -> list[tuple[str, bool, Key]]:
    """The divergences, by all that does not count records."""
    return sorted(
        ((str(each.kind), each.root, exact_key(each.event)))
        for each in result.divergences
        if each.event is not None
    )


def _around(reader: TraceReader, divergences: list[Divergence]) -> Iterator[int]:
    """The recorded outputs that explain divergences.

    Those are all between two inputs, and of those that are alike in everything, such as one that
    was repeated, each.
    """
    alike = {exact_key(each.recorded) for each in divergences if each.recorded is not None}
    places = sorted(each.index for each in divergences)
    times = sorted(
        event.time_ns
        for each in divergences
        for event in (each.recorded, each.expected)
        if event is not None
    )
    for begin, end, outputs in _windows(reader):
        is_near = _is_between(places, begin.index, end.index) or _is_between(
            times, begin.time_ns, end.time_ns
        )
        for event in outputs:
            if is_near or exact_key(event) in alike:
                yield event.index or 0


def _windows(reader: TraceReader) -> Iterator[tuple[Event, Event, list[Event]]]:
    """The outputs between two inputs, with these; at the ends the first and the last record."""
    begin: Event | None = None
    last: Event | None = None
    outputs: list[Event] = []
    for event in reader.events():
        begin = event if begin is None else begin
        last = event
        if event.kind in OUTPUTS:
            outputs.append(event)
        elif event.kind in _DRIVING or event.kind == Kind.KIND_GAP:
            if outputs:
                yield begin, event, outputs
            begin, outputs = event, []
    if begin is not None and last is not None and outputs:
        yield begin, last, outputs


def _is_between(numbers: list[int], low: int | None, high: int | None) -> bool:
    """Whether one of the numbers, which are in order, is from `low` to `high`."""
    at = bisect_left(numbers, low or 0)
    return at < len(numbers) and numbers[at] <= (high or 0)


def _left_out(reader: TraceReader, keeping: Keeping) -> bytes | None:
    """The inputs that are left out and the marks of the outputs, each with its place as cause.

    None where they are more than the header has room for.
    """
    writer = RecordWriter()
    kept = 0
    # Times count from the first record, which is therefore one of time 0.
    writer.append(Event(Kind.KIND_CLOCK, 0, cause=0))
    for event in reader.events():
        if keeping.keeps(event):
            kept += 1
        elif event.kind in OUTPUTS:
            writer.append(mark_of(event).replace(cause=kept))
        elif event.kind in _DRIVING:
            writer.append(event.replace(cause=kept, source=None))
        if writer.size > LEFT_OUT_SIZE_MAX:
            return None
    taken = writer.take()
    assert taken is not None
    return taken[0]
