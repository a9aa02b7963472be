"""Windows ETW text with tabs: `TraceLog`, provider, time, and the event in quotes.

The time is minutes and seconds of an unnamed hour. Copies have blanks for tabs, blanks lost between
a value and the next name, and two records on one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wwanreplay.formats.base import Clock, Counts, LogMessage, Stamp
from wwanreplay.formats.declaration import Format
from wwanreplay.formats.lines import Lines, text_of
from wwanreplay.formats.sources import LogSource
from wwanreplay.formats.times import HOUR_NS, MINUTE_NS, SECOND_NS, Unwrapper
from wwanreplay.formats.windows import HEX_STYLE, KEPT_TEXT, EventText

_RECORD: Final = re.compile(
    r"\bTraceLog\s{1,16}(?P<provider>\S.{0,80}?)\s{1,16}"
    r"(?:(?P<h>\d{1,2}):)?(?P<m>\d{1,2}):(?P<s>\d{2})\.(?P<f>\d{1,7})\s+(?=\"|\S)"
)

TRIGGERS: Final = (b"TraceLog",)


def sniff(head: bytes) -> int:
    """How sure it is that this is such text, 0 to 100."""
    return (
        85
        if re.search(rb"(?m)^[^\w\n]{0,16}TraceLog\s{1,16}\S.{0,80}?\s\d{1,2}:\d{2}\.\d", head)
        else 0
    )


class EtwReader:
    """Reads tab-separated ETW text; see the module."""

    def __init__(self, source: LogSource) -> None:
        self.counts = Counts()
        self._lines = Lines(source, TRIGGERS, self.counts)
        self._hours = Unwrapper(HOUR_NS)
        self._days = Unwrapper(24 * HOUR_NS)
        self._events = EventText(self.counts)

    def __iter__(self) -> Iterator[LogMessage]:
        for number, raw in self._lines:
            place = self._lines.place(number)
            text = text_of(raw)
            records = list(_RECORD.finditer(text))
            if not records and self._lines.unused():
                continue
            if not records:
                self.counts.unreadable.add(place, "no record of ETW text")
            for index, record in enumerate(records):
                end = records[index + 1].start() if index + 1 < len(records) else len(text)
                body = text[record.end() : end].strip()
                if body.startswith('"'):
                    body = body.strip('"').replace('""', '"')
                # A blank may have got into the name of the provider.
                provider = record["provider"].replace(" ", "")
                yield from self._events.feed(place, self._stamp(record), provider, body)
        yield from self._events.finish()

    def _stamp(self, record: re.Match[str]) -> Stamp:
        step_ns: int = 10 ** (9 - len(record["f"]))
        time_ns = int(record["m"]) * MINUTE_NS + int(record["s"]) * SECOND_NS
        time_ns += int(record["f"]) * step_ns
        if record["h"] is not None:
            time_ns += int(record["h"]) * HOUR_NS
            return Stamp(self._days(time_ns), Clock.DAY, step_ns)
        return Stamp(self._hours(time_ns), Clock.HOUR, step_ns)


FORMATS: Final = (
    Format(
        "windows-etw",
        "tab-separated ETW text",
        EtwReader,
        sniff,
        marks=(b"TraceLog\t", b"TraceLog  "),
        order=90,
        hex_style=HEX_STYLE,
        kept_text=KEPT_TEXT,
    ),
)
