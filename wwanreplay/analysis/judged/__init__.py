"""What `check` reports: rules that were judged on traces, for people and for other programs."""

from wwanreplay.analysis.judged.explained import explained
from wwanreplay.analysis.judged.junit import junit_text
from wwanreplay.analysis.judged.outcomes import (
    Broken,
    CheckOptions,
    Outcome,
    OutcomeKind,
    TraceReport,
    check_file,
    unreadable,
)
from wwanreplay.analysis.judged.sarif import sarif_text
from wwanreplay.analysis.judged.text import report_json, report_lines

__all__ = [
    "Broken",
    "CheckOptions",
    "Outcome",
    "OutcomeKind",
    "TraceReport",
    "check_file",
    "explained",
    "junit_text",
    "report_json",
    "report_lines",
    "sarif_text",
    "unreadable",
]
