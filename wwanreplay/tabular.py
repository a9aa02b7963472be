"""Tables of reports, before it is known where they are shown.

    for line in Table([("name", "count"), ("OID_WWAN_CONNECT", "4")], numbers={1}).lines(): ...

As lines a table is plain and stable, for pipes and programs. On a terminal `wwanreplay.cli.tables`
fits it into the width.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest
from typing import Final

#: What stands between two columns.
GAP: Final = "  "


class Tone(Enum):
    """What something says to whoever reads it; a terminal shows it as a colour."""

    GOOD = "good"
    BAD = "bad"
    DOUBTFUL = "doubtful"


class Toned(str):
    """The text of a cell with a tone, which only a terminal shows."""

    tone: Tone

    def __new__(cls, text: str, tone: Tone) -> Toned:
        """The text."""
        made = super().__new__(cls, text)
        made.tone = tone
        return made


@dataclass(frozen=True)
class Table:
    """Rows of cells, the first of them the head unless `has_head` is false.

    A row may be shorter than others. The columns in `numbers` are set to the right; `widths` are
    the least ones of the first columns. `indent` and `gap` stand before and between them.
    """

    rows: Sequence[Sequence[str]]
    has_head: bool = True
    numbers: AbstractSet[int] = frozenset()
    widths: Sequence[int] = ()
    indent: str = ""
    gap: str = GAP

    def lines(self) -> Iterator[str]:
        """The rows as plain lines, each column as wide as its widest cell."""
        columns = max(map(len, self.rows), default=0)
        found = (max(len(row[at]) for row in self.rows if len(row) > at) for at in range(columns))
        widths = [max(pair) for pair in zip_longest(found, self.widths, fillvalue=0)]
        for row in self.rows:
            cells = (
                text.rjust(width) if at in self.numbers else text.ljust(width)
                for at, (text, width) in enumerate(zip(row, widths, strict=False))
            )
            yield (self.indent + self.gap.join(cells)).rstrip()


#: What a report consists of: lines, and tables.
Part = str | Table
