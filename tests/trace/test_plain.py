"""Chunks that are read one behind another into the same memory are those of the reading."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from leap_samples import leaping, session, window_of, write

from wwanreplay._core import Event, FrameWindow, Kind, Scanner, crc32c
from wwanreplay.errors import TraceError
from wwanreplay.trace import Chunk, TraceReader, TraceWriter
from wwanreplay.trace.frames import FRAME_CHECKPOINT, FRAME_CHUNK


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


def test_chunks_are_scanned_as_the_reading_gives_them(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "t.wwtrace"
    path.write_bytes(whole)
    with TraceReader(str(path)) as reader:
        expected, by_reading, by_plain = Scanner(codes=True), 0, 0
        for chunk in reader.chunks():
            expected.scan(chunk.records, chunk.first_index, chunk.base_time_ns)
            by_reading += 1
        found, given = Scanner(codes=True), 0
        for chunk in reader.chunks():
            found.scan(chunk.records, chunk.first_index, chunk.base_time_ns)
            given += 1
            plain = reader.plain_chunks()
            assert plain is not None
            scanned = list(plain.scan(found))
            by_plain += sum(each.chunk_count for each in scanned)
            assert all(each.error is None for each in scanned)
    assert found.digest() == expected.digest()
    assert found.code_counts() == expected.code_counts()
    assert found.next_index == expected.next_index
    assert given + by_plain == by_reading
    assert given < by_reading / 3


def with_records_changed(data: bytes, chunk: Chunk, change: Callable[[bytearray], None]) -> bytes:
    """A file in which the records of a chunk are others and its CRC is right."""
    frame = bytearray(data[chunk.offset : chunk.offset + chunk.size])
    at = (chunk.records_offset or 0) - chunk.offset
    records = frame[at : at + len(chunk.records)]
    change(records)
    frame[at : at + len(records)] = records
    frame[-4:] = crc32c(frame[:-5]).to_bytes(4, "big")
    return data[: chunk.offset] + frame + data[chunk.offset + chunk.size :]


def test_records_that_cannot_be_read_are_the_same_loss(tmp_path: Path, whole: bytes) -> None:
    with TraceReader(whole) as reader:
        chunks = list(reader.chunks())
    path = tmp_path / "t.wwtrace"
    for number in (1, 2, 7, len(chunks) - 1):

        def cut(records: bytearray) -> None:
            records[len(records) // 2 :] = bytes([0xC1]) * (len(records) - len(records) // 2)

        path.write_bytes(with_records_changed(whole, chunks[number], cut))
        found = summary(path)
        assert found == summary_by_reading(path)
        assert found["losses"]
        assert found["losses"][0]["records_lost"] > 0
        with TraceReader(str(path)) as reader, pytest.raises(TraceError) as error:
            reader.verify()
        with (
            patch.object(TraceReader, "plain_chunks", lambda _: None),
            TraceReader(str(path)) as reader,
            pytest.raises(TraceError) as expected,
        ):
            reader.verify()
        assert str(error.value) == str(expected.value)


def test_a_window_takes_what_a_file_gives() -> None:
    chunk_type, checkpoint_type = FRAME_CHUNK, FRAME_CHECKPOINT
    frame = b"\x99" + bytes([chunk_type]) + b"\xce" + (40).to_bytes(4, "big") + bytes(40)
    for read_size in (1, 47, 60, 1000):
        window = window_of(frame * 3 + frame[:20], 200, read_size)
        window.go_to(0)
        for number in range(3):
            assert window.next_type() == chunk_type
            assert window.next_type(window.offset + 46) is None
            assert window.next_type(window.offset) is None
            assert window.offset == number * 47
            window.skip(47)
        assert window.next_type() is None
        window.go_to(47)
        assert window.next_type() == chunk_type
        window.skip(1000)
        assert window.next_type() is None
    assert window_of(frame, 46).next_type() is None
    other = frame[:1] + bytes([checkpoint_type]) + frame[2:]
    assert window_of(other).next_type() == checkpoint_type
    assert window_of(other[:6]).next_type() is None
    assert window_of(frame[:3] + b"\xff" * 44).next_type() is None


@pytest.mark.parametrize("count", [1 << 40, 200])
def test_a_file_that_says_it_read_more_is_not_believed(count: int) -> None:
    def read_at(offset: int, view: memoryview) -> int:
        view[:] = bytes(len(view))
        return count

    window = FrameWindow(read_at, 128, 128)
    assert window.next_type() is None
    for _ in range(3):
        window.skip(100)
        assert window.next_type() is None


def test_an_error_of_a_file_goes_through() -> None:
    def read_at(offset: int, view: memoryview) -> int:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        FrameWindow(read_at, 128, 128).next_type()


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
