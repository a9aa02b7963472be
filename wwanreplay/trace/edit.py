"""Rewrite a trace with an edited list of events, CRCs and index made anew."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

from wwanreplay._core import Event, Kind
from wwanreplay.trace.frames import pack_end, pack_footer
from wwanreplay.trace.header import TraceHeader
from wwanreplay.trace.reader import TraceReader
from wwanreplay.trace.source import TraceInput
from wwanreplay.trace.writer import CHUNK_SIZE, TraceWriter


def rewrite(
    source: TraceInput,
    edit: Callable[[list[Event]], list[Event]],
    *,
    header: TraceHeader | None = None,
    keep_digest: bool = False,
    compression: str = "none",
    chunk_size: int = CHUNK_SIZE,
) -> bytes:
    """The trace with the events that `edit` returns; raises TraceError when it is damaged.

    One that is cut off ends with a gap record that says so. Causes follow the events they point at
    by the index these had (None when the event is gone).
    A `header` takes the place of the source's. Attachments are copied, checkpoints are not: they
    belong to the unedited session. With `keep_digest` the footer keeps the digest of the source,
    as a file edited by a careless tool would; otherwise it is that of the new events.
    """
    with TraceReader(source) as reader:
        events = list(reader.events())
        attachments = reader.attachments() if reader.size is not None else []
        digest = reader.footer.digest if reader.footer is not None else b""
        header = reader.header if header is None else header
        missing = "" if reader.has_end else reader.cut_text
    edited = edit(events)
    places: dict[int, int] = {}
    for place, event in enumerate(edited):
        if event.index is not None:
            places.setdefault(event.index, place)
    out = io.BytesIO()
    writer = TraceWriter(out, header, compression=compression, chunk_size=chunk_size)
    for attachment in attachments:
        writer.attach(attachment.name, attachment.data, attachment.media_type)
    for event in edited:
        cause = None if event.cause is None else places.get(event.cause)
        writer.write(event if cause == event.cause else event.replace(cause=cause))
    if missing:
        last_ns = writer.records.last_time_ns or 0
        writer.gap(Event(Kind.KIND_GAP, last_ns, code=0, payload=missing.encode()), 0)
    writer.close()
    if not keep_digest or not digest:
        return out.getvalue()
    footer = replace(writer.footer(), digest=digest)
    data = out.getvalue()
    with TraceReader(data) as reader:
        footer_offset = reader.footer.offset if reader.footer is not None else len(data)
    return data[:footer_offset] + pack_footer(footer) + pack_end(footer_offset)
