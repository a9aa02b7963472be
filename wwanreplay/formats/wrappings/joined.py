"""A log whose lines a web page or a mail archive has joined: it is parted before each headline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wwanreplay.formats.wrappings.base import EachLine, Wrapping

_UMBIM = rb"\b(?:sending|reading) \(\d{1,9}\):|\bheader_type: [0-9A-F]{4}"
#: What stands before a message of libmbim: times, levels and devices in brackets.
_BRACKETS = rb"(?:\[[^\[\]\n]{1,60}\]\s{1,4}){0,4}"
_TIME = rb"(?:[A-Z][a-z]{2}\s{1,2}\d{1,2} \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)\S{0,16}"
_SYSLOG = _TIME + rb"\s\S{1,80}\s\S{1,60}:\s{1,4}"
_LIBMBIM = (
    rb"(?:"
    + _SYSLOG
    + rb")?+(?:<\w{1,10}>\s{1,4})?+"
    + _BRACKETS
    + rb"(?:[Ss]ent|[Rr]eceived)\s(?:unexpected\s)?(?:message|fragment)\b[^<>#\n]{0,40}?\.\.\."
)
#: The lines of a message in syslog have a prefix each.
_ARROW = _SYSLOG + rb"(?=(?:<{6}|>{6})\s)"
_ROUTEROS = rb"(?:" + _TIME + rb"\s)?+\blte,(?:[\w-]{1,32},){0,8}raw\S{0,64} {1,8}\S{1,64} mbim:"
_USBMON = rb"\b[0-9a-f]{8,16} \d{1,12} [SCE] [CZIB][io]:(?:\d{1,5}:)?\d{1,3}:\d{1,2} "
_HEADLINES: Final = tuple(map(re.compile, (_UMBIM, _LIBMBIM, _ROUTEROS, _USBMON)))
_ANY: Final = re.compile(b"|".join((_LIBMBIM, _ARROW, _UMBIM, _ROUTEROS, _USBMON)))
_MARKS: Final = (
    b"sending (",
    b"reading (",
    b"ent message",
    b"eceived message",
    b" mbim:",
    b" Co:",
    b" Ci:",
)


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
