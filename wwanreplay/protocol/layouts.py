"""Offsets of every field: the rows of `structs.py` laid out with natural alignment.

A flat layout is a list of leaves in memory order. Structures, arrays of structures and the cases
of unions are walked; the paths are the C member names joined by dots, `[i]` for array elements.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from wwanreplay.protocol.schema import SCALARS, Field, Layout, RowError, Struct, marked


@dataclass(frozen=True, slots=True)
class Leaf:
    """A field without parts: where it lies in the buffer and the row it comes from.

    `case` is empty, or (path of the selector, its value) when the leaf belongs to a union.
    """

    path: str
    offset: int
    size: int
    field: Field
    case: tuple[tuple[str, int | str], ...] = ()


@dataclass(frozen=True)
class FlatLayout:
    """A layout of a structure with every offset known."""

    struct: Struct
    layout: Layout
    size: int
    alignment: int
    leaves: tuple[Leaf, ...]
    # path → (offset, size) of every nested structure and union
    groups: Mapping[str, tuple[int, int]]

    @cached_property
    def by_path(self) -> Mapping[str, Leaf]:
        """The leaves by their path."""
        return {leaf.path: leaf for leaf in self.leaves}

    def offset_of(self, path: str) -> int:
        """Offset of a leaf or a nested structure; RowError when there is none."""
        leaf = self.by_path.get(path)
        if leaf is not None:
            return leaf.offset
        if path in self.groups:
            return self.groups[path][0]
        raise RowError(f"protocol row {self.struct.name} {self.layout.id}: no field {path}")


def _align(offset: int, alignment: int) -> int:
    return (offset + alignment - 1) // alignment * alignment


class Flattener:
    """Lays out the structures of one set of rows, each layout once."""

    def __init__(self, structs: Mapping[str, Struct]) -> None:
        self._structs = structs
        self._done: dict[tuple[str, str], FlatLayout] = {}
        self._open: list[str] = []

    def flat(self, name: str, layout_id: str) -> FlatLayout:
        """The flat form of a layout; RowError when its size differs from the pinned one."""
        key = (name, layout_id)
        if key not in self._done:
            if name in self._open:
                raise RowError(f"protocol row {name}: contains itself")
            self._open.append(name)
            self._done[key] = self._flatten(name, layout_id)
            self._open.pop()
        return self._done[key]

    def extent(self, field: Field) -> tuple[int, int]:
        """(size of one element, alignment) of a field."""
        if field.kind == "struct":
            inner = self.flat(field.of, field.layout)
            return inner.size, inner.alignment
        if field.kind == "union":
            extents = [self.extent(member) for _, member in field.cases]
            counts = [max(member.count, 1) for _, member in field.cases]
            alignment = max(align for _, align in extents)
            size = max(size * count for (size, _), count in zip(extents, counts, strict=True))
            return _align(size, alignment), alignment
        return SCALARS[field.kind]

    def _flatten(self, name: str, layout_id: str) -> FlatLayout:
        if name not in self._structs:
            raise RowError(f"protocol row {name}: no such structure")
        struct = self._structs[name]
        layout = struct.layout(layout_id)
        leaves: list[Leaf] = []
        groups: dict[str, tuple[int, int]] = {}
        position, alignment, previous_bits = 0, 1, -1
        for field in layout.fields:
            size, field_alignment = self.extent(field)
            alignment = max(alignment, field_alignment)
            if field.bits is not None and previous_bits >= 0 and field.bits[0] >= previous_bits:
                position -= size  # shares the number of its predecessor
            previous_bits = -1 if field.bits is None else sum(field.bits)
            position = _align(position, field_alignment)
            for leaf, group in self._walk(field, position, "", ()):
                if leaf is not None:
                    leaves.append(leaf)
                else:
                    groups[group[0]] = (group[1], group[2])
            position += size * max(field.count, 1)
        size = _align(position, alignment)
        if size != layout.size:
            raise RowError(
                f"protocol row {name} {layout_id}: fields come to {size} bytes, "
                f"the row pins {layout.size}"
            )
        return FlatLayout(struct, layout, size, alignment, tuple(leaves), groups)

    def _walk(
        self, field: Field, offset: int, prefix: str, case: tuple[tuple[str, int | str], ...]
    ) -> Iterator[tuple[Leaf | None, tuple[str, int, int]]]:
        path = prefix + field.name
        size, _ = self.extent(field)
        if field.kind == "struct":
            inner = self.flat(field.of, field.layout)
            for index in range(max(field.count, 1)):
                head = f"{path}[{index}]" if field.count else path
                start = offset + index * size
                yield None, (head, start, size)
                for group, (at, length) in inner.groups.items():
                    yield None, (f"{head}.{group}", start + at, length)
                for leaf in inner.leaves:
                    yield _moved(leaf, head, start, case, field), ("", 0, 0)
        elif field.kind == "union":
            if path:
                yield None, (path, offset, size)
            for value, member in field.cases:
                chosen = (*case, (prefix + field.selector, value))
                inner_prefix = f"{path}." if field.name else prefix
                member = marked(member, field.personal, field.origin, field.comparison)
                yield from self._walk(member, offset, inner_prefix, chosen)
        else:
            leaf_size = size * max(field.count, 1)
            yield Leaf(path, offset, leaf_size, field, case), ("", 0, 0)


def _moved(
    leaf: Leaf, head: str, start: int, case: tuple[tuple[str, int | str], ...], outer: Field
) -> Leaf:
    inner_case = tuple((f"{head}.{selector}", value) for selector, value in leaf.case)
    return Leaf(
        f"{head}.{leaf.path}",
        start + leaf.offset,
        leaf.size,
        marked(leaf.field, outer.personal, outer.origin, outer.comparison),
        case + inner_case,
    )
