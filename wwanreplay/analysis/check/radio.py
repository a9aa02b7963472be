"""Rules of the radio: OID_WWAN_RADIO_STATE and NDIS_STATUS_WWAN_RADIO_STATE."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from wwanreplay._core import Lifecycle
from wwanreplay.analysis.check.contexts import contexts
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import Item, Session
from wwanreplay.analysis.check.states import (
    PACKET_STATE,
    SOON_NS,
    capability,
    changes,
    closings,
    first_at,
    follows,
    is_query,
    is_set,
    judged_closings,
    registered,
)

OID = number.OID_WWAN_RADIO_STATE
REPORT = number.NDIS_STATUS_WWAN_RADIO_STATE
HARDWARE = "RadioState.HwRadioState"
SOFTWARE = "RadioState.SwRadioState"
ON, OFF = number.WwanRadioOn, number.WwanRadioOff


@rule("radio.both-states")
def both_states(session: Session) -> Iterator[Judgement]:
    """A query shows two states of the enumeration, those reported last."""
    for transaction, closing in judged_closings(session, OID, REPORT, "query"):
        if closing.u_status:
            continue
        states = (closing[HARDWARE], closing[SOFTWARE])
        if any(state not in (ON, OFF) for state in states):
            yield closing, f"states {states} are none of a radio"
            continue
        before = session.last_report(REPORT, closing.at)
        busy = session.any_open(OID, transaction.request.at, closing.at)
        if before is None or busy or session.interrupted(before.at, closing.at):
            yield closing, ""
            continue
        same = (before[HARDWARE], before[SOFTWARE]) == states
        reported = same or follows(session, REPORT, _has_states(states), closing, closing)
        if reported is not None:
            yield closing, "" if reported else "not the states that were reported last"


def _has_states(states: tuple[int, int]) -> Callable[[Item], bool]:
    return lambda item: item.is_event and (item[HARDWARE], item[SOFTWARE]) == states


def _sets(session: Session, action: int) -> Iterator[Item]:
    for transaction, closing in closings(session, OID, REPORT, "set"):
        if transaction["RadioAction"] == action and closing.u_status == 0:
            yield closing


@rule("radio.set-on")
def set_on(session: Session) -> Iterator[Judgement]:
    """A set that turned the radio on reports it on."""
    for closing in _sets(session, ON):
        yield closing, "" if closing[SOFTWARE] == ON else "set on, and SwRadioState is not on"


@rule("radio.set-off")
def set_off(session: Session) -> Iterator[Judgement]:
    """A set that turned the radio off reports it off."""
    for closing in _sets(session, OFF):
        yield closing, "" if closing[SOFTWARE] == OFF else "set off, and SwRadioState is not off"


@rule("radio.set-cached-hw-off")
def set_cached(session: Session) -> Iterator[Judgement]:
    """What was set while the hardware switch was off is in force when it goes on."""
    for before, item in changes(session, REPORT, lambda each: each[HARDWARE]):
        if before[HARDWARE] != OFF or item[HARDWARE] != ON or is_set(item):
            continue
        last = session.last_report(REPORT, item.at, accept=is_set)
        if last is None or last[HARDWARE] != OFF or session.interrupted(last.at, item.at):
            continue
        if session.any_open(OID, last.at + 1, item.at):
            continue
        ordered = last.transaction["RadioAction"] if last.transaction else None
        same = item[SOFTWARE] == ordered
        yield item, "" if same else "what was set with the switch off is not in force"


@rule("radio.no-switch-hw-on")
def without_switch(session: Session) -> Iterator[Judgement]:
    """Without a hardware switch HwRadioState is on."""
    caps = capability(session, "WwanControlCaps")
    for item in session.judged_reports(REPORT):
        if item.u_status or item[HARDWARE] is None:
            continue
        if caps is None:
            if item[HARDWARE] == OFF:
                yield item, Undecided("whether there is a hardware switch was never queried")
        elif not caps & number.WWAN_CTRL_CAPS_HW_RADIO_SWITCH:
            wrong = item[HARDWARE] != ON
            yield item, "HwRadioState is off, and the capabilities name no switch" if wrong else ""


@rule("radio.sw-persists")
def software_persists(session: Session) -> Iterator[Judgement]:
    """The software state is the same after a restart or removal, without a set."""
    before: Item | None = None
    for item in session.reports(REPORT):
        if item.u_status or item[SOFTWARE] is None:
            continue
        previous, before = before, item
        if previous is None or not _restarted(session, previous.at, item.at):
            continue
        if session.any_open(OID, previous.at + 1, item.at):
            continue
        same = previous[SOFTWARE] == item[SOFTWARE]
        yield item, "" if same else "SwRadioState is another one after a restart"


def _restarted(session: Session, since: int, until: int) -> bool:
    gone = (Lifecycle.LIFECYCLE_HALT, Lifecycle.LIFECYCLE_SURPRISE_REMOVAL)
    return any(each.code in gone for each in session.lifecycle_inside(since, until))


@rule("radio.hw-change-event")
def hardware_change(session: Session) -> Iterator[Judgement]:
    """A change of the hardware switch is reported by an event.

    The end of a set that came on the way may show it first.
    """
    for _, item in changes(session, REPORT, lambda each: each[HARDWARE]):
        if item.is_event:
            yield item, ""
            continue
        reported = follows(session, REPORT, _has_hardware(item[HARDWARE]), item, item)
        if reported is not None:
            yield item, "" if reported else "the hardware switch changed, and no event reported it"


def _has_hardware(state: int) -> Callable[[Item], bool]:
    return lambda item: item.is_event and item[HARDWARE] == state


@rule("radio.hw-not-settable")
def hardware_not_settable(session: Session) -> Iterator[Judgement]:
    """A set does not change the hardware switch."""
    for transaction, closing in judged_closings(session, OID, REPORT, "set"):
        before = session.last_report(REPORT, transaction.request.at)
        if before is None or closing.u_status or session.interrupted(before.at, closing.at):
            continue
        if session.stimuli_inside("HARDWARE_RADIO", before.at, closing.at):
            continue
        between = session.reports_inside(REPORT, transaction.request.at, closing.at)
        if any(item.is_event for item in between):
            continue
        if before[HARDWARE] == closing[HARDWARE]:
            yield closing, ""
        elif session.is_whole:
            yield closing, "a set changed HwRadioState"
        else:
            yield closing, Undecided("whether somebody used the switch is not in the session")


_LOST = (
    (
        number.NDIS_STATUS_WWAN_REGISTER_STATE,
        "RegistrationState.RegisterState",
        "the registration",
    ),
    (number.NDIS_STATUS_WWAN_PACKET_SERVICE, PACKET_STATE, "the packet service"),
)


@rule("radio.off-implies")
def off_implies(session: Session) -> Iterator[Judgement]:
    """With the radio registration, packet service and contexts go, and each is reported."""
    for _, item in changes(session, REPORT, _is_off):
        if not _is_off(item) or is_query(item):
            continue
        start = first_at(session, item.transaction.request if item.transaction else item)
        present = list(_present(session, start))
        if not present:
            continue
        since_ns = session.items[start].event.time_ns
        until_ns = item.time_ns + SOON_NS
        missing = [what for what in present if not _gone(session, what, since_ns, until_ns)]
        if not missing:
            yield item, ""
        elif session.end_ns >= until_ns and not session.interrupted(
            item.at, session.position(until_ns)
        ):
            yield item, f"the radio went off, and the end of {missing[0]} was not reported"


def _is_off(item: Item) -> bool | None:
    states = (item[HARDWARE], item[SOFTWARE])
    return None if None in states else OFF in states


def _present(session: Session, at: int) -> Iterator[str]:
    """What the device has at a position, by its reports."""
    if registered(session, at):
        yield "the registration"
    packet = session.last_report(number.NDIS_STATUS_WWAN_PACKET_SERVICE, at)
    attached = number.WwanPacketServiceStateAttached
    if (
        packet is not None
        and packet[PACKET_STATE] == attached
        and not session.interrupted(packet.at, at)
    ):
        yield "the packet service"
    view = contexts(session)
    for port in view.ports:
        if view.active(port, at):
            yield f"the context on port {port}"


def _gone(session: Session, what: str, since_ns: int, until_ns: int) -> bool:
    for code, path, name in _LOST:
        if name == what:
            before = session.position(since_ns - 1)
            old = session.value_before(before, code, path)
            return any(
                item[path] != old
                for item in session.reports_between(code, since_ns, until_ns)
                if item.u_status == 0
            )
    port = int(what.rpartition(" ")[2])
    return any(
        item["ContextState.ActivationState"] != number.WwanActivationStateActivated
        for item in session.reports_between(
            number.NDIS_STATUS_WWAN_CONTEXT_STATE, since_ns, until_ns, port=port
        )
        if item.u_status == 0
    )
