"""A device that is present: held against a recording, and against itself.

A present device cannot be set back or copied, so that there is one explanation and nothing to
search: its outputs are paired with the recorded ones and judged by the marks of the rows
(`wwanreplay.replay.policy`).

- Within a transaction the order is strict: each recorded output has its place.
- Events of the device's own are paired by content within their code and port, wherever they stand.
- What is *bound* must be the recorded one. What is *steady* may be otherwise, since another network
  is; but the device may not contradict itself: a state that it reports otherwise without an event
  of that is a lie, or an event is missing (`wwanreplay.replay.live_states`).
- An *identity* that is another one all along is another SIM or modem, and reported once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Final

from wwanreplay._core import Event, Kind
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.comparison import Live
from wwanreplay.protocol.kinds import GONE
from wwanreplay.protocol.timing import SECOND_NS
from wwanreplay.replay.answer_times import is_local
from wwanreplay.replay.fault import DivergenceKind, Fault
from wwanreplay.replay.fields import FieldDifference
from wwanreplay.replay.live_answers import comparable, differences_of, is_failure, paired, status_of
from wwanreplay.replay.live_notes import Notes
from wwanreplay.replay.live_records import Exchange, Given, Recorded, Report, is_provisional
from wwanreplay.replay.live_states import Known, StateReport, States, Timeline, channel_of
from wwanreplay.replay.observed import observed, same_value
from wwanreplay.replay.policy import Policy

_OUTCOMES: Final = ("status", "uStatus")
_CAPS: Final = "DeviceCaps."
#: Answers whose properties differ that are kept until all of a turn says whether it is one modem.
PROPERTIES_MAX: Final = 4096


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


@dataclass(frozen=True, slots=True)
class _Property:
    """An answer that differs in what belongs to the modem or its SIM."""

    recorded: Event
    given: Event
    differences: list[FieldDifference]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A report of the part before: with its partner, whether the recording lacks it, whether it was
    judged, and whether it may still find a partner."""

    report: Report
    partner: Event | None
    is_extra: bool
    is_known: bool
    is_undecided: bool


@dataclass(slots=True)
class Continuation:
    """What the comparison of one part of a turn leaves to that of the next.

    `unmatched` are events of the recording that may still come, each until a time of the device.
    """

    reports: list[_Kept] = field(default_factory=list)
    unmatched: list[tuple[Report, int]] = field(default_factory=list)
    known: Known = ({}, {})
    owed: set[int] = field(default_factory=set)
    properties: list[_Property] = field(default_factory=list)
    groups: dict[str, set[str]] = field(default_factory=dict)
    faulty: set[int] = field(default_factory=set)
    notes: Notes = field(default_factory=Notes)


class LiveMatcher:
    """Compares one turn of a recording on a device, or a part of it; see the module.

    `continuation` is what the part before left, and changes to what this one leaves; the notes and
    what can only be judged in the end come with the last part.
    `identities` are values of identity members that are known of the recorded device although the
    trace does not show them, by path. `softened` is the index from which on the recorded device's
    environment had changed as nobody changed it now; None without. Outputs of records before
    `start` are neither counted nor noted.
    """

    def __init__(
        self,
        recorded: Recorded,
        given: Given,
        policy: Policy,
        *,
        identities: Mapping[str, Any] | None = None,
        softened: int | None = None,
        continuation: Continuation | None = None,
        start: int = 0,
    ) -> None:
        self._continuation = continuation = Continuation() if continuation is None else continuation
        self._recorded = recorded
        self._reports = [*(kept.report for kept in continuation.reports), *given.reports]
        self._policy = policy
        self._identities = identities or {}
        self._softened = softened
        self._found = Compared()
        self._start = start
        self._notes = continuation.notes
        self._notes.start = start
        self._faulty = set(continuation.faulty)  # ids of outputs that are faults already
        # Recorded ones by the place of a report, and places of events that the recording lacks.
        kept = list(enumerate(continuation.reports))
        self._partners = {at: each.partner for at, each in kept if each.partner is not None}
        self._extra = {at for at, each in kept if each.is_extra and not each.is_undecided}
        self._known = {at for at, each in kept if each.is_known}
        self._undecided = {at for at, each in kept if each.is_undecided}
        self._unmatched: list[Report] = []
        self._properties = continuation.properties
        self._timeline = Timeline(recorded, given.reports, policy, continuation.known)
        ended_ns = max((report.event.time_ns for report in self._reports), default=0)
        self._since_ns = ended_ns - policy.event_ns
        self._until_ns = {
            id(report): until_ns for report, until_ns in continuation.unmatched
        }  # of events that were recorded in a part before
        self._ended_ns = ended_ns

    def run(self) -> Compared:
        """Compare; the faults are in the order of the trace."""
        for report in [*self._recorded.events, *self._reports]:
            self._policy.learn(report.event)
        for exchange in self._recorded.exchanges:
            for event in exchange.recorded:
                self._policy.learn(event)
        places = {id(report.event): at for at, report in enumerate(self._reports)}
        for exchange in self._recorded.exchanges:
            if exchange.sent is not None:
                self._exchange(exchange, places)
        self._late_answers()
        self._pair_events()
        self._repeats()
        self._judge_states()
        self._found.faults.sort(key=lambda fault: fault.index)
        if self._recorded.is_last:
            self._found.notes += self._notes.lines()
        return self._found

    def _counts(self, recorded: Event) -> bool:
        return (recorded.index or 0) >= self._start

    # -------------------------------------------------------------------------- transactions

    def _exchange(self, exchange: Exchange, places: Mapping[int, int]) -> None:
        recorded, given = comparable(exchange)
        self._found.outputs += sum(self._counts(event) for event in recorded)
        if any(_is_gone(event) for event in recorded):
            text = "answers are those of a recorded device that was away or asleep; not compared"
            self._notes.count(text, recorded[0])
            return
        if exchange.is_lost or (exchange.is_open and not recorded):
            return
        for one, other, is_moved in paired(recorded, given):
            self._found.compared += one is not None and self._counts(one)
            if one is None:
                assert other is not None
                index = (recorded[-1].index or 0) if recorded else exchange.place
                self._add(DivergenceKind.EXTRA, index, other, None)
            elif other is None:
                self._add(DivergenceKind.MISSING, one.index or 0, None, one)
            else:
                if id(other) in places:
                    self._partners[places[id(other)]] = one
                if is_moved:
                    self._add(DivergenceKind.MOVED, one.index or 0, other, one)
                else:
                    self._answer(exchange, one, other)

    def _late_answers(self) -> None:
        """Find answers to requests of a part before, which the recording leaves unanswered."""
        own = {id(exchange) for exchange in self._recorded.exchanges}
        for report in self._reports[len(self._continuation.reports) :]:
            exchange = report.exchange
            if exchange is None or exchange.is_asked_back or id(exchange) in own:
                continue
            if not (exchange.recorded or exchange.is_open or is_provisional(report.event)):
                self._add(DivergenceKind.EXTRA, exchange.place, report.event, None)

    def _answer(self, exchange: Exchange, recorded: Event, given: Event) -> None:
        """Judge an answer and its time."""
        by_mark: dict[Live, list[FieldDifference]] = defaultdict(list)
        for difference in differences_of(recorded, given):
            by_mark[self._mark_of(given, difference.path, exchange)].append(difference)
        bound = by_mark[Live.BOUND]
        if bound and all(self._is_of_state(exchange, recorded, given, each) for each in bound):
            self._notes.differ("as another state before has them", recorded, bound)
        elif bound:
            self._add(DivergenceKind.CHANGED, recorded.index or 0, given, recorded, bound)
            return
        if by_mark[Live.PROPERTY]:
            self._properties.append(_Property(recorded, given, by_mark[Live.PROPERTY]))
        self._judge_time(exchange, recorded, given)
        if not bound:
            self._found.agreed.add(recorded.index or 0)

    def _mark_of(self, event: Event, path: str, exchange: Exchange) -> Live:
        """What a mark comes to in one answer."""
        if path in ("status", "code", "payload"):
            return Live.BOUND
        mark = self._policy.mark(event.code, path)
        if mark is Live.ORDERED:
            return Live.BOUND if exchange.is_set else Live.STEADY
        return mark

    def _is_of_state(
        self, exchange: Exchange, recorded: Event, given: Event, difference: FieldDifference
    ) -> bool:
        """Whether an outcome is another one because the device is in another state.

        Such a state shows: the recorded failure names it, or the device has reported another one
        than the recorded device had; or it was left to the operator.
        """
        index = exchange.request.index or 0
        if difference.path not in _OUTCOMES and not exchange.is_set:
            return False
        if self._softened is not None and index >= self._softened:
            return True
        if _names_a_state(recorded) and not is_failure(given):
            return True
        if not (exchange.is_set or _names_a_state(recorded) or _names_a_state(given)):
            return False
        own = channel_of(given) if exchange.is_set and not _names_a_state(given) else None
        return self._timeline.differs_before(exchange, own)

    def _judge_time(self, exchange: Exchange, recorded: Event, given: Event) -> None:
        """A query for what the modem knows by itself is answered soon."""
        assert exchange.sent is not None
        taken_ns = given.time_ns - exchange.sent.time_ns
        if not is_local(exchange.request) or taken_ns <= self._policy.answer_ns:
            return
        expected_ns = exchange.sent.time_ns + max(recorded.time_ns - exchange.request.time_ns, 0)
        texts = (
            f"{taken_ns / SECOND_NS:.3f} s after its request",
            f"within {self._policy.answer_ns / SECOND_NS:g} s",
        )
        difference = FieldDifference("time", given.time_ns, expected_ns, *texts)
        expected = recorded.replace(time_ns=expected_ns)
        self._add(DivergenceKind.TIME, recorded.index or 0, given, expected, [difference])

    # -------------------------------------------------------------------------------- events

    def _pair_events(self) -> None:
        """Pair the events of both sides, by content first, within code and port."""
        recorded: dict[tuple[int, ...], list[Report]] = defaultdict(list)
        given: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for report in (*(each for each, _ in self._continuation.unmatched), *self._recorded.events):
            recorded[channel_of(report.event)].append(report)
        first = len(self._continuation.reports)
        for at, report in enumerate(self._reports):
            if report.exchange is None and (at >= first or at in self._undecided):
                given[channel_of(report.event)].append(at)
        self._undecided.clear()
        for key in {**recorded, **given}:
            if self._policy.is_owed(key[1]):
                self._pair(recorded[key], given[key])

    def _pair(self, recorded: Sequence[Report], given: Sequence[int]) -> None:
        wanted = [self._content(report.event) for report in recorded]
        offered = [self._content(self._reports[at].event) for at in given]
        self._found.outputs += sum(
            id(report) not in self._until_ns and self._counts(report.event) for report in recorded
        )
        matcher = SequenceMatcher(None, wanted, offered, autojunk=False)
        for tag, first, last, begin, end in matcher.get_opcodes():
            ours, theirs = recorded[first:last], given[begin:end]
            for report, at in zip(ours, theirs, strict=False):
                self._partners[at] = report.event
                self._found.compared += self._counts(report.event)
                if tag == "equal":
                    self._found.agreed.add(report.place)
            self._unmatched += ours[len(theirs) :]
            self._extra.update(theirs[len(ours) :])

    def _content(self, event: Event) -> tuple[tuple[str, Any], ...]:
        """What events of one meaning have in common: neither identities nor what is free."""
        return tuple(
            (path, value.split("\0")[0] if isinstance(value, str) else _plain(value))
            for path, value in observed(event).items()
            if self._policy.mark(event.code, path) not in (Live.FREE, Live.IDENTITY)
        )

    def _repeats(self) -> None:
        """Find events that repeat the one before, where the recording does not."""
        last: dict[tuple[int, ...], int] = {}
        for at, report in enumerate(self._reports):
            event = report.event
            if event.kind != Kind.KIND_INDICATION:
                continue
            key = channel_of(event)
            before = last.get(key)
            last[key] = at
            if at in self._known:
                continue
            if before is None or not {at, before} & self._extra or not self._is_repeat(before, at):
                continue
            if at not in self._extra:  # the first one is the recorded one
                self._partners[before] = self._partners.pop(at)
            self._extra -= {at, before}
            first = self._partners.get(before)
            index = self._place_of(at) if first is None else (first.index or 0) + 1
            self._add(DivergenceKind.EXTRA, index, event, None)

    def _is_repeat(self, before: int, at: int) -> bool:
        one, other = self._reports[before], self._reports[at]
        are_events = one.exchange is None and other.exchange is None
        return are_events and (one.event.payload, one.event.fields) == (
            other.event.payload,
            other.event.fields,
        )

    # -------------------------------------------------------------------------------- states

    def _judge_states(self) -> None:
        """Hold what the device reports of its state against what it reports before and behind."""
        continuation, is_last = self._continuation, self._recorded.is_last
        events = [report.event for report in self._recorded.events]
        events += [report.event for report in self._reports if report.exchange is None]
        continuation.owed |= {each.code for each in events if self._policy.is_owed(each.code)}
        states = States(self._policy, continuation.owed)
        for at, report in enumerate(self._reports):
            if report.event.kind == Kind.KIND_INDICATION:
                states.add(
                    *(at, report, self._partners.get(at)),
                    is_extra=at in self._extra,
                    is_known=at in self._known,
                )
        if not is_last:
            since_ns = self._since_ns
            self._undecided = {
                at for at in self._extra if self._reports[at].event.time_ns > since_ns
            }
            kept = states.leave_open(since_ns, self._undecided)
        lies = list(states.lies())
        for seen in lies:
            self._lie(seen)
        for behind, path, is_as_recorded in states.silent_changes():
            self._silent_change(behind, path, is_as_recorded=is_as_recorded)
        for at in sorted(self._extra - self._known - self._undecided):
            text = "events came that the recording does not have"
            self._notes.count(text, self._reports[at].event, self._place_of(at))
        if is_last:
            self._miss(self._unmatched)
        for group, paths in states.differing_identities(self._identities).items():
            continuation.groups.setdefault(group, set()).update(paths)
        if is_last:
            self._judge_properties(continuation.groups)
            for group, paths in continuation.groups.items():
                self._notes.add(f"another {group}: {', '.join(sorted(paths))}")
        for seen, difference in states.lasting_differences():
            assert seen.expected is not None
            why = "as another network or another state before has them"
            self._notes.differ(why, seen.expected, [difference])
        if not is_last:
            self._carry(kept - {seen.at for seen in lies}, states)

    def _miss(self, reports: Iterable[Report]) -> None:
        """Note events of the recording that did not come, and will not."""
        for report in reports:
            self._notes.count("events of the recording did not come", report.event)

    def _carry(self, kept: set[int], states: States) -> None:
        """Leave to the next part what can only be judged there."""
        continuation = self._continuation
        kept |= self._undecided
        is_open = states.open_places()
        continuation.reports = [
            _Kept(
                self._reports[at],
                self._partners.get(at),
                at in self._extra,
                at not in is_open and at not in self._undecided,
                at in self._undecided,
            )
            for at in sorted(kept)
        ]
        continuation.faulty = {
            id(each.report.event)
            for each in continuation.reports
            if id(each.report.event) in self._faulty
        }
        until_ns = self._ended_ns + self._policy.event_ns
        waiting = [(each, self._until_ns.get(id(each), until_ns)) for each in self._unmatched]
        continuation.unmatched = [each for each in waiting if each[1] > self._ended_ns]
        self._miss(each for each, until_ns in waiting if until_ns <= self._ended_ns)
        continuation.known = self._timeline.known()
        for found in self._properties[PROPERTIES_MAX:]:
            self._judge_property(found, continuation.groups)
        del self._properties[PROPERTIES_MAX:]

    def _lie(self, seen: StateReport) -> None:
        """A report that the device takes back without an event of that."""
        report, expected = self._reports[seen.at], self._partners.get(seen.at)
        self._extra.discard(seen.at)
        if expected is None:
            self._untimely(seen.at)
            return
        self._found.agreed.discard(expected.index or 0)
        differences = list(seen.odd.values())
        self._add(DivergenceKind.CHANGED, expected.index or 0, report.event, expected, differences)

    def _place_of(self, at: int) -> int:
        """Before which record of the trace a report stands that the trace does not have."""
        behind = self._reports[at].place
        for before in range(at, -1, -1):
            if before in self._partners:
                behind = max(behind, self._partners[before].index or 0)
                break
        return min(behind + 1, self._recorded.end)

    def _untimely(self, at: int) -> None:
        """An event that the recording lacks, or has where it was no lie."""
        report = self._reports[at]
        wanted = self._content(report.event)
        for other in self._unmatched:
            if channel_of(other.event) != channel_of(report.event):
                continue
            if self._content(other.event) == wanted:
                self._unmatched.remove(other)
                self._add(DivergenceKind.TIME, other.place, report.event, other.event)
                return
        self._add(DivergenceKind.EXTRA, self._place_of(at), report.event, None)

    def _silent_change(self, behind: StateReport, path: str, *, is_as_recorded: bool) -> None:
        """A state that is another one without an event: one of the recording that is missing."""
        value, key = behind.values[path], channel_of(behind.report.event)
        for report in self._unmatched:
            if channel_of(report.event) != key:
                continue
            if same_value(observed(report.event).get(path), value):
                self._unmatched.remove(report)
                self._found.compared += self._counts(report.event)
                self._add(DivergenceKind.MISSING, report.place, None, report.event)
                return
        if is_as_recorded:
            return
        text = "states changed without an event, which the recording does not have either"
        self._notes.count(text, behind.report.event, behind.report.place)

    def _judge_properties(self, groups: Mapping[str, set[str]]) -> None:
        """Properties of the modem are bound unless it is another one, or has another SIM."""
        for found in self._properties:
            self._judge_property(found, groups)

    def _judge_property(self, found: _Property, groups: Mapping[str, set[str]]) -> None:
        is_caps = any(each.path.startswith(_CAPS) for each in found.differences)
        if "modem" in groups if is_caps else groups:
            why = "as another modem or SIM has them"
            self._notes.differ(why, found.recorded, found.differences)
            return
        index = found.recorded.index or 0
        self._found.agreed.discard(index)
        self._add(DivergenceKind.CHANGED, index, found.given, found.recorded, found.differences)

    def _add(
        self,
        kind: DivergenceKind,
        index: int,
        given: Event | None,
        expected: Event | None,
        differences: Iterable[FieldDifference] = (),
    ) -> None:
        """Add a fault, unless its output is one already."""
        if given is not None:
            if id(given) in self._faulty:
                return
            self._faulty.add(id(given))
        self._found.faults.append(LiveFault(kind, index, given, expected, tuple(differences)))


def _is_gone(event: Event) -> bool:
    return event.kind == Kind.KIND_COMPLETION and event.status in GONE


def _names_a_state(event: Event) -> bool:
    """Whether an answer fails because of the state of device, SIM or network."""
    row = PROTOCOL.wwan_status_by_number.get(status_of(event))
    return row is not None and row.of_state


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, bytearray) else value
