"""Names of what events are and are about; numbers where no table has one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from wwanreplay._core import Event, Kind, Lifecycle, Namespace, WireDirection

_KIND_NAMES = {kind: kind.name.removeprefix("KIND_").lower() for kind in Kind}
_WIRE_NAMES = {
    WireDirection.WIRE_HOST_TO_DEVICE: "host to device",
    WireDirection.WIRE_DEVICE_TO_HOST: "device to host",
}


def kind_name(event: Event) -> str:
    """`query`, `completion` and so on."""
    return _KIND_NAMES[event.kind]


@lru_cache(maxsize=1024)
def status_name(status: int) -> str:
    """The name of an NDIS_STATUS, or its number."""
    from wwanreplay.protocol import PROTOCOL

    row = PROTOCOL.ndis_status_by_number.get(status)
    return f"{status:#010x}" if row is None else row.name


def code_name(event: Event) -> str:
    """The name of what an event is about, in its namespace; empty where there is no code."""
    return _code_name(event.kind, event.namespace, event.code)


@lru_cache(maxsize=4096)
def _code_name(kind: Kind, namespace: int, code: int) -> str:
    from wwanreplay.mbim.tables import command_name, split_code
    from wwanreplay.protocol import PROTOCOL

    if kind == Kind.KIND_WIRE:
        return _WIRE_NAMES.get(WireDirection(code), str(code)) if code in (1, 2) else str(code)
    rows: Mapping[int, Any] | None = None
    if namespace == Namespace.NAMESPACE_OID:
        rows, number = PROTOCOL.oid_by_number, f"OID {code:#010x}"
    elif namespace == Namespace.NAMESPACE_NDIS_STATUS:
        rows, number = PROTOCOL.indication_by_number, f"NDIS status {code:#010x}"
    elif namespace == Namespace.NAMESPACE_STIMULUS:
        rows, number = PROTOCOL.stimulus_by_number, f"stimulus {code}"
    if rows is not None:
        return rows[code].name if code in rows else number
    if namespace == Namespace.NAMESPACE_LIFECYCLE:
        known = code in set(Lifecycle)
        return Lifecycle(code).name.removeprefix("LIFECYCLE_").lower() if known else str(code)
    if namespace == Namespace.NAMESPACE_MBIM:
        return command_name(*split_code(code))
    return str(code) if code else ""
