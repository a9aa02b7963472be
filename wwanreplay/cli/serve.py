"""`wwanreplay serve`: present an emulated modem to a live host."""

from __future__ import annotations

import json
import secrets
import sys
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from wwanreplay.cli.options import (
    Choice,
    allow_unused_fault,
    duration,
    fault_option,
    key_of,
    key_options,
    print_started,
    report_unused,
    shared_option,
    sync_option,
)
from wwanreplay.cli.played import TraceOptions, report_played, trace_options
from wwanreplay.cli.plugged import PluggedWay, plugged_options
from wwanreplay.cli.terminal import echo
from wwanreplay.cli.usb import usb_options
from wwanreplay.cli.ways import Way, chosen_way
from wwanreplay.outputs import PartFile

if TYPE_CHECKING:
    from wwanreplay.serve.modem import Served
    from wwanreplay.serve.played import Played

#: How old what is scrubbed may become in memory where nobody says, and the word for no limit.
PIECE_AGE = "30s"
AT_END = "end"


@click.command("serve")
@plugged_options
@click.option(
    "--pty",
    "link",
    is_flag=False,
    flag_value="",
    metavar="[LINK]",
    help="Serve MBIM on a raw pty; LINK becomes a symlink to it.",
)
@click.option(
    "--mbim-proxy",
    "mbim_proxy",
    is_flag=False,
    flag_value="@mbim-proxy",
    metavar="[SOCKET]",
    help="Serve many clients, as mbim-proxy does, at a path or @name.  [default: @mbim-proxy]",
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
    "--profile", metavar="NAME|FILE.toml", help="The device to emulate.  [default: lte-home]"
)
@trace_options
@click.option("--record", metavar="FILE", help="Write the session as a trace.")
@click.option(
    "--scrub",
    "scrubbed",
    is_flag=True,
    help="Write the recorded trace scrubbed, piece by piece as it grows.",
)
@click.option(
    "--scrub-every",
    metavar="DURATION|end",
    help="With --scrub: write what is so old, so that a kill loses no more; end: all of it at the "
    "end, until when it is in memory only.  [default: 30s]",
)
@key_options
@click.option(
    "--seed",
    type=click.IntRange(0, 2**64 - 1),
    default=0,
    show_default=True,
    metavar="N",
    help="Seed of the device's random numbers.",
)
@fault_option
@allow_unused_fault
@click.option(
    "--power-up",
    is_flag=True,
    help="Begin with the power-up; otherwise the modem has been on for ten seconds.",
)
@click.option(
    "--mbimex",
    type=Choice(["1.0", "2.0", "3.0"]),
    help="The newest MBIMEx version that a host can agree on.  [default: 3.0]",
)
@click.option(
    "--control",
    is_flag=False,
    flag_value="",
    metavar="[SOCKET]",
    help="Take stimuli meanwhile (`wwanreplay stimulate`).  [default SOCKET: LINK.control]",
)
@click.option(
    "--stimuli",
    metavar="SCRIPT",
    help="Do the stimuli, lifecycle events and power of a script, at its times.",
)
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@shared_option
@sync_option
@click.option("--json", "as_json", is_flag=True, help="Print path and summary as JSON lines.")
def command(
    link: str | None,
    mbim_proxy: str | None,
    plugged: PluggedWay | None,
    usb_redir: str | None,
    usbip: str | None,
    usbip_remote: bool,
    max_control_message: int | None,
    nets: tuple[str, ...],
    profile: str | None,
    played: TraceOptions,
    record: str | None,
    scrubbed: bool,
    scrub_every: str | None,
    key: str | None,
    key_file: str | None,
    seed: int,
    fault: str | None,
    allow_unused: bool,
    power_up: bool,
    mbimex: str | None,
    control: str | None,
    stimuli: str | None,
    force: bool,
    shared: bool,
    sync: bool,
    as_json: bool,
) -> int:
    """Present an emulated or a recorded modem to a live host until Ctrl-C, SIGTERM or SIGHUP.

    The host opens the pty as its control device, for instance `mbimcli -d LINK
    --query-device-caps`; the clients of --mbim-proxy are such as `mbimcli -p -d /dev/null
    --query-device-caps`. The path of the pty, or the address of another transport, is the first
    line on the standard output. While it is written the trace of --record is FILE.part. The exit
    code is 1 when a fault changed nothing, and with --trace when a request of the host was not
    recorded; a recorded trace is kept.
    """
    way = chosen_way(
        link=link,
        mbim_proxy=mbim_proxy,
        plugged=plugged,
        usb_redir=usb_redir,
        usbip=usbip,
        usbip_remote=usbip_remote,
        max_control_message=max_control_message,
    )
    usb = way.usb
    if usb is not None and nets:
        raise click.UsageError(f"--net is for transports without a data path, not for {way.option}")
    played.refuse(
        {
            "--fault": fault is not None,
            "--power-up": power_up,
            "--mbimex": mbimex is not None,
            "--stimuli": stimuli is not None,
            "--net": bool(nets),
        }
    )
    if scrubbed and record is None:
        raise click.UsageError("--scrub is for the trace that --record names")
    secret = key_of(key, key_file)
    if secret is not None and not scrubbed:
        raise click.UsageError("a key is for --scrub")
    if scrub_every is not None and not scrubbed:
        raise click.UsageError("--scrub-every is for --scrub")
    piece_ns: int | None = None
    if scrubbed and scrub_every != AT_END:
        piece_ns = duration(scrub_every or PIECE_AGE, "--scrub-every")
        # One key for all pieces, so that one value is the same in each.
        secret = secrets.token_bytes(32) if secret is None else secret
    socket = control
    if control == "":
        if not link:
            raise click.UsageError("--control: name a SOCKET, or a LINK for the pty")
        from wwanreplay.serve.control import default_path

        socket = str(default_path(link))
    from wwanreplay.serve.loop import stopped_by_signals
    from wwanreplay.serve.modem import WARM_NS, serve_modem

    recordings: list[PartFile] = []  # one at most

    def ready(path: str) -> None:
        in_memory = scrubbed and piece_ns is None
        if as_json:
            _announce_json(path, way, link, recordings, socket)
        else:
            click.echo(path)
            for part in recordings:
                print_started(part, in_memory=in_memory)
        sys.stdout.flush()

    common: dict[str, Any] = {
        "link": link or None,
        "transport": way.transport,
        "record": record,
        "transform": partial(_scrub, secret) if scrubbed else None,
        "piece_seconds": None if piece_ns is None else piece_ns / 1e9,
        "seed": seed,
        "force": force,
        "shared": shared,
        "sync": sync,
        "on_start": recordings.append,
        "control": socket,
        "on_ready": ready,
    }
    # Until all is printed: who ends a server that is ending by itself gets its exit code.
    with stopped_by_signals() as common["stop"]:
        if played.trace is not None:
            return _serve_recorded(played, profile, common, as_json=as_json)
        served = serve_modem(
            profile or "lte-home",
            faults=fault,
            mbimex=int((mbimex or "3.0").partition(".")[0]) << 8,
            start_ns=0 if power_up else WARM_NS,
            stimuli=stimuli,
            usb=None if usb is None else usb.function,
            nets=nets,
            **common,
        )
        if as_json:
            click.echo(json.dumps(asdict(served)))
            return report_unused(served.unused_faults, allowed=allow_unused)
        _print_counts(served, record)
        if served.datagrams:
            echo(f"{served.datagrams} datagrams from hosts, {served.answers} to them", err=True)
        return report_unused(served.unused_faults, allowed=allow_unused)


def _announce_json(
    path: str, way: Way, link: str | None, recordings: list[PartFile], control: str | None
) -> None:
    """Print where hosts find the modem, and what goes with it."""
    values: dict[str, str | None] = {way.kind: path}
    if link is not None:
        values["link"] = link or None
    if recordings:
        values["recording"] = recordings[0].path
    if control is not None:
        values["control"] = control
    click.echo(json.dumps(values))


def _scrub(secret: bytes | None, trace: bytes) -> bytes:
    from wwanreplay.analysis.scrub import scrub_bytes

    return scrub_bytes(trace, secret, allow_doubtful=True)[0]


def _serve_recorded(
    played: TraceOptions, profile: str | None, common: dict[str, Any], *, as_json: bool
) -> int:
    from wwanreplay.serve.played import serve_recorded

    assert played.trace is not None
    ended = serve_recorded(
        played.trace,
        profile=profile,
        announce=lambda line: echo(line, err=True),
        **played.keywords(),
        **common,
    )
    if not as_json:
        _print_counts(ended, common["record"])
    return report_played(ended, played.trace, played, as_json=as_json)


def _print_counts(ended: Served | Played, record: str | None) -> None:
    echo(
        f"{ended.transfers} transfers from hosts, {ended.messages} to them "
        f"in {ended.duration_ns / 1e9:.3f} s",
        err=True,
    )
    if ended.undelivered or ended.unread:
        echo(
            f"not delivered: {ended.undelivered} messages not sent, {ended.unread} transfers "
            "sent and not wholly read",
            err=True,
        )
    if record is not None:
        echo(f"{record}: {ended.records} records; digest {ended.digest}", err=True)
