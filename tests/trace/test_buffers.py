"""Memory that is read into is used again, and never while somebody looks at what is in it."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind
from wwanreplay.trace import TraceReader, TraceWriter
from wwanreplay.trace.buffers import KEPT_COUNT_MAX, KEPT_SIZE_MAX, Buffers


def test_memory_that_nobody_looks_at_is_given_out_again() -> None:
    buffers = Buffers()
    first = buffers.take(1000)
    owner = first.obj
    part = first[10:20].toreadonly()
    del first
    assert buffers.take(1000).obj is not owner  # a part of it is still looked at
    del part
    assert owner in [buffers.take(1000).obj for _ in range(2)]


@given(st.lists(st.tuples(st.integers(1, 3 << 16), st.integers(0, 40)), min_size=1, max_size=60))
def test_what_is_held_stays_as_it_was_written(taken: list[tuple[int, int]]) -> None:
    buffers = Buffers()
    held: list[tuple[memoryview, int]] = []
    for number, (size, let_go) in enumerate(taken):
        view = buffers.take(size)
        assert len(view) == size
        view[0] = view[-1] = number % 256
        held.append((view, number % 256))
        del view
        del held[:let_go]
        assert all(each[0] == each[-1] == mark for each, mark in held)


def test_large_memory_and_very_much_of_it_is_not_kept() -> None:
    buffers = Buffers()
    large = buffers.take(KEPT_SIZE_MAX + 1).obj
    assert buffers.take(100).obj is not large
    held = [buffers.take(100) for _ in range(3 * KEPT_COUNT_MAX)]
    owners = {id(view.obj) for view in held}
    assert len(owners) == len(held)


def test_chunks_of_a_file_that_are_kept_hold_what_they_held(tmp_path: Path) -> None:
    path = tmp_path / "many.wwtrace"
    events = [Event(Kind.KIND_NOTE, at, payload=bytes([at % 256]) * 50) for at in range(600)]
    with TraceWriter(path, chunk_size=300) as writer:
        writer.write_all(events)
    with TraceReader(path) as reader:
        chunks = list(reader.chunks())
        assert len(chunks) > 3 * KEPT_COUNT_MAX
        assert [event for chunk in chunks for event in reader.chunk_events(chunk)] == events
