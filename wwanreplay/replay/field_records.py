"""Which records of a field trace are driven and compared; the others are counted.

- OPEN and CLOSE end the contexts of the host, and forget the requests before them;
- what the emulated device does not model is not driven.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from wwanreplay._core import Engine, Event, Recent
from wwanreplay.errors import UsageError, WwanReplayError
from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import (
    ERRORS,
    MBIM_CLOSE_MSG,
    MBIM_FUNCTION_ERROR_MSG,
    MBIM_OPEN_MSG,
)
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.protocol.comparison import is_event_compared
from wwanreplay.protocol.kinds import (
    HOST_INPUTS,
    KIND_COMPLETION,
    KIND_INDICATION,
    KIND_QUERY,
    KIND_SET,
    KIND_WIRE,
    NAMESPACE_MBIM,
    OUTPUTS,
    REQUESTS,
    WIRE_DEVICE_TO_HOST,
    WIRE_HOST_TO_DEVICE,
)
from wwanreplay.replay.contexts import CONNECT, SESSION, HostContexts, session_of
from wwanreplay.replay.observed import members
from wwanreplay.replay.recording import (
    FOLLOWED,
    REQUESTS_MAX,
    TRANSACTIONS_MAX,
    Transaction,
    transaction_of,
)

#: Transfers among which the message is looked for that a request was made of.
WIRES_MAX: Final = 256
NOT_OPENED: Final = ERRORS["MBIM_ERROR_NOT_OPENED"]
#: The types, as on the wire, of messages that end something of the session.
_ENDING: Final = frozenset(
    kind.to_bytes(4, "little") for kind in (MBIM_OPEN_MSG, MBIM_CLOSE_MSG, MBIM_FUNCTION_ERROR_MSG)
)
PCO_STATUS: Final = PROTOCOL.indication("NDIS_STATUS_WWAN_PCO_STATUS").number


def _recent() -> Recent[Transaction, Any]:
    return Recent(TRANSACTIONS_MAX)


@dataclass(slots=True)
class FieldRecords:
    """The records of a field trace that take part, and how many of the others there are.

    `records` can be gone through once; all else is of those that were read until then.
    `unmodelled` are of OIDs, events and namespaces that the emulated device does not have,
    `undriven` requests whose buffer the log does not hold, `unrequested` answers to no request of
    the log.
    `forgotten_ns` has when an OPEN or CLOSE came before a request was answered, `resets` are the
    requests by which OPEN and CLOSE end contexts: no host sent them, and nobody waits for them.
    """

    records: Iterator[Event] = field(default_factory=lambda: iter(()))
    forgotten_ns: dict[Transaction, int] = field(default_factory=_recent)
    resets: dict[Transaction, None] = field(default_factory=_recent)
    unmodelled: int = 0
    undriven: int = 0
    unrequested: int = 0


def choose(events: Iterable[Event], engine: Engine) -> FieldRecords:
    """Choose what of a field trace is driven and compared, as its records are gone through."""
    found = FieldRecords()
    found.records = _chosen(events, frozenset(engine.profile.supported_oids), found)
    return found


def _chosen(
    events: Iterable[Event], supported: frozenset[int], found: FieldRecords
) -> Iterator[Event]:
    open_requests: Recent[Transaction, bool] = Recent(REQUESTS_MAX)
    waiting: Recent[Transaction, None] = Recent(REQUESTS_MAX)
    contexts = HostContexts()
    wires: deque[tuple[int, Event]] = deque(maxlen=WIRES_MAX)
    for place, event in enumerate(events):
        kind = event.kind
        if kind == KIND_WIRE:
            wires.append((place, event))
            if event.payload[:4] in _ENDING:
                yield from _taken_transfer(event, contexts, waiting, found)
            continue
        if kind not in FOLLOWED:
            continue
        key = transaction_of(event)
        if kind in HOST_INPUTS:
            made = _driven_request(event, supported, found)
            if kind in REQUESTS:
                open_requests[key] = made is not None
                waiting[key] = None
            if made is not None:
                contexts.note(made)
                yield _with_session(made, event, wires)
        elif kind in OUTPUTS:
            if kind == KIND_INDICATION:
                waiting.pop(key, None)
            if event.code == PCO_STATUS and not contexts.is_known:
                found.unmodelled += 1  # of a context of before the log
            elif _takes_part(event, open_requests, found):
                yield event
        else:
            yield event


def _taken_transfer(
    wire: Event,
    contexts: HostContexts,
    waiting: dict[Transaction, None],
    found: FieldRecords,
) -> list[Event]:
    """Take a transfer; the requests by which an OPEN or CLOSE ends contexts."""
    head = look(wire.payload)
    from_host = wire.code == WIRE_HOST_TO_DEVICE
    if from_host and head.type in (MBIM_OPEN_MSG, MBIM_CLOSE_MSG):
        resets, forgotten = contexts.ended(wire), list(waiting)
    elif wire.code == WIRE_DEVICE_TO_HOST and head.type == MBIM_FUNCTION_ERROR_MSG:
        # Nobody waits for the answer to a transaction that was refused, or of a lost session.
        resets, forgotten = (
            [],
            [
                key
                for key in waiting
                if head.value == NOT_OPENED or key[0] & 0xFFFFFFFF == head.transaction_id
            ],
        )
    else:
        return []
    for each in resets:
        found.resets[transaction_of(each)] = None
    for key in forgotten:
        found.forgotten_ns[key] = wire.time_ns
        del waiting[key]
    return resets


def _with_session(request: Event, event: Event, wires: Iterable[tuple[int, Event]]) -> Event:
    """A query for a context, with the context that it is for, which the OID does not name."""
    if request.kind != KIND_QUERY or request.code != CONNECT:
        return request
    cause = event.cause
    wire = next((wire for place, wire in wires if place == cause), None)
    session = session_of(event, wire)
    return request if session is None else request.replace(fields={SESSION: session})


def _driven_request(event: Event, supported: frozenset[int], found: FieldRecords) -> Event | None:
    """The request that is driven, or None."""
    if event.namespace == NAMESPACE_MBIM or event.code not in supported:
        found.unmodelled += 1
        return None
    if event.payload or not event.fields:
        if event.kind == KIND_SET and not event.payload and event.flags:
            found.undriven += 1
            return None
        return event
    try:
        return event.replace(payload=rebuilt(event), fields=None)
    except WwanReplayError:
        found.undriven += 1
        return None


def rebuilt(event: Event) -> bytes:
    """The buffer of a request of which a log has members only."""
    row = PROTOCOL.oid_by_number[event.code]
    names = row.query_input if event.kind == KIND_QUERY else row.set_input
    for name in names:
        try:
            return encode(name, members(event))
        except UsageError:
            continue
    if event.kind == KIND_QUERY:
        return b""
    raise UsageError(f"{row.name}: its buffer is not in the log")


def _takes_part(event: Event, open_requests: dict[Transaction, bool], found: FieldRecords) -> bool:
    """Whether an output is compared; counts it when it is not."""
    if event.namespace == NAMESPACE_MBIM:
        found.unmodelled += 1
        return False
    if event.request_id or event.kind == KIND_COMPLETION:
        is_driven = open_requests.get(transaction_of(event))
        if is_driven is None:
            found.unrequested += 1
        elif not is_driven:
            found.unmodelled += 1
        return bool(is_driven)
    if not is_event_compared(event.code):
        found.unmodelled += 1
        return False
    return True
