"""Events made by hand for the rules' tests: a request, its ends, messages."""

from __future__ import annotations

from typing import Any

from rule_scenarios import pack

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.analysis.check.fields import number

SECOND = 1_000_000_000
PROVISIONAL = number.NDIS_STATUS_INDICATION_REQUIRED
RADIO = "OID_WWAN_RADIO_STATE"
RADIO_REPORT = "NDIS_STATUS_WWAN_RADIO_STATE"


def numbered(*events: Event) -> list[Event]:
    """The events with their record numbers."""
    return [event.replace(index=at) for at, event in enumerate(events)]


def request(
    at_s: float, oid: str = RADIO, identity: int = 1, kind: Kind = Kind.KIND_QUERY, **more: Any
) -> Event:
    code = getattr(number, oid)
    return Event(kind, round(at_s * SECOND), code=code, request_id=identity, **more)


def completion(
    at_s: float, oid: str = RADIO, identity: int = 1, status: int = PROVISIONAL
) -> Event:
    time_ns, code = round(at_s * SECOND), getattr(number, oid)
    return Event(Kind.KIND_COMPLETION, time_ns, code=code, request_id=identity, status=status)


def report(
    at_s: float, identity: int = 1, code: str = RADIO_REPORT, payload: bytes = b"", **more: Any
) -> Event:
    payload = payload or pack("NDIS_WWAN_RADIO_STATE", RadioState__HwRadioState=1)
    return Event(
        Kind.KIND_INDICATION,
        round(at_s * SECOND),
        code=getattr(number, code),
        request_id=identity,
        payload=payload,
        **more,
    )


def exchange(
    at_s: float, took_s: float, oid: str = RADIO, identity: int = 1, **more: Any
) -> list[Event]:
    """A request that ends after so long."""
    return [
        request(at_s, oid, identity, **more),
        completion(at_s, oid, identity),
        report(at_s + took_s, identity),
    ]


def end(at_s: float) -> Event:
    """The session goes on until here."""
    return report(at_s, 0)


def message(
    at_s: float, kind: int, identity: int, *, by_device: bool = True, length: int | None = None,
    total: int = 1, current: int = 0,
) -> Event:  # fmt: skip
    """An MBIM message with nothing behind its headers."""
    fragmented = kind & 0xFF in (3, 7)
    body = b"".join(n.to_bytes(4, "little") for n in (total, current)) if fragmented else bytes(4)
    size = 12 + len(body)
    head = (kind, size if length is None else length, identity)
    payload = b"".join(n.to_bytes(4, "little") for n in head) + body
    way = WireDirection.WIRE_DEVICE_TO_HOST if by_device else WireDirection.WIRE_HOST_TO_DEVICE
    return Event(Kind.KIND_WIRE, round(at_s * SECOND), code=way, payload=payload)
