"""`wwanreplay serve`: the emulated modem for live hosts."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from wwanreplay.devices.base import Device
    from wwanreplay.trace import TraceWriter

# The modem has been on for so long when the first host comes: registered and attached.
START_NS = 10 * 10**9


@click.command("serve")
@click.option(
    "--pty",
    "link",
    is_flag=False,
    flag_value="",
    metavar="[LINK]",
    help="Serve MBIM on a raw pty; LINK becomes a symlink to it.",
)
@click.option(
    "--profile",
    default="lte-home",
    show_default=True,
    metavar="NAME|FILE.toml",
    help="What the modem is made of.",
)
@click.option("--seed", type=click.IntRange(0, 2**64 - 1), default=0, help="Of its generator.")
@click.option("--record", "output", metavar="FILE", help="Write the session as a trace.")
@click.option("--fault", metavar="FILE.toml", help="Faults to put around the modem.")
@click.option("--force", is_flag=True, help="Overwrite an existing trace.")
def command(
    link: str | None,
    profile: str,
    seed: int,
    output: str | None,
    fault: str | None,
    force: bool,
) -> None:
    """Present the emulated modem as an MBIM function to a live host, until interrupted.

    The path of the pty is printed on the standard output as soon as a host can open it.
    """
    if link is None:
        raise click.UsageError("--pty is needed: how the modem is reached")
    from wwanreplay.devices.emulated import EmulatedDevice
    from wwanreplay.devices.faults import FaultyDevice, load_faults
    from wwanreplay.devices.profile import load_profile
    from wwanreplay.record import open_new

    device: Device = EmulatedDevice(load_profile(profile), seed)
    if fault is not None:
        device = FaultyDevice(device, load_faults(fault))
    if output is None:
        _serve(device, link or None, None)
        return
    with open_new(output, force=force) as file:
        from wwanreplay.trace import TraceHeader, TraceWriter

        header = TraceHeader(**device.describe())
        header.created = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        header.interface = "mbim:pty"
        with TraceWriter(file, header, flush_seconds=1.0) as writer:
            _serve(device, link or None, writer)
        click.echo(f"wrote {output}: {writer.next_index} records", err=True)


def _serve(device: Device, link: str | None, writer: TraceWriter | None) -> None:
    from wwanreplay._core import Event, Kind
    from wwanreplay.devices.recorder import CLOCK_REACHED, NotingDevice
    from wwanreplay.mbim.bridge import bridge_of
    from wwanreplay.mbim.function import Function
    from wwanreplay.serve.pty import serve_pty

    bridge = bridge_of(device.describe()["profile_mapping"])
    if writer is None:
        function = Function(device, bridge)
        function.advance(START_NS)
        serve_pty(function, link, start_ns=START_NS, on_ready=_ready)
        return
    noting = NotingDevice(device, writer)
    function = Function(noting, bridge, noting)
    try:
        function.advance(START_NS)
        serve_pty(function, link, start_ns=START_NS, on_ready=_ready, on_tick=writer.poll)
    finally:
        device.close()
        writer.write(Event(Kind.KIND_CLOCK, device.now_ns, code=CLOCK_REACHED))


def _ready(path: str) -> None:
    click.echo(path)
    click.echo("serving; stop with Ctrl-C", err=True)
