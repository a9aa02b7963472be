"""Parts of a trace that others go over ahead of the replay, taken where it comes to them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from wwanreplay._core import Engine
from wwanreplay.replay.compiled_run import CompiledRun

if TYPE_CHECKING:
    from wwanreplay.replay.passed import Passed


class PartAhead(Protocol):
    """A part that somebody else goes over, or has gone over."""

    @property
    def offset(self) -> int:
        """Where its checkpoint stands."""
        ...

    def passed(self) -> Passed | None:
        """What came of it, once it is done; None when something in it differs or is unusual."""
        ...

    def give_up(self) -> None:
        """Let it end soon; nobody wants it any more."""
        ...


class Ahead(Protocol):
    """Who goes over parts of a trace ahead of the replay, each from a checkpoint to the next."""

    def parts(self, start: int, engine: Engine) -> Sequence[PartAhead]:
        """The parts behind a place, in order and without a hole; engines are like this one."""
        ...


class PartsAhead:
    """The parts that are still ahead of a replay."""

    def __init__(self, ahead: Ahead | None) -> None:
        self._ahead = ahead
        self._parts: deque[PartAhead] = deque()

    def begin(self, start: int, engine: Engine) -> None:
        """Have them begun, the first time that this is called."""
        if self._ahead is not None:
            ahead, self._ahead = self._ahead, None
            self._parts = deque(ahead.parts(start, engine))

    @property
    def stop_offset(self) -> int | None:
        """Where the next one begins, None without any."""
        return self._parts[0].offset if self._parts else None

    def take(self, offset: int, run: CompiledRun) -> Passed | None:
        """Let a run, which has come to a place of the file, stand at the end of the part there."""
        if self._parts and self._parts[0].offset == offset:
            part = self._parts.popleft()
            from wwanreplay.replay.passed import follows, go_behind

            passed = part.passed()
            if passed is not None and follows(run, passed):
                go_behind(run, passed)
                return passed
        if self._parts and self._parts[0].offset <= offset:
            self.end()
        return None

    def end(self) -> None:
        """Give up all of them: what comes now has another state or digest than theirs."""
        self._ahead = None
        for part in self._parts:
            part.give_up()
        self._parts.clear()
