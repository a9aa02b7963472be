"""Serve an emulated device as a modem, with its session recorded when a file is named."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.faults import FaultyDevice, load_faults
from wwanreplay.devices.profile import load_profile
from wwanreplay.devices.recorder import NotingDevice
from wwanreplay.mbim.bridge import bridge_of
from wwanreplay.mbim.function import Counter, Function
from wwanreplay.record import open_new
from wwanreplay.serve.pty import serve_pty
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

#: How long the modem has been on when the first host may come: SIM read, registered, attached.
WARM_NS = 10_000_000_000
#: A recorder that is killed loses at most what came in so long.
FLUSH_SECONDS = 1.0


@dataclass(frozen=True)
class Served:
    """What was served: transfers from and to hosts, records written, virtual time, trace digest.

    `unused_faults` are those that changed nothing, a line each.
    """

    transfers: int
    messages: int
    records: int
    duration_ns: int
    digest: str | None
    unused_faults: list[str] = field(default_factory=list)


def serve_modem(
    profile: str = "lte-home",
    *,
    link: str | os.PathLike[str] | None = None,
    record: str | os.PathLike[str] | None = None,
    seed: int = 0,
    faults: str | None = None,
    force: bool = False,
    start_ns: int = WARM_NS,
    on_ready: Callable[[str], None] | None = None,
    transform: Callable[[bytes], bytes] | None = None,
) -> Served:
    """Serve until SIGINT or SIGTERM; `on_ready` is told the path of the pty.

    `profile` is a shipped profile or a TOML file, `link` becomes a symlink to the pty, `record` the
    trace, which replays: the device from its requests, the MBIM bytes from its messages. `faults`
    is a file of faults to put around the device. Virtual time begins at 0 with the power-up, and is
    at `start_ns` when a host may come. An existing trace is left alone without `force`. With
    `transform` the session is held in memory and what that makes of the trace is written at the
    end; nothing is, when it fails.
    """
    loaded = load_profile(profile)
    emulated = EmulatedDevice(loaded, seed)
    device = emulated if faults is None else FaultyDevice(emulated, load_faults(faults))
    with ExitStack() as stack:
        writer = None
        if record is not None:
            header = TraceHeader(**device.describe())
            header.interface = "mbim"
            target = stack.enter_context(open_new(record, force=force))
            memory = None if transform is None else io.BytesIO()
            if memory is not None:
                stack.callback(_remove_if_empty, record)
            writer = stack.enter_context(
                TraceWriter(
                    target if memory is None else memory, header, flush_seconds=FLUSH_SECONDS
                )
            )
        sink = Counter() if writer is None else writer
        noting = NotingDevice(device, sink)
        function = Function(noting, bridge_of(loaded.mapping), noting)
        serve_pty(
            function,
            link,
            start_ns=start_ns,
            on_ready=on_ready,
            on_tick=None if writer is None else writer.poll,
        )
        digest = None if writer is None else writer.digest()
        if writer is not None and transform is not None and memory is not None:
            writer.close()
            transformed = transform(memory.getvalue())
            target.write(transformed)
            with TraceReader(transformed) as reader:
                digest = None if reader.footer is None else reader.footer.digest
    return Served(
        transfers=function.transfers,
        messages=function.messages,
        records=sink.count if isinstance(sink, Counter) else sink.next_index,
        duration_ns=device.now_ns,
        digest=None if digest is None else digest.hex(),
        unused_faults=device.unused() if isinstance(device, FaultyDevice) else [],
    )


def _remove_if_empty(path: str | os.PathLike[str]) -> None:
    if os.path.exists(path) and not os.path.getsize(path):
        os.unlink(path)
