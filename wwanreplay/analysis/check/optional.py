"""Rules of optional services: time, blacklist, SAR, modem configuration, reset, cells, 5G."""

from __future__ import annotations

from collections.abc import Iterator

from wwanreplay._core import Lifecycle
from wwanreplay.analysis.check.fields import Fields, number
from wwanreplay.analysis.check.judgements import refused
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import Item, Session
from wwanreplay.analysis.check.states import (
    SOON_NS,
    change_is_sent,
    follows,
    is_query,
    judged_closings,
    ready_throughout,
)

NITZ = number.NDIS_STATUS_WWAN_NITZ_INFO
READY = number.NDIS_STATUS_WWAN_READY_INFO
RESET_OID = number.OID_WWAN_DEVICE_RESET
RESET = number.NDIS_STATUS_WWAN_DEVICE_RESET_STATUS
SAR_OID = number.OID_WWAN_SAR_CONFIG
SAR = number.NDIS_STATUS_WWAN_SAR_CONFIG
TRANSMISSION_OID = number.OID_WWAN_SAR_TRANSMISSION_STATUS
TRANSMISSION = number.NDIS_STATUS_WWAN_SAR_TRANSMISSION_STATUS
BLACKLIST_OID = number.OID_WWAN_NETWORK_BLACKLIST
BLACKLIST = number.NDIS_STATUS_WWAN_NETWORK_BLACKLIST
BLACKLIST_STATE = "NetworkBlacklistInfo.BlacklistState"
REGISTER = number.NDIS_STATUS_WWAN_REGISTER_STATE
CONFIGURATION = number.NDIS_STATUS_WWAN_MODEM_CONFIG_INFO
CELLS_OID = number.OID_WWAN_BASE_STATIONS_INFO
CELLS = number.NDIS_STATUS_WWAN_BASE_STATIONS_INFO
HINT_OID = number.OID_WWAN_NETWORK_IDLE_HINT
PARAMS_OID = number.OID_WWAN_REGISTER_PARAMS
PARAMS = number.NDIS_STATUS_WWAN_REGISTER_PARAMS_STATE
_PARAMS = ("MicoMode", "DRXParam", "LADNInfo", "DefaultPDUSessionHint")
_RANGES = {
    "Month": range(1, 13),
    "Day": range(1, 32),
    "Hour": range(24),
    "Minute": range(60),
    "Second": range(60),
}
_HYSTERESIS = range(1, 6)
# Where the structure starts in its report: offsets count from there.
_CELLS_AT = 8
# The tables of neighbours; each begins with its count.
_NEIGHBOURS = {"GSM": "GSMNmr", "UMTS": "UMTSMrl", "LTE": "LTEMrl", "CDMA": "CDMAMrl"}


def _good(session: Session, code: int) -> Iterator[Item]:
    return (item for item in session.reports(code) if item.u_status == 0)


@rule("nitz.event")
def time_event(session: Session) -> Iterator[Judgement]:
    """Time that a query shows, and an earlier one did not, was reported by an event."""
    return change_is_sent(session, NITZ, _zone, "a time zone")


def _zone(item: Item) -> object:
    return (
        item["NitzInfo.TimeZoneOffsetMinutes"],
        item["NitzInfo.DaylightSavingTimeOffsetMinutes"],
    )


@rule("nitz.ranges")
def time_ranges(session: Session) -> Iterator[Judgement]:
    """Month, day, hour, minute and second are possible ones."""
    for item in _good(session, NITZ):
        if item["NitzInfo.Month"] is None:
            continue
        wrong = [name for name, fit in _RANGES.items() if item[f"NitzInfo.{name}"] not in fit]
        yield item, f"{wrong[0]} is {item[f'NitzInfo.{wrong[0]}']}" if wrong else ""


@rule("reset.after-completion")
def reset_completion(session: Session) -> Iterator[Judgement]:
    """After the end of a reset the device starts anew: its ready state is reported again."""
    for transaction, closing in judged_closings(session, RESET_OID, RESET, "set"):
        if closing.u_status:
            continue
        start = transaction.request.at
        until_ns = closing.time_ns + SOON_NS
        reported = follows(session, READY, lambda each: each.is_event, transaction.request, closing)
        away = any(
            each.at > start and each.code != Lifecycle.LIFECYCLE_INITIALIZE
            for each in session.lifecycle
        )
        if reported or away:
            yield closing, ""
        elif reported is None:
            continue
        elif session.reports_between(READY, closing.time_ns, until_ns):
            yield closing, "the reset is over, and no ready state was reported"
        else:
            yield closing, Undecided("the ready state after the reset is not in the session")


@rule("sar.config-reply")
def all_antennas(session: Session) -> Iterator[Judgement]:
    """The end of a set lists the antennas that a query lists."""
    for transaction, closing in judged_closings(session, SAR_OID, SAR, "set"):
        if closing.u_status:
            continue
        before = session.last_report(SAR, transaction.request.at)
        if before is None:
            yield closing, Undecided("which antennas there are was never reported")
            continue
        missing = _antennas(before) - _antennas(closing)
        yield closing, "antennas are missing at the end of a set" if missing else ""


def _antennas(item: Item) -> set[int]:
    if item.fields is None:
        return set()
    return {each["SarAntennaIndex"] for each in item.fields.elements() if isinstance(each, Fields)}


@rule("sar.transmission-event")
def transmission_event(session: Session) -> Iterator[Judgement]:
    """With notification enabled a change of the transmission is reported by an event."""
    enabled = number.WwanTransmissionNotificationEnabled

    def state(item: Item) -> object:
        on = item["TransmissionStatus.ChannelNotification"] == enabled
        return item["TransmissionStatus.TransmissionStatus"] if on else None

    return change_is_sent(session, TRANSMISSION, state, "a state of transmission")


@rule("sar.hysteresis")
def hysteresis(session: Session) -> Iterator[Judgement]:
    """HysteresisTimer is 1 to 5 seconds."""
    for item in _good(session, TRANSMISSION):
        given = item["TransmissionStatus.HysteresisTimer"]
        if given is not None:
            yield item, "" if given in _HYSTERESIS else f"HysteresisTimer is {given} s"


def _entries(item: Item) -> list[tuple[int, int, int]]:
    if item.fields is None:
        return []
    return sorted(
        (each["MCC"], each["MNC"], each["NetworkBlacklistType"])
        for each in item.fields.elements()
        if isinstance(each, Fields)
    )


@rule("blacklist.overwrite")
def blacklist_overwrite(session: Session) -> Iterator[Judgement]:
    """A set replaces the lists, and its end shows them."""
    for transaction, closing in judged_closings(session, BLACKLIST_OID, BLACKLIST, "set"):
        if closing.u_status == 0:
            same = _entries(transaction.request) == _entries(closing)
            yield closing, "" if same else "the lists are not those that were set"


@rule("blacklist.event")
def blacklist_event(session: Session) -> Iterator[Judgement]:
    """A list that comes into force, or no longer is, is reported by an event."""
    return change_is_sent(
        session, BLACKLIST, lambda item: item[BLACKLIST_STATE], "a state of the blacklist"
    )


@rule("blacklist.denied")
def blacklist_denied(session: Session) -> Iterator[Judgement]:
    """While a list keeps the device from registering it is denied."""
    for item in session.judged_reports(REGISTER):
        if item.u_status or item["RegistrationState.RegisterState"] is None:
            continue
        report = session.last_report(BLACKLIST, item.at)
        if report is None or session.interrupted(report.at, item.at):
            continue
        if report[BLACKLIST_STATE] in (None, number.WwanNetworkBlacklistStateNotActuated):
            continue
        denied = item["RegistrationState.RegisterState"] == number.WwanRegisterStateDenied
        yield item, "" if denied else "a blacklist is in force, and registration is not denied"


@rule("blacklist.any-sim-state")
def blacklist_without_sim(session: Session) -> Iterator[Judgement]:
    """The lists are there whatever the SIM is."""
    refusals = (
        number.WWAN_STATUS_SIM_NOT_INSERTED,
        number.WWAN_STATUS_BAD_SIM,
        number.WWAN_STATUS_PIN_REQUIRED,
        number.WWAN_STATUS_NOT_INITIALIZED,
    )
    states = (
        number.WwanReadyStateSimNotInserted,
        number.WwanReadyStateBadSim,
        number.WwanReadyStateDeviceLocked,
    )
    for transaction, closing in judged_closings(session, BLACKLIST_OID, BLACKLIST):
        if ready_throughout(session, transaction, *states):
            wrong = closing.u_status in refusals
            yield closing, "the lists need a SIM" if wrong else ""


@rule("modemcfg.event-on-change")
def configuration_event(session: Session) -> Iterator[Judgement]:
    """An event has another configuration than the report before."""
    before: Item | None = None
    for item in _good(session, CONFIGURATION):
        previous, before = before, item
        if previous is None or not item.is_event or session.interrupted(previous.at, item.at):
            continue
        same = previous.event.payload == item.event.payload
        yield item, "an event, and nothing changed" if same else ""


@rule("basestations.limits")
def neighbour_limits(session: Session) -> Iterator[Judgement]:
    """No more neighbours than asked for."""
    for transaction, closing in judged_closings(session, CELLS_OID, CELLS, "query"):
        if closing.u_status:
            continue
        for name, table in _NEIGHBOURS.items():
            most = transaction[f"BaseStationsInfoRequest.Max{name}Count"]
            given = _table_count(closing, table)
            if most is not None and given is not None:
                more = given > most
                yield closing, f"{given} neighbours of {name}, and {most} asked for" if more else ""


def _table_count(item: Item, table: str) -> int | None:
    """The count at the head of a table of cells; None when the table is not there."""
    offset, size = (item[f"BaseStationsInfo.{table}{part}"] for part in ("Offset", "Size"))
    if not offset or not size or size < 4:
        return None
    start = _CELLS_AT + offset
    octets = item.event.payload[start : start + 4]
    return int.from_bytes(octets, "little") if len(octets) == 4 else None


@rule("idle-hint.async", by_record=True, ndis_only=True)
def idle_hint(session: Session) -> Iterator[Judgement]:
    """A set is answered provisionally; no query."""
    for transaction in session.judged_requests(HINT_OID, "set"):
        answer = transaction.first_answer
        if answer is not None and not transaction.refused:
            yield (
                answer,
                ""
                if transaction.accepted
                else f"answered {answer.status:#010x} instead of provisionally",
            )
    yield from refused(session, HINT_OID, "query")


@rule("regparams.failed-null")
def failed_parameters(session: Session) -> Iterator[Judgement]:
    """A failed answer has no parameters."""
    for item in session.judged_reports(PARAMS):
        if item.u_status:
            given = any(item[f"RegisterParamsInfo.{name}"] for name in _PARAMS)
            yield item, "an error with parameters" if given else ""


@rule("regparams.accepted-echo")
def parameters_echo(session: Session) -> Iterator[Judgement]:
    """The end of a set, and later queries, show the parameters that were accepted."""
    for transaction, closing in judged_closings(session, PARAMS_OID, PARAMS):
        if closing.u_status:
            continue
        last = (
            closing
            if transaction.is_set
            else session.last_report(PARAMS, transaction.request.at, accept=_is_set)
        )
        if last is None or last.transaction is None or session.interrupted(last.at, closing.at):
            continue
        ordered = last.transaction
        if transaction.is_query and session.any_open(PARAMS_OID, last.at + 1, closing.at):
            continue
        wrong = [
            name
            for name in _PARAMS
            if ordered[f"SetRegisterParams.{name}"] != closing[f"RegisterParamsInfo.{name}"]
        ]
        yield closing, f"{wrong[0]} is not the one that was set" if wrong else ""


def _is_set(item: Item) -> bool:
    return item.transaction is not None and item.transaction.is_set and not is_query(item)
