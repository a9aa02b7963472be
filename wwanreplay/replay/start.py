"""The beginning of a trace that starts in mid-session: what its header's `start` does."""

from __future__ import annotations

from wwanreplay._core import Engine, Kind, RecordReader, Replayer
from wwanreplay.errors import InputError
from wwanreplay.protocol.kinds import INPUTS, OUTPUTS
from wwanreplay.replay.chunks import pack
from wwanreplay.replay.compiled_run import open_chunk
from wwanreplay.replay.hypothesis import adopt


def apply_start(engine: Engine, records: bytes, *, pending: int = 0) -> None:
    """Lead an engine that was just made to where a trace begins.

    `records` are those of `TraceHeader.start`: inputs are given to the engine, outputs are adopted,
    each at the engine's present time or its own, whichever is later; times count from the first
    record. A clock record lets the engine come to its time. What the engine emits meanwhile is
    dropped, but the last `pending` outputs, which nobody has taken yet: a session cut between an
    input and what follows from it begins with them. InputError for a record that is nothing of
    these, TraceError for bytes that are none.
    """
    for event in RecordReader(records):
        now_ns = max(event.time_ns, engine.now_ns)
        if event.kind in OUTPUTS:
            if now_ns > engine.now_ns:
                engine.advance(now_ns)
            adopt(engine, event.replace(time_ns=now_ns))
        elif event.kind in INPUTS:
            engine.drain()  # what was pending is dropped: an input stands behind it
            engine.submit(event.replace(time_ns=now_ns))
        elif event.kind == Kind.KIND_CLOCK:
            engine.advance(now_ns)
        else:
            raise InputError(f"the trace's start holds a {event.kind.name}, which drives no device")
    _drop(engine, pending)


def _drop(engine: Engine, pending: int) -> None:
    """Drop the outputs that an engine has emitted, but the last ones."""
    if not pending:
        engine.drain()
        return
    replayer = Replayer(engine)
    emitted = replayer.pending()
    if len(emitted) <= pending:
        return
    # A replay takes outputs away one by one, those that it is shown.
    for chunk in pack(emitted[:-pending]):
        open_chunk(replayer, chunk)
        replayer.run()
