"""The bytes of a trace: files, memory and pipes read alike, and damage is stepped over."""

import errno
import io
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trace_samples import EVENTS, FRAMES, SMALL, Unseekable

from wwanreplay.errors import ReadError, TraceError
from wwanreplay.trace import TraceReader
from wwanreplay.trace.source import CutInFrameError, FrameSource


def test_a_real_pipe_reads_like_a_file() -> None:
    read_end, write_end = os.pipe()

    def feed() -> None:
        with open(write_end, "wb") as out:
            out.write(SMALL)

    feeder = threading.Thread(target=feed)
    feeder.start()
    with open(read_end, "rb") as pipe:
        assert TraceReader(pipe).verify().sound
    feeder.join()


def test_the_zero_bytes_that_a_power_cut_leaves_are_no_damage() -> None:
    boundary = FRAMES[2]  # between two frames; the other is the end of a sector
    for size in (boundary, 512):
        for zeros in (700, 5000, 3 << 20):
            reader = TraceReader(SMALL[:size] + bytes(zeros))
            events = list(reader)
            assert events == list(TraceReader(SMALL[:size]))
            assert reader.cut_off
            assert not reader.losses
    whole = TraceReader(SMALL + bytes(5000), strict=False)
    assert list(whole) == EVENTS
    assert not whole.losses


def test_directories_and_missing_files_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="Is a directory"):
        TraceReader(tmp_path)
    with pytest.raises(TraceError, match="No such file"):
        TraceReader(tmp_path / "missing.wwtrace")
    unreadable = tmp_path / "unreadable.wwtrace"
    unreadable.write_bytes(SMALL)
    unreadable.chmod(0)
    if not os.access(unreadable, os.R_OK):  # root reads it all the same
        with pytest.raises(TraceError, match="Permission denied"):
            TraceReader(unreadable)


def offsets(source: FrameSource) -> list[int]:
    """Where the frames stand that are read one after another, damage stepped over."""
    found = []
    while True:
        try:
            frame = source.next_frame()
        except CutInFrameError:
            return found
        except TraceError:
            source.skip_damage()
            continue
        if frame is None:
            return found
        found.append(frame.offset)


ALL = offsets(FrameSource(SMALL))


def test_files_memory_and_pipes_have_the_same_frames_in_the_same_places(tmp_path: Path) -> None:
    path = tmp_path / "small.wwtrace"
    path.write_bytes(SMALL)
    for given_as in (str(path), path, bytearray(SMALL), memoryview(SMALL), Unseekable(SMALL)):
        source = FrameSource(given_as)  # type: ignore[arg-type]
        assert offsets(source) == ALL
        assert source.offset == len(SMALL)
        source.close()


def test_a_trace_inside_a_file_is_read_from_where_the_file_stands() -> None:
    file = io.BytesIO(b"before" + SMALL)
    file.seek(6)
    source = FrameSource(file)
    assert source.size == len(SMALL)
    assert offsets(source) == ALL
    source.seek(ALL[1])
    frame = source.next_frame()
    assert frame is not None
    assert frame.offset == ALL[1]
    source.close()
    assert not file.closed  # it was not opened here


def test_what_was_peeked_is_still_to_be_read() -> None:
    for source in (FrameSource(SMALL), FrameSource(Unseekable(SMALL))):  # type: ignore[arg-type]
        assert source.peek(30) == SMALL[:30]
        assert source.peek(10) == SMALL[:10]
        assert source.offset == 0
        assert source.read(12) == SMALL[:12]
        assert source.peek(1 << 20) == SMALL[12:]
        assert source.read(1 << 20) == SMALL[12:]
        assert source.read(1) == b""


@given(st.integers(0, len(ALL) - 1), st.binary(min_size=1, max_size=60), st.booleans())
def test_behind_anything_inserted_the_next_frame_is_found(
    number: int, noise: bytes, is_pipe: bool
) -> None:
    at = ALL[number]
    data = SMALL[:at] + noise + SMALL[at:]
    source = FrameSource(Unseekable(data) if is_pipe else data)  # type: ignore[arg-type]
    places = [place + (len(noise) if place >= at else 0) for place in ALL]
    assert offsets(source) == places


def test_a_damaged_frame_is_lost_from_its_first_byte_to_its_last() -> None:
    for number, at in enumerate(ALL[:-1]):
        data = bytearray(SMALL)
        data[ALL[number + 1] - 1] ^= 1  # its CRC
        source = FrameSource(bytes(data))
        source.seek(at)
        with pytest.raises(TraceError, match="CRC is wrong") as caught:
            source.next_frame()
        assert caught.value.offset == source.offset == at
        assert source.skip_damage() == (at, ALL[number + 1])


def test_a_frame_that_ends_with_the_input_is_a_cut_and_left_to_be_read() -> None:
    for size in range(ALL[1] + 1, ALL[2]):
        source = FrameSource(SMALL[:size])
        source.seek(ALL[1])
        with pytest.raises(CutInFrameError, match="cut off inside a frame"):
            source.next_frame()
        prefix, data = source.cut_frame()
        assert data == SMALL[ALL[1] : size][: len(data)]
        if prefix is not None:
            assert (prefix.size, data) == (ALL[2] - ALL[1], SMALL[ALL[1] : size])


@pytest.mark.parametrize(("zeros", "ends"), [(0, True), (1, True), (511, True), (512, False)])
def test_less_than_a_sector_of_zero_bytes_is_an_end(zeros: int, ends: bool) -> None:
    assert FrameSource(bytes(zeros)).ends_in_zeros() is ends
    assert not FrameSource(bytes(zeros) + b"\1").ends_in_zeros()


def test_a_file_that_fails_while_it_is_read_is_one_clear_error() -> None:
    class Failing(io.BytesIO):
        name = "drive.wwtrace"

        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    source = FrameSource(Failing(SMALL))
    with pytest.raises(ReadError) as caught:
        source.next_frame()
    assert str(caught.value) == "drive.wwtrace: cannot be read: Input/output error"
