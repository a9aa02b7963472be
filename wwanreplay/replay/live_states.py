"""What a present device reports of its state, held against itself.

Reports of one code and port follow each other: answers, and events that say a change. A state that
is another one in the next answer although no event said so is a contradiction: one of both reports
is a lie, or an event is missing. Which one, the recording tells: what differs from it, between
reports that do not, is the lie.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from wwanreplay._core import Event
from wwanreplay.protocol.comparison import Live
from wwanreplay.replay.fields import FieldDifference
from wwanreplay.replay.live_records import Report
from wwanreplay.replay.observed import difference_of, observed, same_value
from wwanreplay.replay.policy import Policy

_MISSING: Final = object()
_JUDGED: Final = frozenset({Live.STEADY, Live.ORDERED, Live.IDENTITY, Live.PROPERTY})
#: What an identity member belongs to, by its personal mark; the modem without one.
_SUBSCRIBER: Final = "subscriber"


@dataclass(slots=True, eq=False)
class Seen:
    """A report of the device with its place among all, its members, and the recorded partner."""

    at: int
    report: Report
    values: dict[str, Any]
    expected: Event | None
    expected_values: dict[str, Any]
    is_extra: bool
    is_lie: bool = False
    odd: dict[str, FieldDifference] = field(default_factory=dict)

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
    """Takes the reports of a device in their order and finds where it contradicts itself."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._lines: dict[tuple[Any, ...], list[Seen]] = defaultdict(list)
        self._silent: list[tuple[Seen, Seen, str]] = []

    def add(self, at: int, report: Report, expected: Event | None, *, is_extra: bool) -> None:
        """Take the next report."""
        event = report.event
        marks = self._policy.mark
        values = {
            path: value
            for path, value in observed(event).items()
            if marks(event.code, path) in _JUDGED
        }
        if not values:
            return
        wanted = {} if expected is None else observed(expected)
        if wanted.get("uStatus", 0) or observed(event).get("uStatus", 0):
            return  # a failure says nothing of the state
        key = (event.namespace, event.code, event.port, report.generation)
        self._lines[key].append(Seen(at, report, values, expected, wanted, is_extra))

    # ---------------------------------------------------------------------------------- lies

    def lies(self) -> Iterator[tuple[Seen, list[FieldDifference]]]:
        """The reports that the device takes back, with the members in which."""
        for key, line in self._lines.items():
            find = self._contradictions if self._policy.is_owed(key[1]) else self._odd_ones
            find(line)
            for seen in line:
                if seen.is_lie:
                    yield seen, list(seen.odd.values())
            self._lines[key] = [seen for seen in line if not seen.is_lie]

    def silent_changes(self) -> Iterator[tuple[Seen, Seen, str]]:
        """Two reports between which a state became another one without an event; once a pair."""
        known: set[tuple[int, int]] = set()
        for before, behind, path in self._silent:
            if before.is_lie or behind.is_lie or (before.at, behind.at) in known:
                continue
            known.add((before.at, behind.at))
            yield before, behind, path

    def _contradictions(self, line: list[Seen]) -> None:
        """Find them among reports whose changes are owed as events."""
        for path in dict.fromkeys(path for seen in line for path in seen.values):
            reports = [seen for seen in line if path in seen.values]
            place = 1
            while place < len(reports):
                before, behind = reports[place - 1], reports[place]
                if self._is_said(reports, place, path):
                    place += 1
                    continue
                liar = self._liar(reports, place, path)
                if liar is None:
                    self._silent.append((before, behind, path))
                    place += 1
                    continue
                _take_as_lie(liar, path)
                reports.remove(liar)
                place = max(place - 1, 1)

    def _is_said(self, reports: list[Seen], place: int, path: str) -> bool:
        """Whether a report has the state of the one before it, or it is said that it is another."""
        before, behind = reports[place - 1], reports[place]
        value = behind.values[path]
        if same_value(before.values[path], value) or behind.is_event or behind.is_ordered:
            return True
        until_ns = behind.report.event.time_ns + self._policy.event_ns
        return any(
            each.is_event
            and each.report.event.time_ns <= until_ns
            and same_value(each.values[path], value)
            for each in reports[place + 1 :]
        )

    def _liar(self, reports: list[Seen], place: int, path: str) -> Seen | None:
        """Which of two reports that contradict each other is wrong; None when an event is missing.

        It is the one before when it departs from the recording, or from what the recording says
        besides, and the one behind does not; the one behind when it departs and what follows does
        not bear it out.
        """
        before, behind = reports[place - 1], reports[place]
        if (before.differs(path) or before.is_extra) and not behind.differs(path):
            return before
        following = reports[place + 1] if place + 1 < len(reports) else None
        is_borne_out = following is not None and same_value(
            following.values[path], behind.values[path]
        )
        if behind.differs(path) and following is not None and not is_borne_out:
            return behind
        return None

    def _odd_ones(self, line: list[Seen]) -> None:
        """Find reports that differ from the recording between ones that do not.

        Of codes whose changes no event says.
        """
        for path in dict.fromkeys(path for seen in line for path in seen.values):
            reports = [seen for seen in line if path in seen.values]
            for place, seen in enumerate(reports):
                if not seen.differs(path) or seen.is_ordered:
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
                    if self._policy.mark(key[1], path) is not Live.IDENTITY:
                        continue
                    wanted = seen.expected_values.get(path, known.get(path, _MISSING))
                    if wanted in (_MISSING, "") or value == "" or same_value(value, wanted):
                        continue
                    group = "modem" if path.startswith("DeviceCaps.") else "SIM"
                    found.setdefault(group, set()).add(path)
        return found

    def lasting_differences(self) -> Iterator[tuple[Seen, FieldDifference]]:
        """The steady members that differ from the recording, and are no lie."""
        for key, line in self._lines.items():
            for seen in line:
                for path in seen.values:
                    mark = self._policy.mark(key[1], path)
                    is_steady = mark is Live.STEADY or (
                        mark is Live.ORDERED and not seen.is_ordered
                    )
                    if is_steady and seen.differs(path):
                        yield seen, _difference(seen, path)


def _bears_out(seen: Seen, path: str, wanted: Any) -> bool:
    """Whether a report has a value, and the recording does not have another one there."""
    recorded = seen.expected_values.get(path, wanted)
    return same_value(seen.values[path], wanted) and same_value(recorded, wanted)


def _take_as_lie(seen: Seen, path: str) -> None:
    seen.is_lie = True
    if path in seen.expected_values:
        seen.odd[path] = _difference(seen, path)


def _difference(seen: Seen, path: str) -> FieldDifference:
    assert seen.expected is not None
    values = seen.values[path], seen.expected_values[path]
    return difference_of(seen.report.event, seen.expected, path, *values)
