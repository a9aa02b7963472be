"""The MBIM transfers of a trace: its wire records, or messages built from its events.

A session that was recorded between the driver and the miniport has no messages. They are built
then: what the host would have sent from the requests (`wwanreplay.mbim.host`), what the device
would have answered from its completions and indications, by the bridge that serves hosts. OPEN and
CLOSE are put around. What was built is marked as inferred; nothing else is made up, and requests
that MBIM has no command for are counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from wwanreplay._core import Event, Kind, Lifecycle, RecordFlag, Scanner, WireDirection
from wwanreplay.errors import DecodeError, UsageError, in_file
from wwanreplay.formats.exporters import Exported, ExportOptions
from wwanreplay.mbim import messages
from wwanreplay.mbim.fragments import split
from wwanreplay.mbim.host import command_of
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.profile_bridge import bridge_of
from wwanreplay.mbim.transactions import OUTSTANDING_MAX
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event
from wwanreplay.protocol.kinds import OUTPUTS, REQUESTS
from wwanreplay.protocol.remembered import Remembered
from wwanreplay.trace import TraceReader

#: MaxControlTransfer of the built OPEN: how long built fragments are at most.
CONTROL_TRANSFER: Final = 4096
#: Ports whose last context is remembered.
PORTS_MAX: Final = 256

_REMEMBERED_SIZE: Final = 1 << 20
#: Bytes that a field takes in memory, about.
_MEANT_SIZE: Final = 250

_HOST, _DEVICE = WireDirection.WIRE_HOST_TO_DEVICE, WireDirection.WIRE_DEVICE_TO_HOST


@dataclass(frozen=True, slots=True)
class Survey:
    """Properties of a trace that are found before its events are read."""

    has_wire: bool
    time_min_ns: int | None


def survey_of(reader: TraceReader) -> Survey | None:
    """Whether a trace has wire records, and its first time: by the footer, else by reading it.

    None for a pipe, which can be read only once.
    """
    if reader.size is None:
        return None
    footer = reader.footer
    if footer is not None and not reader.cut_off:
        return Survey(bool(footer.kinds.get(Kind.KIND_WIRE)), footer.time_min_ns)
    scanner = Scanner()
    for chunk in reader.chunks():
        scanner.scan(
            chunk.records,
            chunk.first_index,
            chunk.base_time_ns,
            record_count=chunk.record_count,
            path=reader.path,
            offset=chunk.records_offset,
        )
    times = scanner.time_range_ns
    return Survey(bool(scanner.kinds().get(Kind.KIND_WIRE)), None if times is None else times[0])


def epoch_ns(reader: TraceReader) -> int | None:
    """Wall time of virtual time 0, ns since 1970, or None when the trace has none."""
    value = reader.header.clock.get("epoch_ns")
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def transfers(
    reader: TraceReader,
    options: ExportOptions,
    exported: Exported,
    survey: Survey | None,
    format_name: str,
) -> Iterator[Event]:
    """The transfers in order, as wire events; `cause` of a built one is the event behind it.

    Raises UsageError at the first one with bytes that nobody has allowed to be shown.
    """
    built = options.messages == "built"
    if options.messages == "auto":
        if survey is None:
            raise UsageError(
                "a pipe cannot be looked through first: say --messages recorded or built"
            )
        built = not survey.has_wire
    found = _built(reader, exported) if built else _recorded(reader, exported)
    for transfer in found:
        if not options.show_personal and not transfer.flags & RecordFlag.FLAG_PERSONAL_REMOVED:
            raise UsageError(
                f"{format_name} carries the messages as they are, identities included: "
                "say --show-personal, or scrub the trace first"
            )
        yield transfer


def _recorded(reader: TraceReader, exported: Exported) -> Iterator[Event]:
    for event in reader.events():
        exported.records += 1
        if event.kind == Kind.KIND_WIRE and event.code in (_HOST, _DEVICE):
            yield event


def _built(reader: TraceReader, exported: Exported) -> Iterator[Event]:
    with in_file(reader.path):
        reader.header.engine_profile()  # whose mapping says how messages are made
    builder = MessageBuilder(reader.header.profile_mapping)
    event = None
    for event in reader.events():
        exported.records += 1
        yield from builder.feed(event)
    if event is not None:
        yield from builder.close(event)
    exported.notes.append("the messages are built from the events; no wire record was exported")
    if builder.without_message:
        exported.notes.append(f"requests without an MBIM command: {builder.without_message}")
    if builder.inexact:
        exported.notes.append(
            f"requests that their MBIM command says only in part: {builder.inexact}"
        )


class MessageBuilder:
    """Builds the messages of a session, event by event.

    `without_message` counts requests that MBIM has no command for, `inexact` those whose command
    means something else: the request that the bridge makes of it has other fields.
    """

    def __init__(self, profile: Mapping[str, Any]) -> None:
        self.without_message = 0
        self.inexact = 0
        self._bridge = bridge_of(profile)
        self._is_open = False
        self._transaction_id = 0
        # Recorded (RequestId, port) to the bridge's RequestId and the transaction.
        self._requests: dict[tuple[int, int], tuple[int, int]] = {}
        self._connections: dict[int, int] = {}
        self._commands: Remembered[tuple[Message | None]] = Remembered(_REMEMBERED_SIZE)
        self._meanings: Remembered[dict[str, Any]] = Remembered(_REMEMBERED_SIZE)

    def feed(self, event: Event) -> list[Event]:
        """Take the next event; return the transfers it stands for."""
        if event.kind in REQUESTS:
            return self._request(event)
        if event.kind == Kind.KIND_CANCEL:
            return self._cancel(event)
        if event.kind in OUTPUTS:
            return self._output(event)
        if event.kind == Kind.KIND_LIFECYCLE:
            return self._lifecycle(event)
        return []

    def close(self, event: Event) -> list[Event]:
        """End the session at its last event."""
        if not self._is_open:
            return []
        self._is_open = False
        self._requests.clear()
        close = Message(messages.MBIM_CLOSE_MSG, self._next_transaction_id())
        return self._exchange(close, event)[0]

    # ------------------------------------------------------------------ from the host

    def _open(self, event: Event) -> list[Event]:
        if self._is_open:
            return []
        self._is_open = True
        self._requests.clear()
        self._transaction_id = 0
        number = self._next_transaction_id()
        return self._exchange(Message(messages.MBIM_OPEN_MSG, number, CONTROL_TRANSFER), event)[0]

    def _request(self, event: Event) -> list[Event]:
        session = event.port or self._connections.get(event.port, 0)
        message = self._command_of(event, session)
        if message is None:
            self.without_message += 1
            return []
        opening = self._open(event)
        number = self._next_transaction_id()
        message = Message(
            message.type, number, message.value, message.service, message.cid, message.buffer
        )
        self._make_room()
        sent, requests = self._exchange(message, event)
        if not requests:
            # The bridge makes no request of it: MBIM has no such command.
            self.without_message += 1
            return opening
        made = requests[0]
        if made.code != event.code or self._meant(made) != self._meant(event):
            self.inexact += 1
        self._requests[event.request_id, event.port] = (made.request_id, number)
        for further in requests[1:]:
            sent += self._end_further(further, event)
        return opening + sent

    def _command_of(self, event: Event, session: int) -> Message | None:
        """The command of a request, whose transaction is none yet; made once of equal requests."""
        key = event.kind, event.namespace, event.code, session, event.payload
        known = self._commands.get(key)
        if known is None:
            message = command_of(event, 0, session)
            size = 0 if message is None else len(message.buffer)
            known = self._commands.keep(key, (message,), len(event.payload) + size)
        return known[0]

    def _meant(self, event: Event) -> dict[str, Any]:
        """The fields that are not zero or empty, read once of equal requests."""
        key = event.kind, event.namespace, event.code, event.payload
        known = self._meanings.get(key)
        if known is None:
            known = _meant(event)
            self._meanings.keep(key, known, _MEANT_SIZE * (1 + len(known)) + len(event.payload))
        return known

    def _end_further(self, request: Event, event: Event) -> list[Event]:
        """End a further request of the command that the recorded session does not have."""
        failure = PROTOCOL.ndis_status_by_name["NDIS_STATUS_NOT_SUPPORTED"].number
        answer = Event(
            Kind.KIND_COMPLETION,
            event.time_ns,
            port=request.port,
            request_id=request.request_id,
            code=request.code,
            status=failure,
        )
        return self._to_host(self._bridge.device_output(answer), event)

    def _cancel(self, event: Event) -> list[Event]:
        known = self._requests.pop((event.request_id, event.port), None)
        if known is None:
            return []
        error = messages.ERRORS["MBIM_ERROR_CANCEL"]
        return self._exchange(Message(messages.MBIM_HOST_ERROR_MSG, known[1], error), event)[0]

    def _make_room(self) -> None:
        """Let the bridge forget the oldest command that was never answered."""
        if len(self._requests) < OUTSTANDING_MAX:
            return
        _, number = self._requests.pop(next(iter(self._requests)))
        error = Message(messages.MBIM_HOST_ERROR_MSG, number, messages.ERRORS["MBIM_ERROR_CANCEL"])
        self._bridge.host_message(error.to_bytes(), 0)

    def _exchange(self, message: Message, event: Event) -> tuple[list[Event], list[Event]]:
        """Give the bridge a message; return the transfers both ways and the requests made of it."""
        sent: list[Event] = []
        made: list[Event] = []
        for piece in split(message.to_bytes(), CONTROL_TRANSFER):
            sent.append(_transfer(_HOST, piece, event))
            requests, answers = self._bridge.host_message(piece, event.time_ns)
            made += requests
            sent += self._to_host(answers, event)
        return sent, made

    def _next_transaction_id(self) -> int:
        self._transaction_id = self._transaction_id % 0xFFFFFFFF + 1
        return self._transaction_id

    # ------------------------------------------------------------------ from the device

    def _output(self, event: Event) -> list[Event]:
        opening = [] if event.request_id else self._open(event)
        key = (event.request_id, event.port)
        known = self._requests.get(key)
        if event.request_id and known is None:
            return opening
        self._learn(event)
        mapped = event if known is None else event.replace(request_id=known[0])
        answers = self._to_host(self._bridge.device_output(mapped), event)
        if answers and known is not None:
            self._requests.pop(key, None)
        return opening + answers

    def _learn(self, event: Event) -> None:
        """Remember the context that a port reported last: queries do not name one."""
        if event.kind != Kind.KIND_INDICATION or event.code != _CONTEXT_STATE:
            return
        try:
            decoded = decode_event(event)
        except DecodeError:
            return
        session = None if decoded is None else decoded.get("ContextState.ConnectionId")
        if session is not None:
            self._connections.pop(event.port, None)
            self._connections[event.port] = session
            if len(self._connections) > PORTS_MAX:
                del self._connections[next(iter(self._connections))]

    def _lifecycle(self, event: Event) -> list[Event]:
        if event.code == Lifecycle.LIFECYCLE_HALT:
            return self.close(event)
        if event.code == Lifecycle.LIFECYCLE_SURPRISE_REMOVAL:
            # A device that is gone gets no CLOSE; the next one is opened anew.
            self._is_open = False
            self._requests.clear()
        return []

    def _to_host(self, answers: list[bytes], event: Event) -> list[Event]:
        return [_transfer(_DEVICE, data, event) for data in answers]


_NO_UUID = "00000000-0000-0000-0000-000000000000"
_CONTEXT_STATE = PROTOCOL.indication("NDIS_STATUS_WWAN_CONTEXT_STATE").number


def _meant(event: Event) -> dict[str, Any]:
    """The fields that are not zero or empty, whatever the revision of the structure."""
    try:
        decoded = decode_event(event)
    except DecodeError:
        return {"": event.payload}
    if decoded is None:
        return {"": event.payload}
    return {
        leaf.path: leaf.value
        for leaf in decoded.leaves()
        if "Header" not in leaf.path and leaf.value not in (0, "", _NO_UUID)
    }


def _transfer(direction: WireDirection, data: bytes, event: Event) -> Event:
    return Event(
        Kind.KIND_WIRE,
        event.time_ns,
        code=direction,
        payload=data,
        cause=event.index,
        flags=RecordFlag.FLAG_INFERRED | event.flags & RecordFlag.FLAG_PERSONAL_REMOVED,
    )
