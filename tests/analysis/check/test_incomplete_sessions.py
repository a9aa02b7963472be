"""Sessions that are cut, have gaps, show names only or no environment break no rule that the whole
session keeps.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from checkout import TRACES
from rule_sessions import Builder
from rule_walks import DEVICES, walked

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.analysis.check import check, coverage
from wwanreplay.analysis.edit.cut import cut_trace
from wwanreplay.analysis.judged import CheckOptions, check_file
from wwanreplay.trace import TraceReader

WALKS = [("lte", 21), ("two-ports", 22), ("voice", 23), ("locked", 24), ("jittery", 25)]
SAMPLES = sorted(TRACES.glob("**/*.wwtrace"))
SPOILS: dict[str, Callable[[list[Event], random.Random], list[Event]]] = {}


def spoils(act: Callable[[list[Event], random.Random], list[Event]]):
    SPOILS[act.__name__] = act
    return act


@spoils
def beginning_missing(events: list[Event], chance: random.Random) -> list[Event]:
    return events[chance.randrange(1, len(events)) :]


@spoils
def end_missing(events: list[Event], chance: random.Random) -> list[Event]:
    return events[: chance.randrange(1, len(events))]


@spoils
def a_gap(events: list[Event], chance: random.Random) -> list[Event]:
    start = chance.randrange(1, len(events) - 1)
    stop = min(start + chance.randrange(1, 60), len(events))
    gap = Event(Kind.KIND_GAP, events[start].time_ns, payload=b"lost")
    return [*events[:start], gap, *events[stop:]]


@spoils
def names_only(events: list[Event], chance: random.Random) -> list[Event]:
    share = chance.random()
    kinds = (Kind.KIND_INDICATION, Kind.KIND_SET, Kind.KIND_QUERY)
    return [
        event.replace(payload=b"", flags=event.flags | RecordFlag.FLAG_INCOMPLETE)
        if event.kind in kinds and chance.random() < share
        else event
        for event in events
    ]


@spoils
def no_environment(events: list[Event], chance: random.Random) -> list[Event]:
    return [event for event in events if event.kind != Kind.KIND_STIMULUS]


def _broken(path):
    return {each.rule.id for each in check_file(str(path), CheckOptions()).broken}


@pytest.mark.parametrize("sample", SAMPLES, ids=[path.stem for path in SAMPLES])
def test_a_cut_of_a_sample_trace_breaks_no_rule_that_the_trace_keeps(sample, tmp_path):
    broken = _broken(sample)
    with TraceReader(sample) as reader:
        count = sum(1 for _ in reader.events())
    for tenth in (1, 3, 5, 7):
        part = tmp_path / f"{tenth}.wwtrace"
        cut_trace(sample, part, start=(count * tenth // 10, None))
        assert _broken(part) <= broken


def _from(events: list[Event], start: int) -> list[Event]:
    """A session that begins with one of its events."""
    return [
        event.replace(
            index=place,
            cause=None if event.cause is None or event.cause < start else event.cause - start,
        )
        for place, event in enumerate(events[start:])
    ]


@pytest.mark.parametrize("sample", ["demo", "contexts", "queries", "pin"])
def test_no_beginning_of_a_recording_is_a_fault(sample):
    with TraceReader(TRACES / f"{sample}.wwtrace") as reader:
        events = list(reader)
    broken = {each.rule for each in check(events, is_whole=False)}
    for start in range(1, len(events)):
        found = check(_from(events, start), is_whole=False)
        assert {each.rule for each in found} <= broken, start


def test_an_answer_of_an_unseen_query_is_no_activation():
    lines = (
        "event CONTEXT_STATE id=5",
        "query PCO = PcoValue.Size=10",
        "wait 20",
    )
    rules = ("connect.link-state", "pco.on-activation", "pco.empty-if-none")
    events = Builder().build(list(lines))
    assert check(events, rules, is_whole=False) == []


@pytest.mark.parametrize("spoil", SPOILS)
@pytest.mark.parametrize(("name", "seed"), WALKS)
def test_what_a_recording_lacks_is_never_a_fault(name, seed, spoil):
    chance = random.Random(f"{name} {seed} {spoil}")
    events = walked(DEVICES[name], seed, 60)
    assert check(events) == []
    for _ in range(3):
        spoilt = SPOILS[spoil](events, chance)
        assert check(spoilt, is_whole=False) == []


def test_what_is_left_is_judged():
    events = walked(DEVICES["lte"], 21, 60)
    whole = sum(coverage(events).values())
    for name, act in SPOILS.items():
        left = sum(coverage(act(events, random.Random(1)), is_whole=False).values())
        assert 0 < left <= whole, name
