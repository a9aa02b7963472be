"""Inference: find what the environment did in a recording that does not say it.

inferred = infer(trace)                # a path, bytes, or a reader
inferred.stimuli                       # what was found, each with its witness
data = inferred.to_bytes()             # the trace with them, flagged as inferred

A stimulus is believed when the emulated device, driven by it, says what was recorded; what no
change of the environment explains stays a divergence of the replay.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.analysis.infer.witnesses import Environment
from wwanreplay.replay.search import FOLLOWED, Fault, Search
from wwanreplay.replay.verb import engine_of
from wwanreplay.trace import TraceReader
from wwanreplay.trace.edit import rewrite
from wwanreplay.trace.source import TraceInput

__all__ = ["Inferred", "InferredStimulus", "infer", "without_stimuli"]


@dataclass(frozen=True, slots=True)
class InferredStimulus:
    """A stimulus that was found: the event, and the record of the source before which it stands."""

    event: Event
    before: int


@dataclass(slots=True)
class Inferred:
    """What was found in one trace.

    `unexplained` are the outputs that no change of the environment explains; a replay of the
    result reports them.
    """

    source: TraceInput
    stimuli: list[InferredStimulus] = field(default_factory=list)
    unexplained: tuple[Fault, ...] = ()

    def to_bytes(self) -> bytes:
        """The trace with the stimuli in their places."""
        return rewrite(self.source, self._edited)

    def _edited(self, events: list[Event]) -> list[Event]:
        at: dict[int, list[Event]] = {}
        for found in self.stimuli:
            at.setdefault(found.before, []).append(found.event)
        edited: list[Event] = []
        for place, event in enumerate(events):
            edited += at.get(place, [])
            edited.append(event)
        return edited + at.get(len(events), [])


def infer(source: TraceInput) -> Inferred:
    """Find the stimuli that a trace lacks; what it has of them stays.

    Raises TraceError for what is no sound trace, InputError when it carries no profile.
    """
    with TraceReader(source) as reader:
        events = list(reader.events())
        engine, _ = engine_of(reader.header)
        mapping = reader.header.profile_mapping
    search = Search(events, engine, Environment(mapping).propose)
    found = search.run()
    places = [place for place, event in enumerate(events) if event.kind in FOLLOWED]
    stimuli = [
        InferredStimulus(
            placed.event.replace(flags=RecordFlag.FLAG_INFERRED),
            places[placed.position] if placed.position < len(places) else len(events),
        )
        for placed in found.stimuli
    ]
    stimuli.sort(key=lambda each: (each.before, each.event.time_ns))
    return Inferred(source, stimuli, found.faults)


def without_stimuli(source: TraceInput, *, inferred_only: bool = False) -> bytes:
    """The trace without stimuli, or without the inferred ones."""

    def kept(event: Event) -> bool:
        if event.kind != Kind.KIND_STIMULUS:
            return True
        return inferred_only and not event.flags & RecordFlag.FLAG_INFERRED

    return rewrite(source, lambda events: [event for event in events if kept(event)])
