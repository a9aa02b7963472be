"""The verdict on a field trace, in three layers; on any other trace that of its exact replay.

    verdict = judge_field("bug.wwtrace")
    verdict.verdict                 # no fault, diverged, nothing compared (equal, recorded here)
    verdict.faults                  # roots and consequences, each with layer, place, text and rule
    verdict.warnings, verdict.notes, verdict.facts

A field trace is judged by what its messages show, then by the rules of the documents, and then
against an emulated device, whose differences are notes unless a row binds the member
(`wwanreplay.replay.layers`). A trace that was recorded here is compared exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.check import RulePlace, judge, rules
from wwanreplay.analysis.contradictions import contradictions
from wwanreplay.analysis.explain import explain, rule_of
from wwanreplay.analysis.facts import facts_of
from wwanreplay.mbim.header import U32_MAX, look
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.schema import Rule
from wwanreplay.replay import Divergence, DivergenceKind, Fact, Layer, ReplayResult, Weight, replay
from wwanreplay.replay.api import TraceLike
from wwanreplay.replay.field_replay import up_to_gap
from wwanreplay.replay.result import Options, free_of_remarks
from wwanreplay.trace.again import Read
from wwanreplay.verdict import Verdict

#: Places of one rule that become findings; what is broken more often is counted with them.
PLACES_MAX: Final = 20
#: Rules about messages and answers as such. What the wire showed already is not reported again.
_OF_WIRE: Final = ("wire.", "request.", "async.")
#: Rules of the OID level, which the modem that sent a message is not bound by.
_OF_CLASS_DRIVER: Final = "async."
_WEIGHTS: Final = {"must": Weight.FAULT, "should": Weight.WARNING}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be, or differs, at one place.

    `record` is its index in the trace, `source` its place in the log ({"log", "unit", "number"},
    None where it has none), `transaction` the MBIM transaction or NDIS RequestId (0: none), `rule`
    an id of a rule or None. `divergence` has both sides, the state and the events before.
    """

    layer: Layer
    weight: Weight
    record: int
    time_ns: int
    text: str
    rule: str | None
    source: Any
    transaction: int
    is_root: bool
    divergence: Divergence


@dataclass(slots=True)
class FieldVerdict:
    """What a trace was judged to be."""

    verdict: Verdict
    faults: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    result: ReplayResult = field(default_factory=ReplayResult)


def judge_field(trace: TraceLike, **options: Any) -> FieldVerdict:
    """Judge a trace in its layers; `options` and errors are those of `replay`."""
    result = replay(trace, judge_further=judge_further, **options)
    found = FieldVerdict(result.verdict, facts=result.facts, result=result)
    lists = {
        Weight.FAULT: found.faults,
        Weight.WARNING: found.warnings,
        Weight.NOTE: found.notes,
    }
    for divergence in result.divergences:
        lists[divergence.weight].append(finding_of(divergence))
    return found


def finding_of(divergence: Divergence) -> Finding:
    """A divergence as a finding."""
    event = divergence.event
    source = None if divergence.recorded is None else divergence.recorded.source
    return Finding(
        divergence.layer,
        divergence.weight,
        divergence.index,
        divergence.time_ns,
        explain(divergence),
        rule_of(divergence),
        source,
        0 if event is None else _transaction_id(event),
        divergence.root,
        divergence,
    )


def judge_further(read: Read, options: Options, result: ReplayResult) -> None:
    """Add to the result of a field trace what the rules say, and what was refused."""

    def events() -> Iterator[Event]:
        for place, event in enumerate(up_to_gap(read())):
            if options.is_behind_stop(place, event.time_ns):
                return
            yield event if event.index is not None else event.replace(index=place)

    for found in contradictions(events()):
        if options.is_before_start(found.index, found.time_ns):
            result.before_start_count += 1
        else:
            _follow(result.divergences, found, result)
            _take(result, found, options)
    _add_rules(result, events(), options)
    result.facts = facts_of(events(), options)


def _add_rules(result: ReplayResult, events: Iterator[Event], options: Options) -> None:
    """Add the broken rules, each once, though the messages may show it too."""
    is_mapped = bool(result.counts["wire"])
    tallies = judge(
        events, _judged_rules(), places_max=PLACES_MAX, is_whole=False, is_mapped=is_mapped
    )
    shown = _Shown(result.divergences)
    for rule_id, tally in tallies.items():
        row = PROTOCOL.rule(rule_id)
        for place in tally.places:
            event = place.item.event
            if options.is_before_start(place.item.index, event.time_ns):
                result.before_start_count += 1
                continue
            on_the_wire = shown.of_wire(place)
            if on_the_wire is not None and rule_id.startswith(_OF_WIRE):
                if not rule_id.startswith(_OF_CLASS_DRIVER):
                    on_the_wire.rule = on_the_wire.rule or rule_id
                continue
            broken = _broken(row, place)
            if on_the_wire is not None:
                broken.root, broken.root_index = False, on_the_wire.index
            _follow(result.divergences, broken, result)
            _take(result, broken, options)
    result.root_count += free_of_remarks(result.divergences)
    result.divergences.sort(key=lambda found: (not found.root, found.index, found.time_ns))


def _judged_rules() -> list[str]:
    """The rules that bind the device, as a must or a should."""
    known = (PROTOCOL.rule(rule_id) for rule_id in rules())
    return [row.id for row in known if row.level in _WEIGHTS and row.actor != "service"]


def _broken(row: Rule, place: RulePlace) -> Divergence:
    event = place.item.event
    return Divergence(
        DivergenceKind.RULE,
        True,
        place.item.index,
        event.time_ns,
        event,
        None,
        before=tuple(item.event for item in place.before if item.event.kind != Kind.KIND_WIRE),
        note=f"{place.text}. The documents: {row.text.rstrip('.')} ({', '.join(row.sources)})",
        is_field=True,
        layer=Layer.RULE,
        weight=_WEIGHTS[row.level],
        rule=row.id,
    )


def _take(result: ReplayResult, broken: Divergence, options: Options) -> None:
    result.divergence_count += 1
    result.root_count += broken.root
    result.remark_count += not broken.is_fault
    if len(result.divergences) < options.divergences_max:
        result.divergences.append(broken)


class _Shown:
    """What the other layers show, by transaction and by record."""

    def __init__(self, divergences: list[Divergence]) -> None:
        self._wire: dict[int, Divergence] = {}
        self._wire_at: dict[int, Divergence] = {}
        for found in divergences:
            event = found.event
            if found.layer is Layer.WIRE:
                self._wire_at.setdefault(found.index, found)
                transaction = 0 if event is None else _transaction_id(event)
                if transaction:
                    self._wire.setdefault(transaction, found)

    def of_wire(self, place: RulePlace) -> Divergence | None:
        """What the messages show of the event at which a rule is broken, or of its transaction."""
        item, request = place.item, place.item.transaction
        for index in (item.index, item.event.cause):
            if index in self._wire_at:
                return self._wire_at[index]
        own = _transaction_id(item.event)
        if not own and request is not None:
            own = _transaction_id(request.request.event)
        return self._wire.get(own) if own else None


def _follow(divergences: list[Divergence], broken: Divergence, result: ReplayResult) -> None:
    """Let what differs from the model at the place of a finding follow from that."""
    for found in divergences:
        if found.index == broken.index and found.layer is Layer.MODEL and found.root:
            found.root, found.root_index = False, broken.index
            result.root_count -= 1


def _transaction_id(event: Event) -> int:
    """The transaction of a message, or of an event that was made of one."""
    if event.kind == Kind.KIND_WIRE:
        return look(event.payload).transaction_id or 0
    return (event.request_id or 0) & U32_MAX
