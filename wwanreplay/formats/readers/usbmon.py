"""usbmon's text (`/sys/kernel/debug/usb/usbmon/Nu`), described in the kernel's documentation.

Data are cut at 32 bytes, so all but the shortest messages are incomplete. Times are microseconds
that start again after 4,096 seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wwanreplay.formats.base import Clock, Counts, LogMessage, Stamp
from wwanreplay.formats.declaration import Format, HexStyle
from wwanreplay.formats.lines import Lines, text_of
from wwanreplay.formats.sources import LogSource
from wwanreplay.formats.times import SECOND_NS, Unwrapper
from wwanreplay.formats.usb import ControlTransfers, Urb

PERIOD_NS: Final = 4096 * SECOND_NS
_LINE: Final = re.compile(
    r"(?P<tag>[0-9a-fA-F]{1,16}) (?P<time>\d{1,12}) (?P<event>[SCE]) "
    r"(?P<type>[CI])(?P<way>[io]):(?:(?P<bus>\d{1,4}):)?(?P<device>\d{1,3}):(?P<end>\d{1,2}) "
    r"(?P<rest>.*)$"
)
_SETUP: Final = re.compile(
    r"^s ([0-9a-f]{2}) ([0-9a-f]{2}) ([0-9a-f]{4}) ([0-9a-f]{4}) ([0-9a-f]{4}) (\d{1,9})(.*)$"
)
_DONE: Final = re.compile(r"^(-?\d{1,6})(?::\d+)*+(?: (\d{1,9})(.*))?$")

TRIGGERS: Final = (b" S Ci:", b" S Co:", b" C Ci:", b" C Co:", b" C Ii:", b" E C")


def sniff(head: bytes) -> int:
    """How sure it is that this is text of usbmon, 0 to 100."""
    pattern = (
        rb"(?m)^[^\w\n]{0,16}[0-9a-f]{4,16} \d{1,12} [SCE] [CZIB][io]:(?:\d+:)?\d{1,3}:\d{1,2} "
    )
    return 90 if re.search(pattern, head) else 0


class UsbmonReader:
    """Reads usbmon's text; see the module."""

    def __init__(self, source: LogSource) -> None:
        self.counts = Counts()
        self._lines = Lines(source, TRIGGERS, self.counts)
        self._clock = Unwrapper(PERIOD_NS)
        self._transfers = ControlTransfers(self.counts)

    def __iter__(self) -> Iterator[LogMessage]:
        for number, raw in self._lines:
            text = text_of(raw).rstrip()
            line = _LINE.search(text)
            if line is None:
                if self._lines.unused():
                    continue
                self.counts.unreadable.add(self._lines.place(number), "no line of usbmon")
                continue
            urb = self._urb(number, line)
            if urb is None:
                self.counts.unreadable.add(self._lines.place(number), "cut off or damaged")
                continue
            yield from self._transfers.feed(urb)

    def _urb(self, number: int, line: re.Match[str]) -> Urb | None:
        setup, status, length, rest = b"", 0, 0, ""
        submitted = line["event"] == "S"
        found = _SETUP.match(line["rest"])
        if found is not None:
            words = (int(word, 16).to_bytes(2, "little") for word in found.groups()[2:5])
            setup = bytes.fromhex(found[1] + found[2]) + b"".join(words)
            length, rest = int(found[6]), found[7]
        else:
            done = _DONE.match(line["rest"])
            if done is None:
                return None
            status, length, rest = int(done[1]), int(done[2] or 0), done[3] or ""
        data = _words(rest)
        if data is None:
            return None
        time_ns = self._clock(int(line["time"]) * 1000)
        bus = f"{int(line['bus'])}:" if line["bus"] else ""
        return Urb(
            key=(line["tag"], line["device"]),
            submitted=submitted,
            control=line["type"] == "C",
            inward=line["way"] == "i",
            device=f"usb:{bus}{int(line['device'])}",
            setup=setup or None,
            data=data[:length],
            length=length,
            status=-1 if line["event"] == "E" else status,
            place=self._lines.place(number),
            stamp=Stamp(time_ns, Clock.RELATIVE, 1000),
        )


def _words(text: str) -> bytes | None:
    """The data words behind `=`, empty without any, None where they are damaged."""
    tag, _, words = text.strip().partition(" ")
    if tag != "=":
        return b""
    compact = "".join(words.split())
    if len(compact) % 2:
        compact = compact[:-1]
    try:
        return bytes.fromhex(compact)
    except ValueError:
        return None


# States of hubs and devices; the descriptors of a device, its configurations, its qualifier.
_USB_ANSWER_SIZE_MAX: Final = 4
_USB_DATA: Final = re.compile(r" [SC] [BZ][io]:")
_DESCRIPTORS: Final = (b"\x12\1", b"\x09\2", b"\x0a\6", b"\x09\7")


def kept_bytes(octets: bytes, before: str) -> int:
    """How many bytes scrub keeps: all of descriptors and states of the bus, none of other data."""
    line = before[before.rfind("\n") + 1 :]
    is_state = len(octets) <= _USB_ANSWER_SIZE_MAX and not _USB_DATA.search(line)
    return len(octets) if is_state or octets[:2] in _DESCRIPTORS else 0


FORMATS: Final = (
    Format(
        "usbmon",
        "usbmon text",
        UsbmonReader,
        sniff,
        marks=(b" S Co:", b" C Ci:"),
        order=60,
        hex_style=HexStyle(begins=re.compile(r" = ")),
        kept_text=(
            r"^[^\w\n]{0,16}[0-9a-f]{4,16} \d{1,12} [SCE] [CZIB][io]:(?:\d+:)?\d{1,3}:\d{1,2}"
            r"(?: s(?: [0-9a-f]+){5} \d+| -?\d+(?::\d+)*(?: \d+)?)",
        ),
        kept_bytes=kept_bytes,
    ),
)
