"""Statuses by the lists of the documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wwanreplay.analysis.check.registry import Judgement, rule
from wwanreplay.analysis.check.session import Session
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.documented_statuses import ANY_REQUEST, DOCUMENTED

_STATUS: Final = "WWAN_STATUS"
#: By indication the numbers that its page lists; those for sets alone have a rule of their own.
_LISTED: Final = {
    PROTOCOL.indication(name).number: frozenset(
        PROTOCOL.status(code).number
        for code in (*ANY_REQUEST, *(each for codes in occasions.values() for each in codes))
    )
    for name, occasions in DOCUMENTED.items()
}
#: What the headers number; a vendor's own status is no fault.
_NUMBERED: Final = frozenset(PROTOCOL.wwan_status_by_number)


@rule("value.status-documented", by_status=True)
def status_documented(session: Session) -> Iterator[Judgement]:
    """A report has a status that its page lists, or a general one."""
    for code, listed in _LISTED.items():
        for item in session.judged_reports(code):
            status = item.u_status
            if status not in _NUMBERED:
                continue
            text = PROTOCOL.text_of(_STATUS, status)
            yield item, "" if status in listed else f"uStatus is {text}, which its page lacks"
