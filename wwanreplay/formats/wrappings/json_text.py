"""JSON of a tracker or a web service: the log is the text of one of its strings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from wwanreplay.formats.wrappings.base import EachLine, Wrapping

STRING: Final = re.compile(rb'"((?:[^"\\]|\\.)*+)"(\s{0,16}:)?')
_BEGIN: Final = re.compile(rb'\s{0,64}(?:\[\s{0,64})?[{\[]\s{0,64}["{\[]')
LINE_END: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\n")
#: Line ends in the strings of the beginning that make it a text.
LINE_ENDS_MIN: Final = 3


def _detect(head: bytes) -> bool:
    if _BEGIN.match(head) is None or b'"MESSAGE"' in head:  # the journal has a reader
        return False
    return len(LINE_END.findall(head[: 1 << 16])) >= LINE_ENDS_MIN


def _lines(line: bytes) -> Iterator[bytes]:
    """The lines of all strings that are values."""
    for found in STRING.finditer(line):
        if found[2] is not None:
            continue
        try:
            text = json.loads(b'"' + found[1] + b'"', strict=False)
        except ValueError:
            text = found[1].decode("utf-8", "replace")
        yield from text.encode("utf-8", "replace").replace(b"\r\n", b"\n").split(b"\n")


WRAPPING: Final = Wrapping("json", 10, _detect, lambda: EachLine(_lines))
