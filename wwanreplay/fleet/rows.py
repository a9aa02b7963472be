"""The rows of one trace for the tables of results, made where it is replayed."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from wwanreplay.analysis.batch import FileReport, ReplayOptions, replay_file
from wwanreplay.errors import WwanReplayError
from wwanreplay.stores import size_of, version_of

if TYPE_CHECKING:
    from wwanreplay._core import Event
    from wwanreplay.analysis.judged import CheckOptions, TraceReport
    from wwanreplay.fleet.checked import Checked
    from wwanreplay.replay import ReplayResult

Rows = dict[str, list[dict[str, Any]]]

MASK: Final = "***"
#: Length of a pseudonym, hexadecimal digits.
PSEUDONYM_SIZE: Final = 12
#: The member that has a fact, by the end of its path, and the name of the fact.
_OF_DEVICE: Final = {
    "FirmwareInfo": "firmware",
    "Model": "model",
    "HardwareInfo": "hardware",
    "Manufacturer": "manufacturer",
}
_HOSTS: Final = ("Windows", "RouterOS", "Linux")


@dataclass(frozen=True)
class Identities:
    """What stands for identities: a mask, a pseudonym that a key makes, or they themselves."""

    key: bytes | None = None
    show_personal: bool = False

    def text(self, value: str) -> str:
        """What stands for a value."""
        if self.show_personal or not value:
            return value
        if self.key is None:
            return MASK
        return hmac.new(self.key, value.encode(), hashlib.sha256).hexdigest()[:PSEUDONYM_SIZE]


def replayed_with_rows(path: str, options: ReplayOptions, identities: Identities) -> FileReport:
    """The report of a trace, with the rows of all tables."""
    results: list[ReplayResult] = []
    version = version_of(path)  # before it is read
    report = replay_file(path, options, on_result=results.append)
    rows = rows_of_unread(report, version)
    if results:
        _add_replayed(rows, path, results[0], identities)
        _add_others(rows, path, identities)
    report.rows = rows
    return report


def rows_of_unread(report: FileReport, version: str | None = None) -> Rows:
    """The rows of a trace of which nothing but its report is known."""
    row = {
        "trace": report.path,
        "size": size_of(report.path),
        "version": version,
        "records": report.totals.get("records"),
        "verdict": str(report.verdict),
        "exit_code": report.exit_code,
        "error": report.error,
        "digest": report.digest,
        "rules_error": "",
        "report": packed_report(report),
    }
    return {"traces": [row]}


def packed_report(report: FileReport) -> str:
    """A report as JSON, without what is measured."""
    names = ("path", "exit_code", "error", "lines", "values", "totals", "digest")
    values = {name: getattr(report, name) for name in names}
    return json.dumps({**values, "verdict": str(report.verdict)}, separators=(",", ":"))


def unpacked_report(text: str) -> FileReport:
    """The report of a replay again."""
    from wwanreplay.verdict import Verdict

    values = json.loads(text)
    return FileReport(**{**values, "verdict": Verdict(values["verdict"])})


def unpacked_checked(text: str) -> Checked:
    """What the rules came to again."""
    from wwanreplay.fleet.checked import checked_of

    return checked_of(json.loads(text))


def _add_replayed(rows: Rows, path: str, result: ReplayResult, identities: Identities) -> None:
    from wwanreplay.analysis.report import divergence_json
    from wwanreplay.replay.names import code_name

    (row,) = rows["traces"]
    row |= {
        "divergences": result.fault_count,
        "root_causes": result.fault_root_count,
        "remarks": result.remark_count,
        "profile": result.profile_name,
    }
    rows["divergences"] = []
    for number, divergence in enumerate(result.divergences, 1):
        values = divergence_json(divergence, show_personal=identities.show_personal)
        event = divergence.event
        rows["divergences"].append(
            {
                "trace": path,
                "number": number,
                **{name: values[name] for name in ("kind", "layer", "weight", "root", "time_ns")},
                "record": values["index"],
                "name": "" if event is None else code_name(event),
                "rule": values["rule"],
                "fields": ", ".join(each["field"] for each in values["differences"]),
                "text": values["explanation"],
            }
        )


def _add_others(rows: Rows, path: str, identities: Identities) -> None:
    """What needs readings of its own: rules, latencies, facts."""
    (row,) = rows["traces"]
    try:
        rows["rules"] = list(_rules(path, identities))
    except WwanReplayError as error:
        row["rules_error"] = str(error)
    _add_read(rows, path, identities)


def _add_read(rows: Rows, path: str, identities: Identities) -> None:
    """What is counted and read: latencies, facts."""
    (row,) = rows["traces"]
    try:
        _add_counts(rows, path)
        facts = _facts(path, identities)
    except WwanReplayError as error:
        row["error"] = row["error"] or str(error)
        return
    rows["facts"] = [
        {"trace": path, "name": name, "value": value} for name, value in facts.items() if value
    ]
    columns = ("firmware", "model", "operator", "driver", "host")
    row |= {name: facts.get(name) or None for name in columns}


def rows_of_checked(
    checked: Checked,
    options: CheckOptions,
    identities: Identities,
    version: str | None = None,
    *,
    is_readable: bool,
) -> Rows:
    """The rows of a trace that was judged by rules and not replayed."""
    report = checked.report
    row = {
        "trace": report.path,
        "size": size_of(report.path),
        "version": version,
        "records": None if report.error else report.event_count,
        "verdict": str(report.verdict),
        "exit_code": report.exit_code(options),
        "error": report.error,
        "rules_error": report.error,
        "report": json.dumps(checked.plain(), separators=(",", ":"), default=str),
    }
    rows: Rows = {"traces": [row]}
    if is_readable and not report.error:
        rows["rules"] = list(_rule_rows(report, identities))
        _add_read(rows, report.path, identities)
    return rows


def _rules(path: str, identities: Identities) -> Iterator[dict[str, Any]]:
    from wwanreplay.analysis.judged import CheckOptions, check_file

    return _rule_rows(check_file(path, CheckOptions(places_max=1)), identities)


def _rule_rows(checked: TraceReport, identities: Identities) -> Iterator[dict[str, Any]]:
    from wwanreplay.analysis.judged import OutcomeKind, report_json

    printed = report_json(checked, show_personal=identities.show_personal)
    texts = {
        each["rule"]: each["places"][0].get("text", "")
        for each in printed.get("rules", [])
        if each.get("places")
    }
    for outcome in checked.outcomes:
        if outcome.kind is OutcomeKind.NOT_EXERCISED or (
            outcome.kind is OutcomeKind.UNDECIDED and not any(outcome.reasons.values())
        ):
            continue
        yield {
            "trace": checked.path,
            "rule": outcome.rule.id,
            "severity": outcome.severity,
            "outcome": str(outcome.kind),
            "kept": outcome.kept,
            "broken": outcome.broken_count,
            "first_record": outcome.places[0].index if outcome.places else None,
            "text": texts.get(outcome.rule.id, ""),
        }


def _add_counts(rows: Rows, path: str) -> None:
    from wwanreplay.analysis.stats import sorted_operations, trace_stats

    stats, _ = trace_stats(path)
    rows["operations"], rows["latencies"] = [], []
    for each in sorted_operations(stats):
        of = {"trace": path, "oid": each.name, "operation": each.operation}
        names = ("requests", "completed", "closed", "unanswered")
        counts = {name: getattr(each, name) for name in names}
        rows["operations"].append({**of, **counts, "failed": sum(each.statuses.values())})
        for until, histogram in (("completion", each.completion), ("closing", each.closing)):
            rows["latencies"] += [
                {
                    **of,
                    "until": until,
                    "low_ns": span.low_ns,
                    "high_ns": span.high_ns,
                    "count": span.total,
                }
                for span in histogram.spans()
            ]


def _facts(path: str, identities: Identities) -> dict[str, str]:
    """What the trace says of modem, SIM and host; the last that is not empty counts."""
    from wwanreplay.analysis.explanation.facts import driver_of
    from wwanreplay.trace import TraceReader

    with TraceReader(path) as reader:
        header = reader.header
        facts: dict[str, str] = {"interface": header.interface, "producer": header.producer}
        for event in reader:
            _take_facts(event, facts, identities)
    names = header.device.get("names")
    files = header.source.get("files")
    facts["driver"] = driver_of([str(name) for name in names] if isinstance(names, list) else [])
    facts["host"] = next((host for host in _HOSTS if host in facts["driver"]), "")
    formats = [
        str(file.get("format"))
        for file in (files if isinstance(files, list) else [])
        if isinstance(file, dict)
    ]
    facts["log_format"] = ", ".join(dict.fromkeys(formats))
    return facts


def _take_facts(event: Event, facts: dict[str, str], identities: Identities) -> None:
    from wwanreplay.replay.names import code_name
    from wwanreplay.replay.observed import observed

    if not event.payload and not event.fields:
        return
    name = code_name(event)
    if "DEVICE_CAPS" in name:
        for path, value in observed(event).items():
            fact = _OF_DEVICE.get(path.rpartition(".")[2])
            if fact is not None and isinstance(value, str) and value:
                facts[fact] = value
    elif "HOME_PROVIDER" in name:
        for path, value in observed(event).items():
            if path.endswith("ProviderId") and isinstance(value, str) and value:
                facts["operator"] = identities.text(value)
