"""Replay a field trace: the search without proposals, and its faults as divergences."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from typing import Final

from wwanreplay._core import Digest, Engine, Event, Kind, Recent
from wwanreplay.mbim.commands import PASSED_THROUGH
from wwanreplay.mbim.header import U32_MAX, kind_of, look
from wwanreplay.mbim.messages import MBIM_COMMAND_DONE, MBIM_FUNCTION_ERROR_MSG, STATUS
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import (
    FLAG_INFERRED,
    INPUTS,
    KIND_COMPLETION,
    KIND_GAP,
    KIND_INDICATION,
    KIND_WIRE,
    OUTPUTS,
    REQUESTS,
    WIRE_DEVICE_TO_HOST,
    WIRE_HOST_TO_DEVICE,
)
from wwanreplay.replay.agreeing import Agreeing
from wwanreplay.replay.chunks import EventsBefore
from wwanreplay.replay.consequence import Silence
from wwanreplay.replay.divergence import Divergence, Ledger, divergence_of, nearest_event
from wwanreplay.replay.fault import DivergenceKind, Fault
from wwanreplay.replay.field_records import FieldRecords, choose
from wwanreplay.replay.function_check import check_function
from wwanreplay.replay.layers import weigh
from wwanreplay.replay.matchers.field import FieldMatcher
from wwanreplay.replay.observed import observed, observed_differences
from wwanreplay.replay.recording import (
    TRANSACTIONS_MAX,
    Recording,
    Transaction,
    records_at,
    transaction_of,
)
from wwanreplay.replay.result import Options, ReplayResult, gap_of
from wwanreplay.replay.search import Search
from wwanreplay.replay.untied import key_of

#: What a trace has of each kind, as the counts of a result name it.
_COUNTED = {
    **dict.fromkeys(REQUESTS, "requests"),
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
#: Events that are held until somebody asks for the last that shows something of the device.
UNJUDGED_MAX: Final = 256
_NOT_INITIALIZED = PROTOCOL.status("WWAN_STATUS_NOT_INITIALIZED").number
_REFUSED = STATUS["MBIM_STATUS_NOT_INITIALIZED"]
_FAILED = STATUS["MBIM_STATUS_FAILURE"]

#: Reads the events of a trace from the beginning, each time it is called.
Read = Callable[[], Iterable[Event]]


def replay_field(
    read: Read,
    engine: Engine,
    options: Options,
    *,
    path: str | None = None,
    cut_text: Callable[[], str] = lambda: "",
) -> ReplayResult:
    """Replay a field trace against an engine at its start, which is used up.

    The trace is read several times; records are held as far as the search looks back and ahead.
    What can be judged of it ends with the first lost record. `cut_text`, called when it was read
    to its end, returns what is missing there.
    """
    started_s = time.perf_counter()
    result = ReplayResult(path=path, is_field=True, is_part=options.is_part)
    tally = _Tally(options, result)
    of_function = [
        found
        for found in check_function(tally.watched(read()))
        if not options.is_behind_stop(found.index, found.time_ns)
    ]
    cut = cut_text()

    def chosen_again() -> FieldRecords:
        return choose(_driven(read(), options), engine)

    chosen = chosen_again()
    recording = Recording(chosen.records)
    matcher = FieldMatcher(recording, chosen)
    driven = _Driven(engine.copy(), recording, matcher, options)
    result.start_state = engine.state()
    best = Search(recording, engine, matcher).run(driven.watch, driven.pass_over)
    tally.conclude(driven.compared_count)
    result.digest = driven.digest.hexdigest()
    report = _Report(up_to_gap(read()), of_function, options, result)
    report.take_all(of_function, best.faults, tally.end)
    if report.one_sided:
        report.find_nearest(chosen_again().records)
    result.take(report.ledger)
    result.notes += _left_out(chosen)
    result.warn_of_losses(cut)
    result.elapsed_s = time.perf_counter() - started_s
    return result


def _driven(events: Iterable[Event], options: Options) -> Iterator[Event]:
    """What of a log can be judged, up to the stop."""
    judged = up_to_gap(events)
    if not options.has_stop:
        return judged
    return (
        event for at, event in enumerate(judged) if not options.is_behind_stop(at, event.time_ns)
    )


def up_to_gap(events: Iterable[Event]) -> Iterator[Event]:
    """What of a log can be judged, up to the first lost record."""
    for event in events:
        yield event
        if event.kind == KIND_GAP:
            return


def _counts(options: Options) -> Callable[[Event], bool]:
    """Tells whether an output is compared, and stands in the part that is."""

    def is_in_part(event: Event) -> bool:
        index = event.index
        is_before = index is not None and options.is_before_start(index, event.time_ns)
        return is_compared(event) and not is_before

    return is_in_part if options.has_start else is_compared


class _Tally:
    """Counts what a trace has of each kind, up to the stop of a replay and the first gap."""

    def __init__(self, options: Options, result: ReplayResult) -> None:
        self._options = options
        self._is_counted = _counts(options)
        self._result = result
        self.end = 0  # of what can be judged
        self._kinds: dict[Kind, int] = {}
        self._output_count = 0  # of those behind the start
        self._gap: Event | None = None
        self._lost_count = 0

    def watched(self, events: Iterable[Event]) -> Iterator[Event]:
        """The events that can be judged, each of which is counted; all are read."""
        options, counts, has_stop = self._options, self._kinds, self._options.has_stop
        for place, event in enumerate(events):
            kind = event.kind
            if self._gap is not None:
                self._lost_count += kind in OUTPUTS
                continue
            if not has_stop or not options.is_behind_stop(place, event.time_ns):
                counts[kind] = counts.get(kind, 0) + 1
                if kind in OUTPUTS:
                    self._output_count += self._is_counted(event)
                elif kind == KIND_GAP:
                    self._result.gaps.append(gap_of(event))
            if kind == KIND_GAP:
                self._gap = event
            self.end = place + 1
            yield event

    def conclude(self, compared_count: int) -> None:
        """Put the counts into the result."""
        result = self._result
        counts = Counter(dict.fromkeys(("records", *_COUNTED.values()), 0))
        for kind, count in self._kinds.items():
            counts[_COUNTED.get(kind, "unknown")] += count
        counts["records"] = result.next_index = sum(self._kinds.values())
        result.counts = {**counts, "compared": compared_count, "outputs": self._output_count}
        if self._gap is not None and self._lost_count:
            result.warnings.append(
                f"records are lost at record {self._gap.index}; the {self._lost_count} outputs"
                " behind it are not compared"
            )


class _Driven:
    """A device that is driven as the trace has it, and the digest of what it emits."""

    def __init__(
        self, engine: Engine, recording: Recording, matcher: FieldMatcher, options: Options
    ) -> None:
        self.digest = Digest()
        self._compared_count = 0
        self._engine = engine
        self._latencies = matcher.times.latencies
        self._is_counted = _counts(options)
        self._agreeing = Agreeing(recording, matcher, engine, self.digest, self._is_counted)
        self.pass_over = self._agreeing.pass_over

    @property
    def compared_count(self) -> int:
        """The outputs that were compared."""
        return self._compared_count + self._agreeing.compared_count

    def watch(self, position: int, record: Event) -> None:
        """Drive the device over a record, which the search has gone over."""
        engine = self._engine
        self._compared_count += self._is_counted(record)
        if record.kind in INPUTS:
            latency = self._latencies.get(position)
            if latency is not None:
                engine.submit(latency)
            engine.submit(record)
        else:
            engine.advance(max(record.time_ns, engine.now_ns))
        for emitted in engine.drain():
            self.digest.update(emitted)


class _Report:
    """Turns faults into divergences, roots apart from consequences.

    `events` are read on to each fault; `one_sided` are the listed divergences that only one side
    has.
    """

    def __init__(
        self,
        events: Iterable[Event],
        function: Iterable[Divergence],
        options: Options,
        result: ReplayResult,
    ) -> None:
        self.ledger = Ledger(options.divergences_max, self._weigh)
        self._requests: Recent[Transaction, Event] = Recent(TRANSACTIONS_MAX)
        self.one_sided: list[tuple[Divergence, Fault]] = []
        self._options = options
        self._result = result
        # Messages stand among them, and are left out.
        self._before = EventsBefore(4 * options.events_before, self._watched(events))
        self._last_observed: int | None = None
        self._unjudged: list[tuple[int, Event]] = []  # events behind it, see `_note_observed`
        function = list(function)
        roots = {found.index: found.root_index or found.index for found in function}
        self._silence = Silence(self._observed_until, roots)
        # Faults of answers, by the transaction: what is missing of that one follows from it.
        self._answers: dict[int, list[int]] = {}
        for found in function:
            if found.recorded is not None and found.recorded.code == WIRE_DEVICE_TO_HOST:
                transaction_id = look(found.recorded.payload).transaction_id or 0
                self._answers.setdefault(transaction_id, []).append(roots[found.index])

    def _watched(self, events: Iterable[Event]) -> Iterator[Event | None]:
        """The events by their place."""
        unjudged = self._unjudged
        for place, event in enumerate(events):
            unjudged.append((place, event))
            if len(unjudged) == UNJUDGED_MAX:
                self._note_observed()
            if event.request_id and event.kind in REQUESTS:
                self._requests[transaction_of(event)] = event
            yield event if event.index is not None else event.replace(index=place)
        yield from repeat(None)

    def _observed_until(self, index: int) -> int | None:
        """The last place up to an index at which something of the device shows."""
        self._before.reach(index)
        self._note_observed()
        return self._last_observed

    def _note_observed(self) -> None:
        """Find the last place at which something of the device shows; few are looked at."""
        for place, event in reversed(self._unjudged):
            if _is_of_device(event):
                self._last_observed = place
                break
        self._unjudged.clear()

    def _weigh(self, divergence: Divergence) -> None:
        """Give a divergence its layer and weight; the events are read up to it."""
        event = divergence.event
        self._before.reach(divergence.index)
        request = None if event is None else self._requests.get(transaction_of(event))
        weigh(divergence, request)

    def _events_before(self, index: int) -> tuple[Event, ...]:
        before = (event for event in self._before.get(index) if event.kind != KIND_WIRE)
        return tuple(deque(before, self._options.events_before))

    def take_all(self, function: Iterable[Divergence], faults: Iterable[Fault], end: int) -> None:
        """Take what was found of the function and of the device, in the order of the trace.

        `end` is the index behind its last record.
        """
        found: list[tuple[int, int, Divergence | Fault]] = [
            (divergence.index, divergence.time_ns, divergence) for divergence in function
        ]
        for fault in faults:
            index = fault.record_index if fault.recorded is None else fault.recorded.index
            found.append((end if index is None else index, fault.event.time_ns, fault))
        for index, time_ns, each in sorted(found, key=lambda item: item[0]):
            if self._options.is_before_start(index, time_ns):
                self._result.before_start_count += 1
            elif isinstance(each, Fault):
                self._take(each, index)
            else:
                self._take_function(each)

    def find_nearest(self, records: Iterable[Event]) -> None:
        """Find what is most like a listed output that only one side has."""
        around = {
            fault.position: range(max(fault.position - NEAR_COUNT, 0), fault.position + NEAR_COUNT)
            for _, fault in self.one_sided
        }
        found = records_at(records, set().union(*around.values()))
        for divergence, fault in self.one_sided:
            event = divergence.event
            if event is None or None not in (divergence.recorded, divergence.expected):
                continue  # its other end was found
            near = (found[at] for at in around[fault.position] if at in found)
            candidates = [*divergence.before, *near]
            others = [each for each in candidates if not _is_same_record(each, fault.recorded)]
            divergence.nearest = nearest_event(event, others)

    def _take(self, fault: Fault, index: int) -> None:
        """Take a fault of the device."""
        is_agreed = self._silence.end(index)
        is_refusal = _is_refusal(fault.recorded)
        root = self._silence.root_of(fault, index, is_refusal=is_refusal)
        if root is None and fault.recorded is None and fault.expected is not None:
            root = self._wrong_answer(fault.expected.request_id, index)
        if root is not None:
            divergence = divergence_of(fault, index, root)
            self._detail(divergence, fault)
            self.ledger.take_judged(divergence)
            return
        placed = fault._replace(position=index, agreed_before=is_agreed)
        self.ledger.take(placed, lambda divergence: self._detail(divergence, fault))
        if fault.kind is DivergenceKind.MISSING or is_refusal:
            self._silence.begin(index)

    def _wrong_answer(self, request_id: int, index: int) -> int | None:
        """The fault of the message that should have answered a request, near an index."""
        near = self._answers.get(request_id & U32_MAX, ()) if request_id else ()
        return next((root for root in near if abs(root - index) <= NEAR_COUNT), None)

    def _detail(self, divergence: Divergence, fault: Fault) -> None:
        """Fill in a divergence that is listed."""
        divergence.state = dict(fault.state or {})
        divergence.before = self._events_before(divergence.index)
        if fault.recorded is not None and fault.expected is not None:
            divergence.observed = observed_differences(fault.recorded, fault.expected)
        elif not self.ledger.is_full:
            self.one_sided.append((divergence, fault))

    def _take_function(self, divergence: Divergence) -> None:
        """Take a divergence of the MBIM function."""
        divergence.before = self._events_before(divergence.index)
        event = divergence.event
        # Whether it did not answer a message of the host, or answers none any more.
        if event is not None and (event.code == WIRE_HOST_TO_DEVICE or _is_function_error(event)):
            since = self._silence.begin_function(divergence.index)
            if divergence.root and since is not None:
                divergence.root, divergence.root_index = False, since
        self.ledger.take_judged(divergence)


def _is_same_record(event: Event, recorded: Event | None) -> bool:
    if recorded is None:
        return False
    return event == recorded if recorded.index is None else event.index == recorded.index


def _is_refusal(event: Event | None) -> bool:
    """Whether an answer shows only that the device is not there for it."""
    return event is not None and observed(event).get("uStatus") == _NOT_INITIALIZED


def _is_function_error(wire: Event) -> bool:
    return kind_of(wire.payload) == MBIM_FUNCTION_ERROR_MSG


def _is_of_device(event: Event) -> bool:
    """Whether an event comes from the device, as the log has it, and is no mere refusal."""
    if event.kind != KIND_WIRE:
        return event.kind == KIND_INDICATION and not _is_refusal(event)
    if event.code != WIRE_DEVICE_TO_HOST or _is_function_error(event):
        return False
    if kind_of(event.payload) != MBIM_COMMAND_DONE:
        return True
    head = look(event.payload)
    # Commands of MBIM's own are refused without a reason.
    is_own = key_of(head) in PASSED_THROUGH
    is_refusal = head.value == _REFUSED or (is_own and head.value == _FAILED)
    return not is_refusal


def is_compared(record: Event) -> bool:
    """Whether a record is an output that the device must emit as well."""
    if record.kind == KIND_COMPLETION:
        return not record.flags & FLAG_INFERRED
    return record.kind == KIND_INDICATION


def _left_out(chosen: FieldRecords) -> list[str]:
    """What took no part in the comparison, in words."""
    of_model = (
        "not compared: {} event{} of what the emulated device does not have (an OID, service or"
        " indication, or a message that is malformed)"
    )
    counts = (
        (chosen.unmodelled, of_model),
        (
            chosen.undriven,
            "not compared, nor their answers: {} request{} without a buffer in the log",
        ),
        (chosen.unrequested, "not compared: {} answer{} to no request of the log"),
    )
    return [text.format(count, "" if count == 1 else "s") for count, text in counts if count]
