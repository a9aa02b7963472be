"""What an import did: counts for each session and for all of it, with the first places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from wwanreplay.formats.base import Counts, Trouble, add_members

#: The counts of a summary, in the order in which they are printed.
NUMBERS: Final = (
    "messages",
    "complete",
    "incomplete",
    "events",
    "requests",
    "completions",
    "indications",
    "notes",
    "duplicates",
    "unmapped",
    "unreadable",
    "dropped",
    "problems",
)
#: Those that keep their first places.
TROUBLES: Final = ("incomplete", "unmapped", "unreadable", "dropped", "problems", "set_back")


@dataclass(slots=True)
class Tally:
    """Counts of one session, of one log, or of a whole import.

    `messages` are MBIM messages, each `complete` or `incomplete`. `events` are the records of the
    OID level that were made: `requests`, `completions` and `indications`. `notes` are records of
    what the host program or the bus did. `duplicates` are reports of what another record says.
    `unmapped` was read and has no OID or is no event; `unreadable` looked like a message and was
    none; `dropped` is lost in the log itself, or over a limit; `problems` are messages that break a
    rule of MBIM or fit no structure wholly; `set_back` are places where the log's clock goes back.
    """

    messages: int = 0
    complete: int = 0
    requests: int = 0
    completions: int = 0
    indications: int = 0
    other: int = 0
    notes: int = 0
    duplicates: int = 0
    incomplete: Trouble = field(default_factory=Trouble)
    unmapped: Trouble = field(default_factory=Trouble)
    unreadable: Trouble = field(default_factory=Trouble)
    dropped: Trouble = field(default_factory=Trouble)
    problems: Trouble = field(default_factory=Trouble)
    set_back: Trouble = field(default_factory=Trouble)

    @property
    def events(self) -> int:
        """Records of the OID level."""
        return self.requests + self.completions + self.indications + self.other

    def add(self, other: Tally) -> None:
        """Add the counts of another session; the first places stay those of the first."""
        add_members(self, other)

    def add_log(self, counts: Counts) -> None:
        """Add what the reader of a log could not use; its messages are counted by the sessions."""
        for name in ("unmapped", "unreadable", "dropped"):
            trouble: Trouble = getattr(self, name)
            trouble.join(getattr(counts, name))

    def numbers(self) -> dict[str, int]:
        """The counts by name."""
        values = {}
        for name in NUMBERS:
            value = getattr(self, name)
            values[name] = value.count if isinstance(value, Trouble) else value
        return values

    def places(self) -> dict[str, list[dict[str, Any]]]:
        """The first places of each kind of trouble."""
        return {
            name: [
                {
                    "log": place.source,
                    "unit": str(place.unit),
                    "number": place.number,
                    "reason": reason,
                }
                for place, reason in getattr(self, name).first
            ]
            for name in TROUBLES
            if getattr(self, name).first
        }

    def as_json(self) -> dict[str, Any]:
        """Counts and places."""
        return {**self.numbers(), "places": self.places()}

    def lines(self) -> Iterator[str]:
        """For a person: one line of counts, then the first places."""
        numbers = self.numbers()
        yield (
            f"{numbers['messages']} messages: {numbers['complete']} complete,"
            f" {numbers['incomplete']} incomplete"
        )
        yield (
            f"{numbers['events']} events: {numbers['requests']} requests,"
            f" {numbers['completions']} completions, {numbers['indications']} indications;"
            f" {numbers['notes']} notes"
        )
        rest = ("duplicates", "unmapped", "unreadable", "dropped", "problems")
        yield ", ".join(f"{numbers[name]} {name}" for name in rest)
        for name in TROUBLES:
            trouble: Trouble = getattr(self, name)
            for place, reason in trouble.first:
                yield f"  {name.replace('_', ' ')} {place}: {reason}"
            if trouble.count > len(trouble.first) > 0:
                yield f"  {name.replace('_', ' ')}: and {trouble.count - len(trouble.first)} more"


@dataclass(slots=True)
class SessionSummary:
    """One trace: its path, its device, its counts; no duration where the log has no times."""

    trace: str
    device: str
    names: list[str]
    records: int
    duration_ns: int | None
    digest: str
    tally: Tally
    inferred: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As `--json` prints it."""
        values = {
            "trace": self.trace,
            "device": self.device,
            "names": self.names,
            "records": self.records,
            "duration_ns": self.duration_ns,
            "digest": self.digest,
            **self.tally.as_json(),
        }
        return {**values, "inferred": self.inferred} if self.inferred else values


@dataclass(slots=True)
class LogSummary:
    """One log as its reader counted it."""

    log: str
    format: str
    counts: Counts

    def as_json(self) -> dict[str, Any]:
        """As `--json` prints it."""
        counts = self.counts
        tally = Tally()
        tally.add_log(counts)
        tally.incomplete = counts.incomplete
        return {
            "log": self.log,
            "format": self.format,
            "records": counts.records,
            "messages": counts.messages,
            "complete": counts.complete,
            "incomplete": counts.incomplete.count,
            "events": counts.events,
            "notes": counts.notes,
            "unmapped": counts.unmapped.count,
            "unreadable": counts.unreadable.count,
            "dropped": counts.dropped.count,
            "places": tally.places(),
        }


@dataclass(slots=True)
class ImportSummary:
    """A whole import. `total` has what belongs to no session as well, such as lost lines."""

    logs: list[LogSummary] = field(default_factory=list)
    sessions: list[SessionSummary] = field(default_factory=list)
    total: Tally = field(default_factory=Tally)
    #: Messages of devices other than the chosen one.
    passed_over: int = 0

    def as_json(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return {
            "logs": [log.as_json() for log in self.logs],
            "sessions": [session.as_json() for session in self.sessions],
            "passed_over": self.passed_over,
            **self.total.as_json(),
        }

    def lines(self) -> Iterator[str]:
        """For a person."""
        for log in self.logs:
            yield f"{log.log}: {log.format or 'no log'}, {log.counts.records} lines or packets"
        for session in self.sessions:
            device = f" of {session.device}" if session.device else ""
            time_ns = session.duration_ns
            time = ", without times" if time_ns is None else f" in {time_ns / 1e9:.3f} s"
            what = f"{session.records} records{device}{time}"
            yield f"{session.trace}: {what}; digest {session.digest}"
            yield from _indented(session.tally.lines())
            yield from _indented(_inferred_lines(session.inferred))
        if len(self.sessions) > 1 or self.passed_over:
            yield "in all:"
            yield from _indented(self.total.lines())
        if self.passed_over:
            yield f"{self.passed_over} messages and events of other devices passed over"


def _inferred_lines(inferred: Mapping[str, Any]) -> Iterator[str]:
    """What was found of the environment, when it was looked for."""
    if "stimuli" in inferred:
        count = inferred["stimuli"]
        what = f"{count} {'stimulus' if count == 1 else 'stimuli'} inferred"
        yield f"{what}; {inferred['headline']}"


def _indented(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield f"  {line}"
