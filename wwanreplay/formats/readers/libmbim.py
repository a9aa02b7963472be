"""Debug output of libmbim: `mbimcli --verbose[-full]`, `ModemManager --debug`, alone or in syslog.

A message is a headline ("sent message..."), then lines with arrows: the RAW block with length and
hex, and after it the translated block. All of it may stand on lines of its own, each with a prefix
or none, or on one line: joined by blanks (OpenWrt), by `#012` (rsyslog), or as JSON (journald).
Older versions print all bytes, newer ones twelve and `...`; then the translated block is read for
its members.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import _lru_cache_wrapper, lru_cache
from typing import Final, TypeVar

from wwanreplay.formats.base import (
    DEVICE_TO_HOST,
    HOST_TO_DEVICE,
    MESSAGE_MBIM,
    MESSAGE_NOTE,
    Clock,
    Counts,
    Direction,
    LogMessage,
    LogPlace,
    Stamp,
    timed,
)
from wwanreplay.formats.declaration import Format, HexStyle
from wwanreplay.formats.lines import Lines, text_of
from wwanreplay.formats.sources import LogSource
from wwanreplay.formats.times import PREFIX_SIZE_MAX, WallClock
from wwanreplay.formats.transfers import direction_of_type, head_of_fields, is_plausible, plausible
from wwanreplay.mbim.fragments import MESSAGE_SIZE_MAX
from wwanreplay.mbim.header import Head, look

_ARROW_SIZE: Final = 6
#: Lines behind a headline or a line with an arrow that still may belong to it.
ATTENTION: Final = 3
FIELDS_MAX: Final = 20_000
#: Characters of a translated block; a message of 1 MiB may be one value of it in hex.
FIELDS_SIZE_MAX: Final = 4 * MESSAGE_SIZE_MAX
NOTES_MAX: Final = 64
DEPTH_MAX: Final = 32
DEVICES_MAX: Final = 32

_ARROW: Final = re.compile(r"(?<!<)<{6}(?!<)|>{6}(?!>)")
_HEADLINE: Final = re.compile(
    r"\b(?P<verb>sent|received|wrote|read)\s{1,4}(?:unexpected\s{1,4})?"
    r"(?:message|fragment)\b[^<>#]{0,40}?\.\.\.[^<>#]{0,40}",
    re.IGNORECASE,
)
_DEVICE: Final = re.compile(r"\[(?P<path>/dev/[^\]\s]{1,200})\]|(?P<bare>/dev/[\w./-]{1,200})")
_JOINT: Final = re.compile(r"#012|\\n|\r")
_RAW: Final = re.compile(r"^\s*RAW:\s*$", re.IGNORECASE)
_LENGTH: Final = re.compile(r"^\s*length\s*=\s*(\d{1,9})\b")
_DATA: Final = re.compile(r"^\s*data\s*=(.*)$", re.DOTALL)
#: What makes a line more than a headline: joints, and arrows.
_SPECIAL: Final = ("#012", "\\n", "\r", "<<<<<<", ">>>>>>")
_HEX_ONLY: Final = re.compile(r"^[>|\s]*+([0-9A-Fa-f:]++(?:\.\.\.)?)\s*+$")
_SECTION: Final = re.compile(r"^\s*((?:Fragment )?[Hh]eader|Contents|Fields|TLVs?):\s*$")
_NAME: Final = re.compile(r"[\w .\[\]/()-]{1,80}")
_NOTE: Final = re.compile(
    r"number of consecutive timeouts: \d{1,9}|opening device\.\.\.|closing device\.\.\.|"
    r"(?:queried|read) max control message size[^:]{0,40}: \d{1,9}|"
    r"open operation timed out[^\n]{0,100}|channel destroyed|no transaction matched[^\n]{0,100}|"
    r"transaction 0x[0-9a-f]{1,8} aborted[^\n]{0,100}|fatal error[^\n]{0,100}|hangup[^\n]{0,100}",
    re.IGNORECASE,
)
#: One of these is in every note; they are looked for first, as they are found sooner.
_NOTE_WORDS: Final = (
    "timeouts",
    "ing device...",
    "max control message size",
    "timed out",
    "channel destroyed",
    "transaction",
    "fatal error",
    "hangup",
)
_LOST: Final = re.compile(
    r"[Ss]uppressed (\d{1,9}) messages|messages? lost|\b(\d{1,9}) messages? dropped"
)
#: What a program prints of a message, line by line: all of the bytes, and the translated block.
_RAW_LINES: Final = re.compile(
    rb"(?P<arrow><{6}|>{6}) RAW:\n"
    rb"(?P=arrow)   length = (?P<length>\d{1,9})\n"
    rb"(?P=arrow)   data   = (?P<data>[0-9A-F:]++)\n(?P<blank>\n?)"
)
_TRANSLATED_LINES: Final = re.compile(
    rb"(?P<arrow><{6}|>{6}) Header:\n"
    rb"(?P<lines>(?P=arrow)   length {1,12}= (?P<length>\d{1,9})\n"
    rb"(?P=arrow)   type {1,12}= [\w -]{1,40} \(0x(?P<type>[0-9a-f]{8})\)\n"
    rb"(?P=arrow)   transaction {1,12}= (?P<transaction>\d{1,9})\n"
    rb"(?P=arrow) (?:Fragment header|Contents):\n"
    rb"(?:(?P=arrow)(?![<>])[^\r\n]*+\n){0,1000}+)(?P<blank>\n?)"
)
#: A line of a translated block with which another message begins.
_BEGINNING: Final = re.compile(rb"\n(?:<{6}|>{6})\s*+(?:[Rr][Aa][Ww]|Header):")
_EXPORTED: Final = re.compile(r"^__REALTIME_TIMESTAMP=(\d{10,18})$")

TRIGGERS: Final = (
    b"<<<<<<",
    b">>>>>>",
    b"ent message",
    b"eceived message",
    b"eceived unexpected",
    b"ent fragment",
    b"pening device",
    b"losing device",
    b"max control message size",
    b"consecutive timeouts",
    b"timed out: closed",
    b"channel destroyed",
    b"__REALTIME_TIMESTAMP=",
    b"uppressed ",
)


def sniff(head: bytes) -> int:
    """How sure it is that this is output of libmbim, 0 to 100."""
    if not re.search(rb"<{6}|>{6}", head):
        return 30 if re.search(rb"(?i)\bsent message\.\.\.|opening device\.\.\.", head) else 0
    if re.search(rb"(?i)(?:sent|received) (?:unexpected )?(?:message|fragment)", head):
        return 90
    return 80 if re.search(rb"(?:<{6}|>{6}) *(?:RAW|Header):", head) else 0


@dataclass(slots=True)
class _Block:
    """What follows a headline: where, when, who, and what was read of it so far."""

    place: LogPlace
    stamp: Stamp | None
    device: str | None
    direction: Direction
    translated: bool
    partial: bool
    length: int | None = None
    hexadecimal: list[str] = field(default_factory=list)
    hexadecimal_size: int = 0
    in_raw: bool = False
    open_hex: bool = False
    fields: list[tuple[str, str]] | None = None
    fields_size: int = 0
    section: str = ""
    path: list[str] | None = None
    #: Lines of a translated block that nobody has needed yet, and what its header says.
    unread: bytes = b""
    head: Head | None = None


class LibmbimReader:
    """Reads libmbim's debug output; see the module."""

    def __init__(self, source: LogSource) -> None:
        self.counts = Counts()
        self._lines = Lines(source, TRIGGERS, self.counts)
        self._clock = WallClock()
        self._stamp: Stamp | None = None
        self._block: _Block | None = None
        # Per device: the last message, waiting for its translated block, and notes behind it.
        self._waiting: dict[str | None, list[LogMessage]] = {}
        self._device: str | None = None

    def __iter__(self) -> Iterator[LogMessage]:
        for number, raw in self._lines:
            place = self._lines.place(number)
            text = text_of(raw).lstrip("\x1e")
            if text.startswith("{") and '"MESSAGE"' in text:
                yield from self._journal(place, text)
                continue
            if "..." in text and not any(each in text for each in _SPECIAL):
                headline = _of_short(_headline_in, text)
                if headline is not None:
                    yield from self._close()
                    self._take_lines(self._open(place, text, headline, None))
                    continue
            yield from self._line(place, text)
        yield from self._close()
        for queue in self._waiting.values():
            yield from queue
        self._waiting.clear()

    def _take_lines(self, block: _Block) -> None:
        """Take the lines behind a headline together, where they are as the program prints them.

        What a block translates is mostly known from its bytes: its members wait until somebody
        needs them.
        """
        self._lines.attention = ATTENTION
        found = self._lines.ahead(_TRANSLATED_LINES if block.translated else _RAW_LINES)
        if found is None:
            return
        if not block.translated:
            block.in_raw, block.length = True, int(found["length"])
            self._take_hex(block, found["data"].decode("ascii"))
        elif not _is_of_one_message(found["lines"], found["arrow"]):
            return
        else:
            block.fields, block.section, block.path = [], "Header", []
            block.unread = found["lines"]
            block.head = Head(
                int(found["type"], 16), int(found["length"]), int(found["transaction"])
            )
        self._lines.take(found)
        self._lines.attention = ATTENTION - len(found["blank"])

    def _read_members(self, block: _Block) -> None:
        """Read the lines of a translated block that have waited."""
        lines, block.unread, block.head = block.unread, b"", None
        for line in lines.split(b"\n")[:-1]:
            self._translated_line(block, text_of(line)[_ARROW_SIZE:])

    def _translated_line(self, block: _Block, text: str) -> None:
        section = _SECTION.match(text)
        if section is not None:
            block.section, block.path = section[1], []
        else:
            self._member(block, text)

    def _journal(self, place: LogPlace, text: str) -> Iterator[LogMessage]:
        """One entry of `journalctl -o json`."""
        try:
            entry = json.loads(text)
            message = entry["MESSAGE"]
            if isinstance(message, list):  # what is not UTF-8
                message = text_of(bytes(message))
            message = message.encode(errors="replace").decode()
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            self.counts.unreadable.add(place, "no entry of a journal in JSON")
            return
        micro = entry.get("__REALTIME_TIMESTAMP")
        if isinstance(micro, str | int) and str(micro).isdecimal() and len(str(micro)) < 19:
            self._stamp = Stamp(int(micro) * 1000, Clock.UTC, 1000)
        for line in message.splitlines():
            yield from self._line(place, line, self._stamp)
        yield from self._close()

    def _line(self, place: LogPlace, text: str, stamp: Stamp | None = None) -> Iterator[LogMessage]:
        # Looked for first: these are quick, and most lines have none.
        if ("#012" in text or "\\n" in text or "\r" in text) and _JOINT.search(text):
            for part in _JOINT.split(text):
                yield from self._part(place, part, stamp)
            return
        yield from self._part(place, text, stamp)

    def _part(self, place: LogPlace, text: str, stamp: Stamp | None) -> Iterator[LogMessage]:
        """One line, which may hold a headline, several arrows, or more hex."""
        has_arrow = "<<<<<<" in text or ">>>>>>" in text
        arrows = list(_ARROW.finditer(text)) if has_arrow else []
        if not arrows:
            yield from self._plain(place, text, stamp)
            return
        self._lines.attention = ATTENTION
        before = text[: arrows[0].start()]
        if _HEADLINE.search(before):
            yield from self._plain(place, before, stamp)
        for index, arrow in enumerate(arrows):
            end = arrows[index + 1].start() if index + 1 < len(arrows) else len(text)
            yield from self._arrow(place, arrow[0][0], text[arrow.end() : end], before)

    def _plain(self, place: LogPlace, text: str, stamp: Stamp | None) -> Iterator[LogMessage]:
        """A line without arrows: a headline, more hex of a wrapped line, a note, or nothing."""
        if not text or text.isspace():
            return
        headline = _of_short(_headline_in, text) if "..." in text else None
        if headline is not None:
            yield from self._close()
            self._open(place, text, headline, stamp)
            self._lines.attention = ATTENTION
            return
        block = self._block
        if block is not None and block.open_hex:
            more = _HEX_ONLY.match(text)
            if more is not None:
                self._take_hex(block, more[1])
                self._lines.attention = ATTENTION
                return
        exported = _EXPORTED.match(text)
        if exported is not None:
            self._stamp = Stamp(int(exported[1]) * 1000, Clock.UTC, 1000)
            return
        lost = _LOST.search(text) if "message" in text else None
        if lost is not None:
            self.counts.dropped.add(
                place, text.strip()[:200], int(lost[1] or lost[2] or 1) if lost.lastindex else 1
            )
            return
        lower = text.lower()
        note = _NOTE.search(text) if any(word in lower for word in _NOTE_WORDS) else None
        if note is not None:
            yield from self._close()
            stamp = stamp or self._clock(text) or self._stamp
            device = self._device_in(text)
            self._queue(device).append(
                LogMessage(MESSAGE_NOTE, place, *timed(stamp), device=device, text=note[0].strip())
            )
            if len(self._queue(device)) > NOTES_MAX:
                yield from self._flush(device)
            yield from self._spare()
            return
        self._lines.unused()

    def _device_in(self, text: str) -> str | None:
        found = _of_short(_last_device, text)
        if found is not None:
            self._device = found
        return self._device

    def _queue(self, device: str | None) -> list[LogMessage]:
        return self._waiting.setdefault(device, [])

    def _spare(self) -> Iterator[LogMessage]:
        """Give out what waits for the oldest devices, when there are too many."""
        while len(self._waiting) > DEVICES_MAX:
            yield from self._waiting.pop(next(iter(self._waiting)))

    def _open(
        self, place: LogPlace, text: str, headline: re.Match[str], stamp: Stamp | None
    ) -> _Block:
        sent = headline["verb"].lower() in ("sent", "wrote")
        whole = headline[0].lower()
        before = text[: headline.start()]
        stamp = stamp or self._clock(before)
        if stamp is None and self._stamp is not None:
            stamp = self._stamp
        block = self._block = _Block(
            place,
            stamp,
            self._device_in(before),
            HOST_TO_DEVICE if sent else DEVICE_TO_HOST,
            "translated" in whole,
            "fragment" in whole,
        )
        return block

    def _arrow(self, place: LogPlace, arrow: str, text: str, before: str) -> Iterator[LogMessage]:
        """What stands behind one arrow; `before` is what the line begins with."""
        if _RAW.match(text):
            block = self._block
            if block is None or block.translated or block.in_raw:
                yield from self._close()
                block = self._block = self._headless(place, arrow, before, translated=False)
            block.in_raw = True
            return
        section = _SECTION.match(text)
        block = self._block
        if section is not None and section[1] == "Header":
            if block is None or not block.translated or block.fields is not None:
                yield from self._close()
                block = self._block = self._headless(place, arrow, before, translated=True)
            block.fields, block.section, block.path = [], "Header", []
            return
        if block is None:
            if text.strip():
                self.counts.unreadable.add(place, "a line with an arrow outside of any message")
            return
        if block.in_raw and block.fields is None:
            self._raw_line(block, text)
        elif block.fields is not None:
            if block.unread:
                self._read_members(block)
            self._translated_line(block, text)

    def _headless(self, place: LogPlace, arrow: str, before: str, *, translated: bool) -> _Block:
        """A block whose headline is not in the log: the arrows give the direction, and a prefix of
        its first line the time.
        """
        direction = HOST_TO_DEVICE if arrow == "<" else DEVICE_TO_HOST
        stamp = (self._clock(before) if before else None) or self._stamp
        return _Block(place, stamp, self._device, direction, translated, False)

    def _raw_line(self, block: _Block, text: str) -> None:
        length = _LENGTH.match(text)
        if length is not None:
            block.length = int(length[1])
            return
        data = _DATA.match(text)
        if data is not None:
            block.open_hex = True
            self._take_hex(block, data[1])

    def _take_hex(self, block: _Block, text: str) -> None:
        if block.hexadecimal_size >= 3 * MESSAGE_SIZE_MAX:
            return
        end = text.find("...")
        part = (text if end < 0 else text[:end]).strip()
        block.hexadecimal.append(part)
        block.hexadecimal_size += len(part)
        wanted = min(block.length or MESSAGE_SIZE_MAX, MESSAGE_SIZE_MAX) * 3 - 1
        block.open_hex = end < 0 and block.hexadecimal_size < wanted

    def _member(self, block: _Block, text: str) -> None:
        """One line of a translated block: a member, the start or the end of a nested one."""
        assert block.fields is not None
        assert block.path is not None
        stripped = text.strip()
        if stripped.startswith(("}", "]")):
            if block.path:
                block.path.pop()
            return
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not _NAME.fullmatch(name):
            return
        if value.rstrip("'") in ("{", "'{", "[", "'["):
            if len(block.path) < DEPTH_MAX:
                block.path.append(name)
            return
        if len(value) >= 2 and value[0] == "'" == value[-1] and "'" not in value[1:-1]:
            value = value[1:-1]
        full = ".".join([block.section, *block.path, name]).replace(".[", "[")
        block.fields_size += len(full) + len(value)
        if len(block.fields) < FIELDS_MAX and block.fields_size <= FIELDS_SIZE_MAX:
            block.fields.append((full, value))

    def _close(self) -> list[LogMessage]:
        """Turn what was read behind a headline into a message or into fields of the last one."""
        block, self._block = self._block, None
        if block is None:
            return []
        found: list[LogMessage] = []
        if block.in_raw:
            found += self._raw_message(block)
        elif block.fields is None and not block.unread:
            self.counts.unreadable.add(block.place, "a headline without its message")
        if block.fields or block.unread:
            found += self._translation(block)
        if block.fields_size > FIELDS_SIZE_MAX or len(block.fields or ()) >= FIELDS_MAX:
            self.counts.dropped.add(block.place, "the rest of a translated block over the limit")
        if len(self._waiting) > DEVICES_MAX:
            found += self._spare()
        return found

    def _raw_message(self, block: _Block) -> list[LogMessage]:
        data, clean = _bytes_of("".join(block.hexadecimal))
        if not clean:
            self.counts.unreadable.add(block.place, "what stands as data is not hexadecimal")
        head = look(data)
        if len(data) >= 4 and not is_plausible(head):
            if data[0] == 1:
                self.counts.unmapped.add(block.place, "a QMI message")
            else:
                self.counts.unreadable.add(block.place, "data that are no MBIM message")
            return []
        if not data and block.length is None:
            self.counts.unreadable.add(block.place, "a RAW block without length and data")
            return []
        stated = head.length
        length = block.length if block.length is not None else stated
        if length is not None and len(data) > length:
            self.counts.unreadable.add(block.place, "more data than the length says")
            data = data[:length]
        if stated is not None and length is not None and stated < length:
            # The program prints all that it has read; the messages behind the first are printed
            # again at their own turn. A message whose buffer goes further than it states itself
            # states too little.
            head = look(data)
            wanted = head.buffer_at + (head.buffer_length or 0)
            is_short = stated < wanted <= len(data) and not plausible(data[stated:])
            length = wanted if is_short else stated
            data = data[:length]
        reason = ""
        if length is not None and len(data) < length:
            reason = f"{len(data)} of {length} bytes are in the log"
        elif length is None:
            reason = "the length is not in the log"
        message = LogMessage(
            MESSAGE_MBIM,
            block.place,
            *timed(block.stamp, direction_of_type(head.type, block.direction)),
            device=block.device,
            data=data or None,
            length=length,
            incomplete=bool(reason) or not clean,
            reason=reason or ("" if clean else "the data are not all hexadecimal"),
            text="fragment" if block.partial else "",
        )
        return self._next_in_queue(block.device, message)

    def _translation(self, block: _Block) -> list[LogMessage]:
        """Give a translated block to the message that it translates, or make one of it."""
        assert block.fields is not None
        head = block.head or head_of_fields(block.fields)
        queue = self._queue(block.device)
        for index, message in enumerate(queue):
            if message.kind is not MESSAGE_MBIM:
                continue
            known = look(message.data or b"")
            kind, transaction = known.type, known.transaction_id
            if (
                kind in (None, head.type)
                and transaction in (None, head.transaction_id)
                and (message.text == "fragment" or message.length in (None, head.length))
            ):
                if message.incomplete:
                    self._read_members(block)
                    # Members printed for the fragment itself replace those of the whole message.
                    merged = {**dict(block.fields), **dict(message.fields)}
                    queue[index] = replace(message, fields=tuple(merged.items()))
                return []
        if head.type is None or head.length is None:
            self.counts.unreadable.add(block.place, "a translated block without its header")
            return []
        self._read_members(block)
        message = LogMessage(
            MESSAGE_MBIM,
            block.place,
            *timed(block.stamp, block.direction),
            device=block.device,
            length=head.length,
            incomplete=True,
            reason="only the translated block is in the log",
            fields=tuple(block.fields),
        )
        return self._next_in_queue(block.device, message)

    def _next_in_queue(self, device: str | None, message: LogMessage) -> list[LogMessage]:
        """Let a message wait for its translated block; what waited before, whose block is over."""
        waiting = self._flush(device)
        self._waiting[device].append(message)
        return waiting

    def _flush(self, device: str | None) -> list[LogMessage]:
        """Take what waited."""
        waiting = self._queue(device)
        self._waiting[device] = []
        return waiting


T = TypeVar("T")


def _of_short(remembered: _lru_cache_wrapper[T], text: str) -> T:
    """What a function with a memory makes of a text; a long one is not remembered."""
    return remembered(text) if len(text) <= PREFIX_SIZE_MAX else remembered.__wrapped__(text)


@lru_cache(maxsize=64)
def _headline_in(text: str) -> re.Match[str] | None:
    """The headline of a line; those of one second are alike."""
    return _HEADLINE.search(text)


@lru_cache(maxsize=64)
def _last_device(text: str) -> str | None:
    """The device that the beginning of a line names last; many lines begin alike."""
    found = None
    for match in _DEVICE.finditer(text):
        found = match["path"] or match["bare"]
    return None if found is None else found.rstrip(".:")


def _is_of_one_message(lines: bytes, arrow: bytes) -> bool:
    """Whether lines that begin with an arrow are members of one message, each on one line."""
    return (
        lines.count(arrow) == lines.count(b"\n")
        and (b">>>>>>" if arrow == b"<<<<<<" else b"<<<<<<") not in lines
        and b"#012" not in lines
        and b"\\n" not in lines
        and _BEGINNING.search(lines) is None
    )


def _bytes_of(text: str) -> tuple[bytes, bool]:
    """Hex with colons as bytes, up to what is none; half a byte at the end is left out."""
    with suppress(ValueError):
        return bytes.fromhex(text.replace(":", "")), True
    compact = re.sub(r"[:\s]", "", text)
    match = re.match(r"(?:[0-9A-Fa-f]{2})*+", compact)
    good = match[0] if match else ""
    return bytes.fromhex(good), len(compact) - len(good) <= 1


FORMATS: Final = (
    Format(
        "libmbim",
        "libmbim and ModemManager debug output, also in syslog and journald",
        LibmbimReader,
        sniff,
        marks=(b"<<<<<<", b">>>>>>", b"ent message", b"eceived message"),
        order=30,
        hex_style=HexStyle(
            begins=re.compile(r"\bdata\s*="),
            continues=re.compile(r"[>|\s]*+(?=[0-9A-Fa-f:]++(?:\.\.\.)?\s*+$)"),
        ),
        kept_text=(
            r"\b(?:length|transaction|total|current)[ \t]*=[ \t]*\d+",
            r"\(0x[0-9A-Fa-f]{8}\)",
            r"\bmax control (?:transfer|message size)[^:=\n]{0,40}[:=] *\d+",
            r"consecutive timeouts: \d+",
            r"_TIMESTAMP\"?[ \t]*[:=][ \t]*\"?\d+",
        ),
    ),
)
