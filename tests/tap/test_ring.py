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
