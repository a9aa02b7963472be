"""Windows traces merged into one text (TraceView style): `e` lines of ETW, `w` lines of WPP.

A line is `e 04-01 12:39:12.815 P0004 T0376`, the provider and the text, in columns; an event may
go on over several lines. ETW events end with a number, a level and the provider's name again, WPP
lines with the function, the file and the level.
"""

from __future__ import annotations

import re
from typing import Final

from wwanreplay.formats.declaration import Format
from wwanreplay.formats.sources import LogSource
from wwanreplay.formats.windows import HEX_STYLE, KEPT_TEXT
from wwanreplay.formats.windows_lines import PrintedEvent, WindowsLines, has_trigger

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


def sniff(head: bytes) -> int:
    """How sure it is that this is such text, 0 to 100."""
    pattern = rb"(?m)^[^\w\n]{0,16}[ew] \d\d-\d\d \d\d:\d\d:\d\d\.\d+ P[0-9A-F]+ T[0-9A-F]+ "
    return 90 if re.search(pattern, head) else 0


def reader(source: LogSource) -> WindowsLines:
    """Read merged TraceView text."""
    return WindowsLines(source, _LINE, _event_of)


def _event_of(line: re.Match[str], text: str) -> PrintedEvent | None:
    if not has_trigger(text):
        return None
    if line["kind"] == "e":
        text = _ETW_END.sub("", text)
        provider = next((name for name in _PROVIDERS if text.startswith(name)), "")
        provider = provider or text.split(" ")[0]
    else:
        provider = text.split(" ")[0]
        text = _without_end(text)
    thread = f"{line['process']}.{line['thread']}"
    return PrintedEvent(provider, text[len(provider) :].strip(), thread)


def _without_end(text: str) -> str:
    """A WPP line without the function, the file with its line and the level at its end."""
    at = text.rfind(" TRACE_LEVEL_")
    parts = text[: max(at, 0)].rsplit(None, 2)
    return parts[0] if len(parts) == 3 else text


FORMATS: Final = (
    Format(
        "windows-traceview",
        "merged TraceView text",
        reader,
        sniff,
        marks=(b"TRACE_LEVEL_", b"Mobile Broadband Class Driver"),
        order=70,
        hex_style=HEX_STYLE,
        kept_text=KEPT_TEXT,
    ),
)
