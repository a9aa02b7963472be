"""Every rule over long sessions, beside msgpack.Unpacker over the same records: `make bench`.

    python benchmarks/bench_check.py [--records N] [--rounds N]

prints for each session events a second, the ratio to the peer and judgements an event, in processor
time, each the best of interleaved rounds in one process. What is measured begins with packed
records, as the peer does. The session `small` is that of `wwanreplay bench`; `walk` is one that an
environment and a host make up by chance.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from wwanreplay import bench
from wwanreplay._core import Event, RecordReader, RecordWriter
from wwanreplay.analysis.check import Tally, judge, rules

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests" / "support"))
import rule_walks
from rule_scenarios import LTE, run


def walk(records: int) -> bench.Session:
    """A walk of at least so many records: it takes more steps until they suffice."""
    steps, found = records // 3, _walked(records // 3)
    while len(found) < records:
        steps = steps * 11 // 10 + 1
        found = _walked(steps)
    writer = RecordWriter()
    for event in found:
        writer.append(event.replace(index=None))
    packed = writer.take()
    assert packed is not None
    return bench.Session("walk", {}, [(packed[0], packed[1], packed[3], packed[2])])


def _walked(steps: int) -> list[Event]:
    return run(lambda host: rule_walks.walk(host, 1, 1, steps, rule_walks.WideWalker), LTE)


SESSIONS: dict[str, Callable[[int], bench.Session]] = {
    "small": lambda records: bench.make(records, "small"),
    "walk": walk,
}


def events(session: bench.Session) -> Iterator[Event]:
    """The events of a packed session."""
    for records, first_index, base_time_ns, _ in session.chunks:
        yield from RecordReader(records, first_index, base_time_ns)


def run_check(session: bench.Session) -> dict[str, Tally]:
    """All rules."""
    return judge(events(session))


@pytest.mark.parametrize("name", SESSIONS)
def test_check(benchmark: Any, name: str) -> None:
    session = SESSIONS[name](5_000)
    benchmark(run_check, session)


@pytest.mark.parametrize("name", SESSIONS)
def test_peer(benchmark: Any, name: str) -> None:
    session = SESSIONS[name](5_000)
    assert benchmark(bench.run_unpacker_feed, session) == session.record_count


def measure(session: bench.Session, rounds: int) -> tuple[float, float, int]:
    """Seconds of all rules and of the peer, the best of the rounds, and how much was judged."""
    seconds, peer, judged = float("inf"), float("inf"), 0
    for _ in range(rounds):
        start = time.process_time()
        bench.run_unpacker_feed(session)
        peer = min(peer, time.process_time() - start)
        start = time.process_time()
        tallies = run_check(session)
        seconds = min(seconds, time.process_time() - start)
        judged = sum(each.judged + sum(each.undecided.values()) for each in tallies.values())
    return seconds, peer, judged


def main() -> None:
    """Print a line for each session."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--records", type=int, default=40_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(f"{len(rules())} rules")
    for name, make in SESSIONS.items():
        session = make(options.records)
        seconds, peer, judged = measure(session, options.rounds)
        count = session.record_count
        print(
            f"{name:6} {count:8} records  {count / seconds:10,.0f}/s  peer {count / peer:12,.0f}/s"
            f"  ratio {peer / seconds:.4f}  {judged / count:.1f} judgements an event"
        )


if __name__ == "__main__":
    main()
