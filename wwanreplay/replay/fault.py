"""A fault: a place where a recording and the emulated device differ."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from wwanreplay._core import Event


class DivergenceKind(StrEnum):
    """How a recorded output differs from the device's."""

    MISSING = "missing"  # the device emits it, the recording lacks it
    EXTRA = "extra"  # the recording has it, the device does not emit it
    CHANGED = "changed"  # both have it with other content
    MOVED = "moved"  # both have it, in another order
    TIME = "time"  # both have it, at another time
    WIRE = "wire"  # the rebuilt MBIM message is another
    RULE = "rule"  # a rule of the documents is broken


class Layer(StrEnum):
    """What shows that something is not as it should be, the most certain first."""

    WIRE = "wire"  # the messages
    RULE = "rule"  # a rule of the documents
    MODEL = "model"  # what an emulated device of the profile would have done


class Weight(StrEnum):
    """What a finding counts for: only a fault makes the answer a no, unless it is strict."""

    FAULT = "fault"
    WARNING = "warning"
    NOTE = "note"


class Fault(NamedTuple):
    """An output that no explanation accounts for: recorded, expected, or both.

    `position` is where it shows among the records that are followed: of the recorded output, or of
    the record before which a missing one should stand. In an exact replay it is the record's index.
    `is_followed`: the device was put where the recording has it. `agreed_before`: recording and
    device agreed on an output since the fault before it. `record_index` is that of the record at
    `position` where a trace is followed in part.
    """

    kind: DivergenceKind
    position: int
    recorded: Event | None
    expected: Event | None
    state: Mapping[str, Any] | None = None  # of the device
    cost: int = 0
    is_followed: bool = False
    agreed_before: bool = True
    record_index: int | None = None

    @property
    def event(self) -> Event:
        """The recorded event, or the expected one when there is none."""
        event = self.recorded if self.recorded is not None else self.expected
        if event is None:
            raise ValueError("a fault has at least one side")
        return event
