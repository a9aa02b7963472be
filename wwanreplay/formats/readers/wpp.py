"""Windows traces as text by `tracefmt` and `netsh trace convert`.

A line is a number, `[cpu]process.thread::time`, the provider in brackets and the text. The time is
`01/09/2020-10:57:17.118`, `2020-03-06 01:16:13.118424000` or `2020/05/02-09:18:09.178460200`.
Members of a structure follow on lines of their own, by the same thread.
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

#: Lines that one event may span.
EVENT_LINES_MAX: Final = 64
#: Characters after which no line is added to an event.
EVENT_SIZE_MAX: Final = 1 << 22
_LINE: Final = re.compile(
    r"^\W*(?:\d+\s+)?\[\d+\]\s*(?P<thread>[0-9A-Fa-f]+\.[0-9A-Fa-f]+)::"
    r"(?P<time>\d[\d/-]{9}[- ]\d\d:\d\d:\d\d(?:[.:]\d+)?)\s*"
    r"(?:\[(?P<provider>[^\]]+)\])?(?P<text>.*)$"
)

TRIGGERS: Final = EVENT_TRIGGERS


def sniff(head: bytes) -> int:
    """How sure it is that this is such text, 0 to 100."""
    pattern = rb"\[\d+\]\s*[0-9A-Fa-f]{2,8}\.[0-9A-Fa-f]{2,8}::\d\d"
    return 85 if re.search(pattern, head) else 0


class WppReader:
    """Reads the text of tracefmt and netsh; see the module."""

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
        provider = line["provider"] or ""
        text = "\n".join(parts)
        if not any(trigger.decode() in f"[{provider}]{text}" for trigger in TRIGGERS):
            return
        yield from self._events.feed(
            self._lines.place(number),
            self._clock(line["time"]),
            provider,
            text,
            thread=line["thread"],
        )
        yield from self._events.overdue()


FORMATS: Final = (
    Format(
        "windows-wpp",
        "tracefmt and netsh trace text",
        WppReader,
        sniff,
        marks=(b"[Wwan", b"-Windows-WWAN-", b"mbclass"),
        order=80,
        hex_style=HEX_STYLE,
        kept_text=(r"\[\d+\][ ]?[0-9A-Fa-f]{2,8}\.[0-9A-Fa-f]{2,8}::", *KEPT_TEXT),
    ),
)
