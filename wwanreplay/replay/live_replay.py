"""Replay of a recording against a device that is present: send it, and compare what comes.

    for result in replay_live(trace, "mbim:/dev/cdc-wdm0"):
        print(result.verdict)

There is a result for each turn, of the same form as that of any replay. Of a divergence `expected`
is what the trace has and `recorded` what the device gave; `index` is a place in the trace.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

from wwanreplay._core import Digest, Event, Kind, Namespace
from wwanreplay.devices.base import Device, is_real
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
from wwanreplay.errors import LimitError, UsageError, WwanReplayError
from wwanreplay.outputs import PartFile
from wwanreplay.plugins import DEVICES, plugins
from wwanreplay.protocol.kinds import INPUTS, OUTPUTS, REQUESTS
from wwanreplay.record import Session
from wwanreplay.replay.divergence import Divergence, Ledger, divergence_of
from wwanreplay.replay.fault import DivergenceKind
from wwanreplay.replay.field_records import rebuilt
from wwanreplay.replay.function_check import check_function
from wwanreplay.replay.live_answers import is_failure
from wwanreplay.replay.live_drive import LiveDrive, Turn, Watch, asked_back, watch_device
from wwanreplay.replay.live_records import RECORDS_MAX, Recorded, read_recorded
from wwanreplay.replay.live_version import RecordedVersion, version_note
from wwanreplay.replay.matchers.live import Compared, LiveFault, LiveMatcher
from wwanreplay.replay.policy import Policy
from wwanreplay.replay.result import Options, ReplayResult
from wwanreplay.trace import TraceHeader, TraceReader

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

    `mbimex` is the MBIMEx version it was made with, BCD, None where it does not show one.
    """

    path: str | None
    header: TraceHeader
    events: list[Event]
    is_cut: bool
    options: Options
    mbimex: int | None = None

    @property
    def settings(self) -> Settings:
        """How a device is treated where nobody says otherwise: asked for the recorded version."""
        return Settings() if self.mbimex is None else Settings(mbimex=self.mbimex)

    @property
    def inputs(self) -> list[Planned]:
        """What its inputs come to, in order."""
        return plan_events(self.events)

    @property
    def asked_back(self) -> list[Planned]:
        """The queries at the end, as far as the recording tells."""
        return [planned(event, "at the end") for event in asked_back(self.recorded())]

    def recorded(self) -> Recorded:
        """Its transactions."""
        return read_recorded(self.events, is_cut=self.is_cut or self.options.is_part)

    def check(self, settings: Settings, operator: Operator | None, *, to_real: bool = True) -> None:
        """UsageError before anything is sent: for commands without their word, unknown names.

        A device in virtual time is sent everything.
        """
        check_words(settings.allow_send)
        plan = self.inputs
        if to_real:
            check_plan(plan, settings.allow_send)
        if operator is not None:
            operator.check(plan)


def read_plan(trace: str | os.PathLike[str] | bytes, options: Options | None = None) -> LivePlan:
    """Read a trace, up to the stop of `options`, for a device.

    TraceError for a file that cannot be read, LimitError for one that is too long to be held.
    """
    options = options or Options()
    options.check()
    with TraceReader(trace) as reader:
        reader.header.refuse_filtered(reader.path, "replay the trace that was filtered on a device")
        events: list[Event] = []
        version = RecordedVersion()
        for place, event in enumerate(reader.events()):
            if options.is_behind_stop(place, event.time_ns):
                break
            version.take(event)
            if event.kind in INPUTS | OUTPUTS | {Kind.KIND_GAP, Kind.KIND_CLOCK}:
                events.append(_with_buffer(event.replace(index=place)))
            if len(events) > RECORDS_MAX:
                raise LimitError("records that a live replay holds", len(events), RECORDS_MAX)
        is_cut = bool(reader.cut_text)
        return LivePlan(reader.path, reader.header, events, is_cut, options, version.newest)


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
    if not is_real(text) and text.partition(":")[0] not in plugins(DEVICES):
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
    first = plan.recorded()
    number = 0
    while options.loops is None or number < options.loops:
        started_s = time.perf_counter()
        turn = drive.turn(first if not number else first.again())
        number += 1
        result = _Result(plan, options.policy).of(turn)
        if isinstance(drive.device, MbimDevice):
            result.notes += version_note(plan.mbimex, drive.device.mbimex)
        result.elapsed_s = time.perf_counter() - started_s
        yield result
        if turn.is_interrupted or (options.until_diverged and result.divergence_count):
            return


class _Result:
    """Turns what was compared into the result of a replay."""

    def __init__(self, plan: LivePlan, policy: Policy) -> None:
        self._plan = plan
        self._policy = policy
        self._times = {event.index: event.time_ns for event in plan.events}

    def of(self, turn: Turn) -> ReplayResult:
        """The result of one turn."""
        plan, options = self._plan, self._plan.options
        identities = {
            path: plan.header.profile_mapping[key]
            for key, path in _IDENTITIES.items()
            if key in (plan.header.profile_mapping or {})
        }
        compared = LiveMatcher(
            turn.recorded,
            turn.given,
            self._policy,
            identities=identities,
            softened=turn.softened,
        ).run()
        compared.faults += _on_the_wire(turn, compared)
        compared.faults.sort(key=lambda fault: fault.index)
        result = ReplayResult(path=plan.path, is_field=True, is_live=True, is_part=options.is_part)
        self._list(result, compared)
        self._count(result, turn, compared)
        result.notes += [*compared.notes, *_left_out(turn)]
        result.digest = _digest_of(turn)
        return result

    def _list(self, result: ReplayResult, compared: Compared) -> None:
        options = self._plan.options
        ledger = Ledger(options.divergences_max)
        before_ns = self._times
        agreed = sorted(compared.agreed)
        last, silence = -1, None
        for fault in compared.faults:
            time_ns = before_ns.get(fault.index, 0)
            if options.is_before_start(fault.index, time_ns):
                result.before_start_count += 1
                continue
            is_agreed = any(last < place < fault.index for place in agreed)
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
        result.divergences = ledger.in_order()
        result.divergence_count, result.root_count = ledger.count, ledger.root_count

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
        before = [event for event in self._plan.events if (event.index or 0) < index]
        return tuple(before[-count:]) if count else ()

    def _count(self, result: ReplayResult, turn: Turn, compared: Compared) -> None:
        kinds = Counter(event.kind for event in self._plan.events)
        result.next_index = turn.recorded.end
        result.counts = {
            "records": turn.recorded.end,
            "requests": sum(each.sent is not None for each in turn.recorded.exchanges),
            "completions": kinds[Kind.KIND_COMPLETION],
            "indications": kinds[Kind.KIND_INDICATION],
            "stimuli": 0,
            "wire": len(turn.given.wires),
            "compared": compared.compared,
            "outputs": compared.outputs,
        }


def _on_the_wire(turn: Turn, compared: Compared) -> list[LiveFault]:
    """What is wrong with the device's messages, unless it shows as a fault already."""
    known_wires = set(_faulty_transfers(turn, compared))
    found = []
    places = _Places(turn)
    for divergence in check_function(turn.given.wires):
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
            before = [index for index in indices if index < (report.event.index or 0)]
            yield from before[-1:]


class _Places:
    """Where in the trace something of the new recording stands."""

    def __init__(self, turn: Turn) -> None:
        self._known = sorted(
            ((report.event.index or 0), report.place) for report in turn.given.reports
        )
        self._end = turn.recorded.end

    def of(self, index: int) -> int:
        """The index in the trace before which a record of the new recording stands."""
        return next((place for own, place in self._known if own > index), self._end)


def _left_out(turn: Turn) -> list[str]:
    """What was not sent, a line for each reason."""
    lines = []
    for reason, names in turn.left_out.items():
        shown = [name + (f" ({count} times)" if count > 1 else "") for name, count in names.items()]
        lines.append(f"{sum(names.values())} left out, {reason}: {', '.join(shown)}")
    if turn.recorded.unrequested:
        count = turn.recorded.unrequested
        answers = f"{count} answer{'' if count == 1 else 's'}"
        lines.append(f"not compared: {answers} to no request of the trace")
    return lines


def _digest_of(turn: Turn) -> str:
    digest = Digest()
    for report in turn.given.reports:
        digest.update(report.event)
    return digest.hexdigest()
