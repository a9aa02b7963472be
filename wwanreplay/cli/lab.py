"""`wwanreplay lab`: run a command on a private host with an emulated or recorded modem."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from wwanreplay.cli.options import Seconds, fault_option, shared_option
from wwanreplay.cli.played import TraceOptions, trace_options
from wwanreplay.cli.terminal import echo
from wwanreplay.errors import EXIT_NO

if TYPE_CHECKING:
    from wwanreplay.lab import Lab


@click.command("lab", context_settings={"ignore_unknown_options": False})
@click.option(
    "--profile", metavar="NAME|FILE.toml", help="The device to emulate.  [default: lte-home]"
)
@trace_options
@fault_option
@click.option("--record", metavar="FILE", help="Write the session as a trace.")
@click.option(
    "--tap",
    metavar="FILE",
    help="Let a tap take the place of mbim-proxy, and record the hosts into FILE.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**64 - 1),
    default=0,
    show_default=True,
    metavar="N",
    help="Seed of the device's random numbers.",
)
@click.option("--power-up", is_flag=True, help="Begin with the power-up of the modem.")
@click.option("--stimuli", metavar="SCRIPT", help="Do what a script does to the modem, in time.")
@click.option(
    "--no-modem-manager",
    is_flag=True,
    help="Neither bus nor ModemManager: the devices alone.",
)
@click.option(
    "--network-manager",
    is_flag=True,
    help="NetworkManager too, with a connection for the modem that comes up by itself.",
)
@click.option(
    "--wait",
    "wait_s",
    type=Seconds(0.1, 3600),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="How long ModemManager has to find the modem.",
)
@click.option("--no-wait", is_flag=True, help="Run the command before ModemManager has the modem.")
@click.option("--logs", metavar="FOLDER", help="Keep the logs of ModemManager and the others.")
@click.option("--strict", is_flag=True, help="Let the modem's verdict count for the exit code.")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@shared_option
@click.option("--json", "as_json", is_flag=True, help="Print what came of the modem as JSON.")
@click.argument("command_line", nargs=-1, required=True, metavar="-- COMMAND...")
def command(
    profile: str | None,
    played: TraceOptions,
    fault: str | None,
    record: str | None,
    tap: str | None,
    seed: int,
    power_up: bool,
    stimuli: str | None,
    no_modem_manager: bool,
    network_manager: bool,
    wait_s: float,
    no_wait: bool,
    logs: str | None,
    strict: bool,
    force: bool,
    shared: bool,
    as_json: bool,
    command_line: tuple[str, ...],
) -> int:
    """Run COMMAND on a private host that has a modem, ModemManager and a bus of its own.

    For instance `wwanreplay lab -- mmcli -m any`, or a test suite. Neither the system's bus nor
    its devices can be reached from there, and nothing of it is left. `wwanreplay stimulate` works
    in it. The exit code is that of COMMAND; 125 where the host cannot be made, 127 and 126 when
    there is no such command, or it cannot be run.
    """
    given = {"--fault": fault is not None, "--power-up": power_up, "--stimuli": stimuli is not None}
    played.refuse(given)
    for option, is_given in (("--network-manager", network_manager), ("--tap", tap is not None)):
        if no_modem_manager and is_given:
            raise click.UsageError(f"{option} needs ModemManager")
    from wwanreplay.lab import Lab, run_code

    options: dict[str, Any] = {
        "profile": profile,
        "trace": played.trace,
        "fault": fault,
        "record": record,
        "tap": tap,
        "force": force,
        "shared": shared,
        "seed": seed,
        "power_up": power_up,
        "stimuli": stimuli,
        "modem_manager": not no_modem_manager,
        "network_manager": network_manager,
        "wait_s": None if no_wait else wait_s,
        "logs": logs,
        "played": played.texts(),
    }
    lab = Lab(**options)
    with lab:
        code = run_code(lab, command_line)
    verdict = _report(lab, played, record, as_json=as_json)
    return code or (verdict if strict else 0)


def _report(lab: Lab, played: TraceOptions, record: str | None, *, as_json: bool) -> int:
    """Print what came of the modem on the standard error; the code of its verdict."""
    ended = lab.ended
    if as_json:
        click.echo(json.dumps(ended), err=True)
    else:
        echo(
            f"{ended['transfers']} transfers from hosts, {ended['messages']} to them "
            f"in {ended['duration_ns'] / 1e9:.3f} s",
            err=True,
        )
        if record is not None:
            echo(f"{record}: {ended['records']} records; digest {ended['digest']}", err=True)
    if played.trace is None:
        for line in ended["unused_faults"]:
            echo(f"wwanreplay: {line}", err=True)
        return EXIT_NO if ended["unused_faults"] else 0
    from wwanreplay.cli.played import report_played
    from wwanreplay.serve.played import Played
    from wwanreplay.verdict import Verdict

    values = Played(**{**ended, "verdict": Verdict(ended["verdict"])})
    return report_played(values, played.trace, played, as_json=False)
