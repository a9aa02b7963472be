"""Bytes printed as hexadecimal in a log: where those of a message stand, and writing others there.

Where a format prints its bytes is known by the words in front of them; which of them belong to a
message is told by their values. So wrapped lines, bytes cut in two and rows shared by two messages
need no rules of their own. What was found is proven by reading the log again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

#: Lines behind the place of a message in which its bytes may begin, and that may part them.
BEGIN_LINES_MAX: Final = 66
GAP_LINES_MAX: Final = 64
# The words that stand in front of bytes are no longer.
_WORDS_SIZE_MAX: Final = 64
# A message begins where so many digits are right, or all that it has.
_SURE_DIGITS: Final = 8

_WORD: Final = re.compile(r"(?:0[xX](?=[0-9A-Fa-f]{2}))?([0-9A-Fa-f]+)")
_DIGITS: Final = re.compile(r"0[xX](?=[0-9A-Fa-f]{2})|[0-9A-Fa-f]")
_PARTS_BYTES: Final = re.compile(r"[\s:,;-]*+")
_OFFSET: Final = re.compile(r"\W{0,16}(?:0x)?+[0-9A-Fa-f]{4,16}+(?::|\s)\s{0,8}")
# Rows of dumps as their reader takes them.
_COLUMN_SIZE: Final = 8
_GROUPS: Final = re.compile(r"[0-9A-Fa-f]{2,8}+(?:[ -][0-9A-Fa-f]{2,8}+)*+(?=\s*+(?:\||$)|\s{2})")
_ALL_HEX: Final = re.compile(r"[^0-9A-Za-z]*+(?:(?:0x)?+[0-9A-Fa-f]{2}[\s,:;-]*+)++[^0-9A-Za-z]*+$")
_BUFFER: Final = r"(?<![A-Za-z])(?i:payload|information ?buffer)\s*[:=]\s*(?:0[xX])?"


class Stretch(NamedTuple):
    """Printed bytes: a piece of the text, and which digit of the message is the first in it."""

    start: int
    end: int
    first_digit: int


class Dress(NamedTuple):
    """How a format prints bytes.

    `begins` stands in front of them, `goes_on` matches a whole line of more (None where there is
    none), `anywhere` says that a row may begin with something else.
    """

    begins: re.Pattern[str] | None
    goes_on: re.Pattern[str] | None = None
    anywhere: bool = False


_LIBMBIM: Final = Dress(
    re.compile(r"\bdata\s*="), re.compile(r"[>|\s]*+(?=[0-9A-Fa-f:]++(?:\.\.\.)?\s*+$)")
)
_WINDOWS: Final = Dress(re.compile(_BUFFER))
DRESSES: Final = {
    "libmbim": _LIBMBIM,
    "umbim": Dress(
        re.compile(r"\b(?:sending|reading) \(\d{1,9}\):"),
        re.compile(r"[>|\s]*+(?=(?:[0-9A-Fa-f]{1,2}+(?:\s++|$))++$)"),
    ),
    "routeros": Dress(re.compile(r"\bmbim:(?:\s*status data:)?")),
    "usbmon": Dress(re.compile(r" = ")),
    "umockdev": Dress(re.compile(r"USBDEVFS_REAPURB(?:NDELAY)?(?: -?\d+){7}\s+")),
    "windows-etw": _WINDOWS,
    "windows-wpp": _WINDOWS,
    "windows-traceview": _WINDOWS,
    "hexdump": Dress(None, anywhere=True),
}


def regions(dress: Dress, line: str, *, begun: bool, start: int = 0) -> Iterator[tuple[int, int]]:
    """The stretches of a line, from `start` on, in which bytes may begin or go on; best first."""
    size = len(line)
    if dress.begins is not None:
        for found in dress.begins.finditer(line, max(start - _WORDS_SIZE_MAX, 0)):
            yield max(found.end(), start), size
    if start and not begun:
        if dress.anywhere:
            offset = _OFFSET.match(line)
            end = 0 if offset is None else _columns_end(line, offset.end())
            if end > start:
                yield start, end
            yield start, size
        return
    if dress.goes_on is not None:
        more = dress.goes_on.match(line)
        if more is not None:
            yield more.end(), size
    if dress.anywhere:
        offset = _OFFSET.match(line)
        if offset is not None:
            yield offset.end(), _columns_end(line, offset.end())
        if not begun or _ALL_HEX.match(line) is not None:
            yield 0, size


def _columns_end(line: str, start: int) -> int:
    """Where the bytes of a row end that has an offset: one column, or two of eight bytes."""
    first = _GROUPS.match(line, start)
    if first is None:
        return start
    if len(first[0]) == 3 * _COLUMN_SIZE - 1:
        second = _GROUPS.match(line, first.end() + 2)
        if second is not None and len(second[0]) % 3 == 2 and second[0][2:3] in ("", " ", "-"):
            return second.end()
    return first.end()


def _chains(line: str, start: int, stop: int) -> Iterator[list[tuple[int, int]]]:
    """Words of hexadecimal with nothing but separators between them."""
    chain: list[tuple[int, int]] = []
    end = start
    for word in _WORD.finditer(line, start, stop):
        between = _PARTS_BYTES.match(line, end)
        if chain and (between is None or between.end() < word.start()):
            yield chain
            chain = []
        chain.append(word.span(1))
        end = word.end()
    if chain:
        yield chain


class Found(NamedTuple):
    """Bytes of a message in one line: offsets in the line, and how many digits."""

    start: int
    end: int
    digits: int


def find_in_line(
    dress: Dress,
    line: str,
    digits: str,
    first: int,
    taken: Callable[[int, int], bool],
    begin: int = 0,
) -> list[Found]:
    """The stretches of a line that may continue a message at digit `first`, best first.

    What stands before `begin` is not looked at.
    """
    found: list[Found] = []
    for start, stop in regions(dress, line, begun=first > 0, start=begin):
        for number, chain in enumerate(_chains(line, start, stop)):
            if first and number:
                break
            fitting = _fit(line, chain, digits, first, taken)
            if fitting is not None:
                found.append(fitting)
    if first:
        found.sort(key=lambda each: -each.digits)
    return found


def _fit(
    line: str,
    chain: Sequence[tuple[int, int]],
    digits: str,
    first: int,
    taken: Callable[[int, int], bool],
) -> Found | None:
    ends = list(accumulate(stop - start for start, stop in chain))
    if first:
        found = _run(line, chain, ends, 0, digits, first)
        return found if found is not None and not taken(found.start, found.end) else None
    wanted = digits[: min(len(digits), _SURE_DIGITS)]
    printed = "".join(line[start:end] for start, end in chain).lower()
    at = printed.find(wanted)
    while at >= 0:
        found = _run(line, chain, ends, at, digits, 0) if at % 2 == 0 else None
        if found is not None and found.digits >= len(wanted):
            if not taken(found.start, found.end):
                return found
            at += found.digits - 1
        at = printed.find(wanted, at + 1)
    # A row may end right behind the beginning of a message.
    for at in range(max(len(printed) - len(wanted) + 1, 0) + 1 & ~1, len(printed) - 1, 2):
        found = _run(line, chain, ends, at, digits, 0)
        if found is not None and at + found.digits == len(printed):
            return found if not taken(found.start, found.end) else None
    return None


def _run(
    line: str,
    chain: Sequence[tuple[int, int]],
    ends: Sequence[int],
    skip: int,
    digits: str,
    first: int,
) -> Found | None:
    """How far whole words are those of the message, when `skip` digits are passed over."""
    begin, end, count = -1, -1, 0
    word = bisect_right(ends, skip)
    skip -= ends[word - 1] if word else 0
    for start, stop in chain[word:] if word else chain:
        start += skip
        skip = 0
        left = len(digits) - first - count
        size = min(stop - start, left)
        if line[start : start + size].lower() != digits[first + count : first + count + size]:
            break
        begin = start if begin < 0 else begin
        end = start + size
        count += size
        if size == left:
            break
    return Found(begin, end, count) if count else None


def written(text: str, digits: str, *, capitals: bool) -> str:
    """The text with its digits replaced one by one, its separators and `0x` as they are."""
    left = iter(digits.upper() if capitals else digits)

    def put(found: re.Match[str]) -> str:
        return found[0] if len(found[0]) == 2 else next(left, found[0])

    return _DIGITS.sub(put, text)


def digits_in(text: str) -> str:
    """The digits of a piece of text, in small letters."""
    return "".join(found for found in _DIGITS.findall(text) if len(found) == 1).lower()


def is_capital(text: str) -> bool | None:
    """Whether its letters are capitals; None when it has none."""
    letters = {each for each in _DIGITS.findall(text) if len(each) == 1 and each.isalpha()}
    return None if not letters else any(each.isupper() for each in letters)


# Bytes that belong to no message

_PAIR: Final = "[0-9A-Fa-f]{2}"
_RUNS: Final = re.compile(
    r"(?<![0-9A-Fa-f])(?:"
    rf"{_PAIR}(?::{_PAIR}){{7,}}+|{_PAIR}(?:-{_PAIR}){{7,}}+|{_PAIR}(?:[ \t]{{1,2}}{_PAIR}){{7,}}+"
    r"|[0-9A-Fa-f]{4}(?:[ \t][0-9A-Fa-f]{4}){5,}+|[0-9A-Fa-f]{8}(?:[ \t][0-9A-Fa-f]{8}){2,}+"
    rf"|0[xX]{_PAIR}(?:,\s{{0,8}}0[xX]{_PAIR}){{7,}}+|(?:0[xX])?[0-9A-Fa-f]{{24,}}+"
    r")"
)
_HEXADECIMAL: Final = r"(?P<bytes>[0-9A-Fa-f]+(?:[ \t:]{1,3}[0-9A-Fa-f]{2,8})*+)"
_DATA: Final = {
    "libmbim": re.compile(r"\bdata\s*=\s*" + _HEXADECIMAL),
    "umbim": re.compile(r"\b(?:sending|reading) \(\d{1,9}\):[ \t]*" + _HEXADECIMAL),
    "routeros": re.compile(
        r"\bmbim:[ \t]*(?:status data:[ \t]*)?" + _HEXADECIMAL + r"(?=[ \t\r]*$)", re.M
    ),
    "usbmon": re.compile(r" = " + _HEXADECIMAL),
    "umockdev": re.compile(r"USBDEVFS_REAPURB(?:NDELAY)?(?: -?\d+){7}\s+(?P<bytes>[0-9A-Fa-f]+)"),
    "hexdump": re.compile(
        rf"^\W{{0,16}}(?:0x)?[0-9A-Fa-f]{{4,16}}(?::|[ \t])[ \t]{{1,8}}(?P<bytes>{_PAIR}"
        rf"(?:[ \t]{{0,2}}{_PAIR}){{0,31}})(?=[ \t]*(?:\||$)|[ \t]{{2}})",
        re.M,
    ),
}
for _name in ("windows-etw", "windows-wpp", "windows-traceview"):
    _DATA[_name] = re.compile(_BUFFER + r"(?P<bytes>[0-9A-Fa-f]{2,})")


class Run(NamedTuple):
    """Printed bytes that no message claims; `sure` when the format says that they are bytes."""

    start: int
    end: int
    sure: bool


def runs(text: str, form: str | None) -> list[Run]:
    """Printed bytes in a text, in order."""
    found = [Run(match.start(), match.end(), False) for match in _RUNS.finditer(text)]
    data = _DATA.get(form or "")
    if data is not None:
        found += [Run(*match.span("bytes"), True) for match in data.finditer(text)]
    found.sort(key=lambda run: (run.start, -run.end))
    kept: list[Run] = []
    for run in found:
        if not kept or run.start >= kept[-1].end:
            kept.append(run)
    return kept
