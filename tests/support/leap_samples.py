"""A long trace of many small chunks with checkpoints, and what may be wrong with it."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from wwanreplay import bench
from wwanreplay._core import Engine, Event, FrameWindow, Kind
from wwanreplay.analysis.report import result_json
from wwanreplay.errors import WwanReplayError
from wwanreplay.protocol.kinds import INPUTS
from wwanreplay.replay import replay
from wwanreplay.replay.ahead import PartsAhead
from wwanreplay.replay.compiled_run import CompiledRun
from wwanreplay.replay.passed import Passed
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

CHUNK_SIZE = 8 << 10
RECORDS = 3000
CHECKPOINT_RECORDS = 400


@cache
def session() -> tuple[TraceHeader, list[Event]]:
    """The header and the records of a session."""
    out = io.BytesIO()
    bench.generate(out, RECORDS, "small")
    with TraceReader(out.getvalue()) as reader:
        return reader.header, list(reader.events())


def write(
    path: Path,
    events: list[Event],
    *,
    compression: str = "none",
    snapshot: Callable[[bytes], bytes] = lambda state: state,
    digest_state: Callable[[bytes], bytes] = lambda state: state,
) -> Path:
    """The records as a file of small chunks, with a checkpoint now and then.

    The checkpoints hold what a device that follows the inputs has come to, as they are changed.
    """
    header = session()[0]
    engine = Engine(header.engine_profile(), header.seed or 0)
    with TraceWriter(str(path), header, chunk_size=CHUNK_SIZE, compression=compression) as writer:
        due = CHECKPOINT_RECORDS
        for at, event in enumerate(events):
            if event.kind in INPUTS:
                engine.submit(event.replace(time_ns=max(event.time_ns, engine.now_ns)))
                engine.drain()
            writer.write(event)
            follows_output = at + 1 < len(events) and events[at + 1].kind in INPUTS
            if writer.next_index >= due and event.kind in INPUTS and follows_output:
                writer.checkpoint(snapshot(engine.snapshot()), engine.now_ns)
                due = writer.next_index + CHECKPOINT_RECORDS
    return path


def with_payload_changed(events: list[Event], place: float) -> list[Event]:
    """One octet of an output near a place (0 to 1) changed."""
    changed = list(events)
    at = int(place * (len(events) - 1))
    while events[at].kind != Kind.KIND_INDICATION or not events[at].payload:
        at = (at + 1) % len(events)
    payload = bytearray(events[at].payload)
    payload[-1] ^= 1
    changed[at] = events[at].replace(payload=bytes(payload))
    return changed


def window_of(data: bytes, size: int = 1 << 20, read_size: int = 1 << 16) -> FrameWindow:
    """A window of bytes in memory."""

    def read_at(offset: int, view: memoryview) -> int:
        part = data[offset : offset + len(view)]
        view[: len(part)] = part
        return len(part)

    return FrameWindow(read_at, size, read_size)


def outcome(path: Path, **options: Any) -> dict[str, Any]:
    """What a replay reports, its time aside; an error by its text."""
    try:
        result = replay(str(path), **options)
    except WwanReplayError as error:
        return {"error": str(error)}
    values: dict[str, Any] = result_json(result, show_personal=True)
    values.pop("elapsed_s", None)
    values.pop("records_per_second", None)
    return {**values, "counts": result.counts, "next": result.next_index}


def leaping(stack: ExitStack, **sizes: int) -> None:
    """Let small files be gone over as large ones are, in stretches and parts of these sizes."""
    stack.enter_context(patch("wwanreplay.trace.source.WHOLE_SIZE_MAX", 0))
    stretch, part = sizes.get("stretch", 40_000), sizes.get("part", 50_000)
    stack.enter_context(patch("wwanreplay.replay.leap.STRETCH_BYTES", stretch))
    stack.enter_context(patch("wwanreplay.trace.plain.WINDOW_SIZE", sizes.get("window", 20_000)))
    stack.enter_context(patch("wwanreplay.trace.plain.READ_SIZE", sizes.get("read", 12_000)))
    stack.enter_context(patch("wwanreplay.trace.plain.SCAN_BYTES", sizes.get("scan", 60_000)))
    stack.enter_context(patch("wwanreplay.replay.cores.PART_BYTES_MIN", part))
    stack.enter_context(patch("wwanreplay.replay.pieces.PIECE_BYTES_MIN", part))


def parts_taken(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each part that a replay came to was believed, from now on."""
    found: list[bool] = []
    kept = PartsAhead.take

    def take(self: PartsAhead, offset: int, run: CompiledRun) -> Passed | None:
        is_there = self.stop_offset == offset
        passed = kept(self, offset, run)
        if is_there:
            found.append(passed is not None)
        return passed

    monkeypatch.setattr(PartsAhead, "take", take)
    return found


def carefully(path: Path, **options: Any) -> dict[str, Any]:
    """The outcome without any leap."""
    with patch.object(TraceReader, "plain_chunks", lambda _: None):
        return outcome(path, **options)
