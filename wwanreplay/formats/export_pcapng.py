"""pcapng: the MBIM messages as a capture of a USB bus, or bare with a link type for users.

Layout: the IETF's `draft-ietf-opsawg-pcapng`. Little endian, one section, one interface, times in
ns. Each message's packet has a comment with the record it is or was built from, and a direction.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from wwanreplay import __version__
from wwanreplay._core import Event, RecordFlag, WireDirection
from wwanreplay.formats.export_transfers import epoch_ns, survey_of, transfers
from wwanreplay.formats.export_usb import Bus
from wwanreplay.formats.exporters import Exported, ExportOptions
from wwanreplay.trace import TraceReader

LINKTYPE_USER0: Final = 147
LINKTYPE_USB_LINUX_MMAPPED: Final = 220

SECTION_HEADER, INTERFACE_DESCRIPTION, ENHANCED_PACKET = 0x0A0D0D0A, 1, 6
BYTE_ORDER_MAGIC: Final = 0x1A2B3C4D
OPTION_COMMENT, OPTION_FLAGS = 1, 2  # flags: of a packet
OPTION_HARDWARE, OPTION_APPLICATION = 2, 4  # of the section
OPTION_NAME, OPTION_RESOLUTION, OPTION_OFFSET = 2, 9, 14  # of the interface
INBOUND, OUTBOUND = 1, 2

_U32 = struct.Struct("<I")
_HEAD = struct.Struct("<II")
_OPTION = struct.Struct("<HH")
_PACKET = struct.Struct("<IIIII")


def export(reader: TraceReader, out: BinaryIO, options: ExportOptions) -> Exported:
    """Write the transfers of a trace; `written` counts messages, not packets."""
    exported = Exported()
    survey = survey_of(reader)
    writer = _Writer(reader, out, options.link, None if survey is None else survey.time_min_ns)
    for transfer in transfers(reader, options, exported, survey, "a pcapng"):
        writer.write(transfer)
        exported.written += 1
    writer.finish()
    if writer.untimed:
        exported.notes.append(f"packets whose time a capture cannot say: {writer.untimed}")
    if exported.written:
        exported.notes.append("the capture carries the bytes as they are, nothing is masked in it")
    return exported


class _Writer:
    """Writes the blocks of one section; the section begins with the first transfer."""

    def __init__(
        self, reader: TraceReader, out: BinaryIO, link: str, time_min_ns: int | None
    ) -> None:
        self.untimed = 0
        self._out = out
        self._bus = Bus() if link == "usbmon" else None
        self._epoch_ns = epoch_ns(reader) or 0
        first_ns = self._epoch_ns + min(time_min_ns or 0, 0)
        # Times of packets are not negative; those before 1970 count from an earlier second.
        self._offset_s = min(first_ns // 10**9, 0)
        self._reader = reader
        self._begun = False

    def write(self, transfer: Event) -> None:
        """Write a transfer; on a bus with the packets that belong to it."""
        time_ns = self._epoch_ns + transfer.time_ns
        self._begin(transfer)
        comment = _comment(transfer)
        outbound = transfer.code == WireDirection.WIRE_HOST_TO_DEVICE
        direction = OUTBOUND if outbound else INBOUND
        if self._bus is None:
            self._packet(transfer.payload, time_ns, comment, direction)
        elif outbound:
            first, *rest = self._bus.to_device(transfer.payload, time_ns)
            self._packet(first, time_ns, comment, direction)
            self._packets(rest, time_ns)
        else:
            *rest, last = self._bus.to_host(transfer.payload, time_ns)
            self._packets(rest, time_ns)
            self._packet(last, time_ns, comment, direction)

    def finish(self) -> None:
        """Write the section of a capture that has no packets."""
        self._begin(None)

    def _begin(self, first: Event | None) -> None:
        if self._begun:
            return
        self._begun = True
        built = first is not None and first.index is None
        self._section(built)
        self._interface()
        if self._bus is not None and first is not None:
            time_ns = self._epoch_ns + first.time_ns
            self._packets(self._bus.enumeration(time_ns), time_ns)

    def _section(self, built: bool) -> None:
        header = self._reader.header
        parts = ["MBIM messages " + ("built from recorded events" if built else "as recorded")]
        if self._bus is not None:
            parts.append("USB requests and descriptors around them made up")
        body = struct.pack("<IHHq", BYTE_ORDER_MAGIC, 1, 0, -1)
        options = _option(OPTION_COMMENT, "; ".join(parts))
        if header.interface or header.profile_name:
            device = f"{header.interface} {header.profile_name}".strip()
            options += _option(OPTION_HARDWARE, device)
        options += _option(OPTION_APPLICATION, f"wwanreplay {__version__}")
        self._block(SECTION_HEADER, body + options + _option(0, b""))

    def _interface(self) -> None:
        link = LINKTYPE_USER0 if self._bus is None else LINKTYPE_USB_LINUX_MMAPPED
        name = "mbim0" if self._bus is None else "usbmon1"
        options = _option(OPTION_NAME, name) + _option(OPTION_RESOLUTION, b"\x09")
        if self._offset_s:
            options += _option(OPTION_OFFSET, struct.pack("<q", self._offset_s))
        self._block(INTERFACE_DESCRIPTION, struct.pack("<HHI", link, 0, 0) + options + bytes(4))

    def _packets(self, packets: Iterator[bytes] | list[bytes], time_ns: int) -> None:
        for packet in packets:
            self._packet(packet, time_ns)

    def _packet(
        self, data: bytes, time_ns: int, comment: str = "", direction: int | None = None
    ) -> None:
        ticks = time_ns - self._offset_s * 10**9
        if not 0 <= ticks < 1 << 64:
            self.untimed += 1
            ticks = 0
        body = _PACKET.pack(0, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data))
        options = b""
        if comment:
            options += _option(OPTION_COMMENT, comment)
        if direction is not None:
            options += _option(OPTION_FLAGS, _U32.pack(direction))
        if options:
            options += _option(0, b"")
        self._block(ENHANCED_PACKET, body + data + bytes(-len(data) % 4) + options)

    def _block(self, kind: int, body: bytes) -> None:
        size = len(body) + 12
        self._out.write(_HEAD.pack(kind, size) + body + _U32.pack(size))


def _option(code: int, value: Any) -> bytes:
    data = value.encode("utf-8", "replace")[:0xFFFF] if isinstance(value, str) else value
    return _OPTION.pack(code, len(data)) + data + bytes(-len(data) % 4)


def _comment(transfer: Event) -> str:
    if transfer.index is None:
        return f"built from record {transfer.cause}"
    incomplete = transfer.flags & RecordFlag.FLAG_INCOMPLETE
    return f"record {transfer.index}{', incomplete' if incomplete else ''}"
