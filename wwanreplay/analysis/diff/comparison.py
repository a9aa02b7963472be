"""Two sessions compared: what is missing, extra, changed or in another order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.analysis.diff.alignment import align, moved, rising
from wwanreplay.analysis.diff.findings import Change, Finding, Findings
from wwanreplay.analysis.diff.landmarks import Landmarks
from wwanreplay.analysis.diff.messages import Messages
from wwanreplay.analysis.diff.readings import Readings
from wwanreplay.analysis.diff.session import Output, Step, steps_of
from wwanreplay.analysis.diff.values import Comparer, Difference, Identities, Identity, plain
from wwanreplay.analysis.diff.windows import Piece, Pieces
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import INDICATION_REQUIRED, REQUESTS
from wwanreplay.protocol.timing import limits_of
from wwanreplay.replay.answer_times import is_local
from wwanreplay.replay.names import kind_name
from wwanreplay.replay.policy import Policy
from wwanreplay.trace.source import TraceInput
from wwanreplay.trace.stretch import WHOLE, Stretch
from wwanreplay.verdict import Verdict
from wwanreplay.words import printable

FINDINGS_MAX: Final = 100
#: How many steps away the same step is looked for; farther it is missing and extra.
MOVED_MAX: Final = 64
#: Steps of a session that wait for the same one on the other side.
UNMATCHED_MAX: Final = 2_048
#: Contents of records whose identities were looked at, which are remembered.
REMEMBERED_MAX: Final = 8_192
#: What is moved rather: an event, then an answer. Requests stand in order already.
_WEIGHTS: Final = {"event": 1, "output": 3}
_REQUEST_WEIGHT: Final = 1 << 20


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

    TraceError for what cannot be read. `names` are what the traces are called where they have no
    path. Of each trace the records of `stretch` are compared. A window of each is held at a time.
    """
    with ExitStack() as stack:
        a_name, b_name = names
        sides = (
            stack.enter_context(Readings(a, a_name, stretch)),
            stack.enter_context(Readings(b, b_name, stretch)),
        )
        is_field = sides[0].is_field, sides[1].is_field
        is_mixed, has_stimuli = is_field[0] != is_field[1], not any(is_field)

        messages = [Messages(side.events) for side in sides]

        def steps(number: int, events: Iterable[Event]) -> Iterator[Step]:
            found = messages[number].anew()
            return steps_of(events, found, is_mixed=is_mixed, has_stimuli=has_stimuli)

        def landmarks() -> Landmarks:
            with sides[0].beside() as one, sides[1].beside() as two:
                return Landmarks(steps(0, one), steps(1, two))

        comparison = _Comparison(is_field, policy or Policy(), findings_max)
        streams = [steps(at, side.events(is_watched=True)) for at, side in enumerate(sides)]
        for piece in Pieces(streams[0], streams[1], landmarks):
            comparison.take(piece)
        result = comparison.close(DiffResult(sides[0].path, sides[1].path))
        result.warnings = [*sides[0].warnings, *sides[1].warnings]
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


#: What both have: of a, of b, and the pair that they belong to.
_Part = tuple[Step | Output, Step | Output, _Pair]


@dataclass(slots=True, eq=False)
class _Unmatched:
    """A step without a partner so far; `at` is its place by the steps of the first session."""

    at: int
    order: tuple[float, ...]
    step: Step


class _Comparison:
    """One run of diff_traces(), which takes the pieces of two sessions in order."""

    def __init__(self, is_field: tuple[bool, bool], policy: Policy, listed_max: int) -> None:
        self._policy = policy
        self._comparer = Comparer(policy, is_field)
        self._identities = Identities()
        self._observed: set[bytes] = set()
        self._findings = Findings(self._identities, listed_max)
        self._unmatched: tuple[list[_Unmatched], list[_Unmatched]] = ([], [])
        self._shift = 0  # how many more steps b had than a
        self._order = -1.0  # the last step of a that b has
        self._parts: list[_Part] = []
        self._is_second: bool | None = None  # whether b is the side whose order is kept
        self._is_windowed = False
        self._compared = self._transactions = 0

    def take(self, piece: Piece) -> None:
        """Compare the steps of a piece, and those that are without a partner from before."""
        self._is_windowed |= piece.is_windowed
        pairs = self._paired(piece)
        for pair in pairs:
            self._compare_transaction(pair)
        self._find_reordered(pairs, piece.ends)
        for pair in pairs:
            self._compared += len(pair.outputs) + pair.a.is_event
            self._transactions += not pair.a.is_event

    def close(self, result: DiffResult) -> DiffResult:
        """The result, after the last piece."""
        self._settle_unmatched(None)
        findings = self._findings
        findings.close()
        result.findings = findings.listed
        result.counts = findings.counts
        result.note_count = findings.note_count
        result.identities = findings.identities
        result.compared, result.transactions = self._compared, self._transactions
        if self._is_windowed:
            result.notes.append(
                "the sessions are long and differ much: they were aligned window by window, and a"
                " long stretch of one of them may be taken apart"
            )
        return result

    def _paired(self, piece: Piece) -> list[_Pair]:
        base, shift = piece.bases[0], piece.bases[1] - piece.bases[0]
        if shift != self._shift:
            # How far apart two steps are is counted from where both sides agreed last.
            self._settle_unmatched(None)
            self._shift = shift
        order = _Order(piece.pairs, len(piece.b), base, self._order)
        for number in _left_over(len(piece.a), {one for one, _ in piece.pairs}):
            at = base + number
            self._unmatched[0].append(_Unmatched(at, (at, 0), piece.a[number]))
        for number in _left_over(len(piece.b), {two for _, two in piece.pairs}):
            place = order.of(number), 1
            self._unmatched[1].append(_Unmatched(base + number, place, piece.b[number]))
        if piece.pairs:
            self._order = float(base + piece.pairs[-1][0])
        crossed = self._crossed() if all(self._unmatched) else []
        self._settle_unmatched((base + len(piece.a), base + len(piece.b)))
        pairs = [_Pair(piece.a[one], piece.b[two], base + one) for one, two in piece.pairs]
        return pairs + crossed

    def _crossed(self) -> list[_Pair]:
        """Steps without a partner that stand in another place of the other session."""
        for side in self._unmatched:
            side.sort(key=lambda each: each.at)
        ones, others = self._unmatched
        keys = [[(each.at, each.step.same) for each in side] for side in self._unmatched]
        places = [{each.at: each for each in side} for side in self._unmatched]
        found = moved(keys[0], keys[1], MOVED_MAX)
        pairs = [
            _Pair(places[0][one].step, places[1][two].step, one, is_moved=True)
            for one, two in found
        ]
        gone = {id(places[0][one]) for one, _ in found} | {id(places[1][two]) for _, two in found}
        ones[:] = [each for each in ones if id(each) not in gone]
        others[:] = [each for each in others if id(each) not in gone]
        return pairs

    def _settle_unmatched(self, ends: Sequence[int] | None) -> None:
        """Report steps whose partner would be too far away by now; without `ends` all of them."""
        changes = Change.MISSING, Change.EXTRA
        for number, (side, change) in enumerate(zip(self._unmatched, changes, strict=True)):
            end = None if ends is None else ends[1 - number]
            kept: list[_Unmatched] = []
            settled = max(len(side) - UNMATCHED_MAX, 0)
            for at, each in enumerate(side):
                if end is not None and at >= settled and each.at + MOVED_MAX >= end:
                    kept.append(each)
                else:
                    self._add_lonely(change, each.step, each.order)
            side[:] = kept

    def _add_lonely(self, change: Change, step: Step, order: tuple[float, ...]) -> None:
        """A step that one side has, with all that answers it."""
        a, b = (step.event, None) if change is Change.MISSING else (None, step.event)
        is_note = step.is_event and not self._is_owed(step.event)
        what = what_of(step.event, is_answer=False)
        count = len(step.outputs)
        self._findings.add(Finding(change, what, a, b, answers=count, is_note=is_note, order=order))

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
        if a.same == b.same and (a.is_event or a.event.kind not in REQUESTS):
            self._observe_equal(a.event, b.event, a.same)
        else:
            self._compare(a.event, b.event, what_of(a.event, is_answer=False), order, pair)
        if a.full == b.full:
            pair.outputs = list(zip(a.outputs, b.outputs, strict=True))
            for output, partner in pair.outputs:
                self._observe_equal(output.event, partner.event, output.full)
            return
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

    def _observe_equal(self, a: Event, b: Event, content: bytes) -> None:
        """Two records of equal content: what they hold is looked at once."""
        if content in self._observed:
            return
        if len(self._observed) >= REMEMBERED_MAX:
            self._observed.clear()
        self._observed.add(content)
        self._identities.observe(a, b)

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
        self._findings.add(
            Finding(change, what, a, b, requests, list(fields), is_note=is_note, order=at)
        )

    # What stands in another order, across transactions.

    def _find_reordered(self, pairs: list[_Pair], ends: tuple[int | None, int | None]) -> None:
        """The fewest events and answers that have to be moved for one order on both sides.

        What stands behind the end of a piece, on one side at least, is looked at with the next too.
        """
        parts = self._parts
        for pair in pairs:
            if not pair.is_moved:
                parts.append((pair.a, pair.b, pair))
                parts += [(one, two, pair) for one, two in pair.outputs]
        self._parts = []
        places = [part[0].place for part in parts], [part[1].place for part in parts]
        orders = [sorted(range(len(parts)), key=side.__getitem__) for side in places]
        kept = set(range(len(parts)))
        if orders[0] != orders[1]:
            if self._is_second is None:
                self._is_second = orders[1] < orders[0]
            first, second = orders[::-1] if self._is_second else orders
            rank = {number: place for place, number in enumerate(second)}
            weights = [self._weight(parts[number]) for number in first]
            kept = {first[at] for at in rising([rank[number] for number in first], weights)}
        for number, part in enumerate(parts):
            if number not in kept:
                self._add_reordered(*part)
            elif _is_behind(part[0].place, ends[0]) or _is_behind(part[1].place, ends[1]):
                self._parts.append(part)

    def _add_reordered(self, one: Step | Output, two: Step | Output, pair: _Pair) -> None:
        is_answer = isinstance(one, Output)
        requests = (pair.a.event, pair.b.event) if is_answer else (None, None)
        what = what_of(one.event, is_answer=is_answer)
        events = one.event, two.event
        self._add(Change.REORDERED, what, *events, pair.order, requests, is_note=True)

    def _weight(self, part: _Part) -> int:
        if isinstance(part[0], Output):
            return _WEIGHTS["output"]
        return _WEIGHTS["event"] if part[0].is_event else _REQUEST_WEIGHT


class _Order:
    """Where among the places of a an item of b stands that a does not have."""

    def __init__(
        self, places: Sequence[tuple[int, int]], count: int, base: int, before: float
    ) -> None:
        self._before = [before] * (count + 1)
        partner = {two: base + one for one, two in places}
        last = before
        for number in range(count):
            last = float(partner.get(number, last))
            self._before[number] = last

    def of(self, number: int) -> float:
        """The place of the last item before it that both have."""
        return self._before[number]


def _is_behind(place: int, end: int | None) -> bool:
    """Whether a record stands behind the end of a piece."""
    return end is not None and place > end


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
