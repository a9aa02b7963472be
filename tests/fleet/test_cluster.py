"""A Dask cluster gives what one process gives, byte for byte, with a worker killed meanwhile."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from checkout import TRACES
from fleet_work import DeadlyWork, comparable, large_traces
from store_servers import nginx
from verbs import ENVIRONMENT
from verbs import run as run_verb

from wwanreplay.analysis.batch import ReplayOptions
from wwanreplay.errors import EXIT_INTERNAL, InputError
from wwanreplay.fleet import ReplayWork, Where, cluster, run

distributed = pytest.importorskip("distributed")
# Clients and clusters leave sockets to the collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)

SUPPORT = os.path.dirname(__file__).replace("fleet", "support")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("many")
    names = ("sim", "queries", "pin", "cdma", "demo")
    for number in range(60):
        name = names[number % len(names)]
        data = (TRACES / f"{name}.wwtrace").read_bytes()
        (made / f"{number:02}-{name}.wwtrace").write_bytes(data)
    return made


@pytest.fixture(scope="module")
def scheduler_file(tmp_path_factory):
    """A scheduler and two workers, processes of their own, as somebody else would run them."""
    room = tmp_path_factory.mktemp("cluster")
    file = room / "scheduler.json"
    environment = {
        **ENVIRONMENT,
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
        "PYTHONWARNINGS": "ignore",
    }
    starting = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    commands = [
        [*starting, "--host", "127.0.0.1", "--port", "0", "--no-dashboard"],
        *[
            [
                sys.executable,
                "-m",
                "distributed.cli.dask_worker",
                *("--host", "127.0.0.1", "--nthreads", "1", "--no-dashboard"),
                *("--local-directory", str(room)),
            ]
        ]
        * 2,
    ]
    processes = [
        subprocess.Popen(
            [*command, "--scheduler-file", str(file)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for command in commands
    ]
    try:
        yield file
    finally:
        for process in processes:  # with what a nanny has started
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)


def without_rate(text):
    return [line for line in text.splitlines() if not line.startswith("rate ")]


def kill_at_work(client, pids):
    """Kill the first worker that has something to do."""
    for _ in range(2000):
        for worker, tasks in client.processing().items():
            if any(key.startswith("do_there") for key in tasks):
                os.kill(pids[worker], signal.SIGKILL)
                return
        time.sleep(0.005)


@pytest.mark.long
def test_a_cluster_with_a_worker_that_is_killed_prints_what_one_process_prints(
    scheduler_file, folder
):
    one = run_verb("replay", folder)
    with distributed.Client(scheduler_file=str(scheduler_file), set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
        pids = client.run(os.getpid)
        killing = threading.Thread(target=kill_at_work, args=(client, pids))
        killing.start()
        many = run_verb("replay", folder, "--cluster", str(scheduler_file))
        killing.join()
        client.wait_for_workers(2, timeout=60)
        assert set(pids.values()) != set(client.run(os.getpid).values())
    assert many.exit_code == 0, many.output
    assert without_rate(many.stdout) == without_rate(one.stdout)
    assert (many.exit_code, many.stderr) == (one.exit_code, one.stderr) == (0, "")
    two = run_verb("replay", folder, "-j", "2")
    assert without_rate(two.stdout) == without_rate(one.stdout)


@pytest.mark.long
def test_a_trace_that_kills_its_workers_is_named_and_the_rest_goes_on(scheduler_file, folder):
    paths = sorted(str(path) for path in folder.iterdir())[:6]
    work = DeadlyWork(ReplayOptions(), deadly="03-cdma")
    reports = list(run(paths, work, Where(cluster=str(scheduler_file))))
    one = comparable(run(paths, ReplayWork(ReplayOptions()), Where()))
    del one[3]
    dead = reports.pop(3)
    assert comparable(reports) == one
    assert dead.exit_code == EXIT_INTERNAL
    assert dead.error.startswith(f"{paths[3]}: the process that had it was killed")


@pytest.mark.long
def test_one_large_trace_is_done_by_all_workers_also_from_a_store_and_where_one_is_killed(
    scheduler_file, tmp_path, monkeypatch
):
    """Each trace by itself, equal, diverging or damaged: byte for byte what one process prints."""
    pytest.importorskip("aiohttp")
    monkeypatch.setattr("wwanreplay.replay.pieces.PIECE_BYTES_MIN", 50_000)
    large = large_traces(tmp_path / "traces")
    room = tmp_path / "nginx"
    room.mkdir()
    counts = []
    kept = ReplayWork.pieces

    def counted(self, path, count):
        found = kept(self, path, count)
        counts.append(len(found))
        return found

    monkeypatch.setattr(ReplayWork, "pieces", counted)
    with (
        nginx(large, room) as server,
        distributed.Client(scheduler_file=str(scheduler_file), set_as_default=False) as client,
    ):
        for number, name in enumerate(sorted(path.name for path in large.iterdir())):
            for path in (large / name, f"{server.url}/{name}"):
                one = run_verb("replay", path)
                client.wait_for_workers(2, timeout=60)
                killing = None
                if number == 0:
                    pids = client.run(os.getpid)
                    killing = threading.Thread(target=kill_at_work, args=(client, pids))
                    killing.start()
                many = run_verb("replay", path, "--cluster", str(scheduler_file))
                if killing is not None:
                    killing.join()
                assert without_rate(many.stdout) == without_rate(one.stdout)
                assert (many.exit_code, many.stderr) == (one.exit_code, one.stderr)
                assert "digest" in one.stdout or one.exit_code == 3
    assert len(counts) == 12
    assert min(counts) > 2


@pytest.mark.long
def test_an_address_is_taken_and_check_is_the_same(scheduler_file, folder):
    with distributed.Client(scheduler_file=str(scheduler_file), set_as_default=False) as client:
        address = client.scheduler.address
    paths = sorted(folder.iterdir())[:4]
    one, many = (run_verb("check", *paths, *more) for more in ([], ["--cluster", address]))
    assert (many.exit_code, many.output) == (one.exit_code, one.output)


def test_a_cluster_that_is_not_there_is_one_line(monkeypatch, folder):
    monkeypatch.setattr(cluster, "CONNECT_S", 1)
    done = run_verb("replay", folder, "--cluster", "tcp://127.0.0.1:9")
    assert (done.exit_code, done.stderr.count("\n")) == (3, 1)
    assert "the cluster tcp://127.0.0.1:9 cannot be reached" in done.stderr
    with pytest.raises(InputError, match="cannot be reached"):
        list(run(["a", "b"], ReplayWork(ReplayOptions()), Where(cluster="nothing-such")))


@pytest.mark.long
def test_workers_with_another_model_are_refused(scheduler_file, monkeypatch, folder):
    monkeypatch.setattr("wwanreplay.__version__", "0.0.0")
    with pytest.raises(InputError, match=r"has wwanreplay .* than this one, 0\.0\.0 on "):
        list(run(["a", "b"], ReplayWork(ReplayOptions()), Where(cluster=str(scheduler_file))))


def test_a_local_cluster_that_does_not_come_up_is_one_line(monkeypatch, folder):
    def failing(**_options):
        raise RuntimeError("Nanny failed to start.")

    monkeypatch.setattr(distributed, "LocalCluster", failing)
    done = run_verb("replay", folder, "--cluster", "local")
    assert (done.exit_code, done.output.count("\n")) == (3, 1)
    assert "the cluster local cannot be started: Nanny failed to start." in done.output


@pytest.mark.long
def test_a_local_cluster_is_started_and_ended(folder):
    command = [sys.executable, "-m", "wwanreplay", "replay", str(folder), "-j", "2"]
    one, many = (
        subprocess.run(
            [*command, *more], env=ENVIRONMENT, capture_output=True, text=True, check=False
        )
        for more in ([], ["--cluster", "local"])
    )
    assert (many.returncode, many.stderr) == (0, "")
    assert without_rate(many.stdout) == without_rate(one.stdout)
