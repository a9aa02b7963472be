"""How requests and their ends go together."""

import pytest
from rule_events import (
    RADIO,
    RADIO_REPORT,
    completion,
    end,
    exchange,
    numbered,
    report,
    request,
)
from rule_scenarios import pack

from wwanreplay._core import Event, Kind, Lifecycle, RecordFlag
from wwanreplay.analysis.check import check, judge
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.session import SECOND

OK = 0
RADIO_OFF = pack("NDIS_WWAN_RADIO_STATE", RadioState__SwRadioState=number.WwanRadioOff)
GEN = "OID_GEN_LINK_STATE"


def texts(rule_id, *events, **options):
    return [(v.index, v.text) for v in check(numbered(*events), [rule_id], **options)]


def tally(rule_id, *events, **options):
    return judge(numbered(*events), [rule_id], **options)[rule_id]


@pytest.mark.rule("request.completed-once")
def test_a_request_is_completed_once():
    good = exchange(0, 1)
    assert tally("request.completed-once", *good, end(9)).kept == 1
    again = completion(2)
    assert texts("request.completed-once", *good, again.replace(cause=0)) == [
        (3, "the request was completed already")
    ]
    sync = [request(0, GEN), completion(0, GEN, status=OK)]
    assert texts("request.completed-once", *sync, completion(1, GEN, status=OK).replace(cause=0))


@pytest.mark.rule("request.answered")
def test_every_request_ends():
    assert tally("request.answered", *exchange(0, 1), end(400)).kept == 1
    never = "the request was never completed"
    assert texts("request.answered", request(0), end(121)) == [(0, never)]
    assert texts("request.answered", request(0), completion(0), end(121)) == [
        (0, "the request was never ended")
    ]
    for excused in (
        [request(0), end(119)],
        [request(0), Event(Kind.KIND_CANCEL, 5, request_id=1), end(400)],
        [request(0), Event(Kind.KIND_LIFECYCLE, 5, code=Lifecycle.LIFECYCLE_HALT), end(400)],
        [request(0, "OID_WWAN_VISIBLE_PROVIDERS"), end(199)],
    ):
        assert texts("request.answered", *excused) == []


def test_a_halt_behind_its_time_excuses_no_request():
    halt = Event(Kind.KIND_LIFECYCLE, 300 * SECOND, code=Lifecycle.LIFECYCLE_HALT)
    for begun in ([request(0)], [request(0), completion(0)]):
        assert texts("request.answered", *begun, halt, end(400))
    assert texts("async.indication-follows", request(0), completion(0), halt, end(400))


def test_an_event_with_a_cause_of_its_own_is_not_the_missing_end():
    rule_id = "async.request-id-nonzero"
    begun = [report(0, identity=0), request(1), completion(1)]
    event = report(5, identity=0)
    assert texts(rule_id, *begun, event, end(400))
    cause = Event(Kind.KIND_STIMULUS, 5 * SECOND, code=number.STIMULUS_HARDWARE_RADIO)
    assert texts(rule_id, *begun, cause, event, end(400)) == []
    # A change is an event, whatever was asked meanwhile.
    assert texts(rule_id, report(0, 0, RADIO_REPORT, RADIO_OFF), *begun[1:], event, end(400)) == []
    assert texts(rule_id, *begun[1:], event, end(400)) == []
    # Without what the environment did there may have been a cause.
    part = tally(rule_id, *begun, event, end(400), is_whole=False)
    assert (part.broken_count, sum(part.undecided.values())) == (0, 1)


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_query_is_unanswered_though_an_event_of_its_code_follows(is_whole):
    session = [request(1), completion(1), report(5, identity=0), end(400)]
    assert texts("async.indication-follows", *session, is_whole=is_whole)
    assert texts("request.answered", *session, is_whole=is_whole) == [
        (0, "the request was never ended")
    ]


def test_an_answer_that_the_mapping_made_up_is_none():
    made_up = completion(0).replace(flags=RecordFlag.FLAG_INFERRED)
    assert texts("request.answered", request(0), made_up, end(121)) == [
        (0, "the request was never ended")
    ]


@pytest.mark.rule("request.completion-known")
def test_a_completion_has_a_request():
    assert tally("request.completion-known", *exchange(0, 1)).kept == 1
    stray = completion(3, identity=7)
    assert texts("request.completion-known", *exchange(0, 1), stray) == [
        (3, "no request is waiting for this completion")
    ]
    assert tally("request.completion-known", stray, is_whole=False).undecided == {
        "its request may not be in the recording": 1
    }


def test_a_completion_that_is_known_to_end_a_request_has_its_id_and_port():
    ended = completion(0).replace(cause=0)
    assert tally("request.completion-known", request(0), ended).kept == 1
    for wrong, text in (
        (ended.replace(request_id=7), "RequestId 0x7 instead of 0x1"),
        (ended.replace(port=3), "port 3 instead of 0"),
    ):
        assert texts("request.completion-known", request(0), wrong) == [(1, text)]


@pytest.mark.rule("request.id-unique")
def test_the_id_of_an_open_transaction_is_not_given_again():
    assert tally("request.id-unique", *exchange(0, 1), *exchange(2, 1)).kept == 2
    taken = [request(0), completion(0), request(1)]
    assert texts("request.id-unique", *taken) == [
        (2, "RequestId 0x1 is that of an open transaction")
    ]
    assert texts("request.id-unique", request(0), request(1, identity=2)) == []


@pytest.mark.rule("buffer.report-whole")
def test_a_report_is_as_long_as_its_header_says():
    whole = pack("NDIS_WWAN_RADIO_STATE")
    assert tally("buffer.report-whole", report(0, 0)).kept == 1
    short = report(0, 0, payload=whole[:-4])
    assert texts("buffer.report-whole", short) == [
        (0, f"Header.Size is {len(whole)}, the buffer has {len(whole) - 4} bytes")
    ]


@pytest.mark.rule("buffer.request-whole")
def test_a_set_is_as_long_as_its_header_says():
    whole = pack("NDIS_WWAN_SET_RADIO_STATE", RadioAction=1)
    good = request(0, RADIO, kind=Kind.KIND_SET, payload=whole)
    assert tally("buffer.request-whole", good).kept == 1
    assert texts("buffer.request-whole", good.replace(payload=whole[:-1])) == [
        (0, f"Header.Size is {len(whole)}, the buffer has {len(whole) - 1} bytes")
    ]


@pytest.mark.rule("buffer.revision")
def test_a_driver_of_model_1_uses_the_first_revisions():
    def caps(version):
        payload = pack("NDIS_WWAN_DRIVER_CAPS", DriverCaps__ulMajorVersion=version)
        oid = "OID_WWAN_DRIVER_CAPS"
        return [request(0, oid), completion(0, oid, status=OK).replace(payload=payload)]

    first, second = report(1, 0), report(2, 0, payload=bytes((0x80, 2)) + bytes(30))
    assert tally("buffer.revision", *caps(1), first).kept == 1
    assert texts("buffer.revision", *caps(1), first, second) == [
        (3, "revision 2 of a driver of model 1")
    ]
    assert texts("buffer.revision", *caps(2), second) == []
    assert texts("buffer.revision", second) == []


def test_the_reports_of_the_samples_are_radio_states():
    assert getattr(number, RADIO_REPORT) == report(0).code
