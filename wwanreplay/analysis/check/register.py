"""Rules of OID_WWAN_REGISTER_STATE: what a set comes to, and what it leaves in force.

Rules of the reports and events themselves are in register_reports.py.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.judgements import closed_by, with_status
from wwanreplay.analysis.check.registrations import (
    AUTOMATIC,
    CAUSE,
    CDMA,
    DEREGISTERED,
    MANUAL,
    MODE,
    NOT_READY,
    OID,
    PREFERRED,
    PROVIDER,
    REGISTERED,
    REPORT,
    SEARCHING,
    STATE,
    UNTRIED,
    WANTED_CLASS,
    WANTED_PROVIDER,
    WORST_CASE_NS,
    Registrations,
    forbidden,
    last_scan,
    listed,
    provider_changed,
    registrations,
    requested_mode,
    requests_mode,
    state_name,
)
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import ENDLESS, SECOND, Item, Session, Transaction

PACKET = number.NDIS_STATUS_WWAN_PACKET_SERVICE
_CURRENT = "PacketService.CurrentDataClass"
_AVAILABLE = "PacketService.AvailableDataClass"
# How long a list of visible networks is taken as true.
_SCAN_NS = 300 * SECOND
# Stimuli that change which networks are visible or usable.
_NETWORK_STIMULI = (
    "COVERAGE",
    "PROVIDER_CHANGE",
    "CELLULAR_CLASS",
    "NETWORK_DEREGISTER",
    "SIM",
    "HARDWARE_RADIO",
)
# Sets that a modem with one radio may have to end before it takes a registration.
_OF_THE_NETWORK = (
    OID,
    number.OID_WWAN_PACKET_SERVICE,
    number.OID_WWAN_CONNECT,
    number.OID_WWAN_RADIO_STATE,
)
_PARAMETER_REFUSALS = (number.NDIS_STATUS_INVALID_DATA, number.NDIS_STATUS_INVALID_PARAMETER)


def _is_soundly_busy(view: Registrations, transaction: Transaction, closing: Item) -> bool:
    """Whether a set ended as busy, and a context, a scan or an earlier set was there for it."""
    if closing.u_status != number.WWAN_STATUS_BUSY:
        return False
    session, at = view.session, transaction.request.at
    return (
        view.context_active(closing.at)
        or bool(session.open_at(at, number.OID_WWAN_VISIBLE_PROVIDERS))
        or any(session.open_at(at, oid, "set") for oid in _OF_THE_NETWORK)
    )


def _tried(
    view: Registrations, action: str, *, radio_on: bool = True
) -> Iterator[tuple[Transaction, Item]]:
    """Sets of this mode that the device could carry out: radio on, subscriber ready, supported.

    Those whose end was ordered by a recorded stimulus, or cut off by a loss of power, are left out.
    """
    for transaction, closing in view.judged_sets:
        start, end = transaction.request.at, closing.at
        if not requests_mode(transaction, action) or end in view.ordered:
            continue
        if view.session.interrupted(start, end) or not view.ready(start, end):
            continue
        if action == "Manual" and view.manual_refused(start):
            continue
        if not radio_on or view.radio_on(transaction, closing):
            yield transaction, closing


def _with_status(view: Registrations, closing: Item, name: str) -> Judgement:
    """The end of a set must have this status, unless the device may be one that cannot do it."""
    unable = closing.u_status == number.WWAN_STATUS_NO_DEVICE_SUPPORT
    if unable and view.cellular_class(closing.at - 1) is None:
        return closing, Undecided("whether the device is a CDMA one was not reported before")
    return with_status(closing, name)


@rule("register.async", ndis_only=True)
def asynchronous(session: Session) -> Iterator[Judgement]:
    """Answered provisionally, closed by NDIS_STATUS_WWAN_REGISTER_STATE."""
    yield from closed_by(session, OID, REPORT, "NDIS_WWAN_REGISTRATION_STATE")


@rule("register.no-transient-on-set")
def no_transient_on_set(session: Session) -> Iterator[Judgement]:
    """A set is never closed with searching."""
    for _, closing in registrations(session).judged_sets:
        if closing.u_status == 0:
            wrong = closing[STATE] == SEARCHING
            yield closing, "a set was closed with the transient state searching" if wrong else ""


# Manual registration


@rule("register.cdma-manual-refused")
def cdma_manual_refused(session: Session) -> Iterator[Judgement]:
    """A manual set on CDMA ends with WWAN_STATUS_NO_DEVICE_SUPPORT."""
    view = registrations(session)
    for transaction, closing in view.judged_sets:
        classes = {view.cellular_class(at) for at in (transaction.request.at, closing.at - 1)}
        if requests_mode(transaction, "Manual") and classes == {CDMA}:
            yield with_status(closing, "WWAN_STATUS_NO_DEVICE_SUPPORT")


@rule("register.manual-not-visible")
def manual_not_visible(session: Session) -> Iterator[Judgement]:
    """A manual set for a network that the last scan did not find fails with that code.

    Only a recent scan counts, and only if nothing recorded since may have changed its result.
    """
    view = registrations(session)
    for transaction, closing in _tried(view, "Manual"):
        scan = last_scan(session, transaction.request.at)
        if scan is None or closing.time_ns - scan.time_ns > _SCAN_NS:
            continue
        if not view.undisturbed(scan.at, closing.at, *_NETWORK_STIMULI):
            continue
        wanted = transaction[WANTED_PROVIDER]
        if wanted in listed(scan) or wanted in forbidden(session, closing.at):
            continue
        if _is_soundly_busy(view, transaction, closing):
            continue
        if closing.u_status == number.WWAN_STATUS_INVALID_PARAMETERS:
            # A forbidden network that is out of reach is in no list.
            yield closing, Undecided("whether the network is a forbidden one was not reported")
        else:
            yield _with_status(view, closing, "WWAN_STATUS_PROVIDER_NOT_VISIBLE")


@rule("register.manual-not-visible-state")
def manual_not_visible_state(session: Session) -> Iterator[Judgement]:
    """The end of a set for a network that is not visible reports deregistered."""
    for _, closing in registrations(session).judged_sets:
        if closing.u_status == number.WWAN_STATUS_PROVIDER_NOT_VISIBLE:
            yield closing, _unless_deregistered(closing)


def _unless_deregistered(item: Item) -> str:
    state = item[STATE]
    return "" if state == DEREGISTERED else f"RegisterState is {state_name(state)}"


@rule("register.manual-fail-no-auto")
def manual_fail_no_auto(session: Session) -> Iterator[Judgement]:
    """After a manual set that failed no report has the automatic mode, until it is set.

    A device that cannot do it, or not now, stays as it was.
    """
    view = registrations(session)
    for transaction, closing, following in view.set_pairs():
        if not requests_mode(transaction, "Manual") or closing.u_status in (0, *UNTRIED):
            continue
        for item in view.between(closing.at, following):
            if view.cellular_class(item.at) != CDMA:
                wrong = item[MODE] == AUTOMATIC
                yield item, "automatic registration after a failed manual set" if wrong else ""


@rule("register.manual-replaces-manual")
def manual_replaces_manual(session: Session) -> Iterator[Judgement]:
    """After a manual set no report has the device registered with an earlier manual choice."""
    view = registrations(session)
    earlier: set[str] = set()
    for transaction, closing, following in view.set_pairs():
        if not requests_mode(transaction, "Manual") or closing.u_status in UNTRIED:
            continue
        wanted = transaction[WANTED_PROVIDER]
        for item in view.between(closing.at - 1, following) if earlier - {wanted} else ():
            if item[MODE] != MANUAL or item[STATE] not in REGISTERED:
                continue
            wrong = item[PROVIDER] in earlier - {wanted}
            yield item, f"registered with {item[PROVIDER]}, chosen before {wanted}" if wrong else ""
        earlier.add(wanted)


@rule("register.manual-same-network")
def manual_same_network(session: Session) -> Iterator[Judgement]:
    """A manual set for the network that the device is registered with succeeds."""
    view = registrations(session)
    for transaction, closing in view.judged_sets:
        start, end = transaction.request.at, closing.at
        before = view.last(start)
        if (
            not requests_mode(transaction, "Manual")
            or before is None
            or before[STATE] not in REGISTERED
        ):
            continue
        wanted = transaction[WANTED_PROVIDER]
        if before[PROVIDER] != wanted or view.manual_refused(start):
            continue
        if wanted in forbidden(session, end) or provider_changed(session, wanted, end):
            continue
        if not view.radio_on(transaction, closing) or not view.ready(start, end):
            continue
        if not view.undisturbed(start, end, *_NETWORK_STIMULI) or view.between(start, end):
            continue
        if before[MODE] == AUTOMATIC and _is_soundly_busy(view, transaction, closing):
            continue
        yield _with_status(view, closing, "WWAN_STATUS_SUCCESS")


@rule("register.forbidden-manual")
def forbidden_manual(session: Session) -> Iterator[Judgement]:
    """A manual set for a forbidden network ends with WWAN_STATUS_INVALID_PARAMETERS."""
    view = registrations(session)
    for transaction, closing in _tried(view, "Manual"):
        wanted = transaction[WANTED_PROVIDER]
        before = view.last(transaction.request.at)
        had = before is not None and before[STATE] in REGISTERED and before[PROVIDER] == wanted
        if wanted in forbidden(session, closing.at) and not (had and closing.u_status == 0):
            yield _with_status(view, closing, "WWAN_STATUS_INVALID_PARAMETERS")


# The radio


def _radio_off_sets(
    session: Session, action: str
) -> Iterator[tuple[Registrations, Transaction, Item]]:
    view = registrations(session)
    for transaction, closing in view.sets:
        start, end = transaction.request.at, closing.at
        if not requests_mode(transaction, action) or not view.radio_off(transaction, closing):
            continue
        if session.interrupted(start, end) or (action == "Manual" and view.manual_refused(start)):
            continue
        yield view, transaction, closing


def _completed_radio_off(session: Session, action: str) -> Iterator[Judgement]:
    """With the radio off a set stores the mode and is done; only a forbidden network is refused."""
    for view, transaction, closing in _radio_off_sets(session, action):
        is_forbidden = closing.u_status == number.WWAN_STATUS_INVALID_PARAMETERS and (
            transaction[WANTED_PROVIDER] in forbidden(session, closing.at)
        )
        if not is_forbidden:
            yield _with_status(view, closing, "WWAN_STATUS_SUCCESS")


def _state_radio_off(session: Session, action: str) -> Iterator[Judgement]:
    """That end reports deregistered."""
    for _, _, closing in _radio_off_sets(session, action):
        if closing.u_status == 0:
            yield closing, _unless_deregistered(closing)


def _attempt_radio_on(session: Session, action: str) -> Iterator[Judgement]:
    """When the radio comes on the stored registration is tried, and an event reports it."""
    for view, transaction, closing in _radio_off_sets(session, action):
        turned_on = session.next_report(
            number.NDIS_STATUS_WWAN_RADIO_STATE,
            closing.at,
            lambda item: session.radio_off(item.at + 1) is False,
        )
        if closing.u_status or turned_on is None or view.set_open(closing.at + 1, turned_on.at):
            continue
        deadline_ns = turned_on.time_ns + WORST_CASE_NS
        event = session.next_report(REPORT, turned_on.at, lambda item: item.is_event)
        in_time = event is not None and event.time_ns <= deadline_ns
        end = event.at if event is not None and in_time else session.position(deadline_ns) - 1
        if not _calm(view, turned_on.at, end):
            continue
        if event is not None and in_time:
            mode = event[MODE]
            wrong = mode != requested_mode(transaction)
            yield event, f"RegisterMode {mode} is not the one that was stored" if wrong else ""
        elif session.ready_state(end) is None and not session.is_whole:
            yield turned_on, Undecided("the subscriber's state was not reported before")
        elif session.end_ns > deadline_ns:
            yield turned_on, "no event tells that the device tries to register"


def _calm(view: Registrations, start: int, end: int) -> bool:
    """Whether nothing between two positions keeps the device from trying."""
    radio = number.NDIS_STATUS_WWAN_RADIO_STATE
    off = any(
        view.session.radio_off(item.at + 1)
        for item in view.session.reports_inside(radio, start, end)
    )
    if off or not view.ready(start, end) or view.session.interrupted(start, end):
        return False
    return not view.set_open(start, end)


@rule("register.manual-radio-off")
def manual_radio_off(session: Session) -> Iterator[Judgement]:
    """A manual set with the radio off is completed."""
    yield from _completed_radio_off(session, "Manual")


@rule("register.auto-radio-off")
def automatic_radio_off(session: Session) -> Iterator[Judgement]:
    """An automatic set with the radio off is completed."""
    yield from _completed_radio_off(session, "Automatic")


@rule("register.manual-radio-off-state")
def manual_radio_off_state(session: Session) -> Iterator[Judgement]:
    """A manual set done with the radio off reports deregistered."""
    yield from _state_radio_off(session, "Manual")


@rule("register.auto-radio-off-state")
def automatic_radio_off_state(session: Session) -> Iterator[Judgement]:
    """An automatic set done with the radio off reports deregistered."""
    yield from _state_radio_off(session, "Automatic")


@rule("register.manual-radio-on-attempt")
def manual_radio_on_attempt(session: Session) -> Iterator[Judgement]:
    """The stored manual registration is tried when the radio comes on."""
    yield from _attempt_radio_on(session, "Manual")


@rule("register.auto-radio-on-attempt")
def automatic_radio_on_attempt(session: Session) -> Iterator[Judgement]:
    """The stored automatic registration is tried when the radio comes on."""
    yield from _attempt_radio_on(session, "Automatic")


# The mode


@rule("register.auto-ignore-providerid")
def automatic_ignores_provider_id(session: Session) -> Iterator[Judgement]:
    """ProviderId of an automatic set neither fails it nor binds the device to that network."""
    wrong_codes = (number.WWAN_STATUS_PROVIDER_NOT_VISIBLE, number.WWAN_STATUS_INVALID_PARAMETERS)
    view = registrations(session)
    for transaction in session.judged_requests(OID, "set"):
        answer, closing = transaction.first_answer, transaction.closing
        if not requests_mode(transaction, "Automatic") or not transaction[WANTED_PROVIDER]:
            continue
        if answer is not None and answer.status in _PARAMETER_REFUSALS:
            yield answer, "an automatic set was refused for its ProviderId"
        elif closing is None or closing.at in view.ordered:
            continue
        elif closing.u_status in wrong_codes:
            yield closing, "an automatic set failed for its ProviderId"
        else:
            bound = closing.u_status == 0 and closing[MODE] == MANUAL
            yield closing, "an automatic set bound the device to its ProviderId" if bound else ""


@rule("register.mode-persists")
def mode_persists(session: Session) -> Iterator[Judgement]:
    """The mode that was set is in every report until it is set again, over radio and power."""
    view = registrations(session)
    mode: int | None = None
    start = 0
    for transaction, closing, following in view.set_pairs():
        if closing.u_status == 0:
            mode = requested_mode(transaction)
        elif closing.u_status not in UNTRIED:
            mode = None
        start = closing.at - 1 if closing.u_status == 0 else closing.at
        for item in view.between(start, following) if mode else ():
            if view.cellular_class(item.at) != CDMA or mode == AUTOMATIC:
                wrong = item[MODE] != mode
                yield item, f"RegisterMode {item[MODE]} instead of the mode set" if wrong else ""


@rule("register.switch-mode-registered")
def switch_mode_registered(session: Session) -> Iterator[Judgement]:
    """A change of the mode does not fail for being registered.

    Causes that the device may have are left out: an active context, the network's cause, a
    provider that cannot be had, a mode that the device does not have.
    """
    view = registrations(session)
    causes = (
        number.WWAN_STATUS_NO_DEVICE_SUPPORT,
        number.WWAN_STATUS_PROVIDER_NOT_VISIBLE,
        number.WWAN_STATUS_INVALID_PARAMETERS,
        number.WWAN_STATUS_RADIO_POWER_OFF,
        *NOT_READY,
    )
    for transaction, closing in view.judged_sets:
        start, end = transaction.request.at, closing.at
        before = view.last(start)
        if before is None or before[STATE] not in REGISTERED or end in view.ordered:
            continue
        if before[MODE] == requested_mode(transaction) or session.interrupted(start, end):
            continue
        last = view.last(end)
        if last is None or last[STATE] not in REGISTERED:
            continue  # it lost the network meanwhile, and what it had it from
        if requests_mode(transaction, "Manual") and view.manual_refused(start):
            continue
        if closing.u_status in causes or (closing.u_status and closing[CAUSE]):
            continue
        if _is_soundly_busy(view, transaction, closing):
            continue
        yield with_status(closing, "WWAN_STATUS_SUCCESS")


@rule("register.nwerror-only-failure")
def cause_only_with_failure(session: Session) -> Iterator[Judgement]:
    """uNwError of a set that failed with another code than WWAN_STATUS_FAILURE is 0."""
    for _, closing in registrations(session).judged_sets:
        if closing.u_status in (0, number.WWAN_STATUS_FAILURE):
            continue
        cause = closing[CAUSE]
        yield closing, f"uNwError {cause} with uStatus {closing.u_status:#010x}" if cause else ""


# Data classes


def _class_sets(view: Registrations) -> Iterator[tuple[Transaction, Item, int]]:
    """Successful sets that name a data class, each with the position of the next such set."""
    wanted = [
        transaction.request.at
        for transaction in view.session.of(OID, "set")
        if transaction[WANTED_CLASS]
    ]
    for transaction, closing in view.sets:
        if closing.u_status == 0 and transaction[WANTED_CLASS]:
            place = bisect_right(wanted, transaction.request.at)
            following = wanted[place] if place < len(wanted) else ENDLESS
            yield transaction, closing, following


@rule("register.data-class-try")
def data_class_try(session: Session) -> Iterator[Judgement]:
    """The first attached report behind a set is on a requested class, if one is available.

    A class that the recorded network put the device on is not the device's choice.
    """
    view = registrations(session)
    for transaction, closing, following in _class_sets(view):
        for item in session.reports_behind(PACKET, closing.at):
            if item.at >= following:
                break
            if item.u_status or not item[_CURRENT]:
                continue
            wanted, available = transaction[WANTED_CLASS], item[_AVAILABLE] or 0
            orders = session.stimuli_inside("DATA_CLASS", -1, item.at)
            if available & wanted and not (orders and orders[-1]["CurrentDataClass"]):
                yield item, _class_chosen(session, transaction, item)
            break


def _class_chosen(session: Session, transaction: Transaction, item: Item) -> str:
    """What is wrong with the class of a report behind a set that names one."""
    wanted, current = transaction[WANTED_CLASS], item[_CURRENT]
    if current & wanted:
        return ""
    if not session.is_whole:
        return Undecided("the network may keep the device on this class")
    return f"data class {current:#x} instead of {wanted:#x}"


@rule("register.data-class-fallback")
def data_class_fallback(session: Session) -> Iterator[Judgement]:
    """A set does not fail for its data class alone."""
    view = registrations(session)
    for transaction, closing in view.sets:
        if not transaction[WANTED_CLASS] or closing.at in view.ordered:
            continue
        codes = [number.WWAN_STATUS_DATA_CLASS_NOT_AVAILABLE, number.WWAN_STATUS_NOT_SUPPORTED]
        if requests_mode(transaction, "Automatic"):
            codes += [number.WWAN_STATUS_NO_DEVICE_SUPPORT, number.WWAN_STATUS_INVALID_PARAMETERS]
        wrong = closing.u_status in codes
        yield closing, "a set failed for its data class" if wrong else ""


@rule("register.data-class-packet-event")
def data_class_packet_event(session: Session) -> Iterator[Judgement]:
    """A data class that a set has changed is reported by the packet service indication."""
    view = registrations(session)
    before: Item | None = None
    for item in session.reports(PACKET):
        if item.u_status or item[_CURRENT] is None:
            continue
        previous, before = before, item
        if previous is None or previous[_CURRENT] == item[_CURRENT]:
            continue
        if session.interrupted(previous.at, item.at) or not view.set_open(previous.at, item.at):
            continue
        is_answer = item.transaction is not None and item.transaction.is_query
        yield item, "a query shows a data class that nothing reported" if is_answer else ""


def _preferences(view: Registrations, start: int, end: int) -> Iterator[tuple[Item, int]]:
    for item in view.between(start, end):
        if item[PREFERRED] is not None:
            yield item, item[PREFERRED]


@rule("register.data-class-none")
def data_class_none(session: Session) -> Iterator[Judgement]:
    """A set without a data class leaves PreferredDataClasses as it was."""
    view = registrations(session)
    for transaction, closing, following in view.set_pairs():
        if transaction[WANTED_CLASS] != 0 or not transaction.accepted:
            continue
        start = transaction.request.at
        earlier = view.last_preference(start)
        if earlier is None or view.set_open(earlier.at + 1, start - 1):
            continue
        for item, preferred in _preferences(view, closing.at - 1, following):
            wrong = preferred != earlier[PREFERRED]
            yield item, f"PreferredDataClasses became {preferred:#x} by no wish" if wrong else ""


@rule("register.preferred-classes-report")
def preferred_classes_report(session: Session) -> Iterator[Judgement]:
    """PreferredDataClasses is what the last set with a data class requested."""
    view = registrations(session)
    for transaction, closing, following in _class_sets(view):
        wanted = transaction[WANTED_CLASS]
        for item, preferred in _preferences(view, closing.at - 1, following):
            wrong = preferred != wanted
            yield item, f"PreferredDataClasses {preferred:#x} is not {wanted:#x}" if wrong else ""
