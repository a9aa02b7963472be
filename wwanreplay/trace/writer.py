"""Write a trace: records into chunks, chunks into the file, and a footer at the end."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterable
from contextlib import suppress
from types import TracebackType
from typing import BinaryIO

from wwanreplay._core import Event, Kind, RecordReader, RecordWriter
from wwanreplay.errors import LimitError, OutputError, TraceError, UsageError, WwanReplayError
from wwanreplay.outputs import PartFile, counted
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

_Taken = tuple[bytes, int, int, int, int, int, bytes]
# Errors of a system whose disk, quota or limit is full.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

CHUNK_SIZE = 256 << 10
CHUNK_SIZE_LIMIT = 32 << 20


class TraceWriter:
    """Write a trace to a path or a binary file.

    At a path it is PATH.part while it is written, which can be read, and PATH when `close` has
    written the footer; what is at PATH stays until then. Leaving the context by an exception, or
    `end_early`, leaves PATH.part as a trace that was cut off, with every record; a note in the
    exception has the place and the number of records. Without a record nothing is left. An existing
    PATH is replaced, or with `force` False refused (UsageError); see `outputs.PartFile` for an
    existing PATH.part, `shared` and `sync`.

    A chunk is written when it has `chunk_size` bytes of records, or when its first record is
    `flush_seconds` old (None: never for its age, so that equal events make equal files). The age is
    looked at whenever something is written and by `poll()`, which a live recorder calls. Each frame
    is one write, so a recorder that is killed loses the open chunk only; with `sync` the same is
    true of a machine that loses its power.

    `append` continues the file at a path, in place, with a new segment, which begins with a gap
    record when the one before was cut off. Use the writer as a context manager: leaving it writes
    the footer (into a binary file also by an exception).
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
        force: bool = True,
        shared: bool = False,
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
        self._taken: _Taken | None = None  # a chunk that is on its way into the file
        self._is_broken = False  # whether the file lacks something, so that it has to end here
        self._chunks: list[ChunkEntry] = []
        self._checkpoints: list[tuple[int, int, int]] = []
        self._attachments: list[tuple[int, str]] = []
        self._before = Footer()
        self._closed = False
        if sync and not isinstance(target, str | os.PathLike) and not _has_descriptor(target):
            raise UsageError("sync is for a file, not for memory")
        self.path: str | None = None
        self.part: PartFile | None = None
        self._file: BinaryIO | None = None
        opening = pack_header(self.header.to_map())
        state = None
        self._offset = 0
        if append:
            self._before, self._offset = _end_of_trace(target)
            state = self._before.digest_state
        self.records = RecordWriter(self._before.next_index, digest_state=state)
        if isinstance(target, str | os.PathLike):
            self.path = os.fspath(target)
            self.part = PartFile(target, force=force, shared=shared, sync=sync, append=append)
        else:
            self._file = target
        try:
            self._write(opening)
            if append and self._before.previous_footer is None:
                self._note_cut()
        except BaseException as error:
            self.end_early(error)
            raise

    def _note_cut(self) -> None:
        """Write a gap record: records may be lost here."""
        time_ns = self._before.time_max_ns or 0
        self.gap(Event(Kind.KIND_GAP, time_ns, code=0, payload=CUT_OFF.encode()), 0)

    @property
    def _count(self) -> int:
        """Records in the chunks that were written."""
        return sum(chunk.record_count for chunk in self._chunks)

    def __enter__(self) -> TraceWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
        elif self.part is not None or self._is_broken:
            self.end_early(error)
        else:
            with suppress(OutputError):
                self.close()

    def _write(self, frame: bytes) -> int:
        """Write one frame; returns its offset."""
        offset = self._offset
        self._put(frame)
        self._offset = offset + len(frame)
        return offset

    def _put(self, frame: bytes) -> None:
        """Write one frame at the end; the same again after an interruption."""
        if self._closed:
            raise UsageError("the trace is closed")
        if self._is_broken:
            raise OutputError("an earlier part of the trace is missing", path=self.path)
        try:
            if self.part is not None:
                self.part.write(frame, self._offset)
                return
            assert self._file is not None
            # A binary file cannot be gone back in; what was interrupted has to end there.
            self._is_broken = True
            left = memoryview(frame)
            while left:
                left = left[self._file.write(left) :]
            self._file.flush()
            if self._sync:
                os.fsync(self._file.fileno())
            self._is_broken = False
        except OutputError:
            self._is_broken = True
            raise
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(error.strerror or str(error), errno=error.errno) from None

    @property
    def next_index(self) -> int:
        """Index that the next record gets."""
        return self.records.next_index

    def write(self, event: Event) -> int:
        """Append one event; returns its index in the file."""
        if self._closed:
            raise UsageError("the trace is closed")
        if self._due_ns is None and self._flush_ns is not None:
            self._set_due()
        try:
            index = self.records.append(event)
        except UsageError:
            # A step in time too wide for one chunk fits behind a new base time.
            if not self.records.record_count:
                raise
            self.flush()
            self._set_due()
            index = self.records.append(event)
        # As `flush_if_due`, of what was just written.
        due_ns = self._due_ns
        is_old = due_ns is not None and time.monotonic_ns() >= due_ns
        if is_old or self.records.size >= self._chunk_size:
            self.flush()
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

    def poll(self) -> float | None:
        """Write the open chunk if it is due; the seconds until it will be, None without one."""
        if self._flush_ns is None or not self.records.record_count:
            return None
        if self._due_ns is None:
            self._set_due()
        assert self._due_ns is not None
        left_ns = self._due_ns - time.monotonic_ns()
        if left_ns <= 0:
            self.flush()
            return None
        return left_ns / 1e9

    def _set_due(self) -> None:
        """Count the age of the open chunk from now, before its first record."""
        if self._flush_ns is not None:
            self._due_ns = time.monotonic_ns() + self._flush_ns

    def flush(self) -> None:
        """Write the open chunk, if it has records; after an interruption, what it left."""
        self._due_ns = None
        if self._taken is None:
            if not self.records.record_count:
                return
            # Between these two an exception would lose the chunk, and the next would not follow.
            was_broken, self._is_broken = self._is_broken, True
            self._taken = self.records.take()
            self._is_broken = was_broken
        if self._taken is not None:
            self._write_taken(self._taken)

    def _write_taken(self, taken: _Taken) -> None:
        records, first_index, record_count, base_time_ns, low_ns, high_ns, bits = taken
        frame = pack_chunk(
            records, first_index, record_count, base_time_ns, self._compression, self._level
        )
        entry = ChunkEntry(self._offset, first_index, record_count, low_ns, high_ns, bits)
        try:
            self._put(frame)
        except OutputError as error:
            if self.part is not None and self.part.size() >= entry.offset + len(frame):
                self._written(entry, len(frame))  # it is there; what failed is the sync
            elif error.errno in _FULL and self._write_what_fits(taken):
                self._taken = None
            raise
        self._written(entry, len(frame))

    def _written(self, entry: ChunkEntry, size: int) -> None:
        """Count the chunk that was taken as written; the same again after an interruption."""
        if entry not in self._chunks[-1:]:
            self._chunks.append(entry)
        # At once, as far as signals are concerned.
        self._offset, self._taken = entry.offset + size, None

    def _write_what_fits(self, taken: _Taken) -> bool:
        """Write as many records of a chunk as a full disk has taken bytes of it."""
        if self.part is None:
            return False
        records, first_index, record_count, base_time_ns, low_ns, high_ns, bits = taken
        whole = pack_chunk(records, first_index, record_count, base_time_ns, 0, self._level)
        room = self.part.size() - self._offset - (len(whole) - len(records))
        fitting = RecordWriter(first_index)
        counted = 0
        for event in RecordReader(records, first_index, base_time_ns, record_count=record_count):
            fitting.append(event)
            if fitting.size > room:
                break
            counted += 1
        if not counted:
            return False
        fitting = RecordWriter(first_index)
        events = RecordReader(records, first_index, base_time_ns, record_count=record_count)
        for _ in range(counted):
            fitting.append(next(events))
        last = fitting.take()
        assert last is not None
        frame = pack_chunk(last[0], first_index, counted, last[3], 0, self._level)
        try:
            self.part.cut(self._offset)
            self.part.write(frame, self._offset)
        except OutputError:
            return False
        self._chunks.append(ChunkEntry(self._offset, first_index, counted, low_ns, high_ns, bits))
        self._offset += len(frame)
        return True

    def copy(
        self,
        records: bytes | memoryview,
        first_index: int,
        base_time_ns: int,
        record_count: int | None = None,
    ) -> tuple[int, str | None]:
        """Copy the records of another trace's chunk as a chunk, with what is unknown in them.

        Returns how many could be copied, `record_count` of them at most, and None or the reason why
        no more. `first_index` may be above `next_index` only behind a gap record.
        """
        self.flush()
        copied = self.records.adopt(records, first_index, base_time_ns, record_count=record_count)
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
        """Write what is left, the footer and the end; the file at a path appears.

        OutputError when it cannot; what is there of it is then kept as by `end_early`.
        """
        if self._closed:
            return
        try:
            self.flush()
            if self._is_broken and self._file is not None:
                self._closed = True
                return
            footer_offset = self._write(pack_footer(self.footer()))
            self._write(pack_end(footer_offset))
            if self.part is not None:
                self.part.finish()
        except BaseException as error:
            self.end_early(error)
            raise
        self._closed = True

    def end_early(self, error: BaseException | None = None) -> None:
        """End a recording that is not complete: PATH.part stays, without a footer.

        All records are in it, unless they could not be written; a note in `error` says how many.
        With none the file is removed. A binary file only gets what is open. Does not raise.
        """
        if self._closed:
            return
        with suppress(WwanReplayError, OSError, MemoryError):
            self.flush()
        self._closed = True
        part = self.part
        if part is None:
            return
        with suppress(OutputError):
            part.cut(self._offset)
        if part.path is None or part.is_appended:
            part.keep()
            return
        count = self._count
        if not count:
            part.remove()
            return
        part.keep(error, counted(count))


def _has_descriptor(file: BinaryIO) -> bool:
    try:
        file.fileno()
    except (AttributeError, OSError, ValueError):
        return False
    return True


def _end_of_trace(target: str | os.PathLike[str] | BinaryIO) -> tuple[Footer, int]:
    """Where a trace can be continued: the footer that would stand there, and the file's size."""
    if not isinstance(target, str | os.PathLike):
        raise UsageError("only a trace at a path can be appended to")
    with TraceReader(target) as reader:
        reader.check_in_place()
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
