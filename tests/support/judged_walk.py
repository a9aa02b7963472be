"""Random sessions judged by the whole checker, in parts of a size that any machine holds.

A part is one device from its first moment to its last, and depends on the seed and its own number
alone, so that one of them can be repeated by itself.
"""

import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from engine_walk import NUMBER, Walk

from wwanreplay._core import Event, Kind, Lifecycle
from wwanreplay.analysis.check import Violation, check
from wwanreplay.devices.profile import load_profile, shipped_profiles

#: What a network gives a cause for; an order of another end with a cause is no device's doing.
_WITH_CAUSE = {
    NUMBER[f"WWAN_STATUS_{name}"]
    for name in ("FAILURE", "INVALID_ACCESS_STRING", "INVALID_USER_NAME_PWD")
}
#: The longest that a stimulus lets an operation take: late is late, whoever ordered it.
_DELAY_MAX_NS = 500_000_000
#: Operations (requests, stimuli, power and life) of one part.
PART_OPERATIONS = 250


def mappings() -> dict[str, dict[str, Any]]:
    """The devices that are walked: the shipped ones, and some that none of them is."""
    found = {name: load_profile(name).mapping for name in shipped_profiles()}
    found["voice"] = {
        **found["two-ports"],
        "voice_class": NUMBER["WwanVoiceClassSeparateVoiceData"],
    }
    found["manual"] = {**found["lte-home"], "register_mode": NUMBER["WwanRegisterModeManual"]}
    found["no-attach"] = {**found["lte-home"], "auto_attach": 0}
    return found


MAPPINGS = mappings()


class SoundWalk(Walk):
    """A walk whose environment orders nothing that no device can answer by the rules."""

    def stimulus(self) -> dict[str, Any]:
        """The next change of the environment."""
        while True:
            drawn = super().stimulus()
            if self._is_sound(drawn["code"], drawn["payload"]):
                return drawn

    def _is_sound(self, code: int, payload: bytes) -> bool:
        if code == NUMBER["STIMULUS_OUTCOME"]:
            _, status, cause, _ = struct.unpack("<4I", payload)
            return not cause or status in _WITH_CAUSE
        if code == NUMBER["STIMULUS_PCO"]:
            # A modem hands on whole values or parts of them, if it hands on any.
            is_heard = NUMBER["OID_WWAN_PCO"] in self.profile.supported_oids
            kind = struct.unpack_from("<3I", payload)[2]
            return is_heard and kind == NUMBER["WwanPcoTypeComplete"]
        if code == NUMBER["STIMULUS_LATENCY"]:
            return max(struct.unpack("<IIqq", payload)[2:]) <= _DELAY_MAX_NS
        return True

    def lifecycle(self) -> dict[str, Any]:
        """The next change of the miniport, as NDIS has them: only a paused one is restarted."""
        is_paused = self.engine.state()["miniport"] == "paused"
        away = (Lifecycle.LIFECYCLE_HALT, Lifecycle.LIFECYCLE_SURPRISE_REMOVAL)
        there = Lifecycle.LIFECYCLE_RESTART if is_paused else Lifecycle.LIFECYCLE_PAUSE
        found = self.wake() or {"kind": Kind.KIND_LIFECYCLE, "code": 0}
        if found["kind"] == Kind.KIND_LIFECYCLE and not found["code"]:
            found["code"] = int(self.draw.choice((*away, there)))
        return found


@dataclass(frozen=True)
class Part:
    """One session of a walk: which device, with what seed, and how many operations."""

    seed: int
    number: int
    operations: int

    @property
    def device(self) -> str:
        """The devices take turns."""
        return list(MAPPINGS)[self.number % len(MAPPINGS)]

    def events(self) -> list[Event]:
        """The session: what was put in and what came out, in order."""
        mixed = (self.seed << 32 | self.number) & 0x7FFFFFFFFFFFFFFF
        walk = SoundWalk(MAPPINGS[self.device], mixed)
        found: list[Event] = []
        for batch in (*walk.steps(self.operations), *walk.end()):
            found += [] if batch.input is None else [batch.input]
            found += batch.outputs
        return [event.replace(index=index, cause=None) for index, event in enumerate(found)]

    def violations(self) -> list[Violation]:
        """What the rules say of it."""
        return check(self.events())

    def __str__(self) -> str:
        return f"part {self.number} of seed {self.seed}: {self.device}"


def parts(seed: int, operations: int) -> Iterator[Part]:
    """The parts of a walk of so many operations."""
    for number in range(-(-operations // PART_OPERATIONS)):
        yield Part(seed, number, min(PART_OPERATIONS, operations - number * PART_OPERATIONS))


@dataclass
class Findings:
    """What was found so far: by rule how often, and where first."""

    operations: int = 0
    count: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    def take(self, part: Part, violations: list[Violation]) -> None:
        """Add what the rules say of a part."""
        self.operations += part.operations
        for each in violations:
            self.count[each.rule] += 1
            self.first.setdefault(each.rule, f"{part}, event {each.index}: {each.text}")

    def lines(self) -> list[str]:
        """For a person: each broken rule, the most frequent first."""
        return [f"{rule} ({count}): {self.first[rule]}" for rule, count in self.count.most_common()]
