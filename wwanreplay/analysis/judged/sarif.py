"""What the rules came to as SARIF 2.1.0, which code hosts and editors show beside a file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from wwanreplay import __version__
from wwanreplay.analysis.judged.outcomes import Broken, Outcome, TraceReport, severity_of
from wwanreplay.analysis.judged.text import place_text
from wwanreplay.analysis.waivers import Waiver
from wwanreplay.protocol.schema import Rule

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {"fault": "error", "warning": "warning", "note": "note"}


def sarif_text(reports: Iterable[TraceReport]) -> str:
    """The file: one run, with the rules that are broken somewhere, and a result for each place."""
    results: list[dict[str, Any]] = []
    rules: dict[str, Rule] = {}
    notices: list[dict[str, Any]] = []
    for report in reports:
        if report.error:
            notices.append({"level": "error", "message": {"text": report.error}})
        for outcome in report.outcomes:
            places = [(place, None) for place in outcome.places]
            for place, waiver in [*places, *outcome.accepted]:
                rules.setdefault(outcome.rule.id, outcome.rule)
                number = list(rules).index(outcome.rule.id)
                results.append(_result(report, outcome, number, place, waiver))
    driver = {
        "name": "wwanreplay",
        "version": __version__,
        "rules": [_descriptor(rule) for rule in rules.values()],
    }
    invocation = {
        "executionSuccessful": not notices,
        "toolExecutionNotifications": notices,
    }
    run = {"tool": {"driver": driver}, "invocations": [invocation], "results": results}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _descriptor(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.text},
        "fullDescription": {"text": f"{rule.text} Broken by: {rule.violation}"},
        "help": {"text": f"From {', '.join(rule.sources)}. `wwanreplay check --explain {rule.id}`"},
        "defaultConfiguration": {"level": _LEVELS[severity_of(rule)]},
        "properties": {"actor": rule.actor, "level": rule.level, "basis": rule.basis},
    }


def _result(
    report: TraceReport, outcome: Outcome, number: int, place: Broken, waiver: Waiver | None
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": outcome.rule.id,
        "ruleIndex": number,
        "level": _LEVELS[outcome.severity],
        "message": {"text": place_text(place)},
        "locations": _locations(report, place),
        "properties": {"record": place.index, "timeNs": place.event.time_ns},
    }
    if waiver is not None:
        result["suppressions"] = [{"kind": "external", "justification": waiver.reason}]
    return result


def _locations(report: TraceReport, place: Broken) -> list[dict[str, Any]]:
    """The line of the log where there is one, and the record of the trace."""
    trace = {
        "physicalLocation": {"artifactLocation": {"uri": _uri(report.path)}},
        "logicalLocations": [{"name": f"record {place.index}", "kind": "object"}],
    }
    source = place.event.source
    if not isinstance(source, dict) or source.get("unit") != "line":
        return [trace]
    line, log = source.get("number"), source.get("log")
    if not isinstance(line, int) or line < 1 or not isinstance(log, str):
        return [trace]
    region = {"startLine": line}
    where = {"artifactLocation": {"uri": _uri(log)}, "region": region}
    return [{**trace, "physicalLocation": where}]


def _uri(path: str) -> str:
    return quote(PurePath(path).as_posix())
