"""Replay a field trace: the search without proposals, and its faults as divergences."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final
from uuid import UUID

from wwanreplay._core import Digest, Engine, Event, Kind, RecordFlag, WireDirection
from wwanreplay.mbim.commands import PASSED_THROUGH
from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import MBIM_COMMAND_DONE, MBIM_FUNCTION_ERROR_MSG, STATUS
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import INPUTS
from wwanreplay.replay.consequence import Silence
from wwanreplay.replay.divergence import Divergence, Ledger, divergence_of, nearest_event
from wwanreplay.replay.fault import DivergenceKind, Fault
from wwanreplay.replay.field_records import FieldRecords, choose
from wwanreplay.replay.function_check import check_function
from wwanreplay.replay.matchers.field import FieldMatcher
from wwanreplay.replay.observed import observed, observed_differences
from wwanreplay.replay.recording import Recording, records_around, records_at
from wwanreplay.replay.result import Gap, Options, ReplayResult
from wwanreplay.replay.search import Search

_COUNTED = {
    Kind.KIND_QUERY: "requests",
    Kind.KIND_SET: "requests",
    Kind.KIND_METHOD: "requests",
    Kind.KIND_CANCEL: "cancels",
    Kind.KIND_COMPLETION: "completions",
    Kind.KIND_INDICATION: "indications",
    Kind.KIND_STIMULUS: "stimuli",
    Kind.KIND_LIFECYCLE: "lifecycle",
    Kind.KIND_WIRE: "wire",
    Kind.KIND_NOTE: "notes",
    Kind.KIND_CLOCK: "clocks",
    Kind.KIND_GAP: "gaps",
}


#: Records on either side among which an output is looked for that is like one of one side.
NEAR_COUNT: Final = 32
_NOT_INITIALIZED = PROTOCOL.status("WWAN_STATUS_NOT_INITIALIZED").number
_REFUSED = STATUS["MBIM_STATUS_NOT_INITIALIZED"]
_FAILED = STATUS["MBIM_STATUS_FAILURE"]
_BASIC_CONNECT = UUID(SERVICES[BASIC_CONNECT].uuid).bytes


#: Reads the events of a trace from the beginning, each time it is called.
Read = Callable[[], Iterable[Event]]


def replay_field(
    read: Read, engine: Engine, options: Options, *, path: str | None = None
) -> ReplayResult:
    """Replay a field trace against an engine at its start, which is used up.

    The trace is read several times; records are held as far as the search looks back and ahead.
    """
    started_s = time.perf_counter()
    result = ReplayResult(path=path, is_field=True, is_part=options.is_part)
    tally = _Tally(options, result)
    of_function = [
        found
        for found in check_function(tally.watched(read()))
        if not options.is_behind_stop(found.index, found.time_ns)
    ]
    first = engine.copy()
    result.start_state = first.state()

    def choose_again() -> FieldRecords:
        return choose(_before_stop(read(), options), engine)

    chosen = choose_again()
    recording = Recording(chosen.records)
    matcher = FieldMatcher(recording, chosen)
    driven = _Driven(first, matcher)
    compared_count = 0

    def watch(position: int, record: Event) -> None:
        nonlocal compared_count
        compared_count += is_compared(record) and not _is_before_start(record, options)
        driven.take(position, record)

    best = Search(recording, engine, matcher).run(watch)
    tally.conclude(compared_count)
    result.digest = driven.digest.hexdigest()
    ledger = Ledger(options.divergences_max)
    if of_function or len(best.fault_chain):
        report = _Report(read, lambda: choose_again().records, options, result, ledger)
        report.take_all(of_function, best.faults, tally.end)
    result.divergences = ledger.in_order()
    result.divergence_count, result.root_count = ledger.count, ledger.root_count
    result.notes += _left_out(chosen)
    result.elapsed_s = time.perf_counter() - started_s
    return result


def _before_stop(events: Iterable[Event], options: Options) -> Iterator[Event]:
    return (
        event
        for place, event in enumerate(events)
        if not options.is_behind_stop(place, event.time_ns)
    )


def _is_before_start(event: Event, options: Options) -> bool:
    return event.index is not None and options.is_before_start(event.index, event.time_ns)


class _Tally:
    """Counts what a trace has of each kind, up to the stop of a replay."""

    def __init__(self, options: Options, result: ReplayResult) -> None:
        self._options = options
        self._result = result
        self.end = 0  # of the whole trace
        self._kinds: Counter[str] = Counter()
        self._record_count = 0
        self._output_count = 0  # of those behind the start

    def watched(self, events: Iterable[Event]) -> Iterator[Event]:
        """The events, each of which is counted."""
        for place, event in enumerate(events):
            if not self._options.is_behind_stop(place, event.time_ns):
                self._take(event)
            self.end = place + 1
            yield event

    def _take(self, event: Event) -> None:
        self._record_count += 1
        self._kinds[_COUNTED.get(event.kind, "unknown")] += 1
        self._output_count += is_compared(event) and not _is_before_start(event, self._options)
        if event.kind == Kind.KIND_GAP:
            reason = event.payload.decode("utf-8", "replace")
            self._result.gaps.append(Gap(event.index or 0, event.code, reason))

    def conclude(self, compared_count: int) -> None:
        """Put the counts into the result."""
        self._result.next_index = self._record_count
        self._result.counts = {
            "records": self._record_count,
            **dict.fromkeys(_COUNTED.values(), 0),
            **self._kinds,
            "compared": compared_count,
            "outputs": self._output_count,
        }


class _Driven:
    """A device that is driven as the trace has it, and the digest of what it emits."""

    def __init__(self, engine: Engine, matcher: FieldMatcher) -> None:
        self.digest = Digest()
        self._engine = engine
        self._latencies = matcher.times.latencies

    def take(self, position: int, record: Event) -> None:
        """Drive the device over a record, which the search has gone over."""
        engine = self._engine
        if record.kind in INPUTS:
            latency = self._latencies.get(position)
            if latency is not None:
                engine.submit(latency)
            engine.submit(record)
        else:
            engine.advance(max(record.time_ns, engine.now_ns))
        for emitted in engine.drain():
            self.digest.update(emitted)


class _Before:
    """The events near a place, to which a trace is read on."""

    def __init__(self, events: Iterable[Event], count: int) -> None:
        self._events = enumerate(events)
        self._count = count
        self._recent: deque[tuple[int, Event]] = deque(maxlen=4 * count + 1)
        self._end = 0
        self._last_observed: int | None = None

    def _read(self, index: int) -> None:
        """Read the events up to an index."""
        for place, event in islice(self._events, max(index + 1 - self._end, 0)):
            self._end = place + 1
            self._recent.append((place, event))
            if _is_of_device(event):
                self._last_observed = place

    def last_observed(self, index: int) -> int | None:
        """The last place up to an index at which something of the device shows; never back."""
        self._read(index)
        return self._last_observed

    def events(self, index: int) -> list[Event]:
        """The events before an index, messages aside."""
        self._read(index)
        first = max(index - 4 * self._count, 0)
        before = [
            event
            for place, event in self._recent
            if first <= place < index and event.kind != Kind.KIND_WIRE
        ]
        return before[-self._count :] if self._count else []


class _Report:
    """Turns faults into divergences, roots apart from consequences.

    The trace is read once more for what stands before each, and its records as the search had them
    for what stands around those that are listed.
    """

    def __init__(
        self,
        read: Read,
        read_records: Read,
        options: Options,
        result: ReplayResult,
        ledger: Ledger,
    ) -> None:
        self.options = options
        self.result = result
        self.ledger = ledger
        self._read_records = read_records
        self._before = _Before(read(), options.events_before)
        self._indices: dict[int, int] = {}
        self._end = 0
        self._one_sided: list[tuple[Divergence, Fault]] = []
        self._silence = Silence(self._before.last_observed, {})

    def take_all(self, function: Sequence[Divergence], faults: Sequence[Fault], end: int) -> None:
        """Take what was found of the function and of the device, in the order of the trace.

        `end` is the index behind its last record.
        """
        self._end = end
        roots = {found.index: found.root_index or found.index for found in function}
        self._silence = Silence(self._before.last_observed, roots)
        self._find_indices(faults)
        found: list[tuple[int, int, Divergence | Fault]] = [
            (divergence.index, 0, divergence) for divergence in function
        ]
        found += [(self._index(fault), 1, fault) for fault in faults]
        for _, _, each in sorted(found, key=lambda item: item[:2]):
            if isinstance(each, Fault):
                self._take(each)
            else:
                self._take_function(each)
        self._find_nearest()

    def _find_indices(self, faults: Sequence[Fault]) -> None:
        """Find at which records the faults are that have none of their own."""
        positions = {
            fault.position
            for fault in faults
            if fault.recorded is None or fault.recorded.index is None
        }
        records = records_at(self._read_records(), positions) if positions else {}
        for position, record in records.items():
            if record.index is not None:
                self._indices[position] = record.index

    def _find_nearest(self) -> None:
        """Find what is most like a listed output that only one side has."""
        positions = {fault.position for _, fault in self._one_sided}
        if not positions:
            return
        near = records_around(self._read_records(), positions, NEAR_COUNT)
        for divergence, fault in self._one_sided:
            event = divergence.event
            if event is None or None not in (divergence.recorded, divergence.expected):
                continue  # its other end was found
            candidates = [*divergence.before, *near[fault.position]]
            others = [each for each in candidates if not _is_same_record(each, fault.recorded)]
            divergence.nearest = nearest_event(event, others)

    def _take(self, fault: Fault) -> None:
        """Take a fault of the device."""
        index = self._index(fault)
        is_agreed = self._silence.end(index)
        if self.options.is_before_start(index, fault.event.time_ns):
            self.result.before_start_count += 1
            return
        is_refusal = _is_refusal(fault.recorded)
        root = self._silence.root_of(fault, index, is_refusal=is_refusal)
        if root is not None:
            divergence = divergence_of(fault, index, root)
            self._detail(divergence, fault)
            self.ledger.take_judged(divergence)
            return
        placed = fault._replace(position=index, agreed_before=is_agreed)
        self.ledger.take(placed, lambda divergence: self._detail(divergence, fault))
        if fault.kind is DivergenceKind.MISSING or is_refusal:
            self._silence.begin(index)

    def _detail(self, divergence: Divergence, fault: Fault) -> None:
        """Fill in a divergence that is listed."""
        divergence.state = dict(fault.state or {})
        divergence.before = tuple(self._before.events(divergence.index))
        if fault.recorded is not None and fault.expected is not None:
            divergence.observed = observed_differences(fault.recorded, fault.expected)
        elif not self.ledger.is_full:
            self._one_sided.append((divergence, fault))

    def _take_function(self, divergence: Divergence) -> None:
        """Take a divergence of the MBIM function."""
        if self.options.is_before_start(divergence.index, divergence.time_ns):
            self.result.before_start_count += 1
            return
        divergence.before = tuple(self._before.events(divergence.index))
        if self._is_unanswered(divergence):
            since = self._silence.begin_function(divergence.index)
            if divergence.root and since is not None:
                divergence.root, divergence.root_index = False, since
        self.ledger.take_judged(divergence)

    def _is_unanswered(self, divergence: Divergence) -> bool:
        """Whether the function did not answer a message of the host, or answers none any more."""
        event = divergence.event
        if event is None:
            return False
        is_error = look(event.payload).type == MBIM_FUNCTION_ERROR_MSG
        return is_error or event.code == WireDirection.WIRE_HOST_TO_DEVICE

    def _index(self, fault: Fault) -> int:
        if fault.recorded is not None and fault.recorded.index is not None:
            return fault.recorded.index
        return self._indices.get(fault.position, self._end)


def _is_same_record(event: Event, recorded: Event | None) -> bool:
    if recorded is None:
        return False
    return event == recorded if recorded.index is None else event.index == recorded.index


def _is_refusal(event: Event | None) -> bool:
    """Whether an answer shows only that the device is not there for it."""
    return event is not None and observed(event).get("uStatus") == _NOT_INITIALIZED


def _refuses(data: bytes) -> bool:
    """The same of a COMMAND_DONE; commands of MBIM's own then fail without a reason."""
    head = look(data)
    is_own = head.service == _BASIC_CONNECT and (BASIC_CONNECT, head.cid) in PASSED_THROUGH
    is_refusal = head.value == _REFUSED or (is_own and head.value == _FAILED)
    return head.type == MBIM_COMMAND_DONE and is_refusal


def _is_of_device(event: Event) -> bool:
    """Whether an event comes from the device, as the log has it, and is no mere refusal."""
    if event.kind == Kind.KIND_WIRE:
        from_device = event.code == WireDirection.WIRE_DEVICE_TO_HOST
        is_error = look(event.payload).type == MBIM_FUNCTION_ERROR_MSG
        return from_device and not is_error and not _refuses(event.payload)
    return event.kind == Kind.KIND_INDICATION and not _is_refusal(event)


def is_compared(record: Event) -> bool:
    """Whether a record is an output that the device must emit as well."""
    if record.kind == Kind.KIND_COMPLETION:
        return not record.flags & RecordFlag.FLAG_INFERRED
    return record.kind == Kind.KIND_INDICATION


def _left_out(chosen: FieldRecords) -> list[str]:
    """What took no part in the comparison, in words."""
    words = []
    if chosen.unmodelled:
        words.append(
            f"{chosen.unmodelled} events are of OIDs, services or indications that the emulated"
            " device does not have; they are not compared"
        )
    if chosen.undriven:
        words.append(
            f"{chosen.undriven} requests have no buffer in the log; neither they nor their answers"
            " are compared"
        )
    if chosen.unrequested:
        words.append(
            f"{chosen.unrequested} answers are to requests that are not in the log; they are not"
            " compared"
        )
    return words
