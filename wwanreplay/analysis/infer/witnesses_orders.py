"""What witnesses that an operation ended otherwise, or took another time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.infer.seen import (
    ABORTED,
    ALL,
    UNFINISHED_NS,
    Seen,
    number,
    oid,
    one,
)
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import INDICATION_REQUIRED
from wwanreplay.replay.proposer import Proposal

#: Operations that the network, the card or the air takes part in: their latency is its.
TAKEN_PART_IN: Final = frozenset(
    {
        "OID_WWAN_CONNECT",
        "OID_WWAN_PACKET_SERVICE",
        "OID_WWAN_PIN",
        "OID_WWAN_PIN_EX",
        "OID_WWAN_RADIO_STATE",
        "OID_WWAN_REGISTER_STATE",
        "OID_WWAN_SERVICE_ACTIVATION",
        "OID_WWAN_VISIBLE_PROVIDERS",
    }
)


#: Operations that the network may refuse.
NETWORK_ENDS: Final = frozenset(
    {
        "OID_WWAN_CONNECT",
        "OID_WWAN_PACKET_SERVICE",
        "OID_WWAN_REGISTER_STATE",
        "OID_WWAN_SERVICE_ACTIVATION",
        "OID_WWAN_VISIBLE_PROVIDERS",
    }
)


def outcome(seen: Seen) -> Iterator[Proposal]:
    """An operation that the network ended otherwise."""
    request = seen.situation.request
    if seen.witness.kind != Kind.KIND_INDICATION:
        return
    cause = next((value for path, value in seen.values.items() if path.endswith("uNwError")), 0)
    if request is not None:
        row = PROTOCOL.oid_by_number.get(request.code)
        if row is None or row.name not in NETWORK_ENDS or not seen.get("uStatus"):
            return
        if request.kind == Kind.KIND_QUERY and row.name != "OID_WWAN_VISIBLE_PROVIDERS":
            return
        status = seen.get("uStatus")
        operations = [request.code]
    elif seen.witness.code == number("NDIS_STATUS_WWAN_REGISTER_STATE"):
        # An attempt of the device's own that was refused.
        operations = [oid("OID_WWAN_REGISTER_STATE")]
    elif seen.witness.code == number("NDIS_STATUS_WWAN_PACKET_SERVICE"):
        operations = [oid("OID_WWAN_PACKET_SERVICE")]
    else:
        return
    for operation in operations:
        statuses = [status] if request is not None else _failures()
        for code in statuses:
            yield one(
                "outcome",
                ("before", "request"),
                Operation=operation,
                uStatus=code,
                NwError=cause,
                Count=1,
            )


def _failures() -> list[int]:
    return [PROTOCOL.status("WWAN_STATUS_FAILURE").number]


def latency(seen: Seen) -> Iterator[Proposal]:
    """An operation that took another time; of all operations when the device answers by itself."""
    request, witness = seen.situation.request, seen.witness
    if request is None or witness.status not in (0, INDICATION_REQUIRED, ABORTED):
        return
    expected = seen.situation.expected
    if expected is None or expected.kind != Kind.KIND_COMPLETION:
        return  # whatever is slow is so from the beginning
    provisional, answer = _transaction(seen)
    if provisional is None:
        return
    if provisional.status == ABORTED:
        # It was cancelled before its completion, which was to come later.
        waited_ns = provisional.time_ns - request.time_ns
        yield one(
            "latency",
            ("request",),
            Operation=request.code,
            Count=1,
            DelayNs=UNFINISHED_NS,
            CompletionDelayNs=waited_ns + 1_000_000,
        )
        return
    completion_ns = provisional.time_ns - request.time_ns
    delay_ns = answer.time_ns - provisional.time_ns if answer is not None else None
    row = PROTOCOL.oid_by_number.get(request.code)
    known = row is not None and row.name in TAKEN_PART_IN and request.kind != Kind.KIND_QUERY
    scan = row is not None and row.name == "OID_WWAN_VISIBLE_PROVIDERS"
    # An operation that something else ended, or whose end is not in the recording, took longer.
    delays_ns = [delay_ns, UNFINISHED_NS] if delay_ns is not None else [UNFINISHED_NS]
    operation, count = (request.code, 1) if known or scan else (0, ALL)
    for each_ns in delays_ns:
        yield one(
            "latency",
            ("request",) if operation else ("request", "burst"),
            Operation=operation,
            Count=count,
            DelayNs=each_ns,
            CompletionDelayNs=completion_ns,
        )


def _transaction(seen: Seen) -> tuple[Event | None, Event | None]:
    """The provisional completion and the answer of the witness's request, where recorded."""
    situation = seen.situation
    request = situation.request
    assert request is not None
    provisional: Event | None = None
    for event in situation.records[max(situation.position - 400, 0) :][:2000]:
        if event.request_id != request.request_id or event.port != request.port:
            continue
        if event.time_ns < request.time_ns:
            continue
        if event.kind == Kind.KIND_COMPLETION and provisional is None:
            if event.status not in (INDICATION_REQUIRED, ABORTED):
                return None, None
            provisional = event
        elif event.kind == Kind.KIND_INDICATION:
            return provisional, event
    return provisional, None
