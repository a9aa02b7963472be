"""The summary of a trace: what is in it, what is lost, and where its footer is wrong."""

from dataclasses import replace

import msgpack  # type: ignore[import-untyped]
import pytest
from trace_samples import HEADER, RECORD, SMALL, chunk, frame

from wwanreplay._core import Scanner
from wwanreplay.errors import TraceError
from wwanreplay.trace import Footer, Loss, Skipped, TraceHeader, TraceReader, TraceSummary
from wwanreplay.trace.summary import disagreements


def test_unknown_frames_and_elements_are_skipped_and_counted() -> None:
    data = (
        HEADER
        + frame(99, {"anything": [1, 2]}, "more")
        + frame(2, 0, 1, 0, 0, len(RECORD), RECORD, "extra", {"more": 1})
        + frame(7)
        + chunk(1, 1, 0, 0, 6, msgpack.packb([77, 1, [2, 3]]) + b"")
    )
    reader = TraceReader(data)
    summary = reader.verify()
    assert summary.records == 2
    assert summary.skipped.frames == 2
    assert summary.skipped.record_kinds == 1
    assert summary.losses == []
    damaged = bytearray(data)
    damaged[len(HEADER) + 9] ^= 1
    with pytest.raises(TraceError, match="CRC"):
        list(TraceReader(bytes(damaged)))


def test_a_footer_that_disagrees_is_reported() -> None:
    body = HEADER + chunk(0, 1, 0, 0, len(RECORD), RECORD)
    footer = frame(5, {"next_index": 1, "records": 1, "digest": bytes(16), "kinds": [[2, 1]]})
    data = body + footer + frame(6, 1 << 60)
    summary = TraceReader(body + footer).verify()
    assert summary.cut_off
    assert [text.split()[3] for text in summary.disagreements] == ["digest", "times"]
    with pytest.raises(TraceError, match="names a footer"):
        TraceReader(data).verify()


@pytest.mark.parametrize(
    ("wrong", "sound"),
    [
        ({}, True),
        ({"cut_off": True}, False),
        ({"losses": [Loss(0, 1, "x", 0)]}, False),
        ({"disagreements": ["the footer says"]}, False),
        ({"skipped": Skipped(frames=3)}, True),
    ],
)
def test_a_trace_is_sound_when_nothing_is_lost_cut_off_or_contradicted(
    wrong: dict[str, object], sound: bool
) -> None:
    assert TraceSummary(TraceHeader(), **wrong).sound is sound  # type: ignore[arg-type]


def test_every_number_of_a_footer_is_held_against_the_records() -> None:
    with TraceReader(SMALL) as reader:
        footer = reader.footer
        assert footer is not None
        assert reader.verify().disagreements == []
        scanner = Scanner()
        for chunk in reader.chunks():
            scanner.scan(chunk.records, chunk.first_index, chunk.base_time_ns)
    assert disagreements(footer, scanner) == []
    wrong = {"records": 1, "kinds": {2: 1}, "digest": bytes(16), "time_min_ns": 5, "time_max_ns": 7}
    for name, value in wrong.items():
        (text,) = disagreements(replace(footer, **{name: value}), scanner)  # type: ignore[arg-type]
        assert text.startswith(f"the footer says {'times' if name.startswith('time') else name} ")
    assert len(disagreements(Footer(), scanner)) == 4


def test_what_is_unknown_is_counted_over_all_chunks() -> None:
    records = b"".join(map(msgpack.packb, [[77, 0], [2, 0, 0, 0, 1, 0, b"", {99: 1}, "later"]]))
    one = TraceReader(HEADER + chunk(0, 2, 0, 0, len(records), records)).verify().skipped
    both = (
        HEADER + chunk(0, 2, 0, 0, len(records), records) + chunk(2, 2, 0, 0, len(records), records)
    )
    two = TraceReader(both).verify().skipped
    assert (one.record_kinds, one.record_keys, one.elements) == (1, 1, 1)
    assert (two.record_kinds, two.record_keys, two.elements) == (2, 2, 2)
