"""One reading of a trace in order: its frames checked, what is missing or damaged noted."""

from __future__ import annotations

from collections.abc import Iterator

from wwanreplay._core import Kind, RecordReader
from wwanreplay.errors import TraceError
from wwanreplay.trace.footer import KnownFooters
from wwanreplay.trace.frames import (
    FRAME_ATTACHMENT,
    FRAME_CHECKPOINT,
    FRAME_CHUNK,
    FRAME_END,
    FRAME_FOOTER,
    FRAME_HEADER,
    FRAME_NAMES,
    OPENING,
    VERSION,
    Attachment,
    Checkpoint,
    Chunk,
    Footer,
    Frame,
    Prefix,
    extra_elements,
    unpack_attachment,
    unpack_checkpoint,
    unpack_chunk,
    unpack_end,
    unpack_header,
)
from wwanreplay.trace.header import TraceHeader
from wwanreplay.trace.losses import Loss, Skipped
from wwanreplay.trace.source import CutInFrameError, FrameSource
from wwanreplay.trace.torn import Torn, unpack_torn_chunk

NO_TRACE = "this is not a wwanreplay trace; `wwanreplay import` makes one of a log"
HEADER_CUT = "the trace is cut off or damaged inside its header"

TraceObject = TraceHeader | Chunk | Checkpoint | Attachment | Footer


def located(error: TraceError, path: str | None, offset: int = 0) -> TraceError:
    """The same error with the file's path, and a place if it has none."""
    place = offset if error.offset is None else error.offset
    return TraceError(error.reason, path=path, offset=place)


def no_trace(opening: bytes, path: str | None) -> TraceError:
    """The error of a file in which nothing can be read, by its first bytes."""
    begun = OPENING.startswith(opening)
    return TraceError(HEADER_CUT if begun else NO_TRACE, path=path, offset=0)


def chunk_events(chunk: Chunk, path: str | None = None) -> RecordReader:
    """The events of one chunk; errors name the path."""
    return RecordReader(
        chunk.records,
        chunk.first_index,
        chunk.base_time_ns,
        record_count=chunk.record_count,
        path=path,
        offset=chunk.records_offset,
    )


def explains_hole(chunk: Chunk, hole: int) -> bool:
    """Whether a chunk ends with a gap record for so many missing indexes behind it."""
    last = None
    try:
        for event in chunk_events(chunk):
            last = event
    except TraceError:
        return False
    return last is not None and last.kind == Kind.KIND_GAP and last.code == hole + 1


class Reading:
    """A reading from the beginning, or from where the source stands, to the end.

    `first` is the header's frame of a pipe, which was read to open it, and `opening` the first
    bytes of the file. `known_header` is a header that was taken apart, which is given again for an
    equal frame, `known_footers` are footers that were. `cut_off` says whether a footer is missing
    at the end, as far as it is known.
    """

    def __init__(
        self,
        source: FrameSource,
        *,
        strict: bool,
        opening: bytes,
        first: Frame | None = None,
        known_offsets: list[int] | None = None,
        cut_off: bool = False,
        known_footers: KnownFooters | None = None,
        known_header: tuple[Frame, TraceHeader] | None = None,
    ) -> None:
        self._known_footers = KnownFooters() if known_footers is None else known_footers
        self._known_header = known_header
        self.source = source
        self.strict = strict
        self.opening = opening
        self.first = first
        self.known_offsets = known_offsets or []
        self.cut_off = cut_off
        self.expected_index = 0
        self.segments = 0
        self.cut_segments = 0
        self.is_open = False  # a segment has begun and has no end frame yet
        self.segment_footer: Footer | None = None  # of the open segment
        self.footer: Footer | None = None  # the last one
        self.losses: list[Loss] = []
        self.unresolved: list[Loss] = []  # of these it is not known how many records they cost
        self.skipped = Skipped()
        self.torn: Torn | None = None
        self._previous: Chunk | None = None
        self._cut_frame: tuple[Prefix | None, int, bytes] | None = None  # the file ends inside it

    @property
    def has_end(self) -> bool:
        """Whether the reading came to a footer: no record is missing at the end."""
        return not self.unresolved and (not self.is_open or self.segment_footer is not None)

    def begin_at(self, first_index: int) -> None:
        """The source stands before a chunk inside a segment, which begins with this record."""
        self.is_open = True
        self.segments = 1
        self.expected_index = first_index

    @property
    def is_plain(self) -> bool:
        """Whether the reading stands inside a segment of which nothing is missing so far."""
        return self.is_open and self.segment_footer is None and not self.unresolved

    def pass_chunks(self, record_count: int) -> None:
        """Count chunks that were read and checked elsewhere: they follow on, with no gap."""
        self.expected_index += record_count
        self._previous = None

    def remember(self, chunk: Chunk | None) -> None:
        """Know the chunk that was passed last, whose end may explain a hole behind it."""
        self._previous = chunk

    def pass_checkpoint(self, frame: Frame) -> None:
        """Check a checkpoint that was read elsewhere; TraceError for one that cannot stand here."""
        self._take_checkpoint(frame)
        if extra_elements(frame.prefix):
            raise TraceError("it has elements to be counted", offset=frame.offset)

    def go_back(self, offset: int, expected_index: int) -> None:
        """Stand before a chunk inside the segment again."""
        self.source.seek(offset)
        self.expected_index = expected_index
        self._previous = None

    def _damage(self, error: TraceError, start: int, end: int) -> Loss:
        """Raise in strict reading, otherwise note the loss."""
        if self.strict:
            raise located(error, self.source.path, start) from None
        loss = Loss(start, end, error.reason)
        self.losses.append(loss)
        self.unresolved.append(loss)
        return loss

    def _frames(self) -> Iterator[Frame]:
        """Frames with right CRCs from here on."""
        if not self.source.seekable and self.first is not None:
            yield self.first
        while True:
            try:
                frame = self.source.next_frame()
            except CutInFrameError:
                prefix, data = self.source.cut_frame()
                start, end = self.source.skip_damage(self.known_offsets)
                if self._lacks_footer() and not self.source.peek(1):
                    self._cut_frame = prefix, start, data
                    return
                error = TraceError("a frame says that it is longer than the file", offset=start)
                self._damage(error, start, end)
                continue
            except TraceError as error:
                if self._lacks_footer() and self.source.ends_in_zeros():
                    return  # a frame that should stand here was not written
                if self.strict:
                    raise
                start, end = self.source.skip_damage(self.known_offsets)
                self._damage(error, start, end)
                continue
            if frame is None:
                return
            yield frame

    def _lacks_footer(self) -> bool:
        """Whether no footer is known at the end of the file, so that it may be cut off."""
        return self.cut_off or not self.source.seekable

    def objects(self, inflate: bool) -> Iterator[TraceObject]:
        """Everything from here on, in order; end frames and unknown frames are only checked."""
        for frame in self._frames():
            end = frame.offset + frame.prefix.size
            try:
                item = self._object(frame, inflate)
            except TraceError as error:
                if frame.prefix.version != VERSION:
                    raise located(error, self.source.path) from None
                self._damage(error, frame.offset, end)
                continue
            if frame.prefix.type in FRAME_NAMES:
                self.skipped.elements += extra_elements(frame.prefix)
            if item is not None:
                yield item
        chunk = self._take_torn()
        if chunk is not None and inflate:
            yield chunk
        self._end_of_file()

    def _take_torn(self) -> Chunk | None:
        """Note that the file ends inside a frame; what is whole of it, if it is a chunk."""
        if self._cut_frame is None:
            return None
        prefix, start, data = self._cut_frame
        chunk = None
        if prefix is not None and prefix.type == FRAME_CHUNK and self.segment_footer is None:
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
        hole = chunk.first_index - self.expected_index
        lost = bool(self.unresolved) or (hole > 0 and self._hole_is_explained(hole))
        return self.is_open and (hole == 0 or (hole > 0 and lost))

    def _object(self, frame: Frame, inflate: bool) -> TraceObject | None:
        kind = frame.prefix.type
        if kind == FRAME_HEADER:
            return self._take_header(frame)
        if not self.is_open:
            if self.strict:
                raise TraceError("a frame outside any segment", offset=frame.offset)
            self.is_open = True
            self.segments += 1
        if self.segment_footer is not None and kind != FRAME_END and self.strict:
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
        known = self._known_header
        if known is not None and known[0] == frame:
            header = known[1]
        else:
            header = TraceHeader.from_map(unpack_header(frame))
        if self.is_open:
            self.cut_segments += 1
        self.is_open = True
        self.segment_footer = None
        self.segments += 1
        return header

    def _take_chunk(self, frame: Frame, inflate: bool) -> Chunk:
        chunk = unpack_chunk(frame, inflate=inflate)
        if chunk.first_index < self.expected_index:
            raise TraceError(
                f"a chunk begins with record {chunk.first_index}; {self.expected_index} is next",
                offset=frame.offset,
            )
        self._account(chunk)
        return chunk

    def _take_checkpoint(self, frame: Frame) -> Checkpoint:
        checkpoint = unpack_checkpoint(frame)
        if checkpoint.record_index < self.expected_index:
            raise TraceError(
                f"a checkpoint is of record {checkpoint.record_index};"
                f" {self.expected_index} is next",
                offset=frame.offset,
            )
        return checkpoint

    def _account(self, chunk: Chunk) -> None:
        """Count a chunk, and note the hole before it."""
        hole = chunk.first_index - self.expected_index
        if hole and not self._hole_is_explained(hole):
            self._note_hole(hole, chunk.offset)
        elif self.unresolved:
            for loss in self.unresolved:
                loss.records_lost = 0
        self.unresolved = []
        self.expected_index = chunk.next_index
        self._previous = chunk

    def _note_hole(self, hole: int, offset: int) -> None:
        """Records are missing before the chunk at `offset`."""
        first = self.expected_index
        if not self.unresolved:
            reason = f"records {first} to {first + hole - 1} are missing"
            self._damage(TraceError(reason, offset=offset), offset, offset)
        self.unresolved[0].records_lost = hole
        for loss in self.unresolved[1:]:
            loss.records_lost = 0

    def _hole_is_explained(self, hole: int) -> bool:
        """Whether the chunk before ends with the gap record of this hole."""
        chunk = self._previous
        if chunk is None or self.unresolved:
            return False
        return not chunk.records or explains_hole(chunk, hole)  # or read without its records

    def _take_footer(self, frame: Frame) -> Footer:
        footer = self._known_footers.unpack(frame)
        missing = footer.next_index - self.expected_index
        if self.unresolved:
            for loss in self.unresolved:
                loss.records_lost = 0
            self.unresolved[0].records_lost = max(0, missing)
            self.unresolved = []
        elif missing > 0 and not self._hole_is_explained(missing):
            self._damage(
                TraceError(
                    f"records {self.expected_index} to {footer.next_index - 1} are missing",
                    offset=frame.offset,
                ),
                frame.offset,
                frame.offset,
            ).records_lost = missing
            self.unresolved = []
        elif missing < 0:
            raise TraceError(
                f"the footer ends before record {footer.next_index}, the file has"
                f" {self.expected_index}",
                offset=frame.offset,
            )
        self.expected_index = max(self.expected_index, footer.next_index)
        self.segment_footer = footer
        self.footer = footer
        return footer

    def _take_end(self, frame: Frame) -> None:
        footer_offset = unpack_end(frame)
        right = self.segment_footer is not None and self.segment_footer.offset == footer_offset
        if not right and not self.losses:
            raise TraceError(
                f"the end frame names a footer at {footer_offset}, where none is",
                offset=frame.offset,
            )
        self.is_open = False
        self.segment_footer = None

    def _end_of_file(self) -> None:
        if self.segments == 0:
            raise no_trace(self.opening, self.source.path)
        if self.is_open or self.unresolved:
            self.cut_off = True
        elif self.torn is None:
            self.cut_off = False  # zero bytes behind the end frame
