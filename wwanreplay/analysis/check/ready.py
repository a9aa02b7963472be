"""Rules of the ready state: OID_WWAN_READY_INFO and NDIS_STATUS_WWAN_READY_INFO."""

from __future__ import annotations

from collections.abc import Iterator

from wwanreplay.analysis.check.contexts import STATE as CONTEXT
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.pins import ENTER, OIDS, OPERATION, PIN_TYPE
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import SECOND, Item, Session
from wwanreplay.analysis.check.states import (
    SOON_NS,
    asleep,
    at_start,
    capability,
    change_is_sent,
    changes,
    family,
    follows,
    is_query,
    sim_changed,
)
from wwanreplay.protocol.schema import ListTail

OID = number.OID_WWAN_READY_INFO
REPORT = number.NDIS_STATUS_WWAN_READY_INFO
READY = "ReadyInfo.ReadyState"
EMERGENCY = "ReadyInfo.EmergencyMode"
SUBSCRIBER = "ReadyInfo.SubscriberId"
ICCID = "ReadyInfo.SimIccId"
INITIALIZED = number.WwanReadyStateInitialized
LOCKED = number.WwanReadyStateDeviceLocked
NO_SIM = number.WwanReadyStateSimNotInserted
BAD_SIM = number.WwanReadyStateBadSim
NOT_ACTIVATED = number.WwanReadyStateNotActivated
# Refusals that are no failure of the query: nobody is there, or the request itself is wrong.
_NO_FAILURES = (
    number.NDIS_STATUS_LOW_POWER_STATE,
    number.NDIS_STATUS_ADAPTER_NOT_READY,
    number.NDIS_STATUS_ADAPTER_REMOVED,
    number.NDIS_STATUS_CLOSING,
    number.NDIS_STATUS_REQUEST_ABORTED,
    number.NDIS_STATUS_RESOURCES,
    number.NDIS_STATUS_INVALID_PORT,
    number.NDIS_STATUS_INVALID_PARAMETER,
    number.NDIS_STATUS_INVALID_LENGTH,
    number.NDIS_STATUS_INVALID_DATA,
    number.NDIS_STATUS_BUFFER_TOO_SHORT,
    number.NDIS_STATUS_UNSUPPORTED_REVISION,
)
# What keeps a device from the network.
_ERRORS = (NO_SIM, BAD_SIM, number.WwanReadyStateFailure, LOCKED)
# States of a SIM that is there.
_PRESENT = (
    number.SimInserted,
    number.SimLocked,
    number.SimBlocked,
    number.SimBad,
    number.SimFailure,
)
_ICCID_LENGTHS = range(15, 21)
# The worst time of the documents' table, for a query and for getting ready.
_WORST_NS = 5 * SECOND


UNSEEN_START = Undecided("the session does not begin with the driver's start")


def _state(item: Item) -> int | None:
    value = item[READY]
    return None if value is None else int(value)


@rule("ready.never-fails", by_record=True)
def never_fails(session: Session) -> Iterator[Judgement]:
    """A query is never refused."""
    for transaction in session.judged_requests(OID, "query"):
        answer = transaction.first_answer
        if answer is None or answer.status in _NO_FAILURES:
            continue
        if transaction.refused:
            yield answer, f"the query was refused with {answer.status:#010x}"
        elif transaction.closing is not None:
            yield transaction.closing, ""


@rule("ready.notify-change")
def notify_change(session: Session) -> Iterator[Judgement]:
    """A new state is reported by an event."""
    return change_is_sent(session, REPORT, _state, "a ready state")


@rule("ready.initial-off")
def initial_off(session: Session) -> Iterator[Judgement]:
    """Right behind the driver's start a query shows a state that an event reported, or off."""
    reports = session.reports(REPORT)
    if not reports:
        return
    first = reports[0]
    if not at_start(session, first):
        if not session.is_whole:
            yield first, UNSEEN_START
    elif is_query(first):
        early = first[READY] == INITIALIZED
        yield (
            first,
            "initialized, and no event reported it since the driver's start" if early else "",
        )
    else:
        yield first, ""


def _unlocked(session: Session, since: int, until: int) -> bool:
    """Whether an operation on a PIN succeeded, or was still under way, between two positions."""
    for oid in OIDS:
        for transaction in session.open_at(until, oid, "set"):
            if transaction.request.at < until:
                return True
    return any(
        item.u_status == 0 and item.transaction is not None and item.transaction.is_set
        for item in session.reports_inside(number.NDIS_STATUS_WWAN_PIN_INFO, since, until)
    ) or bool(sim_changed(session, since, until))


@rule("ready.remain-locked")
def remain_locked(session: Session) -> Iterator[Judgement]:
    """A locked device is initialized only after an operation on its PIN, or with another SIM."""
    for before, item in changes(session, REPORT, _state):
        if before[READY] != LOCKED or item[READY] != INITIALIZED:
            continue
        opened = _unlocked(session, before.at, item.at) or before[ICCID] != item[ICCID]
        if opened or session.is_whole:
            yield item, "" if opened else "initialized though no PIN was entered"
        else:
            yield item, Undecided("what unlocked the device is not in the session")


@rule("ready.locked-first")
def locked_first(session: Session) -> Iterator[Judgement]:
    """While PIN1 is to be entered no event says initialized."""
    for item in session.judged_reports(REPORT):
        if not item.is_event or item[READY] != INITIALIZED:
            continue
        pin = session.last_report(number.NDIS_STATUS_WWAN_PIN_INFO, item.at)
        if pin is None or session.interrupted(pin.at, item.at):
            continue
        wanted = (
            pin[PIN_TYPE] == number.WwanPinTypePin1
            and pin["PinInfo.PinState"] == number.WwanPinStateEnter
        )
        if not wanted:
            yield item, ""
        elif not _unlocked(session, pin.at, item.at):
            if session.is_whole:
                yield item, "initialized while PIN1 is to be entered"
            else:
                yield item, Undecided("what unlocked the device is not in the session")


@rule("ready.initialized-after-unlock")
def initialized_after_unlock(session: Session) -> Iterator[Judgement]:
    """A successful entry of PIN1 on a locked device is followed by an event with a new state."""
    for oid in OIDS:
        for transaction in session.judged_requests(oid, "set"):
            closing = transaction.closing
            if closing is None or closing.u_status or transaction[OPERATION] != ENTER:
                continue
            if transaction["PinAction.PinType"] != number.WwanPinTypePin1:
                continue
            start = transaction.request.at
            if session.ready_state(start) != LOCKED:
                continue
            reported = follows(session, REPORT, _is_event, transaction.request, closing)
            if reported is not None:
                yield (
                    closing,
                    "" if reported else "no ready state was reported after the PIN was entered",
                )


@rule("ready.no-sim-event")
def no_sim_event(session: Session) -> Iterator[Judgement]:
    """That no SIM is there is reported by an event, when the driver starts."""
    reports = session.reports(REPORT)
    for place, item in enumerate(reports):
        if item[READY] != NO_SIM:
            continue
        if item.is_event:
            yield item, ""
        elif place == 0 and is_query(item):
            if at_start(session, item):
                yield item, "a query shows that no SIM is there, and no event reported it"
            elif not session.is_whole:
                yield item, UNSEEN_START


@rule("ready.hot-insert")
def hot_insert(session: Session) -> Iterator[Judgement]:
    """A SIM that comes in, by the recorded environment, is reported by an event."""
    for stimulus in session.stimuli_of("SIM"):
        if stimulus["State"] not in _PRESENT or session.ready_state(stimulus.at) != NO_SIM:
            continue
        before = session.last_report(REPORT, stimulus.at)
        if before is not None and session.interrupted(before.at, stimulus.at):
            continue  # there may be no host that is informed
        if asleep(session, stimulus.at):
            continue
        reported = follows(
            session,
            REPORT,
            lambda each: each.is_event and each[READY] != NO_SIM,
            stimulus,
            stimulus,
        )
        until_ns = stimulus.time_ns + SOON_NS
        if reported is not None and not _sim_changed(session, stimulus, until_ns):
            yield stimulus, "" if reported else "a SIM came in, and no event reported it"


def _is_event(item: Item) -> bool:
    return item.is_event


def _sim_changed(session: Session, stimulus: Item, until_ns: int) -> bool:
    return bool(session.stimuli_inside("SIM", stimulus.at, session.position(until_ns)))


@rule("ready.bad-sim")
def bad_sim(session: Session) -> Iterator[Judgement]:
    """A bad SIM stays one until another is inserted: it does not become initialized as it is."""
    for before, item in changes(session, REPORT, _state):
        if before[READY] != BAD_SIM or item[READY] in (NO_SIM, number.WwanReadyStateOff):
            continue
        if sim_changed(session, before.at, item.at):
            yield item, ""
        elif not before[ICCID]:
            yield item, Undecided("which SIM was bad is not in the report")
        else:
            same = before[ICCID] == item[ICCID]
            yield item, "a bad SIM became another state without a change of the SIM" if same else ""


@rule("ready.not-activated")
def not_activated(session: Session) -> Iterator[Judgement]:
    """A successful service activation of a device that was not activated brings an event."""
    for transaction in session.judged_requests(number.OID_WWAN_SERVICE_ACTIVATION, "set"):
        closing = transaction.closing
        if closing is None or closing.u_status:
            continue
        if session.ready_state(transaction.request.at) != NOT_ACTIVATED:
            continue
        reported = follows(
            session,
            REPORT,
            lambda each: each[READY] != NOT_ACTIVATED,
            transaction.request,
            closing,
        )
        if reported is not None:
            yield closing, "" if reported else "activated, and no other ready state was reported"


@rule("ready.init-stops-on-error")
def init_stops_on_error(session: Session) -> Iterator[Judgement]:
    """In an error state no context becomes active and the packet service does not attach.

    Emergency mode aside.
    """
    places = (
        (CONTEXT, "ContextState.ActivationState", number.WwanActivationStateActivated),
        (
            number.NDIS_STATUS_WWAN_PACKET_SERVICE,
            "PacketService.PacketServiceState",
            number.WwanPacketServiceStateAttached,
        ),
    )
    for code, path, working in places:
        for item in session.judged_reports(code):
            if not item.is_event or item.u_status or item[path] != working:
                continue
            report = session.last_report(REPORT, item.at)
            if report is None or session.interrupted(report.at, item.at):
                continue
            if report[EMERGENCY] == number.WwanEmergencyModeOn:
                continue
            wrong = report[READY] in _ERRORS
            yield item, "the device works on in an error state" if wrong else ""


@rule("ready.emergency-continue-register")
def emergency_continue_register(session: Session) -> Iterator[Judgement]:
    """In emergency mode a change of registration is reported by an event too."""
    register = number.NDIS_STATUS_WWAN_REGISTER_STATE
    for item, text in change_is_sent(
        session, register, lambda each: each["RegistrationState.RegisterState"], "a registration"
    ):
        if session.value_before(item.at, REPORT, EMERGENCY) != number.WwanEmergencyModeOn:
            continue
        # A query shows what a set is doing; the set's own end tells it.
        if not (is_query(item) and session.open_at(item.at, number.OID_WWAN_REGISTER_STATE, "set")):
            yield item, text


@rule("ready.subscriber-id")
def subscriber_id(session: Session) -> Iterator[Judgement]:
    """An initialized device names its subscriber."""
    for item in session.judged_reports(REPORT):
        if item[READY] == INITIALIZED and item[SUBSCRIBER] is not None:
            yield item, "" if item[SUBSCRIBER] else "initialized without a SubscriberId"


@rule("ready.iccid")
def iccid(session: Session) -> Iterator[Judgement]:
    """An initialized or locked device names its SIM, if it is of GSM or the SIM is removable."""
    for item in session.judged_reports(REPORT):
        if item[READY] not in (INITIALIZED, LOCKED) or item[ICCID] is None:
            continue
        if item[ICCID]:
            yield item, ""
            continue
        removable = capability(session, "WwanSimClass") == number.WwanSimClassSimRemovable
        if family(session) == "GSM" or removable:
            yield item, "no SimIccId"
        elif not family(session):
            yield item, Undecided("which cellular class the device has was never queried")


@rule("ready.iccid-length")
def iccid_length(session: Session) -> Iterator[Judgement]:
    """A SimIccId has 15 to 20 characters."""
    for item in session.judged_reports(REPORT):
        if item[ICCID]:
            length = len(item[ICCID])
            fits = length in _ICCID_LENGTHS
            yield item, "" if fits else f"a SimIccId of {length} characters"


@rule("ready.tn-after-init")
def numbers_after_init(session: Session) -> Iterator[Judgement]:
    """Telephone numbers come with the initialized state only."""
    for item in session.judged_reports(REPORT):
        fields = item.fields
        if fields is not None and item[READY] not in (INITIALIZED, None):
            early = fields.element_count() > 0
            yield item, "telephone numbers before the device is initialized" if early else ""


@rule("ready.tn-element", ndis_only=True)
def number_elements(session: Session) -> Iterator[Judgement]:
    """The numbers are a list of WwanStructTN, each ended by a NUL."""
    for item in session.judged_reports(REPORT):
        fields = item.fields
        if fields is None or not fields.element_count():
            continue
        tail = fields.struct.tail
        header = tail.header if isinstance(tail, ListTail) else ""
        if item[f"{header}.ElementType"] != number.WwanStructTN:
            yield item, "the list is none of telephone numbers"
            continue
        data, count = fields.tail(), fields.element_count()
        size = len(data) // count if count else 0
        parts = (data[at * size : (at + 1) * size] for at in range(count))
        ended = size >= 2 and all(part[size - 2 :] == b"\0\0" for part in parts)
        yield item, "" if ended else "a telephone number without a NUL at its end"


@rule("ready.cdma-msgsize-gsm")
def message_size(session: Session) -> Iterator[Judgement]:
    """A GSM device does not know CdmaShortMsgSize."""
    for item in session.judged_reports(REPORT):
        size = item["ReadyInfo.CdmaShortMsgSize"]
        if size is None:
            continue
        if family(session) == "GSM":
            yield item, f"CdmaShortMsgSize is {size} on a GSM device" if size else ""
