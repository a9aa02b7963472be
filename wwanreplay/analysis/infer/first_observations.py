"""What a trace shows first: of each variable of a device's state, and of facts about it.

An answer to a query shows how things are. What the device reports by itself, and the end of a set,
show how they became: before, they were otherwise. So what is observed first, and before what else,
shows how the device was when the trace began.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto

from wwanreplay.analysis.infer.readings import Reading

#: A variable: its name, and for one of several its port and number.
Variable = tuple[str | int, ...]

READY: Variable = ("ready",)
PIN: Variable = ("pin",)
RADIO: Variable = ("radio",)
REGISTRATION: Variable = ("registration",)
PACKET_SERVICE: Variable = ("packet service",)


class Fact(Enum):
    """Something that a trace may show, by which it is known what came before what."""

    CARD_IS_READABLE = auto()
    CARD_IS_READY = auto()
    NETWORK_SERVES = auto()
    REGISTRATION_CHANGED = auto()
    CONTEXT_IS_ACTIVE = auto()
    #: A context was active before anything happened to it.
    CONTEXT_WAS_ACTIVE = auto()
    #: Host or card did what makes a device look for a network.
    SEARCH_WAS_CAUSED = auto()


class FirstObservations:
    """The first reading of each variable, and where each fact was first shown."""

    def __init__(self) -> None:
        self.position = 0  # of the reading that is observed
        self._readings: dict[Variable, Reading] = {}
        self._positions: dict[Variable, int] = {}
        self._facts: dict[Fact, int] = {}

    def note(self, variable: Variable, reading: Reading) -> bool:
        """Remember a reading, if it is the first of its variable; whether it is."""
        if variable in self._readings:
            return False
        self._readings[variable] = reading
        self._positions[variable] = self.position
        return True

    def get(self, variable: Variable) -> Reading | None:
        """The first reading of a variable, None when there is none."""
        return self._readings.get(variable)

    def each(self, name: str) -> Iterator[tuple[Variable, Reading]]:
        """The first readings of all variables of a name, in the order of the trace."""
        for variable, reading in self._readings.items():
            if variable[0] == name:
                yield variable, reading

    def show(self, *facts: Fact) -> None:
        """Note that the present reading shows facts; each counts where it is first shown."""
        for fact in facts:
            self._facts.setdefault(fact, self.position)

    def shown_at(self, fact: Fact) -> int | None:
        """The position of the reading that first shows a fact, None when none does."""
        return self._facts.get(fact)

    def is_shown(self, fact: Fact) -> bool:
        """Whether any reading shows a fact."""
        return fact in self._facts

    def comes_before(self, position: int | None, variable: Variable) -> bool:
        """Whether a position, if it is one, is before the first reading of a variable."""
        return position is not None and position < self._positions.get(variable, self.position + 1)

    def is_shown_before(self, fact: Fact, variable: Variable) -> bool:
        """Whether a fact was shown before the first reading of a variable."""
        return self.comes_before(self.shown_at(fact), variable)

    def position_of(self, variable: Variable) -> int | None:
        """The position of the first reading of a variable."""
        return self._positions.get(variable)
