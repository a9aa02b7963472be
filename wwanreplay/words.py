"""Words that users write, and the known ones they mean: one fold for all of them."""

from __future__ import annotations

from collections.abc import Iterable


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
