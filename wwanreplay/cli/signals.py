"""Signals that end a verb as Ctrl-C does: it cleans up and prints one line."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

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
