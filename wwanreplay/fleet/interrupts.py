"""Ctrl-C goes to all processes of a terminal, and is the business of the one that prints."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kept_from_children() -> Iterator[None]:
    """Let what is started here, threads included, be out of reach of Ctrl-C from its beginning.

    For this process itself it waits until then.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
