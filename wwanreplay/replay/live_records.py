"""The two sides of a live replay: what a trace has, and what a present device gives.

A transaction of the trace and the one that was sent for it are one `Exchange`; what is in no
transaction is a `Report` of the device's own. RequestIds are those of the trace on both sides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.protocol.kinds import INDICATION_REQUIRED, REQUESTS
from wwanreplay.protocol.timing import UNANSWERED_NS
from wwanreplay.replay.recording import Transaction, transaction_of

#: Records of a trace that are held for a live replay.
RECORDS_MAX: Final = 1 << 20


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
    """A trace as it is replayed to a device: `steps` are its records in order.

    A step is an exchange, or a record that is no request: cancels, stimuli, lifecycle events and
    the device's own events. `end` is the index behind the last one, `end_ns` its time.
    """

    steps: list[Exchange | Event] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    events: list[Report] = field(default_factory=list)
    unrequested: int = 0
    begin_ns: int | None = None
    end: int = 0
    end_ns: int = 0

    def cut(self, index: int) -> None:
        """Let the trace end before a record."""
        self.events = [report for report in self.events if report.place < index]
        self.end = index
        for exchange in self.exchanges:
            exchange.is_open |= any((event.index or 0) >= index for event in exchange.recorded)
            exchange.recorded = [each for each in exchange.recorded if (each.index or 0) < index]

    def again(self) -> Recorded:
        """The same trace for another turn."""
        made = {
            id(each): Exchange(each.request, each.recorded, is_open=each.is_open, place=each.place)
            for each in self.exchanges
        }
        steps = [made[id(each)] if isinstance(each, Exchange) else each for each in self.steps]
        return Recorded(
            steps,
            list(made.values()),
            self.events,
            self.unrequested,
            self.begin_ns,
            self.end,
            self.end_ns,
        )


def is_provisional(event: Event) -> bool:
    """Whether an output only says that the answer will come."""
    return event.kind == Kind.KIND_COMPLETION and event.status == INDICATION_REQUIRED


def is_shown(event: Event) -> bool:
    """Whether an output was observed, and not put in for completeness."""
    return not event.flags & RecordFlag.FLAG_INFERRED


def read_recorded(events: Iterable[Event], *, is_cut: bool = False) -> Recorded:
    """Put together the transactions of a trace; `is_cut`: its end is not the session's."""
    found = Recorded()
    latest: dict[Transaction, Exchange] = {}
    waiting: dict[Transaction, Exchange] = {}
    for place, event in enumerate(events):
        index = place if event.index is None else event.index
        found.end, found.end_ns = index + 1, event.time_ns
        if event.kind in REQUESTS:
            exchange = Exchange(event.replace(index=index), place=index)
            found.exchanges.append(exchange)
            found.steps.append(exchange)
            latest[transaction_of(event)] = waiting[transaction_of(event)] = exchange
            if found.begin_ns is None:
                found.begin_ns = event.time_ns
        elif event.kind == Kind.KIND_COMPLETION or (event.request_id and _is_output(event)):
            _take_answer(found, event.replace(index=index), latest, waiting)
        elif event.kind == Kind.KIND_INDICATION:
            found.events.append(Report(event.replace(index=index), index))
            found.steps.append(event.replace(index=index))
        elif event.kind == Kind.KIND_CANCEL:
            found.steps.append(event.replace(index=index))
            cancelled = waiting.pop(transaction_of(event), None)
            if cancelled is not None:
                cancelled.is_open = True
        elif event.kind in (Kind.KIND_STIMULUS, Kind.KIND_LIFECYCLE):
            found.steps.append(event.replace(index=index))
        if event.kind in (Kind.KIND_LIFECYCLE, Kind.KIND_GAP):
            _leave_open(waiting)
    for exchange in waiting.values():
        exchange.place = found.end
        waited_ns = found.end_ns - exchange.request.time_ns
        exchange.is_open |= is_cut or waited_ns < UNANSWERED_NS
    return found


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
    """What a device gave in one turn: its reports in order, what is wrong with its messages."""

    reports: list[Report] = field(default_factory=list)
    wires: list[Event] = field(default_factory=list)
    problems: list[tuple[int, Event, str]] = field(default_factory=list)
    begin: int = 0  # the index of its first record in the new recording
