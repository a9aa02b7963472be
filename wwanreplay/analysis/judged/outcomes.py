"""What the rules came to on a trace, with what was accepted taken out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import Final

from wwanreplay._core import Event
from wwanreplay.analysis.check import RulePlace, Tally, is_whole, judge
from wwanreplay.analysis.check.registry import is_judged, known_rows, row_of
from wwanreplay.analysis.waivers import Finding, Waiver, Waivers
from wwanreplay.errors import EXIT_UNREADABLE, UsageError
from wwanreplay.protocol.schema import Rule
from wwanreplay.replay.names import code_name
from wwanreplay.trace import TraceReader
from wwanreplay.trace.source import TraceInput
from wwanreplay.trace.stretch import WHOLE, Stretch
from wwanreplay.verdict import Verdict
from wwanreplay.words import folded, printable

PLACES_MAX: Final = 100
#: What a rule that is broken is, by how strongly it binds; the most serious first.
SEVERITIES: Final = {"must": "fault", "should": "warning", "may": "note"}


def severity_of(rule: Rule) -> str:
    """What breaking a rule is. What binds the host is no fault of the device: a warning."""
    severity = SEVERITIES[rule.level]
    return "warning" if rule.actor == "service" and severity == "fault" else severity


class OutcomeKind(StrEnum):
    """What a rule came to."""

    BROKEN = "broken"
    KEPT = "kept"
    UNDECIDED = "not decidable"
    NOT_EXERCISED = "not exercised"


@dataclass(frozen=True, slots=True)
class Broken:
    """A place where a rule is broken, as an event with the events before it."""

    event: Event
    index: int
    text: str
    before: tuple[Event, ...]


@dataclass(slots=True)
class Outcome:
    """What a rule came to: counts of places, and the first broken ones that nobody accepted.

    `reasons` are why it could not be decided, with the count of places (0 where none can be).
    """

    rule: Rule
    kept: int = 0
    broken_count: int = 0
    places: list[Broken] = field(default_factory=list)
    accepted: list[tuple[Broken, Waiver]] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def kind(self) -> OutcomeKind:
        """In a word; a rule that is kept at some places and undecided at others is kept."""
        if self.broken_count:
            return OutcomeKind.BROKEN
        if self.kept or self.accepted:
            return OutcomeKind.KEPT
        return OutcomeKind.UNDECIDED if self.reasons else OutcomeKind.NOT_EXERCISED

    @property
    def severity(self) -> str:
        """What breaking it is: fault, warning or note."""
        return severity_of(self.rule)


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """Which rules are judged, and what counts.

    `rules` and `ignored` are ids or patterns; no `rules` are all. Of a whole session, which is
    judged, the places in `stretch` count.
    """

    rules: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    places_max: int = PLACES_MAX
    strict: bool = False
    allow_empty: bool = False
    stretch: Stretch = WHOLE

    def rows(self) -> list[Rule]:
        """The rows of the chosen rules, in their order; UsageError for a pattern without any."""
        known = known_rows()
        chosen, ignored = (
            [folded(pattern) for pattern in patterns] for patterns in (self.rules, self.ignored)
        )
        for pattern in (*chosen, *ignored):
            if not any(fnmatchcase(rule_id, pattern) for rule_id in known):
                row_of(pattern)  # raises with the ids that look like it, if any do
                raise UsageError(f"no rule matches {pattern!r}")
        wanted = chosen or ["*"]
        return [
            row
            for rule_id, row in known.items()
            if any(fnmatchcase(rule_id, pattern) for pattern in wanted)
            and not any(fnmatchcase(rule_id, pattern) for pattern in ignored)
        ]


@dataclass(slots=True)
class TraceReport:
    """What the rules came to on one trace; `error` says why it could not be read."""

    path: str
    outcomes: list[Outcome] = field(default_factory=list)
    event_count: int = 0
    warnings: list[str] = field(default_factory=list)
    error: str = ""
    error_code: int = EXIT_UNREADABLE

    def __repr__(self) -> str:
        broken = len(self.of(OutcomeKind.BROKEN))
        found = f"{broken} rule{'' if broken == 1 else 's'} broken, {self.event_count} events"
        return f"<TraceReport {printable(self.path)}: {self.verdict}, {found}>"

    def of(self, kind: OutcomeKind) -> list[Outcome]:
        """The rules that came to this."""
        return [outcome for outcome in self.outcomes if outcome.kind is kind]

    @property
    def broken(self) -> list[Outcome]:
        """The broken rules, the most serious first."""
        order = list(SEVERITIES.values())
        return sorted(
            self.of(OutcomeKind.BROKEN),
            key=lambda outcome: (order.index(outcome.severity), -outcome.broken_count),
        )

    @property
    def remarks(self) -> int:
        """Broken rules that are no faults, and warnings about the trace."""
        return sum(each.severity != "fault" for each in self.broken) + len(self.warnings)

    @property
    def verdict(self) -> Verdict:
        """In a word: a rule that was never judged is neither kept nor broken."""
        if self.error:
            return Verdict.UNREADABLE
        if any(outcome.severity == "fault" for outcome in self.broken):
            return Verdict.BROKEN
        judged = any(outcome.kept or outcome.accepted for outcome in self.outcomes)
        return Verdict.NO_FAULT if judged or self.broken else Verdict.NOTHING_JUDGED

    def exit_code(self, options: CheckOptions) -> int:
        """The exit code by these options."""
        if self.error:
            return self.error_code
        remarks = self.remarks if options.strict else 0
        return self.verdict.exit_code(allow_empty=options.allow_empty, remarks=remarks)


def unreadable(path: str, error: str, code: int = EXIT_UNREADABLE) -> TraceReport:
    """The report of a trace that cannot be read."""
    return TraceReport(path, error=error, error_code=code)


def check_file(
    path: str,
    options: CheckOptions,
    waivers: Waivers | None = None,
    *,
    source: TraceInput | None = None,
) -> TraceReport:
    """Judge a trace by rules; TraceError when it cannot be read.

    Without `source` it is that of the path, which names it in the report.
    """
    report = TraceReport(path)
    with TraceReader(path if source is None else source) as reader:
        reader.header.refuse_filtered(
            None, "rules cannot be judged by what is left; check the trace that was filtered"
        )
        is_mapped = reader.header.is_mapped

        unread: list[str] = []

        def events() -> Iterable[Event]:
            for event in reader.events():
                report.event_count += 1
                yield event

        rows = options.rows()
        wanted = [row.id for row in rows if is_judged(row.id)]
        # A place that is accepted must be seen to be so: all of them are looked at then.
        kept_max = 10**9 if waivers is not None and waivers.entries else options.places_max
        counts = None if options.stretch.is_whole else options.stretch.has
        tallies = judge(
            events(),
            wanted,
            places_max=kept_max,
            is_whole=is_whole(reader.header),
            is_mapped=is_mapped,
            counts=counts,
            unread=unread,
        )
        if unread:
            count = len(unread)
            what = f"{count} printed fields hold what no such field can, as {unread[0]}"
            report.warnings.append(f"{what}; they are not judged")
        if reader.cut_off:
            report.warnings.append("the trace is cut off; what would follow is not judged")
    for row in rows:
        report.outcomes.append(_outcome(row, tallies.get(row.id), path, waivers, options))
    return report


def _outcome(
    row: Rule, tally: Tally | None, path: str, waivers: Waivers | None, options: CheckOptions
) -> Outcome:
    outcome = Outcome(row)
    if tally is None:
        outcome.reasons = {row.undecidable: 0}
        return outcome
    outcome.kept, outcome.reasons = tally.kept, dict(tally.undecided)
    outcome.broken_count = tally.broken_count
    for place in tally.places:
        broken = _broken(place)
        finding = _finding(row, place, path)
        waiver = None if waivers is None else waivers.accepting(finding)
        if waiver is not None:
            outcome.accepted.append((broken, waiver))
            outcome.broken_count -= 1
        elif len(outcome.places) < options.places_max:
            outcome.places.append(broken)
    return outcome


def _broken(place: RulePlace) -> Broken:
    before = tuple(item.event for item in place.before)
    return Broken(place.item.event, place.item.index, place.text, before)


def _finding(row: Rule, place: RulePlace, path: str) -> Finding:
    transaction = place.item.transaction
    return Finding(
        "rule",
        rule=row.id,
        code=code_name(place.item.event),
        transaction="" if transaction is None else code_name(transaction.request.event),
        trace=PurePath(path).name,
    )
