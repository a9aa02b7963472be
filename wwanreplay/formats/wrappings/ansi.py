"""Colours of a terminal around words: escape sequences, also as syslog and `cat -v` print them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wwanreplay.formats.wrappings.base import EachLine, Wrapping

# ECMA-48: control sequences, and operating system commands such as a window's title.
SEQUENCE: Final = re.compile(
    rb"(?:\x1b|\^\[|#033|\\x1b|\\e|\\033|\xe2\x90\x9b)"
    rb"(?:\[[0-?]{0,32}[ -/]{0,4}[@-~]|\][^\x07\x1b\n]{0,256}(?:\x07|\x1b\\))"
)
_COLOUR: Final = re.compile(
    rb"(?:\x1b|\^\[|#033|\\x1b|\\e|\\033|\xe2\x90\x9b)\[[0-9;]{0,16}[mKJHABCDhl]"
)


def _plain(line: bytes) -> Iterator[bytes]:
    yield SEQUENCE.sub(b"", line)


WRAPPING: Final = Wrapping(
    "ansi", 40, lambda head: _COLOUR.search(head) is not None, lambda: EachLine(_plain)
)
