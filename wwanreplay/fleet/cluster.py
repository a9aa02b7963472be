"""Workers of a Dask cluster: one that is started here, or any that `distributed.Client` reaches."""

from __future__ import annotations

import logging
import os
import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import Any, Final

from wwanreplay.errors import InputError, UsageError
from wwanreplay.fleet.forking import begin_forking
from wwanreplay.fleet.interrupts import kept_from_children
from wwanreplay.fleet.work import Done, Work, WorkerDiedError
from wwanreplay.fleet.worker import do_there, packed_names
from wwanreplay.stores import Location

LOCAL: Final = "local"
#: So long a scheduler may take to answer, and the first worker to appear.
CONNECT_S: Final = 30
FIRST_WORKER_S: Final = 120


class ClusterWorkers:
    """The workers that a scheduler has. Dask itself tries a task again whose worker died."""

    tries: int = 1

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name
        self.count = max(1, sum(client.nthreads().values()))

    def send(self, work: Work[Any], batch: list[str]) -> Any:
        """Have a batch done."""
        folder = os.getcwd() if _needs_folder([*batch, *work.files]) else None
        return self._client.submit(do_there, work, packed_names(batch), folder, pure=False)

    def is_done(self, sent: Any) -> bool:
        """Whether a batch is done, or has failed."""
        return bool(sent.done())

    def done(self, sent: Any) -> Done[Any]:
        """What came of a batch."""
        from distributed import KilledWorker

        try:
            done: Done[Any] = pickle.loads(sent.result())  # noqa: S301 (as Dask itself does)
        except KilledWorker:
            raise WorkerDiedError from None
        except (OSError, TimeoutError) as error:
            raise InputError(f"the cluster {self._name} is gone: {_line(error)}") from None
        except Exception as error:
            if type(error).__module__.startswith("distributed"):
                raise InputError(f"the cluster {self._name} is gone: {_line(error)}") from None
            raise
        finally:
            sent.release()
        return done

    def alone(self, work: Work[Any], path: str) -> Any:
        """The report of one trace, in a task of its own."""
        (report,) = self.done(self.send(work, [path])).reports
        return report


def _needs_folder(names: list[str]) -> bool:
    """Whether some names mean something only in the folder in which the verb was called."""
    return any(not isinstance(name, Location) and not os.path.isabs(name) for name in names)


@contextmanager
def cluster_workers(cluster: Any, processes: int) -> Iterator[ClusterWorkers]:
    """The workers of a cluster; a local one has so many, or one for each processor.

    InputError when it does not answer, or its workers have another wwanreplay; UsageError without
    the package that reaches it.
    """
    if cluster == LOCAL and find_spec("distributed") is not None:
        begin_forking(["distributed.nanny", "distributed.worker"])  # it loads while this one does
    try:
        import dask
        import distributed  # noqa: F401 (whether it is here)
    except ImportError:
        raise UsageError(
            "--cluster needs the package distributed: the extra wwanreplay[fleet]"
        ) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    name = str(cluster) if isinstance(cluster, str) else type(cluster).__name__
    settings = {
        # With it the second death of a worker gives a task up.
        "distributed.scheduler.allowed-failures": 1,
        "distributed.comm.timeouts.connect": f"{CONNECT_S}s",
        "distributed.worker.daemon": True,
        # Of those that are started here: they are forked from one that has loaded what all need,
        # and nobody looks at what they were at.
        "distributed.worker.multiprocessing-method": "forkserver",
        "distributed.worker.preload": ["wwanreplay.fleet.preload"],
        "distributed.worker.profile.enabled": False,
    }
    with dask.config.set(settings):
        made = None
        try:
            if cluster == LOCAL:
                made = _started(processes if processes > 1 else os.cpu_count() or 1)
            client = _client(made if made is not None else cluster, name)
            try:
                _check_workers(client, name)
                yield ClusterWorkers(client, name)
            finally:
                with suppress(Exception):  # what was sent is given up; the cluster stays
                    client.close(timeout=5)
        finally:
            if made is not None:
                with suppress(Exception):
                    made.close(timeout=10)


def _started(processes: int) -> Any:
    """A cluster of so many processes here; InputError where they do not come up."""
    import distributed

    make: Any = distributed.LocalCluster
    # What is forked from has loaded all that workers need; Dask would load pandas and others too.
    vars(distributed.utils)["_forkserver_preload_set"] = True
    try:
        with kept_from_children():
            return make(
                n_workers=processes,
                threads_per_worker=1,
                processes=True,
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
            )
    except (OSError, RuntimeError, TimeoutError) as error:  # a worker that died while it began
        raise InputError(f"the cluster {LOCAL} cannot be started: {_line(error)}") from None


def _client(cluster: Any, name: str) -> Any:
    import distributed

    make: Any = distributed.Client
    is_file = isinstance(cluster, str) and "://" not in cluster and os.path.exists(cluster)
    try:
        if is_file:
            return make(scheduler_file=cluster, timeout=CONNECT_S, set_as_default=False)
        return make(cluster, timeout=CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError, KeyError) as error:
        raise InputError(f"the cluster {name} cannot be reached: {_line(error)}") from None


def _line(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), "") or type(error).__name__


def versions() -> tuple[str, str, int, str]:
    """What a worker must have as the one that sends the work has it."""
    from wwanreplay import __version__
    from wwanreplay._core import model_version
    from wwanreplay.protocol.constants import table_hash

    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return __version__, python, model_version(), table_hash()


def _check_workers(client: Any, name: str) -> None:
    """Refuse a cluster without workers, or with other ones than these."""
    try:
        client.wait_for_workers(1, timeout=FIRST_WORKER_S)
        found = client.run(versions, on_error="return")
    except (OSError, TimeoutError) as error:
        raise InputError(f"the cluster {name} has no worker: {_line(error)}") from None
    for worker, their in found.items():
        if isinstance(their, OSError):
            continue  # it went away meanwhile; whoever takes its place came the same way
        if isinstance(their, BaseException):
            raise InputError(f"the worker {worker} cannot run wwanreplay: {_line(their)}")
        if tuple(their) != versions():
            raise InputError(
                f"the worker {worker} has wwanreplay {their[0]} on Python {their[1]} with other"
                f" tables or another model than this one, {versions()[0]} on {versions()[1]}"
            )
