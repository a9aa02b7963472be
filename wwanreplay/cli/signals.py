"""Signals that end a verb as Ctrl-C does: it cleans up and prints one line."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

#: What ends a verb besides Ctrl-C, and the word for it.
ENDS = {signal.SIGTERM: "terminated", signal.SIGHUP: "hung up"}


class EndedBySignal(KeyboardInterrupt):
    """A signal ends the process; `number` is that of the signal."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(ENDS[signal.Signals(number)])


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP raise EndedBySignal, where nobody else wants them."""

    def handler(number: int, _frame: FrameType | None) -> None:
        raise EndedBySignal(number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.getsignal(each) for each in ENDS}
    ours = [each for each, handling in before.items() if handling is signal.SIG_DFL]
    for each in ours:
        signal.signal(each, handler)
    try:
        yield
    finally:
        for each in ours:
            signal.signal(each, before[each])


def ignore_ends() -> None:
    """Ignore from now on what would end the process: it is ending, and all of it is printed."""
    for each in (signal.SIGINT, *ENDS):
        signal.signal(each, signal.SIG_IGN)


class WholeSteps:
    """Steps that no Ctrl-C, SIGTERM or SIGHUP ends half done: what comes meanwhile comes behind.

    Use it as a context manager, and each step within it with `step`.
    """

    def __init__(self) -> None:
        self._before: dict[int, Callable[[int, FrameType | None], Any]] = {}
        self._is_inside = False
        self._waiting: int | None = None

    def __enter__(self) -> WholeSteps:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, *ENDS):
                handling = signal.getsignal(number)
                if callable(handling):
                    self._before[number] = handling
                    signal.signal(number, self._take)
        return self

    def __exit__(self, *_details: object) -> None:
        for number, handling in self._before.items():
            signal.signal(number, handling)
        self._before.clear()

    def _take(self, number: int, frame: FrameType | None) -> None:
        if self._is_inside:
            self._waiting = number
        else:
            self._before[number](number, frame)

    @contextmanager
    def step(self) -> Iterator[None]:
        """One step."""
        self._is_inside = True
        try:
            yield
        finally:
            self._is_inside = False
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._before[waiting](waiting, None)
