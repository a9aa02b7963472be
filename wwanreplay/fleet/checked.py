"""What the rules came to on a trace, as it goes between processes and into results."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from wwanreplay._core import Event, Kind

if TYPE_CHECKING:
    from wwanreplay.analysis.judged import Broken, Outcome, TraceReport


@dataclass
class Checked:
    """What the rules came to on a trace, as it is printed, with how often each waiver was used.

    `report` is for other programs' files; from another process, or from results, its events have
    only their time and place in a log. `rows` are those of the tables of results, where they are
    wanted.
    """

    report: TraceReport
    used: list[int] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The name of the trace."""
        return self.report.path

    @property
    def failure(self) -> str:
        """Why it could not be read, else empty."""
        return self.report.error

    def plain(self) -> dict[str, Any]:
        """All but the rows as plain values, of which `checked_of` makes it again."""
        report = self.report
        return {
            "path": report.path,
            "outcomes": [_plain_outcome(each) for each in report.outcomes],
            "events": report.event_count,
            "warnings": report.warnings,
            "error": report.error,
            "error_code": report.error_code,
            "used": self.used,
            "lines": self.lines,
            "values": self.values,
        }

    def __reduce__(self) -> tuple[Any, ...]:
        """What is printed goes between processes, not the events that it was made of."""
        return checked_of, ({**self.plain(), "path": self.report.path}, self.rows)


def _plain_outcome(outcome: Outcome) -> list[Any]:
    return [
        outcome.rule.id,
        outcome.kept,
        outcome.broken_count,
        [_plain_place(place) for place in outcome.places],
        [
            [_plain_place(place), waiver.reason, waiver.expires.isoformat(), waiver.where]
            for place, waiver in outcome.accepted
        ],
        outcome.reasons,
    ]


def _plain_place(place: Broken) -> list[Any]:
    from wwanreplay.analysis.eventtext import plain_source

    return [place.index, place.event.time_ns, plain_source(place.event.source), place.text]


def checked_of(
    values: dict[str, Any], rows: dict[str, list[dict[str, Any]]] | None = None
) -> Checked:
    """What was made plain again. Rules go by their ids: their rows are in every process."""
    from wwanreplay.analysis.check.registry import known_rows
    from wwanreplay.analysis.judged import Outcome, TraceReport
    from wwanreplay.analysis.waivers import Waiver

    rules = known_rows()
    outcomes = []
    for rule_id, kept, broken_count, places, accepted, reasons in values["outcomes"]:
        taken = [
            (_place(place), Waiver({}, reason, date.fromisoformat(expires), where))
            for place, reason, expires, where in accepted
        ]
        shown = [_place(place) for place in places]
        outcomes.append(Outcome(rules[rule_id], kept, broken_count, shown, taken, reasons))
    names = ("warnings", "error", "error_code")
    report = TraceReport(
        values["path"], outcomes, values["events"], *(values[name] for name in names)
    )
    return Checked(report, values["used"], values["lines"], values["values"], rows or {})


def _place(values: list[Any]) -> Broken:
    from wwanreplay.analysis.judged import Broken

    index, time_ns, source, text = values
    return Broken(Event(Kind.KIND_NOTE, time_ns, source=source), index, text, ())
