"""The index of a trace: what its footers say, found from the end of the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from wwanreplay.errors import ReadError, TraceError
from wwanreplay.trace.footer import KnownFooters
from wwanreplay.trace.frames import (
    END_SIZE,
    FRAME_END,
    FRAME_FOOTER,
    ChunkEntry,
    Footer,
    unpack_end,
)
from wwanreplay.trace.source import FrameSource

SEGMENTS_MAX = 65536


@dataclass
class TraceIndex:
    """What the footers of a file say. Without any the file may be cut off.

    `chunks` are None where one footer lists none, or the lines contradict each other.
    `known_offsets` are places at which a frame begins, where reading can go on behind damage.
    """

    footers: list[Footer] = field(default_factory=list)
    chunks: list[ChunkEntry] | None = None
    known_offsets: list[int] = field(default_factory=list)

    def checkpoint_offsets(self) -> list[int]:
        """Where the checkpoints are, in order."""
        return [row[0] for footer in self.footers for row in footer.checkpoints]

    def attachment_offsets(self) -> list[int]:
        """Where the attachments are, in order."""
        return [row[0] for footer in self.footers for row in footer.attachments]


def read_index(
    source: FrameSource, *, strict: bool, known_footers: KnownFooters | None = None
) -> TraceIndex:
    """Find the footers from the end of the file; what is wrong there shows in the reading.

    A read that fails raises ReadError where `strict`.
    """
    index = TraceIndex()
    known_footers = KnownFooters() if known_footers is None else known_footers
    size = source.size or 0
    entries: list[ChunkEntry] = []
    complete = True
    offset = _footer_offset(source, size, strict)
    while offset is not None and len(index.footers) < SEGMENTS_MAX:
        footer = _footer_at(source, offset, strict, known_footers)
        if footer is None:
            complete = False
            break
        index.footers.append(footer)
        if footer.chunks is None or footer.cut_segments:
            complete = False
        entries[:0] = footer.chunks or []
        previous = footer.previous_footer
        offset = previous if previous is not None and previous < offset else None
    if not index.footers:
        return index
    index.footers.reverse()
    ordered = all(_is_before(first, second) for first, second in pairwise(entries))
    if complete and ordered and (not entries or entries[0].first_index == 0):
        index.chunks = entries
    offsets = [entry.offset for entry in entries]
    offsets += [footer.offset for footer in index.footers]
    offsets += index.checkpoint_offsets() + index.attachment_offsets()
    index.known_offsets = sorted({offset for offset in offsets if 0 < offset < size})
    return index


def _footer_offset(source: FrameSource, size: int, strict: bool) -> int | None:
    if size < END_SIZE:
        return None
    source.seek(size - END_SIZE)
    try:
        frame = source.next_frame()
        if frame is not None and frame.prefix.type == FRAME_END:
            return unpack_end(frame)
    except TraceError as error:
        if strict and isinstance(error, ReadError):
            raise
        # Otherwise no index; reading in order finds what is wrong.
    return None


def _footer_at(
    source: FrameSource, offset: int, strict: bool, known_footers: KnownFooters
) -> Footer | None:
    try:
        source.seek(offset)
        frame = source.next_frame()
        if frame is not None and frame.prefix.type == FRAME_FOOTER:
            return known_footers.unpack(frame)
    except TraceError as error:
        if strict and isinstance(error, ReadError):
            raise  # the file could not be read: that is no lack of an index
    return None


def _is_before(first: ChunkEntry, second: ChunkEntry) -> bool:
    """Whether two lines of the index can stand in this order."""
    ordered = 0 <= first.offset < second.offset
    return ordered and first.first_index + first.record_count <= second.first_index
