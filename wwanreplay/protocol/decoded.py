"""Buffers read as structures: fields when they are looked at, bounds and variable parts at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from wwanreplay.errors import DecodeError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.plan import Plan, is_below, plan_of, scalar_layout
from wwanreplay.protocol.schema import (
    BytesTail,
    Field,
    ItemsTail,
    ListTail,
    PairsTail,
    Struct,
    TablesTail,
    TlvTail,
)
from wwanreplay.protocol.trees import put

# Pointers below this are offsets in the buffer (see schema.TablesTail).
POINTER_MIN = 0x10000
TLV_HEADER = ("WWAN_TLV_IE", "L1")


class DecodedLeaf(NamedTuple):
    """One value of a decoded buffer: `offset` counts from the start of the whole buffer."""

    path: str
    offset: int
    size: int
    value: Any
    field: Field

    @property
    def personal(self) -> str:
        """The field's mark: empty, or what kind of person, place or secret it identifies."""
        return self.field.personal


class View:
    """A nested structure of a decoded buffer: attributes, items and paths lead to values."""

    __slots__ = ("_decoded", "_prefix")

    def __init__(self, decoded: Decoded, prefix: str) -> None:
        self._decoded = decoded
        self._prefix = prefix

    def __getitem__(self, path: str) -> Any:
        return self._decoded[f"{self._prefix}.{path}"]

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"{self._decoded.name}.{self._prefix} has no {name}") from None

    def __contains__(self, path: object) -> bool:
        return f"{self._prefix}.{path}" in self._decoded

    def to_dict(self) -> dict[str, Any]:
        """The values by name, nested."""
        tree: dict[str, Any] = {}
        for leaf in self._decoded.fixed_leaves():
            if is_below(leaf.path, self._prefix):
                put(tree, leaf.path[len(self._prefix) + 1 :], leaf.value)
        return tree

    def __repr__(self) -> str:
        return f"<{self._decoded.name}.{self._prefix}>"


@dataclass(frozen=True, slots=True)
class BytesPart:
    """Bytes of the variable part."""

    data: bytes
    start: int
    size: int
    personal: str

    @property
    def end(self) -> int:
        """Offset behind it."""
        return self.start + self.size

    def value(self) -> bytes:
        """The bytes."""
        return self.data[self.start : self.end]

    def leaves(self, name: str) -> Iterator[DecodedLeaf]:
        """The bytes as one leaf."""
        field = Field("Data", "u8", self.size, personal=self.personal)
        yield DecodedLeaf(name, self.start, self.size, self.value(), field)


@dataclass(frozen=True, slots=True)
class ListPart:
    """Elements of one kind, one after another."""

    owner: str
    data: bytes
    start: int
    count: int
    item: Field
    item_size: int

    @property
    def end(self) -> int:
        """Offset behind the last element."""
        return self.start + self.count * self.item_size

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, position: int) -> Any:
        """Element: a Decoded for structures, else its value."""
        if not 0 <= position < self.count:
            raise IndexError(f"{self.owner}: no element {position}, there are {self.count}")
        at = self.start + position * self.item_size
        if self.item.of:
            struct = PROTOCOL.structure(self.item.of)
            return Decoded(struct, self.data, self.item.layout, 0, at, is_part=True)
        return scalar_layout(self.owner, self.item).load(self.data, at, 0)

    def value(self) -> list[Any]:
        """All elements."""
        return [self[position] for position in range(self.count)]

    def leaves(self, name: str) -> Iterator[DecodedLeaf]:
        """The leaves of all elements."""
        if self.item.of:
            plan = plan_of(self.item.of, self.item.layout)
            if plan.rows is not None:
                for position in range(self.count):
                    at = self.start + position * self.item_size
                    yield from _rows_at(plan, plan.rows, self.data, at, f"{name}[{position}].")
                return
        for position, element in enumerate(self.value()):
            path = f"{name}[{position}]"
            if isinstance(element, Decoded):
                for leaf in element.leaves():
                    yield leaf._replace(path=f"{path}.{leaf.path}")
            else:
                at = self.start + position * self.item_size
                yield DecodedLeaf(path, at, self.item_size, element, self.item)


@dataclass(frozen=True, slots=True)
class TlvPart:
    """Type-length-value elements; each is a pair of its decoded header and its bytes."""

    elements: tuple[tuple[Decoded, BytesPart], ...]
    end: int

    def value(self) -> list[dict[str, Any]]:
        """Each element as a dictionary: the header's fields and `Data`."""
        return [{**header.to_dict(), "Data": part.value()} for header, part in self.elements]

    def leaves(self, name: str) -> Iterator[DecodedLeaf]:
        """The leaves of headers and data."""
        for position, (header, part) in enumerate(self.elements):
            for leaf in header.leaves():
                yield leaf._replace(path=f"{name}[{position}].{leaf.path}")
            yield from part.leaves(f"{name}[{position}].Data")


Part = BytesPart | ListPart | TlvPart


class Decoded:
    """A buffer read as a structure.

    `decoded["ContextState.ConnectionId"]`, `decoded.ContextState.ConnectionId` and
    `decoded["Elements[0].ProviderName"]` read values; iteration gives every DecodedLeaf. The
    variable part is named `Elements` (lists and arrays), `Data` (bytes), `Tlvs`, or as its row
    says; bytes after everything known are `rest`. `raw` is the buffer when no layout fits it, and
    None otherwise.
    """

    __slots__ = ("data", "is_part", "parts", "plan", "revision", "start", "structure")

    #: What `str` gives; `presentation` sets it, which knows the forms of values.
    printed: ClassVar[Callable[[Decoded], str] | None] = None

    def __init__(
        self,
        structure: Struct,
        data: bytes,
        layout_id: str | None,
        revision: int,
        start: int = 0,
        *,
        is_part: bool = False,
    ) -> None:
        self.structure = structure
        self.data = data
        self.revision = revision
        self.start = start
        self.is_part = is_part
        self.parts: dict[str, Part] = {}
        self.plan: Plan | None = None
        if layout_id is not None:
            self.plan = plan_of(structure.name, layout_id)
            self.plan.compiled.check(data, start)
            if not is_part:
                self.parts = read_parts(self, self.plan)

    @property
    def name(self) -> str:
        """The structure's name."""
        return self.structure.name

    @property
    def layout_id(self) -> str | None:
        """The layout's id, None when the buffer is raw."""
        return None if self.plan is None else self.plan.flat.layout.id

    @property
    def raw(self) -> bytes | None:
        """The whole buffer when its revision or size is unknown, else None."""
        return self.data if self.plan is None else None

    @property
    def element_size(self) -> int | None:
        """Bytes of one element of the list, None without one."""
        part = self.parts.get("Elements")
        return part.item_size if isinstance(part, ListPart) else None

    def number(self, path: str) -> int:
        """The value of a numeric leaf of the fixed part."""
        plan = self.plan
        if plan is None or path not in plan.indices:
            raise KeyError(path)
        return int(plan.compiled.load(self.data, self.start, plan.indices[path]))

    def __getitem__(self, path: str) -> Any:
        plan = self.plan
        if plan is None:
            if path == "raw":
                return self.data
            raise KeyError(path)
        index = plan.indices.get(path)
        if index is not None and index not in plan.hidden and self._holds(index):
            return plan.compiled.load(self.data, self.start, index)
        head, _, below = path.partition(".")
        name, bracket, position = head.partition("[")
        if name in self.parts:
            return _inside(self.parts[name], position.rstrip("]") if bracket else "", below, path)
        if path in plan.flat.groups:
            return View(self, path)
        if f"{path}[0]" in plan.flat.groups:
            return tuple(self._views(path, plan))
        raise KeyError(path)

    def _views(self, path: str, plan: Plan) -> Iterator[View]:
        position = 0
        while f"{path}[{position}]" in plan.flat.groups:
            yield View(self, f"{path}[{position}]")
            position += 1

    def _holds(self, index: int) -> bool:
        plan = self.plan
        if plan is None:
            return False
        if index not in plan.cases:
            return True
        return all(
            plan.compiled.load(self.data, self.start, selector) == number
            for selector, number in plan.cases.get(index, ())
        )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"{self.structure.name} has no {name}") from None

    def get(self, path: str, default: Any = None) -> Any:
        """The value at a path, or the default when this layout has no such field."""
        try:
            return self[path]
        except (KeyError, IndexError):
            return default

    def __contains__(self, path: object) -> bool:
        try:
            self[str(path)]
        except (KeyError, IndexError):
            return False
        return True

    def __iter__(self) -> Iterator[DecodedLeaf]:
        return self.leaves()

    def leaves(self) -> Iterator[DecodedLeaf]:
        """Every leaf in memory order, the variable part last; a raw buffer is one leaf `raw`."""
        yield from self.fixed_leaves()
        for name, part in self.parts.items():
            yield from part.leaves(name)

    def fixed_leaves(self) -> Iterator[DecodedLeaf]:
        """The leaves without the variable part.

        Of a union only the selected case is given; the whole as bytes when none is.
        """
        plan = self.plan
        if plan is None:
            yield from BytesPart(self.data, 0, len(self.data), "content").leaves("raw")
            return
        if plan.rows is not None:
            yield from _rows_at(plan, plan.rows, self.data, self.start, "")
            return
        values = plan.compiled.unpack(self.data, self.start)
        for index, (leaf, value) in enumerate(zip(plan.flat.leaves, values, strict=True)):
            if index in plan.hidden:
                continue
            if all(values[selector] == number for selector, number in plan.cases.get(index, ())):
                at = self.start + leaf.offset
                yield DecodedLeaf(leaf.path, at, leaf.size, value, leaf.field)
        for union in plan.unions:
            if values[union.selector] not in union.numbers:
                part = BytesPart(self.data, self.start + union.offset, union.size, "content")
                yield from part.leaves(union.path)

    def to_dict(self) -> dict[str, Any]:
        """Nested names to values, which `encode` takes back; a raw buffer has only `raw`."""
        tree: dict[str, Any] = {}
        for leaf in self.fixed_leaves():
            put(tree, leaf.path, leaf.value)
        for name, part in self.parts.items():
            value = part.value()
            tree[name] = [_plain(item) for item in value] if isinstance(value, list) else value
        return tree

    def __bytes__(self) -> bytes:
        if self.is_part and self.plan is not None:
            return self.data[self.start : self.start + self.plan.flat.size]
        return self.data

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Decoded):
            return NotImplemented
        return self.name == other.name and bytes(self) == bytes(other)

    def __hash__(self) -> int:
        return hash((self.name, bytes(self)))

    def __str__(self) -> str:
        return repr(self) if Decoded.printed is None else Decoded.printed(self)

    def __repr__(self) -> str:
        return f"<{self.name} {self.layout_id or 'raw'}, {len(bytes(self))} bytes>"


def _rows_at(
    plan: Plan, rows: Iterable[tuple[str, int, int, Field]], data: bytes, start: int, prefix: str
) -> Iterator[DecodedLeaf]:
    """The leaves of a layout that has all of them in every buffer."""
    values = plan.compiled.unpack(data, start)
    new = tuple.__new__  # without the call in Python that a named tuple makes around it
    for (path, offset, size, field), value in zip(rows, values, strict=True):
        yield new(DecodedLeaf, (prefix + path, start + offset, size, value, field))


def _plain(item: Any) -> Any:
    return item.to_dict() if isinstance(item, Decoded) else item


def _inside(part: Part, position: str, below: str, path: str) -> Any:
    if not position:
        value: Any = part.value()
    elif not position.isdigit() or isinstance(part, BytesPart):
        raise KeyError(path)
    elif isinstance(part, ListPart):
        value = part[int(position)]
    else:
        value = part.value()[int(position)]
    return value[below] if below else value


# The variable parts


def read_parts(decoded: Decoded, plan: Plan) -> dict[str, Part]:
    """The variable parts of a buffer by name, and `rest` for what no row explains."""
    tail = decoded.structure.tail
    parts: dict[str, Part] = {}
    if isinstance(tail, ListTail):
        parts = _list_parts(decoded, plan, tail)
    elif isinstance(tail, BytesTail):
        parts = _bytes_parts(decoded, plan, tail)
    elif isinstance(tail, ItemsTail):
        parts = _items_parts(decoded, plan, tail)
    elif isinstance(tail, PairsTail):
        parts = _pair_parts(decoded, plan, tail)
    elif isinstance(tail, TlvTail):
        parts = _tlv_parts(decoded, plan, tail)
    elif isinstance(tail, TablesTail):
        parts = _table_parts(decoded, plan, tail)
    end = max([decoded.start + plan.flat.size, *(part.end for part in parts.values())])
    if end < len(decoded.data):
        parts["rest"] = BytesPart(decoded.data, end, len(decoded.data) - end, "content")
    return parts


def _require(decoded: Decoded, plan: Plan, path: str, start: int, needed: int, what: str) -> None:
    had = max(0, len(decoded.data) - start)
    if needed > had:
        raise DecodeError(
            what,
            structure=decoded.name,
            field=path,
            offset=plan.flat.offset_of(path) if path in plan.indices else start,
            needed=needed,
            had=had,
        )


def item_extent(field: Field) -> int:
    """Bytes of one element of a list."""
    return PROTOCOL.flattener.extent(field)[0] * max(field.count, 1)


def list_header(plan: Plan, tail: ListTail) -> str:
    """The path of the list header in this layout, empty when it has none."""
    for path in (tail.header, *tail.older):
        if f"{path}.ElementCount" in plan.indices:
            return path
    return ""


def _list_parts(decoded: Decoded, plan: Plan, tail: ListTail) -> dict[str, Part]:
    header = list_header(plan, tail)
    if not header:
        return {}
    path = f"{header}.ElementCount"
    count = decoded.number(path)
    type_name = PROTOCOL.text_of("WWAN_STRUCT_TYPE", decoded.number(f"{header}.ElementType"))
    choices = dict(tail.elements).get(type_name, ())
    if not choices:
        return {}
    start = decoded.start + plan.flat.size
    had = len(decoded.data) - start
    item = choices[-1]
    for choice in choices:
        if count and count * item_extent(choice) == had:
            item = choice
    _require(decoded, plan, path, start, count * item_extent(item), "more elements than bytes")
    return {"Elements": ListPart(decoded.name, decoded.data, start, count, item, item_extent(item))}


def tail_start(plan: Plan, at: str) -> int:
    """Where a variable part begins: at a declared field, or behind the fixed part."""
    if not at:
        return plan.flat.size
    return plan.flat.offset_of(at if at in plan.indices else f"{at}[0]")


def bytes_place(plan: Plan, tail: BytesTail) -> tuple[str, str] | None:
    """(length, start) of the bytes in this layout, None when it has none."""
    for length, at in ((tail.length, tail.at), *tail.older):
        if not length or length in plan.indices:
            return length, at
    return None


def _bytes_parts(decoded: Decoded, plan: Plan, tail: BytesTail) -> dict[str, Part]:
    place = bytes_place(plan, tail)
    if place is None:
        return {}
    length, at = place
    start = decoded.start + tail_start(plan, at)
    size = decoded.number(length) if length else len(decoded.data) - start
    _require(decoded, plan, length, start, size, "longer than the buffer")
    return {"Data": BytesPart(decoded.data, start, size, tail.personal)}


def _items_parts(decoded: Decoded, plan: Plan, tail: ItemsTail) -> dict[str, Part]:
    start = decoded.start + tail_start(plan, tail.at)
    size = item_extent(tail.item)
    count = decoded.number(tail.count) if tail.count else (len(decoded.data) - start) // size
    _require(decoded, plan, tail.count, start, count * size, "more elements than bytes")
    return {"Elements": ListPart(decoded.name, decoded.data, start, count, tail.item, size)}


def _pair_parts(decoded: Decoded, plan: Plan, tail: PairsTail) -> dict[str, Part]:
    parts: dict[str, Part] = {}
    base = decoded.start + plan.flat.offset_of(tail.base)
    for name, offset_path, size_path in tail.pairs:
        if size_path in plan.indices:
            start, size = base + decoded.number(offset_path), decoded.number(size_path)
            if size:
                _require(decoded, plan, offset_path, start, size, "refers outside the buffer")
                parts[name] = BytesPart(decoded.data, start, size, tail.personal)
    return parts


def _tlv_parts(decoded: Decoded, plan: Plan, tail: TlvTail) -> dict[str, Part]:
    if decoded.revision < tail.since:
        return {}
    position = decoded.start + plan.flat.size
    parts = {} if tail.pairs is None else _pair_parts(decoded, plan, tail.pairs)
    starts = [part.start for part in parts.values() if isinstance(part, BytesPart)]
    limit = min([start for start in starts if start >= position], default=len(decoded.data))
    header_size = plan_of(*TLV_HEADER).flat.size
    elements: list[tuple[Decoded, BytesPart]] = []
    while limit - position >= header_size:
        struct = PROTOCOL.structure(TLV_HEADER[0])
        header = Decoded(struct, decoded.data, TLV_HEADER[1], 0, position, is_part=True)
        size, padding = header.number("DataLength"), header.number("PaddingLength")
        name = f"Tlvs[{len(elements)}]"
        start = position + header_size
        if size + padding > limit - start:
            raise DecodeError(
                "longer than the buffer",
                structure=decoded.name,
                field=f"{name}.DataLength",
                offset=position + 4,
                needed=size + padding,
                had=limit - start,
            )
        elements.append((header, BytesPart(decoded.data, start, size, tail.personal)))
        position = start + size + padding
    return {"Tlvs": TlvPart(tuple(elements), position), **parts}


def _table_parts(decoded: Decoded, plan: Plan, tail: TablesTail) -> dict[str, Part]:
    parts: dict[str, Part] = {}
    size = item_extent(tail.item)
    for name, pointer_path, count_path in tail.tables:
        pointer, count = decoded.number(pointer_path), decoded.number(count_path)
        if 0 < pointer < POINTER_MIN:
            start = decoded.start + pointer
            _require(decoded, plan, pointer_path, start, count * size, "refers outside the buffer")
            parts[name] = ListPart(decoded.name, decoded.data, start, count, tail.item, size)
    return parts


# Which layout


def select_layout(struct: Struct, data: bytes) -> tuple[str, int] | None:
    """(layout id, revision) that the header of a buffer selects, or None when no row knows it.

    A structure without a header (revision 0) is recognised by its size: the layout of exactly that
    size, else the newest that fits. DecodeError when the header itself is cut off.
    """
    if not struct.has_header:
        sizes = [layout for layout in struct.layouts if layout.size == len(data)]
        sizes = sizes or [layout for layout in struct.layouts if layout.size <= len(data)]
        return (sizes or struct.layouts)[-1].id, 0
    if len(data) < 4:
        raise DecodeError(
            "the buffer ends in the header",
            structure=struct.name,
            field="Header",
            offset=0,
            needed=4,
            had=len(data),
        )
    size = int.from_bytes(data[2:4], "little")
    for revision in struct.revisions:
        if revision.number == data[1]:
            fitting = [name for name in revision.layouts if struct.layout(name).size == size]
            if fitting:
                return fitting[-1], revision.number
    return None


def decode(
    structure: str | Struct, data: bytes | bytearray | memoryview, *, layout: str | None = None
) -> Decoded:
    """Read a buffer as a structure; raw when no row knows its revision and size.

    `layout` names a layout of the structure and overrides the header. Raises DecodeError, with the
    place, for a buffer that is cut off, counts more elements than it holds or refers outside.
    """
    struct = PROTOCOL.structure(structure) if isinstance(structure, str) else structure
    octets = bytes(data)
    if layout is not None:
        revision = octets[1] if struct.has_header and len(octets) > 1 else 0
        return Decoded(struct, octets, struct.layout(layout).id, revision)
    selected = select_layout(struct, octets)
    if selected is None:
        return Decoded(struct, octets, None, octets[1])
    return Decoded(struct, octets, selected[0], selected[1])
