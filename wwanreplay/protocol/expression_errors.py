"""Errors of expressions that cannot be read: the column, and what to write instead."""

from __future__ import annotations

import re
from typing import Final

from wwanreplay.errors import UsageError
from wwanreplay.words import printable

#: Characters of an expression that an error shows.
SHOWN_SIZE_MAX: Final = 200
_CAPITALS: Final = re.compile(r"\b(?:AND|OR|NOT)\b")


def column_of(text: str, error: SyntaxError) -> int:
    """The place of an error in the whole text; the parser counts it within its line."""
    before = text.splitlines(keepends=True)[: max(0, (error.lineno or 1) - 1)]
    return sum(map(len, before)) + max(1, error.offset or 1)


def syntax_hint(text: str, error: SyntaxError) -> str:
    """What to write in its place, or what the parser says."""
    if len(text.strip().splitlines()) > 1:
        return "write the expression in one line"
    capitals = _CAPITALS.search(text)
    if capitals is not None:
        return f"write {capitals[0].lower()} for {capitals[0]}"
    for wrong, right in (("&&", "and"), ("||", "or")):
        if wrong in text:
            return f"write {right} for {wrong}"
    at = (error.offset or 1) - 1
    before = text.strip()[max(0, at - 1) : at + 2]
    if "=" in before and "==" not in before:
        return "write == to compare"
    return (error.msg or "cannot be read").splitlines()[0]


def expression_error(text: str, column: int, reason: str) -> UsageError:
    """The error at a column, in one line whatever the text is."""
    shown = printable(text)
    if len(shown) > SHOWN_SIZE_MAX:
        shown = shown[: SHOWN_SIZE_MAX - 1] + "…"
    return UsageError(f"expression {shown}: column {column}: {reason}")
