"""Print how fast each path that a user takes is, as a ratio to what it is held against.

    python benchmarks/path_rates.py              # all rows
    python benchmarks/path_rates.py replay info  # those whose name has one of these words

Ratios in one process, in processor time, what is compared in turns, the best of several rounds:
they hold where seconds do not. A C compiler is needed (`CC`, by default cc), for the walk over a
trace that benchmarks/c_walk.c is. The rows of what stands before and behind the engine are those of
benchmarks/path_front.py and benchmarks/path_outs.py, and of benchmarks/path_peers.py those of other
tools that are installed: each has `ROWS`, of name, function and goal.

WWANREPLAY_BENCH_RECORDS are the records of a session (300,000), WWANREPLAY_BENCH_ROUNDS the rounds.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from click.testing import CliRunner

from wwanreplay import bench
from wwanreplay.analysis.info import info_values
from wwanreplay.cli import root
from wwanreplay.replay import replay

HERE = Path(__file__).resolve().parent
RECORDS = int(os.environ.get("WWANREPLAY_BENCH_RECORDS", "300000"))
ROUNDS = int(os.environ.get("WWANREPLAY_BENCH_ROUNDS", "5"))
SMALL_RECORDS = 96
SMALL_TRACES = 200
LARGE_BYTES = 1 << 30

Row = tuple[str, Callable[[], float], float]


def best_of(runs: dict[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Processor seconds of each run, the least of some rounds in each of which all take turns."""
    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, run in runs.items():
            start_s = time.process_time()
            run()
            seconds = time.process_time() - start_s
            best[name] = min(seconds, best.get(name, seconds))
    return best


# What is gone over.


@cache
def folder() -> Path:
    """A folder for the traces of this run."""
    made = tempfile.TemporaryDirectory()
    import atexit

    atexit.register(made.cleanup)
    return Path(made.name)


@cache
def trace(size: str) -> str:
    """The path of a session's trace."""
    path = folder() / f"{size}.wwtrace"
    bench.generate(str(path), RECORDS, size)
    return str(path)


@cache
def session(size: str) -> bench.Session:
    """The same session in memory."""
    return bench.load(Path(trace(size)).read_bytes(), size)


@cache
def small_traces() -> list[str]:
    """The paths of many traces of 96 records each, with devices of their own seeds."""
    from wwanreplay.trace import TraceReader
    from wwanreplay.trace.writer import TraceWriter

    paths = []
    with TraceReader(trace("small")) as reader:
        header = reader.header
        events = list(reader.events(stop_record=SMALL_RECORDS))
    for number in range(SMALL_TRACES):
        path = folder() / f"each-{number}.wwtrace"
        with TraceWriter(str(path), header) as writer:
            for event in events:
                writer.write(event)
        paths.append(str(path))
    return paths


# The peers.


def unpacker_s(times: dict[str, float]) -> float:
    """The time of the faster way to iterate with msgpack.Unpacker."""
    return min(times[name] for name in bench.PEERS)


def peers(size: str) -> dict[str, Callable[[], object]]:
    """Both ways to iterate with msgpack.Unpacker."""
    held = session(size)
    return {name: lambda run=run: run(held) for name, run in bench.PEERS.items()}


@cache
def walk() -> ctypes.CDLL:
    """The walk in plain C, compiled on the spot."""
    library = folder() / "c_walk.so"
    command = [
        os.environ.get("CC", "cc"), "-O3", "-shared", "-fPIC", "-I", str(HERE.parent / "_core"),
        str(HERE / "c_walk.c"), "-o", str(library),
    ]  # fmt: skip
    subprocess.run(command, check=True)
    found = ctypes.CDLL(str(library))
    found.walk_crc.restype = found.walk_copy_crc.restype = ctypes.c_uint64
    found.walk_crc.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
    found.walk_copy_crc.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p]
    found.walk_prepare()
    return found


def run_walk_crc(held: bench.Session) -> None:
    """CRC and records of each chunk."""
    for records, *_ in held.chunks:
        assert walk().walk_crc(records, len(records))


def run_walk_copy_crc(held: bench.Session) -> None:
    """The same, copied before and record by record."""
    copy = ctypes.create_string_buffer(max(len(chunk[0]) for chunk in held.chunks))
    for records, *_ in held.chunks:
        assert walk().walk_copy_crc(records, len(records), copy)


# The rows.


def path_ratio(size: str) -> float:
    """`replay(path)` against msgpack.Unpacker over the same records in memory."""
    path = trace(size)
    times = best_of({**peers(size), "path": lambda: replay(path)})
    return unpacker_s(times) / times["path"]


def replay_walk_ratio() -> float:
    """The compiled replay against the walk with copy and CRC."""
    held = session("small")
    times = best_of(
        {"walk": lambda: run_walk_copy_crc(held), "replay": lambda: bench.run_replay(held)}
    )
    return times["walk"] / times["replay"]


def scan_walk_ratio() -> float:
    """The scan against the walk with CRC."""
    held = session("small")
    times = best_of({"walk": lambda: run_walk_crc(held), "scan": lambda: bench.run_scan(held)})
    return times["walk"] / times["scan"]


def record_ratio(size: str) -> float:
    """Recording a session anew against msgpack.Unpacker over its records."""
    held = session(size)
    times = best_of({**peers(size), "record": lambda: bench.run_record(held)})
    return unpacker_s(times) / times["record"]


def info_ratio() -> float:
    """The time of `info` by that of `replay(path)`."""
    path = trace("small")
    times = best_of({"info": lambda: info_values(path), "replay": lambda: replay(path)})
    return times["info"] / times["replay"]


def small_rate() -> float:
    """Traces of 96 records that `replay(path)` takes in a processor second."""
    paths = small_traces()

    def run() -> None:
        for path in paths:
            replay(path)

    return len(paths) / best_of({"run": run})["run"]


def small_verb_rate() -> float:
    """The same by the verb, with report, in one process."""
    paths = small_traces()

    def run() -> None:
        assert CliRunner().invoke(root, ["replay", *paths]).exit_code == 0

    return len(paths) / best_of({"run": run})["run"]


def memory_mb() -> float:
    """Resident memory of replaying a trace of 1 GB, above that of the bare interpreter (Linux)."""
    path = folder() / "gigabyte.wwtrace"
    if not path.exists():
        part = Path(trace("large"))
        bench.generate(str(path), LARGE_BYTES * RECORDS // part.stat().st_size, "large")
    own = "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    work = f"from wwanreplay.replay import replay; assert replay({str(path)!r}).equal"

    def resident_kb(script: str) -> int:
        command = [sys.executable, "-c", script]
        return int(subprocess.run(command, check=True, capture_output=True).stdout)

    return (resident_kb(f"{work}; {own}") - resident_kb(own)) / 1024


def cores_ratio() -> float:
    """Processor time of one large trace with checkpoints on two cores by that on one."""
    path = folder() / "checkpoints.wwtrace"
    bench.generate(str(path), RECORDS, "small", checkpoint_records=RECORDS // 8)
    times = best_of({
        "one": lambda: replay(str(path)),
        "two": lambda: replay(str(path), cores=2),
    })  # fmt: skip
    return times["two"] / times["one"]


ROWS: list[Row] = [
    ("replay(path) ÷ Unpacker, small", lambda: path_ratio("small"), 2.4),
    ("replay(path) ÷ Unpacker, large", lambda: path_ratio("large"), 1.9),
    ("compiled replay ÷ C walk with copy and CRC", replay_walk_ratio, 0.40),
    ("scan ÷ C walk with CRC", scan_walk_ratio, 0.80),
    ("record ÷ Unpacker, small", lambda: record_ratio("small"), 2.0),
    ("record ÷ Unpacker, large", lambda: record_ratio("large"), 1.6),
    ("info ÷ replay(path), time (at most)", info_ratio, 0.6),
    ("small traces a processor second", small_rate, 4000),
    ("small traces a processor second, by the verb", small_verb_rate, 4000),
    ("one large trace on two cores ÷ on one (at most)", cores_ratio, 1.1),
    ("resident memory replaying 1 GB, MB (at most)", memory_mb, 15),
]


def rows() -> Iterator[Row]:
    """The rows of this file, and those of its neighbours as far as they are there."""
    yield from ROWS
    for name in ("path_front", "path_outs", "path_peers"):
        yield from importlib.import_module(name).ROWS


def print_rows(rows: Iterable[Row]) -> None:
    """Print a table of what is measured now."""
    print(f"{'path':<56} {'now':>10} {'goal':>8}")
    for name, measured, goal in rows:
        with contextlib.redirect_stdout(io.StringIO()):
            value = measured()
        shown = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
        print(f"{name:<56} {shown:>10} {goal:>8,g}", flush=True)


def main(words: list[str]) -> None:
    """Print all rows, or those whose name has one of the words."""
    print_rows(row for row in rows() if not words or any(word in row[0] for word in words))
    importlib.import_module("path_peers").print_missing()


if __name__ == "__main__":
    main(sys.argv[1:])
