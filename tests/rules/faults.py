"""Deviations of a device, applied to what it says: which event, and what happens to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.check.fields import number
from wwanreplay.analysis.check.session import Item

SECOND = 1_000_000_000


@dataclass(frozen=True)
class Fault:
    """One deviation: an action on the nth output that a selector chooses (0: on every one).

    `code` is the name of an OID (its completions) or of an indication. `unsolicited` narrows
    indications to events (True) or transactional ones (False); `port` to a port; `values` to those
    with such fields. `seen_at` names the code of the event at which the deviation shows, where it
    is another than the altered one.
    """

    action: str
    code: str
    nth: int = 1
    unsolicited: bool | None = None
    port: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)
    delay_ns: int = 0
    event: Callable[[Event], Event] | None = None
    seen_at: str = ""

    def chooses(self, event: Event) -> bool:
        kind = Kind.KIND_COMPLETION if self.code.startswith("OID_") else Kind.KIND_INDICATION
        if event.kind != kind or event.code != getattr(number, self.code):
            return False
        if self.port is not None and event.port != self.port:
            return False
        if self.unsolicited is not None and (event.request_id == 0) != self.unsolicited:
            return False
        item = Item(0, event)
        return all(item[path] == value for path, value in self.values.items())


def drop(code: str, nth: int = 1, **options: Any) -> Fault:
    return Fault("drop", code, nth, **options)


def duplicate(code: str, nth: int = 1, **options: Any) -> Fault:
    return Fault("duplicate", code, nth, **options)


def delay(code: str, seconds: float, nth: int = 1, **options: Any) -> Fault:
    return Fault("delay", code, nth, delay_ns=round(seconds * SECOND), **options)


def alter(code: str, nth: int = 1, *, fields: Mapping[str, Any], **options: Any) -> Fault:
    """Change fields of the payload."""
    return Fault("alter", code, nth, fields=fields, **options)


def change(code: str, nth: int = 1, *, record: Mapping[str, Any], **options: Any) -> Fault:
    """Change the record itself: status, request_id, port, handle, code, payload."""
    return Fault("change", code, nth, record=record, **options)


def insert(code: str, make: Callable[[Event], Event], nth: int = 1, **options: Any) -> Fault:
    """Say something more, right after the chosen output; `make` gives it from that output."""
    return Fault("insert", code, nth, event=make, **options)


def altered(event: Event, fields: Mapping[str, Any]) -> Event:
    """The event with fields of its payload changed."""
    item = Item(0, event)
    assert item.fields is not None
    payload = bytearray(event.payload)
    for path, value in fields.items():
        leaf = item.fields._flat.by_path[path]
        if isinstance(value, str):
            octets = value.encode("utf-16-le").ljust(leaf.size, b"\0")
        elif isinstance(value, bytes):
            octets = value.ljust(leaf.size, b"\0")
        else:
            octets = int(value).to_bytes(leaf.size, "little")
        payload[leaf.offset : leaf.offset + leaf.size] = octets
    return event.replace(payload=bytes(payload))


def _applied(fault: Fault, event: Event) -> list[Event]:
    if fault.action == "drop":
        return []
    if fault.action == "duplicate":
        return [event, event]
    if fault.action == "delay":
        return [event.replace(time_ns=event.time_ns + fault.delay_ns)]
    if fault.action == "alter":
        return [altered(event, fault.fields)]
    if fault.action == "change":
        return [event.replace(**fault.record)]
    assert fault.action == "insert"
    assert fault.event is not None
    return [event, fault.event(event)]


def with_faults(events: Sequence[Event], faults: Sequence[Fault]) -> list[Event]:
    """What a recorder sees of the device with these faults: later events keep their order."""
    found = list(events)
    for fault in faults:
        changed: list[Event] = []
        count = 0
        for event in found:
            if fault.chooses(event):
                count += 1
                if fault.nth in (0, count):
                    changed += _applied(fault, event)
                    continue
            changed.append(event)
        found = sorted(changed, key=lambda event: event.time_ns)
    places: dict[int, int] = {}
    for at, event in enumerate(found):
        if event.index is not None and event.kind < Kind.KIND_COMPLETION:
            places[event.index] = at
    return [
        event.replace(
            index=at, cause=None if event.cause is None else places.get(event.cause, event.cause)
        )
        for at, event in enumerate(found)
    ]
