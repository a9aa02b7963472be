"""Rules of the signal: OID_WWAN_SIGNAL_STATE and NDIS_STATUS_WWAN_SIGNAL_STATE."""

from __future__ import annotations

from collections.abc import Iterator

from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.judgements import with_status
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import SECOND, Item, Session, Transaction
from wwanreplay.analysis.check.states import (
    PACKET_STATE,
    closings,
    deregistered,
    deregistered_throughout,
    family,
    judged_closings,
    radio_off_throughout,
    registered,
)

OID = number.OID_WWAN_SIGNAL_STATE
REPORT = number.NDIS_STATUS_WWAN_SIGNAL_STATE
RSSI = "SignalState.Rssi"
ERROR_RATE = "SignalState.ErrorRate"
INTERVAL = "SignalState.RssiInterval"
THRESHOLD = "SignalState.RssiThreshold"
SET_INTERVAL = "SignalIndication.RssiInterval"
SET_THRESHOLD = "SignalIndication.RssiThreshold"
UNKNOWN = 99
_DEFAULT = 0xFFFFFFFF
_MINUTES_NS = 300 * SECOND
# Without a set events are at least this far apart.
_APART_NS = 5 * SECOND
_RSSI = (*range(32), UNKNOWN)
_ERROR_RATES = (*range(8), UNKNOWN)


def _events(session: Session) -> list[Item]:
    return [item for item in session.reports(REPORT) if item.is_event and item.u_status == 0]


def _sets(session: Session) -> list[tuple[Transaction, Item]]:
    return judged_closings(session, OID, REPORT, "set")


def _last_set(session: Session, before: int) -> Item | None:
    """The end of the last successful set before a position."""
    return session.last_report(REPORT, before, ending="set")


@rule("signal.default-threshold")
def default_threshold(session: Session) -> Iterator[Judgement]:
    """Before a set events are at least 5 s apart."""
    before: Item | None = None
    first = next(iter(session.of(OID, "set")), None)
    until = first.request.at if first is not None else 1 << 62
    if not session.is_whole:
        for item in _events(session):
            yield item, Undecided("whether an interval was set before is not in the session")
        return
    for item in _events(session):
        if item.at >= until:
            return
        previous, before = before, item
        if previous is None or session.interrupted(previous.at, item.at):
            continue
        if UNKNOWN in (previous[RSSI], item[RSSI]):
            continue
        gap_ns = item.time_ns - previous.time_ns
        yield item, f"{gap_ns / SECOND:.1f} s after the last event" if gap_ns < _APART_NS else ""


@rule("signal.set-returns-current")
def set_returns_current(session: Session) -> Iterator[Judgement]:
    """A set ends with the interval and threshold in force, and what was set is."""
    for transaction, closing in _sets(session):
        if closing.u_status:
            continue
        for path, wanted_path in ((INTERVAL, SET_INTERVAL), (THRESHOLD, SET_THRESHOLD)):
            value, wanted = closing[path], transaction[wanted_path]
            name = path.rpartition(".")[2]
            if value == _DEFAULT and wanted == _DEFAULT:
                yield closing, f"{name} is the mark of the default, not its value"
            elif wanted not in (None, _DEFAULT) and value != wanted:
                yield closing, f"{name} is {value}, and {wanted} was set"
            else:
                yield closing, ""


@rule("signal.set-cached-unregistered")
def set_cached(session: Session) -> Iterator[Judgement]:
    """What was set while not registered is shown by later reports."""
    for item in session.judged_reports(REPORT):
        if item.u_status or (item.transaction is not None and item.transaction.is_set):
            continue
        last = _last_set(session, item.at)
        if last is None or last.transaction is None or session.interrupted(last.at, item.at):
            continue
        if not deregistered(session, last.transaction.request.at):
            continue
        if session.any_open(OID, last.at + 1, item.at):
            continue
        same = (last[INTERVAL], last[THRESHOLD]) == (item[INTERVAL], item[THRESHOLD])
        yield item, "" if same else "interval and threshold are not those that were set"


@rule("signal.set-radio-off")
def set_radio_off(session: Session) -> Iterator[Judgement]:
    """A set does not fail for the radio that is off."""
    for transaction, closing in _sets(session):
        if not radio_off_throughout(session, transaction):
            continue
        if closing.u_status in (0, number.WWAN_STATUS_RADIO_POWER_OFF):
            yield with_status(closing, "WWAN_STATUS_SUCCESS")
        else:
            yield closing, Undecided("the set may have failed for another reason than the radio")


@rule("signal.no-events-unregistered")
def no_events_unregistered(session: Session) -> Iterator[Judgement]:
    """A GSM device that is deregistered sends no events, once it is."""
    for item in _events(session):
        if family(session) == "CDMA":
            continue
        if not deregistered(session, item.at):
            if registered(session, item.at) is not None:
                yield item, ""
            continue
        report = session.last_report(number.NDIS_STATUS_WWAN_REGISTER_STATE, item.at)
        if report is None or report.time_ns == item.time_ns or _unknown(item):
            continue  # what belongs to the change itself
        if family(session):
            yield item, "a signal event while deregistered"
        else:
            yield item, Undecided("which cellular class the device has was never queried")


def _unknown(item: Item) -> bool:
    return bool(item[RSSI] == UNKNOWN)


@rule("signal.no-events-radio-off")
def no_events_radio_off(session: Session) -> Iterator[Judgement]:
    """No events with the radio off."""
    for item in _events(session):
        report = session.last_report(number.NDIS_STATUS_WWAN_RADIO_STATE, item.at)
        if report is None or session.interrupted(report.at, item.at):
            continue
        belongs = report.time_ns == item.time_ns or _unknown(item)
        if session.radio_off(item.at) and not belongs:
            yield item, "a signal event with the radio off"
        elif not session.radio_off(item.at):
            yield item, ""


@rule("signal.query-unknown")
def query_unknown(session: Session) -> Iterator[Judgement]:
    """A query of a device without network or radio shows an unknown signal."""
    for transaction, closing in judged_closings(session, OID, REPORT, "query"):
        if closing.u_status:
            continue
        off = radio_off_throughout(session, transaction)
        lost = deregistered_throughout(session, transaction) and family(session) == "GSM"
        if off or lost:
            wrong = closing[RSSI] != UNKNOWN or closing[ERROR_RATE] != UNKNOWN
            what = "with the radio off" if off else "while deregistered"
            yield closing, f"a signal {what}" if wrong else ""


@rule("signal.rssi-range")
def rssi_range(session: Session) -> Iterator[Judgement]:
    """Rssi is 0 to 31 or 99, ErrorRate 0 to 7 or 99."""
    for item in session.judged_reports(REPORT):
        if item.u_status or item[RSSI] is None:
            continue
        if item[RSSI] not in _RSSI:
            yield item, f"Rssi is {item[RSSI]}"
        elif item[ERROR_RATE] not in _ERROR_RATES:
            yield item, f"ErrorRate is {item[ERROR_RATE]}"
        else:
            yield item, ""


@rule("signal.support-indications")
def support_indications(session: Session) -> Iterator[Judgement]:
    """A signal that queries show to change by 5 and more, over minutes, is reported by events."""
    queries = [
        closing
        for _, closing in closings(session, OID, REPORT, "query")
        if closing.u_status == 0 and closing[RSSI] not in (UNKNOWN, None)
    ]
    for item in _events(session):
        yield item, ""
    for place, item in enumerate(queries[1:], 1):
        first = queries[place - 1]
        if abs(item[RSSI] - first[RSSI]) < 5 or session.interrupted(first.at, item.at):
            continue
        if item.time_ns - first.time_ns < _MINUTES_NS:
            continue
        if _last_set(session, item.at) is not None:
            continue
        if session.reports_inside(number.NDIS_STATUS_WWAN_REGISTER_STATE, first.at, item.at):
            continue
        reported = [
            each for each in session.reports_inside(REPORT, first.at, item.at) if each.is_event
        ]
        if not reported:
            yield item, "the signal changed over minutes, and no event reported it"


@rule("signal.event-rate")
def event_rate(session: Session) -> Iterator[Judgement]:
    """Over five minutes at least half of the reports that RssiInterval asks for come."""
    for transaction, closing in _sets(session):
        interval = closing[INTERVAL]
        wanted = transaction[SET_INTERVAL]
        if closing.u_status or not interval or wanted in (None, 0, _DEFAULT):
            continue
        if interval != wanted or not registered(session, closing.at):
            continue
        until_ns = closing.time_ns + _MINUTES_NS
        end = session.position(until_ns)
        if session.end_ns < until_ns or session.interrupted(closing.at, end):
            continue
        if session.any_open(OID, closing.at + 1, end) or _left(session, closing.at, end):
            continue
        events = sum(each.is_event for each in session.reports_inside(REPORT, closing.at, end))
        changed = _changed_intervals(session, closing, end, interval * SECOND)
        if events >= _MINUTES_NS // (interval * SECOND) // 2:
            yield closing, ""
        elif changed > 1 and events < changed // 2:
            yield (
                closing,
                f"{events} events in 5 minutes, in which the signal changed {changed} times",
            )
        else:
            yield closing, Undecided("whether the signal changed is not in the session")


def _changed_intervals(session: Session, start: Item, end: int, interval_ns: int) -> int:
    """In how many intervals the recorded signal changed by the threshold."""
    threshold = start[THRESHOLD] or 1
    rssi, found = start[RSSI], set()
    for stimulus in session.stimuli_inside("SIGNAL", start.at, end):
        if abs(stimulus["Rssi"] - rssi) >= threshold:
            rssi = stimulus["Rssi"]
            found.add((stimulus.time_ns - start.time_ns) // interval_ns)
    return len(found)


def _left(session: Session, since: int, until: int) -> bool:
    return any(
        registered(session, item.at + 1) is False
        for item in session.reports_inside(number.NDIS_STATUS_WWAN_REGISTER_STATE, since, until)
    )


@rule("signal.rev3-list", ndis_only=True)
def extended_list(session: Session) -> Iterator[Judgement]:
    """Revision 3 has a list of signals while attached."""
    for item in session.judged_reports(REPORT):
        fields = item.fields
        if fields is None or item.u_status or fields["Header.Revision"] != 3:
            continue
        packet = session.last_report(number.NDIS_STATUS_WWAN_PACKET_SERVICE, item.at)
        if packet is None or packet[PACKET_STATE] != number.WwanPacketServiceStateAttached:
            continue
        modern = number.WWAN_DATA_CLASS_LTE | number.WWAN_DATA_CLASS_5G
        if packet["PacketService.CurrentDataClass"] & modern:
            empty = fields.element_count() == 0
            yield item, "revision 3 without a list of signals" if empty else ""
