"""One device's session on its way into a trace: wire records, events, notes, in the log's order."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import BinaryIO, Final, Protocol

from wwanreplay._core import Event, WireDirection
from wwanreplay.formats.base import (
    DIRECTION_UNKNOWN,
    HOST_TO_DEVICE,
    MESSAGE_EVENT,
    MESSAGE_MBIM,
    MESSAGE_NOTE,
    Clock,
    Direction,
    LogMessage,
    LogPlace,
    NdisEvent,
)
from wwanreplay.formats.import_requests import OpenRequest, OpenRequests
from wwanreplay.formats.import_summary import Tally
from wwanreplay.formats.times import SECOND_NS
from wwanreplay.formats.transfers import (
    PROXY_SERVICE,
    direction_of_type,
    head_of,
    head_of_fields,
    is_fragment,
)
from wwanreplay.formats.windows_events import (
    Made,
    NoRecord,
    Note,
    WindowsEvents,
    ends_request,
)
from wwanreplay.mbim.header import FRAGMENTED_TYPES, Head, header_bytes
from wwanreplay.mbim.tables import command_name, split_code
from wwanreplay.protocol.kinds import (
    FLAG_INCOMPLETE,
    FLAG_TIME_INEXACT,
    KIND_CLOCK,
    KIND_COMPLETION,
    KIND_INDICATION,
    KIND_NOTE,
    KIND_WIRE,
    NAMESPACE_MBIM,
    REQUESTS,
)
from wwanreplay.trace import TraceHeader, TraceWriter
from wwanreplay.trace.notes import NoteCode

#: Steps between messages whose times are not known, or not later than the one before.
STEP_NS: Final = 1_000
#: A clock that goes back by so much was set; less is the disorder of several writers.
SET_BACK_NS: Final = 2 * SECOND_NS
TIMELESS_STEP_NS: Final = 1_000_000
#: Times beyond are no times.
TIME_NS_MAX: Final = 1 << 62
#: Notes kept of a session, of one text, and characters of each.
NOTES_MAX: Final = 10_000
SAME_NOTES_MAX: Final = 1_000
NOTE_SIZE_MAX: Final = 400
#: Ids of requests that Windows text named and that messages must not use again.
IDS_MAX: Final = 4096
#: Of the problems of one message, those that are printed.
PROBLEMS_MAX: Final = 3
NEXT_USE: Final = 1 << 32

_HOST, _DEVICE = WireDirection.WIRE_HOST_TO_DEVICE, WireDirection.WIRE_DEVICE_TO_HOST


class Driver(Protocol):
    """Makes events of messages, as `wwanreplay.mbim.class_driver.ClassDriver` does."""

    @property
    def problems(self) -> list[str]:
        """What the last call found wrong."""

    @property
    def malformed(self) -> list[str]:
        """Why the message of the last call fits no layout that its command or event has."""

    def message(self, data: bytes, time_ns: int, *, from_host: bool) -> list[Event]:
        """The events of one whole message."""

    def partial(
        self,
        head: Head,
        fields: Sequence[tuple[str, str]],
        time_ns: int,
        *,
        from_host: bool,
    ) -> list[Event]:
        """The events of a message of which the log holds a part."""


def new_driver() -> Driver:
    """The Windows class driver's view of a session."""
    from wwanreplay.mbim.class_driver import ClassDriver

    return ClassDriver()


class ImportSession:
    """Takes the messages of one device in order and writes their records to a file.

    The file is begun with the first record. `tally` counts, `has_content` says whether there was
    more than notes.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        name_of: Callable[[str], str],
        make_driver: Callable[[], Driver] = new_driver,
    ) -> None:
        self.path = path
        self.tally = Tally()
        self.clock = Clock.NONE
        self.step_ns = 0
        #: The time of the log's clock at virtual time 0.
        self.base_ns: int | None = None
        self.has_content = False
        self.has_wire = False
        self.last_ns: int | None = None
        self._last_stamp_ns: int | None = None
        self._name_of = name_of
        self._driver = make_driver()
        self._writer: TraceWriter | None = None
        self._file: BinaryIO | None = None
        self._requests = OpenRequests()
        self._windows: WindowsEvents | None = None
        self._transfers: dict[Direction, int] = {}
        self._ids: dict[int, int] = {}  # of the class driver's requests → as the trace has them
        self._text_ids: dict[int, None] = {}
        self._notes: dict[str, int] = {}

    # ------------------------------------------------------------ times and records

    def _time(self, message: LogMessage) -> tuple[int, int]:
        """The virtual time of a message, later than the one before, and the flag of its time."""
        stamp = message.time_ns
        if stamp is not None and abs(stamp) > TIME_NS_MAX:
            stamp = None
        if stamp is not None and self.base_ns is None:
            self.clock, self.step_ns = message.clock, message.step_ns
            self.base_ns = stamp - (0 if self.last_ns is None else self.last_ns + STEP_NS)
        if stamp is not None:
            back_ns = 0 if self._last_stamp_ns is None else self._last_stamp_ns - stamp
            if back_ns >= SET_BACK_NS:
                text = f"by {back_ns / SECOND_NS:.3f} s; no time is known until it has caught up"
                self.tally.set_back.add(message.place, text)
            self._last_stamp_ns = stamp
        if self.last_ns is None:
            time_ns, inexact = 0, stamp is None
        else:
            time_ns = self.last_ns
            time_ns += TIMELESS_STEP_NS if self.base_ns is None else STEP_NS
            inexact = True
            if stamp is not None and self.base_ns is not None:
                exact_ns = stamp - self.base_ns
                if self.last_ns < exact_ns <= TIME_NS_MAX:
                    time_ns, inexact = exact_ns, False
        self.last_ns = time_ns
        return time_ns, FLAG_TIME_INEXACT if inexact else 0

    def _source(self, place: LogPlace) -> dict[str, str | int]:
        return {
            "log": self._name_of(place.source),
            "unit": str(place.unit),
            "number": place.number,
        }

    def _write(self, event: Event) -> int:
        if self._writer is None:
            self._file = open(self.path, "xb", buffering=0)  # noqa: SIM115 (closed by close)
            self._writer = TraceWriter(self._file, TraceHeader())
        return self._writer.write(event)

    # ------------------------------------------------------------ messages

    def take(self, message: LogMessage) -> None:
        """Take one message, event or note."""
        if message.kind is MESSAGE_NOTE:
            self._note(message, message.text)
        elif message.kind is MESSAGE_EVENT:
            self._event(message)
        else:
            self._mbim(message)

    def _mbim(self, message: LogMessage) -> None:
        whole = message.kind is MESSAGE_MBIM
        head = head_of(message)
        if head.service == PROXY_SERVICE:
            if whole:
                self.tally.unmapped.add(message.place, "a message to mbim-proxy, not to the modem")
            return
        if head.type is None and not message.data:
            self.tally.unmapped.add(message.place, "a message of which the log holds no byte")
            return
        direction = message.direction
        if direction is DIRECTION_UNKNOWN:
            direction = direction_of_type(head.type or 0)
        if direction is DIRECTION_UNKNOWN:
            if whole:
                self.tally.unmapped.add(message.place, "a message of which nobody says who sent it")
            return
        if whole:
            self._count(message)
        if not whole:
            time_ns, flags = self._time(message)
            self._transfers[direction] = self._wire(message, direction, time_ns, flags)
            return
        wire: int | None
        if _in_fragments(message, head):
            time_ns, flags = self.last_ns or 0, 0
            if message.time_ns is None or message.time_ns - (self.base_ns or 0) != time_ns:
                flags = FLAG_TIME_INEXACT
            wire = self._transfers.get(direction)
        else:
            time_ns, flags = self._time(message)
            wire = self._wire(message, direction, time_ns, flags)
        self._events_of(message, head, direction, time_ns, flags, wire)

    def _count(self, message: LogMessage) -> None:
        self.has_content = True
        self.tally.messages += 1
        if message.incomplete:
            self.tally.incomplete.add(message.place, message.reason)
        else:
            self.tally.complete += 1

    def _wire(self, message: LogMessage, direction: Direction, time_ns: int, flags: int) -> int:
        self.has_wire = True
        return self._write(
            Event(
                KIND_WIRE,
                time_ns,
                code=_HOST if direction is HOST_TO_DEVICE else _DEVICE,
                payload=_known_bytes(message),
                source=self._source(message.place),
                flags=flags | (FLAG_INCOMPLETE if message.incomplete else 0),
            )
        )

    def _events_of(
        self,
        message: LogMessage,
        head: Head,
        direction: Direction,
        time_ns: int,
        flags: int,
        wire: int | None,
    ) -> None:
        """Write the events of a message behind its wire record."""
        from_host = direction is HOST_TO_DEVICE
        if message.incomplete or message.data is None:
            made = self._driver.partial(head, message.fields, time_ns, from_host=from_host)
            flags |= FLAG_INCOMPLETE
        else:
            made = self._driver.message(message.data, time_ns, from_host=from_host)
        self._judge(message, head, made)
        source = self._source(message.place)
        is_whole = not message.incomplete  # of a part nobody knows what it would be
        if self._driver.malformed and is_whole and wire is not None and not from_host:
            self._write(
                Event(
                    KIND_NOTE,
                    time_ns,
                    code=NoteCode.MALFORMED,
                    payload="; ".join(self._driver.malformed[:PROBLEMS_MAX]).encode(),
                    cause=wire,
                    source=source,
                )
            )
        called = None
        if message.event is not None:
            called = next((event.request_id for event in made if event.kind in REQUESTS), None)
            made = self._called_for(message, message.event, made, time_ns, flags)
        for event in made:
            event = self._own(event, called)
            cause = event.cause
            if event.kind == KIND_COMPLETION:
                request = self._requests.get(event.request_id)
                cause = None if request is None else request.index
            elif event.kind in REQUESTS or event.kind == KIND_INDICATION:
                cause = wire
            index = self._write(
                event.replace(
                    time_ns=time_ns,
                    flags=event.flags | flags,
                    cause=cause,
                    source=source if event.source is None else event.source,
                )
            )
            self._written(event, index)
            if event.kind == KIND_INDICATION and self._windows is not None:
                self._windows.indicated(event.code, time_ns)

    def _judge(self, message: LogMessage, head: Head, made: list[Event]) -> None:
        """Count what is wrong with a message, and one that no OID or indication stands for."""
        if self._driver.problems:
            self.tally.problems.add(message.place, "; ".join(self._driver.problems[:PROBLEMS_MAX]))
        for event in made:
            if event.namespace == NAMESPACE_MBIM and (
                event.kind in REQUESTS or (event.kind == KIND_INDICATION and not event.request_id)
            ):
                what = f"{command_name(*split_code(event.code))} has no OID"
                self.tally.unmapped.add(message.place, what)
                return
        if not made and head.type in FRAGMENTED_TYPES and not self._driver.problems:
            self.tally.unmapped.add(message.place, "a message that became no event")

    def _own(self, event: Event, called: int | None) -> Event:
        """The class driver's event with the request id that the trace uses.

        `called` is the request whose id was just translated to that of its caller.
        """
        if not event.request_id or not (self._ids or self._text_ids):
            return event
        own = self._ids.get(event.request_id)
        if event.kind in REQUESTS and event.request_id != called:
            own = None
            if event.request_id in self._text_ids:
                own = event.request_id + NEXT_USE
                self._translate(event.request_id, own)
            else:
                self._ids.pop(event.request_id, None)
        if own is None:
            return event
        return event.replace(request_id=own, handle=None if event.handle is None else own)

    def _translate(self, request_id: int, own: int) -> None:
        self._ids[request_id] = own
        if len(self._ids) > IDS_MAX:
            del self._ids[next(iter(self._ids))]

    def _called_for(
        self,
        message: LogMessage,
        caller: NdisEvent,
        made: list[Event],
        time_ns: int,
        flags: int,
    ) -> list[Event]:
        """The events of a command that the driver sent for a request that the log names.

        One request is made of both: the numbers of the line, the buffer of the message. Its
        completion is a line of its own.
        """
        request = next((event for event in made if event.kind in REQUESTS), None)
        caller_id = caller.request_id or 0
        known = caller_id and self._requests.get(caller_id) is not None
        if request is not None and caller_id:
            self._translate(request.request_id, caller_id)
        if caller.name == "request":
            self._write_line(message, caller, request, time_ns, flags)
        elif request is None or not caller_id:
            return made
        elif not known:
            self._name_id(caller_id)
            return made
        self.tally.duplicates += 1
        return [
            event for event in made if event.kind not in REQUESTS and event.kind != KIND_COMPLETION
        ]

    def _write_line(
        self,
        message: LogMessage,
        caller: NdisEvent,
        request: Event | None,
        time_ns: int,
        flags: int,
    ) -> None:
        """Write the request that a line names, with what its message adds."""
        line = self._windows_events().request_of(caller)
        if line is None:
            return
        if request is not None and (line.code, line.kind) == (request.code, request.kind):
            line = request.replace(
                request_id=line.request_id, handle=line.handle, capacity=line.capacity
            )
        self._name_id(line.request_id)
        wire = self._writer.next_index - 1 if self._writer is not None else None
        line = line.replace(
            time_ns=time_ns,
            source=self._source(message.places[0]),
            cause=wire,
            flags=line.flags | flags & FLAG_TIME_INEXACT,
        )
        self._written(line, self._write(line))

    def _name_id(self, request_id: int) -> None:
        self._text_ids[request_id] = None
        if len(self._text_ids) > IDS_MAX:
            del self._text_ids[next(iter(self._text_ids))]

    def _written(self, event: Event, index: int) -> None:
        """Count an event and keep what later ones refer to."""
        self.has_content = True
        if event.kind in REQUESTS:
            self.tally.requests += 1
            if event.request_id:
                self._requests.add(OpenRequest(index, event.request_id, event.code, event.handle))
        elif event.kind == KIND_COMPLETION:
            self.tally.completions += 1
            request = self._requests.get(event.request_id)
            if request is not None:
                request.completed = True
                if event.namespace == NAMESPACE_MBIM or ends_request(event.status):
                    self._requests.end(event.request_id)
        elif event.kind == KIND_INDICATION:
            self.tally.indications += 1
            if event.request_id:
                self._requests.end(event.request_id)
        else:
            self.tally.other += 1

    # ------------------------------------------------------------ Windows text

    def _windows_events(self) -> WindowsEvents:
        if self._windows is None:
            self._windows = WindowsEvents(self._requests)
        return self._windows

    def _event(self, message: LogMessage) -> None:
        assert message.event is not None
        at: tuple[int, int] | None = None
        now_ns = self.last_ns or 0
        if message.time_ns is not None and self.base_ns is not None:
            now_ns = max(now_ns, message.time_ns - self.base_ns)
        for made in self._windows_events().take(message.event, now_ns):
            if isinstance(made, NoRecord):
                if made.reason:
                    self.tally.unmapped.add(message.place, made.reason)
                else:
                    self.tally.duplicates += 1
            elif isinstance(made, Note):
                self._note(message, made.text)
            else:
                at = at or self._time(message)
                self._text_event(message, made, *at)

    def _text_event(self, message: LogMessage, event: Made, time_ns: int, flags: int) -> None:
        assert isinstance(event, Event)
        cause = None
        if event.kind in REQUESTS:
            self._name_id(event.request_id)
        elif event.kind == KIND_COMPLETION:
            request = self._requests.get(event.request_id)
            request = request or self._requests.ended(event.request_id, event.code)
            cause = None if request is None else request.index
        index = self._write(
            event.replace(
                time_ns=time_ns,
                flags=event.flags | flags,
                cause=cause,
                source=self._source(message.place),
            )
        )
        self._written(event, index)

    def _note(self, message: LogMessage, text: str) -> None:
        text = text[:NOTE_SIZE_MAX]
        seen = self._notes.get(text, 0)
        if self.tally.notes >= NOTES_MAX or seen >= SAME_NOTES_MAX:
            self.tally.dropped.add(message.place, "a note over the limit of notes")
            return
        self._notes[text] = seen + 1
        self.tally.notes += 1
        time_ns, flags = self._time(message)
        self._write(
            Event(
                KIND_NOTE,
                time_ns,
                payload=text.encode("utf-8", "replace"),
                source=self._source(message.place),
                flags=flags,
            )
        )

    # ------------------------------------------------------------ the end

    def finish(self) -> None:
        """Write how long the session went, and close the file."""
        if self._writer is None:
            return
        self._writer.write(Event(KIND_CLOCK, self.last_ns or 0))
        self._writer.close()
        self.abandon()

    def abandon(self) -> None:
        """Close the file as it is."""
        if self._file is not None:
            self._file.close()


def _known_bytes(message: LogMessage) -> bytes:
    """A message as far as the log has it: of one whose members are printed alone, its header.

    Each word of the header is printed, or its length follows from what is.
    """
    if message.data is not None or not message.fields:
        return message.data or b""
    head = head_of_fields(message.fields)
    if head.type in FRAGMENTED_TYPES and head.length is not None and head.total == 1:
        head = head._replace(buffer_length=head.length - head.buffer_at)
    return header_bytes(head) or b""


def _in_fragments(message: LogMessage, head: Head) -> bool:
    """Whether the transfers of a message came before it, each by itself."""
    return bool(message.fragments) or is_fragment(head)
