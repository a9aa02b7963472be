"""Everything that the page says of one session, gathered once; page and JSON print it."""

from __future__ import annotations

from dataclasses import dataclass, field

from wwanreplay.analysis.explanation.facts import facts
from wwanreplay.analysis.explanation.joining import Found, likely_causes
from wwanreplay.analysis.explanation.judged import Judged, judged
from wwanreplay.analysis.explanation.missing import Gap, gaps
from wwanreplay.analysis.explanation.observations import Observation, observations
from wwanreplay.analysis.explanation.reading import read_story
from wwanreplay.analysis.explanation.states import Change, changes
from wwanreplay.analysis.explanation.steps import Story
from wwanreplay.errors import EXIT_NO, EXIT_YES
from wwanreplay.trace.stretch import WHOLE, Stretch
from wwanreplay.words import printable


@dataclass(slots=True)
class Explained:
    """One session explained.

    `name` is the file, `remarks` what reading it could not use, in words. `faults` are those of the
    wire, of the rules, and of bound rows; `notes` the differences from the model.
    """

    name: str
    story: Story
    facts: list[tuple[str, str]]
    changes: list[Change]
    observations: list[Observation]
    causes: list[Found]
    judged: Judged
    gaps: list[Gap]
    remarks: list[str] = field(default_factory=list)
    #: Whether anything of the session stands in the part that is explained.
    has_content: bool = True

    def __str__(self) -> str:
        """The page, as the verb prints it."""
        from wwanreplay.analysis.explanation.page import page_lines

        return "\n".join(page_lines(self))

    def __repr__(self) -> str:
        found = f"{len(self.judged.faults)} faults, {len(self.causes)} likely causes"
        return f"<Explained {printable(self.name)}: {self.verdict or 'not judged'}, {found}>"

    @property
    def verdict(self) -> str:
        """The word of `replay` on it; empty where it was not judged."""
        return self.judged.verdict

    @property
    def exit_code(self) -> int:
        """1 where there is a fault, else 0."""
        return EXIT_NO if self.judged.faults else EXIT_YES


def explained(
    name: str,
    source: str,
    *,
    marks: frozenset[str] = frozenset(),
    remarks: list[str] | None = None,
    stretch: Stretch = WHOLE,
) -> Explained:
    """Explain a trace. Raises TraceError for what cannot be read.

    Of a stretch is listed what stands in it; it is judged by all of the session.
    """
    story = read_story(source, marks)
    part = [] if stretch.is_whole else [("part", f"{stretch}, judged by all of the session")]
    return Explained(
        name,
        story,
        facts(story) + part,
        [each for each in changes(story) if stretch.has_place(*each.place.where)],
        observations(story, stretch),
        likely_causes(story, stretch=stretch),
        judged(source, story, stretch),
        gaps(story),
        list(remarks or ()),
        stretch.is_whole or any(stretch.has_place(*step.place.where) for step in story.steps),
    )
