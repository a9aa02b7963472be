"""What many traces cost, small and large, in one process, two, and on two Dask workers.

python benchmarks/fleet_figures.py FOLDER [SMALL] [LARGE] [RECORDS] [JUDGED] [ROUNDS]

FOLDER takes the traces: SMALL of 97 records, names of some thirty files that differ, and LARGE of
RECORDS records with checkpoints. JUDGED of the small ones are replayed with results once more. Each
way has its turn in each of ROUNDS: one process, two, a Dask cluster that runs already (a scheduler
and two workers, whose time before is not counted), and one that is started for it.

For each way: the wall clock, processor time of all processes together, and of each, with its
resident memory at a third of the way and at the end. What one process needs by what the busiest of
several does is how much faster they are with a core for each; the wall clock shows it only where
nothing else runs, and there are cores for client and scheduler too.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from wwanreplay import bench
from wwanreplay._core import Event, Kind
from wwanreplay.trace import TraceReader, TraceWriter

TRACE = Path(__file__).resolve().parents[1] / "traces" / "demo.wwtrace"
KINDS = 32
LOOK_S = 0.25
TICKS = os.sysconf("SC_CLK_TCK")
RUNNING = "a cluster that runs"
WAYS = {
    "one process": [],
    "-j 2": ["-j", "2"],
    RUNNING: [],
    "--cluster local -j 2": ["--cluster", "local", "-j", "2"],
}


@dataclass
class Watched:
    """A process of a run: its role, its processor time, its resident memory at each look, kB."""

    role: str
    before_s: float = 0.0
    now_s: float = 0.0
    resident_kb: list[int] = field(default_factory=list)

    @property
    def spent_s(self) -> float:
        """Processor time since it is watched."""
        return self.now_s - self.before_s


def small_traces(folder: Path, count: int) -> None:
    """Names of traces that differ by the time of a last note, so that none is another's copy."""
    folder.mkdir(parents=True, exist_ok=True)
    kinds = folder.parent / "kinds"
    kinds.mkdir(exist_ok=True)
    for number in range(KINDS):
        with (
            TraceReader(str(TRACE)) as reader,
            TraceWriter(str(kinds / f"{number}.wwtrace"), reader.header, force=True) as writer,
        ):
            last = 0
            for event in reader:
                writer.write(event)
                last = event.time_ns
            writer.write(Event(Kind.KIND_NOTE, last + number, payload=b"one of many"))
    for number in range(count):
        place = folder / f"{number // 1000:04}"
        place.mkdir(exist_ok=True)
        name = place / f"{number:07}.wwtrace"
        if not name.exists():
            os.link(kinds / f"{number % KINDS}.wwtrace", name)


def large_traces(folder: Path, count: int, records: int) -> None:
    """Names of one large trace with a checkpoint every 20,000 records."""
    folder.mkdir(parents=True, exist_ok=True)
    first = folder.parent / "large.wwtrace"
    if not first.exists():
        bench.generate(str(first), records, "small", checkpoint_records=20_000)
    for number in range(count):
        name = folder / f"{number:03}.wwtrace"
        if not name.exists():
            os.link(first, name)


def children_of(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            text = Path(f"/proc/{pid}/task/{task}/children").read_text()
            for child in text.split():
                yield from children_of(int(child))
    except OSError:
        return


def role_of(command: str) -> str:
    """What a process is, by how it was started."""
    if "forkserver" in command or "spawn" in command:
        return "worker"
    return "scheduler" if "dask_scheduler" in command else "other"


def look(root: int, seen: dict[int, Watched], *, is_first: bool = False) -> None:
    """Note what each process has by now; the first look at one that runs is where it begins."""
    for pid in children_of(root):
        try:
            line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4
        except (OSError, IndexError, ValueError):
            continue
        watched = seen.setdefault(pid, Watched("other"))
        if watched.role == "other":  # a worker that is forked has another name first
            watched.role = role_of(line)
        watched.now_s = max(watched.now_s, (int(stat[11]) + int(stat[12])) / TICKS)
        if is_first:
            watched.before_s = watched.now_s
        elif resident:  # one that has ended has none
            watched.resident_kb.append(resident)


def measure(arguments: list[str], others: list[int]) -> tuple[float, dict[int, Watched]]:
    """Seconds of a replay, and its processes; `others` ran before."""
    command = [sys.executable, "-m", "wwanreplay", "replay", *arguments]
    seen: dict[int, Watched] = {}
    for other in others:
        look(other, seen, is_first=True)
    started_s = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    seen[process.pid] = Watched("client")
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(LOOK_S):
            for root in (process.pid, *others):
                look(root, seen)

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = process.wait()
    wall_s = time.perf_counter() - started_s
    is_over.set()
    watcher.join()
    for other in others:
        look(other, seen)
    if code not in (0, 1):  # 1 where a trace diverges
        raise SystemExit(f"replay ended with {code}")
    return wall_s, seen


@contextmanager
def running_cluster(room: Path) -> Iterator[tuple[Path, list[int]]]:
    """A scheduler and two workers as anybody runs them: the scheduler file, and their processes."""
    file = room / "scheduler.json"
    file.unlink(missing_ok=True)
    common = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file)]
    scheduler = ["distributed.cli.dask_scheduler", "--port", "0"]
    worker = ["distributed.cli.dask_worker", "--nthreads", "1", "--local-directory", str(room)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", *command, *common], stderr=subprocess.DEVNULL
        )
        for command in (scheduler, worker, worker)
    ]
    try:
        from distributed import Client

        while not file.exists():
            time.sleep(LOOK_S)
        with Client(scheduler_file=str(file), set_as_default=False) as client:
            client.wait_for_workers(2)
        yield file, [process.pid for process in processes]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def report(name: str, wall_s: float, seen: dict[int, Watched]) -> float:
    """A line for the run, and one for each role; the time of the busiest process."""
    busiest = max(each.spent_s for each in seen.values())
    spent = sum(each.spent_s for each in seen.values())
    print(
        f"  {name}: wall {wall_s:.1f} s, processor {spent:.1f} s, busiest process {busiest:.1f} s"
    )
    roles: dict[str, list[Watched]] = defaultdict(list)
    for each in seen.values():
        if each.spent_s >= 0.05 * busiest or each.role in ("client", "scheduler"):
            roles[each.role].append(each)
    for role, some in sorted(roles.items()):
        for each in some:
            sizes = each.resident_kb
            third = sizes[len(sizes) // 3] if sizes else 0
            last = sizes[-1] if sizes else 0
            print(
                f"    {role}: processor {each.spent_s:.1f} s, resident"
                f" {third / 1024:.0f} MB at a third, {last / 1024:.0f} MB at the end"
            )
    return busiest


def compare(title: str, arguments: list[str], room: Path, rounds: int) -> None:
    """Each way in each round, and how much faster than one process it was in its round."""
    print(title)
    ratios: dict[str, list[float]] = defaultdict(list)
    kept = room / "results"
    with running_cluster(room) as (file, others):
        # Workers that run already have loaded what they need.
        measure([str(TRACE), str(TRACE), "--cluster", str(file)], others)
        for _ in range(rounds):
            one_s = 0.0
            for name, options in WAYS.items():
                shutil.rmtree(kept, ignore_errors=True)
                is_running = name == RUNNING
                where = ["--cluster", str(file)] if is_running else options
                found = measure([*arguments, *where], others if is_running else [])
                busiest_s = report(name, *found)
                one_s = one_s or busiest_s
                ratios[name].append(one_s / busiest_s)
    for name, all_of in ratios.items():
        print(
            f"  {name}: one process by busiest, median of {rounds}: {statistics.median(all_of):.2f}"
        )


def main() -> None:
    """Measure and print."""
    room = Path(sys.argv[1])
    presets = (100_000, 20, 1_000_000, 2000, 3)
    given = [int(each) for each in sys.argv[2:]]
    small, large, records, judged, rounds = (*given, *presets[len(given) :])
    if small:
        small_traces(room / "small", small)
        compare(f"{small} traces of 97 records", [str(room / "small")], room, rounds)
    if large:
        large_traces(room / "large", large, records)
        compare(f"{large} traces of {records} records", [str(room / "large")], room, rounds)
    if judged:
        small_traces(room / "judged", judged)
        arguments = [str(room / "judged"), "--results", str(room / "results")]
        compare(f"{judged} traces of 97 records, with results", arguments, room, rounds)


if __name__ == "__main__":
    main()
