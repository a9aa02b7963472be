"""The recorder: drives a device and writes every input and output in their order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wwanreplay._core import Event, Kind, core_limits
from wwanreplay.devices.base import Device, DeviceNote
from wwanreplay.errors import LimitError
from wwanreplay.protocol.kinds import OUTPUTS
from wwanreplay.trace import TraceWriter

if TYPE_CHECKING:
    from wwanreplay.mbim.function import Sink

# A longer wait is taken in pieces of so much time, so that what the device says is written and let
# go of on the way.
PIECE_NS = 3600 * 10**9
ADVANCE_S_MAX = core_limits()["ADVANCE_S_MAX"]

NOTE_TEXT = 0
NOTE_FAULT = 1
CLOCK_REACHED = 0


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
        index = self.writer.write(event.replace(index=self.writer.next_index))
        self.device.submit(event.replace(index=index))
        self._take_outputs()
        return index

    def advance(self, time_ns: int) -> None:
        """Let virtual time reach `time_ns`.

        LimitError when it is further than ADVANCE_S_MAX and the device does something until then.
        """
        for piece_ns in self.pieces(time_ns):
            self.device.advance(piece_ns)
            self._take_outputs()

    def pieces(self, time_ns: int) -> Iterator[int]:
        """The times on the way to `time_ns` to advance to, so that outputs are taken meanwhile."""
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

    def note(self, text: str, *, code: int = NOTE_TEXT, cause: int | None = None) -> int:
        """Write a note at the present time; its index."""
        return self.writer.write(
            Event(Kind.KIND_NOTE, self.now_ns, code=code, payload=text.encode(), cause=cause)
        )

    def record(self, event: Event) -> int:
        """Write a record that is neither input nor output of the device, such as wire bytes."""
        return self.writer.write(event)

    def _take_outputs(self) -> None:
        """Write what the device has said, and behind each event the notes about it."""
        events = self.device.drain()
        notes = self.device.notes()
        if not events and not notes:
            return
        lost = [note for note in notes if note.position is None]
        for position, event in enumerate(events):
            while lost and lost[0].time_ns < event.time_ns:
                self._note_fault(lost.pop(0), None)
            index = self.writer.write(event)
            self.outputs.append(event.replace(index=index))
            for note in notes:
                if note.position == position:
                    self._note_fault(note._replace(time_ns=event.time_ns), index)
        for note in lost:
            self._note_fault(note, None)
        if self._checkpoint_records and self.writer.next_index >= self._checkpoint_index:
            self._checkpoint()

    def _note_fault(self, note: DeviceNote, index: int | None) -> None:
        """Write a note that is about the record `index`, or about an output that is not there."""
        self.writer.write(
            Event(
                Kind.KIND_NOTE,
                note.time_ns,
                code=NOTE_FAULT,
                payload=note.text.encode(),
                cause=note.cause if index is None else index,
            )
        )

    def _checkpoint(self) -> None:
        snapshot = self.device.snapshot()
        if snapshot is not None:
            self.writer.checkpoint(snapshot, self.now_ns)
        self._checkpoint_index = self.writer.next_index + self._checkpoint_records

    def close(self) -> None:
        """End the session: the device's last words, then the time at which the recording ended."""
        if self._closed:
            return
        self._closed = True
        self.device.close()
        self._take_outputs()
        self.writer.write(Event(Kind.KIND_CLOCK, self.now_ns, code=CLOCK_REACHED))


class NotingDevice:
    """A device and the sink behind it, for a driver that writes what it drains by itself.

    Events that were drained must be written in their order; behind each, its notes are.
    """

    def __init__(self, device: Device, writer: Sink) -> None:
        self.device = device
        self.writer = writer
        self.submit = device.submit
        self.advance = device.advance
        self.close = device.close
        self._position = 0
        self._drained = 0
        self._notes: list[DeviceNote] = []

    @property
    def next_due_ns(self) -> int | None:
        """When the device is due, or None."""
        return self.device.next_due_ns

    def drain(self) -> list[Event]:
        """Take what the device has said."""
        events = self.device.drain()
        self._notes += self.device.notes()
        self._position, self._drained = 0, len(events)
        for note in [note for note in self._notes if note.position is None]:
            self._notes.remove(note)
            if note.time_ns <= self.device.now_ns:
                self._note(note, note.cause)
        return events

    def write(self, event: Event) -> int:
        """Write a record; behind an output that was drained, the notes about it."""
        index = self.writer.write(event)
        if self._position < self._drained and event.kind in OUTPUTS:
            for note in [note for note in self._notes if note.position == self._position]:
                self._notes.remove(note)
                self._note(note._replace(time_ns=event.time_ns), index)
            self._position += 1
        return index

    def _note(self, note: DeviceNote, cause: int | None) -> None:
        self.writer.write(
            Event(
                Kind.KIND_NOTE,
                note.time_ns,
                code=NOTE_FAULT,
                payload=note.text.encode(),
                cause=cause,
            )
        )
