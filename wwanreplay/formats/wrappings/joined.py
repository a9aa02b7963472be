"""A log whose lines a web page or a mail archive has joined: it is parted before each headline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wwanreplay.formats.wrappings.base import EachLine, Wrapping

_UMBIM = rb"\b(?:sending|reading) \(\d{1,9}\):|\bheader_type: [0-9A-F]{4}"
#: What stands before a message of libmbim: times, levels and devices in brackets.
_BRACKETS = rb"(?:\[[^\[\]\n]{1,60}\]\s{1,4}){0,4}"
_SYSLOG = (
    rb"(?:(?:[A-Z][a-z]{2}\s{1,2}\d{1,2} \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)\S{0,16}"
    rb"\s\S{1,80}\s\S{1,60}:\s{1,4})?+(?:<\w{1,10}>\s{1,4})?+"
)
_LIBMBIM = (
    _SYSLOG
    + _BRACKETS
    + rb"(?:[Ss]ent|[Rr]eceived)\s(?:unexpected\s)?(?:message|fragment)\b[^<>#\n]{0,40}?\.\.\."
)
_HEADLINES: Final = (re.compile(_UMBIM), re.compile(_LIBMBIM))
_ANY: Final = re.compile(_LIBMBIM + rb"|" + _UMBIM)
_MARKS: Final = (b"sending (", b"reading (", b"ent message", b"eceived message")


def _detect(head: bytes) -> bool:
    for line in head.split(b"\n"):
        if sum(line.count(mark) for mark in _MARKS) < 2 or b"#012" in line:
            continue
        if any(sum(1 for _ in each.finditer(line)) >= 2 for each in _HEADLINES):
            return True
    return False


def _lines(line: bytes) -> Iterator[bytes]:
    begin = 0
    for found in _ANY.finditer(line):
        if line[begin : found.start()].strip():
            yield line[begin : found.start()]
        begin = found.start()
    yield line[begin:]


WRAPPING: Final = Wrapping("joined", 50, _detect, lambda: EachLine(_lines))
