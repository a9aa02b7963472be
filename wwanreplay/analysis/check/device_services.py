"""Rules of device services, and of service activation: commands, responses, events."""

from __future__ import annotations

from collections.abc import Iterator

from wwanreplay.analysis.check.fields import Fields, number
from wwanreplay.analysis.check.judgements import closed_by, refused
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import Item, Session, Transaction
from wwanreplay.analysis.check.states import (
    follows,
    judged_closings,
    supported_oids,
)

LIST_OID = number.OID_WWAN_ENUMERATE_DEVICE_SERVICES
LIST = number.NDIS_STATUS_WWAN_SUPPORTED_DEVICE_SERVICES
COMMANDS_OID = number.OID_WWAN_ENUMERATE_DEVICE_SERVICE_COMMANDS
COMMANDS = number.NDIS_STATUS_WWAN_DEVICE_SERVICE_SUPPORTED_COMMANDS
COMMAND_OID = number.OID_WWAN_DEVICE_SERVICE_COMMAND
RESPONSE = number.NDIS_STATUS_WWAN_DEVICE_SERVICE_RESPONSE
SUBSCRIBE_OID = number.OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS
SUBSCRIPTION = number.NDIS_STATUS_WWAN_DEVICE_SERVICE_SUBSCRIPTION
EVENT = number.NDIS_STATUS_WWAN_DEVICE_SERVICE_EVENT
ACTIVATION_OID = number.OID_WWAN_SERVICE_ACTIVATION
ACTIVATION = number.NDIS_STATUS_WWAN_SERVICE_ACTIVATION
READY = number.NDIS_STATUS_WWAN_READY_INFO
_NOT_SUPPORTED = number.NDIS_STATUS_NOT_SUPPORTED


def services(session: Session) -> frozenset[bytes] | None:
    """GUIDs of the services that the device has; None when they were never listed."""
    report = session.last_report(LIST, 1 << 62)
    if report is None or report.fields is None:
        return None
    return frozenset(
        each["DeviceServiceGuid"] for each in report.fields.elements() if isinstance(each, Fields)
    )


@rule("devsvc.commands", ndis_only=True)
def commands(session: Session) -> Iterator[Judgement]:
    """A query is closed by the commands of the service asked for; no set."""
    struct = "NDIS_WWAN_DEVICE_SERVICE_SUPPORTED_COMMANDS"
    for closing, text in closed_by(session, COMMANDS_OID, COMMANDS, struct, "query"):
        transaction = closing.transaction
        asked = None if transaction is None else transaction["DeviceServiceGuid"]
        if not text and closing.u_status == 0 and asked is not None:
            same = closing["SupportedCommands.DeviceServiceGuid"] == asked
            yield closing, "" if same else "the commands are of another service"
        else:
            yield closing, text
    yield from refused(session, COMMANDS_OID, "set")


def _unknown(session: Session, transaction: Transaction, path: str) -> bool | None:
    """Whether a request names a service that is not listed; None when no list was seen."""
    known = services(session)
    return None if known is None else transaction[path] not in known


@rule("devsvc.commands-unsupported", ndis_only=True)
def commands_unsupported(session: Session) -> Iterator[Judgement]:
    """Commands of a service that is not listed are refused as not supported."""
    for transaction in session.of(COMMANDS_OID, "query"):
        if transaction["DeviceServiceGuid"] is not None:
            unknown = _unknown(session, transaction, "DeviceServiceGuid")
            yield from _refusal(transaction, unknown)


@rule("devsvc.command-unsupported", ndis_only=True)
def command_unsupported(session: Session) -> Iterator[Judgement]:
    """A command of a service that is not listed is refused as not supported."""
    for transaction in session.of(COMMAND_OID):
        if transaction["Command.DeviceServiceGuid"] is not None:
            unknown = _unknown(session, transaction, "Command.DeviceServiceGuid")
            yield from _refusal(transaction, unknown)


def _refusal(transaction: Transaction, unknown: bool | None) -> Iterator[Judgement]:
    answer = transaction.first_answer
    if answer is None:
        return
    if unknown is None:
        yield answer, Undecided("the device services were never listed")
    elif unknown:
        yield answer, "a service that is not listed was accepted" if transaction.accepted else ""


@rule("devsvc.response-echo")
def response_echo(session: Session) -> Iterator[Judgement]:
    """A response names the service and the command of its request."""
    for transaction, closing in judged_closings(session, COMMAND_OID, RESPONSE):
        if closing.u_status:
            continue
        asked = transaction["Command.DeviceServiceGuid"], transaction["Command.CommandID"]
        given = closing["Response.DeviceServiceGuid"], closing["Response.ResponseID"]
        if None in asked or None in given:
            continue
        if asked[0] != given[0]:
            yield closing, "a response of another service"
        else:
            other = f"response {given[1]} to command {asked[1]}"
            yield closing, "" if asked[1] == given[1] else other


_DATA = (
    (RESPONSE, "Response.uDataSize"),
    (EVENT, "Event.uDataSize"),
)


@rule("devsvc.data-size")
def data_size(session: Session) -> Iterator[Judgement]:
    """Data of a response or event are within the size that the device states."""
    for code, path in _DATA:
        for item in session.judged_reports(code):
            size = item[path]
            if size is None:
                continue
            limit = session.value_before(1 << 62, LIST, "DeviceServices.uMaxCommandDataSize")
            if limit is None:
                yield item, Undecided("the device services were never listed")
            else:
                yield item, f"{size} bytes, and at most {limit} are stated" if size > limit else ""


@rule("devsvc.only-subscribed")
def only_subscribed(session: Session) -> Iterator[Judgement]:
    """An event is of a service that the host subscribed to."""
    for item in session.judged_reports(EVENT):
        last = session.last_report(SUBSCRIPTION, item.at)
        if session.open_at(item.at, SUBSCRIBE_OID, "set"):
            continue
        if last is None or last.transaction is None:
            if session.is_whole:
                yield item, "an event, and nothing was subscribed to"
            else:
                yield item, Undecided("what was subscribed to is not in the session")
            continue
        fields = last.transaction.request.fields
        wanted = [] if fields is None else _guids(fields)
        other = item["Event.DeviceServiceGuid"] not in wanted
        yield item, "an event of a service that was not subscribed to" if other else ""


def _guids(fields: Fields) -> list[bytes]:
    data = fields.tail()
    count = fields.element_count()
    return [data[at * 16 : at * 16 + 16] for at in range(count)]


@rule("devsvc.event-only", by_record=True)
def event_only(session: Session) -> Iterator[Judgement]:
    """Only sent as an event."""
    for item in session.judged_reports(EVENT):
        yield item, "" if item.is_event else "an event with a RequestId"


# Service activation


@rule("svcact.ready-after")
def ready_after(session: Session) -> Iterator[Judgement]:
    """A service activation of a device that was not activated is followed by its ready state."""
    for transaction, closing in judged_closings(session, ACTIVATION_OID, ACTIVATION, "set"):
        start = transaction.request.at
        if closing.u_status or session.ready_state(start) != number.WwanReadyStateNotActivated:
            continue
        reported = follows(session, READY, lambda each: each.is_event, transaction.request, closing)
        if reported is not None:
            yield closing, "" if reported else "activated, and no event tells a ready state"


def absent(session: Session, oid: int) -> Iterator[tuple[Transaction, Item, bool | None]]:
    """The answered requests of an OID, with whether it is missing in the supported list."""
    known = supported_oids(session)
    for transaction in session.of(oid):
        answer = transaction.first_answer
        if answer is not None:
            yield transaction, answer, None if known is None else oid not in known


def not_supported(session: Session, oid: int) -> Iterator[Judgement]:
    """An OID that the supported list lacks is refused as not supported."""
    for transaction, answer, missing in absent(session, oid):
        if missing is None and transaction.refused:
            yield answer, Undecided("the supported list was never queried")
        elif missing:
            right = transaction.status == _NOT_SUPPORTED
            yield answer, "" if right else "the supported list lacks the OID, and it is not refused"


@rule("svcact.not-supported", ndis_only=True)
def activation_not_supported(session: Session) -> Iterator[Judgement]:
    """Without service activation it is refused as not supported."""
    return not_supported(session, ACTIVATION_OID)


@rule("vendor.not-supported", ndis_only=True)
def vendor_not_supported(session: Session) -> Iterator[Judgement]:
    """Without the vendor's OID it is refused as not supported."""
    return not_supported(session, number.OID_WWAN_VENDOR_SPECIFIC)


@rule("svcact.nwerror")
def activation_error(session: Session) -> Iterator[Judgement]:
    """A successful activation has no cause."""
    for _, closing in judged_closings(session, ACTIVATION_OID, ACTIVATION, "set"):
        if closing.u_status == 0 and closing["ServiceActivationStatus.uNwError"] is not None:
            wrong = closing["ServiceActivationStatus.uNwError"] != 0
            yield closing, "success with a network error" if wrong else ""
