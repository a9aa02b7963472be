"""A process that keeps what it makes looks for garbage seldom."""

import gc

from wwanreplay.garbage import GARBAGE_MAX, look_rarely


def test_a_process_that_asks_for_it_looks_rarely():
    before = gc.get_threshold()
    try:
        look_rarely()
        assert gc.get_threshold()[0] == GARBAGE_MAX > before[0]
    finally:
        gc.set_threshold(*before)
