"""Rules of packet service: OID_WWAN_PACKET_SERVICE and its report."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from wwanreplay.analysis.check.contexts import OID as CONNECT
from wwanreplay.analysis.check.contexts import STATE as CONTEXT
from wwanreplay.analysis.check.contexts import contexts, has_command
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.judgements import with_status
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import Item, Session, Transaction
from wwanreplay.analysis.check.states import (
    PACKET_STATE,
    SOON_NS,
    at_start,
    change_is_sent,
    changes,
    closings,
    deregistered_throughout,
    family,
    follows,
    judged_closings,
    radio_off_throughout,
    radio_on_throughout,
    registered,
)

OID = number.OID_WWAN_PACKET_SERVICE
REPORT = number.NDIS_STATUS_WWAN_PACKET_SERVICE
REGISTER = number.NDIS_STATUS_WWAN_REGISTER_STATE
LINK = number.NDIS_STATUS_LINK_STATE
ACTION = "PacketServiceAction"
AVAILABLE = "PacketService.AvailableDataClass"
CURRENT = "PacketService.CurrentDataClass"
CAUSE = "PacketService.uNwError"
ATTACHED = number.WwanPacketServiceStateAttached
DETACHED = number.WwanPacketServiceStateDetached
ATTACHING = number.WwanPacketServiceStateAttaching
DETACHING = number.WwanPacketServiceStateDetaching
ATTACH = number.WwanPacketServiceActionAttach
DETACH = number.WwanPacketServiceActionDetach
_TRANSIENT = (ATTACHING, DETACHING, number.WwanPacketServiceStateUnknown)
_HSPA = number.WWAN_DATA_CLASS_HSDPA | number.WWAN_DATA_CLASS_HSUPA
# Classes of 5G may stand beside the LTE that carries their signalling.
_WITH_LTE = number.WWAN_DATA_CLASS_LTE | number.WWAN_DATA_CLASS_5G
# What a hand-off does to the link it does at once.
_AT_ONCE_NS = SOON_NS // 10
_WORDS = {ATTACH: "attach", DETACH: "detach"}


def _closings(session: Session, kind: str) -> Iterator[tuple[Transaction, Item]]:
    return closings(session, OID, REPORT, kind)


def _first(session: Session) -> Iterator[Item]:
    """The first report of a session that begins with the driver's start."""
    for item in session.reports(REPORT):
        if item.u_status == 0:
            if at_start(session, item):
                yield item
            return


# MBIM has no AvailableDataClass here.
@rule("packet.available-initial-none", ndis_only=True)
def available_initial(session: Session) -> Iterator[Judgement]:
    """At initialization, before registration, no class is available."""
    for item in _first(session):
        now_ns = item.time_ns
        if registered(session, item.at) or session.reports_between(REGISTER, now_ns, now_ns):
            continue
        wrong = item[AVAILABLE] and item[PACKET_STATE] != ATTACHED
        yield item, "classes are available before registration" if wrong else ""


@rule("packet.current-initial-none")
def current_initial(session: Session) -> Iterator[Judgement]:
    """At initialization, before the attach, there is no current class."""
    for item in _first(session):
        if item[PACKET_STATE] != ATTACHED:
            yield item, "a current class before the attach" if item[CURRENT] else ""


@rule("packet.available-change", ndis_only=True)
def available_change(session: Session) -> Iterator[Judgement]:
    """A change of AvailableDataClass is reported."""
    return change_is_sent(session, REPORT, lambda item: item[AVAILABLE], "available classes")


@rule("packet.current-change")
def current_change(session: Session) -> Iterator[Judgement]:
    """A change of CurrentDataClass is reported."""
    return change_is_sent(session, REPORT, lambda item: item[CURRENT], "a current class")


@rule("packet.attach-change")
def attach_change(session: Session) -> Iterator[Judgement]:
    """A change between attached and detached is reported."""

    def state(item: Item) -> int | None:
        value = item[PACKET_STATE]
        return int(value) if value in (ATTACHED, DETACHED) else None

    return change_is_sent(session, REPORT, state, "an attach state")


def _class_changes(session: Session) -> Iterator[tuple[Item, Item]]:
    """Changes of the current class while attached, with the ports that stay connected."""
    for before, item in changes(session, REPORT, lambda each: each[CURRENT]):
        if before[PACKET_STATE] == ATTACHED == item[PACKET_STATE]:
            yield before, item


@rule("packet.current-link-speed", ndis_only=True)
def current_link_speed(session: Session) -> Iterator[Judgement]:
    """A new class of a connected device brings a link state, where the speed changes."""
    view = contexts(session)
    for before, item in _class_changes(session):
        for port in view.ports:
            if not view.active(port, item.at) or not view.active(port, item.at + 1):
                continue
            since_ns, until_ns = before.time_ns, item.time_ns + SOON_NS
            links = session.reports_between(LINK, item.time_ns, until_ns, port=port)
            if links:
                yield item, ""
                continue
            speeds = [
                (answer["XmitLinkSpeed"], answer["RcvLinkSpeed"])
                for transaction in session.of(number.OID_GEN_LINK_STATE, "query")
                if (answer := transaction.first_answer) is not None
                and answer.port == port
                and answer.time_ns >= since_ns
            ]
            reported = session.last_report(LINK, item.at, port=port)
            if reported is None or not speeds:
                yield item, Undecided("whether the class alters the link speed was never shown")
            elif session.end_ns >= until_ns:
                same = speeds[0] == (reported["XmitLinkSpeed"], reported["RcvLinkSpeed"])
                yield (
                    item,
                    "" if same else f"the link speed of port {port} changed, and is not reported",
                )


@rule("handoff.ip-change-link", ndis_only=True)
def handoff(session: Session) -> Iterator[Judgement]:
    """A hand-off between classes takes the link down only with another address."""
    view = contexts(session)
    for _, item in _class_changes(session):
        for port in view.ports:
            if not view.active(port, item.at):
                continue
            time_ns = item.time_ns
            down = [
                link
                for link in session.reports_between(LINK, time_ns, time_ns + _AT_ONCE_NS, port=port)
                if link["MediaConnectState"] == number.MediaConnectStateDisconnected
            ]
            ended = not view.active(port, down[0].at + 1) if down else False
            if not down:
                yield item, ""
            elif not ended and not _soon_ended(session, port, down[0]):
                if session.stimuli_of("IP_ADDRESS"):
                    yield down[0], ""
                elif session.stimuli:
                    yield down[0], "the link went down in a hand-off, with the same address"
                else:
                    yield down[0], Undecided("whether the address changed is not in the session")


def _soon_ended(session: Session, port: int, down: Item) -> bool:
    since_ns = down.time_ns
    return any(
        report["ContextState.ActivationState"] == number.WwanActivationStateDeactivated
        for report in session.reports_between(CONTEXT, since_ns, since_ns + SOON_NS, port=port)
    )


def _set_open(session: Session, at: int, action: int) -> bool:
    """Whether a set of an action was accepted and not closed at a position, and no other was."""
    opened = session.open_at(at, OID, "set")
    return bool(opened) and all(
        each[ACTION] == action and each.accepted and each.completions[0].at < at for each in opened
    )


def _during(session: Session, action: int) -> Iterator[Item]:
    """Ends of queries that were begun and closed within a set that succeeded later."""
    for transaction, closing in _closings(session, "query"):
        if not _set_open(session, transaction.request.at, action):
            continue
        if not _set_open(session, closing.at, action):
            continue
        opened = session.open_at(closing.at, OID, "set")
        if all(each.closing is not None and each.succeeded for each in opened):
            yield closing


_NOT_BEGUN = Undecided("an attach that the device began by itself may not be over yet")


@rule("packet.query-attaching")
def query_attaching(session: Session) -> Iterator[Judgement]:
    """A query during an attach shows attaching, or a final state."""
    for closing in _during(session, ATTACH):
        if closing.u_status:
            yield closing, f"a query during attach ended with {closing.u_status:#010x}"
        elif closing[PACKET_STATE] == DETACHING:
            yield closing, "detaching during an attach"
        elif closing[PACKET_STATE] == ATTACHING:
            yield closing, ""
        else:
            yield closing, Undecided("whether the attach had begun or was over is not shown")


@rule("packet.query-detaching")
def query_detaching(session: Session) -> Iterator[Judgement]:
    """A query during a detach shows detaching, or a final state."""
    for closing in _during(session, DETACH):
        if closing.u_status:
            yield closing, f"a query during detach ended with {closing.u_status:#010x}"
        elif closing[PACKET_STATE] == ATTACHING:
            before = session.last_report(REPORT, closing.at)
            was_attaching = before is not None and before[PACKET_STATE] == ATTACHING
            yield closing, _NOT_BEGUN if was_attaching else "attaching during a detach"
        elif closing[PACKET_STATE] == DETACHING:
            yield closing, ""
        else:
            yield closing, Undecided("whether the detach had begun or was over is not shown")


@rule("packet.query-final", by_status=True)
def query_final(session: Session) -> Iterator[Judgement]:
    """A query outside a set shows the state that was reported last."""
    for transaction, closing in _closings(session, "query"):
        if session.any_open(OID, transaction.request.at, closing.at):
            continue
        if session.interrupted(transaction.request.at, closing.at):
            continue
        before = session.last_report(REPORT, closing.at)
        if before is None or session.interrupted(before.at, closing.at):
            continue
        if before[PACKET_STATE] not in (ATTACHED, DETACHED):
            continue
        if closing.u_status:
            yield closing, f"a query ended with uStatus {closing.u_status:#010x}"
            continue
        same = before[PACKET_STATE] == closing[PACKET_STATE]
        reported = same or follows(
            session, REPORT, _has_state(closing[PACKET_STATE]), closing, closing
        )
        if reported is not None:
            yield closing, "" if reported else "not the state that was reported last"


def _has_state(state: int) -> Callable[[Item], bool]:
    return lambda item: item.is_event and item[PACKET_STATE] == state


@rule("packet.all-classes", ndis_only=True)
def all_classes(session: Session) -> Iterator[Judgement]:
    """The current class is among the available ones."""
    for item in session.judged_reports(REPORT):
        current, available = item[CURRENT], item[AVAILABLE]
        if item.u_status or not current or available is None:
            continue
        missing = current & ~available
        yield item, "the current class is not among those available" if missing else ""


def _idle(session: Session, action: int, state: int) -> Iterator[tuple[Transaction, Item]]:
    """Sets of an action in a state that was reported, with nothing under way or in between."""
    for transaction, closing in _closings(session, "set"):
        if transaction[ACTION] != action:
            continue
        start = transaction.request.at
        before = session.last_report(REPORT, start)
        if before is None or before[PACKET_STATE] != state or session.open_at(start, OID, "set"):
            continue
        if session.interrupted(before.at, closing.at):
            continue
        if session.reports_inside(REPORT, start, closing.at):
            continue
        yield transaction, closing


@rule("packet.attach-when-attached", by_status=True)
def attach_when_attached(session: Session) -> Iterator[Judgement]:
    """Attach of an attached device succeeds."""
    for _, closing in _idle(session, ATTACH, ATTACHED):
        yield with_status(closing, "WWAN_STATUS_SUCCESS")


@rule("packet.detach-when-detached", by_status=True)
def detach_when_detached(session: Session) -> Iterator[Judgement]:
    """Detach of a detached device succeeds."""
    for _, closing in _idle(session, DETACH, DETACHED):
        yield with_status(closing, "WWAN_STATUS_SUCCESS")


@rule("packet.no-transient-on-set")
def no_transient(session: Session) -> Iterator[Judgement]:
    """A successful set shows no transient state."""
    for _, closing in _closings(session, "set"):
        if closing.u_status == 0 and closing[PACKET_STATE] is not None:
            wrong = closing[PACKET_STATE] in _TRANSIENT
            yield closing, "a set ended in a transient state" if wrong else ""


@rule("packet.set-result")
def set_result(session: Session) -> Iterator[Judgement]:
    """A successful attach shows attached, a detach detached."""
    wanted = {ATTACH: ATTACHED, DETACH: DETACHED}
    for transaction, closing in _closings(session, "set"):
        action = transaction[ACTION]
        if closing.u_status or action not in wanted:
            continue
        same = closing[PACKET_STATE] == wanted[action]
        yield closing, "" if same else f"a successful {_WORDS[action]} shows another state"


@rule("packet.pdp-needs-attach")
def context_needs_attach(session: Session) -> Iterator[Judgement]:
    """No context becomes active in a device that is not attached."""
    for transaction, closing in judged_closings(session, CONNECT, CONTEXT, "set"):
        if not has_command(transaction, "Activate"):
            continue
        start = transaction.request.at
        before = session.last_report(REPORT, start)
        if before is None or before[PACKET_STATE] != DETACHED:
            continue
        if session.interrupted(before.at, closing.at):
            continue
        moved = session.reports_inside(REPORT, start, closing.at)
        if moved or session.any_open(OID, start, closing.at):
            continue
        succeeded = closing.u_status == 0
        yield closing, "a context became active in a detached device" if succeeded else ""


@rule("packet.spoof-attach")
def spoof_attach(session: Session) -> Iterator[Judgement]:
    """A CDMA device that is registered pretends to attach."""
    for transaction, closing in _closings(session, "set"):
        ends = transaction.request.at, closing.at
        if transaction[ACTION] != ATTACH or any(registered(session, at) is not True for at in ends):
            continue
        if not family(session):
            yield closing, Undecided("which cellular class the device has was never queried")
        elif family(session) == "CDMA":
            yield with_status(closing, "WWAN_STATUS_SUCCESS")


@rule("packet.detach-keeps-registration")
def detach_keeps_registration(session: Session) -> Iterator[Judgement]:
    """After a successful detach the device stays registered, unless something else happens."""
    for transaction, closing in _closings(session, "set"):
        if transaction[ACTION] != DETACH or closing.u_status:
            continue
        if registered(session, transaction.request.at) is not True:
            continue
        since_ns = transaction.request.time_ns
        until_ns = closing.time_ns + SOON_NS // 5
        lost = [
            item
            for item in session.reports_between(REGISTER, since_ns, until_ns)
            if item.is_event
            and item["RegistrationState.RegisterState"] == number.WwanRegisterStateDeregistered
        ]
        if not lost:
            yield closing, ""
            continue
        start, end = transaction.request.at, lost[0].at
        known = session.any_stimulus_inside(start, end) or session.interrupted(start, end)
        busy = session.any_open(number.OID_WWAN_REGISTER_STATE, start, end)
        radio = session.any_open(number.OID_WWAN_RADIO_STATE, start, end)
        if known or busy or radio or session.radio_off(end):
            continue
        if session.is_whole:
            yield lost[0], "a detach took the device off the network"
        else:
            yield lost[0], Undecided("whether the network was lost is not in the session")


@rule("packet.available-none-unregistered", ndis_only=True)
def available_when_registered(session: Session) -> Iterator[Judgement]:
    """Classes are available exactly while the device is registered."""
    for item in session.judged_reports(REPORT):
        available = item[AVAILABLE]
        if item.u_status or available is None:
            continue
        before, after = _registrations(session, item)
        if before is None or after is None or before != after:
            continue
        if before and not available:
            yield item, "no class is available while registered"
        elif before is False and available and _deregistered(session, item):
            yield item, "classes are available while not registered"
        else:
            yield item, ""


def _registrations(session: Session, item: Item) -> tuple[bool | None, bool | None]:
    """Whether the device is registered by the report before, and by the next one within a second.

    Events of one change come together, in any order.
    """
    before = registered(session, item.at)
    until_ns = item.time_ns + SOON_NS // 10
    following = session.reports_between(REGISTER, item.time_ns, until_ns)
    behind = [each for each in following if each.at > item.at and each.u_status == 0]
    if not behind:
        return before, before
    return before, registered(session, behind[-1].at + 1)


def _deregistered(session: Session, item: Item) -> bool:
    state = session.value_before(item.at, REGISTER, "RegistrationState.RegisterState")
    return bool(state == number.WwanRegisterStateDeregistered)


@rule("packet.current-single")
def current_single(session: Session) -> Iterator[Judgement]:
    """CurrentDataClass is one class; HSPA is two bits."""
    for item in session.judged_reports(REPORT):
        current = item[CURRENT]
        if item.u_status or current is None:
            continue
        single = current & (current - 1) == 0 or current in (_HSPA, _WITH_LTE)
        yield item, "" if single else f"CurrentDataClass {current:#x} is more than one class"


@rule("packet.nwerror")
def network_error(session: Session) -> Iterator[Judgement]:
    """A cause of the network comes with WWAN_STATUS_FAILURE only."""
    for _, closing in _closings(session, "set"):
        if closing.u_status and closing[CAUSE] is not None:
            wrong = closing[CAUSE] and closing.u_status != number.WWAN_STATUS_FAILURE
            yield closing, "uNwError with another uStatus than failure" if wrong else ""


@rule("packet.not-registered-error")
def not_registered_error(session: Session) -> Iterator[Judgement]:
    """Attach of a device that is not registered: NOT_REGISTERED."""
    for transaction, closing in _closings(session, "set"):
        if transaction[ACTION] != ATTACH or not deregistered_throughout(session, transaction):
            continue
        before = session.last_report(REPORT, transaction.request.at)
        if before is not None and before[PACKET_STATE] == ATTACHED:
            continue
        # With the radio off it has another code, and is no success either.
        if not radio_on_throughout(session, transaction) and closing.u_status:
            continue
        yield with_status(closing, "WWAN_STATUS_NOT_REGISTERED")


@rule("packet.radio-off-error")
def radio_off_error(session: Session) -> Iterator[Judgement]:
    """Attach with the radio off: RADIO_POWER_OFF."""
    for transaction, closing in _closings(session, "set"):
        if transaction[ACTION] == ATTACH and radio_off_throughout(session, transaction):
            yield with_status(closing, "WWAN_STATUS_RADIO_POWER_OFF")
