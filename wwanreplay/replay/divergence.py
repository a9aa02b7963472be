"""Divergences: what is reported of a difference between a recording and the replayed device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from wwanreplay._core import Event
from wwanreplay.replay.align import content_key
from wwanreplay.replay.consequence import Judge
from wwanreplay.replay.fault import DivergenceKind, Fault, Layer, Weight
from wwanreplay.replay.fields import FieldDifference, field_differences


@dataclass(slots=True)
class Divergence:
    """One place where the replayed device differs from the recording.

    `index` and `time_ns` are those of the recorded event; of a missing one, the index of the record
    before which it should stand and the time it was due. `root` is False when it follows from the
    divergence at `root_index`. `state` is the replayed device's there, `before` the records just
    before, `nearest` the event that comes closest to the one that has no partner.
    A divergence of the MBIM side has in `note` what differs, and messages as `wire_recorded`
    and `wire_rebuilt`. In a field trace `observed` are the differences in the members that the
    record holds. Of a device that is present (`is_live`) `expected` is the trace's and `recorded`
    what the device gave now; index and time are a place in the trace.
    `is_field`: of a log, so that the replayed device is a model of the recorded one. Its requests
    were messages (`has_messages`), with their transactions; `has_times`: it has times.
    `layer` is what shows it and `weight` what it counts for (`layers.py`); `rule` the rule that a
    finding of the rules breaks, or that binds the member of one of the model, or `echo`.
    """

    kind: DivergenceKind
    root: bool
    index: int
    time_ns: int
    recorded: Event | None
    expected: Event | None
    root_index: int | None = None
    nearest: Event | None = None
    state: dict[str, Any] = field(default_factory=dict)
    before: tuple[Event, ...] = ()
    note: str = ""
    wire_recorded: bytes | None = None
    wire_rebuilt: bytes | None = None
    observed: list[FieldDifference] | None = None
    is_live: bool = False
    is_field: bool = False
    has_messages: bool = False
    has_times: bool = True
    layer: Layer = Layer.MODEL
    weight: Weight = Weight.FAULT
    rule: str | None = None

    def __post_init__(self) -> None:
        """A message is of the wire."""
        if self.kind is DivergenceKind.WIRE:
            self.layer = Layer.WIRE

    @property
    def is_fault(self) -> bool:
        """Whether it makes the answer a no."""
        return self.weight is Weight.FAULT

    @property
    def event(self) -> Event | None:
        """The recorded event, or the expected one when there is none; None of a wire message."""
        return self.recorded if self.recorded is not None else self.expected

    def fields(self) -> list[FieldDifference]:
        """What differs between both sides, decoded; empty when one side is missing."""
        if self.observed is not None:
            return self.observed
        if self.recorded is None or self.expected is None:
            return []
        return field_differences(self.recorded, self.expected)


class Ledger:
    """Takes the faults of a trace in order, counts all and keeps the first as divergences.

    An output that was found missing (or extra) and comes later (or is expected later) is one
    divergence, of time. `weigh` gives each its layer and weight; without it each is a fault.
    """

    def __init__(self, listed_max: int, weigh: Callable[[Divergence], None] | None = None) -> None:
        self.listed_max = listed_max
        self._weigh = weigh
        self.remark_count = 0  # of those that are no faults
        self.listed: list[Divergence] = []
        self.count = 0
        self.root_count = 0
        self.judge = Judge()

    @property
    def is_full(self) -> bool:
        """Whether further divergences are only counted."""
        return len(self.listed) >= self.listed_max

    def take(self, fault: Fault, details: Callable[[Divergence], None]) -> None:
        """Take a fault; `details` fills in a divergence that is listed."""
        if fault.agreed_before:
            self.judge.agreed()
        end = self.judge.take_other_end(fault)
        if end is not None:
            if end[1] is not None:
                self.remark_count -= not end[1].is_fault
                _join(end[1], fault)
                self._take_weight(end[1])
            return
        root_index = self.judge.root_of(fault)
        divergence = divergence_of(fault, fault.position, root_index)
        is_listed = not self.is_full
        if is_listed:
            details(divergence)
        self.take_judged(divergence)
        root_index = divergence.index if root_index is None else root_index
        self.judge.remember(fault, root_index, divergence if is_listed else None)

    def take_judged(self, divergence: Divergence) -> None:
        """Take a divergence whose root is known."""
        self._take_weight(divergence)
        if not self.is_full:
            self.listed.append(divergence)
        self.count += 1
        self.root_count += divergence.root

    def _take_weight(self, divergence: Divergence) -> None:
        if self._weigh is not None:
            self._weigh(divergence)
        self.remark_count += not divergence.is_fault

    def in_order(self) -> list[Divergence]:
        """The listed divergences: roots first, then by index."""
        return sorted(self.listed, key=lambda found: (not found.root, found.index, found.time_ns))


def divergence_of(fault: Fault, index: int, root_index: int | None) -> Divergence:
    """A fault at a record, as a root or a consequence."""
    return Divergence(
        fault.kind,
        root_index is None,
        index,
        fault.event.time_ns,
        fault.recorded,
        fault.expected,
        root_index,
    )


def _join(divergence: Divergence, fault: Fault) -> None:
    """Make one divergence at the recorded event of both ends."""
    if fault.recorded is not None:
        divergence.recorded = fault.recorded
        divergence.index = fault.position
        divergence.time_ns = fault.recorded.time_ns
    if fault.expected is not None:
        divergence.expected = fault.expected
    divergence.nearest = None
    same = (
        divergence.recorded is not None
        and divergence.expected is not None
        and content_key(divergence.recorded) == content_key(divergence.expected)
    )
    divergence.kind = DivergenceKind.TIME if same else DivergenceKind.CHANGED


def nearest_event(target: Event, candidates: list[Event]) -> Event | None:
    """Of events of the target's kind and code, the one that agrees with it most; None without."""
    message = target.kind, target.namespace, target.code

    def score(event: Event) -> tuple[int, bool, bool, int]:
        return (
            (event.request_id == target.request_id) + (event.port == target.port),
            event.payload == target.payload,
            event.status == target.status,
            -abs(event.time_ns - target.time_ns),
        )

    alike = (
        event
        for event in reversed(candidates)  # of those that agree as much the last one
        if (event.kind, event.namespace, event.code) == message
    )
    return max(alike, key=score, default=None)
