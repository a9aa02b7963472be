"""Errors of expressions that cannot be read: the column, and what to write instead."""

from __future__ import annotations

import ast
import re
from typing import Final

from wwanreplay.errors import UsageError
from wwanreplay.words import printable

#: Characters of an expression that an error shows.
SHOWN_SIZE_MAX: Final = 200
#: A name with hyphens, as the command line takes it.
_HYPHENED: Final = re.compile(r"[^\W\d]\w*(?:-\w+)+")
_CAPITALS: Final = re.compile(r"\b(?:AND|OR|NOT)\b")


def column_of(text: str, error: SyntaxError) -> int:
    """The place of an error in the whole text; the parser counts it within its line."""
    if error.offset == 0:  # it ended where more was due
        return len(text) + 1
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
    if error.offset == 0:
        return "write a field, a number, a name or a quoted text here"
    at = (error.offset or 1) - 1
    before = text.strip()[max(0, at - 1) : at + 2]
    if "=" in before and "==" not in before:
        return "write == to compare"
    return (error.msg or "cannot be read").splitlines()[0]


def operand_hint(node: ast.expr) -> str:
    """What to write for what is neither a field nor a value."""
    if isinstance(node, ast.Constant) and isinstance(node.value, float):
        return "write a whole number"
    words = ast.unparse(node).replace(" - ", "-")
    if isinstance(node, ast.BinOp) and _HYPHENED.fullmatch(words):
        return f"write {words.replace('-', '_')} or {words!r}"
    return "write a field, a number, a name or a quoted text"


def expression_error(text: str, column: int, reason: str) -> UsageError:
    """The error at a column, in one line whatever the text is."""
    shown = printable(text)
    if len(shown) > SHOWN_SIZE_MAX:
        shown = shown[: SHOWN_SIZE_MAX - 1] + "…"
    return UsageError(f"expression {shown}: column {column}: {reason}")
