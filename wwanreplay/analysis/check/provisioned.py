"""Rules of stored contexts: OID_WWAN_PROVISIONED_CONTEXTS, LTE attach configuration and status."""

from __future__ import annotations

from collections.abc import Iterator

from wwanreplay.analysis.check.fields import Fields, number
from wwanreplay.analysis.check.providers import count, list_change_is_sent
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import Item, Session, Transaction
from wwanreplay.analysis.check.states import (
    change_is_sent,
    closings,
    is_query,
    is_set,
    judged_closings,
    radio_off_throughout,
    sim_changed,
    was_ordered,
)

OID = number.OID_WWAN_PROVISIONED_CONTEXTS
REPORT = number.NDIS_STATUS_WWAN_PROVISIONED_CONTEXTS
LTE_OID = number.OID_WWAN_LTE_ATTACH_CONFIG
LTE = number.NDIS_STATUS_WWAN_LTE_ATTACH_CONFIG
LTE_STATUS = number.NDIS_STATUS_WWAN_LTE_ATTACH_STATUS
APPEND = 0xFFFFFFFF
# What only a device that asks the network answers.
_NETWORK = (
    number.WWAN_STATUS_RADIO_POWER_OFF,
    number.WWAN_STATUS_NOT_REGISTERED,
    number.WWAN_STATUS_PACKET_SVC_DETACHED,
    number.WWAN_STATUS_PROVIDER_NOT_VISIBLE,
)
Entry = tuple[object, object]


def _queries(session: Session) -> Iterator[tuple[Transaction, Item]]:
    for transaction, closing in closings(session, OID, REPORT, "query"):
        if closing.u_status == 0:
            yield transaction, closing


def member(fields: Fields | Item | Transaction, name: str, inside: str = "") -> object:
    """A member of a stored context, in any form of the structure."""
    value = fields[f"{inside}{name}"]
    return fields[f"{inside}basicInfo.{name}"] if value is None else value


def _entries(item: Item) -> list[Entry]:
    """(ContextType, AccessString) of the contexts of a list."""
    if item.fields is None:
        return []
    return [
        (member(each, "ContextType"), member(each, "AccessString"))
        for each in item.fields.elements()
        if isinstance(each, Fields)
    ]


def _ordered(transaction: Transaction) -> Entry:
    inside = "ProvisionedContext."
    return member(transaction, "ContextType", inside), member(transaction, "AccessString", inside)


@rule("provctx.no-network")
def no_network(session: Session) -> Iterator[Judgement]:
    """A query with the radio off does not fail for the network."""
    for transaction, closing in judged_closings(session, OID, REPORT, "query"):
        if radio_off_throughout(session, transaction):
            wrong = closing.u_status in _NETWORK
            yield closing, "the list needs the network" if wrong else ""


@rule("provctx.element-type", ndis_only=True)
def element_type(session: Session) -> Iterator[Judgement]:
    """The list of revision 1 is one of WwanStructContext."""
    for item in session.judged_reports(REPORT):
        if item["Header.Revision"] == 1 and count(item):
            same = item["ContextListHeader.ElementType"] == number.WwanStructContext
            yield item, "" if same else "the list is none of WwanStructContext"


@rule("provctx.set-zero")
def set_zero(session: Session) -> Iterator[Judgement]:
    """The end of a set lists nothing."""
    for _, closing in judged_closings(session, OID, REPORT, "set"):
        yield closing, "the end of a set lists elements" if count(closing) else ""


@rule("provctx.home-only")
def home_only(session: Session) -> Iterator[Judgement]:
    """The list while roaming is that seen at home."""
    code, path = number.NDIS_STATUS_WWAN_REGISTER_STATE, "RegistrationState.RegisterState"
    before: tuple[Item, object] | None = None
    for transaction, closing in _queries(session):
        state = session.value_before(transaction.request.at, code, path)
        previous, before = before, (closing, state)
        if previous is None or {previous[1], state} != {
            number.WwanRegisterStateHome,
            number.WwanRegisterStateRoaming,
        }:
            continue
        if _touched(session, previous[0], closing):
            continue
        same = _entries(previous[0]) == _entries(closing)
        yield closing, "" if same else "another list than where the state was another"


def _touched(session: Session, before: Item, item: Item) -> bool:
    """Whether the list may have been changed: by a set, an event, another SIM."""
    start = before.transaction.request.at if before.transaction else before.at
    events = any(each.is_event for each in session.reports_inside(REPORT, before.at, item.at))
    sims = sim_changed(session, before.at, item.at)
    return events or bool(sims) or session.any_open(OID, start, item.at)


def _stored(session: Session, query: Transaction, closing: Item) -> Iterator[tuple[Item, bool]]:
    """The last set of each query, and whether its context is listed; nothing in between."""
    last = session.last_report(REPORT, query.request.at, ending="set")
    if last is None or last.transaction is None:
        return
    if session.any_open(OID, last.at + 1, closing.at):
        return
    if sim_changed(session, last.at, closing.at):
        return
    wanted = _ordered(last.transaction)
    operation = last.transaction["ProvisionedContext.Operation"]
    if operation not in (None, 0) or wanted[1] in (None, ""):
        return
    events = any(each.is_event for each in session.reports_inside(REPORT, last.at, closing.at))
    if not events:
        yield last, wanted[1] in [entry[1] for entry in _entries(closing)]


@rule("provctx.persist")
def persist(session: Session) -> Iterator[Judgement]:
    """A stored context is listed after a restart."""
    for transaction, closing in _queries(session):
        for last, listed in _stored(session, transaction, closing):
            if session.lifecycle_inside(last.at, closing.at):
                yield closing, "" if listed else "a stored context is gone after a restart"


@rule("provctx.set-then-query")
def set_then_query(session: Session) -> Iterator[Judgement]:
    """A stored context is in the next list."""
    for transaction, closing in _queries(session):
        for last, listed in _stored(session, transaction, closing):
            if not session.interrupted(last.at, closing.at):
                yield closing, "" if listed else "a context that was set is not listed"


@rule("provctx.not-from-connect")
def not_from_connect(session: Session) -> Iterator[Judgement]:
    """An activation does not put its access string in the list."""
    before: Item | None = None
    for _, closing in _queries(session):
        previous, before = before, closing
        if previous is None or _touched(session, previous, closing):
            continue
        used = [
            each["SetContextState.AccessString"]
            for each in session.sent_inside(number.OID_WWAN_CONNECT, previous.at, closing.at, "set")
        ]
        if not used or session.interrupted(previous.at, closing.at):
            continue
        old = [entry[1] for entry in _entries(previous)]
        new = [entry[1] for entry in _entries(closing)]
        added = [name for name in new if name in used and name not in old]
        yield closing, "an activation put its access string in the list" if added else ""


@rule("provctx.ota-event")
def list_event(session: Session) -> Iterator[Judgement]:
    """A list that changes without a set is reported by an event."""
    return list_change_is_sent(session, OID, REPORT)


@rule("provctx.no-append-id")
def no_append_id(session: Session) -> Iterator[Judgement]:
    """The id that appends is never listed."""
    for item in session.judged_reports(REPORT):
        for entry in [] if item.fields is None else item.fields.elements():
            wrong = isinstance(entry, Fields) and member(entry, "ContextId") == APPEND
            yield item, "a context with the id that appends" if wrong else ""


@rule("provctx.append-index")
def append_index(session: Session) -> Iterator[Judgement]:
    """A set with the id that appends is not refused for it: one with another id is taken."""
    taken = [
        transaction.request.event.payload
        for transaction, closing in closings(session, OID, REPORT, "set")
        if closing.u_status == 0
    ]
    for transaction in session.of(OID, "set"):
        if member(transaction, "ContextId", "ProvisionedContext.") != APPEND:
            continue
        answer, closing = transaction.first_answer, transaction.closing
        if answer is not None and transaction.status == number.NDIS_STATUS_INVALID_DATA:
            end: Item | None = answer
        elif closing is not None and closing.u_status != number.WWAN_STATUS_INVALID_PARAMETERS:
            yield closing, ""
            continue
        else:
            end = closing
        if end is None:
            continue
        payload = transaction.request.event.payload
        if was_ordered(session, end):
            yield end, Undecided("the recorded environment ordered this end")
        elif any(_differs_by_a_number(payload, other) for other in taken):
            yield end, "the id that appends was refused"
        else:
            yield end, Undecided("the set may be refused for another of its members")


def _differs_by_a_number(payload: bytes, other: bytes) -> bool:
    """Whether two sets are the same but for one number: their ids, of which one appends."""
    places = [at for at, (one, two) in enumerate(zip(payload, other, strict=False)) if one != two]
    return len(payload) == len(other) and bool(places) and places[-1] - places[0] < 4


# LTE attach


def _members_of(transaction: Transaction, array: str, name: str) -> list[object]:
    return [transaction[f"{array}[{at}].{name}"] for at in range(3)]


@rule("lte-config.three")
def three_contexts(session: Session) -> Iterator[Judgement]:
    """Three contexts, one for each roaming condition."""
    for item in session.judged_reports(LTE):
        given = item["LteAttachContext.ElementCount"]
        if item.u_status == 0 and given is not None:
            yield item, "" if given == 3 else f"{given} contexts instead of three"


@rule("lte-config.reject-not-three")
def reject_repeated(session: Session) -> Iterator[Judgement]:
    """A set with the same roaming condition twice is refused."""
    for transaction in session.judged_requests(LTE_OID, "set"):
        contexts = "SetLteAttachContext.SetContextArray"
        conditions = _members_of(transaction, contexts, "Roaming")
        answer = transaction.first_answer
        if any(_members_of(transaction, contexts, "Operation")):
            continue  # an order to delete or to restore says nothing of conditions
        if None in conditions or len(set(conditions)) == 3 or answer is None:
            continue
        if transaction.refused:
            yield answer, ""
        elif transaction.closing is not None:
            accepted = transaction.closing.u_status == 0
            yield (
                transaction.closing,
                "a set with a roaming condition twice succeeded" if accepted else "",
            )


@rule("lte-config.ota-event")
def attach_event(session: Session) -> Iterator[Judgement]:
    """Default contexts that change without a set are reported by an event."""
    before: Item | None = None
    for item in session.reports(LTE):
        if item.u_status or is_set(item):
            continue
        previous, before = before, item
        if previous is None or not is_query(item) or session.interrupted(previous.at, item.at):
            continue
        start = previous.transaction.request.at if previous.transaction else previous.at
        if session.any_open(LTE_OID, start, item.at):
            continue
        if sim_changed(session, previous.at, item.at):
            continue
        same = previous.event.payload == item.event.payload
        yield item, "" if same else "the contexts changed without a set, and no event reported it"


@rule("lte-status.event")
def attach_status_event(session: Session) -> Iterator[Judgement]:
    """An attach is reported by an event."""
    path = "LteAttachStatus.LteAttachState"
    attached = number.WwanContextLteAttachStateAttached
    for item, text in change_is_sent(
        session, LTE_STATUS, lambda each: each[path], "an attach of LTE"
    ):
        if item[path] == attached:
            yield item, text
