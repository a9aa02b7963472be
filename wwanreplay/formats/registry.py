"""The formats by name, and which one a log is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from wwanreplay.errors import UsageError
from wwanreplay.formats.base import Reader
from wwanreplay.formats.sources import LogSource


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its name, what it is, and where its reader and its `sniff` are."""

    name: str
    title: str
    module: str
    reader: str
    text: bool = True

    def load(self) -> Callable[[LogSource], Reader]:
        """The reader's class."""
        made: Callable[[LogSource], Reader] = getattr(_module(self), self.reader)
        return made

    def sniff(self, head: bytes) -> int:
        """How sure it is that a log with this beginning has this format, 0 to 100."""
        sure: int = getattr(_module(self), "sniff")(head)  # noqa: B009 - a module's own function
        return sure


def _module(row: Format) -> object:
    return import_module(f"wwanreplay.formats.{row.module}")


FORMATS: Final = {
    row.name: row
    for row in (
        Format("pcapng", "pcapng captures: USB, MBIM, ETW", "capture", "PcapngReader", text=False),
        Format("pcap", "pcap captures: USB, MBIM, ETW", "capture", "PcapReader", text=False),
        Format("libmbim", "libmbim and ModemManager debug output", "libmbim", "LibmbimReader"),
        Format("umbim", "umbim -v", "umbim", "UmbimReader"),
        Format("routeros", "RouterOS lte,packet,raw", "routeros", "RouterosReader"),
        Format("usbmon", "usbmon text", "usbmon", "UsbmonReader"),
        Format("windows-traceview", "merged TraceView text", "traceview", "TraceviewReader"),
        Format("windows-wpp", "tracefmt and netsh trace text", "wpp", "WppReader"),
        Format("windows-etw", "tab-separated ETW text", "etw", "EtwReader"),
        Format("umockdev", "umockdev scripts and ioctl trees", "umockdev", "UmockdevReader"),
        Format("hexdump", "hex dumps", "hexdump", "HexdumpReader"),
    )
}


def names() -> list[str]:
    """The names of all formats."""
    return list(FORMATS)


def format_of(name: str) -> Format:
    """A format by its name. Raises UsageError for one that does not exist."""
    if name not in FORMATS:
        raise UsageError(f"no log format {name!r}; there are {', '.join(FORMATS)}")
    return FORMATS[name]


def sniff(head: bytes) -> Format | None:
    """The format that the beginning of a log has, or None where nothing is known yet."""
    sure = {name: row.sniff(head) for name, row in FORMATS.items()}
    best = max(sure, key=lambda name: sure[name])
    return FORMATS[best] if sure[best] > 0 else None


#: What a part of a text holds if any format can know it; searched before `sniff` looks closely.
MARKS: Final = (
    b"<<<<<<",
    b">>>>>>",
    b"ent message",
    b"pening device",
    b"ending (",
    b"eading (",
    b"header_transaction",
    b"mbim:",
    b" S C",
    b" C C",
    b" S B",
    b" S I",
    b" P0",
    b" P1",
    b" P2",
    b" P3",
    b"::20",
    b"::0",
    b"::1",
    b"TraceLog",
    b"^@^@",
    b"@DEV /",
    b"USBDEVFS_REAPURB",
    b"000000",
    b"00 00 00",
    b"00:00:00",
    b"00 0000",
    b"00-00-00",
    b"0x00",
)


def may_hold(text: bytes) -> bool:
    """Say whether it is worth to `sniff` at a part of a log."""
    return any(mark in text for mark in MARKS)
