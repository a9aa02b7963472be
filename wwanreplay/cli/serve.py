"""`wwanreplay serve`: present an emulated modem to a live host."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from wwanreplay.cli.options import (
    allow_unused_fault,
    fault_option,
    key_of,
    key_options,
    print_started,
    report_unused,
    shared_option,
    sync_option,
)
from wwanreplay.cli.usb import usb_options, usb_way
from wwanreplay.outputs import PartFile


@click.command("serve")
@click.option(
    "--pty",
    "link",
    is_flag=False,
    flag_value="",
    metavar="[LINK]",
    help="Serve MBIM on a raw pty; LINK becomes a symlink to it.",
)
@usb_options
@click.option(
    "--net",
    "nets",
    multiple=True,
    metavar="[tap:]NAME",
    help="Make a TUN for the packets of IP session 0, again for session 1, …, or a TAP for all of "
    "them by VLAN, where the transport has no data path.",
)
@click.option(
    "--profile",
    default="lte-home",
    show_default=True,
    metavar="NAME|FILE.toml",
    help="The device to emulate.",
)
@click.option("--record", metavar="FILE", help="Write the session as a trace.")
@click.option(
    "--scrub",
    "scrubbed",
    is_flag=True,
    help="Write the recorded trace scrubbed, at the end; until then it is in memory only.",
)
@key_options
@click.option("--seed", type=click.IntRange(0, 2**64 - 1), default=0, show_default=True)
@fault_option
@allow_unused_fault
@click.option(
    "--power-up",
    is_flag=True,
    help="Begin with the power-up; otherwise the modem has been on for ten seconds.",
)
@click.option(
    "--mbimex",
    type=click.Choice(["1.0", "2.0", "3.0"]),
    default="3.0",
    show_default=True,
    help="The newest MBIMEx version that a host can agree on.",
)
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@shared_option
@sync_option
@click.option("--json", "as_json", is_flag=True, help="Print path and summary as JSON lines.")
def command(
    link: str | None,
    usb_redir: str | None,
    usbip: str | None,
    usbip_remote: bool,
    max_control_message: int | None,
    nets: tuple[str, ...],
    profile: str,
    record: str | None,
    scrubbed: bool,
    key: str | None,
    key_file: str | None,
    seed: int,
    fault: str | None,
    allow_unused: bool,
    power_up: bool,
    mbimex: str,
    force: bool,
    shared: bool,
    sync: bool,
    as_json: bool,
) -> int:
    """Present the emulated modem to a live host until Ctrl-C, SIGTERM or SIGHUP.

    The host opens the pty as its control device, for instance `mbimcli -d LINK
    --query-device-caps`. The path of the pty, or the address of another transport, is the first
    line on the standard output. While it is written the trace of --record is FILE.part. The exit
    code is 1 when a fault changed nothing; a recorded trace is kept.
    """
    ways = [
        name
        for name, value in (("--pty", link), ("--usb-redir", usb_redir), ("--usbip", usbip))
        if value is not None
    ]
    if not ways:
        raise click.UsageError(
            "say how to serve: --pty, or --pty LINK for a symlink to it, --usb-redir SOCKET, "
            "--usbip HOST:PORT"
        )
    if len(ways) > 1:
        raise click.UsageError(f"{' and '.join(ways)}: one at a time")
    usb = usb_way(usb_redir, usbip, remote=usbip_remote, control_message_max=max_control_message)
    if usb is not None and nets:
        raise click.UsageError(f"--net is for transports without a data path, not for {ways[0]}")
    if scrubbed and record is None:
        raise click.UsageError("--scrub is for the trace that --record names")
    secret = key_of(key, key_file)
    if secret is not None and not scrubbed:
        raise click.UsageError("a key is for --scrub")
    from wwanreplay.serve.modem import WARM_NS, serve_modem

    recordings: list[PartFile] = []  # one at most

    def ready(path: str) -> None:
        if as_json:
            values: dict[str, str | None] = {"pty": path, "link": link or None}
            if usb is not None:
                values = {usb.kind: path}
            if recordings:
                values["recording"] = recordings[0].path
            click.echo(json.dumps(values))
        else:
            click.echo(path)
            for part in recordings:
                print_started(part, in_memory=scrubbed)
        sys.stdout.flush()

    def scrub(trace: bytes) -> bytes:
        from wwanreplay.analysis.scrub import scrub_bytes

        return scrub_bytes(trace, secret)[0]

    served = serve_modem(
        profile,
        link=link or None,
        transport=None if usb is None else usb.transport,
        usb=None if usb is None else usb.function,
        nets=nets,
        record=record,
        transform=scrub if scrubbed else None,
        seed=seed,
        faults=fault,
        force=force,
        shared=shared,
        sync=sync,
        mbimex=int(mbimex.partition(".")[0]) << 8,
        on_start=recordings.append,
        start_ns=0 if power_up else WARM_NS,
        on_ready=ready,
    )
    if as_json:
        click.echo(json.dumps(asdict(served)))
        return report_unused(served.unused_faults, allowed=allow_unused)
    click.echo(
        f"{served.transfers} transfers from hosts, {served.messages} to them "
        f"in {served.duration_ns / 1e9:.3f} s",
        err=True,
    )
    if served.datagrams:
        click.echo(f"{served.datagrams} datagrams from hosts, {served.answers} to them", err=True)
    if served.undelivered or served.unread:
        click.echo(
            f"not delivered: {served.undelivered} messages not sent, {served.unread} transfers "
            "sent and not wholly read",
            err=True,
        )
    if record is not None:
        click.echo(f"{record}: {served.records} records; digest {served.digest}", err=True)
    return report_unused(served.unused_faults, allowed=allow_unused)
