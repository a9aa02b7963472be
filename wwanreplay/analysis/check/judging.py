"""A session judged by rules, in one pass: what each rule came to, and where it is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from wwanreplay._core import Event
from wwanreplay.analysis.check.registry import Evidence, Undecided, chosen, evidence
from wwanreplay.analysis.check.session import Item, Session
from wwanreplay.analysis.check.windows import DEFAULT, Sizes, windows
from wwanreplay.protocol.rules import rows

# Events that are shown before one that breaks a rule.
CONTEXT = 4

MAPPED = Undecided("the events were mapped from MBIM messages, in which this does not show")
UNREAD = Undecided("of an event before this one the log shows nothing but its name")
PARTIAL = Undecided("the log shows only a part of this event or of its request")


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
    session: Session | Iterable[Event],
    ids: Iterable[str] | None = None,
    sizes: Sizes = DEFAULT,
    *,
    is_whole: bool = True,
) -> Iterator[tuple[str, Session, Item, str]]:
    """(rule, session, event, what is wrong there) for each place, in no order within a window.

    `is_whole` is False where the recording may begin in the middle, or has not what the environment
    did, as a log of somebody else. `session` is the window in which the event stands. What is no
    event of the session, but was made up when messages were mapped to OIDs, is never judged.
    """
    predicates = [(rule_id, each, evidence(rule_id)) for rule_id, each in chosen(ids).items()]
    whole = (
        [session] if isinstance(session, Session) else windows(session, sizes, is_whole=is_whole)
    )
    for window in whole:
        start, stop = window.judged.start, window.judged.stop
        for rule_id, predicate, grounds in predicates:
            mapped = grounds.ndis_only and window.is_mapped
            for item, text in predicate(window):
                if start <= item.at < stop and not item.is_made_up:
                    found = MAPPED if mapped else _weighed(window, item, text, grounds)
                    yield rule_id, window, item, found


def _weighed(session: Session, item: Item, text: str, grounds: Evidence) -> str:
    """A judgement by what it rests on."""
    if not text or grounds.by_record or isinstance(text, Undecided):
        return text
    if _is_partial(item):
        return PARTIAL
    return UNREAD if session.has_unread(item.at) else text


def _is_partial(item: Item) -> bool:
    """Whether the log shows only a part of an event or of the request that it answers."""
    request = None if item.transaction is None else item.transaction.request
    return item.is_incomplete or (request is not None and request.is_incomplete)


def judge(
    session: Session | Iterable[Event],
    ids: Iterable[str] | None = None,
    *,
    places_max: int = 100,
    sizes: Sizes = DEFAULT,
    is_whole: bool = True,
    counts: Callable[[Event], bool] | None = None,
) -> dict[str, Tally]:
    """What each rule (all without `ids`) came to; `places_max` broken places of each are kept.

    With `counts` only places at events that it is true of count.
    UsageError for an id that is not implemented.
    """
    tallies = {rule_id: Tally(rule_id) for rule_id in chosen(ids)}
    for rule_id, window, item, text in judgements(session, tallies, sizes, is_whole=is_whole):
        if counts is not None and not counts(item.event):
            continue
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
    session: Session | Iterable[Event],
    ids: Iterable[str] | None = None,
    sizes: Sizes = DEFAULT,
    *,
    is_whole: bool = True,
) -> list[Violation]:
    """Judge a session by these rules; the violations in the order of events.

    Without `ids` by all rules that bind the device: those that bind the host, and those of the
    level may, which are notes, are judged when they are named. UsageError for an id that is not
    implemented.
    """
    if ids is None:
        others = {row.id for row in rows() if row.actor == "service" or row.level == "may"}
        ids = [rule_id for rule_id in chosen(None) if rule_id not in others]
    found = [
        Violation(rule_id, item.index, item.event.time_ns, text)
        for rule_id, _, item, text in judgements(session, ids, sizes, is_whole=is_whole)
        if text and not isinstance(text, Undecided)
    ]
    return sorted(found, key=lambda violation: (violation.index, violation.rule))


def coverage(
    session: Session | Iterable[Event],
    ids: Iterable[str] | None = None,
    sizes: Sizes = DEFAULT,
    *,
    is_whole: bool = True,
) -> dict[str, int]:
    """How often each rule was decided in a session."""
    counts = dict.fromkeys(chosen(ids), 0)
    for rule_id, _, _, text in judgements(session, counts, sizes, is_whole=is_whole):
        counts[rule_id] += not isinstance(text, Undecided)
    return counts
