"""Statistics of a session against counts made by hand."""

from collections import Counter

import pytest
from replay_samples import sample_events
from tables import plain_lines

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.analysis import stats as module
from wwanreplay.analysis.show import Filter
from wwanreplay.analysis.stats import OTHERS, stats_of, stats_values
from wwanreplay.analysis.statstext import stats_lines
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import INDICATION_REQUIRED, REQUESTS
from wwanreplay.replay.names import code_name, kind_name

EVENTS, _ = sample_events()
CONNECT = PROTOCOL.oid("OID_WWAN_CONNECT").number
SMS_READ = PROTOCOL.oid("OID_WWAN_SMS_READ").number
CONTEXT = PROTOCOL.indication("NDIS_STATUS_WWAN_CONTEXT_STATE").number
SMS = PROTOCOL.indication("NDIS_STATUS_WWAN_SMS_RECEIVE").number
RESOURCES = PROTOCOL.status("NDIS_STATUS_RESOURCES").number
MS = 1_000_000


def request(at_ms, number=1, code=CONNECT, **more):
    return Event(Kind.KIND_SET, at_ms * MS, request_id=number, code=code, **more)


def completion(at_ms, number=1, status=INDICATION_REQUIRED, code=CONNECT, **more):
    return Event(
        Kind.KIND_COMPLETION, at_ms * MS, request_id=number, code=code, status=status, **more
    )


def closing(at_ms, number=1, status="WWAN_STATUS_SUCCESS", code=CONTEXT, **more):
    fields = {"uStatus": PROTOCOL.number_of("WWAN_STATUS", status)}
    return Event(
        Kind.KIND_INDICATION, at_ms * MS, request_id=number, code=code, fields=fields, **more
    )


def only(events, **chosen):
    found = stats_of(events, Filter.of(**chosen))
    (row,) = found.operations.values()
    return found, row


def test_counts_of_a_session_are_those_of_its_records():
    stats = stats_of(EVENTS)
    requests = Counter((code_name(e), kind_name(e)) for e in EVENTS if e.kind in REQUESTS)
    reports = Counter(code_name(e) for e in EVENTS if e.kind == Kind.KIND_INDICATION)
    assert {key: row.requests for key, row in stats.operations.items()} == requests
    assert {name: row.count for name, row in stats.indications.items()} == reports
    assert stats.records == stats.chosen == len(EVENTS)
    closings = sum(e.kind == Kind.KIND_INDICATION and e.request_id != 0 for e in EVENTS)
    assert sum(row.closing for row in stats.indications.values()) == closings
    assert sum(row.closed for row in stats.operations.values()) == closings
    assert not stats.unpaired


def test_latencies_are_from_the_request():
    _, row = only([request(10), completion(13), closing(60)])
    assert row.completion.percentile(100) == 3 * MS
    assert row.closing.percentile(100) == 50 * MS
    assert (row.completed, row.closed, row.unanswered, row.unclosed) == (1, 1, 0, 0)


def test_an_indication_before_the_completion_ends_the_request_too():
    stats, row = only([request(10), closing(12), completion(15)])
    assert (row.completed, row.closed, stats.unpaired) == (1, 1, 0)
    assert row.closing.percentile(0) == 2 * MS


def test_what_is_not_answered_or_not_closed_is_counted():
    _, row = only([request(1), request(2, 2), completion(3, 2)])
    assert (row.requests, row.unanswered, row.unclosed) == (2, 1, 1)


def test_errors_are_counted_by_name():
    events = [
        *(request(1), completion(2, status=RESOURCES)),
        *(request(3, 2), completion(4, 2), closing(5, 2, "WWAN_STATUS_FAILURE")),
        *(request(6, 3), completion(7, 3), closing(8, 3)),
    ]
    _, row = only(events)
    assert row.statuses == {"NDIS_STATUS_RESOURCES": 1, "WWAN_STATUS_FAILURE": 1}


def test_a_list_that_goes_on_closes_nothing():
    more = closing(5, code=SMS, status="WWAN_STATUS_SMS_MORE_DATA")
    events = [request(1, code=SMS_READ), completion(2, code=SMS_READ), more, closing(9, code=SMS)]
    stats, row = only(events)
    assert row.closing.percentile(100) == 8 * MS
    assert (row.closed, row.statuses, stats.unpaired) == (1, {}, 0)


def test_answers_of_no_request_and_second_answers_are_counted():
    events = [completion(1), request(2, 2), completion(3, 2), completion(4, 2), closing(5, 9)]
    stats, row = only(events)
    assert stats.unpaired == 3
    assert row.completed == 1


def test_latencies_that_nobody_knows_are_left_out_and_counted():
    inexact = {"flags": RecordFlag.FLAG_TIME_INEXACT}
    events = [request(5), completion(3), request(7, 2, **inexact), completion(8, 2)]
    stats, row = only(events)
    assert (stats.untimed, row.completed, row.completion.count) == (2, 2, 0)
    assert any("2 latencies are not known" in line for line in plain_lines(stats_lines(stats)))


def test_a_request_id_that_comes_again_is_another_request():
    _, row = only([request(1), request(5), completion(6)])
    assert (row.requests, row.unanswered) == (2, 1)
    assert row.completion.percentile(100) == MS


def test_requests_without_an_id_are_paired_by_their_code():
    _, row = only([request(1, 0), completion(4, 0, status=0)])
    assert row.completion.percentile(0) == 3 * MS


@pytest.mark.parametrize(
    "chosen",
    [
        {"where": "kind == set"},
        {"where": f"status == {RESOURCES}"},
        {"start": (None, 4 * MS)},
        {"stop": (None, 2 * MS)},
    ],
)
def test_a_transaction_counts_when_one_of_its_events_is_chosen(chosen):
    events = [request(1), completion(4, status=RESOURCES)]
    for index, event in enumerate(events):
        events[index] = event.replace(index=index)
    _, row = only(events, **chosen)
    assert (row.requests, row.completed) == (1, 1)
    assert row.completion.percentile(0) == 3 * MS


def test_what_is_not_chosen_is_not_counted():
    stats = stats_of(EVENTS, Filter.of(where="oid == connect"))
    assert {name for name, _ in stats.operations} == {"OID_WWAN_CONNECT"}
    assert not stats.indications
    assert stats.chosen < stats.records == len(EVENTS)


def test_rates_are_by_the_time_of_what_is_chosen():
    stats, row = only([request(0), completion(0, status=0), request(500, 2)])
    assert stats.rate(row.requests) == 4.0
    assert stats_of([request(3)]).rate(1) is None


def test_rows_statuses_and_open_requests_are_bounded(monkeypatch):
    for name in ("ROWS_MAX", "STATUSES_MAX", "OPEN_MAX"):
        monkeypatch.setattr(module, name, 2)
    events = [request(n, n, code=n % 5) for n in range(1, 11)]
    stats = stats_of(events)
    assert len(stats.operations) == 3
    assert sum(row.requests for row in stats.operations.values()) == 10
    assert (OTHERS, "") in stats.operations
    assert stats.forgotten == 8
    failures = [
        each
        for n in range(1, 7)
        for each in (request(n, n), completion(n, n, status=0xC0000000 + n))
    ]
    _, row = only(failures)
    assert len(row.statuses) == 3
    assert row.statuses[OTHERS] == 4


def test_the_values_say_their_units_and_hold_the_histogram_where_wanted():
    stats = stats_of(EVENTS)
    values = stats_values(stats, histogram=True)
    spans = values["operations"][0]["request_to_completion"]["histogram"]
    assert sum(span["count"] for span in spans) == values["operations"][0]["completed"]
    assert "histogram" not in stats_values(stats)["operations"][0]["request_to_completion"]
