"""What the rules came to, for a person and as JSON: by rule, the most serious first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from textwrap import wrap
from typing import Any

from wwanreplay.analysis.eventtext import event_json, event_lines, place_texts, plain_source
from wwanreplay.analysis.headline import counted
from wwanreplay.analysis.judged.outcomes import Broken, Outcome, OutcomeKind, TraceReport
from wwanreplay.verdict import Verdict

_WIDTH = 100
# Places of a note that are listed, without their events.
_NOTE_PLACES_MAX = 3


def headline(report: TraceReport) -> str:
    """The verdict with its counts."""
    if report.error:
        return str(report.verdict)
    count = {kind: len(report.of(kind)) for kind in OutcomeKind}
    judged = sum(outcome.kept for outcome in report.outcomes)
    words = [f"{counted(count[OutcomeKind.KEPT], 'rule')} kept ({counted(judged, 'time')})"]
    if report.broken:
        severities = Counter(outcome.severity for outcome in report.broken)
        words.insert(0, ", ".join(counted(n, name) for name, n in severities.items()))
    accepted = sum(len(outcome.accepted) for outcome in report.outcomes)
    words += [f"{counted(accepted, 'place')} accepted"] if accepted else []
    words += [
        f"{count[kind]} {kind}" for kind in (OutcomeKind.NOT_EXERCISED, OutcomeKind.UNDECIDED)
    ]
    return f"{report.verdict}: {', '.join(words)}; {counted(report.event_count, 'event')}"


def report_lines(
    report: TraceReport, *, show_personal: bool = False, all_rules: bool = False
) -> Iterator[str]:
    """The result of one trace, without its name; with `all_rules` each rule has a line."""
    yield headline(report)
    for warning in report.warnings:
        yield f"  warning: {warning}"
    for number, outcome in enumerate(report.broken, 1):
        yield ""
        for line in _rule_lines(outcome, number, show_personal):
            yield f"  {line}".rstrip()
    for outcome in report.outcomes:
        for place, waiver in outcome.accepted:
            yield ""
            yield f"  accepted: {outcome.rule.id} at {place_text(place)}"
            yield f"    {waiver.reason} (until {waiver.expires}; {waiver.where})"
    if all_rules:
        yield from _all_lines(report)
    elif report.verdict is not Verdict.BROKEN:
        yield from _open_reasons(report)


def _rule_lines(outcome: Outcome, number: int, show_personal: bool) -> Iterator[str]:
    rule = outcome.rule
    times = counted(outcome.broken_count, "time")
    kept = f", kept {counted(outcome.kept, 'time')}" if outcome.kept else ""
    # What a device may do it does not break.
    word = "missed" if rule.level == "may" else "broken"
    yield f"{number}. {outcome.severity}: {rule.id} ({rule.level}), {word} {times}{kept}"
    yield from _wrapped("should be", rule.text)
    yield from _wrapped("from", ", ".join(rule.sources))
    is_note = outcome.severity == "note"
    shown = outcome.places[:_NOTE_PLACES_MAX] if is_note else outcome.places
    for place in shown:
        yield f"   at {place_text(place)}"
        if is_note:
            continue
        yield from (f"   {line}" for line in event_lines(place.event, show_personal=show_personal))
        if place.before:
            yield "   before:"
            for event in place.before:
                yield f"   {event_lines(event, show_personal=show_personal)[0]}"
    left = outcome.broken_count - len(shown)
    if left > 0:
        yield f"   {counted(left, 'further place')} not listed"


def place_text(place: Broken) -> str:
    """A broken place on one line."""
    return f"{_where(place)}: {place.text}"


def _where(place: Broken) -> str:
    return ", ".join((f"record {place.index}", *place_texts(place.event)))


def _wrapped(name: str, text: str) -> Iterator[str]:
    yield from wrap(
        f"{name}: {text}", _WIDTH, initial_indent="   ", subsequent_indent=f"   {' ' * 4}"
    )


def _open_reasons(report: TraceReport) -> Iterator[str]:
    """Why rules were not decided where they applied: what a better recording would show."""
    reasons: Counter[str] = Counter()
    for outcome in report.outcomes:
        for reason, count in outcome.reasons.items():
            reasons[reason] += count
    for reason, count in reasons.most_common():
        if count:
            yield f"  not decidable at {counted(count, 'place')}: {reason}"


def _all_lines(report: TraceReport) -> Iterator[str]:
    yield ""
    for outcome in report.outcomes:
        detail = f" {counted(outcome.kept, 'time')}" if outcome.kept else ""
        if outcome.broken_count:
            detail = f" {counted(outcome.broken_count, 'time')}"
        why = "; ".join(outcome.reasons) if outcome.kind is OutcomeKind.UNDECIDED else ""
        yield f"  {outcome.rule.id}: {outcome.kind}{detail}{f': {why}' if why else ''}"


def report_json(report: TraceReport, *, show_personal: bool = False) -> dict[str, Any]:
    """The result of one trace as plain values."""
    values: dict[str, Any] = {"file": report.path, "verdict": str(report.verdict)}
    if report.error:
        return values | {"error": report.error}
    values["events"] = report.event_count
    values["counts"] = {str(kind): len(report.of(kind)) for kind in OutcomeKind}
    values["warnings"] = report.warnings
    values["rules"] = [_outcome_json(outcome, show_personal) for outcome in report.outcomes]
    return values


def _outcome_json(outcome: Outcome, show_personal: bool) -> dict[str, Any]:
    rule = outcome.rule
    values: dict[str, Any] = {
        "rule": rule.id,
        "outcome": str(outcome.kind),
        "level": rule.level,
        "severity": outcome.severity,
        "actor": rule.actor,
        "kept": outcome.kept,
        "broken": outcome.broken_count,
    }
    if outcome.reasons:
        values["not_decidable"] = [
            {"reason": str(reason), "places": count} for reason, count in outcome.reasons.items()
        ]
    if outcome.broken_count:
        values |= {"should_be": rule.text, "sources": list(rule.sources)}
        values["places"] = [_place_json(place, show_personal) for place in outcome.places]
    if outcome.accepted:
        values["accepted"] = [
            _place_json(place, show_personal)
            | {"reason": waiver.reason, "expires": str(waiver.expires), "entry": waiver.where}
            for place, waiver in outcome.accepted
        ]
    return values


def _place_json(place: Broken, show_personal: bool) -> dict[str, Any]:
    return {
        "record": place.index,
        "time_ns": place.event.time_ns,
        "source": plain_source(place.event.source),
        "text": place.text,
        "event": event_json(place.event, show_personal=show_personal),
        "before": [event_json(event, show_personal=show_personal) for event in place.before],
    }
