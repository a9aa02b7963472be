"""What a present device reports of its state, held against itself.

Reports of one code and port follow each other: answers, and events that report a change. Where the
next answer has another state and no event reported the change, the two contradict each other: one
is wrong, or an event is missing. The recording shows which: a report that differs from it, between
reports that do not, is the wrong one.
"""

from __future__ import annotations

import sys
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from wwanreplay._core import Event, Kind
from wwanreplay.protocol.comparison import Live
from wwanreplay.replay.fields import FieldDifference
from wwanreplay.replay.live_records import Exchange, Recorded, Report
from wwanreplay.replay.observed import difference_of, observed, same_value
from wwanreplay.replay.policy import Policy

_MISSING: Final = object()
#: The member by which a report names one of several contexts, in place of its port.
_CONNECTION: Final = "ContextState.ConnectionId"
#: Reports of a line before those that are judged: one contradicts its neighbours.
CONTEXT: Final = 2
#: The marks of members that are held against other reports.
JUDGED: Final = frozenset({Live.STEADY, Live.ORDERED, Live.IDENTITY, Live.PROPERTY})


#: The last report of each state: of the recording, and of the device.
Known = tuple[Mapping[tuple[int, ...], Event], Mapping[tuple[int, ...], Event]]


def channel_of(event: Event) -> tuple[int, ...]:
    """What reports of one state have in common: what they are about, of which port or context."""
    connection = observed(event).get(_CONNECTION)
    about = event.port if connection is None else connection
    return event.namespace, event.code, about


class _Reported:
    """The last report of each state, as a list of reports is gone through; `known` is from before
    it."""

    def __init__(
        self, events: Iterable[Event], known: Mapping[tuple[int, ...], Event] | None = None
    ) -> None:
        self._events = deque(events)
        self._known: dict[tuple[int, ...], Event] = dict(known or {})

    def before(self, index: int) -> Mapping[tuple[int, ...], Event]:
        """The last reports before an index, which never goes back; failures are none."""
        while self._events and (self._events[0].index or 0) < index:
            event = self._events.popleft()
            if event.kind == Kind.KIND_INDICATION and not observed(event).get("uStatus", 0):
                self._known[channel_of(event)] = event
        return self._known

    def all(self) -> Mapping[tuple[int, ...], Event]:
        """The last reports of all."""
        return self.before(sys.maxsize)


class RecordedStates(_Reported):
    """The states that the recorded device has reported."""

    def __init__(
        self, recorded: Recorded, known: Mapping[tuple[int, ...], Event] | None = None
    ) -> None:
        super().__init__((), known)
        self.add(recorded)

    def add(self, recorded: Recorded) -> None:
        """Take the next part of the recording."""
        events = [report.event for report in recorded.events]
        events += [event for each in recorded.exchanges for event in each.recorded]
        self._events.extend(sorted(events, key=lambda event: event.index or 0))


class Timeline:
    """The states that both devices had reported before a request, and whether they differ.

    `known` are those of the parts before: recorded and given.
    """

    def __init__(
        self,
        recorded: Recorded,
        reports: Sequence[Report],
        policy: Policy,
        known: Known = ({}, {}),
    ) -> None:
        self._policy = policy
        self._recorded = RecordedStates(recorded, known[0])
        self._given = _Reported((report.event for report in reports), known[1])

    def known(self) -> Known:
        """The last states of both, for the next part."""
        return self._recorded.all(), self._given.all()

    def differs_before(self, exchange: Exchange, channel: tuple[int, ...] | None) -> bool:
        """Whether a state was another one than the recorded when a request was sent.

        Of one channel or of any. Requests are asked about in their order.
        """
        assert exchange.sent is not None
        recorded = self._recorded.before(exchange.request.index or 0)
        given = self._given.before(exchange.sent.index or 0)
        return any(
            self._differ(recorded[key], given[key])
            for key in recorded.keys() & given.keys()
            if channel is None or key == channel
        )

    def _differ(self, recorded: Event, given: Event) -> bool:
        values = observed(given)
        return any(
            path in values and not same_value(value, values[path])
            for path, value in observed(recorded).items()
            if self._policy.mark(recorded.code, path) in (Live.STEADY, Live.ORDERED)
        )


@dataclass(slots=True, eq=False)
class StateReport:
    """A report of the device with its place among all, its members, and the recorded partner."""

    at: int
    report: Report
    values: dict[str, Any]
    expected: Event | None
    expected_values: dict[str, Any]
    is_extra: bool
    is_known: bool = False  # judged in the part before; here for what follows it
    is_open: bool = False  # judged in the part behind
    is_lie: bool = False
    odd: dict[str, FieldDifference] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)  # members whose change a wrong report has hidden

    @property
    def is_event(self) -> bool:
        """Whether the device gave it by itself."""
        return self.report.exchange is None

    @property
    def is_ordered(self) -> bool:
        """Whether it answers an order, and may thus show another state."""
        return self.report.exchange is not None and self.report.exchange.is_set

    def agrees(self, path: str) -> bool:
        """Whether the member is the recorded one, as far as there is one."""
        wanted = self.expected_values.get(path, _MISSING)
        return wanted is not _MISSING and same_value(self.values[path], wanted)

    def differs(self, path: str) -> bool:
        """Whether the recording has another value."""
        wanted = self.expected_values.get(path, _MISSING)
        return wanted is not _MISSING and not same_value(self.values[path], wanted)


class States:
    """Takes the reports of a device in their order and finds where it contradicts itself.

    `owed` are the codes of events that either device has given by itself, of which changes are
    owed as events.
    """

    def __init__(self, policy: Policy, owed: Collection[int]) -> None:
        self._policy = policy
        # A device that says no change of a state by itself, as the recorded one did not, owes none.
        self._owed = owed
        self._lines: dict[tuple[Any, ...], list[StateReport]] = defaultdict(list)
        self._silent: list[tuple[StateReport, StateReport, str]] = []

    def add(
        self,
        at: int,
        report: Report,
        expected: Event | None,
        *,
        is_extra: bool,
        is_known: bool = False,
    ) -> None:
        """Take the next report; `is_known` is one that was judged in the part before."""
        event = report.event
        marks = self._policy.mark
        values = {
            path: value
            for path, value in observed(event).items()
            if marks(event.code, path) in JUDGED
        }
        if not values:
            return
        wanted = {} if expected is None else observed(expected)
        if wanted.get("uStatus", 0) or observed(event).get("uStatus", 0):
            return  # a failure says nothing of the state
        key = (*channel_of(event), report.generation)
        seen = StateReport(at, report, values, expected, wanted, is_extra, is_known)
        self._lines[key].append(seen)

    def leave_open(self, since_ns: int, undecided: Collection[int]) -> set[int]:
        """Leave to the next part what can only be judged there; the places of it, and of what it
        needs to be judged.

        These are reports since a time, the last of each line, and all of a line behind one of the
        `undecided` places.
        """
        found: set[int] = set()
        for line in self._lines.values():
            first = next(
                (
                    place
                    for place, seen in enumerate(line)
                    if seen.at in undecided or seen.report.event.time_ns > since_ns
                ),
                len(line) - 1,
            )
            for seen in line[first:]:
                seen.is_open = True
            found.update(seen.at for seen in line[max(first - CONTEXT, 0) :])
        return found

    def open_places(self) -> set[int]:
        """The places of reports that are left to the next part."""
        return {seen.at for line in self._lines.values() for seen in line if seen.is_open}

    # ---------------------------------------------------------------------------------- lies

    def lies(self) -> Iterator[StateReport]:
        """The reports that the device takes back; `odd` has the members in which."""
        for key, line in self._lines.items():
            find = self._contradictions if key[1] in self._owed else self._odd_ones
            find(line)
            for seen in line:
                if seen.is_lie:
                    yield seen
            self._lines[key] = [seen for seen in line if not seen.is_lie]

    def silent_changes(self) -> Iterator[tuple[StateReport, str, bool]]:
        """Reports of a state that is another one than before without an event; once a report.

        And whether both reports are as recorded: then an event has only moved, or is missing.
        """
        known: set[tuple[int, int]] = set()
        for before, behind, path in self._silent:
            if before.is_lie or behind.is_lie or (before.at, behind.at) in known:
                continue
            known.add((before.at, behind.at))
            yield behind, path, before.agrees(path) and behind.agrees(path)

    def _contradictions(self, line: list[StateReport]) -> None:
        """Find them among reports whose changes are owed as events."""
        for path in dict.fromkeys(path for seen in line for path in seen.values):
            reports = [seen for seen in line if path in seen.values]
            place = 1
            while place < len(reports):
                before, behind = reports[place - 1], reports[place]
                if behind.is_open:
                    break
                if behind.is_known or self._is_accounted_for(reports, place, path):
                    place += 1
                    continue
                liar = self._liar(reports, place, path)
                if liar is None:
                    self._silent.append((before, behind, path))
                    place += 1
                    continue
                _take_as_lie(liar, path)
                reports.remove(liar)
                if liar is before and liar.is_event:
                    behind.hidden.add(path)
                place = max(place - 1, 1)

    def _is_accounted_for(self, reports: list[StateReport], place: int, path: str) -> bool:
        """Whether a report has the state of the one before it, or an event reports the change."""
        before, behind = reports[place - 1], reports[place]
        value = behind.values[path]
        if path in behind.hidden or same_value(before.values[path], value):
            return True
        if behind.is_event or behind.is_ordered:
            return True
        until_ns = behind.report.event.time_ns + self._policy.event_ns
        for each in reports[place + 1 :]:
            is_late = each.report.event.time_ns > until_ns
            if is_late or not same_value(each.values[path], value):
                return False
            if each.is_event:
                return _is_same_state(each, behind)
        return False

    def _liar(self, reports: list[StateReport], place: int, path: str) -> StateReport | None:
        """Which of two reports that contradict each other is wrong; None when an event is missing.

        It is the one before when it departs from the recording, or the recording lacks it, and the
        one behind does not; the one behind when it departs.
        """
        before, behind = reports[place - 1], reports[place]
        if (before.differs(path) or before.is_extra) and not behind.differs(path):
            return before
        following = reports[place + 1] if place + 1 < len(reports) else None
        is_borne_out = following is not None and same_value(
            following.values[path], behind.values[path]
        )
        if behind.differs(path) and not before.differs(path):
            # No report has the change, or it is none.
            return behind if following is None or not is_borne_out or before.agrees(path) else None
        return None

    def _odd_ones(self, line: list[StateReport]) -> None:
        """Find reports that differ from the recording between ones that do not.

        Of codes whose changes no event reports.
        """
        for path in dict.fromkeys(path for seen in line for path in seen.values):
            reports = [seen for seen in line if path in seen.values]
            for place, seen in enumerate(reports):
                if seen.is_known or seen.is_open or not seen.differs(path):
                    continue
                wanted = seen.expected_values[path]
                behind = reports[place + 1] if place + 1 < len(reports) else None
                before = reports[place - 1] if place else None
                if behind is None or not _bears_out(behind, path, wanted):
                    continue
                if before is None or _bears_out(before, path, wanted):
                    _take_as_lie(seen, path)

    # --------------------------------------------------------------------------- differences

    def differing_identities(self, known: Mapping[str, Any]) -> dict[str, set[str]]:
        """The identity members that are others than the recorded ones: of the modem, of the SIM.

        `known` are recorded values by path, for reports that the trace does not have.
        """
        found: dict[str, set[str]] = {}
        for key, line in self._lines.items():
            for seen in line:
                for path, value in seen.values.items():
                    if seen.is_open or self._policy.mark(key[1], path) is not Live.IDENTITY:
                        continue
                    wanted = seen.expected_values.get(path, known.get(path, _MISSING))
                    if wanted in (_MISSING, "") or value == "" or same_value(value, wanted):
                        continue
                    group = "modem" if path.startswith("DeviceCaps.") else "SIM"
                    found.setdefault(group, set()).add(path)
        return found

    def lasting_differences(self) -> Iterator[tuple[StateReport, FieldDifference]]:
        """The steady members that differ from the recording, and are no lie."""
        for key, line in self._lines.items():
            for seen in line:
                if seen.is_known or seen.is_open:
                    continue
                for path in seen.values:
                    mark = self._policy.mark(key[1], path)
                    is_steady = mark is Live.STEADY or (
                        mark is Live.ORDERED and not seen.is_ordered
                    )
                    if is_steady and seen.differs(path):
                        yield seen, _difference(seen, path)


def _is_same_state(one: StateReport, other: StateReport) -> bool:
    """Whether two reports show one state, in all members that both have."""
    return all(
        same_value(one.values[path], value)
        for path, value in other.values.items()
        if path in one.values
    )


def _bears_out(seen: StateReport, path: str, wanted: Any) -> bool:
    """Whether a report has a value, and the recording does not have another one there."""
    recorded = seen.expected_values.get(path, wanted)
    return same_value(seen.values[path], wanted) and same_value(recorded, wanted)


def _take_as_lie(seen: StateReport, path: str) -> None:
    seen.is_lie = True
    if path in seen.expected_values:
        seen.odd[path] = _difference(seen, path)


def _difference(seen: StateReport, path: str) -> FieldDifference:
    assert seen.expected is not None
    values = seen.values[path], seen.expected_values[path]
    return difference_of(seen.report.event, seen.expected, path, *values)
