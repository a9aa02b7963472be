"""A trace to a story: wire records and events in their order become steps."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Final

from wwanreplay._core import Event, Kind, Namespace, RecordFlag, WireDirection
from wwanreplay.analysis.explanation.members import members_of
from wwanreplay.analysis.explanation.steps import Step, StepKind, StepPlace, Story, short_name
from wwanreplay.errors import DecodeError
from wwanreplay.mbim import statuses
from wwanreplay.mbim.codec import Values
from wwanreplay.mbim.commands import TIES, ties_of_oid
from wwanreplay.mbim.fragments import Joiner
from wwanreplay.mbim.header import FRAGMENTED_TYPES, TYPES, Head, look
from wwanreplay.mbim.messages import COMMAND_QUERY, COMMAND_SET, parse_header
from wwanreplay.mbim.presentation import QMI_MESSAGE
from wwanreplay.mbim.qmi import look_qmi
from wwanreplay.mbim.rows.framing import MessageType
from wwanreplay.mbim.tables import SERVICES_BY_NAME, SERVICES_BY_UUID, split_code
from wwanreplay.mbim.versions import VersionInForce, understand
from wwanreplay.protocol.kinds import INDICATION_REQUIRED, REQUESTS
from wwanreplay.replay.names import code_name
from wwanreplay.trace import TraceReader
from wwanreplay.trace.header import TraceHeader
from wwanreplay.trace.notes import NoteCode
from wwanreplay.trace.source import TraceInput

#: Requests whose answers are still awaited; the oldest is forgotten beyond.
OPEN_MAX: Final = 4096
#: Steps that are looked at; a longer session is explained by its beginning.
STEPS_MAX: Final = 500_000

_PENDING: Final = 0x00000103
_PROXY: Final = SERVICES_BY_NAME["Proxy Control"].number
_KINDS: Final = {
    MessageType.MBIM_OPEN_MSG: StepKind.OPEN,
    MessageType.MBIM_OPEN_DONE: StepKind.OPENED,
    MessageType.MBIM_CLOSE_MSG: StepKind.CLOSE,
    MessageType.MBIM_CLOSE_DONE: StepKind.CLOSED,
    MessageType.MBIM_COMMAND_MSG: StepKind.COMMAND,
    MessageType.MBIM_COMMAND_DONE: StepKind.ANSWER,
    MessageType.MBIM_INDICATE_STATUS_MSG: StepKind.EVENT,
    MessageType.MBIM_HOST_ERROR_MSG: StepKind.HOST_ERROR,
    MessageType.MBIM_FUNCTION_ERROR_MSG: StepKind.FUNCTION_ERROR,
}
_OPERATIONS: Final = {StepKind.ANSWER: "response", StepKind.EVENT: "notification"}
_OPENING: Final = {StepKind.OPENED: StepKind.OPEN, StepKind.CLOSED: StepKind.CLOSE}
_INDICATIONS: Final = {
    name: tie for tie in reversed(TIES) for name in (tie.indication, tie.set_indication) if name
}


def read_story(source: TraceInput, marks: frozenset[str] = frozenset()) -> Story:
    """The steps of a trace. Raises TraceError for what cannot be read."""
    with TraceReader(source) as reader:
        taking = _Taking(reader.header)
        taking.story.marks = marks
        for event in reader.events():
            taking.take(event)
            if len(taking.story.steps) >= STEPS_MAX:
                break
        is_whole = len(taking.story.steps) < STEPS_MAX
        taking.finish()
        taking.story.cut = (
            reader.cut_text if is_whole else f"what follows its first {STEPS_MAX:,} is not read"
        )
    return taking.story


class _Taking:
    """Takes records in order and keeps what answers are paired with."""

    def __init__(self, header: TraceHeader) -> None:
        self.story = Story(header)
        self.story.has_times = header.has_times
        self._is_field = header.comparison == "field"
        self._versions = VersionInForce(strict=False)
        self._joiners = {True: Joiner(), False: Joiner()}
        self._firsts: dict[bool, StepPlace] = {}
        self._open: OrderedDict[tuple[str, int, int], Step] = OrderedDict()
        self._by_wire: dict[int, Step] = {}
        self._by_request: dict[int, Step] = {}
        self._of_fragments: set[int] = set()

    def take(self, event: Event) -> None:
        """Take one record."""
        if event.kind == Kind.KIND_WIRE:
            self._wire(event)
        elif event.kind == Kind.KIND_NOTE:
            text = event.payload.decode("utf-8", "replace")
            is_malformed = event.code == NoteCode.MALFORMED
            kind = StepKind.MALFORMED if is_malformed else StepKind.NOTE
            self._add(Step(kind, _place(event), text=text))
        elif event.kind == Kind.KIND_LIFECYCLE:
            self._add(Step(StepKind.LIFECYCLE, _place(event), text=code_name(event)))
        elif event.kind in REQUESTS or event.kind in (Kind.KIND_COMPLETION, Kind.KIND_INDICATION):
            self._event(event)

    def finish(self) -> None:
        """Take what did not become whole."""
        for from_host in (True, False):
            self._give_up(from_host)
        # What did not become whole stands where its first fragment came.
        self.story.steps.sort(key=lambda step: step.place.record)
        self.story.mbimex = self._versions.mbimex

    def _add(self, step: Step) -> Step:
        self.story.steps.append(step)
        return step

    # ------------------------------------------------------------ messages

    def _wire(self, event: Event) -> None:
        self.story.has_wire = True
        from_host = event.code == WireDirection.WIRE_HOST_TO_DEVICE
        payload = event.payload
        head = look(payload)
        if head.type not in TYPES:
            self.story.messages += bool(payload)
            self.story.incomplete += bool(payload)
            return
        place = _place(event)
        is_whole = not event.flags & RecordFlag.FLAG_INCOMPLETE and head.length == len(payload)
        if is_whole and head.type in FRAGMENTED_TYPES and head.total != 1:
            self._of_fragments.add(event.index or 0)
            self._fragment(payload, from_host, place)
            return
        self._message(head, payload, place, event.index or 0, is_whole=is_whole)

    def _fragment(self, payload: bytes, from_host: bool, place: StepPlace) -> None:
        joiner = self._joiners[from_host]
        try:
            joined = joiner.feed(parse_header(payload), payload, place.time_ns)
        except DecodeError:
            return
        if joined.errors and from_host in self._firsts:
            self._give_up(from_host)
        if joined.message is not None:
            place = self._firsts.pop(from_host, place)
            self._message(look(joined.message), joined.message, place, place.record, is_whole=True)
        elif look(payload).current == 0:
            self._firsts[from_host] = place
        elif joined.errors:
            self._add(Step(StepKind.FRAGMENT, place, look(payload).transaction_id or 0))

    def _give_up(self, from_host: bool) -> None:
        place = self._firsts.pop(from_host, None)
        if place is not None:
            self.story.messages += 1
            self.story.incomplete += 1
            self._add(Step(StepKind.FRAGMENT, place))

    def _message(
        self, head: Head, payload: bytes, place: StepPlace, index: int, *, is_whole: bool
    ) -> None:
        service = SERVICES_BY_UUID.get(head.service or b"")
        if service is not None and service.number == _PROXY:
            return
        self.story.messages += 1
        self.story.incomplete += not is_whole
        kind = _KINDS[MessageType(head.type or 0)]
        step = Step(kind, place, head.transaction_id or 0, value=head.value)
        step.is_partial = not is_whole
        if head.type in FRAGMENTED_TYPES and head.cid is not None:
            number = 0 if service is None else service.number
            step.key = (number, head.cid)
            step.name = short_name(step.key) if service is not None else f"CID {head.cid}"
        if kind is StepKind.COMMAND:
            known = {COMMAND_SET: "set", COMMAND_QUERY: "query"}
            step.operation = known.get(-1 if head.value is None else head.value, "")
            step.value = None
        if kind is StepKind.EVENT:
            step.value = None
        self._pair(step)
        if is_whole:
            buffer = payload[head.buffer_at :]
            self._versions.take(head, buffer)
            if step.key is not None and service is not None and buffer:
                step.values = self._values(step, buffer)
            if step.key == QMI_MESSAGE:
                step.qmi = look_qmi(buffer)
        self._by_wire[index] = step
        self._add(step)

    def _values(self, step: Step, buffer: bytes) -> Values:
        assert step.key is not None
        operation = _OPERATIONS.get(step.kind, step.operation)
        found = understand(*step.key, operation, buffer, self._versions.mbimex)
        return {} if isinstance(found, str) else found.values

    # ------------------------------------------------------------ events

    def _event(self, event: Event) -> None:
        """An event of the OID level, unless its message was taken already."""
        index = event.index or 0
        cause = event.cause
        if self.story.has_wire and not self._is_field:
            return
        if event.kind == Kind.KIND_COMPLETION:
            request = self._by_request.get(-1 if cause is None else cause)
            if request is not None:
                self._completion(event, request)
            return
        of_message = self._by_wire.get(-1 if cause is None else cause)
        if of_message is not None:
            if not of_message.values and of_message.is_partial:
                self._complete(of_message, event)
            return
        step = self._step(event)
        if step is None:
            return
        step.is_partial = cause in self._of_fragments
        self.story.messages += not self.story.has_wire
        if step.kind is StepKind.COMMAND:
            self._by_request[index] = step
            if len(self._by_request) > OPEN_MAX:
                del self._by_request[next(iter(self._by_request))]
        self._pair(step, event.port)
        self._add(step)

    def _complete(self, step: Step, event: Event) -> None:
        """Give a message of which the log has a part what its printed members say."""
        made = self._step(event)
        if made is None:
            return
        step.key, step.name = step.key or made.key, step.name or made.name
        step.operation = step.operation or made.operation
        step.values = made.values
        if step.value is None and step.kind is StepKind.ANSWER:
            step.value = made.value
        if step.request is None and step.kind is StepKind.ANSWER:
            self._pair(step)

    def _completion(self, event: Event, request: Step) -> None:
        """The end of a request: a refusal by NDIS_STATUS, or the answer of a synchronous one."""
        if event.status in (INDICATION_REQUIRED, _PENDING) or request.answer is not None:
            return
        step = Step(StepKind.ANSWER, _place(event), request.transaction, request.key, request.name)
        step.operation = request.operation
        step.value = event.status
        if not step.value:
            step.values = members_of(request.key, "response", event)
        step.request, request.answer = request, step
        self._forget(request)
        self._add(step)

    def _step(self, event: Event) -> Step | None:
        """A step of an event; None for what no command carries."""
        key = _key_of(event)
        if key is None:
            return None
        transaction = event.request_id & 0xFFFFFFFF
        step = Step(StepKind.EVENT, _place(event), transaction, key, short_name(key))
        if event.kind in REQUESTS:
            step.kind = StepKind.COMMAND
            step.operation = "query" if event.kind == Kind.KIND_QUERY else "set"
        elif event.request_id:
            step.kind = StepKind.ANSWER
        operation = _OPERATIONS.get(step.kind, step.operation)
        step.values = members_of(key, operation, event)
        if step.kind is StepKind.ANSWER:
            step.value = _status_of(event, step.values)
        return step

    # ------------------------------------------------------------ pairs

    def _pair(self, step: Step, port: int = 0) -> None:
        """Lead an answer to its request."""
        waits = {StepKind.OPEN: "open", StepKind.CLOSE: "close", StepKind.COMMAND: "command"}
        if step.kind in waits:
            key = (waits[step.kind], step.transaction, port)
            self._open.pop(key, None)
            self._open[key] = step
            if len(self._open) > OPEN_MAX:
                self._open.popitem(last=False)
            return
        answered = {StepKind.OPENED: "open", StepKind.CLOSED: "close", StepKind.ANSWER: "command"}
        if step.kind is StepKind.FUNCTION_ERROR:
            request = self._erred(step)
        elif step.kind in answered:
            request = self._open.pop((answered[step.kind], step.transaction, port), None)
        else:
            return
        if request is None:
            return
        step.request, request.answer = request, step
        if step.kind is StepKind.ANSWER:
            step.operation = request.operation
            if step.key is None:
                step.key, step.name = request.key, request.name

    def _erred(self, step: Step) -> Step | None:
        """The message that FUNCTION_ERROR is about."""
        for sort in ("open", "close", "command"):
            found = self._open.pop((sort, step.transaction, 0), None)
            if found is not None:
                return found
        return None

    def _forget(self, request: Step) -> None:
        for key, step in list(self._open.items()):
            if step is request:
                del self._open[key]


def _key_of(event: Event) -> tuple[int, int] | None:
    if event.namespace == Namespace.NAMESPACE_MBIM:
        service, cid = split_code(event.code)
        return service, cid
    name = code_name(event)
    if event.namespace == Namespace.NAMESPACE_OID:
        ties = ties_of_oid(name)
        return ties[0].key if ties else None
    tie = _INDICATIONS.get(name)
    return None if tie is None else tie.key


def _status_of(event: Event, values: Any) -> int | None:
    """The status of an answer that an indication gives; None where it does not say."""
    if event.namespace == Namespace.NAMESPACE_MBIM:
        found = (event.fields or {}).get("Status")
        return found if isinstance(found, int) else None
    status = values.get("uStatus")
    return statuses.status_of_wwan(status) if isinstance(status, int) else None


def _place(event: Event) -> StepPlace:
    source = event.source if isinstance(event.source, dict) else {}
    number = source.get("number")
    unit, log = source.get("unit"), source.get("log")
    if not isinstance(number, int) or not isinstance(unit, str):
        return StepPlace(event.index or 0, event.time_ns)
    return StepPlace(event.index or 0, event.time_ns, unit, number, str(log or ""))
