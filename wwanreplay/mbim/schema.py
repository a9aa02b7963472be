"""Row types of the MBIM tables.

A row checks itself when it is made; `wwanreplay.mbim.tables` checks the rows against each other.
A bad row raises ValueError that names it. Offsets count from the structure that holds the field.
Versions are BCD as on the wire: 0x0100 is MBIMEx 1.0, which also means plain MBIM 1.0.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Format(StrEnum):
    """Wire formats of a field; the comment says what stands in the fixed part."""

    U8 = "u8"
    U16 = "u16"
    U32 = "u32"
    I32 = "i32"
    U64 = "u64"
    UUID = "uuid"  # 16 bytes in printed order
    IPV4 = "ipv4"  # 4 bytes, network order
    IPV6 = "ipv6"  # 16 bytes, network order
    STRING = "string"  # offset, size of UTF-16LE text without terminator
    STRING_ARRAY = "string_array"  # count pairs (offset, size)
    BYTES_FIXED = "bytes_fixed"  # `count` bytes in place
    BYTES_REF = "bytes_ref"  # offset, size
    BYTES_REF_SIZE_FIRST = "bytes_ref_size_first"  # size, offset
    BYTES_REF_OFFSET_ONLY = "bytes_ref_offset_only"  # offset; the size is in the count field
    BYTES_COUNTED = "bytes_counted"  # size, then the bytes in place, padded to 4
    BYTES_INLINE = "bytes_inline"  # in place; the size is in the count field
    BYTES_REST = "bytes_rest"  # from here to the end of the buffer or list element
    STRUCT = "struct"  # in place
    STRUCT_REF = "struct_ref"  # offset, size; absent when the offset is 0
    STRUCT_ARRAY = "struct_array"  # offset of count fixed-size elements back to back
    STRUCT_REF_ARRAY = "struct_ref_array"  # count pairs (offset, size)
    STRUCT_LIST_REF = "struct_list_ref"  # offset, size of: count, then the elements in a row
    IPV4_REF = "ipv4_ref"  # offset; absent when 0
    IPV6_REF = "ipv6_ref"  # offset; absent when 0
    IPV4_ARRAY = "ipv4_array"  # offset of count addresses
    IPV6_ARRAY = "ipv6_array"  # offset of count addresses
    U32_ARRAY = "u32_array"  # count integers in place
    TLV = "tlv"  # one TLV in place
    TLV_STRING = "tlv_string"  # one TLV of type 10 in place
    TLV_U16_ARRAY = "tlv_u16_array"  # one TLV of type 11 in place
    TLV_LIST = "tlv_list"  # TLVs to the end of the buffer


# Bytes in the fixed part, where the format alone decides them.
FIXED_SIZES = {
    Format.U8: 1,
    Format.U16: 2,
    Format.U32: 4,
    Format.I32: 4,
    Format.U64: 8,
    Format.UUID: 16,
    Format.IPV4: 4,
    Format.IPV6: 16,
    Format.STRING: 8,
    Format.BYTES_REF: 8,
    Format.BYTES_REF_SIZE_FIRST: 8,
    Format.BYTES_REF_OFFSET_ONLY: 4,
    Format.STRUCT_REF: 8,
    Format.STRUCT_ARRAY: 4,
    Format.STRUCT_LIST_REF: 8,
    Format.IPV4_REF: 4,
    Format.IPV6_REF: 4,
    Format.IPV4_ARRAY: 4,
    Format.IPV6_ARRAY: 4,
}

COUNTED_FORMATS = frozenset(
    {
        Format.STRING_ARRAY,
        Format.BYTES_REF_OFFSET_ONLY,
        Format.BYTES_INLINE,
        Format.STRUCT_ARRAY,
        Format.STRUCT_REF_ARRAY,
        Format.IPV4_ARRAY,
        Format.IPV6_ARRAY,
        Format.U32_ARRAY,
    }
)
STRUCT_FORMATS = frozenset(
    {
        Format.STRUCT,
        Format.STRUCT_REF,
        Format.STRUCT_ARRAY,
        Format.STRUCT_REF_ARRAY,
        Format.STRUCT_LIST_REF,
    }
)

PERSONAL_KINDS = frozenset({"subscriber", "device", "peer", "place", "content", "secret"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its place in the fixed part and what it means.

    `offset` is None when it depends on what stands before. `type` names an enumeration, `struct` a
    structure, `count_field` the earlier field with the number of elements or bytes. `present_if`
    is (field, value): the field is on the wire only then. `personal` says whom or what the value
    names; `caution` says what it narrows down without naming it.
    """

    name: str
    format: Format
    offset: int | None = None
    type: str | None = None
    struct: str | None = None
    count_field: str | None = None
    count: int | None = None
    tlv_type: str | None = None
    encoding: str = "utf-16-le"
    present_if: tuple[str, int] | None = None
    optional: bool = False
    size_max: int | None = None
    personal: str | None = None
    caution: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        if (self.struct is not None) != (self.format in STRUCT_FORMATS):
            raise ValueError(f"field {self.name}: {self.format} and struct={self.struct} disagree")
        if (self.count_field is not None) != (self.format in COUNTED_FORMATS):
            raise ValueError(f"field {self.name}: {self.format} needs a count field, or none")
        if (self.count is not None) != (self.format is Format.BYTES_FIXED):
            raise ValueError(f"field {self.name}: only bytes_fixed has a count")
        if self.personal is not None and self.personal not in PERSONAL_KINDS:
            raise ValueError(f"field {self.name}: personal={self.personal!r} is no known kind")


@dataclass(frozen=True, slots=True)
class Layout:
    """The fields of one information buffer or structure, from one MBIMEx version on.

    `size` is that of the fixed part up to the first field of varying size, in bytes. One that
    `extends` begins with the fields of the one before; `versions` puts them in.
    """

    size: int
    fields: tuple[Field, ...] = ()
    mbimex: int = 0x0100
    structure: str | None = None
    unverified: bool = False
    note: str | None = None
    extends: bool = False


@dataclass(frozen=True, slots=True)
class Struct:
    """A structure that messages share."""

    name: str
    layout: Layout


@dataclass(frozen=True, slots=True)
class Enum:
    """A set of values; `flags` when they are bits. `wwan` is its counterpart on the NDIS side.

    `same_numbers` is False where numbers differ or one side has members of its own; `differences`
    then says how, as triples (MBIM, WWAN, remark).
    """

    name: str
    members: tuple[tuple[str, int], ...]
    flags: bool = False
    wwan: str | None = None
    same_numbers: bool = True
    differences: tuple[tuple[str, str, str], ...] = ()
    unverified: bool = False
    note: str | None = None

    def __post_init__(self) -> None:
        if len({name for name, _ in self.members}) != len(self.members):
            raise ValueError(f"enumeration {self.name}: a member name occurs twice")


class PartForm(StrEnum):
    """Wire forms inside a TLV: packed, nothing is aligned; the comment says what is read."""

    U8 = "u8"
    U16 = "u16"
    U32 = "u32"
    U16_BIG = "u16_big"  # big endian
    U32_BIG = "u32_big"  # big endian
    OCTETS = "octets"  # `size` bytes, or as many as `size_field` says
    REST = "rest"  # bytes to the end
    UUID = "uuid"  # printed order
    IPV4 = "ipv4"
    IPV6 = "ipv6"
    U8_ARRAY = "u8_array"  # as many as `count_field` says
    U32_ARRAY = "u32_array"  # as many as `count_field` says
    STRUCT = "struct"  # in place
    STRUCT_ARRAY = "struct_array"  # as many as `count_field` says
    STRUCTS_SIZED = "structs_sized"  # as many as fill `size_field` bytes
    STRUCTS_WHILE = "structs_while"  # as long as the next byte is at most `first_max`
    TLV = "tlv"  # one TLV of `tlv_type`
    NAME = "name"  # length u8 and octets, or one TLV of text
    PAYLOAD = "payload"  # offset u32 and size u32, counted from the content; the bytes behind


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the content of a TLV.

    `measures` names the parts whose bytes this number counts, `counts` the array whose elements it
    counts; such a number follows from them when a content is written. `when` is (earlier part,
    values): the part is there only then; `unless` the reverse. `allowed` are the only values.
    """

    name: str
    form: PartForm
    size: int | None = None
    type: str | None = None
    struct: str | None = None
    tlv_type: str | None = None
    size_field: str | None = None
    count_field: str | None = None
    measures: tuple[str, ...] = ()
    counts: str | None = None
    when: tuple[str, tuple[int, ...]] | None = None
    unless: tuple[str, tuple[int, ...]] | None = None
    allowed: tuple[int, ...] | None = None
    first_max: int | None = None
    personal: str | None = None

    def __post_init__(self) -> None:
        if self.personal is not None and self.personal not in PERSONAL_KINDS:
            raise ValueError(f"part {self.name}: personal={self.personal!r} is no known kind")

    @property
    def is_structural(self) -> bool:
        """Whether the part only describes how others are read."""
        return bool(self.measures or self.counts or self.type or self.allowed)


class ContentForm(StrEnum):
    """What the data of a TLV are."""

    OCTETS = "octets"  # bytes that no row describes
    TEXT = "text"  # UTF-16LE
    NUMBERS = "numbers"  # u16 values
    NUMBER = "number"  # one u32
    ONE = "one"  # one structure
    MANY = "many"  # structures to the end


@dataclass(frozen=True, slots=True)
class Tlv:
    """One type of TLV and what it holds, from one MBIMEx version on.

    `size` is that of octets of a fixed size, `many_max` the most structures allowed.
    """

    name: str
    value: int
    form: ContentForm
    mbimex: int = 0x0300
    struct: str | None = None
    size: int | None = None
    many_max: int | None = None
    enum: str | None = None
    unverified: bool = False
    note: str | None = None

    def __post_init__(self) -> None:
        if (self.struct is not None) != (self.form in (ContentForm.ONE, ContentForm.MANY)):
            raise ValueError(f"TLV {self.name}: {self.form} and struct={self.struct} disagree")


#: How long a host waits for the answer of a command, in seconds, unless its row says otherwise.
ANSWER_S = 30


@dataclass(frozen=True, slots=True)
class Guard:
    """A mark of a command that changes more than the session: a real device gets it only by name.

    `name` is the word that allows it, `operations` the letters that it holds for. Where the value
    of `member` is one of `values`, the word is `other` instead.
    """

    name: str
    operations: str = "s"
    member: str = ""
    values: frozenset[int] = frozenset()
    other: str = ""


#: What a CID carries where, by the name of its column.
OPERATIONS = ("query", "set", "response", "notification")


@dataclass(frozen=True, slots=True)
class Cid:
    """One command: its number in its service, and the layouts of each direction.

    `response` answers query and set. Each column holds one layout per version, oldest first.
    `operations` says what the command allows (letters: q query, s set, n notification). A host
    waits `answer_s` seconds for an answer; of a command with a `guard` see there.
    """

    cid: int
    name: str
    nick: str
    operations: str
    query: tuple[Layout, ...] = ()
    set: tuple[Layout, ...] = ()
    response: tuple[Layout, ...] = ()
    notification: tuple[Layout, ...] = ()
    note: str | None = None
    guard: Guard | None = None
    answer_s: int = ANSWER_S

    def layouts(self) -> Iterator[tuple[str, Layout]]:
        """Yield (operation, layout) for every layout of the command."""
        for operation in OPERATIONS:
            for layout in getattr(self, operation):
                yield operation, layout


@dataclass(frozen=True, slots=True)
class Service:
    """A device service: our number for it, its UUID in printed form and its commands.

    `guard` holds for all of its commands, those that have no row included.
    """

    number: int
    name: str
    nick: str
    uuid: str
    origin: str
    cids: tuple[Cid, ...]
    note: str | None = None
    guard: Guard | None = None
