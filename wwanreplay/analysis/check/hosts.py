"""Rules of what a host sends, and when: breaking one is no fault of the device."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from wwanreplay._core import Kind, Lifecycle
from wwanreplay.analysis.check.contexts import OID as CONNECT
from wwanreplay.analysis.check.contexts import has_command
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.pins import expected
from wwanreplay.analysis.check.registrations import OID as REGISTER
from wwanreplay.analysis.check.registrations import WANTED_PROVIDER, listed, requests_mode
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule, rule_of_transactions
from wwanreplay.analysis.check.session import SECOND, WWAN_OIDS, Item, Session, Transaction
from wwanreplay.analysis.check.states import (
    PACKET_STATE,
    registered,
    supported_oids,
)

PACKET = number.OID_WWAN_PACKET_SERVICE
RADIO = number.OID_WWAN_RADIO_STATE
PINS = (number.OID_WWAN_PIN, number.OID_WWAN_PIN_EX)
CAPS = number.OID_WWAN_DRIVER_CAPS
USSD = number.OID_WWAN_USSD
SIGNAL = number.OID_WWAN_SIGNAL_STATE
SIGNAL_REPORT = number.NDIS_STATUS_WWAN_SIGNAL_STATE
READY_REPORT = number.NDIS_STATUS_WWAN_READY_INFO
PACKET_REPORT = number.NDIS_STATUS_WWAN_PACKET_SERVICE
VISIBLE = number.NDIS_STATUS_WWAN_VISIBLE_PROVIDERS
MULTICARRIER = number.NDIS_STATUS_WWAN_PREFERRED_MULTICARRIER_PROVIDERS
STORED = number.OID_WWAN_PROVISIONED_CONTEXTS
LOGGING = number.OID_WWAN_MODEM_LOGGING_CONFIG
SESSION = number.OID_WWAN_DEVICE_SERVICE_SESSION
READY = "ReadyInfo.ReadyState"
INITIALIZED = number.WwanReadyStateInitialized
# So many queries within so long are polling.
_POLLS = 3
_POLLED_NS = 60 * SECOND
# 0EBB1CEB-AF2D-484D-8DF3-53BC51FD162C as it stands in a buffer.
_LOGGING_SERVICE = bytes.fromhex("eb1cbb0e2daf4d488df353bc51fd162c")
_LOADED = (Lifecycle.LIFECYCLE_INITIALIZE, Lifecycle.LIFECYCLE_ARRIVAL)
UNSEEN = Undecided("what the host asked before the recording is not seen")


def _activations(session: Session) -> Iterator[Transaction]:
    for transaction in session.judged_requests(CONNECT, "set"):
        if has_command(transaction, "Activate"):
            yield transaction


def _attaches(session: Session) -> Iterator[Transaction]:
    for transaction in session.judged_requests(PACKET, "set"):
        if transaction["PacketServiceAction"] == number.WwanPacketServiceActionAttach:
            yield transaction


def _manual_sets(session: Session) -> Iterator[Transaction]:
    for transaction in session.judged_requests(REGISTER, "set"):
        if requests_mode(transaction, "Manual"):
            yield transaction


def _known(session: Session, code: int, at: int) -> Item | None:
    """The last report before a position, unless power or presence ended since."""
    report = session.last_report(code, at)
    return None if report is None or session.interrupted(report.at, at) else report


# Requests


@rule("async.request-id-unique", by_record=True)
def request_ids(session: Session) -> Iterator[Judgement]:
    """RequestIds are not zero, and no open transaction's id is given again."""
    for transaction in session.judged_transactions:
        request, before = transaction.request, transaction.earlier
        if not transaction.is_wwan:
            continue
        if not request.request_id:
            if transaction.mode == "async":
                yield request, "an asynchronous request with RequestId 0"
            continue
        taken = (
            before is not None
            and before.end > request.at
            and not session.interrupted(before.request.at, request.at)
        )
        yield request, f"RequestId {request.request_id:#x} is in use" if taken else ""


@rule_of_transactions("async.no-method-requests", by_record=True, ndis_only=True)
def no_methods(transaction: Transaction) -> Iterator[Judgement]:
    """Queries and sets only."""
    if transaction.is_wwan:
        is_method = not transaction.is_query and not transaction.is_set
        yield transaction.request, "a method request" if is_method else ""


def _awaited(session: Session, at: int, oids: tuple[int, ...]) -> str:
    """The name of an operation under way that a request depends on; empty without one."""
    if RADIO in oids and any(
        transaction["RadioAction"] == number.WwanRadioOn
        for transaction in session.open_at(at, RADIO, "set")
    ):
        return "OID_WWAN_RADIO_STATE"
    if REGISTER in oids and session.open_at(at, REGISTER, "set"):
        return "OID_WWAN_REGISTER_STATE"
    if PACKET in oids and any(
        transaction["PacketServiceAction"] == number.WwanPacketServiceActionAttach
        for transaction in session.open_at(at, PACKET, "set")
    ):
        return "OID_WWAN_PACKET_SERVICE"
    entering = any(
        transaction["PinAction.PinOperation"] == number.WwanPinOperationEnter
        for oid in PINS
        for transaction in session.open_at(at, oid, "set")
    )
    return "the PIN" if entering else ""


@rule("async.reorder-allowed")
def dependent_requests(session: Session) -> Iterator[Judgement]:
    """Registration, attach and activation wait for what they depend on."""
    for transactions, oids in (
        (_manual_sets(session), ()),
        (_attaches(session), (RADIO, REGISTER)),
        (_activations(session), (RADIO, REGISTER, PACKET)),
    ):
        for transaction in transactions:
            awaited = _awaited(session, transaction.request.at, oids)
            text = f"sent before the end of the set of {awaited} that it depends on"
            yield transaction.request, text if awaited else ""


# Contexts


@rule("connect.set-struct", ndis_only=True)
def set_struct(session: Session) -> Iterator[Judgement]:
    """A set is an NDIS_WWAN_SET_CONTEXT_STATE of a known size with a known command."""
    for transaction in session.judged_requests(CONNECT, "set"):
        request, fields = transaction.request, transaction.request.fields
        if fields is None or not fields.known or len(fields.data) < fields.size:
            yield request, "the buffer is no NDIS_WWAN_SET_CONTEXT_STATE of a known size"
            continue
        command = fields["SetContextState.ActivationCommand"]
        known = command < number.WwanActivationCommandMax
        yield request, "" if known else f"ActivationCommand {command}"


@rule("connect.only-when-registered")
def only_when_registered(session: Session) -> Iterator[Judgement]:
    """Contexts are activated in a registered state."""
    for transaction in _activations(session):
        is_registered = registered(session, transaction.request.at)
        if is_registered is None:
            yield transaction.request, Undecided("the registration was not reported before")
        else:
            text = "a context is activated while the device is not registered"
            yield transaction.request, "" if is_registered else text


@rule("connect.only-when-attached", "packet.service-waits-attach")
def only_when_attached(session: Session) -> Iterator[Judgement]:
    """Contexts are activated on an attached device."""
    for transaction in _activations(session):
        report = _known(session, PACKET_REPORT, transaction.request.at)
        if report is None:
            yield transaction.request, Undecided("the packet service was not reported before")
        else:
            is_attached = report[PACKET_STATE] == number.WwanPacketServiceStateAttached
            text = "a context is activated while the device is not attached"
            yield transaction.request, "" if is_attached else text


@rule("connect.access-string-length", ndis_only=True)
def access_string_length(session: Session) -> Iterator[Judgement]:
    """AccessString ends within its room."""
    most = number.WWAN_ACCESSSTRING_LEN - 1
    for transaction in session.judged_requests(CONNECT, "set"):
        value = transaction["SetContextState.AccessString"]
        if value is not None:
            text = f"AccessString has no NUL behind {most} characters"
            yield transaction.request, text if len(value) > most else ""


@rule("connect.cdma-compression-auth")
def cdma_compression(session: Session) -> Iterator[Judgement]:
    """On CDMA Compression and AuthType are none."""
    for transaction in session.judged_requests(CONNECT, "set"):
        given = [
            name for name in ("Compression", "AuthType") if transaction[f"SetContextState.{name}"]
        ]
        kind = _class_at(session, transaction.request.at)
        if kind == number.WwanCellularClassCdma:
            yield transaction.request, f"{given[0]} on a CDMA device" if given else ""
        elif kind is None and given:
            yield transaction.request, Undecided("the cellular class was not reported before")


def _class_at(session: Session, at: int) -> int | None:
    value = session.value_before(
        at, number.NDIS_STATUS_WWAN_REGISTER_STATE, "RegistrationState.CurrentCellularClass"
    )
    for code in (number.NDIS_STATUS_WWAN_DEVICE_CAPS, number.NDIS_STATUS_WWAN_DEVICE_CAPS_EX):
        value = value or session.value_before(at, code, "DeviceCaps.WwanCellularClass")
    return int(value) if value else None


@rule("provctx.query-first")
def stored_contexts_first(session: Session) -> Iterator[Judgement]:
    """The stored contexts are read before the first order for a context."""
    first = next(session.of(CONNECT, "set"), None)
    supported = supported_oids(session)
    if first is None or (supported is not None and STORED not in supported):
        return
    query = next(session.of(STORED, "query"), None)
    if query is not None and query.request.at < first.request.at:
        yield first.request, ""
    elif not session.is_whole:
        yield first.request, UNSEEN
    elif supported is None:
        yield first.request, Undecided("whether the device stores contexts was never queried")
    else:
        yield first.request, "the stored contexts were not read before"


# What must have come before


@rule("ready.service-waits")
def waits_for_ready(session: Session) -> Iterator[Judgement]:
    """No network activity before the device is initialized."""
    for transactions, what in (
        (_manual_sets(session), "a manual registration"),
        (_attaches(session), "an attach"),
        (_activations(session), "an activation"),
    ):
        for transaction in transactions:
            yield _when_ready(session, transaction, what)


@rule("register.manual-after-ready")
def manual_after_ready(session: Session) -> Iterator[Judgement]:
    """Manual registration begins when the device is initialized."""
    for transaction in _manual_sets(session):
        yield _when_ready(session, transaction, "a manual registration")


def _when_ready(session: Session, transaction: Transaction, what: str) -> Judgement:
    report = _known(session, READY_REPORT, transaction.request.at)
    if report is None:
        return transaction.request, Undecided("the ready state was not reported before")
    is_ready = report[READY] == INITIALIZED
    return transaction.request, "" if is_ready else f"{what} before the device is initialized"


@rule("pin.no-registration-before-unlock")
def no_registration_before_unlock(session: Session) -> Iterator[Judgement]:
    """No registration is set while PIN1 is to be entered."""
    for transaction in session.judged_requests(REGISTER, "set"):
        at = transaction.request.at
        report = expected(session, at)
        if report is None:
            continue
        is_locked = (
            report["PinInfo.PinType"] == number.WwanPinTypePin1
            and report["PinInfo.PinState"] == number.WwanPinStateEnter
        )
        later = session.reports_inside(READY_REPORT, report.at, at)
        if any(item[READY] == INITIALIZED for item in later):
            is_locked = False
        text = "registration is set while PIN1 is to be entered"
        yield transaction.request, text if is_locked else ""


class _Providers:
    """The providers of some lists that were reported before positions."""

    def __init__(self, session: Session, *codes: int) -> None:
        reports = [item for code in codes for item in session.reports(code) if not item.u_status]
        self._at: list[int] = []
        self._first: dict[str, int] = {}
        for item in sorted(reports, key=lambda each: each.at):
            self._at.append(item.at)
            for identity in listed(item):
                self._first.setdefault(identity, item.at)

    def judge(self, session: Session, item: Item, identity: str, lists: str) -> Judgement:
        """Whether a provider that a request names is in a list from before it."""
        if self._first.get(identity, item.at) < item.at:
            return item, ""
        if not bisect_left(self._at, item.at):
            return item, Undecided(f"{lists} was never queried")
        if not session.is_whole:
            return item, UNSEEN
        return item, f"ProviderId {identity!r} is in no list that was reported"


@rule("register.manual-providerid-visible")
def manual_provider_visible(session: Session) -> Iterator[Judgement]:
    """A manual set names a provider of the visible list."""
    providers = _Providers(session, VISIBLE)
    for transaction in _manual_sets(session):
        identity = transaction[WANTED_PROVIDER] or ""
        yield providers.judge(session, transaction.request, identity, "the visible list")


@rule("home.set-only-known")
def home_known(session: Session) -> Iterator[Judgement]:
    """The home provider that is set is one of the multi-carrier or visible lists."""
    providers = _Providers(session, VISIBLE, MULTICARRIER)
    for transaction in session.judged_requests(number.OID_WWAN_HOME_PROVIDER, "set"):
        identity = transaction["HomeProvider.Provider.ProviderId"] or ""
        yield providers.judge(session, transaction.request, identity, "a list of providers")


@rule("drvcaps.first", by_record=True, ndis_only=True)
def driver_caps_first(session: Session) -> Iterator[Judgement]:
    """Behind the driver's start the version of its model is queried before anything else."""
    starts = [item for item in session.lifecycle if item.code in _LOADED]
    if not starts:
        return
    requests = [each.request for each in session.transactions if each.oid in WWAN_OIDS]
    positions = [item.at for item in requests]
    for loaded in starts:
        place = bisect_left(positions, loaded.at)
        if place < len(requests):
            first = requests[place]
            is_caps = first.code == CAPS and first.event.kind == Kind.KIND_QUERY
            yield first, "" if is_caps else "OID_WWAN_DRIVER_CAPS was not queried before"


@rule("drvcaps.init-error", by_record=True, ndis_only=True)
def nothing_after_error(session: Session) -> Iterator[Judgement]:
    """To a driver that could not be initialized nothing more is sent."""
    for transaction in session.of(CAPS, "query"):
        answer = transaction.first_answer
        if answer is None or transaction.status != number.NDIS_STATUS_NOT_SUPPORTED:
            continue
        following = next(
            (
                each.request
                for each in session.transactions
                if each.request.at > answer.at and each.oid in WWAN_OIDS
            ),
            None,
        )
        if following is None or session.interrupted(answer.at, following.at):
            yield answer, ""
        else:
            yield following, "sent to a driver that reported that it could not be initialized"


@rule("modemlog.before-session")
def logging_configured(session: Session) -> Iterator[Judgement]:
    """Logging is configured before its session is opened."""
    for transaction in session.judged_requests(SESSION, "set"):
        is_open = transaction["Session.State"] == number.WwanDeviceServiceSessionOpen
        if not is_open or transaction["Session.DeviceServiceGuid"] != _LOGGING_SERVICE:
            continue
        sets = session.of(LOGGING, "set")
        if any(each.request.at < transaction.request.at for each in sets):
            yield transaction.request, ""
        elif session.is_whole:
            yield transaction.request, "a logging session is opened, and nothing configured it"
        else:
            yield transaction.request, UNSEEN


# Buffers and ports


@rule("dss-write.size")
def write_size(session: Session) -> Iterator[Judgement]:
    """A write is within the device's limit."""
    code = number.NDIS_STATUS_WWAN_SUPPORTED_DEVICE_SERVICES
    for transaction in session.judged_requests(number.OID_WWAN_DEVICE_SERVICE_SESSION_WRITE, "set"):
        size, at = transaction["WriteData.uDataSize"], transaction.request.at
        most = session.value_before(at, code, "DeviceServices.uMaxSessionDataSize")
        if size is None:
            continue
        if most is None:
            yield transaction.request, Undecided("uMaxSessionDataSize was not reported before")
        else:
            text = f"uDataSize {size} is beyond {most}"
            yield transaction.request, text if size > most else ""


@rule("dss-write.data-present", ndis_only=True)
def write_data(session: Session) -> Iterator[Judgement]:
    """The data that a write states are there."""
    for transaction in session.judged_requests(number.OID_WWAN_DEVICE_SERVICE_SESSION_WRITE, "set"):
        fields = transaction.request.fields
        if fields is not None and fields.tail_length() is not None:
            stated, there = fields.tail_length() or 0, len(fields.tail())
            text = f"uDataSize is {stated}, and {there} bytes follow"
            yield transaction.request, text if there < stated else ""


@rule("sms.pdu-size")
def pdu_size(session: Session) -> Iterator[Judgement]:
    """A message has a size, within the limit of its form."""
    forms = {
        number.WwanSmsFormatPdu: ("SmsSend.u.Pdu.Size", number.WWAN_SMS_RAW_PDU_LEN),
        number.WwanSmsFormatCdma: (
            "SmsSend.u.Cdma.SizeInBytes",
            number.WWAN_SMS_CDMA_MAX_MSG_LEN,
        ),
    }
    for transaction in session.judged_requests(number.OID_WWAN_SMS_SEND, "set"):
        path, most = forms.get(transaction["SmsSend.SmsFormat"], ("", 0))
        size = transaction[path] if path else None
        if size is not None:
            fits = 1 <= size <= most
            yield transaction.request, "" if fits else f"{size} bytes instead of 1 to {most}"


@rule("ussd.one-at-a-time")
def one_ussd(session: Session) -> Iterator[Judgement]:
    """While a request is open only a cancel is sent."""
    for transaction in session.judged_requests(USSD, "set"):
        kind = transaction["UssdRequest.RequestType"]
        if kind is not None and kind != number.WwanUssdRequestCancel:
            is_busy = bool(session.open_at(transaction.request.at, USSD, "set"))
            yield transaction.request, "sent while another request is open" if is_busy else ""


@rule("ussd.string-present")
def ussd_string(session: Session) -> Iterator[Judgement]:
    """Initiate and continue carry a string."""
    kinds = (number.WwanUssdRequestInitiate, number.WwanUssdRequestContinue)
    for transaction in session.judged_requests(USSD, "set"):
        length = transaction["UssdRequest.UssdString.StringLength"]
        if transaction["UssdRequest.RequestType"] in kinds and length is not None:
            fits = 1 <= length <= number.WWAN_USSD_STRING_LEN_MAX
            yield transaction.request, "" if fits else f"a string of {length} bytes"


_PATHS = {
    number.OID_WWAN_UICC_FILE_STATUS: "UiccFilePath",
    number.OID_WWAN_UICC_ACCESS_BINARY: "UiccAccessBinary.UiccFilePath",
    number.OID_WWAN_UICC_ACCESS_RECORD: "UiccAccessRecord.UiccFilePath",
}
# In either order of octets: the page does not say which.
_ROOTS = {bytes.fromhex(text) for text in ("7fff", "ff7f", "3f00", "003f")}


@rule("uicc.path-first-id")
def path_first_id(session: Session) -> Iterator[Judgement]:
    """A path begins at the application or at the master file."""
    for oid, prefix in _PATHS.items():
        for transaction in session.judged_requests(oid, "query"):
            length, path = (transaction[f"{prefix}.{name}"] for name in _PATH_MEMBERS)
            if length is not None and path is not None and length >= 2:
                first = bytes(path[:2])
                text = f"the path begins with {first.hex().upper()}"
                yield transaction.request, "" if first in _ROOTS else text


_PATH_MEMBERS = ("FilePathLength", "FilePath")


@rule("preshutdown.physical-port", by_record=True, ndis_only=True)
def preshutdown_port(session: Session) -> Iterator[Judgement]:
    """Only the physical adapter's port is shut down."""
    for transaction in session.judged_requests(number.OID_WWAN_PRESHUTDOWN, "set"):
        port = transaction.request.port
        yield transaction.request, f"sent to port {port}" if port else ""


@rule("signal.no-polling")
def no_polling(session: Session) -> Iterator[Judgement]:
    """Where events tell the signal it is not queried again and again."""
    queries = [transaction.request for transaction in session.of(SIGNAL, "query")]
    for place, query in enumerate(queries):
        event = session.last_report(SIGNAL_REPORT, query.at, accept=_is_event)
        if event is None or session.interrupted(event.at, query.at):
            continue
        if not registered(session, query.at):
            continue
        first = queries[max(place - _POLLS + 1, 0)]
        since_ns = query.time_ns - _POLLED_NS
        is_polling = place + 1 >= _POLLS and first.time_ns >= since_ns
        yield query, f"{_POLLS} queries within a minute" if is_polling else ""


def _is_event(item: Item) -> bool:
    return item.is_event
