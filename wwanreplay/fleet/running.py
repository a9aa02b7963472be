"""One code path for one process, several, and a cluster: batches out, reports back in order.

A worker that dies costs another try of what it had. A batch that loses two workers is taken apart:
each trace of it is tried alone, and one whose worker dies then too is reported as such.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, Protocol, TypeVar

from wwanreplay.errors import EXIT_INTERNAL
from wwanreplay.fleet.batches import Batch, Batches
from wwanreplay.fleet.forking import forking
from wwanreplay.fleet.interrupts import kept_from_children
from wwanreplay.fleet.work import Done, PieceWork, Work, WorkerDiedError, do_batch
from wwanreplay.garbage import look_rarely

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

Report = TypeVar("Report")

#: Batches that are out at a time, for each worker: so --fail-fast and Ctrl-C wait for few, and
#: neither a scheduler nor this process holds more.
AHEAD: Final = 4
#: How often one looks whether the pieces of a large trace are done.
LOOK_S: Final = 0.02


class Workers(Protocol):
    """Processes that take batches."""

    @property
    def count(self) -> int:
        """How many work at a time."""
        ...

    @property
    def tries(self) -> int:
        """How often a batch is sent before it is taken apart."""
        ...

    def send(self, work: Work[Any], batch: list[str]) -> Any:
        """Have a batch done; what `reports` takes."""
        ...

    def is_done(self, sent: Any) -> bool:
        """Whether `done` need not wait."""
        ...

    def done(self, sent: Any) -> Done[Any]:
        """What came of a batch that was sent; WorkerDiedError."""
        ...

    def alone(self, work: Work[Any], path: str) -> Any:
        """The report of one trace, with nothing else beside it in its worker; WorkerDiedError."""
        ...


class Where(NamedTuple):
    """Where work is done: in so many processes here, or on a cluster.

    `cluster` is `local`, an address of a Dask scheduler, its scheduler file, or an object that
    `distributed.Client` takes.
    """

    processes: int = 1
    cluster: Any = None


def run(paths: Sequence[str], work: Work[Report], where: Where) -> Generator[Report, None, None]:
    """What the work gives for each trace, in the order of the paths.

    Closing the iterator cancels what is out. InputError where the cluster cannot be used.
    """
    if where.cluster is None and (where.processes == 1 or len(paths) < 2):
        for path in paths:
            yield work(path)
        return
    with _workers(where, len(paths), work.prepare) as workers:
        yield from _shared(paths, work, workers)


@contextmanager
def _workers(where: Where, count: int, prepare: Callable[[], None]) -> Iterator[Workers]:
    if where.cluster is not None:
        from wwanreplay.fleet.cluster import cluster_workers

        with cluster_workers(where.cluster, where.processes) as cluster:
            yield cluster
        return
    processes = Processes(min(where.processes, count), prepare)
    try:
        yield processes
    finally:
        processes.end()


def _shared(paths: Sequence[str], work: Work[Report], workers: Workers) -> Iterator[Report]:
    waiting: deque[_Waiting[Report]] = deque()
    remaining = Batches(paths, workers.count)
    taken = remaining.take(AHEAD * workers.count)
    # Where there are batches for all and more, a trace in pieces would only cost more.
    piece_count = 2 * workers.count if len(taken) < AHEAD * workers.count else 0
    while True:
        waiting.extend(_Waiting(work, batch, workers, piece_count) for batch in taken)
        if not waiting:
            return
        while not waiting[0].is_done:
            for each in waiting:
                each.go_on()
            if not any(each.is_in_pieces for each in waiting):
                break
            time.sleep(LOOK_S)
        yield from waiting.popleft().reports(remaining)
        taken = remaining.take(AHEAD * workers.count - len(waiting))


class _Waiting(Generic[Report]):
    """A batch that is out; a large trace may be out in pieces first."""

    def __init__(
        self, work: Work[Report], batch: Batch, workers: Workers, piece_count: int
    ) -> None:
        self._work = work
        self._batch = batch
        self._workers = workers
        self._sent: Any = None
        self._pieces: list[tuple[PieceWork, Any]] = []
        if piece_count and len(batch.paths) == 1:
            pieces = work.pieces(batch.paths[0], piece_count)
            self._pieces = [(each, workers.send(each, batch.paths)) for each in pieces]
        if not self._pieces:
            self._sent = workers.send(work, batch.paths)

    @property
    def is_in_pieces(self) -> bool:
        """Whether pieces are out, in the place of the trace."""
        return self._sent is None

    @property
    def is_done(self) -> bool:
        """Whether `reports` need not wait."""
        return not self.is_in_pieces and self._workers.is_done(self._sent)

    def go_on(self) -> None:
        """Send a trace once all of its pieces are done."""
        is_waited_for = any(not self._workers.is_done(sent) for _, sent in self._pieces)
        if not self.is_in_pieces or is_waited_for:
            return
        found = [self._found(piece, sent) for piece, sent in self._pieces]
        self._work = self._work.joined(found)
        self._sent = self._workers.send(self._work, self._batch.paths)

    def _found(self, piece: PieceWork, sent: Any) -> Any:
        paths = self._batch.paths
        return next(iter(_done(piece, paths, sent, self._workers).reports))

    def reports(self, batches: Batches) -> Iterable[Report]:
        """What came of it, from which further batches learn."""
        done = _done(self._work, self._batch.paths, self._sent, self._workers)
        if done.spent_s is not None:
            batches.learn(self._batch, done.spent_s)
        return done.reports


def _done(work: Work[Report], paths: list[str], sent: Any, workers: Workers) -> Done[Report]:
    for attempt in range(1, workers.tries + 1):
        try:
            return workers.done(sent)
        except WorkerDiedError:
            if attempt < workers.tries:
                sent = workers.send(work, paths)
    return Done(_each_alone(work, paths, workers))


def _each_alone(work: Work[Report], paths: list[str], workers: Workers) -> Iterator[Report]:
    for path in paths:
        try:
            report: Report = workers.alone(work, path)
        except WorkerDiedError:
            report = work.died(path)
        yield report


class Processes:
    """Processes of this machine. They are forked from one that has loaded what all of them need."""

    tries: int = 2

    def __init__(self, count: int, prepare: Callable[[], None]) -> None:
        self.count = count
        self._prepare = prepare
        self._executor = self._made(count)
        self._single: ProcessPoolExecutor | None = None

    def _made(self, count: int) -> ProcessPoolExecutor:
        # One trace is the usual case, and needs none.
        from concurrent.futures import ProcessPoolExecutor

        return ProcessPoolExecutor(count, mp_context=forking(self._prepare), initializer=_begin)

    def send(self, work: Work[Any], batch: list[str]) -> Future[Done[Any]]:
        """Have a batch done."""
        from concurrent.futures import BrokenExecutor

        try:
            return _submit(self._executor, work, batch)
        except BrokenExecutor:
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._executor = self._made(self.count)
            return _submit(self._executor, work, batch)

    def is_done(self, sent: Future[Done[Any]]) -> bool:
        """Whether a batch is done, or its worker is gone."""
        return sent.done()

    def done(self, sent: Future[Done[Any]]) -> Done[Any]:
        """What came of a batch."""
        from concurrent.futures import BrokenExecutor

        try:
            return sent.result()
        except BrokenExecutor:
            raise WorkerDiedError from None

    def alone(self, work: Work[Any], path: str) -> Any:
        """The report of one trace, from a process that has no other."""
        if self._single is None:
            self._single = self._made(1)
        try:
            (report,) = self.done(_submit(self._single, work, [path])).reports
        except WorkerDiedError:
            self._single.shutdown(wait=False, cancel_futures=True)
            self._single = None
            raise
        return report

    def end(self) -> None:
        """End the processes; what is out is given up."""
        for executor in (self._executor, self._single):
            if executor is None:
                continue
            # A batch may have a trace of minutes; from Python 3.14 on this is terminate_workers.
            for process in list((executor._processes or {}).values()):
                process.terminate()
            executor.shutdown(wait=True, cancel_futures=True)


def _submit(
    executor: ProcessPoolExecutor, work: Work[Report], batch: list[str]
) -> Future[Done[Report]]:
    # It may start a process, which must be known when Ctrl-C ends them all.
    with kept_from_children():
        return executor.submit(do_batch, work, batch)


def _begin() -> None:
    """Leave Ctrl-C, which goes to all processes of a terminal, to the one that prints."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    look_rarely()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End when the process that sends the work is gone: killed, it ends nobody."""
    from multiprocessing import connection, parent_process

    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(EXIT_INTERNAL)
