"""What is done in the Linux guest, one process for all of it; results go into `results.json`.

Run by `tests/real/test_linux.py`: the folder of results, the number of the TCP port of USB/IP.
"""

import contextlib
import json
import os
import socket
import struct
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

BUSYBOX = "/bin/busybox"
STREAM_SERVICE = "3d3b5f0a-9c41-4f4e-8f0e-2f1a57a3c002"
WAIT_S = 20.0
ETHERNET_OF_ALL = 3  # ETH_P_ALL
ACTIVATION = (
    'ConnectionId = 0, ActivationCommand = "WwanActivationCommandActivate", '
    'AccessString = "internet.example", IPType = "WwanIPTypeIPv4"'
)
SCRIPT = f"""
step = [
    {{ query = "OID_WWAN_DEVICE_CAPS" }},
    {{ query = "OID_WWAN_READY_INFO" }},
    {{ until_idle = true, set = "OID_WWAN_CONNECT", values = {{ {ACTIVATION} }} }},
    {{ until_idle = true, query = "OID_WWAN_SIGNAL_STATE" }},
]
"""
#: The host pulls the device out while the first one is under way, and plugs it in again.
UNPLUGGED = """
step = [
    { query = "OID_WWAN_VISIBLE_PROVIDERS" },
    { query = "OID_WWAN_DEVICE_CAPS" },
]
"""
LEASE_SCRIPT = """#!/bin/sh
[ "$1" = bound ] && echo "lease $ip $subnet $router $dns $mtu"
exit 0
"""

results: dict[str, Any] = {}
folder = Path(sys.argv[1])
begun = time.monotonic()


def run(*command: str, timeout: float = 60) -> tuple[int, str]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    return done.returncode, done.stdout + done.stderr


def wait_for(found: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + WAIT_S
    while not (value := found()):
        if time.monotonic() > deadline:
            raise TimeoutError("did not happen")
        time.sleep(0.1)
    return value


def control_message_max(node: Path) -> int:
    """wMaxControlMessage of a node in /sys/class/usbmisc."""
    data = (node / "device/../descriptors").read_bytes()
    at = data.index(bytes((12, 0x24, 0x1B)))
    return struct.unpack_from("<H", data, at + 5)[0]


def find(size: int) -> dict[str, str] | None:
    """The modem with a wMaxControlMessage: its node, driver and network device."""
    for node in sorted(Path("/sys/class/usbmisc").glob("cdc-wdm*")):
        with contextlib.suppress(OSError, ValueError):
            if control_message_max(node) == size:
                nets = sorted((node / "device/net").iterdir())
                driver = os.path.basename(os.readlink(node / "device/driver"))
                path = f"/dev/{node.name}"
                if nets and os.path.exists(path):
                    return {"node": path, "driver": driver, "net": nets[0].name}
    return None


def mbimcli(modem: dict[str, str], *options: str) -> tuple[int, str]:
    return run("mbimcli", "-d", modem["node"], *options)


def ip(*words: str) -> tuple[int, str]:
    return run(BUSYBOX, "ip", *words)


def ping(address: str, *options: str) -> int:
    return run(BUSYBOX, "ping", *options, "-c", "1", "-W", "3", address)[0]


def part(name: str) -> Callable[[Callable[[dict[str, Any]], None]], None]:
    """Run a part of the job at once; what it found is kept, and how it failed."""

    def keep(work: Callable[[dict[str, Any]], None]) -> None:
        began, found = time.monotonic(), results.setdefault(name, {})
        try:
            work(found)
        except Exception:
            found["failed"] = traceback.format_exc()
        seconds = results.setdefault("seconds", {})
        seconds[name] = round(time.monotonic() - began, 2)
        (folder / "results.json").write_text(json.dumps(results))

    return keep


def lookup(server: str) -> str:
    """Ask a name server for an address, and return what it says."""
    question = struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0) + b"\7example\3org\0\0\1\0\1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(3)
        asking.sendto(question, (server, 53))
        return socket.inet_ntoa(asking.recv(512)[-4:])


def stream(net: str, data: bytes) -> bool:
    """Whether data that are written to a stream come back."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETHERNET_OF_ALL)) as raw:
        raw.bind((net, 0))
        raw.settimeout(3)
        raw.send(bytes(12) + b"\x88\xb5" + data)
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            frame, (_, _, kind, _, _) = raw.recvfrom(2048)
            if frame[14:] == data and kind != socket.PACKET_OUTGOING:
                return True
    return False


def wwanreplay(*words: str) -> tuple[int, str]:
    """One command line, in this process."""
    from click.testing import CliRunner

    from wwanreplay.cli import root

    done = CliRunner().invoke(root, list(words))
    return done.exit_code, done.output


@part("modems")
def _modems(found: dict[str, Any]) -> None:
    for size in (4096, 64):
        found[str(size)] = wait_for(lambda size=size: find(size))


WIDE, NARROW = results["modems"]["4096"], results["modems"]["64"]


@part("caps")
def _caps(found: dict[str, Any]) -> None:
    found["wide"] = mbimcli(WIDE, "--query-device-caps")
    found["narrow"] = mbimcli(NARROW, "--query-device-caps")


@part("sessions")
def _sessions(found: dict[str, Any]) -> None:
    net = WIDE["net"]
    ip("link", "set", net, "up")
    ip("addr", "add", "192.0.2.33/30", "dev", net)
    found["ping before"] = ping("192.0.2.34")
    found["connect 0"] = mbimcli(
        WIDE, "--no-close", "--connect=session-id=0,access-string=internet.example,ip-type=ipv4"
    )
    found["connect 1"] = mbimcli(
        WIDE,
        *("--no-close", "--no-open=20"),
        "--connect=session-id=1,access-string=internet.example,ip-type=ipv4",
    )
    found["vlan"] = ip("link", "add", "link", net, "name", "session1", "type", "vlan", "id", "1")
    ip("link", "set", "session1", "up")
    ip("addr", "add", "198.51.100.5/30", "dev", "session1")
    found["ping 0"] = ping("192.0.2.34")
    found["ping 1"] = ping("198.51.100.6")
    ip("route", "add", "192.0.2.53", "via", "192.0.2.34")
    found["dns"] = lookup("192.0.2.53")
    mbimcli(WIDE, "--no-close", "--no-open=40", "--disconnect=1")
    found["ping 1 after its end"] = ping("198.51.100.6")
    found["ping 0 then"] = ping("192.0.2.34")
    ip("addr", "flush", "dev", net)
    script = Path("/dev/shm/lease")
    script.write_text(LEASE_SCRIPT)
    script.chmod(0o755)
    found["dhcp"] = run(
        *(BUSYBOX, "udhcpc", "-n", "-q", "-f", "-i", net, "-s", str(script)),
        *("-t", "3", "-T", "2"),
    )


def use(modem: dict[str, str], found: dict[str, Any]) -> None:
    """Commands, both versions of IP and a stream."""
    net, found["modem"] = modem["net"], modem
    found["caps"] = mbimcli(modem, "--query-device-caps")
    found["services"] = mbimcli(modem, "--query-device-services")
    found["connect"] = mbimcli(
        modem, "--no-close", "--connect=session-id=0,access-string=internet.example,ip-type=ipv4v6"
    )
    Path(f"/proc/sys/net/ipv6/conf/{net}/accept_dad").write_text("0")
    ip("link", "set", net, "up")
    ip("addr", "add", "192.0.2.17/30", "dev", net)
    found["ping"] = ping("192.0.2.18")
    found["dss"] = mbimcli(modem, "--no-close", "--no-open=20", f"--dss-connect={STREAM_SERVICE},4")
    ip("link", "add", "link", net, "name", "stream4", "type", "vlan", "id", str(256 + 4))
    ip("link", "set", "stream4", "up")
    found["stream"] = stream("stream4", b"data of a stream")
    found["address"] = wait_for(
        lambda: (text := ip("-6", "addr", "show", "dev", net)[1]).count("scope global") and text
    )
    found["ping6"] = ping("2001:db8:0:17::fe", "-6")
    found["disconnect"] = mbimcli(modem, "--no-open=40", "--disconnect=0")


@part("usbip")
def _usbip(found: dict[str, Any]) -> None:
    ip("link", "set", "eth0", "up")
    ip("addr", "add", "10.0.2.15/24", "dev", "eth0")
    capture = subprocess.Popen(
        ["dumpcap", "-q", "-P", "-i", "usbmon0", "-w", "/dev/shm/usb.pcap"],
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(lambda: os.path.exists("/dev/shm/usb.pcap"))
    time.sleep(0.5)
    found["attach"] = run(
        *("usbip", "--tcp-port", sys.argv[2], "attach", "-r", "10.0.2.100", "-b", "1-1")
    )
    try:
        use(wait_for(lambda: find(256)), found)
    finally:
        found["detach"] = run("usbip", "detach", "-p", "00")
        time.sleep(0.3)
        capture.terminate()
        found["capture"] = capture.communicate(timeout=20)[1]
        (folder / "usb.pcap").write_bytes(Path("/dev/shm/usb.pcap").read_bytes())


@part("record")
def _record(found: dict[str, Any]) -> None:
    (folder / "script.toml").write_text(SCRIPT)
    trace, again = str(folder / "guest.wwtrace"), str(folder / "again.wwtrace")
    device = f"mbim:{NARROW['node']}"
    script = str(folder / "script.toml")
    found["record"] = wwanreplay("record", device, "--script", script, "-o", trace)
    found["replay"] = wwanreplay(
        "replay", trace, "--device", device, "--speed", "full", "-o", again
    )


@part("unplug")
def _unplug(found: dict[str, Any]) -> None:
    (folder / "unplugged.toml").write_text(UNPLUGGED)
    trace = str(folder / "unplugged.wwtrace")
    device = f"mbim:{NARROW['node']}"
    script = str(folder / "unplugged.toml")
    found["record"] = wwanreplay("record", device, "--script", script, "-o", trace)


results["all"] = time.monotonic() - begun
results["kernel"] = os.uname().release
results["log"] = run("dmesg")[1][-4000:]
(folder / "results.json").write_text(json.dumps(results))
