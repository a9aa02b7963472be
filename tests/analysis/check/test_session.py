"""A session as rules see it: who answers what, what was open when, and what was reported last."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rule_scenarios import SECOND, Host, pack, run

from wwanreplay._core import Event, Kind, Lifecycle, Namespace
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.session import Session

OID = number.OID_WWAN_RADIO_STATE
REPORT = number.NDIS_STATUS_WWAN_RADIO_STATE
PROVISIONAL = number.NDIS_STATUS_INDICATION_REQUIRED
FAILURE = 0xC0000001


def query(request_id=1, **values):
    return Event(Kind.KIND_QUERY, 0, **{"code": OID, "request_id": request_id, **values})


def completion(request_id=1, status=PROVISIONAL, **values):
    fields = {"code": OID, "request_id": request_id, "status": status, **values}
    return Event(Kind.KIND_COMPLETION, 1, **fields)


def report(request_id=1, time_ns=2, port=0, u_status=0, off=False):
    payload = pack("NDIS_WWAN_RADIO_STATE", uStatus=u_status, RadioState__HwRadioState=not off,
                   RadioState__SwRadioState=1)  # fmt: skip
    return Event(
        Kind.KIND_INDICATION,
        time_ns,
        code=REPORT,
        request_id=request_id,
        port=port,
        payload=payload,
    )


def test_a_completion_belongs_to_the_request_that_it_names_else_to_the_first_that_waits():
    session = Session([query(), query(), completion(cause=1), completion(), completion()])
    first, second = session.transactions
    assert [item.at for item in second.completions] == [2]
    assert [item.at for item in first.completions] == [3]
    assert session.items[4].transaction is None


def test_an_indication_closes_the_youngest_open_request_of_its_id_and_port():
    session = Session([
        query(), completion(), query(), completion(cause=2), report(), report(), report(),
    ])  # fmt: skip
    first, second = session.transactions
    assert (second.closing.at, first.closing.at) == (4, 5)
    assert session.items[5].was_open
    assert not session.items[6].was_open
    assert session.items[6].transaction is second


def test_a_port_comes_before_youth():
    session = Session(
        [query(port=1), completion(port=1), query(), completion(cause=2), report(port=1)]
    )
    assert session.transactions[0].closing is not None
    assert session.transactions[1].closing is None


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ((), (None, False, False, False, 1 << 62)),
        ((completion(),), (PROVISIONAL, True, False, False, 1 << 62)),
        ((completion(status=0),), (0, False, False, False, 1)),
        ((completion(status=FAILURE),), (FAILURE, False, True, False, 1)),
        ((completion(), report()), (PROVISIONAL, True, False, True, 2)),
        ((completion(), report(u_status=1)), (PROVISIONAL, True, False, False, 2)),
    ],
    ids=["none", "open", "at once", "refused", "success", "failure"],
)
def test_a_transaction_is_as_its_answers_are(answers, expected):
    (transaction,) = Session([query(), *answers]).transactions
    status, accepted, is_refused, succeeded, end = expected
    assert (transaction.status, transaction.accepted, transaction.refused) == (
        status, accepted, is_refused,
    )  # fmt: skip
    assert (transaction.succeeded, transaction.end) == (succeeded, end)
    assert transaction.open_at(1)
    assert not transaction.open_at(0)
    assert transaction.open_at(end)
    assert not transaction.open_at(end + 1)


@given(st.lists(st.sampled_from(["query", "answer", "report", "event"]), max_size=30))
def test_what_was_open_is_what_each_transaction_says(steps):
    make = {
        "query": query(), "answer": completion(), "report": report(), "event": report(0),
    }  # fmt: skip
    session = Session([make[step] for step in steps])
    for at in range(len(steps) + 1):
        expected = [each for each in session.transactions if each.open_at(at)]
        assert session.open_at(at, OID) == session.open_at(at, OID, "query") == expected
        assert session.open_at(at, OID, "set") == []


def test_a_cancel_is_of_the_request_with_its_id_and_port():
    cancel = Event(Kind.KIND_CANCEL, 1, request_id=1)
    session = Session([query(), query(port=1), query(2), cancel])
    assert [each.cancel is not None for each in session.transactions] == [True, False, False]


def test_what_is_of_mbim_is_no_request_and_no_report():
    session = Session([
        query(namespace=Namespace.NAMESPACE_MBIM),
        report().replace(namespace=Namespace.NAMESPACE_MBIM),
    ])  # fmt: skip
    assert session.transactions == session.reports(REPORT) == []
    assert len(session.items) == 2


def test_reports_are_found_by_time_by_position_and_by_port():
    session = Session(
        [report(0, 10), report(0, 20, port=1), report(0, 30), report(0, 30, u_status=1)]
    )
    times = [item.event.time_ns for item in session.reports_between(REPORT, 20, 30)]
    assert times == [20, 30, 30]
    assert [item.at for item in session.reports(REPORT, port=1)] == [1]
    assert [item.at for item in session.reports_behind(REPORT, 1)] == [2, 3]
    assert session.last_report(REPORT, 4).at == 2  # failed ones do not count
    assert session.last_report(REPORT, 2, port=0).at == 0
    assert session.last_report(REPORT, 0) is None
    assert session.next_report(REPORT, 2).at == 3
    assert session.next_report(REPORT, 0, lambda item: item.u_status == 1).at == 3


def test_the_radio_is_off_when_either_switch_is():
    session = Session([report(0, off=True), report(0)])
    assert [session.radio_off(at) for at in range(3)] == [None, True, False]


def test_power_and_presence_interrupt_and_going_back_to_full_power_does_not():
    def sleeping(host: Host) -> None:
        host.wait(3)
        host.set("OID_PNP_SET_POWER", (4).to_bytes(4, "little"))
        host.set("OID_PNP_SET_POWER", (1).to_bytes(4, "little"))
        host.lifecycle(Lifecycle.LIFECYCLE_HALT)

    session = Session(run(sleeping))
    sleep, wake = (each.request.at for each in session.of(number.OID_PNP_SET_POWER, "set"))
    (halt,) = (item.at for item in session.lifecycle if item.event.code == Lifecycle.LIFECYCLE_HALT)
    assert session.interruptions == [sleep, halt]
    assert session.interrupted(sleep, sleep)
    assert not session.interrupted(sleep + 1, wake)
    assert session.interrupted(wake, halt)
    assert session.end_ns >= 6 * SECOND


def test_an_empty_session_has_nothing_and_asks_for_nothing():
    session = Session([])
    assert (session.end_ns, session.interruptions, session.open_at(0, OID)) == (0, [], [])
    assert session.ready_state(0) is session.radio_off(0) is None
    assert session.stimuli_of("NETWORK_DETACH") == []
