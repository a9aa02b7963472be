"""The session of a host on a channel: OPEN, transactions, fragments, errors, CLOSE.

One thread, no clock of its own: `clock` gives the time in ns, and `receive` waits. Nothing is
guessed about what comes: an answer belongs to the command with its transaction id, service and CID,
and everything else is handed on as what it is (late, or requested by nobody).
"""

from __future__ import annotations

import select
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from wwanreplay.devices.mbim.channel import Channel
from wwanreplay.errors import DecodeError, DeviceError
from wwanreplay.mbim import messages
from wwanreplay.mbim.class_events import name_of
from wwanreplay.mbim.fragments import Joiner, split
from wwanreplay.mbim.host import answer_s_of
from wwanreplay.mbim.messages import ERRORS, Message, type_name
from wwanreplay.mbim.statuses import SUCCESS

SECOND_NS: Final = 1_000_000_000
#: How long a device has for one OPEN, and for all of them.
OPEN_TRY_S: Final = 5.0
OPEN_S: Final = 30.0
CLOSE_S: Final = 5.0
#: Commands given up whose late answer is still known as such.
LATE_MAX: Final = 1024
#: Transaction ids of the session's own messages; those of commands are below.
OWN_IDS_FROM: Final = 0xF000_0001
OWN_IDS_TO: Final = 0xFFFF_FFFF

_ERROR_NAMES: Final = {number: name for name, number in ERRORS.items()}
_CANCEL: Final = ERRORS["MBIM_ERROR_CANCEL"]
_NOT_OPENED: Final = ERRORS["MBIM_ERROR_NOT_OPENED"]


class What(Enum):
    """What an arrival is."""

    ANSWER = auto()  # to the command that is waited for, `pending`
    LATE = auto()  # an answer to `pending`, which was given up
    UNASKED = auto()  # an answer that nobody waits for
    EVENT = auto()
    REFUSAL = auto()  # FUNCTION_ERROR, for `pending` if there is one
    OTHER = auto()  # OPEN_DONE, CLOSE_DONE, a fragment, bytes that are no message
    TIMEOUT = auto()  # no transfer: `pending` is given up


@dataclass(slots=True)
class Pending:
    """A command that waits for its answer, times in ns."""

    message: Message
    sent_ns: int
    deadline_ns: int

    @property
    def name(self) -> str:
        """The command's name."""
        return name_of(self.message)


@dataclass(slots=True)
class Arrival:
    """One transfer of the device, and the whole message that it completes, if it does.

    `problem` says in words what is wrong with it.
    """

    time_ns: int
    what: What = What.OTHER
    transfer: bytes = b""
    data: bytes | None = None
    message: Message | None = None
    pending: Pending | None = None
    problem: str = ""


class HostSession:
    """What a host does on one channel.

    `on_sent` is given every transfer that is sent, with its time, just before. A `channel` that
    fails raises DeviceError, and DeviceGoneError when the device was taken away.
    """

    def __init__(
        self,
        channel: Channel,
        clock: Callable[[], int],
        on_sent: Callable[[bytes, int], None],
        *,
        own_id: int = OWN_IDS_FROM,
    ) -> None:
        self.channel = channel
        self.clock = clock
        self.is_open = False
        self.pending: OrderedDict[int, Pending] = OrderedDict()
        self.own_id = own_id
        self._on_sent = on_sent
        self._late: OrderedDict[int, Pending] = OrderedDict()
        self._joiner = Joiner()
        self._poller = select.poll()
        self._poller.register(channel.descriptor, select.POLLIN)

    # ------------------------------------------------------------------ sending

    def transfers_of(self, message: Message) -> list[bytes]:
        """The transfers that carry a message: one, or its fragments."""
        return split(message.to_bytes(), self.channel.control_message_max)

    def take_own_id(self) -> int:
        """A transaction id for a message of the session itself."""
        taken = self.own_id
        self.own_id = OWN_IDS_FROM if taken >= OWN_IDS_TO else taken + 1
        return taken

    def send(self, message: Message, *, timeout_ns: int | None = None) -> Pending:
        """Send a command; its answer is one of the arrivals. Its id must not be in use."""
        assert message.transaction_id not in self.pending
        now_ns = self.clock()
        if timeout_ns is None:
            timeout_ns = answer_s_of(message) * SECOND_NS
        self._late.pop(message.transaction_id, None)
        pending = Pending(message, now_ns, now_ns + timeout_ns)
        self.pending[message.transaction_id] = pending
        self._send(message)
        return pending

    def cancel(self, transaction_id: int) -> bool:
        """Tell the device that nobody waits for an answer any more; False if nobody did."""
        pending = self.pending.pop(transaction_id, None)
        if pending is None:
            return False
        self._remember_late(transaction_id, pending)
        self._send(Message(messages.MBIM_HOST_ERROR_MSG, transaction_id, _CANCEL))
        return True

    def _send(self, message: Message) -> None:
        for transfer in self.transfers_of(message):
            self._on_sent(transfer, self.clock())
            self.channel.write(transfer)

    def _remember_late(self, transaction_id: int, pending: Pending) -> None:
        self._late[transaction_id] = pending
        while len(self._late) > LATE_MAX:
            self._late.popitem(last=False)

    # ------------------------------------------------------------------ receiving

    @property
    def next_due_ns(self) -> int | None:
        """When the next command is given up, or None."""
        return min((each.deadline_ns for each in self.pending.values()), default=None)

    def receive(self, until_ns: int) -> list[Arrival]:
        """What has arrived, or is given up; waits for it until a time at most."""
        while True:
            found = self._available()
            now_ns = self.clock()
            found += self._expired(now_ns)
            if found or now_ns >= until_ns:
                return found
            due = [until_ns, self.next_due_ns, self._joiner.next_due_ns]
            nearest = min(time_ns for time_ns in due if time_ns is not None)
            # Rounded up: a wait that ends too early would only be repeated.
            wait_ms = max(0, nearest - now_ns + 999_999) // 1_000_000
            self._poller.poll(min(wait_ms, 250))  # an unfinished message is looked after as well

    def _available(self) -> list[Arrival]:
        time_ns = self.clock()
        found: list[Arrival] = []
        rest = self.channel.overdue(time_ns)
        for transfer in ([rest] if rest else []) + self.channel.read(time_ns):
            found += self._take(transfer, time_ns)
        return found

    def _expired(self, now_ns: int) -> list[Arrival]:
        """Give up what is overdue: fragments, and commands."""
        self._report_errors(self._joiner.expire(now_ns))
        over = [tid for tid, each in self.pending.items() if each.deadline_ns <= now_ns]
        found = []
        for transaction_id in over:
            pending = self.pending.pop(transaction_id)
            self._remember_late(transaction_id, pending)
            waited_s = (now_ns - pending.sent_ns) / SECOND_NS
            found.append(
                Arrival(
                    now_ns,
                    What.TIMEOUT,
                    pending=pending,
                    problem=f"no answer to {pending.name} (transaction {transaction_id})"
                    f" within {waited_s:.3f} s",
                )
            )
        return found

    def _report_errors(self, errors: list[tuple[int, str]]) -> None:
        """Tell the device which fragments are wrong."""
        for transaction_id, error in errors:
            self._send(Message(messages.MBIM_HOST_ERROR_MSG, transaction_id, ERRORS[error]))

    def _take(self, transfer: bytes, time_ns: int) -> list[Arrival]:
        arrival = Arrival(time_ns, transfer=transfer)
        try:
            header = messages.parse_header(transfer)
        except DecodeError as error:
            arrival.problem = f"{len(transfer)} bytes that are no message: {error}"
            return [arrival]
        joined = self._joiner.feed(header, transfer, time_ns)
        self._report_errors(joined.errors)
        arrival.problem = "; ".join(str(problem) for problem in joined.problems)
        arrival.data = joined.message
        if joined.message is not None:
            try:
                arrival.message = messages.parse_message(joined.message, from_host=False)
            except DecodeError as error:
                arrival.problem = str(error)
            else:
                self._classify(arrival, arrival.message)
        return [arrival]

    def _classify(self, arrival: Arrival, message: Message) -> None:
        if message.type == messages.MBIM_INDICATE_STATUS_MSG:
            arrival.what = What.EVENT
        elif message.type == messages.MBIM_COMMAND_DONE:
            self._answer(arrival, message)
        elif message.type == messages.MBIM_FUNCTION_ERROR_MSG:
            arrival.what = What.REFUSAL
            arrival.pending = self.pending.pop(message.transaction_id, None)
            if message.value == _NOT_OPENED:
                self.is_open = False
            error = _ERROR_NAMES.get(message.value, f"error {message.value}")
            arrival.problem = (
                f"FUNCTION_ERROR {error.removeprefix('MBIM_ERROR_')} for transaction"
                f" {message.transaction_id}"
            )

    def _answer(self, arrival: Arrival, message: Message) -> None:
        """Find whose answer it is."""
        transaction_id = message.transaction_id
        for waiting, what in ((self.pending, What.ANSWER), (self._late, What.LATE)):
            pending = waiting.get(transaction_id)
            if pending is None:
                continue
            request = pending.message
            if (request.service, request.cid) == (message.service, message.cid):
                del waiting[transaction_id]
                arrival.what, arrival.pending = what, pending
                if what is What.LATE:
                    late_s = (arrival.time_ns - pending.sent_ns) / SECOND_NS
                    arrival.problem = (
                        f"a late answer to {pending.name} (transaction {transaction_id}),"
                        f" {late_s:.3f} s after it was sent"
                    )
                return
        arrival.what = What.UNASKED
        arrival.problem = (
            f"an answer to {name_of(message)} (transaction {transaction_id}), which nobody waits"
            " for"
        )

    # ------------------------------------------------------------------ opening and closing

    def open(
        self,
        take: Callable[[Arrival], None],
        *,
        open_s: float = OPEN_S,
        try_s: float = OPEN_TRY_S,
    ) -> None:
        """Open the function, asking again while it does not answer; DeviceError in the end.

        `take` is given what arrives meanwhile: answers to a host before this one.
        """
        self.channel.connect(open_s)
        deadline_ns = self.clock() + round(open_s * SECOND_NS)
        refusals: list[str] = []
        tries = 0
        while self.clock() < deadline_ns:
            tries += 1
            transaction_id = self.take_own_id()
            size = self.channel.control_message_max
            self._joiner.reset()
            self._send(Message(messages.MBIM_OPEN_MSG, transaction_id, size))
            try_ns = self.clock() + round(try_s * SECOND_NS)
            answer = self._await(
                messages.MBIM_OPEN_DONE, transaction_id, min(try_ns, deadline_ns), take
            )
            if answer is None:
                continue
            if answer.type == messages.MBIM_OPEN_DONE and answer.value == SUCCESS:
                self.is_open = True
                return
            # A function that another host left open, or that is busy, opens once it is closed.
            refusals.append(f"{type_name(answer.type)} {answer.value}")
            if len(refusals) > 2:
                raise DeviceError(f"{self.channel.name}: does not open: {', '.join(refusals)}")
            self.close(take)
        answered = f"; it refused with {', '.join(refusals)}" if refusals else ""
        raise DeviceError(
            f"{self.channel.name}: does not answer OPEN: {tries} tries in {open_s:g} s{answered}"
        )

    def close(self, take: Callable[[Arrival], None], *, close_s: float = CLOSE_S) -> bool:
        """Close the function; whether it answered."""
        self.is_open = False
        transaction_id = self.take_own_id()
        self._send(Message(messages.MBIM_CLOSE_MSG, transaction_id))
        deadline_ns = self.clock() + round(close_s * SECOND_NS)
        done = messages.MBIM_CLOSE_DONE
        return self._await(done, transaction_id, deadline_ns, take) is not None

    def _await(
        self, kind: int, transaction_id: int, until_ns: int, take: Callable[[Arrival], None]
    ) -> Message | None:
        """The message of that kind and id, or the error for it; None when none comes in time."""
        while True:
            found = None
            for arrival in self.receive(until_ns):
                take(arrival)
                message = arrival.message
                wanted = (kind, messages.MBIM_FUNCTION_ERROR_MSG)
                if message is None or message.type not in wanted:
                    continue
                if message.transaction_id == transaction_id:
                    found = message
            if found is not None or self.clock() >= until_ns:
                return found

    def ask(self, message: Message, take: Callable[[Arrival], None]) -> Message | None:
        """Send a command and wait for its answer; None when there is none, or a refusal."""
        pending = self.send(message)
        while True:
            for arrival in self.receive(pending.deadline_ns):
                take(arrival)
                if arrival.pending is pending:
                    return arrival.message if arrival.what is What.ANSWER else None
