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
    "--no-check", is_flag=True, help="Print what header and footer state; read no record."
)
@progress_option()
def command(files: tuple[str, ...], as_json: bool, no_check: bool) -> int:
    """Print what traces hold: header, counts, times, digest, and whether they are whole.

    Every record is read and checked, unless --no-check is given. The exit code is 3 when a file
    cannot be read or is damaged.
    """
    from wwanreplay.analysis.batch import find_traces
    from wwanreplay.analysis.info import info_lines, info_values, stated_lines, stated_values
    from wwanreplay.errors import EXIT_UNREADABLE, EXIT_YES, WwanReplayError

    found = []
    exit_code = EXIT_YES
    for position, file in enumerate(find_traces(files)):
        try:
            values = (stated_values if no_check else info_values)(file)
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
            for line in (stated_lines if no_check else info_lines)(values):
                echo(line)
    if as_json:
        click.echo(json.dumps(found, indent=1))
    return exit_code
