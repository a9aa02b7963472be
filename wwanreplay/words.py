"""Words that users write, and the known ones they mean: one fold for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

#: Controls, but for the end of a line, and marks that change the direction of what follows.
_STEERING: Final = r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"


def printable(text: str) -> str:
    """A text of a log, a trace or a modem on one line: what could steer a terminal is escaped."""
    return text if text.isprintable() else ascii(text)[1:-1]


def harmless(text: str) -> str:
    """Lines of a report without what could steer a terminal, whatever brought it there."""
    if text.isprintable():
        return text
    import re  # which few lines need

    return re.sub(_STEERING, lambda found: ascii(found[0])[1:-1], text)


def folded(word: str) -> str:
    """A word as words are compared: in lower case, with hyphens for underscores."""
    return word.casefold().replace("_", "-")


def meant(word: str, known: Iterable[str]) -> str | None:
    """The known word that is meant by one in any case, with hyphens or underscores; else None."""
    names = list(known)
    if word in names:
        return word
    wanted = folded(word)
    return next((each for each in names if folded(each) == wanted), None)
