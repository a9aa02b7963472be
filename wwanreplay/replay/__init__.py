"""Replay a recording against the emulated device and report what differs.

result = replay("session.wwtrace")
result.equal, result.divergences, result.digest
"""

from wwanreplay.callable_module import make_callable
from wwanreplay.replay.api import replay, replay_events
from wwanreplay.replay.divergence import Divergence
from wwanreplay.replay.fault import DivergenceKind
from wwanreplay.replay.fields import FieldDifference, field_differences
from wwanreplay.replay.result import DIVERGENCES_MAX, Gap, ReplayResult

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

make_callable(__name__)  # wwanreplay.replay(...) is a call
