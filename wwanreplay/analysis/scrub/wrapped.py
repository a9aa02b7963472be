"""What is wrapped around a log by its characters: taken away, and put around the scrubbed one.

Each wrapping of `formats.wrappings` that a scrub looks through has its row here: which bytes stand
for which others, and how a byte is printed in it. All that was there is kept, byte by byte; so a
line in which nothing changes stays what it was, and one that changes keeps its colours, its tags
and its soft line ends.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from wwanreplay.formats.wrappings.ansi import SEQUENCE
from wwanreplay.formats.wrappings.csv_rows import cells_of, is_left_out
from wwanreplay.formats.wrappings.html import BLOCK, INLINE, NAMED
from wwanreplay.formats.wrappings.json_text import LINE_END, STRING


class Mark(NamedTuple):
    """Bytes of a file from `start` to `end` that stand for others, or for none."""

    start: int
    end: int
    octets: bytes


@dataclass(frozen=True, slots=True)
class Coding:
    """One wrapping: its marks in some bytes, in order and apart, and how a byte is printed."""

    marks: Callable[[bytes], Iterator[Mark]]
    printed: Callable[[int, bool], bytes]


class Unwrapped:
    """The bytes inside a wrapping, and the way back."""

    def __init__(self, data: bytes, coding: Coding) -> None:
        self._data = data
        self._coding = coding
        self._marks = list(coding.marks(data))
        # Where each mark begins inside.
        self._starts: list[int] = []
        parts = []
        end = size = 0
        for mark in self._marks:
            parts += [data[end : mark.start], mark.octets]
            size += mark.start - end
            self._starts.append(size)
            size += len(mark.octets)
            end = mark.end
        self.octets = b"".join([*parts, data[end:]])

    def markup(self) -> Iterator[bytes]:
        """What stands for nothing inside: tags and the like."""
        for mark in self._marks:
            if not mark.octets.strip() and mark.end > mark.start:
                yield self._data[mark.start : mark.end]

    def wrapped(self, octets: bytes, markup: Callable[[bytes], bytes] = bytes) -> bytes | None:
        """Other bytes in the same wrapping; None when they have not as many lines."""
        before, after = self.octets.split(b"\n"), octets.split(b"\n")
        if len(before) != len(after):
            return None
        parts: list[bytes] = []
        number = start = raw = 0
        for old, new in zip(before, after, strict=True):
            stop = start + len(old) + 1
            last = bisect_left(self._starts, stop, number)
            if stop > len(self.octets):
                last, raw_end = len(self._marks), len(self._data)
            else:
                raw_end = self._outside(stop - 1) + 1
                if last and self._starts[last - 1] + len(self._marks[last - 1].octets) >= stop:
                    raw_end = self._marks[last - 1].end
            line = self._marks[number:last]
            if old == new:
                parts += self._unchanged(line, raw, raw_end, markup)
            else:
                end = b"\n" if stop <= len(self.octets) else b""
                places = _places(old + end, new + end)
                parts += self._changed(line, raw, raw_end, places, markup)
            number, start, raw = last, stop, raw_end
        return b"".join(parts)

    def _unchanged(
        self, marks: list[Mark], raw: int, raw_end: int, markup: Callable[[bytes], bytes]
    ) -> Iterator[bytes]:
        for mark in marks:
            if not mark.octets.strip():
                yield self._data[raw : mark.start]
                yield markup(self._data[mark.start : mark.end])
                raw = mark.end
        yield self._data[raw:raw_end]

    def _changed(
        self,
        marks: list[Mark],
        raw: int,
        raw_end: int,
        places: list[bytes],
        markup: Callable[[bytes], bytes],
    ) -> Iterator[bytes]:
        """A line and its end, with other bytes at the places of its own."""
        at = 0
        for mark in [*marks, Mark(raw_end, raw_end, b"")]:
            for start in range(raw, mark.start):
                octet, other = self._data[start : start + 1], places[at]
                kept = octet if other.endswith(octet) else b""
                yield self._printed(other.removesuffix(kept), is_coded=False) + kept
                at += 1
            raw = mark.end
            printed = self._data[mark.start : mark.end]
            others = b"".join(places[at : at + len(mark.octets)])
            at += len(mark.octets)
            if others != mark.octets:
                yield self._printed(others, is_coded=True)
            else:
                yield printed if mark.octets.strip() else markup(printed)
        yield self._printed(b"".join(places[at:]), is_coded=False)

    def _outside(self, at: int) -> int:
        """Where a byte inside, which is no mark's, stands in the file."""
        number = bisect_right(self._starts, at) - 1
        if number < 0:
            return at
        mark = self._marks[number]
        return mark.end + at - self._starts[number] - len(mark.octets)

    def _printed(self, octets: bytes, *, is_coded: bool) -> bytes:
        return b"".join(self._coding.printed(octet, is_coded) for octet in octets)


def _places(old: bytes, new: bytes) -> list[bytes]:
    """What takes the place of each byte of a line: one for one, and the last has the rest."""
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    tail = next((at for at in range(shorter - head) if old[~at] != new[~at]), shorter - head)
    middle, stop = new[head : len(new) - tail], len(old) - tail
    places = [bytes((octet,)) for octet in old]
    for at in range(head, stop):
        places[at] = middle[at - head : at - head + 1]
    rest = middle[stop - head :]
    if rest and stop > head:
        places[stop - 1] += rest
    elif rest and stop < len(places):
        places[stop] = rest + places[stop]
    elif rest:
        places.append(rest)
    return places


# Wrappings

_QUOTED: Final = re.compile(rb"=[ \t]*(\r?\n)|=([0-9A-Fa-f]{2})")
_ESCAPE: Final = re.compile(rb"\\(?:u([0-9A-Fa-f]{4})(?:\\u([0-9A-Fa-f]{4}))?|(.))", re.DOTALL)
_NAMES: Final = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"b": b"\b", b"f": b"\f"}
_BYTES_OF_JSON: Final = {0x22: b'\\"', 0x5C: b"\\\\"}
_NAMES_OF_HTML: Final = re.compile(rb"(?:" + NAMED.pattern + rb")+", re.I)
_NO_TEXT: Final = frozenset({*range(0x20), *range(0x7F, 0xA0), *range(0xA1, 0x100)} - {9, 10, 13})
_BYTES_OF_HTML: Final = {0x26: b"&amp;", 0x3C: b"&lt;", 0x3E: b"&gt;"}
_TWO_QUOTES: Final = re.compile(rb'""')
_HIGH_FIRST, _LOW_FIRST, _LOW_LAST = 0xD800, 0xDC00, 0xDFFF


def _quoted_marks(data: bytes) -> Iterator[Mark]:
    for found in _QUOTED.finditer(data):
        yield Mark(*found.span(), bytes.fromhex(found[2].decode()) if found[2] else b"")


def _quoted(octet: int, is_coded: bool) -> bytes:
    if is_coded or octet == 0x3D or not (0x20 <= octet < 0x7F or octet == 0x09):
        return b"=%02X" % octet
    return bytes((octet,))


def _colour_marks(data: bytes) -> Iterator[Mark]:
    for found in SEQUENCE.finditer(data):
        yield Mark(*found.span(), b"")


def _page_marks(data: bytes) -> Iterator[Mark]:
    """Tags and names of characters; a tag between words of a line parts it, one at its end not."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start) + 1 or len(data)
        yield from _marks_of_line(data, start, end)
        start = end


def _marks_of_line(data: bytes, start: int, end: int) -> Iterator[Mark]:
    blocks = list(BLOCK.finditer(data, start, end))
    words = [start, *(each.end() for each in blocks)]
    ends = [*(each.start() for each in blocks), end]
    said = [bool(data[low:high].strip()) for low, high in zip(words, ends, strict=True)]
    found = []
    for number, each in enumerate(blocks):
        parts = any(said[: number + 1]) and any(said[number + 1 :])
        found.append(Mark(*each.span(), b"\n" if parts else b""))
    found += [Mark(*each.span(), b"") for each in INLINE.finditer(data, start, end)]
    for run in _NAMES_OF_HTML.finditer(data, start, end):
        found += _named(run)
    found.sort()
    at = start
    for mark in found:
        if mark.start >= at:
            yield mark
            at = mark.end


def _named(run: re.Match[bytes]) -> list[Mark]:
    """Names of characters in a row; none when they print bytes, some of which are no text."""
    found = []
    for each in NAMED.finditer(run[0]):
        name = each[0].decode("ascii", "replace")
        text = html.unescape(name).replace("\xa0", " ")
        if name.startswith("&#"):
            number = int(name[3:-1], 16) if name[2] in "xX" else int(name[2:-1])
            if number in _NO_TEXT:
                return []
        start, end = run.start() + each.start(), run.start() + each.end()
        found.append(Mark(start, end, text.encode("utf-8", "surrogatepass")))
    return found


def _of_page(octet: int, is_coded: bool) -> bytes:  # noqa: ARG001 - a name is as good as another
    return _BYTES_OF_HTML.get(octet, bytes((octet,)))


def _json_marks(data: bytes) -> Iterator[Mark]:
    for string in STRING.finditer(data):
        start, end = string.span(1)
        is_text = string[2] is None and LINE_END.search(data, start, end) is not None
        if is_text:
            yield Mark(start, start, b"\n")
        for found in _ESCAPE.finditer(data, start, end):
            yield from _unescaped(found)
        if is_text:
            yield Mark(end, end, b"\n")


def _unescaped(found: re.Match[bytes]) -> Iterator[Mark]:
    start, end = found.span()
    if found[3] is not None:
        yield Mark(start, end, _NAMES.get(found[3], found[3]))
        return
    first = int(found[1], 16)
    second = int(found[2], 16) if found[2] else 0
    if _HIGH_FIRST <= first < _LOW_FIRST <= second <= _LOW_LAST:
        point = 0x10000 + ((first - _HIGH_FIRST) << 10) + second - _LOW_FIRST
        yield Mark(start, end, chr(point).encode())
        return
    middle = start + 6
    yield Mark(start, middle, chr(first).encode("utf-8", "surrogatepass"))
    if found[2]:
        yield Mark(middle, end, chr(second).encode("utf-8", "surrogatepass"))


def _of_json(octet: int, is_coded: bool) -> bytes:  # noqa: ARG001 - JSON reads both
    if octet < 0x20:
        return b"\\u%04x" % octet
    return _BYTES_OF_JSON.get(octet, bytes((octet,)))


def _table_marks(data: bytes) -> Iterator[Mark]:
    """Quotes, dividers and numbers of the rows of a table."""
    start = 0
    for line in data.split(b"\n"):
        found = cells_of(line)
        if found is not None:
            yield from _marks_of_row(line.rstrip(b"\r"), start, *found)
        start += len(line) + 1


def _marks_of_row(row: bytes, start: int, divider: str, cells: list[str]) -> list[Mark]:
    """The marks of a row that begins at `start`; none where its cells are not found again."""
    cell_of = re.compile(b'"((?:[^"]|"")*+)"|[^%s]*+' % re.escape(divider).encode())
    marks: list[Mark] = []
    at = end = 0
    for cell in cells:
        found = cell_of.match(row, at)
        if found is None:
            return []
        is_quoted = found[1] is not None
        first, last = found.span(1 if is_quoted else 0)
        printed = row[first:last]
        if is_quoted:
            printed = printed.replace(b'""', b'"')
        if printed != cell.encode("utf-8", "surrogateescape"):
            return []
        at = found.end() + 1
        if is_left_out(cell):
            continue
        marks.append(Mark(start + end, start + first, b" " if marks else b""))
        if is_quoted:
            quotes = _TWO_QUOTES.finditer(row, first, last)
            marks += [Mark(start + each.start(), start + each.end(), b'"') for each in quotes]
        end = last
    return [*marks, Mark(start + end, start + len(row), b"")]


def _of_table(octet: int, is_coded: bool) -> bytes:  # noqa: ARG001 - in quotes, all is coded
    return b'""' if octet == 0x22 else bytes((octet,))


QUOTED: Final = Coding(_quoted_marks, _quoted)
#: By the names of the wrappings. The lines that a page has joined are found as they are.
CODINGS: Final = {
    "quoted-printable": QUOTED,
    "ansi": Coding(_colour_marks, lambda octet, _: bytes((octet,))),
    "html": Coding(_page_marks, _of_page),
    "json": Coding(_json_marks, _of_json),
    "csv": Coding(_table_marks, _of_table),
}
