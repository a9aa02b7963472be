"""A device that is present: held against a recording, and against itself.

A present device cannot be set back or copied, so that there is one explanation and nothing to
search: its outputs are paired with the recorded ones and judged by the marks of the rows
(`wwanreplay.replay.policy`).

- Within a transaction the order is strict: each recorded output has its place.
- Events of the device's own are paired by content within their code and port, wherever they stand.
- What is *bound* must be the recorded one. What is *steady* may be otherwise, since another network
  is; but the device may not contradict itself: a state that it reports otherwise without an event
  that says so is a lie, or an event is missing (`wwanreplay.replay.live_states`).
- An *identity* that is another one all along is another SIM or modem, and reported once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Final

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.protocol.comparison import Live
from wwanreplay.protocol.kinds import GONE
from wwanreplay.replay.answer_times import is_local
from wwanreplay.replay.fault import DivergenceKind, Fault
from wwanreplay.replay.fields import FieldDifference
from wwanreplay.replay.live_records import (
    Exchange,
    Given,
    Recorded,
    Report,
    is_provisional,
    is_shown,
)
from wwanreplay.replay.live_states import Seen, States
from wwanreplay.replay.names import code_name, status_name
from wwanreplay.replay.observed import observed, observed_differences, same_value
from wwanreplay.replay.policy import Policy

#: Members whose difference is one of the environment are named so many in a note.
NAMED_MAX: Final = 4
_MODEM: Final = frozenset({"DeviceCaps.DeviceId", "DeviceCaps.Manufacturer", "DeviceCaps.Model"})


@dataclass(frozen=True, slots=True, eq=False)
class LiveFault:
    """A fault of a present device: at an index of the trace, what was given and expected.

    `differences` are those for which it is one, `note` says what is wrong with a message.
    """

    kind: DivergenceKind
    index: int
    given: Event | None
    expected: Event | None
    differences: tuple[FieldDifference, ...] = ()
    note: str = ""

    def as_fault(self, *, agreed_before: bool) -> Fault:
        """As the judge of roots and consequences takes it."""
        return Fault(self.kind, self.index, self.given, self.expected, agreed_before=agreed_before)


@dataclass(slots=True)
class Compared:
    """What a comparison came to: faults by place, notes, how much of how much was compared.

    `agreed` are the indices of recorded outputs that the device gave as well.
    """

    faults: list[LiveFault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    compared: int = 0
    outputs: int = 0
    agreed: set[int] = field(default_factory=set)


class LiveMatcher:
    """Compares one turn of a recording on a device; see the module.

    `identities` are values of identity members that are known of the recorded device although the
    trace does not show them, by path. `softened` is the index from which on the recorded device's
    environment had changed as nobody changed it now; None without.
    """

    def __init__(
        self,
        recorded: Recorded,
        given: Given,
        policy: Policy,
        *,
        identities: Mapping[str, Any] | None = None,
        softened: int | None = None,
    ) -> None:
        self._recorded = recorded
        self._given = given
        self._policy = policy
        self._identities = identities or {}
        self._softened = softened
        self._found = Compared()
        self._partners: dict[int, Event] = {}  # by the place of a report among the given ones
        self._extra: list[int] = []
        self._unmatched: list[Report] = []
        self._others: Counter[str] = Counter()
        self._other_paths: dict[str, dict[str, None]] = defaultdict(dict)

    def run(self) -> Compared:
        """Compare; the faults are in the order of the trace."""
        for report in [*self._recorded.events, *self._given.reports]:
            self._policy.learn(report.event)
        for exchange in self._recorded.exchanges:
            for event in exchange.recorded:
                self._policy.learn(event)
        places = {id(report.event): at for at, report in enumerate(self._given.reports)}
        properties: list[tuple[Event, Event, list[FieldDifference]]] = []
        for exchange in self._recorded.exchanges:
            if exchange.sent is not None:
                self._exchange(exchange, places, properties)
        self._pair_events()
        self._judge_states(properties)
        self._found.faults.sort(key=lambda fault: fault.index)
        self._note_others()
        return self._found

    # -------------------------------------------------------------------------- transactions

    def _exchange(
        self,
        exchange: Exchange,
        places: Mapping[int, int],
        properties: list[tuple[Event, Event, list[FieldDifference]]],
    ) -> None:
        recorded, given = _comparable(exchange)
        self._found.outputs += len(recorded)
        if any(event.status in GONE for event in recorded if event.kind == Kind.KIND_COMPLETION):
            self._others["answers of a recorded device that was away or asleep"] += 1
            return
        if exchange.is_lost or (exchange.is_open and not recorded):
            return
        pairs = list(paired(recorded, given))
        for one, other, is_moved in pairs:
            if one is not None and other is not None:
                self._found.compared += 1
                at = places.get(id(other))
                if at is not None:
                    self._partners[at] = one
                if is_moved:
                    self._add(DivergenceKind.MOVED, one.index or 0, other, one)
                else:
                    self._answer(exchange, one, other, properties)
            elif one is not None:
                self._found.compared += 1
                self._add(DivergenceKind.MISSING, one.index or 0, None, one)
            elif other is not None:
                index = exchange.place if not recorded else (recorded[-1].index or 0)
                self._add(DivergenceKind.EXTRA, index, other, None)

    def _answer(
        self,
        exchange: Exchange,
        recorded: Event,
        given: Event,
        properties: list[tuple[Event, Event, list[FieldDifference]]],
    ) -> None:
        """Judge an answer and its time."""
        differences = list(answer_differences(recorded, given))
        by_mark: dict[Live, list[FieldDifference]] = defaultdict(list)
        for difference in differences:
            by_mark[self._mark_of(given, difference.path, is_set=exchange.is_set)].append(
                difference
            )
        bound = by_mark[Live.BOUND]
        softened = self._softened is not None and (recorded.index or 0) >= self._softened
        if bound and softened and all(_is_state(each.path, exchange) for each in bound):
            self._other(recorded, bound, "behind what was left to the operator")
        elif bound:
            self._add(DivergenceKind.CHANGED, recorded.index or 0, given, recorded, bound)
            return
        if by_mark[Live.PROPERTY]:
            properties.append((recorded, given, by_mark[Live.PROPERTY]))
        self._judge_time(exchange, recorded, given)
        self._found.agreed.add(recorded.index or 0)

    def _mark_of(self, event: Event, path: str, *, is_set: bool) -> Live:
        """What a mark comes to in one answer."""
        if path == "status":
            return Live.BOUND
        mark = self._policy.mark(event.code, path)
        if mark is Live.ORDERED:
            return Live.BOUND if is_set else Live.STEADY
        return mark

    def _judge_time(self, exchange: Exchange, recorded: Event, given: Event) -> None:
        """A query for what the modem knows by itself is answered soon."""
        assert exchange.sent is not None
        taken_ns = given.time_ns - exchange.sent.time_ns
        if not is_local(exchange.request) or taken_ns <= self._policy.answer_ns:
            return
        expected_ns = exchange.sent.time_ns + max(recorded.time_ns - exchange.request.time_ns, 0)
        difference = FieldDifference(
            "time",
            given.time_ns,
            expected_ns,
            f"{taken_ns / 1e9:.3f} s after its request",
            f"within {self._policy.answer_ns / 1e9:g} s",
        )
        expected = recorded.replace(time_ns=expected_ns)
        self._add(DivergenceKind.TIME, recorded.index or 0, given, expected, [difference])

    # -------------------------------------------------------------------------------- events

    def _pair_events(self) -> None:
        """Pair the events of both sides, by content first, within code and port."""
        recorded: dict[tuple[int, int, int], list[Report]] = defaultdict(list)
        given: dict[tuple[int, int, int], list[int]] = defaultdict(list)
        for report in self._recorded.events:
            recorded[_channel(report.event)].append(report)
        for at, report in enumerate(self._given.reports):
            if report.exchange is None:
                given[_channel(report.event)].append(at)
        for key in {**recorded, **given}:
            if self._policy.is_owed(key[1]):
                self._pair(recorded[key], given[key])

    def _pair(self, recorded: Sequence[Report], given: Sequence[int]) -> None:
        reports = self._given.reports
        wanted = [self._content(report.event) for report in recorded]
        offered = [self._content(reports[at].event) for at in given]
        self._found.outputs += len(recorded)
        matcher = SequenceMatcher(None, wanted, offered, autojunk=False)
        for tag, first, last, begin, end in matcher.get_opcodes():
            ours, theirs = recorded[first:last], list(given[begin:end])
            if tag == "equal" or tag == "replace":
                for report, at in zip(ours, theirs, strict=False):
                    self._partners[at] = report.event
                    self._found.compared += 1
                    if tag == "equal":
                        self._found.agreed.add(report.place)
            self._unmatched += ours[len(theirs) :]
            self._extra += theirs[len(ours) :]

    def _content(self, event: Event) -> tuple[tuple[str, Any], ...]:
        """What events of one meaning have in common: neither identities nor what is free."""
        return tuple(
            (path, value.split("\0")[0] if isinstance(value, str) else _plain(value))
            for path, value in observed(event).items()
            if self._policy.mark(event.code, path) not in (Live.FREE, Live.IDENTITY)
        )

    # -------------------------------------------------------------------------------- states

    def _judge_states(
        self, properties: Iterable[tuple[Event, Event, list[FieldDifference]]]
    ) -> None:
        """Hold what the device reports of its state against what it reports before and behind."""
        states = States(self._policy)
        extra = set(self._extra)
        for at, report in enumerate(self._given.reports):
            if report.event.kind == Kind.KIND_INDICATION:
                states.add(at, report, self._partners.get(at), is_extra=at in extra)
        self._repeats(extra)
        for seen, differences in states.lies():
            self._lie(seen, differences, extra)
        for before, behind, path in states.silent_changes():
            self._silent_change(before, behind, path)
        for at in sorted(extra):
            self._others[
                f"events came that the recording does not have: {_named(self._given.reports[at].event)}"
            ] += 1
        for report in self._unmatched:
            text = f"events did not come: {_named(report.event)} (record {report.place})"
            self._others[text] += 1
        groups = states.differing_identities(self._identities)
        self._judge_properties(properties, groups)
        for group, paths in groups.items():
            self._found.notes.append(
                f"another {group}: {', '.join(sorted(paths))}; compared as such"
            )
        for seen, path in states.lasting_differences():
            assert seen.expected is not None
            self._other(seen.expected, [path], "as another network or an earlier state has them")

    def _repeats(self, extra: set[int]) -> None:
        """An event that says again what the one before it said, which the recording does not."""
        last: dict[tuple[int, int, int], tuple[Any, bool]] = {}
        for at, report in enumerate(self._given.reports):
            event = report.event
            if event.kind != Kind.KIND_INDICATION:
                continue
            content = (event.payload, event.fields)
            key, is_event = _channel(event), report.exchange is None
            if at in extra and last.get(key) == (content, True):
                self._add(DivergenceKind.EXTRA, report.place, event, None)
                extra.discard(at)
            last[key] = (content, is_event)

    def _lie(self, seen: Seen, differences: list[FieldDifference], extra: set[int]) -> None:
        """A report that the device takes back without an event that says so."""
        report = self._given.reports[seen.at]
        if seen.at in extra:
            extra.discard(seen.at)
            self._add(DivergenceKind.EXTRA, report.place, report.event, None)
            return
        expected = self._partners.get(seen.at)
        index = report.place if expected is None else expected.index or 0
        if expected is not None and report.exchange is None and expected.index is not None:
            self._found.agreed.discard(expected.index)
        kind = DivergenceKind.CHANGED if expected is not None else DivergenceKind.EXTRA
        self._add(kind, index, report.event, expected, differences)

    def _silent_change(self, before: Seen, behind: Seen, path: str) -> None:
        """A state that is another one without an event: one of the recording that is missing."""
        value = behind.values[path]
        for report in self._unmatched:
            if _channel(report.event) != _channel(behind.report.event):
                continue
            if same_value(observed(report.event).get(path), value):
                self._unmatched.remove(report)
                self._found.compared += 1
                self._add(DivergenceKind.MISSING, report.place, None, report.event)
                return
        text = f"changes of state without an event: {_named(behind.report.event)} {path}"
        self._others[text] += 1

    def _judge_properties(
        self,
        properties: Iterable[tuple[Event, Event, list[FieldDifference]]],
        groups: Mapping[str, set[str]],
    ) -> None:
        """Properties of the modem are bound unless it is another one, or has another SIM."""
        for recorded, given, differences in properties:
            is_caps = any(each.path.startswith("DeviceCaps.") for each in differences)
            is_other = "modem" in groups if is_caps else bool(groups)
            if is_other:
                self._other(recorded, differences, "as another modem or SIM has them")
            else:
                self._found.agreed.discard(recorded.index or 0)
                self._add(DivergenceKind.CHANGED, recorded.index or 0, given, recorded, differences)

    # --------------------------------------------------------------------------------- notes

    def _add(
        self,
        kind: DivergenceKind,
        index: int,
        given: Event | None,
        expected: Event | None,
        differences: Sequence[FieldDifference] = (),
    ) -> None:
        for fault in self._found.faults:
            if fault.given is not None and fault.given is given:
                return  # it is known as a fault
        self._found.faults.append(LiveFault(kind, index, given, expected, tuple(differences)))

    def _other(self, recorded: Event, differences: Iterable[FieldDifference], why: str) -> None:
        """Count members that differ without being faults."""
        for difference in differences:
            key = f"members differ {why}"
            self._others[key] += 1
            self._other_paths[key][f"{code_name(recorded)} {difference.path}"] = None

    def _note_others(self) -> None:
        for text, count in self._others.items():
            paths = list(self._other_paths.get(text, ()))
            more = f" and {len(paths) - NAMED_MAX} more" if len(paths) > NAMED_MAX else ""
            shown = f": {', '.join(paths[:NAMED_MAX])}{more}" if paths else ""
            self._found.notes.append(f"{count} {text}{shown}")


def _is_state(path: str, exchange: Exchange) -> bool:
    """Whether a member follows from the state of the environment, and not from the request."""
    return path in ("status", "uStatus") or exchange.is_set


def _channel(event: Event) -> tuple[int, int, int]:
    return event.namespace, event.code, event.port


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, bytearray) else value


def _named(event: Event) -> str:
    return code_name(event)


def _comparable(exchange: Exchange) -> tuple[list[Event], list[Event]]:
    """The outputs of both sides: provisional completions only where both sides have them."""
    recorded, given = exchange.recorded, exchange.given
    are_shown = all(
        any(is_provisional(event) and is_shown(event) for event in side)
        for side in (recorded, given)
    )
    if are_shown:
        return [*recorded], [*given]
    return (
        [event for event in recorded if not is_provisional(event)],
        [event for event in given if not is_provisional(event)],
    )


Pair = tuple[Event | None, Event | None, bool]


def paired(recorded: Sequence[Event], given: Sequence[Event]) -> Iterator[Pair]:
    """The outputs of one transaction side by side, and whether one was moved.

    The order is strict: an output that stands where another one should, and whose own place is
    another, was moved.
    """
    left, right = list(recorded), list(given)
    while left and right:
        one, other = left[0], right[0]
        later = next((each for each in left[1:] if _is_same(each, other)), None)
        if (
            not _is_same(one, other)
            and later is not None
            and any(_is_same(one, each) for each in right[1:])
        ):
            left.remove(later)
            right.pop(0)
            yield later, other, True
            continue
        if _slot(one) != _slot(other):
            if len(left) > len(right) and any(_slot(each) == _slot(other) for each in left):
                yield left.pop(0), None, False
                continue
            if len(right) > len(left) and any(_slot(each) == _slot(one) for each in right):
                yield None, right.pop(0), False
                continue
        elif not _is_same(one, other) and len(left) > len(right):
            if any(_is_same(each, other) for each in left):
                yield left.pop(0), None, False
                continue
        elif not _is_same(one, other) and len(right) > len(left):
            if any(_is_same(one, each) for each in right):
                yield None, right.pop(0), False
                continue
        yield left.pop(0), right.pop(0), False
    for one in left:
        yield one, None, False
    for other in right:
        yield None, other, False


def _slot(event: Event) -> tuple[int, int, int, bool]:
    return event.kind, event.namespace, event.code, is_provisional(event)


def _is_same(one: Event, other: Event) -> bool:
    return _slot(one) == _slot(other) and not any(answer_differences(one, other))


def answer_differences(recorded: Event, given: Event) -> Iterator[FieldDifference]:
    """In which members an answer differs from the recorded one; the given value comes first."""
    if recorded.kind == given.kind == Kind.KIND_INDICATION:
        if (recorded.namespace, recorded.code) != (given.namespace, given.code):
            texts = code_name(given), code_name(recorded)
            yield FieldDifference("code", given.code, recorded.code, *texts)
            return
        if recorded.payload or recorded.fields:
            held = observed(recorded)
            for each in observed_differences(given, recorded):
                if each.path in held:
                    yield each
        elif given.payload:
            return
        return
    if recorded.kind == given.kind and recorded.namespace == Namespace.NAMESPACE_MBIM:
        is_same = recorded.status == given.status
    else:
        is_same = _is_failure(recorded) == _is_failure(given)
    if not is_same:
        texts = _outcome(given), _outcome(recorded)
        yield FieldDifference("status", _status(given), _status(recorded), *texts)


def _status(event: Event) -> int:
    if event.kind == Kind.KIND_COMPLETION:
        return event.status
    status = observed(event).get("uStatus", 0)
    return status if isinstance(status, int) else 0


def _is_failure(event: Event) -> bool:
    return bool(_status(event)) and not is_provisional(event)


def _outcome(event: Event) -> str:
    if event.kind == Kind.KIND_COMPLETION:
        return status_name(event.status)
    return "a failure" if _is_failure(event) else "success"
