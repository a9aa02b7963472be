"""What workers of this machine are forked from: a process that has loaded what all need."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from wwanreplay.fleet.interrupts import kept_from_children

if TYPE_CHECKING:
    from multiprocessing.context import ForkContext, ForkServerContext

#: What workers have loaded before they are forked; the last takes all of it from the collector.
PRELOADED: Final = ("__main__", "wwanreplay.fleet.preloaded")


#: Where Linux lists the threads of this process, those that Python does not know among them.
_THREADS: Final = "/proc/self/task"


def forking(prepare: Callable[[], None]) -> ForkContext | ForkServerContext:
    """How workers are made: forked from this process, which is prepared for it, if that is safe.

    It is while it has one thread: no lock can be held for ever in the child. Loading all of it in
    another process takes ten times as long as a small trace; it is done where there are threads,
    or where nobody can tell.
    """
    if not _has_one_thread():
        return begin_forking()
    from multiprocessing import get_context

    prepare()
    return get_context("fork")


def _has_one_thread() -> bool:
    try:
        return len(os.listdir(_THREADS)) == 1
    except OSError:
        return False


def begin_forking(more: Iterable[str] = ()) -> ForkServerContext:
    """Start a process for it, out of reach of Ctrl-C; `more` are modules that they need besides.

    One that runs already stays as it is.
    """
    from multiprocessing import forkserver, get_context, resource_tracker

    first, *others = PRELOADED
    context = get_context("forkserver")
    context.set_forkserver_preload([first, *more, *others])
    resource_tracker.ensure_running()  # which would let Ctrl-C through again below
    with kept_from_children():
        forkserver.ensure_running()
    return context
