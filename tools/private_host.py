"""A host of its own for programs that look for modems: private devices, bus and network.

The process that calls `private_host` must be the first of new mount, network and process
namespaces (`unshare -m -n -p -f --mount-proc --kill-child --propagation private`). /dev and /sys
become folders in memory that hold one USB modem with a control device cdc-wdm0 and a network device
wwan0. Nothing of it can be seen from outside, and everything ends with that process.
"""

import fcntl
import os
import struct
import subprocess
import sys
from pathlib import Path

CONTROL_DEVICE = Path("/dev/cdc-wdm0")
KERNEL_EVENTS = "action=add,subsystem=net,name=wwan0\naction=add,subsystem=usbmisc,name=cdc-wdm0\n"
PACKAGES = {
    "mbimcli": "libmbim-utils",
    "mbim-proxy": "libmbim-proxy",
    "ModemManager": "modemmanager",
    "mmcli": "modemmanager",
    "dbus-daemon": "dbus-daemon",
    "stdbuf": "coreutils",
    "tshark": "tshark",
    "unshare": "util-linux",
    "mount": "mount",
    "ip": "iproute2",
}
TUN = Path("/dev/net/tun")
TUNSETIFF = 0x400454CA
IFF_TUN_NO_PACKET_INFORMATION = 0x1001
_NODES = ("null", "zero", "full", "random", "urandom", "tty", "net/tun")
_MODEM = Path("/sys/devices/pci0000:00/0000:00:14.0/usb1/1-1")


def run(*command: str | Path) -> None:
    """Run a command of the system; SystemExit with its output when it fails."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: {done.stderr.strip() or done.returncode}")


def private_host(stage: Path, descriptors: bytes) -> int:
    """Make the devices; `stage` is an empty folder, `descriptors` of USB may be empty.

    Returns the open descriptor of the network device, which lives as long as that.
    """
    run("ip", "link", "set", "lo", "up")
    _make_dev(stage)
    _make_sys(descriptors)
    network = os.open(TUN, os.O_RDWR | os.O_CLOEXEC)
    fcntl.ioctl(network, TUNSETIFF, struct.pack("16sH22x", b"wwan0", IFF_TUN_NO_PACKET_INFORMATION))
    return network


def give_control_device(pty: str) -> None:
    """Let the control device be the pty."""
    CONTROL_DEVICE.touch()
    run("mount", "--bind", pty, CONTROL_DEVICE)


def _make_dev(stage: Path) -> None:
    run("mount", "-t", "tmpfs", "none", stage)
    for name in _NODES:
        node = stage / name
        node.parent.mkdir(exist_ok=True)
        node.touch()
        run("mount", "--bind", Path("/dev") / name, node)
    (stage / "shm").mkdir()
    (stage / "pts").mkdir()
    # The node of /dev/ptmx belongs to the devpts that it was made for: a new one needs its own.
    run("mount", "-t", "devpts", "-o", "newinstance,ptmxmode=666", "none", stage / "pts")
    (stage / "ptmx").symlink_to("pts/ptmx")
    run("mount", "--move", stage, "/dev")


def _make_sys(descriptors: bytes) -> None:
    run("mount", "-t", "tmpfs", "none", "/sys")
    pci, usb = Path("/sys/bus/pci"), Path("/sys/bus/usb")
    for folder in (pci, usb / "drivers/usb", usb / "drivers/cdc_mbim"):
        folder.mkdir(parents=True)
    interface = _MODEM / "1-1:1.0"
    interface.mkdir(parents=True)
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
        interface,
        bInterfaceClass="02",
        bInterfaceSubClass="0e",
        bInterfaceProtocol="00",
        bInterfaceNumber="00",
    )
    _link(interface / "subsystem", usb)
    _link(interface / "driver", usb / "drivers/cdc_mbim")
    if descriptors:
        (_MODEM / "descriptors").write_bytes(descriptors)
    for subsystem, name in (("usbmisc", CONTROL_DEVICE.name), ("net", "wwan0")):
        device = interface / subsystem / name
        device.mkdir(parents=True)
        (device / "uevent").touch()
        entries = Path("/sys/class") / subsystem
        entries.mkdir(parents=True)
        _link(device / "subsystem", entries)
        _link(device / "device", interface)
        _link(entries / name, device)


def _write(folder: Path, **values: str) -> None:
    for name, value in values.items():
        (folder / name).write_text(value + "\n")


def _link(path: Path, target: Path) -> None:
    path.symlink_to(os.path.relpath(target, path.parent))
