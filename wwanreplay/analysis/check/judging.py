"""A session judged by rules, in one pass: what each rule came to, and where it is broken."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from wwanreplay._core import Event
from wwanreplay._sessions import sift
from wwanreplay.analysis.check.registry import (
    Evidence,
    Judgement,
    Predicate,
    Undecided,
    chosen,
    evidence,
)
from wwanreplay.analysis.check.session import Item, Session
from wwanreplay.analysis.check.windows import DEFAULT, Sizes, windows
from wwanreplay.analysis.decodedonly import readable
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.rules import rows

# Members of a refusal that are there without a body: header, status, an empty list, the session.
_UNSAID = re.compile(r"^Header\.|^uStatus$|ListHeader\.|\.uSessionID$")
# Events that are shown before one that breaks a rule.
CONTEXT = 4

MAPPED = Undecided("the events were mapped from MBIM messages, in which this does not show")
UNREAD = Undecided("of an event before this one the log shows nothing but its name")
BARE = Undecided("the message of this refusal has no body")
PARTIAL = Undecided("the log shows only a part of this event or of its request")


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule broken at an event: its record number, its time and what is wrong there."""

    rule: str
    index: int
    time_ns: int
    text: str


@dataclass(frozen=True, slots=True)
class RulePlace:
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
    places: list[RulePlace] = field(default_factory=list)
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
    is_mapped: bool = False,
    counts: Callable[[Event], bool] | None = None,
    unread: list[str] | None = None,
) -> Iterator[tuple[str, Session, int, list[Judgement]]]:
    """(rule, window, how often it is kept there, the other judgements) for each rule and window.

    The other judgements are (event, what is wrong there), in no order. `is_whole` is False where
    the recording may begin in the middle, or has not what the environment did, as a log of somebody
    else; `is_mapped` where the events were made of MBIM messages. What is no event of the session,
    but was made up when messages were mapped to OIDs, is never judged. Printed fields that hold
    what no such field can are left out; `unread` is given their paths.
    """
    predicates = [(rule_id, each, evidence(rule_id)) for rule_id, each in chosen(ids).items()]
    whole: Iterable[Session] = [session] if isinstance(session, Session) else ()
    if not isinstance(session, Session):
        events = _readable(session, [] if unread is None else unread)
        whole = windows(events, sizes, is_whole=is_whole, is_passing=True, is_mapped=is_mapped)
    with _uncollected():
        for window in whole:
            start, stop = window.judged.start, window.judged.stop
            # Two documents may say the same thing.
            sifted: dict[Predicate, tuple[int, list[Judgement]]] = {}
            for rule_id, predicate, grounds in predicates:
                found: Iterable[Judgement] = predicate(window)
                if counts is not None:
                    found = (each for each in found if counts(each[0].event))
                if grounds.ndis_only and window.is_mapped:
                    yield rule_id, window, 0, _mapped(found, start, stop)
                    continue
                if predicate not in sifted:
                    sifted[predicate] = sift(found, start, stop)
                kept, others = sifted[predicate]
                if kept or others:
                    weighed = [
                        (item, _weighed(window, item, text, grounds)) for item, text in others
                    ]
                    yield rule_id, window, kept, weighed
            sifted.clear()  # so that nobody has what is of this window alone


def _readable(events: Iterable[Event], unread: list[str]) -> Iterator[Event]:
    for event in events:
        if not event.fields:
            yield event
            continue
        kept, left = readable(event)
        unread += left
        yield kept


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage is looked for meanwhile.

    A window is one web of objects, which becomes garbage as a whole: `windows` has it collected. To
    look through it again and again while it is judged takes longer than most rules.
    """
    is_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_enabled:
            gc.enable()


def _mapped(found: Iterable[Judgement], start: int, stop: int) -> list[Judgement]:
    """All judgements of the judged part, each undecided."""
    return [(item, MAPPED) for item, _ in found if start <= item.at < stop and not item.is_made_up]


def _weighed(session: Session, item: Item, text: str, grounds: Evidence) -> str:
    """What is wrong somewhere, by what that rests on."""
    if grounds.by_record or isinstance(text, Undecided):
        return text
    if _is_partial(item):
        return PARTIAL
    if session.is_mapped and not grounds.by_status and _is_bare(item):
        return BARE
    return UNREAD if session.has_unread(item.at) else text


def _is_partial(item: Item) -> bool:
    """Whether the log shows only a part of an event or of the request that it answers."""
    request = None if item.transaction is None else item.transaction.request
    return item.is_incomplete or (request is not None and request.is_incomplete)


def _is_bare(item: Item) -> bool:
    """Whether a refusal says nothing but its status, as a message of MBIM without a body does."""
    payload = item.event.payload
    spans = _members_of(item.code, len(payload)) if item.u_status else None
    return spans is not None and not any(any(payload[span]) for span in spans)


@cache
def _members_of(code: int, size: int) -> tuple[slice, ...] | None:
    """Where the members stand that a device adds to a report; None for no form without elements."""
    row = PROTOCOL.indication_by_number.get(code)
    for name in reversed(() if row is None else row.structs):
        for layout in reversed(PROTOCOL.structure(name).layouts):
            flat = PROTOCOL.flat(name, layout.id)
            if flat.size == size:
                return tuple(
                    slice(leaf.offset, leaf.offset + leaf.size)
                    for leaf in flat.leaves
                    if leaf.field.origin != "echo" and not _UNSAID.search(leaf.path)
                )
    return None


def judge(
    session: Session | Iterable[Event],
    ids: Iterable[str] | None = None,
    *,
    places_max: int = 100,
    sizes: Sizes = DEFAULT,
    is_whole: bool = True,
    is_mapped: bool = False,
    counts: Callable[[Event], bool] | None = None,
    unread: list[str] | None = None,
) -> dict[str, Tally]:
    """What each rule (all without `ids`) came to; `places_max` broken places of each are kept.

    With `counts` only places at events that it is true of count; `unread` is given the paths of
    printed fields that were left out.
    UsageError for an id that is not implemented.
    """
    tallies = {rule_id: Tally(rule_id) for rule_id in chosen(ids)}
    for rule_id, window, kept, others in judgements(
        session,
        tallies,
        sizes,
        is_whole=is_whole,
        is_mapped=is_mapped,
        counts=counts,
        unread=unread,
    ):
        tally = tallies[rule_id]
        tally.kept += kept
        for item, text in others:
            if isinstance(text, Undecided):
                tally.undecided[text] = tally.undecided.get(text, 0) + 1
                continue
            tally.broken_count += 1
            if len(tally.places) < places_max:
                before = tuple(window.items[max(item.at - CONTEXT, 0) : item.at])
                tally.places.append(RulePlace(item, text, before))
    return tallies


def check(
    session: Session | Iterable[Event],
    ids: Iterable[str] | None = None,
    sizes: Sizes = DEFAULT,
    *,
    is_whole: bool = True,
    is_mapped: bool = False,
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
        Violation(rule_id, item.index, item.time_ns, text)
        for rule_id, _, _, others in judgements(
            session, ids, sizes, is_whole=is_whole, is_mapped=is_mapped
        )
        for item, text in others
        if not isinstance(text, Undecided)
    ]
    return sorted(found, key=lambda violation: (violation.index, violation.rule))


def coverage(
    session: Session | Iterable[Event],
    ids: Iterable[str] | None = None,
    sizes: Sizes = DEFAULT,
    *,
    is_whole: bool = True,
    is_mapped: bool = False,
) -> dict[str, int]:
    """How often each rule was decided in a session."""
    counts = dict.fromkeys(chosen(ids), 0)
    for rule_id, _, kept, others in judgements(
        session, counts, sizes, is_whole=is_whole, is_mapped=is_mapped
    ):
        counts[rule_id] += kept + sum(not isinstance(text, Undecided) for _, text in others)
    return counts
