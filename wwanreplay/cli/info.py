"""`wwanreplay info`: what a trace holds."""

from __future__ import annotations

import json

import click

from wwanreplay.cli.options import inputs_argument
from wwanreplay.cli.progress import progress_option
from wwanreplay.cli.terminal import echo


@click.command("info")
@inputs_argument("files", "FILE|FOLDER...")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: a list, one object each file.")
@click.option(
    "--check/--no-check",
    "is_checked",
    default=None,
    help="Read and check every record, or print what header and footer state.  [default: check"
    " files of the disk, not those of a store]",
)
@progress_option()
def command(files: tuple[str, ...], as_json: bool, is_checked: bool | None) -> int:
    """Print what traces hold: header, counts, times, digest, and whether they are whole.

    Every record of a file of the disk is read and checked; of a file in a store only header and
    footer are read, unless --check is given. The exit code is 3 when a file cannot be read or is
    damaged.
    """
    from wwanreplay.analysis.batch import find_traces
    from wwanreplay.analysis.info import info_lines, info_values, stated_lines, stated_values
    from wwanreplay.errors import EXIT_UNREADABLE, EXIT_YES, WwanReplayError
    from wwanreplay.stores import Location

    found = []
    exit_code = EXIT_YES
    for position, file in enumerate(find_traces(files)):
        try:
            is_read = not isinstance(file, Location) if is_checked is None else is_checked
            values = (info_values if is_read else stated_values)(file)
        except WwanReplayError as error:
            exit_code = EXIT_UNREADABLE
            echo(f"wwanreplay: error: {error}", err=True)
            found.append({"file": file, "error": str(error)})
            continue
        if values.get("losses"):
            exit_code = EXIT_UNREADABLE
        found.append(values)
        if not as_json:
            if position:
                echo()
            for line in (info_lines if is_read else stated_lines)(values):
                echo(line)
    if as_json:
        click.echo(json.dumps(found, indent=1))
    return exit_code
