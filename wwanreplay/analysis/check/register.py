"""Rules of registration: OID_WWAN_REGISTER_STATE and NDIS_STATUS_WWAN_REGISTER_STATE."""

from __future__ import annotations

from collections.abc import Iterator

from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.judgements import closed_by
from wwanreplay.analysis.check.registry import Judgement, rule
from wwanreplay.analysis.check.session import Session

OID = number.OID_WWAN_REGISTER_STATE
STATE = number.NDIS_STATUS_WWAN_REGISTER_STATE


@rule("register.async")
def asynchronous(session: Session) -> Iterator[Judgement]:
    """Answered provisionally, closed by NDIS_STATUS_WWAN_REGISTER_STATE."""
    yield from closed_by(session, OID, STATE, "NDIS_WWAN_REGISTRATION_STATE")


@rule("register.no-transient-on-set")
def no_transient_on_set(session: Session) -> Iterator[Judgement]:
    """A set is never closed with searching."""
    for transaction in session.of(OID, "set"):
        closing = transaction.closing
        if closing is None or closing.u_status:
            continue
        searching = closing["RegistrationState.RegisterState"] == (
            number.WwanRegisterStateSearching
        )
        yield closing, "a set was closed with the transient state searching" if searching else ""
