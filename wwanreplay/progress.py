"""How far a long work is, for whoever shows it.

What reads or drives says `begin`, and how far it has come; a listener that the command line has put
there draws it. Without a listener that costs a call that does nothing, and the result is the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Protocol


class Work:
    """A piece of work that is under way; this one is shown to nobody."""

    def reach(self, done: int) -> None:
        """So much of it is done, from its beginning; less than before where it is done again."""

    def end(self) -> None:
        """It is done, or given up."""


class Listener(Protocol):
    """Who wants to know."""

    def begin(self, title: str, total: int | None, unit: str) -> Work:
        """A work begins: of `total` units, or None where nobody knows."""


#: What is counted: bytes of a file, or things.
BYTES: Final = "bytes"
UNSEEN: Final = Work()
_listener: ContextVar[Listener | None] = ContextVar("progress", default=None)


def begin(title: str, total: int | None, unit: str = BYTES) -> Work:
    """Say that a work begins. `title` is a few words for people, or the name of a file."""
    listener = _listener.get()
    return UNSEEN if listener is None else listener.begin(title, total, unit)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Let a listener know what begins in the block, in this thread and process."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
