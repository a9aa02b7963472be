"""Root or consequence: what follows from a fault that was found before.

This is the one judge. For a search it judges by the last faults of a hypothesis, which gives their
cost (`cost_of`); for a report by all faults of the trace, which gives the root of each
(`Judge`). A field trace and the rebuilt MBIM side have evidence of their own: when
anything was observed of the device or of its function (`Silence`), and which output a message was
made of (`message_roots`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from wwanreplay._core import Event, Kind, Recent
from wwanreplay.protocol.kinds import GONE
from wwanreplay.replay.align import COMPARED_FIELDS, Key, content_key, identity_key
from wwanreplay.replay.fault import DivergenceKind, Fault
from wwanreplay.replay.fields import byte_ranges
from wwanreplay.replay.recording import Transaction, transaction_of

#: A deviation of the device costs more than one change of the environment and less than two.
FAULT_COST: Final = 6
CONSEQUENCE_COST: Final = 1
REMEMBERED_MAX: Final = 4096  # transactions, signatures and open ends
#: An unsolicited event that is missing here and extra so many records on are two faults.
EVENT_SHIFT_MAX: Final = 256
#: How far from where it belongs an output is still the same one for a search; beyond, an output is
#: missing and the environment made the device emit it again.
DISPLACED_NS_MAX: Final = 3_000_000_000

#: The kind of the other end of an output that comes late or early.
_OTHER_END: Final = {
    DivergenceKind.MISSING: DivergenceKind.EXTRA,
    DivergenceKind.EXTRA: DivergenceKind.MISSING,
}


def is_gone(event: Event | None) -> bool:
    """Whether an output is a completion which shows only that the device is gone or asleep."""
    return event is not None and event.kind == Kind.KIND_COMPLETION and event.status in GONE


def cost_of(fault: Fault, recent: Iterable[Fault], *, is_silent: bool) -> int:
    """What a fault costs a hypothesis that has had these of late, the last one first.

    Little when it follows from one of them, nothing where one more output is missing.
    `is_silent`: nothing was recorded since an output was found missing.
    """
    if fault.kind is DivergenceKind.MISSING and is_silent:
        return 0
    event = fault.event
    if is_gone(event) and is_silent:
        return CONSEQUENCE_COST
    key, transaction = content_key(event), transaction_of(event)
    missing = 0  # more outputs like this one that are missing than extra: they lack an other end
    for found in recent:
        side = found.event
        if event.request_id and transaction_of(side) == transaction:
            return CONSEQUENCE_COST
        near = abs(side.time_ns - event.time_ns) <= DISPLACED_NS_MAX
        if near and found.kind in _OTHER_END and content_key(side) == key:
            missing += 1 if found.kind is DivergenceKind.MISSING else -1
    wanted = DivergenceKind.EXTRA if missing > 0 else DivergenceKind.MISSING
    return CONSEQUENCE_COST if missing and fault.kind is wanted else FAULT_COST


#: A missing or extra output whose other end may still come, and what is reported of it.
OpenEnd = tuple[Fault, Any]


class Judge:
    """Takes the faults of a trace in order and names the root that each follows from.

    A fault is a consequence when it belongs to a transaction that has a fault, when it shows the
    same values in the same fields of the same code as one before, when the recorded device has
    emitted nothing at all since an output was found missing (or only that it is gone), or when it
    is one more event of the burst that an extra one began.
    """

    def __init__(self) -> None:
        self._silence_root: int | None = None
        self._burst: tuple[int, int] | None = None  # root and time of extra events in a row
        self._transactions: Recent[Transaction, int] = Recent(REMEMBERED_MAX)
        self._signatures: Recent[Hashable, int] = Recent(REMEMBERED_MAX)
        self._open: dict[DivergenceKind, Recent[Key, OpenEnd]] = {
            kind: Recent(REMEMBERED_MAX) for kind in _OTHER_END
        }

    def agreed(self) -> None:
        """Note that recording and device agreed on an output."""
        self._silence_root = self._burst = None

    def root_of(self, fault: Fault) -> int | None:
        """Where the root is that a fault follows from, or None for a root."""
        for key in _transactions_of(fault):
            if key in self._transactions:
                return self._transactions[key]
        signatures = signatures_of(fault)
        if signatures and all(signature in self._signatures for signature in signatures):
            return self._signatures[signatures[0]]
        refusal = is_gone(fault.recorded)
        if refusal and _refusal(fault) in self._signatures:
            return self._signatures[_refusal(fault)]
        is_silence = fault.kind is DivergenceKind.MISSING or refusal
        if is_silence and self._silence_root is not None:
            return self._silence_root
        is_event = fault.kind is DivergenceKind.EXTRA and not fault.event.request_id
        if is_event and self._burst is not None and self._burst[1] == fault.event.time_ns:
            return self._burst[0]
        return None

    def remember(self, fault: Fault, root: int, report: Any) -> None:
        """Let later faults follow from one whose root is known."""
        for transaction in _transactions_of(fault):
            self._transactions[transaction] = root
        refusal = is_gone(fault.recorded)
        for signature in [*signatures_of(fault), *([_refusal(fault)] if refusal else [])]:
            if signature not in self._signatures:
                self._signatures[signature] = root
        if fault.kind is DivergenceKind.MISSING:
            self._silence_root = root if self._silence_root is None else self._silence_root
        elif not refusal:
            self._silence_root = None
        extra = fault.kind is DivergenceKind.EXTRA
        self._burst = (root, fault.event.time_ns) if extra else None
        if fault.kind in self._open:
            for key in _end_keys(fault.event):
                self._open[fault.kind][key] = fault, report

    def take_other_end(self, fault: Fault) -> OpenEnd | None:
        """The end that a fault is the other end of, which is then closed; None without one."""
        end = self.other_end(fault)
        if end is not None:
            ends = self._open[_OTHER_END[fault.kind]]
            for key in _end_keys(end[0].event):
                ends.pop(key, None)
        return end

    def other_end(self, fault: Fault) -> OpenEnd | None:
        """The end of an output that came late or early whose other end a fault is, if any."""
        other = _OTHER_END.get(fault.kind)
        ends = {} if other is None else self._open[other]
        for end in filter(None, map(ends.get, _end_keys(fault.event))):
            if fault.event.request_id or fault.position - end[0].position <= EVENT_SHIFT_MAX:
                return end
        return None


def _end_keys(event: Event) -> list[Key]:
    """By what the other end of a late or early output is known."""
    keys: list[Key] = [("content", *content_key(event))]
    if event.request_id:
        keys.append(("identity", *identity_key(event)))
    return keys


def _transactions_of(fault: Fault) -> list[Transaction]:
    sides = [side for side in (fault.recorded, fault.expected) if side is not None]
    return [transaction_of(side) for side in sides if side.request_id]


def signatures_of(fault: Fault) -> list[Hashable]:
    """What differs, by code, place and both values; empty unless both sides have the output."""
    recorded, expected = fault.recorded, fault.expected
    if recorded is None or expected is None:
        return []
    signatures: list[Hashable] = []
    if recorded.time_ns != expected.time_ns and fault.kind is not DivergenceKind.MOVED:
        signatures.append((expected.code, "time", recorded.time_ns - expected.time_ns))
    for name in COMPARED_FIELDS:
        left, right = getattr(recorded, name) or 0, getattr(expected, name) or 0
        if left != right:
            # A status means the same of every code.
            signatures.append((None if name == "status" else expected.code, name, left, right))
    for start, end in byte_ranges(recorded.payload, expected.payload):
        sides = recorded.payload[start:end], expected.payload[start:end]
        signatures.append((expected.code, start, *sides))
    return signatures


def _refusal(fault: Fault) -> Hashable:
    """What stands for a recorded completion which shows that the device is gone or asleep."""
    return "refused", fault.event.status


class Silence:
    """Since when nothing was observed of the device of a field trace, or of its MBIM function.

    `last_observed` gives the last place up to one at which something of the device shows in the log
    that is no mere refusal, None without one. `function_roots` are the roots of the function's
    faults, by the records at which these are: an output that a message brought follows from the
    message's fault.
    """

    def __init__(
        self, last_observed: Callable[[int], int | None], function_roots: Mapping[int, int]
    ) -> None:
        self._last_observed = last_observed
        self._function_roots = function_roots
        self._device_silent_since: int | None = None
        self._function_silent_since: int | None = None

    @property
    def since(self) -> int | None:
        """The place of the fault since which nothing was observed, None when something was."""
        if self._function_silent_since is not None:
            return self._function_silent_since
        return self._device_silent_since

    def root_of(self, fault: Fault, index: int, *, is_refusal: bool) -> int | None:
        """The fault of the function or the silence that a fault at `index` follows from."""
        self.end(index)
        if fault.recorded is None:
            return self._function_silent_since
        cause = fault.recorded.cause
        root = None if cause is None else self._function_roots.get(cause)
        return self._device_silent_since if root is None and is_refusal else root

    def end(self, index: int) -> bool:
        """Whether something was observed since the silence began, which is then over."""
        since = self.since
        last = None if since is None else self._last_observed(index)
        if since is not None and (last is None or last <= since):
            return False
        self._device_silent_since = self._function_silent_since = None
        return True

    def begin(self, index: int) -> None:
        """Let the device be silent, unless it is already."""
        if self._device_silent_since is None:
            self._device_silent_since = index

    def begin_function(self, index: int) -> int | None:
        """Let the function be silent; the place of the fault since which it or its device was."""
        self.end(index)
        since = self.since
        if self._function_silent_since is None:
            self._function_silent_since = index if since is None else since
        return since


def message_roots(
    messages: Iterable[tuple[int, bool, int]], device_roots: Sequence[int]
) -> Iterator[int | None]:
    """For each fault of the rebuilt MBIM side the root that it follows from, or None for a root.

    `messages` are (index, whether a request and the host's message do not fit, index of the next
    record that causes messages). What stands behind a root of the device follows from it; what
    stands behind such a request follows from the request.
    """
    broken: int | None = None
    for index, is_request, next_cause in messages:
        yield max((root for root in device_roots if root <= next_cause), default=broken)
        if is_request and broken is None:
            broken = index
