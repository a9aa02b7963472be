"""Chunks in memory, and the records before a place."""

import gc
import weakref

import pytest
from replay_samples import sample_events

from wwanreplay._core import RecordReader
from wwanreplay.replay.chunks import ChunksBefore, pack

EVENTS, _ = sample_events()


@pytest.mark.parametrize("chunk_size", [1, 700, 1 << 20])
def test_events_are_packed_in_order_and_numbered(chunk_size):
    chunks = list(pack(EVENTS, chunk_size))
    assert [chunk.first_index for chunk in chunks[1:]] == [
        chunk.next_index for chunk in chunks[:-1]
    ]
    read = [
        event
        for chunk in chunks
        for event in RecordReader(chunk.records, chunk.first_index, chunk.base_time_ns)
    ]
    assert [event.index for event in read] == list(range(len(EVENTS)))
    assert [event.payload for event in read] == [event.payload for event in EVENTS]


def test_the_records_before_a_place_reach_over_a_chunk():
    before = ChunksBefore(3)
    one, two = list(pack(EVENTS[:20], 600))[:2]
    before.add(one)
    before.add(two)
    place = two.first_index + 1
    assert [event.index for event in before.get(place)] == [place - 3, place - 2, place - 1]


def test_no_records_before_are_wanted():
    before = ChunksBefore(0)
    before.add(next(pack(EVENTS)))
    assert before.get(5) == ()


def test_nothing_of_a_replay_waits_for_the_collector():
    """Whoever replays thousands of traces holds the memory of one."""
    before = ChunksBefore(3)
    for chunk in pack(EVENTS):
        before.add(chunk)
    gone = weakref.ref(before)
    gc.disable()
    try:
        del before
        assert gone() is None
    finally:
        gc.enable()
