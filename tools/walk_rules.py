"""Walk through random sessions of every emulated device and let the whole checker judge them.

    python tools/walk_rules.py --seed 1 --operations 10000000 --jobs 2

Ends with 1 and the first place of each broken rule when there is one. `--part N` shows the events
of one part, by which a finding is looked into; the same seed and number give the same session.
"""

import argparse
import sys
import time
from multiprocessing import Pool
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from judged_walk import PART_OPERATIONS, Findings, Part, parts

from wwanreplay.analysis.check import Violation
from wwanreplay.analysis.eventtext import event_lines

REPORT_EVERY_S = 30.0


def judged(part: Part) -> tuple[Part, list[Violation]]:
    """A part and what the rules say of it."""
    return part, part.violations()


def walk(seed: int, operations: int, jobs: int) -> Findings:
    """Judge all parts, in as many processes."""
    findings = Findings()
    reported = time.monotonic()
    with Pool(jobs) as pool:
        for part, violations in pool.imap(judged, parts(seed, operations), chunksize=8):
            findings.take(part, violations)
            if time.monotonic() - reported > REPORT_EVERY_S:
                reported = time.monotonic()
                broken = sum(findings.count.values())
                print(f"{findings.operations} operations, {broken} places are broken")
                print("\n".join(findings.lines()), flush=True)
    return findings


def main() -> int:
    """Walk as the arguments say."""
    form = argparse.RawTextHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--operations", type=int, default=100_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--part", type=int, help="show this part instead")
    given = parser.parse_args()
    if given.part is not None:
        part = Part(given.seed, given.part, PART_OPERATIONS)
        broken = {each.index: f"   <-- {each.rule}: {each.text}" for each in part.violations()}
        for event in part.events():
            print(*event_lines(event), sep="\n")
            if event.index in broken:
                print(broken[event.index])
        return 0
    findings = walk(given.seed, given.operations, given.jobs)
    broken = len(findings.count)
    print(f"{findings.operations} operations of seed {given.seed}: {broken} rules broken")
    for line in findings.lines():
        print(line)
    return 1 if findings.count else 0


if __name__ == "__main__":
    sys.exit(main())
