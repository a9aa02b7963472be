"""A tap for tests, in a thread, before a served modem or any device; and a sink in memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wwanreplay.devices.mbim.clock import SessionClock
from wwanreplay.serve.clients import Clients
from wwanreplay.tap.items import Item
from wwanreplay.tap.loop import Tap
from wwanreplay.tap.recorder import FileSink, Opener, Recorder, Rotation, Sink

WAIT_S = 20.0


@dataclass
class Tapped:
    tap: Tap
    address: str
    trace: str
    sink: Sink


class Kept:
    """A sink that keeps the items."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.files: list[str] = []
        self.records = 0

    def put(self, item: Item) -> None:
        self.items.append(item)

    def signalled(self, time_ns: int) -> None:
        pass

    def poll(self, time_ns: int) -> float | None:
        return None

    def close(self, time_ns: int) -> None:
        pass

    def end_early(self, error: BaseException) -> None:
        pass


@contextmanager
def tapped(
    path: str,
    folder: Path,
    *,
    rotation: Rotation | None = None,
    make_sink: Callable[[str, Opener], Sink] | None = None,
    **options: Any,
) -> Iterator[Tapped]:
    """Tap the device at a path; the trace is there on the way out."""
    address, trace = str(folder / "tap"), str(folder / "tap.wwtrace")
    clock = SessionClock()
    clients = Clients(address)
    opener = Opener({"names": [path], "way": "tap"}, clock, **options)
    if make_sink is None:
        sink: Sink = FileSink(trace, rotation or Rotation(), opener)
    else:
        sink = make_sink(trace, opener)
    recorder = Recorder(sink)
    on_signal = getattr(sink, "signalled", None)
    tap = Tap(path, clients, recorder, clock, on_signal=on_signal)
    thread = threading.Thread(target=tap.run)
    thread.start()
    try:
        yield Tapped(tap, address, trace, sink)
    finally:
        tap.stop()
        thread.join()
        tap.close()
        recorder.finish()
        sink.close(clock.now_ns())


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline, "does not happen"
        time.sleep(0.005)
