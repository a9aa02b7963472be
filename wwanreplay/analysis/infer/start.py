"""Where a session begins: what leads the emulated device to the state that a trace begins in.

The first evidence of a variable shows it. An answer to a query has how things were; what the device
reported by itself, and the end of a set, has how they became: before that they were otherwise. What
no evidence shows is as it follows from the rest, and such that the device stays quiet.
docs/inference.md has the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from wwanreplay._core import Event, RecordWriter
from wwanreplay.analysis.infer.first_observations import FirstObservations
from wwanreplay.analysis.infer.readings import Reading, readings
from wwanreplay.analysis.infer.registry import SUBJECTS
from wwanreplay.analysis.infer.start_records import StartRecords
from wwanreplay.analysis.infer.subject import Observers, Parts, StartPart

Of = TypeVar("Of", bound=StartPart)


def start_of(
    events: Iterable[Event], profile: Mapping[str, Any], *, of_messages: bool = False
) -> bytes:
    """The records that lead a device of this profile to where the events begin.

    They are for `TraceHeader.start`; `wwanreplay.replay.start.apply_start` gives them to an
    engine. They stand at time 0 and leave nothing to be done, but for a registration under way.
    Nothing in them is drawn, so that they hold for every seed. `of_messages` is that of
    `profile_of`. The events are gone through once.
    """
    maker = StartMaker()
    for reading in maker.readings(events, of_messages=of_messages):
        maker.take(reading)
    return maker.start(profile)


class StartMaker:
    """Makes a start of the events of a trace, with the subjects that have a part in it."""

    def __init__(self) -> None:
        self._first = FirstObservations()
        self._by_kind: Parts[StartPart] = Parts(lambda kind, parts: kind(self._first, parts))
        self._parts = [self._by_kind.of(each.start) for each in SUBJECTS if each.start is not None]
        self._observers = Observers(self._parts)
        # Most parts ignore events that are no readings.
        self._of_events = [
            part for part in self._parts if type(part).observe_event is not StartPart.observe_event
        ]

    def readings(self, events: Iterable[Event], *, of_messages: bool) -> Iterator[Reading]:
        """The readings of events, each of which is taken before its reading comes."""

        def passed() -> Iterator[Event]:
            for event in events:
                for part in self._of_events:
                    part.observe_event(event)
                yield event

        return readings(passed(), of_messages=of_messages)

    def take(self, reading: Reading) -> None:
        """Take the next reading of the trace."""
        self._first.position += 1
        self._observers.take(reading)

    def conclude(self, profile: Mapping[str, Any]) -> None:
        """Let the parts conclude, for a device of this profile; called once."""
        for part in self._parts:
            part.profile = profile
        for part in self._parts:
            part.conclude()

    def of(self, kind: type[Of]) -> Of:
        """The part of this class, for what it has concluded."""
        return self._by_kind.of(kind)

    def start(self, profile: Mapping[str, Any]) -> bytes:
        """The records of the start, of a device of this profile; called once."""
        self.conclude(profile)
        make = StartRecords(profile)
        writer = RecordWriter()
        for part in self._parts:
            for event in part.records(make):
                writer.append(event)
        taken = writer.take()
        return b"" if taken is None else taken[0]
