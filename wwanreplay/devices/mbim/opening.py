"""Real devices by their strings: `mbim:PATH` and `mbim-proxy:PATH`."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from wwanreplay.devices.base import is_real, kind_and_name
from wwanreplay.devices.mbim.channel import SYSFS, Channel, open_channel
from wwanreplay.devices.mbim.device import MbimDevice, Settings
from wwanreplay.devices.mbim.measure import Exchanges, Measurement, queries_of
from wwanreplay.devices.mbim.proxy import ProxyChannel
from wwanreplay.devices.mbim.session import OPEN_S, HostSession
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
    from wwanreplay.devices.listing import list_devices

    names: dict[str, Any] = {"names": [path], "way": kind}
    for modem in list_devices().modems:
        if modem.path == os.path.realpath(path):
            names |= {"driver": modem.driver, "usb": dict(modem.usb)}
    return names


def measure(
    text: str,
    *,
    commands: Sequence[str] = (),
    count: int = 1000,
    concurrency: int = 1,
    open_s: float = OPEN_S,
) -> Measurement:
    """Measure the device of a string: open it, exchange queries, close it.

    UsageError for a string that names no real device, and for commands that cannot be queried.
    """
    kind, path = kind_and_name(text)
    if not is_real(text):
        raise UsageError(f"{text}: only a real device is measured: mbim:PATH or mbim-proxy:PATH")
    queries = queries_of(commands)
    channel = channel_opener(kind, path)()
    try:
        session = HostSession(channel, time.monotonic_ns, lambda _transfer, _time_ns: None)
        exchanges = Exchanges(session, queries, concurrency)
        session.open(lambda _arrival: None, open_s=open_s)
        measurement = exchanges.run(count)
        session.close(lambda _arrival: None)
        return measurement
    finally:
        channel.close()
