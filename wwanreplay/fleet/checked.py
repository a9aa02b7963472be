"""Judging by rules. What they came to goes between processes and into results as printed."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from wwanreplay._core import Event, Kind
from wwanreplay.errors import EXIT_INTERNAL, WwanReplayError, internal_text
from wwanreplay.fleet.work import DIED, Undivided

if TYPE_CHECKING:
    from wwanreplay.analysis.judged import Broken, CheckOptions, Outcome, TraceReport
    from wwanreplay.analysis.waivers import Waivers
    from wwanreplay.fleet.rows import Identities


@dataclass(frozen=True)
class CheckForm:
    """How what the rules came to is printed."""

    as_json: bool = False
    show_personal: bool = False
    all_rules: bool = False


PLAIN_FORM: Final = CheckForm()


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


@dataclass(frozen=True)
class CheckWork(Undivided):
    """Judge by rules; with `identities` it carries the rows of the tables of results."""

    options: CheckOptions
    waivers: Waivers | None = None
    debug: bool = False
    form: CheckForm = PLAIN_FORM
    identities: Identities | None = None

    def __call__(self, path: str) -> Checked:
        """What the rules came to on a trace."""
        from wwanreplay.analysis.judged import check_file, unreadable

        waivers = deepcopy(self.waivers)
        for entry in [] if waivers is None else waivers.entries:
            entry.used = 0
        try:
            report = check_file(path, self.options, waivers)
        except WwanReplayError as error:
            text = str(error)
            report = unreadable(path, text if text.startswith(path) else f"{path}: {text}")
            report.error_code = error.exit_code
        except OSError as error:
            report = unreadable(path, f"{path}: {error.strerror or error}")
        except Exception as error:  # our own fault must not stop the other traces
            if self.debug:
                raise
            report = unreadable(path, f"{path}: {internal_text(error)}", EXIT_INTERNAL)
        used = [] if waivers is None else [each.used for each in waivers.entries]
        return self._shown(Checked(report, used))

    def died(self, path: str) -> Checked:
        """The same of a trace whose worker died of it."""
        from wwanreplay.analysis.judged import unreadable

        return self._shown(Checked(unreadable(path, f"{path}: {DIED}", EXIT_INTERNAL)), died=True)

    def _shown(self, checked: Checked, *, died: bool = False) -> Checked:
        """The same with what is printed of it, and kept of it."""
        from wwanreplay.analysis.judged import report_json, report_lines

        form = self.form
        if form.as_json:
            checked.values = report_json(checked.report, show_personal=form.show_personal)
        else:
            lines = report_lines(
                checked.report, show_personal=form.show_personal, all_rules=form.all_rules
            )
            checked.lines = list(lines)
        if self.identities is not None:
            from wwanreplay.fleet.rows import rows_of_checked

            checked.rows = rows_of_checked(
                checked, self.options, self.identities, is_readable=not died
            )
        return checked


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
