"""Lines of a report as a terminal shows them best: within its width, verdicts in colour.

Everywhere else they stay whole and plain, for programs. rich is imported on a terminal only.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from typing import TYPE_CHECKING, Final

import click

from wwanreplay.verdict import Verdict

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

#: What a line that goes on is set in by, beyond the line itself.
HANGING: Final = 4
#: Of a narrower terminal lines are not wrapped, the terminal breaks them.
WIDTH_MIN: Final = 30

_GOOD, _BAD, _NEITHER = "green", "bold red", "yellow"
_STYLES: Final = {
    Verdict.EQUAL: _GOOD,
    Verdict.NO_FAULT: _GOOD,
    Verdict.DIVERGED: _BAD,
    Verdict.BROKEN: _BAD,
    Verdict.UNREADABLE: _BAD,
    Verdict.NOTHING_COMPARED: _NEITHER,
    Verdict.NOTHING_JUDGED: _NEITHER,
}
_FIRST_WORDS: Final = re.compile(
    rf"(?:\A|(?<=: )|(?<=; ))({'|'.join(map(re.escape, _STYLES))})(?=\Z|[:,;])"
)
#: What stands between two columns.
_GAP: Final = re.compile(r"(?<=\S) {2,}(?=\S)")


def echo(text: str = "", *, err: bool = False) -> None:
    """Print the lines of a text, as a terminal shows them best where it is one."""
    stream = sys.stderr if err else sys.stdout
    if not stream.isatty():
        click.echo(text, err=err)
        return
    console = _console()
    for line in text.split("\n"):
        is_plain = len(line) <= console.width // 2 and _FIRST_WORDS.search(line) is None
        click.echo(line if is_plain else _shown(line, console), err=err)


@cache
def _console() -> Console:
    """What knows the width of the terminal and which colours it has; NO_COLOR is no colour."""
    from rich.console import Console

    return Console(force_terminal=True, highlight=False, markup=False, emoji=False)


def _shown(line: str, console: Console) -> str:
    """A line with its breaks and colours."""
    from rich.text import Text

    text = Text(line)
    if (found := _FIRST_WORDS.search(line)) is not None:
        text.stylize(_STYLES[Verdict(found[1])], *found.span(1))
    with console.capture() as captured:
        for part in _wrapped(text, console):
            console.print(part, soft_wrap=True)
    return captured.get().removesuffix("\n")


def _wrapped(text: Text, console: Console) -> list[Text]:
    """A line in parts that fit; all but the first hang below its second column, or are set in."""
    width = console.width
    if text.cell_len <= width or width < WIDTH_MIN:
        return [text]
    plain = text.plain
    margin = len(plain) - len(plain.lstrip(" "))
    gap = _GAP.search(plain, margin)
    hanging = margin + HANGING
    if gap is not None and gap.end() <= width // 3:
        hanging = gap.end()
    hanging = min(hanging, width // 3)
    lines = list(text[margin:].wrap(console, width - hanging, overflow="fold"))
    for number, line in enumerate(lines):
        line.rstrip()
        line.pad_left(hanging if number else min(margin, hanging))
    return lines
