"""Options that several verbs share, and how their values are read."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from wwanreplay.cli.terminal import echo
from wwanreplay.errors import EXIT_NO, EXIT_YES, UsageError
from wwanreplay.words import meant

if TYPE_CHECKING:
    from wwanreplay.devices.pace import Pace
    from wwanreplay.outputs import PartFile
    from wwanreplay.trace.stretch import Stretch

Command = TypeVar("Command", bound=Callable[..., Any])

allow_empty_option = click.option(
    "--allow-empty", is_flag=True, help="Let a comparison of nothing pass."
)
show_personal_option = click.option(
    "--show-personal", is_flag=True, help="Do not mask what identifies a person."
)


def _name_of(param: click.Parameter | None) -> str:
    return param.opts[0] if param is not None and param.opts else "a duration"


class Seconds(click.FloatRange):
    """How long something may take: seconds, or a duration with its unit, such as 2m.

    From a millisecond to a day unless given.
    """

    def __init__(self, shortest: float = 0.001, longest: float = 86400) -> None:
        super().__init__(shortest, longest)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number; NaN, which no comparison finds out of range, is none."""
        if isinstance(value, str) and value.strip(" ")[-1:].isalpha():
            from wwanreplay.durations import duration_ns, is_duration

            if is_duration(value):
                try:
                    value = duration_ns(value) / 10**9
                except ValueError as error:
                    raise UsageError(f"{_name_of(param)}: {value!r} {error}") from None
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if math.isnan(number):
            reason = "is neither seconds nor a duration such as 500ms or 2m"
            self.fail(f"{value!r} {reason}", param, ctx)
        return float(super().convert(number, param, ctx))


class Choice(click.Choice):  # type: ignore[type-arg,unused-ignore] # generic since click 8.2
    """One of some words, in any case, with hyphens or underscores."""

    def __init__(self, choices: Sequence[str]) -> None:
        super().__init__(choices, case_sensitive=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The word as it is listed."""
        if isinstance(value, str):
            value = meant(value, self.choices) or value
        return super().convert(value, param, ctx)


waivers_option = click.option(
    "--waivers", metavar="FILE.toml", help="What is accepted, why and until when (docs/check.md)."
)

# Files that are read: names, URLs of stores, globs (wwanreplay/stores/)


def inputs_argument(
    name: str, metavar: str, *, required: bool = True
) -> Callable[[Command], Command]:
    """The argument of a verb that takes many files; globs become what they match."""
    return click.argument(
        name, metavar=metavar, nargs=-1, required=required, callback=_found_inputs
    )


def input_argument(
    name: str, metavar: str, *, required: bool = True
) -> Callable[[Command], Command]:
    """The argument of a verb that takes one file; a glob may match one."""
    return click.argument(name, metavar=metavar, required=required, callback=_found_input)


#: The verbs that read the standard input themselves.
_READ_IT_THEMSELVES: Final = frozenset({"bundle", "diff", "explain", "import", "view"})


def _opened(context: click.Context, name: str) -> str:
    """The name that the verb opens for an argument."""
    from wwanreplay.stores import STANDARD_INPUT, STANDARD_INPUT_FILE

    if name != STANDARD_INPUT or context.command.name in _READ_IT_THEMSELVES:
        return name
    return STANDARD_INPUT_FILE


def _found_inputs(
    context: click.Context, _parameter: click.Parameter, value: Sequence[str]
) -> tuple[str, ...]:
    from wwanreplay.stores import find_inputs

    if context.resilient_parsing:
        return tuple(value)
    return tuple(find_inputs([_opened(context, name) for name in value]))


def _found_input(
    context: click.Context, _parameter: click.Parameter, value: str | None
) -> str | None:
    if value is None or context.resilient_parsing:
        return value
    from wwanreplay.stores import find_inputs

    return find_inputs([_opened(context, value)], one=True)[0]


# Files that are written: a URL is printed without what is secret in it

#: The options whose value is a file to write, or to read beside the inputs.
FILE_OPTIONS: Final = frozenset(
    {
        *("-o", "--junit", "--sarif", "--record", "--bundle"),
        *("--results", "--resume", "--baseline", "--since"),
    }
)


def _named_file(_context: click.Context, _parameter: click.Parameter, value: Any) -> Any:
    from wwanreplay.stores import named

    return named(value) if isinstance(value, str) else value


_OF_DISK: Final = re.compile(r"\b(FILE|FOLDER|PATH|OUT)\b")


def _of_disk(_context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    from wwanreplay.stores import is_url, named

    for name in value if isinstance(value, tuple) else (value,):
        if is_url(name):
            text = f"{parameter.opts[0]} is for a file of the disk, not of a store: {named(name)}"
            raise click.UsageError(text)
    return value


def _is_of_disk(parameter: click.Parameter) -> bool:
    """Whether an option names a file, and no address might stand in its place."""
    is_option = isinstance(parameter, click.Option)
    metavar = str(parameter.metavar or "")
    return is_option and ":" not in metavar and _OF_DISK.search(metavar) is not None


def name_files(command: click.Command) -> None:
    """Let the options of a verb that name files take URLs, or refuse them without their secrets."""
    for parameter in command.params:
        if parameter.callback is not None:
            continue
        if FILE_OPTIONS.intersection(parameter.opts):
            parameter.callback = _named_file
        elif _is_of_disk(parameter):
            parameter.callback = _of_disk


shared_option = click.option(
    "--shared",
    is_flag=True,
    help="Create files for others to read, as the umask allows; they are private otherwise.",
)
sync_option = click.option(
    "--sync", is_flag=True, help="Let what is written survive a power cut, at some cost in speed."
)


def print_started(part: PartFile, *, in_memory: bool = False) -> None:
    """Print where a recording is while it is in progress."""
    if part.set_aside is not None:
        echo(
            f"{part.name}: a recording that did not end was there; it is {part.set_aside} now",
            err=True,
        )
    if in_memory:
        echo(f"{part.target.name}: scrubbed at the end; a kill before loses all", err=True)
    elif part.path is not None:
        echo(f"{part.target.name}: until it is complete it is {part.name}", err=True)


force_output_option = click.option("--force", is_flag=True, help="Overwrite OUT.")
allow_doubtful_option = click.option(
    "--allow-doubtful",
    is_flag=True,
    help="Write OUT though a place may hold a short value that was replaced elsewhere.",
)
log_format_option = click.option(
    "--from", "format_name", metavar="FORMAT", help="The format of a log, as for import."
)


def scrubbing_options(command: Command) -> Command:
    """What scrubs a log or a trace and writes OUT takes, in this order."""
    options = (
        key_options,
        log_format_option,
        max_expanded_option,
        force_output_option,
        allow_doubtful_option,
        shared_option,
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
    )
    for option in reversed(options):
        command = option(command)
    return command


# The key of scrub

KEY_VARIABLE: Final = "WWANREPLAY_SCRUB_KEY"


def key_options(command: Command) -> Command:
    """The options that give a key."""
    command = click.option(
        "--key-file",
        metavar="FILE",
        help="Read the key from a file; its line end is no part of it.",
    )(command)
    return click.option(
        "--key",
        metavar="TEXT",
        help="The key: one key gives one mapping. Other users see it in the list of processes:"
        f" --key-file and the environment variable {KEY_VARIABLE} keep it from them.",
    )(command)


def key_of(key: str | None, key_file: str | None) -> bytes | None:
    """The key that the options or else the environment give, None for a random one.

    UsageError for an empty one or two options.
    """
    if key is not None and key_file is not None:
        raise click.UsageError("--key and --key-file: give one of them")
    if key_file is not None:
        with open(key_file, "rb") as file:
            given = file.read(1 << 20).rstrip(b"\r\n")
    elif key is not None:
        given = key.encode("utf-8", "surrogateescape")
    elif KEY_VARIABLE in os.environ:
        given = os.fsencode(os.environ[KEY_VARIABLE])
    else:
        return None
    if not given:
        raise UsageError("the key is empty; leave it out for a random one")
    return given


# Faults

fault_option = click.option("--fault", metavar="FILE.toml", help="Faults to put around the device.")
allow_unused_fault = click.option(
    "--allow-unused-fault",
    "allow_unused",
    is_flag=True,
    help="Let a fault pass that changed nothing.",
)


def report_unused(unused: Sequence[str], *, allowed: bool) -> int:
    """Print each fault that changed nothing; the exit code."""
    if allowed:
        return EXIT_YES
    for line in unused:
        echo(f"wwanreplay: error: {line} (--allow-unused-fault lets it pass)", err=True)
    return EXIT_NO if unused else EXIT_YES


# Places in a trace: a record, or a time

PLACE: Final = "RECORD|TIME"
RECORD_MAX: Final = 2**63 - 1


def place(text: str | None, option: str) -> tuple[int | None, int | None]:
    """(record, time in ns) of a place: a whole number is a record, with a unit it is a time."""
    if text is None:
        return None, None
    from wwanreplay.devices.toml import ValuePlace, as_duration, as_number
    from wwanreplay.durations import is_duration
    from wwanreplay.errors import shown

    if text.isascii() and text.isdigit():
        return as_number(int(text.lstrip("0")[:20] or "0"), ValuePlace(option), RECORD_MAX), None
    if not is_duration(text):
        form = "must be a record (120) or a time with its unit (3.5s)"
        raise ValuePlace(option).error(f"{form}, not {shown(text)}")
    return None, as_duration(text, ValuePlace(option))


def stretch_options(command: Command) -> Command:
    """The options that say from where to where; their values are read by `place`."""
    command = click.option(
        "--stop", metavar=PLACE, help="Up to before this record, or up to this time."
    )(command)
    return click.option(
        "--start", metavar=PLACE, help="From here on: 120 is a record, 3.5s a time."
    )(command)


def stretch_of(start: str | None, stop: str | None) -> Stretch:
    """The stretch that the options name; UsageError for a stop before the start."""
    from wwanreplay.trace.stretch import Stretch

    return Stretch.of(place(start, "--start"), place(stop, "--stop"))


def fleet_options(command: Command, jobs: str = "Work in N processes.") -> Command:
    """The options that say where many traces are worked on; `jobs` is what -j does."""
    command = click.option(
        "--cluster",
        metavar="local|tcp://HOST:PORT|FILE",
        help="Work on a Dask cluster: one that is started here, a scheduler's address, or its"
        " scheduler file (docs/fleet.md).",
    )(command)
    return click.option(
        "-j",
        "--jobs",
        "processes",
        type=click.IntRange(1, 256),
        default=1,
        metavar="N",
        help=jobs,
    )(command)


where_option = click.option(
    "--where",
    metavar="EXPRESSION",
    help="Only events of which this holds: 'ActivationState == Activated and request != 0'"
    " (docs/trace-verbs.md).",
)

# Traces that are made of traces


def output_options(command: Command) -> Command:
    """The options of a verb that writes a trace made of others."""
    options = (
        click.option(
            "-o",
            "--output",
            "out",
            required=True,
            metavar="OUT",
            help="The trace to write; - is standard output.",
        ),
        click.option("--zstd", is_flag=True, help="Compress the chunks."),
        force_output_option,
        shared_option,
        click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON."),
    )
    for option in reversed(options):
        command = option(command)
    return command


# Options that have another name now


def renamed(option: str, value: str | None, former: str, former_value: str | None) -> str | None:
    """The value of an option that was once called `former`, which is still taken, with a word."""
    if former_value is None:
        return value
    if value is not None:
        raise click.UsageError(f"{option} and {former} are one option: give {option}")
    text = f"{former} is called {option} now; the next release will not know {former}"
    echo(f"wwanreplay: warning: {text}", err=True)
    return former_value


# Paces: how fast a recording is gone through where time is real


def as_pace(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Pace | None:
    """The pace of an option; None without one."""
    if value is None:
        return None
    from wwanreplay.devices.pace import parse_pace

    return parse_pace(value)


speed_option = click.option(
    "--speed",
    "pace",
    callback=as_pace,
    metavar="recorded|full|step|N",
    help="How fast: as recorded, as fast as it goes, step by step, N times.  [default: recorded]",
)


def duration(text: str | None, option: str) -> int | None:
    """A time in ns, more than none, as 500ms or 10m; None when it is not given."""
    if text is None:
        return None
    from wwanreplay.devices.toml import ValuePlace, as_duration

    time_ns = as_duration(text, ValuePlace(option))
    if time_ns <= 0:
        raise click.UsageError(f"{option}: {text} is no time")
    return time_ns


# Sizes: numbers of bytes with an optional unit

UNITS: Final = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_SIZE = re.compile(r"([0-9]{1,18})([KMGT]?)(?:i?B)?", re.I | re.A)


def as_size(text: str) -> int:
    """A number of bytes above 0, such as 4000000, 500M or 8GiB: units are powers of 1024."""
    match = _SIZE.fullmatch(text.strip())
    size = int(match[1]) * UNITS[match[2].upper()] if match else 0
    if not 0 < size < 1 << 62:
        raise click.BadParameter(f"{text!r} is no size; write bytes, or 500M, 8G")
    return size


max_expanded_option = click.option(
    "--max-expanded",
    "expanded_size_max",
    callback=lambda _ctx, _param, value: None if value is None else as_size(value),
    metavar="SIZE",
    help="How much a packed log may become: 500M, 8G.  [default: docs/limits.md]",
)
