"""A log that holds several formats: each stretch of it is read by the reader of its own format.

People paste the output of two tools into one file, and programs write into one journal. While a
reader passes over lines, marks of other formats are looked for in them; where one begins, its
reader goes on, and gives back what it does not know. Messages come in the order of the file.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from wwanreplay.formats import registry
from wwanreplay.formats.base import Clock, Counts, LogMessage, LogPlace, Reader, Unit
from wwanreplay.formats.declaration import Format
from wwanreplay.formats.duplicates import key_of, same
from wwanreplay.formats.sources import LogSource

#: Bytes by which the beginning of another format is known, and lines.
LOOKED_AT_SIZE: Final = 1 << 12
LOOKED_AT_LINES: Final = 6
#: By which a capture is known.
MAGIC_SIZE: Final = 4
#: No text holds this.
_BINARY: Final = b"\0"
#: Characters that are seldom in logs, the rarest first.
_RARE: Final = b'\0^@"<>(_QXZYVKWUBGOFHLTRSC'
#: Messages among which a second report of one by another program is looked for.
RECENT_MAX: Final = 256


@dataclass(slots=True)
class OtherLines:
    """Lines of a format that is not read: the first and the last, and how many there are."""

    line: int
    last: int = 0
    count: int = 0


class Others:
    """Looks for lines of other formats than the one that is read; `found` is the one that begins.

    With `is_only_seen` nothing begins, and what was seen is counted in `seen` by format. Bytes that
    are no text are seen in any case; which lines of a log that is binary says nothing.
    """

    def __init__(
        self, form: Format, *, holds_first: bool = False, is_only_seen: bool = False
    ) -> None:
        self.found: Format | None = None
        self.binary: OtherLines | None = None
        self.binary_title = ""
        self.seen: dict[str, OtherLines] = {}
        self.holds_first = holds_first
        self.is_yielding = form.is_bare
        self._form = form
        self._is_only_seen = is_only_seen
        self._rows = [row for row in registry.all_formats().values() if row is not form]
        self._finders = [_finder_of(_BINARY)]
        for row in self._rows:
            sought = row.marks if row.seek is None else (row.seek,)
            self._finders += map(_finder_of, sought)
        self._block = b""
        self._nexts: list[int] = []
        self._soonest = 0

    def begins(self, block: bytes, start: int, end: int, number: int, *, bare: bool = True) -> int:
        """Where in a part of a block the first line of another format begins, or -1."""
        if block is not self._block:
            self._block, self._soonest = block, 0
            self._nexts = [find(block, 0) for find in self._finders]
            self._reach(start)
        while True:
            if self._soonest < start:
                self._reach(start)
            if self._soonest >= end:
                return -1
            line = max(block.rfind(b"\n", start, self._soonest) + 1, start)
            behind = block.find(b"\n", line) + 1 or len(block)
            if _BINARY in block[line:behind] and self._soonest >= start:
                self._see_binary(line, number + block.count(b"\n", start, line))
            row = self._known(block, line, behind, bare=bare)
            if row is not None and not self._is_only_seen:
                self.found = row
                return line
            if row is not None:
                here = number + block.count(b"\n", start, line)
                seen = self.seen.setdefault(row.name, OtherLines(here))
                seen.count += here > seen.last
                seen.last = here
            if behind >= end:
                # The last line is not counted: it may be looked at again.
                return -1
            number += block.count(b"\n", start, behind)
            start = behind

    def _see_binary(self, line: int, number: int) -> None:
        """Remember where bytes begin that are no text, and of which capture they may be."""
        if self.binary is not None:
            return
        self.binary = OtherLines(number)
        rows = [row for row in registry.all_formats().values() if not row.marks]
        # The beginning of a capture may hold a line end.
        for at in range(max(line - MAGIC_SIZE, 0), line + 1):
            beginning = self._block[at : line + LOOKED_AT_SIZE]
            title = next((row.title for row in rows if row.sniff(beginning)), "")
            self.binary_title = self.binary_title or title

    def _reach(self, start: int) -> None:
        """Find where the first mark stands from here on."""
        soonest = len(self._block) + 1
        for index, find in enumerate(self._finders):
            at = self._nexts[index]
            if 0 <= at < start:
                at = self._nexts[index] = find(self._block, start)
            if 0 <= at < soonest:
                soonest = at
        self._soonest = soonest

    def _known(self, block: bytes, line: int, behind: int, *, bare: bool) -> Format | None:
        """The other format of which a line is, if it is of one."""
        first = block[line : min(behind, line + LOOKED_AT_SIZE)]
        rows = [row for row in self._rows if any(mark in first for mark in row.marks)]
        if not rows:
            return None
        part = block[line : line + LOOKED_AT_SIZE]
        beginning = b"\n".join(part.split(b"\n", LOOKED_AT_LINES)[:LOOKED_AT_LINES])
        worded = [row for row in rows if not row.is_bare]
        sure = {row.name: row.sniff(beginning) for row in worded}
        best = max(worded, key=lambda row: sure[row.name], default=None)
        if best is not None and sure[best.name] >= registry.SURE:
            return best
        if not bare or self._form.sniff(first) > 0:
            return None
        return next((row for row in rows if row.is_bare and row.sniff(first)), None)


def _finder_of(sought: bytes | re.Pattern[bytes]) -> Callable[[bytes, int], int]:
    """What finds the next place of a mark, or of any of many, from a place on.

    A mark is looked for by its rarest character, which is most of the speed.
    """
    offset = 0
    if isinstance(sought, bytes):
        rarest = next((each for each in _RARE if each in sought), None)
        if rarest is None:
            mark = sought
            return lambda block, start: block.find(mark, start)
        offset = sought.index(rarest)
        before, behind = map(re.escape, (sought[: offset + 1], sought[offset + 1 :]))
        sought = re.compile(
            re.escape(bytes((rarest,))) + b"(?<=" + before + b")(?=" + behind + b")"
        )

    def find(block: bytes, start: int) -> int:
        found = sought.search(block, start + offset)
        return -1 if found is None else found.start() - offset

    return find


class Stretches:
    """The messages of a log, each stretch read as what it is; `formats` are those met.

    `counts` is filled meanwhile. Where `is_named` the user has said what the log is: then it is
    read as that, and lines of others are counted as unmapped. Times of another clock than that of
    the first stretch tell nothing beside it and are left out. What two programs report at one time
    comes once.
    """

    def __init__(self, source: LogSource, form: Format, *, is_named: bool = False) -> None:
        self._source = source
        self._form = form
        self._is_named = is_named
        self._first = form.reader(source)
        self.counts: Counts = self._first.counts
        self.formats = [form.name]
        self._clock: tuple[Clock, str] | None = None
        self._told: set[Clock] = set()
        self._recent: deque[tuple[str, LogMessage]] = deque(maxlen=RECENT_MAX)

    def __iter__(self) -> Iterator[LogMessage]:
        readers: dict[str, Reader] = {self._form.name: self._first}
        form: Format | None = self._form
        is_first = True
        while form is not None:
            watch = Others(form, holds_first=not is_first, is_only_seen=self._is_named)
            self._source.watch = watch if form.marks else None
            reader = readers.get(form.name)
            if reader is None:
                reader = readers[form.name] = form.reader(self._source)
                self.formats.append(form.name)
            for message in reader:
                yield from self._fitting(message, form.name)
            self._count_unread(watch)
            form, is_first = watch.found, False
        for other in list(readers.values())[1:]:
            records = max(self.counts.records, other.counts.records)
            self.counts.add(other.counts)
            self.counts.records = records

    def _fitting(self, message: LogMessage, name: str) -> Iterator[LogMessage]:
        """A message as it stands beside those of other formats."""
        if message.time_ns is not None:
            if self._clock is None:
                self._clock = message.clock, name
            clock, first = self._clock
            # What counts from an unknown moment counts from another one in each log.
            is_same = message.clock is clock is not Clock.RELATIVE
            if not is_same and name != first:
                if message.clock not in self._told:
                    self._told.add(message.clock)
                    why = f"its times ({message.clock}) are of another clock than the first"
                    self.counts.dropped.add(message.place, f"{why} ({clock}): only the order stays")
                message = replace(message, time_ns=None, clock=Clock.NONE, step_ns=0)
        if len(self.formats) > 1 and self._is_second(message, name):
            self.counts.unmapped.add(message.place, "a second report of a message")
            return
        self._recent.append((name, message))
        yield message

    def _is_second(self, message: LogMessage, name: str) -> bool:
        """Whether another program has reported the same message at the same time."""
        key = key_of(message)
        return (
            key is not None
            and message.time_ns is not None
            and any(
                other != name
                and before.time_ns is not None
                and key_of(before) == key
                and same(before, message)
                for other, before in self._recent
            )
        )

    def _count_unread(self, watch: Others) -> None:
        for name, seen in watch.seen.items():
            lines = "1 line looks" if seen.count == 1 else f"{seen.count} lines from here on look"
            why = f"{lines} like {name}: leave --from out, or say --from {name}"
            self.counts.unmapped.add(self._place(seen), why)
        if watch.binary is not None:
            title = watch.binary_title
            what = f" ({title}: make it a file of its own)" if title else ""
            self.counts.unreadable.add(self._place(watch.binary), f"bytes that are no text{what}")

    def _place(self, seen: OtherLines) -> LogPlace:
        return LogPlace(self._source.name, Unit.LINE, self._source.line_of(seen.line))
