"""Inference: find what the environment did in a recording that does not have it.

inferred = infer(trace)                # a path, bytes, or a file that can be read again
inferred.stimuli                       # what was found, each with its witness
data = inferred.to_bytes()             # the trace with them, flagged as inferred

A stimulus is believed when the emulated device, driven by it, reports what was recorded; what no
change of the environment explains stays a divergence of the replay.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.analysis.infer.loop import InferredStimulus, Unexplained, explain
from wwanreplay.analysis.infer.places import merged
from wwanreplay.errors import LimitError, in_file
from wwanreplay.outputs import whole
from wwanreplay.trace import TraceHeader, TraceReader
from wwanreplay.trace.edit import rewrite_to
from wwanreplay.trace.source import TraceInput

if TYPE_CHECKING:
    from wwanreplay.replay import ReplayResult

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
    result reports them, and of a field trace says whether they are faults (`judge`). `compared`
    counts the outputs that were compared.
    """

    source: TraceInput
    header: TraceHeader
    stimuli: list[InferredStimulus] = field(default_factory=list)
    unexplained: tuple[Unexplained, ...] = ()
    compared: int = 0

    def judge(self) -> ReplayResult:
        """What a replay of the result comes to, a field trace in its layers.

        What nothing explains is a fault there, or only a note; and messages and rules show more.
        The source is read again; the result stands in a temporary file meanwhile.
        """
        with TemporaryFile() as made:
            self.write(made)
            made.seek(0)
            return judged(made, self.source, more=len(self.unexplained))

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


def judged(made: BinaryIO, source: TraceInput, *, more: int = 0) -> ReplayResult:
    """The replay of a trace that was made of another, whose expected divergences are its own.

    `more` divergences are listed than usual.
    """
    from wwanreplay.analysis.expected import apply_expected, expected_of
    from wwanreplay.analysis.verdict import judge_further
    from wwanreplay.replay import DIVERGENCES_MAX, replay

    path = os.fspath(source) if isinstance(source, str | os.PathLike) else ""
    expected = expected_of(path) if path else None
    listed = DIVERGENCES_MAX + more + (0 if expected is None else expected.count)
    with TraceReader(made) as reader:
        result = replay(reader, divergences_max=listed, judge_further=judge_further)
    if expected is not None:
        apply_expected(result, expected, path)
    return result


def infer_file(path: Path) -> dict[str, Any]:
    """Infer what a trace lacks and rewrite it in place; what was found, in numbers.

    `verdict` is the word of its replay, `headline` the word with its counts.
    """
    from wwanreplay.analysis.report import headline

    inferred = infer(path)
    with whole(path, force=True) as file:
        inferred.write(cast(BinaryIO, file))
    with path.open("rb") as made:
        result = judged(made, path)
    return {
        "profile": inferred.header.profile_name,
        "stimuli": len(inferred.stimuli),
        "unexplained": len(inferred.unexplained),
        "compared": inferred.compared,
        "verdict": str(result.verdict),
        "headline": headline(result),
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
