"""Bytes in memory of two processes: all arrive once and in order, also from one that was killed."""

import os
import signal
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.tap.ring import Ring

SIZE = 64


@given(st.lists(st.one_of(st.binary(max_size=2 * SIZE), st.integers(0, 2 * SIZE))))
def test_what_is_written_is_read_once_and_in_order(steps: Sequence[bytes | int]) -> None:
    ring = Ring(SIZE)
    written = read = b""
    for step in steps:
        waiting = len(written) - len(read)
        if isinstance(step, bytes):
            taken = ring.write(memoryview(step))
            assert taken == min(len(step), SIZE - waiting)
            written += step[:taken]
        else:
            found = ring.read(step)
            assert len(found) == min(step, waiting)
            read += found
        assert (ring.written, ring.read_count) == (len(written), len(read))
    assert read + ring.read(SIZE) == written


def test_what_a_killed_process_wrote_is_there() -> None:
    ring = Ring(SIZE)
    child = os.fork()
    if not child:
        ring.write(memoryview(b"the last words"))
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    assert ring.read(SIZE) == b"the last words"


def test_a_reader_never_sees_a_count_that_was_not_written() -> None:
    """One process writes and the other reads, both without a pause."""
    ring, size = Ring(1 << 12), 1 << 20
    child = os.fork()
    if not child:
        sent = 0
        while sent < size:
            sent += ring.write(memoryview(bytes([sent >> 8 & 255]) * min(256, size - sent)))
        os._exit(0)
    found = bytearray()
    try:
        while len(found) < size:
            found += ring.read(1 << 10)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert len(found) == size
    assert ring.read(1) == b""
