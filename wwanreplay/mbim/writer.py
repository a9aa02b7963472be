"""Writing MBIM structures, by their rows: one canonical form."""

import ipaddress
import struct
import uuid
from typing import Any

from wwanreplay.errors import UsageError, shown
from wwanreplay.mbim.contents import tlv_bytes
from wwanreplay.mbim.forms import (
    ADDRESS_SIZES,
    IN_PLACE,
    PAIR,
    SCALARS,
    TLV_FORMATS,
    U32,
    UNFIT,
    Values,
    octets_of,
    padding,
)
from wwanreplay.mbim.schema import FIXED_SIZES, Field, Format, Layout
from wwanreplay.mbim.tables import STRUCTS, TLV_TYPES

_STRUCTURED = frozenset({Format.STRUCT_REF, Format.STRUCT_REF_ARRAY, Format.STRUCT_LIST_REF})


class Writer:
    """Writes structures into one growing buffer, data behind the fixed part."""

    def __init__(self) -> None:
        self.out = bytearray()

    def fail(self, name: str, field: Field, reason: str) -> UsageError:
        """Return the error for a value that does not fit; the caller raises it."""
        return UsageError(f"{name}.{field.name}: {reason}")

    def unfit(self, name: str, field: Field, value: Any, error: Exception) -> UsageError:
        """Return the error for a value of another kind than the field's."""
        return self.fail(name, field, f"cannot hold {shown(value)}: {error}")

    def write(self, name: str, layout: Layout, values: Values) -> None:
        """Write one structure at the end of the buffer, with its data behind it."""
        base = len(self.out)
        pending: list[tuple[int, int, str, Field, Any]] = []
        self.fixed(name, layout, values, base, pending)
        for at, origin, place, field, value in pending:
            try:
                self.data(at, origin, place, field, value)
            except UsageError:
                raise
            except UNFIT as error:
                raise self.unfit(place, field, value, error) from error

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
            array = values.get(field.name) or ()
            try:
                size = len(array)
            except TypeError as error:
                raise self.unfit(name, field, array, error) from error
            if counts.setdefault(field.count_field, size) != size:
                raise self.fail(
                    name, field, f"{size} elements, another array has a different count"
                )
            given = values.get(field.count_field, size)
            if given != size:
                raise self.fail(
                    name, field, f"{size} elements, {field.count_field} says {shown(given)}"
                )
        return counts

    def field(
        self,
        name: str,
        field: Field,
        value: Any,
        base: int,
        pending: list[tuple[int, int, str, Field, Any]],
    ) -> None:
        """Write one field of the fixed part, or its place."""
        kind = field.format
        try:
            if kind in SCALARS:
                self.out += SCALARS[kind].pack(value or 0)
            elif kind is Format.STRUCT:
                assert field.struct is not None
                inner = STRUCTS[field.struct].layout
                self.fixed(f"{name}.{field.name}", inner, value or {}, len(self.out), pending)
            elif kind in IN_PLACE:
                self.out += self.in_place(name, field, value)
            elif kind in TLV_FORMATS:
                self.out += self.tlvs(name, field, value)
            else:
                count = (
                    len(value or ())
                    if kind in (Format.STRING_ARRAY, Format.STRUCT_REF_ARRAY)
                    else None
                )
                pending.append((len(self.out), base, name, field, value))
                self.out += bytes(FIXED_SIZES[kind] if count is None else 8 * count)
        except UsageError:
            raise
        except UNFIT as error:
            raise self.unfit(name, field, value, error) from error

    def in_place(self, name: str, field: Field, value: Any) -> bytes:
        """Return the bytes of a field that stands in the fixed part."""
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
        raw = octets_of(value or b"")
        if kind is Format.BYTES_FIXED:
            assert field.count is not None
            if value is None:
                return bytes(field.count)
            if len(raw) != field.count:
                raise self.fail(name, field, f"takes {field.count} bytes, not {len(raw)}")
        if kind is Format.BYTES_COUNTED:
            return U32.pack(len(raw)) + raw + bytes(padding(len(raw)))
        return raw

    def tlvs(self, name: str, field: Field, value: Any) -> bytes:
        """Return the bytes of a field that is one TLV, or several."""
        if field.format is Format.TLV_LIST:
            return b"".join(tlv_bytes(item) for item in value or ())
        if field.format is Format.TLV_STRING:
            return tlv_bytes({"Type": TLV_TYPES["WCHAR_STR"], "Content": value or ""})
        if field.format is Format.TLV_U16_ARRAY:
            return tlv_bytes({"Type": TLV_TYPES["UINT16_TBL"], "Content": value or []})
        wanted = TLV_TYPES[field.tlv_type] if field.tlv_type is not None else None
        if value is None:
            return tlv_bytes({"Type": wanted or 0})
        if wanted is not None and value["Type"] != wanted:
            raise self.fail(name, field, f"takes a TLV of type {wanted}, not {value['Type']}")
        return tlv_bytes(value)

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
        """Pad to a multiple of 4 from `base`; return the offset reached."""
        self.out += bytes(padding(len(self.out) - base))
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
            self.out += U32.pack(len(value))
            for index, element in enumerate(value):
                origin = len(self.out)
                self.write(f"{name}[{index}]", STRUCTS[field.struct].layout, element)
                self.align(origin)
        elif kind in (Format.STRING, Format.STRING_ARRAY):
            errors = "surrogateescape" if field.encoding == "utf-8" else "surrogatepass"
            self.out += value.encode(field.encoding, errors)
        else:
            self.out += octets_of(value)
        size = len(self.out) - base - start
        self.align(base)
        pair = (size, start) if kind is Format.BYTES_REF_SIZE_FIRST else (start, size)
        PAIR.pack_into(self.out, at, *pair)

    def offset_only(self, at: int, base: int, name: str, field: Field, value: Any) -> None:
        """Write what an offset alone refers to, and patch the offset."""
        if value is None or (not isinstance(value, str) and len(value) == 0):
            return
        start = self.align(base)
        kind = field.format
        if kind is Format.STRUCT_ARRAY:
            assert field.struct is not None
            for index, element in enumerate(value):
                self.write(f"{name}.{field.name}[{index}]", STRUCTS[field.struct].layout, element)
        elif kind is Format.BYTES_REF_OFFSET_ONLY:
            self.out += octets_of(value)
        else:
            for address in [value] if isinstance(value, str) else value:
                try:
                    packed = ipaddress.ip_address(address).packed
                except ValueError as error:
                    raise self.fail(name, field, str(error)) from error
                if len(packed) != ADDRESS_SIZES[kind]:
                    raise self.fail(name, field, f"{address} is of the other address family")
                self.out += packed
        self.align(base)
        U32.pack_into(self.out, at, start)
