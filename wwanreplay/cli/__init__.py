"""The command `wwanreplay`: one click group whose verbs are loaded when they are called.

Each verb is a file of its own, `wwanreplay/cli/<verb>.py` (see MODULES), that defines `command`.
Nothing but click, signals and the error tree is imported for `--help`.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from shutil import get_terminal_size
from typing import Any, Final, NoReturn

import click

from wwanreplay import __version__
from wwanreplay.cli.signals import EndedBySignal, ended_by_signals, ignore_ends
from wwanreplay.errors import (
    EXIT_INTERNAL,
    EXIT_UNREADABLE,
    EXIT_USAGE,
    EXIT_YES,
    OUT_OF_MEMORY,
    WwanReplayError,
    internal_text,
)
from wwanreplay.verdict import EXIT_CODES

EXIT_INTERRUPTED = 130  # what a shell reports for SIGINT
EXIT_PIPE_CLOSED = 141  # and for SIGPIPE

#: Between these the help follows the terminal; click itself stops at 50.
HELP_WIDTH_MIN: Final = 20
HELP_WIDTH_MAX: Final = 80

# The verbs in the order in which one meets them, with what `--help` says of each.
VERBS = {
    "demo": "Show what this is: record a session, replay it, find a fault.",
    "record": "Drive a device through a script and write a trace.",
    "explain": "Say what a log or trace shows, and what may be the cause.",
    "import": "Make traces of field logs: text, captures, Windows traces.",
    "replay": "Replay traces and compare: equal, or where and why not.",
    "diff": "Compare two sessions: missing, extra, changed, reordered.",
    "check": "Say what a recorded device did wrong, by the rules of the documents.",
    "show": "Print a trace as a person reads it.",
    "view": "Show a session in a browser: one page with ladder, states, findings.",
    "info": "Say what a trace holds.",
    "stats": "Count requests, latencies and errors by OID.",
    "corpus": "Ask the results of many traces: firmware, rules, latencies.",
    "infer": "Find what the environment did where a trace does not say it.",
    "scrub": "Replace what is personal in a trace, and prove it.",
    "bundle": "Put a bug into one file to send: trace, scrubbed log, report.",
    "cut": "Make a part of a session a trace that replays by itself.",
    "filter": "Make some events of a session a trace that replays by itself.",
    "merge": "Put the parts of a session together.",
    "convert": "Write a trace anew: compression, chunks.",
    "recover": "Rewrite what is readable of a damaged trace.",
    "export": "Write a trace in another format: pcapng, CSV, Parquet, Perfetto and others.",
    "protocol": "Look up OIDs, indications, structures, statuses and rules.",
    "schema": "Print the JSON Schema of profiles, scripts or fault files, for editors.",
    "devices": "List the devices that can be named here.",
    "serve": "Present the emulated modem to a live host.",
    "stimulate": "Change the environment of a modem that is served.",
    "lab": "Run a command on a private host with a modem and ModemManager.",
    "bench": "Measure this machine beside msgpack's own reader.",
}

# Verbs that are keywords of Python: their files have another name.
MODULES = {"import": "import_"}


def _module(verb: str) -> str:
    return f"{__name__}.{MODULES.get(verb, verb)}"


def _is_here(verb: str) -> bool:
    """Whether it is a verb, and its file is here."""
    return verb in VERBS and find_spec(_module(verb)) is not None


class _PipeClosedError(Exception):
    """The reader of the output went away."""


class VerbGroup(click.Group):
    """A group that imports a verb when it is called, and ends every error as one line.

    A verb may return its exit code.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The verbs whose files are here."""
        return [verb for verb in VERBS if _is_here(verb)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the verb's file."""
        if not _is_here(cmd_name):
            return None
        command = import_module(_module(cmd_name)).command
        assert isinstance(command, click.Command)
        if ctx.resilient_parsing:  # a shell completes a word
            from wwanreplay.cli.completing import completed

            return completed(command)
        from wwanreplay.cli.options import name_files

        name_files(command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Say which verb was meant when there is none of that name."""
        if args and not _is_here(args[0]) and not args[0].startswith("-"):
            from difflib import get_close_matches

            verbs = self.list_commands(ctx)
            near = get_close_matches(args[0], verbs, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(verbs)}"
            raise click.UsageError(f"there is no verb {args[0]!r}{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing them."""
        verbs = self.list_commands(ctx)
        if verbs:
            with formatter.section("Verbs"):
                formatter.write_dl([(verb, VERBS[verb]) for verb in verbs])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the exit codes, within the width."""
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(code), meaning) for code, meaning in EXIT_CODES.items()])

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        """Read the arguments, where `--help` prints; see `invoke`."""
        try:
            return super().make_context(*args, **options)
        except BrokenPipeError:
            raise _PipeClosedError from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb; click itself would end a closed pipe with the code for diverged."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _PipeClosedError from None

    def main(self, *args: Any, **options: Any) -> Any:
        """Run; the process ends with the documented exit code."""
        options["standalone_mode"] = False
        options.setdefault("prog_name", "wwanreplay")
        width = min(get_terminal_size().columns, HELP_WIDTH_MAX) - 2
        options.setdefault("terminal_width", max(width, HELP_WIDTH_MIN))
        settings: dict[str, bool] = options.setdefault("obj", {})
        try:
            with ended_by_signals():
                result = super().main(*args, **options)
                sys.stdout.flush()
        except (Exception, KeyboardInterrupt) as error:
            if settings.get("debug") and not isinstance(error, click.exceptions.Abort):
                import traceback

                traceback.print_exc()
            _warn_of_plugins(but=str(error))
            sys.exit(_ended(error))
        _warn_of_plugins()
        sys.exit(result if isinstance(result, int) and not isinstance(result, bool) else EXIT_YES)


def _warn_of_plugins(but: str = "") -> None:
    """Name what was left out of what other packages bring, `but` what the error names already."""
    module = sys.modules.get("wwanreplay.plugins")
    for text in [] if module is None else module.left_out:
        if text != but:
            _echo_error(f"wwanreplay: warning: {text}; it was left out")


def _ended(error: BaseException) -> int:
    """Report an error and flush the streams; the exit code."""
    from wwanreplay.cli.streams import settle

    code = _report(error)
    settle()
    return code


def _report(error: BaseException) -> int:
    """Print an error as one line; its exit code."""
    if isinstance(error, click.exceptions.Abort | KeyboardInterrupt):
        cause = error.__cause__ if isinstance(error, click.exceptions.Abort) else error
        if isinstance(cause, EndedBySignal):
            _say(_with_notes(str(cause), cause))
            return 128 + cause.number
        _say(_with_notes("interrupted", cause))
        return EXIT_INTERRUPTED
    if isinstance(error, BrokenPipeError | _PipeClosedError):
        return EXIT_PIPE_CLOSED
    if type(error).__name__ == "NoArgsIsHelpError":  # click 8.2; 8.1 shows the help by itself
        _echo_error(str(error))
        return EXIT_USAGE
    if isinstance(error, click.ClickException):
        _say(error.format_message())
        if isinstance(error, click.UsageError) and error.ctx is not None:
            _echo_error(f"Try '{error.ctx.command_path} --help'.")
        return EXIT_UNREADABLE if isinstance(error, click.FileError) else EXIT_USAGE
    if isinstance(error, WwanReplayError):
        _say(_with_notes(str(error), error))
        return error.exit_code
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        _say(_with_notes(f"{error.filename}: {reason}" if error.filename else reason, error))
        return EXIT_UNREADABLE
    if isinstance(error, MemoryError):
        _say(_with_notes(OUT_OF_MEMORY, error))
        return EXIT_UNREADABLE
    _say(_with_notes(internal_text(error), error))
    return EXIT_INTERNAL


def _with_notes(message: str, error: BaseException | None) -> str:
    """A message with the notes of the error, such as where the part of a recording is."""
    return "; ".join([message, *getattr(error, "__notes__", ())])


def _say(message: str) -> None:
    """Print an error: one line, which a terminal gets within its width."""
    if "://" in message:
        from wwanreplay.stores import text_without_secrets

        message = text_without_secrets(message)
    _echo_error(f"wwanreplay: error: {' '.join(message.split())}")


def _echo_error(text: str) -> None:
    # When the standard error cannot be written either, only the exit code reports the error.
    with suppress(OSError):
        if sys.stderr is not None and sys.stderr.isatty():
            from wwanreplay.cli.terminal import echo

            echo(text, err=True)
        else:
            from wwanreplay.words import harmless

            click.echo(harmless(text), err=True)


@click.group(
    "wwanreplay",
    cls=VerbGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="wwanreplay", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, help="Show a traceback with every error.")
@click.pass_obj
def root(settings: dict[str, bool], debug: bool) -> None:
    """Record and replay sessions of WWAN (mobile broadband) devices in the NDIS model.

    Data goes to the standard output, everything else to the standard error.
    """
    settings["debug"] = debug


def main() -> NoReturn:
    """Run the command, and end the process."""
    from wwanreplay.cli.streams import prepare

    prepare()
    if "_WWANREPLAY_COMPLETE" in os.environ:
        from wwanreplay.cli.completing import know_shells

        know_shells()
    try:
        root.main()
    finally:
        ignore_ends()  # the exit code is known
    raise AssertionError("VerbGroup.main ends the process")
