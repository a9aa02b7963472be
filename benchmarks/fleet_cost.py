"""What sharing small traces costs: processor time of `-j 2` beside `-j 1`, in turns.

python benchmarks/fleet_cost.py [TRACES] [ROUNDS]

Time of all processes is counted, those that a fork server started included, on Linux.
"""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

TRACE = Path(__file__).resolve().parents[1] / "traces" / "demo.wwtrace"
PR_SET_CHILD_SUBREAPER = 36


def spent_s(arguments: list[str]) -> float:
    """Processor seconds of a command and of everything that it started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "wwanreplay", *arguments]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            shutil.copy(TRACE, Path(folder) / f"{number}.wwtrace")
        ratios = []
        for _ in range(rounds):
            one, two = (spent_s(["replay", folder, "-j", jobs]) for jobs in ("1", "2"))
            ratios.append(two / one)
            print(f"-j 1 {one:.2f} s, -j 2 {two:.2f} s, ratio {ratios[-1]:.2f}")
    print(f"median ratio of {rounds}: {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
