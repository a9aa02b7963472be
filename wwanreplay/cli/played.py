"""The options with which the recorded device of a trace is served, for every verb that serves."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from wwanreplay.cli.options import Choice, allow_empty_option, speed_option
from wwanreplay.cli.terminal import echo

if TYPE_CHECKING:
    from wwanreplay.devices.pace import Pace
    from wwanreplay.serve.played import Played


@dataclass(frozen=True)
class TraceOptions:
    """What the options say; `trace` is None when the emulated device is served."""

    trace: str | None
    match: str
    order: str
    ignore: tuple[str, ...]
    unmatched: str
    repeat_last: bool
    pace: Pace | None
    allow_empty: bool

    def keywords(self) -> dict[str, Any]:
        """The parameters of `wwanreplay.serve.played.serve_recorded` that they are."""
        from wwanreplay.devices.playback import Match, Matching, Order, Policy

        if self.pace is not None and self.pace.is_step:
            raise click.UsageError("--speed step is for replays; a host does not wait for a key")
        matching = Matching(
            Match(self.match), Order(self.order), frozenset(self.ignore), self.repeat_last
        )
        return {"matching": matching, "policy": Policy(self.unmatched), "pace": self.pace}

    def texts(self) -> dict[str, Any]:
        """The options as texts and lists, for another process."""
        self.keywords()  # what is wrong is wrong here
        times = 1 if self.pace is None else self.pace.times
        return {
            "match": self.match,
            "order": self.order,
            "ignore": list(self.ignore),
            "unmatched": self.unmatched,
            "repeat_last": self.repeat_last,
            "speed": "full" if times is None else f"{float(times):.6f}",
        }

    def refuse(self, emulated: dict[str, bool]) -> None:
        """UsageError for an option of the emulated device beside --trace, or the reverse."""
        if self.trace is not None:
            for name, is_given in emulated.items():
                if is_given:
                    raise click.UsageError(f"{name} is for an emulated device, not for --trace")
            return
        own = {
            "--match": self.match != "exact",
            "--order": self.order != "any",
            "--ignore": bool(self.ignore),
            "--unmatched": self.unmatched != "fail",
            "--repeat-last": self.repeat_last,
            "--speed": self.pace is not None,
            "--allow-empty": self.allow_empty,
        }
        for name, is_given in own.items():
            if is_given:
                raise click.UsageError(f"{name} is for the recorded device of --trace")


def trace_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the command is given them as `played`."""

    @wraps(command)
    def wrapped(
        *arguments: Any,
        trace: str | None,
        match: str,
        order: str,
        ignore: tuple[str, ...],
        unmatched: str,
        repeat_last: bool,
        pace: Pace | None,
        allow_empty: bool,
        **options: Any,
    ) -> Any:
        played = TraceOptions(
            trace, match, order, ignore, unmatched, repeat_last, pace, allow_empty
        )
        return command(*arguments, played=played, **options)

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


_OPTIONS = (
    click.option(
        "--trace",
        metavar="FILE",
        help="Serve the recorded device of a trace: its answers, its events in their time.",
    ),
    click.option(
        "--match",
        type=Choice(["exact", "command", "best"]),
        default="exact",
        show_default=True,
        help="When a request is a recorded one: all of it, its command, or the best that is left.",
    ),
    click.option(
        "--order",
        type=Choice(["any", "recorded"]),
        default="any",
        show_default=True,
        help="In which order the host may send the recorded requests.",
    ),
    click.option(
        "--ignore",
        multiple=True,
        metavar="FIELD",
        help="A field of requests that is not compared; more than one can be given.",
    ),
    click.option(
        "--unmatched",
        type=Choice(["fail", "error", "emulate"]),
        default="fail",
        show_default=True,
        help="A request that is not recorded: end, answer with an error, or let the emulated "
        "device answer.",
    ),
    click.option(
        "--repeat-last",
        is_flag=True,
        help="Answer a query whose answers are used up with the last of them again.",
    ),
    speed_option,
    allow_empty_option,
)


def report_played(
    played: Played, name: str, options: TraceOptions, *, as_json: bool, err: bool = True
) -> int:
    """Print what came of a recorded device; the exit code."""
    code = played.verdict.exit_code(allow_empty=options.allow_empty)
    if as_json:
        click.echo(json.dumps(asdict(played)), err=False)
        return code
    echo(
        f"{name}: {played.verdict}: {played.matched} of {played.requests} requests of the host "
        "matched",
        err=err,
    )
    if played.repeated:
        echo(f"  answered again with the last answer: {played.repeated}", err=err)
    for line in played.unmatched:
        echo(f"  unmatched at {line}", err=err)
    if played.unasked:
        echo(f"  recorded and not asked for: {played.unasked}", err=err)
        for line in played.unasked_first:
            echo(f"    {line}", err=err)
    if played.unreached:
        echo(f"  recorded events that were not reached: {played.unreached}", err=err)
    return code
