"""Replay of a recording against a device that is present: send it, and compare what comes.

    for result in replay_live(trace, "mbim:/dev/cdc-wdm0"):
        print(result.verdict)

There is a result for each turn, of the same form as that of any replay. Of a divergence `expected`
is what the trace has and `recorded` what the device gave; `index` is a place in the trace.
"""

from __future__ import annotations

import os
import time
import weakref
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from typing import Any, BinaryIO, Final

from wwanreplay._core import Digest, Event, Kind, Namespace
from wwanreplay.devices.base import Device, is_real, kind_and_name
from wwanreplay.devices.mbim.device import MbimDevice, Settings
from wwanreplay.devices.mbim.operator import Operator
from wwanreplay.devices.mbim.plan import (
    Planned,
    check_plan,
    check_words,
    is_without_buffer,
    plan_events,
    planned,
)
from wwanreplay.devices.opening import open_device
from wwanreplay.devices.pace import Pace
from wwanreplay.errors import DeviceError, UsageError, WwanReplayError
from wwanreplay.outputs import PartFile
from wwanreplay.plugins import DEVICES, plugins
from wwanreplay.protocol.kinds import INPUTS, OUTPUTS, REQUESTS
from wwanreplay.record import Session
from wwanreplay.replay.divergence import Divergence, Ledger, divergence_of
from wwanreplay.replay.fault import DivergenceKind
from wwanreplay.replay.field_records import rebuilt
from wwanreplay.replay.function_check import FunctionCheck
from wwanreplay.replay.live_answers import is_failure
from wwanreplay.replay.live_drive import LiveDrive, Turn, Watch, asked_back, watch_device
from wwanreplay.replay.live_records import PART_RECORDS_MAX, Recorded, recorded_parts
from wwanreplay.replay.live_version import RecordedVersion, version_note
from wwanreplay.replay.matchers.live import Compared, Continuation, LiveFault, LiveMatcher
from wwanreplay.replay.policy import Policy
from wwanreplay.replay.result import Options, ReplayResult
from wwanreplay.trace import TraceHeader, TraceReader
from wwanreplay.trace.again import Read, again
from wwanreplay.words import meant

_TAKING_PART: Final = INPUTS | OUTPUTS | {Kind.KIND_GAP, Kind.KIND_CLOCK}
_COUNTS: Final = (
    *("records", "requests", "completions", "indications", "stimuli", "wire"),
    *("compared", "outputs"),
)
#: What is said of a device that went.
TAKEN_AWAY: Final = "the device was taken away, and the recorded one was not"
#: Values of a profile that identify modem and SIM, by the members that report them.
_IDENTITIES: Final = {
    "device_id": "DeviceCaps.DeviceId",
    "manufacturer": "DeviceCaps.Manufacturer",
    "model": "DeviceCaps.Model",
    "firmware": "DeviceCaps.FirmwareInfo",
    "subscriber_id": "ReadyInfo.SubscriberId",
    "sim_iccid": "ReadyInfo.SimIccId",
}


@dataclass(slots=True)
class LiveOptions:
    """How a recording is replayed to a device.

    `loops` turns, or until one diverges with `until_diverged`; both: whichever comes first.
    `on_step` is asked before each step at the pace `step`. `asks_back`: the state is queried at the
    end of each turn.
    """

    pace: Pace = field(default_factory=Pace)
    policy: Policy = field(default_factory=Policy)
    loops: int | None = 1
    until_diverged: bool = False
    asks_back: bool = True
    on_step: Callable[[str], bool] | None = None


@dataclass(slots=True)
class LivePlan:
    """A recording that is ready to be sent, and what it comes to.

    `read` gives its records, from the beginning each time it is called. `mbimex` is the MBIMEx
    version it was made with, BCD, None where it does not show one.
    """

    path: str | None
    header: TraceHeader
    read: Read
    is_cut: bool
    options: Options
    mbimex: int | None = None
    kept: object = None  # what holds the trace open

    @property
    def settings(self) -> Settings:
        """How a device is treated where nobody says otherwise: asked for the recorded version."""
        return Settings() if self.mbimex is None else Settings(mbimex=self.mbimex)

    @property
    def events(self) -> Iterator[Event]:
        """What of its records takes part, up to the stop."""
        for place, event in enumerate(self.read()):
            if self.options.is_behind_stop(place, event.time_ns):
                break
            if event.kind in _TAKING_PART:
                yield _with_buffer(event.replace(index=place))

    @property
    def inputs(self) -> Iterator[Planned]:
        """What its inputs come to, in order."""
        return plan_events(self.events)

    @property
    def asked_back(self) -> list[Planned]:
        """The queries at the end, as far as the recording tells."""
        return [planned(event, "at the end") for event in asked_back(self.parts())]

    def parts(self) -> Iterator[Recorded]:
        """Its transactions, part by part."""
        return recorded_parts(self.events, is_cut=self.is_cut or self.options.is_part)

    def check(self, settings: Settings, operator: Operator | None, *, to_real: bool = True) -> None:
        """UsageError before anything is sent: for commands without their word, unknown names.

        A device in virtual time is sent everything.
        """
        check_words(settings.allow_send)
        if to_real:
            check_plan(self.inputs, settings.allow_send)
        if operator is not None:
            operator.check(self.inputs)


def read_plan(trace: str | os.PathLike[str] | bytes, options: Options | None = None) -> LivePlan:
    """Read a trace, up to the stop of `options`, for a device; it is read again for each turn.

    TraceError for a file that cannot be read.
    """
    options = options or Options()
    options.check()
    kept = _KeptTrace(trace)
    version = RecordedVersion()
    for place, event in enumerate(kept.read()):
        if options.is_behind_stop(place, event.time_ns):
            break
        version.take(event)
    reader = kept.reader
    is_cut = bool(reader.cut_text)
    return LivePlan(reader.path, reader.header, kept.read, is_cut, options, version.newest, kept)


class _KeptTrace:
    """A trace that stays open, for as long as somebody reads it."""

    def __init__(self, trace: str | os.PathLike[str] | bytes) -> None:
        with ExitStack() as stack:
            self.reader = stack.enter_context(TraceReader(trace))
            header = self.reader.header
            header.refuse_filtered(
                self.reader.path, "replay the trace that was filtered on a device"
            )
            self.read = stack.enter_context(again(self.reader))
            weakref.finalize(self, stack.pop_all().close)


def _with_buffer(event: Event) -> Event:
    """A request with the buffer that its members make, where a log has them only."""
    if event.kind not in REQUESTS or event.namespace == Namespace.NAMESPACE_MBIM:
        return event
    if not is_without_buffer(event) or not event.fields:
        return event
    try:
        return event.replace(payload=rebuilt(event), fields=None)
    except WwanReplayError:
        return event


def check_live(text: str) -> None:
    """UsageError unless a string names a device that a recording is sent to."""
    if not is_real(text) and meant(kind_and_name(text)[0], plugins(DEVICES)) is None:
        others = "".join(f", {each}:NAME" for each in plugins(DEVICES))
        raise UsageError(
            f"--device {text}: name a real device, mbim:PATH or mbim-proxy:PATH{others};"
            " without --device a trace is replayed against the emulated one"
        )


def replay_live(
    plan: LivePlan,
    device: str | Device,
    options: LiveOptions | None = None,
    *,
    target: str | os.PathLike[str] | BinaryIO | None = None,
    settings: Settings | None = None,
    operator: Operator | None = None,
    on_start: Callable[[PartFile], None] | None = None,
    **writer_options: Any,
) -> Iterator[ReplayResult]:
    """Replay a recording against a real device, or a plugin's; a result for each turn.

    All of it is checked before anything is sent. `target` is the new recording with all messages;
    without one nothing is written. Without `settings` the device is asked for the MBIMEx version of
    the recording. UsageError for what may not be sent, DeviceError for a device
    that cannot be opened or stays away.
    """
    options = options or LiveOptions()
    settings = settings or plan.settings
    if isinstance(device, str):
        check_live(device)
        if not is_real(device):  # a plugin knows whether its device is
            device = open_device(device, settings=settings)
    plan.check(settings, operator, to_real=isinstance(device, str) or device.is_real)
    if not any(each.message is not None for each in plan.inputs):
        yield ReplayResult(path=plan.path, is_field=True, is_live=True)
        return
    opened = open_device(device, settings=settings) if isinstance(device, str) else device
    watch = Watch()
    watch_device(opened, watch)
    with (
        open(os.devnull, "wb") as nowhere,
        Session(
            opened,
            target=nowhere if target is None else target,
            notes=[f"replay of {plan.path or 'a trace'}"],
            keep_events=False,
            operator=operator,
            on_record=watch.record,
            **writer_options,
        ) as session,
    ):
        if on_start is not None and session.writer.part is not None:
            on_start(session.writer.part)
        drive = LiveDrive(
            session,
            watch,
            options.policy,
            options.pace,
            on_step=options.on_step,
            asks_back=options.asks_back,
        )
        yield from _turns(plan, drive, options)


def _turns(plan: LivePlan, drive: LiveDrive, options: LiveOptions) -> Iterator[ReplayResult]:
    number = 0
    while options.loops is None or number < options.loops:
        started_s = time.perf_counter()
        number += 1
        made = _Result(plan, options.policy)
        is_interrupted = False
        failure: DeviceError | None = None
        try:
            for part in drive.turn(plan.parts()):
                made.take(part)
                is_interrupted = part.is_interrupted
        except DeviceError as error:
            failure = error
        result = made.finish()
        if is_interrupted and not result.counts["requests"]:
            result.reason = "it was ended before the first request was sent"
        if isinstance(drive.device, MbimDevice):
            result.notes += version_note(plan.mbimex, drive.device.mbimex)
        result.elapsed_s = time.perf_counter() - started_s
        yield result
        if failure is not None:
            raise failure
        if is_interrupted or (options.until_diverged and result.divergence_count):
            return


class _Result:
    """Turns what was compared into the result of a replay, part by part."""

    def __init__(self, plan: LivePlan, policy: Policy) -> None:
        self._plan = plan
        self._policy = policy
        self._continuation = Continuation()
        self._check = FunctionCheck()
        self._digest = Digest()
        self._ledger = Ledger(plan.options.divergences_max)
        self._silence: int | None = None
        # The records of this part, and those of the part before.
        self._records: list[Event] = []
        self._records_before: list[Event] = []
        self._times: dict[int, int] = {}
        self._left_out: dict[str, dict[str, int]] = {}
        self._unrequested = 0
        self._unfinished = 0
        self._removals = 0  # of the recording, less those of the device
        self._identities = {
            path: plan.header.profile_mapping[key]
            for key, path in _IDENTITIES.items()
            if key in (plan.header.profile_mapping or {})
        }
        self._result = ReplayResult(
            path=plan.path, is_field=True, is_live=True, is_part=plan.options.is_part
        )
        self._result.counts = dict.fromkeys(_COUNTS, 0)

    def take(self, turn: Turn) -> None:
        """Take a part of a turn, in order."""
        recorded, result = turn.recorded, self._result
        self._records = [*self._records_before, *recorded.records]
        kept = max(len(recorded.records), self._plan.options.events_before)
        self._records_before = self._records[-kept:] if kept else []
        self._times = {event.index or 0: event.time_ns for event in self._records}
        compared = LiveMatcher(
            recorded,
            turn.given,
            self._policy,
            identities=self._identities,
            softened=turn.softened,
            continuation=self._continuation,
            start=self._start_of(recorded),
        ).run()
        is_end = recorded.is_last or turn.is_interrupted
        compared.faults += _on_the_wire(turn, compared, self._check, is_end=is_end)
        compared.faults += self._taken_away(turn)
        compared.faults.sort(key=lambda fault: fault.index)
        self._list(compared)
        self._count(turn, compared)
        result.notes += compared.notes
        for reason, names in turn.left_out.items():
            known = self._left_out.setdefault(reason, {})
            for name, count in names.items():
                known[name] = known.get(name, 0) + count
        self._unrequested += recorded.unrequested
        self._unfinished += recorded.unfinished
        for report in turn.given.reports:
            self._digest.update(report.event)

    def _taken_away(self, turn: Turn) -> Iterator[LiveFault]:
        """Each time that the device went and the recorded one did not, as far as that is known.

        Who takes a device away is an operator, or itself. One that the recording has may be done by
        an operator here too, at any moment.
        """
        self._removals += turn.recorded.removals
        for place, event in turn.given.removals:
            self._removals -= 1
            if self._removals < 0:
                yield LiveFault(DivergenceKind.WIRE, place, event, None, note=TAKEN_AWAY)

    def finish(self) -> ReplayResult:
        """The result of the turn."""
        result, ledger = self._result, self._ledger
        result.divergences = ledger.in_order()
        result.divergence_count, result.root_count = ledger.count, ledger.root_count
        result.notes += _left_out(self._left_out, self._unrequested, self._unfinished)
        result.digest = self._digest.hexdigest()
        return result

    def _list(self, compared: Compared) -> None:
        options, ledger = self._plan.options, self._ledger
        agreed = sorted(compared.agreed)
        last, silence = -1, self._silence
        for fault in compared.faults:
            time_ns = self._time_of(fault)
            if options.is_before_start(fault.index, time_ns):
                self._result.before_start_count += 1
                continue
            at = bisect_right(agreed, last)
            is_agreed = at < len(agreed) and agreed[at] < fault.index
            last, silence = fault.index, None if is_agreed else silence
            if fault.kind is DivergenceKind.WIRE:
                ledger.take_judged(self._wire_divergence(fault))
                continue
            if silence is not None and fault.given is not None and is_failure(fault.given):
                # A device that fell silent refuses what it is asked.
                divergence = divergence_of(
                    fault.as_fault(agreed_before=False), fault.index, silence
                )
                self._detail(divergence, fault)
                ledger.take_judged(divergence)
                continue
            if fault.kind is DivergenceKind.MISSING and silence is None:
                silence = fault.index
            ledger.take(
                fault.as_fault(agreed_before=is_agreed),
                lambda divergence, fault=fault: self._detail(divergence, fault),  # type: ignore[misc]
            )
        self._silence = None if agreed and agreed[-1] > last else silence

    def _start_of(self, recorded: Recorded) -> int:
        """The first record of a part that is compared, the end of it where none is."""
        if not self._plan.options.has_start:
            return 0
        is_before = self._plan.options.is_before_start
        compared = (
            event.index or 0
            for event in recorded.records
            if not is_before(event.index or 0, event.time_ns)
        )
        return next(compared, recorded.end)

    def _time_of(self, fault: LiveFault) -> int:
        """The time of a fault in the trace, 0 where it has none there."""
        own = 0 if fault.expected is None else fault.expected.time_ns
        return self._times.get(fault.index, own if fault.index < self._first else 0)

    @property
    def _first(self) -> int:
        """The index of the first record that is held."""
        return (self._records[0].index or 0) if self._records else 0

    def _detail(self, divergence: Divergence, fault: LiveFault) -> None:
        divergence.is_live = True
        divergence.time_ns = self._times.get(divergence.index, divergence.time_ns)
        divergence.before = self._before(divergence.index)
        if fault.differences:
            divergence.observed = list(fault.differences)

    def _wire_divergence(self, fault: LiveFault) -> Divergence:
        assert fault.given is not None
        return Divergence(
            DivergenceKind.WIRE,
            True,
            fault.index,
            self._times.get(fault.index, fault.given.time_ns),
            fault.given,
            None,
            note=fault.note,
            before=self._before(fault.index),
            is_live=True,
        )

    def _before(self, index: int) -> tuple[Event, ...]:
        count = self._plan.options.events_before
        events = self._records
        end = bisect_left(events, index, key=lambda event: event.index or 0)
        return tuple(events[max(0, end - count) : end])

    def _count(self, turn: Turn, compared: Compared) -> None:
        result, recorded = self._result, turn.recorded
        kinds = Counter(event.kind for event in recorded.records)
        result.next_index = recorded.end
        result.counts["records"] = recorded.end
        further = {
            "requests": sum(each.sent is not None for each in recorded.exchanges),
            "completions": kinds[Kind.KIND_COMPLETION],
            "indications": kinds[Kind.KIND_INDICATION],
            "wire": len(turn.given.wires),
            "compared": compared.compared,
            "outputs": compared.outputs,
        }
        for name, count in further.items():
            result.counts[name] += count


def _on_the_wire(
    turn: Turn, compared: Compared, check: FunctionCheck, *, is_end: bool
) -> list[LiveFault]:
    """What is wrong with the device's messages, unless it shows as a fault already."""
    known_wires = set(_faulty_transfers(turn, compared))
    found = []
    places = _Places(turn)
    for divergence in chain(check.take(turn.given.wires), check.finish() if is_end else ()):
        event = divergence.event
        if event is None or divergence.index in known_wires:
            continue
        found.append(
            LiveFault(
                DivergenceKind.WIRE,
                places.of(divergence.index),
                event,
                None,
                note=divergence.note,
            )
        )
    listed = {fault.given.index for fault in found if fault.given is not None}
    for place, wire, text in turn.given.problems:
        if wire.index in known_wires or wire.index in listed:
            continue
        listed.add(wire.index)
        found.append(LiveFault(DivergenceKind.WIRE, place, wire, None, note=text))
    return found


def _faulty_transfers(turn: Turn, compared: Compared) -> Iterator[int]:
    """The transfers behind which the outputs stand that are faults already."""
    faulty = {id(fault.given) for fault in compared.faults if fault.given is not None}
    indices = sorted(wire.index or 0 for wire in turn.given.wires)
    for report in turn.given.reports:
        if id(report.event) in faulty:
            before = bisect_left(indices, report.event.index or 0)
            yield from indices[max(0, before - 1) : before]


class _Places:
    """Where in the trace something of the new recording stands."""

    def __init__(self, turn: Turn) -> None:
        self._known = sorted(
            ((report.event.index or 0), report.place) for report in turn.given.reports
        )
        self._end = turn.recorded.end

    def of(self, index: int) -> int:
        """The index in the trace before which a record of the new recording stands."""
        at = bisect_right(self._known, index, key=itemgetter(0))
        return self._known[at][1] if at < len(self._known) else self._end


def _left_out(
    left_out: dict[str, dict[str, int]], unrequested: int, unfinished: int
) -> Iterator[str]:
    """What was not sent, a line for each reason, and what was not compared."""
    for reason, names in left_out.items():
        shown = [name + (f" ({count} times)" if count > 1 else "") for name, count in names.items()]
        yield f"{sum(names.values())} left out, {reason}: {', '.join(shown)}"
    if unrequested:
        answers = f"{unrequested} answer{'' if unrequested == 1 else 's'}"
        yield f"not compared: {answers} to no request of the trace"
    if unfinished:
        requests = f"{unfinished} request{'' if unfinished == 1 else 's'}"
        yield f"not compared: {requests} with more than {PART_RECORDS_MAX} records to the answer"
