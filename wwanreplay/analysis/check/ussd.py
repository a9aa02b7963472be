"""Rules of USSD and of authentication: requests that are passed to the network or to the SIM."""

from __future__ import annotations

from collections.abc import Iterator

from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import SECOND, Item, Session
from wwanreplay.analysis.check.states import (
    capability,
    judged_closings,
    radio_off_throughout,
)

OID = number.OID_WWAN_USSD
REPORT = number.NDIS_STATUS_WWAN_USSD
REQUEST = "UssdRequest.RequestType"
EVENT = "UssdEvent.EventType"
STATE = "UssdEvent.SessionState"
LENGTH = "UssdEvent.UssdString.StringLength"
INITIATE = number.WwanUssdRequestInitiate
CONTINUE = number.WwanUssdRequestContinue
CANCEL = number.WwanUssdRequestCancel
NO_ACTION = number.WwanUssdEventNoActionRequired
ACTION = number.WwanUssdEventActionRequired
TERMINATED = number.WwanUssdEventTerminated
OTHER_CLIENT = number.WwanUssdEventOtherLocalClient
TIME_OUT = number.WwanUssdEventNetworkTimeOut
_NO_SUPPORT = number.WWAN_STATUS_NO_DEVICE_SUPPORT
_WITH_TEXT = (NO_ACTION, ACTION)
_WAIT_NS = 15 * SECOND
# No network keeps a session idle for this long.
_IDLE_NS = 240 * SECOND

AUTH_OID = number.OID_WWAN_AUTH_CHALLENGE
AUTH = number.NDIS_STATUS_WWAN_AUTH_RESPONSE
METHOD = "AuthChallenge.AuthMethod"
_METHOD_BITS = {
    number.WwanAuthSim: number.WWAN_AUTH_ALGO_CAPS_SIM,
    number.WwanAuthAka: number.WWAN_AUTH_ALGO_CAPS_AKA,
    number.WwanAuthAkaPrime: number.WWAN_AUTH_ALGO_CAPS_AKAPRIME,
}
_AKA = (number.WwanAuthAka, number.WwanAuthAkaPrime)
_CODES = {
    number.WWAN_STATUS_AUTH_INCORRECT_AUTN: _AKA,
    number.WWAN_STATUS_AUTH_SYNC_FAILURE: _AKA,
    number.WWAN_STATUS_AUTH_AMF_NOT_SET: (number.WwanAuthAkaPrime,),
}


def _open_session(session: Session, at: int) -> bool | None:
    """Whether a session is open at a position, by the last report; None without one."""
    report = session.last_report(REPORT, at)
    if report is None or session.interrupted(report.at, at):
        return None
    return bool(report[EVENT] == ACTION)


def _has_ussd(session: Session) -> bool | None:
    caps = capability(session, "WwanControlCaps")
    return None if caps is None else bool(caps & number.WWAN_CTRL_CAPS_USSD)


@rule("ussd.cancel-both")
def cancel_both(session: Session) -> Iterator[Judgement]:
    """A cancel ends both itself and the request that was open."""
    for transaction in session.of(OID, "set"):
        if transaction[REQUEST] != CANCEL or not transaction.accepted:
            continue
        start = transaction.request
        opened = [each for each in session.open_at(start.at, OID, "set") if each.accepted]
        for each in opened:
            done = each.closing is not None and transaction.closing is not None
            end = transaction.closing or start
            if done:
                yield end, ""
            elif session.end_ns - start.time_ns >= _WAIT_NS and not session.interrupted(
                start.at, 1 << 62
            ):
                which = "the request" if each.closing is None else "the cancel"
                yield end, f"cancelled, and {which} is not completed"


@rule("ussd.caps")
def caps(session: Session) -> Iterator[Judgement]:
    """A device whose USSD works has the capability."""
    for _, closing in judged_closings(session, OID, REPORT, "set"):
        if closing.u_status:
            continue
        offered = _has_ussd(session)
        if offered is None:
            yield closing, Undecided("the capabilities were never queried")
        else:
            yield closing, "" if offered else "USSD works, and the capability is not reported"


@rule("ussd.unsupported")
def unsupported(session: Session) -> Iterator[Judgement]:
    """Without the capability USSD is refused as not supported by the device."""
    if _has_ussd(session) is not False:
        return
    for transaction in session.judged_requests(OID, "set"):
        answer, closing = transaction.first_answer, transaction.closing
        if answer is None:
            continue
        if transaction.accepted and closing is not None:
            right = closing.u_status == _NO_SUPPORT
            yield closing, "" if right else "there is no USSD, and the answer is another"
        elif transaction.refused:
            right = transaction.status == number.NDIS_STATUS_NOT_SUPPORTED
            yield answer, "" if right else "refused otherwise than as not supported"


@rule("ussd.initiate-existing")
def initiate_existing(session: Session) -> Iterator[Judgement]:
    """To initiate while a session is open fails for the other client."""
    for transaction, closing in judged_closings(session, OID, REPORT, "set"):
        start = transaction.request.at
        if transaction[REQUEST] != INITIATE or not _open_session(session, start):
            continue
        if not session.reports_inside(REPORT, start, closing.at):
            right = closing[EVENT] == OTHER_CLIENT
            yield closing, "" if right else "initiated while a session is open"


@rule("ussd.cancel-terminated")
def cancel_terminated(session: Session) -> Iterator[Judgement]:
    """A cancel is answered with terminated."""
    for transaction, closing in judged_closings(session, OID, REPORT, "set"):
        if transaction[REQUEST] == CANCEL and closing.u_status != _NO_SUPPORT:
            right = closing[EVENT] == TERMINATED
            yield closing, "" if right else "cancelled, and the event is not terminated"


@rule("ussd.cancel-ignores-string")
def cancel_string(session: Session) -> Iterator[Judgement]:
    """A cancel is not refused for its string."""
    for transaction in session.judged_requests(OID, "set"):
        answer, closing = transaction.first_answer, transaction.closing
        if transaction[REQUEST] != CANCEL or answer is None:
            continue
        if transaction.refused:
            wrong = transaction.status == number.NDIS_STATUS_INVALID_DATA
            yield answer, "a cancel was refused for its string" if wrong else ""
        elif closing is not None:
            wrong = closing.u_status == number.WWAN_STATUS_INVALID_PARAMETERS
            yield closing, "a cancel was refused for its string" if wrong else ""


def _reported(session: Session) -> Iterator[Item]:
    for item in session.reports(REPORT):
        if item.u_status == 0 and item[EVENT] is not None:
            yield item


@rule("ussd.event-string")
def event_string(session: Session) -> Iterator[Judgement]:
    """What asks for an action, or informs, has a text."""
    for item in _reported(session):
        if item[EVENT] in _WITH_TEXT:
            yield item, "" if item[LENGTH] else "an event without a text"


@rule("ussd.event-no-string")
def event_without_string(session: Session) -> Iterator[Judgement]:
    """Other events have none."""
    for item in _reported(session):
        if item[EVENT] not in _WITH_TEXT:
            yield item, "an event with a text" if item[LENGTH] else ""


@rule("ussd.session-state")
def session_state(session: Session) -> Iterator[Judgement]:
    """A session is new only in the first message of one that the network began."""
    for item in _reported(session):
        if item[EVENT] not in _WITH_TEXT:
            continue
        opened = _open_session(session, item.at)
        asked = bool(session.open_at(item.at, OID, "set")) or not item.is_event
        if asked or opened:
            new = item[STATE] == number.WwanUssdSessionStateNew
            yield item, "new within a session, or after a request" if new else ""
        elif opened is False:
            old = item[STATE] == number.WwanUssdSessionStateExisting
            yield item, "the network's first message is of an existing session" if old else ""
        else:
            yield item, Undecided("whether a session was open is not in the session")


@rule("ussd.action-required-open")
def continue_closed(session: Session) -> Iterator[Judgement]:
    """Only after an action is asked for a session can be continued."""
    for transaction, closing in judged_closings(session, OID, REPORT, "set"):
        if transaction[REQUEST] != CONTINUE:
            continue
        opened = _open_session(session, transaction.request.at)
        if opened is False:
            succeeded = closing.u_status == 0 and closing[EVENT] in _WITH_TEXT
            yield closing, "a session that is over was continued" if succeeded else ""


@rule("ussd.timeout")
def timeout(session: Session) -> Iterator[Judgement]:
    """A session that is idle for minutes ends."""
    for item in _reported(session):
        if item[EVENT] != ACTION:
            continue
        until_ns = item.time_ns + _IDLE_NS
        following = session.next_report(REPORT, item.at)
        if following is not None and following[EVENT] in (TIME_OUT, TERMINATED):
            yield item, ""
        elif following is not None or session.end_ns < until_ns:
            continue
        asked = session.any_open(OID, item.at + 1, session.position(until_ns))
        if not asked and not session.interrupted(item.at, 1 << 62):
            yield item, "a session that is idle for minutes never ended"


# Authentication


@rule("auth.radio-off")
def auth_radio_off(session: Session) -> Iterator[Judgement]:
    """Works with the radio off."""
    for transaction, closing in judged_closings(session, AUTH_OID, AUTH, "query"):
        if radio_off_throughout(session, transaction):
            wrong = closing.u_status == number.WWAN_STATUS_RADIO_POWER_OFF
            yield closing, "authentication needs the radio" if wrong else ""


@rule("auth.not-supported", ndis_only=True)
def auth_not_supported(session: Session) -> Iterator[Judgement]:
    """A method that the capabilities lack is refused as not supported."""
    caps = capability(session, "WwanAuthAlgoCaps")
    for transaction in session.judged_requests(AUTH_OID, "query"):
        answer = transaction.first_answer
        bit = _METHOD_BITS.get(transaction[METHOD])
        if answer is None or bit is None:
            continue
        if caps is None:
            yield answer, Undecided("the capabilities were never queried")
        elif not caps & bit:
            right = transaction.status == number.NDIS_STATUS_NOT_SUPPORTED
            yield answer, "" if right else "a method that the capabilities lack was accepted"


@rule("auth.method-echo")
def method_echo(session: Session) -> Iterator[Judgement]:
    """The response is of the method asked for."""
    for transaction, closing in judged_closings(session, AUTH_OID, AUTH, "query"):
        if transaction[METHOD] is not None and closing["AuthResponse.AuthMethod"] is not None:
            same = transaction[METHOD] == closing["AuthResponse.AuthMethod"]
            yield closing, "" if same else "a response of another method"


@rule("auth.error-codes")
def error_codes(session: Session) -> Iterator[Judgement]:
    """Codes of AKA come with AKA only."""
    for transaction, closing in judged_closings(session, AUTH_OID, AUTH, "query"):
        methods = _CODES.get(closing.u_status)
        if methods is not None:
            fits = transaction[METHOD] in methods
            yield closing, "" if fits else "a code that this method does not have"
