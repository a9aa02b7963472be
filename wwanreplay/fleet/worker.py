"""What a worker of a cluster does with a batch. It may be another's, with threads and other work.

So what a batch needs of the whole process is there while batches are at work, and then as before:
the folder, the pace of the collector, and memory that is kept from one trace to the next.
"""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from wwanreplay.errors import InputError
from wwanreplay.fleet.work import Work, do_batch
from wwanreplay.garbage import look_rarely

#: Parameters of glibc's mallopt, of malloc.h: what is given back, and what is mapped by itself.
M_TRIM_THRESHOLD: Final = -1
M_MMAP_THRESHOLD: Final = -3
TRIM_SIZE: Final = 64 << 20
MMAP_SIZE: Final = 16 << 20
#: The presets of glibc, which hold where the environment says nothing.
MEMORY: Final = (
    (M_TRIM_THRESHOLD, "MALLOC_TRIM_THRESHOLD_", 128 << 10, TRIM_SIZE),
    (M_MMAP_THRESHOLD, "MALLOC_MMAP_THRESHOLD_", 128 << 10, MMAP_SIZE),
)


def packed_names(batch: list[str]) -> bytes:
    """The names of a batch, small: a scheduler keeps what its last thousand tasks were given."""
    return zlib.compress(pickle.dumps(batch), 1)


def do_there(work: Work[Any], names: bytes, folder: str | None) -> bytes:
    """Do a batch of packed names, from the folder in which the verb was called where they need it.

    InputError where the worker has no such folder: what has the same name in another is not meant.
    """
    batch = pickle.loads(zlib.decompress(names))  # noqa: S301 (from who sends the work)
    with _ROOM.entered(folder):
        return _aside(lambda: pickle.dumps(do_batch(work, batch)))  # octets move at the least cost


def _aside(action: Callable[[], bytes]) -> bytes:
    """What an action gives, done in a thread that is no task's.

    A worker looks at the stacks of its tasks a hundred times a second, and keeps for an hour what
    it saw of each second. Of this one it sees that it waits.
    """
    found: Future[bytes] = Future()

    def act() -> None:
        try:
            found.set_result(action())
        except BaseException as error:
            found.set_exception(error)

    threading.Thread(target=act, name="wwanreplay", daemon=True).start()
    return found.result()


class Room:
    """The process as batches need it; one of another folder waits until it is free."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._folder: str | None = None
        self._count = 0
        self._before = ExitStack()

    @contextmanager
    def entered(self, folder: str | None) -> Iterator[None]:
        """Be in it; the last to leave puts back what was."""
        with self._changed:
            self._changed.wait_for(lambda: not self._count or folder == self._folder)
            if not self._count:
                self._before = _prepared(folder)
                self._folder = folder
            self._count += 1
        try:
            yield
        finally:
            with self._changed:
                self._count -= 1
                if not self._count:
                    self._before.close()
                    self._changed.notify_all()


_ROOM: Final = Room()


def _prepared(folder: str | None) -> ExitStack:
    """Change the process; what is given puts back what was."""
    with ExitStack() as before:
        if folder is not None:
            here = os.getcwd()
            try:
                os.chdir(folder)
            except OSError as error:
                raise InputError(
                    f"the worker on {socket.gethostname()} has no folder {folder}"
                    f" ({error.strerror}): name traces of a store, or of a folder that all have"
                ) from None
            before.callback(os.chdir, here)
        # The collector would look at all that a worker has, again and again.
        before.callback(gc.set_threshold, *gc.get_threshold())
        look_rarely()
        _keep_memory(before)
        return before.pop_all()
    raise AssertionError


def _keep_memory(before: ExitStack) -> None:
    """Let the memory of a trace serve the next one.

    Dask's workers have it trimmed, which would map and clear it anew for each. Where nobody has
    set that, glibc finds by itself what to keep.
    """
    adjust = _mallopt()
    if adjust is None or not any(name in os.environ for _, name, _, _ in MEMORY):
        return
    for parameter, name, preset, size in MEMORY:
        given = os.environ.get(name, "")
        before.callback(adjust, parameter, int(given) if given.isdecimal() else preset)
        adjust(parameter, size)


def _mallopt() -> Callable[[int, int], int] | None:
    """The function of glibc; None where there is none."""
    try:
        return ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return None
