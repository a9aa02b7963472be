"""What many traces cost, small and large, in one process, two, and on two Dask workers.

python benchmarks/fleet_figures.py FOLDER [SMALL] [LARGE] [RECORDS]

FOLDER takes the traces: SMALL of 97 records, names of some thirty files that differ, and LARGE of
RECORDS records with checkpoints. For each way: the wall clock, processor time of all processes
together, and of each, with its resident memory at a third of the way and at the end. What one
process needs by what the busiest of several does is how much faster they are with a core for each.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from wwanreplay import bench
from wwanreplay._core import Event, Kind
from wwanreplay.trace import TraceReader, TraceWriter

TRACE = Path(__file__).resolve().parents[1] / "traces" / "demo.wwtrace"
KINDS = 32
LOOK_S = 0.25
TICKS = os.sysconf("SC_CLK_TCK")
WAYS = {
    "one process": [],
    "-j 2": ["-j", "2"],
    "--cluster local -j 2": ["--cluster", "local", "-j", "2"],
}


@dataclass
class Watched:
    """A process of a run: its role, its processor time, its resident memory at each look, kB."""

    role: str
    spent_s: float = 0.0
    resident_kb: list[int] = field(default_factory=list)


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


def look(root: int, seen: dict[int, Watched]) -> None:
    """Note what each process has by now."""
    for pid in children_of(root):
        try:
            line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4
        except (OSError, IndexError, ValueError):
            continue
        is_worker = "forkserver" in line or "spawn" in line
        watched = seen.setdefault(pid, Watched("client" if pid == root else "other"))
        if pid != root and is_worker:
            watched.role = "worker"
        watched.spent_s = max(watched.spent_s, (int(stat[11]) + int(stat[12])) / TICKS)
        if resident:  # one that has ended has none
            watched.resident_kb.append(resident)


def measure(arguments: list[str]) -> tuple[float, dict[int, Watched]]:
    """Seconds of a replay, and its processes."""
    command = [sys.executable, "-m", "wwanreplay", "replay", *arguments]
    seen: dict[int, Watched] = {}
    started_s = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(LOOK_S):
            look(process.pid, seen)

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = process.wait()
    wall_s = time.perf_counter() - started_s
    is_over.set()
    watcher.join()
    if code:
        raise SystemExit(f"replay ended with {code}")
    return wall_s, seen


def report(name: str, wall_s: float, seen: dict[int, Watched]) -> None:
    """A line for the run, and one for each role."""
    busiest = max(each.spent_s for each in seen.values())
    spent = sum(each.spent_s for each in seen.values())
    print(
        f"  {name}: wall {wall_s:.1f} s, processor {spent:.1f} s, busiest process {busiest:.1f} s"
    )
    roles: dict[str, list[Watched]] = defaultdict(list)
    for each in seen.values():
        if each.spent_s >= 0.05 * busiest or each.role == "client":
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


def main() -> None:
    """Measure and print."""
    room = Path(sys.argv[1])
    small, large, records = (
        int(sys.argv[place]) if len(sys.argv) > place else preset
        for place, preset in ((2, 100_000), (3, 20), (4, 1_000_000))
    )
    made = {}
    if small:
        small_traces(room / "small", small)
        made[f"{small} traces of 97 records"] = room / "small"
    if large:
        large_traces(room / "large", large, records)
        made[f"{large} traces of {records} records"] = room / "large"
    for title, folder in made.items():
        print(title)
        for name, options in WAYS.items():
            report(name, *measure([str(folder), *options]))


if __name__ == "__main__":
    main()
