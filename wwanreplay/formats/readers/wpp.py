"""Windows traces as text by `tracefmt` and `netsh trace convert`.

A line is a number, `[cpu]process.thread::time`, the provider in brackets and the text. The time is
`01/09/2020-10:57:17.118`, `2020-03-06 01:16:13.118424000` or `2020/05/02-09:18:09.178460200`.
Members of a structure follow on lines of their own, by the same thread.
"""

from __future__ import annotations

import re
from typing import Final

from wwanreplay.formats.declaration import Format
from wwanreplay.formats.sources import LogSource
from wwanreplay.formats.windows import HEX_STYLE, KEPT_TEXT
from wwanreplay.formats.windows_lines import PrintedEvent, WindowsLines, has_trigger

_LINE: Final = re.compile(
    r"^\W*(?:\d+\s+)?\[\d+\]\s*(?P<thread>[0-9A-Fa-f]+\.[0-9A-Fa-f]+)::"
    r"(?P<time>\d[\d/-]{9}[- ]\d\d:\d\d:\d\d(?:[.:]\d+)?)\s*"
    r"(?:\[(?P<provider>[^\]]+)\])?(?P<text>.*)$"
)


def sniff(head: bytes) -> int:
    """How sure it is that this is such text, 0 to 100."""
    pattern = rb"\[\d+\]\s*[0-9A-Fa-f]{2,8}\.[0-9A-Fa-f]{2,8}::\d\d"
    return 85 if re.search(pattern, head) else 0


def reader(source: LogSource) -> WindowsLines:
    """Read the text of tracefmt and netsh."""
    return WindowsLines(source, _LINE, _event_of)


def _event_of(line: re.Match[str], text: str) -> PrintedEvent | None:
    provider = line["provider"] or ""
    if not has_trigger(f"[{provider}]{text}"):
        return None
    return PrintedEvent(provider, text, line["thread"])


FORMATS: Final = (
    Format(
        "windows-wpp",
        "tracefmt and netsh trace text",
        reader,
        sniff,
        marks=(b"[Wwan", b"-Windows-WWAN-", b"mbclass"),
        order=80,
        hex_style=HEX_STYLE,
        kept_text=(r"\[\d+\][ ]?[0-9A-Fa-f]{2,8}\.[0-9A-Fa-f]{2,8}::", *KEPT_TEXT),
    ),
)
