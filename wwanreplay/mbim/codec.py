"""Strict codec of MBIM information buffers, driven by the rows of the tables.

Values are dictionaries from field names to: int; str for text, UUIDs and addresses; bytes; a
dictionary for a structure; a list for an array; None for what is absent; a TLV is
`{"Type": int, "Data": bytes}`. Text keeps a terminator that stands inside its size.

`decode` accepts what the rules allow (data in any order behind the fixed part) and refuses the
rest with a DecodeError that names the place. `encode` writes the one canonical form: data in the
order of the fields, aligned to and padded to 4 bytes; count fields follow from their arrays.
Offsets count from the structure that holds the field (MBIM 1.0, section 10.3).
"""

import ipaddress
import struct
import uuid
from typing import Any

from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.mbim.schema import FIXED_SIZES, Field, Format, Layout
from wwanreplay.mbim.tables import (
    MBIMEX_1_0,
    STRUCTS,
    TLV_TYPES,
    command_name,
    find_layout,
)

Values = dict[str, Any]

TLV_HEADER_SIZE = 8
_SCALARS = {
    Format.U8: struct.Struct("<B"),
    Format.U16: struct.Struct("<H"),
    Format.U32: struct.Struct("<I"),
    Format.I32: struct.Struct("<i"),
    Format.U64: struct.Struct("<Q"),
}
_U32 = struct.Struct("<I")
_PAIR = struct.Struct("<II")
_TLV_HEADER = struct.Struct("<HBBI")
_ADDRESS_SIZES = {
    Format.IPV4_REF: 4,
    Format.IPV6_REF: 16,
    Format.IPV4_ARRAY: 4,
    Format.IPV6_ARRAY: 16,
}


def _padding(size: int) -> int:
    return -size % 4


def _address_text(data: bytes) -> str:
    return str(ipaddress.ip_address(data))


class _Reader:
    """Reads structures out of one buffer; remembers how far the data reach."""

    def __init__(self, data: bytes, strict: bool) -> None:
        self.data = data
        self.strict = strict

    def fail(
        self, reason: str, name: str, field: str | None, offset: int, needed: int, had: int
    ) -> DecodeError:
        return DecodeError(
            reason, structure=name, field=field, offset=offset, needed=needed, had=had
        )

    def take(self, name: str, field: Field, position: int, size: int, end: int) -> bytes:
        """Return `size` bytes at `position`, which must end at or before `end`."""
        if position + size > end:
            had = max(end - position, 0)
            raise self.fail("runs past the end", name, field.name, position, size, had)
        return self.data[position : position + size]

    def read(self, name: str, layout: Layout, base: int, end: int) -> tuple[Values, int]:
        """Read one structure at `base`; return its values and the end of its last data."""
        values: Values = {}
        references: list[tuple[Field, int, int]] = []
        position = base
        extent = base
        for field in layout.fields:
            if field.present_if is not None and values[field.present_if[0]] != field.present_if[1]:
                continue
            scope = _Scope(name, field, values, base, end, references)
            value, position, reach = self.field(scope, position)
            values[field.name] = value
            extent = max(extent, position, reach)
        if self.strict:
            for field, start, size in references:
                if start < position:
                    raise self.fail("points into the fixed part", name, field.name, start, size, 0)
        return values, extent

    def field(self, scope: "_Scope", position: int) -> tuple[Any, int, int]:
        """Read one field; return its value, the next position and the end of its data."""
        kind = scope.field.format
        if kind in _SCALARS:
            raw = self.take(scope.name, scope.field, position, FIXED_SIZES[kind], scope.end)
            return _SCALARS[kind].unpack(raw)[0], position + len(raw), 0
        if kind in _IN_PLACE:
            return self.in_place(scope, position)
        if kind in _TLV_FORMATS:
            return self.tlvs(scope, position)
        if kind in (Format.STRING_ARRAY, Format.STRUCT_REF_ARRAY):
            return self.pairs(scope, position)
        return self.referenced(scope, position)

    def in_place(self, scope: "_Scope", position: int) -> tuple[Any, int, int]:
        """Read a field whose bytes stand in the fixed part."""
        name, field, end = scope.name, scope.field, scope.end
        kind = field.format
        if kind is Format.STRUCT:
            assert field.struct is not None
            inner, reach = self.read(
                f"{name}.{field.name}", STRUCTS[field.struct].layout, position, end
            )
            fixed = self.fixed_end(STRUCTS[field.struct].layout, inner, position)
            return inner, fixed, reach
        if kind is Format.BYTES_COUNTED:
            size = _U32.unpack(self.take(name, field, position, 4, end))[0]
            raw = self.take(name, field, position + 4, size, end)
            padded = min(position + 4 + size + _padding(size), end)
            return raw, padded, 0
        size = self.in_place_size(scope, position)
        raw = self.take(name, field, position, size, end)
        following = position + size
        if kind is Format.UUID:
            return str(uuid.UUID(bytes=raw)), following, 0
        if kind in (Format.IPV4, Format.IPV6):
            return _address_text(raw), following, 0
        if kind is Format.U32_ARRAY:
            return list(struct.unpack(f"<{size // 4}I", raw)), following, 0
        return raw, following, 0

    def in_place_size(self, scope: "_Scope", position: int) -> int:
        field = scope.field
        if field.format in FIXED_SIZES:
            return FIXED_SIZES[field.format]
        if field.format is Format.BYTES_REST:
            return max(scope.end - position, 0)
        if field.format is Format.BYTES_FIXED:
            assert field.count is not None
            return field.count
        return scope.count() * (4 if field.format is Format.U32_ARRAY else 1)

    def fixed_end(self, layout: Layout, values: Values, base: int) -> int:
        """Return where the fixed part of an inline structure ends."""
        position = base + layout.size
        for field in layout.fields:
            if field.format is Format.BYTES_INLINE:
                position += len(values[field.name])
            elif field.format is Format.TLV and values[field.name] is not None:
                size = len(values[field.name]["Data"])
                position += TLV_HEADER_SIZE + size + _padding(size)
        return position

    def reference(self, scope: "_Scope", start: int, size: int) -> bytes:
        """Return the bytes of a reference; `start` counts from the structure's base."""
        absolute = scope.base + start
        if self.strict and start % 4:
            raise self.fail("is not aligned to 4", scope.name, scope.field.name, absolute, size, 0)
        raw = self.take(scope.name, scope.field, absolute, size, scope.end)
        scope.references.append((scope.field, absolute, size))
        return raw

    def text(self, scope: "_Scope", raw: bytes, offset: int) -> str:
        if scope.field.encoding == "utf-8":
            return raw.decode("utf-8", "surrogateescape")
        if len(raw) % 2:
            raise self.fail(
                "text of an odd size", scope.name, scope.field.name, offset, len(raw) + 1, len(raw)
            )
        return raw.decode("utf-16-le", "surrogatepass")

    def pairs(self, scope: "_Scope", position: int) -> tuple[Any, int, int]:
        """Read `count` pairs (offset, size) and what each refers to."""
        name, field = scope.name, scope.field
        count = scope.count()
        raw = self.take(name, field, position, 8 * count, scope.end)
        items: list[Any] = []
        reach = 0
        for index, (start, size) in enumerate(_PAIR.iter_unpack(raw)):
            if field.format is Format.STRING_ARRAY:
                data = self.reference(scope, start, size) if size else b""
                items.append(self.text(scope, data, scope.base + start))
            else:
                self.reference(scope, start, size)
                items.append(self.element(scope, index, start, size))
            reach = max(reach, scope.base + start + size if size else 0)
        return items, position + len(raw), reach

    def element(self, scope: "_Scope", index: int | None, start: int, size: int) -> Values:
        """Read one structure that a pair (offset, size) refers to; it must fill its size."""
        field = scope.field
        assert field.struct is not None
        label = field.name if index is None else f"{field.name}[{index}]"
        name = f"{scope.name}.{label}"
        base = scope.base + start
        layout = STRUCTS[field.struct].layout
        end = base + size
        try:
            values, reach = self.read(name, layout, base, end)
        except DecodeError:
            if self.strict:
                raise
            values, reach = self.read(name, layout, base, scope.end)
        if self.strict and not reach <= end <= reach + _padding(reach - base):
            raise self.fail("has bytes left over", name, None, reach, reach - base, size)
        return values

    def referenced(self, scope: "_Scope", position: int) -> tuple[Any, int, int]:
        """Read a field that stands in the fixed part as an offset, mostly with a size."""
        name, field = scope.name, scope.field
        kind = field.format
        raw = self.take(name, field, position, FIXED_SIZES[kind], scope.end)
        following = position + len(raw)
        if len(raw) == 4:
            return self.offset_only(scope, _U32.unpack(raw)[0], following)
        start, size = _PAIR.unpack(raw)
        if kind is Format.BYTES_REF_SIZE_FIRST:
            start, size = size, start
        if kind in (Format.STRUCT_REF, Format.STRUCT_LIST_REF):
            if start == 0:
                return None, following, 0
            self.reference(scope, start, size)
            if kind is Format.STRUCT_REF:
                value: Any = self.element(scope, None, start, size)
            else:
                value = self.struct_list(scope, start, size)
            return value, following, scope.base + start + size
        data = self.reference(scope, start, size) if size else b""
        reach = scope.base + start + size if size else 0
        if kind is Format.STRING:
            return self.text(scope, data, scope.base + start), following, reach
        return data, following, reach

    def offset_only(self, scope: "_Scope", start: int, following: int) -> tuple[Any, int, int]:
        """Read what an offset alone refers to; sizes follow from the format and the count."""
        field = scope.field
        kind = field.format
        if kind in (Format.IPV4_REF, Format.IPV6_REF):
            if start == 0:
                return None, following, 0
            size = _ADDRESS_SIZES[kind]
            return (
                _address_text(self.reference(scope, start, size)),
                following,
                scope.base + start + size,
            )
        count = scope.count()
        if count == 0:
            return (b"" if kind is Format.BYTES_REF_OFFSET_ONLY else []), following, 0
        if kind is Format.BYTES_REF_OFFSET_ONLY:
            return self.reference(scope, start, count), following, scope.base + start + count
        if kind is Format.STRUCT_ARRAY:
            assert field.struct is not None
            layout = STRUCTS[field.struct].layout
            self.reference(scope, start, layout.size * count)
            base = scope.base + start
            items: list[Any] = [
                self.read(
                    f"{scope.name}.{field.name}[{index}]",
                    layout,
                    base + index * layout.size,
                    base + (index + 1) * layout.size,
                )[0]
                for index in range(count)
            ]
            return items, following, base + layout.size * count
        size = _ADDRESS_SIZES[kind]
        raw = self.reference(scope, start, size * count)
        addresses = [_address_text(raw[at : at + size]) for at in range(0, len(raw), size)]
        return addresses, following, scope.base + start + len(raw)

    def struct_list(self, scope: "_Scope", start: int, size: int) -> list[Values]:
        """Read a count and that many structures, each followed by its own data."""
        field = scope.field
        assert field.struct is not None
        layout = STRUCTS[field.struct].layout
        position = scope.base + start
        end = position + size if self.strict else scope.end
        count = _U32.unpack(self.take(scope.name, field, position, 4, end))[0]
        position += 4
        if count * max(layout.size, 1) > end - position:
            raise self.fail(
                f"claims {count} elements",
                scope.name,
                field.name,
                position,
                count * layout.size,
                max(end - position, 0),
            )
        items = []
        for index in range(count):
            name = f"{scope.name}.{field.name}[{index}]"
            values, reach = self.read(name, layout, position, end)
            items.append(values)
            position = min(reach + _padding(reach - position), end)
        if self.strict and position != end:
            raise self.fail(
                "has bytes left over", scope.name, field.name, position, 0, end - position
            )
        return items

    def tlvs(self, scope: "_Scope", position: int) -> tuple[Any, int, int]:
        kind = scope.field.format
        if kind is Format.TLV_LIST:
            items = []
            while scope.end - position >= TLV_HEADER_SIZE or (self.strict and position < scope.end):
                item, position = self.tlv(scope, position)
                items.append(item)
            return items, position, 0
        item, position = self.tlv(scope, position)
        if kind is Format.TLV:
            self.expect(scope, item, scope.field.tlv_type, position)
            return item, position, 0
        if kind is Format.TLV_STRING:
            self.expect(scope, item, "WCHAR_STR", position)
            return self.text(scope, item["Data"], position), position, 0
        self.expect(scope, item, "UINT16_TBL", position)
        if len(item["Data"]) % 2:
            raise self.fail(
                "table of an odd size",
                scope.name,
                scope.field.name,
                position,
                len(item["Data"]) + 1,
                len(item["Data"]),
            )
        return [part for (part,) in struct.iter_unpack("<H", item["Data"])], position, 0

    def expect(self, scope: "_Scope", item: Values, wanted: str | None, position: int) -> None:
        if self.strict and wanted is not None and item["Type"] != TLV_TYPES[wanted]:
            raise DecodeError(
                f"TLV of type {item['Type']} instead of {TLV_TYPES[wanted]} ({wanted}) before",
                structure=scope.name,
                field=scope.field.name,
                offset=position,
            )

    def tlv(self, scope: "_Scope", position: int) -> tuple[Values, int]:
        header = self.take(scope.name, scope.field, position, TLV_HEADER_SIZE, scope.end)
        kind, reserved, padding, size = _TLV_HEADER.unpack(header)
        if self.strict and (reserved != 0 or padding != _padding(size)):
            raise DecodeError(
                f"TLV header with reserved byte {reserved} and padding {padding}",
                structure=scope.name,
                field=scope.field.name,
                offset=position,
            )
        position += TLV_HEADER_SIZE
        data = self.take(scope.name, scope.field, position, size + padding, scope.end)[:size]
        return {"Type": kind, "Data": data}, position + size + padding


class _Scope:
    """Where a field stands: its structure's name, values so far, base and end."""

    __slots__ = ("base", "end", "field", "name", "references", "values")

    def __init__(
        self,
        name: str,
        field: Field,
        values: Values,
        base: int,
        end: int,
        references: list[tuple[Field, int, int]],
    ) -> None:
        self.name = name
        self.field = field
        self.values = values
        self.base = base
        self.end = end
        self.references = references

    def count(self) -> int:
        """Return the number of elements or bytes that the count field holds."""
        assert self.field.count_field is not None
        return int(self.values[self.field.count_field])


_TLV_FORMATS = frozenset({Format.TLV, Format.TLV_STRING, Format.TLV_U16_ARRAY, Format.TLV_LIST})
_IN_PLACE = frozenset(
    {
        Format.UUID,
        Format.IPV4,
        Format.IPV6,
        Format.BYTES_FIXED,
        Format.BYTES_COUNTED,
        Format.BYTES_INLINE,
        Format.BYTES_REST,
        Format.STRUCT,
        Format.U32_ARRAY,
    }
)


class _Writer:
    """Writes structures into one growing buffer, data behind the fixed part."""

    def __init__(self) -> None:
        self.out = bytearray()

    def fail(self, name: str, field: Field, reason: str) -> UsageError:
        return UsageError(f"{name}.{field.name}: {reason}")

    def write(self, name: str, layout: Layout, values: Values) -> None:
        """Write one structure at the end of the buffer, with its data behind it."""
        base = len(self.out)
        pending: list[tuple[int, int, str, Field, Any]] = []
        self.fixed(name, layout, values, base, pending)
        for at, origin, place, field, value in pending:
            self.data(at, origin, place, field, value)

    def fixed(
        self,
        name: str,
        layout: Layout,
        values: Values,
        base: int,
        pending: list[tuple[int, int, str, Field, Any]],
    ) -> None:
        """Write the fixed part; what lies behind it is added to `pending`."""
        known = {field.name for field in layout.fields}
        for given in values:
            if given not in known:
                raise UsageError(f"{name}: has no field {given}")
        counts = self.counts(name, layout, values)
        for field in layout.fields:
            if field.present_if is not None and (
                counts.get(field.present_if[0], values.get(field.present_if[0], 0))
                != field.present_if[1]
            ):
                if values.get(field.name):
                    raise self.fail(name, field, f"needs {field.present_if[0]} to select it")
                continue
            value = counts[field.name] if field.name in counts else values.get(field.name)
            self.field(name, field, value, base, pending)

    def counts(self, name: str, layout: Layout, values: Values) -> dict[str, int]:
        """Derive the count fields; arrays that share one must agree, and so must a given count."""
        counts: dict[str, int] = {}
        for field in layout.fields:
            if field.count_field is None or (field.present_if and field.name not in values):
                continue
            size = len(values.get(field.name) or ())
            if counts.setdefault(field.count_field, size) != size:
                raise self.fail(
                    name, field, f"{size} elements, another array has a different count"
                )
            given = values.get(field.count_field, size)
            if given != size:
                raise self.fail(name, field, f"{size} elements, {field.count_field} says {given}")
        return counts

    def field(
        self,
        name: str,
        field: Field,
        value: Any,
        base: int,
        pending: list[tuple[int, int, str, Field, Any]],
    ) -> None:
        kind = field.format
        try:
            if kind in _SCALARS:
                self.out += _SCALARS[kind].pack(value or 0)
            elif kind is Format.STRUCT:
                assert field.struct is not None
                inner = STRUCTS[field.struct].layout
                self.fixed(f"{name}.{field.name}", inner, value or {}, len(self.out), pending)
            elif kind in _IN_PLACE:
                self.out += self.in_place(name, field, value)
            elif kind in _TLV_FORMATS:
                self.out += self.tlvs(name, field, value)
            else:
                count = (
                    len(value or ())
                    if kind in (Format.STRING_ARRAY, Format.STRUCT_REF_ARRAY)
                    else None
                )
                pending.append((len(self.out), base, name, field, value))
                self.out += bytes(FIXED_SIZES[kind] if count is None else 8 * count)
        except (struct.error, ValueError, TypeError, AttributeError, KeyError) as error:
            if isinstance(error, UsageError):
                raise
            raise self.fail(name, field, f"cannot hold {value!r}: {error}") from error

    def in_place(self, name: str, field: Field, value: Any) -> bytes:
        kind = field.format
        if kind is Format.UUID:
            return uuid.UUID(value).bytes if value else bytes(16)
        if kind in (Format.IPV4, Format.IPV6):
            size = FIXED_SIZES[kind]
            packed = ipaddress.ip_address(value).packed if value else bytes(size)
            if len(packed) != size:
                raise self.fail(name, field, f"{value} is of the other address family")
            return packed
        if kind is Format.U32_ARRAY:
            return struct.pack(f"<{len(value or ())}I", *(value or ()))
        raw = bytes(value or b"")
        if kind is Format.BYTES_FIXED:
            assert field.count is not None
            if value is None:
                return bytes(field.count)
            if len(raw) != field.count:
                raise self.fail(name, field, f"takes {field.count} bytes, not {len(raw)}")
        if kind is Format.BYTES_COUNTED:
            return _U32.pack(len(raw)) + raw + bytes(_padding(len(raw)))
        return raw

    def tlvs(self, name: str, field: Field, value: Any) -> bytes:
        if field.format is Format.TLV_LIST:
            return b"".join(_tlv(item["Type"], item["Data"]) for item in value or ())
        if field.format is Format.TLV_STRING:
            return _tlv(TLV_TYPES["WCHAR_STR"], (value or "").encode("utf-16-le", "surrogatepass"))
        if field.format is Format.TLV_U16_ARRAY:
            return _tlv(
                TLV_TYPES["UINT16_TBL"], struct.pack(f"<{len(value or ())}H", *(value or ()))
            )
        wanted = TLV_TYPES[field.tlv_type] if field.tlv_type is not None else None
        if value is None:
            return _tlv(wanted or 0, b"")
        if wanted is not None and value["Type"] != wanted:
            raise self.fail(name, field, f"takes a TLV of type {wanted}, not {value['Type']}")
        return _tlv(value["Type"], value["Data"])

    def data(self, at: int, base: int, name: str, field: Field, value: Any) -> None:
        """Write what a reference at `at` refers to, and patch the reference."""
        kind = field.format
        if kind in (Format.STRING_ARRAY, Format.STRUCT_REF_ARRAY):
            for index, item in enumerate(value or ()):
                self.item(at + 8 * index, base, f"{name}.{field.name}[{index}]", field, item)
        elif kind in (
            Format.STRING,
            Format.BYTES_REF,
            Format.BYTES_REF_SIZE_FIRST,
            Format.STRUCT_REF,
            Format.STRUCT_LIST_REF,
        ):
            self.item(at, base, f"{name}.{field.name}", field, value)
        else:
            self.offset_only(at, base, name, field, value)

    def align(self, base: int) -> int:
        self.out += bytes(_padding(len(self.out) - base))
        return len(self.out) - base

    def item(self, at: int, base: int, name: str, field: Field, value: Any) -> None:
        """Write one item with a pair (offset, size)."""
        kind = field.format
        if value is None or (kind not in _STRUCTURED and len(value) == 0):
            return
        start = self.align(base)
        if kind in (Format.STRUCT_REF, Format.STRUCT_REF_ARRAY):
            assert field.struct is not None
            self.write(name, STRUCTS[field.struct].layout, value)
        elif kind is Format.STRUCT_LIST_REF:
            assert field.struct is not None
            self.out += _U32.pack(len(value))
            for index, element in enumerate(value):
                origin = len(self.out)
                self.write(f"{name}[{index}]", STRUCTS[field.struct].layout, element)
                self.align(origin)
        elif kind in (Format.STRING, Format.STRING_ARRAY):
            errors = "surrogateescape" if field.encoding == "utf-8" else "surrogatepass"
            self.out += value.encode(field.encoding, errors)
        else:
            self.out += bytes(value)
        size = len(self.out) - base - start
        self.align(base)
        pair = (size, start) if kind is Format.BYTES_REF_SIZE_FIRST else (start, size)
        _PAIR.pack_into(self.out, at, *pair)

    def offset_only(self, at: int, base: int, name: str, field: Field, value: Any) -> None:
        if value is None or (not isinstance(value, str) and len(value) == 0):
            return
        start = self.align(base)
        kind = field.format
        if kind is Format.STRUCT_ARRAY:
            assert field.struct is not None
            for index, element in enumerate(value):
                self.write(f"{name}.{field.name}[{index}]", STRUCTS[field.struct].layout, element)
        elif kind is Format.BYTES_REF_OFFSET_ONLY:
            self.out += bytes(value)
        else:
            for address in [value] if isinstance(value, str) else value:
                try:
                    packed = ipaddress.ip_address(address).packed
                except ValueError as error:
                    raise self.fail(name, field, str(error)) from error
                if len(packed) != _ADDRESS_SIZES[kind]:
                    raise self.fail(name, field, f"{address} is of the other address family")
                self.out += packed
        self.align(base)
        _U32.pack_into(self.out, at, start)


_STRUCTURED = frozenset({Format.STRUCT_REF, Format.STRUCT_REF_ARRAY, Format.STRUCT_LIST_REF})


def _tlv(kind: int, data: bytes) -> bytes:
    padding = _padding(len(data))
    return _TLV_HEADER.pack(kind, 0, padding, len(data)) + bytes(data) + bytes(padding)


def decode_layout(name: str, layout: Layout, data: bytes, *, strict: bool = True) -> Values:
    """Decode a whole information buffer by one layout.

    `name` is the structure named in errors. With `strict` off, offsets need no alignment, sizes of
    elements are taken for hints and bytes left over are ignored; nothing is ever read outside the
    buffer. Raises DecodeError.
    """
    values, extent = _Reader(data, strict).read(name, layout, 0, len(data))
    if strict and len(data) > extent + _padding(extent):
        raise DecodeError(
            "has bytes left over", structure=name, offset=extent, needed=extent, had=len(data)
        )
    return values


def encode_layout(name: str, layout: Layout, values: Values) -> bytes:
    """Encode named fields by one layout; a field not given is zero, empty or absent.

    Raises UsageError for a name, type or value that does not fit.
    """
    writer = _Writer()
    writer.write(name, layout, values)
    return bytes(writer.out)


def _layout_of(service: int, cid: int, operation: str, mbimex: int) -> tuple[str, Layout]:
    name = f"{command_name(service, cid)} {operation}"
    layout = find_layout(service, cid, operation, mbimex)
    if layout is None:
        raise UsageError(f"{name}: no layout in the tables for MBIMEx {mbimex:#06x}")
    return name, layout


def decode(
    service: int,
    cid: int,
    operation: str,
    data: bytes,
    *,
    mbimex: int = MBIMEX_1_0,
    strict: bool = True,
) -> Values:
    """Decode the information buffer of a command by the layout in force.

    `service` is our service number, `operation` query, set, response or notification, `mbimex` the
    version in force (BCD). Raises UsageError without a layout, DecodeError for bad bytes.
    """
    name, layout = _layout_of(service, cid, operation, mbimex)
    return decode_layout(name, layout, data, strict=strict)


def encode(
    service: int, cid: int, operation: str, values: Values, *, mbimex: int = MBIMEX_1_0
) -> bytes:
    """Encode the information buffer of a command by the layout in force; the reverse of decode."""
    name, layout = _layout_of(service, cid, operation, mbimex)
    return encode_layout(name, layout, values)
