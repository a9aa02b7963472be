"""Logs to messages: the one call that everything else needs.

reading = LogReading(["bug.log.gz"])
for message in reading:
    ...
print(reading.counts.complete, [log.format for log in reading.logs])
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from wwanreplay.errors import InputError
from wwanreplay.formats import registry
from wwanreplay.formats.base import Counts, LogMessage, LogPlace, Unit
from wwanreplay.formats.declaration import Format
from wwanreplay.formats.foreign import recognised
from wwanreplay.formats.merge import merge
from wwanreplay.formats.sources import LogSource, open_sources
from wwanreplay.formats.stretches import Stretches
from wwanreplay.formats.transfers import join_fragments
from wwanreplay.formats.unwrapping import unwrapped
from wwanreplay.mbim.header import HEADER_SIZE
from wwanreplay.packing.streams import Input

#: Bytes looked at together while a log's format is searched behind its beginning.
SEARCH_SIZE: Final = 1 << 20
#: Of a log by which one that is none of ours is recognised.
BEGINNING_SIZE: Final = 1 << 15
#: The longest line end that two looks have in common.
OVERLAP: Final = 1 << 12

LogInput = str | os.PathLike[str] | Input


@dataclass(slots=True)
class Log:
    """One log that was read: its name, its format (empty where none was found), its counts.

    `formats` are all that stretches of it have, in their order, from the first on.
    `foreign` is what it is when it is no log for us, and what to do; looked for where nothing was
    read of it.
    """

    name: str
    format: str
    counts: Counts = field(default_factory=Counts)
    beginning: bytes = field(default=b"", repr=False)
    formats: list[str] = field(default_factory=list)

    @property
    def foreign(self) -> str:
        """What it is when it is none of ours, and what to do; empty for what nobody knows."""
        return registry.known_but_unread(self.beginning) or recognised(self.beginning)


class LogReading:
    """The messages of one or more logs of one session, merged by time.

    Iterate once; `logs` and `counts` are filled meanwhile. `format_name` is the format of all logs
    where it is known. With `transfers` every fragment comes out where it stands in the log, as
    MessageKind.TRANSFER, before the message that it becomes part of. Raises InputError for a file
    that cannot be opened or has no known format, UsageError for logs whose clocks have nothing in
    common, LimitError for what unpacks beyond the limits, or beyond `expanded_size_max` bytes.
    """

    def __init__(
        self,
        paths: Sequence[LogInput],
        format_name: str | None = None,
        *,
        transfers: bool = False,
        expanded_size_max: int | None = None,
    ) -> None:
        self._expanded_size_max = expanded_size_max
        self.logs: list[Log] = []
        self._paths = paths
        self._transfers = transfers
        self._format = registry.format_of(format_name) if format_name is not None else None

    @property
    def counts(self) -> Counts:
        """The counts of all logs together."""
        total = Counts()
        for log in self.logs:
            total.add(log.counts)
        return total

    def __iter__(self) -> Iterator[LogMessage]:
        if len(self._paths) == 1:
            return self._file(self._paths[0])
        return merge([self._file(path) for path in self._paths])

    def _file(self, path: LogInput) -> Iterator[LogMessage]:
        """The messages of one file; the members of an archive follow each other."""
        sources = 0
        known = 0
        for source in self._sources(path):
            sources += 1
            form = self._format or find_format(source)
            log = Log(
                source.name, form.name if form else "", beginning=source.head[:BEGINNING_SIZE]
            )
            self.logs.append(log)
            if form is None:
                reason = log.foreign or (
                    "is no log of a known format" if source.head else "is empty"
                )
                log.counts.unmapped.add(LogPlace(source.name, Unit.BYTE, 0), reason)
                continue
            known += 1
            yield from read_source(
                source, form, log, transfers=self._transfers, is_named=self._format is not None
            )
        if not known:
            raise InputError(self._nothing(path, sources))

    def _sources(self, path: LogInput) -> Iterator[LogSource]:
        limit = self._expanded_size_max
        for source in open_sources(path, expanded_size_max=limit):
            yield from unwrapped(source, expanded_size_max=limit)

    def _nothing(self, path: LogInput, sources: int) -> str:
        """Why a file gave no log, and what to do."""
        if sources == 0:
            return f"{path}: holds no log"
        place, reason = self.logs[-1].counts.unmapped.first[0]
        if "known format" in reason:
            reason += f"; name one of {', '.join(registry.names())}"
        return f"{place.source}: {reason}"


def read_source(
    source: LogSource,
    form: Format,
    log: Log,
    *,
    transfers: bool = False,
    is_named: bool = False,
) -> Iterator[LogMessage]:
    """The messages of one log, fragments joined; `log` is filled meanwhile."""
    stretches = Stretches(source, form, is_named=is_named)
    log.counts, log.formats = counts, _ = stretches.counts, stretches.formats
    for message in join_fragments(map(_with_header, stretches), transfers=transfers):
        yield counts.note(message)
    if source.damage:
        place = LogPlace(source.name, Unit.LINE, source.line_of(counts.records))
        counts.dropped.add(place, source.damage)


def _with_header(message: LogMessage) -> LogMessage:
    """The same; a message that is called whole and has no whole header is incomplete."""
    size = len(message.data or b"")
    if not message.complete or size >= HEADER_SIZE:
        return message
    reason = f"{size} bytes are no message, which has {HEADER_SIZE} at least"
    return replace(message, incomplete=True, reason=reason)


def find_format(source: LogSource) -> Format | None:
    """The format of a log: by its beginning, or by the first later place that shows it.

    What was passed over holds nothing that any format knows; the lines are counted.
    """
    found = registry.sniff(source.head)
    if found is not None or source.head.count(0) > len(source.head) // 8:
        return found
    window = b""
    while data := source.read_exactly(SEARCH_SIZE):
        window += data
        found = registry.sniff_part(window)
        if found is not None:
            source.put_back(window)
            return found
        # Keep the last lines: a mark of a format may stand across the border.
        keep = window.rfind(b"\n", 0, max(len(window) - OVERLAP, 0)) + 1
        keep = keep if keep else max(len(window) - OVERLAP, 0)
        source.lines_passed += window.count(b"\n", 0, keep)
        window = window[keep:]
    return None
