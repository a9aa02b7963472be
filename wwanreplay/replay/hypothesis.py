"""One explanation of a recording: a device, what it costs to believe it, and what stays open."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final, NamedTuple

from wwanreplay._core import Engine, Event, Kind, Lifecycle, SavedEngine
from wwanreplay.protocol.kinds import ADAPTER_NOT_READY, ADAPTER_REMOVED, INDICATION_REQUIRED
from wwanreplay.replay.chain import Chain
from wwanreplay.replay.consequence import cost_of
from wwanreplay.replay.fault import DivergenceKind, Fault

#: Faults that a later one may follow from.
FAULTS_REMEMBERED_MAX: Final = 32
# What the status of a completion shows of the miniport, as the lifecycle event that leads there.
_SHOWN_BY_STATUS = {
    ADAPTER_REMOVED: Lifecycle.LIFECYCLE_SURPRISE_REMOVAL,
    ADAPTER_NOT_READY: Lifecycle.LIFECYCLE_HALT,
}


class Placed(NamedTuple):
    """A stimulus that stands before the record at `position` of the followed ones.

    `witness` is the position of the output that made it necessary. When that is an output which
    the device would have emitted and the recording lacks, it is `absent`, and `witness` the record
    before which it is missed.
    """

    position: int
    event: Event
    witness: int = 0
    absent: Event | None = None


class Mark(NamedTuple):
    """A hypothesis as it was before the record at `position`; see there."""

    position: int
    engine: SavedEngine
    pending: tuple[Event, ...]
    seen_count: int
    memory: Any


@dataclass(slots=True)
class Hypothesis:
    """One explanation of everything so far.

    `pending` are outputs that the engine emitted and the recording has not shown yet, the first
    `seen_count` of which the matcher has looked at before. `cost` counts what has to be believed:
    the stimuli that are assumed and the faults that stay. `memory` belongs to the matcher and is
    never changed in place; `marks` are earlier states to go back to.
    `is_silent`: nothing was recorded since an output was found missing.
    """

    engine: Engine
    pending: tuple[Event, ...] = ()
    seen_count: int = 0
    cost: int = 0
    stimulus_chain: Chain[Placed] = field(default_factory=Chain)
    fault_chain: Chain[Fault] = field(default_factory=Chain)
    is_silent: bool = False
    memory: Any = None
    marks: tuple[Mark, ...] = ()

    @property
    def stimuli(self) -> tuple[Placed, ...]:
        """The stimuli that are assumed, in order."""
        return tuple(self.stimulus_chain)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults that stay, in order."""
        return tuple(self.fault_chain)

    def child(self, cost: int = 0) -> Hypothesis:
        """A copy that goes its own way."""
        return replace(self, engine=self.engine.copy(), cost=self.cost + cost)

    def marked(self, position: int) -> Mark:
        """The hypothesis as it is before the record at `position`."""
        return Mark(position, self.engine.save(), self.pending, self.seen_count, self.memory)

    def advance(self, time_ns: int) -> None:
        """Let time reach an event; what is emitted waits to be found in the recording."""
        self.engine.advance(max(time_ns, self.engine.now_ns))
        self.pending += tuple(self.engine.drain())

    def submit(self, event: Event) -> None:
        """Give the device an input; one that a trace has too late comes when the device is."""
        now_ns = self.engine.now_ns
        self.engine.submit(event if event.time_ns >= now_ns else event.replace(time_ns=now_ns))
        self.pending += tuple(self.engine.drain())

    @property
    def first(self) -> Event | None:
        """The output that has waited longest, or None."""
        return self.pending[0] if self.pending else None

    def take(self, place: int = 0) -> Event:
        """Take an output that the recording shows, by its place among those that are pending."""
        taken = self.pending[place]
        self.pending = self.pending[:place] + self.pending[place + 1 :]
        self.seen_count -= place < self.seen_count
        return taken

    def count(self, fault: Fault, further: int = 0) -> None:
        """Have one fault more, which costs little when it follows from one before."""
        recent = islice(self.fault_chain.newest_first(), FAULTS_REMEMBERED_MAX)
        cost = cost_of(fault, recent, is_silent=self.is_silent)
        self.keep(fault._replace(cost=cost + further))

    def keep(self, fault: Fault) -> None:
        """Have one fault more, whose cost is known."""
        self.cost += fault.cost
        self.fault_chain = self.fault_chain.add(fault)

    def pass_over(self, fault: Fault) -> None:
        """Go behind a fault: over its expected output, the first that is pending, if it has one."""
        self.is_silent = fault.kind is DivergenceKind.MISSING
        if fault.expected is not None:
            self.take()
        if not fault.is_followed:
            return
        if fault.recorded is not None:
            adopt(self.engine, fault.recorded)
        elif fault.expected is not None:
            drop_transaction(self.engine, fault.expected)


def adopt(engine: Engine, event: Event) -> None:
    """Let the device be where a recorded output shows it, and emit nothing more of it itself."""
    engine.adopt(event)
    if event.kind == Kind.KIND_COMPLETION and event.status in _SHOWN_BY_STATUS:
        lifecycle = _SHOWN_BY_STATUS[event.status]
        engine.submit(Event(Kind.KIND_LIFECYCLE, engine.now_ns, code=lifecycle))
        engine.drain()
    provisional = event.kind == Kind.KIND_COMPLETION and event.status == INDICATION_REQUIRED
    if event.request_id and not provisional:
        engine.forget_transaction(event.request_id, event.port)


def drop_transaction(engine: Engine, event: Event) -> None:
    """Let the device never have taken the request of an output which the recording lacks.

    A request that is not completed is taken back as by a cancel; nothing is emitted for it.
    """
    engine.submit(
        Event(
            Kind.KIND_CANCEL,
            engine.now_ns,
            request_id=event.request_id,
            port=event.port,
            code=event.code if event.kind == Kind.KIND_COMPLETION else 0,
        )
    )
    engine.drain()
    engine.forget_transaction(event.request_id, event.port)
