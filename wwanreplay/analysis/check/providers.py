"""Rules of provider lists: home, preferred, multi-carrier and visible providers."""

from __future__ import annotations

from collections.abc import Iterator

from wwanreplay.analysis.check.contexts import contexts
from wwanreplay.analysis.check.fields import Fields, number, read_fields
from wwanreplay.analysis.check.judgements import never_unsolicited, with_status
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import Item, Session, Transaction
from wwanreplay.analysis.check.states import (
    family,
    is_query,
    is_set,
    judged_closings,
    radio_off_throughout,
    ready_throughout,
    registered,
    sim_changed,
)

HOME_OID = number.OID_WWAN_HOME_PROVIDER
HOME = number.NDIS_STATUS_WWAN_HOME_PROVIDER
HOME_SET = number.NDIS_STATUS_WWAN_SET_HOME_PROVIDER_COMPLETE
PREFERRED_OID = number.OID_WWAN_PREFERRED_PROVIDERS
PREFERRED = number.NDIS_STATUS_WWAN_PREFERRED_PROVIDERS
MULTICARRIER_OID = number.OID_WWAN_PREFERRED_MULTICARRIER_PROVIDERS
MULTICARRIER = number.NDIS_STATUS_WWAN_PREFERRED_MULTICARRIER_PROVIDERS
VISIBLE_OID = number.OID_WWAN_VISIBLE_PROVIDERS
VISIBLE = number.NDIS_STATUS_WWAN_VISIBLE_PROVIDERS
REGISTER = number.NDIS_STATUS_WWAN_REGISTER_STATE
_LIST_FLAGS = number.WWAN_PROVIDER_STATE_PREFERRED | number.WWAN_PROVIDER_STATE_FORBIDDEN
_MULTI = number.WWAN_PROVIDER_STATE_PREFERRED_MULTICARRIER
_TYPES = (number.WwanStructProvider, number.WwanStructProvider2)


def _home(item: Item, name: str) -> object:
    """A member of the home provider, in either form of the structure."""
    value = item[f"Provider.{name}"]
    return item[f"Provider.Provider.{name}"] if value is None else value


def _answers(session: Session) -> list[tuple[Transaction, Item]]:
    return judged_closings(session, HOME_OID, HOME, "query")


@rule("home.async", ndis_only=True)
def home_asynchronous(session: Session) -> Iterator[Judgement]:
    """A query is closed by the home provider, a set by an indication of its own."""
    for transaction in session.judged_requests(HOME_OID):
        answer, closing = transaction.first_answer, transaction.closing
        if answer is None or transaction.refused:
            continue
        if not transaction.accepted:
            yield answer, f"answered {answer.status:#010x} instead of provisionally"
        elif closing is not None:
            wanted = HOME_SET if transaction.is_set else HOME
            same = closing.code == wanted
            yield closing, "" if same else f"closed by indication {closing.code:#010x}"


@rule("home.state-flag")
def home_flag(session: Session) -> Iterator[Judgement]:
    """The home provider is flagged as home."""
    for _, closing in _answers(session):
        state = _home(closing, "ProviderState")
        if closing.u_status == 0 and isinstance(state, int):
            missing = not state & number.WWAN_PROVIDER_STATE_HOME
            yield closing, "the home provider is not flagged as home" if missing else ""


@rule("home.after-init", by_status=True)
def home_after_init(session: Session) -> Iterator[Judgement]:
    """The home provider of an initialized device is there, with its id on GSM."""
    for transaction, closing in _answers(session):
        if not ready_throughout(session, transaction, number.WwanReadyStateInitialized):
            continue
        if closing.u_status == number.WWAN_STATUS_NOT_INITIALIZED:
            yield closing, "NOT_INITIALIZED, though the device is initialized"
        elif closing.u_status == 0:
            empty = not _home(closing, "ProviderId") and family(session) == "GSM"
            yield closing, "the home provider has no id" if empty else ""


@rule("home.no-id-read-failure")
def home_without_id(session: Session) -> Iterator[Judgement]:
    """Without an id on the SIM the query fails instead of giving none."""
    for _, closing in _answers(session):
        if closing.u_status == 0 and not _home(closing, "ProviderId"):
            if family(session) == "GSM":
                yield closing, "success without a ProviderId instead of a read failure"
            elif not family(session):
                yield closing, Undecided("which cellular class the device has was never queried")
        elif closing.u_status in (0, number.WWAN_STATUS_READ_FAILURE):
            yield closing, ""


@rule("home.cdma-name")
def home_cdma_name(session: Session) -> Iterator[Judgement]:
    """A CDMA device names its home provider."""
    for _, closing in _answers(session):
        if closing.u_status == 0 and family(session) == "CDMA":
            missing = not _home(closing, "ProviderName")
            yield closing, "the home provider has no name" if missing else ""


@rule("home.cdma-default-id")
def home_cdma_id(session: Session) -> Iterator[Judgement]:
    """A CDMA device gives an id, the default one if it has none."""
    for _, closing in _answers(session):
        if closing.u_status == 0 and family(session) == "CDMA":
            missing = not _home(closing, "ProviderId")
            yield (
                closing,
                "the home provider has no id, not even the default one" if missing else "",
            )


@rule("home.set-no-unlock")
def home_set_locked(session: Session) -> Iterator[Judgement]:
    """A set of the home provider needs no PIN."""
    for transaction in session.judged_requests(HOME_OID, "set"):
        closing = transaction.closing
        if transaction.accepted and closing is not None:
            status = _set_status(closing)
            if status is None:
                yield closing, NO_STATUS
            else:
                wrong = status == number.WWAN_STATUS_PIN_REQUIRED
                yield closing, "a PIN is required for a set" if wrong else ""


# The pages differ: one ends the set with the structure of a query, one with the set's own.
_SET_ENDS = (
    "NDIS_WWAN_SET_HOME_PROVIDER",
    "NDIS_WWAN_HOME_PROVIDER2",
    "NDIS_WWAN_HOME_PROVIDER",
)
NO_STATUS = Undecided("the structure that ended the set has no uStatus")


def _set_status(closing: Item) -> int | None:
    """How a set of the home provider ended; None where the structure does not say it."""
    fields = read_fields(_SET_ENDS, closing.event.payload)
    status = None if fields is None else fields["uStatus"]
    return None if status is None else int(status)


# Lists


def elements(item: Item) -> list[Fields]:
    """The providers of a list."""
    return (
        []
        if item.fields is None
        else [each for each in item.fields.elements() if isinstance(each, Fields)]
    )


def member(entry: Fields, name: str) -> object:
    """A member of a provider, in either form."""
    value = entry[name]
    return entry[f"Provider.{name}"] if value is None else value


def state_of(entry: Fields) -> int:
    """The flags of a provider."""
    value = member(entry, "ProviderState")
    return value if isinstance(value, int) else 0


def _listed(item: Item) -> list[tuple[object, int]]:
    return [(member(entry, "ProviderId"), state_of(entry)) for entry in elements(item)]


def count(item: Item) -> int:
    """ElementCount of a list."""
    return 0 if item.fields is None else item.fields.element_count()


@rule("preferred.flags")
def preferred_flags(session: Session) -> Iterator[Judgement]:
    """Entries are preferred or forbidden, and nothing else."""
    for item in session.judged_reports(PREFERRED):
        for entry in elements(item):
            other = state_of(entry) & ~_LIST_FLAGS
            yield item, f"an entry has the flags {state_of(entry):#x}" if other else ""


@rule("preferred.element-type", ndis_only=True)
def preferred_type(session: Session) -> Iterator[Judgement]:
    """The list is one of providers."""
    for item in session.judged_reports(PREFERRED):
        if count(item):
            known = item["PreferredListHeader.ElementType"] in _TYPES
            yield item, "" if known else "the list is none of providers"


def _sets_list_nothing(session: Session, oid: int, indication: int) -> Iterator[Judgement]:
    for _, closing in judged_closings(session, oid, indication, "set"):
        yield closing, "the end of a set lists elements" if count(closing) else ""


@rule("preferred.set-zero")
def preferred_set_zero(session: Session) -> Iterator[Judgement]:
    """The end of a set lists nothing."""
    return _sets_list_nothing(session, PREFERRED_OID, PREFERRED)


@rule("preferred.ota-event")
def preferred_event(session: Session) -> Iterator[Judgement]:
    """A list that changes without a set is reported by an event."""
    return list_change_is_sent(session, PREFERRED_OID, PREFERRED)


def list_change_is_sent(session: Session, oid: int, indication: int) -> Iterator[Judgement]:
    """A query whose list differs from that of the query or event before it, without a set."""
    before: Item | None = None
    unseen = _last_unseen(session, indication)
    for item in session.reports(indication):
        if item.at <= unseen or item.u_status or is_set(item):
            continue
        previous, before = before, item
        if previous is None or not is_query(item) or session.interrupted(previous.at, item.at):
            continue
        if session.any_open(oid, _sent(previous), item.at):
            continue
        if sim_changed(session, previous.at, item.at):
            continue
        old, new = previous.fields, item.fields
        same = old is not None and new is not None and old.tail() == new.tail()
        yield item, "" if same else "the list changed without a set, and no event reported it"


def _last_unseen(session: Session, indication: int) -> int:
    """Position of the last answer to a request before the recording, which may be a set; else -1.

    Until then the list may change by that set.
    """
    if session.is_whole:
        return -1
    answers = (each.at for each in session.reports(indication) if each.transaction is None)
    return max((at for at in answers if not session.items[at].is_event), default=-1)


def _sent(item: Item) -> int:
    return item.at if item.transaction is None else item.transaction.request.at


@rule("preferred.not-supported", ndis_only=True)
def preferred_not_supported(session: Session) -> Iterator[Judgement]:
    """A CDMA device refuses the list as not supported."""
    for transaction in session.judged_requests(PREFERRED_OID):
        answer = transaction.first_answer
        if answer is None or family(session) != "CDMA":
            continue
        if transaction.accepted:
            yield answer, Undecided("a CDMA device may have such a list")
        else:
            refused = transaction.status == number.NDIS_STATUS_NOT_SUPPORTED
            yield answer, "" if refused else "refused otherwise than as not supported"


@rule("multicarrier.element-type", ndis_only=True)
def multicarrier_type(session: Session) -> Iterator[Judgement]:
    """The list is one of WwanStructProvider2."""
    for item in session.judged_reports(MULTICARRIER):
        same = item["PreferredListHeader.ElementType"] == number.WwanStructProvider2
        yield item, "" if same else "the list is none of WwanStructProvider2"


@rule("multicarrier.set-zero")
def multicarrier_set_zero(session: Session) -> Iterator[Judgement]:
    """The end of a set lists nothing."""
    return _sets_list_nothing(session, MULTICARRIER_OID, MULTICARRIER)


@rule("multicarrier.error-zero")
def multicarrier_error(session: Session) -> Iterator[Judgement]:
    """An error comes with an empty list."""
    for item in session.judged_reports(MULTICARRIER):
        if item.u_status:
            yield item, "an error with elements" if count(item) else ""


@rule("multicarrier.settable")
def multicarrier_settable(session: Session) -> Iterator[Judgement]:
    """A listed provider can be set as home."""
    refusals = (
        number.WWAN_STATUS_PROVIDER_NOT_VISIBLE,
        number.WWAN_STATUS_PROVIDERS_NOT_FOUND,
        number.WWAN_STATUS_NO_DEVICE_SUPPORT,
        number.WWAN_STATUS_INVALID_PARAMETERS,
    )
    for transaction in session.judged_requests(HOME_OID, "set"):
        closing = transaction.closing
        if closing is None or not transaction.accepted:
            continue
        listed = session.last_report(MULTICARRIER, transaction.request.at, accept=is_query)
        if listed is None:
            yield closing, Undecided("the list of multi-carrier providers was never queried")
            continue
        wanted = transaction["HomeProvider.Provider.ProviderId"]
        if wanted in [member(entry, "ProviderId") for entry in elements(listed)]:
            status = _set_status(closing)
            if status is None:
                yield closing, NO_STATUS
            else:
                wrong = status in refusals
                yield closing, "a provider of the list cannot be set as home" if wrong else ""


# Visible providers


def _scans(session: Session) -> list[tuple[Transaction, Item]]:
    return judged_closings(session, VISIBLE_OID, VISIBLE, "query")


@rule("visible.action-all")
def visible_all(session: Session) -> Iterator[Judgement]:
    """All visible providers are more than those that can be home."""
    for transaction, closing in _scans(session):
        if closing.u_status or transaction["VisibleProviders.Action"]:
            continue
        network = session.last_report(REGISTER, closing.at)
        if network is None or not registered(session, transaction.request.at):
            continue
        if family(session) == "CDMA":
            continue  # a CDMA device lists its home network alone
        current = network["RegistrationState.ProviderId"]
        if session.reports_inside(REGISTER, transaction.request.at, closing.at):
            continue
        ids = [identity for identity, _ in _listed(closing)]
        only = bool(ids) and all(flags & _MULTI for _, flags in _listed(closing))
        wrong = only and current not in ids
        if wrong and not family(session):
            yield closing, Undecided("whether the device is on GSM or CDMA is not in the session")
        else:
            yield closing, "only those that can be home are listed" if wrong else ""


@rule("visible.action-multicarrier")
def visible_multicarrier(session: Session) -> Iterator[Judgement]:
    """Those that can be home are flagged so."""
    for transaction, closing in _scans(session):
        if transaction["VisibleProviders.Action"] == number.WWAN_GET_VISIBLE_PROVIDERS_MULTICARRIER:
            for _, flags in _listed(closing):
                yield closing, "" if flags & _MULTI else "a provider that is not multi-carrier"


@rule("visible.state-flags")
def visible_flags(session: Session) -> Iterator[Judgement]:
    """The registered and the home provider are flagged as such."""
    for transaction, closing in _scans(session):
        if closing.u_status:
            continue
        start = transaction.request.at
        network = session.last_report(REGISTER, start)
        steady = (
            network is not None
            and registered(session, start) is True
            and not session.reports_inside(REGISTER, start, closing.at)
            and not session.any_open(number.OID_WWAN_REGISTER_STATE, start, closing.at)
        )
        current = network["RegistrationState.ProviderId"] if network is not None else None
        home = session.last_report(HOME, closing.at)
        home_id = None if home is None else _home(home, "ProviderId")
        for identity, flags in _listed(closing):
            if steady and identity == current:
                missing = not flags & number.WWAN_PROVIDER_STATE_REGISTERED
                yield closing, "the registered provider is not flagged" if missing else ""
            elif steady and current and identity and flags & number.WWAN_PROVIDER_STATE_REGISTERED:
                marked = session.stimuli_inside("PROVIDER_CHANGE", -1, closing.at)
                if all(each["Provider.Provider.ProviderId"] != identity for each in marked):
                    yield closing, f"{identity} is flagged as registered, and {current} is"
            if identity and identity == home_id:
                missing = not flags & number.WWAN_PROVIDER_STATE_HOME
                yield closing, "the home provider is not flagged" if missing else ""


@rule("visible.busy-when-connected")
def visible_busy(session: Session) -> Iterator[Judgement]:
    """A scan that fails while a context is active is refused as busy."""
    view = contexts(session)
    for transaction, closing in _scans(session):
        start = transaction.request.at
        connected = any(
            view.active(port, start) and view.active(port, closing.at) for port in view.ports
        )
        if not connected or registered(session, start) is not True or session.radio_off(start):
            continue
        allowed = (0, number.WWAN_STATUS_BUSY, number.WWAN_STATUS_PROVIDERS_NOT_FOUND)
        wrong = closing.u_status not in allowed
        yield closing, "a scan while connected failed otherwise than as busy" if wrong else ""


@rule("visible.scan-while-registered")
def scan_while_registered(session: Session) -> Iterator[Judgement]:
    """A registered device that is not connected can scan."""
    view = contexts(session)
    for transaction, closing in _scans(session):
        start = transaction.request.at
        if registered(session, start) is not True or registered(session, closing.at) is not True:
            continue
        if any(view.active(port, start) or view.activating(port, start) for port in view.ports):
            continue
        opened = session.open_at(start, number.OID_WWAN_CONNECT, "set")
        others = [
            each for each in session.open_at(closing.at, VISIBLE_OID) if each is not transaction
        ]
        setting = session.any_open(number.OID_WWAN_REGISTER_STATE, start, closing.at)
        if opened or others or setting:
            continue
        if not view.ports and closing.u_status == number.WWAN_STATUS_BUSY:
            yield closing, Undecided("whether a context is active was never reported")
        else:
            busy = closing.u_status == number.WWAN_STATUS_BUSY
            yield closing, "a scan while registered is refused as busy" if busy else ""


@rule("visible.cdma-home-only")
def visible_cdma(session: Session) -> Iterator[Judgement]:
    """A CDMA device lists the home provider only."""
    for _, closing in _scans(session):
        if closing.u_status == 0 and family(session) == "CDMA":
            yield closing, "a CDMA device lists several providers" if count(closing) > 1 else ""


@rule("visible.not-unsolicited", by_record=True)
def visible_not_unsolicited(session: Session) -> Iterator[Judgement]:
    """Never sent as an event."""
    return never_unsolicited(session, VISIBLE)


@rule("visible.radio-off")
def visible_radio_off(session: Session) -> Iterator[Judgement]:
    """A scan with the radio off: RADIO_POWER_OFF."""
    for transaction, closing in _scans(session):
        if radio_off_throughout(session, transaction):
            yield with_status(closing, "WWAN_STATUS_RADIO_POWER_OFF")
