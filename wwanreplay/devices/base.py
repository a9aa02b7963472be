"""What every device offers."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from wwanreplay._core import Event


class DeviceNote(NamedTuple):
    """Something to be noted in a recording about what was drained last.

    `position` is the place in that list of the event that it is about; None when the event is not
    there, and then `time_ns` says when it would have been and `cause` which request it answered.
    """

    position: int | None
    text: str
    cause: int | None = None
    time_ns: int = 0


class Device(Protocol):
    """A device takes inputs and gives outputs, in a virtual time that its caller moves.

    `submit(event)` lets time reach the event, then takes it. `drain()` gives the completions and
    indications since the last call, in order. `close()` ends the session: what a wrapper has
    delayed until then comes with the next `drain()`.
    """

    @property
    def now_ns(self) -> int:
        """Present virtual time."""

    @property
    def next_due_ns(self) -> int | None:
        """When the device next acts by itself, or None."""

    @property
    def structures(self) -> int:
        """The generation of the structures it sends: 1, 2 or 3 (Windows 8, 10, 11)."""

    def submit(self, event: Event) -> None:
        """Take a request, cancel, stimulus or lifecycle event."""

    def advance(self, time_ns: int) -> None:
        """Let virtual time reach `time_ns`."""

    def drain(self) -> list[Event]:
        """Take the outputs since the last call."""

    def notes(self) -> list[DeviceNote]:
        """Take the notes about what was drained last; most devices have none."""

    def snapshot(self) -> bytes | None:
        """The state from which a replay can start here; None when there is no such thing."""

    def state(self) -> dict[str, Any]:
        """The state in words and numbers, for reports; may be empty."""

    def describe(self) -> dict[str, Any]:
        """What the header of a trace says about the device: fields of TraceHeader."""

    def close(self) -> None:
        """End the session."""
