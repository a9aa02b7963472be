"""Lines of a report as a terminal shows them best: within its width, verdicts in colour.

Everywhere else they stay whole and plain, for programs. rich is imported on a terminal only.
"""

from __future__ import annotations

import os
import re
import sys
from functools import cache
from typing import TYPE_CHECKING, Final, TextIO

import click

from wwanreplay.words import harmless

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from wwanreplay.tabular import Part, Table

#: What a line that goes on is set in by, beyond the line itself.
HANGING: Final = 4
#: What lines and tables keep: what is longer on a narrower terminal is broken by the terminal.
WIDTH_MIN: Final = 20

#: Where a terminal does not say how wide it is.
WIDTH_UNKNOWN: Final = 80

#: What stands between two columns.
_GAP: Final = re.compile(r"(?<=\S) {2,}(?=\S)")


def echo(part: Part = "", *, err: bool = False) -> None:
    """Print the lines of a text, or a table, as a terminal shows them best where it is one.

    What could steer a terminal is escaped, in a pipe too: it may end in one.
    """
    stream = sys.stderr if err else sys.stdout
    if isinstance(part, str):
        part = harmless(part)
    if not stream.isatty():
        for line in [part] if isinstance(part, str) else map(harmless, part.lines()):
            click.echo(line, err=err)
        return
    from wwanreplay.cli.colours import marks

    console = _console()
    console.width = width_of(stream)
    if not isinstance(part, str):
        _echo_table(part, console, err)
        return
    for line in part.split("\n"):
        is_plain = len(line) <= console.width // 2 and next(marks(line), None) is None
        click.echo(line if is_plain else _shown(line, console), err=err)


def width_of(stream: TextIO) -> int:
    """The columns of the terminal that a stream leads to: COLUMNS, else what it says itself."""
    given = os.environ.get("COLUMNS", "")
    if given.isascii() and given.isdigit() and int(given[:6]) > 0:
        return int(given[:6])
    try:
        return os.get_terminal_size(stream.fileno()).columns or WIDTH_UNKNOWN
    except (OSError, ValueError):
        return WIDTH_UNKNOWN


@cache
def _console() -> Console:
    """What knows which colours the terminal has; NO_COLOR is no colour."""
    from rich.console import Console

    return Console(force_terminal=True, highlight=False, markup=False, emoji=False, height=25)


def _echo_table(table: Table, console: Console, err: bool) -> None:
    from wwanreplay.cli import tables

    width = console.width
    console.width = max(width, WIDTH_MIN)
    with console.capture() as captured:
        for part in tables.shown(table, width):
            console.print(part)
    for line in captured.get().splitlines():
        click.echo(line.rstrip(" "), err=err)


def _shown(line: str, console: Console) -> str:
    """A line with its breaks and colours."""
    from rich.text import Text

    from wwanreplay.cli.colours import marks

    text = Text(line)
    for style, start, stop in marks(line):
        text.stylize(style, start, stop)
    with console.capture() as captured:
        for part in _wrapped(text, console):
            console.print(part, soft_wrap=True)
    return captured.get().removesuffix("\n")


def _wrapped(text: Text, console: Console) -> list[Text]:
    """A line in parts that fit; all but the first hang below its second column, or are set in."""
    from wwanreplay.cli.tables import folds

    width = max(console.width, WIDTH_MIN)
    if text.cell_len <= width:
        return [text]
    plain = text.plain
    margin = len(plain) - len(plain.lstrip(" "))
    gap = _GAP.search(plain, margin)
    hanging = margin + HANGING
    if gap is not None and gap.end() <= width // 3:
        hanging = gap.end()
    hanging = min(hanging, width // 3)
    margin_kept = min(margin, hanging)
    words = text[margin:]
    lines = words.divide(folds(words.plain, width - margin_kept, width - hanging))
    for number, line in enumerate(lines):
        line.rstrip()
        line.pad_left(hanging if number else margin_kept)
    return list(lines)
