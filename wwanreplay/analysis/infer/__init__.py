"""Inference: find what the environment did in a recording that does not have it.

inferred = infer(trace)                # a path, bytes, or a file that can be read again
inferred.stimuli                       # what was found, each with its witness
data = inferred.to_bytes()             # the trace with them, flagged as inferred

A stimulus is believed when the emulated device, driven by it, reports what was recorded; what no
change of the environment explains stays a divergence of the replay.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.analysis.infer.loop import InferredStimulus, Unexplained, explain
from wwanreplay.analysis.infer.places import merged
from wwanreplay.errors import LimitError, in_file
from wwanreplay.outputs import whole
from wwanreplay.trace import TraceHeader, TraceReader
from wwanreplay.trace.edit import rewrite_to
from wwanreplay.trace.source import TraceInput
from wwanreplay.verdict import Verdict

__all__ = [
    "Inferred",
    "InferredStimulus",
    "Unexplained",
    "infer",
    "infer_file",
    "without_stimuli",
    "write_without_stimuli",
]


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
        out = io.BytesIO()
        self.write(out)
        return out.getvalue()

    def write(self, out: BinaryIO) -> None:
        """Write the trace with the stimuli in their places, of which no more than a part is held.

        The source is read again; `out` must not be where it stands.
        """
        rewrite_to(self.source, self._edited, out, header=self.header)

    def _edited(self, events: Iterable[Event]) -> Iterator[Event]:
        return merged(events, ((found.before, found.event) for found in self.stimuli))


def infer(source: TraceInput) -> Inferred:
    """Find what a trace lacks: its stimuli, and of a field trace the profile and the start.

    What it has stays. Raises TraceError for what is no sound trace, InputError for an exact one
    that carries no profile, UsageError for a pipe: the trace is read several times.
    """
    with TraceReader(source) as reader:
        reader.header.refuse_filtered(reader.path, "infer from the trace that was filtered")
        try:
            with in_file(reader.path):
                return Inferred(source, *explain(reader.header, reader.events))
        except LimitError as error:
            raise (error if reader.path is None else error.at(reader.path)) from None


def infer_file(path: Path) -> dict[str, Any]:
    """Infer what a trace lacks and rewrite it in place; what was found, in numbers."""
    inferred = infer(path)
    with whole(path, force=True) as file:
        inferred.write(cast(BinaryIO, file))
    return {
        "profile": inferred.header.profile_name,
        "stimuli": len(inferred.stimuli),
        "unexplained": len(inferred.unexplained),
        "compared": inferred.compared,
    }


def without_stimuli(source: TraceInput, *, inferred_only: bool = False) -> bytes:
    """The trace without stimuli, or without the inferred ones."""
    out = io.BytesIO()
    write_without_stimuli(source, out, inferred_only=inferred_only)
    return out.getvalue()


def write_without_stimuli(source: TraceInput, out: BinaryIO, *, inferred_only: bool = False) -> int:
    """Write the trace without stimuli, or without the inferred ones; how many there were."""
    removed: set[int] = set()

    def kept(events: Iterable[Event]) -> Iterator[Event]:
        for place, event in enumerate(events):
            is_inferred = bool(event.flags & RecordFlag.FLAG_INFERRED)
            if event.kind != Kind.KIND_STIMULUS or (inferred_only and not is_inferred):
                yield event
            else:
                removed.add(place)

    rewrite_to(source, kept, out)
    return len(removed)
