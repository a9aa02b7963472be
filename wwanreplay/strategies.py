"""Hypothesis strategies: requests, stimuli, and sessions of the emulated device.

    from hypothesis import given
    from wwanreplay import strategies

    @given(strategies.sessions())
    def test_my_tool_reads_any_session(trace): ...

What is drawn comes from the rows of the tables, so that every name and value is one that a request
or a stimulus can hold. Needs hypothesis: `pip install 'wwanreplay[strategies]'`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from string import ascii_lowercase, digits
from typing import Any, Final
from uuid import UUID

try:
    from hypothesis import strategies as st
except ImportError:
    raise ImportError(
        "wwanreplay.strategies needs hypothesis: pip install 'wwanreplay[strategies]'"
    ) from None

from wwanreplay.devices.buffers import DEFAULT_STRUCTURES, input_form, range_of
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.schema import (
    SCALARS,
    BytesTail,
    FlagSet,
    ItemsTail,
    ListTail,
    Oid,
    PairsTail,
    TablesTail,
    Tail,
)
from wwanreplay.protocol.schema import Field as Member
from wwanreplay.record import Session

OPERATIONS: Final = ("query", "set", "method")
#: Waits that mean something to a device: nothing, an answer, a registration, a time-out.
WAITS_NS: Final = (0, 1_000_000, 100_000_000, 1_000_000_000, 5_000_000_000, 40_000_000_000)
TEXT_SIZE_MAX: Final = 12
LETTERS: Final = digits + ascii_lowercase + "."


@dataclass(frozen=True)
class Request:
    """A request that can be made of any session."""

    operation: str
    oid: str
    values: Mapping[str, Any] = field(default_factory=dict)
    port: int = 0

    def apply(self, session: Session) -> int:
        """Send it at the session's present time; the RequestId."""
        return session.request(self.operation, self.oid, self.values or None, port=self.port)


@dataclass(frozen=True)
class Stimulus:
    """A change of the environment."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def apply(self, session: Session) -> None:
        """Let it happen at the session's present time."""
        session.stimulus(self.name, self.values)


@dataclass(frozen=True)
class Wait:
    """Time that passes, in nanoseconds."""

    duration_ns: int

    def apply(self, session: Session) -> None:
        """Let it pass."""
        session.run(self.duration_ns)


Step = Request | Stimulus | Wait


def requests(
    oids: Collection[str] | None = None,
    operations: Collection[str] = OPERATIONS,
    *,
    ports: Collection[int] = (0,),
) -> st.SearchStrategy[Request]:
    """Requests of these OIDs, by default of all that the emulated device knows.

    Values are such that their types, enumerations and ranges allow; what they mean together may
    be nonsense, which a device has to refuse. UsageError for an OID that is not known, or when
    none of them has one of the operations.
    """
    unknown = set(operations) - set(OPERATIONS)
    if unknown:
        raise UsageError(f"{min(unknown)!r} is none of {', '.join(OPERATIONS)}")
    rows = _modelled() if oids is None else tuple(PROTOCOL.oid(name) for name in oids)
    pairs = [
        (row, operation)
        for row in rows
        for operation in OPERATIONS
        if operation in operations and getattr(row, operation) and row.number is not None
    ]
    if not pairs:
        raise UsageError(f"none of the OIDs has a {' or '.join(operations)}")

    def of(pair: tuple[Oid, str]) -> st.SearchStrategy[Request]:
        row, operation = pair
        values = _values_of_input(row, operation)
        port = st.sampled_from(sorted(ports))
        return st.builds(Request, st.just(operation), st.just(row.name), values, port)

    return st.sampled_from(pairs).flatmap(of)


def stimuli(names: Collection[str] | None = None) -> st.SearchStrategy[Stimulus]:
    """Changes of the environment, of these names or of all; UsageError for one that is not known.

    Every field is drawn within its documented range.
    """
    given = PROTOCOL.stimulus_by_name if names is None else names
    rows = [PROTOCOL.stimulus(name) for name in given]
    if not rows:
        raise UsageError("no stimulus is named")

    def of(row: Any) -> st.SearchStrategy[Stimulus]:
        layout = PROTOCOL.structure(row.struct).layouts[-1].id
        values = _values(row.struct, layout, every=True)
        return st.builds(Stimulus, st.just(row.name), values)

    return st.sampled_from(rows).flatmap(of)


def waits(durations_ns: Sequence[int] = WAITS_NS) -> st.SearchStrategy[Wait]:
    """Time that passes: one of these durations."""
    return st.builds(Wait, st.sampled_from(list(durations_ns)))


def steps(
    oids: Collection[str] | None = None, *, steps_max: int = 20
) -> st.SearchStrategy[list[Step]]:
    """Lists of requests, stimuli and waits, to be applied to a session one after another."""
    return st.lists(st.one_of(requests(oids), waits(), stimuli()), max_size=steps_max)


def sessions(
    profile: str = "lte-home", oids: Collection[str] | None = None, *, steps_max: int = 20
) -> st.SearchStrategy[bytes]:
    """Traces, as bytes, of sessions with the emulated device; each replays as equal.

    The device has five seconds to register first. A failing example shrinks by its steps.
    """
    seeds = st.integers(0, 2**32 - 1)
    return st.builds(recorded, steps(oids, steps_max=steps_max), st.just(profile), seeds)


def recorded(steps: Sequence[Step], profile: str = "lte-home", seed: int = 0) -> bytes:
    """The trace of a session with these steps, behind five seconds in which the device registers.

    What a failing example of `sessions` printed can be recorded again with it.
    """
    session = Session(profile, seed=seed)
    session.run("5s")
    for step in steps:
        step.apply(session)
    session.run("1s")
    return session.trace()


# Values.


@cache
def _modelled() -> tuple[Oid, ...]:
    """The OIDs that the emulated device answers."""
    return tuple(row for row in PROTOCOL.tables.oids if row.modelled is not None)


def _values_of_input(row: Oid, operation: str) -> st.SearchStrategy[dict[str, Any]]:
    form = input_form(row, operation, DEFAULT_STRUCTURES)
    return st.just({}) if form is None else _values(form[0], form[1])


@cache
def _values(
    structure: str, layout: str, *, every: bool = False
) -> st.SearchStrategy[dict[str, Any]]:
    """Values of the plain members of a structure; some of them, or with `every` all."""
    fields = {}
    for leaf in PROTOCOL.flat(structure, layout).leaves:
        plain = not leaf.path.startswith("Header.") and "[" not in leaf.path and not leaf.case
        drawn = _of(leaf.field) if plain and not _belongs_to_tail(structure, leaf.path) else None
        if drawn is not None:
            fields[leaf.path] = drawn
    return st.fixed_dictionaries(fields if every else {}, optional={} if every else fields)


def _described_by(tail: Tail | None) -> tuple[str, ...]:
    """The members that say where a variable part is and how long: the encoder fills them."""
    if isinstance(tail, ListTail):
        return (tail.header,)
    if isinstance(tail, BytesTail):
        return (tail.length,)
    if isinstance(tail, ItemsTail):
        return (tail.count,)
    if isinstance(tail, PairsTail):
        return tuple(name for _, *names in tail.pairs for name in names)
    if isinstance(tail, TablesTail):
        return tuple(name for _, *names in tail.tables for name in names)
    return () if tail is None else _described_by(tail.pairs)


def _belongs_to_tail(structure: str, path: str) -> bool:
    names = _described_by(PROTOCOL.structure(structure).tail)
    return any(path == name or path.startswith(f"{name}.") for name in names if name)


def _of(member: Member) -> st.SearchStrategy[Any] | None:
    """Values of one member, or None where it has none by itself."""
    if member.kind in ("wchar16", "char8") and member.count:
        return st.text(LETTERS, max_size=min(member.count - 1, TEXT_SIZE_MAX))
    if member.kind == "guid":
        return st.integers(0, 2**128 - 1).map(lambda number: str(UUID(int=number)))
    if member.count or member.kind == "pointer":
        return None
    row = PROTOCOL.enum_by_name.get(member.values)
    if isinstance(row, FlagSet):
        flags = [each.number for each in row.members]
        return st.lists(st.sampled_from(flags), max_size=3).map(_joined)
    within = range_of(member)
    if within is not None:
        return st.one_of(*(st.integers(*span) for span in within.spans))
    if row is not None:
        return st.sampled_from([each.name for each in row.members if not each.bound])
    return st.one_of(st.integers(0, 3), st.integers(*_span(member)))


def _joined(flags: list[int]) -> int:
    joined = 0
    for flag in flags:
        joined |= flag
    return joined


def _span(member: Member) -> tuple[int, int]:
    """The lowest and highest number that a member can hold."""
    if member.bits is not None:
        return 0, 2 ** member.bits[1] - 1
    if member.kind == "bool8":
        return 0, 1
    bits = 8 * SCALARS[member.kind][0]
    return (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if member.kind[0] == "i" else (0, 2**bits - 1)
