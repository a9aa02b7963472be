"""The loop of inference: what is observed, what is searched, and which explanation is kept.

The events of a trace are read again for each pass and never held: one pass observes profile and
start, one is searched, one finds the records of what was found, and their places. A search holds
the records near the one that it has come to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, NamedTuple

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.analysis.infer.places import places_of
from wwanreplay.analysis.infer.profile import ProfileMaker
from wwanreplay.analysis.infer.registry import Environment
from wwanreplay.analysis.infer.start import StartMaker
from wwanreplay.replay.api import engine_of
from wwanreplay.replay.consequence import FAULT_COST
from wwanreplay.replay.fault import Fault
from wwanreplay.replay.field_records import choose
from wwanreplay.replay.field_replay import is_compared
from wwanreplay.replay.hypothesis import Placed
from wwanreplay.replay.matchers import exact_search, field_search
from wwanreplay.replay.recording import FOLLOWED, records_at
from wwanreplay.trace import TraceHeader

#: Explanations that are tried for a field trace: when more than one fault is left, and for one.
STARTS_MAX: Final = 12
STARTS_OF_ONE_FAULT_MAX: Final = 2
#: Records that are gone over for them in all.
TRIED_RECORDS_MAX: Final = 50_000

#: Reads the events of a trace from the beginning, each time it is called.
Read = Callable[[], Iterable[Event]]


@dataclass(frozen=True, slots=True)
class InferredStimulus:
    """A stimulus that was found: the event, and the record of the source before which it stands.

    `witness` is the record of the source that made it necessary; when the recording lacks what the
    device would have reported, that is `absent`, and `witness` the record before which it is
    missed.
    """

    event: Event
    before: int
    witness: int | None = None
    absent: Event | None = None


@dataclass(frozen=True, slots=True)
class Unexplained:
    """An output that no change of the environment explains.

    `record` is the index of the record that it shows at, None for what is missing behind the last.
    """

    fault: Fault
    record: int | None


class Explanation(NamedTuple):
    """What explains a trace: a header with profile and start, stimuli, and what stays unexplained.

    `compared` counts the outputs that were compared.
    """

    header: TraceHeader
    stimuli: list[InferredStimulus]
    unexplained: tuple[Unexplained, ...]
    compared: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An explanation whose records are still to be found."""

    header: TraceHeader
    cost: int
    stimuli: tuple[Placed, ...]
    faults: tuple[Fault, ...]
    compared: int

    @property
    def rank(self) -> tuple[int, int]:
        """What it costs, and how many networks it needs; less is better."""
        return self.cost, len(self.header.profile_mapping.get("providers", ()))


def explain(header: TraceHeader, read: Read) -> Explanation:
    """The cheapest explanation of a trace.

    Of a field trace without a profile it has one. What is observed first is taken for how the
    device was. Where something later contradicts that, the first may be what was wrong: then
    profile and start are made without it. Of explanations that cost the same the one with fewer
    networks is kept.
    """
    return _with_records(_best(header, read), read)


def _best(header: TraceHeader, read: Read) -> _Candidate:
    if header.comparison != "field" or header.profile_mapping:
        return _searched(header, read)
    first, text = _observed(header, read())
    best = _searched(first, read)
    searched = [(first.profile_mapping, first.start)]
    # One fault alone is not explained cheaper; it may only be another one of its kind.
    more = best.cost > FAULT_COST
    count = sum(1 for _ in read())
    tries = min(STARTS_MAX if more else STARTS_OF_ONE_FAULT_MAX, TRIED_RECORDS_MAX // max(count, 1))
    for doubted in islice(_doubts(best, read), tries):
        events = (each for each in read() if each.index not in doubted)
        without, text_without = _observed(header, events)
        if (without.profile_mapping, without.start) in searched:
            continue  # nothing of either hangs on these records
        searched.append((without.profile_mapping, without.start))
        found = _searched(without, read)
        if found.rank < best.rank:
            best, text = found, text_without
    return replace(best, header=replace(best.header, profile_text=text()))


def _searched(header: TraceHeader, read: Read) -> _Candidate:
    """The cheapest explanation with the profile and the start of a header."""
    engine, _ = engine_of(header)
    propose = Environment(header.profile_mapping).propose
    search = (
        field_search(choose(read(), engine), engine, propose)
        if header.comparison == "field"
        else exact_search(read(), engine, propose)
    )
    compared = 0

    def watch(_: int, record: Event) -> None:
        nonlocal compared
        compared += is_compared(record)

    found = search.run(watch)
    return _Candidate(header, found.cost, found.stimuli, found.faults, compared)


def _followed(header: TraceHeader, read: Read) -> Iterable[Event]:
    """The records that a search follows."""
    if header.comparison == "field":
        return choose(read(), engine_of(header)[0]).records
    return (event for event in read() if event.kind in FOLLOWED)


def _with_records(found: _Candidate, read: Read) -> Explanation:
    """An explanation with the records at which it has something."""
    positions = {fault.position for fault in found.faults}
    for placed in found.stimuli:
        positions |= {placed.position, placed.witness}
    records = records_at(_followed(found.header, read), positions) if positions else {}

    before = [(each.event, records.get(each.position)) for each in found.stimuli]
    stimuli = [
        InferredStimulus(
            each.event.replace(flags=RecordFlag.FLAG_INFERRED),
            place,
            records[each.witness].index,
            each.absent,
        )
        for each, place in zip(found.stimuli, places_of(before, read), strict=True)
    ]
    stimuli.sort(key=lambda each: (each.before, each.event.time_ns))
    # Records in memory have no index: their position stands for it.
    indices = {at: at if record.index is None else record.index for at, record in records.items()}
    unexplained = tuple(Unexplained(fault, indices.get(fault.position)) for fault in found.faults)
    return Explanation(found.header, stimuli, unexplained, found.compared)


def observed(header: TraceHeader, events: Iterable[Event]) -> TraceHeader:
    """The header of a field trace with the profile of its device, and where it begins."""
    found, text = _observed(header, events)
    return replace(found, profile_text=text())


def _observed(
    header: TraceHeader, events: Iterable[Event]
) -> tuple[TraceHeader, Callable[[], str]]:
    """The same without the text of the profile, and what makes that."""
    profile_maker, start_maker = ProfileMaker(), StartMaker()
    for reading in start_maker.readings(events, of_messages=True):
        profile_maker.take(reading)
        start_maker.take(reading)
    profile = profile_maker.profile()
    found = replace(
        header,
        profile_name=profile.name,
        profile_mapping=profile.mapping,
        seed=0,
        start=start_maker.start(profile.mapping),
    )
    return found, lambda: profile.text


def _doubts(found: _Candidate, read: Read) -> Iterator[frozenset[int]]:
    """Records that may show profile and start wrongly, each set to be left out by itself.

    The first of its kind decides what is believed: those of the kind of the first divergence come
    first, then the others in their order.
    """
    recorded = (fault.recorded for fault in found.faults)
    doubted = next((event for event in recorded if event is not None), None)
    if doubted is None:
        return
    firsts: dict[tuple[int, int], int] = {}
    earlier: set[int] = set()
    for event in read():
        if event.kind == Kind.KIND_INDICATION and event.index is not None:
            firsts.setdefault((event.code, event.port), event.index)
            is_same = (event.code, event.port) == (doubted.code, doubted.port)
            if is_same and event.index < (doubted.index or 0):
                earlier.add(event.index)
    first = firsts.get((doubted.code, doubted.port))
    if first is not None:
        yield frozenset({first})
    if len(earlier) > 1:
        yield frozenset(earlier)
    yield from (frozenset({index}) for index in firsts.values() if index != first)
