"""Inference: find what the environment did in a recording that does not have it.

inferred = infer(trace)                # a path, bytes, or a file that can be read again
inferred.stimuli                       # what was found, each with its witness
data = inferred.to_bytes()             # the trace with them, flagged as inferred

A stimulus is believed when the emulated device, driven by it, reports what was recorded; what no
change of the environment explains stays a divergence of the replay.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.analysis.infer.loop import Unexplained, explain
from wwanreplay.analysis.infer.places import places_of
from wwanreplay.errors import LimitError, in_file
from wwanreplay.outputs import write_whole
from wwanreplay.trace import TraceHeader, TraceReader
from wwanreplay.trace.edit import rewrite
from wwanreplay.trace.source import TraceInput
from wwanreplay.verdict import Verdict

__all__ = ["Inferred", "InferredStimulus", "Unexplained", "infer", "infer_file", "without_stimuli"]

#: Longer traces are not searched unless somebody asks for it: that takes minutes.
RECORDS_MAX: Final = 300_000


@dataclass(frozen=True, slots=True)
class InferredStimulus:
    """A stimulus that was found: the event, and the record of the source before which it stands.

    `witness` is the record of the source that made it necessary; when the recording lacks what the
    device would have reported, that is `absent`, and `witness` the record before which it is
    missed.
    """

    event: Event
    before: int
    witness: int | None = None
    absent: Event | None = None


@dataclass(slots=True)
class Inferred:
    """What was found in one trace.

    `unexplained` are the outputs that no change of the environment explains; a replay of the
    result reports them. `compared` counts the outputs that were compared.
    """

    source: TraceInput
    header: TraceHeader
    stimuli: list[InferredStimulus] = field(default_factory=list)
    unexplained: tuple[Unexplained, ...] = ()
    compared: int = 0

    @property
    def verdict(self) -> Verdict:
        """What a replay of the result comes to, its MBIM messages aside."""
        if self.unexplained:
            return Verdict.DIVERGED
        if not self.compared:
            return Verdict.NOTHING_COMPARED
        return Verdict.NO_FAULT if self.header.comparison == "field" else Verdict.EQUAL

    def to_bytes(self) -> bytes:
        """The trace with the stimuli in their places."""
        return rewrite(self.source, self._edited, header=self.header)

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
    """Find what a trace lacks: its stimuli, and of a field trace the profile and the start.

    What it has stays. Raises TraceError for what is no sound trace, InputError for an exact one
    that carries no profile, UsageError for a pipe: the trace is read several times.
    """
    with TraceReader(source) as reader:
        try:
            with in_file(reader.path):
                explanation = explain(reader.header, reader.events)
        except LimitError as error:
            raise (error if reader.path is None else error.at(reader.path)) from None
        found = explanation.stimuli
        places = places_of([(each.event, each.before) for each in found], reader.events)
    stimuli = [
        InferredStimulus(
            each.event.replace(flags=RecordFlag.FLAG_INFERRED), place, each.witness, each.absent
        )
        for each, place in zip(found, places, strict=True)
    ]
    stimuli.sort(key=lambda each: (each.before, each.event.time_ns))
    return Inferred(
        source, explanation.header, stimuli, explanation.unexplained, explanation.compared
    )


def infer_file(path: Path) -> dict[str, Any]:
    """Infer what a trace lacks and rewrite it in place; what was found, in numbers.

    A session too long to be searched unasked goes without (`RECORDS_MAX`).
    """
    with TraceReader(path) as reader:
        records = reader.footer.records if reader.footer is not None else 0
    if records > RECORDS_MAX:
        limit = f"{records} records are more than {RECORDS_MAX}"
        return {"skipped": f"{limit}; wwanreplay infer takes as long as it needs"}
    inferred = infer(path)
    data = inferred.to_bytes()
    write_whole(path, data, force=True)
    return {
        "profile": inferred.header.profile_name,
        "stimuli": len(inferred.stimuli),
        "unexplained": len(inferred.unexplained),
        "compared": inferred.compared,
    }


def without_stimuli(source: TraceInput, *, inferred_only: bool = False) -> bytes:
    """The trace without stimuli, or without the inferred ones."""

    def kept(event: Event) -> bool:
        if event.kind != Kind.KIND_STIMULUS:
            return True
        return inferred_only and not event.flags & RecordFlag.FLAG_INFERRED

    return rewrite(source, lambda events: [event for event in events if kept(event)])
