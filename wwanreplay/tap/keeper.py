"""A flight recorder: the last minutes in memory, written when something happens.

What is kept is bounded in time and in bytes. A file has what was kept, and what comes for a while
after; what is in a file is not kept any more, so that files do not overlap.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from wwanreplay.errors import UsageError
from wwanreplay.mbim import messages
from wwanreplay.mbim.class_driver import ClassDriver
from wwanreplay.mbim.class_events import name_of
from wwanreplay.mbim.header import Head, look
from wwanreplay.mbim.messages import ERRORS, STATUS, Message, type_name
from wwanreplay.tap.items import Item, Note, Transfer, size_of
from wwanreplay.tap.judge import Judge
from wwanreplay.tap.model import ModelJudge
from wwanreplay.tap.recorder import Opener
from wwanreplay.tap.tracefile import TraceFile
from wwanreplay.trace.numbered import FileNames

#: What lets the kept minutes be written, and what that is.
TRIGGERS: Final = {
    "error-status": "the modem answers with a status other than success, or FUNCTION_ERROR",
    "fault": "a message breaks the rules of the wire, or cannot be read; the modem is taken away",
    "model": "what the modem says breaks a rule of the WWAN model, or departs from an emulated one",
    "silent": "a command has no answer for so long: silent=30s",
    "signal": "the process gets SIGUSR1",
}
SILENT_NS: Final = 30_000_000_000
KEEP_SIZE: Final = 64 << 20
AFTER_NS: Final = 10_000_000_000
#: How often it is checked whether something is due, where no earlier time is known.
IDLE_S: Final = 1.0
#: Files of one run; further triggers write nothing.
FILES_MAX: Final = 100
#: Commands that are watched for their answers.
WATCHED_MAX: Final = 4096
_STATUS_NAMES: Final = {number: name for name, number in STATUS.items()}
_ERROR_NAMES: Final = {number: name for name, number in ERRORS.items()}


@dataclass(frozen=True, slots=True)
class Keeping:
    """How much is kept, how much is written behind a trigger, and what triggers; times in ns."""

    keep_ns: int
    triggers: frozenset[str] = frozenset(TRIGGERS)
    silent_ns: int = SILENT_NS
    size_max: int = KEEP_SIZE
    after_ns: int = AFTER_NS

    def __post_init__(self) -> None:
        unknown = self.triggers - TRIGGERS.keys()
        if unknown:
            raise UsageError(f"{min(unknown)} is none of {', '.join(TRIGGERS)}")


class Keeper:
    """Keeps items, and writes them to numbered files.

    `on_failure` is told why a judgement against the model came to nothing.
    """

    def __init__(
        self,
        path: str,
        keeping: Keeping,
        opener: Opener,
        on_failure: Callable[[str], None] | None = None,
    ) -> None:
        self.keeping = keeping
        self.files: list[str] = []
        self.records = 0
        self.size = 0  # bytes that are kept, about
        self._opener = opener
        self._names = FileNames(path)
        self._kept: deque[tuple[Item, int]] = deque()  # with the MBIMEx version before each
        self._driver = ClassDriver()
        self._watched: OrderedDict[int, tuple[int, str]] = OrderedDict()
        self._rules = Judge(keeping.keep_ns)
        self._model = ModelJudge(keeping.keep_ns) if "model" in keeping.triggers else None
        self._on_failure = on_failure
        self._file: TraceFile | None = None
        self._until_ns = 0
        self._last_until_ns = 0

    @property
    def count(self) -> int:
        """Items that are kept."""
        return len(self._kept)

    # ------------------------------------------------------------------ items

    def put(self, item: Item) -> None:
        """Keep an item; write what is kept if it is a trigger."""
        self._end_if_due(item.time_ns)
        if self._file is not None:
            self._file.put(item)
        else:
            self._keep(item)
        if self._model is not None:
            self._model.add(item, self._driver.mbimex)
        reason = self._judge(item)
        if reason:
            self._trigger(reason, item.time_ns)

    def _keep(self, item: Item) -> None:
        self._kept.append((item, self._driver.mbimex))
        self.size += size_of(item)
        self._trim(item.time_ns)

    def _trim(self, time_ns: int) -> None:
        oldest_ns = time_ns - self.keeping.keep_ns
        while self._kept and (
            self._kept[0][0].time_ns < oldest_ns or self.size > self.keeping.size_max
        ):
            self.size -= size_of(self._kept.popleft()[0])

    def poll(self, time_ns: int) -> float | None:
        """Do what is due: a silent modem, the end of a file."""
        self._trim(time_ns)
        self._end_if_due(time_ns)
        for broken in self._rules.judge(time_ns):
            self._trigger(f"model: {broken}", time_ns)
        if self._model is not None:
            self._judge_model(self._model, time_ns)
        if "silent" in self.keeping.triggers and self._watched:
            key, (sent_ns, name) = next(iter(self._watched.items()))
            if time_ns - sent_ns >= self.keeping.silent_ns:
                del self._watched[key]
                waited_s = (time_ns - sent_ns) / 1e9
                self._trigger(f"silent: no answer to {name} for {waited_s:.3f} s", time_ns)
        wait_s = None if self._file is None else self._file.poll()
        if wait_s is not None:
            return wait_s
        return 0.25 if self._watched else IDLE_S

    def signalled(self, time_ns: int) -> None:
        """Write what is kept, because of SIGUSR1."""
        if "signal" in self.keeping.triggers:
            self._trigger("signal", time_ns)

    # ------------------------------------------------------------------ triggers

    def _judge_model(self, model: ModelJudge, time_ns: int) -> None:
        """Take what was found beside; begin to look again when it is time."""
        for found in model.judge(time_ns):
            self._trigger(f"model: {found.text}", time_ns)
        failure, model.failure = model.failure, ""
        if failure and self._on_failure is not None:
            self._on_failure(failure)

    def _judge(self, item: Item) -> str:
        """Why an item is a trigger; empty when it is none."""
        if isinstance(item, Note):
            return self._if_on("fault", item.text if item.is_fault else "")
        if not isinstance(item, Transfer) or item.whole is None:
            return ""
        head = look(item.whole)
        events = self._driver.message(item.whole, item.time_ns, from_host=item.from_host)
        if "model" in self.keeping.triggers:
            self._rules.add(events)
        problem = "; ".join(self._driver.problems[:1])
        self._watch(item, head)
        error = "" if item.from_host else _error_of(head)
        return self._if_on("error-status", error) or self._if_on("fault", problem)

    def _if_on(self, trigger: str, reason: str) -> str:
        is_on = reason and trigger in self.keeping.triggers
        return f"{trigger}: {reason}" if is_on else ""

    def _watch(self, item: Transfer, head: Head) -> None:
        """Remember a command until its answer comes."""
        key = head.transaction_id or 0
        if item.from_host and head.type == messages.MBIM_COMMAND_MSG:
            self._watched[key] = (item.time_ns, _command_name(head))
            if len(self._watched) > WATCHED_MAX:
                self._watched.popitem(last=False)
        elif head.type in (messages.MBIM_COMMAND_DONE, messages.MBIM_FUNCTION_ERROR_MSG):
            self._watched.pop(key, None)
        elif head.type in (messages.MBIM_OPEN_MSG, messages.MBIM_HOST_ERROR_MSG):
            if head.type == messages.MBIM_OPEN_MSG:
                self._watched.clear()
            self._watched.pop(key, None)

    def _trigger(self, reason: str, time_ns: int) -> None:
        if self._file is None:
            if len(self.files) >= FILES_MAX:
                return
            self._begin(reason, time_ns)
        assert self._file is not None
        self._file.put(Note(time_ns, f"trigger: {reason}"))
        self._until_ns = min(time_ns + self.keeping.after_ns, self._last_until_ns)

    def _begin(self, reason: str, time_ns: int) -> None:
        """Begin a file with what is kept."""
        first_ns = self._kept[0][0].time_ns if self._kept else time_ns
        mbimex = self._kept[0][1] if self._kept else self._driver.mbimex
        notes = [f"trigger: {reason}"]
        path, file = self._names.begin(
            lambda name: self._opener.open(name, first_ns, mbimex=mbimex, notes=notes)
        )
        self._file = file
        self.files.append(path)
        self._last_until_ns = time_ns + max(self.keeping.keep_ns, self.keeping.after_ns)
        while self._kept:
            file.put(self._kept.popleft()[0])
        self.size = 0

    def _end_if_due(self, time_ns: int) -> None:
        if self._file is not None and time_ns >= self._until_ns:
            self._end(self._until_ns)

    def _end(self, time_ns: int) -> None:
        assert self._file is not None
        file, self._file = self._file, None
        file.close(time_ns)
        self.records += file.records

    def close(self, time_ns: int) -> None:
        """Let a file that is being written appear; what is only kept is dropped."""
        if self._model is not None:
            self._model.close()
        if self._file is not None:
            self._end(time_ns)

    def end_early(self, error: BaseException) -> None:
        """Keep what there is of a file that is being written."""
        if self._model is not None:
            self._model.close()
        if self._file is not None:
            self._file.end_early(error)


def _error_of(head: Head) -> str:
    """The error that a message of the modem is, empty for none."""
    if head.type == messages.MBIM_FUNCTION_ERROR_MSG:
        return f"FUNCTION_ERROR {_ERROR_NAMES.get(head.value or 0, head.value)}"
    done = (messages.MBIM_COMMAND_DONE, messages.MBIM_OPEN_DONE, messages.MBIM_CLOSE_DONE)
    if head.type not in done or not head.value:
        return ""
    what = _command_name(head)
    return f"{what} answered {_STATUS_NAMES.get(head.value, f'status {head.value}')}"


def _command_name(head: Head) -> str:
    if head.service is None:
        return type_name(head.type or 0)
    return name_of(Message(head.type or 0, 0, 0, head.service, head.cid or 0))
