"""Recovering traces: what is kept, what is lost, and that both are reported exactly."""

import io
from pathlib import Path
from typing import Any

import msgpack  # type: ignore[import-untyped]
import pytest

from wwanreplay._core import Event, Kind
from wwanreplay.errors import TraceError, UsageError
from wwanreplay.trace import (
    Checkpoint,
    Footer,
    RecoverReport,
    TraceHeader,
    TraceReader,
    TraceWriter,
    recover,
)
from wwanreplay.trace.frames import (
    pack_chunk,
    pack_end,
    pack_footer,
    pack_frame,
    pack_header,
)

EVENTS = [
    Event(Kind(1 + i % 6), 10 * i, code=i % 7, payload=bytes([i]) * (i % 9), cause=i // 2)
    for i in range(24)
]


def written(**options: Any) -> bytes:
    out = io.BytesIO()
    with TraceWriter(out, TraceHeader(producer="test"), chunk_size=60, **options) as writer:
        for i, event in enumerate(EVENTS):
            if i == 10:
                writer.checkpoint(b"snapshot", event.time_ns)
                writer.attach("note.txt", b"attached", "text/plain")
            writer.write(event)
    return out.getvalue()


SMALL = written()
CHUNKS = list(TraceReader(SMALL).chunks())


def recovered(data: bytes) -> tuple[RecoverReport, list[Event], TraceReader]:
    """Recover, and check what must hold of every recovered trace."""
    out = io.BytesIO()
    report = recover(data, out)
    reader = TraceReader(out.getvalue())
    summary = reader.verify()
    assert summary.sound
    events = list(reader)
    gaps = [event for event in events if event.kind == Kind.KIND_GAP]
    kept = [event for event in events if event.kind != Kind.KIND_GAP]
    assert [gap.index for gap in gaps] == report.gaps
    assert sum(gap.code for gap in gaps) == report.records_lost
    assert len(kept) == report.records_kept
    assert all(EVENTS[event.index or 0] == event for event in kept)
    return report, events, reader


def test_a_sound_trace_stays_as_it_is() -> None:
    out = io.BytesIO()
    report = recover(SMALL, out)
    assert report.complete
    assert (report.records_kept, report.checkpoints, report.attachments) == (24, 1, 1)
    assert list(TraceReader(out.getvalue())) == EVENTS
    first, second = TraceReader(SMALL).verify(), TraceReader(out.getvalue()).verify()
    assert first.digest == second.digest


@pytest.mark.parametrize("which", range(len(CHUNKS)))
def test_a_damaged_chunk_becomes_a_gap_record_of_its_size(which: int) -> None:
    chunk = CHUNKS[which]
    data = bytearray(SMALL)
    data[chunk.offset + chunk.size // 2] ^= 0x10
    report, events, _ = recovered(bytes(data))
    (loss,) = report.losses
    assert (loss.start, loss.end) == (chunk.offset, chunk.offset + chunk.size)
    assert loss.records_lost == report.records_lost == chunk.record_count
    assert "CRC" in loss.reason
    assert not report.lost_unknown
    gap = next(event for event in events if event.kind == Kind.KIND_GAP)
    assert (gap.index, gap.code) == (chunk.first_index, chunk.record_count)
    assert b"CRC" in gap.payload
    # A recovered trace recovers to itself.
    again = recover_again(events)
    assert again == events


def recover_again(events: list[Event]) -> list[Event]:
    """The events of a trace that was recovered twice."""
    out = io.BytesIO()
    with TraceWriter(out, TraceHeader()) as writer:
        for event in events:
            if event.kind == Kind.KIND_GAP:
                writer.gap(event, event.code - 1)
            else:
                writer.write(event)
    second = io.BytesIO()
    report = recover(out.getvalue(), second)
    assert report.complete
    return list(TraceReader(second.getvalue()))


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.long)])
def test_recovery_says_exactly_what_a_flipped_bit_cost(step: int) -> None:
    for at in range(0, len(SMALL), step):
        data = bytearray(SMALL)
        data[at] ^= 1 << at % 8
        report, _, _ = recovered(bytes(data))
        assert not report.complete
        assert any(loss.start <= at < loss.end for loss in report.losses)
        if not report.lost_unknown:
            assert report.records_kept + report.records_lost == 24
        assert report.header_lost == (at < CHUNKS[0].offset)


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.long)])
def test_recovery_keeps_every_whole_record_before_a_cut(step: int) -> None:
    for size in range(CHUNKS[0].offset, len(SMALL), step):
        report, events, _ = recovered(SMALL[:size])
        kept = [event for event in TraceReader(SMALL[:size]) if event.kind != Kind.KIND_GAP]
        whole = [chunk for chunk in CHUNKS if chunk.offset + chunk.size <= size]
        checked = sum(chunk.record_count for chunk in whole)
        assert report.records_kept == len(kept)
        assert report.records_unchecked == len(kept) - checked
        assert report.cut_off
        assert not report.complete
        footer_is_whole = size >= len(SMALL) - 21
        assert report.lost_unknown is not footer_is_whole
        assert (events[-1].kind == Kind.KIND_GAP) is not footer_is_whole
        if not footer_is_whole:
            assert events[-1].payload.decode() == report.cut_text


def test_one_whole_chunk_is_enough_to_recover() -> None:
    whole = CHUNKS[3]
    noise = bytes(range(256)) * 3
    data = noise + SMALL[whole.offset : whole.offset + whole.size] + noise
    report, events, _ = recovered(data)
    assert report.header_lost
    assert report.records_kept == whole.record_count
    assert report.records_lost == whole.first_index
    assert events[0].kind == Kind.KIND_GAP


def test_a_checkpoint_behind_lost_records_stays_at_its_record() -> None:
    data = bytearray(SMALL)
    before = [chunk for chunk in CHUNKS if chunk.next_index <= 10][-1]
    data[before.offset + 30] ^= 1
    _, events, reader = recovered(bytes(data))
    (checkpoint,) = reader.checkpoints()
    assert (checkpoint.record_index, before.next_index) == (10, 10)
    order = [type(item).__name__ for item in reader.objects()]
    gap = next(event for event in events if event.kind == Kind.KIND_GAP)
    assert gap.index == before.first_index
    behind = next(
        place for place, item in enumerate(reader.objects()) if isinstance(item, Checkpoint)
    )
    assert order[behind - 1] == "Chunk"


@pytest.mark.parametrize("first", [1, 1 << 40, (1 << 63) - 3])
def test_a_hole_of_any_size_is_recovered(first: int) -> None:
    record = msgpack.packb([2, 30, 0, 0, 0, 0, b""])
    data = (
        pack_header({})
        + pack_chunk(record, 0, 1, 0)
        + pack_chunk(record, first + 1, 1, 0)
        + pack_footer(Footer(records=2, next_index=first + 2))
    )
    target = io.BytesIO()
    report = recover(data, target)
    assert (report.records_kept, report.records_lost) == (2, first)
    assert TraceReader(target.getvalue()).verify().sound


def test_a_footer_that_leads_nowhere_does_not_stop_a_recovery() -> None:
    for values in (
        {"previous_footer": -33},
        {"next_index": 1 << 63},
        {"next_index": (1 << 63) - 1},
    ):
        record = msgpack.packb([2, 30, 0, 0, 0, 0, b""])
        body = pack_header({}) + pack_chunk(record, 0, 1, 0)
        data = body + pack_frame(5, 1, msgpack.packb(values)) + pack_end(len(body))
        target = io.BytesIO()
        report = recover(data, target)
        assert report.records_kept == 1
        assert TraceReader(target.getvalue()).verify().sound


def test_a_missing_chunk_is_a_gap_though_no_byte_is_damaged() -> None:
    chunk = CHUNKS[1]
    data = SMALL[: chunk.offset] + SMALL[chunk.offset + chunk.size :]
    with pytest.raises(TraceError, match="are missing"):
        list(TraceReader(data))
    report, _, _ = recovered(data)
    assert report.records_lost == chunk.record_count


def test_a_chunk_given_twice_is_kept_once() -> None:
    chunk = CHUNKS[1]
    frame = SMALL[chunk.offset : chunk.offset + chunk.size]
    data = SMALL[: chunk.offset] + frame + SMALL[chunk.offset :]
    report, _, _ = recovered(data)
    assert report.records_kept == 24
    assert len(report.losses) >= 1


def test_good_records_of_a_malformed_chunk_are_kept() -> None:
    good = msgpack.packb([2, 30, 0, 0, 0, 0, b""])
    bad = msgpack.packb([2, 0, "port", 0, 0, 0, b""])
    data = (
        pack_header({})
        + pack_chunk(good + good + bad + good, 0, 4, 0)
        + pack_chunk(good, 4, 1, 100)
        + pack_footer(Footer(records=5, next_index=5))
    )
    target = io.BytesIO()
    report = recover(data, target)
    assert (report.records_kept, report.records_lost) == (3, 2)
    events = list(TraceReader(target.getvalue()))
    assert [(event.index, event.time_ns) for event in events] == [
        (0, 30),
        (1, 60),
        (2, 60),
        (4, 130),
    ]
    assert (events[2].kind, events[2].code) == (Kind.KIND_GAP, 2)
    (loss,) = report.losses
    assert "wrong type" in loss.reason
    assert loss.records_lost == 2


def test_garbage_between_frames_costs_no_record() -> None:
    offset = CHUNKS[2].offset
    report, events, _ = recovered(SMALL[:offset] + bytes(range(256)) * 9 + SMALL[offset:])
    assert events == EVENTS
    assert [(loss.start, loss.end) for loss in report.losses][:1] == [(offset, offset + 2304)]
    assert report.records_lost == 0


def test_unknown_records_are_kept_as_they_are() -> None:
    records = msgpack.packb([77, 5, "future"]) + msgpack.packb([2, 0, 0, 0, 1, 0, b"", {99: 1}, 2])
    out = io.BytesIO()
    with TraceWriter(out) as writer:
        writer.copy(records, 0, 7)
    target = io.BytesIO()
    report = recover(out.getvalue(), target)
    assert report.complete
    (chunk,) = TraceReader(target.getvalue()).chunks()
    assert bytes(chunk.records) == records


def test_segments_become_one(tmp_path: Path) -> None:
    path = tmp_path / "a.wwtrace"
    for start in (0, 12):
        with TraceWriter(path, append=start > 0) as writer:
            writer.write_all(EVENTS[start : start + 12])
    report = recover(path, tmp_path / "b.wwtrace", compression="zstd")
    assert report.complete
    assert report.segments == 2
    with TraceReader(tmp_path / "b.wwtrace") as reader:
        summary = reader.verify()
        assert list(reader) == EVENTS
    assert (summary.segments, summary.compressions) == (1, ["zstd"])


def test_what_is_no_trace_makes_no_file(tmp_path: Path) -> None:
    target = tmp_path / "out.wwtrace"
    for data in (b"", b"not a trace at all", bytes(100_000)):
        with pytest.raises(TraceError):
            recover(data, target)
        assert not target.exists()


def test_a_trace_is_not_recovered_onto_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.wwtrace"
    path.write_bytes(SMALL)
    with pytest.raises(UsageError, match="onto itself"):
        recover(path, path)
    assert path.read_bytes() == SMALL


@pytest.mark.long
def test_a_hostile_file_is_searched_in_bounded_time() -> None:
    frame_like = b"\x99\x02\xce\x00\x10\x00\x00"
    data = SMALL[: CHUNKS[1].offset] + frame_like * 400_000
    report, _, _ = recovered(data)
    assert report.records_kept == CHUNKS[0].record_count


def test_a_chunk_that_has_more_records_than_it_says_costs_nothing_of_the_next():
    """What stands behind the stated count would have the numbers of the next chunk."""
    records = b"".join(packed_record(dt) for dt in (1, 2, 3))
    data = pack_header({}) + pack_chunk(records, 0, 2, 0) + pack_chunk(packed_record(9), 2, 1, 0)
    out = io.BytesIO()
    report = recover(data, out)
    events = list(TraceReader(out.getvalue()))
    times = [event.time_ns for event in events if event.kind != Kind.KIND_GAP]
    assert times == [1, 3, 9]
    assert report.records_kept == 3
    assert len(report.losses) == 1
    lenient = TraceReader(data, strict=False)
    assert [event.index for event in lenient] == [0, 1, 2]
    assert lenient.verify().records == 3
    with pytest.raises(TraceError, match="records"):
        list(TraceReader(data))


def packed_record(dt_ns: int) -> bytes:
    packed: bytes = msgpack.packb([1, dt_ns, 0, 0, 5, 0, b""])
    return packed
