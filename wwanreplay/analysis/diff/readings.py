"""A trace that is compared: its records, as often as they are needed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Final

from wwanreplay._core import Event, Kind
from wwanreplay.protocol.kinds import INPUTS, OUTPUTS
from wwanreplay.trace.again import again
from wwanreplay.trace.reader import TraceReader
from wwanreplay.trace.source import TraceInput
from wwanreplay.trace.stretch import WHOLE, Stretch
from wwanreplay.words import printable

_COMPARED: Final = INPUTS | OUTPUTS | {Kind.KIND_WIRE}
#: Places where records are lost that are named; further ones are counted.
LOSSES_MAX: Final = 100


class Readings:
    """The records of a stretch of a trace; a pipe, or an open file, is kept in a temporary one.

    TraceError, or UsageError for a filtered trace. `warnings` are what a reader should know; they
    are complete once `events(is_watched=True)` came to its end.
    """

    def __init__(self, source: TraceInput, name: str = "", stretch: Stretch = WHOLE) -> None:
        self._source = source
        self._stretch = stretch
        self._stack = ExitStack()
        self.warnings: list[str] = []
        self.record_count = 0
        self._lost_places = 0
        try:
            self._reader = self._stack.enter_context(TraceReader(source))
            self.path = name or self._reader.path or "trace in memory"
            self._open()
        except BaseException:
            self._stack.close()
            raise

    def _open(self) -> None:
        header = self._reader.header
        header.refuse_filtered(
            self.path, "what is left cannot be compared; compare the trace that was filtered"
        )
        if header.begins_inside or header.ends_inside:
            self.warnings.append(
                f"{self.path}: it is a part of a session: what the other has outside it differs"
            )
        is_named = isinstance(self._source, str | os.PathLike | bytes)
        self._is_kept = self._reader.size is None or not is_named
        self._read = self._stack.enter_context(again(self._reader, is_kept=self._is_kept))

    def __enter__(self) -> Readings:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def is_field(self) -> bool:
        """Whether it is a log, which shows some things only."""
        return self._reader.header.comparison == "field"

    def events(self, *, is_watched: bool = False) -> Iterator[Event]:
        """The records that are compared, in order; one such reading may be under way."""
        for event in filter(self._stretch.has, self._read()):
            if is_watched:
                self._watch(event)
            if event.kind in _COMPARED:
                yield event
        if not is_watched:
            return
        if self._lost_places > LOSSES_MAX:
            further = self._lost_places - LOSSES_MAX
            self.warnings.append(f"{self.path}: records are lost at {further} further places")
        if self._reader.cut_text:
            self.warnings.append(f"{self.path}: {self._reader.cut_text}")

    @contextmanager
    def beside(self) -> Iterator[Iterator[Event]]:
        """The same records, beside a reading that is under way."""
        if self._is_kept:
            yield self.events()
            return
        with TraceReader(self._source) as reader:
            events = filter(self._stretch.has, reader.events())
            yield (event for event in events if event.kind in _COMPARED)

    def _watch(self, event: Event) -> None:
        self.record_count += 1
        if event.kind != Kind.KIND_GAP:
            return
        self._lost_places += 1
        if self._lost_places <= LOSSES_MAX:
            lost = f"{event.code} records" if event.code else "an unknown number of records"
            text = printable(event.payload.decode("utf-8", "replace"))
            self.warnings.append(f"{self.path}: {lost} are lost at record {event.index}: {text}")
