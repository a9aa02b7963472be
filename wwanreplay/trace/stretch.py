"""A stretch of a trace: from one place to another, each a record or a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wwanreplay._core import Event
from wwanreplay.errors import UsageError
from wwanreplay.trace.reader import TraceReader
from wwanreplay.trace.source import TraceInput

#: A record, or a time in ns.
PlaceOf = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Stretch:
    """From a record or time on, up to before a record or up to a time; without any, all of it."""

    start_record: int | None = None
    start_ns: int | None = None
    stop_record: int | None = None
    stop_ns: int | None = None

    @classmethod
    def of(cls, start: PlaceOf, stop: PlaceOf) -> Stretch:
        """The stretch between two places; UsageError for a stop before the start."""
        for first, last, thing in zip(start, stop, ("record ", "at ns "), strict=True):
            if first is not None and last is not None and last < first:
                raise UsageError(
                    f"the stop ({thing}{last}) stands before the start ({thing}{first})"
                )
        return cls(*start, *stop)

    @property
    def start(self) -> PlaceOf:
        """Where it begins."""
        return self.start_record, self.start_ns

    @property
    def stop(self) -> PlaceOf:
        """Where it ends."""
        return self.stop_record, self.stop_ns

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self == WHOLE

    def has(self, event: Event) -> bool:
        """Whether an event stands in it."""
        return self.has_place(event.index or 0, event.time_ns)

    def has_place(self, record: int, time_ns: int) -> bool:
        """Whether a record of this number and time stands in it."""
        return (
            (self.start_record is None or record >= self.start_record)
            and (self.stop_record is None or record < self.stop_record)
            and (self.start_ns is None or time_ns >= self.start_ns)
            and (self.stop_ns is None or time_ns <= self.stop_ns)
        )

    def __str__(self) -> str:
        """In words: `record 4 to 2.500 s`, `2.500 s to before record 9`."""
        ends = (
            _place_text(self.start_record, self.start_ns) or "the beginning",
            _place_text(self.stop_record, self.stop_ns, "before ") or "the end",
        )
        return " to ".join(ends)


def _place_text(record: int | None, time_ns: int | None, before: str = "") -> str:
    if record is not None:
        return f"{before}record {record}"
    return "" if time_ns is None else f"{time_ns / 1e9:.3f} s"


WHOLE = Stretch()


class StretchReader(TraceReader):
    """A reader whose events are those of a stretch; they keep the numbers of the whole trace."""

    def __init__(self, source: TraceInput, stretch: Stretch) -> None:
        super().__init__(source)
        self._stretch = stretch

    def events(
        self,
        start_record: int = 0,
        stop_record: int | None = None,
        *,
        start_time_ns: int | None = None,
        stop_time_ns: int | None = None,
    ) -> Iterator[Event]:
        """Every event of the stretch that is asked for, in order."""
        found = super().events(
            start_record, stop_record, start_time_ns=start_time_ns, stop_time_ns=stop_time_ns
        )
        return found if self._stretch.is_whole else filter(self._stretch.has, found)

    def events_by_chunk(self) -> Iterator[Iterator[Event]]:
        """Those of each chunk."""
        for events in super().events_by_chunk():
            yield filter(self._stretch.has, events)
