"""Chunks that are read one behind another into the same memory are those of the reading."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from leap_samples import leaping, session, write

from wwanreplay._core import Event, Kind
from wwanreplay.trace import Chunk, TraceReader, TraceWriter


@pytest.fixture(autouse=True)
def _windows() -> Iterator[None]:
    with ExitStack() as stack:
        leaping(stack)
        yield


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A trace with checkpoints between its chunks."""
    return write(tmp_path_factory.mktemp("plain") / "t.wwtrace", session()[1]).read_bytes()


def summary(path: Path) -> dict[str, Any]:
    with TraceReader(str(path), strict=False) as reader:
        found = asdict(reader.verify())
    return {name: value for name, value in found.items() if name != "header"}


def summary_by_reading(path: Path) -> dict[str, Any]:
    with patch.object(TraceReader, "plain_chunks", lambda _: None):
        return summary(path)


def parts(chunk: Chunk) -> tuple[Any, ...]:
    return (chunk.first_index, chunk.record_count, chunk.base_time_ns, bytes(chunk.records),
            chunk.offset, chunk.size, chunk.compression, chunk.records_offset)  # fmt: skip


def test_each_chunk_is_given_as_the_reading_gives_it(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "t.wwtrace"
    path.write_bytes(whole)
    with TraceReader(str(path)) as reader:
        expected = [parts(chunk) for chunk in reader.chunks()]
        found: list[tuple[Any, ...]] = []
        by_plain = 0
        for chunk in reader.chunks():
            found.append(parts(chunk))
            plain = reader.plain_chunks()
            assert plain is not None
            found += [parts(each) for each in plain.each()]
            by_plain += 1
    assert found == expected
    assert by_plain < len(found) / 3


def test_a_whole_trace_has_the_same_summary(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "t.wwtrace"
    path.write_bytes(whole)
    found = summary(path)
    assert found == summary_by_reading(path)
    assert found["checkpoints"] > 3
    assert found["code_counts"]
    assert not found["losses"]


def test_a_damaged_or_cut_trace_has_the_same_summary(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "t.wwtrace"
    for number in range(24):
        at = (number * 2 + 1) * len(whole) // 48
        for data in (
            whole[:at],
            whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :],
            whole[:at] + whole[at + 9_000 :],
        ):
            path.write_bytes(data)
            assert summary(path) == summary_by_reading(path), at


def test_a_hole_that_a_gap_record_explains_is_no_loss(tmp_path: Path) -> None:
    header, events = session()
    path = tmp_path / "t.wwtrace"
    with TraceWriter(str(path), header, chunk_size=8 << 10) as writer:
        for event in events[:1500]:
            writer.write(event)
        writer.gap(Event(Kind.KIND_GAP, events[1500].time_ns, code=7), 6)
        for event in events[1500:]:
            writer.write(event)
    found = summary(path)
    assert found == summary_by_reading(path)
    assert found["kinds"][Kind.KIND_GAP] == 1
    assert not found["losses"]


def test_a_gap_record_in_the_first_chunk_explains_the_hole_behind_it(tmp_path: Path) -> None:
    path = tmp_path / "t.wwtrace"
    with TraceWriter(str(path), session()[0]) as writer:
        for index in (0, 9):
            writer.gap(Event(Kind.KIND_GAP, index, code=9), 8)
        writer.write(Event(Kind.KIND_CLOCK, 20))
    found = summary(path)
    assert found == summary_by_reading(path)
    assert not found["losses"]


def test_memory_and_small_files_are_read_as_ever(tmp_path: Path, whole: bytes) -> None:
    with TraceReader(whole) as reader:
        next(reader.chunks())
        assert reader.plain_chunks() is not None
        assert reader.later_chunks(0) is None
    path = tmp_path / "small.wwtrace"
    path.write_bytes(whole)
    with patch("wwanreplay.trace.source.WHOLE_SIZE_MAX", 1 << 30), TraceReader(str(path)) as reader:
        next(reader.chunks())
        assert reader.plain_chunks() is None
