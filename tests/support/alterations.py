"""Every alteration of a recording's outputs, and whether a replay reports it at that very event."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from replay_samples import changed_octet

from wwanreplay._core import Engine, Event, Kind
from wwanreplay.replay import ReplayResult, replay_events

OUTPUTS = (Kind.KIND_COMPLETION, Kind.KIND_INDICATION)
STEADY = (*OUTPUTS, Kind.KIND_NOTE, Kind.KIND_WIRE)


@dataclass(frozen=True)
class Alteration:
    """An edited recording, and the indexes at which a root divergence may stand."""

    name: str
    events: list[Event]
    places: frozenset[int]
    alone: bool  # whether nothing else may be reported, not even as a consequence


def _compared(event: Event) -> tuple:
    return (
        event.kind,
        event.time_ns,
        event.port,
        event.request_id,
        event.code,
        event.status,
        event.handle,
        event.bytes,
        event.payload,
        event.namespace,
    )


def outputs_of(events: list[Event]) -> list[int]:
    return [place for place, event in enumerate(events) if event.kind in OUTPUTS]


def _run_of_equals(events: list[Event], place: int) -> set[int]:
    """The place and those beside it that hold an equal output: no one can tell which is missing."""
    places = {place}
    for step in (-1, 1):
        at = place + step
        while 0 <= at < len(events) and _compared(events[at]) == _compared(events[place]):
            places.add(at)
            at += step
    return places


def _gap_places(events: list[Event], place: int) -> set[int]:
    """Where a missing output may be reported: up to the next output or input."""
    places = {place}
    at = place
    while at < len(events) and events[at].kind in (Kind.KIND_NOTE, Kind.KIND_WIRE):
        at += 1
        places.add(at)
    at = place - 1
    while at >= 0 and events[at].kind in (Kind.KIND_NOTE, Kind.KIND_WIRE):
        places.add(at)
        at -= 1
    return places


def drops(events: list[Event]) -> Iterator[Alteration]:
    for place in outputs_of(events):
        edited = events[:place] + events[place + 1 :]
        places = _gap_places(edited, place) | _run_of_equals(events, place)
        yield Alteration(f"drop {place}", edited, frozenset(places), True)


def duplicates(events: list[Event]) -> Iterator[Alteration]:
    for place in outputs_of(events):
        edited = events[: place + 1] + events[place:]
        places = _run_of_equals(edited, place)
        yield Alteration(f"duplicate {place}", edited, frozenset(places), True)


def swaps(events: list[Event]) -> Iterator[Alteration]:
    """Each output with the next one: with their times, and each at the time of the other."""
    outputs = outputs_of(events)
    for first, second in pairwise(outputs):
        one, other = events[first], events[second]
        for keeps_times in (False, True):
            edited = list(events)
            edited[first] = other.replace(time_ns=one.time_ns) if keeps_times else other
            edited[second] = one.replace(time_ns=other.time_ns) if keeps_times else one
            if [*map(_compared, edited)] == [*map(_compared, events)]:
                continue  # two equal records: no change
            name = f"swap {first} {second}{' in place' if keeps_times else ''}"
            yield Alteration(name, edited, frozenset({first, second}), False)


def octets(events: list[Event], step: int = 1) -> Iterator[Alteration]:
    """Every so manieth octet of each output: others of outputs that follow each other."""
    for number, place in enumerate(outputs_of(events)):
        for at in range(number % step, len(events[place].payload), step):
            edited = list(events)
            edited[place] = changed_octet(events[place], at)
            yield Alteration(f"octet {at} of {place}", edited, frozenset({place}), True)


def headers(events: list[Event]) -> Iterator[Alteration]:
    """Time, status, port, request id, handle, byte count and length of each output."""
    for place in outputs_of(events):
        event = events[place]
        changes = [
            {"time_ns": event.time_ns + 1},
            {"time_ns": event.time_ns - 1},
            {"port": event.port + 9},
            {"request_id": event.request_id + 1000},
            {"handle": (event.handle or 0) + 1},
            {"bytes": (event.bytes or 0) + 1},
            {"payload": event.payload + b"\0"},
        ]
        if event.kind == Kind.KIND_COMPLETION:
            changes.append({"status": 0xC0010001})
        if event.payload:
            changes.append({"payload": event.payload[:-1]})
        for change in changes:
            edited = list(events)
            edited[place] = event.replace(**change)
            name = f"{', '.join(change)} of {place}"
            yield Alteration(name, edited, frozenset({place}), False)


def unreported(alteration: Alteration, result: ReplayResult) -> str | None:
    """Why an alteration is not reported as it should be; None when it is."""
    roots = [found for found in result.divergences if found.root]
    reported = [(str(found.kind), found.root, found.index) for found in result.divergences]
    if not roots:
        return f"{alteration.name}: not reported: {reported}"
    if not {found.index for found in roots} <= alteration.places:
        return f"{alteration.name}: reported at another event: {reported}"
    if alteration.alone and result.divergence_count != 1:
        return f"{alteration.name}: reported more than once: {reported}"
    return None


def assert_all_reported(
    events: list[Event],
    new_engine: Callable[[], Engine],
    *sorts: Callable[[list[Event]], Iterator[Alteration]],
) -> int:
    """Replay every alteration; the number of them."""
    assert replay_events(events, new_engine()).equal
    count = 0
    failures = []
    for sort in sorts:
        for alteration in sort(events):
            count += 1
            result = replay_events(alteration.events, new_engine())
            failure = unreported(alteration, result)
            if failure is not None:
                failures.append(failure)
    assert failures == []
    return count
