"""Lines of a log, at the speed of a search: only those with a trigger become objects.

A text reader names byte strings; every line that it needs holds one of them. Blocks are searched
for these; all other lines are only counted, unless the reader wants the lines that follow as well.
What is passed over is shown to the watch of the source, which ends the lines where another format
begins; they may be iterated again behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from wwanreplay.formats.base import Counts, LogPlace, Unit
from wwanreplay.formats.sources import LogSource

BLOCK_SIZE: Final = 1 << 18
#: The first block behind lines of another format, which may come again soon.
FIRST_SIZE: Final = 1 << 12
#: A longer line is cut; the rest of it is dropped. The longest MBIM message in hex takes 4 MiB.
LINE_SIZE_MAX: Final = 1 << 23


class Lines:
    """The lines of a source that hold one of `triggers`, with their numbers from 1.

    `attention` is how many of the following lines are wanted whatever they hold; the reader sets
    it while it iterates.
    """

    def __init__(self, source: LogSource, triggers: Sequence[bytes], counts: Counts) -> None:
        self.source = source
        self.triggers = tuple(triggers)
        self.counts = counts
        self.attention = 0
        self._number = source.lines_passed
        self._block = b""  # the one that is gone through, and the place in it
        self._position = 0
        self._carry = b""
        self._cutting = False
        self._is_over = False
        self._start = self._last = (
            0  # of the line that was given last: its place, the number before
        )
        self._held = 0  # the part of the block that is the reader's for sure

    def place(self, number: int) -> LogPlace:
        """The place of a line."""
        return LogPlace(self.source.name, Unit.LINE, self.source.line_of(number))

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        watch = self.source.watch
        is_between = watch is not None and watch.holds_first
        self._number = self.source.lines_passed
        self._is_over, self.attention = False, 0
        self._held = 1 if is_between else 0
        size = FIRST_SIZE if is_between else BLOCK_SIZE
        # Whole blocks: what is packed in small pieces would make every one copy the line so far.
        while not self._is_over and (block := self.source.read_exactly(size)):
            size = min(size * 4, BLOCK_SIZE)
            yield from self._lines(self._whole_lines(block))
        if self._carry:
            last, self._carry = self._carry, b""
            yield from self._lines(last)
        self.source.lines_passed = self.counts.records = self._number

    def unused(self) -> bool:
        """Say that the last line is none of the reader's; whether another format begins with it.

        Then the lines are over, and the line is given back.
        """
        behind, position = self._number, self._position
        self._number, self._position = self._last, self._start
        if self._ends(self._start, position - 1):
            return True
        self._number, self._position = behind, position
        return False

    def _ends(self, start: int, end: int, *, bare: bool = True) -> bool:
        """End the lines where another format begins in a part of the block; whether one does."""
        watch = self.source.watch
        start = max(start, self._held)
        if watch is None or start >= end:
            return False
        passed = self._block.count(b"\n", self._position, start)
        found = watch.begins(self._block, start, end, self._number + passed + 1, bare=bare)
        if found < 0:
            return False
        self._number += self._block.count(b"\n", self._position, found)
        self.source.put_back(self._block[found:] + self._carry)
        self._carry, self._is_over = b"", True
        return True

    def _is_foreign(self, end: int, *, is_own: bool) -> bool:
        """Whether the next line, which the reader would get, is one of another format."""
        watch = self.source.watch
        if watch is None or (is_own and not watch.is_yielding):
            return False
        return self._ends(self._position, end, bare=False)

    def ahead(self, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """What a pattern matches of the lines behind the present one, as far as they are read.

        The pattern ends with a line end, or matches nothing.
        """
        return pattern.match(self._block, self._position)

    def take(self, found: re.Match[bytes]) -> None:
        """Pass over the lines of a match that lies ahead: they were read."""
        self._number += self._block.count(b"\n", self._position, found.end())
        self._position = found.end()

    def _whole_lines(self, block: bytes) -> bytes:
        """The block up to its last line end, with what was left of the one before."""
        if self._cutting:
            end = block.find(b"\n")
            if end < 0:
                return b""
            self._cutting = False
            block = block[end:]
        end = block.rfind(b"\n") + 1
        if end == 0:
            self._carry += block
            if len(self._carry) <= LINE_SIZE_MAX:
                return b""
            self.counts.dropped.add(
                self.place(self._number + 1), f"the rest of a line over {LINE_SIZE_MAX} bytes"
            )
            cut, self._carry, self._cutting = self._carry[:LINE_SIZE_MAX], b"", True
            return cut
        whole = self._carry + block[:end] if self._carry else block[:end]
        self._carry = block[end:]
        return whole

    def _lines(self, block: bytes) -> Iterator[tuple[int, bytes]]:
        self._block, self._position = block, 0
        size = len(block)
        self._held = (block.find(b"\n") + 1 or size) if self._held else 0
        nexts = [block.find(trigger) for trigger in self.triggers]
        while (position := self._position) < size:
            start = self._next_interest(block, position, nexts)
            if self.attention <= 0:
                if self._ends(position, size if start < 0 else start):
                    return
                if start < 0:
                    self._number += block.count(b"\n", position)
                    if block[-1:] != b"\n" and not self._cutting:
                        self._number += 1
                    return
                self._number += block.count(b"\n", position, start)
                self._position = start
            is_own = start == self._position
            position = self._position
            end = block.find(b"\n", position)
            if end < 0:
                end = size
            if self._is_foreign(end, is_own=is_own):
                return
            self.attention -= self.attention > 0
            number = self._number + 1
            # A line that was cut at the limit is closed by its own line end in a later block.
            if not (self._cutting and end == size):
                self._number = number
            self._start, self._last, self._position = position, number - 1, end + 1
            yield number, block[position:end].rstrip(b"\r")
            if self._is_over:
                return

    def _next_interest(self, block: bytes, position: int, nexts: list[int]) -> int:
        """Where the next line with a trigger begins, or -1."""
        best = -1
        for index, found in enumerate(nexts):
            at = found
            if 0 <= at < position:
                at = nexts[index] = block.find(self.triggers[index], position)
            if at >= 0 and (best < 0 or at < best):
                best = at
        if best < 0:
            return -1
        return max(block.rfind(b"\n", position, best) + 1, position)


def text_of(line: bytes) -> str:
    """Decode a line: UTF-8, or Latin-1 where it is not."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")
