"""Counting requests, latencies and errors of many traces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wwanreplay.errors import EXIT_INTERNAL, EXIT_UNREADABLE, WwanReplayError
from wwanreplay.fleet.work import DIED, Undivided

if TYPE_CHECKING:
    from wwanreplay.analysis.show import Filter
    from wwanreplay.analysis.stats import Stats


@dataclass
class Counted:
    """The statistics of a trace, or why there are none."""

    path: str
    stats: Stats | None = None
    cut_text: str = ""
    error: str = ""
    exit_code: int = EXIT_UNREADABLE


@dataclass(frozen=True)
class StatsWork(Undivided):
    """Count requests, latencies and errors."""

    chosen: Filter

    def __call__(self, path: str) -> Counted:
        """The statistics of a trace."""
        from wwanreplay.analysis.stats import trace_stats

        try:
            stats, cut_text = trace_stats(path, self.chosen)
        except (WwanReplayError, OSError) as error:
            return Counted(path, error=str(error))
        return Counted(path, stats, cut_text)

    def prepare(self) -> None:
        """Load what counts, and the commands by their names."""
        import wwanreplay.analysis.stats
        import wwanreplay.mbim.tables  # noqa: F401

    def died(self, path: str) -> Counted:
        """The same of a trace whose worker died of it."""
        return Counted(path, error=f"{path}: {DIED}", exit_code=EXIT_INTERNAL)
