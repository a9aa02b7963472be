"""The clock of a real session: suspend included, from 0 on, anchored to wall time."""

from __future__ import annotations

import time
from typing import Final

from wwanreplay._core import Event, Kind

_CLOCK: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
#: Codes of clock records: what the wall clock showed, and that it was set.
CLOCK_ANCHOR: Final = 1
CLOCK_JUMP: Final = 2
#: A wall clock that has moved by less against ours was slewed, not set.
JUMP_NS: Final = 500_000_000


class SessionClock:
    """Nanoseconds since the session began."""

    def __init__(self) -> None:
        self.start_ns = time.clock_gettime_ns(_CLOCK)
        self.epoch_ns = time.time_ns()
        self._offset_ns = self.epoch_ns

    def now_ns(self) -> int:
        """Time of the session."""
        return time.clock_gettime_ns(_CLOCK) - self.start_ns

    def describe(self) -> dict[str, int | str]:
        """What the header of a trace says about the clock."""
        return {"kind": "boottime", "start_ns": self.start_ns, "epoch_ns": self.epoch_ns}

    def anchor(self, time_ns: int) -> Event:
        """The record of what the wall clock shows."""
        return _record(time_ns, CLOCK_ANCHOR, time.time_ns())

    def jump(self, time_ns: int) -> Event | None:
        """The record of a wall clock that was set since the last call, None for none."""
        wall_ns = time.time_ns()
        moved_ns = wall_ns - self.now_ns() - self._offset_ns
        if abs(moved_ns) < JUMP_NS:
            return None
        self._offset_ns += moved_ns
        return _record(time_ns, CLOCK_JUMP, wall_ns, moved_ns)


def _record(time_ns: int, code: int, *values: int) -> Event:
    payload = b"".join(value.to_bytes(8, "little", signed=True) for value in values)
    return Event(Kind.KIND_CLOCK, time_ns, code=code, payload=payload)
