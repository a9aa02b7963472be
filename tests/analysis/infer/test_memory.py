"""Inference holds the records that it searches, and of what it reads once nothing but firsts."""

import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from field_sessions import LOG_FORMS, played

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.infer import infer, readings
from wwanreplay.analysis.infer.loop import observed
from wwanreplay.formats.importer import import_logs
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

NOTE_SIZE = 4000


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


def test_profile_and_start_of_a_longer_trace_take_no_more_memory(
    trace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "REQUESTS_MAX", 16)
    with TraceReader(trace) as reader:
        events = list(reader.events())
    header = TraceHeader(comparison="field")
    observed(header, repeated(events, 1))  # what is remembered for good is remembered here
    short = peak_size(lambda: observed(header, repeated(events, 2)))
    long = peak_size(lambda: observed(header, repeated(events, 20)))
    assert 20 * len(events) > 1000
    assert long < 1.2 * short


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
