"""A recorded MBIM device for a live host: its own messages, in the host's transactions.

What a command of the host is answered with is what the recorded one was answered with, byte for
byte but for the TransactionId, cut to what the host takes. OPEN and CLOSE are answered by the
function itself: OPEN as recorded as long as the recording has one, then with success.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from wwanreplay._core import Event, Kind, RecordFlag, WireDirection
from wwanreplay.devices.playback import (
    Exchange,
    Likeness,
    Matching,
    Moment,
    Playback,
    Policy,
    Unmatched,
    check_ignored,
)
from wwanreplay.errors import DecodeError, LimitError, UsageError
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.class_driver import ClassDriver
from wwanreplay.mbim.fragments import CONTROL_TRANSFER_MIN, Joiner, split
from wwanreplay.mbim.function import (
    CLOCK_REACHED,
    Outgoing,
    Sink,
    is_arrival,
    is_removal,
)
from wwanreplay.mbim.header import HOST_TYPES, look, with_transaction
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.statuses import NO_DEVICE_SUPPORT, SUCCESS
from wwanreplay.mbim.tables import (
    BASIC_CONNECT,
    MBIMEX_1_0,
    SERVICES_BY_UUID,
    command_name,
    find_layout,
)
from wwanreplay.mbim.versions import VERSION, agreed, version_in
from wwanreplay.serve.handover import Handover
from wwanreplay.trace.notes import NoteCode

#: Messages and events of a recording that are played back at most.
MESSAGE_COUNT_MAX: Final = 1_000_000
OPERATIONS: Final = {messages.COMMAND_QUERY: "query", messages.COMMAND_SET: "set"}
_NOT_OPENED: Final = messages.ERRORS["MBIM_ERROR_NOT_OPENED"]
_INCOMPLETE: Final = "the recording does not have all bytes of its answer"
_REQUEST_INCOMPLETE: Final = "the recording does not have all bytes of the request"


@dataclass(frozen=True)
class Reply:
    """A message to the host: an event, or an answer once it has the `transaction_id` of the host.

    One that has its transaction in it has `HAS_ITS_OWN`.
    """

    message: bytes
    transaction_id: int = 0


HAS_ITS_OWN: Final = -1


Output = Reply | Event


# ------------------------------------------------------------------ what is alike


def flat(values: Any, path: str = "") -> Iterable[tuple[str, Any]]:
    """(path, value) of the members of a decoded information buffer."""
    if isinstance(values, Mapping):
        for name, value in values.items():
            yield from flat(value, f"{path}.{name}" if path else str(name))
    elif isinstance(values, list | tuple):
        for number, value in enumerate(values):
            yield from flat(value, f"{path}[{number}]")
    else:
        yield path, values


def likeness_of(message: Message, mbimex: int, matching: Matching) -> Likeness:
    """What a command is compared by."""
    known = SERVICES_BY_UUID.get(message.service)
    operation = OPERATIONS.get(message.value, f"type {message.value}")
    subject = (message.service, message.cid)
    if known is None:
        name = f"{uuid.UUID(bytes=message.service)} CID {message.cid}"
    else:
        name = command_name(known.number, message.cid)
        if known.number != BASIC_CONNECT:  # several services have commands of one name
            name = f"{known.name} {name}"
    fields = None
    if known is not None and find_layout(known.number, message.cid, operation, mbimex):
        try:
            values = codec.decode(
                known.number, message.cid, operation, message.buffer, mbimex=mbimex, strict=False
            )
            fields = dict(flat(values))
        except DecodeError:
            fields = None
    counted: Any = message.buffer
    if fields is not None and matching.ignore:
        counted = matching.counted(fields)
    command = (*subject, message.value)
    return Likeness(
        (*command, counted), command, subject, f"{name} {operation}", fields, operation == "query"
    )


class Version:
    """The MBIMEx version in force on one side: that of the last VERSION answer, until OPEN."""

    def __init__(self) -> None:
        self.mbimex = MBIMEX_1_0

    def open(self) -> None:
        """OPEN takes it back."""
        self.mbimex = MBIMEX_1_0

    def learn(self, answer: Message, offered: int) -> None:
        """Take the answer to a VERSION that offered one."""
        reported = version_in("response", answer.buffer)
        if reported is not None:
            self.mbimex = agreed(offered, reported)


def version_offered(message: Message) -> int | None:
    """The version that a command offers; None when it is no VERSION."""
    known = SERVICES_BY_UUID.get(message.service)
    if known is None or (known.number, message.cid) != VERSION:
        return None
    return version_in("query", message.buffer)


# ------------------------------------------------------------------ reading


@dataclass
class RecordedFunction:
    """The messages of a recording: exchanges, moments, and the answers to OPEN."""

    exchanges: list[Exchange[Output]] = field(default_factory=list)
    moments: list[Moment[Output]] = field(default_factory=list)
    opens: list[int] = field(default_factory=list)  # statuses of OPEN_DONE
    begin_ns: int = 0


class _Reader:
    """Reads the wire records of one recording; several clients may share its device."""

    def __init__(self, matching: Matching) -> None:
        self.found = RecordedFunction()
        self._matching = matching
        self._joiners: dict[Any, Joiner] = {}
        self._waiting: dict[tuple[Any, int], Exchange[Output]] = {}
        self._offers: dict[tuple[Any, int], int] = {}
        self._version = Version()
        self._has_begun = False

    def take(self, event: Event) -> None:
        """Take the next record."""
        if is_removal(event) or is_arrival(event):
            self._waiting.clear()
            self._joiners.clear()
            self._add_moment(event, event)
        if event.kind != Kind.KIND_WIRE:
            return
        from_host = event.code == WireDirection.WIRE_HOST_TO_DEVICE
        if from_host and not self._has_begun:
            self._has_begun, self.found.begin_ns = True, event.time_ns
        is_incomplete = bool(event.flags & RecordFlag.FLAG_INCOMPLETE)
        data = event.payload
        if not is_incomplete:
            joined = self._joined(data, event, from_host)
            if joined is None:
                return
            data = joined
        if from_host:
            self._from_host(data, event, is_incomplete=is_incomplete)
        else:
            self._to_host(data, event, is_incomplete=is_incomplete)

    def _joined(self, data: bytes, event: Event, from_host: bool) -> bytes | None:
        joiner = self._joiners.setdefault((from_host, event.client), Joiner())
        try:
            return joiner.feed(messages.parse_header(data), data, event.time_ns).message
        except DecodeError:
            return None  # junk on the wire, which nobody was answered with

    def _from_host(self, data: bytes, event: Event, *, is_incomplete: bool) -> None:
        head = look(data)
        if head.type == messages.MBIM_OPEN_MSG:
            self._version.open()
            self._waiting.clear()
        if head.type != messages.MBIM_COMMAND_MSG or head.transaction_id is None:
            return
        if head.service is None or head.cid is None:
            return
        try:
            message = messages.parse_message(data)
        except DecodeError:
            is_incomplete = True
            message = Message(
                head.type, head.transaction_id, head.value or 0, head.service, head.cid
            )
        exchange: Exchange[Output] = Exchange(
            event.index or 0,
            event.time_ns,
            likeness_of(message, self._version.mbimex, self._matching),
            lack=_REQUEST_INCOMPLETE if is_incomplete else "",
        )
        if len(self.found.exchanges) >= MESSAGE_COUNT_MAX:
            raise LimitError("recorded requests to play back", MESSAGE_COUNT_MAX, MESSAGE_COUNT_MAX)
        self.found.exchanges.append(exchange)
        key = (event.client, head.transaction_id)
        self._waiting[key] = exchange
        offered = version_offered(message)
        if offered is not None:
            self._offers[key] = offered

    def _to_host(self, data: bytes, event: Event, *, is_incomplete: bool) -> None:
        head = look(data)
        key = (event.client, head.transaction_id or 0)
        if head.type == messages.MBIM_OPEN_DONE:
            self.found.opens.append(head.value or 0)
        elif head.type == messages.MBIM_INDICATE_STATUS_MSG:
            if not is_incomplete:
                self._add_moment(Reply(data), event)
        elif head.type in (messages.MBIM_COMMAND_DONE, messages.MBIM_FUNCTION_ERROR_MSG):
            exchange = self._waiting.pop(key, None)
            if exchange is None:
                return
            is_error = head.type == messages.MBIM_FUNCTION_ERROR_MSG
            if is_error and head.value == _NOT_OPENED and exchange is self.found.exchanges[-1]:
                self.found.exchanges.pop()  # that is for the function to say, not for the device
                return
            if is_incomplete:
                exchange.lack = exchange.lack or _INCOMPLETE
            distance_ns = event.time_ns - exchange.time_ns
            exchange.answers.append((distance_ns, event.index or 0, Reply(data)))
            offered = self._offers.pop(key, None)
            if offered is not None and not is_incomplete:
                self._version.learn(messages.parse_message(data), offered)

    def _add_moment(self, output: Output, event: Event) -> None:
        if len(self.found.moments) >= MESSAGE_COUNT_MAX:
            raise LimitError("recorded events to play back", MESSAGE_COUNT_MAX, MESSAGE_COUNT_MAX)
        behind = len(self.found.exchanges)
        self.found.moments.append(Moment(event.time_ns, output, behind, event.index or 0))


def read_recorded(events: Iterable[Event], matching: Matching, name: str) -> RecordedFunction:
    """The MBIM messages of a recording; UsageError for fields to ignore that it does not have."""
    reader = _Reader(matching)
    for event in events:
        reader.take(event)
    check_ignored(matching, reader.found.exchanges, name)
    return reader.found


# ------------------------------------------------------------------ serving


class PlayedFunction(Outgoing):
    """The MBIM function of a recording, as the loop serves it.

    `on_fail` is called when a request matches nothing and that ends the session; `on_lifecycle`
    when the recording has the device pulled out, or put in. With `sink` the session is recorded:
    its messages, and what a class driver makes of them.
    """

    def __init__(
        self,
        recorded: RecordedFunction,
        playback: Playback[Output],
        policy: Policy,
        sink: Sink | None = None,
        handover: Handover | None = None,
    ) -> None:
        super().__init__(sink)
        if (policy is Policy.EMULATE) != (handover is not None):
            raise UsageError("a request is handed over to an emulated device, and only then")
        self.playback = playback
        self.policy = policy
        self.handover = handover
        self.on_fail: Callable[[], None] = lambda: None
        self.on_lifecycle: Callable[[Event], None] = lambda _event: None
        self._opens = list(recorded.opens)
        self._driver = ClassDriver()
        self._joiner = Joiner()
        self._control_transfer: int | None = None
        self._version = Version()
        self._offers: dict[int, int] = {}

    @property
    def next_due_ns(self) -> int | None:
        """When `advance` has something to do, or None."""
        due = [self.playback.next_due_ns, self._joiner.next_due_ns]
        if self.handover is not None:
            due.append(self.handover.next_due_ns)
        return min((time_ns for time_ns in due if time_ns is not None), default=None)

    # ------------------------------------------------------------------ time

    def advance(self, time_ns: int) -> list[bytes]:
        """Let time reach `time_ns`; the messages to the host, in order."""
        replies: list[bytes] = []
        due: list[tuple[int, Output]] = [*self.playback.take(time_ns)]
        if self.handover is not None:
            due += [
                (due_ns, Reply(data, HAS_ITS_OWN))
                for due_ns, data in self.handover.advance(time_ns)
            ]
        for due_ns, output in sorted(due, key=lambda each: each[0]):
            if isinstance(output, Event):
                self._move(output.replace(time_ns=due_ns))
            else:
                replies += self._emit(output, due_ns)
        for transaction_id, error in self._joiner.expire(time_ns):
            replies += self._send(messages.function_error(transaction_id, error), time_ns)
        return replies

    def _move(self, event: Event) -> None:
        """The recording has the device pulled out, or put in."""
        self.sink.write(event.replace(index=None, cause=None))
        if is_removal(event):
            self._close_function()
        self.on_lifecycle(event)

    def _close_function(self) -> None:
        self._control_transfer = None
        self._joiner.reset()
        self._offers.clear()
        self._version.open()
        self.playback.drop(lambda output: isinstance(output, Reply) and bool(output.transaction_id))
        if self.handover is not None:
            self.handover.reset()

    def _emit(self, output: Reply, time_ns: int) -> list[bytes]:
        data = output.message
        if output.transaction_id > 0:
            data = with_transaction(data, output.transaction_id)
            offered = self._offers.pop(output.transaction_id, None)
            if offered is not None:
                self._version.learn(messages.parse_message(data), offered)
        elif self._control_transfer is None:
            return []  # an event, and no host has opened the function
        return self._send(data, time_ns)

    def _send(self, message: bytes, time_ns: int, cause: int | None = None) -> list[bytes]:
        parts = split(message, self._control_transfer or len(message) + CONTROL_TRANSFER_MIN)
        sent = self.to_host(parts, time_ns, cause)
        if sent:
            self._record_events(message, time_ns, from_host=False)
        return sent

    def _record_events(self, message: bytes, time_ns: int, *, from_host: bool) -> None:
        """Record what a class driver makes of a message, as of an imported log."""
        for event in self._driver.message(message, time_ns, from_host=from_host):
            for listener in tuple(self.listeners):
                listener(event)
            self.sink.write(event)

    # ------------------------------------------------------------------ the host

    def host_transfer(self, data: bytes, time_ns: int, client: int | None = None) -> list[bytes]:
        """Take one transfer of the host; the messages to the host that answer it at once."""
        replies = self.advance(time_ns)
        self.transfers += 1
        code = WireDirection.WIRE_HOST_TO_DEVICE
        index = self.sink.write(
            Event(Kind.KIND_WIRE, time_ns, code=code, payload=data, client=client)
        )
        self.playback.begin(time_ns)
        head = look(data)
        transaction_id = head.transaction_id or 0
        try:
            header = messages.parse_header(data)
        except DecodeError:
            error = (
                "MBIM_ERROR_LENGTH_MISMATCH" if head.type in HOST_TYPES else "MBIM_ERROR_UNKNOWN"
            )
            return replies + self._fault(transaction_id, error, time_ns, index)
        if header.type not in HOST_TYPES:
            return replies + self._fault(transaction_id, "MBIM_ERROR_UNKNOWN", time_ns, index)
        joined = self._joiner.feed(header, data, time_ns)
        for failed, error in joined.errors:
            replies += self._fault(failed, error, time_ns, index)
        if joined.message is None:
            return replies
        try:
            message = messages.parse_message(joined.message)
        except DecodeError:
            error = "MBIM_ERROR_LENGTH_MISMATCH"
            return replies + self._fault(transaction_id, error, time_ns, index)
        self._record_events(joined.message, time_ns, from_host=True)
        return replies + self._take(message, joined.message, time_ns, index)

    def _fault(self, transaction_id: int, error: str, time_ns: int, index: int) -> list[bytes]:
        if self._control_transfer is None:
            error = "MBIM_ERROR_NOT_OPENED"
        return self._send(messages.function_error(transaction_id, error), time_ns, index)

    def _take(self, message: Message, data: bytes, time_ns: int, index: int) -> list[bytes]:
        if message.type == messages.MBIM_HOST_ERROR_MSG:
            given_up = message.transaction_id
            self.playback.drop(
                lambda output: isinstance(output, Reply) and output.transaction_id == given_up
            )
            return []
        if message.type == messages.MBIM_OPEN_MSG:
            return self._open(message, data, time_ns, index)
        if self._control_transfer is None:
            return self._fault(message.transaction_id, "MBIM_ERROR_NOT_OPENED", time_ns, index)
        if message.type == messages.MBIM_CLOSE_MSG:
            self._close_function()
            if self.handover is not None:
                self.handover.pass_on(data, time_ns)
            done = Message(messages.MBIM_CLOSE_DONE, message.transaction_id, SUCCESS)
            return self._send(done.to_bytes(), time_ns, index)
        return self._command(message, data, time_ns, index)

    def _open(self, message: Message, data: bytes, time_ns: int, index: int) -> list[bytes]:
        if message.value < CONTROL_TRANSFER_MIN:
            return self._fault(message.transaction_id, "MBIM_ERROR_MAX_TRANSFER", time_ns, index)
        self._close_function()
        status = self._opens.pop(0) if self._opens else SUCCESS
        if status == SUCCESS:
            self._control_transfer = message.value
            if self.handover is not None:
                self.handover.pass_on(data, time_ns)
        done = Message(messages.MBIM_OPEN_DONE, message.transaction_id, status)
        return self._send(done.to_bytes(), time_ns, index)

    def _command(self, message: Message, data: bytes, time_ns: int, index: int) -> list[bytes]:
        mbimex, matching = self._version.mbimex, self.playback.matching
        found = self.playback.match(likeness_of(message, mbimex, matching), time_ns)
        transaction_id = message.transaction_id
        if isinstance(found, Exchange):
            offered = version_offered(message)
            if offered is not None:
                self._offers[transaction_id] = offered
            for delay_ns, record, output in found.answers:
                assert isinstance(output, Reply)
                answer = replace(output, transaction_id=transaction_id)
                self.playback.emit(delay_ns, record, answer, time_ns)
            return self.advance(time_ns)
        return self._unmatched(found, message, data, time_ns, index)

    def _unmatched(
        self, verdict: Unmatched, message: Message, data: bytes, time_ns: int, index: int
    ) -> list[bytes]:
        text = f"unmatched: {verdict.name}: {verdict.reason}"
        self.write_note(time_ns, text, NoteCode.TEXT, index)
        if self.policy is Policy.FAIL:
            self.on_fail()
            return []
        if self.handover is not None:
            self.handover.version(self._version.mbimex)
            self.handover.ask(data, message.transaction_id, time_ns)
            return self.advance(time_ns)
        done = replace(
            message, type=messages.MBIM_COMMAND_DONE, value=NO_DEVICE_SUPPORT, buffer=b""
        )
        return self._send(done.to_bytes(), time_ns, index)

    # ------------------------------------------------------------------ the loop

    def submit(self, event: Event) -> list[bytes]:
        """Take an input that no host sent: what followed from it is in the recording.

        Only that the device is pulled out or put in changes anything.
        """
        replies = self.advance(event.time_ns)
        if is_removal(event):
            self._close_function()
        self.sink.write(event)
        return replies

    def note(self, time_ns: int, text: str, code: NoteCode, cause: int | None = None) -> None:
        """Record a note behind all that is due until `time_ns`."""
        self.advance(time_ns)
        self.write_note(time_ns, text, code, cause)

    def close(self, time_ns: int) -> list[bytes]:
        """End the session at `time_ns`; the last record has the time of the end."""
        replies = self.advance(time_ns)
        self.sink.write(Event(Kind.KIND_CLOCK, time_ns, code=CLOCK_REACHED))
        return replies
