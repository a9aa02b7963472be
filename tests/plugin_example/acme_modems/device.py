"""`acme:PROFILE`: a device of Acme's, here the emulated one under their name."""

from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.profile import load_profile


class AcmeDevice(EmulatedDevice):
    """Says whose it is."""

    def describe(self):
        """As of the emulated device."""
        return {**super().describe(), "producer": "acme 1.0"}


def open_device(name, *, seed=0):
    """The device that a string `acme:NAME` names."""
    return AcmeDevice(load_profile(name), seed)
