"""A filtered trace as a replay goes over it: with the inputs that were left out in their places.

The header of a filtered trace has the inputs that were left out, and of each output its place in a
device's answers (`mark_of`). An input drives the device as before. For an output the replayed
device's own stands (`LeftOut.fill`), so that it is no divergence, and counts as not compared.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from wwanreplay._core import Engine, Event, Kind, RecordReader
from wwanreplay.errors import InputError
from wwanreplay.protocol.kinds import OUTPUTS, REQUESTS
from wwanreplay.replay.align import Key, identity_key
from wwanreplay.replay.divergence import Divergence
from wwanreplay.replay.result import Options, ReplayResult

_HASH_SIZE: Final = 8
#: Which count of a result an input is of.
_COUNTS: Final = dict.fromkeys(REQUESTS, "requests") | {Kind.KIND_STIMULUS: "stimuli"}


def mark_of(event: Event) -> Event:
    """An output without what it holds: the payload is a hash of it."""
    digest = hashlib.blake2b(event.payload, digest_size=_HASH_SIZE).digest()
    return event.replace(payload=digest, source=None, fields=None)


class LeftOut:
    """What was left out of a trace, by the place where it stood.

    The records of `TraceHeader.filtered` are a clock record, from which times count, and those left
    out in their order; the cause of each is the record of the trace before which it stood. A replay
    counts records with the inputs among them; `shown` and `counted` go from one count to the other.
    """

    def __init__(self, records: bytes) -> None:
        self._inputs: list[Event] = []
        self._befores: list[int] = []  # the record before which each input stood
        self._marks: deque[tuple[int, Event]] = deque()
        before = 0
        for event in islice(RecordReader(records), 1, None):
            cause = event.cause
            if cause is None or cause < before:
                raise InputError("the header's filtered records have no order of places")
            before = cause
            if event.kind in OUTPUTS:
                self._marks.append((before + len(self._inputs), event))
            else:
                self._inputs.append(event)
                self._befores.append(before)
        self._places = [before + n for n, before in enumerate(self._befores)]

    def shown(self, index: int) -> int:
        """The record of the trace that is, or follows, record `index` of the replay."""
        return index - bisect_left(self._places, index)

    def counted(self, index: int) -> int:
        """The record of the replay that is record `index` of the trace."""
        return index + bisect_right(self._befores, index)

    def events(self, kept: Iterable[Event]) -> Iterator[Event]:
        """The records of the trace with the inputs that were left out.

        Of a trace that is cut off, those behind its next record are beyond its end.
        """
        at = index = 0
        for event in kept:
            index = event.index or 0
            while at < len(self._inputs) and self._befores[at] <= index:
                yield self._inputs[at].replace(cause=None)
                at += 1
            yield event
            index += 1
        while at < len(self._inputs) and self._befores[at] <= index:
            yield self._inputs[at].replace(cause=None)
            at += 1

    def options(self, options: Options) -> Options:
        """The part that is compared, by the records of the replay."""
        start, stop = options.start_record, options.stop_record
        return replace(
            options,
            start_record=None if start is None else self.counted(start),
            stop_record=None if stop is None else self.counted(stop),
        )

    def fill(
        self, recorded: list[Event], next_index: int, end_time_ns: int, engines: Iterable[Engine]
    ) -> list[Event]:
        """The recorded outputs of a window with the device's own for those left out there.

        Of several devices the one has them that emits most of what the marks are of.
        """
        marks: list[tuple[int, Event]] = []
        while self._marks and self._is_inside(*self._marks[0], next_index, end_time_ns):
            marks.append(self._marks.popleft())
        if not marks:
            return recorded
        fillings = (_filling(marks, engine, end_time_ns) for engine in engines)
        _, filling = max(fillings, key=lambda pair: pair[0])
        # An output left out stands in front of the record before which it stood.
        tagged = [((event.index or 0, 1, 0), event) for event in recorded]
        tagged += [((marks[at][0], 0, at), event) for at, event in filling.items()]
        return [event for _, event in sorted(tagged, key=lambda pair: pair[0])]

    @staticmethod
    def _is_inside(place: int, mark: Event, next_index: int, end_time_ns: int) -> bool:
        """Whether a mark is of a window; behind the last record of a trace that is cut off, none of
        a later time is.
        """
        return place < next_index or (place == next_index and mark.time_ns <= end_time_ns)

    def show(self, result: ReplayResult) -> None:
        """Let a result speak of the records of the trace."""
        for divergence in result.divergences:
            self._show(divergence)
        for gap in result.gaps:
            gap.index = self.shown(gap.index)
            if gap.first_unjudged is not None:
                gap.first_unjudged = self.shown(gap.first_unjudged)
        for place, event in zip(self._places, self._inputs, strict=True):
            if place < result.next_index:
                result.counts["records"] -= 1
                result.counts[_COUNTS.get(event.kind, "others")] -= 1
        result.next_index = self.shown(result.next_index)

    def _show(self, divergence: Divergence) -> None:
        divergence.index = self.shown(divergence.index)
        if divergence.root_index is not None:
            divergence.root_index = self.shown(divergence.root_index)
        hidden = frozenset(self._places)
        divergence.before = tuple(
            self._event(event) for event in divergence.before if event.index not in hidden
        )
        for name in ("recorded", "nearest"):
            event = getattr(divergence, name)
            if event is not None and event.index is not None:
                setattr(divergence, name, self._event(event))

    def _event(self, event: Event) -> Event:
        return event.replace(index=self.shown(event.index or 0))


def _filling(
    marks: list[tuple[int, Event]], engine: Engine, end_time_ns: int
) -> tuple[int, dict[int, Event]]:
    """(how many are just those left out, the outputs of a device by the mark that they are for)."""
    device = engine.copy(outputs=True)
    device.advance(max(end_time_ns, device.now_ns))
    outputs = device.drain()
    filling: dict[int, Event] = {}
    # What another model emits at another time, or with other content, is still what was left out.
    for is_exact in (True, False):
        found: dict[Key, deque[Event]] = {}
        used = {id(event) for event in filling.values()}
        for event in outputs:
            if id(event) not in used:
                key = _mark_key(mark_of(event)) if is_exact else identity_key(event)
                found.setdefault(key, deque()).append(event)
        for at, (_, mark) in enumerate(marks):
            same = found.get(_mark_key(mark) if is_exact else identity_key(mark))
            if at not in filling and same:
                filling[at] = same.popleft()
        if is_exact:
            exact_count = len(filling)
    return exact_count, {at: event.replace(index=marks[at][0]) for at, event in filling.items()}


def _mark_key(mark: Event) -> Key:
    return (mark.time_ns, *identity_key(mark), mark.status, mark.payload)
