"""The devices of a lab: /dev and /sys with one USB modem, seen by its own processes alone.

The process that builds them must be the first of new mount, network and process namespaces. /dev
and /sys become folders in memory; the modem has a control device cdc-wdm0 and a network device
wwan0. Nothing of it can be seen from outside, and everything ends with that process.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Final

from wwanreplay.formats.export_usb import CONFIGURATION_DESCRIPTOR, DEVICE_DESCRIPTOR
from wwanreplay.lab.errors import LabError
from wwanreplay.mbim.fragments import CONTROL_MESSAGE_MAX

CONTROL_DEVICE: Final = Path("/dev/cdc-wdm0")
NETWORK_DEVICE: Final = "wwan0"
#: A folder in memory for what the programs of a lab leave: sockets and logs.
RUNTIME: Final = Path("/dev/shm/wwanreplay")  # noqa: S108 - /dev is the lab's own
#: The control socket of the modem.
CONTROL: Final = RUNTIME / "control"
#: The ports of the modem, as the kernel tells of them: subsystem and name.
PORTS: Final = (("net", NETWORK_DEVICE), ("usbmisc", CONTROL_DEVICE.name))
TUN: Final = Path("/dev/net/tun")
_NODES: Final = ("null", "zero", "full", "random", "urandom", "tty", "net/tun")
_SYS: Final = Path("/sys")
_STAGE: Final = _SYS / "stage"
_MODEM: Final = _SYS / "devices/pci0000:00/0000:00:14.0/usb1/1-1"
_INTERFACE: Final = _MODEM / "1-1:1.0"


def descriptors_for(control_message_max: int) -> bytes:
    """The USB descriptors in sysfs, for control messages of so many bytes; 0 for none at all."""
    if not control_message_max:
        return b""
    before = CONTROL_MESSAGE_MAX.to_bytes(2, "little")
    at = CONFIGURATION_DESCRIPTOR.index(bytes((12, 0x24, 0x1B))) + 5
    assert CONFIGURATION_DESCRIPTOR[at : at + 2] == before
    size = control_message_max.to_bytes(2, "little")
    configuration = CONFIGURATION_DESCRIPTOR[:at] + size + CONFIGURATION_DESCRIPTOR[at + 2 :]
    return DEVICE_DESCRIPTOR + configuration


def run(*command: str | Path) -> None:
    """Run a command of the system; LabError with its output when it fails."""
    words = list(map(str, command))
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError as error:
        raise LabError(f"{words[0]}: {error.strerror}") from error
    if done.returncode:
        reason = " ".join(done.stderr.split()) or f"exit code {done.returncode}"
        raise LabError(f"{' '.join(words)}: {reason}")


def make_machine(descriptors: bytes = b"") -> None:
    """Make /dev and /sys, the modem in them without ports; `descriptors` of USB may be empty."""
    run("ip", "link", "set", "lo", "up")
    # Both are made in a folder in memory; one on disk would be left when everything is killed.
    run("mount", "-t", "tmpfs", "none", _SYS)
    _make_dev()
    _make_sys(descriptors)
    RUNTIME.mkdir(mode=0o755)


def _make_dev() -> None:
    _STAGE.mkdir()
    run("mount", "-t", "tmpfs", "-o", "mode=755", "none", _STAGE)
    for name in _NODES:
        node = _STAGE / name
        node.parent.mkdir(exist_ok=True)
        node.touch()
        run("mount", "--bind", Path("/dev") / name, node)
    (_STAGE / "shm").mkdir(mode=0o1777)
    (_STAGE / "pts").mkdir()
    # The node of /dev/ptmx belongs to the devpts that it was made for: a new one needs its own.
    run("mount", "-t", "devpts", "-o", "newinstance,ptmxmode=666", "none", _STAGE / "pts")
    (_STAGE / "ptmx").symlink_to("pts/ptmx")
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        (_STAGE / name).symlink_to(f"/proc/self/fd{target}")
    run("mount", "--move", _STAGE, "/dev")
    _STAGE.rmdir()


def _make_sys(descriptors: bytes) -> None:
    pci, usb = _SYS / "bus/pci", _SYS / "bus/usb"
    for folder in (pci, usb / "drivers/usb", usb / "drivers/cdc_mbim", _INTERFACE):
        folder.mkdir(parents=True)
    _write(_MODEM.parent.parent, vendor="0x1209", device="0x0001")
    _link(_MODEM.parent.parent / "subsystem", pci)
    _write(
        _MODEM,
        idVendor="1209",
        idProduct="0001",
        bcdDevice="0100",
        busnum="1",
        devnum="2",
        manufacturer="wwanreplay",
        product="modem",
    )
    _link(_MODEM / "subsystem", usb)
    _link(_MODEM / "driver", usb / "drivers/usb")
    _write(
        _INTERFACE,
        bInterfaceClass="02",
        bInterfaceSubClass="0e",
        bInterfaceProtocol="00",
        bInterfaceNumber="00",
    )
    _link(_INTERFACE / "subsystem", usb)
    _link(_INTERFACE / "driver", usb / "drivers/cdc_mbim")
    if descriptors:
        (_MODEM / "descriptors").write_bytes(descriptors)
    for subsystem, _ in PORTS:
        (_SYS / "class" / subsystem).mkdir(parents=True)


def plug_ports(pty: str) -> None:
    """Let the control device be a pty, and both ports be in /sys."""
    CONTROL_DEVICE.touch()
    run("mount", "--bind", pty, CONTROL_DEVICE)
    for subsystem, name in PORTS:
        device = _INTERFACE / subsystem / name
        device.mkdir(parents=True)
        (device / "uevent").touch()
        if name == CONTROL_DEVICE.name:
            number = os.stat(pty).st_rdev
            _write(device, dev=f"{os.major(number)}:{os.minor(number)}")
        entries = _SYS / "class" / subsystem
        _link(device / "subsystem", entries)
        _link(device / "device", _INTERFACE)
        _link(entries / name, device)


def unplug_ports() -> None:
    """Take both ports away."""
    for subsystem, name in PORTS:
        device = _INTERFACE / subsystem / name
        (_SYS / "class" / subsystem / name).unlink()
        for entry in list(device.iterdir()):
            entry.unlink()
        device.rmdir()
        device.parent.rmdir()
    # Whoever still has it open keeps it, and reads the end.
    run("umount", "--lazy", CONTROL_DEVICE)
    with suppress(OSError):
        CONTROL_DEVICE.unlink()


def _write(folder: Path, **values: str) -> None:
    for name, value in values.items():
        (folder / name).write_text(value + "\n")


def _link(path: Path, target: Path) -> None:
    path.symlink_to(os.path.relpath(target, path.parent))
