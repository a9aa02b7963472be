"""Output of quectel-CM in MBIM mode (`-v`): the names and numbers of each header, and no bytes.

    [04-15_10:00:00:141] > Header:
    [04-15_10:00:00:141] > MessageType =  MBIM_COMMAND_MSG (0x00000003)

`>` goes to the modem, `<` comes from it. Every message is incomplete: type, length, transaction,
service, CID, operation and status are known, as from a translated block of libmbim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from wwanreplay.formats.base import Counts, Direction, LogMessage, LogPlace, MessageKind, Stamp
from wwanreplay.formats.declaration import Format
from wwanreplay.formats.lines import Lines, text_of
from wwanreplay.formats.sources import LogSource
from wwanreplay.formats.times import WallClock
from wwanreplay.formats.transfers import direction_of_type, head_of_fields
from wwanreplay.mbim.header import FRAGMENTED_TYPES

_LINE: Final = re.compile(
    r"^(?:.{0,80}?\[(?P<time>\d\d-\d\d_\d\d:\d\d:\d\d:\d{3})\]|.{0,80}?)\s(?P<way>[<>])\s{1,4}"
    r"(?P<name>\w{2,40})(?:\s?=\s{0,4}(?P<value>[^\n]{0,200})|(?P<section>:))\s*$"
)
#: What a member is called in a translated block of libmbim.
_NAMES: Final = {
    "MessageType": "Header.type",
    "MessageLength": "Header.length",
    "TransactionId": "Header.transaction",
    "TotalFragments": "Fragment header.total",
    "CurrentFragment": "Fragment header.current",
    "DeviceServiceId": "Contents.service",
    "CID": "Contents.cid",
    "CommandType": "Contents.type",
    "Status": "Contents.status error",
    "MaxControlTransfer": "Contents.max control transfer",
    "ErrorStatusCode": "Contents.error",
}
_MEMBERS_MAX: Final = 64
#: It prints CIDs and operations in decimal; libmbim's numbers in brackets are hexadecimal.
_DECIMAL: Final = re.compile(r"\((\d{1,9})\)\s*$")

TRIGGERS: Final = (b"> Header:", b"< Header:")
#: Lines behind a header that may belong to it.
ATTENTION: Final = 24


def sniff(head: bytes) -> int:
    """How sure it is that this is output of quectel-CM with messages, 0 to 100."""
    return (
        85
        if re.search(rb"\s[<>] Header:\s{0,4}\n[^\n]{0,120}\s[<>] Message(?:Length|Type) = ", head)
        else 0
    )


@dataclass(slots=True)
class _Block:
    place: LogPlace
    stamp: Stamp | None
    direction: Direction
    fields: list[tuple[str, str]] = field(default_factory=list)


class QuectelReader:
    """Reads the verbose output of quectel-CM; see the module."""

    def __init__(self, source: LogSource) -> None:
        self.counts = Counts()
        self._lines = Lines(source, TRIGGERS, self.counts)
        self._clock = WallClock()
        self._block: _Block | None = None

    def __iter__(self) -> Iterator[LogMessage]:
        for number, raw in self._lines:
            line = _LINE.match(text_of(raw))
            if line is None:
                if self._lines.unused():
                    continue
                if self._lines.attention <= 0:
                    yield from self._close()
                continue
            if line["name"] == "Header" and line["section"]:
                yield from self._close()
                self._begin(self._lines.place(number), line)
            elif self._block is not None and line["value"] is not None:
                self._take(line["name"], line["value"])
        yield from self._close()

    def _begin(self, place: LogPlace, line: re.Match[str]) -> None:
        to_device = line["way"] == ">"
        direction = Direction.HOST_TO_DEVICE if to_device else Direction.DEVICE_TO_HOST
        stamp = None
        if line["time"] is not None:
            day, _, clock = line["time"].partition("_")
            stamp = self._clock(f"{day} {clock[:8]}.{clock[9:]}")
        self._block = _Block(place, stamp, direction)
        self._lines.attention = ATTENTION

    def _take(self, name: str, value: str) -> None:
        assert self._block is not None
        known = _NAMES.get(name)
        if known is not None and len(self._block.fields) < _MEMBERS_MAX:
            decimal = _DECIMAL.search(value)
            if decimal is not None:
                value = f"{value[: decimal.start()]}({int(decimal[1]):#x})"
            self._block.fields.append((known, value.strip()))

    def _close(self) -> Iterator[LogMessage]:
        block, self._block = self._block, None
        self._lines.attention = 0
        if block is None:
            return
        head = head_of_fields(block.fields)
        if head.type is None or head.transaction_id is None:
            self.counts.unreadable.add(block.place, "a header without type or transaction")
            return
        if head.type in FRAGMENTED_TYPES and head.total is None:
            # It prints no fragment header of messages that are whole.
            block.fields += [("Fragment header.total", "1"), ("Fragment header.current", "0")]
        message = LogMessage(
            MessageKind.MBIM,
            block.place,
            direction_of_type(head.type, block.direction),
            length=head.length,
            incomplete=True,
            reason="quectel-CM prints the header and no bytes",
            fields=tuple(block.fields),
        )
        yield message.at(block.stamp)


_HEADER_NUMBERS: Final = (
    r"\b(?:Message(?:Length|Type)|TransactionId|CID|CommandType|Status|DeviceServiceId"
    r"|InformationBufferLength|MaxControlTransfer|ErrorStatusCode|TotalFragments|CurrentFragment)"
    r" = [^\n]*"
)

FORMATS: Final = (
    Format(
        "quectel-cm",
        "quectel-CM -v in MBIM mode",
        QuectelReader,
        sniff,
        marks=TRIGGERS,
        order=60,
        kept_text=(_HEADER_NUMBERS, r"\[\d\d-\d\d_\d\d:\d\d:\d\d:\d{3}\]"),
    ),
)
