"""Rules of device service sessions: opening and closing, writing, and the data that arrives."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.judgements import closed_by, never_unsolicited, refused
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import ENDLESS, Item, Session, Transaction

OID = number.OID_WWAN_DEVICE_SERVICE_SESSION
#: How a miniport refuses everything that is asleep, halted or gone.
AWAY = (
    number.NDIS_STATUS_LOW_POWER_STATE,
    number.NDIS_STATUS_ADAPTER_NOT_READY,
    number.NDIS_STATUS_ADAPTER_REMOVED,
)
WRITE = number.OID_WWAN_DEVICE_SERVICE_SESSION_WRITE
STATE = number.NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION
WRITTEN = number.NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION_WRITE_COMPLETE
READ = number.NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION_READ
SERVICES = number.NDIS_STATUS_WWAN_SUPPORTED_DEVICE_SERVICES

GUID = "Session.DeviceServiceGuid"
IDENTITY = "Session.uSessionID"
OPEN = number.WwanDeviceServiceSessionOpen


class Sessions:
    """Which device service sessions were open when, and of which service, by the completions."""

    def __init__(self, session: Session) -> None:
        # From where on a session may have been opened or closed that the recording does not name.
        self._unread = ENDLESS
        changes: list[tuple[int, int, bytes | None]] = []
        for transaction in session.of(OID, "set"):
            closing = transaction.closing
            if closing is None or not transaction.succeeded:
                continue
            opened = transaction["Session.State"] == OPEN
            identity = transaction[IDENTITY]
            if identity is None:
                self._unread = min(self._unread, closing.at)
                continue
            changes.append((closing.at, identity, transaction[GUID] if opened else None))
        closed = session.stimuli_of("DEVICE_SERVICE_SESSION_CLOSED")
        changes += [
            (each.at, each["SessionId"], None) for each in closed if each["SessionId"] is not None
        ]
        changes += [(at, -1, None) for at in session.interruptions]
        self._is_whole = session.is_whole
        self._first: dict[int, int] = {}
        self._positions: list[int] = []
        self._states: list[dict[int, bytes]] = []
        state: dict[int, bytes] = {}
        for at, identity, guid in sorted(changes, key=lambda change: change[0]):
            self._first.setdefault(identity, at)
            state = {} if identity < 0 else {**state}
            state.pop(identity, None)
            if guid is not None:
                state[identity] = guid
            self._positions.append(at)
            self._states.append(state)

    def known(self, identity: int, before: int) -> bool:
        """Whether a position is behind something that shows whether a session is open."""
        shown = min(self._first.get(identity, ENDLESS), self._first.get(-1, ENDLESS))
        return before <= self._unread and (self._is_whole or shown < before)

    def open(self, before: int) -> dict[int, bytes]:
        """SessionId → service of the sessions open before a position."""
        place = bisect_left(self._positions, before)
        return self._states[place - 1] if place else {}


def sessions(session: Session) -> Sessions:
    """The device service sessions of a session, found once."""
    return session.derived("device service sessions", Sessions)


def _supported(session: Session, at: int) -> dict[bytes, Any] | None:
    """Service → its entry in the list of supported services; None when it was never reported.

    The list does not change, so that one reported later will do as well.
    """
    report = session.last_report(SERVICES, at) or session.last_report(SERVICES, 1 << 62)
    if report is None or report.fields is None:
        return None
    listed = session.derived("device services", lambda _: dict[int, dict[bytes, Any]]())
    if report.at not in listed:
        entries = report.fields.elements()
        listed[report.at] = {entry["DeviceServiceGuid"]: entry for entry in entries}
    return listed[report.at]


def _limit(session: Session, path: str) -> int | None:
    report = session.last_report(SERVICES, 1 << 62)
    value = None if report is None else report[f"DeviceServices.{path}"]
    return None if value is None else int(value)


def _closings(session: Session) -> Iterator[tuple[Transaction, Item]]:
    for transaction in session.judged_requests(OID, "set"):
        closing = transaction.closing
        if transaction.accepted and closing is not None and closing.code == STATE:
            yield transaction, closing


@rule("dss.no-query", by_record=True)
def no_query(session: Session) -> Iterator[Judgement]:
    """A query is refused."""
    yield from refused(session, OID, "query")


@rule("dss.async", ndis_only=True)
def asynchronous(session: Session) -> Iterator[Judgement]:
    """Answered provisionally, closed by NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO."""
    yield from closed_by(session, OID, STATE, "NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO", "set")


@rule("dss.not-supported")
def not_supported(session: Session) -> Iterator[Judgement]:
    """A service that is not there, or has no sessions, is refused as not supported."""
    for transaction in session.judged_requests(OID, "set"):
        answer = transaction.first_answer
        known = _supported(session, transaction.request.at)
        if answer is None or known is None or transaction[GUID] is None:
            continue
        entry = known.get(transaction[GUID])
        if entry is not None and (
            entry["SessionCapability"] != number.WwanDeviceServiceSessionNotSupported
        ):
            continue
        if answer.status in AWAY:
            continue
        right = answer.status == number.NDIS_STATUS_NOT_SUPPORTED
        yield answer, "" if right else f"answered {answer.status:#010x}"


@rule("dss.result-struct")
def result_struct(session: Session) -> Iterator[Judgement]:
    """The completion names the service and session of the request."""
    for transaction, closing in _closings(session):
        if closing[GUID] != transaction[GUID]:
            yield closing, "another service than the request's"
        elif closing[IDENTITY] != transaction[IDENTITY]:
            yield closing, f"session {closing[IDENTITY]} instead of {transaction[IDENTITY]}"
        else:
            yield closing, ""


@rule("dss.state-result")
def state_result(session: Session) -> Iterator[Judgement]:
    """After success the session has the requested state."""
    for transaction, closing in _closings(session):
        if closing.u_status == 0:
            requested, given = transaction["Session.State"], closing["Session.State"]
            yield closing, "" if requested == given else f"State {given} instead of {requested}"


@rule("dss.not-unsolicited", by_record=True)
def not_unsolicited(session: Session) -> Iterator[Judgement]:
    """The session's state is never an event."""
    yield from never_unsolicited(session, STATE)


@rule("dss.max-sessions")
def max_sessions(session: Session) -> Iterator[Judgement]:
    """No more sessions are open than the device, and each service, states."""
    view = sessions(session)
    total = _limit(session, "uMaxSessionCount")
    for transaction, closing in _closings(session):
        known = _supported(session, closing.at)
        if not transaction.succeeded or transaction["Session.State"] != OPEN or known is None:
            continue
        now = view.open(closing.at + 1)
        entry = known.get(transaction[GUID])
        most = None if entry is None else entry["uMaxSessionInstances"]
        if not session.is_whole and total is not None and len(now) > total:
            yield closing, Undecided("the device may have closed a session")
            continue
        same = sum(1 for guid in now.values() if guid == transaction[GUID])
        if total is not None and len(now) > total:
            yield closing, f"{len(now)} sessions are open, but at most {total} may be"
        elif most is not None and same > most:
            yield closing, f"{same} sessions of a service are open, but at most {most} may be"
        else:
            yield closing, ""


@rule("dss-write.no-query", by_record=True)
def write_no_query(session: Session) -> Iterator[Judgement]:
    """A query is refused."""
    yield from refused(session, WRITE, "query")


@rule("dss-write.async", ndis_only=True)
def write_asynchronous(session: Session) -> Iterator[Judgement]:
    """Answered provisionally, closed by NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE_COMPLETE."""
    struct = "NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE_COMPLETE"
    yield from closed_by(session, WRITE, WRITTEN, struct, "set")


@rule("dss-write.not-open")
def write_not_open(session: Session) -> Iterator[Judgement]:
    """A write to a session that is not open is refused with the code for that."""
    view = sessions(session)
    for transaction in session.judged_requests(WRITE, "set"):
        answer, identity = transaction.first_answer, transaction["WriteData.uSessionID"]
        at = transaction.request.at
        if answer is None or identity is None or identity in view.open(at):
            continue
        if any(other[IDENTITY] == identity for other in session.open_at(at, OID, "set")):
            continue
        if answer.status in AWAY:
            continue
        # A device without the OID has no other answer.
        right = answer.status in (
            number.NDIS_STATUS_ADAPTER_NOT_OPEN,
            number.NDIS_STATUS_NOT_SUPPORTED,
        )
        if not right and not view.known(identity, at):
            yield answer, Undecided("the session may have been opened before the recording began")
            continue
        yield answer, "" if right else f"answered {answer.status:#010x}"


@rule("dss-write.complete-not-unsolicited", by_record=True)
def write_complete_not_unsolicited(session: Session) -> Iterator[Judgement]:
    """The end of a write is never an event."""
    yield from never_unsolicited(session, WRITTEN)


@rule("dss-read.only-event", by_record=True)
def read_only_event(session: Session) -> Iterator[Judgement]:
    """Data that arrives is an event."""
    for item in session.judged_reports(READ):
        identity = item.request_id
        yield item, f"RequestId {identity:#x} instead of 0" if identity else ""


@rule("dss-read.open-session")
def read_open_session(session: Session) -> Iterator[Judgement]:
    """Data arrives in open sessions only."""
    view = sessions(session)
    for item in session.judged_reports(READ):
        identity = item["ReadData.uSessionID"]
        is_open = identity in view.open(item.at)
        if not is_open and not view.known(identity, item.at):
            yield item, Undecided("the session may have been opened before the recording began")
            continue
        yield item, "" if is_open else f"session {identity} is not open"


@rule("dss-read.capability")
def read_capability(session: Session) -> Iterator[Judgement]:
    """Data flows in the directions that the service has."""
    view = sessions(session)
    for item in session.reports(READ):
        entry = _service_of(session, view, item.at, item["ReadData.uSessionID"])
        if entry is not None:
            can = entry["SessionCapability"] & number.WwanDeviceServiceSessionReadSupported
            yield item, "" if can else "data of a service that cannot be read"
    for transaction in session.of(WRITE, "set"):
        answer, at = transaction.first_answer, transaction.request.at
        entry = _service_of(session, view, at, transaction["WriteData.uSessionID"])
        if answer is None or entry is None:
            continue
        can = entry["SessionCapability"] & number.WwanDeviceServiceSessionWriteSupported
        wrong = transaction.accepted and not can
        yield answer, "a write to a service that cannot be written" if wrong else ""


def _service_of(session: Session, view: Sessions, at: int, identity: int) -> Any:
    """The supported service whose session is open, None when there is none."""
    guid = view.open(at).get(identity)
    known = _supported(session, at)
    return None if guid is None or known is None else known.get(guid)


@rule("dss-read.size")
def read_size(session: Session) -> Iterator[Judgement]:
    """uDataSize is within the limit, and that many bytes follow."""
    most = _limit(session, "uMaxSessionDataSize")
    for item in session.judged_reports(READ):
        fields = item.fields
        length = None if fields is None else fields.tail_length()
        if fields is None or length is None:
            continue
        had = len(fields.tail())
        if most is not None and length > most:
            yield item, f"{length} bytes, but at most {most} may come"
        else:
            yield item, f"{length} bytes stated, {had} there" if had < length else ""
