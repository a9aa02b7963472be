"""How a layout is read: compiled once, with its unions and what its variable part replaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from wwanreplay._core import Layout as CompiledLayout
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.layouts import FlatLayout
from wwanreplay.protocol.schema import BytesTail, Field


@dataclass(frozen=True)
class Union:
    """A union in a layout: where it lies, the leaf that selects, and the numbers of its cases."""

    path: str
    offset: int
    size: int
    selector: int
    numbers: frozenset[int]


@dataclass(frozen=True)
class Plan:
    """How a layout is read: made once per layout."""

    flat: FlatLayout
    compiled: CompiledLayout
    indices: Mapping[str, int]
    # leaf index → (index of the selector, its number) for leaves of unions
    cases: Mapping[int, tuple[tuple[int, int], ...]]
    # leaves that the variable part replaces (declared with one element)
    hidden: frozenset[int]
    unions: tuple[Union, ...]
    # (path, offset, size, field) of each leaf; None where not every buffer has all of them
    rows: tuple[tuple[str, int, int, Field], ...] | None


@cache
def plan_of(name: str, layout_id: str) -> Plan:
    """The plan of a structure's layout."""
    flat = PROTOCOL.flat(name, layout_id)
    rows = [
        (leaf.path, leaf.field.kind, leaf.offset, leaf.field.count, leaf.field.bits)
        for leaf in flat.leaves
    ]
    indices = {leaf.path: index for index, leaf in enumerate(flat.leaves)}
    cases = {}
    unions: dict[str, list[tuple[int, int]]] = {}
    for index, leaf in enumerate(flat.leaves):
        numbered = tuple(
            (indices[selector], _case_number(flat, indices[selector], value))
            for selector, value in leaf.case
        )
        if numbered:
            cases[index] = numbered
            owner = leaf.case[-1][0].rpartition(".")[0]
            prefix = f"{owner}." if owner else ""
            path = prefix + leaf.path[len(prefix) :].split(".")[0]
            unions.setdefault(path, []).append(numbered[-1])
    tail = flat.struct.tail
    starts = [getattr(tail, "at", "")]
    if isinstance(tail, BytesTail):
        starts += [at for _, at in tail.older]
    hidden = {indices[path] for path in indices if any(at and is_below(path, at) for at in starts)}
    made = tuple(
        Union(path, *flat.groups[path], pairs[0][0], frozenset(number for _, number in pairs))
        for path, pairs in unions.items()
        if path in flat.groups and len({number for _, number in pairs}) > 1
    )
    compiled = CompiledLayout(name, flat.size, rows)
    is_fixed = not (cases or hidden or made)
    fixed = tuple((leaf.path, leaf.offset, leaf.size, leaf.field) for leaf in flat.leaves)
    return Plan(
        flat, compiled, indices, cases, frozenset(hidden), made, fixed if is_fixed else None
    )


def _case_number(flat: FlatLayout, selector: int, value: int | str) -> int:
    if isinstance(value, int):
        return value
    return PROTOCOL.number_of(flat.leaves[selector].field.values, value)


@cache
def scalar_layout(owner: str, field: Field) -> CompiledLayout:
    """A layout of one leaf: an element that is no structure."""
    size = PROTOCOL.flattener.extent(field)[0] * max(field.count, 1)
    return CompiledLayout(owner, size, [("Element", field.kind, 0, field.count, field.bits)])


def is_below(path: str, group: str) -> bool:
    """Whether the path is the group or a part of it."""
    return path == group or path.startswith((f"{group}.", f"{group}["))
