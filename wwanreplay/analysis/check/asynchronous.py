"""Rules of asynchronous requests: the provisional answer, its closing indication, events."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from wwanreplay._sessions import by_buffer, by_buffers, by_form
from wwanreplay.analysis.check.fields import Fields, number
from wwanreplay.analysis.check.judgements import UNSEEN_CAUSE, UNSEEN_REQUEST, refused
from wwanreplay.analysis.check.registry import Judgement, rule, rule_of_transactions
from wwanreplay.analysis.check.session import (
    INDICATIONS,
    OIDS,
    WWAN_INDICATIONS,
    WWAN_OIDS,
    Item,
    Session,
    Transaction,
)
from wwanreplay.analysis.check.times import interrupted_within, limit_of
from wwanreplay.protocol import statuses, timing

# They stay pending and are completed later, without an indication; rules of their own say how.
_OF_PORTS = frozenset({number.OID_WWAN_CREATE_MAC, number.OID_WWAN_DELETE_MAC})
WWAN_STATUSES = frozenset(row.number for row in statuses.WWAN_ROWS)

# What the completion of a set that succeeded shows: OID → field of the set, and by its value (field
# of the report, the requested value).
_REQUESTED: dict[int, tuple[str, dict[int, tuple[str, int]]]] = {
    number.OID_WWAN_CONNECT: (
        "SetContextState.ActivationCommand",
        {
            number.WwanActivationCommandActivate: (
                "ContextState.ActivationState",
                number.WwanActivationStateActivated,
            ),
            number.WwanActivationCommandDeactivate: (
                "ContextState.ActivationState",
                number.WwanActivationStateDeactivated,
            ),
        },
    ),
    number.OID_WWAN_RADIO_STATE: (
        "RadioAction",
        {
            number.WwanRadioOff: ("RadioState.SwRadioState", number.WwanRadioOff),
            number.WwanRadioOn: ("RadioState.SwRadioState", number.WwanRadioOn),
        },
    ),
    number.OID_WWAN_PACKET_SERVICE: (
        "PacketServiceAction",
        {
            number.WwanPacketServiceActionAttach: (
                "PacketService.PacketServiceState",
                number.WwanPacketServiceStateAttached,
            ),
            number.WwanPacketServiceActionDetach: (
                "PacketService.PacketServiceState",
                number.WwanPacketServiceStateDetached,
            ),
        },
    ),
}

# Transient states: a query may find them, and they need no report.
_TRANSIENT = {
    "RegistrationState.RegisterState": (number.WwanRegisterStateSearching,),
    "PacketService.PacketServiceState": (
        number.WwanPacketServiceStateAttaching,
        number.WwanPacketServiceStateDetaching,
    ),
    "ContextState.ActivationState": (
        number.WwanActivationStateActivating,
        number.WwanActivationStateDeactivating,
    ),
}

# The field with the state in reports of an indication, and whether each port has its own.
_STATES: dict[int, tuple[tuple[str, ...], bool]] = {
    number.NDIS_STATUS_WWAN_READY_INFO: (
        ("ReadyInfo.ReadyState", "ReadyInfo.EmergencyMode"),
        False,
    ),
    number.NDIS_STATUS_WWAN_RADIO_STATE: (
        ("RadioState.HwRadioState", "RadioState.SwRadioState"),
        False,
    ),
    number.NDIS_STATUS_WWAN_REGISTER_STATE: (
        (
            "RegistrationState.RegisterState",
            "RegistrationState.RegisterMode",
            "RegistrationState.ProviderId",
        ),
        False,
    ),
    number.NDIS_STATUS_WWAN_PACKET_SERVICE: (
        ("PacketService.PacketServiceState", "PacketService.CurrentDataClass"),
        False,
    ),
    number.NDIS_STATUS_WWAN_CONTEXT_STATE: (("ContextState.ActivationState",), True),
}

_EVENTS_OF_SUCCESS = (
    number.NDIS_STATUS_WWAN_REGISTER_STATE,
    number.NDIS_STATUS_WWAN_PACKET_SERVICE,
    number.NDIS_STATUS_WWAN_RADIO_STATE,
    number.NDIS_STATUS_WWAN_PREFERRED_PROVIDERS,
    number.NDIS_STATUS_WWAN_PREFERRED_MULTICARRIER_PROVIDERS,
)


# What is over sooner is late for no limit.
_LEAST_NS = min(limit.worst_ns for limit in timing.OPERATIONS)


def _limit_ns(transaction: Transaction) -> int:
    return limit_of(transaction).worst_ns if transaction.is_wwan else timing.GIVEN_UP_NS


def _wwan_indications(session: Session) -> Iterator[Item]:
    """Those of the judged part."""
    for code in session.indications:
        if code in WWAN_INDICATIONS:
            yield from session.judged_reports(code)


@rule_of_transactions("async.provisional-first", by_record=True, ndis_only=True)
def provisional_first(transaction: Transaction) -> Iterator[Judgement]:
    """An accepted asynchronous request is answered NDIS_STATUS_INDICATION_REQUIRED first."""
    answer = transaction.first_answer
    if answer is None or transaction.mode != "async" or not transaction.is_wwan:
        return
    if transaction.refused or transaction.oid in _OF_PORTS:
        return
    # A request that no indication ends is completed again, with its end.
    ends = 2 if transaction.ends_with_completion else 1
    if not transaction.accepted:
        yield answer, f"answered {answer.status:#010x} instead of provisionally"
    elif answer.event.payload:
        yield answer, "data is put in the request's buffer as the answer"
    elif transaction.indications and transaction.indications[0].at < answer.at:
        yield transaction.indications[0], "it came before the provisional answer"
    elif len(transaction.completions) > ends:
        yield transaction.completions[ends], "completed a second time"
    else:
        yield answer, ""


@rule("async.indication-follows", by_record=True)
def indication_follows(session: Session) -> Iterator[Judgement]:
    """Every provisionally answered request is closed by a transactional indication in time."""
    end_ns = session.end_ns
    for transaction in session.judged_transactions:
        answer = transaction.first_answer
        if answer is None or not transaction.accepted:
            continue
        closing = transaction.closing
        if closing is None and transaction.ends_with_completion:
            closing = next(iter(transaction.completions[1:]), None)
        waited_ns = (end_ns if closing is None else closing.time_ns) - answer.time_ns
        late = waited_ns > _LEAST_NS and waited_ns > _limit_ns(transaction)
        if closing is not None:
            yield closing, "the closing indication came beyond the worst-case time" if late else ""
        elif late and not interrupted_within(session, answer, _limit_ns(transaction)):
            yield answer, "no closing indication within the worst-case time"


@rule_of_transactions("async.one-closing-indication", by_record=True)
def one_closing_indication(transaction: Transaction) -> Iterator[Judgement]:
    """After its closing indication nothing more comes with that RequestId."""
    closing = transaction.closing
    if closing is None or not transaction.accepted:
        return
    yield closing, ""
    if transaction.indications[-1] is closing:
        return
    for item in transaction.indications:
        if item.at > closing.at:
            yield item, "another indication of a transaction that is closed"


@rule_of_transactions("async.indication-matches-oid", by_record=True, ndis_only=True)
def indication_matches_oid(transaction: Transaction) -> Iterator[Judgement]:
    """The closing indication is one that the tables name for the OID and operation."""
    closing, codes = transaction.closing, transaction.closing_codes
    if closing is None or not transaction.accepted or not codes:
        return
    fits = closing.code in codes
    yield closing, "" if fits else f"{closing.code:#010x} does not belong to the request"


@rule("async.request-id-nonzero", by_record=True)
def request_id_nonzero(session: Session) -> Iterator[Judgement]:
    """A completion carries the RequestId of its request, not zero and not another."""
    for transaction in session.transactions:
        answer = transaction.first_answer
        if answer is None or not transaction.accepted:
            continue
        if transaction.closing is not None:
            yield transaction.closing, ""
            continue
        if session.end_ns - answer.time_ns <= _limit_ns(transaction):
            continue
        stray = _stray_completion(session, transaction, answer)
        if stray is None:
            continue
        if stray.is_event and not session.is_whole and not _is_only_an_answer(stray):
            yield stray, UNSEEN_CAUSE
        else:
            yield stray, f"a completion was sent with RequestId {stray.request_id:#x}"


def _stray_completion(session: Session, transaction: Transaction, answer: Item) -> Item | None:
    """What looks like the end of an unclosed transaction but has another RequestId."""
    for code in transaction.closing_codes:
        for item in session.reports_behind(code, answer.at, port=transaction.request.port):
            if item.time_ns - answer.time_ns > _limit_ns(transaction):
                break
            if item.is_event and not _may_be_its_end(session, transaction, item):
                return None
            if item.is_event or not (item.was_open or session.may_answer_unseen(item)):
                return item
    return None


def _may_be_its_end(session: Session, transaction: Transaction, event: Item) -> bool:
    """Whether an event can be nothing but the missing end.

    That of a set shows what was asked for, that of a query what was reported before, and no cause
    of its own is recorded for either.
    """
    if _is_only_an_answer(event):
        return True
    requested = _requested(transaction)
    if requested is not None and event[requested[0]] != requested[1]:
        return False
    if transaction.is_query and not _tells_nothing_new(session, event):
        return False
    if event.code == number.NDIS_STATUS_WWAN_SIGNAL_STATE:
        return False  # it comes by itself, again and again
    return not session.any_stimulus_inside(transaction.request.at, event.at + 1)


def _is_only_an_answer(event: Item) -> bool:
    row = INDICATIONS.get(event.code)
    return row is not None and row.unsolicited == "no"


def _tells_nothing_new(session: Session, event: Item) -> bool:
    before = session.last_report(event.code, event.at, port=event.port)
    if before is None or session.interrupted(before.at, event.at):
        return False
    return bool(before.event.payload == event.event.payload)


@rule("async.event-request-id-zero", by_record=True)
def event_request_id_zero(session: Session) -> Iterator[Judgement]:
    """An indication that no request caused carries RequestId 0.

    One with the id of a request is of that request's port.
    """
    for item in _wwan_indications(session):
        if item.is_event:
            yield item, ""
        elif session.may_answer_unseen(item):
            yield item, UNSEEN_REQUEST
        elif not item.was_open or item.transaction is None:
            yield item, f"RequestId {item.request_id:#x} is of no open transaction"
        elif item.port != (port := item.transaction.request.port):
            yield item, f"RequestId {item.request_id:#x} is of a transaction on port {port}"


@rule("async.destination-handle", by_record=True, ndis_only=True)
def destination_handle(session: Session) -> Iterator[Judgement]:
    """DestinationHandle of a completion is the RequestHandle of its request."""
    for transaction in session.judged_transactions:
        if not transaction.accepted:
            continue
        wanted = transaction.request.event.handle
        for item in transaction.indications:
            given = item.event.handle
            same = given == wanted or (given or 0) == (wanted or 0)
            yield item, "" if same else f"handle {given or 0:#x} instead of {wanted or 0:#x}"


@rule_of_transactions("async.driver-caps-sync", ndis_only=True)
def driver_caps_sync(transaction: Transaction) -> Iterator[Judgement]:
    """OID_WWAN_DRIVER_CAPS, and no other WWAN OID, is answered in the query buffer."""
    answer = transaction.first_answer
    if answer is None or transaction.refused or not transaction.is_wwan:
        return
    if transaction.oid != number.OID_WWAN_DRIVER_CAPS:
        if not transaction.accepted and transaction.oid not in _OF_PORTS:
            yield answer, "answered synchronously"
    elif transaction.accepted:
        yield answer, "answered provisionally"
    elif not answer.event.payload:
        yield answer, "answered without the capabilities in the buffer"
    else:
        yield answer, ""


@rule_of_transactions("async.fail-early", by_record=True, ndis_only=True)
def fail_early(transaction: Transaction) -> Iterator[Judgement]:
    """A request that failed with an NDIS error is not closed by an indication."""
    answer = transaction.first_answer
    if answer is None or not transaction.refused:
        return
    yield answer, ""
    for item in transaction.indications:
        yield item, "an indication for a request that was refused"


@rule_of_transactions("async.wwan-error-in-ustatus", ndis_only=True)
def wwan_error_in_u_status(transaction: Transaction) -> Iterator[Judgement]:
    """An accepted request that fails has its WWAN_STATUS in uStatus, not in the completion."""
    answer, closing = transaction.first_answer, transaction.closing
    if answer is None or transaction.mode != "async":
        return
    if answer.status in WWAN_STATUSES and answer.status:
        yield answer, f"WWAN_STATUS {answer.status:#010x} as the request's return value"
    elif transaction.accepted and closing is not None and closing.u_status:
        yield closing, ""


@rule_of_transactions("async.ustatus-only-in-async", by_record=True, ndis_only=True)
def u_status_only_in_indications(transaction: Transaction) -> Iterator[Judgement]:
    """No request returns a WWAN_STATUS code."""
    for answer in transaction.completions:
        status = answer.status
        wrong = bool(status) and status in WWAN_STATUSES
        yield answer, f"returned the WWAN_STATUS code {status:#010x}" if wrong else ""


@rule("async.success-ustatus")
def success_u_status(session: Session) -> Iterator[Judgement]:
    """uStatus is a WWAN_STATUS, and success when and only when the operation succeeded."""
    for transaction in session.judged_transactions:
        closing = transaction.closing
        if closing is None or not transaction.accepted or closing["uStatus"] is None:
            continue
        requested = _requested(transaction)
        if closing.u_status not in WWAN_STATUSES:
            yield closing, f"uStatus {closing.u_status:#010x} is no WWAN_STATUS"
        elif requested and not closing.u_status and _opposite(closing, requested):
            yield closing, f"success, but {requested[0]} is {closing[requested[0]]}"
        else:
            yield closing, ""


def _requested(transaction: Transaction) -> tuple[str, int] | None:
    """(field of the report, value) that a set requests, by the tables above."""
    if not transaction.is_set or transaction.oid not in _REQUESTED:
        return None
    path, values = _REQUESTED[transaction.oid]
    return values.get(transaction[path])


def _opposite(item: Item, requested: tuple[str, int]) -> bool:
    """Whether a report shows a stable state other than the requested one."""
    value = item[requested[0]]
    return (
        value is not None
        and value != requested[1]
        and value not in _TRANSIENT.get(requested[0], ())
    )


@rule("async.solicited-vs-event")
def solicited_or_event(session: Session) -> Iterator[Judgement]:
    """The change that a set makes is reported by its completion, not by an event."""
    for transaction in session.judged_transactions:
        closing, requested = transaction.closing, _requested(transaction)
        if closing is None or requested is None or not transaction.succeeded:
            continue
        if closing[requested[0]] is None:
            continue
        if closing[requested[0]] != requested[1]:
            yield (
                closing,
                f"the completion carries the old state: {requested[0]} is not {requested[1]}",
            )
            continue
        yield closing, ""
        if transaction.oid == number.OID_WWAN_PACKET_SERVICE:
            continue  # a device may attach by itself while a set requests it
        early = _event_of_change(session, transaction, closing, requested)
        if early is not None:
            yield early, "the change a set asked for came as an event"


def _event_of_change(
    session: Session, transaction: Transaction, closing: Item, requested: tuple[str, int]
) -> Item | None:
    # Of the whole device, whichever port reports it; contexts are of their port.
    _, is_of_port = _STATES.get(closing.code, ((), True))
    port = transaction.request.port if is_of_port else None
    before = session.value_before(transaction.request.at, closing.code, requested[0], port=port)
    for item in session.reports_behind(closing.code, transaction.request.at, port=port):
        if item.at > closing.at:
            break
        if item.is_event and item[requested[0]] == requested[1]:
            return None if before == requested[1] or before is None else item
    return None


_REGISTERED_PROVIDER = "RegistrationState.ProviderId"


@rule("async.state-always-reported")
def state_always_reported(session: Session) -> Iterator[Judgement]:
    """A query shows no state that a completion or event has not reported before."""
    for code, (paths, per_port) in _STATES.items():
        known: dict[int, dict[str, Any]] = {}
        since: dict[int, Item] = {}
        for item in session.reports(code):
            if item.u_status:
                continue
            key = item.port if per_port else 0
            before, last = known.get(key), since.get(key)
            # Equal buffers have the same fields.
            is_same = last is not None and item.fields is last.fields is not None
            values = before if is_same and before else {path: item[path] for path in paths}
            if not is_same and any(values[path] in _TRANSIENT.get(path, ()) for path in paths):
                continue
            is_query = item.transaction is not None and item.transaction.is_query
            if is_query and last is not None and not session.interrupted(last.at, item.at):
                assert before is not None
                changed = [
                    path
                    for path in (() if is_same else paths)
                    if values[path] != before[path] and None not in (values[path], before[path])
                ]
                if changed == [_REGISTERED_PROVIDER] and session.open_at(
                    item.at, number.OID_WWAN_REGISTER_STATE, "set"
                ):
                    changed = []  # that of the set under way, whose completion reports it
                yield item, f"{', '.join(changed)} changed without a report" if changed else ""
            known[key], since[key] = values, item


# Drivers of model 2.0 and later have another OID in the place of these.
_REPLACED = (number.OID_WWAN_PIN,)


def _driver_model(session: Session) -> int:
    """ulMajorVersion of the driver capabilities; the newest model when they were not queried."""
    for transaction in session.of(number.OID_WWAN_DRIVER_CAPS, "query"):
        answer = transaction.first_answer
        version = None if answer is None else answer["DriverCaps.ulMajorVersion"]
        if version is not None:
            return int(version)
    return 2


@rule("async.mandatory-oids", by_record=True, ndis_only=True)
def mandatory_oids(session: Session) -> Iterable[Judgement]:
    """What every miniport supports is not refused as unsupported.

    Judged for the OIDs of the first release: later ones came to systems whose drivers are older.
    Those of SMS and vendors' ones are offered where the device has such a service.
    """
    is_later = _driver_model(session) >= 2
    return by_form(session, f"mandatory {is_later}", partial(_mandatory, is_later=is_later))


def _mandatory(transaction: Transaction, *, is_later: bool) -> Iterator[Judgement]:
    row, answer = transaction.row, transaction.first_answer
    if row is None or answer is None or row.optional or row.introduced != "Windows 7":
        return
    if transaction.mode not in ("sync", "async") or row.name.startswith("OID_WWAN_SMS"):
        return
    if is_later and transaction.oid in _REPLACED:
        return
    missing = answer.status == number.NDIS_STATUS_NOT_SUPPORTED
    yield answer, f"{row.name} is mandatory" if missing else ""


def _supported_lists(session: Session) -> list[tuple[int, frozenset[int]]]:
    """(position, OIDs) of the answers to OID_GEN_SUPPORTED_LIST, in order."""
    found = []
    for transaction in session.of(number.OID_GEN_SUPPORTED_LIST, "query"):
        answer = transaction.first_answer
        if answer is None or answer.status or answer.is_incomplete or not answer.event.payload:
            continue
        octets = answer.event.payload
        oids = (octets[at : at + 4] for at in range(0, len(octets) - 3, 4))
        found.append((answer.at, frozenset(int.from_bytes(each, "little") for each in oids)))
    return found


@rule("async.not-supported-not-listed", by_record=True, ndis_only=True)
def not_supported_not_listed(session: Session) -> Iterator[Judgement]:
    """What a driver leaves out of its list of OIDs it does not accept."""
    lists = _supported_lists(session)
    places = [at for at, _ in lists]
    for transaction in session.judged_transactions if lists else ():
        row, answer = transaction.row, transaction.first_answer
        if row is None or not transaction.is_wwan or answer is None or transaction.refused:
            continue
        place = bisect_left(places, transaction.request.at)
        if place:
            missing = transaction.oid not in lists[place - 1][1]
            yield answer, f"{row.name} is accepted, and not in the list of OIDs" if missing else ""


@rule("async.header-values", ndis_only=True)
def header_values(session: Session) -> Iterable[Judgement]:
    """Type, Revision and Size of the header are those of a known revision of the structure."""
    return by_buffer(session, session.outputs, "header", _wrong_header)


def _wrong_header(fields: Fields) -> str | None:
    if not fields.struct.has_header:
        return None
    if len(fields.data) < 4:
        return f"too short for the header of {fields.struct.name}"
    if fields.data[0] != number.NDIS_OBJECT_TYPE_DEFAULT:
        return f"Header.Type is {fields.data[0]:#x}"
    if not fields.known:
        size = int.from_bytes(fields.data[2:4], "little")
        return f"{fields.struct.name} has no revision {fields.data[1]} of {size} bytes"
    return ""


@rule("async.list-fits-buffer", ndis_only=True)
def list_fits_buffer(session: Session) -> Iterable[Judgement]:
    """The buffer holds ElementCount elements behind the fixed structure."""
    return by_buffers(session, session.indications.values(), "list", _list_beyond)


def _list_beyond(fields: Fields) -> str | None:
    size = fields.element_size()
    if size is None:
        return None
    needed, had = fields.size + fields.element_count() * size, len(fields.data)
    return f"the list needs {needed} bytes, the buffer has {had}" if needed > had else ""


def _without(session: Session, kind: str) -> Iterator[Judgement]:
    for oid in session.requests:
        row = OIDS.get(oid)
        if row is not None and oid in WWAN_OIDS and getattr(row, kind) == "":
            yield from refused(session, oid, kind)


@rule("async.query-unsupported", by_record=True)
def query_unsupported(session: Session) -> Iterator[Judgement]:
    """OIDs that cannot be queried are not queried with success."""
    yield from _without(session, "query")


@rule("async.set-unsupported", by_record=True)
def set_unsupported(session: Session) -> Iterator[Judgement]:
    """OIDs that cannot be set are not set with success."""
    yield from _without(session, "set")


def _by_use(session: Session, use: str, wrong: Callable[[Item], bool]) -> Iterator[Judgement]:
    for code in session.indications:
        row = INDICATIONS.get(code)
        if row is None or code not in WWAN_INDICATIONS or row.unsolicited != use:
            continue
        for item in session.judged_reports(code):
            yield item, f"{row.name} with RequestId {item.request_id}" if wrong(item) else ""


@rule("async.no-unsolicited", by_record=True)
def no_unsolicited(session: Session) -> Iterator[Judgement]:
    """Indications that only answer are never sent as events."""
    for item, text in _by_use(session, "no", lambda item: not item.was_open):
        unseen = not item.is_event and session.may_answer_unseen(item)
        yield item, UNSEEN_REQUEST if unseen else text


@rule("async.only-unsolicited", by_record=True)
def only_unsolicited(session: Session) -> Iterator[Judgement]:
    """Indications that are only events never close a transaction."""
    yield from _by_use(session, "only", lambda item: not item.is_event)


@rule("async.event-ustatus-success")
def event_u_status_success(session: Session) -> Iterator[Judgement]:
    """uStatus of registration, packet service, radio and provider list events is success."""
    for code in _EVENTS_OF_SUCCESS:
        for item in session.judged_reports(code):
            if item.is_event:
                wrong = item.u_status
                yield item, f"an event with uStatus {wrong:#010x}" if wrong else ""
