"""Windows traces merged into one text (TraceView style): `e` lines of ETW, `w` lines of WPP.

A line is `e 04-01 12:39:12.815 P0004 T0376`, the provider and the text, in columns; an event may
go on over several lines. ETW events end with a number, a level and the provider's name again, WPP
lines with the function, the file and the level.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wwanreplay.formats.base import Counts, LogMessage
from wwanreplay.formats.declaration import Format
from wwanreplay.formats.lines import Lines, text_of
from wwanreplay.formats.sources import LogSource
from wwanreplay.formats.times import WallClock
from wwanreplay.formats.windows import HEX_STYLE, KEPT_TEXT, EventText
from wwanreplay.formats.windows import TRIGGERS as EVENT_TRIGGERS

EVENT_LINES_MAX: Final = 64
#: Characters after which no line is added to an event.
EVENT_SIZE_MAX: Final = 1 << 22
_LINE: Final = re.compile(
    r"^\W*(?P<kind>[ew]) (?P<time>\d\d-\d\d \d\d:\d\d:\d\d\.\d+) "
    r"P(?P<process>[0-9A-Fa-f]+) T(?P<thread>[0-9A-Fa-f]+) (?P<text>.*)$"
)
_PROVIDERS: Final = (
    "Windows Mobile Broadband Class Driver Event Provider for OPN",
    "Windows Mobile Broadband Class Driver Event Provider",
)
# "0    Info    provider": how an ETW event ends.
_ETW_END: Final = re.compile(r"(?<!\s)\s{1,8}\d{1,9}\s{4,64}\S.*$", re.DOTALL)

TRIGGERS: Final = EVENT_TRIGGERS


def sniff(head: bytes) -> int:
    """How sure it is that this is such text, 0 to 100."""
    pattern = rb"(?m)^[^\w\n]{0,16}[ew] \d\d-\d\d \d\d:\d\d:\d\d\.\d+ P[0-9A-F]+ T[0-9A-F]+ "
    return 90 if re.search(pattern, head) else 0


class TraceviewReader:
    """Reads merged TraceView text; see the module."""

    def __init__(self, source: LogSource) -> None:
        self.counts = Counts()
        self._lines = Lines(source, TRIGGERS, self.counts)
        self._clock = WallClock()
        self._events = EventText(self.counts)

    def __iter__(self) -> Iterator[LogMessage]:
        number, head, parts, size = 0, None, [""], 0
        for next_number, raw in self._lines:
            text = text_of(raw)
            line = _LINE.match(text)
            if line is None:
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
        text = "\n".join(parts)
        if not any(trigger.decode() in text for trigger in TRIGGERS):
            return
        if line["kind"] == "e":
            text = _ETW_END.sub("", text)
            provider = next((name for name in _PROVIDERS if text.startswith(name)), "")
            provider = provider or text.split(" ")[0]
        else:
            provider = text.split(" ")[0]
            text = _without_end(text)
        yield from self._events.feed(
            self._lines.place(number),
            self._clock(line["time"]),
            provider,
            text[len(provider) :].strip(),
            thread=f"{line['process']}.{line['thread']}",
        )
        yield from self._events.overdue()


def _without_end(text: str) -> str:
    """A WPP line without the function, the file with its line and the level at its end."""
    at = text.rfind(" TRACE_LEVEL_")
    parts = text[: max(at, 0)].rsplit(None, 2)
    return parts[0] if len(parts) == 3 else text


FORMATS: Final = (
    Format(
        "windows-traceview",
        "merged TraceView text",
        TraceviewReader,
        sniff,
        marks=(b"TRACE_LEVEL_", b"Mobile Broadband Class Driver"),
        order=70,
        hex_style=HEX_STYLE,
        kept_text=KEPT_TEXT,
    ),
)
