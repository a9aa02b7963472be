"""Which records of a trace a filter keeps: those that are meant, and what belongs to them.

A bit stands for each record; the trace is read several times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from wwanreplay._core import Event, Kind, Recent
from wwanreplay.analysis.recordset import RecordSet
from wwanreplay.analysis.show import Filter, select
from wwanreplay.errors import NothingMatchedError
from wwanreplay.protocol.kinds import INPUTS, OUTPUTS, REQUESTS
from wwanreplay.trace import TraceReader

#: Transactions to which further records may belong: the last so many of which there was a record.
TRANSACTIONS_MAX: Final = 1 << 14


class Keeping:
    """Which records of a trace are kept."""

    def __init__(self, reader: TraceReader, chosen: Filter) -> None:
        self._keeps = RecordSet()
        self.records = 0
        self.chosen = 0
        self._end = 0  # behind the last record
        for event in select(self._counted(reader), chosen):
            self._keeps.add(event.index or 0)
            self.chosen += 1
        if not self.chosen and not chosen.keeps_all:
            raise NothingMatchedError(f"nothing matched: none of {self.records} records")
        self._keep_transactions(reader)
        self._keep_messages(reader)

    def _counted(self, reader: TraceReader) -> Iterator[Event]:
        for event in reader.events():
            if event.kind == Kind.KIND_GAP:
                self._keeps.add(event.index or 0)  # what is lost is no matter of choice
            self.records += 1
            self._end = (event.index or 0) + 1
            yield event

    @property
    def left_out(self) -> int:
        """How many records are not kept."""
        return self.records - len(self._keeps)

    @property
    def is_whole(self) -> bool:
        """Whether all are kept."""
        return self.left_out == 0

    def keeps(self, event: Event) -> bool:
        """Whether a record is kept."""
        return (event.index or 0) in self._keeps

    def keep(self, indices: Iterable[int]) -> int:
        """Keep further records; how many were not kept before."""
        return sum(map(self._keeps.add, indices))

    def events(self, reader: TraceReader) -> Iterator[Event]:
        """The records that are kept, with causes as they are numbered now; others have none."""
        number_of = self._keeps.ranks()
        for event in filter(self.keeps, reader.events()):
            cause = event.cause
            if cause is not None:
                is_known = cause in self._keeps and cause <= (event.index or 0)
                cause = number_of(cause) if is_known else None
            yield event if cause == event.cause else event.replace(cause=cause)

    def _keep_transactions(self, reader: TraceReader) -> None:
        """Keep all records of a transaction of which one is kept."""
        kept = RecordSet()
        for event, first in _of_transactions(reader):
            if self.keeps(event):
                kept.add(first)
        for event, first in _of_transactions(reader):
            if first in kept:
                self._keeps.add(event.index or 0)

    def _keep_messages(self, reader: TraceReader) -> None:
        """Keep the messages that kept events were made of, and those that became of them."""
        for event in reader.events():
            if event.kind == Kind.KIND_WIRE and event.cause in self._keeps:
                self._keeps.add(event.index or 0)
        messages = RecordSet()
        for event in filter(self.keeps, reader.events()):
            # What a damaged trace names beyond its end is no record.
            if event.cause is not None and 0 <= event.cause < self._end:
                messages.add(event.cause)
        for event in reader.events():
            if event.kind == Kind.KIND_WIRE and event.index in messages:
                self._keeps.add(event.index or 0)


def _of_transactions(reader: TraceReader) -> Iterator[tuple[Event, int]]:
    """Each record that belongs to a transaction, and the index of the first one of that."""
    opened: Recent[tuple[int, int], int] = Recent(TRANSACTIONS_MAX)
    for event in reader.events():
        if not event.request_id or event.kind not in INPUTS | OUTPUTS:
            continue
        key = event.request_id, event.port
        first = None if event.kind in REQUESTS else opened.get(key)
        if first is None:
            first = event.index or 0
        opened[key] = first  # those of which there was a record last are remembered
        yield event, first
