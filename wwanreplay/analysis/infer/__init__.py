"""Inference: find what the environment did in a recording that does not say it.

inferred = infer(trace)                # a path, bytes, or a reader
inferred.stimuli                       # what was found, each with its witness
data = inferred.to_bytes()             # the trace with them, flagged as inferred

A stimulus is believed when the emulated device, driven by it, says what was recorded; what no
change of the environment explains stays a divergence of the replay.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.analysis.infer.profile import profile_of
from wwanreplay.analysis.infer.start import start_of
from wwanreplay.analysis.infer.witnesses import Environment
from wwanreplay.errors import LimitError, in_file
from wwanreplay.mbim.class_driver import known_paths
from wwanreplay.outputs import write_whole
from wwanreplay.replay.api import engine_of
from wwanreplay.replay.fault import Fault
from wwanreplay.replay.field_records import choose
from wwanreplay.replay.field_replay import is_compared
from wwanreplay.replay.hypothesis import Hypothesis
from wwanreplay.replay.matchers import exact_search, field_search
from wwanreplay.replay.search import FAULT_COST, Search
from wwanreplay.trace import TraceHeader, TraceReader
from wwanreplay.trace.edit import rewrite
from wwanreplay.trace.source import TraceInput
from wwanreplay.verdict import Verdict

__all__ = ["Inferred", "InferredStimulus", "infer", "infer_file", "without_stimuli"]


#: Beginnings that are tried for a field trace, and records that are gone over for them in all.
STARTS_MAX = 12
STARTS_OF_ONE_FAULT_MAX = 2
TRIED_RECORDS_MAX = 50_000
#: Longer traces are not searched unasked: all their events are held meanwhile.
RECORDS_MAX = 300_000


@dataclass(frozen=True, slots=True)
class InferredStimulus:
    """A stimulus that was found: the event, and the record of the source before which it stands.

    `witness` is the record of the source that made it necessary; when the recording lacks what the
    device would have said, that is `absent`, and `witness` the record before which it is missed.
    """

    event: Event
    before: int
    witness: int | None = None
    absent: Event | None = None


@dataclass(slots=True)
class Inferred:
    """What was found in one trace.

    `unexplained` are the outputs that no change of the environment explains; a replay of the
    result reports them. Their positions are among `followed`, the records that were searched.
    """

    source: TraceInput
    header: TraceHeader
    stimuli: list[InferredStimulus] = field(default_factory=list)
    unexplained: tuple[Fault, ...] = ()
    followed: list[Event] = field(default_factory=list)

    @property
    def compared(self) -> int:
        """How many outputs were compared."""
        return sum(map(is_compared, self.followed))

    @property
    def verdict(self) -> Verdict:
        """What a replay of the result comes to, its MBIM messages aside."""
        if self.unexplained:
            return Verdict.DIVERGED
        if not self.compared:
            return Verdict.NOTHING_COMPARED
        return Verdict.NO_FAULT if self.header.comparison == "field" else Verdict.EQUAL

    def to_bytes(self) -> bytes:
        """The trace with the stimuli in their places."""
        return rewrite(self.source, self._edited, header=self.header)

    def _edited(self, events: list[Event]) -> list[Event]:
        at: dict[int, list[Event]] = {}
        for found in self.stimuli:
            at.setdefault(found.before, []).append(found.event)
        edited: list[Event] = []
        for place, event in enumerate(events):
            edited += at.get(place, [])
            edited.append(event)
        return edited + at.get(len(events), [])


def infer(source: TraceInput) -> Inferred:
    """Find what a trace lacks: its stimuli, and of a field trace the profile and the start.

    What it has stays. Raises TraceError for what is no sound trace, InputError for an exact one
    that carries no profile.
    """
    with TraceReader(source) as reader:
        events = list(reader.events())
        header = reader.header
        path = reader.path
    try:
        with in_file(path):
            header, search, found = _searched(header, events)
    except LimitError as error:
        raise (error if path is None else error.at(path)) from None
    places = [_place(record, events) for record in search.records]
    stimuli = [
        InferredStimulus(
            placed.event.replace(flags=RecordFlag.FLAG_INFERRED),
            _in_time(
                places[placed.position] if placed.position < len(places) else len(events),
                placed.event.time_ns,
                events,
            ),
            search.records[placed.witness].index,
            placed.absent,
        )
        for placed in found.stimuli
    ]
    stimuli.sort(key=lambda each: (each.before, each.event.time_ns))
    return Inferred(source, header, stimuli, found.faults, search.records)


def _searched(header: TraceHeader, events: list[Event]) -> tuple[TraceHeader, Search, Hypothesis]:
    """The cheapest explanation, the search that found it, and the header to replay it with."""
    if header.comparison == "field":
        return _searched_field(header, events)
    engine, _ = engine_of(header)
    search = exact_search(events, engine, Environment(header.profile_mapping).propose)
    return header, search, search.run()


def _searched_field(
    header: TraceHeader, events: list[Event]
) -> tuple[TraceHeader, Search, Hypothesis]:
    """The explanation of a field trace; without a profile, with the one that explains most.

    What is told first is taken for how the device was. When something told later contradicts that,
    the first may be what was wrong: then profile and start are made without it. Of explanations
    that cost the same the one with fewer networks is taken.
    """
    if header.profile_mapping:
        return header, *_search_field(header, events)
    made = _with_profile(header, events)
    best = (made, *_search_field(made, events))
    best_rank = _rank(made, best[2])
    # One fault alone is not explained cheaper; it may only be another one of its kind.
    starts_max = STARTS_MAX if best[2].cost > FAULT_COST else STARTS_OF_ONE_FAULT_MAX
    tries = min(starts_max, TRIED_RECORDS_MAX // max(len(events), 1))
    for left_out in islice(_doubts(best[2], events), tries):
        made = _with_profile(header, [each for each in events if each.index not in left_out])
        search, found = _search_field(made, events)
        rank = _rank(made, found)
        if rank < best_rank:
            best, best_rank = (made, search, found), rank
    return best


def _rank(header: TraceHeader, found: Hypothesis) -> tuple[int, int]:
    """What an explanation costs, and how many networks it needs."""
    return found.cost, len(header.profile_mapping.get("providers", ()))


def _doubts(found: Hypothesis, events: list[Event]) -> Iterator[frozenset[int]]:
    """Records that may have told profile and start wrongly, each set to be left out by itself.

    The first of its kind decides what is believed: those of the kind of the first divergence come
    first, then the others in their order.
    """
    doubted = next((fault.recorded for fault in found.faults if fault.recorded), None)
    if doubted is None:
        return
    firsts: dict[tuple[int, int], int] = {}
    for event in events:
        if event.kind == Kind.KIND_INDICATION and event.index is not None:
            firsts.setdefault((event.code, event.port), event.index)
    first = firsts.get((doubted.code, doubted.port))
    if first is not None:
        yield frozenset({first})
    earlier = frozenset(event.index or 0 for event in events if _is_earlier(event, doubted))
    if len(earlier) > 1:
        yield earlier
    yield from (frozenset({index}) for index in firsts.values() if index != first)


def _is_earlier(event: Event, doubted: Event) -> bool:
    """Whether an output told the same variables before a doubted one."""
    return (
        event.kind == Kind.KIND_INDICATION
        and event.code == doubted.code
        and event.port == doubted.port
        and (event.index or 0) < (doubted.index or 0)
    )


def _search_field(header: TraceHeader, events: list[Event]) -> tuple[Search, Hypothesis]:
    engine, _ = engine_of(header)
    propose = Environment(header.profile_mapping).propose
    search = field_search(choose(events, engine), engine, propose)
    return search, search.run()


def _place(record: Event, events: list[Event]) -> int:
    """Where a followed record stands in the trace; before the messages it was made of."""
    place = record.index or 0
    cause = record.cause
    if cause is not None and cause < place and events[cause].kind == Kind.KIND_WIRE:
        return cause
    return place


def _in_time(place: int, time_ns: int, events: list[Event]) -> int:
    """The place of a stimulus: before what came later and takes no part in the search."""
    while place and events[place - 1].time_ns > time_ns:
        place -= 1
    return place


def _with_profile(header: TraceHeader, events: list[Event]) -> TraceHeader:
    """The header of a field trace with the profile of its device, and where it begins."""
    profile = profile_of(events, carried=known_paths)
    return replace(
        header,
        profile_name=profile.name,
        profile_text=profile.text,
        profile_mapping=profile.mapping,
        seed=0,
        start=start_of(events, profile.mapping, carried=known_paths),
    )


def infer_file(path: Path) -> dict[str, Any]:
    """Infer what a trace lacks and rewrite it in place; what was found, in numbers.

    A session too long to be searched unasked goes without (`RECORDS_MAX`).
    """
    with TraceReader(path) as reader:
        records = reader.footer.records if reader.footer is not None else 0
    if records > RECORDS_MAX:
        limit = f"{records} records are more than {RECORDS_MAX}"
        return {"skipped": f"{limit}; wwanreplay infer takes as long as it needs"}
    inferred = infer(path)
    data = inferred.to_bytes()
    write_whole(path, data, force=True)
    return {
        "profile": inferred.header.profile_name,
        "stimuli": len(inferred.stimuli),
        "unexplained": len(inferred.unexplained),
        "compared": inferred.compared,
    }


def without_stimuli(source: TraceInput, *, inferred_only: bool = False) -> bytes:
    """The trace without stimuli, or without the inferred ones."""

    def kept(event: Event) -> bool:
        if event.kind != Kind.KIND_STIMULUS:
            return True
        return inferred_only and not event.flags & RecordFlag.FLAG_INFERRED

    return rewrite(source, lambda events: [event for event in events if kept(event)])
