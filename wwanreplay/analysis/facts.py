"""What a log tells that is worth knowing and no fault: requests that the device refused.

A host asks for what a modem refuses, and a refusal is an answer. Each is listed, and identical ones
are counted: what repeats is often what a report is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from wwanreplay._core import Event, Kind, Recent, WireDirection
from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import MBIM_COMMAND_DONE, MBIM_COMMAND_MSG, STATUS
from wwanreplay.mbim.tables import SERVICES_BY_UUID, command_name
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import REQUESTS
from wwanreplay.replay.names import code_name, kind_name
from wwanreplay.replay.observed import observed
from wwanreplay.replay.result import Fact, Options

#: First places of a fact that are kept.
PLACES_MAX: Final = 10
REMEMBERED_MAX: Final = 4096
_STATUS_NAMES: Final = {number: name for name, number in STATUS.items()}
_FROM_DEVICE: Final = WireDirection.WIRE_DEVICE_TO_HOST


def facts_of(events: Iterator[Event], options: Options) -> list[Fact]:
    """The requests that were refused, in the order of their first places."""
    collected = _Collected()
    for event in events:
        if not options.is_before_start(event.index or 0, event.time_ns):
            collected.take(event)
    return collected.finish()


class _Collected:
    """Refusals, by what they say. A message waits for the event that was made of it."""

    def __init__(self) -> None:
        self._facts: dict[str, Fact] = {}
        self._message: Event | None = None
        self._cause = 0
        self._sets: Recent[int, bool] = Recent(REMEMBERED_MAX)
        self._requests: Recent[tuple[int, int], Event] = Recent(REMEMBERED_MAX)

    def take(self, event: Event) -> None:
        """Take an event of the trace."""
        if event.kind == Kind.KIND_WIRE:
            self._flush()
            self._take_message(event)
        elif event.kind in REQUESTS:
            self._requests[event.request_id, event.port] = event
        elif event.kind == Kind.KIND_INDICATION and event.request_id:
            self._take_answer(event)

    def finish(self) -> list[Fact]:
        """What was collected."""
        self._flush()
        return list(self._facts.values())

    def _take_message(self, event: Event) -> None:
        head = look(event.payload)
        if head.type == MBIM_COMMAND_MSG and not head.is_later_fragment:
            self._sets[head.transaction_id or 0] = bool(head.value)
        is_answer = event.code == _FROM_DEVICE and head.type == MBIM_COMMAND_DONE
        if is_answer and not head.is_later_fragment and head.value:
            self._message = event

    def _take_answer(self, event: Event) -> None:
        values = observed(event)
        status, cause = values.get("uStatus", 0), _network_cause(values)
        if self._message is not None and event.cause == self._message.index:
            self._cause = cause
            return
        if not status:
            return
        request = self._requests.get((event.request_id, event.port))
        name = code_name(event) if request is None else f"{kind_name(request)} {code_name(request)}"
        self._add(event, name, PROTOCOL.text_of("WWAN_STATUS", status), cause)

    def _flush(self) -> None:
        """Count the message that waited."""
        message, self._message = self._message, None
        if message is None:
            return
        head = look(message.payload)
        service = None if head.service is None else SERVICES_BY_UUID.get(head.service)
        name = f"CID {head.cid}"
        if service is not None and head.cid is not None:
            name = command_name(service.number, head.cid)
        is_set = self._sets.get(head.transaction_id or 0)
        how = "" if is_set is None else "set " if is_set else "query "
        self._add(message, f"{how}{name}", _status_name(head.value or 0), self._cause)
        self._cause = 0

    def _add(self, event: Event, name: str, status: str, cause: int) -> None:
        text = f"{name} was refused: {status}" + (f", network error {cause}" if cause else "")
        fact = self._facts.setdefault(text, Fact(text, 0, [], []))
        fact.count += 1
        if len(fact.records) < PLACES_MAX:
            fact.records.append(event.index or 0)
            fact.sources.append(event.source)


def _network_cause(values: dict[str, Any]) -> int:
    causes = (value for path, value in values.items() if path.endswith("uNwError"))
    return int(next(causes, 0) or 0)


def _status_name(number: int) -> str:
    return _STATUS_NAMES.get(number, f"status {number}")
