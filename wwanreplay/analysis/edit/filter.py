"""Some events of a session as a trace of its own, in which what was left out is not compared."""

from __future__ import annotations

import io
import os
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, Final, cast

from wwanreplay._core import Event, Kind, RecordWriter
from wwanreplay.analysis.edit.convert import convert_trace
from wwanreplay.analysis.show import Filter, select
from wwanreplay.errors import LimitError, NothingMatchedError, UsageError
from wwanreplay.outputs import is_same_file, whole
from wwanreplay.protocol.kinds import INPUTS, OUTPUTS, REQUESTS
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
    `is_comparable` is False of a log, and of a trace without a profile: what is left of them is not
    compared.
    """

    kept: int
    left_out: int
    chosen: int
    diverging: int
    is_comparable: bool


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
    filtered already; LimitError when a replay needs more of what is left out than a header holds.
    """
    if is_same_file(os.fspath(source), out):
        raise UsageError(f"{os.fspath(out)}: is the trace itself; name another file with -o")
    with TraceReader(source) as reader:
        if reader.size is None:
            raise UsageError("a pipe cannot be filtered: it is read several times; name a file")
        header = reader.header
        header.refuse_filtered(reader.path, "filter the trace that it was made of")
        is_comparable = header.comparison != "field" and bool(header.profile_mapping)
        keeping = _Keeping(reader, chosen)
        if keeping.is_whole:
            options: dict[str, Any] = {"force": force, "shared": shared}
            convert_trace(source, out, compression=compression, **options)
            return FilterReport(keeping.records, 0, keeping.chosen, 0, is_comparable)
        diverging = _keep_diverging(reader, keeping) if is_comparable else 0
        with whole(out, force=force, shared=shared) as file:
            _write(reader, keeping, cast(BinaryIO, file), compression, is_comparable=is_comparable)
        return FilterReport(
            keeping.records - keeping.left_out,
            keeping.left_out,
            keeping.chosen,
            diverging,
            is_comparable,
        )


def _write(
    reader: TraceReader,
    keeping: _Keeping,
    file: BinaryIO,
    compression: str,
    *,
    is_comparable: bool,
) -> None:
    filtered: dict[str, Any] = {"count": keeping.left_out} if keeping.left_out else {}
    if filtered and is_comparable:
        filtered["records"] = _left_out(reader, keeping)
    header = replace(reader.header, filtered=filtered)
    with TraceWriter(file, header, compression=compression) as writer:
        for attachment in reader.attachments():
            writer.attach(attachment.name, attachment.data, attachment.media_type)
        for event in keeping.events(reader):
            writer.write(event)


class _Keeping:
    """Which records of a trace are kept: a byte for each."""

    def __init__(self, reader: TraceReader, chosen: Filter) -> None:
        self._keeps = bytearray()
        self.records = 0
        self.chosen = 0
        for event in select(self._counted(reader), chosen):
            self._keeps[event.index or 0] = 1
            self.chosen += 1
        if not self.chosen and not chosen.keeps_all:
            raise NothingMatchedError(f"nothing matched: none of {self.records} records")
        self._keep_transactions(reader)
        self._keep_messages(reader)

    def _counted(self, reader: TraceReader) -> Iterator[Event]:
        for event in reader.events():
            index = event.index or 0
            self._keeps.extend(bytes(index + 1 - len(self._keeps)))
            # What is lost is no matter of choice.
            self._keeps[index] = event.kind == Kind.KIND_GAP
            self.records += 1
            yield event

    @property
    def left_out(self) -> int:
        """How many records are not kept."""
        return self.records - sum(self._keeps)

    @property
    def is_whole(self) -> bool:
        """Whether all are kept."""
        return self.left_out == 0

    def keeps(self, event: Event) -> bool:
        """Whether a record is kept."""
        return bool(self._keeps[event.index or 0])

    def keep(self, indices: frozenset[int]) -> int:
        """Keep further records; how many were not kept before."""
        further = [index for index in indices if not self._keeps[index]]
        for index in further:
            self._keeps[index] = 1
        return len(further)

    def events(self, reader: TraceReader) -> Iterator[Event]:
        """The records that are kept, with causes as they are numbered now; others have none."""
        numbers: dict[int, int] = {}
        for number, event in enumerate(filter(self.keeps, reader.events())):
            numbers[event.index or 0] = number
            cause = None if event.cause is None else numbers.get(event.cause)
            yield event if cause == event.cause else event.replace(cause=cause)

    def _keep_transactions(self, reader: TraceReader) -> None:
        """Keep all records of a transaction of which one is kept."""
        opened: dict[tuple[int, int], list[int]] = {}

        def settle(records: list[int]) -> None:
            if any(self._keeps[index] for index in records):
                for index in records:
                    self._keeps[index] = 1

        for event in reader.events():
            if not event.request_id or event.kind not in INPUTS | OUTPUTS:
                continue
            key = event.request_id, event.port
            if event.kind in REQUESTS:
                settle(opened.pop(key, []))
            opened.setdefault(key, []).append(event.index or 0)
        for records in opened.values():
            settle(records)

    def _keep_messages(self, reader: TraceReader) -> None:
        """Keep the messages that kept events were made of, and those that became of them."""
        for event in reader.events():
            cause = event.cause
            if cause is None or not 0 <= cause < len(self._keeps):
                continue
            if event.kind == Kind.KIND_WIRE:
                self._keeps[event.index or 0] |= self._keeps[cause]
        messages = {
            event.cause
            for event in reader.events()
            if self.keeps(event) and event.cause is not None
        }
        for event in reader.events():
            if event.kind == Kind.KIND_WIRE and event.index in messages:
                self._keeps[event.index or 0] = 1


def _keep_diverging(reader: TraceReader, keeping: _Keeping) -> int:
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
    data = io.BytesIO()
    _write(reader, keeping, data, "none", is_comparable=True)
    again = replay(data.getvalue(), divergences_max=DIVERGENCES_MAX)
    if _found(again) != _found(result):
        outputs = (event.index or 0 for event in reader.events() if event.kind in OUTPUTS)
        count += keeping.keep(frozenset(outputs))
    return count


def _found(result: ReplayResult) -> list[tuple[str, bool, Key]]:
    """The divergences, by all that does not count records."""
    return sorted(
        ((str(each.kind), each.root, exact_key(each.event)))
        for each in result.divergences
        if each.event is not None
    )


def _around(reader: TraceReader, divergences: list[Divergence]) -> frozenset[int]:
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
    kept: set[int] = set()
    for begin, end, outputs in _windows(reader):
        if _is_between(places, begin.index, end.index) or _is_between(
            times, begin.time_ns, end.time_ns
        ):
            kept.update(event.index or 0 for event in outputs)
        kept.update(event.index or 0 for event in outputs if exact_key(event) in alike)
    return frozenset(kept)


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


def _left_out(reader: TraceReader, keeping: _Keeping) -> bytes:
    """The inputs that are left out and the marks of the outputs, each with its place as cause."""
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
            thing = "bytes that a replay needs of what is left out (cut the trace first)"
            raise LimitError(thing, writer.size, LEFT_OUT_SIZE_MAX)
    taken = writer.take()
    assert taken is not None
    return taken[0]
