"""The profile of the device in a trace, inferred from what its events show.

docs/inference.md has the table: which evidence gives what. What no event shows has a neutral value
and is listed in `assumed`. The first event that shows a value says how the device was at the
start; later changes are the environment's.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

from wwanreplay._core import Event, Recent
from wwanreplay.analysis.infer.draft import Draft, Witness
from wwanreplay.analysis.infer.profile_text import profile_text
from wwanreplay.analysis.infer.readings import Reading, readings
from wwanreplay.analysis.infer.registry import SUBJECTS
from wwanreplay.analysis.infer.subject import Observers, Parts, ProfilePart
from wwanreplay.devices.profile import parse_profile

NAME: Final = "inferred"
#: Profiles that are remembered.
MAPPINGS_MAX: Final = 8
_DESCRIPTION: Final = "Inferred from a trace"
_HEAD: Final = (
    "What the events of a trace tell of the device; the number behind a value is that of the\n"
    "event that tells it. Without a number it is assumed."
)


@dataclass(frozen=True)
class InferredProfile:
    """A profile with the events that show it.

    `mapping` is what `wwanreplay._core.Profile` takes, `tables` are those of a profile's TOML.
    `witnesses` are (key, record of the event, what it is); `assumed` are the values that no event
    shows, and what an event shows that the emulated device has no room for.
    """

    name: str
    mapping: dict[str, Any]
    tables: dict[str, Any]
    witnesses: list[Witness] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The TOML that gives the same profile, with the event that shows it behind each key."""
        comments = {
            key: f"event {index}" for key, index, _ in self.witnesses if key.count(".") == 1
        }
        tables = {"description": _DESCRIPTION, **self.tables}
        return profile_text(tables, comments | {"": _HEAD})


def profile_of(events: Iterable[Event], *, of_messages: bool = False) -> InferredProfile:
    """The profile of the device of these events, which are gone through once.

    `of_messages` is for events made of MBIM messages (see `readings`). Events that cannot be read
    show nothing; none raises.
    """
    maker = ProfileMaker()
    for reading in readings(events, of_messages=of_messages):
        maker.take(reading)
    return maker.profile()


class ProfileMaker:
    """Makes a profile of readings, with the subjects that have a part in it."""

    def __init__(self) -> None:
        self._draft = Draft()
        parts: Parts[ProfilePart] = Parts(lambda kind, parts: kind(self._draft, parts))
        self._parts = [parts.of(each.profile) for each in SUBJECTS if each.profile is not None]
        self._observers = Observers(self._parts)

    def take(self, reading: Reading) -> None:
        """Take the next reading of the trace."""
        self._observers.take(reading)

    def profile(self) -> InferredProfile:
        """What all readings come to; called once."""
        draft = self._draft
        for part in self._parts:
            part.conclude()
        for part in self._parts:
            for table, values in part.neutral.items():
                draft.assume_neutral(table, values)
        for part in self._parts:
            part.complete()
        names = [table for subject in SUBJECTS for table in subject.tables]
        tables = {name: draft.tables[name] for name in names if name in draft.tables}
        mapping = _mapping_of(tables)
        return InferredProfile(NAME, mapping, tables, draft.witnesses, draft.assumed)


#: Mappings by the TOML text of their tables: inference makes the same profile again and again.
_mappings: Final[Recent[str, dict[str, Any]]] = Recent(MAPPINGS_MAX)


def _mapping_of(tables: dict[str, Any]) -> dict[str, Any]:
    """What `wwanreplay._core.Profile` takes for the tables of a profile: their TOML, read."""
    key = repr(tables)
    if key not in _mappings:
        text = profile_text({"description": _DESCRIPTION, **tables}, {})
        _mappings[key] = parse_profile(text, NAME).mapping
    return deepcopy(_mappings[key])
