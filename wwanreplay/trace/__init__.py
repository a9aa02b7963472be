"""The trace container `.wwtrace`: write, read, index, recover; see docs/trace-format.md."""

from wwanreplay.trace.frames import Attachment, Checkpoint, Chunk, Footer
from wwanreplay.trace.header import TraceHeader
from wwanreplay.trace.reader import TraceReader
from wwanreplay.trace.recover import RecoverReport, recover
from wwanreplay.trace.summary import Loss, Skipped, TraceSummary
from wwanreplay.trace.writer import TraceWriter

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
