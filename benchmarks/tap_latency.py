"""How much a tap adds to an exchange, beside the system's mbim-proxy: in turns, paired.

    unshare -r -n .venv/bin/python benchmarks/tap_latency.py [COUNT [THINK_US [PAUSE_US [ROUNDS]]]]

It belongs into a network namespace of its own. On a machine that does other work too, percentiles
are those of that work, unless all of it is run before the rest (root alone, and nothing else gets a
processor meanwhile): `unshare -n chrt -f 1 .venv/bin/python benchmarks/tap_latency.py`. The process
that records is left where it belongs then, behind. Two modems that answer at once, or after so many
microseconds, stand behind mbim-proxy and behind `record --tap`; one client asks the one, then the
other, COUNT times, and a third without anything in between, with a pause between two questions.
Prints the median and the 99th percentile of each, and of the differences of the pairs; and the
processor time that an exchange takes in mbim-proxy, in the tap, and in the process that records.
With ROUNDS all of that is done so often, each with processes of its own, and at the end it says in
how many rounds the tap was not slower: a percentile of one round is mostly chance.
"""

from __future__ import annotations

import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import tty
import uuid
from pathlib import Path

from wwanreplay.devices.mbim.channel import DEVICE_TYPES, open_channel
from wwanreplay.devices.mbim.proxy import ProxyChannel
from wwanreplay.mbim import messages
from wwanreplay.mbim.fragments import StreamFramer
from wwanreplay.mbim.header import HOST_TYPES, look
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES

BASIC = uuid.UUID(SERVICES[BASIC_CONNECT].uuid).bytes
PROXIES = ("/usr/libexec/mbim-proxy", "/usr/lib/libmbim/mbim-proxy")
SIGNAL = 11
#: What the process that records takes of a second while it only looks whether there is something.
SETTLED_NS = 3_000_000


def modem(thinking_s: float) -> None:
    """A modem on a pty, whose path is printed, until the process is ended."""
    master, slave = os.openpty()
    tty.setraw(slave)
    print(os.ttyname(slave), flush=True)
    framer = StreamFramer(HOST_TYPES, 65536)
    answer = bytes.fromhex("1700000000000000010000000300000000000000")
    while True:
        for transfer in framer.feed(os.read(master, 65536)):
            head = look(transfer)
            kind = (head.type or 0) | 0x80000000
            message = Message(kind, head.transaction_id or 0)
            if head.type == messages.MBIM_COMMAND_MSG:
                message = Message(kind, head.transaction_id or 0, 0, BASIC, head.cid or 0, answer)
                if thinking_s:
                    time.sleep(thinking_s)
            os.write(master, message.to_bytes())


class Way:
    """One way to a modem, and the times of the exchanges over it."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        os.set_blocking(descriptor, True)
        self.framer = StreamFramer(DEVICE_TYPES, 65536)
        self.times_us: list[float] = []
        self.last_id = 100

    def exchange(self, message: Message) -> None:
        os.write(self.descriptor, message.to_bytes())
        while True:
            for transfer in self.framer.feed(os.read(self.descriptor, 65536)):
                if look(transfer).transaction_id == message.transaction_id:
                    return

    def open(self) -> None:
        self.last_id += 1
        self.exchange(Message(messages.MBIM_OPEN_MSG, self.last_id, 4096))

    def ask(self) -> None:
        self.last_id += 1
        message = Message(messages.MBIM_COMMAND_MSG, self.last_id, 0, BASIC, SIGNAL)
        began = time.perf_counter_ns()
        self.exchange(message)
        self.times_us.append((time.perf_counter_ns() - began) / 1000)

    def quantiles(self) -> tuple[float, float]:
        return quantiles(self.times_us)


def quantiles(values: list[float]) -> tuple[float, float]:
    """The median and the 99th percentile."""
    return statistics.median(values), statistics.quantiles(values, n=100)[98]


def started(*command: str, keeps_priority: bool = True) -> subprocess.Popen[str]:
    """A process; what it starts itself has its real-time priority only if it keeps that."""

    def lower() -> None:
        policy = os.sched_getscheduler(0)
        if not keeps_priority and policy == os.SCHED_FIFO:
            os.sched_setscheduler(0, policy | os.SCHED_RESET_ON_FORK, os.sched_getparam(0))

    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=lower
    )


def processor_ns(pid: int) -> int:
    """What a process has had of the processors until now."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)


def settle(pid: int) -> None:
    """Wait until a process has nothing more to do."""
    before, now = -1, processor_ns(pid)
    while before < 0 or now - before > SETTLED_NS:
        time.sleep(1)
        before, now = now, processor_ns(pid)


def child_of(pid: int) -> int:
    """The process that one has started."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def wait_for(name: str) -> None:
    deadline = time.monotonic() + 30
    while name not in Path("/proc/net/unix").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def proxied(path: str, name: str) -> Way:
    channel = ProxyChannel(path, name)
    channel.connect(10)
    way = Way(channel.descriptor)
    way.channel = channel  # type: ignore[attr-defined]
    return way


Quantiles = dict[str, tuple[float, float]]


def main(count: int, thinking_us: int, pause_us: int, rounds: int) -> None:
    found = [measured(count, thinking_us, pause_us) for _ in range(rounds)]
    if rounds == 1:
        return
    print(f"\nof {rounds} rounds, the median one:")
    for name in found[0]:
        median, high = (statistics.median(each[name][at] for each in found) for at in (0, 1))
        print(f"{name:<18} median {median:8.1f}   99th percentile {high:8.1f}")
    for at, what in enumerate(("median", "99th percentile")):
        wins = sum(each["tap"][at] <= each["mbim-proxy"][at] for each in found)
        print(f"{what}: the tap's is not higher in {wins} of {rounds} rounds")


def measured(count: int, thinking_us: int, pause_us: int) -> Quantiles:
    """One round; prints and returns the quantiles of each way."""
    proxy = next((path for path in PROXIES if os.path.exists(path)), None)
    if proxy is None:
        sys.exit("mbim-proxy is not installed (Debian: libmbim-proxy)")
    own = (sys.executable, __file__, "--modem", str(thinking_us))
    running = [started(*own) for _ in range(3)]
    paths = [each.stdout.readline().strip() for each in running if each.stdout]
    folder = tempfile.mkdtemp()
    running.append(started(proxy, "--no-exit"))
    trace = os.path.join(folder, "tap.wwtrace")
    tap = [sys.executable, "-m", "wwanreplay", "record", "--tap", paths[1], "--socket", "@tap"]
    running.append(started(*tap, "-o", trace, keeps_priority=False))
    try:
        wait_for("@mbim-proxy")
        wait_for("@tap")
        direct = open_channel(paths[2])
        ways = {
            "mbim-proxy": proxied(paths[0], "mbim-proxy"),
            "tap": proxied(paths[1], "tap"),
            "direct": Way(direct.descriptor),
        }
        for way in ways.values():
            way.open()
            for _ in range(200):
                way.ask()
            way.times_us.clear()
        processes = {
            "mbim-proxy": running[3].pid,
            "tap": running[4].pid,
            "tap's recording": child_of(running[4].pid),
        }
        began_ns = {name: processor_ns(pid) for name, pid in processes.items()}
        # In any order, but never one way twice in a row: what has just run is quicker then.
        chance, last = random.Random(1), None
        for _ in range(count):
            order = list(ways.values())
            chance.shuffle(order)
            while order[0] is last:
                chance.shuffle(order)
            last = order[-1]
            for way in order:
                if pause_us:
                    time.sleep(pause_us / 1e6)
                way.ask()
        # What is recorded behind counts, whenever that is done.
        settle(processes["tap's recording"])
        taken_ns = {name: processor_ns(pid) - began_ns[name] for name, pid in processes.items()}
    finally:
        for each in running:
            each.send_signal(signal.SIGTERM)
        for each in running:
            each.communicate()
    found = {name: way.quantiles() for name, way in ways.items()}
    pairs = zip(ways["tap"].times_us, ways["mbim-proxy"].times_us, strict=True)
    found["tap - mbim-proxy"] = quantiles([one - other for one, other in pairs])
    print(f"{count} exchanges, a modem that thinks {thinking_us} us, pauses of {pause_us} us")
    print("microseconds:")
    for name, (median, high) in found.items():
        print(f"{name:<18} median {median:8.1f}   99th percentile {high:8.1f}")
    print("microseconds of a processor for each exchange:")
    for name, spent_ns in taken_ns.items():
        print(f"{name:<18} {spent_ns / count / 1000:8.1f}")
    return found


if __name__ == "__main__":
    if sys.argv[1:2] == ["--modem"]:
        modem(int(sys.argv[2]) / 1e6)
    else:
        numbers = [int(each) for each in sys.argv[1:]]
        main(*(numbers + [3000, 0, 0, 1][len(numbers) :]))
