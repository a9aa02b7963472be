"""Opens the device that a string names."""

from __future__ import annotations

from wwanreplay.devices.base import Device
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.profile import load_profile
from wwanreplay.devices.recorded import RecordedDevice
from wwanreplay.errors import UsageError


def open_device(text: str, *, seed: int = 0) -> Device:
    """The device that a string names: `emulated:PROFILE`, `trace:FILE`, or a bare PROFILE.

    UsageError when it names none.
    """
    kind, colon, name = text.partition(":")
    if not colon:
        return EmulatedDevice(load_profile(text), seed)
    if kind == "emulated":
        return EmulatedDevice(load_profile(name), seed)
    if kind == "trace":
        return RecordedDevice.of_file(name)
    if kind == "mbim":
        raise UsageError(
            f"{text}: real devices are not supported by this version; "
            "use emulated:PROFILE or trace:FILE"
        )
    raise UsageError(f"{text}: no device; use emulated:PROFILE or trace:FILE")
