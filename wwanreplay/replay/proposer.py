"""What a search is given by the environment: stimuli that would explain an output."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from wwanreplay._core import Event
from wwanreplay.replay.hypothesis import Hypothesis
from wwanreplay.replay.recording import Recording

#: A deviation of the device costs more than one change of the environment and less than two; what
#: the network chooses anew each time costs less.
STIMULUS_COST: Final = 4
ASSIGNMENT_COST: Final = 2


@dataclass(frozen=True, slots=True)
class Proposal:
    """Stimuli that would explain a witness, and where to try them.

    Each is an event whose time is set where it is placed. `place` is `witness` (at its time),
    `before` (just before it), `request` (before the request it answers), `burst` (before the inputs
    of that moment), `delayed` (as long before as the device takes to emit it), or `earlier` (before
    one of the last inputs).
    """

    stimuli: tuple[Event, ...]
    places: tuple[str, ...] = ("witness",)
    cost: int = STIMULUS_COST


class Mismatch(NamedTuple):
    """What a proposer is given: a witness, and what the device emits in its place.

    `absent` marks a witness that is an output of the device which the recording lacks. `values` are
    the members that the record holds, None when it holds all of them.
    """

    witness: Event
    position: int
    expected: Event | None
    request: Event | None
    hypothesis: Hypothesis
    records: Recording
    absent: bool = False
    values: Mapping[str, Any] | None = None


Propose = Callable[[Mismatch], Iterable[Proposal]]
