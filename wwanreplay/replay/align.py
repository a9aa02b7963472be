"""Which recorded output is which of the device's: the alignment of one window of both.

A window holds all outputs between two inputs, so it is short, and both sides are known whole.
Transactions are known by RequestId, port and code; events by their order within code and port.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from wwanreplay._core import Event
from wwanreplay.replay.fault import DivergenceKind, Fault

Key = tuple[Hashable, ...]


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


def same_output(left: Event, right: Event) -> bool:
    """Whether two outputs are equal in every compared field."""
    return exact_key(left) == exact_key(right)


def is_same_moment(left: Event, right: Event) -> bool:
    """Whether two outputs are of one identity and time, whatever they hold."""
    return left.time_ns == right.time_ns and identity_key(left) == identity_key(right)


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


@dataclass(slots=True)
class _Unmatched:
    """An event without an equal: `hole` numbers the stretch between matches it stands in."""

    event: Event
    hole: int
    index: int  # where to report it
    order: int
    partner: _Unmatched | None = None


class _Alignment:
    """One run of align()."""

    def __init__(
        self, recorded: Sequence[Event], expected: Sequence[Event], end_index: int, agreed: bool
    ) -> None:
        self.agreed = agreed  # whether both sides agreed on something before
        self.recorded = _Side(recorded)
        self.expected = _Side(expected)
        self.end_index = end_index
        self.hole = 0
        self.order = 0
        self.recorded_unmatched: list[_Unmatched] = []
        self.expected_unmatched: list[_Unmatched] = []
        # By hole, index, what is missing before what is recorded there, and as it was found.
        self.found: list[tuple[int, int, bool, int, Fault]] = []

    def run(self) -> list[Fault]:
        """Align, pair what is left over, and return the faults in order."""
        self._match()
        self._pair()
        self.found.sort(key=lambda entry: entry[:4])
        faults = []
        last_hole = -1 if self.agreed else 0
        for hole, _, _, _, found in self.found:
            faults.append(found._replace(agreed_before=hole > last_hole))
            last_hole = hole
        return faults

    def _next_order(self) -> int:
        self.order += 1
        return self.order

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
            if in_recorded is None:
                self._leave_expected()
            if in_expected is None:
                self._leave_recorded()
            if in_recorded is not None and in_expected is not None:
                self._move(in_recorded, in_expected)
        while recorded.to_unused():
            self._leave_recorded()
        while expected.to_unused():
            self._leave_expected()

    def _move(self, in_recorded: int, in_expected: int) -> None:
        """Two outputs crossed: the one that went farther has moved, or of two the early one."""
        recorded, expected = self.recorded, self.expected
        if in_recorded - recorded.at > in_expected - expected.at:
            place, partner = in_recorded, expected.at
        else:
            place, partner = recorded.at, in_expected
        event = recorded.take(place)
        self._found(DivergenceKind.MOVED, event, expected.take(partner), self.hole)

    def _leave_recorded(self) -> None:
        event = self.recorded.take(self.recorded.at)
        index = self.end_index if event.index is None else event.index
        self.recorded_unmatched.append(_Unmatched(event, self.hole, index, self._next_order()))

    def _leave_expected(self) -> None:
        event = self.expected.take(self.expected.at)
        index = self.end_index
        if self.recorded.at < len(self.recorded.events):
            here = self.recorded.events[self.recorded.at].index
            index = self.end_index if here is None else here
        self.expected_unmatched.append(_Unmatched(event, self.hole, index, self._next_order()))

    def _pair(self) -> None:
        """Pair left-over events: equal but for the time, of one identity, in one place."""
        kind = DivergenceKind
        self._pair_by(lambda left: content_key(left.event), kind.TIME)
        self._pair_by(lambda left: identity_key(left.event), kind.CHANGED)
        self._pair_by(
            lambda left: (left.hole, left.event.kind, left.event.namespace, left.event.code),
            kind.CHANGED,
        )
        self._pair_by(
            lambda left: (
                left.hole,
                left.event.kind,
                left.event.time_ns,
                left.event.port,
                left.event.request_id,
            ),
            kind.CHANGED,
        )
        for left in self.recorded_unmatched:
            if left.partner is None:
                self._found_unmatched(kind.EXTRA, left, None)
        behind: _Unmatched | None = None  # the recorded partner of a later output of the device
        for left in reversed(self.expected_unmatched):
            if left.partner is not None:
                behind = left.partner
                continue
            if behind is not None and behind.hole == left.hole:
                left.index = min(left.index, behind.index)
            self._found_unmatched(kind.MISSING, None, left)

    def _pair_by(self, key_of: Callable[[_Unmatched], Hashable], kind: DivergenceKind) -> None:
        waiting: dict[Hashable, deque[_Unmatched]] = defaultdict(deque)
        for left in self.expected_unmatched:
            if left.partner is None:
                waiting[key_of(left)].append(left)
        for left in self.recorded_unmatched:
            if left.partner is not None:
                continue
            partners = waiting.get(key_of(left))
            if partners:
                partner = partners.popleft()
                left.partner, partner.partner = partner, left
                self._found_unmatched(kind, left, partner)

    def _found(self, kind: DivergenceKind, recorded: Event, expected: Event, hole: int) -> None:
        index = self.end_index if recorded.index is None else recorded.index
        found = Fault(kind, index, recorded, expected)
        self.found.append((hole, index, True, self._next_order(), found))

    def _found_unmatched(
        self, kind: DivergenceKind, recorded: _Unmatched | None, expected: _Unmatched | None
    ) -> None:
        place = recorded if recorded is not None else expected
        if place is None:
            return
        found = Fault(
            kind,
            place.index,
            None if recorded is None else recorded.event,
            None if expected is None else expected.event,
        )
        self.found.append((place.hole, place.index, recorded is not None, place.order, found))


def align(recorded: Sequence[Event], expected: Sequence[Event], end_index: int) -> list[Fault]:
    """The faults of one window, in order; none when both sides are equal.

    `end_index` is the index of the record behind the window. Linear in the window's length.
    """
    start = 0
    for left, right in zip(recorded, expected, strict=False):
        if not same_output(left, right):
            break
        start += 1
    if start == len(recorded) == len(expected):
        return []
    return _Alignment(recorded[start:], expected[start:], end_index, start > 0).run()
