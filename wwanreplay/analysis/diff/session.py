"""A session as what is compared: steps in order, each with the outputs that answer it.

A step is a request, a cancel, a lifecycle event, a stimulus, a message that no event was made of,
or an output that answers nothing: an event. Keys say how alike two of them are, and are the same
whatever numbers a host gave: RequestId, transaction and handle are no part of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final

from wwanreplay._core import Event, Kind, RecordFlag, WireDirection
from wwanreplay.analysis.diff.messages import Messages, transaction_of
from wwanreplay.mbim.header import TYPES, look
from wwanreplay.mbim.rows.framing import MessageType
from wwanreplay.protocol.kinds import INDICATION_REQUIRED, OUTPUTS, REQUESTS

#: Records behind the answer of a request in which another answer to it may come.
GRACE: Final = 2_048
#: Records in which an answer may come at all; later it answers nothing.
HORIZON: Final = 6_144
#: Contents whose keys are remembered, and how large one may be: sessions repeat themselves.
REMEMBERED_MAX: Final = 4_096
REMEMBERED_SIZE_MAX: Final = 1_024
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
    key: Hashable = None  # of a request that may still be answered
    is_answered: bool = False
    _full: bytes = b""

    @property
    def full(self) -> bytes:
        """The content with that of the outputs; complete once all of them are there."""
        if not self._full:
            self._full = _digest((self.same, *(output.full for output in self.outputs)))
        return self._full

    @property
    def last_place(self) -> int:
        """The place of its last record."""
        return self.outputs[-1].place if self.outputs else self.place

    @property
    def is_event(self) -> bool:
        """Whether the device gave it unasked."""
        return is_output(self.event)


def is_output(event: Event) -> bool:
    """Whether the device gave it."""
    if event.kind == Kind.KIND_WIRE:
        return event.code == WireDirection.WIRE_DEVICE_TO_HOST
    return event.kind in OUTPUTS


def steps_of(
    events: Iterable[Event], messages: Messages, *, is_mixed: bool, has_stimuli: bool
) -> Iterator[Step]:
    """The steps of the records of a trace, in order, each once its outputs are complete.

    `is_mixed`: a log is compared with a recording, so that what no log has stays out: provisional
    completions and the bytes written. Without `has_stimuli` what the environment did stays out too.
    """
    builder = _Builder(is_mixed)
    for event in events:
        if event.kind == Kind.KIND_WIRE:
            if messages.has_event(event):
                continue
        elif event.kind == Kind.KIND_STIMULUS:
            if not has_stimuli or event.flags & RecordFlag.FLAG_INFERRED:
                continue
        elif is_mixed and _is_provisional(event):
            continue
        builder.take(event)
        yield from builder.settled()
    yield from builder.waiting


def _is_provisional(event: Event) -> bool:
    return event.kind == Kind.KIND_COMPLETION and event.status == INDICATION_REQUIRED


class _Builder:
    """Gives each output to its request."""

    def __init__(self, is_mixed: bool) -> None:
        self.waiting: deque[Step] = deque()
        self._is_mixed = is_mixed
        self._open: dict[Hashable, Step] = {}
        self._place = 0
        self._keys: dict[Hashable, tuple[bytes, bytes]] = {}

    def take(self, event: Event) -> None:
        """Take the next record."""
        self._place += 1
        key = transaction_of(event)
        request = self._open.get(key) if key is not None else None
        if request is not None and not _can_answer(event, request.event):
            request = None
        if is_output(event):
            if request is not None:
                like, full = self._keys_of(event, ())
                request.outputs.append(Output(event, self._place, full, like))
                request.is_answered |= not _is_provisional(event)
                return
            # What answers nothing here is not the same as an event.
            like, same = self._keys_of(event, (key is not None,))
            self.waiting.append(Step(event, self._place, same, like))
            return
        asked = event.kind == Kind.KIND_CANCEL and request is not None
        like, same = self._keys_of(event, _about(request.event) if asked and request else ())
        step = Step(event, self._place, same, like)
        self.waiting.append(step)
        if key is not None and event.kind in REQUESTS | {Kind.KIND_WIRE}:
            before = self._open.get(key)
            if before is not None:
                before.key = None
            step.key = key
            self._open[key] = step

    def settled(self) -> Iterator[Step]:
        """The steps to which nothing comes any more."""
        waiting = self.waiting
        while waiting:
            step = waiting[0]
            if step.key is not None:
                is_over = step.is_answered and self._place - step.last_place >= GRACE
                if not is_over and self._place - step.place < HORIZON:
                    return
                del self._open[step.key]
            yield waiting.popleft()

    def _keys_of(self, event: Event, more: tuple[Any, ...]) -> tuple[bytes, bytes]:
        """(what a record is about, that with its content); `more` belongs to what it is about."""
        about = _about(event)
        content = self._content(event)
        if event.fields or len(event.payload) > REMEMBERED_SIZE_MAX:
            return _keys(event, about, content, more)
        remembered = about, content[:4], more
        found = self._keys.get(remembered)
        if found is None:
            if len(self._keys) >= REMEMBERED_MAX:
                self._keys.clear()
            found = self._keys[remembered] = _keys(event, about, content, more)
        return found

    def _content(self, event: Event) -> tuple[Any, ...]:
        written = 0 if self._is_mixed else event.bytes or 0
        fields = sorted((str(key), repr(value)) for key, value in (event.fields or {}).items())
        return event.status, written, event.capacity or 0, message_content(event), fields


def _keys(
    event: Event, about: tuple[Any, ...], content: tuple[Any, ...], more: tuple[Any, ...]
) -> tuple[bytes, bytes]:
    if is_output(event):
        like = _digest(about)
        if more:
            like = _digest((like, *more))
    else:
        like = _digest((*about, more) if more else about)
    return like, _digest((like, content))


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
