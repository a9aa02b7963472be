"""Kill recorders at random times, recover what they left, and replay it: it must be equal.

    python tools/kill_campaign.py [--kills 100] [--jobs 4] [--seed 1] [--keep FOLDER]
    python tools/kill_campaign.py --cuts TRACE [TRACE ...]

Half of the kills are of `serve --record` while a host talks MBIM over the pty, half of `record`
with a long script. Of every other recording the last bytes are cut off besides, as after a crash
of the machine. What is left is replayed, recovered, and the recovery replayed; both replays must
be without a divergence and agree. `--cuts` does the same with traces cut at every byte.

The recorders are forked from this process, so that a kill costs no start of an interpreter; they
run the command line as a shell would. Exit code 1 when anything was reported as a fault.
"""

import argparse
import os
import random
import select
import signal
import sys
import tempfile
import time
import tty
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import wwanreplay.cli.record
import wwanreplay.cli.serve
import wwanreplay.serve.modem  # noqa: F401 (loaded before the forks)
from wwanreplay.cli import root
from wwanreplay.errors import WwanReplayError
from wwanreplay.mbim import messages
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES
from wwanreplay.replay import ReplayResult, replay
from wwanreplay.trace import TraceReader, recover

BASIC = uuid.UUID(SERVICES[BASIC_CONNECT].uuid).bytes
# Queries of the basic service, and the radio switched off and on.
QUERIES = (1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 19, 20)
RADIO = 3
LIFE_S = (0.3, 4.0)  # of a served modem, from when it is ready
WRITE_S = (0.0, 0.5)  # of a recorder, from when its file has a header
READY_S = 30.0
SCRIPT_STEPS = 4000
TORN_MAX = 3000
COUNTED = ("requests", "completions", "indications", "stimuli", "wire")


@dataclass
class Tally:
    """The results of the kills: how many of each, and the troubles."""

    counts: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Add another's."""
        self.counts += other.counts
        self.troubles += other.troubles


def outcome(result: ReplayResult) -> tuple[object, ...]:
    """The values that must be equal in a replay of a cut trace and of its recovery."""
    places = [(found.kind, found.root, found.index, found.note) for found in result.divergences]
    counts = [result.counts[name] for name in COUNTED]
    return places, result.divergence_count, counts, result.digest


def judge(name: str, data: bytes, tally: Tally) -> bool:
    """Replay and recover what is left of a recording; whether it is as it must be."""
    target = BytesIO()
    try:
        report = recover(data, target)
    except WwanReplayError as error:
        if "inside its header" in str(error) or "empty" in str(error):
            tally.counts["killed before the header was written"] += 1
            return True
        tally.troubles.append(f"{name}: recover: {error}")
        return False
    try:
        direct, again = replay(data), replay(target.getvalue())
    except WwanReplayError as error:
        tally.troubles.append(f"{name}: replay: {error}")
        return False
    outputs = direct.counts["completions"] + direct.counts["indications"]
    tally.counts["records kept"] += report.records_kept
    tally.counts["of them from torn chunks"] += report.records_unchecked
    tally.counts["outputs compared"] += outputs
    if direct.divergence_count or again.divergence_count or outcome(direct) != outcome(again):
        tally.counts["DIVERGED"] += 1
        first = next(iter(direct.divergences or again.divergences), None)
        tally.troubles.append(f"{name}: {direct.divergence_count}/{again.divergence_count} {first}")
        return False
    tally.counts["equal" if outputs else "nothing compared"] += 1
    return True


# Recorders.


def started(arguments: list[str], folder: Path) -> int:
    """The process id of a forked command line; its output goes to a file."""
    pid = os.fork()
    if pid:
        return pid
    try:
        out = os.open(folder / "output", os.O_WRONLY | os.O_CREAT)
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.setsid()
        root.main(arguments)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def ended(pid: int) -> None:
    """Kill a recorder and wait for it."""
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def is_running(pid: int) -> bool:
    """Whether a recorder has not ended by itself."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def commands(rng: random.Random) -> Iterator[bytes]:
    """What a host sends: OPEN, then random commands."""
    yield Message(messages.MBIM_OPEN_MSG, 1, 4096).to_bytes()
    transaction = 1
    while True:
        transaction += 1
        if rng.random() < 0.1:
            state = rng.randrange(2).to_bytes(4, "little")
            sent = Message(messages.MBIM_COMMAND_MSG, transaction, 1, BASIC, RADIO, state)
        else:
            cid = rng.choice(QUERIES)
            sent = Message(messages.MBIM_COMMAND_MSG, transaction, 0, BASIC, cid, b"")
        yield sent.to_bytes()


def talk(path: Path, pid: int, rng: random.Random, life_s: float) -> None:
    """Talk as a host for so many seconds, at a random pace."""
    ready_by = time.monotonic() + READY_S
    while not path.exists():
        if time.monotonic() > ready_by or not is_running(pid):
            raise RuntimeError("the modem did not come up")
        time.sleep(0.005)
    modem = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        tty.setraw(modem)
        until = time.monotonic() + life_s
        pace_s = rng.choice((0.001, 0.01, 0.05))
        for sent in commands(rng):
            left_s = until - time.monotonic()
            if left_s <= 0:
                return
            with suppress(BlockingIOError):
                os.write(modem, sent)
            if select.select([modem], [], [], min(left_s, pace_s))[0]:
                os.read(modem, 1 << 16)
            time.sleep(min(left_s, pace_s * rng.random()))
    finally:
        os.close(modem)


def kill_serve(folder: Path, rng: random.Random) -> None:
    """Kill `serve --record` while a host talks to it."""
    link, target = folder / "modem", folder / "killed.wwtrace"
    options = ["--seed", str(rng.randrange(1000)), "--record", str(target)]
    pid = started(["serve", "--pty", str(link), *options], folder)
    try:
        talk(link, pid, rng, rng.uniform(*LIFE_S))
    finally:
        ended(pid)


def kill_record(folder: Path, rng: random.Random, script: Path) -> None:
    """Kill `record` somewhere in a long script."""
    target = folder / "killed.wwtrace"
    options = ["--chunk-size", str(rng.choice((1 << 12, 1 << 15, 1 << 18)))]
    options += ["--zstd"] if rng.random() < 0.3 else []
    options += ["--checkpoints", "500"] if rng.random() < 0.3 else []
    pid = started(["record", "--script", str(script), "-o", str(target), *options], folder)
    ready_by = time.monotonic() + READY_S
    while is_running(pid) and time.monotonic() < ready_by:
        if any(path.stat().st_size for path in remains(folder)):
            break
        time.sleep(0.001)
    time.sleep(rng.uniform(*WRITE_S))
    ended(pid)


def remains(folder: Path) -> list[Path]:
    """The file that a recorder has left: the trace, or PATH.part."""
    return sorted(folder.glob("killed.wwtrace*"))


def long_script(path: Path) -> None:
    """A script that makes a trace of a few chunks."""
    oids = ("DEVICE_CAPS", "READY_INFO", "REGISTER_STATE", "SIGNAL_STATE", "PACKET_SERVICE")
    steps = [f'{{ query = "OID_WWAN_{oids[n % len(oids)]}" }}' for n in range(SCRIPT_STEPS)]
    for place in range(40, SCRIPT_STEPS, 40):
        rssi = place % 31
        steps[place] = f'{{ after = "5s", stimulus = "signal", values = {{ Rssi = {rssi} }} }}'
    body = ",\n    ".join(steps)
    path.write_text(f'profile = "lte-home"\n\nstep = [\n    {body},\n]\n')


def one_kill(number: int, seed: int, script: Path, keep: Path | None) -> Tally:
    """One recorder, killed; its remains judged."""
    rng = random.Random(f"{seed}/{number}")  # noqa: S311 (nothing is kept secret by it)
    tally = Tally()
    of_serve = number % 2 == 0
    name = f"kill {number} of {'serve' if of_serve else 'record'}"
    with tempfile.TemporaryDirectory(prefix="kill-") as made:
        folder = Path(made)
        try:
            kill_serve(folder, rng) if of_serve else kill_record(folder, rng, script)
        except (OSError, RuntimeError) as error:
            output = (folder / "output").read_text() if (folder / "output").exists() else ""
            tally.troubles.append(f"{name}: {error} {output}")
            return tally
        left = remains(folder)
        if not left:
            tally.counts["killed before the file was made"] += 1
            return tally
        data = left[0].read_bytes()
        if number % 4 >= 2 and len(data) > TORN_MAX:
            data = data[: len(data) - rng.randrange(1, TORN_MAX)]
        tally.counts["kills of serve" if of_serve else "kills of record"] += 1
        with suppress(WwanReplayError), TraceReader(data) as reader:
            tally.counts["recordings that had ended"] += not reader.cut_off
        if not judge(name, data, tally) and keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"kill-{number}.wwtrace").write_bytes(data)
    return tally


def kills(count: int, jobs: int, seed: int, keep: Path | None) -> Tally:
    """So many kills, some at a time: the recorders mostly wait."""
    total = Tally()
    with tempfile.TemporaryDirectory(prefix="kill-") as made:
        script = Path(made) / "long.toml"
        long_script(script)
        with ThreadPoolExecutor(jobs) as pool:
            tasks = [pool.submit(one_kill, number, seed, script, keep) for number in range(count)]
            for task in tasks:
                total.add(task.result())
    return total


def cuts(paths: list[Path], step: int) -> Tally:
    """Traces cut at every byte, or every `step`-th."""
    total = Tally()
    for path in paths:
        data = path.read_bytes()
        for size in range(0, len(data), step):
            total.counts["cuts"] += 1
            judge(f"{path} cut at {size}", data[:size], total)
    return total


def run() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="where to keep what was called a fault")
    parser.add_argument("--cuts", type=Path, nargs="+", metavar="TRACE")
    parser.add_argument("--step", type=int, default=1, help="bytes from one cut to the next")
    options = parser.parse_args()
    if options.cuts:
        tally = cuts(options.cuts, options.step)
    else:
        tally = kills(options.kills, options.jobs, options.seed, options.keep)
    for name, number in sorted(tally.counts.items()):
        print(f"{number:>10}  {name}")
    for trouble in tally.troubles:
        print(trouble)
    return 1 if tally.troubles else 0


if __name__ == "__main__":
    sys.exit(run())
