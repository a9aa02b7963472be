"""The specification docs/trace-format.md, held against the code and against plain MessagePack."""

import io
import re
from typing import Any

import msgpack  # type: ignore[import-untyped]
import pytest
import zstandard
from checkout import DOCS

from wwanreplay import _core
from wwanreplay._core import Digest, Event, Kind, crc32c
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter, frames

SPECIFICATION = (DOCS / "trace-format.md").read_text("utf-8")

OID_WWAN_READY_INFO = 0x0E010102
NDIS_STATUS_WWAN_READY_INFO = 0x40041001
NDIS_STATUS_INDICATION_REQUIRED = 0x40230001

EXAMPLE = [
    Event(
        Kind.KIND_QUERY, 1_000_000, code=OID_WWAN_READY_INFO, request_id=7, handle=3, capacity=64
    ),
    Event(
        Kind.KIND_COMPLETION,
        1_000_250,
        code=OID_WWAN_READY_INFO,
        request_id=7,
        status=NDIS_STATUS_INDICATION_REQUIRED,
        bytes=0,
        cause=0,
    ),
    Event(
        Kind.KIND_INDICATION,
        6_000_000,
        code=NDIS_STATUS_WWAN_READY_INFO,
        request_id=7,
        handle=3,
        payload=bytes.fromhex("8001080001000000"),
    ),
]


def example() -> bytes:
    out = io.BytesIO()
    with TraceWriter(out, TraceHeader(producer="example", seed=7, namespaces={})) as writer:
        writer.write_all(EXAMPLE)
    return out.getvalue()


def specified_example() -> bytes:
    (block,) = re.findall(r"```hex\n(.*?)```", SPECIFICATION, re.DOTALL)
    data = b""
    for offset, digits in re.findall(r"^([0-9a-f]{4})  ((?:[0-9a-f]{2} ?)+)", block, re.MULTILINE):
        assert int(offset, 16) == len(data)
        data += bytes.fromhex(digits)
    return data


def test_the_worked_example_is_what_the_writer_writes() -> None:
    assert specified_example() == example()


def test_the_worked_example_reads_as_it_says() -> None:
    reader = TraceReader(specified_example())
    assert list(reader) == EXAMPLE
    assert reader.verify().sound


def test_every_trace_begins_with_the_specified_bytes() -> None:
    (digits,) = re.findall(r"the twelve bytes `([0-9a-f ]+)`", SPECIFICATION)
    assert bytes.fromhex(digits) == frames.OPENING
    assert example().startswith(frames.OPENING + b"\x01")


def specified_digests() -> list[str]:
    digests: list[str] = re.findall(r"\| `([0-9a-f]{32})` \|", SPECIFICATION)
    return digests


FULL = Event(
    Kind.KIND_INDICATION,
    -1,
    port=1,
    request_id=2,
    code=3,
    status=4,
    namespace=4,
    handle=5,
    bytes=6,
    payload=bytes(range(33)),
)


@pytest.mark.parametrize(
    ("row", "events"), list(enumerate([[], [Event(Kind.KIND_COMPLETION, 0)], [FULL], EXAMPLE]))
)
def test_digest_vectors(row: int, events: list[Event]) -> None:
    digest = Digest()
    for event in events:
        digest.update(event)
    assert digest.hexdigest() == specified_digests()[row]
    assert len(specified_digests()) == 4


def test_digest_state_vector() -> None:
    (state,) = re.findall(r"`([0-9a-f]{80})`", SPECIFICATION)
    digest = Digest()
    digest.update(FULL)
    assert digest.state().hex() == state


def test_crc_vector() -> None:
    (crc,) = re.findall(r"`123456789` is `(0x[0-9a-f]{8})`", SPECIFICATION)
    assert crc32c(b"123456789") == int(crc, 16)


@pytest.mark.parametrize("compression", ["none", "zstd"])
def test_plain_messagepack_walks_a_trace(compression: str) -> None:
    """Nothing of ours reads here: frames, CRCs' places, records, footer and offsets."""
    events = [
        event.replace(time_ns=event.time_ns + 10**9 * i) for i in range(40) for event in EXAMPLE
    ]
    out = io.BytesIO()
    with TraceWriter(out, TraceHeader(), compression=compression, chunk_size=300) as writer:
        writer.attach("log", b"text", "text/plain")
        writer.checkpoint(b"state", 5)
        writer.write_all(events)
    data = out.getvalue()

    unpacker = msgpack.Unpacker()
    unpacker.feed(data)
    walked: list[tuple[int, list[Any]]] = []
    start = 0
    for frame in unpacker:
        end = unpacker.tell()
        assert frame[-1] == plain_crc32c(data[start : end - 5])
        assert frame[3 if frame[0] == 1 else 1] == end - start - (18 if frame[0] == 1 else 7)
        walked.append((start, frame))
        start = end
    assert start == len(data)
    assert [frame[0] for _, frame in walked[:3]] == [1, 4, 3]
    assert walked[0][1][1:3] == ["wwantrace", 1]
    assert [frame[0] for _, frame in walked[-2:]] == [5, 6]
    assert walked[-1][1][2] == walked[-2][0]

    index, read = 0, []
    chunks = [(offset, frame) for offset, frame in walked if frame[0] == 2]
    for _, (_, _, first, count, time_ns, packed, size, records, _) in chunks:
        assert first == index
        assert packed == (compression == "zstd")
        plain = zstandard.decompress(records) if packed else records
        assert len(plain) == size
        inner = msgpack.Unpacker(strict_map_key=False)
        inner.feed(plain)
        for record in inner:
            time_ns += record[1]
            read.append((record[0], time_ns, *record[2:7], *record[7:]))
            index += 1
        assert index == first + count
    assert [row[:7] for row in read] == [
        (e.kind, e.time_ns, e.port, e.request_id, e.code, e.status, e.payload) for e in events
    ]
    assert read[1][7] == {3: 0, 5: 0}
    footer = walked[-2][1][2]
    assert [entry[0] for entry in footer["chunks"]] == [offset for offset, _ in chunks]
    assert footer["records"] == len(events)
    assert footer["codes"] == [[1, OID_WWAN_READY_INFO], [2, NDIS_STATUS_WWAN_READY_INFO]]


def plain_crc32c(data: bytes) -> int:
    """Bit by bit, as section 2 defines it."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def table(heading: str) -> list[list[str]]:
    """The rows of the first table behind a heading."""
    rows = SPECIFICATION.split(heading, 1)[1].split("\n\n| ", 1)[1].split("\n\n", 1)[0]
    return [[cell.strip() for cell in row.strip("| ").split("|")] for row in rows.splitlines()[2:]]


def test_the_limits_are_the_specified_ones() -> None:
    limits = {row[0]: row[1] for row in table("## 6. Limits")}
    assert limits == {
        "elements of a frame": str(frames.ELEMENTS_MAX),
        "header map": f"{frames.HEADER_SIZE_MAX >> 20} MiB, 65 536 values",
        "footer map": f"{frames.FOOTER_SIZE_MAX >> 20} MiB, 1 048 576 values",
        "a chunk's records, uncompressed": f"{_core.CHUNK_SIZE_MAX >> 20} MiB",
        "a record's payload": f"{_core.PAYLOAD_SIZE_MAX >> 20} MiB",
        "a record's map": "1 MiB",
        "checkpoint snapshot, attachment (uncompressed)": f"{frames.ATTACHMENT_SIZE_MAX >> 20} MiB",
        "containers inside one another": str(_core.NESTING_DEPTH_MAX),
        "any frame": f"{frames.FRAME_SIZE_MAX >> 20} MiB",
    }
    assert (frames.HEADER_VALUES_MAX, frames.FOOTER_VALUES_MAX) == (65_536, 1_048_576)


def test_the_kinds_are_the_specified_ones() -> None:
    rows = table("*Why an array by position:*")
    assert [(int(row[0]), f"KIND_{row[1].upper()}") for row in rows] == [
        (kind.value, kind.name) for kind in Kind
    ]


def test_every_rule_of_layout_has_a_reason() -> None:
    bold = re.findall(r"\n\*\*[^*]{60,}\*\*", SPECIFICATION.split("## 9.")[0])
    assert len(bold) >= 4
    assert SPECIFICATION.count("*Why") >= 25


def test_integers_are_in_their_shortest_form() -> None:
    data = example()
    repacked = b""
    for frame in msgpack.Unpacker(io.BytesIO(data)):
        repacked += msgpack.packb(frame)
    # Repacking shortens the fixed-width elements only: size, CRC and the footer's offset.
    assert len(data) - len(repacked) <= 4 * (4 + 4) + 8
    (chunk,) = TraceReader(data).chunks()
    records = msgpack.Unpacker(strict_map_key=False)
    records.feed(bytes(chunk.records))
    assert b"".join(map(msgpack.packb, records)) == bytes(chunk.records)
