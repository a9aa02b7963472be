"""How fast a log gets in: import, inference, replay of a field trace, and the start of `replay`.

    python benchmarks/path_front.py [--messages N] [--rounds N]

prints a line for each row: the figure of this machine, and the goal. Rates are of processor time in
one process, the best of the rounds; starts are the processor time of new processes, beside those
that only import click. What is imported is the session of a sample log, repeated with its times
moved on: as text of libmbim, and as a capture.
"""

from __future__ import annotations

import argparse
import atexit
import gzip
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.analysis.infer import infer
from wwanreplay.formats.base import Direction, LogMessage, MessageKind
from wwanreplay.formats.exporters import EXPORTERS, ExportOptions, export_trace
from wwanreplay.formats.importer import import_logs
from wwanreplay.formats.reading import LogReading
from wwanreplay.replay import replay
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

sys.path.append(str(Path(__file__).resolve().parent.parent / "tools"))
import log_text

ROOT = Path(__file__).resolve().parent.parent

LOG = ROOT / "logs" / "mbimcli-connect.log.gz"
#: A log whose session ends in a divergence.
SHORT_LOG = ROOT / "logs" / "mbimcli-fault-contexts.log"
#: A trace that replays equal.
TINY = ROOT / "traces" / "demo.wwtrace"
#: From the begin of one repetition of a session to that of the next.
PERIOD_S = 120
STARTS = 15
#: What the command that is installed does.
_COMMAND = "from wwanreplay.command import main; main()"

messages_wanted = 20_000
rounds = 3


@cache
def folder() -> Path:
    """A folder for what is made, which goes with the process."""
    made = tempfile.mkdtemp(prefix="wwanreplay-path-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return Path(made)


@cache
def session() -> tuple[str, tuple[LogMessage, ...]]:
    """The sample log, and the messages of it."""
    messages = tuple(each for each in LogReading([LOG]) if each.kind is MessageKind.MBIM)
    return gzip.decompress(LOG.read_bytes()).decode(), messages


def repetitions() -> range:
    """How often the session comes."""
    return range(max(messages_wanted // len(session()[1]), 1))


def message_count() -> int:
    """How many messages a log has."""
    return len(repetitions()) * len(session()[1])


@cache
def text_log() -> Path:
    """The session again and again as text."""
    text, _ = session()
    path = folder() / "session.log"
    with path.open("w") as file:
        for at in repetitions():
            file.write(log_text.moved(text, timedelta(seconds=PERIOD_S * at)))
    return path


def _transfers() -> Iterator[Event]:
    _, messages = session()
    first_ns = messages[0].time_ns or 0
    for at in repetitions():
        begin_ns = PERIOD_S * 10**9 * at
        for number, message in enumerate(messages):
            from_host = message.direction is Direction.HOST_TO_DEVICE
            yield Event(
                Kind.KIND_WIRE,
                begin_ns + (message.time_ns or 0) - first_ns + number,
                code=WireDirection.WIRE_HOST_TO_DEVICE
                if from_host
                else WireDirection.WIRE_DEVICE_TO_HOST,
                payload=message.data or b"",
            )


@cache
def capture() -> Path:
    """The session again and again as a capture of a USB bus."""
    trace, path = folder() / "wire.wwtrace", folder() / "session.pcapng"
    with trace.open("wb") as file, TraceWriter(file, TraceHeader()) as writer:
        for event in _transfers():
            writer.write(event)
    export_trace(trace, EXPORTERS["pcapng"], path, ExportOptions(show_personal=True))
    return path


@cache
def imported() -> Path:
    """The trace of the log, without what is inferred."""
    path = folder() / "plain.wwtrace"
    import_logs([text_log()], path)
    return path


@cache
def inferred() -> Path:
    """The trace of the log with what is inferred."""
    path = folder() / "inferred.wwtrace"
    with path.open("wb") as file:
        infer(imported()).write(file)
    return path


def record_count(trace: Path) -> int:
    """How many records a trace has."""
    with TraceReader(trace) as reader:
        assert reader.footer is not None
        return reader.footer.records


def best_s(run: Callable[[], object]) -> float:
    """The least processor time of the rounds."""
    taken = []
    for _ in range(rounds):
        begun = time.process_time()
        run()
        taken.append(time.process_time() - begun)
    return min(taken)


def import_rate(log: Path) -> float:
    """Messages a second of an import without inference."""
    out = folder() / "out.wwtrace"
    return message_count() / best_s(lambda: import_logs([log], out, force=True))


def inference_rate() -> float:
    """Records a second of inference."""
    trace = imported()
    return record_count(trace) / best_s(lambda: infer(trace))


def field_replay_rate() -> float:
    """Records a second of the replay of a field trace, rules left aside."""
    trace = inferred()
    return record_count(trace) / best_s(lambda: replay(trace))


def field_replay_growth() -> float:
    """How much more memory, in MB, a replay of eight times as many records takes at its peak."""
    trace = inferred()
    with TraceReader(trace) as reader:
        header = replace(reader.header, start=reader.header.start)
        events = list(reader.events())
    part = folder() / "part.wwtrace"
    with part.open("wb") as file, TraceWriter(file, header) as writer:
        for event in events[: len(events) // 8]:
            writer.write(event)
    peaks = [float(_run("replay(sys.argv[1])", path)) for path in (part, trace)]
    return (peaks[1] - peaks[0]) / 1000


def _run(statement: str, path: Path) -> str:
    # The peak of getrusage is that of the process before it became this one, if that was more.
    program = (
        "import re, sys\nfrom wwanreplay.replay import replay\n"
        f"{statement}\n"
        "print(re.search(r'VmHWM:\\s*(\\d+)', open('/proc/self/status').read())[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, path], capture_output=True, text=True, check=True
    )
    return done.stdout


def start_s(*commands: tuple[str, ...]) -> list[float]:
    """For each command the processor time of a new process: the least, taken in turns."""
    least = [float("inf")] * len(commands)
    for _ in range(STARTS):
        for at, arguments in enumerate(commands):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, *arguments], capture_output=True, check=False)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            taken = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            least[at] = min(least[at], taken)
    return least


def replay_start_ratio() -> float:
    """The start and replay of a tiny trace as a multiple of a process that imports click."""
    peer, taken = start_s(("-c", "import click"), ("-c", _COMMAND, "replay", os.fspath(TINY)))
    return taken / peer


def short_log_s() -> float:
    """Import with inference, and replay, of a short log: processor time of both processes."""
    out = os.fspath(folder() / "short.wwtrace")
    import_ = ("-c", _COMMAND, "import", "--force", os.fspath(SHORT_LOG), "-o", out)
    return sum(start_s(import_, ("-c", _COMMAND, "replay", out)))


#: Name, what gives today's figure, and the goal. The last three are better the smaller.
ROWS: list[tuple[str, Callable[[], float], float]] = [
    ("import of libmbim text, messages/s", lambda: import_rate(text_log()), 10_000),
    ("import of pcapng, messages/s", lambda: import_rate(capture()), 10_000),
    ("inference, records/s", inference_rate, 10_000),
    ("field replay, records/s", field_replay_rate, 100_000),
    ("field replay, MB more for 8 times the records", field_replay_growth, 1),
    ("start of `replay` of a tiny trace ÷ `import click`", replay_start_ratio, 2),
    ("import, inference and replay of a short log, s", short_log_s, 1),
]


def command() -> int:
    """Print all rows."""
    global messages_wanted, rounds
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--messages", type=int, default=messages_wanted)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--row", default="", help="only the rows whose name holds this")
    options = parser.parse_args()
    messages_wanted, rounds = options.messages, options.rounds
    for name, measure, goal in ROWS:
        if options.row in name:
            print(f"{name:52} {measure():12,.2f}   goal {goal:,}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(command())
