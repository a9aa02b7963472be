"""The compiled frame of the rules: what is judged once is what each judgement would have been, time
grows as the session does, and memory does not.
"""

import gc
import sys
from collections import Counter
from collections.abc import Iterator, Mapping

import pytest
from rule_scenarios import LTE, run
from rule_walks import DEVICES, WideWalker, walk, walked_widely

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay._sessions import (
    ByBuffer,
    ByForm,
    Fields,
    Item,
    Session,
    Transaction,
    by_buffer,
    by_form,
    sift,
)
from wwanreplay.analysis.check import judge
from wwanreplay.analysis.check.registry import Judgement, Predicate, rules
from wwanreplay.analysis.check.windows import Sizes, windows

SMALL = Sizes(judged=64, behind=16, ahead_max=64)


def as_found(judgements) -> Counter:
    return Counter((item.at, text) for item, text in judgements)


def faulty(seed: int) -> list[Event]:
    """A walk in which some answers are missing, and others come twice."""
    events = walked_widely(DEVICES["lte"], seed, 80)
    return [
        event
        for at, event in enumerate(events)
        for _ in range((1, 1, 0, 2)[at % 4] if event.kind == Kind.KIND_COMPLETION else 1)
    ]


OF_TRANSACTIONS = {
    rule_id: predicate.__wrapped__
    for rule_id, predicate in rules().items()
    if hasattr(predicate, "__wrapped__")
}


def test_several_rules_are_of_transactions():
    assert len(OF_TRANSACTIONS) > 5


@pytest.mark.parametrize("rule_id", sorted(OF_TRANSACTIONS))
def test_a_rule_of_transactions_finds_what_it_finds_in_each_by_itself(rule_id):
    session = Session(faulty(1))
    alone = OF_TRANSACTIONS[rule_id]
    each = [found for transaction in session.transactions for found in alone(transaction)]
    assert as_found(rules()[rule_id](session)) == as_found(each)


def test_a_judgement_of_a_transaction_is_about_one_of_its_events():
    session = Session(faulty(2))
    with pytest.raises(ValueError, match="is about one of its events"):
        list(by_form(session, "wrong", lambda transaction: [(session.items[-1], "wrong")]))


def test_a_buffer_is_judged_once_and_each_event_that_has_it():
    session = Session(faulty(3))
    calls: Counter = Counter()

    def judged(fields: Fields) -> str | None:
        calls[fields.struct.name, fields.data] += 1
        return fields.struct.name if fields["uStatus"] is None else ""

    found = list(by_buffer(session, session.outputs, "test", judged))
    with_buffer = [item for item in session.outputs if item.fields is not None]
    assert [item for item, _ in found] == with_buffer
    assert set(calls.values()) == {1}
    assert len(calls) < len(found)


def marked(events: list[Event]) -> list[Event]:
    """With some events that the mapping made up, and some of which a log shows a part."""
    flags = {0: RecordFlag.FLAG_INFERRED, 4: RecordFlag.FLAG_INCOMPLETE}
    return [event.replace(flags=flags.get(at % 9, 0)) for at, event in enumerate(events)]


@pytest.mark.parametrize("mark", [marked, list], ids=["marked", "plain"])
def test_what_is_judged_once_for_what_is_equal_is_counted_as_if_each_were(mark):
    counted = 0
    for window in windows(mark(faulty(8)), SMALL):
        start, stop = window.judged.start, window.judged.stop
        for predicate in rules().values():
            if isinstance(predicate(window), ByForm | ByBuffer):
                one_by_one = sift(iter(predicate(window)), start, stop)
                assert sift(predicate(window), start, stop) == one_by_one
                counted += one_by_one[0]
    assert counted > 300


def test_what_was_made_up_or_stands_outside_is_not_counted():
    events = faulty(4)[:40]
    events[5] = events[5].replace(flags=4)
    session = Session(events)
    judged = [(item, "" if item.at % 2 else "odd") for item in session.items]
    kept, others = sift(judged, 3, 11)
    assert (kept, [item.at for item, _ in others]) == (3, [4, 6, 8, 10])


def test_a_window_that_passes_is_emptied_and_its_events_stay():
    events = faulty(5)
    seen: list[tuple[Session, list[Item]]] = [
        (window, list(window.items)) for window in windows(events, SMALL, is_passing=True)
    ]
    assert len(seen) > 2
    assert [len(window.items) for window, _ in seen] == [0] * len(seen)
    answered = [item for item in seen[1][1] if item.transaction is not None]
    assert {item.transaction.request.event in events for item in answered} == {True}
    kept = list(windows(events, SMALL))
    assert all(window.items for window in kept)


@pytest.fixture
def uncollected() -> Iterator[None]:
    was_enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    yield
    if was_enabled:
        gc.enable()


def there() -> int:
    """The events that are still there, with what is garbage."""
    return sum(type(each) is Item for each in gc.get_objects())


@pytest.mark.usefixtures("uncollected")
def test_what_nobody_has_of_a_window_goes_without_garbage_being_looked_for():
    before = there()
    for window in windows(faulty(11), SMALL, is_passing=True):
        window.derived("some", lambda session: list(session.items))
    del window
    assert there() == before


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("role", ["request", "first_answer", "closing", "transaction"])
def test_who_has_one_event_of_a_transaction_has_all_of_it(role):
    session = Session(walked_widely(DEVICES["lte"], 12, 40))
    found = [
        (each if role == "transaction" else getattr(each, role))
        for each in session.transactions
        if each.closing is not None
    ][:5]
    assert len(found) == 5
    session.forget()
    for one in found:
        whole = one if role == "transaction" else session.begun_by(one) or one.transaction
        assert whole is not None
        assert whole.closing.transaction is whole
        assert whole.first_answer.transaction is whole
        assert session.begun_by(whole.request) is whole


@pytest.mark.parametrize("is_enabled", [True, False])
def test_garbage_is_collected_behind_judging_as_it_was_before(is_enabled):
    was_enabled = gc.isenabled()
    try:
        (gc.enable if is_enabled else gc.disable)()
        judge(faulty(6), sizes=SMALL)
        assert gc.isenabled() is is_enabled
        with pytest.raises(ZeroDivisionError):
            judge(1 // 0 for _ in range(3))
        assert gc.isenabled() is is_enabled
    finally:
        (gc.enable if was_enabled else gc.disable)()


def alive() -> int:
    gc.collect()
    return sum(type(each) is Item for each in gc.get_objects())


def test_no_window_stays_behind():
    before = alive()
    tallies = judge(faulty(7), places_max=0, sizes=SMALL)
    assert any(tally.broken_count for tally in tallies.values())
    assert alive() == before


def last_at(transaction: Transaction) -> int:
    return max(
        item.at
        for item in (transaction.request, *transaction.completions, *transaction.indications)
    )


def test_look_ups_of_the_judged_part_are_what_stands_there_of_the_others():
    for window in windows(faulty(9), SMALL):
        judged = window.judged

        def concerns(transaction: Transaction, judged: range = judged) -> bool:
            return transaction.request.at < judged.stop and last_at(transaction) >= judged.start

        for code in window.indications:
            for port in (None, 0, 1):
                there = [each for each in window.reports(code, port=port) if each.at in judged]
                assert window.judged_reports(code, port=port) == there
        for oid in window.requests:
            for kind in ("", "query", "set"):
                assert window.judged_requests(oid, kind) == list(
                    filter(concerns, window.of(oid, kind))
                )
                for code in window.indications:
                    there = [pair for pair in window.closed(oid, code, kind) if concerns(pair[0])]
                    assert window.judged_closed(oid, code, kind) == there


def test_an_id_that_comes_again_has_the_request_that_had_it_before():
    events = [
        event.replace(request_id=event.request_id % 5) if event.request_id else event
        for event in faulty(10)
    ]
    session, last = Session(events), {}
    assert sum(each.earlier is not None for each in session.transactions) > 20
    for each in session.transactions:
        if each.is_wwan:
            key = each.request.request_id, each.request.port
            assert each.earlier is last.get(key)
            last[key] = each


def lines_of(events: list[Event], predicates: Mapping[str, Predicate]) -> Counter:
    """How many lines of each rule's code, and of what it calls, judging takes."""
    session = Session(events)
    counted: Counter = Counter()
    for rule_id, predicate in predicates.items():

        def count(frame, event, argument, rule_id=rule_id):
            counted[rule_id] += event == "line"
            return count

        sys.settrace(count)
        try:
            sift(predicate(session), 0, len(session.items))
        finally:
            sys.settrace(None)
    return counted


def too_long(predicates: Mapping[str, Predicate]) -> dict[str, tuple[int, int]]:
    """The rules that take more than half as much again as their share of a longer session."""
    short, long = (
        run(lambda host, steps=steps: walk(host, 5, 1, steps, WideWalker), LTE)
        for steps in (250, 1000)
    )
    share = len(long) / len(short)
    few, many = lines_of(short, predicates), lines_of(long, predicates)
    return {
        rule_id: (few[rule_id], count)
        for rule_id, count in many.items()
        if count > share * (400 + 1.5 * few[rule_id])
    }


def test_no_rule_goes_over_a_session_again_and_again():
    assert too_long(rules()) == {}


def all_before(session: Session) -> Iterator[Judgement]:
    """Looks at all requests for each."""
    for transaction in session.transactions:
        for each in session.transactions:
            if each is transaction:
                yield transaction.request, ""


def test_a_rule_that_does_is_found():
    assert list(too_long({"each with each": all_before})) == ["each with each"]
