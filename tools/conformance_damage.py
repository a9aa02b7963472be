"""Traces of the conformance files that are damaged, or claim what they have not."""

from __future__ import annotations

import struct
from typing import Any

import msgpack  # type: ignore[import-untyped]
from conformance_parts import (
    CHUNKS,
    FULL,
    HEADER,
    READY_INFO,
    WHOLE,
    Case,
    changed,
    chunk,
    flipped,
    frame,
    packed,
    place,
    query,
    two_blocks,
    unended,
    with_hole,
    zstd,
    zstd_zeros,
)

from wwanreplay._core import crc32c


def cuts() -> list[Case]:
    """Traces that end early."""
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


def flips() -> list[Case]:
    """Traces with a changed byte in each part."""
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
            changed(unended(CHUNKS), 2, flipped, 1),
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
            changed(unended(CHUNKS), 2, lambda part: part[:6] + b"\xff" + part[7:], 1),
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


def claims() -> list[Case]:
    """Frames that state other sizes and counts than they have."""
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


def wrong_frames() -> list[Case]:
    """Frames that are no frames, or stand where they must not."""
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
            with_hole(code=9),
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
