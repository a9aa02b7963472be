"""Options of the verbs that take a real device."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from wwanreplay.cli.options import Choice, Seconds
from wwanreplay.cli.terminal import echo
from wwanreplay.errors import EXIT_NO, EXIT_YES
from wwanreplay.words import folded

if TYPE_CHECKING:
    from wwanreplay.devices.mbim.device import Settings
    from wwanreplay.devices.mbim.plan import Planned

_VERSIONS = {"1.0": 0x0100, "2.0": 0x0200, "3.0": 0x0300, "4.0": 0x0400}


class RealDevice(NamedTuple):
    """How a real device is treated, as the command line says; None is not given."""

    allow_send: tuple[str, ...]
    mbimex: str | None
    open_s: float | None
    return_s: float | None

    @property
    def given(self) -> str:
        """The first of the options that was given, empty without one."""
        options = {
            "--allow-send": self.allow_send,
            "--mbimex": self.mbimex,
            "--open-timeout": self.open_s,
            "--return-timeout": self.return_s,
        }
        return next((name for name, value in options.items() if value), "")

    @property
    def is_given(self) -> bool:
        """Whether any of the options was given."""
        return bool(self.given)

    def settings(self, mbimex: int | None = None) -> Settings:
        """The settings of the device; UsageError for a word that allows nothing.

        `mbimex` is the version to ask for where none was named, BCD; None for the usual one.
        """
        from wwanreplay.devices.mbim.device import Settings
        from wwanreplay.devices.mbim.plan import check_words

        check_words(self.allow_send)
        named = {
            "mbimex": mbimex if self.mbimex is None else _VERSIONS[self.mbimex],
            "open_s": self.open_s,
            "return_s": self.return_s,
        }
        chosen: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
        return Settings(self.allow_send, **chosen)


def real_device_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a real device; the command is given them as `real`."""

    @wraps(command)
    def wrapped(
        *arguments: Any,
        allow_send: tuple[str, ...],
        mbimex: str | None,
        open_timeout: float | None,
        return_timeout: float | None,
        **options: Any,
    ) -> Any:
        real = RealDevice(allow_send, mbimex, open_timeout, return_timeout)
        return command(*arguments, real=real, **options)

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


wait_for_option = click.option(
    "--wait-for",
    "wait_for",
    multiple=True,
    callback=lambda _context, _parameter, words: tuple(map(folded, words)),
    metavar="NAME",
    help="Of a real device: wait for this to happen where the session has it, as coverage-lost.",
)
wait_limit_option = click.option(
    "--wait-limit",
    type=Seconds(),
    default=600.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for each.",
)
dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Print what a real device would be sent; send nothing."
)


def print_plan(plan: Sequence[Planned], allowed: Sequence[str], *, as_json: bool) -> int:
    """Print what would be sent; exit code 1 when some of it needs a word it has not got."""
    refused = [each for each in plan if each.guard and each.guard not in allowed]
    if as_json:
        import json

        click.echo(json.dumps([each.as_json() for each in plan], indent=2))
    else:
        for each in plan:
            echo(_plan_line(each, allowed))
        sent = sum(each.message is not None for each in plan) - len(refused)
        left = sum(each.message is None for each in plan)
        echo(f"{sent} commands would be sent, {len(refused)} need --allow-send, {left} left out")
    return EXIT_NO if refused else EXIT_YES


def _plan_line(step: Planned, allowed: Sequence[str]) -> str:
    if step.message is None:
        name = f", --wait-for {step.shorthand}" if step.shorthand else ""
        return f"{step.place}: {step.what}: not sent: {step.reason}{name}"
    line = f"{step.place}: {step.what}: {step.command}"
    if step.guard is not None:
        given = "allowed by" if step.guard in allowed else "not sent without"
        line = f"{line}: {given} --allow-send {step.guard}"
    return "\n".join([line, *(f"    {name} = {value}" for name, value in step.fields)])


_OPTIONS = (
    click.option(
        "--allow-send",
        multiple=True,
        callback=lambda _context, _parameter, words: tuple(map(folded, words)),
        metavar="WORD",
        help="Send a real device commands that it is not sent otherwise: pin, sim, provisioning, "
        "network-lock, firmware, reset, message or vendor.",
    ),
    click.option(
        "--mbimex",
        type=Choice(list(_VERSIONS)),
        help="The newest MBIMEx version to ask a real device for; without it a replay asks for "
        "that of its trace.  [default: 3.0]",
    ),
    click.option(
        "--open-timeout",
        type=Seconds(),
        metavar="SECONDS",
        help="How long a real device has to open.  [default: 30]",
    ),
    click.option(
        "--return-timeout",
        type=Seconds(),
        metavar="SECONDS",
        help="How long a real device that was taken away may stay away.  [default: 60]",
    ),
)
