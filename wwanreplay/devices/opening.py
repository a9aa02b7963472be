"""Opens the device that a string names."""

from __future__ import annotations

from wwanreplay.devices.base import DEVICE_FORMS, REAL_KINDS, Device, kind_and_name
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.mbim.device import Settings
from wwanreplay.devices.mbim.opening import open_real
from wwanreplay.devices.profile import load_profile
from wwanreplay.devices.recorded import RecordedDevice
from wwanreplay.errors import UsageError
from wwanreplay.plugins import DEVICES, made_by, plugins
from wwanreplay.words import meant


def open_device(text: str, *, seed: int = 0, settings: Settings | None = None) -> Device:
    """The device that a string names: one of DEVICE_FORMS, a plugin's KIND:NAME, or a bare PROFILE.

    `settings` say how a real device is treated. UsageError when it names none, DeviceError when a
    real device cannot be opened.
    """
    kind, name = kind_and_name(text)
    if kind in ("", "emulated"):
        return EmulatedDevice(load_profile(name), seed)
    if kind == "trace":
        return RecordedDevice.of_file(name)
    if kind in REAL_KINDS:
        return open_real(kind, name, settings)
    if (plugin := plugins(DEVICES).get(meant(kind, plugins(DEVICES)) or "")) is not None:
        plugged: Device = made_by(plugin, plugin.load(), Device, name, seed=seed)
        return plugged
    others = "".join(f", {each}:NAME" for each in plugins(DEVICES))
    raise UsageError(f"{text}: no device; use {DEVICE_FORMS}{others}")
