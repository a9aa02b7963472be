"""The recorder: drives a device and writes every input and output in their order."""

from __future__ import annotations

from wwanreplay._core import Event, Kind
from wwanreplay.devices.base import Device
from wwanreplay.trace import TraceWriter

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
        self.device.advance(event.time_ns)
        self._take_outputs()
        index = self.writer.write(event.replace(index=self.writer.next_index))
        self.device.submit(event.replace(index=index))
        self._take_outputs()
        return index

    def advance(self, time_ns: int) -> None:
        """Let virtual time reach `time_ns`."""
        self.device.advance(time_ns)
        self._take_outputs()

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
        by_position: dict[int | None, list[tuple[str, int | None]]] = {}
        for note in notes:
            by_position.setdefault(note.position, []).append((note.text, note.cause))
        for position, event in enumerate(events):
            index = self.writer.write(event)
            self.outputs.append(event.replace(index=index))
            for text, _ in by_position.get(position, ()):
                self._note_fault(text, index, event.time_ns)
        for text, cause in by_position.get(None, ()):
            self._note_fault(text, cause, self.now_ns)
        if self._checkpoint_records and self.writer.next_index >= self._checkpoint_index:
            self._checkpoint()

    def _note_fault(self, text: str, cause: int | None, time_ns: int) -> None:
        self.writer.write(
            Event(Kind.KIND_NOTE, time_ns, code=NOTE_FAULT, payload=text.encode(), cause=cause)
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
