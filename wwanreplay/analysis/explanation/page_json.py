"""The page as plain values, for programs; the same sections in the same order."""

from __future__ import annotations

from typing import Any

from wwanreplay.analysis.explanation.explained import Explained
from wwanreplay.analysis.explanation.judged import Finding
from wwanreplay.analysis.explanation.steps import StepPlace


def page_json(found: Explained) -> dict[str, Any]:
    """One session."""
    return {
        "file": found.name,
        "exit_code": found.exit_code,
        "remarks": found.remarks,
        "facts": dict(found.facts),
        "changes": [
            {
                "place": _place(change.place),
                "lane": change.lane,
                "text": change.text,
                "count": change.count,
            }
            for change in found.changes
        ],
        "observations": [
            {
                "kind": each.kind,
                "text": each.text,
                "places": [_place(place) for place in each.places],
            }
            | _undone(each.undone)
            for each in found.observations
        ],
        "causes": [
            {
                "id": each.cause.id,
                "subject": str(each.cause.subject),
                "confidence": str(each.cause.confidence),
                "evidence": [
                    {"place": _place(item.step.place), "text": item.text} for item in each.evidence
                ],
                "cause": each.cause.cause,
                "confirm": each.cause.confirm,
                "helped": each.cause.helped,
                "source": each.cause.source,
            }
            for each in found.causes
        ],
        "verdict": found.judged.verdict,
        "faults": [_finding(each) for each in found.judged.faults],
        "warnings": [_finding(each) for each in found.judged.warnings],
        "differences": [_finding(each) for each in found.judged.notes],
        "consequences": found.judged.consequences,
        "faults_elsewhere": found.judged.elsewhere,
        "unjudged": found.judged.unjudged,
        "missing": [{"what": gap.what, "command": gap.command} for gap in found.gaps],
    }


def _place(place: StepPlace) -> dict[str, Any]:
    values: dict[str, Any] = {"record": place.record, "time_ns": place.time_ns}
    if place.unit:
        values |= {"log": place.log, "unit": place.unit, "number": place.number}
    return values


def _undone(undone: tuple[str, StepPlace] | None) -> dict[str, Any]:
    return {} if undone is None else {"undone": {"text": undone[0], "place": _place(undone[1])}}


def _finding(finding: Finding) -> dict[str, Any]:
    values: dict[str, Any] = {
        "layer": finding.layer,
        "text": finding.text,
        "count": finding.count,
        "places": [_place(place) for place in finding.places],
    }
    if finding.transaction:
        values["transaction"] = finding.transaction
    if finding.rule:
        values |= {"rule": finding.rule, "source": finding.source}
    return values | ({"fields": finding.fields} if finding.fields else {})
