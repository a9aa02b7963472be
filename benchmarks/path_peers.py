"""What users would take otherwise: MCAP, python-can and orjson, each beside the path here.

    python benchmarks/path_peers.py

The packages are installed by hand (`pip install mcap python-can orjson`); a row whose package is
not there is left out, and a line says so. Both sides run in turns in one process, in processor
time, over as many records: those of the session `small`, of which MCAP gets the packed bytes as
messages, and CAN frames of 8 bytes. What the peers read and write is in memory.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any

import msgpack  # type: ignore[import-untyped]
import path_rates

from wwanreplay import bench
from wwanreplay.formats.exporters import EXPORTERS, ExportOptions, export_trace
from wwanreplay.replay import replay

RECORDS = int(os.environ.get("WWANREPLAY_BENCH_PEER_RECORDS", "50000"))
ROUNDS = 3
CAN_ID, CAN_DATA = 0x123, bytes(8)


@cache
def trace() -> bytes:
    """The session's trace."""
    buffer = io.BytesIO()
    bench.generate(buffer, RECORDS, "small")
    return buffer.getvalue()


@cache
def session() -> bench.Session:
    """Its chunks."""
    return bench.load(trace(), "small")


@cache
def packed() -> list[bytes]:
    """Its records, each as it is packed."""
    records = []
    for chunk, *_ in session().chunks:
        unpacker = msgpack.Unpacker()
        unpacker.feed(chunk)
        begin = 0
        while begin < len(chunk):
            unpacker.skip()
            records.append(bytes(chunk[begin : unpacker.tell()]))
            begin = unpacker.tell()
    return records


def ratio(peer: Callable[[], object], ours: Callable[[], object]) -> float:
    """How many times as fast ours is as the peer."""
    times = path_rates.best_of({"peer": peer, "ours": ours}, ROUNDS)
    return times["peer"] / times["ours"]


# ------------------------------------------------------------------ MCAP


def write_mcap() -> bytes:
    """Each record a message."""
    from mcap.writer import CompressionType, Writer

    out = io.BytesIO()
    writer = Writer(out, compression=CompressionType.NONE)
    writer.start()
    schema = writer.register_schema(name="record", encoding="", data=b"")
    channel = writer.register_channel(topic="/modem", message_encoding="msgpack", schema_id=schema)
    for number, record in enumerate(packed()):
        writer.add_message(channel, log_time=number, data=record, publish_time=number)
    writer.finish()
    return out.getvalue()


@cache
def mcap() -> bytes:
    """The file that is read."""
    return write_mcap()


def read_mcap() -> None:
    """Every message, in the order of the file."""
    from mcap.reader import make_reader

    messages = make_reader(io.BytesIO(mcap())).iter_messages(log_time_order=False)
    assert sum(1 for _ in messages) == len(packed())


def replay_by_mcap() -> float:
    """A replay, with every output compared, and a reader that looks at nothing."""
    return ratio(read_mcap, lambda: replay(trace()))


def record_by_mcap() -> float:
    """The device driven, inputs and outputs packed; and a writer to whom they are given packed."""
    held = session()
    return ratio(write_mcap, lambda: bench.run_record(held))


# ------------------------------------------------------------------ python-can


@cache
def blf() -> bytes:
    """As many CAN frames as the session has records."""
    import can

    out = _Kept()
    with can.BLFWriter(out) as writer:
        for number in range(len(packed())):
            writer(can.Message(timestamp=number / 1000, arbitration_id=CAN_ID, data=CAN_DATA))
    return out.kept


class _Kept(io.BytesIO):
    """A file whose bytes are there when it is closed."""

    kept = b""

    def close(self) -> None:
        """Keep what was written."""
        self.kept = self.getvalue()
        super().close()


def read_blf() -> None:
    """Every frame."""
    import can

    assert sum(1 for _ in can.BLFReader(io.BytesIO(blf()))) == len(packed())


def replay_over_bus() -> None:
    """Every frame read, sent over a virtual bus and received, with times left out."""
    import can

    channel = {"interface": "virtual", "channel": "benchmark"}
    with can.Bus(**channel) as sender, can.Bus(**channel) as receiver:
        for frame in can.BLFReader(io.BytesIO(blf())):
            sender.send(frame)
            assert receiver.recv(1) is not None


def replay_by_blf() -> float:
    """A replay, and a reader of as many frames."""
    return ratio(read_blf, lambda: replay(trace()))


def replay_by_bus() -> float:
    """A replay, and frames replayed over a bus in memory that compares nothing."""
    return ratio(replay_over_bus, lambda: replay(trace()))


# ------------------------------------------------------------------ orjson


def exported() -> bytes:
    """The session as lines of JSON."""
    out = io.BytesIO()
    exporter = EXPORTERS["jsonl"]
    export_trace(trace(), exporter, out, ExportOptions(show_personal=exporter.has_bytes))
    return out.getvalue()


@cache
def lines() -> list[Any]:
    """The values of these lines."""
    return [json.loads(line) for line in exported().splitlines()]


def dump_lines() -> None:
    """The same lines, of values that are there."""
    import orjson

    for line in lines():
        orjson.dumps(line)


def jsonl_by_orjson() -> float:
    """The export, decoding included, and what only prints."""
    return ratio(dump_lines, exported)


#: The package, and its rows: name, what gives today's figure, and what it should be at least.
BY_PACKAGE: dict[str, list[path_rates.Row]] = {
    "mcap": [
        ("replay ÷ mcap reading the same records", replay_by_mcap, 1),
        ("record ÷ mcap writing the same records", record_by_mcap, 1),
    ],
    "can": [
        ("replay ÷ python-can reading BLF", replay_by_blf, 1),
        ("replay ÷ python-can, BLF over a virtual bus", replay_by_bus, 1),
    ],
    "orjson": [("export --to jsonl ÷ orjson printing its lines", jsonl_by_orjson, 0.01)],
}
MISSING = [package for package in BY_PACKAGE if find_spec(package) is None]
ROWS = [row for package, rows in BY_PACKAGE.items() if package not in MISSING for row in rows]


def print_missing() -> None:
    """Say which rows are not there, and why."""
    for package in MISSING:
        print(f"without the rows of {package}, which is not installed")


if __name__ == "__main__":
    path_rates.print_rows(ROWS)
    print_missing()
