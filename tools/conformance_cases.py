"""The traces of the conformance files: one feature or one damage each.

Sound files come from our writer. What no writer writes is put together of frames here, with
msgpack, and zstd data block by block, so that the bytes are the same with every version of libzstd.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgpack  # type: ignore[import-untyped]

from wwanreplay._core import Event, Kind, Lifecycle, RecordFlag, crc32c
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


# Parts.


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


# Features.


def _one(event: Event) -> bytes:
    return File().add(event).close()


def _kinds() -> list[Case]:
    ends = Event(1, 0, request_id=1, code=READY_INFO)
    wall = struct.pack("<q", 1_700_000_000 * 10**9)
    listed: list[tuple[str, str, Sequence[Event]]] = [
        ("query", "a query", [ends]),
        (
            "set",
            "a set with its buffer",
            [Event(2, 0, request_id=1, code=0x0E01010A, payload=b"ab")],
        ),
        ("method", "a method", [Event(3, 0, request_id=1, code=READY_INFO, payload=b"\1")]),
        (
            "cancel",
            "a cancel, whose cause is its request",
            [ends, Event(4, 5, request_id=1, code=READY_INFO, cause=0)],
        ),
        (
            "completion",
            "a completion with status, bytes and cause",
            [
                ends,
                Event(5, 9, request_id=1, code=READY_INFO, status=0xC0010015, bytes=48, cause=0),
            ],
        ),
        (
            "indication-event",
            "an unsolicited indication: its RequestId is 0",
            [Event(6, 3, code=READY_EVENT, payload=b"\x80\1\4\0")],
        ),
        (
            "indication-transaction",
            "an indication that closes a transaction",
            [Event(6, 3, request_id=9, code=READY_EVENT, payload=b"\x80\1\4\0", handle=1 << 40)],
        ),
        ("stimulus", "a stimulus", [Event(7, 3, code=1, payload=b"\1\0\0\0")]),
        (
            "wire",
            "a message to the device, one from it, and an event whose cause that is",
            [
                Event(9, 1, code=1, payload=b"\1\0\0\0\x10\0\0\0\1\0\0\0\0\x10\0\0"),
                Event(9, 2, code=2, payload=b"\1\0\0\x80\x10\0\0\0\1\0\0\0\0\0\0\0"),
                Event(6, 2, code=READY_EVENT, cause=1),
            ],
        ),
        (
            "gap",
            "records known to be lost, and a loss of unknown size",
            [Event(11, 1, code=12, payload=b"ring overrun"), Event(11, 2, code=0)],
        ),
    ]
    lives = [Event(8, int(each), code=int(each)) for each in Lifecycle]
    listed.append(("lifecycle", "every lifecycle event", lives))
    clocks = [
        Event(10, 1, code=1, payload=wall),
        Event(10, 2, code=2, payload=wall + struct.pack("<q", -(10**9))),
        Event(10, 3, code=0),
    ]
    listed.append(
        ("clock", "an anchor, a jump of a second back, and the end of the session", clocks)
    )
    notes = [Event(12, code, code=code, payload=f"note {code} ü".encode()) for code in range(5)]
    listed.append(("note", "every code of notes", [ends, *(e.replace(cause=0) for e in notes)]))
    return [
        Case(f"kind-{name}", shows, "4", File().add(*given).close(), records=len(given))
        for name, shows, given in listed
    ]


def _keys() -> list[Case]:
    base = Event(1, 0, request_id=1, code=READY_INFO)
    source = {"log": "modem.log", "unit": "line", "number": 12}
    flags = [base.replace(flags=int(each)) for each in RecordFlag]
    listed: list[tuple[str, str, list[Event]]] = [
        (
            "namespace",
            "a command of MBIM: a namespace that is not the kind's own",
            [Event(1, 0, request_id=1, code=1 << 32 | 12, namespace=4)],
        ),
        ("handle", "a handle of 64 bits", [base.replace(handle=2**64 - 1)]),
        ("capacity", "a capacity of 32 bits", [base.replace(capacity=2**32 - 1)]),
        ("bytes", "bytes of 32 bits", [Event(5, 0, code=READY_INFO, bytes=2**32 - 1)]),
        ("client", "the number of a host program", [base.replace(client=3)]),
        ("source", "a place in a log", [base.replace(source=source)]),
        ("flags", "each flag", flags),
        (
            "fields",
            "decoded fields of an event that had no buffer",
            [Event(6, 0, code=READY_EVENT, fields={"ReadyState": 1, "Name": "é"})],
        ),
    ]
    every = base.replace(handle=1, capacity=2, bytes=3, client=4, cause=0, source=5, flags=4)
    listed.append(("all", "every key at once", [every.replace(namespace=4, fields={"a": 1})]))
    return [
        Case(f"key-{name}", shows, "4", File().add(*given).close(), records=len(given))
        for name, shows, given in listed
    ]


def _numbers() -> list[Case]:
    wide = Event(1, 0, port=2**32 - 1, request_id=2**64 - 1, code=2**64 - 1, status=2**32 - 1)
    earliest, latest = Event(12, -(2**63)), Event(12, 2**63 - 1)
    times = [Event(12, 50), Event(12, 20), Event(12, -5)]
    # The same numbers in longer forms than needed; strings and arrays as well.
    long_forms = (
        b"\xdc\0\7"
        + b"\xcd\0\1"
        + b"\xd1\0\5"
        + b"\xce\0\0\0\0"
        + b"\xcf"
        + bytes(7)
        + b"\7"
        + packed(READY_INFO)
        + b"\xd3"
        + bytes(8)
        + b"\xc6\0\0\0\2ab"
    )
    body = chunk(long_forms, 1)
    return [
        Case(
            "numbers-widest", "every number of a record at its largest", "4", _one(wide), records=1
        ),
        Case(
            "times-extremes",
            "the first and the last time there is, a chunk each",
            "4",
            File().add(earliest).flush().add(latest).close(),
            records=2,
        ),
        Case("times-backwards", "times that go back, below 0", "4", File().add(*times).close()),
        Case(
            "times-base",
            "a chunk that begins at another time than 0",
            "3",
            File().chunk(chunk(query(5), 1, base_ns=10**18), query(5), 1, 10**18).close(),
            records=1,
        ),
        Case(
            "numbers-long-forms",
            "integers, an array and a buffer not in their shortest form",
            "2",
            File().chunk(body, long_forms, 1).close(),
            records=1,
        ),
        Case(
            "payload-large",
            "a buffer whose length takes two bytes",
            "4",
            _one(Event(2, 0, code=1, payload=bytes(300))),
            records=1,
        ),
    ]


def _containers() -> list[Case]:
    records = query() + query(1)
    compressed = chunk(records, 2, compression=1, stored=zstd(records))
    three, blocks = two_blocks()
    attached = frame(4, "log.txt", "text/plain", 1, 8, zstd(b"attached"))
    inner = frame(4, "inner.wwtrace", "application/octet-stream", 0, len(WHOLE), WHOLE)
    profile = {"name": "own", "text": "x", "mapping": {"a": [1, True]}, "compiled": b"\1\2"}
    header = TraceHeader.from_map(
        {
            "created": "2024-02-29T12:00:00Z",
            "producer": PRODUCER,
            "model_version": 3,
            "table_hash": "abc",
            "interface": "emulated",
            "device": {"name": "x"},
            "profile": profile,
            "seed": 2**64 - 1,
            "comparison": "field",
            "start": query(),
            "clock": {"epoch_ns": -1},
            "namespaces": [[1, "OID"]],
            "source": {"files": []},
            "notes": ["a", "b"],
            "later": 5,
        }
    )
    lone = File().add(*events())
    lone.writer.checkpoint(b"", 9)
    return [
        Case(
            "empty-session",
            "header, footer and end, without a record",
            "3",
            File().close(),
            records=0,
        ),
        Case("session", "three records in one chunk", "9", WHOLE),
        Case("chunks", "a chunk for each record", "3", CHUNKS),
        Case("every-frame", "each type of frame", "3", FULL),
        Case(
            "chunk-zstd",
            "a compressed chunk",
            "3",
            File().chunk(compressed, records, 2).close(),
            records=2,
        ),
        Case(
            "chunk-zstd-blocks",
            "a compressed chunk of two blocks",
            "3",
            File().chunk(chunk(three, 3, compression=1, stored=blocks), three, 3).close(),
        ),
        Case(
            "checkpoint",
            "a checkpoint behind the last record, its snapshot empty",
            "3",
            lone.close(),
        ),
        Case(
            "attachment-zstd",
            "a compressed attachment",
            "3",
            File().raw(attached).close(),
            records=0,
        ),
        Case(
            "attachment-trace",
            "an attachment that is a trace: its frames are not this file's",
            "8",
            File().add(*events()).raw(inner).close(),
        ),
        Case(
            "header-full",
            "a header with every key, and one that is not known",
            "3",
            File(header).add(*events()).close(),
        ),
        Case(
            "index-left-out",
            "a footer without chunks and codes",
            "3",
            changed(WHOLE, 5, _without_index),
        ),
    ]


def _without_index(part: bytes) -> bytes:
    values = msgpack.unpackb(part[7:-5], strict_map_key=False)
    del values["chunks"], values["codes"]
    return frame(5, values)


def _unended(data: bytes) -> bytes:
    return data[: place(data, 5)[0]]


def _segments() -> list[Case]:
    second = File(TraceHeader(producer="second", namespaces={}))
    cut = _unended(WHOLE)
    gap = packed([11, 0, 0, 0, 0, 0, b"cut off"])
    further = chunk(gap + query(3), 2, first=3, base_ns=6_000_000)
    appended = _appended(WHOLE, events()[:1])
    return [
        Case("segments", "a session that was appended to", "3", appended, records=4),
        Case("segment-empty", "a second segment without a record", "3", _appended(WHOLE, [])),
        Case(
            "segment-after-cut",
            "a segment behind one that was cut off: it begins with a gap",
            "3",
            cut + second.open() + further,
            "cut off",
            5,
        ),
        Case("no-footer", "a file that was cut off between two frames", "8", cut, "cut off"),
        Case(
            "header-alone", "a file that was cut off behind its header", "8", HEADER, "cut off", 0
        ),
        Case(
            "hole-explained",
            "a hole in the numbers, behind the gap record that explains it",
            "8",
            _with_hole(code=4),
        ),
        Case(
            "zero-tail",
            "zero bytes of a power cut behind the last frame",
            "8",
            cut + bytes(1024 - len(cut) % 512),
            "cut off",
        ),
    ]


def _appended(data: bytes, more: list[Event]) -> bytes:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.wwtrace"
        path.write_bytes(data)
        header = TraceHeader(producer="second", namespaces={})
        with TraceWriter(path, header, append=True) as writer:
            writer.write_all(event.replace(time_ns=event.time_ns + 10**9) for event in more)
        return path.read_bytes()


def _with_hole(code: int) -> bytes:
    made = File().add(events()[0])
    made.writer.gap(Event(Kind.KIND_GAP, 1_000_000, code=code, payload=b"lost"), 3)
    return made.add(events()[2]).close()


def _unknown() -> list[Case]:
    kind = packed([13, 4, "what", {"a": 1}]) + packed([127, 2])
    keys = packed([1, 0, 0, 7, READY_INFO, 0, b"", {1: 3, 9: "later", 200: [1]}])
    more = packed([1, 0, 0, 7, READY_INFO, 0, b"", {}, "more", 5])
    extra = frame(2, 0, 1, 0, 0, len(query()), query(), "more", {"a": 1})
    later = changed(WHOLE, 5, _later)
    return [
        Case(
            "unknown-frame",
            "a frame of type 100, skipped",
            "7",
            File().add(*events()).raw(frame(100, "later", 5)).close(),
        ),
        Case(
            "unknown-frame-bare",
            "a frame of type 127 with nothing but its size and CRC",
            "7",
            File().add(*events()).raw(frame(127)).close(),
        ),
        Case(
            "unknown-kind",
            "records of kinds 13 and 127 keep their index",
            "7",
            File().chunk(chunk(query() + kind + query(1), 4), query() + kind + query(1), 4).close(),
            records=2,
        ),
        Case(
            "unknown-key",
            "keys 9 and 200 of a record",
            "7",
            File().chunk(chunk(keys, 1), keys, 1).close(),
            records=1,
        ),
        Case(
            "unknown-elements-record",
            "elements behind the map of a record",
            "7",
            File().chunk(chunk(more, 1), more, 1).close(),
            records=1,
        ),
        Case(
            "unknown-elements-frame",
            "elements of a chunk behind its records",
            "7",
            File().chunk(extra, query(), 1).close(),
            records=1,
        ),
        Case("unknown-footer-key", "a key of the footer", "7", later),
    ]


def _later(part: bytes) -> bytes:
    return frame(5, msgpack.unpackb(part[7:-5], strict_map_key=False) | {"later": [1]})


# Damage.


def _cuts() -> list[Case]:
    chunk_at, chunk_end = place(WHOLE, 2)
    footer_at, footer_end = place(WHOLE, 5)
    check_end, note_end = place(FULL, 3)[1], place(FULL, 4)[1]
    records = query() + query(1)
    three, blocks = two_blocks()
    compressed = HEADER + chunk(three, 3, compression=1, stored=blocks)
    second_block = len(three) - 60 + 5  # with the CRC
    torn = WHOLE[:chunk_end]
    return [
        Case(
            "cut-in-header",
            "a file that ends inside its first header",
            "8",
            HEADER[:20],
            "refused",
            0,
        ),
        Case(
            "cut-in-chunk",
            "the whole records of a torn chunk are read, unchecked",
            "8",
            torn[:-20],
            "cut off",
            2,
        ),
        Case(
            "cut-in-first-record",
            "a torn chunk without a whole record",
            "8",
            WHOLE[: chunk_at + 25],
            "cut off",
            0,
        ),
        Case(
            "cut-in-prefix",
            "a file that ends inside the size of a chunk",
            "8",
            WHOLE[: chunk_at + 5],
            "cut off",
            0,
        ),
        Case(
            "cut-in-crc",
            "a chunk of which two bytes of the CRC are there",
            "8",
            torn[:-3],
            "cut off",
        ),
        Case(
            "cut-in-zstd",
            "a torn compressed chunk: one of its blocks is whole, and a record",
            "8",
            compressed[: -second_block - 1],
            "cut off",
            1,
        ),
        Case("cut-in-checkpoint", "a torn checkpoint", "8", FULL[: check_end - 3], "cut off", 1),
        Case("cut-in-attachment", "a torn attachment", "8", FULL[: note_end - 9], "cut off"),
        Case("cut-in-footer", "a torn footer", "8", WHOLE[: footer_at + 40], "cut off"),
        Case(
            "cut-behind-footer",
            "a footer without its end frame",
            "8",
            WHOLE[:footer_end],
            "cut off",
        ),
        Case("cut-in-end", "a torn end frame", "8", WHOLE[:-4], "cut off"),
        Case(
            "torn-crc-wrong",
            "a torn chunk whose CRC begins wrong: nothing of it is kept",
            "8",
            torn[:-4] + bytes([torn[-4] ^ 1]) + torn[-3:-2],
            "cut off",
            0,
        ),
        Case(
            "torn-index-wrong",
            "a torn chunk with another first index than the next",
            "8",
            HEADER + chunk(records, 2, first=5)[:-8],
            "cut off",
            0,
        ),
    ]


def _flips() -> list[Case]:
    names = {1: "header", 3: "checkpoint", 4: "attachment", 5: "footer", 6: "end"}
    made = [
        Case(
            f"flip-{name}",
            f"a bit of the {name} frame is another",
            "8",
            changed(FULL, kind, flipped),
            "damaged",
        )
        for kind, name in names.items()
    ]
    return [
        *made,
        Case(
            "flip-chunk",
            "a bit of the second chunk is another: its record is lost",
            "8",
            changed(CHUNKS, 2, flipped, 1),
            "damaged",
            2,
        ),
        Case(
            "flip-chunk-no-footer",
            "the same in a file without footer",
            "8",
            changed(_unended(CHUNKS), 2, flipped, 1),
            "damaged",
            2,
        ),
        Case(
            "flip-crc",
            "a bit of a chunk's CRC is another",
            "8",
            changed(CHUNKS, 2, lambda part: part[:-1] + bytes([part[-1] ^ 1])),
            "damaged",
            2,
        ),
        Case(
            "flip-size",
            "a chunk that claims another size, in a file without footer",
            "8",
            changed(_unended(CHUNKS), 2, lambda part: part[:6] + b"\xff" + part[7:], 1),
            "damaged",
            2,
        ),
        Case(
            "bytes-between",
            "bytes that are no frame between two chunks",
            "8",
            CHUNKS[: place(CHUNKS, 2, 1)[0]] + b"garbage" + CHUNKS[place(CHUNKS, 2, 1)[0] :],
            "damaged",
        ),
    ]


def _claims() -> list[Case]:
    one, two = query(), query() + query(1)
    zeros = zstd_zeros(1 << 20)
    nested = packed([1, 0, 0, 7, READY_INFO, 0, b"", {8: {"a": _nest(40)}}])
    far = packed([12, 2**62, 0, 0, 0, 0, b""]) * 2

    def lone(name: str, data: bytes) -> bytes:
        behind = {"count-high": 3, "count-low": 1}.get(name, 2)
        return HEADER + data + chunk(query(9), 1, first=behind)

    listed: list[tuple[str, str, bytes, int]] = [
        ("count-high", "a chunk that says three records and has two", chunk(two, 3), 2),
        ("count-low", "a chunk that says one record and has two", chunk(two, 1), 1),
        ("count-zero", "a chunk of no record", chunk(b"", 0), 0),
        (
            "records-size-wrong",
            "`records_size` is another than that of the records",
            chunk(two, 2, size=9),
            0,
        ),
        ("compression-unknown", "a chunk of compression 2", chunk(two, 2, compression=2), 0),
        (
            "zstd-broken",
            "zstd data that are none",
            chunk(two, 2, compression=1, stored=b"x" * 20),
            0,
        ),
        (
            "zstd-no-size",
            "zstd data that do not state their size",
            chunk(two, 2, compression=1, stored=zstd(two, states=False)),
            0,
        ),
        (
            "zstd-size-wrong",
            "zstd data that state another size than `records_size`",
            chunk(two, 2, compression=1, size=len(two) + 1, stored=zstd(two)),
            0,
        ),
        (
            "zstd-more",
            "zstd data of more bytes than they state",
            chunk(two, 2, compression=1, size=20, stored=zstd(two, stated=20)),
            0,
        ),
        (
            "zstd-bomb",
            "a mebibyte of zeros that says it is 40 bytes",
            chunk(b"", 2, compression=1, size=40, stored=zeros),
            0,
        ),
        (
            "records-size-limit",
            "records above the limit of 64 MiB: nothing is inflated",
            chunk(b"", 2, compression=1, size=(64 << 20) + 1, stored=zstd_zeros((64 << 20) + 1)),
            0,
        ),
        (
            "payload-past-end",
            "a payload that is longer than the chunk",
            chunk(one + one[:-2] + b"\xc4\x50", 2),
            1,
        ),
        ("record-no-array", "a record that is no array", chunk(one + packed("x"), 2), 1),
        ("record-short", "a record of six elements", chunk(one + packed([1, 0, 0, 0, 0, 0]), 2), 1),
        (
            "record-text-number",
            "a record whose port is a text",
            chunk(one + packed([1, 0, "0", 0, 0, 0, b""]), 2),
            1,
        ),
        (
            "record-port-wide",
            "a port of more than 32 bits",
            chunk(one + packed([1, 0, 1 << 32, 0, 0, 0, b""]), 2),
            1,
        ),
        (
            "record-payload-text",
            "a payload that is a text",
            chunk(one + packed([1, 0, 0, 0, 0, 0, "ab"]), 2),
            1,
        ),
        (
            "record-nested",
            "40 maps inside one another in the fields of a record",
            chunk(one + nested, 2),
            1,
        ),
        ("time-overflow", "times that leave 64 bits", chunk(far, 2, base_ns=2**62), 0),
        (
            "reserved-byte",
            "the byte 0xc1, which MessagePack has no use for",
            chunk(one + b"\xc1", 2),
            1,
        ),
    ]
    return [
        Case(f"bad-{name}", shows, "8", lone(name, data), "damaged", kept + 1)
        for name, shows, data, kept in listed
    ]


def _nest(depth: int) -> Any:
    return {"a": _nest(depth - 1)} if depth else 0


def _frames() -> list[Case]:
    one, two = query(), query() + query(1)
    sound = HEADER + chunk(two, 2)
    after = chunk(query(9), 1, first=2)
    wrong_end = frame(6, 5)[:-5]
    footer = changed(WHOLE, 5, lambda part: _altered(part, records=9))
    negative = changed(WHOLE, 5, lambda part: _altered(part, next_index=-1))
    digest = changed(WHOLE, 5, lambda part: _altered(part, digest=bytes(16)))
    limit = struct.pack(">BBBI", 0x99, 2, 0xCE, 0x7FFFFFFF) + bytes(40)
    few = frame(2, 2, 1)
    return [
        Case(
            "no-trace",
            "a file of another kind",
            "3",
            b"PK\3\4 this is no trace at all",
            "refused",
            0,
        ),
        Case("empty-file", "no byte", "3", b"", "refused", 0),
        Case(
            "version-2",
            "a header of version 2",
            "3",
            frame(1, {}, version=2) + chunk(two, 2),
            "refused",
            0,
        ),
        Case(
            "bad-first-index",
            "a chunk that begins with a record that was there already",
            "8",
            sound + chunk(one, 1, first=1),
            "damaged",
            2,
        ),
        Case(
            "hole",
            "a chunk behind a hole in the numbers",
            "8",
            sound + chunk(one, 1, first=5),
            "damaged",
        ),
        Case(
            "hole-other-size",
            "a gap record of another size than the hole behind it",
            "8",
            _with_hole(code=9),
            "damaged",
        ),
        Case(
            "frame-size-limit",
            "a frame that claims more than the limit",
            "6",
            sound + limit + after,
            "damaged",
        ),
        Case(
            "frame-few-elements",
            "a chunk frame of too few elements, its CRC right",
            "2",
            sound + few + after,
            "damaged",
        ),
        Case(
            "frame-outside",
            "a frame behind the end frame",
            "3",
            WHOLE + chunk(one, 1, first=3),
            "cut off",
            4,
        ),
        Case("footer-count-wrong", "a footer that counts nine records", "8", footer, "damaged"),
        Case("footer-digest-wrong", "a footer with another digest", "8", digest, "damaged"),
        Case("footer-negative", "a footer with a number below 0", "8", negative, "damaged"),
        Case(
            "end-offset-wrong",
            "an end frame that names another place",
            "3",
            WHOLE[:-21] + wrong_end[:7] + b"\xcf" + struct.pack(">Q", 5) + _crc_of_end(5),
            "damaged",
        ),
    ]


def _crc_of_end(offset: int) -> bytes:
    data = b"\x94\x06\xce\x00\x00\x00\x0e\xcf" + struct.pack(">Q", offset)
    return struct.pack(">BI", 0xCE, crc32c(data))


def _altered(part: bytes, **values: Any) -> bytes:
    return frame(5, msgpack.unpackb(part[7:-5], strict_map_key=False) | values)


CASES: list[Case] = [
    case
    for group in (
        _kinds,
        _keys,
        _numbers,
        _containers,
        _segments,
        _unknown,
        _cuts,
        _flips,
        _claims,
        _frames,
    )
    for case in group()
]
