"""Row types of the ties: which OID an MBIM command corresponds to, and how its members are
converted.

A `Message` is one direction of a command: an NDIS structure and the parts that convert it, both
ways and in every version. Members that a version of the message lacks are left out by its layout,
paths that a revision of the structure lacks by its row.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from wwanreplay.mbim.converters import Items, Known, Part, Reading, Source, tree_of, values_of
from wwanreplay.mbim.forms import Values
from wwanreplay.mbim.structures import Tree
from wwanreplay.mbim.tables import MBIMEX_1_0, SERVICES_BY_NAME, find_cid, find_layout
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.schema import Oid

#: How a tie is known, in words, by its letter.
BASES = {"d": "document", "n": "name", "i": "own reading"}


@cache
def members_of(service: int, cid: int, operation: str, mbimex: int = MBIMEX_1_0) -> frozenset[str]:
    """Return the members of a message in the version in force."""
    layout = find_layout(service, cid, operation, mbimex)
    return frozenset(() if layout is None else (field.name for field in layout.fields))


@dataclass(frozen=True, slots=True)
class Message:
    """One direction of a command; `at` is where the paths of its parts begin.

    `structure` is empty where the OID carries nothing and the command does. `revisions` are the
    structure's revisions where it is not the newest, each from one MBIMEx version on.
    """

    structure: str
    at: str = ""
    parts: tuple[Part, ...] = ()
    revisions: tuple[tuple[int, int], ...] = ()

    def tree(self, values: Mapping[str, Any]) -> Tree:
        """Return the paths that these members carry, with their values."""
        return tree_of(self.parts, values, self.at)

    def values(self, source: Source, known: Known, members: Collection[str]) -> Values:
        """Return those of the members that a structure carries, and what stands in for others."""
        values = values_of(self.parts, Reading(source, known, self.at))
        return {name: value for name, value in values.items() if name in members}

    def complete(self, tree: Tree) -> None:
        """Put what MBIM lacks into the elements of a tree."""
        for part in self.parts:
            if isinstance(part, Items) and part.lacking:
                for element in tree.get("Elements", ()):
                    for path, value in part.lacking:
                        element.setdefault(path, value)

    def revision(self, mbimex: int) -> int | None:
        """Return the structure's revision in a session of this version, None for the newest."""
        found = [revision for version, revision in self.revisions if version <= mbimex]
        return found[-1] if found else None


@dataclass(frozen=True)
class Tie:
    """A command and the OID it corresponds to.

    `has_event` is False where an INDICATE_STATUS becomes no indication of the OID. `served` says
    which operations the emulated function has (q query, s set, n notification), `also_queried`
    names an OID whose answer a query needs as well, `session` the path to the member with the
    session, which selects the port, `echoed` the members of a set that its answer repeats, also one
    without a body, `body_on_failure` that the answer has its structure also when
    the status is not success. `driver_model` is the only one that knows the OID, None for all.
    """

    service_name: str
    cid: int
    oid_name: str
    query: Message | None = None
    set: Message | None = None
    answer: Message | None = None
    basis: str = "n"
    has_event: bool = True
    served: str = ""
    also_queried: str | None = None
    session: tuple[str, ...] = ()
    echoed: tuple[str, ...] = ()
    body_on_failure: bool = False
    driver_model: int | None = None
    note: str = ""

    @cached_property
    def service(self) -> int:
        """Our number of the service."""
        return SERVICES_BY_NAME[self.service_name].number

    @cached_property
    def key(self) -> tuple[int, int]:
        """Service number and CID."""
        return self.service, self.cid

    @property
    def name(self) -> str:
        """The command's name."""
        row = find_cid(self.service, self.cid)
        assert row is not None
        return row.name

    def session_of(self, values: Values) -> int | None:
        """The session that a command names, None for commands of no session."""
        if not self.session:
            return None
        found: Any = values
        for name in self.session:
            found = found[name]
        return int(found)

    @property
    def basis_name(self) -> str:
        """How the tie is known, in words."""
        return BASES[self.basis]

    @cached_property
    def oid(self) -> Oid:
        """The OID's row."""
        return PROTOCOL.oid(self.oid_name)

    @cached_property
    def code(self) -> int:
        """The OID's number."""
        return self.oid.number or 0

    @cached_property
    def indication(self) -> str | None:
        """What answers query and set; None: the request completes with the answer."""
        completions = self.oid.completions
        return completions[0].indication if completions else None

    @cached_property
    def set_indication(self) -> str | None:
        """What answers a set: mostly what answers a query."""
        found = [row.indication for row in self.oid.completions if "set" in row.operations]
        return found[0] if found else self.indication

    @property
    def event(self) -> str | None:
        """What an INDICATE_STATUS becomes."""
        return self.indication if self.has_event else None

    def has(self, operation: str) -> bool:
        """Return whether the OID can be queried or set."""
        return bool(getattr(self.oid, operation))

    def mode(self, operation: str) -> str:
        """How the OID's operation is answered: sync, async, unknown or empty."""
        return self.oid.set if operation == "set" else self.oid.query

    def echo(self, values: Mapping[str, Any]) -> Tree:
        """What the answer of a set has from these members of its request, also without a body."""
        shape = self.answer if self.answer is not None and self.answer.parts else self.set
        given = {name: values[name] for name in self.echoed if name in values}
        return {} if shape is None else shape.tree(given)

    def serves(self, operation: str) -> bool:
        """Return whether the emulated function has an operation, by its letter."""
        return operation in self.served


def message(
    structure: str, at: str = "", *, revisions: tuple[tuple[int, int], ...] = ()
) -> Callable[..., Message]:
    """A message, then its parts."""

    def holding(*parts: Part) -> Message:
        return Message(structure, at, parts, revisions)

    return holding


def tie(service_name: str, cid: int, oid_name: str, **about: Any) -> Callable[..., Tie]:
    """A tie with what is known about it, then its messages by direction."""

    def holding(**messages: Any) -> Tie:
        return Tie(service_name, cid, oid_name, **messages, **about)

    return holding
