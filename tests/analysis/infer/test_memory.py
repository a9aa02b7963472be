"""Inference and the replay of logs hold the records near a place, however long the trace is."""

import io
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from field_sessions import LOG_FORMS, played

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.infer import infer, infer_file, readings
from wwanreplay.analysis.infer.loop import observed
from wwanreplay.formats.importer import import_logs
from wwanreplay.replay import answer_times, field_records, recording, replay
from wwanreplay.replay.matchers import field
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

NOTE_SIZE = 4000
#: Bytes for each byte of trace. One that is held takes more than two; peaks differ by a tenth of
#: a megabyte from run to run.
GROWTH_MAX = 0.5


def peak_size(call: Callable[[], object]) -> int:
    """The most memory in bytes that Python objects take at once during a call."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("memory")
    log, out = folder / "log.pcapng", folder / "out.wwtrace"
    log.write_bytes(LOG_FORMS["capture"](played("connect", "lte-home")))
    import_logs([log], out)
    return out


def repeated(events: list[Event], times: int) -> Iterator[Event]:
    """The events again and again, later each time and with RequestIds of their own."""
    length_ns = events[-1].time_ns + 1
    for turn in range(times):
        for event in events:
            changes = {"time_ns": event.time_ns + turn * length_ns, "cause": None, "index": None}
            if event.request_id:
                changes["request_id"] = event.request_id + turn * (1 << 40)
            yield event.replace(**changes)


@pytest.fixture
def near(monkeypatch: pytest.MonkeyPatch) -> None:
    """Less is remembered than usual, so that short traces are long."""
    limits = {
        "AHEAD_MAX": 64,
        "BEHIND_MAX": 140,  # more than the states that the search of a log goes back to
        "REQUESTS_MAX": 64,
        "TRANSACTIONS_MAX": 128,
        "REFUSED_MAX": 4,
        "OVERTAKEN_AHEAD_MAX": 32,
    }
    for name, value in limits.items():
        for module in (answer_times, field_records, recording, readings, field):
            monkeypatch.setattr(module, name, value, raising=False)


@pytest.fixture
def lengths(tmp_path: Path) -> tuple[Path, Path]:
    """One trace of a session that is played 16 times, and one of 48 times; without a profile.

    Both have more chunks than are read into memory at once.
    """
    log, one = tmp_path / "log.pcapng", tmp_path / "one.wwtrace"
    log.write_bytes(LOG_FORMS["capture"](played("queries", "lte-home")))
    import_logs([log], one)
    with TraceReader(one) as reader:
        header, events = reader.header, list(reader.events())
    paths = tmp_path / "short.wwtrace", tmp_path / "long.wwtrace"
    for path, times in zip(paths, (16, 48), strict=True):
        with TraceWriter(path, header, chunk_size=1 << 14) as writer:
            for event in repeated(events, times):
                writer.write(event)
    return paths


def growth(of_length: Callable[[Path], object], lengths: tuple[Path, Path]) -> float:
    """The memory that the longer trace takes more, by the bytes that it has more."""
    of_length(lengths[0])  # what is remembered for good is remembered here
    short, long = (peak_size(lambda path=path: of_length(path)) for path in lengths)
    return (long - short) / (lengths[1].stat().st_size - lengths[0].stat().st_size)


@pytest.mark.long
@pytest.mark.usefixtures("near")
def test_a_longer_trace_takes_no_more_memory_to_infer(lengths: tuple[Path, Path]) -> None:
    """All that grows is the index of the chunks."""
    assert infer(lengths[1]).unexplained == ()
    assert growth(infer, lengths) < GROWTH_MAX


@pytest.mark.long
@pytest.mark.usefixtures("near")
def test_a_longer_log_takes_no_more_memory_to_replay(lengths: tuple[Path, Path]) -> None:
    for path in lengths:
        infer_file(path)
    assert replay(lengths[1]).agrees
    assert growth(replay, lengths) < GROWTH_MAX


@pytest.mark.long
def test_a_longer_trace_takes_no_more_memory_to_write(lengths: tuple[Path, Path]) -> None:
    class Nowhere(io.RawIOBase):
        def write(self, data: object) -> int:
            return len(memoryview(data))  # type: ignore[arg-type]  # bytes of any kind

    found = {path: infer(path) for path in lengths}
    assert growth(lambda path: found[path].write(Nowhere()), lengths) < GROWTH_MAX


@pytest.mark.usefixtures("near")
def test_what_is_held_of_a_trace_decides_nothing_about_it(
    trace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = infer(trace).to_bytes()
    monkeypatch.undo()
    assert near == infer(trace).to_bytes()


@pytest.mark.long
def test_profile_and_start_of_a_longer_trace_take_no_more_memory(
    trace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "REQUESTS_MAX", 16)
    with TraceReader(trace) as reader:
        events = list(reader.events())
    header = TraceHeader(comparison="field")
    observed(header, repeated(events, 80))  # what is remembered for good is remembered here
    short = peak_size(lambda: observed(header, repeated(events, 2)))
    long = peak_size(lambda: observed(header, repeated(events, 20)))
    assert 20 * len(events) > 1000
    assert long < 1.2 * short


@pytest.mark.long
def test_records_that_take_no_part_are_not_held(trace: Path, tmp_path: Path) -> None:
    """Notes between the records make the trace larger, and what inference holds not."""
    with TraceReader(trace) as reader:
        header, events = reader.header, list(reader.events())
    paths = {}
    for count in (0, 5):
        paths[count] = tmp_path / f"{count}.wwtrace"
        with TraceWriter(paths[count], header) as writer:
            for event in events:
                writer.write(event.replace(cause=None, index=None))
                for _ in range(count):
                    note = Event(Kind.KIND_NOTE, event.time_ns, payload=bytes(NOTE_SIZE))
                    writer.write(note)
    infer(paths[0])
    bare, noted = (peak_size(lambda path=path: infer(path)) for path in paths.values())
    added = paths[5].stat().st_size - paths[0].stat().st_size
    assert added > 5 * NOTE_SIZE * len(events)
    assert noted - bare < added / 3
