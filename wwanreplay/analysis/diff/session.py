"""A session as what is compared: steps in order, each with the outputs that answer it.

A step is a request, a cancel, a lifecycle event, a stimulus, a message that no event was made of,
or an output that answers nothing: an event. Keys say how alike two of them are, and are the same
whatever numbers a host gave: RequestId, transaction and handle are no part of them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final

from wwanreplay._core import Event, Kind, RecordFlag, WireDirection
from wwanreplay.errors import LimitError
from wwanreplay.mbim.header import TYPES, look
from wwanreplay.mbim.rows.framing import MessageType
from wwanreplay.protocol.kinds import HOST_INPUTS, INDICATION_REQUIRED, INPUTS, OUTPUTS, REQUESTS
from wwanreplay.trace.source import TraceInput
from wwanreplay.trace.stretch import WHOLE, Stretch, StretchReader
from wwanreplay.words import printable

#: Records of one trace that are compared; all of them are held.
RECORDS_MAX: Final = 200_000
_TRANSACTION_AT: Final = slice(8, 12)
_DONE: Final = 0x80000000  # with the type of a message, that of its answer


@dataclass(slots=True, eq=False)
class Output:
    """An answer: `full` is all of its content, `like` what it is about; `place` counts records."""

    event: Event
    place: int
    full: bytes
    like: bytes

    @property
    def same(self) -> bytes:
        """An answer is its content."""
        return self.full

    @property
    def is_event(self) -> bool:
        """It answers something."""
        return False


@dataclass(slots=True, eq=False)
class Step:
    """A step of a session; `same` is its content without the outputs."""

    event: Event
    place: int
    same: bytes
    like: bytes
    outputs: list[Output] = field(default_factory=list)
    _full: bytes = b""

    @property
    def full(self) -> bytes:
        """The content with that of the outputs; complete once all of them are there."""
        if not self._full:
            self._full = _digest((self.same, *(output.full for output in self.outputs)))
        return self._full

    @property
    def is_event(self) -> bool:
        """Whether the device gave it unasked."""
        return is_output(self.event)


@dataclass(slots=True)
class Session:
    """What of a trace is compared, and what a reader should know of the rest."""

    path: str
    is_field: bool
    steps: list[Step] = field(default_factory=list)
    record_count: int = 0
    warnings: list[str] = field(default_factory=list)

    @property
    def output_count(self) -> int:
        """Outputs of the device, events included."""
        return sum(len(step.outputs) + step.is_event for step in self.steps)

    @property
    def transaction_count(self) -> int:
        """Steps that are no events."""
        return sum(not step.is_event for step in self.steps)


def is_output(event: Event) -> bool:
    """Whether the device gave it."""
    if event.kind == Kind.KIND_WIRE:
        return event.code == WireDirection.WIRE_DEVICE_TO_HOST
    return event.kind in OUTPUTS


def read_events(
    source: TraceInput, name: str = "", stretch: Stretch = WHOLE
) -> tuple[Session, list[Event]]:
    """An empty session of a trace, and its records.

    TraceError, UsageError for a filtered trace, or LimitError for too many records.
    """
    with StretchReader(source, stretch) as reader:
        path = name or reader.path or "trace in memory"
        reader.header.refuse_filtered(
            path, "what is left cannot be compared; compare the trace that was filtered"
        )
        session = Session(path, reader.header.comparison == "field")
        events = []
        if reader.header.begins_inside or reader.header.ends_inside:
            session.warnings.append(
                f"{path}: it is a part of a session: what the other has outside it differs"
            )
        for event in reader.events():
            session.record_count += 1
            if event.kind == Kind.KIND_GAP:
                lost = f"{event.code} records" if event.code else "an unknown number of records"
                text = printable(event.payload.decode("utf-8", "replace"))
                session.warnings.append(f"{path}: {lost} are lost at record {event.index}: {text}")
            if event.kind in INPUTS | OUTPUTS or event.kind == Kind.KIND_WIRE:
                events.append(event)
            if len(events) > RECORDS_MAX:
                thing = f"{path}: records to compare (`wwanreplay cut` makes a part)"
                raise LimitError(thing, session.record_count, RECORDS_MAX)
        if reader.cut_text:
            session.warnings.append(f"{path}: {reader.cut_text}")
    return session, events


def fill(session: Session, events: Iterable[Event], *, is_mixed: bool, has_stimuli: bool) -> None:
    """Give a session its steps.

    `is_mixed`: a log is compared with a recording, so that what no log has stays out: provisional
    completions and the bytes written. Without `has_stimuli` what the environment did stays out too.
    """
    listed = list(events)
    builder = _Builder(session, is_mixed)
    messages = _Messages(listed)
    for event in listed:
        if event.kind == Kind.KIND_WIRE:
            if messages.has_event(event):
                continue
        elif event.kind == Kind.KIND_STIMULUS:
            if not has_stimuli or event.flags & RecordFlag.FLAG_INFERRED:
                continue
        elif is_mixed and _is_provisional(event):
            continue
        builder.take(event)


def _is_provisional(event: Event) -> bool:
    return event.kind == Kind.KIND_COMPLETION and event.status == INDICATION_REQUIRED


class _Messages:
    """Which messages are compared as the events that were made of them, or of which they were made.

    The answer to a command that is a request among the events is one once, unless it has a link of
    its own: a second answer without an event is compared itself.
    """

    def __init__(self, events: list[Event]) -> None:
        outside = [each for each in events if each.kind != Kind.KIND_WIRE]
        self._made = {each.cause for each in outside}
        self._makers = {each.index for each in outside}
        completed = {each.cause for each in outside if each.kind == Kind.KIND_COMPLETION}
        # The commands that are requests which are completed among the events.
        self._completed = {each.cause for each in outside if each.index in completed}
        self._waiting: set[Hashable] = set()

    def has_event(self, message: Event) -> bool:
        """Whether the next message is compared as an event."""
        is_linked = message.index in self._made or message.cause in self._makers
        key = _transaction_of(message)
        if not is_output(message):
            if is_linked and message.index in self._completed:
                self._waiting.add(key)
            return is_linked
        is_answer = look(message.payload).type == MessageType.MBIM_COMMAND_DONE
        is_awaited = is_answer and key in self._waiting
        if is_awaited:
            self._waiting.discard(key)
        return is_linked or is_awaited


class _Builder:
    """Gives each output to its request."""

    def __init__(self, session: Session, is_mixed: bool) -> None:
        self._session = session
        self._is_mixed = is_mixed
        self._open: dict[Hashable, Step] = {}
        self._place = 0

    def take(self, event: Event) -> None:
        """Take the next record."""
        self._place += 1
        key = _transaction_of(event)
        request = self._open.get(key) if key is not None else None
        if request is not None and not _can_answer(event, request.event):
            request = None
        if is_output(event):
            like = _digest(_about(event))
            if request is not None:
                full = _digest((like, self._content(event)))
                request.outputs.append(Output(event, self._place, full, like))
                return
            # What answers nothing here is not the same as an event.
            like = _digest((like, key is not None))
            self._add(event, like)
            return
        about = _about(event)
        if event.kind == Kind.KIND_CANCEL and request is not None:
            about = (*about, _about(request.event))
        step = self._add(event, _digest(about))
        if key is not None and event.kind in REQUESTS | {Kind.KIND_WIRE}:
            self._open[key] = step

    def _add(self, event: Event, like: bytes) -> Step:
        same = _digest((like, self._content(event)))
        step = Step(event, self._place, same, like)
        self._session.steps.append(step)
        return step

    def _content(self, event: Event) -> tuple[Any, ...]:
        written = 0 if self._is_mixed else event.bytes or 0
        fields = sorted((str(key), repr(value)) for key, value in (event.fields or {}).items())
        return event.status, written, event.capacity or 0, message_content(event), fields


def message_content(event: Event) -> bytes:
    """The payload; of a message without the number of its transaction."""
    payload = event.payload
    if event.kind == Kind.KIND_WIRE and len(payload) >= _TRANSACTION_AT.stop:
        return payload[: _TRANSACTION_AT.start] + bytes(4) + payload[_TRANSACTION_AT.stop :]
    return payload


def _can_answer(event: Event, request: Event) -> bool:
    """Whether a message may answer one of the same transaction; other records may."""
    if event.kind != Kind.KIND_WIRE:
        return True
    answer, sent = look(event.payload).type, look(request.payload).type
    if answer is None or sent is None:
        return False
    return answer in (sent | _DONE, MessageType.MBIM_FUNCTION_ERROR_MSG)


def _transaction_of(event: Event) -> Hashable:
    """What a request and its answers have in common; None of what belongs to no request."""
    if event.kind == Kind.KIND_WIRE:
        number = look(event.payload).transaction_id
        return ("message", number, event.client) if number else None
    if event.kind in HOST_INPUTS | OUTPUTS and event.request_id:
        return event.request_id, event.port
    if event.kind in REQUESTS or event.kind == Kind.KIND_COMPLETION:
        return 0, event.port, event.code  # a driver completes it at once
    return None


def _about(event: Event) -> tuple[Any, ...]:
    """What an event is and is about, without its content."""
    about = (int(event.kind), event.namespace, event.code, event.port)
    if event.kind != Kind.KIND_WIRE:
        return about
    head = look(event.payload)
    kind = head.type if head.type in TYPES else None
    return (*about, kind, head.service, head.cid, head.current)


def _digest(values: object) -> bytes:
    return blake2b(repr(values).encode(), digest_size=16).digest()
