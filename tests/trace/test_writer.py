"""Writing traces: chunks, flushing, checkpoints, attachments, footer, appending."""

import io
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from wwanreplay._core import Digest, Event, Kind
from wwanreplay.errors import LimitError, OutputError, TraceError, UsageError
from wwanreplay.trace import Chunk, TraceHeader, TraceReader, TraceWriter


def session(count: int) -> list[Event]:
    """So many pairs of request and completion."""
    events = []
    for i in range(count):
        code = 0x0E010100 + i % 5
        events.append(Event(Kind.KIND_QUERY, 10 * i, code=code, request_id=i, capacity=99))
        events.append(
            Event(
                Kind.KIND_COMPLETION,
                10 * i + 3,
                code=code,
                request_id=i,
                cause=2 * i,
                payload=bytes([i & 255]) * (i % 50),
                bytes=i % 50,
            )
        )
    return events


def written(events: list[Event], **options: object) -> bytes:
    out = io.BytesIO()
    with TraceWriter(out, TraceHeader(producer="test"), **options) as writer:  # type: ignore[arg-type]
        writer.write_all(events)
    return out.getvalue()


def test_equal_sessions_make_equal_files() -> None:
    assert written(session(50)) == written(session(50))


@pytest.mark.parametrize("compression", ["none", "zstd"])
@pytest.mark.parametrize("chunk_size", [1, 100, 1000, 1 << 20])
def test_chunks_and_compression_change_neither_events_nor_digest(
    compression: str, chunk_size: int
) -> None:
    events = session(100)
    plain = TraceReader(written(events))
    other = TraceReader(written(events, compression=compression, chunk_size=chunk_size))
    assert list(other) == list(plain) == events
    assert other.footer is not None
    assert plain.footer is not None
    assert other.footer.digest == plain.footer.digest == other.verify().digest
    digest = Digest()
    for event in events:
        digest.update(event)
    assert plain.footer.digest == digest.digest()


def test_a_chunk_is_closed_at_its_size() -> None:
    sizes = [
        len(chunk.records) for chunk in TraceReader(written(session(300), chunk_size=500)).chunks()
    ]
    assert len(sizes) > 10
    assert all(500 <= size < 600 for size in sizes[:-1])


def test_footer_counts_and_index() -> None:
    reader = TraceReader(written(session(100), chunk_size=700))
    footer = reader.footer
    assert footer is not None
    assert footer.records == footer.next_index == 200
    assert footer.kinds == {1: 100, 5: 100}
    assert (footer.time_min_ns, footer.time_max_ns) == (0, 993)
    assert footer.codes == [(1, 0x0E010100 + i) for i in range(5)]
    assert footer.chunks is not None
    chunks = list(reader.chunks())
    assert [entry.offset for entry in footer.chunks] == [chunk.offset for chunk in chunks]
    for entry, chunk in zip(footer.chunks, chunks, strict=True):
        events = list(reader.chunk_events(chunk))
        assert (entry.first_index, entry.record_count) == (events[0].index, len(events))
        assert entry.time_min_ns == events[0].time_ns
        assert entry.time_max_ns == events[-1].time_ns
        bits = int.from_bytes(entry.code_bits, "little")
        codes = {code for i, (_, code) in enumerate(footer.codes) if bits >> i & 1}
        assert codes == {event.code for event in events}


def test_time_limit_closes_a_quiet_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    now_ns = 0
    monkeypatch.setattr("time.monotonic_ns", lambda: now_ns)
    out = io.BytesIO()
    writer = TraceWriter(out, flush_seconds=2.0)
    empty = len(out.getvalue())
    writer.write(Event(Kind.KIND_SET, 0))
    now_ns = 1_999_999_999
    writer.poll()
    assert len(out.getvalue()) == empty
    now_ns = 2_000_000_000
    writer.poll()
    reader = TraceReader(out.getvalue())
    assert len(list(reader)) == 1
    assert reader.cut_off
    writer.write(Event(Kind.KIND_SET, 1))
    assert len(list(TraceReader(out.getvalue()))) == 1


def test_a_killed_recorder_loses_only_the_open_chunk(tmp_path: Path) -> None:
    path = tmp_path / "killed.wwtrace"
    program = """
        import os, signal, sys
        from wwanreplay._core import Event
        from wwanreplay.trace import TraceWriter
        writer = TraceWriter(sys.argv[1], flush_seconds=0.0)
        for i in range(10):
            writer.write(Event(2, i))
        writer._flush_ns = None
        writer.write(Event(2, 10))
        os.kill(os.getpid(), signal.SIGKILL)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), str(path)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert not path.exists()
    with TraceReader(f"{path}.part") as reader:
        assert [event.time_ns for event in reader] == list(range(10))
        assert reader.cut_off


def test_leaving_by_an_exception_still_writes_the_footer() -> None:
    out = io.BytesIO()

    def fail() -> None:
        with TraceWriter(out) as writer:
            writer.write(Event(Kind.KIND_SET, 0))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert TraceReader(out.getvalue()).verify().sound


def test_checkpoints_and_attachments_come_back() -> None:
    out = io.BytesIO()
    with TraceWriter(out, compression="zstd") as writer:
        writer.attach("log.txt", b"line\n" * 1000, "text/plain")
        for event in session(5):
            writer.write(event)
        writer.checkpoint(b"state", 55)
        digest = Digest(writer.records.digest_state())
        for event in session(5):
            writer.write(event)
            digest.update(event)
        writer.checkpoint(b"later", 99)
    reader = TraceReader(out.getvalue())
    (attachment,) = reader.attachments()
    assert (attachment.name, attachment.media_type) == ("log.txt", "text/plain")
    assert attachment.data == b"line\n" * 1000
    first, second = reader.checkpoints()
    assert (first.record_index, first.time_ns, first.snapshot) == (10, 55, b"state")
    assert second.record_index == 20
    assert reader.nearest_checkpoint(19) == first
    assert reader.nearest_checkpoint(20) == second
    assert reader.nearest_checkpoint(9) is None
    resumed = Digest(first.digest_state)
    for event in reader.events(first.record_index):
        resumed.update(event)
    assert reader.footer is not None
    assert resumed.digest() == digest.digest() == reader.footer.digest


def test_header_comes_back_with_unknown_keys() -> None:
    header = TraceHeader(
        created="2026-01-01T00:00:00Z", producer="p 1", model_version=3, table_hash="ab",
        interface="emulated", device={"model": "x"}, profile_name="lte", profile_text="a = 1",
        profile=b"\0\1", seed=(1 << 64) - 1, clock={"epoch_ns": 5}, source={"name": "log"},
        notes=["one"], extra={"future": [1, 2]},
    )  # fmt: skip
    out = io.BytesIO()
    TraceWriter(out, header).close()
    assert TraceReader(out.getvalue()).header == header


def test_appending_begins_a_segment_and_continues_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.wwtrace"
    events = session(30)
    for start in (0, 20, 40):
        with TraceWriter(path, TraceHeader(), append=start > 0, chunk_size=200) as writer:
            assert writer.next_index == start
            writer.write_all(events[start : start + 20])
        if start == 0:
            before = path.read_bytes()
    assert path.read_bytes().startswith(before)
    reader = TraceReader(path)
    assert list(reader) == events
    assert [event.index for event in reader] == list(range(60))
    summary = reader.verify()
    assert summary.sound
    assert summary.segments == 3
    assert summary.digest == TraceReader(written(events)).verify().digest
    assert [event.index for event in reader.events(15, 17)] == [15, 16]
    assert [event.index for event in reader.events(45, 46)] == [45]
    reader.close()


def test_appending_to_a_cut_off_trace_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.wwtrace"
    whole = written(session(30), chunk_size=200)
    chunks = list(TraceReader(whole).chunks())
    path.write_bytes(whole[: chunks[2].offset])
    with TraceWriter(path, append=True) as writer:
        assert writer.next_index == chunks[2].first_index + 1
        writer.write(Event(Kind.KIND_NOTE, 999, payload=b"again"))
    with TraceReader(path) as reader:
        events = list(reader)
        assert [event.kind for event in events[-2:]] == [Kind.KIND_GAP, Kind.KIND_NOTE]
        assert len(events) == chunks[2].first_index + 2
        assert reader.cut_segments == 1
        assert reader.footer is not None
        assert reader.footer.cut_segments == 1
        summary = reader.verify()
    assert summary.cut_off
    assert not summary.disagreements


def test_appending_to_a_damaged_trace_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.wwtrace"
    whole = written(session(30))
    cut = bytearray(whole[:-800])
    cut[200] ^= 1
    for data in (whole[:-50], bytes(cut), whole[:-50] + bytes(5000)):
        path.write_bytes(data)
        with pytest.raises(TraceError, match="recover the trace before appending"):
            TraceWriter(path, append=True)
        assert path.read_bytes() == data
    with pytest.raises(UsageError, match="at a path"):
        TraceWriter(io.BytesIO(), append=True)


def test_wide_steps_in_time_get_their_own_chunk() -> None:
    times = [-(1 << 63), (1 << 63) - 1, 0]
    data = written([Event(Kind.KIND_SET, time_ns) for time_ns in times])
    reader = TraceReader(data)
    assert [event.time_ns for event in reader] == times
    assert len(list(reader.chunks())) == 2


def test_wrong_options_are_usage_errors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="none, zstd"):
        TraceWriter(io.BytesIO(), compression="lzma")
    with pytest.raises(LimitError, match="chunk size"):
        TraceWriter(io.BytesIO(), chunk_size=1 << 30)
    with pytest.raises(OutputError, match="cannot be written"):
        TraceWriter(tmp_path / "missing" / "a.wwtrace")
    with pytest.raises(TraceError, match="header"):
        TraceWriter(io.BytesIO(), TraceHeader(notes=["x"] * 100_000))
    with pytest.raises(LimitError, match="attachment big"):
        TraceWriter(io.BytesIO()).attach("big", bytes((64 << 20) + 1))
    writer = TraceWriter(io.BytesIO())
    writer.close()
    writer.close()
    with pytest.raises(UsageError, match="closed"):
        writer.write(Event(Kind.KIND_SET, 0))


def test_a_full_disk_is_one_clear_error() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full to stand for a full disk")
    with pytest.raises(OutputError, match="/dev/full: cannot be written: No space left"):
        TraceWriter(full)


def test_an_empty_session_is_a_valid_trace() -> None:
    reader = TraceReader(written([]))
    assert list(reader) == []
    summary = reader.verify()
    assert summary.sound
    assert (summary.records, summary.time_range_ns) == (0, None)


def test_chunks_stand_alone() -> None:
    reader = TraceReader(written(session(100), chunk_size=300))
    chunks = list(reader.chunks())
    assert all(isinstance(chunk, Chunk) for chunk in chunks)
    backwards = [list(reader.chunk_events(chunk)) for chunk in reversed(chunks)]
    assert [event for events in reversed(backwards) for event in events] == session(100)


@pytest.mark.parametrize("first_ns", [0, 1, 250_000_000, 499_999_999, 3_700_000_000])
def test_the_age_of_a_chunk_counts_from_its_first_record(
    monkeypatch: pytest.MonkeyPatch, first_ns: int
) -> None:
    """A record is written when it is as old as promised, whenever others and polls came."""
    now_ns = 0
    monkeypatch.setattr("time.monotonic_ns", lambda: now_ns)
    out = io.BytesIO()
    writer = TraceWriter(out, flush_seconds=0.5)
    assert writer.poll() is None
    now_ns = first_ns
    writer.write(Event(Kind.KIND_SET, 0))
    now_ns += 400_000_000
    writer.write(Event(Kind.KIND_SET, 1))
    left_s = writer.poll()
    assert left_s == 0.1
    assert list(TraceReader(out.getvalue())) == []
    now_ns += int(left_s * 1e9)
    assert writer.poll() is None
    assert len(list(TraceReader(out.getvalue()))) == 2
