"""Rules of protocol configuration options: OID_WWAN_PCO and NDIS_STATUS_WWAN_PCO_STATUS."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from wwanreplay._core import Kind
from wwanreplay.analysis.check.contexts import UNSEEN_CONTEXTS, contexts
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.judgements import closed_by, refused
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import SECOND, Item, Session, Transaction
from wwanreplay.protocol import PROTOCOL

OID = number.OID_WWAN_PCO
STATUS = number.NDIS_STATUS_WWAN_PCO_STATUS
SIZE = "PcoValue.Size"
TYPE = "PcoValue.Type"
# Statuses of a query where there is no connection that could have a value.
_NO_CONNECTION = tuple(
    getattr(number, f"WWAN_STATUS_{name}")
    for name in (
        "CONTEXT_NOT_ACTIVATED",
        "NOT_REGISTERED",
        "PACKET_SVC_DETACHED",
        "RADIO_POWER_OFF",
        "NOT_INITIALIZED",
    )
)
_SOON_NS = 10 * SECOND
# One octet of flags and the configuration protocol, then elements of three octets and more.
_WITH_ELEMENT = 4

# What may be missing of a connection, as the page of NDIS_WWAN_PCO_STATUS lists it.
_MISSING = frozenset(
    PROTOCOL.status(f"WWAN_STATUS_{name}").number
    for name in (
        "CONTEXT_NOT_ACTIVATED",
        "NOT_REGISTERED",
        "PACKET_SVC_DETACHED",
        "RADIO_POWER_OFF",
        "NOT_INITIALIZED",
    )
)


def value_of(item: Item) -> tuple[int, bytes]:
    """(Type, value) of a report."""
    size = item[SIZE] or 0
    return item[TYPE] or 0, bytes((item["PcoValue.PcoData"] or b"")[:size])


def _closings(session: Session) -> Iterator[tuple[Transaction, Item]]:
    for transaction in session.of(OID, "query"):
        closing = transaction.closing
        if transaction.accepted and closing is not None and closing.code == STATUS:
            yield transaction, closing


def _last_reported(session: Session, port: int, before: int) -> Item | None:
    """The last value reported for the connection that a port has at a position; None without one.
    Values reported before the activation of this connection was requested do not count.
    """
    started = _activation_start(session, port, before)
    return session.last_report(
        STATUS, before, port=port, accept=lambda item: started is None or item.at > started
    )


def _activation_start(session: Session, port: int, before: int) -> int | None:
    """Position of the request that activated the port's last connection before a position."""
    activations = contexts(session).activations(port)
    place = bisect_left(activations, before, key=lambda item: item.at)
    if not place:
        return None
    item = activations[place - 1]
    return item.transaction.request.at if item.transaction else item.at


@rule("pco.async", ndis_only=True)
def asynchronous(session: Session) -> Iterator[Judgement]:
    """Answered provisionally, closed by NDIS_WWAN_PCO_STATUS."""
    yield from closed_by(session, OID, STATUS, "NDIS_WWAN_PCO_STATUS", "query")


@rule("pco.no-set", by_record=True)
def no_set(session: Session) -> Iterator[Judgement]:
    """A set is refused."""
    yield from refused(session, OID, "set")


@rule("pco.new-value-event")
def new_value_event(session: Session) -> Iterator[Judgement]:
    """A new value on an active connection is reported by an event. New values are seen in queries
    and in the recorded environment.
    """
    view = contexts(session)
    for transaction, closing in _closings(session):
        port = transaction.request.port
        before = _last_reported(session, port, closing.at)
        if closing.u_status or before is None or not view.active(port, closing.at):
            continue
        changed = value_of(before) != value_of(closing)
        yield closing, "the value changed without an event" if changed else ""
    stimuli = session.stimuli_of("PCO")
    for place, stimulus in enumerate(stimuli):
        port, start = stimulus.port, stimulus.time_ns
        until = stimuli[place + 1].at if place + 1 < len(stimuli) else 1 << 62
        if stimulus["ConnectionId"] not in view.active(port, stimulus.at) or not stimulus["Size"]:
            continue
        data = bytes(stimulus["PcoData"][: stimulus["Size"]])
        before = _last_reported(session, port, stimulus.at)
        if before is not None and value_of(before) == (stimulus["Type"], data):
            continue
        reported = [
            item
            for item in session.reports_between(STATUS, start, start + _SOON_NS, port=port)
            if item.is_event and stimulus.at < item.at < until
        ]
        if any(value_of(item) == (stimulus["Type"], data) for item in reported):
            yield stimulus, ""
        elif reported:
            yield reported[0], "the event has another value than the network sent"
        elif session.end_ns - start >= _SOON_NS:
            yield stimulus, "no event tells the value that the network sent"


@rule("pco.event-port")
def event_port(session: Session) -> Iterator[Judgement]:
    """An event comes on a port that has an active connection (or is getting it)."""
    view = contexts(session)
    for item in session.judged_reports(STATUS):
        if item.is_event:
            port = item.port
            if view.active(port, item.at) or view.activating(port, item.at):
                yield item, ""
            elif not session.is_whole and not view.known(port, item.at):
                yield item, UNSEEN_CONTEXTS
            else:
                yield item, f"port {port} has no active connection"


@rule("pco.on-activation")
def on_activation(session: Session) -> Iterator[Judgement]:
    """The value that the modem has for a connection is reported when it is activated. That it had
    one is seen in a later query with a value that no event reported.
    """
    view = contexts(session)
    for port in view.ports:
        activations = view.activations(port)
        for place, activation in enumerate(activations):
            order = activation.transaction.request.at if activation.transaction else activation.at
            until = activations[place + 1].at if place + 1 < len(activations) else 1 << 62
            first = session.next_report(STATUS, order, _has_value, port=port)
            if first is None or first.at >= until:
                continue
            late = first.transaction is not None
            yield first, "a query shows a value that was not reported at activation" if late else ""


def _has_value(item: Item) -> bool:
    return item.u_status == 0 and bool(item[SIZE])


@rule("pco.query-value")
def query_value(session: Session) -> Iterator[Judgement]:
    """A query on a port returns the value of that port's connection."""
    for transaction, closing in _closings(session):
        port = transaction.request.port
        if closing.port != port:
            yield closing, f"a query on port {port} was closed on port {closing.port}"
            continue
        if _has_value(closing) and contexts(session).are_over(
            port, transaction.request.at, closing.at
        ):
            yield closing, "a value without a connection"
            continue
        before = _last_reported(session, port, closing.at)
        if closing.u_status or before is None or not contexts(session).active(port, closing.at):
            continue
        same = value_of(before) == value_of(closing)
        yield closing, "" if same else "the value is not the one reported last on this port"


@rule("pco.complete-structure")
def complete_structure(session: Session) -> Iterator[Judgement]:
    """A modem that gives complete structures does not give partial ones as well."""
    reports = [item for item in session.reports(STATUS) if item[SIZE]]
    can = any(item[TYPE] == number.WwanPcoTypeComplete for item in reports)
    for item in reports:
        partial = item[TYPE] != number.WwanPcoTypeComplete
        yield item, "partial, though the modem gives complete structures" if partial and can else ""


def _position(item: Item) -> int:
    return item.at


def _is_query(item: Item) -> bool:
    return item.transaction is not None and item.transaction.is_query


@rule("pco.empty-if-none")
def empty_if_none(session: Session) -> Iterator[Judgement]:
    """Without a value received a query ends with an empty one, not with an error.

    The page's codes for what is missing of a connection are none where no connection is seen.
    """
    view = contexts(session)
    first: dict[int, int] = {}
    for item in sorted([*session.reports(STATUS), *session.stimuli_of("PCO")], key=_position):
        if (item.event.kind == Kind.KIND_STIMULUS or item[SIZE]) and not _is_query(item):
            first.setdefault(item.port, item.at)
    for transaction, closing in _closings(session):
        port = transaction.request.port
        if first.get(port, 1 << 62) < closing.at:
            continue
        if closing.u_status in _NO_CONNECTION:
            continue
        if session.interrupted(transaction.request.at, closing.at):
            continue
        if closing.u_status:
            if closing.u_status in _MISSING and not view.active(port, closing.at):
                continue
            yield closing, f"no value ended the query with uStatus {closing.u_status:#010x}"
        elif (
            closing[SIZE]
            and not session.is_whole
            and _activation_start(session, port, closing.at) is None
        ):
            yield closing, Undecided("the connection may have had a value before the recording")
        else:
            yield closing, "a value that was never received" if closing[SIZE] else ""


@rule("pco.no-noise")
def no_noise(session: Session) -> Iterator[Judgement]:
    """No event has an empty value, nor a partial one without elements."""
    for item in session.judged_reports(STATUS):
        if not item.is_event:
            continue
        kind, data = value_of(item)
        if not item[SIZE]:
            yield item, "an event without a value"
        elif kind != number.WwanPcoTypeComplete and len(data) < _WITH_ELEMENT:
            yield item, "an event whose value has no element"
        else:
            yield item, ""


@rule("pco.size")
def size(session: Session) -> Iterator[Judgement]:
    """Size is within the data buffer."""
    for item in session.judged_reports(STATUS):
        given = item[SIZE]
        if given is not None:
            limit = number.WWAN_PCO_OCT_BUF_LEN
            yield item, f"Size {given} is beyond the {limit} octets" if given > limit else ""


@rule("pco.capability")
def capability(session: Session) -> Iterator[Judgement]:
    """A miniport that takes PCO queries has the flag in its extended capabilities."""
    for transaction in session.judged_requests(OID, "query"):
        answer = transaction.first_answer
        if answer is None or not transaction.accepted:
            continue
        caps = session.last_report(number.NDIS_STATUS_WWAN_DEVICE_CAPS_EX, 1 << 62)
        if caps is None:
            continue
        offered = caps["DeviceCaps.WwanOptionalServiceCaps"]
        missing = offered is not None and not offered & number.WWAN_OPTIONAL_SERVICE_CAPS_PCO
        yield answer, "PCO is queried, but the capability is not reported" if missing else ""
