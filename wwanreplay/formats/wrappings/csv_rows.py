"""A table of lines, as viewers of logs export it (CSV): the cells of a row make a line.

Numbers of rows are left out; what else stands beside the text of a line, such as its time, stays in
front of it. A cell that goes on over several lines has its quotes taken from the first and the
last.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Final

from wwanreplay.formats.wrappings.base import EachLine, Wrapping

#: A cell that holds a line of a log, or some bytes of it.
_TELLING: Final = re.compile(
    rb"<{6}|>{6}|\bsending \(|\breading \(|ent message|eceived message| mbim:| [SC] C[io]:|"
    rb"(?:[0-9A-Fa-f]{2}[ :,]){12}|(?:[0-9A-Fa-f]{4} ){6}|[0-9A-Fa-f]{24}|"
    rb"(?:0[xX][0-9A-Fa-f]{2},? ?){6}|"
    rb"(?:\\0){3}|(?:\\x?00){3}|\^@\^@"
)
_ROW: Final = re.compile(
    rb"\s*+(?:\"(?:[^\"\n]|\"\")*+\"|[^\",;\n]*+)(?:[,;\t](?:\"(?:[^\"\n]|\"\")*+\"|[^\",;\t\n]*+))+\s*+"
)
_NUMBER: Final = re.compile(r"\d{0,9}")
#: Rows by which a table is known.
_ROWS_MIN: Final = 2


def _is_row(line: bytes) -> bool:
    return b'"' in line and _ROW.fullmatch(line) is not None


def _detect(head: bytes) -> bool:
    rows = 0
    for line in head.split(b"\n"):
        if _is_row(line.rstrip(b"\r")) and _TELLING.search(line):
            rows += 1
            if rows >= _ROWS_MIN:
                return True
    return False


def cells_of(line: bytes) -> tuple[str, list[str]] | None:
    """The divider and the cells of a row, or None for another line."""
    if not _is_row(line):
        return None
    text = line.decode("utf-8", "surrogateescape")
    quoted = text.find('"')
    divider = text[quoted - 1] if quoted > 0 and text[quoted - 1] in ",;\t" else ""
    divider = divider or next((each for each in ",;\t" if f'"{each}' in text), ",")
    try:
        return divider, next(csv.reader([text], delimiter=divider, strict=True))
    except (csv.Error, StopIteration):
        return None


def is_left_out(cell: str) -> bool:
    """Whether a cell is the number of its row, or empty."""
    return _NUMBER.fullmatch(cell.strip()) is not None


def _lines(line: bytes) -> Iterator[bytes]:
    found = cells_of(line)
    if found is None:
        yield line
        return
    kept = (cell.replace("\n", " ") for cell in found[1] if not is_left_out(cell))
    yield " ".join(kept).encode("utf-8", "surrogateescape")


WRAPPING: Final = Wrapping("csv", 45, _detect, lambda: EachLine(_lines))
