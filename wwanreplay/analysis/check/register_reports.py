"""Rules of NDIS_STATUS_WWAN_REGISTER_STATE: which changes are reported, and what a report holds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.registrations import (
    AUTOMATIC,
    CAUSE,
    CDMA,
    CLASS,
    DENIED,
    DEREGISTERED,
    GSM,
    HOME,
    MANUAL,
    MODE,
    NAME,
    OID,
    PARTNER,
    PROVIDER,
    READY,
    REGISTERED,
    REPORT,
    ROAMING,
    ROAMING_TEXT,
    SEARCHING,
    SOON_NS,
    STATE,
    WORST_CASE_NS,
    Registrations,
    home_provider,
    is_preferred,
    is_query,
    registrations,
    state_name,
)
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import Item, Session
from wwanreplay.analysis.check.states import asleep, power_ups

RADIO = number.NDIS_STATUS_WWAN_RADIO_STATE
SIGNAL = number.NDIS_STATUS_WWAN_SIGNAL_STATE
_NO_SIGNAL = (0, 99)  # the lowest, and unknown
_STABLE = (DEREGISTERED, DENIED, *REGISTERED)
_ALL_PROVIDERS = 0xFFFFFFFF
# Stimuli that may keep a device from registering again, or end that registration at once.
_OBSTACLES = ("COVERAGE", "PROVIDER_CHANGE", "CELLULAR_CLASS", "NETWORK_DEREGISTER", "SIM")


# Notification of changes


@rule("register.notify-change")
def notify_change(session: Session) -> Iterator[Judgement]:
    """A change that no set has caused is reported by an event, not found by a query."""
    for before, item in registrations(session).changes():
        text = f"a query shows {state_name(item[STATE])} after {state_name(before[STATE])}"
        yield item, f"{text}, and no event reported it" if is_query(item) else ""


@rule("register.cdma-device-initiated")
def cdma_device_initiated(session: Session) -> Iterator[Judgement]:
    """CDMA devices report by events that the carrier came or went."""
    view = registrations(session)
    for before, item in view.changes():
        crossing = (before[STATE] in REGISTERED) != (item[STATE] in REGISTERED)
        if crossing and view.cellular_class(item.at) == CDMA:
            yield item, "only a query tells that the carrier came or went" if is_query(item) else ""


def _initialized(session: Session) -> list[Item]:
    wanted = number.WwanReadyStateInitialized
    return [
        item
        for item in session.reports(READY)
        if item.is_event and item["ReadyInfo.ReadyState"] == wanted
    ]


def _position(item: Item) -> int:
    return item.at


@rule("register.power-up-notify")
def power_up_notify(session: Session) -> Iterator[Judgement]:
    """The first registration after power-up is reported by an event, if no set requested it."""
    view = registrations(session)
    initialized = _initialized(session)
    for start in power_ups(session):
        place = bisect_left(initialized, start + 1, key=_position)
        if place == len(initialized):
            break
        ready = initialized[place]
        if session.interrupted(start + 1, ready.at):
            continue
        if any(item[STATE] in REGISTERED for item in view.between(start, ready.at)):
            continue
        first = view.next_registered(ready.at)
        if first is None or session.interrupted(ready.at, first.at):
            continue
        if not view.set_open(ready.at, first.at):
            yield (
                first,
                "a query shows a registration that no event reported" if is_query(first) else "",
            )


@rule("register.carrier-available")
def carrier_available(session: Session) -> Iterator[Judgement]:
    """A found carrier is reported by an event with home, roaming or partner.

    Found carriers show in reports, and where a device comes back into the coverage in which it was
    registered before.
    """
    view = registrations(session)
    for before, item in view.changes():
        if item[STATE] in REGISTERED and before[STATE] not in REGISTERED:
            yield item, "only a query tells that the carrier was found" if is_query(item) else ""
    lost: Item | None = None
    for stimulus in session.stimuli_of("COVERAGE"):
        if not stimulus["Available"]:
            if stimulus["ProviderIndex"] == _ALL_PROVIDERS and view.registered(stimulus.at):
                lost = stimulus
        elif lost is not None and stimulus["ProviderIndex"] == _ALL_PROVIDERS:
            yield from _found_again(view, lost, stimulus)
            lost = None


def _found_again(view: Registrations, lost: Item, found: Item) -> Iterator[Judgement]:
    """Judge the return of all networks, when nothing else kept the device from registering."""
    session = view.session
    if view.registered(found.at):
        return  # one of them had come back before
    deadline_ns = found.time_ns + WORST_CASE_NS
    event = next(
        (item for item in view.since(found.at) if item.is_event and item[STATE] in REGISTERED), None
    )
    if event is None or event.time_ns > deadline_ns:
        if session.end_ns <= deadline_ns:
            return
        event = None
    end = event.at if event is not None else session.position(deadline_ns)
    if session.reports_inside(RADIO, lost.at, end):
        return
    if session.radio_off(lost.at) or not view.ready(lost.at, end) or view.set_open(lost.at, end):
        return
    others = [name for name in _OBSTACLES if name != "COVERAGE"]
    if not view.undisturbed(lost.at, end, *others) or not view.undisturbed(
        found.at, end, "COVERAGE"
    ):
        return
    yield found, "no event tells that the carrier came back" if event is None else ""


@rule("register.carrier-lost")
def carrier_lost(session: Session) -> Iterator[Judgement]:
    """A lost carrier is reported by an event with deregistered.

    Lost carriers show in reports while the radio is on, and in the recorded loss of all coverage.
    """
    view = registrations(session)
    for before, item in view.changes():
        lost = before[STATE] in REGISTERED and item[STATE] == DEREGISTERED
        if lost and not session.radio_off(item.at):
            yield item, "only a query tells that the carrier was lost" if is_query(item) else ""
    for stimulus in session.stimuli_of("COVERAGE"):
        if stimulus["Available"] or stimulus["ProviderIndex"] != _ALL_PROVIDERS:
            continue
        if not view.registered(stimulus.at) or asleep(session, stimulus.at):
            continue
        deadline_ns = stimulus.time_ns + WORST_CASE_NS
        following = next((item for item in view.since(stimulus.at) if not is_query(item)), None)
        if following is not None and following.time_ns <= deadline_ns:
            wrong = following.u_status == 0 and following[STATE] != DEREGISTERED
            text = f"{state_name(following[STATE])} is reported after the loss of the carrier"
            yield following, text if wrong else ""
        elif session.end_ns > deadline_ns and not session.interrupted(
            stimulus.at, session.position(deadline_ns)
        ):
            yield stimulus, "no event tells that the carrier was lost"


@rule("register.multimode-class")
def multimode_class(session: Session) -> Iterator[Judgement]:
    """A change of CurrentCellularClass is reported by this indication, not found by a query."""
    view = registrations(session)
    for before, item in view.steady_pairs():
        if before[CLASS] and item[CLASS] and before[CLASS] != item[CLASS]:
            yield item, "a query shows a class that no event reported" if is_query(item) else ""


# Modes and capabilities


@rule("register.cdma-automatic")
def cdma_automatic(session: Session) -> Iterator[Judgement]:
    """A CDMA device is in automatic mode."""
    view = registrations(session)
    for item in view.reports:
        if view.cellular_class(item.at) == CDMA:
            yield item, "" if item[MODE] == AUTOMATIC else "a CDMA device is not in automatic mode"


@rule("register.manual-cap")
def manual_capability(session: Session) -> Iterator[Judgement]:
    """GSM devices have WWAN_CTRL_CAPS_REG_MANUAL."""
    for code in (number.NDIS_STATUS_WWAN_DEVICE_CAPS, number.NDIS_STATUS_WWAN_DEVICE_CAPS_EX):
        for item in session.judged_reports(code):
            if item.u_status or item["DeviceCaps.WwanCellularClass"] != GSM:
                continue
            able = (item["DeviceCaps.WwanControlCaps"] or 0) & number.WWAN_CTRL_CAPS_REG_MANUAL
            yield item, "" if able else "a GSM device without WWAN_CTRL_CAPS_REG_MANUAL"


# Denied, deregistered and searching


@rule("register.denied-success")
def denied_success(session: Session) -> Iterator[Judgement]:
    """Emergency registration is a success.

    Requests that were not tried, that lost power, or that a recorded stimulus made fail do not
    count.
    """
    view = registrations(session)
    for item in view.reported:
        transaction = item.transaction
        cut_off = transaction is not None and session.interrupted(transaction.request.at, item.at)
        if item[STATE] == DENIED and item.at not in view.ordered and not cut_off:
            yield item, f"denied with uStatus {item.u_status:#010x}" if item.u_status else ""


@rule("register.denied-emergency-event")
def denied_emergency_event(session: Session) -> Iterator[Judgement]:
    """With emergency registration a ready-info event reports that EmergencyMode is on."""
    view = registrations(session)
    stable: int | None = None
    for item in view.reports:
        state = item[STATE]
        if state == SEARCHING:
            continue
        before, stable = stable, state
        if state != DENIED or before == DENIED or (before is None and is_query(item)):
            continue
        time_ns = item.time_ns
        reported = any(
            report.is_event and report["ReadyInfo.EmergencyMode"] == number.WwanEmergencyModeOn
            for report in session.reports_between(READY, time_ns - SOON_NS, time_ns + SOON_NS)
        )
        if reported:
            yield item, ""
        elif not session.is_whole and time_ns - session.items[0].time_ns <= SOON_NS:
            yield item, Undecided("the event may stand before the recording")
        elif session.end_ns > time_ns + SOON_NS and not session.interrupted(
            item.at, session.position(time_ns + SOON_NS)
        ):
            yield item, "no ready-info event tells of the emergency mode"


@rule("register.deregistered-uses")
def deregistered_uses(session: Session) -> Iterator[Judgement]:
    """Radio off, detach by the network and lost coverage are reported as deregistered. An order of
    the network may also be that the device is denied; then it is reported so.
    """
    view = registrations(session)
    for item in view.reports:
        if session.radio_off(item.at):
            wrong = item[STATE] != DEREGISTERED
            yield item, f"{state_name(item[STATE])} while the radio is off" if wrong else ""
    causes = [
        (item, "deregistration by the network")
        for item in session.stimuli_of("NETWORK_DEREGISTER")
        if not item["Denied"]
    ]
    causes += [
        (item, "loss of coverage")
        for item in session.stimuli_of("COVERAGE")
        if not item["Available"] and item["ProviderIndex"] == _ALL_PROVIDERS
    ]
    for cause, words in causes:
        if not view.registered(cause.at) or asleep(session, cause.at):
            continue
        following = next(view.since(cause.at), None)
        if following is None or session.interrupted(cause.at, following.at):
            continue
        if following.u_status == 0 and not view.set_open(cause.at, following.at):
            wrong = following[STATE] != DEREGISTERED
            yield following, f"{state_name(following[STATE])} after {words}" if wrong else ""


@rule("register.unsolicited-nwerror")
def unsolicited_nw_error(session: Session) -> Iterator[Judgement]:
    """An event of deregistration has uStatus success, and the network's cause in uNwError."""
    view = registrations(session)
    causes = {}
    for stimulus in session.stimuli_of("NETWORK_DEREGISTER"):
        following = session.items[stimulus.at + 1 : stimulus.at + 2]
        event = following[0] if following and view.registered(stimulus.at) else None
        if event is not None and event.is_event and event.code == REPORT:
            causes[event.at] = stimulus["NwError"]
    for item in view.reported:
        if not item.is_event or item[STATE] not in (DEREGISTERED, DENIED):
            continue
        cause = causes.get(item.at)
        if item.u_status:
            yield item, f"an event with uStatus {item.u_status:#010x}"
        elif cause is not None and item[CAUSE] != cause:
            yield item, f"uNwError {item[CAUSE]}, but the network's cause is {cause}"
        else:
            yield item, ""


@rule("register.query-searching")
def query_searching(session: Session) -> Iterator[Judgement]:
    """While the device locks on to a network a query answers searching.

    It does so after an event with searching, and during a set that takes it from deregistered to a
    network.
    """
    view = registrations(session)
    for _, item in view.queries():
        before = view.last(item.at)
        locking = before is not None and before[STATE] == SEARCHING and before.is_event
        if locking and before is not None:
            locking = not session.interrupted(before.at, item.at) and not view.set_open(
                before.at, item.at
            )
        if locking or _locking_set(view, item):
            wrong = item[STATE] != SEARCHING
            yield item, f"{state_name(item[STATE])} while it looks for a network" if wrong else ""


def _locking_set(view: Registrations, item: Item) -> bool:
    """Whether a set was under way that registered a deregistered device, and nothing else was."""
    under_way = list(view.session.open_at(item.at, OID, "set"))
    for transaction in under_way if len(under_way) == 1 else ():
        answer, closing = transaction.first_answer, transaction.closing
        if answer is None or closing is None or not transaction.accepted:
            continue
        if closing.code != REPORT or not answer.at < item.at < closing.at:
            continue
        if closing.u_status or closing[STATE] not in REGISTERED:
            continue
        reported = [view.state(transaction.request.at)]
        reported += [report[STATE] for report in view.between(transaction.request.at, item.at)]
        if set(reported) <= {DEREGISTERED, SEARCHING} and view.radio_on(transaction, closing):
            return view.ready(transaction.request.at, closing.at)
    return False


@rule("register.query-not-registered")
def query_not_registered(session: Session) -> Iterator[Judgement]:
    """A device that is registered with nobody answers a query with deregistered."""
    view = registrations(session)
    for _, item in view.queries():
        if not session.radio_off(item.at) and not _reported_deregistered(view, item):
            continue
        wrong = item[STATE] != DEREGISTERED
        yield item, f"{state_name(item[STATE])} without a network" if wrong else ""


def _reported_deregistered(view: Registrations, item: Item) -> bool:
    """Whether deregistered was reported last, and nothing has been requested since."""
    before = view.last(item.at)
    if before is None or before[STATE] != DEREGISTERED:
        return False
    return not view.session.interrupted(before.at, item.at) and not view.set_open(
        before.at + 1, item.at
    )


def _strings_empty(session: Session, state: int) -> Iterator[Judgement]:
    for item in registrations(session).reports:
        if item[STATE] != state:
            continue
        texts = [path.rpartition(".")[2] for path in (NAME, ROAMING_TEXT) if item[path]]
        yield item, f"{texts[0]} with {state_name(state)}" if texts else ""


def _manual_provider(session: Session, state: int) -> Iterator[Judgement]:
    view = registrations(session)
    for item in view.reports:
        chosen = view.manual_choices(item)
        if item[STATE] == state and item[MODE] == MANUAL and chosen and None not in chosen:
            text = f"ProviderId {item[PROVIDER]!r} is not that of the last manual set"
            yield item, "" if item[PROVIDER] in chosen else text


@rule("register.searching-strings-null")
def searching_strings_null(session: Session) -> Iterator[Judgement]:
    """With searching ProviderName and RoamingText are empty."""
    yield from _strings_empty(session, SEARCHING)


@rule("register.dereg-strings-null")
def deregistered_strings_null(session: Session) -> Iterator[Judgement]:
    """With deregistered ProviderName and RoamingText are empty."""
    yield from _strings_empty(session, DEREGISTERED)


@rule("register.searching-manual-providerid")
def searching_manual_provider_id(session: Session) -> Iterator[Judgement]:
    """With searching in manual mode ProviderId is that of the last manual set."""
    yield from _manual_provider(session, SEARCHING)


@rule("register.dereg-manual-providerid")
def deregistered_manual_provider_id(session: Session) -> Iterator[Judgement]:
    """With deregistered in manual mode ProviderId is that of the last manual set."""
    yield from _manual_provider(session, DEREGISTERED)


_SEARCHES_STILL: Final = "searching did not end in a stable state"
_NO_NETWORK: Final = Undecided("no signal was measured; the search may have no network to find")


@rule("register.searching-is-transient")
def searching_is_transient(session: Session) -> Iterator[Judgement]:
    """Searching ends in a stable state, which is reported before the session ends."""
    view = registrations(session)
    for item in view.reports:
        if item[STATE] != SEARCHING:
            continue
        stable = next((other for other in view.since(item.at) if other[STATE] in _STABLE), None)
        if stable is not None:
            yield item, ""
        elif not session.interrupted(item.at, 1 << 62) and _overdue(session, item):
            yield item, _NO_NETWORK if _hears_nothing(session) else _SEARCHES_STILL


def _hears_nothing(session: Session) -> bool:
    """Whether the last report of the signal shows none, so that a search has nothing to find."""
    last = session.last_report(SIGNAL, 1 << 62)
    return last is not None and last["SignalState.Rssi"] in _NO_SIGNAL


def _overdue(session: Session, item: Item) -> bool:
    """Whether the session goes on past the longest time for what a report and later sets began."""
    latest_ns = max(item.time_ns, session.derived("latest set of the mode", _latest_set_ns))
    return session.end_ns > latest_ns + WORST_CASE_NS


def _latest_set_ns(session: Session) -> int:
    times = (transaction.request.time_ns for transaction in session.of(OID, "set"))
    return max(times, default=0)


# Home, partner and roaming


@rule("register.home-state")
def home_state(session: Session) -> Iterator[Judgement]:
    """The state is home with the home provider, and with no other."""
    for item in registrations(session).reports:
        home = home_provider(session, item.at)
        if home is None or item[STATE] not in REGISTERED:
            continue
        if item[PROVIDER] == home[0]:
            wrong = item[STATE] != HOME
            yield item, f"{state_name(item[STATE])} with the home provider" if wrong else ""
        elif item[STATE] == HOME:
            yield item, f"home with ProviderId {item[PROVIDER]!r}, but that of home is {home[0]!r}"


@rule("register.home-name")
def home_name(session: Session) -> Iterator[Judgement]:
    """With home ProviderName is the name of the home network."""
    for item in registrations(session).reports:
        if item[STATE] != HOME:
            continue
        home = home_provider(session, item.at)
        if not item[NAME]:
            yield item, "home without ProviderName"
        elif home is not None and home[1] and item[NAME] != home[1]:
            yield item, f"ProviderName {item[NAME]!r} is not that of the home provider"
        else:
            yield item, ""


@rule("register.home-no-roamtext")
def home_no_roaming_text(session: Session) -> Iterator[Judgement]:
    """With home RoamingText is empty."""
    for item in registrations(session).reports:
        if item[STATE] == HOME:
            yield item, "home with a RoamingText" if item[ROAMING_TEXT] else ""


@rule("register.roaming-kind")
def roaming_kind(session: Session) -> Iterator[Judgement]:
    """With another provider than home the state is partner or roaming, by the preferred list."""
    reports = registrations(session).reports
    tells_partners = any(item[STATE] == PARTNER for item in reports)
    for item in reports:
        home = home_provider(session, item.at)
        if item[STATE] not in REGISTERED or not item[PROVIDER]:
            continue
        if home is not None and item[PROVIDER] == home[0]:
            continue
        if item[STATE] not in (PARTNER, ROAMING):
            if home is not None:
                yield item, f"{state_name(item[STATE])} with a foreign provider"
            continue
        preferred = is_preferred(session, item[PROVIDER], item)
        if preferred is None:
            if home is not None:
                yield item, ""
        elif item[STATE] == PARTNER:
            yield item, "" if preferred else "partner, and the provider is not preferred"
        elif not preferred:
            yield item, ""
        elif tells_partners:
            yield item, "roaming, and the provider is preferred"
        else:
            yield item, Undecided("whether the driver tells partners is not in the session")


@rule("register.roaming-id-name")
def roaming_id_name(session: Session) -> Iterator[Judgement]:
    """With partner or roaming ProviderId and ProviderName are there."""
    for item in registrations(session).reports:
        if item[STATE] in (PARTNER, ROAMING):
            empty = [path.rpartition(".")[2] for path in (PROVIDER, NAME) if not item[path]]
            yield item, f"{state_name(item[STATE])} without {empty[0]}" if empty else ""
