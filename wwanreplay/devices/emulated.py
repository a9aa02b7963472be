"""The emulated device: the engine with the profile and seed that make it."""

from __future__ import annotations

from typing import Any

from wwanreplay import __version__
from wwanreplay._core import Engine, model_version, table_hash
from wwanreplay.devices.base import DeviceNote, VirtualDevice
from wwanreplay.devices.profile import DeviceProfile
from wwanreplay.errors import InputError
from wwanreplay.trace import TraceHeader


class EmulatedDevice(VirtualDevice):
    """A pure function of profile, seed and inputs."""

    def __init__(self, profile: DeviceProfile, seed: int = 0) -> None:
        self.profile = profile
        self.engine = Engine(profile.compile(), seed)
        self.submit = self.engine.submit
        self.advance = self.engine.advance
        self.drain = self.engine.drain

    @property
    def now_ns(self) -> int:
        """Present virtual time."""
        return self.engine.now_ns

    @property
    def next_due_ns(self) -> int | None:
        """When something is due, or None."""
        return self.engine.next_due_ns

    @property
    def structures(self) -> int:
        """The release it was made for."""
        return self.profile.structures

    def notes(self) -> list[DeviceNote]:
        """None: everything it does is in its outputs."""
        return []

    def snapshot(self) -> bytes | None:
        """The engine's state."""
        return self.engine.snapshot()

    def state(self) -> dict[str, Any]:
        """The engine's state in words."""
        return self.engine.state()

    def describe(self) -> dict[str, Any]:
        """Profile, seed, and which model and tables made the session."""
        return {
            "producer": f"wwanreplay {__version__}",
            "model_version": model_version(),
            "table_hash": table_hash(),
            "interface": "emulated",
            "profile_name": self.profile.name,
            "profile_text": self.profile.text,
            "profile_mapping": self.profile.mapping,
            "seed": self.engine.seed,
            "clock": {"kind": "virtual"},
        }

    def close(self) -> None:
        """Nothing is open."""


def profile_of_trace(header: TraceHeader) -> DeviceProfile:
    """The profile that a trace carries; InputError when it carries none that can be used."""
    if not header.profile_mapping:
        raise InputError("the trace carries no profile of an emulated device; give one")
    header.engine_profile()
    return DeviceProfile(
        header.profile_name or "recorded", header.profile_mapping, text=header.profile_text
    )


def device_of_trace(header: TraceHeader) -> EmulatedDevice:
    """The emulated device that a trace was recorded from, at its beginning; InputError if none."""
    return EmulatedDevice(profile_of_trace(header), header.seed or 0)
