"""A recorded device of which only the OID events are known, for a live host: the bridge's device.

The bridge makes requests of the host's messages, and messages of what was recorded. A request gets
the recorded completion and indications, with its own RequestId and handle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.devices.base import Device, DeviceNote, VirtualDevice
from wwanreplay.devices.playback import (
    Exchange,
    Likeness,
    Matching,
    Moment,
    Playback,
    Policy,
    Unmatched,
    check_ignored,
)
from wwanreplay.errors import DecodeError, LimitError, UsageError
from wwanreplay.mbim.function import is_arrival, is_removal
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event
from wwanreplay.protocol.kinds import INPUTS, OUTPUTS, REQUESTS
from wwanreplay.protocol.releases import release_of_mapping
from wwanreplay.replay.names import code_name

EVENT_COUNT_MAX: Final = 1_000_000
_LACK: Final = "the recording does not have the bytes of its answer"
_NOT_SUPPORTED: Final = PROTOCOL.ndis_status_by_name["NDIS_STATUS_NOT_SUPPORTED"].number
_OPERATIONS: Final = {
    Kind.KIND_QUERY: "query",
    Kind.KIND_SET: "set",
    Kind.KIND_METHOD: "method",
}


def likeness_of(event: Event, matching: Matching) -> Likeness:
    """What a request is compared by."""
    subject = (event.namespace, event.code, event.port)
    command = (*subject, int(event.kind))
    fields: dict[str, Any] | None = None
    try:
        decoded = decode_event(event)
    except DecodeError:
        decoded = None
    if decoded is not None and decoded.raw is None:
        fields = {leaf.path: leaf.value for leaf in decoded.leaves()}
    elif not event.payload:
        fields = {}
    counted: Any = event.payload
    if fields and matching.ignore:
        counted = matching.counted(fields)
    name = f"{code_name(event)} {_OPERATIONS[Kind(event.kind)]}"
    is_query = event.kind == Kind.KIND_QUERY
    return Likeness((*command, counted), command, subject, name, fields, is_query)


def read_recorded(
    events: Iterable[Event], matching: Matching, name: str
) -> tuple[list[Exchange[Event]], list[Moment[Event]], int]:
    """(exchanges, moments, time of the first request) of the OID events of a recording."""
    exchanges: list[Exchange[Event]] = []
    moments: list[Moment[Event]] = []
    by_record: dict[int, Exchange[Event]] = {}
    by_id: dict[tuple[int, int], Exchange[Event]] = {}
    for event in events:
        if len(exchanges) + len(moments) > EVENT_COUNT_MAX:
            raise LimitError("recorded events to play back", EVENT_COUNT_MAX + 1, EVENT_COUNT_MAX)
        if event.kind in REQUESTS:
            exchange: Exchange[Event] = Exchange(
                event.index or 0, event.time_ns, likeness_of(event, matching)
            )
            exchanges.append(exchange)
            by_record[event.index or 0] = by_id[event.request_id, event.port] = exchange
        elif event.kind in OUTPUTS:
            found = by_record.get(-1 if event.cause is None else event.cause)
            if found is None and event.request_id:
                found = by_id.get((event.request_id, event.port))
            if found is None:
                if not event.flags & RecordFlag.FLAG_INCOMPLETE:
                    moments.append(_moment(event, len(exchanges)))
                continue
            if event.flags & RecordFlag.FLAG_INCOMPLETE:
                found.lack = _LACK
            found.answers.append((event.time_ns - found.time_ns, event.index or 0, event))
        elif is_removal(event) or is_arrival(event):
            moments.append(_moment(event, len(exchanges)))
    check_ignored(matching, exchanges, name)
    return exchanges, moments, exchanges[0].time_ns if exchanges else 0


def _moment(event: Event, behind: int) -> Moment[Event]:
    return Moment(event.time_ns, event, behind, event.index or 0)


class PlayedDevice(VirtualDevice):
    """Answers the requests of the bridge as recorded; see `PlayedFunction` for the policies."""

    def __init__(
        self,
        playback: Playback[Event],
        policy: Policy,
        emulated: Device | None = None,
        profile: Mapping[str, Any] | None = None,
    ) -> None:
        if (policy is Policy.EMULATE) != (emulated is not None):
            raise UsageError("a request is handed over to an emulated device, and only then")
        self.playback = playback
        self.policy = policy
        self.emulated = emulated
        self.on_fail: Callable[[], None] = lambda: None
        self.on_lifecycle: Callable[[Event], None] = lambda _event: None
        self._profile = profile or {}
        self._now_ns = 0
        self._handed: set[int] = set()
        self._outputs: list[Event] = []

    @property
    def now_ns(self) -> int:
        """Present virtual time."""
        return self._now_ns

    @property
    def next_due_ns(self) -> int | None:
        """When something is due, or None."""
        due = [self.playback.next_due_ns]
        if self.emulated is not None:
            due.append(self.emulated.next_due_ns)
        return min((time_ns for time_ns in due if time_ns is not None), default=None)

    @property
    def structures(self) -> int:
        """The release of the recorded device; the default where the trace names none."""
        return release_of_mapping(self._profile).number

    def submit(self, event: Event) -> None:
        """Take a request; other inputs change nothing: what followed is in the recording."""
        if event.kind not in INPUTS:
            raise UsageError(f"a device takes no {event.kind.name}; only inputs")
        self.advance(event.time_ns)
        if is_removal(event):
            self._forget()
        if event.kind not in REQUESTS or event.cause is None:
            return
        found = self.playback.match(likeness_of(event, self.playback.matching), event.time_ns)
        if isinstance(found, Unmatched):
            self._unmatched(event)
            return
        for delay_ns, record, answer in found.answers:
            made = answer.replace(request_id=event.request_id, index=None)
            made = made.replace(cause=event.index if made.kind == Kind.KIND_COMPLETION else None)
            if answer.handle is not None:
                made = made.replace(handle=event.handle)
            self.playback.emit(delay_ns, record, made, event.time_ns)
        self.advance(event.time_ns)

    def _unmatched(self, event: Event) -> None:
        if self.policy is Policy.FAIL:
            self.on_fail()
            return
        if self.emulated is not None:
            self._handed.add(event.request_id)
            self.emulated.submit(event)
            self.advance(event.time_ns)
            return
        self._outputs.append(
            Event(
                Kind.KIND_COMPLETION,
                event.time_ns,
                port=event.port,
                request_id=event.request_id,
                code=event.code,
                status=_NOT_SUPPORTED,
                namespace=event.namespace,
                handle=event.handle,
                bytes=0,
                cause=event.index,
            )
        )

    def _forget(self) -> None:
        self._handed.clear()
        self.playback.drop(lambda output: bool(output.request_id))

    def advance(self, time_ns: int) -> None:
        """Let virtual time reach `time_ns`."""
        self._now_ns = max(self._now_ns, time_ns)
        found = [
            (due_ns, output.replace(time_ns=due_ns))
            for due_ns, output in self.playback.take(time_ns)
        ]
        if self.emulated is not None:
            self.emulated.advance(time_ns)
            found += [
                (output.time_ns, output)
                for output in self.emulated.drain()
                if output.request_id in self._handed
            ]
        for _, output in sorted(found, key=lambda each: each[0]):
            if output.kind == Kind.KIND_LIFECYCLE:
                self._forget()
                self.on_lifecycle(output)
            else:
                self._outputs.append(output.replace(index=None))

    def drain(self) -> list[Event]:
        """Take the outputs since the last call."""
        outputs, self._outputs = self._outputs, []
        return outputs

    def notes(self) -> list[DeviceNote]:
        """None: the outputs are the recorded ones."""
        return []

    def snapshot(self) -> bytes | None:
        """None: a recording has no state to start from."""
        return None

    def state(self) -> dict[str, Any]:
        """Nothing but the time."""
        return {"time_ns": self._now_ns}

    def describe(self) -> dict[str, Any]:
        """Nothing: who opens the trace knows its header."""
        return {}

    def close(self) -> None:
        """Nothing is open."""
