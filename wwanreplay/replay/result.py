"""What part of a recording is replayed, and how a replay ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from wwanreplay._core import Event
from wwanreplay.errors import UsageError, shown
from wwanreplay.replay.divergence import Divergence, Ledger
from wwanreplay.verdict import Verdict
from wwanreplay.words import printable

EVENTS_BEFORE: Final = 5
EVENTS_BEFORE_MAX: Final = 10_000
DIVERGENCES_MAX: Final = 100


@dataclass(slots=True)
class Options:
    """What part of a recording is compared, and how much of it is reported.

    Divergences before `start_record` or `start_time_ns` are counted but not reported; the replay
    ends before `stop_record`, and behind `stop_time_ns`.
    """

    start_record: int | None = None
    start_time_ns: int | None = None
    stop_record: int | None = None
    stop_time_ns: int | None = None
    divergences_max: int = DIVERGENCES_MAX
    events_before: int = EVENTS_BEFORE
    fail_fast: bool = False

    def check(self) -> None:
        """Refuse a part that cannot be: UsageError."""
        for name in ("start_record", "stop_record", "start_time_ns", "stop_time_ns"):
            value = getattr(self, name)
            if value is not None and not (isinstance(value, int) and 0 <= value < 2**63):
                raise UsageError(f"{name} is {shown(value)}, but must be from 0 to {2**63 - 1}")
        if not 0 <= self.events_before <= EVENTS_BEFORE_MAX:
            raise UsageError(
                f"events_before is {shown(self.events_before)}, but must be from 0 to"
                f" {EVENTS_BEFORE_MAX}"
            )
        start, stop = self.start_record, self.stop_record
        if start is not None and stop is not None and stop < start:
            raise UsageError(f"the replay would stop at record {stop}, before it starts at {start}")
        start, stop = self.start_time_ns, self.stop_time_ns
        if start is not None and stop is not None and stop < start:
            raise UsageError(f"the replay would stop at {stop} ns, before it starts at {start} ns")
        if self.divergences_max < 1:
            raise UsageError("at least one divergence must be listed")

    @property
    def is_part(self) -> bool:
        """Whether only a part of the recording is compared."""
        return self.has_start or self.has_stop

    @property
    def has_start(self) -> bool:
        """Whether anything can stand before the part that is compared."""
        return self.start_record is not None or self.start_time_ns is not None

    @property
    def has_stop(self) -> bool:
        """Whether anything can stand behind the part that is replayed."""
        return self.stop_record is not None or self.stop_time_ns is not None

    def is_before_start(self, index: int, time_ns: int) -> bool:
        """Whether a record stands before the part that is compared."""
        return (self.start_record is not None and index < self.start_record) or (
            self.start_time_ns is not None and time_ns < self.start_time_ns
        )

    def is_behind_stop(self, index: int, time_ns: int) -> bool:
        """Whether a record stands behind the part that is replayed."""
        return (self.stop_record is not None and index >= self.stop_record) or (
            self.stop_time_ns is not None and time_ns > self.stop_time_ns
        )

    def is_outside(self, index: int, time_ns: int) -> bool:
        """Whether a record stands before or behind the part that is compared."""
        return self.is_before_start(index, time_ns) or self.is_behind_stop(index, time_ns)


@dataclass(slots=True)
class Gap:
    """Records that are known to be lost: `count` is 0 when nobody knows how many.

    `unjudged_count` outputs behind it, the first at record `first_unjudged`, differ from the
    device's as it would be had nothing been lost.
    """

    index: int
    count: int
    reason: str
    unjudged_count: int = 0
    first_unjudged: int | None = None


def gap_of(event: Event) -> Gap:
    """The gap that a record of one stands for."""
    return Gap(event.index or 0, event.code, printable(event.payload.decode("utf-8", "replace")))


@dataclass(slots=True)
class Fact:
    """What a log tells that is worth knowing and no fault: a request that the device refused.

    `text` says what; identical ones are counted, and `records` are the first places of them.
    """

    text: str
    count: int
    records: list[int]
    sources: list[Any]


def free_of_remarks(divergences: list[Divergence]) -> int:
    """Let no fault follow from what is none: it is a root then. How many became roots."""
    count = 0
    faults = {each.index for each in divergences if each.is_fault}
    roots = {each.index for each in divergences if each.root and not each.is_fault} - faults
    for each in divergences:
        if each.is_fault and each.root_index in roots:
            each.root, each.root_index = True, None
            count += 1
    return count


@dataclass(slots=True)
class ReplayResult:
    """How a replay ended.

    `divergences` has the first ones, root causes first; `divergence_count` and `root_count` count
    all. `counts` is by what the records are; `outputs` are those of the device in the part that was
    to be compared, `compared` how many of them were, `messages` the MBIM messages that were.
    `digest` is of what the replayed device emitted, hex; `recorded_digest` is the footer's, None
    without one or when only a part was replayed. `warnings` are what a reader should know before
    the divergences, `notes` what took no part in the comparison. Of a field trace `start_state` is
    the device's at the beginning. `is_live`: against a device that is present, whose outputs stand
    as `recorded` in divergences, and those of the trace as `expected`. `reason` says why nothing is
    compared, where that is not a matter of the records. `accepted` are divergences that somebody
    accepted, a line each; they are not among the others.
    Of a field trace some divergences are no faults (`remark_count` of all): `weight` says so of
    each; `facts` are the requests that were refused.
    """

    path: str | None = None
    divergences: list[Divergence] = field(default_factory=list)
    divergence_count: int = 0
    root_count: int = 0
    before_start_count: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    digest: str = ""
    recorded_digest: str | None = None
    first_index: int = 0
    next_index: int = 0
    elapsed_s: float = 0.0
    gaps: list[Gap] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    profile_name: str = ""
    start_state: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    is_field: bool = False
    is_live: bool = False
    is_part: bool = False
    reason: str = ""
    accepted: list[str] = field(default_factory=list)
    remark_count: int = 0
    facts: list[Fact] = field(default_factory=list)

    def __repr__(self) -> str:
        found = f"{self.divergence_count} divergence{'' if self.divergence_count == 1 else 's'}"
        outputs = f"{self.counts.get('compared', 0)} outputs compared"
        path = printable(self.path or "in memory")
        return f"<ReplayResult {path}: {self.verdict}, {found}, {outputs}>"

    def take(self, ledger: Ledger) -> None:
        """Take the divergences that were listed, and the counts of all."""
        self.divergences = ledger.in_order()
        self.divergence_count, self.root_count = ledger.count, ledger.root_count
        self.remark_count = ledger.remark_count
        self.root_count += free_of_remarks(self.divergences)

    def warn_of_losses(self, cut_text: str) -> None:
        """Warn of what of the recording is not there: its end (`cut_text`), and lost records."""
        self.warnings += [cut_text] if cut_text else []
        for gap in self.gaps:
            lost = f"{gap.count} records" if gap.count else "an unknown number of records"
            self.warnings.append(f"{lost} are lost at record {gap.index}: {gap.reason}")
            if gap.unjudged_count:
                self.warnings.append(
                    f"behind the gap at record {gap.index} {gap.unjudged_count} outputs differ, the"
                    f" first at record {gap.first_unjudged}; lost records may be why: not judged"
                )

    @property
    def fault_count(self) -> int:
        """Divergences that make the answer a no; the others are notes and warnings."""
        return self.divergence_count - self.remark_count

    @property
    def fault_root_count(self) -> int:
        """Faults that follow from nothing; where not all are listed, as far as that is known."""
        return self.root_count - sum(each.root for each in self.remarks)

    @property
    def remarks_in_all(self) -> int:
        """What counts as a no where that is strict: remarks, warnings and notes about the trace."""
        return self.remark_count + len(self.warnings) + len(self.notes)

    @property
    def remarks(self) -> list[Divergence]:
        """The listed divergences that are no faults."""
        return [each for each in self.divergences if not each.is_fault]

    @property
    def faults(self) -> list[Divergence]:
        """The listed divergences that are faults, root causes first."""
        return [each for each in self.divergences if each.is_fault]

    @property
    def verdict(self) -> Verdict:
        """What the replay came to: nothing compared is neither equal nor without fault.

        What was accepted was looked at: a log of nothing but an OPEN that fails can be kept.
        """
        if self.fault_count:
            return Verdict.DIVERGED
        looked_at = self.counts.get("compared") or self.counts.get("messages") or self.accepted
        if not looked_at:
            return Verdict.NOTHING_COMPARED
        return Verdict.NO_FAULT if self.is_field else Verdict.EQUAL

    @property
    def equal(self) -> bool:
        """Whether every compared field of every output was the recorded one, in order.

        Never so of a field trace, whose best verdict is no fault, nor of a comparison of nothing.
        """
        return self.verdict is Verdict.EQUAL

    @property
    def agrees(self) -> bool:
        """Whether something was compared and no divergence found: equal, or no fault."""
        return self.verdict.is_yes

    @property
    def unjudged_count(self) -> int:
        """Outputs that differ behind a gap; lost records may be why, so they are no divergences."""
        return sum(gap.unjudged_count for gap in self.gaps)
