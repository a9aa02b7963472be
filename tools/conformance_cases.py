"""The traces of the conformance files: one feature or one damage each.

Sound files come from our writer. What no writer writes is put together of frames here, with
msgpack, and zstd data block by block, so that the bytes are the same with every version of libzstd.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import msgpack  # type: ignore[import-untyped]
from conformance_damage import claims, cuts, flips, wrong_frames
from conformance_parts import (
    CHUNKS,
    FULL,
    HEADER,
    PRODUCER,
    READY_EVENT,
    READY_INFO,
    WHOLE,
    Case,
    File,
    changed,
    chunk,
    events,
    frame,
    one_record,
    packed,
    query,
    two_blocks,
    unended,
    with_hole,
    zstd,
)

from wwanreplay._core import Event, Lifecycle, RecordFlag
from wwanreplay.trace import TraceHeader, TraceWriter

# Parts.


# Features.


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
            "numbers-widest",
            "every number of a record at its largest",
            "4",
            one_record(wide),
            records=1,
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
            one_record(Event(2, 0, code=1, payload=bytes(300))),
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


def _segments() -> list[Case]:
    second = File(TraceHeader(producer="second", namespaces={}))
    cut = unended(WHOLE)
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
            with_hole(code=4),
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


CASES: list[Case] = [
    case
    for group in (
        _kinds,
        _keys,
        _numbers,
        _containers,
        _segments,
        _unknown,
        cuts,
        flips,
        claims,
        wrong_frames,
    )
    for case in group()
]
