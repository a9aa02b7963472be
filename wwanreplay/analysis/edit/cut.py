"""A part of a session as a trace of its own, with what leads the device to where it begins."""

from __future__ import annotations

import io
import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, BinaryIO, Final, cast

from wwanreplay._core import Event, Kind, RecordReader, RecordWriter, Replayer, WireDirection
from wwanreplay.errors import LimitError, NothingMatchedError, UsageError
from wwanreplay.mbim.header import look
from wwanreplay.outputs import is_same_file, whole
from wwanreplay.protocol.kinds import INPUTS, OUTPUTS, REQUESTS
from wwanreplay.replay.align import Key, exact_key
from wwanreplay.replay.api import engine_of, replay
from wwanreplay.replay.divergence import Divergence
from wwanreplay.replay.exact import ExactReplay
from wwanreplay.replay.field_records import choose
from wwanreplay.replay.matchers.field import FieldMatcher
from wwanreplay.replay.recording import Recording
from wwanreplay.replay.result import Options
from wwanreplay.replay.search import Search
from wwanreplay.replay.start import apply_start
from wwanreplay.trace import Chunk, TraceHeader, TraceReader, TraceWriter
from wwanreplay.trace.stretch import PlaceOf
from wwanreplay.words import printable

#: Bytes of the records that lead to where a cut begins; the header has room for these.
START_SIZE_MAX: Final = 3 << 20
#: Outputs before a cut among which those are looked for that the device emitted last.
OUTPUTS_BEFORE: Final = 65536
#: Divergences before a cut whose recorded outputs the device adopts.
ADOPTED_MAX: Final = 100_000
#: Causes of records that stand before the cut.
CAUSES_MAX: Final = 65536


@dataclass(frozen=True, slots=True)
class Part:
    """Which records: from `first` up to, not including, `stop`, of `records` in all."""

    first: int
    stop: int
    records: int


@dataclass(frozen=True, slots=True)
class CutReport:
    """What was cut: the part, how many records lead to it, and what one should know."""

    part: Part
    lead: int
    notes: tuple[str, ...]


def cut_trace(
    source: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    start: PlaceOf = (None, None),
    stop: PlaceOf = (None, None),
    transactions: Iterable[int] = (),
    compression: str = "none",
    force: bool = False,
    shared: bool = False,
) -> CutReport:
    """Write the records from `start` up to `stop` as a trace that replays by itself.

    A time chooses the first record at or behind it, as a stop the last one at or before it.
    `transactions` are RequestIds: the part goes from the first record of any of them to the last.
    UsageError for a part without records, for the trace itself as `out`, and for a pipe; LimitError
    when more leads to the part than a header holds.
    """
    if is_same_file(os.fspath(source), out):
        raise UsageError(f"{os.fspath(out)}: is the trace itself; name another file with -o")
    with TraceReader(source) as reader:
        if reader.size is None:
            raise UsageError("a pipe cannot be cut: it is read several times; name a file")
        reader.header.refuse_filtered(reader.path, "cut the trace first, and filter the part")
        part = _find(reader, start, stop, frozenset(transactions))
        if reader.header.comparison == "field" and reader.header.profile_mapping:
            part = _sound_part(reader, part)
        lead = _Lead(reader, part)
        with whole(out, force=force, shared=shared) as file:
            _write(reader, part, lead, cast(BinaryIO, file), compression)
        return CutReport(part, lead.count, tuple(lead.notes))


def _sound_part(reader: TraceReader, part: Part) -> Part:
    """The part, begun so early that it has no fault that the whole session does not have there.

    A log shows some of the device's state late or never, so that what leads to a place may leave
    the device elsewhere; the session's own beginning never does.
    """
    step = 1
    while part.first:
        part = replace(part, first=quiet_place(reader.events(), part.first))
        if not part.first:
            break
        within = replay(reader, start_record=part.first, stop_record=part.stop)
        data = io.BytesIO()
        _write(reader, part, _Lead(reader, part), data, "none")
        if replay(data.getvalue()).divergence_count <= within.divergence_count:
            break
        part = replace(part, first=max(0, part.first - step))
        step *= 2
    return part


def _find(reader: TraceReader, start: PlaceOf, stop: PlaceOf, transactions: frozenset[int]) -> Part:
    """The records that places and transactions name."""
    first, last, records, chosen = None, -1, 0, False
    for event in reader.events():
        index = event.index or 0
        records = index + 1
        if transactions:
            chosen = event.request_id in transactions
        else:
            chosen = (start[0] is None or index >= start[0]) and (
                start[1] is None or event.time_ns >= start[1] or first is not None
            )
        if chosen and (stop[0] is None or index < stop[0]):
            first = index if first is None else first
            if stop[1] is None or event.time_ns <= stop[1]:
                last = index
    if first is None or last < first:
        raise NothingMatchedError(f"nothing matched: the trace has {records} records")
    is_open = not transactions and stop == (None, None)
    return Part(first, records if is_open else last + 1, records)


def quiet_place(events: Iterable[Event], wanted: int) -> int:
    """The last record at or before `wanted` before which nothing is under way.

    Under way are a transaction from its request to its last record, a message from its first
    fragment, and a transfer until the events that were made of it. What is never answered is not
    waited for.
    """
    begun: dict[tuple[Any, ...], int] = {}
    spans: list[tuple[int, int]] = []  # those that stand over a record at or before the wanted one
    for event in events:
        index = event.index or 0
        for key, begins in _steps(event):
            if begins:
                begun[key] = index
            elif begun.get(key, wanted) < wanted:
                spans.append((begun[key], index))
        if event.cause is not None and event.cause < wanted:
            spans.append((event.cause, index))
    place = wanted
    for first, last in sorted(spans, key=lambda span: -span[1]):
        if first < place <= last:
            place = min(place, first)
    return place


def _steps(event: Event) -> Iterator[tuple[tuple[Any, ...], bool]]:
    """(what, whether it begins here or else goes on) of each thing that an event is part of."""
    if event.kind == Kind.KIND_WIRE:
        head = look(event.payload)
        if head.total is not None and head.total > 1:
            message = ("message", event.code, head.type, head.transaction_id)
            yield message, not head.is_later_fragment
        if head.transaction_id:
            from_host = event.code == WireDirection.WIRE_HOST_TO_DEVICE
            yield ("wire", head.transaction_id), from_host and not head.is_later_fragment
    elif event.kind in REQUESTS:
        yield ("request", event.request_id, event.port), True
    elif event.kind in OUTPUTS and event.request_id:
        yield ("request", event.request_id, event.port), False


def _header(reader: TraceReader, part: Part, lead: _Lead) -> TraceHeader:
    """The header of the cut: the source's, with what leads to it and which part it is."""
    header = reader.header
    before = header.cut
    offset = int(before.get("first_record", 0)) if before else 0
    records = int(before.get("records", part.records)) if before else part.records
    digest = reader.footer.digest.hex() if reader.footer is not None else ""
    cut: dict[str, Any] = {
        "first_record": offset + part.first,
        "stop_record": offset + part.stop,
        "records": records,
        "of": before.get("of", digest) if before else digest,
    }
    if before.get("gap"):  # the first record marks a loss, and is none of the session
        cut["first_record"] = max(offset, cut["first_record"] - 1)
        cut["stop_record"] -= 1
    if lead.pending:
        cut["pending"] = lead.pending
    if lead.lost:
        cut["gap"] = 1
    if lead.causes:
        cut["causes"] = [[place, cause + offset] for place, cause in lead.causes]
    if cut["first_record"] == 0 and cut["stop_record"] == records:
        cut = {}
    return replace(header, start=lead.records, cut=cut)


def _write(reader: TraceReader, part: Part, lead: _Lead, file: BinaryIO, compression: str) -> None:
    header = _header(reader, part, lead)
    with TraceWriter(file, header, compression=compression) as writer:
        for attachment in reader.attachments():
            writer.attach(attachment.name, attachment.data, attachment.media_type)
        _write_events(reader, part, lead, writer)


def _write_events(reader: TraceReader, part: Part, lead: _Lead, writer: TraceWriter) -> None:
    shift = part.first
    if lead.lost:
        writer.write(Event(Kind.KIND_GAP, lead.lost_ns, code=0, payload=lead.lost.encode()))
        shift -= 1
    for event in reader.events(part.first, part.stop):
        cause = event.cause
        if cause is not None:
            cause = cause - shift if cause >= part.first else None
        writer.write(event if cause == event.cause else event.replace(cause=cause))


class _Lead:
    """What leads the device of a trace to where a part begins.

    `records` are those for the header's start, `count` how many; `pending` of the outputs that the
    device emits over them are the first of the part. `causes` are the causes of records of the part
    that stand before it, as (place in the part, index).
    """

    def __init__(self, reader: TraceReader, part: Part) -> None:
        self.notes: list[str] = []
        self.records = reader.header.start
        self.count = 0
        self.pending = reader.header.pending
        self.lost = ""
        self.lost_ns = 0
        self.causes = _causes_before(reader, part)
        if part.first:
            self._find(reader, part)

    def _find(self, reader: TraceReader, part: Part) -> None:
        header = reader.header
        self.pending = 0
        for event in reader.events(0, part.first):
            if event.kind == Kind.KIND_GAP:
                self.lost_ns = event.time_ns
                reason = printable(event.payload.decode("utf-8", "replace"))
                self.lost = f"records are lost before the part: {reason}"
        if self.lost:
            self.notes.append("records are lost before the part; what it shows is not compared")
        if not header.profile_mapping:
            self.notes.append(
                "the trace carries no profile, so that nothing leads to where the part begins"
            )
            return
        if header.comparison == "field":
            self._pack(header, _explained(reader, part.first))
            return
        diverging = _diverging(reader, part.first)
        adopted = frozenset(each.recorded.index for each in diverging if each.recorded is not None)
        self._pack(header, _driving(reader.events(0, part.first), adopted))
        missed = {exact_key(each.expected) for each in diverging if each.expected is not None}
        self._count_pending(reader, part, missed)

    def _pack(self, header: TraceHeader, events: Iterable[Event]) -> None:
        writer = RecordWriter()
        # Times of a start count from its first record, which is therefore one of time 0.
        writer.append(Event(Kind.KIND_CLOCK, 0))
        for event in _records_of(header.start):
            writer.append(event)
        for event in events:
            writer.append(event.replace(cause=None, source=None, time_ns=max(0, event.time_ns)))
            self.count += 1
            if writer.size > START_SIZE_MAX:
                thing = "bytes of records that lead to the part (begin it nearer to the beginning)"
                raise LimitError(thing, writer.size, START_SIZE_MAX)
        taken = writer.take()
        assert taken is not None
        self.records = taken[0]

    def _count_pending(self, reader: TraceReader, part: Part, missed: set[Key]) -> None:
        """How many of the outputs over the lead the recording has in the part, not before it.

        Those that diverge before the part (`missed`) are none of the part.
        """
        engine, _ = engine_of(replace(reader.header, start=b""))
        apply_start(engine, self.records, pending=OUTPUTS_BEFORE)
        before = deque(
            (exact_key(e) for e in reader.events(0, part.first) if e.kind in OUTPUTS),
            maxlen=OUTPUTS_BEFORE,
        )
        recorded = missed.union(before)
        for event in reversed(Replayer(engine).pending()):
            if exact_key(event) in recorded:
                break
            self.pending += 1


def _records_of(start: bytes) -> Iterator[Event]:
    return iter(RecordReader(start)) if start else iter(())


def _causes_before(reader: TraceReader, part: Part) -> list[tuple[int, int]]:
    if not part.first:
        return []
    found = (
        ((event.index or 0) - part.first, event.cause)
        for event in reader.events(part.first, part.stop)
        if event.cause is not None and event.cause < part.first
    )
    return list(islice(found, CAUSES_MAX))


def _diverging(reader: TraceReader, stop: int) -> list[Divergence]:
    """Where the outputs before a record are not those of the device, which adopts them."""
    engine, _ = engine_of(reader.header)
    options = Options(stop_record=stop, divergences_max=ADOPTED_MAX)
    pieces = (piece for piece in reader.pieces(0) if isinstance(piece, Chunk))
    return ExactReplay(engine, options, path=reader.path).run(pieces).divergences


def _explained(reader: TraceReader, stop: int) -> list[Event]:
    """The inputs of a field trace before a record, and the outputs that the device adopts.

    As a replay has it: operations take the times that the trace shows, and what the device does
    not do by itself is adopted.
    """
    engine, _ = engine_of(reader.header)
    chosen = choose(reader.events(0, stop), engine)
    recording = Recording(chosen.records)
    matcher = FieldMatcher(recording, chosen)
    taken: list[Event] = []

    def watch(position: int, record: Event) -> None:
        latency = matcher.times.latencies.get(position)
        if record.kind in INPUTS:
            taken.extend([] if latency is None else [latency])
        if record.kind in INPUTS | OUTPUTS:
            taken.append(record)

    best = Search(recording, engine, matcher).run(watch)
    adopted = {
        fault.recorded.index
        for fault in best.faults
        if fault.is_followed and fault.recorded is not None
    }
    reached_ns = max((event.time_ns for event in taken), default=0)
    kept = [event for event in taken if event.kind in INPUTS or event.index in adopted]
    return [*kept, Event(Kind.KIND_CLOCK, max(0, reached_ns))]


def _driving(events: Iterable[Event], adopted: frozenset[int | None]) -> Iterator[Event]:
    """The inputs, the adopted outputs, and the time that the last record reached."""
    reached_ns = 0
    for event in events:
        reached_ns = max(reached_ns, event.time_ns)
        if event.kind in INPUTS or (event.kind in OUTPUTS and event.index in adopted):
            yield event.replace(time_ns=reached_ns)
    yield Event(Kind.KIND_CLOCK, reached_ns)
