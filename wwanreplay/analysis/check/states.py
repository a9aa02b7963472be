"""What a session says about a device at a position, and changes that must be reported by events."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from typing import Any

from wwanreplay._core import Lifecycle
from wwanreplay.analysis.check.contexts import REGISTERED
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.registry import Judgement
from wwanreplay.analysis.check.session import SECOND, Item, Session, Transaction

CAPS = (number.NDIS_STATUS_WWAN_DEVICE_CAPS, number.NDIS_STATUS_WWAN_DEVICE_CAPS_EX)
# Events of one change come within this time.
SOON_NS = 10 * SECOND
PACKET_STATE = "PacketService.PacketServiceState"
REGISTER_STATE = "RegistrationState.RegisterState"
_FAMILIES = {
    number.WwanCellularClassGsm: "GSM",
    number.WwanCellularClassCdma: "CDMA",
}


def is_query(item: Item) -> bool:
    """Whether it is the end of a query."""
    return item.transaction is not None and item.transaction.is_query


def is_set(item: Item) -> bool:
    """Whether it is the end of a set."""
    return item.transaction is not None and item.transaction.is_set


def closings(
    session: Session, oid: int, indication: int, kind: str = ""
) -> Iterator[tuple[Transaction, Item]]:
    """The accepted requests of an OID with the indication that closed each, if it is this one.

    Those that power, presence or a gap cut off are left out.
    """
    return iter(session.closed(oid, indication, kind))


def judged_closings(
    session: Session, oid: int, indication: int, kind: str = ""
) -> list[tuple[Transaction, Item]]:
    """Those that have an event in the judged part, for a rule that judges each by itself."""
    return session.judged_closed(oid, indication, kind)


def status_of(transaction: Transaction) -> int | None:
    """How a request ended: uStatus of its closing indication; None when it was not closed."""
    return None if transaction.closing is None else transaction.closing.u_status


def capability(session: Session, path: str, at: int | None = None) -> int | None:
    """A field of the capabilities, which do not change; None when they were never reported."""
    for code in CAPS:
        value = session.value_before(
            len(session.items) if at is None else at, code, f"DeviceCaps.{path}"
        )
        if value is not None:
            return int(value)
    return None


def family(session: Session) -> str:
    """GSM or CDMA by the capabilities; empty when unknown, or when the device is both."""
    caps = capability(session, "WwanControlCaps") or 0
    if caps & number.WWAN_CTRL_CAPS_MULTI_MODE:
        return ""
    return _FAMILIES.get(capability(session, "WwanCellularClass"), "")


def supported_oids(session: Session) -> frozenset[int] | None:
    """The OIDs of the supported list; None when it was never queried."""

    def find(session: Session) -> frozenset[int] | None:
        for transaction in session.of(number.OID_GEN_SUPPORTED_LIST, "query"):
            if transaction.status == number.NDIS_STATUS_SUCCESS:
                data = transaction.completions[0].event.payload
                octets = (data[at : at + 4] for at in range(0, len(data) - 3, 4))
                return frozenset(int.from_bytes(each, "little") for each in octets)
        return None

    return session.derived("supported OIDs", find)


def registered(session: Session, at: int) -> bool | None:
    """Whether the last report before a position shows a registered device; None without one.

    A report from before the device slept or was away shows nothing.
    """
    report = session.last_report(number.NDIS_STATUS_WWAN_REGISTER_STATE, at)
    if report is None or session.interrupted(report.at, at):
        return None
    return report[REGISTER_STATE] in REGISTERED


def deregistered(session: Session, at: int) -> bool:
    """Whether the last report before a position shows that the device is not registered."""
    report = session.last_report(number.NDIS_STATUS_WWAN_REGISTER_STATE, at)
    return (
        report is not None
        and report[REGISTER_STATE] == number.WwanRegisterStateDeregistered
        and not session.interrupted(report.at, at)
    )


def throughout(
    session: Session, since: int, until: int, code: int, path: str, values: tuple[int, ...]
) -> bool:
    """Whether all reports show one of these values: the last one before, and those between."""
    report = session.last_report(code, since)
    if report is None or report[path] not in values or session.interrupted(report.at, until):
        return False
    return all(
        item[path] in values
        for item in session.reports_inside(code, since, until)
        if item.u_status == 0
    )


def ready_throughout(session: Session, transaction: Transaction, *states: int) -> bool:
    """Whether the device was in one of these ready states all through a request."""
    return throughout(
        session,
        transaction.request.at,
        transaction.end,
        number.NDIS_STATUS_WWAN_READY_INFO,
        "ReadyInfo.ReadyState",
        states,
    )


def radio_off_throughout(session: Session, transaction: Transaction) -> bool:
    """Whether the radio was off all through a request, by the reports."""
    start, end = transaction.request.at, transaction.end
    report = session.last_report(number.NDIS_STATUS_WWAN_RADIO_STATE, start)
    if report is None or session.interrupted(report.at, end) or not session.radio_off(start):
        return False
    between = session.reports_inside(number.NDIS_STATUS_WWAN_RADIO_STATE, start, end)
    return not between and not session.any_open(number.OID_WWAN_RADIO_STATE, start, end)


def radio_on_throughout(session: Session, transaction: Transaction) -> bool:
    """Whether the radio was on all through a request, by the reports."""
    start, end = transaction.request.at, transaction.end
    report = session.last_report(number.NDIS_STATUS_WWAN_RADIO_STATE, start)
    if report is None or session.interrupted(report.at, end) or session.radio_off(start):
        return False
    between = session.reports_inside(number.NDIS_STATUS_WWAN_RADIO_STATE, start, end)
    return not between and not session.any_open(number.OID_WWAN_RADIO_STATE, start, end)


def deregistered_throughout(session: Session, transaction: Transaction) -> bool:
    """Whether the device was deregistered all through a request, by the reports."""
    return throughout(
        session,
        transaction.request.at,
        transaction.end,
        number.NDIS_STATUS_WWAN_REGISTER_STATE,
        REGISTER_STATE,
        (number.WwanRegisterStateDeregistered,),
    ) and not session.any_open(
        number.OID_WWAN_REGISTER_STATE, transaction.request.at, transaction.end
    )


_READY = number.NDIS_STATUS_WWAN_READY_INFO
_ANOTHER_SIM = (
    number.WwanReadyStateOff,
    number.WwanReadyStateSimNotInserted,
    number.WwanReadyStateBadSim,
    number.WwanReadyStateFailure,
)


def sim_changed(session: Session, since: int, until: int) -> bool:
    """Whether there may be another SIM than before: by the environment, or by the ready states."""
    if session.stimuli_inside("SIM", since, until):
        return True
    reports = session.reports_inside(_READY, since, until)
    if any(item["ReadyInfo.ReadyState"] in _ANOTHER_SIM for item in reports):
        return True
    before = session.last_report(_READY, since + 1)
    known = [item["ReadyInfo.SimIccId"] for item in (before, *reports) if item is not None]
    return len(set(known)) > 1


def first_at(session: Session, item: Item) -> int:
    """The first position with the time of an event: all events of one cause have one time."""
    at = item.at
    while at and session.items[at - 1].event.time_ns == item.time_ns:
        at -= 1
    return at


Value = Callable[[Item], Any]


def changes(session: Session, code: int, value: Value) -> Iterator[tuple[Item, Item]]:
    """Successful reports of an indication, each with the one before it, whose values differ.

    What power or presence changed while it was away is left out, and values that are None.
    """
    before: Item | None = None
    old: Any = None
    for item in session.reports(code):
        if item.u_status or (new := value(item)) is None:
            continue
        previous, before, was, old = before, item, old, new
        if previous is None or was == new or session.interrupted(previous.at, item.at):
            continue
        yield previous, item


def follows(
    session: Session, code: int, accept: Callable[[Item], bool], since: Item, until: Item
) -> bool | None:
    """Whether a report that satisfies `accept` comes behind one event, and soon behind another.

    None when the session ends, or is interrupted, before that can be known.
    """
    until_ns = until.time_ns + SOON_NS
    reports = session.reports_between(code, since.time_ns, until_ns)
    if any(item.at > since.at and accept(item) for item in reports):
        return True
    if session.end_ns < until_ns or session.interrupted(since.at, session.position(until_ns)):
        return None
    return False


def change_is_sent(session: Session, code: int, value: Value, what: str) -> Iterator[Judgement]:
    """A change is reported by an event or the end of the set that made it, not a query alone."""
    for _, item in changes(session, code, value):
        if not is_query(item):
            yield item, ""
            continue
        reported = follows(session, code, _tells(value, value(item)), item, item)
        if reported is not None:
            yield item, "" if reported else f"a query shows {what} that no event reported"


def _tells(value: Value, wanted: Any) -> Callable[[Item], bool]:
    return lambda item: not is_query(item) and value(item) == wanted


def at_start(session: Session, item: Item) -> bool:
    """Whether the session begins with the driver's start, some time before an event."""
    return session.is_whole and any(each.at < item.at for each in session.lifecycle)


def was_ordered(session: Session, closing: Item) -> bool:
    """Whether the environment ordered requests of this OID to end so, at any time before."""
    transaction = closing.transaction
    return transaction is not None and any(
        stimulus.at < closing.at
        and stimulus["Operation"] == transaction.oid
        and stimulus["uStatus"] == closing.u_status
        for stimulus in session.stimuli_of("OUTCOME")
    )


def power_ups(session: Session) -> list[int]:
    """The positions at which the session, or a part of it with power, begins."""
    return session.derived("power-ups", _found_power_ups)


def _found_power_ups(session: Session) -> list[int]:
    back = (Lifecycle.LIFECYCLE_INITIALIZE, Lifecycle.LIFECYCLE_ARRIVAL)
    found = [-1]
    found += [item.at for item in session.lifecycle if item.code in back]
    asleep = False
    for transaction in session.of(number.OID_PNP_SET_POWER, "set"):
        if transaction.refused:
            continue
        state = int.from_bytes(transaction.request.event.payload[:4], "little")
        if asleep and state == number.NdisDeviceStateD0:
            found.append(transaction.request.at)
        asleep = state != number.NdisDeviceStateD0
    return sorted(found)


def asleep(session: Session, at: int) -> bool:
    """Whether the device lost power and did not get it back before a position."""
    place = bisect_left(session.interruptions, at)
    if not place:
        return False
    ups = power_ups(session)
    following = bisect_right(ups, session.interruptions[place - 1])
    return following == len(ups) or ups[following] >= at
