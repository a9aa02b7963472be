"""Deviations of a device in the words of the rules' tests: which output, and what happens to it.

Each becomes faults of the wrapper that `--fault` puts around a device.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.check.fields import number
from wwanreplay.devices import faults as device_faults
from wwanreplay.devices.base import Device
from wwanreplay.devices.toml import ValuePlace
from wwanreplay.protocol.codec import decode_event

SECOND = 1_000_000_000


@dataclass(frozen=True)
class Fields(device_faults.Selector):
    """A selector that looks into the payload too."""

    values: Mapping[str, Any] = field(default_factory=dict)

    def matches(self, event: Event, operation: int | None, number: int | None) -> bool:
        if not super().matches(event, operation, number):
            return False
        if not self.values:
            return True
        decoded = decode_event(event)
        return decoded is not None and all(
            decoded.get(path) == value for path, value in self.values.items()
        )


@dataclass(frozen=True)
class Fault:
    """One deviation: an action on the nth output that a selector chooses (0: on every one).

    `code` is the name of an OID (its completions) or of an indication. `unsolicited` narrows
    indications to events (True) or transactional ones (False); `port` to a port; `values` to those
    with such fields. `value` is what the wrapper's action takes. `seen_at` names the code of the
    event at which the deviation shows, where it is another than the altered one.
    """

    action: str
    code: str
    nth: int = 1
    unsolicited: bool | None = None
    port: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    value: Any = True
    seen_at: str = ""

    def of_device(self) -> device_faults.Fault:
        """The wrapper's fault."""
        is_completion = self.code.startswith("OID_")
        kind = Kind.KIND_COMPLETION if is_completion else Kind.KIND_INDICATION
        selector = Fields(
            kind=int(kind),
            code=getattr(number, self.code),
            transactional=None if self.unsolicited is None else not self.unsolicited,
            port=self.port,
            nth=self.nth or None,
            values=self.values,
        )
        return device_faults.Fault(selector, self.action, self.value, ValuePlace("the rule's test"))


def with_faults(device: Device, faults: Sequence[Fault]) -> Device:
    """The device behind the wrapper; the device itself without faults."""
    if not faults:
        return device
    plan = device_faults.FaultPlan("rule", tuple(fault.of_device() for fault in faults))
    return device_faults.FaultyDevice(device, plan)


def drop(code: str, nth: int = 1, **options: Any) -> Fault:
    return Fault("drop", code, nth, **options)


def duplicate(code: str, nth: int = 1, **options: Any) -> Fault:
    return Fault("duplicate", code, nth, value=1, **options)


def delay(code: str, seconds: float, nth: int = 1, **options: Any) -> Fault:
    return Fault("delay", code, nth, value=round(seconds * SECOND), **options)


def alter(code: str, nth: int = 1, *, fields: Mapping[str, Any], **options: Any) -> Fault:
    """Change fields of the payload."""
    return Fault("alter", code, nth, value=dict(fields), **options)


def change(code: str, nth: int = 1, *, record: Mapping[str, Any], **options: Any) -> Fault:
    """Change the record itself: status, request_id, port, handle, code, payload."""
    return Fault("alter_event", code, nth, value=dict(record), **options)


def insert(
    after: str,
    nth: int = 1,
    *,
    code: str = "",
    after_s: float = 0,
    kind: Kind = Kind.KIND_INDICATION,
    record: Mapping[str, Any] | None = None,
    **options: Any,
) -> Fault:
    """Say something more, at or behind the nth output of `after`: the same but for `record`."""
    insertion = device_faults.Insertion(
        round(after_s * SECOND),
        int(kind),
        getattr(number, code or after),
        dict(record or {}),
    )
    return Fault("insert", after, nth, value=insertion, **options)
