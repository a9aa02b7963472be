"""The way out, as users meet it: show, export, scrub, and a served modem. Rates and ratios.

    python benchmarks/path_outs.py [NAME]

prints a line for each row of ROWS: what was measured now, and the goal. Rates are records a second
of processor time, of the session `small` of `wwanreplay bench`; `plain` ones are of a session in
which hardly a payload comes twice. The served modem and the echo beside it answer the same client,
in turns, each over a pty of its own; the processor time of both ends of an exchange counts.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import time
import tty
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

from wwanreplay import bench
from wwanreplay._core import Kind
from wwanreplay.analysis.scrub import scrub_bytes
from wwanreplay.analysis.show import Filter, show_json, show_text
from wwanreplay.formats.exporters import EXPORTERS, ExportOptions, export_trace
from wwanreplay.mbim import messages
from wwanreplay.mbim.fragments import StreamFramer
from wwanreplay.mbim.header import HOST_TYPES
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.rows.framing import MessageType
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES
from wwanreplay.trace import TraceReader, TraceWriter

RECORDS = int(os.environ.get("WWANREPLAY_BENCH_RECORDS", "40000"))
ROUNDS = 3
#: Exchanges of a round, and rounds: of short ones some are not disturbed by other work.
EXCHANGES = 2000
EXCHANGE_ROUNDS = 20
SIGNAL_STATE = 11
READ_SIZE = 65536
_BASIC = bytes.fromhex(SERVICES[BASIC_CONNECT].uuid.replace("-", ""))


@cache
def session(is_plain: bool) -> bytes:
    """A trace in memory; of a plain one the bytes of long payloads that may be anything differ."""
    buffer = io.BytesIO()
    bench.generate(buffer, RECORDS, "small")
    if not is_plain:
        return buffer.getvalue()
    made = io.BytesIO()
    with TraceReader(buffer.getvalue()) as reader, TraceWriter(made, reader.header) as writer:
        for number, event in enumerate(reader.events()):
            writer.write(event.replace(payload=_varied(event.kind, event.payload, number)))
    return made.getvalue()


def _varied(kind: Kind, payload: bytes, number: int) -> bytes:
    """The payload with its number in the last bytes, as a counter or a time would stand there."""
    if len(payload) < 12 or kind == Kind.KIND_STIMULUS:
        return payload
    return payload[:-4] + (number % 0xFFFF).to_bytes(2, "little") + payload[-2:]


def records_of(data: bytes) -> int:
    """How many records a trace has."""
    with TraceReader(data) as reader:
        assert reader.footer is not None
        return reader.footer.records


def rate(run: Callable[[bytes], Any], is_plain: bool = False) -> float:
    """Records a second of processor time, the best of some rounds."""
    data = session(is_plain)
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        run(data)
        best = min(best, time.process_time() - began)
    return records_of(data) / best


def show(data: bytes) -> None:
    """As `wwanreplay show`, to a file that keeps nothing."""
    with open(os.devnull, "w", encoding="utf-8") as out:
        for block in show_text(data, Filter()):
            out.write(block + "\n")


def show_as_json(data: bytes) -> None:
    """As `wwanreplay show --json`."""
    with open(os.devnull, "w", encoding="utf-8") as out:
        for block in show_json(data, Filter()):
            out.write(block + "\n")


def export(name: str, rows: str, data: bytes) -> None:
    """As `wwanreplay export`."""
    options = ExportOptions(show_personal=EXPORTERS[name].has_bytes, rows=rows)
    with open(os.devnull, "wb") as out:
        export_trace(data, EXPORTERS[name], out, options)


def scrub(data: bytes) -> None:
    """As `wwanreplay scrub`, the second pass included."""
    scrub_bytes(data, b"a key of this benchmark")


# ------------------------------------------------------------------ a served modem


def echo() -> None:
    """What a program in Python that answers each message with itself costs: framing included."""
    import select

    master, slave = os.openpty()
    tty.setraw(slave)
    print(os.ttyname(slave), flush=True)
    framer = StreamFramer(HOST_TYPES, READ_SIZE)
    with select.epoll() as poller:
        poller.register(master, select.EPOLLIN)
        while True:
            poller.poll()
            for transfer in framer.feed(os.read(master, READ_SIZE)):
                os.write(master, transfer)


class Peer:
    """A process at the other end of a pty."""

    def __init__(self, *command: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        path = next(word.rstrip(":;,.") for word in line.split() if word.startswith("/dev/pts/"))
        self.descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY)
        self.number = 0

    def close(self) -> None:
        """End it."""
        os.close(self.descriptor)
        self.process.terminate()
        self.process.wait()

    def exchange(self, message: bytes) -> None:
        """Send a message and read what comes back, whole."""
        os.write(self.descriptor, message)
        answer = os.read(self.descriptor, READ_SIZE)
        while len(answer) < int.from_bytes(answer[4:8], "little"):
            answer += os.read(self.descriptor, READ_SIZE)

    def open(self) -> None:
        """Open the function."""
        self.exchange(Message(MessageType.MBIM_OPEN_MSG, 1, READ_SIZE).to_bytes())
        self.number = 1

    def seconds(self, count: int) -> float:
        """Processor time of so many exchanges, of this end and the other."""
        before = self._processor_ns()
        for _ in range(count):
            self.number += 1
            ask = Message(messages.MBIM_COMMAND_MSG, self.number, 0, _BASIC, SIGNAL_STATE)
            self.exchange(ask.to_bytes())
        return (self._processor_ns() - before) / 1e9

    def _processor_ns(self) -> int:
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        theirs = sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)
        return theirs + time.process_time_ns()


def modem_command(folder: Path, is_recorded: bool) -> list[str]:
    """A modem that answers at once, so that what is measured is no waiting."""
    profile = folder / "prompt.toml"
    timing = '[timing]\ncompletion = "0ms"\n[timing.operations]\nOID_WWAN_SIGNAL_STATE = "0ms"\n'
    profile.write_text(f'extends = "lte-home"\n{timing}')
    recording = ["--record", f"{folder}/session.wwtrace"] if is_recorded else []
    return ["-m", "wwanreplay", "serve", "--pty", "--profile", str(profile), *recording]


def served(is_recorded: bool) -> float:
    """Processor time of an exchange with the echo, by that of one with a served modem."""
    with tempfile.TemporaryDirectory() as folder:
        echoing = Peer(__file__, "--echo")
        modem = Peer(*modem_command(Path(folder), is_recorded))
        try:
            modem.open()
            best = {echoing: float("inf"), modem: float("inf")}
            for _ in range(EXCHANGE_ROUNDS):
                for peer in best:
                    best[peer] = min(best[peer], peer.seconds(EXCHANGES))
            return best[echoing] / best[modem]
        finally:
            echoing.close()
            modem.close()


def _rows() -> Iterator[tuple[str, Callable[[], float], float]]:
    yield "show, records/s", partial(rate, show), 30_000
    yield "show, plain, records/s", partial(rate, show, True), 30_000
    yield "show --json, records/s", partial(rate, show_as_json), 30_000
    for name in EXPORTERS:
        yield f"export {name}, records/s", partial(rate, partial(export, name, "events")), 30_000
    for name in ("csv", "parquet"):
        run = partial(export, name, "fields")
        yield f"export {name} --rows fields, records/s", partial(rate, run), 30_000
    yield "show --json, plain, records/s", partial(rate, show_as_json, True), 30_000
    for name in EXPORTERS:
        run = partial(export, name, "events")
        yield f"export {name}, plain, records/s", partial(rate, run, True), 30_000
    yield "scrub, records/s", partial(rate, scrub), 30_000
    yield "scrub, plain, records/s", partial(rate, scrub, True), 30_000
    yield "served exchanges ÷ a Python echo over the same pty", partial(served, False), 0.35
    yield "served and recorded exchanges ÷ the echo", partial(served, True), 0.35


ROWS: list[tuple[str, Callable[[], float], float]] = list(_rows())


def main() -> None:
    """Print the rows."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    for name, measure, goal in ROWS:
        if wanted in name:
            found = measure()
            print(f"{name:55} {found:12,.2f}  goal {goal:,}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["--echo"]:
        echo()
    main()
