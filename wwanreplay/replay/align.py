"""Which recorded output is which of the device's: the alignment of one window of both.

A window holds all outputs between two inputs, so it is short, and both sides are known whole.
Transactions are known by RequestId, port and code; events by their order within code and port.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from wwanreplay._core import Event
from wwanreplay.replay.fault import DivergenceKind, Fault

Key = tuple[Hashable, ...]
#: The fields of an output that are compared, its time and payload aside; `_core` has the same in
#: `same_output`.
COMPARED_FIELDS: Final = (
    "kind",
    "namespace",
    "code",
    "port",
    "request_id",
    "status",
    "handle",
    "bytes",
)


def identity_key(event: Event) -> Key:
    """What outputs of one meaning have in common: transaction or event, without the content."""
    return (event.kind, event.namespace, event.code, event.port, event.request_id)


def content_key(event: Event) -> Key:
    """Everything that is compared but the time."""
    return (
        *identity_key(event),
        event.status,
        event.handle or 0,
        event.bytes or 0,
        event.payload,
    )


def exact_key(event: Event) -> Key:
    """Everything that is compared."""
    return (event.time_ns, *content_key(event))


def is_same_moment(left: Event, right: Event) -> bool:
    """Whether two outputs are of one identity and time, whatever they hold."""
    return left.time_ns == right.time_ns and identity_key(left) == identity_key(right)


@dataclass(slots=True, eq=False)
class _Unmatched:
    """An event without an equal: `hole` numbers the stretch between matches it stands in."""

    event: Event
    hole: int
    index: int  # where to report it
    order: int
    partner: _Unmatched | None = None


_message = attrgetter("kind", "namespace", "code")
_place = attrgetter("kind", "time_ns", "port", "request_id")
#: By what events that are left over are paired, one after the other: they are equal but for the
#: time, or of one identity, or in one place.
_PAIRINGS: Final[tuple[tuple[DivergenceKind, Callable[[_Unmatched], Hashable]], ...]] = (
    (DivergenceKind.TIME, lambda left: content_key(left.event)),
    (DivergenceKind.CHANGED, lambda left: identity_key(left.event)),
    (DivergenceKind.CHANGED, lambda left: (left.hole, _message(left.event))),
    (DivergenceKind.CHANGED, lambda left: (left.hole, _place(left.event))),
)


class _Side:
    """One side of a window: its events, where each exact key stands, and what is used up."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = events
        self.keys = [exact_key(event) for event in events]
        self.used = [False] * len(events)
        self.places: dict[Key, deque[int]] = defaultdict(deque)
        for place, key in enumerate(self.keys):
            self.places[key].append(place)
        self.at = 0
        self.unmatched: list[_Unmatched] = []

    def next_of(self, key: Key) -> int | None:
        """The first unused place of a key from here on."""
        places = self.places.get(key)
        while places and (self.used[places[0]] or places[0] < self.at):
            places.popleft()
        return places[0] if places else None

    def to_unused(self) -> bool:
        """Go to the next unused event; False at the end."""
        while self.at < len(self.events) and self.used[self.at]:
            self.at += 1
        return self.at < len(self.events)

    def take(self, place: int) -> Event:
        """Use an event up."""
        self.used[place] = True
        return self.events[place]


class _Alignment:
    """One run of align()."""

    def __init__(
        self, recorded: Sequence[Event], expected: Sequence[Event], end_index: int
    ) -> None:
        self.recorded = _Side(recorded)
        self.expected = _Side(expected)
        self.end_index = end_index
        self.hole = 0
        self.order = 0
        # By hole, index, what is missing before what is recorded there, and as it was found.
        self.found: list[tuple[int, int, bool, int, Fault]] = []

    def run(self, *, agreed: bool) -> list[Fault]:
        """Align, pair what is left over, and return the faults in order.

        `agreed`: both sides agreed on something before.
        """
        self._match()
        for kind, key_of in _PAIRINGS:
            self._pair(kind, key_of)
        self._leave_over()
        faults = []
        last_hole = -1 if agreed else 0
        for hole, _, _, _, found in sorted(self.found, key=lambda entry: entry[:4]):
            faults.append(found._replace(agreed_before=hole > last_hole))
            last_hole = hole
        return faults

    def _match(self) -> None:
        recorded, expected = self.recorded, self.expected
        while recorded.to_unused() and expected.to_unused():
            recorded_key, expected_key = recorded.keys[recorded.at], expected.keys[expected.at]
            if recorded_key == expected_key:
                recorded.take(recorded.at)
                expected.take(expected.at)
                self.hole += 1
                continue
            in_recorded = recorded.next_of(expected_key)
            in_expected = expected.next_of(recorded_key)
            if in_recorded is not None and in_expected is not None:
                self._move(in_recorded, in_expected)
                continue
            if in_recorded is None:
                self._leave(expected)
            if in_expected is None:
                self._leave(recorded)
        for side in (recorded, expected):
            while side.to_unused():
                self._leave(side)

    def _move(self, in_recorded: int, in_expected: int) -> None:
        """Two outputs crossed: the one that went farther has moved, or of two the early one."""
        recorded, expected = self.recorded, self.expected
        if in_recorded - recorded.at > in_expected - expected.at:
            place, partner = in_recorded, expected.at
        else:
            place, partner = recorded.at, in_expected
        moved = self._unmatched(recorded.take(place), place)
        self._found(DivergenceKind.MOVED, moved, moved.event, expected.take(partner))

    def _leave(self, side: _Side) -> None:
        """Leave over the event that a side has come to, at the place in the recording."""
        side.unmatched.append(self._unmatched(side.take(side.at), self.recorded.at))

    def _unmatched(self, event: Event, place: int) -> _Unmatched:
        events = self.recorded.events
        index = events[place].index if place < len(events) else None
        self.order += 1
        return _Unmatched(event, self.hole, self.end_index if index is None else index, self.order)

    def _pair(self, kind: DivergenceKind, key_of: Callable[[_Unmatched], Hashable]) -> None:
        waiting: dict[Hashable, deque[_Unmatched]] = defaultdict(deque)
        for left in self.expected.unmatched:
            if left.partner is None:
                waiting[key_of(left)].append(left)
        for left in self.recorded.unmatched:
            if left.partner is None and (partners := waiting.get(key_of(left))):
                partner = partners.popleft()
                left.partner, partner.partner = partner, left
                self._found(kind, left, left.event, partner.event)

    def _leave_over(self) -> None:
        """Report what has no partner."""
        for left in self.recorded.unmatched:
            if left.partner is None:
                self._found(DivergenceKind.EXTRA, left, left.event, None)
        behind: _Unmatched | None = None  # the recorded partner of a later output of the device
        for left in reversed(self.expected.unmatched):
            if left.partner is not None:
                behind = left.partner
                continue
            if behind is not None and behind.hole == left.hole:
                left.index = min(left.index, behind.index)
            self._found(DivergenceKind.MISSING, left, None, left.event)

    def _found(
        self, kind: DivergenceKind, at: _Unmatched, recorded: Event | None, expected: Event | None
    ) -> None:
        fault = Fault(kind, at.index, recorded, expected)
        self.found.append((at.hole, at.index, recorded is not None, at.order, fault))


def align(recorded: Sequence[Event], expected: Sequence[Event], end_index: int) -> list[Fault]:
    """The faults of one window, in order; none when both sides are equal.

    `end_index` is the index of the record behind the window. Linear in the window's length.
    """
    start = 0
    for left, right in zip(recorded, expected, strict=False):
        if exact_key(left) != exact_key(right):
            break
        start += 1
    if start == len(recorded) == len(expected):
        return []
    return _Alignment(recorded[start:], expected[start:], end_index).run(agreed=start > 0)
