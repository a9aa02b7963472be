"""Replay a recording against the emulated device and say what differs.

result = replay("session.wwtrace")
result.equal, result.divergences, result.digest
"""

from wwanreplay.replay.align import DivergenceKind
from wwanreplay.replay.divergence import Divergence, FieldDifference, field_differences
from wwanreplay.replay.driver import DIVERGENCES_MAX, Gap, ReplayResult
from wwanreplay.replay.verb import replay, replay_events

__all__ = [
    "DIVERGENCES_MAX",
    "Divergence",
    "DivergenceKind",
    "FieldDifference",
    "Gap",
    "ReplayResult",
    "field_differences",
    "replay",
    "replay_events",
]
