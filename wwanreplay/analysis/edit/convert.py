"""A trace written anew: other compression, other chunks, the same records and digest."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import BinaryIO, cast

from wwanreplay.errors import TraceError, UsageError
from wwanreplay.outputs import is_same_file, whole
from wwanreplay.trace import Attachment, Checkpoint, Chunk, TraceReader, TraceWriter
from wwanreplay.trace.writer import CHUNK_SIZE


@dataclass(frozen=True, slots=True)
class ConvertReport:
    """What was written: records, their digest, sizes of both files in bytes.

    `dropped` are records of kinds that this version does not know, which other chunks cannot hold.
    """

    records: int
    digest: str
    size_before: int
    size: int
    checkpoints: int
    dropped: int


def convert_trace(
    source: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    compression: str = "none",
    level: int = 3,
    chunk_size: int | None = None,
    force: bool = False,
    shared: bool = False,
) -> ConvertReport:
    """Write a trace anew, as one segment; without `chunk_size` its chunks stay as they are.

    Checkpoints and attachments are kept. UsageError for the trace itself as `out`, TraceError when
    it is damaged or cut off: `recover` is for these.
    """
    if is_same_file(os.fspath(source), out):
        raise UsageError(f"{os.fspath(out)}: is the trace itself; name another file with -o")
    with TraceReader(source) as reader:
        with whole(out, force=force, shared=shared) as file:
            writer = TraceWriter(
                cast(BinaryIO, file),
                reader.header,
                compression=compression,
                level=level,
                chunk_size=CHUNK_SIZE if chunk_size is None else chunk_size,
            )
            size = _copy(reader, writer, keeps_chunks=chunk_size is None)
            _check_end(reader)
            writer.close()
            footer = writer.footer()
            written = file.tell()
        return ConvertReport(
            footer.records,
            footer.digest.hex(),
            size,
            written,
            len(footer.checkpoints or ()),
            reader.skipped.record_kinds if chunk_size is not None else 0,
        )


def _copy(reader: TraceReader, writer: TraceWriter, *, keeps_chunks: bool) -> int:
    """Copy everything in order; the size of the source."""
    for item in reader.objects():
        if isinstance(item, Checkpoint):
            writer.checkpoint(item.snapshot, item.time_ns)
        elif isinstance(item, Attachment):
            writer.attach(item.name, item.data, item.media_type)
        elif isinstance(item, Chunk) and keeps_chunks:
            _, reason = writer.copy(item.records, item.first_index, item.base_time_ns)
            if reason is not None:
                raise TraceError(reason, path=reader.path, offset=item.records_offset)
        elif isinstance(item, Chunk):
            if item.first_index > writer.next_index:
                writer.flush()
                writer.records.skip(item.first_index - writer.next_index)
            events = reader.chunk_events(item)
            writer.write_all(events)
            reader.skipped.add(events)
    return reader.size or 0


def _check_end(reader: TraceReader) -> None:
    if reader.cut_text:
        raise TraceError(f"{reader.cut_text}; wwanreplay recover makes it whole", path=reader.path)
