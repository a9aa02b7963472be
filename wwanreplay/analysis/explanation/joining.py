"""The join of rows and session: which causes have evidence, and in which order they are named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wwanreplay.analysis.explanation.causes import CAUSES, Cause, Confidence, Subject
from wwanreplay.analysis.explanation.predicates import Evidence
from wwanreplay.analysis.explanation.steps import Story
from wwanreplay.trace.stretch import WHOLE, Stretch

#: How sure a row is, in words that stand before its cause.
CONFIDENCE_WORDS: Final = {
    Confidence.DOCUMENTED: "may be",
    Confidence.ONCE: "was so in one report",
    Confidence.SEVERAL: "most often",
}
_ORDER: Final = list(Subject)


@dataclass(frozen=True, slots=True)
class Found:
    """A row with its evidence in this session."""

    cause: Cause
    evidence: tuple[Evidence, ...]


def likely_causes(
    story: Story, rows: Sequence[Cause] = CAUSES, *, stretch: Stretch = WHOLE
) -> list[Found]:
    """The rows that have evidence in a stretch.

    First what the transport shows, last what is harmless. Within a subject the first evidence goes
    first: later trouble mostly follows from it.
    """
    found: dict[str, Found] = {}
    for row in rows:
        evidence = tuple(
            each for each in row.when.find(story) if stretch.has_place(*each.step.place.where)
        )
        if evidence:
            found[row.id] = Found(row, evidence)
    kept = [each for each in found.values() if not any(name in found for name in each.cause.unless)]
    return sorted(
        kept,
        key=lambda each: (
            _ORDER.index(each.cause.subject),
            min(item.step.place.record for item in each.evidence),
        ),
    )
