"""A served modem for the tests: a pty, an emulated device behind it, mbimcli in front of it."""

import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from host import Recording
from transports import TRANSPORTS

from wwanreplay import _core
from wwanreplay._core import Event, Kind
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.profile import DeviceProfile, load_profile
from wwanreplay.mbim.bridge import Bridge
from wwanreplay.mbim.function import Function, Rebuild
from wwanreplay.mbim.profile_bridge import bridge_of
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.serve.loop import Loop
from wwanreplay.serve.transports.base import Transport
from wwanreplay.serve.transports.mbim_proxy import MbimProxyTransport

SEED = 7
#: The device has been on for so long when the first client comes: registered and attached.
START_NS = 10_000_000_000
TIMEOUT_S = 30.0

needs_mbimcli = pytest.mark.skipif(
    shutil.which("mbimcli") is None, reason="mbimcli is not installed (Debian: libmbim-utils)"
)

INPUTS = frozenset(
    {
        Kind.KIND_QUERY,
        Kind.KIND_SET,
        Kind.KIND_METHOD,
        Kind.KIND_CANCEL,
        Kind.KIND_STIMULUS,
        Kind.KIND_LIFECYCLE,
    }
)
OUTPUTS = frozenset({Kind.KIND_COMPLETION, Kind.KIND_INDICATION})


@dataclass
class Output:
    """What one run of mbimcli printed: its exit code, its text, and the `key: 'value'` pairs."""

    code: int
    text: str
    values: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, key: str) -> str:
        return self.values[key]

    @property
    def error(self) -> str:
        """The status in the error message, empty without one."""
        found = re.search(r"error: .*?: (\w+)\s*$", self.text, re.MULTILINE)
        return found.group(1) if found else ""


@dataclass
class Served:
    """A served device; `mbimcli` runs the real program against it."""

    profile: DeviceProfile
    server: Loop
    transport: Any
    recording: Recording
    bridge: Bridge
    transport_name: str = "pty"

    @property
    def path(self) -> str:
        return str(self.transport.link or self.transport.path)

    def mbimcli(self, *arguments: str, code: int = 0) -> Output:
        """Run mbimcli to its end; its exit code must be `code`."""
        run = subprocess.run(
            ["mbimcli", *TRANSPORTS[self.transport_name].mbimcli(self.transport), *arguments],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        text = run.stdout + run.stderr
        assert run.returncode == code, text
        pairs = re.findall(r"^(?:\[/.*?\])?[ \t]*([^:\n]+): '(.*)'$", text, re.MULTILINE)
        values: dict[str, str] = {}
        for key, value in pairs:
            values.setdefault(key.strip(), value)
        return Output(run.returncode, text, values)

    def opened(self) -> int:
        """Connect as a client would; its descriptor."""
        return TRANSPORTS[self.transport_name].connect(self.transport)


def latency(delay_ns: int, oid: int = 0) -> Event:
    """Return the stimulus that lets operations take so long."""
    order = {
        "Operation": oid,
        "Count": 0xFFFFFFFF,
        "DelayNs": delay_ns,
        "CompletionDelayNs": -1,
    }
    return Event(
        Kind.KIND_STIMULUS,
        0,
        code=PROTOCOL.stimulus("latency").number,
        payload=encode("WWANREPLAY_STIMULUS_LATENCY", order),
    )


@contextmanager
def served(
    profile_name: str = "lte-home",
    link: Path | None = None,
    *,
    bridge_options: dict[str, Any] | None = None,
    start_ns: int = START_NS,
    transport_name: str = "pty",
    recording: Any = None,
) -> Iterator[Served]:
    """Serve an emulated device in a thread; check on the way out that its recording replays.

    `recording` takes the events instead; what it holds of them is checked. A transport is one of
    the table, or the name of a socket for clients of mbim-proxy.
    """
    profile = load_profile(profile_name)
    options = bridge_options or {}

    def bridge() -> Bridge:
        return bridge_of(profile.mapping, **options)

    recording = Recording() if recording is None else recording
    device = EmulatedDevice(profile, SEED)
    quick = latency(2_000_000)
    recording.write(quick)
    device.submit(quick)
    function = Function(device, bridge(), recording)
    function.advance(start_ns)
    if transport_name.startswith("@"):
        transport: Transport = MbimProxyTransport(transport_name)
    else:
        transport = TRANSPORTS[transport_name].open(link)
    with Loop(function, transport, start_ns=start_ns) as server:
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield Served(profile, server, transport, recording, function.bridge, transport_name)
        finally:
            server.stop()
            thread.join()
    if recording.events:
        assert_replays(recording.events, profile, bridge())


def assert_replays(events: list[Event], profile: DeviceProfile, bridge: Bridge) -> None:
    """Replay a recording: the device says the same again, and so does the bridge, byte for byte."""
    engine = _core.Engine(profile.compile(), SEED)
    reported: list[Event] = []
    for event in events:
        if event.kind in INPUTS:
            engine.submit(event)
            reported += engine.drain()
    engine.advance(max(event.time_ns for event in events))
    reported += engine.drain()
    recorded = [event for event in events if event.kind in OUTPUTS]
    assert [event.replace(cause=None) for event in reported] == [
        event.replace(cause=None) for event in recorded
    ]
    rebuild = Rebuild(bridge)
    differences = [each for event in events for each in rebuild.feed(event)]
    assert differences + rebuild.finish() == []


def wait_for(condition: Callable[[], object]) -> None:
    """Wait for what another thread brings about."""
    deadline = time.monotonic() + TIMEOUT_S
    while not condition():
        assert time.monotonic() < deadline, "did not happen"
        time.sleep(0.005)


def idle_function() -> Function:
    class Idle:
        next_due_ns = None

        def submit(self, event: object, /) -> None:
            """Take nothing."""

        def advance(self, time_ns: int, /) -> None:
            """Do nothing."""

        def drain(self) -> list[object]:
            return []

        def close(self) -> None:
            """End."""

    return Function(Idle(), Bridge())  # type: ignore[arg-type]
