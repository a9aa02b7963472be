"""Strict codec of MBIM information buffers, driven by the rows of the tables.

Values are dictionaries from field names to: int; str for text, UUIDs and addresses; bytes; a
dictionary for a structure; a list for an array; None for what is absent. Text keeps a terminator
that stands inside its size. A TLV is `{"Type": int, "Data": bytes}`, with `"Content"` as well where
its type is known to hold more than bytes and it holds something (`wwanreplay.mbim.contents`). To
encode one, give the data, the content, or both when they agree.

`decode` accepts what the rules allow (data in any order behind the fixed part) and refuses the
rest with a DecodeError that names the place. `encode` writes the one canonical form: data in the
order of the fields, aligned to and padded to 4 bytes; count fields follow from their arrays.
Offsets count from the structure that holds the field (MBIM 1.0, section 10.3).
"""

from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.mbim.forms import Values, padding
from wwanreplay.mbim.reader import Reader
from wwanreplay.mbim.schema import Layout
from wwanreplay.mbim.tables import MBIMEX_1_0, command_name, find_layout
from wwanreplay.mbim.writer import Writer

__all__ = ["Values", "decode", "decode_layout", "decode_part", "encode", "encode_layout"]


def decode_layout(name: str, layout: Layout, data: bytes, *, strict: bool = True) -> Values:
    """Decode a whole information buffer by one layout.

    `name` is the structure named in errors. With `strict` off, offsets need no alignment, sizes of
    elements are taken for hints and bytes left over are ignored; nothing is ever read outside the
    buffer. Raises DecodeError.
    """
    values, extent = Reader(data, strict).read(name, layout, 0, len(data))
    padded = extent + padding(extent)
    if strict and len(data) > padded:
        raise DecodeError(
            "has bytes left over", structure=name, offset=extent, needed=extent, had=len(data)
        )
    if strict and extent < len(data) < padded:
        raise DecodeError(
            "ends inside the padding", structure=name, offset=extent, needed=padded, had=len(data)
        )
    return values


def decode_part(name: str, layout: Layout, data: bytes) -> tuple[Values, DecodeError | None]:
    """Decode leniently what is there of a buffer that may be cut, and what is wrong with it.

    Members that are not whole are left out. For who shows a buffer; what is translated is decoded
    whole.
    """
    return Reader(data, strict=False).read_part(name, layout)


def encode_layout(name: str, layout: Layout, values: Values) -> bytes:
    """Encode named fields by one layout; a field not given is zero, empty or absent.

    Raises UsageError for a name, type or value that does not fit.
    """
    writer = Writer()
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
