"""A small trace, and frames made with nothing but MessagePack."""

import io
import random
import struct
from typing import Any

import msgpack  # type: ignore[import-untyped]

from wwanreplay._core import Event, Kind, crc32c
from wwanreplay.errors import TraceError
from wwanreplay.trace import Chunk, TraceHeader, TraceReader, TraceWriter


def session(count: int) -> list[Event]:
    return [
        Event(Kind(1 + i % 6), 10 * i, code=i % 7, request_id=i, payload=bytes([i & 255]) * (i % 9))
        for i in range(count)
    ]


def written(events: list[Event], **options: Any) -> bytes:
    out = io.BytesIO()
    with TraceWriter(out, TraceHeader(producer="test", seed=7), **options) as writer:
        for i, event in enumerate(events):
            if i == 10:
                writer.checkpoint(b"snapshot", event.time_ns)
                writer.attach("note.txt", b"attached", "text/plain")
            writer.write(event)
    return out.getvalue()


EVENTS = session(24)
SMALL = written(EVENTS, chunk_size=60)
HEADER_SIZE = SMALL.index(b"\x99\x02\xce")  # where the first chunk begins
FRAMES = [(item.offset) for item in TraceReader(SMALL).objects() if isinstance(item, Chunk)]


def frame(frame_type: int, *elements: Any, size: int | None = None) -> bytes:
    """A frame made with nothing but MessagePack, its CRC right whatever it claims."""
    body = b"".join(map(msgpack.packb, elements))
    if frame_type == 1:
        head = b"\x96\x01\xa9wwantrace\x01"
    else:
        head = bytes([0x90 | len(elements) + 3, frame_type])
    data = head + struct.pack(">BI", 0xCE, len(body) + 5 if size is None else size) + body
    return data + struct.pack(">BI", 0xCE, crc32c(data))


HEADER = frame(1, {})
RECORD = msgpack.packb([2, 0, 0, 0, 5, 0, b"abc"])


def chunk(first: int, count: int, base: int, compression: int, size: int, data: bytes) -> bytes:
    return frame(2, first, count, base, compression, size, data)


def strictly(data: bytes) -> tuple[list[Event], TraceError | None]:
    events = []
    try:
        for event in TraceReader(data):
            events.append(event)  # noqa: PERF402 (what came before the error is wanted)
    except TraceError as error:
        return events, error
    return events, None


def lenient(data: bytes) -> tuple[list[Event], TraceReader]:
    reader = TraceReader(data, strict=False)
    return list(reader), reader


class Unseekable(io.RawIOBase):
    """A pipe that gives one to seven bytes at a time."""

    def __init__(self, data: bytes) -> None:
        self.left = data
        self.random = random.Random(1)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "reads must be bounded"
        size = min(size, self.random.randint(1, 7))
        data, self.left = self.left[:size], self.left[size:]
        return data
