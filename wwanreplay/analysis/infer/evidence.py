"""What a subject proposes stimuli by: a mismatch of recording and device, read.

And the words in which it proposes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from wwanreplay._core import Event, Kind
from wwanreplay.errors import DecodeError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import Decoded, decode_event, encode
from wwanreplay.replay.proposer import ASSIGNMENT_COST, STIMULUS_COST, Mismatch, Proposal

__all__ = ["STIMULUS_COST", "Evidence", "Mismatch", "Proposal", "evidence_of", "proposal"]

#: Places of stimuli that change at the moment of the report, or a little before.
AT_OR_BEFORE: Final = ("witness", "before", "earlier")
#: And of those after which the device takes its time to report.
ANYWHERE: Final = ("witness", "delayed", "before", "earlier")
#: What the network chooses anew for each activation.
ASSIGNED: Final = frozenset({"ip_address", "pco"})
#: Records in which the request of a context, or of a transaction, is looked for.
BEHIND_MAX: Final = 400
#: Payloads of stimuli that are remembered: the same few are proposed again and again.
ENCODED_MAX: Final = 256


@dataclass(frozen=True, slots=True)
class Evidence:
    """A recorded output that the device does not make, with the fields that the record has.

    `values` are the fields by path, `decoded` the whole payload where there is one, `providers` the
    ids of the profile's networks in their order.
    """

    mismatch: Mismatch
    values: dict[str, Any]
    decoded: Decoded | None
    providers: tuple[str, ...] = ()

    @property
    def witness(self) -> Event:
        """The recorded output."""
        return self.mismatch.witness

    @property
    def port(self) -> int:
        """Its port."""
        return self.mismatch.witness.port

    @property
    def request(self) -> Event | None:
        """The request that it answers."""
        return self.mismatch.request

    @property
    def expected(self) -> Event | None:
        """What the device reports in its place."""
        return self.mismatch.expected

    @property
    def is_unsolicited(self) -> bool:
        """Whether it answers no request."""
        return self.witness.kind == Kind.KIND_INDICATION and not self.witness.request_id

    @property
    def is_partial(self) -> bool:
        """Whether the recording is a log, which has some members of a report only."""
        return self.mismatch.values is not None

    @property
    def device_state(self) -> Mapping[str, Any]:
        """The state of the emulated device."""
        return self.mismatch.hypothesis.engine.state()

    def stimuli(self) -> Iterator[Event]:
        """The stimuli that are assumed before it."""
        for placed in self.mismatch.hypothesis.stimulus_chain:
            yield placed.event

    def get(self, path: str, default: Any = 0) -> Any:
        """A field; the default where the record does not have it."""
        return self.values.get(path, default)

    def is_a(self, indication: str) -> bool:
        """Whether it is this indication."""
        return self.witness.code == status_code(indication)

    def behind(self) -> Sequence[Event]:
        """The last records before it."""
        position = self.mismatch.position
        return self.mismatch.records[max(position - BEHIND_MAX, 0) : position]

    def ahead(self, count: int) -> Sequence[Event]:
        """It and the records behind it, so many in all."""
        position = self.mismatch.position
        return self.mismatch.records[position : position + count]

    def reports_ahead(self, indication: str, count: int) -> Iterator[Decoded]:
        """The reports of one kind among the next records."""
        code = status_code(indication)
        for event in self.ahead(count):
            if event.kind == Kind.KIND_INDICATION and event.code == code:
                decoded = decoded_of(event)
                if decoded is not None:
                    yield decoded


def evidence_of(mismatch: Mismatch, providers: tuple[str, ...]) -> Evidence:
    """The evidence of a mismatch, for a device that knows these networks."""
    decoded = decoded_of(mismatch.witness)
    if mismatch.values is not None:
        return Evidence(mismatch, dict(mismatch.values), decoded, providers)
    leaves = () if decoded is None else decoded.leaves()
    return Evidence(mismatch, {leaf.path: leaf.value for leaf in leaves}, decoded, providers)


def stimulus(name: str, port: int = 0, **values: Any) -> Event:
    """A stimulus of the tables; its time is set where it is placed."""
    row = PROTOCOL.stimulus(name)
    if all(isinstance(value, int | str | bytes) for value in values.values()):
        payload = _encoded(row.struct, tuple(values.items()))
    else:
        payload = encode(row.struct, values)
    return Event(Kind.KIND_STIMULUS, 0, port=port, code=row.number, payload=payload)


@lru_cache(maxsize=ENCODED_MAX)
def _encoded(structure: str, values: tuple[tuple[str, int | str | bytes], ...]) -> bytes:
    return encode(structure, dict(values))


def proposal(
    name: str, places: tuple[str, ...] = ("witness",), port: int = 0, **values: Any
) -> Proposal:
    """A proposal of one stimulus."""
    cost = ASSIGNMENT_COST if name in ASSIGNED else STIMULUS_COST
    return Proposal((stimulus(name, port, **values),), places, cost)


def status_code(name: str) -> int:
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


def member(enumeration: str, value: Any) -> str:
    """The name of a number of an enumeration; empty for what is none."""
    return PROTOCOL.text_of(enumeration, value) if isinstance(value, int) else ""
