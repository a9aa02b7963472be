"""Rules of OID_WWAN_PIN_LIST and its report."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.judgements import never_unsolicited
from wwanreplay.analysis.check.pins import (
    DESCRIPTIONS,
    LIST,
    MODES,
    OIDS,
    OPERATION,
    REPORT,
    SET_TYPE,
    UNKNOWN,
    position_of,
)
from wwanreplay.analysis.check.registry import Judgement, rule
from wwanreplay.analysis.check.session import Item, Session
from wwanreplay.analysis.check.states import (
    judged_closings,
    ready_throughout,
    sim_changed,
)

LIST_OID = number.OID_WWAN_PIN_LIST


@rule("pin-list.all-pins")
def all_pins(session: Session) -> Iterator[Judgement]:
    """A PIN that an operation succeeded for is listed as supported."""
    for report in session.judged_reports(LIST):
        if report.u_status:
            continue
        for pin, name in DESCRIPTIONS.items():
            if _last_of(session, "operated", pin, report.at) is None:
                continue
            missing = report[f"PinList.WwanPinDesc{name}.PinMode"] == number.WwanPinModeNotSupported
            yield report, f"{name} is listed as not supported, and was operated" if missing else ""


def _last_of(session: Session, what: str, pin: int, before: int) -> Item | None:
    """The end of the last successful set of a PIN before a position, or of such a switch of it."""
    ends = session.derived("ends of sets of PINs", _ends_of_sets)[what].get(pin, [])
    place = bisect_left(ends, before, key=position_of)
    return ends[place - 1] if place else None


def _ends_of_sets(session: Session) -> dict[str, dict[int, list[Item]]]:
    """By the PIN: the reports of sets that succeeded, and of them those that switched it."""
    operated: dict[int, list[Item]] = {}
    switched: dict[int, list[Item]] = {}
    for item in session.reports(REPORT):
        transaction = item.transaction
        if item.u_status or transaction is None or not transaction.is_set:
            continue
        pin = transaction[SET_TYPE]
        operated.setdefault(pin, []).append(item)
        if transaction[OPERATION] in MODES:
            switched.setdefault(pin, []).append(item)
    return {"operated": operated, "switched": switched}


@rule("pin-list.when")
def list_when(session: Session) -> Iterator[Judgement]:
    """The list is there in the states initialized and locked."""
    states = (number.WwanReadyStateInitialized, number.WwanReadyStateDeviceLocked)
    for transaction, closing in judged_closings(session, LIST_OID, LIST, "query"):
        if ready_throughout(session, transaction, *states):
            failed = closing.u_status != 0
            yield closing, f"the list ended with uStatus {closing.u_status:#010x}" if failed else ""


@rule("pin-list.current-mode")
def current_mode(session: Session) -> Iterator[Judgement]:
    """The list shows the mode that the last successful enable or disable set."""
    for transaction, closing in judged_closings(session, LIST_OID, LIST, "query"):
        if closing.u_status:
            continue
        for pin, name in DESCRIPTIONS.items():
            start = transaction.request.at
            last = _last_of(session, "switched", pin, start)
            if last is None or sim_changed(session, last.at, closing.at):
                continue
            if any(session.any_open(oid, last.at + 1, closing.at) for oid in OIDS):
                continue
            operation = last.transaction[OPERATION] if last.transaction else None
            wrong = closing[f"PinList.WwanPinDesc{name}.PinMode"] != MODES.get(operation)
            yield closing, f"the mode of {name} is not the one last set" if wrong else ""


@rule("pin-list.no-event", by_record=True)
def list_no_event(session: Session) -> Iterator[Judgement]:
    """Only sent for a query of the list."""
    return never_unsolicited(session, LIST)


@rule("pin-list.length")
def list_length(session: Session) -> Iterator[Judgement]:
    """Lengths are within the limit or unknown."""
    limit = number.WWAN_PIN_LEN - 1
    for report in session.judged_reports(LIST):
        if report.u_status:
            continue
        lengths = [
            (name, report[f"PinList.WwanPinDesc{name}.PinLength{end}"])
            for name in DESCRIPTIONS.values()
            for end in ("Min", "Max")
        ]
        wrong = [
            name
            for name, length in lengths
            if length is not None and length > limit and length != UNKNOWN
        ]
        yield report, f"the length of {wrong[0]} is beyond {limit}" if wrong else ""
