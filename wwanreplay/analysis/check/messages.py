"""Rules of SMS: configuration, status, reading, sending and deleting."""

from __future__ import annotations

from collections.abc import Iterator

from wwanreplay.analysis.check.fields import Fields, number
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import SECOND, Item, Session, Transaction
from wwanreplay.analysis.check.states import (
    capability,
    closings,
    deregistered_throughout,
    family,
    is_query,
    judged_closings,
    ready_throughout,
)
from wwanreplay.protocol import timing

CONFIG_OID = number.OID_WWAN_SMS_CONFIGURATION
CONFIG = number.NDIS_STATUS_WWAN_SMS_CONFIGURATION
READ_OID = number.OID_WWAN_SMS_READ
RECEIVE = number.NDIS_STATUS_WWAN_SMS_RECEIVE
SEND_OID = number.OID_WWAN_SMS_SEND
SENT = number.NDIS_STATUS_WWAN_SMS_SEND
DELETE_OID = number.OID_WWAN_SMS_DELETE
DELETED = number.NDIS_STATUS_WWAN_SMS_DELETE
STATUS_OID = number.OID_WWAN_SMS_STATUS
STATUS = number.NDIS_STATUS_WWAN_SMS_STATUS
FLAG = "SmsStatus.uFlag"
INDEX = "SmsStatus.MessageIndex"
FILTER = "SmsRead.ReadFilter.Flag"
MAX_INDEX = "SmsConfiguration.ulMaxMessageIndex"
READY = number.NDIS_STATUS_WWAN_READY_INFO
_OIDS = (CONFIG_OID, READ_OID, SEND_OID, DELETE_OID, STATUS_OID)
_OPERATIONS = (
    (CONFIG_OID, CONFIG),
    (READ_OID, RECEIVE),
    (SEND_OID, SENT),
    (DELETE_OID, DELETED),
)
_MORE = (number.WWAN_STATUS_SMS_MORE_DATA, number.WWAN_STATUS_MORE_DATA)
_NEW = number.WWAN_SMS_FLAG_NEW_MESSAGE
_FULL = number.WWAN_SMS_FLAG_MESSAGE_STORE_FULL
# How long a send may take; no document has it, so a network's own limit.
_SEND_NS = 60 * SECOND
# Bits of the coding scheme: whether it has a message class, and which.
_CLASS_MEANT, _CLASS = 0x10, 0x03


@rule("sms.caps")
def caps(session: Session) -> Iterator[Judgement]:
    """A device whose SMS works has SMS capabilities."""
    for oid, indication in ((READ_OID, RECEIVE), (SEND_OID, SENT)):
        for _, closing in judged_closings(session, oid, indication):
            if closing.u_status:
                continue
            given = capability(session, "WwanSmsCaps")
            if given is None:
                yield closing, Undecided("the capabilities were never queried")
            else:
                yield closing, "" if given else "SMS works, and WwanSmsCaps is none"


@rule("sms.none-error")
def none_error(session: Session) -> Iterator[Judgement]:
    """Without capabilities an SMS operation is refused, or ends with an unknown error."""
    if capability(session, "WwanSmsCaps") != 0:
        return
    for oid in _OIDS:
        for transaction in session.judged_requests(oid):
            answer, closing = transaction.first_answer, transaction.closing
            if answer is None or transaction.mode == "":
                continue
            if transaction.refused:
                right = transaction.status == number.NDIS_STATUS_NOT_SUPPORTED
                yield answer, "" if right else "refused otherwise than as not supported"
            elif closing is not None:
                right = closing.u_status == number.WWAN_STATUS_SMS_UNKNOWN_ERROR
                yield closing, "" if right else "there is no SMS, and the answer is another"


@rule("sms.after-ready")
def after_ready(session: Session) -> Iterator[Judgement]:
    """No operation succeeds in a device that is not initialized."""
    states = (
        number.WwanReadyStateOff,
        number.WwanReadyStateSimNotInserted,
        number.WwanReadyStateBadSim,
        number.WwanReadyStateFailure,
        number.WwanReadyStateNotActivated,
        number.WwanReadyStateDeviceLocked,
    )
    for oid, indication in _OPERATIONS:
        for transaction, closing in judged_closings(session, oid, indication):
            if ready_throughout(session, transaction, *states):
                succeeded = closing.u_status == 0
                yield closing, "SMS works before the device is ready" if succeeded else ""


@rule("sms.send-after-register")
def send_after_register(session: Session) -> Iterator[Judgement]:
    """Nothing is sent while deregistered."""
    for transaction, closing in judged_closings(session, SEND_OID, SENT, "set"):
        if deregistered_throughout(session, transaction):
            succeeded = closing.u_status == 0
            yield closing, "sent while deregistered" if succeeded else ""


def _records(item: Item) -> list[Fields]:
    if item.fields is None:
        return []
    return [each for each in item.fields.elements() if isinstance(each, Fields)]


def _reads(session: Session) -> Iterator[tuple[Transaction, list[Item]]]:
    """Reads with all indications that answer each."""
    for transaction in session.of(READ_OID, "query"):
        answers = [each for each in transaction.indications if each.code == RECEIVE]
        if transaction.accepted and answers:
            yield transaction, answers


@rule("sms.one-store")
def one_store(session: Session) -> Iterator[Judgement]:
    """No index comes twice in one answer."""
    for _, answers in _reads(session):
        seen: set[int] = set()
        for item in answers:
            if item.u_status and item.u_status not in _MORE:
                continue
            indexes = [each["MessageIndex"] for each in _records(item)]
            twice = len(set(indexes)) < len(indexes) or bool(seen & set(indexes))
            seen |= set(indexes)
            yield item, "a MessageIndex comes twice in an answer" if twice else ""


@rule("sms.config-ready-event")
def ready_event(session: Session) -> Iterator[Judgement]:
    """Within 60 s of the initialized state an event says that SMS is ready."""
    if not capability(session, "WwanSmsCaps"):
        return
    for item in session.judged_reports(READY):
        initialized = number.WwanReadyStateInitialized
        if item["ReadyInfo.ReadyState"] != initialized or not item.is_event:
            continue
        until_ns = item.time_ns + timing.SMS_READY.worst_ns
        end = session.position(until_ns)
        reported = [
            each
            for each in session.reports_between(CONFIG, item.time_ns, until_ns)
            if each.is_event
        ]
        earlier = session.last_report(CONFIG, item.at, accept=lambda each: each.is_event)
        if reported or earlier is not None:
            yield item, ""
        elif session.end_ns >= until_ns and not session.interrupted(item.at, end):
            late = f"no event says within {timing.SMS_READY.worst_s} s that SMS is ready"
            # SMS may have become ready before the recording, or the host turned its events off.
            yield item, late if session.is_whole else Undecided("what came before is not seen")


def _ready(session: Session, at: int) -> Item | None:
    """The event that says that SMS is ready, if it holds still."""
    event = session.last_report(CONFIG, at, accept=lambda each: each.is_event)
    return None if event is None or session.interrupted(event.at, at) else event


@rule("sms.config-valid-after-ready")
def config_valid(session: Session) -> Iterator[Judgement]:
    """Once SMS is ready its configuration is there."""
    for transaction, closing in judged_closings(session, CONFIG_OID, CONFIG, "query"):
        if _ready(session, transaction.request.at) is None:
            continue
        if closing.u_status:
            yield closing, "SMS is ready, and the configuration ended with an error"
        else:
            yield closing, "" if closing[MAX_INDEX] else "SMS is ready, and ulMaxMessageIndex is 0"


@rule("sms.config-before-ready")
def config_before_ready(session: Session) -> Iterator[Judgement]:
    """Before SMS is ready the configuration is not initialized."""
    events = [each for each in session.reports(CONFIG) if each.is_event]
    for _, closing in judged_closings(session, CONFIG_OID, CONFIG, "query"):
        if not session.is_whole:
            yield closing, Undecided("whether SMS became ready before is not in the session")
        elif events and events[0].at > closing.at:
            yield closing, "success before SMS is ready" if closing.u_status == 0 else ""


@rule("sms.config-cdma")
def config_cdma(session: Session) -> Iterator[Judgement]:
    """A CDMA device refuses a set, and has an index."""
    for transaction in session.judged_requests(CONFIG_OID):
        answer, closing = transaction.first_answer, transaction.closing
        if answer is None or family(session) != "CDMA":
            continue
        if transaction.is_set:
            succeeded = closing is not None and closing.u_status == 0
            yield answer, "a set was accepted on a CDMA device" if succeeded else ""
        elif closing is not None and closing.u_status == 0:
            yield closing, "" if closing[MAX_INDEX] else "ulMaxMessageIndex is 0"


@rule("sms.read-new-filter")
def new_filter(session: Session) -> Iterator[Judgement]:
    """New messages can be read."""
    for transaction, closing in judged_closings(session, READ_OID, RECEIVE, "query"):
        if transaction[FILTER] == number.WwanSmsFlagNew:
            wrong = closing.u_status == number.WWAN_STATUS_SMS_FILTER_NOT_SUPPORTED
            yield closing, "the filter of new messages is not supported" if wrong else ""


@rule("sms.read-more-data")
def more_data(session: Session) -> Iterator[Judgement]:
    """All parts of an answer but the last say that there is more."""
    for _, answers in _reads(session):
        for item in answers[:-1]:
            more = item.u_status in _MORE
            yield item, "" if more else "another part follows one that does not say so"
        last = answers[-1]
        if last.u_status not in _MORE:
            yield last, ""
        elif session.end_ns - last.time_ns >= 15 * SECOND and not session.interrupted(
            last.at, 1 << 62
        ):
            yield last, "the last part says that there is more"


@rule("sms.read-format")
def read_format(session: Session) -> Iterator[Judgement]:
    """The records are of the format asked for."""
    wanted = {
        number.WwanSmsFormatPdu: number.WwanStructSmsPdu,
        number.WwanSmsFormatCdma: number.WwanStructSmsCdma,
    }
    for transaction, answers in _reads(session):
        kind = wanted.get(transaction["SmsRead.SmsFormat"])
        for item in answers:
            if kind is not None and item["SmsListHeader.ElementCount"]:
                same = item["SmsListHeader.ElementType"] == kind
                yield item, "" if same else "records of another format"


# The members of a record in front of its octets.
_PDU_AT = 9


def _class_of(record: Fields) -> int | None:
    """The message class of a delivery; None where the octets state none."""
    pdu = record.octets()[_PDU_AT : _PDU_AT + (record["Size"] or 0)]
    if not pdu or len(pdu) <= pdu[0] + 2:
        return None
    pdu = pdu[1 + pdu[0] :]
    # Behind the first octet stands the address with its length in digits, then the protocol.
    place = 4 + (pdu[1] + 1) // 2
    if pdu[0] & 0x03 or len(pdu) <= place:
        return None
    scheme = pdu[place]
    has_class = scheme & 0xF0 == 0xF0 or scheme & 0xD0 == _CLASS_MEANT
    return scheme & _CLASS if has_class else None


@rule("sms.class0-event")
def class0(session: Session) -> Iterator[Judgement]:
    """A message of class 0 arrives by itself; it is not stored and announced."""
    for _, answers in _reads(session):
        for item in answers:
            for record in _records(item):
                if record["MsgStatus"] != number.WwanMsgStatusNew or item.u_status:
                    continue
                stored = _class_of(record) == 0
                yield item, "a new message of class 0 is in the store" if stored else ""


@rule("sms.other-event")
def other_event(session: Session) -> Iterator[Judgement]:
    """What arrives by itself is of class 0; other messages are announced by the status."""
    for item in session.judged_reports(RECEIVE):
        if not item.is_event:
            continue
        for record in _records(item):
            kind = item["SmsListHeader.ElementType"]
            if kind != number.WwanStructSmsPdu or record["Size"] in (0, None):
                continue
            other = _class_of(record) != 0
            yield item, "a message that is not of class 0 arrived by itself" if other else ""


def _flags_in_a_row(session: Session) -> Iterator[tuple[Item, Item]]:
    """Reports of the store's flags in pairs, the second behind the first without a loss between."""
    before: Item | None = None
    for item in session.reports(STATUS):
        if item.u_status or item[FLAG] is None:
            continue
        previous, before = before, item
        if previous is not None and not session.interrupted(previous.at, item.at):
            yield previous, item


@rule("sms.status-flag-event")
def flag_event(session: Session) -> Iterator[Judgement]:
    """A flag that is newly set is reported by an event."""
    for previous, item in _flags_in_a_row(session):
        newly = item[FLAG] & ~previous[FLAG]
        if newly:
            yield item, "a query shows a flag that no event reported" if is_query(item) else ""


@rule("sms.status-flag-sticky")
def flag_sticky(session: Session) -> Iterator[Judgement]:
    """A flag stays until messages are deleted, or the new ones read."""
    for previous, item in _flags_in_a_row(session):
        gone = previous[FLAG] & ~item[FLAG]
        read = _happened(session, READ_OID, previous.at, item.at)
        deleted = _happened(session, DELETE_OID, previous.at, item.at)
        if gone & _FULL:
            yield item, "" if deleted else "the store is no longer full, and nothing was deleted"
        elif gone & _NEW:
            done = read or deleted
            yield item, "" if done else "no new message any longer, and none was read"
        elif previous[FLAG]:
            yield item, ""


def _happened(session: Session, oid: int, since: int, until: int) -> bool:
    return any(each.request.at < until and each.end > since for each in session.of(oid))


@rule("sms.status-index")
def status_index(session: Session) -> Iterator[Judgement]:
    """MessageIndex is 0 without a new message, else one of the store's."""
    for item in session.judged_reports(STATUS):
        if item.u_status or item[FLAG] is None:
            continue
        index = item[INDEX]
        if index is None:
            continue
        if not item[FLAG] & _NEW:
            yield item, f"no new message, and MessageIndex {index}" if index else ""
            continue
        most = session.value_before(1 << 62, CONFIG, MAX_INDEX)
        if index == 0:
            yield item, "a new message without an index"
        elif most is None:
            yield item, Undecided("how many messages the store holds was never queried")
        else:
            yield item, f"MessageIndex {index} is beyond {most}" if index > most else ""


@rule("sms.send-any-mode")
def send_any_mode(session: Session) -> Iterator[Judgement]:
    """A send is completed, whatever its mode."""
    for transaction in session.judged_requests(SEND_OID, "set"):
        answer = transaction.first_answer
        if answer is None or not transaction.accepted:
            continue
        if transaction.closing is not None:
            yield transaction.closing, ""
        elif session.end_ns - answer.time_ns >= _SEND_NS and not session.interrupted(
            answer.at, 1 << 62
        ):
            yield answer, "a send that was never completed"


@rule("sms.delete-result")
def delete_result(session: Session) -> Iterator[Judgement]:
    """A message that was deleted is not read again."""
    for transaction, answers in _reads(session):
        gone = {
            each["SmsFilter.MessageIndex"]: closing
            for each, closing in closings(session, DELETE_OID, DELETED, "set")
            if closing.u_status == 0
            and each["SmsFilter.Flag"] == number.WwanSmsFlagIndex
            and closing.at < transaction.request.at
        }
        for item in answers:
            for record in _records(item):
                deleted = gone.get(record["MessageIndex"])
                if deleted is None or session.reports_inside(STATUS, deleted.at, item.at):
                    continue
                if not session.interrupted(deleted.at, item.at):
                    yield item, f"message {record['MessageIndex']} was deleted, and is read again"
            if gone:
                yield item, ""
