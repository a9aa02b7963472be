"""The MBIM function of a field trace: how it answers OPEN, CLOSE and commands.

The model is the specification's (MBIM 1.0, sections 9.3 and 9.4): a function answers OPEN with
OPEN_DONE and CLOSE with CLOSE_DONE, each once, under the transaction of the request, before the
host has reason to repeat it; requests before an OPEN are forgotten with it; a command is answered
once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.mbim import messages
from wwanreplay.mbim.header import Head, look
from wwanreplay.replay.divergence import Divergence
from wwanreplay.replay.fault import DivergenceKind
from wwanreplay.replay.sequences import Recent

OPEN, CLOSE = messages.MBIM_OPEN_MSG, messages.MBIM_CLOSE_MSG
COMMAND, HOST_ERROR = messages.MBIM_COMMAND_MSG, messages.MBIM_HOST_ERROR_MSG
OPEN_DONE, CLOSE_DONE = messages.MBIM_OPEN_DONE, messages.MBIM_CLOSE_DONE
COMMAND_DONE, FUNCTION_ERROR = messages.MBIM_COMMAND_DONE, messages.MBIM_FUNCTION_ERROR_MSG
NOT_OPENED = messages.ERRORS["MBIM_ERROR_NOT_OPENED"]
_ANSWERS: Final[dict[int, int]] = {OPEN_DONE: OPEN, CLOSE_DONE: CLOSE}
_NAMES: Final[dict[int, str]] = {
    OPEN: "OPEN",
    CLOSE: "CLOSE",
    OPEN_DONE: "OPEN_DONE",
    CLOSE_DONE: "CLOSE_DONE",
}
#: A request to the function itself is answered within this time.
ANSWER_NS: Final = 5_000_000_000
SECOND_NS: Final = 1_000_000_000
REMEMBERED_MAX: Final = 4096


class _Message(NamedTuple):
    """A message of the host or the device, whose record is known by its index."""

    event: Event
    head: Head

    @property
    def name(self) -> str:
        """What message of which transaction it is or answers."""
        return f"{_NAMES[self.head.type or 0]} of {self.transaction}"

    @property
    def transaction(self) -> str:
        """The transaction in words."""
        return f"transaction {self.head.transaction_id}"

    def divergence(self, note: str, root: int | None = None) -> Divergence:
        """What is wrong with it, as a root or a consequence."""
        event, kind = self.event, DivergenceKind.WIRE
        return Divergence(
            kind, root is None, event.index or 0, event.time_ns, event, None, root, note=note
        )


@dataclass(slots=True)
class _OpenOrClose:
    """An OPEN or CLOSE without its answer."""

    message: _Message
    repeated: int = 0  # times the host repeated it meanwhile
    stale: list[_Message] = field(default_factory=list)  # answers to older commands


def check_function(events: Iterable[Event]) -> Iterator[Divergence]:
    """Where the function of a trace left the model; nothing for a trace without messages."""
    check = _Check()
    last_ns = 0
    for place, event in enumerate(events):
        last_ns = event.time_ns
        if event.kind != Kind.KIND_WIRE:
            continue
        head = look(event.payload)
        if head.type is None or head.transaction_id is None:
            continue
        message = _Message(event.replace(index=place) if event.index is None else event, head)
        if event.code == WireDirection.WIRE_HOST_TO_DEVICE:
            check.host(message)
        elif not head.is_later_fragment:
            yield from check.device(message)
    yield from check.finish(last_ns)


class _Check:
    """The function's state as its messages show it."""

    def __init__(self) -> None:
        self._waiting: list[_OpenOrClose] = []
        self._opened = False
        self._is_begun = False  # whether the host has opened or closed since the log begins
        # Transactions of commands.
        self._commands: Recent[int | None, None] = Recent(REMEMBERED_MAX)
        self._answered: Recent[int | None, None] = Recent(REMEMBERED_MAX)
        self._forgotten: Recent[int | None, None] = Recent(REMEMBERED_MAX)
        self._root: int | None = None

    def host(self, message: _Message) -> None:
        """Take a message of the host."""
        kind, transaction_id = message.head.type, message.head.transaction_id
        if kind in (OPEN, CLOSE):
            for request in self._waiting:
                request.repeated += 1
            self._is_begun = True
            for command in self._commands:
                self._forgotten[command] = None
            self._commands.clear()
            self._answered.clear()
            self._waiting.append(_OpenOrClose(message))
        elif kind == COMMAND:
            self._commands[transaction_id] = None
            self._answered.pop(transaction_id, None)
        elif kind == HOST_ERROR:
            self._commands.pop(transaction_id, None)

    def device(self, message: _Message) -> Iterator[Divergence]:
        """Take a message of the device."""
        if message.head.type in _ANSWERS:
            yield from self._answer(message)
        elif message.head.type == COMMAND_DONE:
            yield from self._command_done(message)
        elif message.head.type == FUNCTION_ERROR:
            yield from self._function_error(message)

    def _answer(self, message: _Message) -> Iterator[Divergence]:
        """OPEN_DONE or CLOSE_DONE."""
        wanted = _ANSWERS[message.head.type or 0]
        found = self._request_of(wanted, message)
        status = message.head.value
        self._opened = wanted == OPEN and not (found and status)
        if found is None:
            if self._is_begun:
                yield message.divergence(
                    f"{message.name}, which nobody asked for or which was answered before; the"
                    " function answers each question once"
                )
            return
        late_ns = message.event.time_ns - found.message.event.time_ns
        self._waiting.remove(found)
        if late_ns > ANSWER_NS or found.repeated:
            times = "once" if found.repeated == 1 else f"{found.repeated} times"
            again = f", after the host had asked {times} more" if found.repeated else ""
            root = message.divergence(
                f"{message.name} comes {late_ns / SECOND_NS:.3f} s after its {_NAMES[wanted]}"
                f" (record {found.message.event.index}){again}; the function answers"
                f" {_NAMES[wanted]} at once"
            )
            yield root
            yield from self._consequences(found, root.index)
        elif status:
            yield message.divergence(
                f"{message.name} has status {status}; the function opens and closes when it is"
                " asked"
            )

    def _request_of(self, wanted: int, message: _Message) -> _OpenOrClose | None:
        """What an answer answers: the last request if that was just now, else the first."""
        key = wanted, message.head.transaction_id
        fitting = [
            request
            for request in self._waiting
            if (request.message.head.type, request.message.head.transaction_id) == key
        ]
        if not fitting:
            return None
        last = fitting[-1]
        is_recent = message.event.time_ns - last.message.event.time_ns <= ANSWER_NS
        return last if is_recent else fitting[0]

    def _consequences(self, found: _OpenOrClose, root: int) -> Iterator[Divergence]:
        """What an answer that is late brings with it: stale answers, and requests in vain."""
        for request in [found, *self._waiting]:
            for stale in request.stale:
                yield stale.divergence(
                    f"the answer to {stale.transaction} of before the OPEN, while the OPEN waits",
                    root,
                )
            request.stale = []
        self._root = root

    def _command_done(self, message: _Message) -> Iterator[Divergence]:
        transaction_id = message.head.transaction_id
        if transaction_id in self._commands:
            del self._commands[transaction_id]
            self._answered[transaction_id] = None
        elif transaction_id in self._answered:
            if message.head.current is not None:  # otherwise it may be a further fragment
                yield message.divergence(
                    f"a second answer to {message.transaction}; the function answers a command once"
                )
        elif self._waiting:
            # It answers an earlier command: the function has not seen the OPEN yet.
            self._waiting[0].stale.append(message)
        elif transaction_id in self._forgotten:
            yield message.divergence(
                f"the answer to {message.transaction} of before the last OPEN; what was asked"
                " before an OPEN is forgotten with it",
                self._root,
            )

    def _function_error(self, message: _Message) -> Iterator[Divergence]:
        transaction_id = message.head.transaction_id
        self._waiting = [
            request
            for request in self._waiting
            if request.message.head.transaction_id != transaction_id
        ]
        self._commands.pop(transaction_id, None)
        if message.head.value == NOT_OPENED and self._opened:
            self._opened = False
            yield message.divergence(
                "FUNCTION_ERROR NOT_OPENED in an open session; the function stays open until CLOSE"
            )

    def finish(self, last_ns: int) -> Iterator[Divergence]:
        """What was never answered, where the log goes on long enough to show it."""
        for request in self._waiting:
            message = request.message
            if last_ns - message.event.time_ns <= ANSWER_NS and not request.repeated:
                continue
            name = _NAMES[message.head.type or 0]
            found = message.divergence(
                f"{message.name} is not answered; the function answers {name} at once", self._root
            )
            yield found
            if found.root:
                yield from self._consequences(request, found.index)
