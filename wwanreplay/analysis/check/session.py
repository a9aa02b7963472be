"""A session as rules see it: requests with their answers, and reports in their order."""

from __future__ import annotations

from wwanreplay._sessions import (
    ENDLESS,
    INDICATIONS,
    IS_MAPPED,
    OIDS,
    WAIT_NS,
    Item,
    Session,
    Transaction,
)
from wwanreplay.protocol import indications, oids
from wwanreplay.trace.header import TraceHeader

__all__ = [
    "ENDLESS",
    "INDICATIONS",
    "IS_MAPPED",
    "OIDS",
    "SECOND",
    "WAIT_NS",
    "WWAN_INDICATIONS",
    "WWAN_OIDS",
    "Item",
    "Session",
    "Transaction",
    "is_whole",
]

WWAN_OIDS = frozenset(row.number for row in oids.ROWS if row.number is not None)
WWAN_INDICATIONS = frozenset(row.number for row in indications.ROWS)
SECOND = 1_000_000_000


def is_whole(header: TraceHeader) -> bool:
    """Whether a trace shows its session from the beginning, with what the environment did."""
    return header.comparison != "field" and not header.begins_inside
