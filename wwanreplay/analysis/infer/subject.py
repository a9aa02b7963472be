"""What a subject of inference is: evidence, stimuli, profile and start of one part of a device.

A file in `subjects/` declares one as `SUBJECT`; the registry finds it there. Of its four sides it
has those that it needs:

- `profile`: a ProfilePart, which gathers evidence of what the device is made of;
- `start`: a StartPart, which gathers evidence of the state that a trace begins in;
- `variables`: which stimuli explain a report that the device would not make by itself;
- `preventions`: which stimuli explain that a report is absent, by the name of the indication;
- `tables`: the tables of a profile that it alone writes, in the order of the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import wraps
from operator import attrgetter
from types import FunctionType, MethodType
from typing import Any, Final, Generic, TypeVar

from wwanreplay._core import Event
from wwanreplay.analysis.infer.draft import Draft
from wwanreplay.analysis.infer.evidence import Evidence, Proposal
from wwanreplay.analysis.infer.first_observations import FirstObservations
from wwanreplay.analysis.infer.readings import Reading
from wwanreplay.analysis.infer.start_records import StartRecords

Observe = Callable[[Reading], None]
Propose = Callable[[Evidence], Iterator[Proposal]]

#: Name that `observes` has for every request, completion and indication.
EVERYTHING: Final = "everything"
#: Name by which `observes` takes events that the NDIS tables do not name, such as MBIM commands
#: without an OID.
NAMELESS: Final = ""
#: Evidence of a variable that any answer to a request may be.
ANY_ANSWER: Final = "any answer"


#: Of what an observer takes some only.
successes: Final[Callable[[Reading], bool]] = attrgetter("succeeded")
reports: Final[Callable[[Reading], bool]] = attrgetter("is_indication")

_NAMES: Final[dict[Callable[[Any, Reading], None], tuple[str, ...]]] = {}


def observes(
    *names: str, of: Callable[[Reading], bool] | None = None
) -> Callable[[Callable[[Any, Reading], None]], Callable[[Any, Reading], None]]:
    """Let a method of a part be called with what bears one of these names.

    In the order of the trace, and with those alone that `of` holds for, where it is given.
    """

    def observer(method: Callable[[Any, Reading], None]) -> Callable[[Any, Reading], None]:
        @wraps(method)
        def observe(part: Any, reading: Reading) -> None:
            if of is None or of(reading):
                method(part, reading)

        _NAMES[observe] = names
        return observe

    return observer


def _observers(part: object) -> dict[str, Observe]:
    """The observers of a part by what they observe."""
    methods = [each for each in vars(type(part)).values() if isinstance(each, FunctionType)]
    return {name: MethodType(each, part) for each in methods for name in _NAMES.get(each, ())}


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of the environment: the stimulus that changes it, and the reports that show it.

    `evidence` are names of indications and OIDs, the one that mainly shows it first. `propose`
    gives what it must have been for the device to make a report of these.
    """

    name: str
    stimulus: str
    evidence: tuple[str, ...]
    propose: Propose


class ProfilePart:
    """One subject's evidence for the profile; made anew for each trace.

    Methods marked with `observes` are called in the order of the trace. Then every part concludes,
    then keys without a value get their neutral ones, then every part completes what depends on
    those of others, all in the order of the subjects.
    """

    #: Values of keys for which there is no evidence: by table and key, as the TOML has them.
    neutral: Mapping[str, Mapping[str, Any]] = {}

    def __init__(self, draft: Draft, parts: Parts[ProfilePart]) -> None:
        self.draft = draft
        self.parts = parts
        self.observers = _observers(self)

    def conclude(self) -> None:
        """Set what all evidence together shows."""

    def complete(self) -> None:
        """Set what depends on the values of other subjects."""


class StartPart:
    """One subject's evidence for the start; made anew for each trace.

    Observers are as those of ProfilePart. What the evidence comes to is computed when `records`
    or another part needs it, behind the last event; `profile` is the device's mapping then.
    """

    profile: Mapping[str, Any] = {}

    def __init__(self, first: FirstObservations, parts: Parts[StartPart]) -> None:
        self.first = first
        self.parts = parts
        self.observers = _observers(self)

    @property
    def port_count(self) -> int:
        """How many ports the device has."""
        return int(self.profile.get("port_count", 1))

    def observe_event(self, event: Event) -> None:
        """Take any event, before its reading is observed."""

    def conclude(self) -> None:
        """Set what other subjects may change; called in their order, before any `records`."""

    def records(self, make: StartRecords) -> Iterable[Event]:  # noqa: ARG002 - for those that do
        """The inputs and reports that lead a device to the state of this subject."""
        return ()


Part = TypeVar("Part", ProfilePart, StartPart)
Kind = TypeVar("Kind", bound="ProfilePart | StartPart")


class Parts(Generic[Part]):
    """The parts of the subjects for one trace, each made once, by its class."""

    def __init__(self, make: Callable[[type[Any], Parts[Part]], Any]) -> None:
        self._make: Callable[[type[Any], Parts[Part]], Any] = make
        self._made: dict[type[Any], Any] = {}

    def of(self, kind: type[Kind]) -> Kind:
        """The part of this class."""
        if kind not in self._made:
            self._made[kind] = self._make(kind, self)
        found: Kind = self._made[kind]
        return found


@dataclass(frozen=True, slots=True)
class Subject:
    """One part of a device, and all that inference knows of it; see the module.

    `order` is where it stands among the others: behind those that its state depends on.
    """

    name: str
    order: int
    profile: type[ProfilePart] | None = None
    start: type[StartPart] | None = None
    variables: tuple[Variable, ...] = ()
    preventions: Mapping[str, Callable[[], Iterator[Proposal]]] = field(default_factory=dict)
    tables: tuple[str, ...] = ()


class Observers:
    """The observers of several parts by what they observe."""

    def __init__(self, parts: Iterable[ProfilePart | StartPart]) -> None:
        self._by_name: dict[str, list[Observe]] = {}
        for part in parts:
            for name, observe in part.observers.items():
                self._by_name.setdefault(name, []).append(observe)
        self._of_everything = self._by_name.pop(EVERYTHING, [])

    def take(self, reading: Reading) -> None:
        """Give a reading to all that observe it."""
        for observe in self._of_everything:
            observe(reading)
        for observe in self._by_name.get(reading.name, ()):
            observe(reading)
