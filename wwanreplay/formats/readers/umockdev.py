"""Scripts and ioctl trees recorded by umockdev.

A script has one operation in a line: `w 0 data` is what the host wrote, `r 12 data` what it read
after 12 ms, with bytes below 32 written as `^` and a letter. Writes that follow each other closely
are one line, so the bytes are cut by MessageLength. An ioctl tree holds the URBs of programs that
reach the device through usbfs; there the setup packet stands before the data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wwanreplay.formats.base import (
    Clock,
    Counts,
    Direction,
    LogMessage,
    LogPlace,
    MessageKind,
    Stamp,
)
from wwanreplay.formats.declaration import EscapedBytes, Format, HexStyle
from wwanreplay.formats.lines import Lines, text_of
from wwanreplay.formats.sources import LogSource
from wwanreplay.formats.transfers import Framer, direction_of
from wwanreplay.formats.usb import SETUP_SIZE, ControlTransfers, Urb
from wwanreplay.mbim.header import look

MILLISECOND_NS: Final = 1_000_000
CONTROL_URB: Final = 2
_OPERATION: Final = re.compile(rb"^([rw]) (\d{1,9}) (.*)$", re.DOTALL)
_DEVICE: Final = re.compile(rb"^(?:d \d+ |@DEV )(/\S+)")
_URB: Final = re.compile(
    r"^\s*USBDEVFS_REAPURB(?:NDELAY)? (\d{1,10}) (\d{1,10}) (-?\d{1,10}) (\d{1,10})"
    r" (-?\d{1,10}) (-?\d{1,10}) (-?\d{1,10})\s+([0-9A-Fa-f]*+)\s*$"
)
_ESCAPE: Final = re.compile(rb"\^(.)", re.DOTALL)

# Every MBIM message begins with a small number of four bytes: two of them are zero.
TRIGGERS: Final = (b"^@^@", b"d 0 /", b"@DEV ", b"USBDEVFS_REAPURB")


def sniff(head: bytes) -> int:
    """How sure it is that this was recorded by umockdev, 0 to 100."""
    if re.search(rb"(?m)^[rw] \d+ \^[A-DG]\^@\^@[\^\x80]", head):
        return 85
    if re.search(rb"(?m)^@DEV /|^[ \t]{0,64}USBDEVFS_REAPURB \d+ ", head):
        return 70
    return 0


def unescape(data: bytes) -> bytes:
    """The bytes that the data of a script's line stand for."""
    return _ESCAPE.sub(lambda match: bytes(((match[1][0] - 64) & 0xFF,)), _keep_caret(data))


def _keep_caret(data: bytes) -> bytes:
    # Against the rule a caret is written as ^`; ^\x9e is what the substitution turns into 94.
    return data.replace(b"^`", b"^\x9e")


class UmockdevReader:
    """Reads what umockdev recorded; see the module."""

    def __init__(self, source: LogSource) -> None:
        self.counts = Counts()
        self._lines = Lines(source, TRIGGERS, self.counts)
        self._transfers = ControlTransfers(self.counts)
        self._time_ns = 0
        self._device: str | None = None
        self._framers = {b"r": Framer(), b"w": Framer()}
        self._begun: dict[bytes, LogPlace] = {}

    def __iter__(self) -> Iterator[LogMessage]:
        for number, raw in self._lines:
            place = self._lines.place(number)
            operation = _OPERATION.match(raw)
            if operation is not None:
                yield from self._operation(place, operation)
                continue
            device = _DEVICE.match(raw)
            if device is not None:
                self._device = text_of(device[1])
            elif b"USBDEVFS_REAPURB" in raw:
                yield from self._urb(place, text_of(raw))
            else:
                self._lines.unused()
        for way in (b"w", b"r"):
            yield from self._unfinished(way)

    def _operation(self, place: LogPlace, operation: re.Match[bytes]) -> Iterator[LogMessage]:
        way = operation[1]
        self._time_ns += int(operation[2]) * MILLISECOND_NS
        framer = self._framers[way]
        before = framer.dropped
        self._begun.setdefault(way, place)
        for data in framer.feed(unescape(operation[3])):
            yield self._message(self._begun[way], way, data, len(data))
            self._begun[way] = place
        if framer.dropped > before:
            lost = framer.dropped - before
            self.counts.unmapped.add(place, f"{lost} bytes that are not MBIM")
        if not framer.waiting:
            self._begun.pop(way, None)
        self._lines.attention = 1 if any(each.waiting for each in self._framers.values()) else 0

    def _unfinished(self, way: bytes) -> Iterator[LogMessage]:
        rest = self._framers[way].flush()
        if 0 < len(rest) < 8 and way in self._begun:
            place = self._begun[way]
            self.counts.unreadable.add(place, f"{len(rest)} bytes that begin a message")
        if len(rest) >= 8 and way in self._begun:
            length = look(rest).length
            reason = f"{len(rest)} of {length} bytes are in the script"
            yield self._message(self._begun[way], way, rest, length, reason)

    def _message(
        self, place: LogPlace, way: bytes, data: bytes, length: int | None, reason: str = ""
    ) -> LogMessage:
        otherwise = Direction.HOST_TO_DEVICE if way == b"w" else Direction.DEVICE_TO_HOST
        message = LogMessage(
            MessageKind.MBIM,
            place,
            direction_of(data, otherwise),
            device=self._device,
            data=data,
            length=length,
            incomplete=bool(reason),
            reason=reason,
        )
        return message.at(Stamp(self._time_ns, Clock.RELATIVE, MILLISECOND_NS))

    def _urb(self, place: LogPlace, text: str) -> Iterator[LogMessage]:
        urb = _URB.match(text)
        if urb is None or len(urb[8]) % 2:
            self.counts.unreadable.add(place, "an URB that is cut off or damaged")
            return
        data = bytes.fromhex(urb[8])
        if int(urb[1]) != CONTROL_URB or len(data) < SETUP_SIZE:
            return
        setup, data = data[:SETUP_SIZE], data[SETUP_SIZE:]
        inward = bool(setup[0] & 0x80)
        length = int(urb[6]) if inward else int.from_bytes(setup[6:8], "little")
        for submitted in (True, False):
            yield from self._transfers.feed(
                Urb(
                    key=0,
                    submitted=submitted,
                    control=True,
                    inward=inward,
                    device=self._device or "usb",
                    setup=setup,
                    data=data[: max(length, 0)],
                    length=max(length, 0),
                    status=int(urb[3]),
                    place=place,
                    stamp=None,
                )
            )


# The same operations in the text of a whole script, as scrub goes through it.
_SCRIPT_OPERATION: Final = re.compile(r"^([rw]) \d{1,9} (.*)$", re.M)
_SCRIPT_BYTE: Final = re.compile(r"\^.|.")
_URB_HEAD: Final = r"REAPURB(?:NDELAY)?(?: -?\d+){7}"


def _is_script(text: str) -> bool:
    return "USBDEVFS_REAPURB" not in text


def _unescaped(text: str) -> bytes:
    return unescape(text.encode("latin-1", "replace"))


def _escaped(data: bytes) -> str:
    return "".join(
        f"^{chr(octet + 64)}" if octet < 32 else "^`" if octet == 0x5E else chr(octet)
        for octet in data
    )


def kept_bytes(_octets: bytes, before: str) -> int:
    """How many bytes scrub keeps: the setup packet of an URB."""
    return SETUP_SIZE if "REAPURB" in before else 0


FORMATS: Final = (
    Format(
        "umockdev",
        "umockdev scripts and ioctl trees",
        UmockdevReader,
        sniff,
        marks=(b"^@^@", b"USBDEVFS_REAPURB"),
        hex_style=HexStyle(
            begins=re.compile(rf"USBDEVFS_{_URB_HEAD}\s+"),
            unclaimed=re.compile(rf"USBDEVFS_{_URB_HEAD}\s+(?P<bytes>[0-9A-Fa-f]+)"),
        ),
        escaped=EscapedBytes(
            applies=_is_script,
            operation=_SCRIPT_OPERATION,
            from_device="r",
            byte=_SCRIPT_BYTE,
            unescape=_unescaped,
            escape=_escaped,
        ),
        kept_text=(_URB_HEAD, r"^[rw] \d+ "),
        kept_bytes=kept_bytes,
        encoding="latin-1",
    ),
)
