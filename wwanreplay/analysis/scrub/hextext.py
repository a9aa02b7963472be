"""Bytes printed as hexadecimal in a log: where those of a message stand, and writing others there.

The declaration of a format says where it prints bytes; which of them belong to a message is found
by their values. So wrapped lines, bytes cut in two and rows shared by two messages need no rules of
their own. What was found is proven by reading the log again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import accumulate
from typing import Final, NamedTuple

from wwanreplay.formats.declaration import PRINTED_BYTES, HexStyle

#: Lines behind the place of a message in which its bytes may begin, and that may part them.
BEGIN_LINES_MAX: Final = 66
GAP_LINES_MAX: Final = 64
# The words that stand in front of bytes are no longer.
_WORDS_SIZE_MAX: Final = 64
# A message begins where so many digits are right, or all that it has.
_SURE_DIGITS: Final = 8

_WORD: Final = re.compile(r"(?:0[xX](?=[0-9A-Fa-f]{2}))?([0-9A-Fa-f]+)")
_DIGITS: Final = re.compile(r"0[xX](?=[0-9A-Fa-f]{2})|[0-9A-Fa-f]")
# An offset in front of a row whose columns are not where they usually are.
_OFFSET: Final = re.compile(r"[^\w\n]{0,16}(?:0x)?[0-9A-Fa-f]{4,16}(?:h|:)[ \t]{1,8}")
_PARTS_BYTES: Final = re.compile(r"[\s:,;-]*+")


def regions(
    style: HexStyle, line: str, *, begun: bool, start: int = 0
) -> Iterator[tuple[int, int]]:
    """The spans of a line, from `start` on, in which bytes may begin or go on; best first."""
    size = len(line)
    if style.begins is not None:
        for found in style.begins.finditer(line, max(start - _WORDS_SIZE_MAX, 0)):
            yield max(found.end(), start), size
    row = None if style.rows is None else style.rows.row(line)
    if start and not begun:
        if row is not None and row[1] > start:
            yield start, row[1]
        if style.rows is not None:
            yield start, size
        return
    if style.continues is not None:
        more = style.continues.match(line)
        if more is not None:
            yield more.end(), size
    if row is not None:
        yield row
    offset = None if row is not None or style.rows is None else _OFFSET.match(line)
    if offset is not None:
        yield offset.end(), size
    if style.rows is not None and (not begun or style.rows.only_bytes.match(line) is not None):
        yield 0, size


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
    style: HexStyle,
    line: str,
    digits: str,
    first: int,
    taken: Callable[[int, int], bool],
    begin: int = 0,
) -> list[Found]:
    """The spans of a line that may continue a message at digit `first`, best first.

    What stands before `begin` is not looked at.
    """
    found: list[Found] = []
    for start, stop in regions(style, line, begun=first > 0, start=begin):
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


@cache
def _data_of(style: HexStyle) -> re.Pattern[str] | None:
    """Where a format prints data, whatever they are: in the group `bytes`."""
    if style.unclaimed is not None or style.begins is None:
        return style.unclaimed
    return re.compile(rf"(?:{style.begins.pattern})\s*{PRINTED_BYTES}", style.begins.flags)


class Run(NamedTuple):
    """Printed bytes that no message claims; `sure` when the format declares them as bytes."""

    start: int
    end: int
    sure: bool


def runs(text: str, style: HexStyle | None) -> list[Run]:
    """Printed bytes in a text, in order; `style` is that of its format."""
    found = [Run(match.start(), match.end(), False) for match in _RUNS.finditer(text)]
    data = None if style is None else _data_of(style)
    if data is not None:
        found += [Run(*match.span("bytes"), True) for match in data.finditer(text)]
    found.sort(key=lambda run: (run.start, -run.end))
    kept: list[Run] = []
    for run in found:
        if not kept or run.start >= kept[-1].end:
            kept.append(run)
    return kept
