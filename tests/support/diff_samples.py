"""Sessions that differ in one known place, and the findings of a comparison in short."""

from functools import cache

from checkout import TRACES
from recording_mutations import read, written

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.diff.comparison import DiffResult, diff_traces
from wwanreplay.protocol.kinds import OUTPUTS


@cache
def sample(name):
    """(header, events) of a sample trace."""
    return read((TRACES / f"{name}.wwtrace").read_bytes())


def compared(name: str, a: list[Event], b: list[Event], policy=None, **options) -> DiffResult:
    """Two lists of events compared under the header of a sample trace."""
    header = sample(name)[0]
    return diff_traces(written(header, a), written(header, b), policy, **options)


def outputs_of(events: list[Event]) -> list[int]:
    """The places of the outputs."""
    return [at for at, event in enumerate(events) if event.kind in OUTPUTS]


def altered(event: Event) -> Event:
    """The output with another status."""
    if event.kind == Kind.KIND_COMPLETION:
        return event.replace(status=event.status ^ 0x40)
    payload = bytearray(event.payload)
    payload[4] ^= 1  # uStatus, or the first member
    return event.replace(payload=bytes(payload))


def without_index(event: Event | None):
    """An event as it can be compared: records are numbered anew in each trace."""
    return None if event is None else event.replace(index=None, cause=None)


def in_short(found):
    """A finding as plain values."""
    return (
        str(found.change),
        found.what,
        repr(without_index(found.a)),
        repr(without_index(found.b)),
        found.a and found.a.index,
        found.b and found.b.index,
        tuple(each and each.index for each in found.requests),
        repr(found.fields),
        found.answers,
        found.is_note,
    )
