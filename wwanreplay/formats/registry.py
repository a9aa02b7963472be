"""The formats by name, and which one a log is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from wwanreplay.errors import UsageError
from wwanreplay.formats.base import Reader
from wwanreplay.formats.sources import HEAD_SIZE, LogSource


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its name, what it is, and where its reader and its `sniff` are.

    `marks` are strings one of which every log of a text format holds; captures have none, as they
    are known by how they begin.
    """

    name: str
    title: str
    module: str
    reader: str
    marks: tuple[bytes, ...] = ()
    sniffer: str = "sniff"

    def load(self) -> Callable[[LogSource], Reader]:
        """The reader's class."""
        made: Callable[[LogSource], Reader] = getattr(_module(self), self.reader)
        return made

    def sniff(self, head: bytes) -> int:
        """How sure it is that a log with this beginning has this format, 0 to 100."""
        sure: int = getattr(_module(self), self.sniffer)(head)
        return sure


def _module(row: Format) -> object:
    return import_module(f"wwanreplay.formats.{row.module}")


FORMATS: Final = {
    row.name: row
    for row in (
        Format(
            "pcapng",
            "pcapng captures: USB, MBIM, ETW",
            "capture",
            "PcapngReader",
            sniffer="sniff_pcapng",
        ),
        Format(
            "pcap",
            "pcap captures: USB, MBIM, ETW",
            "capture",
            "PcapReader",
            sniffer="sniff_pcap",
        ),
        Format(
            "libmbim",
            "libmbim and ModemManager debug output, also in syslog and journald",
            "libmbim",
            "LibmbimReader",
            (b"<<<<<<", b">>>>>>"),
        ),
        Format(
            "umbim",
            "umbim -v",
            "umbim",
            "UmbimReader",
            (b"sending (", b"reading ("),
        ),
        Format("routeros", "RouterOS lte,packet,raw", "routeros", "RouterosReader", (b" mbim:",)),
        Format(
            "usbmon",
            "usbmon text",
            "usbmon",
            "UsbmonReader",
            (b" S Co:", b" C Ci:"),
        ),
        Format(
            "windows-traceview",
            "merged TraceView text",
            "traceview",
            "TraceviewReader",
            (b"TRACE_LEVEL_", b"Mobile Broadband Class Driver"),
        ),
        Format(
            "windows-wpp",
            "tracefmt and netsh trace text",
            "wpp",
            "WppReader",
            (b"[Wwan", b"-Windows-WWAN-", b"mbclass"),
        ),
        Format(
            "windows-etw",
            "tab-separated ETW text",
            "etw",
            "EtwReader",
            (b"TraceLog\t", b"TraceLog  "),
        ),
        Format(
            "umockdev",
            "umockdev scripts and ioctl trees",
            "umockdev",
            "UmockdevReader",
            (b"^@^@", b"USBDEVFS_REAPURB"),
        ),
        Format(
            "hexdump",
            "hex dumps",
            "hexdump",
            "HexdumpReader",
            (b"000000", b"00 00 00", b"00 0000", b"00:00:00"),
        ),
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


def known_but_unread(head: bytes) -> str:
    """Say what to do with a log that is known and not read here; empty for any other."""
    if len(head) < 80:
        return ""
    size, filled = (int.from_bytes(head[at : at + 4], "little") for at in (0, 48))
    # A buffer header of 72 bytes, then the first event, whose header is a system header.
    buffer = size % 1024 == 0 and 1024 <= size <= 1 << 24 and 72 < filled <= size
    if buffer and head[74] in (1, 2) and head[75] == 0xC0:
        return (
            "is a Windows .etl trace; convert it first: open it in Wireshark (etwdump) and save"
            " pcapng, or use tracefmt or netsh trace convert for text"
        )
    if head.startswith(b"MSCF"):
        return "is a Windows cabinet; take the trace out of it first (expand -F:* FILE FOLDER)"
    return ""


def sniff_part(part: bytes) -> Format | None:
    """The text format that a later part of a log has, or None.

    Only formats are tried whose marks are in it, so that most of a log is passed at the speed of a
    search.
    """
    for row in FORMATS.values():
        found = [at for mark in row.marks if (at := part.find(mark)) >= 0]
        if found:
            start = part.rfind(b"\n", 0, min(found)) + 1
            if row.sniff(part[start : start + HEAD_SIZE]) > 0:
                return row
    return None
