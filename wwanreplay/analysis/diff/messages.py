"""Which messages of a trace are compared as the events that were made of them."""

from __future__ import annotations

from collections.abc import Hashable
from copy import copy
from typing import Final

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.analysis.recordset import RecordSet
from wwanreplay.mbim.header import look
from wwanreplay.mbim.rows.framing import MessageType
from wwanreplay.protocol.kinds import HOST_INPUTS, OUTPUTS, REQUESTS
from wwanreplay.trace.again import Read

#: Commands that wait for an answer; of more, which no host has, the first ones wait no longer.
WAITING_MAX: Final = 1 << 14


class Messages:
    """Which messages are compared as the events that were made of them, or of which they were made.

    The answer to a command that is a request among the events is one once, unless it has a link of
    its own: a second answer without an event is compared itself.
    """

    def __init__(self, read: Read) -> None:
        self._made, self._makers = RecordSet(), RecordSet()
        # The commands that are requests which are completed among the events.
        self._completed = RecordSet()
        self._waiting: dict[Hashable, None] = {}
        if any(each.kind == Kind.KIND_WIRE for each in read()):
            self._look(read)

    def anew(self) -> Messages:
        """The same for another reading from the beginning."""
        again = copy(self)
        again._waiting = {}
        return again

    def _look(self, read: Read) -> None:
        """Note the links of all events; one may stand far from its message."""
        completed = RecordSet()
        count = 0
        for event in read():
            count = (event.index or 0) + 1
            if event.kind == Kind.KIND_WIRE:
                continue
            self._makers.add(event.index or 0)
            if event.kind == Kind.KIND_COMPLETION and event.cause is not None:
                _add(completed, event.cause, count)
        for event in read():
            if event.kind != Kind.KIND_WIRE and event.cause is not None:
                _add(self._made, event.cause, count)
                if event.index in completed:
                    _add(self._completed, event.cause, count)

    def has_event(self, message: Event) -> bool:
        """Whether the next message is compared as an event."""
        is_linked = message.index in self._made or message.cause in self._makers
        key = transaction_of(message)
        if message.code != WireDirection.WIRE_DEVICE_TO_HOST:
            if is_linked and message.index in self._completed:
                self._waiting[key] = None
                if len(self._waiting) > WAITING_MAX:
                    del self._waiting[next(iter(self._waiting))]
            return is_linked
        is_answer = look(message.payload).type == MessageType.MBIM_COMMAND_DONE
        is_awaited = is_answer and key in self._waiting
        if is_awaited:
            del self._waiting[key]
        return is_linked or is_awaited


def _add(numbers: RecordSet, number: int, count: int) -> None:
    """Add the number of a record; what a damaged trace names beyond its end is none."""
    if 0 <= number < count:
        numbers.add(number)


def transaction_of(event: Event) -> Hashable:
    """What a request and its answers have in common; None of what belongs to no request."""
    if event.kind == Kind.KIND_WIRE:
        number = look(event.payload).transaction_id
        return ("message", number, event.client) if number else None
    if event.kind in HOST_INPUTS | OUTPUTS and event.request_id:
        return event.request_id, event.port
    if event.kind in REQUESTS or event.kind == Kind.KIND_COMPLETION:
        return 0, event.port, event.code  # a driver completes it at once
    return None
