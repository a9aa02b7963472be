"""Divergences: what differs, where, in which state, and whether it is a fault of its own."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from wwanreplay._core import Event, Kind
from wwanreplay.errors import DecodeError
from wwanreplay.protocol.kinds import GONE, OUTPUTS
from wwanreplay.replay.align import (
    Difference,
    DivergenceKind,
    Key,
    content_key,
    identity_key,
)
from wwanreplay.replay.names import code_name, kind_name, status_name

REMEMBERED_MAX = 4096  # transactions, signatures and open ends kept for telling consequences
# An unsolicited event that is missing here and extra so many records on are two faults.
EVENT_SHIFT_MAX = 256
HEADER_FIELDS = ("kind", "namespace", "code", "port", "request_id", "status", "handle", "bytes")


class FieldDifference(NamedTuple):
    """One field that differs, as values and as text; None where a side lacks the field.

    `personal` is the field's mark in the tables, empty when it identifies nobody.
    """

    path: str
    recorded: Any
    expected: Any
    recorded_text: str | None
    expected_text: str | None
    personal: str = ""


@dataclass(slots=True)
class Divergence:
    """One place where the replayed device differs from the recording.

    `index` and `time_ns` are those of the recorded event; of a missing one, the index of the record
    before which it should stand and the time it was due. `root` is False when it follows from the
    divergence at `root_index`. `state` is the replayed device's there, `before` the records just
    before, `nearest` the event that comes closest to the one that has no partner.
    A divergence of the MBIM side says in `note` what differs, and has messages as `wire_recorded`
    and `wire_rebuilt`. In a field trace `told` are the differences in what the record tells.
    """

    kind: DivergenceKind
    root: bool
    index: int
    time_ns: int
    recorded: Event | None
    expected: Event | None
    root_index: int | None = None
    nearest: Event | None = None
    state: dict[str, Any] = field(default_factory=dict)
    before: tuple[Event, ...] = ()
    note: str = ""
    wire_recorded: bytes | None = None
    wire_rebuilt: bytes | None = None
    told: list[FieldDifference] | None = None

    @property
    def event(self) -> Event | None:
        """The recorded event, or the expected one when there is none; None of a wire message."""
        return self.recorded if self.recorded is not None else self.expected

    def fields(self) -> list[FieldDifference]:
        """What differs between both sides, decoded; empty when one side is missing."""
        if self.told is not None:
            return self.told
        if self.recorded is None or self.expected is None:
            return []
        return field_differences(self.recorded, self.expected)


def field_differences(recorded: Event, expected: Event) -> list[FieldDifference]:
    """The fields in which two outputs differ: those of the record, then those of the payload."""
    found = []
    if recorded.time_ns != expected.time_ns:
        late_ns = recorded.time_ns - expected.time_ns
        found.append(
            FieldDifference(
                "time",
                recorded.time_ns,
                expected.time_ns,
                f"{recorded.time_ns} ns ({late_ns:+d} ns)",
                f"{expected.time_ns} ns",
            )
        )
    for name in HEADER_FIELDS:
        left, right = getattr(recorded, name), getattr(expected, name)
        if (left or 0) != (right or 0):
            texts = _header_text(name, recorded), _header_text(name, expected)
            found.append(FieldDifference(name, left, right, *texts))
    if recorded.payload != expected.payload:
        found += payload_differences(recorded, expected)
    return found


def _header_text(name: str, event: Event) -> str:
    value = getattr(event, name)
    if name == "kind":
        return kind_name(event)
    if name == "status":
        return status_name(value)
    if name == "code":
        return code_name(event)
    return str(value)


def payload_differences(recorded: Event, expected: Event) -> list[FieldDifference]:
    """The fields of two payloads that differ; ranges of bytes where they cannot be decoded."""
    from wwanreplay.protocol.codec import decode_event, format_value

    try:
        sides = decode_event(recorded), decode_event(expected)
    except DecodeError:
        sides = None, None
    left, right = sides
    if left is None or right is None or left.name != right.name:
        return _byte_differences(recorded.payload, expected.payload)
    leaves = [{leaf.path: leaf for leaf in side.leaves()} for side in (left, right)]
    found = []
    for path in dict.fromkeys([*leaves[0], *leaves[1]]):
        one, other = leaves[0].get(path), leaves[1].get(path)
        if one is not None and other is not None and one.value == other.value:
            continue
        some = one or other
        if some is None:
            continue
        found.append(
            FieldDifference(
                path,
                None if one is None else one.value,
                None if other is None else other.value,
                None if one is None else format_value(one.field, one.value),
                None if other is None else format_value(other.field, other.value),
                some.personal,
            )
        )
    # Padding, and what follows the NUL of a text, is no field: then the bytes are said.
    return found or _byte_differences(recorded.payload, expected.payload)


def _byte_differences(recorded: bytes, expected: bytes) -> list[FieldDifference]:
    found = []
    if len(recorded) != len(expected):
        texts = f"{len(recorded)} bytes", f"{len(expected)} bytes"
        found.append(FieldDifference("payload size", len(recorded), len(expected), *texts))
    for start, end in byte_ranges(recorded, expected):
        left, right = recorded[start:end], expected[start:end]
        path = f"payload[{start}]" if end - start == 1 else f"payload[{start}:{end}]"
        found.append(FieldDifference(path, left, right, left.hex(), right.hex(), "content"))
    return found


def byte_ranges(left: bytes, right: bytes) -> Iterator[tuple[int, int]]:
    """(start, end) of each stretch in which two buffers differ, a longer tail included."""
    start = None
    shared = min(len(left), len(right))
    for at in range(shared):
        if left[at] != right[at]:
            start = at if start is None else start
        elif start is not None:
            yield start, at
            start = None
    if len(left) != len(right):
        yield (shared if start is None else start), max(len(left), len(right))
    elif start is not None:
        yield start, shared


@dataclass(frozen=True, slots=True)
class _OpenEnd:
    """A missing or extra output whose other end may still come; no divergence if not listed."""

    index: int
    event: Event
    divergence: Divergence | None


class Ledger:
    """Takes the differences in order, tells roots from consequences and keeps the first ones.

    A difference is a consequence when it belongs to a transaction that has diverged, when it shows
    the same values in the same fields of the same code as one before, when the recorded device has
    said nothing at all since an output was found missing (or only that it is gone), or when it is
    one more event of the burst that an extra one began. An output that was found missing (or extra)
    and comes later (or is expected later) is one divergence, of time.
    """

    def __init__(self, listed_max: int) -> None:
        self.listed_max = listed_max
        self.listed: list[Divergence] = []
        self.count = 0
        self.root_count = 0
        self._silent: int | None = None  # index of the root since which nothing was heard
        self._burst: tuple[int, int] | None = None  # root and time of extra events in a row
        self._transactions: OrderedDict[Key, int] = OrderedDict()
        self._signatures: OrderedDict[Hashable, int] = OrderedDict()
        self._open: dict[DivergenceKind, OrderedDict[Key, _OpenEnd]] = {
            DivergenceKind.MISSING: OrderedDict(),
            DivergenceKind.EXTRA: OrderedDict(),
        }

    @property
    def full(self) -> bool:
        """Whether further divergences are only counted."""
        return len(self.listed) >= self.listed_max

    def heard(self) -> None:
        """Note that both sides agreed on an output."""
        self._silent = self._burst = None

    def add(self, found: Difference, details: Callable[[Divergence], None]) -> None:
        """Take a difference; `details` fills in a divergence that is listed."""
        if found.heard:
            self.heard()
        if self._closes_open_end(found):
            return
        root_index = self._root_index(found)
        divergence: Divergence | None = None
        if not self.full:
            divergence = Divergence(
                found.kind,
                root_index is None,
                found.index,
                found.event.time_ns,
                found.recorded,
                found.expected,
                root_index,
            )
            details(divergence)
            self.listed.append(divergence)
        self.count += 1
        self.root_count += root_index is None
        if root_index is None:
            root_index = found.index if divergence is None else divergence.index
        self._remember(found, root_index, divergence)

    def add_wire(self, divergence: Divergence) -> None:
        """Take a difference of the rebuilt MBIM side."""
        if not self.full:
            self.listed.append(divergence)
        self.count += 1
        self.root_count += divergence.root

    def in_order(self) -> list[Divergence]:
        """The listed divergences: roots first, then by index."""
        return sorted(self.listed, key=lambda found: (not found.root, found.index, found.time_ns))

    def _root_index(self, found: Difference) -> int | None:
        """Index of the root that a difference follows from, or None for a root."""
        for key in _transactions_of(found):
            if key in self._transactions:
                return self._transactions[key]
        signatures = signatures_of(found)
        if signatures and all(signature in self._signatures for signature in signatures):
            return self._signatures[next(iter(signatures))]
        refusal = _refusal_of(found)
        if refusal is not None and refusal in self._signatures:
            return self._signatures[refusal]
        is_silence = found.kind is DivergenceKind.MISSING or refusal is not None
        if is_silence and self._silent is not None:
            return self._silent
        is_event = found.kind is DivergenceKind.EXTRA and not found.event.request_id
        if is_event and self._burst is not None and self._burst[1] == found.event.time_ns:
            return self._burst[0]
        return None

    def _remember(self, found: Difference, root: int, divergence: Divergence | None) -> None:
        for key in _transactions_of(found):
            _put(self._transactions, key, root)
        for signature in signatures_of(found):
            if signature not in self._signatures:
                _put(self._signatures, signature, root)
        refusal = _refusal_of(found)
        if refusal is not None and refusal not in self._signatures:
            _put(self._signatures, refusal, root)
        if found.kind is DivergenceKind.MISSING:
            self._silent = root if self._silent is None else self._silent
        elif refusal is None:
            self._silent = None
        extra = found.kind is DivergenceKind.EXTRA
        self._burst = (root, found.event.time_ns) if extra else None
        if found.kind in self._open:
            end = _OpenEnd(found.index, found.event, divergence)
            for key in _end_keys(found.event):
                _put(self._open[found.kind], key, end)

    def is_other_end(self, found: Difference) -> bool:
        """Whether this is the other end of an output that came late or early."""
        return self._other_end(found) is not None

    def _other_end(self, found: Difference) -> _OpenEnd | None:
        other = _OTHER_END.get(found.kind)
        if other is None:
            return None
        for key in _end_keys(found.event):
            end = self._open[other].get(key)
            if end is None:
                continue
            if found.event.request_id or found.index - end.index <= EVENT_SHIFT_MAX:
                return end
        return None

    def _closes_open_end(self, found: Difference) -> bool:
        """Join both ends of an output that came late or early; False when this is none."""
        end = self._other_end(found)
        if end is None:
            return False
        ends = self._open[_OTHER_END[found.kind]]
        for name in _end_keys(end.event):
            ends.pop(name, None)
        if end.divergence is not None:
            _join(end.divergence, found)
        return True


_OTHER_END = {
    DivergenceKind.MISSING: DivergenceKind.EXTRA,
    DivergenceKind.EXTRA: DivergenceKind.MISSING,
}


def _join(divergence: Divergence, found: Difference) -> None:
    """Make one divergence at the recorded event of both ends."""
    if found.recorded is not None:
        divergence.recorded = found.recorded
        divergence.index = found.index
        divergence.time_ns = found.recorded.time_ns
    if found.expected is not None:
        divergence.expected = found.expected
    divergence.nearest = None
    same = (
        divergence.recorded is not None
        and divergence.expected is not None
        and content_key(divergence.recorded) == content_key(divergence.expected)
    )
    divergence.kind = DivergenceKind.TIME if same else DivergenceKind.CHANGED


def _put(store: OrderedDict[Any, Any], key: Hashable, value: Any) -> None:
    store[key] = value
    if len(store) > REMEMBERED_MAX:
        store.popitem(last=False)


def _end_keys(event: Event) -> list[Key]:
    """By what the other end of a late or early output is known."""
    keys: list[Key] = [("content", *content_key(event))]
    if event.request_id:
        keys.append(("identity", *identity_key(event)))
    return keys


def _transactions_of(found: Difference) -> list[Key]:
    sides = [side for side in (found.recorded, found.expected) if side is not None]
    return [(side.port, side.request_id) for side in sides if side.request_id]


def signatures_of(found: Difference) -> set[Hashable]:
    """What differs, by code, place and both values; empty unless both sides have the output."""
    recorded, expected = found.recorded, found.expected
    if recorded is None or expected is None:
        return set()
    code = expected.code
    signatures: set[Hashable] = set()
    if recorded.time_ns != expected.time_ns and found.kind is not DivergenceKind.MOVED:
        signatures.add((code, "time", recorded.time_ns - expected.time_ns))
    if recorded.status != expected.status:
        signatures.add(("status", recorded.status, expected.status))
    for name in ("kind", "namespace", "code", "port", "request_id", "handle", "bytes"):
        left, right = getattr(recorded, name) or 0, getattr(expected, name) or 0
        if left != right:
            signatures.add((code, name, left, right))
    if recorded.payload != expected.payload:
        for start, end in byte_ranges(recorded.payload, expected.payload):
            sides = recorded.payload[start:end], expected.payload[start:end]
            signatures.add((code, start, *sides))
    return signatures


def _refusal_of(found: Difference) -> Hashable | None:
    """What stands for a recorded completion that says that the device is gone or asleep."""
    event = found.recorded
    if event is None or event.kind != Kind.KIND_COMPLETION or event.status not in GONE:
        return None
    return ("refused", event.status)


def nearest_event(target: Event, candidates: list[Event]) -> Event | None:
    """Of events of the target's kind and code, the one that agrees with it most; None without."""
    best: Event | None = None
    best_score: tuple[int, int, int, int] | None = None
    for event in candidates:
        if (event.kind, event.namespace, event.code) != (
            target.kind,
            target.namespace,
            target.code,
        ):
            continue
        score = (
            int(event.request_id == target.request_id) + int(event.port == target.port),
            int(event.payload == target.payload),
            int(event.status == target.status),
            -abs(event.time_ns - target.time_ns),
        )
        if best_score is None or score >= best_score:
            best, best_score = event, score
    return best


def is_output(event: Event) -> bool:
    """Whether a record is what a device said."""
    return event.kind in OUTPUTS
