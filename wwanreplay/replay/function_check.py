"""The MBIM function of a field trace: how it answers OPEN, CLOSE and commands.

The model is the specification's (MBIM 1.0, sections 9.3 and 9.4): a function answers OPEN with
OPEN_DONE and CLOSE with CLOSE_DONE, each once, under the transaction of the request, before the
host has reason to repeat it; requests before an OPEN are forgotten with it; a command is answered
once, by its own COMMAND_DONE and not by FUNCTION_ERROR; all fragments of a message come; an
indication has TransactionId 0; what a message holds has the layout of its command or event; an
answer has its command. That a command of the model is not answered shows in the comparison with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from wwanreplay._core import Event, Recent
from wwanreplay.mbim import messages
from wwanreplay.mbim.fragments import CONTROL_TRANSFER_MIN, FRAGMENT_TIMEOUT_NS
from wwanreplay.mbim.header import FRAGMENTED_TYPES, Head, look, usual_command
from wwanreplay.mbim.rows.framing import STATUS_CODES
from wwanreplay.mbim.tables import SERVICES_BY_UUID, command_name
from wwanreplay.protocol.kinds import (
    FLAG_INCOMPLETE,
    FLAG_TIME_INEXACT,
    KIND_NOTE,
    KIND_WIRE,
    WIRE_HOST_TO_DEVICE,
)
from wwanreplay.protocol.timing import OPERATIONS, SECOND_NS, UNANSWERED_NS
from wwanreplay.replay.divergence import Divergence
from wwanreplay.replay.fault import DivergenceKind
from wwanreplay.replay.untied import is_modelled, is_of_oids, malformation, worst_ns
from wwanreplay.trace.notes import NoteCode
from wwanreplay.words import printable

OPEN, CLOSE = messages.MBIM_OPEN_MSG, messages.MBIM_CLOSE_MSG
COMMAND, HOST_ERROR = messages.MBIM_COMMAND_MSG, messages.MBIM_HOST_ERROR_MSG
OPEN_DONE, CLOSE_DONE = messages.MBIM_OPEN_DONE, messages.MBIM_CLOSE_DONE
COMMAND_DONE, FUNCTION_ERROR = messages.MBIM_COMMAND_DONE, messages.MBIM_FUNCTION_ERROR_MSG
INDICATION = messages.MBIM_INDICATE_STATUS_MSG
_STATUS_NAMES: Final = {number: name for name, number in STATUS_CODES.items()}
_ERROR_NAMES: Final = {number: name for name, number in messages.ERRORS.items()}
NOT_OPENED = messages.ERRORS["MBIM_ERROR_NOT_OPENED"]
_ANSWERS: Final[dict[int, int]] = {OPEN_DONE: OPEN, CLOSE_DONE: CLOSE}
_NAMES: Final[dict[int, str]] = {
    OPEN: "OPEN",
    CLOSE: "CLOSE",
    OPEN_DONE: "OPEN_DONE",
    CLOSE_DONE: "CLOSE_DONE",
}
#: A request to the function itself is answered within this time.
ANSWER_NS: Final = 5 * SECOND_NS
#: Of a log whose clock has steps of a second a difference says no more than this.
COARSE_NS: Final = SECOND_NS
#: What is answered sooner is late by no limit.
SOON_NS: Final = min(limit.worst_ns for limit in OPERATIONS)
REMEMBERED_MAX: Final = 4096


class _Message:
    """A message of the host or the device, whose record is known by its index."""

    # Of an OPEN or CLOSE that waits for its answer:
    repeated = 0  # times the host repeated it meanwhile
    stale: tuple[_Message, ...] = ()  # answers to older commands

    def __init__(self, event: Event) -> None:
        self.event = event

    @cached_property
    def head(self) -> Head:
        """What its header says."""
        return look(self.event.payload)

    @property
    def name(self) -> str:
        """What message of which transaction it is or answers."""
        return f"{_NAMES[self.head.type or 0]} of {self.transaction}"

    @property
    def command(self) -> str:
        """The command or event that it is or answers, in words."""
        service, cid = self.head.service, self.head.cid
        if service is None or cid is None:
            return "a command"
        known = SERVICES_BY_UUID.get(service)
        return f"CID {cid}" if known is None else command_name(known.number, cid)

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


def check_function(events: Iterable[Event]) -> Iterator[Divergence]:
    """Where the function of a trace left the model; nothing for a trace without messages."""
    check = FunctionCheck()
    yield from check.take(events)
    yield from check.finish()


class FunctionCheck:
    """The same of a trace that is taken part by part: the function's state as messages show it."""

    def __init__(self) -> None:
        self._place = 0
        self._last_ns = 0
        self._is_timed = False  # whether the log has times
        self._waiting: list[_Message] = []  # OPEN and CLOSE without their answers
        self._opened = False
        self._is_begun = False  # whether the host has opened or closed since the log begins
        # Transactions of commands, with the command itself while it waits.
        self._commands: Recent[int | None, _Message] = Recent(REMEMBERED_MAX)
        self._answered: Recent[int | None, None] = Recent(REMEMBERED_MAX)
        self._forgotten: Recent[int | None, None] = Recent(REMEMBERED_MAX)
        self._given_up: Recent[int | None, None] = Recent(REMEMBERED_MAX)  # by the host
        self._sessions: Recent[int | None, None] = Recent(REMEMBERED_MAX)  # of OPEN and CLOSE
        self._root: int | None = None
        self._broken: Recent[int | None, None] = Recent(REMEMBERED_MAX)  # by the host itself
        self._last_of_command: _Message | None = None
        self._refused_open: int | None = None  # since when the function is not open
        self._fragments: _Message | None = None  # the first of a message that is not whole
        self._fragment_count = 0
        self._last: _Message | None = None  # of the device

    def take(self, events: Iterable[Event]) -> Iterator[Divergence]:
        """What the next events show."""
        for place, event in enumerate(events, self._place):
            self._place = place + 1
            self._last_ns = event.time_ns
            kind = event.kind
            if kind != KIND_WIRE:
                if kind == KIND_NOTE and event.code == NoteCode.MALFORMED:
                    yield from self._malformed(printable(event.payload.decode("utf-8", "replace")))
                continue
            if not event.flags & FLAG_TIME_INEXACT:
                self._is_timed = True
            message = _Message(event.replace(index=place) if event.index is None else event)
            if self._takes_usual(message):
                continue
            head = message.head
            if head.type is None or head.transaction_id is None:
                continue
            if event.code == WIRE_HOST_TO_DEVICE:
                yield from self._host(message)
                continue
            yield from self._fragment(message)
            if not head.is_later_fragment:
                yield from self._device(message)

    def _takes_usual(self, message: _Message) -> bool:
        """Take a message as nearly all are, with what `_host` and `_device` make of it.

        Those are whole commands of new transactions, and their answers, as far as OIDs carry them.
        """
        event = message.event
        usual = usual_command(event.payload)
        if usual is None:
            return False
        kind, transaction_id, command = usual
        if kind == COMMAND:
            if event.code != WIRE_HOST_TO_DEVICE or event.flags or transaction_id in self._commands:
                return False
            self._broken.pop(transaction_id, None)
            self._answered.pop(transaction_id, None)
            self._commands[transaction_id] = self._last_of_command = message
            return True
        if event.code == WIRE_HOST_TO_DEVICE or not is_of_oids(command):
            return False
        asked = self._commands.get(transaction_id)
        wanted = COMMAND, transaction_id, command
        if asked is None or usual_command(asked.event.payload) != wanted:
            return False
        if event.time_ns - asked.event.time_ns > SOON_NS:
            return False
        self._last = message
        del self._commands[transaction_id]
        self._answered[transaction_id] = None
        return True

    def _host(self, message: _Message) -> Iterator[Divergence]:
        """Take a message of the host."""
        kind, transaction_id = message.head.type, message.head.transaction_id
        if kind in (OPEN, CLOSE):
            for request in self._waiting:
                request.repeated += 1
            self._is_begun = True
            yield from self._unanswered(message.event.time_ns)
            for command in self._commands:
                self._forgotten[command] = None
            self._commands.clear()
            self._answered.clear()
            self._sessions[transaction_id] = None
            self._waiting.append(message)
        elif kind == COMMAND:
            if self._is_broken(message):
                self._broken[transaction_id] = None
            else:
                self._broken.pop(transaction_id, None)
            if not message.head.is_later_fragment:
                self._commands[transaction_id] = message
            self._answered.pop(transaction_id, None)
            self._last_of_command = message
        elif kind == HOST_ERROR and self._commands.pop(transaction_id, None) is not None:
            self._given_up[transaction_id] = None

    def _is_broken(self, message: _Message) -> bool:
        """Whether a command, or a fragment of one, is none that the function must take."""
        head, last = message.head, self._last_of_command
        is_whole = not message.event.flags & FLAG_INCOMPLETE
        if is_whole and head.length != len(message.event.payload):
            return True
        if not head.is_later_fragment:
            return head.transaction_id in self._commands
        follows = last is not None and (head.transaction_id, head.current) == (
            last.head.transaction_id,
            (last.head.current or 0) + 1,
        )
        is_late = last is not None and (
            message.event.time_ns - last.event.time_ns > FRAGMENT_TIMEOUT_NS
        )
        return not follows or is_late or head.transaction_id in self._broken

    def _device(self, message: _Message) -> Iterator[Divergence]:
        """Take a message of the device."""
        self._last = message
        if message.head.type in _ANSWERS:
            yield from self._answer(message)
        elif message.head.type == COMMAND_DONE:
            yield from self._command_done(message)
        elif message.head.type == FUNCTION_ERROR:
            yield from self._function_error(message)
        elif message.head.type == INDICATION and message.head.transaction_id:
            yield message.divergence(
                f"an indication of {message.command} has TransactionId"
                f" {message.head.transaction_id}; that of an indication is 0"
            )
        if message.head.type in (COMMAND_DONE, INDICATION):
            problem = malformation(message.event, message.head)
            if problem:
                yield message.divergence(f"a malformed message of the function: {problem}")

    def _malformed(self, why: str) -> Iterator[Divergence]:
        """The device's last message holds what its command or event does not have."""
        if self._last is not None:
            yield self._last.divergence(f"a malformed message of the function: {why}")

    def _fragment(self, message: _Message) -> Iterator[Divergence]:
        """Follow the fragments of the device's messages."""
        head, first = message.head, self._fragments
        total, current = head.total or 1, head.current
        if head.type not in FRAGMENTED_TYPES or current is None or total == 1:
            return
        follows = (
            first is not None
            and (head.type, head.transaction_id, head.total)
            == (first.head.type, first.head.transaction_id, first.head.total)
            and current == self._fragment_count
        )
        if follows:
            self._fragment_count += 1
            if self._fragment_count == total:
                self._fragments = None
            return
        if first is not None:
            yield self._incomplete(first)
        if current:
            self._fragments = None
            yield message.divergence(
                f"fragment {current + 1} of {total} of {message.transaction} comes without those"
                " before it"
            )
        else:
            self._fragments, self._fragment_count = message, 1

    def _incomplete(self, first: _Message) -> Divergence:
        count = "1" if self._fragment_count == 1 else f"1 to {self._fragment_count}"
        of = f"an indication of {first.command}"
        if first.head.type == COMMAND_DONE:
            of = f"the answer to {first.transaction} ({first.command})"
        return first.divergence(f"of {of} only fragment {count} of {first.head.total} came")

    def _answer(self, message: _Message) -> Iterator[Divergence]:
        """OPEN_DONE or CLOSE_DONE."""
        wanted = _ANSWERS[message.head.type or 0]
        found = self._request_of(wanted, message)
        status = message.head.value
        self._opened = wanted == OPEN and not status
        if self._opened:
            self._refused_open = None
        if found is None:
            if self._is_begun:
                yield message.divergence(
                    f"{message.name}, which nobody asked for or which was answered before; the"
                    " function answers each question once"
                )
            elif status:
                yield self._refusal(message, wanted, status)
            return
        late_ns = message.event.time_ns - found.event.time_ns
        self._waiting.remove(found)
        if late_ns > ANSWER_NS or found.repeated:
            times = "once" if found.repeated == 1 else f"{found.repeated} times"
            again = f", after the host had asked {times} more" if found.repeated else ""
            root = message.divergence(
                f"{message.name} comes {late_ns / SECOND_NS:.3f} s after its {_NAMES[wanted]}"
                f" (record {found.event.index}){again}; the function answers"
                f" {_NAMES[wanted]} at once"
            )
            yield root
            yield from self._consequences(found, root.index)
        elif status:
            yield self._refusal(message, wanted, status)

    def _refusal(self, message: _Message, wanted: int, status: int) -> Divergence:
        """An OPEN or CLOSE that failed."""
        found = message.divergence(
            f"{message.name} has {_STATUS_NAMES.get(status, 'status')} ({status}): the function"
            f" refuses to {'open' if wanted == OPEN else 'close'}",
            self._refused_open,
        )
        if wanted == OPEN and self._refused_open is None:
            self._refused_open = message.event.index
        return found

    def _request_of(self, wanted: int, message: _Message) -> _Message | None:
        """What an answer answers: the last request if that was just now, else the first."""
        key = wanted, message.head.transaction_id
        fitting = [
            request
            for request in self._waiting
            if (request.head.type, request.head.transaction_id) == key
        ]
        if not fitting:
            return None
        last = fitting[-1]
        is_recent = message.event.time_ns - last.event.time_ns <= ANSWER_NS
        return last if is_recent else fitting[0]

    def _consequences(self, found: _Message, root: int) -> Iterator[Divergence]:
        """What an answer that is late brings with it: stale answers, and requests in vain."""
        for request in [found, *self._waiting]:
            for stale in request.stale:
                yield stale.divergence(
                    f"the answer to {stale.transaction} of before the OPEN, while the OPEN waits",
                    root,
                )
            request.stale = ()
        self._root = root

    def _command_done(self, message: _Message) -> Iterator[Divergence]:
        transaction_id = message.head.transaction_id
        if transaction_id in self._commands:
            command = self._commands.pop(transaction_id)
            self._answered[transaction_id] = None
            if None not in (message.head.cid, command.head.cid) and (
                (message.head.service, message.head.cid) != (command.head.service, command.head.cid)
            ):
                yield message.divergence(
                    f"{message.transaction} asked for {command.command} (record"
                    f" {command.event.index}) and is answered by {message.command}"
                )
            elif self._is_late(command, message):
                took_s = (message.event.time_ns - command.event.time_ns) / SECOND_NS
                yield message.divergence(
                    f"the answer to {message.transaction} ({command.command}) comes after"
                    f" {took_s:.0f} s; it may take {(worst_ns(command.head) or 0) // SECOND_NS} s"
                )
        elif transaction_id in self._answered:
            if message.head.current is not None:  # otherwise it may be a further fragment
                yield message.divergence(
                    f"a second answer to {message.transaction}; the function answers a command once"
                )
        elif self._waiting:
            # It answers an earlier command: the function has not seen the OPEN yet.
            self._waiting[0].stale += (message,)
        elif transaction_id in self._forgotten:
            yield message.divergence(
                f"the answer to {message.transaction} of before the last OPEN; what was asked"
                " before an OPEN is forgotten with it",
                self._root,
            )
        elif self._is_begun and transaction_id not in self._given_up:
            yield message.divergence(
                f"an answer of {message.command} to {message.transaction}, which the host did not"
                " send"
            )

    def _is_late(self, command: _Message, answer: _Message) -> bool:
        """Whether an answer that the model does not judge comes later than the table allows."""
        allowed_ns = worst_ns(command.head) if self._is_timed else None
        took_ns = answer.event.time_ns - command.event.time_ns
        return allowed_ns is not None and took_ns > allowed_ns + COARSE_NS

    def _unanswered(self, now_ns: int) -> Iterator[Divergence]:
        """Commands that the model lacks and that were not answered for as long as is waited."""
        for command in list(self._commands.values()):
            waited_ns = now_ns - command.event.time_ns
            if not is_modelled(command.head) and waited_ns >= UNANSWERED_NS:
                yield command.divergence(
                    f"{command.transaction} ({command.command}) is not answered in"
                    f" {waited_ns / SECOND_NS:.0f} s"
                )

    def _function_error(self, message: _Message) -> Iterator[Divergence]:
        transaction_id, error = message.head.transaction_id, message.head.value
        name = f"FUNCTION_ERROR {_ERROR_NAMES.get(error or 0, '').removeprefix('MBIM_ERROR_')}"
        name = f"{name.strip()} ({error})"
        command = self._commands.pop(transaction_id, None)
        requests = [each for each in self._waiting if each.head.transaction_id == transaction_id]
        self._waiting = [each for each in self._waiting if each not in requests]
        for request in requests:
            yield from self._refused(request, message, name)
        if error == NOT_OPENED:
            if self._opened:
                self._opened = False
                yield message.divergence(
                    "FUNCTION_ERROR NOT_OPENED in an open session; the function stays open until"
                    " CLOSE"
                )
        elif command is not None and transaction_id not in self._broken:
            yield message.divergence(
                f"{message.transaction} ({command.command}, record {command.event.index}) is"
                f" answered by {name}, not by COMMAND_DONE",
                self._refused_open,
            )
        elif command is None and transaction_id and self._is_unsent(transaction_id):
            yield message.divergence(
                f"{name} is about {message.transaction}, which the host did not send"
            )

    def _is_unsent(self, transaction_id: int) -> bool:
        """Whether the host never used a transaction, as far as the log shows."""
        known = (self._answered, self._forgotten, self._given_up, self._broken, self._sessions)
        return (
            self._is_begun
            and not self._waiting  # the function may not have seen the OPEN yet
            and not any(transaction_id in each for each in known)
        )

    def _refused(self, request: _Message, message: _Message, name: str) -> Iterator[Divergence]:
        """An OPEN or CLOSE that is answered by FUNCTION_ERROR."""
        is_open = request.head.type == OPEN
        if is_open and (request.head.value or 0) < CONTROL_TRANSFER_MIN:
            return  # the host asks for less than there may be
        offer = f"; the host offered MaxControlTransfer {request.head.value}" if is_open else ""
        found = message.divergence(
            f"{request.name} (record {request.event.index}) is answered by {name}{offer}",
            self._refused_open,
        )
        yield found
        if is_open and self._refused_open is None:
            self._refused_open = found.index

    def finish(self) -> Iterator[Divergence]:
        """What was never answered, where the log goes on long enough to show it."""
        first = self._fragments
        if first is not None and (
            self._last is not first or self._last_ns - first.event.time_ns > FRAGMENT_TIMEOUT_NS
        ):
            yield self._incomplete(first)
        yield from self._unanswered(self._last_ns)
        for request in self._waiting:
            if self._last_ns - request.event.time_ns <= ANSWER_NS and not request.repeated:
                continue
            name = _NAMES[request.head.type or 0]
            found = request.divergence(
                f"{request.name} is not answered; the function answers {name} at once", self._root
            )
            yield found
            if found.root:
                yield from self._consequences(request, found.index)
