"""`wwanreplay explain`: from a log or trace to an answer."""

from __future__ import annotations

import json

import click

from wwanreplay.cli.options import (
    inputs_argument,
    max_expanded_option,
    stretch_of,
    stretch_options,
)
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.terminal import echo
from wwanreplay.errors import EXIT_YES


@click.command("explain")
@inputs_argument("files", "LOG|TRACE…", required=False)
@click.option("--from", "format_name", metavar="FORMAT", help="What the logs are.  [default: look]")
@click.option("--device", metavar="NAME", help="Only this device, by its name in the logs.")
@stretch_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON, a list with a page a session.")
@max_expanded_option
@progress_option()
def command(
    files: tuple[str, ...],
    format_name: str | None,
    device: str | None,
    start: str | None,
    stop: str | None,
    as_json: bool,
    expanded_size_max: int | None,
) -> int:
    """Say what a log or trace shows: what happened, what stands out, likely causes, faults.

    Logs are whatever import reads, packed or not; several are of one session. A trace is explained
    by itself. Of a part, --start and --stop, is listed what stands in it; it is judged by all of
    the session. Identities are masked. The exit code is 1 where a fault is found; 3 for what cannot
    be read or holds no message, with how to get a log that does.
    """
    if not files:
        raise click.UsageError("a file is needed: a log or a trace, or - for the standard input")
    if files.count("-") > 1:
        raise click.UsageError("the standard input can be read only once")
    from wwanreplay.analysis.explanation import explain_files, page_json, page_lines

    stretch = stretch_of(start, stop)
    pages = []
    code = EXIT_YES
    for number, found in enumerate(
        explain_files(
            files,
            format_name=format_name,
            device=device,
            expanded_size_max=expanded_size_max,
            stretch=stretch,
        )
    ):
        code = max(code, found.exit_code)
        if as_json:
            pages.append(page_json(found))
            continue
        if number:
            echo()
        for line in page_lines(found):
            echo(line)
    if as_json:
        click.echo(json.dumps(pages, indent=1))
    return code
