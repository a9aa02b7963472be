"""The devices that can be named: modems of this machine, running proxies, emulated profiles."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from wwanreplay.devices.mbim.channel import SYSFS, described_message_max
from wwanreplay.devices.mbim.proxy import PROXY_SOCKET
from wwanreplay.devices.profile import shipped_profiles
from wwanreplay.plugins import DEVICES, plugins

#: Classes of sysfs that hold control devices, and what their names begin with.
CLASSES: Final = (("usbmisc", "cdc-wdm"), ("wwan", "wwan"))
_MBIM: Final = "MBIM"
#: Drivers whose character devices speak MBIM; others (qmi_wwan, cdc_ether) speak something else.
MBIM_DRIVERS: Final = frozenset({"cdc_mbim"})
UNIX_SOCKETS: Final = "/proc/net/unix"


@dataclass(frozen=True, slots=True)
class Modem:
    """A control device of this machine; what is not known is empty.

    `speaks_mbim` is None when nothing says which protocol it speaks.
    """

    path: str
    driver: str = ""
    speaks_mbim: bool | None = None
    usb: dict[str, str] = field(default_factory=dict)
    network: list[str] = field(default_factory=list)
    control_message_max: int | None = None
    is_readable: bool = False

    @property
    def name(self) -> str:
        """The device string."""
        return f"mbim:{self.path}"


@dataclass(frozen=True, slots=True)
class Listing:
    """All that can be named."""

    modems: list[Modem]
    proxies: list[str]
    profiles: Mapping[str, str]
    plugins: dict[str, str] = field(default_factory=dict)  # the package of a kind

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "modems": [
                {
                    "device": modem.name,
                    "path": modem.path,
                    "driver": modem.driver or None,
                    "speaks_mbim": modem.speaks_mbim,
                    "usb": modem.usb,
                    "network": modem.network,
                    "control_message_max": modem.control_message_max,
                    "is_readable": modem.is_readable,
                }
                for modem in self.modems
            ],
            "proxies": self.proxies,
            "profiles": {
                name: {"device": f"emulated:{name}", "description": text}
                for name, text in self.profiles.items()
            },
            "plugins": self.plugins,
        }


def list_devices(
    *, sysfs: str = SYSFS, dev: str = "/dev", unix_sockets: str = UNIX_SOCKETS
) -> Listing:
    """What this machine has; folders that are not there hold nothing."""
    return Listing(
        list_modems(sysfs=sysfs, dev=dev),
        _proxies(unix_sockets),
        shipped_profiles(),
        {kind: plugin.package for kind, plugin in plugins(DEVICES).items()},
    )


def list_modems(*, sysfs: str = SYSFS, dev: str = "/dev") -> list[Modem]:
    """The control devices of this machine, by path."""
    return sorted(_modems(Path(sysfs), dev), key=lambda modem: modem.path)


def _modems(sysfs: Path, dev: str) -> Iterator[Modem]:
    for name, prefix in CLASSES:
        folder = sysfs / "class" / name
        nodes = []
        with suppress(OSError):
            nodes = sorted(folder.iterdir())
        for node in nodes:
            # Of the class wwan only ports are devices; their folder has the number in `dev`.
            if node.name.startswith(prefix) and (node / "dev").exists():
                yield _modem(node, os.path.join(dev, node.name))


def _modem(node: Path, path: str) -> Modem:
    interface = Path(os.path.realpath(node / "device"))
    driver = ""
    with suppress(OSError):
        driver = os.path.basename(os.readlink(interface / "driver"))
    usb_device = interface.parent
    usb = {
        key: text
        for key, file in (
            ("vendor_id", "idVendor"),
            ("product_id", "idProduct"),
            ("manufacturer", "manufacturer"),
            ("product", "product"),
            ("bus", "busnum"),
            ("address", "devnum"),
        )
        if (text := _text(usb_device / file))
    }
    size = 0
    with suppress(OSError):
        size = described_message_max((usb_device / "descriptors").read_bytes())
    network = []
    with suppress(OSError):
        network = sorted(each.name for each in (interface / "net").iterdir())
    return Modem(
        path,
        driver,
        _speaks_mbim(node, driver),
        usb,
        network,
        size or None,
        os.access(path, os.R_OK | os.W_OK),
    )


def _speaks_mbim(node: Path, driver: str) -> bool | None:
    """Whether a port speaks MBIM, by its type or its driver; None when neither says so."""
    kind = _text(node / "type")
    if kind:
        return kind == _MBIM
    return driver in MBIM_DRIVERS if driver else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _proxies(unix_sockets: str) -> list[str]:
    """The proxies that listen, by the names of abstract sockets."""
    text = _text(Path(unix_sockets))
    found = any(line.split()[-1:] == [f"@{PROXY_SOCKET}"] for line in text.splitlines())
    return [PROXY_SOCKET] if found else []
