"""What every wrapping is: how its beginning is recognised, and the lines that are inside.

A wrapping gives each line of the log inside with the number of the line around it in which that
begins, so that places lead to what the user has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

#: A longer line is cut; the rest of it is dropped. A whole bug report may be one line of JSON.
LINE_SIZE_MAX: Final = 1 << 24

Line = tuple[int, bytes]


class Unwrapper(Protocol):
    """Takes the lines around a log, one by one and without their ends."""

    def feed(self, number: int, line: bytes) -> Iterator[Line]:
        """The lines inside that are complete now, each with its number around."""

    def flush(self) -> Iterator[Line]:
        """What is left at the end."""


@dataclass(frozen=True, slots=True)
class Wrapping:
    """One kind of wrapping of text. `order`: which is looked for first."""

    name: str
    order: int
    detect: Callable[[bytes], bool]
    unwrapper: Callable[[], Unwrapper]


class EachLine:
    """An unwrapper that looks at one line at a time."""

    def __init__(self, lines_in: Callable[[bytes], Iterator[bytes]]) -> None:
        self._lines_in = lines_in

    def feed(self, number: int, line: bytes) -> Iterator[Line]:
        """The lines that are in one."""
        for each in self._lines_in(line):
            yield number, each

    def flush(self) -> Iterator[Line]:
        """Nothing waits."""
        yield from ()
