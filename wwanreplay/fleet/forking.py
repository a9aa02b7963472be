"""The process that workers of this machine are forked from: it has loaded what all need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from wwanreplay.fleet.interrupts import kept_from_children

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext

#: What workers have loaded before they are forked; the last takes all of it from the collector.
PRELOADED: Final = ("__main__", "wwanreplay.fleet.preloaded")


def begin_forking(more: Iterable[str] = ()) -> ForkServerContext:
    """Start it, out of reach of Ctrl-C; `more` are modules that these workers need besides.

    One that runs already stays as it is.
    """
    from multiprocessing import forkserver, get_context

    first, *others = PRELOADED
    context = get_context("forkserver")
    context.set_forkserver_preload([first, *more, *others])
    with kept_from_children():
        forkserver.ensure_running()
    return context
