"""Rules of PINs and PUKs whose attempts are used up."""

from __future__ import annotations

from collections.abc import Iterator

from wwanreplay.analysis.check.contexts import contexts
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.pins import (
    ATTEMPTS,
    NONE,
    PIN1,
    PIN_STATE,
    PIN_TYPE,
    PUK1,
    PUK_TYPES,
    PUKS,
    READY,
    SET_TYPE,
    TO_ENTER,
    is_blocked,
    is_wrong,
    operations,
)
from wwanreplay.analysis.check.registry import Judgement, rule
from wwanreplay.analysis.check.session import Item, Session, Transaction
from wwanreplay.analysis.check.states import SOON_NS, follows

LINK = number.NDIS_STATUS_LINK_STATE


@rule("pin.blocked-no-unblock")
def blocked_without_unblock(session: Session) -> Iterator[Judgement]:
    """A PIN without PUK whose attempts are used up: PinType none."""
    for transaction, closing in operations(session):
        pin = transaction[SET_TYPE]
        if not is_wrong(closing) or closing[ATTEMPTS] != 0 or pin in PUKS or pin in PUK_TYPES:
            continue
        if pin == NONE:
            continue
        other = closing[PIN_TYPE] != NONE
        yield closing, "blocked for good, and PinType is not none" if other else ""


@rule("pin.blocked-puk")
def blocked_puk(session: Session) -> Iterator[Judgement]:
    """A PIN whose attempts are used up: its PUK, to be entered."""
    for transaction, closing in operations(session):
        pin = transaction[SET_TYPE]
        if not is_wrong(closing) or pin not in PUKS:
            continue
        if not is_blocked(closing, pin):
            continue
        if closing[PIN_TYPE] != PUKS[pin]:
            yield closing, "blocked, and PinType is not the PUK of the PIN"
        else:
            wrong = closing[PIN_STATE] != TO_ENTER
            yield closing, "blocked, and the PUK is not to be entered" if wrong else ""


def _blocked_puks(session: Session) -> Iterator[tuple[Transaction, Item]]:
    """Operations that used up the last attempt of a PUK."""
    for transaction, closing in operations(session):
        if transaction[SET_TYPE] in PUK_TYPES and is_wrong(closing) and closing[ATTEMPTS] == 0:
            yield transaction, closing


@rule("pin.puk-blocked")
def puk_blocked(session: Session) -> Iterator[Judgement]:
    """A PUK whose attempts are used up: PinType none."""
    for _, closing in _blocked_puks(session):
        other = closing[PIN_TYPE] != NONE
        yield closing, "the PUK is blocked, and PinType is not none" if other else ""


@rule("pin.puk1-blocked-badsim")
def puk1_blocked(session: Session) -> Iterator[Judgement]:
    """With PUK1 blocked an event says bad SIM."""
    for transaction, closing in _blocked_puks(session):
        if transaction[SET_TYPE] == PUK1:
            yield from _ready_reported(
                session, transaction, closing, number.WwanReadyStateBadSim, "bad SIM"
            )


@rule("pin.block-locks-device")
def block_locks(session: Session) -> Iterator[Judgement]:
    """With PIN1 blocked an event says that the device is locked, unless it was already."""
    for transaction, closing in _blocked_pin1(session):
        locked = number.WwanReadyStateDeviceLocked
        if session.ready_state(transaction.request.at) == number.WwanReadyStateInitialized:
            yield from _ready_reported(session, transaction, closing, locked, "device locked")


def _blocked_pin1(session: Session) -> Iterator[tuple[Transaction, Item]]:
    for transaction, closing in operations(session):
        if transaction[SET_TYPE] == PIN1 and is_wrong(closing) and closing[PIN_TYPE] == PUK1:
            yield transaction, closing


def _ready_reported(
    session: Session, transaction: Transaction, closing: Item, state: int, what: str
) -> Iterator[Judgement]:
    reported = follows(
        session,
        READY,
        lambda each: each.is_event and each["ReadyInfo.ReadyState"] == state,
        transaction.request,
        closing,
    )
    if reported is not None:
        yield closing, "" if reported else f"blocked, and no event says {what}"


@rule("pin.block-deactivates-context", ndis_only=True)
def block_deactivates(session: Session) -> Iterator[Judgement]:
    """With PIN1 blocked an active context ends, and context and link are reported."""
    view = contexts(session)
    for transaction, closing in _blocked_pin1(session):
        start_ns = transaction.request.time_ns
        until_ns = closing.time_ns + SOON_NS
        for port in view.ports:
            if not view.active(port, transaction.request.at):
                continue
            if session.end_ns < until_ns or session.interrupted(closing.at, 1 << 62):
                continue
            context = _any(
                session,
                number.NDIS_STATUS_WWAN_CONTEXT_STATE,
                (start_ns, until_ns, port),
                "ContextState.ActivationState",
                number.WwanActivationStateDeactivated,
            )
            link = _any(
                session,
                LINK,
                (start_ns, until_ns, port),
                "MediaConnectState",
                number.MediaConnectStateDisconnected,
            )
            if context and link:
                yield closing, ""
            else:
                what = "link" if context else "context"
                yield (
                    closing,
                    f"PIN1 is blocked, and the {what} on port {port} is not reported to end",
                )


def _any(session: Session, code: int, span: tuple[int, int, int], path: str, value: int) -> bool:
    since_ns, until_ns, port = span
    return any(
        item[path] == value and (item.is_event or code == LINK)
        for item in session.reports_between(code, since_ns, until_ns, port=port)
    )
