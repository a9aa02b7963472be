"""What the traces of the conformance files are put together of: frames, chunks, zstd data.

What no writer writes is made here with msgpack, and zstd data block by block, so that the bytes
are the same with every version of libzstd.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgpack  # type: ignore[import-untyped]

from wwanreplay._core import Event, Kind, crc32c
from wwanreplay.trace import TraceHeader, TraceWriter
from wwanreplay.trace.frames import ChunkEntry, parse_prefix

READY_INFO, READY_EVENT, REQUIRED = 0x0E010102, 0x40041001, 0x40230001
PRODUCER = "conformance"


@dataclass(frozen=True)
class Case:
    """A file; `verdict` and the number of `records` are what it must be read as."""

    name: str
    shows: str
    section: str
    data: bytes
    verdict: str = "whole"
    records: int = 3

    def __repr__(self) -> str:
        return f"{self.verdict}, {self.records} records"


def packed(*values: Any) -> bytes:
    """MessagePack values, one after another."""
    return b"".join(map(msgpack.packb, values))


def frame(kind: int, *elements: Any, size: int | None = None, version: int = 1) -> bytes:
    """A frame of these elements; its CRC is right whatever it claims."""
    body = packed(*elements)
    head = bytes([0x90 | len(elements) + 3, kind])
    if kind == 1:
        head = bytes([0x90 | len(elements) + 5, 1]) + b"\xa9wwantrace" + bytes([version])
    data = head + struct.pack(">BI", 0xCE, len(body) + 5 if size is None else size) + body
    return data + struct.pack(">BI", 0xCE, crc32c(data))


def resealed(data: bytes | bytearray) -> bytes:
    """The same frame with the CRC that is right for its bytes."""
    return bytes(data[:-4]) + struct.pack(">I", crc32c(bytes(data[:-5])))


def query(dt_ns: int = 0, request_id: int = 7, payload: bytes = b"") -> bytes:
    """A record."""
    return packed([1, dt_ns, 0, request_id, READY_INFO, 0, payload])


def chunk(
    records: bytes,
    count: int,
    first: int = 0,
    base_ns: int = 0,
    compression: int = 0,
    size: int | None = None,
    stored: bytes | None = None,
) -> bytes:
    """A chunk frame."""
    size = len(records) if size is None else size
    return frame(2, first, count, base_ns, compression, size, records if stored is None else stored)


HEADER = frame(1, {"producer": PRODUCER})


def zstd(data: bytes, *, stated: int | None = None, states: bool = True) -> bytes:
    """A zstd frame of one raw block."""
    size = len(data) if stated is None else stated
    head = b"\x28\xb5\x2f\xfd" + (bytes([0x20, size]) if states else b"\x00\x58")
    return head + (1 | len(data) << 3).to_bytes(3, "little") + data


def zstd_zeros(size: int) -> bytes:
    """A zstd frame of so many zero bytes, a few bytes for each 128 KiB."""
    out = b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", size)
    while size:
        piece = min(size, 1 << 17)
        size -= piece
        out += ((size == 0) | 1 << 1 | piece << 3).to_bytes(3, "little") + b"\0"
    return out


def two_blocks() -> tuple[bytes, bytes]:
    """Three records, and a zstd frame of them in two raw blocks, the first of 60 bytes."""
    data = packed(*([6, n, 0, 0, READY_EVENT, 0, bytes(40)] for n in range(3)))
    head = b"\x28\xb5\x2f\xfd" + bytes([0x20, len(data)])
    first = (60 << 3).to_bytes(3, "little") + data[:60]
    return data, head + first + (1 | len(data) - 60 << 3).to_bytes(3, "little") + data[60:]


def events() -> list[Event]:
    """The session of most files: a query, its provisional completion, the indication."""
    return [
        Event(1, 1_000_000, request_id=7, code=READY_INFO, handle=3, capacity=64),
        Event(5, 1_000_250, request_id=7, code=READY_INFO, status=REQUIRED, bytes=0, cause=0),
        Event(6, 6_000_000, request_id=7, code=READY_EVENT, payload=bytes(range(8)), handle=3),
    ]


class File:
    """A trace that is written: records by our writer, frames as they are given."""

    def __init__(self, header: TraceHeader | None = None, **options: Any) -> None:
        self.out = io.BytesIO()
        header = TraceHeader(producer=PRODUCER, namespaces={}) if header is None else header
        self.writer = TraceWriter(self.out, header, **options)

    def add(self, *given: Event) -> File:
        """Records."""
        self.writer.write_all(given)
        return self

    def flush(self) -> File:
        """End the chunk."""
        self.writer.flush()
        return self

    def raw(self, data: bytes) -> File:
        """A frame as it is, behind the records so far."""
        self.writer.flush()
        self.writer._write(data)
        return self

    def chunk(self, data: bytes, records: bytes, count: int, base_ns: int = 0) -> File:
        """A chunk frame as it is, which is entered in the index."""
        self.writer.flush()
        first = self.writer.next_index
        copied, reason = self.writer.records.adopt(records, first, base_ns)
        assert (copied, reason) == (count, None), reason
        taken = self.writer.records.take()
        assert taken is not None
        _, _, _, _, low_ns, high_ns, bits = taken
        offset = self.writer._write(data)
        self.writer._chunks.append(ChunkEntry(offset, first, count, low_ns, high_ns, bits))
        return self

    def open(self) -> bytes:
        """The file without footer and end."""
        self.writer.flush()
        return self.out.getvalue()

    def close(self) -> bytes:
        """The whole file."""
        self.writer.close()
        return self.out.getvalue()


def frames(data: bytes) -> list[tuple[int, int, int]]:
    """(type, start, end) of each frame of a sound file."""
    found, start = [], 0
    while start < len(data):
        prefix = parse_prefix(data[start : start + 18])
        assert prefix is not None
        found.append((prefix.type, start, start + prefix.size))
        start += prefix.size
    return found


def place(data: bytes, kind: int, nth: int = 0) -> tuple[int, int]:
    """Where the nth frame of a type stands."""
    return [(start, end) for each, start, end in frames(data) if each == kind][nth]


def changed(data: bytes, kind: int, change: Callable[[bytes], bytes], nth: int = 0) -> bytes:
    """A file in which one frame is another."""
    start, end = place(data, kind, nth)
    return data[:start] + change(data[start:end]) + data[end:]


def flipped(part: bytes) -> bytes:
    """A frame with one bit of its middle changed."""
    at = len(part) // 2
    return part[:at] + bytes([part[at] ^ 0x10]) + part[at + 1 :]


def sized(size: int) -> Callable[[bytes], bytes]:
    """A change of the size that a chunk frame claims, with a CRC that is right."""
    return lambda part: resealed(part[:3] + struct.pack(">I", size) + part[7:])


def _whole() -> bytes:
    return File().add(*events()).close()


def _chunks() -> bytes:
    made = File()
    for event in events():
        made.add(event).flush()
    return made.close()


def _full() -> bytes:
    """Each type of frame, two chunks."""
    made = File()
    made.add(*events()[:1])
    made.writer.checkpoint(b"snapshot", 1_000_000)
    made.add(*events()[1:])
    made.writer.attach("note.txt", b"attached", "text/plain")
    return made.close()


WHOLE, CHUNKS, FULL = _whole(), _chunks(), _full()


def one_record(event: Event) -> bytes:
    """A trace of one record."""
    return File().add(event).close()


def unended(data: bytes) -> bytes:
    """A trace without its end."""
    return data[: place(data, 5)[0]]


def with_hole(code: int) -> bytes:
    """A trace with a gap and its reason."""
    made = File().add(events()[0])
    made.writer.gap(Event(Kind.KIND_GAP, 1_000_000, code=code, payload=b"lost"), 3)
    return made.add(events()[2]).close()
