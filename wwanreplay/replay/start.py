"""The beginning of a trace that starts in mid-session: what its header's `start` does."""

from __future__ import annotations

from wwanreplay._core import Engine, RecordReader
from wwanreplay.errors import InputError
from wwanreplay.protocol.kinds import INPUTS, OUTPUTS


def apply_start(engine: Engine, records: bytes) -> None:
    """Lead an engine that was just made to where a trace begins.

    `records` are those of `TraceHeader.start`: inputs are given to the engine, outputs are adopted,
    each at the engine's present time or its own, whichever is later; times count from the first
    record. What the engine emits meanwhile is dropped. InputError for a record that is neither,
    TraceError for bytes that are none.
    """
    for event in RecordReader(records):
        now_ns = max(event.time_ns, engine.now_ns)
        if event.kind in OUTPUTS:
            if now_ns > engine.now_ns:
                engine.advance(now_ns)
            engine.adopt(event.replace(time_ns=now_ns))
        elif event.kind in INPUTS:
            engine.submit(event.replace(time_ns=now_ns))
        else:
            raise InputError(f"the trace's start holds a {event.kind.name}, which drives no device")
    engine.drain()
