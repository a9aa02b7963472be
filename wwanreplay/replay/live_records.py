"""The two sides of a live replay: what a trace has, and what a present device gives.

A transaction of the trace and the one that was sent for it are one `Exchange`; what is in no
transaction is a `Report` of the device's own. RequestIds are those of the trace on both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.mbim.function import is_removal
from wwanreplay.protocol.kinds import INDICATION_REQUIRED, REQUESTS
from wwanreplay.protocol.timing import UNANSWERED_NS
from wwanreplay.replay.recording import Transaction, transaction_of

#: Records that are held together: a part ends at the next place behind so many where nothing waits.
PART_RECORDS: Final = 1 << 13
#: And where there is no such place behind so many, there.
PART_RECORDS_MAX: Final = 1 << 16


@dataclass(slots=True, eq=False)
class Exchange:
    """One request: its outputs in the trace, and those of the device.

    `sent` is the request as it went out, None when it did not. `is_open`: the trace does not show
    whether it is answered; `is_lost`: nor does the session, as the device was away or it was
    cancelled. `place` is the index in the trace where something is missed that only one side has.
    `is_asked_back`: the trace has no such request, it was sent to see what the device is like.
    """

    request: Event
    recorded: list[Event] = field(default_factory=list)
    given: list[Event] = field(default_factory=list)
    sent: Event | None = None
    is_open: bool = False
    is_lost: bool = False
    is_asked_back: bool = False
    place: int = 0

    @property
    def is_set(self) -> bool:
        """Whether it orders something."""
        return self.request.kind == Kind.KIND_SET

    @property
    def is_answered(self) -> bool:
        """Whether the device has answered it."""
        return any(not is_provisional(event) for event in self.given)

    def take(self, event: Event) -> Event:
        """Take an output of the device, with the numbers of the trace; the output."""
        request = self.request
        made = event.replace(request_id=request.request_id, port=request.port, cause=request.index)
        if event.handle is not None:
            made = made.replace(handle=request.handle)
        self.given.append(made)
        return made


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """An output of the device, or of the trace: alone, or of an exchange.

    `place` is its index in the trace; of one that only the device has, the index of the record
    before which it stands. `generation` counts how often the device lost its state: was opened, or
    was away.
    """

    event: Event
    place: int
    exchange: Exchange | None = None
    generation: int = 0


@dataclass(slots=True)
class Recorded:
    """A trace as it is replayed to a device, or a part of one: `steps` are its records in order.

    A step is an exchange, or a record that is no request: cancels, stimuli, lifecycle events and
    the device's own events. `end` is the index behind the last one, `end_ns` its time. `begin_ns`
    is that of the first request of the trace. `records` are all of the part, `unfinished` counts
    requests whose answers are not looked for behind its end.
    """

    steps: list[Exchange | Event] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    events: list[Report] = field(default_factory=list)
    unrequested: int = 0
    begin_ns: int | None = None
    end: int = 0
    end_ns: int = 0
    records: list[Event] = field(default_factory=list)
    is_last: bool = True
    unfinished: int = 0

    @property
    def removals(self) -> int:
        """How often the device was taken away."""
        return sum(isinstance(step, Event) and is_removal(step) for step in self.steps)

    def cut(self, index: int) -> None:
        """Let the trace end before a record."""
        self.events = [report for report in self.events if report.place < index]
        self.end = index
        for exchange in self.exchanges:
            exchange.is_open |= any((event.index or 0) >= index for event in exchange.recorded)
            exchange.recorded = [each for each in exchange.recorded if (each.index or 0) < index]


def is_provisional(event: Event) -> bool:
    """Whether an output only says that the answer will come."""
    return event.kind == Kind.KIND_COMPLETION and event.status == INDICATION_REQUIRED


def is_shown(event: Event) -> bool:
    """Whether an output was observed, and not put in for completeness."""
    return not event.flags & RecordFlag.FLAG_INFERRED


def read_recorded(events: Iterable[Event], *, is_cut: bool = False) -> Recorded:
    """Put together the transactions of a trace; `is_cut`: its end is not the session's."""
    gatherer = _Gatherer()
    for event in events:
        gatherer.take(event)
    return gatherer.part(None, is_cut=is_cut)


def recorded_parts(events: Iterable[Event], *, is_cut: bool = False) -> Iterator[Recorded]:
    """The same, part by part, so that no more than a part is held."""
    gatherer = _Gatherer()
    for event in events:
        # Before a request: what an answer brings about stays with it.
        if event.kind in REQUESTS and gatherer.may_end(event.time_ns):
            yield gatherer.part(event.time_ns)
        gatherer.take(event)
    yield gatherer.part(None, is_cut=is_cut)


class _Gatherer:
    """Puts together the transactions of records that are given in order."""

    def __init__(self) -> None:
        self._found = Recorded()
        self._latest: dict[Transaction, Exchange] = {}
        self._waiting: dict[Transaction, Exchange] = {}
        self._place = 0

    def may_end(self, time_ns: int) -> bool:
        """Whether a part may end here: it is long, and no request waits that may be answered."""
        count = len(self._found.records)
        if count < PART_RECORDS:
            return False
        return count >= PART_RECORDS_MAX or all(
            time_ns - each.request.time_ns >= UNANSWERED_NS for each in self._waiting.values()
        )

    def part(self, next_ns: int | None, *, is_cut: bool = False) -> Recorded:
        """What was taken since the last part; `next_ns` is when it goes on, None at the end."""
        found = self._found
        until_ns = found.end_ns if next_ns is None else next_ns
        for exchange in self._waiting.values():
            exchange.place = found.end
            is_young = until_ns - exchange.request.time_ns < UNANSWERED_NS
            found.unfinished += is_young and next_ns is not None
            exchange.is_open |= is_young or is_cut
        found.is_last = next_ns is None
        self._found = Recorded(begin_ns=found.begin_ns, end=found.end, end_ns=found.end_ns)
        self._latest.clear()
        self._waiting.clear()
        return found

    def take(self, event: Event) -> None:
        """Take the next record."""
        found = self._found
        index = self._place if event.index is None else event.index
        self._place += 1
        found.end, found.end_ns = index + 1, event.time_ns
        event = event if event.index is not None else event.replace(index=index)
        found.records.append(event)
        if event.kind in REQUESTS:
            exchange = Exchange(event, place=index)
            found.exchanges.append(exchange)
            found.steps.append(exchange)
            key = transaction_of(event)
            self._latest[key] = self._waiting[key] = exchange
            if found.begin_ns is None:
                found.begin_ns = event.time_ns
        elif event.kind == Kind.KIND_COMPLETION or (event.request_id and _is_output(event)):
            _take_answer(found, event, self._latest, self._waiting)
        elif event.kind == Kind.KIND_INDICATION:
            found.events.append(Report(event, index))
            found.steps.append(event)
        elif event.kind == Kind.KIND_CANCEL:
            found.steps.append(event)
            cancelled = self._waiting.pop(transaction_of(event), None)
            if cancelled is not None:
                cancelled.is_open = True
        elif event.kind in (Kind.KIND_STIMULUS, Kind.KIND_LIFECYCLE):
            found.steps.append(event)
        if event.kind in (Kind.KIND_LIFECYCLE, Kind.KIND_GAP):
            _leave_open(self._waiting)


def _is_output(event: Event) -> bool:
    return event.kind == Kind.KIND_INDICATION


def _take_answer(
    found: Recorded,
    event: Event,
    latest: dict[Transaction, Exchange],
    waiting: dict[Transaction, Exchange],
) -> None:
    key = transaction_of(event)
    exchange = latest.get(key)
    if exchange is None:
        found.unrequested += 1
        return
    exchange.recorded.append(event)
    if not is_provisional(event):
        if key in waiting:
            exchange.place = event.index or 0
        waiting.pop(key, None)


def _leave_open(waiting: dict[Transaction, Exchange]) -> None:
    for exchange in waiting.values():
        exchange.is_open = True
    waiting.clear()


@dataclass(slots=True)
class Given:
    """What a device gave in one turn: its reports in order, what is wrong with its messages, and
    where in the trace it was taken away.
    """

    reports: list[Report] = field(default_factory=list)
    wires: list[Event] = field(default_factory=list)
    problems: list[tuple[int, Event, str]] = field(default_factory=list)
    removals: list[tuple[int, Event]] = field(default_factory=list)
