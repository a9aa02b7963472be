"""The recordings of a tap: items wait here until there is time for them, then go into files.

Forwarding never waits for decoding or for the disk, up to BACKLOG_MAX items. Files are rotated by
size and age, at a moment when no command waits for its answer if there is one soon.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from wwanreplay.devices.mbim.clock import SessionClock
from wwanreplay.mbim.tables import MBIMEX_1_0
from wwanreplay.tap.items import Item
from wwanreplay.tap.tracefile import TraceFile, Transform
from wwanreplay.trace.numbered import FileNames

#: Items that may wait; beyond, forwarding waits for recording.
BACKLOG_MAX: Final = 4096
#: How long an item may wait while there is always something to forward.
BACKLOG_NS: Final = 250_000_000
#: A file that is to end waits for its last answers so long, or until it is half as large again.
QUIET_NS: Final = 60_000_000_000


@dataclass(frozen=True, slots=True)
class Rotation:
    """When a file ends and the next begins: bytes of records, age in ns; None is never."""

    size_max: int | None = None
    age_max_ns: int | None = None

    @property
    def is_on(self) -> bool:
        """Whether there is more than one file."""
        return self.size_max is not None or self.age_max_ns is not None

    def is_due(self, size: int, age_ns: int, *, is_quiet: bool) -> bool:
        """Whether a file ends now."""
        by_size = self.size_max is not None and size >= self.size_max
        by_age = self.age_max_ns is not None and age_ns >= self.age_max_ns
        if not (by_size or by_age) or is_quiet:
            return by_size or by_age
        is_over = self.size_max is not None and size >= self.size_max * 3 // 2
        return is_over or (self.age_max_ns is not None and age_ns >= self.age_max_ns + QUIET_NS)


class Sink(Protocol):
    """Where items go; `files` are those it began, `records` those in files that have ended."""

    records: int
    files: list[str]

    def put(self, item: Item) -> None:
        """Take the next item."""

    def signalled(self, time_ns: int) -> None:
        """Take the signal that writes what is kept."""

    def poll(self, time_ns: int) -> float | None:
        """Do what is due; seconds until there is more."""

    def close(self, time_ns: int) -> None:
        """End."""

    def end_early(self, error: BaseException) -> None:
        """End because of an error; does not raise."""


class Opener:
    """Opens the files of one tap: what they have in common."""

    def __init__(
        self,
        names: dict[str, Any],
        clock: SessionClock,
        *,
        transform: Transform | None = None,
        on_file: Callable[[TraceFile], None] | None = None,
        **places: Any,
    ) -> None:
        self.clock = clock
        self._names = names
        self._transform = transform
        self._on_file = on_file
        self._places = places

    def open(
        self,
        path: str,
        start_ns: int,
        *,
        mbimex: int = MBIMEX_1_0,
        notes: list[str] | None = None,
        before: TraceFile | None = None,
    ) -> TraceFile:
        """Begin a file whose time 0 is `start_ns` of the tap's clock; `before` ended there."""
        epoch_ns = time.time_ns() - (self.clock.now_ns() - start_ns)
        file = TraceFile(
            path,
            self._names,
            start_ns,
            epoch_ns,
            mbimex=mbimex,
            notes=notes or [],
            before=before,
            transform=self._transform,
            **self._places,
        )
        if self._on_file is not None:
            self._on_file(file)
        return file


class FileSink:
    """One file, or one after another."""

    def __init__(self, path: str, rotation: Rotation, opener: Opener) -> None:
        self.rotation = rotation
        self.files: list[str] = []
        self.records = 0
        self._opener = opener
        self._names = FileNames(path) if rotation.is_on else None
        self._path = path
        self._file = self._begin(opener.clock.now_ns())

    def _begin(self, time_ns: int, before: TraceFile | None = None) -> TraceFile:
        mbimex, notes = MBIMEX_1_0, []
        if before is not None:
            mbimex, notes = before.mbimex, [f"goes on from {os.path.basename(before.path)}"]

        def open_file(path: str) -> TraceFile:
            return self._opener.open(path, time_ns, mbimex=mbimex, notes=notes, before=before)

        if self._names is None:
            path, file = self._path, open_file(self._path)
        else:
            path, file = self._names.begin(open_file)
        self.files.append(path)
        return file

    def put(self, item: Item) -> None:
        """Write an item, in the next file if this one ends."""
        self._rotate_if_due(item.time_ns)
        self._file.put(item)

    def _rotate_if_due(self, time_ns: int) -> None:
        if self._names is None or self._file.records <= 1 or self._file.is_inside_message:
            return
        size, age_ns = self._file.size, time_ns - self._file.start_ns
        if not self.rotation.is_due(size, age_ns, is_quiet=True):
            return
        is_quiet = not self._file.driver.unanswered
        if self.rotation.is_due(size, age_ns, is_quiet=is_quiet):
            self._end(time_ns)
            self._file = self._begin(time_ns, self._file)

    def _end(self, time_ns: int) -> None:
        self._file.close(time_ns)
        self.records += self._file.records

    def signalled(self, time_ns: int) -> None:
        """Nothing: all is written."""

    def poll(self, time_ns: int) -> float | None:
        """Write what is old enough, and end a file that is."""
        self._rotate_if_due(time_ns)
        return self._file.poll()

    def close(self, time_ns: int) -> None:
        """Let the last file appear."""
        self._end(time_ns)

    def end_early(self, error: BaseException) -> None:
        """Keep what there is."""
        self.records += self._file.records
        self._file.end_early(error)


class Recorder:
    """Items on their way into a sink, in order.

    They wait until nothing has come for `grace_s`, so that an answer, or the next command of a
    host, is not held up.
    """

    grace_s = 0.001

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.serial = 0
        self._backlog: deque[Item] = deque()

    @property
    def is_blocked(self) -> bool:
        """Whether what waits cannot be written just now."""
        return False

    @property
    def waiting(self) -> int:
        """Items that wait."""
        return len(self._backlog)

    @property
    def due_ns(self) -> int | None:
        """When what has waited longest is urgent; None for nothing."""
        return self._backlog[0].time_ns + BACKLOG_NS if self._backlog else None

    def add(self, item: Item) -> None:
        """Take an item; it is written when there is time."""
        self._backlog.append(item)

    def take_serial(self) -> int:
        """The number of the next transfer."""
        self.serial += 1
        return self.serial - 1

    def is_urgent(self, time_ns: int) -> bool:
        """Whether items have waited long enough, or are too many."""
        if not self._backlog:
            return False
        return len(self._backlog) > BACKLOG_MAX or (time_ns - self._backlog[0].time_ns > BACKLOG_NS)

    def work(self) -> None:
        """Write the item that has waited longest."""
        if self._backlog:
            self.sink.put(self._backlog.popleft())

    def catch_up(self, count: int, time_ns: int) -> None:
        """Write so many items at most while they are urgent, and all that are too many."""
        while self._backlog and (count > 0 or len(self._backlog) > BACKLOG_MAX):
            if not self.is_urgent(time_ns):
                break
            self.work()
            count -= 1

    def finish(self) -> None:
        """Write all that waits."""
        while self._backlog:
            self.work()
