"""`wwanreplay demo`: what this is for, shown with the real verbs."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

import click

from wwanreplay.cli.terminal import echo
from wwanreplay.errors import EXIT_NO, EXIT_YES
from wwanreplay.outputs import write_whole

NS_PER_MS = 1_000_000

FAULT = """\
# The network gives the connection, but the modem reports that it is still being activated.
[[fault]]
when = { code = "NDIS_STATUS_WWAN_CONTEXT_STATE", transactional = true, nth = 1 }
alter = { ActivationState = "WwanActivationStateActivating" }
"""

# Commands to try next, and what each shows.
FURTHER = {
    "wwanreplay record --list-scripts": "sessions to record",
    "wwanreplay record --list-profiles": "modems to record them with",
    "wwanreplay protocol show OID_WWAN_CONNECT": "what the model says of a request",
    "wwanreplay serve --pty /tmp/modem": "a modem for mbimcli, recorded with --record",
}


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
        echo("the demo did not end as it should", err=True)
        return EXIT_NO
    where = f"The files are in {folder}." if folder else "Give a folder to keep the files."
    echo(f"\n{where} To go on:")
    for command_line, gives in FURTHER.items():
        echo(f"  {command_line:<41}  {gives}")
    return EXIT_YES


def _demo(place: Path) -> bool:
    """Run the verbs; whether each ended as it should."""
    good, bad, fault = place / "demo.wwtrace", place / "faulty.wwtrace", place / "fault.toml"
    write_whole(fault, FAULT.encode(), force=True, is_binary=False)

    def connecting() -> list[str]:
        start, stop = connect_window(good)
        return [str(good), "--start", start, "--stop", stop]

    steps: tuple[tuple[str, str, list[str] | Callable[[], list[str]], int], ...] = (
        (
            "A session with an LTE modem is recorded. Its time is virtual, so nobody waits for it.",
            "record",
            ["emulated:lte-home", "--script", "demo", "-o", str(good), "--force"],
            EXIT_YES,
        ),
        (
            "This is how it connects. Identities are masked unless one asks for them.",
            "show",
            connecting,
            EXIT_YES,
        ),
        (
            "Replayed against the emulated modem, every answer is the same, to the nanosecond.",
            "replay",
            [str(good)],
            EXIT_YES,
        ),
        (
            "The same session with a modem that reports a wrong state, once:",
            "record",
            ["emulated:lte-home", "--fault", str(fault), "-o", str(bad), "--force"],
            EXIT_YES,
        ),
        (
            "Its replay says where, what, and in which state the modem was.",
            "replay",
            [str(bad)],
            EXIT_NO,
        ),
    )
    return all(
        _run(number, says, verb, arguments if isinstance(arguments, list) else arguments())
        == expected
        for number, (says, verb, arguments, expected) in enumerate(steps, 1)
    )


def connect_window(trace: Path) -> tuple[str, str]:
    """From the first request to connect to the indication that answers it, as times for `show`."""
    from wwanreplay._core import Kind
    from wwanreplay.protocol import PROTOCOL
    from wwanreplay.trace import TraceReader

    connect = PROTOCOL.oid("OID_WWAN_CONNECT").number
    with TraceReader(trace) as reader:
        events = iter(reader.events())
        request = next(
            event for event in events if (event.kind, event.code) == (Kind.KIND_SET, connect)
        )
        answer = next(
            event
            for event in events
            if (event.kind, event.port, event.request_id)
            == (Kind.KIND_INDICATION, request.port, request.request_id)
        )
    start_ms, stop_ms = request.time_ns // NS_PER_MS, -(-answer.time_ns // NS_PER_MS)
    return f"{start_ms / 1000:.3f}s", f"{stop_ms / 1000:.3f}s"


def _run(number: int, says: str, verb: str, arguments: Sequence[str]) -> int:
    echo(f"\n{number}. {says}\n   $ {shlex.join(['wwanreplay', verb, *arguments])}\n")
    command_of_verb = import_module(f"wwanreplay.cli.{verb}").command
    result = command_of_verb.main(
        list(arguments), prog_name=f"wwanreplay {verb}", standalone_mode=False
    )
    return result if isinstance(result, int) else EXIT_YES
