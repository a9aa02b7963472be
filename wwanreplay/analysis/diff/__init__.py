"""Two sessions compared by transaction: `diff_traces`."""

from wwanreplay.analysis.diff.comparison import DiffResult, diff_traces
from wwanreplay.analysis.diff.findings import Change, Finding
from wwanreplay.analysis.diff.report import result_json, result_lines

__all__ = ["Change", "DiffResult", "Finding", "diff_traces", "result_json", "result_lines"]
