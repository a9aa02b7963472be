"""Takes away what people and programs wrap around a log, before its format is looked for.

One wrapping may be inside another: a mail holds a page, that holds lines which somebody's program
has joined. Places of messages name the line of the file that the user has.
"""

from __future__ import annotations

import io
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from wwanreplay.formats import wrappings
from wwanreplay.formats.sources import LogSource, open_sources
from wwanreplay.formats.wrappings import mail
from wwanreplay.formats.wrappings.base import LINE_SIZE_MAX, Line, Unwrapper, Wrapping
from wwanreplay.packing.streams import PIECE_SIZE, Input

#: Wrappings inside each other.
DEPTH_MAX: Final = 6
#: A log is binary that has so many zero bytes at its beginning: it is left as it is.
_ZEROS_MAX: Final = 0.05


def discover() -> list[Wrapping]:
    """The wrappings that the files in `wrappings/` declare, in the order of looking for them."""
    modules = [
        import_module(f"{wrappings.__name__}.{each.name}")
        for each in iter_modules(wrappings.__path__)
    ]
    found = [module.WRAPPING for module in modules if hasattr(module, "WRAPPING")]
    return sorted(found, key=lambda each: each.order)


WRAPPINGS: Final = discover()
QUOTED: Final = next(each for each in WRAPPINGS if each.name == "quoted-printable")


class _Unwrapped:
    """The lines inside a wrapping as a stream; knows where each has come from."""

    def __init__(self, source: LogSource, unwrapper: Unwrapper) -> None:
        self.name = source.name
        self.damage = ""
        self._source = source
        self._unwrapper = unwrapper
        self._carry = b""
        self._is_cut = False
        self._number = 0  # lines around that were taken
        self._is_over = False
        self._given = 0  # lines inside that were given
        # Where lines no longer follow each other: the first such line inside, and around.
        self._firsts = array("Q", [1])
        self._around = array("Q", [1])

    def line_of(self, number: int) -> int:
        """The line around in which a line inside begins."""
        place = bisect_right(self._firsts, number) - 1
        if place < 0:
            return self._source.line_of(number)
        return self._source.line_of(self._around[place] + number - self._firsts[place])

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002 - pieces come as they come
        """The next lines; none at the end."""
        while not self._is_over:
            block = self._source.read_exactly(PIECE_SIZE)
            self._is_over = not block
            parts = [text for line in self._lines(block) for text in self._texts(line)]
            if self._is_over:
                parts += map(self._text, self._unwrapper.flush())
            if parts:
                return b"".join(parts)
        return b""

    def _lines(self, block: bytes) -> Iterator[bytes]:
        """The lines that are complete with this block; an empty one is the last."""
        *lines, rest = block.split(b"\n")
        for line in lines:
            whole, self._carry = self._carry + line, b""
            if self._is_cut:
                self._is_cut = False
            else:
                yield whole
        if self._is_cut:
            return
        self._carry += rest
        if len(self._carry) > LINE_SIZE_MAX:
            self.damage = f"the rest of a line over {LINE_SIZE_MAX} bytes"
            self._is_cut = True
        if self._is_cut or (self._is_over and self._carry):
            last, self._carry = self._carry[:LINE_SIZE_MAX], b""
            yield last

    def _texts(self, line: bytes) -> Iterator[bytes]:
        self._number += 1
        yield from map(self._text, self._unwrapper.feed(self._number, line.rstrip(b"\r")))

    def _text(self, line: Line) -> bytes:
        around, text = line
        self._given += 1
        if self._around[-1] + self._given - self._firsts[-1] != around:
            self._firsts.append(self._given)
            self._around.append(around)
        return text + b"\n"


class _NamedBytes(io.BytesIO):
    """Bytes with the name of where they come from."""

    def __init__(self, name: str, data: bytes) -> None:
        super().__init__(data)
        self.name = name


def unwrapped(
    source: LogSource, *, expanded_size_max: int | None = None, depth: int = 0
) -> Iterator[LogSource]:
    """The logs inside a source, which may be wrapped several times; itself where it is not."""
    head = source.head
    if depth >= DEPTH_MAX or head.count(0) > len(head) * _ZEROS_MAX:
        yield source
        return
    if mail.detect(head):
        yield from _mailed(source, expanded_size_max, depth)
        return
    wrapping = next((each for each in WRAPPINGS if each.detect(head)), None)
    if wrapping is None:
        yield source
        return
    inside = _inside(source, wrapping)
    yield from unwrapped(inside, expanded_size_max=expanded_size_max, depth=depth + 1)


def _inside(source: LogSource, wrapping: Wrapping) -> LogSource:
    stream = _Unwrapped(source, wrapping.unwrapper())
    return LogSource(source.name, stream, (*source.guards, stream), line_of=stream.line_of)


def _mailed(source: LogSource, expanded_size_max: int | None, depth: int) -> Iterator[LogSource]:
    data = source.read_exactly(mail.MAIL_SIZE_MAX)
    for part in mail.parts_of(data):
        name = f"{source.name}/{part.name}" if part.name else source.name
        if part.line_before is None:
            stream: Input = _NamedBytes(name, part.data)
            logs = open_sources(stream, expanded_size_max=expanded_size_max)
        else:
            line_of = _behind(source.line_of, part.line_before)
            logs = iter((LogSource(name, io.BytesIO(part.data), source.guards, line_of=line_of),))
        for log in logs:
            inner = _inside(log, QUOTED) if part.is_quoted else log
            yield from unwrapped(inner, expanded_size_max=expanded_size_max, depth=depth + 1)


def _behind(line_of: Callable[[int], int], line_before: int) -> Callable[[int], int]:
    return lambda number: line_of(number + line_before)
