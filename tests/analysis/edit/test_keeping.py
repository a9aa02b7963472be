"""What is kept beside what is meant: whole transactions, their messages, with causes renumbered."""

import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from recording_mutations import written
from replay_samples import sample_trace

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.edit import keeping as module
from wwanreplay.analysis.edit.keeping import Keeping
from wwanreplay.analysis.show import Filter
from wwanreplay.protocol.kinds import INPUTS, OUTPUTS, REQUESTS
from wwanreplay.trace import TraceHeader, TraceReader

SAMPLE = sample_trace()
EVENTS = list(TraceReader(SAMPLE).events())


def kept_of(data, indices):
    with TraceReader(io.BytesIO(data)) as reader:
        keeping = Keeping(reader, Filter(where=lambda event: event.index in indices))
        numbers = [event.index for event in reader.events() if keeping.keeps(event)]
        return keeping, numbers, list(keeping.events(reader))


@given(st.sets(st.integers(0, len(EVENTS) - 1), min_size=1))
def test_transactions_are_kept_as_by_looking_at_all_of_them(indices):
    opened, transactions = {}, []
    for event in EVENTS:
        if event.request_id and event.kind in INPUTS | OUTPUTS:
            key = event.request_id, event.port
            if event.kind in REQUESTS or key not in opened:
                transactions.append([])
                opened[key] = transactions[-1]
            opened[key].append(event.index)
    expected = set(indices)
    for each in transactions:
        if expected & set(each):
            expected |= set(each)
    keeping, numbers, events = kept_of(SAMPLE, indices)
    assert set(numbers) >= expected
    assert {n for n in numbers if EVENTS[n].kind != Kind.KIND_WIRE} == {
        n for n in expected if EVENTS[n].kind != Kind.KIND_WIRE
    }
    assert keeping.left_out == len(EVENTS) - len(numbers)
    # A cause is the same record by its new number, or none where that is left out.
    for number, event in zip(numbers, events, strict=True):
        cause = EVENTS[number].cause
        assert event.cause == (numbers.index(cause) if cause in numbers else None)


def test_a_transaction_of_long_ago_is_over(monkeypatch):
    monkeypatch.setattr(module, "TRANSACTIONS_MAX", 3)
    query = Event(Kind.KIND_QUERY, 0, namespace=1, code=7)
    events = [query.replace(request_id=1)]
    events += [query.replace(request_id=number) for number in (2, 3, 4, 5)]
    events += [query.replace(kind=Kind.KIND_COMPLETION, request_id=number) for number in (4, 1)]
    data = written(TraceHeader(), events)
    assert kept_of(data, {3})[1] == [3, 5]
    assert kept_of(data, {0})[1] == [0]
    assert all(a < b for a, b in pairwise(kept_of(data, {6, 5})[1]))


@pytest.mark.parametrize("cause", [1 << 40, 1 << 62])
def test_a_cause_beyond_the_trace_is_none(cause):
    query = Event(Kind.KIND_QUERY, 0, namespace=1, code=7, request_id=1, cause=cause)
    _, numbers, events = kept_of(written(TraceHeader(), [query]), {0})
    assert numbers == [0]
    assert events[0].cause is None
