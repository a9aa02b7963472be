"""Real devices by their strings: `mbim:PATH` and `mbim-proxy:PATH`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from wwanreplay.devices.mbim.channel import SYSFS, Channel, open_channel
from wwanreplay.devices.mbim.device import MbimDevice, Settings
from wwanreplay.devices.mbim.proxy import ProxyChannel
from wwanreplay.errors import UsageError


def channel_opener(kind: str, path: str, *, sysfs: str = SYSFS) -> Callable[[], Channel]:
    """What opens the channel of a device string, as often as it is called."""
    if not path:
        raise UsageError(f"{kind}: names no path; use {kind}:/dev/cdc-wdm0 or the like")
    if kind == "mbim-proxy":
        return partial(ProxyChannel, path)
    return partial(open_channel, path, sysfs=sysfs)


def open_real(
    kind: str, path: str, settings: Settings | None = None, *, sysfs: str = SYSFS
) -> MbimDevice:
    """The device at a path: opened, nothing sent. DeviceError says what is in the way."""
    opener = channel_opener(kind, path, sysfs=sysfs)
    return MbimDevice(opener, names_of(kind, path), settings)


def names_of(kind: str, path: str) -> dict[str, Any]:
    """What a trace says about where a device was."""
    return {"names": [path], "way": kind}
