"""Traces made of traces: cut, merged, converted; what comes out replays."""

from wwanreplay.errors import EXIT_NO, UsageError


class NothingMatchedError(UsageError):
    """The selection is well written, but no record of the trace is in it."""

    exit_code = EXIT_NO
