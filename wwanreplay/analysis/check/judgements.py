"""Judgements that the rules of several OIDs share."""

from __future__ import annotations

from collections.abc import Iterator

from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.registry import Judgement, Undecided
from wwanreplay.analysis.check.session import Item, Session

_SUCCESS_MAX = 0x7FFFFFFF

UNSEEN_REQUEST = Undecided("its request may have been sent before the recording began")
UNSEEN_CAUSE = Undecided("it may be an event, whose cause is not in the recording")


def closed_by(
    session: Session, oid: int, indication: int, struct: str, kind: str = ""
) -> Iterator[Judgement]:
    """Accepted requests are answered provisionally and closed by this indication and structure."""
    for transaction in session.judged_requests(oid, kind):
        answer = transaction.first_answer
        if answer is None or transaction.refused:
            continue
        if not transaction.accepted:
            yield answer, f"answered {answer.status:#010x} instead of provisionally"
            continue
        closing = transaction.closing
        if closing is None:
            continue
        fields = closing.fields
        if closing.code != indication:
            yield closing, f"closed by indication {closing.code:#010x}"
        elif fields is None or fields.struct.name != struct or not fields.known:
            yield closing, f"the buffer is no {struct}"
        elif len(fields.data) < fields.size:
            yield closing, f"the buffer is shorter than {struct}"
        else:
            yield closing, ""


def refused(session: Session, oid: int, kind: str) -> Iterator[Judgement]:
    """An operation that does not exist is not accepted."""
    for transaction in session.judged_requests(oid, kind):
        answer = transaction.first_answer
        if answer is None:
            continue
        if answer.status <= _SUCCESS_MAX:
            yield answer, f"a {kind} was accepted with {answer.status:#010x}"
        else:
            yield answer, ""


def never_unsolicited(session: Session, code: int) -> Iterator[Judgement]:
    """An indication that only ever closes a transaction."""
    for item in session.judged_reports(code):
        if item.is_event:
            yield item, "sent as an event"
        elif session.may_answer_unseen(item):
            yield item, UNSEEN_REQUEST
        elif not item.was_open:
            yield item, "sent for no open transaction"
        else:
            yield item, ""


def with_status(closing: Item, name: str) -> Judgement:
    """The indication must have this WWAN_STATUS."""
    if closing.u_status == getattr(number, name):
        return closing, ""
    return closing, f"closed with uStatus {closing.u_status:#010x} instead of {name}"
