"""Transfer blocks of NCM 1.0 as MBIM 1.0 (section 7) uses them: datagrams of sessions in one block.

A block has a header (NTH), and a chain of tables (NDP) that say where datagrams lie. The signature
of a table names the session: `IPS` and its number for packets of IP, `DSS` and its number for the
data of device service streams; small letters in blocks of 32 bits. MBIM has no checksums here.

`parse` believes nothing: what does not hold is a DecodeError that names member and offset.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum
from itertools import groupby, pairwise
from typing import Final, NamedTuple, NoReturn

from wwanreplay.errors import DecodeError, UsageError

SESSION_MAX: Final = 255


class Stream(Enum):
    """What the datagrams of a table are."""

    IP = b"IPS"
    DEVICE_SERVICE = b"DSS"


class Datagram(NamedTuple):
    """One datagram of a session."""

    stream: Stream
    session: int
    data: bytes


class Format(IntEnum):
    """The two widths of a block, by their number in SET_NTB_FORMAT."""

    NTB16 = 0
    NTB32 = 1


@dataclass(frozen=True, slots=True)
class Layout:
    """Header, table and entries of one width; `size_max` is the longest block that it can say."""

    signature: bytes
    header: struct.Struct  # signature, wHeaderLength, wSequence, block length, index of a table
    table: struct.Struct  # signature, wLength, reserved, index of the next table, reserved
    entry: struct.Struct  # index, length
    length_unit: int  # of which wLength is a multiple
    size_max: int

    @property
    def table_min(self) -> int:
        """A table of one entry and the one that ends it."""
        return self.table.size + 2 * self.entry.size

    def text(self, stream: Stream, session: int) -> bytes:
        """The signature of a table."""
        letters = stream.value if self.signature.isupper() else stream.value.lower()
        return letters + bytes((session,))


LAYOUTS: Final = {
    Format.NTB16: Layout(
        b"NCMH",
        struct.Struct("<4sHHHH"),
        struct.Struct("<4sH0sH0s"),
        struct.Struct("<HH"),
        4,
        0xFFFF,
    ),
    Format.NTB32: Layout(
        b"ncmh",
        struct.Struct("<4sHHII"),
        struct.Struct("<4sH2sI4s"),
        struct.Struct("<II"),
        8,
        0xFFFFFFFF,
    ),
}


class Parameters(NamedTuple):
    """NTB_PARAMETERS (NCM 1.0, 6.2.1): what blocks a function sends and takes, sizes in bytes."""

    formats: int = 0x3  # both
    in_size_max: int = 16384
    in_divisor: int = 4
    in_remainder: int = 0
    in_alignment: int = 4
    out_size_max: int = 16384
    out_divisor: int = 4
    out_remainder: int = 0
    out_alignment: int = 4
    out_datagrams_max: int = 0  # any number

    def to_bytes(self) -> bytes:
        """The answer of GET_NTB_PARAMETERS."""
        return struct.pack("<HHIHHHHIHHHH", 28, *self[:5], 0, *self[5:])


#: The smallest input size that a host may choose (NCM 1.0, 6.2.7).
IN_SIZE_MIN: Final = 2048


# ------------------------------------------------------------------ reading


def parse(data: bytes, ntb_format: Format, size_max: int | None = None) -> list[Datagram]:
    """The datagrams of one block, in the order of its tables; DecodeError for one that is wrong.

    `size_max` bounds the block, bytes.
    """
    return list(_Block(data, ntb_format, size_max).datagrams())


def block_length(data: bytes | bytearray, ntb_format: Format) -> int | None:
    """How long a block says it is: 0 for one that ends with its transfer, None before it is known.

    Any bytes may be given; what they are is found by `parse`.
    """
    layout = LAYOUTS[ntb_format]
    if len(data) < layout.header.size:
        return None
    return int(layout.header.unpack_from(data)[3])


class _Block:
    def __init__(self, data: bytes, ntb_format: Format, size_max: int | None) -> None:
        self.data = data
        self.layout = LAYOUTS[ntb_format]
        self.name = ntb_format.name
        self.size_max = size_max
        self.total = 0  # bytes of datagrams

    def datagrams(self) -> Iterator[Datagram]:
        layout = self.layout
        header = layout.header
        if len(self.data) < header.size:
            self._fail("is cut off", "NTH", 0, needed=header.size, had=len(self.data))
        signature, header_length, _sequence, length, index = header.unpack_from(self.data)
        index_at = header.size - layout.entry.size // 2
        if signature != layout.signature:
            self._fail(f"is {signature!r}, not {layout.signature!r}", "dwSignature", 0)
        if header_length != header.size:
            self._fail(f"is {header_length}, not {header.size}", "wHeaderLength", 4)
        if length not in (0, len(self.data)):
            self._fail("is not that of the transfer", "BlockLength", 8, length, len(self.data))
        if self.size_max is not None and len(self.data) > self.size_max:
            self._fail(f"is longer than {self.size_max} bytes", "BlockLength", 8)
        seen: set[int] = set()
        while index or not seen:
            if index in seen:
                self._fail(f"leads back to the table at {index}", "NdpIndex", index_at)
            seen.add(index)
            found, index, index_at = self._table(index, index_at)
            yield from found

    def _table(self, at: int, index_at: int) -> tuple[list[Datagram], int, int]:
        """The datagrams of a table, the index of the next one and where that stands."""
        layout = self.layout
        if at % 4 or at < layout.header.size:
            self._fail(f"is {at}, no place for a table", "NdpIndex", index_at)
        if at + layout.table_min > len(self.data):
            needed = at + layout.table_min
            self._fail("runs past the end", "NdpIndex", index_at, needed, len(self.data))
        signature, length, _, following, _ = layout.table.unpack_from(self.data, at)
        if length < layout.table_min or length % layout.length_unit:
            self._fail(f"is {length}, no length of a table", "wLength", at + 4)
        if at + length > len(self.data):
            self._fail("runs past the end", "wLength", at + 4, at + length, len(self.data))
        stream = self._stream(signature, at)
        places = list(self._places(at, length))
        self.total += sum(end - begin for begin, end in places)
        if self.total > len(self.data):
            self._fail("has datagrams that lie in one another", "NDP", at)
        found = [Datagram(stream, signature[3], self.data[begin:end]) for begin, end in places]
        return found, following, at + layout.table.size - (8 if layout.length_unit == 8 else 2)

    def _stream(self, signature: bytes, at: int) -> Stream:
        texts = {self.layout.text(stream, signature[3]): stream for stream in Stream}
        if signature not in texts:
            self._fail(f"is {signature!r}, no signature of MBIM", "dwSignature", at)
        return texts[signature]

    def _places(self, at: int, length: int) -> Iterator[tuple[int, int]]:
        """Where the datagrams of a table lie."""
        layout = self.layout
        for place in range(at + layout.table.size, at + length, layout.entry.size):
            begin, size = layout.entry.unpack_from(self.data, place)
            if begin == 0 or size == 0:
                return  # whatever follows is to be ignored
            if begin < layout.header.size:
                self._fail(f"is {begin}, in the header", "DatagramIndex", place)
            if begin + size > len(self.data):
                self._fail(
                    "runs past the end", "DatagramLength", place, begin + size, len(self.data)
                )
            yield begin, begin + size
        self._fail("has no entry that ends it", "NDP", at)

    def _fail(
        self,
        reason: str,
        field: str,
        offset: int,
        needed: int | None = None,
        had: int | None = None,
    ) -> NoReturn:
        raise DecodeError(
            reason, structure=self.name, field=field, offset=offset, needed=needed, had=had
        )


# ------------------------------------------------------------------ writing


def build(datagrams: Iterable[Datagram], ntb_format: Format, sequence: int = 0) -> bytes:
    """One block with these datagrams, a table for each run of one session; UsageError without any,
    and when the block is longer than its width can say.
    """
    layout = LAYOUTS[ntb_format]
    body = bytearray(layout.header.size)
    tables: list[tuple[bytes, list[tuple[int, int]]]] = []
    for (stream, session), run in groupby(datagrams, key=lambda each: each[:2]):
        places = []
        for datagram in run:
            _align(body)
            places.append((len(body), len(datagram.data)))
            body += datagram.data
        tables.append((layout.text(stream, session), places))
    if not tables:
        raise UsageError(f"{ntb_format.name}: a block needs a datagram")
    size = len(body) + sum(
        layout.table_min + (len(places) - 1) * layout.entry.size + 2 * layout.length_unit
        for _, places in tables
    )
    if size > layout.size_max:
        raise UsageError(f"{ntb_format.name}: {size} bytes are more than {layout.size_max}")
    places_of_tables = []
    for signature, places in tables:
        _align(body, layout.length_unit)
        places_of_tables.append(len(body))
        entries = [*places, (0, 0)]
        size = layout.table.size + len(entries) * layout.entry.size
        padding = -size % layout.length_unit
        body += layout.table.pack(signature, size + padding, b"", 0, b"")
        body += b"".join(layout.entry.pack(*each) for each in entries) + bytes(padding)
    for at, following in pairwise(places_of_tables):
        signature, size, _, _, _ = layout.table.unpack_from(body, at)
        layout.table.pack_into(body, at, signature, size, b"", following, b"")
    sizes = layout.header.size, sequence & 0xFFFF, len(body)
    layout.header.pack_into(body, 0, layout.signature, *sizes, places_of_tables[0])
    return bytes(body)


def room(datagram: bytes, ntb_format: Format) -> int:
    """How many bytes of a block a datagram takes at most, a table of its own included."""
    layout = LAYOUTS[ntb_format]
    return len(datagram) + layout.table_min + 2 * layout.length_unit


def header_size(ntb_format: Format) -> int:
    """Bytes of a block's header."""
    return LAYOUTS[ntb_format].header.size


def _align(body: bytearray, unit: int = 4) -> None:
    body += bytes(-len(body) % unit)
