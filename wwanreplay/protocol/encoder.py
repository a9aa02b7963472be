"""Named fields to bytes, exact for every layout of the tables."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from typing import Any

from wwanreplay._core import PAYLOAD_SIZE_MAX
from wwanreplay._core import Layout as CompiledLayout
from wwanreplay.errors import UsageError, shown
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.decoded import (
    POINTER_MIN,
    TLV_HEADER,
    Decoded,
    bytes_place,
    decode,
    item_extent,
    list_header,
    tail_start,
)
from wwanreplay.protocol.plan import Plan, plan_of, scalar_layout
from wwanreplay.protocol.schema import (
    BytesTail,
    Field,
    ItemsTail,
    ListTail,
    PairsTail,
    RowError,
    Struct,
    TablesTail,
    TlvTail,
)
from wwanreplay.protocol.tables import near

OBJECT_TYPE_DEFAULT = 0x80
_TEXT_KINDS = ("wchar16", "char8", "guid")


def _octets_of(value: Any, name: str) -> bytes:
    """Bytes, or their hexadecimal form."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    try:
        return bytes.fromhex(value)
    except (TypeError, ValueError):
        raise UsageError(
            f"{name}: {shown(value)} is neither bytes nor their hexadecimal form"
        ) from None


def _items_of(value: Any, name: str) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise UsageError(f"{name}: {shown(value)} is no list of elements")
    return value


def _mapping_of(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise UsageError(f"{name}: {shown(value)} does not name fields")
    return value


def encode(
    structure: str | Struct,
    values: Mapping[str, Any] | Decoded | None = None,
    *,
    layout: str | None = None,
    revision: int | None = None,
    element_size: int | None = None,
) -> bytes:
    """The bytes of a structure with these values; what is not named is zero.

    Values are nested mappings or dotted paths: numbers, names of enumeration members (flags joined
    by `|`), text, bytes (or their hexadecimal form), GUIDs as text. `Elements`, `Data`, `Tlvs` and
    the names of a row's blocks give the variable part; headers, counts, lengths and offsets are
    filled in unless they are given.

    The layout is the one named, the newest of `revision`, the one that given `Header` values ask
    for, or the newest. `element_size` chooses between elements of older and newer releases; the
    newest is the default. A Decoded gives its own bytes. Raises UsageError with structure and
    field.
    """
    struct = PROTOCOL.structure(structure) if isinstance(structure, str) else structure
    if isinstance(values, Decoded):
        return _encode_decoded(values)
    flat_values = _flattened(values or {})
    if set(flat_values) == {"raw"}:
        return _octets_of(flat_values["raw"], f"{struct.name}.raw")
    layout_id, number = _choose(struct, flat_values, layout, revision)
    return _Writer(struct, layout_id, number, element_size, bytearray()).write(flat_values)


def _encode_decoded(decoded: Decoded) -> bytes:
    if decoded.plan is None or decoded.layout_id is None:
        return decoded.data
    template = bytearray(bytes(decoded))
    writer = _Writer(
        decoded.structure, decoded.layout_id, decoded.revision, decoded.element_size, template
    )
    return writer.write(_flattened(decoded.to_dict()))


def altered(decoded: Decoded, changes: Mapping[str, Any]) -> bytes:
    """A decoded buffer's bytes with some leaves changed; counts and lengths stay as they are.

    Paths are those of `Decoded.leaves`; bytes of the variable part keep their size. Raises
    UsageError for a path that the buffer does not have.
    """
    octets = bytearray(decoded.data)
    places = {leaf.path: leaf for leaf in decoded.leaves()}
    for path, value in changes.items():
        leaf = places.get(path)
        if leaf is None:
            raise UsageError(f"{decoded.name}: no field {path}{near(path, places)}")
        field = Field("Element", leaf.field.kind, leaf.field.count, bits=leaf.field.bits)
        made = CompiledLayout(
            decoded.name, leaf.size, [("Element", field.kind, 0, field.count, field.bits)]
        )
        _store(made, octets, leaf.offset, 0, leaf.field, value, f"{decoded.name}.{path}")
    return bytes(octets)


def replaced(decoded: Decoded, changes: Mapping[str, Any]) -> Decoded:
    """The buffer decoded again with some leaves changed (see `altered`)."""
    return decode(decoded.structure, altered(decoded, changes), layout=decoded.layout_id)


def _flattened(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Dotted paths to values; lists of mappings at the top stay lists (they may be elements)."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        path = f"{prefix}{name}"
        if isinstance(value, Decoded):
            value = value.to_dict()
        if isinstance(value, Mapping):
            found.update(_flattened(value, f"{path}."))
        elif prefix and isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
            for position, item in enumerate(value):
                inside = f"{path}[{position}]"
                found.update(_flattened(_mapping_of(item, inside), f"{inside}."))
        else:
            found[path] = value
    return found


def _choose(
    struct: Struct, values: Mapping[str, Any], layout: str | None, revision: int | None
) -> tuple[str, int]:
    """(layout id, revision) to encode with."""
    try:
        if layout is not None:
            struct.layout(layout)
    except RowError as error:
        raise UsageError(str(error)) from None
    if not struct.revisions:
        return layout or struct.layouts[-1].id, 0
    if layout is None and revision is None and "Header.Revision" in values:
        revision = _revision_of(struct, values["Header.Revision"])
        size = values.get("Header.Size")
        for row in struct.revisions:
            fitting = [name for name in row.layouts if struct.layout(name).size == size]
            if row.number == revision and fitting:
                return fitting[-1], revision
    if revision is not None:
        for row in struct.revisions:
            if row.number == revision:
                return layout or row.layouts[-1], revision
        if layout is None:
            known = ", ".join(str(row.number) for row in struct.revisions)
            raise UsageError(f"{struct.name}: no revision {revision}, there are {known}")
        return layout, revision
    if layout is None:
        return struct.revisions[-1].layouts[-1], struct.revisions[-1].number
    holders = [row.number for row in struct.revisions if layout in row.layouts]
    return layout, holders[-1] if holders else struct.revisions[-1].number


def _revision_of(struct: Struct, value: Any) -> int:
    try:
        return int(value, 0) if isinstance(value, str) else operator.index(value)
    except (TypeError, ValueError):
        raise UsageError(f"{struct.name}.Header.Revision: {shown(value)} is no number") from None


def _store(
    compiled: CompiledLayout,
    octets: bytearray,
    start: int,
    index: int,
    field: Field,
    value: Any,
    name: str,
) -> None:
    """Write one leaf unless the bytes there are that value already."""
    _require_kind(field, value, name)
    if isinstance(value, str) and field.kind not in _TEXT_KINDS:
        value = _number_or_octets(field, value, name)
    if compiled.load(octets, start, index) == value:
        return
    try:
        compiled.store(octets, start, index, value)
    except (TypeError, ValueError, OverflowError) as error:
        raise UsageError(f"{name}: {error}") from None


def _require_kind(field: Field, value: Any, name: str) -> None:
    """Refuse what Python would turn into text or bytes by itself: a number is neither."""
    if field.kind in _TEXT_KINDS and not (field.kind == "guid" and field.count):
        what, fits = "text", isinstance(value, str | bytes if field.kind == "guid" else str)
    elif field.count:
        fits = isinstance(value, str | bytes | bytearray | memoryview | list | tuple)
        what = "bytes or a list"
    else:
        what, fits = "a number", isinstance(value, str | int)
    if not fits:
        raise UsageError(f"{name}: must be {what}, not {shown(value)}")


def _number_or_octets(field: Field, value: str, name: str) -> int | bytes:
    try:
        if field.kind == "u8" and field.count:
            return bytes.fromhex(value)
        if value[:1].isdigit() or value[:1] == "-":
            return int(value, 0)
    except ValueError:
        raise UsageError(
            f"{name}: {shown(value)} is neither a number nor hexadecimal bytes"
        ) from None
    if not field.values:
        raise UsageError(f"{name}: {shown(value)} is not a number")
    try:
        return PROTOCOL.number_of(field.values, value)
    except UsageError as error:
        raise UsageError(f"{name}: {error}") from None


class _Writer:
    """One encoding: a template (or nothing) that grows to the buffer."""

    def __init__(
        self,
        struct: Struct,
        layout_id: str,
        revision: int,
        element_size: int | None,
        octets: bytearray,
    ) -> None:
        self.struct = struct
        self.plan: Plan = plan_of(struct.name, layout_id)
        self.revision = revision
        self.element_size = element_size
        self.octets = octets
        self.grow(self.plan.flat.size)
        self.given: set[str] = set()

    def grow(self, size: int) -> None:
        """Make room; new bytes are zero."""
        if size > PAYLOAD_SIZE_MAX:
            raise UsageError(
                f"{self.struct.name}: {size} bytes, but a record holds at most {PAYLOAD_SIZE_MAX}"
            )
        self.octets.extend(bytes(max(0, size - len(self.octets))))

    def leaf(self, path: str, value: Any) -> None:
        """Write one leaf of the fixed part."""
        plan = self.plan
        index = plan.indices.get(path)
        name = f"{self.struct.name}.{path}"
        if index is not None:
            field = plan.flat.leaves[index].field
            _store(plan.compiled, self.octets, 0, index, field, value, name)
        elif path in plan.flat.groups and isinstance(value, bytes):
            offset, size = plan.flat.groups[path]
            if len(value) != size:
                raise UsageError(f"{name}: {len(value)} bytes, the union has {size}")
            self.octets[offset : offset + size] = value
        else:
            where = f"{self.struct.name} {plan.flat.layout.id}"
            raise UsageError(f"{where}: no field {path}{near(path, plan.indices)}")

    def default(self, path: str, value: Any) -> None:
        """Write a leaf that follows from others, unless it was given."""
        if path in self.plan.indices and path not in self.given:
            self.leaf(path, value)

    def write(self, values: dict[str, Any]) -> bytes:
        """All values and the variable part."""
        tail_names = variable_names(self.struct)
        variable = {name: values.pop(name) for name in tail_names if name in values}
        spread: dict[str, Any] = {}
        for path, value in values.items():
            if isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
                for position, item in enumerate(value):
                    inside = f"{path}[{position}]"
                    spread.update(_flattened(_mapping_of(item, inside), f"{inside}."))
            else:
                spread[path] = value
        self.given = set(spread)
        for path, value in spread.items():
            self.leaf(path, value)
        if self.struct.has_header:
            self.default("Header.Type", OBJECT_TYPE_DEFAULT)
            self.default("Header.Revision", self.revision)
            self.default("Header.Size", self.plan.flat.size)
        end = max(self.plan.flat.size, self.tail(variable))
        rest = _octets_of(variable.get("rest", b""), f"{self.struct.name}.rest")
        self.grow(end + len(rest))
        self.octets[end : end + len(rest)] = rest
        return bytes(self.octets)

    def tail(self, variable: Mapping[str, Any]) -> int:
        """Write the variable part; the offset behind it."""
        tail = self.struct.tail
        if isinstance(tail, ListTail):
            return self.list_tail(tail, variable.get("Elements"))
        if isinstance(tail, BytesTail):
            return self.bytes_tail(tail, variable.get("Data", b""))
        if isinstance(tail, ItemsTail):
            return self.items_tail(tail, variable.get("Elements", ()))
        if isinstance(tail, PairsTail):
            return self.pairs_tail(tail, variable, 0)
        if isinstance(tail, TlvTail):
            if "Tlvs" in variable and self.revision < tail.since:
                raise UsageError(f"{self.struct.name}: has no Tlvs before revision {tail.since}")
            end = self.tlv_tail(variable.get("Tlvs", ()))
            return end if tail.pairs is None else self.pairs_tail(tail.pairs, variable, end)
        if isinstance(tail, TablesTail):
            return self.tables_tail(tail, variable)
        return 0

    def block(self, start: int, data: Any, name: str) -> int:
        """Write bytes; the offset behind them."""
        octets = _octets_of(data, f"{self.struct.name}.{name}")
        self.grow(start + len(octets))
        self.octets[start : start + len(octets)] = octets
        return start + len(octets)

    def items(self, start: int, item: Field, elements: Sequence[Any], name: str) -> int:
        """Write elements one after another; the offset behind them."""
        size = item_extent(item)
        elements = _items_of(elements, f"{self.struct.name}.{name}")
        self.grow(start + size * len(elements))
        for position, element in enumerate(elements):
            at = start + position * size
            place = f"{self.struct.name}.{name}[{position}]"
            if not item.of:
                compiled = scalar_layout(self.struct.name, item)
                _store(compiled, self.octets, at, 0, item, element, place)
            elif isinstance(element, Decoded):
                self.octets[at : at + size] = bytes(element)
            elif isinstance(element, Mapping):
                inner = PROTOCOL.structure(item.of)
                own = self.octets[at : at + size]
                writer = _Writer(inner, item.layout, 0, None, bytearray(own))
                self.octets[at : at + size] = writer.write(_flattened(element))
            else:
                raise UsageError(f"{place}: a {item.of} is given as a mapping")
        return start + size * len(elements)

    def list_tail(self, tail: ListTail, elements: Sequence[Any] | None) -> int:
        """A list behind the fixed part; the type is the newest one unless it is given."""
        header = list_header(self.plan, tail)
        count_path, type_path = f"{header}.ElementCount", f"{header}.ElementType"
        if not header:
            if elements:
                where = f"{self.struct.name} {self.plan.flat.layout.id}"
                raise UsageError(f"{where}: has no list of elements")
            return 0
        if not tail.elements:
            if elements:
                raise UsageError(f"{self.struct.name}: the size of an element is not known")
            return 0
        if elements is None:
            return 0
        elements = _items_of(elements, f"{self.struct.name}.Elements")
        if type_path not in self.given:
            self.leaf(type_path, tail.elements[-1][0])
        index = self.plan.indices[type_path]
        number = self.plan.compiled.load(self.octets, 0, index)
        choices = dict(tail.elements).get(PROTOCOL.text_of("WWAN_STRUCT_TYPE", number))
        if choices is None:
            raise UsageError(f"{self.struct.name}.{type_path}: {number} is no element of its list")
        fitting = [field for field in choices if item_extent(field) == self.element_size]
        self.default(count_path, len(elements))
        item = (fitting or choices)[-1]
        return self.items(self.plan.flat.size, item, elements, "Elements")

    def bytes_tail(self, tail: BytesTail, data: Any) -> int:
        """Bytes whose length is a field."""
        place = bytes_place(self.plan, tail)
        if place is None:
            if data:
                where = f"{self.struct.name} {self.plan.flat.layout.id}"
                raise UsageError(f"{where}: has no bytes of variable length")
            return 0
        length, at = place
        start = tail_start(self.plan, at)
        end = self.block(start, data, "Data")
        if length:
            self.default(length, end - start)
        return end

    def items_tail(self, tail: ItemsTail, elements: Sequence[Any]) -> int:
        """Items that a field counts, or that fill the buffer."""
        start = tail_start(self.plan, tail.at)
        elements = _items_of(elements, f"{self.struct.name}.Elements")
        if tail.count:
            self.default(tail.count, len(elements))
        return self.items(start, tail.item, elements, "Elements")

    def pairs_tail(self, tail: PairsTail, variable: Mapping[str, Any], end: int) -> int:
        """Blocks that offsets and sizes point at, one after another unless offsets are given."""
        base = self.plan.flat.offset_of(tail.base)
        end = max(end, tail_start(self.plan, tail.at))
        for name, offset_path, size_path in tail.pairs:
            if name not in variable:
                continue
            if size_path not in self.plan.indices:
                where = f"{self.struct.name} {self.plan.flat.layout.id}"
                raise UsageError(f"{where}: has no {name}")
            self.default(offset_path, end - base)
            index = self.plan.indices[offset_path]
            start = base + self.plan.compiled.load(self.octets, 0, index)
            stop = self.block(start, variable[name], name)
            self.default(size_path, stop - start)
            end = max(end, stop)
        return end

    def tlv_tail(self, elements: Sequence[Mapping[str, Any]]) -> int:
        """Type-length-value elements, each padded to a multiple of 4."""
        header = PROTOCOL.structure(TLV_HEADER[0])
        position = self.plan.flat.size
        for element in _items_of(elements, f"{self.struct.name}.Tlvs"):
            values = dict(_mapping_of(element, f"{self.struct.name}.Tlvs"))
            data = _octets_of(values.pop("Data", b""), f"{self.struct.name}.Tlvs.Data")
            values.setdefault("DataLength", len(data))
            values.setdefault("PaddingLength", -len(data) % 4)
            size = plan_of(*TLV_HEADER).flat.size
            writer = _Writer(header, TLV_HEADER[1], 0, None, bytearray(size))
            self.block(position, writer.write(values), "Tlvs")
            end = self.block(position + size, data, "Tlvs")
            position = end + self.padding(values["PaddingLength"])
            self.grow(position)
        return position

    def padding(self, value: Any) -> int:
        """The length of a padding, which the header has taken already."""
        return int(value, 0) if isinstance(value, str) else int(value)

    def tables_tail(self, tail: TablesTail, variable: Mapping[str, Any]) -> int:
        """Tables inside the buffer; their pointers become offsets."""
        end = self.plan.flat.size
        for name, pointer_path, count_path in tail.tables:
            if name not in variable:
                continue
            elements = _items_of(variable[name], f"{self.struct.name}.{name}")
            self.default(pointer_path, end)
            self.default(count_path, len(elements))
            index = self.plan.indices[pointer_path]
            start = self.plan.compiled.load(self.octets, 0, index)
            if not self.plan.flat.size <= start < POINTER_MIN:
                raise UsageError(f"{self.struct.name}.{pointer_path}: {start:#x} is no offset")
            end = max(end, self.items(start, tail.item, elements, name))
        return end


def variable_names(struct: Struct) -> tuple[str, ...]:
    """The names by which values give a structure's variable part, and what lies behind it."""
    tail = struct.tail
    names: tuple[str, ...] = ("rest",)
    if isinstance(tail, ListTail | ItemsTail):
        return (*names, "Elements")
    if isinstance(tail, BytesTail):
        return (*names, "Data")
    if isinstance(tail, PairsTail):
        return (*names, *(name for name, _, _ in tail.pairs))
    if isinstance(tail, TlvTail):
        pairs = () if tail.pairs is None else tail.pairs.pairs
        return (*names, "Tlvs", *(name for name, _, _ in pairs))
    if isinstance(tail, TablesTail):
        return (*names, *(name for name, _, _ in tail.tables))
    return names
