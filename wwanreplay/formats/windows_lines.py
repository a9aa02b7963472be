"""Windows traces as text in which an event is a line and those that follow it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from wwanreplay.formats.base import Counts, LogMessage
from wwanreplay.formats.lines import Lines, text_of
from wwanreplay.formats.sources import LogSource
from wwanreplay.formats.times import WallClock
from wwanreplay.formats.windows import TRIGGERS, EventText

#: Lines that one event may span.
EVENT_LINES_MAX: Final = 64
#: Characters after which no line is added to an event.
EVENT_SIZE_MAX: Final = 1 << 22


class PrintedEvent(NamedTuple):
    """One event as printed: who wrote it, its text without what the trace adds, its thread."""

    provider: str
    text: str
    thread: str


class WindowsLines:
    """Reads such a text.

    `begins` matches the first line of an event, with the groups `time` and `text`; lines that it
    does not match belong to the event above. `event_of` gives the event of a first line and of all
    text of the event, None when that is not about WWAN.
    """

    def __init__(
        self,
        source: LogSource,
        begins: re.Pattern[str],
        event_of: Callable[[re.Match[str], str], PrintedEvent | None],
    ) -> None:
        self.counts = Counts()
        self._begins = begins
        self._event_of = event_of
        self._lines = Lines(source, TRIGGERS, self.counts)
        self._clock = WallClock()
        self._events = EventText(self.counts)

    def __iter__(self) -> Iterator[LogMessage]:
        number, head, parts, size = 0, None, [""], 0
        for next_number, raw in self._lines:
            text = text_of(raw)
            line = self._begins.match(text)
            if line is None:
                if self._lines.unused():
                    continue
                if head is not None and len(parts) < EVENT_LINES_MAX and size < EVENT_SIZE_MAX:
                    parts.append(text)
                    size += len(text)
                    self._lines.attention = 1
                continue
            if head is not None:
                yield from self._event(number, head, parts)
            number, head, parts = next_number, line, [line["text"]]
            size = len(text)
            self._lines.attention = 1
        if head is not None:
            yield from self._event(number, head, parts)
        yield from self._events.finish()

    def _event(self, number: int, line: re.Match[str], parts: list[str]) -> Iterator[LogMessage]:
        event = self._event_of(line, "\n".join(parts))
        if event is None:
            return
        yield from self._events.feed(
            self._lines.place(number),
            self._clock(line["time"]),
            event.provider,
            event.text,
            thread=event.thread,
        )
        yield from self._events.overdue()


def has_trigger(text: str) -> bool:
    """Whether a text holds something that events about WWAN hold."""
    return any(trigger.decode() in text for trigger in TRIGGERS)
