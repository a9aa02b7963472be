"""Rules by id: each a predicate over a session, and a count of how often it could be judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from wwanreplay._core import Event
from wwanreplay.analysis.check.session import Item, Session
from wwanreplay.errors import UsageError


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule broken at an event: its record number, its time and what is wrong there."""

    rule: str
    index: int
    time_ns: int
    text: str


# What a predicate gives: for each place where the rule can be judged, the event and what is wrong
# with it; an empty text means that the rule holds there.
Judgement = tuple[Item, str]
Predicate = Callable[[Session], Iterator[Judgement]]

_RULES: dict[str, Predicate] = {}


def rule(*rule_ids: str) -> Callable[[Predicate], Predicate]:
    """Register a predicate under its rule's id (several where documents say the same thing twice).

    The predicate yields one judgement per place where the precondition holds, so that a session in
    which a rule was never judged differs from one that keeps it.
    """

    def register(predicate: Predicate) -> Predicate:
        for rule_id in rule_ids:
            if rule_id in _RULES:
                raise UsageError(f"rule {rule_id} has two predicates")
            _RULES[rule_id] = predicate
        return predicate

    return register


def rules() -> Mapping[str, Predicate]:
    """Every predicate by the id of its rule, from all files beside this one."""
    for part in iter_modules([str(Path(__file__).parent)], "wwanreplay.analysis.check."):
        import_module(part.name)
    return _RULES


def _chosen(ids: Iterable[str] | None) -> dict[str, Predicate]:
    known = rules()
    if ids is None:
        return dict(known)
    wanted = list(ids)
    for rule_id in wanted:
        if rule_id not in known:
            raise UsageError(f"no rule {rule_id} is implemented")
    return {rule_id: known[rule_id] for rule_id in wanted}


def _session(session: Session | Iterable[Event]) -> Session:
    return session if isinstance(session, Session) else Session(session)


def check(session: Session | Iterable[Event], ids: Iterable[str] | None = None) -> list[Violation]:
    """Judge a session by these rules (all without `ids`); the violations in the order of events.

    UsageError for an id that is not implemented.
    """
    view = _session(session)
    found = [
        Violation(rule_id, item.index, item.event.time_ns, text)
        for rule_id, predicate in _chosen(ids).items()
        for item, text in predicate(view)
        if text
    ]
    return sorted(found, key=lambda violation: (violation.index, violation.rule))


def coverage(
    session: Session | Iterable[Event], ids: Iterable[str] | None = None
) -> dict[str, int]:
    """How often the precondition of each rule occurred in a session."""
    view = _session(session)
    return {rule_id: sum(1 for _ in predicate(view)) for rule_id, predicate in _chosen(ids).items()}
