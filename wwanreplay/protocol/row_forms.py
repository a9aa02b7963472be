"""The short forms in which the rows of the protocol are written.

What a row is stands in a first pair of brackets, what it holds in a second, so that each thing it
holds is a line of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from wwanreplay.protocol.releases import TARGETS
from wwanreplay.protocol.schema import (
    Enum,
    Field,
    FlagSet,
    Layout,
    Member,
    PairsTail,
    Range,
    Revision,
    RowError,
    Struct,
    Tail,
)


def struct(
    name: str,
    header: str = "",
    *,
    revisions: tuple[Revision | str, ...] = (),
    tail: Tail | None = None,
    note: str = "",
) -> Callable[..., Struct]:
    """A structure, then its layouts.

    A revision may be written as the ids of its layouts: then it is numbered by its place, and its
    constant is NAME_REVISION_N.
    """
    numbered = tuple(
        Revision(place, f"{name}_REVISION_{place}", tuple(revision.split()))
        if isinstance(revision, str)
        else revision
        for place, revision in enumerate(revisions, 1)
    )

    def holding(*layouts: Layout) -> Struct:
        whole: list[Layout] = []
        for layout_ in layouts:
            whole.append(_extended(name, layout_, whole))
        return Struct(name, tuple(whole), numbered, tail, header, note)

    return holding


def layout(
    layout_id: str, size: int, targets: str = "", *, extends: str = ""
) -> Callable[..., Layout]:
    """A layout, then its fields; `targets` may hold ranges of releases, such as "1607-co".

    With `extends` the fields of that layout come first. A field whose name it has too takes the
    place of the earlier one.
    """

    def holding(*fields: Field) -> Layout:
        return Layout(layout_id, size, fields, _releases(targets), extends)

    return holding


def _extended(name: str, layout_: Layout, earlier: list[Layout]) -> Layout:
    """The layout with the fields of the one it extends."""
    if not layout_.extends:
        return layout_
    base = next((row for row in earlier if row.id == layout_.extends), None)
    if base is None:
        raise RowError(f"protocol row {name} {layout_.id}: no earlier layout {layout_.extends}")
    fields = {field.name: field for field in (*base.fields, *layout_.fields)}
    return replace(layout_, fields=tuple(fields.values()), extends="")


def _releases(targets: str) -> str:
    """The ids of releases, each range written out."""
    order = list(TARGETS)
    found: list[str] = []
    for span in targets.split():
        first, _, last = span.partition("-")
        if first not in TARGETS or (last or first) not in TARGETS:
            raise RowError(f"protocol row {span}: an unknown release")
        found += order[order.index(first) : order.index(last or first) + 1]
    return " ".join(found)


def enum(name: str, *, note: str = "") -> Callable[..., Enum]:
    """An enumeration, then its members: pairs of name and number, or `Member`."""

    def holding(*members: Member | tuple[str, int]) -> Enum:
        return Enum(name, _members(members), note)

    return holding


def flags(name: str, *, note: str = "") -> Callable[..., FlagSet]:
    """A flag set, then its members."""

    def holding(*members: Member | tuple[str, int]) -> FlagSet:
        return FlagSet(name, _members(members), note)

    return holding


def _members(members: tuple[Member | tuple[str, int], ...]) -> tuple[Member, ...]:
    return tuple(row if isinstance(row, Member) else Member(*row) for row in members)


def offset_pairs(
    base: str,
    *names: str,
    inside: str | None = None,
    at: str = "",
    personal: str = "content",
    unverified: bool = False,
) -> PairsTail:
    """Blocks whose pairs are the fields NAMEOffset and NAMESize of `inside`, or of `base`."""
    path = base if inside is None else inside
    prefix = f"{path}." if path else ""
    pairs = tuple((name, f"{prefix}{name}Offset", f"{prefix}{name}Size") for name in names)
    return PairsTail(base, pairs, at, personal, unverified)


def number(
    kind: str,
    name: str,
    values: str = "",
    *,
    count: int = 0,
    personal: str = "",
    origin: str = "",
    within: Range | None = None,
    comparison: str = "",
    live: str = "",
    fixed_by: str = "",
) -> Field:
    """A number or an array of numbers; `values` names its enumeration or flag set."""
    return Field(
        name,
        kind,
        count,
        values=values,
        personal=personal,
        origin=origin,
        within=within,
        comparison=comparison,
        live=live,
        fixed_by=fixed_by,
    )


def text(
    name: str,
    count: int,
    *,
    personal: str = "",
    origin: str = "",
    comparison: str = "",
    live: str = "",
) -> Field:
    """UTF-16 characters, ended by a NUL when there is room; `count` includes it."""
    return Field(
        name, "wchar16", count, personal=personal, origin=origin, comparison=comparison, live=live
    )


def chars(name: str, count: int, *, personal: str = "", origin: str = "") -> Field:
    """Single-byte characters, ended by a NUL when there is room."""
    return Field(name, "char8", count, personal=personal, origin=origin)


def octets(name: str, count: int, *, personal: str = "", origin: str = "") -> Field:
    """An array of bytes."""
    return Field(name, "u8", count, personal=personal, origin=origin)


def guid(name: str, *, personal: str = "", origin: str = "") -> Field:
    """A GUID in memory order."""
    return Field(name, "guid", personal=personal, origin=origin)


def nested(
    name: str,
    of: str,
    layout: str = "L1",
    *,
    count: int = 0,
    personal: str = "",
    origin: str = "",
    comparison: str = "",
) -> Field:
    """A structure inside; its fields take the marks given here (see `marked`)."""
    return Field(
        name, "struct", count, of, layout, personal=personal, origin=origin, comparison=comparison
    )


def bit(name: str, first: int, width: int = 1, *, origin: str = "") -> Field:
    """A bit field of a 32-bit number."""
    return Field(name, "u32", bits=(first, width), origin=origin)


def union(name: str, selector: str, *cases: tuple[int | str, Field], personal: str = "") -> Field:
    """Members in the same place; the value of `selector` says which one is meant."""
    return Field(name, "union", selector=selector, cases=cases, personal=personal)
