"""Rules by id: each a predicate over a session, which gives a judgement for each place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from wwanreplay.analysis.check.session import Item, Session
from wwanreplay.errors import UsageError


class Undecided(str):
    """In the place of what is wrong: why it cannot be decided here whether the rule holds.

    For a precondition that the session cannot show, such as a list that was never queried. One line
    that ends without a full stop.
    """

    __slots__ = ()


# What a predicate gives: for each place where the rule applies, the event and what is wrong with
# it; an empty text means that the rule holds there, Undecided that it cannot be known.
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


def chosen(ids: Iterable[str] | None) -> dict[str, Predicate]:
    """The predicates of these rules, of all without `ids`; UsageError for one without predicate."""
    known = rules()
    if ids is None:
        return dict(known)
    wanted = list(ids)
    for rule_id in wanted:
        if rule_id not in known:
            raise UsageError(f"no rule {rule_id} is implemented")
    return {rule_id: known[rule_id] for rule_id in wanted}
