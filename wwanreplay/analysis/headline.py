"""The verdict on one line, and totals: all that is printed of a replay that is equal.

Nothing here reads the protocol's tables; what else a report says is in `report.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wwanreplay.replay import ReplayResult, Weight
from wwanreplay.verdict import Verdict


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


def is_headline_all(result: ReplayResult) -> bool:
    """Whether a report has no further line than the headline."""
    further = result.warnings, result.notes, result.accepted, result.facts, result.divergences
    counts = result.before_start_count, result.divergence_count
    return not (any(further) or any(counts) or result.start_state)


def _remarks_text(result: ReplayResult) -> str:
    """How many notes and warnings there are, of a field trace or a live device."""
    if not result.is_field:
        return ""
    warnings = sum(each.weight is Weight.WARNING for each in result.remarks)
    notes = counted(len(result.notes) + result.remark_count - warnings, "note")
    return (f", {counted(warnings, 'warning')}" if warnings else "") + f", {notes}"


def _accepted_text(result: ReplayResult) -> str:
    """How many divergences are left out because somebody accepted them."""
    return f", {counted(len(result.accepted), 'divergence')} accepted" if result.accepted else ""


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


def totals_json(results: Sequence[ReplayResult]) -> dict[str, Any]:
    """Counts over results."""
    names = ("records", "requests", "completions", "indications", "stimuli", "wire")
    totals: dict[str, Any] = {
        name: sum(result.counts.get(name, 0) for result in results) for name in names
    }
    totals["transactions"] = totals.pop("requests")
    return totals


def totals_lines(totals: Mapping[str, Any], records_per_second: int = 0) -> Iterator[str]:
    """The block of totals: files, each verdict that was given, records; then what was measured."""
    names = ("records", "transactions", "completions", "indications", "stimuli", "wire")
    rows = {"files": totals["files"], **totals["verdicts"]}
    rows |= {name: totals.get(name, 0) for name in names}
    for name, number in rows.items():
        if number:
            yield f"{name:<16} {_spaced(number)}"
    if records_per_second:
        yield f"{'rate':<16} {_spaced(records_per_second)} records/s"
    if totals.get("digest"):
        yield f"{'digest':<16} {totals['digest']}"
    if totals.get("results_digest"):
        yield f"{'results':<16} {totals['results_digest']}"


def _spaced(number: int) -> str:
    return f"{number:>14,}".replace(",", " ")
