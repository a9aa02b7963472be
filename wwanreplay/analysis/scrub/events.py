"""Personal places of the payloads of events, in either namespace."""

from __future__ import annotations

from typing import Final

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.analysis.scrub.messages import buffer_places
from wwanreplay.analysis.scrub.places import (
    PersonalSpan,
    broken_structure_places,
    structure_places,
    unknown,
)
from wwanreplay.errors import DecodeError
from wwanreplay.mbim.tables import split_code
from wwanreplay.protocol.events import structure_of

# Payloads of these kinds are not structures.
_WITHOUT_STRUCTURE: Final = frozenset({Kind.KIND_WIRE, Kind.KIND_GAP, Kind.KIND_NOTE})
# Bytes of the times in a clock record, by its code; a lifecycle record has none.
_CLOCK_SIZES: Final = {1: 8, 2: 16}


#: Bytes of payloads that a scrubber and its proof each remember for a purpose.
REMEMBERED_SIZE: Final = 1 << 20
#: The attributes by which a payload is read: where they are equal, so are its places.
PayloadKey = tuple[int, int, int, bool, bytes]


def payload_key(event: Event) -> PayloadKey:
    """The attributes by which the payload of an event is read."""
    return event.kind, event.namespace, event.code, bool(event.request_id), event.payload


def event_places(event: Event) -> list[PersonalSpan]:
    """The personal places of the payload of a request, an answer, an indication or a stimulus."""
    data = event.payload
    if not data or event.kind in _WITHOUT_STRUCTURE:
        return []
    if event.kind in (Kind.KIND_CLOCK, Kind.KIND_LIFECYCLE):
        is_clock = event.kind == Kind.KIND_CLOCK
        is_times = is_clock and _CLOCK_SIZES.get(event.code) == len(data)
        return [] if is_times or not any(data) else [unknown(data)]
    if event.namespace == Namespace.NAMESPACE_MBIM:
        return _buffer_places(event)
    structure = structure_of(event)
    if structure is None:
        return [unknown(data)]
    try:
        return structure_places(structure, data)
    except DecodeError:
        return broken_structure_places(structure, data)


def _buffer_places(event: Event) -> list[PersonalSpan]:
    """Those of an MBIM information buffer."""
    service, cid = split_code(event.code)
    operations = {
        Kind.KIND_QUERY: "query",
        Kind.KIND_SET: "set",
        Kind.KIND_METHOD: "set",
        Kind.KIND_COMPLETION: "response",
        Kind.KIND_INDICATION: "response" if event.request_id else "notification",
    }
    operation = operations.get(Kind(event.kind))
    if operation is None:
        return [unknown(event.payload)]
    return buffer_places(service, cid, operation, event.payload)
