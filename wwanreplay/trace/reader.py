"""Read a trace: its header, its chunks one by one, its events, its index.

Memory stays flat: one chunk at a time is held, read rather than mapped.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from types import TracebackType

from wwanreplay._core import Event, Kind, RecordReader, Scanner
from wwanreplay.errors import ReadError, TraceError, UsageError
from wwanreplay.trace.footer import unpack_footer
from wwanreplay.trace.frames import (
    END_SIZE,
    FRAME_ATTACHMENT,
    FRAME_CHECKPOINT,
    FRAME_CHUNK,
    FRAME_END,
    FRAME_FOOTER,
    FRAME_HEADER,
    OPENING,
    VERSION,
    Attachment,
    Checkpoint,
    Chunk,
    ChunkEntry,
    Footer,
    Frame,
    Prefix,
    parse_prefix,
    unpack_attachment,
    unpack_checkpoint,
    unpack_chunk,
    unpack_end,
    unpack_header,
)
from wwanreplay.trace.header import TraceHeader
from wwanreplay.trace.source import CutInFrameError, FrameSource, TraceInput
from wwanreplay.trace.summary import Loss, Skipped, TraceSummary, disagreements
from wwanreplay.trace.torn import CUT_BEFORE, CUT_BEHIND_FOOTER, CUT_OFF, Torn, unpack_torn_chunk

SEGMENTS_MAX = 65536
NO_TRACE = "this is not a wwanreplay trace"
HEADER_CUT = "the trace is cut off or damaged inside its header"


@dataclass(slots=True)
class _State:
    """Where a reading in order stands."""

    expected_index: int = 0
    segments: int = 0
    open: bool = False  # a segment has begun and has no end frame yet
    footer: Footer | None = None  # of the open segment
    records: int = 0
    previous: Chunk | None = None
    unresolved: list[Loss] = field(default_factory=list)
    torn: tuple[Prefix | None, int, bytes] | None = None  # the frame inside which the input ends


class TraceReader:
    """Read a trace from a path, bytes, a binary file or a pipe.

    `strict` raises TraceError at the first thing that is wrong; otherwise reading goes on behind it
    and `losses` lists what was lost. A file without footer is valid in both cases, also one that
    ends inside a frame: `cut_off` says so (at once for seekable input, at the end for a pipe), and
    the whole records of a torn last chunk are read. `losses`, `skipped`, `segments`, `torn` and
    `cut_segments` are those of the reading that is under way or ended last.
    """

    def __init__(self, source: TraceInput, *, strict: bool = True) -> None:
        self.strict = strict
        self.header = TraceHeader(namespaces={})
        self.footer: Footer | None = None
        self.losses: list[Loss] = []
        self.skipped = Skipped()
        self.cut_off = False
        self.cut_segments = 0
        self.torn: Torn | None = None
        self.zero_tail = 0  # bytes that a power cut left at the end, which are left out
        self._index: list[ChunkEntry] | None = None
        self._footers: list[Footer] = []
        self._state = _State()
        self._used = False
        self._first: Frame | None = None
        self._opening = b""
        self._known_offsets: list[int] = []
        self._source = FrameSource(source)
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
    def segments(self) -> int:
        """Segments seen so far."""
        return self._state.segments

    @property
    def has_end(self) -> bool:
        """Whether the reading that ended last came to a footer: no record is missing at the end."""
        state = self._state
        return not state.unresolved and (not state.open or state.footer is not None)

    @property
    def cut_text(self) -> str:
        """What is missing of a trace that is cut off, once it was read; empty for another."""
        if not self.cut_off:
            return CUT_BEFORE if self.cut_segments else ""
        if self._state.footer is not None:
            return CUT_BEHIND_FOOTER
        return CUT_OFF if self.torn is None else str(self.torn)

    # Opening.

    def _located(self, error: TraceError, offset: int = 0) -> TraceError:
        """The same error with the file's path, and a place if it has none."""
        place = offset if error.offset is None else error.offset
        return TraceError(error.reason, path=self.path, offset=place)

    def _open(self) -> None:
        source = self._source
        head = source.peek(18)
        if not head:
            raise TraceError("the file is empty", path=self.path, offset=0)
        self._opening = head[: len(OPENING)]
        prefix = parse_prefix(head)
        opening_is_right = prefix is not None and prefix.type == FRAME_HEADER
        if self.strict and not opening_is_right:
            raise self._no_trace()
        if opening_is_right:
            self._open_header()
        if source.seekable:
            self._open_index()
            if self.cut_off and opening_is_right:
                self.zero_tail = source.leave_out_zero_tail()
            source.seek(0)

    def _no_trace(self) -> TraceError:
        """The error of a file in which nothing can be read."""
        begun = OPENING.startswith(self._opening)
        return TraceError(HEADER_CUT if begun else NO_TRACE, path=self.path, offset=0)

    def _open_header(self) -> None:
        try:
            self._first = self._source.next_frame()
            if self._first is not None:
                self.header = TraceHeader.from_map(unpack_header(self._first))
        except TraceError as error:
            version_is_other = self._first is not None and self._first.prefix.version != VERSION
            if self.strict and isinstance(error, CutInFrameError):
                raise self._no_trace() from None
            if self.strict or version_is_other:
                raise self._located(error) from None

    def _open_index(self) -> None:
        """Find the footers from the end of the file; what is wrong there shows in the reading."""
        size = self._source.size or 0
        self.cut_off = True
        footer_offset = self._footer_offset(size)
        if footer_offset is None:
            return
        entries: list[ChunkEntry] = []
        complete = True
        offset: int | None = footer_offset
        while offset is not None and len(self._footers) < SEGMENTS_MAX:
            footer = self._footer_at(offset)
            if footer is None:
                complete = False
                break
            self._footers.append(footer)
            if footer.chunks is None or footer.cut_segments:
                complete = False
            entries[:0] = footer.chunks or []
            previous = footer.previous_footer
            offset = previous if previous is not None and previous < offset else None
        if not self._footers:
            return
        self.footer = self._footers[0]
        self._footers.reverse()
        self.cut_off = False
        offsets = [entry.offset for entry in entries]
        ordered = all(_follows(first, second) for first, second in pairwise(entries))
        if complete and ordered and (not entries or entries[0].first_index == 0):
            self._index = entries
        for footer in self._footers:
            offsets.append(footer.offset)
            offsets += [row[0] for row in footer.checkpoints]
            offsets += [row[0] for row in footer.attachments]
        self._known_offsets = sorted({offset for offset in offsets if 0 < offset < size})

    def _footer_offset(self, size: int) -> int | None:
        if size < END_SIZE:
            return None
        self._source.seek(size - END_SIZE)
        try:
            frame = self._source.next_frame()
            if frame is not None and frame.prefix.type == FRAME_END:
                return unpack_end(frame)
        except TraceError as error:
            if self.strict and isinstance(error, ReadError):
                raise
            # Otherwise no index; reading in order finds what is wrong.
        return None

    def _footer_at(self, offset: int) -> Footer | None:
        try:
            self._source.seek(offset)
            frame = self._source.next_frame()
            if frame is not None and frame.prefix.type == FRAME_FOOTER:
                return unpack_footer(frame)
        except TraceError as error:
            if self.strict and isinstance(error, ReadError):
                raise  # as above
        return None

    # Reading in order.

    def _begin(self) -> None:
        if not self._source.seekable:
            if self._used:
                raise UsageError("a pipe can be read only once")
            self.cut_off = False
        else:
            self._source.seek(0)
        self._used = True
        self._state = _State()
        self.losses = []
        self.skipped = Skipped()
        self.cut_segments = 0
        self.torn = None

    def _damage(self, error: TraceError, start: int, end: int) -> Loss:
        """Raise in strict reading, otherwise note the loss."""
        if self.strict:
            raise self._located(error, start) from None
        loss = Loss(start, end, error.reason)
        self.losses.append(loss)
        self._state.unresolved.append(loss)
        return loss

    def _frames(self) -> Iterator[Frame]:
        """Frames with right CRCs from here on."""
        if not self._source.seekable and self._first is not None:
            yield self._first
        while True:
            try:
                frame = self._source.next_frame()
            except CutInFrameError:
                prefix, data = self._source.cut_frame()
                start, end = self._source.skip_damage(self._known_offsets)
                if self._lacks_footer() and not self._source.peek(1):
                    self._state.torn = prefix, start, data
                    return
                error = TraceError("a frame says that it is longer than the file", offset=start)
                self._damage(error, start, end)
                continue
            except TraceError as error:
                if self._lacks_footer() and self._source.ends_in_zeros():
                    return  # a frame that should stand here was not written
                if self.strict:
                    raise
                start, end = self._source.skip_damage(self._known_offsets)
                self._damage(error, start, end)
                continue
            if frame is None:
                return
            yield frame

    def _lacks_footer(self) -> bool:
        """Whether no footer is known at the end of the file, so that it may be cut off."""
        return self.cut_off or not self._source.seekable

    def objects(
        self, *, inflate: bool = True
    ) -> Iterator[TraceHeader | Chunk | Checkpoint | Attachment | Footer]:
        """Everything in the file in order; end frames and unknown frames are only checked.

        Without `inflate`, compressed records stay out of the chunks.
        """
        self._begin()
        yield from self._objects(inflate)

    def _objects(
        self, inflate: bool
    ) -> Iterator[TraceHeader | Chunk | Checkpoint | Attachment | Footer]:
        for frame in self._frames():
            end = frame.offset + frame.prefix.size
            try:
                item = self._object(frame, inflate)
            except TraceError as error:
                if frame.prefix.version != VERSION:
                    raise self._located(error) from None
                self._damage(error, frame.offset, end)
                continue
            if item is not None:
                yield item
        chunk = self._take_torn()
        if chunk is not None and inflate:
            yield chunk
        self._end_of_file()

    def _take_torn(self) -> Chunk | None:
        """Note that the file ends inside a frame; what is whole of it, if it is a chunk."""
        state = self._state
        if state.torn is None:
            return None
        prefix, start, data = state.torn
        chunk = None
        if prefix is not None and prefix.type == FRAME_CHUNK and state.footer is None:
            chunk = unpack_torn_chunk(prefix, start, data)
        if chunk is not None and not self._follows(chunk):
            chunk = None
        kept = 0 if chunk is None else chunk.record_count
        frame_type = None if prefix is None else prefix.type
        self.torn = Torn(start, start + len(data), frame_type, kept)
        if chunk is not None:
            self._account(chunk)
        return chunk

    def _follows(self, chunk: Chunk) -> bool:
        """Whether a torn chunk has the index that comes next, or one that a loss explains."""
        hole = chunk.first_index - self._state.expected_index
        lost = bool(self._state.unresolved) or (hole > 0 and self._hole_is_explained(hole))
        return self._state.open and (hole == 0 or (hole > 0 and lost))

    def _object(
        self, frame: Frame, inflate: bool
    ) -> TraceHeader | Chunk | Checkpoint | Attachment | Footer | None:
        state = self._state
        kind = frame.prefix.type
        if kind == FRAME_HEADER:
            return self._take_header(frame)
        if not state.open:
            if self.strict:
                raise TraceError("a frame outside any segment", offset=frame.offset)
            state.open = True
            state.segments += 1
        if state.footer is not None and kind != FRAME_END and self.strict:
            raise TraceError("a frame between footer and end", offset=frame.offset)
        if kind == FRAME_CHUNK:
            return self._take_chunk(frame, inflate)
        if kind == FRAME_CHECKPOINT:
            return self._take_checkpoint(frame)
        if kind == FRAME_ATTACHMENT:
            return unpack_attachment(frame)
        if kind == FRAME_FOOTER:
            return self._take_footer(frame)
        if kind == FRAME_END:
            self._take_end(frame)
        else:
            self.skipped.frames += 1
        return None

    def _take_header(self, frame: Frame) -> TraceHeader:
        state = self._state
        header = TraceHeader.from_map(unpack_header(frame))
        if state.open:
            self.cut_segments += 1
        state.open = True
        state.footer = None
        state.segments += 1
        return header

    def _take_chunk(self, frame: Frame, inflate: bool) -> Chunk:
        state = self._state
        chunk = unpack_chunk(frame, inflate=inflate)
        if chunk.first_index < state.expected_index:
            raise TraceError(
                f"a chunk begins with record {chunk.first_index}; {state.expected_index} is next",
                offset=frame.offset,
            )
        self._account(chunk)
        return chunk

    def _take_checkpoint(self, frame: Frame) -> Checkpoint:
        checkpoint = unpack_checkpoint(frame)
        if checkpoint.record_index < self._state.expected_index:
            raise TraceError(
                f"a checkpoint is of record {checkpoint.record_index};"
                f" {self._state.expected_index} is next",
                offset=frame.offset,
            )
        return checkpoint

    def _account(self, chunk: Chunk) -> None:
        """Count a chunk, and note the hole before it."""
        state = self._state
        hole = chunk.first_index - state.expected_index
        if hole and not self._hole_is_explained(hole):
            self._note_hole(hole, chunk.offset)
        elif state.unresolved:
            for loss in state.unresolved:
                loss.records_lost = 0
        state.unresolved = []
        state.expected_index = chunk.next_index
        state.records += chunk.record_count
        state.previous = chunk

    def _note_hole(self, hole: int, offset: int) -> None:
        """Records are missing before the chunk at `offset`."""
        state = self._state
        first = state.expected_index
        if not state.unresolved:
            reason = f"records {first} to {first + hole - 1} are missing"
            self._damage(TraceError(reason, offset=offset), offset, offset)
        state.unresolved[0].records_lost = hole
        for loss in state.unresolved[1:]:
            loss.records_lost = 0

    def _hole_is_explained(self, hole: int) -> bool:
        """Whether the chunk before ends with the gap record of this hole."""
        chunk = self._state.previous
        if chunk is None or self._state.unresolved:
            return False
        return not chunk.records or self.explains_hole(chunk, hole)  # or read without its records

    def explains_hole(self, chunk: Chunk, hole: int) -> bool:
        """Whether a chunk ends with a gap record for so many missing indexes behind it."""
        last = None
        try:
            for event in self.chunk_events(chunk):
                last = event
        except TraceError:
            return False
        return last is not None and last.kind == Kind.KIND_GAP and last.code == hole + 1

    def _take_footer(self, frame: Frame) -> Footer:
        state = self._state
        footer = unpack_footer(frame)
        missing = footer.next_index - state.expected_index
        if state.unresolved:
            for loss in state.unresolved:
                loss.records_lost = 0
            state.unresolved[0].records_lost = max(0, missing)
            state.unresolved = []
        elif missing > 0 and not self._hole_is_explained(missing):
            self._damage(
                TraceError(
                    f"records {state.expected_index} to {footer.next_index - 1} are missing",
                    offset=frame.offset,
                ),
                frame.offset,
                frame.offset,
            ).records_lost = missing
            state.unresolved = []
        elif missing < 0:
            raise TraceError(
                f"the footer ends before record {footer.next_index}, the file has"
                f" {state.expected_index}",
                offset=frame.offset,
            )
        state.expected_index = max(state.expected_index, footer.next_index)
        state.footer = footer
        if self.footer is None or not self._source.seekable:
            self.footer = footer
        return footer

    def _take_end(self, frame: Frame) -> None:
        state = self._state
        footer_offset = unpack_end(frame)
        right = state.footer is not None and state.footer.offset == footer_offset
        if not right and not self.losses:
            raise TraceError(
                f"the end frame names a footer at {footer_offset}, where none is",
                offset=frame.offset,
            )
        state.open = False
        state.footer = None

    def _end_of_file(self) -> None:
        if self._state.segments == 0:
            raise self._no_trace()
        if self._state.open or self._state.unresolved:
            self.cut_off = True
        elif self.torn is None:
            self.cut_off = False  # zero bytes behind the end frame

    # What users ask for.

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
        self._begin()
        known = self._seek(start_record, start_time_ns)
        begun = False
        for item in self._objects(inflate=True):
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

    def _seek(self, start_record: int, start_time_ns: int | None) -> bool:
        """Go to the first wanted chunk by the index; whether its time is known to fit."""
        index = self._index
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
        self._state.open = True
        self._state.segments = 1
        self._state.expected_index = entry.first_index
        return not last or start_time_ns is None

    def _frame_type_here(self) -> int | None:
        prefix = parse_prefix(self._source.peek(18))
        return None if prefix is None else prefix.type

    def chunk_events(self, chunk: Chunk) -> RecordReader:
        """The events of one chunk."""
        return RecordReader(
            chunk.records,
            chunk.first_index,
            chunk.base_time_ns,
            record_count=chunk.record_count,
            path=self.path,
            offset=chunk.records_offset,
        )

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

    def __iter__(self) -> Iterator[Event]:
        return self.events()

    def _lose_rest(self, chunk: Chunk, read: RecordReader | Scanner, error: TraceError) -> None:
        """The rest of a chunk cannot be read, although its CRC is right."""
        start = chunk.offset if error.offset is None else error.offset
        if self.strict:
            raise TraceError(error.reason, path=self.path, offset=start) from None
        lost = max(0, chunk.next_index - read.next_index)
        self.losses.append(Loss(start, chunk.offset + chunk.size, error.reason, lost))

    def checkpoints(self) -> list[Checkpoint]:
        """All checkpoints, by the index where there is one."""
        if self._index is not None:
            offsets = [row[0] for footer in self._footers for row in footer.checkpoints]
            return [unpack_checkpoint(self._frame_at(offset)) for offset in offsets]
        return [item for item in self.objects(inflate=False) if isinstance(item, Checkpoint)]

    def nearest_checkpoint(self, record_index: int) -> Checkpoint | None:
        """The last checkpoint at or before a record."""
        fitting = [c for c in self.checkpoints() if c.record_index <= record_index]
        return max(fitting, key=lambda c: c.record_index, default=None)

    def attachments(self) -> list[Attachment]:
        """All attachments, by the index where there is one."""
        if self._index is not None:
            offsets = [row[0] for footer in self._footers for row in footer.attachments]
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
        scanner = Scanner(codes=True)
        summary = TraceSummary(self.header)
        compressions: dict[str, None] = {}
        for item in self.objects():
            if isinstance(item, Chunk):
                summary.chunks += 1
                compressions[item.compression] = None
                try:
                    self._scan(scanner, item)
                except TraceError as error:
                    self._lose_rest(item, scanner, error)
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
        summary.next_index = self._state.expected_index
        summary.kinds = scanner.kinds()
        summary.codes = scanner.codes()
        summary.digest = scanner.digest()
        summary.digest_state = scanner.digest_state()
        summary.time_range_ns = scanner.time_range_ns
        summary.payload_bytes = scanner.payload_bytes
        summary.segments = self._state.segments
        summary.cut_off = self.cut_off or self.cut_segments > 0
        summary.cut_text = self.cut_text
        summary.size = self._source.offset
        summary.losses = self.losses
        summary.skipped = self.skipped
        return summary


def _follows(first: ChunkEntry, second: ChunkEntry) -> bool:
    """Whether two lines of the index can stand in this order."""
    ordered = 0 <= first.offset < second.offset
    return ordered and first.first_index + first.record_count <= second.first_index
