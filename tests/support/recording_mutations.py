"""Every single change of a recording, one record at a time: what a replay must report."""

import io
from collections.abc import Iterator
from typing import NamedTuple

from wwanreplay._core import Event, Kind, Namespace, RecordFlag
from wwanreplay.trace import TraceReader, TraceWriter

KINDS = tuple(Kind)
# Of each number: its neighbour, and its lowest and a high bit.
NUMBERS = ("port", "request_id", "code", "status", "handle", "capacity", "bytes", "client", "cause")
BITS = (0, 7, 31)
TIMES_NS = (-1_000_000_000, -1, 1, 1_000_000_000)


class Mutation(NamedTuple):
    """A changed recording: what was done to the record at `place`, and to which of its fields."""

    action: str
    place: int
    field: str
    events: list[Event]


def read(data: bytes):
    """(header, events) of a trace."""
    with TraceReader(data) as reader:
        return reader.header, list(reader.events())


def written(header, events) -> bytes:
    """The trace with these events, with checksums, counts and digest made for them."""
    out = io.BytesIO()
    with TraceWriter(out, header) as writer:
        writer.write_all(events)
    return out.getvalue()


def order(events: list[Event], place: int) -> Iterator[Mutation]:
    """The record gone, there twice, and in the other order with the next one."""
    yield Mutation("drop", place, "", [*events[:place], *events[place + 1 :]])
    yield Mutation("duplicate", place, "", [*events[: place + 1], *events[place:]])
    if place + 1 < len(events):
        one, other = events[place : place + 2]
        rest = events[:place], events[place + 2 :]
        yield Mutation("swap", place, "", [*rest[0], other, one, *rest[1]])
        if one.time_ns != other.time_ns:
            one, other = one.replace(time_ns=other.time_ns), other.replace(time_ns=one.time_ns)
            yield Mutation("swap in place", place, "", [*rest[0], other, one, *rest[1]])


def fields(events: list[Event], place: int) -> Iterator[Mutation]:
    """Each field of the record with another value."""
    event = events[place]
    changes = [("time_ns", event.time_ns + by) for by in TIMES_NS]
    for name in NUMBERS:
        value = getattr(event, name) or 0
        wide = 64 if name in ("request_id", "handle", "cause") else 32
        changes += [(name, value ^ 1 << bit) for bit in BITS if bit < wide]
        if getattr(event, name) is not None and name in OPTIONAL:
            changes.append((name, None))
    changes += [("kind", kind) for kind in KINDS if kind != event.kind]
    changes += [("namespace", space) for space in Namespace if space != event.namespace]
    changes += [("flags", event.flags ^ flag) for flag in RecordFlag]
    changes += [("source", "line 1"), ("fields", {"name": 1})]
    for name, value in changes:
        yield from _changed(events, place, name, value)


OPTIONAL = ("handle", "capacity", "bytes", "client", "cause")


def payloads(events: list[Event], place: int) -> Iterator[Mutation]:
    """One bit of each byte of the buffer, another one in each; one byte more and less."""
    payload = events[place].payload
    for at in range(len(payload)):
        octets = bytearray(payload)
        octets[at] ^= 1 << (at * 5 + place) % 8
        yield from _changed(events, place, "payload", bytes(octets))
    yield from _changed(events, place, "payload", payload + b"\0")
    if payload:
        yield from _changed(events, place, "payload", payload[:-1])


def _changed(events, place, name, value) -> Iterator[Mutation]:
    try:
        changed = events[place].replace(**{name: value})
    except (ValueError, OverflowError):
        return  # no record can have it
    if changed == events[place]:
        return
    yield Mutation(f"{name} {str(value)[:20]}", place, name, _put(events, place, changed))


def _put(events: list[Event], place: int, event: Event) -> list[Event]:
    return [*events[:place], event, *events[place + 1 :]]


def mutations(events: list[Event]) -> Iterator[Mutation]:
    """All of them, record by record."""
    for place in range(len(events)):
        yield from order(events, place)
        yield from fields(events, place)
        yield from payloads(events, place)
