"""How long operations took, by the table of limits."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from wwanreplay._core import RecordFlag
from wwanreplay.analysis.check.contexts import ACTIVATED, ACTIVATION, STATE, contexts
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import SECOND, Item, Session, Transaction
from wwanreplay.protocol import timing

# Limits of an OID's operations by its number, and the one of a set or another request where no
# field tells limits apart.
_LIMITS: dict[int, tuple[timing.Limit, ...]] = {}
_LIMIT: dict[tuple[int, bool], timing.Limit] = {}


def limit_of(transaction: Transaction) -> timing.Limit:
    """The limit of what a request of a WWAN OID began."""
    key = (transaction.oid, transaction.is_set)
    known = _LIMIT.get(key)
    if known is not None:
        return known
    row = transaction.row
    limits = _LIMITS.get(transaction.oid)
    if limits is None:
        limits = timing.limits_of("" if row is None else row.name)
        _LIMITS[transaction.oid] = limits
    if not any(limit.field for limit in limits):
        _LIMIT[key] = _chosen(limits, transaction)
    return _chosen(limits, transaction)


def _chosen(limits: tuple[timing.Limit, ...], transaction: Transaction) -> timing.Limit:
    for limit in limits:
        if limit.operation == "set" and not transaction.is_set:
            continue
        if not limit.field or transaction[limit.field] == getattr(number, limit.value):
            return limit
    return limits[-1]


def given_up_ns(transaction: Transaction) -> int:
    """How long a request may be open at all."""
    return max(timing.GIVEN_UP_NS, limit_of(transaction).worst_ns)


def interrupted_within(session: Session, item: Item, limit_ns: int) -> bool:
    """Whether power or presence went away before what an event began had to be over."""
    over_ns = item.time_ns + limit_ns
    stop = bisect_right(session.items, over_ns, lo=item.at, key=lambda each: each.time_ns)
    return session.interrupted(item.at, stop - 1)


def _ended(session: Session) -> list[tuple[Transaction, Item, int, timing.Limit]]:
    """WWAN transactions with their end, how long they took and may; without those cut off."""
    found = []
    for transaction in session.judged_transactions:
        closing = transaction.closing
        if closing is None or not transaction.is_wwan or not transaction.accepted:
            continue
        if session.interrupted(transaction.request.at, closing.at):
            continue
        took_ns = closing.time_ns - transaction.request.time_ns
        found.append((transaction, closing, took_ns, limit_of(transaction)))
    return found


def _doubt_ns(*items: Item) -> int:
    """By how much the times of events may be wrong together."""
    return SECOND if any(i.event.flags & RecordFlag.FLAG_TIME_INEXACT for i in items) else 0


def _took(took_ns: int, limit: timing.Limit, limit_s: int) -> str:
    return f"{limit.name} took {took_ns / SECOND:.3f} s, more than {limit_s} s"


@rule("timing.worst", "time.best-worst", by_record=True)
def within_worst(session: Session) -> Iterator[Judgement]:
    """No operation takes longer than it may."""
    for transaction, closing, took_ns, limit in session.derived("ended", _ended):
        over_ns = took_ns - limit.worst_ns
        if over_ns <= 0:
            yield closing, ""
        elif over_ns <= _doubt_ns(transaction.request, closing):
            yield closing, Undecided("the times of the log are too coarse")
        else:
            yield closing, _took(took_ns, limit, limit.worst_s)


@rule("timing.best", by_record=True)
def within_best(session: Session) -> Iterator[Judgement]:
    """Operations are as quick as they should be."""
    for transaction, closing, took_ns, limit in session.derived("ended", _ended):
        if not limit.best_s:
            continue
        over_ns = took_ns - limit.best_ns
        if over_ns <= 0:
            yield closing, ""
        elif over_ns <= _doubt_ns(transaction.request, closing):
            yield closing, Undecided("the times of the log are too coarse")
        else:
            yield closing, _took(took_ns, limit, limit.best_s)


@rule("timing.link-state", ndis_only=True)
def link_state_in_time(session: Session) -> Iterator[Judgement]:
    """A link that comes up does so soon behind its context."""
    limit = timing.LINK_STATE
    for link, took_ns in _links(session):
        late = took_ns > limit.worst_ns
        yield link, _took(took_ns, limit, limit.worst_s) if late else ""


@rule("timing.follows-best")
def follows_soon(session: Session) -> Iterator[Judgement]:
    """What follows a context or a SIM does so as soon as it should."""
    places = [(timing.SMS_READY, place) for place in _sms_ready(session)]
    if not session.is_mapped:  # the mapping has made up the links of a log
        places += [(timing.LINK_STATE, place) for place in _links(session)]
    for limit, (item, took_ns) in places:
        over_ns = took_ns - limit.best_ns
        if 0 < over_ns <= _doubt_ns(item):
            yield item, Undecided("the times of the log are too coarse")
        else:
            yield item, _took(took_ns, limit, limit.best_s) if over_ns > 0 else ""


def _sms_ready(session: Session) -> Iterator[tuple[Item, int]]:
    """The events that SMS is ready, with the time since the SIM was: once for each start."""
    for item in session.reports(number.NDIS_STATUS_WWAN_READY_INFO):
        if not item.is_event or item["ReadyInfo.ReadyState"] != number.WwanReadyStateInitialized:
            continue
        code = number.NDIS_STATUS_WWAN_SMS_CONFIGURATION
        reported = session.next_report(code, item.at, _is_event)
        before = session.last_report(code, item.at, accept=_is_event)
        if reported is None or session.interrupted(item.at, reported.at):
            continue
        took_ns = reported.time_ns - item.time_ns
        is_first = before is None or session.interrupted(before.at, item.at)
        if is_first and took_ns <= timing.SMS_READY.worst_ns:
            yield reported, took_ns


def _is_event(item: Item) -> bool:
    return item.is_event


def _links(session: Session) -> Iterator[tuple[Item, int]]:
    """The links that came up behind a context, with the time since."""
    view = contexts(session)
    for port in view.ports:
        activations = view.activations(port)
        for place, activation in enumerate(activations):
            if not session.is_whole and activation.is_event and not view.known(port, activation.at):
                continue  # the context may have been active before the recording
            until = (
                activations[place + 1].at if place + 1 < len(activations) else len(session.items)
            )
            link = session.next_report(
                number.NDIS_STATUS_LINK_STATE, activation.at, _is_connected, port=port
            )
            gone = session.next_report(STATE, activation.at, _is_over, port=port)
            if link is None or link.at > until or (gone is not None and gone.at < link.at):
                continue
            yield link, link.time_ns - activation.time_ns


def _is_connected(item: Item) -> bool:
    return bool(item["MediaConnectState"] == number.MediaConnectStateConnected)


def _is_over(item: Item) -> bool:
    return item.u_status == 0 and item[ACTIVATION] != ACTIVATED
