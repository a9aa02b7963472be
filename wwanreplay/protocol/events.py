"""Which structure a record's payload is, by its kind and code; and the payload decoded."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol as TypingProtocol

from wwanreplay._core import Kind, Namespace
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.decoded import Decoded, decode, select_layout
from wwanreplay.protocol.schema import Struct

_OID_NAMESPACES = (Namespace.NAMESPACE_DEFAULT, Namespace.NAMESPACE_OID)
_STATUS_NAMESPACES = (Namespace.NAMESPACE_DEFAULT, Namespace.NAMESPACE_NDIS_STATUS)
_STIMULUS_NAMESPACES = (Namespace.NAMESPACE_DEFAULT, Namespace.NAMESPACE_STIMULUS)


class EventLike(TypingProtocol):
    """What is needed of a record: `wwanreplay._core.Event` has it."""

    @property
    def kind(self) -> int:
        """The record's Kind."""

    @property
    def namespace(self) -> int:
        """What `code` is a number of."""

    @property
    def code(self) -> int:
        """The OID, status or stimulus."""

    @property
    def payload(self) -> bytes:
        """The buffer."""


def structures_of(event: EventLike) -> tuple[Struct, ...]:
    """The structures the payload may be: none for other namespaces, unknown codes and no payload.

    Requests: the input of the query or set. Completions: the output of a synchronous query.
    """
    return _structures(event.kind, event.namespace, event.code)


@lru_cache(maxsize=4096)
def _structures(kind: int, namespace: int, code: int) -> tuple[Struct, ...]:
    names: tuple[str, ...] = ()
    if kind in (Kind.KIND_QUERY, Kind.KIND_SET, Kind.KIND_COMPLETION):
        oid = PROTOCOL.oid_by_number.get(code) if namespace in _OID_NAMESPACES else None
        if oid is not None:
            names = {
                Kind.KIND_QUERY: oid.query_input,
                Kind.KIND_SET: oid.set_input,
                Kind.KIND_COMPLETION: oid.query_output,
            }[Kind(kind)]
    elif kind == Kind.KIND_INDICATION and namespace in _STATUS_NAMESPACES:
        indication = PROTOCOL.indication_by_number.get(code)
        names = () if indication is None else indication.structs
    elif kind == Kind.KIND_STIMULUS and namespace in _STIMULUS_NAMESPACES:
        stimulus = PROTOCOL.stimulus_by_number.get(code)
        names = () if stimulus is None else (stimulus.struct,)
    return tuple(PROTOCOL.structure(name) for name in names)


def structure_of(event: EventLike) -> Struct | None:
    """The structure the payload is: of several, the one that knows its revision and size.

    None when there is no payload or no row says what it is.
    """
    candidates = structures_of(event)
    if not candidates or not event.payload:
        return None
    if len(candidates) > 1 and len(event.payload) >= 4:
        for struct in candidates:
            if select_layout(struct, event.payload) is not None:
                return struct
    return candidates[0]


def decode_event(event: EventLike) -> Decoded | None:
    """The payload decoded, None when no row says what it is; DecodeError when it is malformed."""
    struct = structure_of(event)
    return None if struct is None else decode(struct, event.payload)
