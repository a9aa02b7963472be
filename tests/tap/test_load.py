"""Many hosts on one tap, while hosts, tap and modem are killed at random.

Each command carries a number of its own, which its answer brings back. However the killing goes:
nothing arrives twice, each answer is that of its host, and what a recording calls delivered was.
"""

from __future__ import annotations

import glob
import json
import os
import random
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from groups import every
from proxy_client import configuration
from scripted_modem import ScriptedModem

from wwanreplay._core import Kind, Lifecycle, WireDirection
from wwanreplay.devices.mbim.channel import DEVICE_TYPES
from wwanreplay.mbim import messages
from wwanreplay.mbim.fragments import Joiner, StreamFramer
from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import Message, parse_header
from wwanreplay.trace import TraceReader
from wwanreplay.trace.notes import NoteCode

SERVICE = bytes(range(16))  # of the modem's own: any bytes are right
HOSTS = 64
UNDER_WAY = 2
MARK = struct.Struct("<QQ")  # host, command
WAIT_S = 30.0
PROCESSES = 4  # of a campaign: this one, the modem, the tap and its recorder
BEFORE = re.compile(rb"not read by .*\(record (\d+) of (.*)\)$")
REMOVAL = (Kind.KIND_LIFECYCLE, Lifecycle.LIFECYCLE_SURPRISE_REMOVAL)


class Host:
    """One client that always has commands under way; a new connection is a new host."""

    last = 0

    def __init__(self, address: str, sizes: random.Random) -> None:
        Host.last += 1
        self.number = Host.last
        self.sizes = sizes
        self.sent: set[int] = set()
        self.read: list[int] = []
        self.read_s: list[float] = []  # when each was
        self.is_ready = False
        self.is_over = False
        self._last_id = 1
        self._framer = StreamFramer(DEVICE_TYPES, 1 << 20)
        self._waiting = b""
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        try:
            self.socket.connect(address)
        except OSError:
            self.socket.close()
            raise
        self._write(configuration(1))

    def _write(self, data: bytes) -> None:
        self._waiting += data
        try:
            self._waiting = self._waiting[self.socket.send(self._waiting, socket.MSG_NOSIGNAL) :]
        except BlockingIOError:
            pass
        except OSError:
            self.is_over = True

    def ask(self) -> None:
        """Send commands until so many are under way."""
        while self.is_ready and not self.is_over and len(self.sent) - len(self.read) < UNDER_WAY:
            self._last_id += 1
            self.sent.add(self._last_id)
            buffer = MARK.pack(self.number, self._last_id) + bytes(self.sizes.choice((0, 40, 5000)))
            kind = messages.MBIM_COMMAND_MSG
            self._write(Message(kind, self._last_id, 1, SERVICE, 1, buffer).to_bytes())

    def receive(self) -> None:
        if self._waiting:
            self._write(b"")
        try:
            data = self.socket.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.is_over = True
            return
        for message in self._framer.feed(data):
            head = look(message)
            assert head.type == messages.MBIM_COMMAND_DONE
            if head.transaction_id == 1:
                self.is_ready = True
                continue
            number, command = MARK.unpack_from(message, head.buffer_at)
            assert (number, command) == (self.number, head.transaction_id), "another's answer"
            self.read.append(command)
            self.read_s.append(time.monotonic())

    def close(self) -> None:
        self.is_over = True
        self.socket.close()


class Campaign:
    """Hosts, a tap and a modem, and their killing."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.folder = folder
        self.address, self.path = str(folder / "tap"), str(folder / "modem")
        self.out = str(folder / "load.wwtrace")
        self.modem = ScriptedModem(self.path)
        self.hosts: list[Host] = []
        self.gone: list[Host] = []
        self.taps = 0
        self.pid = 0
        self.zygote = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("tap_zygote.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.start_tap()

    def start_tap(self) -> None:
        arguments = ["record", "--tap", self.path, "--socket", self.address]
        arguments += ["--rotate-size", "2M", "-o", self.out]
        assert self.zygote.stdin is not None
        assert self.zygote.stdout is not None
        self.zygote.stdin.write(f"{json.dumps(arguments)}\n")
        self.zygote.stdin.flush()
        self.pid = int(self.zygote.stdout.readline())
        self.taps += 1
        self.wait_for_tap()

    def wait_for_tap(self) -> None:
        deadline = time.monotonic() + WAIT_S
        while True:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
                if not probe.connect_ex(self.address):
                    return
            assert time.monotonic() < deadline, Path(f"{self.out}.err").read_text()
            time.sleep(0.005)

    def end_tap(self, number: int) -> None:
        os.kill(self.pid, number)
        deadline = time.monotonic() + WAIT_S
        while os.path.exists(f"/proc/{self.pid}"):
            assert time.monotonic() < deadline, "the tap does not end"
            time.sleep(0.002)

    def turn(self, wanted: int = HOSTS) -> None:
        """Let hosts come up to so many, and everything go on once."""
        for host in [each for each in self.hosts if each.is_over]:
            self.drop(host)
        while len(self.hosts) < wanted:
            try:
                self.hosts.append(Host(self.address, self.random))
            except OSError:
                break
        for host in self.hosts:
            host.ask()
        readable, _, _ = select.select([each.socket for each in self.hosts], [], [], 0.02)
        for host in self.hosts:
            if host.socket in readable:
                host.receive()

    def settle(self) -> None:
        """Go on until the hosts that are there have had some answers."""
        deadline = time.monotonic() + WAIT_S
        while sum(len(each.read) for each in self.hosts) < HOSTS:
            self.turn()
            assert time.monotonic() < deadline, "no host is answered"

    def drop(self, host: Host) -> None:
        host.close()
        self.hosts.remove(host)
        self.gone.append(host)

    def kill(self, what: str) -> None:
        if what == "host":
            for host in self.random.sample(self.hosts, min(3, len(self.hosts))):
                self.drop(host)
        elif what == "modem":
            self.modem.unplug()
        else:
            if self.taps % 4 == 1:  # else all that it had would be what a kill may lose
                until = time.monotonic() + 1.5
                while time.monotonic() < until:
                    self.turn()
            self.end_tap(signal.SIGKILL)
            self.start_tap()

    def finish(self) -> None:
        """Let what is under way be answered, then end all."""
        deadline = time.monotonic() + WAIT_S
        while any(len(each.sent) > len(each.read) for each in self.hosts):
            for host in self.hosts:
                host.is_ready = False
            self.turn(0)
            assert time.monotonic() < deadline, "answers do not come"
        for host in list(self.hosts):
            self.drop(host)
        self.end_tap(signal.SIGTERM)
        assert self.zygote.stdin is not None
        self.zygote.stdin.close()
        self.zygote.wait(WAIT_S)
        if self.zygote.stdout is not None:
            self.zygote.stdout.close()
        self.modem.close()
        # Recorders outlive killed taps: until the last has ended, files get their names.
        deadline = time.monotonic() + WAIT_S
        while processes_of_session(self.zygote.pid):
            assert time.monotonic() < deadline, "a recorder does not end"
            time.sleep(0.01)

    def memory(self) -> tuple[int, int]:
        """Resident KiB and descriptors of the tap."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(resident.split()[1]), len(os.listdir(f"/proc/{self.pid}/fd"))


def processes_of_session(session: int) -> list[int]:
    """Ids of the processes of a session that have not ended."""
    found = []
    for stat in glob.glob("/proc/[0-9]*/stat"):
        try:
            state, _, _, its_session = Path(stat).read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue  # it has just ended
        if state not in "ZX" and int(its_session) == session:
            found.append(int(stat.split("/")[2]))
    return found


def mark_of(message: bytes) -> tuple[int, int] | None:
    """Host and command of a message; None for one that carries none."""
    head = look(message)
    return MARK.unpack_from(message, head.buffer_at) if head.service == SERVICE else None


class File:
    """What one file of the recording says."""

    def __init__(self, path: str) -> None:
        self.asked: list[tuple[tuple[int, int], int]] = []  # with the record
        self.answered: dict[tuple[int, int], int] = {}  # with the client
        self.perhaps_unread: set[tuple[int, int]] = set()
        self.gone: set[int] = set()
        self.removals: list[int] = []
        self.unread_before: list[tuple[str, int]] = []  # file, record
        self.marks = marks = dict[int, tuple[int, int]]()
        joiners = {each: Joiner() for each in WireDirection}
        with TraceReader(path) as reader:
            for event in reader.events():
                if event.kind == Kind.KIND_WIRE:
                    self._transfer(event, joiners[WireDirection(event.code)], marks)
                elif event.kind == Kind.KIND_NOTE and event.code == NoteCode.UNREAD:
                    if event.cause in marks:
                        self.perhaps_unread.add(marks[event.cause])
                elif event.kind == Kind.KIND_NOTE and (found := BEFORE.search(event.payload)):
                    self.unread_before.append((found[2].decode(), int(found[1])))
                elif event.kind == Kind.KIND_NOTE and event.payload.endswith(b" has gone"):
                    self.gone.add(int(event.payload.split()[1]))
                elif (event.kind, event.code) == REMOVAL:
                    self.removals.append(event.index)
            self.is_cut = bool(reader.cut_text)

    def _transfer(self, event, joiner, marks) -> None:
        whole = joiner.feed(parse_header(event.payload), event.payload, 0).message
        mark = None if whole is None else mark_of(whole)
        if mark is None:
            return
        marks[event.index] = mark
        if event.code == WireDirection.WIRE_HOST_TO_DEVICE:
            self.asked.append((mark, event.index))
        else:
            assert mark not in self.answered, "an answer is recorded twice"
            self.answered[mark] = event.client


def judge(campaign: Campaign) -> Counter[str]:
    """Hold what hosts and modem saw against what was recorded."""
    heard = [MARK.unpack_from(each.buffer) for each in campaign.modem.commands]
    assert len(set(heard)) == len(heard), "a command arrived twice"
    read = {(host.number, command) for host in campaign.gone for command in host.read}
    assert len(read) == sum(len(host.read) for host in campaign.gone), "an answer arrived twice"
    counts: Counter[str] = Counter(read=len(read), heard=len(heard))
    paths = sorted(glob.glob(f"{campaign.folder}/load.*.wwtrace*"))
    by_name = {os.path.basename(path): File(path) for path in paths}
    files = list(by_name.values())
    counts["files"] = len(files)
    for file in files:
        for name, index in file.unread_before:
            before = by_name[name]
            if index in before.marks:
                before.perhaps_unread.add(before.marks[index])
                counts["unread in the file before"] += 1
    arrived = set(heard)
    asked = [mark for file in files for mark, _ in file.asked]
    assert len(set(asked)) == len(asked), "a command is recorded twice"
    answered = [mark for file in files for mark in file.answered]
    assert len(set(answered)) == len(answered), "an answer is recorded twice"
    for file in files:
        for mark, index in file.asked:
            if mark not in arrived:
                is_marked = file.is_cut or any(each > index for each in file.removals)
                assert is_marked, "recorded as sent, and it never arrived"
                counts["lost on the way"] += 1
        for mark, client in file.answered.items():
            # What a recorder that is killed had sent last may be unread; it cannot say.
            is_known = client in file.gone or not file.is_cut
            if is_known and mark not in file.perhaps_unread:
                assert mark in read, "recorded as delivered, and nobody read it"
                counts["delivered"] += 1
    if not any(file.is_cut for file in files):
        assert read <= set(answered), "read by a host, and not recorded"
        assert arrived <= set(asked), "heard by the modem, and not recorded"
    counts["unrecorded"] = len(read - set(answered))
    return counts


@pytest.mark.parametrize(
    "kills",
    [
        9,
        pytest.param(100, marks=pytest.mark.long),
        pytest.param(
            1000,
            marks=[
                pytest.mark.long,
                pytest.mark.skipif(
                    not os.environ.get("WWANREPLAY_LOAD"), reason="WWANREPLAY_LOAD=1 runs it"
                ),
            ],
        ),
    ],
)
def test_whoever_is_killed_nothing_is_doubled_nor_called_delivered_that_was_not(tmp_path, kills):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    campaign = Campaign(tmp_path, seed)
    for number in range(kills):
        for _ in range(campaign.random.randrange(3, 20)):
            campaign.turn()
        campaign.kill(("host", "modem", "tap")[number % 3])
    campaign.settle()
    campaign.finish()
    counts = judge(campaign)
    print(dict(counts), f"{campaign.taps} taps, {Host.last} hosts")
    assert counts["delivered"] > 0
    assert campaign.taps == 1 + kills // 3


@pytest.mark.parametrize("kills", [30, pytest.param(600 // every(4), marks=pytest.mark.long)])
def test_memory_and_descriptors_of_a_tap_stay_as_they_are(tmp_path, kills):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    campaign = Campaign(tmp_path, seed)
    for _ in range(60):
        campaign.turn()
    before = campaign.memory()
    for number in range(kills):
        for _ in range(6):
            campaign.turn()
        campaign.kill("modem" if number % 5 == 4 else "host")
    for _ in range(60):
        campaign.turn()
    after = campaign.memory()
    campaign.finish()
    judge(campaign)
    print(before, after)
    assert abs(after[1] - before[1]) <= HOSTS  # of the hosts that are there just now
    assert after[0] < before[0] + 49_152  # what may wait to be recorded is a part of it


def children_of(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("kills", [1, pytest.param(4, marks=pytest.mark.long)])
def test_a_tap_that_is_killed_loses_less_than_the_last_second(tmp_path, kills):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    campaign = Campaign(tmp_path, seed)
    killed_s: list[tuple[float, float]] = []  # since when it may lose, until the next tap is there
    for _ in range(kills):
        deadline = time.monotonic() + WAIT_S
        while not any(host.read for host in campaign.hosts):  # so that a kill can lose something
            assert time.monotonic() < deadline, "nothing is answered"
            campaign.turn()
        until = time.monotonic() + campaign.random.uniform(1.2, 2.2)
        longest_s = 0.0
        # On a machine that gives a process no time for so long, the tap has none either: then it
        # is left alone for longer, so that there is something that it must not lose.
        while (begun_s := time.monotonic()) < until + PROCESSES * longest_s:
            campaign.turn()
            longest_s = max(longest_s, time.monotonic() - begun_s)
        lost_s = 1 + PROCESSES * longest_s
        recorders = children_of(campaign.pid)
        assert len(recorders) == 1
        campaign.end_tap(signal.SIGKILL)
        end_s = time.monotonic()
        deadline = time.monotonic() + WAIT_S
        while os.path.exists(f"/proc/{recorders[0]}"):  # it writes what it has, and ends
            assert time.monotonic() < deadline, "the recording does not end"
            time.sleep(0.002)
        campaign.turn()  # what was on its way to the hosts
        for host in list(campaign.hosts):
            campaign.drop(host)
        killed_s.append((end_s - lost_s, time.monotonic()))
        campaign.start_tap()
    campaign.finish()
    judge(campaign)
    files = [File(path) for path in glob.glob(f"{tmp_path}/load.*.wwtrace*")]
    recorded = {mark for file in files for mark in file.answered}
    early = {
        (host.number, command)
        for host in campaign.gone
        for command, read_s in zip(host.read, host.read_s, strict=True)
        if not any(since_s <= read_s <= next_s for since_s, next_s in killed_s)
    }
    assert early
    assert early - recorded == set()
