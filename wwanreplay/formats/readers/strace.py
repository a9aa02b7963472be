"""Output of strace of a host program: what it wrote to and read from the modem.

    10:00:00.250000 write(5, "\\1\\0\\0\\0\\20\\0\\0\\0\\1\\0\\0\\0\\0\\20\\0\\0", 16) = 16
    [pid 7] 10:00:00.251 read(5</dev/cdc-wdm0>, "\\1\\0\\0\\200"..., 4096) = 16

Strings are as strace escapes them, wholly (`-xx`) or in part. strace prints 32 bytes of a string
unless it is started with more (`-s 65535`): what is cut is taken from the dump below, where there
is one (`-e write=5 -e read=5`), and else incomplete. Times are those of `-t`, `-tt` and `-ttt`, or
added up from those of `-r`, whose beginning is unknown. The device is the file that the descriptor
was opened for, or what `-y` prints; of a socket of mbim-proxy there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
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
from wwanreplay.formats.declaration import EscapedBytes, Format
from wwanreplay.formats.lines import Lines, text_of
from wwanreplay.formats.sources import LogSource
from wwanreplay.formats.times import WallClock
from wwanreplay.formats.transfers import Framer, direction_of, plausible
from wwanreplay.mbim.header import HEADER_SIZE, look

#: Descriptors and processes that are remembered.
REMEMBERED_MAX: Final = 4096
MICROSECOND_NS: Final = 1000
SECOND_NS: Final = 10**9

_CALL: Final = re.compile(
    r"\b(?P<name>read|write|readv|writev|sendto|recvfrom|sendmsg|recvmsg)"
    r"\((?P<fd>\d{1,7})(?:<(?P<path>[^\s,<>\"]{0,200}).{0,80}?>)?,"
)
_RESUMED: Final = re.compile(r"<\.\.\. (?P<name>\w{4,9}) resumed>")
_PID: Final = re.compile(r"\[pid\s{1,8}(\d{1,9})\]|^\s{0,8}(\d{1,9})\s(?=\s{0,4}[\d<a-z])")
_OPENED: Final = re.compile(
    r"\bopen(?:at)?\((?:[^\s,]{1,200}, )?\"(?P<path>/dev/[^\"]{1,200})\".{0,200}?\)\s{1,20}= "
    r"(?P<fd>\d{1,7})\b"
)
_CLOSED: Final = re.compile(r"\bclose\((\d{1,7})\b")
_STRING: Final = re.compile(r"\"(?P<data>(?:[^\"\\]|\\.)*+)\"(?P<cut>\.\.\.)?")
_RESULT: Final = re.compile(r"\)\s{1,40}= (?P<size>\d{1,9})\b[^\"]{0,60}$")
_FAILED: Final = re.compile(r"\)\s{1,40}= -1\b[^\"]{0,60}$")
#: The result of a call behind which another one stands in the same line.
_BETWEEN: Final = re.compile(
    r"\) {1,40}= -?\d{1,9}(?: [A-Z]{1,20} \([^()\"]{0,80}\))?(?: <\d{1,6}\.\d{6}>)?\s{1,4}"
    r"(?=(?:\[pid\s{1,8}\d{1,9}\] |\d{1,9} {1,4})?(?:[\d:.]{5,20} {1,4})?"
    r"(?:\w{2,12}\(|<\.\.\. \w{4,9} resumed>))"
)
#: A string that need not end.
_BEGUN: Final = re.compile(r"\"((?:[^\"\\]|\\.){0,600})")
_ESCAPE: Final = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|([0-7]{1,3})|(.))", re.DOTALL)
_EPOCH: Final = re.compile(r"(?:^|\s)(\d{9,10})\.(\d{6})(?:\d{3})?\s")
_TOOK: Final = re.compile(r"<(\d{1,6})\.(\d{6})>\s*$")
#: What strace -e read=, -e write= prints below a call: rows, and before each buffer of a vector.
_DUMP: Final = re.compile(r"^ \| [0-9a-f]{5,8}  ((?:[0-9a-f]{2} {1,2}){1,16})")
_BUFFER: Final = re.compile(r"^ \* \d{1,9} bytes in buffer \d{1,5}\s*$")
#: With -r: how long ago the call before began.
_SINCE: Final = re.compile(
    r"^(?:\[pid\s{1,8}\d{1,9}\]\s{1,12}|\d{1,9}\s{1,12}|\s{0,12})(\d{1,8})\.(\d{6}|\d{9})\s"
    r"(?=\w{1,20}\(|<\.\.\. |[-+]{3} )"
)
#: A number of seconds that is none since 1970, as -ttt prints it.
_SINCE_MAX_S: Final = 10**8
_LETTERS: Final = {"n": "\n", "t": "\t", "r": "\r", "v": "\v", "f": "\f", "a": "\a", "b": "\b"}
_ALL: Final = 1 << 40
_READS: Final = ("read", "readv", "recvfrom", "recvmsg")

TRIGGERS: Final = (
    b"read(",
    b"write(",
    b"readv(",
    b"writev(",
    b"sendto(",
    b"recvfrom(",
    b"sendmsg(",
    b"recvmsg(",
    b" resumed>",
    b'"/dev/',
    b"close(",
)
#: How strings begin that hold a message, in each way of escaping: the marks of the format, which
#: reads and writes of anything else do not have.
_BEGINNINGS: Final = (
    rb'"\1\0\0\0\20\0\0\0',
    rb'"\1\0\0\200\20\0\0\0',
    rb'"\2\0\0\0\f\0\0\0',
    rb'"\3\0\0\0',
    rb'"\3\0\0\200',
    rb'"\4\0\0\200\20\0\0\0',
    rb'"\7\0\0\200',
    rb'"\001\000\000\000\020\000\000\000',
    rb'"\001\000\000\200\020\000\000\000',
    rb'"\002\000\000\000\014\000\000\000',
    rb'"\003\000\000\000',
    rb'"\003\000\000\200',
    rb'"\004\000\000\200\020\000\000\000',
    rb'"\007\000\000\200',
    rb'"\x01\x00\x00\x00\x10\x00\x00\x00',
    rb'"\x01\x00\x00\x80\x10\x00\x00\x00',
    rb'"\x02\x00\x00\x00\x0c\x00\x00\x00',
    rb'"\x03\x00\x00\x00',
    rb'"\x03\x00\x00\x80',
    rb'"\x04\x00\x00\x80\x10\x00\x00\x00',
    rb'"\x07\x00\x00\x80',
)
_HEADS: Final = re.compile(
    rb"(?:\b(?:read|write|readv|writev|sendto|recvfrom|sendmsg|recvmsg)\(\d{1,7}| resumed>)"
    rb"[^\n\"]{0,300}(?P<text>(?:" + b"|".join(map(re.escape, _BEGINNINGS)) + rb")[^\n\"]{0,60})"
)
_DUMPED: Final = re.compile(
    rb"\b(?:read|write)\(\d{1,7}[^\n]{0,400}\) {1,40}= \d{1,9}[^\n]{0,40}\n \| 00000  [0-9a-f]{2}"
)
#: The first row of a dump of a call that holds a message.
_ROWS: Final = re.compile(
    rb"\b(?:read|write|readv|writev|sendto|recvfrom|sendmsg|recvmsg)\(\d{1,7}[^\n]{0,400}\n"
    rb"(?: \* \d{1,9} bytes in buffer 0\n)? \| 00000  "
    rb"(0[1-47] 00 00 [08]0 (?:[0-9a-f]{2} {1,2}){8,12})"
)


def sniff(head: bytes) -> int:
    """How sure it is that this is output of strace with MBIM in it, 0 to 100."""
    for found in _HEADS.finditer(head):
        data = unescape(found["text"][1:].decode("latin-1"))[:HEADER_SIZE]
        if len(data) == HEADER_SIZE and plausible(data):
            return 88
    for row in _ROWS.finditer(head):
        if plausible(bytes.fromhex(row[1].decode()[:48])[:HEADER_SIZE]):
            return 88
    # Dumps of something else: whoever reads the rows by themselves takes them for messages.
    return 45 if _DUMPED.search(head) else 0


def unescape(text: str) -> bytes:
    """The bytes of a string as strace prints it, without its quotes."""
    return _ESCAPE.sub(_octet, text).encode("latin-1", "replace")


def _parted(text: str) -> Iterator[str]:
    """The calls of a line, each with what stands in front of it."""
    begin = 0
    for found in _BETWEEN.finditer(text):
        yield text[begin : found.end()]
        begin = found.end()
    yield text[begin:]


def _begins_message(text: str) -> bool:
    """Whether the arguments of a call hold the beginning of a message."""
    begun = _BEGUN.search(text)
    data = b"" if begun is None else unescape(begun[1])[:HEADER_SIZE]
    return len(data) == HEADER_SIZE and plausible(data)


def _octet(found: re.Match[str]) -> str:
    if found[1]:
        return chr(int(found[1], 16))
    if found[2]:
        return chr(int(found[2], 8) & 0xFF)
    return _LETTERS.get(found[3], found[3])


@dataclass(slots=True)
class _Call:
    """What one call transferred: `size` bytes, of which `data` are printed."""

    name: str
    descriptor: str
    path: str | None
    place: LogPlace
    stamp: Stamp | None
    data: bytes
    size: int

    @property
    def is_read(self) -> bool:
        """Whether the bytes come from the modem."""
        return self.name in _READS


class StraceReader:
    """Reads output of strace; see the module."""

    def __init__(self, source: LogSource) -> None:
        self.counts = Counts()
        self._lines = Lines(source, TRIGGERS, self.counts)
        self._clock = WallClock()
        self._paths: dict[str, str] = {}  # of descriptors, whose numbers threads share
        self._waiting: dict[
            tuple[str, str], tuple[re.Match[str], LogPlace]
        ] = {}  # unfinished calls
        self._framers: dict[tuple[str, bool], Framer] = {}
        self._begun: dict[tuple[str, bool], _Call] = {}
        self._cut: _Call | None = None  # whose string was cut: a dump may follow
        self._dumped = b""
        self._since_ns: int | None = None  # of -r, added up

    def __iter__(self) -> Iterator[LogMessage]:
        for number, raw in self._lines:
            text, place = text_of(raw), self._lines.place(number)
            if text.count(") = ") > 1:
                for part in _parted(text):
                    yield from self._line(part, place)
            else:
                yield from self._line(text, place)
        yield from self._take_cut()
        for begun, place in self._waiting.values():
            if begun["name"] not in _READS and _begins_message(begun.string[begun.end() :]):
                self.counts.unreadable.add(place, "a call of which the end is not in the log")
        self._waiting.clear()
        for way in list(self._framers):
            yield from self._cut_off(way)

    def _line(self, text: str, place: LogPlace) -> Iterator[LogMessage]:
        """Take a line, or one of several calls that were joined to one."""
        if self._cut is not None:
            if self._take_row(text):
                return
            yield from self._take_cut()
        elif self._is_row(text):
            return  # of a call whose string is whole
        self._add_up(text)
        opened = _OPENED.search(text)
        if opened is not None:
            self._remember(opened["fd"], opened["path"])
            return
        call = self._call(text, place)
        if call is not None and len(call.data) < call.size:
            self._cut, self._dumped = call, b""
            self._lines.attention = max(self._lines.attention, 1)
            return
        if call is not None:
            yield from self._take(call)
            return
        closed = _CLOSED.search(text)
        if closed is not None:
            self._paths.pop(closed[1], None)
        else:
            self._lines.unused()

    def _take_row(self, text: str) -> bool:
        """Take a row of a dump, or the line before its first; whether it was one."""
        assert self._cut is not None
        if not self._is_row(text):
            return False
        row = _DUMP.match(text)
        if row is not None and len(self._dumped) < self._cut.size:
            self._dumped += bytes.fromhex(row[1])
        return True

    def _is_row(self, text: str) -> bool:
        """Whether a line is of a dump that follows a call; others may follow it."""
        is_row = _DUMP.match(text) is not None or _BUFFER.match(text) is not None
        if is_row or _CALL.search(text) is not None:
            self._lines.attention = max(self._lines.attention, 1)
        return is_row

    def _take_cut(self) -> Iterator[LogMessage]:
        """Take a call whose string was cut, with what a dump holds of it."""
        call, self._cut = self._cut, None
        if call is None:
            return
        if self._dumped.startswith(call.data):
            call.data = self._dumped[: call.size]
        yield from self._take(call)

    def _add_up(self, text: str) -> None:
        """Add up times of -r; every line has one, so that all are wanted from the first on."""
        since = _SINCE.match(text)
        if since is None or int(since[1]) >= _SINCE_MAX_S:
            return
        passed_ns = int(since[1]) * SECOND_NS + int(since[2].ljust(9, "0"))
        self._since_ns = 0 if self._since_ns is None else self._since_ns + passed_ns
        self._lines.attention = _ALL

    def _remember(self, descriptor: str, path: str) -> None:
        if len(self._paths) < REMEMBERED_MAX:
            self._paths[descriptor] = path

    def _call(self, text: str, place: LogPlace) -> _Call | None:
        """The transfer of a line, None where it has none."""
        begun, rest = _CALL.search(text), text
        pid = _PID.search(text)
        thread = (pid[1] or pid[2]) if pid is not None else ""
        resumed = _RESUMED.search(text) if begun is None else None
        if begun is not None and "<unfinished" in text:
            if len(self._waiting) < REMEMBERED_MAX:
                self._waiting[thread, begun["name"]] = begun, place
            return None
        if resumed is not None:
            begun, _ = self._waiting.pop((thread, resumed["name"]), (None, place))
            rest = text[resumed.end() :]
            if begun is not None and begun["name"] not in _READS:
                rest = begun.string[begun.end() :] + rest
        elif begun is not None:
            rest = text[begun.end() :]
        if begun is None:
            return None
        result = _RESULT.search(rest)
        if result is None and _FAILED.search(rest) is None and _begins_message(rest):
            self.counts.unreadable.add(place, "a call without its end, or several in one line")
        if result is None or int(result["size"]) == 0:
            return None
        size = int(result["size"])
        data, is_whole = b"", True
        for string in _STRING.finditer(rest):
            if not is_whole:
                break
            data, is_whole = data + unescape(string["data"]), not string["cut"]
        path = begun["path"] if begun["path"] else self._paths.get(begun["fd"])
        device = path if path is not None and path.startswith("/dev/") else None
        stamp = self._stamp(text, _TOOK.search(text) if begun["name"] in _READS else None)
        return _Call(begun["name"], begun["fd"], device, place, stamp, data[:size], size)

    def _stamp(self, text: str, took: re.Match[str] | None) -> Stamp | None:
        """When the call began; of one that reads, with -T, when it was done."""
        epoch = _EPOCH.search(text[:80])
        if self._since_ns is not None:
            stamp: Stamp | None = Stamp(self._since_ns, Clock.RELATIVE, MICROSECOND_NS)
        elif epoch is not None:
            time_ns = int(epoch[1]) * SECOND_NS + int(epoch[2]) * MICROSECOND_NS
            stamp = Stamp(time_ns, Clock.UTC, MICROSECOND_NS)
        else:
            stamp = self._clock(re.sub(r"^\[pid\s+\d+\]\s+|^\d+\s+(?=\d\d:)", "", text)[:40])
        if stamp is None or took is None:
            return stamp
        done_ns = int(took[1]) * SECOND_NS + int(took[2]) * MICROSECOND_NS
        return Stamp(stamp.time_ns + done_ns, stamp.clock, stamp.step_ns)

    def _take(self, call: _Call) -> Iterator[LogMessage]:
        """Take a transfer; one of something else than MBIM is passed over."""
        way = call.path or call.descriptor, call.is_read
        framer = self._framers.get(way)
        waiting = 0 if framer is None else framer.waiting
        if not waiting and (len(call.data) < 4 or not plausible(call.data)):
            return
        if framer is None:
            if len(self._framers) >= REMEMBERED_MAX:
                self.counts.dropped.add(call.place, f"over {REMEMBERED_MAX} descriptors at once")
                return
            framer = self._framers[way] = Framer()
        if waiting and plausible(call.data) and len(call.data) >= 12:
            yield from self._cut_off(way)
        self._begun.setdefault(way, call)
        dropped = framer.dropped
        for data in framer.feed(call.data):
            yield self._message(self._begun[way], data, len(data))
            self._begun[way] = call
        if framer.dropped > dropped:
            lost = framer.dropped - dropped
            self.counts.unreadable.add(call.place, f"{lost} bytes that begin no message")
        if len(call.data) < call.size:
            yield from self._behind_cut(way, call)
        elif not framer.waiting:
            self._begun.pop(way, None)

    def _behind_cut(self, way: tuple[str, bool], call: _Call) -> Iterator[LogMessage]:
        """Give out what a string that strace cut holds; what may stand behind it is lost."""
        framer = self._framers[way]
        unfinished = framer.waiting
        length = None
        for message in self._cut_off(way):
            length = message.length
            yield message
        missing = call.size - len(call.data)
        behind = missing - max((length or 0) - unfinished, 0)
        if behind > 0:
            self.counts.dropped.add(call.place, f"{behind} bytes that strace left out (-s)")

    def _cut_off(self, way: tuple[str, bool]) -> Iterator[LogMessage]:
        begun = self._begun.pop(way, None)
        data = self._framers[way].flush()
        if begun is None or len(data) < 4:
            return
        length = look(data).length
        reason = (
            f"{len(data)} of {length or 'unknown'} bytes are in the log (strace -s prints more)"
        )
        yield self._message(begun, data, length, reason)

    def _message(
        self, call: _Call, data: bytes, length: int | None, reason: str = ""
    ) -> LogMessage:
        otherwise = Direction.DEVICE_TO_HOST if call.is_read else Direction.HOST_TO_DEVICE
        message = LogMessage(
            MessageKind.MBIM,
            call.place,
            direction_of(data, otherwise),
            device=call.path,
            data=data,
            length=length,
            incomplete=bool(reason),
            reason=reason,
        )
        return message.at(call.stamp)


# The same transfers in the text of a whole log, as scrub goes through it.
_TRANSFER: Final = re.compile(
    r"(?:\b|<\.\.\. )(re|wr|se)(?:ad|adv|cvfrom|cvmsg|ite|itev|ndto|ndmsg)"
    r"(?:\(\d{1,7}(?:<[^\n\"]{0,300}?>)?,[^\n\"]{0,120}?| resumed>[^\n\"]{0,120}?)"
    r"\"((?:[^\"\\\n]|\\.)*+)\"",
)
_BYTE: Final = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|[0-7]{1,3}|.)|[^\\]", re.DOTALL)


def _escaped(data: bytes) -> str:
    return "".join(f"\\x{octet:02x}" for octet in data)


FORMATS: Final = (
    Format(
        "strace",
        "strace of a host program",
        StraceReader,
        sniff,
        marks=_BEGINNINGS,
        seek=re.compile(rb'"\\[0-7x]'),
        order=45,
        escaped=EscapedBytes(
            applies=lambda _text: True,
            operation=_TRANSFER,
            from_device="re",
            byte=_BYTE,
            unescape=unescape,
            escape=_escaped,
        ),
        kept_text=(
            r"\[pid\s+\d+\]",
            # Only in a call: elsewhere such a number may be a PIN.
            r"^\d{1,9}(?=\s+(?:[\d:.]{8,17}\s+)?(?:[a-z]\w+\(|<\.\.\. ))",
            r"\b(?:read|write|readv|writev|recv|send|recvfrom|sendto|recvmsg|sendmsg|ioctl|close|poll)"
            r"\(\d{1,7}(?=[<,])",
            r"\)\s+= \d+",
            r"\"(?:\.\.\.)?, \d{1,9}(?=[,)])",
        ),
        encoding="latin-1",
    ),
)
