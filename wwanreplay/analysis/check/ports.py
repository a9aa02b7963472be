"""Rules of further ports and interfaces: MPDP, CREATE_MAC, DELETE_MAC, addresses, executors."""

from __future__ import annotations

from collections.abc import Iterator

from wwanreplay.analysis.check.contexts import DEACTIVATED, contexts
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import Item, Session, Transaction
from wwanreplay.analysis.check.states import (
    SOON_NS,
    closings,
    is_query,
    sim_changed,
)

MPDP_OID = number.OID_WWAN_MPDP
STATE = number.NDIS_STATUS_WWAN_MPDP_STATE
LIST = number.NDIS_STATUS_WWAN_MPDP_LIST
CREATE = number.OID_WWAN_CREATE_MAC
DELETE = number.OID_WWAN_DELETE_MAC
ADDRESS = number.NDIS_STATUS_WWAN_IP_ADDRESS_STATE
CONTEXT = number.NDIS_STATUS_WWAN_CONTEXT_STATE
GUID = "Info.ChildInterfaceGUID"
PORT = "uNdisPortNumber"
_PENDING = number.NDIS_STATUS_PENDING
# What a host sets of a device, not of a context: one at a time on all adapters of an executor.
_SHARED = (
    number.OID_WWAN_RADIO_STATE,
    number.OID_WWAN_REGISTER_STATE,
    number.OID_WWAN_PACKET_SERVICE,
    number.OID_WWAN_SIGNAL_STATE,
    number.OID_WWAN_PIN,
    number.OID_WWAN_PIN_EX,
    number.OID_WWAN_PREFERRED_PROVIDERS,
)
_STATES = (
    (number.NDIS_STATUS_WWAN_READY_INFO, "ReadyInfo.ReadyState"),
    (number.NDIS_STATUS_WWAN_RADIO_STATE, "RadioState.SwRadioState"),
    (number.NDIS_STATUS_WWAN_RADIO_STATE, "RadioState.HwRadioState"),
    (number.NDIS_STATUS_WWAN_REGISTER_STATE, "RegistrationState.RegisterState"),
    (number.NDIS_STATUS_WWAN_PACKET_SERVICE, "PacketService.PacketServiceState"),
)
_CHILDREN = 16


def _operation(transaction: Transaction, name: str) -> bool:
    wanted = getattr(number, f"WwanMPDPOperation{name}ChildInterface")
    return bool(transaction["Info.Operation"] == wanted)


def _changes(session: Session) -> Iterator[tuple[Transaction, Item]]:
    for transaction, closing in closings(session, MPDP_OID, STATE, "set"):
        if closing.u_status == 0:
            yield transaction, closing


@rule("mpdp.list-type", ndis_only=True)
def list_type(session: Session) -> Iterator[Judgement]:
    """The list is one of child interfaces."""
    for item in session.judged_reports(LIST):
        if item.u_status == 0 and item["ChildInterfaceList.ElementType"] is not None:
            wanted = number.WwanStructMPDPChildInterface
            same = item["ChildInterfaceList.ElementType"] == wanted
            yield item, "" if same else "the list is none of child interfaces"


@rule("mpdp.create-guid")
def create_guid(session: Session) -> Iterator[Judgement]:
    """A child that was created has a GUID of its own."""
    living: set[bytes] = set()
    for transaction, closing in _changes(session):
        if _operation(transaction, "Create"):
            guid = closing[GUID]
            if guid is None:
                continue
            taken = guid in living or guid == bytes(_CHILDREN)
            yield closing, "a new child without a GUID of its own" if taken else ""
            living.add(guid)
        elif _operation(transaction, "Delete"):
            living.discard(transaction[GUID])


@rule("mpdp.delete")
def delete(session: Session) -> Iterator[Judgement]:
    """A child that was deleted is not listed."""
    for transaction, closing in closings(session, MPDP_OID, LIST, "query"):
        if closing.u_status or closing.fields is None:
            continue
        gone: set[bytes] = set()
        for change, done in _changes(session):
            if done.at < transaction.request.at:
                if _operation(change, "Delete"):
                    gone.add(change[GUID])
                else:
                    gone.discard(done[GUID])
        if gone:
            data = closing.fields.tail()
            listed = {data[at : at + _CHILDREN] for at in range(0, len(data), _CHILDREN)}
            yield closing, "a child that was deleted is listed" if gone & listed else ""


@rule("mac.create-async", by_record=True, ndis_only=True)
def create_asynchronous(session: Session) -> Iterator[Judgement]:
    """Creation is not completed at once."""
    for transaction in session.judged_requests(CREATE, "set"):
        answer = transaction.first_answer
        if answer is None or transaction.refused:
            continue
        pending = transaction.accepted or answer.status == _PENDING
        yield answer, "" if pending else "completed at once"


@rule("mac.delete-pending", ndis_only=True)
def delete_pending(session: Session) -> Iterator[Judgement]:
    """Deletion is pending first, and then succeeds."""
    for transaction in session.of(DELETE, "set"):
        answer = transaction.first_answer
        if answer is None or transaction.refused or not _port(transaction):
            continue
        if answer.status not in (_PENDING, number.NDIS_STATUS_SUCCESS):
            yield answer, f"deletion was answered {answer.status:#010x}"
            continue
        final = transaction.completions[-1]
        if final is answer and answer.status == _PENDING:
            continue
        right = final.status == number.NDIS_STATUS_SUCCESS
        yield final, "" if right else "deletion ended otherwise than with success"


def _port(transaction: Transaction) -> int | None:
    data = transaction.request.event.payload
    value = transaction[PORT]
    return value if value is None else int(value) if data else None


@rule("mac.delete-default", ndis_only=True)
def delete_default(session: Session) -> Iterator[Judgement]:
    """The default port cannot be deleted."""
    for transaction in session.judged_requests(DELETE, "set"):
        answer = transaction.first_answer
        if answer is not None and _port(transaction) == 0:
            right = answer.status == number.NDIS_STATUS_INVALID_PORT
            yield answer, "" if right else "deletion of the default port was not refused so"


@rule("mac.delete-deactivates")
def delete_deactivates(session: Session) -> Iterator[Judgement]:
    """A context of a port that is deleted ends."""
    view = contexts(session)
    for transaction in session.judged_requests(DELETE, "set"):
        answer, port = transaction.first_answer, _port(transaction)
        if answer is None or transaction.refused or not port:
            continue
        if not view.active(port, transaction.request.at):
            continue
        until_ns = answer.time_ns + SOON_NS
        ended = any(
            each["ContextState.ActivationState"] == DEACTIVATED
            for each in session.reports_between(
                CONTEXT, transaction.request.time_ns, until_ns, port=port
            )
        )
        if ended:
            yield answer, ""
        elif session.end_ns >= until_ns:
            yield answer, "the context of the deleted port is not reported to end"


@rule("ipaddr.port", by_record=True, ndis_only=True)
def address_port(session: Session) -> Iterator[Judgement]:
    """Addresses are reported on the port of an additional context."""
    for item in session.judged_reports(ADDRESS):
        yield item, "" if item.port else "an address on the default port"


@rule("ipaddr.after-activation", ndis_only=True)
def address_reported(session: Session) -> Iterator[Judgement]:
    """After an additional context became active its address is reported."""
    view = contexts(session)
    for port in view.ports:
        if not port:
            continue
        for item in view.activations(port):
            until_ns = item.time_ns + SOON_NS
            if session.reports_between(ADDRESS, item.time_ns, until_ns, port=port):
                yield item, ""
                continue
            following = view.next(port, item.at)
            ended = following is not None and following.time_ns <= until_ns
            if ended or session.end_ns < until_ns or session.interrupted(item.at, 1 << 62):
                continue
            known = session.reports_inside(ADDRESS, -1, item.at, port=port) or any(
                each.port == port for each in session.stimuli_of("IP_ADDRESS")
            )
            if known:
                yield item, f"no address is reported on port {port}"
            else:
                yield item, Undecided("whether there is an address is not in the session")


# Several adapters of one device


@rule("multi.set-serialized")
def serialized(session: Session) -> Iterator[Judgement]:
    """A set that waits for one on another adapter is not refused and does not overtake it."""
    for oid in _SHARED:
        for transaction in session.judged_requests(oid, "set"):
            closing, port = transaction.closing, transaction.request.port
            if closing is None or not transaction.accepted:
                continue
            first = [
                each
                for each in session.open_at(transaction.request.at, oid, "set")
                if each.request.port != port and each.accepted
            ]
            for each in first:
                if each.closing is None:
                    continue
                if closing.u_status == number.WWAN_STATUS_BUSY:
                    yield closing, f"busy, as a set on port {each.request.port} is open"
                else:
                    overtaken = closing.at < each.closing.at
                    yield (
                        closing,
                        f"overtook a set on port {each.request.port}" if overtaken else "",
                    )


@rule("multi.same-state")
def same_state(session: Session) -> Iterator[Judgement]:
    """Queries on two ports, with nothing in between, show the same state."""
    for code, path in _STATES:
        before: Item | None = None
        for item in session.reports(code):
            if item.u_status or item[path] is None:
                continue
            previous, before = before, item
            if previous is None or previous.port == item.port:
                continue
            if not (is_query(item) and is_query(previous)) or sim_changed(
                session, previous.at, item.at
            ):
                continue
            if _busy(session, previous, item):
                continue
            same = previous[path] == item[path]
            yield item, "" if same else f"another state than on port {previous.port}"


def _busy(session: Session, before: Item, item: Item) -> bool:
    """Whether something may have changed from the request of one query to the end of another."""
    start = before.transaction.request.at if before.transaction else before.at
    if session.interrupted(start, item.at):
        return True
    if item.time_ns - before.time_ns > SOON_NS:
        return True
    return any(start < each.at < item.at for each in session.stimuli) or any(
        session.any_open(oid, start, item.at) for oid in _SHARED
    )
