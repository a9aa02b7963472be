"""Rules by id: each a predicate over a session, which gives a judgement for each place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, wraps
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from wwanreplay._sessions import by_form
from wwanreplay.analysis.check.session import Item, Session, Transaction
from wwanreplay.errors import PluginError, UsageError
from wwanreplay.plugins import RULES, Plugin, leave_out, plugins
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.schema import Rule


class Undecided(str):
    """In the place of what is wrong: why it cannot be decided here whether the rule holds.

    For a precondition that the session cannot show, such as a list that was never queried. One line
    that ends without a full stop.
    """

    __slots__ = ()


# What a predicate gives: for each place where the rule applies, the event and what is wrong with
# it; an empty text means that the rule holds there, Undecided that it cannot be known.
Judgement = tuple[Item, str]
Predicate = Callable[[Session], Iterable[Judgement]]
TransactionPredicate = Callable[[Transaction], Iterator[Judgement]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the judgements of a rule rest on.

    With `by_record` they read no buffer, only codes, ids, times and statuses, so that an event of
    which a log shows only a part decides them too. With `ndis_only` they are about what a driver
    adds to the messages of a modem, such as provisional answers and headers of structures: where
    the events were mapped from MBIM messages, the mapping has made that up, and nothing is decided.
    With `by_status` they read of a refusal its status alone, so that one decides them of which the
    message had no body.
    """

    by_record: bool = False
    ndis_only: bool = False
    by_status: bool = False


@dataclass(frozen=True, slots=True)
class JudgedRule:
    """A rule of another package: its row, the predicate, and what that rests on."""

    row: Rule
    predicate: Predicate
    evidence: Evidence = Evidence()


_RULES: dict[str, Predicate] = {}
_EVIDENCE: dict[str, Evidence] = {}


def rule(
    *rule_ids: str, by_record: bool = False, ndis_only: bool = False, by_status: bool = False
) -> Callable[[Predicate], Predicate]:
    """Register a predicate under its rule's id (several where documents say the same thing twice).

    The predicate yields one judgement per place where the precondition holds, so that a session in
    which a rule was never judged differs from one that keeps it. `Evidence` describes the marks.
    """

    def register(predicate: Predicate) -> Predicate:
        for rule_id in rule_ids:
            known = _RULES.get(rule_id)
            # A file may be read again, where a test runner has forgotten its module.
            if known is not None and _name_of(known) != _name_of(predicate):
                raise UsageError(f"rule {rule_id} has two predicates")
            _RULES[rule_id] = predicate
            _EVIDENCE[rule_id] = Evidence(by_record, ndis_only, by_status)
        return predicate

    return register


def rule_of_transactions(
    rule_id: str, *, by_record: bool = False, ndis_only: bool = False
) -> Callable[[TransactionPredicate], TransactionPredicate]:
    """Register a predicate of one transaction, whose judgements are about its own events.

    It reads no more than OID, operation, statuses, codes and whether a completion has a buffer:
    transactions in which these are equal are judged once, see `by_form`.
    """

    def register(predicate: TransactionPredicate) -> TransactionPredicate:
        @wraps(predicate)
        def judged(session: Session) -> Iterable[Judgement]:
            return by_form(session, rule_id, predicate)

        rule(rule_id, by_record=by_record, ndis_only=ndis_only)(judged)
        return predicate

    return register


def _name_of(predicate: Predicate) -> tuple[str, str]:
    return predicate.__module__, getattr(predicate, "__qualname__", "")


def evidence(rule_id: str) -> Evidence:
    """What a rule with a predicate rests on."""
    found = _EVIDENCE.get(rule_id)
    return plugin_rules()[rule_id].evidence if found is None else found


def rules() -> Mapping[str, Predicate]:
    """Every predicate by the id of its rule, from all files beside this one."""
    _load()
    return _RULES


@cache
def _load() -> None:
    """Import the files with predicates, once: looking for them costs more than a short session."""
    for part in iter_modules([str(Path(__file__).parent)], "wwanreplay.analysis.check."):
        import_module(part.name)


def chosen(ids: Iterable[str] | None) -> dict[str, Predicate]:
    """The predicates of these rules, of all without `ids`; UsageError for one without predicate."""
    known = rules()
    if ids is None:
        return dict(known)
    found = {}
    for rule_id in ids:
        if (predicate := known.get(rule_id)) is None:
            plugged = plugin_rules().get(rule_id)
            if plugged is None:
                raise UsageError(f"no rule {rule_id} is implemented")
            predicate = plugged.predicate
        found[rule_id] = predicate
    return found


def is_judged(rule_id: str) -> bool:
    """Whether a rule has a predicate, here or in another package."""
    return rule_id in rules() or rule_id in plugin_rules()


# Rules of other packages


def known_rows() -> dict[str, Rule]:
    """The rows of all rules by id: ours, then those of other packages."""
    return {**PROTOCOL.rule_by_id, **{name: each.row for name, each in plugin_rules().items()}}


def row_of(rule_id: str) -> Rule:
    """The row of a rule; UsageError for one that is not there, with what is near."""
    if rule_id not in PROTOCOL.rule_by_id and (found := plugin_rules().get(rule_id.lower())):
        return found.row
    return PROTOCOL.rule(rule_id)


@cache
def plugin_rules() -> dict[str, JudgedRule]:
    """The rules of all plugins by id; a plugin that cannot be used is left out."""
    found: dict[str, JudgedRule] = {}
    for plugin in plugins(RULES).values():
        try:
            given = _rules_of(plugin)
        except PluginError as error:
            leave_out(error)
            continue
        for each in given:
            rule_id = each.row.id
            if rule_id in found or rule_id in PROTOCOL.rule_by_id:
                leave_out(plugin.error(f"the rule {rule_id} is there already"))
                continue
            predicate = _guarded(plugin, rule_id, each.predicate)
            found[rule_id] = JudgedRule(each.row, predicate, each.evidence)
    return found


def _rules_of(plugin: Plugin) -> tuple[JudgedRule, ...]:
    given = getattr(plugin.load(), "RULES", None)
    if not isinstance(given, tuple) or not all(isinstance(each, JudgedRule) for each in given):
        raise plugin.error("is no module with a tuple RULES of JudgedRule")
    return given


def _guarded(plugin: Plugin, rule_id: str, predicate: Predicate) -> Predicate:
    def judged(session: Session) -> Iterator[Judgement]:
        what = f"the rule {rule_id} cannot be judged (--ignore {rule_id} leaves it out)"
        with plugin.blamed(what):
            for item, text in predicate(session):
                if not isinstance(item, Item) or not isinstance(text, str):
                    raise TypeError("a judgement is a pair of an item and a text")
                yield item, text

    return judged
