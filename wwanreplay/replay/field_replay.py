"""Replay a field trace: the search without proposals, and its faults as divergences."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
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
from wwanreplay.replay.recording import Recording
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


_NOT_INITIALIZED = PROTOCOL.status("WWAN_STATUS_NOT_INITIALIZED").number
_REFUSED = STATUS["MBIM_STATUS_NOT_INITIALIZED"]
_FAILED = STATUS["MBIM_STATUS_FAILURE"]
_BASIC_CONNECT = UUID(SERVICES[BASIC_CONNECT].uuid).bytes


def replay_field(
    events: Sequence[Event], engine: Engine, options: Options, *, path: str | None = None
) -> ReplayResult:
    """Replay the events of a field trace against an engine at its start, which is used up."""
    started_s = time.perf_counter()
    kept = _before_stop(events, options)
    chosen = choose(kept, engine)
    first = engine.copy()
    recording = Recording(chosen.records)
    matcher = FieldMatcher(recording, chosen)
    best = Search(recording, engine, matcher).run()
    result = ReplayResult(path=path, is_field=True, is_part=options.is_part)
    ledger = Ledger(options.divergences_max)
    of_function = [
        found
        for found in check_function(events)
        if not options.is_behind_stop(found.index, found.time_ns)
    ]
    report = _Report(events, recording.records, options, result, ledger, of_function)
    report.take_all(of_function, best.faults)
    result.divergences = ledger.in_order()
    result.divergence_count, result.root_count = ledger.count, ledger.root_count
    result.counts = _counts(kept)
    part = [event for event in kept if not _is_before_start(event, options)]
    compared = [record for record in recording.records if not _is_before_start(record, options)]
    result.counts["compared"] = sum(map(is_compared, compared))
    result.counts["outputs"] = sum(map(is_compared, part))
    result.start_state = first.state()
    result.next_index = len(kept)
    result.digest = _digest(first, recording.records, matcher.times.latencies)
    result.gaps = [
        Gap(event.index or 0, event.code, event.payload.decode("utf-8", "replace"))
        for event in kept
        if event.kind == Kind.KIND_GAP
    ]
    result.notes += _left_out(chosen)
    result.elapsed_s = time.perf_counter() - started_s
    return result


def _before_stop(events: Sequence[Event], options: Options) -> list[Event]:
    return [
        event
        for place, event in enumerate(events)
        if not options.is_behind_stop(place, event.time_ns)
    ]


def _is_before_start(event: Event, options: Options) -> bool:
    return event.index is not None and options.is_before_start(event.index, event.time_ns)


class _Report:
    """Turns faults into divergences, roots apart from consequences."""

    def __init__(
        self,
        events: Sequence[Event],
        records: Sequence[Event],
        options: Options,
        result: ReplayResult,
        ledger: Ledger,
        of_function: Sequence[Divergence],
    ) -> None:
        self.events = events
        self.records = records
        self.options = options
        self.result = result
        self.ledger = ledger
        observed_at = [place for place, event in enumerate(events) if _is_of_device(event)]
        roots = {found.index: found.root_index or found.index for found in of_function}
        self._silence = Silence(observed_at, roots)

    def take_all(self, function: Sequence[Divergence], faults: Sequence[Fault]) -> None:
        """Take what was found of the function and of the device, in the order of the trace."""
        found: list[tuple[int, int, Divergence | Fault]] = [
            (divergence.index, 0, divergence) for divergence in function
        ]
        found += [(self._index(fault), 1, fault) for fault in faults]
        for _, _, each in sorted(found, key=lambda item: item[:2]):
            if isinstance(each, Fault):
                self._take(each)
            else:
                self._take_function(each)

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
        divergence.before = tuple(self._before(divergence.index))
        if fault.recorded is not None and fault.expected is not None:
            divergence.observed = observed_differences(fault.recorded, fault.expected)
        else:
            event = divergence.event
            assert event is not None
            near = [*divergence.before, *self._near(fault)]
            candidates = [event for event in near if event is not fault.recorded]
            divergence.nearest = nearest_event(event, candidates)

    def _take_function(self, divergence: Divergence) -> None:
        """Take a divergence of the MBIM function."""
        if self.options.is_before_start(divergence.index, divergence.time_ns):
            self.result.before_start_count += 1
            return
        divergence.before = tuple(self._before(divergence.index))
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
        for record in self.records[fault.position : fault.position + 1]:
            if record.index is not None:
                return record.index
        return len(self.events)

    def _near(self, fault: Fault) -> Sequence[Event]:
        return self.records[max(fault.position - 32, 0) : fault.position + 32]

    def _before(self, index: int) -> Sequence[Event]:
        count = self.options.events_before
        before = [
            event
            for event in self.events[max(index - 4 * count, 0) : index]
            if event.kind != Kind.KIND_WIRE
        ]
        return before[-count:] if count else ()


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


def _counts(events: Sequence[Event]) -> dict[str, int]:
    counts = Counter(_COUNTED.get(event.kind, "unknown") for event in events)
    return {"records": len(events), **dict.fromkeys(_COUNTED.values(), 0), **counts}


def is_compared(record: Event) -> bool:
    """Whether a record is an output that the device must emit as well."""
    if record.kind == Kind.KIND_COMPLETION:
        return not record.flags & RecordFlag.FLAG_INFERRED
    return record.kind == Kind.KIND_INDICATION


def _digest(engine: Engine, records: Sequence[Event], latencies: Mapping[int, Event]) -> str:
    """The digest of what the device emits when it is driven as the trace has it."""
    digest = Digest()
    for position, record in enumerate(records):
        if record.kind in INPUTS:
            latency = latencies.get(position)
            if latency is not None:
                engine.submit(latency)
            engine.submit(record)
        else:
            engine.advance(max(record.time_ns, engine.now_ns))
        for emitted in engine.drain():
            digest.update(emitted)
    return digest.hexdigest()


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
