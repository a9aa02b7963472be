"""Rewrite what is readable of a damaged trace, and report exactly what was lost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from wwanreplay._core import Event, Kind
from wwanreplay.errors import UsageError
from wwanreplay.outputs import is_same_file, whole
from wwanreplay.trace.frames import Attachment, Checkpoint, Chunk, Footer
from wwanreplay.trace.header import TraceHeader
from wwanreplay.trace.losses import Loss, Skipped
from wwanreplay.trace.reader import TraceReader
from wwanreplay.trace.reading import explains_hole
from wwanreplay.trace.source import TraceInput
from wwanreplay.trace.torn import CUT_OFF
from wwanreplay.trace.writer import TraceWriter


@dataclass(slots=True)
class RecoverReport:
    """What recover() kept and what it could not.

    `gaps` are the indexes of the gap records it wrote; `records_lost` counts the records known to
    be lost, and `lost_unknown` says that there may be more. A trace that was cut off has no footer
    that shows whether records followed; `cut_text` is the place of the cut. `records_unchecked` of
    the records that were kept are from a torn last chunk, whose CRC is cut off.
    """

    records_kept: int = 0
    records_unchecked: int = 0
    records_lost: int = 0
    lost_unknown: bool = False
    losses: list[Loss] = field(default_factory=list)
    gaps: list[int] = field(default_factory=list)
    header_lost: bool = False
    cut_off: bool = False
    cut_text: str = ""
    segments: int = 0
    checkpoints: int = 0
    attachments: int = 0
    skipped: Skipped = field(default_factory=Skipped)

    @property
    def complete(self) -> bool:
        """Whether nothing was lost."""
        return not (self.losses or self.cut_off or self.header_lost)


def recover(
    source: TraceInput,
    target: str | os.PathLike[str] | BinaryIO,
    *,
    compression: str = "none",
    force: bool = True,
    shared: bool = False,
) -> RecoverReport:
    """Write the readable part of `source` as a sound trace of one segment to `target`.

    A target at a path appears when it is whole. An existing one is replaced, or with `force` False
    refused; a new one is private unless `shared`.

    Records keep their indexes, so causes stay right: a gap record stands in the place of the first
    lost one. Raises TraceError when nothing can be read, OutputError when the target cannot be
    written.
    """
    if _same_file(source, target):
        raise UsageError("a trace cannot be recovered onto itself")
    with TraceReader(source, strict=False) as reader:
        items = reader.objects()
        first = next(items, None)  # raises when nothing is readable, before the target is made
        header = first if isinstance(first, TraceHeader) else TraceHeader()
        report = RecoverReport(header_lost=not isinstance(first, TraceHeader))
        with (
            _opened(target, force, shared) as file,
            TraceWriter(file, header, compression=compression) as writer,
        ):
            copier = _Copier(reader, writer, report)
            if first is not None:
                copier.copy(first)
            for item in items:
                copier.copy(item)
            copier.finish()
    return report


@contextmanager
def _opened(
    target: str | os.PathLike[str] | BinaryIO, force: bool, shared: bool
) -> Iterator[BinaryIO]:
    if not isinstance(target, str | os.PathLike):
        yield target
        return
    with whole(target, force=force, shared=shared) as file:
        yield cast(BinaryIO, file)


def _same_file(source: TraceInput, target: str | os.PathLike[str] | BinaryIO) -> bool:
    if not isinstance(source, str | os.PathLike) or not isinstance(target, str | os.PathLike):
        return False
    return is_same_file(source, target)


class _Copier:
    """Copies what a lenient reader yields, with a gap record at each loss of records."""

    def __init__(self, reader: TraceReader, writer: TraceWriter, report: RecoverReport) -> None:
        self.reader = reader
        self.writer = writer
        self.report = report
        self.time_ns = 0
        self.footer_index: int | None = None
        self.previous: Chunk | None = None
        self.resolved = 0  # losses that a gap record stands for, or that lost no record
        self.held: list[Checkpoint] = []  # held until their index is known to be possible

    def copy(self, item: TraceHeader | Chunk | Checkpoint | Attachment | Footer) -> None:
        """Copy one thing."""
        if isinstance(item, TraceHeader):
            self.footer_index = None
        elif isinstance(item, Chunk):
            self._chunk(item)
        elif isinstance(item, Footer):
            self.footer_index = item.next_index
            self._fill(item.next_index)
        elif isinstance(item, Checkpoint):
            if item.record_index == self.writer.next_index:
                self._checkpoint(item)
            else:
                self.held.append(item)
        elif isinstance(item, Attachment):
            self.writer.attach(item.name, item.data, item.media_type)
            self.report.attachments += 1

    def _checkpoint(self, item: Checkpoint) -> None:
        self.writer.checkpoint(item.snapshot, item.time_ns)
        self.report.checkpoints += 1

    def _chunk(self, chunk: Chunk) -> None:
        self.footer_index = None
        self._fill(chunk.first_index)
        copied, reason = self.writer.copy(
            chunk.records, chunk.first_index, chunk.base_time_ns, chunk.record_count
        )
        if reason is None and copied != chunk.record_count:
            reason = f"it has {copied} records and says {chunk.record_count}"
        last_ns = self.writer.records.last_time_ns
        self.time_ns = chunk.base_time_ns if last_ns is None else last_ns
        self.report.records_kept += copied
        self.report.records_unchecked += copied if chunk.is_torn else 0
        if reason is not None:
            lost = max(0, chunk.record_count - copied)
            end = chunk.offset + chunk.size
            self.reader.losses.append(Loss(chunk.offset, end, f"chunk: {reason}", lost))
            self._fill(chunk.next_index)
        self.previous = chunk

    def _fill(self, index: int) -> None:
        """Stand a gap record for the records that are missing before `index`.

        Checkpoints among what is missing come where they belong, so that a replay goes on there.
        """
        held, self.held = self.held, []
        for item in held:
            if self.writer.next_index <= item.record_index <= index:
                self._fill_to(item.record_index)
                self._checkpoint(item)
        self._fill_to(index)

    def _fill_to(self, index: int) -> None:
        missing = index - self.writer.next_index
        previous = self.previous
        if missing > 0 and previous and explains_hole(previous, missing):
            self.writer.records.skip(missing)
        elif missing > 0:
            self._gap(missing, missing - 1)
            self.report.records_lost += missing
        self.resolved = len(self.reader.losses)

    def _gap(self, lost: int, skipped: int) -> None:
        losses = self.reader.losses[self.resolved :]
        reasons = [loss.reason for loss in losses] or [self.reader.cut_text or CUT_OFF]
        self.report.gaps.append(self.writer.next_index)
        self.writer.gap(
            Event(
                Kind.KIND_GAP, self.time_ns, code=lost, payload="; ".join(reasons).encode()[:4096]
            ),
            skipped,
        )

    def finish(self) -> None:
        """Record the loss behind the last object read."""
        report, reader = self.report, self.reader
        if self.held:
            self._fill(max(item.record_index for item in self.held))
        if self.footer_index is None or len(reader.losses) > self.resolved:
            ended = self.footer_index is not None and self.footer_index == self.writer.next_index
            if not ended:
                self._gap(0, 0)
                report.lost_unknown = True
        report.cut_off = reader.cut_off or reader.cut_segments > 0
        report.cut_text = reader.cut_text
        report.losses = reader.losses
        report.segments = reader.segments
        report.skipped = reader.skipped
