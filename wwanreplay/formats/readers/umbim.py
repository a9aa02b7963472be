"""Output of `umbim -v` (OpenWrt): `sending (16): 01 00 ...`, `reading (16): ...`, no times.

Mail programs wrap the hex over several lines and put `>` in front; the number in brackets says when
it is complete. CLOSE has 16 bytes here, four of them stray; they are given on as they were sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wwanreplay.formats.base import Counts, Direction, LogMessage, LogPlace, MessageKind, Stamp
from wwanreplay.formats.declaration import PRINTED_BYTES, Format, HexStyle
from wwanreplay.formats.lines import Lines, text_of
from wwanreplay.formats.sources import LogSource
from wwanreplay.formats.times import WallClock
from wwanreplay.formats.transfers import direction_of, plausible
from wwanreplay.mbim.fragments import MESSAGE_SIZE_MAX

_TRANSFER: Final = re.compile(r"\b(sending|reading) \((\d{1,9})\):\s*(.*)$")
_MORE: Final = re.compile(r"^[>|\s]*+((?:[0-9A-Fa-f]{1,2}+(?:\s++|$))++)$")
_DEVICE: Final = re.compile(r"\bumbim\b.{0,200}?\s-d\s{0,8}(\S{1,200})")

TRIGGERS: Final = (b"sending (", b"reading (", b"umbim ")


def sniff(head: bytes) -> int:
    """How sure it is that this is output of umbim, 0 to 100."""
    if re.search(rb"\b(?:sending|reading) \(\d+\):(?:\s+[0-9a-fA-F]{2}){4}", head):
        return 90
    return 60 if re.search(rb"header_transaction: [0-9A-F]{4}", head) else 0


@dataclass(slots=True)
class _Transfer:
    place: LogPlace
    stamp: Stamp | None
    direction: Direction
    length: int
    parts: list[str]
    size: int = 0


class UmbimReader:
    """Reads the output of `umbim -v`; see the module."""

    def __init__(self, source: LogSource) -> None:
        self.counts = Counts()
        self._lines = Lines(source, TRIGGERS, self.counts)
        self._clock = WallClock()
        self._device: str | None = None
        self._open: _Transfer | None = None

    def __iter__(self) -> Iterator[LogMessage]:
        for number, raw in self._lines:
            text = text_of(raw)
            found = _TRANSFER.search(text)
            if found is not None:
                yield from self._close()
                self._begin(self._lines.place(number), text, found)
                continue
            if self._open is None:
                device = _DEVICE.search(text)
                self._device = device[1] if device else self._device
                continue
            more = _MORE.match(text)
            if more is None and text.strip(" >|"):
                yield from self._close()
            elif more is not None:
                self._take(more[1])
        yield from self._close()

    def _begin(self, place: LogPlace, text: str, found: re.Match[str]) -> None:
        direction = Direction.HOST_TO_DEVICE if found[1] == "sending" else Direction.DEVICE_TO_HOST
        stamp = self._clock(text[: found.start()])
        self._open = _Transfer(place, stamp, direction, int(found[2]), [])
        self._take(found[3])

    def _take(self, text: str) -> None:
        assert self._open is not None
        self._open.parts.append(text)
        self._open.size += len(text) + 1
        wanted = min(self._open.length, MESSAGE_SIZE_MAX)
        self._lines.attention = 2 if self._open.size < wanted * 3 else 0

    def _close(self) -> Iterator[LogMessage]:
        transfer, self._open = self._open, None
        self._lines.attention = 0
        if transfer is None:
            return
        text = " ".join(transfer.parts)
        pairs = re.match(r"\s*+(?:[0-9A-Fa-f]{2}(?:\s++|$))*+", text)
        good = pairs[0] if pairs else ""
        data = bytes.fromhex("".join(good.split()))[: transfer.length]
        rest = text[len(good) :].strip()
        if len(data) < transfer.length and len(rest) > 1:
            self.counts.unreadable.add(transfer.place, "what stands as data is not hexadecimal")
        if len(data) >= 4 and not plausible(data):
            self.counts.unreadable.add(transfer.place, "data that are no MBIM message")
            return
        incomplete = len(data) < transfer.length
        message = LogMessage(
            MessageKind.MBIM,
            transfer.place,
            direction_of(data, transfer.direction),
            device=self._device,
            data=data or None,
            length=transfer.length,
            incomplete=incomplete,
            reason=f"{len(data)} of {transfer.length} bytes are in the log" if incomplete else "",
        )
        yield message.at(transfer.stamp)


_HEADLINE: Final = r"\b(?:sending|reading) \(\d{1,9}\):"

FORMATS: Final = (
    Format(
        "umbim",
        "umbim -v",
        UmbimReader,
        sniff,
        marks=(b"ding (",),
        order=40,
        hex_style=HexStyle(
            begins=re.compile(_HEADLINE),
            continues=re.compile(r"[>|\s]*+(?=(?:[0-9A-Fa-f]{1,2}+(?:\s++|$))++$)"),
            unclaimed=re.compile(_HEADLINE + r"[ \t]*" + PRINTED_BYTES),
        ),
        kept_text=(_HEADLINE, r"\bheader_(?:type|length|transaction): [0-9A-F]+"),
    ),
)
