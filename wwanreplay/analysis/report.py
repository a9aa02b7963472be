"""The result of a replay as text and as JSON: root causes first, then what follows from them.

Personal values are masked by default; `show_personal` is passed down to every printer.
"""

from __future__ import annotations

from collections.abc import Iterator
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
from wwanreplay.analysis.headline import counted, headline, totals_json
from wwanreplay.analysis.statetext import plain_state, state_words
from wwanreplay.replay import Divergence, Fact, ReplayResult

#: Places that a line of a fact shows.
PLACES_MAX: Final = 3


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


def fact_line(fact: Fact) -> str:
    """What was refused, how often and where first, on one line."""
    places = [
        f"record {record}" + (f" ({log_place(source)})" if log_place(source) else "")
        for record, source in zip(fact.records[:PLACES_MAX], fact.sources, strict=False)
    ]
    more = " …" if fact.count > len(places) else ""
    times = f", {fact.count} times" if fact.count > 1 else ""
    return f"fact: {fact.text}{times}: {', '.join(places)}{more}"


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
