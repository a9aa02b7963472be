"""The wire forms that reading and writing of MBIM structures share."""

import struct
from typing import Any

from wwanreplay.mbim.schema import Format

Values = dict[str, Any]

TLV_HEADER_SIZE = 8
SCALARS = {
    Format.U8: struct.Struct("<B"),
    Format.U16: struct.Struct("<H"),
    Format.U32: struct.Struct("<I"),
    Format.I32: struct.Struct("<i"),
    Format.U64: struct.Struct("<Q"),
}
U32 = struct.Struct("<I")
PAIR = struct.Struct("<II")
TLV_HEADER = struct.Struct("<HBBI")
ADDRESS_SIZES = {
    Format.IPV4_REF: 4,
    Format.IPV6_REF: 16,
    Format.IPV4_ARRAY: 4,
    Format.IPV6_ARRAY: 16,
}
TLV_FORMATS = frozenset({Format.TLV, Format.TLV_STRING, Format.TLV_U16_ARRAY, Format.TLV_LIST})
IN_PLACE = frozenset(
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


#: What values of another kind than their field's raise when they are written.
UNFIT = (struct.error, ValueError, TypeError, AttributeError, KeyError, OverflowError)


def octets_of(value: Any) -> bytes:
    """Return the bytes of a value. Raises TypeError for a number, which Python takes for a size."""
    if isinstance(value, int):
        raise TypeError("a number is no bytes")
    return bytes(value)


def padding(size: int) -> int:
    """Return the bytes that fill `size` up to a multiple of 4."""
    return -size % 4
