"""Which OID request an MBIM message of the Windows class driver was sent for.

The class driver prints the request it takes, then the buffer of the command with the id of the
request it is for (CallerRequestId), then the header of the MBIM message. The request is put in the
place of its message, so that one event is made of both, with the members of both.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from wwanreplay.formats.base import Direction, LogMessage, MessageKind, NdisEvent
from wwanreplay.formats.transfers import size_of
from wwanreplay.formats.windows_values import bytes_of
from wwanreplay.mbim.header import COMMAND_SIZE, look
from wwanreplay.mbim.messages import MBIM_COMMAND_MSG

#: How long, and behind how many messages, a request waits for its command.
WAITING_NS: Final = 5_000_000_000
WAITING_MAX: Final = 256
#: Bytes that waiting requests may take, about.
WAITING_SIZE_MAX: Final = 1 << 25

#: Name of the event of a buffer whose message came: it has nothing to add.
SENT: Final = "sent"


@dataclass(slots=True, eq=False)
class _Held:
    """A message that is held back; `waits` for the rest of it."""

    message: LogMessage
    waits: bool = False


class Callers:
    """Passes messages on; those of MBIM that are sent for a request come with it as `event`.

    The event's name is `request` when the line of the request is in its first place
    (`places[0]`), and `command` when only the id of the request is known.
    """

    def __init__(self, messages: Iterable[LogMessage]) -> None:
        self._messages = messages
        self._held: deque[_Held] = deque()
        self._waiting = 0
        self._size = 0

    def __iter__(self) -> Iterator[LogMessage]:
        for message in self._messages:
            waits = _is_waiting(message)
            if not self._held and not waits:
                yield message
                continue
            if message.kind is MessageKind.MBIM and message.direction is Direction.HOST_TO_DEVICE:
                message = self._with_caller(message)
            elif message.event is not None and message.event.name == "completion":
                self._settle_request(message.event)
            self._held.append(_Held(message, waits))
            self._size += size_of(message)
            self._waiting += waits
            yield from self._due(message)
        while self._held:
            yield self._held.popleft().message

    def _due(self, latest: LogMessage) -> Iterator[LogMessage]:
        while self._held:
            oldest = self._held[0]
            late = (
                latest.time_ns is not None
                and oldest.message.time_ns is not None
                and latest.time_ns - oldest.message.time_ns > WAITING_NS
            )
            full = len(self._held) >= WAITING_MAX or self._size > WAITING_SIZE_MAX
            if self._waiting and not late and not full:
                return
            self._settle(oldest)
            self._held.popleft()
            self._size = self._size - size_of(oldest.message) if self._held else 0
            yield oldest.message

    def _settle(self, held: _Held) -> None:
        self._waiting -= held.waits
        held.waits = False

    def _settle_request(self, completion: NdisEvent) -> None:
        """The request was completed: no command will come for it any more."""
        for held in self._held:
            event = held.message.event
            if held.waits and event is not None and event.request_id == completion.request_id:
                self._settle(held)

    def _with_caller(self, message: LogMessage) -> LogMessage:
        """The message with the request that it was sent for, which is taken out of its place."""
        command = self._command_of(message)
        if command is None or command.message.event is None:
            return message
        self._settle(command)
        caller = command.message.event
        command.message = replace(command.message, event=replace(caller, name=SENT))
        if not caller.request_id:
            return message
        request = self._request(caller.request_id, message.device)
        if request is None:
            return replace(message, event=caller)
        self._settle(request)
        self._held.remove(request)
        self._size -= size_of(request.message)
        places = (request.message.place, *message.places)
        return replace(message, event=request.message.event, places=places)

    def _command_of(self, message: LogMessage) -> _Held | None:
        """The buffer that was printed for a message: its place is the message's, or it is equal."""
        for held in self._held:
            event = held.message.event
            if event is None or event.name != "command":
                continue
            if held.message.place in message.places or _is_buffer(event, message):
                return held
        return None

    def _request(self, request_id: int, device: str | None) -> _Held | None:
        return next(
            (
                held
                for held in self._held
                if held.waits
                and held.message.event is not None
                and held.message.event.name == "request"
                and held.message.event.request_id == request_id
                and (device is None or held.message.device in (None, device))
            ),
            None,
        )


def _is_waiting(message: LogMessage) -> bool:
    """Whether more may come that belongs to a message: a request of the driver, a buffer."""
    event = message.event
    if message.kind is not MessageKind.EVENT or event is None:
        return False
    if event.name == "command":
        return True
    return (
        event.name == "request"
        and event.request_id is not None
        and re.search("class", event.provider, re.IGNORECASE) is not None
    )


def _is_buffer(event: NdisEvent, message: LogMessage) -> bool:
    """Whether a printed buffer is all that a whole command holds."""
    data = message.data or b""
    head = look(data[:COMMAND_SIZE])
    return (
        message.complete
        and head.cid == event.code
        and head.type == MBIM_COMMAND_MSG
        and bytes_of(dict(event.fields).get("Payload")) == data[COMMAND_SIZE:]
    )
