"""The clock of a real session: from 0 on, never back, and what the wall clock did meanwhile."""

import time

import pytest

from wwanreplay._core import Kind
from wwanreplay.devices.mbim.clock import CLOCK_ANCHOR, CLOCK_JUMP, JUMP_NS, SessionClock


def numbers(event):
    """The numbers of a clock record."""
    data = event.payload
    return [
        int.from_bytes(data[at : at + 8], "little", signed=True) for at in range(0, len(data), 8)
    ]


@pytest.fixture
def wall(monkeypatch):
    """A wall clock that can be set."""
    moved = [0]
    real = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: real() + moved[0])

    def set_by(amount_ns):
        moved[0] += amount_ns

    return set_by


def test_a_session_begins_at_0_and_its_time_never_goes_back():
    clock = SessionClock()
    times = [clock.now_ns() for _ in range(100)]
    assert times[0] >= 0
    assert times == sorted(times)
    assert times[-1] < 60 * 10**9


def test_the_header_says_where_0_is_on_both_clocks():
    before_ns = time.time_ns()
    described = SessionClock().describe()
    assert described["kind"] == "boottime"
    assert before_ns <= described["epoch_ns"] <= time.time_ns()
    assert described["start_ns"] > 0


def test_an_anchor_has_the_wall_clock_and_the_time_that_it_is_given():
    before_ns = time.time_ns()
    anchor = SessionClock().anchor(7)
    assert (anchor.kind, anchor.code, anchor.time_ns) == (Kind.KIND_CLOCK, CLOCK_ANCHOR, 7)
    (wall_ns,) = numbers(anchor)
    assert before_ns <= wall_ns <= time.time_ns()


@pytest.mark.parametrize("moved_ns", [3600 * 10**9, -3600 * 10**9])
def test_a_clock_that_was_set_is_recorded_once_with_how_far(wall, moved_ns):
    clock = SessionClock()
    assert clock.jump(1) is None
    wall(moved_ns)
    jump = clock.jump(2)
    assert (jump.kind, jump.code, jump.time_ns) == (Kind.KIND_CLOCK, CLOCK_JUMP, 2)
    wall_ns, by_ns = numbers(jump)
    assert abs(by_ns - moved_ns) < JUMP_NS
    assert abs(wall_ns - time.time_ns()) < 60 * 10**9
    assert clock.jump(3) is None
    wall(-moved_ns)
    assert clock.jump(4) is not None


def test_a_clock_that_is_slewed_was_not_set(wall):
    clock = SessionClock()
    wall(JUMP_NS // 2)
    assert clock.jump(1) is None
