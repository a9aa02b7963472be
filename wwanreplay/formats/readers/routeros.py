"""RouterOS with `lte,packet,raw` logged: rows of up to four groups of four bytes, in wire order.

A message begins at a `wdm` line or, where the log has none, where the one before it is complete.
Rows behind a `status data:` line repeat the information buffer and are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from wwanreplay.formats.base import Counts, Direction, LogMessage, LogPlace, MessageKind, Stamp
from wwanreplay.formats.declaration import PRINTED_BYTES, Format, HexStyle
from wwanreplay.formats.lines import Lines, text_of
from wwanreplay.formats.sources import LogSource
from wwanreplay.formats.times import WallClock
from wwanreplay.formats.transfers import direction_of, plausible
from wwanreplay.mbim.header import look

DEVICES_MAX: Final = 64
_LINE: Final = re.compile(
    r"\blte,(?:[\w-]{1,32},){0,8}raw(?:,[\w-]{1,32}){0,8}\s{1,8}"
    r"(?P<device>\S{1,64}?):?\s{1,8}mbim:\s*+(?P<rest>.*)$"
)
_HEX: Final = re.compile(r"^(?:[0-9A-Fa-f]{2}){1,4}+(?:\s++(?:[0-9A-Fa-f]{2}){1,4}+)*+\s*+$")
_MARK: Final = re.compile(r"\bwdm\s{0,8}(<<<|>>>)")
_STATUS: Final = re.compile(r"^status data:\s*(?P<rest>.*)$")

TRIGGERS: Final = (b"mbim:",)


def sniff(head: bytes) -> int:
    """How sure it is that this is a log of RouterOS, 0 to 100."""
    return (
        90 if re.search(rb"\blte,(?:[\w-]{1,32},){0,8}raw\S{0,64} {1,8}\S{1,64} mbim:", head) else 0
    )


@dataclass(slots=True)
class _Device:
    """What is read of one interface: the message under way, and how much repeats it."""

    direction: Direction = Direction.UNKNOWN
    place: LogPlace | None = None
    stamp: Stamp | None = None
    data: bytearray = field(default_factory=bytearray)
    repeated: int = 0
    last: bytes = b""


class RouterosReader:
    """Reads `lte,packet,raw`; see the module."""

    def __init__(self, source: LogSource) -> None:
        self.counts = Counts()
        self._lines = Lines(source, TRIGGERS, self.counts)
        self._clock = WallClock()
        self._devices: dict[str, _Device] = {}

    def __iter__(self) -> Iterator[LogMessage]:
        for number, raw in self._lines:
            text = text_of(raw)
            line = _LINE.search(text)
            if line is None:
                continue
            name = line["device"]
            if name not in self._devices and len(self._devices) >= DEVICES_MAX:
                self.counts.dropped.add(self._lines.place(number), f"over {DEVICES_MAX} interfaces")
                continue
            device = self._devices.setdefault(name, _Device())
            place, stamp = self._lines.place(number), self._clock(text[: line.start()])
            yield from self._line(name, device, place, stamp, line["rest"].strip())
        for name, device in self._devices.items():
            yield from self._close(name, device)

    def _line(
        self, name: str, device: _Device, place: LogPlace, stamp: Stamp | None, text: str
    ) -> Iterator[LogMessage]:
        mark = _MARK.search(text)
        if mark is not None:
            yield from self._close(name, device)
            sent = mark[1] == "<<<"
            device.direction = Direction.HOST_TO_DEVICE if sent else Direction.DEVICE_TO_HOST
            device.repeated = 0
            return
        status = _STATUS.match(text)
        if status is not None:
            yield from self._close(name, device)
            device.repeated = look(device.last).buffer_length or 0
            text = status["rest"]
        if not text or not _HEX.match(text):
            return
        row = bytes.fromhex("".join(text.split()))
        if device.repeated > 0:
            device.repeated -= len(row)
            return
        if not device.data:
            if not plausible(row):
                self.counts.unreadable.add(place, "rows that belong to no message")
                return
            device.place, device.stamp = place, stamp
        device.data += row
        if device.place is not None and _whole(device.data):
            yield from self._close(name, device)

    def _close(self, name: str, device: _Device) -> Iterator[LogMessage]:
        if device.place is None or not device.data:
            return
        data, place, stamp = bytes(device.data), device.place, device.stamp
        device.data.clear()
        device.place = None
        device.last = data
        length = look(data).length
        reason = ""
        if length is None:
            reason = "the length is not in the log"
        elif len(data) < length:
            reason = f"{len(data)} of {length} bytes are in the log"
        else:
            data = data[:length]
        message = LogMessage(
            MessageKind.MBIM,
            place,
            direction_of(data, device.direction),
            device=name,
            data=data,
            length=length,
            incomplete=bool(reason),
            reason=reason,
        )
        yield message.at(stamp)


def _whole(data: bytearray) -> bool:
    length = look(bytes(data[:12])).length
    return length is not None and len(data) >= length


FORMATS: Final = (
    Format(
        "routeros",
        "RouterOS lte,packet,raw",
        RouterosReader,
        sniff,
        marks=(b" mbim:",),
        order=50,
        hex_style=HexStyle(
            begins=re.compile(r"\bmbim:(?:\s*status data:)?"),
            unclaimed=re.compile(
                r"\bmbim:[ \t]*(?:status data:[ \t]*)?" + PRINTED_BYTES + r"(?=[ \t\r]*$)", re.M
            ),
        ),
    ),
)
