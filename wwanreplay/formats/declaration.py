"""What a format declares of itself: how it is recognised and read, and how scrub writes it again.

Every file in `readers/` has a tuple FORMATS of these. The registry finds them there; nothing else
knows the formats by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wwanreplay.formats.base import Reader
    from wwanreplay.formats.sources import LogSource

#: Hexadecimal as most programs print it, for `HexStyle.unclaimed`.
PRINTED_BYTES: Final = r"(?P<bytes>[0-9A-Fa-f]+(?:[ \t:]{1,3}[0-9A-Fa-f]{2,8})*+)"
#: Where a format has no reason to come before another one.
USUAL_ORDER: Final = 100


@dataclass(frozen=True, slots=True)
class DumpRows:
    """Rows of bytes without words in front of them.

    `row` gives where in a line the bytes stand that follow an offset, or None for any other line;
    `only_bytes` matches a line that holds bytes and nothing else. A column of the same bytes as
    characters may end a row.
    """

    row: Callable[[str], tuple[int, int] | None]
    only_bytes: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class HexStyle:
    """How a format prints the bytes of its messages as hexadecimal.

    `begins` matches the words in front of them, `continues` what a whole line of more has in front
    of its bytes (None where they never go on), `rows` are for a format that has no such words.
    Wrapped lines, separators and bytes cut in two need no rule: which bytes belong to a message is
    found by their values. `unclaimed` finds in its group `bytes` those that belong to none, as a
    damaged message leaves them; None takes what follows `begins`.
    """

    begins: re.Pattern[str] | None = None
    continues: re.Pattern[str] | None = None
    rows: DumpRows | None = None
    unclaimed: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class EscapedBytes:
    """How a format writes bytes as characters, where it does not print hexadecimal.

    `applies` says whether a log of the format is written so. `operation` matches a whole operation:
    group 1 is its direction, `from_device` or another, group 2 its data. The data of one direction
    are one stream, in which messages follow each other. `byte` matches one byte of the data;
    `unescape` and `escape` turn data into bytes and back.
    """

    applies: Callable[[str], bool]
    operation: re.Pattern[str]
    from_device: str
    byte: re.Pattern[str]
    unescape: Callable[[str], bytes]
    escape: Callable[[bytes], str]


@dataclass(frozen=True, slots=True)
class Format:
    """One format of logs.

    Recognising and reading: `name`; `title`, a few words for people; `reader`, which is made for
    one log; `sniff`, how sure it is that a log with this beginning has this format, 0 to 100; of
    equally sure formats the one of the lower `order` is taken. `marks` are strings one of which
    every log of a text format holds; captures have none, as they are known by how they begin.
    Where there are many, `seek` matches somewhere in each line that holds one, and finds it sooner.
    `is_bare` is a format without words of its own, which logs of others may seem to hold.

    Scrubbing: `hex_style` or `escaped`, how messages are written in the text; `kept_text`, regular
    expressions (multi-line) of what the reader needs and scrub leaves as it is; `kept_bytes`, how
    many bytes at the beginning of printed bytes that are no message hold nothing personal, given
    these and the text in front of them; `encoding` of a log without a byte order mark.
    """

    name: str
    title: str
    reader: Callable[[LogSource], Reader]
    sniff: Callable[[bytes], int]
    marks: tuple[bytes, ...] = ()
    seek: re.Pattern[bytes] | None = None
    is_bare: bool = False
    order: int = USUAL_ORDER
    hex_style: HexStyle | None = None
    escaped: EscapedBytes | None = None
    kept_text: tuple[str, ...] = ()
    kept_bytes: Callable[[bytes, str], int] | None = None
    encoding: str = "utf-8"
