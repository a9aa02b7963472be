"""What every device offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from wwanreplay._core import Event
from wwanreplay.words import folded


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

    The time of a real device passes by itself: to advance is to wait. What it gives are also the
    transfers, the notes and the lifecycle events of its session.
    """

    @property
    def now_ns(self) -> int:
        """Present virtual time."""

    @property
    def next_due_ns(self) -> int | None:
        """When the device next acts by itself, or None."""

    @property
    def structures(self) -> int:
        """The release it was made for, by its number in the mapping of a profile."""

    @property
    def is_real(self) -> bool:
        """Whether its time passes by itself."""

    @property
    def is_away(self) -> bool:
        """Whether a real device was taken away and has not come back."""

    def start(self) -> None:
        """Begin the session: a real device is opened."""

    def refusal(self, event: Event) -> str:
        """Why a real device is not given an input; empty when it is."""

    def before(self, event: Event) -> list[Event]:
        """The records that stand before a request in a recording: its transfers, if it has any."""

    def submit(self, event: Event) -> None:
        """Take a request, cancel, stimulus or lifecycle event."""

    def advance(self, time_ns: int) -> None:
        """Let virtual time reach `time_ns`."""

    def wait(self, time_ns: int) -> None:
        """Let virtual time pass until something is emitted, or may be; to `time_ns` at most."""

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


class VirtualDevice:
    """What devices in virtual time have in common: nothing happens but by its passing."""

    advance: Callable[[int], None]

    @property
    def is_real(self) -> bool:
        """False: its time only moves when it is moved."""
        return False

    @property
    def is_away(self) -> bool:
        """False: whether it is there is part of its state."""
        return False

    def start(self) -> None:
        """Nothing: it is there."""

    def refusal(self, event: Event) -> str:  # noqa: ARG002 - a real device needs it
        """Empty: it is given everything."""
        return ""

    def before(self, event: Event) -> list[Event]:  # noqa: ARG002 - a real device needs it
        """None: requests are no transfers."""
        return []

    def wait(self, time_ns: int) -> None:
        """Let virtual time reach `time_ns`, when something is due."""
        self.advance(time_ns)


#: The ways to name a device, for errors and help.
DEVICE_FORMS = "emulated:PROFILE, trace:FILE, mbim:PATH or mbim-proxy:PATH"
#: Kinds of device strings that name a real device.
REAL_KINDS = ("mbim", "mbim-proxy")


def is_real(text: str) -> bool:
    """Whether a device string names a real device."""
    return folded(text.partition(":")[0]) in REAL_KINDS


def kind_and_name(text: str) -> tuple[str, str]:
    """The kind of a device string, as kinds are listed, and what stands behind it.

    Without a colon the kind is empty and all is the name.
    """
    kind, colon, name = text.partition(":")
    return (folded(kind), name) if colon else ("", text)
