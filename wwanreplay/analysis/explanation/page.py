"""The page as text: what a maintainer would write back, short, each line with its place."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from wwanreplay.analysis.explanation import words
from wwanreplay.analysis.explanation.causes import Confidence
from wwanreplay.analysis.explanation.joining import CONFIDENCE_WORDS, Found
from wwanreplay.analysis.explanation.judged import Finding
from wwanreplay.analysis.explanation.states import Change
from wwanreplay.analysis.explanation.steps import Step, StepPlace, Story
from wwanreplay.analysis.explanation.undone import undone_later
from wwanreplay.analysis.report import WIDTH
from wwanreplay.words import printable

if TYPE_CHECKING:
    from wwanreplay.analysis.explanation.explained import Explained

#: Lines of what happened that are printed; the middle of more is counted.
CHANGES_MAX: Final = 40
#: Observations, findings and differences that are printed.
LISTED_MAX: Final = 12
FIELDS_MAX: Final = 4
#: Places of one line that are named.
PLACES_SHOWN_MAX: Final = 3
NOTHING: Final = "nothing stands out"


def page_lines(found: Explained) -> Iterator[str]:
    """The page of one session."""
    yield found.name
    for remark in found.remarks:
        yield from _wrapped("", f"note: {remark}")
    for title, lines in (
        ("What this is", _facts(found)),
        ("What happened", _changes(found)),
        ("What stands out", _observations(found)),
        ("Likely causes", _causes(found)),
        ("Faults, then differences from the model", _judged(found)),
        ("What is missing to say more", _gaps(found)),
    ):
        yield ""
        yield title
        yield from lines


def _facts(found: Explained) -> Iterator[str]:
    for name, text in found.facts:
        yield from _wrapped(f"  {name:<10}", text)


def _changes(found: Explained) -> Iterator[str]:
    changes = found.changes
    if not changes:
        yield "  no state is reported"
        return
    half = CHANGES_MAX // 2
    if len(changes) <= CHANGES_MAX:
        yield from _change_lines(found.story, changes)
        return
    yield from _change_lines(found.story, changes[:half])
    yield f"  … {len(changes) - 2 * half} more changes …"
    yield from _change_lines(found.story, changes[-half:])


def _change_lines(story: Story, changes: Sequence[Change]) -> Iterator[str]:
    places = max((len(change.place.text) for change in changes), default=0)
    lanes = max((len(change.lane) for change in changes), default=0)
    for change in changes:
        time = words.time_text(change.place, story)
        time = f"{time:>12}  " if time else ""
        times = f" (×{change.count}, last {change.last.text})" if change.last is not None else ""
        start = f"  {change.place.text:<{places}}  {time}{change.lane:<{lanes}}  "
        yield from _wrapped(start, change.text + times)


def _observations(found: Explained) -> Iterator[str]:
    if not found.observations:
        below = "causes" if found.causes else "faults" if found.judged.faults else ""
        yield f"  nothing beyond the {below} below" if below else f"  {NOTHING}"
    for observation in found.observations[:LISTED_MAX]:
        text = f"{observation.text} ({_places(observation.places)})"
        yield from _wrapped("  - ", text + _undone(observation.undone))
    yield from _left(len(found.observations), "observation")


def _causes(found: Explained) -> Iterator[str]:
    if not found.causes:
        yield "  none: no row of the table has its evidence in this session"
    for number, each in enumerate(found.causes, 1):
        yield from _cause(number, each, found.story)


def _evidence(text: str, steps: Sequence[Step], story: Story) -> str:
    """A piece of evidence with its places, and what became of it."""
    undone = undone_later(story, steps[-1])
    later = _undone(None if undone is None else (undone[0], undone[1].place))
    return f"{text} ({_places([step.place for step in steps])}){later}"


def _undone(undone: tuple[str, StepPlace] | None) -> str:
    return "" if undone is None else f"; later {undone[0]} ({undone[1].text})"


def _cause(number: int, each: Found, story: Story) -> Iterator[str]:
    row = each.cause
    seen: dict[str, list[Step]] = {}
    for item in each.evidence:
        seen.setdefault(item.text, []).append(item.step)
    observed = [_evidence(text, steps, story) for text, steps in list(seen.items())[:3]]
    yield from _wrapped(f"  {number}. ", "; ".join(observed))
    sure = CONFIDENCE_WORDS[row.confidence]
    yield from _wrapped("     ", f"{sure[:1].upper()}{sure[1:]}: {row.cause}.")
    yield from _wrapped("     ", f"To confirm: {row.confirm}.")
    has_helped = row.confidence is not Confidence.DOCUMENTED
    yield from _wrapped("     ", f"What {'helped' if has_helped else 'may help'}: {row.helped}.")
    yield from _wrapped("     ", f"From: {row.source} ({row.confidence}).")


def _judged(found: Explained) -> Iterator[str]:
    judged = found.judged
    if not judged.faults and judged.verdict:
        yield f"  {judged.verdict}" if not judged.elsewhere else "  no fault in this part"
    if judged.elsewhere:
        yield f"  faults elsewhere in the session: {judged.elsewhere}"
    for finding in judged.faults[:LISTED_MAX]:
        yield from _finding("fault", finding)
    yield from _left(len(judged.faults), "fault")
    for finding in judged.warnings[:LISTED_MAX]:
        yield from _finding("warning", finding)
    yield from _left(len(judged.warnings), "warning")
    for finding in judged.notes[:LISTED_MAX]:
        yield from _finding("difference", finding)
    yield from _left(len(judged.notes), "difference")
    if judged.consequences:
        verb = "follows" if judged.consequences == 1 else "follow"
        yield f"  {judged.consequences} more {verb} from these"
    for text in judged.unjudged:
        yield from _wrapped("  ", text)


def _finding(kind: str, finding: Finding) -> Iterator[str]:
    places = _places(finding.places, finding.count)
    if finding.transaction and "transaction" not in finding.text:
        places = f"transaction {finding.transaction}, {places}"
    rule = f" Rule {finding.rule}." if finding.rule else ""
    text = finding.text.rstrip(".")
    yield from _wrapped("  - ", f"{kind} {finding.layer}: {text} ({places}).{rule}")
    for line in finding.fields[:FIELDS_MAX]:
        yield from _wrapped("      ", line)
    left = len(finding.fields) - FIELDS_MAX
    if left > 0:
        yield f"      … {left} more fields"


def _gaps(found: Explained) -> Iterator[str]:
    if not found.gaps:
        yield "  nothing"
    for gap in found.gaps:
        yield from _wrapped("  - ", f"{gap.what}: {gap.command}")


def _left(count: int, what: str) -> Iterator[str]:
    left = count - LISTED_MAX
    if left > 0:
        yield f"  … {left} more {what}{'s' if left > 1 else ''}"


def _places(places: Sequence[StepPlace], count: int | None = None) -> str:
    """Line 12, line 14 and 3 more."""
    total = len(places) if count is None else max(count, len(places))
    shown = [place.text for place in places[:PLACES_SHOWN_MAX]]
    left = total - len(shown)
    return ", ".join(shown) + (f" and {left} more" if left > 0 else "")


def _wrapped(start: str, text: str) -> Iterator[str]:
    """A text behind its start, broken at spaces only: commands and names stay whole."""
    yield from textwrap.wrap(
        printable(text),
        WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    ) or [start.rstrip()]
