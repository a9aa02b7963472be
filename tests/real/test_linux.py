"""Linux' own drivers on the served modem: a kernel in QEMU, over usbredir and USB/IP.

One boot has three modems: one that `wwanreplay serve --usb-redir` serves with a recording, one with
a wMaxControlMessage of 64 that is pulled out and plugged in, and one for `usbip attach`. What the
guest did (`guest_job.py`) is judged here, test by test.
"""

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from checkout import ROOT
from linux_guest import Guest, needs_guest, python
from usb_hosts import ServedUsb, served_usb

from wwanreplay._core import Event, Kind, Lifecycle, WireDirection
from wwanreplay.analysis.infer import infer_file
from wwanreplay.formats.importer import import_logs
from wwanreplay.mbim.messages import parse_header
from wwanreplay.protocol import PROTOCOL
from wwanreplay.replay import replay
from wwanreplay.trace import TraceReader

pytestmark = [needs_guest, pytest.mark.long]

ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
VISIBLE_PROVIDERS = PROTOCOL.oid("OID_WWAN_VISIBLE_PROVIDERS").number
AWAY_S = 1.5
TO_HOST, TO_DEVICE = WireDirection.WIRE_DEVICE_TO_HOST, WireDirection.WIRE_HOST_TO_DEVICE


@dataclass
class Session:
    """What the guest and the servers left, in a folder."""

    folder: Path

    def part(self, name: str) -> Any:
        """What the guest found in a part of its job."""
        found = json.loads((self.folder / "results.json").read_text()).get(name)
        assert found is not None, (self.folder / "console").read_text()
        assert "failed" not in found, found["failed"]
        return found

    def narrow(self, direction: WireDirection) -> list[bytes]:
        """The transfers of the modem with short messages."""
        listed = json.loads((self.folder / "narrow.json").read_text())
        return [bytes.fromhex(each) for each in listed[str(int(direction))]]


@contextmanager
def serving(*options: str) -> Iterator[tuple["subprocess.Popen[str]", dict[str, str]]]:
    """A server of its own; its first line."""
    command = [sys.executable, "-m", "wwanreplay", "serve", "--json", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def pull_out(served: ServedUsb, ended: threading.Event) -> None:
    """Pull the device out while it looks for networks, and plug it in again."""
    seen = 0
    while not ended.wait(0.05):
        events = served.recording.events
        for event in events[seen:]:
            if event.kind == Kind.KIND_QUERY and event.code == VISIBLE_PROVIDERS:
                for code in (Lifecycle.LIFECYCLE_SURPRISE_REMOVAL, Lifecycle.LIFECYCLE_ARRIVAL):
                    served.loop.submit(Event(Kind.KIND_LIFECYCLE, 0, code=code))
                    time.sleep(AWAY_S)
                return
        seen = len(events)


def boot(folder: Path) -> None:
    """Serve the modems, and let the guest do its job."""
    wide, ended = folder / "wide", threading.Event()
    with (
        serving(
            *("--usb-redir", str(wide), "--profile", "two-ports", "--record"),
            str(folder / "wide.wwtrace"),
        ) as (server, ready),
        serving("--usbip", "127.0.0.1:0", "--max-control-message", "256") as (_, remote),
        served_usb("usbredir", folder, control_message_max=64, is_quick=False) as narrow,
    ):
        assert ready["usb_redir"] == str(wide)
        watching = threading.Thread(target=pull_out, args=(narrow, ended))
        watching.start()
        forward = f"guestfwd=tcp:10.0.2.100:3240-tcp:{remote['usbip']}"
        guest = Guest(
            folder,
            f"{python()} {ROOT / 'tests/support/guest_job.py'} /dev/shm/results 3240\n",
            [
                *("-chardev", f"socket,id=wide,path={wide}"),
                *("-device", "usb-redir,chardev=wide"),
                *("-chardev", f"socket,id=narrow,path={folder / 'usb'}"),
                *("-device", "usb-redir,chardev=narrow"),
                *("-device", "virtio-net-pci,netdev=net"),
                *("-netdev", f"user,id=net,ipv6=off,restrict=on,{forward}"),
            ],
        )
        try:
            code = guest.finish()
        finally:
            guest.stop()
            ended.set()
            watching.join()
        server.send_signal(signal.SIGTERM)
        server.wait(20)
        assert code == 0, guest.console()
        wire = {
            int(direction): [each.hex() for each in narrow.recording.wire(direction)]
            for direction in (TO_HOST, TO_DEVICE)
        }
    (folder / "narrow.json").write_text(json.dumps(wire))


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """One boot for all tests, also when several processes have them."""
    base = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        base = base.parent
    folder, outcome = base / "linux", base / "linux.outcome"
    with (base / "linux.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not outcome.exists():
            folder.mkdir()
            outcome.write_text("failed")
            boot(folder)
            outcome.write_text("ended")
    assert outcome.read_text() == "ended", "the guest failed; another process has the reason"
    return Session(folder)


def test_the_driver_binds_to_each_modem(session: Session) -> None:
    modems = session.part("modems")
    assert {each["driver"] for each in modems.values()} == {"cdc_mbim"}
    assert session.part("usbip")["modem"]["driver"] == "cdc_mbim"


def test_mbimcli_queries_it(session: Session) -> None:
    for name, device in (("wide", "001013000000077"), ("narrow", "001013000000010")):
        code, text = session.part("caps")[name]
        assert code == 0, text
        assert f"Device ID: '{device}'" in text


def test_two_sessions_are_pinged_while_they_are_active(session: Session) -> None:
    found = session.part("sessions")
    for name in ("connect 0", "connect 1", "vlan"):
        assert found[name][0] == 0, found[name][1]
    assert found["ping before"] == 1
    assert (found["ping 0"], found["ping 1"]) == (0, 0)
    assert (found["ping 1 after its end"], found["ping 0 then"]) == (1, 0)


def test_names_addresses_and_a_lease_are_those_of_the_context(session: Session) -> None:
    found = session.part("sessions")
    assert found["dns"] == "192.0.2.34"
    assert "lease 192.0.2.33" in found["dhcp"][1], found["dhcp"]
    assert "192.0.2.34 192.0.2.53 1428" in found["dhcp"][1]


def test_the_kernel_takes_its_ipv6_address_from_the_router(session: Session) -> None:
    found = session.part("usbip")
    assert "2001:db8:0:17:" in found["address"]
    assert found["ping6"] == 0


def test_data_of_a_stream_come_back(session: Session) -> None:
    found = session.part("usbip")
    # mbimcli 1.28 then asks for addresses of that session, of which there are none.
    assert "Successfully connected" in found["dss"][1]
    assert found["stream"] is True


def test_messages_go_in_fragments_of_64_bytes(session: Session) -> None:
    wire = session.narrow(TO_HOST)
    assert max(map(len, wire)) == 64
    assert sum(parse_header(each).total > 1 for each in wire) > 20
    # libmbim 1.28 cuts nothing below 4096 bytes, wwanreplay in the guest does.
    sent = session.narrow(TO_DEVICE)
    assert max(map(len, sent)) == 64
    assert any(parse_header(each).total > 1 for each in sent)


def test_the_recording_of_the_server_replays_equal(session: Session) -> None:
    outcome = replay(session.folder / "wide.wwtrace")
    assert outcome.verdict == "equal"


def test_wwanreplay_records_and_replays_the_device_of_the_kernel(
    session: Session, tmp_path: Path
) -> None:
    found = session.part("record")
    for name in ("record", "replay"):
        code, text = found[name]
        assert code == 0, (name, text)
    assert re.search(r"no fault, (\d+) of \1 outputs compared", found["replay"][1])
    with TraceReader(session.folder / "guest.wwtrace") as reader:
        wire = [event for event in reader if event.kind == Kind.KIND_WIRE]
    assert max(len(event.payload) for event in wire) == 64
    inferred = tmp_path / "inferred.wwtrace"
    shutil.copy(session.folder / "guest.wwtrace", inferred)
    infer_file(inferred)
    assert replay(inferred).verdict == "no fault"


def test_a_device_that_is_pulled_out_in_mid_command_comes_back(session: Session) -> None:
    code, text = session.part("unplug")["record"]
    assert code == 0, text
    with TraceReader(session.folder / "unplugged.wwtrace") as reader:
        events = list(reader)
    lifecycle = [event.code for event in events if event.kind == Kind.KIND_LIFECYCLE]
    assert lifecycle[-2:] == [
        Lifecycle.LIFECYCLE_SURPRISE_REMOVAL,
        Lifecycle.LIFECYCLE_ARRIVAL,
    ]
    asked = next(event for event in events if event.code == VISIBLE_PROVIDERS)
    removed = next(
        event
        for event in events
        if event.kind == Kind.KIND_LIFECYCLE and event.code == lifecycle[-2]
    )
    assert asked.index < removed.index
    caps = PROTOCOL.oid("OID_WWAN_DEVICE_CAPS").number
    assert any(
        event.kind == Kind.KIND_COMPLETION and event.code == caps and event.index > removed.index
        for event in events
    )


def test_usbip_attaches_it_by_the_virtual_controller(session: Session) -> None:
    found = session.part("usbip")
    assert found["attach"][0] == 0, found["attach"][1]
    assert found["caps"][0] == 0, found["caps"][1]
    assert "Device ID: '001013000000010'" in found["caps"][1]
    assert (found["connect"][0], found["ping"], found["disconnect"][0]) == (0, 0, 0)


def test_the_capture_of_the_kernel_is_imported(session: Session, tmp_path: Path) -> None:
    session.part("usbip")
    summary = import_logs([session.folder / "usb.pcap"], tmp_path / "imported.wwtrace")
    (imported,) = summary.sessions
    assert imported.tally.complete == imported.tally.messages > 20
    assert (imported.tally.unreadable.count, imported.tally.problems.count) == (0, 0)
