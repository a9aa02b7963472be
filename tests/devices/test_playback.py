"""Matching and times of a played recording, without any protocol."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.devices.pace import Pace
from wwanreplay.devices.playback import (
    Exchange,
    Likeness,
    Match,
    Matching,
    Moment,
    Order,
    Playback,
    Unmatched,
    check_ignored,
)
from wwanreplay.errors import UsageError


def likeness(command: str, **fields: int) -> Likeness:
    exact = (command, tuple(sorted(fields.items())))
    return Likeness(exact, command, command.split()[0], command, fields)


def playback(requests, matching=None, pace=None, moments=(), lines=None) -> Playback[str]:
    exchanges = [
        Exchange(10 * number, 100 * number, each, [(5, 10 * number + 1, f"answer {number}")])
        for number, each in enumerate(requests)
    ]
    announce = (lambda _line: None) if lines is None else lines.append
    return Playback(exchanges, moments, matching or Matching(), pace or Pace(), 0, announce)


REQUESTS = [likeness("A query", x=1), likeness("A query", x=2), likeness("B set", y=1)]


@given(st.permutations(range(3)))
def test_in_any_order_each_request_has_its_place(order) -> None:
    played = playback(REQUESTS)
    found = [played.match(REQUESTS[number], 0) for number in order]
    assert [each.index for each in found] == [10 * number for number in order]
    assert (played.matched, played.unmatched_count, played.unrequested) == (3, 0, [])


@given(
    st.lists(st.sampled_from([*REQUESTS, likeness("A query", x=3), likeness("C query")])),
    st.sampled_from(Match),
    st.sampled_from(Order),
)
def test_every_request_is_matched_once_or_has_a_verdict(sent, match, order) -> None:
    played = playback(REQUESTS, Matching(match, order))
    found = [played.match(each, 0) for each in sent]
    indexes = [each.index for each in found if isinstance(each, Exchange)]
    assert len(indexes) == len(set(indexes)) == played.matched
    if order is Order.RECORDED:
        assert indexes == sorted(indexes)
    verdicts = [each for each in found if isinstance(each, Unmatched)]
    assert played.matched + len(verdicts) == played.requests == len(sent)
    assert verdicts == played.unmatched
    assert all(each.reason for each in verdicts)


@pytest.mark.parametrize(
    ("match", "indexes"),
    [(Match.EXACT, [10, None]), (Match.COMMAND, [0, 10]), (Match.BEST, [10, 0])],
)
def test_what_a_match_is_can_be_chosen(match, indexes) -> None:
    played = playback(REQUESTS, Matching(match))
    found = [played.match(likeness("A query", x=value), 0) for value in (2, 9)]
    assert [each.index if isinstance(each, Exchange) else None for each in found] == indexes


@pytest.mark.parametrize(
    ("matching", "sent", "reason", "nearest"),
    [
        (Matching(), [likeness("A query", x=3)], "differs from record 0 in x", 0),
        (Matching(), [REQUESTS[2]] * 2, "its last answer is used up (1: records 20)", 20),
        (Matching(), [likeness("B query")], "the recording has only B set, record 20", 20),
        (Matching(), [likeness("C query")], "the recording has no such command", None),
        (
            Matching(order=Order.RECORDED),
            [REQUESTS[2], REQUESTS[0]],
            "record 0 is before what was asked for last",
            0,
        ),
    ],
)
def test_a_verdict_names_the_nearest_record_and_why_not(matching, sent, reason, nearest) -> None:
    played = playback(REQUESTS, matching)
    verdict = [played.match(each, 0) for each in sent][-1]
    assert isinstance(verdict, Unmatched)
    assert (verdict.reason, verdict.nearest) == (reason, nearest)


def test_an_answer_that_is_not_all_there_is_none() -> None:
    played = playback(REQUESTS)
    played.exchanges[0].lack = "the bytes are missing"
    verdict = played.match(REQUESTS[0], 0)
    assert isinstance(verdict, Unmatched)
    assert verdict.reason == "record 0: the bytes are missing"


def test_that_the_last_answer_is_used_up_is_reported_once() -> None:
    lines: list[str] = []
    played = playback(REQUESTS, lines=lines)
    for request in REQUESTS:
        played.match(request, 7 * 10**9)
    assert lines == ["7.000000 s: the last recorded answer is used up"]
    played.match(REQUESTS[0], 8 * 10**9)
    assert lines[1:] == [
        "unmatched: 8.000000 s: A query: its last answer is used up (1: records 0)"
    ]


def test_a_query_is_answered_again_where_that_is_wanted_and_a_set_never() -> None:
    requests = [
        likeness(f"A {kind}")._replace(is_query=kind == "query") for kind in ("query", "set")
    ]
    played = playback(requests, Matching(repeat_last=True))
    first = [played.match(each, 0) for each in requests]
    again, refused = [played.match(each, 0) for each in requests]
    assert again is first[0]
    assert isinstance(refused, Unmatched)
    assert (played.matched, played.repeated, played.unmatched_count) == (3, 1, 1)


def test_fields_to_ignore_are_found_by_the_end_of_their_path() -> None:
    matching = Matching(ignore=frozenset({"Name", "a.b"}))
    kept = matching.kept({"Name": 1, "x.Name": 2, "xName": 3, "a.b": 4, "z.a.b": 5, "b": 6})
    assert kept == {"xName": 3, "b": 6}
    exchanges = playback(REQUESTS).exchanges
    check_ignored(Matching(ignore=frozenset({"x", "y"})), exchanges, "t")
    with pytest.raises(UsageError, match="--ignore 'z': no request of t has that field"):
        check_ignored(Matching(ignore=frozenset({"z"})), exchanges, "t")


# ------------------------------------------------------------------------------ times


def moments(*rows: tuple[int, int]) -> list[Moment[str]]:
    return [
        Moment(time_ns, f"event at {time_ns}", behind, number)
        for number, (time_ns, behind) in enumerate(rows)
    ]


def test_an_answer_comes_at_the_recorded_distance() -> None:
    for pace, distance in ((Pace(), 5), (Pace(Fraction(5)), 1), (Pace(None), 0)):
        played = playback(REQUESTS, pace=pace)
        found = played.match(REQUESTS[0], 1000)
        assert isinstance(found, Exchange)
        for delay_ns, index, emitted in found.answers:
            played.emit(delay_ns, index, emitted, 1000)
        assert played.next_due_ns == 1000 + distance
        assert played.take(1000 + distance) == [(1000 + distance, "answer 0")]
        assert played.next_due_ns is None


def test_an_event_waits_for_the_request_before_it_and_for_its_time() -> None:
    played = playback(REQUESTS, moments=moments((0, 0), (150, 2), (260, 3)))
    played.begin(1000)
    assert played.take(10**6) == [(1000, "event at 0")]
    played.match(REQUESTS[0], 2000)
    assert played.next_due_ns is None
    played.match(REQUESTS[1], 3000)
    # 50 ns behind the request that stands before it.
    assert played.take(10**6) == [(3050, "event at 150")]
    assert played.unreached == 1
    played.match(REQUESTS[2], 3010)
    assert played.take(10**6) == [(3070, "event at 260")]
    assert played.unreached == 0


def test_a_request_that_is_left_out_holds_no_event_back_for_good() -> None:
    played = playback(REQUESTS, moments=moments((50, 1), (150, 2)))
    played.match(REQUESTS[2], 1000)
    assert [due_ns for due_ns, _ in played.take(10**6)] == [1050, 1150]


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 3)), max_size=8),
    st.lists(st.integers(0, 400), min_size=3, max_size=3),
    st.sampled_from([Pace(), Pace(None), Pace(Fraction(1, 3)), Pace(Fraction(7))]),
)
def test_events_keep_their_order_and_all_come(rows, distances, pace) -> None:
    ordered = moments(*sorted(rows, key=lambda row: (row[1], row[0])))
    played = playback(REQUESTS, pace=pace, moments=ordered)
    now_ns, emitted = 0, []
    played.begin(0)
    for request, distance in zip(REQUESTS, distances, strict=True):
        now_ns += distance
        emitted += played.take(now_ns)
        played.match(request, now_ns)
    emitted += played.take(10**9)
    assert [each for _, each in emitted] == [moment.output for moment in ordered]
    times = [due_ns for due_ns, _ in emitted]
    assert times == sorted(times)


def test_what_is_taken_back_does_not_come() -> None:
    played = playback(REQUESTS)
    played.emit(1, 0, "a", 0)
    played.emit(2, 1, "b", 0)
    played.drop(lambda emitted: emitted == "a")
    assert played.take(10) == [(2, "b")]
