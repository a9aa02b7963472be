"""Reading MBIM structures out of a buffer, by their rows."""

import ipaddress
import struct
import uuid
from typing import Any, Final

from wwanreplay.errors import DecodeError
from wwanreplay.mbim.contents import ContentReader, has_content, read_header, type_name
from wwanreplay.mbim.forms import (
    ADDRESS_SIZES,
    IN_PLACE,
    PAIR,
    SCALARS,
    TLV_FORMATS,
    TLV_HEADER,
    TLV_HEADER_SIZE,
    U32,
    Values,
    padding,
)
from wwanreplay.mbim.schema import FIXED_SIZES, Field, Format, Layout
from wwanreplay.mbim.tables import STRUCTS, TLV_TYPES


def _address_text(data: bytes) -> str:
    return str(ipaddress.ip_address(data))


#: What is wrong with units of two bytes of which the last is half there.
ODD_SIZE: Final = "of an odd size"


class Scope:
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


#: How often the bytes of a buffer may be read: data of several fields may share a place, but a
#: buffer whose elements all refer to the same bytes would grow without bounds.
READ_OVER_MAX = 4
#: Bytes that may be read of any buffer, however short.
READ_FREE_SIZE = 4096


class Reader:
    """Reads structures out of one buffer; how often its bytes are read is limited."""

    def __init__(self, data: bytes, strict: bool) -> None:
        self.data = data
        self.strict = strict
        self._budget = READ_OVER_MAX * len(data) + READ_FREE_SIZE

    def fail(
        self, reason: str, name: str, field: str | None, offset: int, needed: int, had: int
    ) -> DecodeError:
        """Return the error for bytes that do not fit; the caller raises it."""
        return DecodeError(
            reason, structure=name, field=field, offset=offset, needed=needed, had=had
        )

    def bound(self, name: str, field: Field, position: int, size: int, end: int) -> None:
        """Refuse bytes that do not end at or before `end`."""
        if position + size > end:
            had = max(end - position, 0)
            raise self.fail("runs past the end", name, field.name, position, size, had)

    def take(self, name: str, field: Field, position: int, size: int, end: int) -> bytes:
        """Return `size` bytes at `position`, which must end at or before `end`."""
        self.bound(name, field, position, size, end)
        self._budget -= size
        if self._budget < 0:
            raise DecodeError(
                f"refers to the same bytes over and over (more than {READ_OVER_MAX} times)",
                structure=name,
                field=field.name,
                offset=position,
            )
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
            scope = Scope(name, field, values, base, end, references)
            value, position, reach = self.field(scope, position)
            values[field.name] = value
            extent = max(extent, position, reach)
        if self.strict:
            for field, start, size in references:
                if start < position:
                    raise self.fail("points into the fixed part", name, field.name, start, size, 0)
        return values, extent

    def read_part(self, name: str, layout: Layout) -> tuple[Values, DecodeError | None]:
        """Read the members that are whole, and say why the first other one is not.

        One that refers to bytes which are not there is stepped over, since its own place is known.
        """
        values: Values = {}
        position, end = 0, len(self.data)
        wrong: DecodeError | None = None
        for field in layout.fields:
            if field.present_if is not None and values[field.present_if[0]] != field.present_if[1]:
                continue
            scope = Scope(name, field, values, 0, end, [])
            try:
                values[field.name], position, _ = self.field(scope, position)
            except DecodeError as error:
                wrong = wrong or error
                if field.format in (Format.STRING_ARRAY, Format.STRUCT_REF_ARRAY):
                    position += PAIR.size * scope.count()
                elif field.format in IN_PLACE or field.format in TLV_FORMATS:
                    break
                else:
                    position += FIXED_SIZES[field.format]
                if position > end:
                    break
        return values, wrong

    def field(self, scope: "Scope", position: int) -> tuple[Any, int, int]:
        """Read one field; return its value, the next position and the end of its data."""
        kind = scope.field.format
        if kind in SCALARS:
            raw = self.take(scope.name, scope.field, position, FIXED_SIZES[kind], scope.end)
            return SCALARS[kind].unpack(raw)[0], position + len(raw), 0
        if kind in IN_PLACE:
            return self.in_place(scope, position)
        if kind in TLV_FORMATS:
            return self.tlvs(scope, position)
        if kind in (Format.STRING_ARRAY, Format.STRUCT_REF_ARRAY):
            return self.pairs(scope, position)
        return self.referenced(scope, position)

    def in_place(self, scope: "Scope", position: int) -> tuple[Any, int, int]:
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
            size = U32.unpack(self.take(name, field, position, 4, end))[0]
            raw = self.take(name, field, position + 4, size, end)
            padded = min(position + 4 + size + padding(size), end)
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

    def in_place_size(self, scope: "Scope", position: int) -> int:
        """Return the bytes of a field that stands in the fixed part."""
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
                position += TLV_HEADER_SIZE + size + padding(size)
        return position

    def refer(self, scope: "Scope", start: int, size: int) -> int:
        """Check a reference; return its place. `start` counts from the structure's base."""
        absolute = scope.base + start
        if self.strict and start % 4:
            raise self.fail("is not aligned to 4", scope.name, scope.field.name, absolute, size, 0)
        self.bound(scope.name, scope.field, absolute, size, scope.end)
        scope.references.append((scope.field, absolute, size))
        return absolute

    def refer_to_structure(self, scope: "Scope", start: int, size: int) -> int:
        """Check a reference to a structure; return where its stated size ends.

        A structure says itself how long it is: unless strict, one whose stated size goes beyond the
        buffer is read as far as the buffer goes.
        """
        absolute = self.refer(scope, start, size if self.strict else 0)
        return min(absolute + size, scope.end)

    def reference(self, scope: "Scope", start: int, size: int) -> bytes:
        """Return the bytes of a reference."""
        position = self.refer(scope, start, size)
        return self.take(scope.name, scope.field, position, size, scope.end)

    def text(self, scope: "Scope", raw: bytes, offset: int) -> str:
        """Return text; UTF-16 of an odd size is an error, unless lenient without its half."""
        if scope.field.encoding == "utf-8":
            return raw.decode("utf-8", "surrogateescape")
        if len(raw) % 2 and self.strict:
            raise self.fail(
                f"text {ODD_SIZE}", scope.name, scope.field.name, offset, len(raw) + 1, len(raw)
            )
        return raw[: len(raw) & ~1].decode("utf-16-le", "surrogatepass")

    def pairs(self, scope: "Scope", position: int) -> tuple[Any, int, int]:
        """Read `count` pairs (offset, size) and what each refers to."""
        name, field = scope.name, scope.field
        count = scope.count()
        raw = self.take(name, field, position, 8 * count, scope.end)
        items: list[Any] = []
        reach = 0
        for index, (start, size) in enumerate(PAIR.iter_unpack(raw)):
            if field.format is Format.STRING_ARRAY:
                data = self.reference(scope, start, size) if size else b""
                items.append(self.text(scope, data, scope.base + start))
                end = scope.base + start + size
            else:
                end = self.refer_to_structure(scope, start, size)
                items.append(self.element(scope, index, start, end))
            reach = max(reach, end if size else 0)
        return items, position + len(raw), reach

    def element(self, scope: "Scope", index: int | None, start: int, end: int) -> Values:
        """Read one structure that a pair (offset, size) refers to; it must reach its end."""
        field = scope.field
        assert field.struct is not None
        label = field.name if index is None else f"{field.name}[{index}]"
        name = f"{scope.name}.{label}"
        base = scope.base + start
        layout = STRUCTS[field.struct].layout
        try:
            values, reach = self.read(name, layout, base, end)
        except DecodeError:
            if self.strict:
                raise
            values, reach = self.read(name, layout, base, scope.end)
        if self.strict and not reach <= end <= reach + padding(reach - base):
            raise self.fail("has bytes left over", name, None, reach, reach - base, end - base)
        return values

    def referenced(self, scope: "Scope", position: int) -> tuple[Any, int, int]:
        """Read a field that stands in the fixed part as an offset, mostly with a size."""
        name, field = scope.name, scope.field
        kind = field.format
        raw = self.take(name, field, position, FIXED_SIZES[kind], scope.end)
        following = position + len(raw)
        if len(raw) == 4:
            return self.offset_only(scope, U32.unpack(raw)[0], following)
        start, size = PAIR.unpack(raw)
        if kind is Format.BYTES_REF_SIZE_FIRST:
            start, size = size, start
        if kind in (Format.STRUCT_REF, Format.STRUCT_LIST_REF):
            if start == 0:
                return None, following, 0
            end = self.refer_to_structure(scope, start, size)
            if kind is Format.STRUCT_REF:
                value: Any = self.element(scope, None, start, end)
            else:
                value = self.struct_list(scope, start, end)
            return value, following, end
        data = self.reference(scope, start, size) if size else b""
        reach = scope.base + start + size if size else 0
        if kind is Format.STRING:
            return self.text(scope, data, scope.base + start), following, reach
        return data, following, reach

    def offset_only(self, scope: "Scope", start: int, following: int) -> tuple[Any, int, int]:
        """Read what an offset alone refers to; sizes follow from the format and the count."""
        field = scope.field
        kind = field.format
        if kind in (Format.IPV4_REF, Format.IPV6_REF):
            if start == 0:
                return None, following, 0
            size = ADDRESS_SIZES[kind]
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
            self.refer(scope, start, layout.size * count)
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
        size = ADDRESS_SIZES[kind]
        raw = self.reference(scope, start, size * count)
        addresses = [_address_text(raw[at : at + size]) for at in range(0, len(raw), size)]
        return addresses, following, scope.base + start + len(raw)

    def struct_list(self, scope: "Scope", start: int, stated_end: int) -> list[Values]:
        """Read a count and that many structures, each followed by its own data."""
        field = scope.field
        assert field.struct is not None
        layout = STRUCTS[field.struct].layout
        position = scope.base + start
        end = stated_end if self.strict else scope.end
        count = U32.unpack(self.take(scope.name, field, position, 4, end))[0]
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
            position = min(reach + padding(reach - position), end)
        if self.strict and position != end:
            raise self.fail(
                "has bytes left over", scope.name, field.name, position, 0, end - position
            )
        return items

    def tlvs(self, scope: "Scope", position: int) -> tuple[Any, int, int]:
        """Read a field that is one TLV or the rest of the buffer in TLVs."""
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
        data = item["Data"]
        if len(data) % 2 and self.strict:
            raise self.fail(
                f"table {ODD_SIZE}",
                scope.name,
                scope.field.name,
                position,
                len(data) + 1,
                len(data),
            )
        return [part for (part,) in struct.iter_unpack("<H", data[: len(data) & ~1])], position, 0

    def expect(self, scope: "Scope", item: Values, wanted: str | None, position: int) -> None:
        """Refuse a TLV of another type than the row names."""
        if self.strict and wanted is not None and item["Type"] != TLV_TYPES[wanted]:
            raise DecodeError(
                f"TLV of type {item['Type']} instead of {TLV_TYPES[wanted]} ({wanted}) before",
                structure=scope.name,
                field=scope.field.name,
                offset=position,
            )

    def tlv(self, scope: "Scope", position: int) -> tuple[Values, int]:
        """Read one TLV with its content; return it and the position behind its padding.

        Strict reading refuses a content that does not fit its type; otherwise there is none then.
        """
        name, field = scope.name, scope.field
        header = self.take(name, field, position, TLV_HEADER_SIZE, scope.end)
        kind, _, filler, size = TLV_HEADER.unpack(header)
        if self.strict:
            read_header(self.data, position, scope.end, name, field.name)
        start = position + TLV_HEADER_SIZE
        data = self.take(name, field, start, size + filler, scope.end)[:size]
        item: Values = {"Type": kind, "Data": data}
        if data and has_content(kind):
            reader = ContentReader(self.data, f"{name}.{field.name}.{type_name(kind)}")
            try:
                item["Content"] = reader.content(kind, start, start + size)
            except DecodeError:
                if self.strict:
                    raise
        return item, start + size + filler
