"""Judgements that rules share, each on sessions made by hand."""

import pytest
from rule_scenarios import pack

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.judgements import (
    closed_by,
    never_unsolicited,
    refused,
    with_status,
)
from wwanreplay.analysis.check.session import Session

OID = number.OID_WWAN_RADIO_STATE
REPORT = number.NDIS_STATUS_WWAN_RADIO_STATE
STRUCT = "NDIS_WWAN_RADIO_STATE"
PROVISIONAL = number.NDIS_STATUS_INDICATION_REQUIRED
FAILURE = 0xC0000001
REQUEST = Event(Kind.KIND_QUERY, 0, code=OID, request_id=1)


def completion(status):
    return Event(Kind.KIND_COMPLETION, 1, code=OID, request_id=1, status=status, cause=0)


def report(payload=None, code=REPORT, request_id=1, **values):
    data = pack(STRUCT, **values) if payload is None else payload
    return Event(Kind.KIND_INDICATION, 2, code=code, request_id=request_id, payload=data)


def judged(judge, *events):
    """(position, whether it is wrong) of each judgement."""
    return [(item.at, bool(text)) for item, text in judge(Session(events))]


def closing(session):
    return closed_by(session, OID, REPORT, STRUCT)


@pytest.mark.parametrize(
    ("events", "found"),
    [
        ((completion(PROVISIONAL), report()), [(2, False)]),
        ((completion(PROVISIONAL), report(code=REPORT + 1)), [(2, True)]),
        ((completion(PROVISIONAL), report(pack(STRUCT)[:-1])), [(2, True)]),
        ((completion(PROVISIONAL), report(b"")), [(2, True)]),
        ((completion(PROVISIONAL), report(pack("NDIS_WWAN_CONTEXT_STATE"))), [(2, True)]),
        ((completion(0),), [(1, True)]),
        ((completion(FAILURE),), []),
        ((completion(PROVISIONAL),), []),
        ((), []),
    ],
    ids=["right", "code", "short", "empty", "structure", "at once", "refused", "open", "none"],
)
def test_an_accepted_request_is_closed_by_its_indication_and_structure(events, found):
    assert judged(closing, REQUEST, *events) == found


def test_only_the_kind_of_request_that_is_meant_is_judged():
    change = REQUEST.replace(kind=Kind.KIND_SET)

    def queries(session):
        return closed_by(session, OID, REPORT, STRUCT, "query")

    assert judged(queries, change, completion(0)) == []
    assert judged(queries, REQUEST, completion(0)) == [(1, True)]


@pytest.mark.parametrize(
    ("status", "found"),
    [(0, [(1, True)]), (PROVISIONAL, [(1, True)]), (FAILURE, [(1, False)]), (None, [])],
)
def test_an_operation_that_does_not_exist_is_refused(status, found):
    answers = () if status is None else (completion(status),)
    assert judged(lambda session: refused(session, OID, "query"), REQUEST, *answers) == found
    assert judged(lambda session: refused(session, OID, "set"), REQUEST, *answers) == []


def test_an_indication_that_closes_is_no_event_and_comes_once():
    def judge(session):
        return never_unsolicited(session, REPORT)

    accepted = (REQUEST, completion(PROVISIONAL))
    assert judged(judge, *accepted, report()) == [(2, False)]
    assert judged(judge, *accepted, report(), report()) == [(2, False), (3, True)]
    assert judged(judge, report(request_id=0)) == [(0, True)]
    assert judged(judge, report(request_id=9)) == [(0, True)]


def test_a_status_is_compared_by_its_name():
    (item,) = Session([report(uStatus=number.WWAN_STATUS_BUSY)]).reports(REPORT)
    assert with_status(item, "WWAN_STATUS_BUSY") == (item, "")
    _, text = with_status(item, "WWAN_STATUS_SUCCESS")
    assert (
        text
        == f"closed with uStatus {number.WWAN_STATUS_BUSY:#010x} instead of WWAN_STATUS_SUCCESS"
    )
