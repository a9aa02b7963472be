"""Parts of a tie, each of which knows both ways between MBIM members and NDIS paths.

`to_ndis` puts the members of a decoded message at paths of a tree; a member that is absent (a log
that prints only some) leaves its paths absent. `to_mbim` takes members from a decoded structure;
where the structure has no such path (an older revision), the part's default stands in, or nothing.
Paths count from where the part begins; the variable part of a structure (`Elements`, `Data`,
blocks) has names of its own.

What is larger than a member, a structure or a list is in `wwanreplay.mbim.blocks`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from wwanreplay.errors import UsageError
from wwanreplay.mbim.forms import Values
from wwanreplay.mbim.memory import Memory
from wwanreplay.mbim.structures import Tree
from wwanreplay.mbim.tables import MBIMEX_NEWEST
from wwanreplay.mbim.values import ValueMap, text_to_ndis

#: A decoded structure, an element of one, or a tree: paths and values.
Source = Any
MULTI_MODE: Final = 0x80  # of WWAN_CTRL_CAPS


@dataclass(frozen=True, slots=True)
class Known:
    """The context in which a message is made of a structure. `session` is the MBIM session that was
    requested, None without a request; `mbimex` the version in force; `asked` the type and IP type
    of the context whose activation is answered, which counts only if it succeeds.
    """

    memory: Memory = field(default_factory=Memory)
    port: int = 0
    session: int | None = None
    mbimex: int = MBIMEX_NEWEST
    asked: tuple[str, int] | None = None


#: Makes a member that NDIS lacks, of the context and of the members before it.
Fill = Callable[[Known, Values], Any]


class Writing:
    """A tree that is written, from one path on."""

    __slots__ = ("at", "tree")

    def __init__(self, tree: Tree, at: str = "") -> None:
        self.tree = tree
        self.at = at

    def put(self, path: str, value: Any) -> None:
        """Put a value at a path."""
        self.tree[self.at + path] = value

    def below(self, prefix: str) -> Writing:
        """The same tree from a further path on."""
        return Writing(self.tree, self.at + prefix)


class Reading:
    """A structure that is read, from one path on, and what is known beside it."""

    __slots__ = ("at", "known", "source")

    def __init__(self, source: Source, known: Known, at: str = "") -> None:
        self.source = source
        self.known = known
        self.at = at

    def __contains__(self, path: str) -> bool:
        return self.at + path in self.source

    def get(self, path: str, default: Any = None) -> Any:
        """Return the value at a path, or the default when this revision lacks it."""
        return self.source.get(self.at + path, default)

    def variable(self, name: str) -> Any:
        """Return a part of variable size, empty when there is none."""
        return self.source.get(name) or ()

    def below(self, prefix: str) -> Reading:
        """The same structure from a further path on."""
        return Reading(self.source, self.known, self.at + prefix)


class Part(Protocol):
    """One row of a tie."""

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """Put members at paths."""

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """Take members from paths."""


def tree_of(parts: Iterable[Part], values: Mapping[str, Any], at: str = "") -> Tree:
    """Return the tree that parts make of a message or element."""
    tree: Tree = {}
    write(parts, values, Writing(tree, at))
    return tree


def write(parts: Iterable[Part], values: Mapping[str, Any], tree: Writing) -> None:
    """Let parts put their members into a tree."""
    for part in parts:
        part.to_ndis(values, tree)


def values_of(parts: Iterable[Part], source: Reading) -> Values:
    """Return the members that parts make of a structure or element."""
    values: Values = {}
    for part in parts:
        part.to_mbim(source, values)
    return values


def elements_of(parts: Iterable[Part], source: Reading) -> list[Values]:
    """Return the members that parts make of each element of a list."""
    elements = source.variable("Elements")
    return [values_of(parts, Reading(element, source.known)) for element in elements]


@dataclass(frozen=True, slots=True)
class Member:
    """One member and its path, which is the member's own name unless given.

    `default` (an NDIS value) or `fill` stands in where the structure has no such path. `length` is
    the path with the length of an array of bytes. `basis`: n the names agree, d a public page says
    so, i own reading.
    """

    member: str
    path: str = ""
    kind: ValueMap | None = None
    default: Any = None
    fill: Fill | None = None
    length: str = ""
    basis: str = "n"

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """Put the member at its path."""
        value = values.get(self.member)
        if value is None or isinstance(value, dict):
            return
        if self.kind is not None:
            value = self.kind.to_wwan(value)
        elif isinstance(value, str):
            value = text_to_ndis(value)
        tree.put(self.path or self.member, value)
        if self.length and isinstance(value, bytes | str):
            tree.put(self.length, len(value))

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """Take the member from its path."""
        value = source.get(self.path or self.member, self.default)
        if value is None:
            if self.fill is not None:
                values[self.member] = self.fill(source.known, values)
            return
        if self.length:
            value = value[: source.get(self.length, len(value))]
        if self.kind is not None:
            value = self.kind.in_version(value, source.known.mbimex)
        values[self.member] = value


def same(*members: str) -> tuple[Member, ...]:
    """Members whose paths have their names."""
    return tuple(Member(member) for member in members)


@dataclass(frozen=True, slots=True)
class Filled:
    """A member that no NDIS structure has."""

    member: str
    fill: Fill

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """NDIS has no place for it."""

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """Fill the member in."""
        values[self.member] = self.fill(source.known, values)


@dataclass(frozen=True, slots=True)
class Count:
    """A count that in MBIM follows from the array that it counts."""

    member: str
    path: str

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """Put the count at its path."""
        if values.get(self.member) is not None:
            tree.put(self.path, values[self.member])

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """Nothing: MBIM counts the array."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A path whose value is always the same; MBIM has no member for it."""

    path: str
    value: Any

    def to_ndis(self, _values: Mapping[str, Any], tree: Writing, /) -> None:
        """Put the value at its path."""
        tree.put(self.path, self.value)

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """MBIM has no place for it."""


@dataclass(frozen=True, slots=True)
class Group:
    """A structure inside a message, and the paths below a prefix.

    With `when`, the alternative of a union: it is there when that member has that value.
    """

    member: str
    prefix: str
    parts: tuple[Part, ...]
    when: tuple[str, int] | None = None

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """Put the structure's members below the prefix."""
        inner = values.get(self.member)
        if isinstance(inner, dict):
            write(self.parts, inner, tree.below(self.prefix))

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """Make the structure of what is below the prefix."""
        if self.when is None or values.get(self.when[0]) == self.when[1]:
            values[self.member] = values_of(self.parts, source.below(self.prefix))


@dataclass(frozen=True, slots=True)
class Either:
    """Parts that stand below the first of some prefixes whose `probe` the structure has.

    Structures of older releases have them elsewhere; trees are made in the first form.
    """

    prefixes: tuple[str, ...]
    probe: str
    parts: tuple[Part, ...]

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """Put the members below the first prefix."""
        write(self.parts, values, tree.below(self.prefixes[0]))

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """Take the members from where they are."""
        found = [each for each in self.prefixes if each + self.probe in source]
        below = source.below((found or self.prefixes)[0])
        for part in self.parts:
            part.to_mbim(below, values)


def below(prefix: str, *parts: Part) -> Either:
    """Parts that stand below a prefix, but not in a structure of the message."""
    return Either((prefix,), "", parts)


@dataclass(frozen=True, slots=True)
class Items:
    """A list of structures, and the list behind an NDIS structure.

    `element` is the list's type where there are several, named at the path `header`; `longer` is
    the type that it is when a structure has a member, as (member, type). `lacking` are values of
    the elements that MBIM does not have, as `Message.complete` puts them in.
    """

    member: str
    parts: tuple[Part, ...]
    element: str = ""
    header: str = ""
    longer: tuple[str, str] = ("", "")
    lacking: tuple[tuple[str, Any], ...] = ()

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """Make an element of each structure."""
        rows = values.get(self.member)
        if rows is None:
            return
        if self.element:
            is_longer = any(self.longer[0] in each for each in rows)
            element = self.longer[1] if is_longer else self.element
            tree.put(f"{self.header}.ElementType", element)
        tree.tree["Elements"] = [tree_of(self.parts, each) for each in rows]

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """Make a structure of each element."""
        values[self.member] = elements_of(self.parts, source)


@dataclass(frozen=True, slots=True)
class Plain:
    """A list whose NDIS elements are plain values; MBIM may have a structure around each."""

    member: str
    inner: str = ""

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """Make an element of each."""
        rows = values.get(self.member)
        if rows is not None:
            tree.tree["Elements"] = [each[self.inner] for each in rows] if self.inner else rows

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """Make a list of the elements."""
        elements = source.variable("Elements")
        values[self.member] = [{self.inner: each} if self.inner else each for each in elements]


@dataclass(frozen=True, slots=True)
class OneList:
    """A union of lists: the element type says which, and the member `choice` its number in MBIM."""

    choice: str
    header: str
    lists: tuple[tuple[int, int, Items], ...]  # MBIM choice, NDIS number of the type, list

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """Make the first list that is there."""
        for _, _, items in self.lists:
            if values.get(items.member) is not None:
                items.to_ndis(values, tree)
                return

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """Make the list of the structure's element type."""
        number = source.get(f"{self.header}.ElementType")
        for choice, element, items in self.lists:
            if number in (element, items.element):
                values[self.choice] = choice
                items.to_mbim(source, values)


@dataclass(frozen=True, slots=True)
class Array:
    """A list of structures, and an array of `count_max` inside an NDIS structure.

    `count` is the path with the number of its elements, empty where all are always there. `shared`
    are members of the message that stand in every element. UsageError for a list of structures that
    does not fit the array.
    """

    member: str
    path: str
    parts: tuple[Part, ...]
    count_max: int
    count: str = ""
    shared: tuple[Part, ...] = ()

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """Put each structure into its element."""
        rows = values.get(self.member)
        if rows is None:
            return
        if len(rows) > self.count_max or (not self.count and len(rows) < self.count_max):
            wanted = f"{'at most ' if self.count else ''}{self.count_max}"
            raise UsageError(f"{self.member}: {len(rows)} entries, must be {wanted}")
        if self.count:
            tree.put(self.count, len(rows))
        for position, each in enumerate(rows):
            element = tree.below(f"{self.path}[{position}].")
            write(self.parts, each, element)
            write(self.shared, values, element)

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """Make a structure of each element."""
        count = source.get(self.count, 0) if self.count else self.count_max
        elements = [
            source.below(f"{self.path}[{position}].")
            for position in range(min(count, self.count_max))
        ]
        values[self.member] = [values_of(self.parts, element) for element in elements]
        for element in elements[:1]:
            values.update(values_of(self.shared, element))


@dataclass(frozen=True, slots=True)
class Tail:
    """A member, and the bytes behind an NDIS structure."""

    member: str

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """Put the bytes behind the structure."""
        if values.get(self.member) is not None:
            tree.tree["Data"] = values[self.member]

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """Take the bytes behind the structure."""
        values[self.member] = bytes(source.variable("Data"))


@dataclass(frozen=True, slots=True)
class MultiMode:
    """MBIM's mask of cellular classes: beside the one class, a flag and a list of all of them.

    Stands behind the rows of the class and of the control capabilities, which have the flag.
    """

    member: str = "CellularClass"
    flags: str = "WwanControlCaps"

    def to_ndis(self, values: Mapping[str, Any], tree: Writing, /) -> None:
        """List the classes of a device that has several."""
        mask = values.get(self.member)
        if mask is None:
            return
        tree.tree["Elements"] = [1, 2] if mask == 3 else []
        flags = tree.at + self.flags
        if mask == 3 and flags in tree.tree:
            tree.tree[flags] |= MULTI_MODE

    def to_mbim(self, source: Reading, values: Values, /) -> None:
        """Join the classes of the list."""
        if source.get(self.flags, 0) & MULTI_MODE:
            for element in source.variable("Elements"):
                values[self.member] |= element
