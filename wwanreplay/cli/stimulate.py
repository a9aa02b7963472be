"""`wwanreplay stimulate`: change the environment of a modem that is served."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Final

import click

from wwanreplay.cli.options import Seconds, show_personal_option
from wwanreplay.cli.terminal import echo

if TYPE_CHECKING:
    from wwanreplay._core import Event
    from wwanreplay.serve.control import Controlled

#: Where the verb looks for the socket without --control; set for the commands of a lab.
VARIABLE: Final = "WWANREPLAY_CONTROL"


@click.command("stimulate")
@click.argument("name", metavar="[STIMULUS]", required=False)
@click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]...")
@click.option(
    "--control",
    metavar="SOCKET",
    envvar=VARIABLE,
    show_envvar=True,
    help="The socket that `serve` has with --control.",
)
@click.option("--script", metavar="SCRIPT", help="Do what a script does to a modem, in its time.")
@click.option(
    "--port",
    type=click.IntRange(0, 255),
    default=0,
    show_default=True,
    metavar="N",
    help="The port that it is about.",
)
@click.option(
    "--wait",
    "wait_s",
    type=Seconds(0),
    metavar="DURATION",
    default="0s",
    show_default=True,
    help="Wait so long for what the device emits.",
)
@click.option("--list", "as_list", is_flag=True, help="List the names and their fields.")
@show_personal_option
@click.option("--json", "as_json", is_flag=True, help="Print a line of JSON for each stimulus.")
def command(
    name: str | None,
    fields: tuple[str, ...],
    control: str | None,
    script: str | None,
    port: int,
    wait_s: float,
    as_list: bool,
    show_personal: bool,
    as_json: bool,
) -> int | None:
    """Give the modem that is served at SOCKET a stimulus, and print what it emitted.

    STIMULUS is a stimulus (`signal Rssi=5`), a shorthand (`coverage-lost`), a lifecycle event
    (`surprise_removal`, `arrival`) or `power State=D3`; --list has them all. The recording has it
    as an input, so that it replays.
    """

    wait_ns = round(wait_s * 10**9)
    if as_list:
        _list(as_json=as_json)
        return None
    if (name is None) == (script is None):
        raise click.UsageError("give a NAME (--list has them), or --script SCRIPT")
    from wwanreplay.serve.control import Controlled
    from wwanreplay.serve.stimulation import fields_of

    values = fields_of(fields)
    if script is not None and values:
        raise click.UsageError("--script takes no fields beside it")
    if control is None:
        raise click.UsageError(f"name the socket with --control or {VARIABLE}")
    with Controlled(control) as modem:
        if script is not None:
            _play(modem, script, show_personal=show_personal, as_json=as_json)
        else:
            assert name is not None
            time_ns, outputs = modem.give(name, dict(values), port=port, wait_ns=wait_ns)
            _print(name, time_ns, outputs, show_personal=show_personal, as_json=as_json)
    return None


def _play(modem: Controlled, script: str, *, show_personal: bool, as_json: bool) -> None:
    """Give the modem each step of a script when it is due."""
    from wwanreplay.script import load_script
    from wwanreplay.serve.stimulation import named, timed_steps

    steps = [
        (at_ns, *named(step), step.options.get("port", 0))
        for at_ns, step in timed_steps(load_script(script))
    ]
    begun = time.monotonic()
    for at_ns, name, fields, port in steps:
        time.sleep(max(begun + at_ns / 1e9 - time.monotonic(), 0))
        time_ns, outputs = modem.give(name, fields, port=port)
        _print(name, time_ns, outputs, show_personal=show_personal, as_json=as_json)


def _print(
    name: str, time_ns: int, outputs: list[Event], *, show_personal: bool, as_json: bool
) -> None:
    from wwanreplay.analysis.eventtext import event_json, event_lines
    from wwanreplay.protocol.presentation import time_text

    if as_json:
        rows = [event_json(event, show_personal=show_personal) for event in outputs]
        click.echo(json.dumps({"name": name, "time_ns": time_ns, "outputs": rows}))
        return
    count = f"outputs {len(outputs)}" if outputs else "the device emitted nothing"
    echo(f"{name} at {time_text(time_ns)}: {count}")
    for event in outputs:
        echo("\n".join(event_lines(event, show_personal=show_personal)))


def _list(*, as_json: bool) -> None:
    from wwanreplay.serve.stimulation import description_of, names

    described = {name: description_of(name) for name in names()}
    if as_json:
        click.echo(json.dumps(described))
        return
    for name, text in described.items():
        echo(f"{name}: {text}")
