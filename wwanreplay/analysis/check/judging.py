"""A session judged by rules, in one pass: what each rule came to, and where it is broken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from wwanreplay._core import Event, RecordFlag
from wwanreplay.analysis.check.registry import Undecided, chosen
from wwanreplay.analysis.check.session import Item, Session
from wwanreplay.analysis.check.windows import DEFAULT, Sizes, windows

# Events that are shown before one that breaks a rule.
CONTEXT = 4


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule broken at an event: its record number, its time and what is wrong there."""

    rule: str
    index: int
    time_ns: int
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """An event at which a rule is broken, with the text that says how, and the events before it."""

    item: Item
    text: str
    before: tuple[Item, ...]


@dataclass(slots=True)
class Tally:
    """What a rule came to in a session.

    `kept` and `broken_count` count judgements. `places` are the first of the broken ones, as many
    as were asked for; `undecided` counts the places that could not be decided, by their reason.
    """

    rule: str
    kept: int = 0
    broken_count: int = 0
    places: list[Place] = field(default_factory=list)
    undecided: dict[str, int] = field(default_factory=dict)

    @property
    def judged(self) -> int:
        """How often it was decided."""
        return self.kept + self.broken_count


def judgements(
    session: Session | Iterable[Event], ids: Iterable[str] | None = None, sizes: Sizes = DEFAULT
) -> Iterator[tuple[str, Session, Item, str]]:
    """(rule, session, event, what is wrong there) for each place, in no order within a window.

    `session` is the window in which the event stands. What is no event of the session, but was made
    up when messages were mapped to OIDs, is never judged.
    """
    predicates = chosen(ids)
    whole = [session] if isinstance(session, Session) else windows(session, sizes)
    for window in whole:
        start, stop = window.judged.start, window.judged.stop
        for rule_id, predicate in predicates.items():
            for item, text in predicate(window):
                if start <= item.at < stop and not is_made_up(item):
                    yield rule_id, window, item, text


def is_made_up(item: Item) -> bool:
    """Whether an event was in no log and no message: no evidence for or against a device."""
    return bool(item.event.flags & RecordFlag.FLAG_INFERRED)


def judge(
    session: Session | Iterable[Event],
    ids: Iterable[str] | None = None,
    *,
    places_max: int = 100,
    sizes: Sizes = DEFAULT,
) -> dict[str, Tally]:
    """What each rule (all without `ids`) came to; `places_max` broken places of each are kept.

    UsageError for an id that is not implemented.
    """
    tallies = {rule_id: Tally(rule_id) for rule_id in chosen(ids)}
    for rule_id, window, item, text in judgements(session, tallies, sizes):
        tally = tallies[rule_id]
        if not text:
            tally.kept += 1
        elif isinstance(text, Undecided):
            tally.undecided[text] = tally.undecided.get(text, 0) + 1
        else:
            tally.broken_count += 1
            if len(tally.places) < places_max:
                before = tuple(window.items[max(item.at - CONTEXT, 0) : item.at])
                tally.places.append(Place(item, text, before))
    return tallies


def check(
    session: Session | Iterable[Event], ids: Iterable[str] | None = None, sizes: Sizes = DEFAULT
) -> list[Violation]:
    """Judge a session by these rules (all without `ids`); the violations in the order of events.

    UsageError for an id that is not implemented.
    """
    found = [
        Violation(rule_id, item.index, item.event.time_ns, text)
        for rule_id, _, item, text in judgements(session, ids, sizes)
        if text and not isinstance(text, Undecided)
    ]
    return sorted(found, key=lambda violation: (violation.index, violation.rule))


def coverage(
    session: Session | Iterable[Event], ids: Iterable[str] | None = None, sizes: Sizes = DEFAULT
) -> dict[str, int]:
    """How often each rule was decided in a session."""
    counts = dict.fromkeys(chosen(ids), 0)
    for rule_id, _, _, text in judgements(session, counts, sizes):
        counts[rule_id] += not isinstance(text, Undecided)
    return counts
