"""Rules of asynchronous requests: the provisional answer, its closing indication, events."""

from __future__ import annotations

from collections.abc import Iterator

from wwanreplay.analysis.check.registry import Judgement, rule
from wwanreplay.analysis.check.session import SECOND, WWAN_OIDS, Session

# Without a limit of its own in the documents a transaction is given up after this time.
_LIMIT_S = 120


@rule("async.provisional-first")
def provisional_first(session: Session) -> Iterator[Judgement]:
    """An accepted asynchronous request is answered NDIS_STATUS_INDICATION_REQUIRED first."""
    for transaction in session.transactions:
        answer = transaction.first_answer
        if answer is None or transaction.mode != "async" or transaction.oid not in WWAN_OIDS:
            continue
        if transaction.refused:
            continue
        if not transaction.accepted:
            yield answer, f"answered {answer.event.status:#010x} instead of provisionally"
        elif answer.event.payload:
            yield answer, "data is put in the request's buffer as the answer"
        elif len(transaction.completions) > 1:
            yield transaction.completions[1], "completed a second time"
        else:
            yield answer, ""


@rule("async.indication-follows")
def indication_follows(session: Session) -> Iterator[Judgement]:
    """Every provisionally answered request is closed by a transactional indication."""
    for transaction in session.transactions:
        answer = transaction.first_answer
        if answer is None or not transaction.accepted:
            continue
        limit_s = (transaction.row.limits_s if transaction.row else None) or (0, _LIMIT_S)
        waited = session.end_ns - answer.event.time_ns
        if transaction.closing is not None:
            yield transaction.closing, ""
        elif session.interrupted(answer.at, len(session.items)):
            continue
        elif waited > limit_s[1] * SECOND:
            yield answer, f"no closing indication within {limit_s[1]} s"
