"""libmbim's parsers and builders of single commands, called through ctypes by our rows.

Its functions take the fields in wire order, one argument each but for lengths it adds; so a row
says the whole signature. Structures are passed as C structures with a member per field. What a
parser hands out is left to the end of the process.
"""

import ctypes
import ipaddress
import uuid
from collections.abc import Sequence
from typing import Any

import libmbim

from wwanreplay.mbim.schema import Cid, Field, Format, Layout, Service
from wwanreplay.mbim.tables import STRUCTS, TLV_TYPES

POINTER = ctypes.c_void_p
NUMBERS: dict[Format, Any] = {
    Format.U8: ctypes.c_uint8,
    Format.U16: ctypes.c_uint16,
    Format.U32: ctypes.c_uint32,
    Format.I32: ctypes.c_int32,
    Format.U64: ctypes.c_uint64,
}
INLINE_SIZES = {Format.UUID: 16, Format.IPV4: 4, Format.IPV6: 16}
ADDRESS_SIZES = {
    Format.IPV4: 4,
    Format.IPV6: 16,
    Format.IPV4_REF: 4,
    Format.IPV6_REF: 16,
    Format.IPV4_ARRAY: 4,
    Format.IPV6_ARRAY: 16,
}
STRUCT_ARRAYS = (Format.STRUCT_ARRAY, Format.STRUCT_REF_ARRAY, Format.STRUCT_LIST_REF)
#: Bytes that libmbim takes with a length of its own in front.
SIZED = (
    Format.BYTES_REF,
    Format.BYTES_REF_SIZE_FIRST,
    Format.BYTES_COUNTED,
    Format.BYTES_REST,
)
COUNTED = (*SIZED, Format.STRUCT_LIST_REF, Format.TLV_U16_ARRAY)
PREFIXES = {"basic-connect": "", "ussd": ""}
VERSIONED = {"basic-connect": "ms_basic_connect"}


class _List(ctypes.Structure):
    _fields_ = (("data", POINTER), ("next", POINTER), ("prev", POINTER))


def function(service: Service, cid: Cid, layout: Layout, ending: str) -> Any:
    """Return the function for a layout, or None when the library has none."""
    library = libmbim.load()
    if library is None:
        return None
    nick = service.nick.replace("-", "_")
    prefix = PREFIXES.get(service.nick, f"{nick}_")
    name = cid.nick.replace("-", "_")
    if layout.mbimex > 0x0100:
        nick = VERSIONED.get(service.nick, nick)
        prefix = f"{nick}_v{layout.mbimex >> 8}_"
    return getattr(library, f"mbim_message_{prefix}{name}_{ending}", None)


def struct_type(name: str) -> type[ctypes.Structure]:
    """Return the C structure of one of our structures."""
    members: list[tuple[str, Any]] = []
    for field in STRUCTS[name].layout.fields:
        if field.format in COUNTED:
            members.append((f"{field.name}_size", ctypes.c_uint32))
        if field.format in NUMBERS:
            members.append((field.name, NUMBERS[field.format]))
        elif field.format in INLINE_SIZES:
            members.append((field.name, ctypes.c_uint8 * INLINE_SIZES[field.format]))
        else:
            members.append((field.name, POINTER))
    return type(name, (ctypes.Structure,), {"_fields_": members})


# ------------------------------------------------------------------ what a parser gives


def parse(call: Any, layout: Layout, data: bytes) -> dict[str, Any]:
    """Call a parser on a message; return the values by our names. Raises ValueError."""
    library = libmbim.load()
    assert library is not None
    cells: list[Any] = []
    names: list[str] = []
    for field in layout.fields:
        if field.format in COUNTED:
            cells.append(ctypes.c_uint32())
            names.append(f"{field.name}_size")
        cells.append(NUMBERS.get(field.format, POINTER)())
        names.append(field.name)
    message = library.mbim_message_new(data, len(data))
    error = libmbim.ErrorPointer()
    arguments = [ctypes.byref(cell) for cell in cells]
    call.restype = ctypes.c_int
    try:
        if not call(POINTER(message), *arguments, ctypes.byref(error)):
            raise ValueError(error.contents.message.decode())
        raw = {name: cell.value for name, cell in zip(names, cells, strict=True)}
        return {field.name: _given(field, raw) for field in layout.fields}
    finally:
        library.mbim_message_unref(message)


def _given(field: Field, raw: dict[str, Any]) -> Any:
    """Return one value of a parser's output, or of a structure's members."""
    kind, value = field.format, raw[field.name]
    if kind in NUMBERS:
        return value
    if kind in INLINE_SIZES and not isinstance(value, int | None):
        return _address_or_uuid(kind, bytes(value))
    size = raw.get(f"{field.name}_size")
    if field.count_field is not None:
        size = raw[field.count_field]
    if kind is Format.BYTES_FIXED:
        size = field.count
    if kind in (Format.TLV, Format.TLV_LIST):
        return _tlv(value) if kind is Format.TLV else [_tlv(each) for each in _listed(value)]
    if not value:
        empty = {Format.STRING: "", Format.TLV_STRING: ""}
        if kind in (Format.STRUCT, Format.STRUCT_REF, Format.IPV4_REF, Format.IPV6_REF):
            return None
        byte_formats = (*SIZED, Format.BYTES_INLINE, Format.BYTES_REF_OFFSET_ONLY)
        return empty.get(kind, b"" if kind in byte_formats else [])
    if kind in (Format.STRING, Format.TLV_STRING):
        return ctypes.string_at(value).decode()
    if kind is Format.STRING_ARRAY:
        return [ctypes.string_at(each).decode() for each in _pointers(value)]
    if kind in (Format.U32_ARRAY, Format.TLV_U16_ARRAY):
        code = ctypes.c_uint32 if kind is Format.U32_ARRAY else ctypes.c_uint16
        return list((code * (size or 0)).from_address(value))
    if kind in (Format.IPV4_ARRAY, Format.IPV6_ARRAY):
        step = ADDRESS_SIZES[kind]
        data = ctypes.string_at(value, step * (size or 0))
        return [_address_or_uuid(kind, data[at : at + step]) for at in range(0, len(data), step)]
    if kind in ADDRESS_SIZES or kind is Format.UUID:
        return _address_or_uuid(kind, ctypes.string_at(value, ADDRESS_SIZES.get(kind, 16)))
    if kind in STRUCT_ARRAYS:
        return [_struct(field, each) for each in _pointers(value)]
    if field.struct is not None:
        return _struct(field, value)
    return ctypes.string_at(value, size or 0)


def _address_or_uuid(kind: Format, data: bytes) -> str:
    return str(uuid.UUID(bytes=data) if kind is Format.UUID else ipaddress.ip_address(data))


def _pointers(address: int) -> list[int]:
    found: list[int] = []
    while pointer := POINTER.from_address(address + len(found) * ctypes.sizeof(POINTER)).value:
        found.append(pointer)
    return found


def _listed(address: int | None) -> list[int]:
    found: list[int] = []
    while address:
        item = _List.from_address(address)
        found.append(item.data)
        address = item.next
    return found


def _struct(field: Field, address: int) -> dict[str, Any]:
    assert field.struct is not None
    row = STRUCTS[field.struct]
    kind = struct_type(field.struct)
    cell = kind.from_address(address)
    raw = {name: getattr(cell, name) for name, _ in kind._fields_}  # type: ignore[misc]
    return {each.name: _given(each, raw) for each in row.layout.fields}


def _tlv(address: int | None) -> dict[str, Any] | None:
    library = libmbim.load()
    assert library is not None
    if not address:
        return None
    size = ctypes.c_uint32()
    library.mbim_tlv_get_tlv_data.restype = POINTER
    data = library.mbim_tlv_get_tlv_data(POINTER(address), ctypes.byref(size))
    kind = library.mbim_tlv_get_tlv_type(POINTER(address))
    return {"Type": kind, "Data": ctypes.string_at(data, size.value) if size.value else b""}


def text_of_tlv(data: bytes) -> str:
    """Return what libmbim reads of the data of a TLV of text."""
    library = libmbim.load()
    assert library is not None
    library.mbim_tlv_string_get.restype = POINTER
    address = library.mbim_tlv_string_get(_new_tlv(TLV_TYPES["WCHAR_STR"], data), None)
    return ctypes.string_at(address).decode()


def numbers_of_tlv(data: bytes) -> list[int]:
    """Return what libmbim reads of the data of a TLV of 16-bit numbers."""
    library = libmbim.load()
    assert library is not None
    count, numbers = ctypes.c_uint32(), POINTER()
    tlv = _new_tlv(TLV_TYPES["UINT16_TBL"], data)
    assert library.mbim_tlv_guint16_array_get(tlv, ctypes.byref(count), ctypes.byref(numbers), None)
    return list((ctypes.c_uint16 * count.value).from_address(numbers.value or 0))


def wake_command_of_tlv(data: bytes) -> dict[str, Any]:
    """Return what libmbim reads of the data of a wake command, by our names."""
    library = libmbim.load()
    assert library is not None
    service, cid, size, payload = POINTER(), ctypes.c_uint32(), ctypes.c_uint32(), POINTER()
    cells = [ctypes.byref(cell) for cell in (service, cid, size, payload)]
    assert library.mbim_tlv_wake_command_get(
        _new_tlv(TLV_TYPES["WAKE_COMMAND"], data), *cells, None
    )
    return {
        "ServiceId": str(uuid.UUID(bytes=ctypes.string_at(service.value or 0, 16))),
        "Cid": cid.value,
        "Payload": ctypes.string_at(payload.value or 0, size.value),
    }


def wake_packet_of_tlv(data: bytes) -> dict[str, Any]:
    """Return what libmbim reads of the data of a wake packet, by our names."""
    library = libmbim.load()
    assert library is not None
    number, original, size = ctypes.c_uint32(), ctypes.c_uint32(), ctypes.c_uint32()
    packet = POINTER()
    cells = [ctypes.byref(cell) for cell in (number, original, size, packet)]
    assert library.mbim_tlv_wake_packet_get(_new_tlv(TLV_TYPES["WAKE_PACKET"], data), *cells, None)
    return {
        "FilterId": number.value,
        "OriginalPacketSize": original.value,
        "SavedPacket": ctypes.string_at(packet.value or 0, size.value),
    }


def _new_tlv(kind: int, data: bytes) -> Any:
    library = libmbim.load()
    assert library is not None
    library.mbim_tlv_new.restype = POINTER
    return POINTER(library.mbim_tlv_new(kind, data, len(data)))


# ------------------------------------------------------------------ what a builder takes


class Arguments:
    """Turns values into the arguments of a builder; keeps what they point at alive."""

    def __init__(self) -> None:
        self.kept: list[Any] = []

    def pointer(self, cell: Any) -> Any:
        """Return a pointer to something that is kept."""
        self.kept.append(cell)
        return ctypes.cast(ctypes.pointer(cell), POINTER)

    def octets(self, data: bytes) -> Any:
        """Return a pointer to bytes; NULL for none."""
        return self.pointer(ctypes.create_string_buffer(data, len(data))) if data else POINTER()

    def pointers(self, items: Sequence[Any]) -> Any:
        """Return a NULL-terminated array of pointers."""
        return self.pointer((POINTER * (len(items) + 1))(*(item.value for item in items)))

    def arguments(self, layout: Layout, values: dict[str, Any]) -> list[Any]:
        """Return the arguments for every field of a layout."""
        out: list[Any] = []
        for field in layout.fields:
            value = values.get(field.name)
            if field.format in COUNTED:
                out.append(ctypes.c_uint32(len(value or ())))
            out.append(self.argument(field, value))
        return out

    def argument(self, field: Field, value: Any) -> Any:
        """Return one argument, or the value of one member."""
        kind = field.format
        if kind in NUMBERS:
            return NUMBERS[kind](value or 0)
        if value is None:
            return POINTER()
        if kind in (Format.STRING, Format.TLV_STRING):
            return self.text(value)
        if kind is Format.STRING_ARRAY:
            return self.pointers([self.text(each) for each in value])
        if kind is Format.UUID:
            return self.octets(uuid.UUID(value).bytes)
        if kind in (Format.IPV4_ARRAY, Format.IPV6_ARRAY):
            return self.octets(b"".join(ipaddress.ip_address(each).packed for each in value))
        if kind in ADDRESS_SIZES:
            return self.octets(ipaddress.ip_address(value).packed)
        if kind is Format.U32_ARRAY:
            return self.pointer((ctypes.c_uint32 * max(len(value), 1))(*value))
        if kind is Format.TLV_LIST:
            return self.listed([_new_tlv(item["Type"], item["Data"]) for item in value])
        if kind is Format.TLV:
            return _new_tlv(value["Type"], value["Data"])
        if field.struct is None:
            return self.octets(value)
        if kind in STRUCT_ARRAYS:
            return self.pointers([self.struct(field.struct, each) for each in value])
        return self.struct(field.struct, value)

    def text(self, value: str) -> Any:
        """Return a pointer to a C string."""
        return self.pointer(ctypes.create_string_buffer(value.encode()))

    def listed(self, items: Sequence[Any]) -> Any:
        """Return a linked list."""
        head = POINTER()
        for item in reversed(items):
            head = self.pointer(_List(item.value, head.value, None))
        return head

    def struct(self, name: str, values: dict[str, Any]) -> Any:
        """Return a pointer to a C structure."""
        cell = struct_type(name)()
        for field in STRUCTS[name].layout.fields:
            value = values.get(field.name)
            if field.format in COUNTED:
                setattr(cell, f"{field.name}_size", len(value or ()))
            argument = self.argument(field, value)
            if field.format in INLINE_SIZES:
                size = INLINE_SIZES[field.format]
                data = ctypes.string_at(argument.value, size) if value else bytes(size)
                setattr(cell, field.name, (ctypes.c_uint8 * size)(*data))
            else:
                setattr(cell, field.name, argument.value)
        return self.pointer(cell)


def build(call: Any, layout: Layout, values: dict[str, Any]) -> bytes:
    """Call a builder; return the message's bytes. Raises ValueError."""
    library = libmbim.load()
    assert library is not None
    arguments = Arguments()
    given = arguments.arguments(layout, values)
    error = libmbim.ErrorPointer()
    call.restype = POINTER
    message = call(*given, ctypes.byref(error))
    if not message:
        raise ValueError(error.contents.message.decode())
    size = ctypes.c_uint32()
    library.mbim_message_get_raw.restype = POINTER
    raw = library.mbim_message_get_raw(POINTER(message), ctypes.byref(size), None)
    data = ctypes.string_at(raw, size.value)
    library.mbim_message_unref(message)
    return data
