"""Two sessions compared: what is missing, extra, changed or in another order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.analysis.diff.alignment import align, moved, rising
from wwanreplay.analysis.diff.session import Output, Session, Step, fill, read_events
from wwanreplay.analysis.diff.values import Comparer, Difference, Identities, Identity, plain
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import INDICATION_REQUIRED, REQUESTS
from wwanreplay.protocol.timing import limits_of
from wwanreplay.replay.answer_times import is_local
from wwanreplay.replay.names import code_name, kind_name
from wwanreplay.replay.policy import Policy
from wwanreplay.trace.source import TraceInput
from wwanreplay.trace.stretch import WHOLE, Stretch
from wwanreplay.verdict import Verdict
from wwanreplay.words import printable

FINDINGS_MAX: Final = 100
#: How many steps away the same step is looked for; farther it is missing and extra.
MOVED_MAX: Final = 64
#: What is moved rather: an event, then an answer. Requests stand in order already.
_WEIGHTS: Final = {"event": 1, "output": 3}
_REQUEST_WEIGHT: Final = 1 << 20


class Change(StrEnum):
    """How two sessions differ in one place; a is the first of them."""

    MISSING = "missing"  # only a has it
    EXTRA = "extra"  # only b has it
    CHANGED = "changed"
    REORDERED = "reordered"

    @property
    def mirrored(self) -> Change:
        """The same with the sides exchanged."""
        return {Change.MISSING: Change.EXTRA, Change.EXTRA: Change.MISSING}.get(self, self)


@dataclass(slots=True)
class Finding:
    """One place where two sessions differ.

    `what` is `request`, `output` (of the transaction whose requests are `requests`), `event` or
    `message`, or another kind of record; `a` and `b` are its events, None where a side has none.
    `answers` are the outputs that go with a whole transaction that one side has. `is_note`: it does
    not count as a difference.
    """

    change: Change
    what: str
    a: Event | None
    b: Event | None
    requests: tuple[Event | None, Event | None] = (None, None)
    fields: list[Difference] = field(default_factory=list)
    answers: int = 0
    is_note: bool = False
    order: tuple[float, ...] = ()

    @property
    def event(self) -> Event:
        """The event of a, or else of b."""
        found = self.a if self.a is not None else self.b
        assert found is not None
        return found

    def mirrored(self) -> Finding:
        """The same with the sides exchanged."""
        return Finding(
            self.change.mirrored,
            self.what,
            self.b,
            self.a,
            self.requests[::-1],
            [each.mirrored() for each in self.fields],
            self.answers,
            self.is_note,
        )


@dataclass(slots=True)
class DiffResult:
    """How two sessions compare.

    `findings` has the first ones in order, differences and notes; `counts` counts all differences
    by change, `note_count` all notes. `compared` outputs were looked at, of `transactions` pairs.
    """

    a: str
    b: str
    findings: list[Finding] = field(default_factory=list)
    identities: list[Identity] = field(default_factory=list)
    counts: dict[Change, int] = field(default_factory=dict)
    note_count: int = 0
    compared: int = 0
    transactions: int = 0
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        count = self.difference_count
        found = f"{count} difference{'' if count == 1 else 's'}, {self.compared} outputs compared"
        return f"<DiffResult {printable(self.a)}, {printable(self.b)}: {self.verdict}, {found}>"

    @property
    def difference_count(self) -> int:
        """What makes the answer a no."""
        return sum(self.counts.values())

    @property
    def remark_count(self) -> int:
        """What makes it one where that is strict."""
        return self.note_count + len(self.identities) + len(self.warnings)

    @property
    def verdict(self) -> Verdict:
        """What the comparison came to."""
        if self.difference_count:
            return Verdict.DIVERGED
        if not self.compared:
            return Verdict.NOTHING_COMPARED
        return Verdict.NO_FAULT if self.note_count or self.identities else Verdict.EQUAL

    @property
    def equal(self) -> bool:
        """Whether something was compared and nothing differs, notes and identities included."""
        return self.verdict is Verdict.EQUAL


def diff_traces(
    a: TraceInput,
    b: TraceInput,
    policy: Policy | None = None,
    *,
    findings_max: int = FINDINGS_MAX,
    names: tuple[str, str] = ("", ""),
    stretch: Stretch = WHOLE,
) -> DiffResult:
    """Compare two traces by transaction.

    TraceError for what cannot be read, LimitError for a trace of more than RECORDS_MAX records.
    `names` are what the traces are called where they have no path. Of each trace the records of
    `stretch` are compared.
    """
    read = [read_events(source, name, stretch) for source, name in zip((a, b), names, strict=True)]
    sessions = read[0][0], read[1][0]
    is_field = sessions[0].is_field, sessions[1].is_field
    for session, events in read:
        fill(session, events, is_mixed=is_field[0] != is_field[1], has_stimuli=not any(is_field))
    result = _Comparison(sessions, policy or Policy(), findings_max).run()
    if any(is_field):
        result.notes.append("what the environment did is not compared: a log does not show it")
    return result


@dataclass(slots=True, eq=False)
class _Pair:
    """Two steps that belong together, and their outputs that do."""

    a: Step
    b: Step
    order: float  # the place of a
    is_moved: bool = False
    outputs: list[tuple[Output, Output]] = field(default_factory=list)


class _Comparison:
    """One run of diff_traces()."""

    def __init__(self, sessions: tuple[Session, Session], policy: Policy, listed_max: int) -> None:
        self._sessions = sessions
        self._policy = policy
        self._comparer = Comparer(policy, (sessions[0].is_field, sessions[1].is_field))
        self._identities = Identities()
        self._found: list[Finding] = []
        self._listed_max = listed_max
        self._is_windowed = False

    def run(self) -> DiffResult:
        a, b = self._sessions
        result = DiffResult(a.path, b.path, warnings=[*a.warnings, *b.warnings])
        pairs = self._paired(a.steps, b.steps)
        for pair in pairs:
            self._compare_transaction(pair)
        self._find_reordered(pairs)
        outputs = sum(len(pair.outputs) + pair.a.is_event for pair in pairs)
        result.compared = outputs
        result.transactions = sum(not pair.a.is_event for pair in pairs)
        self._settle(result)
        if self._is_windowed:
            result.notes.append(
                "the sessions are long and differ much: they were aligned window by window, and a"
                " long stretch of one of them may be taken apart"
            )
        return result

    def _paired(self, a: list[Step], b: list[Step]) -> list[_Pair]:
        places, is_windowed = align(a, b)
        self._is_windowed |= is_windowed
        left = _left_over(len(a), {one for one, _ in places})
        right = _left_over(len(b), {two for _, two in places})
        crossed = moved([(n, a[n].same) for n in left], [(n, b[n].same) for n in right], MOVED_MAX)
        gone = {one for one, _ in crossed}, {two for _, two in crossed}
        order = _Order(places, len(b))
        for number in left:
            if number not in gone[0]:
                self._add_lonely(Change.MISSING, a[number], (number, 0))
        for number in right:
            if number not in gone[1]:
                self._add_lonely(Change.EXTRA, b[number], (order.of(number), 1))
        pairs = [_Pair(a[one], b[two], one) for one, two in places]
        pairs += [_Pair(a[one], b[two], one, is_moved=True) for one, two in crossed]
        return pairs

    def _add_lonely(self, change: Change, step: Step, order: tuple[float, ...]) -> None:
        """A step that one side has, with all that answers it."""
        a, b = (step.event, None) if change is Change.MISSING else (None, step.event)
        is_note = step.is_event and not self._is_owed(step.event)
        self._found.append(
            Finding(
                change,
                what_of(step.event, is_answer=False),
                a,
                b,
                answers=len(step.outputs),
                is_note=is_note,
                order=order,
            )
        )

    def _is_owed(self, event: Event) -> bool:
        """Whether a missing event counts."""
        return event.kind != Kind.KIND_INDICATION or self._policy.is_owed(event.code)

    # What stands in a pair.

    def _compare_transaction(self, pair: _Pair) -> None:
        a, b = pair.a, pair.b
        order = pair.order
        requests = (None, None) if a.is_event else (a.event, b.event)
        if pair.is_moved:
            what = what_of(a.event, is_answer=False)
            self._add(Change.REORDERED, what, a.event, b.event, order, is_note=a.is_event)
        self._compare(a.event, b.event, what_of(a.event, is_answer=False), order, pair)
        places, is_windowed = align(a.outputs, b.outputs)
        self._is_windowed |= is_windowed
        left = _left_over(len(a.outputs), {one for one, _ in places})
        right = _left_over(len(b.outputs), {two for _, two in places})
        one_side = [(number, a.outputs[number].full) for number in left]
        other_side = [(number, b.outputs[number].full) for number in right]
        crossed = moved(one_side, other_side, MOVED_MAX)
        pair.outputs = [(a.outputs[one], b.outputs[two]) for one, two in places]
        for one, two in crossed:
            first, second = a.outputs[one].event, b.outputs[two].event
            self._add(Change.REORDERED, "output", first, second, order, requests)
            self._identities.observe(first, second)
            left.remove(one)
            right.remove(two)
        for output, partner in pair.outputs:
            self._compare(output.event, partner.event, "output", order, pair)
        for number in left:
            event = a.outputs[number].event
            self._add(Change.MISSING, "output", event, None, order, requests)
        for number in right:
            event = b.outputs[number].event
            self._add(Change.EXTRA, "output", None, event, order, requests)

    def _compare(self, a: Event, b: Event, what: str, order: float, pair: _Pair) -> None:
        self._identities.observe(a, b)
        fields = self._comparer.differences(a, b)
        requests: tuple[Event | None, Event | None] = (None, None)
        if what == "output":
            requests = pair.a.event, pair.b.event
        elif a.kind in REQUESTS:
            fields += self._time_differences(pair)
        if fields:
            self._add(Change.CHANGED, what, a, b, order, requests, fields)

    def _time_differences(self, pair: _Pair) -> list[Difference]:
        """An answer that comes within its time on one side only."""
        delays = [_delay_ns(side) for side in (pair.a, pair.b)]
        a, b = delays
        limit_ns = self._limit_ns(pair.a.event)
        if a is None or b is None or (a > limit_ns) == (b > limit_ns):
            return []
        return [plain("time of the answer", a, b, f"{a / 1e9:.3f} s", f"{b / 1e9:.3f} s")]

    def _limit_ns(self, request: Event) -> int:
        if is_local(request):
            return self._policy.answer_ns
        if self._policy.order_ns is not None:
            return self._policy.order_ns
        row = PROTOCOL.oid_by_number.get(request.code)
        return max(limit.worst_ns for limit in limits_of("" if row is None else row.name))

    def _add(
        self,
        change: Change,
        what: str,
        a: Event | None,
        b: Event | None,
        order: float,
        requests: tuple[Event | None, Event | None] = (None, None),
        fields: Sequence[Difference] = (),
        *,
        is_note: bool = False,
    ) -> None:
        at = (order, 0)
        self._found.append(
            Finding(change, what, a, b, requests, list(fields), is_note=is_note, order=at)
        )

    # What stands in another order, across transactions.

    def _find_reordered(self, pairs: list[_Pair]) -> None:
        """The fewest events and answers that have to be moved for one order on both sides."""
        parts: list[tuple[Step | Output, Step | Output, _Pair]] = []
        for pair in pairs:
            if not pair.is_moved:
                parts.append((pair.a, pair.b, pair))
                parts += [(one, two, pair) for one, two in pair.outputs]
        places = [part[0].place for part in parts], [part[1].place for part in parts]
        orders = [sorted(range(len(parts)), key=side.__getitem__) for side in places]
        first, second = min(orders), max(orders)
        if first == second:
            return
        rank = {number: place for place, number in enumerate(second)}
        weights = [self._weight(parts[number]) for number in first]
        kept = {first[at] for at in rising([rank[number] for number in first], weights)}
        for number, (one, two, pair) in enumerate(parts):
            if number not in kept:
                is_answer = isinstance(one, Output)
                requests = (pair.a.event, pair.b.event) if is_answer else (None, None)
                what = what_of(one.event, is_answer=is_answer)
                events = one.event, two.event
                self._add(Change.REORDERED, what, *events, pair.order, requests, is_note=True)

    def _weight(self, part: tuple[Step | Output, Step | Output, _Pair]) -> int:
        if isinstance(part[0], Output):
            return _WEIGHTS["output"]
        return _WEIGHTS["event"] if part[0].is_event else _REQUEST_WEIGHT

    # The result.

    def _settle(self, result: DiffResult) -> None:
        """Set identities apart, count, and list the first."""
        listed = []
        named: dict[tuple[str, object, object], Identity] = {}
        for found in self._found:
            others = [each for each in found.fields if self._identities.is_other(each)]
            for each in others:
                place = found.event.index, None if found.b is None else found.b.index
                identity = Identity(each, 0, place, code_name(found.event))
                named.setdefault((identity.name, each.a, each.b), identity).count += 1
            if others:
                found.fields = [each for each in found.fields if each not in others]
                if not found.fields:
                    continue
            if found.fields and all(each.is_note for each in found.fields):
                found.is_note = True
            if found.is_note:
                result.note_count += 1
            else:
                result.counts[found.change] = result.counts.get(found.change, 0) + 1
            listed.append(found)
        result.identities = list(named.values())
        listed.sort(key=lambda found: found.order)
        counting = [found for found in listed if not found.is_note][: self._listed_max]
        remarks = [found for found in listed if found.is_note][: self._listed_max]
        result.findings = counting + remarks


class _Order:
    """Where among the places of a an item of b stands that a does not have."""

    def __init__(self, places: Sequence[tuple[int, int]], count: int) -> None:
        self._before = [-1.0] * (count + 1)
        partner = {two: one for one, two in places}
        last = -1.0
        for number in range(count):
            last = float(partner.get(number, last))
            self._before[number] = last

    def of(self, number: int) -> float:
        """The place of the last item before it that both have."""
        return self._before[number]


def _left_over(count: int, taken: set[int]) -> list[int]:
    return [number for number in range(count) if number not in taken]


def what_of(event: Event, *, is_answer: bool) -> str:
    """What a finding is about."""
    if is_answer:
        return "output"
    if event.kind == Kind.KIND_WIRE:
        return "message"
    if event.kind in REQUESTS:
        return "request"
    return "event" if event.kind == Kind.KIND_INDICATION else kind_name(event)


def _delay_ns(step: Step) -> int | None:
    """How long until a request was answered; None when that is not known."""
    for output in step.outputs:
        event = output.event
        if event.kind == Kind.KIND_COMPLETION and event.status == INDICATION_REQUIRED:
            continue
        if (event.flags | step.event.flags) & RecordFlag.FLAG_TIME_INEXACT:
            return None
        return event.time_ns - step.event.time_ns
    return None
