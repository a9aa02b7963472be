"""Windows events in binary form, as Wireshark's etwdump writes them to pcapng (link type 290).

A record is an EVENT_HEADER (80 bytes, evntcons.h), an ETW_BUFFER_CONTEXT (4) and the lengths of
user data, message and provider name, which follow in this order, each padded to 4. The user data
of provider Microsoft-Windows-Wmbclass-Opn are one MBIM message or fragment; the events of other
providers come as text.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Iterator
from typing import Final

from wwanreplay.formats.base import Clock, Counts, LogMessage, LogPlace, MessageKind, Stamp
from wwanreplay.formats.transfers import direction_of, plausible
from wwanreplay.formats.windows import EventText
from wwanreplay.mbim.header import look

OPN_PROVIDER: Final = uuid.UUID("a42fe227-a7bf-4483-a502-6bcda428cd96")
RECORD_HEADER_SIZE: Final = 96
#: 100 ns units from 1601 to 1970.
FILETIME_EPOCH: Final = 116_444_736_000_000_000

_LENGTHS = struct.Struct("<III")


class EtwRecords:
    """MBIM and events out of ETW records."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self._events = EventText(counts)

    def feed(self, place: LogPlace, stamp: Stamp | None, record: bytes) -> Iterator[LogMessage]:
        """Take one record."""
        if len(record) < RECORD_HEADER_SIZE:
            self.counts.unreadable.add(place, "shorter than the header of an event")
            return
        file_time = struct.unpack_from("<q", record, 16)[0]
        if file_time > FILETIME_EPOCH:
            stamp = Stamp((file_time - FILETIME_EPOCH) * 100, Clock.UTC, 100)
        provider = uuid.UUID(bytes_le=record[24:40])
        thread = struct.unpack_from("<II", record, 8)
        user, message, name = _LENGTHS.unpack_from(record, 84)
        body = record[RECORD_HEADER_SIZE : RECORD_HEADER_SIZE + user]
        if provider == OPN_PROVIDER:
            yield from opn_message(place, stamp, body, user, self.counts)
            return
        at = RECORD_HEADER_SIZE + _padded(user)
        text = _text(record[at : at + message])
        at += _padded(message)
        title = _text(record[at : at + name]) or str(provider)
        if text:
            yield from self._events.feed(place, stamp, title, text, thread=f"{thread}")


def opn_message(
    place: LogPlace, stamp: Stamp | None, body: bytes, size: int, counts: Counts
) -> Iterator[LogMessage]:
    """The MBIM message that an event of Microsoft-Windows-Wmbclass-Opn holds."""
    if not plausible(body) or len(body) < 12:
        counts.unreadable.add(place, "an event of Wmbclass-Opn without an MBIM message")
        return
    length = max(look(body).length or 0, size)
    incomplete = len(body) < length
    yield LogMessage(
        MessageKind.MBIM,
        place,
        direction_of(body),
        data=body,
        length=length,
        incomplete=incomplete,
        reason=f"{len(body)} of {length} bytes are in the event" if incomplete else "",
    ).at(stamp)


def _padded(size: int) -> int:
    return size + 3 & ~3


def _text(data: bytes) -> str:
    return data.decode("utf-16-le", "replace").rstrip("\0 ")
