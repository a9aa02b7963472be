"""Tables on a terminal, within its width: nothing is cut off, whatever the width.

A table that fits stands as it is. Of a wider one the columns of words fold; where that is not
enough one of them gets lines of its own; where that is not either, each row becomes a list.
rich draws what stands in columns, and is imported on a terminal only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, chop_cells
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from wwanreplay.tabular import GAP, Table, Tone, Toned

if TYPE_CHECKING:
    from rich.console import RenderableType

#: Tones as styles of rich.
STYLES: Final = {Tone.GOOD: "green", Tone.BAD: "bold red", Tone.DOUBTFUL: "yellow"}
#: What a column of words keeps, unless it wants less.
WORDS_MIN: Final = 24
#: What a list keeps, even where the terminal has less.
LIST_MIN: Final = 12
_INSET: Final = len(GAP)
#: A text in the pieces between which it folds: behind spaces, and within long names.
_PIECES: Final = re.compile(r"[^ ]+ *")
_PARTS: Final = re.compile(r"[^_.,|/;=-]*[_.,|/;=-]*")


@dataclass(frozen=True)
class _Columns:
    """Rows in columns that fit: their widths, which are numbers, and what stands between them."""

    widths: list[int]
    numbers: AbstractSet[int]
    gap: int


def shown(table: Table, width: int) -> Iterator[RenderableType]:
    """What rich prints of a table in `width` cells, given WIDTH_MIN of them at least."""
    count = max(map(len, table.rows), default=0)
    rows = [(*row, *[""] * (count - len(row))) for row in table.rows]
    if not rows or not count:
        return
    room = width - len(table.indent)
    columns = _fitted(rows, room, table.numbers)
    if columns is not None:
        yield Padding(_grid(rows, columns, table.has_head), (0, 0, 0, len(table.indent)))
        return
    for lead in _leads(rows, table.numbers):
        rest = [(*row[:lead], *row[lead + 1 :]) for row in rows]
        numbers = {at - (at > lead) for at in table.numbers}
        for gap in (len(GAP), 1):
            columns = _fitted(rest, room - _INSET, numbers, gap)
            if columns is not None:
                yield from _led([row[lead] for row in rows], rest, columns, table, room)
                return
    yield from _listed(rows, room, table)


def _leads(rows: Sequence[Sequence[str]], numbers: AbstractSet[int]) -> list[int]:
    """The columns that may stand on lines of their own: the first, the widest ones of words."""
    if len(rows[0]) < 2:
        return []
    widest: list[tuple[bool, int, int]] = []
    for at, cells in enumerate(zip(*rows, strict=True)):
        if at not in numbers:  # one with a cell in each row names the rows
            widest.append((not all(cells), -max(map(cell_len, cells)), at))
    return list(dict.fromkeys((0, *(at for _, _, at in sorted(widest)[:2]))))


def _fitted(
    rows: Sequence[Sequence[str]], room: int, numbers: AbstractSet[int], gap: int = len(GAP)
) -> _Columns | None:
    """A width for each column, of which words may get less than they want; None if none fits."""
    wanted = [max(map(cell_len, cells)) for cells in zip(*rows, strict=True)]
    least = [
        most if at in numbers else min(most, _longest_word(rows, at))
        for at, most in enumerate(wanted)
    ]
    room -= gap * (len(wanted) - 1)
    if sum(least) > room:
        return None
    cap = max(wanted)  # the widest give way first
    widths = wanted
    while sum(widths) > room:
        cap -= 1
        widths = [max(low, min(most, cap)) for low, most in zip(least, wanted, strict=True)]
    return _Columns(widths, numbers, gap)


def _longest_word(rows: Sequence[Sequence[str]], at: int) -> int:
    """The longest word of a column, as far as it is not folded itself."""
    return min(max(cell_len(word) for row in rows for word in row[at].split(" ")), WORDS_MIN)


def _grid(rows: Sequence[Sequence[str]], columns: _Columns, has_head: bool) -> Grid:
    """Rows in their columns, the first row as the head."""
    grid = Grid(box=None, padding=0, pad_edge=False, show_header=has_head)
    head = rows[0] if has_head else [""] * len(columns.widths)
    for at, (title, width) in enumerate(zip(head, columns.widths, strict=True)):
        if at:
            grid.add_column("", width=columns.gap)
        if width:  # rich gives each column a cell
            justify = "right" if at in columns.numbers else "left"
            grid.add_column(_cell(title, width), justify=justify, width=width)  # type: ignore[arg-type]
    for row in rows[has_head:]:
        cells: list[Text] = []
        for at, width in enumerate(columns.widths):
            cells += [Text()] if at else []
            cells += [_cell(row[at], width)] if width else []
        grid.add_row(*cells)
    return grid


def _led(
    leads: Sequence[str],
    rest: Sequence[Sequence[str]],
    columns: _Columns,
    table: Table,
    room: int,
) -> Iterator[RenderableType]:
    """One cell of each row on lines of its own, the others in columns below it."""
    margin = len(table.indent)
    for number, (lead, row) in enumerate(zip(leads, rest, strict=True)):
        is_head = table.has_head and not number
        if lead:
            cell = _cell(lead, room)
            if is_head:
                cell.stylize("bold")
            yield Padding(cell, (0, 0, 0, margin))
        if any(row):
            yield Padding(_grid([row], columns, is_head), (0, 0, 0, margin + _INSET))


def _listed(rows: Sequence[Sequence[str]], room: int, table: Table) -> Iterator[RenderableType]:
    """Each row as a list of its cells, with what the head calls them."""
    head = rows[0] if table.has_head else ("",) * len(rows[0])
    width = max(room - _INSET, LIST_MIN)
    for row in rows[table.has_head :]:
        margin = len(table.indent)
        for title, text in zip(head, row, strict=True):
            if not text.strip():
                continue
            label = f"{title}: " if title else ""
            yield Padding(_cell(text, width, label), (0, 0, 0, margin))
            margin = len(table.indent) + _INSET


def _cell(text: str, width: int, label: str = "") -> Text:
    """The text of a cell, folded, in the colour of its tone."""
    style = STYLES[text.tone] if isinstance(text, Toned) else ""
    return Text("\n".join(fold(f"{label}{text}", width)), style=style)


def fold(text: str, width: int) -> list[str]:
    """A text in lines of at most `width` cells: between words, else within names, else anywhere.

    All lines are set in as the first is, where there is room for it.
    """
    words = text.lstrip(" ")
    margin = min(len(text) - len(words), width // 3)
    places = [0, *folds(words, width - margin, width - margin), len(words)]
    lines = [words[start:stop] for start, stop in pairwise(places)]
    return [f"{' ' * margin}{line}".rstrip(" ") for line in lines]


def folds(words: str, first: int, further: int) -> list[int]:
    """Where a text is folded: between words, else within names, else anywhere.

    The first line has `first` cells, each further one `further`; spaces at an end do not count.
    """
    places: list[int] = []
    width, start, at = first, 0, 0
    for word in _PIECES.findall(words):
        is_long = cell_len(word.rstrip(" ")) > further
        for part in _PARTS.findall(word) if is_long else [word]:
            is_long = cell_len(part.rstrip(" ")) > further
            for piece in chop_cells(part, further) if is_long else [part]:
                if at > start and cell_len(words[start : at + len(piece)].rstrip(" ")) > width:
                    places.append(at)
                    width, start = further, at
                at += len(piece)
    return places
