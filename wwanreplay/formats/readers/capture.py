"""Captures: pcap and pcapng with USB (usbmon, USBPcap), bare MBIM, or Windows events inside.

pcapng is read by python-pcapng, which knows several sections and interfaces with link types of
their own (libpcap refuses these); pcap is forty bytes of headers. Link types: 189 and 220 are
usbmon's binary headers of 48 and 64 bytes (kernel documentation of usbmon), 249 is USBPcap's (its
capture format page), 147 bare MBIM, 290 Windows events as Wireshark's etwdump writes them.
"""

from __future__ import annotations

import struct
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from wwanreplay.formats.base import (
    DIRECTION_UNKNOWN,
    MESSAGE_MBIM,
    Clock,
    Counts,
    LogMessage,
    LogPlace,
    Stamp,
    Unit,
)
from wwanreplay.formats.declaration import Format
from wwanreplay.formats.etwrecords import EtwRecords
from wwanreplay.formats.sources import LogSource
from wwanreplay.formats.times import SECOND_NS
from wwanreplay.formats.transfers import direction_of, plausible
from wwanreplay.formats.usb import SETUP_SIZE, ControlTransfers, Urb
from wwanreplay.mbim.header import look
from wwanreplay.packing.streams import PIECE_SIZE

LINK_USER0: Final = 147
LINK_USB_LINUX: Final = 189
LINK_USB_LINUX_MMAPPED: Final = 220
LINK_USBPCAP: Final = 249
LINK_ETW: Final = 290
#: A larger block or packet is damage: the longest of USB and of events take far less.
BLOCK_SIZE_MAX: Final = 1 << 26
#: Bytes that describe the interfaces of one section, or that stand around one packet.
DESCRIPTION_SIZE_MAX: Final = 1 << 20
INTERFACES_MAX: Final = 1024

_CONTROL, _INTERRUPT = 2, 1
_TRANSFERS = (_CONTROL, _INTERRUPT)
_USBPCAP = struct.Struct("<HQIHBHHBBI")
# Key, bus, whether there is no setup packet, status, length, bytes captured; by the byte order.
_USBMON = {order: struct.Struct(f"{order}Q4xHB13xiII") for order in "<>"}
_STAGE_SETUP, _STAGE_COMPLETE = 0, 3
_PCAP_MAGICS = (
    b"\xa1\xb2\xc3\xd4",
    b"\xd4\xc3\xb2\xa1",
    b"\xa1\xb2\x3c\x4d",
    b"\x4d\x3c\xb2\xa1",
)
_INTERFACE, _SIMPLE_PACKET, _ENHANCED_PACKET = 1, 3, 6
_PACKETS = (2, _SIMPLE_PACKET, _ENHANCED_PACKET)
# Where the bytes of a packet begin in an enhanced packet block.
_PACKET_AT = 28
# Where the kind of transfer stands in a packet of each link type.
_TRANSFER_AT = {LINK_USB_LINUX: 9, LINK_USB_LINUX_MMAPPED: 9, LINK_USBPCAP: 22}
# Options of a packet that are not needed: who wrote it, and which way it went.
_OPTIONS_END, _COMMENT, _DIRECTION = 0, 1, 2
_DIRECTIONS = (0, 1, 2)
# The head of an enhanced packet block, a word, an option; by the byte order.
_HEADS = {order: struct.Struct(f"{order}IIIIIII") for order in "<>"}
_WORDS = {order: struct.Struct(f"{order}I") for order in "<>"}
_OPTIONS = {order: struct.Struct(f"{order}HH") for order in "<>"}
_PCAPNG_MAGIC = b"\x0a\x0d\x0d\x0a"


def sniff_pcap(head: bytes) -> int:
    """How sure it is that this is a pcap file, 0 to 100."""
    return 100 if head.startswith(_PCAP_MAGICS) else 0


def sniff_pcapng(head: bytes) -> int:
    """How sure it is that this is a pcapng file, 0 to 100."""
    return 100 if head.startswith(_PCAPNG_MAGIC) else 0


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet: its link type, the byte order of the file, and the bytes captured and sent."""

    place: LogPlace
    stamp: Stamp | None
    link: int
    order: str
    data: bytes
    length: int
    interface: str = ""


@dataclass(frozen=True, slots=True)
class _Interface:
    """What is needed of the description of an interface."""

    link: int
    name: str
    per_second: int
    offset_s: int

    def stamp(self, ticks: int) -> Stamp:
        """The time of a packet."""
        time_ns = ticks * SECOND_NS // self.per_second + self.offset_s * SECOND_NS
        return Stamp(time_ns, Clock.UTC, max(SECOND_NS // self.per_second, 1))


class Packets:
    """MBIM out of the packets of one capture."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self._transfers = ControlTransfers(counts)
        self._setups: dict[int, bytes] = {}
        self._events = EtwRecords(counts)

    def feed(self, packet: Packet) -> Iterator[LogMessage]:
        """Take one packet."""
        if packet.link in (LINK_USB_LINUX, LINK_USB_LINUX_MMAPPED):
            urb = self._usbmon(packet)
        elif packet.link == LINK_USBPCAP:
            urb = self._usbpcap(packet)
        elif packet.link == LINK_USER0:
            yield from self._bare(packet)
            return
        elif packet.link == LINK_ETW:
            yield from self._events.feed(packet.place, packet.stamp, packet.data)
            return
        else:
            self.counts.unmapped.add(packet.place, f"link type {packet.link} carries no MBIM")
            return
        if urb is not None:
            yield from self._transfers.feed(urb)

    def _bare(self, packet: Packet) -> Iterator[LogMessage]:
        if not plausible(packet.data) or len(packet.data) < 12:
            self.counts.unmapped.add(packet.place, "a packet of link type 147 that is not MBIM")
            return
        stated = look(packet.data).length or 0
        length = max(packet.length, len(packet.data))
        length = max(length, stated) if len(packet.data) < packet.length else length
        incomplete = len(packet.data) < length
        message = LogMessage(
            MESSAGE_MBIM,
            packet.place,
            direction_of(packet.data, DIRECTION_UNKNOWN),
            device=packet.interface or None,
            data=packet.data,
            length=length,
            incomplete=incomplete,
            reason=f"{len(packet.data)} of {length} bytes are in the capture" if incomplete else "",
        )
        yield message.at(packet.stamp)

    def _usbmon(self, packet: Packet) -> Urb | None:
        data, order = packet.data, packet.order
        size = 48 if packet.link == LINK_USB_LINUX else 64
        if len(data) < size:
            self.counts.unreadable.add(packet.place, "shorter than the header of usbmon")
            return None
        kind, transfer, endpoint, device = data[8], data[9], data[10], data[11]
        if transfer not in (_CONTROL, _INTERRUPT):
            return None
        key, bus, absent, status, length, captured = _USBMON[order].unpack_from(data)
        return Urb(
            key,
            kind == 0x53,
            transfer == _CONTROL,
            bool(endpoint & 0x80),
            f"usb:{bus}:{device}",
            data[40:48] if absent == 0 else None,
            data[size : size + min(captured, length)],
            length,
            -1 if kind == 0x45 else status,
            packet.place,
            packet.stamp,
        )

    def _usbpcap(self, packet: Packet) -> Urb | None:
        data = packet.data
        if len(data) < _USBPCAP.size:
            self.counts.unreadable.add(packet.place, "shorter than the header of USBPcap")
            return None
        size, key, status, _, info, bus, device, endpoint, transfer, length = _USBPCAP.unpack_from(
            data
        )
        if transfer not in (_CONTROL, _INTERRUPT):
            return None
        body = data[size : size + length]
        control = transfer == _CONTROL
        stage = data[_USBPCAP.size] if control and len(data) > _USBPCAP.size else _STAGE_COMPLETE
        setup = None
        if control and stage == _STAGE_SETUP:
            setup, body, length = body[:SETUP_SIZE], body[SETUP_SIZE:], length - SETUP_SIZE
            if len(setup) < SETUP_SIZE:
                return None
            wanted = int.from_bytes(setup[6:8], "little")
            if not setup[0] & 0x80 and wanted and not body:
                self._setups[key] = setup  # older versions write the data as a packet of their own
                if len(self._setups) > 4096:
                    self._setups.pop(next(iter(self._setups)))
                return None
            length = max(length, wanted)
        elif control and key in self._setups and not info & 1:
            setup = self._setups.pop(key)
        inward = bool((setup[0] if setup else endpoint) & 0x80)
        return Urb(
            key=key,
            submitted=setup is not None or not info & 1,
            control=control,
            inward=inward,
            device=f"usb:{bus}:{device}",
            setup=setup,
            data=body,
            length=length,
            status=status,
            place=packet.place,
            stamp=packet.stamp,
        )


class _Stream:
    """The bytes of a capture in large pieces; refuses absurd sizes, knows where it is."""

    def __init__(self, source: LogSource) -> None:
        self._source = source
        self._data = b""
        self._at = 0
        self._before = 0
        #: What one read may take.
        self.size_max = BLOCK_SIZE_MAX

    @property
    def offset(self) -> int:
        """Where in the capture the next byte is."""
        return self._before + self._at

    def tell(self) -> int:
        """The same, for the padding of the library."""
        return self.offset

    def ahead(self, size: int) -> tuple[bytes, int] | None:
        """Bytes and where in them the next one is, with `size` at hand; None near the end."""
        if len(self._data) - self._at < size:
            rest = self._data[self._at :]
            self._before += self._at
            self._data = rest + self._source.read_exactly(max(PIECE_SIZE, size - len(rest)))
            self._at = 0
            if len(self._data) < size:
                return None
        return self._data, self._at

    def skip(self, size: int) -> bool:
        """Pass so many bytes if they are all there."""
        if self.ahead(size) is None:
            return False
        self._at += size
        return True

    def read(self, size: int) -> bytes:
        """So many bytes, fewer at the end."""
        if not 0 <= size <= self.size_max:
            raise ValueError(f"a block of {size} bytes")
        self.ahead(size)
        data = self._data[self._at : self._at + size]
        self._at += len(data)
        return data


class _CaptureReader:
    def __init__(self, source: LogSource) -> None:
        self.counts = Counts()
        self._source = source
        self._stream = _Stream(source)
        self._packets = Packets(self.counts)

    def _place(self) -> LogPlace:
        return LogPlace(self._source.name, Unit.PACKET, self.counts.records)

    def _ended(self, error: Exception) -> None:
        """Count the damage that ends a capture: what follows cannot be found again."""
        place = LogPlace(self._source.name, Unit.BYTE, self._stream.offset)
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        self.counts.unreadable.add(place, f"the capture is damaged from here on: {reason}"[:200])


class PcapReader(_CaptureReader):
    """Reads pcap files; see the module."""

    def __iter__(self) -> Iterator[LogMessage]:
        try:
            yield from self._read()
        except (ValueError, struct.error) as error:
            self._ended(error)

    def _read(self) -> Iterator[LogMessage]:
        magic = self._stream.read(4)
        order = ">" if magic in (_PCAP_MAGICS[0], _PCAP_MAGICS[2]) else "<"
        step_ns = 1 if magic in _PCAP_MAGICS[2:] else 1000
        link = struct.unpack(f"{order}HHiIII", self._stream.read(20))[5] & 0xFFFF
        header = struct.Struct(f"{order}IIII")
        kind_at = _TRANSFER_AT.get(link)
        while True:
            if kind_at is not None:
                self._pass_over(header, kind_at)
            head = self._stream.read(header.size)
            if not head:
                return
            if len(head) < header.size:
                raise ValueError("it ends inside a packet's header")
            seconds, fraction, captured, length = header.unpack(head)
            data = self._stream.read(captured)
            if len(data) < captured:
                raise ValueError("it ends inside a packet")
            self.counts.records += 1
            stamp = Stamp(seconds * SECOND_NS + fraction * step_ns, Clock.UTC, step_ns)
            yield from self._packets.feed(Packet(self._place(), stamp, link, order, data, length))

    def _pass_over(self, header: struct.Struct, kind_at: int) -> None:
        """Pass the packets that cannot hold MBIM: bulk and isochronous transfers."""
        stream, unpack, at_least = self._stream, header.unpack_from, header.size + kind_at + 1
        kind_at += header.size
        while (found := stream.ahead(at_least)) is not None:
            data, at = found
            captured = unpack(data, at)[2]
            if data[at + kind_at] in (_CONTROL, _INTERRUPT) or captured > BLOCK_SIZE_MAX:
                return
            if captured <= kind_at - header.size or not stream.skip(header.size + captured):
                return
            self.counts.records += 1


class PcapngReader(_CaptureReader):
    """Reads pcapng files; see the module."""

    def __init__(self, source: LogSource) -> None:
        super().__init__(source)
        self._section: Any = None
        self._interfaces: dict[int, _Interface] = {}
        self._kinds: dict[int, int | None] = {}
        self._described = 0

    def __iter__(self) -> Iterator[LogMessage]:
        from pcapng import FileScanner
        from pcapng.blocks import (
            EnhancedPacket,
            InterfaceStatistics,
            ObsoletePacket,
            SectionHeader,
            SimplePacket,
        )
        from pcapng.exceptions import StreamEmpty

        scanner = FileScanner(self._stream)
        while True:
            try:
                packet = self._pass_over(scanner)
                block = None
                if packet is None:
                    with warnings.catch_warnings():
                        # The library warns of its own table of options.
                        warnings.simplefilter("ignore", DeprecationWarning)
                        block = scanner._read_next_block()
                if isinstance(block, SectionHeader):
                    self._interfaces = {}
                elif isinstance(block, InterfaceStatistics):
                    self._lost(block)
                elif isinstance(block, EnhancedPacket | ObsoletePacket | SimplePacket):
                    self.counts.records += 1
                    packet = self._packet(block, scanner.endianness)
            except StreamEmpty:
                return
            except (KeyError, IndexError):
                self.counts.unreadable.add(self._place(), "a block of an unknown interface")
            except Exception as error:  # the library raises many kinds over damaged options
                self._ended(error)
                return
            if packet is not None:
                yield from self._packets.feed(packet)

    def _pass_over(self, scanner: Any) -> Packet | None:
        """Pass the packets that cannot hold MBIM without decoding them, and bound all others.

        The next packet where its block is a plain one, which needs no library: that takes ten
        times as long.
        """
        stream, section = self._stream, scanner.current_section
        stream.size_max = DESCRIPTION_SIZE_MAX
        if section is None:
            return None
        kinds = self._kinds_of(section)
        at_least = _PACKET_AT + max(_TRANSFER_AT.values()) + 1
        order = _order_of(scanner.endianness)
        unpack = struct.Struct(f"{order}IIIIII").unpack_from
        while (found := stream.ahead(at_least)) is not None:
            data, at = found
            block, size, number, _, _, captured = unpack(data, at)
            if block == _INTERFACE:
                self._described += size
                if self._described > DESCRIPTION_SIZE_MAX or len(kinds) >= INTERFACES_MAX:
                    raise ValueError("more interfaces than a capture has")
                return None
            if block not in _PACKETS:
                return None
            stream.size_max = BLOCK_SIZE_MAX
            if block != _SIMPLE_PACKET and size - captured > DESCRIPTION_SIZE_MAX:
                raise ValueError("a packet with more options than bytes")
            wrong = size % 4 or size > BLOCK_SIZE_MAX or captured > size - _PACKET_AT - 4
            if block != _ENHANCED_PACKET or number not in kinds or wrong:
                return None
            kind_at = kinds[number]
            if kind_at is None or captured <= kind_at:
                return self._plain_packet(section.interfaces[number], number, size, order)
            if data[at + _PACKET_AT + kind_at] in _TRANSFERS:
                return self._plain_packet(section.interfaces[number], number, size, order)
            if not stream.skip(size):
                return None
            self.counts.records += 1
        return None

    def _plain_packet(self, interface: Any, number: int, size: int, order: str) -> Packet | None:
        """The packet of the next block, None where the library must say what is wrong with it."""
        stream = self._stream
        found = stream.ahead(size)
        if found is None or stream.offset % 4:
            return None
        data, at = found
        _, _, _, high, low, captured, length = _HEADS[order].unpack_from(data, at)
        end, begin = at + size - 4, at + _PACKET_AT
        options_at = begin + captured + -captured % 4
        is_sound = _WORDS[order].unpack_from(data, end)[0] == size
        if not is_sound or not _has_plain_options(data, options_at, end, order):
            return None
        stream.skip(size)
        self.counts.records += 1
        described = self._described_as(interface, number)
        return Packet(
            self._place(),
            described.stamp(high << 32 | low),
            described.link,
            order,
            data[begin : begin + captured],
            length,
            described.name,
        )

    def _described_as(self, interface: Any, number: int) -> _Interface:
        """What is needed of an interface of the section."""
        found = self._interfaces.get(number)
        if found is None:
            offset_s = 0
            if "if_tsoffset" in interface.options:
                offset_s = int(interface.options["if_tsoffset"])
            found = self._interfaces[number] = _Interface(
                interface.link_type,
                f"{_option(interface, 'if_name') or number}",
                round(1 / interface.timestamp_resolution),
                offset_s,
            )
        return found

    def _kinds_of(self, section: Any) -> dict[int, int | None]:
        """Where the kind of transfer stands in the packets of each interface of a section."""
        if section is not self._section:
            self._section, self._kinds, self._described = section, {}, 0
        for number in range(len(self._kinds), len(section.interfaces)):
            self._kinds[number] = _TRANSFER_AT.get(section.interfaces[number].link_type)
        return self._kinds

    def _lost(self, block: Any) -> None:
        for name in ("isb_ifdrop", "isb_osdrop"):
            count = int(block.options[name]) if name in block.options else 0
            if count:
                self.counts.dropped.add(self._place(), "packets the capture lost", count)

    def _packet(self, block: Any, endianness: str) -> Packet:
        """The packet of a block that the library has read."""
        from pcapng.blocks import SimplePacket

        described = self._described_as(block.interface, block.interface_id)
        stamp = None
        if not isinstance(block, SimplePacket):
            stamp = described.stamp(block.timestamp_high << 32 | block.timestamp_low)
        return Packet(
            self._place(),
            stamp,
            described.link,
            _order_of(endianness),
            block.packet_data,
            block.packet_len,
            described.name,
        )


def _order_of(endianness: str) -> str:
    """The byte order as `<` or `>`."""
    native = "<" if sys.byteorder == "little" else ">"
    return native if endianness == "=" else endianness


def _has_plain_options(data: bytes, at: int, end: int, order: str) -> bool:
    """Whether the options of a packet are a comment and its direction at most, each well formed."""
    unpack, seen = _OPTIONS[order].unpack_from, 0
    while at < end:
        code, size = unpack(data, at)
        at += 4
        if code == _OPTIONS_END:
            return size == 0 and at == end
        text, at = data[at : at + size], at + size + -size % 4
        if code not in (_COMMENT, _DIRECTION) or code & seen or at > end:
            return False
        if code == _DIRECTION and (size != 4 or _WORDS[order].unpack(text)[0] not in _DIRECTIONS):
            return False
        if code == _COMMENT and not text.isascii():
            return False
        seen |= code
    return at == end


def _option(block: Any, name: str) -> str:
    """An option of a block, which the library keeps in a mapping without `get`."""
    return str(block.options[name]) if name in block.options else ""


FORMATS: Final = (
    Format("pcapng", "pcapng captures: USB, MBIM, ETW", PcapngReader, sniff_pcapng, order=10),
    Format("pcap", "pcap captures: USB, MBIM, ETW", PcapReader, sniff_pcap, order=20),
)
