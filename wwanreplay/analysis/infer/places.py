"""Where stimuli stand in a trace, some of whose events take no part in the search."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from wwanreplay._core import Event, Kind

#: Events that are looked at again behind a place; more are read again from the beginning.
RECENT_MAX: Final = 1024

Read = Callable[[], Iterable[Event]]


def places_of(stimuli: Sequence[tuple[Event, Event | None]], read: Read) -> list[int]:
    """The place of each stimulus, which stands before a record; None is the end of the trace.

    A stimulus stands before the MBIM message that its record was made of, and before what came
    later and takes no part in the search. The trace is read twice.
    """
    causes = {record.cause for _, record in stimuli if record is not None}
    wires: set[int] = set()
    count = 0
    for place, event in enumerate(read()):
        count += 1
        if place in causes and event.kind == Kind.KIND_WIRE:
            wires.add(place)
    places = [count if record is None else _before(record, wires) for _, record in stimuli]
    return _in_time(
        [(place, event.time_ns) for place, (event, _) in zip(places, stimuli, strict=True)], read
    )


def merged(events: Iterable[Event], stimuli: Iterable[tuple[int, Event]]) -> Iterator[Event]:
    """Events with stimuli, each before the event of its place; those are in order."""
    waiting = iter(stimuli)
    following = next(waiting, None)
    for place, event in enumerate(events):
        while following is not None and following[0] <= place:
            yield following[1]
            following = next(waiting, None)
        yield event
    if following is not None:
        yield following[1]
        yield from (event for _, event in waiting)


def _before(record: Event, wires: set[int]) -> int:
    """The place of a record, or of the message that it was made of."""
    place, cause = record.index or 0, record.cause
    return cause if cause is not None and cause < place and cause in wires else place


def _in_time(wanted: list[tuple[int, int]], read: Read) -> list[int]:
    """For each (place, time in ns) the place behind the last event before it that is not later."""
    found: dict[tuple[int, int], int] = {}
    times_of: dict[int, set[int]] = {}
    for place, time_ns in wanted:
        times_of.setdefault(place, set()).add(time_ns)
    last = max(times_of, default=0)
    recent: deque[int] = deque(maxlen=RECENT_MAX)
    place = 0

    def settle() -> None:
        for time_ns in times_of.get(place, ()):
            later = 0
            while later < len(recent) and recent[-1 - later] > time_ns:
                later += 1
            if later < len(recent) or later == place:
                found[place, time_ns] = place - later

    for event in islice(read(), last):
        settle()
        recent.append(event.time_ns)
        place += 1
    settle()
    return [found[each] if each in found else _last_not_later(*each, read) for each in wanted]


def _last_not_later(place: int, time_ns: int, read: Read) -> int:
    """The place behind the last event before a place that is not later than a time."""
    behind = 0
    for at, event in enumerate(islice(read(), place)):
        if event.time_ns <= time_ns:
            behind = at + 1
    return behind
