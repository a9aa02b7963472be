"""Hex dumps: `xxd`, `hexdump -C`, Wireshark's text, C arrays, plain hex with or without separators.

A message begins where the bytes of a line begin like one, and goes on until MessageLength is
reached; several messages may follow each other in one dump. What stands around the bytes (offsets,
the column of characters, words in front of a dump) is passed over; a row `*` stands for rows like
the one before it. Other ways to write bytes are in `dump_spellings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wwanreplay.formats import dump_spellings
from wwanreplay.formats.base import Counts, Direction, LogMessage, LogPlace, MessageKind, Stamp
from wwanreplay.formats.declaration import DumpRows, Format, HexStyle
from wwanreplay.formats.dump_spellings import Spelling, spelled
from wwanreplay.formats.lines import Lines, text_of
from wwanreplay.formats.sources import LogSource
from wwanreplay.formats.times import WallClock
from wwanreplay.formats.transfers import Framer, direction_of, plausible
from wwanreplay.mbim.header import HEADER_SIZE, look

#: Lines without hex after which an unfinished message is given up.
ATTENTION: Final = 3
#: Bytes that a row `*` may stand for.
REPEATED_MAX: Final = 1 << 16
OCTAL: Final = 8
#: In what offsets may be counted.
RADIXES: Final = [16, 10, OCTAL]
#: Digits of the octal offsets of od.
OCTAL_SIZE: Final = 7
#: `hexdump -C` and Wireshark part a row in two.
COLUMN_SIZE: Final = 8
# Each pattern is tried at one place only and never goes back, whatever the line holds.
_ALL_HEX: Final = re.compile(
    r"[^0-9A-Za-z]*+(?P<hex>(?:(?:0x)?+[0-9A-Fa-f]{2}[\s,:;-]*+)++)[^0-9A-Za-z]*+$"
)
# A short one, such as the decimal ones of BSD's umb(4), has a colon and a blank behind it.
_OFFSET: Final = re.compile(
    r"\W{0,16}(?:0x)?+(?:[0-9A-Fa-f]{4,16}+(?::|\s)\s{0,8}|[0-9A-Fa-f]{1,8}+:\s{1,8})"
)
#: A kernel's dump has the time, the driver and a prefix in front; that of a BSD a short offset.
_OFFSET_BEHIND: Final = re.compile(
    r"[\s:](?:0x)?+(?:[0-9A-Fa-f]{4,16}+:\s{1,2}|[0-9A-Fa-f]{1,3}+:\s{1,8})"
    r"(?=[0-9A-Fa-f]{2}\s[0-9A-Fa-f]{2}\b)"
)
#: A byte that somebody has masked.
_MASKED: Final = re.compile(r"(?<=[\s,:;-])(?:0x)?(?:xx|XX|\*\*|\?\?|__)(?=[\s,:;-]|$)")
#: Half a byte at the end of a line that was cut.
_HALF: Final = re.compile(r"(?<=[0-9A-Fa-f]{2}[\s,:;-])(?:0x)?[0-9A-Fa-f]\s*$")
_GROUPS: Final = re.compile(r"[0-9A-Fa-f]{2,8}+(?:[ -][0-9A-Fa-f]{2,8}+)*+(?=\s*+(?:\||$)|\s{2})")
# Never within a number: the end of one word and the next are no bytes that follow each other.
_BEGINNING: Final = re.compile(
    r"(?<![0-9A-Fa-f])0[12347](?:[\s,:;-]|0x){0,3}00(?:[\s,:;-]|0x){0,3}00(?:[\s,:;-]|0x){0,3}[08]0"
)
#: Words of 32 bits up to the end of a row or its column of characters.
_WORDS: Final = re.compile(
    r"(?<![0-9A-Za-z.])[0-9A-Fa-f]{8}+(?:[ \t][0-9A-Fa-f]{8}+)++(?=\s*+$|[ \t]{2})"
)
_RUN: Final = re.compile(r"(?:(?:0x)?+[0-9A-Fa-f]{2}[\s,:;-]*+)++(?=[^0-9A-Za-z]|$)")

# Every header holds three bytes of zero in a row, here in each way of writing bytes.
TRIGGERS: Final = (
    b"000000",
    b"00 00 00",
    b"00 0000",
    b"00:00:00",
    b"00-00-00",
    b"00, 0x00, 0x00",
    b"00,0x00,0x00",
    b"0x00 0x00 0x00",
    b"00\t00\t00",
    "00\xa000\xa000".encode(),  # blanks of a web page
    *dump_spellings.TRIGGERS,
)


def sniff(head: bytes) -> int:
    """How sure it is that this holds MBIM in hex, 0 to 100; every other format is surer."""
    for line in head.splitlines():
        if any(trigger in line for trigger in TRIGGERS):
            found = _bytes_in(spelled(text_of(line))[0], offsets=None)
            if found is not None and len(found[0]) >= HEADER_SIZE and plausible(found[0]):
                return 40
    return 0


def _bytes_in(text: str, *, offsets: bool | None) -> tuple[bytes, bool] | None:
    """The bytes that a line of a dump holds, and whether an offset stands in front; or None.

    `offsets` is what the dump's first line had, None on a first line.
    """
    whole = _ALL_HEX.match(text) if offsets is not True else None
    if whole is not None:
        data = _unhex(whole["hex"])
        if offsets is False or plausible(data):
            return data, False
    row = row_of(text) if offsets is not False else None
    if row is not None:
        data = _unhex(text[slice(*row)])
        if data:
            return data, True
    begun = _BEGINNING.search(text) if offsets is None else None
    run = _RUN.match(text, begun.start()) if begun is not None else None
    return None if run is None else (_unhex(run[0]), False)


def _offset_of(text: str) -> str:
    """The offset in front of the bytes of a row, in its digits."""
    row = row_of(text)
    number = None if row is None else re.search(r"([0-9A-Fa-f]{1,16})\W{1,9}$", text[: row[0]])
    return "" if number is None else number[1]


def row_of(text: str) -> tuple[int, int] | None:
    """Where the bytes behind an offset stand: a column of groups, or two of eight bytes each."""
    offset = _OFFSET.match(text) or _OFFSET_BEHIND.search(text)
    first = None if offset is None else _GROUPS.match(text, offset.end())
    if first is None:
        return None
    if len(first[0]) == 3 * COLUMN_SIZE - 1 and len(_unhex(first[0])) == COLUMN_SIZE:
        second = _GROUPS.match(text, first.end() + 2)
        if second is not None and len(second[0]) % 3 == 2 and second[0][2:3] in ("", " ", "-"):
            return first.start(), second.end()
    return first.span()


def _unhex(text: str) -> bytes:
    compact = re.sub(r"0x|[^0-9A-Fa-f]", "", text)
    return bytes.fromhex(compact[: len(compact) & ~1])


class HexdumpReader:
    """Reads hex dumps; see the module."""

    def __init__(self, source: LogSource) -> None:
        self.counts = Counts()
        self._lines = Lines(source, TRIGGERS, self.counts)
        self._clock = WallClock()
        self._framer = Framer()
        self._place: LogPlace | None = None
        self._stamp: Stamp | None = None
        self._idle = 0
        self._offsets = False
        self._spelling: Spelling | None = None
        self._row = b""  # the last one, as long as a row `*` may stand for it
        self._is_starred = False
        self._is_stray = False  # the row above begins no message and was counted
        self._first = ""  # the offset of the first row of a message, and the bytes since
        self._since = 0
        self._radixes = RADIXES  # of its offsets, as far as they are known to be

    def __iter__(self) -> Iterator[LogMessage]:
        for number, raw in self._lines:
            text, place = text_of(raw), self._lines.place(number)
            if not self._framer.waiting:
                text, self._spelling = spelled(text)
                self._row, self._is_starred = b"", False
            elif self._spelling is not None:
                text = self._spelling(text, False) or text
            if self._row and text.strip() == "*":
                self._is_starred = True
                continue
            text, cut = self._uncut(text)
            found = _bytes_in(text, offsets=self._offsets if self._framer.waiting else None)
            if found is None:
                if self._framer.waiting:
                    self._idle += 1
                    if self._idle >= ATTENTION or not text.strip():
                        yield from self._close()
                elif cut:
                    self._count_masked(text_of(raw), place)
                else:
                    self._count_stray(place, text)
                continue
            data, self._offsets = found
            if self._is_starred:
                yield from self._repeat(place, text)
            yield from self._close_before(text, data)
            if not self._framer.waiting:
                if not plausible(data):
                    self._count_stray(place, text)
                    continue
                self._is_stray = False
                self._place, self._stamp = place, self._clock(text[:40])
                self._first, self._since = _offset_of(text) if self._offsets else "", 0
                self._radixes = RADIXES
            self._since += len(data)
            self._row = data if self._offsets else b""
            yield from self._take(place, data)
            if cut:
                yield from self._close(cut)
        yield from self._close()

    def _uncut(self, text: str) -> tuple[str, str]:
        """A line up to a byte that is masked or cut in two, and what is wrong there."""
        masked = _MASKED.search(text)
        if masked is not None:
            return text[: masked.start()], ", then one is masked"
        half = _HALF.search(text)
        if half is not None and _OFFSET.match(text) is None:
            whole = text[: half.start()]
            if _ALL_HEX.match(whole):
                return whole, ", then half of one"
        return text, ""

    def _close_before(self, text: str, data: bytes) -> Iterator[LogMessage]:
        """Give up an unfinished message where the line is not the one that goes on with it."""
        if not self._framer.waiting:
            return
        begins = plausible(data) and len(data) >= HEADER_SIZE
        if begins and (self._stale() or look(data).length == len(data)):
            yield from self._close()
        elif self._first and not self._goes_on(_offset_of(text)):
            yield from self._close(", then rows are missing")

    def _repeat(self, place: LogPlace, text: str) -> Iterator[LogMessage]:
        """Take the rows for which `*` stands; the offset behind it says how many there are."""
        self._is_starred = False
        for _, missing in self._distances(_offset_of(text)):
            if 0 < missing <= REPEATED_MAX and missing % len(self._row) == 0:
                self._since += missing
                yield from self._take(place, self._row * (missing // len(self._row)))
                return

    def _goes_on(self, offset: str) -> bool:
        """Whether an offset is as far from the first as bytes stand between, in some radix."""
        if not offset:
            return True
        fitting = [radix for radix, missing in self._distances(offset) if not missing]
        self._radixes = fitting or self._radixes
        return bool(fitting)

    def _distances(self, offset: str) -> Iterator[tuple[int, int]]:
        """(radix, bytes that are missing before an offset) by each radix that it may have."""
        for radix in self._radixes:
            if radix != OCTAL or len(offset) == OCTAL_SIZE:
                try:
                    yield radix, int(offset, radix) - int(self._first, radix) - self._since
                except ValueError:
                    continue

    def _count_masked(self, text: str, place: LogPlace) -> None:
        """Count a message of which a byte in its header is masked: nothing else shows it."""
        filled = _bytes_in(_MASKED.sub("00", text), offsets=None)
        if filled is not None and len(filled[0]) >= HEADER_SIZE:
            self.counts.unreadable.add(place, "a message with a masked byte in its header")

    def _count_stray(self, place: LogPlace, text: str) -> None:
        """Count rows of a dump of which no message begins, once for all that follow each other."""
        row, whole = row_of(text), _ALL_HEX.match(text)
        printed = text[slice(*row)] if row is not None else whole["hex"] if whole else ""
        is_row = len(_unhex(printed)) >= COLUMN_SIZE or _WORDS.search(text) is not None
        if is_row and not self._is_stray:
            self.counts.unreadable.add(place, "rows of bytes that begin no message")
        self._is_stray = is_row
        self._lines.attention = int(is_row)

    def _stale(self) -> bool:
        """Whether lines without hex stood between the unfinished message and this line."""
        return self._framer.waiting > 0 and self._idle > 0

    def _take(self, place: LogPlace, data: bytes) -> Iterator[LogMessage]:
        dropped = self._framer.dropped
        for message in self._framer.feed(data):
            yield self._message(message, len(message))
            self._place = place
        if self._framer.dropped > dropped:
            lost = self._framer.dropped - dropped
            self.counts.unreadable.add(place, f"{lost} bytes that begin no message")
        self._idle = 0
        self._lines.attention = ATTENTION if self._framer.waiting else 0

    def _message(self, data: bytes, length: int | None, reason: str = "") -> LogMessage:
        assert self._place is not None
        message = LogMessage(
            MessageKind.MBIM,
            self._place,
            direction_of(data, Direction.UNKNOWN),
            data=data,
            length=length,
            incomplete=bool(reason),
            reason=reason,
        )
        return message.at(self._stamp)

    def _close(self, why: str = "") -> Iterator[LogMessage]:
        self._idle = 0
        data = self._framer.flush()
        if len(data) < 8:
            return
        length = look(data).length
        yield self._message(data, length, f"{len(data)} of {length} bytes are in the dump{why}")


_PAIR: Final = "[0-9A-Fa-f]{2}"

FORMATS: Final = (
    Format(
        "hexdump",
        "hex dumps",
        HexdumpReader,
        sniff,
        marks=TRIGGERS,
        seek=re.compile(rb"0(?:(?:[\sxX,:\\\xa0\xc2-]{0,6}+0){3}|, ?0, ?0,|\\0\\0)"),
        is_bare=True,
        # Any other format may hold what looks like a dump.
        order=1000,
        hex_style=HexStyle(
            rows=DumpRows(row_of, _ALL_HEX),
            unclaimed=re.compile(
                rf"^\W{{0,16}}(?:0x)?[0-9A-Fa-f]{{4,16}}(?::|[ \t])[ \t]{{1,8}}(?P<bytes>{_PAIR}"
                rf"(?:[ \t]{{0,2}}{_PAIR}){{0,31}})(?=[ \t]*(?:\||$)|[ \t]{{2}})",
                re.M,
            ),
        ),
    ),
)
