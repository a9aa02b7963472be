"""Serve an emulated device as a modem, with its session recorded when a file is named."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.faults import FaultyDevice, load_faults
from wwanreplay.devices.profile import load_profile
from wwanreplay.devices.recorder import recorded_outputs
from wwanreplay.errors import OutputError, PrivacyError, UsageError
from wwanreplay.mbim.bridge import bridge_of
from wwanreplay.mbim.function import Counter, Function
from wwanreplay.outputs import PartFile, counted, find_target, reserved
from wwanreplay.serve.data.configuration import EmulatedContexts
from wwanreplay.serve.data.interface import NetInterface
from wwanreplay.serve.data.network import DataPath
from wwanreplay.serve.loop import serve
from wwanreplay.serve.transports.base import Transport
from wwanreplay.serve.transports.pty import PtyTransport
from wwanreplay.serve.usb.function import UsbFunction
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

#: The newest MBIMEx version whose messages are modelled.
MBIMEX_SERVED = 0x0300
#: How long the modem has been on when the first host may come: SIM read, registered, attached.
WARM_NS = 10_000_000_000
#: The recording is flushed after so long; a recorder that is killed loses no more than this and
#: what the machine was late, so that a second is promised.
FLUSH_SECONDS = 0.5


@dataclass(frozen=True)
class Served:
    """What was served: transfers from and to hosts, records written, virtual time, trace digest.

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
    mbimex: int = MBIMEX_SERVED,
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
    is, when it fails. `mbimex` is the newest MBIMEx version that a host can agree on, BCD.
    """
    loaded = load_profile(profile)
    loaded = replace(loaded, mapping={"mbimex": mbimex, **loaded.mapping})
    emulated = EmulatedDevice(loaded, seed)
    device = emulated if faults is None else FaultyDevice(emulated, load_faults(faults))
    with ExitStack() as stack:
        interfaces = _interfaces(stack, nets)
        recording = None
        if record is not None:
            header = TraceHeader(**device.describe())
            header.interface = "mbim"
            if find_target(record, force=force).descriptor == 1:
                raise UsageError(f"{record}: the path of the pty is written there; name a file")
            places: dict[str, Any] = {"force": force, "shared": shared, "sync": sync}
            recording = _Recording(stack, record, header, transform, places)
            if on_start is not None:
                on_start(recording.part)
        sink = Counter() if recording is None else recording.writer
        take_outputs = partial(recorded_outputs, device, sink)
        function = Function(device, bridge_of(loaded.mapping), sink, take_outputs=take_outputs)
        data = DataPath(EmulatedContexts(emulated, function.bridge))
        for interface in interfaces:
            interface.network = data
        if usb is not None:
            usb.network = data
        unread = serve(
            function,
            transport or partial(PtyTransport, link),
            start_ns=start_ns,
            on_ready=on_ready,
            on_tick=None if recording is None else recording.writer.poll,
            interfaces=interfaces,
        )
        digest = None if recording is None else recording.finish()
    return Served(
        transfers=function.transfers,
        messages=function.messages,
        records=sink.count if isinstance(sink, Counter) else sink.next_index,
        duration_ns=device.now_ns,
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


class _Recording:
    """The trace of a served session: a file that grows, or memory that is transformed at the end.

    Left by an exception it keeps what it has.
    """

    def __init__(
        self,
        stack: ExitStack,
        path: str | os.PathLike[str],
        header: TraceHeader,
        transform: Callable[[bytes], bytes] | None,
        places: dict[str, Any],
    ) -> None:
        self._transform = transform
        self._memory = io.BytesIO()
        if transform is None:
            self.writer = stack.enter_context(
                TraceWriter(path, header, flush_seconds=FLUSH_SECONDS, **places)
            )
            assert self.writer.part is not None
            self.part = self.writer.part
        else:
            self.part = stack.enter_context(reserved(path, **places))
            self.writer = TraceWriter(self._memory, header, flush_seconds=FLUSH_SECONDS)
            stack.enter_context(self._kept(transform))

    def finish(self) -> bytes | None:
        """Let the trace appear; its digest."""
        self.writer.close()
        if self._transform is None:
            return self.writer.digest()
        transformed = self._transform(self._memory.getvalue())
        self.part.fill(transformed, self.writer.next_index)
        with TraceReader(transformed) as reader:
            return None if reader.footer is None else reader.footer.digest

    @contextmanager
    def _kept(self, transform: Callable[[bytes], bytes]) -> Iterator[None]:
        """Write what memory has of a session that ends early."""
        try:
            yield
        except (PrivacyError, OutputError):
            raise
        except BaseException as error:
            if self.writer.next_index:
                self.writer.end_early()
                self.part.write(transform(self._memory.getvalue()), 0)
                self.part.keep(error, counted(self.writer.next_index))
            raise
