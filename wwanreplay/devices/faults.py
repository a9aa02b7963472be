"""Faults: a device behind a plan of what goes wrong.

The same plan and the same outputs always give the same result; there is no randomness.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import Any

from wwanreplay._core import Event, Kind, Lifecycle, Namespace
from wwanreplay.devices.base import Device, DeviceNote
from wwanreplay.devices.buffers import complete_path, flat_names
from wwanreplay.devices.fault_plan import (
    ACTIONS,
    WHEN,
    Fault,
    FaultPlan,
    Insertion,
    Selector,
    load_faults,
    parse_faults,
)
from wwanreplay.devices.toml import ValuePlace
from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import altered, decode_event
from wwanreplay.protocol.kinds import REQUESTS

__all__ = [
    "ACTIONS",
    "WHEN",
    "Fault",
    "FaultPlan",
    "FaultyDevice",
    "Selector",
    "load_faults",
    "parse_faults",
]


@dataclass(order=True)
class _Held:
    """An output on its way: when it goes out, in which order, and what was done to it."""

    due_ns: int
    order: int
    event: Event = field(compare=False)
    notes: list[str] = field(compare=False, default_factory=list)

    def later(self, time_ns: int) -> _Held:
        """The same, not before a time."""
        due_ns = max(self.due_ns, time_ns)
        return _Held(due_ns, 0, self.event.replace(time_ns=due_ns), self.notes)


class FaultyDevice:
    """A device behind a plan of faults.

    Several faults may select one output; they are applied in the order of the plan, until one
    drops it. `applied` counts; `unused` names the faults that changed nothing.
    """

    def __init__(self, device: Device, plan: FaultPlan) -> None:
        self.device = device
        self.plan = plan
        self.applied = 0
        self._seen = [0] * len(plan.faults)
        self._taken_before = [0] * len(plan.faults)  # outputs that an earlier fault took away
        self._changed = [False] * len(plan.faults)
        self._order = 0
        self._held: list[_Held] = []
        self._waiting: list[_Held] = []  # swapped with the output that comes next
        self._swapping: list[int] = []  # the faults that made it wait
        self._notes: list[DeviceNote] = []
        self._lost: list[DeviceNote] = []
        self._operations: dict[tuple[int, int], int] = {}
        self._silent = False
        self._removed = False
        self._removals: list[Event] = []
        # To know which number an output would have in a recording without faults.
        self._number = 0
        self._outputs = 0
        self._let_out = 0

    @property
    def now_ns(self) -> int:
        """Present virtual time."""
        return self.device.now_ns

    @property
    def next_due_ns(self) -> int | None:
        """When the device or something held back is due, or None."""
        due = [self.device.next_due_ns, self._held[0].due_ns if self._held else None]
        return min((time_ns for time_ns in due if time_ns is not None), default=None)

    @property
    def structures(self) -> int:
        """The release that the device was made for."""
        return self.device.structures

    @property
    def is_real(self) -> bool:
        """Whether the device's time passes by itself."""
        return self.device.is_real

    @property
    def is_away(self) -> bool:
        """Whether the device is away."""
        return self.device.is_away

    def start(self) -> None:
        """Begin the device's session."""
        self.device.start()
        self._collect()

    def refusal(self, event: Event) -> str:
        """Why the device is not given an input."""
        return self.device.refusal(event)

    def before(self, event: Event) -> list[Event]:
        """The device's records before a request."""
        return self.device.before(event)

    def wait(self, time_ns: int) -> None:
        """Let time pass until the device, or something held back, may say something."""
        self.device.wait(time_ns)
        self._collect()

    def submit(self, event: Event) -> None:
        """Give an input to the device."""
        self.advance(event.time_ns)
        if event.kind in REQUESTS:
            self._operations[event.request_id, event.port] = event.code
        if event.kind == Kind.KIND_LIFECYCLE and event.code == Lifecycle.LIFECYCLE_ARRIVAL:
            self._removed = False
        if event.index is not None:
            self._number = event.index - self._let_out + self._outputs
        self._number += 1
        self.device.submit(event)
        self._collect()

    def advance(self, time_ns: int) -> None:
        """Let virtual time reach `time_ns`, step by step: a removal changes what follows it."""
        while (due_ns := self.device.next_due_ns) is not None and due_ns <= time_ns:
            self.device.advance(max(due_ns, self.now_ns))
            self._collect()
        self.device.advance(time_ns)
        self._collect()

    def drain(self) -> list[Event]:
        """Take the outputs that the faults have let out by now."""
        outputs: list[Event] = []
        self._notes, self._lost = self._lost, []
        while self._held and self._held[0].due_ns <= self.now_ns:
            held = heapq.heappop(self._held)
            self._notes += [DeviceNote(len(outputs), text) for text in held.notes]
            outputs.append(held.event)
        self._let_out += len(outputs) + len(self._notes)
        return outputs

    def take_removals(self) -> list[Event]:
        """The removals by a fault since the last call: the device is gone for its host too."""
        removals, self._removals = self._removals, []
        return removals

    def notes(self) -> list[DeviceNote]:
        """The faults that were applied to what was drained last, and to what was dropped."""
        notes, self._notes = self._notes, []
        return notes

    def unused(self) -> list[str]:
        """The faults that have changed nothing so far: a line for each, with its place and why."""
        return [
            str(fault.place.error(self._why_unused(place, fault)))
            for place, fault in enumerate(self.plan.faults)
            if not self._changed[place]
        ]

    def _why_unused(self, place: int, fault: Fault) -> str:
        seen, taken, nth = self._seen[place], self._taken_before[place], fault.when.nth
        if nth is not None and 0 < seen < nth:
            return f"matched {seen} outputs, and nth is {nth}"
        if seen:
            return "changed nothing of the outputs that it matched"
        if taken:
            return "an earlier fault took away every output that it matches"
        return "matched no output"

    def snapshot(self) -> bytes | None:
        """None: a replay without the faults cannot start from here."""
        return None

    def state(self) -> dict[str, Any]:
        """The device's own state."""
        return self.device.state()

    def describe(self) -> dict[str, Any]:
        """The device's header, with a note of the plan."""
        described = dict(self.device.describe())
        described["notes"] = [
            *described.get("notes", []),
            f"faults {self.plan.name}: {self.plan.description}".rstrip(": "),
        ]
        return described

    def close(self) -> None:
        """End the session: outputs that waited for a next one to be swapped with go out."""
        self.device.close()
        self._collect()
        self._end_waiting(self.now_ns)

    def _collect(self) -> None:
        """Run the outputs of the device through the plan."""
        while events := self.device.drain():
            self._run(events)

    def _run(self, events: list[Event]) -> None:
        inner: dict[int | None, list[str]] = {}
        for note in self.device.notes():
            inner.setdefault(note.position, []).append(note.text)
            if note.position is None:
                self._lost.append(note)
        for position, event in enumerate(events):
            number = self._number
            self._number += 1
            self._outputs += 1
            if not self._swallowed(event):
                self._through(event, number, inner.get(position, []))

    def _swallowed(self, event: Event) -> bool:
        """Whether silence or removal keeps an output back."""
        removed = PROTOCOL.ndis_status_by_name["NDIS_STATUS_ADAPTER_REMOVED"].number
        # A command of MBIM's own is refused with a status of MBIM.
        is_mbim = event.namespace == Namespace.NAMESPACE_MBIM
        refused = event.kind == Kind.KIND_COMPLETION and (is_mbim or event.status == removed)
        return self._silent or (self._removed and not refused)

    def _through(self, event: Event, number: int, notes: list[str]) -> None:
        """Apply every fault that selects an output, and queue what comes of it."""
        operation: int | None = event.code if event.kind == Kind.KIND_COMPLETION else None
        if event.kind == Kind.KIND_INDICATION and event.request_id:
            operation = self._operations.get((event.request_id, event.port))
        held = _Held(event.time_ns, 0, event, notes)
        more: list[_Held] = []
        swapping: list[int] = []
        for place, fault in enumerate(self.plan.faults):
            if not fault.when.matches(event, operation, number):
                continue
            self._seen[place] += 1
            if fault.when.nth is not None and fault.when.nth != self._seen[place]:
                continue
            self.applied += 1
            if fault.action in _LOSSES:
                self._changed[place] = True
                self._lose(event, fault.action)
                self._note_taken(place, event, operation, number)
                break
            if fault.action == "reorder":
                swapping.append(place)
                held.notes.append("fault: swapped with the next output")
            else:
                before = held.event
                added = _apply(held, fault, self.structures)
                self._changed[place] |= bool(added) or held.event != before
                more += added
        else:
            waiting = self._waiting
            for place in self._swapping if waiting else ():
                self._changed[place] = True
            self._swapping = swapping
            if swapping:
                self._waiting = [held]
            else:
                self._waiting = []
                self._push(held)
            self._push_all(more)
            for earlier in waiting:
                self._push(earlier.later(held.due_ns))
            return
        self._push_all(more)

    def _note_taken(self, place: int, event: Event, operation: int | None, number: int) -> None:
        """Count an output that a fault took away for the later faults that match it."""
        for later in range(place + 1, len(self.plan.faults)):
            if self.plan.faults[later].when.matches(event, operation, number):
                self._taken_before[later] += 1

    def _push(self, held: _Held) -> None:
        held.order = self._order
        self._order += 1
        heapq.heappush(self._held, held)

    def _push_all(self, helds: list[_Held]) -> None:
        for held in helds:
            self._push(held)

    def _end_waiting(self, time_ns: int) -> None:
        waiting, self._waiting = self._waiting, []
        self._push_all([held.later(time_ns) for held in waiting])

    def _lose(self, event: Event, action: str) -> None:
        """Drop an output; silence and removal also drop all that follow."""
        text = f"fault: {_LOSSES[action]} {_name_of(event)}"
        self._lost.append(DeviceNote(None, text, event.cause, event.time_ns))
        if action == "silence":
            self._silent = True
        elif action == "removal":
            self._removed = True
            self._held = [held for held in self._held if held.due_ns <= event.time_ns]
            heapq.heapify(self._held)
            self._waiting.clear()
            code = Lifecycle.LIFECYCLE_SURPRISE_REMOVAL
            removal = Event(Kind.KIND_LIFECYCLE, self.now_ns, code=code)
            self._removals.append(removal)
            self.device.submit(removal)


_LOSSES = {
    "drop": "dropped",
    "silence": "silent from here on, dropped",
    "removal": "removed by surprise, dropped",
}


def _apply(held: _Held, fault: Fault, structures: int) -> list[_Held]:
    """Do one thing to an output; further outputs that come of it."""
    event = held.event
    if fault.action == "delay":
        held.event = event.replace(time_ns=held.due_ns + fault.value)
        held.due_ns += fault.value
        held.notes.append(f"fault: delayed by {fault.value} ns")
    elif fault.action == "duplicate":
        note = "fault: duplicated"
        return [_Held(held.due_ns, 0, event, [note]) for _ in range(fault.value)]
    elif fault.action == "insert":
        return [_inserted(event, fault.value, held.due_ns, structures)]
    else:
        held.event, what = _altered(event, fault)
        held.notes.append(f"fault: {what}")
    return []


def _inserted(event: Event, insertion: Insertion, due_ns: int, structures: int) -> _Held:
    time_ns = due_ns + insertion.after_ns
    changes = dict(insertion.changes)
    payload = insertion.payload(structures)
    if payload is not None:
        changes["payload"] = payload
    kind = event.kind if insertion.kind is None else insertion.kind
    code = event.code if insertion.code is None else insertion.code
    same = kind == event.kind and code == event.code
    made = Event(
        kind,
        time_ns,
        port=changes.get("port", event.port),
        request_id=changes.get("request_id", event.request_id),
        code=code,
        status=changes.get("status", event.status if same else 0),
        payload=changes.get("payload", event.payload if same else b""),
        handle=changes.get("handle", event.handle),
        bytes=changes.get("bytes", event.bytes if same else None),
        cause=event.cause if kind == Kind.KIND_COMPLETION else None,
    )
    return _Held(time_ns, 0, made, [f"fault: inserted {_name_of(made)}"])


def _altered(event: Event, fault: Fault) -> tuple[Event, str]:
    """(event with the change, what was done). UsageError when the output has no such place."""
    if fault.action == "alter_event":
        return event.replace(**fault.value), f"altered {', '.join(fault.value)} of the event"
    if fault.action == "alter_bytes":
        return _with_bytes(event, fault.value, fault.place)
    if fault.action == "status":
        return _with_status(event, fault.value, fault.place)
    return _with_fields(event, fault.value, fault.place)


def _with_bytes(event: Event, changes: dict[int, bytes], place: ValuePlace) -> tuple[Event, str]:
    payload = bytearray(event.payload)
    for offset, octets in changes.items():
        at = offset if offset >= 0 else len(payload) + offset
        if not 0 <= at <= len(payload) - len(octets):
            raise place.error(
                f"{len(octets)} bytes at {offset} are not within the {len(payload)} bytes of "
                f"{_name_of(event)}"
            )
        payload[at : at + len(octets)] = octets
    where = ", ".join(str(offset) for offset in changes)
    return event.replace(payload=bytes(payload)), f"altered the bytes at {where}"


def _with_status(
    event: Event, statuses: tuple[int | None, int | None], place: ValuePlace
) -> tuple[Event, str]:
    ndis, wwan = statuses
    if event.kind == Kind.KIND_COMPLETION:
        if ndis is None:
            raise place.error(f"{_name_of(event)} is a completion: give it an NDIS_STATUS")
        return event.replace(status=ndis), f"altered status to {ndis:#010x}"
    if wwan is None:
        raise place.error(f"{_name_of(event)} is an indication: give it a WWAN_STATUS")
    return _with_fields(event, {"uStatus": wwan}, place)


def _with_fields(event: Event, values: dict[str, Any], place: ValuePlace) -> tuple[Event, str]:
    try:
        decoded = decode_event(event)
    except DecodeError as error:
        raise place.error(f"{_name_of(event)} cannot be decoded: {error}") from None
    if decoded is None:
        raise place.error(f"{_name_of(event)} has no structure; use alter_bytes")
    paths = [leaf.path for leaf in decoded.leaves()]
    try:
        changes = {
            complete_path(name, paths, _name_of(event)): value for name, value in flat_names(values)
        }
        payload = altered(decoded, changes)
    except UsageError as error:
        raise place.error(str(error)) from None
    return event.replace(payload=payload), f"altered {', '.join(changes)}"


def _name_of(event: Event) -> str:
    if event.kind == Kind.KIND_COMPLETION:
        oid = PROTOCOL.oid_by_number.get(event.code)
        return f"completion of {oid.name if oid else hex(event.code)}"
    indication = PROTOCOL.indication_by_number.get(event.code)
    return indication.name if indication else hex(event.code)
