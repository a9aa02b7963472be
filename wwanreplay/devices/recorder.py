"""The recorder: drives a device and writes every input and output in their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from wwanreplay._core import Event, Kind, core_limits
from wwanreplay.devices.base import Device, DeviceNote
from wwanreplay.errors import LimitError
from wwanreplay.protocol.kinds import OUTPUTS, REQUESTS
from wwanreplay.trace import TraceWriter
from wwanreplay.trace.notes import NoteCode

if TYPE_CHECKING:
    from wwanreplay.mbim.function import Sink

# A longer wait is taken in pieces of so much time, so that outputs are written, and
# memory is freed, on the way.
PIECE_NS = 3600 * 10**9
ADVANCE_S_MAX = core_limits()["ADVANCE_S_MAX"]

CLOCK_REACHED = 0
#: What of a device's records is for who drives it; the rest is for the recording.
EMITTED = OUTPUTS | {Kind.KIND_LIFECYCLE}


class Recorder:
    """Stands between a host and a device and writes their session.

    What is due at or before an input stands before it in the trace, what follows from it behind it.
    Inputs are numbered as records, so that completions refer to their request. `checkpoint_records`
    is after how many records the device's state is written too; 0 never.
    """

    def __init__(self, device: Device, writer: TraceWriter, *, checkpoint_records: int = 0) -> None:
        self.device = device
        self.writer = writer
        self.outputs: list[Event] = []
        self._checkpoint_records = checkpoint_records
        self._checkpoint_index = writer.next_index + checkpoint_records
        self._closed = False

    @property
    def now_ns(self) -> int:
        """Present virtual time."""
        return self.device.now_ns

    def submit(self, event: Event) -> int:
        """Record an input and give it to the device; its index in the trace."""
        self.advance(event.time_ns)
        for transfer in self.device.before(event):
            event = event.replace(cause=self.writer.write(transfer))
        index = self.writer.write(event.replace(index=self.writer.next_index))
        self.device.submit(event.replace(index=index))
        self._take_outputs()
        return index

    def start(self) -> None:
        """Begin the session; what a real device says while it is opened is recorded."""
        self.device.start()
        self._take_outputs()

    def wait(self, time_ns: int) -> None:
        """Let virtual time pass until the device says something, or may; to `time_ns` at most."""
        self.device.wait(time_ns)
        self._take_outputs()

    def advance(self, time_ns: int) -> None:
        """Let virtual time reach `time_ns`.

        LimitError when it is further than ADVANCE_S_MAX and the device does something until then.
        """
        for piece_ns in self.pieces(time_ns):
            self.device.advance(piece_ns)
            self._take_outputs()

    def pieces(self, time_ns: int) -> Iterator[int]:
        """The times on the way to `time_ns` to advance to, so that outputs are taken meanwhile."""
        if time_ns >= 2**63:
            yield time_ns  # beyond the clock: the device refuses it
            return
        wait_s = (time_ns - self.now_ns) // 10**9
        if wait_s > ADVANCE_S_MAX and self._is_due(time_ns):
            raise LimitError(
                "seconds of one wait in which the device acts (ADVANCE_S_MAX)",
                wait_s,
                ADVANCE_S_MAX,
            )
        while self._is_due(time_ns - PIECE_NS):
            yield max(self.device.next_due_ns or 0, self.now_ns) + PIECE_NS
        yield time_ns

    def _is_due(self, time_ns: int) -> bool:
        due_ns = self.device.next_due_ns
        return due_ns is not None and due_ns < time_ns and self.now_ns < time_ns

    def drain(self) -> list[Event]:
        """Take the outputs that were recorded since the last call, numbered as records."""
        taken, self.outputs = self.outputs, []
        return taken

    def note(self, text: str, *, code: int = NoteCode.TEXT, cause: int | None = None) -> int:
        """Write a note at the present time; its index."""
        return self.writer.write(
            Event(Kind.KIND_NOTE, self.now_ns, code=code, payload=text.encode(), cause=cause)
        )

    def record(self, event: Event) -> int:
        """Write a record that is neither input nor output of the device, such as wire bytes."""
        return self.writer.write(event)

    def _take_outputs(self) -> None:
        """Write the outputs of the device, and its state when that is due."""
        before = self.writer.next_index
        self.outputs.extend(
            event for event in recorded_outputs(self.device, self.writer) if event.kind in EMITTED
        )
        is_due = self._checkpoint_records and self.writer.next_index >= self._checkpoint_index
        if is_due and self.writer.next_index > before:
            self._checkpoint()

    def _checkpoint(self) -> None:
        snapshot = self.device.snapshot()
        if snapshot is not None:
            self.writer.checkpoint(snapshot, self.now_ns)
        self._checkpoint_index = self.writer.next_index + self._checkpoint_records

    def close(self) -> None:
        """End the session: record the last outputs, then the time of the end."""
        if self._closed:
            return
        self._closed = True
        self.device.close()
        self._take_outputs()
        self.writer.write(Event(Kind.KIND_CLOCK, self.now_ns, code=CLOCK_REACHED))


def recorded_outputs(device: Device, sink: Sink) -> Iterable[Event]:
    """Write the outputs of a device, each followed by its notes; the outputs with their numbers.

    A note about an output that is not there stands where that would have been. Each output is
    written when it is asked for.
    """
    events = device.drain()
    notes = device.notes()
    if not events and not notes:
        return ()  # nearly always, and quicker than a generator of nothing
    if notes or any(event.kind not in OUTPUTS for event in events):
        return _recorded(events, notes, sink)
    if len(events) == 1:
        return (events[0].replace(index=sink.write(events[0])),)
    return _numbered(events, sink)


def _numbered(events: list[Event], sink: Sink) -> Iterator[Event]:
    """Outputs alone, which refer to nothing among them."""
    for event in events:
        yield event.replace(index=sink.write(event))


def _recorded(events: list[Event], notes: list[DeviceNote], sink: Sink) -> Iterator[Event]:
    lost = [note for note in notes if note.position is None]
    links = _Links()
    for position, event in enumerate(events):
        while lost and lost[0].time_ns < event.time_ns:
            _note_fault(sink, lost.pop(0), None)
        event = links.linked(event)
        index = sink.write(event)
        links.written(event, index)
        for note in notes:
            if note.position == position:
                _note_fault(sink, note._replace(time_ns=event.time_ns), index)
        yield event.replace(index=index)
    for note in lost:
        _note_fault(sink, note, None)


class _Links:
    """What a real device's records refer to: the transfer before them, the request they complete.

    A device knows no numbers of records, and says each right behind what it belongs to.
    """

    def __init__(self) -> None:
        self._transfer: int | None = None
        self._requests: dict[int, int] = {}

    def linked(self, event: Event) -> Event:
        """The event with its cause, if that is known and not named."""
        if event.cause is not None:
            return event
        if event.kind == Kind.KIND_INDICATION or event.kind in REQUESTS:
            return event if self._transfer is None else event.replace(cause=self._transfer)
        if event.kind == Kind.KIND_COMPLETION and event.request_id in self._requests:
            return event.replace(cause=self._requests[event.request_id])
        return event

    def written(self, event: Event, index: int) -> None:
        """Remember what later records may refer to."""
        if event.kind == Kind.KIND_WIRE:
            self._transfer = index
        elif event.kind in REQUESTS:
            self._requests[event.request_id] = index


def _note_fault(sink: Sink, note: DeviceNote, index: int | None) -> None:
    """Write a note that is about the record `index`, or about an output that is not there."""
    sink.write(
        Event(
            Kind.KIND_NOTE,
            note.time_ns,
            code=NoteCode.FAULT,
            payload=note.text.encode(),
            cause=note.cause if index is None else index,
        )
    )
