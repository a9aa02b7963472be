"""Rules of PINs: OID_WWAN_PIN, OID_WWAN_PIN_EX and _EX2, OID_WWAN_PIN_LIST and their reports."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from wwanreplay._core import Lifecycle
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.judgements import closed_by, never_unsolicited, with_status
from wwanreplay.analysis.check.registry import Judgement, Undecided, rule
from wwanreplay.analysis.check.session import Item, Session, Transaction
from wwanreplay.analysis.check.states import (
    closings,
    judged_closings,
    sim_changed,
)

OIDS = (number.OID_WWAN_PIN, number.OID_WWAN_PIN_EX)
EX2 = number.OID_WWAN_PIN_EX2
REPORT = number.NDIS_STATUS_WWAN_PIN_INFO
LIST = number.NDIS_STATUS_WWAN_PIN_LIST
READY = number.NDIS_STATUS_WWAN_READY_INFO
SET_TYPE = "PinAction.PinType"
OPERATION = "PinAction.PinOperation"
PIN_TYPE = "PinInfo.PinType"
PIN_STATE = "PinInfo.PinState"
ATTEMPTS = "PinInfo.AttemptsRemaining"
NONE = number.WwanPinTypeNone
PIN1, PUK1 = number.WwanPinTypePin1, number.WwanPinTypePuk1
ENTER = number.WwanPinOperationEnter
ENABLE = number.WwanPinOperationEnable
DISABLE = number.WwanPinOperationDisable
CHANGE = number.WwanPinOperationChange
TO_ENTER = number.WwanPinStateEnter
FAILURE = number.WWAN_STATUS_FAILURE
UNKNOWN = 0xFFFFFFFF
# Of a PIN of a SIM, in characters.
_PIN_LENGTH_MIN = 4
_NO_SUPPORT = number.WWAN_STATUS_NO_DEVICE_SUPPORT
_REQUIRED = number.WWAN_STATUS_PIN_REQUIRED
# What stands in the way of any operation, and says nothing of the PIN.
_UNRELATED = (
    number.WWAN_STATUS_SIM_NOT_INSERTED,
    number.WWAN_STATUS_BAD_SIM,
    number.WWAN_STATUS_NOT_INITIALIZED,
    number.WWAN_STATUS_BUSY,
    number.WWAN_STATUS_INVALID_PARAMETERS,
    number.WWAN_STATUS_DENIED_POLICY,
)
# Each PIN with the PUK that unblocks it and its description in the list.
PUKS = {
    PIN1: PUK1,
    number.WwanPinTypePin2: number.WwanPinTypePuk2,
    number.WwanPinTypeDeviceFirstSimPin: number.WwanPinTypeDeviceFirstSimPuk,
    number.WwanPinTypeNetworkPin: number.WwanPinTypeNetworkPuk,
    number.WwanPinTypeNetworkSubsetPin: number.WwanPinTypeNetworkSubsetPuk,
    number.WwanPinTypeSvcProviderPin: number.WwanPinTypeSvcProviderPuk,
    number.WwanPinTypeCorporatePin: number.WwanPinTypeCorporatePuk,
}
PUK_TYPES = frozenset(PUKS.values())
DESCRIPTIONS = {
    PIN1: "Pin1",
    number.WwanPinTypePin2: "Pin2",
    number.WwanPinTypeDeviceSimPin: "DeviceSimPin",
    number.WwanPinTypeDeviceFirstSimPin: "DeviceFirstSimPin",
    number.WwanPinTypeNetworkPin: "NetworkPin",
    number.WwanPinTypeNetworkSubsetPin: "NetworkSubsetPin",
    number.WwanPinTypeSvcProviderPin: "SvcProviderPin",
    number.WwanPinTypeCorporatePin: "CorporatePin",
    number.WwanPinTypeSubsidyLock: "SubsidyLock",
}
MODES = {ENABLE: number.WwanPinModeEnabled, DISABLE: number.WwanPinModeDisabled}
_WORDS = {ENTER: "enter", ENABLE: "enable", DISABLE: "disable", CHANGE: "change"}


def operations(session: Session, *kinds: int) -> Iterator[tuple[Transaction, Item]]:
    """The operations on PINs, of all kinds or these, with what closed each."""
    for oid in OIDS:
        for transaction, closing in closings(session, oid, REPORT, "set"):
            if session.is_mapped and _is_bare(closing):
                continue
            if not kinds or transaction[OPERATION] in kinds:
                yield transaction, closing


def _is_bare(closing: Item) -> bool:
    """Whether a failure says nothing but its status, as messages of MBIM without a body do."""
    members = (closing[PIN_TYPE], closing[PIN_STATE], closing[ATTEMPTS])
    return closing.u_status != 0 and not any(members)


def mode_of(session: Session, pin: int, at: int) -> int | None:
    """The mode of a PIN by the last list before a position; None without one.

    A mode that an operation or another SIM may have changed since is not known.
    """
    report = session.last_report(LIST, at)
    name = DESCRIPTIONS.get(pin)
    if report is None or name is None or session.interrupted(report.at, at - 1):
        return None
    if sim_changed(session, report.at, at):
        return None
    mode = report[f"PinList.WwanPinDesc{name}.PinMode"]
    for item in session.reports_inside(REPORT, report.at, at):
        transaction = item.transaction
        if transaction is None or not transaction.is_set or item.u_status:
            continue
        if transaction[SET_TYPE] == pin:
            mode = MODES.get(transaction[OPERATION], mode)
    return None if mode is None else int(mode)


def settled(session: Session, *kinds: int) -> Iterator[tuple[Transaction, Item]]:
    """Operations that found what the reports before the request show.

    No other set of a PIN was under way, which may have changed it first, and no SIM came or went.
    """
    for transaction, closing in operations(session, *kinds):
        start = transaction.request.at
        if sim_changed(session, start, closing.at):
            continue
        if any(session.open_at(start, oid, "set") for oid in (*OIDS, EX2)):
            continue
        between = session.reports_inside(REPORT, start, closing.at)
        if not any(item.transaction is not None and item.transaction.is_set for item in between):
            yield transaction, closing


def _shows_the_pin(item: Item) -> bool:
    """Whether a report says which PIN is expected.

    That an enable succeeded does not: what is enabled already stays to be entered.
    """
    transaction = item.transaction
    is_enable = transaction is not None and transaction.is_set and transaction[OPERATION] == ENABLE
    return not is_enable or item[PIN_TYPE] != NONE


def expected(session: Session, at: int) -> Item | None:
    """The last report of the PIN before a position; None without one, or after a change."""
    report = session.last_report(REPORT, at, accept=_shows_the_pin)
    if report is None or session.interrupted(report.at, at):
        return None
    if sim_changed(session, report.at, at):
        return None
    # A wrong PIN may have made it another one that is to be entered.
    for item in session.reports_inside(REPORT, report.at, at):
        if item.u_status and item[PIN_TYPE] not in (NONE, report[PIN_TYPE]):
            return None
    return report


def _attempts_before(session: Session, before: Item, transaction: Transaction) -> int | None:
    """The attempts that were left before an operation: failed ones since a report count too."""
    failed = [
        item
        for item in session.reports_inside(REPORT, before.at, transaction.request.at)
        if item[PIN_TYPE] == before[PIN_TYPE]
    ]
    value = (failed[-1] if failed else before)[ATTEMPTS]
    return None if value is None else int(value)


def _supported(session: Session, pin: int, at: int) -> bool | None:
    mode = mode_of(session, pin, at)
    return None if mode is None else mode != number.WwanPinModeNotSupported


def is_wrong(closing: Item) -> bool:
    """Whether an operation failed in a way that a wrong PIN does."""
    return bool(closing.u_status == FAILURE)


def is_blocked(closing: Item, pin: int) -> bool:
    """Whether a failed operation used up the attempts of a PIN: its PUK is asked for, or none."""
    return bool(closing[PIN_TYPE] == PUKS.get(pin, -1) or closing[ATTEMPTS] == 0)


@rule("pin.async", ndis_only=True)
def asynchronous(session: Session) -> Iterator[Judgement]:
    """Answered provisionally, closed by NDIS_WWAN_PIN_INFO."""
    for oid in (*OIDS, EX2):
        yield from closed_by(session, oid, REPORT, "NDIS_WWAN_PIN_INFO")


@rule("pin.which-oid", ndis_only=True)
def which_oid(session: Session) -> Iterator[Judgement]:
    """OID_WWAN_PIN_EX belongs to drivers of model 2 and later."""
    for transaction in session.judged_requests(OIDS[1]):
        answer = transaction.first_answer
        if answer is None:
            continue
        version = _model(session)
        if version is None:
            if transaction.accepted:
                yield answer, Undecided("which driver model it is was never queried")
        elif version < 2:
            yield answer, "OID_WWAN_PIN_EX in driver model 1" if transaction.accepted else ""
        else:
            unsupported = transaction.status == number.NDIS_STATUS_NOT_SUPPORTED
            yield answer, "OID_WWAN_PIN_EX is not supported in model 2" if unsupported else ""


def _model(session: Session) -> int | None:
    """Major version of the driver model; None when it was never queried."""
    for transaction in session.of(number.OID_WWAN_DRIVER_CAPS, "query"):
        answer = transaction.first_answer
        if answer is not None and answer["DriverCaps.ulMajorVersion"]:
            return int(answer["DriverCaps.ulMajorVersion"])
    return None


@rule("pin.wrong-value-failure")
def wrong_value(session: Session) -> Iterator[Judgement]:
    """A set that lowered the attempts was wrong, and ends with WWAN_STATUS_FAILURE."""
    for transaction, closing in settled(session):
        before = expected(session, transaction.request.at)
        if before is None or before[PIN_TYPE] != transaction[SET_TYPE]:
            continue
        attempts = _attempts_before(session, before, transaction), closing[ATTEMPTS]
        if {UNKNOWN, None} & set(attempts) or closing[PIN_TYPE] != before[PIN_TYPE]:
            continue
        if attempts[1] < attempts[0]:
            wrong = closing.u_status != FAILURE
            yield closing, "attempts were used up by a set that did not fail" if wrong else ""


@rule("pin.enter-supported")
def enter_supported(session: Session) -> Iterator[Judgement]:
    """A supported PIN can be entered."""
    for transaction, closing in operations(session, ENTER):
        if _supported(session, transaction[SET_TYPE], transaction.request.at):
            unsupported = closing.u_status == _NO_SUPPORT
            yield closing, "enter is refused for a supported PIN" if unsupported else ""


@rule("pin.pin1-operations")
def pin1_operations(session: Session) -> Iterator[Judgement]:
    """A supported PIN1 can be enabled, disabled and changed."""
    for transaction, closing in operations(session, ENABLE, DISABLE, CHANGE):
        if transaction[SET_TYPE] != PIN1:
            continue
        if _supported(session, PIN1, transaction.request.at):
            word = _WORDS[transaction[OPERATION]]
            unsupported = closing.u_status == _NO_SUPPORT
            yield closing, f"{word} is refused for a supported PIN1" if unsupported else ""


@rule("pin.disable-while-locked")
def disable_while_locked(session: Session) -> Iterator[Judgement]:
    """Disable of a PIN that is to be entered fails with PIN_REQUIRED, or unlocks."""
    for transaction, closing in settled(session, DISABLE):
        before = expected(session, transaction.request.at)
        if before is None or before[PIN_STATE] != TO_ENTER:
            continue
        if before[PIN_TYPE] != transaction[SET_TYPE] or closing.u_status in (*_UNRELATED, FAILURE):
            continue
        supported = _supported(session, transaction[SET_TYPE], transaction.request.at)
        if closing.u_status == _NO_SUPPORT and not supported:
            yield closing, Undecided("whether the device has this PIN was never listed")
        elif closing.u_status == 0:
            locked = closing[PIN_STATE] == TO_ENTER and closing[PIN_TYPE] == before[PIN_TYPE]
            yield closing, "disabled, and still to be entered" if locked else ""
        else:
            yield with_status(closing, "WWAN_STATUS_PIN_REQUIRED")


@rule("pin.pin1-first")
def pin1_first(session: Session) -> Iterator[Judgement]:
    """While PIN1 is to be entered a query reports no other PIN."""
    for oid in OIDS:
        for transaction, closing in judged_closings(session, oid, REPORT, "query"):
            before = expected(session, transaction.request.at)
            if before is None or before[PIN_TYPE] != PIN1 or before[PIN_STATE] != TO_ENTER:
                continue
            if session.any_open(oid, transaction.request.at, closing.at) or closing.u_status:
                continue
            other = closing[PIN_TYPE] not in (PIN1, PUK1, NONE)
            yield closing, "another PIN while PIN1 is to be entered" if other else ""


@rule("pin-ex2.pin1-first")
def pin1_first_ex2(session: Session) -> Iterator[Judgement]:
    """With OID_WWAN_PIN_EX2, too, PIN1 comes before other PINs."""
    for transaction, closing in judged_closings(session, EX2, REPORT, "query"):
        before = expected(session, transaction.request.at)
        if before is None or before[PIN_TYPE] != PIN1 or before[PIN_STATE] != TO_ENTER:
            continue
        if closing.u_status == 0 and not session.any_open(EX2, before.at + 1, closing.at):
            other = closing[PIN_TYPE] not in (PIN1, PUK1, NONE)
            yield closing, "another PIN while PIN1 is to be entered" if other else ""


@rule("pin-ex2.empty-pin-is-query")
def empty_pin(session: Session) -> Iterator[Judgement]:
    """A set with an empty PIN uses up no attempt."""
    for transaction, closing in judged_closings(session, EX2, REPORT, "set"):
        if transaction["PinAction.Pin"] != "":
            continue
        before = expected(session, transaction.request.at)
        if before is None:
            yield closing, Undecided("how many attempts there were was never reported")
            continue
        attempts = _attempts_before(session, before, transaction), closing[ATTEMPTS]
        if before[PIN_TYPE] == closing[PIN_TYPE] and not {UNKNOWN, None} & set(attempts):
            fewer = attempts[1] < attempts[0]
            yield closing, "a set with an empty PIN used up an attempt" if fewer else ""


@rule("pin.query-current")
def query_current(session: Session) -> Iterator[Judgement]:
    """A query shows the PIN that was reported last, if nothing happened to it.

    A locked device expects one, one that is initialized expects neither PIN1 nor PUK1.
    """
    for oid in OIDS:
        for transaction, closing in judged_closings(session, oid, REPORT, "query"):
            if text := _contradicts_ready(session, transaction, closing):
                yield closing, text
                continue
            before = expected(session, transaction.request.at)
            if before is None or closing.u_status:
                continue
            if any(session.any_open(each, before.at + 1, closing.at) for each in OIDS):
                continue
            if session.reports_inside(READY, before.at, closing.at):
                continue
            if sim_changed(session, transaction.request.at, closing.at):
                continue
            if before.transaction is not None and before.transaction.is_set:
                continue
            same = before[PIN_TYPE] == closing[PIN_TYPE]
            yield closing, "" if same else "another PIN than reported last, and nothing happened"


def _contradicts_ready(session: Session, transaction: Transaction, closing: Item) -> str:
    """What a query says of PIN1 against the ready state, if nothing happened to either since."""
    ready = session.last_report(READY, closing.at)
    if closing.u_status or ready is None:
        return ""
    since = min(ready.at, transaction.request.at)
    if session.interrupted(since, closing.at) or sim_changed(session, since, closing.at):
        return ""
    if any(session.any_open(oid, since, closing.at) for oid in (*OIDS, EX2)):
        return ""
    state, kind = ready["ReadyInfo.ReadyState"], closing[PIN_TYPE]
    if state == number.WwanReadyStateDeviceLocked and kind == NONE:
        return "no PIN is expected, and the device is locked"
    is_locked = kind in (PIN1, PUK1) and closing[PIN_STATE] == TO_ENTER
    is_ready = state == number.WwanReadyStateInitialized
    return "PIN1 is expected, and the device is initialized" if is_locked and is_ready else ""


@rule("pin.enter-success")
def enter_success(session: Session) -> Iterator[Judgement]:
    """A successful enter leaves no PIN, unless another one is to be entered."""
    for transaction, closing in operations(session, ENTER):
        if closing.u_status:
            continue
        kind = closing[PIN_TYPE]
        if kind == NONE:
            yield closing, ""
        elif closing[PIN_STATE] != TO_ENTER:
            yield closing, "entered with success, and PinType is not none"
        elif kind == transaction[SET_TYPE]:
            yield closing, "entered with success, and still the PIN that is expected"


@rule("pin.enter-not-expected")
def enter_not_expected(session: Session) -> Iterator[Judgement]:
    """Enter for a PIN that is disabled or not required fails, and PinType is none."""
    for transaction, closing in settled(session, ENTER):
        pin, at = transaction[SET_TYPE], transaction.request.at
        before = expected(session, at)
        if before is None or not _supported(session, pin, at):
            continue
        if before[PIN_TYPE] != NONE and before[PIN_STATE] == TO_ENTER:
            continue
        if closing.u_status in _UNRELATED or pin in PUK_TYPES:
            continue
        if closing.u_status != FAILURE:
            yield with_status(closing, "WWAN_STATUS_FAILURE")
        else:
            other = closing[PIN_TYPE] != NONE
            yield closing, "enter was not expected, and PinType is not none" if other else ""


@rule("pin.not-supported")
def not_supported(session: Session) -> Iterator[Judgement]:
    """An operation on a PIN that is listed as not supported: NO_DEVICE_SUPPORT."""
    for transaction, closing in settled(session):
        supported = _supported(session, transaction[SET_TYPE], transaction.request.at)
        if supported is False and closing.u_status not in _UNRELATED:
            yield with_status(closing, "WWAN_STATUS_NO_DEVICE_SUPPORT")


@rule("pin.retrial")
def retrial(session: Session) -> Iterator[Judgement]:
    """A wrong enter with attempts left: the same PinType."""
    for transaction, closing in settled(session, ENTER):
        left = closing[ATTEMPTS]
        if not is_wrong(closing) or left in (0, UNKNOWN, None):
            continue
        before = expected(session, transaction.request.at)
        pin = transaction[SET_TYPE]
        if (before is not None and before[PIN_TYPE] != pin) or is_blocked(closing, pin):
            continue
        same = closing[PIN_TYPE] == pin
        yield closing, "" if same else "a wrong enter shows another PinType than the set"


def _is_tried(transaction: Transaction) -> bool:
    """Whether the SIM is asked: not for an empty PIN, nor for a PUK with a new PIN too short."""
    if transaction[SET_TYPE] in PUK_TYPES:
        return len(transaction["PinAction.NewPin"] or "") >= _PIN_LENGTH_MIN
    return bool(transaction["PinAction.Pin"])


@rule("pin.attempts-decrease")
def attempts_decrease(session: Session) -> Iterator[Judgement]:
    """Each wrong enter leaves fewer attempts."""
    last: dict[int, Item] = {}
    for transaction, closing in sorted(operations(session), key=lambda pair: pair[1].at):
        pin = transaction[SET_TYPE]
        before = last.pop(pin, None)
        wrong = is_wrong(closing) and transaction[OPERATION] == ENTER and _is_tried(transaction)
        if not wrong or closing[PIN_TYPE] != pin or closing[ATTEMPTS] in (UNKNOWN, None):
            continue
        last[pin] = closing
        before = before or _queried(session, transaction)
        if before is None or session.interrupted(before.at, closing.at):
            continue
        if sim_changed(session, before.at, closing.at):
            continue
        fewer = closing[ATTEMPTS] < before[ATTEMPTS]
        yield closing, "" if fewer else "a wrong enter left as many attempts as before"


def _queried(session: Session, transaction: Transaction) -> Item | None:
    """A query right before an operation, if it says how many attempts its PIN has."""
    at = transaction.request.at
    report = session.last_report(REPORT, at, ending="query")
    if report is None or session.reports_inside(REPORT, report.at, at):
        return None
    if report[PIN_TYPE] != transaction[SET_TYPE] or report[ATTEMPTS] in (UNKNOWN, None):
        return None
    others = any(
        each is not transaction for oid in OIDS for each in session.open_at(at, oid, "set")
    )
    return None if others else report


@rule("pin.enable-disable-success")
def change_success(session: Session) -> Iterator[Judgement]:
    """Enable or disable that took effect by the next list ended with success."""
    for transaction, closing in settled(session, ENABLE, DISABLE):
        pin, operation = transaction[SET_TYPE], transaction[OPERATION]
        before = mode_of(session, pin, transaction.request.at)
        if before is None:
            continue
        if closing.u_status == 0:
            yield closing, ""
            continue
        after = session.next_report(LIST, closing.at)
        name = DESCRIPTIONS.get(pin)
        if after is None or name is None or session.interrupted(closing.at, after.at):
            continue
        if sim_changed(session, closing.at, after.at):
            continue
        if any(session.any_open(oid, closing.at + 1, after.at) for oid in OIDS):
            continue
        mode = after[f"PinList.WwanPinDesc{name}.PinMode"]
        if mode == MODES[operation] != before:
            yield closing, f"{_WORDS[operation]} took effect, and ended with an error"


@rule("pin.already-in-state")
def already_in_state(session: Session) -> Iterator[Judgement]:
    """Enable or disable of a PIN that is already so: success, PinType none."""
    for transaction, closing in settled(session, ENABLE, DISABLE):
        pin, operation = transaction[SET_TYPE], transaction[OPERATION]
        if mode_of(session, pin, transaction.request.at) != MODES[operation]:
            continue
        if closing.u_status in _UNRELATED or closing.u_status == _REQUIRED:
            continue
        if closing.u_status == _NO_SUPPORT and pin != PIN1:
            continue  # of other PINs a device need support the entering only
        before = expected(session, transaction.request.at)
        if before is not None and before[PIN_STATE] == TO_ENTER:
            continue
        if closing.u_status:
            yield closing, f"{_WORDS[operation]} of a PIN that is already so ended with an error"
        else:
            other = closing[PIN_TYPE] != NONE
            yield closing, "the PIN is already so, and PinType is not none" if other else ""


@rule("pin.enable-state-none")
def enable_state(session: Session) -> Iterator[Judgement]:
    """After a successful enable the PIN is not to be entered."""
    for _, closing in operations(session, ENABLE):
        if closing.u_status == 0:
            wrong = closing[PIN_STATE] == TO_ENTER
            yield closing, "enabled, and the PIN is to be entered" if wrong else ""


@rule("pin.pin1-enter-after-power")
def enter_after_power(session: Session) -> Iterator[Judgement]:
    """An enabled PIN1 is to be entered after the device was halted or taken out."""
    for oid in OIDS:
        for transaction, closing in judged_closings(session, oid, REPORT, "query"):
            if closing.u_status:
                continue
            removals = session.derived("removals", _removals)
            place = bisect_left(removals, transaction.request.at, key=position_of)
            if not place:
                continue
            restart = removals[place - 1]
            if mode_of(session, PIN1, restart.at) != number.WwanPinModeEnabled:
                continue
            if any(session.any_open(each, restart.at, closing.at) for each in OIDS):
                continue
            if sim_changed(session, restart.at, closing.at):
                continue
            free = closing[PIN_TYPE] == NONE
            yield (
                closing,
                "PIN1 is enabled, and after a restart it is not to be entered" if free else "",
            )


def _removals(session: Session) -> list[Item]:
    # Only what is taken out certainly loses its power.
    gone = Lifecycle.LIFECYCLE_SURPRISE_REMOVAL
    return [item for item in session.lifecycle if item.code == gone]


def position_of(item: Item) -> int:
    """Where it stands in the session."""
    return item.at


@rule("pin.must-be-entered")
def must_be_entered(session: Session) -> Iterator[Judgement]:
    """Enable or change while a PIN is to be entered: PIN_REQUIRED and that PIN.

    A PIN that is to be entered is enabled, and enabling it needs nothing: success is right, too.
    """
    for transaction, closing in settled(session, ENABLE, CHANGE):
        before = expected(session, transaction.request.at)
        if before is None or before[PIN_STATE] != TO_ENTER or before[PIN_TYPE] == NONE:
            continue
        if closing.u_status in (*_UNRELATED, _NO_SUPPORT):
            continue
        is_same = transaction[OPERATION] == ENABLE and transaction[SET_TYPE] == before[PIN_TYPE]
        if is_same and not closing.u_status:
            yield closing, ""
        elif closing.u_status != _REQUIRED:
            yield with_status(closing, "WWAN_STATUS_PIN_REQUIRED")
        else:
            same = closing[PIN_TYPE] == before[PIN_TYPE]
            yield closing, "" if same else "PIN_REQUIRED, and PinType is not the PIN required"


@rule("pin.change-while-disabled")
def change_while_disabled(session: Session) -> Iterator[Judgement]:
    """A change of a disabled PIN that does not succeed ends with PIN_DISABLED."""
    for transaction, closing in settled(session, CHANGE):
        pin, disabled = transaction[SET_TYPE], number.WwanPinModeDisabled
        if mode_of(session, pin, transaction.request.at) != disabled:
            continue
        if closing.u_status in (*_UNRELATED, _REQUIRED):
            continue
        if closing.u_status == _NO_SUPPORT and pin != PIN1:
            continue  # of other PINs a device need support the entering only
        if closing.u_status == 0:
            yield closing, Undecided("a device may allow the change of a disabled PIN")
        else:
            yield with_status(closing, "WWAN_STATUS_PIN_DISABLED")


@rule("pin.op-retrial")
def operation_retrial(session: Session) -> Iterator[Judgement]:
    """Enable, disable or change with a wrong PIN: failure and the same PinType."""
    for transaction, closing in operations(session, ENABLE, DISABLE, CHANGE):
        left = closing[ATTEMPTS]
        if not is_wrong(closing) or left in (0, UNKNOWN, None):
            continue
        pin = transaction[SET_TYPE]
        if closing[PIN_TYPE] == PUKS.get(pin, -1):
            continue
        same = closing[PIN_TYPE] == pin
        yield closing, "" if same else "a wrong PIN shows another PinType than the set"


@rule("pin.not-unsolicited", by_record=True)
def not_unsolicited(session: Session) -> Iterator[Judgement]:
    """Never sent as an event."""
    return never_unsolicited(session, REPORT)
