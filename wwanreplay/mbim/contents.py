"""The data of TLVs, by the rows of `wwanreplay.mbim.rows.tlvs`: decode, encode, find the leaves.

A content is text, a list of numbers, a number, a dictionary of parts, or a list of those; the row
of the type says which. A TLV with no data has no content: that is how an absent value is sent.
"""

import ipaddress
import struct
import uuid
from typing import Any, NamedTuple

from wwanreplay.errors import DecodeError, UsageError, shown
from wwanreplay.mbim.forms import (
    PAIR,
    TLV_HEADER,
    TLV_HEADER_SIZE,
    UNFIT,
    Values,
    octets_of,
    padding,
)
from wwanreplay.mbim.schema import ContentForm, Part, PartForm
from wwanreplay.mbim.tables import TLV_STRUCTS, TLV_TYPES, TLVS

_SCALARS = {
    PartForm.U8: struct.Struct("<B"),
    PartForm.U16: struct.Struct("<H"),
    PartForm.U32: struct.Struct("<I"),
    PartForm.U16_BIG: struct.Struct(">H"),
    PartForm.U32_BIG: struct.Struct(">I"),
}
_U32 = _SCALARS[PartForm.U32]
_ARRAYS = {PartForm.U8_ARRAY: ("B", 1), PartForm.U32_ARRAY: ("I", 4)}
_SIZES = {PartForm.UUID: 16, PartForm.IPV4: 4, PartForm.IPV6: 16}
# A length of this value, followed by a zero, begins a TLV of text: no name begins with a zero.
_TEXT_TLV = _SCALARS[PartForm.U16].pack(TLV_TYPES["WCHAR_STR"])
_PLAIN = "data"  # the name of a content without parts


class Leaf(NamedTuple):
    """One value inside a TLV: its bytes and its row; `part` is None for a content without parts."""

    offset: int
    size: int
    path: str
    part: Part | None


def type_name(kind: int) -> str:
    """Return the name of a TLV type, also of an unknown one."""
    row = TLVS.get(kind)
    return f"TLV type {kind}" if row is None else f"MBIM_TLV_TYPE_{row.name}"


def has_content(kind: int) -> bool:
    """Return whether the data of a type are more than bytes."""
    row = TLVS.get(kind)
    return row is not None and (row.form is not ContentForm.OCTETS or row.size is not None)


def read_header(data: bytes, position: int, end: int, name: str, field: str) -> tuple[int, int]:
    """Check the header and padding of a TLV strictly; return its type and the size of its data."""
    if end - position < TLV_HEADER_SIZE:
        raise DecodeError(
            "runs past the end",
            structure=name,
            field=field,
            offset=position,
            needed=TLV_HEADER_SIZE,
            had=max(end - position, 0),
        )
    kind, reserved, filler, size = TLV_HEADER.unpack_from(data, position)
    if reserved:
        raise DecodeError(
            f"TLV has {reserved} in its reserved byte",
            structure=name,
            field=f"{field}.Reserved",
            offset=position + 2,
        )
    if filler != padding(size):
        raise DecodeError(
            f"TLV says {filler} bytes of padding behind {size} of data",
            structure=name,
            field=f"{field}.PaddingLength",
            offset=position + 3,
        )
    start = position + TLV_HEADER_SIZE
    if size + filler > end - start:
        raise DecodeError(
            "runs past the end",
            structure=name,
            field=f"{field}.DataLength",
            offset=position + 4,
            needed=size + filler,
            had=end - start,
        )
    if any(data[start + size : start + size + filler]):
        raise DecodeError(
            "TLV has padding that is not zero",
            structure=name,
            field=f"{field}.Padding",
            offset=start + size,
        )
    return kind, size


class ContentReader:
    """Reads the data of one TLV, always strictly; remembers its leaves."""

    def __init__(self, data: bytes, name: str) -> None:
        self.data = data
        self.name = name
        self.start = 0
        self.leaves: list[Leaf] = []

    def fail(
        self, reason: str, path: str, offset: int, needed: int | None = None, had: int | None = None
    ) -> DecodeError:
        """Return the error for a part that does not fit; the caller raises it."""
        return DecodeError(
            reason, structure=self.name, field=path, offset=offset, needed=needed, had=had
        )

    def take(self, path: str, position: int, size: int, end: int) -> bytes:
        """Return `size` bytes, which must end at or before `end`."""
        if position + size > end:
            raise self.fail("runs past the end", path, position, size, max(end - position, 0))
        return self.data[position : position + size]

    def content(self, kind: int, start: int, end: int) -> Any:
        """Read the content of a type that has one; it must fill the bytes from start to end."""
        row = TLVS[kind]
        self.start = start
        raw = self.data[start:end]
        if row.form is ContentForm.ONE:
            assert row.struct is not None
            value, position = self.parts(row.struct, "", start, end)
            if position != end:
                raise self.fail("has bytes left over", row.struct, position, 0, end - position)
            return value
        if row.form is ContentForm.MANY:
            return self.many(row.name, row.struct or "", row.many_max, start, end)
        self.leaves.append(Leaf(start, len(raw), "", None))
        if row.form is ContentForm.TEXT:
            if len(raw) % 2:
                raise self.fail("text of an odd size", _PLAIN, start, len(raw) + 1, len(raw))
            return raw.decode("utf-16-le", "surrogatepass")
        if row.form is ContentForm.NUMBERS:
            if len(raw) % 2:
                raise self.fail("table of an odd size", _PLAIN, start, len(raw) + 1, len(raw))
            return [number for (number,) in struct.iter_unpack("<H", raw)]
        size = 4 if row.form is ContentForm.NUMBER else row.size
        if len(raw) != size:
            raise self.fail("is of another size", _PLAIN, start, size, len(raw))
        return _U32.unpack(raw)[0] if row.form is ContentForm.NUMBER else raw

    def many(
        self, name: str, struct_name: str, count_max: int | None, start: int, end: int
    ) -> list[Values]:
        """Read structures to the end."""
        items: list[Values] = []
        position = start
        while position < end:
            if len(items) == count_max:
                raise self.fail(f"holds more than {count_max} structures", name, position)
            value, position = self.parts(struct_name, f"[{len(items)}].", position, end)
            items.append(value)
        return items

    def parts(self, struct_name: str, prefix: str, start: int, end: int) -> tuple[Values, int]:
        """Read one structure; return its values and the position behind it."""
        values: Values = {}
        spans: dict[str, tuple[int, int]] = {}
        position = start
        for part in TLV_STRUCTS[struct_name]:
            if not _is_there(part, values):
                continue
            path = prefix + part.name
            before = position
            value, position = self.part(part, path, values, position, end)
            if part.allowed is not None and value not in part.allowed:
                raise self.fail(f"has the reserved value {value}", path, before)
            values[part.name] = value
            spans[part.name] = before, position
        self.measured(struct_name, prefix, values, spans)
        return values, position

    def measured(
        self, struct_name: str, prefix: str, values: Values, spans: dict[str, tuple[int, int]]
    ) -> None:
        """Check the lengths against the parts they measure."""
        for part in TLV_STRUCTS[struct_name]:
            if not part.measures or part.name not in values:
                continue
            size = sum(spans[each][1] - spans[each][0] for each in part.measures if each in spans)
            if values[part.name] != size:
                raise self.fail(
                    "does not fit what it measures",
                    prefix + part.name,
                    spans[part.name][0],
                    values[part.name],
                    size,
                )

    def part(
        self, part: Part, path: str, values: Values, position: int, end: int
    ) -> tuple[Any, int]:
        """Read one part; return its value and the position behind it."""
        form = part.form
        if form in _SCALARS:
            raw = self.leaf(part, path, position, _SCALARS[form].size, end)
            return _SCALARS[form].unpack(raw)[0], position + len(raw)
        if form in _ARRAYS:
            code, size = _ARRAYS[form]
            count = values[part.count_field or ""]
            raw = self.take(path, position, size * count, end)
            for index in range(count):
                self.leaf(part, f"{path}[{index}]", position + size * index, size, end)
            return list(struct.unpack(f"<{count}{code}", raw)), position + len(raw)
        if form is PartForm.TLV:
            return self.tlv(part, path, position, end)
        if form is PartForm.NAME:
            return self.named(part, path, position, end)
        if form is PartForm.PAYLOAD:
            return self.payload(part, path, position, end)
        if part.struct is not None:
            return self.structures(part, path, values, position, end)
        if form is PartForm.REST:
            size = end - position
        else:
            size = _SIZES.get(form, part.size or 0)
            size = size if part.size_field is None else values[part.size_field]
        raw = self.leaf(part, path, position, size, end)
        if form is PartForm.UUID:
            return str(uuid.UUID(bytes=raw)), position + size
        if form in _SIZES:
            return str(ipaddress.ip_address(raw)), position + size
        return raw, position + size

    def leaf(self, part: Part, path: str, position: int, size: int, end: int) -> bytes:
        """Take the bytes of a value and remember them."""
        raw = self.take(path, position, size, end)
        self.leaves.append(Leaf(position, size, path, part))
        return raw

    def structures(
        self, part: Part, path: str, values: Values, position: int, end: int
    ) -> tuple[Any, int]:
        """Read one structure, or as many as a count, a size or the next byte says."""
        assert part.struct is not None
        if part.form is PartForm.STRUCT:
            return self.parts(part.struct, f"{path}.", position, end)
        items: list[Values] = []
        count = values[part.count_field] if part.count_field else None
        if part.size_field is not None:
            size = values[part.size_field]
            self.take(path, position, size, end)
            end = position + size
        while len(items) != count if count is not None else position < end:
            if part.first_max is not None and self.data[position] > part.first_max:
                break
            value, position = self.parts(part.struct, f"{path}[{len(items)}].", position, end)
            items.append(value)
        if part.first_max is not None and not items:
            raise self.fail("holds no structure", path, position)
        return items, position

    def tlv(self, part: Part, path: str, position: int, end: int) -> tuple[Values, int]:
        """Read a TLV inside the TLV."""
        kind, size = read_header(self.data, position, end, self.name, path)
        wanted = TLV_TYPES[part.tlv_type or ""]
        if kind != wanted:
            raise self.fail(f"is a TLV of type {kind} instead of {wanted}", path, position)
        start = position + TLV_HEADER_SIZE
        item: Values = {"Type": kind, "Data": self.data[start : start + size]}
        if size and has_content(kind):
            inner = ContentReader(self.data, f"{self.name}.{path}")
            item["Content"] = inner.content(kind, start, start + size)
            self.leaves += [leaf._replace(path=path + leaf.path) for leaf in inner.leaves]
        return item, start + size + padding(size)

    def named(self, part: Part, path: str, position: int, end: int) -> tuple[str | bytes, int]:
        """Read a name: text as a TLV from MBIMEx 4.0 on, octets with their length before."""
        if self.take(path, position, 1, end) == _TEXT_TLV[:1] and self.data[
            position : min(position + 3, end)
        ] == _TEXT_TLV + bytes(1):
            kind, size = read_header(self.data, position, end, self.name, path)
            start = position + TLV_HEADER_SIZE
            raw = self.leaf(part, path, start, size, end)
            if size % 2:
                raise self.fail("text of an odd size", path, start, size + 1, size)
            assert kind == TLV_TYPES["WCHAR_STR"]
            return raw.decode("utf-16-le", "surrogatepass"), start + size + padding(size)
        size = self.data[position]
        return self.leaf(part, path, position + 1, size, end), position + 1 + size

    def payload(self, part: Part, path: str, position: int, end: int) -> tuple[bytes | None, int]:
        """Read an offset, which counts from the start of the content, a size, and the bytes.

        Offset and size of zero: there is none.
        """
        start, size = PAIR.unpack(self.take(path, position, PAIR.size, end))
        following = position + PAIR.size
        if start == size == 0:
            return None, following
        if self.start + start < following:
            raise self.fail("points into the fixed part", path, position, following, start)
        raw = self.leaf(part, path, self.start + start, size, end)
        return raw, self.start + start + size


def _is_there(part: Part, values: Values) -> bool:
    """Return whether a part is on the wire, by the values before it."""
    if part.when is not None:
        return values.get(part.when[0]) in part.when[1]
    if part.unless is not None:
        return values.get(part.unless[0]) not in part.unless[1]
    return True


def decode_content(kind: int, data: bytes, name: str | None = None) -> Any:
    """Return the content of a TLV's data, or None for a type without one and for no data.

    Raises DecodeError that names type, part and offset in the data.
    """
    if not data or not has_content(kind):
        return None
    return ContentReader(data, name or type_name(kind)).content(kind, 0, len(data))


def leaves_of(kind: int, data: bytes) -> list[Leaf]:
    """Return where the values of a TLV's data are; for data without a content, all of them.

    Numbers that only say how to read others have their parts as well (`Part.is_structural`).
    """
    whole = [Leaf(0, len(data), "", None)]
    if not data or not has_content(kind):
        return whole
    reader = ContentReader(data, type_name(kind))
    try:
        reader.content(kind, 0, len(data))
    except DecodeError:
        return whole
    return reader.leaves


class _ContentWriter:
    """Writes contents; every error names type and part."""

    def __init__(self, name: str) -> None:
        self.name = name

    def fail(self, path: str, reason: str) -> UsageError:
        """Return the error for a part that does not fit; the caller raises it."""
        return UsageError(f"{self.name}.{path}: {reason}")

    def content(self, kind: int, value: Any) -> bytes:
        """Return the bytes of a content."""
        row = TLVS[kind]
        if row.form is ContentForm.ONE:
            return self.parts(row.struct or "", "", value, 0)
        if row.form is ContentForm.MANY:
            out = b""
            for index, item in enumerate(value):
                out += self.parts(row.struct or "", f"[{index}].", item, len(out))
            return out
        if row.form is ContentForm.TEXT:
            return bytes(value.encode("utf-16-le", "surrogatepass"))
        if row.form is ContentForm.NUMBERS:
            return struct.pack(f"<{len(value)}H", *value)
        return _U32.pack(value) if row.form is ContentForm.NUMBER else octets_of(value)

    def parts(self, struct_name: str, prefix: str, values: Values, base: int) -> bytes:
        """Return one structure; `base` is where it stands in the content."""
        rows = TLV_STRUCTS[struct_name]
        unknown = set(values) - {part.name for part in rows}
        if unknown:
            raise self.fail(prefix + min(unknown), "is no part of it")
        given = dict(values)
        pieces: dict[str, bytes] = {}
        for part in rows:
            if part.counts is not None and part.counts in values:
                given.setdefault(part.name, len(values[part.counts]))
        # Lengths follow from what they measure, and some of that depends on other numbers.
        for part in reversed(rows):
            if part.measures:
                self.fill(part, rows, prefix, given, pieces)
        out = b""
        for part in rows:
            if _is_there(part, given):
                if part.name not in pieces:
                    self.fill(part, rows, prefix, given, pieces, base + len(out))
                out += pieces[part.name]
            elif part.name in values:
                raise self.fail(prefix + part.name, "has no place beside the others")
        return out

    def fill(
        self,
        part: Part,
        rows: tuple[Part, ...],
        prefix: str,
        given: Values,
        pieces: dict[str, bytes],
        position: int = 0,
    ) -> None:
        """Write one part into `pieces`; a length with all that it measures."""
        path = prefix + part.name
        if part.measures:
            measured = [row for row in rows if row.name in part.measures and row.name in given]
            if not measured and part.when is not None and not _is_there(part, given):
                return
            for row in measured:
                if row.name not in pieces:
                    self.fill(row, rows, prefix, given, pieces)
            size = sum(len(pieces[row.name]) for row in measured)
            if given.setdefault(part.name, size) != size:
                raise self.fail(path, f"says {shown(given[part.name])}, it measures {size} bytes")
        value = given.get(part.name)
        if part.allowed is not None and value not in part.allowed:
            raise self.fail(path, f"cannot be {shown(value)}")
        if part.counts and value != len(given.get(part.counts) or ()):
            raise self.fail(
                path, f"says {shown(value)}, there are {len(given.get(part.counts) or ())}"
            )
        try:
            pieces[part.name] = self.part(part, path, value, position)
        except UsageError:
            raise
        except UNFIT as error:
            raise self.fail(path, f"cannot hold {shown(value)}: {error}") from error

    def part(self, part: Part, path: str, value: Any, position: int) -> bytes:
        """Return the bytes of one part."""
        form = part.form
        if form in _SCALARS:
            return _SCALARS[form].pack(value or 0)
        if form in _ARRAYS:
            return struct.pack(f"<{len(value)}{_ARRAYS[form][0]}", *value)
        if form is PartForm.STRUCT:
            return self.parts(part.struct or "", f"{path}.", value, position)
        if part.struct is not None:
            out = b""
            for index, item in enumerate(value):
                out += self.parts(part.struct, f"{path}[{index}].", item, position + len(out))
            return out
        if form is PartForm.TLV:
            return tlv_bytes(value)
        if form is PartForm.NAME:
            if isinstance(value, str):
                return tlv_bytes({"Type": TLV_TYPES["WCHAR_STR"], "Content": value})
            return bytes((len(value),)) + bytes(value)
        if form is PartForm.PAYLOAD:
            if value is None:
                return PAIR.pack(0, 0)
            raw = octets_of(value)
            return PAIR.pack(position + PAIR.size, len(raw)) + raw
        return self.octets(part, path, value)

    def octets(self, part: Part, path: str, value: Any) -> bytes:
        """Return bytes, a UUID or an address."""
        if part.form is PartForm.UUID:
            return uuid.UUID(value).bytes
        if part.form in _SIZES:
            raw = ipaddress.ip_address(value).packed
            size: int | None = _SIZES[part.form]
        else:
            raw, size = octets_of(value or b""), part.size
        if size is not None and len(raw) != size:
            raise self.fail(path, f"takes {size} bytes, not {len(raw)}")
        return raw


def encode_content(kind: int, value: Any) -> bytes:
    """Encode the content of a TLV; the reverse of decode_content.

    Raises UsageError for a type that is bytes only, and for a value that does not fit.
    """
    if not has_content(kind):
        raise UsageError(f"{type_name(kind)}: its data are bytes, it has no content")
    writer = _ContentWriter(type_name(kind))
    try:
        data = writer.content(kind, value)
        decode_content(kind, data)  # so that nothing is written that `decode_content` refuses
    except DecodeError as error:
        raise UsageError(str(error)) from error
    except UsageError:
        raise
    except UNFIT as error:
        raise writer.fail(_PLAIN, f"cannot hold {shown(value)}: {error}") from error
    return data


def tlv_bytes(item: Values) -> bytes:
    """Encode one TLV: of its data, of its content, or of both when they agree."""
    kind, data = item["Type"], item.get("Data")
    if "Content" in item:
        if data is None:
            data = encode_content(kind, item["Content"])
        elif not _agree(kind, data, item["Content"]):
            raise UsageError(f"{type_name(kind)}: Content and Data do not agree; give one of them")
    data = octets_of(data or b"")
    filler = padding(len(data))
    return TLV_HEADER.pack(kind, 0, filler, len(data)) + data + bytes(filler)


def _agree(kind: int, data: bytes, content: Any) -> bool:
    """Return whether data hold a content; members that follow from others may be absent."""
    try:
        return decode_content(kind, data) == content or encode_content(kind, content) == data
    except (DecodeError, UsageError):
        return False
