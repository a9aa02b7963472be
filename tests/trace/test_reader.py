"""Reading traces: order, index, pipes, and everything that can be wrong with a file."""

import io
import os
import resource
import struct
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import zstandard
from groups import examples, sampled
from hypothesis import given, settings
from hypothesis import strategies as st
from trace_samples import (
    EVENTS,
    FRAMES,
    HEADER,
    HEADER_SIZE,
    RECORD,
    SMALL,
    Unseekable,
    chunk,
    frame,
    lenient,
    session,
    strictly,
    written,
)

from wwanreplay._core import Event, Kind, crc32c
from wwanreplay.errors import TraceError, UsageError
from wwanreplay.trace import TraceReader, TraceWriter


def test_events_can_be_read_again_and_again() -> None:
    reader = TraceReader(SMALL)
    assert list(reader) == list(reader) == EVENTS
    assert reader.header.seed == 7
    assert not reader.cut_off


@pytest.mark.parametrize("indexed", [True, False])
def test_every_start_and_stop_by_record(indexed: bool) -> None:
    data = SMALL if indexed else SMALL[: footer_offset(SMALL)]
    reader = TraceReader(data)
    for start in range(26):
        assert [event.index for event in reader.events(start)] == list(range(start, 24))
        assert [event.index for event in reader.events(start, start + 3)] == list(
            range(start, min(24, start + 3))
        )


@pytest.mark.parametrize("indexed", [True, False])
def test_every_start_and_stop_by_time(indexed: bool) -> None:
    data = SMALL if indexed else SMALL[: footer_offset(SMALL)]
    reader = TraceReader(data)
    for time_ns in range(-10, 260, 5):
        read = list(reader.events(start_time_ns=time_ns, stop_time_ns=time_ns + 40))
        assert read == [e for e in EVENTS if time_ns <= e.time_ns < time_ns + 40]
        first = next(reader.chunks(start_time_ns=time_ns), None)
        expected = [e.index for e in reader if e.time_ns >= time_ns]
        if first is None:
            assert not expected
        else:
            assert first.first_index <= (expected[0] or 0) < first.next_index


def footer_offset(data: bytes) -> int:
    reader = TraceReader(data)
    assert reader.footer is not None
    return reader.footer.offset


def test_a_pipe_reads_like_a_file() -> None:
    reader = TraceReader(Unseekable(SMALL))  # type: ignore[arg-type]
    assert reader.header.producer == "test"
    assert reader.footer is None
    assert list(reader) == EVENTS
    assert reader.footer is not None
    assert not reader.cut_off
    with pytest.raises(UsageError, match="only once"):
        list(reader)


def test_a_damaged_pipe_is_read_on() -> None:
    damaged = bytearray(SMALL)
    damaged[FRAMES[2] + 20] ^= 1
    reader = TraceReader(Unseekable(bytes(damaged)), strict=False)  # type: ignore[arg-type]
    events = list(reader)
    assert [loss.records_lost for loss in reader.losses] == [24 - len(events)]
    assert all(EVENTS[event.index or 0] == event for event in events)


@pytest.mark.long
def test_a_file_that_is_cut_at_any_byte_is_read_and_reported_to_be_cut_off() -> None:
    for size in range(1, len(SMALL)):
        data = SMALL[:size]
        strict_events, error = strictly(data)
        if size < HEADER_SIZE:
            assert error is not None
            assert error.reason == "the trace is cut off or damaged inside its header"
            continue
        assert error is None
        events, again = lenient(data)
        assert events == strict_events == EVENTS[: len(events)]
        assert again.cut_off
        assert not again.losses
        assert again.cut_text.startswith("the trace is cut off")
        whole = sum(1 for offset in FRAMES[1:] if offset <= size)
        assert len(events) >= (whole and TRUE_COUNTS[whole - 1])


def test_a_wrong_size_in_the_middle_is_damage_and_no_cut() -> None:
    cut = SMALL[: FRAMES[4] + 9]  # without a footer, and torn
    data = bytearray(cut)
    data[FRAMES[2] + 4] = 1  # 64 KiB more than it has
    with pytest.raises(TraceError, match="longer than the file"):
        list(TraceReader(bytes(data)))
    events, reader = lenient(bytes(data))
    assert [loss.start for loss in reader.losses] == [FRAMES[2]]
    assert len(events) < len(list(TraceReader(cut)))
    whole = bytearray(SMALL)
    whole[FRAMES[-1] + 4] = 1
    with pytest.raises(TraceError, match="longer than the file"):
        list(TraceReader(bytes(whole)))


def test_a_pipe_that_ends_inside_a_frame_reads_like_the_file() -> None:
    for size in range(HEADER_SIZE, len(SMALL), 7):
        reader = TraceReader(Unseekable(SMALL[:size]))  # type: ignore[arg-type]
        again = TraceReader(SMALL[:size])
        assert list(reader) == list(again)
        assert (reader.cut_off, reader.torn, reader.cut_text) == (
            True,
            again.torn,
            again.cut_text,
        )


TRUE_COUNTS = [c.next_index for c in TraceReader(SMALL).chunks()]


@pytest.mark.parametrize("bit", sampled(range(8), [7]))
def test_a_flipped_bit_at_every_byte_is_always_noticed(bit: int) -> None:
    for at in range(len(SMALL)):
        damaged = bytearray(SMALL)
        damaged[at] ^= 1 << bit
        data = bytes(damaged)
        with pytest.raises(TraceError) as caught:
            list(TraceReader(data))
        offset = caught.value.offset
        assert offset is not None
        assert offset <= at
        events, reader = lenient(data)
        assert reader.losses
        assert any(loss.start <= at < loss.end for loss in reader.losses)
        assert all(EVENTS[event.index or 0] == event for event in events)
        indexes = [event.index for event in events]
        assert indexes == sorted(set(indexes), key=lambda index: index or 0)
        lost = sum(loss.records_lost or 0 for loss in reader.losses)
        unknown = any(loss.records_lost is None for loss in reader.losses)
        assert len(events) + lost == 24 or (unknown and len(events) + lost < 24)


@settings(max_examples=examples(150))
@given(
    st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), max_size=6), st.data()
)
def test_any_damage_is_noticed(changes: list[tuple[int, int]], more: st.DataObject) -> None:
    damaged = bytearray(SMALL)
    for at, value in changes:
        damaged[at] = value
    cut_from = more.draw(st.integers(0, len(damaged)))
    cut_size = more.draw(st.integers(0, 40))
    del damaged[cut_from : cut_from + cut_size]
    data = bytes(damaged)
    try:
        events, reader = lenient(data)
    except TraceError:
        assert data != SMALL
        return
    # A torn chunk that is altered besides cannot be recognised: it counts as unchecked.
    unchecked = 0 if reader.torn is None else reader.torn.records_kept
    checked = events[: len(events) - unchecked]
    assert all(EVENTS[event.index or 0] == event for event in checked)
    if data != SMALL:
        assert reader.losses or reader.cut_off


DEEP: Any = 1
for _ in range(33):
    DEEP = [DEEP]

BAD_FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "not a trace": (b"\x7fELF" + bytes(100), "not a wwanreplay trace"),
    "text": (b"hello", "not a wwanreplay trace"),
    "part of the opening": (HEADER[:9], "inside its header"),
    "another version": (HEADER[:12] + b"\x02" + HEADER[13:], "header|version|CRC"),
    "absurd header": (HEADER[:13] + b"\xce\xff\xff\xff\xff", "inside its header"),
    "header is a list": (frame(1, [1]), "not a map"),
    "header map cut": (frame(1, b"")[:-1], "cut off|header"),
    "namespaces are a map": (frame(1, {"namespaces": {}}), "namespaces"),
    "namespace is a number": (frame(1, {"namespaces": [[1, 2]]}), "namespace name"),
    "seed is text": (frame(1, {"seed": "1"}), "seed"),
    "unhashable key": (
        HEADER[:13] + b"\xce\0\0\0\x08\x81\x90\x01" + struct.pack(
            ">BI", 0xCE, crc32c(HEADER[:13] + b"\xce\0\0\0\x08\x81\x90\x01")
        ),
        "cannot be read",
    ),
    "garbage behind the header": (HEADER + b"garbage and more garbage", "no frame begins here"),
    "absurd frame": (HEADER + b"\x99\x02\xce\xff\xff\xff\xff" + bytes(30), "no frame begins here"),
    "large frame": (HEADER + b"\x99\x02\xce\x04\x00\x00\x00" + HEADER, "longer than the file"),
    "billion records": (HEADER + chunk(0, 10**9, 0, 0, 10, RECORD[:10]), "cannot be in"),
    "many records": (HEADER + chunk(0, 3, 0, 0, len(RECORD), RECORD), "number of records"),
    "no records": (HEADER + chunk(0, 0, 0, 0, 0, b""), "cannot be in"),
    "absurd chunk": (HEADER + chunk(0, 1, 0, 0, 10**9, RECORD), "between 0 and 67108864"),
    "another size": (HEADER + chunk(0, 1, 0, 0, 9, RECORD), "says 9 bytes"),
    "unknown compression": (HEADER + chunk(0, 1, 0, 7, 9, RECORD), "compression 7"),
    "not zstd": (HEADER + chunk(0, 1, 0, 1, 9, RECORD), "zstd"),
    "negative index": (HEADER + chunk(-1, 1, 0, 0, len(RECORD), RECORD), "between 0"),
    "index at the end": (HEADER + chunk(2**63 - 1, 1, 0, 0, len(RECORD), RECORD), "64 bits"),
    "time over 63 bits": (HEADER + chunk(0, 1, 2**63, 0, len(RECORD), RECORD), "64 bits"),
    "record hole": (HEADER + chunk(5, 1, 0, 0, len(RECORD), RECORD), "records 0 to 4 are missing"),
    "records twice": (HEADER + 2 * chunk(0, 1, 0, 0, len(RECORD), RECORD), "begins with record 0"),
    "few elements": (HEADER + frame(2, 0, 1), "too few elements"),
    "bytes behind": (HEADER + frame(6, 5) + b"\x01", "names a footer|no frame begins"),
    "frame without segment": (HEADER + frame(5, {}) + frame(6, len(HEADER)) * 2, "outside"),
    "end without footer": (HEADER + frame(6, 5), "names a footer at 5"),
    "footer is a list": (HEADER + frame(5, [1]), "not a map"),
    "footer of wrong type": (HEADER + frame(5, {"records": "x"}), "records is a str"),
    "negative footer before": (
        HEADER + frame(5, {"previous_footer": -33}) + frame(6, len(HEADER)),
        "previous_footer is -33, not between",
    ),
    "large footer numbers": (HEADER + frame(5, {"next_index": 1 << 63}), "next_index is 9223"),
    "footer number is a truth": (HEADER + frame(5, {"records": True}), "records is a bool"),
    "negative offset": (
        HEADER + frame(5, {"chunks": [[-9, 0, 1, 0, 0, b""]]}),
        r"chunks\[0\]\[0\] is -9",
    ),
    "negative checkpoint": (HEADER + frame(5, {"checkpoints": [[-9, 0, 1]]}), "is -9, not"),
    "time of the footer": (HEADER + frame(5, {"time_max_ns": 1 << 63}), "time_max_ns is 9223"),
    "short digest": (HEADER + frame(5, {"digest_state": b"12"}), "digest_state has 2 bytes"),
    "footer index of wrong type": (HEADER + frame(5, {"chunks": [[1, 2]]}), "entry of chunks"),
    "footer of many values": (HEADER + frame(5, {"x": [0] * 2_000_000}), "more values than"),
    "footer nested too deep": (HEADER + frame(5, {"x": DEEP}), "nested"),
    "footer says more": (HEADER + frame(5, {"next_index": 3}), "records 0 to 2 are missing"),
    "deep record": (
        HEADER + chunk(0, 1, 0, 0, 5008, b"\x93\x63\x00" + b"\x91" * 5004 + b"\xc0"),
        "nested deeper",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_an_error_with_file_offset_and_reason(name: str, tmp_path: Path) -> None:
    data, reason = BAD_FILES[name]
    path = tmp_path / "bad.wwtrace"
    path.write_bytes(data)
    with pytest.raises(TraceError, match=reason) as caught, TraceReader(path) as reader:
        list(reader)
    assert caught.value.path == str(path)
    assert caught.value.offset is not None
    assert "\n" not in str(caught.value)
    try:
        events, again = lenient(data)
    except TraceError:
        return
    assert again.losses
    assert len(events) <= 1


def test_another_version_is_named() -> None:
    body = HEADER[:12] + b"\x02" + HEADER[13:-5]
    data = body + struct.pack(">BI", 0xCE, crc32c(body))
    for strict in (True, False):
        with pytest.raises(TraceError, match="version 2; this program reads version 1"):
            TraceReader(data, strict=strict)
    with pytest.raises(TraceError, match="version 2"):
        list(TraceReader(SMALL + data, strict=False))


def in_bounded_memory(program: str, data: Path) -> str:
    """The output of a program that may use 150 MB beyond an idle interpreter's address space."""
    limit = """
        import resource, sys
        from wwanreplay.errors import TraceError
        from wwanreplay.trace import TraceReader
        for line in open("/proc/self/status"):
            if line.startswith("VmSize"):
                size = int(line.split()[1]) * 1024
        resource.setrlimit(resource.RLIMIT_AS, (size + (150 << 20), size + (150 << 20)))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(limit) + textwrap.dedent(program), str(data)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="the address space is limited as on Linux")
def test_memory_is_bounded_whatever_the_file_claims(tmp_path: Path) -> None:
    assert resource.RLIMIT_AS
    bomb = zstandard.ZstdCompressor().compress(bytes(300 << 20))
    cases = [
        HEADER + chunk(0, 1, 0, 1, 300 << 20, bomb),
        HEADER + chunk(0, 1, 0, 1, 60 << 20, bomb),
        HEADER + b"\x99\x02\xce\x04\x00\x00\x00" + bytes(30),
        HEADER + chunk(0, 10**9, 0, 0, 100, bytes(100)),
        HEADER + frame(5, {"x": [{}] * 5_000_000}),
        b"\x99\x02\xce\x00\x00\x00\x50" * 50_000,
    ]
    path = tmp_path / "bad.wwtrace"
    program = """
        for strict in (True, False):
            try:
                print(len(list(TraceReader(sys.argv[1], strict=strict))))
            except TraceError as error:
                print("refused")
    """
    for data in cases:
        path.write_bytes(data)
        assert in_bounded_memory(program, path).splitlines()[0] in ("refused", "0")


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="the address space is limited as on Linux")
def test_memory_is_flat_in_the_length_of_the_trace(tmp_path: Path) -> None:
    path = tmp_path / "long.wwtrace"
    event = Event(Kind.KIND_INDICATION, 0, code=1, payload=bytes(60_000))
    with TraceWriter(path) as writer:
        for _ in range(5000):  # 300 MB
            writer.write(event)
    program = """
        with TraceReader(sys.argv[1]) as reader:
            summary = reader.verify()
            print(summary.records, summary.sound, sum(1 for _ in reader.events()))
    """
    assert in_bounded_memory(program, path).split() == ["5000", "True", "5000"]


def test_a_missing_index_line_is_not_believed() -> None:
    entry = [999, 0, 1, 0, 0, b""]
    second = [10, 1, 1, 0, 0, b""]
    body = HEADER + chunk(0, 1, 0, 0, len(RECORD), RECORD) + chunk(1, 1, 5, 0, len(RECORD), RECORD)
    for chunks in ([entry, second], [entry], [[10, 0, 1, 0, 0, b""], [1 << 62, 1, 1, 0, 0, b""]]):
        footer = frame(5, {"next_index": 2, "chunks": chunks, "codes": []})
        end = b"\x94\x06\xce\0\0\0\x0e\xcf" + struct.pack(">Q", len(body))
        data = body + footer + end + struct.pack(">BI", 0xCE, crc32c(end))
        reader = TraceReader(data)
        assert not reader.cut_off
        assert [event.index for event in reader.events(1)] == [1]


def test_an_attached_trace_is_not_taken_for_the_trace() -> None:
    out = io.BytesIO()
    with TraceWriter(out) as writer:
        writer.attach("inner.wwtrace", written(session(300)))
        writer.write(Event(Kind.KIND_SET, 5))
    data = bytearray(out.getvalue())
    at = data.index(b"inner.wwtrace")
    data[at] ^= 1
    events, reader = lenient(bytes(data))
    assert [event.time_ns for event in events] == [5]
    assert [loss.records_lost for loss in reader.losses] == [0]
    reader = TraceReader(out.getvalue()[: at + 3000])
    assert list(reader) == []
    assert reader.torn is not None
    assert "inside an attachment" in reader.cut_text


def test_chunks_of_events_are_all_events_in_order() -> None:
    with TraceReader(SMALL) as reader:
        by_chunk = [list(events) for events in reader.events_by_chunk()]
        assert [each for events in by_chunk for each in events] == list(reader.events())
    assert len(by_chunk) > 1
