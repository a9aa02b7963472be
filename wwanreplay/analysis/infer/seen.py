"""A witness of the environment, read; and how a stimulus that explains it is proposed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from wwanreplay._core import Event, Kind
from wwanreplay.errors import DecodeError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import Decoded, decode_event, encode
from wwanreplay.replay.proposer import ASSIGNMENT_COST, STIMULUS_COST, Mismatch, Proposal

ALL: Final = 0xFFFFFFFF


ABORTED: Final = PROTOCOL.status("NDIS_STATUS_REQUEST_ABORTED").number


#: Networks that are tried one by one when coverage may have changed.
PROVIDERS_MAX: Final = 8


#: Latency of an operation that does not end by itself.
UNFINISHED_NS: Final = 3_600_000_000_000


@dataclass(frozen=True, slots=True)
class Seen:
    """A witness, read: its fields by path; and the networks of the profile, in their order."""

    situation: Mismatch
    values: dict[str, Any]
    decoded: Decoded | None
    providers: tuple[str, ...] = ()

    @property
    def witness(self) -> Event:
        """The recorded output."""
        return self.situation.witness

    @property
    def is_event(self) -> bool:
        """Whether nobody asked for it."""
        return self.witness.kind == Kind.KIND_INDICATION and not self.witness.request_id

    def get(self, path: str, default: Any = 0) -> Any:
        """A field; the default where the record does not have it."""
        return self.values.get(path, default)


def stimulus(name: str, port: int = 0, **values: Any) -> Event:
    """A stimulus of the tables; its time is set where it is placed."""
    row = PROTOCOL.stimulus(name)
    payload = encode(row.struct, values)
    return Event(Kind.KIND_STIMULUS, 0, port=port, code=row.number, payload=payload)


def one(
    name: str, places: tuple[str, ...] = ("witness",), port: int = 0, **values: Any
) -> Proposal:
    """A proposal of one stimulus."""
    cost = ASSIGNMENT_COST if name in ASSIGNED else STIMULUS_COST
    return Proposal((stimulus(name, port, **values),), places, cost)


#: What the network chooses for each activation.
ASSIGNED: Final = frozenset({"ip_address", "pco"})


EITHER: Final = ("witness", "before", "earlier")


ANYWHERE: Final = ("witness", "delayed", "before", "earlier")


def number(name: str) -> int:
    """The status code of an indication."""
    return PROTOCOL.indication(name).number


def oid(name: str) -> int:
    """The number of an OID."""
    return PROTOCOL.oid(name).number or 0


def decoded_of(event: Event | None) -> Decoded | None:
    """The fields of an event, or None."""
    if event is None:
        return None
    try:
        decoded = decode_event(event)
    except DecodeError:
        return None
    return None if decoded is None or decoded.raw is not None else decoded


def member(enum: str, value: Any) -> str:
    """The name of a number of an enumeration; empty for what is none."""
    return PROTOCOL.text_of(enum, value) if isinstance(value, int) else ""


def later(seen: Seen, code: int, count: int) -> Iterator[Decoded]:
    """Reports of one kind among the records that follow."""
    start = seen.situation.position
    for event in seen.situation.records[start : start + count]:
        if event.kind == Kind.KIND_INDICATION and event.code == code:
            decoded = decoded_of(event)
            if decoded is not None:
                yield decoded
