"""The trace container `.wwtrace`: write, read, index, recover; see docs/trace-format.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wwanreplay.trace.frames import Attachment, Checkpoint, Chunk, Footer
from wwanreplay.trace.header import TraceHeader
from wwanreplay.trace.losses import Loss, Skipped
from wwanreplay.trace.reader import TraceReader

if TYPE_CHECKING:
    from wwanreplay.trace.recovery import RecoverReport as RecoverReport
    from wwanreplay.trace.recovery import recover as recover
    from wwanreplay.trace.summary import TraceSummary as TraceSummary
    from wwanreplay.trace.writer import TraceWriter as TraceWriter

__all__ = [
    "Attachment",
    "Checkpoint",
    "Chunk",
    "Footer",
    "Loss",
    "RecoverReport",
    "Skipped",
    "TraceHeader",
    "TraceReader",
    "TraceSummary",
    "TraceWriter",
    "recover",
]

# What writes, and what sums up, is imported when it is used: a replay only reads.
_OTHERS = {
    "RecoverReport": "recovery",
    "TraceSummary": "summary",
    "TraceWriter": "writer",
    "recover": "recovery",
}


def __getattr__(name: str) -> Any:
    place = _OTHERS.get(name)
    if place is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(f"{__name__}.{place}"), name)
    return found
