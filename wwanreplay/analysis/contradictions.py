"""Refusals that contradict what the modem itself reports: the one kind of refusal that is a fault.

A modem may refuse for a reason of its own. But one that names a state, and reports the opposite of
it both before and behind, with no other report between, is wrong in one of the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from wwanreplay._core import Event, Kind
from wwanreplay.protocol import PROTOCOL
from wwanreplay.replay import Divergence, DivergenceKind, Layer, Weight
from wwanreplay.replay.observed import observed

#: How long before and behind a refusal the reports may stand that contradict it.
NEAR_NS: Final = 60_000_000_000


@dataclass(frozen=True, slots=True)
class _Opposite:
    """A status, and the values of a report with which it cannot be true."""

    status: str
    report: str
    member: str
    values: tuple[tuple[str, str], ...]
    words: str


_READY: Final = "WWAN_READY_STATE"
_REGISTER: Final = "WWAN_REGISTER_STATE"
_INITIALIZED: Final = ((_READY, "WwanReadyStateInitialized"),)
_REGISTERED: Final = tuple(
    (_REGISTER, f"WwanRegisterState{name}") for name in ("Home", "Roaming", "Partner")
)
#: Each status, with the report that contradicts it.
OPPOSITES: Final = (
    _Opposite(
        "WWAN_STATUS_SIM_NOT_INSERTED",
        "NDIS_STATUS_WWAN_READY_INFO",
        "ReadyInfo.ReadyState",
        _INITIALIZED,
        "the SIM is reported ready",
    ),
    _Opposite(
        "WWAN_STATUS_BAD_SIM",
        "NDIS_STATUS_WWAN_READY_INFO",
        "ReadyInfo.ReadyState",
        _INITIALIZED,
        "the SIM is reported ready",
    ),
    _Opposite(
        "WWAN_STATUS_NOT_INITIALIZED",
        "NDIS_STATUS_WWAN_READY_INFO",
        "ReadyInfo.ReadyState",
        _INITIALIZED,
        "the device is reported ready",
    ),
    _Opposite(
        "WWAN_STATUS_NOT_REGISTERED",
        "NDIS_STATUS_WWAN_REGISTER_STATE",
        "RegistrationState.RegisterState",
        _REGISTERED,
        "the device is reported registered",
    ),
    _Opposite(
        "WWAN_STATUS_RADIO_POWER_OFF",
        "NDIS_STATUS_WWAN_RADIO_STATE",
        "RadioState.SwRadioState",
        (("WWAN_RADIO", "WwanRadioOn"),),
        "the radio is reported on",
    ),
    _Opposite(
        "WWAN_STATUS_PACKET_SVC_DETACHED",
        "NDIS_STATUS_WWAN_PACKET_SERVICE",
        "PacketService.PacketServiceState",
        (("WWAN_PACKET_SERVICE_STATE", "WwanPacketServiceStateAttached"),),
        "packet service is reported attached",
    ),
)


@dataclass(slots=True)
class _Followed:
    """An opposite while a trace is read: the last report, and refusals that wait for the next."""

    status: int
    code: int
    member: str
    values: frozenset[int]
    words: str
    last: Event | None = None  # the last report, if it is one of the values
    waiting: list[tuple[Event, Event]] = field(default_factory=list)


def contradictions(events: Iterable[Event]) -> Iterator[Divergence]:
    """The refusals that the reports around them contradict, as faults of the wire."""
    followed = [
        _Followed(
            PROTOCOL.status(row.status).number,
            PROTOCOL.indication(row.report).number,
            row.member,
            frozenset(PROTOCOL.number_of(*value) for value in row.values),
            row.words,
        )
        for row in OPPOSITES
    ]
    for event in events:
        if event.kind == Kind.KIND_LIFECYCLE:
            for each in followed:
                each.last, each.waiting = None, []
        if event.kind != Kind.KIND_INDICATION:
            continue
        values = observed(event)
        status = values.get("uStatus", 0)
        for each in followed:
            if status:
                if status == each.status and event.request_id and each.last is not None:
                    each.waiting.append((each.last, event))
            elif event.code == each.code and each.member in values:
                yield from _reported(each, event, is_opposite=values[each.member] in each.values)


def _reported(each: _Followed, report: Event, *, is_opposite: bool) -> Iterator[Divergence]:
    waiting, each.waiting = each.waiting, []
    each.last = report if is_opposite else None
    if not is_opposite:
        return
    for before, refusal in waiting:
        if report.time_ns - before.time_ns <= 2 * NEAR_NS:
            name = PROTOCOL.text_of("WWAN_STATUS", each.status)
            yield Divergence(
                DivergenceKind.WIRE,
                True,
                refusal.index or 0,
                refusal.time_ns,
                refusal,
                None,
                note=(
                    f"refused with {name}, but {each.words} before ({_place_of(before)}) and"
                    f" behind it ({_place_of(report)})"
                ),
                layer=Layer.WIRE,
                weight=Weight.FAULT,
            )


def _place_of(report: Event) -> str:
    """Where a report stands: in the log, or in a trace that was made of none."""
    source = report.source or {}
    unit, number = source.get("unit"), source.get("number")
    return f"{unit} {number}" if unit and number else f"record {report.index}"
