"""The registration at each moment of a session, as far as requests and reports show it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import partial
from typing import Any

from wwanreplay.analysis.check.contexts import contexts
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.orders import Orders
from wwanreplay.analysis.check.session import SECOND, Item, Session, Transaction

OID = number.OID_WWAN_REGISTER_STATE
REPORT = number.NDIS_STATUS_WWAN_REGISTER_STATE
RADIO = number.NDIS_STATUS_WWAN_RADIO_STATE
READY = number.NDIS_STATUS_WWAN_READY_INFO
STATE = "RegistrationState.RegisterState"
MODE = "RegistrationState.RegisterMode"
PROVIDER = "RegistrationState.ProviderId"
NAME = "RegistrationState.ProviderName"
ROAMING_TEXT = "RegistrationState.RoamingText"
CAUSE = "RegistrationState.uNwError"
FLAGS = "RegistrationState.WwanRegFlags"
CLASS = "RegistrationState.CurrentCellularClass"
PREFERRED = "RegistrationState.PreferredDataClasses"
WANTED_CLASS = "SetRegisterState.WwanDataClass"
WANTED_PROVIDER = "SetRegisterState.ProviderId"

HOME = number.WwanRegisterStateHome
PARTNER = number.WwanRegisterStatePartner
ROAMING = number.WwanRegisterStateRoaming
REGISTERED = (HOME, PARTNER, ROAMING)
DEREGISTERED = number.WwanRegisterStateDeregistered
DENIED = number.WwanRegisterStateDenied
SEARCHING = number.WwanRegisterStateSearching
AUTOMATIC = number.WwanRegisterModeAutomatic
MANUAL = number.WwanRegisterModeManual
CDMA = number.WwanCellularClassCdma
GSM = number.WwanCellularClassGsm

# The longest that a set may take by the documents.
WORST_CASE_NS = 50 * SECOND
# Events of one change come within this time.
SOON_NS = 10 * SECOND

# Ends of a set that left everything as it was: the device could not even try.
UNTRIED = (number.WWAN_STATUS_BUSY, number.WWAN_STATUS_NO_DEVICE_SUPPORT)
# Statuses of a set whose subscriber is not ready.
NOT_READY = tuple(
    getattr(number, f"WWAN_STATUS_{name}")
    for name in (
        "PIN_REQUIRED",
        "NOT_INITIALIZED",
        "BAD_SIM",
        "SIM_NOT_INSERTED",
        "SERVICE_NOT_ACTIVATED",
    )
)
_STATE_NAMES = {
    DEREGISTERED: "deregistered",
    SEARCHING: "searching",
    HOME: "home",
    ROAMING: "roaming",
    PARTNER: "partner",
    DENIED: "denied",
}


def state_name(state: int | None) -> str:
    """A register state in words."""
    return _STATE_NAMES.get(state or 0, f"state {state}")


def is_query(item: Item) -> bool:
    """Whether a report answers a query."""
    return item.transaction is not None and item.transaction.is_query


_ACTIONS: dict[str, int] = {
    name: getattr(number, f"WwanRegisterAction{name}") for name in ("Automatic", "Manual")
}


def requests_mode(transaction: Transaction, action: str) -> bool:
    """Whether a set requests this mode: Automatic or Manual."""
    wanted = _ACTIONS[action]
    return transaction.is_set and transaction["SetRegisterState.RegisterAction"] == wanted


def requested_mode(transaction: Transaction) -> int | None:
    """The register mode that a set requests."""
    if requests_mode(transaction, "Manual"):
        return int(MANUAL)
    return int(AUTOMATIC) if requests_mode(transaction, "Automatic") else None


class Registrations:
    """The reports of registration, and the sets with their ends."""

    def __init__(self, session: Session) -> None:
        self.session = session
        # Every report with a state, failed ones too: they show the result of a set, unless the
        # device did not try.
        self.reported: list[Item] = [
            item
            for item in session.reports(REPORT)
            if item[STATE] in _STATE_NAMES and item.u_status not in UNTRIED
        ]
        self._positions = [item.at for item in self.reported]
        # The reports with uStatus success and a state.
        self.reports = [item for item in self.reported if item.u_status == 0]
        self._registered = [item for item in self.reported if item[STATE] in REGISTERED]
        self._preferences = [item for item in self.reports if item[PREFERRED] is not None]
        with_class = [item for item in self.reported if item[CLASS]]
        self._classes = [int(item[CLASS]) for item in with_class]
        # Where these stand, to be searched.
        self._registered_at = [item.at for item in self._registered]
        self._preferences_at = [item.at for item in self._preferences]
        self._classes_at = [item.at for item in with_class]
        # Accepted sets that an indication of registration closed.
        self.sets: list[tuple[Transaction, Item]] = []
        for transaction in session.of(OID, "set"):
            closing = transaction.closing
            if closing is not None and transaction.accepted and closing.code == REPORT:
                self.sets.append((transaction, closing))
        # Those of them that have an event in the judged part.
        start, stop = session.judged.start, session.judged.stop
        self.judged_sets = [
            each for each in self.sets if each[0].request.at < stop and each[1].at >= start
        ]
        self.ordered = _ordered(session)
        self._chosen = self._manual_sets()
        self._chosen_at = [at for at, _ in self._chosen]

    def _manual_sets(self) -> list[tuple[int, str]]:
        """(position of its end, ProviderId) of the manual sets, refused as busy or not."""
        found = [
            (closing.at, transaction[WANTED_PROVIDER])
            for transaction, closing in self.sets
            if requests_mode(transaction, "Manual")
        ]
        return sorted(found, key=_first)

    def queries(self) -> Iterator[tuple[Transaction, Item]]:
        """The queries answered with success."""
        for item in self.reports:
            if item.transaction is not None and item.transaction.is_query:
                yield item.transaction, item

    def last(self, before: int) -> Item | None:
        """The last reported registration before a position."""
        place = bisect_left(self._positions, before)
        return self.reported[place - 1] if place else None

    def state(self, before: int) -> int | None:
        """The last reported state before a position."""
        item = self.last(before)
        return None if item is None else int(item[STATE])

    def since(self, after: int) -> Iterator[Item]:
        """The reports behind a position."""
        for place in range(bisect_left(self._positions, after + 1), len(self.reported)):
            yield self.reported[place]

    def next_registered(self, after: int) -> Item | None:
        """The first report of a registered state behind a position."""
        place = bisect_left(self._registered_at, after + 1)
        return self._registered[place] if place < len(self._registered) else None

    def last_preference(self, before: int) -> Item | None:
        """The last successful report before a position that has preferred data classes."""
        place = bisect_left(self._preferences_at, before)
        return self._preferences[place - 1] if place else None

    def registered(self, before: int) -> bool:
        """Whether the device was registered by the reports before a position."""
        return self.state(before) in REGISTERED

    def set_open(self, start: int, end: int) -> bool:
        """Whether any set was under way at some moment between two positions."""
        return self.session.any_open(OID, start, end)

    def steady_pairs(self) -> Iterator[tuple[Item, Item]]:
        """Neighbouring reports between which no set was under way and power stayed."""
        for before, item in zip(self.reported, self.reported[1:], strict=False):
            if self.session.interrupted(before.at, item.at):
                continue
            if not self.set_open(before.at + 1, item.at - 1):
                yield before, item

    def changes(self) -> Iterator[tuple[Item, Item]]:
        """The steady pairs of which the second is no set's end and has another state."""
        for before, item in self.steady_pairs():
            if item.u_status == 0 and item[STATE] != before[STATE] and not _ends_set(item):
                yield before, item

    def set_pairs(self) -> Iterator[tuple[Transaction, Item, int]]:
        """The sets with their ends, and the position of the next set's request."""
        requests = [transaction.request.at for transaction in self.session.of(OID, "set")]
        for transaction, closing in self.sets:
            place = bisect_left(requests, transaction.request.at + 1)
            following = requests[place] if place < len(requests) else 1 << 62
            yield transaction, closing, following

    def between(self, start: int, end: int) -> list[Item]:
        """The successful reports between two positions, both excluded."""
        low = bisect_left(self._positions, start + 1)
        high = bisect_left(self._positions, end)
        return [item for item in self.reported[low:high] if item.u_status == 0]

    # What surrounds registration

    def cellular_class(self, at: int) -> int | None:
        """The cellular class by the last report at or before a position, else by the caps."""
        place = bisect_left(self._classes_at, at + 1)
        return self._classes[place - 1] if place else device_class(self.session)

    def manual_refused(self, at: int) -> bool:
        """Whether the device may refuse manual registration: CDMA, or flagged so."""
        if self.cellular_class(at) == CDMA:
            return True
        item = self.last(at + 1)
        return bool(item is not None and (item[FLAGS] or 0) & number.WWAN_REG_FLAGS_NO_MANUAL_REG)

    def radio_off(self, transaction: Transaction, closing: Item) -> bool:
        """Whether the radio was known to be off all through a set."""
        start, end = transaction.request.at, closing.at
        changed = bool(self.session.reports_inside(RADIO, start, end))
        return bool(self.session.radio_off(start) and self.session.radio_off(end)) and not changed

    def radio_on(self, transaction: Transaction, closing: Item) -> bool:
        """Whether no report has the radio off at any moment of a set."""
        start, end = transaction.request.at, closing.at
        changed = bool(self.session.reports_inside(RADIO, start, end))
        off = self.session.radio_off(start) or self.session.radio_off(end)
        return not off and not changed

    def ready(self, start: int, end: int) -> bool:
        """Whether no report between two positions has the subscriber not ready."""
        states = {self.session.ready_state(start), self.session.ready_state(end)}
        states |= {
            item["ReadyInfo.ReadyState"] for item in self.session.reports_inside(READY, start, end)
        }
        return states <= {None, number.WwanReadyStateInitialized}

    def context_active(self, at: int) -> bool:
        """Whether a context was active by the reports before a position."""
        view = contexts(self.session)
        return any(view.active(port, at) for port in view.ports)

    def undisturbed(self, start: int, end: int, *names: str) -> bool:
        """Whether no stimulus of these names, and no loss of power, came between two positions."""
        if self.session.interrupted(start, end):
            return False
        return not any(self.session.stimuli_inside(name, start, end) for name in names)

    def manual_choices(self, item: Item) -> set[str]:
        """The ProviderIds that a report in manual mode can have: of the last manual set that ended,
        however, and of those still open.

        Empty when that cannot be known: a report may still show a choice made before the session,
        unless it answers a query with the search of an open set.
        """
        place = bisect_left(self._chosen_at, item.at + 1)
        chosen: set[str] = {self._chosen[place - 1][1]} if place else set()
        if not chosen and not (is_query(item) and item[STATE] == SEARCHING):
            return chosen
        for transaction in self.session.open_at(item.at, OID, "set"):
            if requests_mode(transaction, "Manual"):
                chosen.add(transaction[WANTED_PROVIDER])
        return chosen


def _ends_set(item: Item) -> bool:
    return item.transaction is not None and item.transaction.is_set


def _first(pair: tuple[int, Any]) -> int:
    return pair[0]


def _ordered(session: Session) -> dict[int, Item]:
    """The stimuli that ordered how operations of this OID end, by the position of the end.

    An end counts as ordered when it has the ordered status: counting is not enough, as an
    operation that does not reach the network uses up an order without showing it.
    """
    failures = [
        item
        for item in session.reports(REPORT)
        if item.u_status
        and item.transaction is not None
        and not session.interrupted(item.transaction.request.at, item.at)
    ]
    found: dict[int, Item] = {}
    orders = Orders(session, OID)
    for item in failures:
        stimulus = orders.spent_on(item, partial(_as_ordered, item))
        if stimulus is not None:
            found[item.at] = stimulus
    return found


def _as_ordered(item: Item, order: Item) -> bool:
    return bool(item.u_status == order["uStatus"]) and (
        is_query(item)
        or item.u_status != number.WWAN_STATUS_FAILURE
        or item[CAUSE] == order["NwError"]
    )


def registrations(session: Session) -> Registrations:
    """The registration of a session, found once."""
    return session.derived("registrations", Registrations)


def device_class(session: Session) -> int | None:
    """WwanCellularClass of the capabilities; None when none came."""
    value = _caps(session, "DeviceCaps.WwanCellularClass")
    return int(value) if value else None


def _caps(session: Session, path: str) -> Any:
    for code in (number.NDIS_STATUS_WWAN_DEVICE_CAPS, number.NDIS_STATUS_WWAN_DEVICE_CAPS_EX):
        value = session.value_before(len(session.items), code, path)
        if value is not None:
            return value
    return None


# Provider lists


def _element(entry: Any, name: str) -> Any:
    """A field of a WWAN_PROVIDER, also of the one inside a WWAN_PROVIDER2."""
    value = entry[f"Provider.{name}"]
    return entry[name] if value is None else value


def listed(item: Item) -> dict[str, int]:
    """ProviderState by ProviderId of a provider list; one that it names twice has all its marks."""
    fields = item.fields
    if fields is None:
        return {}
    found: dict[str, int] | None = fields.memory.get("listed")
    if found is None:
        found = fields.memory["listed"] = {}
        for entry in fields.elements():
            identity = _element(entry, "ProviderId")
            found[identity] = found.get(identity, 0) | (_element(entry, "ProviderState") or 0)
    return found


def last_scan(session: Session, before: int) -> Item | None:
    """The last complete list of visible networks before a position; also one that found none."""
    scans = session.derived("scans", _scans)
    place = bisect_left(scans, before, key=_at)
    return scans[place - 1] if place else None


def _at(item: Item) -> int:
    return item.at


def _scans(session: Session) -> list[Item]:
    found = []
    for item in session.reports(number.NDIS_STATUS_WWAN_VISIBLE_PROVIDERS):
        if item.u_status not in (0, number.WWAN_STATUS_PROVIDERS_NOT_FOUND):
            continue
        transaction = item.transaction
        if transaction is None or transaction["VisibleProviders.Action"] in (None, 0):
            found.append(item)
    return found


def forbidden(session: Session, before: int) -> set[str]:
    """The ProviderIds that the lists in force before a position mark as forbidden."""
    found: set[str] = set()
    start = -1
    sets = session.derived("preferred lists that were set", _preferred_sets)
    place = bisect_left(sets, before, key=_first)
    if place:
        start, transaction = sets[place - 1]
        found = _marked(listed(transaction.request))
    stored = session.last_report(
        number.NDIS_STATUS_WWAN_PREFERRED_PROVIDERS, before, accept=_is_stored_list
    )
    if stored is not None and stored.at > start:
        found = _marked(listed(stored))
    scan = last_scan(session, before)
    if scan is not None and scan.at > start:
        found |= _marked(listed(scan))
    if found:
        for stimulus in session.stimuli_inside("PROVIDER_CHANGE", -1, before):
            found.discard(stimulus["Provider.Provider.ProviderId"])
    return found


def is_preferred(session: Session, identity: str, item: Item) -> bool | None:
    """Whether a provider is preferred by the lists in force at a report; None where none shows it.

    Until a host writes the list the operator may prefer others than it has: then the marks of the
    networks count too.
    """
    oid, code = number.OID_WWAN_PREFERRED_PROVIDERS, number.NDIS_STATUS_WWAN_PREFERRED_PROVIDERS
    sets = session.derived("preferred lists that were set", _preferred_sets)
    place = bisect_left(sets, item.at, key=_first)
    written = sets[place - 1][1].request if place else None
    source = session.last_report(code, item.at, accept=_is_stored_list)
    if written is not None and (source is None or source.at < sets[place - 1][0]):
        source = written
    if source is None or not _is_in_force(session, source, item):
        return None
    if session.any_open(oid, item.at, item.at):
        return None
    found = listed(source).get(identity)
    if found is not None:
        # Listed twice, it may be both.
        return None if found & number.WWAN_PROVIDER_STATE_FORBIDDEN else True
    if written is not None:
        return False if _is_in_force(session, written, item) else None
    scan = last_scan(session, item.at)
    marks = None if scan is None else listed(scan).get(identity)
    if scan is None or marks is None or not _is_in_force(session, scan, item):
        return None
    return bool(marks & number.WWAN_PROVIDER_STATE_PREFERRED)


def _is_in_force(session: Session, source: Item, item: Item) -> bool:
    """Whether what a list says holds at a report, which is no query right behind it."""
    if item.time_ns - source.time_ns < SOON_NS and is_query(item):
        return False
    ends = session.derived("ends of lists", _list_ends)
    place = bisect_left(ends, source.at + 1)
    is_over = place < len(ends) and ends[place] < item.at
    return not (is_over or session.interrupted(source.at, item.at))


def _list_ends(session: Session) -> list[int]:
    """The positions at which there may be another SIM, or a network with other marks."""
    found = [item.at for item in session.stimuli_of("SIM")]
    found += [item.at for item in session.stimuli_of("PROVIDER_CHANGE")]
    before: Item | None = None
    for item in session.reports(READY):
        if before is not None and before["ReadyInfo.SimIccId"] != item["ReadyInfo.SimIccId"]:
            found.append(item.at)
        before = item
    return sorted(found)


def provider_changed(session: Session, identity: str, before: int) -> bool:
    """Whether the recorded environment changed a provider, its marks too, since the last scan."""
    scan = last_scan(session, before)
    return any(
        stimulus["Provider.Provider.ProviderId"] == identity
        for stimulus in session.stimuli_inside(
            "PROVIDER_CHANGE", -1 if scan is None else scan.at, before
        )
    )


def _preferred_sets(session: Session) -> list[tuple[int, Transaction]]:
    """(position of its end, set) of the preferred lists that were set, in the order of ends."""
    found = [
        (transaction.end, transaction)
        for transaction in session.of(number.OID_WWAN_PREFERRED_PROVIDERS, "set")
        if transaction.succeeded
    ]
    return sorted(found, key=_first)


def _succeeded(item: Item) -> bool:
    return item.u_status == 0


def _is_stored_list(item: Item) -> bool:
    return item.transaction is None or item.transaction.is_query


def _marked(entries: dict[str, int]) -> set[str]:
    bit = number.WWAN_PROVIDER_STATE_FORBIDDEN
    return {identity for identity, state in entries.items() if state & bit}


def home_provider(session: Session, at: int) -> tuple[str, str] | None:
    """ProviderId and ProviderName of the home provider, by the report nearest to a position."""
    code = number.NDIS_STATUS_WWAN_HOME_PROVIDER
    item = session.last_report(code, at) or session.next_report(code, at, _succeeded)
    if item is None:
        return None
    for prefix in ("Provider.Provider.", "Provider."):
        identity = item[f"{prefix}ProviderId"]
        if identity is not None:
            return identity, item[f"{prefix}ProviderName"] or ""
    return None
