"""What a record of a log tells of an output, to be compared with what a device says.

A log tells some members and not others: MBIM carries a part of each NDIS structure, Windows text
prints a few by name. Only those are compared. Of them a few are passed over, because they belong to
the place and the moment and no stimulus brings them about (`PASSED_OVER`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from wwanreplay._core import Event, Kind
from wwanreplay.errors import DecodeError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.replay.fields import FieldDifference

#: Beginnings of paths that are not compared, by indication.
PASSED_OVER: Final = {
    "NDIS_STATUS_WWAN_REGISTER_STATE": ("RegistrationState.PreferredDataClasses",),
    "NDIS_STATUS_WWAN_PACKET_SERVICE": (
        "PacketService.FrequencyRange",
        "PacketService.CurrentDataSubClass",
        "PacketService.CurrentTai",
        "PacketService.Rel3GppVer",
    ),
    "NDIS_STATUS_WWAN_CONTEXT_STATE": (
        "ContextState.AccessString",
        "ContextState.Snssai",
        "ContextState.ConnectionMedia",
        "ContextState.TrafficParameters",
    ),
    "NDIS_STATUS_WWAN_READY_INFO": (
        "ReadyInfo.CdmaShortMsgSize",
        "ReadyInfo.StatusFlags",
        "ReadyInfo.SlotId",
    ),
    "NDIS_STATUS_WWAN_SIGNAL_STATE": ("SignalState.SignalStateListHeader", "Elements"),
    "NDIS_STATUS_WWAN_DEVICE_SERVICE_RESPONSE": ("Response.uDataSize", "Data"),
    "NDIS_STATUS_WWAN_SERVICE_ACTIVATION": ("ServiceActivationStatus.uVendor", "Data"),
}
#: Of a failed answer only these say anything.
OF_A_FAILURE: Final = ("uStatus", "uNwError")
#: A context that is not active has none of these.
OF_A_CONTEXT: Final = ("ContextState.IPType",)
DEACTIVATED: Final = PROTOCOL.number_of("WWAN_ACTIVATION_STATE", "WwanActivationStateDeactivated")
#: Payloads whose members are remembered; a log says the same again and again.
REMEMBERED_MAX: Final = 512
_MISSING: Final = object()


def observed(event: Event) -> dict[str, Any]:
    """The members that a record tells, by path; empty when it tells none."""
    values = _observed_by_payload(event) if event.payload else _observed_by_fields(event)
    status = values.get("uStatus", 0)
    if status:
        return {path: value for path, value in values.items() if path.endswith(OF_A_FAILURE)}
    row = PROTOCOL.indication_by_number.get(event.code)
    passed_over = PASSED_OVER.get("" if row is None else row.name, ())
    if values.get("ContextState.ActivationState") == DEACTIVATED:
        passed_over += OF_A_CONTEXT
    return {path: value for path, value in values.items() if not path.startswith(passed_over)}


def _observed_by_payload(event: Event) -> dict[str, Any]:
    from wwanreplay.mbim.known import known_of, unindexed

    known = known_of(event)
    values = everything(event)
    return {path: value for path, value in values.items() if unindexed(path) in known}


def _observed_by_fields(event: Event) -> dict[str, Any]:
    return {
        path: value
        for path, value in (event.fields or {}).items()
        if isinstance(path, str)
        and not path.startswith(("text.", "mbim."))
        and not path.endswith(".ElementType")
    }


def everything(event: Event) -> Mapping[str, Any]:
    """All members of an event by path; empty when they cannot be read."""
    return _everything(event.kind, event.code, event.namespace, event.payload)


@lru_cache(maxsize=REMEMBERED_MAX)
def _everything(kind: int, code: int, namespace: int, payload: bytes) -> Mapping[str, Any]:
    from wwanreplay.protocol.codec import decode_event

    try:
        decoded = decode_event(Event(kind, 0, code=code, namespace=namespace, payload=payload))
    except DecodeError:
        return {}
    if decoded is None or decoded.raw is not None:
        return {}
    return {leaf.path: leaf.value for leaf in decoded.leaves()}


def observed_differences(recorded: Event, expected: Event) -> list[FieldDifference]:
    """The members that a record tells and in which the device differs."""
    if recorded.kind == Kind.KIND_COMPLETION and expected.kind == Kind.KIND_COMPLETION:
        return _status_difference(recorded, expected)
    emitted = everything(expected)
    differences = []
    values = observed(recorded)
    for path, value in values.items():
        other = emitted.get(path, _MISSING)
        if other is _MISSING or same_value(value, other):
            continue
        if emitted.get("uStatus", 0) and not path.endswith(OF_A_FAILURE):
            continue  # the device fails: its other members say nothing
        differences.append(_difference(recorded, expected, path, value, other))
    return differences


def same_value(left: Any, right: Any) -> bool:
    """Whether two values of one member are the same; a text ends at its first NUL."""
    if isinstance(left, str) and isinstance(right, str):
        return left.split("\0")[0] == right.split("\0")[0]
    if isinstance(left, bytes | bytearray) and isinstance(right, bytes | bytearray):
        shared = min(len(left), len(right))
        return (
            left[:shared] == right[:shared] and not any(left[shared:]) and not any(right[shared:])
        )
    return bool(left == right)


def _status_difference(recorded: Event, expected: Event) -> list[FieldDifference]:
    from wwanreplay.replay.names import status_name

    if recorded.status == expected.status:
        return []
    texts = status_name(recorded.status), status_name(expected.status)
    return [FieldDifference("status", recorded.status, expected.status, *texts)]


def _difference(
    recorded: Event, expected: Event, path: str, value: Any, other: Any
) -> FieldDifference:
    from wwanreplay.protocol.codec import decode_event, format_value

    for event in (recorded, expected):
        try:
            decoded = decode_event(event) if event.payload else None
        except DecodeError:
            decoded = None
        for leaf in () if decoded is None or decoded.raw is not None else decoded.leaves():
            if leaf.path == path:
                texts = format_value(leaf.field, value), format_value(leaf.field, other)
                return FieldDifference(path, value, other, *texts, leaf.personal)
    return FieldDifference(path, value, other, str(value), str(other), "content")
