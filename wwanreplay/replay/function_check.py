"""The MBIM function of a field trace: how it answers OPEN, CLOSE and commands.

The model is the specification's (MBIM 1.0, sections 9.3 and 9.4): a function answers OPEN with
OPEN_DONE and CLOSE with CLOSE_DONE, each once, under the transaction of the request, before the
host has reason to repeat it; requests before an OPEN are forgotten with it; a command is answered
once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.mbim import messages
from wwanreplay.mbim.header import Head, look
from wwanreplay.replay.divergence import Divergence
from wwanreplay.replay.fault import DivergenceKind

OPEN, CLOSE = messages.MBIM_OPEN_MSG, messages.MBIM_CLOSE_MSG
COMMAND, HOST_ERROR = messages.MBIM_COMMAND_MSG, messages.MBIM_HOST_ERROR_MSG
OPEN_DONE, CLOSE_DONE = messages.MBIM_OPEN_DONE, messages.MBIM_CLOSE_DONE
COMMAND_DONE, FUNCTION_ERROR = messages.MBIM_COMMAND_DONE, messages.MBIM_FUNCTION_ERROR_MSG
NOT_OPENED = messages.ERRORS["MBIM_ERROR_NOT_OPENED"]
_ANSWERS: Final[dict[int, int]] = {OPEN_DONE: OPEN, CLOSE_DONE: CLOSE}
_NAMES: Final[dict[int, str]] = {OPEN: "OPEN", CLOSE: "CLOSE"}
#: A request to the function itself is answered within this time.
ANSWER_NS: Final = 5_000_000_000
SECOND_NS: Final = 1_000_000_000
REMEMBERED_MAX: Final = 4096


@dataclass(slots=True)
class _Message:
    index: int
    time_ns: int
    type: int
    transaction_id: int
    head: Head
    event: Event


@dataclass(slots=True)
class _OpenOrClose:
    """An OPEN or CLOSE without its answer."""

    type: int
    transaction_id: int
    index: int
    time_ns: int
    event: Event
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
        index = place if event.index is None else event.index
        message = _Message(
            index, event.time_ns, head.type, head.transaction_id, head, event.replace(index=index)
        )
        if event.code == WireDirection.WIRE_HOST_TO_DEVICE:
            yield from check.host(message)
        elif not head.is_later_fragment:
            yield from check.device(message)
    yield from check.finish(last_ns)


class _Check:
    """The function's state as its messages show it."""

    def __init__(self) -> None:
        self._waiting: list[_OpenOrClose] = []
        self._opened = False
        self._is_begun = False  # whether the host has opened or closed since the log begins
        self._commands: dict[int, int] = {}  # transaction to the record of the command
        self._answered: dict[int, int] = {}
        self._forgotten: dict[int, int] = {}
        self._root: int | None = None

    def host(self, message: _Message) -> Iterator[Divergence]:
        """Take a message of the host."""
        if message.type in (OPEN, CLOSE):
            for request in self._waiting:
                request.repeated += 1
            self._is_begun = True
            self._forgotten |= self._commands
            _bound(self._forgotten)
            self._commands.clear()
            self._answered.clear()
            self._waiting.append(
                _OpenOrClose(
                    message.type,
                    message.transaction_id,
                    message.index,
                    message.time_ns,
                    message.event,
                )
            )
        elif message.type == COMMAND:
            self._commands[message.transaction_id] = message.index
            self._answered.pop(message.transaction_id, None)
            _bound(self._commands)
        elif message.type == HOST_ERROR:
            self._commands.pop(message.transaction_id, None)
        return iter(())

    def device(self, message: _Message) -> Iterator[Divergence]:
        """Take a message of the device."""
        if message.type in _ANSWERS:
            yield from self._answer(message)
        elif message.type == COMMAND_DONE:
            yield from self._command_done(message)
        elif message.type == FUNCTION_ERROR:
            yield from self._function_error(message)

    def _answer(self, message: _Message) -> Iterator[Divergence]:
        """OPEN_DONE or CLOSE_DONE."""
        wanted = _ANSWERS[message.type]
        name = _NAMES[wanted]
        found = self._request_of(wanted, message)
        if found is None:
            if self._is_begun:
                yield _divergence(
                    message,
                    f"{name}_DONE of transaction {message.transaction_id}, which nobody asked for"
                    " or which was answered before; the function answers each question once",
                )
            self._opened = wanted == OPEN
            return
        late_ns = message.time_ns - found.time_ns
        self._waiting.remove(found)
        status = message.head.value
        self._opened = wanted == OPEN and not status
        if late_ns > ANSWER_NS or found.repeated:
            again = f", after the host had asked {_times(found.repeated)} more" * bool(
                found.repeated
            )
            root = _divergence(
                message,
                f"{name}_DONE of transaction {found.transaction_id} comes"
                f" {late_ns / SECOND_NS:.3f} s after its {name} (record {found.index}){again};"
                f" the function answers {name} at once",
            )
            yield root
            yield from self._consequences(found, root.index)
        elif status:
            yield _divergence(
                message,
                f"{name}_DONE of transaction {found.transaction_id} has status {status};"
                " the function opens and closes when it is asked",
            )

    def _request_of(self, wanted: int, message: _Message) -> _OpenOrClose | None:
        """What an answer answers: the last request if that was just now, else the first."""
        fitting = [
            request
            for request in self._waiting
            if request.type == wanted and request.transaction_id == message.transaction_id
        ]
        if not fitting:
            return None
        last = fitting[-1]
        return last if message.time_ns - last.time_ns <= ANSWER_NS else fitting[0]

    def _consequences(self, found: _OpenOrClose, root: int) -> Iterator[Divergence]:
        """What an answer that is late brings with it: stale answers, and requests in vain."""
        for request in [found, *self._waiting]:
            for stale in request.stale:
                yield _following(stale, root)
            request.stale = []
        self._root = root

    def _command_done(self, message: _Message) -> Iterator[Divergence]:
        command = self._commands.pop(message.transaction_id, None)
        if command is not None:
            self._answered[message.transaction_id] = command
            _bound(self._answered)
            return
        if message.transaction_id in self._answered:
            if message.head.current is None:
                return  # it may be a further fragment
            yield _divergence(
                message,
                f"a second answer to transaction {message.transaction_id}; the function answers a"
                " command once",
            )
            return
        if self._waiting:
            # It answers an earlier command: the function has not seen the OPEN yet.
            self._waiting[0].stale.append(message)
            return
        if message.transaction_id in self._forgotten:
            root = self._root
            divergence = _divergence(
                message,
                f"the answer to transaction {message.transaction_id} of before the last OPEN; what"
                " was asked before an OPEN is forgotten with it",
            )
            if root is not None:
                divergence.root, divergence.root_index = False, root
            yield divergence

    def _function_error(self, message: _Message) -> Iterator[Divergence]:
        error = message.head.value
        self._waiting = [
            request for request in self._waiting if request.transaction_id != message.transaction_id
        ]
        self._commands.pop(message.transaction_id, None)
        if error == NOT_OPENED and self._opened:
            self._opened = False
            yield _divergence(
                message,
                "FUNCTION_ERROR NOT_OPENED in an open session; the function stays open until CLOSE",
            )

    def finish(self, last_ns: int) -> Iterator[Divergence]:
        """What was never answered, where the log goes on long enough to show it."""
        for request in self._waiting:
            name = _NAMES[request.type]
            if last_ns - request.time_ns <= ANSWER_NS and not request.repeated:
                continue
            divergence = Divergence(
                DivergenceKind.WIRE,
                self._root is None,
                request.index,
                request.time_ns,
                request.event,
                None,
                self._root,
                note=f"{name} of transaction {request.transaction_id} is not answered; the"
                f" function answers {name} at once",
            )
            yield divergence
            if self._root is None:
                self._root = request.index
                yield from self._consequences(request, request.index)


def _following(stale: _Message, root: int) -> Divergence:
    divergence = _divergence(
        stale,
        f"the answer to transaction {stale.transaction_id} of before the OPEN, while the OPEN"
        " waits",
    )
    divergence.root, divergence.root_index = False, root
    return divergence


def _divergence(message: _Message, note: str) -> Divergence:
    return Divergence(
        DivergenceKind.WIRE, True, message.index, message.time_ns, message.event, None, note=note
    )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _bound(remembered: dict[int, int]) -> None:
    while len(remembered) > REMEMBERED_MAX:
        remembered.pop(next(iter(remembered)))
