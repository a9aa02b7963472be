"""Buffers of every layout in the tables: empty ones, filled ones, and random values for them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from groups import sampled

from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.protocol.decoded import bytes_place, item_extent, list_header
from wwanreplay.protocol.plan import plan_of
from wwanreplay.protocol.schema import (
    SCALARS,
    BytesTail,
    Field,
    ItemsTail,
    Layout,
    ListTail,
    PairsTail,
    Struct,
    TablesTail,
    TlvTail,
)


def every_layout() -> Iterator[tuple[Struct, str, int]]:
    """(structure, layout id, revision) of all rows; revision 0 where there is none."""
    for struct in PROTOCOL.structs.values():
        for layout in struct.layouts:
            numbers = [row.number for row in struct.revisions if layout.id in row.layouts]
            for number in numbers or [0]:
                yield struct, layout.id, number


def layout_name(case: tuple[Struct, str, int]) -> str:
    return f"{case[0].name}-{case[1]}-r{case[2]}"


def random_value(field: Field, source: random.Random) -> Any:
    if field.kind == "guid":
        octets = source.randbytes(16).hex()
        return "-".join((octets[:8], octets[8:12], octets[12:16], octets[16:20], octets[20:]))
    if field.kind in ("wchar16", "char8") and field.count:
        limit = 0x2000 if field.kind == "wchar16" else 0x100
        size = source.randrange(field.count + 1)
        return "".join(chr(source.randrange(1, limit)) for _ in range(size))
    if field.kind == "u8" and field.count:
        return source.randbytes(field.count)
    if field.count:
        return tuple(random_number(field, source) for _ in range(field.count))
    return random_number(field, source)


def random_number(field: Field, source: random.Random) -> int:
    bits = 8 * SCALARS[field.kind][0] if field.bits is None else field.bits[1]
    number = source.getrandbits(bits)
    return number - (1 << (bits - 1)) if field.kind.startswith("i") else number


def random_values(
    struct: Struct, layout_id: str, source: random.Random, revision: int = 0
) -> dict[str, Any]:
    """Values for every leaf that does not follow from others, and a variable part."""
    plan = plan_of(struct.name, layout_id)
    values: dict[str, Any] = {}
    chosen: dict[int, int] = {}
    for pairs in plan.cases.values():
        for selector, number in pairs:
            chosen.setdefault(selector, number)
    derived = set(derived_paths(struct))
    for index, leaf in enumerate(plan.flat.leaves):
        if index in plan.hidden or leaf.path in derived or leaf.path.startswith("Header."):
            continue
        if index in chosen:
            values[leaf.path] = chosen[index]
        elif all(chosen[selector] == number for selector, number in plan.cases.get(index, ())):
            values[leaf.path] = random_value(leaf.field, source)
    values.update(random_tail(struct, layout_id, source, revision))
    return values


def derived_paths(struct: Struct) -> Iterator[str]:
    """Counts, lengths and offsets that the encoder fills in."""
    tail = struct.tail
    if isinstance(tail, TlvTail):
        tail = tail.pairs
    if isinstance(tail, ListTail):
        for path in (tail.header, *tail.older):
            yield from (f"{path}.ElementType", f"{path}.ElementCount")
    elif isinstance(tail, BytesTail):
        yield from (tail.length, *(length for length, _ in tail.older))
    elif isinstance(tail, ItemsTail):
        yield tail.count
    elif isinstance(tail, PairsTail):
        for _, offset, size in tail.pairs:
            yield from (offset, size)
    elif isinstance(tail, TablesTail):
        for _, pointer, count in tail.tables:
            yield from (pointer, count)


def random_items(item: Field, source: random.Random) -> list[Any]:
    count = source.randrange(1, 4)
    if not item.of:
        return [random_value(item, source) for _ in range(count)]
    inner = PROTOCOL.structure(item.of)
    return [random_values(inner, item.layout, source) for _ in range(count)]


def random_tail(
    struct: Struct, layout_id: str, source: random.Random, revision: int
) -> dict[str, Any]:
    tail = struct.tail
    plan = plan_of(struct.name, layout_id)
    if isinstance(tail, ListTail) and list_header(plan, tail):
        if not tail.elements:
            return {"rest": source.randbytes(5)}
        type_name, choices = source.choice(tail.elements)
        return {
            f"{list_header(plan, tail)}.ElementType": type_name,
            "Elements": random_items(choices[-1], source),
        }
    if isinstance(tail, BytesTail) and bytes_place(plan, tail):
        return {"Data": source.randbytes(source.randrange(1, 40))}
    if isinstance(tail, ItemsTail):
        return {"Elements": random_items(tail.item, source)}
    if isinstance(tail, TlvTail):
        elements = [
            {"Type": source.randrange(1, 20), "Data": source.randbytes(source.randrange(9))}
            for _ in range(source.randrange(3))
        ]
        return {"Tlvs": elements} if revision >= tail.since else {}
    if isinstance(tail, PairsTail):
        return {
            name: source.randbytes(source.randrange(1, 12))
            for name, _, size in tail.pairs
            if size in plan.indices
        }
    if isinstance(tail, TablesTail):
        return {name: random_items(tail.item, source) for name, _, _ in tail.tables}
    return {}


def older_element_sizes(struct: Struct) -> set[int]:
    """Sizes of elements that an exactly fitting buffer may have instead of the newest."""
    if not isinstance(struct.tail, ListTail):
        return set()
    return {item_extent(choice) for _, choices in struct.tail.elements for choice in choices[:-1]}


CASES = list(every_layout())


each_layout = pytest.mark.parametrize(
    "case", sampled([pytest.param(case, id=layout_name(case)) for case in CASES], 40)
)


def sample(case, seed=1):
    """(values, buffer) of a layout with everything filled."""
    struct, layout_id, revision = case
    values = random_values(
        struct, layout_id, random.Random(f"{layout_name(case)} {seed}"), revision
    )
    return values, encode(struct, values, layout=layout_id, revision=revision or None)


def is_named_by_header(case):
    """Whether the header leads to this layout (of equal sizes only the newest is recognised)."""
    struct, layout_id, revision = case
    if not struct.has_header or not revision:
        return False
    rows = next(row for row in struct.revisions if row.number == revision)
    size = struct.layout(layout_id).size
    return [name for name in rows.layouts if struct.layout(name).size == size][-1] == layout_id


def struct_of(*fields, size=4, tail=None, name="NDIS_TEST"):
    return Struct(name, (Layout("L1", size, fields),), tail=tail)
