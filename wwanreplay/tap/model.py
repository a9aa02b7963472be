"""The messages of the last minutes, judged against the model beside a flight recorder.

What is kept is judged as an imported log is, in its layers: the messages, the rules that bind the
modem, and what an emulated modem of the inferred profile would have done where a row binds it. That
takes longer than a recorder may stand still, so that a process of its own does it, now and then,
with what was kept when it began; it may take a share of a processor, no more.
"""

from __future__ import annotations

import io
import json
import os
import resource
import select
import signal
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from typing import Final, NamedTuple

from wwanreplay._core import Event, Kind
from wwanreplay.errors import WwanReplayError, internal_text
from wwanreplay.mbim import messages
from wwanreplay.mbim.header import look
from wwanreplay.tap.items import Happened, Item, Transfer, size_of
from wwanreplay.tap.tracefile import ItemRecords, header_of
from wwanreplay.trace import TraceWriter

#: How often what is new is judged, at most.
PAUSE_NS: Final = 10_000_000_000
#: The share of a processor that judging may take.
SHARE: Final = 0.1
#: Transfers, and bytes of them, that are judged together; of more the oldest are not.
TRANSFERS_MAX: Final = 8192
SIZE_MAX: Final = 8 << 20
#: Seconds of a processor for one judgement; one that needs more is given up, with a note.
PROCESSOR_S_MAX: Final = 60
#: Findings of one judgement that are reported.
FOUND_MAX: Final = 20
#: Judging gives way to everybody.
_NICENESS: Final = 10
_READ_SIZE: Final = 1 << 16
_ANSWERS: Final = frozenset(
    {
        messages.MBIM_OPEN_DONE,
        messages.MBIM_CLOSE_DONE,
        messages.MBIM_COMMAND_DONE,
        messages.MBIM_FUNCTION_ERROR_MSG,
    }
)


class Departure(NamedTuple):
    """Where the modem departs from the model: `key` is the same for all that are of one kind."""

    key: str
    text: str


class Window:
    """The items of the last `keep_ns`, with the MBIMEx version that was in force before each."""

    def __init__(self, keep_ns: int) -> None:
        self.keep_ns = keep_ns
        self.size = 0
        self._items: deque[tuple[Item, int]] = deque()

    def __len__(self) -> int:
        return len(self._items)

    def add(self, item: Item, mbimex: int) -> None:
        """Take the next item; notes are none."""
        if not isinstance(item, Transfer | Happened):
            return
        self._items.append((item, mbimex))
        self.size += size_of(item)
        self.trim(item.time_ns)

    def trim(self, time_ns: int) -> None:
        """Forget what is too old or too much."""
        oldest_ns = time_ns - self.keep_ns
        while self._items and (
            self._items[0][0].time_ns < oldest_ns
            or self.size > SIZE_MAX
            or len(self._items) > TRANSFERS_MAX
        ):
            self.size -= size_of(self._items.popleft()[0])

    def trace(self, time_ns: int) -> bytes:
        """What is kept as a trace that ends now."""
        made = io.BytesIO()
        start_ns = self._items[0][0].time_ns if self._items else time_ns
        mbimex = self._items[0][1] if self._items else 0
        with TraceWriter(made, header_of({"way": "tap"}, 0)) as writer:
            records = ItemRecords(writer, start_ns, mbimex=mbimex)
            for item in without_torn(each for each, _ in self._items):
                records.put(item)
            records.end(time_ns)
        return made.getvalue()


def without_torn(items: Iterable[Item]) -> list[Item]:
    """The items without what belongs to messages and commands that began before the first."""
    found: list[Item] = []
    asked: set[int] = set()
    begun: set[bool] = set()
    for item in items:
        if isinstance(item, Transfer):
            head = look(item.data)
            if head.is_later_fragment and item.from_host not in begun:
                continue
            begun.add(item.from_host)
            if item.from_host:
                asked.add(head.transaction_id or 0)
            elif head.type in _ANSWERS and (head.transaction_id or 0) not in asked:
                continue
        found.append(item)
    return found


def departures(trace: bytes) -> list[Departure]:
    """Where a trace of messages departs from the model, as a fault; each kind once."""
    from wwanreplay.analysis.infer import infer
    from wwanreplay.analysis.verdict import judge_field

    found: dict[str, Departure] = {}
    for fault in judge_field(infer(trace).to_bytes()).faults:
        if not fault.is_root:
            continue
        divergence = fault.divergence
        members = (each.path for each in divergence.observed or ())
        what = fault.rule or ", ".join(filter(None, (_name(divergence.event), *members)))
        key = f"{fault.layer}: {divergence.kind} {what}"
        place = f"message {fault.transaction}" if fault.transaction else "an event"
        found.setdefault(key, Departure(key, f"{key} ({place})"))
    return list(found.values())[:FOUND_MAX]


def _name(event: Event | None) -> str:
    from wwanreplay.replay.names import code_name

    if event is None:
        return ""
    if event.kind == Kind.KIND_WIRE:
        return messages.type_name(look(event.payload).type or 0)
    return code_name(event)


class ModelJudge:
    """Judges a window in a process of its own, and says what is new.

    `failure` is why the last judgement came to nothing, once.
    """

    def __init__(self, keep_ns: int) -> None:
        self.window = Window(keep_ns)
        self.failure = ""
        self._due_ns: int | None = None
        self._earliest_ns = 0
        self._reported_ns: dict[str, int] = {}
        self._pid = 0
        self._pipe = -1
        self._answer = bytearray()

    @property
    def is_judging(self) -> bool:
        """Whether a judgement is under way."""
        return bool(self._pid)

    def add(self, item: Item, mbimex: int) -> None:
        """Take an item; `mbimex` is the MBIMEx version before it."""
        self.window.add(item, mbimex)
        if self._due_ns is None and isinstance(item, Transfer):
            self._due_ns = max(item.time_ns + PAUSE_NS, self._earliest_ns)

    def judge(self, time_ns: int) -> list[Departure]:
        """What a judgement that has ended found; begins one when it is time."""
        found = self._ended(time_ns) if self._pid else []
        if not self._pid and self._due_ns is not None and time_ns >= self._due_ns:
            self._due_ns = None  # until there is more
            self.window.trim(time_ns)
            if len(self.window):
                self._begin(time_ns)
        return found

    def _begin(self, time_ns: int) -> None:
        read, write = os.pipe2(os.O_CLOEXEC)
        pid = os.fork()
        if not pid:
            try:
                _judge(self.window, time_ns, write)
            finally:
                os._exit(0)
        os.close(write)
        os.set_blocking(read, False)
        self._pid, self._pipe = pid, read
        self._answer.clear()

    def _ended(self, time_ns: int) -> list[Departure]:
        """Take the answer as far as it has come; what is new in it when that is all."""
        try:
            while more := os.read(self._pipe, _READ_SIZE):
                self._answer += more
        except BlockingIOError:
            return []
        self._earliest_ns = time_ns + max(round(self._reaped_s() * 1e9 * (1 / SHARE - 1)), PAUSE_NS)
        if self._due_ns is not None:
            self._due_ns = max(self._due_ns, self._earliest_ns)
        try:
            answer = json.loads(bytes(self._answer))
        except ValueError:
            answer = {"failure": f"no answer within {PROCESSOR_S_MAX} s of a processor"}
        self.failure = answer.get("failure", "")
        found = [Departure(*each) for each in answer.get("found", ())]
        keep_ns = self.window.keep_ns
        known = {key: at for key, at in self._reported_ns.items() if time_ns - at <= keep_ns}
        self._reported_ns = {**dict.fromkeys((each.key for each in found), time_ns), **known}
        return [each for each in found if each.key not in known]

    def _reaped_s(self) -> float:
        """Processor time of the other process, which has ended."""
        os.close(self._pipe)
        pid, self._pid = self._pid, 0
        try:
            _, _, usage = os.wait4(pid, 0)
        except ChildProcessError:
            return 0.0
        return usage.ru_utime + usage.ru_stime

    def close(self) -> None:
        """End a judgement that is under way."""
        if self._pid:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            self._reaped_s()

    def wait(self, seconds: float) -> None:
        """Wait until a judgement that is under way has something, or so long."""
        if self._pid:
            select.select([self._pipe], [], [], seconds)


def _judge(window: Window, time_ns: int, pipe: int) -> None:
    """Judge, and write what was found; in the other process."""
    # Neither the tap's connection nor an open recording may outlive its process here.
    os.closerange(3, pipe)
    os.closerange(pipe + 1, os.sysconf("SC_OPEN_MAX"))
    with suppress(OSError):
        os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_S_MAX, PROCESSOR_S_MAX))
    try:
        answer: dict[str, object] = {"found": departures(window.trace(time_ns))}
    except WwanReplayError as error:
        answer = {"failure": str(error)}
    except Exception as error:  # the recorder goes on, and says so
        answer = {"failure": internal_text(error)}
    data = json.dumps(answer).encode()
    while data:
        data = data[os.write(pipe, data) :]
