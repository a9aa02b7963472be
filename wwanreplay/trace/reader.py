"""Read a trace: its header, its chunks one by one, its events, its index.

Memory stays flat: one chunk at a time is held, read rather than mapped.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING

from wwanreplay._core import Event, RecordReader, Scanner
from wwanreplay.errors import InputError, TraceError, UsageError
from wwanreplay.trace.footer import KnownFooters
from wwanreplay.trace.frames import (
    FRAME_ATTACHMENT,
    FRAME_CHECKPOINT,
    FRAME_CHUNK,
    FRAME_HEADER,
    OPENING,
    VERSION,
    Attachment,
    Checkpoint,
    Chunk,
    Footer,
    Frame,
    parse_prefix,
    unpack_attachment,
    unpack_checkpoint,
    unpack_header,
)
from wwanreplay.trace.header import TraceHeader
from wwanreplay.trace.index import TraceIndex, read_index
from wwanreplay.trace.losses import Loss, Skipped
from wwanreplay.trace.plain import PlainChunks
from wwanreplay.trace.reading import Reading, TraceObject, chunk_events, located, no_trace
from wwanreplay.trace.source import CutInFrameError, FrameSource, TraceInput
from wwanreplay.trace.torn import CUT_BEFORE, CUT_BEHIND_FOOTER, CUT_OFF, Torn

if TYPE_CHECKING:
    from wwanreplay.trace.summary import TraceSummary


class TraceReader:
    """Read a trace from a path, bytes, a binary file or a pipe.

    `strict` raises TraceError at the first thing that is wrong; otherwise reading goes on behind it
    and `losses` lists what was lost. A file without footer is valid in both cases, also one that
    ends inside a frame: `cut_off` says so (at once for seekable input, at the end for a pipe), and
    the whole records of a torn last chunk are read. Each of the methods that read in order begins a
    reading of its own; `losses`, `skipped`, `segments`, `torn` and `cut_segments` are those of the
    one that is under way or ended last.
    """

    def __init__(self, source: TraceInput, *, strict: bool = True) -> None:
        self.strict = strict
        self.header = TraceHeader(namespaces={})
        self.zero_tail = 0  # bytes that a power cut left at the end, which are left out
        self._index = TraceIndex()
        self._used = False
        self._first: Frame | None = None
        self._source = FrameSource(source)
        self._opening = b""
        self._known_footers = KnownFooters()
        self._is_header_known = False
        self._reading = Reading(self._source, strict=strict, opening=b"")
        try:
            self._open()
        except BaseException:
            self._source.close()
            raise

    def __enter__(self) -> TraceReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file if the reader opened it."""
        self._source.close()

    @property
    def path(self) -> str | None:
        """The file's path, where there is one."""
        return self._source.path

    @property
    def size(self) -> int | None:
        """The file's size in bytes, None for a pipe."""
        return self._source.size

    @property
    def is_packed(self) -> bool:
        """Whether the file is a packed trace or a bundle, which cannot be changed in place."""
        return self._source.is_packed

    def check_in_place(self) -> None:
        """InputError where the trace cannot be changed in its file."""
        if self.is_packed:
            raise InputError(
                f"{self.path}: the trace is packed and stays as it is; unpack it first"
            )

    @property
    def footer(self) -> Footer | None:
        """The last footer: of the file, or where its end has none, of what was read so far."""
        return self._index.footers[-1] if self._index.footers else self._reading.footer

    @property
    def losses(self) -> list[Loss]:
        """What was lost so far."""
        return self._reading.losses

    @property
    def skipped(self) -> Skipped:
        """What was passed over so far, being of a kind that this version does not know."""
        return self._reading.skipped

    @property
    def segments(self) -> int:
        """Segments seen so far."""
        return self._reading.segments

    @property
    def cut_segments(self) -> int:
        """Segments before the last one that have no end."""
        return self._reading.cut_segments

    @property
    def torn(self) -> Torn | None:
        """The frame inside which the file ends, once it was read."""
        return self._reading.torn

    @property
    def cut_off(self) -> bool:
        """Whether the last segment has no end, as far as it is known."""
        return self._reading.cut_off

    @property
    def has_end(self) -> bool:
        """Whether the reading that ended last came to a footer: no record is missing at the end."""
        return self._reading.has_end

    @property
    def cut_text(self) -> str:
        """What is missing of a trace that is cut off, once it was read; empty for another."""
        if not self.cut_off:
            return CUT_BEFORE if self.cut_segments else ""
        if self._reading.segment_footer is not None:
            return CUT_BEHIND_FOOTER
        return CUT_OFF if self.torn is None else str(self.torn)

    # Opening.

    def _open(self) -> None:
        source = self._source
        head = source.peek(18)
        if not head:
            raise TraceError("the file is empty", path=self.path, offset=0)
        self._opening = head[: len(OPENING)]
        prefix = parse_prefix(head)
        opening_is_right = prefix is not None and prefix.type == FRAME_HEADER
        if self.strict and not opening_is_right:
            raise no_trace(self._opening, self.path)
        if opening_is_right:
            self._open_header()
        if source.seekable:
            self._index = read_index(source, strict=self.strict, known_footers=self._known_footers)
            self._reading.cut_off = not self._index.footers
            if self.cut_off and opening_is_right:
                self.zero_tail = source.leave_out_zero_tail()
            source.seek(0)

    def _open_header(self) -> None:
        try:
            self._first = self._source.next_frame()
            if self._first is not None:
                self.header = TraceHeader.from_map(unpack_header(self._first))
                self._is_header_known = True
        except TraceError as error:
            version_is_other = self._first is not None and self._first.prefix.version != VERSION
            if self.strict and isinstance(error, CutInFrameError):
                raise no_trace(self._opening, self.path) from None
            if self.strict or version_is_other:
                raise located(error, self.path) from None

    def _begin(self, *, headers: bool = True) -> Reading:
        """A new reading, from the beginning; without `headers` nobody is given those read again."""
        cut_off = False
        if self._source.seekable:
            cut_off = self.cut_off
            self._source.seek(0)
        elif self._used:
            raise UsageError("a pipe can be read only once")
        self._used = True
        first = self._first if self._is_header_known else None
        self._reading = Reading(
            self._source,
            strict=self.strict,
            opening=self._opening,
            first=None if self._source.seekable else self._first,
            known_offsets=self._index.known_offsets,
            cut_off=cut_off,
            known_footers=self._known_footers,
            known_header=None if headers or first is None else (first, self.header),
        )
        return self._reading

    # What users ask for.

    def objects(self, *, inflate: bool = True) -> Iterator[TraceObject]:
        """Everything in the file in order; end frames and unknown frames are only checked.

        Without `inflate`, compressed records stay out of the chunks.
        """
        yield from self._begin().objects(inflate)

    def chunks(self, start_record: int = 0, *, start_time_ns: int | None = None) -> Iterator[Chunk]:
        """Chunks in order, from the one that has record `start_record` on.

        With `start_time_ns`, from the first chunk that has a record at or after that time. The
        index is used where there is one; otherwise all frames before are read and checked.
        """
        for piece in self.pieces(start_record, start_time_ns=start_time_ns):
            if isinstance(piece, Chunk):
                yield piece

    def pieces(
        self, start_record: int = 0, *, start_time_ns: int | None = None
    ) -> Iterator[Chunk | Checkpoint]:
        """The same chunks, with the checkpoints between and behind them."""
        reading = self._begin(headers=False)
        known = self._seek(start_record, start_time_ns)
        begun = False
        for item in reading.objects(inflate=True):
            if isinstance(item, Checkpoint) and begun:
                yield item
            if not isinstance(item, Chunk) or item.next_index <= start_record:
                continue
            if start_time_ns is not None and not known:
                scanner = Scanner()
                self._scan(scanner, item)
                times = scanner.chunk_time_range_ns
                if times is None or times[1] < start_time_ns:
                    continue
                known = True
            begun = True
            yield item

    def plain_chunks(self) -> PlainChunks | None:
        """The chunks behind those given so far, to be passed where nothing is unusual."""
        if not self._source.has_windows:
            return None
        return PlainChunks(self._source, self._reading)

    def later_chunks(self, offset: int) -> PlainChunks | None:
        """The chunks from a place on, read beside this reader; None where the file cannot be so."""
        source = self._source.shared()
        if source is None:
            return None
        source.seek(offset)
        return PlainChunks(source, Reading(source, strict=self.strict, opening=self._opening))

    def own_chunks(self, offset: int) -> PlainChunks | None:
        """The chunks from a place on, for which this reader stands there itself."""
        if not self._source.has_windows:
            return None
        self._source.seek(offset)
        return PlainChunks(
            self._source, Reading(self._source, strict=self.strict, opening=self._opening)
        )

    def checkpoint_offsets(self) -> list[int]:
        """Where the checkpoints behind records stand by the index, of a trace in one segment."""
        if self._index.chunks is None or len(self._index.footers) != 1:
            return []
        return sorted(row[0] for row in self._index.footers[0].checkpoints if row[1] > 0)

    def _seek(self, start_record: int, start_time_ns: int | None) -> bool:
        """Go to the first wanted chunk by the index; whether its time is known to fit."""
        index = self._index.chunks
        if not index or (start_record <= 0 and start_time_ns is None):
            return start_time_ns is None
        at = max(0, bisect_right(index, start_record, key=lambda entry: entry.first_index) - 1)
        if start_time_ns is not None:
            while at < len(index) and index[at].time_max_ns < start_time_ns:
                at += 1
        if at == 0:
            return True
        last = at >= len(index)
        entry = index[-1] if last else index[at]
        self._source.seek(entry.offset)
        if self._frame_type_here() != FRAME_CHUNK:
            self._source.seek(0)  # the index is wrong; reading in order finds the fault
            return start_time_ns is None
        self._reading.begin_at(entry.first_index)
        return not last or start_time_ns is None

    def _frame_type_here(self) -> int | None:
        prefix = parse_prefix(self._source.peek(18))
        return None if prefix is None else prefix.type

    def chunk_events(self, chunk: Chunk) -> RecordReader:
        """The events of one chunk."""
        return chunk_events(chunk, self.path)

    def _scan(self, scanner: Scanner, chunk: Chunk) -> None:
        scanner.scan(
            chunk.records,
            chunk.first_index,
            chunk.base_time_ns,
            record_count=chunk.record_count,
            path=self.path,
            offset=chunk.records_offset,
        )

    def events(
        self,
        start_record: int = 0,
        stop_record: int | None = None,
        *,
        start_time_ns: int | None = None,
        stop_time_ns: int | None = None,
    ) -> Iterator[Event]:
        """Events from record and time `start` up to, not including, record and time `stop`."""
        timed = start_time_ns is not None or stop_time_ns is not None
        for chunk in self.chunks(start_record, start_time_ns=start_time_ns):
            if stop_record is not None and chunk.first_index >= stop_record:
                return
            events = self.chunk_events(chunk)
            whole = start_record <= chunk.first_index and (
                stop_record is None or chunk.next_index <= stop_record
            )
            try:
                if whole and not timed:
                    yield from events
                else:
                    for event in events:
                        index = event.index or 0
                        if stop_record is not None and index >= stop_record:
                            return
                        if stop_time_ns is not None and event.time_ns >= stop_time_ns:
                            return
                        early = start_time_ns is not None and event.time_ns < start_time_ns
                        if index >= start_record and not early:
                            yield event
            except TraceError as error:
                self._lose_rest(chunk, events, error)
            self.skipped.add(events)

    def events_by_chunk(self) -> Iterator[Iterator[Event]]:
        """The events of each chunk; those of one are to be read before the next."""
        for chunk in self.chunks():
            yield self._whole_chunk(chunk)

    def _whole_chunk(self, chunk: Chunk) -> Iterator[Event]:
        events = self.chunk_events(chunk)
        try:
            yield from events
        except TraceError as error:
            self._lose_rest(chunk, events, error)
        self.skipped.add(events)

    def __iter__(self) -> Iterator[Event]:
        return self.events()

    def _lose_rest(self, chunk: Chunk, read: RecordReader | Scanner, error: TraceError) -> None:
        """The rest of a chunk cannot be read, although its CRC is right."""
        start = chunk.offset if error.offset is None else error.offset
        lost = chunk.next_index - read.next_index
        self._lose(error.reason, start, chunk.offset + chunk.size, lost)

    def _lose(self, reason: str, start: int, end: int, records_lost: int) -> None:
        """What stands from `start` on in the chunk that ends at `end` cannot be read."""
        if self.strict:
            raise TraceError(reason, path=self.path, offset=start) from None
        self.losses.append(Loss(start, end, reason, max(0, records_lost)))

    def checkpoints(self) -> list[Checkpoint]:
        """All checkpoints, by the index where there is one."""
        if self._index.chunks is not None:
            offsets = self._index.checkpoint_offsets()
            return [unpack_checkpoint(self._frame_at(offset)) for offset in offsets]
        return [item for item in self.objects(inflate=False) if isinstance(item, Checkpoint)]

    def nearest_checkpoint(self, record_index: int) -> Checkpoint | None:
        """The last checkpoint at or before a record."""
        fitting = [c for c in self.checkpoints() if c.record_index <= record_index]
        return max(fitting, key=lambda c: c.record_index, default=None)

    def attachments(self) -> list[Attachment]:
        """All attachments, by the index where there is one."""
        if self._index.chunks is not None:
            offsets = self._index.attachment_offsets()
            return [unpack_attachment(self._frame_at(offset)) for offset in offsets]
        return [item for item in self.objects(inflate=False) if isinstance(item, Attachment)]

    def _frame_at(self, offset: int) -> Frame:
        """A frame that the index names."""
        error = TraceError("the index names a frame where none is", path=self.path, offset=offset)
        if not 0 <= offset < (self._source.size or 0):
            raise error
        self._source.seek(offset)
        frame = self._source.next_frame()
        if frame is None or frame.prefix.type not in (FRAME_CHECKPOINT, FRAME_ATTACHMENT):
            raise error
        return frame

    def verify(self) -> TraceSummary:
        """Read everything: CRCs, records, digest, and the footer's numbers.

        In strict reading the first thing that is wrong raises, but not a cut-off end nor a footer
        that disagrees; these are in the summary.
        """
        from wwanreplay.trace.summary import TraceSummary, disagreements

        scanner = Scanner(codes=True)
        summary = TraceSummary(self.header)
        compressions: dict[str, None] = {}
        plain: PlainChunks | None = None

        def take(chunk: Chunk) -> None:
            summary.chunks += 1
            compressions[chunk.compression] = None
            try:
                self._scan(scanner, chunk)
            except TraceError as error:
                self._lose_rest(chunk, scanner, error)

        for item in self._begin(headers=False).objects(inflate=True):
            if isinstance(item, Chunk):
                take(item)
                plain = self.plain_chunks() if plain is None else plain
                for scanned in () if plain is None else plain.scan(scanner):
                    summary.chunks += scanned.chunk_count
                    compressions["none"] = None
                    if scanned.error is not None:
                        lost = scanned.next_index - scanner.next_index
                        start = scanned.error.offset or 0
                        self._lose(scanned.error.reason, start, scanned.end_offset, lost)
            elif isinstance(item, Footer):
                summary.disagreements += disagreements(item, scanner)
            elif isinstance(item, Checkpoint):
                summary.checkpoints += 1
            elif isinstance(item, Attachment):
                summary.attachments.append(item.name)
        self.skipped.add(scanner)
        summary.compressions = list(compressions)
        return self._filled(summary, scanner)

    def _filled(self, summary: TraceSummary, scanner: Scanner) -> TraceSummary:
        summary.records = scanner.record_count
        summary.next_index = self._reading.expected_index
        summary.kinds = scanner.kinds()
        summary.codes = scanner.codes()
        summary.code_counts = scanner.code_counts()
        summary.inferred_kinds = scanner.inferred_kinds()
        summary.digest = scanner.digest()
        summary.digest_state = scanner.digest_state()
        summary.time_range_ns = scanner.time_range_ns
        summary.payload_bytes = scanner.payload_bytes
        summary.segments = self._reading.segments
        summary.cut_off = self.cut_off or self.cut_segments > 0
        summary.cut_text = self.cut_text
        summary.size = self._source.offset + self.zero_tail
        summary.losses = self.losses
        summary.skipped = self.skipped
        return summary
