"""Write a trace: records into chunks, chunks into the file, and a footer at the end."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from types import TracebackType
from typing import BinaryIO

from wwanreplay._core import Event, Kind, RecordWriter
from wwanreplay.errors import LimitError, TraceError, UsageError
from wwanreplay.trace.frames import (
    ATTACHMENT_SIZE_MAX,
    COMPRESSIONS,
    Attachment,
    Checkpoint,
    ChunkEntry,
    Footer,
    pack_attachment,
    pack_checkpoint,
    pack_chunk,
    pack_end,
    pack_footer,
    pack_header,
)
from wwanreplay.trace.header import TraceHeader
from wwanreplay.trace.reader import TraceReader
from wwanreplay.trace.torn import CUT_OFF

CHUNK_SIZE = 256 << 10
CHUNK_SIZE_LIMIT = 32 << 20


class TraceWriter:
    """Write a trace to a path or a binary file.

    A chunk is written when it has `chunk_size` bytes of records, or when its first record is
    `flush_seconds` old (None: never for its age, so that equal events make equal files). The age is
    looked at whenever something is written and by `poll()`, which a live recorder calls. Each frame
    is one write, followed by a flush, and an fsync with `sync`; so a recorder that is killed loses
    the open chunk only.

    `append` continues the file at a path with a new segment, which begins with a gap record when
    the one before was cut off. Use the writer as a context manager: leaving it, also by an
    exception, writes the footer.
    """

    def __init__(
        self,
        target: str | os.PathLike[str] | BinaryIO,
        header: TraceHeader | None = None,
        *,
        compression: str = "none",
        level: int = 3,
        chunk_size: int = CHUNK_SIZE,
        flush_seconds: float | None = None,
        sync: bool = False,
        append: bool = False,
    ) -> None:
        if compression not in COMPRESSIONS:
            known = ", ".join(COMPRESSIONS)
            raise UsageError(f"compression is one of {known}, not {compression!r}")
        if not 1 <= chunk_size <= CHUNK_SIZE_LIMIT:
            raise LimitError("chunk size", chunk_size, CHUNK_SIZE_LIMIT)
        self.header = header or TraceHeader()
        self._compression = COMPRESSIONS[compression]
        self._level = level
        self._chunk_size = chunk_size
        self._flush_ns = None if flush_seconds is None else int(flush_seconds * 1e9)
        self._sync = sync
        self._due_ns: int | None = None
        self._chunks: list[ChunkEntry] = []
        self._checkpoints: list[tuple[int, int, int]] = []
        self._attachments: list[tuple[int, str]] = []
        self._before = Footer()
        self._count = 0
        self._closed = False
        self.path: str | None = None
        self._file: BinaryIO
        opening = pack_header(self.header.to_map())
        state = None
        if append:
            self._before, self._offset = _end_of_trace(target)
            state = self._before.digest_state
        else:
            self._offset = 0
        self.records = RecordWriter(self._before.next_index, digest_state=state)
        self._open(target, append)
        try:
            self._write(opening)
            if append and self._before.previous_footer is None:
                self._note_cut()
        except BaseException:
            if self._owned:
                self._file.close()
            raise

    def _note_cut(self) -> None:
        """Say in the trace that records may be lost here, so that nothing is concluded from it."""
        time_ns = self._before.time_max_ns or 0
        self.gap(Event(Kind.KIND_GAP, time_ns, code=0, payload=CUT_OFF.encode()), 0)

    def _open(self, target: str | os.PathLike[str] | BinaryIO, append: bool) -> None:
        self._owned = isinstance(target, str | os.PathLike)
        if isinstance(target, str | os.PathLike):
            self.path = os.fspath(target)
            try:
                # Closed by close().
                if append:
                    self._file = open(self.path, "ab", buffering=0)  # noqa: SIM115
                else:
                    self._file = open(self.path, "wb", buffering=0)  # noqa: SIM115
            except OSError as error:
                raise self._failure(error) from None
        else:
            self._file = target

    def _failure(self, error: OSError) -> TraceError:
        return TraceError(f"cannot be written: {error.strerror or error}", path=self.path)

    def __enter__(self) -> TraceWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _write(self, frame: bytes) -> int:
        """Write one frame; returns its offset."""
        if self._closed:
            raise UsageError("the trace is closed")
        left = memoryview(frame)
        try:
            while left:
                left = left[self._file.write(left) :]
            self._file.flush()
            if self._sync:
                os.fsync(self._file.fileno())
        except OSError as error:
            raise self._failure(error) from None
        offset = self._offset
        self._offset += len(frame)
        return offset

    @property
    def next_index(self) -> int:
        """Index that the next record gets."""
        return self.records.next_index

    def write(self, event: Event) -> int:
        """Append one event; returns its index in the file."""
        if self._closed:
            raise UsageError("the trace is closed")
        try:
            index = self.records.append(event)
        except UsageError:
            # A step in time too wide for one chunk fits behind a new base time.
            if not self.records.record_count:
                raise
            self.flush()
            index = self.records.append(event)
        self.flush_if_due()
        return index

    def write_all(self, events: Iterable[Event]) -> None:
        """Append events."""
        for event in events:
            self.write(event)

    def flush_if_due(self) -> None:
        """Write the open chunk if it is large or old enough.

        To be called by whoever fills `records` directly.
        """
        if self.records.size >= self._chunk_size:
            self.flush()
        elif self._flush_ns is not None:
            self.poll()

    def poll(self) -> None:
        """Write the open chunk if its first record is `flush_seconds` old."""
        if self._flush_ns is None or not self.records.record_count:
            return
        now_ns = time.monotonic_ns()
        if self._due_ns is None:
            self._due_ns = now_ns + self._flush_ns
        if now_ns >= self._due_ns:
            self.flush()

    def flush(self) -> None:
        """Write the open chunk, if it has records."""
        self._due_ns = None
        chunk = self.records.take()
        if chunk is None:
            return
        records, first_index, record_count, base_time_ns, low_ns, high_ns, bits = chunk
        frame = pack_chunk(
            records, first_index, record_count, base_time_ns, self._compression, self._level
        )
        offset = self._write(frame)
        self._chunks.append(ChunkEntry(offset, first_index, record_count, low_ns, high_ns, bits))
        self._count += record_count

    def copy(
        self, records: bytes | memoryview, first_index: int, base_time_ns: int
    ) -> tuple[int, str | None]:
        """Copy the records of another trace's chunk as a chunk, with what is unknown in them.

        Returns how many could be copied, and None or the reason why no more. `first_index` may be
        above `next_index` only behind a gap record.
        """
        self.flush()
        copied = self.records.adopt(records, first_index, base_time_ns)
        self.flush()
        return copied

    def gap(self, event: Event, skipped: int) -> None:
        """Write a gap record, which stands for its own index and the `skipped` ones behind it."""
        self.flush()
        self.records.append(event)
        self.flush()
        self.records.skip(skipped)

    def checkpoint(self, snapshot: bytes, time_ns: int) -> None:
        """Write the engine's state before the record that comes next."""
        if len(snapshot) > ATTACHMENT_SIZE_MAX:
            raise LimitError("snapshot", len(snapshot), ATTACHMENT_SIZE_MAX)
        self.flush()
        index = self.records.next_index
        state = self.records.digest_state()
        offset = self._write(pack_checkpoint(Checkpoint(index, time_ns, snapshot, state)))
        self._checkpoints.append((offset, index, time_ns))

    def attach(self, name: str, data: bytes, media_type: str = "application/octet-stream") -> None:
        """Write a file that belongs to the session."""
        if len(data) > ATTACHMENT_SIZE_MAX:
            raise LimitError(f"attachment {name}", len(data), ATTACHMENT_SIZE_MAX)
        self.flush()
        frame = pack_attachment(Attachment(name, media_type, data), self._compression, self._level)
        self._attachments.append((self._write(frame), name))

    def digest(self) -> bytes:
        """The digest of the file so far."""
        return self.records.digest()

    def footer(self) -> Footer:
        """The footer as it would be written now, the open chunk not counted."""
        before = self._before
        kinds = dict(before.kinds)
        for kind, count in self.records.kinds().items():
            kinds[kind] = kinds.get(kind, 0) + count
        times = [before.time_min_ns, before.time_max_ns, *(self.records.time_range_ns or ())]
        known = [time_ns for time_ns in times if time_ns is not None]
        codes = self.records.codes()
        return Footer(
            records=before.records + self._count,
            next_index=self.records.next_index,
            kinds=dict(sorted(kinds.items())),
            digest=self.records.digest(),
            digest_state=self.records.digest_state(),
            time_min_ns=min(known, default=None),
            time_max_ns=max(known, default=None),
            segment=before.segment,
            cut_segments=before.cut_segments,
            previous_footer=before.previous_footer,
            codes=codes,
            chunks=None if codes is None else self._chunks,
            checkpoints=self._checkpoints,
            attachments=self._attachments,
        )

    def close(self) -> None:
        """Write what is left, the footer and the end, and close the file if it was opened here."""
        if self._closed:
            return
        try:
            self.flush()
            footer_offset = self._write(pack_footer(self.footer()))
            self._write(pack_end(footer_offset))
        finally:
            self._closed = True
            if self._owned:
                self._file.close()


def _end_of_trace(target: str | os.PathLike[str] | BinaryIO) -> tuple[Footer, int]:
    """Where a trace can be continued: what a footer there would say, and the file's size."""
    if not isinstance(target, str | os.PathLike):
        raise UsageError("only a trace at a path can be appended to")
    with TraceReader(target) as reader:
        size = reader.size
        if size is None:
            raise UsageError("only a file can be appended to")
        footer = reader.footer
        if footer is not None and footer.digest_state and not reader.cut_off:
            return (
                Footer(
                    footer.records,
                    footer.next_index,
                    footer.kinds,
                    digest_state=footer.digest_state,
                    time_min_ns=footer.time_min_ns,
                    time_max_ns=footer.time_max_ns,
                    segment=footer.segment + 1,
                    cut_segments=footer.cut_segments,
                    previous_footer=footer.offset,
                ),
                size,
            )
        return _end_of_cut_trace(reader), size


def _end_of_cut_trace(reader: TraceReader) -> Footer:
    """The same for a trace that was cut off behind a frame; a damaged one raises TraceError."""
    advice = "recover the trace before appending to it"
    try:
        summary = reader.verify()
    except TraceError as error:
        raise TraceError(
            f"{error.reason}; {advice}", path=error.path, offset=error.offset
        ) from None
    if reader.torn is not None or reader.zero_tail:
        raise TraceError(f"{reader.cut_text}; {advice}", path=reader.path)
    low_ns, high_ns = summary.time_range_ns or (None, None)
    return Footer(
        summary.records,
        summary.next_index,
        summary.kinds,
        digest_state=summary.digest_state,
        time_min_ns=low_ns,
        time_max_ns=high_ns,
        segment=summary.segments,
        cut_segments=reader.cut_segments + 1,
    )
