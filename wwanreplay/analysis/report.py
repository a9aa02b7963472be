"""The result of a replay as text and as JSON: root causes first, then what follows from them.

Personal values are masked by default; `show_personal` is passed down to every printer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from wwanreplay._core import Event
from wwanreplay.analysis.divergencetext import (
    LAYER_NAMES,
    WIDTH,
    difference_texts,
    divergence_lines,
    remark_lines,
    texts_of,
    wrapped,
)
from wwanreplay.analysis.eventtext import event_json, log_place, octets_text, plain_source
from wwanreplay.analysis.explain import explain, rule_of
from wwanreplay.analysis.statetext import plain_state, state_words
from wwanreplay.replay import Divergence, Fact, ReplayResult, Weight
from wwanreplay.verdict import Verdict

#: Places that a line of a fact shows.
PLACES_MAX: Final = 3


def counted(number: int, thing: str) -> str:
    """`1 record`, `2 records`."""
    plural = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
    return f"{number} {thing if number == 1 else plural}"


def headline(result: ReplayResult) -> str:
    """The verdict with its counts: what was compared, notes, divergences of which sort."""
    verdict = result.verdict
    if verdict is Verdict.NOTHING_COMPARED:
        return f"{verdict}: {_why_nothing(result)}"
    if verdict is not Verdict.DIVERGED:
        return f"{verdict}, {_compared_text(result)}{_remarks_text(result)}{_accepted_text(result)}"
    roots = result.fault_root_count
    text = f"{verdict}: {counted(roots, 'root cause')}"
    following = result.fault_count - roots
    text += f", {counted(following, 'consequence')}" if following else ""
    remarks = _remarks_text(result) if result.remark_count else ""
    return f"{text}; {_compared_text(result)}{remarks}{_accepted_text(result)}"


def _remarks_text(result: ReplayResult) -> str:
    """How many notes and warnings there are, of a field trace or a live device."""
    if not result.is_field:
        return ""
    warnings = sum(each.weight is Weight.WARNING for each in result.remarks)
    notes = counted(len(result.notes) + result.remark_count - warnings, "note")
    return (f", {counted(warnings, 'warning')}" if warnings else "") + f", {notes}"


def report_lines(result: ReplayResult, *, show_personal: bool = False) -> Iterator[str]:
    """The result of one file, without its name: the headline, then everything behind it."""
    yield headline(result)
    for warning in result.warnings:
        yield f"  warning: {warning}"
    for note in result.notes:
        yield from wrapped(f"note: {note}")
    for line in result.accepted:
        yield f"  accepted: {line}"
    if result.start_state:
        words = state_words(result.start_state, show_personal=show_personal)
        yield from wrapped(f"begins: {'; '.join(words)}")
    if result.before_start_count:
        yield f"  {counted(result.before_start_count, 'divergence')} before the start, not listed"
    for fact in result.facts:
        yield from wrapped(fact_line(fact))
    for line in remark_lines(result.remarks, show_personal=show_personal):
        yield from wrapped(line)
    is_layered = result.is_field and not result.is_live
    for number, divergence in enumerate(result.faults, 1):
        yield ""
        for line in divergence_lines(
            divergence, number, show_personal=show_personal, is_layered=is_layered
        ):
            yield f"  {line}".rstrip()
    left = result.divergence_count - len(result.divergences)
    if left > 0:
        yield ""
        yield f"  {counted(left, 'further divergence')} not listed"


def _accepted_text(result: ReplayResult) -> str:
    """How many divergences are left out because somebody accepted them."""
    return f", {counted(len(result.accepted), 'divergence')} accepted" if result.accepted else ""


def fact_line(fact: Fact) -> str:
    """What was refused, how often and where first, on one line."""
    places = [
        f"record {record}" + (f" ({log_place(source)})" if log_place(source) else "")
        for record, source in zip(fact.records[:PLACES_MAX], fact.sources, strict=False)
    ]
    more = " …" if fact.count > len(places) else ""
    times = f", {fact.count} times" if fact.count > 1 else ""
    return f"fact: {fact.text}{times}: {', '.join(places)}{more}"


def _compared_text(result: ReplayResult) -> str:
    """How much was compared; of a field trace, or where some was not judged, of how much."""
    compared, outputs = result.counts.get("compared", 0), result.counts.get("outputs", 0)
    share = f"{compared} of " if result.is_field or compared != outputs else ""
    messages = result.counts.get("messages", 0)
    and_messages = f" and {counted(messages, 'message')}" if messages else ""
    return f"{share}{counted(outputs, 'output')}{and_messages} compared"


def _why_nothing(result: ReplayResult) -> str:
    if result.reason:
        return result.reason
    outputs = result.counts.get("outputs", 0)
    if result.is_live and not result.counts.get("requests"):
        return "the trace has no request that a device could be sent"
    if outputs:
        return f"{counted(outputs, 'output')} in the log, none that could be"
    where = "the part that was to be compared" if result.is_part else "the trace"
    return f"{where} has no output of the device"


def result_json(result: ReplayResult, *, show_personal: bool = False) -> dict[str, Any]:
    """The result of one file as plain values, the same each time: they hold no measured value."""
    return {
        "file": result.path,
        "verdict": str(result.verdict),
        "divergence_count": result.fault_count,
        "root_count": result.fault_root_count,
        "remark_count": result.remark_count,
        "before_start_count": result.before_start_count,
        "profile": result.profile_name,
        "warnings": result.warnings,
        "notes": result.notes,
        "accepted": result.accepted,
        "totals": totals_json([result]),
        "start_state": plain_state(result.start_state, show_personal=show_personal),
        "outputs": result.counts.get("outputs", 0),
        "compared": result.counts.get("compared", 0),
        "messages_compared": result.counts.get("messages", 0),
        "digest": result.digest,
        "recorded_digest": result.recorded_digest,
        "divergences": [
            divergence_json(found, show_personal=show_personal) for found in result.faults
        ],
        "remarks": [
            divergence_json(found, show_personal=show_personal) for found in result.remarks
        ],
        "facts": [
            {
                "text": fact.text,
                "count": fact.count,
                "records": fact.records,
                "sources": [plain_source(source) for source in fact.sources],
            }
            for fact in result.facts
        ],
    }


def divergence_json(divergence: Divergence, *, show_personal: bool = False) -> dict[str, Any]:
    """One divergence as plain values."""

    def one(event: Event | None) -> dict[str, Any] | None:
        return None if event is None else event_json(event, show_personal=show_personal)

    values: dict[str, Any] = {
        "kind": str(divergence.kind),
        "layer": str(divergence.layer),
        "weight": str(divergence.weight),
        "root": divergence.root,
        "root_index": divergence.root_index,
        "index": divergence.index,
        "time_ns": divergence.time_ns,
        "explanation": explain(divergence),
        "rule": rule_of(divergence),
        "recorded": one(divergence.recorded),
        "expected": one(divergence.expected),
        "differences": [
            dict(
                zip(
                    ("field", "recorded", "expected"),
                    (field.path, *texts_of(field, show_personal)),
                    strict=True,
                )
            )
            for field in divergence.fields()
        ],
        "nearest": one(divergence.nearest),
        "state": plain_state(divergence.state, show_personal=show_personal),
        "before": [one(event) for event in divergence.before],
    }
    for name in ("wire_recorded", "wire_rebuilt"):
        data = getattr(divergence, name)
        if data is not None:
            values[name] = octets_text(data, show_personal=show_personal)
    return values


def totals_json(results: Sequence[ReplayResult]) -> dict[str, Any]:
    """Counts over results."""
    names = ("records", "requests", "completions", "indications", "stimuli", "wire")
    totals: dict[str, Any] = {
        name: sum(result.counts.get(name, 0) for result in results) for name in names
    }
    totals["transactions"] = totals.pop("requests")
    return totals


__all__ = [
    "LAYER_NAMES",
    "WIDTH",
    "difference_texts",
    "divergence_json",
    "divergence_lines",
    "headline",
    "log_place",
    "plain_state",
    "remark_lines",
    "report_lines",
    "result_json",
    "totals_json",
]
