"""Serve an emulated device as a modem, with its session recorded when a file is named."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from wwanreplay._core import Event
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.faults import FaultyDevice, load_faults
from wwanreplay.devices.profile import load_profile
from wwanreplay.devices.recorder import recorded_outputs
from wwanreplay.mbim.function import Counter, Function
from wwanreplay.mbim.profile_bridge import bridge_of
from wwanreplay.outputs import PartFile
from wwanreplay.script import Script, load_script
from wwanreplay.serve.control import control_socket
from wwanreplay.serve.data.configuration import EmulatedContexts
from wwanreplay.serve.data.interface import NetInterface, Networked
from wwanreplay.serve.data.network import DataPath
from wwanreplay.serve.loop import Loop, StopRequest, serve
from wwanreplay.serve.recording import Recording, check_place
from wwanreplay.serve.stimulation import timed_events
from wwanreplay.serve.transports.base import Transport
from wwanreplay.serve.transports.pty import PtyTransport
from wwanreplay.serve.usb.function import UsbFunction
from wwanreplay.trace import TraceHeader

#: The newest MBIMEx version whose messages are modelled.
MBIMEX_SERVED = 0x0300
#: How long the modem has been on when the first host may come: SIM read, registered, attached.
WARM_NS = 10_000_000_000


@dataclass(frozen=True)
class Served:
    """What was served: transfers from and to hosts, records written, for how long, trace digest.

    `unused_faults` are those that changed nothing, a line each. `undelivered` are messages that
    were not sent, having no client or no room, `unread` transfers of `messages` that were not
    wholly read. `datagrams` of the data path came from hosts, and `answers` went to them.
    """

    transfers: int
    messages: int
    records: int
    duration_ns: int
    digest: str | None
    unused_faults: list[str] = field(default_factory=list)
    undelivered: int = 0
    unread: int = 0
    datagrams: int = 0
    answers: int = 0


def serve_modem(
    profile: str = "lte-home",
    *,
    link: str | os.PathLike[str] | None = None,
    transport: Callable[[], Transport] | None = None,
    usb: UsbFunction | None = None,
    nets: Sequence[str] = (),
    networked: Sequence[Networked] = (),
    record: str | os.PathLike[str] | None = None,
    seed: int = 0,
    faults: str | None = None,
    force: bool = False,
    shared: bool = False,
    sync: bool = False,
    start_ns: int = WARM_NS,
    on_ready: Callable[[str], None] | None = None,
    on_start: Callable[[PartFile], None] | None = None,
    transform: Callable[[bytes], bytes] | None = None,
    piece_seconds: float | None = None,
    mbimex: int = MBIMEX_SERVED,
    control: str | os.PathLike[str] | None = None,
    stimuli: str | Script | None = None,
    stop: StopRequest | None = None,
) -> Served:
    """Serve until SIGINT, SIGTERM or SIGHUP; `on_ready` gets the transport's address.

    `profile` is a shipped profile or a TOML file. `transport` opens the way to hosts; without it
    that is a pty, to which `link` becomes a symlink. `usb` is the USB function of a transport that
    has one, `nets` are the names of network interfaces to make, the first TUN for session 0 and so
    on, or `tap:NAME` for all; either has the data path. `record` is the trace, which replays: the
    device from its requests, the MBIM bytes from its messages. `faults` is a file of faults to put
    around the device. Virtual time begins at 0 with the power-up, and is at `start_ns` when a host
    may come. An existing trace is left alone without `force`, and replaced at the end; until then,
    and after an error, the recording is in PATH.part, about which `on_start` is called. A new file
    is private unless `shared`; with `sync` what is written survives a power cut. With `transform`
    the session is held in memory and what that makes of the trace is written at the end; nothing
    is, when it fails; with `piece_seconds` each piece of that age is transformed by itself and
    written. `mbimex` is the newest MBIMEx version that a host can agree on, BCD.
    `control` is where the control socket comes (`wwanreplay.serve.control`), `stimuli` a script of
    what happens meanwhile, from the moment when a host may come. With `stop` that requests the end
    and no signal does, so that another thread than the main one can serve.
    """
    loaded = load_profile(profile)
    loaded = replace(loaded, mapping={"mbimex": mbimex, **loaded.mapping})
    emulated = EmulatedDevice(loaded, seed)
    device = emulated if faults is None else FaultyDevice(emulated, load_faults(faults))
    chosen = load_script(stimuli) if isinstance(stimuli, str) else stimuli
    timed = [] if chosen is None else timed_events(chosen, device.structures)
    timed = [(start_ns + time_ns, event) for time_ns, event in timed]
    with ExitStack() as stack:
        interfaces = _interfaces(stack, nets)
        recording = None
        if record is not None:
            header = TraceHeader(**device.describe())
            header.interface = "mbim"
            check_place(record, force=force)
            places: dict[str, Any] = {"force": force, "shared": shared, "sync": sync}
            recording = Recording(stack, record, header, transform, places, piece_seconds)
            if on_start is not None:
                on_start(recording.part)
        sink = Counter() if recording is None else recording.writer
        take_outputs = partial(recorded_outputs, device, sink)
        function = Function(
            device,
            bridge_of(loaded.mapping),
            sink,
            take_outputs=take_outputs,
            take_removals=device.take_removals if isinstance(device, FaultyDevice) else None,
        )
        data = DataPath(EmulatedContexts(emulated, function.bridge))
        for each in (*interfaces, *networked):
            each.network = data
        if usb is not None:
            usb.network = data
        unread = serve(
            function,
            transport or partial(PtyTransport, link),
            start_ns=start_ns,
            stop=stop,
            beside=partial(_beside, function, control, device.structures, timed),
            on_ready=on_ready,
            on_tick=None if recording is None else recording.writer.poll,
            interfaces=interfaces,
        )
        digest = None if recording is None else recording.finish()
    return Served(
        transfers=function.transfers,
        messages=function.messages,
        records=sink.count if isinstance(sink, Counter) else sink.next_index,
        duration_ns=device.now_ns - start_ns,
        digest=None if digest is None else digest.hex(),
        unused_faults=device.unused() if isinstance(device, FaultyDevice) else [],
        undelivered=function.undelivered,
        unread=unread,
        datagrams=data.received,
        answers=data.sent,
    )


def _interfaces(stack: ExitStack, nets: Sequence[str]) -> list[NetInterface]:
    """Make an interface for each session, until the end."""
    made: list[NetInterface] = []
    for session, name in enumerate(nets):
        made.append(NetInterface(name, session))
        stack.callback(made[-1].close)
    return made


@contextmanager
def _beside(
    function: Function,
    control: str | os.PathLike[str] | None,
    structures: int,
    timed: Sequence[tuple[int, Event]],
    loop: Loop,
) -> Iterator[None]:
    """What happens to the modem while it is served: by a script, and by the control socket."""
    function.on_removal = loop.move_device
    loop.schedule(timed)
    with nullcontext() if control is None else control_socket(control, loop, structures):
        yield
