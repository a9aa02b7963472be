"""A served modem for live replays: an emulated device, with faults around it, behind a pty."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mbim_host import SEED, latency

from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.faults import FaultyDevice, parse_faults
from wwanreplay.devices.profile import load_profile
from wwanreplay.mbim.function import Counter, Function
from wwanreplay.mbim.profile_bridge import bridge_of
from wwanreplay.replay.live_replay import LiveOptions, read_plan, replay_live
from wwanreplay.replay.result import Options, ReplayResult
from wwanreplay.serve.loop import Loop
from wwanreplay.serve.transports.pty import PtyTransport

#: The device has been on for so long when the host comes: registered and attached.
WARM_NS = 10_000_000_000


@dataclass
class LiveModem:
    """A modem at a path, and the faults around it."""

    path: str
    device: Any
    server: Loop

    def replay(self, trace: Any, options: LiveOptions | None = None, **more: Any) -> ReplayResult:
        """One turn of a trace, at full speed unless a pace is given."""
        (result,) = self.turns(trace, options, **more)
        return result

    def turns(
        self,
        trace: Any,
        options: LiveOptions | None = None,
        *,
        part: Options | None = None,
        **more: Any,
    ) -> list[ReplayResult]:
        from wwanreplay.devices.pace import parse_pace

        chosen = options or LiveOptions(pace=parse_pace("full"))
        return list(replay_live(read_plan(trace, part), f"mbim:{self.path}", chosen, **more))


@contextmanager
def live_modem(
    faults: str = "",
    profile: str | dict[str, Any] = "lte-home",
    *,
    link: Path | None = None,
    start_ns: int = WARM_NS,
    delay_ns: int = 2_000_000,
    changed: dict[str, Any] | None = None,
) -> Iterator[LiveModem]:
    """Serve a device in a thread; `changed` are values of its profile that are others."""
    from dataclasses import replace

    loaded = load_profile(profile)
    mapping = {"mbimex": 0x0300, **loaded.mapping, **(changed or {})}
    loaded = replace(loaded, mapping=mapping)
    emulated = EmulatedDevice(loaded, SEED)
    emulated.submit(latency(delay_ns))
    device = FaultyDevice(emulated, parse_faults(faults, "faults.toml")) if faults else emulated
    removals = device.take_removals if isinstance(device, FaultyDevice) else None
    function = Function(device, bridge_of(loaded.mapping), Counter(), take_removals=removals)
    function.advance(start_ns)
    transport = PtyTransport(link)
    with Loop(function, transport, start_ns=start_ns) as server:
        function.on_removal = server.move_device
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield LiveModem(str(transport.link or transport.path), device, server)
        finally:
            server.stop()
            thread.join()
