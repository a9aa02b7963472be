"""Scrub a capture: the data of its packets, in place; headers, lengths and offsets stay.

Of USB the control messages of MBIM, descriptors and notifications are kept or replaced; all other
data, such as network traffic, become zero bytes. Blocks of pcapng that nothing here reads become
zero bytes, too.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, NamedTuple

from wwanreplay.analysis.scrub.identities import Identities
from wwanreplay.analysis.scrub.logtext import LogText
from wwanreplay.analysis.scrub.speller import Speller
from wwanreplay.analysis.scrub.transfers import Transfer, Transfers
from wwanreplay.errors import DecodeError, InputError, PrivacyError
from wwanreplay.formats import registry
from wwanreplay.formats.base import LogMessage
from wwanreplay.formats.readers.capture import (
    LINK_ETW,
    LINK_USB_LINUX,
    LINK_USB_LINUX_MMAPPED,
    LINK_USBPCAP,
)
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.tables import SERVICES_BY_UUID, find_cid

MAGICS: Final = (
    b"\xa1\xb2\xc3\xd4",
    b"\xd4\xc3\xb2\xa1",
    b"\xa1\xb2\x3c\x4d",
    b"\x4d\x3c\xb2\xa1",
    b"\x0a\x0d\x0d\x0a",
)
_SECTION, _INTERFACE, _OBSOLETE, _SIMPLE, _STATISTICS, _ENHANCED = 0x0A0D0D0A, 1, 2, 3, 5, 6
_OPTION_MAC, _OPTION_EUI, _OPTION_IPV4, _OPTION_IPV6 = 6, 7, 4, 5
_CONTROL, _INTERRUPT = 2, 1
_SETUP_SIZE: Final = 8
_ETW_HEADER_SIZE: Final = 96
_USBPCAP_HEADER_SIZE: Final = 27
_SERIAL_INDEX_AT: Final = 16
_DEVICE, _CONFIGURATION, _STRING, _QUALIFIER, _OTHER_SPEED = 1, 2, 3, 6, 7
_LANGUAGES_SIZE: Final = 4
_NOTIFICATION: Final = 0xA1
_NOTIFICATION_SIZE_MAX: Final = 16
_DEVICES_MAX: Final = 4096


class Packet(NamedTuple):
    """One packet: its number from 1, its link type and byte order, and its span of the file."""

    number: int
    link: int
    order: str
    start: int
    end: int


class Options(NamedTuple):
    """The options of a block: which block, and their span of the file."""

    block: int
    order: str
    start: int
    end: int


class Unread(NamedTuple):
    """A span of the file that nothing here reads."""

    start: int
    end: int


def parts_of(data: bytes) -> Iterator[Packet | Options | Unread]:
    """The parts of a capture, in order; everything behind damage is unread."""
    return _pcapng(data) if data.startswith(MAGICS[-1]) else _pcap(data)


def _pcap(data: bytes) -> Iterator[Packet | Unread]:
    order = ">" if data[:4] in (MAGICS[0], MAGICS[2]) else "<"
    if len(data) < 24:
        yield Unread(4, len(data))
        return
    link = struct.unpack_from(f"{order}I", data, 20)[0] & 0xFFFF
    at, number = 24, 0
    while at < len(data):
        if at + 16 > len(data):
            yield Unread(at, len(data))
            return
        captured = struct.unpack_from(f"{order}I", data, at + 8)[0]
        if captured > len(data) - at - 16:
            yield Unread(at, len(data))  # the bytes are not those of a header
            return
        at += 16
        number += 1
        yield Packet(number, link, order, at, at + captured)
        at += captured


def _pcapng(data: bytes) -> Iterator[Packet | Options | Unread]:
    order, links, number, at = "<", list[int](), 0, 0
    while at < len(data):
        if at + 12 > len(data):
            yield Unread(at, len(data))
            return
        kind = struct.unpack_from(f"{order}I", data, at)[0]
        if kind == _SECTION:
            order = "<" if data[at + 8 : at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            links = []
        size = struct.unpack_from(f"{order}I", data, at + 4)[0]
        if size < 12 or size % 4 or size > len(data) - at:
            yield Unread(at, len(data))
            return
        end = at + size - 4
        body = at + 8
        if kind == _SECTION:
            yield Options(kind, order, body + 16, end)
        elif kind == _INTERFACE and size >= 20:
            links.append(struct.unpack_from(f"{order}H", data, body)[0])
            yield Options(kind, order, body + 8, end)
        elif kind in (_ENHANCED, _OBSOLETE) and size >= 32:
            number += 1
            wide = kind == _ENHANCED
            interface = struct.unpack_from(f"{order}{'I' if wide else 'H'}", data, body)[0]
            captured = struct.unpack_from(f"{order}I", data, body + 12)[0]
            start = body + 20
            stop = min(start + captured, end)
            link = links[interface] if interface < len(links) else -1
            yield Packet(number, link, order, start, stop)
            yield Options(kind, order, min(start + (captured + 3 & ~3), end), end)
        elif kind == _SIMPLE and size >= 16:
            number += 1
            length = struct.unpack_from(f"{order}I", data, body)[0]
            link = links[0] if links else -1
            yield Packet(number, link, order, body + 4, min(body + 4 + length, end))
        elif kind == _STATISTICS and size >= 24:
            yield Options(kind, order, body + 12, end)
        else:
            yield Unread(body, end)
        at += size


class LogCapture:
    """One capture in memory; `learn` first, then, when all is learned, `written`."""

    def __init__(self, data: bytes, name: str, identities: Identities) -> None:
        self.data = data
        self.name = name
        self.transfers = Transfers(identities)
        self._identities = identities
        self._claims: dict[int, list[tuple[int, Transfer]]] = {}
        self._printed: dict[int, list[Transfer]] = {}
        self._texts: dict[int, LogText] = {}
        self._strings: list[tuple[int, int]] = []
        self._descriptors: dict[tuple[int, bytes], int] = {}
        self._serial: dict[tuple[int, int], int] = {}

    def learn(self, messages: list[LogMessage]) -> None:
        """Register the values in messages, descriptors and texts, and find where messages stand."""
        self.transfers.learn(messages)
        by_packet: dict[int, list[Transfer]] = {}
        for transfer in self.transfers.all:
            by_packet.setdefault(transfer.number, []).append(transfer)
        sound = all(_is_sound(transfer.data) for transfer in self.transfers.all)
        for part in parts_of(self.data):
            is_end = isinstance(part, Unread) and part.end == len(self.data)
            if is_end and not (sound and _is_cut(self.data, part.start)):
                # Damage has moved values away from their members: the proof would be void.
                raise PrivacyError(
                    f"scrub: {self.name}: the capture is damaged at byte {part.start} or in"
                    " a message; keep its whole packets only (editcap); nothing was written"
                )
            if isinstance(part, Packet):
                self._locate(part, by_packet.pop(part.number, []))
                self._learn_packet(part)
            elif isinstance(part, Options):
                for code, start, end in _options(self.data, part):
                    self._learn_option(part.block, code, start, end)
        if by_packet:
            number = min(by_packet)
            raise PrivacyError(
                f"scrub: {self.name}: the message of packet {number} cannot be found in it;"
                " nothing was written"
            )

    def _locate(self, packet: Packet, transfers: list[Transfer]) -> None:
        at = packet.start
        for transfer in transfers:
            if transfer.repeats:
                self._printed.setdefault(packet.number, []).append(transfer)
                continue
            found = self.data.find(transfer.data, at, packet.end)
            if found < 0:
                raise PrivacyError(
                    f"scrub: {self.name}: the message of packet {packet.number} cannot be found in"
                    " it; nothing was written"
                )
            self._claims.setdefault(packet.number, []).append((found, transfer))
            at = found + len(transfer.data)

    # Packets

    def _learn_packet(self, packet: Packet) -> None:
        if packet.link == LINK_ETW:
            for start, end in self._etw_texts(packet):
                self._learn_text(start, end)
            return
        usb = _usb_of(self.data, packet)
        if usb is None or usb.transfer != _CONTROL:
            return
        request = (usb.device, usb.key)
        if usb.setup is not None and usb.setup[:2] == b"\x80\x06":
            self._descriptors[request] = int.from_bytes(usb.setup[2:4], "little")
            if len(self._descriptors) > _DEVICES_MAX:
                self._descriptors.pop(next(iter(self._descriptors)))
        body = self.data[usb.start : packet.end]
        if packet.number in self._claims or len(body) < 2:
            return
        if body[1] == _DEVICE and len(body) > _SERIAL_INDEX_AT:
            self._serial[usb.device, 0] = body[_SERIAL_INDEX_AT]
        elif body[1] == _STRING and len(body) > _LANGUAGES_SIZE:
            index = self._descriptors.get(request, -1) & 0xFF
            if index == self._serial.get((usb.device, 0), index):
                self._strings.append((usb.start + 2, usb.start + len(body) // 2 * 2))
                self._serial_image(body[2 : len(body) // 2 * 2])

    def _serial_image(self, raw: bytes) -> bytes:
        text = raw.decode("utf-16-le", "surrogatepass")
        return self._identities.text("SerialNumber", text).encode("utf-16-le", "surrogatepass")

    def _learn_text(self, start: int, end: int) -> None:
        raw = self.data[start:end]
        try:
            text = raw.decode("utf-16-le")
        except UnicodeDecodeError:
            return
        if raw[::2].count(0) > raw[1::2].count(0):
            return  # damage has moved it by a byte: it could not be read, and would stay
        printed = LogText(text, self.name, self._identities)
        printed.learn([], registry.format_of("windows-etw"))
        self._texts[start] = printed

    def _etw_texts(self, packet: Packet) -> Iterator[tuple[int, int]]:
        """The message and the provider's name of an event."""
        at = packet.start + _ETW_HEADER_SIZE
        if at > packet.end:
            return
        user, message, name = struct.unpack_from("<III", self.data, packet.start + 84)
        at += user + 3 & ~3
        for size in (message, name):
            end = min(at + (size & ~1), packet.end)
            if end > at:
                yield at, end
            at += size + 3 & ~3

    # Options

    def _learn_option(self, block: int, code: int, start: int, end: int) -> None:
        value = self.data[start:end]
        if block == _INTERFACE and code == _OPTION_MAC and len(value) == 6:
            self._identities.hardware_address("MAC address", value)
        elif _is_text(block, code):
            text = value.decode("utf-8", "replace")
            printed = LogText(text, self.name, self._identities)
            printed.learn([], None)
            if "\ufffd" not in text:
                self._texts[start] = printed

    # Writing

    def written(self, speller: Speller) -> bytes:
        """The capture with everything replaced."""
        self.transfers.replace(speller)
        out = bytearray(self.data)
        for part in parts_of(self.data):
            if isinstance(part, Packet):
                self._packet(out, part, speller)
            elif isinstance(part, Options):
                for code, start, end in _options(self.data, part):
                    out[start:end] = self._option(part.block, code, start, end, speller)
            else:
                # In a pcap no header of a packet is made of these, in a pcapng none of a block.
                fill = b"\0" if self.data.startswith(MAGICS[-1]) else b"\xff"
                out[part.start : part.end] = fill * (part.end - part.start)
        for start, end in self._strings:
            out[start:end] = self._serial_image(self.data[start:end])
        return bytes(out)

    def _packet(self, out: bytearray, packet: Packet, speller: Speller) -> None:
        claims = self._claims.get(packet.number, [])
        for start, end in self._cleared(packet):
            out[start:end] = bytes(end - start)
        for start, transfer in claims:
            out[start : start + len(transfer.image)] = transfer.image
        if packet.link == LINK_ETW:
            for start, end in self._etw_texts(packet):
                out[start:end] = self._text(start, end, speller, packet.number)

    def _cleared(self, packet: Packet) -> Iterator[tuple[int, int]]:
        """The spans of a packet that become zero bytes."""
        if packet.link == LINK_ETW:
            at = packet.start + _ETW_HEADER_SIZE
            if at <= packet.end:
                yield at, packet.end
            return
        usb = _usb_of(self.data, packet)
        start = packet.start if usb is None else usb.start
        if usb is not None and packet.link == LINK_USBPCAP:
            # A header with a length beyond that of any header is not one.
            known = packet.start + _USBPCAP_HEADER_SIZE + 1
            header_end = packet.start + struct.unpack_from("<H", self.data, packet.start)[0]
            if known < header_end:
                yield known, header_end
        if usb is None or not self._is_kept(usb, self.data[start : packet.end]):
            yield start, packet.end

    def _is_kept(self, usb: _Usb, body: bytes) -> bool:
        if len(body) < 2:
            return True
        if usb.transfer == _INTERRUPT:
            return body[0] == _NOTIFICATION and len(body) <= _NOTIFICATION_SIZE_MAX
        kinds = (_DEVICE, _CONFIGURATION, _STRING, _QUALIFIER, _OTHER_SPEED)
        known = usb.transfer == _CONTROL and body[1] in kinds
        return (
            known and (usb.device, usb.key) in self._descriptors and body[0] <= max(len(body), 18)
        )

    def _option(self, block: int, code: int, start: int, end: int, speller: Speller) -> bytes:
        value = self.data[start:end]
        if block == _INTERFACE and code == _OPTION_MAC and len(value) == 6:
            return self._identities.hardware_address("MAC address", value)
        if _is_text(block, code):
            printed = self._texts.get(start)
            if printed is None:
                return b"?" * len(value)
            text = "".join(piece.text for piece in printed.pieces(speller, same_size=True))
            image = text.encode("utf-8", "surrogatepass")
            return image if len(image) == len(value) else b"?" * len(value)
        plain = _is_plain(block, code) and len(value) <= _NUMBER_SIZE_MAX
        return value if plain else bytes(len(value))

    def _text(self, start: int, end: int, speller: Speller, number: int) -> bytes:
        printed = self._texts.get(start)
        if printed is None:
            return bytes(end - start)
        nearby = [
            Transfer(1, each.data, image=each.image)
            for near in range(number - 4, number + 5)
            for each in self._printed.get(near, [])
        ]
        pieces = printed.pieces(speller, same_size=True, nearby=nearby)
        text = "".join(piece.text for piece in pieces)
        image = text.encode("utf-16-le", "surrogatepass")
        if len(image) != end - start:
            raise InputError(
                f"scrub: {self.name}: the text of packet {number} cannot be rewritten in its size;"
                " nothing was written"
            )
        return image


class _Usb(NamedTuple):
    """A USB packet: the request it belongs to, its device, its kind, its setup, its data."""

    key: bytes
    device: int
    transfer: int
    setup: bytes | None
    start: int


def _is_cut(data: bytes, start: int) -> bool:
    """Whether a capture just ends here: what stands there begins as a packet or block does."""
    if len(data) - start < 16:
        return True
    is_pcapng = data.startswith(MAGICS[-1])
    for order in "<>":
        first, second, captured, size = struct.unpack_from(f"{order}IIII", data, start)
        if is_pcapng and first in (_ENHANCED, _SIMPLE, _INTERFACE, _STATISTICS):
            if second % 4 == 0 and 12 <= second <= _CUT_SIZE_MAX:
                return True
        elif not is_pcapng and second < 10**9 and 0 < captured <= size <= _CUT_SIZE_MAX:
            return True
    return False


#: A packet that was cut off was no longer than this.
_CUT_SIZE_MAX: Final = 1 << 20


def _is_sound(data: bytes) -> bool:
    """Whether a message fits the structure that it should have, or has none that is known."""
    try:
        message = messages.parse_message(data)
    except DecodeError:
        return False
    service = SERVICES_BY_UUID.get(message.service)
    carried: dict[int, tuple[str, ...]] = {
        messages.MBIM_COMMAND_MSG: ("query", "set"),
        messages.MBIM_COMMAND_DONE: ("response",),
        messages.MBIM_INDICATE_STATUS_MSG: ("notification",),
    }
    operations = carried.get(int(message.type), ())
    row = None if service is None else find_cid(service.number, message.cid)
    layouts = [each for name in operations if row is not None for each in getattr(row, name)]
    for layout in layouts:
        with suppress(DecodeError):
            codec.decode_layout("message", layout, message.buffer)
            return True
    return not layouts or not message.buffer


def _usb_of(data: bytes, packet: Packet) -> _Usb | None:
    start, size = packet.start, packet.end - packet.start
    if packet.link in (LINK_USB_LINUX, LINK_USB_LINUX_MMAPPED):
        header = 48 if packet.link == LINK_USB_LINUX else 64
        if size < header:
            return None
        bus = struct.unpack_from(f"{packet.order}H", data, start + 12)[0]
        device = bus << 8 | data[start + 11]
        setup = data[start + 40 : start + 48] if data[start + 14] == 0 else None
        return _Usb(data[start : start + 8], device, data[start + 9], setup, start + header)
    if packet.link == LINK_USBPCAP and size >= _USBPCAP_HEADER_SIZE:
        header = struct.unpack_from("<H", data, start)[0]
        if not _USBPCAP_HEADER_SIZE <= header <= size:
            return None
        bus, address = struct.unpack_from("<HH", data, start + 17)
        transfer = data[start + 22]
        setup = None
        body = start + header
        if transfer == _CONTROL and header > _USBPCAP_HEADER_SIZE and not data[start + 27]:
            setup = data[body : body + _SETUP_SIZE]
            body = min(body + _SETUP_SIZE, packet.end)
        return _Usb(data[start + 2 : start + 10], bus << 16 | address, transfer, setup, body)
    return None


def _options(data: bytes, part: Options) -> Iterator[tuple[int, int, int]]:
    """(code, start, end) of each option; what is no option any more has the code -1."""
    at = part.start
    while at + 4 <= part.end:
        code, size = struct.unpack_from(f"{part.order}HH", data, at)
        at += 4
        if code == 0 and size == 0:
            break
        if at + size > part.end:
            yield -1, at, part.end
            return
        yield code, at, at + size
        at += size + 3 & ~3
    if at < part.end:
        yield -1, at, part.end


#: The longest of the options that hold numbers; what is longer is none of them.
_NUMBER_SIZE_MAX = 8


def _is_text(block: int, code: int) -> bool:
    """Whether an option is text: comments, names and descriptions."""
    if code == 1:
        return True
    return (block == _SECTION and code in (2, 3, 4)) or (
        block == _INTERFACE and code in (2, 3, 12, 15)
    )


def _is_plain(block: int, code: int) -> bool:
    """Whether an option cannot be personal: resolutions, counts, flags, times."""
    if block == _INTERFACE:
        return code in (8, 9, 10, 13, 14, 16, 17)
    if block == _STATISTICS:
        return 2 <= code <= 8
    return block in (_ENHANCED, _OBSOLETE) and code in (2, 4, 5, 6)
