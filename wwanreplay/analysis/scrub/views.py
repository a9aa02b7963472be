"""Views of some bytes in which separators do not count: their digits, their hexadecimal, letters.

A value in groups, with dashes, as `0x32, 0x36` or `%32%36`, or in base64 over several lines is one
run of characters in the view of its kind. What is found there is checked against what stands
between the characters, and leads back to their offsets.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Container, Iterator, Sequence
from itertools import compress, pairwise
from typing import Final, NamedTuple

_BLOCK_SIZE: Final = 4096
# By their first characters, which are found quickly when nothing else may begin a match.
_PERCENT: Final = tuple(
    (begins, re.compile(begins + rb"(?:2[0-9A-Fa-f]|3[A-Fa-f]|0[ADad9]|[Cc]2[%=][Aa]0)"))
    for begins in (b"%", b"=")
)
# What a terminal, a page or a mail puts inside a value. Each begins with what is found quickly.
# All of them have a bracket.
_COLOURS: Final = (
    *(
        (begins, re.compile(re.escape(begins) + rb"\[[0-9;?]{0,12}[A-Za-z]"))
        for begins in (
            b"\x1b",
            b"#033",
            b"\\033",
            b"\\x1b",
            b"\\x1B",
            b"\\u001b",
            b"\\u001B",
            b"\\e",
        )
    ),
    (b"^[[", re.compile(rb"\^\[\[[0-9;?]{0,12}[A-Za-z]")),
)
_MARKUP: Final = (
    (b"\\", re.compile(rb"\\(?:\r?\n|[nrt])")),
    # Spaces and marks that are not seen: no-break and zero width, soft hyphens.
    (b"\xc2", re.compile(rb"\xc2[\xa0\xad]")),
    (b"\xe2", re.compile(rb"\xe2(?:\x80[\x80-\x8f\xa8-\xaf]|\x81[\x9f-\xa4])")),
    (b"\xef\xbb\xbf", re.compile(rb"\xef\xbb\xbf")),
    # Bold and struck out, and what the compiler of C joins.
    (b"**", re.compile(rb"\*\*")),
    (b"~~", re.compile(rb"~~")),
    (b'"', re.compile(rb"\"[ \t]+\"")),
    (b"=", re.compile(rb"=\r?\n(?:[>|] ?){0,8}")),
    (b"\n", re.compile(rb"\n(?:[>|] ?){1,8}")),
    (b"\r\n", re.compile(rb"\r\n(?:[>|] ?){1,8}")),
    (
        b"<",
        re.compile(
            rb"</?(?:br|b|i|u|em|strong|wbr|span|mark|font|code|tt|kbd|a)(?:\s[^<>\n]{0,80})?/?>",
            re.I,
        ),
    ),
)
_COLOURED: Final = (*_COLOURS, *_MARKUP)
_LINE_END: Final = re.compile(rb"\n[ \t]{0,16}(?=[0-9A-Fa-f])")
_NUMBERING: Final = (
    (b"0b", re.compile(rb"0b(?=[01]{8})")),
    (b"0B", re.compile(rb"0B(?=[01]{8})")),
    (b"\n", re.compile(rb"\n[0-7]{7}(?= [0-7]{6}\b)")),
)
_ENCODED_BASE64: Final = re.compile(rb"%2[BbFf]|%3[Dd]")
_BASE64_SIGNS: Final = {b"b": b"+  ", b"f": b"/  ", b"d": b"=  "}

Put = Callable[[re.Match[bytes]], bytes]

DIGITS: Final = b"0123456789"
_HEX: Final = DIGITS + b"ABCDEFabcdef"
_ALPHABET: Final = bytes(range(0x41, 0x5B)) + bytes(range(0x61, 0x7B))
_WORD: Final = DIGITS + _ALPHABET + bytes(range(0x80, 0x100))
_BASE64: Final = DIGITS + _ALPHABET + b"+/-_"
_LOWER: Final = bytes.maketrans(_ALPHABET[:26], _ALPHABET[26:])
_STANDARD: Final = bytes.maketrans(b"-_", b"+/")


def _zeros(found: re.Match[bytes]) -> bytes:
    return bytes(len(found[0]))


def _blanks(found: re.Match[bytes]) -> bytes:
    return b" " * len(found[0])


def _as_it_is(data: bytes) -> bytes | None:
    return data


def _without_prefixes(data: bytes) -> bytes | None:
    """Without the 0x of hexadecimal numbers, whose 0 is no digit of them."""
    return data.replace(b"0x", b"  ").replace(b"0X", b"  ") if b"0" in data else data


def _without_escapes(data: bytes) -> bytes | None:
    """Without punctuation that is encoded (%2D, =20); None when there is none."""
    return _emptied(data, _PERCENT, _blanks)


def _without_markup(data: bytes) -> bytes | None:
    """Without what stands inside a value and is no part of it: colours, tags, line ends of mails.

    Zero bytes take its place, which part nothing.
    """
    return _emptied(data, _COLOURED if b"[" in data else _MARKUP)


def _without_line_ends(data: bytes) -> bytes | None:
    """Without line ends that part the two digits of a byte."""
    if b"\n" not in data:
        return None
    found = False

    def joined(line_end: re.Match[bytes]) -> bytes:
        nonlocal found
        start = line_end.start()
        before = data[max(start - 256, 0) : start].rstrip(b"\r")
        word = before.rstrip(_HEX)
        if (len(before) - len(word)) % 2 == 0 or word[-1:].isalpha():
            return line_end[0]
        found = True
        return bytes(len(line_end[0]))

    prepared = _LINE_END.sub(joined, data)
    return prepared.replace(b"\r\0", b"\0\0") if found else None


def _without_numbering(data: bytes) -> bytes | None:
    """Without the 0b of binary numbers and the offsets that `od` prints."""
    return _emptied(data, _NUMBERING)


def _emptied(
    data: bytes, patterns: Sequence[tuple[bytes, re.Pattern[bytes]]], put: Put = _zeros
) -> bytes | None:
    found = False
    for begins, pattern in patterns:
        if begins in data:
            data, count = pattern.subn(put, data)
            found = found or count > 0
    return data if found else None


def _with_signs(data: bytes) -> bytes | None:
    """With + and / where they are encoded, and without line ends that are printed as escapes."""
    if b"%" in data:
        data = _ENCODED_BASE64.sub(lambda found: _BASE64_SIGNS[found[0][-1:].lower()], data)
    if b"\\" in data:
        data = data.replace(b"\\n", b"  ").replace(b"\\r", b"  ")
    return data


class View(NamedTuple):
    """The characters that count, how they are folded, and what is done to the bytes before.

    `prepare` gives as many bytes as there were, or None when the view shows nothing new.
    """

    name: str
    kept: bytes
    folds: bytes | None = None
    prepare: Callable[[bytes], bytes | None] = _as_it_is


PLAIN: Final = "plain"
VIEWS: Final = (
    View("digits", DIGITS),
    View("digits", DIGITS, None, _without_escapes),
    View("hexadecimal", _HEX, _LOWER, _without_prefixes),
    View("letters", _WORD, _LOWER),
    View("letters", _WORD, _LOWER, _without_escapes),
    View("base64", _BASE64, _STANDARD, _with_signs),
    View("digits", DIGITS, None, _without_markup),
    View("digits", DIGITS, None, _without_numbering),
    View("letters", _WORD, _LOWER, _without_markup),
    View("hexadecimal", _HEX, _LOWER, _without_markup),
    View("hexadecimal", _HEX, _LOWER, _without_line_ends),
)
# Which bytes count, as a table: 1 for those.
_KEPT: Final = {view.kept: bytes(octet in view.kept for octet in range(256)) for view in VIEWS}
_DELETED: Final = {view.kept: bytes(set(range(256)) - set(view.kept)) for view in VIEWS}


class Stream:
    """The characters of some bytes in one view, with their offsets."""

    def __init__(self, view: View, prepared: bytes) -> None:
        self.name = view.name
        self._deleted = _DELETED[view.kept]
        self._kept = _KEPT[view.kept]
        self.source = prepared
        self.text = prepared.translate(view.folds, self._deleted)
        self._ends: list[int] | None = None
        self._block = (-1, list[int]())

    def offsets(self, first: int, last: int) -> list[int]:
        """The offsets of the characters from `first` to before `last`."""
        if len(self.text) == len(self.source):
            return list(range(first, last))
        found: list[int] = []
        while first < last:
            number = self._block_of(first)
            start = self._starts_of(number)
            places = self._places(number)
            stop = min(last, start + len(places))
            found += places[first - start : stop - start]
            first = stop
        return found

    def _block_of(self, place: int) -> int:
        if self._ends is None:
            self._ends, total = [], 0
            for at in range(0, len(self.source), _BLOCK_SIZE):
                total += len(self.source[at : at + _BLOCK_SIZE].translate(None, self._deleted))
                self._ends.append(total)
        return bisect_right(self._ends, place)

    def _starts_of(self, number: int) -> int:
        assert self._ends is not None
        return self._ends[number - 1] if number else 0

    def _places(self, number: int) -> list[int]:
        if self._block[0] != number:
            start = number * _BLOCK_SIZE
            block = self.source[start : start + _BLOCK_SIZE]
            places = list(compress(range(start, start + len(block)), block.translate(self._kept)))
            self._block = (number, places)
        return self._block[1]


_Prepared = dict[Callable[[bytes], bytes | None], bytes | None]


def stream_of(view: View, data: bytes, prepared: _Prepared | None = None) -> Stream | None:
    """The view of some bytes, None when it shows nothing new; `prepared` are those of others."""
    made = {} if prepared is None else prepared
    if view.prepare not in made:
        made[view.prepare] = view.prepare(data)
    seen = made[view.prepare]
    return None if seen is None else Stream(view, seen)


def streams_of(data: bytes, names: Container[str]) -> Iterator[Stream]:
    """The views of these names that show something new of some bytes."""
    prepared: _Prepared = {}
    for view in VIEWS:
        if view.name in names:
            stream = stream_of(view, data, prepared)
            if stream is not None:
                yield stream


# What may stand between the characters of a value

_LONG_DIGITS: Final = 12
_SHORT_DIGITS: Final = 7
#: Hexadecimal digits that hardly occur by chance.
SURE_NIBBLES: Final = 10

_BETWEEN_LONG: Final = re.compile(rb"(?:&nbsp;|&#160;|[^0-9A-Za-z]){1,8}")
_BETWEEN: Final = re.compile(rb"(?:&nbsp;|\xc2\xa0|\xe2\x80.|[!-/:-@\[-`{-~ \t]){1,4}")
_BETWEEN_BYTES: Final = re.compile(rb"(?:[hH]|[uU]?[lL]{0,2})[^0-9A-Za-z]{0,12}(?:[xXuU][+{]?)?")
_BETWEEN_TOKENS: Final = re.compile(rb"[^0-9A-Za-z]{1,8}[xX]?")
_BETWEEN_LETTERS: Final = re.compile(rb"(?:&nbsp;|[\0-/:-@\[-`{-\x7f]){1,12}")
_BETWEEN_BASE64: Final = re.compile(rb"[\s>\"',;|=\\]*")
_ALPHANUMERIC: Final = re.compile(rb"[0-9A-Za-z]")
_DIGIT_OF_NUMBER: Final = re.compile(rb"[0-9A-Za-wyzA-WYZ]")
_HEXADECIMAL: Final = re.compile(rb"[0-9A-Fa-f]")


def gaps_of(data: bytes, offsets: Sequence[int]) -> list[tuple[int, bytes]]:
    """(number of characters before it, the bytes) of each gap; zero bytes of UTF-16 are none."""
    found = []
    for count, (before, behind) in enumerate(pairwise(offsets), 1):
        if behind - before > 1:
            gap = data[before + 1 : behind].replace(b"\0", b"")
            if gap:
                found.append((count, gap))
    return found


def _next_to(data: bytes, offsets: Sequence[int]) -> tuple[bytes, bytes]:
    """The characters before and behind; zero bytes of UTF-16 are none."""
    before = data[max(offsets[0] - 4, 0) : offsets[0]].replace(b"\0", b"")[-1:]
    behind = data[offsets[-1] + 1 : offsets[-1] + 5].replace(b"\0", b"")[:1]
    return before, behind


def is_alone(data: bytes, offsets: Sequence[int], character: re.Pattern[bytes]) -> bool:
    """Whether no such character stands beside it."""
    before, behind = _next_to(data, offsets)
    return not (character.match(before) or character.match(behind))


def are_digits(data: bytes, offsets: Sequence[int]) -> bool:
    """Whether digits with something between them are one number in groups."""
    gaps = gaps_of(data, offsets)
    size = len(offsets)
    if not gaps:
        # As it is, it is found as plain text; in UTF-16, too.
        return _is_spread(offsets) and is_alone(data, offsets, _ALPHANUMERIC)
    if size >= _LONG_DIGITS:
        return all(_BETWEEN_LONG.fullmatch(gap) for _, gap in gaps)
    if not all(_BETWEEN.fullmatch(gap) for _, gap in gaps):
        return False
    if not is_alone(data, offsets, _ALPHANUMERIC):
        return False
    if size >= _SHORT_DIGITS:
        return len({gap for _, gap in gaps}) <= 2 + (len(gaps) > 3)
    alike = not len(offsets) % gaps[0][0]
    return alike and _is_regular(data, offsets, gaps) and not is_like_a_time(data, offsets)


def _is_spread(offsets: Sequence[int]) -> bool:
    """Whether more than the zero byte of UTF-16 stands between two characters."""
    return any(behind - before > 2 for before, behind in pairwise(offsets))


def _is_regular(data: bytes, offsets: Sequence[int], gaps: list[tuple[int, bytes]]) -> bool:
    """Whether the groups of a short number are alike, and it is no part of a longer list."""
    first, gap = gaps[0]
    if {each for _, each in gaps} != {gap}:
        return False
    if [count for count, _ in gaps] != list(range(first, len(offsets), first)):
        return False
    before = data[max(offsets[0] - len(gap) - 1, 0) : offsets[0]]
    behind = data[offsets[-1] + 1 : offsets[-1] + 2 + len(gap)]
    is_offset = _ROW_OFFSET.search(data, max(offsets[0] - 24, 0), offsets[0]) is not None
    return not (
        (before[1:] == gap and before[:1].isalnum() and not is_offset)
        or (behind[:-1] == gap and behind[-1:].isalnum())
    )


# What begins a row of a dump.
_ROW_OFFSET: Final = re.compile(rb"(?:\A|[\n\[ ])[0-9A-Fa-f]{7,8}:?[ \t]{1,2}\Z")
_TIME: Final = re.compile(rb"[0-5]?\d[:.][0-5]\d(?:[:.]\d+)?")
_TIME_OR_NUMBER: Final = (b":", b".", b"/", b",")


def is_like_a_time(data: bytes, offsets: Sequence[int]) -> bool:
    """Whether a short number is parted as a time, a date, a decimal or a list is."""
    return any(gap in _TIME_OR_NUMBER for _, gap in gaps_of(data, offsets))


def is_time_of_day(data: bytes, offsets: Sequence[int]) -> bool:
    """Whether two groups of digits are hours and minutes, or minutes and seconds."""
    start, end = offsets[0], offsets[-1] + 1
    return bool(_TIME.fullmatch(data, start, end))


def are_bytes(data: bytes, offsets: Sequence[int]) -> bool:
    """Whether hexadecimal digits are bytes in a row: nothing parts the digits of one."""
    gaps = gaps_of(data, offsets)
    size = len(offsets)
    if any(count % 2 or not _BETWEEN_BYTES.fullmatch(gap) for count, gap in gaps):
        return False
    if size >= SURE_NIBBLES:
        return True
    if not is_alone(data, offsets, _HEXADECIMAL):
        return False
    return not gaps or _is_regular(data, offsets, gaps)


def are_byte_pairs(data: bytes, offsets: Sequence[int]) -> bool:
    """Whether nothing parts the two digits of a byte."""
    return not any(
        count % 2 or not _BETWEEN_BYTES.fullmatch(gap) for count, gap in gaps_of(data, offsets)
    )


def joint_of(data: bytes, offsets: Sequence[int]) -> bytes:
    """What stands between the first two bytes that are parted."""
    gaps = gaps_of(data, offsets)
    return gaps[0][1] if gaps else b""


def is_joined(data: bytes, offsets: Sequence[int], joint: bytes) -> bool:
    """Whether neighbouring digits go on with the same thing between them, or none."""
    return all(gap == joint for _, gap in gaps_of(data, offsets))


def is_even(data: bytes, offsets: Sequence[int]) -> bool:
    """Whether a whole number of bytes stands before it in the same word."""
    before = data[max(offsets[0] - 512, 0) : offsets[0]]
    word = len(before) - len(before.rstrip(_HEX))
    return word % 2 == 0


def are_tokens(data: bytes, offsets: Sequence[int], sizes: Sequence[int]) -> bool:
    """Whether numbers of such sizes stand apart."""
    ends = []
    end = 0
    for size in sizes:
        end += size
        ends.append(end)
    gaps = gaps_of(data, offsets)
    if [count for count, _ in gaps] != ends[:-1]:
        return False
    if not all(_BETWEEN_TOKENS.fullmatch(gap) for _, gap in gaps):
        return False
    return is_alone(data, offsets, _DIGIT_OF_NUMBER)


def is_of_a_list(data: bytes, offsets: Sequence[int]) -> bool:
    """Whether single digits go on, or began before, as numbers of a longer list."""
    gaps = gaps_of(data, offsets)
    if not gaps:
        return False
    gap = gaps[0][1]
    before = data[max(offsets[0] - len(gap) - 1, 0) : offsets[0]]
    behind = data[offsets[-1] + 1 : offsets[-1] + 2 + len(gap)]
    return (before[1:] == gap and before[:1].isdigit()) or (
        behind[:-1] == gap and behind[-1:].isdigit()
    )


def are_letters(data: bytes, offsets: Sequence[int], own: Sequence[int]) -> bool:
    """Whether a text is printed with other punctuation than its own, which stands at `own`."""
    gaps = gaps_of(data, offsets)
    if not all(_BETWEEN_LETTERS.fullmatch(gap) for _, gap in gaps):
        return False
    if not is_alone(data, offsets, _ALPHANUMERIC):
        return False
    counts = [count for count, _ in gaps]
    if counts == list(own):
        return True
    # A separator behind each character, or behind each pair.
    step = counts[0] if counts else 0
    every = list(range(step, len(offsets), step)) if step in (1, 2) else []
    return bool(every) and set(every) <= set(counts) and len({gap for _, gap in gaps}) <= 3


def are_base64(data: bytes, offsets: Sequence[int], alone: bool) -> bool:
    """Whether base64 is parted by line ends and their marks only."""
    if not all(_BETWEEN_BASE64.fullmatch(gap) for _, gap in gaps_of(data, offsets)):
        return False
    return not alone or is_alone(data, offsets, _ALPHANUMERIC)
