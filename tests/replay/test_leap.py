"""Going over whole chunks at once finds what going over each record does, and reports the same."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from leap_samples import (
    CHUNK_SIZE,
    carefully,
    leaping,
    outcome,
    session,
    window_of,
    with_payload_changed,
    write,
)

from wwanreplay._core import Engine, Event, Kind, Replayer
from wwanreplay.replay import replay
from wwanreplay.replay.ahead import PartsAhead
from wwanreplay.replay.leap import PAUSE_MAX, Leap
from wwanreplay.trace import TraceReader, TraceWriter
from wwanreplay.trace.plain import PlainChunks


@pytest.fixture(autouse=True)
def _leaps() -> Iterator[None]:
    with ExitStack() as stack:
        leaping(stack)
        yield


def passed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The record counts of the chunks that are passed from now on."""
    counts: list[int] = []
    kept = PlainChunks.passed

    def count(self: PlainChunks, record_count: int, last_size: int) -> None:
        counts.append(record_count)
        kept(self, record_count, last_size)

    monkeypatch.setattr(PlainChunks, "passed", count)
    return counts


def test_an_equal_trace_is_passed_but_for_its_first_chunk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "t.wwtrace", session()[1])
    expected = carefully(path)
    counts, sizes = passed(monkeypatch), []
    assert outcome(path, on_progress=sizes.append) == expected
    with TraceReader(str(path)) as reader:
        chunks = list(reader.chunks())
    assert expected["verdict"] == "equal"
    assert sum(counts) == sum(chunk.record_count for chunk in chunks[1:])
    assert sum(sizes) == sum(len(chunk.records) for chunk in chunks)


@pytest.mark.parametrize("place", [0.0, 0.02, 0.31, 0.32, 0.7, 0.999])
def test_a_difference_is_reported_as_without_a_leap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: float
) -> None:
    path = write(tmp_path / "t.wwtrace", with_payload_changed(session()[1], place))
    expected = carefully(path)
    counts = passed(monkeypatch)
    assert outcome(path) == expected
    assert expected["verdict"] == "diverged"
    assert counts
    assert outcome(path, fail_fast=True) == carefully(path, fail_fast=True)


def test_many_differences_are_reported_as_without_a_leap(tmp_path: Path) -> None:
    events = session()[1]
    for number in range(12):
        events = with_payload_changed(events, number / 12)
    path = write(tmp_path / "t.wwtrace", events)
    assert outcome(path) == carefully(path)
    assert outcome(path, divergences_max=3) == carefully(path, divergences_max=3)


def test_what_is_lost_or_extra_is_reported_as_without_a_leap(tmp_path: Path) -> None:
    events = session()[1]
    place = next(n for n in range(1500, 3000) if events[n].kind == Kind.KIND_INDICATION)
    ways = {
        "missing": events[:place] + events[place + 1 :],
        "extra": [*events[:place], events[place], *events[place:]],
        "gap": [*events[:place], Event(Kind.KIND_GAP, events[place].time_ns, code=1),
                *events[place:]],
        "ends early": events[:place],
    }  # fmt: skip
    for name, changed in ways.items():
        path = write(tmp_path / f"{name}.wwtrace", changed)
        assert outcome(path) == carefully(path), name


@pytest.mark.parametrize("where", [0.2, 0.55, 0.9])
def test_damage_is_reported_as_without_a_leap(tmp_path: Path, where: float) -> None:
    path = write(tmp_path / "t.wwtrace", session()[1])
    data = bytearray(path.read_bytes())
    data[int(where * len(data))] ^= 0xFF
    path.write_bytes(data)
    found = outcome(path)
    assert found == carefully(path)
    assert "error" in found
    path.write_bytes(data[: int(where * len(data)) - 1])  # and cut off before it
    assert outcome(path) == carefully(path)


def test_a_part_of_a_trace_is_compared_record_by_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "t.wwtrace", session()[1])
    counts = passed(monkeypatch)
    for options in ({"start_record": 900}, {"stop_record": 2000}, {"stop_time_ns": 20_000_000_000}):
        assert outcome(path, **options) == carefully(path, **options)
    assert not counts


def test_behind_differences_fewer_tries_are_made() -> None:
    leap = Leap.__new__(Leap)
    leap._pause, leap._chunks_left, leap._parts = 1, 0, PartsAhead(None)
    assert leap.is_due()
    pauses = []
    for _ in range(10):
        leap.differs()
        waited = 0
        while not leap.is_due():
            waited += 1
        pauses.append(waited)
    assert pauses == [min(2**n, PAUSE_MAX) for n in range(10)]


def test_a_frame_that_does_not_follow_is_not_taken(tmp_path: Path) -> None:
    path = write(tmp_path / "t.wwtrace", session()[1])
    with TraceReader(str(path)) as reader:
        engine = Engine(reader.header.engine_profile(), reader.header.seed or 0)
        replayer = Replayer(engine)
        first, second = list(reader.chunks())[:2]
        data = path.read_bytes()
        one, two = (data[each.offset : each.offset + each.size] for each in (first, second))
        for frames in (two, b"", one[:-1], one[:-1] + b"x", bytes(20), two + one):
            assert replayer.run_frames(window_of(frames), 1 << 20) == (0, 0, 0, 0)
        assert replayer.next_index == 0
        assert replayer.run_frames(window_of(one), 1 << 20, first.size - 1) == (0, 0, 0, 0)
        assert replayer.run_frames(window_of(one), 0) == (0, 0, 0, 0)
        records = first.record_count + second.record_count
        sizes = len(first.records) + len(second.records)
        window = window_of(one + two + one)
        taken = replayer.run_frames(window, 1 << 20)
        assert window.offset == first.size + second.size
        assert taken == (first.size + second.size, records, sizes, second.size)
    assert replay(str(path)).equal


@pytest.mark.parametrize("cut", [0.3, 0.8])
def test_a_difference_behind_what_was_passed_is_reported_as_without_a_leap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: float
) -> None:
    # What differs stands in the first chunk that no leap takes: it is packed.
    events = with_payload_changed(session()[1], cut + 0.001)
    place = int(cut * len(events))
    header = session()[0]
    path = tmp_path / "t.wwtrace"
    with TraceWriter(str(path), header, chunk_size=CHUNK_SIZE) as writer:
        for event in events[:place]:
            writer.write(event)
    with TraceWriter(
        str(path), header, chunk_size=CHUNK_SIZE, compression="zstd", append=True
    ) as writer:
        for event in events[place:]:
            writer.write(event)
    expected = carefully(path)
    counts = passed(monkeypatch)
    assert outcome(path) == expected
    assert expected["verdict"] == "diverged"
    assert expected["counts"]["records"] == len(events)
    assert sum(counts) > place / 2


def test_a_chunk_larger_than_the_window_is_left_to_the_reading(tmp_path: Path) -> None:
    path = write(tmp_path / "t.wwtrace", session()[1])
    with ExitStack() as stack:
        leaping(stack, window=9_000)
        assert outcome(path) == carefully(path)
