"""A worker may be of others: it is as before after a batch, and reads what was meant or nothing."""

import gc
import os
import pickle
import shutil
import threading
from dataclasses import dataclass

import pytest
from checkout import TRACES

from wwanreplay.analysis.batch import ReplayOptions
from wwanreplay.errors import InputError
from wwanreplay.fleet import ReplayWork, worker
from wwanreplay.fleet.importing import ImportWork
from wwanreplay.fleet.work import Undivided
from wwanreplay.fleet.worker import do_there, packed_names
from wwanreplay.garbage import GARBAGE_MAX

WORK = ReplayWork(ReplayOptions())


@dataclass
class Looking(Undivided):
    """Says where it is done, once all of `together` are at it."""

    together: threading.Barrier | None = None

    def __call__(self, path):
        if self.together is not None:
            self.together.wait(30)
        return path, os.getcwd(), gc.get_threshold()[0]


def done(packed):
    return pickle.loads(packed).reports


@pytest.fixture
def folders(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    return str(tmp_path / "a"), str(tmp_path / "b")


def test_a_batch_is_done_in_its_folder_and_the_process_is_as_before(folders):
    before = os.getcwd(), gc.get_threshold()
    ((_, folder, garbage),) = done(do_there(Looking(), packed_names(["x"]), folders[0]))
    assert (folder, garbage) == (folders[0], GARBAGE_MAX)
    assert (os.getcwd(), gc.get_threshold()) == before
    ((_, folder, _),) = done(do_there(Looking(), packed_names(["/x"]), None))
    assert folder == before[0]


def test_two_threads_of_one_folder_work_at_a_time_and_one_of_another_waits(folders):
    before = os.getcwd(), gc.get_threshold()
    together = threading.Barrier(2)
    found = {}

    def do(name, folder, work):
        found[name] = done(do_there(work, packed_names([name]), folder))[0][1]

    jobs = [("1", folders[0], Looking(together)), ("2", folders[0], Looking(together))]
    jobs += [(str(number), folders[number % 2], Looking()) for number in range(3, 20)]
    threads = [threading.Thread(target=do, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == {name: folder for name, folder, _ in jobs}
    assert (os.getcwd(), gc.get_threshold()) == before


def test_a_trace_of_the_same_name_in_another_folder_is_not_taken_for_the_one_that_is_meant(
    folders, monkeypatch
):
    shutil.copy(TRACES / "demo.wwtrace", folders[0])
    monkeypatch.chdir(folders[0])
    (report,) = done(do_there(WORK, packed_names(["demo.wwtrace"]), folders[0]))
    assert report.error == ""
    with pytest.raises(InputError, match="has no folder /none"):
        do_there(WORK, packed_names(["demo.wwtrace"]), "/none")
    (report,) = done(do_there(WORK, packed_names(["demo.wwtrace"]), folders[1]))
    assert "No such file" in report.error


def test_memory_is_kept_where_the_environment_has_it_trimmed_and_put_back(monkeypatch):
    asked = []
    monkeypatch.setattr(worker, "_mallopt", lambda: lambda *values: asked.append(values))
    monkeypatch.delenv("MALLOC_TRIM_THRESHOLD_", raising=False)
    monkeypatch.delenv("MALLOC_MMAP_THRESHOLD_", raising=False)
    do_there(Looking(), packed_names(["x"]), None)
    assert asked == []
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "65536")  # as Dask's nanny does
    do_there(Looking(), packed_names(["x"]), None)
    kept = [(worker.M_TRIM_THRESHOLD, 64 << 20), (worker.M_MMAP_THRESHOLD, 16 << 20)]
    assert asked[:2] == kept
    assert sorted(asked[2:]) == [(worker.M_MMAP_THRESHOLD, 128 << 10), (-1, 65536)]


def test_a_batch_that_fails_leaves_the_process_as_before(folders):
    @dataclass
    class Failing(Undivided):
        def __call__(self, _path):
            raise RuntimeError("ours")

    before = os.getcwd(), gc.get_threshold()
    with pytest.raises(RuntimeError):
        do_there(Failing(), packed_names(["x"]), folders[0])
    assert (os.getcwd(), gc.get_threshold()) == before


def test_a_worker_that_looks_at_its_tasks_sees_that_they_wait():
    """It keeps for an hour what it saw of each second, which is little then."""

    @dataclass
    class Threaded(Undivided):
        def __call__(self, _path):
            return threading.get_ident()

    (ident,) = done(do_there(Threaded(), packed_names(["x"]), None))
    assert ident != threading.get_ident()


def test_work_names_the_files_that_it_takes_beside_the_traces(tmp_path):
    profile = tmp_path / "lab.toml"
    profile.write_text("")
    assert ReplayWork(ReplayOptions()).files == ()
    assert ReplayWork(ReplayOptions(profile="generic")).files == ()
    assert ReplayWork(ReplayOptions(profile=str(profile))).files == (str(profile),)
    assert ImportWork("weekly", 0).files == ("weekly",)


def test_names_of_a_batch_are_small_where_a_scheduler_keeps_them():
    names = [f"s3://lab/2024/week-07/modem-{number:06}.wwtrace" for number in range(256)]
    assert len(packed_names(names)) * 5 < sum(map(len, names))
