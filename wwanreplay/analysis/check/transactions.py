"""How requests and their ends go together, as verifiers of drivers look at it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wwanreplay._sessions import by_buffer, by_buffers
from wwanreplay.analysis.check.fields import Fields, number
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule, rule_of_transactions
from wwanreplay.analysis.check.session import Item, Session, Transaction
from wwanreplay.analysis.check.times import given_up_ns, interrupted_within


@rule_of_transactions("request.completed-once", by_record=True, ndis_only=True)
def completed_once(transaction: Transaction) -> Iterator[Judgement]:
    """No request is completed again."""
    most = 2 if transaction.accepted and transaction.ends_with_completion else 1
    if transaction.status == number.NDIS_STATUS_PENDING:
        most = 2  # what is pending is not completed yet
    if transaction.completions:
        yield transaction.completions[0], ""
    for item in transaction.completions[most:]:
        yield item, "the request was completed already"


@rule("request.answered", by_record=True)
def answered(session: Session) -> Iterator[Judgement]:
    """Every request ends."""
    for transaction in session.judged_transactions:
        request = transaction.request
        if _has_ended(transaction):
            yield request, ""
        elif transaction.cancel is None and _is_given_up(session, transaction):
            word = "ended" if transaction.accepted else "completed"
            yield request, f"the request was never {word}"


def _is_given_up(session: Session, transaction: Transaction) -> bool:
    """Whether it had its time to end, and the device was there for it."""
    request, limit_ns = transaction.request, given_up_ns(transaction)
    is_late = session.end_ns - request.time_ns > limit_ns
    return is_late and not interrupted_within(session, request, limit_ns)


def _has_ended(transaction: Transaction) -> bool:
    if transaction.accepted and transaction.ends_with_completion:
        return len(transaction.completions) > 1
    if transaction.accepted and transaction.is_wwan:
        return transaction.closing is not None
    return bool(transaction.completions)


@rule("request.completion-known", by_record=True, ndis_only=True)
def completion_known(session: Session) -> Iterator[Judgement]:
    """A completion has a request, with its RequestId and its port.

    A recording knows which request a completion ended, whatever the completion says.
    """
    for item in session.completions:
        if item.transaction is not None:
            yield item, _unlike_request(item, item.transaction.request)
        elif not session.is_whole:
            yield item, Undecided("its request may not be in the recording")
        else:
            yield item, "no request is waiting for this completion"


def _unlike_request(completion: Item, request: Item) -> str:
    if completion.request_id != request.request_id:
        return f"RequestId {completion.request_id:#x} instead of {request.request_id:#x}"
    if completion.port != request.port:
        return f"port {completion.port} instead of {request.port}"
    return ""


@rule("request.id-unique", by_record=True)
def id_unique(session: Session) -> Iterator[Judgement]:
    """The host gives no open transaction's id again."""
    for transaction in session.judged_transactions:
        identity, before = transaction.request.request_id, transaction.earlier
        if not transaction.is_wwan or not identity:
            continue
        taken = before is not None and before.end > transaction.request.at
        if (
            taken
            and before is not None
            and session.interrupted(before.request.at, transaction.request.at)
        ):
            taken = False
        text = f"RequestId {identity:#x} is that of an open transaction" if taken else ""
        yield transaction.request, text


def _shorter_than_stated(fields: Fields) -> str | None:
    size = len(fields.data)
    if not fields.struct.has_header or size < 4:
        return None
    stated = int.from_bytes(fields.data[2:4], "little")
    return f"Header.Size is {stated}, the buffer has {size} bytes" if size < stated else ""


@rule("buffer.report-whole", ndis_only=True)
def report_whole(session: Session) -> Iterable[Judgement]:
    """Reports have all that their headers promise."""
    return by_buffers(session, session.indications.values(), "whole", _shorter_than_stated)


@rule("buffer.request-whole", ndis_only=True)
def request_whole(session: Session) -> Iterable[Judgement]:
    """So have sets."""
    sets = (each.request for each in session.judged_transactions if each.is_set)
    return by_buffer(session, sets, "whole", _shorter_than_stated)


@rule("buffer.revision", ndis_only=True)
def revision(session: Session) -> Iterator[Judgement]:
    """A driver of the first model knows the first revisions only."""
    models = [
        (answer.at, int(version))
        for transaction in session.of(number.OID_WWAN_DRIVER_CAPS, "query")
        if (answer := transaction.first_answer) is not None
        and (version := answer["DriverCaps.ulMajorVersion"]) is not None
    ]
    if not models or models[0][1] != 1:
        return
    for items in session.indications.values():
        for item in items:
            fields = item.fields
            if item.at < models[0][0] or fields is None or not fields.struct.has_header:
                continue
            given = fields.data[1] if len(fields.data) > 1 else 1
            yield item, f"revision {given} of a driver of model 1" if given > 1 else ""
