"""How long operations took, by the table of limits."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from wwanreplay._core import Lifecycle, RecordFlag, SimState
from wwanreplay.analysis.check.contexts import ACTIVATED, ACTIVATION, STATE, contexts
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import SECOND, Item, Session, Transaction
from wwanreplay.analysis.check.states import asleep
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
    is_interrupted = bool(session.interruptions)
    for transaction in session.judged_transactions:
        closing = transaction.closing
        if closing is None or not transaction.is_wwan or not transaction.accepted:
            continue
        if is_interrupted and session.interrupted(transaction.request.at, closing.at):
            continue
        took_ns = closing.time_ns - transaction.request.time_ns
        found.append((transaction, closing, took_ns, limit_of(transaction)))
    return found


def _doubt_ns(*items: Item) -> int:
    """By how much the times of events may be wrong together."""
    return SECOND if any(i.event.flags & RecordFlag.FLAG_TIME_INEXACT for i in items) else 0


@rule("timing.worst", "time.best-worst", by_record=True)
def within_worst(session: Session) -> Iterator[Judgement]:
    """No operation takes longer than it may."""
    for transaction, closing, took_ns, limit in session.derived("ended", _ended):
        if took_ns <= limit.worst_ns:
            yield closing, ""
        elif limit is not timing.VENDOR:
            yield closing, _beyond(took_ns, limit, limit.worst_s, transaction.request, closing)


@rule("timing.best", by_record=True)
def within_best(session: Session) -> Iterator[Judgement]:
    """Operations are as quick as they should be."""
    for transaction, closing, took_ns, limit in session.derived("ended", _ended):
        if not limit.best_s:
            continue
        if took_ns <= limit.best_ns:
            yield closing, ""
        else:
            yield closing, _beyond(took_ns, limit, limit.best_s, transaction.request, closing)


@rule("timing.link-state", ndis_only=True)
def link_state_in_time(session: Session) -> Iterator[Judgement]:
    """A link that comes up does so soon behind its context."""
    return _within_worst(timing.LINK_STATE, _links(session))


@rule("timing.ready")
def ready_in_time(session: Session) -> Iterator[Judgement]:
    """A device that becomes ready does so soon behind its insertion, or that of its SIM."""
    return _within_worst(timing.READY, _ready(session))


@rule("timing.sms-ready")
def sms_ready_in_time(session: Session) -> Iterator[Judgement]:
    """SMS is ready soon behind the SIM."""
    limit = timing.SMS_READY
    for item, took_ns in _sms_ready(session):
        late = _beyond(took_ns, limit, limit.worst_s, item)
        yield item, late if session.is_whole or not late else _READY_BEFORE


@rule("timing.follows-best")
def follows_soon(session: Session) -> Iterator[Judgement]:
    """What follows a context, a SIM or an insertion does so as soon as it should."""
    places = [(timing.READY, place) for place in _ready(session)]
    places += [
        (timing.SMS_READY, place)
        for place in _sms_ready(session)
        if session.is_whole or place[1] <= timing.SMS_READY.worst_ns
    ]
    if not session.is_mapped:  # the mapping has made up the links of a log
        places += [(timing.LINK_STATE, place) for place in _links(session)]
    for limit, (item, took_ns) in places:
        yield item, _beyond(took_ns, limit, limit.best_s, item)


# What follows something else, with the time since
_Place = tuple[Item, int]
_READY_BEFORE = Undecided("SMS may have been ready before the recording began")


def _within_worst(limit: timing.Limit, places: Iterable[_Place]) -> Iterator[Judgement]:
    for item, took_ns in places:
        yield item, _beyond(took_ns, limit, limit.worst_s, item)


def _beyond(took_ns: int, limit: timing.Limit, limit_s: int, *items: Item) -> str:
    """What is wrong with what took so long; empty where nothing is."""
    over_ns = took_ns - limit_s * SECOND
    if over_ns <= 0:
        return ""
    if over_ns <= _doubt_ns(*items):
        return Undecided("the times of the log are too coarse")
    return f"{limit.name} took {took_ns / SECOND:.3f} s, more than {limit_s} s"


_STARTS = (Lifecycle.LIFECYCLE_INITIALIZE, Lifecycle.LIFECYCLE_ARRIVAL)


def _ready(session: Session) -> Iterator[_Place]:
    """The events by which a device that was inserted, or got a SIM, became initialized.

    One that finds its SIM locked, bad or not activated first is not about to be ready by itself.
    """
    starts = [item for item in session.lifecycle if item.code in _STARTS]
    for item in session.stimuli_of("SIM"):
        was_absent = session.ready_state(item.at) == number.WwanReadyStateSimNotInserted
        if item["State"] == SimState.SIM_INSERTED and was_absent and not asleep(session, item.at):
            starts.append(item)
    for start in starts:
        ready = session.next_report(number.NDIS_STATUS_WWAN_READY_INFO, start.at, _is_not_off)
        if ready is None or not ready.is_event or not _is_initialized(ready):
            continue
        is_other = session.stimuli_inside("SIM", start.at, ready.at) or any(
            item.code in _STARTS for item in session.lifecycle_inside(start.at, ready.at)
        )
        if not is_other and not session.interrupted(start.at, ready.at):
            yield ready, ready.time_ns - start.time_ns


def _is_not_off(item: Item) -> bool:
    return bool(item["ReadyInfo.ReadyState"] != number.WwanReadyStateOff)


def _is_initialized(item: Item) -> bool:
    return bool(item["ReadyInfo.ReadyState"] == number.WwanReadyStateInitialized)


def _sms_ready(session: Session) -> Iterator[_Place]:
    """The first events that SMS is ready, with the time since the SIM was: once for each start."""
    code = number.NDIS_STATUS_WWAN_SMS_CONFIGURATION
    before: Item | None = None
    for item in session.reports(code):
        if not item.is_event:
            continue
        previous, before = before, item
        if previous is not None and not session.interrupted(previous.at, item.at):
            continue
        ready = _ready_since(session, item)
        if ready is not None:
            yield item, item.time_ns - ready.time_ns


def _ready_since(session: Session, at: Item) -> Item | None:
    """The event by which a device became initialized that is so since; None where none says it."""
    found: Item | None = None
    before = session.last_report(number.NDIS_STATUS_WWAN_READY_INFO, at.at)
    while before is not None and _is_initialized(before):
        if session.interrupted(before.at, at.at):
            break
        found = before
        before = session.last_report(number.NDIS_STATUS_WWAN_READY_INFO, before.at)
    return found if found is not None and found.is_event else None


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
