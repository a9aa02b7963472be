"""Rewrite a trace with edited events, CRCs and index made anew."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import BinaryIO

from wwanreplay._core import Event, Kind
from wwanreplay.trace.frames import Attachment, pack_end, pack_footer
from wwanreplay.trace.header import TraceHeader
from wwanreplay.trace.reader import TraceReader
from wwanreplay.trace.source import TraceInput
from wwanreplay.trace.writer import CHUNK_SIZE, TraceWriter

#: Makes events of events, the same each time; those of the source keep their index.
Edit = Callable[[Iterable[Event]], Iterable[Event]]


def rewrite(
    source: TraceInput,
    edit: Callable[[list[Event]], Iterable[Event]],
    *,
    header: TraceHeader | None = None,
    keep_digest: bool = False,
    compression: str = "none",
    chunk_size: int = CHUNK_SIZE,
) -> bytes:
    """The bytes that `rewrite_to` writes, of a trace that fits into memory.

    All events are given to `edit`, once.
    With `keep_digest` the footer keeps the digest of the source, as a file edited by a careless
    tool would; otherwise it is that of the new events.
    """
    with TraceReader(source) as reader:
        edited = list(edit(list(reader.events())))
        digest = reader.footer.digest if reader.footer is not None else b""
    out = io.BytesIO()
    writer = rewrite_to(
        source, lambda _: edited, out, header=header, compression=compression, chunk_size=chunk_size
    )
    if not keep_digest or not digest:
        return out.getvalue()
    footer = replace(writer.footer(), digest=digest)
    data = out.getvalue()
    with TraceReader(data) as reader:
        footer_offset = reader.footer.offset if reader.footer is not None else len(data)
    return data[:footer_offset] + pack_footer(footer) + pack_end(footer_offset)


def rewrite_to(
    source: TraceInput,
    edit: Edit,
    out: BinaryIO,
    *,
    header: TraceHeader | None = None,
    compression: str = "none",
    chunk_size: int = CHUNK_SIZE,
    attachments: Callable[[list[Attachment]], list[Attachment]] = list,
) -> TraceWriter:
    """Write the trace with the events that `edit` gives; the writer, which is closed.

    The trace is read and edited twice, and no more than a chunk of it is held: UsageError for a
    pipe, TraceError when it is damaged. One that is cut off ends with a gap record that says so.
    Causes follow the events they point at by the index these had (None when the event is gone).
    A `header` takes the place of the source's. Attachments are what `attachments` makes of them, a
    copy unless given; checkpoints are not copied: they belong to the unedited session.
    """
    with TraceReader(source) as reader:
        attached = attachments(reader.attachments())
        events = reader.events()
        places = _Places(edit(events))
        for _ in events:
            pass  # `edit` need not have come to the end
        missing = "" if reader.has_end else reader.cut_text
        writer = TraceWriter(
            out,
            reader.header if header is None else header,
            compression=compression,
            chunk_size=chunk_size,
        )
        for attachment in attached:
            writer.attach(attachment.name, attachment.data, attachment.media_type)
        for event in edit(reader.events()):
            cause = None if event.cause is None else places.of_index(event.cause)
            writer.write(event if cause == event.cause else event.replace(cause=cause))
    if missing:
        last_ns = writer.records.last_time_ns or 0
        writer.gap(Event(Kind.KIND_GAP, last_ns, code=0, payload=missing.encode()), 0)
    writer.close()
    return writer


class _Places:
    """Where the events of a source stand among the edited ones, by their index.

    Events that follow each other in both are one run.
    """

    def __init__(self, events: Iterable[Event]) -> None:
        self._runs: list[tuple[int, int, int]] = []  # first index, index behind the last, place
        begin = end = begun_at = -1
        for place, event in enumerate(events):
            index = event.index
            if index is None:
                continue
            if index == end and index - begin == place - begun_at:
                end += 1
                continue
            if begin >= 0:
                self._runs.append((begin, end, begun_at))
            begin, end, begun_at = index, index + 1, place
        if begin >= 0:
            self._runs.append((begin, end, begun_at))
        self._runs.sort()

    def of_index(self, index: int) -> int | None:
        """The place of an event, None when it is gone."""
        at = bisect_right(self._runs, index, key=lambda run: run[0]) - 1
        if at < 0:
            return None
        first, end, place = self._runs[at]
        return place + index - first if index < end else None
