"""`wwanreplay demo`: what this is for, shown with the real verbs."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

import click

from wwanreplay.errors import EXIT_DIVERGED, EXIT_EQUAL
from wwanreplay.outputs import write_whole

FAULT = """\
# The network gives the connection, but the modem reports that it is still being activated.
[[fault]]
when = { code = "NDIS_STATUS_WWAN_CONTEXT_STATE", transactional = true, nth = 1 }
alter = { ActivationState = "WwanActivationStateActivating" }
"""


@click.command("demo")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
def command(folder: Path | None) -> int:
    """Record a session, show and replay it, then find a fault that was put into it.

    The files go to FOLDER and stay there, or to a temporary folder.
    """
    with ExitStack() as stack:
        if folder is None:
            place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wwanreplay-")))
        else:
            folder.mkdir(parents=True, exist_ok=True)
            place = folder
        worked = _demo(place)
    if not worked:
        click.echo("the demo did not end as it should", err=True)
        return EXIT_DIVERGED
    where = f"The files are in {folder}." if folder else "Give a folder to keep the files."
    click.echo(
        f"\n{where} To go on:\n"
        "  wwanreplay record --list-scripts         sessions to record\n"
        "  wwanreplay record --list-profiles        modems to record them with\n"
        "  wwanreplay protocol show OID_WWAN_CONNECT\n"
        "  wwanreplay serve --pty /tmp/modem        a modem for mbimcli, recorded with --record"
    )
    return EXIT_EQUAL


def _demo(place: Path) -> bool:
    """Run the verbs; whether each ended as it should."""
    good, bad, fault = place / "demo.wwtrace", place / "faulty.wwtrace", place / "fault.toml"
    steps: tuple[tuple[str, str, list[str], int], ...] = (
        (
            "A morning with an LTE modem is recorded: 69 seconds, in no time.",
            "record",
            ["emulated:lte-home", "--script", "demo", "-o", str(good), "--force"],
            EXIT_EQUAL,
        ),
        (
            "This is how it connects. Identities are masked unless one asks for them.",
            "show",
            [str(good), "--start", "4.14s", "--stop", "4.94s"],
            EXIT_EQUAL,
        ),
        (
            "Replayed against the emulated modem, every answer is the same, to the nanosecond.",
            "replay",
            [str(good)],
            EXIT_EQUAL,
        ),
        (
            "The same morning with a modem that reports a wrong state, once:",
            "record",
            ["emulated:lte-home", "--fault", str(fault), "-o", str(bad), "--force"],
            EXIT_EQUAL,
        ),
        (
            "Its replay says where, what, and in which state the modem was.",
            "replay",
            [str(bad)],
            EXIT_DIVERGED,
        ),
    )
    write_whole(fault, FAULT.encode(), force=True, is_binary=False)
    return all(
        _run(number, says, verb, arguments) == expected
        for number, (says, verb, arguments, expected) in enumerate(steps, 1)
    )


def _run(number: int, says: str, verb: str, arguments: Sequence[str]) -> int:
    click.echo(f"\n{number}. {says}\n   $ wwanreplay {verb} {' '.join(arguments)}\n")
    command_of_verb = import_module(f"wwanreplay.cli.{verb}").command
    result = command_of_verb.main(
        list(arguments), prog_name=f"wwanreplay {verb}", standalone_mode=False
    )
    return result if isinstance(result, int) else EXIT_EQUAL
