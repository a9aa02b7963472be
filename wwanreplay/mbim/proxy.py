"""Many clients on one MBIM function, as libmbim's mbim-proxy does it; no I/O and no clock.

    proxy = Multiplexer()
    proxy.join(1)
    proxy.client_transfer(1, data, time_ns)
    for effect in proxy.take(): ...

Clients begin with a configuration message, which names the device and how long it has to open. One
OPEN goes to the function; OPEN and CLOSE of clients are answered here. Commands get transaction
ids of the multiplexer, their answers the client's own again. An event goes to the clients whose
list has it. A message goes on when it is whole, so that those of clients never mix: cut anew for
the function, in one piece for a client, as libmbim takes it.

What mbim-proxy 1.28.2 was seen to do is done here too, with these differences: a function that
reports NOT_OPENED is opened again by the next OPEN or configuration of a client, a client's
HOST_ERROR for a command that it waits for reaches the function, lists with all events of a service
are passed on as such, and fragments of two clients may come side by side.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from wwanreplay._relay import Transaction
from wwanreplay.errors import DecodeError
from wwanreplay.mbim import messages
from wwanreplay.mbim.commands import PROXY_VERSION
from wwanreplay.mbim.fragments import CONTROL_MESSAGE_MAX, Joiner, split
from wwanreplay.mbim.header import HOST_TYPES, Head, look, with_transaction
from wwanreplay.mbim.messages import ERRORS, STATUS, Message, type_name
from wwanreplay.mbim.proxy_effects import (
    Effect,
    HangUp,
    Remark,
    ToClient,
    ToDevice,
    Undelivered,
)
from wwanreplay.mbim.proxy_messages import configuration_of, done, is_whole, list_command
from wwanreplay.mbim.proxy_transactions import (
    AGREEMENT,
    CONFIGURATION,
    OUTSTANDING_MAX,
    SUBSCRIPTION,
    command_name,
    no_transactions,
)
from wwanreplay.mbim.subscriptions import (
    STANDARD,
    EventList,
    has_event,
    list_text,
    merged,
    read_list,
)

#: Messages of one client that wait while the function opens.
HELD_MAX: Final = 64
#: A command that is not answered within this time is given up. Longer than any command takes.
ANSWER_NS: Final = 300_000_000_000
#: When OPEN is sent again, and how long a function has to open where no client says.
OPEN_TRY_NS: Final = 5_000_000_000
OPEN_NS: Final = 30_000_000_000
#: OPENs that may be refused, each but the last followed by CLOSE and another.
OPEN_REFUSALS_MAX: Final = 3

_PROXY_SERVICE: Final = CONFIGURATION[:16]
_SUCCESS: Final = STATUS["MBIM_STATUS_SUCCESS"]
_NOT_OPENED: Final = ERRORS["MBIM_ERROR_NOT_OPENED"]
_ERROR_NAMES: Final = {number: name for name, number in ERRORS.items()}
_COMMAND, _COMMAND_DONE = messages.MBIM_COMMAND_MSG, messages.MBIM_COMMAND_DONE
_INDICATION, _FUNCTION_ERROR = (
    messages.MBIM_INDICATE_STATUS_MSG,
    messages.MBIM_FUNCTION_ERROR_MSG,
)


class State(Enum):
    """What is known of the function."""

    CLOSED = auto()
    OPENING = auto()
    CLOSING = auto()  # before it is opened anew
    OPEN = auto()


@dataclass(slots=True)
class _Client:
    """One client: what it has configured, asked for and begun."""

    is_configured: bool = False
    events: EventList | None = None
    joiner: Joiner = field(default_factory=Joiner)
    #: Messages that wait for the function to open.
    held: list[Message | bytes] = field(default_factory=list)


class Multiplexer:
    """One function and its clients, which are numbers of the caller's.

    `control_message_max` is the longest transfer that the function takes. Times are ns and never
    go back. Effects are to be carried out in order.
    """

    def __init__(self, control_message_max: int = CONTROL_MESSAGE_MAX) -> None:
        self.control_message_max = control_message_max
        self.state = State.CLOSED
        self.version: bytes | None = None  # as the device answered VERSION
        self._clients: dict[int, _Client] = {}
        self.transactions = no_transactions()
        self._joiner = Joiner()
        self._unfinished: set[int] = set()  # clients with a message that is not whole
        self._subscribed: EventList = STANDARD
        self._effects: list[Effect] = []
        self._open_id = 0
        self._open_due_ns = 0
        self._try_due_ns = 0
        self._refusals: list[str] = []

    # ------------------------------------------------------------------ what it is

    @property
    def clients(self) -> list[int]:
        """The clients that are connected, in order."""
        return list(self._clients)

    @property
    def outstanding(self) -> list[tuple[int | None, int, int | None]]:
        """(client, transaction id at the function, CID) of what waits for an answer."""
        return [(each.client, key, each.cid) for key, each in self.transactions.items()]

    @property
    def next_due_ns(self) -> int | None:
        """When `advance` has something to do, or None."""
        due = [self._joiner.next_due_ns]
        due += [self._clients[client].joiner.next_due_ns for client in self._unfinished]
        if self.state in (State.OPENING, State.CLOSING):
            due.append(min(self._try_due_ns, self._open_due_ns))
        oldest = self.transactions.oldest
        if oldest is not None:
            due.append(oldest[1].sent_ns + ANSWER_NS)
        return min((time_ns for time_ns in due if time_ns is not None), default=None)

    def take(self) -> list[Effect]:
        """The effects since the last call."""
        taken, self._effects = self._effects, []
        return taken

    def _remark(self, text: str, client: int | None = None, *, is_fault: bool = False) -> None:
        self._effects.append(Remark(text, client, is_fault))

    # ------------------------------------------------------------------ time

    def advance(self, time_ns: int) -> None:
        """Give up what is overdue."""
        self._answer_fragments(self._joiner.expire(time_ns))
        for client in list(self._unfinished):
            joiner = self._clients[client].joiner
            self._refuse_fragments(client, joiner.expire(time_ns))
            if joiner.next_due_ns is None:
                self._unfinished.discard(client)
        while (oldest := self.transactions.oldest) is not None:
            key, found = oldest
            if time_ns < found.sent_ns + ANSWER_NS:
                break
            self.transactions.pop(key)
            waited_s = (time_ns - found.sent_ns) // 1_000_000_000
            self._remark(
                f"transaction {key}: no answer within {waited_s} s", found.client, is_fault=True
            )
        if self.state in (State.OPENING, State.CLOSING):
            if time_ns >= self._open_due_ns:
                self._give_up_opening("does not answer OPEN")
            elif time_ns >= self._try_due_ns:
                self._open(time_ns)

    # ------------------------------------------------------------------ clients

    def join(self, client: int) -> None:
        """A client has connected."""
        self._clients[client] = _Client()

    def leave(self, client: int) -> None:
        """A client has gone; answers to it go nowhere."""
        gone = self._clients.pop(client, None)
        if gone is None:
            return
        self._unfinished.discard(client)
        count = self.transactions.release(client)
        if count:
            self._remark(f"has gone with {count} commands that are not answered", client)
        if gone.joiner.next_due_ns is not None:
            self._remark("has gone in the middle of a message", client)

    @property
    def is_relaying(self) -> bool:
        """Whether answers of the function may go the quick way: it is open, and in no message."""
        return self.state is State.OPEN and self._joiner.next_due_ns is None

    def relays(self, client: int) -> bool:
        """Whether commands of a client may go the quick way, to a function that is relaying."""
        peer = self._clients.get(client)
        return peer is not None and peer.is_configured and client not in self._unfinished

    def client_transfer(self, client: int, transfer: bytes, time_ns: int) -> None:
        """Take one transfer of a client: a message, a fragment, or bytes that are neither."""
        peer = self._clients.get(client)
        if peer is None:
            return
        head = look(transfer)
        if is_whole(head, transfer, _COMMAND) and client not in self._unfinished:
            self._client_command(client, peer, transfer, head, time_ns)
            return
        try:
            header = messages.parse_header(transfer)
        except DecodeError as error:
            text = f"{len(transfer)} bytes that are no message: {error}"
            self._remark(text, client, is_fault=True)
            return
        if header.type not in HOST_TYPES:
            text = f"{type_name(header.type)}, which no host sends"
            self._remark(text, client, is_fault=True)
            return
        joined = peer.joiner.feed(header, transfer, time_ns)
        if joined.errors:
            self._refuse_fragments(client, joined.errors)
        if peer.joiner.next_due_ns is None:
            self._unfinished.discard(client)
        else:
            self._unfinished.add(client)
        if joined.message is not None:
            self._client_message(client, peer, joined.message, time_ns)

    def _refuse_fragments(self, client: int, errors: list[tuple[int, str]]) -> None:
        for transaction_id, error in errors:
            self._remark(f"transaction {transaction_id}: {error}", client, is_fault=True)
            message = messages.function_error(transaction_id, error)
            self._effects.append(ToClient(client, message))

    def _client_message(self, client: int, peer: _Client, data: bytes, time_ns: int) -> None:
        head = look(data)
        if head.type == _COMMAND:
            self._client_command(client, peer, data, head, time_ns)
        elif head.type == messages.MBIM_OPEN_MSG:
            self._client_open(client, peer, head, time_ns)
        elif head.type == messages.MBIM_CLOSE_MSG:
            self._remark("closes; the function stays open", client)
            self._say(client, Message(messages.MBIM_CLOSE_DONE, head.transaction_id or 0))
        else:
            self._client_error(client, head)

    def _send(self, message: Message, client: int | None = None) -> None:
        data = message.to_bytes()
        self._effects.append(ToDevice(data, [data], client))

    def _say(self, client: int, message: Message) -> None:
        self._effects.append(ToClient(client, message.to_bytes()))

    def _client_open(self, client: int, peer: _Client, head: Head, time_ns: int) -> None:
        answer = Message(messages.MBIM_OPEN_DONE, head.transaction_id or 0)
        if not peer.is_configured:
            self._remark("opens, and has named no device", client, is_fault=True)
            failure = STATUS["MBIM_STATUS_FAILURE"]
            self._say(client, Message(answer.type, answer.transaction_id, failure))
            return
        self._remark("opens", client)
        self._when_open(client, peer, answer, time_ns)

    def _when_open(self, client: int, peer: _Client, answer: Message, time_ns: int) -> None:
        """Give a client an answer once the function is open, which it is made if needed."""
        if self.state is State.OPEN:
            self._say(client, answer)
            return
        self._hold(client, peer, answer)
        if self.state is State.CLOSED:
            self._begin_opening(time_ns, OPEN_NS)

    def _hold(self, client: int, peer: _Client, message: Message | bytes) -> None:
        if len(peer.held) >= HELD_MAX:
            self._remark(f"sends more than {HELD_MAX} messages before the function is open", client)
            self._effects.append(HangUp(client, "too many messages before the function is open"))
            return
        peer.held.append(message)

    def _client_error(self, client: int, head: Head) -> None:
        """Pass HOST_ERROR on for a command that the client waits for."""
        name = _ERROR_NAMES.get(head.value or 0, f"error {head.value}")
        for key in sorted(self.transactions.of_client(client)):
            found = self.transactions.get(key)
            if found is not None and found.transaction_id == head.transaction_id:
                message = Message(messages.MBIM_HOST_ERROR_MSG, key, head.value or 0)
                self._send(message, client)
                return
        text = f"HOST_ERROR {name} for transaction {head.transaction_id}, which waits for nothing"
        self._remark(text, client)

    # ------------------------------------------------------------------ commands

    def _client_command(
        self, client: int, peer: _Client, data: bytes, head: Head, time_ns: int
    ) -> None:
        command = command_name(data)
        if command == CONFIGURATION:
            self._configure(client, peer, data, time_ns)
            return
        if self.state is not State.OPEN or not peer.is_configured:
            if peer.is_configured and self.state is not State.CLOSED:
                self._hold(client, peer, data)
                return
            self._remark("a command before the function is open", client, is_fault=True)
            error = messages.function_error(head.transaction_id or 0, "MBIM_ERROR_NOT_OPENED")
            self._effects.append(ToClient(client, error))
            return
        if self.transactions.count_of(client) >= OUTSTANDING_MAX:
            self._refuse(client, data, "MBIM_STATUS_BUSY", f"over {OUTSTANDING_MAX} commands wait")
            return
        if command == SUBSCRIPTION:
            self._subscribe(client, peer, data, time_ns)
            return
        self._forward(client, data, head, time_ns)

    def _forward(
        self,
        client: int | None,
        data: bytes,
        head: Head,
        time_ns: int,
        buffer: bytes | None = None,
    ) -> None:
        """Send a command under an id of our own."""
        transaction = Transaction(
            client,
            head.transaction_id or 0,
            command_name(data),
            time_ns,
            buffer,
            is_ours=client is None,
        )
        key = self.transactions.add(transaction)
        whole = with_transaction(data, key)
        parts = [whole]
        if len(whole) > self.control_message_max:
            parts = split(whole, self.control_message_max)
        self._effects.append(ToDevice(whole, parts, client))

    def _refuse(self, client: int, data: bytes, status: str, reason: str) -> None:
        head = look(data)
        self._remark(f"transaction {head.transaction_id}: {status}: {reason}", client)
        self._say(client, done(head, STATUS[status]))

    def _configure(self, client: int, peer: _Client, data: bytes, time_ns: int) -> None:
        found = configuration_of(data)
        if found is None:
            self._refuse(client, data, "MBIM_STATUS_INVALID_PARAMETERS", "no configuration")
            return
        path, timeout_s = found
        self._remark(f"configures {path}, timeout {timeout_s} s", client)
        peer.is_configured = True
        answer = done(look(data), _SUCCESS)
        if self.state is State.OPEN:
            self._tell_version(client)
            self._say(client, answer)
            return
        self._hold(client, peer, answer)
        if self.state is State.CLOSED:
            self._begin_opening(time_ns, max(timeout_s * 1_000_000_000, OPEN_TRY_NS))

    def _tell_version(self, client: int) -> None:
        """Tell a client which MBIMEx version others have agreed on, as libmbim expects it."""
        if self.version is not None:
            self._say(
                client,
                Message(_INDICATION, 0, 0, _PROXY_SERVICE, PROXY_VERSION[1], self.version),
            )

    def _subscribe(self, client: int, peer: _Client, data: bytes, time_ns: int) -> None:
        """Take a client's list of events, and pass on that of all when it changes."""
        head = look(data)
        buffer = data[head.buffer_at :]
        try:
            peer.events = read_list(buffer)
        except DecodeError as error:
            self._refuse(client, data, "MBIM_STATUS_INVALID_PARAMETERS", str(error))
            return
        self._remark(f"asks for events: {list_text(peer.events)}", client)
        wanted = self._wanted()
        if wanted == self._subscribed:
            self._say(client, done(head, _SUCCESS, buffer))
            return
        self._subscribed = wanted
        message = list_command(wanted, head.transaction_id or 0)
        self._forward(client, message, look(message), time_ns, buffer)

    def _wanted(self) -> EventList:
        return merged(each.events for each in self._clients.values() if each.events is not None)

    # ------------------------------------------------------------------ opening

    def _begin_opening(self, time_ns: int, timeout_ns: int) -> None:
        self._open_due_ns = time_ns + timeout_ns
        self._refusals.clear()
        self._open(time_ns)

    def _open(self, time_ns: int) -> None:
        self.state = State.OPENING
        self._open_id = self.transactions.take_id()
        self._try_due_ns = time_ns + OPEN_TRY_NS
        self._joiner.reset()
        message = Message(messages.MBIM_OPEN_MSG, self._open_id, self.control_message_max)
        self._send(message)

    def _give_up_opening(self, reason: str) -> None:
        self.state = State.CLOSED
        self._remark(f"the function {reason}", is_fault=True)
        for client, peer in list(self._clients.items()):
            if peer.held:
                peer.held.clear()
                self._effects.append(HangUp(client, f"the function {reason}"))

    def _opened(self, head: Head, time_ns: int) -> None:
        """Take OPEN_DONE, or what stands for it."""
        if self.state is not State.OPENING or head.transaction_id != self._open_id:
            text = f"OPEN_DONE for transaction {head.transaction_id}, which nobody waits for"
            self._remark(text, is_fault=True)
            return
        if head.type == messages.MBIM_OPEN_DONE and head.value == _SUCCESS:
            self._is_open(time_ns)
            return
        self._refusals.append(f"{type_name(head.type or 0)} {head.value}")
        if len(self._refusals) >= OPEN_REFUSALS_MAX:
            self._give_up_opening(f"does not open: {', '.join(self._refusals)}")
            return
        # A function that another host left open, or that is busy, opens once it is closed.
        self.state = State.CLOSING
        self._open_id = self.transactions.take_id()
        message = Message(messages.MBIM_CLOSE_MSG, self._open_id)
        self._send(message)

    def _is_open(self, time_ns: int) -> None:
        self.state = State.OPEN
        self.version = None
        self._subscribed = STANDARD
        wanted = self._wanted()
        if wanted != STANDARD:  # of clients that were there before it was opened again
            self._subscribed = wanted
            message = list_command(wanted, 0)
            self._forward(None, message, look(message), time_ns)
        for client, peer in list(self._clients.items()):
            held, peer.held = peer.held, []
            for each in held:
                if isinstance(each, Message):
                    self._say(client, each)
                else:
                    self._client_message(client, peer, each, time_ns)

    # ------------------------------------------------------------------ the function

    def device_transfer(self, transfer: bytes, time_ns: int) -> bytes | None:
        """Take one transfer of the function; the message that it completes, if it does."""
        head = look(transfer)
        if is_whole(head, transfer, _COMMAND_DONE) and self._joiner.next_due_ns is None:
            self._answer(transfer, head)
            return transfer
        try:
            header = messages.parse_header(transfer)
        except DecodeError as error:
            text = f"the function sends {len(transfer)} bytes that are no message: {error}"
            self._remark(text, is_fault=True)
            return None
        joined = self._joiner.feed(header, transfer, time_ns)
        for problem in joined.problems:
            self._remark(str(problem), is_fault=True)
        if joined.errors:
            self._answer_fragments(joined.errors)
        if joined.message is not None:
            self._device_message(joined.message, time_ns)
        return joined.message

    def client_of(self, transfer: bytes) -> int | None:
        """The client that an answer goes to, as far as its header tells; None for events."""
        found = self.transactions.get(look(transfer).transaction_id or 0)
        return None if found is None else found.client

    def _answer_fragments(self, errors: list[tuple[int, str]]) -> None:
        for transaction_id, error in errors:
            self._remark(f"transaction {transaction_id}: {error}", is_fault=True)
            message = Message(messages.MBIM_HOST_ERROR_MSG, transaction_id, ERRORS[error])
            self._send(message)

    def _device_message(self, data: bytes, time_ns: int) -> None:
        head = look(data)
        if head.type == _COMMAND_DONE:
            self._answer(data, head)
        elif head.type == _INDICATION:
            self._indication(data, head)
        elif head.type == messages.MBIM_OPEN_DONE:
            self._opened(head, time_ns)
        elif head.type == messages.MBIM_CLOSE_DONE:
            if self.state is State.CLOSING and head.transaction_id == self._open_id:
                self._open(time_ns)
        elif head.type == _FUNCTION_ERROR:
            self._function_error(data, head, time_ns)
        else:
            self._remark(f"{type_name(head.type or 0)} of the function", is_fault=True)

    def _answer(self, data: bytes, head: Head) -> None:
        key = head.transaction_id or 0
        found = self.transactions.pop(key)
        if found is None:
            self._remark(f"an answer (transaction {key}) that nobody waits for", is_fault=True)
            self._effects.append(Undelivered("nobody waits for it"))
            return
        if command_name(data) != found.command:
            self._remark(f"the answer (transaction {key}) is of another command", is_fault=True)
        if found.command == AGREEMENT and head.value == _SUCCESS:
            self._agreed(data[head.buffer_at :])
        if found.client is None:
            if found.is_ours:
                self._own_answer(head)
            else:
                self._effects.append(Undelivered("its client has gone"))
            return
        if found.buffer is not None:
            answer = done(head, head.value or 0, found.buffer).to_bytes()
        else:
            answer = data
        self._relay(found.client, with_transaction(answer, found.transaction_id))

    def _own_answer(self, head: Head) -> None:
        if head.value != _SUCCESS:
            self._remark(f"the list of events is refused, status {head.value}", is_fault=True)

    def _relay(self, client: int, message: bytes) -> None:
        self._effects.append(ToClient(client, message, True))

    def _agreed(self, buffer: bytes) -> None:
        """Tell every client the version that one of them has agreed on with the function."""
        self.version = buffer[:4]
        for client, peer in self._clients.items():
            if peer.is_configured:
                self._tell_version(client)

    def _indication(self, data: bytes, head: Head) -> None:
        service, cid = head.service or b"", head.cid or 0
        takers = [
            client
            for client, peer in self._clients.items()
            if peer.is_configured
            and has_event(STANDARD if peer.events is None else peer.events, service, cid)
        ]
        for client in takers:
            self._relay(client, data)
        if not takers:
            reason = "no client has asked for it" if self._clients else "no client"
            self._effects.append(Undelivered(reason))

    def _function_error(self, data: bytes, head: Head, time_ns: int) -> None:
        key = head.transaction_id or 0
        if key == self._open_id and self.state is State.OPENING:
            self._opened(head, time_ns)
            return
        if key == self._open_id and self.state is State.CLOSING:
            self._open(time_ns)  # it was not open
            return
        name = _ERROR_NAMES.get(head.value or 0, f"error {head.value}")
        self._remark(f"FUNCTION_ERROR {name} for transaction {key}", is_fault=True)
        if head.value == _NOT_OPENED and self.state is State.OPEN:
            self.state = State.CLOSED
        found = self.transactions.pop(key)
        if found is not None and found.client is not None:
            self._relay(found.client, with_transaction(data, found.transaction_id))
        else:
            self._effects.append(Undelivered("nobody waits for it"))

    def device_gone(self, reason: str) -> None:
        """The function was taken away: what it has is lost, and its clients are let go."""
        lost = len(self.transactions)
        if lost:
            self._remark(f"{lost} commands are not answered: {reason}", is_fault=True)
        self.transactions.clear()
        self._joiner.reset()
        self.state = State.CLOSED
        self.version = None
        self._subscribed = STANDARD
        for client, peer in self._clients.items():
            peer.held.clear()
            if peer.is_configured:
                self._effects.append(HangUp(client, reason))
